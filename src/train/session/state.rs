//! All that a session needs to go on, as one plain structure: taken, put back, and taken over by a fork.

use super::{Checkpoint, Session, TrainError, architecture, planned_steps, seed, shapes};
use crate::data::Dataset;
use crate::experiment::{Clipping, Experiment, KeyError, Schedule};
use crate::model::{Architecture, Parameters};
use crate::optimize::clipping::ClippingState;
use crate::optimize::optimizer::OptimizerState;
use crate::optimize::schedule::ScheduleState;
use crate::record::Best;
use crate::train::batches::{Batches, BatchesState};
use crate::train::checkpoint::{NamedShape, Origin, Recorded};
use crate::train::stopwatch::Stopwatch;
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

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

    /// The run of `experiment` that `checkpoint` is of, where that left off.
    ///
    /// # Errors
    /// Settings that do not go with the data or the memory, or a checkpoint that does not fit.
    pub fn resumed(
        experiment: &Experiment,
        contender: &str,
        dataset: Arc<Dataset>,
        threads: usize,
        checkpoint: &Checkpoint,
    ) -> Result<Self, TrainError> {
        Self::check_size(experiment, &dataset)?;
        let parameters = Parameters::zeros(&architecture(experiment, &dataset));
        let mut session = Self::begin(experiment, contender, dataset, threads, parameters);
        session
            .restore(checkpoint.state.clone())
            .map_err(|misfit| checkpoint.error(misfit.to_string()))?;
        Ok(session)
    }

    /// A new run of `experiment` that begins at `checkpoint`, of a run with perhaps other settings: its
    /// first step has the checkpoint's number, and its history begins there.
    ///
    /// Weights are taken over, and whatever still has a meaning under the new settings: the
    /// optimizer's memory where its kind and shapes agree, the place in the batch order where seed, data
    /// and shuffling agree (with another batch size from the next epoch on), and the dropout generator
    /// where the seed agrees. Events before that step count as applied. The best model, early stopping
    /// and the stopwatch begin anew. So a fork without a change takes the steps that the other run took.
    ///
    /// # Errors
    /// Settings that do not go with the data or the memory, a network of another shape, or no steps
    /// left to take.
    pub fn forked(
        experiment: &Experiment,
        contender: &str,
        dataset: Arc<Dataset>,
        threads: usize,
        checkpoint: &Checkpoint,
    ) -> Result<Self, TrainError> {
        Self::check_size(experiment, &dataset)?;
        Self::check_fork(experiment, &dataset, checkpoint)?;
        let mut parameters = Parameters::zeros(&architecture(experiment, &dataset));
        let Checkpoint { origin, state, .. } = checkpoint;
        if state.parameters.len() != parameters.values.len() {
            return Err(checkpoint
                .error("its tensors do not have the shapes that it names")
                .into());
        }
        parameters.values.copy_from_slice(&state.parameters);
        let shapes = shapes(&parameters);
        let mut session = Self::begin(experiment, contender, dataset, threads, parameters);
        session.step = state.step;
        session.info.first_step = state.step;
        let memory = state.optimizer.clone();
        if let Some(optimizer) = memory.under(&experiment.optimizer, &shapes) {
            session.optimizer = optimizer;
        }
        if session.schedule.kind == state.schedule.kind {
            session.schedule_state = state.schedule_state.clone();
        }
        if session.clipping == state.clipping {
            session.clipping_state = state.clipping_state.clone();
        }
        let same_seed = origin.seed == seed(experiment);
        if same_seed && origin.data_hash == session.dataset.hash {
            // Where the windows are others after all, the order begins anew.
            session.batches.go_to(&state.batches);
        }
        if same_seed {
            session.dropout = state.dropout.clone();
        }
        let mut applied: Vec<u64> = experiment.event.iter().map(|event| event.step).collect();
        applied.sort_unstable();
        applied.dedup();
        for step in applied.into_iter().filter(|&step| step < state.step) {
            session.apply_events(step);
        }
        Ok(session)
    }

    /// Whether `experiment` can begin at `checkpoint`.
    pub(super) fn check_fork(
        experiment: &Experiment,
        dataset: &Dataset,
        checkpoint: &Checkpoint,
    ) -> Result<(), TrainError> {
        let architecture = architecture(experiment, dataset);
        if let Some(message) = misshapen(&checkpoint.origin, &architecture) {
            return Err(checkpoint.error(message).into());
        }
        let planned = Self::planned(experiment, dataset);
        let taken = checkpoint.state.step;
        if planned <= taken {
            return Err(KeyError::new(
                budget_key(experiment),
                format!(
                    "the run would end after {planned} steps, and the checkpoint that it starts from has taken {taken}; steps count on from there, so ask for more"
                ),
            )
            .into());
        }
        Ok(())
    }

    /// Steps of the whole run that `experiment` asks for.
    pub(in crate::train) fn planned(experiment: &Experiment, dataset: &Dataset) -> u64 {
        planned_steps(experiment, &Batches::new(experiment, dataset, 0))
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

    /// Whether the next step is the last one and validates only for that reason. A longer run would not
    /// validate there, so it goes on from before that step.
    pub(in crate::train) fn validates_out_of_turn_next(&self) -> bool {
        let every = self.experiment.training.validate_every;
        let in_turn =
            self.batches.ends_epoch_next() && (self.batches.epoch() + 1).is_multiple_of(every);
        self.step + 1 == self.planned_steps && !in_turn
    }
}

/// The key that says how long a run is.
pub(in crate::train) fn budget_key(experiment: &Experiment) -> &'static str {
    if experiment.training.steps.is_some() {
        "training.steps"
    } else {
        "training.epochs"
    }
}

fn named_shapes(parameters: &Parameters) -> Vec<NamedShape> {
    parameters
        .tensors
        .iter()
        .map(|tensor| (tensor.name.clone(), tensor.shape.clone()))
        .collect()
}

/// The first tensor that a network of `architecture` has otherwise.
fn misshapen(origin: &Origin, architecture: &Architecture) -> Option<String> {
    let wanted = architecture.tensors();
    for tensor in &wanted {
        let name = &tensor.name;
        match origin.tensors.iter().find(|(other, _)| other == name) {
            None => return Some(format!("tensor `{name}` {:?} is missing", tensor.shape)),
            Some((_, shape)) if *shape != tensor.shape => {
                return Some(format!(
                    "tensor `{name}` has the shape {shape:?}; this model's is {:?}",
                    tensor.shape
                ));
            }
            Some(_) => {}
        }
    }
    let extra = origin
        .tensors
        .iter()
        .find(|(name, _)| wanted.iter().all(|tensor| tensor.name != *name))?;
    Some(format!("tensor `{}` has no place in this model", extra.0))
}
