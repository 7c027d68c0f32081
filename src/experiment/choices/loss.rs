//! What is minimised.

use super::Choice;
use serde::{Deserialize, Serialize};

/// What is minimised: the mean over all target elements of a function of the error
/// e = prediction − target, in scaled units; or, to classify, over all sequences of a function of the
/// logits and the class.
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
    /// −ln p of the class, p = softmax of the logits (`torch.nn.CrossEntropyLoss`).
    CrossEntropy {
        /// Share of the class's probability that all classes divide between them.
        label_smoothing: f64,
        /// How much each class counts.
        class_weights: ClassWeights,
        /// Power of 1 − p by which what is known already counts less (Lin et al. 2017).
        focal_gamma: f64,
    },
}

/// How much each class counts in the cross-entropy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClassWeights {
    /// Each sequence alike.
    None,
    /// n / (classes · n of the class) over the training part, as scikit-learn's `balanced`.
    Balanced,
}

impl ClassWeights {
    /// Every way, in the order menus show.
    pub const ALL: [Self; 2] = [Self::None, Self::Balanced];
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

    /// `PyTorch`'s cross-entropy.
    #[must_use]
    pub fn cross_entropy() -> Self {
        Self::CrossEntropy {
            label_smoothing: 0.0,
            class_weights: ClassWeights::None,
            focal_gamma: 0.0,
        }
    }

    /// Whether it compares logits with a class rather than a prediction with a value.
    #[must_use]
    pub fn of_classes(&self) -> bool {
        matches!(self, Self::CrossEntropy { .. })
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
            Self::cross_entropy(),
        ]
    }
}
