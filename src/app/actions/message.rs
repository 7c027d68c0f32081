//! What the world answers.

use super::{Ask, Exported, Unexported};
use crate::app::landscape::Surface;
use crate::app::series::Series;
use crate::experiment::{Cell, Experiment, KeyError};
use crate::record::PastRun;
use crate::train::{Inside, RangePoint, RangeTest, Report, Work};
use std::path::PathBuf;

/// What the world answers.
#[derive(Debug)]
pub enum Message {
    /// The data as far as they could be read, and what is wrong with them or with their settings.
    Series(Option<Box<Series>>, Vec<KeyError>),
    /// Large data as they were read, while the rest about them is still found out.
    FirstSight(Box<Series>),
    /// Whether the runs could be prepared.
    Planned(Result<(), Vec<KeyError>>),
    /// News of the run with this index.
    Report(usize, Box<Report>),
    /// The steps that the run with this index can go back to.
    Kept(usize, Vec<u64>),
    /// The run with this index has no thread any more, for this reason.
    Lost(usize, String),
    /// News of the test of learning rates with this number.
    RateTest(u64, RateTestNews),
    /// News of the landscape with this number.
    Landscape(u64, LandscapeNews),
    /// What is inside a run's network, for the question with this number.
    Inside(u64, Result<Box<Inside>, Vec<KeyError>>),
    /// What the runs of the question with this number amount to.
    Estimated(u64, Result<Work, Vec<KeyError>>),
    /// An experiment file was read.
    Read(PathBuf, Result<Box<Experiment>, String>),
    /// A run folder was read, or a folder of runs: each run with its folder.
    RunRead(PathBuf, Result<Vec<(PathBuf, PastRun)>, String>),
    /// A model was exported, or not.
    Exported(Result<Exported, Unexported>),
    /// A model file was read: what its network is like, as far as it shows.
    ModelRead(PathBuf, Result<Option<Shape>, String>),
    /// Whether the data at this source are those that were looked for.
    DataChecked(String, Result<(), String>),
    /// An experiment file was written.
    Written(PathBuf, Result<(), Unwritten>),
    /// What the file dialog brought; `None` is Cancel, or a system without a dialog.
    Browsed(Ask, Option<PathBuf>),
}

/// What a test of learning rates tells.
#[derive(Debug, Clone, PartialEq)]
pub enum RateTestNews {
    /// One update more.
    Point(RangePoint),
    /// It has ended, and how; or it could not begin.
    Ended(Result<RangeTest, Vec<KeyError>>),
}

/// What a landscape in the making tells.
#[derive(Debug, Clone, PartialEq)]
pub enum LandscapeNews {
    /// How much work it is.
    Size {
        /// Windows that each point is the mean over.
        windows: usize,
        /// About how long all points take.
        seconds: f64,
        /// Whether it waits until somebody agrees.
        asks: bool,
    },
    /// So many points are done.
    Done(usize),
    /// It has ended, `None` where it was cancelled; or it could not be had.
    Ended(Result<Option<Surface>, Vec<KeyError>>),
}

/// What the network in a model file is like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    /// The kind of cell.
    pub cell: Cell,
    /// Units of a layer.
    pub hidden: usize,
    /// Layers.
    pub layers: usize,
}

/// Why a file was not written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unwritten {
    /// There is such a file already.
    Exists,
    /// Anything else, in words.
    Failed(String),
}
