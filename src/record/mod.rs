//! What a run has shown so far, as plain old data: no tensors, no threads, no widgets.
//!
//! `train` makes these records, [`folder`] writes them down, the window and the figures draw them.

pub mod backtest;
pub mod checkpoints;
pub mod column;
mod explosion;
mod flow;
pub mod folder;
mod forecast;
mod history;
mod past;
mod probe;
mod sharpness;
mod tables;
mod unit;

pub use backtest::{Results, fold_folder};
pub use checkpoints::Checkpoints;
pub use column::Column;
pub use explosion::{Cause, EXPLOSION_STEPS, ExplodingStep, Explosion, Place};
pub use flow::{FlowHistory, FlowPlan, LayerFlow};
pub use folder::{FolderError, RunFolder, RunSummary};
pub use forecast::{
    ClassMetrics, Forecast, ForecastRow, Metrics, PartMetrics, Scores, TargetMetrics, share_saved,
};
pub use history::History;
pub use past::{PastRun, PastRunError, runs_in};
pub use probe::{Gate, GateUse, LayerLook, LayerProbe, Probe, UNITS_RANGE};
pub use sharpness::Sharpness;
pub use tables::{TableLengths, Tables};
pub use unit::LossUnit;

use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What one training step showed.
#[derive(Debug, Clone, PartialEq)]
pub struct StepRecord {
    /// The step, from 0.
    pub step: u64,
    /// The epoch that the step belongs to, from 0.
    pub epoch: u64,
    /// Since the run's start, pauses excluded.
    pub seconds: f64,
    /// As the optimizer used it.
    pub learning_rate: f64,
    /// Of the batch, before its update.
    pub train_loss: f64,
    /// Global norm of the gradient, before clipping.
    pub grad_norm: f64,
    /// Global norm of the gradient that the optimizer saw.
    pub grad_norm_clipped: f64,
    /// Norm of the change of all weights.
    pub update_norm: f64,
    /// Norm of all weights after the update.
    pub weight_norm: f64,
    /// Mean loss of the validation part after the update, where it was evaluated.
    pub validation_loss: Option<f64>,
    /// Norm before and after clipping of each tensor's gradient; empty where not recorded.
    pub tensor_norms: Vec<[f32; 2]>,
    /// Gradient flow of each layer, the input's first; absent where not recorded.
    pub flow: Option<Arc<[LayerFlow]>>,
}

/// Where a run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// Goes on, or was cut off while it did.
    Running,
    /// All its steps are done, or it stopped early by its own rule.
    Finished,
    /// Stopped by hand.
    Stopped,
    /// A loss or a gradient was no longer a finite number.
    Diverged,
    /// Could not go on; the reason says why.
    Failed,
}

/// What is known of a run before its first step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunInfo {
    /// The contender's name.
    pub contender: String,
    /// The seed.
    pub seed: u64,
    /// burn's backend.
    pub backend: String,
    /// Threads that the run has to itself.
    pub threads: usize,
    /// Trainable numbers.
    pub parameters: usize,
    /// Names of the tensors, in the order of [`StepRecord::tensor_norms`].
    pub tensors: Vec<String>,
    /// Steps in one epoch.
    pub steps_per_epoch: u64,
    /// Steps in the whole run.
    pub planned_steps: u64,
    /// Updates made before its first own one: other than 0 in a fork.
    pub first_step: u64,
    /// Hash of the prepared data.
    pub data_hash: String,
    /// Hash of the weights before the first step.
    pub initial_weights: String,
    /// What its losses are counted in.
    #[serde(default)]
    pub loss_unit: LossUnit,
}

/// The best model so far.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Best {
    /// Updates made when it was found.
    pub step: u64,
    /// Its validation loss; absent without a validation part.
    pub validation_loss: Option<f64>,
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// Where it stands.
    pub status: Status,
    /// Why, in words.
    pub reason: String,
    /// Updates made.
    pub steps: u64,
    /// Training time, pauses excluded.
    pub seconds: f64,
    /// The best model.
    pub best: Option<Best>,
    /// Hash of the order of all batches drawn.
    pub batch_order: String,
    /// Hash of the weights after the last step.
    pub final_weights: String,
    /// Loss of the last step.
    pub train_loss: Option<f64>,
    /// Last validation loss.
    pub validation_loss: Option<f64>,
}
