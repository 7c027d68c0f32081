//! Preparation steps: what they do, that it is undone, and that nothing of the future reaches the past.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;
#[path = "preparation/definitions.rs"]
mod definitions;
#[path = "preparation/future.rs"]
mod future;
#[path = "preparation/inputs.rs"]
mod inputs;
#[path = "preparation/joined.rs"]
mod joined;
#[path = "preparation/series.rs"]
mod series;
#[path = "preparation/undone.rs"]
mod undone;

use common::table;
use optimizer_explorer::data::{Column, Dataset, Table};
use optimizer_explorer::experiment::{Choice, Data, Output, Prepare, Window};
use proptest::prelude::*;

fn settings(prepare: Vec<Prepare>, horizon: usize, output: Output) -> Data {
    Data {
        prepare,
        window: Window {
            lookback: Some(4),
            horizon,
            stride: 1,
            output,
            roll: None,
        },
        ..Data::default()
    }
}

/// Every step that works on a column of numbers above 0, under a variety of keys.
fn steps() -> Vec<Prepare> {
    let from = |text: &str| -> Prepare { toml::from_str(text).unwrap() };
    let mut steps: Vec<Prepare> = Prepare::all()
        .into_iter()
        .filter(|step| !step.changes_rows() && step.kind() != "calendar")
        .collect();
    for text in [
        "step = 'outliers'\nmethod = 'iqr'\naction = 'missing'",
        "step = 'outliers'\nmethod = 'z-score'\naction = 'flag'\nlimit = 1.0",
        "step = 'outliers'\nmethod = 'hampel'\nlimit = 1.0",
        "step = 'smooth'\nmethod = 'exponential'",
        "step = 'smooth'\nmethod = 'median'",
        "step = 'smooth'\nmethod = 'savitzky-golay'\nwindow = 7",
        "step = 'smooth'\nmethod = 'convolution'",
        "step = 'difference'\nseason = 3",
        "step = 'difference'\nseason = 3\norder = 1",
        "step = 'difference'\norder = 2",
        "step = 'transform'\nmethod = 'log1p'",
        "step = 'transform'\nmethod = 'sqrt'",
        "step = 'transform'\nmethod = 'box-cox'",
        "step = 'transform'\nmethod = 'yeo-johnson'",
        "step = 'transform'\nmethod = 'quantile'",
        "step = 'bin'\nmethod = 'equal-frequency'\ncount = 4",
        "step = 'fill'\nmethod = 'forward'\nflag = true",
        "step = 'fill'\nmethod = 'mean'",
        "step = 'decompose'\nperiod = 5",
        "step = 'decompose'\nperiod = 4\nkeep = 'components'",
        "step = 'decompose'\nperiod = 6\nmethod = 'moving-average'",
        "step = 'decompose'\nperiod = 3\nmethod = 'mstl'",
    ] {
        steps.push(from(text));
    }
    steps
}

fn positive() -> impl Strategy<Value = Vec<f64>> {
    prop::collection::vec(0.5..1e3, 60..90)
}

/// A table of a target, two features and a text.
fn mixed(rows: usize) -> Table {
    let words = ["on", "off", "", "idle"];
    let of = |name: &str, value: fn(usize) -> f64| {
        Column::of_numbers(name, (0..rows).map(value).collect())
    };
    let mut made = table(Vec::new());
    made.series = vec![0..rows];
    made.columns = vec![
        of("x", |k| ((k * 7) % 11) as f64),
        of("before", |k| (((k + 1) * 7) % 11) as f64),
        of("noise", |k| ((k * k * 31) % 17) as f64),
        Column {
            name: "state".into(),
            kind: optimizer_explorer::data::ColumnKind::Category,
            numbers: Vec::new(),
            texts: (0..rows).map(|k| words[k % 4]).collect(),
            stray: None,
        },
    ];
    made
}

fn with(table: &Table, prepare: &[&str], features: &[&str]) -> Result<Dataset, String> {
    let steps = prepare.iter().map(|text| toml::from_str(text).unwrap());
    let data = Data {
        features: features.iter().map(|name| (*name).to_owned()).collect(),
        scale: optimizer_explorer::experiment::Scale {
            method: optimizer_explorer::experiment::ScaleMethod::None,
        },
        ..settings(steps.collect(), 1, Output::EveryStep)
    };
    let dataset = Dataset::from_table(table, &data, 7).map_err(|error| error.to_string())?;
    // A model's file says enough to do the same again.
    let text = serde_json::to_string(&dataset.fitted).unwrap();
    let fitted = serde_json::from_str(&text).unwrap();
    let again = Dataset::with_fitted(table, &data, &fitted).map_err(|error| error.to_string())?;
    assert_eq!(again.values, dataset.values);
    assert_eq!(again.input_names, dataset.input_names);
    Ok(dataset)
}
