//! The series as the window shows it: made once on a thread, then only read.

use crate::data::inspect::usual_range;
use crate::data::{Outline, Stage, Words};
use crate::record::Column;
use std::ops::Range;

/// A stretch of numbers on an axis of whole steps or rows.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Trace {
    /// Where on the axis the first value stands.
    pub first: usize,
    /// The values.
    pub column: Column,
}

impl Trace {
    /// From values that stand side by side, the first at `first`.
    #[must_use]
    pub fn new(first: usize, values: impl IntoIterator<Item = f64>) -> Self {
        let mut column = Column::default();
        for value in values {
            column.push(value as f32);
        }
        Self { first, column }
    }
}

/// The loaded data.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Series {
    /// What the loader understood, in words.
    pub summary: String,
    /// What it did without being asked.
    pub notes: Vec<String>,
    /// Names of all numeric columns.
    pub numeric_columns: Vec<String>,
    /// Names of all columns.
    pub columns: Vec<String>,
    /// Names of the targets.
    pub targets: Vec<String>,
    /// Each target in its own units.
    pub truth: Vec<Trace>,
    /// Of the first target: its outline, where it is missing, and what is far from its other values.
    pub overview: Overview,
    /// What each preparation step made of the first target.
    pub stages: Vec<Stage>,
    /// The time of each row, as the data writes it; empty where there is none.
    pub times: Words,
    /// Rows to learn from.
    pub train: Range<usize>,
    /// Rows that choose the best model.
    pub validation: Range<usize>,
    /// Rows that judge.
    pub test: Range<usize>,
    /// Rows after preparation.
    pub rows: usize,
    /// What the ticks of the axis are multiples of: rows in a year, a week or a day.
    pub tick_rows: usize,
    /// Input steps.
    pub lookback: usize,
    /// Steps ahead.
    pub horizon: usize,
    /// Windows in the training part; absent where training draws sequences without end.
    pub training_windows: Option<usize>,
    /// Where each series is one sample with one answer, or windows ask for classes.
    pub samples: Option<Samples>,
    /// How many classes the data give their series, whatever the task is.
    pub labelled: usize,
}

/// The first target as the file has it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Overview {
    /// Its shape.
    pub outline: Outline,
    /// Rows without a value, as stretches.
    pub missing: Vec<Range<usize>>,
    /// Rows far from the others, with their values.
    pub outliers: Vec<(usize, f32)>,
    /// Missing values and outliers in all: of very many not all are listed.
    pub counts: [usize; 2],
}

impl Overview {
    /// Stretches and outliers that are listed at most.
    const LISTED: usize = 500;

    /// Of a series, one value a row.
    #[must_use]
    pub fn of(values: &[f64]) -> Self {
        let mut known: Vec<f64> = values.iter().copied().filter(|x| !x.is_nan()).collect();
        let usual = usual_range(&mut known);
        let mut overview = Self {
            outline: Outline::of(values),
            ..Self::default()
        };
        for (row, value) in values.iter().enumerate() {
            if value.is_nan() {
                overview.counts[0] += 1;
                let more = overview.missing.len() < Self::LISTED;
                match overview.missing.last_mut() {
                    Some(last) if last.end == row => last.end += 1,
                    _ if more => overview.missing.push(row..row + 1),
                    _ => {}
                }
            } else if !usual.contains(value) {
                overview.counts[1] += 1;
                if overview.outliers.len() < Self::LISTED {
                    overview.outliers.push((row, *value as f32));
                }
            }
        }
        overview
    }
}

/// Sequences with one answer each, or windows of a series whose target is learned as classes.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Samples {
    /// Names of the inputs.
    pub inputs: Vec<String>,
    /// Names of the classes; none where answers are numbers.
    pub classes: Vec<String>,
    /// A few of them.
    pub examples: Vec<Example>,
    /// Whether they are windows.
    pub windows: bool,
}

/// One sequence.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Example {
    /// Its inputs, each over the steps.
    pub inputs: Vec<Vec<f32>>,
    /// Its answer in words.
    pub answer: String,
}

impl Series {
    /// The time of a row, or its number.
    #[must_use]
    pub fn time(&self, row: usize) -> String {
        self.times
            .get(row)
            .filter(|time| !time.is_empty())
            .map_or_else(|| row.to_string(), str::to_owned)
    }
}
