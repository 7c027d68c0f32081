//! One run, one synchronous step at a time.

mod explosion;
mod inside;
mod landscape;
mod probe;
mod range_test;
mod state;

pub use inside::Inside;
pub use landscape::Grid;
pub use range_test::{RangePoint, RangeTest, RateRange};
pub(super) use state::budget_key;
pub use state::{Misfit, SessionState};

use super::batches::{Batches, BatchesState};
use super::checkpoint::{Checkpoint, CheckpointError};
use super::evaluate::evaluate;
use super::stopwatch::Stopwatch;
use crate::data::{Batch, DataError, Dataset, Embedded, Fitted, Part};
use crate::experiment::{Clipping, Experiment, KeyError, Schedule};
use crate::model::{
    Architecture, Card, Embedding, Forecaster, Inputs, Learned, Learner, Lesson, ModelFile,
    ModelFileError, Parameters, device, elements,
};
use crate::optimize::clipping::ClippingState;
use crate::optimize::objective::{Objective, Total};
use crate::optimize::optimizer::{OptimizerState, TensorShape};
use crate::optimize::schedule::{Moment, ScheduleState};
use crate::optimize::vector;
use crate::record::{Best, FlowPlan, Forecast, LayerFlow, LossUnit, Metrics, RunInfo, StepRecord};
use burn::tensor::{DType, Device, Tensor, TensorData};
use probe::Look;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

/// Windows that are evaluated at once. Fixed, so that results do not depend on anything else.
const EVALUATION_BATCH: usize = 256;

/// Generators of one run, each its own ChaCha stream of the seed, so that no choice changes another's
/// draws. The data room has its own.
#[derive(Debug, Clone, Copy)]
pub(super) enum Stream {
    Weights = 1,
    Order = 2,
    Dropout = 3,
    Plane = 4,
}

pub(super) fn generator(seed: u64, stream: Stream) -> ChaCha8Rng {
    let mut generator = ChaCha8Rng::seed_from_u64(seed);
    generator.set_stream(stream as u64);
    generator
}

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

/// Why a run stopped by itself before its end: something was no longer a finite number.
#[derive(Debug, Clone, PartialEq)]
pub struct Failure {
    /// What the step showed, as far as it came; its update was not made.
    pub record: StepRecord,
    /// What and where, in words.
    pub reason: String,
}

/// What a step that fails puts back.
struct Before {
    batches: BatchesState,
    dropout: ChaCha8Rng,
    schedule: ScheduleState,
    memory: Option<(OptimizerState, ClippingState)>,
}

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
    fn begin(
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

    fn check_size(experiment: &Experiment, dataset: &Dataset) -> Result<(), KeyError> {
        let batch = Batches::size(experiment, Batches::supply(dataset));
        check_memory(&architecture(experiment, dataset), batch, dataset)
    }

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

    /// Whether there is nothing left to do, and why.
    #[must_use]
    pub fn finished(&self) -> Option<String> {
        let patience = self.experiment.training.stop_early;
        if self.step >= self.planned_steps {
            Some(format!("all {} steps are done", self.planned_steps))
        } else if patience > 0 && self.epochs_without_gain >= patience {
            Some(format!(
                "the validation loss has not improved for {} epochs",
                self.epochs_without_gain
            ))
        } else {
            None
        }
    }

    /// One update, and a validation where one is due.
    ///
    /// # Errors
    /// A loss or gradient that is not a finite number; everything is then as before the step.
    pub fn step(&mut self) -> Result<StepRecord, Box<Failure>> {
        self.stopwatch.start();
        self.apply_events(self.step);
        let epoch = self.batches.epoch();
        let before = self.remember();
        let batch = self.batches.next(&self.dataset);
        // An optimizer that evaluates the batch again has to see the same units dropped.
        let dropout = (self.optimizer.evaluates()).then(|| self.dropout.clone());
        let flow_due = self.flow_plan().due(self.step);
        let (train_loss, flow) = self.backward(&batch, flow_due || self.look.is_wanted());
        self.look
            .take_flow(flow.as_deref(), &self.learner.architecture);
        let (norms, grad_norm) = self.gradient_norms();
        let moment = Moment {
            step: self.step,
            total: self.planned_steps,
            steps_per_epoch: self.info.steps_per_epoch,
            loss: train_loss,
            gradient_norm: grad_norm,
        };
        let learning_rate = self.schedule_state.rate(&self.schedule, &moment);
        self.last_train_loss = Some(train_loss);
        let mut record = StepRecord {
            step: self.step,
            epoch,
            seconds: self.stopwatch.seconds(),
            learning_rate,
            train_loss,
            grad_norm,
            grad_norm_clipped: f64::NAN,
            update_norm: f64::NAN,
            weight_norm: f64::NAN,
            validation_loss: None,
            tensor_norms: Vec::new(),
            flow: flow.filter(|_| flow_due),
        };
        if let Some(reason) = self.non_finite(train_loss, grad_norm) {
            record.weight_norm = vector::norm(&self.parameters.values);
            self.go_back(before);
            return Err(Box::new(Failure { record, reason }));
        }
        let recorded = self
            .step
            .is_multiple_of(self.experiment.training.record_gradients_every);
        if recorded {
            record.tensor_norms = norms.into_iter().map(|norm| [norm; 2]).collect();
        }
        record.grad_norm_clipped = grad_norm;
        if self.clip(grad_norm) {
            let (clipped, clipped_norm) = self.gradient_norms();
            record.grad_norm_clipped = clipped_norm;
            for (norms, after) in record.tensor_norms.iter_mut().zip(clipped) {
                norms[1] = after;
            }
        }
        self.before.clone_from(&self.parameters.values);
        if let Err(reason) = self.update(&batch, dropout.as_ref(), train_loss, learning_rate) {
            self.parameters.values.clone_from(&self.before);
            record.weight_norm = vector::norm(&self.parameters.values);
            self.go_back(before);
            return Err(Box::new(Failure { record, reason }));
        }
        record.weight_norm = vector::norm(&self.parameters.values);
        record.update_norm = vector::distance(&self.before, &self.parameters.values);
        self.step += 1;
        record.validation_loss = self.validate_where_due();
        record.seconds = self.stopwatch.seconds();
        Ok(record)
    }

    /// What a step changes before it can fail.
    fn remember(&self) -> Before {
        // Only an optimizer that evaluates can fail once it has begun.
        let evaluates = self.optimizer.evaluates();
        Before {
            batches: self.batches.state(),
            dropout: self.dropout.clone(),
            schedule: self.schedule_state.clone(),
            memory: evaluates.then(|| (self.optimizer.clone(), self.clipping_state.clone())),
        }
    }

    fn go_back(&mut self, before: Before) {
        self.batches.go_to(&before.batches);
        self.dropout = before.dropout;
        self.schedule_state = before.schedule;
        if let Some((optimizer, clipping)) = before.memory {
            self.optimizer = optimizer;
            self.clipping_state = clipping;
        }
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

    /// The best model so far by validation loss; the present one where there is no validation part or
    /// no validation yet.
    #[must_use]
    pub fn best_parameters(&self) -> &Parameters {
        self.best.as_ref().map_or(&self.parameters, |(_, p)| p)
    }

    /// The present weights.
    #[must_use]
    pub fn parameters(&self) -> &Parameters {
        &self.parameters
    }

    /// Which model [`Session::best_parameters`] is.
    #[must_use]
    pub fn best(&self) -> Best {
        self.best.as_ref().map_or(
            Best {
                step: self.step,
                validation_loss: None,
            },
            |(best, _)| *best,
        )
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

    /// Changes what was changed by hand at `step`.
    fn apply_events(&mut self, step: u64) {
        let due: Vec<_> = self
            .experiment
            .event
            .iter()
            .filter(|event| event.step == step)
            .cloned()
            .collect();
        for event in due {
            // Each event was checked against the settings before it; what remains is to use it.
            let present = Experiment {
                schedule: self.schedule,
                clipping: self.clipping,
                ..self.experiment.clone()
            };
            if let Ok(changed) = present.after_event(&event) {
                self.schedule = changed.schedule;
                self.clipping = changed.clipping;
            }
        }
    }

    /// Which steps' gradient flow is recorded.
    #[must_use]
    pub fn flow_plan(&self) -> FlowPlan {
        FlowPlan {
            every: self.experiment.training.record_flow_every,
        }
    }

    /// Whether it changed anything.
    fn clip(&mut self, global_norm: f64) -> bool {
        self.clipping_state.clip(
            &self.clipping,
            &mut self.gradient,
            &self.tensors,
            global_norm,
        )
    }

    /// The optimizer's update of the weights, against the clipped gradient of `loss`. What the optimizer
    /// evaluates on its way is clipped likewise, with the batch's own dropout drawn again from `dropout`.
    fn update(
        &mut self,
        batch: &Batch,
        dropout: Option<&ChaCha8Rng>,
        loss: f64,
        rate: f64,
    ) -> Result<(), String> {
        let mut optimizer = std::mem::take(&mut self.optimizer);
        let mut weights = std::mem::take(&mut self.parameters.values);
        let gradient = std::mem::take(&mut self.gradient);
        let result = optimizer.step(&mut weights, &gradient, loss, rate, |trial, slopes| {
            self.parameters.values.clear();
            self.parameters.values.extend_from_slice(trial);
            if let Some(dropout) = dropout {
                self.dropout.clone_from(dropout);
            }
            let (loss, _) = self.backward(batch, false);
            let (_, norm) = self.gradient_norms();
            if let Some(reason) = self.non_finite(loss, norm) {
                return Err(reason);
            }
            self.clip(norm);
            slopes.clone_from(&self.gradient);
            Ok(loss)
        });
        self.optimizer = optimizer;
        self.parameters.values = weights;
        self.gradient = gradient;
        result
    }

    /// The batch's loss and, where wanted, its gradient flow; its gradient goes into `self.gradient`.
    fn backward(&mut self, batch: &Batch, flow_wanted: bool) -> (f64, Option<Arc<[LayerFlow]>>) {
        let dropout = self.dropout_masks(batch);
        let lesson = Lesson {
            inputs: &batch.inputs,
            sizes: [batch.size, batch.steps],
            lengths: batch.lengths.as_deref(),
            dropout: &dropout,
            flow: flow_wanted,
        };
        let looked_at = flow_wanted && self.look.is_wanted();
        let mut all_slopes = Vec::new();
        let Learned {
            loss,
            gradient,
            flow,
        } = self.learner.learn(
            &self.parameters,
            lesson,
            std::mem::take(&mut self.gradient),
            |predictions| {
                let mask = batch.mask.as_deref();
                let (loss, slopes) =
                    (self.objective).mean_and_slopes(predictions, &batch.targets, mask);
                let single = slopes.iter().map(|slope| *slope as f32).collect();
                all_slopes = slopes;
                (loss, single)
            },
        );
        if looked_at {
            self.take_direct(&all_slopes, batch);
        }
        self.gradient = gradient;
        let flow = flow.map(|layers| {
            let single = |norms: Vec<f64>| norms.into_iter().map(|norm| norm as f32).collect();
            (layers.into_iter())
                .map(|layer| LayerFlow {
                    hidden: single(layer.hidden),
                    cell: single(layer.memory),
                })
                .collect()
        });
        (loss, flow)
    }

    fn inputs_of(&self, batch: &Batch) -> Inputs {
        inputs_of(
            batch,
            self.learner.architecture.columns(),
            &self.learner.device,
        )
    }

    fn dropout_masks(&mut self, batch: &Batch) -> Vec<Arc<[f32]>> {
        let Architecture {
            dropout: probability,
            layers,
            hidden,
            ..
        } = self.learner.architecture;
        if probability == 0.0 || layers < 2 {
            return Vec::new();
        }
        let kept = (1.0 / (1.0 - probability)) as f32;
        let mut draw = || {
            if self.dropout.random::<f64>() < probability {
                0.0
            } else {
                kept
            }
        };
        let elements = batch.size * batch.steps * hidden;
        (1..layers)
            .map(|_| (0..elements).map(|_| draw()).collect())
            .collect()
    }

    /// Of each tensor, and of all together: the one from the others, as a second sum would take as long.
    fn gradient_norms(&self) -> (Vec<f32>, f64) {
        let norms = (self.tensors.iter()).map(|range| vector::norm(&self.gradient[range.clone()]));
        let mut squares = 0.0;
        let norms = norms.map(|norm| {
            squares += norm * norm;
            norm as f32
        });
        (norms.collect(), squares.sqrt())
    }

    /// What is not finite, if anything is. In `norm`, a sum in 64 bits of the squares of numbers of 32,
    /// every one that is not finite shows.
    fn non_finite(&self, train_loss: f64, norm: f64) -> Option<String> {
        if !train_loss.is_finite() {
            return Some(format!(
                "the training loss at step {} is {}",
                self.step,
                not_finite(train_loss)
            ));
        }
        if norm.is_finite() {
            return None;
        }
        let at = self.gradient.iter().position(|g| !g.is_finite())?;
        let tensor = self
            .parameters
            .tensors
            .iter()
            .find(|tensor| tensor.range.contains(&at))?;
        Some(format!(
            "the gradient of {} at step {} is {}",
            tensor.name,
            self.step,
            not_finite(f64::from(self.gradient[at]))
        ))
    }

    fn validate_where_due(&mut self) -> Option<f64> {
        let ended_epoch = self.batches.at_epoch_start().then(|| self.batches.epoch());
        let every = self.experiment.training.validate_every;
        let due = ended_epoch.is_some_and(|epochs| epochs.is_multiple_of(every));
        if !due && self.step < self.planned_steps {
            return None;
        }
        let loss = self.part_loss(Part::Validation);
        self.schedule_state.observe(&self.schedule, loss);
        let loss = loss?;
        self.last_validation_loss = Some(loss);
        let better = loss.is_finite()
            && self
                .best
                .as_ref()
                .and_then(|(best, _)| best.validation_loss)
                .is_none_or(|best| loss < best);
        if better {
            let best = Best {
                step: self.step,
                validation_loss: Some(loss),
            };
            self.best = Some((best, self.parameters.clone()));
            self.epochs_without_gain = 0;
        } else {
            self.epochs_without_gain += every;
        }
        Some(loss)
    }

    /// Mean loss of a part with the present weights, over targets inside the part; `None` for a part
    /// without windows.
    #[must_use]
    pub fn part_loss(&self, part: Part) -> Option<f64> {
        let windows = self.dataset.part_windows(part);
        let network = self.network(&self.parameters);
        let mut total = Total::default();
        for starts in windows.chunks(EVALUATION_BATCH) {
            let batch = self.dataset.part_batch(starts, part);
            let predictions = elements(network.forward(self.inputs_of(&batch), &[]));
            total.add(
                self.objective
                    .total(&predictions, &batch.targets, batch.mask.as_deref()),
            );
        }
        (total.weight > 0.0).then(|| total.mean())
    }
}

/// The network that `experiment` describes, with an output for all that its loss asks for of `dataset`.
#[must_use]
pub fn architecture(experiment: &Experiment, dataset: &Dataset) -> Architecture {
    Architecture::new(
        &experiment.model,
        dataset.inputs(),
        dataset.outputs() * experiment.loss.outputs_per_target(),
        dataset.output,
    )
    .with_embeddings(embeddings(&dataset.fitted))
}

/// The tables that are learned with the network.
pub(super) fn embeddings(fitted: &Fitted) -> Vec<Embedding> {
    let of = |embedded: Embedded| Embedding {
        column: embedded.column,
        name: embedded.name,
        rows: embedded.rows,
        size: embedded.size,
    };
    fitted.embedded().into_iter().map(of).collect()
}

/// As the optimizers need them.
fn shapes(parameters: &Parameters) -> Vec<TensorShape> {
    (parameters.tensors.iter())
        .map(|tensor| TensorShape::new(tensor.range.clone(), &tensor.shape))
        .collect()
}

fn seed(experiment: &Experiment) -> u64 {
    experiment.seeds.first().copied().unwrap_or_default()
}

/// Steps of the whole run.
fn planned_steps(experiment: &Experiment, batches: &Batches) -> u64 {
    let training = &experiment.training;
    training
        .steps
        .unwrap_or(training.epochs.saturating_mul(batches.per_epoch()))
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

/// A batch as the network takes it.
pub(super) fn inputs_of(batch: &Batch, inputs: usize, device: &Device) -> Inputs {
    let shape = [batch.size, batch.steps, inputs];
    Inputs {
        values: Tensor::from_data(TensorData::new(batch.inputs.clone(), shape), device),
        lengths: batch.lengths.as_deref().map(Arc::from),
    }
}

fn not_finite(value: f64) -> &'static str {
    if value.is_nan() {
        "not a number"
    } else {
        "infinite"
    }
}

/// Refuses a network that memory would not hold, before anything is allocated.
fn check_memory(
    architecture: &Architecture,
    batch: usize,
    dataset: &Dataset,
) -> Result<(), KeyError> {
    let needed = architecture.training_bytes(batch, dataset.lookback);
    let Some(sizes) = beyond_memory(needed) else {
        return Ok(());
    };
    Err(KeyError::new(
        "model.hidden",
        format!(
            "{} units in {} layers with batches of {batch} windows need {sizes}; use fewer units or smaller batches",
            architecture.hidden, architecture.layers,
        ),
    ))
}

/// How much is needed and how much is free, in words, where so many bytes are more than are free.
fn beyond_memory(needed: f64) -> Option<String> {
    let mut system = sysinfo::System::new();
    system.refresh_memory();
    let available = system.available_memory() as f64;
    let gibibytes = |bytes: f64| bytes / f64::from(1_u32 << 30);
    (available > 0.0 && needed > available).then(|| {
        format!(
            "about {:.1} GiB, and {:.1} GiB are free",
            gibibytes(needed),
            gibibytes(available)
        )
    })
}
