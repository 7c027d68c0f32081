//! The plots, one a file, and what they share: the x axis of all plots over steps, the cache of
//! points, the look.

mod answers;
mod axes;
mod colours;
mod course;
mod cursor;
mod flow;
mod forecast;
mod frame;
mod gradient;
mod grid;
mod inside;
mod keys;
pub mod landscape;
mod lines;
mod log;
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
mod titles;

use super::actions::Action;
use super::state::AppState;
use super::text;
use super::view::XAxis;
use axes::{Axes, follow_button};
use eframe::egui::Ui;
use keys::{Sample, key, legend};
use lines::Cache;
use log::{log_switch, logarithmic};
use std::collections::BTreeSet;
use steps::measure;
use titles::{explained, header, in_place, title, titled};

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
#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::actions::Message;
    use crate::app::view::Smoothing;
    use crate::record::StepRecord;
    use crate::train::{Report, WorkerState};
    use eframe::egui::vec2;
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
            records,
            ..Report::empty(WorkerState::Running)
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
