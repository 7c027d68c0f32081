//! Training and validation loss over the steps.

use super::frame::{self, Drawn, Spec};
use super::lines::{Place, Segments, View};
use super::{Axes, Plots, Sample, follow_button, header, key, log_switch};
use crate::app::runs::Run;
use crate::app::state::AppState;
use crate::app::{format, text, theme};
use eframe::egui::{Color32, Ui};

/// Draws the plot.
pub fn show(ui: &mut Ui, plots: &mut Plots, state: &AppState) {
    let weak = ui.visuals().weak_text_color();
    header(
        ui,
        text::LOSS,
        |ui| {
            key(ui, Sample::Thin, weak, text::TRAIN_LINE);
            key(ui, Sample::Dashed, weak, text::VALIDATION_LINE);
        },
        |ui| {
            follow_button(ui, &mut plots.steps, text::FOLLOW);
            log_switch(ui, &mut plots.log_loss, text::LOG_LOSS);
        },
    );
    let x = step_range(state);
    let view = step_view(ui, &plots.steps, x, plots.log_loss);
    let mut lines = Vec::new();
    let mut last = Vec::new();
    let mut marks = Vec::new();
    for (index, run) in state.shown_runs() {
        let colour = theme::contender(run.colour);
        let counts = !run.diverged();
        let own = Place::From(run.first_step() as usize);
        let losses = &run.history.train_loss;
        let course = plots
            .cache
            .course(index, "course of the loss", losses, own, view);
        let raw = plots.cache.line(index, "loss", 0, losses, own, view);
        lines.extend(noisy(
            &format!("{index} training"),
            raw,
            course,
            colour,
            counts,
        ));
        let at = Place::At(&run.validation_steps);
        lines.push(Drawn {
            name: format!("{index} validation"),
            points: plots
                .cache
                .line(index, "validation", 0, &run.validation, at, view),
            colour,
            width: 2.0,
            dashed: true,
            dots: true,
            counts,
        });
        if let Some(loss) = losses.last() {
            last.push((run.label(), f64::from(loss)));
        }
        marks.extend(divergence(run, losses.values()));
    }
    frame::show(
        ui,
        &mut plots.steps,
        &Spec {
            id: "loss",
            label: text::plot_label(text::LOSS, &last),
            x_label: text::STEP_AXIS,
            y_label: text::LOSS_AXIS,
            log: plots.log_loss,
            x,
            y: None,
            empty: lines.is_empty().then(|| text::not_yet(state.blocked())),
            lines,
            bands: Vec::new(),
            levels: Vec::new(),
            spans: Vec::new(),
            marks,
            x_unit: 1.0,
            x_tick: &step_tick,
            readout: &|x| {
                let step = whole_step(x)?;
                let rows = state.shown_runs().filter_map(|(_, run)| {
                    let loss = *run.history.train_loss.values().get(run.row(step)?)?;
                    Some((run.label(), f64::from(loss)))
                });
                text::readout(step as u64, rows)
            },
            cursor_group: "steps",
        },
    );
}

/// A line that may jump about: faint behind its course, where it has one.
pub(super) fn noisy(
    name: &str,
    raw: Segments,
    course: Segments,
    colour: Color32,
    counts: bool,
) -> Vec<Drawn> {
    let alone = course.is_empty();
    let line = |name: String, points, colour, width| Drawn {
        name,
        points,
        colour,
        width,
        dashed: false,
        dots: false,
        counts,
    };
    let mut lines = vec![line(name.to_owned(), raw, soft(colour, alone), 1.0)];
    if !alone {
        lines.push(line(format!("{name}, course"), course, colour, 1.4));
    }
    lines
}

/// A line's own colour, or one that stays behind.
pub(super) fn soft(colour: Color32, strong: bool) -> Color32 {
    colour.gamma_multiply(if strong { 0.9 } else { 0.22 })
}

/// The x range of all plots over steps: the plan, or a round number that the runs will reach soon,
/// so that the axis rests most of the time.
pub(super) fn step_range(state: &AppState) -> [f64; 2] {
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
    [0.0, end as f64]
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

/// What of the steps is in view.
pub(super) fn step_view(ui: &Ui, axes: &Axes, x: [f64; 2], log: bool) -> View {
    let [from, to] = axes.x.unwrap_or(x);
    View {
        from,
        to,
        pixels: ui.available_width().max(64.0) as usize,
        log,
    }
}

/// A step's tick; steps are whole.
pub(super) fn step_tick(x: f64) -> String {
    if x < -0.5 || (x - x.round()).abs() > 1e-6 {
        return String::new();
    }
    let step = x.round() as u64;
    if step >= 10_000 && step.is_multiple_of(1000) {
        format!("{}k", format::count(step / 1000))
    } else {
        format::count(step)
    }
}

/// The step under the cursor.
pub(super) fn whole_step(x: f64) -> Option<usize> {
    (x >= -0.5).then(|| x.round().max(0.0) as usize)
}

/// Where a run diverged: its last finite value.
pub(super) fn divergence(run: &Run, values: &[f32]) -> Option<(f64, f64, Color32)> {
    if !run.diverged() {
        return None;
    }
    let (row, value) = values
        .iter()
        .enumerate()
        .rev()
        .find(|(_, value)| value.is_finite())?;
    let step = run.first_step() as f64 + row as f64;
    Some((step, f64::from(*value), theme::contender(run.colour)))
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
        assert_eq!(step_tick(0.5), "");
        assert_eq!(step_tick(1000.0), "1,000");
        assert_eq!(step_tick(25_000.0), "25k");
        assert_eq!(whole_step(-3.0), None);
        assert_eq!(whole_step(2.4), Some(2));
    }
}
