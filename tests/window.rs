//! The window, clicked through by its labels, without a screen.
#![cfg(feature = "gui")]
#![expect(clippy::unwrap_used, reason = "a test may panic")]

#[path = "window/bins.rs"]
mod bins;
#[path = "window/cost.rs"]
mod cost;
#[path = "window/hands.rs"]
mod hands;
#[path = "window/names.rs"]
mod names;
#[path = "window/opening.rs"]
mod opening;
#[path = "window/taking.rs"]
mod taking;

use eframe::egui::{Event, Key, Modifiers, Vec2, accesskit::Role};
use egui_kittest::{
    Harness,
    kittest::{NodeT, Queryable},
};
use optimizer_explorer::app::landscape::Path;
use optimizer_explorer::app::{App, actions::Action, inside, state::Phase, text};
use optimizer_explorer::data::Part;
use optimizer_explorer::experiment::{BatchSize, Choice, Optimizer, Schedule};
use optimizer_explorer::train::{Command, Worker};
use std::path::PathBuf;
use std::time::{Duration, Instant};

type Window = Harness<'static, Option<App>>;

fn open(path: Option<PathBuf>) -> Window {
    sized(path, 1280.0, 800.0)
}

fn sized(path: Option<PathBuf>, width: f32, height: f32) -> Window {
    let mut path = Some(path);
    let mut window = Harness::builder()
        .with_size(Vec2::new(width, height))
        .with_step_dt(1.0 / 60.0)
        .build_ui_state(
            move |ui, app: &mut Option<App>| {
                let app = app.get_or_insert_with(|| App::new(ui.ctx(), path.take().flatten()));
                let ctx = ui.ctx().clone();
                app.logic(&ctx);
                app.draw(ui);
            },
            None,
        );
    window.step();
    until(&mut window, "the data are loaded", |app| {
        !app.state().loading
    });
    window.run_steps(3);
    window
}

fn app(window: &Window) -> &App {
    window.state().as_ref().unwrap()
}

#[track_caller]
fn until(window: &mut Window, what: &str, done: impl Fn(&App) -> bool) {
    let start = Instant::now();
    while !done(app(window)) {
        assert!(start.elapsed() < Duration::from_mins(1), "in vain: {what}");
        std::thread::sleep(Duration::from_millis(5));
        window.step();
    }
}

#[track_caller]
fn press(window: &mut Window, label: &str) {
    window.get_by_role_and_label(Role::Button, label).click();
    window.run_steps(2);
}

fn steps(window: &Window) -> Vec<u64> {
    app(window)
        .state()
        .runs
        .iter()
        .map(optimizer_explorer::app::runs::Run::steps)
        .collect()
}

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

/// Waits until the runs are quiet.
fn settle(window: &mut Window) {
    let mut quiet = Instant::now();
    let mut last = steps(window);
    while quiet.elapsed() < Duration::from_millis(300) {
        std::thread::sleep(Duration::from_millis(5));
        window.step();
        let now = steps(window);
        if now != last {
            last = now;
            quiet = Instant::now();
        }
    }
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
fn a_changed_setting_arrives_in_the_draft_and_an_error_at_its_field() {
    let mut window = open(None);
    unfold(&mut window, &text::PREPARATION);
    type_number(&mut window, "Validation share", "0.2");
    assert_eq!(app(&window).state().draft.data.split.validation, 0.2);
    type_number(&mut window, "Validation share", "0.9");
    assert_eq!(app(&window).state().draft.data.split.validation, 0.9);
    let message = app(&window).state().errors()[0].message.clone();
    window.get_by_label(&message);
    window.get_by_label(&text::error_count(1));
    assert!(
        window
            .get_by_role_and_label(Role::Button, &text::RUN)
            .accesskit_node()
            .is_disabled()
    );
    type_number(&mut window, "Validation share", "0.1");
    assert!(window.query_by_label(&message).is_none());
}

#[track_caller]
fn type_number(window: &mut Window, label: &str, value: &str) {
    let role = Role::SpinButton;
    window.get_by_role_and_label(role, label).scroll_to_me();
    window.run_steps(3);
    window.get_by_role_and_label(role, label).click();
    window.run_steps(2);
    window.key_combination_modifiers(Modifiers::COMMAND, &[Key::A]);
    window.event(Event::Text(value.to_owned()));
    window.run_steps(1);
    window.key_press(Key::Enter);
    window.run_steps(3);
}

#[track_caller]
fn unfold(window: &mut Window, group: &str) {
    window
        .get_by_role_and_label(Role::DisclosureTriangle, group)
        .click();
    window.run_steps(3);
}

/// Opens every group of the setup that is folded at the start.
fn unfold_all(window: &mut Window) {
    for group in [
        &text::PREPARATION,
        &text::MODEL,
        &text::LOSS,
        &text::CLIPPING,
        &text::TRAINING,
    ] {
        unfold(window, group);
    }
}

#[test]
fn another_optimizer_belongs_to_the_selected_contender_alone() {
    let mut window = open(None);
    let first = app(&window).state().contenders[0].clone();
    app_mut(&mut window).apply(Action::Select(1));
    window.run_steps(2);
    type_number(&mut window, "Learning rate", "0.25");
    let state = app(&window).state();
    assert_eq!(state.contenders[1].experiment.schedule.learning_rate, 0.25);
    assert_eq!(state.contenders[0], first);
    assert_eq!(state.contenders[1].experiment.optimizer.kind(), "sgd");
}

fn app_mut(window: &mut Window) -> &mut App {
    window.state_mut().as_mut().unwrap()
}

#[test]
fn a_contender_is_added_renamed_and_removed() {
    let mut window = open(None);
    let before = app(&window).state().contenders.len();
    press(&mut window, &text::ADD);
    assert_eq!(app(&window).state().contenders.len(), before + 1);
    let field = window.get_by_role_and_label(Role::TextInput, &text::NAME);
    field.click();
    window.run_steps(1);
    window.key_combination_modifiers(Modifiers::COMMAND, &[Key::A]);
    let field = window.get_by_role_and_label(Role::TextInput, &text::NAME);
    field.type_text("A contender with a name that is much too long for its card and for the table");
    window.run_steps(1);
    window.key_press(Key::Enter);
    window.run_steps(3);
    assert!(
        app(&window).state().contenders[before]
            .name
            .starts_with("A contender with")
    );
    press(&mut window, &text::REMOVE);
    assert_eq!(app(&window).state().contenders.len(), before);
}

#[test]
fn data_that_cannot_be_used_are_explained_and_the_window_lives() {
    let folder = tempfile::tempdir().unwrap();
    let cases: [(&str, &[u8]); 6] = [
        ("empty.csv", b""),
        ("binary.csv", &[0, 159, 146, 150, 0, 1, 2, 255]),
        ("words.csv", b"a,b\nx,y\nz,w\n"),
        ("constant.csv", b"v\n1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n"),
        ("short.csv", b"v\n1\n2\n"),
        ("ragged.csv", b"a,b\n1,2\n3\n4,5,6\n"),
    ];
    for (name, content) in cases {
        let path = folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        let mut window = open(Some(path));
        assert!(
            !app(&window).state().errors().is_empty(),
            "{name} brought no error"
        );
        assert!(app(&window).state().blocked(), "{name}");
        window.run_steps(2);
        app_mut(&mut window).apply(Action::OpenScenario(0));
        until(&mut window, "the scenario is back", |app| {
            app.state().series.is_some()
        });
        window.run_steps(2);
        assert!(app(&window).state().errors().is_empty(), "{name}");
    }
    let mut window = open(Some(folder.path().join("missing.csv")));
    window.run_steps(2);
    assert!(
        app(&window)
            .state()
            .events
            .last()
            .unwrap()
            .text
            .contains("missing.csv")
    );
}

#[test]
fn data_without_numbers_leave_no_empty_plot_and_nothing_promises_curves() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("words.csv");
    std::fs::write(&path, "day,what\n2020-01-01,x\n2020-01-02,y\n").unwrap();
    let window = open(Some(path));
    window.get_by_label_contains(&text::NO_DATA_HELP);
    assert!(
        window
            .query_by_role_and_label(Role::Image, &text::FORECAST)
            .is_none()
    );
    assert!(window.query_all_by_label("ready").next().is_none());
    assert_eq!(
        text::not_yet(app(&window).state().blocked()),
        text::NOT_READY
    );
}

#[test]
fn a_long_name_leaves_the_plot_its_place_and_the_others_their_keys() {
    let mut window = open(None);
    let before = window
        .get_by_role_and_label(Role::Image, &text::FORECAST)
        .rect();
    let long = "A contender with a name that goes on and on ".repeat(4);
    app_mut(&mut window).apply(Action::Rename(0, long));
    window.run_steps(3);
    let after = window
        .get_by_role_and_label(Role::Image, &text::FORECAST)
        .rect();
    assert_eq!(before, after);
    let top = before.top();
    assert!(
        window
            .query_all_by_role_and_label(Role::CheckBox, &text::in_plots("SGD"))
            .any(|node| {
                let key = node.rect();
                key.bottom() <= top && key.left() > before.left() && key.right() < before.right()
            }),
        "no key to SGD above the plot"
    );
}

#[test]
fn an_experiment_file_is_opened_saved_and_opened_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mine.toml");
    let mut window = open(None);
    app_mut(&mut window).apply(Action::Add);
    app_mut(&mut window).apply(Action::Save);
    app_mut(&mut window).apply(Action::Answer(path.to_string_lossy().into_owned()));
    until(&mut window, "it is saved", |app| app.state().file.is_some());
    let draft = app(&window).state().draft.clone();
    let other = open(Some(path.clone()));
    let mut other = other;
    until(&mut other, "it is opened", |app| app.state().file.is_some());
    assert_eq!(app(&other).state().draft, draft);
    // Another file is not replaced without a question.
    app_mut(&mut other).apply(Action::Reset);
    std::fs::write(folder.path().join("other.toml"), "precious").unwrap();
    app_mut(&mut other).apply(Action::Ask(optimizer_explorer::app::actions::Ask::SaveAs));
    app_mut(&mut other).apply(Action::Answer(
        folder
            .path()
            .join("other.toml")
            .to_string_lossy()
            .into_owned(),
    ));
    until(&mut other, "it asks", |app| {
        app.state()
            .prompt
            .as_ref()
            .is_some_and(|prompt| prompt.replaces.is_some())
    });
    other.run_steps(2);
    other.get_by_role_and_label(Role::Button, &text::REPLACE);
    assert_eq!(
        std::fs::read(folder.path().join("other.toml")).unwrap(),
        b"precious"
    );
}

#[test]
fn a_contender_that_diverges_is_told_and_the_others_go_on() {
    let mut window = open(None);
    app_mut(&mut window).apply(Action::Select(1));
    window.run_steps(2);
    type_number(&mut window, "Learning rate", "100000");
    press(&mut window, &text::RUN);
    until(&mut window, "one has diverged", |app| {
        app.state()
            .runs
            .iter()
            .any(optimizer_explorer::app::runs::Run::diverged)
    });
    let steps = app(&window).state().runs[0].steps();
    until(&mut window, "the other goes on", |app| {
        app.state().runs[0].steps() > steps || app.state().runs[0].ended()
    });
    window.run_steps(3);
    assert!(
        window
            .query_all_by_label_contains("diverged")
            .next()
            .is_some()
    );
}

#[test]
fn a_panned_plot_comes_back_on_follow() {
    let mut window = open(None);
    let follow = |window: &Window| {
        window
            .query_by_role_and_label(Role::Button, &text::FOLLOW)
            .is_some()
    };
    assert!(!follow(&window), "nothing to come back from");
    let plot = window
        .get_by_role_and_label(Role::Image, &text::LOSS)
        .rect();
    window.drag_at(plot.center());
    window.run_steps(2);
    window.hover_at(plot.center() + Vec2::new(-60.0, 20.0));
    window.run_steps(2);
    window.drop_at(plot.center() + Vec2::new(-60.0, 20.0));
    window.run_steps(2);
    assert!(follow(&window), "the plot did not move");
    press(&mut window, &text::FOLLOW);
    assert!(!follow(&window));
}

#[test]
fn every_group_of_the_setup_opens() {
    let mut window = sized(None, 1280.0, 4000.0);
    unfold_all(&mut window);
    for field in ["Hidden units", "Batch size", "Horizon", "Training share"] {
        window.get_by_label(field);
    }
    window.check_accessibility();
}

/// Picks `option` in the menu of kinds that comes `index`-th in the setup.
#[track_caller]
fn pick_kind(window: &mut Window, index: usize, option: &str) {
    let menus: Vec<_> = window
        .get_all_by_role_and_label(Role::ComboBox, &text::KIND)
        .collect();
    menus[index].click();
    let left = menus[index].rect().left();
    window.run_steps(3);
    // The same word may stand elsewhere, but only the menu's entries begin where the menu does.
    window
        .get_all_by_label(option)
        .find(|node| (node.rect().left() - left).abs() < 24.0)
        .expect("the menu has it")
        .click();
    window.run_steps(3);
}

#[test]
fn other_kinds_bring_their_own_fields_and_what_they_need() {
    let mut window = sized(None, 1280.0, 3000.0);
    let selected = |window: &Window| app(window).state().contender().unwrap().experiment.clone();
    // Every formula has letters that the fonts have.
    for optimizer in Optimizer::all() {
        pick_kind(&mut window, 0, &text::kind(&optimizer.kind()));
        assert_eq!(selected(&window).optimizer.kind(), optimizer.kind());
    }
    for schedule in Schedule::all() {
        pick_kind(&mut window, 1, &text::kind(&schedule.kind()));
        assert_eq!(selected(&window).schedule.kind(), schedule.kind());
    }
    pick_kind(&mut window, 1, "Constant");
    pick_kind(&mut window, 0, "Muon");
    assert_eq!(selected(&window).optimizer.kind(), "muon");
    window.get_by_label("Match AdamW");
    type_number(&mut window, "AdamW beta 1", "0.8");
    pick_kind(&mut window, 0, "L-BFGS");
    window.get_by_label("History");
    assert!(app(&window).state().errors().is_empty());
    assert!(matches!(
        selected(&window).training.batch_size,
        BatchSize::Full(_)
    ));

    pick_kind(&mut window, 1, "One cycle");
    window.get_by_label(&text::PLANNED_CURVE);
    type_number(&mut window, "Peak at", "0.5");
    pick_kind(&mut window, 1, "Plateau");
    window.get_by_label(&text::FOLLOWS_LOSS);
    assert!(window.query_by_label(&text::PLANNED_CURVE).is_none());
    pick_kind(&mut window, 1, "Polyak step");
    let message = app(&window).state().errors()[0].message.clone();
    window.get_by_label(&message);
    pick_kind(&mut window, 0, "SGD");
    assert!(app(&window).state().errors().is_empty());
}

#[test]
fn quantiles_are_drawn_as_a_band() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("quantiles.toml");
    std::fs::write(
        &path,
        "[loss]\nkind = \"quantile\"\n[model]\nhidden = 4\n[training]\nsteps = 60\n",
    )
    .unwrap();
    let mut window = open(Some(path));
    unfold(&mut window, &text::LOSS);
    window.get_by_label("Quantiles");
    press(&mut window, &text::RUN);
    until(&mut window, "the run has ended", |app| {
        app.state().phase() == Phase::Ended
    });
    window.run_steps(3);
    let run = &app(&window).state().runs[0];
    let [low, high] = run.band(0, 1).unwrap();
    let predicted = run.predicted(0, 1);
    let (low, high) = (low.column.values(), high.column.values());
    assert_eq!(low.len(), predicted.column.len());
    let inside = predicted.column.values().iter().zip(low.iter().zip(high));
    assert!(
        inside
            .filter(|(p, _)| p.is_finite())
            .all(|(p, (l, h))| l <= p && p <= h)
    );
}

#[test]
fn gradients_through_time_are_drawn_for_each_contender_and_say_their_numbers() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("flow.toml");
    let toml = "[data.window]\nlookback = 20\n[model]\nhidden = 4\nlayers = 2\n[training]\nsteps = 60\n[[contender]]\nname = \"RNN\"\nmodel = { cell = \"rnn\" }\n[[contender]]\nname = \"LSTM\"\nmodel = { cell = \"lstm\" }\n[[contender]]\nname = \"Linear\"\nmodel = { cell = \"linear\" }\n";
    std::fs::write(&path, toml).unwrap();
    let mut window = open(Some(path));
    press(&mut window, &text::FLOW);
    press(&mut window, &text::RUN);
    until(&mut window, "all have ended", |app| {
        app.state().phase() == Phase::Ended
    });
    // The last pictures are made a moment after the last report.
    window.run_steps(30);
    for name in ["RNN", "LSTM"] {
        let run = app(&window)
            .state()
            .runs
            .iter()
            .find(|run| run.name == name)
            .unwrap()
            .clone();
        assert_eq!(run.flow.steps().len(), 60);
        let (_, layers) = run.flow.steps().last().unwrap();
        let hidden = &layers[0].hidden;
        assert_eq!((layers.len(), hidden.len()), (2, 20));
        // What is heard is what was recorded.
        let said = text::plot_label(
            &format!("{}, {name}", text::FLOW),
            &[
                (text::AT_OUTPUT.into(), f64::from(hidden[19])),
                (text::FURTHEST_BACK.into(), f64::from(hidden[0])),
            ],
        );
        window.get_by_label(&said);
        assert!(run.probe.is_some() && !run.looks.steps.is_empty());
    }
    let cell = text::state(optimizer_explorer::diagnose::flow::State::Cell);
    press_any(&mut window, &cell);
    window.run_steps(3);
    let run = &app(&window).state().runs[1];
    let (_, layers) = run.flow.steps().last().unwrap();
    let said = format!(
        "{}, LSTM: at the output {}",
        text::FLOW,
        text::measure(f64::from(layers[0].cell[19]))
    );
    assert!(window.query_all_by_label_contains(&said).next().is_some());
    press(&mut window, &text::NORMS);
    window.run_steps(3);
    for title in [text::BY_TENSOR, text::UPDATE_RATIO, text::RADIUS] {
        assert!(
            window
                .query_all_by_label_contains(&format!("{title}: "))
                .next()
                .is_some(),
            "{title}"
        );
    }
    press(&mut window, &text::RESET);
    window.run_steps(3);
    press(&mut window, &text::FLOW);
    press(&mut window, &text::OVERVIEW);
}

#[track_caller]
fn press_any(window: &mut Window, label: &str) {
    window.get_by_label(label).click();
    window.run_steps(2);
}

#[test]
fn an_explosion_explains_itself_and_a_fork_mends_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("exploding.toml");
    let scenario = optimizer_explorer::scenarios::named("exploding").unwrap();
    std::fs::write(&path, scenario.toml).unwrap();
    let mut window = open(Some(path));
    press(&mut window, &text::RUN);
    until(&mut window, "all have ended", |app| {
        app.state().phase() == Phase::Ended
    });
    window.run_steps(3);
    let run = app(&window).state().runs[0].clone();
    assert!(run.diverged());
    let explosion = run.explosion.clone().unwrap();
    assert_eq!(explosion.norms.len() as u64, run.steps());
    window.get_by_label(&text::exploded(&run, &explosion));
    window.get_by_label(&explosion.sentence);
    window.get_by_label(&text::last_norms(&run, &explosion));
    // The first, and where the machine is slow a later one besides.
    assert_eq!(run.kept.first(), Some(&0));
    let back = run.kept.iter().rev().find(|step| **step < explosion.step);
    let back = *back.unwrap();
    press(&mut window, &text::way_clip(explosion.limit));
    until(&mut window, "the fork has ended", |app| {
        app.state().runs.len() == 3 && app.state().phase() == Phase::Ended
    });
    let fork = &app(&window).state().runs[2];
    assert!(!fork.diverged() && fork.steps() == app(&window).state().runs[1].steps());
    let best = |index: usize| app(&window).state().runs[index].best.unwrap().1;
    assert!(best(2) < 1.0, "{}", best(2));
    // The other way: back to before it, as if stopped there.
    press(&mut window, &text::way_back(back));
    assert_eq!(app(&window).state().phase(), Phase::Stopped);
    let run = &app(&window).state().runs[0];
    assert!(run.steps() == back && run.explosion.is_none());
}

#[test]
fn losses_of_different_kinds_are_not_ranked() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("losses.toml");
    let toml = "[model]\nhidden = 4\n[training]\nepochs = 3\n[[contender]]\nname = \"Squared\"\n[[contender]]\nname = \"Huber\"\nloss = { kind = \"huber\" }\n";
    std::fs::write(&path, toml).unwrap();
    let mut window = open(Some(path));
    press(&mut window, &text::RUN);
    until(&mut window, "both have ended", |app| {
        app.state().phase() == Phase::Ended
    });
    window.run_steps(3);
    let unlike = optimizer_explorer::diagnose::race::Unfair::Losses;
    window.get_by_label(&text::unfair(&unlike));
    assert!(window.query_by_label_contains("is best, with").is_none());
}

#[test]
fn contenders_are_compared_over_their_seeds_and_swept_over_rates() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("race.toml");
    let toml = "seeds = [1, 2, 3]\n[model]\nhidden = 4\n[training]\nepochs = 4\n[[contender]]\nname = \"Adam\"\n[[contender]]\nname = \"SGD\"\noptimizer = { kind = \"sgd\" }\n";
    std::fs::write(&path, toml).unwrap();
    let mut window = open(Some(path));
    press(&mut window, &text::RACE);
    let one_rate = optimizer_explorer::diagnose::race::Unfair::OneRate;
    window.get_by_label(&text::unfair(&one_rate));
    press(&mut window, &text::RUN);
    until(&mut window, "all have ended", |app| {
        app.state().phase() == Phase::Ended
    });
    window.run_steps(3);
    let last = |name: &str| {
        let runs = &app(&window).state().runs;
        let of = runs.iter().filter(|run| run.name == name);
        let last = of.map(|run| run.history.validation.last().unwrap().1);
        let [_, middle, _] = optimizer_explorer::diagnose::race::quartiles(last).unwrap();
        middle
    };
    let said = text::plot_label(
        &text::RACE_LOSS,
        &[
            ("Adam".to_owned(), last("Adam")),
            ("SGD".to_owned(), last("SGD")),
        ],
    );
    window.get_by_label(&said);
    for column in ["Best", "Best ↑"] {
        press(&mut window, column);
    }
    window.get_by_label("Best ↓");
    press(&mut window, &text::COPY_TABLE);
    press(&mut window, &text::SWEEP);
    assert_eq!(app(&window).state().contenders.len(), 2, "it asks first");
    until(&mut window, "its size is known", |app| {
        let sweep = app.state().sweep.as_ref();
        sweep.is_some_and(|sweep| matches!(sweep.work, Some(Ok(_))))
    });
    window.run_steps(3);
    let sweep = app(&window).state().sweep.clone().unwrap();
    let (words, _) = text::sweep(&sweep, 3);
    assert!(
        words.starts_with("10 contenders × 3 seeds = 30 runs"),
        "{words}"
    );
    window.get_by_label(&words);
    press(&mut window, &text::START_SWEEP);
    assert_eq!(app(&window).state().contenders.len(), 10);
    assert!(window.query_by_label(&text::unfair(&one_rate)).is_none());
    until(&mut window, "all rates have ended", |app| {
        app.state().phase() == Phase::Ended
    });
    window.run_steps(3);
    // A curve for each original contender, by the name that its rates have in common.
    let curves = window.get_by(|node| {
        let label = node.label().unwrap_or_default();
        node.role() == Role::Image && label.starts_with(text::U_CURVES.get())
    });
    let label = curves.accesskit_node().label().unwrap_or_default();
    assert!(label.contains("Adam ") && label.contains("SGD "), "{label}");
}

#[test]
fn the_states_of_a_network_are_shown_over_time_and_training() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("states.toml");
    let toml = "[data.window]\nlookback = 20\n[model]\nhidden = 5\nlayers = 2\n[training]\nepochs = 4\n[[contender]]\nname = \"LSTM\"\n[[contender]]\nname = \"Linear\"\nmodel = { cell = \"linear\" }\n";
    std::fs::write(&path, toml).unwrap();
    let mut window = open(Some(path));
    press(&mut window, &text::INSIDE);
    assert_eq!(app(&window).state().inside, None);
    press(&mut window, &text::RUN);
    until(&mut window, "all have ended", |app| {
        app.state().phase() == Phase::Ended
    });
    until(&mut window, "the end is looked into", |app| {
        let state = app.state();
        let found = state.inside.as_ref().and_then(|look| look.found.as_ref());
        found.is_some_and(|inside| inside.step == state.runs[0].steps())
    });
    window.run_steps(3);
    let inside = app(&window).state().inside.clone().unwrap().found.unwrap();
    window.get_by_label(&text::inside_verdict(&inside, None));
    assert_eq!(inside.time_steps(), 20);
    assert_eq!(inside.layers.len(), 2);
    assert_eq!(inside.layers[1].hidden.len(), 20 * 5);
    // One step ahead at every step.
    let places: Vec<usize> = inside.answers.iter().map(|(place, ..)| *place).collect();
    assert_eq!(places, (1..=20).collect::<Vec<_>>());
    // The page asks for what it shows; away from it, others may.
    press(&mut window, &text::OVERVIEW);
    // The same window at the start: other weights, other states, the same input.
    app_mut(&mut window).apply(Action::LookInside(inside::Wish {
        run: 0,
        step: 0,
        part: Part::Validation,
        window: inside.window,
    }));
    until(&mut window, "the start is looked into", |app| {
        let found = app
            .state()
            .inside
            .as_ref()
            .and_then(|look| look.found.as_ref());
        found.is_some_and(|inside| inside.step == 0)
    });
    let start = app(&window).state().inside.clone().unwrap().found.unwrap();
    assert_eq!(start.inputs, inside.inputs);
    assert_ne!(start.layers[1].hidden, inside.layers[1].hidden);
}

#[test]
fn the_cliff_is_drawn_with_the_descents_of_its_contenders() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cliff.toml");
    let scenario = optimizer_explorer::scenarios::named("cliff").unwrap();
    std::fs::write(&path, scenario.toml).unwrap();
    let mut window = open(Some(path));
    press(&mut window, &text::LANDSCAPE);
    press(&mut window, &text::COMPUTE_CLIFF);
    window.run_steps(3);
    let landscape = app(&window).state().landscape.clone().unwrap();
    let surface = landscape.surface.clone().unwrap();
    assert!(surface.exact && surface.paths.len() == 2);
    let within = |path: &Path| {
        let [w, b] = path.points.last().unwrap().1;
        let ([x0, x1], [y0, y1]) = (surface.grid.x, surface.grid.y);
        (x0..=x1).contains(&w) && (y0..=y1).contains(&b)
    };
    assert!(!within(&surface.paths[0]) && within(&surface.paths[1]));
    window.get_by_label(&text::landscape_verdict(&landscape));
}
