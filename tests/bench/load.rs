//! A million rows by five columns of CSV, loaded here and by `pandas.read_csv`, in turn; and preparation steps on
//! 100,000 rows: `cargo bench --bench load`, with pandas in the python that `PYTHON` names.
#![allow(clippy::print_stdout, reason = "its output is its purpose")]

use optimizer_explorer::data::{self, Dataset};
use optimizer_explorer::experiment::{Experiment, Generate};
use std::fmt::Write;
use std::process::Command;
use std::time::Instant;

/// So many rows of a time, three numbers and a whole number.
fn csv(rows: usize) -> String {
    let mut text = String::from("when,a,b,c,n\n");
    let begin = jiff::civil::date(2000, 1, 1).at(0, 0, 0, 0);
    for row in 0..rows {
        let when = begin + jiff::Span::new().minutes(row as i64);
        let x = row as f64;
        let (a, b, c) = (
            (x / 300.0).sin(),
            (x * 0.7).cos() * 100.0,
            (x * 1.3 % 17.0) - 5.0,
        );
        let when = when.strftime("%Y-%m-%d %H:%M:%S");
        writeln!(text, "{when},{a:.6},{b:.4},{c:.3},{}", row % 1000).expect("text takes more");
    }
    text
}

/// The most memory held so far, in bytes, where the system says.
fn peak() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    let kib = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<f64>().ok());
    kib.unwrap_or(f64::NAN) * 1024.0
}

fn main() {
    let folder =
        std::env::temp_dir().join(format!("optimizer-explorer-load-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let path = folder.join("million.csv");
    let text = csv(1_000_000);
    let size = text.len() as f64;
    std::fs::write(&path, text).expect("room on the disk");
    let path = path.to_string_lossy().into_owned();
    let before = peak();
    let mut best = f64::INFINITY;
    for _ in 0..3 {
        let start = Instant::now();
        let table = data::load(&path, &Generate::default(), 7).expect("a table");
        best = best.min(start.elapsed().as_secs_f64());
        assert_eq!(table.rows(), 1_000_000);
    }
    // The text of the file was made here, so what was held then is no part of loading.
    println!(
        "load: {best:.3} s, {:.2} times the file's {:.0} MB at most",
        (peak().max(before)) / size,
        size / 1e6
    );
    let table = data::load(&path, &Generate::default(), 7).expect("a table");
    let start = Instant::now();
    let inspection = data::inspect(&table);
    println!(
        "understood in {:.3} s: {} columns",
        start.elapsed().as_secs_f64(),
        inspection.columns.len()
    );
    let start = Instant::now();
    let settings = Experiment::default().data;
    let dataset = Dataset::from_table(&table, &settings, 7).expect("data to learn from");
    println!(
        "prepared in {:.3} s: {} rows",
        start.elapsed().as_secs_f64(),
        dataset.rows()
    );
    let python = std::env::var("PYTHON").unwrap_or_else(|_| "python3".into());
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/bench/load.py");
    match Command::new(python).args([script, &path]).output() {
        Ok(output) if output.status.success() => {
            let pandas: f64 = String::from_utf8_lossy(&output.stdout)
                .trim()
                .parse()
                .unwrap_or(f64::NAN);
            println!(
                "pandas: {pandas:.3} s, {:.2} times as long as here",
                pandas / best
            );
        }
        _ => println!("pandas: not there"),
    }
    let path = folder.join("hundred.csv");
    std::fs::write(&path, csv(100_000)).expect("room on the disk");
    let table = data::load(&path.to_string_lossy(), &Generate::default(), 7).expect("a table");
    for step in [
        "step = 'fill'",
        "step = 'outliers'\nmethod = 'hampel'",
        "step = 'smooth'\nmethod = 'median'",
        "step = 'smooth'\nmethod = 'savitzky-golay'",
        "step = 'transform'\nmethod = 'yeo-johnson'",
        "step = 'difference'",
        "step = 'rolling'",
        "step = 'calendar'",
        "step = 'decompose'\nperiod = 60",
        "step = 'resample'\nevery = 'PT1H'",
        "step = 'sort'",
    ] {
        let text = format!("[data]\ntargets = ['a']\n[[data.prepare]]\n{step}");
        let settings = Experiment::from_toml(&text).expect("good settings").data;
        let start = Instant::now();
        let prepared = Dataset::from_table(&table, &settings, 7);
        let milliseconds = start.elapsed().as_secs_f64() * 1e3;
        println!(
            "{:>7.1} ms  {}{}",
            milliseconds,
            step.replace('\n', ", "),
            prepared
                .err()
                .map_or(String::new(), |error| format!(" ({error})"))
        );
    }
    drop(std::fs::remove_dir_all(folder));
}
