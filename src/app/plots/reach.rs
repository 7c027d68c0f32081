//! What of a plot is in view: everything, or what the person chose, but never nothing.

use super::Axes;
use super::frame::Spec;
use super::lines::{join, span};
use egui_plot::PlotBounds;

/// Keeps what the person chose by pan or zoom, as far as some of what there is stays in view.
pub fn remember(axes: &mut Axes, spec: &Spec<'_>, wanted: &PlotBounds, found: &PlotBounds) {
    let moved = |axis: usize| {
        let size = (wanted.max()[axis] - wanted.min()[axis])
            .abs()
            .max(f64::MIN_POSITIVE);
        (found.min()[axis] - wanted.min()[axis]).abs() > size * 1e-6
            || (found.max()[axis] - wanted.max()[axis]).abs() > size * 1e-6
    };
    if !found.is_valid() {
        return;
    }
    if moved(0) {
        axes.x = Some(kept_in_view([found.min()[0], found.max()[0]], spec.x));
    }
    if moved(1) {
        let all = y_range(spec, spec.x);
        let y = kept_in_view([found.min()[1], found.max()[1]], all);
        axes.y.insert(spec.id, y);
    }
}

/// `range`, but never so far away, so wide or so narrow that `all` is out of sight.
fn kept_in_view([low, high]: [f64; 2], all: [f64; 2]) -> [f64; 2] {
    let whole = (all[1] - all[0]).abs().max(f64::MIN_POSITIVE);
    let least = (whole * 1e-7).max(all[0].abs().max(all[1].abs()) * 1e-12);
    let size = (high - low).clamp(least, whole * 8.0);
    // A tenth of what is on show shows something of what there is.
    let middle = f64::midpoint(low, high).clamp(all[0] - size * 0.4, all[1] + size * 0.4);
    [middle - size / 2.0, middle + size / 2.0]
}

/// The y range that shows all lines that count, with a little room.
pub fn y_range(spec: &Spec<'_>, [x0, x1]: [f64; 2]) -> [f64; 2] {
    let of = |counts: bool| {
        spec.lines
            .iter()
            .filter(|line| line.counts == counts)
            .filter_map(|line| span(&line.points, x0, x1))
            .reduce(join)
    };
    let main = of(true);
    let mut range = match (main, of(false)) {
        (Some(main), Some(rest)) => {
            // A line that blew up gets some room above the others, and is cut off beyond it.
            let room = if spec.log {
                1.0
            } else {
                (main[1] - main[0]).max(1e-12) * 0.5
            };
            [
                main[0].min(rest[0].max(main[0] - room)),
                main[1].max(rest[1].min(main[1] + room)),
            ]
        }
        (Some(one), None) | (None, Some(one)) => one,
        (None, None) => spec
            .y
            .unwrap_or(if spec.log { [-2.0, 0.5] } else { [0.0, 1.0] }),
    };
    if let Some(always) = spec.y {
        range = join(range, always);
    }
    let size = range[1] - range[0];
    let largest = range[0].abs().max(range[1].abs());
    let least = match (spec.log, largest) {
        (true, _) => 0.2,
        (false, 0.0) => 1.0,
        // A constant has room around it, however large or small it is.
        (false, largest) => largest * 1e-3,
    };
    let room = (size * 0.06).max(least * 0.5);
    [range[0] - room, range[1] + room]
}

#[cfg(test)]
mod tests {
    use super::super::frame::Drawn;
    use super::super::frame::samples::{line, spec};
    use super::*;

    fn range_of(lines: Vec<Drawn>) -> [f64; 2] {
        y_range(&spec(lines), [0.0, 10.0])
    }

    #[test]
    fn a_diverged_line_does_not_squeeze_the_others() {
        let [low, high] = range_of(vec![line(&[1.0, 3.0], true), line(&[1.0, 1e30], false)]);
        assert!(low < 1.0 && low > 0.0, "{low}");
        assert!(high > 3.0 && high < 6.0, "{high}");
    }

    #[test]
    fn a_constant_line_has_room_around_it_whatever_its_size() {
        for constant in [5.0, 0.0, 1e-30, -1e-30, 1e30, -1e30] {
            let [low, high] = range_of(vec![line(&[constant, constant], true)]);
            assert!(
                low < constant && high > constant,
                "{constant}: {low}, {high}"
            );
            assert!(
                high - low <= constant.abs() * 0.01 + 2.0,
                "{constant}: {low}, {high}"
            );
        }
    }

    #[test]
    fn neither_pan_nor_zoom_loses_what_there_is() {
        let all = [0.0, 100.0];
        for asked in [
            [1e9, 1e9 + 50.0],
            [-1e9, -1e9 + 50.0],
            [-1e12, 1e12],
            [50.0, 50.0 + 1e-300],
            [20.0, 30.0],
        ] {
            let [low, high] = kept_in_view(asked, all);
            assert!(
                low < high && low < all[1] && high > all[0],
                "{asked:?}: {low}, {high}"
            );
            assert!(high - low <= 800.0 && high - low >= 1e-6);
        }
        assert_eq!(kept_in_view([20.0, 30.0], all), [20.0, 30.0]);
    }
}
