//! Sequences while they are being prepared: input columns in the data's own units, series by series.

use super::{Column, DataError, Dataset, Fitted, Parts, Sequences, Table, fill};
use crate::experiment::Output;
use std::ops::Range;

/// Inputs × rows, series by series in the dataset's order.
pub(super) struct Collected {
    /// Of the inputs.
    pub names: Vec<String>,
    /// NaN where missing.
    pub columns: Vec<Vec<f64>>,
    series: Vec<Range<usize>>,
}

impl Collected {
    /// The `columns` of a table's series in the `order` given.
    ///
    /// # Errors
    /// A series without steps, a column of text.
    pub fn new(table: &Table, columns: &[usize], order: &[usize]) -> Result<Self, DataError> {
        let mut series = Vec::with_capacity(order.len());
        let mut end = 0;
        for &k in order {
            let length = table.series[k].len();
            if length == 0 {
                return Err(DataError::file(
                    &table.source,
                    format!("sequence {k} (counted from 0) has no steps; take it out"),
                ));
            }
            series.push(end..end + length);
            end += length;
        }
        for &column in columns {
            table.numeric(column)?;
        }
        let chosen = || columns.iter().map(|&column| &table.columns[column]);
        let collect = |column: &Column| {
            order
                .iter()
                .flat_map(|&k| &column.numbers[table.series[k].clone()])
                .copied()
                .collect()
        };
        Ok(Self {
            names: chosen().map(|column| column.name.clone()).collect(),
            columns: chosen().map(collect).collect(),
            series,
        })
    }

    /// Steps of the longest.
    pub fn longest(&self) -> usize {
        self.series
            .iter()
            .map(ExactSizeIterator::len)
            .max()
            .unwrap_or(0)
    }

    /// Rows of some series.
    pub fn rows_of(&self, series: Range<usize>) -> Range<usize> {
        let row = |k: usize| k.checked_sub(1).map_or(0, |last| self.series[last].end);
        row(series.start)..row(series.end)
    }

    /// Missing values on a line within their sequence, the training mean where it has none at all.
    pub fn fill(&mut self, means: &[f64], notes: &mut Vec<String>) {
        for ((name, values), mean) in self.names.iter().zip(&mut self.columns).zip(means) {
            let missing = values.iter().filter(|x| x.is_nan()).count();
            if missing == 0 {
                continue;
            }
            for series in &self.series {
                fill::linear(&mut values[series.clone()], 0);
            }
            values
                .iter_mut()
                .filter(|x| x.is_nan())
                .for_each(|x| *x = *mean);
            notes.push(format!(
                "{missing} missing values of \"{name}\" are filled on a line within their sequence"
            ));
        }
    }

    /// Scales, and puts the rest together; `counts` are the sequences of each part.
    pub fn finish(
        self,
        counts: [usize; 3],
        sequences: Sequences,
        fitted: Fitted,
        notes: Vec<String>,
    ) -> Dataset {
        let rows = self.series.last().map_or(0, |series| series.end);
        let train = self.rows_of(0..counts[0]);
        let validation = self.rows_of(counts[0]..counts[0] + counts[1]);
        let parts = Parts {
            test: validation.end..rows,
            train,
            validation,
        };
        let values = (0..rows)
            .flat_map(|row| {
                let scaled = self.columns.iter().zip(&fitted.scale);
                scaled.map(move |(column, scale)| scale.scale(column[row]) as f32)
            })
            .collect();
        let longest = self.longest();
        let mut dataset = Dataset {
            input_names: self.names,
            target_names: fitted.target_names.clone(),
            values,
            raw_targets: Vec::new(),
            times: Vec::new(),
            series: self.series,
            parts,
            lookback: longest,
            horizon: 1,
            stride: 1,
            output: Output::LastStep,
            frequency: None,
            seasonal_period: None,
            fitted,
            notes,
            hash: String::new(),
            inverses: Vec::new(),
            clock: None,
            rows_read: rows,
            sequences: Some(sequences),
        };
        dataset.hash = dataset.fingerprint();
        dataset
    }
}
