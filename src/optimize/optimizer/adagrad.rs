//! Adagrad: a rate for each weight that only ever shrinks.

use super::vectorised;
use serde::{Deserialize, Serialize};

/// `torch.optim.Adagrad` (Duchi et al. 2011): θ ← θ − η/(1 + t·decay) · g / (√Σg² + ε), t from 0.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Adagrad {
    lr_decay: f64,
    epsilon: f64,
    weight_decay: f64,
    /// Sum of squared gradients.
    pub(super) squares: Vec<f32>,
}

impl Adagrad {
    pub(super) fn new(lr_decay: f64, epsilon: f64, weight_decay: f64, length: usize) -> Self {
        Self {
            lr_decay,
            epsilon,
            weight_decay,
            squares: vec![0.0; length],
        }
    }

    pub(super) fn step(
        &mut self,
        parameters: &mut [f32],
        gradient: &[f32],
        rate: f64,
        updates: u64,
    ) {
        let rate = (rate / (1.0 + (updates - 1) as f64 * self.lr_decay)) as f32;
        let (epsilon, decay) = (self.epsilon as f32, self.weight_decay as f32);
        let squares = &mut self.squares;
        vectorised(|| {
            for ((p, &g), s) in parameters.iter_mut().zip(gradient).zip(squares) {
                let g = g + decay * *p;
                *s += g * g;
                *p -= rate * (g / (s.sqrt() + epsilon));
            }
        });
    }
}
