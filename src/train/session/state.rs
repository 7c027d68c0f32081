//! All that a session needs to go on, as one plain structure: taken, put back, and taken over by a fork.

mod fork;

use super::Session;
use super::begin::shapes;
use crate::experiment::{Clipping, Schedule};
use crate::model::Parameters;
use crate::optimize::clipping::ClippingState;
use crate::optimize::optimizer::OptimizerState;
use crate::optimize::schedule::ScheduleState;
use crate::record::Best;
use crate::train::batches::BatchesState;
use crate::train::checkpoint::{Checkpoint, NamedShape, Origin, Recorded};
use crate::train::stopwatch::Stopwatch;
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

/// Everything that changes while a session takes steps. A session of the same experiment and data that
/// is given it goes on as if it had taken those steps itself, to the last bit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SessionState {
    step: u64,
    first_step: u64,
    parameters: Vec<f32>,
    optimizer: OptimizerState,
    /// As changed by hand so far.
    schedule: Schedule,
    /// As changed by hand so far.
    clipping: Clipping,
    schedule_state: ScheduleState,
    clipping_state: ClippingState,
    batches: BatchesState,
    dropout: ChaCha8Rng,
    best: Option<(Best, Vec<f32>)>,
    epochs_without_gain: u64,
    seconds: f64,
    last_train_loss: Option<f64>,
    last_validation_loss: Option<f64>,
    initial_weights: String,
}

/// A state that belongs to another network or other data.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the state does not fit: {0}")]
pub struct Misfit(String);

impl SessionState {
    /// Updates made.
    #[must_use]
    pub fn step(&self) -> u64 {
        self.step
    }

    /// The weights, all tensors one after the other.
    #[must_use]
    pub fn parameters(&self) -> &[f32] {
        &self.parameters
    }
}

impl Session {
    /// All that is needed to go on from here.
    #[must_use]
    pub fn state(&self) -> SessionState {
        SessionState {
            step: self.step,
            first_step: self.info.first_step,
            parameters: self.parameters.values.clone(),
            optimizer: self.optimizer.clone(),
            schedule: self.schedule,
            clipping: self.clipping,
            schedule_state: self.schedule_state.clone(),
            clipping_state: self.clipping_state.clone(),
            batches: self.batches.state(),
            dropout: self.dropout.clone(),
            best: self
                .best
                .as_ref()
                .map(|(best, parameters)| (*best, parameters.values.clone())),
            epochs_without_gain: self.epochs_without_gain,
            seconds: self.seconds(),
            last_train_loss: self.last_train_loss,
            last_validation_loss: self.last_validation_loss,
            initial_weights: self.info.initial_weights.clone(),
        }
    }

    /// Goes to `state`, earlier or later, of a session of the same experiment and data. The stopwatch
    /// stands still until the next step.
    ///
    /// # Errors
    /// A state of another network or other data; the session is then as it was.
    pub fn restore(&mut self, state: SessionState) -> Result<(), Misfit> {
        let length = self.parameters.values.len();
        let lengths = [
            Some(state.parameters.len()),
            state.best.as_ref().map(|(_, values)| values.len()),
        ];
        if let Some(other) = lengths.into_iter().flatten().find(|&other| other != length) {
            return Err(Misfit(format!(
                "it has {other} parameters, and this network {length}"
            )));
        }
        let optimizer = state
            .optimizer
            .under(&self.experiment.optimizer, &shapes(&self.parameters))
            .ok_or_else(|| Misfit("its optimizer is of another kind".to_owned()))?;
        if !self.batches.go_to(&state.batches) {
            return Err(Misfit("its training windows are others".to_owned()));
        }
        self.step = state.step;
        self.info.first_step = state.first_step;
        self.info.initial_weights = state.initial_weights;
        self.parameters.values = state.parameters;
        self.optimizer = optimizer;
        self.schedule = state.schedule;
        self.clipping = state.clipping;
        self.schedule_state = state.schedule_state;
        self.clipping_state = state.clipping_state;
        self.dropout = state.dropout;
        self.best = state
            .best
            .map(|(best, values)| (best, self.parameters_of(values)));
        self.epochs_without_gain = state.epochs_without_gain;
        self.stopwatch = Stopwatch::after(state.seconds);
        self.last_train_loss = state.last_train_loss;
        self.last_validation_loss = state.last_validation_loss;
        Ok(())
    }

    fn parameters_of(&self, values: Vec<f32>) -> Parameters {
        Parameters {
            tensors: self.parameters.tensors.clone(),
            values,
        }
    }

    /// A checkpoint of the present step; `recorded` is what the run's folder holds of it.
    #[must_use]
    pub fn checkpoint(&self, recorded: Recorded) -> Checkpoint {
        let origin = Origin {
            contender: self.info.contender.clone(),
            seed: self.info.seed,
            experiment: self.experiment.to_toml(),
            data_hash: self.dataset.hash.clone(),
            planned_steps: self.planned_steps,
            tensors: named_shapes(&self.parameters),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        };
        Checkpoint::new(origin, self.state(), recorded)
    }
}

fn named_shapes(parameters: &Parameters) -> Vec<NamedShape> {
    parameters
        .tensors
        .iter()
        .map(|tensor| (tensor.name.clone(), tensor.shape.clone()))
        .collect()
}
