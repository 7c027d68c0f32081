//! The plots, one a file, and what they share: the x axis of all plots over steps, the cache of
//! points, the look.

mod answers;
mod colours;
mod course;
mod cursor;
mod flow;
mod forecast;
mod frame;
mod gradient;
mod grid;
mod inside;
pub mod landscape;
mod lines;
mod loss;
mod norms;
mod place;
pub mod race;
mod rate;
mod rate_test;
mod reach;
mod save;
mod seeds;
mod steps;
mod still;
mod thin;
mod tiles;

use super::actions::Action;
use super::panels::beside;
use super::runs::Run;
use super::state::AppState;
use super::view::{Travel, View, XAxis};
use super::{names, text, theme};
use eframe::egui::{
    Align, Layout, Rect, RichText, Role, Sense, TextStyle, Ui, UiBuilder, WidgetInfo, vec2,
};
use lines::Cache;
use place::Measure;
use std::collections::{BTreeMap, BTreeSet};

/// What the plots remember between frames; nothing of it matters to the runs.
#[derive(Debug)]
pub struct Plots {
    /// Where they stand.
    places: tiles::Places,
    /// Those whose names stand in tabs.
    tabbed: BTreeSet<&'static str>,
    /// The x axis that all plots over steps share.
    steps: Axes,
    /// The axes of the series.
    rows: Axes,
    /// What the x axis counted when it was last drawn.
    x_axis: XAxis,
    /// The last wish to follow that was fulfilled.
    followed: u64,
    /// The last move along the x axis that was made.
    travelled: u64,
    /// The step that was last pointed at.
    pointed: Option<u64>,
    target: usize,
    horizon: usize,
    /// Whether forecasts that are rolled forward are drawn.
    rolled: bool,
    cache: Cache,
    predictions: forecast::Predictions,
    /// What was clicked in them.
    asked: Vec<Action>,
    flow: flow::Flow,
    norms: norms::Norms,
    race: race::Race,
    rate_test: Axes,
    landscape: landscape::Page,
    inside: inside::Page,
}

impl Default for Plots {
    fn default() -> Self {
        Self {
            places: tiles::Places::default(),
            tabbed: BTreeSet::new(),
            steps: Axes::default(),
            rows: Axes::default(),
            x_axis: XAxis::default(),
            followed: 0,
            travelled: 0,
            pointed: None,
            target: 0,
            horizon: 1,
            rolled: true,
            cache: Cache::default(),
            predictions: forecast::Predictions::default(),
            asked: Vec::new(),
            flow: flow::Flow::default(),
            norms: norms::Norms::default(),
            race: race::Race::default(),
            rate_test: Axes::default(),
            landscape: landscape::Page::default(),
            inside: inside::Page::default(),
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
    /// The plot under the pointer, and the x there.
    hovered: Option<(&'static str, f64)>,
    /// The x that an event points at, while nothing is under the pointer.
    pointed: Option<f64>,
    /// A move along the x axis that is made when a plot of it is next drawn.
    travel: Option<Travel>,
    /// The plot that shall be saved when it is next drawn, and how.
    wanted: Option<(&'static str, save::Format)>,
    /// File names and contents that are to be saved.
    saved: Vec<(String, Vec<u8>)>,
    /// Whether a plot of them was drawn since it was last asked.
    drawn: bool,
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

/// The pages and plots that can be brought to the front, by name, with their titles.
pub fn pages() -> impl Iterator<Item = (&'static str, text::Text)> {
    // The page of several plots is called by one of them.
    let overview = ("forecast", text::OVERVIEW);
    let each = tiles::ALL.iter().map(|entry| (entry.name, entry.title));
    std::iter::once(overview).chain(each)
}

pub use tiles::with_front;

impl Plots {
    /// The title of a page, unless a tab says it.
    fn own_title(&self, name: &str, title: text::Text) -> Option<text::Text> {
        (!self.tabbed.contains(name)).then_some(title)
    }

    /// All axes that can be moved: over training first, of the series last.
    fn all_axes(&mut self) -> [&mut Axes; 7] {
        let [race, rates] = self.race.axes();
        [
            &mut self.steps,
            self.flow.axes(),
            race,
            rates,
            &mut self.rate_test,
            self.inside.axes(),
            &mut self.rows,
        ]
    }

    /// The axes that keys move: of the plot under the pointer, else of what is to be seen: over training
    /// once there are `runs`, a page's own, of the series.
    fn moved_by_keys(&mut self, runs: bool) -> &mut Axes {
        let all = self.all_axes();
        let usual = if runs { 0 } else { all.len() - 1 };
        let found = (all
            .iter()
            .position(|axes| axes.drawn && axes.hovered.is_some()))
        .or(all[usual].drawn.then_some(usual))
        .or(all.iter().position(|axes| axes.drawn));
        all.into_iter()
            .nth(found.unwrap_or(usual))
            .expect("one of the axes that there are")
    }
}

/// Draws all plots into the space that there is.
pub fn show(ui: &mut Ui, plots: &mut Plots, state: &AppState, actions: &mut Vec<Action>) {
    if plots.cache.generation() != state.generation || plots.x_axis != state.view.x_axis {
        plots.steps.follow();
        plots.x_axis = state.view.x_axis;
    }
    if plots.followed != state.follow {
        plots.followed = state.follow;
        plots.all_axes().into_iter().for_each(Axes::follow);
    }
    if plots.travelled != state.travel.0 {
        plots.travelled = state.travel.0;
        plots.moved_by_keys(!state.runs.is_empty()).travel = state.travel.1;
    }
    for axes in plots.all_axes() {
        axes.drawn = false;
    }
    if plots.pointed != state.pointed {
        plots.pointed = state.pointed;
        let first = state.shown_runs().next();
        plots.steps.pointed = state.pointed.map(|step| {
            first.map_or(step as f64, |(_, run)| {
                measure(run, state.view.x_axis).x(step as usize)
            })
        });
    }
    plots.cache.keep_up(state.generation);
    tiles::show(ui, plots, state);
    plots.asked.extend(save::developed(ui.ctx()));
    for axes in plots.all_axes() {
        let saved = axes.saved.drain(..);
        actions.extend(saved.map(|(name, bytes)| Action::SaveFigure {
            name,
            bytes: bytes.into(),
        }));
    }
    actions.append(&mut plots.asked);
}

/// How far along the x axis the steps of a run stand.
fn measure(run: &Run, axis: XAxis) -> Measure<'_> {
    match axis {
        XAxis::Steps => Measure::Steps,
        XAxis::Epochs => Measure::Epochs(
            (run.info.as_ref()).map_or(1.0, |info| info.steps_per_epoch.max(1) as f64),
        ),
        XAxis::Seconds => Measure::Seconds {
            first: run.first_step() as usize,
            seconds: &run.history.seconds,
        },
    }
}

/// A page's title line: its name, where no tab says it, and its choices.
fn title(ui: &mut Ui, title: Option<text::Text>, choices: impl FnOnce(&mut Ui)) {
    ui.horizontal(|ui| {
        if let Some(title) = title {
            ui.label(RichText::new(title).strong());
            ui.add_space(theme::GRID);
        }
        choices(ui);
    });
}

/// Draws into `rect` without moving the place of what follows.
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
fn header(
    ui: &mut Ui,
    title: text::Text,
    middle: impl FnOnce(&mut Ui),
    right: impl FnOnce(&mut Ui),
) {
    explained(ui, title, text::NOTHING, middle, right);
}

/// As [`explained`], with nothing beside the name.
fn titled(ui: &mut Ui, title: text::Text, help: text::Text) {
    explained(ui, title, help, |_| {}, |_| {});
}

/// As [`header`], with a sentence on the name.
fn explained(
    ui: &mut Ui,
    title: text::Text,
    help: text::Text,
    middle: impl FnOnce(&mut Ui),
    right: impl FnOnce(&mut Ui),
) {
    // A place of its own: keys that do not fit may not widen the plot below.
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 24.0), Sense::hover());
    beside(ui, rect, Layout::left_to_right(Align::Center), |ui| {
        let name = ui.label(RichText::new(title).strong());
        if !help.is_empty() {
            name.on_hover_text(help);
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            right(ui);
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                ui.shrink_clip_rect(ui.max_rect());
                middle(ui);
            });
        });
    });
}

/// Least room for a key to lines, in points.
const KEY: f32 = 48.0;

/// A key to lines: a sample and a word.
fn key(ui: &mut Ui, sample: Sample, colour: eframe::egui::Color32, label: &str) {
    use eframe::egui::{Shape, Stroke};
    // A sample without its word says nothing.
    if ui.available_width() < KEY {
        return;
    }
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
    }
    ui.add(eframe::egui::Label::new(RichText::new(label).small().weak()).truncate());
    ui.add_space(theme::GRID / 2.0);
}

/// Least room for the name at a contender's key, in points: what is cut shorter tells nothing.
const NAME: f32 = 56.0;
/// What else a key takes: its dot, and the gaps after it and before the next.
const BESIDE_NAME: f32 = 24.0;

/// Keys to the contenders, side by side: a click hides one everywhere, or shows it again. A long name
/// leaves the others their share of the room.
fn legend(ui: &mut Ui, asked: &mut Vec<Action>, state: &AppState) {
    let mut contenders: Vec<(usize, String)> = Vec::new();
    if state.runs.is_empty() {
        let all = state.contenders.iter().zip(&state.colours);
        contenders.extend(all.map(|(contender, &colour)| (colour, contender.name.clone())));
    }
    for run in &state.runs {
        // Seeds of one contender share their key.
        if contenders.iter().all(|(colour, _)| *colour != run.colour) {
            contenders.push((run.colour, run.name.clone()));
        }
    }
    let names: Vec<&str> = contenders.iter().map(|(_, name)| name.as_str()).collect();
    // Letters and dots say less than the dot alone, whose name a tooltip tells.
    let least = |name: &&str| names::width(ui, name, &TextStyle::Small).min(NAME) + BESIDE_NAME;
    let dots_alone = ui.available_width() < names.iter().map(least).sum();
    ui.spacing_mut().item_spacing.x = if dots_alone { 2.0 } else { theme::GRID };
    for (index, (colour, name)) in contenders.iter().enumerate() {
        let share = ui.available_width() / (contenders.len() - index) as f32;
        if share < 12.0 {
            break;
        }
        let hidden = state.hidden.contains(colour);
        let response = ui
            .scope(|ui| {
                ui.set_max_width(share);
                contender_key(ui, *colour, (name, &names), hidden, dots_alone)
            })
            .inner;
        if response.clicked() {
            asked.push(Action::ToggleHidden(*colour));
        }
    }
}

fn contender_key(
    ui: &mut Ui,
    colour: usize,
    (name, others): (&str, &[&str]),
    hidden: bool,
    dot_alone: bool,
) -> eframe::egui::Response {
    use eframe::egui::{Atom, AtomExt, Button, IdSalt};
    let dot = IdSalt::new("dot");
    // Beside the dot and the gap after it.
    let room = ui.available_width() - 10.0 - ui.spacing().icon_spacing - 2.0;
    let shown = names::cut_to(ui, name, others, &TextStyle::Small, room);
    let words = RichText::new(if dot_alone { "" } else { &*shown }).small();
    let words = if hidden {
        words.weak().strikethrough()
    } else {
        words.weak()
    };
    let mut parts = eframe::egui::Atoms::new(Atom::custom(dot, vec2(10.0, 10.0)));
    if !dot_alone {
        parts.push_right(words.atom_shrink(true));
    }
    let button = Button::new(parts).frame(false).truncate();
    let drawn = button.atom_ui(ui);
    if let Some(rect) = drawn.rect(dot) {
        let ink = theme::contender(colour);
        if hidden {
            ui.painter().circle_stroke(rect.center(), 4.0, (1.5, ink));
        } else {
            ui.painter().circle_filled(rect.center(), 4.5, ink);
        }
    }
    let response = drawn.response;
    let label = text::in_plots(name);
    response.widget_info(|| {
        eframe::egui::WidgetInfo::selected(eframe::egui::Role::CheckBox, true, !hidden, &label)
    });
    response.on_hover_text(format!("{name}\n{}", text::HIDE_HELP))
}

/// How a line is drawn.
#[derive(Debug, Clone, Copy)]
enum Sample {
    Solid,
    Thin,
    Dashed,
}

/// The button that comes back after pan or zoom.
fn follow_button(ui: &mut Ui, axes: &mut Axes, label: text::Text) {
    if axes.following() {
        return;
    }
    let button = eframe::egui::Button::new(RichText::new(label).small()).small();
    if ui.add(button).on_hover_text(text::FOLLOW_HELP).clicked() {
        axes.follow();
    }
}

/// Whether the y axis of this plot is logarithmic.
fn logarithmic(state: &AppState, plot: &str) -> bool {
    state.view.logarithmic.contains(plot)
}

/// The switch between a linear and a logarithmic axis.
fn log_switch(
    ui: &mut Ui,
    asked: &mut Vec<Action>,
    state: &AppState,
    plot: &'static str,
    label: text::Text,
) {
    let mut on = logarithmic(state, plot);
    let response = ui
        .checkbox(&mut on, RichText::new(text::LOG).small())
        .on_hover_text(text::LOG_HELP);
    // Which plot it belongs to is seen, and must be said.
    response.widget_info(|| WidgetInfo::selected(Role::CheckBox, true, on, &*label));
    if response.changed() {
        let mut view: View = state.view.clone();
        if on {
            view.logarithmic.insert(plot.to_owned());
        } else {
            view.logarithmic.remove(plot);
        }
        asked.push(Action::SetView(Box::new(view)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::actions::Message;
    use crate::app::view::Smoothing;
    use crate::record::StepRecord;
    use crate::train::{Report, WorkerState};
    use egui_kittest::{Harness, kittest::Queryable};

    fn record(step: u64, value: f64) -> StepRecord {
        StepRecord {
            step,
            epoch: step / 5,
            seconds: step as f64 * 1e-3,
            learning_rate: value.abs(),
            train_loss: value,
            grad_norm: value.abs(),
            grad_norm_clipped: value.abs(),
            update_norm: value.abs(),
            weight_norm: 1.0,
            validation_loss: step.is_multiple_of(5).then_some(value),
            tensor_norms: Vec::new(),
            flow: None,
        }
    }

    /// The state of a race whose first run has made these steps.
    fn race(values: impl Iterator<Item = f64>) -> AppState {
        let mut state = AppState::new();
        state.apply(Action::RunOrPause);
        state.receive(Message::Planned(Ok(())));
        let records = (0..)
            .zip(values)
            .map(|(step, value)| record(step, value))
            .collect();
        let report = Report {
            info: None,
            records,
            forecast: None,
            metrics: None,
            probe: None,
            sharpness: Vec::new(),
            snapshot: None,
            end: None,
            explosion: None,
            state: WorkerState::Running,
            outcome: None,
        };
        state.receive(Message::Report(0, Box::new(report)));
        state
    }

    fn draw(state: &AppState) {
        for log in [true, false] {
            for (axis, smoothing) in XAxis::ALL.into_iter().zip(Smoothing::ALL) {
                let mut state = race_like(state, axis, smoothing, log);
                let mut plots = Plots::default();
                let mut harness =
                    Harness::builder()
                        .with_size(vec2(800.0, 600.0))
                        .build_ui(move |ui| {
                            let mut actions = Vec::new();
                            show(ui, &mut plots, &state, &mut actions);
                            for action in actions {
                                state.apply(action);
                            }
                        });
                harness.run_steps(3);
                let drawn = harness.query_all_by_label_contains(&text::RATE).count();
                assert!(drawn > 0, "no plots at {axis:?}");
            }
        }
    }

    fn race_like(state: &AppState, x_axis: XAxis, smoothing: Smoothing, log: bool) -> AppState {
        let mut copy =
            race((state.runs[0].history.train_loss.values().iter()).map(|value| f64::from(*value)));
        copy.view.x_axis = x_axis;
        copy.view.smoothing = smoothing;
        if !log {
            copy.view.logarithmic.clear();
        }
        copy
    }

    #[test]
    fn nothing_breaks_at_one_point_a_constant_or_extreme_sizes() {
        draw(&race([0.5].into_iter()));
        draw(&race(std::iter::repeat_n(3.0, 100)));
        draw(&race(std::iter::repeat_n(0.0, 100)));
        draw(&race((0..100).map(|i| 1e30 * f64::from(i))));
        draw(&race((0..100).map(|i| 1e-30 * f64::from(i))));
        draw(&race((0..200).map(|i| 10_f64.powi(i % 60 - 30))));
        draw(&race([1.0, f64::NAN, 2.0, f64::INFINITY, -3.0].into_iter()));
    }

    #[test]
    fn a_million_points_are_drawn_from_their_pyramid() {
        let state = race((0..1_000_000).map(|i| f64::from(i % 1000) + 1.0));
        draw(&state);
    }
}
