//! Lion: the sign of gradient and momentum together.

use super::vectorised;
use serde::{Deserialize, Serialize};

/// Lion (Chen et al. 2023, algorithm 2, and its authors' `lion_pytorch.py`): θ ← θ·(1 − η·decay) −
/// η·sign(β₁·m + (1−β₁)·g), then m ← β₂·m + (1−β₂)·g. The sign of 0 is 0.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Lion {
    beta1: f64,
    beta2: f64,
    weight_decay: f64,
    pub(super) momentum: Vec<f32>,
}

impl Lion {
    pub(super) fn new(beta1: f64, beta2: f64, weight_decay: f64, length: usize) -> Self {
        Self {
            beta1,
            beta2,
            weight_decay,
            momentum: vec![0.0; length],
        }
    }

    pub(super) fn step(&mut self, parameters: &mut [f32], gradient: &[f32], rate: f64) {
        let kept = (1.0 - rate * self.weight_decay) as f32;
        let (beta1, new1) = (self.beta1 as f32, (1.0 - self.beta1) as f32);
        let (beta2, new2) = (self.beta2 as f32, (1.0 - self.beta2) as f32);
        let rate = rate as f32;
        let momentum = &mut self.momentum;
        vectorised(|| {
            for ((p, &g), m) in parameters.iter_mut().zip(gradient).zip(momentum) {
                let update = beta1 * *m + new1 * g;
                let sign = f32::from(i8::from(update > 0.0) - i8::from(update < 0.0));
                *p = kept * *p - rate * sign;
                *m = beta2 * *m + new2 * g;
            }
        });
    }
}
