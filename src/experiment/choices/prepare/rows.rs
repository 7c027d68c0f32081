//! Steps that put other rows in the place of those that were read.

use super::is_false;
use serde::{Deserialize, Serialize};

/// Rows become rows of another frequency; needs a time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Resample {
    /// ISO 8601 duration between rows, such as P1M, P7D or PT1H.
    pub every: String,
    /// What becomes of the values of one new row.
    pub aggregate: Aggregate,
    /// Whether the step is left out for now.
    #[serde(skip_serializing_if = "is_false")]
    pub off: bool,
}

impl Default for Resample {
    fn default() -> Self {
        Self {
            every: "P1M".to_owned(),
            aggregate: Aggregate::Mean,
            off: false,
        }
    }
}

/// What several values become.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Aggregate {
    /// Their mean.
    Mean,
    /// Their sum.
    Sum,
    /// The last one.
    Last,
    /// The largest.
    Max,
    /// The smallest.
    Min,
}

impl Aggregate {
    /// All, in the order menus show.
    pub const ALL: [Self; 5] = [Self::Mean, Self::Sum, Self::Last, Self::Max, Self::Min];
}

/// Rows are put in order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Sort {
    /// The column; empty: the time.
    pub by: String,
    /// What becomes of rows of the same time.
    pub on_duplicate: OnDuplicate,
    /// Whether the step is left out for now.
    #[serde(skip_serializing_if = "is_false")]
    pub off: bool,
}

impl Default for Sort {
    fn default() -> Self {
        Self {
            by: String::new(),
            on_duplicate: OnDuplicate::Error,
            off: false,
        }
    }
}

/// What becomes of rows of the same time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OnDuplicate {
    /// They are refused.
    Error,
    /// Their mean, of numbers.
    Mean,
    /// The last of them.
    Last,
}

impl OnDuplicate {
    /// All, in the order menus show.
    pub const ALL: [Self; 3] = [Self::Error, Self::Mean, Self::Last];
}
