//! A series whose target becomes classes, and a run folder of such a one.

use super::hands::written;
use super::{Window, app, app_mut, open, press, until};
use eframe::egui::accesskit::Role;
use egui_kittest::kittest::{NodeT, Queryable};
use optimizer_explorer::app::state::Phase;
use optimizer_explorer::app::{actions::Action, text};
use optimizer_explorer::experiment::choices::prepare::{Bin, BinMethod};
use optimizer_explorer::experiment::{Experiment, Prepare, Task};

fn edit(window: &mut Window, change: impl FnOnce(&mut Experiment)) {
    let mut draft = app(window).state().draft.clone();
    change(&mut draft);
    app_mut(window).apply(Action::EditShared(Box::new(draft)));
    window.step();
    until(window, "the data are loaded", |app| !app.state().loading);
    window.run_steps(2);
}

#[test]
fn a_series_is_classified_once_a_step_makes_classes_of_it() {
    let mut window = open(None);
    edit(&mut window, |draft| draft.data.task = Task::Classify);
    let state = app(&window).state();
    assert!(state.draft.loss.of_classes(), "another task, another loss");
    let said = state.errors()[0].to_string();
    assert!(said.contains("add a \"bin\" step"), "{said}");
    edit(&mut window, |draft| {
        draft.data.prepare.push(Prepare::Bin(Bin {
            count: 3,
            method: BinMethod::EqualFrequency,
            ..Bin::default()
        }));
        draft.data.window.roll = None;
        draft.training.steps = Some(30);
    });
    let state = app(&window).state();
    assert!(state.errors().is_empty(), "{:?}", state.errors());
    let series = state.series.as_ref().unwrap();
    let samples = series.samples.as_ref().unwrap();
    assert!(samples.windows);
    assert_eq!(samples.classes.len(), 3);
    // One of each class comes first, and each has the steps of a window.
    for (class, example) in samples.classes.iter().zip(&samples.examples) {
        assert_eq!(*class, example.answer);
        assert_eq!(example.inputs[0].len(), series.lookback);
    }
    let counted = series
        .notes
        .iter()
        .find(|note| note.contains("is learned as 3 classes"));
    assert!(counted.is_some(), "{:?}", series.notes);
    let classes = samples.classes.clone();
    press(&mut window, &text::RUN);
    until(&mut window, "it has ended", |app| {
        app.state().phase() == Phase::Ended
    });
    until(&mut window, "it is scored", |app| {
        app.state().runs.iter().all(|run| run.accuracy().is_some())
    });
    window.run_steps(2);
    // The plot says what it shows, and of each run how many classes it finds.
    let plot = window.get_all_by_role(Role::Image).any(|node| {
        let label = node.accesskit_node().label().unwrap_or_default();
        label.starts_with(&*text::WINDOWS) && label.contains('%')
    });
    assert!(plot);
    assert!(window.query_by_label(&text::COLUMN_ACCURACY).is_some());
    // The program made the names, so they are said in the language of the window.
    assert!(classes.iter().all(|class| written(&window).contains(class)));
    app_mut(&mut window).apply(Action::SetLanguage(text::Language::Chinese));
    window.run_steps(3);
    let texts = written(&window);
    for class in &classes {
        let chinese = text::interval(class).into_owned();
        assert!(chinese != *class && texts.contains(&chinese), "{chinese}");
        assert!(!texts.iter().any(|text| text.contains(class)), "{class}");
    }
}

#[test]
fn a_run_folder_with_classes_of_a_series_opens_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let toml = folder.path().join("bins.toml");
    std::fs::write(
        &toml,
        "[data]\nsource = 'builtin:airline'\ntask = 'classify'\nprepare = [{ step = 'difference' }, { step = 'bin', count = 3, method = 'equal-frequency' }]\n[training]\nsteps = 20\n",
    )
    .unwrap();
    let program = env!("CARGO_BIN_EXE_optimizer-explorer");
    let status = std::process::Command::new(program)
        .args(["train", "bins.toml", "--out", "runs", "--quiet"])
        .current_dir(folder.path())
        .status();
    assert!(status.unwrap().success());
    let mut window = open(Some(folder.path().join("runs/adam/seed-7")));
    until(&mut window, "its data are read", |app| {
        let series = app.state().shown_series();
        series.is_some_and(|series| series.samples.is_some())
    });
    window.run_steps(3);
    let state = app(&window).state();
    let run = &state.runs[0];
    assert!(run.accuracy().is_some());
    let forecast = run.forecast.as_ref().unwrap();
    assert_eq!(forecast.classes.len(), 3);
    assert!(forecast.rows.iter().all(|row| row.predicted < 3.0));
    assert!(window.query_by_label(&text::COLUMN_ACCURACY).is_some());
}
