//! How much an input says of what is to be forecast, by training rows alone.

use super::Ground;
use crate::data::{frame::Frame, scale::quantile};
use crate::experiment::choices::prepare::{Select, SelectMethod};

/// Bins of each side of the mutual information.
const BINS: usize = 10;

/// The inputs that stay: all targets, texts that are none yet, and those that say most.
pub(super) fn fit(frame: &Frame, step: &Select, ground: &Ground<'_>, horizon: usize) -> Vec<usize> {
    let pairs = |input: usize, target: usize| -> Vec<(f64, f64)> {
        ground
            .stretches
            .iter()
            .filter(|stretch| stretch.end <= ground.train.end)
            .flat_map(|stretch| stretch.start..stretch.end.saturating_sub(horizon))
            .map(|row| {
                (
                    frame.columns[input][row],
                    frame.columns[target][row + horizon],
                )
            })
            .collect()
    };
    let free = |input: &usize| {
        *input >= ground.targets && !frame.is_text(*input) && !frame.is_coded(*input)
    };
    let mut scores: Vec<(f64, usize)> = (0..frame.names.len())
        .filter(free)
        .map(|input| {
            let training = &frame.columns[input][ground.train.clone()];
            let best = (0..ground.targets)
                .map(|target| score(step.method, training, &pairs(input, target)))
                .fold(0.0, f64::max);
            (best, input)
        })
        .collect();
    scores.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    if step.keep >= 1.0 {
        scores.truncate(step.keep as usize);
    } else {
        scores.retain(|(score, _)| *score >= step.keep);
    }
    let mut kept: Vec<usize> = (0..frame.names.len())
        .filter(|input| !free(input))
        .chain(scores.into_iter().map(|(_, input)| input))
        .collect();
    kept.sort_unstable();
    kept
}

/// How much `input` says; of pairs (input, target one horizon later), or of the input alone.
fn score(method: SelectMethod, input: &[f64], pairs: &[(f64, f64)]) -> f64 {
    let score = match method {
        SelectMethod::Variance => {
            let mean = input.iter().sum::<f64>() / input.len().max(1) as f64;
            let variance =
                input.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / input.len().max(1) as f64;
            let low = input.iter().copied().fold(f64::INFINITY, f64::min);
            let high = input.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            variance / (high - low).powi(2)
        }
        SelectMethod::Correlation => correlation(pairs).abs(),
        SelectMethod::MutualInformation => information(pairs),
    };
    if score.is_finite() { score } else { 0.0 }
}

/// Pearson's r.
fn correlation(pairs: &[(f64, f64)]) -> f64 {
    let count = pairs.len() as f64;
    let (a, b) = pairs
        .iter()
        .fold((0.0, 0.0), |(a, b), (x, y)| (a + x, b + y));
    let (a, b) = (a / count, b / count);
    let (mut xy, mut xx, mut yy) = (0.0, 0.0, 0.0);
    for (x, y) in pairs {
        xy += (x - a) * (y - b);
        xx += (x - a) * (x - a);
        yy += (y - b) * (y - b);
    }
    xy / (xx * yy).sqrt()
}

/// Σ p(a, b)·ln(p(a, b) / (p(a)·p(b))) over bins that hold as many values each.
fn information(pairs: &[(f64, f64)]) -> f64 {
    let borders = |side: fn(&(f64, f64)) -> f64| {
        let mut sorted: Vec<f64> = pairs.iter().map(side).collect();
        sorted.sort_unstable_by(f64::total_cmp);
        let mut borders: Vec<f64> = (1..BINS)
            .map(|k| quantile(&sorted, k as f64 / BINS as f64))
            .collect();
        borders.dedup();
        borders
    };
    if pairs.is_empty() {
        return 0.0;
    }
    let (left, right) = (borders(|pair| pair.0), borders(|pair| pair.1));
    let mut joint = [[0.0_f64; BINS]; BINS];
    for (x, y) in pairs {
        let a = left.partition_point(|border| border <= x);
        let b = right.partition_point(|border| border <= y);
        joint[a][b] += 1.0 / pairs.len() as f64;
    }
    let rows = joint.map(|row| row.iter().sum::<f64>());
    let mut sum = 0.0;
    for b in 0..BINS {
        let column: f64 = joint.iter().map(|row| row[b]).sum();
        for (row, of_row) in joint.iter().zip(rows).filter(|(row, _)| row[b] > 0.0) {
            sum += row[b] * (row[b] / (of_row * column)).ln();
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_says_all_says_more_than_what_says_nothing() {
        let all: Vec<(f64, f64)> = (0..200)
            .map(|k| (f64::from(k), 3.0 - f64::from(k)))
            .collect();
        let none: Vec<(f64, f64)> = (0..200)
            .map(|k| (f64::from(k % 2), f64::from(k / 2 % 2)))
            .collect();
        assert!((score(SelectMethod::Correlation, &[], &all) - 1.0).abs() < 1e-12);
        assert!(score(SelectMethod::Correlation, &[], &none) < 1e-12);
        // Ten equal bins, each saying which: ln 10.
        let information = score(SelectMethod::MutualInformation, &[], &all);
        assert!((information - 10_f64.ln()).abs() < 0.05, "{information}");
        assert!(score(SelectMethod::MutualInformation, &[], &none) < 1e-12);
        assert_eq!(score(SelectMethod::Variance, &[0.0, 2.0], &[]), 0.25);
        assert_eq!(score(SelectMethod::Variance, &[1.0, 1.0], &[]), 0.0);
    }
}
