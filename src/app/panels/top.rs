//! The bar at the top: what is open, the race's buttons, its progress, and the menus.

use super::named;
use crate::app::actions::{Action, Ask, Pace};
use crate::app::state::{AppState, Phase};
use crate::app::{text, theme};
use crate::scenarios;
use eframe::egui::{
    Align, Button, Color32, ComboBox, Layout, ProgressBar, RichText, ThemePreference, Ui, vec2,
};

const SCENARIO_WIDTH: f32 = 240.0;

/// Whether the person wants to see what drawing costs.
pub struct Menus<'a> {
    /// Shown in the line at the bottom.
    pub diagnostics: &'a mut bool,
}

/// Draws the bar.
pub fn show(ui: &mut Ui, state: &AppState, menus: &mut Menus<'_>, actions: &mut Vec<Action>) {
    ui.horizontal(|ui| {
        ui.set_height(theme::BUTTON_HEIGHT);
        file_menu(ui, actions);
        view_menu(ui, menus);
        scenario(ui, state, actions);
        ui.add_space(theme::GRID);
        buttons(ui, state, actions);
        pace(ui, state, actions);
        ui.add_space(theme::GRID);
        progress(ui, state);
    });
}

fn file_menu(ui: &mut Ui, actions: &mut Vec<Action>) {
    ui.menu_button(text::FILE, |ui| {
        ui.set_min_width(240.0);
        let mut entry = |ui: &mut Ui, label: &str, keys: &str, action: Action| {
            if ui.add(Button::new(label).shortcut_text(keys)).clicked() {
                actions.push(action);
                ui.close();
            }
        };
        entry(ui, text::OPEN, text::OPEN_KEYS, Action::Ask(Ask::Open));
        entry(ui, text::SAVE, text::SAVE_KEYS, Action::Save);
        entry(ui, text::SAVE_AS, "", Action::Ask(Ask::SaveAs));
    });
}

fn view_menu(ui: &mut Ui, menus: &mut Menus<'_>) {
    ui.menu_button(text::VIEW, |ui| {
        ui.set_min_width(160.0);
        ui.label(RichText::new(text::THEME).weak());
        let mut preference = ui.ctx().options(|options| options.theme_preference);
        for (choice, label) in [
            (ThemePreference::Light, text::LIGHT),
            (ThemePreference::Dark, text::DARK),
            (ThemePreference::System, text::SYSTEM),
        ] {
            if ui.radio_value(&mut preference, choice, label).clicked() {
                ui.ctx().set_theme(preference);
            }
        }
        ui.separator();
        ui.checkbox(menus.diagnostics, text::DIAGNOSTICS);
    });
}

fn scenario(ui: &mut Ui, state: &AppState, actions: &mut Vec<Action>) {
    let shown = match (state.scenario, &state.file) {
        (Some(index), _) => scenarios::ALL[index].title.to_owned(),
        (None, Some(file)) => file
            .file_name()
            .map_or_else(String::new, |name| name.to_string_lossy().into_owned()),
        (None, None) => text::OWN_SETTINGS.to_owned(),
    };
    let size = vec2(SCENARIO_WIDTH, theme::BUTTON_HEIGHT);
    let layout = Layout::left_to_right(Align::Center);
    ui.allocate_ui_with_layout(size, layout, |ui| {
        ui.set_min_size(size);
        scenario_menu(ui, state, &shown, actions);
    });
}

fn scenario_menu(ui: &mut Ui, state: &AppState, shown: &str, actions: &mut Vec<Action>) {
    let response = ComboBox::from_id_salt("scenario")
        .selected_text(shown)
        .width(SCENARIO_WIDTH)
        .truncate()
        .show_ui(ui, |ui| {
            for (index, scenario) in scenarios::ALL.iter().enumerate() {
                let entry = ui
                    .selectable_label(state.scenario == Some(index), scenario.title)
                    .on_hover_text(scenario.lesson);
                if entry.clicked() {
                    actions.push(Action::OpenScenario(index));
                }
            }
        })
        .response;
    named(&response, text::SCENARIO);
    response.on_hover_text(text::SCENARIO);
}

fn buttons(ui: &mut Ui, state: &AppState, actions: &mut Vec<Action>) {
    let phase = state.phase();
    let height = theme::BUTTON_HEIGHT;
    let can_start = !state.blocked() && phase != Phase::Preparing;
    // What has begun goes on whatever the settings have become.
    let can_go_on = phase == Phase::Stopped;
    let next = matches!(phase, Phase::Ready | Phase::Paused | Phase::Ended);
    let bright = (next && can_start) || can_go_on;
    let label = RichText::new(text::run_button(phase));
    let run = if bright {
        Button::new(label.color(Color32::WHITE).strong()).fill(theme::ACCENT)
    } else {
        Button::new(label)
    };
    let enabled = can_start || can_go_on || phase == Phase::Running;
    let response = ui
        .add_enabled(enabled, run.min_size(vec2(96.0, height)))
        .on_hover_text(text::run_help(phase))
        .on_disabled_hover_text(text::BLOCKED_HELP);
    if response.clicked() {
        actions.push(Action::RunOrPause);
    }
    let mut button = |ui: &mut Ui, enabled: bool, label: &str, help: &str, action: Action| {
        let response = ui
            .add_enabled(enabled, Button::new(label).min_size(vec2(56.0, height)))
            .on_hover_text(help)
            .on_disabled_hover_text(help);
        if response.clicked() {
            actions.push(action);
        }
    };
    let steppable = (phase == Phase::Ready && can_start) || phase == Phase::Paused || can_go_on;
    button(ui, steppable, text::STEP, text::STEP_HELP, Action::Step);
    let stoppable = matches!(phase, Phase::Running | Phase::Paused);
    button(ui, stoppable, text::STOP, text::STOP_HELP, Action::Stop);
    let resettable = phase != Phase::Ready;
    button(ui, resettable, text::RESET, text::RESET_HELP, Action::Reset);
}

fn pace(ui: &mut Ui, state: &AppState, actions: &mut Vec<Action>) {
    let response = ComboBox::from_id_salt("pace")
        .selected_text(text::pace(state.pace))
        .width(128.0)
        .show_ui(ui, |ui| {
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
    named(&response, text::PACE);
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
                ui.label(RichText::new(done).small());
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    ui.label(RichText::new(left).small().weak());
                });
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
