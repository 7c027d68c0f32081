//! Training and validation loss over the training.

use super::frame::{self, Drawn, Spec};
use super::steps::{self, noisy};
use super::{Plots, Sample, follow_button, header, key, log_switch, seeds};
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
            .map(|&(index, run)| {
                let at = steps::validations(run, view.axis);
                plots
                    .cache
                    .line(index, "validation", 0, &run.validation, at, view.dashed())
            })
            .collect();
        let training = seeds::band(name, colour, &text::TRAIN_LINE, &losses, [false, counts]);
        let validation = seeds::band(
            name,
            colour,
            &text::VALIDATION_LINE,
            &validations,
            [true, counts],
        );
        for (band, line) in [training, validation].into_iter().flatten() {
            bands.push(band);
            lines.push(line);
        }
    }
    for (index, run) in state.shown_runs() {
        let colour = theme::contender(run.colour);
        let counts = !run.diverged();
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
        let at = steps::validations(run, view.axis);
        lines.push(Drawn {
            name: format!("{} {}", run.label(), text::VALIDATION_LINE),
            points: plots
                .cache
                .line(index, "validation", 0, &run.validation, at, view.dashed()),
            colour,
            width: 2.0,
            dashed: true,
            dots: true,
            counts,
        });
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
