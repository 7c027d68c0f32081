//! What the plots of this page over steps have in common.

use crate::app::plots::frame::{self, Drawn, Form, Spec};
use crate::app::plots::lines::{Segments, View};
use crate::app::plots::{Plots, measure, steps};
use crate::app::runs::Run;
use crate::app::state::AppState;
use crate::app::text;
use crate::app::text::Text;
use crate::app::view::XAxis;
use eframe::egui::{Color32, Ui};
use egui_plot::PlotPoint;
use std::rc::Rc;

/// What all plots of this page over steps have in common.
pub(super) struct Shown<'a> {
    pub(super) id: &'static str,
    pub(super) title: Text,
    pub(super) y_label: Text,
    pub(super) log: bool,
    pub(super) y: Option<[f64; 2]>,
    pub(super) lines: Vec<Drawn>,
    pub(super) last: Vec<(String, f64)>,
    pub(super) levels: Vec<(f64, Color32, String)>,
    pub(super) readout: &'a dyn Fn(f64) -> Option<String>,
}

pub(super) fn over_steps(ui: &mut Ui, plots: &mut Plots, state: &AppState, shown: Shown<'_>) {
    let axis = state.view.x_axis;
    frame::show(
        ui,
        &mut plots.steps,
        &Spec {
            id: shown.id,
            label: text::plot_label(&shown.title, &shown.last),
            x_label: text::x_axis_name(axis).get(),
            y_label: &shown.y_label,
            log: shown.log,
            x: steps::range(state),
            y: shown.y,
            empty: shown.lines.is_empty().then(|| nothing(state).get()),
            lines: shown.lines,
            bands: Vec::new(),
            levels: shown.levels,
            spans: Vec::new(),
            marks: Vec::new(),
            x_unit: steps::tick_unit(axis),
            x_years: &[],
            x_tick: &|x| steps::tick(axis, x),
            readout: shown.readout,
            cursor_group: "steps",
        },
    );
}

/// What stands in a plot without a line.
pub(super) fn nothing(state: &AppState) -> Text {
    if state.runs.is_empty() || !state.runs.iter().all(Run::ended) {
        text::NOT_YET_SHORT
    } else {
        text::NOTHING_MEASURED
    }
}

/// A line of its own colour.
pub(super) fn drawn(name: String, points: Segments, colour: Color32, counts: bool) -> Drawn {
    Drawn {
        name,
        points,
        colour,
        width: 1.4,
        form: Form::Solid,
        dots: false,
        counts,
    }
}

/// The looks' line over what the axis counts.
pub(super) fn line(run: &Run, axis: XAxis, points: &[(u64, f64)]) -> Segments {
    let measure = measure(run, axis);
    let finite = points.iter().filter(|(_, value)| value.is_finite());
    let points: Vec<PlotPoint> = finite
        .map(|&(step, value)| PlotPoint::new(measure.x(step as usize), value))
        .collect();
    Rc::new(if points.is_empty() {
        Vec::new()
    } else {
        vec![points]
    })
}

/// What is in view of a plot of this page whose axis is logarithmic.
pub(super) fn log_view(ui: &Ui, plots: &Plots, state: &AppState, plot: &str) -> View {
    View {
        log: true,
        ..steps::view(ui, &plots.steps, state, plot)
    }
}
