//! The learning rate: a pure function of the step where it can be planned, so that it can be drawn
//! before it is run, and a small machine where it follows the loss.

mod plateau;
mod polyak;

use crate::experiment::{Schedule, ScheduleKind};
use serde::{Deserialize, Serialize};
use std::f64::consts::PI;

/// No rate is larger: nothing beyond fits in the weights' 32 bits.
const LARGEST: f64 = f32::MAX as f64;

/// The rate that the update of `step` (from 0) is to use in a run of `total` steps; `None` where it will
/// follow the loss.
#[must_use]
pub fn planned(schedule: &Schedule, step: u64, total: u64) -> Option<f64> {
    let shape = factor(&schedule.kind, step, total)?.min(LARGEST);
    let rate = (schedule.learning_rate * shape).min(LARGEST);
    Some(warmed(schedule, step, rate))
}

/// The first rates rise in a line.
fn warmed(schedule: &Schedule, step: u64, rate: f64) -> f64 {
    if step < schedule.warmup_steps {
        rate * ((step + 1) as f64 / schedule.warmup_steps as f64)
    } else {
        rate
    }
}

/// What a planned shape multiplies the rate by.
fn factor(kind: &ScheduleKind, step: u64, total: u64) -> Option<f64> {
    let progress = |over: Option<u64>| {
        let over = over.unwrap_or(total).max(1);
        step.min(over) as f64 / over as f64
    };
    Some(match *kind {
        ScheduleKind::Constant => 1.0,
        ScheduleKind::Linear { final_factor, over } => 1.0 - (1.0 - final_factor) * progress(over),
        ScheduleKind::Exponential { factor, every } => factor.powf(step as f64 / every as f64),
        ScheduleKind::Step { factor, every } => factor.powf((step / every) as f64),
        ScheduleKind::Polynomial {
            power,
            final_factor,
            over,
        } => between(final_factor, (1.0 - progress(over)).powf(power)),
        ScheduleKind::InverseSqrt { after } => (after as f64 / step.max(after) as f64).sqrt(),
        ScheduleKind::Cosine { final_factor, over } => {
            between(final_factor, half_cosine(progress(over)))
        }
        ScheduleKind::CosineRestarts {
            first,
            multiply,
            final_factor,
        } => {
            let (step, length) = since_restart(step, first, multiply);
            between(final_factor, half_cosine(step as f64 / length as f64))
        }
        ScheduleKind::OneCycle {
            peak_at,
            start_divisor,
            end_divisor,
        } => {
            let start = 1.0 / start_divisor;
            let end = start / end_divisor;
            // PyTorch's phases: the first ends at step peak_at·total − 1, the second with the last step.
            let (step, last) = (step as f64, total.saturating_sub(1) as f64);
            let peak = peak_at * total as f64 - 1.0;
            let share = |from: f64, to: f64| {
                if to > from {
                    ((step - from) / (to - from)).clamp(0.0, 1.0)
                } else {
                    1.0
                }
            };
            if step <= peak {
                1.0 + (start - 1.0) * half_cosine(share(0.0, peak))
            } else {
                end + (1.0 - end) * half_cosine(share(peak, last))
            }
        }
        ScheduleKind::Plateau { .. } | ScheduleKind::Polyak { .. } => return None,
    })
}

/// From 1, where `share` is 1, down to `final_factor`.
fn between(final_factor: f64, share: f64) -> f64 {
    final_factor + (1.0 - final_factor) * share
}

/// From 1 at 0 to 0 at 1, level at both ends.
fn half_cosine(progress: f64) -> f64 {
    0.5 * (1.0 + (PI * progress).cos())
}

/// Steps since the last restart and the length of that cycle.
fn since_restart(step: u64, first: u64, multiply: u64) -> (u64, u64) {
    let first = first.max(1);
    if multiply < 2 {
        return (step % first, first);
    }
    let (mut step, mut length) = (step, first);
    while step >= length {
        step -= length;
        length = length.saturating_mul(multiply);
    }
    (step, length)
}

/// What a schedule that follows the loss can see at a step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Moment {
    /// The step, from 0.
    pub step: u64,
    /// Steps in the whole run.
    pub total: u64,
    /// Steps in one epoch.
    pub steps_per_epoch: u64,
    /// The batch's loss.
    pub loss: f64,
    /// Global norm of its gradient, before clipping.
    pub gradient_norm: f64,
}

/// What a schedule remembers: nothing where its rate is planned.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ScheduleState {
    plateau: plateau::Plateau,
    polyak: polyak::Polyak,
}

impl ScheduleState {
    /// The rate that the update at `moment` uses.
    pub fn rate(&mut self, schedule: &Schedule, moment: &Moment) -> f64 {
        let rate = match schedule.kind {
            ScheduleKind::Plateau { .. } => {
                self.plateau.see_training_loss(moment.loss);
                self.plateau.rate(schedule.learning_rate).min(LARGEST)
            }
            ScheduleKind::Polyak {
                c,
                gamma,
                f_star,
                maximum,
            } => {
                let settings = polyak::Settings {
                    c,
                    gamma,
                    f_star,
                    maximum,
                };
                self.polyak.rate(settings, schedule.learning_rate, moment)
            }
            _ => {
                return planned(schedule, moment.step, moment.total)
                    .expect("every other schedule is planned");
            }
        };
        warmed(schedule, moment.step, rate)
    }

    /// Takes in the loss at a validation; without a validation part, `None`, the mean training loss
    /// since the last time stands for it.
    pub fn observe(&mut self, schedule: &Schedule, validation_loss: Option<f64>) {
        if let ScheduleKind::Plateau {
            factor,
            patience,
            threshold,
            cooldown,
            minimum,
            raise_factor,
            raise_patience,
        } = schedule.kind
        {
            let settings = plateau::Settings {
                factor,
                patience,
                threshold,
                cooldown,
                minimum,
                raise_factor,
                raise_patience,
            };
            self.plateau
                .observe(settings, schedule.learning_rate, validation_loss);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::Choice;
    use proptest::prelude::*;

    fn of(kind: ScheduleKind) -> Schedule {
        Schedule {
            learning_rate: 0.1,
            ..Schedule::of(kind)
        }
    }

    fn rate(schedule: &Schedule, step: u64, total: u64) -> f64 {
        planned(schedule, step, total).expect("it can be planned")
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
        let square = of(ScheduleKind::Polynomial {
            power: 2.0,
            final_factor: 0.2,
            over: Some(10),
        });
        close(rate(&square, 5, 100), 0.1 * (0.2 + 0.8 * 0.25));
        close(rate(&square, 99, 100), 0.02);
        let root = of(ScheduleKind::InverseSqrt { after: 4 });
        close(rate(&root, 4, 100), 0.1);
        close(rate(&root, 16, 100), 0.05);
        let cosine = of(ScheduleKind::Cosine {
            final_factor: 0.2,
            over: None,
        });
        close(rate(&cosine, 50, 100), 0.06);
        close(rate(&cosine, 100, 100), 0.02);
        let restarts = of(ScheduleKind::CosineRestarts {
            first: 10,
            multiply: 2,
            final_factor: 0.0,
        });
        for (step, expected) in [
            (0, 0.1),
            (5, 0.05),
            (10, 0.1),
            (20, 0.05),
            (30, 0.1),
            (50, 0.05),
        ] {
            close(rate(&restarts, step, 100), expected);
        }
        let cycle = of(ScheduleKind::OneCycle {
            peak_at: 0.3,
            start_divisor: 25.0,
            end_divisor: 1e4,
        });
        close(rate(&cycle, 0, 100), 0.004);
        close(rate(&cycle, 29, 100), 0.1);
        close(rate(&cycle, 64, 100), f64::midpoint(0.1, 4e-7));
        close(rate(&cycle, 99, 100), 4e-7);
        let warm = Schedule {
            warmup_steps: 4,
            ..of(ScheduleKind::Constant)
        };
        for (step, expected) in [(0, 0.025), (1, 0.05), (3, 0.1), (4, 0.1)] {
            close(rate(&warm, step, 100), expected);
        }
    }

    /// Any kind with any legal settings.
    fn any_schedule() -> impl Strategy<Value = Schedule> {
        let kind = (
            0..Schedule::all().len(),
            0.0..2.0_f64,
            1..1000_u64,
            1..5_u64,
            any::<bool>(),
        );
        (kind, 0.0..1e3_f64, 0..300_u64).prop_map(
            |((index, real, steps, few, whole), learning_rate, warmup_steps)| {
                let mut schedule = Schedule::all()[index];
                schedule.learning_rate = learning_rate;
                schedule.warmup_steps = warmup_steps;
                let length = (!whole).then_some(steps);
                match &mut schedule.kind {
                    ScheduleKind::Constant => {}
                    ScheduleKind::Linear { final_factor, over }
                    | ScheduleKind::Cosine { final_factor, over } => {
                        (*final_factor, *over) = (real, length);
                    }
                    ScheduleKind::Exponential { factor, every }
                    | ScheduleKind::Step { factor, every } => {
                        (*factor, *every) = (real + 1e-3, steps);
                    }
                    ScheduleKind::Polynomial {
                        power,
                        final_factor,
                        over,
                    } => (*power, *final_factor, *over) = (real + 0.1, real, length),
                    ScheduleKind::InverseSqrt { after } => *after = steps,
                    ScheduleKind::CosineRestarts {
                        first,
                        multiply,
                        final_factor,
                    } => (*first, *multiply, *final_factor) = (steps, few, real),
                    ScheduleKind::OneCycle {
                        peak_at,
                        start_divisor,
                        ..
                    } => (*peak_at, *start_divisor) = (real / 2.0, 1.0 + real),
                    ScheduleKind::Plateau {
                        factor,
                        patience,
                        raise_factor,
                        cooldown,
                        ..
                    } => {
                        (*factor, *patience) = (real / 2.1, few - 1);
                        (*raise_factor, *cooldown) = (1.0 + real, few);
                    }
                    ScheduleKind::Polyak { c, f_star, .. } => {
                        (*c, *f_star) = (real + 0.01, real - 1.0);
                    }
                }
                schedule
            },
        )
    }

    proptest! {
        #[test]
        fn every_rate_is_finite_and_not_negative(
            schedule in any_schedule(),
            total in 1..5000_u64,
            far in 0..u64::MAX / 2,
            losses in prop::collection::vec(0.0..10.0_f64, 1..40),
        ) {
            let mut state = ScheduleState::default();
            for (index, &loss) in losses.iter().enumerate() {
                let step = if index % 5 == 4 { far } else { index as u64 * total / 30 };
                let moment = Moment { step, total, steps_per_epoch: 3, loss, gradient_norm: loss * loss };
                let rate = state.rate(&schedule, &moment);
                prop_assert!(rate.is_finite() && rate >= 0.0, "{schedule:?}: {rate} at step {step} of {total}");
                if let Some(planned) = planned(&schedule, step, total) {
                    prop_assert_eq!(rate, planned);
                    prop_assert_eq!(&state, &ScheduleState::default());
                }
                state.observe(&schedule, (index % 3 > 0).then_some(loss));
            }
        }

        #[test]
        fn restarts_are_where_adding_up_the_cycles_puts_them(
            step in 0..3000_u64, first in 1..200_u64, multiply in 1..4_u64,
        ) {
            let (mut start, mut length) = (0, first);
            while start + length <= step {
                start += length;
                length *= multiply;
            }
            prop_assert_eq!(since_restart(step, first, multiply), (step - start, length));
        }
    }
}
