//! The course of a line that jumps about: running means, at the same cost however long the line is.

use super::lines::View;
use super::place::Place;
use crate::record::Column;
use egui_plot::PlotPoint;

/// Running sums of a column, so that the mean over any stretch costs the same however long it is.
#[derive(Debug, Default)]
pub struct Sums {
    /// Sum and number of the finite values before index `16·i`.
    blocks: Vec<(f64, u64)>,
    /// The values that whole blocks hold.
    taken: usize,
}

impl Sums {
    const BLOCK: usize = 16;

    /// Takes in what was appended; a shorter column is another one.
    fn keep_up(&mut self, values: &[f32]) {
        if values.len() < self.taken {
            *self = Self::default();
        }
        if self.blocks.is_empty() {
            self.blocks.push((0.0, 0));
        }
        while self.taken + Self::BLOCK <= values.len() {
            let (sum, count) = self.blocks[self.taken / Self::BLOCK];
            let (more, further) = Self::add(&values[self.taken..self.taken + Self::BLOCK]);
            self.blocks.push((sum + more, count + further));
            self.taken += Self::BLOCK;
        }
    }

    fn add(values: &[f32]) -> (f64, u64) {
        (values.iter())
            .filter(|value| value.is_finite())
            .fold((0.0, 0), |(sum, count), &value| {
                (sum + f64::from(value), count + 1)
            })
    }

    /// Sum and number of the finite values before `end`.
    fn before(&self, values: &[f32], end: usize) -> (f64, u64) {
        let block = (end / Self::BLOCK).min(self.blocks.len() - 1);
        let (sum, count) = self.blocks[block];
        let (more, further) = Self::add(&values[block * Self::BLOCK..end]);
        (sum + more, count + further)
    }

    /// The mean of the finite values in `from..to`; not a number where there is none.
    fn mean(&self, values: &[f32], from: usize, to: usize) -> f64 {
        if to - from <= 4 * Self::BLOCK {
            // Differences of long sums would cost digits for nothing.
            let (sum, count) = Self::add(&values[from..to]);
            return sum / count as f64;
        }
        let (all, upto) = self.before(values, to);
        let (sum, count) = self.before(values, from);
        (all - sum) / (upto - count) as f64
    }
}

/// The course of a line that jumps about: the mean around every few pixels. Empty where there are so few
/// values that the line itself shows its course.
pub fn course(
    column: &Column,
    sums: &mut Sums,
    place: Place<'_>,
    view: View,
) -> Vec<Vec<PlotPoint>> {
    const PIXELS: usize = 4;
    let (start, end) = place.within(view.from, view.to, column.len());
    if view.smoothing == 0 || end <= start {
        return Vec::new();
    }
    // Over the whole axis and not over what is filled, so that points stay while the line grows; sizes
    // that double do the same where the axis does not count steps.
    let filled = view.filled(place, start, end).max(1e-3);
    let points = (view.pixels / PIXELS).max(16) as f64 * filled;
    let size = (((end - start) as f64 / points).ceil().max(1.0) as usize).next_power_of_two();
    let width = size * view.smoothing / PIXELS;
    if width < 2 {
        return Vec::new();
    }
    let values = column.values();
    sums.keep_up(values);
    let mut line = Vec::new();
    let mut segments = Vec::new();
    let mut push = |line: &mut Vec<PlotPoint>, at: usize| {
        // As much on either side, so that the course does not lag; less of both where the line begins,
        // and at its end what has been, so that its last value does not jump about.
        let before = (width / 2).min(at);
        let after = before.min(column.len() - 1 - at);
        let mean = sums.mean(values, at - before, at + after + 1);
        let y = if view.log { mean.log10() } else { mean };
        if y.is_finite() && values[at].is_finite() {
            line.push(PlotPoint::new(place.x(at), y));
        } else if !line.is_empty() {
            segments.push(std::mem::take(line));
        }
    };
    let mut at = start / size * size;
    while at < end {
        push(&mut line, at);
        at += size;
    }
    if (at - size) + 1 < end {
        push(&mut line, end - 1);
    }
    if !line.is_empty() {
        segments.push(line);
    }
    segments
}

#[cfg(test)]
mod tests {
    use super::super::lines::tests::{VIEW, column};
    use super::*;

    fn course_of(column: &Column, view: View) -> Vec<Vec<PlotPoint>> {
        course(column, &mut Sums::default(), Place::from(0), view)
    }

    #[test]
    fn the_course_is_the_mean_and_only_where_many_values_share_a_pixel() {
        let jumping = column((0..10_000).map(|i| if i % 2 == 0 { 1.0 } else { 3.0 }));
        let view = View {
            to: 9_999.0,
            ..VIEW
        };
        let lines = course_of(&jumping, view);
        assert!(lines[0].len() <= 126, "{}", lines[0].len());
        let middle = &lines[0][1..lines[0].len() - 1];
        assert!(
            middle.iter().all(|point| (point.y - 2.0).abs() < 0.04),
            "{middle:?}"
        );
        assert!(course_of(&jumping, View { to: 60.0, ..VIEW }).is_empty());
        assert!(
            course_of(
                &jumping,
                View {
                    smoothing: 0,
                    ..view
                }
            )
            .is_empty()
        );
        let strong = course_of(
            &jumping,
            View {
                smoothing: 40,
                to: 60.0,
                ..VIEW
            },
        );
        assert!(
            strong[0][30..40]
                .iter()
                .all(|point| (point.y - 2.0).abs() < 0.2)
        );
    }

    #[test]
    fn sums_give_the_mean_of_any_stretch_while_the_column_grows() {
        let value = |i: usize| {
            if i % 7 == 3 {
                f32::NAN
            } else {
                (i % 13) as f32
            }
        };
        let mut sums = Sums::default();
        let mut values = Vec::new();
        for i in 0..1000 {
            values.push(value(i));
            if i % 37 == 0 {
                sums.keep_up(&values);
            }
        }
        sums.keep_up(&values);
        for (from, to) in [(0, 1000), (5, 17), (100, 900), (333, 999)] {
            let finite: Vec<f64> = (values[from..to].iter())
                .filter(|v| v.is_finite())
                .map(|v| f64::from(*v))
                .collect();
            let mean = finite.iter().sum::<f64>() / finite.len() as f64;
            assert!((sums.mean(&values, from, to) - mean).abs() < 1e-9);
        }
        sums.keep_up(&values[..40]);
        assert_eq!(sums.taken, 32);
    }
}
