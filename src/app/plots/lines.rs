//! From columns to the points of a line: at most two a pixel, however long the run, split at gaps,
//! and kept until the data or the view change.

use super::course::{Sums, course};
use super::place::Place;
use crate::app::view::XAxis;
use crate::record::Column;
use egui_plot::PlotPoint;
use std::collections::BTreeMap;
use std::rc::Rc;

/// What of a line is to be seen, and how finely.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct View {
    /// Left edge.
    pub from: f64,
    /// Right edge.
    pub to: f64,
    /// Pixels between them.
    pub pixels: usize,
    /// Whether the points hold base-ten logarithms.
    pub log: bool,
    /// What the axis counts; another one makes all points stale.
    pub axis: XAxis,
    /// Pixels that one point of a line's course stands for; 0 for no course.
    pub smoothing: usize,
}

impl View {
    /// Of a line that stays faint behind its course, as the range of its values, where every sixth pixel shows as
    /// much.
    #[must_use]
    pub fn behind(self, course: &Segments) -> Self {
        const PIXELS: usize = 6;
        let apart = if course.is_empty() { 1 } else { PIXELS };
        Self {
            pixels: self.pixels / apart,
            ..self
        }
    }

    /// The share of the view that rows `start..end` fill.
    #[must_use]
    pub fn filled(self, place: Place<'_>, start: usize, end: usize) -> f64 {
        if end <= start {
            return 0.0;
        }
        let shown = place.x(end - 1) - place.x(start);
        (shown / (self.to - self.from)).clamp(0.0, 1.0)
    }

    /// Of a dashed line: what goes up and down within the length of a dash would leave no dash to be seen.
    #[must_use]
    pub fn dashed(self) -> Self {
        const PIXELS: usize = 4;
        Self {
            pixels: self.pixels / PIXELS,
            ..self
        }
    }
}

/// The points of a line, cut at gaps.
pub type Segments = Rc<Vec<Vec<PlotPoint>>>;

/// The points of `column` in `view`.
#[must_use]
pub fn segments(column: &Column, place: Place<'_>, view: View) -> Vec<Vec<PlotPoint>> {
    let (start, end) = place.within(view.from, view.to, column.len());
    // No finer than it is seen where the line has come a part of its way.
    let pixels = (view.pixels as f64 * view.filled(place, start, end)).ceil() as usize;
    let pixels = pixels.max(16);
    let buckets: Vec<_> = column.buckets(start, end, pixels).collect();
    let together = buckets.len().div_ceil(pixels).max(1);
    let mut segments = Vec::new();
    let mut line: Vec<PlotPoint> = Vec::new();
    for group in buckets.chunks(together) {
        let range = group
            .iter()
            .filter_map(|bucket| bucket.range)
            .reduce(|a, b| [a[0].min(b[0]), a[1].max(b[1])])
            .and_then(|range| drawable(range, view.log));
        let (Some([low, high]), Some(first), Some(last)) = (range, group.first(), group.last())
        else {
            if !line.is_empty() {
                segments.push(std::mem::take(&mut line));
            }
            continue;
        };
        let x = f64::midpoint(place.x(first.start), place.x(last.end - 1));
        if last.end - first.start == 1 {
            line.push(PlotPoint::new(x, low));
        } else {
            // The order turns with each group, so that neighbours join at the near end.
            let rising = line
                .last()
                .is_none_or(|before| (before.y - low).abs() <= (before.y - high).abs());
            let (a, b) = if rising { (low, high) } else { (high, low) };
            line.push(PlotPoint::new(x, a));
            line.push(PlotPoint::new(x, b));
        }
    }
    if !line.is_empty() {
        segments.push(line);
    }
    segments
}

fn drawable([low, high]: [f32; 2], log: bool) -> Option<[f64; 2]> {
    let (low, high) = (f64::from(low), f64::from(high));
    if !log {
        return Some([low, high]);
    }
    (high > 0.0).then(|| {
        let low = if low > 0.0 { low } else { high };
        [low.log10(), high.log10()]
    })
}

/// What makes points stale.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Freshness {
    len: usize,
    stamp: usize,
    view: View,
}

/// Points by run and quantity.
#[derive(Debug, Default)]
pub struct Cache {
    generation: u64,
    lines: BTreeMap<(usize, &'static str), (Freshness, Segments)>,
    sums: BTreeMap<(usize, &'static str), Sums>,
    rebuilt: u64,
}

impl Cache {
    /// Which runs the points are of.
    #[must_use]
    pub fn generation(&self) -> u64 {
        self.generation
    }

    /// Forgets everything once the runs are others.
    pub fn keep_up(&mut self, generation: u64) {
        if self.generation != generation {
            self.generation = generation;
            self.lines.clear();
            self.sums.clear();
        }
    }

    /// As [`Cache::line`], of a line's course.
    pub fn course(
        &mut self,
        run: usize,
        what: &'static str,
        column: &Column,
        place: Place<'_>,
        view: View,
    ) -> Segments {
        let mut sums = self.sums.remove(&(run, what)).unwrap_or_default();
        let line = self.points(run, what, 0, column, view, |column| {
            course(column, &mut sums, place, view)
        });
        self.sums.insert((run, what), sums);
        line
    }

    /// The points of quantity `what` of run `run`. `stamp` differs whenever the values were replaced
    /// and not only appended to.
    pub fn line(
        &mut self,
        run: usize,
        what: &'static str,
        stamp: usize,
        column: &Column,
        place: Place<'_>,
        view: View,
    ) -> Segments {
        self.points(run, what, stamp, column, view, |column| {
            segments(column, place, view)
        })
    }

    fn points(
        &mut self,
        run: usize,
        what: &'static str,
        stamp: usize,
        column: &Column,
        view: View,
        make: impl FnOnce(&Column) -> Vec<Vec<PlotPoint>>,
    ) -> Segments {
        let fresh = Freshness {
            len: column.len(),
            stamp,
            view,
        };
        match self.lines.get(&(run, what)) {
            Some((known, line)) if *known == fresh => Rc::clone(line),
            _ => {
                self.rebuilt += 1;
                let line = Rc::new(make(column));
                self.lines.insert((run, what), (fresh, Rc::clone(&line)));
                line
            }
        }
    }
}

/// Smallest and largest y of the points within `from..=to`.
#[must_use]
pub fn span(lines: &[Vec<PlotPoint>], from: f64, to: f64) -> Option<[f64; 2]> {
    lines
        .iter()
        .flatten()
        .filter(|point| (from..=to).contains(&point.x))
        .map(|point| [point.y, point.y])
        .reduce(join)
}

/// The range that holds both.
#[must_use]
pub fn join(a: [f64; 2], b: [f64; 2]) -> [f64; 2] {
    [a[0].min(b[0]), a[1].max(b[1])]
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub fn column(values: impl IntoIterator<Item = f32>) -> Column {
        values.into_iter().collect()
    }

    pub const VIEW: View = View {
        from: 0.0,
        to: 99_999.0,
        pixels: 500,
        log: false,
        axis: XAxis::Steps,
        smoothing: 4,
    };

    #[test]
    fn a_hundred_thousand_steps_become_at_most_two_points_a_pixel_and_no_spike_is_lost() {
        let long = column((0..100_000).map(|i| if i == 54_321 { 1e6 } else { 1.0 }));
        let lines = segments(&long, Place::from(0), VIEW);
        assert_eq!(lines.len(), 1);
        assert!(lines[0].len() <= 1000, "{} points", lines[0].len());
        assert!(lines[0].len() >= 250, "{} points", lines[0].len());
        assert_eq!(span(&lines, 0.0, 1e5), Some([1.0, 1e6]));
        assert!(lines[0].is_sorted_by(|a, b| a.x <= b.x));
    }

    #[test]
    fn a_line_that_has_come_a_tenth_of_its_way_has_a_tenth_of_the_points() {
        let long = column((0..100_000).map(|i| (i % 7) as f32));
        let view = |to| View { to, ..VIEW };
        let points = |to| segments(&long, Place::from(0), view(to))[0].len();
        let (whole, tenth) = (points(99_999.0), points(999_990.0));
        assert!(tenth <= whole / 5, "{tenth} of {whole} points");
        assert!(tenth >= whole / 20, "{tenth} of {whole} points");
    }

    #[test]
    fn gaps_split_lines_and_nothing_infinite_is_drawn() {
        let values = [1.0, 2.0, f32::NAN, 3.0, f32::INFINITY, 4.0];
        let lines = segments(
            &column(values),
            Place::from(10),
            View {
                from: 0.0,
                to: 20.0,
                ..VIEW
            },
        );
        let ys: Vec<Vec<f64>> = lines
            .iter()
            .map(|line| line.iter().map(|point| point.y).collect())
            .collect();
        assert_eq!(ys, [vec![1.0, 2.0], vec![3.0], vec![4.0]]);
        assert_eq!(lines[0][0].x, 10.0);
    }

    #[test]
    fn logarithms_leave_out_what_has_none() {
        let lines = segments(
            &column([100.0, 0.0, 0.01]),
            Place::from(0),
            View {
                from: 0.0,
                to: 2.0,
                log: true,
                ..VIEW
            },
        );
        let ys: Vec<f64> = lines
            .iter()
            .flatten()
            .map(|point| point.y.round())
            .collect();
        assert_eq!(ys, [2.0, -2.0]);
    }

    #[test]
    fn only_what_is_in_view_is_drawn_with_one_neighbour_on_either_side() {
        let steps: Vec<u64> = (0..10).map(|i| i * 10).collect();
        let lines = segments(
            &column((0..10).map(|i| i as f32)),
            Place::at(&steps),
            View {
                from: 25.0,
                to: 45.0,
                ..VIEW
            },
        );
        let xs: Vec<f64> = lines.iter().flatten().map(|point| point.x).collect();
        assert_eq!(xs, [20.0, 30.0, 40.0, 50.0]);
    }

    #[test]
    fn points_are_made_anew_only_when_something_changed() {
        let mut cache = Cache::default();
        let mut data = column([1.0, 2.0]);
        for _ in 0..3 {
            cache.line(0, "loss", 0, &data, Place::from(0), VIEW);
        }
        assert_eq!(cache.rebuilt, 1);
        data.push(3.0);
        cache.line(0, "loss", 0, &data, Place::from(0), VIEW);
        assert_eq!(cache.rebuilt, 2);
        cache.keep_up(1);
        cache.line(0, "loss", 0, &data, Place::from(0), VIEW);
        assert_eq!(cache.rebuilt, 3);
    }
}
