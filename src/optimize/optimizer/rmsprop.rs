//! RMSprop: a rate for each weight from recent gradients.

use super::{lerp, vectorised};
use serde::{Deserialize, Serialize};

/// `torch.optim.RMSprop` (Tieleman & Hinton 2012; centred: Graves 2013): s ← α·s + (1−α)·g²,
/// u = g / (√(s − mean²) + ε), with mean only where centred, and v ← momentum·v + u, θ ← θ − η·v.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct RmsProp {
    alpha: f64,
    epsilon: f64,
    momentum: f64,
    weight_decay: f64,
    pub(super) squares: Vec<f32>,
    /// Mean gradient; empty unless centred.
    pub(super) mean: Vec<f32>,
    /// Empty without momentum.
    pub(super) velocity: Vec<f32>,
}

impl RmsProp {
    pub(super) fn new(
        alpha: f64,
        epsilon: f64,
        momentum: f64,
        centered: bool,
        weight_decay: f64,
        length: usize,
    ) -> Self {
        let only_if = |needed: bool| vec![0.0; if needed { length } else { 0 }];
        Self {
            alpha,
            epsilon,
            momentum,
            weight_decay,
            squares: only_if(true),
            mean: only_if(centered),
            velocity: only_if(momentum != 0.0),
        }
    }

    pub(super) fn step(&mut self, parameters: &mut [f32], gradient: &[f32], rate: f64) {
        let rule = Rule {
            rate: rate as f32,
            alpha: self.alpha as f32,
            new: (1.0 - self.alpha) as f32,
            epsilon: self.epsilon as f32,
            momentum: self.momentum as f32,
            decay: self.weight_decay as f32,
        };
        let elements = parameters.iter_mut().zip(gradient).zip(&mut self.squares);
        let (mean, velocity) = (&mut self.mean, &mut self.velocity);
        vectorised(|| match (mean.is_empty(), velocity.is_empty()) {
            (true, true) => {
                for ((p, g), s) in elements {
                    *p -= rule.rate * rule.direction(*p, *g, s, None);
                }
            }
            (true, false) => {
                for (((p, g), s), v) in elements.zip(velocity) {
                    *v = rule.momentum * *v + rule.direction(*p, *g, s, None);
                    *p -= rule.rate * *v;
                }
            }
            (false, true) => {
                for (((p, g), s), m) in elements.zip(mean) {
                    *p -= rule.rate * rule.direction(*p, *g, s, Some(m));
                }
            }
            (false, false) => {
                for ((((p, g), s), m), v) in elements.zip(mean).zip(velocity) {
                    *v = rule.momentum * *v + rule.direction(*p, *g, s, Some(m));
                    *p -= rule.rate * *v;
                }
            }
        });
    }
}

#[derive(Clone, Copy)]
struct Rule {
    rate: f32,
    alpha: f32,
    new: f32,
    epsilon: f32,
    momentum: f32,
    decay: f32,
}

impl Rule {
    /// One element's gradient over the root of its recent squares, which this takes it into.
    #[expect(
        clippy::inline_always,
        reason = "left outside, it would be built without the wide registers of its caller"
    )]
    #[inline(always)]
    fn direction(self, p: f32, g: f32, square: &mut f32, mean: Option<&mut f32>) -> f32 {
        let g = g + self.decay * p;
        *square = self.alpha * *square + self.new * g * g;
        let variance = match mean {
            None => *square,
            Some(mean) => {
                *mean = lerp(*mean, g, self.new);
                // Rounding can leave less than nothing, of which there is no root.
                (*square - *mean * *mean).max(0.0)
            }
        };
        g / (variance.sqrt() + self.epsilon)
    }
}
