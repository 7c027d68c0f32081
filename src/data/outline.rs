//! A series' shape in few numbers, for small drawings: before preparation and after each step.

use std::ops::Range;

/// Stretches that an outline has at most.
pub const STRETCHES: usize = 240;

/// The smallest and the largest value of each of at most [`STRETCHES`] equally long stretches of rows; not-a-number
/// where a stretch has none.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Outline(pub Vec<[f32; 2]>);

impl Outline {
    /// Of a series, one value a row.
    #[must_use]
    pub fn of(values: &[f64]) -> Self {
        let count = values.len().min(STRETCHES);
        let range = |k: usize| {
            let rows = k * values.len() / count..(k + 1) * values.len() / count;
            let known = values[rows].iter().filter(|x| x.is_finite());
            let (low, high) = known.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| {
                (low.min(*x), high.max(*x))
            });
            if low <= high {
                [low as f32, high as f32]
            } else {
                [f32::NAN; 2]
            }
        };
        Self((0..count).map(range).collect())
    }

    /// The smallest and the largest value; none where there is none.
    #[must_use]
    pub fn range(&self) -> Option<[f32; 2]> {
        let known = self.0.iter().filter(|[low, _]| low.is_finite());
        known
            .copied()
            .reduce(|[a, b], [low, high]| [a.min(low), b.max(high)])
    }
}

/// What a step made of the first target, and how much it did.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Stage {
    /// The step's place among all of the settings.
    pub step: usize,
    /// Before it; without values where rows of many samples are brought to a length.
    pub before: Outline,
    /// After it.
    pub after: Outline,
    /// Names of the columns that it made.
    pub made: Vec<String>,
    /// Values, in all its columns, that it filled, clipped, took for missing or flagged.
    pub touched: usize,
    /// Values, in all its columns, that are missing after it.
    pub missing: usize,
    /// Rows and series before it and after it.
    pub extents: [Extent; 2],
    /// Inputs besides the targets before it and after it; 0 where it only changes rows.
    pub inputs: [usize; 2],
    /// Rows in the seasons that it parted the values by.
    pub periods: Vec<usize>,
    /// What it parted them into, where that became columns: season and trend.
    pub parts: Vec<Outline>,
}

/// How many rows there are, in how many series.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Extent {
    /// Rows in all.
    pub rows: usize,
    /// Series.
    pub series: usize,
    /// Rows of the shortest series.
    pub shortest: usize,
    /// Rows of the longest series.
    pub longest: usize,
}

impl Extent {
    /// Of series by their rows.
    #[must_use]
    pub fn of(series: &[Range<usize>]) -> Self {
        let lengths = || series.iter().map(ExactSizeIterator::len);
        Self {
            rows: lengths().sum(),
            series: series.len(),
            shortest: lengths().min().unwrap_or(0),
            longest: lengths().max().unwrap_or(0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outline_holds_every_extreme() {
        let mut values: Vec<f64> = (0..10_000).map(|t| f64::from(t % 7)).collect();
        values[1234] = 99.0;
        values[9000..9100].fill(f64::NAN);
        let outline = Outline::of(&values);
        assert_eq!(outline.0.len(), STRETCHES);
        assert_eq!(outline.range(), Some([0.0, 99.0]));
        assert!(outline.0.iter().any(|[low, _]| low.is_nan()));
        assert_eq!(Outline::of(&[1.0, f64::NAN]).0[0], [1.0, 1.0]);
        assert_eq!(Outline::of(&[]).range(), None);
    }
}
