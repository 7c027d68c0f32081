//! Grid lines and ticks at numbers that people count in.

use egui_plot::{GridInput, GridMark};

/// Lines at multiples of 1, 2, 2.5 or 5 times a power of ten (times `unit`, where there is one), at least
/// `gap` base steps apart.
pub fn linear(input: &GridInput, gap: f32, unit: f64) -> Vec<GridMark> {
    let least = input.base_step_size * f64::from(gap);
    let (low, high) = input.bounds;
    if !(least.is_finite() && least > 0.0 && high > low) {
        return Vec::new();
    }
    let step = if unit > 0.0 {
        nice((least / unit).max(1.0), true) * unit
    } else {
        nice(least, false)
    };
    multiples(low, high, step)
}

/// Lines where years begin, at multiples of 1, 2, 5 and so on of them, at least about `gap` base steps apart. `begins`
/// are rows, rising, each with its year.
pub fn years(input: &GridInput, gap: f32, begins: &[(usize, i32)]) -> Vec<GridMark> {
    let (low, high) = input.bounds;
    let least = input.base_step_size * f64::from(gap);
    let (Some(first), Some(last)) = (begins.first(), begins.last()) else {
        return Vec::new();
    };
    let rows_a_year = (last.0 - first.0) as f64 / f64::from(last.1 - first.1).max(1.0);
    if !(least.is_finite() && least > 0.0 && high > low && rows_a_year > 0.0) {
        return Vec::new();
    }
    let step = nice((least / rows_a_year).max(1.0), true) as i32;
    begins
        .iter()
        .filter(|(row, year)| year % step == 0 && (low..=high).contains(&(*row as f64)))
        .map(|(row, _)| GridMark {
            value: *row as f64,
            step_size: high - low,
        })
        .collect()
}

/// Lines at powers of ten, and at twice and five times them where there is room.
pub fn logarithmic(input: &GridInput, gap: f32) -> Vec<GridMark> {
    let least = input.base_step_size * f64::from(gap);
    let (low, high) = input.bounds;
    if !(least.is_finite() && least > 0.0 && high > low) {
        return Vec::new();
    }
    if least > 0.301 {
        return multiples(low, high, nice(least.max(1.0), true));
    }
    if high - low < 0.5 {
        // So little is in view that only plain numbers in between tell it.
        let step = nice(10_f64.powf(low) * (10_f64.powf(least) - 1.0), false);
        return multiples(10_f64.powf(low), 10_f64.powf(high), step)
            .into_iter()
            .filter(|mark| mark.value > 0.0)
            .map(|mark| GridMark {
                value: mark.value.log10(),
                step_size: high - low,
            })
            .collect();
    }
    let mut marks = Vec::new();
    for exponent in (low.floor() as i32)..=(high.ceil() as i32) {
        for factor in [1.0_f64, 2.0, 5.0] {
            let value = f64::from(exponent) + factor.log10();
            if (low..=high).contains(&value) {
                marks.push(GridMark {
                    value,
                    step_size: high - low,
                });
            }
        }
    }
    marks
}

/// The smallest of 1, 2, 2.5, 5, 10, 20 and so on that is not below `least`.
fn nice(least: f64, whole: bool) -> f64 {
    let power = 10_f64.powf(least.log10().floor());
    let factors = if whole && power < 10.0 {
        // A quarter of ten is no whole number.
        [1.0, 2.0, 5.0, 5.0, 10.0]
    } else {
        [1.0, 2.0, 2.5, 5.0, 10.0]
    };
    factors
        .into_iter()
        .map(|factor| factor * power)
        .find(|step| *step >= least * (1.0 - 1e-9))
        .unwrap_or(10.0 * power)
}

/// Every mark says that it is as far from the next as the whole axis is long, so that none is faded.
fn multiples(low: f64, high: f64, step: f64) -> Vec<GridMark> {
    const MOST: usize = 200;
    let first = (low / step).ceil();
    (0..MOST)
        .map(|index| (first + index as f64) * step)
        .take_while(|value| *value <= high)
        .map(|value| GridMark {
            value,
            step_size: high - low,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(marks: &[GridMark]) -> Vec<f64> {
        marks
            .iter()
            .map(|mark| (mark.value * 1e6).round() / 1e6)
            .collect()
    }

    fn input(low: f64, high: f64, points: f64) -> GridInput {
        GridInput {
            bounds: (low, high),
            base_step_size: (high - low) / points,
        }
    }

    #[test]
    fn steps_are_round() {
        assert_eq!(
            values(&linear(&input(0.0, 750.0, 300.0), 72.0, 1.0)),
            [0.0, 200.0, 400.0, 600.0]
        );
        assert_eq!(
            values(&linear(&input(0.0, 0.11, 150.0), 30.0, 0.0)),
            [0.0, 0.025, 0.05, 0.075, 0.1]
        );
        // Months: whole years.
        assert_eq!(
            values(&linear(&input(0.0, 100.0, 600.0), 72.0, 12.0)),
            [0.0, 12.0, 24.0, 36.0, 48.0, 60.0, 72.0, 84.0, 96.0]
        );
        // Whole steps have no ticks in between, however close one looks.
        assert_eq!(
            values(&linear(&input(0.0, 2.0, 600.0), 72.0, 1.0)),
            [0.0, 1.0, 2.0]
        );
    }

    #[test]
    fn years_have_their_ticks_where_they_begin() {
        // Weeks from March 1958 on.
        let begins: Vec<(usize, i32)> = (0..44)
            .map(|year| (40 + (f64::from(year) * 52.18) as usize, 1959 + year))
            .collect();
        let marks = years(&input(0.0, 2283.0, 600.0), 72.0, &begins);
        let found: Vec<i32> = (values(&marks).iter())
            .map(|row| {
                begins
                    .iter()
                    .find(|begin| begin.0 as f64 == *row)
                    .map_or(0, |begin| begin.1)
            })
            .collect();
        assert_eq!(found, [1960, 1970, 1980, 1990, 2000]);
        let near = years(&input(100.0, 300.0, 600.0), 72.0, &begins);
        assert_eq!(near.len(), 4, "every year in view");
        assert!(years(&input(0.0, 1.0, 600.0), 72.0, &[]).is_empty());
    }

    #[test]
    fn decades_are_divided_where_there_is_room() {
        assert_eq!(
            values(&logarithmic(&input(-6.0, 2.0, 200.0), 30.0)),
            [-6.0, -4.0, -2.0, 0.0, 2.0]
        );
        let few = values(&logarithmic(&input(-1.0, 0.0, 300.0), 30.0));
        assert_eq!(
            few,
            [-1.0, -0.698_97, (0.5_f64.log10() * 1e6).round() / 1e6, 0.0]
        );
        assert!(linear(&input(1.0, 1.0, 1.0), 30.0, 0.0).is_empty());
    }
}
