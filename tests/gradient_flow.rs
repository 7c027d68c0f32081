//! Gradients through time: the bound of Pascanu et al. 2013 is never violated, looking closer changes
//! nothing, and the window's picture shows the numbers of `gradient_flow.csv`.

use optimizer_explorer::data::{AnswerValues, Answers, Column, Dataset, Format, Table};
use optimizer_explorer::diagnose::flow::{Picture, State};
use optimizer_explorer::experiment::Experiment;
use optimizer_explorer::record::{FlowHistory, Probe};
use optimizer_explorer::train::{RunPlan, Session, Worker, plan};
use proptest::prelude::*;
use std::sync::Arc;
use std::time::Duration;

fn session(toml: &str) -> Session {
    let experiment = Experiment::from_toml(toml).unwrap_or_else(|errors| panic!("{}", errors[0]));
    let dataset = Arc::new(Dataset::new(&experiment.data, 7).expect("the data load"));
    Session::new(&experiment, "RNN", dataset, 1).expect("a session")
}

/// Whether a bound was below what it bounds, single precision allowed for; and how near it came.
fn within(probe: &Probe) -> Result<f64, String> {
    let mut nearest = 0.0_f64;
    for (index, layer) in probe.layers.iter().enumerate() {
        if layer.bound.len() != layer.flow.hidden.len() || layer.bound.is_empty() {
            return Err(format!("layer {index} has no bound for every time step"));
        }
        for (t, (bound, norm)) in layer.bound.iter().zip(&layer.flow.hidden).enumerate() {
            let norm = f64::from(*norm);
            if norm > bound * 1.0001 + 1e-30 {
                return Err(format!(
                    "step {}, layer {index}, time step {t}: {norm:e} above {bound:e}",
                    probe.step
                ));
            }
            nearest = nearest.max(norm / bound);
        }
    }
    Ok(nearest)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn the_bound_is_never_violated(
        nonlinearity in prop::sample::select(vec!["tanh", "relu", "sigmoid", "identity"]),
        output in prop::sample::select(vec!["every-step", "last-step"]),
        kind in prop::sample::select(vec!["mse", "mae", "huber"]),
        hidden in 1_usize..9,
        layers in 1_usize..4,
        lookback in 2_usize..24,
        horizon in 1_usize..3,
        radius in 0.2_f64..1.4,
        dropout in prop::sample::select(vec![0.0, 0.3]),
        rate in prop::sample::select(vec![0.001, 0.03]),
    ) {
        let mut session = session(&format!(
            "[data]\nsource = \"builtin:airline\"\n[data.window]\nlookback = {lookback}\nhorizon = {horizon}\noutput = {output:?}\n[model]\ncell = \"rnn\"\nnonlinearity = {nonlinearity:?}\nhidden = {hidden}\nlayers = {layers}\ndropout = {dropout}\ninit = {{ radius = {radius} }}\n[loss]\nkind = {kind:?}\n[schedule]\nlearning_rate = {rate}\n[training]\nsteps = 10\nbatch_size = 5\n"
        ));
        for _ in 0..10 {
            session.probe_next();
            // A run that diverges is looked at all the same.
            let taken = session.step();
            let probe = session.take_probe().expect("it was looked at");
            if taken.is_err() {
                break;
            }
            if let Err(violated) = within(&probe) {
                prop_assert!(false, "{violated}");
            }
        }
    }
}

#[test]
fn the_bound_is_reached_where_nothing_is_lost_on_the_way() {
    // A linear recurrence of one unit keeps its bound to the last bit but rounding.
    let mut session = session(
        "[data.window]\nlookback = 20\noutput = \"last-step\"\n[model]\ncell = \"rnn\"\nnonlinearity = \"identity\"\nhidden = 1\n[training]\nsteps = 3\n",
    );
    session.probe_next();
    session.step().expect("finite");
    let probe = session.take_probe().expect("it was looked at");
    let layer = &probe.layers[0];
    for (bound, norm) in layer.bound.iter().zip(&layer.flow.hidden) {
        assert!((f64::from(*norm) / bound - 1.0).abs() < 1e-3);
    }
}

#[test]
fn sequences_of_different_lengths_keep_the_bound() {
    let lengths: Vec<usize> = (0..12).map(|k| 1 + k * 7 % 13).collect();
    let rows: usize = lengths.iter().sum();
    let mut end = 0;
    let table = Table {
        source: "made here".into(),
        format: Format::Csv,
        delimiter: None,
        columns: vec![Column::of_numbers(
            "a",
            (0..rows).map(|row| (row as f64).sin()).collect(),
        )],
        series: (lengths.iter())
            .map(|length| {
                end += length;
                end - length..end
            })
            .collect(),
        time: None,
        notes: Vec::new(),
        answers: Some(Answers {
            name: "answer".into(),
            values: AnswerValues::Classes {
                names: ["one", "two"].map(str::to_owned).to_vec(),
                of: (0..12).map(|k| k % 2).collect(),
            },
            fresh: None,
            scaled: true,
        }),
    };
    let experiment = Experiment::from_toml(
        "[data]\ntask = \"classify\"\n[data.split]\ntrain = 1.0\nvalidation = 0.0\n[model]\ncell = \"rnn\"\nhidden = 6\nlayers = 2\n[loss]\nkind = \"cross-entropy\"\n[training]\nsteps = 5\nbatch_size = 4\n",
    )
    .unwrap_or_else(|errors| panic!("{}", errors[0]));
    let dataset = Dataset::from_table(&table, &experiment.data, 7).expect("a good table");
    let mut session = Session::new(&experiment, "RNN", Arc::new(dataset), 1).expect("a session");
    for _ in 0..5 {
        session.probe_next();
        session.step().expect("finite");
        let probe = session.take_probe().expect("it was looked at");
        assert!(within(&probe).expect("within its bound") > 0.0);
    }
}

#[test]
fn looking_closer_changes_nothing() {
    for cell in ["rnn", "gru", "lstm", "linear"] {
        let toml = format!(
            "[model]\ncell = {cell:?}\nhidden = 5\nlayers = 2\ndropout = 0.2\n[training]\nsteps = 30\nrecord_flow_every = 7\n"
        );
        let (mut plain, mut watched) = (session(&toml), session(&toml));
        for step in 0..30 {
            watched.probe_next();
            let (mut a, b) = (
                plain.step().expect("finite"),
                watched.step().expect("finite"),
            );
            a.seconds = b.seconds;
            assert_eq!(a, b, "{cell}, step {step}");
            let probe = watched.take_probe().expect("it was looked at");
            assert_eq!(probe.step, step);
            assert!(plain.take_probe().is_none() && watched.take_probe().is_none());
            assert!(
                probe
                    .layers
                    .iter()
                    .all(|layer| !layer.flow.hidden.is_empty())
            );
        }
        assert_eq!(plain.parameters().hash(), watched.parameters().hash());
    }
}

#[test]
fn the_picture_shows_the_numbers_of_gradient_flow_csv() {
    let folder = tempfile::tempdir().expect("a folder");
    let experiment = Experiment::from_toml(
        "[data.window]\nlookback = 12\n[model]\nhidden = 4\nlayers = 2\n[training]\nsteps = 2500\nbatch_size = 4\n",
    )
    .expect("an experiment");
    let path = folder.path().join("run");
    let plan = RunPlan {
        folder: Some(path.clone()),
        ..plan(&experiment, 1).expect("a good plan").remove(0)
    };
    // As the window keeps it: from the reports.
    let worker = Worker::start(plan, || {}).expect("a thread");
    let mut history = FlowHistory::default();
    let mut ended = false;
    while !ended {
        let Some(report) = worker.wait_report(Duration::from_mins(1)) else {
            panic!("no report");
        };
        for record in report.records {
            if let Some(flow) = record.flow {
                history.push(record.step, flow);
            }
        }
        ended = report.outcome.is_some();
    }
    let mut table = csv::Reader::from_path(path.join("gradient_flow.csv")).expect("it is there");
    let rows: Vec<csv::StringRecord> = table.records().map(|row| row.expect("a row")).collect();
    let mut compared = 0;
    for layer in 0..2 {
        for (state, column) in [(State::Hidden, 3), (State::Cell, 4)] {
            let picture = Picture::of(&history, layer, state, 4096, 4096);
            assert_eq!(picture.back.len(), 12);
            let of_layer = rows.iter().filter(|row| row[1] == layer.to_string());
            let mut at = 0;
            for row in of_layer {
                let (index, time_step) = (at / 12, at % 12);
                assert_eq!(row[0], picture.steps[index].to_string());
                assert_eq!(row[2], time_step.to_string());
                let written: f32 = row[column].parse().expect("a number");
                assert_eq!(written, picture.at(index, 11 - time_step));
                at += 1;
                compared += 1;
            }
            assert_eq!(at, picture.steps.len() * 12);
        }
    }
    // 2,500 steps, every second one of them kept.
    assert_eq!(compared, 2 * 2 * 1250 * 12);
}
