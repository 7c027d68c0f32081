//! Settings: opened, edited, refused.

use super::*;
use crate::scenarios;

#[test]
fn it_opens_on_the_first_scenario_and_asks_for_its_data() {
    let mut state = AppState::new();
    assert_eq!(state.scenario, Some(0));
    assert!(state.contenders.len() >= 2);
    assert_eq!(state.phase(), Phase::Ready);
    assert!(state.errors().is_empty());
    let effects = state.take_effects();
    assert!(
        matches!(effects.as_slice(), [Effect::LoadSeries(_)]),
        "{effects:?}"
    );
}

#[test]
fn every_scenario_opens_without_an_error() {
    for index in 0..scenarios::ALL.len() {
        let mut state = AppState::new();
        state.apply(Action::OpenScenario(index));
        assert_eq!(state.scenario, Some(index));
        assert!(state.errors().is_empty(), "{:?}", state.errors());
        assert!(state.events.is_empty(), "{:?}", state.events);
    }
}

#[test]
fn events_of_another_experiment_do_not_stay() {
    let mut state = state();
    state.note(Weight::Note, Some(0), "of the first".into());
    state.apply(Action::OpenScenario(1));
    assert!(
        state
            .events
            .iter()
            .all(|event| event.text != "of the first")
    );
}

#[test]
fn an_impossible_split_is_an_error_at_its_field_and_blocks_the_run() {
    let mut state = state();
    let mut draft = state.draft.clone();
    draft.data.split.train = 0.9;
    draft.data.split.validation = 0.5;
    state.apply(Action::EditShared(Box::new(draft)));
    assert_eq!(state.errors()[0].key, "data.split.validation");
    assert!(state.blocked());
    state.take_effects();
    state.apply(Action::RunOrPause);
    assert!(state.take_effects().is_empty());
    assert_eq!(state.phase(), Phase::Ready);
}
