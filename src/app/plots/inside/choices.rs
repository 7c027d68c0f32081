//! Which network, which layer, which window, when.

use super::{Page, What};
use crate::app::panels::named;
use crate::app::runs::Run;
use crate::app::text::Text;
use crate::app::{format, text, theme};
use crate::data::Part;
use crate::diagnose::activations::LayerActivations;
use crate::diagnose::flow::State;
use crate::train::Inside;
use eframe::egui::{ComboBox, RichText, Slider, Ui};

/// Which run, layer, state and part.
pub(super) fn choices(
    ui: &mut Ui,
    page: &mut Page,
    runs: &[(usize, &Run)],
    run: &Run,
    found: Option<&Inside>,
) {
    if runs.len() > 1 {
        let response = ComboBox::from_id_salt("inside run")
            .selected_text(RichText::new(run.label()).small())
            .width(120.0)
            .show_ui(ui, |ui| {
                for (index, run) in runs {
                    ui.selectable_value(&mut page.run, *index, run.label());
                }
            })
            .response;
        named(&response, &text::WHICH_RUN);
        response.on_hover_text(text::WHICH_RUN);
    }
    let layers = run.experiment.model.layers;
    if layers > 1 {
        let response = ComboBox::from_id_salt("inside layer")
            .selected_text(RichText::new(text::layer(page.layer)).small())
            .width(80.0)
            .show_ui(ui, |ui| {
                for layer in 0..layers {
                    ui.selectable_value(&mut page.layer, layer, text::layer(layer));
                }
            })
            .response;
        named(&response, &text::LAYER_HELP);
        response.on_hover_text(text::LAYER_HELP);
    }
    let layer = found.and_then(|inside| inside.layers.get(page.layer));
    let whats = layer.map_or_else(Vec::new, whats);
    if !whats.iter().any(|(what, _)| *what == page.what) {
        page.what = What::default();
    }
    if whats.len() > 1 {
        let name = |what: What| (whats.iter()).find(|(other, _)| *other == what);
        let response = ComboBox::from_id_salt("inside what")
            .selected_text(RichText::new(name(page.what).map_or("", |(_, name)| name)).small())
            .width(120.0)
            .show_ui(ui, |ui| {
                for (what, name) in &whats {
                    ui.selectable_value(&mut page.what, *what, *name);
                }
            })
            .response;
        named(&response, &text::WHAT_IS_SHOWN);
        response.on_hover_text(text::WHAT_IS_SHOWN);
    }
    let part = page.part.unwrap_or(Part::Validation);
    let response = ComboBox::from_id_salt("inside part")
        .selected_text(RichText::new(text::part(part)).small())
        .width(100.0)
        .show_ui(ui, |ui| {
            for other in Part::ALL {
                if ui
                    .selectable_label(part == other, text::part(other))
                    .clicked()
                {
                    page.part = Some(other);
                }
            }
        })
        .response;
    named(&response, &text::WHICH_PART);
    response.on_hover_text(text::WHICH_PART);
}

/// What of a layer there is to see.
fn whats(layer: &LayerActivations) -> Vec<(What, &'static str)> {
    let name = |text: Text| text.get();
    let mut all = vec![(What::State(State::Hidden), name(text::state(State::Hidden)))];
    if !layer.cell.is_empty() {
        all.push((What::State(State::Cell), name(text::state(State::Cell))));
    }
    let gates = layer.gates.iter().enumerate();
    all.extend(gates.map(|(index, (gate, _))| (What::Gate(index), name(text::gate(*gate)))));
    all
}

/// Through the windows, through time and through training.
pub(super) fn sliders(ui: &mut Ui, page: &mut Page, steps: &[u64], found: Option<&Inside>) {
    ui.horizontal_wrapped(|ui| {
        // What names and numbers leave, shared by three.
        ui.spacing_mut().slider_width = ((ui.available_width() - 420.0) / 3.0).clamp(32.0, 160.0);
        let slider = |ui: &mut Ui,
                      name: Text,
                      help: Text,
                      value: &mut usize,
                      last: usize,
                      shown: &dyn Fn(usize) -> String| {
            ui.label(RichText::new(name).small());
            let slider =
                Slider::new(value, 0..=last).custom_formatter(|value, _| shown(value as usize));
            let response = ui.add_enabled(last > 0, slider).on_hover_text(help);
            crate::app::panels::named(&response, name.get());
            ui.add_space(theme::GRID);
            response.changed()
        };
        let counted = |value: usize| format::count(value as u64 + 1);
        let windows = found.map_or(1, |inside| inside.windows);
        page.window = page.window.min(windows.max(1) - 1);
        slider(
            ui,
            text::WINDOW,
            text::WINDOW_HELP,
            &mut page.window,
            windows.max(1) - 1,
            &counted,
        );
        let last = found.map_or(0, |inside| inside.time_steps().max(1) - 1);
        let mut time_step = page.time_step.unwrap_or(last).min(last);
        if slider(
            ui,
            text::TIME_STEP,
            text::TIME_STEP_HELP,
            &mut time_step,
            last,
            &counted,
        ) {
            page.time_step = Some(time_step);
        }
        let last = steps.len().max(1) - 1;
        let mut at = page.step.map_or(last, |step| {
            steps.partition_point(|&other| other <= step).max(1) - 1
        });
        let step = |at: usize| format::count(steps.get(at).copied().unwrap_or_default());
        if slider(ui, text::AFTER, text::AFTER_HELP, &mut at, last, &step) {
            // At its end the slider stays with the latest.
            page.step = steps.get(at).copied().filter(|_| at < last);
        }
    });
}
