//! The settings as they stand: taken over whole, edited, and all that follows from a change of them.

use super::{AppState, Weight, contenders};
use crate::app::text;
use crate::experiment::{Choice, Experiment};
use crate::scenarios;

impl AppState {
    pub(super) fn open_scenario(&mut self, index: usize) {
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
    pub(super) fn take_over(&mut self, experiment: Experiment) {
        self.reset();
        self.forget_studies();
        self.exporting = None;
        self.wanted_data = None;
        // What happened to other contenders says nothing of these, and has their colours.
        self.events.clear();
        self.draft = experiment;
        if self.draft.contender.is_empty() {
            let name = text::kind(&self.draft.optimizer.kind());
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

    pub(super) fn edit_shared(&mut self, experiment: Experiment) {
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

    /// After any change of the draft: everything that follows from it.
    pub(super) fn settle(&mut self) {
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

    /// Ends what looks at contenders apart from the race, and drops what it has shown.
    pub(super) fn forget_studies(&mut self) {
        self.forget_rate_test();
        self.forget_landscape();
    }
}
