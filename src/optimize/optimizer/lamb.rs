//! LAMB: Adam whose step in each tensor is as long as the tensor itself.

use super::{TensorShape, bias_correction, lerp, vectorised};
use crate::optimize::vector::norm;
use serde::{Deserialize, Serialize};

/// LAMB (You et al. 2020, algorithm 2, φ the identity, moments bias-corrected): with
/// u = m̂ / (√v̂ + ε) + decay·θ for each tensor, θ ← θ − η · ‖θ‖/‖u‖ · u. Where a norm is 0 the ratio
/// is 1, as in every published implementation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Lamb {
    betas: [f64; 2],
    epsilon: f64,
    weight_decay: f64,
    tensors: Vec<TensorShape>,
    pub(super) first: Vec<f32>,
    pub(super) second: Vec<f32>,
}

impl Lamb {
    pub(super) fn new(
        betas: [f64; 2],
        epsilon: f64,
        weight_decay: f64,
        tensors: &[TensorShape],
    ) -> Self {
        let length = tensors.last().map_or(0, |tensor| tensor.range.end);
        Self {
            betas,
            epsilon,
            weight_decay,
            tensors: tensors.to_vec(),
            first: vec![0.0; length],
            second: vec![0.0; length],
        }
    }

    pub(super) fn step(
        &mut self,
        parameters: &mut [f32],
        gradient: &[f32],
        rate: f64,
        updates: u64,
    ) {
        let [beta1, beta2] = self.betas;
        let inverse = (1.0 / bias_correction(beta1, updates)) as f32;
        let inverse_root = (1.0 / bias_correction(beta2, updates).sqrt()) as f32;
        let (new1, new2, beta2) = ((1.0 - beta1) as f32, (1.0 - beta2) as f32, beta2 as f32);
        let (epsilon, decay) = (self.epsilon as f32, self.weight_decay as f32);
        let mut update = vec![0.0_f32; parameters.len()];
        let elements = parameters
            .iter()
            .zip(gradient)
            .zip(&mut self.first)
            .zip(&mut self.second)
            .zip(&mut update);
        vectorised(|| {
            for ((((&p, &g), m), v), u) in elements {
                *m = lerp(*m, g, new1);
                *v = beta2 * *v + new2 * g * g;
                *u = *m * inverse / (v.sqrt() * inverse_root + epsilon) + decay * p;
            }
        });
        for TensorShape { range, .. } in &self.tensors {
            let (tensor, update) = (&mut parameters[range.clone()], &update[range.clone()]);
            let (own, length) = (norm(tensor), norm(update));
            let ratio = if own > 0.0 && length > 0.0 {
                own / length
            } else {
                1.0
            };
            let size = (rate * ratio) as f32;
            for (p, u) in tensor.iter_mut().zip(update) {
                *p -= size * u;
            }
        }
    }
}
