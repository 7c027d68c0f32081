//! Opened data say what is to be done with them.

use super::{Window, app, app_mut, press, sized, until};
use eframe::egui::accesskit::Role;
use egui_kittest::kittest::{NodeT, Queryable};
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

#[test]
fn an_experiment_file_with_impossible_settings_opens_at_the_field_of_the_first() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("wrong.toml");
    let toml = "[data]\nsource = \"builtin:airline\"\n\
                [[contender]]\nname = \"first\"\n\
                [[contender]]\nname = \"second\"\nclipping = { kind = \"global-norm\", limit = -1.0 }\n";
    std::fs::write(&path, toml).unwrap();
    let mut window = sized(None, 1280.0, 800.0);
    app_mut(&mut window).apply(Action::OpenPath(path.clone()));
    until(&mut window, "it is opened", |app| {
        app.state().file.as_deref() == Some(&path)
    });
    loaded(&mut window);
    let state = app(&window).state();
    assert_eq!(state.selected, 1, "the contender that is wrong is shown");
    let errors = state.errors();
    assert_eq!(errors.len(), 1, "{errors:?}");
    let told = &state.events.last().unwrap().text;
    assert!(
        told.contains(&path.display().to_string()) && told.contains("second: Clipping, limit"),
        "{told}"
    );
    // Its group was closed; now the field says what is wrong, within the window.
    let seen = |window: &Window| {
        let said = window.query_by_label(&errors[0].message);
        said.map(|label| label.rect())
            .is_some_and(|rect| rect.top() > 0.0 && rect.bottom() < 800.0 && rect.right() < 310.0)
    };
    // The way there takes a few frames.
    window.run_steps(4);
    assert!(seen(&window));
    assert!(app(&window).state().revealing.is_none(), "once is enough");
    // Folded, the error stands above the plots, and a click on it goes back.
    window.get_by_label("Clipping").click();
    window.run_steps(2);
    assert!(!seen(&window));
    window
        .get_by_role_and_label(
            Role::Link,
            &text::problem(&errors[0], &app(&window).state().contenders),
        )
        .click();
    window.run_steps(4);
    assert!(seen(&window));
}

#[test]
fn what_is_no_setting_at_all_is_not_opened() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("odd.toml");
    std::fs::write(&path, "[data]\nsource = \"builtin:airline\"\ncolour = 3\n").unwrap();
    let mut window = sized(None, 1280.0, 800.0);
    app_mut(&mut window).apply(Action::OpenPath(path.clone()));
    until(&mut window, "it is refused", |app| {
        (app.state().events.iter()).any(|event| event.text.contains("line 3, `data.colour`"))
    });
    assert_ne!(app(&window).state().file.as_deref(), Some(&*path));
}

#[test]
fn a_long_path_shows_its_end_and_tells_it_whole() {
    let folder = tempfile::tempdir().unwrap();
    let deep = folder
        .path()
        .join("a_rather_long_name_of_a_folder".repeat(4));
    std::fs::create_dir(&deep).unwrap();
    let window = opened(&deep);
    let path = deep.join("updown.ts").display().to_string();
    let field = window.get_by_role_and_label(Role::TextInput, &text::DATA_PATH);
    assert_eq!(field.accesskit_node().value().as_deref(), Some(&*path));
}
