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
mod data;
pub mod document;
mod model;
pub mod ranges;
mod sweep;
mod training;
pub mod validate;

pub use choices::{
    Choice, ClassWeights, Clipping, Fill, FillMethod, Generate, Init, Loss, NamedInit, Optimizer,
    Prepare, Schedule, ScheduleKind,
};
pub use contenders::{Contender, safe_name};
pub(crate) use data::is_zero;
pub use data::{Data, Join, JoinHow, Output, Scale, ScaleMethod, Split, Task, Window, is_made};
pub use document::{Document, DocumentError};
pub use model::{Cell, Model, Nonlinearity};
pub use sweep::{SWEEP_MOST, SWEEP_RATES, sweep_name};
pub use training::{BatchSize, Event, Full, Training};

use serde::{Deserialize, Serialize};

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
