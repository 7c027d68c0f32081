//! The learning rate as a pure function of the step, so that it can be drawn before it is run.

use crate::experiment::{Schedule, ScheduleKind};

/// The rate that the update of `step` (from 0) uses in a run of `total` steps.
#[must_use]
pub fn rate(schedule: &Schedule, step: u64, total: u64) -> f64 {
    let rate = schedule.learning_rate * factor(&schedule.kind, step, total);
    if step < schedule.warmup_steps {
        rate * (step + 1) as f64 / schedule.warmup_steps as f64
    } else {
        rate
    }
}

fn factor(kind: &ScheduleKind, step: u64, total: u64) -> f64 {
    match *kind {
        ScheduleKind::Constant => 1.0,
        ScheduleKind::Linear { final_factor, over } => {
            let over = over.unwrap_or(total).max(1);
            let progress = step.min(over) as f64 / over as f64;
            1.0 - (1.0 - final_factor) * progress
        }
        ScheduleKind::Exponential { factor, every } => factor.powf(step as f64 / every as f64),
        ScheduleKind::Step { factor, every } => factor.powf((step / every) as f64),
    }
}

/// One line that says what the schedule computes, with η₀ the learning rate and s the step.
#[must_use]
pub fn formula(kind: &ScheduleKind) -> &'static str {
    match kind {
        ScheduleKind::Constant => "η = η₀",
        ScheduleKind::Linear { .. } => "η = η₀ · (1 − (1 − final factor) · s / over)",
        ScheduleKind::Exponential { .. } => "η = η₀ · factor^(s / every)",
        ScheduleKind::Step { .. } => "η = η₀ · factor^⌊s / every⌋",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(kind: ScheduleKind) -> Schedule {
        Schedule {
            learning_rate: 0.1,
            ..Schedule::of(kind)
        }
    }

    #[test]
    fn rates_are_what_the_formulas_say() {
        let close = |a: f64, b: f64| assert!((a - b).abs() < 1e-15, "{a} {b}");
        close(rate(&of(ScheduleKind::Constant), 77, 100), 0.1);
        let linear = |final_factor, over| of(ScheduleKind::Linear { final_factor, over });
        close(rate(&linear(0.0, None), 0, 100), 0.1);
        close(rate(&linear(0.0, None), 25, 100), 0.075);
        close(rate(&linear(0.2, Some(10)), 5, 100), 0.06);
        close(rate(&linear(0.2, Some(10)), 50, 100), 0.02);
        let smooth = of(ScheduleKind::Exponential {
            factor: 0.25,
            every: 10,
        });
        close(rate(&smooth, 5, 100), 0.05);
        close(rate(&smooth, 20, 100), 0.1 / 16.0);
        let stairs = of(ScheduleKind::Step {
            factor: 0.25,
            every: 10,
        });
        close(rate(&stairs, 9, 100), 0.1);
        close(rate(&stairs, 10, 100), 0.025);
        let warm = Schedule {
            warmup_steps: 4,
            ..of(ScheduleKind::Constant)
        };
        for (step, expected) in [(0, 0.025), (1, 0.05), (3, 0.1), (4, 0.1)] {
            close(rate(&warm, step, 100), expected);
        }
    }
}
