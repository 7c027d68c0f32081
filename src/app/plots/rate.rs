//! The learning rate: as planned, and as the optimizer used it.

use super::frame::{self, Drawn, Spec};
use super::lines::{Place, View};
use super::loss::{step_range, step_tick, step_view, whole_step};
use super::{Plots, Sample, header, key, log_switch};
use crate::app::state::AppState;
use crate::app::{text, theme};
use crate::experiment::Schedule;
use crate::optimize;
use eframe::egui::Ui;
use egui_plot::PlotPoint;
use std::rc::Rc;

/// Draws the plot.
pub fn show(ui: &mut Ui, plots: &mut Plots, state: &AppState) {
    let weak = ui.visuals().weak_text_color();
    header(
        ui,
        text::RATE,
        |ui| {
            key(ui, Sample::Dashed, weak, text::PLANNED_LINE);
            key(ui, Sample::Solid, weak, text::ACTUAL_LINE);
        },
        |ui| log_switch(ui, &mut plots.log_rate, text::LOG_RATE),
    );
    let x = step_range(state);
    let view = step_view(ui, &plots.steps, x, plots.log_rate);
    let mut lines = Vec::new();
    let mut last = Vec::new();
    if state.runs.is_empty() {
        for (index, contender) in state.contenders.iter().enumerate() {
            let experiment = &contender.experiment;
            let total = state.expected_steps(experiment).unwrap_or(100);
            let colour = state.colours[index];
            if !state.hidden.contains(&colour) {
                lines.extend(planned(index, &experiment.schedule, total, view, colour));
                last.push((contender.name.clone(), experiment.schedule.learning_rate));
            }
        }
    }
    for (index, run) in state.shown_runs() {
        let total = run
            .planned_steps()
            .or_else(|| state.expected_steps(&run.experiment))
            .unwrap_or(100);
        lines.extend(planned(
            index,
            &run.experiment.schedule,
            total,
            view,
            run.colour,
        ));
        let rates = &run.history.drawn_rate;
        lines.push(Drawn {
            name: format!("{index} actual"),
            points: plots.cache.line(
                index,
                "rate",
                0,
                rates,
                Place::From(run.first_step() as usize),
                view,
            ),
            colour: theme::contender(run.colour),
            width: 2.0,
            dashed: false,
            dots: false,
            counts: true,
        });
        if let Some(&rate) = run.history.learning_rate.last() {
            last.push((run.label(), rate));
        }
    }
    frame::show(
        ui,
        &mut plots.steps,
        &Spec {
            id: "rate",
            label: text::plot_label(text::RATE, &last),
            x_label: text::STEP_AXIS,
            y_label: text::RATE_AXIS,
            log: plots.log_rate,
            x,
            y: (!plots.log_rate).then_some([0.0, 0.0]),
            empty: None,
            lines,
            bands: Vec::new(),
            levels: Vec::new(),
            spans: Vec::new(),
            marks: Vec::new(),
            x_unit: 1.0,
            x_tick: &step_tick,
            readout: &|x| {
                let step = whole_step(x)?;
                let rows = state.shown_runs().filter_map(|(_, run)| {
                    Some((run.label(), *run.history.learning_rate.get(run.row(step)?)?))
                });
                text::readout(step as u64, rows)
            },
            cursor_group: "steps",
        },
    );
}

/// The planned rate over what is in view; `None` where it follows the loss.
fn planned(
    index: usize,
    schedule: &Schedule,
    total: u64,
    view: View,
    colour: usize,
) -> Option<Drawn> {
    let from = view.from.max(0.0);
    let to = view.to.min(total.saturating_sub(1) as f64).max(from);
    let parts = (view.pixels / 2).clamp(2, 400);
    let rate = |step: f64| optimize::schedule::planned(schedule, step as u64, total);
    rate(from)?;
    let points = (0..=parts)
        .map(|part| (from + (to - from) * part as f64 / parts as f64).round())
        .filter_map(|step| Some(PlotPoint::new(step, rate(step)?)))
        .map(|point| {
            if view.log {
                PlotPoint::new(point.x, point.y.log10())
            } else {
                point
            }
        })
        .filter(|point| point.y.is_finite())
        .collect();
    Some(Drawn {
        name: format!("{index} planned"),
        points: Rc::new(vec![points]),
        colour: theme::contender(colour),
        width: 1.2,
        dashed: true,
        dots: false,
        counts: true,
    })
}
