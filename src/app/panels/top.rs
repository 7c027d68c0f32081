//! The bar at the top: what is open, the race's buttons, its progress, and the menus.

use super::named;
use crate::app::actions::{Action, Pace};
use crate::app::commands::{self, Command};
use crate::app::state::{AppState, Phase};
use crate::app::text::{self, Language, Text};
use crate::app::view::{Smoothing, Theme, View, XAxis};
use crate::app::{names, theme};
use crate::scenarios;
use eframe::egui::{
    Align, Button, Color32, ComboBox, Layout, ProgressBar, RichText, TextStyle, Ui, Vec2, vec2,
};

/// Below this width the bar saves room where it can.
const NARROW: f32 = 1160.0;
/// Beside the name of what is open: the room of all else, and the least that is left for the name.
const BESIDE: [f32; 2] = [960.0, 232.0];
const BESIDE_NARROW: [f32; 2] = [776.0, 168.0];
/// Room that any title of a scenario fits in.
const TITLE: f32 = 420.0;

/// Draws the bar.
pub fn show(ui: &mut Ui, state: &AppState, actions: &mut Vec<Action>) {
    let whole = ui.available_width();
    let narrow = whole < NARROW;
    // By the window alone, so that nothing moves when a name gets longer.
    let [beside, least] = if narrow { BESIDE_NARROW } else { BESIDE };
    let titled = (whole - beside).clamp(least, TITLE);
    let commands = commands::all(state);
    ui.horizontal(|ui| {
        ui.set_height(theme::BUTTON_HEIGHT);
        if narrow {
            ui.spacing_mut().item_spacing.x = 4.0;
        }
        file_menu(ui, state, &commands, actions);
        edit_menu(ui, &commands, actions);
        view_menu(ui, state, &commands, actions);
        scenario(ui, state, titled, actions);
        if !narrow {
            ui.add_space(theme::GRID);
        }
        buttons(ui, state, if narrow { 44.0 } else { 56.0 }, actions);
        pace(ui, state, if narrow { 88.0 } else { 128.0 }, actions);
        ui.add_space(theme::GRID);
        progress(ui, state);
    });
}

/// The entry that does what the command does, with its key beside it.
fn entry(ui: &mut Ui, commands: &[Command], action: &Action, actions: &mut Vec<Action>) {
    let Some(command) = commands.iter().find(|command| command.action == *action) else {
        return;
    };
    let button = Button::new(&command.name).shortcut_text(command.key_name(ui.ctx()));
    if ui.add_enabled(command.enabled, button).clicked() {
        actions.push(command.action.clone());
        ui.close();
    }
}

fn file_menu(ui: &mut Ui, state: &AppState, commands: &[Command], actions: &mut Vec<Action>) {
    use crate::app::actions::Ask;
    ui.menu_button(text::FILE, |ui| {
        ui.set_min_width(240.0);
        entry(ui, commands, &Action::Ask(Ask::Open), actions);
        ui.menu_button(text::RECENT, |ui| {
            ui.set_min_width(320.0);
            if state.recent.is_empty() {
                ui.label(RichText::new(text::NO_RECENT).weak());
            }
            for path in &state.recent {
                let name = path
                    .file_name()
                    .unwrap_or(path.as_os_str())
                    .to_string_lossy();
                let folder = path
                    .parent()
                    .map_or_else(String::new, |f| f.display().to_string());
                let response = ui.button(name).on_hover_text(folder);
                if response.clicked() {
                    actions.push(Action::OpenPath(path.clone()));
                    ui.close();
                }
            }
        });
        ui.separator();
        entry(ui, commands, &Action::Save, actions);
        entry(ui, commands, &Action::Ask(Ask::SaveAs), actions);
        ui.separator();
        entry(ui, commands, &Action::Close, actions);
    });
}

fn edit_menu(ui: &mut Ui, commands: &[Command], actions: &mut Vec<Action>) {
    use crate::app::actions::Overlay;
    ui.menu_button(text::EDIT, |ui| {
        ui.set_min_width(200.0);
        entry(ui, commands, &Action::Undo, actions);
        entry(ui, commands, &Action::Redo, actions);
        ui.separator();
        entry(ui, commands, &Action::Show(Some(Overlay::Palette)), actions);
        entry(ui, commands, &Action::Show(Some(Overlay::Keys)), actions);
    });
}

fn view_menu(ui: &mut Ui, state: &AppState, commands: &[Command], actions: &mut Vec<Action>) {
    ui.menu_button(text::VIEW, |ui| {
        ui.set_min_width(200.0);
        let mut view = state.view.clone();
        choice(ui, text::THEME, &mut view.theme, &Theme::ALL, |theme| {
            text::theme(theme).get()
        });
        choice(ui, text::X_AXIS, &mut view.x_axis, &XAxis::ALL, |axis| {
            text::x_axis(axis).get()
        });
        choice(
            ui,
            text::SMOOTHING,
            &mut view.smoothing,
            &Smoothing::ALL,
            |smoothing| text::smoothing(smoothing).get(),
        );
        let mut language = text::language();
        choice(
            ui,
            text::LANGUAGE,
            &mut language,
            &Language::ALL,
            Language::own_name,
        );
        if language != text::language() {
            actions.push(Action::SetLanguage(language));
        }
        ui.separator();
        entry(ui, commands, &Action::Follow, actions);
        let change = |change: fn(&mut View)| {
            let mut view = state.view.clone();
            change(&mut view);
            Action::SetView(Box::new(view))
        };
        let projector = change(|view| view.projector = !view.projector);
        entry(ui, commands, &projector, actions);
        entry(
            ui,
            commands,
            &change(|view| view.full_screen = !view.full_screen),
            actions,
        );
        let usual = commands
            .iter()
            .find(|command| command.name == *text::RESET_LAYOUT);
        if let Some(usual) = usual {
            let button = ui
                .button(&usual.name)
                .on_hover_text(text::RESET_LAYOUT_HELP);
            if button.clicked() {
                actions.push(usual.action.clone());
                ui.close();
            }
        }
        ui.separator();
        ui.checkbox(&mut view.diagnostics, text::DIAGNOSTICS);
        if view != state.view {
            actions.push(Action::SetView(Box::new(view)));
        }
    });
}

/// A submenu with one choice out of a few.
fn choice<T: Copy + PartialEq>(
    ui: &mut Ui,
    name: Text,
    value: &mut T,
    all: &[T],
    label: impl Fn(T) -> &'static str,
) {
    ui.menu_button(name, |ui| {
        ui.set_min_width(140.0);
        for &option in all {
            if ui.radio_value(value, option, label(option)).clicked() {
                ui.close();
            }
        }
    });
}

fn scenario(ui: &mut Ui, state: &AppState, width: f32, actions: &mut Vec<Action>) {
    let shown = match (state.scenario, &state.file) {
        (Some(index), _) => text::scenario_title(&scenarios::ALL[index]).to_owned(),
        (None, Some(file)) => file
            .file_name()
            .map_or_else(String::new, |name| name.to_string_lossy().into_owned()),
        (None, None) => text::OWN_SETTINGS.into(),
    };
    let unsaved = state.unsaved();
    // The mark comes first, where a long name cannot push it out.
    let shown = if unsaved {
        format!("● {shown}")
    } else {
        shown
    };
    let size = vec2(width, theme::BUTTON_HEIGHT);
    let layout = Layout::left_to_right(Align::Center);
    ui.allocate_ui_with_layout(size, layout, |ui| {
        ui.set_min_size(size);
        scenario_menu(ui, state, &shown, width, actions);
    });
}

fn scenario_menu(
    ui: &mut Ui,
    state: &AppState,
    shown: &str,
    width: f32,
    actions: &mut Vec<Action>,
) {
    let fitted = names::on_menu(ui, shown, width);
    let response = ComboBox::from_id_salt("scenario")
        .selected_text(&*fitted)
        .width(width)
        .height((ui.ctx().content_rect().height() - 96.0).max(160.0))
        .truncate()
        .show_ui(ui, |ui| {
            ui.set_min_width(360.0);
            for (index, scenario) in scenarios::ALL.iter().enumerate() {
                let title = text::scenario_title(scenario);
                let entry = ui
                    .selectable_label(state.scenario == Some(index), title)
                    .on_hover_text(text::scenario_lesson(scenario));
                if entry.clicked() {
                    actions.push(Action::OpenScenario(index));
                }
            }
        })
        .response;
    named(&response, &text::SCENARIO);
    let mut help = format!("{}\n{}", text::SCENARIO, shown.trim_start_matches("● "));
    if state.unsaved() {
        help = format!("{help}\n{}", text::UNSAVED_MARK);
    }
    response.on_hover_text(help);
}

fn buttons(ui: &mut Ui, state: &AppState, width: f32, actions: &mut Vec<Action>) {
    let phase = state.phase();
    let height = theme::BUTTON_HEIGHT;
    let next = matches!(
        phase,
        Phase::Ready | Phase::Paused | Phase::Stopped | Phase::Ended
    );
    let enabled = commands::runnable(state);
    let label = RichText::new(text::run_button(phase));
    let run = if next && enabled {
        Button::new(label.color(Color32::WHITE).strong()).fill(theme::ACCENT)
    } else {
        Button::new(label)
    };
    let response = ui
        .add_enabled(enabled, run.min_size(vec2(96.0, height)))
        .on_hover_text(text::run_help(phase))
        .on_disabled_hover_text(text::BLOCKED_HELP);
    if response.clicked() {
        actions.push(Action::RunOrPause);
    }
    let mut button = |ui: &mut Ui, enabled: bool, label: Text, help: Text, action: Action| {
        let size: Vec2 = vec2(width, height);
        let response = ui
            .add_enabled(enabled, Button::new(label).min_size(size))
            .on_hover_text(help)
            .on_disabled_hover_text(help);
        if response.clicked() {
            actions.push(action);
        }
    };
    let steppable = commands::steppable(state);
    button(ui, steppable, text::STEP, text::STEP_HELP, Action::Step);
    let stoppable = commands::stoppable(state);
    button(ui, stoppable, text::STOP, text::STOP_HELP, Action::Stop);
    let resettable = phase != Phase::Ready;
    button(ui, resettable, text::RESET, text::RESET_HELP, Action::Reset);
}

fn pace(ui: &mut Ui, state: &AppState, width: f32, actions: &mut Vec<Action>) {
    let response = ComboBox::from_id_salt("pace")
        .selected_text(text::pace(state.pace))
        .width(width)
        .truncate()
        .show_ui(ui, |ui| {
            ui.set_min_width(128.0);
            for pace in Pace::ALL {
                if ui
                    .selectable_label(state.pace == pace, text::pace(pace))
                    .clicked()
                {
                    actions.push(Action::SetPace(pace));
                }
            }
        })
        .response;
    named(&response, &text::PACE);
    response.on_hover_text(text::PACE_HELP);
}

fn progress(ui: &mut Ui, state: &AppState) {
    let progress = state.progress();
    let phase = state.phase();
    let [done, left] = text::progress(phase, state.blocked(), &progress);
    let width = ui.available_width();
    ui.allocate_ui_with_layout(
        vec2(width, theme::BUTTON_HEIGHT),
        Layout::top_down(Align::Min),
        |ui| {
            ui.spacing_mut().item_spacing.y = 3.0;
            ui.horizontal(|ui| {
                ui.set_height(16.0);
                // What is left stands at the right where there is room for both, else in the tooltip.
                let [first, second] =
                    [&done, &left].map(|w| names::width(ui, w, &TextStyle::Small));
                let both = first + second + 2.0 * theme::GRID < width;
                let words = eframe::egui::Label::new(RichText::new(&done).small()).truncate();
                if both || left.is_empty() {
                    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                        ui.label(RichText::new(&left).small().weak());
                        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                            ui.add(words);
                        });
                    });
                } else {
                    ui.add(words).on_hover_text(format!("{done}\n{left}"));
                }
            });
            ui.add(
                ProgressBar::new(progress.share as f32)
                    .desired_width(width)
                    .desired_height(4.0)
                    .corner_radius(2.0)
                    .fill(
                        ui.visuals()
                            .widgets
                            .noninteractive
                            .fg_stroke
                            .color
                            .gamma_multiply(0.6),
                    ),
            );
        },
    );
}
