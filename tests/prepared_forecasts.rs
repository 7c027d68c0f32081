//! Forecasts of models trained on prepared data: good ones, in the data's units, and the same from a raw file.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

fn run(arguments: &[&str]) {
    let output = Command::new(env!("CARGO_BIN_EXE_optimizer-explorer"))
        .args(arguments)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {said}");
}

/// Columns `index`, `target`, `horizon` of a forecast, with its row.
fn forecast(path: &Path) -> BTreeMap<[String; 3], Vec<String>> {
    let text = fs::read_to_string(path).unwrap();
    let rows = text.lines().skip(1).map(|line| {
        let row: Vec<String> = line.split(',').map(str::to_owned).collect();
        ([row[1].clone(), row[3].clone(), row[4].clone()], row)
    });
    rows.collect()
}

fn number(word: &str) -> f64 {
    word.parse().unwrap()
}

/// Trains the experiment on a raw file; asserts that `predict` on that file forecasts the same and goes
/// beyond its end. The run's own forecasts of each seed.
fn train(experiment: &str, file: &str, seeds: &[u64]) -> Vec<BTreeMap<[String; 3], Vec<String>>> {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let source = format!("{}/assets/data/{file}", env!("CARGO_MANIFEST_DIR"));
    let text = format!("seeds = {seeds:?}\ndata.source = \"{source}\"\n{experiment}");
    fs::write(path("e.toml"), text).unwrap();
    run(&["train", &path("e.toml"), "--out", &path("runs"), "--quiet"]);
    let of_seed = |seed: &u64| {
        let run_folder = folder.path().join(format!("runs/adam/seed-{seed}"));
        let own = forecast(&run_folder.join("forecast.csv"));
        let model = run_folder.join("model.safetensors");
        let model = model.to_string_lossy();
        run(&[
            "predict",
            &model,
            "--data",
            &source,
            "--out",
            &path("f.csv"),
        ]);
        let predicted = forecast(Path::new(&path("f.csv")));
        assert!(!own.is_empty() && predicted.len() > own.len());
        for (key, row) in &own {
            assert_eq!(row[2..], predicted[key][2..], "{key:?}");
        }
        own
    };
    seeds.iter().map(of_seed).collect()
}

#[test]
fn logarithm_and_seasonal_difference_beat_the_seasonal_naive_forecast_of_the_last_year() {
    let experiment = r#"
data.prepare = [{ step = "transform", method = "log" }, { step = "difference", season = 12 }]
data.window = { lookback = 24, horizon = 12, output = "last-step" }
data.split = { train = 0.8182, validation = 0.0910 }
model.hidden = 16
training.epochs = 100
"#;
    for own in train(experiment, "airline.csv", &[1, 2, 3, 4, 5]) {
        // What was said of all of 1960 at the end of 1959; the first year is spent on the difference.
        let year: Vec<&Vec<String>> = own
            .values()
            .filter(|row| number(&row[1]) - number(&row[4]) == 119.0)
            .collect();
        assert_eq!(year.len(), 12);
        assert!(year.iter().all(|row| row[2].starts_with("1960-")));
        let errors = year
            .iter()
            .map(|row| (number(&row[5]) - number(&row[6])).abs());
        let error = errors.sum::<f64>() / 12.0;
        // Seasonal naive: 47.8.
        assert!(error < 25.0, "{error}");
    }
}

#[test]
fn filled_gaps_changes_and_made_columns_are_the_same_in_a_raw_file() {
    let own = train(
        r#"
data.prepare = [{ step = "fill", method = "linear" }, { step = "difference", season = 52 }]
data.window = { horizon = 4, output = "last-step" }
training.epochs = 1
"#,
        "co2.csv",
        &[7],
    );
    // A difference of a year alone is within 3 ppm of the truth, whatever was learned.
    let errors: Vec<f64> = own[0]
        .values()
        .filter(|row| !row[5].is_empty())
        .map(|row| (number(&row[5]) - number(&row[6])).abs())
        .collect();
    assert!(errors.len() > 8_000 && errors.iter().sum::<f64>() < 1.5 * errors.len() as f64);
    train(
        r#"
data.targets = ["realgdp", "realcons"]
data.features = ["realinv", "realgovt", "unemp"]
data.prepare = [
    { step = "transform", method = "log", columns = ["realgdp", "realcons"] },
    { step = "difference" },
    { step = "lag", lags = [1, 4] },
    { step = "rolling", window = 4, functions = ["mean", "std"] },
    { step = "outliers", method = "hampel", action = "flag" },
]
data.window = { horizon = 4, output = "last-step" }
training.epochs = 1
"#,
        "macrodata.csv",
        &[7],
    );
}

#[test]
fn bands_say_how_much_they_cover_and_exponential_smoothing_is_a_forecast_to_beat() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let text = r#"
data.source = "builtin:airline"
data.window.lookback = 24
data.prepare = [{ step = "transform" }, { step = "decompose", method = "stl" }]
loss = { kind = "quantile", quantiles = [0.1, 0.5, 0.9] }
model.hidden = 8
training.epochs = 60
schedule.learning_rate = 5e-3
"#;
    fs::write(path("e.toml"), text).unwrap();
    run(&["train", &path("e.toml"), "--out", &path("runs"), "--quiet"]);
    let metrics = fs::read_to_string(path("runs/adam/seed-7/metrics.json")).unwrap();
    let metrics: serde_json::Value = serde_json::from_str(&metrics).unwrap();
    let rows = forecast(Path::new(&path("runs/adam/seed-7/forecast.csv")));
    for part in ["train", "test"] {
        let scores = &metrics[part]["Passengers"];
        let own: Vec<&Vec<String>> = rows
            .values()
            .filter(|row| row[0] == part && !row[5].is_empty())
            .collect();
        let covered = own.iter().filter(|row| {
            let [actual, low, high] = [5, 7, 9].map(|column| number(&row[column]));
            (low..=high).contains(&actual)
        });
        let share = covered.count() as f64 / own.len() as f64;
        assert!((scores["coverage"].as_f64().unwrap() - share).abs() < 1e-12);
        assert!(share > 0.3, "{part}: {share}");
        let ets = scores["baselines"]["ets"]["mae"].as_f64().unwrap();
        let naive = scores["baselines"]["naive"]["mae"].as_f64().unwrap();
        assert!(ets < 0.7 * naive, "{part}: {ets} against {naive}");
    }
}
