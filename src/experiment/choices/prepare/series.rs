//! Steps that change which series there are.

use super::is_false;
use serde::{Deserialize, Serialize};

/// Each value of a column is a series of its own; windows never cross.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Group {
    /// The column.
    pub by: String,
    /// Whether each series is divided by its own size, the mean distance from 0 of its first `lookback` rows
    /// (Salinas et al. 2020), so that large and small ones teach alike; forecasts are multiplied again.
    pub scale_each: bool,
    /// Whether the step is left out for now.
    #[serde(skip_serializing_if = "is_false")]
    pub off: bool,
}

/// Series and sequences are brought to a length.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Lengths {
    /// Rows of a series at most.
    pub to: usize,
    /// What becomes of shorter ones.
    pub short: Short,
    /// What is cut off longer ones.
    pub long: Long,
    /// Whether the step is left out for now.
    #[serde(skip_serializing_if = "is_false")]
    pub off: bool,
}

impl Default for Lengths {
    fn default() -> Self {
        Self {
            to: 100,
            short: Short::Pad,
            long: Long::TruncateStart,
            off: false,
        }
    }
}

/// What becomes of series that are too short.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Short {
    /// They stay; in a batch they are padded at the end, and the padding is masked.
    Pad,
    /// They are left out.
    Drop,
}

impl Short {
    /// All, in the order menus show.
    pub const ALL: [Self; 2] = [Self::Pad, Self::Drop];
}

/// What is cut off series that are too long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Long {
    /// Their beginning.
    TruncateStart,
    /// Their end.
    TruncateEnd,
}

impl Long {
    /// All, in the order menus show.
    pub const ALL: [Self; 2] = [Self::TruncateStart, Self::TruncateEnd];
}

/// Each row's text is a sequence of tokens, one sample; an `encode` step makes numbers of them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Tokenize {
    /// The column of texts; empty: the only one that is not the target.
    pub column: String,
    /// What a token is.
    pub by: TokenBy,
    /// Tokens that are told apart at most: those that are most frequent in the training part.
    pub vocabulary: usize,
    /// Whether the step is left out for now.
    #[serde(skip_serializing_if = "is_false")]
    pub off: bool,
}

impl Default for Tokenize {
    fn default() -> Self {
        Self {
            column: String::new(),
            by: TokenBy::Word,
            vocabulary: 1000,
            off: false,
        }
    }
}

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TokenBy {
    /// A run of letters and digits, in small letters, or any other sign that is no blank.
    Word,
    /// A character.
    Character,
}

impl TokenBy {
    /// All, in the order menus show.
    pub const ALL: [Self; 2] = [Self::Word, Self::Character];
}
