//! Preparation steps that change values: each is fitted on the training part alone, and treats all rows, and
//! new data, by what it learned there.
//!
//! Steps that change which rows there are come first, in `super::rows`.

mod apply;
mod bins;
mod check;
mod encode;
mod fit;
pub mod function;
pub mod inverse;
mod season;
mod select;
mod statistics;

pub use bins::Classes;
pub(super) use check::check;
pub use encode::{Embedded, Encoded};
pub(super) use encode::{MOST_TEXTS, embedded};
pub(super) use fit::{Prepared, fit};
pub use statistics::averages;

use super::{DataError, fill::FittedFill, frame};
use crate::experiment::choices::prepare::{
    CalendarPart, DecomposeKeep, EncodeMethod, OutlierAction, RollingFunction, Smooth,
};
use crate::experiment::{Data, Prepare};
use function::Function;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// A step with what it learned from the training part.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum FittedStep {
    /// A fill step.
    Fill(FittedFill),
    /// What no step filled, before one that needs every value.
    Rest {
        /// Training mean of each input that is read: the value where a stretch has none at all.
        means: Vec<f64>,
    },
    /// Outliers.
    Outliers {
        /// What is too far in each column.
        columns: Vec<Bounds>,
        /// What happens to them.
        action: OutlierAction,
    },
    /// Each series divided by its own size, the mean distance from 0 of the rows up to its first forecast: so
    /// series which nobody has learned from, later parts' and new ones, have a size too.
    ScaleEach {
        /// Which inputs.
        inputs: Vec<usize>,
    },
    /// A causal average.
    Smooth {
        /// Which one.
        smooth: Smooth,
        /// Of which inputs.
        inputs: Vec<usize>,
    },
    /// Changes.
    Difference {
        /// Of which inputs.
        inputs: Vec<usize>,
        /// Weights of the values before, by how many rows: x becomes x − Σ weight · earlier x.
        weights: Vec<(usize, f64)>,
    },
    /// A function of values.
    Transform {
        /// The function of each input.
        functions: Vec<(usize, Function)>,
    },
    /// Medians of bins, or classes.
    Bin {
        /// Of each input: borders between bins, and the median of each bin.
        bins: Vec<(usize, Vec<f64>, Vec<f64>)>,
        /// The target's bins as classes, which leave its values as they are.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        classes: Option<Classes>,
    },
    /// Earlier values as columns.
    Lag {
        /// Input, rows before, name of the column made.
        made: Vec<(usize, usize, String)>,
    },
    /// Statistics of the last values as columns.
    Rolling {
        /// Values looked at.
        window: usize,
        /// Input, statistic, name of the column made.
        made: Vec<(usize, RollingFunction, String)>,
    },
    /// Places in the calendar as columns.
    Calendar {
        /// Place, name of its sine and of its cosine.
        made: Vec<(CalendarPart, String, String)>,
    },
    /// Season, trend and rest.
    Decompose {
        /// Which columns, by which seasons.
        columns: Vec<Decomposed>,
        /// What becomes of the parts.
        keep: DecomposeKeep,
        /// Where in the seasons a row is.
        phases: Phases,
    },
    /// Texts as numbers.
    Encode {
        /// Which columns, by which texts.
        columns: Vec<Encoded>,
        /// Which numbers.
        method: EncodeMethod,
    },
    /// Inputs that stay.
    Select {
        /// Their places among those before.
        kept: Vec<usize>,
    },
}

impl FittedStep {
    /// Whether it changes nothing where no value is missing.
    #[must_use]
    pub fn only_fills(&self) -> bool {
        match self {
            Self::Rest { .. } => true,
            Self::Fill(fill) => fill.columns.iter().all(|column| column.flag.is_none()),
            _ => false,
        }
    }
}

/// Seasons that go on without end.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Season {
    /// Of each season its values, with the mean 0; at least one.
    pub profiles: Vec<Vec<f64>>,
}

/// A column that is parted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Decomposed {
    /// Index among the inputs.
    pub input: usize,
    /// What was learned.
    pub season: Season,
    /// Names of the columns of season and trend; none where the rest alone stays.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<String>,
}

/// Where in a season a row is: by its time, so that new data may begin anywhere.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Phases {
    /// The time of the season's first row; none where rows have no dates.
    pub anchor: Option<String>,
    /// ISO 8601 duration between rows.
    pub frequency: Option<String>,
}

/// From where on a column's values are outliers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Bounds {
    /// Index among the inputs.
    pub input: usize,
    /// Smallest value that is none, and largest; of `hampel` unused.
    pub low: f64,
    /// See `low`.
    pub high: f64,
    /// For `hampel`: values looked back over, and how many deviations are too far.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hampel: Option<(usize, f64)>,
    /// Name of the column of flags.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flag: Option<String>,
}

/// Rows that the first values of a series lose to differences: as many as the furthest look back.
pub(super) fn warm_up(names: &[String], settings: &Data) -> usize {
    let mut reach = vec![0; names.len()];
    for (_, step) in settings.steps() {
        if let Prepare::Difference(difference) = step {
            for input in frame::inputs_of(&difference.columns, names) {
                reach[input] += difference.season + difference.times();
            }
        }
    }
    reach.into_iter().max().unwrap_or(0)
}

/// Why differences that reach back over `warm` rows leave none, at the step that reaches furthest.
pub(super) fn too_far(settings: &Data, warm: usize) -> DataError {
    let reach = |step: &Prepare| match step {
        Prepare::Difference(difference) => difference.season + difference.times(),
        _ => 0,
    };
    let furthest = settings.steps().max_by_key(|(_, step)| reach(step));
    let number = furthest.map_or(0, |(number, _)| number);
    let seasonal =
        matches!(settings.prepare.get(number), Some(Prepare::Difference(d)) if d.season > 0);
    DataError::setting(
        format!(
            "data.prepare.{number}.{}",
            if seasonal { "season" } else { "order" }
        ),
        format!("the changes reach back over {warm} rows, and no series has more; make it smaller"),
    )
}

/// What a run of steps works on besides the frame.
pub(super) struct Ground<'a> {
    /// Rows that are fitted on.
    pub train: Range<usize>,
    /// Rows of one part in one series each.
    pub stretches: &'a [Range<usize>],
    /// How many of the inputs are targets.
    pub targets: usize,
    /// Season of the first target.
    pub season: Option<usize>,
    /// Rows that the beginning of a series loses to differences.
    pub warm_up: usize,
    /// Rows of a window.
    pub lookback: usize,
    /// Seed of the run.
    pub seed: u64,
}
