//! Steps that change which series there are.

use serde::{Deserialize, Serialize};

/// Each value of a column is a series of its own; windows never cross.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Group {
    /// The column.
    pub by: String,
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
}

impl Default for Lengths {
    fn default() -> Self {
        Self {
            to: 100,
            short: Short::Pad,
            long: Long::TruncateStart,
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
