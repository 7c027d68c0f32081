//! Fields of text.

use super::{Form, row};
use crate::app::{names, theme};
use eframe::egui::{Id, Response, TextEdit, TextStyle, Ui};

/// A line of text, taken over when the field is left.
pub fn line(ui: &mut Ui, form: &mut Form<'_>, key: &str, value: &str) -> Option<String> {
    row(ui, form, key, "", |ui, label, width| {
        let (response, entered) =
            edit_line(ui, Id::unique(("line", key, form_salt(ui))), width, value);
        (response.labelled_by(label), entered)
    })
}

fn form_salt(ui: &Ui) -> Id {
    ui.scope_id()
}

/// A text field that keeps what is being typed and hands it over when it is left.
pub fn edit_line(ui: &mut Ui, id: Id, width: f32, value: &str) -> (Response, Option<String>) {
    edit(ui, (id, width), value, value, "")
}

/// As [`edit_line`], of a path: while nobody types there, one that is too long shows its end, which says which file
/// it is. `hint` stands in an empty field.
pub fn edit_path(
    ui: &mut Ui,
    id: Id,
    width: f32,
    value: &str,
    hint: &str,
) -> (Response, Option<String>) {
    let room = width - 2.0 * theme::GRID;
    let shown = names::end_of(value, &|text| {
        names::width(ui, text, &TextStyle::Body) <= room
    });
    let (response, entered) = edit(ui, (id, width), value, &shown, hint);
    (names::told_whole(response, value, &shown), entered)
}

/// `shown` stands there while nobody types.
fn edit(
    ui: &mut Ui,
    (id, width): (Id, f32),
    value: &str,
    shown: &str,
    hint: &str,
) -> (Response, Option<String>) {
    let own = id.with("edit");
    let mut typed = ui.data(|data| data.get_temp::<String>(id));
    if typed.is_none() && ui.memory(|memory| memory.has_focus(own)) {
        typed = Some(value.to_owned());
    }
    let mut buffer = typed.clone().unwrap_or_else(|| shown.to_owned());
    let response = ui.add(
        TextEdit::singleline(&mut buffer)
            .id(own)
            .hint_text(hint)
            .desired_width(width),
    );
    // Before the field is entered nothing can have been typed.
    let buffer = if typed.is_some() {
        buffer
    } else {
        value.to_owned()
    };
    let mut entered = None;
    if response.lost_focus() {
        ui.data_mut(|data| data.remove::<String>(id));
        let cancelled = ui.input(|input| input.key_pressed(eframe::egui::Key::Escape));
        if !cancelled && buffer != value {
            entered = Some(buffer);
        }
    } else if response.has_focus() {
        ui.data_mut(|data| data.insert_temp(id, buffer));
    }
    (response, entered)
}
