//! All that the window knows, and how it changes: plain code, tested with no window.

mod contenders;
mod data;
mod draft;
mod edits;
mod events;
mod export;
mod files;
mod inside;
mod landscape;
mod naming;
mod problems;
mod rate_test;
mod runs;
mod steps;
mod sweep;
#[cfg(test)]
mod tests;

use super::actions::{Action, Ask, Effect, Message, Order, Overlay, Pace};
use super::inside::Look;
use super::runs::Run;
use super::series::Series;
use super::text;
use super::view::{Travel, View};
use crate::experiment::{Contender, Data, Experiment, KeyError};
use std::collections::{BTreeSet, VecDeque};
use std::path::PathBuf;
use std::sync::Arc;

pub use events::{Event, Weight};
pub use export::Exporting;
pub use files::Prompt;
pub use landscape::{Landscape, LandscapeStage};
pub use rate_test::RateTest;
pub use runs::Progress;
pub use sweep::Sweep;

/// Where the race stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Nothing has run yet.
    Ready,
    /// The runs are being prepared.
    Preparing,
    /// At least one goes on.
    Running,
    /// All that have not ended wait.
    Paused,
    /// All have ended, and at least one of them can go on.
    Stopped,
    /// All have ended for good.
    Ended,
}

/// All that the window knows.
#[derive(Debug, Default)]
pub struct AppState {
    /// The settings as they stand; never without a contender.
    pub draft: Experiment,
    /// The file that they came from or were saved to.
    pub file: Option<PathBuf>,
    /// The built-in scenario that they came from.
    pub scenario: Option<usize>,
    /// Each contender of the draft, complete.
    pub contenders: Vec<Contender>,
    /// The colour number of each contender.
    pub colours: Vec<usize>,
    /// The contender that the setup shows.
    pub selected: usize,
    /// The key of the field that the setup is to bring into view, without a contender before it.
    pub revealing: Option<String>,
    /// The loaded data.
    pub series: Option<Arc<Series>>,
    /// Whether data are being loaded.
    pub loading: bool,
    /// The settings that data were asked for with last; none where such data cannot be read.
    asked_data: Option<Data>,
    /// The settings that the series was loaded with.
    series_data: Option<Data>,
    /// Whether data were opened whose labels may still say what the task is.
    source_decides: bool,
    /// Whether the last loading was ended before it was done.
    pub loading_cancelled: bool,
    /// Whether the series is known by first sight alone.
    first_sight: bool,
    /// Counts up whenever the draft changes, so that what follows from it is worked out once.
    pub version: u64,
    /// The runs, contender by contender, seed by seed.
    pub runs: Vec<Run>,
    /// How fast runs go.
    pub pace: Pace,
    /// Colour numbers that plots leave out.
    pub hidden: BTreeSet<usize>,
    /// Of the contenders whose names a person gave, so that they stay.
    named_by_hand: BTreeSet<usize>,
    /// What happened, oldest first.
    pub events: Vec<Event>,
    /// The open question.
    pub prompt: Option<Prompt>,
    /// The open dialog of an export.
    pub exporting: Option<Exporting>,
    /// How the window looks.
    pub view: View,
    /// What lies above the window.
    pub overlay: Option<Overlay>,
    /// What shall be done once unsaved changes are saved or dropped.
    pub question: Option<Box<Action>>,
    /// The files that were opened or saved, the latest first.
    pub recent: Vec<PathBuf>,
    /// The step that plots shall point at.
    pub pointed: Option<u64>,
    /// Counts up whenever plots shall show everything and keep up again.
    pub follow: u64,
    /// How many moves along the x axis of plots were asked for, and the last of them.
    pub travel: (u64, Option<Travel>),
    /// Whether the window shall close.
    pub closing: bool,
    /// The latest test of learning rates.
    pub rate_test: Option<RateTest>,
    /// The latest look at the loss around a contender.
    pub landscape: Option<Landscape>,
    /// The latest look inside a network.
    pub inside: Option<Look>,
    /// The sweep of learning rates that is about to begin.
    pub sweep: Option<Sweep>,
    /// Counts up whenever the runs are others than before, so that caches notice.
    pub generation: u64,
    problems: Vec<KeyError>,
    data_problems: Vec<KeyError>,
    run_problems: Vec<KeyError>,
    preparing: bool,
    paused: bool,
    step_when_ready: bool,
    started: Option<Experiment>,
    run_series: Option<Arc<Series>>,
    speed: VecDeque<(f64, u64)>,
    edits: edits::Edits,
    figure: Option<(String, Arc<[u8]>)>,
    /// The hash of the data that an opened run had, while they are looked for.
    wanted_data: Option<String>,
    rate_test_requests: u64,
    landscape_requests: u64,
    inside_requests: u64,
    sweep_requests: u64,
    now: f64,
    effects: Vec<Effect>,
}

impl AppState {
    /// The first scenario, its data not yet loaded.
    #[must_use]
    pub fn new() -> Self {
        let mut state = Self::default();
        state.open_scenario(0);
        state
    }

    /// Does what a person asks for.
    pub fn apply(&mut self, action: Action) {
        if self.asks_first(&action) {
            return;
        }
        let before = self.before(&action);
        self.carry_out(action);
        self.after(before);
    }

    fn carry_out(&mut self, action: Action) {
        match action {
            Action::RunOrPause => self.run_or_pause(),
            Action::Step => self.step(),
            Action::Stop => {
                if matches!(self.phase(), Phase::Running | Phase::Paused) {
                    self.effects.push(Effect::Tell(Order::Stop));
                }
            }
            Action::Reset => self.reset(),
            Action::GoBack { run, step } => self.go_back(run, step),
            Action::Fork { run, step, change } => self.fork(run, step, change),
            Action::SetPace(pace) => {
                self.pace = pace;
                if !self.runs.is_empty() {
                    self.effects.push(Effect::Tell(Order::Pace(pace)));
                }
            }
            Action::OpenScenario(index) => self.open_scenario(index),
            Action::OpenPath(path) => self.open_path(path),
            Action::SetSource(source) => self.set_source(&source),
            Action::Reload => self.load(),
            Action::CancelLoading => self.cancel_loading(),
            Action::EditShared(experiment) => self.edit_shared(*experiment),
            Action::EditContender(contender) => self.edit_contender(&contender),
            Action::Select(index) => {
                if index < self.contenders.len() {
                    self.selected = index;
                }
            }
            Action::Reveal(key) => self.reveal(&key),
            Action::Revealed => self.revealing = None,
            Action::Add => self.add(),
            Action::Duplicate(index) => self.duplicate(index),
            Action::SweepRates => self.ask_for_sweep(),
            Action::StartSweep => self.start_sweep(),
            Action::CancelSweep => self.cancel_sweep(),
            Action::TestRates => self.test_rates(),
            Action::CancelRateTest => self.cancel_rate_test(),
            Action::UseSuggestedRate => self.use_suggested_rate(),
            Action::ComputeLandscape { points, directions } => {
                self.compute_landscape(points, directions);
            }
            Action::GoAheadWithLandscape => self.go_ahead_with_landscape(),
            Action::CancelLandscape => self.cancel_landscape(),
            Action::LookInside(wish) => self.look_inside(wish),
            Action::Remove(index) => self.remove(index),
            Action::Rename(index, name) => self.rename(index, name),
            Action::ToggleHidden(colour) => {
                if !self.hidden.remove(&colour) {
                    self.hidden.insert(colour);
                }
            }
            Action::Ask(ask) => self.ask(ask),
            Action::Browse => self.browse(),
            Action::Answer(path) => self.answer(&path),
            Action::Overwrite => self.overwrite(),
            Action::Dismiss => {
                self.prompt = None;
                self.question = None;
                self.forget_what_follows();
            }
            Action::Move { from, to } => self.reorder(from, to),
            Action::Undo => self.undo(),
            Action::Redo => self.redo(),
            Action::SetView(view) => self.view = *view,
            Action::SetLanguage(language) => {
                text::set_language(language);
                // What was understood of the data is said in words.
                self.load();
            }
            Action::Follow => self.follow += 1,
            Action::Travel(travel) => self.travel = (self.travel.0 + 1, Some(travel)),
            Action::PointAt(step) => self.pointed = Some(step),
            Action::Show(overlay) => self.overlay = overlay,
            Action::SaveFigure { name, bytes } => {
                self.figure = Some((name, bytes));
                self.ask(Ask::SaveFigure);
            }
            Action::Export(wish) => self.export(wish),
            Action::SaveFirst => self.save_first(),
            Action::DropChanges => self.drop_changes(),
            Action::Close => self.closing = true,
            Action::Save => match self.file.clone() {
                Some(path) => self.write(path, true),
                None => self.ask(Ask::SaveAs),
            },
        }
    }

    /// Takes in what the world answers.
    pub fn receive(&mut self, message: Message) {
        match message {
            Message::FirstSight(series) => self.seen_at_first(series),
            Message::Series(series, problems) => self.loaded(series, problems),
            Message::Planned(result) => self.planned(result),
            Message::Report(index, report) => self.report(index, *report),
            Message::Kept(index, steps) => {
                if let Some(run) = self.runs.get_mut(index) {
                    run.kept = steps;
                }
            }
            Message::Lost(index, reason) => self.lost(index, reason),
            Message::RateTest(request, news) => self.rate_test_news(request, news),
            Message::Landscape(request, news) => self.landscape_news(request, news),
            Message::Inside(request, result) => self.seen_inside(request, result),
            Message::Estimated(request, work) => self.estimated(request, work),
            Message::Read(path, result) => self.have_read(path, result),
            Message::RunRead(path, result) => self.have_read_run(&path, result),
            Message::Exported(result) => self.have_exported(result),
            Message::ModelRead(path, result) => self.have_read_model(&path, result),
            Message::DataChecked(source, result) => self.have_checked_data(source, result),
            Message::Written(path, result) => self.have_written(path, result),
            Message::Browsed(ask, path) => self.browsed(ask, path),
        }
    }

    /// What is to be done, in order; the caller does it.
    pub fn take_effects(&mut self) -> Vec<Effect> {
        std::mem::take(&mut self.effects)
    }

    /// The selected contender.
    #[must_use]
    pub fn contender(&self) -> Option<&Contender> {
        self.contenders.get(self.selected)
    }

    /// The data that the plots show: those of the runs, where there are runs.
    #[must_use]
    pub fn shown_series(&self) -> Option<&Series> {
        if self.runs.is_empty() {
            self.series.as_deref()
        } else {
            self.run_series.as_deref().or(self.series.as_deref())
        }
    }

    /// The runs that are drawn, each with its index: those that are not hidden, without the folds of
    /// backtests, which are for the table.
    pub fn shown_runs(&self) -> impl Iterator<Item = (usize, &Run)> {
        self.runs
            .iter()
            .enumerate()
            .filter(|(_, run)| run.fold == 0 && !self.hidden.contains(&run.colour))
    }

    /// Whether the settings are no longer those of the runs on show.
    #[must_use]
    pub fn stale(&self) -> bool {
        !self.runs.is_empty()
            && self
                .started
                .as_ref()
                .is_some_and(|started| *started != self.draft)
    }
}
