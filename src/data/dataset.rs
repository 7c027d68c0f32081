//! A table under settings becomes a dataset: columns chosen, rows dropped, parts cut, gaps filled,
//! values scaled, the window fixed.

mod build;
mod cut;
mod fitted;
mod fold;
mod units;

pub use units::Units;

use build::whole_frame;
use cut::Cut;

use super::{
    DataError, Part, Parts, RowClasses, TimeInfo, Words,
    frame::Frame,
    join,
    outline::Stage,
    prepare::{
        Embedded, FittedStep,
        inverse::{Inverse, Undoing},
    },
    scale::Scaling,
    sequences::Sequences,
    source,
};
use crate::experiment::{self, Output};
use serde::{Deserialize, Serialize};
use std::ops::Range;
use std::sync::Arc;

/// A series, or several, ready to be cut into windows; or sequences that are each one sample
/// ([`super::sequences`]). Rows × columns are row-major.
#[derive(Debug, Clone)]
pub struct Dataset {
    /// Input columns: targets, then features, then columns made in preparation.
    pub input_names: Vec<String>,
    /// Target columns: the first inputs; of sequences their answer's name.
    pub target_names: Vec<String>,
    /// Rows × inputs, prepared and scaled.
    pub values: Vec<f32>,
    /// Rows × targets in the data's own units, NaN where the file had no value; empty for sequences.
    pub raw_targets: Vec<f64>,
    /// One a row, as the file writes it; the row's number from 0 where there is no time. Empty
    /// for sequences.
    pub times: Words,
    /// Rows of each series, in order, without gaps.
    pub series: Vec<Range<usize>>,
    /// Rows of each part.
    pub parts: Parts,
    /// Input steps of a window, or of the longest sequence.
    pub lookback: usize,
    /// Steps ahead.
    pub horizon: usize,
    /// Rows between the starts of training windows.
    pub stride: usize,
    /// What a window's targets are.
    pub output: Output,
    /// What was fitted on the training part.
    pub fitted: Fitted,
    /// ISO 8601 duration between rows.
    pub frequency: Option<String>,
    /// Season of the first target, in rows, found in the training part.
    pub seasonal_period: Option<usize>,
    /// What a person should know about how the data were read and treated.
    pub notes: Vec<String>,
    /// blake3 of names, values, series, parts, window and answers, in hex.
    pub hash: String,
    /// Where each series is one sample with one answer.
    pub sequences: Option<Sequences>,
    /// Where the target of a series is learned as classes.
    pub classes: Option<RowClasses>,
    /// Rows that a forecast is rolled forward over on its own; 0: none.
    pub roll: usize,
    /// Of each series the row where it began, before differences used its first rows up.
    pub(super) beginnings: Vec<usize>,
    /// The columns as they were before preparation, where there are others than the targets.
    pub(super) before: Option<Arc<Frame>>,
    /// What each preparation step made of the first target; none of new data.
    pub stages: Vec<Stage>,
    /// What undoes preparation, in the order in which it was done.
    pub(super) inverses: Vec<Inverse>,
    pub(super) clock: Option<TimeInfo>,
    pub(super) rows_read: usize,
}

/// What was fitted on the training part: enough to treat new data the same way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fitted {
    /// Input columns, in order.
    pub input_names: Vec<String>,
    /// Target columns: the first inputs.
    pub target_names: Vec<String>,
    /// How many of the inputs are read from the file; the others are made in preparation.
    pub read: usize,
    /// Columns of the file that preparation begins with, where steps rename or leave out some.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<String>,
    /// Every column of the data, read or not: what new data have besides is not known here. Empty where the
    /// model file does not say.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<String>,
    /// Of each input column.
    pub scale: Vec<Scaling>,
    /// The steps that change values, in order.
    pub steps: Vec<FittedStep>,
    /// Rows that the beginning of a series loses to differences.
    #[serde(default)]
    pub warm_up: usize,
    /// ISO 8601 duration between rows.
    pub frequency: Option<String>,
    /// Season of the first target, in rows.
    pub seasonal_period: Option<usize>,
    /// Input steps of a window.
    pub lookback: usize,
    /// Seed of the run, for random fills.
    pub seed: u64,
    /// Where each series is one sample: the classes, none where its answer is a number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sequences: Option<Vec<String>>,
}

impl Dataset {
    /// Loads `settings.source` and prepares it; `seed` draws generated series and random fills.
    ///
    /// # Errors
    /// Whatever is wrong with the file, or with a setting in view of the file.
    pub fn new(settings: &experiment::Data, seed: u64) -> Result<Self, DataError> {
        let table = source::load(&settings.source, &settings.generate, seed)?;
        let table = join::all(table, settings, seed)?;
        Self::from_table(&table, settings, seed)
    }

    /// blake3 over everything that a run's batches depend on.
    pub(super) fn fingerprint(&self) -> String {
        let mut hasher = blake3::Hasher::new();
        let mut number = |number: usize| {
            hasher.update(&(number as u64).to_le_bytes());
        };
        for range in self
            .series
            .iter()
            .chain(&Part::ALL.map(|part| self.parts.of(part)))
        {
            number(range.start);
            number(range.end);
        }
        for size in [
            self.lookback,
            self.horizon,
            self.stride,
            self.inputs(),
            self.targets(),
        ] {
            number(size);
        }
        number(usize::from(self.output == Output::LastStep));
        for name in &self.input_names {
            hasher.update(name.as_bytes());
            hasher.update(&[0]);
        }
        for value in &self.values {
            hasher.update(&value.to_le_bytes());
        }
        if let Some(sequences) = &self.sequences {
            for (number, answer) in sequences.numbers.iter().zip(&sequences.answers) {
                hasher.update(&(*number as u64).to_le_bytes());
                hasher.update(&answer.to_le_bytes());
            }
            for name in self.target_names.iter().chain(&sequences.classes) {
                hasher.update(name.as_bytes());
                hasher.update(&[0]);
            }
            if let Some(problem) = sequences.fresh {
                hasher.update(&problem.seed.to_le_bytes());
            }
        }
        if let Some(classes) = &self.classes {
            for class in &classes.of {
                hasher.update(&class.to_le_bytes());
            }
            for name in &classes.names {
                hasher.update(name.as_bytes());
                hasher.update(&[0]);
            }
        }
        hasher.finalize().to_hex().to_string()
    }

    /// Input columns.
    #[must_use]
    pub fn inputs(&self) -> usize {
        self.input_names.len()
    }

    /// Target columns.
    #[must_use]
    pub fn targets(&self) -> usize {
        self.target_names.len()
    }

    /// Input columns whose values are places in tables that are learned with the model, in their order.
    #[must_use]
    pub fn embedded(&self) -> Vec<Embedded> {
        self.fitted.embedded()
    }

    /// Rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.series.last().map_or(0, |series| series.end)
    }

    /// Outputs of the model's head: targets, or horizon × targets for `last-step`; or one a class.
    #[must_use]
    pub fn outputs(&self) -> usize {
        if let Some(sequences) = &self.sequences {
            return sequences.classes.len().max(1);
        }
        if let Some(classes) = &self.classes {
            return classes.names.len();
        }
        match self.output {
            Output::EveryStep => self.targets(),
            Output::LastStep => self.horizon * self.targets(),
        }
    }

    /// A scaled value of a target back in the data's units.
    #[must_use]
    pub fn unscale(&self, target: usize, value: f64) -> f64 {
        if self.sequences.is_some() {
            // Answers are never scaled.
            return value;
        }
        self.fitted.scale[target].unscale(value)
    }

    /// What a window's forecasts of `target` are in the data's own units: `path` holds (horizon from 1,
    /// scaled value), rising, of a forecast made at row `origin`. Preparation is undone, step by step;
    /// differences add up from what was observed up to the origin, and beyond it from the forecasts
    /// themselves.
    pub fn restore(&self, target: usize, origin: usize, path: &mut [(usize, f64)]) {
        let mut undoing = self.undoing(target, origin);
        for (ahead, value) in path {
            *value = undoing.next(*ahead, self.unscale(target, *value));
        }
    }

    /// Undoes preparation, all but the scaling, of forecasts of `target` made at row `origin`.
    pub(super) fn undoing(&self, target: usize, origin: usize) -> Undoing<'_> {
        let (start, origin) = if self.inverses.is_empty() {
            (0, origin) // nothing to undo reads them
        } else {
            self.before_cut(origin)
        };
        Undoing::new(&self.inverses, target, origin, start)
    }

    /// The first row of the series of `row`, and `row` itself, among the rows that there were before the beginnings
    /// of series were cut.
    pub(super) fn before_cut(&self, row: usize) -> (usize, usize) {
        let number = self.series_index(row);
        let (Some(series), Some(&start)) = (self.series.get(number), self.beginnings.get(number))
        else {
            return (0, row);
        };
        (start, start + self.fitted.warm_up + row - series.start)
    }

    /// The time `steps` (from 1) past the last row, as the file would write it; the row's number
    /// where there is no time or no frequency.
    #[must_use]
    pub fn time_after_end(&self, steps: usize) -> String {
        self.clock
            .as_ref()
            .and_then(|time| time.after_end(steps))
            .unwrap_or_else(|| (self.rows_read + steps - 1).to_string())
    }
}
