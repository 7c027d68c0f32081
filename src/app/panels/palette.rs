//! What lies above the window on request: the palette of commands and the list of keys.

use crate::app::actions::{Action, Overlay};
use crate::app::commands::{self, Command};
use crate::app::state::AppState;
use crate::app::{text, theme};
use eframe::egui::{
    Align, Align2, Area, Button, Context, Frame, Grid, Id, Key, Layout, Modal, Order, RichText,
    Role, ScrollArea, TextEdit, Ui, WidgetInfo, vec2,
};

const WIDTH: f32 = 480.0;
/// Commands in view.
const HEIGHT: f32 = 340.0;

/// Draws what is open.
pub fn show(ui: &mut Ui, state: &AppState, actions: &mut Vec<Action>) {
    match state.overlay {
        Some(Overlay::Palette) => palette(ui.ctx(), state, actions),
        Some(Overlay::Keys) => keys(ui, state, actions),
        None => ui.data_mut(|data| data.remove::<(String, usize)>(typed_id())),
    }
}

fn typed_id() -> Id {
    Id::unique("palette")
}

fn palette(ctx: &Context, state: &AppState, actions: &mut Vec<Action>) {
    let remembered = ctx.data(|data| data.get_temp::<(String, usize)>(typed_id()));
    let first = remembered.is_none();
    let (mut typed, mut chosen) = remembered.unwrap_or_default();
    let area = Area::new(Id::unique("palette area"))
        .order(Order::Foreground)
        .anchor(Align2::CENTER_TOP, vec2(0.0, 72.0))
        .show(ctx, |ui| {
            Frame::window(ui.style()).show(ui, |ui| {
                ui.set_width(WIDTH);
                let (up, down, enter, escape) = ui.input_mut(|input| {
                    let mut took = |key| input.consume_key(eframe::egui::Modifiers::NONE, key);
                    (
                        took(Key::ArrowUp),
                        took(Key::ArrowDown),
                        took(Key::Enter),
                        took(Key::Escape),
                    )
                });
                let field = ui.add(
                    TextEdit::singleline(&mut typed)
                        .hint_text(text::PALETTE_HINT)
                        .desired_width(f32::INFINITY),
                );
                field.widget_info(|| {
                    WidgetInfo::labeled(Role::TextInput, true, text::PALETTE.get())
                });
                if first {
                    field.request_focus();
                }
                if field.changed() {
                    chosen = 0;
                }
                let found = commands::matching(commands::all(state), &typed);
                if up {
                    chosen = chosen.saturating_sub(1);
                }
                if down {
                    chosen += 1;
                }
                chosen = chosen.min(found.len().saturating_sub(1));
                if escape {
                    actions.push(Action::Show(None));
                }
                list(ui, &found, chosen, up || down, enter, actions);
            })
        });
    let outside = area.response.clicked_elsewhere() && !first;
    if outside {
        actions.push(Action::Show(None));
    }
    ctx.data_mut(|data| data.insert_temp(typed_id(), (typed, chosen)));
}

fn list(
    ui: &mut Ui,
    found: &[Command],
    chosen: usize,
    moved: bool,
    enter: bool,
    actions: &mut Vec<Action>,
) {
    if found.is_empty() {
        ui.label(RichText::new(text::NO_COMMAND).weak());
    }
    // The list is as high as what it holds, also after one that held less.
    let list = ScrollArea::vertical()
        .max_height(HEIGHT)
        .min_scrolled_height(HEIGHT);
    list.show(ui, |ui| {
        for (index, command) in found.iter().enumerate() {
            let keys = command.key_name(ui.ctx());
            let button = Button::new(&command.name)
                .shortcut_text(keys)
                .selected(index == chosen)
                .frame_when_inactive(index == chosen)
                .truncate()
                .min_size(vec2(ui.available_width(), 26.0));
            let response = ui.add(button);
            if index == chosen && moved {
                response.scroll_to_me(None);
            }
            if response.clicked() || (enter && index == chosen) {
                // The overlay closes first, so that the command may open another one.
                actions.push(Action::Show(None));
                actions.push(command.action.clone());
            }
        }
    });
}

fn keys(ui: &mut Ui, state: &AppState, actions: &mut Vec<Action>) {
    let modal = Modal::new(Id::unique("keys")).show(ui.ctx(), |ui| {
        ui.set_width(400.0);
        ui.heading(text::KEYS);
        ui.add_space(theme::GRID);
        Grid::new("keys")
            .num_columns(2)
            .spacing(vec2(24.0, 6.0))
            .show(ui, |ui| {
                for command in commands::all(state) {
                    let keys = command.key_name(ui.ctx());
                    if !keys.is_empty() {
                        ui.label(RichText::new(keys).strong());
                        ui.label(command.name);
                        ui.end_row();
                    }
                }
            });
        ui.add_space(theme::GRID);
        ui.label(RichText::new(text::KEYS_OF_PLOTS).weak());
        ui.add_space(theme::GRID);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if ui.button(text::CLOSE).clicked() {
                actions.push(Action::Show(None));
            }
        });
    });
    if modal.should_close() {
        actions.push(Action::Show(None));
    }
}
