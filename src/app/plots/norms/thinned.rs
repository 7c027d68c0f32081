//! The lines of values that no pyramid holds.

use crate::app::plots::lines::{Segments, View};
use egui_plot::PlotPoint;
use std::rc::Rc;

/// The largest of so many values in each of about as many stretches as there are pixels: at most a few
/// thousand numbers are read, however long the run.
pub(super) fn thinned(view: View, count: usize, at: impl Fn(usize) -> (f64, f64)) -> Segments {
    const READ: usize = 8;
    let stretches = if view.pixels >= count {
        count.max(1)
    } else {
        view.pixels.clamp(16, 1000)
    };
    let mut segments = vec![Vec::new()];
    let mut add = |x: f64, value: f64| {
        let y = if view.log { value.log10() } else { value };
        let line: &mut Vec<PlotPoint> = segments.last_mut().expect("there is always one");
        if y.is_finite() {
            line.push(PlotPoint::new(x, y));
        } else if !line.is_empty() {
            segments.push(Vec::new());
        }
    };
    let first = first_at(count, |i| at(i).0 >= view.from);
    let end = first_at(count, |i| at(i).0 > view.to);
    let (first, end) = (first.saturating_sub(1), (end + 1).min(count));
    let size = (end.saturating_sub(first)).div_ceil(stretches).max(1);
    // Whole multiples of a fixed size, so that points stay where they are while the line grows.
    let mut from = first / size * size;
    while from < end {
        let to = (from + size).min(end);
        let read = (from..to).step_by((size / READ).max(1));
        let largest = read
            .map(&at)
            .reduce(|a, b| if b.1 > a.1 || a.1.is_nan() { b } else { a });
        if let Some((x, value)) = largest {
            add(x, value);
        }
        from = to;
    }
    segments.retain(|line| !line.is_empty());
    Rc::new(segments)
}

/// The first index below `count` that has reached something that all after it have reached too.
fn first_at(count: usize, reached: impl Fn(usize) -> bool) -> usize {
    let (mut low, mut high) = (0, count);
    while low < high {
        let middle = usize::midpoint(low, high);
        if reached(middle) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    low
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::view::XAxis;

    #[test]
    fn thinned_lines_keep_peaks_of_short_runs_and_bound_the_work_of_long_ones() {
        let view = View {
            from: 0.0,
            to: 100.0,
            pixels: 200,
            log: false,
            axis: XAxis::Steps,
            smoothing: 0,
        };
        let values = [1.0, 5.0, f64::NAN, 2.0];
        let line = thinned(view, 4, |i| (i as f64, values[i]));
        let found: Vec<Vec<(f64, f64)>> = (line.iter())
            .map(|part| part.iter().map(|p| (p.x, p.y)).collect())
            .collect();
        assert_eq!(found, [vec![(0.0, 1.0), (1.0, 5.0)], vec![(3.0, 2.0)]]);
        let read = std::cell::Cell::new(0);
        let view = View { to: 1e6, ..view };
        let line = thinned(view, 1_000_000, |i| {
            read.set(read.get() + 1);
            (i as f64, 1.0)
        });
        assert!(line[0].len() <= 201 && read.get() < 4000, "{}", read.get());
        // Zoomed in, every value is there again.
        let view = View {
            from: 500.0,
            to: 520.0,
            ..view
        };
        let line = thinned(view, 1_000_000, |i| (i as f64, i as f64));
        assert!(line[0].len() >= 21 && line[0].iter().all(|p| p.x == p.y));
    }
}
