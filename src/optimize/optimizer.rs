//! How a gradient becomes an update: `torch.optim`'s rules over one flat vector.

use crate::experiment::Optimizer;
use serde::{Deserialize, Serialize};

/// An optimizer's memory.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OptimizerState {
    optimizer: Optimizer,
    /// Updates made.
    steps: u64,
    /// SGD's velocity; Adam's first and second moment, and its largest second moment with `amsgrad`.
    buffers: Vec<Vec<f32>>,
}

impl OptimizerState {
    /// No memory yet, for `length` parameters.
    #[must_use]
    pub fn new(optimizer: Optimizer, length: usize) -> Self {
        let buffers = match optimizer {
            Optimizer::Gd { .. } => 0,
            Optimizer::Sgd { momentum, .. } => usize::from(momentum != 0.0),
            Optimizer::Adam { amsgrad, .. } => 2 + usize::from(amsgrad),
        };
        Self {
            optimizer,
            steps: 0,
            buffers: vec![vec![0.0; length]; buffers],
        }
    }

    /// This memory under other settings of the same kind, as setting new options of an optimizer in
    /// `PyTorch` keeps its state; `None` where `optimizer` for `length` parameters needs other memory.
    #[must_use]
    pub fn under(self, optimizer: Optimizer, length: usize) -> Option<Self> {
        let fresh = Self::new(optimizer, length);
        let sizes = |state: &Self| state.buffers.iter().map(Vec::len).collect::<Vec<_>>();
        let same = std::mem::discriminant(&self.optimizer) == std::mem::discriminant(&optimizer)
            && sizes(&self) == sizes(&fresh);
        same.then_some(Self { optimizer, ..self })
    }

    /// Changes `parameters` by one update against `gradient` at learning rate `rate`.
    pub fn step(&mut self, parameters: &mut [f32], gradient: &[f32], rate: f64) {
        self.steps += 1;
        match self.optimizer {
            Optimizer::Gd { weight_decay } => {
                let (rate, decay) = (rate as f32, weight_decay as f32);
                for (p, &g) in parameters.iter_mut().zip(gradient) {
                    *p -= rate * (g + decay * *p);
                }
            }
            Optimizer::Sgd {
                momentum,
                dampening,
                nesterov,
                weight_decay,
            } => {
                let (rate, decay) = (rate as f32, weight_decay as f32);
                let Some(velocity) = self.buffers.first_mut() else {
                    for (p, &g) in parameters.iter_mut().zip(gradient) {
                        *p -= rate * (g + decay * *p);
                    }
                    return;
                };
                // PyTorch's first velocity is the gradient itself, undampened.
                let kept = if self.steps == 1 {
                    1.0
                } else {
                    1.0 - dampening as f32
                };
                let momentum = momentum as f32;
                for ((p, &g), v) in parameters.iter_mut().zip(gradient).zip(velocity) {
                    let g = g + decay * *p;
                    *v = momentum * *v + kept * g;
                    let direction = if nesterov { g + momentum * *v } else { *v };
                    *p -= rate * direction;
                }
            }
            Optimizer::Adam {
                beta1,
                beta2,
                epsilon,
                weight_decay,
                amsgrad,
            } => {
                let count = self.steps.min(i32::MAX as u64) as i32;
                let correction1 = 1.0 - beta1.powi(count);
                let correction2 = (1.0 - beta2.powi(count)).sqrt();
                let size = (rate / correction1) as f32;
                let inverse_root = (1.0 / correction2) as f32;
                let (new1, new2) = ((1.0 - beta1) as f32, (1.0 - beta2) as f32);
                let beta2 = beta2 as f32;
                let (epsilon, decay) = (epsilon as f32, weight_decay as f32);
                let (moments, largest) = self.buffers.split_at_mut(2);
                let [first, second] = moments else {
                    unreachable!("Adam has two moments")
                };
                for index in 0..parameters.len() {
                    let p = &mut parameters[index];
                    let g = gradient[index] + decay * *p;
                    let m = &mut first[index];
                    let v = &mut second[index];
                    *m += new1 * (g - *m);
                    *v = beta2 * *v + new2 * g * g;
                    let v = if amsgrad {
                        let most = &mut largest[0][index];
                        *most = most.max(*v);
                        *most
                    } else {
                        *v
                    };
                    *p -= size * (*m / (v.sqrt() * inverse_root + epsilon));
                }
            }
        }
    }
}

/// The update in one line, with g the gradient, θ the weights, η the learning rate.
#[must_use]
pub fn formula(optimizer: &Optimizer) -> &'static str {
    match optimizer {
        Optimizer::Gd { .. } => "θ ← θ − η·g, g over the whole training part",
        Optimizer::Sgd { .. } => "v ← momentum·v + (1 − dampening)·g;  θ ← θ − η·v",
        Optimizer::Adam { .. } => {
            "m ← β1·m + (1−β1)·g;  v ← β2·v + (1−β2)·g²;  θ ← θ − η·m̂ / (√v̂ + ε)"
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_adam_step_is_the_rate_against_the_gradients_sign() {
        let mut state = OptimizerState::new(Optimizer::adam(), 2);
        let mut parameters = [1.0_f32, -1.0];
        state.step(&mut parameters, &[0.3, -20.0], 0.1);
        assert!((parameters[0] - 0.9).abs() < 1e-6);
        assert!((parameters[1] + 0.9).abs() < 1e-6);
    }

    #[test]
    fn momentum_follows_pytorch_by_hand() {
        let optimizer = Optimizer::Sgd {
            momentum: 0.9,
            dampening: 0.5,
            nesterov: false,
            weight_decay: 0.0,
        };
        let mut state = OptimizerState::new(optimizer, 1);
        let mut parameter = [0.0_f32];
        state.step(&mut parameter, &[1.0], 0.1); // v = 1
        assert!((parameter[0] + 0.1).abs() < 1e-7);
        state.step(&mut parameter, &[1.0], 0.1); // v = 0.9 + 0.5
        assert!((parameter[0] + 0.24).abs() < 1e-7);
    }
}
