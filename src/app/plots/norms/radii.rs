//! The spectral radius of the recurrent weights of each contender.

use super::over_steps::{Shown, drawn, line, over_steps};
use crate::app::plots::{Plots, steps, titled};
use crate::app::state::AppState;
use crate::app::{text, theme};
use eframe::egui::Ui;

/// The spectral radius of each contender's recurrent weights.
pub(super) fn show(ui: &mut Ui, plots: &mut Plots, state: &AppState) {
    titled(ui, text::RADIUS, text::RADIUS_HELP);
    let layer = plots.norms.layer;
    let mut lines = Vec::new();
    let mut last = Vec::new();
    for (_, run) in state.shown_runs() {
        let found: Vec<(u64, f64)> = run.looks.course(layer, |look| Some(look.radius)).collect();
        let Some(&(_, radius)) = found.last() else {
            continue;
        };
        let colour = theme::contender(run.colour);
        lines.push(drawn(
            run.label(),
            line(run, state.view.x_axis, &found),
            colour,
            !run.diverged(),
        ));
        last.push((run.label(), radius));
    }
    let readout = |x: f64| {
        steps::readout(state, x, |run, row| {
            let at = run.looks.before(run.first_step() + row as u64)?;
            Some((run.label(), run.looks.layers[at].get(layer)?.radius))
        })
    };
    let weak = ui.visuals().weak_text_color();
    over_steps(
        ui,
        plots,
        state,
        Shown {
            id: "radii",
            title: text::RADIUS,
            y_label: text::RADIUS_AXIS,
            log: false,
            y: Some([0.9, 1.1]),
            lines,
            last,
            levels: vec![(1.0, weak, String::new())],
            readout: &readout,
        },
    );
}
