//! Sessions that begin at a checkpoint: where their own run left off, or as a fork of another run.

use crate::data::Dataset;
use crate::experiment::{Experiment, KeyError};
use crate::model::{Architecture, Parameters};
use crate::train::checkpoint::{Checkpoint, Origin};
use crate::train::network::architecture;
use crate::train::session::begin::{budget_key, seed, shapes};
use crate::train::session::{Session, TrainError};
use std::sync::Arc;

impl Session {
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
    pub(in crate::train::session) fn check_fork(
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
