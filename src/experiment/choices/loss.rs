//! What is minimised.

use super::Choice;
use serde::{Deserialize, Serialize};

/// What is minimised: the mean over all target elements of a function of the error
/// e = prediction − target, in scaled units.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Loss {
    /// e².
    Mse,
    /// |e|.
    Mae,
    /// e²/2 where |e| ≤ δ, δ·(|e| − δ/2) beyond.
    Huber {
        /// Where the parabola becomes a line.
        delta: f64,
    },
    /// ln cosh e: a parabola near 0 that becomes a line, without a border.
    LogCosh,
    /// The pinball loss of each quantile q: −q·e where e < 0, (1 − q)·e where e > 0 (Koenker & Bassett
    /// 1978). The network has one output for each target and quantile.
    Quantile {
        /// Shares of the targets that shall lie below each forecast, rising.
        quantiles: Vec<f64>,
    },
}

impl Loss {
    /// The quantiles that are forecast; none but for `quantile`.
    #[must_use]
    pub fn quantiles(&self) -> &[f64] {
        match self {
            Self::Quantile { quantiles } => quantiles,
            _ => &[],
        }
    }

    /// Numbers that the network gives for one target value.
    #[must_use]
    pub fn outputs_per_target(&self) -> usize {
        self.quantiles().len().max(1)
    }
}

impl Choice for Loss {
    fn all() -> Vec<Self> {
        vec![
            Self::Mse,
            Self::Mae,
            Self::Huber { delta: 1.0 },
            Self::LogCosh,
            Self::Quantile {
                quantiles: vec![0.1, 0.5, 0.9],
            },
        ]
    }
}
