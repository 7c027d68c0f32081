//! How a session begins: its settings held against the data and the memory, and the weights of its first step.

use super::Session;
use super::memory::check_memory;
use super::probe::Look;
use crate::data::{DataError, Dataset};
use crate::experiment::{Experiment, KeyError};
use crate::model::{Learner, ModelFile, ModelFileError, Parameters, device};
use crate::optimize::clipping::ClippingState;
use crate::optimize::objective::Objective;
use crate::optimize::optimizer::{OptimizerState, TensorShape};
use crate::optimize::schedule::ScheduleState;
use crate::record::{LossUnit, RunInfo};
use crate::train::batches::Batches;
use crate::train::checkpoint::{Checkpoint, CheckpointError};
use crate::train::generator::{Stream, generator};
use crate::train::network::architecture;
use crate::train::stopwatch::Stopwatch;
use std::path::Path;
use std::sync::Arc;

/// A run that cannot begin.
#[derive(Debug, thiserror::Error)]
pub enum TrainError {
    /// A setting that does not go with the data.
    #[error(transparent)]
    Setting(#[from] KeyError),
    /// The data.
    #[error(transparent)]
    Data(#[from] DataError),
    /// The model file to start from.
    #[error(transparent)]
    Model(#[from] ModelFileError),
    /// The checkpoint to start from.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
}

impl Session {
    /// A run of `experiment` (of one contender, with one seed) on prepared data, before its first step.
    /// Where its `start_from` is a checkpoint it is a fork, as [`Session::forked`].
    ///
    /// # Errors
    /// Settings that do not go with the data or the memory, or a model file or checkpoint that does not fit.
    pub fn new(
        experiment: &Experiment,
        contender: &str,
        dataset: Arc<Dataset>,
        threads: usize,
    ) -> Result<Self, TrainError> {
        Self::check_size(experiment, &dataset)?;
        let architecture = architecture(experiment, &dataset);
        let parameters = match Start::of(experiment)? {
            Start::Drawn => Parameters::draw(
                &architecture,
                experiment.model.init,
                experiment.model.forget_bias,
                &mut generator(seed(experiment), Stream::Weights),
            ),
            Start::Model(file) => file.parameters(&architecture)?,
            Start::Checkpoint(checkpoint) => {
                return Self::forked(experiment, contender, dataset, threads, &checkpoint);
            }
        };
        Ok(Self::begin(
            experiment, contender, dataset, threads, parameters,
        ))
    }

    /// A run before its first step, with these weights.
    pub(super) fn begin(
        experiment: &Experiment,
        contender: &str,
        dataset: Arc<Dataset>,
        threads: usize,
        parameters: Parameters,
    ) -> Self {
        let seed = seed(experiment);
        let architecture = architecture(experiment, &dataset);
        let batches = Batches::new(experiment, &dataset, seed);
        let planned_steps = planned_steps(experiment, &batches);
        let info = RunInfo {
            contender: contender.to_owned(),
            seed,
            backend: experiment.model.backend.clone(),
            threads,
            parameters: parameters.values.len(),
            tensors: parameters.tensors.iter().map(|t| t.name.clone()).collect(),
            steps_per_epoch: batches.per_epoch(),
            planned_steps,
            first_step: 0,
            data_hash: dataset.hash.clone(),
            initial_weights: parameters.hash(),
            loss_unit: LossUnit::of(dataset.sequences.as_ref().map(|s| &*s.classes)),
        };
        let shapes = shapes(&parameters);
        Self {
            learner: Learner {
                architecture,
                device: device(&experiment.model.backend),
                threads,
            },
            optimizer: OptimizerState::new(&experiment.optimizer, &shapes),
            objective: Objective::new(
                &experiment.loss,
                dataset.class_counts(),
                &experiment.data.target_weights,
            ),
            schedule: experiment.schedule,
            schedule_state: ScheduleState::default(),
            clipping: experiment.clipping,
            clipping_state: ClippingState::default(),
            tensors: parameters.tensors.iter().map(|t| t.range.clone()).collect(),
            dropout: generator(seed, Stream::Dropout),
            step: 0,
            gradient: Vec::new(),
            before: Vec::new(),
            best: None,
            epochs_without_gain: 0,
            stopwatch: Stopwatch::default(),
            last_train_loss: None,
            last_validation_loss: None,
            look: Look::default(),
            experiment: experiment.clone(),
            dataset,
            parameters,
            batches,
            planned_steps,
            info,
        }
    }

    /// Whether a session could begin, without making one.
    ///
    /// # Errors
    /// As [`Session::new`].
    pub fn check(experiment: &Experiment, dataset: &Dataset) -> Result<(), TrainError> {
        Self::check_size(experiment, dataset)?;
        match Start::of(experiment)? {
            Start::Drawn => {}
            Start::Model(file) => {
                file.parameters(&architecture(experiment, dataset))?;
            }
            Start::Checkpoint(checkpoint) => {
                Self::check_fork(experiment, dataset, &checkpoint)?;
            }
        }
        Ok(())
    }

    pub(super) fn check_size(experiment: &Experiment, dataset: &Dataset) -> Result<(), KeyError> {
        let batch = Batches::size(experiment, Batches::supply(dataset));
        check_memory(&architecture(experiment, dataset), batch, dataset)
    }

    /// Steps of the whole run that `experiment` asks for.
    pub(in crate::train) fn planned(experiment: &Experiment, dataset: &Dataset) -> u64 {
        planned_steps(experiment, &Batches::new(experiment, dataset, 0))
    }
}

/// Where a run starts from.
enum Start {
    /// Weights drawn from its seed.
    Drawn,
    /// The weights of a model file.
    Model(Box<ModelFile>),
    /// Another run's state.
    Checkpoint(Box<Checkpoint>),
}

impl Start {
    /// Reads what `model.start_from` names.
    fn of(experiment: &Experiment) -> Result<Self, TrainError> {
        let path = Path::new(&experiment.model.start_from);
        Ok(if path.as_os_str().is_empty() {
            Self::Drawn
        } else if Checkpoint::is_at(path) {
            Self::Checkpoint(Box::new(Checkpoint::read(path)?))
        } else {
            Self::Model(Box::new(ModelFile::read(path)?))
        })
    }
}

/// As the optimizers need them.
pub(super) fn shapes(parameters: &Parameters) -> Vec<TensorShape> {
    (parameters.tensors.iter())
        .map(|tensor| TensorShape::new(tensor.range.clone(), &tensor.shape))
        .collect()
}

pub(super) fn seed(experiment: &Experiment) -> u64 {
    experiment.seeds.first().copied().unwrap_or_default()
}

/// Steps of the whole run.
fn planned_steps(experiment: &Experiment, batches: &Batches) -> u64 {
    let training = &experiment.training;
    training
        .steps
        .unwrap_or(training.epochs.saturating_mul(batches.per_epoch()))
}

/// The key that says how long a run is.
pub(in crate::train) fn budget_key(experiment: &Experiment) -> &'static str {
    if experiment.training.steps.is_some() {
        "training.steps"
    } else {
        "training.epochs"
    }
}
