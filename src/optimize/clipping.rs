//! What is done to a gradient before the optimizer sees it.

use super::percentile::RunningPercentile;
use super::vector::norm;
use crate::experiment::Clipping;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// What clipping remembers of the gradients so far.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ClippingState {
    /// Global norms seen under `percentile`.
    norms: RunningPercentile,
}

impl ClippingState {
    /// Clips `gradient`, whose tensors are at `tensors`, in place. `global_norm` is its norm before, a
    /// finite number.
    ///
    /// Value: `torch.nn.utils.clip_grad_value_`. Tensor norm and global norm: g ← g · min(1, limit / (‖g‖ +
    /// 1e-6)), as `torch.nn.utils.clip_grad_norm_`, over each tensor or over all together (Pascanu et al.
    /// 2013). Percentile: as global norm, the limit being that percentile of all global norms so far, this
    /// one included (`AutoClip`, Seetharaman et al. 2020). Says whether anything changed.
    pub fn clip(
        &mut self,
        clipping: &Clipping,
        gradient: &mut [f32],
        tensors: &[Range<usize>],
        global_norm: f64,
    ) -> bool {
        match *clipping {
            Clipping::None => false,
            Clipping::Value { limit } => {
                let limit = limit as f32;
                for g in gradient {
                    *g = g.clamp(-limit, limit);
                }
                true
            }
            Clipping::TensorNorm { limit } => {
                let mut changed = false;
                for range in tensors {
                    let tensor = &mut gradient[range.clone()];
                    let own = norm(tensor);
                    changed |= shrink(tensor, own, limit);
                }
                changed
            }
            Clipping::GlobalNorm { limit } => shrink(gradient, global_norm, limit),
            Clipping::Percentile { percent } => {
                let limit = self.norms.add(global_norm, percent);
                shrink(gradient, global_norm, limit)
            }
        }
    }
}

/// Whether it changed anything.
fn shrink(gradient: &mut [f32], norm: f64, limit: f64) -> bool {
    let factor = limit / (norm + 1e-6);
    let too_long = factor < 1.0;
    if too_long {
        let factor = factor as f32;
        for g in gradient {
            *g *= factor;
        }
    }
    too_long
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_clips_what_its_name_says() {
        let tensors = [0..2, 2..3];
        let original = [3.0_f32, -4.0, 12.0];
        let clipped = |clipping: Clipping| {
            let mut gradient = original;
            let mut state = ClippingState::default();
            state.clip(&clipping, &mut gradient, &tensors, norm(&original));
            gradient
        };
        assert_eq!(clipped(Clipping::None), original);
        assert_eq!(clipped(Clipping::Value { limit: 3.5 }), [3.0, -3.5, 3.5]);
        let by_tensor = clipped(Clipping::TensorNorm { limit: 1.0 });
        for (value, expected) in by_tensor.iter().zip([0.6, -0.8, 1.0]) {
            assert!((value - expected).abs() < 1e-6);
        }
        let by_all = clipped(Clipping::GlobalNorm { limit: 6.5 });
        for (value, expected) in by_all.iter().zip([1.5, -2.0, 6.0]) {
            assert!((value - expected).abs() < 1e-5);
        }
        assert_eq!(clipped(Clipping::GlobalNorm { limit: 13.1 }), original);
    }

    #[test]
    fn a_percentile_clips_what_is_large_among_its_like() {
        let clipping = Clipping::Percentile { percent: 50.0 };
        let mut state = ClippingState::default();
        let mut seen = Vec::new();
        for size in [4.0_f32, 2.0, 8.0, 1.0] {
            let mut gradient = [size];
            state.clip(&clipping, &mut gradient, &[0..1], f64::from(size));
            seen.push(gradient[0]);
        }
        // Medians so far: 4, 3, 4, 3.
        for (value, expected) in seen.iter().zip([4.0, 2.0, 4.0, 1.0]) {
            assert!((value - expected).abs() < 1e-5, "{value} {expected}");
        }
    }
}
