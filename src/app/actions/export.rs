//! What the dialog of an export asks for, and what comes of it.

use crate::export::check::Check;
use crate::export::model::ModelFormat;
use crate::export::runs::ReadRun;
use crate::export::snippets::Snippet;
use std::path::PathBuf;

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
