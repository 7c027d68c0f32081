//! What goes on inside the cells over one sequence: every gate and every unit at every time step.
//!
//! The kernel keeps its gates where its own way back needs them; here they are computed once more, plainly,
//! for the few sequences that somebody looks at.

use crate::experiment::{Cell, Nonlinearity};
use crate::model::{Architecture, Parameters};
use crate::optimize::vector::dot;
use crate::record::{Gate, GateUse, UNITS_RANGE};

/// Bins of a histogram of activations.
const BINS: usize = 40;

/// One layer over one sequence of T steps.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LayerActivations {
    /// Each gate's values `[T, H]`, after its nonlinearity.
    pub gates: Vec<(Gate, Vec<f32>)>,
    /// Hidden states `[T, H]`.
    pub hidden: Vec<f32>,
    /// Cell states `[T, H]`; LSTM only.
    pub cell: Vec<f32>,
}

/// Every layer, the input's first, over the sequence `columns` `[T, columns]`, without dropout.
#[must_use]
pub fn of(
    architecture: &Architecture,
    parameters: &Parameters,
    columns: &[f32],
) -> Vec<LayerActivations> {
    let inputs = &*architecture.embedded(&parameters.values, columns);
    let mut layers: Vec<LayerActivations> = Vec::new();
    for layer in 0..architecture.layers {
        let below = layers.last().map_or(inputs, |below| &below.hidden[..]);
        layers.push(of_layer(architecture, parameters, layer, below));
    }
    layers
}

fn of_layer(
    architecture: &Architecture,
    parameters: &Parameters,
    layer: usize,
    inputs: &[f32],
) -> LayerActivations {
    let tensor = |name: &str| {
        let name = format!("rnn.{name}_l{layer}");
        parameters.get(&name).expect("each layer has it").1
    };
    let (weight_ih, weight_hh) = (tensor("weight_ih"), tensor("weight_hh"));
    let (bias_ih, bias_hh) = (tensor("bias_ih"), tensor("bias_hh"));
    let width = architecture.layer_inputs(layer);
    let size = architecture.hidden;
    let kinds: &[Gate] = match architecture.cell {
        Cell::Lstm => &[Gate::Input, Gate::Forget, Gate::Candidate, Gate::Output],
        Cell::Gru => &[Gate::Reset, Gate::Update, Gate::Candidate],
        Cell::Rnn | Cell::Linear => &[],
    };
    let mut found = LayerActivations {
        gates: kinds.iter().map(|gate| (*gate, Vec::new())).collect(),
        ..LayerActivations::default()
    };
    let (mut h, mut c) = (vec![0.0_f32; size], vec![0.0_f32; size]);
    for x in inputs.chunks_exact(width) {
        let from_input: Vec<f64> = (weight_ih.chunks_exact(width).zip(bias_ih))
            .map(|(row, bias)| dot(row, x) + f64::from(*bias))
            .collect();
        let from_state: Vec<f64> = (weight_hh.chunks_exact(size).zip(bias_hh))
            .map(|(row, bias)| dot(row, &h) + f64::from(*bias))
            .collect();
        let sum = |gate: usize, unit: usize| {
            let at = gate * size + unit;
            from_input[at] + from_state[at]
        };
        for unit in 0..size {
            let values: Vec<f64> = match architecture.cell {
                Cell::Lstm => {
                    let [i, f, o] = [0, 1, 3].map(|gate| sigmoid(sum(gate, unit)));
                    let g = sum(2, unit).tanh();
                    c[unit] = (f * f64::from(c[unit]) + i * g) as f32;
                    h[unit] = (o * f64::from(c[unit]).tanh()) as f32;
                    vec![i, f, g, o]
                }
                Cell::Gru => {
                    let [r, z] = [0, 1].map(|gate| sigmoid(sum(gate, unit)));
                    let at = 2 * size + unit;
                    let n = (from_input[at] + r * from_state[at]).tanh();
                    h[unit] = (n + z * (f64::from(h[unit]) - n)) as f32;
                    vec![r, z, n]
                }
                Cell::Rnn | Cell::Linear => {
                    let a = sum(0, unit);
                    h[unit] = match architecture.nonlinearity {
                        Nonlinearity::Tanh => a.tanh(),
                        Nonlinearity::Relu => a.max(0.0),
                        Nonlinearity::Sigmoid => sigmoid(a),
                        Nonlinearity::Identity => a,
                    } as f32;
                    Vec::new()
                }
            };
            for ((_, gate), value) in found.gates.iter_mut().zip(values) {
                gate.push(value as f32);
            }
        }
        found.hidden.extend_from_slice(&h);
        if architecture.cell == Cell::Lstm {
            found.cell.extend_from_slice(&c);
        }
    }
    found
}

fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

/// How far each gate and the units are driven, over several sequences' activations of one layer. Units
/// that have no bounds are left out.
#[must_use]
pub fn saturation(architecture: &Architecture, sequences: &[&LayerActivations]) -> Vec<GateUse> {
    let Some(first) = sequences.first() else {
        return Vec::new();
    };
    let mut uses: Vec<GateUse> = (first.gates.iter().enumerate())
        .map(|(index, (gate, _))| {
            let values = || sequences.iter().flat_map(|s| &s.gates[index].1).copied();
            let range = match gate {
                Gate::Candidate => [-1.0, 1.0],
                _ => [0.0, 1.0],
            };
            driven(*gate, range, values())
        })
        .collect();
    let range = match (architecture.cell, architecture.nonlinearity) {
        (Cell::Rnn, Nonlinearity::Relu | Nonlinearity::Identity) => return uses,
        (Cell::Rnn, Nonlinearity::Sigmoid) => [0.0, 1.0],
        _ => [-1.0, 1.0],
    };
    let values = sequences.iter().flat_map(|s| &s.hidden).copied();
    uses.push(driven(Gate::Hidden, range, values));
    uses
}

fn driven(gate: Gate, [bottom, top]: [f32; 2], values: impl Iterator<Item = f32>) -> GateUse {
    let margin = (top - bottom) / 20.0;
    let (mut count, mut low, mut high) = (0_usize, 0_usize, 0_usize);
    for value in values {
        count += 1;
        low += usize::from(value < bottom + margin);
        high += usize::from(value > top - margin);
    }
    let share = |part: usize| part as f32 / count.max(1) as f32;
    GateUse {
        gate,
        low: share(low),
        high: share(high),
    }
}

/// Shares of the hidden units' values in bins over [`UNITS_RANGE`].
#[must_use]
pub fn histogram(sequences: &[&LayerActivations]) -> Vec<f32> {
    let mut counts = vec![0_usize; BINS];
    let mut all = 0_usize;
    let [low, high] = UNITS_RANGE;
    for value in sequences.iter().flat_map(|s| &s.hidden) {
        let place = (value - low) / (high - low) * BINS as f32;
        // What is not a number lies nowhere.
        if !place.is_nan() {
            counts[(place.max(0.0) as usize).min(BINS - 1)] += 1;
            all += 1;
        }
    }
    (counts.into_iter())
        .map(|count| count as f32 / all.max(1) as f32)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::{Init, NamedInit, Output};
    use crate::model::{Forecaster, device};
    use burn::tensor::{DType, Tensor, TensorData};
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    #[test]
    fn the_head_on_these_states_gives_the_networks_own_answers() {
        for cell in [Cell::Lstm, Cell::Gru, Cell::Rnn] {
            for nonlinearity in Nonlinearity::ALL {
                if cell != Cell::Rnn && nonlinearity != Nonlinearity::Tanh {
                    continue;
                }
                let architecture = Architecture {
                    cell,
                    nonlinearity,
                    inputs: 3,
                    hidden: 5,
                    layers: 2,
                    outputs: 2,
                    output: Output::EveryStep,
                    dropout: 0.0,
                    embeddings: Vec::new(),
                };
                let parameters = Parameters::draw(
                    &architecture,
                    Init::Named(NamedInit::Pytorch),
                    1.0,
                    &mut ChaCha8Rng::seed_from_u64(3),
                );
                let inputs: Vec<f32> = (0..12 * 3).map(|k| (k as f32).sin()).collect();
                let layers = of(&architecture, &parameters, &inputs);
                let weight = parameters.get("head.weight").expect("a head").1;
                let bias = parameters.get("head.bias").expect("a head").1;
                let ours: Vec<f64> = (layers[1].hidden.chunks_exact(5))
                    .flat_map(|h| {
                        (weight.chunks_exact(5).zip(bias))
                            .map(|(row, bias)| dot(row, h) + f64::from(*bias))
                            .collect::<Vec<f64>>()
                    })
                    .collect();
                let device = device("flex");
                let network = Forecaster::new(&architecture, &parameters, &device, DType::F32);
                let theirs = network
                    .forward(
                        Tensor::<3>::from_data(TensorData::new(inputs, [1, 12, 3]), &device),
                        &[],
                    )
                    .try_into_vec_as::<f32>()
                    .expect("on the CPU");
                assert_eq!(ours.len(), theirs.len());
                for (ours, theirs) in ours.iter().zip(theirs) {
                    let theirs = f64::from(theirs);
                    assert!((ours - theirs).abs() < 1e-5, "{cell:?} {nonlinearity:?}");
                }
                let layer = &layers[1];
                assert_eq!(
                    layer.gates.len(),
                    architecture.gates() - usize::from(cell == Cell::Rnn)
                );
                assert!(layer.gates.iter().all(|(_, values)| values.len() == 60));
                assert_eq!(layer.cell.len(), if cell == Cell::Lstm { 60 } else { 0 });
            }
        }
    }

    #[test]
    fn saturation_and_histogram_count_every_value_once() {
        let architecture = Architecture {
            cell: Cell::Gru,
            nonlinearity: Nonlinearity::Tanh,
            inputs: 1,
            hidden: 2,
            layers: 1,
            outputs: 1,
            output: Output::EveryStep,
            dropout: 0.0,
            embeddings: Vec::new(),
        };
        let layer = LayerActivations {
            gates: vec![
                (Gate::Reset, vec![0.01, 0.5, 0.5, 0.99]),
                (Gate::Candidate, vec![-0.99, 0.0, 0.01, 0.02]),
            ],
            hidden: vec![-1.0, 1.0, 0.0, 0.01],
            cell: Vec::new(),
        };
        let uses = saturation(&architecture, &[&layer, &layer]);
        let told: Vec<_> = uses.iter().map(|u| (u.gate, u.low, u.high)).collect();
        assert_eq!(
            told,
            [
                (Gate::Reset, 0.25, 0.25),
                (Gate::Candidate, 0.25, 0.0),
                (Gate::Hidden, 0.25, 0.25)
            ]
        );
        let shares = histogram(&[&layer]);
        assert_eq!(shares.len(), BINS);
        assert_eq!(
            (shares[0], shares[BINS / 2], shares[BINS - 1]),
            (0.25, 0.5, 0.25)
        );
        assert_eq!(shares.iter().sum::<f32>(), 1.0);
        assert_eq!(histogram(&[]).iter().sum::<f32>(), 0.0);
    }
}
