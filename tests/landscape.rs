//! The loss around a run, against what is known of it.

use optimizer_explorer::data::{Dataset, Part};
use optimizer_explorer::experiment::Experiment;
use optimizer_explorer::record::PastRun;
use optimizer_explorer::train::{Grid, Plane, RunPlan, Session, Worker, plan};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

fn session(toml: &str) -> Session {
    let experiment = Experiment::from_toml(toml).expect("a good experiment");
    let dataset = Dataset::new(&experiment.data, 7).expect("good data");
    Session::new(&experiment, "test", Arc::new(dataset), 1).expect("it begins")
}

const AIRLINE: &str = r#"
[data]
source = "builtin:airline"
[data.window]
lookback = 24
[model]
hidden = 8
"#;

const GRID: Grid = Grid {
    x: [-1.0, 1.0],
    y: [-0.5, 0.5],
    points: 5,
};

#[test]
fn the_middle_is_the_run_and_threads_change_nothing() {
    let mut session = session(AIRLINE);
    for _ in 0..5 {
        session.step().expect("it trains");
    }
    let before = session.parameters().clone();
    let plane = Plane::random(session.parameters(), 1);
    let one = session
        .landscape(&plane, &GRID, 1, |_| true)
        .expect("it was not stopped");
    let most = AtomicUsize::new(0);
    let two = session.landscape(&plane, &GRID, 2, |done| {
        most.fetch_max(done, Ordering::Relaxed);
        true
    });
    assert_eq!(Some(&one), two.as_ref());
    assert_eq!(most.into_inner(), 25);
    assert_eq!(session.parameters(), &before);
    let here = session.part_loss(Part::Train).expect("a training part");
    assert!((one[12] / here - 1.0).abs() < 1e-9, "{} {here}", one[12]);
    // Every point is the loss of its own weights.
    assert!(one.iter().all(|loss| loss.is_finite() && *loss > 0.0));
    assert!(one.iter().filter(|loss| **loss != one[12]).count() >= 24);
}

#[test]
fn it_stops_when_it_is_told_to() {
    let session = session(AIRLINE);
    let plane = Plane::random(session.parameters(), 1);
    for threads in [1, 2] {
        let looked = AtomicUsize::new(0);
        let found = session.landscape(&plane, &GRID, threads, |done| {
            looked.fetch_add(1, Ordering::Relaxed);
            done < 3
        });
        assert_eq!(found, None);
        assert!(looked.into_inner() <= 2 + threads);
    }
}

#[test]
fn what_overflows_is_infinite() {
    let session = session(AIRLINE);
    let huge = vec![1e38; session.parameters().values.len()];
    let plane = Plane {
        origin: session.parameters().values.clone(),
        y: huge.iter().map(|v| -v).collect(),
        x: huge,
    };
    let found = session
        .landscape(&plane, &GRID, 1, |_| true)
        .expect("it was not stopped");
    assert!(found.iter().all(|loss| !loss.is_nan()));
    assert!(found.iter().any(|loss| loss.is_infinite()));
}

/// A linear model's squared error is a quadratic whose second derivatives are known: twice the mean of
/// (x, 1)(x, 1)ᵀ over all inputs.
#[test]
fn sharpness_is_the_largest_eigenvalue_of_a_known_quadratic() {
    let session = session(
        r#"
[data]
source = "builtin:airline"
[data.window]
lookback = 12
[model]
cell = "linear"
"#,
    );
    let dataset = session.dataset();
    let batch = dataset.batch(&dataset.part_windows(Part::Train));
    let count = batch.inputs.len() as f64;
    let mean = batch.inputs.iter().map(|x| f64::from(*x)).sum::<f64>() / count;
    let square = batch
        .inputs
        .iter()
        .map(|x| f64::from(*x).powi(2))
        .sum::<f64>()
        / count;
    // Of 2·[[square, mean], [mean, 1]].
    let (half, product) = (square + 1.0, 4.0 * (square - mean * mean));
    let expected = half + (half * half - product).sqrt();
    let found = session.sharpness(200).expect("it is finite");
    assert!((found / expected - 1.0).abs() < 5e-3, "{found} {expected}");
}

/// Plain gradient descent on a quadratic: below 2/η it converges, above it leaves.
#[test]
fn gradient_descent_leaves_a_quadratic_above_two_over_its_sharpness() {
    let with_rate = |rate: f64| {
        session(&format!(
            r#"
[data]
source = "builtin:airline"
[data.window]
lookback = 12
[model]
cell = "linear"
[optimizer]
kind = "gd"
[schedule]
learning_rate = {rate:?}
"#
        ))
    };
    let sharpness = with_rate(0.1).sharpness(200).expect("it is finite");
    for (share, converges) in [(0.95, true), (1.05, false)] {
        let mut session = with_rate(share * 2.0 / sharpness);
        let losses: Vec<f64> = (0..60)
            .map_while(|_| Some(session.step().ok()?.train_loss))
            .collect();
        let (first, last) = (losses[0], losses[losses.len() - 1]);
        assert_eq!(last < first, converges, "{share}: {first} {last}");
    }
}

#[test]
fn what_memory_would_not_hold_is_refused_with_its_size() {
    let session = session(AIRLINE);
    assert_eq!(session.check_landscape(100, 2), Ok(()));
    let refused = session.check_landscape(1 << 50, 2).expect_err("too much");
    let words = refused.message;
    assert!(
        words.contains("GiB are free") && words.lines().count() == 1,
        "{words}"
    );
}

#[test]
fn sharpness_over_training_is_reported_written_and_read_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let experiment = Experiment::from_toml(
        "[data]\nsource = \"builtin:airline\"\n[data.window]\nlookback = 12\n[model]\ncell = \"rnn\"\nhidden = 8\n[optimizer]\nkind = \"gd\"\n[schedule]\nlearning_rate = 0.1\n[training]\nsteps = 401\nrecord_sharpness_every = 50\n",
    )
    .expect("a good experiment");
    let path = folder.path().join("run");
    let plan = RunPlan {
        folder: Some(path.clone()),
        ..plan(&experiment, 1).expect("a good plan").remove(0)
    };
    let worker = Worker::start(plan, || {}).expect("a thread");
    let mut seen = Vec::new();
    loop {
        let report = worker
            .wait_report(Duration::from_mins(2))
            .expect("a report");
        seen.extend(report.sharpness);
        if report.outcome.is_some() {
            break;
        }
    }
    let steps: Vec<u64> = seen.iter().map(|known| known.step).collect();
    assert_eq!(steps, [0, 50, 100, 150, 200, 250, 300, 350, 400]);
    assert!(
        seen.iter().all(|known| known.limit == Some(20.0)),
        "{seen:?}"
    );
    let past = PastRun::read(&path).expect("it is a run folder");
    assert_eq!(past.sharpness, seen);
    // It is finite, and a run that still trains is not far above what it bears.
    for known in &seen[2..] {
        assert!(known.value > 0.0 && known.value < 1.5 * 20.0, "{known:?}");
    }
}
