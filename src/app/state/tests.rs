use super::*;
use crate::app::actions::Unwritten;
use crate::experiment::{Choice, Clipping, Optimizer};
use crate::record::{LossUnit, Outcome, RunInfo, Status, StepRecord};
use crate::train::{Report, Work, WorkerState};
use std::path::Path;

fn state() -> AppState {
    let mut state = AppState::new();
    state.take_effects();
    state.receive(Message::Series(Some(Box::default()), Vec::new()));
    state
}

fn report(records: Vec<StepRecord>, outcome: Option<Status>) -> Message {
    let steps = records.len() as u64;
    Message::Report(
        0,
        Box::new(Report {
            info: Some(RunInfo {
                contender: "Adam".into(),
                seed: 7,
                backend: "flex".into(),
                threads: 1,
                parameters: 10,
                tensors: Vec::new(),
                steps_per_epoch: 2,
                planned_steps: 10,
                first_step: 0,
                data_hash: String::new(),
                initial_weights: String::new(),
                loss_unit: LossUnit::default(),
            }),
            records,
            forecast: None,
            metrics: None,
            probe: None,
            sharpness: Vec::new(),
            snapshot: None,
            end: None,
            explosion: None,
            state: WorkerState::Running,
            outcome: outcome.map(|status| Outcome {
                status,
                reason: "the loss was not finite".into(),
                steps,
                seconds: 1.0,
                best: None,
                batch_order: String::new(),
                final_weights: String::new(),
                train_loss: None,
                validation_loss: None,
            }),
        }),
    )
}

fn record(step: u64, validation_loss: Option<f64>) -> StepRecord {
    StepRecord {
        step,
        epoch: step / 2,
        seconds: 0.0,
        learning_rate: 1e-3,
        train_loss: 1.0,
        grad_norm: 1.0,
        grad_norm_clipped: 1.0,
        update_norm: 0.1,
        weight_norm: 1.0,
        validation_loss,
        tensor_norms: Vec::new(),
        flow: None,
    }
}

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
fn the_one_button_starts_pauses_resumes_and_starts_again() {
    let mut state = state();
    state.apply(Action::RunOrPause);
    assert_eq!(state.phase(), Phase::Preparing);
    assert!(matches!(
        state.take_effects().last(),
        Some(Effect::Plan {
            start_paused: false,
            ..
        })
    ));
    state.receive(Message::Planned(Ok(())));
    assert_eq!(state.phase(), Phase::Running);
    state.apply(Action::RunOrPause);
    assert_eq!(state.phase(), Phase::Paused);
    state.apply(Action::RunOrPause);
    assert_eq!(state.phase(), Phase::Running);
    assert_eq!(
        state.take_effects(),
        [Effect::Tell(Order::Pause), Effect::Tell(Order::Resume)]
    );
    for index in 0..state.runs.len() {
        state.receive(Message::Lost(index, "gone".into()));
    }
    assert_eq!(state.phase(), Phase::Ended);
    state.apply(Action::RunOrPause);
    assert_eq!(state.phase(), Phase::Preparing);
}

#[test]
fn a_step_from_the_start_is_exactly_one() {
    let mut state = state();
    state.apply(Action::Step);
    assert!(matches!(
        state.take_effects().last(),
        Some(Effect::Plan {
            start_paused: true,
            ..
        })
    ));
    state.receive(Message::Planned(Ok(())));
    assert_eq!(state.take_effects(), [Effect::Tell(Order::Step)]);
    assert_eq!(state.phase(), Phase::Paused);
    state.apply(Action::Step);
    assert_eq!(state.take_effects(), [Effect::Tell(Order::Step)]);
}

#[test]
fn plans_that_come_after_a_reset_do_not_bring_it_back_to_life() {
    let mut state = state();
    state.apply(Action::RunOrPause);
    state.apply(Action::Reset);
    state.receive(Message::Planned(Ok(())));
    assert_eq!(state.phase(), Phase::Ready);
    assert!(state.runs.is_empty());
}

#[test]
fn reports_become_curves_and_progress() {
    let mut state = state();
    state.apply(Action::RunOrPause);
    state.receive(Message::Planned(Ok(())));
    state.receive(report(vec![record(0, None), record(1, Some(0.5))], None));
    state.receive(report(vec![record(2, None), record(3, Some(0.7))], None));
    let run = &state.runs[0];
    assert_eq!(run.steps(), 4);
    assert_eq!(run.validation_steps, [1, 3]);
    assert_eq!(run.best, Some((2, 0.5)));
    assert_eq!(state.progress().planned, 10);
    state.receive(report(vec![record(4, None)], Some(Status::Diverged)));
    assert!(state.runs[0].diverged());
    let event = state.events.last().expect("the end is told");
    assert_eq!(event.weight, Weight::Trouble);
    assert!(event.text.contains("diverged"), "{}", event.text);
}

#[test]
fn a_stopped_race_shows_how_far_it_came() {
    let mut state = state();
    state.apply(Action::RunOrPause);
    state.receive(Message::Planned(Ok(())));
    state.receive(report(vec![record(0, None), record(1, None)], None));
    state.receive(report(vec![record(2, None)], Some(Status::Stopped)));
    assert!((state.progress().share - 0.3).abs() < 1e-9);
}

#[test]
fn a_failed_plan_leaves_the_settings_and_marks_the_field() {
    let mut state = state();
    state.apply(Action::RunOrPause);
    let problem = KeyError::new("data.window.lookback", "too long");
    state.receive(Message::Planned(Err(vec![problem.clone()])));
    assert_eq!(state.phase(), Phase::Ready);
    assert_eq!(state.errors(), [problem]);
    // The next change may have mended it.
    let mut draft = state.draft.clone();
    draft.data.window.lookback = Some(3);
    state.apply(Action::EditShared(Box::new(draft)));
    assert!(state.errors().is_empty());
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

#[test]
fn settings_changed_after_the_start_are_told() {
    let mut state = state();
    state.apply(Action::RunOrPause);
    state.receive(Message::Planned(Ok(())));
    assert!(!state.stale());
    state.apply(Action::Add);
    assert!(state.stale());
    assert_eq!(state.runs.len(), state.contenders.len() - 1);
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
fn a_sweep_tries_each_contender_at_five_rates_and_stops_at_fifty() {
    let mut state = AppState::new();
    let before: Vec<(String, f64)> = state
        .contenders
        .iter()
        .map(|c| (c.name.clone(), c.experiment.schedule.learning_rate))
        .collect();
    sweep(&mut state);
    assert_eq!(state.contenders.len(), 5 * before.len());
    assert_eq!(state.colours.len(), state.contenders.len());
    assert!(state.draft.problems().is_empty());
    for (index, (name, rate)) in before.iter().enumerate() {
        let five = &state.contenders[5 * index..5 * index + 5];
        let rates: Vec<f64> = five
            .iter()
            .map(|c| c.experiment.schedule.learning_rate)
            .collect();
        assert!((rates[0] / rate - 0.1).abs() < 0.01 && rates[2] == *rate);
        assert!(rates.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(five.iter().all(|c| c.name.starts_with(name.as_str())));
        let kinds: Vec<_> = five.iter().map(|c| c.experiment.optimizer).collect();
        assert!(kinds.iter().all(|kind| *kind == kinds[0]));
    }
    assert_eq!(state.phase(), Phase::Preparing);
    sweep(&mut state);
    assert_eq!(state.contenders.len(), 50);
    assert!(!state.sweep_fits());
    state.apply(Action::SweepRates);
    assert_eq!(state.sweep, None);
}

/// Asks for a sweep, hears what it amounts to, and agrees.
fn sweep(state: &mut AppState) {
    state.apply(Action::SweepRates);
    let asked = state.take_effects();
    let Some(Effect::Estimate(experiment, request)) = asked.last() else {
        panic!("{asked:?}");
    };
    let contenders = experiment.contenders().expect("they fit");
    assert_eq!(contenders.len(), 5 * state.contenders.len());
    let work = Work {
        runs: contenders.len(),
        steps: 1000,
        time: std::time::Duration::from_secs(90),
    };
    // Nothing begins before it is known and agreed to.
    state.apply(Action::StartSweep);
    state.receive(Message::Estimated(request - 1, Ok(work)));
    assert!(
        state
            .sweep
            .as_ref()
            .is_some_and(|sweep| sweep.work.is_none())
    );
    state.receive(Message::Estimated(*request, Ok(work)));
    let ready = state.sweep.as_ref().expect("it is asked about");
    let (words, can_begin) = text::sweep(ready, state.draft.seeds.len());
    assert!(can_begin && words.contains("1 min 30 s"), "{words}");
    state.apply(Action::StartSweep);
    assert_eq!(state.sweep, None);
}

#[test]
fn a_sweep_that_is_cancelled_or_overtaken_changes_nothing() {
    for action in [
        Action::CancelSweep,
        Action::Duplicate(0),
        Action::OpenScenario(1),
    ] {
        let mut state = state();
        state.apply(Action::SweepRates);
        assert!(state.sweep.is_some());
        state.apply(action);
        assert_eq!(state.sweep, None);
        state.apply(Action::StartSweep);
        assert!(state.runs.is_empty() && state.phase() == Phase::Ready);
        assert!(state.contenders.len() <= 3, "{}", state.contenders.len());
    }
}

fn point(step: u64) -> crate::train::RangePoint {
    crate::train::RangePoint {
        step,
        learning_rate: 1e-3,
        train_loss: 1.0,
        smoothed_loss: 1.0,
    }
}

#[test]
fn a_test_of_rates_suggests_one_for_its_contender_and_can_be_undone() {
    use crate::app::actions::RateTestNews;
    let mut state = state();
    state.apply(Action::Select(1));
    state.apply(Action::TestRates);
    let effects = state.take_effects();
    let Some(Effect::TestRates {
        experiment,
        request,
    }) = effects.last()
    else {
        panic!("{effects:?}");
    };
    assert_eq!(
        experiment.optimizer,
        state.contenders[1].experiment.optimizer
    );
    assert_eq!(experiment.seeds.len(), 1);
    state.receive(Message::RateTest(*request, RateTestNews::Point(point(0))));
    // News of another test are not of this one.
    state.receive(Message::RateTest(
        request + 1,
        RateTestNews::Point(point(0)),
    ));
    let test = state.rate_test.as_ref().expect("it goes on");
    assert_eq!((test.points.len(), test.running), (1, true));
    let result = crate::train::RangeTest {
        points: vec![point(0), point(1)],
        suggestion: Some(0.012_345),
        blew_up: true,
    };
    state.receive(Message::RateTest(*request, RateTestNews::Ended(Ok(result))));
    // The order of the contenders may have changed since.
    state.apply(Action::Move { from: 1, to: 0 });
    let before = state.contenders.clone();
    state.apply(Action::UseSuggestedRate);
    let rate = |state: &AppState, index: usize| {
        let contender: &Contender = &state.contenders[index];
        contender.experiment.schedule.learning_rate
    };
    assert_eq!(rate(&state, 0), 0.012);
    assert_eq!(state.contenders[1], before[1]);
    let test = state.rate_test.as_ref().expect("it stays");
    assert!(!test.is_of_other_settings(&state.contenders[0].experiment));
    assert!(test.is_of_other_settings(&state.contenders[1].experiment));
    state.apply(Action::Undo);
    assert_eq!(state.contenders, before);
}

#[test]
fn a_test_of_rates_ends_with_what_it_is_about() {
    let begun = || {
        let mut state = state();
        state.apply(Action::TestRates);
        state.take_effects();
        state
    };
    let cancels = |state: &mut AppState| state.take_effects().contains(&Effect::CancelRateTest);
    let mut state = begun();
    state.apply(Action::CancelRateTest);
    assert!(cancels(&mut state));
    assert!(
        state
            .rate_test
            .as_ref()
            .is_some_and(|test| test.cancelled && !test.running)
    );
    state.apply(Action::CancelRateTest);
    assert!(!cancels(&mut state));
    for action in [
        Action::Remove(0),
        Action::SetSource("builtin:nile".into()),
        Action::OpenScenario(1),
    ] {
        let mut state = begun();
        state.apply(action.clone());
        assert!(
            cancels(&mut state) && state.rate_test.is_none(),
            "{action:?}"
        );
    }
    let mut state = begun();
    state.apply(Action::Remove(1));
    assert!(!cancels(&mut state) && state.rate_test.is_some());
}

fn surface() -> crate::app::landscape::Surface {
    crate::app::landscape::Surface {
        grid: crate::train::Grid {
            x: [-1.0, 1.0],
            y: [-1.0, 1.0],
            points: 2,
        },
        losses: vec![1.0, 2.0, 3.0, f64::INFINITY],
        step: 0,
        paths: Vec::new(),
        share: None,
        exact: false,
    }
}

fn compute() -> Action {
    Action::ComputeLandscape {
        points: 21,
        directions: crate::app::landscape::Directions::Random,
    }
}

/// The number of the landscape that was asked for last.
#[track_caller]
fn asked_landscape(state: &mut AppState) -> (crate::app::landscape::Wish, u64) {
    let effects = state.take_effects();
    let Some(Effect::LookAround(wish, request)) = effects.last() else {
        panic!("{effects:?}");
    };
    (*wish.clone(), *request)
}

#[test]
fn a_landscape_is_of_the_selected_contender_and_its_run() {
    use crate::app::actions::LandscapeNews as News;
    let mut state = state();
    state.apply(Action::Select(1));
    state.apply(compute());
    let (wish, request) = asked_landscape(&mut state);
    assert_eq!(
        wish.experiment.optimizer,
        state.contenders[1].experiment.optimizer
    );
    assert_eq!((wish.run, wish.experiment.seeds.len()), (None, 1));
    let stage = |state: &AppState| state.landscape.as_ref().map(|landscape| landscape.stage);
    let size = |asks| News::Size {
        windows: 90,
        seconds: 3.0,
        asks,
    };
    state.receive(Message::Landscape(request, size(false)));
    state.receive(Message::Landscape(request, News::Done(7)));
    // News of another one are not of this one.
    state.receive(Message::Landscape(request + 1, News::Done(9)));
    assert_eq!(stage(&state), Some(LandscapeStage::Computing(7)));
    state.receive(Message::Landscape(
        request,
        News::Ended(Ok(Some(surface()))),
    ));
    let landscape = state.landscape.clone().expect("it stays");
    assert_eq!(landscape.surface.as_deref(), Some(&surface()));
    assert!(!landscape.ongoing() && landscape.size == Some((90, 3.0)));

    // What takes long waits for a yes.
    state.apply(compute());
    let (_, request) = asked_landscape(&mut state);
    state.apply(Action::GoAheadWithLandscape);
    assert_eq!(state.take_effects(), []);
    state.receive(Message::Landscape(request, size(true)));
    assert_eq!(stage(&state), Some(LandscapeStage::Asking));
    state.apply(Action::GoAheadWithLandscape);
    assert_eq!(state.take_effects(), [Effect::GoAheadWithLandscape]);
    assert_eq!(stage(&state), Some(LandscapeStage::Computing(0)));

    // With runs, it is of the contender's run.
    state.apply(Action::RunOrPause);
    state.receive(Message::Planned(Ok(())));
    assert!(state.landscape.is_some(), "it was of no run");
    state.apply(compute());
    assert_eq!(asked_landscape(&mut state).0.run, Some(1));
    // A size that nobody can choose asks for nothing.
    state.apply(Action::CancelLandscape);
    state.take_effects();
    state.apply(Action::ComputeLandscape {
        points: 0,
        directions: crate::app::landscape::Directions::Random,
    });
    assert_eq!(state.take_effects(), []);
}

#[test]
fn a_landscape_ends_with_what_it_is_about() {
    use crate::app::actions::LandscapeNews as News;
    let begun = || {
        let mut state = state();
        state.apply(Action::RunOrPause);
        state.receive(Message::Planned(Ok(())));
        state.apply(compute());
        state.take_effects();
        state
    };
    let cancels = |state: &mut AppState| state.take_effects().contains(&Effect::CancelLandscape);
    let mut state = begun();
    state.apply(Action::CancelLandscape);
    assert!(cancels(&mut state));
    // What it still had to say comes too late.
    let late = Message::Landscape(1, News::Ended(Ok(Some(surface()))));
    state.receive(late);
    let landscape = state.landscape.as_ref().expect("it says that it was ended");
    assert_eq!(landscape.stage, LandscapeStage::Cancelled);
    assert_eq!(landscape.surface, None);
    state.apply(Action::CancelLandscape);
    assert!(!cancels(&mut state));
    for action in [
        Action::Remove(0),
        Action::SetSource("builtin:nile".into()),
        Action::OpenScenario(1),
        Action::Reset,
        compute(),
    ] {
        let mut state = begun();
        state.apply(action.clone());
        assert!(cancels(&mut state), "{action:?}");
        assert_eq!(state.landscape.is_some(), action == compute(), "{action:?}");
    }
    // The contender that it is of is taken back.
    let mut state = state_with_a_landscape_of_a_new_one();
    state.apply(Action::Undo);
    assert!(cancels(&mut state) && state.landscape.is_none());
    // Others may go, and training may pause.
    let mut state = begun();
    state.apply(Action::Remove(1));
    state.apply(Action::RunOrPause);
    assert!(!cancels(&mut state) && state.landscape.is_some());
}

fn state_with_a_landscape_of_a_new_one() -> AppState {
    let mut state = state();
    state.apply(Action::Add);
    state.apply(Action::Select(state.contenders.len() - 1));
    state.apply(compute());
    state.take_effects();
    state
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
