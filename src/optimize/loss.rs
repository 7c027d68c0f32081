//! What is minimised, on tensors for training and on a number for drawing.

use crate::experiment::Loss;
use burn::tensor::Tensor;

/// Mean loss of predictions against targets of the same shape `[B, T, O]`, as a tensor of one element.
/// With a mask (0 or 1, same shape) only elements with 1 count, and the mean is over those.
#[must_use]
pub fn mean(
    loss: &Loss,
    predictions: Tensor<3>,
    targets: Tensor<3>,
    mask: Option<Tensor<3>>,
) -> Tensor<1> {
    let error = predictions - targets;
    let each = match *loss {
        Loss::Mse => error.clone() * error,
        Loss::Mae => error.abs(),
        // With c = clamp(e, −δ, δ): c·(e − c/2) is e²/2 inside and δ(|e| − δ/2) outside, without a branch.
        Loss::Huber { delta } => {
            let inner = error.clone().clamp(-delta, delta);
            inner.clone() * (error - inner * 0.5)
        }
    };
    match mask {
        None => each.mean(),
        Some(mask) => (each * mask.clone()).sum() / mask.sum(),
    }
}

/// The loss of one error e = prediction − target.
#[must_use]
pub fn value(loss: &Loss, error: f64) -> f64 {
    match *loss {
        Loss::Mse => error * error,
        Loss::Mae => error.abs(),
        Loss::Huber { delta } => {
            let size = error.abs();
            if size <= delta {
                0.5 * error * error
            } else {
                delta * (size - 0.5 * delta)
            }
        }
    }
}

/// The loss in one line, with e the error.
#[must_use]
pub fn formula(loss: &Loss) -> &'static str {
    match loss {
        Loss::Mse => "mean of e²",
        Loss::Mae => "mean of |e|",
        Loss::Huber { .. } => "mean of e²/2 where |e| ≤ δ, δ·(|e| − δ/2) beyond",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::{Device, TensorData};

    #[test]
    fn tensors_and_numbers_agree_and_the_mask_excludes() {
        let device = Device::flex();
        let errors = [-3.0_f32, -1.0, -0.25, 0.0, 0.5, 2.0];
        let tensor = |values: &[f32]| {
            Tensor::<3>::from_data(TensorData::new(values.to_vec(), [1, 6, 1]), &device)
        };
        for loss in [Loss::Mse, Loss::Mae, Loss::Huber { delta: 0.75 }] {
            let each: Vec<f64> = errors.iter().map(|&e| value(&loss, f64::from(e))).collect();
            let all: f32 = mean(&loss, tensor(&errors), tensor(&[0.0; 6]), None).into_scalar();
            assert!((f64::from(all) - each.iter().sum::<f64>() / 6.0).abs() < 1e-6);
            let mask = [1.0, 0.0, 0.0, 1.0, 1.0, 0.0];
            let some: f32 = mean(
                &loss,
                tensor(&errors),
                tensor(&[0.0; 6]),
                Some(tensor(&mask)),
            )
            .into_scalar();
            assert!((f64::from(some) - (each[0] + each[3] + each[4]) / 3.0).abs() < 1e-6);
        }
    }
}
