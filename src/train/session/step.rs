//! One step: forward and back through time, clipping, the optimizer's update; and everything put back where a
//! number is not finite.

use super::Session;
use crate::data::Batch;
use crate::experiment::Experiment;
use crate::model::{Architecture, Learned, Lesson};
use crate::optimize::clipping::ClippingState;
use crate::optimize::optimizer::OptimizerState;
use crate::optimize::schedule::{Moment, ScheduleState};
use crate::optimize::vector;
use crate::record::{LayerFlow, StepRecord};
use crate::train::batches::BatchesState;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use std::sync::Arc;

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

impl Session {
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

    /// Changes what was changed by hand at `step`.
    pub(super) fn apply_events(&mut self, step: u64) {
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
}

fn not_finite(value: f64) -> &'static str {
    if value.is_nan() {
        "not a number"
    } else {
        "infinite"
    }
}
