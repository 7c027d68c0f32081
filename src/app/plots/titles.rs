//! The title lines of plots and pages, and the place below them.

use crate::app::panels::beside;
use crate::app::{text, theme};
use eframe::egui::{Align, Layout, Rect, RichText, Sense, Ui, UiBuilder, vec2};

/// A page's title line: its name, where no tab says it, and its choices.
pub(super) fn title(ui: &mut Ui, title: Option<text::Text>, choices: impl FnOnce(&mut Ui)) {
    ui.horizontal(|ui| {
        if let Some(title) = title {
            ui.label(RichText::new(title).strong());
            ui.add_space(theme::GRID);
        }
        choices(ui);
    });
}

/// A plot's title line: its name, what its lines mean, and its switches at the right.
pub(super) fn header(
    ui: &mut Ui,
    title: text::Text,
    middle: impl FnOnce(&mut Ui),
    right: impl FnOnce(&mut Ui),
) {
    explained(ui, title, text::NOTHING, middle, right);
}

/// As [`explained`], with nothing beside the name.
pub(super) fn titled(ui: &mut Ui, title: text::Text, help: text::Text) {
    explained(ui, title, help, |_| {}, |_| {});
}

/// As [`header`], with a sentence on the name.
pub(super) fn explained(
    ui: &mut Ui,
    title: text::Text,
    help: text::Text,
    middle: impl FnOnce(&mut Ui),
    right: impl FnOnce(&mut Ui),
) {
    // A place of its own: keys that do not fit may not widen the plot below.
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 24.0), Sense::hover());
    beside(ui, rect, Layout::left_to_right(Align::Center), |ui| {
        let name = ui.label(RichText::new(title).strong());
        if !help.is_empty() {
            name.on_hover_text(help);
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            right(ui);
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                ui.shrink_clip_rect(ui.max_rect());
                middle(ui);
            });
        });
    });
}

/// Draws into `rect` without moving the place of what follows.
pub(super) fn in_place(ui: &mut Ui, rect: Rect, add: impl FnOnce(&mut Ui)) {
    let mut child = ui.new_child(
        UiBuilder::new()
            .max_rect(rect)
            .layout(Layout::top_down(Align::Min)),
    );
    // The last tick of an axis reaches over its end.
    child.shrink_clip_rect(rect.expand2(vec2(theme::GRID * 2.0, 0.0)));
    add(&mut child);
}
