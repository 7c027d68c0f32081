//! The question for a path: a field to write it into, the system's dialog beside it.

use crate::app::actions::{Action, Ask};
use crate::app::state::{AppState, Prompt};
use crate::app::{text, theme};
use eframe::egui::{Align, Button, Color32, Id, Key, Layout, Modal, RichText, TextEdit, Ui, vec2};

/// Draws the question, where one is open.
pub fn show(ui: &mut Ui, state: &AppState, actions: &mut Vec<Action>) {
    let buffer = Id::unique("prompt path");
    let Some(prompt) = &state.prompt else {
        ui.data_mut(|data| data.remove::<(String, String)>(buffer));
        return;
    };
    let modal = Modal::new(Id::unique("prompt")).show(ui.ctx(), |ui| {
        ui.set_width(480.0);
        ui.heading(text::ask(prompt.ask));
        ui.label(RichText::new(text::ask_help(prompt.ask)).weak());
        ui.add_space(theme::GRID);
        // What is typed stays until the state brings another path to start with.
        let (start, mut path) = ui
            .data(|data| data.get_temp::<(String, String)>(buffer))
            .filter(|(start, _)| *start == prompt.path)
            .unwrap_or_else(|| (prompt.path.clone(), prompt.path.clone()));
        let first = ui
            .data(|data| data.get_temp::<(String, String)>(buffer))
            .is_none();
        let label = ui.label(text::PATH);
        let field = ui
            .add(
                TextEdit::singleline(&mut path)
                    .hint_text(text::PATH_HINT)
                    .desired_width(f32::INFINITY),
            )
            .labelled_by(label.id);
        if first {
            field.request_focus();
        }
        let entered = field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
        if let Some(message) = &prompt.message {
            ui.label(RichText::new(message).color(theme::error(ui)));
        }
        ui.add_space(theme::GRID);
        buttons(ui, prompt, &path, entered, actions);
        ui.data_mut(|data| data.insert_temp(buffer, (start, path)));
    });
    if modal.should_close() {
        actions.push(Action::Dismiss);
    }
}

fn buttons(ui: &mut Ui, prompt: &Prompt, path: &str, entered: bool, actions: &mut Vec<Action>) {
    ui.horizontal(|ui| {
        let size = vec2(88.0, theme::BUTTON_HEIGHT);
        let browse = Button::new(text::BROWSE).min_size(size);
        if ui.add_enabled(!prompt.browsing, browse).clicked() {
            actions.push(Action::Browse);
        }
        if prompt.browsing {
            ui.label(RichText::new(text::BROWSING).small().weak());
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let bright = |label: text::Text| {
                Button::new(RichText::new(label).color(Color32::WHITE))
                    .fill(theme::ACCENT)
                    .min_size(size)
            };
            if prompt.replaces.is_some() {
                if ui.add(bright(text::REPLACE)).clicked() {
                    actions.push(Action::Overwrite);
                }
            } else {
                let label = match prompt.ask {
                    Ask::Open | Ask::StartFrom | Ask::MovedData => text::OPEN_BUTTON,
                    Ask::SaveAs | Ask::SaveFigure | Ask::Export => text::SAVE_BUTTON,
                };
                if ui.add(bright(label)).clicked() || entered {
                    actions.push(Action::Answer(path.to_owned()));
                }
            }
            if ui.add(Button::new(text::CANCEL).min_size(size)).clicked() {
                actions.push(Action::Dismiss);
            }
        });
    });
}
