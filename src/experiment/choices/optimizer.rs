//! How a gradient becomes an update.

use super::Choice;
use serde::{Deserialize, Serialize};

/// How a gradient becomes an update. `PyTorch`'s definitions and defaults where `torch.optim` has the
/// method, those of its paper otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Optimizer {
    /// Gradient descent on the whole training part as one batch.
    Gd {
        /// L2 penalty, added to the gradient.
        weight_decay: f64,
    },
    /// Stochastic gradient descent (`torch.optim.SGD`).
    Sgd {
        /// Share of the last velocity that is kept.
        momentum: f64,
        /// Share of the gradient kept out of the velocity.
        dampening: f64,
        /// Whether the velocity is looked ahead along.
        nesterov: bool,
        /// L2 penalty, added to the gradient.
        weight_decay: f64,
    },
    /// Adagrad (Duchi et al. 2011; `torch.optim.Adagrad`).
    Adagrad {
        /// The rate of update t (from 0) is divided by 1 + t · `lr_decay`.
        lr_decay: f64,
        /// Added outside the root.
        epsilon: f64,
        /// L2 penalty, added to the gradient.
        weight_decay: f64,
    },
    /// RMSprop (Tieleman & Hinton 2012; `torch.optim.RMSprop`).
    #[serde(rename = "rmsprop")]
    RmsProp {
        /// Memory of the squared gradient.
        alpha: f64,
        /// Added outside the root.
        epsilon: f64,
        /// Share of the last velocity that is kept.
        momentum: f64,
        /// Whether the variance is centred: the squared mean gradient is subtracted (Graves 2013).
        centered: bool,
        /// L2 penalty, added to the gradient.
        weight_decay: f64,
    },
    /// Adam (Kingma & Ba 2015; `torch.optim.Adam`).
    Adam {
        /// Memory of the mean.
        beta1: f64,
        /// Memory of the uncentred variance.
        beta2: f64,
        /// Added outside the root.
        epsilon: f64,
        /// L2 penalty, added to the gradient.
        weight_decay: f64,
        /// Whether the largest second moment so far is used (Reddi et al. 2018).
        amsgrad: bool,
    },
    /// Adam with decoupled weight decay (Loshchilov & Hutter 2019; `torch.optim.AdamW`).
    #[serde(rename = "adamw")]
    AdamW {
        /// Memory of the mean.
        beta1: f64,
        /// Memory of the uncentred variance.
        beta2: f64,
        /// Added outside the root.
        epsilon: f64,
        /// Share of each weight, times the rate, that a step takes away.
        weight_decay: f64,
        /// Whether the largest second moment so far is used (Reddi et al. 2018).
        amsgrad: bool,
    },
    /// Lion (Chen et al. 2023): the sign of a mean of gradient and momentum.
    Lion {
        /// Weight of the momentum in the update.
        beta1: f64,
        /// Memory of the momentum.
        beta2: f64,
        /// Share of each weight, times the rate, that a step takes away.
        weight_decay: f64,
    },
    /// Adan (Xie et al. 2022): Nesterov momentum from differences of gradients. The betas are those of
    /// its authors' code: one minus the paper's.
    Adan {
        /// Memory of the gradient.
        beta1: f64,
        /// Memory of the gradient's differences.
        beta2: f64,
        /// Memory of the square.
        beta3: f64,
        /// Added outside the root.
        epsilon: f64,
        /// Decoupled, by a proximal step.
        weight_decay: f64,
    },
    /// LAMB (You et al. 2020, algorithm 2): Adam whose step in each tensor is as long as the tensor.
    Lamb {
        /// Memory of the mean.
        beta1: f64,
        /// Memory of the uncentred variance.
        beta2: f64,
        /// Added outside the root.
        epsilon: f64,
        /// Share of each weight in the update, before its length is set.
        weight_decay: f64,
    },
    /// Adafactor (Shazeer & Stern 2018; `torch.optim.Adafactor`): of a matrix of squared gradients only
    /// row and column means are kept.
    Adafactor {
        /// The memory of squared gradients at update t (from 1) is 1 − t^`beta2_decay`.
        beta2_decay: f64,
        /// Least mean square, against division by zero.
        epsilon1: f64,
        /// Least root mean square of a tensor that its step is measured by.
        epsilon2: f64,
        /// Largest root mean square of an update.
        clip_threshold: f64,
        /// Share of each weight, times the rate, that a step takes away.
        weight_decay: f64,
    },
    /// Muon (Jordan et al. 2024; `torch.optim.Muon`) for matrices, `AdamW` for the rest.
    Muon {
        /// Memory of the momentum.
        momentum: f64,
        /// Whether the momentum is looked ahead along.
        nesterov: bool,
        /// Share of each matrix element, times the rate, that a step takes away.
        weight_decay: f64,
        /// Newton–Schulz iterations.
        ns_steps: u64,
        /// Whether the update is as large as `AdamW`'s would be (Liu et al. 2025), so that one rate suits both.
        match_rms_adamw: bool,
        /// `AdamW`'s memory of the mean.
        adamw_beta1: f64,
        /// `AdamW`'s memory of the uncentred variance.
        adamw_beta2: f64,
        /// `AdamW`'s ε.
        adamw_epsilon: f64,
        /// `AdamW`'s weight decay.
        adamw_weight_decay: f64,
    },
    /// L-BFGS with strong Wolfe line search (Liu & Nocedal 1989; `torch.optim.LBFGS`) on the whole
    /// training part; one step is one call of `torch.optim.LBFGS.step`.
    Lbfgs {
        /// Iterations in one step at most.
        max_iter: u64,
        /// Evaluations of the loss in one step at most; 0: a quarter more than `max_iter`.
        max_eval: u64,
        /// A largest gradient element of this size is small enough.
        tolerance_grad: f64,
        /// A change of loss or weights below this ends a step.
        tolerance_change: f64,
        /// Pairs of steps and gradient changes that are remembered.
        history_size: u64,
    },
}

impl Optimizer {
    /// The curvature above which steps at this rate leave a quadratic: 2/η of gradient descent, and with
    /// momentum β (2 + 2β)/η, of Nesterov's (2 + 2β)/(1 + 2β)/η (Cohen et al. 2021, appendix B). `None` of
    /// those that scale each weight's step, and where dampening or a penalty changes the step.
    #[must_use]
    pub fn stability_limit(&self, rate: f64) -> Option<f64> {
        match *self {
            Self::Gd { .. } => Some(2.0 / rate),
            Self::Sgd {
                momentum,
                dampening: 0.0,
                nesterov,
                weight_decay: 0.0,
            } => {
                let steps = if nesterov { 1.0 + 2.0 * momentum } else { 1.0 };
                Some(2.0 * (1.0 + momentum) / steps / rate)
            }
            _ => None,
        }
    }

    /// `PyTorch`'s SGD.
    #[must_use]
    pub fn sgd() -> Self {
        Self::Sgd {
            momentum: 0.0,
            dampening: 0.0,
            nesterov: false,
            weight_decay: 0.0,
        }
    }

    /// `PyTorch`'s Adam.
    #[must_use]
    pub fn adam() -> Self {
        Self::Adam {
            beta1: 0.9,
            beta2: 0.999,
            epsilon: 1e-8,
            weight_decay: 0.0,
            amsgrad: false,
        }
    }

    /// Whether every step uses the whole training part, whatever `batch_size` says.
    #[must_use]
    pub fn full_batch(&self) -> bool {
        matches!(self, Self::Gd { .. })
    }

    /// The learning rate where none is given.
    #[must_use]
    pub fn default_learning_rate(&self) -> f64 {
        if matches!(self, Self::Lbfgs { .. }) {
            1.0
        } else {
            1e-3
        }
    }
}

impl Default for Optimizer {
    fn default() -> Self {
        Self::adam()
    }
}

impl Choice for Optimizer {
    fn all() -> Vec<Self> {
        vec![
            Self::adam(),
            Self::sgd(),
            Self::Gd { weight_decay: 0.0 },
            Self::AdamW {
                beta1: 0.9,
                beta2: 0.999,
                epsilon: 1e-8,
                weight_decay: 0.01,
                amsgrad: false,
            },
            Self::RmsProp {
                alpha: 0.99,
                epsilon: 1e-8,
                momentum: 0.0,
                centered: false,
                weight_decay: 0.0,
            },
            Self::Adagrad {
                lr_decay: 0.0,
                epsilon: 1e-10,
                weight_decay: 0.0,
            },
            Self::Lion {
                beta1: 0.9,
                beta2: 0.99,
                weight_decay: 0.0,
            },
            Self::Adan {
                beta1: 0.98,
                beta2: 0.92,
                beta3: 0.99,
                epsilon: 1e-8,
                weight_decay: 0.0,
            },
            Self::Lamb {
                beta1: 0.9,
                beta2: 0.999,
                epsilon: 1e-6,
                weight_decay: 0.01,
            },
            Self::Adafactor {
                beta2_decay: -0.8,
                epsilon1: f64::from(f32::EPSILON),
                epsilon2: 1e-3,
                clip_threshold: 1.0,
                weight_decay: 0.0,
            },
            Self::Muon {
                momentum: 0.95,
                nesterov: true,
                weight_decay: 0.1,
                ns_steps: 5,
                match_rms_adamw: false,
                adamw_beta1: 0.9,
                adamw_beta2: 0.999,
                adamw_epsilon: 1e-8,
                adamw_weight_decay: 0.01,
            },
            Self::Lbfgs {
                max_iter: 20,
                max_eval: 0,
                tolerance_grad: 1e-7,
                tolerance_change: 1e-9,
                history_size: 100,
            },
        ]
    }
}
