//! What the plots over training have in common: their x axis, and what they say of a place on it.

use super::frame::{Drawn, Form};
use super::lines::{Segments, View};
use super::place::{Measure, Place};
use super::{Axes, Plots};
use crate::app::runs::Run;
use crate::app::state::AppState;
use crate::app::view::{Smoothing, XAxis};
use crate::app::{format, text, theme};
use crate::record::Column;
use eframe::egui::{Color32, Ui};

/// How far along the x axis the steps of a run stand.
pub(super) fn measure(run: &Run, axis: XAxis) -> Measure<'_> {
    match axis {
        XAxis::Steps => Measure::Steps,
        XAxis::Epochs => Measure::Epochs(
            (run.info.as_ref()).map_or(1.0, |info| info.steps_per_epoch.max(1) as f64),
        ),
        XAxis::Seconds => Measure::Seconds {
            first: run.first_step() as usize,
            seconds: &run.history.seconds,
        },
    }
}

/// Where the rows of a run's history stand.
pub fn place(run: &Run, axis: XAxis) -> Place<'_> {
    Place::from(run.first_step() as usize).measured(measure(run, axis))
}

/// Where a run's validations stand.
pub fn validations(run: &Run, axis: XAxis) -> Place<'_> {
    Place::at(&run.validation_steps).measured(measure(run, axis))
}

/// A run's line that may jump about: faint behind its course, where it has one. `what` names both for the
/// cache, `words` says what it is.
pub fn noisy(
    plots: &mut Plots,
    (index, run): (usize, &Run),
    what: [&'static str; 2],
    column: &Column,
    view: View,
    words: &str,
) -> Vec<Drawn> {
    let own = place(run, view.axis);
    let course = plots.cache.course(index, what[1], column, own, view);
    let behind = view.behind(&course);
    let raw = plots.cache.line(index, what[0], 0, column, own, behind);
    let colour = theme::contender(run.colour);
    let name = format!("{} {words}", run.label());
    let alone = course.is_empty();
    let line = |name: String, points, colour, width, form| Drawn {
        name,
        points,
        colour,
        width,
        form,
        dots: false,
        counts: !run.diverged(),
    };
    let form = Form::behind(&course);
    let mut lines = vec![line(name.clone(), raw, soft(colour, alone), 1.0, form)];
    if !alone {
        lines.push(line(
            format!("{name}, course"),
            course,
            colour,
            1.4,
            Form::Solid,
        ));
    }
    lines
}

/// A line's own colour, or one that stays behind.
pub fn soft(colour: Color32, strong: bool) -> Color32 {
    colour.gamma_multiply(if strong { 0.9 } else { 0.22 })
}

/// The x range of all plots over training: the plan, or a round number that the runs will reach soon,
/// so that the axis rests most of the time.
pub fn range(state: &AppState) -> [f64; 2] {
    let planned = state
        .runs
        .iter()
        .filter_map(|run| {
            if run.ended() {
                Some(run.steps())
            } else {
                run.planned_steps()
            }
        })
        .max()
        .or_else(|| {
            state
                .contenders
                .iter()
                .filter_map(|contender| state.expected_steps(&contender.experiment))
                .max()
        });
    let made = state.runs.iter().map(Run::steps).max().unwrap_or_default();
    let goal = planned.unwrap_or(100).max(made).max(2);
    let end = if state.runs.is_empty() {
        goal
    } else {
        goal.min(round_up(made + made / 4))
    };
    let longest = state.runs.iter().max_by_key(|run| run.steps());
    let end = match (state.view.x_axis, longest) {
        (XAxis::Steps, _) => end as f64,
        (XAxis::Epochs, Some(run)) => measure(run, XAxis::Epochs).x(end as usize),
        (XAxis::Seconds, Some(_)) => seconds(state),
        // Before there are runs nobody knows how long anything takes.
        (XAxis::Epochs | XAxis::Seconds, None) => 1.0,
    };
    [0.0, if end > 0.0 { end } else { 1.0 }]
}

/// A round number of seconds that the runs will reach soon; while nothing goes on, their end.
fn seconds(state: &AppState) -> f64 {
    let last = |run: &Run| run.history.seconds.last().copied().unwrap_or_default();
    let made = state.runs.iter().map(last).fold(0.0, f64::max);
    if state.runs.iter().all(Run::ended) {
        return made;
    }
    round_up((made * 12.5).ceil() as u64) as f64 / 10.0
}

/// The next of 50, 100, 200, 500, 1000 and so on.
fn round_up(steps: u64) -> u64 {
    let mut size = 10;
    loop {
        for factor in [5, 10, 20] {
            if steps <= size * factor {
                return size * factor;
            }
        }
        size *= 10;
    }
}

/// What of the training is in view of this plot. Where its numbers are wanted as a table, everything is.
pub fn view(ui: &Ui, axes: &Axes, state: &AppState, plot: &str) -> View {
    const ALL: usize = 1 << 30;
    let [from, to] = axes.x.unwrap_or_else(|| range(state));
    let table = matches!(axes.wanted, Some((id, super::save::Format::Csv)) if id == plot);
    let pixels = if table {
        ALL
    } else {
        ui.available_width().max(64.0) as usize
    };
    View {
        from,
        to,
        pixels,
        log: super::logarithmic(state, plot),
        axis: state.view.x_axis,
        smoothing: match state.view.smoothing {
            _ if table => 0,
            Smoothing::None => 0,
            Smoothing::Light => 4,
            Smoothing::Medium => 12,
            Smoothing::Strong => 40,
        },
    }
}

/// A tick of the axis.
pub fn tick(axis: XAxis, x: f64) -> String {
    if axis != XAxis::Steps {
        return if x < 0.0 {
            String::new()
        } else {
            format::linear_tick(x)
        };
    }
    if x < -0.5 || (x - x.round()).abs() > 1e-6 {
        return String::new();
    }
    format::count(x.round() as u64)
}

/// What ticks are multiples of.
pub fn tick_unit(axis: XAxis) -> f64 {
    match axis {
        XAxis::Steps => 1.0,
        XAxis::Epochs | XAxis::Seconds => 0.0,
    }
}

/// What a tooltip says at an x: the value of each run there, by its row.
pub fn readout(
    state: &AppState,
    x: f64,
    value: impl Fn(&Run, usize) -> Option<(String, f64)>,
) -> Option<String> {
    readout_as(state, x, value, format::measure)
}

/// As [`readout`], with each value as `write` writes it.
pub fn readout_as(
    state: &AppState,
    x: f64,
    value: impl Fn(&Run, usize) -> Option<(String, f64)>,
    write: impl Fn(f64) -> String,
) -> Option<String> {
    let axis = state.view.x_axis;
    Measure::Steps.step(x)?;
    let mut step = 0;
    let rows: Vec<(String, f64)> = (state.shown_runs())
        .filter_map(|(_, run)| {
            let own = measure(run, axis).step(x)?;
            step = own;
            value(run, run.row(own)?)
        })
        .collect();
    told(axis, x, step, rows, write)
}

/// What a tooltip says at an x: values of one run there, by its row.
pub fn readout_of(
    run: &Run,
    axis: XAxis,
    x: f64,
    values: impl Fn(usize) -> Vec<(String, f64)>,
) -> Option<String> {
    let step = measure(run, axis).step(x)?;
    told(axis, x, step, values(run.row(step)?), format::measure)
}

fn told(
    axis: XAxis,
    x: f64,
    step: usize,
    rows: Vec<(String, f64)>,
    write: impl Fn(f64) -> String,
) -> Option<String> {
    if axis == XAxis::Steps {
        return text::readout(step as u64, rows.into_iter(), write);
    }
    let lines = text::readout(0, rows.into_iter(), write)?;
    let values = lines.split_once('\n').map_or("", |(_, values)| values);
    Some(format!("{}\n{values}", text::at(axis, x)))
}

/// Where a run diverged: its last finite value.
pub fn divergence(run: &Run, axis: XAxis, values: &[f32]) -> Option<(f64, f64, Color32)> {
    if !run.diverged() {
        return None;
    }
    let (row, value) = values
        .iter()
        .enumerate()
        .rev()
        .find(|(_, value)| value.is_finite())?;
    let x = measure(run, axis).x(run.first_step() as usize + row);
    Some((x, f64::from(*value), theme::contender(run.colour)))
}

/// The points of the course of a run's column, or of its line where that is its own course.
pub fn smooth(
    plots: &mut Plots,
    (index, run): (usize, &Run),
    what: [&'static str; 2],
    column: &Column,
    view: View,
) -> Segments {
    let own = place(run, view.axis);
    let course = plots.cache.course(index, what[1], column, own, view);
    if course.is_empty() {
        plots.cache.line(index, what[0], 0, column, own, view)
    } else {
        course
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_axis_grows_in_round_steps() {
        assert_eq!(round_up(0), 50);
        assert_eq!(round_up(51), 100);
        assert_eq!(round_up(201), 500);
        assert_eq!(round_up(5001), 10_000);
    }

    #[test]
    fn steps_between_two_whole_ones_have_no_tick() {
        let tick = |x| tick(XAxis::Steps, x);
        assert_eq!(tick(0.5), "");
        assert_eq!(tick(1000.0), "1,000");
        assert_eq!(tick(25_000.0), "25,000");
        assert_eq!(super::tick(XAxis::Seconds, 0.5), "0.5");
        assert_eq!(super::tick(XAxis::Epochs, -1.0), "");
    }
}
