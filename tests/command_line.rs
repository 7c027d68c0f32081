//! The commands as scripts use them: exit statuses, one line on standard error, files on disk.

mod common;
#[path = "command_line/predicting.rs"]
mod predicting;
#[path = "command_line/rates.rs"]
mod rates;
#[path = "command_line/refusals.rs"]
mod refusals;
#[path = "command_line/training.rs"]
mod training;

use common::program;
use std::fs;
use std::process::Output;
use tempfile::TempDir;

/// Runs `train` on `toml`, into `out`, with further arguments.
fn train(folder: &TempDir, toml: &str, more: &[&str]) -> Output {
    fs::write(folder.path().join("experiment.toml"), toml).expect("written");
    let mut words = vec!["train", "experiment.toml", "--out", "out", "--quiet"];
    words.extend(more);
    program(folder.path(), &words)
}

const SHORT: &str = "[training]\nsteps = 12\n[model]\nhidden = 6\n[data.window]\nlookback = 12\n";
