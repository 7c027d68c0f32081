//! The data: loading them, another source, and the task that opened data decide.

use super::problems::at_the_source;
use super::{AppState, Weight, files};
use crate::app::actions::{Action, Effect};
use crate::app::series::Series;
use crate::app::text;
use crate::data::Stage;
use crate::experiment::{Choice as _, Data, Experiment, KeyError, Task};
use std::sync::Arc;

impl AppState {
    pub(super) fn set_source(&mut self, source: &str) {
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

    pub(super) fn load(&mut self) {
        if self.is_wrong("data.") {
            self.load_what_can_be_read();
        } else {
            self.begin_loading(self.draft.clone());
        }
    }

    fn begin_loading(&mut self, experiment: Experiment) {
        self.loading = true;
        self.loading_cancelled = false;
        self.asked_data = Some(experiment.data.clone());
        self.effects.push(Effect::LoadSeries(Box::new(experiment)));
    }

    /// Where settings of the data cannot be right: the chosen source as it is, unless it is shown or under way already,
    /// which would only bring the same once more. What is of another source never stands under this one's name.
    fn load_what_can_be_read(&mut self) {
        let known = if self.loading {
            self.asked_data.as_ref()
        } else {
            self.series.as_ref().and(self.series_data.as_ref())
        };
        // Where nothing is shown yet, the targets say what will be.
        let shown = self.series.is_some();
        if let Some(readable) = self.readable() {
            let same = known.is_some_and(|known| {
                read_alike(known, &readable.data)
                    && (shown || known.targets == readable.data.targets)
            });
            if !same {
                self.begin_loading(readable);
            }
        } else if !shown || known.is_none_or(|known| known.source != self.draft.data.source) {
            self.cancel_loading();
            // The error at the source says more.
            self.loading_cancelled = false;
            self.asked_data = None;
            self.series = None;
        }
    }

    /// The settings with which the source can be read, though others of them are wrong; none where those that make the
    /// series are.
    fn readable(&self) -> Option<Experiment> {
        if self.is_wrong("data.source") || self.is_wrong("data.generate") {
            return None;
        }
        let mut experiment = self.draft.clone();
        let data = &mut experiment.data;
        let joins = std::mem::take(&mut data.join);
        data.join = (joins.into_iter().enumerate())
            .filter(|(index, _)| !self.is_wrong(&format!("data.join.{index}.")))
            .map(|(_, join)| join)
            .collect();
        if self.is_wrong("data.time") {
            data.time.clear();
        }
        if self.is_wrong("data.targets") {
            data.targets.clear();
        }
        Some(experiment)
    }

    /// Whether a setting whose key begins so cannot be right.
    fn is_wrong(&self, beginning: &str) -> bool {
        (self.problems.iter()).any(|error| error.key.starts_with(beginning))
    }

    /// Whether the series on show was cut by the shares that are set.
    #[must_use]
    pub fn cut_as_set(&self) -> bool {
        let set = &self.draft.data;
        (self.series_data.as_ref()).is_some_and(|data| {
            data.source == set.source
                && data.test_source == set.test_source
                && data.split == set.split
        })
    }

    /// What the preparation step at `index`, of this kind, did to the series on show; none where it is not that step any
    /// more, or did nothing.
    #[must_use]
    pub fn stage(&self, index: usize, kind: &str) -> Option<&Stage> {
        let loaded = self.series_data.as_ref()?.prepare.get(index)?;
        let stages = &self.series.as_deref()?.stages;
        stages
            .iter()
            .find(|stage| stage.step == index && loaded.kind() == kind)
    }

    /// Shows what a first sight of the data found while they are being loaded.
    pub(super) fn seen_at_first(&mut self, series: Box<Series>) {
        // What is shown from before is more.
        if self.loading && self.series.is_none() {
            self.series = Some(Arc::from(series));
            self.series_data.clone_from(&self.asked_data);
            self.first_sight = true;
        }
    }

    pub(super) fn loaded(&mut self, series: Option<Box<Series>>, problems: Vec<KeyError>) {
        if self.asked_data.is_none() {
            // It was under way when the source became one that cannot be read.
            return;
        }
        self.loading = false;
        self.first_sight = false;
        self.series = series.map(Arc::from);
        self.series_data.clone_from(&self.asked_data);
        // What was on its way when a run folder was opened comes first, and is not that run's.
        let opened = self.runs.iter().any(|run| run.folder.is_some());
        let same = (self.started.as_ref()).is_some_and(|started| started.data == self.draft.data);
        if !self.runs.is_empty() && (self.run_series.is_none() || opened && same) {
            self.run_series.clone_from(&self.series);
        }
        self.data_problems = at_the_source(problems);
        self.let_source_decide();
    }

    pub(super) fn cancel_loading(&mut self) {
        if std::mem::take(&mut self.loading) {
            self.loading_cancelled = true;
            if std::mem::take(&mut self.first_sight) {
                self.series = None;
            }
            self.effects.push(Effect::CancelLoading);
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
}

/// Whether the same is read by both, whatever is made of it then.
fn read_alike(one: &Data, other: &Data) -> bool {
    one.source == other.source
        && one.generate == other.generate
        && one.join == other.join
        && one.time == other.time
}
