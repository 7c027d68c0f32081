//! Backtests over several origins: where the folds lie, that none sees what comes after it, and what they leave on
//! the disk.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use common::{json, program, table};
use optimizer_explorer::{
    data::{Dataset, Table},
    experiment::{Data, Split, Window},
};
use proptest::prelude::*;
use std::fs;
use std::path::Path;

fn settings(split: Split, prepare: &str) -> Data {
    let mut data: Data = toml::from_str(prepare).unwrap();
    data.split = split;
    data.window = Window {
        lookback: Some(1),
        ..Window::default()
    };
    data
}

fn wave(rows: usize) -> Vec<f64> {
    (0..rows)
        .map(|t| 50.0 + 10.0 * (t as f64 / 3.0).sin() + t as f64 / 7.0)
        .collect()
}

fn fold(folds: usize, fold: usize, train: f64, validation: f64) -> Split {
    Split {
        train,
        validation,
        folds,
        fold,
    }
}

/// `[(len(train), test) for train, test in TimeSeriesSplit(k).split(range(n))]` of scikit-learn 1.5.
#[test]
fn without_validation_the_folds_are_those_of_scikit_learn() {
    for (rows, folds, expected) in [
        (12, 3, vec![(3, 3..6), (6, 6..9), (9, 9..12)]),
        (14, 3, vec![(5, 5..8), (8, 8..11), (11, 11..14)]),
        (10, 4, vec![(2, 2..4), (4, 4..6), (6, 6..8), (8, 8..10)]),
        (23, 2, vec![(9, 9..16), (16, 16..23)]),
    ] {
        for (k, (trained, test)) in expected.into_iter().enumerate() {
            let data = settings(fold(folds, k + 1, 1.0, 0.0), "");
            let dataset = Dataset::from_table(&table(wave(rows)), &data, 7).unwrap();
            assert_eq!(dataset.parts.train, 0..trained, "{rows} {folds} {k}");
            assert!(dataset.parts.validation.is_empty());
            assert_eq!(dataset.parts.test, test, "{rows} {folds} {k}");
            assert_eq!(dataset.rows(), test.end);
        }
    }
}

#[test]
fn what_lies_before_an_origin_is_shared_between_training_and_validation() {
    let data = settings(fold(4, 2, 0.6, 0.2), "");
    let dataset = Dataset::from_table(&table(wave(50)), &data, 7).unwrap();
    assert_eq!(
        (
            dataset.parts.train,
            dataset.parts.validation,
            dataset.parts.test
        ),
        (0..15, 15..20, 20..30)
    );
    // Rows that differences use up are no part of the count.
    let data = settings(
        fold(4, 2, 0.6, 0.2),
        "prepare = [{ step = 'difference', season = 5 }]",
    );
    let dataset = Dataset::from_table(&table(wave(55)), &data, 7).unwrap();
    assert_eq!(dataset.parts.test, 20..30);
}

#[test]
fn what_has_no_origins_is_refused_by_its_key() {
    let refused = |table: &Table, folds| {
        let data = settings(fold(folds, 1, 0.7, 0.15), "");
        Dataset::from_table(table, &data, 7)
            .unwrap_err()
            .to_string()
    };
    assert!(
        refused(&table(wave(8)), 9).contains("`data.split.folds`: 9 folds need at least 10 rows")
    );
    let mut two = table(wave(40));
    two.series = vec![0..20, 20..40];
    assert!(
        refused(&two, 3)
            .contains("`data.split.folds`: folds are origins in the time of one series")
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Whatever stands after a fold's end changes nothing of it, and what stands after its training part
    /// changes nothing that was fitted.
    #[test]
    fn no_fold_sees_what_comes_after_it(
        rows in 80..120_usize,
        (folds, number) in (2..5_usize).prop_flat_map(|k| (Just(k), 1..=k)),
        step in prop::sample::select(vec![
            "", "{ step = 'outliers' }", "{ step = 'smooth' }", "{ step = 'difference', season = 4 }",
            "{ step = 'transform', method = 'box-cox' }", "{ step = 'decompose', period = 4 }",
            "{ step = 'bin', count = 3 }", "{ step = 'rolling' }", "{ step = 'select', keep = 1 }",
            "{ step = 'lag' }", "{ step = 'fill', method = 'mean' }",
        ]),
        shift in 1.0..50.0_f64,
    ) {
        let data = settings(fold(folds, number, 0.7, 0.15), &format!("prepare = [{step}]"));
        let made = |values| Dataset::from_table(&table(values), &data, 7);
        let values = wave(rows);
        let Ok(before) = made(values.clone()) else { return Ok(()) };
        let warm = before.fitted.warm_up;
        let changed = |from: usize| {
            let mut values = values.clone();
            values[from..].iter_mut().for_each(|x| *x += shift);
            values
        };
        let after_end = made(changed(warm + before.parts.test.end)).unwrap();
        prop_assert_eq!(&after_end.hash, &before.hash);
        prop_assert_eq!(&after_end.fitted, &before.fitted);
        let after_training = made(changed(warm + before.parts.train.end)).unwrap();
        prop_assert_eq!(&after_training.fitted, &before.fitted);
        let known = before.parts.train.end * before.inputs();
        prop_assert_eq!(&after_training.values[..known], &before.values[..known]);
    }
}

const SHORT: &str = "[training]\nsteps = 8\n[model]\nhidden = 4\n[data.window]\nlookback = 6\n[data.split]\nfolds = 3\n";

#[test]
fn a_backtest_leaves_a_run_for_each_fold_and_their_mean() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    fs::write(at.join("e.toml"), SHORT).unwrap();
    let output = program(at, &["train", "e.toml", "--out", "out"]);
    assert!(output.status.success(), "{output:?}");
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(
        said.contains("backtest of adam seed 7, mean of 3 folds"),
        "{said}"
    );
    let run = at.join("out/adam/seed-7");
    let hashes = |path: &Path| json(&path.join("run.json"))["hashes"].clone();
    let results = json(&run.join("metrics.json"));
    assert_eq!(results["folds"].as_array().unwrap().len(), 3);
    let target = "Passengers";
    let mut sum = 0.0;
    for (k, of_fold) in results["folds"].as_array().unwrap().iter().enumerate() {
        let own = run.join(format!("fold-{}", k + 1));
        assert_eq!(*of_fold, json(&own.join("metrics.json")));
        assert_eq!(
            hashes(&own)["initial_weights"],
            hashes(&run)["initial_weights"]
        );
        sum += of_fold["test"][target]["mae"]
            .as_f64()
            .unwrap_or_else(|| panic!("{results}"));
        // 144 rows, three folds: test parts of 36 rows.
        assert_eq!(of_fold["test"][target]["count"], 36);
    }
    let mean = results["mean"]["test"][target]["mae"].as_f64().unwrap();
    assert!((mean - sum / 3.0).abs() < 1e-9);
    // A fold's own experiment file repeats it alone.
    let again = program(
        at,
        &[
            "train",
            "out/adam/seed-7/fold-2/experiment.toml",
            "--out",
            "again",
        ],
    );
    assert!(again.status.success(), "{again:?}");
    let repeated = at.join("again/adam/seed-7");
    assert_eq!(hashes(&repeated), hashes(&run.join("fold-2")));
    assert!(!repeated.join("fold-1").exists());
    // Resuming what has finished changes nothing; fewer folds with --force leave no stale ones.
    let resumed = program(at, &["train", "e.toml", "--out", "out", "--resume"]);
    assert!(resumed.status.success(), "{resumed:?}");
    assert_eq!(json(&run.join("metrics.json")), results);
    let fewer = program(
        at,
        &[
            "train",
            "e.toml",
            "--out",
            "out",
            "--force",
            "--set",
            "data.split.folds=2",
        ],
    );
    assert!(fewer.status.success(), "{fewer:?}");
    assert_eq!(
        json(&run.join("metrics.json"))["folds"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    assert!(!run.join("fold-3").exists());
}

#[test]
fn a_fold_that_cannot_be_says_which_one() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(
        folder.path().join("e.toml"),
        SHORT.replace("lookback = 6", "lookback = 40"),
    )
    .unwrap();
    let output = program(folder.path(), &["train", "e.toml", "--out", "out"]);
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(
        said.contains("`data.window.lookback`: in fold 1 of 3, a lookback of 40"),
        "{said}"
    );
    for (set, expected) in [
        (
            "data.split.folds=1",
            "`data.split.folds`: one fold is a split like any other",
        ),
        ("data.split.fold=4", "`data.split.fold`: there are 3 folds"),
    ] {
        let output = program(
            folder.path(),
            &["train", "e.toml", "--out", "out", "--set", set],
        );
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.contains(expected), "{said}");
    }
}
