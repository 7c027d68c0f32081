//! Steps that clean values: gaps, outliers, noise.

use super::is_false;
use serde::{Deserialize, Serialize};

/// Missing values get values.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Fill {
    /// Columns; empty: all numeric ones.
    pub columns: Vec<String>,
    /// Where the values come from.
    pub method: FillMethod,
    /// Longer runs of missing values stay as they are; 0: no bound.
    pub max_gap: usize,
    /// Whether a column of 0 and 1 says where a value was missing.
    pub flag: bool,
    /// Whether the step is left out for now.
    #[serde(skip_serializing_if = "is_false")]
    pub off: bool,
}

impl Default for Fill {
    fn default() -> Self {
        Self {
            columns: Vec::new(),
            method: FillMethod::Linear,
            max_gap: 0,
            flag: false,
            off: false,
        }
    }
}

/// Where the values for missing ones come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FillMethod {
    /// The last value before.
    Forward,
    /// The next value after (looks ahead, within its own part).
    Backward,
    /// On the line between both (looks ahead, within its own part).
    Linear,
    /// The mean of the nearest values at the same place of the season (looks ahead, within its own part).
    Seasonal,
    /// The training part's mean.
    Mean,
    /// The training part's median.
    Median,
    /// A value drawn from the training part's observed ones.
    Random,
    /// Rows with a missing value go.
    Drop,
}

impl FillMethod {
    /// Every method, in the order menus show.
    pub const ALL: [Self; 8] = [
        Self::Linear,
        Self::Forward,
        Self::Backward,
        Self::Seasonal,
        Self::Mean,
        Self::Median,
        Self::Random,
        Self::Drop,
    ];

    /// Whether a filled value depends on later rows (of its own part).
    #[must_use]
    pub fn looks_ahead(self) -> bool {
        matches!(self, Self::Backward | Self::Linear | Self::Seasonal)
    }
}

/// Values far from the others are clipped, taken for missing, or flagged.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Outliers {
    /// Columns; empty: all inputs that are read.
    pub columns: Vec<String>,
    /// How far is measured.
    pub method: OutlierMethod,
    /// How many of the measure are too far.
    pub limit: f64,
    /// Values that `hampel` looks back over.
    pub window: usize,
    /// What happens to them.
    pub action: OutlierAction,
    /// Whether the step is left out for now.
    #[serde(skip_serializing_if = "is_false")]
    pub off: bool,
}

impl Default for Outliers {
    fn default() -> Self {
        Self {
            columns: Vec::new(),
            method: OutlierMethod::Mad,
            limit: 3.5,
            window: 7,
            action: OutlierAction::Clip,
            off: false,
        }
    }
}

/// How far from the others a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OutlierMethod {
    /// From the training median, in 1.4826 median absolute deviations.
    Mad,
    /// Beyond the training quartiles, in interquartile ranges.
    Iqr,
    /// From the training mean, in standard deviations.
    ZScore,
    /// From the median of the last `window` values, in 1.4826 of their median absolute deviations (Hampel 1974), looking back alone.
    Hampel,
}

impl OutlierMethod {
    /// All, in the order menus show.
    pub const ALL: [Self; 4] = [Self::Mad, Self::Iqr, Self::ZScore, Self::Hampel];
}

/// What happens to outliers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OutlierAction {
    /// They are set to the nearest value that is none.
    Clip,
    /// They are taken for missing, for a later fill.
    Missing,
    /// They stay, and a column of 0 and 1 says where they are.
    Flag,
}

impl OutlierAction {
    /// All, in the order menus show.
    pub const ALL: [Self; 3] = [Self::Clip, Self::Missing, Self::Flag];
}

/// Values become averages of themselves and those before: causal, so that no future leaks into a window.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Smooth {
    /// Columns; empty: all inputs that are read.
    pub columns: Vec<String>,
    /// Which average.
    pub method: SmoothMethod,
    /// Values in an average; of `exponential` the span: the weight is 2 / (window + 1).
    pub window: usize,
    /// Weights of `convolution`, of the latest value first; brought to the sum 1.
    pub kernel: Vec<f64>,
    /// Whether the step is left out for now.
    #[serde(skip_serializing_if = "is_false")]
    pub off: bool,
}

impl Default for Smooth {
    fn default() -> Self {
        Self {
            columns: Vec::new(),
            method: SmoothMethod::MovingAverage,
            window: 5,
            kernel: vec![0.5, 0.3, 0.2],
            off: false,
        }
    }
}

/// A causal average.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SmoothMethod {
    /// The mean of the last values.
    MovingAverage,
    /// s ← s + α·(x − s).
    Exponential,
    /// The median of the last values.
    Median,
    /// The end of the parabola fitted to the last values (Savitzky & Golay 1964).
    SavitzkyGolay,
    /// Weighted by `kernel`.
    Convolution,
}

impl SmoothMethod {
    /// All, in the order menus show.
    pub const ALL: [Self; 5] = [
        Self::MovingAverage,
        Self::Exponential,
        Self::Median,
        Self::SavitzkyGolay,
        Self::Convolution,
    ];
}
