//! One run: all of its state, and what it tells of itself. It takes one synchronous step at a time.

mod begin;
mod explosion;
mod inside;
mod landscape;
mod memory;
mod probe;
mod range_test;
mod state;
mod step;
mod validation;

pub use begin::TrainError;
pub(super) use begin::budget_key;
pub use inside::Inside;
pub use landscape::Grid;
pub use range_test::{RangePoint, RangeTest, RateRange};
pub use state::{Misfit, SessionState};
pub use step::Failure;

use super::batches::Batches;
use super::evaluate::evaluate;
use super::network::inputs_of;
use super::stopwatch::Stopwatch;
use crate::data::{Batch, Dataset};
use crate::experiment::{Clipping, Experiment, Schedule};
use crate::model::{Card, Forecaster, Inputs, Learner, Parameters};
use crate::optimize::clipping::ClippingState;
use crate::optimize::objective::Objective;
use crate::optimize::optimizer::OptimizerState;
use crate::optimize::schedule::ScheduleState;
use crate::record::{Best, FlowPlan, Forecast, Metrics, RunInfo};
use burn::tensor::{DType, Device};
use probe::Look;
use rand_chacha::ChaCha8Rng;
use std::ops::Range;
use std::sync::Arc;

/// One run: all of its state, no threads, no clock of its own but a stopwatch.
#[derive(Debug, Clone)]
pub struct Session {
    experiment: Experiment,
    dataset: Arc<Dataset>,
    learner: Learner,
    tensors: Vec<Range<usize>>,
    parameters: Parameters,
    optimizer: OptimizerState,
    objective: Objective,
    schedule: Schedule,
    schedule_state: ScheduleState,
    clipping: Clipping,
    clipping_state: ClippingState,
    batches: Batches,
    dropout: ChaCha8Rng,
    step: u64,
    planned_steps: u64,
    gradient: Vec<f32>,
    /// The weights before the last update.
    before: Vec<f32>,
    best: Option<(Best, Parameters)>,
    epochs_without_gain: u64,
    stopwatch: Stopwatch,
    info: RunInfo,
    last_train_loss: Option<f64>,
    last_validation_loss: Option<f64>,
    look: Look,
}

impl Session {
    /// What is known before the first step.
    #[must_use]
    pub fn info(&self) -> &RunInfo {
        &self.info
    }

    /// What it runs with.
    #[must_use]
    pub fn experiment(&self) -> &Experiment {
        &self.experiment
    }

    /// Updates made.
    #[must_use]
    pub fn steps(&self) -> u64 {
        self.step
    }

    /// Stops the stopwatch until the next step.
    pub fn pause(&mut self) {
        self.stopwatch.stop();
    }

    /// Training time, pauses excluded.
    #[must_use]
    pub fn seconds(&self) -> f64 {
        self.stopwatch.seconds()
    }

    /// The present weights.
    #[must_use]
    pub fn parameters(&self) -> &Parameters {
        &self.parameters
    }

    /// Loss of the last batch and of the last validation.
    #[must_use]
    pub fn last_losses(&self) -> (Option<f64>, Option<f64>) {
        (self.last_train_loss, self.last_validation_loss)
    }

    /// Hash of the order of all batches so far.
    #[must_use]
    pub fn batch_order(&self) -> String {
        self.batches.order_hash()
    }

    /// The data.
    #[must_use]
    pub fn dataset(&self) -> &Arc<Dataset> {
        &self.dataset
    }

    /// Where networks without automatic differentiation run.
    #[must_use]
    pub fn device(&self) -> &Device {
        &self.learner.device
    }

    /// A network with these weights, without automatic differentiation.
    #[must_use]
    pub fn network(&self, parameters: &Parameters) -> Forecaster {
        let Learner {
            architecture,
            device,
            ..
        } = &self.learner;
        Forecaster::new(architecture, parameters, device, DType::F32)
    }

    /// Forecasts of every part by `network`, and their scores.
    #[must_use]
    pub fn evaluate(&self, network: &Forecaster) -> (Forecast, Metrics) {
        evaluate(network, &self.experiment.loss, &self.dataset, self.device())
    }

    /// What a model file of this run says about itself.
    #[must_use]
    pub fn card(&self) -> Card {
        let dataset = &self.dataset;
        let mut card = Card::new(
            self.experiment.clone(),
            dataset.input_names.clone(),
            dataset.target_names.clone(),
        );
        card.lookback = dataset.lookback;
        card.preparation = serde_json::to_value(&dataset.fitted).expect("plain data");
        card.frequency.clone_from(&dataset.frequency);
        card
    }

    /// Which steps' gradient flow is recorded.
    #[must_use]
    pub fn flow_plan(&self) -> FlowPlan {
        FlowPlan {
            every: self.experiment.training.record_flow_every,
        }
    }

    fn inputs_of(&self, batch: &Batch) -> Inputs {
        inputs_of(
            batch,
            self.learner.architecture.columns(),
            &self.learner.device,
        )
    }
}
