//! Steps that make further inputs.

use super::is_false;
use serde::{Deserialize, Serialize};

/// Earlier values become further inputs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Lag {
    /// Columns; empty: all inputs that are read.
    pub columns: Vec<String>,
    /// How many rows before.
    pub lags: Vec<usize>,
    /// Whether the step is left out for now.
    #[serde(skip_serializing_if = "is_false")]
    pub off: bool,
}

impl Default for Lag {
    fn default() -> Self {
        Self {
            columns: Vec::new(),
            lags: vec![1, 7],
            off: false,
        }
    }
}

/// Statistics of the last values, this one included, become further inputs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Rolling {
    /// Columns; empty: all inputs that are read.
    pub columns: Vec<String>,
    /// Values looked at.
    pub window: usize,
    /// Which statistics.
    pub functions: Vec<RollingFunction>,
    /// Whether the step is left out for now.
    #[serde(skip_serializing_if = "is_false")]
    pub off: bool,
}

impl Default for Rolling {
    fn default() -> Self {
        Self {
            columns: Vec::new(),
            window: 7,
            functions: RollingFunction::ALL.to_vec(),
            off: false,
        }
    }
}

/// A statistic of the last values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RollingFunction {
    /// Their mean.
    Mean,
    /// Their standard deviation (population).
    Std,
    /// The smallest.
    Min,
    /// The largest.
    Max,
}

impl RollingFunction {
    /// All, in the order menus show.
    pub const ALL: [Self; 4] = [Self::Mean, Self::Std, Self::Min, Self::Max];
}

/// Places in the calendar become further inputs, as sine and cosine.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Calendar {
    /// Which places.
    pub parts: Vec<CalendarPart>,
    /// Whether the step is left out for now.
    #[serde(skip_serializing_if = "is_false")]
    pub off: bool,
}

impl Default for Calendar {
    fn default() -> Self {
        Self {
            parts: vec![CalendarPart::Month],
            off: false,
        }
    }
}

/// A place in the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CalendarPart {
    /// Of the hour.
    Minute,
    /// Of the day.
    Hour,
    /// Of the week.
    Weekday,
    /// Of the month.
    Day,
    /// Of the year.
    YearDay,
    /// Of the year.
    Week,
    /// Of the year.
    Month,
    /// Of the year.
    Quarter,
}

impl CalendarPart {
    /// All, in the order menus show.
    pub const ALL: [Self; 8] = [
        Self::Minute,
        Self::Hour,
        Self::Weekday,
        Self::Day,
        Self::YearDay,
        Self::Week,
        Self::Month,
        Self::Quarter,
    ];
}
