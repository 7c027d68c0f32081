//! Pictures over axes: plots that are neither moved nor zoomed, and the look of an axis.

use eframe::egui::{RichText, TextStyle, Ui, Vec2, vec2};
use egui_plot::{AxisHints, Plot};

/// What a plot has at least, so that its axes are not pushed out of a low place.
pub const LEAST: Vec2 = vec2(32.0, 24.0);
/// Below this height a place has no room for the name of its x axis.
const NAMED: f32 = 104.0;

/// The name of the x axis where the place that is left is high enough for it.
pub fn if_room<'a>(ui: &Ui, name: &'a str) -> &'a str {
    if ui.available_height() < NAMED {
        ""
    } else {
        name
    }
}

/// `plot` as a frame for a picture, which fills it.
pub fn still<'a>(ui: &Ui, plot: Plot<'a>) -> Plot<'a> {
    plot.allow_scroll(false)
        .allow_drag(false)
        .allow_zoom(false)
        .allow_boxed_zoom(false)
        .allow_double_click_reset(false)
        .show_grid(false)
        .grid_spacing(8.0..=160.0)
        .set_margin_fraction(Vec2::ZERO)
        .min_size(LEAST)
        .cursor_color(ui.visuals().weak_text_color())
}

/// An axis with its name, small and quiet.
pub fn axis<'a>(ui: &Ui, hints: AxisHints<'a>, name: &str) -> AxisHints<'a> {
    let small = TextStyle::Small.resolve(ui.style());
    let weak = ui.visuals().weak_text_color();
    hints
        .label(RichText::new(name).font(small.clone()).color(weak))
        .tick_label_color(weak)
        .tick_label_font(small)
}
