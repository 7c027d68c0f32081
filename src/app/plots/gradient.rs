//! The gradient's global norm, before and after clipping, and the limit.

use super::frame::{self, Drawn, Spec};
use super::lines::Place;
use super::loss::{divergence, noisy, soft, step_range, step_tick, step_view, whole_step};
use super::{Plots, Sample, header, key, log_switch};
use crate::app::state::AppState;
use crate::app::{text, theme};
use crate::experiment::Clipping;
use eframe::egui::Ui;

/// Draws the plot.
pub fn show(ui: &mut Ui, plots: &mut Plots, state: &AppState) {
    let weak = ui.visuals().weak_text_color();
    let clips = |clipping: &Clipping| *clipping != Clipping::None;
    let any_clipping = state
        .shown_runs()
        .any(|(_, run)| clips(&run.experiment.clipping));
    header(
        ui,
        text::GRADIENT,
        |ui| {
            if any_clipping {
                key(ui, Sample::Thin, weak, text::BEFORE_CLIPPING);
                key(ui, Sample::Solid, weak, text::AFTER_CLIPPING);
            }
        },
        |ui| log_switch(ui, &mut plots.log_gradient, text::LOG_GRADIENT),
    );
    let x = step_range(state);
    let view = step_view(ui, &plots.steps, x, plots.log_gradient);
    let mut lines = Vec::new();
    let mut levels = Vec::new();
    let mut last = Vec::new();
    let mut marks = Vec::new();
    for (index, run) in state.shown_runs() {
        let colour = theme::contender(run.colour);
        let own = clips(&run.experiment.clipping);
        let counts = !run.diverged();
        let history = &run.history;
        let norms = &history.grad_norm;
        let place = Place::From(run.first_step() as usize);
        let raw = plots.cache.line(index, "norm", 0, norms, place, view);
        if own {
            lines.push(Drawn {
                name: format!("{index} before"),
                points: raw,
                colour: soft(colour, false),
                width: 1.0,
                dashed: false,
                dots: false,
                counts,
            });
            let clipped = &history.grad_norm_clipped;
            lines.push(Drawn {
                name: format!("{index} after"),
                points: plots.cache.line(index, "clipped", 0, clipped, place, view),
                colour,
                width: 1.4,
                dashed: false,
                dots: false,
                counts,
            });
            // Only this kind's limit is a norm of all tensors together.
            if let Clipping::GlobalNorm { limit } = run.experiment.clipping {
                levels.push((limit, colour));
            }
        } else {
            let course = plots
                .cache
                .course(index, "course of the norm", norms, place, view);
            lines.extend(noisy(&format!("{index} norm"), raw, course, colour, counts));
        }
        if let Some(norm) = history.grad_norm.last() {
            let name = if own {
                format!("{} ({})", run.label(), text::clipped(run))
            } else {
                run.label()
            };
            last.push((name, f64::from(norm)));
        }
        marks.extend(divergence(run, history.grad_norm.values()));
    }
    frame::show(
        ui,
        &mut plots.steps,
        &Spec {
            id: "gradient",
            label: text::plot_label(text::GRADIENT, &last),
            x_label: text::STEP_AXIS,
            y_label: text::NORM_AXIS,
            log: plots.log_gradient,
            x,
            y: None,
            empty: lines.is_empty().then_some(text::NOT_YET_SHORT),
            lines,
            bands: Vec::new(),
            levels,
            spans: Vec::new(),
            marks,
            x_unit: 1.0,
            x_tick: &step_tick,
            readout: &|x| {
                let step = whole_step(x)?;
                let rows = state.shown_runs().filter_map(|(_, run)| {
                    let norm = *run.history.grad_norm.values().get(run.row(step)?)?;
                    let name = if clips(&run.experiment.clipping) {
                        format!("{} ({})", run.label(), text::clipped(run))
                    } else {
                        run.label()
                    };
                    Some((name, f64::from(norm)))
                });
                text::readout(step as u64, rows)
            },
            cursor_group: "steps",
        },
    );
}
