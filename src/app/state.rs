//! All that the window knows, and how it changes: plain code, tested with no window.

mod contenders;
mod edits;
mod export;
mod files;
mod landscape;
mod naming;
mod rate_test;
mod runs;
mod steps;
mod sweep;
#[cfg(test)]
mod tests;

use super::actions::{Action, Ask, Effect, Message, Order, Overlay, Pace};
use super::inside::{self, Look};
use super::runs::Run;
use super::series::Series;
use super::text;
use super::view::{Travel, View};
use crate::experiment::{Contender, Experiment, KeyError, Task};
use crate::scenarios;
use crate::train::Inside;
use std::collections::{BTreeSet, VecDeque};
use std::path::PathBuf;
use std::sync::Arc;

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

/// How grave an event is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// As planned.
    Note,
    /// Something went wrong.
    Trouble,
}

/// Something that happened, for the line at the bottom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// The colour number of the contender that it happened to.
    pub colour: Option<usize>,
    /// What happened.
    pub text: String,
    /// How grave it is.
    pub weight: Weight,
    /// The step at which it happened, where it has one.
    pub step: Option<u64>,
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
            Message::FirstSight(series) => {
                // What is shown from before is more.
                if self.loading && self.series.is_none() {
                    self.series = Some(Arc::from(series));
                    self.first_sight = true;
                }
            }
            Message::Series(series, problems) => {
                self.loading = false;
                self.first_sight = false;
                self.series = series.map(Arc::from);
                // What was on its way when a run folder was opened comes first, and is not that run's.
                let opened = self.runs.iter().any(|run| run.folder.is_some());
                let same =
                    (self.started.as_ref()).is_some_and(|started| started.data == self.draft.data);
                if !self.runs.is_empty() && (self.run_series.is_none() || opened && same) {
                    self.run_series.clone_from(&self.series);
                }
                self.data_problems = at_the_source(problems);
                self.let_source_decide();
            }
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

    /// Everything that is wrong with the settings and the data, each thing once.
    #[must_use]
    pub fn errors(&self) -> Vec<KeyError> {
        let mut errors: Vec<KeyError> = Vec::new();
        for error in self
            .problems
            .iter()
            .chain(&self.data_problems)
            .chain(&self.run_problems)
        {
            if !errors.contains(error) {
                errors.push(error.clone());
            }
        }
        errors
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

    /// Adds a line to the events.
    pub fn note(&mut self, weight: Weight, colour: Option<usize>, text: String) {
        const KEPT: usize = 200;
        self.events.push(Event {
            colour,
            text,
            weight,
            step: None,
        });
        if self.events.len() > KEPT {
            self.events.remove(0);
        }
    }

    fn open_scenario(&mut self, index: usize) {
        let Some(scenario) = scenarios::ALL.get(index) else {
            return;
        };
        match Experiment::from_toml(scenario.toml) {
            Ok(experiment) => {
                self.take_over(experiment);
                self.scenario = Some(index);
                self.file = None;
            }
            Err(errors) => {
                for error in errors {
                    self.note(Weight::Trouble, None, text::of_document(&error));
                }
            }
        }
    }

    /// Starts anew with other settings.
    fn take_over(&mut self, experiment: Experiment) {
        self.reset();
        self.forget_studies();
        self.exporting = None;
        self.wanted_data = None;
        // What happened to other contenders says nothing of these, and has their colours.
        self.events.clear();
        self.draft = experiment;
        if self.draft.contender.is_empty() {
            let name = self.draft.optimizer.kind_name();
            self.draft
                .contender
                .push(toml::Table::from_iter([("name".to_owned(), name.into())]));
        }
        self.colours = (0..self.draft.contender.len()).collect();
        self.hidden.clear();
        self.named_by_hand.clear();
        self.selected = 0;
        self.series = None;
        self.scenario = None;
        self.source_decides = false;
        self.edits.begin(&self.draft);
        self.data_problems.clear();
        self.settle();
        self.load();
    }

    /// After any change of the draft: everything that follows from it.
    fn settle(&mut self) {
        self.version += 1;
        self.contenders = (0..self.draft.contender.len())
            .map(|index| contenders::resolved(&self.draft, index))
            .collect();
        self.selected = self.selected.min(self.contenders.len().saturating_sub(1));
        self.problems = self.draft.problems();
        if (self.landscape.as_ref())
            .is_some_and(|landscape| !self.colours.contains(&landscape.colour))
        {
            self.forget_landscape();
        }
        self.run_problems.clear();
        // It was of the contenders as they were.
        self.cancel_sweep();
    }

    fn look_inside(&mut self, wish: inside::Wish) {
        let Some(run) = self.runs.get(wish.run) else {
            return;
        };
        let from_folder = run.folder.is_some();
        self.inside_requests += 1;
        let request = self.inside_requests;
        // Of the same run what was seen stays until there is something new.
        let same_run = |look: &Look| look.wish.run == wish.run;
        let found = self
            .inside
            .take()
            .filter(same_run)
            .and_then(|look| look.found);
        self.inside = Some(Look {
            wish,
            found: found.filter(|_| !from_folder),
            problem: from_folder.then(|| text::WEIGHTS_NOT_READ.into()),
            request,
        });
        if !from_folder {
            self.effects.push(Effect::LookInside(wish, request));
        }
    }

    fn seen_inside(&mut self, request: u64, result: Result<Box<Inside>, Vec<KeyError>>) {
        if let Some(look) = &mut self.inside
            && look.request == request
        {
            match result {
                Ok(found) => look.found = Some(Arc::from(found)),
                Err(problems) => look.problem = Some(lines(&problems, &self.contenders)),
            }
        }
    }

    /// Ends what looks at contenders apart from the race, and drops what it has shown.
    fn forget_studies(&mut self) {
        self.forget_rate_test();
        self.forget_landscape();
    }

    fn load(&mut self) {
        // Settings that cannot be right would only bring the same errors a second time.
        if self
            .problems
            .iter()
            .any(|error| error.key.starts_with("data."))
        {
            return;
        }
        self.loading = true;
        self.loading_cancelled = false;
        self.effects
            .push(Effect::LoadSeries(Box::new(self.draft.clone())));
    }

    fn cancel_loading(&mut self) {
        if std::mem::take(&mut self.loading) {
            self.loading_cancelled = true;
            if std::mem::take(&mut self.first_sight) {
                self.series = None;
            }
            self.effects.push(Effect::CancelLoading);
        }
    }

    fn edit_shared(&mut self, experiment: Experiment) {
        let old = std::mem::replace(&mut self.draft, experiment);
        // What is chosen by hand stays.
        self.source_decides &= self.draft.data.task == old.data.task;
        // Another task needs another loss; one that was chosen for it stays.
        let task = self.draft.data.task;
        if task != old.data.task && self.draft.loss.of_classes() != task.default_loss().of_classes()
        {
            self.draft.loss = task.default_loss();
        }
        contenders::follow(&mut self.draft, &old);
        self.settle();
        if self.draft.data != old.data || self.draft.seeds.first() != old.seeds.first() {
            self.load();
        }
    }

    /// Data that were just opened say by their labels what is to be done with them.
    fn let_source_decide(&mut self) {
        let classes = self.series.as_ref().map_or(0, |series| series.labelled);
        if !std::mem::take(&mut self.source_decides)
            || classes == 0
            || self.draft.data.task == Task::Classify
        {
            return;
        }
        let mut draft = self.draft.clone();
        draft.data.task = Task::Classify;
        let clean = !self.unsaved();
        let before = self.before(&Action::EditShared(Box::new(draft.clone())));
        self.data_problems.clear();
        self.edit_shared(draft);
        self.after(before);
        if clean {
            self.edits.saved(&self.draft);
        }
        self.note(Weight::Note, None, text::classes_decide(classes));
    }

    fn set_source(&mut self, source: &str) {
        let mut draft = self.draft.clone();
        draft.data.source = files::absolute(source);
        draft.data.generate = crate::experiment::Generate::for_source(&draft.data.source);
        draft.data.task = Task::of_source(&draft.data.source);
        draft.data.targets.clear();
        draft.data.features.clear();
        draft.data.time.clear();
        draft.data.test_source.clear();
        let reload = draft.data == self.draft.data;
        self.reset();
        self.forget_studies();
        self.series = None;
        self.data_problems.clear();
        self.edit_shared(draft);
        self.source_decides = true;
        if reload {
            self.load();
        }
    }
}

/// Problems one below the other, each with the place of its setting where it has one.
fn lines(problems: &[KeyError], contenders: &[Contender]) -> String {
    let line = |problem| text::problem(problem, contenders);
    problems.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// Problems of a file as a whole belong to the field that names it.
fn at_the_source(mut problems: Vec<KeyError>) -> Vec<KeyError> {
    for problem in &mut problems {
        if problem.key.is_empty() {
            "data.source".clone_into(&mut problem.key);
        }
    }
    problems
}

/// The name of a kind, for contenders that have none.
trait KindName {
    fn kind_name(&self) -> String;
}

impl<C: crate::experiment::Choice> KindName for C {
    fn kind_name(&self) -> String {
        text::kind(&self.kind())
    }
}
