//! Every knob of the program in one serialisable structure, its defaults, and its rules.
//!
//! An [`Experiment`] is what an experiment file holds and what the window edits. It knows nothing
//! about data, models or training: it only says what was asked for. Three things keep it honest:
//!
//! * [`document`] reads TOML, lays it over the defaults and names the dotted key and the line of
//!   whatever does not fit. The defaults themselves are the schema, so a key cannot be known to the
//!   reader and unknown to the program.
//! * [`ranges`] holds the legal range of every number once, for the reader and for the window.
//! * [`contenders`] turns `[[contender]]` overrides into complete experiments, and back.

pub mod choices;
mod compare;
pub mod contenders;
pub mod document;
pub mod ranges;
mod sweep;
pub mod validate;

pub use choices::{
    Choice, ClassWeights, Clipping, Fill, FillMethod, Generate, Init, Loss, NamedInit, Optimizer,
    Prepare, Schedule, ScheduleKind,
};
pub use contenders::{Contender, safe_name};
pub use document::{Document, DocumentError};
pub use sweep::{SWEEP_MOST, SWEEP_RATES, sweep_name};

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What is wrong with a setting: the dotted key it concerns and one sentence that says what is
/// wrong and what would work.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{key}`: {message}")]
pub struct KeyError {
    /// Dotted key, such as `data.split.train`.
    pub key: String,
    /// What is wrong and how to mend it.
    pub message: String,
}

impl KeyError {
    /// An error at `key`.
    pub fn new(key: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            key: key.into(),
            message: message.into(),
        }
    }
}

/// Everything a person can choose. The field names are the keys of the experiment file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Experiment {
    /// A name for people.
    pub title: String,
    /// Each contender runs once per seed.
    pub seeds: Vec<u64>,
    /// Where the series comes from and how it is cut up.
    pub data: Data,
    /// The network.
    pub model: Model,
    /// What is minimised.
    pub loss: Loss,
    /// How a gradient becomes an update.
    pub optimizer: Optimizer,
    /// The learning rate over the steps.
    pub schedule: Schedule,
    /// What is done to a gradient before the optimizer sees it.
    pub clipping: Clipping,
    /// How long, in what batches.
    pub training: Training,
    /// What was changed by hand while it ran.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub event: Vec<Event>,
    /// Overrides, one table for each contender; `name` is the only key of its own.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub contender: Vec<toml::Table>,
}

impl Default for Experiment {
    fn default() -> Self {
        Self {
            title: String::new(),
            seeds: vec![7],
            data: Data::default(),
            model: Model::default(),
            loss: Task::Forecast.default_loss(),
            optimizer: Optimizer::default(),
            schedule: Schedule::default(),
            clipping: Clipping::None,
            training: Training::default(),
            event: Vec::new(),
            contender: Vec::new(),
        }
    }
}

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

/// The kind of network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cell {
    /// Plain (Elman) recurrent network.
    Rnn,
    /// Gated recurrent unit, `PyTorch`'s variant (reset gate after the recurrent product).
    Gru,
    /// Long short-term memory.
    #[default]
    Lstm,
    /// The head on the inputs alone, without recurrence: a baseline.
    Linear,
}

impl Cell {
    /// Every cell, in the order menus show.
    pub const ALL: [Self; 4] = [Self::Lstm, Self::Gru, Self::Rnn, Self::Linear];
}

/// The function inside a plain recurrent network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Nonlinearity {
    /// Hyperbolic tangent.
    #[default]
    Tanh,
    /// max(0, x).
    Relu,
    /// Logistic function.
    Sigmoid,
    /// x itself: a linear recurrence.
    Identity,
}

impl Nonlinearity {
    /// Every nonlinearity, in the order menus show.
    pub const ALL: [Self; 4] = [Self::Tanh, Self::Relu, Self::Sigmoid, Self::Identity];

    /// Its largest slope anywhere.
    #[must_use]
    pub fn steepest_slope(self) -> f64 {
        match self {
            Self::Tanh | Self::Relu | Self::Identity => 1.0,
            Self::Sigmoid => 0.25,
        }
    }
}

/// The network.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Model {
    /// The kind of cell.
    pub cell: Cell,
    /// Of the plain recurrent cell.
    pub nonlinearity: Nonlinearity,
    /// A model file to start from; empty: drawn from the seed.
    pub start_from: String,
    /// Hidden units in a layer.
    pub hidden: usize,
    /// Recurrent layers.
    pub layers: usize,
    /// Probability that a unit's output is dropped between layers.
    pub dropout: f64,
    /// How weights are drawn.
    pub init: Init,
    /// Added once to the LSTM forget gate's input bias.
    pub forget_bias: f64,
    /// The burn backend.
    pub backend: String,
}

impl Default for Model {
    fn default() -> Self {
        Self {
            cell: Cell::Lstm,
            nonlinearity: Nonlinearity::Tanh,
            start_from: String::new(),
            hidden: 32,
            layers: 1,
            dropout: 0.0,
            init: Init::Named(NamedInit::Pytorch),
            forget_bias: 0.0,
            backend: "flex".to_owned(),
        }
    }
}

/// Windows in a batch: a number, or all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum BatchSize {
    /// So many windows.
    Count(usize),
    /// The whole training part (`"full"`).
    Full(Full),
}

/// The word `full`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Full {
    /// The word itself.
    Full,
}

/// How long and in what batches.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Training {
    /// Passes over the training windows.
    pub epochs: u64,
    /// Updates; replaces `epochs` where present.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub steps: Option<u64>,
    /// Windows in a batch.
    pub batch_size: BatchSize,
    /// Whether each epoch draws a new order of windows.
    pub shuffle: bool,
    /// Epochs between validations.
    pub validate_every: u64,
    /// Seconds between checkpoints.
    pub checkpoint_seconds: f64,
    /// Epochs without a better validation loss after which a run stops; 0 never.
    pub stop_early: u64,
    /// Steps between rows of `gradients.csv`.
    pub record_gradients_every: u64,
    /// Steps between those of `gradient_flow.csv`; absent: every step at first, and twice as seldom
    /// whenever 2,048 are held.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub record_flow_every: Option<u64>,
    /// Steps between measurements of the sharpness, each as long as up to a hundred passes over the
    /// training part; absent: none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub record_sharpness_every: Option<u64>,
}

impl Default for Training {
    fn default() -> Self {
        Self {
            epochs: 20,
            steps: None,
            batch_size: BatchSize::Count(32),
            shuffle: true,
            validate_every: 1,
            checkpoint_seconds: 10.0,
            stop_early: 0,
            record_gradients_every: 1,
            record_flow_every: None,
            record_sharpness_every: None,
        }
    }
}

/// A change by hand: from `step` on, the keys of `set` have these values.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// The first step (counted from 0) that sees the change.
    pub step: u64,
    /// Dotted keys and their new values; keys of `schedule` and `clipping`.
    pub set: BTreeMap<String, toml::Value>,
}
