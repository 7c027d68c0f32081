//! The learning rate over the steps.

use super::Choice;
use serde::{Deserialize, Serialize};

/// The learning rate over the steps: what all schedules share, and the kind's own.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Schedule {
    /// The shape.
    #[serde(flatten)]
    pub kind: ScheduleKind,
    /// The rate that the shape multiplies.
    pub learning_rate: f64,
    /// The first so many rates are multiplied by (step + 1) / `warmup_steps`.
    pub warmup_steps: u64,
}

/// The shape of a schedule; steps count from 0.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum ScheduleKind {
    /// The rate.
    Constant,
    /// rate · (1 − (1 − `final_factor`) · step / over).
    Linear {
        /// Share of the rate at the end.
        final_factor: f64,
        /// Length in steps; absent: the whole run.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        over: Option<u64>,
    },
    /// rate · factor^(step / every), smooth.
    Exponential {
        /// Multiplied in over `every` steps.
        factor: f64,
        /// Steps.
        every: u64,
    },
    /// rate · factor^⌊step / every⌋.
    Step {
        /// Multiplied in after each `every` steps.
        factor: f64,
        /// Steps.
        every: u64,
    },
    /// rate · (`final_factor` + (1 − `final_factor`) · (1 − step / over)^power).
    Polynomial {
        /// 1 falls in a line, more falls faster at first.
        power: f64,
        /// Share of the rate at the end.
        final_factor: f64,
        /// Length in steps; absent: the whole run.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        over: Option<u64>,
    },
    /// rate · √(after / max(step, after)).
    InverseSqrt {
        /// Steps before the fall begins.
        after: u64,
    },
    /// rate · (`final_factor` + (1 − `final_factor`) · ½(1 + cos(π · step / over))).
    Cosine {
        /// Share of the rate at the end.
        final_factor: f64,
        /// Length in steps; absent: the whole run.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        over: Option<u64>,
    },
    /// Cosines one after the other, each `multiply` times as long as the last (Loshchilov & Hutter 2017).
    CosineRestarts {
        /// Length of the first in steps.
        first: u64,
        /// How many times as long each next one is.
        multiply: u64,
        /// Share of the rate at each end.
        final_factor: f64,
    },
    /// Up to the rate and far below where it began, both as half a cosine (Smith & Topin 2019;
    /// `torch.optim.lr_scheduler.OneCycleLR`).
    OneCycle {
        /// Share of the run after which the rate is highest.
        peak_at: f64,
        /// The first rate is the highest divided by this.
        start_divisor: f64,
        /// The last rate is the first divided by this.
        end_divisor: f64,
    },
    /// Cut when the loss stops falling (`torch.optim.lr_scheduler.ReduceLROnPlateau`); raised, where
    /// asked for, while it keeps falling.
    Plateau {
        /// What a cut multiplies the rate by.
        factor: f64,
        /// Validations without improvement that pass before a cut.
        patience: u64,
        /// An improvement is at least this share of the best loss.
        threshold: f64,
        /// Validations after a cut that do not count.
        cooldown: u64,
        /// The rate is not cut below this.
        minimum: f64,
        /// What a raise multiplies the rate by; 1 never raises.
        raise_factor: f64,
        /// Improvements in a row that pass before a raise.
        raise_patience: u64,
    },
    /// η = min(γ^(1 / batches per epoch) · last η, (f − f*) / (c·‖g‖²), maximum) (`SPS_max`, Loizou et al.
    /// 2021); the rate is the η before the first step.
    Polyak {
        /// Larger is more careful.
        c: f64,
        /// How many times its size the rate may grow in an epoch.
        gamma: f64,
        /// The smallest loss that there can be.
        f_star: f64,
        /// The rate never exceeds this.
        maximum: f64,
    },
}

impl ScheduleKind {
    /// The length in steps that can be set or left to the run, where the shape has one.
    pub fn over_mut(&mut self) -> Option<&mut Option<u64>> {
        match self {
            Self::Linear { over, .. }
            | Self::Polynomial { over, .. }
            | Self::Cosine { over, .. } => Some(over),
            _ => None,
        }
    }
}

impl Default for Schedule {
    fn default() -> Self {
        Self::of(ScheduleKind::Constant)
    }
}

impl Schedule {
    /// The kind with the default rate and no warm-up.
    #[must_use]
    pub fn of(kind: ScheduleKind) -> Self {
        Self {
            kind,
            learning_rate: 1e-3,
            warmup_steps: 0,
        }
    }
}

impl Choice for Schedule {
    fn all() -> Vec<Self> {
        [
            ScheduleKind::Constant,
            ScheduleKind::Linear {
                final_factor: 0.0,
                over: None,
            },
            ScheduleKind::Exponential {
                factor: 0.5,
                every: 1000,
            },
            ScheduleKind::Step {
                factor: 0.5,
                every: 1000,
            },
            ScheduleKind::Polynomial {
                power: 2.0,
                final_factor: 0.0,
                over: None,
            },
            ScheduleKind::InverseSqrt { after: 100 },
            ScheduleKind::Cosine {
                final_factor: 0.0,
                over: None,
            },
            ScheduleKind::CosineRestarts {
                first: 500,
                multiply: 2,
                final_factor: 0.0,
            },
            ScheduleKind::OneCycle {
                peak_at: 0.3,
                start_divisor: 25.0,
                end_divisor: 1e4,
            },
            ScheduleKind::Plateau {
                factor: 0.1,
                patience: 10,
                threshold: 1e-4,
                cooldown: 0,
                minimum: 0.0,
                raise_factor: 1.0,
                raise_patience: 5,
            },
            ScheduleKind::Polyak {
                c: 0.5,
                gamma: 2.0,
                f_star: 0.0,
                maximum: 1.0,
            },
        ]
        .map(Self::of)
        .to_vec()
    }
}
