//! A table under settings becomes a dataset: columns chosen, rows dropped, parts cut, gaps filled,
//! values scaled, the window fixed.

mod fitted;
mod units;

pub use units::Units;

use super::{
    DataError, Part, Parts, Table, TimeInfo,
    frame::{self, Frame},
    join,
    prepare::{
        self, FittedStep, Ground,
        inverse::{self, Inverse},
    },
    rows,
    scale::{Scaling, is_constant},
    season,
    sequences::Sequences,
    source,
    split::stretches_of,
    windows,
};
use crate::experiment::choices::prepare::EncodeMethod;
use crate::experiment::{self, Output, ScaleMethod, Task};
use serde::{Deserialize, Serialize};
use std::ops::Range;

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
    pub times: Vec<String>,
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

    /// Prepares a table: everything is fitted on its training part.
    ///
    /// # Errors
    /// A setting that does not fit the table (with its dotted key), a target without values or
    /// without change, too few rows for one window.
    pub fn from_table(
        table: &Table,
        settings: &experiment::Data,
        seed: u64,
    ) -> Result<Self, DataError> {
        if let Some(answers) = &table.answers {
            return Self::from_sequences(table, answers, settings, seed);
        }
        if settings.task == Task::Classify {
            return Err(DataError::setting(
                "data.task",
                format!(
                    "{} has no classes to learn; set data.task = \"forecast\", or give sequences with classes such as generate:temporal-order",
                    table.source
                ),
            ));
        }
        let known = table
            .columns
            .iter()
            .map(|column| column.name.clone())
            .collect();
        let arranged = rows::arrange(table, settings)?;
        let table = &*arranged;
        let targets = settings.targets.len().max(1);
        let mut notes = table.notes.clone();
        let mut frame = whole_frame(table, settings, seed, &mut notes)?;
        frame.check_targets(&table.source, targets)?;

        // The first rows of a series have no changes from before: they only serve to take the others'.
        let warm = prepare::warm_up(&frame.names, settings);
        let cut = Cut::new(&frame, warm);
        if cut.rows == 0 {
            return Err(prepare::too_far(settings, warm));
        }
        let parts = Parts::cut(&cut.series, cut.rows, cut.tested, settings.split);
        if parts.train.is_empty() {
            return Err(DataError::setting(
                "data.split.train",
                format!(
                    "{} of {} rows is none; make it larger",
                    settings.split.train, cut.rows
                ),
            ));
        }
        let whole = cut.whole(&parts);
        let frequency = frame.time.as_ref().and_then(|time| time.frequency.clone());
        let longest = stretches_of(&whole.train, &frame.series)
            .into_iter()
            .max_by_key(ExactSizeIterator::len);
        let seasonal_period = longest
            .and_then(|stretch| season::period(&frame.columns[0][stretch], frequency.as_deref()));
        let lookback = windows::lookback(settings.window, &parts, &cut.series)?;
        let sources = frame.names.clone();
        let stretches = whole.stretches(&frame.series);
        let ground = Ground {
            train: whole.train.clone(),
            stretches: &stretches,
            targets,
            season: seasonal_period,
            seed,
        };
        let target_names = frame.names[..targets].to_vec();
        let (steps, inverses, read) = prepare::fit(&mut frame, settings, &ground, &mut notes)?;
        check_reach(settings, &inverses)?;
        frame.cut_beginnings(warm);
        if warm > 0 {
            notes.push(format!(
                "the first {warm} rows of a series have no changes from before and serve the later ones alone"
            ));
        }
        let mut fitted = Fitted {
            target_names,
            read,
            sources: if frame.names.get(..sources.len()) == Some(&sources[..]) {
                Vec::new()
            } else {
                sources
            },
            input_names: frame.names.clone(),
            columns: known,
            scale: Vec::new(),
            steps,
            warm_up: warm,
            frequency,
            seasonal_period,
            lookback,
            seed,
            sequences: None,
        };
        let trained = stretches_of(&parts.train, &frame.series);
        for (input, values) in frame.columns.iter().enumerate() {
            // Flags, sines and cosines have a common size already.
            let made = (input >= fitted.read || is_one_hot(&fitted.steps, &frame.names[input]))
                && values.iter().all(|x| x.abs() <= 1.0);
            let method = if made {
                ScaleMethod::None
            } else {
                settings.scale.method
            };
            let scaling = Scaling::fit(method, &values[parts.train.clone()]);
            if !scaling.factor.is_finite() || !scaling.offset.is_finite() {
                return Err(DataError::file(
                    &table.source,
                    "holds numbers too large to be scaled; divide them by a common factor first",
                )
                .in_column(&frame.names[input]));
            }
            fitted.scale.push(scaling);
        }
        let reach = fitted.lookback + settings.window.horizon;
        let short = trained
            .iter()
            .filter(|stretch| stretch.len() < reach)
            .count();
        if short > 0 {
            notes.push(format!(
                "{short} of {} training series are shorter than a window ({reach} rows) and go unused",
                trained.len()
            ));
        }
        for (name, values) in fitted.target_names.iter().zip(&frame.columns) {
            let training = &values[parts.train.clone()];
            if is_constant(training) {
                notes.push(format!("\"{name}\" does not change in the training part, so there is nothing to learn from it"));
            }
        }
        Self::finish(
            frame,
            parts,
            fitted,
            inverses,
            settings,
            &table.source,
            notes,
        )
    }

    /// New data under an exported model's own preparation: columns are found by name, nothing is
    /// fitted anew, and the whole table is one test part.
    ///
    /// # Errors
    /// Missing columns, by their names; fewer rows than one window looks back.
    pub fn with_fitted(
        table: &Table,
        settings: &experiment::Data,
        fitted: &Fitted,
    ) -> Result<Self, DataError> {
        if let Some(classes) = &fitted.sequences {
            return Self::sequences_with_fitted(table, settings, fitted, classes);
        }
        let whole = table;
        let arranged = rows::arrange(table, settings)?;
        let table = &*arranged;
        let columns = frame::find_all(table, fitted.sources(), settings)?;
        let mut notes = table.notes.clone();
        let mut frame = Frame::new(table, &columns, &settings.time).or_else(|error| {
            // A new file may tell its time otherwise; only the columns must be the same.
            if settings.time.is_empty() {
                Err(error)
            } else {
                Frame::new(table, &columns, "")
            }
        })?;
        fitted.check_new(whole, table, frame.time.as_ref())?;
        let drops = frame::drops(&frame.names, settings)?;
        frame.drop_rows(&drops, &mut notes)?;
        let targets = fitted.target_names.len();
        frame.note_targets(targets);
        let needed = fitted.lookback + fitted.warm_up;
        let longest = frame.series.last().map_or(0, ExactSizeIterator::len);
        if longest < needed {
            return Err(DataError::file(
                &table.source,
                format!(
                    "has {longest} rows, and the model looks back over {needed}; give at least as many"
                ),
            ));
        }
        let all = |rows: usize| Parts {
            train: 0..0,
            validation: 0..0,
            test: 0..rows,
        };
        let stretches = all(frame.rows()).stretches(&frame.series);
        let ground = Ground {
            train: 0..0,
            stretches: &stretches,
            targets,
            season: fitted.seasonal_period,
            seed: fitted.seed,
        };
        let mut inverses = Vec::new();
        for (number, step) in fitted.steps.iter().enumerate() {
            step.apply(&mut frame, &ground, &mut inverses, number, &mut notes)?;
        }
        frame.cut_beginnings(fitted.warm_up);
        frame.names.clone_from(&fitted.input_names);
        let parts = all(frame.rows());
        Self::finish(
            frame,
            parts,
            fitted.clone(),
            inverses,
            settings,
            &table.source,
            notes,
        )
    }

    /// Scales, and puts the rest together.
    fn finish(
        frame: Frame,
        parts: Parts,
        fitted: Fitted,
        inverses: Vec<Inverse>,
        settings: &experiment::Data,
        source: &str,
        notes: Vec<String>,
    ) -> Result<Self, DataError> {
        let rows = frame.rows();
        let mut values = Vec::with_capacity(rows * frame.columns.len());
        for row in 0..rows {
            for (input, column) in frame.columns.iter().enumerate() {
                let value = fitted.scale[input].scale(column[row]) as f32;
                if !value.is_finite() {
                    return Err(DataError::file(
                        source,
                        format!(
                            "{:e} is beyond single precision after scaling by \"{}\"; correct it, or set another data.scale.method",
                            column[row],
                            experiment_name(settings.scale.method)
                        ),
                    )
                    .in_column(&frame.names[input]));
                }
                values.push(value);
            }
        }
        let mut dataset = Self {
            target_names: fitted.target_names.clone(),
            lookback: fitted.lookback,
            horizon: settings.window.horizon,
            stride: settings.window.stride.max(1),
            output: settings.window.output,
            frequency: frame
                .time
                .as_ref()
                .map_or(fitted.frequency.clone(), |time| time.frequency.clone()),
            seasonal_period: fitted.seasonal_period,
            input_names: frame.names,
            values,
            raw_targets: frame.raw_targets,
            times: frame.times,
            series: frame.series,
            parts,
            fitted,
            notes,
            hash: String::new(),
            inverses,
            clock: frame.time,
            rows_read: frame.rows_read,
            sequences: None,
        };
        dataset.hash = dataset.fingerprint();
        Ok(dataset)
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

    /// Rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.series.last().map_or(0, |series| series.end)
    }

    /// Outputs of the model's head: targets, or horizon × targets for `last-step`, or classes.
    #[must_use]
    pub fn outputs(&self) -> usize {
        if let Some(sequences) = &self.sequences {
            return sequences.classes.len().max(1);
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
        for (_, value) in path.iter_mut() {
            *value = self.unscale(target, *value);
        }
        if self.inverses.is_empty() {
            return;
        }
        // Histories have the rows that the beginnings of series lost.
        let before = self.fitted.warm_up * (self.series_index(origin) + 1);
        let series = self.series.get(self.series_index(origin));
        let start = series.map_or(0, |series| series.start) + before - self.fitted.warm_up;
        inverse::undo(&self.inverses, target, origin + before, start, path);
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

/// The columns that `settings` choose of an arranged table, test source included, without dropped rows.
fn whole_frame(
    table: &Table,
    settings: &experiment::Data,
    seed: u64,
    notes: &mut Vec<String>,
) -> Result<Frame, DataError> {
    let columns = frame::choose(table, settings)?;
    let mut frame = Frame::new(table, &columns, &settings.time)?;
    frame.add_test_source(settings, seed, notes)?;
    let drops = frame::drops(&frame.names, settings)?;
    frame.drop_rows(&drops, notes)?;
    Ok(frame)
}

/// Whether a step made column `name` of a text.
fn is_one_hot(steps: &[FittedStep], name: &String) -> bool {
    steps.iter().any(|step| match step {
        FittedStep::Encode {
            columns,
            method: EncodeMethod::OneHot,
        } => columns.iter().any(|column| column.names.contains(name)),
        _ => false,
    })
}

/// The rows of a frame without the beginnings of its series.
struct Cut {
    warm: usize,
    series: Vec<Range<usize>>,
    rows: usize,
    tested: usize,
    /// Of each series that is left: its rows in the frame.
    origins: Vec<Range<usize>>,
}

impl Cut {
    fn new(frame: &Frame, warm: usize) -> Self {
        let own = frame.rows() - frame.tested;
        let mut cut = Self {
            warm,
            series: Vec::new(),
            rows: 0,
            tested: 0,
            origins: Vec::new(),
        };
        for series in frame.series.iter().filter(|series| series.len() > warm) {
            let length = series.len() - warm;
            cut.series.push(cut.rows..cut.rows + length);
            cut.origins.push(series.clone());
            cut.rows += length;
            cut.tested += series.end.saturating_sub(own.max(series.start + warm));
        }
        cut
    }

    /// The parts with the rows that were cut off: those belong to the part of the row after them.
    fn whole(&self, parts: &Parts) -> Parts {
        let end = self.origins.last().map_or(0, |series| series.end);
        let place = |border: usize| {
            if border == 0 {
                return 0;
            }
            match self
                .series
                .iter()
                .position(|series| series.contains(&border))
            {
                None => end,
                // A border between series is the next one's beginning.
                Some(k) if self.series[k].start == border => self.origins[k].start,
                Some(k) => self.origins[k].start + self.warm + border - self.series[k].start,
            }
        };
        let (train, validation) = (place(parts.train.end), place(parts.validation.end));
        Parts {
            train: 0..train,
            validation: train..validation,
            test: validation..end,
        }
    }
}

/// Refuses differences that a forecast could not be undone from: each step of `every-step` forecasts one
/// row alone, so what it builds on must have been observed.
fn check_reach(settings: &experiment::Data, inverses: &[Inverse]) -> Result<(), DataError> {
    let horizon = settings.window.horizon;
    match inverse::shortest_lag(inverses) {
        Some(lag) if settings.window.output == Output::EveryStep && lag < horizon => {
            Err(DataError::setting(
                "data.window.output",
                format!(
                    "\"every-step\" forecasts the row {horizon} ahead alone, and a step whose changes reach back over {lag} needs those between; set data.window.output = \"last-step\""
                ),
            ))
        }
        _ => Ok(()),
    }
}

/// The method's name in experiment files.
fn experiment_name(method: ScaleMethod) -> String {
    match method {
        ScaleMethod::Standard => "standard",
        ScaleMethod::MinMax => "min-max",
        ScaleMethod::Robust => "robust",
        ScaleMethod::None => "none",
    }
    .to_owned()
}
