//! What is minimised when numbers are forecast: plain numbers in 64 bits, whatever the network computes
//! in. Classes have [`super::cross_entropy`].
//!
//! The derivative with respect to each prediction is where back-propagation begins, so the losses need
//! no tensors of their own.

pub mod quantile;

use crate::experiment::Loss;

/// Mean loss of predictions against targets, element by element; under `quantile` each target has one
/// prediction a quantile, side by side. With a mask, one number a target, only targets with 1 count,
/// and the mean is over those; 0 where none is left.
#[must_use]
pub fn mean<P: Copy + Into<f64>>(
    loss: &Loss,
    predictions: &[P],
    targets: &[P],
    mask: Option<&[f32]>,
) -> f64 {
    if let Loss::Quantile { quantiles } = loss {
        return quantile::mean_and_slopes(quantiles, predictions, targets, mask, None);
    }
    let sum: f64 = (errors(predictions, targets, mask).flatten())
        .map(|error| value(loss, error))
        .sum();
    sum / count(predictions.len(), mask)
}

/// [`mean`] and its derivative with respect to each prediction.
#[must_use]
pub fn mean_and_slopes<P: Copy + Into<f64>>(
    loss: &Loss,
    predictions: &[P],
    targets: &[P],
    mask: Option<&[f32]>,
) -> (f64, Vec<f64>) {
    if let Loss::Quantile { quantiles } = loss {
        let mut slopes = Vec::with_capacity(predictions.len());
        let slot = Some(&mut slopes);
        let mean = quantile::mean_and_slopes(quantiles, predictions, targets, mask, slot);
        return (mean, slopes);
    }
    let sweep = |loss: &Loss| {
        let count = count(predictions.len(), mask);
        let mut sum = 0.0;
        let slopes = errors(predictions, targets, mask).map(|error| {
            error.map_or(0.0, |error| {
                sum += value(loss, error);
                slope(loss, error) / count
            })
        });
        let slopes = slopes.collect();
        (sum / count, slopes)
    };
    match loss {
        // The usual one by name: then its arithmetic stands in the loop itself.
        Loss::Mse => sweep(&Loss::Mse),
        other => sweep(other),
    }
}

/// Each element's error; `None` where the mask excludes it.
fn errors<P: Copy + Into<f64>>(
    predictions: &[P],
    targets: &[P],
    mask: Option<&[f32]>,
) -> impl Iterator<Item = Option<f64>> {
    (predictions.iter().zip(targets).enumerate()).map(move |(index, (&prediction, &target))| {
        let counts = mask.is_none_or(|mask| mask[index] != 0.0);
        counts.then(|| prediction.into() - target.into())
    })
}

fn count(elements: usize, mask: Option<&[f32]>) -> f64 {
    let count = mask.map_or(elements, |mask| mask.iter().filter(|&&m| m != 0.0).count());
    count.max(1) as f64
}

/// The loss of one error e = prediction − target; under `quantile` the mean over the quantiles, were all
/// forecasts the same.
///
/// # Panics
/// Cross-entropy compares classes and knows no error.
#[must_use]
pub fn value(loss: &Loss, error: f64) -> f64 {
    match loss {
        Loss::Mse => error * error,
        Loss::Mae => error.abs(),
        &Loss::Huber { delta } => {
            let size = error.abs();
            if size <= delta {
                0.5 * error * error
            } else {
                delta * (size - 0.5 * delta)
            }
        }
        // As it stands, cosh overflows from e = 711 on.
        Loss::LogCosh => {
            let size = error.abs();
            size + (-2.0 * size).exp().ln_1p() - std::f64::consts::LN_2
        }
        Loss::Quantile { quantiles } => over_quantiles(quantiles, error, quantile::value),
        Loss::CrossEntropy { .. } => unreachable!("classes have no error"),
    }
}

/// The derivative of [`value`]; 0 at a kink, as in `PyTorch`.
///
/// # Panics
/// As [`value`].
#[must_use]
pub fn slope(loss: &Loss, error: f64) -> f64 {
    match loss {
        Loss::Mse => 2.0 * error,
        Loss::Mae if error == 0.0 => 0.0,
        Loss::Mae => error.signum(),
        &Loss::Huber { delta } if error.is_nan() || error.abs() <= delta => error,
        Loss::Huber { delta } => delta.copysign(error),
        Loss::LogCosh => error.tanh(),
        Loss::Quantile { quantiles } => over_quantiles(quantiles, error, quantile::slope),
        Loss::CrossEntropy { .. } => unreachable!("classes have no error"),
    }
}

fn over_quantiles(quantiles: &[f64], error: f64, of: impl Fn(f64, f64) -> f64) -> f64 {
    let sum: f64 = quantiles.iter().map(|&quantile| of(quantile, error)).sum();
    sum / quantiles.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::Choice;

    #[test]
    fn slopes_are_the_derivatives_and_the_mask_excludes() {
        let errors: [f64; 8] = [-800.0, -3.0, -1.0, -0.25, 0.1, 0.5, 2.0, 1e5];
        let mask = [1.0, 0.0, 0.0, 1.0, 1.0, 0.0, 1.0, 1.0];
        for loss in Loss::all().into_iter().filter(|loss| !loss.of_classes()) {
            for error in errors {
                let h = 1e-6 * error.abs();
                let numeric = (value(&loss, error + h) - value(&loss, error - h)) / (2.0 * h);
                let exact = slope(&loss, error);
                assert!(
                    (numeric - exact).abs() < 1e-6 * exact.abs().max(1.0),
                    "{loss:?} at {error}: {exact} and {numeric}"
                );
            }
            assert_eq!(slope(&loss, 0.0), 0.0);
            assert!(value(&loss, 0.0).abs() < 1e-15);
            if matches!(loss, Loss::Quantile { .. }) {
                continue;
            }
            let zeros = [0.0; 8];
            let each = errors.map(|error| value(&loss, error));
            let (all, slopes) = mean_and_slopes(&loss, &errors, &zeros, None);
            assert_eq!(all, each.iter().sum::<f64>() / 8.0);
            assert_eq!(slopes[1], slope(&loss, -3.0) / 8.0);
            let (some, slopes) = mean_and_slopes(&loss, &errors, &zeros, Some(&mask));
            let kept = each[0] + each[3] + each[4] + each[6] + each[7];
            assert!((some / (kept / 5.0) - 1.0).abs() < 1e-12);
            assert_eq!((slopes[1], slopes[3]), (0.0, slope(&loss, -0.25) / 5.0));
            assert!(mean(&loss, &[f64::NAN], &[0.0], None).is_nan());
        }
    }

    #[test]
    fn each_quantile_has_its_own_prediction_of_each_target() {
        let loss = Loss::Quantile {
            quantiles: vec![0.1, 0.9],
        };
        let (predictions, targets) = ([1.0, 3.0, 5.0, 7.0, 9.0, 9.0], [2.0, 6.0, 9.0]);
        let (mean_loss, slopes) = mean_and_slopes(&loss, &predictions, &targets, None);
        // −0.1·(1−2), 0.1·(3−2); −0.1·(5−6), 0.1·(7−6); 0, 0.
        assert!((mean_loss - 0.4 / 6.0).abs() < 1e-12);
        for (slope, expected) in slopes.iter().zip([-0.1, 0.1, -0.1, 0.1, 0.0, 0.0]) {
            assert!((slope - expected / 6.0).abs() < 1e-12);
        }
        let mask = [0.0, 1.0, 1.0];
        let (some, slopes) = mean_and_slopes(&loss, &predictions, &targets, Some(&mask));
        assert!((some - 0.2 / 4.0).abs() < 1e-12);
        assert_eq!((slopes.len(), slopes[0], slopes[2]), (6, 0.0, -0.1 / 4.0));
        assert!(mean(&loss, &[f64::NAN, 1.0], &[0.0], None).is_nan());
        assert_eq!(quantile::nearest_to_median(&[0.1, 0.4, 0.9]), 1);
        let mut crossed = [3.0, 1.0, 2.0];
        quantile::uncross(&mut crossed);
        assert_eq!(crossed, [1.0, 2.0, 3.0]);
    }

    /// The forecast that the loss is smallest at is the quantile itself.
    #[test]
    fn the_best_constant_forecast_is_the_quantile() {
        let targets: Vec<f64> = (0..101).map(f64::from).collect();
        for q in [0.1, 0.25, 0.5, 0.9] {
            let loss = Loss::Quantile { quantiles: vec![q] };
            let at = |forecast: f64| mean(&loss, &[forecast; 101], &targets, None);
            let best = (0..101)
                .map(f64::from)
                .min_by(|a, b| at(*a).total_cmp(&at(*b)));
            assert_eq!(best, Some((100.0 * q).round()));
        }
    }
}
