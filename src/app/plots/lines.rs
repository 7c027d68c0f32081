//! From columns to the points of a line: at most two a pixel, however long the run, split at gaps,
//! and kept until the data or the view change.

use crate::app::view::XAxis;
use crate::record::Column;
use egui_plot::PlotPoint;
use std::collections::BTreeMap;
use std::rc::Rc;

/// The steps that the values of a column belong to.
#[derive(Debug, Clone, Copy)]
enum Steps<'a> {
    /// Side by side, the first at this number.
    From(usize),
    /// At these numbers, which only rise.
    At(&'a [u64]),
}

/// How far along the x axis a step stands.
#[derive(Debug, Clone, Copy)]
pub enum Measure<'a> {
    /// At its own number.
    Steps,
    /// At the epochs that had passed: so many steps make one.
    Epochs(f64),
    /// At the seconds that had passed, of each step from the first of the history on.
    Seconds {
        /// The first step of the history.
        first: usize,
        /// Seconds since the run's start; they only rise.
        seconds: &'a [f64],
    },
}

impl Measure<'_> {
    /// The x of a step.
    #[must_use]
    pub fn x(&self, step: usize) -> f64 {
        match self {
            Self::Steps => step as f64,
            Self::Epochs(steps) => step as f64 / steps.max(1.0),
            Self::Seconds { first, seconds } => {
                let row = step
                    .saturating_sub(*first)
                    .min(seconds.len().saturating_sub(1));
                seconds.get(row).copied().unwrap_or_default()
            }
        }
    }

    /// The step nearest to an x; `None` before the axis begins.
    #[must_use]
    pub fn step(&self, x: f64) -> Option<usize> {
        let step = match self {
            Self::Steps => x.round(),
            Self::Epochs(steps) => (x * steps.max(1.0)).round(),
            Self::Seconds { first, seconds } => {
                let after = seconds.partition_point(|&passed| passed < x);
                (first + after.min(seconds.len().saturating_sub(1))) as f64
            }
        };
        (x >= -0.5 && step.is_finite()).then(|| step.max(0.0) as usize)
    }
}

/// Where the values of a column stand on the x axis.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    steps: Steps<'a>,
    measure: Measure<'a>,
}

impl<'a> Place<'a> {
    /// Side by side, the first at this number.
    #[must_use]
    pub fn from(first: usize) -> Self {
        Self {
            steps: Steps::From(first),
            measure: Measure::Steps,
        }
    }

    /// At these numbers, which only rise.
    #[must_use]
    pub fn at(steps: &'a [u64]) -> Self {
        Self {
            steps: Steps::At(steps),
            measure: Measure::Steps,
        }
    }

    /// The same on an axis that measures otherwise.
    #[must_use]
    pub fn measured(self, measure: Measure<'a>) -> Self {
        Self { measure, ..self }
    }

    fn x(&self, index: usize) -> f64 {
        self.measure.x(match self.steps {
            Steps::From(first) => first + index,
            Steps::At(steps) => steps[index] as usize,
        })
    }

    /// The indices that lie within `from..=to`, and one neighbour on either side.
    fn within(&self, from: f64, to: f64, len: usize) -> (usize, usize) {
        let len = match self.steps {
            Steps::From(_) => len,
            Steps::At(steps) => len.min(steps.len()),
        };
        let start = self.before(len, |x| x < from);
        let end = self.before(len, |x| x <= to).saturating_add(1).min(len);
        (start.saturating_sub(1).min(end), end)
    }

    /// How many of the first `len` values stand where `left` holds; it holds up to some x.
    fn before(&self, len: usize, left: impl Fn(f64) -> bool) -> usize {
        let (mut low, mut high) = (0, len);
        while low < high {
            let middle = usize::midpoint(low, high);
            if left(self.x(middle)) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }
}

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

/// The points of a line, cut at gaps.
pub type Segments = Rc<Vec<Vec<PlotPoint>>>;

/// The points of `column` in `view`.
#[must_use]
pub fn segments(column: &Column, place: Place<'_>, view: View) -> Vec<Vec<PlotPoint>> {
    let (start, end) = place.within(view.from, view.to, column.len());
    let pixels = view.pixels.max(16);
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

/// Running sums of a column, so that the mean over any stretch costs the same however long it is.
#[derive(Debug, Default)]
struct Sums {
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
fn course(column: &Column, sums: &mut Sums, place: Place<'_>, view: View) -> Vec<Vec<PlotPoint>> {
    const PIXELS: usize = 4;
    let (start, end) = place.within(view.from, view.to, column.len());
    if view.smoothing == 0 || end <= start {
        return Vec::new();
    }
    // Over the whole axis and not over what is filled, so that points stay while the line grows; sizes
    // that double do the same where the axis does not count steps.
    let shown = (place.x(end - 1) - place.x(start)).max(f64::MIN_POSITIVE);
    let filled = (shown / (view.to - view.from)).clamp(1e-3, 1.0);
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
        // As much on either side, so that the course does not lag; less of both towards the ends.
        let reach = (width / 2).min(at).min(column.len() - 1 - at);
        let mean = sums.mean(values, at - reach, at + reach + 1);
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
mod tests {
    use super::*;

    fn column(values: impl IntoIterator<Item = f32>) -> Column {
        let mut column = Column::default();
        values.into_iter().for_each(|value| column.push(value));
        column
    }

    const VIEW: View = View {
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

    #[test]
    fn steps_epochs_and_seconds_are_places_of_the_same_steps() {
        let seconds = [0.5, 1.0, 1.0, 4.0];
        let measures = [
            Measure::Steps,
            Measure::Epochs(2.0),
            Measure::Seconds {
                first: 10,
                seconds: &seconds,
            },
        ];
        let xs = measures.map(|measure| [10, 11, 13].map(|step| measure.x(step)));
        assert_eq!(xs, [[10.0, 11.0, 13.0], [5.0, 5.5, 6.5], [0.5, 1.0, 4.0]]);
        for measure in measures {
            for step in [10, 11, 13] {
                assert_eq!(measure.step(measure.x(step)), Some(step));
            }
            assert_eq!(measure.step(-1.0), None);
        }
        let place = Place::from(10).measured(measures[2]);
        assert_eq!(place.within(0.9, 1.1, 4), (0, 4));
        assert_eq!(place.within(3.0, 9.0, 4), (2, 4));
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
