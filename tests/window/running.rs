//! Runs: begun, paused, stepped, stopped, continued, gone back and forked.

use super::{app, open, press, settle, steps, until};
use eframe::egui::{Key, accesskit::Role};
use egui_kittest::kittest::{NodeT, Queryable};
use optimizer_explorer::app::{App, state::Phase, text};
use optimizer_explorer::train::{Command, Worker};
use std::time::Duration;

#[test]
fn it_opens_on_a_scenario_that_is_loaded_with_run_ready() {
    let window = open(None);
    let state = app(&window).state();
    assert!(
        state
            .series
            .as_ref()
            .is_some_and(|series| series.rows > 100)
    );
    assert!(state.contenders.len() >= 2);
    assert!(
        !window
            .get_by_role_and_label(Role::Button, &text::RUN)
            .accesskit_node()
            .is_disabled()
    );
    window.get_by_label(&text::HAPPENING);
    for contender in &state.contenders {
        assert!(window.query_all_by_label(&contender.name).next().is_some());
    }
}

#[test]
fn run_pause_step_stop_and_reset() {
    let mut window = open(None);
    press(&mut window, &text::RUN);
    until(&mut window, "steps are made", |app| {
        let runs = &app.state().runs;
        !runs.is_empty() && runs.iter().all(|run| run.steps() > 3)
    });
    press(&mut window, &text::PAUSE);
    settle(&mut window);
    let before = steps(&window);
    press(&mut window, &text::STEP);
    until(&mut window, "one step", |app| {
        app.state()
            .runs
            .iter()
            .zip(&before)
            .all(|(run, &steps)| run.steps() > steps)
    });
    settle(&mut window);
    let expected: Vec<u64> = before.iter().map(|steps| steps + 1).collect();
    assert_eq!(steps(&window), expected);
    press(&mut window, &text::STOP);
    until(&mut window, "all have stopped", |app| {
        app.state().phase() == Phase::Stopped
    });
    assert!(
        app(&window)
            .state()
            .events
            .iter()
            .any(|event| event.text.contains("stopped"))
    );
    press(&mut window, &text::RESET);
    assert_eq!(app(&window).state().phase(), Phase::Ready);
    assert!(app(&window).state().runs.is_empty());
    window.get_by_role_and_label(Role::Button, &text::RUN);
}

#[test]
fn what_was_stopped_continues_and_ends_as_if_it_had_not_been() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("short.toml");
    let toml = "[model]\nhidden = 4\ndropout = 0.1\n[training]\nsteps = 40\n";
    std::fs::write(&path, toml).unwrap();
    let weights = |app: &App| app.state().runs[0].outcome.clone().unwrap().final_weights;
    let ended = |app: &App| app.state().phase() == Phase::Ended;
    let mut window = open(Some(path));
    press(&mut window, &text::RUN);
    until(&mut window, "the whole run has ended", ended);
    let whole = weights(app(&window));
    press(&mut window, &text::RESET);

    press(&mut window, &text::STEP);
    until(&mut window, "one step", |app| {
        app.state().runs.iter().any(|run| run.steps() == 1)
    });
    press(&mut window, &text::STOP);
    until(&mut window, "it has stopped", |app| {
        app.state().phase() == Phase::Stopped
    });
    window.run_steps(3);
    window.get_by_label_contains("Continue goes on");
    press(&mut window, &text::STEP);
    until(&mut window, "a second step", |app| {
        app.state().runs[0].steps() == 2
    });
    press(&mut window, &text::STOP);
    until(&mut window, "it has stopped again", |app| {
        app.state().phase() == Phase::Stopped
    });
    window.run_steps(3);
    press(&mut window, &text::CONTINUE);
    until(&mut window, "the continued run has ended", ended);
    assert_eq!(steps(&window), [40]);
    assert_eq!(weights(app(&window)), whole);
    window.get_by_role_and_label(Role::Button, &text::RUN_AGAIN);
}

#[test]
fn a_kept_step_is_gone_back_to_and_forked_by_its_menu() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("short.toml");
    std::fs::write(&path, "[model]\nhidden = 4\n[training]\nsteps = 40\n").unwrap();
    let ended = |app: &App| app.state().phase() == Phase::Ended;
    let mut window = open(Some(path));
    press(&mut window, &text::STEP);
    until(&mut window, "one step", |app| {
        app.state().runs.iter().any(|run| run.steps() == 1)
    });
    press(&mut window, &text::STOP);
    until(&mut window, "it is kept", |app| {
        app.state().phase() == Phase::Stopped && app.state().runs[0].kept == [1]
    });
    window.run_steps(3);
    press(&mut window, &text::CONTINUE);
    until(&mut window, "it has ended", ended);
    window.run_steps(3);
    let menu = text::kept_steps(&app(&window).state().runs[0].label());
    press(&mut window, &menu);
    press(&mut window, &text::fork_at(1));
    until(&mut window, "the fork has ended", |app| {
        app.state().runs.len() == 2 && ended(app)
    });
    assert_eq!(steps(&window), [40, 40]);
    window.run_steps(3);
    press(&mut window, &menu);
    press(&mut window, &text::back_to(1));
    assert_eq!(steps(&window), [1, 40]);
    window.get_by_role_and_label(Role::Button, &text::CONTINUE);
}

#[test]
fn the_space_bar_runs_and_the_same_seed_repeats_itself() {
    let mut window = open(None);
    let mut curves = Vec::new();
    for _ in 0..2 {
        window.key_press(Key::Space);
        window.run_steps(2);
        until(&mut window, "twenty steps", |app| {
            let runs = &app.state().runs;
            !runs.is_empty() && runs.iter().all(|run| run.steps() >= 20)
        });
        let run = &app(&window).state().runs[0];
        curves.push(run.history.train_loss.values()[..20].to_vec());
        press(&mut window, &text::RESET);
    }
    assert_eq!(curves[0], curves[1]);
}

#[test]
fn a_run_folder_opens_with_its_curves() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run");
    let toml = "[model]\nhidden = 4\n[training]\nsteps = 30\n";
    let experiment = optimizer_explorer::experiment::Experiment::from_toml(toml).unwrap();
    let mut plan = optimizer_explorer::train::plan(&experiment, 1)
        .unwrap()
        .remove(0);
    plan.folder = Some(path.clone());
    plan.start_paused = true;
    let worker = Worker::start(plan, || ()).unwrap();
    (0..5).for_each(|_| worker.send(Command::Step));
    worker.send(Command::Stop);
    while (worker.wait_report(Duration::from_mins(1)).unwrap())
        .outcome
        .is_none()
    {}
    drop(worker);

    let mut window = open(Some(path));
    until(&mut window, "the folder is read", |app| {
        app.state().runs.len() == 1 && !app.state().loading
    });
    window.run_steps(3);
    assert_eq!(steps(&window), [5]);
    window.get_by_label_contains("its folder stays as it is");
    press(&mut window, &text::CONTINUE);
    until(&mut window, "the run has ended", |app| {
        app.state().phase() == Phase::Ended
    });
    assert_eq!(steps(&window), [30]);

    let nothing = tempfile::tempdir().unwrap();
    let mut window = open(Some(nothing.path().to_owned()));
    until(&mut window, "a line", |app| !app.state().events.is_empty());
    window.run_steps(2);
    window.get_by_label_contains("is no run folder");
}
