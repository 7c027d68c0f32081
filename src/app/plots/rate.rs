//! The learning rate: as planned, and as the optimizer used it.

use super::frame::{self, Drawn, Form, Spec};
use super::lines::View;
use super::place::Measure;
use super::{Plots, Sample, header, key, log_switch, measure, steps};
use crate::app::runs::Run;
use crate::app::state::AppState;
use crate::app::view::XAxis;
use crate::app::{format, text, theme};
use crate::experiment::Schedule;
use crate::optimize;
use eframe::egui::Ui;
use egui_plot::PlotPoint;
use std::rc::Rc;

/// Draws the plot.
pub fn show(ui: &mut Ui, plots: &mut Plots, state: &AppState) {
    let weak = ui.visuals().weak_text_color();
    let asked = &mut plots.asked;
    header(
        ui,
        text::RATE,
        |ui| {
            key(ui, Sample::Dashed, weak, &text::PLANNED_LINE);
            key(ui, Sample::Solid, weak, &text::ACTUAL_LINE);
        },
        |ui| log_switch(ui, asked, state, "rate", text::LOG_RATE),
    );
    let view = steps::view(ui, &plots.steps, state, "rate");
    let mut lines = Vec::new();
    let mut last = Vec::new();
    if state.runs.is_empty() {
        for (index, contender) in state.contenders.iter().enumerate() {
            let experiment = &contender.experiment;
            let total = state.expected_steps(experiment).unwrap_or(100);
            let colour = state.colours[index];
            if !state.hidden.contains(&colour) {
                let name = &contender.name;
                // Only steps are known before the run.
                if view.axis == XAxis::Steps {
                    let own = Measure::Steps;
                    let schedule = &experiment.schedule;
                    lines.extend(planned(name, schedule, total, view, colour, own));
                }
                last.push((contender.name.clone(), experiment.schedule.learning_rate));
            }
        }
    }
    for (index, run) in state.shown_runs() {
        let total = run
            .planned_steps()
            .or_else(|| state.expected_steps(&run.experiment))
            .unwrap_or(100);
        // Seconds are known only of what has been.
        if view.axis != XAxis::Seconds {
            lines.extend(planned(
                &run.label(),
                &run.experiment.schedule,
                total,
                view,
                run.colour,
                measure(run, view.axis),
            ));
        }
        let rates = &run.history.drawn_rate;
        lines.push(Drawn {
            name: format!("{} {}", run.label(), text::ACTUAL_LINE),
            points: plots
                .cache
                .line(index, "rate", 0, rates, steps::place(run, view.axis), view),
            colour: theme::contender(run.colour),
            width: 2.0,
            form: Form::Solid,
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
            label: text::plot_label_as(&text::RATE, &last, format::setting_short),
            x_label: text::x_axis_name(view.axis).get(),
            y_label: &text::RATE_AXIS,
            log: view.log,
            x: steps::range(state),
            y: (!view.log).then_some([0.0, 0.0]),
            empty: None,
            lines,
            bands: Vec::new(),
            levels: Vec::new(),
            spans: Vec::new(),
            marks: Vec::new(),
            x_unit: steps::tick_unit(view.axis),
            x_years: &[],
            x_tick: &|x| steps::tick(view.axis, x),
            readout: &|x| {
                let rate =
                    |run: &Run, row| Some((run.label(), *run.history.learning_rate.get(row)?));
                steps::readout_as(state, x, rate, format::setting_short)
            },
            cursor_group: "steps",
        },
    );
}

/// The planned rate over what is in view; `None` where it follows the loss.
fn planned(
    name: &str,
    schedule: &Schedule,
    total: u64,
    view: View,
    colour: usize,
    measure: Measure<'_>,
) -> Option<Drawn> {
    let end = total.saturating_sub(1) as f64;
    let step = |x: f64| measure.step(x.max(0.0)).map_or(0.0, |step| step as f64);
    let from = step(view.from).min(end);
    let to = step(view.to).min(end).max(from);
    let parts = (view.pixels / 2).clamp(2, 400);
    let rate = |step: f64| optimize::schedule::planned(schedule, step as u64, total);
    rate(from)?;
    let points = (0..=parts)
        .map(|part| (from + (to - from) * part as f64 / parts as f64).round())
        .filter_map(|step| Some(PlotPoint::new(measure.x(step as usize), rate(step)?)))
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
        name: format!("{name} {}", text::PLANNED_LINE),
        points: Rc::new(vec![points]),
        colour: theme::contender(colour),
        width: 1.2,
        form: Form::Dashed,
        dots: false,
        counts: true,
    })
}
