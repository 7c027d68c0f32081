//! `train --resume` as people meet it: processes killed at any moment, folders that hold something else,
//! longer runs, forks.

mod common;
#[path = "resume/forks.rs"]
mod forks;
#[path = "resume/killed.rs"]
mod killed;
#[path = "resume/longer.rs"]
mod longer;
#[path = "resume/refused.rs"]
mod refused;

use common::{command, program};
use std::fs;
use std::path::Path;
use std::process::{Child, Output, Stdio};
use tempfile::TempDir;

fn start(folder: &Path, words: &[&str]) -> Child {
    command(folder, words)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts")
}

/// Runs `train` on `toml` into `out` with further arguments.
fn train(folder: &TempDir, toml: &str, out: &str, more: &[&str]) -> Output {
    fs::write(folder.path().join("experiment.toml"), toml).expect("written");
    let mut words = vec!["train", "experiment.toml", "--quiet", "--out", out];
    words.extend(more);
    program(folder.path(), &words)
}

fn json(run: &Path) -> serde_json::Value {
    common::json(&run.join("run.json"))
}

/// `history.csv` without its seconds, and the seconds.
fn history(run: &Path) -> (Vec<String>, Vec<f64>) {
    let text = fs::read_to_string(run.join("history.csv")).expect("there");
    let mut rows = Vec::new();
    let mut seconds = Vec::new();
    for line in text.lines() {
        let mut cells: Vec<&str> = line.split(',').collect();
        assert_eq!(cells.len(), 10, "{line}");
        let second = cells.remove(2);
        rows.push(cells.join(","));
        seconds.extend(second.parse::<f64>());
    }
    (rows, seconds)
}

/// That two run folders hold the same run: everything but the time that it took.
fn assert_same(one: &Path, other: &Path) {
    let (rows, _) = history(one);
    let (other_rows, seconds) = history(other);
    let differs = rows.iter().zip(&other_rows).find(|(a, b)| a != b);
    assert_eq!(differs, None, "{}", other.display());
    assert_eq!(rows.len(), other_rows.len());
    assert!(seconds.windows(2).all(|pair| pair[0] <= pair[1]));
    for name in [
        "gradients.csv",
        "gradient_flow.csv",
        "forecast.csv",
        "metrics.json",
        "model.safetensors",
    ] {
        let read = |run: &Path| fs::read(run.join(name)).expect(name);
        assert!(read(one) == read(other), "{name} of {}", other.display());
    }
    let (a, b) = (json(one), json(other));
    for key in [
        "status",
        "reason",
        "steps",
        "epochs",
        "hashes",
        "final",
        "best",
        "diagnosis",
    ] {
        assert_eq!(a[key], b[key], "{key} of {}", other.display());
    }
    let names = |run: &Path| {
        let mut names: Vec<String> = fs::read_dir(run)
            .expect("a folder")
            .map(|entry| {
                entry
                    .expect("readable")
                    .file_name()
                    .to_string_lossy()
                    .into_owned()
            })
            .collect();
        names.sort();
        names
    };
    assert_eq!(names(one), names(other));
}

/// The steps of the checkpoints of a run, in order.
fn kept_steps(run: &Path) -> Vec<u64> {
    let mut steps: Vec<u64> = fs::read_dir(run.join("checkpoint"))
        .expect("a folder")
        .filter_map(|entry| {
            let name = entry.expect("readable").file_name();
            let number = name.to_str()?.strip_prefix("step-")?;
            number.strip_suffix(".checkpoint")?.parse().ok()
        })
        .collect();
    steps.sort_unstable();
    steps
}

const RACE: &str = r#"
[data.window]
lookback = 12
[model]
hidden = 8
layers = 2
dropout = 0.3
[training]
epochs = 450
checkpoint_seconds = 0
[[contender]]
name = "adam"
optimizer = { kind = "adam", amsgrad = true }
clipping = { kind = "global-norm", limit = 0.5 }
[[contender]]
name = "sgd"
optimizer = { kind = "sgd", momentum = 0.9 }
schedule = { kind = "linear", learning_rate = 0.05 }
model = { cell = "gru" }
training = { shuffle = false, stop_early = 140, record_gradients_every = 3 }
event = [
  { step = 100, set = { "schedule.learning_rate" = 0.1 } },
  { step = 200, set = { "clipping.kind" = "value", "clipping.limit" = 0.01 } },
]
[[contender]]
name = "gd"
optimizer = { kind = "gd" }
schedule = { kind = "step", learning_rate = 0.1, every = 40 }
clipping = { kind = "tensor-norm" }
model = { cell = "rnn", layers = 1, dropout = 0.0 }
"#;

const SHORT: &str = "[data.window]\nlookback = 12\n[model]\nhidden = 6\n[training]\nepochs = 6\nbatch_size = 30\ncheckpoint_seconds = 0\n";
