//! Every text that a person sees, in one place.

mod choices;
mod going_on;
mod help;
mod kinds;
mod preparation;
mod story;
mod words;

pub use going_on::{
    back_to, fork_at, fork_name, forked, goes_on, goes_on_apart, kept_steps, opened_run, went_back,
};
pub use help::{field, kind, kind_help, kind_of};
pub use kinds::formula;
pub use preparation::{DEFAULT_ORDER, DEFAULT_ORDER_HELP, ROWS_FROM};
pub use story::story;
pub use words::*;

use super::actions::{Ask, Pace};
use super::format;
use super::runs::Run;
use super::state::{Phase, Progress};
use crate::experiment::{Contender, KeyError};
use crate::record::Status;
use crate::train::WorkerState;
use std::path::Path;

/// The title of the question for a path.
#[must_use]
pub fn ask(ask: Ask) -> &'static str {
    match ask {
        Ask::Open => "Open data, an experiment or a run",
        Ask::SaveAs => "Save the experiment",
    }
}

/// What the question for a path takes.
#[must_use]
pub fn ask_help(ask: Ask) -> &'static str {
    match ask {
        Ask::Open => {
            "A data file becomes the source of this experiment. A file ending in .toml replaces all settings. A run folder shows its run and, where that has not ended, goes on with it. Files can also be dropped on the window."
        }
        Ask::SaveAs => {
            "Every setting and every contender, as a text file that this window and the command line read."
        }
    }
}

/// A pace in the menu.
#[must_use]
pub fn pace(pace: Pace) -> String {
    match pace {
        Pace::Full => "Full speed".to_owned(),
        Pace::StepsPerSecond(1) => "1 step a second".to_owned(),
        Pace::StepsPerSecond(steps) => format!("{steps} steps a second"),
    }
}

/// The bright button.
#[must_use]
pub fn run_button(phase: Phase) -> &'static str {
    match phase {
        Phase::Ready => RUN,
        Phase::Preparing => PREPARING,
        Phase::Running => PAUSE,
        Phase::Paused => RESUME,
        Phase::Stopped => CONTINUE,
        Phase::Ended => RUN_AGAIN,
    }
}

/// What that button does.
#[must_use]
pub fn run_help(phase: Phase) -> &'static str {
    match phase {
        Phase::Stopped => CONTINUE_HELP,
        _ => RUN_HELP,
    }
}

/// The line beside the progress bar: what is done, and what is left.
#[must_use]
pub fn progress(phase: Phase, blocked: bool, progress: &Progress) -> [String; 2] {
    let done = if progress.planned == 0 {
        match phase {
            Phase::Ready if blocked => "Not ready".to_owned(),
            Phase::Ready => "Ready".to_owned(),
            _ => "Preparing".to_owned(),
        }
    } else {
        format!(
            "Step {} of {}   ·   epoch {} of {}",
            format::count(progress.step),
            format::count(progress.planned),
            format::count(progress.epoch),
            format::count(progress.epochs),
        )
    };
    let left = match phase {
        Phase::Running => match (progress.steps_per_second, progress.seconds_left) {
            (Some(speed), Some(left)) => format!(
                "{} steps/s   ·   {} left",
                format::count(speed.round() as u64),
                format::duration(left)
            ),
            _ => String::new(),
        },
        Phase::Paused => "Paused".to_owned(),
        Phase::Stopped => "Stopped".to_owned(),
        Phase::Ended => "Ended".to_owned(),
        Phase::Ready | Phase::Preparing => String::new(),
    };
    [done, left]
}

/// What stands in a plot before the first step.
#[must_use]
pub fn not_yet(blocked: bool) -> &'static str {
    if blocked { NOT_READY } else { NOT_YET }
}

/// A contender's state before the first step.
#[must_use]
pub fn readiness(blocked: bool) -> &'static str {
    if blocked { "not ready" } else { "ready" }
}

/// A run's state as a word.
#[must_use]
pub fn run_state(run: &Run, paused: bool) -> &'static str {
    match (run.status(), run.state) {
        (Some(Status::Finished), _) => "finished",
        (Some(Status::Stopped), _) => "stopped",
        (Some(Status::Diverged), _) => "diverged",
        (Some(Status::Failed), _) => "failed",
        (Some(Status::Running), _) => "cut off",
        (_, WorkerState::Ended) => "ended",
        (_, WorkerState::Starting) => "starting",
        (_, WorkerState::Paused) => "paused",
        (_, WorkerState::Running) if paused => "paused",
        (_, WorkerState::Running) => "running",
    }
}

/// A run has ended.
#[must_use]
pub fn ended(run: &Run) -> String {
    let name = run.label();
    let Some(outcome) = &run.outcome else {
        return format!("{name} ended.");
    };
    let steps = format::count(outcome.steps);
    let reason = outcome.reason.trim_end_matches('.');
    match outcome.status {
        Status::Finished => format!(
            "{name} finished: {steps} steps in {}.",
            format::duration(outcome.seconds)
        ),
        Status::Stopped => format!("{name} stopped at step {steps}."),
        Status::Diverged => format!("{name} diverged at step {steps}: {reason}."),
        Status::Failed => format!("{name} failed at step {steps}: {reason}."),
        Status::Running => format!(
            "{name} has no end yet: it was cut off, or is trained elsewhere. Here are its first {steps} steps."
        ),
    }
}

/// A setting that does not fit, with the contender's name in place of its number.
#[must_use]
pub fn problem(error: &KeyError, contenders: &[Contender]) -> String {
    let (who, key) = match error.key.strip_prefix("contender.") {
        Some(rest) => {
            let (index, key) = rest.split_once('.').unwrap_or((rest, ""));
            let name = index
                .parse()
                .ok()
                .and_then(|index: usize| contenders.get(index))
                .map_or(index, |contender| contender.name.as_str());
            (format!("{name}: "), key)
        }
        None => (String::new(), error.key.as_str()),
    };
    if key.is_empty() {
        format!("{who}{}", error.message)
    } else {
        format!("{who}{}: {}", place(key), error.message)
    }
}

/// Where a key stands in the setup, in the words that stand there.
fn place(key: &str) -> String {
    let group = match key.split('.').next().unwrap_or_default() {
        "data"
            if key.starts_with("data.window")
                || key.starts_with("data.split")
                || key.starts_with("data.prepare")
                || key.starts_with("data.scale") =>
        {
            PREPARATION
        }
        "data" => DATA,
        "model" => MODEL,
        "loss" => LOSS,
        "optimizer" => OPTIMIZER,
        "schedule" => SCHEDULE,
        "clipping" => CLIPPING,
        "training" => TRAINING,
        _ => return field(key).label,
    };
    format!("{group}, {}", field(key).label.to_lowercase())
}

/// The switch that hides a contender in the plots.
#[must_use]
pub fn in_plots(name: &str) -> String {
    format!("Show {name} in plots")
}

/// The lookback that the program chose.
#[must_use]
pub fn automatic_lookback(steps: usize) -> String {
    format!("{AUTOMATIC_LOOKBACK}: {steps} steps")
}

/// The parts of the split.
#[must_use]
pub fn split(train: f64, validation: f64) -> String {
    format!(
        "{TRAIN_PART} {}, {} {}, {} {}",
        format::percent(train),
        VALIDATION_PART.to_lowercase(),
        format::percent(validation),
        TEST_PART.to_lowercase(),
        format::percent(1.0 - train - validation)
    )
}

/// The name of a copy.
#[must_use]
pub fn copy_of(name: &str) -> String {
    format!("{name} copy")
}

/// The experiment is on disk.
#[must_use]
pub fn saved(path: &Path) -> String {
    format!("Saved {}.", path.display())
}

/// The experiment is not on disk.
#[must_use]
pub fn not_saved(path: &Path, reason: &str) -> String {
    format!("{} could not be written: {reason}", path.display())
}

/// There is such a file.
#[must_use]
pub fn exists(path: &Path) -> String {
    format!("{} exists already.", path.display())
}

/// An experiment was opened.
#[must_use]
pub fn opened(path: &Path) -> String {
    format!("Opened {}.", path.display())
}

/// There is no such file.
#[must_use]
pub fn no_such_file(path: &Path) -> String {
    format!("There is no file {}.", path.display())
}

/// A file could not be read.
#[must_use]
pub fn not_read(path: &Path, reason: &str) -> String {
    format!("{} could not be read: {reason}", path.display())
}

/// So many errors in a group.
#[must_use]
pub fn error_count(count: usize) -> String {
    match count {
        1 => "1 error".to_owned(),
        count => format!("{count} errors"),
    }
}

/// The share of steps that were clipped.
#[must_use]
pub fn clipped(run: &Run) -> String {
    let share = run.history.clipped_steps as f64 / run.history.len().max(1) as f64;
    format!("{} clipped", format::percent(share))
}

/// What a plot shows, for those who hear it: the last value of each line.
#[must_use]
pub fn plot_label(title: &str, values: &[(String, f64)]) -> String {
    let mut label = title.to_owned();
    for (index, (name, value)) in values.iter().enumerate() {
        label += if index == 0 { ": " } else { ", " };
        label += &format!("{name} {}", format::measure(*value));
    }
    label
}

/// The tooltip over steps: the value of each contender there.
pub fn readout(step: u64, rows: impl Iterator<Item = (String, f64)>) -> Option<String> {
    let lines: Vec<String> = rows
        .map(|(name, value)| format!("{name}  {}", format::measure(value)))
        .collect();
    (!lines.is_empty()).then(|| format!("Step {}\n{}", format::count(step), lines.join("\n")))
}

/// The tooltip over rows of the series.
pub fn row_readout(time: &str, rows: impl Iterator<Item = (String, f64)>) -> Option<String> {
    let lines: Vec<String> = rows
        .map(|(name, value)| format!("{name}  {}", format::significant(value, 4)))
        .collect();
    (!lines.is_empty()).then(|| format!("{}\n{}", short_time(time), lines.join("\n")))
}

/// A time without the parts that say nothing.
#[must_use]
pub fn short_time(time: &str) -> String {
    let time = time.trim_end_matches('Z');
    for nothing in ["T00:00:00", " 00:00:00", "T00:00", " 00:00"] {
        if let Some(date) = time.strip_suffix(nothing) {
            return date.to_owned();
        }
    }
    time.to_owned()
}

/// A horizon in the menu.
#[must_use]
pub fn ahead(steps: usize) -> String {
    match steps {
        1 => "1 step ahead".to_owned(),
        steps => format!("{steps} steps ahead"),
    }
}

/// The cost of drawing.
#[must_use]
pub fn frame_cost(milliseconds: Option<f64>, steps: u64) -> String {
    match milliseconds {
        Some(cost) => format!(
            "Frame {cost:.1} ms   ·   {} steps held",
            format::count(steps)
        ),
        None => format!(
            "Frame cost unknown   ·   {} steps held",
            format::count(steps)
        ),
    }
}

/// The threads that a run needs are not to be had.
#[must_use]
pub fn no_thread(reason: &str) -> String {
    format!("the system gave no thread: {reason}")
}

/// A helper thread panicked.
pub const BROKE_DOWN: &str =
    "this broke down inside the program; please report it with these settings";

/// A file that is no text.
pub const NOT_TEXT: &str = "it is not a text file";

/// What the loader understood, in one sentence.
#[must_use]
pub fn summary(
    rows: usize,
    columns: usize,
    frequency: Option<&str>,
    period: Option<usize>,
    span: Option<(&str, &str)>,
) -> String {
    let mut parts = vec![
        format!("{} rows", format::count(rows as u64)),
        match columns {
            1 => "1 column".to_owned(),
            columns => format!("{columns} columns"),
        },
    ];
    if let Some((first, last)) = span {
        parts.push(format!("{} to {}", short_time(first), short_time(last)));
    }
    if let Some(frequency) = frequency {
        parts.push(every(frequency));
    }
    if let Some(period) = period {
        parts.push(format!("season of {period} rows"));
    }
    parts.join(", ")
}

/// An ISO 8601 duration in words, where it is a common one.
fn every(frequency: &str) -> String {
    match frequency {
        "P1Y" => "yearly",
        "P3M" => "quarterly",
        "P1M" => "monthly",
        "P7D" | "P1W" => "weekly",
        "P1D" => "daily",
        "PT1H" => "hourly",
        other => return format!("every {other}"),
    }
    .to_owned()
}
