//! What a person can ask for, what the state asks of the world, and what the world answers.
//!
//! Panels push an [`Action`]; `AppState::apply` turns it into a changed state and [`Effect`]s; the
//! runner carries those out on threads and hands back [`Message`]s.

use super::inside;
use super::landscape::{Directions, Surface, Wish};
use super::series::Series;
use super::text::Language;
use super::view::{Travel, View};
use crate::experiment::Cell;
use crate::experiment::{Contender, Experiment, KeyError};
use crate::export::check::Check;
use crate::export::model::ModelFormat;
use crate::export::runs::ReadRun;
use crate::export::snippets::Snippet;
use crate::record::PastRun;
use crate::train::{Inside, RangePoint, RangeTest, Report, Work};
use std::path::PathBuf;
use std::sync::Arc;

/// What a person asks for.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Starts, pauses, resumes or continues, whatever comes next.
    RunOrPause,
    /// One step of every contender.
    Step,
    /// Ends all runs; what they showed stays.
    Stop,
    /// Back to the state before the first step, same seed.
    Reset,
    /// Back to a kept step of a run that has ended.
    GoBack {
        /// The run's index.
        run: usize,
        /// The kept step.
        step: u64,
    },
    /// A further run that begins at a kept step of this one.
    Fork {
        /// The run's index.
        run: usize,
        /// The kept step.
        step: u64,
        /// What else it changes.
        change: Option<Change>,
    },
    /// How fast to go.
    SetPace(Pace),
    /// Opens the built-in scenario with this index.
    OpenScenario(usize),
    /// Opens a data file, an experiment file or a run folder.
    OpenPath(PathBuf),
    /// Takes another source for the data: a path, `builtin:NAME` or `generate:NAME`.
    SetSource(String),
    /// Reads the data again.
    Reload,
    /// New settings for data, training, seeds and title.
    EditShared(Box<Experiment>),
    /// Ends the loading of data; what is shown stays.
    CancelLoading,
    /// New settings for the selected contender.
    EditContender(Box<Contender>),
    /// Makes this contender the one that the setup shows.
    Select(usize),
    /// Brings the field of a setting into view, by its key as errors name it.
    Reveal(String),
    /// It is in view.
    Revealed,
    /// A further contender with the next optimizer.
    Add,
    /// A copy of this contender beside it.
    Duplicate(usize),
    /// Finds out what it would be to replace each contender by several at rates around its own.
    SweepRates,
    /// Does so, and runs them.
    StartSweep,
    /// Leaves the contenders as they are.
    CancelSweep,
    /// Tries learning rates from small to large on the selected contender, apart from all runs.
    TestRates,
    /// Ends that test; what it has shown stays.
    CancelRateTest,
    /// Gives the contender of that test the rate that it suggests.
    UseSuggestedRate,
    /// Looks at the loss around the selected contender's weights, while runs go on.
    ComputeLandscape {
        /// Points along each side.
        points: usize,
        /// Which plane.
        directions: Directions,
    },
    /// However long that takes.
    GoAheadWithLandscape,
    /// Ends it.
    CancelLandscape,
    /// Looks inside a run's network, over one window.
    LookInside(inside::Wish),
    /// Removes this contender.
    Remove(usize),
    /// Gives this contender another name.
    Rename(usize, String),
    /// Puts a contender into another place of the order.
    Move {
        /// Where it stands.
        from: usize,
        /// Where it shall stand.
        to: usize,
    },
    /// Takes the last edit back.
    Undo,
    /// Makes the last edit that was taken back again.
    Redo,
    /// Another look of the window.
    SetView(Box<View>),
    /// Another language.
    SetLanguage(Language),
    /// Lets all plots show everything and keep up again.
    Follow,
    /// Along the x axis of the plot under the pointer, else of those over training.
    Travel(Travel),
    /// Moves the cursor of all plots over training to this step.
    PointAt(u64),
    /// Shows or closes something above the window.
    Show(Option<Overlay>),
    /// Asks where to save what a plot has made of itself.
    SaveFigure {
        /// The file's name to start with.
        name: String,
        /// Its content.
        bytes: Arc<[u8]>,
    },
    /// What the dialog of an export asks for.
    Export(ExportWish),
    /// Saves, and then does what the open question is about.
    SaveFirst,
    /// Drops unsaved changes and does what the open question is about.
    DropChanges,
    /// Closes the window.
    Close,
    /// Hides or shows what has this colour, in all plots.
    ToggleHidden(usize),
    /// Asks for a path.
    Ask(Ask),
    /// Asks the system's file dialog for the open question.
    Browse,
    /// The person typed this path.
    Answer(String),
    /// Replaces the file that already exists.
    Overwrite,
    /// Closes the open question.
    Dismiss,
    /// Saves to the file that it came from, or asks for one.
    Save,
}

/// What an export of the window makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportForm {
    /// A file of one run's model.
    Model(ModelFormat),
    /// One page of all runs.
    Report,
    /// A folder of `TensorBoard`'s event files of all runs.
    Events,
}

impl ExportForm {
    /// All, in the order that the dialog shows.
    pub const ALL: [Self; 5] = [
        Self::Model(ModelFormat::Safetensors),
        Self::Model(ModelFormat::Onnx),
        Self::Model(ModelFormat::Burnpack),
        Self::Report,
        Self::Events,
    ];

    /// What file names end in; nothing where it is a folder.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Self::Model(format) => format.extension(),
            Self::Report => "html",
            Self::Events => "",
        }
    }
}

/// A run for an export of all.
#[derive(Debug, Clone, PartialEq)]
pub enum ShownRun {
    /// As its folder has it.
    Folder(PathBuf),
    /// As the window has it.
    Memory(Box<ReadRun>),
}

/// What the dialog of an export asks for.
#[derive(Debug, Clone, PartialEq)]
pub enum ExportWish {
    /// To be opened for the run with this index.
    Open(usize),
    /// Another format.
    Format(ExportForm),
    /// Another place.
    Path(String),
    /// The system's file dialog.
    Browse,
    /// The file.
    Write {
        /// Whether one that exists is replaced.
        replace: bool,
    },
    /// To be closed.
    Close,
}

/// What was written.
#[derive(Debug, Clone, PartialEq)]
pub struct Exported {
    /// The file or folder.
    pub path: PathBuf,
    /// Of a model what was found when it was read back, and the lines that load it elsewhere.
    pub model: Option<(Check, Snippet)>,
}

/// Why it was not written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unexported {
    /// There is such a file already.
    Exists,
    /// Anything else, in words.
    Failed(String),
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

/// What a fork changes by itself.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Change {
    /// Clips by the global norm at this limit.
    Clip(f64),
    /// Another learning rate.
    LearningRate(f64),
}

impl Action {
    /// Whether it edits the experiment, so that it can be taken back.
    #[must_use]
    pub fn edits(&self) -> bool {
        matches!(
            self,
            Self::OpenPath(_)
                | Self::SetSource(_)
                | Self::EditShared(_)
                | Self::EditContender(_)
                | Self::Add
                | Self::Duplicate(_)
                | Self::StartSweep
                | Self::UseSuggestedRate
                | Self::Remove(_)
                | Self::Rename(..)
                | Self::Move { .. }
        )
    }
}

/// What can lie above the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Overlay {
    /// A field to type a command into, and all commands that fit.
    Palette,
    /// The list of keys.
    Keys,
}

/// A question that a path answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    /// Which data file or experiment to open.
    Open,
    /// Where to save the experiment.
    SaveAs,
    /// Where to save a plot.
    SaveFigure,
    /// Where to export a model; the dialog of the export has its own field.
    Export,
    /// Which model the selected contender starts from.
    StartFrom,
    /// Where the data of an opened run are now.
    MovedData,
}

/// How fast runs go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Pace {
    /// As fast as the machine can.
    #[default]
    Full,
    /// So many steps a second, at most.
    StepsPerSecond(u32),
}

impl Pace {
    /// All, in the order menus show.
    pub const ALL: [Self; 5] = [
        Self::Full,
        Self::StepsPerSecond(100),
        Self::StepsPerSecond(25),
        Self::StepsPerSecond(5),
        Self::StepsPerSecond(1),
    ];

    /// For the workers: `None` is no bound.
    #[must_use]
    pub fn steps_per_second(self) -> Option<f64> {
        match self {
            Self::Full => None,
            Self::StepsPerSecond(steps) => Some(f64::from(steps)),
        }
    }
}

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

/// Why a file was not written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unwritten {
    /// There is such a file already.
    Exists,
    /// Anything else, in words.
    Failed(String),
}
