//! Forecasts that go on from forecasts: the same as those of a person who writes each into the file and asks again.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

fn run(folder: &Path, arguments: &[&str]) {
    let output = Command::new(env!("CARGO_BIN_EXE_optimizer-explorer"))
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {said}");
}

/// `part`, `index`, `horizon`, `predicted` and the time of each row.
fn rows(path: &Path) -> Vec<(String, usize, usize, f64, String)> {
    let text = fs::read_to_string(path).unwrap();
    text.lines()
        .skip(1)
        .map(|line| {
            let cells: Vec<&str> = line.split(',').collect();
            let number = |k: usize| cells[k].parse().unwrap();
            (
                cells[0].into(),
                number(1),
                number(4),
                cells[6].parse().unwrap(),
                cells[2].into(),
            )
        })
        .collect()
}

/// Trains on 120 months of two columns, then compares rolling with asking again and again; `block` rows are
/// forecast at once.
fn compare(experiment: &str, block: usize) {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let months: Vec<String> = (0..200)
        .map(|k| format!("{}-{:02}", 2000 + k / 12, k % 12 + 1))
        .collect();
    let value =
        |t: usize| 40.0 + t as f64 / 4.0 + 9.0 * (t as f64 * std::f64::consts::FRAC_PI_6).sin();
    let other = |t: usize| 5.0 + (t as f64 * 0.9).cos();
    let file = |values: &[f64]| {
        let mut csv = String::from("month,y,z\n");
        for (t, y) in values.iter().enumerate() {
            // Nobody knows the other column's future: it stays.
            writeln!(csv, "{},{y},{}", months[t], other(t.min(119))).unwrap();
        }
        fs::write(at.join("data.csv"), csv).unwrap();
    };
    let mut values: Vec<f64> = (0..120).map(value).collect();
    file(&values);
    let text = format!(
        "data.source = 'data.csv'\ndata.targets = ['y']\ndata.window.lookback = 8\ndata.window.roll = 18\n\
        training.steps = 60\nmodel.hidden = 6\nschedule.learning_rate = 0.01\n{experiment}"
    );
    fs::write(at.join("e.toml"), text).unwrap();
    run(at, &["train", "e.toml", "--out", "out", "--quiet"]);
    let own = at.join("out/adam/seed-7");
    let model = own.join("model.safetensors");
    let model = model.to_str().unwrap();
    let rolled = rows(&own.join("rolled.csv"));
    let over: Vec<_> = rolled.iter().filter(|row| row.0 == "test").collect();
    let beyond: Vec<_> = rolled.iter().filter(|row| row.0 == "beyond").collect();
    assert_eq!(over.len() + beyond.len(), rolled.len());
    // The first block over the test part is the ordinary forecast made at its beginning.
    let usual = rows(&own.join("forecast.csv"));
    for row in &over[..block] {
        let same = usual.iter().find(|u| (u.1, u.2) == (row.1, row.2));
        let same = same.unwrap_or_else(|| usual.iter().find(|u| u.1 == row.1).unwrap());
        assert!(
            (same.3 - row.3).abs() < 1e-4 * row.3.abs(),
            "{experiment}: {row:?} {same:?}"
        );
    }
    run(
        at,
        &[
            "predict", model, "--data", "data.csv", "--out", "r.csv", "--roll", "18",
        ],
    );
    let predicted = rows(&at.join("r.csv"));
    assert_eq!(beyond.len(), 18);
    for (k, row) in beyond.iter().enumerate() {
        assert_eq!((row.2, &row.4), (k + 1, &months[120 + k]));
        let same = predicted.iter().rfind(|p| p.1 == row.1).unwrap();
        assert_eq!(same.0, if k < block { "test" } else { "rolled" });
        assert!(
            (same.3 - row.3).abs() < 1e-5 * row.3.abs(),
            "{row:?} {same:?}"
        );
    }
    // As a person would.
    let mut asked = Vec::new();
    while asked.len() < 12 {
        file(&values);
        run(
            at,
            &["predict", model, "--data", "data.csv", "--out", "f.csv"],
        );
        let next: Vec<f64> = (rows(&at.join("f.csv")).iter())
            .filter(|row| row.4 >= months[values.len()])
            .map(|row| row.3)
            .collect();
        assert_eq!(next.len(), block);
        values.extend(&next);
        asked.extend(next);
    }
    for (row, asked) in beyond.iter().zip(&asked) {
        assert!(
            (row.3 - asked).abs() < 2e-4 * asked.abs(),
            "{experiment}: {row:?}, asked again {asked}"
        );
    }
}

#[test]
fn rolling_is_asking_again_with_each_forecast_written_down() {
    compare("", 1);
    compare("data.window.horizon = 3\n", 3);
    compare(
        "data.window.output = 'last-step'\ndata.window.horizon = 4\n",
        4,
    );
    compare(
        "[[data.prepare]]\nstep = 'transform'\n[[data.prepare]]\nstep = 'difference'\nseason = 12\norder = 1\n",
        1,
    );
}

#[test]
fn columns_that_preparation_makes_follow_the_forecasts() {
    compare(
        "data.features = ['z']\n[[data.prepare]]\nstep = 'lag'\nlags = [1, 5]\n\
        [[data.prepare]]\nstep = 'rolling'\nwindow = 6\n[[data.prepare]]\nstep = 'calendar'\n",
        1,
    );
    compare(
        "data.window.output = 'last-step'\ndata.window.horizon = 3\n[[data.prepare]]\nstep = 'transform'\n\
        [[data.prepare]]\nstep = 'decompose'\nkeep = 'components'\nperiod = 12\n\
        [[data.prepare]]\nstep = 'difference'\ncolumns = ['y']\n[[data.prepare]]\nstep = 'lag'\nlags = [2]\n",
        3,
    );
}

#[test]
fn nothing_is_rolled_where_nobody_wants_it() {
    let folder = tempfile::tempdir().unwrap();
    let text = "training.steps = 3\ndata.window.roll = 0\n";
    fs::write(folder.path().join("e.toml"), text).unwrap();
    run(
        folder.path(),
        &["train", "e.toml", "--out", "out", "--quiet"],
    );
    assert!(!folder.path().join("out/adam/seed-7/rolled.csv").exists());
}
