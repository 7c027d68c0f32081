//! The dialog of an export: format, place, what the check found, and the lines that load the file elsewhere.

use crate::app::actions::{Action, ExportForm, ExportWish, Exported};
use crate::app::state::{AppState, Exporting};
use crate::app::{text, theme};
use eframe::egui::{
    Align, Button, Color32, Id, Layout, Modal, RichText, ScrollArea, Spinner, TextEdit, Ui, vec2,
};

/// Room for what stands above the lines of code, and around the dialog.
const ABOVE_CODE: f32 = 440.0;

/// Draws the dialog, where one is open.
pub fn show(ui: &mut Ui, state: &AppState, actions: &mut Vec<Action>) {
    let Some(dialog) = &state.exporting else {
        return;
    };
    let modal = Modal::new(Id::unique("export")).show(ui.ctx(), |ui| {
        ui.set_width((ui.ctx().content_rect().width() - 8.0 * theme::GRID).min(680.0));
        let name = state
            .runs
            .get(dialog.run)
            .map_or_else(String::new, crate::app::runs::Run::label);
        ui.heading(text::export_title(&name));
        let help = match dialog.form {
            ExportForm::Model(_) => text::EXPORT_HELP,
            ExportForm::Report | ExportForm::Events => text::EXPORT_ALL_HELP,
        };
        ui.label(RichText::new(help).weak());
        ui.add_space(theme::GRID);
        formats(ui, dialog, actions);
        let label = ui.label(text::PATH);
        let mut path = dialog.path.clone();
        let field = TextEdit::singleline(&mut path).desired_width(f32::INFINITY);
        let field = ui.add_enabled(!dialog.busy, field).labelled_by(label.id);
        if field.changed() {
            actions.push(Action::Export(ExportWish::Path(path)));
        }
        ui.add_space(theme::GRID);
        buttons(ui, dialog, actions);
        match &dialog.result {
            None => {}
            Some(Err(reason)) => {
                ui.label(RichText::new(reason).color(theme::error(ui)));
            }
            Some(Ok(exported)) => done(ui, exported),
        }
    });
    if modal.should_close() && !dialog.busy {
        actions.push(Action::Export(ExportWish::Close));
    }
}

fn formats(ui: &mut Ui, dialog: &Exporting, actions: &mut Vec<Action>) {
    for form in ExportForm::ALL {
        ui.horizontal(|ui| {
            let chosen = dialog.form == form;
            let button =
                ui.add_enabled_ui(!dialog.busy, |ui| ui.radio(chosen, text::export_form(form)));
            if button.inner.clicked() {
                actions.push(Action::Export(ExportWish::Format(form)));
            }
            ui.label(RichText::new(text::export_form_help(form)).small().weak());
        });
    }
}

fn buttons(ui: &mut Ui, dialog: &Exporting, actions: &mut Vec<Action>) {
    ui.horizontal(|ui| {
        let size = vec2(88.0, theme::BUTTON_HEIGHT);
        let free = !dialog.busy && !dialog.browsing;
        let browse = Button::new(text::BROWSE).min_size(size);
        if ui.add_enabled(free, browse).clicked() {
            actions.push(Action::Export(ExportWish::Browse));
        }
        if dialog.busy {
            ui.add(Spinner::new());
            ui.label(RichText::new(text::CHECKING_MODEL).small().weak());
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let word = if dialog.replaces {
                text::REPLACE
            } else {
                text::EXPORT
            };
            let write = Button::new(RichText::new(word).color(Color32::WHITE))
                .fill(theme::ACCENT)
                .min_size(size);
            if ui.add_enabled(free, write).clicked() {
                let replace = dialog.replaces;
                actions.push(Action::Export(ExportWish::Write { replace }));
            }
            let close = Button::new(text::CLOSE).min_size(size);
            if ui.add_enabled(!dialog.busy, close).clicked() {
                actions.push(Action::Export(ExportWish::Close));
            }
        });
    });
}

/// What the check found, and the snippet.
fn done(ui: &mut Ui, exported: &Exported) {
    ui.add_space(theme::GRID);
    ui.label(text::exported(exported));
    let Some((check, snippet)) = &exported.model else {
        return;
    };
    ui.label(text::checked(check));
    ui.add_space(theme::GRID);
    ui.horizontal(|ui| {
        ui.label(RichText::new(text::load_with(snippet.library)).strong());
        if ui.button(text::COPY).clicked() {
            ui.ctx().copy_text(snippet.code.clone());
        }
    });
    // As high as the window has room below what stands above it.
    let room = (ui.ctx().content_rect().height() - ABOVE_CODE).clamp(120.0, 640.0);
    // The dialog is not yet as high as it could be when this asks for room.
    let lines = ScrollArea::both()
        .max_height(room)
        .min_scrolled_height(room);
    lines.show(ui, |ui| {
        let mut code = snippet.code.as_str();
        let rows = code.lines().count();
        ui.add(
            TextEdit::multiline(&mut code)
                .code_editor()
                .desired_rows(rows)
                .desired_width(f32::INFINITY),
        );
    });
}
