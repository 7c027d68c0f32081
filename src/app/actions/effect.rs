//! What the state asks of the world.

use super::{Ask, ExportForm, Pace, ShownRun};
use crate::app::inside;
use crate::app::landscape::Wish;
use crate::experiment::Experiment;
use crate::export::model::ModelFormat;
use std::path::PathBuf;
use std::sync::Arc;

/// What the state asks of the world.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Load the data for showing it.
    LoadSeries(Box<Experiment>),
    /// End that.
    CancelLoading,
    /// Prepare one run for each contender and seed.
    Plan {
        /// What to run.
        experiment: Box<Experiment>,
        /// Whether the runs wait for a command before their first step.
        start_paused: bool,
        /// How fast to go.
        pace: Pace,
    },
    /// Go on with these runs, which were stopped, each exactly where it stood.
    GoOn {
        /// Their indices.
        runs: Vec<usize>,
        /// Whether they wait for a command before their next step.
        start_paused: bool,
    },
    /// Go on with the run in this folder, apart from it: nothing there changes.
    GoOnFromFolder {
        /// The run folder.
        folder: PathBuf,
        /// The step of its latest checkpoint.
        step: u64,
        /// Whether the run waits for a command before its next step.
        start_paused: bool,
        /// How fast to go.
        pace: Pace,
    },
    /// Put a run that has ended back to a kept step, to go on from there.
    GoBack {
        /// Its index.
        run: usize,
        /// The kept step.
        step: u64,
    },
    /// Begin one more run at a kept step of another.
    Fork {
        /// The other's index.
        run: usize,
        /// The kept step.
        step: u64,
        /// The new run's own settings; its data are the other's.
        experiment: Box<Experiment>,
        /// Whether it waits for a command before its first step.
        start_paused: bool,
    },
    /// Tell all runs.
    Tell(Order),
    /// Test the learning rates of one contender; another such test ends.
    TestRates {
        /// Its settings, with one seed.
        experiment: Box<Experiment>,
        /// What the answers shall be marked with.
        request: u64,
    },
    /// End the test of learning rates.
    CancelRateTest,
    /// Look at the loss around a contender, and mark the answers with this number; what is being looked at
    /// otherwise ends.
    LookAround(Box<Wish>, u64),
    /// Look inside a run's network, and mark the answer with this number.
    LookInside(inside::Wish, u64),
    /// The long look has been agreed to.
    GoAheadWithLandscape,
    /// End that look.
    CancelLandscape,
    /// Find out how long the runs of this experiment would take, and mark the answer with this number.
    Estimate(Box<Experiment>, u64),
    /// End all runs and forget them.
    Discard,
    /// Read an experiment file.
    Read(PathBuf),
    /// Read a run folder.
    ReadRun(PathBuf),
    /// Write an experiment file or a figure.
    Write {
        /// Where to.
        path: PathBuf,
        /// Its whole content.
        bytes: Arc<[u8]>,
        /// Whether an existing file may be replaced.
        overwrite: bool,
    },
    /// Write a page or event files of all runs.
    ExportRuns {
        /// The runs.
        runs: Arc<[ShownRun]>,
        /// What to make of them.
        form: ExportForm,
        /// Where to.
        path: PathBuf,
        /// Whether what exists may be replaced.
        replace: bool,
    },
    /// Write a model, read it back and compare it.
    ExportModel {
        /// The run's index.
        run: usize,
        /// Its folder, where it was read from one.
        folder: Option<PathBuf>,
        /// Where its data are, if not where it had them.
        data: Option<String>,
        /// What to make of it.
        format: ModelFormat,
        /// Where to.
        path: PathBuf,
        /// Whether an existing file may be replaced.
        replace: bool,
    },
    /// Read a model file to start from.
    ReadModel(PathBuf),
    /// Load the data of this experiment and see whether they have this hash.
    CheckData {
        /// The experiment.
        experiment: Box<Experiment>,
        /// The hash.
        hash: String,
    },
    /// Open the system's file dialog, with a file name to start with.
    Browse(Ask, String),
}

/// What all runs are told.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Order {
    /// Wait.
    Pause,
    /// Go on.
    Resume,
    /// One step, then wait.
    Step,
    /// End.
    Stop,
    /// Another pace.
    Pace(Pace),
}
