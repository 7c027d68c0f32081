//! The window, clicked through by its labels, without a screen.
#![cfg(feature = "gui")]
#![expect(clippy::unwrap_used, reason = "a test may panic")]

#[path = "window/bins.rs"]
mod bins;
#[path = "window/comparing.rs"]
mod comparing;
#[path = "window/cost.rs"]
mod cost;
#[path = "window/hands.rs"]
mod hands;
#[path = "window/names.rs"]
mod names;
#[path = "window/opening.rs"]
mod opening;
#[path = "window/plots.rs"]
mod plots;
#[path = "window/running.rs"]
mod running;
#[path = "window/settings.rs"]
mod settings;
#[path = "window/taking.rs"]
mod taking;
#[path = "window/useless_data.rs"]
mod useless_data;

use eframe::egui::{Event, Key, Modifiers, Vec2, accesskit::Role};
use egui_kittest::{Harness, kittest::Queryable};
use optimizer_explorer::app::{App, text};
use std::path::PathBuf;
use std::time::{Duration, Instant};

type Window = Harness<'static, Option<App>>;

fn open(path: Option<PathBuf>) -> Window {
    sized(path, 1280.0, 800.0)
}

fn sized(path: Option<PathBuf>, width: f32, height: f32) -> Window {
    let mut path = Some(path);
    let mut window = Harness::builder()
        .with_size(Vec2::new(width, height))
        .with_step_dt(1.0 / 60.0)
        .build_ui_state(
            move |ui, app: &mut Option<App>| {
                let app = app.get_or_insert_with(|| App::new(ui.ctx(), path.take().flatten()));
                let ctx = ui.ctx().clone();
                app.logic(&ctx);
                app.draw(ui);
            },
            None,
        );
    window.step();
    until(&mut window, "the data are loaded", |app| {
        !app.state().loading
    });
    window.run_steps(3);
    window
}

fn app(window: &Window) -> &App {
    window.state().as_ref().unwrap()
}

#[track_caller]
fn until(window: &mut Window, what: &str, done: impl Fn(&App) -> bool) {
    let start = Instant::now();
    while !done(app(window)) {
        assert!(start.elapsed() < Duration::from_mins(1), "in vain: {what}");
        std::thread::sleep(Duration::from_millis(5));
        window.step();
    }
}

#[track_caller]
fn press(window: &mut Window, label: &str) {
    window.get_by_role_and_label(Role::Button, label).click();
    window.run_steps(2);
}

fn steps(window: &Window) -> Vec<u64> {
    app(window)
        .state()
        .runs
        .iter()
        .map(optimizer_explorer::app::runs::Run::steps)
        .collect()
}

/// Waits until the runs are quiet.
fn settle(window: &mut Window) {
    let mut quiet = Instant::now();
    let mut last = steps(window);
    while quiet.elapsed() < Duration::from_millis(300) {
        std::thread::sleep(Duration::from_millis(5));
        window.step();
        let now = steps(window);
        if now != last {
            last = now;
            quiet = Instant::now();
        }
    }
}

#[track_caller]
fn type_number(window: &mut Window, label: &str, value: &str) {
    let role = Role::SpinButton;
    window.get_by_role_and_label(role, label).scroll_to_me();
    window.run_steps(3);
    window.get_by_role_and_label(role, label).click();
    window.run_steps(2);
    window.key_combination_modifiers(Modifiers::COMMAND, &[Key::A]);
    window.event(Event::Text(value.to_owned()));
    window.run_steps(1);
    window.key_press(Key::Enter);
    window.run_steps(3);
}

#[track_caller]
fn unfold(window: &mut Window, group: &str) {
    window
        .get_by_role_and_label(Role::DisclosureTriangle, group)
        .click();
    window.run_steps(3);
}

/// Opens every group of the setup that is folded at the start.
fn unfold_all(window: &mut Window) {
    for group in [
        &text::PREPARATION,
        &text::MODEL,
        &text::LOSS,
        &text::CLIPPING,
        &text::TRAINING,
    ] {
        unfold(window, group);
    }
}

fn app_mut(window: &mut Window) -> &mut App {
    window.state_mut().as_mut().unwrap()
}

#[track_caller]
fn press_any(window: &mut Window, label: &str) {
    window.get_by_label(label).click();
    window.run_steps(2);
}
