//! A percentile of all numbers so far, kept up to date at the cost of a heap insertion.

use serde::{Deserialize, Serialize};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Non-negative numbers in two heaps: those up to the percentile and those above it. They are kept as
/// their bits, which have the same order.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct RunningPercentile {
    low: BinaryHeap<u64>,
    high: BinaryHeap<Reverse<u64>>,
}

/// Equal where the numbers are: a heap keeps them in no one order.
impl PartialEq for RunningPercentile {
    fn eq(&self, other: &Self) -> bool {
        let sorted = |running: &Self| {
            let high = running.high.clone().into_sorted_vec();
            (running.low.clone().into_sorted_vec(), high)
        };
        sorted(self) == sorted(other)
    }
}

impl RunningPercentile {
    /// Takes in one number and says the percentile of all so far, `percent` from 0 to 100, as
    /// `numpy.percentile` does: linear between the two nearest. `percent` may change; each change costs
    /// as many moves as numbers lie between.
    ///
    /// # Panics
    /// On a number that is negative or no number.
    pub fn add(&mut self, value: f64, percent: f64) -> f64 {
        assert!(value >= 0.0, "{value} is no norm");
        // A negative zero would have the bits of a huge number.
        let bits = (value + 0.0).to_bits();
        if self.low.peek().is_some_and(|&top| bits < top) {
            self.low.push(bits);
        } else {
            self.high.push(Reverse(bits));
        }
        let count = self.low.len() + self.high.len();
        let place = percent / 100.0 * (count - 1) as f64;
        let below = (place.floor() as usize).min(count - 1);
        while self.low.len() > below + 1 {
            self.high.extend(self.low.pop().map(Reverse));
        }
        while self.low.len() < below + 1 {
            self.low.extend(self.high.pop().map(|Reverse(bits)| bits));
        }
        let a = f64::from_bits(*self.low.peek().expect("at least one number lies below"));
        let b = (self.high.peek()).map_or(a, |&Reverse(bits)| f64::from_bits(bits));
        // As numpy's, from the nearer end, so that the result lies between both.
        let share = place - below as f64;
        if share < 0.5 {
            a + (b - a) * share
        } else {
            b - (b - a) * (1.0 - share)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn by_sorting(values: &[f64], percent: f64) -> f64 {
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        let place = percent / 100.0 * (sorted.len() - 1) as f64;
        let (a, b) = (
            sorted[place.floor() as usize],
            sorted[place.ceil() as usize],
        );
        a + (b - a) * place.fract()
    }

    proptest! {
        #[test]
        fn it_is_what_sorting_gives_even_when_the_percent_changes(
            values in prop::collection::vec((0.0..1e6_f64, 0.0..=100.0_f64), 1..80),
            fixed in 0.0..=100.0_f64,
        ) {
            let (mut steady, mut changing) = (RunningPercentile::default(), RunningPercentile::default());
            let mut seen = Vec::new();
            for &(value, percent) in &values {
                seen.push(value);
                for (running, percent) in [(&mut steady, fixed), (&mut changing, percent)] {
                    let (ours, sorted) = (running.add(value, percent), by_sorting(&seen, percent));
                    prop_assert!((ours - sorted).abs() <= 1e-12 * sorted, "{ours} and {sorted}");
                }
            }
        }
    }

    #[test]
    fn ends_and_equal_numbers_are_exact() {
        let mut running = RunningPercentile::default();
        for _ in 0..5 {
            assert_eq!(running.add(2.0, 33.0), 2.0);
        }
        assert_eq!(running.add(0.0, 0.0), 0.0);
        assert_eq!(running.add(7.0, 100.0), 7.0);
    }
}
