//! What can be measured about a session whose next step cannot be made.

use super::probe::recurrent_block;
use super::{Session, SessionState};
use crate::data::Batch;
use crate::diagnose::explosion::{self, Evidence};
use crate::diagnose::flow::Measures;
use crate::diagnose::{activations, spectrum};
use crate::experiment::{Clipping, ScaleMethod};
use crate::record::{ExplodingStep, Explosion, Place, StepRecord};

/// Training windows that say what values are usual.
const WINDOWS: usize = 256;
/// Sequences of the failing batch that are gone through in search of the first number that is not finite.
const SEQUENCES: usize = 16;

impl Session {
    /// Why the step that just failed could not be made. `recent` are the last steps, the failing one last;
    /// `earlier` is a state from before they went wrong.
    #[must_use]
    pub fn explain<'a>(
        &self,
        recent: impl IntoIterator<Item = &'a StepRecord>,
        earlier: Option<&SessionState>,
    ) -> Explosion {
        let recent: Vec<&StepRecord> = recent.into_iter().collect();
        // Its own step was taken back, so the batch comes once more.
        let batch = self.batches.clone().next(&self.dataset);
        let failing = recent.last();
        let finite = |value: f64| value.is_finite();
        let loss_broke = failing.is_some_and(|record| !finite(record.train_loss));
        explosion::explain(Evidence {
            step: self.step,
            tensor: (!loss_broke).then(|| self.broken_tensor()).flatten(),
            place: self
                .broken_state(&batch)
                .or_else(|| failing.and_then(|record| broken_gradient(record))),
            batch_size: sizes(&batch).fold(0.0, |most, size| {
                // `max` would leave out what is not a number.
                if size.is_nan() { size } else { size.max(most) }
            }),
            usual_size: self.usual_size(),
            scaled: self.experiment.data.scale.method != ScaleMethod::None,
            clipped: self.clipping != Clipping::None,
            learning_rate: failing.map_or(f64::NAN, |record| record.learning_rate),
            radius: self.largest_radius(earlier),
            growth: median(recent.iter().filter_map(|record| growth(record)).collect()),
            norms: recent
                .iter()
                .map(|record| ExplodingStep {
                    step: record.step,
                    train_loss: record.train_loss,
                    grad_norm: record.grad_norm,
                    update_norm: record.update_norm,
                    weight_norm: record.weight_norm,
                    tensors: record.tensor_norms.iter().map(|norms| norms[0]).collect(),
                })
                .collect(),
        })
    }

    fn broken_tensor(&self) -> Option<String> {
        let at = self.gradient.iter().position(|g| !g.is_finite())?;
        let tensors = &self.parameters.tensors;
        let tensor = tensors.iter().find(|tensor| tensor.range.contains(&at))?;
        Some(tensor.name.clone())
    }

    /// The first state on the way forward that is not finite.
    fn broken_state(&self, batch: &Batch) -> Option<Place> {
        let width = batch.steps * self.learner.architecture.columns();
        let hidden = self.learner.architecture.hidden;
        (batch.inputs.chunks_exact(width.max(1)))
            .take(SEQUENCES)
            .filter_map(|inputs| {
                let layers = activations::of(&self.learner.architecture, &self.parameters, inputs);
                layers.iter().enumerate().find_map(|(layer, found)| {
                    let at = found.hidden.iter().position(|h| !h.is_finite())?;
                    Some(Place {
                        layer,
                        time_step: at / hidden,
                        forward: true,
                    })
                })
            })
            .min_by_key(|place| place.time_step)
    }

    /// The absolute value that all but a hundredth of the training windows' values stay within.
    fn usual_size(&self) -> f64 {
        let windows = self.dataset.train_windows();
        let every = windows.len().div_ceil(WINDOWS).max(1);
        let some: Vec<usize> = windows.into_iter().step_by(every).collect();
        let mut all: Vec<f64> = sizes(&self.dataset.batch(&some))
            .filter(|size| size.is_finite())
            .collect();
        all.sort_by(f64::total_cmp);
        let index = all.len() * 99 / 100;
        all.get(index).copied().unwrap_or(0.0)
    }

    fn largest_radius(&self, earlier: Option<&SessionState>) -> Option<f64> {
        let mut parameters = self.parameters.clone();
        if let Some(state) = earlier {
            parameters.values.copy_from_slice(state.parameters());
        }
        (0..self.learner.architecture.layers)
            .map(|layer| {
                let block = recurrent_block(&self.learner.architecture, &parameters, layer);
                spectrum::radius(block, self.learner.architecture.hidden)
            })
            .reduce(f64::max)
    }
}

/// Absolute values of a batch's inputs and targets.
fn sizes(batch: &Batch) -> impl Iterator<Item = f64> + '_ {
    let values = batch.inputs.iter().chain(&batch.targets);
    values.map(|value| f64::from(value.abs()))
}

/// Where the way back first met a gradient that is not finite: from the last layer and time step.
fn broken_gradient(record: &StepRecord) -> Option<Place> {
    let layers = record.flow.as_deref()?;
    layers.iter().enumerate().rev().find_map(|(layer, flow)| {
        let time_step = flow.hidden.iter().rposition(|norm| !norm.is_finite())?;
        Some(Place {
            layer,
            time_step,
            forward: false,
        })
    })
}

/// How much the gradient grew on its way back, in the layer where it grew most.
fn growth(record: &StepRecord) -> Option<f64> {
    let layers = record.flow.as_deref()?;
    let finite = |flow: &&crate::record::LayerFlow| flow.hidden.iter().all(|n| n.is_finite());
    (layers.iter().filter(finite))
        .filter_map(|flow| Measures::of(&flow.hidden))
        .map(|measures| measures.first_to_last)
        .reduce(f64::max)
}

/// The middle one; of steps, most of which came before anything went wrong.
fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    values.get(values.len().saturating_sub(1) / 2).copied()
}
