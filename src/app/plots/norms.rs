//! Norms by tensor, the size of updates, the spectral radius, and how far gates and units are driven.

mod over_steps;
mod radii;
mod saturation;
mod sharpness;
mod tensors;
mod thinned;
mod units;
mod updates;

use super::{Plots, in_place, title};
use crate::app::panels::named;
use crate::app::runs::Run;
use crate::app::state::AppState;
use crate::app::{text, theme};
use eframe::egui::{
    Color32, ComboBox, Rect, RichText, Role, Sense, TextStyle, Ui, WidgetInfo, pos2, vec2,
};

/// What the page remembers between frames.
#[derive(Default)]
pub struct Norms {
    /// The colour number of the contender whose inside is shown.
    colour: Option<usize>,
    layer: usize,
    histogram: Option<units::Histogram>,
}

impl std::fmt::Debug for Norms {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Norms")
            .field("colour", &self.colour)
            .field("layer", &self.layer)
            .finish_non_exhaustive()
    }
}

/// Draws the page into the space that there is.
pub fn show(ui: &mut Ui, plots: &mut Plots, state: &AppState) {
    let runs: Vec<(usize, &Run)> = state.shown_runs().collect();
    let chosen = runs
        .iter()
        .find(|(_, run)| Some(run.colour) == plots.norms.colour)
        .or_else(|| runs.first())
        .copied();
    controls(ui, plots, &runs, chosen);
    let whole = ui.available_rect_before_wrap();
    let gap = 2.0 * theme::GRID;
    // The last tick of a left plot reaches over its end.
    let between = 3.0 * theme::GRID;
    let measured = runs.iter().any(|(_, run)| !run.sharpness.is_empty());
    let rows = if measured { 4.0 } else { 3.0 };
    let cell = vec2(
        (whole.width() - between) / 2.0,
        ((whole.height() - (rows - 1.0) * gap) / rows).floor(),
    );
    let place = |column: usize, row: usize, rows: f32| {
        let corner = whole.min
            + vec2(
                column as f32 * (cell.x + between),
                row as f32 * (cell.y + gap),
            );
        Rect::from_min_size(corner, vec2(cell.x, rows * cell.y + (rows - 1.0) * gap))
    };
    in_place(ui, place(0, 0, 1.0), |ui| {
        tensors::show(ui, plots, state, chosen);
    });
    in_place(ui, place(0, 1, 1.0), |ui| updates::show(ui, plots, state));
    in_place(ui, place(0, 2, 1.0), |ui| radii::show(ui, plots, state));
    if measured {
        in_place(ui, place(0, 3, 1.0), |ui| sharpness::show(ui, plots, state));
    }
    let upper = place(1, 0, rows / 2.0);
    in_place(ui, upper, |ui| saturation::show(ui, plots, state, chosen));
    let lower = Rect::from_min_max(pos2(upper.left(), upper.bottom() + gap), whole.max);
    in_place(ui, lower, |ui| units::show(ui, plots, state, chosen));
    ui.advance_cursor_after_rect(whole);
}

/// Which contender and which layer.
fn controls(ui: &mut Ui, plots: &mut Plots, runs: &[(usize, &Run)], chosen: Option<(usize, &Run)>) {
    let layers = chosen.map_or(1, |(_, run)| run.experiment.model.layers);
    plots.norms.layer = plots.norms.layer.min(layers.saturating_sub(1));
    let own_title = plots.own_title("norms", text::NORMS);
    title(ui, own_title, |ui| {
        let Some((_, run)) = chosen else {
            return;
        };
        let response = ComboBox::from_id_salt("norms run")
            .selected_text(RichText::new(run.label()).small())
            .width(140.0)
            .truncate()
            .show_ui(ui, |ui| {
                for (_, other) in runs {
                    let label = other.label();
                    if ui
                        .selectable_label(other.colour == run.colour, label)
                        .clicked()
                    {
                        plots.norms.colour = Some(other.colour);
                    }
                }
            })
            .response;
        named(&response, &text::WHICH_RUN);
        response.on_hover_text(text::WHICH_RUN);
        if layers > 1 {
            let response = ComboBox::from_id_salt("norms layer")
                .selected_text(RichText::new(text::layer(plots.norms.layer)).small())
                .width(80.0)
                .show_ui(ui, |ui| {
                    for layer in 0..layers {
                        ui.selectable_value(&mut plots.norms.layer, layer, text::layer(layer));
                    }
                })
                .response;
            named(&response, &text::LAYER_HELP);
            response.on_hover_text(text::LAYER_HELP);
        }
    });
}

/// What the colours of lines mean, in as many rows as that needs.
fn names_of_colours(ui: &mut Ui, keys: &[(Color32, String)]) {
    const ROW: f32 = 16.0;
    const DOT: f32 = 12.0;
    let font = TextStyle::Small.resolve(ui.style());
    let ink = ui.visuals().weak_text_color();
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing = vec2(theme::GRID, 0.0);
        ui.spacing_mut().interact_size.y = ROW;
        ui.horizontal_wrapped(|ui| {
            for (colour, name) in keys {
                let words = ui.painter().layout_no_wrap(name.clone(), font.clone(), ink);
                let size = vec2(DOT + words.size().x, ROW);
                let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
                let middle = rect.left_center();
                ui.painter()
                    .circle_filled(middle + vec2(4.0, 0.0), 3.5, *colour);
                let corner = middle + vec2(DOT, -words.size().y / 2.0);
                ui.painter().galley(corner, words, ink);
                response.widget_info(|| WidgetInfo::labeled(Role::Label, true, name));
            }
        });
    });
}
