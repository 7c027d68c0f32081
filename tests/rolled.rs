//! Forecasts that go on from forecasts: the same as those of a person who writes each into the file and asks again.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use optimizer_explorer::{
    data::{self, Dataset, Table},
    experiment::Data,
};
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

/// A file of `known` rows and of those forecasts after them, of which nothing else is known: `z` and `s` stay.
/// `time` makes the first column, `missing` says where `z` has no value.
fn written(
    known: usize,
    forecasts: &[f64],
    time: Option<fn(usize) -> String>,
    missing: fn(usize) -> bool,
) -> Table {
    let mut csv = String::from(if time.is_some() {
        "when,y,z,s\n"
    } else {
        "y,z,s\n"
    });
    for row in 0..known + forecasts.len() {
        if let Some(time) = time {
            write!(csv, "{},", time(row)).unwrap();
        }
        let then = row.min(known - 1);
        let wave = 40.0 + row as f64 / 4.0 + 9.0 * (row as f64 * 1.3).sin();
        let y = row.checked_sub(known).map_or(wave, |k| forecasts[k]);
        let z = if missing(then) {
            String::new()
        } else {
            (5.0 + (then as f64 * 0.9).cos()).to_string()
        };
        writeln!(csv, "{y},{z},{}", ["on", "off", "idle"][then % 3]).unwrap();
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("data.csv");
    fs::write(&path, csv).unwrap();
    data::load(path.to_str().unwrap(), &Data::default().generate, 7).unwrap()
}

/// What each step makes of a long roll is what it makes of a file in which the forecasts stand.
#[test]
fn every_step_makes_of_a_roll_what_it_makes_of_a_file() {
    let month = |row: usize| format!("{}-{:02}", 2000 + row / 12, row % 12 + 1);
    let day = |row: usize| {
        let days = jiff::Span::new().days(row as i64);
        let day = jiff::civil::date(2019, 11, 5).checked_add(days);
        day.unwrap().to_string()
    };
    let all = |_: usize| false;
    let gaps = |row: usize| row % 7 > 4 || row > 116;
    let always = [
        "step = 'lag'\nlags = [1, 5]",
        "step = 'rolling'\nwindow = 6\nfunctions = ['mean', 'std', 'min', 'max']",
    ];
    let firsts = [
        "",
        "step = 'outliers'",
        "step = 'outliers'\nmethod = 'hampel'\nlimit = 1.0",
        "step = 'outliers'\naction = 'flag'\nlimit = 1.0",
        "step = 'smooth'\nwindow = 9",
        "step = 'smooth'\nmethod = 'median'",
        "step = 'smooth'\nmethod = 'exponential'",
        "step = 'smooth'\nmethod = 'savitzky-golay'\nwindow = 7",
        "step = 'smooth'\nmethod = 'convolution'",
        "step = 'difference'",
        "step = 'difference'\nseason = 12\norder = 1",
        "step = 'transform'\nmethod = 'yeo-johnson'",
        "step = 'transform'\nmethod = 'quantile'",
        "step = 'bin'",
        "step = 'decompose'\nperiod = 12\nkeep = 'components'",
        "step = 'decompose'\nperiod = 5\nkeep = 'components'\nmethod = 'moving-average'",
        "step = 'decompose'\nperiod = 7",
        "step = 'select'\nkeep = 1",
        "step = 'encode'\nmethod = 'ordinal'",
        "step = 'encode'\nmethod = 'embedding'",
        "step = 'fill'\nmethod = 'forward'\nflag = true",
        "step = 'fill'\nmethod = 'mean'",
        "step = 'fill'\nmethod = 'seasonal'",
    ];
    for first in firsts {
        let gap = if first.contains("fill") { gaps } else { all };
        for time in [Some(month as fn(usize) -> String), Some(day), None] {
            let mut steps = vec![first, "step = 'encode'"];
            steps.retain(|step| !step.is_empty());
            steps.extend(always);
            if time.is_some() {
                steps.push("step = 'calendar'");
            }
            let mut settings = Data {
                targets: vec!["y".into()],
                features: vec!["z".into(), "s".into()],
                prepare: steps
                    .iter()
                    .map(|step| toml::from_str(step).unwrap())
                    .collect(),
                ..Data::default()
            };
            settings.window.lookback = Some(8);
            let known = 120;
            let table = written(known, &[], time, gap);
            let dataset = Dataset::from_table(&table, &settings, 7).unwrap();
            let mut rollout = dataset.rollout(dataset.rows() - 1).unwrap();
            for k in 0..130 {
                rollout.push(&[0.4 * (k as f32 * 0.7).sin()]);
                if ![0, 1, 30, 75, 129].contains(&k) {
                    continue;
                }
                let table = written(known, rollout.path(0), time, gap);
                let again = Dataset::with_fitted(&table, &settings, &dataset.fitted).unwrap();
                let inputs = again.inputs();
                let (window, _) = rollout.windows();
                let last = &again.values[again.values.len() - window.len()..];
                for (place, (a, b)) in window.iter().zip(last).enumerate() {
                    // What was forecast is what the model said; a step that cannot be undone would say otherwise.
                    assert!(
                        place % inputs == 0 || (a - b).abs() <= 1e-4 * b.abs().max(1.0),
                        "{steps:?}, dated: {}, {k}: {} is {a} in the roll and {b} in a file",
                        time.is_some(),
                        again.input_names[place % inputs]
                    );
                }
            }
        }
    }
}
