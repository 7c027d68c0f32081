//! Scaling: each input column by an offset and a factor of its own, fitted on the training part.

use crate::experiment::ScaleMethod;
use serde::{Deserialize, Serialize};

/// scaled = (x − offset) / factor.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Scaling {
    /// In the data's units.
    pub offset: f64,
    /// In the data's units, never 0.
    pub factor: f64,
}

impl Scaling {
    /// Leaves values as they are.
    pub const IDENTITY: Self = Self {
        offset: 0.0,
        factor: 1.0,
    };

    /// Fits `method` to finite values: `standard` takes the population's standard deviation, as
    /// scikit-learn does; a column whose spread is 0 gets factor 1.
    #[must_use]
    pub fn fit(method: ScaleMethod, values: &[f64]) -> Self {
        let (min, max) = values
            .iter()
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(min, max), &x| {
                (min.min(x), max.max(x))
            });
        if values.is_empty() {
            return Self::IDENTITY;
        }
        let (offset, spread) = match method {
            ScaleMethod::None => return Self::IDENTITY,
            ScaleMethod::MinMax => (min, max - min),
            ScaleMethod::Standard => {
                let count = values.len() as f64;
                // The mean of a constant column may miss it by rounding, and so find a spread.
                let mean = if min < max {
                    values.iter().sum::<f64>() / count
                } else {
                    min
                };
                let variance = values.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / count;
                (mean, variance.sqrt())
            }
            ScaleMethod::Robust => {
                let mut sorted = values.to_vec();
                sorted.sort_unstable_by(f64::total_cmp);
                (
                    quantile(&sorted, 0.5),
                    quantile(&sorted, 0.75) - quantile(&sorted, 0.25),
                )
            }
        };
        Self {
            offset,
            factor: if spread == 0.0 { 1.0 } else { spread },
        }
    }

    /// To scaled units.
    #[must_use]
    pub fn scale(self, x: f64) -> f64 {
        (x - self.offset) / self.factor
    }

    /// Back to the data's units.
    #[must_use]
    pub fn unscale(self, x: f64) -> f64 {
        x * self.factor + self.offset
    }
}

/// Whether no value differs from another; missing ones do not count, and nothing is constant.
#[must_use]
pub fn is_constant(values: &[f64]) -> bool {
    let mut observed = values.iter().filter(|x| !x.is_nan());
    observed
        .next()
        .is_none_or(|first| observed.all(|x| x - first == 0.0))
}

/// The quantile `share` of sorted values, on the line between neighbours (as numpy); NaN of nothing.
#[must_use]
pub fn quantile(sorted: &[f64], share: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else {
        return f64::NAN;
    };
    let place = share * last as f64;
    let below = place.floor();
    let (low, high) = (
        sorted[below as usize],
        sorted[(below as usize + 1).min(last)],
    );
    low + (high - low) * (place - below)
}

/// As [`quantile`], of values in any order, which is changed: without sorting them all.
pub fn quantile_of(values: &mut [f64], share: f64) -> f64 {
    let Some(last) = values.len().checked_sub(1) else {
        return f64::NAN;
    };
    let place = share * last as f64;
    let below = place.floor();
    let (_, &mut low, above) = values.select_nth_unstable_by(below as usize, f64::total_cmp);
    let high = above.iter().copied().min_by(f64::total_cmp).unwrap_or(low);
    low + (high - low) * (place - below)
}

#[cfg(test)]
#[allow(clippy::float_cmp, reason = "the expected values are exact")]
mod tests {
    use super::*;

    #[test]
    fn methods_follow_their_definitions() {
        let values = [1.0, 2.0, 3.0, 4.0, 10.0];
        let fit = |method| Scaling::fit(method, &values);
        assert_eq!(
            fit(ScaleMethod::Standard),
            Scaling {
                offset: 4.0,
                factor: 10.0_f64.sqrt()
            }
        );
        assert_eq!(
            fit(ScaleMethod::MinMax),
            Scaling {
                offset: 1.0,
                factor: 9.0
            }
        );
        assert_eq!(
            fit(ScaleMethod::Robust),
            Scaling {
                offset: 3.0,
                factor: 2.0
            }
        );
        assert_eq!(fit(ScaleMethod::None), Scaling::IDENTITY);
    }

    #[test]
    fn a_constant_column_has_factor_one() {
        for method in ScaleMethod::ALL {
            let scaling = Scaling::fit(method, &[0.1; 7]);
            assert_eq!(scaling.factor, 1.0);
            assert_eq!(scaling.unscale(scaling.scale(0.1)), 0.1);
        }
    }

    #[test]
    fn a_quantile_is_the_same_of_sorted_values_and_of_others() {
        for count in [1_usize, 2, 3, 10, 101] {
            let mut values: Vec<f64> = (0..count).map(|k| ((k * 37) % 101) as f64 * 0.3).collect();
            let mut sorted = values.clone();
            sorted.sort_unstable_by(f64::total_cmp);
            for share in [0.0, 0.25, 0.5, 0.75, 1.0] {
                assert_eq!(quantile_of(&mut values, share), quantile(&sorted, share));
            }
        }
        assert!(quantile_of(&mut [], 0.5).is_nan());
    }
}
