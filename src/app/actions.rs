//! What a person can ask for, what the state asks of the world, and what the world answers.
//!
//! Panels push an [`Action`]; `AppState::apply` turns it into a changed state and [`Effect`]s; the
//! runner carries those out on threads and hands back [`Message`]s.

mod effect;
mod export;
mod message;

pub use effect::{Effect, Order};
pub use export::{ExportForm, ExportWish, Exported, ShownRun, Unexported};
pub use message::{LandscapeNews, Message, RateTestNews, Shape, Unwritten};

use super::inside;
use super::landscape::Directions;
use super::text::Language;
use super::view::{Travel, View};
use crate::experiment::{Contender, Experiment};
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
