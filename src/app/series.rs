//! The series as the window shows it: made once on a thread, then only read.

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
    /// The time of each row, as the data writes it; empty where there is none.
    pub times: Vec<String>,
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
    /// Where each series is one sample with one answer.
    pub samples: Option<Samples>,
}

/// Sequences with one answer each.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Samples {
    /// Names of the inputs.
    pub inputs: Vec<String>,
    /// Names of the classes; none where answers are numbers.
    pub classes: Vec<String>,
    /// A few of them.
    pub examples: Vec<Example>,
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
            .cloned()
            .unwrap_or_else(|| row.to_string())
    }
}
