//! The norm of the gradient of each tensor of one contender.

use super::names_of_colours;
use super::over_steps::{Shown, drawn, log_view, over_steps};
use super::thinned::thinned;
use crate::app::plots::{Plots, header, steps};
use crate::app::runs::Run;
use crate::app::state::AppState;
use crate::app::{text, theme};
use eframe::egui::{Color32, Ui};

/// The gradient's norm of each tensor of one contender.
pub(super) fn show(
    ui: &mut Ui,
    plots: &mut Plots,
    state: &AppState,
    chosen: Option<(usize, &Run)>,
) {
    let names = chosen
        .and_then(|(_, run)| run.info.as_ref())
        .map_or(&[][..], |info| &info.tensors[..]);
    let keys: Vec<(Color32, String)> = names
        .iter()
        .enumerate()
        .map(|(index, name)| (theme::contender(index), name.replace("rnn.", "")))
        .collect();
    header(ui, text::BY_TENSOR, |_| {}, |_| {});
    names_of_colours(ui, &keys);
    let view = log_view(ui, plots, state, "tensors");
    let mut lines = Vec::new();
    let mut last = Vec::new();
    if let Some((_, run)) = chosen {
        let place = steps::place(run, view.axis);
        let steps = &run.history.tensor_steps;
        for (index, [norms, _]) in run.history.tensor_norms.iter().enumerate() {
            let points = thinned(view, norms.len(), |i| {
                (place.x(steps[i] as usize), f64::from(norms[i]))
            });
            let colour = theme::contender(index);
            lines.push(drawn(
                names.get(index).cloned().unwrap_or_default(),
                points,
                colour,
                !run.diverged(),
            ));
            if let (Some(name), Some(norm)) = (names.get(index), norms.last()) {
                last.push((name.clone(), f64::from(*norm)));
            }
        }
    }
    let readout = |x: f64| {
        let (_, run) = chosen?;
        steps::readout_of(run, view.axis, x, |row| {
            let steps = &run.history.tensor_steps;
            let at = steps.partition_point(|&other| other <= row as u64);
            let norms = names.iter().zip(&run.history.tensor_norms);
            norms
                .filter_map(|(name, [norms, _])| {
                    Some((name.clone(), f64::from(*norms.get(at.checked_sub(1)?)?)))
                })
                .collect()
        })
    };
    over_steps(
        ui,
        plots,
        state,
        Shown {
            id: "tensors",
            title: text::BY_TENSOR,
            y_label: text::NORM_AXIS,
            log: true,
            y: None,
            lines,
            last,
            levels: Vec::new(),
            readout: &readout,
        },
    );
}
