//! Pictures over axes: plots that are neither moved nor zoomed, and the look of an axis.

use eframe::egui::{RichText, TextStyle, Ui, Vec2};
use egui_plot::{AxisHints, Plot};

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
