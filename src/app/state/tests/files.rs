//! Experiment files: saved, read, and the dialogs that ask for them.

use super::*;
use crate::app::actions::Unwritten;
use std::path::Path;

#[test]
fn saving_asks_for_a_path_and_before_it_replaces_another_file() {
    let mut state = state();
    state.apply(Action::Save);
    assert!(state.prompt.is_some());
    state.apply(Action::Answer("/nowhere/mine".into()));
    let effects = state.take_effects();
    let Some(Effect::Write {
        path,
        overwrite: false,
        bytes,
    }) = effects.last()
    else {
        panic!("{effects:?}");
    };
    assert_eq!(path, Path::new("/nowhere/mine.toml"));
    let text = std::str::from_utf8(bytes).expect("it is text");
    assert_eq!(Experiment::from_toml(text).as_ref(), Ok(&state.draft));
    state.receive(Message::Written(path.clone(), Err(Unwritten::Exists)));
    assert!(
        state
            .prompt
            .as_ref()
            .is_some_and(|prompt| prompt.replaces.is_some())
    );
    state.apply(Action::Overwrite);
    assert!(matches!(
        state.take_effects().last(),
        Some(Effect::Write {
            overwrite: true,
            ..
        })
    ));
    state.receive(Message::Written(path.clone(), Ok(())));
    assert!(state.prompt.is_none());
    assert_eq!(state.file.as_deref(), Some(path.as_path()));
    state.apply(Action::Save);
    assert!(matches!(
        state.take_effects().last(),
        Some(Effect::Write {
            overwrite: true,
            ..
        })
    ));
}

#[test]
fn a_bad_experiment_file_changes_nothing_but_the_events() {
    let mut state = state();
    let before = state.draft.clone();
    state.receive(Message::Read(
        "x.toml".into(),
        Err("x.toml:3: `loss.kind`: there is no \"x\"".into()),
    ));
    assert_eq!(state.draft, before);
    assert_eq!(
        state.events.last().map(|event| event.weight),
        Some(Weight::Trouble)
    );
}

#[test]
fn a_cancelled_dialog_leaves_the_question_open_with_a_word() {
    let mut state = state();
    state.apply(Action::Ask(Ask::Open));
    state.apply(Action::Browse);
    assert_eq!(
        state.take_effects(),
        [Effect::Browse(Ask::Open, String::new())]
    );
    state.receive(Message::Browsed(Ask::Open, None));
    let prompt = state.prompt.as_ref().expect("it stays open");
    assert!(!prompt.browsing);
    assert!(prompt.message.is_some());
}
