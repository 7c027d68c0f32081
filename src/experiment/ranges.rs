//! The legal range of every number, once: the file's reader checks it and the window's fields keep to it.

use crate::numbers::set_apart;
use std::fmt;

/// From where to where a number may go.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Range {
    /// Smallest value.
    pub min: f64,
    /// Largest value.
    pub max: f64,
    /// Whether `min` itself is excluded.
    pub above: bool,
    /// Whether `max` itself is excluded.
    pub below: bool,
}

impl Range {
    /// min ≤ x ≤ max.
    const fn closed(min: f64, max: f64) -> Self {
        Self {
            min,
            max,
            above: false,
            below: false,
        }
    }

    /// min < x ≤ max.
    const fn above(min: f64, max: f64) -> Self {
        Self {
            above: true,
            ..Self::closed(min, max)
        }
    }

    /// min ≤ x < max.
    const fn below(min: f64, max: f64) -> Self {
        Self {
            below: true,
            ..Self::closed(min, max)
        }
    }

    /// min < x < max.
    const fn between(min: f64, max: f64) -> Self {
        Self {
            below: true,
            ..Self::above(min, max)
        }
    }

    /// Whether `x` is inside; never true of NaN.
    #[must_use]
    pub fn contains(&self, x: f64) -> bool {
        let low = if self.above {
            x > self.min
        } else {
            x >= self.min
        };
        let high = if self.below {
            x < self.max
        } else {
            x <= self.max
        };
        low && high
    }

    /// Why a number does not fit, to follow the number itself. What stands for "without end" in a
    /// field is named here, because somebody went beyond it.
    #[must_use]
    pub fn refusal(&self, x: f64) -> String {
        if x > self.max && self.max >= ENDLESS {
            format!("is more than {:e}, the most there can be", self.max)
        } else {
            format!("is not {self}")
        }
    }
}

/// A range that ends here or later reads as one without an end.
const ENDLESS: f64 = 1e12;

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            min,
            max,
            above,
            below,
        } = *self;
        let [min, max] = [min, max].map(|bound| set_apart(&bound.to_string()));
        match (above, below) {
            (false, false) if self.max >= ENDLESS => write!(f, "at least {min}"),
            (true, false) if self.max >= ENDLESS => write!(f, "greater than {min}"),
            (false, false) => write!(f, "between {min} and {max}"),
            (true, false) => write!(f, "greater than {min} and at most {max}"),
            (true, true) => write!(f, "greater than {min} and less than {max}"),
            (false, true) => write!(f, "at least {min} and less than {max}"),
        }
    }
}

const COUNT: Range = Range::closed(1.0, 1e9);
const STEPS: Range = Range::closed(0.0, 1e12);
const POSITIVE: Range = Range::above(0.0, 1e6);

/// The range of the number at a dotted `key`, without `contender.N.` before it; of a list, that of its
/// elements.
#[must_use]
pub fn range(key: &str) -> Option<Range> {
    let key = match key.rsplit_once('.') {
        Some((list, index)) if index.parse::<usize>().is_ok() => list,
        _ => key,
    };
    Some(match key {
        "data.window.lookback" => Range::closed(1.0, 1e6),
        "data.window.horizon" => Range::closed(1.0, 1e5),
        "data.window.stride" => Range::closed(1.0, 1e6),
        "data.window.roll" => Range::closed(0.0, 1e4),
        "data.target_weights" => Range::closed(0.0, 1e6),
        "data.split.train" => Range::above(0.0, 1.0),
        "data.split.validation" => Range::below(0.0, 1.0),
        "data.split.folds" | "data.split.fold" => Range::closed(0.0, 100.0),
        "data.prepare.limit" => Range::above(0.0, 1e6),
        "data.prepare.window" | "data.prepare.lags" => Range::closed(1.0, 1e6),
        "data.prepare.order" => Range::closed(0.0, 4.0),
        "data.prepare.season" => Range::closed(0.0, 1e6),
        "data.prepare.count" => Range::closed(2.0, 1e4),
        "data.prepare.period" => Range::closed(0.0, 1e6),
        "data.prepare.keep" => Range::above(0.0, 1e6),
        "data.prepare.size" => Range::closed(0.0, 4096.0),
        "data.prepare.vocabulary" => Range::closed(1.0, 1e6),
        "data.prepare.to" => Range::closed(1.0, 1e9),
        "data.prepare.kernel" => Range::closed(-1e6, 1e6),
        "data.generate.length" => Range::closed(2.0, 1e7),
        "data.generate.count" => Range::closed(0.0, 1e6),
        "data.generate.period" => Range::above(0.0, 1e6),
        "data.generate.amplitude" | "data.generate.noise" => Range::closed(0.0, 1e6),
        "data.generate.missing" | "data.generate.outliers" => Range::below(0.0, 1.0),
        "data.generate.drift" => Range::closed(-1e6, 1e6),
        "model.hidden" => Range::closed(1.0, 65_536.0),
        "model.layers" => Range::closed(1.0, 64.0),
        "model.dropout" => Range::below(0.0, 1.0),
        "model.init.radius" => Range::closed(0.0, 100.0),
        "model.forget_bias" => Range::closed(-100.0, 100.0),
        "loss.delta" => POSITIVE,
        "loss.label_smoothing" => Range::closed(0.0, 1.0),
        "loss.focal_gamma" => Range::closed(0.0, 100.0),
        "loss.quantiles" => Range::between(0.0, 1.0),
        "optimizer.momentum" | "optimizer.dampening" => Range::closed(0.0, 1.0),
        "optimizer.weight_decay" | "optimizer.adamw_weight_decay" | "optimizer.lr_decay" => {
            Range::closed(0.0, 1e3)
        }
        "optimizer.beta1"
        | "optimizer.beta2"
        | "optimizer.beta3"
        | "optimizer.alpha"
        | "optimizer.adamw_beta1"
        | "optimizer.adamw_beta2" => Range::below(0.0, 1.0),
        "optimizer.epsilon"
        | "optimizer.epsilon1"
        | "optimizer.epsilon2"
        | "optimizer.adamw_epsilon" => Range::closed(0.0, 1.0),
        "optimizer.beta2_decay" => Range::closed(-10.0, 0.0),
        "optimizer.clip_threshold" => Range::closed(1.0, 1e6),
        "optimizer.ns_steps" => Range::closed(1.0, 99.0),
        "optimizer.max_iter" | "optimizer.history_size" => Range::closed(1.0, 1e4),
        "optimizer.max_eval" => Range::closed(0.0, 1e6),
        "optimizer.tolerance_grad" | "optimizer.tolerance_change" => Range::closed(0.0, 1e3),
        "schedule.learning_rate" => Range::closed(0.0, 1e6),
        "schedule.warmup_steps" => STEPS,
        "schedule.final_factor" => Range::closed(0.0, 1e3),
        "schedule.factor" => Range::above(0.0, 1e3),
        "schedule.over" | "schedule.every" | "schedule.after" | "schedule.first" => {
            Range::closed(1.0, 1e12)
        }
        "schedule.power" => Range::above(0.0, 100.0),
        "schedule.multiply" => Range::closed(1.0, 1e6),
        "schedule.peak_at" => Range::closed(0.0, 1.0),
        "schedule.start_divisor" | "schedule.end_divisor" => Range::closed(1.0, 1e12),
        "schedule.patience" | "schedule.raise_patience" | "schedule.cooldown" => STEPS,
        "schedule.threshold" => Range::below(0.0, 1.0),
        "schedule.minimum" => Range::closed(0.0, 1e6),
        "schedule.raise_factor" => Range::closed(1.0, 1e3),
        "schedule.c" | "schedule.maximum" => POSITIVE,
        "schedule.gamma" => Range::closed(1.0, 1e6),
        "schedule.f_star" => Range::closed(-1e9, 1e9),
        "clipping.limit" => Range::above(0.0, 1e30),
        "clipping.percent" => Range::closed(0.0, 100.0),
        "training.epochs" | "training.steps" => Range::closed(1.0, 1e12),
        "training.batch_size" => COUNT,
        "training.validate_every"
        | "training.record_gradients_every"
        | "training.record_flow_every"
        | "training.record_sharpness_every" => Range::closed(1.0, 1e12),
        "training.checkpoint_seconds" => Range::closed(0.0, 1e9),
        "training.stop_early" => STEPS,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_names_the_end_that_was_passed() {
        let epochs = range("training.epochs").expect("a key with a range");
        assert_eq!(epochs.refusal(0.0), "is not at least 1");
        assert_eq!(
            epochs.refusal(1e13),
            "is more than 1e12, the most there can be"
        );
        assert_eq!(epochs.refusal(f64::NAN), "is not at least 1");
    }
}
