//! A closer look at one step, for whoever watches: what the step itself needs not know.

use super::Session;
use crate::data::Batch;
use crate::diagnose::activations::{self, LayerActivations};
use crate::diagnose::{flow, spectrum};
use crate::experiment::Cell;
use crate::model::{Architecture, Parameters};
use crate::record::{LayerFlow, LayerLook, LayerProbe, Probe};

/// Sequences of the batch whose activations are looked at.
const SEQUENCES: usize = 4;

/// Where a look stands.
#[derive(Debug, Clone, Default)]
pub(super) struct Look {
    /// Begun before the step; its gradients are still to come.
    wanted: Option<Begun>,
    done: Option<Probe>,
}

#[derive(Debug, Clone)]
struct Begun {
    probe: Probe,
    /// Spectral norms of the input weights, layer by layer.
    input_norms: Vec<f64>,
    /// What each layer's output is multiplied with at most on its way up.
    dropout: f64,
    /// Mean norms of what reaches the last layer's states from the loss, time step by time step.
    direct: Vec<f64>,
}

impl Look {
    pub(super) fn is_wanted(&self) -> bool {
        self.wanted.is_some()
    }

    /// Ends the look with the step's gradients.
    pub(super) fn take_flow(&mut self, flow: Option<&[LayerFlow]>, architecture: &Architecture) {
        let Some(mut begun) = self.wanted.take() else {
            return;
        };
        for (layer, flow) in begun.probe.layers.iter_mut().zip(flow.unwrap_or_default()) {
            layer.flow = flow.clone();
        }
        if architecture.cell == Cell::Rnn {
            begun.bound_all(architecture.nonlinearity.steepest_slope());
        }
        self.done = Some(begun.probe);
    }
}

impl Begun {
    /// The bound of each layer, from the last down: what a layer's states get from above is at most
    /// what the states above get, through the input weights between them.
    fn bound_all(&mut self, slope: f64) {
        let mut direct = std::mem::take(&mut self.direct);
        for (layer, input_norm) in (self.probe.layers.iter_mut()).zip(&self.input_norms).rev() {
            layer.bound = flow::bound(&direct, layer.look.norm * slope);
            let down = slope * input_norm * self.dropout;
            direct = layer.bound.iter().map(|bound| down * bound).collect();
        }
    }
}

impl Session {
    /// Has the next step looked at more closely; [`Session::take_probe`] gives what was seen. Neither the
    /// run nor its stopwatch notices.
    pub fn probe_next(&mut self) {
        self.stopwatch.stop();
        let mut probe = Probe {
            step: self.step,
            layers: Vec::new(),
        };
        let mut input_norms = Vec::new();
        let seen = self.activations_of_next();
        for layer in 0..self.learner.architecture.layers {
            let block = recurrent_block(&self.learner.architecture, &self.parameters, layer);
            let own: Vec<&LayerActivations> = seen.iter().map(|layers| &layers[layer]).collect();
            probe.layers.push(LayerProbe {
                look: LayerLook {
                    radius: spectrum::radius(block, self.learner.architecture.hidden),
                    norm: spectrum::norm(block, self.learner.architecture.hidden),
                    gates: activations::saturation(&self.learner.architecture, &own),
                    units: activations::histogram(&own),
                },
                ..LayerProbe::default()
            });
            if self.learner.architecture.cell == Cell::Rnn {
                let name = format!("rnn.weight_ih_l{layer}");
                let (info, weights) = self.parameters.get(&name).expect("each layer has it");
                input_norms.push(spectrum::norm(weights, info.shape[1]));
            }
        }
        self.look.wanted = Some(Begun {
            probe,
            input_norms,
            dropout: 1.0 / (1.0 - self.learner.architecture.dropout),
            direct: Vec::new(),
        });
    }

    /// Activations of a few sequences of the batch that comes next.
    fn activations_of_next(&self) -> Vec<Vec<LayerActivations>> {
        let batch = self.batches.clone().next(&self.dataset);
        let size = batch.steps * self.learner.architecture.columns();
        (batch.inputs.chunks_exact(size.max(1)).enumerate())
            .take(SEQUENCES)
            .map(|(sequence, inputs)| {
                let steps = batch
                    .lengths
                    .as_deref()
                    .map_or(batch.steps, |l| l[sequence]);
                let inputs = &inputs[..steps * self.learner.architecture.columns()];
                activations::of(&self.learner.architecture, &self.parameters, inputs)
            })
            .collect()
    }

    /// What the last step showed, where it was looked at.
    pub fn take_probe(&mut self) -> Option<Probe> {
        self.look.done.take()
    }

    /// Takes in the slopes of the batch's loss in the head's outputs: those reach the last layer's states
    /// through the head's weights.
    pub(super) fn take_direct(&mut self, slopes: &[f64], batch: &Batch) {
        let outputs = self.learner.architecture.outputs;
        let Some(begun) = &mut self.look.wanted else {
            return;
        };
        let (info, weights) = self.parameters.get("head.weight").expect("it has a head");
        let rows: Vec<&[f32]> = weights.chunks_exact(info.shape[1].max(1)).collect();
        // ‖Wᵀs‖² = sᵀ(WWᵀ)s.
        let product = |a: &[f32], b: &[f32]| -> f64 {
            (a.iter().zip(b))
                .map(|(a, b)| f64::from(*a) * f64::from(*b))
                .sum()
        };
        let gram: Vec<f64> = (rows.iter())
            .flat_map(|a| rows.iter().map(|b| product(a, b)))
            .collect();
        let steps = slopes.len() / (batch.size * outputs).max(1);
        begun.direct = vec![0.0; batch.steps];
        for (index, slopes) in slopes.chunks_exact(outputs).enumerate() {
            let (sequence, step) = (index / steps, index % steps);
            let end = batch
                .lengths
                .as_deref()
                .map_or(batch.steps, |l| l[sequence]);
            // A head that reads one step reads each sequence's last.
            let at = if steps == 1 { end - 1 } else { step };
            let square: f64 = (slopes.iter().zip(gram.chunks_exact(outputs)))
                .map(|(a, row)| a * row.iter().zip(slopes).map(|(g, b)| g * b).sum::<f64>())
                .sum();
            begun.direct[at] += square.max(0.0).sqrt() / batch.size as f64;
        }
    }
}

/// The recurrent weights that make a layer's new content, H × H: all of the plain cell's, those of g of
/// the LSTM's four gates, those of n of the GRU's three.
pub(in crate::train) fn recurrent_block<'a>(
    architecture: &Architecture,
    parameters: &'a Parameters,
    layer: usize,
) -> &'a [f32] {
    let name = format!("rnn.weight_hh_l{layer}");
    let (_, weights) = parameters.get(&name).expect("each layer has it");
    let gate = if architecture.cell == Cell::Rnn { 0 } else { 2 };
    let size = architecture.hidden * architecture.hidden;
    &weights[gate * size..(gate + 1) * size]
}
