//! Steps that make columns, or choose among them.

use super::is_false;
use serde::{Deserialize, Serialize};

/// Values are parted into a season, a trend and a rest.
///
/// The season is learned from the training part and goes on unchanged; the trend is the mean of the last season's
/// values, so that neither looks ahead.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Decompose {
    /// Columns; empty: all inputs that are read.
    pub columns: Vec<String>,
    /// How the season is learned.
    pub method: DecomposeMethod,
    /// Rows in a season; 0: found in the training part.
    pub period: usize,
    /// What becomes of the parts.
    pub keep: DecomposeKeep,
    /// Whether the step is left out for now.
    #[serde(skip_serializing_if = "is_false")]
    pub off: bool,
}

impl Default for Decompose {
    fn default() -> Self {
        Self {
            columns: Vec::new(),
            method: DecomposeMethod::Stl,
            period: 0,
            keep: DecomposeKeep::Residual,
            off: false,
        }
    }
}

/// How a season is learned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DecomposeMethod {
    /// By loess (Cleveland et al. 1990), outliers weighing little.
    Stl,
    /// The same for the season and the next longer one, such as days in weeks (Bandara et al. 2021).
    Mstl,
    /// As means of what a centred moving average leaves (classical decomposition).
    MovingAverage,
}

impl DecomposeMethod {
    /// All, in the order menus show.
    pub const ALL: [Self; 3] = [Self::Stl, Self::Mstl, Self::MovingAverage];
}

/// What becomes of the parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DecomposeKeep {
    /// Values become what season and trend leave; the forecast adds both again.
    Residual,
    /// Values stay, and season and trend become further inputs.
    Components,
}

impl DecomposeKeep {
    /// All, in the order menus show.
    pub const ALL: [Self; 2] = [Self::Residual, Self::Components];
}

/// Texts become numbers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Encode {
    /// Columns of text; empty: those among the features.
    pub columns: Vec<String>,
    /// Which numbers.
    pub method: EncodeMethod,
    /// Numbers in a row of the table that `embedding` learns; 0: half as many as there are texts, at most 50.
    pub size: usize,
    /// Whether the step is left out for now.
    #[serde(skip_serializing_if = "is_false")]
    pub off: bool,
}

impl Default for Encode {
    fn default() -> Self {
        Self {
            columns: Vec::new(),
            method: EncodeMethod::OneHot,
            size: 0,
            off: false,
        }
    }
}

/// Which numbers texts become.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EncodeMethod {
    /// A column of 0 and 1 for each text of the training part; all 0 for any other.
    OneHot,
    /// Places in the alphabet among the training part's texts, from 0; −1 for any other.
    Ordinal,
    /// Rows of a table that is learned with the model: one for each text of the training part, after a first one
    /// for any other.
    Embedding,
}

impl EncodeMethod {
    /// All, in the order menus show.
    pub const ALL: [Self; 3] = [Self::OneHot, Self::Ordinal, Self::Embedding];
}

/// Of the inputs that are no targets, some stay.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Select {
    /// How much an input says.
    pub method: SelectMethod,
    /// From 1 on: how many stay; below 1: how much an input must say to stay.
    pub keep: f64,
    /// Whether the step is left out for now.
    #[serde(skip_serializing_if = "is_false")]
    pub off: bool,
}

impl Default for Select {
    fn default() -> Self {
        Self {
            method: SelectMethod::Correlation,
            keep: 5.0,
            off: false,
        }
    }
}

/// How much an input says, in the training part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SelectMethod {
    /// Largest correlation, sign left out, with a target one horizon later.
    Correlation,
    /// Largest mutual information, in nats, with a target one horizon later, both cut into ten bins of as
    /// many values.
    MutualInformation,
    /// Variance over the squared range.
    Variance,
}

impl SelectMethod {
    /// All, in the order menus show.
    pub const ALL: [Self; 3] = [Self::Correlation, Self::MutualInformation, Self::Variance];
}
