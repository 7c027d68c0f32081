//! What a run's course says, in words: each verdict only where the numbers bear it.

use super::figure;
use super::flow::Measures;
use crate::experiment::{Clipping, Experiment};
use crate::numbers::count;
use crate::record::{Forecast, History, LayerFlow};

/// Something that a run's numbers say.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// The gradient fades on its way back through time.
    Vanishing {
        /// Time steps over which it halves.
        half_life: Option<f64>,
        /// Time steps back that are learned from.
        memory: usize,
        /// All time steps.
        of: usize,
    },
    /// The gradient grows on its way back through time.
    Exploding {
        /// How many times as large it is at the first time step as at the last.
        growth: f64,
    },
    /// The training loss hardly moves any more.
    Plateau {
        /// For so many steps.
        steps: usize,
        /// Where it stands.
        loss: f64,
    },
    /// The training loss is far above where it began.
    Climbed {
        /// How many times as large it is.
        ratio: f64,
    },
    /// The training loss falls while the validation loss rises.
    Overfitting {
        /// The step after which the validation loss was lowest.
        best_step: u64,
        /// How many times as large it is now.
        ratio: f64,
    },
    /// The forecast says little more than the last value that was seen.
    RepeatsLast {
        /// The name of the target.
        target: String,
    },
    /// Clipping acts on nearly every step.
    AlwaysClipped {
        /// The share of steps.
        share: f64,
    },
}

/// Least ratio of the first to the last time step's gradient that counts as reaching back.
const FADED: f64 = 1e-3;

/// What a run's numbers say. `flow` is the last recorded one.
#[must_use]
pub fn verdicts(
    experiment: &Experiment,
    history: &History,
    flow: &[LayerFlow],
    forecast: Option<&Forecast>,
) -> Vec<Verdict> {
    let mut found = Vec::new();
    found.extend(flow.iter().find_map(through_time));
    found.extend(always_clipped(&experiment.clipping, history));
    // What has lost its way has learned nothing by heart, and rests nowhere.
    let course = climbed(history)
        .or_else(|| overfitting(history))
        .or_else(|| plateau(history));
    found.extend(course);
    found.extend(forecast.and_then(repeats_last));
    found
}

/// Of one layer. Where there is a cell's state, gradients fade only where they fade on both ways: it is what an
/// LSTM remembers by.
#[must_use]
pub fn through_time(layer: &LayerFlow) -> Option<Verdict> {
    let hidden = Measures::of(&layer.hidden)?;
    let measures = match Measures::of(&layer.cell) {
        Some(cell) if cell.first_to_last > hidden.first_to_last && hidden.first_to_last < FADED => {
            cell
        }
        _ => hidden,
    };
    let ratio = measures.first_to_last;
    // What reaches back over half of the sequence is no gradient that vanishes.
    let reaches = 2 * measures.memory >= layer.hidden.len();
    if ratio < FADED && !reaches {
        Some(Verdict::Vanishing {
            half_life: measures.half_life(),
            memory: measures.memory,
            of: layer.hidden.len(),
        })
    } else if ratio > 1.0 / FADED {
        Some(Verdict::Exploding { growth: ratio })
    } else {
        None
    }
}

fn always_clipped(clipping: &Clipping, history: &History) -> Option<Verdict> {
    const OFTEN: f64 = 0.9;
    const STEPS: usize = 50;
    // A percentile clips its share by definition.
    if clipping.limit().is_none() || history.len() < STEPS {
        return None;
    }
    let share = history.clipped_steps as f64 / history.len() as f64;
    (share >= OFTEN).then_some(Verdict::AlwaysClipped { share })
}

fn mean(values: &[f32]) -> f64 {
    let finite = values.iter().filter(|value| value.is_finite());
    let (sum, count) = finite.fold((0.0, 0_usize), |(sum, count), value| {
        (sum + f64::from(*value), count + 1)
    });
    sum / count as f64
}

/// The mean loss of the last quarter of all steps against that of the quarter before, with at least so
/// many steps in each that batches do not tell them apart.
fn plateau(history: &History) -> Option<Verdict> {
    const QUARTER: usize = 100;
    const MOVED: f64 = 0.01;
    let losses = history.train_loss.values();
    let quarter = losses.len() / 4;
    if quarter < QUARTER {
        return None;
    }
    let last = mean(&losses[losses.len() - quarter..]);
    let before = mean(&losses[losses.len() - 2 * quarter..losses.len() - quarter]);
    let still = (before - last).abs() < MOVED * before.abs();
    still.then_some(Verdict::Plateau {
        steps: 2 * quarter,
        loss: last,
    })
}

/// Whether the mean loss of the last quarter of all steps is a multiple of the loss before the first update.
fn climbed(history: &History) -> Option<Verdict> {
    const QUARTER: usize = 10;
    const MULTIPLE: f64 = 2.0;
    let losses = history.train_loss.values();
    let quarter = losses.len() / 4;
    if quarter < QUARTER {
        return None;
    }
    let ratio = mean(&losses[losses.len() - quarter..]) / f64::from(losses[0]);
    (ratio > MULTIPLE).then_some(Verdict::Climbed { ratio })
}

/// Whether the validation loss has stayed above its lowest for as long as early stopping would bear it (Prechelt 1998,
/// "Early stopping: but when?", whose UP criterion waits for 8 validations, here all of them worse by a margin): fewer,
/// or one that wavers about the lowest, may be noise.
fn overfitting(history: &History) -> Option<Verdict> {
    const WORSE: f64 = 1.1;
    const PATIENCE: usize = 8;
    let validations = &history.validation;
    let (best_at, &(best_row, best)) = validations
        .iter()
        .enumerate()
        .filter(|(_, (_, loss))| loss.is_finite())
        .min_by(|(_, a), (_, b)| a.1.total_cmp(&b.1))?;
    let after = &validations[best_at + 1..];
    let recent = &after[after.len().checked_sub(PATIENCE)?..];
    let stays_above = recent.iter().all(|(_, loss)| *loss > WORSE * best);
    let (_, now) = *recent.last()?;
    let losses = history.train_loss.values();
    // Means over as many steps as lie between two validations.
    let span = (losses.len() / validations.len()).max(1);
    let at_best = mean(&losses[(best_row as usize + 1).saturating_sub(span)..=best_row as usize]);
    let at_end = mean(&losses[losses.len() - span..]);
    let late = (best_row as f64) < 0.75 * losses.len() as f64;
    let grows_apart = stays_above && at_end < 0.9 * at_best;
    (late && grows_apart).then(|| Verdict::Overfitting {
        best_step: best_row + 1,
        ratio: now / best,
    })
}

/// Whether one-step forecasts outside the training part lie much nearer to the value before than to the
/// one that they are for.
fn repeats_last(forecast: &Forecast) -> Option<Verdict> {
    const ROWS: usize = 12;
    const NEARER: f64 = 0.25;
    if !forecast.classes.is_empty() {
        return None;
    }
    (0..forecast.targets.len()).find_map(|target| {
        let rows: Vec<_> = (forecast.rows.iter())
            .filter(|row| row.part != "train" && row.target == target && row.horizon == 1)
            .collect();
        let (mut to_last, mut to_truth, mut count) = (0.0, 0.0, 0);
        for pair in rows.windows(2) {
            if let (Some(last), Some(actual)) = (pair[0].actual, pair[1].actual)
                && pair[1].index == pair[0].index + 1
            {
                to_last += (pair[1].predicted - last).powi(2);
                to_truth += (pair[1].predicted - actual).powi(2);
                count += 1;
            }
        }
        (count >= ROWS && to_last < NEARER * to_truth).then(|| Verdict::RepeatsLast {
            target: forecast.targets[target].clone(),
        })
    })
}

impl Verdict {
    /// In words.
    #[must_use]
    pub fn sentence(&self) -> String {
        match self {
            Self::Vanishing {
                half_life,
                memory,
                of,
            } => {
                let fades = half_life.map_or_else(String::new, |steps| {
                    format!(", halving every {} time steps", figure(steps))
                });
                format!(
                    "The gradient vanishes on its way back{fades}: only the last {memory} of {of} time steps are learned from."
                )
            }
            Self::Exploding { growth } => format!(
                "The gradient explodes on its way back: at the first time step it is {} times as large as at the last. Clipping by the global norm keeps the steps small.",
                figure(*growth)
            ),
            Self::Plateau { steps, loss } => format!(
                "The training loss has moved by less than 1 % over the last {} steps and stands at {}.",
                count(*steps as u64),
                figure(*loss)
            ),
            Self::Climbed { ratio } => format!(
                "The training loss is {} times what it was before the first update: each step overshoots. A smaller learning rate helps.",
                figure(*ratio)
            ),
            Self::Overfitting { best_step, ratio } => format!(
                "It overfits: the validation loss was lowest after step {} and is now {}, while the training loss went on falling.",
                count(*best_step),
                larger(*ratio)
            ),
            Self::RepeatsLast { target } => format!(
                "The forecast of {target} mostly repeats the last value: it lies much nearer to the value before than to the one that it is for."
            ),
            Self::AlwaysClipped { share } => format!(
                "Clipping acts on {:.0} % of the steps: their size is then the learning rate times the limit, whatever the gradient says. A higher limit would let most steps through.",
                100.0 * share
            ),
        }
    }
}

/// A ratio above 1 in words: below 2 by how much, else how many times.
fn larger(ratio: f64) -> String {
    if ratio < 2.0 {
        format!("{:.0} % higher", 100.0 * (ratio - 1.0))
    } else {
        format!("{ratio:.1} times as large")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{ForecastRow, StepRecord};

    #[test]
    fn ratios_read_well() {
        assert_eq!(larger(1.36), "36 % higher");
        assert_eq!(larger(4.123), "4.1 times as large");
    }

    fn history(
        steps: u64,
        loss: impl Fn(u64) -> f64,
        validation: impl Fn(u64) -> Option<f64>,
        clipped: bool,
    ) -> History {
        let mut history = History::default();
        for step in 0..steps {
            history.push(&StepRecord {
                step,
                epoch: step / 10,
                seconds: 0.0,
                learning_rate: 0.1,
                train_loss: loss(step),
                grad_norm: 2.0,
                grad_norm_clipped: if clipped { 1.0 } else { 2.0 },
                update_norm: 0.1,
                weight_norm: 1.0,
                validation_loss: validation(step),
                tensor_norms: Vec::new(),
                flow: None,
            });
        }
        history
    }

    fn said(history: &History, clipping: Clipping) -> Vec<Verdict> {
        let experiment = Experiment {
            clipping,
            ..Experiment::default()
        };
        verdicts(&experiment, history, &[], None)
    }

    #[test]
    fn a_loss_that_stays_is_a_plateau_and_one_that_falls_is_not() {
        let flat = history(
            800,
            |step| if step < 200 { 2.0 } else { 0.5 },
            |_| None,
            false,
        );
        let found = said(&flat, Clipping::None);
        assert_eq!(
            found,
            [Verdict::Plateau {
                steps: 400,
                loss: 0.5
            }]
        );
        let falling = history(800, |step| 1.0 / (1.0 + step as f64), |_| None, false);
        assert!(said(&falling, Clipping::None).is_empty());
        let short = history(100, |_| 0.5, |_| None, false);
        assert!(said(&short, Clipping::None).is_empty());
    }

    #[test]
    fn a_validation_loss_that_rises_while_training_falls_is_overfitting() {
        let validation =
            |step: u64| (step % 10 == 9).then(|| 1.0 + (step as f64 - 30.0).abs() / 100.0);
        let overfit = history(200, |step| 1.0 / (1.0 + step as f64), validation, false);
        let found = said(&overfit, Clipping::None);
        assert!(
            matches!(found[..], [Verdict::Overfitting { best_step: 30, ratio }] if ratio > 1.5),
            "{found:?}"
        );
        // Few validations, or one among them that comes back, say nothing yet.
        let young = history(100, |step| 1.0 / (1.0 + step as f64), validation, false);
        assert!(said(&young, Clipping::None).is_empty());
        let wavering =
            |step: u64| validation(step).map(|loss| if step == 169 { 1.05 } else { loss });
        let unsure = history(200, |step| 1.0 / (1.0 + step as f64), wavering, false);
        assert!(said(&unsure, Clipping::None).is_empty());
        // Where training does not fall either, it is something else.
        let both = history(200, |step| 2.0 - 0.001 * step as f64, validation, false);
        assert!(said(&both, Clipping::None).is_empty());
    }

    #[test]
    fn a_loss_far_above_its_beginning_is_a_rate_that_is_too_high_and_no_overfitting() {
        // Up at once and slowly down again, but never to where it began.
        let validation = |step: u64| (step % 10 == 9).then_some(1e3 + step as f64);
        let loss = |step: u64| match step {
            0 => 2.0,
            step => 1e6 / step as f64,
        };
        let lost = said(&history(200, loss, validation, false), Clipping::None);
        assert!(
            matches!(lost[..], [Verdict::Climbed { ratio }] if ratio > 1000.0),
            "{lost:?}"
        );
        let back = said(
            &history(200, |step| loss(step).min(3.0), |_| None, false),
            Clipping::None,
        );
        assert!(back.is_empty(), "{back:?}");
        let young = said(&history(39, loss, |_| None, false), Clipping::None);
        assert!(young.is_empty(), "{young:?}");
    }

    #[test]
    fn a_clip_that_always_acts_is_told_of_unless_it_is_a_percentile() {
        let clipped = history(60, |step| 1.0 / (1.0 + step as f64), |_| None, true);
        let found = said(&clipped, Clipping::GlobalNorm { limit: 1.0 });
        assert_eq!(found, [Verdict::AlwaysClipped { share: 1.0 }]);
        assert!(said(&clipped, Clipping::Percentile { percent: 10.0 }).is_empty());
    }

    #[test]
    fn a_forecast_that_lags_behind_repeats_the_last_value() {
        let truth: Vec<f64> = (0..30).map(|t| f64::from(t * t % 17)).collect();
        let forecast = |of: &dyn Fn(usize) -> f64| Forecast {
            targets: vec!["sales".to_owned()],
            rows: (1..30)
                .map(|index| ForecastRow {
                    part: "test",
                    index,
                    time: String::new(),
                    target: 0,
                    horizon: 1,
                    actual: Some(truth[index]),
                    predicted: of(index),
                    quantiles: Vec::new(),
                })
                .collect(),
            ..Forecast::default()
        };
        let naive = forecast(&|index| truth[index - 1] + 0.1);
        assert!(matches!(
            repeats_last(&naive),
            Some(Verdict::RepeatsLast { target }) if target == "sales"
        ));
        assert_eq!(repeats_last(&forecast(&|index| truth[index] + 0.1)), None);
    }

    #[test]
    fn gradients_that_fade_or_grow_are_told_of() {
        let layer = |factor: f32| LayerFlow {
            hidden: (0..50).map(|t| factor.powi(49 - t)).collect(),
            cell: Vec::new(),
        };
        let vanishing = through_time(&layer(0.5)).expect("it fades");
        assert!(
            vanishing
                .sentence()
                .contains("only the last 7 of 50 time steps")
        );
        assert!(
            vanishing
                .sentence()
                .contains("halving every 1.00 time steps")
        );
        let Some(Verdict::Exploding { growth }) = through_time(&layer(1.3)) else {
            panic!("it grows");
        };
        assert!((growth / 1.3_f64.powi(49) - 1.0).abs() < 1e-3);
        assert_eq!(through_time(&layer(0.99)), None);
        // A thousandth is left at the first step, and a hundredth still at three fifths of the way.
        assert_eq!(through_time(&layer(0.86)), None);
        let with_cell = |cell: f32| LayerFlow {
            cell: layer(cell).hidden,
            ..layer(0.5)
        };
        assert_eq!(through_time(&with_cell(0.99)), None, "the cell remembers");
        assert!(matches!(
            through_time(&with_cell(0.6)),
            Some(Verdict::Vanishing { memory, .. }) if memory > 7
        ));
    }
}
