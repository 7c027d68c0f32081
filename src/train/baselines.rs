//! Forecasts that need no model, and errors measured against them.

use super::ets::{Ets, Filtered};
use crate::record::Scores;
use std::ops::Range;

/// The observed values of one target, in the data's own units, and where its series are.
#[derive(Debug)]
pub struct Observed<'a> {
    /// One value a row, the last one before it where missing.
    values: Vec<f64>,
    /// Whether the row has a value of its own.
    present: Vec<bool>,
    series: &'a [Range<usize>],
    /// Rows in a season; 1 where there is none.
    season: usize,
    /// Of each series, what exponential smoothing knows after each value.
    smoothed: Vec<Option<Filtered>>,
}

/// A forecast that needs no model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Baseline {
    /// The last value.
    Naive,
    /// The value a whole number of seasons before.
    SeasonalNaive,
    /// The last value and the mean change since the series' beginning.
    Drift,
    /// Exponential smoothing with the parameters of the training part ([`Observed::smooth`]).
    Ets,
}

impl Baseline {
    /// All of them, with their names in `metrics.json`.
    pub const ALL: [(&'static str, Self); 4] = [
        ("naive", Self::Naive),
        ("seasonal_naive", Self::SeasonalNaive),
        ("drift", Self::Drift),
        ("ets", Self::Ets),
    ];

    /// Whether it says a value that was there before.
    #[must_use]
    pub fn repeats(self) -> bool {
        matches!(self, Self::Naive | Self::SeasonalNaive)
    }
}

impl<'a> Observed<'a> {
    /// `values` of one target; missing ones stand for the last value before them, as a naive forecaster
    /// would take them.
    pub fn new(values: Vec<f64>, series: &'a [Range<usize>], season: Option<usize>) -> Self {
        let mut values = values;
        let present = values.iter().map(|value| value.is_finite()).collect();
        for range in series {
            for row in range.clone().skip(1) {
                if values[row].is_nan() {
                    values[row] = values[row - 1];
                }
            }
        }
        Self {
            values,
            present,
            series,
            season: season.unwrap_or(1).max(1),
            smoothed: Vec::new(),
        }
    }

    /// Has exponential smoothing learn from the longest series inside `training`.
    pub fn smooth(&mut self, training: &Range<usize>) {
        let inside =
            |series: &Range<usize>| series.start.max(training.start)..series.end.min(training.end);
        let longest = self
            .series
            .iter()
            .map(inside)
            .max_by_key(ExactSizeIterator::len);
        let Some(model) = longest.and_then(|rows| Ets::fit(self.values.get(rows)?, self.season))
        else {
            return;
        };
        self.smoothed = (self.series.iter())
            .map(|series| model.filter(&self.values[series.clone()]))
            .collect();
    }

    /// What `baseline` says of `row`, `horizon` steps before it; `None` where that reaches behind the
    /// series' beginning.
    pub fn forecast(&self, baseline: Baseline, row: usize, horizon: usize) -> Option<f64> {
        let number = self.series.partition_point(|range| range.end <= row);
        let series = self
            .series
            .get(number)
            .filter(|range| range.contains(&row))?;
        let origin = row.checked_sub(horizon).filter(|&o| o >= series.start)?;
        let value = match baseline {
            Baseline::Ets => {
                let smoothed = self.smoothed.get(number)?.as_ref()?;
                smoothed.forecast(origin - series.start, horizon)?
            }
            Baseline::Naive => self.values[origin],
            Baseline::SeasonalNaive => {
                let back = self.season * horizon.div_ceil(self.season);
                self.values[row.checked_sub(back).filter(|&r| r >= series.start)?]
            }
            Baseline::Drift => {
                let (first, last) = (self.values[series.start], self.values[origin]);
                let steps = origin - series.start;
                if steps == 0 {
                    return None;
                }
                last + horizon as f64 * (last - first) / steps as f64
            }
        };
        value.is_finite().then_some(value)
    }

    /// Mean absolute error of the seasonal naive forecast of the values inside `training` at `horizon`: what
    /// an error is divided by to become a scaled one. `None` where it cannot be computed or is 0.
    pub fn scale(&self, training: Range<usize>, horizon: usize) -> Option<f64> {
        let mut sum = 0.0;
        let mut count = 0.0;
        for row in training {
            let actual = self.values[row];
            if let Some(forecast) = self.forecast(Baseline::SeasonalNaive, row, horizon)
                && self.present[row]
            {
                sum += (actual - forecast).abs();
                count += 1.0;
            }
        }
        (sum > 0.0).then(|| sum / count)
    }
}

/// Adds up errors.
#[derive(Debug, Default)]
pub struct Tally {
    count: f64,
    squares: f64,
    absolutes: f64,
    percentages: f64,
    scaled: f64,
    scaled_count: f64,
}

impl Tally {
    /// Takes in one forecast; `scale` is [`Observed::scale`] at its horizon.
    pub fn add(&mut self, actual: f64, predicted: f64, scale: Option<f64>) {
        let error = predicted - actual;
        self.count += 1.0;
        self.squares += error * error;
        self.absolutes += error.abs();
        let size = actual.abs() + predicted.abs();
        if size > 0.0 {
            self.percentages += 200.0 * error.abs() / size;
        }
        if let Some(scale) = scale {
            self.scaled += error.abs() / scale;
            self.scaled_count += 1.0;
        }
    }

    /// Forecasts taken in.
    pub fn count(&self) -> usize {
        self.count as usize
    }

    /// The means; nothing where there is nothing to average or a number overflowed.
    pub fn scores(&self) -> Scores {
        let mean = |sum: f64, count: f64| Some(sum / count).filter(|m| m.is_finite());
        let mse = mean(self.squares, self.count);
        Scores {
            mse,
            rmse: mse.map(f64::sqrt),
            mae: mean(self.absolutes, self.count),
            smape: mean(self.percentages, self.count),
            mase: mean(self.scaled, self.scaled_count),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn airline_seasonal_naive_of_1960_is_the_published_one() {
        let values: Vec<f64> = include_str!("../../assets/data/airline.csv")
            .lines()
            .skip(1)
            .filter_map(|line| line.split(',').nth(1)?.trim().parse().ok())
            .collect();
        let series = [0..values.len()];
        let observed = Observed::new(values.clone(), &series, Some(12));
        let mut tally = Tally::default();
        for (row, &actual) in values.iter().enumerate().skip(132) {
            let forecast = observed
                .forecast(Baseline::SeasonalNaive, row, row - 131)
                .expect("eleven years lie before it");
            tally.add(actual, forecast, None);
        }
        let scores = tally.scores();
        assert!((scores.mae.expect("scored") - 47.83).abs() < 0.005);
        assert!((scores.rmse.expect("scored") - 50.71).abs() < 0.005);
    }

    #[test]
    fn a_missing_value_is_no_forecast_that_came_true() {
        let series = [0..6];
        let values = vec![1.0, 3.0, f64::NAN, 4.0, 6.0, 7.0];
        let observed = Observed::new(values, &series, None);
        // |3 − 1|, |4 − 3| over the gap, |6 − 4|, |7 − 6|; nothing for the row that is missing.
        assert_eq!(observed.scale(0..6, 1), Some(1.5));
    }

    #[test]
    fn drift_and_naive_are_exact_on_a_line_and_zero_over_zero_counts_as_zero() {
        let series = [0..10];
        let observed = Observed::new((0..10).map(f64::from).collect(), &series, None);
        assert_eq!(observed.forecast(Baseline::Drift, 9, 3), Some(9.0));
        assert_eq!(observed.forecast(Baseline::Naive, 9, 3), Some(6.0));
        assert_eq!(observed.forecast(Baseline::Naive, 2, 3), None);
        assert_eq!(observed.scale(0..8, 2), Some(2.0));
        let mut tally = Tally::default();
        tally.add(0.0, 0.0, None);
        tally.add(1.0, -1.0, None);
        assert_eq!(tally.scores().smape, Some(100.0));
    }
}
