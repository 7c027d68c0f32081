//! The series that an experiment asks for: its source, its columns, its preparation, its windows and its parts.

use super::{Generate, Loss, Prepare};
use serde::{Deserialize, Serialize};

/// What is to be predicted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Task {
    /// Future values of the target columns, or the number that goes with each sequence.
    Forecast,
    /// Which class each sequence belongs to.
    Classify,
}

impl Task {
    /// Every task, in the order menus show.
    pub const ALL: [Self; 2] = [Self::Forecast, Self::Classify];

    /// The task when nobody says: what a generated source is for, else to forecast.
    #[must_use]
    pub fn of_source(source: &str) -> Self {
        match source {
            "generate:temporal-order" | "generate:separable" => Self::Classify,
            _ => Self::Forecast,
        }
    }

    /// The loss when nobody says.
    #[must_use]
    pub fn default_loss(self) -> Loss {
        match self {
            Self::Forecast => Loss::Mse,
            Self::Classify => Loss::cross_entropy(),
        }
    }
}

/// The series: its source, its columns, its preparation, its windows and its parts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Data {
    /// `builtin:NAME`, `generate:NAME` or a path.
    pub source: String,
    /// Columns to predict; empty: the first numeric column that is no time, index or label.
    pub targets: Vec<String>,
    /// How much each target's loss counts; empty: all alike.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub target_weights: Vec<f64>,
    /// Further files or sheets whose columns stand beside those of the source.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub join: Vec<Join>,
    /// Further input columns.
    pub features: Vec<String>,
    /// A further file as the test part; empty: the rest of the rows.
    pub test_source: String,
    /// The time column; empty: detected.
    pub time: String,
    /// What is to be predicted.
    pub task: Task,
    /// Preparation steps, in order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub prepare: Vec<Prepare>,
    /// Scaling of every input column, fitted on the training part.
    pub scale: Scale,
    /// How windows are cut.
    pub window: Window,
    /// Chronological parts.
    pub split: Split,
    /// Parameters of a `generate:` source.
    #[serde(skip_serializing_if = "Generate::is_empty")]
    pub generate: Generate,
}

/// Whether a source is the name of a built-in or generated series, and no path.
#[must_use]
pub fn is_made(source: &str) -> bool {
    source.starts_with("builtin:") || source.starts_with("generate:")
}

impl Data {
    /// The preparation steps that are not switched off, each with its place among all.
    #[must_use]
    pub fn steps(&self) -> impl DoubleEndedIterator<Item = (usize, &Prepare)> + Clone {
        let all = self.prepare.iter().enumerate();
        all.filter(|(_, step)| !step.is_off())
    }
}

impl Default for Data {
    fn default() -> Self {
        Self {
            source: "builtin:airline".to_owned(),
            targets: Vec::new(),
            target_weights: Vec::new(),
            join: Vec::new(),
            features: Vec::new(),
            test_source: String::new(),
            time: String::new(),
            task: Task::Forecast,
            prepare: Vec::new(),
            scale: Scale::default(),
            window: Window::default(),
            split: Split::default(),
            generate: Generate::default(),
        }
    }
}

/// A file or sheet whose columns stand beside those of the source, row by row.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Join {
    /// A path, or `builtin:NAME`.
    pub source: String,
    /// The column of both by which rows belong together; empty: the time.
    pub on: String,
    /// Which rows stay.
    pub how: JoinHow,
}

/// Which rows of a join stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum JoinHow {
    /// All of the source; without a partner, values are missing.
    #[default]
    Left,
    /// Those of the source that have a partner.
    Inner,
    /// All of both; without a partner, values are missing. By time they stand in its order, else those of the
    /// source come first.
    Outer,
}

impl JoinHow {
    /// All, in the order menus show.
    pub const ALL: [Self; 3] = [Self::Left, Self::Inner, Self::Outer];
}

/// How columns are brought to a common size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ScaleMethod {
    /// (x − mean) / standard deviation (population, as scikit-learn's `StandardScaler`).
    #[default]
    Standard,
    /// (x − min) / (max − min).
    MinMax,
    /// (x − median) / interquartile range.
    Robust,
    /// As it is.
    None,
}

impl ScaleMethod {
    /// Every method, in the order menus show.
    pub const ALL: [Self; 4] = [Self::Standard, Self::MinMax, Self::Robust, Self::None];
}

/// Scaling of the input columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Scale {
    /// The method.
    pub method: ScaleMethod,
}

/// What a window's targets are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Output {
    /// At each step t the target is the value at t + horizon.
    #[default]
    EveryStep,
    /// The head on the last hidden state predicts the next `horizon` values at once.
    LastStep,
}

/// How the series is cut into windows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Window {
    /// Input steps; absent: 50, or a third of the training rows where that is less.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lookback: Option<usize>,
    /// Steps ahead.
    pub horizon: usize,
    /// Steps between the starts of training windows.
    pub stride: usize,
    /// What the targets are.
    pub output: Output,
    /// Rows that the forecast is rolled forward over on its own, from the test part's and from the data's end;
    /// absent: as many as the test part has, at most 50.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub roll: Option<usize>,
}

impl Default for Window {
    fn default() -> Self {
        Self {
            lookback: None,
            horizon: 1,
            stride: 1,
            output: Output::EveryStep,
            roll: None,
        }
    }
}

/// Chronological parts of the series; the rest after both is the test part.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Split {
    /// Share of the rows that the model learns from.
    pub train: f64,
    /// Share of the rows that choose the best model.
    pub validation: f64,
    /// Origins of a backtest beside the run, each a run of its own; 0: none.
    #[serde(skip_serializing_if = "is_zero")]
    pub folds: usize,
    /// The origin, from 1, that alone is run; 0: the parts that `train` and `validation` say.
    #[serde(skip_serializing_if = "is_zero")]
    pub fold: usize,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes by reference"
)]
pub(crate) fn is_zero(number: &usize) -> bool {
    *number == 0
}

impl Split {
    /// The splits of the runs that one contender and seed ask for: its own, then each fold's.
    pub fn runs(self) -> impl Iterator<Item = Self> {
        let folds = if self.fold == 0 { self.folds } else { 0 };
        let of_fold = move |fold| Self { fold, ..self };
        std::iter::once(self).chain((1..=folds).map(of_fold))
    }
}

impl Default for Split {
    fn default() -> Self {
        Self {
            train: 0.7,
            validation: 0.15,
            folds: 0,
            fold: 0,
        }
    }
}
