//! Adam and AdamW: momentum and a rate for each weight.

use super::{bias_correction, lerp, vectorised};
use serde::{Deserialize, Serialize};

/// Where weight decay acts.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(super) enum Decay {
    /// As an L2 penalty in the gradient: Adam.
    Gradient(f64),
    /// On the weights themselves, apart from the moments: AdamW.
    Weights(f64),
}

/// `torch.optim.Adam` (Kingma & Ba 2015) and `torch.optim.AdamW` (Loshchilov & Hutter 2019):
/// θ ← θ − η · m̂ / (√v̂ + ε) with bias-corrected moments.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Adam {
    betas: [f64; 2],
    epsilon: f64,
    decay: Decay,
    first: Vec<f32>,
    second: Vec<f32>,
    /// The largest second moment so far; empty without `amsgrad`.
    largest: Vec<f32>,
}

impl Adam {
    /// Takes over another one's memory where decay is of one kind and the sizes agree.
    pub(super) fn take(&mut self, old: Self) -> bool {
        std::mem::discriminant(&self.decay) == std::mem::discriminant(&old.decay)
            && super::take(
                [&mut self.first, &mut self.second, &mut self.largest],
                [old.first, old.second, old.largest],
            )
    }

    pub(super) fn new(
        betas: [f64; 2],
        epsilon: f64,
        decay: Decay,
        amsgrad: bool,
        length: usize,
    ) -> Self {
        Self {
            betas,
            epsilon,
            decay,
            first: vec![0.0; length],
            second: vec![0.0; length],
            largest: vec![0.0; if amsgrad { length } else { 0 }],
        }
    }

    pub(super) fn step(
        &mut self,
        parameters: &mut [f32],
        gradient: &[f32],
        rate: f64,
        updates: u64,
    ) {
        let everything = 0..parameters.len();
        self.step_of(parameters, gradient, rate, updates, everything);
    }

    /// As [`Adam::step`] of the whole vector, whose moments are those at `place`.
    pub(super) fn step_of(
        &mut self,
        parameters: &mut [f32],
        gradient: &[f32],
        rate: f64,
        updates: u64,
        place: std::ops::Range<usize>,
    ) {
        let [beta1, beta2] = self.betas;
        let size = (rate / bias_correction(beta1, updates)) as f32;
        let inverse_root = (1.0 / bias_correction(beta2, updates).sqrt()) as f32;
        let (new1, new2, beta2) = ((1.0 - beta1) as f32, (1.0 - beta2) as f32, beta2 as f32);
        let epsilon = self.epsilon as f32;
        let (decay, kept) = match self.decay {
            Decay::Gradient(decay) => (decay as f32, 1.0),
            Decay::Weights(decay) => (0.0, (1.0 - rate * decay) as f32),
        };
        let first = &mut self.first[place.clone()];
        let second = &mut self.second[place.clone()];
        let elements = parameters.iter_mut().zip(gradient).zip(first).zip(second);
        if self.largest.is_empty() {
            vectorised(|| {
                for (((p, &g), m), v) in elements {
                    let g = g + decay * *p;
                    *m = lerp(*m, g, new1);
                    *v = beta2 * *v + new2 * g * g;
                    *p = kept * *p - size * (*m / (v.sqrt() * inverse_root + epsilon));
                }
            });
        } else {
            let largest = &mut self.largest[place];
            vectorised(|| {
                for ((((p, &g), m), v), most) in elements.zip(largest) {
                    let g = g + decay * *p;
                    *m = lerp(*m, g, new1);
                    *v = beta2 * *v + new2 * g * g;
                    *most = most.max(*v);
                    *p = kept * *p - size * (*m / (most.sqrt() * inverse_root + epsilon));
                }
            });
        }
    }
}
