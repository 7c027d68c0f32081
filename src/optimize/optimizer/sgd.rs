//! Gradient descent, stochastic or not, with momentum.

use super::vectorised;
use serde::{Deserialize, Serialize};

/// `torch.optim.SGD`; without momentum also gradient descent on the whole training part.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Sgd {
    momentum: f64,
    dampening: f64,
    nesterov: bool,
    weight_decay: f64,
    /// Empty without momentum.
    pub(super) velocity: Vec<f32>,
}

impl Sgd {
    pub(super) fn new(
        momentum: f64,
        dampening: f64,
        nesterov: bool,
        weight_decay: f64,
        length: usize,
    ) -> Self {
        let remembered = if momentum == 0.0 { 0 } else { length };
        Self {
            momentum,
            dampening,
            nesterov,
            weight_decay,
            velocity: vec![0.0; remembered],
        }
    }

    pub(super) fn step(
        &mut self,
        parameters: &mut [f32],
        gradient: &[f32],
        rate: f64,
        updates: u64,
    ) {
        let (rate, decay) = (rate as f32, self.weight_decay as f32);
        if self.momentum == 0.0 {
            vectorised(|| {
                for (p, &g) in parameters.iter_mut().zip(gradient) {
                    *p -= rate * (g + decay * *p);
                }
            });
            return;
        }
        // PyTorch's first velocity is the gradient itself, undampened.
        let kept = if updates == 1 {
            1.0
        } else {
            (1.0 - self.dampening) as f32
        };
        let momentum = self.momentum as f32;
        let (velocity, nesterov) = (&mut self.velocity, self.nesterov);
        vectorised(|| {
            for ((p, &g), v) in parameters.iter_mut().zip(gradient).zip(velocity) {
                let g = g + decay * *p;
                *v = momentum * *v + kept * g;
                let direction = if nesterov { g + momentum * *v } else { *v };
                *p -= rate * direction;
            }
        });
    }
}
