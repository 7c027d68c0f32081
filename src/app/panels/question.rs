//! The question about unsaved changes.

use crate::app::actions::Action;
use crate::app::state::AppState;
use crate::app::{text, theme};
use eframe::egui::{Align, Button, Color32, Id, Layout, Modal, RichText, Ui, vec2};

/// Draws the question, where one is open.
pub fn show(ui: &mut Ui, state: &AppState, actions: &mut Vec<Action>) {
    if state.question.is_none() {
        return;
    }
    let modal = Modal::new(Id::unique("unsaved")).show(ui.ctx(), |ui| {
        ui.set_width(400.0);
        ui.heading(text::UNSAVED);
        ui.label(RichText::new(text::UNSAVED_HELP).weak());
        ui.add_space(2.0 * theme::GRID);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let size = vec2(88.0, theme::BUTTON_HEIGHT);
            let save = RichText::new(text::SAVE_FIRST).color(Color32::WHITE);
            let save = Button::new(save).fill(theme::ACCENT).min_size(size);
            if ui.add(save).clicked() {
                actions.push(Action::SaveFirst);
            }
            if ui
                .add(Button::new(text::DO_NOT_SAVE).min_size(size))
                .clicked()
            {
                actions.push(Action::DropChanges);
            }
            if ui.add(Button::new(text::CANCEL).min_size(size)).clicked() {
                actions.push(Action::Dismiss);
            }
        });
    });
    if modal.should_close() {
        actions.push(Action::Dismiss);
    }
}
