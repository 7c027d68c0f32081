//! The data: loading them, another source, and the task that opened data decide.

use super::problems::at_the_source;
use super::{AppState, Weight, files};
use crate::app::actions::{Action, Effect};
use crate::app::series::Series;
use crate::app::text;
use crate::experiment::{KeyError, Task};
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

    /// Shows what a first sight of the data found while they are being loaded.
    pub(super) fn seen_at_first(&mut self, series: Box<Series>) {
        // What is shown from before is more.
        if self.loading && self.series.is_none() {
            self.series = Some(Arc::from(series));
            self.first_sight = true;
        }
    }

    pub(super) fn loaded(&mut self, series: Option<Box<Series>>, problems: Vec<KeyError>) {
        self.loading = false;
        self.first_sight = false;
        self.series = series.map(Arc::from);
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
