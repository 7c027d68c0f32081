//! What a model says of whole sequences, a number or a class each, or of the classes of a series, and how good
//! that is.

use super::baselines::{Baseline, Observed, Tally};
use super::evaluate::{BATCH, last_outputs, told};
use crate::data::{Dataset, Part, RowClasses, Sequences};
use crate::model::Forecaster;
use crate::record::{
    ClassMetrics, Forecast, ForecastRow, Metrics, PartMetrics, TargetMetrics, share_saved,
};
use burn::tensor::Device;
use std::collections::BTreeMap;

/// Appends the model's answer to every sequence: the number, or the class with the largest logit (the
/// first of equal ones).
pub(super) fn forecast(
    network: &Forecaster,
    forecast: &mut Forecast,
    dataset: &Dataset,
    sequences: &Sequences,
    device: &Device,
) {
    let outputs_of_sequence = dataset.outputs() * forecast.quantiles.len().max(1);
    // Sequences stand in the order of their parts.
    let mut place = 0;
    for part in Part::ALL {
        for starts in dataset.part_windows(part).chunks(BATCH) {
            let outputs = last_outputs(network, dataset, starts, device);
            for outputs in outputs.chunks(outputs_of_sequence) {
                let answer = sequences.answers[place];
                let (predicted, quantiles) = if sequences.classes.is_empty() {
                    told(&forecast.quantiles, outputs, |output| output)
                } else {
                    let class = largest(outputs).map_or(f64::NAN, |class| class as f64);
                    (class, Vec::new())
                };
                forecast.rows.push(ForecastRow {
                    part: part.name(),
                    index: sequences.numbers[place],
                    time: sequences.numbers[place].to_string(),
                    target: 0,
                    horizon: 1,
                    actual: answer.is_finite().then_some(answer),
                    predicted,
                    quantiles,
                });
                place += 1;
            }
        }
    }
}

/// The first of the largest; none where one is no number.
pub(super) fn largest(logits: &[f32]) -> Option<usize> {
    let mut best = 0;
    for (index, logit) in logits.iter().enumerate() {
        if logit.is_nan() {
            return None;
        }
        if *logit > logits[best] {
            best = index;
        }
    }
    Some(best)
}

/// Scores of every part that has known answers.
pub(super) fn score(forecast: &Forecast, sequences: &Sequences) -> Metrics {
    let mut metrics = Metrics::new();
    for part in Part::ALL.map(Part::name) {
        let known: Vec<(f64, f64)> = (forecast.rows.iter())
            .filter(|row| row.part == part)
            .filter_map(|row| Some((row.actual?, row.predicted)))
            .collect();
        if known.is_empty() {
            continue;
        }
        let scores = if sequences.classes.is_empty() {
            let mut scores = PartMetrics::of_targets();
            scores.insert(
                forecast.targets[0].clone(),
                of_numbers(&known, sequences.mean),
            );
            scores
        } else {
            let majority = majority(&known, &sequences.class_counts);
            PartMetrics::Classes(of_classes(&known, &sequences.classes, [majority]))
        };
        metrics.insert(part.into(), scores);
    }
    metrics
}

fn of_numbers(known: &[(f64, f64)], mean: f64) -> TargetMetrics {
    let (mut model, mut baseline) = (Tally::default(), Tally::default());
    for &(actual, predicted) in known {
        model.add(actual, predicted, None);
        baseline.add(actual, mean, None);
    }
    let (scores, baseline) = (model.scores(), baseline.scores());
    let size = known
        .iter()
        .map(|(actual, _)| actual.abs())
        .fold(0.0, f64::max);
    TargetMetrics {
        skill: share_saved(scores.mae, baseline.mae, size),
        model: scores,
        baselines: BTreeMap::from([("mean".into(), baseline)]),
        coverage: None,
        count: model.count(),
    }
}

/// Scores of every part of a series that has rows of known classes.
pub(super) fn score_rows(forecast: &Forecast, dataset: &Dataset, classes: &RowClasses) -> Metrics {
    let observed = Observed::new(classes.of.clone(), &dataset.series, dataset.seasonal_period);
    let mut metrics = Metrics::new();
    for part in Part::ALL.map(Part::name) {
        let rows = || forecast.rows.iter().filter(|row| row.part == part);
        let known: Vec<(f64, f64)> = rows()
            .filter_map(|row| Some((row.actual?, row.predicted)))
            .collect();
        if known.is_empty() {
            continue;
        }
        // A class goes on as it is; on a line, or smoothed, it would be no class.
        let going_on = (Baseline::ALL.into_iter()).filter(|(_, baseline)| baseline.repeats());
        let going_on = going_on.filter_map(|(name, baseline)| {
            let pairs = rows().filter_map(|row| {
                Some((
                    row.actual?,
                    observed.forecast(baseline, row.index, row.horizon)?,
                ))
            });
            let right: Vec<bool> = pairs.map(|(actual, told)| actual == told).collect();
            let hits = right.iter().filter(|right| **right).count();
            (!right.is_empty()).then(|| (name, hits as f64 / right.len() as f64))
        });
        let majority = majority(&known, &classes.counts);
        let baselines = going_on.chain([majority]);
        metrics.insert(
            part.into(),
            PartMetrics::Classes(of_classes(&known, &classes.names, baselines)),
        );
    }
    metrics
}

/// How often the class that training saw most is right.
fn majority(known: &[(f64, f64)], counts: &[usize]) -> (&'static str, f64) {
    let most = counts.iter().max().copied().unwrap_or(0);
    let class = counts.iter().position(|&n| n == most);
    let hits = known
        .iter()
        .filter(|(actual, _)| class == Some(*actual as usize));
    ("majority", hits.count() as f64 / known.len() as f64)
}

/// Where the model says nothing (its logits are no numbers), no class is found.
fn of_classes(
    known: &[(f64, f64)],
    names: &[String],
    baselines: impl IntoIterator<Item = (&'static str, f64)>,
) -> ClassMetrics {
    let classes = names.len();
    let mut confusion = vec![vec![0_usize; classes]; classes];
    for &(actual, predicted) in known {
        if !predicted.is_nan() {
            confusion[actual as usize][predicted as usize] += 1;
        }
    }
    let count = known.len();
    let mut hits = 0;
    let mut f1 = Vec::new();
    for class in 0..classes {
        let own = confusion[class][class];
        let found: usize = confusion.iter().map(|row| row[class]).sum();
        let actual = known.iter().filter(|(actual, _)| *actual as usize == class);
        let both = actual.count() + found;
        hits += own;
        if both > 0 {
            f1.push(2.0 * own as f64 / both as f64);
        }
    }
    ClassMetrics {
        accuracy: hits as f64 / count as f64,
        macro_f1: f1.iter().sum::<f64>() / f1.len().max(1) as f64,
        baselines: (baselines.into_iter())
            .map(|(name, share)| (name.into(), share))
            .collect(),
        confusion,
        classes: names.to_vec(),
        count,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// scikit-learn's `accuracy_score`, `confusion_matrix` and `f1_score(average="macro")` of the same.
    #[test]
    fn class_scores_are_those_of_scikit_learn() {
        let actual = [0, 0, 0, 0, 1, 1, 1, 2, 2, 2];
        let found = [0, 0, 1, 2, 1, 1, 0, 2, 2, 0];
        let known: Vec<(f64, f64)> = (actual.iter().zip(found))
            .map(|(a, f)| (f64::from(*a), f64::from(f)))
            .collect();
        let names = ["a", "b", "c", "never"].map(str::to_owned);
        let scores = of_classes(&known, &names, [majority(&known, &[1, 5, 2, 0])]);
        assert_eq!(scores.accuracy, 0.6);
        assert_eq!(
            scores.confusion,
            [[2, 1, 1, 0], [1, 2, 0, 0], [1, 0, 2, 0], [0; 4]]
        );
        let f1 = (0.5 + 2.0 / 3.0 + 2.0 / 3.0) / 3.0;
        assert!((scores.macro_f1 - f1).abs() < 1e-15);
        assert_eq!(scores.baselines["majority"], 0.3);
    }

    #[test]
    fn the_mean_is_the_forecast_to_beat() {
        let scores = of_numbers(&[(1.0, 0.75), (-1.0, -0.5)], 0.5);
        assert_eq!(scores.baselines["mean"].mae, Some(1.0));
        assert_eq!(scores.baselines["mean"].mse, Some(1.25));
        assert_eq!(scores.model.mae, Some(0.375));
        assert_eq!(scores.skill, Some(0.625));
    }

    #[test]
    fn the_largest_logit_is_the_class() {
        assert_eq!(largest(&[0.0, 2.0, 2.0, -1.0]), Some(1));
        assert_eq!(largest(&[-3.0, -2.0]), Some(1));
        assert_eq!(largest(&[0.0, f32::NAN]), None);
    }
}
