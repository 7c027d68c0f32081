//! How far the gates and units of one contender are driven.

use super::names_of_colours;
use super::over_steps::{Shown, drawn, line, over_steps};
use crate::app::plots::{Plots, steps, titled};
use crate::app::runs::Run;
use crate::app::state::AppState;
use crate::app::{text, theme};
use crate::record::GateUse;
use eframe::egui::{Color32, Ui};

/// How far one contender's gates and units are driven.
pub(super) fn show(
    ui: &mut Ui,
    plots: &mut Plots,
    state: &AppState,
    chosen: Option<(usize, &Run)>,
) {
    let layer = plots.norms.layer;
    let share = |gate: &GateUse| f64::from(gate.low + gate.high);
    let latest = chosen
        .and_then(|(_, run)| run.looks.layers.last())
        .and_then(|layers| layers.get(layer))
        .map_or(&[][..], |look| &look.gates[..]);
    let keys: Vec<(Color32, String)> = latest
        .iter()
        .enumerate()
        .map(|(index, gate)| (theme::contender(index), text::gate(gate.gate).into()))
        .collect();
    titled(ui, text::SATURATION, text::SATURATION_HELP);
    names_of_colours(ui, &keys);
    let mut lines = Vec::new();
    if let Some((_, run)) = chosen {
        for (index, gate) in latest.iter().enumerate() {
            let found: Vec<(u64, f64)> = run
                .looks
                .course(layer, |look| look.gates.get(index).map(share))
                .collect();
            let colour = theme::contender(index);
            let points = line(run, state.view.x_axis, &found);
            lines.push(drawn(text::gate(gate.gate).into(), points, colour, true));
        }
    }
    let last = latest
        .iter()
        .map(|gate| (text::gate(gate.gate).into(), share(gate)))
        .collect();
    let readout = |x: f64| {
        let (_, run) = chosen?;
        steps::readout_of(run, state.view.x_axis, x, |row| {
            let at = run.looks.before(run.first_step() + row as u64);
            let look = at.and_then(|at| run.looks.layers[at].get(layer));
            (look.into_iter().flat_map(|look| &look.gates))
                .map(|gate| (text::gate(gate.gate).into(), share(gate)))
                .collect()
        })
    };
    over_steps(
        ui,
        plots,
        state,
        Shown {
            id: "saturation",
            title: text::SATURATION,
            y_label: text::SHARE_AXIS,
            log: false,
            y: Some([0.0, 1.0]),
            lines,
            last,
            levels: Vec::new(),
            readout: &readout,
        },
    );
}
