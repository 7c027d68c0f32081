//! Chronological parts: training, validation, test. Nothing is shuffled across their borders.

use crate::experiment::Split;
use std::ops::Range;

/// One of the three parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Part {
    /// What the model learns from, and whatever is fitted is fitted on.
    Train,
    /// What chooses the best model.
    Validation,
    /// What nothing is chosen by.
    Test,
}

impl Part {
    /// All, in the order of their rows.
    pub const ALL: [Self; 3] = [Self::Train, Self::Validation, Self::Test];

    /// Its name in files: `train`, `validation`, `test`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Train => "train",
            Self::Validation => "validation",
            Self::Test => "test",
        }
    }
}

/// The rows of each part; one follows the other, and together they are all rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parts {
    /// Training rows.
    pub train: Range<usize>,
    /// Validation rows.
    pub validation: Range<usize>,
    /// Test rows.
    pub test: Range<usize>,
}

impl Parts {
    /// The rows of one part.
    #[must_use]
    pub fn of(&self, part: Part) -> Range<usize> {
        match part {
            Part::Train => self.train.clone(),
            Part::Validation => self.validation.clone(),
            Part::Test => self.test.clone(),
        }
    }

    /// One series by its rows, several by whole series in order; `tested` rows at the end come from a
    /// test source, and then whatever is not trained on before them is the validation part.
    #[must_use]
    pub fn cut(series: &[Range<usize>], rows: usize, tested: usize, split: Split) -> Self {
        let own = rows - tested;
        let main: Vec<usize> = series
            .iter()
            .map(|s| s.end.min(own))
            .filter(|&end| end > 0)
            .collect();
        // Without duplicates: a test source may continue the last series.
        let mut ends: Vec<usize> = main;
        ends.dedup();
        let (train, validation) = if ends.len() > 1 {
            let end_of = |count: usize| count.checked_sub(1).map_or(0, |last| ends[last]);
            let train = share(split.train, ends.len());
            let validation = share(split.validation, ends.len()).min(ends.len() - train);
            (end_of(train), end_of(train + validation))
        } else {
            let train = share(split.train, own);
            (train, train + share(split.validation, own).min(own - train))
        };
        let validation = if tested > 0 { own } else { validation };
        Self {
            train: 0..train,
            validation: train..validation,
            test: validation..rows,
        }
    }

    /// Every stretch of rows that belongs to one part and one series, in order.
    #[must_use]
    pub fn stretches(&self, series: &[Range<usize>]) -> Vec<Range<usize>> {
        Part::ALL
            .into_iter()
            .flat_map(|part| stretches_of(&self.of(part), series))
            .collect()
    }
}

/// Every stretch of `part` that belongs to one series.
#[must_use]
pub fn stretches_of(part: &Range<usize>, series: &[Range<usize>]) -> Vec<Range<usize>> {
    series
        .iter()
        .map(|series| series.start.max(part.start)..series.end.min(part.end))
        .filter(|stretch| !stretch.is_empty())
        .collect()
}

/// ⌊share·count⌋, where the product of a decimal share may come out a hair below a whole number.
fn share(share: f64, count: usize) -> usize {
    ((share * count as f64 * (1.0 + 1e-12)).floor() as usize).min(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(rows: usize, train: f64, validation: f64) -> (usize, usize) {
        let parts = Parts::cut(
            std::slice::from_ref(&(0..rows)),
            rows,
            0,
            Split { train, validation },
        );
        (parts.train.end, parts.validation.end)
    }

    #[test]
    fn shares_are_floored_but_not_by_rounding() {
        assert_eq!(cut(100, 0.29, 0.57), (29, 86));
        assert_eq!(cut(144, 0.7, 0.15), (100, 121));
        assert_eq!(cut(10, 1.0, 0.0), (10, 10));
        assert_eq!(cut(11, 0.7, 0.3), (7, 10));
    }

    #[test]
    fn collections_are_cut_between_series() {
        let series: Vec<_> = (0..10).map(|k| k * 5..(k + 1) * 5).collect();
        let parts = Parts::cut(&series, 50, 0, Split::default());
        assert_eq!(
            (parts.train, parts.validation, parts.test),
            (0..35, 35..40, 40..50)
        );
    }

    #[test]
    fn a_test_source_is_the_test_part() {
        let split = Split::default();
        let continued = Parts::cut(std::slice::from_ref(&(0..130)), 130, 30, split);
        assert_eq!(
            (continued.train, continued.validation, continued.test),
            (0..70, 70..100, 100..130)
        );
        let apart = Parts::cut(&[0..100, 100..130], 130, 30, split);
        assert_eq!(
            (apart.train, apart.validation, apart.test),
            (0..70, 70..100, 100..130)
        );
    }
}
