//! The sharpest curvature of the loss over training, and the limit above which steps are unstable.

use super::over_steps::{Shown, drawn, line, over_steps};
use crate::app::plots::frame::Form;
use crate::app::plots::{Plots, steps, titled};
use crate::app::state::AppState;
use crate::app::{text, theme};
use crate::record::Sharpness;
use eframe::egui::Ui;

/// Draws it into the space that there is.
pub fn show(ui: &mut Ui, plots: &mut Plots, state: &AppState) {
    titled(ui, text::SHARPNESS, text::SHARPNESS_HELP);
    let axis = state.view.x_axis;
    let mut lines = Vec::new();
    let mut last = Vec::new();
    for (_, run) in state.shown_runs() {
        let of = |value: &dyn Fn(&Sharpness) -> Option<f64>| -> Vec<(u64, f64)> {
            (run.sharpness.iter())
                .filter_map(|known| Some((known.step, value(known)?.log10())))
                .collect()
        };
        let colour = theme::contender(run.colour);
        // A curvature may be negative, and has no logarithm then.
        let values = of(&|known| Some(known.value).filter(|value| *value > 0.0));
        let limits = of(&|known| known.limit);
        lines.push(drawn(run.label(), line(run, axis, &values), colour, true));
        if let Some(known) = run.sharpness.last() {
            last.push((run.label(), known.value));
        }
        if !limits.is_empty() {
            let name = format!("{}, {}", run.label(), text::LIMIT_OF_STABILITY);
            let mut limit = drawn(name, line(run, axis, &limits), colour, true);
            limit.form = Form::Dashed;
            lines.push(limit);
        }
    }
    let readout = |x: f64| {
        steps::readout(state, x, |run, row| {
            let step = run.first_step() + row as u64;
            let after = run.sharpness.partition_point(|known| known.step <= step);
            let known = run.sharpness.get(after.checked_sub(1)?)?;
            Some((run.label(), known.value))
        })
    };
    over_steps(
        ui,
        plots,
        state,
        Shown {
            id: "sharpness",
            title: text::SHARPNESS,
            y_label: text::SHARPNESS_AXIS,
            log: true,
            y: None,
            lines,
            last,
            levels: Vec::new(),
            readout: &readout,
        },
    );
}
