//! Undo and redo, and what is not saved yet.

use super::AppState;
use crate::app::actions::{Action, Ask};
use crate::experiment::Experiment;
use std::collections::BTreeSet;

/// Edits that can be taken back.
const KEPT: usize = 200;
/// Edits of the same setting within so many seconds are one: dragging a number is one edit.
const TOGETHER_SECONDS: f64 = 1.0;

/// All that an edit changes.
#[derive(Debug, Clone, PartialEq)]
struct Moment {
    draft: Experiment,
    colours: Vec<usize>,
    hidden: BTreeSet<usize>,
    selected: usize,
    scenario: Option<usize>,
}

/// The edits so far, and the experiment as it is on disk.
#[derive(Debug, Default)]
pub(super) struct Edits {
    undo: Vec<Moment>,
    redo: Vec<Moment>,
    /// What the last edit changed, and when.
    last: Option<(String, f64)>,
    saved: Option<Experiment>,
    writing: Option<Experiment>,
    follows: Option<Box<Action>>,
}

impl Edits {
    /// A new experiment: nothing to take back, nothing unsaved.
    pub(super) fn begin(&mut self, draft: &Experiment) {
        *self = Self {
            saved: Some(draft.clone()),
            ..Self::default()
        };
    }

    /// The experiment stands somewhere in just this form.
    pub(super) fn saved(&mut self, draft: &Experiment) {
        self.saved = Some(draft.clone());
    }

    /// It is being written in this form.
    pub(super) fn writing(&mut self, draft: &Experiment) {
        self.writing = Some(draft.clone());
    }

    /// What was being written is on disk.
    pub(super) fn written(&mut self) {
        if let Some(written) = self.writing.take() {
            self.saved = Some(written);
        }
    }
}

/// What is to be compared once an action is done.
pub(super) struct Before {
    moment: Moment,
    /// The one setting that the action changes, where it is one.
    what: Option<String>,
}

impl AppState {
    /// Whether the experiment differs from what was opened or saved last.
    #[must_use]
    pub fn unsaved(&self) -> bool {
        (self.edits.saved.as_ref()).is_some_and(|saved| *saved != self.draft)
    }

    /// Whether there is an edit to take back.
    #[must_use]
    pub fn can_undo(&self) -> bool {
        !self.edits.undo.is_empty()
    }

    /// Whether there is an edit to make again.
    #[must_use]
    pub fn can_redo(&self) -> bool {
        !self.edits.redo.is_empty()
    }

    fn moment(&self) -> Moment {
        Moment {
            draft: self.draft.clone(),
            colours: self.colours.clone(),
            hidden: self.hidden.clone(),
            selected: self.selected,
            scenario: self.scenario,
        }
    }

    pub(super) fn before(&self, action: &Action) -> Option<Before> {
        if !action.edits() {
            return None;
        }
        let key = |old: &Experiment, new: &Experiment| {
            let (key, ..) = new.first_difference(old, |_| false)?;
            Some(key)
        };
        let what = match action {
            Action::EditShared(new) => key(&self.draft, new),
            Action::EditContender(new) => (self.contender())
                .and_then(|old| key(&old.experiment, &new.experiment))
                .map(|key| format!("{} {key}", self.selected)),
            _ => None,
        };
        Some(Before {
            moment: self.moment(),
            what,
        })
    }

    pub(super) fn after(&mut self, before: Option<Before>) {
        let Some(Before { moment, what }) = before else {
            return;
        };
        if moment.draft == self.draft {
            return;
        }
        self.edits.redo.clear();
        let goes_on = match (&self.edits.last, &what) {
            (Some((last, when)), Some(what)) => {
                last == what && self.now - when < TOGETHER_SECONDS && !self.edits.undo.is_empty()
            }
            _ => false,
        };
        if !goes_on {
            self.edits.undo.push(moment);
            if self.edits.undo.len() > KEPT {
                self.edits.undo.remove(0);
            }
        }
        self.edits.last = what.map(|what| (what, self.now));
    }

    pub(super) fn undo(&mut self) {
        if let Some(moment) = self.edits.undo.pop() {
            let now = self.moment();
            self.edits.redo.push(now);
            self.return_to(moment);
        }
    }

    pub(super) fn redo(&mut self) {
        if let Some(moment) = self.edits.redo.pop() {
            let now = self.moment();
            self.edits.undo.push(now);
            self.return_to(moment);
        }
    }

    fn return_to(&mut self, moment: Moment) {
        let Moment {
            draft,
            colours,
            hidden,
            selected,
            scenario,
        } = moment;
        let old = std::mem::replace(&mut self.draft, draft);
        (self.colours, self.hidden) = (colours, hidden);
        (self.selected, self.scenario) = (selected, scenario);
        self.edits.last = None;
        self.settle();
        if self.draft.data != old.data || self.draft.seeds.first() != old.seeds.first() {
            self.data_problems.clear();
            self.load();
        }
    }

    /// Opens the question about unsaved changes where `action` would drop them.
    pub(super) fn asks_first(&mut self, action: &Action) -> bool {
        let replaces = matches!(action, Action::OpenScenario(_) | Action::Close);
        if replaces && self.unsaved() {
            self.question = Some(Box::new(action.clone()));
            return true;
        }
        false
    }

    pub(super) fn save_first(&mut self) {
        self.edits.follows = self.question.take();
        match self.file.clone() {
            Some(path) => self.write(path, true),
            None => self.ask(Ask::SaveAs),
        }
    }

    pub(super) fn drop_changes(&mut self) {
        if let Some(action) = self.question.take() {
            self.edits.saved(&self.draft);
            self.apply(*action);
        }
    }

    /// The experiment is on disk: now what the question was about.
    pub(super) fn do_what_follows(&mut self) {
        if let Some(action) = self.edits.follows.take() {
            self.apply(*action);
        }
    }

    /// Takes over an experiment as it was left when the window was last closed.
    pub(in crate::app) fn left_as(
        &mut self,
        experiment: Experiment,
        scenario: Option<usize>,
        file: Option<std::path::PathBuf>,
        unsaved: bool,
    ) {
        let base = self.draft.clone();
        if experiment != base || scenario.is_none() {
            self.take_over(experiment);
        }
        (self.scenario, self.file) = (scenario, file);
        if unsaved {
            // What it differed from is known only of scenarios; anything else differs from the usual.
            let base = if scenario.is_some() {
                base
            } else {
                Experiment::default()
            };
            self.edits.saved(&base);
        }
    }

    pub(super) fn forget_what_follows(&mut self) {
        self.edits.follows = None;
    }
}
