//! A session's state taken, stored and put back: to the last bit, whatever the settings; and files that
//! are not what they should be.

use optimizer_explorer::experiment::{
    BatchSize, Choice, Clipping, Event, Experiment, Optimizer, Schedule,
};
use optimizer_explorer::record::{FlowHistory, FlowPlan, LayerFlow, StepRecord, TableLengths};
use optimizer_explorer::train::{
    Checkpoint, RateRange, Recorded, RunPlan, Session, TrainError, plan,
};
use proptest::prelude::*;
use proptest::sample::select;
use std::collections::BTreeMap;
use std::fs;
use std::sync::Arc;

/// Everything that a step shows but its time, with floats as their bits.
fn bits(record: &StepRecord) -> (Vec<u64>, Vec<[u32; 2]>, Vec<u32>) {
    let mut shown = vec![record.step, record.epoch];
    shown.extend(
        [
            record.learning_rate,
            record.train_loss,
            record.grad_norm,
            record.grad_norm_clipped,
            record.update_norm,
            record.weight_norm,
            record.validation_loss.unwrap_or(f64::NAN),
        ]
        .map(f64::to_bits),
    );
    let norms = record.tensor_norms.iter();
    let flow = record.flow.iter().flat_map(|layers| layers.iter());
    let flow = flow.flat_map(|layer| layer.hidden.iter().chain(&layer.cell));
    (
        shown,
        norms.map(|pair| pair.map(f32::to_bits)).collect(),
        flow.map(|norm| norm.to_bits()).collect(),
    )
}

/// Everything that matters at the end.
fn end(session: &Session) -> (u64, String, String, String, Option<u64>, Option<String>) {
    (
        session.steps(),
        session.parameters().hash(),
        session.best_parameters().hash(),
        session.batch_order(),
        session.best().validation_loss.map(f64::to_bits),
        session.finished(),
    )
}

fn planned(experiment: &Experiment) -> RunPlan {
    let mut plans = plan(experiment, 1).expect("a good plan");
    assert_eq!(plans.len(), 1);
    plans.remove(0)
}

fn session(plan: &RunPlan) -> Session {
    Session::new(
        &plan.experiment,
        &plan.contender,
        Arc::clone(&plan.dataset),
        1,
    )
    .expect("it begins")
}

fn resumed(plan: &RunPlan, checkpoint: &Checkpoint) -> Result<Session, TrainError> {
    Session::resumed(
        &plan.experiment,
        &plan.contender,
        Arc::clone(&plan.dataset),
        1,
        checkpoint,
    )
}

fn through_a_file(session: &Session) -> Checkpoint {
    let bytes = session.checkpoint(Recorded::default()).encode();
    Checkpoint::decode(&bytes).expect("what was just written")
}

/// Every optimizer with its defaults, and SGD with each kind of memory.
fn optimizers() -> Vec<Optimizer> {
    let mut all = Optimizer::all();
    for (momentum, dampening, nesterov) in [(0.9, 0.0, false), (0.9, 0.5, false), (0.9, 0.0, true)]
    {
        all.push(Optimizer::Sgd {
            momentum,
            dampening,
            nesterov,
            weight_decay: 0.01,
        });
    }
    all.push(Optimizer::Adam {
        beta1: 0.8,
        beta2: 0.99,
        epsilon: 1e-6,
        weight_decay: 0.01,
        amsgrad: true,
    });
    all
}

fn event(step: u64, key: &str, value: impl Into<toml::Value>) -> Event {
    Event {
        step,
        set: BTreeMap::from([(key.to_owned(), value.into())]),
    }
}

fn small() -> Experiment {
    let mut experiment = Experiment::default();
    experiment.data.window.lookback = Some(8);
    experiment.model.hidden = 4;
    experiment.training.steps = Some(30);
    experiment
}

prop_compose! {
    fn experiments()(
        optimizer in select(optimizers()),
        schedule in select(Schedule::all()),
        clipping in select(Clipping::all()),
        layers in 1..=2_usize,
        dropout in select(vec![0.0, 0.4]),
        shuffle in any::<bool>(),
        batch in 1..=80_usize,
        warmup in 0..12_u64,
        stop_early in 0..3_u64,
        validate_every in 1..3_u64,
        record_every in 1..3_u64,
        events in any::<bool>(),
        seed in 0..1000_u64,
        full in prop::bool::weighted(0.1),
        steps in 1..45_u64,
    ) -> Experiment {
        let mut experiment = small();
        experiment.seeds = vec![seed];
        experiment.optimizer = optimizer;
        experiment.schedule = Schedule { learning_rate: 0.01, warmup_steps: warmup, ..schedule };
        experiment.clipping = clipping;
        experiment.model.layers = layers;
        experiment.model.dropout = dropout;
        experiment.training.shuffle = shuffle;
        if !full {
            experiment.training.batch_size = BatchSize::Count(batch);
        }
        experiment.training.stop_early = stop_early;
        experiment.training.validate_every = validate_every;
        experiment.training.record_gradients_every = record_every;
        experiment.training.steps = Some(steps);
        if events {
            experiment.event = vec![
                event(4, "schedule.learning_rate", 0.003),
                event(9, "clipping.kind", "value"),
            ];
        }
        experiment
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    /// Interrupted at any step, as often as one likes, a run shows what it shows uninterrupted.
    #[test]
    fn resumed_equals_uninterrupted(experiment in experiments(), every in 1..20_u64) {
        prop_assume!(experiment.problems().is_empty());
        let plan = planned(&experiment);
        let mut whole = session(&plan);
        let mut parts = session(&plan);
        while whole.finished().is_none() {
            if parts.steps().is_multiple_of(every) {
                parts = resumed(&plan, &through_a_file(&parts)).expect("the same run");
            }
            match (whole.step(), parts.step()) {
                (Ok(one), Ok(other)) => prop_assert_eq!(bits(&one), bits(&other)),
                (Err(one), Err(other)) => {
                    prop_assert_eq!(bits(&one.record), bits(&other.record));
                    prop_assert_eq!(one.reason, other.reason);
                    break;
                }
                (one, other) => prop_assert!(false, "{:?} and {:?}", one, other),
            }
        }
        prop_assert_eq!(end(&whole), end(&parts));
    }

    /// Back to an earlier step and forward again is the way that it was the first time.
    #[test]
    fn going_back_repeats_what_was(experiment in experiments(), back in 0..20_u64) {
        prop_assume!(experiment.problems().is_empty());
        let mut session = session(&planned(&experiment));
        let mut kept = session.state();
        let mut first = Vec::new();
        for _ in 0..30 {
            if session.steps() == back {
                kept = session.state();
                first.clear();
            }
            if session.finished().is_some() {
                break;
            }
            let Ok(record) = session.step() else { break };
            first.push(bits(&record));
        }
        let there = end(&session);
        session.restore(kept).expect("its own state");
        for record in first {
            prop_assert_eq!(bits(&session.step().expect("as before")), record);
        }
        prop_assert_eq!(end(&session), there);
    }
}

#[test]
fn a_failing_step_changes_nothing_so_that_its_state_can_be_forked() {
    let mut experiment = small();
    experiment.model.cell = optimizer_explorer::experiment::Cell::Rnn;
    experiment.model.nonlinearity = optimizer_explorer::experiment::Nonlinearity::Identity;
    experiment.model.layers = 2;
    experiment.model.dropout = 0.3;
    experiment.optimizer = Optimizer::sgd();
    experiment.schedule.learning_rate = 1e6;
    let plan = planned(&experiment);
    let mut wild = session(&plan);
    let mut before = wild.state();
    let failure = loop {
        match wild.step() {
            Ok(_) => before = wild.state(),
            Err(failure) => break failure,
        }
    };
    let mut after = session(&plan);
    after.restore(before).expect("its own state");
    assert_eq!(end(&after), end(&wild));
    let again = after.step().expect_err("it fails again");
    assert_eq!(bits(&again.record), bits(&failure.record));
}

#[test]
fn a_fork_without_a_change_goes_on_as_its_origin_and_takes_over_what_still_means_something() {
    let mut experiment = small();
    experiment.optimizer = Optimizer::Sgd {
        momentum: 0.9,
        dampening: 0.0,
        nesterov: false,
        weight_decay: 0.0,
    };
    experiment.model.layers = 2;
    experiment.model.dropout = 0.2;
    experiment.event = vec![event(3, "schedule.learning_rate", 0.02)];
    let plan = planned(&experiment);
    let mut origin = session(&plan);
    for _ in 0..13 {
        origin.step().expect("finite");
    }
    let checkpoint = through_a_file(&origin);
    let rest: Vec<_> = (0..10)
        .map(|_| bits(&origin.step().expect("finite")))
        .collect();
    let fork = |experiment: &Experiment| {
        let plan = planned(experiment);
        Session::forked(
            &plan.experiment,
            "fork",
            Arc::clone(&plan.dataset),
            1,
            &checkpoint,
        )
    };
    let steps = |mut session: Session| -> Vec<_> {
        (0..10)
            .map(|_| bits(&session.step().expect("finite")))
            .collect()
    };
    let same = fork(&experiment).expect("it fits");
    assert_eq!(same.info().first_step, 13);
    assert_eq!(same.best().step, 13);
    assert_eq!(steps(same), rest);

    // Another kind of optimizer begins without memory, on the same batches: the first gradient is the same.
    let mut other = experiment.clone();
    other.optimizer = Optimizer::adam();
    let other = steps(fork(&other).expect("it fits"));
    assert_eq!(other[0].0[..5], rest[0].0[..5]);
    assert_ne!(other[0].0[6], rest[0].0[6]);
    assert_ne!(other[1].0[3], rest[1].0[3]);

    // A larger batch goes on in whole epochs.
    let mut other = experiment.clone();
    other.training.batch_size = BatchSize::Count(1000);
    let mut other = fork(&other).expect("it fits");
    let epochs = (0..2).map(|_| other.step().expect("finite").epoch);
    let next = 13 / origin.info().steps_per_epoch + 1;
    assert_eq!(epochs.collect::<Vec<_>>(), [next, next + 1]);

    let mut other = experiment.clone();
    other.model.hidden = 5;
    let message = fork(&other).expect_err("another shape").to_string();
    assert!(
        message.contains("rnn.weight_ih_l0") && message.contains("[20, 1]"),
        "{message}"
    );
    let mut other = experiment.clone();
    other.training.steps = Some(13);
    let message = fork(&other).expect_err("nothing to do").to_string();
    assert!(
        message.contains("training.steps") && message.contains("13"),
        "{message}"
    );
}

#[test]
fn numbers_that_are_not_numbers_keep_their_bits() {
    let mut flow = FlowHistory::new(FlowPlan { every: Some(3) });
    let layer = LayerFlow {
        hidden: vec![f32::from_bits(0x7fc1_2345), 1e-30],
        cell: Vec::new(),
    };
    flow.push(3, Arc::from(vec![layer]));
    let recorded = Recorded {
        tables: TableLengths {
            history: u64::MAX,
            gradients: 1,
        },
        flow,
        sharpness: Vec::new(),
    };
    let session = session(&planned(&small()));
    let mut parameters = session.parameters().clone();
    parameters.values[0] = f32::from_bits(0x7fc1_2345);
    parameters.values[1] = -0.0;
    parameters.values[2] = f32::from_bits(1);
    let bytes = rmp_serde::to_vec(&parameters.values).expect("plain");
    let back: Vec<f32> = rmp_serde::from_slice(&bytes).expect("plain");
    let bits = |values: &[f32]| values.iter().map(|v| v.to_bits()).collect::<Vec<_>>();
    assert_eq!(bits(&back), bits(&parameters.values));
    let checkpoint = session.checkpoint(recorded);
    let back = Checkpoint::decode(&checkpoint.encode()).expect("just written");
    assert_eq!(back.recorded.tables, checkpoint.recorded.tables);
    assert!(back.state == checkpoint.state && back.origin == checkpoint.origin);
    let hidden = &back.recorded.flow.steps()[0].1[0].hidden;
    assert_eq!(bits(hidden), [0x7fc1_2345, 1e-30_f32.to_bits()]);
}

/// A checkpoint small enough to try every byte.
fn tiny() -> (RunPlan, Vec<u8>) {
    let mut experiment = small();
    experiment.model.hidden = 1;
    experiment.model.cell = optimizer_explorer::experiment::Cell::Rnn;
    let plan = planned(&experiment);
    let mut session = session(&plan);
    for _ in 0..5 {
        session.step().expect("finite");
    }
    let bytes = session.checkpoint(Recorded::default()).encode();
    (plan, bytes)
}

#[test]
fn a_flipped_bit_or_a_missing_byte_anywhere_is_refused_in_one_line() {
    let (_, bytes) = tiny();
    assert!(Checkpoint::decode(&bytes).is_ok());
    let refused = |bytes: &[u8], what: &str| {
        let message = Checkpoint::decode(bytes).expect_err(what);
        assert_eq!(message.lines().count(), 1, "{message}");
        message
    };
    for at in 0..bytes.len() {
        let mut flipped = bytes.clone();
        flipped[at] ^= 1 << (at % 8);
        refused(&flipped, &format!("byte {at}"));
        refused(&bytes[..at], &format!("the first {at} bytes"));
    }
    let mut longer = bytes.clone();
    longer.push(0);
    assert!(refused(&longer, "a byte more").contains("bytes"));
    let mut newer = bytes.clone();
    newer[8] = 2;
    assert!(refused(&newer, "a newer format").contains("format 2"));
    assert!(refused(b"{\"json\": true}", "another file").contains("no checkpoint"));
}

#[test]
fn damage_behind_a_right_checksum_is_refused_too_or_harmless() {
    let (plan, bytes) = tiny();
    for at in 52..bytes.len() {
        for bit in [0, 3, 6, 7] {
            let mut flipped = bytes.clone();
            flipped[at] ^= 1 << bit;
            let hash = blake3::hash(&flipped[52..]);
            flipped[20..52].copy_from_slice(hash.as_bytes());
            // Some flips give another number, which nobody can tell from the right one.
            if let Ok(checkpoint) = Checkpoint::decode(&flipped)
                && let Ok(mut session) = resumed(&plan, &checkpoint)
            {
                let _ = session.step();
            }
        }
    }
}

#[test]
fn a_file_is_refused_by_its_first_bytes_before_it_is_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let (_, bytes) = tiny();
    let path = folder.path().join("step-5.checkpoint");
    fs::write(&path, &bytes).expect("written");
    assert!(Checkpoint::is_at(&path) && Checkpoint::read(&path).is_ok());
    // A sparse file of a terabyte: reading it would not end well.
    let file = fs::OpenOptions::new()
        .write(true)
        .open(&path)
        .expect("there");
    file.set_len(1 << 40).expect("sparse");
    let message = Checkpoint::read(&path).expect_err("too long").to_string();
    assert!(message.contains("step-5.checkpoint") && message.contains("damaged"));
    fs::write(&path, "nothing of the kind").expect("written");
    assert!(!Checkpoint::is_at(&path));
    let message = Checkpoint::read(&path).expect_err("foreign").to_string();
    assert!(message.contains("no checkpoint"), "{message}");
}

#[test]
fn the_range_test_leaves_the_session_as_it_was_and_suggests_a_rate_that_trains() {
    for (optimizer, seed) in [
        (Optimizer::adam(), 1),
        (Optimizer::adam(), 7),
        (Optimizer::sgd(), 2),
        (Optimizer::sgd(), 7),
    ] {
        let experiment = Experiment {
            optimizer,
            seeds: vec![seed],
            event: vec![event(4, "schedule.learning_rate", 100.0)],
            ..Experiment::default()
        };
        let plan = planned(&experiment);
        let mut session = session(&plan);
        let mut control = session.clone();
        for _ in 0..3 {
            session.step().expect("finite");
            control.step().expect("finite");
        }
        session.pause();
        let before = session.checkpoint(Recorded::default());
        let test = session.range_test(&RateRange::default(), |_| true);
        assert!(before.state == session.state());
        assert_eq!(
            bits(&session.step().expect("finite")),
            bits(&control.step().expect("finite"))
        );
        let rate = test.suggestion.expect("airline can be learned");
        assert!((5e-3..=0.5).contains(&rate), "{rate}");
        assert_eq!(test.points[0].learning_rate, 1e-8);
        let first = &test.points[0];
        // Without its bias the mean of one loss is that loss.
        assert!((first.smoothed_loss / first.train_loss - 1.0).abs() < 1e-12);
        // It stops when told to.
        let short = session.range_test(&RateRange::default(), |point| point.step < 4);
        assert_eq!(short.points.len(), 5);
    }
}
