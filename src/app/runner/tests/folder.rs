//! Run folders: opened, continued apart from them, refused.

use super::*;
use crate::app::actions::Action;
use crate::app::state::Phase;
use crate::record::{Checkpoints, Outcome, RunSummary, Status};
use crate::train::{Command, Worker};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::time::Duration;

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
