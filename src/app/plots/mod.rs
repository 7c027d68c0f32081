//! The plots, one a file, and what they share: the x axis of all plots over steps, the cache of
//! points, the look.

mod answers;
mod colours;
mod flow;
mod forecast;
mod frame;
mod gradient;
mod grid;
pub mod lines;
mod loss;
mod norms;
mod race;
mod rate;

use super::actions::Action;
use super::panels::beside;
use super::state::AppState;
use super::{text, theme};
use eframe::egui::{Align, Layout, Rect, RichText, Sense, Ui, UiBuilder, pos2, vec2};
use lines::Cache;
use std::collections::BTreeMap;

/// A page of plots.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Page {
    /// Series, losses, gradient norm and rate.
    #[default]
    Overview,
    /// Gradients through time.
    Flow,
    /// Norms and the inside of the cells.
    Norms,
    /// All seeds, all rates.
    Race,
}

/// What the plots remember between frames; nothing of it matters to the runs.
#[derive(Debug)]
pub struct Plots {
    /// The x axis that all plots over steps share.
    steps: Axes,
    /// The axes of the series.
    rows: Axes,
    log_loss: bool,
    log_gradient: bool,
    log_rate: bool,
    target: usize,
    horizon: usize,
    cache: Cache,
    predictions: forecast::Predictions,
    page: Page,
    flow: flow::Flow,
    norms: norms::Norms,
    race: race::Race,
}

impl Default for Plots {
    fn default() -> Self {
        Self {
            steps: Axes::default(),
            rows: Axes::default(),
            log_loss: true,
            log_gradient: true,
            log_rate: false,
            target: 0,
            horizon: 1,
            cache: Cache::default(),
            predictions: forecast::Predictions::default(),
            page: Page::default(),
            flow: flow::Flow::default(),
            norms: norms::Norms::default(),
            race: race::Race::default(),
        }
    }
}

/// What of the axes is to be seen: everything, or what the person chose.
#[derive(Debug, Default)]
struct Axes {
    /// The x range that the person chose; `None` follows.
    x: Option<[f64; 2]>,
    /// The y range that the person chose in each plot.
    y: BTreeMap<&'static str, [f64; 2]>,
}

impl Axes {
    fn follow(&mut self) {
        self.x = None;
        self.y.clear();
    }

    fn following(&self) -> bool {
        self.x.is_none() && self.y.is_empty()
    }
}

/// Draws all plots into the space that there is.
pub fn show(ui: &mut Ui, plots: &mut Plots, state: &AppState, actions: &mut Vec<Action>) {
    if plots.cache_is_of_other_runs(state) {
        plots.steps.follow();
    }
    plots.cache.keep_up(state.generation);
    pages(ui, &mut plots.page);
    match plots.page {
        Page::Overview => overview(ui, plots, state),
        Page::Flow => flow::show(ui, &mut plots.flow, state),
        Page::Norms => norms::show(ui, plots, state),
        Page::Race => race::show(ui, &mut plots.race, state, actions),
    }
}

/// The choice of a page.
fn pages(ui: &mut Ui, page: &mut Page) {
    ui.horizontal(|ui| {
        for (choice, name, help) in [
            (Page::Overview, text::OVERVIEW, ""),
            (Page::Flow, text::FLOW, text::FLOW_HELP),
            (Page::Norms, text::NORMS, text::NORMS_HELP),
            (Page::Race, text::RACE, text::RACE_HELP),
        ] {
            let response = ui.selectable_value(page, choice, name);
            if !help.is_empty() {
                response.on_hover_text(help);
            }
        }
    });
}

fn overview(ui: &mut Ui, plots: &mut Plots, state: &AppState) {
    let whole = ui.available_rect_before_wrap();
    let gap = 2.0 * theme::GRID;
    let upper = (whole.height() * 0.42).round();
    let left = ((whole.width() - gap) * 0.5).round();
    let lower = whole.top() + upper + gap;
    let place = |from: (f32, f32), to: (f32, f32)| {
        Rect::from_min_max(pos2(from.0, from.1), pos2(to.0, to.1))
    };
    let middle = ((lower + whole.bottom() - gap) / 2.0).round();
    let column = whole.left() + left + gap;
    in_place(
        ui,
        place((whole.left(), whole.top()), (whole.right(), lower - gap)),
        |ui| {
            if state
                .shown_series()
                .is_some_and(|series| series.samples.is_some())
            {
                answers::show(ui, state);
            } else {
                forecast::show(ui, plots, state);
            }
        },
    );
    in_place(
        ui,
        place((whole.left(), lower), (column - gap, whole.bottom())),
        |ui| {
            loss::show(ui, plots, state);
        },
    );
    in_place(ui, place((column, lower), (whole.right(), middle)), |ui| {
        gradient::show(ui, plots, state);
    });
    in_place(
        ui,
        place((column, middle + gap), (whole.right(), whole.bottom())),
        |ui| {
            rate::show(ui, plots, state);
        },
    );
    ui.advance_cursor_after_rect(whole);
}

impl Plots {
    fn cache_is_of_other_runs(&self, state: &AppState) -> bool {
        self.cache.generation() != state.generation
    }
}

fn in_place(ui: &mut Ui, rect: Rect, add: impl FnOnce(&mut Ui)) {
    let mut child = ui.new_child(
        UiBuilder::new()
            .max_rect(rect)
            .layout(Layout::top_down(Align::Min)),
    );
    // The last tick of an axis reaches over its end.
    child.shrink_clip_rect(rect.expand2(vec2(theme::GRID * 2.0, 0.0)));
    add(&mut child);
}

/// A plot's title line: its name, what its lines mean, and its switches at the right.
fn header(ui: &mut Ui, title: &str, middle: impl FnOnce(&mut Ui), right: impl FnOnce(&mut Ui)) {
    // A place of its own: keys that do not fit may not widen the plot below.
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 24.0), Sense::hover());
    beside(ui, rect, Layout::left_to_right(Align::Center), |ui| {
        ui.label(RichText::new(title).strong());
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            right(ui);
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                ui.shrink_clip_rect(ui.max_rect());
                middle(ui);
            });
        });
    });
}

/// A key to lines: a sample and a word.
fn key(ui: &mut Ui, sample: Sample, colour: eframe::egui::Color32, label: &str) {
    use eframe::egui::{Shape, Stroke};
    ui.spacing_mut().item_spacing.x = 4.0;
    let (rect, _) = ui.allocate_exact_size(vec2(16.0, 16.0), Sense::hover());
    let ends = [rect.left_center(), rect.right_center()];
    match sample {
        Sample::Solid => {
            ui.painter().line_segment(ends, Stroke::new(2.0, colour));
        }
        Sample::Thin => {
            ui.painter().line_segment(ends, Stroke::new(1.0, colour));
        }
        Sample::Dashed => {
            let shapes = Shape::dashed_line(&ends, Stroke::new(2.0, colour), 4.0, 2.5);
            ui.painter().extend(shapes);
        }
        Sample::Dot => {
            ui.painter().circle_filled(rect.center(), 4.5, colour);
        }
    }
    ui.add(eframe::egui::Label::new(RichText::new(label).small().weak()).truncate());
    ui.add_space(theme::GRID / 2.0);
}

/// Keys to contenders, side by side: a long name leaves the others their share of the room.
fn keys(ui: &mut Ui, contenders: &[(eframe::egui::Color32, String)]) {
    for (index, (colour, name)) in contenders.iter().enumerate() {
        let share = ui.available_width() / (contenders.len() - index) as f32;
        ui.scope(|ui| {
            ui.set_max_width(share);
            key(ui, Sample::Dot, *colour, name);
        })
        .response
        .on_hover_text(name);
    }
}

/// How a line is drawn.
#[derive(Debug, Clone, Copy)]
enum Sample {
    Solid,
    Thin,
    Dashed,
    Dot,
}

/// The button that comes back after pan or zoom.
fn follow_button(ui: &mut Ui, axes: &mut Axes, label: &str) {
    let button = eframe::egui::Button::new(RichText::new(label).small()).small();
    if ui
        .add_enabled(!axes.following(), button)
        .on_hover_text(text::FOLLOW_HELP)
        .on_disabled_hover_text(text::FOLLOW_HELP)
        .clicked()
    {
        axes.follow();
    }
}

/// The switch between a linear and a logarithmic axis.
fn log_switch(ui: &mut Ui, on: &mut bool, label: &str) {
    ui.checkbox(on, RichText::new(label).small())
        .on_hover_text(text::LOG_HELP);
}
