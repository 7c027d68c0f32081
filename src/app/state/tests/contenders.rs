//! Contenders: added, named, edited, removed.

use super::*;
use crate::experiment::{Choice, Clipping, Optimizer};

#[test]
fn a_name_follows_the_settings_until_a_person_gives_one() {
    let mut state = state();
    state.apply(Action::Select(0));
    let names = |state: &AppState| -> Vec<String> {
        (state.contenders.iter())
            .map(|contender| contender.name.clone())
            .collect()
    };
    assert_eq!(names(&state), ["Adam", "SGD"]);
    let choose = |state: &mut AppState, kind: &str| {
        let mut contender = state.contenders[0].clone();
        contender
            .experiment
            .choose_optimizer(Optimizer::named(kind).expect("a kind"));
        state.apply(Action::EditContender(Box::new(contender)));
    };
    choose(&mut state, "rmsprop");
    assert_eq!(names(&state), ["RMSprop", "SGD"]);
    // No two are called the same.
    choose(&mut state, "sgd");
    assert_eq!(names(&state), ["SGD 2", "SGD"]);
    state.apply(Action::Undo);
    state.apply(Action::Undo);
    assert_eq!(names(&state), ["Adam", "SGD"]);
    state.apply(Action::Rename(0, "Adam, as ever".into()));
    choose(&mut state, "lion");
    assert_eq!(names(&state), ["Adam, as ever", "SGD"]);
}

#[test]
fn a_contender_is_added_renamed_edited_and_removed() {
    let mut state = state();
    let before = state.contenders.len();
    state.apply(Action::Add);
    assert_eq!(state.contenders.len(), before + 1);
    assert_eq!(state.selected, before);
    state.apply(Action::Rename(before, "Mine".into()));
    assert_eq!(state.contenders[before].name, "Mine");
    let mut contender = state.contenders[before].clone();
    contender.experiment.optimizer = Optimizer::sgd();
    contender.experiment.clipping = Clipping::GlobalNorm { limit: 0.25 };
    state.apply(Action::EditContender(Box::new(contender)));
    assert_eq!(
        state.contenders[before].experiment.clipping.limit(),
        Some(0.25)
    );
    assert_eq!(state.contenders[0].experiment.clipping, Clipping::None);
    let colours = state.colours.clone();
    state.apply(Action::Remove(0));
    assert_eq!(state.contenders.len(), before);
    assert_eq!(
        state.colours,
        colours[1..],
        "colours stay with their contenders"
    );
    assert!(state.errors().is_empty(), "{:?}", state.errors());
}

#[test]
fn the_last_contender_stays_and_copies_have_names_of_their_own() {
    let mut state = state();
    while state.contenders.len() > 1 {
        state.apply(Action::Remove(0));
    }
    state.apply(Action::Remove(0));
    assert_eq!(state.contenders.len(), 1);
    state.apply(Action::Duplicate(0));
    state.apply(Action::Duplicate(0));
    let mut names: Vec<&str> = state.contenders.iter().map(|c| c.name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), 3);
    assert!(state.errors().is_empty());
}

#[test]
fn an_empty_name_is_an_error_and_loses_nothing() {
    let mut state = state();
    state.apply(Action::Rename(1, String::new()));
    assert!(
        state
            .errors()
            .iter()
            .any(|error| error.key == "contender.1.name")
    );
    let mut contender = state.contenders[1].clone();
    assert_eq!(contender.experiment.optimizer.kind(), "sgd");
    state.apply(Action::Select(1));
    contender.experiment.schedule.learning_rate = 0.5;
    state.apply(Action::EditContender(Box::new(contender)));
    assert!(!state.errors().is_empty());
    state.apply(Action::Rename(1, "SGD".into()));
    assert!(state.errors().is_empty());
    let experiment = &state.contenders[1].experiment;
    assert_eq!(experiment.optimizer.kind(), "sgd");
    assert_eq!(experiment.schedule.learning_rate, 0.5);
}

#[test]
fn a_shared_change_wins_over_a_contenders_own_value_at_that_key_alone() {
    let mut state = state();
    let own =
        "name = \"B\"\n[training]\nbatch_size = 8\nshuffle = false\n[optimizer]\nkind = \"sgd\"";
    state.draft.contender[1] = own.parse().expect("the table is valid");
    let mut draft = state.draft.clone();
    draft.training.batch_size = crate::experiment::BatchSize::Count(64);
    state.apply(Action::EditShared(Box::new(draft)));
    let other = &state.contenders[1].experiment;
    assert_eq!(
        other.training.batch_size,
        crate::experiment::BatchSize::Count(64)
    );
    assert!(!other.training.shuffle);
    assert_eq!(other.optimizer, Optimizer::sgd());
}
