//! The whole network, plain data in and out.

use super::backward::{BackwardPass, PartGradients, Transposed};
use super::forward::{ForwardPass, HeadRows, Trace};
use super::pack::{Packed, pack_head, pack_transposed, pad_head, unpack, unpack_head};
use super::shape::Shape;
use super::threads::on_threads;
use super::{LayerFlow, Run, timed};
use crate::model::{Architecture, Learned, Lesson};
use std::ops::Range;
use std::sync::Arc;

/// A whole pass there and back, past burn's tape, which costs as much as a small network; with it, where columns
/// are embedded, the slopes of what was read `[B, T, I]`.
pub(in crate::model) fn learn(
    architecture: &Architecture,
    run: Run,
    parameters: &[f32],
    lesson: &Lesson<'_>,
    recycled: Vec<f32>,
    loss: impl FnOnce(&[f32]) -> (f64, Vec<f32>),
) -> (Learned, Option<Vec<f32>>) {
    let ends = architecture.ends(lesson.lengths, lesson.sizes);
    let [batch, steps] = lesson.sizes;
    let work = Work {
        threads: run.threads,
        shape: &Shape::new(architecture, steps, run.width),
        parameters,
        batch,
        lengths: lesson.lengths,
        ends: ends.as_deref(),
    };
    let (predictions, traces) = timed(|| work.forward(lesson.inputs, lesson.dropout));
    let (loss, slopes) = loss(&predictions);
    let embeds = !architecture.embeddings.is_empty();
    let gradients = timed(|| work.backward(traces, &slopes, embeds, lesson.flow, recycled));
    let learned = Learned {
        loss,
        gradient: gradients.parameters,
        flow: gradients.flow,
    };
    (learned, gradients.inputs)
}

/// One batch's work.
pub(super) struct Work<'a> {
    /// Threads at most.
    pub(super) threads: usize,
    pub(super) shape: &'a Shape,
    /// All parameters but the embeddings', in the order of [`super::super::Architecture::tensors`].
    pub(super) parameters: &'a [f32],
    /// B.
    pub(super) batch: usize,
    /// Steps of each sequence; T where absent.
    pub(super) lengths: Option<&'a [usize]>,
    /// The step at which each sequence is read; every step where absent.
    pub(super) ends: Option<&'a [usize]>,
}

/// What the way back gives.
pub(super) struct Gradients {
    /// As the parameters.
    pub(super) parameters: Vec<f32>,
    /// `[B, T, I]`, where wanted.
    pub(super) inputs: Option<Vec<f32>>,
    /// Each layer's, where wanted.
    pub(super) flow: Option<Vec<LayerFlow>>,
}

impl Work<'_> {
    /// Predictions that are made for each sequence.
    pub(super) fn predictions(&self) -> usize {
        if self.ends.is_some() {
            1
        } else {
            self.shape.steps
        }
    }

    /// Predictions `[B, T, O]`, or `[B, 1, O]` of the ends alone, for `inputs` `[B, T, I]` from zero
    /// states, which are 0 again beyond a sequence's end; also what the way back needs. `dropout` holds
    /// one mask `[B, T, H]` for each border between layers, or none.
    pub(super) fn forward(&self, inputs: &[f32], dropout: &[Arc<[f32]>]) -> (Vec<f32>, Vec<Trace>) {
        let shape = self.shape;
        let (layers, head) = shape.places();
        let layers: Vec<Packed> = (layers.iter().enumerate())
            .map(|(index, places)| Packed::new(&shape.layer(index), self.parameters, places))
            .collect();
        let weight = &self.parameters[head.weight];
        let weight = pad_head(weight, shape.hidden, shape.lanes);
        let per_sequence = self.predictions() * shape.outputs;
        let mut predictions = vec![0.0; self.batch * per_sequence];
        let mut rest = &mut predictions[..];
        let mut passes = Vec::new();
        for part in shape.parts(self.batch) {
            let (own, others) = rest.split_at_mut(part.len() * per_sequence);
            rest = others;
            let of =
                |width: usize| part.start * shape.steps * width..part.end * shape.steps * width;
            passes.push(ForwardPass {
                shape,
                layers: &layers,
                head: HeadRows {
                    weight: &weight,
                    bias: &self.parameters[head.bias.clone()],
                },
                inputs: &inputs[of(shape.inputs)],
                dropout: dropout.iter().map(|mask| &mask[of(shape.hidden)]).collect(),
                rows: part.len(),
                lengths: self.lengths.map(|lengths| &lengths[part.clone()]),
                ends: self.ends.map(|ends| &ends[part.clone()]),
                predictions: own,
            });
        }
        let width = shape.width;
        let traces = on_threads(self.threads, passes, |pass| width.dispatch(pass));
        (predictions, traces)
    }

    /// All gradients, from ∂L/∂predictions; those of the parameters in `recycled`'s memory.
    pub(super) fn backward(
        &self,
        traces: Vec<Trace>,
        slopes: &[f32],
        inputs_wanted: bool,
        record: bool,
        recycled: Vec<f32>,
    ) -> Gradients {
        let shape = self.shape;
        let (places, head) = shape.places();
        let layers: Vec<Transposed> = (places.iter().enumerate())
            .map(|(index, places)| {
                let d = shape.layer(index);
                let of = |place: &Range<usize>, columns, recurrent| {
                    pack_transposed(&d, &self.parameters[place.clone()], columns, recurrent)
                };
                Transposed {
                    weight_hh: of(&places.weight_hh, d.hidden, true),
                    weight_ih: (inputs_wanted || index > 0)
                        .then(|| of(&places.weight_ih, d.inputs, false)),
                }
            })
            .collect();
        let head_weight = &self.parameters[head.weight.clone()];
        let head_weight = pack_head(head_weight, shape.hidden, shape.lanes);
        let per_input = shape.steps * shape.inputs;
        let mut inputs = inputs_wanted.then(|| vec![0.0; self.batch * per_input]);
        let mut inputs_rest = inputs.as_deref_mut();
        let (mut slopes, mut ends) = (slopes, self.ends);
        let mut passes = Vec::new();
        for trace in traces {
            let rows = trace.rows;
            passes.push(BackwardPass {
                shape,
                layers: &layers,
                head: &head_weight,
                trace,
                slopes: slopes
                    .split_off(..rows * self.predictions() * shape.outputs)
                    .expect("a slope for each prediction"),
                ends: ends.as_mut().and_then(|ends| ends.split_off(..rows)),
                inputs: (inputs_rest.as_mut())
                    .and_then(|rest| rest.split_off_mut(..rows * per_input)),
                record,
            });
        }
        let width = shape.width;
        let parts = on_threads(self.threads, passes, |pass| width.dispatch(pass));
        let flow = record.then(|| flow(&parts, shape.layers, self.batch));
        let mut parts = parts.into_iter();
        let mut sum = parts.next().expect("a batch has at least one part");
        parts.for_each(|part| sum.add(&part));
        let mut parameters = recycled;
        parameters.resize(self.parameters.len(), 0.0);
        for (index, (places, sums)) in places.into_iter().zip(&sum.layers).enumerate() {
            let d = shape.layer(index);
            for (place, sums, columns, recurrent) in [
                (places.weight_ih, &sums.weight_ih, d.inputs, false),
                (places.weight_hh, &sums.weight_hh, d.hidden, true),
                (places.bias_ih, &sums.bias, 1, false),
                (places.bias_hh, &sums.bias, 1, true),
            ] {
                unpack(&d, sums, columns, recurrent, &mut parameters[place]);
            }
        }
        let weight = &mut parameters[head.weight];
        unpack_head(&sum.head_weight, shape.hidden, shape.lanes, weight);
        parameters[head.bias].copy_from_slice(&sum.head_bias[..shape.outputs]);
        Gradients {
            parameters,
            inputs,
            flow,
        }
    }
}

/// Averages over the batch.
fn flow(parts: &[PartGradients], layers: usize, batch: usize) -> Vec<LayerFlow> {
    let layer = |index: usize| {
        let mut flow = LayerFlow::default();
        for (hidden, memory) in parts
            .iter()
            .filter_map(|part| part.layers[index].flow.as_ref())
        {
            for (sums, part) in [(&mut flow.hidden, hidden), (&mut flow.memory, memory)] {
                sums.resize(part.len(), 0.0);
                for (sum, norm) in sums.iter_mut().zip(part) {
                    *sum += norm / batch as f64;
                }
            }
        }
        flow
    };
    (0..layers).map(layer).collect()
}
