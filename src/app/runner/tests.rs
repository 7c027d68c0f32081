//! The state and its threads together, without a window.

use super::*;
use crate::app::actions::Action;
use crate::app::state::{AppState, Phase};
use crate::record::{Checkpoints, Outcome, RunSummary, Status};
use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// Everything that changes from step to step: dropout, shuffling, momentum, a schedule that follows the
/// loss; one contender stops early.
const RACE: &str = r#"
seeds = [3, 4]
[data]
source = "builtin:airline"
[model]
hidden = 6
layers = 2
dropout = 0.2
[training]
epochs = 12
batch_size = 16
shuffle = true
[schedule]
kind = "plateau"
patience = 1
[[contender]]
name = "Adam"
optimizer = { kind = "adam" }
[[contender]]
name = "SGD"
optimizer = { kind = "sgd", momentum = 0.9 }
training = { stop_early = 2 }
"#;

/// Cancelled, loading changes nothing, whatever comes of it later; another one is as ever.
#[test]
fn loading_is_cancelled_and_begun_again() {
    let mut both = Both::open(RACE);
    let known = both.state.series.clone();
    let cancelled = |both: &mut Both, action: Action| {
        both.apply(action);
        assert!(both.state.loading);
        both.apply(Action::CancelLoading);
        assert!(!both.state.loading && both.state.loading_cancelled);
        while both.runner.loading.is_some() {
            both.until("a look at what came", |_| true);
        }
    };
    cancelled(&mut both, Action::Reload);
    assert!(both.state.series == known, "what is shown stays");
    cancelled(&mut both, Action::SetSource("generate:random-walk".into()));
    assert!(
        both.state.series.is_none(),
        "of other data nothing is known"
    );
    both.apply(Action::Reload);
    both.until("the data are loaded", |state| !state.loading);
    assert!(!both.state.loading_cancelled);
    assert!(both.state.series.is_some());
    both.apply(Action::CancelLoading);
    assert!(!both.state.loading_cancelled, "there was nothing to cancel");
}

struct Both {
    state: AppState,
    runner: Runner,
}

impl Both {
    fn open(toml: &str) -> Self {
        let mut both = Self {
            state: AppState::new(),
            runner: Runner::new(Arc::new(|| ())),
        };
        both.until("the first scenario is loaded", |state| !state.loading);
        let experiment = Experiment::from_toml(toml).expect("a good experiment");
        let path = "race.toml".into();
        both.state
            .receive(Message::Read(path, Ok(Box::new(experiment))));
        both.until("the data are loaded", |state| !state.loading);
        assert_eq!(both.state.errors(), []);
        both
    }

    fn apply(&mut self, action: Action) {
        self.state.apply(action);
        self.carry_out();
    }

    fn carry_out(&mut self) {
        for effect in self.state.take_effects() {
            self.runner.carry_out(effect);
        }
    }

    #[track_caller]
    fn until(&mut self, what: &str, done: impl Fn(&AppState) -> bool) {
        let start = Instant::now();
        loop {
            self.carry_out();
            for message in self.runner.messages() {
                self.state.receive(message);
            }
            if done(&self.state) {
                return;
            }
            assert!(start.elapsed() < Duration::from_mins(1), "in vain: {what}");
            thread::sleep(Duration::from_millis(2));
        }
    }

    #[track_caller]
    fn until_phase(&mut self, phase: Phase) {
        self.until(&format!("{phase:?}"), |state| state.phase() == phase);
    }
}

/// Everything that must not depend on stops: the outcome but its time, and the curves.
fn results(state: &AppState) -> Vec<(Outcome, String)> {
    let ended = |run: &crate::app::runs::Run| {
        let outcome = run.outcome.clone().expect("it has ended");
        let mut history = run.history.clone();
        assert!(history.seconds.windows(2).all(|pair| pair[0] <= pair[1]));
        history.seconds.clear();
        let shown = format!(
            "{history:?} {:?} {:?} {:?} {:?}",
            run.validation_steps, run.best, run.forecast, run.metrics
        );
        let seconds = 0.0;
        (Outcome { seconds, ..outcome }, shown)
    };
    state.runs.iter().map(ended).collect()
}

#[test]
fn a_race_that_is_stopped_and_continued_ends_as_one_that_never_was() {
    let mut whole = Both::open(RACE);
    whole.apply(Action::RunOrPause);
    whole.until_phase(Phase::Ended);

    let mut stopped = Both::open(RACE);
    stopped.apply(Action::Step);
    let all_at = |steps: u64| move |state: &AppState| state.runs.iter().all(|r| r.steps() == steps);
    stopped.until("the first step", all_at(1));
    stopped.apply(Action::Step);
    stopped.until("the second step", all_at(2));
    stopped.apply(Action::Stop);
    stopped.until_phase(Phase::Stopped);
    assert!(all_at(2)(&stopped.state));
    // One step goes on too, and waits.
    stopped.apply(Action::Step);
    assert_eq!(stopped.state.phase(), Phase::Paused);
    stopped.until("the third step", all_at(3));
    stopped.apply(Action::Stop);
    stopped.until_phase(Phase::Stopped);
    let seconds = |state: &AppState| state.runs[0].outcome.as_ref().map(|o| o.seconds);
    let before = seconds(&stopped.state).expect("stopped");
    // Settings that have become unfit keep nothing from going on.
    stopped.apply(Action::Rename(0, String::new()));
    assert!(stopped.state.blocked());
    for steps in [20, 50] {
        stopped.apply(Action::RunOrPause);
        stopped.until("more steps", |state| {
            state.runs.iter().any(|run| run.steps() > steps)
        });
        stopped.apply(Action::Stop);
        stopped.until("an end", |state| {
            matches!(state.phase(), Phase::Stopped | Phase::Ended)
        });
    }
    if stopped.state.phase() == Phase::Stopped {
        stopped.apply(Action::RunOrPause);
    }
    stopped.until_phase(Phase::Ended);
    assert!(seconds(&stopped.state).expect("ended") >= before);

    let (one, other) = (results(&whole.state), results(&stopped.state));
    assert_eq!(one.len(), 4);
    for ((a, a_shown), (b, b_shown)) in one.iter().zip(&other) {
        assert_eq!(a.status, Status::Finished);
        assert_eq!(a, b);
        assert!(a_shown == b_shown, "another course");
    }
}

#[test]
fn what_has_ended_by_itself_stays_ended() {
    let toml = r#"
[data]
source = "builtin:airline"
[model]
hidden = 4
[[contender]]
name = "Long"
training = { steps = 100000 }
[[contender]]
name = "Short"
training = { steps = 2 }
"#;
    let mut both = Both::open(toml);
    both.apply(Action::RunOrPause);
    both.until("the short one has finished", |state| {
        state.runs[1].ended() && state.runs[0].steps() > 5
    });
    both.apply(Action::Stop);
    both.until_phase(Phase::Stopped);
    let stood = both.state.runs[0].steps();
    both.apply(Action::RunOrPause);
    both.until("the long one goes on", |state| {
        state.runs[0].steps() > stood + 5
    });
    assert_eq!(both.state.runs[1].status(), Some(Status::Finished));
    assert_eq!(both.state.runs[1].steps(), 2);
    // Reset forgets what was kept, and the next start begins at the first step.
    both.apply(Action::Stop);
    both.until_phase(Phase::Stopped);
    both.apply(Action::Reset);
    assert_eq!(both.state.phase(), Phase::Ready);
    assert!(both.runner.runs.is_empty());
}

const ONE: &str = r#"
seeds = [5]
[data]
source = "builtin:airline"
[model]
hidden = 5
layers = 2
dropout = 0.2
[training]
epochs = 6
batch_size = 16
checkpoint_seconds = 0.0
"#;

/// Trains `toml` into `folder`, stopped after `steps` where given, and tells how it ended.
fn train_into(folder: &Path, toml: &str, steps: Option<u64>) -> Outcome {
    let experiment = Experiment::from_toml(toml).expect("a good experiment");
    let mut plan = plan(&experiment, true).expect("a plan").remove(0);
    plan.folder = Some(folder.to_owned());
    let worker = Worker::start(plan, || ()).expect("a thread");
    match steps {
        None => worker.send(Command::Resume),
        Some(steps) => {
            (0..steps).for_each(|_| worker.send(Command::Step));
            worker.send(Command::Stop);
        }
    }
    loop {
        let report = worker.wait_report(Duration::from_mins(1)).expect("news");
        if let Some(outcome) = report.outcome {
            return outcome;
        }
    }
}

/// Every file below `folder` with its content.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.insert(path.clone(), fs::read(&path).expect("readable"));
        }
    }
    found
}

/// Opens `folder`, continues, and compares with the run that nobody disturbed.
#[track_caller]
fn continues_as(folder: &Path, whole: &Both, shown: u64) {
    let before = files(folder);
    let mut both = Both::open(RACE);
    both.apply(Action::OpenPath(folder.to_owned()));
    both.until("the folder is read", |state| {
        state.runs.len() == 1 && !state.loading
    });
    let run = &both.state.runs[0];
    assert_eq!(run.steps(), shown);
    assert!(run.can_go_on());
    assert_eq!(both.state.phase(), Phase::Stopped);
    assert_eq!(both.state.file, None);
    assert_eq!(both.state.draft.contender.len(), 1);
    let curve = &whole.state.runs[0].history.train_loss.values()[..shown as usize];
    assert_eq!(run.history.train_loss.values(), curve);
    both.apply(Action::RunOrPause);
    both.until_phase(Phase::Ended);
    let said = &both.state.events;
    assert!(
        said.iter().any(|event| event.text.contains("in memory")),
        "{said:?}"
    );
    assert_eq!(results(&both.state)[0].0, results(&whole.state)[0].0);
    let (own, other) = (&both.state.runs[0], &whole.state.runs[0]);
    assert_eq!(own.history.train_loss, other.history.train_loss);
    assert_eq!(own.history.validation, other.history.validation);
    assert_eq!(own.validation_steps, other.validation_steps);
    assert_eq!(own.best, other.best);
    assert_eq!(own.metrics, other.metrics);
    assert!(files(folder) == before, "the folder has changed");
}

#[test]
fn a_run_folder_opens_and_continues_apart_from_it_to_the_last_bit() {
    let place = tempfile::tempdir().expect("a folder");
    let mut whole = Both::open(ONE);
    whole.apply(Action::RunOrPause);
    whole.until_phase(Phase::Ended);

    let stopped = place.path().join("stopped");
    assert_eq!(train_into(&stopped, ONE, Some(11)).status, Status::Stopped);
    continues_as(&stopped, &whole, 11);

    // As a process that was killed leaves it: rows beyond the checkpoint, the last one half written.
    let killed = place.path().join("killed");
    train_into(&killed, ONE, Some(9));
    let checkpoints = Checkpoints::of(&killed);
    let kept = checkpoints.steps();
    assert!(kept.len() > 1, "{kept:?}");
    fs::remove_file(checkpoints.path(9)).expect("it was there");
    let mut summary = RunSummary::read(&killed).expect("it was written");
    summary.status = Status::Running;
    summary.steps = 0;
    let json = serde_json::to_vec(&summary).expect("plain data");
    fs::write(killed.join("run.json"), json).expect("written");
    let table = fs::read_to_string(killed.join("history.csv")).expect("text");
    fs::write(killed.join("history.csv"), table + "9,1,0.3").expect("written");
    continues_as(&killed, &whole, 9);

    // A finished one is shown, and Run would train it anew.
    let finished = place.path().join("finished");
    let outcome = train_into(&finished, ONE, None);
    let mut both = Both::open(RACE);
    both.apply(Action::OpenPath(finished));
    both.until("the folder is read", |state| state.runs.len() == 1);
    assert_eq!(both.state.phase(), Phase::Ended);
    let run = &both.state.runs[0];
    let shown = run.outcome.as_ref().expect("it has ended");
    assert_eq!(shown.final_weights, outcome.final_weights);
    assert!(run.forecast.is_some() && run.skill().is_some());
}

#[test]
fn a_folder_without_a_run_is_one_line_and_changes_nothing() {
    let place = tempfile::tempdir().expect("a folder");
    train_into(&place.path().join("Adam/seed-5"), ONE, Some(1));
    let mut both = Both::open(ONE);
    let draft = both.state.draft.clone();
    let events = both.state.events.len();
    let empty = tempfile::tempdir().expect("a folder");
    both.apply(Action::OpenPath(empty.path().to_owned()));
    both.until("a line", |state| state.events.len() > events);
    let line = &both.state.events.last().expect("a line").text;
    assert!(line.contains("is no run folder"), "{line}");
    assert_eq!(line.lines().count(), 1);
    assert_eq!(both.state.draft, draft);

    // What has gone on meanwhile is not gone on with, and stays on show.
    let folder = place.path().join("Adam/seed-5");
    both.apply(Action::OpenPath(folder.clone()));
    both.until("the folder is read", |state| state.runs.len() == 1);
    let checkpoints = Checkpoints::of(&folder);
    fs::copy(checkpoints.path(1), checkpoints.path(2)).expect("copied");
    fs::remove_file(checkpoints.path(1)).expect("removed");
    fs::write(checkpoints.path(2), b"half a file").expect("written");
    both.apply(Action::RunOrPause);
    both.until_phase(Phase::Stopped);
    assert_eq!(both.state.runs[0].steps(), 1);
    let line = &both.state.events.last().expect("a line").text;
    assert!(line.contains("is no checkpoint"), "{line}");
}

/// The row of the run's table that tells of each step, made comparable.
fn losses(state: &AppState, run: usize) -> Vec<f32> {
    state.runs[run].history.train_loss.values().to_vec()
}

#[test]
fn a_run_goes_back_to_a_kept_step_and_forks_from_it() {
    let mut whole = Both::open(ONE);
    whole.apply(Action::RunOrPause);
    whole.until_phase(Phase::Ended);
    let end = whole.state.runs[0].steps();

    let mut both = Both::open(ONE);
    for step in 1..=3 {
        both.apply(Action::Step);
        both.until("a step", |state| state.runs[0].steps() == step);
    }
    both.apply(Action::Stop);
    both.until_phase(Phase::Stopped);
    both.until("it is kept", |state| state.runs[0].kept.contains(&3));
    both.apply(Action::RunOrPause);
    both.until_phase(Phase::Ended);

    // Back, and on to the same end.
    both.apply(Action::GoBack { run: 0, step: 3 });
    assert_eq!(both.state.runs[0].steps(), 3);
    assert_eq!(both.state.runs[0].kept.last(), Some(&3));
    assert_eq!(both.state.phase(), Phase::Stopped);
    both.apply(Action::RunOrPause);
    both.until_phase(Phase::Ended);
    assert!(results(&both.state) == results(&whole.state));

    // A fork without a change takes the very steps that its parent took.
    both.apply(Action::Fork {
        run: 0,
        step: 3,
        change: None,
    });
    assert_eq!(both.state.phase(), Phase::Running);
    both.until_phase(Phase::Ended);
    let fork = &both.state.runs[1];
    assert_eq!((fork.first_step(), fork.steps()), (3, end));
    assert_eq!(fork.row(3), Some(0));
    assert_eq!(fork.row(2), None);
    assert_eq!(losses(&both.state, 1), losses(&both.state, 0)[3..]);
    let weights = |run: usize| {
        both.state.runs[run]
            .outcome
            .clone()
            .map(|o| o.final_weights)
    };
    assert_eq!(weights(1), weights(0));
    assert_ne!(both.state.runs[1].colour, both.state.runs[0].colour);
    assert!(both.state.runs[1].validation_steps[0] >= 3);

    // One with another learning rate has its contender's new one, and goes elsewhere.
    let mut contender = both.state.contenders[0].clone();
    contender.experiment.schedule.learning_rate *= 3.0;
    both.apply(Action::EditContender(Box::new(contender)));
    both.apply(Action::Fork {
        run: 0,
        step: 3,
        change: None,
    });
    both.until_phase(Phase::Ended);
    assert_eq!(both.state.runs[2].steps(), end);
    assert_eq!(losses(&both.state, 2)[0], losses(&both.state, 0)[3]);
    assert_ne!(losses(&both.state, 2), losses(&both.state, 1));
    assert_ne!(both.state.runs[2].name, both.state.runs[1].name);

    // What was never kept changes nothing.
    both.apply(Action::Fork {
        run: 0,
        step: end + 1,
        change: None,
    });
    both.apply(Action::GoBack {
        run: 0,
        step: end + 1,
    });
    assert_eq!(both.state.runs.len(), 3);
    assert_eq!(both.state.runs[0].steps(), end);
}

#[test]
fn rates_are_tested_apart_from_the_contender_and_a_test_can_be_cancelled() {
    let mut both = Both::open(RACE);
    both.apply(Action::TestRates);
    both.until("the test has ended", |state| {
        state.rate_test.as_ref().is_some_and(|test| !test.running)
    });
    let test = both.state.rate_test.clone().expect("it stays");
    assert_eq!(test.problem, None);
    assert!(test.points.len() > 50, "{}", test.points.len());
    // The same as without a window.
    let experiment = both.state.contenders[0].experiment.clone();
    let plans = train::plan(&experiment, 1).expect("a good plan");
    let plan = &plans[0];
    let session = train::Session::new(&plan.experiment, "", Arc::clone(&plan.dataset), 1);
    let result = (session.expect("it begins")).range_test(&train::RateRange::default(), |_| true);
    assert_eq!(test.points, result.points);
    assert_eq!(test.suggestion, result.suggestion);
    both.apply(Action::TestRates);
    both.until("it has begun", |state| {
        state
            .rate_test
            .as_ref()
            .is_some_and(|test| !test.points.is_empty())
    });
    both.apply(Action::CancelRateTest);
    let seen = both.state.rate_test.as_ref().map(|test| test.points.len());
    assert!(both.runner.rate_test.is_none());
    std::thread::sleep(Duration::from_millis(50));
    for message in both.runner.messages() {
        both.state.receive(message);
    }
    assert_eq!(
        both.state.rate_test.as_ref().map(|test| test.points.len()),
        seen
    );
}

#[test]
fn a_landscape_is_around_the_end_of_a_run_with_the_paths_of_all() {
    use crate::app::landscape::Directions;
    use crate::app::state::LandscapeStage;
    let compute = |directions| Action::ComputeLandscape {
        points: 21,
        directions,
    };
    let has_ended = |state: &AppState| {
        let stage = state.landscape.as_ref().map(|landscape| landscape.stage);
        stage == Some(LandscapeStage::Ended)
    };
    let mut both = Both::open(RACE);
    // Before the first step: the middle is where the contender would begin, with no path.
    both.apply(compute(Directions::Random));
    both.until("it is there", has_ended);
    let landscape = both.state.landscape.clone().expect("it stays");
    let surface = landscape.surface.expect("no problem");
    assert_eq!((surface.step, surface.paths.len()), (0, 0));
    let before = surface.losses[surface.losses.len() / 2];
    // Nothing has moved: no plane of paths.
    both.apply(compute(Directions::Principal));
    both.until("it says no", has_ended);
    let problem = (both.state.landscape.as_ref()).and_then(|landscape| landscape.problem.clone());
    assert_eq!(problem.as_deref(), Some(text::NO_PRINCIPAL_PLANE.get()));

    both.apply(Action::RunOrPause);
    both.until_phase(Phase::Ended);
    let losses_before = losses(&both.state, 0).clone();
    both.apply(compute(Directions::Principal));
    both.until("it is there", has_ended);
    let landscape = both.state.landscape.clone().expect("it stays");
    assert!(landscape.size.is_some_and(|(windows, _)| windows > 10));
    let surface = landscape.surface.expect("no problem");
    assert_eq!(surface.step, both.state.runs[0].steps());
    let runs: Vec<usize> = surface.paths.iter().map(|path| path.run).collect();
    assert_eq!(runs, [0, 1, 2, 3]);
    for path in &surface.paths {
        let last = path.points.last().map(|(step, _)| *step);
        assert_eq!(path.points[0].0, 0);
        assert_eq!(last, Some(both.state.runs[path.run].steps()));
    }
    // The same seed begins with the same weights, whatever the optimizer.
    assert_eq!(surface.paths[0].points[0], surface.paths[2].points[0]);
    assert_ne!(surface.paths[0].points[0], surface.paths[1].points[0]);
    let (_, [a, b]) = *surface.paths[0].points.last().expect("an end");
    assert!(a.abs() < 1e-5 && b.abs() < 1e-5, "{a} {b}");
    let (_, centre) = surface.nearest([0.0, 0.0]).expect("it is inside");
    assert!(centre < before, "{centre} {before}");
    assert!(
        surface
            .share
            .is_some_and(|share| share > 0.5 && share <= 1.0 + 1e-9)
    );
    assert_eq!(losses(&both.state, 0), losses_before);
}

#[test]
fn a_landscape_in_the_making_ends_with_its_runs_and_leaves_them_alone() {
    use crate::app::landscape::Directions;
    let mut both = Both::open(&RACE.replace("epochs = 12", "epochs = 100000"));
    both.apply(Action::RunOrPause);
    both.until("it trains", |state| {
        state.runs.first().is_some_and(|run| run.steps() > 20)
    });
    both.apply(Action::ComputeLandscape {
        points: 41,
        directions: Directions::Random,
    });
    both.until("its size is known", |state| {
        (state.landscape.as_ref()).is_some_and(|landscape| landscape.size.is_some())
    });
    // Training has gone on meanwhile.
    let steps = both.state.runs[0].steps();
    both.until("it still trains", |state| state.runs[0].steps() > steps);
    both.apply(Action::Reset);
    assert!(both.runner.landscape.is_none() && both.state.landscape.is_none());
    std::thread::sleep(Duration::from_millis(50));
    for message in both.runner.messages() {
        both.state.receive(message);
    }
    assert_eq!(both.state.landscape, None);
}
