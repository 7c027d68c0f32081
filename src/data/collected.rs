//! Sequences while they are being prepared: input columns in the data's own units, series by series.

use super::prepare::{Encoded, FittedStep, MOST_TEXTS};
use super::{Column, DataError, Dataset, Fitted, Parts, Sequences, Table, Words, fill, tokens};
use crate::experiment::choices::prepare::EncodeMethod;
use crate::experiment::{Data, Output, Prepare};
use crate::numbers::count;
use std::collections::BTreeMap;
use std::ops::Range;

/// Inputs × rows, series by series in the dataset's order.
pub(super) struct Collected {
    /// Of the inputs.
    pub names: Vec<String>,
    /// NaN where missing; empty where there are texts still.
    pub columns: Vec<Vec<f64>>,
    /// Of the inputs that hold text still, its texts.
    texts: Vec<Option<Vec<String>>>,
    /// Inputs of 0 and 1 that were made of texts.
    made: Vec<String>,
    series: Vec<Range<usize>>,
}

impl Collected {
    /// The `columns` of a table's series in the `order` given.
    ///
    /// # Errors
    /// A series without steps.
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
        let chosen = || columns.iter().map(|&column| &table.columns[column]);
        let rows = || order.iter().flat_map(|&k| table.series[k].clone());
        let collect = |column: &Column| -> Vec<f64> {
            if !column.is_numeric() {
                return Vec::new();
            }
            rows().map(|row| column.numbers[row]).collect()
        };
        let texts = |column: &Column| {
            (!column.is_numeric()).then(|| rows().map(|row| column.texts[row].to_owned()).collect())
        };
        Ok(Self {
            names: chosen().map(|column| column.name.clone()).collect(),
            columns: chosen().map(collect).collect(),
            texts: chosen().map(texts).collect(),
            made: Vec::new(),
            series,
        })
    }

    /// Makes numbers of all texts as the `encode` steps of `settings` say, by those of the rows `training`.
    ///
    /// # Errors
    /// Texts that no step makes numbers of, or more different ones than columns can be.
    pub fn encode_all(
        &mut self,
        settings: &Data,
        training: &Range<usize>,
    ) -> Result<Vec<FittedStep>, DataError> {
        let most = tokens::step(settings).map_or(usize::MAX, |(_, step)| step.vocabulary);
        let mut steps = Vec::new();
        for (number, step) in settings.steps() {
            let Prepare::Encode(step) = step else {
                continue;
            };
            let mut columns = Vec::new();
            for input in 0..self.texts.len() {
                let name = self.names[input].clone();
                let Some(texts) = &self.texts[input] else {
                    continue;
                };
                if !step.columns.is_empty() && !step.columns.contains(&name) {
                    continue;
                }
                let known = most_frequent(&texts[training.clone()], most);
                if step.method == EncodeMethod::OneHot && known.len() > MOST_TEXTS {
                    return Err(DataError::setting(
                        format!("data.prepare.{number}.method"),
                        format!(
                            "\"{name}\" has {} different texts in the training part, more than {MOST_TEXTS} columns are made of; use \"embedding\", or a smaller vocabulary",
                            known.len()
                        ),
                    ));
                }
                let made = |text: &String| format!("{name}_{text}");
                let encoded = Encoded::new(step, (input, &name), known, made);
                self.encode(&encoded, step.method);
                columns.push(encoded);
            }
            if !columns.is_empty() {
                steps.push(FittedStep::Encode {
                    columns,
                    method: step.method,
                });
            }
        }
        match self.texts.iter().position(Option::is_some) {
            None => Ok(steps),
            Some(input) => Err(DataError::setting(
                "data.prepare",
                format!(
                    "\"{}\" holds text, and no step makes numbers of it; add an \"encode\" step",
                    self.names[input]
                ),
            )),
        }
    }

    /// Makes numbers of an input's texts.
    pub fn encode(&mut self, encoded: &Encoded, method: EncodeMethod) {
        let Some(texts) = self.texts[encoded.input].take() else {
            return;
        };
        let mut made = vec![Vec::with_capacity(texts.len()); encoded.names.len()];
        for text in &texts {
            let values = encoded.values(encoded.place(text), method);
            for (column, value) in made.iter_mut().zip(values) {
                column.push(value);
            }
        }
        if method == EncodeMethod::OneHot {
            self.made.extend(encoded.names.iter().cloned());
        }
        if made.is_empty() {
            // The training part has no text at all: nothing to tell apart.
            self.columns[encoded.input] = vec![0.0; texts.len()];
        }
        for (k, (name, column)) in encoded.names.iter().zip(made).enumerate() {
            if k == 0 {
                self.names[encoded.input].clone_from(name);
                self.columns[encoded.input] = column;
            } else {
                self.names.push(name.clone());
                self.columns.push(column);
                self.texts.push(None);
            }
        }
    }

    /// Whether an input is one of 0 and 1 that was made of texts.
    pub fn is_made(&self, name: &String) -> bool {
        self.made.contains(name)
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
                "{} missing values of \"{name}\" are filled on a line within their sequence",
                count(missing as u64)
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
            times: Words::default(),
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
            roll: 0,
            beginnings: Vec::new(),
            stages: Vec::new(),
            before: None,
            inverses: Vec::new(),
            clock: None,
            rows_read: rows,
            sequences: Some(sequences),
            classes: None,
        };
        dataset.hash = dataset.fingerprint();
        dataset
    }
}

/// The texts that stand there most often, at most so many, in alphabetical order; of equally frequent ones the
/// first in the alphabet. Missing ones are none.
fn most_frequent(texts: &[String], most: usize) -> Vec<String> {
    let mut counts: BTreeMap<&String, usize> = BTreeMap::new();
    for text in texts.iter().filter(|text| !text.is_empty()) {
        *counts.entry(text).or_default() += 1;
    }
    let mut ranked: Vec<(&String, usize)> = counts.into_iter().collect();
    ranked.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    ranked.truncate(most);
    let mut known: Vec<String> = ranked.into_iter().map(|(text, _)| text.clone()).collect();
    known.sort_unstable();
    known
}
