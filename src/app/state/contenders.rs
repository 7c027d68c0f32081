//! Contenders of the draft: add, copy, rename, remove, edit.

use super::{AppState, naming};
use crate::app::text;
use crate::app::view::Side;
use crate::experiment::{Choice, Contender, Experiment, Optimizer, safe_name};
use toml::{Table, Value};

impl AppState {
    /// Puts these contenders in the place of all.
    pub(super) fn replace_all(&mut self, contenders: &[Contender]) {
        self.draft.contender.clear();
        self.colours.clear();
        self.contenders.clear();
        for contender in contenders {
            let name = self.free_name(&contender.name);
            let experiment = contender.experiment.clone();
            self.insert(self.contenders.len(), &Contender { name, experiment });
        }
        self.selected = 0;
        self.hidden.clear();
    }

    pub(super) fn edit_contender(&mut self, contender: &Contender) {
        let index = self.selected;
        if index >= self.draft.contender.len() {
            return;
        }
        let old = &self.contenders[index];
        let mut contender = contender.clone();
        if !self.named_by_hand.contains(&self.colours[index]) {
            let own = &self.draft.contender[index];
            let name = naming::follow(&old.name, own, &old.experiment, &contender.experiment);
            if name != old.name {
                contender.name = self.free_name(&name);
            }
        }
        self.draft.set_contender(index, &contender);
        self.settle();
    }

    /// Makes the setup show the field of this key.
    pub(super) fn reveal(&mut self, key: &str) {
        let own = (key.strip_prefix("contender.")).and_then(|rest| rest.split_once('.'));
        let key = match own.and_then(|(index, key)| Some((index.parse::<usize>().ok()?, key))) {
            Some((index, key)) => {
                self.selected = index.min(self.contenders.len().saturating_sub(1));
                key
            }
            None => key,
        };
        self.view.projector = false;
        self.view.side = Side::Setup;
        self.revealing = Some(key.to_owned());
    }

    /// A further contender: the first one with an optimizer that none has yet.
    pub(super) fn add(&mut self) {
        let Some(first) = self.contenders.first() else {
            return;
        };
        let used: Vec<String> = self
            .contenders
            .iter()
            .map(|contender| contender.experiment.optimizer.kind())
            .collect();
        let optimizer = Optimizer::all()
            .into_iter()
            .find(|optimizer| !used.contains(&optimizer.kind()))
            .unwrap_or(first.experiment.optimizer);
        let mut experiment = first.experiment.clone();
        experiment.choose_optimizer(optimizer);
        let contender = Contender {
            name: self.free_name(&text::kind(&optimizer.kind())),
            experiment,
        };
        self.insert(self.contenders.len(), &contender);
    }

    pub(super) fn duplicate(&mut self, index: usize) {
        let Some(original) = self.contenders.get(index) else {
            return;
        };
        let copy = Contender {
            name: self.free_name(&text::copy_of(&original.name)),
            experiment: original.experiment.clone(),
        };
        self.insert(index + 1, &copy);
    }

    pub(super) fn remove(&mut self, index: usize) {
        if index < self.draft.contender.len() && self.draft.contender.len() > 1 {
            self.draft.contender.remove(index);
            let colour = self.colours.remove(index);
            if self
                .rate_test
                .as_ref()
                .is_some_and(|test| test.colour == colour)
            {
                self.forget_rate_test();
            }
            if self.selected > index {
                self.selected -= 1;
            }
            self.settle();
        }
    }

    pub(super) fn rename(&mut self, index: usize, name: String) {
        if let Some(overrides) = self.draft.contender.get_mut(index) {
            overrides.insert("name".to_owned(), name.into());
            self.named_by_hand.insert(self.colours[index]);
            self.settle();
        }
    }

    /// Another order; colours and the choice go along.
    pub(super) fn reorder(&mut self, from: usize, to: usize) {
        let count = self.draft.contender.len();
        if from >= count || to >= count || from == to {
            return;
        }
        let contender = self.draft.contender.remove(from);
        self.draft.contender.insert(to, contender);
        let colour = self.colours.remove(from);
        self.colours.insert(to, colour);
        self.selected = match self.selected {
            selected if selected == from => to,
            selected if from < selected && selected <= to => selected - 1,
            selected if to <= selected && selected < from => selected + 1,
            selected => selected,
        };
        self.settle();
    }

    fn insert(&mut self, index: usize, contender: &Contender) {
        let colour = self.free_colour();
        self.draft.contender.insert(index, Table::new());
        self.draft.set_contender(index, contender);
        self.colours.insert(index, colour);
        self.selected = index;
        self.settle();
    }

    /// `wanted`, or `wanted 2` and so on where there is one of that name.
    fn free_name(&self, wanted: &str) -> String {
        let taken = |name: &str| {
            self.contenders.iter().any(|contender| {
                safe_name(&contender.name).to_lowercase() == safe_name(name).to_lowercase()
            })
        };
        if !taken(wanted) {
            return wanted.to_owned();
        }
        (2..)
            .map(|number| format!("{wanted} {number}"))
            .find(|name| !taken(name))
            .expect("there are more numbers than contenders")
    }
}

/// The contender with this index; one that does not fit keeps as much of itself as does, so that
/// mending it loses nothing.
pub(super) fn resolved(draft: &Experiment, index: usize) -> Contender {
    draft.contender_at(index).unwrap_or_else(|_| {
        let mut unnamed = draft.clone();
        let name = unnamed.contender[index].remove("name");
        let experiment = unnamed
            .contender_at(index)
            .map_or_else(|_| draft.clone(), |contender| contender.experiment);
        Contender {
            name: name
                .as_ref()
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned(),
            experiment: Experiment {
                contender: Vec::new(),
                ..experiment
            },
        }
    })
}

/// Makes what changed in the shared settings hold for all contenders: an own value at a key that was
/// just changed for all gives way; own values at other keys stay.
pub(super) fn follow(draft: &mut Experiment, old: &Experiment) {
    let plain = |experiment: &Experiment| {
        Table::try_from(Experiment {
            contender: Vec::new(),
            ..experiment.clone()
        })
        .expect("an experiment is plain tables, numbers and strings")
    };
    let (new, old) = (plain(draft), plain(old));
    for contender in &mut draft.contender {
        forget_changed(contender, &new, &old);
    }
}

/// Removes from `own` every key whose value differs between `new` and `old`.
fn forget_changed(own: &mut Table, new: &Table, old: &Table) {
    own.retain(|key, value| match (value, new.get(key), old.get(key)) {
        (Value::Table(own), Some(Value::Table(new)), Some(Value::Table(old))) => {
            forget_changed(own, new, old);
            !own.is_empty()
        }
        (_, new, old) => new == old,
    });
}
