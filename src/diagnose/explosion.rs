//! Why a run exploded, judged by what was measured.

use super::figure;
use crate::numbers::count;
use crate::record::{Cause, ExplodingStep, Explosion, Place};

/// What was measured when a run came to a number that is not finite.
#[derive(Debug, Clone, PartialEq)]
pub struct Evidence {
    /// The step whose update could not be made.
    pub step: u64,
    /// The first tensor whose gradient is not finite.
    pub tensor: Option<String>,
    /// Where in time.
    pub place: Option<Place>,
    /// The last steps, the failing one last.
    pub norms: Vec<ExplodingStep>,
    /// Largest absolute value among inputs and targets of the failing batch, as the network sees them.
    pub batch_size: f64,
    /// The same over all training rows but the thousandth of them that is largest.
    pub usual_size: f64,
    /// Whether the data are scaled.
    pub scaled: bool,
    /// Whether something bounds the gradient.
    pub clipped: bool,
    /// The learning rate of the failing step.
    pub learning_rate: f64,
    /// Largest spectral radius of the layers' recurrent weights before the explosion; absent without a
    /// recurrence.
    pub radius: Option<f64>,
    /// How many times as large the gradient was at the first time step as at the last: the median of the
    /// last steps.
    pub growth: Option<f64>,
}

/// A value so many times as large as is usual is a mistake in the data rather than part of them.
const OUTLIER: f64 = 50.0;
/// Data larger than this are not of the scale that networks are drawn for.
const UNSCALED: f64 = 20.0;
/// An update above this share of the weights is large.
const LARGE_UPDATE: f64 = 0.1;
/// Share of the weights that an update of a calm run has about.
const CALM_UPDATE: f64 = 0.01;

/// Fewer steps than this before an explosion are no calm run's.
const SHORT: usize = 40;

/// The cause, in the order in which one makes the next likely: bad data, data without scale, gradients
/// that grow through time, a rate too high.
#[must_use]
pub fn explain(evidence: Evidence) -> Explosion {
    let updates: Vec<f64> = (evidence.norms.iter())
        .map(|row| row.update_norm / row.weight_norm)
        .collect();
    let made = updates.len().saturating_sub(1);
    // The steps that lead into the explosion are large whatever the cause.
    let calm = quantile(&updates[..made], 0.25);
    // No update of a clipped step is larger than what that of the step would be at a hundredth of the weights.
    let limits: Vec<f64> = (evidence.norms.iter().zip(&updates))
        // Of a step that was not made there is no update: its norm as it is.
        .map(|(row, update)| row.grad_norm * (CALM_UPDATE / update).min(1.0))
        .collect();
    // Of a run that was never calm, what the first steps would have needed: the others grew from them.
    let share = if limits.len() < SHORT { 0.0 } else { 0.25 };
    let usual_limit = quantile(&limits, share);
    let cause = cause(&evidence, calm);
    let sentence = sentence(cause, &evidence, calm);
    let shrink = calm.map_or(0.1, |calm| CALM_UPDATE / calm);
    let limit = usual_limit
        .filter(|limit| *limit > 0.0)
        .map_or(1.0, one_digit);
    let factor = shrink.clamp(1e-4, 0.3);
    Explosion {
        step: evidence.step,
        tensor: evidence.tensor,
        place: evidence.place,
        cause,
        sentence,
        limit,
        learning_rate: one_digit(evidence.learning_rate * factor),
        norms: evidence.norms,
    }
}

fn cause(evidence: &Evidence, calm: Option<f64>) -> Cause {
    let outlier = evidence.batch_size > OUTLIER * evidence.usual_size.max(1e-12);
    if !evidence.batch_size.is_finite() || outlier {
        return Cause::BadRow;
    }
    if !evidence.scaled && evidence.usual_size > UNSCALED {
        return Cause::LossScale;
    }
    let large = calm.is_some_and(|calm| calm > LARGE_UPDATE);
    let above_one = evidence.radius.is_some_and(|radius| radius > 1.0);
    // Gradients that grow a hundredfold on their way make any usual rate too high.
    let grows = evidence
        .growth
        .is_some_and(|growth| growth > if large { 30.0 } else { 3.0 });
    if !evidence.clipped && above_one && grows {
        Cause::Unclipped
    } else {
        Cause::RateTooHigh
    }
}

fn sentence(cause: Cause, evidence: &Evidence, calm: Option<f64>) -> String {
    match cause {
        Cause::BadRow => format!(
            "The batch of step {} holds a value of {} where the training rows stay within {}: a bad row of the data went through the network. An outliers step in the preparation mends it.",
            count(evidence.step),
            figure(evidence.batch_size),
            figure(evidence.usual_size)
        ),
        Cause::LossScale => format!(
            "The data are not scaled: values up to {} make a loss of {} and gradients to match. Scaling by the standard deviation mends it.",
            figure(evidence.usual_size),
            figure(
                evidence
                    .norms
                    .first()
                    .map_or(f64::NAN, |row| row.train_loss)
            )
        ),
        Cause::Unclipped => {
            let radius = evidence.radius.unwrap_or(f64::NAN);
            let growth = evidence.growth.map_or_else(String::new, |growth| {
                format!(
                    ", and at the first time step they were {} times as large as at the last",
                    figure(growth)
                )
            });
            format!(
                "Gradients grew on their way back through time and nothing clipped them: the recurrent weights' spectral radius is {}, above 1{growth}. {}",
                figure(radius),
                rise(&evidence.norms)
            )
        }
        Cause::RateTooHigh => format!(
            "The learning rate of {} is too high: each step changed the weights by {}. {}",
            figure(evidence.learning_rate),
            calm.map_or_else(
                || "an unknown share of their size".to_owned(),
                |calm| {
                    if calm >= 1.0 {
                        format!("{} times their size", figure(calm))
                    } else {
                        format!("{} % of their size", figure(100.0 * calm))
                    }
                }
            ),
            rise(&evidence.norms)
        ),
    }
}

/// How the gradient rose.
fn rise(norms: &[ExplodingStep]) -> String {
    let finite: Vec<&ExplodingStep> = (norms.iter())
        .filter(|row| row.grad_norm.is_finite())
        .collect();
    let Some(last) = finite.last() else {
        return "No step had a gradient that was finite.".to_owned();
    };
    let all: Vec<f64> = finite.iter().map(|row| row.grad_norm).collect();
    let usual = quantile(&all, 0.25).unwrap_or(last.grad_norm);
    let begin = finite
        .iter()
        .rposition(|row| row.grad_norm <= 2.0 * usual)
        .map_or(finite[0], |index| finite[index]);
    if begin.step == last.step {
        return format!(
            "The gradient's norm was {} at step {} already.",
            figure(last.grad_norm),
            count(last.step)
        );
    }
    format!(
        "The gradient's norm rose from {} at step {} to {} at step {}.",
        figure(begin.grad_norm),
        count(begin.step),
        figure(last.grad_norm),
        count(last.step)
    )
}

/// Of the finite values.
fn quantile(values: &[f64], share: f64) -> Option<f64> {
    let mut finite: Vec<f64> = values.iter().copied().filter(|v| v.is_finite()).collect();
    finite.sort_by(f64::total_cmp);
    let index = (finite.len().checked_sub(1)? as f64 * share).floor() as usize;
    finite.get(index).copied()
}

/// Rounded to one significant digit.
fn one_digit(value: f64) -> f64 {
    format!("{value:.0e}").parse().unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn evidence(gradients: &[f64], updates: f64) -> Evidence {
        let last = gradients.len() - 1;
        Evidence {
            step: last as u64,
            tensor: None,
            place: None,
            norms: (gradients.iter().enumerate())
                .map(|(step, &grad_norm)| ExplodingStep {
                    step: step as u64,
                    train_loss: 1.0,
                    grad_norm,
                    update_norm: if step == last {
                        f64::NAN
                    } else {
                        5.0 * updates
                    },
                    weight_norm: 5.0,
                    tensors: Vec::new(),
                })
                .collect(),
            batch_size: 3.0,
            usual_size: 2.5,
            scaled: true,
            clipped: false,
            learning_rate: 0.1,
            radius: Some(1.4),
            growth: Some(1e4),
        }
    }

    #[test]
    fn the_cause_follows_the_evidence() {
        let calm = [1.0, 1.1, 0.9, 1.2, 40.0, 1e6, f64::INFINITY];
        let found = explain(evidence(&calm, 0.002));
        assert_eq!(found.cause, Cause::Unclipped);
        assert!(found.sentence.contains("1.40") && found.sentence.contains("above 1"));
        assert!(
            found
                .sentence
                .contains("from 1.20 at step 3 to 1,000,000 at step 5"),
            "{}",
            found.sentence
        );
        assert_eq!((found.limit, found.step), (0.9, 6));
        // Nothing of it was calm: the first step's norm counts, not those that grew from it.
        let never: Vec<f64> = (0..12).map(|step| 10_f64.powi(step)).collect();
        assert_eq!(explain(evidence(&never, 0.002)).limit, 1.0);
        // Of a long calm run a low quarter does, not a single small norm.
        let mut long = vec![2.0; 60];
        long[7] = 1e-6;
        assert_eq!(explain(evidence(&long, 0.002)).limit, 2.0);

        let at_rate = |updates: f64| Evidence {
            growth: Some(2.0),
            ..evidence(&calm, updates)
        };
        let found = explain(at_rate(0.8));
        assert_eq!(found.cause, Cause::RateTooHigh);
        assert!(
            found.sentence.contains("80.0 % of their size"),
            "{}",
            found.sentence
        );
        assert_eq!(found.learning_rate, 0.001);
        let found = explain(at_rate(3.0));
        assert!(
            found.sentence.contains("3.00 times their size"),
            "{}",
            found.sentence
        );

        let mut grown = evidence(&calm, 0.8);
        grown.growth = Some(5.0);
        assert_eq!(explain(grown).cause, Cause::RateTooHigh);

        let mut clipped = evidence(&calm, 0.002);
        clipped.clipped = true;
        assert_eq!(explain(clipped).cause, Cause::RateTooHigh);
        let mut small = evidence(&calm, 0.002);
        small.radius = Some(0.7);
        assert_eq!(explain(small).cause, Cause::RateTooHigh);

        let mut bad = evidence(&calm, 0.8);
        bad.batch_size = 1e6;
        let found = explain(bad);
        assert_eq!(found.cause, Cause::BadRow);
        assert!(found.sentence.contains("1,000,000") && found.sentence.contains("within 2.50"));
        let mut nan = evidence(&calm, 0.8);
        nan.batch_size = f64::NAN;
        assert_eq!(explain(nan).cause, Cause::BadRow);

        let mut raw = evidence(&calm, 0.8);
        (raw.scaled, raw.batch_size, raw.usual_size) = (false, 622.0, 600.0);
        assert_eq!(explain(raw).cause, Cause::LossScale);
    }

    #[test]
    fn a_run_that_explodes_at_once_is_explained_too() {
        let found = explain(evidence(&[f64::INFINITY], 1.0));
        assert_eq!(found.limit, 1.0);
        assert!((found.learning_rate - 0.01).abs() < 1e-12);
        assert!(!found.sentence.is_empty());
    }
}
