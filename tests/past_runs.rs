//! Run folders read back: what was written is what is read.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use optimizer_explorer::experiment::Experiment;
use optimizer_explorer::record::{PastRun, RunSummary, StepRecord, folder::forecast_csv};
use optimizer_explorer::train::{Beginning, Command, Report, RunPlan, Worker, plan};
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

fn planned(toml: &str, folder: &Path) -> RunPlan {
    let experiment = Experiment::from_toml(toml).unwrap();
    RunPlan {
        folder: Some(folder.to_owned()),
        ..plan(&experiment, 1).unwrap().remove(0)
    }
}

/// All reports of a run as one.
fn run(plan: RunPlan, commands: &[Command]) -> Report {
    let worker = Worker::start(plan, || ()).unwrap();
    for &command in commands {
        worker.send(command);
    }
    let mut all = worker.wait_report(Duration::from_mins(1)).unwrap();
    while all.outcome.is_none() {
        let next = worker.wait_report(Duration::from_mins(1)).unwrap();
        all.info = all.info.or(next.info);
        all.records.extend(next.records);
        all.forecast = next.forecast.or(all.forecast);
        all.metrics = next.metrics.or(all.metrics);
        all.snapshot = next.snapshot.or(all.snapshot);
        all.outcome = next.outcome;
    }
    all
}

/// A record as a table keeps it, not-a-number made comparable.
fn kept(record: &StepRecord) -> String {
    format!(
        "{:?}",
        StepRecord {
            // Rounded to microseconds.
            seconds: 0.0,
            tensor_norms: Vec::new(),
            flow: None,
            ..record.clone()
        }
    )
}

#[track_caller]
fn assert_read_back(folder: &Path, report: &Report) -> PastRun {
    let past = PastRun::read(folder).unwrap();
    let kept = |records: &[StepRecord]| records.iter().map(kept).collect::<Vec<_>>();
    assert_eq!(kept(&past.records), kept(&report.records));
    // Fewer than 2,048 steps: all of them are in the folder.
    for (past, own) in past.records.iter().zip(&report.records) {
        assert!(past.flow.is_some());
        assert_eq!(past.flow, own.flow, "step {}", own.step);
    }
    assert_eq!(past.metrics.as_ref(), report.metrics.as_deref());
    let forecast = past.forecast.as_ref().unwrap();
    let written = fs::read(folder.join("forecast.csv")).unwrap();
    assert!(forecast_csv(forecast) == written);
    let own = report.forecast.as_ref().unwrap();
    assert_eq!(forecast.targets, own.targets);
    assert_eq!(forecast.classes, own.classes);
    assert_eq!(forecast.quantiles, own.quantiles);
    let info = report.info.as_ref().unwrap();
    assert_eq!(past.info.planned_steps, info.planned_steps);
    assert_eq!(past.info.steps_per_epoch, info.steps_per_epoch);
    assert_eq!(past.info.first_step, info.first_step);
    let outcome = report.outcome.as_ref().unwrap();
    assert_eq!(past.outcome.final_weights, outcome.final_weights);
    assert_eq!(past.outcome.status, outcome.status);
    past
}

#[test]
fn what_a_run_wrote_is_read_back() {
    let place = tempfile::tempdir().unwrap();
    let cases = [
        (
            "forecast",
            "[data]\nsource = \"builtin:airline\"\nwindow = { horizon = 3 }",
            "",
        ),
        (
            "quantiles",
            "[data]\nsource = \"builtin:nile\"",
            "[loss]\nkind = \"quantile\"\nquantiles = [0.025, 0.5, 0.9]",
        ),
        (
            "without a cell state",
            "[data]\nsource = \"builtin:airline\"",
            "[clipping]\nkind = \"global-norm\"",
        ),
        (
            "classes",
            "[data]\nsource = \"generate:temporal-order\"\ntask = \"classify\"\ngenerate = { count = 120, length = 12 }",
            "[loss]\nkind = \"cross-entropy\"",
        ),
    ];
    for (name, data, more) in cases {
        let folder = place.path().join(name);
        let cell = if name == "without a cell state" {
            "gru"
        } else {
            "lstm"
        };
        let toml = format!(
            "{data}\n[model]\ncell = {cell:?}\nhidden = 4\nlayers = 2\n[training]\nepochs = 2\nbatch_size = 16\n{more}"
        );
        let report = run(planned(&toml, &folder), &[]);
        let past = assert_read_back(&folder, &report);
        assert_eq!(past.checkpoint, None, "{name} has finished");
    }
}

#[test]
fn a_fork_begins_where_it_was_forked() {
    let place = tempfile::tempdir().unwrap();
    let toml = "[model]\nhidden = 4\n[training]\nepochs = 3\nbatch_size = 16\n";
    let first = RunPlan {
        start_paused: true,
        ..planned(toml, &place.path().join("first"))
    };
    let mut commands = vec![Command::Step; 4];
    commands.push(Command::Stop);
    let stopped = run(first, &commands);
    let past = assert_read_back(&place.path().join("first"), &stopped_with_epochs(&stopped));
    assert_eq!(past.checkpoint, Some(4));

    let folder = place.path().join("fork");
    let fork = RunPlan {
        beginning: Beginning::Fork(Arc::clone(stopped.snapshot.as_ref().unwrap())),
        ..planned(toml, &folder)
    };
    let report = run(fork, &[]);
    let past = assert_read_back(&folder, &report);
    assert_eq!(past.info.first_step, 4);
    assert_eq!(past.records[0].step, 4);
}

/// Steps in an epoch cannot be told from rows that do not fill one.
fn stopped_with_epochs(report: &Report) -> Report {
    let mut report = report.clone();
    let rows = report.records.len() as u64;
    if let Some(info) = &mut report.info
        && rows < info.steps_per_epoch
    {
        info.planned_steps = 3 * rows;
        info.steps_per_epoch = rows;
    }
    report
}

#[test]
fn what_is_no_run_is_said_in_one_line() {
    let place = tempfile::tempdir().unwrap();
    let said = |place: &Path| {
        let line = PastRun::read(place).unwrap_err().to_string();
        assert_eq!(line.lines().count(), 1, "{line}");
        line
    };
    assert!(said(place.path()).contains("it has no run.json"));
    let toml = "[model]\nhidden = 4\n[training]\nsteps = 3\n";
    let folder = place.path().join("runs/Adam/seed-1");
    run(planned(toml, &folder), &[]);
    assert!(said(&place.path().join("runs")).contains("seed-1"));
    let damages: [(&str, &str, &str); 5] = [
        ("metrics.json", "{\n", "metrics.json"),
        ("forecast.csv", "part,index\nnonsense,1\n", "forecast.csv"),
        ("history.csv", "step,epoch\n0,x\n", "history.csv"),
        (
            "experiment.toml",
            "[loss]\nkind = \"none such\"\n",
            "loss.kind",
        ),
        ("run.json", "[]", "run.json"),
    ];
    for (file, content, word) in damages {
        let path = folder.join(file);
        let whole = fs::read(&path).unwrap();
        fs::write(&path, content).unwrap();
        let line = said(&folder);
        assert!(line.contains(word), "{line}");
        fs::write(&path, whole).unwrap();
    }
    PastRun::read(&folder).unwrap();
}

/// The sentences of a run's `run.json`.
fn diagnosis(folder: &Path) -> Vec<String> {
    RunSummary::read(folder).unwrap().diagnosis
}

#[test]
fn what_the_course_showed_is_said_in_run_json() {
    let place = tempfile::tempdir().unwrap();
    let toml = |model: &str, rate: f64, clipping: &str| {
        format!(
            "[data.window]\nlookback = 24\noutput = \"last-step\"\n[model]\n{model}\n[schedule]\nlearning_rate = {rate:?}\n{clipping}\n[training]\nsteps = 500\nbatch_size = \"full\"\n"
        )
    };
    let stuck = place.path().join("stuck");
    let clipping = "[clipping]\nkind = \"global-norm\"\nlimit = 1e-6\n";
    let model = "cell = \"rnn\"\nhidden = 4\ninit = { radius = 0.4 }";
    run(planned(&toml(model, 1e-7, clipping), &stuck), &[]);
    let said = diagnosis(&stuck);
    for part in [
        "The gradient vanishes on its way back",
        "Clipping acts on 100 % of the steps",
        "The training loss has moved by less than 1 % over the last 250 steps",
    ] {
        assert!(said.iter().any(|s| s.starts_with(part)), "{part}: {said:?}");
    }

    let learns = place.path().join("learns");
    let model = "cell = \"rnn\"\nhidden = 4\ninit = { radius = 1.0 }";
    run(planned(&toml(model, 0.003, ""), &learns), &[]);
    let said = diagnosis(&learns);
    assert!(!said.is_empty());
    for part in ["The gradient", "Clipping", "The training loss has moved"] {
        assert!(
            !said.iter().any(|s| s.starts_with(part)),
            "{part}: {said:?}"
        );
    }
}
