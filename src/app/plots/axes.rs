//! What of the axes of plots is to be seen: everything, or what the person chose; and the way back.

use super::save;
use crate::app::text;
use crate::app::view::Travel;
use eframe::egui::{RichText, Ui};
use std::collections::BTreeMap;

/// What of the axes is to be seen: everything, or what the person chose.
#[derive(Debug, Default)]
pub(super) struct Axes {
    /// The x range that the person chose; `None` follows.
    pub(super) x: Option<[f64; 2]>,
    /// The y range that the person chose in each plot.
    pub(super) y: BTreeMap<&'static str, [f64; 2]>,
    /// The plot under the pointer, and the x there.
    pub(super) hovered: Option<(&'static str, f64)>,
    /// The x that an event points at, while nothing is under the pointer.
    pub(super) pointed: Option<f64>,
    /// A move along the x axis that is made when a plot of it is next drawn.
    pub(super) travel: Option<Travel>,
    /// The plot that shall be saved when it is next drawn, and how.
    pub(super) wanted: Option<(&'static str, save::Format)>,
    /// File names and contents that are to be saved.
    pub(super) saved: Vec<(String, Vec<u8>)>,
    /// Whether a plot of them was drawn since it was last asked.
    pub(super) drawn: bool,
}

impl Axes {
    pub(super) fn follow(&mut self) {
        self.x = None;
        self.y.clear();
    }

    pub(super) fn following(&self) -> bool {
        self.x.is_none() && self.y.is_empty()
    }
}

/// The button that comes back after pan or zoom.
pub(super) fn follow_button(ui: &mut Ui, axes: &mut Axes, label: text::Text) {
    if axes.following() {
        return;
    }
    let button = eframe::egui::Button::new(RichText::new(label).small()).small();
    if ui.add(button).on_hover_text(text::FOLLOW_HELP).clicked() {
        axes.follow();
    }
}
