//! Training and validation loss over the training.

use super::frame::{self, Drawn, Form, Spec};
use super::lines::{Segments, View};
use super::steps::{self, noisy};
use super::{Plots, Sample, follow_button, header, key, log_switch, seeds};
use crate::app::runs::Run;
use crate::app::state::AppState;
use crate::app::{text, theme};
use eframe::egui::Ui;

/// Draws the plot.
pub fn show(ui: &mut Ui, plots: &mut Plots, state: &AppState) {
    let weak = ui.visuals().weak_text_color();
    let (axes, asked) = (&mut plots.steps, &mut plots.asked);
    header(
        ui,
        text::LOSS,
        |ui| {
            key(ui, Sample::Thin, weak, &text::TRAIN_LINE);
            key(ui, Sample::Dashed, weak, &text::VALIDATION_LINE);
        },
        |ui| {
            follow_button(ui, axes, text::FOLLOW);
            log_switch(ui, asked, state, "loss", text::LOG_LOSS);
        },
    );
    let view = steps::view(ui, &plots.steps, state, "loss");
    let groups = seeds::groups(state);
    let mut lines = Vec::new();
    let mut bands = Vec::new();
    let mut last = Vec::new();
    let mut marks = Vec::new();
    for (&colour, runs) in &groups {
        let name = &runs[0].1.name;
        let counts = !runs.iter().any(|(_, run)| run.diverged());
        let what = ["loss", "course of the loss"];
        let losses: Vec<_> = (runs.iter())
            .map(|&(index, run)| {
                steps::smooth(plots, (index, run), what, &run.history.train_loss, view)
            })
            .collect();
        let validations: Vec<_> = (runs.iter())
            .map(|&(index, run)| match course(plots, (index, run), view) {
                course if course.is_empty() => validations_of(plots, (index, run), view.dashed()),
                course => course,
            })
            .collect();
        let training = seeds::band(
            name,
            colour,
            &text::TRAIN_LINE,
            &losses,
            Form::Solid,
            counts,
        );
        let validation = seeds::band(
            name,
            colour,
            &text::VALIDATION_LINE,
            &validations,
            Form::Dashed,
            counts,
        );
        for (band, line) in [training, validation].into_iter().flatten() {
            bands.push(band);
            lines.push(line);
        }
    }
    for (index, run) in state.shown_runs() {
        let losses = &run.history.train_loss;
        if let Some(loss) = losses.last() {
            last.push((run.label(), f64::from(loss)));
        }
        marks.extend(steps::divergence(run, view.axis, losses.values()));
        if groups.contains_key(&run.colour) {
            continue;
        }
        let what = ["loss", "course of the loss"];
        let words = &text::TRAIN_LINE;
        lines.extend(noisy(plots, (index, run), what, losses, view, words));
        lines.extend(validated(plots, (index, run), view));
    }
    frame::show(
        ui,
        &mut plots.steps,
        &Spec {
            id: "loss",
            label: text::plot_label(&text::LOSS, &last),
            x_label: text::x_axis_name(view.axis).get(),
            y_label: &text::loss_axis(state),
            log: view.log,
            x: steps::range(state),
            y: None,
            empty: lines
                .is_empty()
                .then(|| text::not_yet(state.blocked()).get()),
            lines,
            bands,
            levels: Vec::new(),
            spans: Vec::new(),
            marks,
            x_unit: steps::tick_unit(view.axis),
            x_years: &[],
            x_tick: &|x| steps::tick(view.axis, x),
            readout: &|x| {
                steps::readout(state, x, |run, row| {
                    let loss = *run.history.train_loss.values().get(row)?;
                    Some((run.label(), f64::from(loss)))
                })
            },
            cursor_group: "steps",
        },
    );
}

/// The validation losses of a run in `view`.
fn validations_of(plots: &mut Plots, (index, run): (usize, &Run), view: View) -> Segments {
    let at = steps::validations(run, view.axis);
    plots
        .cache
        .line(index, "validation", 0, &run.validation, at, view)
}

/// Their course, with room for a dash and the gap behind it from point to point; empty where they are few.
fn course(plots: &mut Plots, (index, run): (usize, &Run), view: View) -> Segments {
    let coarse = View {
        pixels: view.pixels / 2,
        ..view
    };
    let at = steps::validations(run, view.axis);
    let what = "course of the validation";
    plots.cache.course(index, what, &run.validation, at, coarse)
}

/// The validation loss as a dashed line. Dashes that go up and down with every value are no line any more, so many
/// values stay behind their course, faint and solid as those of the training do.
fn validated(plots: &mut Plots, (index, run): (usize, &Run), view: View) -> Vec<Drawn> {
    let colour = theme::contender(run.colour);
    let name = format!("{} {}", run.label(), text::VALIDATION_LINE);
    let course = course(plots, (index, run), view);
    let dashed = |points| Drawn {
        name: name.clone(),
        points,
        colour,
        width: 2.0,
        form: Form::Dashed,
        dots: true,
        counts: !run.diverged(),
    };
    if course.is_empty() {
        return vec![dashed(validations_of(plots, (index, run), view.dashed()))];
    }
    let behind = Drawn {
        name: format!("{name}, each"),
        colour: steps::soft(colour, false),
        width: 1.0,
        form: Form::Range,
        dots: false,
        ..dashed(validations_of(plots, (index, run), view.behind(&course)))
    };
    // A dot is a validation, and the course has none.
    let course = Drawn {
        dots: false,
        ..dashed(course)
    };
    vec![behind, course]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::view::XAxis;
    use crate::experiment::Experiment;

    #[test]
    fn the_dashes_of_many_validations_follow_their_course_and_those_of_few_the_values() {
        let view = View {
            from: 0.0,
            to: 4_000.0,
            pixels: 240,
            log: false,
            axis: XAxis::Steps,
            smoothing: 4,
        };
        let drawn = |count: u64| {
            let mut run = Run::new("Adam".into(), 0, 7, false, Experiment::default());
            for step in 0..count {
                let jumps = if step % 2 == 0 { 1.0 } else { 3.0 };
                run.validation.push(jumps);
                run.validation_steps.push(step * 4_000 / count);
            }
            validated(&mut Plots::default(), (0, &run), view)
        };
        let few = drawn(12);
        assert_eq!(few.len(), 1);
        assert!(few[0].form == Form::Dashed && few[0].points[0].len() == 12);
        let many = drawn(1_000);
        let [behind, course] = &many[..] else {
            panic!("{} lines", many.len())
        };
        assert!(behind.form == Form::Range && course.form == Form::Dashed && !course.dots);
        let ys = |line: &Drawn| -> Vec<f64> { line.points[0].iter().map(|p| p.y).collect() };
        assert!(ys(behind).contains(&1.0) && ys(behind).contains(&3.0));
        let middle = &ys(course)[1..];
        assert!(middle.iter().all(|y| (y - 2.0).abs() < 0.2), "{middle:?}");
        let points = &course.points[0];
        let apart = 240.0 * (points[2].x - points[1].x) / 4_000.0;
        assert!(apart >= 4.0, "{apart} pixels from point to point");
        // Less is drawn than dashes along every value took.
        let before = 2 * view.dashed().pixels;
        assert!(points.len() <= before / 2, "{} of {before}", points.len());
    }
}
