//! Run folders as what exports of them are made of.

use super::figures;
use crate::record::{History, PastRun, PastRunError, RunSummary, Status, runs_in};
use std::path::Path;
use std::time::SystemTime;

/// A run as its folder tells it, or the window that it is in.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadRun {
    /// The folder, or whatever else tells people where it is from.
    pub place: String,
    /// When its last row was written.
    pub written: Option<SystemTime>,
    /// The contender's name, with the seed where several of its seeds are shown.
    pub name: String,
    /// What it showed.
    pub past: PastRun,
    /// Its `run.json`.
    pub summary: RunSummary,
    /// Its `experiment.toml`.
    pub toml: String,
    /// Its steps in columns.
    pub history: History,
}

/// The run in the folder at `path`, or all runs in the folders in it.
///
/// # Errors
/// A folder without runs, or one of them that cannot be read.
pub fn read(path: &Path) -> Result<Vec<ReadRun>, PastRunError> {
    let folders = runs_in(path);
    if folders.is_empty() {
        // Says what a run folder is.
        return PastRun::read(path).map(|_| Vec::new());
    }
    let mut runs = Vec::new();
    for folder in folders {
        runs.push(ReadRun::read(&folder)?);
    }
    tell_apart(&mut runs);
    Ok(runs)
}

/// Gives the runs of a contender with several seeds these in their names.
pub fn tell_apart(runs: &mut [ReadRun]) {
    let alike = |run: &ReadRun| {
        let same = |other: &&ReadRun| other.summary.contender == run.summary.contender;
        runs.iter().filter(same).count() > 1
    };
    let several: Vec<bool> = runs.iter().map(alike).collect();
    for (run, several) in runs.iter_mut().zip(several) {
        if several {
            run.name = format!("{}, seed {}", run.summary.contender, run.summary.seed);
        }
    }
}

impl ReadRun {
    /// The run in the folder at `path`.
    ///
    /// # Errors
    /// A folder that holds no run, or one of its files that is not as it was written.
    pub fn read(path: &Path) -> Result<Self, PastRunError> {
        let past = PastRun::read(path)?;
        let summary = RunSummary::read(path).ok_or_else(|| PastRunError {
            path: path.join("run.json"),
            message: "is not as this program writes it".to_owned(),
        })?;
        let toml = std::fs::read_to_string(path.join("experiment.toml")).unwrap_or_default();
        let mut history = History::default();
        for record in &past.records {
            history.push(record);
        }
        let table = std::fs::metadata(path.join("history.csv"));
        Ok(Self {
            name: summary.contender.clone(),
            place: path.display().to_string(),
            written: table.and_then(|table| table.modified()).ok(),
            past,
            summary,
            toml,
            history,
        })
    }

    /// A name for a file or folder of its own among its likes.
    #[must_use]
    pub fn file_name(&self) -> String {
        let contender = crate::experiment::safe_name(&self.summary.contender);
        format!("{contender}-seed-{}", self.summary.seed)
    }

    /// As figures take it.
    #[must_use]
    pub fn drawn(&self) -> figures::Run<'_> {
        figures::Run {
            name: &self.name,
            history: &self.history,
            forecast: self.past.forecast.as_ref(),
            experiment: &self.past.experiment,
            planned_steps: self.past.info.planned_steps,
            loss_unit: self.past.info.loss_unit,
            diverged: self.summary.status == Status::Diverged,
        }
    }
}
