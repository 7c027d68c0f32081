//! What is done to a gradient before the optimizer sees it.

use crate::experiment::Clipping;
use std::ops::Range;

/// Clips `gradient`, whose tensors are at `tensors`, in place. `global_norm` is its norm before.
///
/// Value: `torch.nn.utils.clip_grad_value_`. Tensor norm and global norm: g ← g · min(1, limit / (‖g‖ +
/// 1e-6)), as `torch.nn.utils.clip_grad_norm_`, over each tensor or over all together (Pascanu et al.
/// 2013).
pub fn clip(clipping: &Clipping, gradient: &mut [f32], tensors: &[Range<usize>], global_norm: f64) {
    match *clipping {
        Clipping::None => {}
        Clipping::Value { limit } => {
            let limit = limit as f32;
            for g in gradient {
                *g = g.clamp(-limit, limit);
            }
        }
        Clipping::TensorNorm { limit } => {
            for range in tensors {
                let tensor = &mut gradient[range.clone()];
                let own = norm(tensor);
                shrink(tensor, own, limit);
            }
        }
        Clipping::GlobalNorm { limit } => shrink(gradient, global_norm, limit),
    }
}

fn shrink(gradient: &mut [f32], norm: f64, limit: f64) {
    let factor = limit / (norm + 1e-6);
    if factor < 1.0 {
        let factor = factor as f32;
        for g in gradient {
            *g *= factor;
        }
    }
}

/// Euclidean norm, accumulated in f64 so that gradients of 1e-30 do not vanish and 1e30 do not overflow.
#[must_use]
pub fn norm(values: &[f32]) -> f64 {
    sum_of_squares(values.iter().map(|&v| f64::from(v))).sqrt()
}

/// Euclidean norm of the difference of vectors of one length, as [`norm`].
#[must_use]
pub fn distance(a: &[f32], b: &[f32]) -> f64 {
    let differences = a.iter().zip(b).map(|(&a, &b)| f64::from(a) - f64::from(b));
    sum_of_squares(differences).sqrt()
}

/// In sixteen partial sums of a fixed order: fast, and the same on every machine.
fn sum_of_squares(values: impl ExactSizeIterator<Item = f64>) -> f64 {
    pulp::Arch::new().dispatch(|| {
        let mut sums = [0.0_f64; 16];
        let mut values = values;
        for _ in 0..values.len() / sums.len() {
            for sum in &mut sums {
                let v = values.next().unwrap_or_default();
                *sum += v * v;
            }
        }
        for (sum, v) in sums.iter_mut().zip(values) {
            *sum += v * v;
        }
        sums.iter().sum()
    })
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
            clip(&clipping, &mut gradient, &tensors, norm(&original));
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
    fn norms_of_tiny_and_huge_gradients_are_right() {
        assert!((norm(&[3e-30, 4e-30]) / 5e-30 - 1.0).abs() < 1e-6);
        assert!((norm(&[3e30, 4e30]) / 5e30 - 1.0).abs() < 1e-6);
    }
}
