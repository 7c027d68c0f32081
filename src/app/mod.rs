//! The window: a view of the state, and the way from clicks to runs.
//!
//! ```text
//! panels, plots ──Action──▶ AppState::apply ──Effect──▶ Runner ──▶ threads
//!       ▲                        ▲                                  │
//!       └────────reads───────────┴───────────Message────────────────┘
//! ```
//!
//! [`App::logic`] takes in what has happened and does what was asked for; [`App::draw`] only draws.
//! Panels and plots never see a thread, a channel or a tensor.

pub mod actions;
mod fields;
mod format;
mod panels;
mod plots;
mod runner;
pub mod runs;
pub mod series;
pub mod state;
pub mod text;
mod theme;

use actions::{Action, Ask};
use eframe::egui::{
    self, Align2, CentralPanel, Color32, Context, Frame, Key, Margin, Modifiers, Panel, RichText,
    TextStyle, Ui, ViewportBuilder,
};
use fields::Form;
use plots::Plots;
use runner::Runner;
use state::AppState;
use std::collections::BTreeSet;
use std::fs::File;
use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

/// Names a file that each frame appends a line to, for measuring: its cost in seconds, and the steps that
/// all runs hold.
const FRAME_LOG: &str = "OPTIMIZER_EXPLORER_FRAME_LOG";

/// Opens the window, on `open` or else on the first scenario, and returns when it is closed.
///
/// # Errors
/// A system that gives no window.
pub fn run(open: Option<PathBuf>) -> eframe::Result {
    let options = eframe::NativeOptions {
        viewport: ViewportBuilder::default()
            .with_title(text::TITLE)
            .with_app_id("optimizer-explorer")
            .with_inner_size([1280.0, 800.0])
            .with_min_inner_size([1024.0, 640.0])
            .with_drag_and_drop(true),
        renderer: eframe::Renderer::Glow,
        ..eframe::NativeOptions::default()
    };
    eframe::run_native(
        text::TITLE,
        options,
        Box::new(|creation| Ok(Box::new(App::new(&creation.egui_ctx, open)))),
    )
}

/// The window's content.
pub struct App {
    state: AppState,
    runner: Runner,
    plots: Plots,
    diagnostics: bool,
    frame_seconds: Option<f32>,
    frame_log: Option<File>,
}

impl App {
    /// The window on `open`, or else on the first scenario.
    #[must_use]
    pub fn new(ctx: &Context, open: Option<PathBuf>) -> Self {
        theme::install(ctx);
        let mut state = AppState::new();
        if let Some(path) = open {
            state.apply(Action::OpenPath(path));
        }
        let waker = ctx.clone();
        Self {
            state,
            runner: Runner::new(Arc::new(move || waker.request_repaint())),
            plots: Plots::default(),
            diagnostics: false,
            frame_seconds: None,
            frame_log: std::env::var_os(FRAME_LOG)
                .and_then(|path| File::options().create(true).append(true).open(path).ok()),
        }
    }

    /// What the window knows.
    #[must_use]
    pub fn state(&self) -> &AppState {
        &self.state
    }

    /// Does what a person could ask for by hand.
    pub fn apply(&mut self, action: Action) {
        self.state.apply(action);
    }

    /// Takes in what has happened and begins what was asked for.
    pub fn logic(&mut self, ctx: &Context) {
        for message in self.runner.messages() {
            self.state.receive(message);
        }
        self.state.tick(ctx.input(|input| input.time));
        for effect in self.state.take_effects() {
            self.runner.carry_out(effect);
        }
    }

    /// Draws everything and does what was clicked.
    pub fn draw(&mut self, ui: &mut Ui) {
        let mut actions = Vec::new();
        self.panels(ui, &mut actions);
        panels::prompt::show(ui, &self.state, &mut actions);
        drop_target(ui);
        shortcuts(ui.ctx(), &self.state, &mut actions);
        if !actions.is_empty() {
            for action in actions {
                self.state.apply(action);
            }
            for effect in self.state.take_effects() {
                self.runner.carry_out(effect);
            }
            ui.ctx().request_repaint();
        }
    }

    fn panels(&mut self, ui: &mut Ui, actions: &mut Vec<Action>) {
        let Self {
            state,
            runner: _,
            plots,
            diagnostics,
            frame_seconds,
            frame_log: _,
        } = self;
        let fill = ui.visuals().panel_fill;
        let frame = |x: i8, y: i8| {
            Frame::new()
                .fill(fill)
                .inner_margin(Margin::symmetric(x, y))
        };
        let (bar, side, centre) = (frame(16, 8), frame(16, 12), frame(16, 8));
        Panel::top("top").frame(bar).show(ui, |ui| {
            let mut menus = panels::top::Menus { diagnostics };
            panels::top::show(ui, state, &mut menus, actions);
        });
        let bottom = Panel::bottom("events").exact_size(theme::LINE_HEIGHT + 8.0);
        bottom.frame(frame(16, 4)).show(ui, |ui| {
            let cost = diagnostics.then(|| {
                let steps = state.runs.iter().map(runs::Run::steps).sum();
                text::frame_cost(frame_seconds.map(|seconds| f64::from(seconds) * 1e3), steps)
            });
            panels::events::show(ui, state, cost.as_deref());
        });
        let errors = state.errors();
        let mut shown = BTreeSet::new();
        Panel::left("setup")
            .frame(side)
            .exact_size(theme::SETUP_WIDTH)
            .resizable(false)
            .show(ui, |ui| {
                let mut form = Form {
                    errors: &errors,
                    contender: state.selected,
                    shown: &mut shown,
                };
                panels::setup::show(ui, state, &mut form, actions);
            });
        Panel::right("results")
            .frame(side)
            .exact_size(theme::RESULTS_WIDTH)
            .resizable(false)
            .show(ui, |ui| panels::results::show(ui, state, actions));
        CentralPanel::default().frame(centre).show(ui, |ui| {
            // Errors that no open field shows.
            for (index, error) in errors.iter().enumerate() {
                if !shown.contains(&index) {
                    let line = text::problem(error, &state.contenders);
                    ui.label(RichText::new(line).color(theme::error(ui)));
                }
            }
            plots::show(ui, plots, state, actions);
        });
    }
}

impl eframe::App for App {
    fn logic(&mut self, ctx: &Context, frame: &mut eframe::Frame) {
        self.frame_seconds = frame.info().cpu_usage;
        if let (Some(log), Some(seconds)) = (&mut self.frame_log, self.frame_seconds) {
            let steps: u64 = self.state.runs.iter().map(runs::Run::steps).sum();
            // A full disk ends the measuring and nothing else.
            if writeln!(log, "{seconds} {steps}").is_err() {
                self.frame_log = None;
            }
        }
        App::logic(self, ctx);
    }

    fn ui(&mut self, ui: &mut Ui, _frame: &mut eframe::Frame) {
        self.draw(ui);
    }
}

/// Keys that work wherever no field is being typed into.
fn shortcuts(ctx: &Context, state: &AppState, actions: &mut Vec<Action>) {
    for file in ctx.input(|input| input.raw.dropped_files.clone()) {
        actions.push(Action::OpenPath(file.path().to_owned()));
    }
    let busy = state.prompt.is_some() || ctx.memory(|memory| memory.focused().is_some());
    if busy {
        return;
    }
    ctx.input_mut(|input| {
        if input.consume_key(Modifiers::COMMAND, Key::O) {
            actions.push(Action::Ask(Ask::Open));
        }
        if input.consume_key(Modifiers::COMMAND, Key::S) {
            actions.push(Action::Save);
        }
        if input.modifiers.any() {
            return;
        }
        if input.key_pressed(Key::Space) {
            actions.push(Action::RunOrPause);
        }
        if input.key_pressed(Key::S) {
            actions.push(Action::Step);
        }
    });
}

/// Says that a file held over the window can be dropped.
fn drop_target(ui: &Ui) {
    if ui.ctx().input(|input| input.raw.hovered_files.is_empty()) {
        return;
    }
    let layer = egui::LayerId::new(egui::Order::Foreground, egui::Id::unique("drop"));
    let painter = ui.ctx().layer_painter(layer);
    let screen = ui.ctx().content_rect();
    painter.rect_filled(screen, 0.0, theme::ACCENT.gamma_multiply(0.75));
    painter.text(
        screen.center(),
        Align2::CENTER_CENTER,
        text::DROP_HERE,
        TextStyle::Heading.resolve(ui.style()),
        Color32::WHITE,
    );
}
