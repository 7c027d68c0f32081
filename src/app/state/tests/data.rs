//! Data: loaded, refused, exchanged, seen at first sight.

use super::*;

#[test]
fn a_file_that_cannot_be_read_is_an_error_at_the_source() {
    let mut state = state();
    state.receive(Message::Series(
        None,
        vec![KeyError::new("", "x.csv: no such file")],
    ));
    assert_eq!(state.errors()[0].key, "data.source");
    assert!(state.series.is_none());
}

#[test]
fn another_source_forgets_the_columns_of_the_old_one() {
    let mut state = state();
    let mut draft = state.draft.clone();
    draft.data.targets = vec!["Passengers".into()];
    state.apply(Action::EditShared(Box::new(draft)));
    state.take_effects();
    state.apply(Action::SetSource("generate:ar".into()));
    assert!(state.draft.data.targets.is_empty());
    assert_eq!(
        state.draft.data.generate.coefficients,
        Some(vec![1.5, -0.75])
    );
    assert!(state.errors().is_empty(), "{:?}", state.errors());
    assert!(matches!(
        state.take_effects().last(),
        Some(Effect::LoadSeries(_))
    ));
}

#[test]
fn a_source_brings_its_task_and_a_task_its_loss() {
    use crate::experiment::{Loss, Task};
    let mut state = AppState::new();
    let losses = |state: &AppState| -> Vec<Loss> {
        let contenders = state.contenders.iter();
        contenders
            .map(|contender| contender.experiment.loss.clone())
            .collect()
    };
    let count = state.contenders.len();
    state.apply(Action::SetSource("generate:temporal-order".into()));
    assert_eq!(state.draft.data.task, Task::Classify);
    assert_eq!(losses(&state), vec![Loss::cross_entropy(); count]);
    assert!(state.errors().is_empty(), "{:?}", state.errors());
    // A loss that goes with the new task stays as it was chosen.
    let mut draft = state.draft.clone();
    draft.loss = Loss::Mae;
    draft.data.task = Task::Forecast;
    state.apply(Action::EditShared(Box::new(draft)));
    assert_eq!(losses(&state), vec![Loss::Mae; count]);
    assert_eq!(state.errors()[0].key, "data.task");
    state.apply(Action::SetSource("builtin:nile".into()));
    assert_eq!(losses(&state), vec![Loss::Mae; count]);
    assert!(state.errors().is_empty(), "{:?}", state.errors());
}

#[test]
fn a_first_sight_of_data_is_shown_where_nothing_else_is_and_gone_when_loading_is_cancelled() {
    let mut state = state();
    let sight = |rows| {
        Message::FirstSight(Box::new(Series {
            rows,
            ..Series::default()
        }))
    };
    let rows = |state: &AppState| state.series.as_ref().map(|series| series.rows);
    state.apply(Action::Reload);
    state.receive(sight(1));
    assert_eq!(rows(&state), Some(0), "what is shown from before is more");
    state.apply(Action::CancelLoading);
    assert_eq!(rows(&state), Some(0));
    state.apply(Action::SetSource("generate:random-walk".into()));
    state.receive(sight(2));
    assert_eq!(rows(&state), Some(2));
    assert!(state.loading);
    state.apply(Action::CancelLoading);
    assert_eq!(rows(&state), None);
    state.receive(sight(3));
    assert_eq!(rows(&state), None, "nobody waits for it any more");
    state.apply(Action::Reload);
    state.receive(sight(4));
    state.receive(Message::Series(Some(Box::default()), Vec::new()));
    assert!(!state.loading);
    assert_eq!(rows(&state), Some(0));
}

/// Data of `source` with shares that cannot be right.
fn wrong(source: &str) -> Experiment {
    let mut wrong = Experiment::default();
    wrong.data.source = source.into();
    (wrong.data.split.train, wrong.data.split.validation) = (0.9, 0.3);
    wrong
}

#[test]
fn wrong_settings_of_another_source_show_that_source_and_not_the_one_before() {
    // The first scenario is still being loaded.
    let mut state = AppState::new();
    state.take_effects();
    let mut experiment = wrong("builtin:macrodata");
    experiment.data.targets = vec!["infl".into()];
    let read = Message::Read("h.toml".into(), Ok(Box::new(experiment)));
    state.receive(read);
    assert_eq!(state.errors()[0].key, "data.split.validation");
    let effects = state.take_effects();
    let Some(Effect::LoadSeries(asked)) = effects.last() else {
        panic!("{effects:?}");
    };
    assert_eq!(asked.data.source, "builtin:macrodata");
    assert_eq!(asked.data.targets, ["infl"]);
    assert!(state.loading && state.series.is_none());
    // Once more would bring the same.
    state.apply(Action::Reload);
    assert!(state.take_effects().is_empty());
    state.receive(Message::Series(Some(Box::default()), Vec::new()));
    assert!(state.series.is_some() && state.blocked());
    let mut draft = state.draft.clone();
    draft.data.split.validation = 0.4;
    state.apply(Action::EditShared(Box::new(draft)));
    assert!(state.take_effects().is_empty() && state.series.is_some());
    // A file to join that has no name yet is left out of what is read.
    let mut draft = state.draft.clone();
    draft.data.join.push(crate::experiment::Join::default());
    state.apply(Action::EditShared(Box::new(draft)));
    assert!(state.take_effects().is_empty() && state.series.is_some());
}

#[test]
fn a_source_that_cannot_be_read_shows_nothing_and_ends_what_was_under_way() {
    let mut state = AppState::new();
    state.take_effects();
    let read = Message::Read("x.toml".into(), Ok(Box::new(wrong("builtin:nothing"))));
    state.receive(read);
    assert!(!state.loading && !state.loading_cancelled && state.series.is_none());
    assert!(matches!(
        state.take_effects().as_slice(),
        [.., Effect::CancelLoading]
    ));
    // What was sent before it heard of that.
    state.receive(Message::Series(Some(Box::default()), Vec::new()));
    assert!(state.series.is_none());
    state.apply(Action::SetSource("builtin:nile".into()));
    assert!(state.loading, "a source that can be read is");
    state.receive(Message::Series(Some(Box::default()), Vec::new()));
    assert!(state.series.is_some());
}

#[test]
fn a_series_is_cut_as_set_until_other_shares_are() {
    let mut state = state();
    assert!(state.cut_as_set());
    let mut draft = state.draft.clone();
    draft.data.split.train = 0.5;
    state.apply(Action::EditShared(Box::new(draft)));
    assert!(!state.cut_as_set());
    state.receive(Message::Series(Some(Box::default()), Vec::new()));
    assert!(state.cut_as_set());
}
