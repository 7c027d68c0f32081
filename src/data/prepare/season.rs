//! Season and trend of a column: the season learned from training rows, the trend looking back alone.

use super::fit::free_name;
use super::inverse::{self, Inverse};
use super::{Decomposed, FittedStep, Ground, Phases, Season};
use crate::data::pace::Step;
use crate::data::{DataError, frame::Frame, season::usual_period};
use crate::experiment::choices::prepare::{Decompose, DecomposeKeep, DecomposeMethod};
use jiff::{Span, civil::DateTime};
use std::ops::Range;

/// The seasons of `inputs`, learned from the longest stretch of the training part.
///
/// # Errors
/// No season, or one that is too long for the training part, with its key.
pub(super) fn fit(
    frame: &Frame,
    step: &Decompose,
    inputs: Vec<usize>,
    ground: &Ground<'_>,
    number: usize,
) -> Result<FittedStep, DataError> {
    let key = |name: &str| format!("data.prepare.{number}.{name}");
    let phases = Phases::of(frame);
    // Training rows come first, so the longest training stretch is one of the first ones.
    let longest = ground
        .stretches
        .iter()
        .filter(|stretch| stretch.end <= ground.train.end)
        .max_by_key(|stretch| stretch.len())
        .cloned()
        .unwrap_or(0..0);
    let start = frame
        .series
        .iter()
        .find(|series| series.contains(&longest.start))
        .map_or(longest.start, |series| series.start);
    let place = phases.first(frame, start) + (longest.start - start) as i64;
    let found = if step.period > 0 {
        Some(step.period)
    } else {
        ground.season
    };
    let Some(period) = found.filter(|&period| period > 1) else {
        return Err(DataError::setting(
            key("period"),
            "no seasonal period stands out in the training part; give one of at least 2 rows, or leave the step out",
        ));
    };
    if 2 * period > longest.len() {
        return Err(DataError::setting(
            key("period"),
            format!(
                "a season of {period} rows is learned from at least {}, and the training part has {} in a row; make it smaller",
                2 * period,
                longest.len()
            ),
        ));
    }
    let frequency = phases.frequency.as_deref();
    let periods = periods(step.method, period, frequency, longest.len());
    let mut taken = frame.names.clone();
    let mut columns = Vec::new();
    for input in inputs {
        let values = &frame.columns[input][longest.clone()];
        let profiles = learn(step.method, values, &periods, place)
            .map_err(|message| DataError::setting(key("period"), message))?;
        let names = match step.keep {
            DecomposeKeep::Residual => Vec::new(),
            DecomposeKeep::Components => ["seasonal", "trend"]
                .map(|part| free_name(&format!("{}_{part}", frame.names[input]), &mut taken))
                .to_vec(),
        };
        columns.push(Decomposed {
            input,
            season: Season { profiles },
            names,
        });
    }
    Ok(FittedStep::Decompose {
        columns,
        keep: step.keep,
        phases,
    })
}

/// The seasons that `method` looks for where the first has `period` rows.
pub(super) fn periods(
    method: DecomposeMethod,
    period: usize,
    frequency: Option<&str>,
    rows: usize,
) -> Vec<usize> {
    let mut periods = vec![period];
    if method == DecomposeMethod::Mstl
        && let Some(frequency) = frequency
        && usual_period(frequency) == Some(period)
    {
        // A day has weeks above it, a week of days has years.
        periods.push(match frequency {
            "P1D" => 365,
            day if day.starts_with("PT") => 7 * period,
            _ => period,
        });
    }
    periods.dedup();
    periods.retain(|&period| 2 * period <= rows);
    periods
}

/// The seasons of `values`, whose first has the place `phase` in them; each with the mean 0.
///
/// # Errors
/// What the decomposition says.
pub(super) fn learn(
    method: DecomposeMethod,
    values: &[f64],
    periods: &[usize],
    phase: i64,
) -> Result<Vec<Vec<f64>>, String> {
    let seasonal: Vec<Vec<f64>> = match method {
        DecomposeMethod::Stl | DecomposeMethod::Mstl if periods.len() == 1 => {
            let fit = stlrs::Stl::params()
                .robust(true)
                .fit(values, periods[0])
                .map_err(|error| error.to_string())?;
            vec![fit.seasonal().to_vec()]
        }
        DecomposeMethod::Stl | DecomposeMethod::Mstl => {
            let fit = stlrs::Mstl::fit(values, periods).map_err(|error| error.to_string())?;
            fit.seasonal().to_vec()
        }
        DecomposeMethod::MovingAverage => vec![detrended(values, periods[0])],
    };
    Ok(seasonal
        .iter()
        .zip(periods)
        .map(|(seasonal, &period)| {
            let mut sums = vec![(0.0, 0.0); period];
            for (row, x) in seasonal.iter().enumerate().filter(|(_, x)| x.is_finite()) {
                let place = (phase + row as i64).rem_euclid(period as i64) as usize;
                sums[place].0 += x;
                sums[place].1 += 1.0;
            }
            let means: Vec<f64> = sums
                .iter()
                .map(|(sum, n)| sum / f64::max(*n, 1.0))
                .collect();
            let middle = means.iter().sum::<f64>() / period as f64;
            means.iter().map(|mean| mean - middle).collect()
        })
        .collect())
}

/// What a centred moving average over a season leaves; NaN where it does not fit.
fn detrended(values: &[f64], period: usize) -> Vec<f64> {
    let half = period / 2;
    (0..values.len())
        .map(|row| {
            if row < half || row + half >= values.len() {
                return f64::NAN;
            }
            let around = &values[row - half..=row + half];
            // Over an even season the two ends count half.
            let ends = if period.is_multiple_of(2) { 0.5 } else { 1.0 };
            let inner: f64 = around[1..around.len() - 1].iter().sum();
            let sum = inner + ends * (around[0] + around[around.len() - 1]);
            values[row] - sum / period as f64
        })
        .collect()
}

impl Phases {
    /// By the times of a frame, counted from its first.
    pub(super) fn of(frame: &Frame) -> Self {
        Self {
            anchor: frame
                .moments
                .first()
                .copied()
                .flatten()
                .map(|first| first.to_string()),
            frequency: frame.time.as_ref().and_then(|time| time.frequency.clone()),
        }
    }

    /// The place in the seasons of the first row of the series that begins at row `start`; 0 where times are
    /// not known.
    pub(super) fn first(&self, frame: &Frame, start: usize) -> i64 {
        let place = || {
            let anchor: DateTime = self.anchor.as_ref()?.parse().ok()?;
            let span: Span = self.frequency.as_ref()?.parse().ok()?;
            let first = frame.moments.get(start).copied().flatten()?;
            let step = Step::of(span, frame.time.as_ref()?.ends_months());
            if first >= anchor {
                Some(step.between(anchor, first)? as i64)
            } else {
                Some(-(step.between(first, anchor)? as i64))
            }
        };
        place().unwrap_or(0)
    }
}

impl Season {
    /// At a place in the seasons.
    pub(super) fn at(&self, place: i64) -> f64 {
        self.profiles
            .iter()
            .map(|profile| profile[place.rem_euclid(profile.len() as i64) as usize])
            .sum()
    }
}

/// Takes season and trend off a column, or adds them as columns.
pub(super) fn apply(
    column: &Decomposed,
    keep: DecomposeKeep,
    phases: &Phases,
    frame: &mut Frame,
    targets: usize,
    inverses: &mut Vec<Inverse>,
) {
    let firsts: Vec<(usize, i64)> = (frame.series.iter())
        .map(|series| (series.start, phases.first(frame, series.start)))
        .collect();
    let mut seasonal = vec![0.0; frame.rows()];
    for (series, (start, first)) in frame.series.iter().zip(&firsts) {
        for row in series.clone() {
            seasonal[row] = column.season.at(first + (row - start) as i64);
        }
    }
    let flat: Vec<f64> = (frame.columns[column.input].iter().zip(&seasonal))
        .map(|(x, season)| x - season)
        .collect();
    let window = column.season.profiles[0].len();
    match keep {
        DecomposeKeep::Components => {
            let mut trend = flat;
            for series in &frame.series {
                trailing_mean(&mut trend[series.clone()], window);
            }
            for (name, values) in column.names.iter().zip([seasonal, trend]) {
                frame.names.push(name.clone());
                frame.columns.push(values);
            }
        }
        DecomposeKeep::Residual => {
            let weights: Vec<(usize, f64)> =
                (1..=window).map(|lag| (lag, 1.0 / window as f64)).collect();
            let values = &mut frame.columns[column.input];
            for series in &frame.series {
                for row in series.clone() {
                    values[row] = flat[row] - inverse::earlier(&flat, &weights, row, series.start);
                }
            }
            if column.input < targets {
                inverses.push(Inverse::Season {
                    target: column.input,
                    season: column.season.clone(),
                    firsts,
                });
                inverses.push(Inverse::Difference {
                    target: column.input,
                    weights,
                    history: flat,
                });
            }
        }
    }
}

/// The mean of each value and those before it, `window` in all where there are as many.
fn trailing_mean(values: &mut [f64], window: usize) {
    let before = values.to_vec();
    for (row, value) in values.iter_mut().enumerate() {
        let seen: &Range<usize> = &((row + 1).saturating_sub(window)..row + 1);
        *value = before[seen.clone()].iter().sum::<f64>() / seen.len() as f64;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_method_finds_a_season_on_a_trend() {
        let season = [3.0, -1.0, -2.0, 0.0];
        let values: Vec<f64> = (0..48)
            .map(|t| season[(t + 1) % 4] + 0.5 * t as f64)
            .collect();
        for method in DecomposeMethod::ALL {
            let found = learn(method, &values, &[4], 1).expect("a season");
            for (a, b) in found[0].iter().zip(season) {
                assert!((a - b).abs() < 0.05, "{method:?}: {found:?}");
            }
        }
        assert_eq!(
            periods(DecomposeMethod::Mstl, 24, Some("PT1H"), 1000),
            [24, 168]
        );
        assert_eq!(periods(DecomposeMethod::Mstl, 24, Some("PT1H"), 200), [24]);
        assert_eq!(periods(DecomposeMethod::Stl, 24, Some("PT1H"), 1000), [24]);
    }
}
