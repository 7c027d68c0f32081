//! How weights are drawn, from the run's own generator.

use super::{Architecture, Parameters};
use crate::experiment::{Cell, Init, NamedInit};
use rand::{Rng, RngExt};
use rand_distr::{Distribution, StandardNormal};

impl Parameters {
    /// Draws all weights as `init` says. `forget_bias` is added to the LSTM forget gate's input bias in
    /// every layer.
    ///
    /// Tensors are drawn in their order, each element in row-major order, so that two networks of one
    /// shape and seed get the same weights.
    #[must_use]
    pub fn draw(
        architecture: &Architecture,
        init: Init,
        forget_bias: f64,
        generator: &mut impl Rng,
    ) -> Self {
        let mut parameters = Self::zeros(architecture);
        let hidden = architecture.hidden;
        // PyTorch's nn.LSTM, nn.GRU, nn.RNN and nn.Linear all draw from U(−1/√H, 1/√H).
        let pytorch = 1.0 / (hidden as f64).sqrt();
        for info in parameters.tensors.clone() {
            let values = &mut parameters.values[info.range.clone()];
            if info.name.starts_with("embedding.") {
                // As PyTorch's nn.Embedding, whatever the recurrent weights are.
                for value in values {
                    *value = Distribution::<f64>::sample(&StandardNormal, generator) as f32;
                }
                continue;
            }
            let recurrent = info.name.starts_with("rnn.weight_hh");
            let bias = info.shape.len() == 1;
            let head = info.name.starts_with("head.");
            let gates = if head { 1 } else { architecture.gates() };
            match init {
                Init::Named(NamedInit::Pytorch) => uniform(values, pytorch, generator),
                Init::Radius { radius } => {
                    if recurrent {
                        for block in values.chunks_mut(hidden * hidden) {
                            orthogonal(block, hidden, radius, generator);
                        }
                    } else {
                        uniform(values, pytorch, generator);
                    }
                }
                Init::Named(_) if bias => {}
                Init::Named(NamedInit::Orthogonal) if recurrent => {
                    for block in values.chunks_mut(hidden * hidden) {
                        orthogonal(block, hidden, 1.0, generator);
                    }
                }
                Init::Named(NamedInit::Identity) if recurrent => {
                    for block in values.chunks_mut(hidden * hidden) {
                        for unit in 0..hidden {
                            block[unit * hidden + unit] = 1.0;
                        }
                    }
                }
                Init::Named(_) => {
                    let (fan_out, fan_in) = (info.shape[0] / gates, info.shape[1]);
                    let bound = (6.0 / (fan_in + fan_out) as f64).sqrt();
                    uniform(values, bound, generator);
                }
            }
        }
        if architecture.cell == Cell::Lstm && forget_bias != 0.0 {
            for layer in 0..architecture.layers {
                let name = format!("rnn.bias_ih_l{layer}");
                if let Some(info) = parameters.tensors.iter().find(|info| info.name == name) {
                    let start = info.range.start;
                    for value in &mut parameters.values[start + hidden..start + 2 * hidden] {
                        *value += forget_bias as f32;
                    }
                }
            }
        }
        parameters
    }
}

fn uniform(values: &mut [f32], bound: f64, generator: &mut impl Rng) {
    for value in values {
        *value = ((generator.random::<f64>() * 2.0 - 1.0) * bound) as f32;
    }
}

/// A random orthogonal matrix `[n, n]` times `scale`: normal numbers, orthonormalised row by row
/// (Gram–Schmidt, twice for accuracy). Its spectral radius is `scale`.
fn orthogonal(block: &mut [f32], n: usize, scale: f64, generator: &mut impl Rng) {
    let mut rows: Vec<Vec<f64>> = Vec::with_capacity(n);
    while rows.len() < n {
        let mut row: Vec<f64> = (0..n).map(|_| StandardNormal.sample(generator)).collect();
        for _ in 0..2 {
            for other in &rows {
                let dot: f64 = row.iter().zip(other).map(|(a, b)| a * b).sum();
                for (a, b) in row.iter_mut().zip(other) {
                    *a -= dot * b;
                }
            }
        }
        let norm = row.iter().map(|a| a * a).sum::<f64>().sqrt();
        // A draw that happens to lie in the span of the others is drawn again.
        if norm > 1e-6 {
            rows.push(row.into_iter().map(|a| a / norm).collect());
        }
    }
    for (value, exact) in block.iter_mut().zip(rows.iter().flatten()) {
        *value = (exact * scale) as f32;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::{Nonlinearity, Output};
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    fn architecture(cell: Cell, hidden: usize) -> Architecture {
        Architecture {
            cell,
            nonlinearity: Nonlinearity::Tanh,
            inputs: 3,
            hidden,
            layers: 2,
            outputs: 1,
            output: Output::EveryStep,
            dropout: 0.0,
            embeddings: Vec::new(),
        }
    }

    #[test]
    fn recurrent_blocks_are_orthogonal_times_the_radius() {
        let mut generator = ChaCha8Rng::seed_from_u64(1);
        let architecture = architecture(Cell::Gru, 7);
        let parameters = Parameters::draw(
            &architecture,
            Init::Radius { radius: 1.3 },
            0.0,
            &mut generator,
        );
        let (_, values) = parameters.get("rnn.weight_hh_l1").expect("it exists");
        for block in values.chunks(49) {
            for i in 0..7 {
                for j in 0..7 {
                    let dot: f32 = (0..7).map(|k| block[i * 7 + k] * block[j * 7 + k]).sum();
                    let expected = if i == j { 1.69 } else { 0.0 };
                    assert!((dot - expected).abs() < 1e-5, "{i} {j}: {dot}");
                }
            }
        }
    }

    #[test]
    fn pytorch_weights_fill_their_range_and_the_forget_gate_gets_its_bias() {
        let architecture = architecture(Cell::Lstm, 25);
        let mut generator = ChaCha8Rng::seed_from_u64(1);
        let plain = Parameters::draw(
            &architecture,
            Init::Named(NamedInit::Pytorch),
            0.0,
            &mut generator,
        );
        let (low, high) = plain
            .values
            .iter()
            .fold((0.0_f32, 0.0_f32), |(a, b), &v| (a.min(v), b.max(v)));
        assert!((-0.2..-0.199).contains(&low) && (0.199..0.2).contains(&high));
        let mut generator = ChaCha8Rng::seed_from_u64(1);
        let biased = Parameters::draw(
            &architecture,
            Init::Named(NamedInit::Pytorch),
            1.0,
            &mut generator,
        );
        for (info, index) in plain
            .tensors
            .iter()
            .flat_map(|info| info.range.clone().map(move |i| (info, i)))
        {
            let gate = (index - info.range.start) / 25;
            let expected = if info.name.starts_with("rnn.bias_ih") && gate == 1 {
                1.0
            } else {
                0.0
            };
            assert!((biased.values[index] - plain.values[index] - expected).abs() < 1e-6);
        }
    }
}
