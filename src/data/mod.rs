//! From a source to batches: load a table, prepare and scale it, cut it into parts and windows.
//!
//! ```text
//! source ─▶ Table ─▶ (columns, time) ─▶ drop ─▶ parts ─▶ fill ─▶ scale ─▶ Dataset ─▶ Batch
//! ```
//!
//! * [`source`] finds the bytes, [`delimited`] and [`numbers`] read them, [`time`] understands the
//!   time column (its texts are the business of `moment`), [`generate`] makes series without a file: all end in a [`Table`].
//! * [`split`], [`fill`] and [`scale`] are the steps that take a table (as a `frame` of input
//!   columns) to a [`Dataset`], which [`windows`] cuts into batches.
//! * [`sequences`] is the other way from a table to a [`Dataset`]: where each series is one sample with
//!   one answer, such as those of [`problem`].
//! * [`mod@inspect`] says what was understood; [`season`] finds the seasonal period for both.
//!
//! Two rules hold everywhere. What is fitted is fitted on the training part only, so that no later
//! row changes it. And a step that looks ahead sees only rows of its own part and its own series, so
//! that no row of a later part reaches an earlier one.
//!
//! This room knows settings ([`crate::experiment`]) and nothing else: no model, no training.

mod around;
mod cells;
pub mod character;
pub mod classes;
mod collected;
pub mod dataset;
pub mod delimited;
mod delimiter;
mod dressed;
mod encoding;
mod eurostat;
pub mod fill;
mod foreign;
mod formats;
mod frame;
mod frequencies;
mod gaps;
pub mod generate;
mod header;
mod heads;
pub mod inspect;
pub mod join;
mod kept;
mod keyed;
mod layout;
mod lines;
mod marks;
mod mended;
mod moment;
pub mod numbers;
pub mod outline;
mod pace;
mod pieces;
mod plain;
pub mod prepare;
pub mod problem;
mod psl;
mod regroup;
pub mod rollout;
mod rows;
pub mod scale;
pub mod season;
pub mod separable;
pub mod sequences;
pub mod source;
pub mod split;
mod stacked;
mod stop;
mod streamed;
pub mod table;
pub mod time;
mod tokens;
mod totals;
mod typed;
mod unpack;
mod wide;
pub mod windows;
pub mod words;

pub use classes::RowClasses;
pub use dataset::{Dataset, Fitted, Units};
pub use inspect::{Inspection, inspect, inspect_of};
pub use outline::{Extent, Outline, Stage};
pub use prepare::Embedded;
pub use problem::Problem;
pub use rollout::Rollout;
pub use sequences::Sequences;
pub use source::{load, load_looked_at};
pub use split::{Part, Parts};
pub use stop::Stop;
pub use table::{AnswerValues, Answers, Column, ColumnKind, Format, Look, Table};
pub use time::TimeInfo;
pub use windows::Batch;
pub use words::Words;

use crate::experiment::KeyError;
use rand_chacha::ChaCha8Rng;

/// Why a source could not become a dataset: one line that says what, where and how to mend it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DataError {
    /// The data themselves.
    #[error("{path}{}{}: {message}", line.map(|line| format!(", line {line}")).unwrap_or_default(), column.as_ref().map(|column| format!(", column \"{column}\"")).unwrap_or_default())]
    File {
        /// The source as it was asked for: a path, or `builtin:NAME`.
        path: String,
        /// Line in the file, from 1, where one is to blame.
        line: Option<u64>,
        /// Column name, where one is to blame.
        column: Option<String>,
        /// What is wrong and how to mend it.
        message: String,
    },
    /// A setting that does not fit the data.
    #[error(transparent)]
    Setting(#[from] KeyError),
}

impl DataError {
    /// An error of the file as a whole. The message stays one line, whatever of the file it quotes.
    pub(crate) fn file(path: &str, message: impl Into<String>) -> Self {
        Self::File {
            path: path.to_owned(),
            line: None,
            column: None,
            message: message.into().replace(char::is_control, " "),
        }
    }

    /// The same error, at a line.
    pub(crate) fn at_line(mut self, at: u64) -> Self {
        if let Self::File { line, .. } = &mut self {
            *line = Some(at);
        }
        self
    }

    /// The same error, in a column.
    pub(crate) fn in_column(mut self, name: &str) -> Self {
        if let Self::File { column, .. } = &mut self {
            *column = Some(name.replace(char::is_control, " "));
        }
        self
    }

    /// An error of the setting at `key`.
    pub(crate) fn setting(key: impl Into<String>, message: impl Into<String>) -> Self {
        let message: String = message.into();
        Self::Setting(KeyError::new(key, message.replace(char::is_control, " ")))
    }
}

/// First stream number of this room ("data" in ASCII), far from those that other rooms draw from.
const STREAMS: u64 = 0x6461_7461_0000_0000;

/// The generator for purpose number `purpose` of this room under `seed`.
pub(crate) fn generator(seed: u64, purpose: u64) -> ChaCha8Rng {
    use rand::SeedableRng;
    let mut generator = ChaCha8Rng::seed_from_u64(seed);
    generator.set_stream(STREAMS + purpose);
    generator
}
