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
pub mod commands;
mod fields;
mod fonts;
mod format;
pub mod inside;
pub mod landscape;
mod names;
mod open;
mod panels;
mod plots;
mod renderer;
mod rhythm;
mod runner;
pub mod runs;
pub mod series;
mod settings;
pub mod state;
pub mod text;
mod theme;
pub mod view;

use crate::threads;
use actions::Action;
use eframe::egui::{
    self, Align2, CentralPanel, Color32, Context, Frame, Margin, Panel, RichText, TextStyle, Ui,
    Vec2, ViewportCommand, vec2,
};
use fields::Form;
use plots::Plots;
use rhythm::{NEWS_EVERY, Rhythm};
use runner::{News, Runner};
use settings::Memory;
use state::AppState;
use std::collections::BTreeSet;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use view::{Side, View};

pub use open::run;

/// Names a file that each frame appends a line to, for measuring: its cost in seconds, and the steps that
/// all runs hold.
const FRAME_LOG: &str = "OPTIMIZER_EXPLORER_FRAME_LOG";

/// Below this width a window has room for one side panel, and shows a switch between the two.
const NARROW: f32 = 1240.0;
/// What projector mode makes of a window, in points: type is as large as leaves so much room, whatever the
/// screen's size and the system's scale.
const PROJECTOR_ROOM: Vec2 = vec2(940.0, 580.0);

/// The window's content.
pub struct App {
    state: AppState,
    runner: Runner,
    plots: Plots,
    memory: Option<Memory>,
    rhythm: Rhythm,
    /// The look that the system was told of last.
    told: Option<View>,
    fonts: fonts::Fonts,
    /// The zoom that the person chose, below which projector mode does not go.
    zoom: f32,
    /// The window's size that projector mode has set its zoom for, in points of zoom 1.
    projected: Option<Vec2>,
    frame_seconds: Option<f32>,
    frame_log: Option<File>,
}

impl App {
    /// The window on `open`, or else on the first scenario; it remembers nothing.
    #[must_use]
    pub fn new(ctx: &Context, open: Option<PathBuf>) -> Self {
        Self::remembering(ctx, open, None)
    }

    /// The window on `open`, or else on what `folder` remembers, or else on the first scenario.
    #[must_use]
    pub fn remembering(ctx: &Context, open: Option<PathBuf>, folder: Option<&Path>) -> Self {
        Self::in_rhythm(ctx, open, folder, Rhythm::of(ctx))
    }

    fn in_rhythm(
        ctx: &Context,
        open: Option<PathBuf>,
        folder: Option<&Path>,
        rhythm: Rhythm,
    ) -> Self {
        threads::process_draws();
        theme::install(ctx);
        let mut state = AppState::new();
        let memory = folder.map(|folder| Memory::recall(folder, open.is_none(), &mut state));
        if let Some(path) = open {
            state.apply(Action::OpenPath(path));
        }
        let waker = rhythm.clone();
        Self {
            state,
            runner: Runner::new(Arc::new(move |news| match news {
                News::Answer => waker.answer(),
                News::Progress => waker.news(),
            })),
            plots: Plots::default(),
            memory,
            rhythm,
            told: None,
            fonts: fonts::Fonts::default(),
            zoom: ctx.zoom_factor(),
            projected: None,
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
        self.rhythm.beat();
        let messages = self.runner.messages();
        if !messages.is_empty() {
            // Some places settle only in the frame after.
            ctx.request_repaint_after(NEWS_EVERY);
        }
        for message in messages {
            self.state.receive(message);
        }
        let now = ctx.input(|input| input.time);
        self.state.tick(now);
        if let Some(memory) = &mut self.memory
            && memory.keep(&self.state, now)
        {
            ctx.request_repaint_after_secs(1.0);
        }
        self.tell_the_system(ctx);
        for effect in self.state.take_effects() {
            self.runner.carry_out(effect);
        }
    }

    /// What lies outside of the panels: fonts, theme, zoom, full screen, closing.
    fn tell_the_system(&mut self, ctx: &Context) {
        self.fonts.keep_up(ctx, text::language());
        let view = &self.state.view;
        let before = self.told.as_ref();
        if before.is_none_or(|before| before.theme != view.theme) {
            ctx.set_theme(theme::preference(view.theme));
        }
        if view.projector {
            let size = ctx.content_rect().size() * ctx.zoom_factor();
            if self.projected.is_none() {
                self.zoom = ctx.zoom_factor();
            }
            // Between two sizes of the window the person may zoom.
            if self
                .projected
                .is_none_or(|of| (of - size).abs().max_elem() > 1.0)
            {
                self.projected = Some(size);
                ctx.set_zoom_factor(projector_zoom(size, self.zoom));
            }
        } else if self.projected.take().is_some() {
            ctx.set_zoom_factor(self.zoom);
        }
        if before.map_or(view.full_screen, |before| {
            before.full_screen != view.full_screen
        }) {
            ctx.send_viewport_cmd(ViewportCommand::Fullscreen(view.full_screen));
        }
        if before != Some(view) {
            self.told = Some(view.clone());
        }
        if self.state.closing {
            ctx.send_viewport_cmd(ViewportCommand::Close);
        } else if ctx.input(|input| input.viewport().close_requested()) && self.state.unsaved() {
            ctx.send_viewport_cmd(ViewportCommand::CancelClose);
            self.state.apply(Action::Close);
        }
    }

    /// Draws everything and does what was clicked.
    pub fn draw(&mut self, ui: &mut Ui) {
        let mut actions = Vec::new();
        self.panels(ui, &mut actions);
        panels::prompt::show(ui, &self.state, &mut actions);
        panels::export::show(ui, &self.state, &mut actions);
        panels::question::show(ui, &self.state, &mut actions);
        panels::palette::show(ui, &self.state, &mut actions);
        drop_target(ui);
        shortcuts(ui.ctx(), &self.state, &mut actions);
        if !actions.is_empty() {
            let loaded = !self.state.loading;
            for action in actions {
                self.state.apply(action);
            }
            for effect in self.state.take_effects() {
                self.runner.carry_out(effect);
            }
            if loaded && self.state.loading {
                self.rhythm.hush();
                ui.ctx()
                    .request_discard("what was asked for is drawn before it is waited for");
            } else {
                ui.ctx().request_repaint();
            }
        }
    }

    fn panels(&mut self, ui: &mut Ui, actions: &mut Vec<Action>) {
        let Self {
            state,
            plots,
            frame_seconds,
            ..
        } = self;
        // The panels' colour is there before them: see `clear_color`.
        let frame = |x: i8, y: i8| Frame::new().inner_margin(Margin::symmetric(x, y));
        let (bar, side, centre) = (frame(16, 8), frame(16, 12), frame(16, 8));
        let narrow = ui.available_width() < NARROW;
        Panel::top("top").frame(bar).show(ui, |ui| {
            panels::top::show(ui, state, actions);
        });
        let bottom = Panel::bottom("events").exact_size(theme::LINE_HEIGHT + 8.0);
        bottom.frame(frame(16, 4)).show(ui, |ui| {
            let cost = state.view.diagnostics.then(|| {
                let steps = state.runs.iter().map(runs::Run::steps).sum();
                text::frame_cost(frame_seconds.map(|seconds| f64::from(seconds) * 1e3), steps)
            });
            panels::events::show(ui, state, cost.as_deref(), actions);
        });
        let errors = state.errors();
        let mut shown = BTreeSet::new();
        let setup = !state.view.projector && (!narrow || state.view.side == Side::Setup);
        let results = state.view.projector || !narrow || state.view.side == Side::Results;
        if setup {
            Panel::left("setup")
                .frame(side)
                .exact_size(theme::SETUP_WIDTH)
                .resizable(false)
                .show(ui, |ui| {
                    if narrow {
                        panels::side_switch(ui, state, actions);
                    }
                    let mut form = Form {
                        errors: &errors,
                        contender: state.selected,
                        shown: &mut shown,
                        // What loading adds to the panel would push the field out of view again.
                        revealing: (state.revealing.as_deref()).filter(|_| !state.loading),
                    };
                    panels::setup::show(ui, state, &mut form, actions);
                    if form.revealing.is_some() {
                        actions.push(Action::Revealed);
                    }
                });
        }
        if results {
            let panel = if narrow && !state.view.projector {
                Panel::left("results")
            } else {
                Panel::right("results")
            };
            panel
                .frame(side)
                .exact_size(theme::RESULTS_WIDTH)
                .resizable(false)
                .show(ui, |ui| {
                    if narrow && !state.view.projector {
                        panels::side_switch(ui, state, actions);
                    }
                    panels::results::show(ui, state, actions);
                });
        }
        CentralPanel::default().frame(centre).show(ui, |ui| {
            // Errors that no open field shows.
            for (index, error) in errors.iter().enumerate() {
                if !shown.contains(&index) {
                    let line = text::problem(error, &state.contenders);
                    let line = RichText::new(line).color(theme::error(ui));
                    if error.key.is_empty() {
                        ui.label(line);
                    } else if ui.link(line).on_hover_text(text::SHOW_FIELD).clicked() {
                        actions.push(Action::Reveal(error.key.clone()));
                    }
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

    fn clear_color(&self, visuals: &egui::Visuals) -> [f32; 4] {
        // All panels have one colour. To fill each with it again would be more than half of what a frame
        // fills, and most of its time where the renderer is software.
        visuals.panel_fill.to_normalized_gamma_f32()
    }

    fn on_exit(&mut self, _gl: Option<&eframe::glow::Context>) {
        if let Some(memory) = &mut self.memory {
            memory.close(&self.state);
        }
    }
}

/// The zoom of projector mode in a window of this `size`, in points of zoom 1, where the person chose `own`.
fn projector_zoom(size: Vec2, own: f32) -> f32 {
    let fits = (size / PROJECTOR_ROOM).min_elem();
    // Sizes that are still unknown have no bound.
    if fits.is_finite() { fits.max(own) } else { own }
}

/// Dropped files, and keys while no question is open.
fn shortcuts(ctx: &Context, state: &AppState, actions: &mut Vec<Action>) {
    for file in ctx.input(|input| input.raw.dropped_files.clone()) {
        actions.push(Action::OpenPath(file.path().to_owned()));
    }
    if state.prompt.is_none() && state.question.is_none() && state.overlay.is_none() {
        actions.extend(commands::pressed(ctx, state));
    }
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
        text::DROP_HERE.get(),
        TextStyle::Heading.resolve(ui.style()),
        Color32::WHITE,
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn projector_mode_has_the_same_room_on_every_screen_and_makes_nothing_smaller() {
        for (size, zoom) in [
            (vec2(1280.0, 800.0), 1.36),
            (vec2(1920.0, 1080.0), 1.86),
            (vec2(3840.0, 2160.0), 3.72),
            // 1920 × 1080 at a scale of 200 %, whose type is large already.
            (vec2(960.0, 540.0), 1.0),
        ] {
            let found = projector_zoom(size, 1.0);
            assert!((found - zoom).abs() < 0.01, "{size}: {found}");
        }
        assert_eq!(projector_zoom(vec2(1280.0, 800.0), 2.0), 2.0);
        assert_eq!(projector_zoom(Vec2::INFINITY, 1.2), 1.2);
    }
}
