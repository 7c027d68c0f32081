//! What several test programs need: the program as scripts use it, and a table made of numbers.
#![allow(dead_code, reason = "each test program takes what it needs")]

pub mod tables;

use optimizer_explorer::data::{Column, Format, Table};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The program in `folder`, without a display.
pub fn command(folder: &Path, words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_optimizer-explorer"));
    command
        .args(words)
        .current_dir(folder)
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY");
    command
}

pub fn program(folder: &Path, words: &[&str]) -> Output {
    command(folder, words).output().expect("the program starts")
}

/// The one line on standard error, after checking that the command ended with `status`.
pub fn complaint(output: &Output, status: i32) -> String {
    let text = String::from_utf8(output.stderr.clone()).expect("UTF-8");
    assert_eq!(output.status.code(), Some(status), "{text}");
    assert_eq!(text.lines().count(), 1, "{text}");
    assert!(!text.contains("panicked"), "{text}");
    text
}

pub fn json(path: &Path) -> serde_json::Value {
    let text = fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    serde_json::from_str(&text).expect("JSON")
}

/// One series in one column, `x`.
pub fn table(values: Vec<f64>) -> Table {
    Table {
        source: "made".into(),
        format: Format::Csv,
        delimiter: None,
        series: std::iter::once(0..values.len()).collect(),
        columns: vec![Column::of_numbers("x", values)],
        time: None,
        notes: Vec::new(),
        answers: None,
    }
}

pub fn succeeded(output: &Output) {
    let text = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{text}");
}

/// The run folders below `out`, in order.
pub fn runs(out: &Path) -> Vec<PathBuf> {
    let mut runs: Vec<PathBuf> = fs::read_dir(out)
        .expect("a folder")
        .flat_map(|contender| fs::read_dir(contender.expect("readable").path()).expect("a folder"))
        .map(|run| run.expect("readable").path())
        .collect();
    runs.sort();
    runs
}
