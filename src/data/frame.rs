//! The table while it is being prepared: input columns in the data's own units.

mod columns;
mod test_source;
mod texts;

pub(super) use columns::{check_columns, choose, drops, find_all, inputs_of};

use super::{
    DataError, Table, TimeInfo, Words,
    fill::{self, FittedFill},
    outline::{Extent, Stage},
    scale::is_constant,
};
use crate::numbers::count;
use jiff::civil::DateTime;
use std::ops::Range;
use texts::Texts;

/// Input columns under preparation.
#[derive(Debug, Clone)]
pub(super) struct Frame {
    /// Of the columns.
    pub names: Vec<String>,
    /// Inputs × rows, NaN where missing. Of a text, its place among the texts of its column.
    pub columns: Vec<Vec<f64>>,
    /// Of the inputs that hold text still: every text, in the order in which they first appear.
    texts: Vec<Option<Vec<String>>>,
    /// Which inputs hold places in a table that is learned.
    coded: Vec<bool>,
    /// Rows × targets as the file has them; filled by [`Frame::check_targets`] and its like.
    pub raw_targets: Vec<f64>,
    /// Where the first column, the target, is learned as classes: the class of each row, NaN where the file has no
    /// value.
    pub classes: Option<Vec<f64>>,
    /// One a row.
    pub times: Words,
    /// Rows of each series.
    pub series: Vec<Range<usize>>,
    /// Of each series the row where it began, before [`Frame::cut_beginnings`].
    pub beginnings: Vec<usize>,
    /// How many of the last rows come from a test source.
    pub tested: usize,
    /// The time at the end, to be continued.
    pub time: Option<TimeInfo>,
    /// Rows before any were dropped.
    pub rows_read: usize,
    /// What the times mean, one a row; empty where they are no dates.
    pub moments: Vec<Option<DateTime>>,
    /// The source, for messages.
    pub source: String,
    /// Of each input how many rows differences have reached back over so far: as many at the beginning of a series
    /// are no changes. Inputs beyond have none.
    pub reach: Vec<usize>,
    /// What steps that change rows did.
    pub stages: Vec<Stage>,
}

impl Frame {
    /// The chosen columns of a table, with the time under the setting `time`.
    pub fn new(table: &Table, columns: &[usize], time: &str) -> Result<Self, DataError> {
        let mut time = table.time_for(time, columns)?;
        let rows = table.rows();
        let times = match &mut time {
            Some(time) => std::mem::take(&mut time.texts),
            None => (0..rows).map(|row| row.to_string()).collect(),
        };
        let chosen = |column: &usize| &table.columns[*column];
        let codes: Vec<(Vec<f64>, Option<Vec<String>>)> = columns
            .iter()
            .map(|column| match chosen(column) {
                column if column.is_numeric() => (column.numbers.clone(), None),
                column => {
                    let mut texts = Texts::default();
                    let codes = column.texts.iter().map(|text| texts.code(text)).collect();
                    (codes, Some(texts.known))
                }
            })
            .collect();
        Ok(Self {
            names: columns
                .iter()
                .map(|column| chosen(column).name.clone())
                .collect(),
            columns: codes.iter().map(|(codes, _)| codes.clone()).collect(),
            texts: codes.into_iter().map(|(_, texts)| texts).collect(),
            coded: Vec::new(),
            raw_targets: Vec::new(),
            classes: None,
            times,
            series: table.series.clone(),
            beginnings: Vec::new(),
            tested: 0,
            moments: time
                .as_ref()
                .map(|time| time.instants().to_vec())
                .unwrap_or_default(),
            time,
            rows_read: rows,
            source: table.source.clone(),
            reach: Vec::new(),
            stages: Vec::new(),
        })
    }

    /// Rows at this point.
    pub fn rows(&self) -> usize {
        self.times.len()
    }

    /// Removes the rows that the `drop` steps name.
    pub fn drop_rows(
        &mut self,
        drops: &[(usize, Vec<usize>)],
        notes: &mut Vec<String>,
    ) -> Result<(), DataError> {
        for (step, inputs) in drops {
            let keep: Vec<bool> = (0..self.rows())
                .map(|row| {
                    inputs
                        .iter()
                        .all(|&input| !self.columns[input][row].is_nan())
                })
                .collect();
            let gone = keep.iter().filter(|keep| !**keep).count();
            if gone == 0 {
                continue;
            }
            if self.rows() - gone < 2 {
                return Err(DataError::setting(
                    format!("data.prepare.{step}.method"),
                    format!(
                        "\"drop\" leaves {} of {} rows; fill the missing values instead",
                        count((self.rows() - gone) as u64),
                        count(self.rows() as u64)
                    ),
                ));
            }
            notes.push(format!(
                "{} rows with missing values are dropped",
                count(gone as u64)
            ));
            let before = Extent::of(&self.series);
            let own = self.rows() - self.tested;
            self.tested = keep[own..].iter().filter(|keep| **keep).count();
            for column in &mut self.columns {
                retain(column, &keep);
            }
            self.times.retain(&keep);
            retain(&mut self.moments, &keep);
            let mut start = 0;
            let kept =
                |series: &Range<usize>| keep[series.clone()].iter().filter(|keep| **keep).count();
            self.series = self
                .series
                .iter()
                .map(kept)
                .filter(|&length| length > 0)
                .map(|length| {
                    start += length;
                    start - length..start
                })
                .collect();
            self.stages.push(Stage {
                step: *step,
                touched: gone,
                extents: [before, Extent::of(&self.series)],
                ..Stage::default()
            });
        }
        Ok(())
    }

    /// Notes the targets as they are and refuses those that no model could learn.
    pub fn check_targets(&mut self, source: &str, targets: usize) -> Result<(), DataError> {
        for (name, column) in self.names.iter().zip(&self.columns).take(targets) {
            let refuse = |message: &str| Err(DataError::file(source, message).in_column(name));
            if column.iter().all(|x| x.is_nan()) {
                return refuse(
                    "has no values, all are missing; choose another target in data.targets",
                );
            }
            if is_constant(column) {
                return refuse(
                    "never changes, so there is nothing to predict; choose another target in data.targets",
                );
            }
        }
        self.note_targets(targets);
        Ok(())
    }

    /// Keeps the first columns as the file has them.
    pub fn note_targets(&mut self, targets: usize) {
        self.raw_targets = (0..self.rows())
            .flat_map(|row| {
                self.columns[..targets]
                    .iter()
                    .map(move |column| column[row])
            })
            .collect();
    }

    /// Cuts what comes after the first `rows` rows of one series, as if nobody had seen it.
    pub fn cut_end(&mut self, rows: usize) {
        let targets = self.raw_targets.len() / self.rows().max(1);
        for column in &mut self.columns {
            column.truncate(rows);
        }
        self.raw_targets.truncate(rows * targets);
        self.times.truncate(rows);
        self.moments.truncate(rows);
        self.rows_read = self.rows_read.min(rows);
        for series in &mut self.series {
            series.end = series.end.min(rows);
        }
        if let Some(time) = &mut self.time {
            time.set_instants(self.moments.clone());
            self.times
                .last()
                .unwrap_or_default()
                .clone_into(&mut time.last);
        }
    }

    /// What preparation begins with, without what is only written down of the rows.
    pub fn before_preparation(&self) -> Self {
        Self {
            names: self.names.clone(),
            columns: self.columns.clone(),
            texts: self.texts.clone(),
            coded: Vec::new(),
            raw_targets: Vec::new(),
            classes: None,
            times: Words::default(),
            series: Vec::new(),
            beginnings: Vec::new(),
            tested: 0,
            time: self.time.as_ref().map(TimeInfo::without_rows),
            rows_read: 0,
            moments: self.moments.clone(),
            source: self.source.clone(),
            reach: Vec::new(),
            stages: Vec::new(),
        }
    }

    /// Some rows of one series, as a series of their own; see [`Frame::before_preparation`].
    pub fn rows_alone(&self, rows: Range<usize>) -> Self {
        Self {
            names: self.names.clone(),
            columns: (self.columns.iter())
                .map(|column| column[rows.clone()].to_vec())
                .collect(),
            texts: self.texts.clone(),
            coded: Vec::new(),
            raw_targets: Vec::new(),
            classes: None,
            times: std::iter::repeat_n("", rows.len()).collect(),
            series: std::iter::once(0..rows.len()).collect(),
            beginnings: Vec::new(),
            tested: 0,
            time: self.time.clone(),
            rows_read: rows.len(),
            moments: self.moments.get(rows).unwrap_or_default().to_vec(),
            source: self.source.clone(),
            reach: Vec::new(),
            stages: Vec::new(),
        }
    }

    /// Whether there is a row `row` and no column misses its value there, and its time is known where it says which row of a season it is.
    pub fn is_known(&self, row: usize) -> bool {
        let regular = (self.time.as_ref()).is_some_and(|time| time.frequency.is_some());
        let dated = !regular || self.moments.get(row).is_none_or(Option::is_some);
        let present = |column: &Vec<f64>| column.get(row).is_some_and(|x| !x.is_nan());
        dated && self.columns.iter().all(present)
    }

    /// Cuts the first `count` rows of a frame of one series; see [`Frame::rows_alone`].
    pub fn cut_start(&mut self, count: usize) {
        for column in &mut self.columns {
            column.drain(..count);
        }
        self.moments.drain(..count.min(self.moments.len()));
        let rows = self.rows() - count;
        self.times = std::iter::repeat_n("", rows).collect();
        self.series = std::iter::once(0..rows).collect();
        self.rows_read = rows;
    }

    /// A further row of the last series: the first columns have these values, the others those of the row before.
    pub fn push_row(&mut self, first: &[f64], moment: Option<DateTime>) {
        let dated = !self.moments.is_empty();
        for (input, column) in self.columns.iter_mut().enumerate() {
            let before = column.last().copied().unwrap_or(f64::NAN);
            column.push(first.get(input).copied().unwrap_or(before));
        }
        self.times.push("");
        if dated {
            self.moments.push(moment);
        }
        if let Some(last) = self.series.last_mut() {
            last.end += 1;
        }
    }

    /// Cuts the first `count` rows off every series, and series that are no longer.
    pub fn cut_beginnings(&mut self, count: usize) {
        self.beginnings = (self.series.iter())
            .filter(|series| series.len() > count)
            .map(|series| series.start)
            .collect();
        if count == 0 {
            return;
        }
        let mut keep = vec![true; self.rows()];
        let mut series = Vec::with_capacity(self.series.len());
        let mut end = 0;
        for range in &self.series {
            let cut = count.min(range.len());
            keep[range.start..range.start + cut].fill(false);
            if range.len() > cut {
                series.push(end..end + range.len() - cut);
                end += range.len() - cut;
            }
        }
        let targets = self.raw_targets.len() / self.rows().max(1);
        for column in &mut self.columns {
            retain(column, &keep);
        }
        self.times.retain(&keep);
        retain(&mut self.moments, &keep);
        if let Some(classes) = &mut self.classes {
            retain(classes, &keep);
        }
        let keep: Vec<bool> = keep
            .iter()
            .flat_map(|&keep| std::iter::repeat_n(keep, targets))
            .collect();
        retain(&mut self.raw_targets, &keep);
        self.series = series;
    }

    /// Leaves out all inputs but these.
    pub fn keep(&mut self, kept: &[usize]) {
        let keep: Vec<bool> = (0..self.names.len())
            .map(|input| kept.contains(&input))
            .collect();
        retain(&mut self.names, &keep);
        retain(&mut self.columns, &keep);
        self.texts.resize(keep.len(), None);
        retain(&mut self.texts, &keep);
        self.coded.resize(keep.len(), false);
        retain(&mut self.coded, &keep);
        self.reach.resize(keep.len(), 0);
        retain(&mut self.reach, &keep);
    }

    /// Notes that differences of input `input` reach back over so many rows more.
    pub fn reach_back(&mut self, input: usize, rows: usize) {
        self.reach.resize(self.names.len(), 0);
        self.reach[input] += rows;
    }

    /// Gives values of the rows of [`Frame::unchanged`] that a function has none for the first value elsewhere that it
    /// has one for.
    pub fn mend_unchanged(&mut self, input: usize, has: &dyn Fn(f64) -> bool) {
        let rows: Vec<usize> = self.unchanged(input).flatten().collect();
        let values = &mut self.columns[input];
        let broken = |values: &[f64], row: usize| !values[row].is_nan() && !has(values[row]);
        if !rows.iter().any(|&row| broken(values, row)) {
            return;
        }
        let spare = (values.iter().enumerate())
            .find(|(row, x)| has(**x) && rows.binary_search(row).is_err())
            .map(|(_, x)| *x);
        if let Some(spare) = spare {
            for row in rows {
                if broken(values, row) {
                    values[row] = spare;
                }
            }
        }
    }

    /// Of input `input`, the rows at the beginning of each series that are no changes, as differences of it reach back
    /// beyond: they are cut off later and serve nothing.
    pub fn unchanged(&self, input: usize) -> impl Iterator<Item = Range<usize>> {
        let reach = self.reach.get(input).copied().unwrap_or(0);
        (self.series.iter()).map(move |series| series.start..series.end.min(series.start + reach))
    }

    /// Adds a column that says where input `input` is missing; filled by [`Frame::fill`].
    pub fn add_flag(&mut self, input: usize) -> usize {
        let mut name = format!("{}_missing", self.names[input]);
        while self.names.contains(&name) {
            name.push('_');
        }
        self.names.push(name);
        self.columns.push(vec![0.0; self.rows()]);
        self.columns.len() - 1
    }

    /// Applies one fill step; gives how many values it filled, and how many it left.
    pub fn fill(&mut self, fill: &FittedFill, stretches: &[Range<usize>], seed: u64) -> [usize; 2] {
        let mut counts = [0, 0];
        for column in &fill.columns {
            let values = &mut self.columns[column.input];
            let flags = fill.apply(column, values, stretches, &self.series, seed);
            for (value, flag) in values.iter().zip(&flags) {
                if *flag > 0.0 {
                    counts[usize::from(value.is_nan())] += 1;
                }
            }
            if let Some(flag) = column.flag {
                self.columns[flag] = flags;
            }
        }
        counts
    }

    /// What no step treated: on the line between neighbours of the same stretch; where a stretch has
    /// no value at all, the last one before it in its series, or the training mean.
    pub fn fill_rest(
        &mut self,
        means: &[f64],
        stretches: &[Range<usize>],
        notes: &mut Vec<String>,
    ) {
        for (input, mean) in means.iter().enumerate() {
            let missing = self.columns[input].iter().filter(|x| x.is_nan()).count();
            if missing == 0 || self.is_text(input) {
                continue;
            }
            let values = &mut self.columns[input];
            for stretch in stretches {
                fill::linear(&mut values[stretch.clone()], 0);
                if values[stretch.start].is_nan() {
                    let follows = !self
                        .series
                        .iter()
                        .any(|series| series.start == stretch.start);
                    let value = if follows {
                        values[stretch.start - 1]
                    } else {
                        *mean
                    };
                    values[stretch.clone()].fill(value);
                }
            }
            let (s, are) = if missing == 1 {
                ("", "is")
            } else {
                ("s", "are")
            };
            notes.push(format!(
                "{} missing value{s} of \"{}\" {are} filled on the line between neighbours, within each part",
                count(missing as u64),
                self.names[input]
            ));
        }
    }
}

/// Keeps the elements whose place says so.
fn retain<T>(items: &mut Vec<T>, keep: &[bool]) {
    let mut keep = keep.iter();
    items.retain(|_| keep.next() == Some(&true));
}
