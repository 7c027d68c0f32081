//! Chronological parts: training, validation, test. Nothing is shuffled across their borders.

use crate::experiment::Split;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
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

/// How whole sequences are given to parts.
pub(super) enum Allotment<'a> {
    /// So many of them, the first to the training part and so on.
    InOrder(usize),
    /// Each class to each part by the same shares, which ones drawn.
    Stratified {
        /// The class of each sequence.
        classes: &'a [usize],
        /// What they are drawn by.
        generator: &'a mut ChaCha8Rng,
    },
}

/// The part of each sequence. As many sequences go to each part as rows of a series would; where a
/// class cannot be shared exactly, the parts that are short of most get the rest.
pub(super) fn allot(how: Allotment<'_>, split: Split) -> Vec<Part> {
    let sizes = |count: usize| {
        let train = share(split.train, count);
        let validation = share(split.validation, count).min(count - train);
        [train, validation, count - train - validation]
    };
    match how {
        Allotment::InOrder(count) => Part::ALL
            .into_iter()
            .zip(sizes(count))
            .flat_map(|(part, size)| std::iter::repeat_n(part, size))
            .collect(),
        Allotment::Stratified { classes, generator } => {
            let mut left = sizes(classes.len());
            let mut parts = vec![Part::Test; classes.len()];
            let mut members: Vec<Vec<usize>> =
                vec![Vec::new(); classes.iter().max().map_or(0, |most| most + 1)];
            for (sequence, &class) in classes.iter().enumerate() {
                members[class].push(sequence);
            }
            for mut of_class in members {
                of_class.shuffle(generator);
                for (part, count) in Part::ALL.into_iter().zip(divide(of_class.len(), left)) {
                    left[part as usize] -= count;
                    for sequence in of_class.drain(..count) {
                        parts[sequence] = part;
                    }
                }
            }
            parts
        }
    }
}

/// `count` (at most the sum of `room`) in proportion to `room`: whole numbers, the largest remainders
/// rounded up, so that no part gets more than its room.
fn divide(count: usize, room: [usize; 3]) -> [usize; 3] {
    let all: usize = room.iter().sum();
    let mut counts = room.map(|room| count * room / all.max(1));
    let mut order = [0, 1, 2];
    order.sort_by_key(|&part| std::cmp::Reverse(count * room[part] % all.max(1)));
    let missing = count - counts.iter().sum::<usize>();
    for &part in &order[..missing] {
        counts[part] += 1;
    }
    counts
}

/// ⌊share·count⌋, where the product of a decimal share may come out a hair below a whole number.
pub(super) fn share(share: f64, count: usize) -> usize {
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
            Split {
                train,
                validation,
                ..Split::default()
            },
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
    fn each_class_is_shared_by_the_split_and_the_seed_draws_who_goes_where() {
        use crate::data::generator;
        // Classes of 70, 20, 9 and 1 sequences, mixed up.
        let classes: Vec<usize> = (0..100)
            .map(|k| match k * 37 % 100 {
                0..70 => 0,
                70..90 => 1,
                90..99 => 2,
                _ => 3,
            })
            .collect();
        let drawn = |seed| {
            let how = Allotment::Stratified {
                classes: &classes,
                generator: &mut generator(seed, 1),
            };
            allot(how, Split::default())
        };
        let parts = drawn(7);
        let count = |part, class| {
            let both = parts.iter().zip(&classes);
            both.filter(|(p, c)| **p == part && **c == class).count() as f64
        };
        for (class, size) in [(0, 70.0), (1, 20.0), (2, 9.0), (3, 1.0)] {
            for (part, share) in Part::ALL.into_iter().zip([0.7, 0.15, 0.15]) {
                assert!(
                    (count(part, class) - share * size).abs() < 1.0,
                    "{part:?} {class}"
                );
            }
        }
        assert_eq!(parts.iter().filter(|p| **p == Part::Train).count(), 70);
        assert_eq!(parts.iter().filter(|p| **p == Part::Validation).count(), 15);
        assert_eq!(parts, drawn(7));
        assert_ne!(parts, drawn(8));
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
