//! The pinball loss: forecasts of quantiles.

/// Mean pinball loss of `predictions`, for each target one a quantile in their order, and its derivative
/// with respect to each into `slopes`; targets whose `mask` is 0 do not count.
pub(super) fn mean_and_slopes<P: Copy + Into<f64>>(
    quantiles: &[f64],
    predictions: &[P],
    targets: &[P],
    mask: Option<&[f32]>,
    mut slopes: Option<&mut Vec<f64>>,
) -> f64 {
    let count = super::count(targets.len(), mask) * quantiles.len() as f64;
    let mut sum = 0.0;
    let rows = predictions.chunks(quantiles.len()).zip(targets);
    for (index, (predictions, &target)) in rows.enumerate() {
        let counts = mask.is_none_or(|mask| mask[index] != 0.0);
        for (&quantile, &prediction) in quantiles.iter().zip(predictions) {
            let error = prediction.into() - target.into();
            if counts {
                sum += value(quantile, error);
            }
            if let Some(slopes) = &mut slopes {
                let slope = if counts { slope(quantile, error) } else { 0.0 };
                slopes.push(slope / count);
            }
        }
    }
    sum / count
}

/// The loss of one error e = prediction − target: −q·e below the target, (1 − q)·e above it.
#[must_use]
pub fn value(quantile: f64, error: f64) -> f64 {
    if error > 0.0 {
        (1.0 - quantile) * error
    } else {
        -quantile * error
    }
}

/// The derivative of [`value`]; 0 at the kink.
#[must_use]
pub fn slope(quantile: f64, error: f64) -> f64 {
    if error > 0.0 {
        1.0 - quantile
    } else if error < 0.0 {
        -quantile
    } else {
        // 0, or not a number.
        error
    }
}

/// Which of `quantiles` stands for the forecast itself: the one nearest to the median.
#[must_use]
pub fn nearest_to_median(quantiles: &[f64]) -> usize {
    let distance = |index: &usize| (quantiles[*index] - 0.5).abs();
    (0..quantiles.len())
        .min_by(|a, b| distance(a).total_cmp(&distance(b)))
        .unwrap_or_default()
}

/// Forecasts of rising quantiles that crossed, put in their order (Chernozhukov et al. 2010).
pub fn uncross(forecasts: &mut [f64]) {
    forecasts.sort_by(f64::total_cmp);
}
