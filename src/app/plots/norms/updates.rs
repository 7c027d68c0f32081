//! The size of each update relative to the weights.

use super::over_steps::{Shown, drawn, log_view, over_steps};
use super::thinned::thinned;
use crate::app::plots::{Plots, steps, titled};
use crate::app::runs::Run;
use crate::app::state::AppState;
use crate::app::{text, theme};
use eframe::egui::Ui;

/// The size of each update relative to the weights.
pub(super) fn show(ui: &mut Ui, plots: &mut Plots, state: &AppState) {
    titled(ui, text::UPDATE_RATIO, text::UPDATE_RATIO_HELP);
    let view = log_view(ui, plots, state, "updates");
    let ratio = |run: &Run, row: usize| -> Option<f64> {
        let update = *run.history.update_norm.values().get(row)?;
        let weights = *run.history.weight_norm.values().get(row)?;
        Some(f64::from(update) / f64::from(weights))
    };
    let mut lines = Vec::new();
    let mut last = Vec::new();
    for (_, run) in state.shown_runs() {
        let place = steps::place(run, view.axis);
        let points = thinned(view, run.history.len(), |row| {
            (place.x(row), ratio(run, row).unwrap_or(f64::NAN))
        });
        let colour = theme::contender(run.colour);
        lines.push(drawn(run.label(), points, colour, !run.diverged()));
        if let Some(value) = run
            .history
            .len()
            .checked_sub(1)
            .and_then(|row| ratio(run, row))
        {
            last.push((run.label(), value));
        }
    }
    let readout =
        |x: f64| steps::readout(state, x, |run, row| Some((run.label(), ratio(run, row)?)));
    over_steps(
        ui,
        plots,
        state,
        Shown {
            id: "updates",
            title: text::UPDATE_RATIO,
            y_label: text::RATIO_AXIS,
            log: true,
            y: None,
            lines,
            last,
            levels: Vec::new(),
            readout: &readout,
        },
    );
}
