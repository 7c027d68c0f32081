//! How long an experiment trains, in what batches, and what is changed by hand meanwhile.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

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
