//! Functions of values that can be undone.

use super::super::{Stop, scale::quantile};
use crate::experiment::choices::prepare::TransformMethod;
use serde::{Deserialize, Serialize};

/// Points by which `quantile` knows the training values.
const POINTS: usize = 1001;

/// A function of values, and what it learned.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "function", rename_all = "kebab-case")]
pub enum Function {
    /// ln x.
    Log,
    /// ln(1 + x).
    Log1p,
    /// √x.
    Sqrt,
    /// Box & Cox 1964.
    BoxCox {
        /// The exponent.
        lambda: f64,
    },
    /// Yeo & Johnson 2000.
    YeoJohnson {
        /// The exponent.
        lambda: f64,
    },
    /// The share of training values below.
    Quantile {
        /// Training quantiles, evenly spaced, rising.
        points: Vec<f64>,
    },
}

impl Function {
    /// Fits `method` to training values.
    #[must_use]
    pub fn fit(method: TransformMethod, training: &[f64]) -> Self {
        match method {
            TransformMethod::Log => Self::Log,
            TransformMethod::Log1p => Self::Log1p,
            TransformMethod::Sqrt => Self::Sqrt,
            TransformMethod::BoxCox => Self::BoxCox {
                lambda: likeliest(training, |lambda| Self::BoxCox { lambda }, f64::ln),
            },
            TransformMethod::YeoJohnson => Self::YeoJohnson {
                lambda: likeliest(
                    training,
                    |lambda| Self::YeoJohnson { lambda },
                    |x| x.signum() * x.abs().ln_1p(),
                ),
            },
            TransformMethod::Quantile => {
                let mut sorted = training.to_vec();
                sorted.sort_unstable_by(f64::total_cmp);
                let last = sorted.len().clamp(2, POINTS) - 1;
                let mut points: Vec<f64> = (0..=last)
                    .map(|k| quantile(&sorted, k as f64 / last as f64))
                    .collect();
                // Equal values would leave nothing to go back to.
                for k in 1..points.len() {
                    let least = points[k - 1] + points[k - 1].abs().max(1e-9) * 1e-9;
                    points[k] = points[k].max(least);
                }
                Self::Quantile { points }
            }
        }
    }

    /// f(x); none outside its domain, or where it overflows.
    #[must_use]
    pub fn apply(&self, x: f64) -> Option<f64> {
        let y = match self {
            Self::Log => (x > 0.0).then(|| x.ln())?,
            Self::Log1p => (x > -1.0).then(|| x.ln_1p())?,
            Self::Sqrt => (x >= 0.0).then(|| x.sqrt())?,
            Self::BoxCox { lambda } => {
                let logarithm = (x > 0.0).then(|| x.ln())?;
                power(logarithm, *lambda)
            }
            Self::YeoJohnson { lambda } => {
                if x >= 0.0 {
                    power(x.ln_1p(), *lambda)
                } else {
                    -power((-x).ln_1p(), 2.0 - lambda)
                }
            }
            Self::Quantile { points } => {
                let last = points.len() - 1;
                let k = points.partition_point(|&point| point <= x).clamp(1, last);
                let inside = (x - points[k - 1]) / (points[k] - points[k - 1]);
                if x < points[0] || x > points[last] {
                    // Beyond what was seen, on the line through both ends.
                    let slope = 1.0 / (points[last] - points[0]);
                    if x < points[0] {
                        (x - points[0]) * slope
                    } else {
                        1.0 + (x - points[last]) * slope
                    }
                } else {
                    ((k - 1) as f64 + inside) / last as f64
                }
            }
        };
        y.is_finite().then_some(y)
    }

    /// x of y = f(x); where y is beyond what f gives, the end of its domain.
    #[must_use]
    pub fn undo(&self, y: f64) -> f64 {
        match self {
            Self::Log => y.exp(),
            Self::Log1p => y.exp_m1(),
            Self::Sqrt => y.max(0.0) * y.max(0.0),
            Self::BoxCox { lambda } => unpower(y, *lambda).exp(),
            Self::YeoJohnson { lambda } => {
                if y >= 0.0 {
                    unpower(y, *lambda).exp_m1()
                } else {
                    -unpower(-y, 2.0 - lambda).exp_m1()
                }
            }
            Self::Quantile { points } => {
                let last = points.len() - 1;
                let width = points[last] - points[0];
                if y < 0.0 {
                    return points[0] + y * width;
                }
                if y > 1.0 {
                    return points[last] + (y - 1.0) * width;
                }
                quantile(points, y)
            }
        }
    }

    /// The method's name in experiment files.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Log => "log",
            Self::Log1p => "log1p",
            Self::Sqrt => "sqrt",
            Self::BoxCox { .. } => "box-cox",
            Self::YeoJohnson { .. } => "yeo-johnson",
            Self::Quantile { .. } => "quantile",
        }
    }

    /// What the function needs, in words.
    #[must_use]
    pub fn domain(&self) -> &'static str {
        match self {
            Self::Log => "the logarithm needs values above 0",
            Self::Log1p => "log1p needs values above -1",
            Self::Sqrt => "the square root needs values of at least 0",
            Self::BoxCox { .. } => "Box-Cox needs values above 0",
            Self::YeoJohnson { .. } | Self::Quantile { .. } => "the numbers become too large",
        }
    }
}

/// (e^(λl) − 1) / λ, l where λ is 0.
fn power(logarithm: f64, lambda: f64) -> f64 {
    if lambda.abs() < 1e-9 {
        logarithm
    } else {
        (lambda * logarithm).exp_m1() / lambda
    }
}

/// l of y = [`power`]; kept just inside of what can be undone.
fn unpower(y: f64, lambda: f64) -> f64 {
    if lambda.abs() < 1e-9 {
        return y;
    }
    (lambda * y).max(-1.0 + 1e-12).ln_1p() / lambda
}

/// The λ in [−3, 5] under which the bent values are most likely normal: the maximum of
/// −n/2 · ln(variance) + (λ − 1) · Σ `logarithm`(x), by golden section.
fn likeliest(
    training: &[f64],
    function: impl Fn(f64) -> Function,
    logarithm: impl Fn(f64) -> f64,
) -> f64 {
    let sum: f64 = training.iter().map(|&x| logarithm(x)).sum();
    let count = training.len() as f64;
    let likelihood = |lambda: f64| {
        let function = function(lambda);
        let values: Vec<f64> = training.iter().filter_map(|&x| function.apply(x)).collect();
        if values.len() < training.len() {
            return f64::NEG_INFINITY;
        }
        let mean = values.iter().sum::<f64>() / count;
        let variance = values.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / count;
        if variance <= 0.0 {
            f64::NEG_INFINITY
        } else {
            (lambda - 1.0) * sum - 0.5 * count * variance.ln()
        }
    };
    // Golden section search, which takes one more likelihood each time; near its peak that is flat within
    // rounding, so that more than half the digits of λ cannot be told.
    let ratio = (5.0_f64.sqrt() - 1.0) / 2.0;
    let (mut low, mut high) = (-3.0, 5.0);
    let at = |lambda: f64| (lambda, likelihood(lambda));
    let mut left = at(high - ratio * (high - low));
    let mut right = at(low + ratio * (high - low));
    let stop = Stop::current();
    while high - low > 1e-9 && !stop.is_asked() {
        if left.1 >= right.1 {
            (high, right) = (right.0, left);
            left = at(high - ratio * (high - low));
        } else {
            (low, left) = (left.0, right);
            right = at(low + ratio * (high - low));
        }
    }
    f64::midpoint(low, high)
}
