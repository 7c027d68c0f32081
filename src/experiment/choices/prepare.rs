//! Preparation steps, each with its keys. What a step needs to know of the data it learns from the training part
//! alone; `data` does that.

mod columns;
mod series;

pub use columns::{
    Decompose, DecomposeKeep, DecomposeMethod, Encode, EncodeMethod, Select, SelectMethod,
};
pub use series::{Group, Lengths, Long, Short};

use super::Choice;
use serde::{Deserialize, Serialize};

/// A preparation step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Prepare {
    /// Missing values get values.
    Fill(Fill),
    /// Values far from the others are clipped, taken for missing, or flagged.
    Outliers(Outliers),
    /// Values become averages of themselves and those before.
    Smooth(Smooth),
    /// Values become their changes.
    Difference(Difference),
    /// Values are bent by a function.
    Transform(Transform),
    /// Values become their bin's training median.
    Bin(Bin),
    /// Rows become rows of another frequency.
    Resample(Resample),
    /// Earlier values become further inputs.
    Lag(Lag),
    /// Statistics of the last values become further inputs.
    Rolling(Rolling),
    /// The time becomes further inputs.
    Calendar(Calendar),
    /// Rows are put in order.
    Sort(Sort),
    /// Values are parted into season, trend and rest.
    Decompose(Decompose),
    /// Texts become numbers.
    Encode(Encode),
    /// Some inputs stay.
    Select(Select),
    /// A series for each value of a column.
    Group(Group),
    /// Series of a length.
    Lengths(Lengths),
}

impl Choice for Prepare {
    const TAG: &'static str = "step";

    fn all() -> Vec<Self> {
        vec![
            Self::Fill(Fill::default()),
            Self::Outliers(Outliers::default()),
            Self::Smooth(Smooth::default()),
            Self::Difference(Difference::default()),
            Self::Transform(Transform::default()),
            Self::Bin(Bin::default()),
            Self::Resample(Resample::default()),
            Self::Lag(Lag::default()),
            Self::Rolling(Rolling::default()),
            Self::Calendar(Calendar::default()),
            Self::Sort(Sort::default()),
            Self::Decompose(Decompose::default()),
            Self::Encode(Encode::default()),
            Self::Select(Select::default()),
            Self::Group(Group::default()),
            Self::Lengths(Lengths::default()),
        ]
    }
}

impl Prepare {
    /// Whether the step changes which rows there are.
    #[must_use]
    pub fn changes_rows(&self) -> bool {
        matches!(
            self,
            Self::Resample(_) | Self::Sort(_) | Self::Group(_) | Self::Lengths(_)
        )
    }

    /// Whether a changed value depends on later ones (of its own part).
    #[must_use]
    pub fn looks_ahead(&self) -> bool {
        matches!(self, Self::Fill(fill) if fill.method.looks_ahead())
    }
}

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
}

impl Default for Fill {
    fn default() -> Self {
        Self {
            columns: Vec::new(),
            method: FillMethod::Linear,
            max_gap: 0,
            flag: false,
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
}

impl Default for Outliers {
    fn default() -> Self {
        Self {
            columns: Vec::new(),
            method: OutlierMethod::Mad,
            limit: 3.5,
            window: 7,
            action: OutlierAction::Clip,
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
}

impl Default for Smooth {
    fn default() -> Self {
        Self {
            columns: Vec::new(),
            method: SmoothMethod::MovingAverage,
            window: 5,
            kernel: vec![0.5, 0.3, 0.2],
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

/// Values become their changes, first by seasons, then `order` times from row to row.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Difference {
    /// Columns; empty: all inputs that are read.
    pub columns: Vec<String>,
    /// How many times; absent: 1, or 0 where there is a season.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order: Option<usize>,
    /// Rows in a season whose change is taken; 0: none.
    pub season: usize,
}

impl Difference {
    /// How many times changes from row to row are taken.
    #[must_use]
    pub fn times(&self) -> usize {
        self.order.unwrap_or(usize::from(self.season == 0))
    }
}

/// Values are bent by a function that can be undone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Transform {
    /// Columns; empty: all inputs that are read.
    pub columns: Vec<String>,
    /// Which function.
    pub method: TransformMethod,
}

impl Default for Transform {
    fn default() -> Self {
        Self {
            columns: Vec::new(),
            method: TransformMethod::Log,
        }
    }
}

/// A function of values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TransformMethod {
    /// ln x, of values above 0.
    Log,
    /// ln(1 + x), of values above −1.
    Log1p,
    /// √x, of values of at least 0.
    Sqrt,
    /// (x^λ − 1) / λ of values above 0, λ the most likely one of the training part (Box & Cox 1964).
    BoxCox,
    /// The same for values of any sign (Yeo & Johnson 2000).
    YeoJohnson,
    /// The share of training values below, on the line between them; beyond them the line goes on.
    Quantile,
}

impl TransformMethod {
    /// All, in the order menus show.
    pub const ALL: [Self; 6] = [
        Self::Log,
        Self::Log1p,
        Self::Sqrt,
        Self::BoxCox,
        Self::YeoJohnson,
        Self::Quantile,
    ];
}

/// Values become the training median of their bin.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Bin {
    /// Columns; empty: all inputs that are read.
    pub columns: Vec<String>,
    /// Bins.
    pub count: usize,
    /// Where their borders are.
    pub method: BinMethod,
}

impl Default for Bin {
    fn default() -> Self {
        Self {
            columns: Vec::new(),
            count: 10,
            method: BinMethod::EqualWidth,
        }
    }
}

/// Where the borders of bins are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BinMethod {
    /// Evenly between the smallest and the largest training value.
    EqualWidth,
    /// So that as many training values fall in each.
    EqualFrequency,
}

impl BinMethod {
    /// All, in the order menus show.
    pub const ALL: [Self; 2] = [Self::EqualWidth, Self::EqualFrequency];
}

/// Rows become rows of another frequency; needs a time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Resample {
    /// ISO 8601 duration between rows, such as P1M, P7D or PT1H.
    pub every: String,
    /// What becomes of the values of one new row.
    pub aggregate: Aggregate,
}

impl Default for Resample {
    fn default() -> Self {
        Self {
            every: "P1M".to_owned(),
            aggregate: Aggregate::Mean,
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

/// Earlier values become further inputs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Lag {
    /// Columns; empty: all inputs that are read.
    pub columns: Vec<String>,
    /// How many rows before.
    pub lags: Vec<usize>,
}

impl Default for Lag {
    fn default() -> Self {
        Self {
            columns: Vec::new(),
            lags: vec![1, 7],
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
}

impl Default for Rolling {
    fn default() -> Self {
        Self {
            columns: Vec::new(),
            window: 7,
            functions: RollingFunction::ALL.to_vec(),
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
}

impl Default for Calendar {
    fn default() -> Self {
        Self {
            parts: vec![CalendarPart::Month],
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

/// Rows are put in order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Sort {
    /// The column; empty: the time.
    pub by: String,
    /// What becomes of rows of the same time.
    pub on_duplicate: OnDuplicate,
}

impl Default for Sort {
    fn default() -> Self {
        Self {
            by: String::new(),
            on_duplicate: OnDuplicate::Error,
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
