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
