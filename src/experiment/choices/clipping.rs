//! What is done to a gradient before the optimizer sees it.

use super::Choice;
use serde::{Deserialize, Serialize};

/// What is done to a gradient before the optimizer sees it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Clipping {
    /// Nothing.
    None,
    /// Each element into [−limit, limit].
    Value {
        /// The bound.
        limit: f64,
    },
    /// Each tensor's norm to at most limit.
    TensorNorm {
        /// The bound.
        limit: f64,
    },
    /// The norm over all tensors together to at most limit (Pascanu et al. 2013).
    GlobalNorm {
        /// The bound.
        limit: f64,
    },
    /// As `global-norm`, the limit being a percentile of all global norms so far (`AutoClip`, Seetharaman
    /// et al. 2020).
    Percentile {
        /// Which percentile, from 0, the smallest norm, to 100, the largest.
        percent: f64,
    },
}

impl Clipping {
    /// The limit, where it is fixed.
    #[must_use]
    pub fn limit(&self) -> Option<f64> {
        match *self {
            Self::None | Self::Percentile { .. } => None,
            Self::Value { limit } | Self::TensorNorm { limit } | Self::GlobalNorm { limit } => {
                Some(limit)
            }
        }
    }
}

impl Choice for Clipping {
    fn all() -> Vec<Self> {
        vec![
            Self::None,
            Self::GlobalNorm { limit: 1.0 },
            Self::TensorNorm { limit: 1.0 },
            Self::Value { limit: 1.0 },
            Self::Percentile { percent: 10.0 },
        ]
    }
}
