//! Missing values get values.
//!
//! Methods that look ahead (linear, backward, seasonal) see one stretch at a time: the rows of one
//! part in one series. `forward` sees every earlier row of its series. `mean`, `median` and `random`
//! know the training part only.

use super::{generator, scale::quantile};
use crate::experiment::{Fill, FillMethod};
use rand::RngExt;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// The most observed values that `random` keeps to draw from.
const MAX_SAMPLE: usize = 1024;

/// A fill step with what it needs to treat new data.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FittedFill {
    /// The step as it was asked for.
    pub fill: Fill,
    /// Its place among the preparation steps, from 0.
    pub step: usize,
    /// What it does to each column.
    pub columns: Vec<FittedColumn>,
    /// The season of `seasonal`, in rows.
    pub period: Option<usize>,
}

/// A fill step's knowledge of one column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FittedColumn {
    /// Index among the inputs.
    pub input: usize,
    /// Mean or median of the training part; 0 for other methods.
    pub value: f64,
    /// Observed training values in order of size, for `random`: all, or 1,024 evenly spaced ones.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sample: Vec<f64>,
    /// Index, among the inputs, of the column that says where a value was missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flag: Option<usize>,
}

impl FittedColumn {
    /// Fits `method` to a column's training values (NaN where missing).
    #[must_use]
    pub fn fit(method: FillMethod, input: usize, flag: Option<usize>, training: &[f64]) -> Self {
        let mut observed: Vec<f64> = training.iter().copied().filter(|x| !x.is_nan()).collect();
        let mut column = Self {
            input,
            value: 0.0,
            sample: Vec::new(),
            flag,
        };
        match method {
            FillMethod::Mean => column.value = mean(&observed),
            FillMethod::Median => {
                observed.sort_unstable_by(f64::total_cmp);
                column.value = if observed.is_empty() {
                    0.0
                } else {
                    quantile(&observed, 0.5)
                };
            }
            FillMethod::Random => {
                observed.sort_unstable_by(f64::total_cmp);
                let count = observed.len();
                let kept = count.min(MAX_SAMPLE);
                column.sample = (0..kept)
                    .map(|k| observed[(2 * k + 1) * count / (2 * kept)])
                    .collect();
            }
            _ => {}
        }
        column
    }
}

/// The mean; 0 of nothing.
#[must_use]
pub fn mean(values: &[f64]) -> f64 {
    if values.is_empty() {
        0.0
    } else {
        values.iter().sum::<f64>() / values.len() as f64
    }
}

impl FittedFill {
    /// Fills `column`'s values in place, in every stretch, and gives the flags: 1 where one was missing.
    /// `series` are the ranges that the stretches lie in; `seed` is that of the run.
    #[must_use]
    pub fn apply(
        &self,
        column: &FittedColumn,
        values: &mut [f64],
        stretches: &[Range<usize>],
        series: &[Range<usize>],
        seed: u64,
    ) -> Vec<f64> {
        let flags = values
            .iter()
            .map(|x| f64::from(u8::from(x.is_nan())))
            .collect();
        let max_gap = self.fill.max_gap;
        // A stream for each step and column: a value missing here does not change a draw there.
        let purpose = 0x1_0000 + ((self.step as u64) << 24) + column.input as u64;
        let mut rng = generator(seed, purpose);
        for stretch in stretches {
            let part = &mut values[stretch.clone()];
            match self.fill.method {
                FillMethod::Linear => linear(part, max_gap),
                FillMethod::Backward => {
                    for gap in gaps(part, max_gap) {
                        if let Some(&next) = part.get(gap.end) {
                            part[gap].fill(next);
                        }
                    }
                }
                FillMethod::Seasonal => match self.period {
                    Some(period) => seasonal(part, period, max_gap),
                    None => linear(part, max_gap),
                },
                FillMethod::Forward => {
                    let start = series
                        .iter()
                        .find(|series| series.contains(&stretch.start))
                        .map_or(stretch.start, |series| series.start);
                    for gap in gaps(part, max_gap) {
                        let first = stretch.start + gap.start;
                        let last = values[start..first].iter().rfind(|x| !x.is_nan()).copied();
                        if let Some(last) = last {
                            values[first..stretch.start + gap.end].fill(last);
                        }
                    }
                }
                FillMethod::Mean | FillMethod::Median => {
                    for gap in gaps(part, max_gap) {
                        part[gap].fill(column.value);
                    }
                }
                FillMethod::Random if !column.sample.is_empty() => {
                    for gap in gaps(part, max_gap) {
                        for value in &mut part[gap] {
                            *value = column.sample[rng.random_range(0..column.sample.len())];
                        }
                    }
                }
                FillMethod::Random | FillMethod::Drop => {}
            }
        }
        flags
    }
}

/// Runs of missing values no longer than `max_gap` (0: of any length).
fn gaps(values: &[f64], max_gap: usize) -> Vec<Range<usize>> {
    let mut gaps = Vec::new();
    let mut row = 0;
    while row < values.len() {
        let length = values[row..].iter().take_while(|x| x.is_nan()).count();
        if length > 0 && (max_gap == 0 || length <= max_gap) {
            gaps.push(row..row + length);
        }
        row += length + 1;
    }
    gaps
}

/// Missing values on the line between their neighbours, at the edges the nearest value; nothing
/// happens where all are missing.
pub fn linear(values: &mut [f64], max_gap: usize) {
    for gap in gaps(values, max_gap) {
        let before = gap.start.checked_sub(1).map(|row| values[row]);
        let after = values.get(gap.end).copied();
        let steps = (gap.len() + 1) as f64;
        for (k, row) in gap.enumerate() {
            values[row] = match (before, after) {
                (Some(a), Some(b)) => a + (b - a) * ((k + 1) as f64 / steps),
                (Some(nearest), None) | (None, Some(nearest)) => nearest,
                (None, None) => f64::NAN,
            };
        }
    }
}

/// The mean of the nearest observed values at the same place of the season, before and after.
fn seasonal(values: &mut [f64], period: usize, max_gap: usize) {
    // A season longer than the values has no place twice, however much longer a model's file says it is.
    let period = period.min(values.len());
    let nearest = |rows: &mut dyn Iterator<Item = usize>| {
        let mut last = vec![f64::NAN; period];
        let mut found = vec![f64::NAN; values.len()];
        for row in rows {
            let last = &mut last[row % period];
            if !values[row].is_nan() {
                *last = values[row];
            }
            found[row] = *last;
        }
        found
    };
    let before = nearest(&mut (0..values.len()));
    let after = nearest(&mut (0..values.len()).rev());
    for row in gaps(values, max_gap).into_iter().flatten() {
        values[row] = match (before[row].is_nan(), after[row].is_nan()) {
            (false, false) => f64::midpoint(before[row], after[row]),
            (true, _) => after[row],
            (_, true) => before[row],
        };
    }
}

#[cfg(test)]
#[allow(clippy::float_cmp, reason = "the expected values are exact")]
mod tests {
    use super::*;

    const N: f64 = f64::NAN;

    fn filled(method: FillMethod, max_gap: usize, values: &[f64]) -> Vec<f64> {
        let fill = FittedFill {
            fill: Fill {
                method,
                max_gap,
                ..Fill::default()
            },
            step: 0,
            columns: Vec::new(),
            period: Some(2),
        };
        let column = FittedColumn::fit(method, 0, None, &values[..4]);
        let mut values = values.to_vec();
        let _ = fill.apply(
            &column,
            &mut values,
            &[0..4, 4..8],
            std::slice::from_ref(&(0..8)),
            7,
        );
        values
            .iter()
            .map(|x| if x.is_nan() { -1.0 } else { *x })
            .collect()
    }

    #[test]
    fn a_season_longer_than_the_values_fills_nothing() {
        for period in [3, 4, 1 << 40, usize::MAX] {
            let mut values = [1.0, N, 5.0];
            seasonal(&mut values, period, 0);
            assert!(values[1].is_nan() && values[2] == 5.0, "{period}");
            seasonal(&mut [], period, 0);
        }
    }

    #[test]
    fn each_method_fills_by_its_rule_and_within_its_part() {
        let values = [1.0, N, 5.0, N, N, 8.0, N, N];
        let case = |method| filled(method, 0, &values);
        assert_eq!(
            case(FillMethod::Linear),
            [1.0, 3.0, 5.0, 5.0, 8.0, 8.0, 8.0, 8.0]
        );
        assert_eq!(
            case(FillMethod::Forward),
            [1.0, 1.0, 5.0, 5.0, 5.0, 8.0, 8.0, 8.0]
        );
        assert_eq!(
            case(FillMethod::Backward),
            [1.0, 5.0, 5.0, -1.0, 8.0, 8.0, -1.0, -1.0]
        );
        assert_eq!(
            case(FillMethod::Mean),
            [1.0, 3.0, 5.0, 3.0, 3.0, 8.0, 3.0, 3.0]
        );
        assert_eq!(
            case(FillMethod::Median),
            [1.0, 3.0, 5.0, 3.0, 3.0, 8.0, 3.0, 3.0]
        );
        assert_eq!(
            case(FillMethod::Seasonal),
            [1.0, -1.0, 5.0, -1.0, -1.0, 8.0, -1.0, 8.0]
        );
        let random = case(FillMethod::Random);
        assert!(random.iter().all(|x| [1.0, 5.0, 8.0].contains(x)) && random[4] != 8.0);
        assert_eq!(random, case(FillMethod::Random));
    }

    #[test]
    fn longer_gaps_stay() {
        let values = [1.0, N, 5.0, 6.0, 7.0, N, N, 8.0];
        assert_eq!(filled(FillMethod::Linear, 1, &values)[5..7], [-1.0, -1.0]);
        assert_eq!(filled(FillMethod::Linear, 1, &values)[1], 3.0);
    }
}
