//! Opened data say what is to be done with them.

use super::{Window, app, app_mut, press, sized, until};
use optimizer_explorer::app::{actions::Action, text};
use optimizer_explorer::experiment::Task;
use std::fmt::Write as _;

/// Sequences of two classes, the second of which climbs.
fn labelled() -> String {
    let mut ts = "@problemName updown\n@timeStamps false\n@univariate true\n@classLabel true down up\n@data\n"
        .to_owned();
    for series in 0..24 {
        let slope = if series % 2 == 0 { -1.0 } else { 1.0 };
        let values: Vec<String> = (0..10)
            .map(|step| format!("{}", slope * f64::from(step) + 0.1 * f64::from(series)))
            .collect();
        let class = if series % 2 == 0 { "down" } else { "up" };
        writeln!(ts, "{}:{class}", values.join(",")).unwrap();
    }
    ts
}

fn loaded(window: &mut Window) {
    window.step();
    until(window, "the data are loaded", |app| !app.state().loading);
    window.run_steps(2);
}

/// A window that has opened [`labelled`] as a file in `folder`.
fn opened(folder: &std::path::Path) -> Window {
    let path = folder.join("updown.ts");
    std::fs::write(&path, labelled()).unwrap();
    let mut window = sized(None, 1280.0, 800.0);
    app_mut(&mut window).apply(Action::OpenPath(path));
    loaded(&mut window);
    window
}

#[test]
fn a_file_with_classes_makes_the_task_classify_and_undo_takes_it_back() {
    let folder = tempfile::tempdir().unwrap();
    let mut window = opened(folder.path());
    let state = app(&window).state();
    assert_eq!(state.draft.data.task, Task::Classify);
    assert!(state.errors().is_empty(), "{:?}", state.errors());
    assert!(!state.unsaved(), "the person has changed nothing");
    let said = text::classes_decide(2);
    let times = state.events.iter().filter(|event| event.text == said);
    assert_eq!(times.count(), 1);
    app_mut(&mut window).apply(Action::Undo);
    loaded(&mut window);
    let state = app(&window).state();
    assert_eq!(
        state.draft.data.task,
        Task::Forecast,
        "what is chosen stays"
    );
    assert!(!state.errors().is_empty());
    app_mut(&mut window).apply(Action::Redo);
    loaded(&mut window);
    press(&mut window, &text::RUN);
    assert!(!app(&window).state().runs.is_empty());
}

#[test]
fn a_task_chosen_by_hand_stays_when_data_are_read_again() {
    let folder = tempfile::tempdir().unwrap();
    let mut window = opened(folder.path());
    let mut draft = app(&window).state().draft.clone();
    draft.data.task = Task::Forecast;
    app_mut(&mut window).apply(Action::EditShared(Box::new(draft)));
    loaded(&mut window);
    app_mut(&mut window).apply(Action::Reload);
    loaded(&mut window);
    assert_eq!(app(&window).state().draft.data.task, Task::Forecast);
}
