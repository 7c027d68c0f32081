//! Causal averages, statistics of the last values, outliers, places in the calendar.

use super::Bounds;
use crate::data::{fill, scale::quantile};
use crate::experiment::choices::prepare::{
    CalendarPart, OutlierMethod, RollingFunction, Smooth, SmoothMethod,
};
use jiff::civil::DateTime;
use std::ops::Range;

/// 1.4826: what a normal distribution's median absolute deviation is divided by to be its standard one.
const NORMAL: f64 = 1.482_602_218_505_602;

/// The mean distance from 0 of the known values; 1 where there are none or all are 0.
pub(super) fn size(values: &[f64]) -> f64 {
    let known = values.iter().filter(|x| !x.is_nan());
    let size = fill::mean(&known.map(|x| x.abs()).collect::<Vec<_>>());
    if size.is_finite() && size > 0.0 {
        size
    } else {
        1.0
    }
}

/// The median of sorted values, and 1.4826 times the median distance from it.
pub(super) fn median_and_deviation(sorted: &[f64]) -> (f64, f64) {
    let middle = quantile(sorted, 0.5);
    let mut distances: Vec<f64> = sorted.iter().map(|x| (x - middle).abs()).collect();
    distances.sort_unstable_by(f64::total_cmp);
    (middle, NORMAL * quantile(&distances, 0.5))
}

fn sorted(values: &[f64]) -> Vec<f64> {
    let mut values: Vec<f64> = values.iter().copied().filter(|x| !x.is_nan()).collect();
    values.sort_unstable_by(f64::total_cmp);
    values
}

/// The smallest and the largest value that is no outlier of these training values.
pub(super) fn bounds(method: OutlierMethod, limit: f64, mut values: Vec<f64>) -> (f64, f64) {
    // The model's file is JSON, which has no infinities.
    let everything = (f64::MIN, f64::MAX);
    if values.is_empty() {
        return everything;
    }
    values.sort_unstable_by(f64::total_cmp);
    let (low, high, measure) = match method {
        OutlierMethod::Hampel => return everything,
        OutlierMethod::Iqr => {
            let (low, high) = (quantile(&values, 0.25), quantile(&values, 0.75));
            (low, high, high - low)
        }
        OutlierMethod::Mad => {
            let (middle, spread) = median_and_deviation(&values);
            (middle, middle, spread)
        }
        OutlierMethod::ZScore => {
            let mean = fill::mean(&values);
            let variance =
                values.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / values.len() as f64;
            (mean, mean, variance.sqrt())
        }
    };
    if measure == 0.0 {
        return everything; // most values are the same: nothing says how far is far
    }
    (
        (low - limit * measure).max(f64::MIN),
        (high + limit * measure).min(f64::MAX),
    )
}

/// Where outliers are: the nearest value that is none, for each row.
pub(super) fn outliers(
    values: &[f64],
    bounds: &Bounds,
    series: &[Range<usize>],
) -> Vec<Option<f64>> {
    let outside = |x: f64, low: f64, high: f64| (x < low || x > high).then(|| x.clamp(low, high));
    let Some((window, limit)) = bounds.hampel else {
        return values
            .iter()
            .map(|&x| outside(x, bounds.low, bounds.high))
            .collect();
    };
    let mut found = vec![None; values.len()];
    for series in series {
        for row in series.clone() {
            let first = (row + 1).saturating_sub(window).max(series.start);
            let near = sorted(&values[first..=row]);
            if near.len() < 3 {
                continue;
            }
            let (middle, spread) = median_and_deviation(&near);
            if spread > 0.0 {
                found[row] = outside(
                    values[row],
                    middle - limit * spread,
                    middle + limit * spread,
                );
            }
        }
    }
    found
}

/// Averages one series in place.
pub(super) fn smooth(smooth: &Smooth, values: &mut [f64]) {
    let before = values.to_vec();
    let window = smooth.window.max(1);
    let total: f64 = smooth.kernel.iter().sum();
    let mut state = before.first().copied().unwrap_or(0.0);
    for (row, value) in values.iter_mut().enumerate() {
        let near = &before[(row + 1).saturating_sub(window)..=row];
        *value = match smooth.method {
            SmoothMethod::MovingAverage => near.iter().sum::<f64>() / near.len() as f64,
            SmoothMethod::Median => quantile(&sorted(near), 0.5),
            SmoothMethod::Exponential => {
                state += 2.0 / (window as f64 + 1.0) * (before[row] - state);
                state
            }
            SmoothMethod::SavitzkyGolay => parabola_end(near),
            SmoothMethod::Convolution => {
                // At the beginning, the part of the kernel that exists.
                let reach = smooth.kernel.len().min(row + 1);
                let part: f64 = smooth.kernel[..reach].iter().sum();
                let sum: f64 = smooth.kernel[..reach]
                    .iter()
                    .enumerate()
                    .map(|(k, weight)| weight * before[row - k])
                    .sum();
                if part == 0.0 { sum / total } else { sum / part }
            }
        };
    }
}

/// The weights by which a smoothed value is made of those so many rows before it, where there are enough; none
/// where they are not fixed.
#[must_use]
pub fn averages(way: &Smooth) -> Option<Vec<(usize, f64)>> {
    let reach = match way.method {
        SmoothMethod::MovingAverage | SmoothMethod::SavitzkyGolay => way.window.max(1),
        SmoothMethod::Convolution => way.kernel.len().max(1),
        SmoothMethod::Exponential | SmoothMethod::Median => return None,
    };
    // What is linear is known by what it makes of a single 1.
    let weights = (0..reach).map(|lag| {
        let mut values = vec![0.0; reach];
        values[reach - 1 - lag] = 1.0;
        smooth(way, &mut values);
        (lag, values[reach - 1])
    });
    Some(weights.collect())
}

/// The least-squares parabola's value at the last of evenly spaced values; a line through two.
fn parabola_end(values: &[f64]) -> f64 {
    let count = values.len();
    let last = values[count - 1];
    if count < 4 {
        return last; // three points lie on their parabola
    }
    // Legendre-like polynomials on centred places are orthogonal: no system to solve.
    let middle = (count as f64 - 1.0) / 2.0;
    let place = |k: usize| (k as f64 - middle) / middle;
    let square: f64 = (0..count).map(|k| place(k) * place(k)).sum::<f64>() / count as f64;
    let basis = |k: usize| [1.0, place(k), place(k) * place(k) - square];
    (0..3)
        .map(|degree| {
            let (mut above, mut below) = (0.0, 0.0);
            for (k, value) in values.iter().enumerate() {
                let b = basis(k)[degree];
                above += b * value;
                below += b * b;
            }
            above / below * basis(count - 1)[degree]
        })
        .sum()
}

/// A statistic of the last `window` values of one series, in their place.
pub(super) fn rolling(function: RollingFunction, window: usize, values: &mut [f64]) {
    let before = values.to_vec();
    for (row, value) in values.iter_mut().enumerate() {
        let near = &before[(row + 1).saturating_sub(window.max(1))..=row];
        let mean = near.iter().sum::<f64>() / near.len() as f64;
        *value = match function {
            RollingFunction::Mean => mean,
            RollingFunction::Std => {
                (near.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / near.len() as f64).sqrt()
            }
            RollingFunction::Min => near.iter().copied().fold(f64::INFINITY, f64::min),
            RollingFunction::Max => near.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        };
    }
}

/// The statistic's name in columns.
pub(super) fn name(function: RollingFunction) -> &'static str {
    match function {
        RollingFunction::Mean => "mean",
        RollingFunction::Std => "std",
        RollingFunction::Min => "min",
        RollingFunction::Max => "max",
    }
}

/// The place's name in columns.
pub(super) fn place_name(part: CalendarPart) -> &'static str {
    match part {
        CalendarPart::Minute => "minute",
        CalendarPart::Hour => "hour",
        CalendarPart::Weekday => "weekday",
        CalendarPart::Day => "day",
        CalendarPart::YearDay => "year_day",
        CalendarPart::Week => "week",
        CalendarPart::Month => "month",
        CalendarPart::Quarter => "quarter",
    }
}

/// Where in its cycle a time is, as an angle; 0 where it is not known.
pub(super) fn angle(part: CalendarPart, time: Option<DateTime>) -> f64 {
    let Some(time) = time else { return 0.0 };
    let of = |count: f64, all: f64| std::f64::consts::TAU * count / all;
    let month = f64::from(time.month() - 1);
    let day = f64::from(time.day() - 1);
    match part {
        CalendarPart::Minute => of(f64::from(time.minute()), 60.0),
        CalendarPart::Hour => of(f64::from(time.hour()), 24.0),
        CalendarPart::Weekday => of(f64::from(time.weekday().to_monday_zero_offset()), 7.0),
        CalendarPart::Day => of(day, f64::from(time.days_in_month())),
        CalendarPart::YearDay => of(
            f64::from(time.day_of_year() - 1),
            f64::from(time.days_in_year()),
        ),
        CalendarPart::Week => of(f64::from(time.date().iso_week_date().week() - 1), 53.0),
        CalendarPart::Month => of(month, 12.0),
        CalendarPart::Quarter => of((month / 3.0).floor(), 4.0),
    }
}
