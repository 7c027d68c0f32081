//! Adan: Nesterov momentum from the differences of gradients.

use super::{bias_correction, vectorised};
use serde::{Deserialize, Serialize};

/// Adan (Xie et al. 2022, algorithm 1, as its authors' `adan.py` with the proximal weight decay): with
/// d = g − last g,
/// m ← β₁·m + (1−β₁)·g, v ← β₂·v + (1−β₂)·d, n ← β₃·n + (1−β₃)·(g + β₂·d)²,
/// θ ← (θ − η·(m̂ + β₂·v̂) / (√n̂ + ε)) / (1 + η·decay). The first difference is 0.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Adan {
    betas: [f64; 3],
    epsilon: f64,
    weight_decay: f64,
    pub(super) mean: Vec<f32>,
    pub(super) difference: Vec<f32>,
    pub(super) square: Vec<f32>,
    pub(super) last: Vec<f32>,
}

impl Adan {
    pub(super) fn new(betas: [f64; 3], epsilon: f64, weight_decay: f64, length: usize) -> Self {
        let zeros = || vec![0.0; length];
        Self {
            betas,
            epsilon,
            weight_decay,
            mean: zeros(),
            difference: zeros(),
            square: zeros(),
            last: zeros(),
        }
    }

    pub(super) fn step(
        &mut self,
        parameters: &mut [f32],
        gradient: &[f32],
        rate: f64,
        updates: u64,
    ) {
        if updates == 1 {
            self.last.copy_from_slice(gradient);
        }
        let [correction1, correction2, correction3] =
            self.betas.map(|beta| bias_correction(beta, updates));
        let size = (rate / correction1) as f32;
        let size_difference = (rate * self.betas[1] / correction2) as f32;
        let inverse_root = (1.0 / correction3.sqrt()) as f32;
        let shrink = (1.0 / (1.0 + rate * self.weight_decay)) as f32;
        let [beta1, beta2, beta3] = self.betas.map(|beta| beta as f32);
        let [new1, new2, new3] = self.betas.map(|beta| (1.0 - beta) as f32);
        let epsilon = self.epsilon as f32;
        let elements = parameters
            .iter_mut()
            .zip(gradient)
            .zip(&mut self.mean)
            .zip(&mut self.difference)
            .zip(&mut self.square)
            .zip(&mut self.last);
        vectorised(|| {
            for (((((p, &g), m), v), n), last) in elements {
                let change = g - *last;
                *last = g;
                *m = beta1 * *m + new1 * g;
                *v = beta2 * *v + new2 * change;
                let ahead = beta2 * change + g;
                *n = beta3 * *n + new3 * ahead * ahead;
                let inverse = 1.0 / (n.sqrt() * inverse_root + epsilon);
                *p = (*p - (size * *m + size_difference * *v) * inverse) * shrink;
            }
        });
    }
}
