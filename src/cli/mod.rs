//! The commands without a window.
//!
//! Each command returns how it ended as an [`Ending`]; `main` alone turns that into an exit status.

mod export;
mod inspect;
mod out;
mod predict;
mod progress;
mod range_test;
mod runner;
mod scenarios;
mod sweep;
mod train;

pub use train::first_scenario;

use crate::data::Dataset;
use clap::{Parser, Subcommand};
use std::fmt;
use std::path::PathBuf;

/// The command line.
#[derive(Debug, Parser)]
#[command(
    name = "optimizer-explorer",
    version,
    about = "Watch recurrent networks train on your own series.",
    args_conflicts_with_subcommands = true
)]
pub struct Arguments {
    /// What to do without a window.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// A data file, an experiment file or a run folder to open in the window.
    pub path: Option<PathBuf>,
}

/// What can be done without a window.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Train every contender and seed of an experiment file.
    Train(train::TrainArguments),
    /// Say what the loader understands of a data file.
    Inspect(inspect::InspectArguments),
    /// Make something of a run for other programs.
    Export(export::ExportArguments),
    /// Apply a trained model to new data.
    Predict(predict::PredictArguments),
    /// List the built-in scenarios, or print one as an experiment file.
    Scenarios(scenarios::ScenarioArguments),
}

/// How a command ended when it did not simply succeed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// Nothing finished, or the data or the disk failed: exit status 1.
    Failed(String),
    /// Wrong usage or an invalid experiment file: exit status 2.
    Usage(String),
    /// Ctrl-C, with everything saved: exit status 130.
    Interrupted,
}

impl Ending {
    /// The exit status.
    #[must_use]
    pub fn status(&self) -> u8 {
        match self {
            Self::Failed(_) => 1,
            Self::Usage(_) => 2,
            Self::Interrupted => 130,
        }
    }
}

impl fmt::Display for Ending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed(message) | Self::Usage(message) => f.write_str(message),
            Self::Interrupted => f.write_str("stopped; everything so far is saved"),
        }
    }
}

/// Reads the command line.
///
/// # Errors
/// Wrong usage, in one line.
pub fn arguments(words: impl Iterator<Item = std::ffi::OsString>) -> Result<Arguments, Ending> {
    Arguments::try_parse_from(words).map_err(|error| {
        use clap::error::ErrorKind;
        match error.kind() {
            ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => error.exit(),
            _ => {
                let text = error.to_string();
                let line = text.lines().next().unwrap_or_default();
                let line = line.strip_prefix("error: ").unwrap_or(line);
                let names: Vec<&str> = text
                    .lines()
                    .skip(1)
                    .take_while(|line| line.starts_with("  "))
                    .map(str::trim)
                    .collect();
                let names = if names.is_empty() {
                    String::new()
                } else {
                    format!(" {}", names.join(" "))
                };
                Ending::Usage(format!("{line}{names}; see `optimizer-explorer --help`"))
            }
        }
    })
}

/// Runs a command.
///
/// # Errors
/// How it ended where it did not simply succeed.
pub fn run(command: &Command) -> Result<(), Ending> {
    match command {
        Command::Train(arguments) => train::train(arguments),
        Command::Inspect(arguments) => inspect::inspect(arguments),
        Command::Export(arguments) => export::export(arguments),
        Command::Predict(arguments) => predict::predict(arguments),
        Command::Scenarios(arguments) => scenarios::scenarios(arguments),
    }
}

/// Writes to standard output; a reader that has gone away (`| head`) is no error.
fn say(text: &str) {
    use std::io::Write as _;
    drop(std::io::stdout().write_all(text.as_bytes()));
}

/// What a person should know about how the data were read and treated, each thing once.
fn tell_notes<'a>(datasets: impl Iterator<Item = &'a Dataset>) {
    let mut told: Vec<&str> = Vec::new();
    for note in datasets.flat_map(|dataset| &dataset.notes) {
        if !told.contains(&note.as_str()) {
            told.push(note);
            progress::line(&format!("note: {note}"));
        }
    }
}
