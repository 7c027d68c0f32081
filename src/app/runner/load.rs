//! Data as the window shows them. Where the settings do not fit the data, the raw series is shown all
//! the same, so that the person sees what the error is about.

use crate::app::series::{Example, Samples, Series, Trace};
use crate::app::{format, text};
use crate::data::{self, DataError, Dataset, Inspection, Sequences, Table};
use crate::experiment::{Experiment, KeyError};
use crate::train::TrainError;
use std::collections::BTreeSet;

/// Sequences that are drawn.
const EXAMPLES: usize = 6;

/// What came of loading.
pub struct Loaded {
    /// The data, as far as they could be read.
    pub series: Option<Box<Series>>,
    /// What is wrong.
    pub problems: Vec<KeyError>,
}

impl Loaded {
    /// Nothing, for a reason that no setting is to blame for.
    pub fn failed(reason: String) -> Self {
        Self {
            series: None,
            problems: vec![KeyError::new("", reason)],
        }
    }
}

/// Loads the data of `experiment`.
pub fn load(experiment: &Experiment) -> Loaded {
    let settings = &experiment.data;
    let seed = experiment.seeds.first().copied().unwrap_or_default();
    let table = data::load(&settings.source, &settings.generate, seed)
        .and_then(|table| data::join::all(table, settings, seed));
    let table = match table {
        Ok(table) => table,
        Err(error) => {
            return Loaded {
                series: None,
                problems: vec![of_data(error)],
            };
        }
    };
    let inspection = data::inspect(&table);
    match Dataset::from_table(&table, settings, seed) {
        Ok(dataset) => Loaded {
            series: Some(Box::new(prepared(&inspection, &table, &dataset))),
            problems: Vec::new(),
        },
        Err(error) => Loaded {
            series: Some(Box::new(raw(&inspection, &table, &settings.targets))),
            problems: vec![of_data(error)],
        },
    }
}

/// A series as the loader sees it, before any preparation.
fn raw(inspection: &Inspection, table: &Table, targets: &[String]) -> Series {
    let asked = targets.first().and_then(|name| table.column(name));
    let shown = asked
        .filter(|&index| table.columns[index].is_numeric())
        .or_else(|| table.default_target().ok());
    let (targets, truth) = shown
        .map(|index| {
            let column = &table.columns[index];
            (
                column.name.clone(),
                Trace::new(0, column.numbers.iter().copied()),
            )
        })
        .into_iter()
        .unzip();
    Series {
        summary: summary(inspection),
        notes: [inspection.sentences(), table.notes.clone()].concat(),
        numeric_columns: numeric(table),
        columns: names(table),
        targets,
        truth,
        times: table
            .time
            .as_ref()
            .map_or_else(Vec::new, |time| time.texts.clone()),
        tick_rows: tick_rows(
            table
                .time
                .as_ref()
                .and_then(|time| time.frequency.as_deref()),
        ),
        rows: table.rows(),
        ..Series::default()
    }
}

fn prepared(inspection: &Inspection, table: &Table, dataset: &Dataset) -> Series {
    let targets = dataset.target_names.len().max(1);
    let truth = (0..dataset.target_names.len())
        .map(|target| {
            let values = dataset.raw_targets.iter().skip(target).step_by(targets);
            Trace::new(0, values.copied())
        })
        .collect();
    Series {
        summary: summary(inspection),
        notes: [inspection.sentences(), dataset.notes.clone()].concat(),
        numeric_columns: numeric(table),
        columns: names(table),
        targets: dataset.target_names.clone(),
        truth,
        times: dataset.times.clone(),
        train: dataset.parts.train.clone(),
        validation: dataset.parts.validation.clone(),
        test: dataset.parts.test.clone(),
        rows: dataset.rows(),
        tick_rows: tick_rows(dataset.frequency.as_deref()),
        lookback: dataset.lookback,
        horizon: dataset.horizon,
        training_windows: match dataset.drawn_in_epoch(1) {
            Some(_) => None,
            None => Some(dataset.train_windows().len()),
        },
        samples: dataset
            .sequences
            .as_ref()
            .map(|sequences| samples(dataset, sequences)),
    }
}

/// A few of the sequences; of classes one of each first.
fn samples(dataset: &Dataset, sequences: &Sequences) -> Samples {
    let answers = &sequences.answers;
    let mut chosen: Vec<usize> = (0..sequences.classes.len())
        .filter_map(|class| answers.iter().position(|&answer| answer == class as f64))
        .chain(0..answers.len())
        .collect();
    let mut seen = BTreeSet::new();
    chosen.retain(|&series| seen.insert(series));
    chosen.truncate(EXAMPLES);
    let inputs = dataset.inputs();
    let example = |series: usize| {
        let rows = dataset.series[series].clone();
        let values = &dataset.values[rows.start * inputs..rows.end * inputs];
        Example {
            inputs: (0..inputs)
                .map(|input| values.iter().skip(input).step_by(inputs).copied().collect())
                .collect(),
            answer: match sequences.classes.get(answers[series] as usize) {
                Some(class) => class.clone(),
                None => format::significant(answers[series], 3),
            },
        }
    };
    Samples {
        inputs: dataset.input_names.clone(),
        classes: sequences.classes.clone(),
        examples: chosen.into_iter().map(example).collect(),
    }
}

/// Rows in the next larger unit of the calendar.
fn tick_rows(frequency: Option<&str>) -> usize {
    match frequency {
        Some("P1M") => 12,
        Some("P3M") => 4,
        Some("P1D") => 7,
        Some("PT1H") => 24,
        _ => 1,
    }
}

fn names(table: &Table) -> Vec<String> {
    table
        .columns
        .iter()
        .map(|column| column.name.clone())
        .collect()
}

fn numeric(table: &Table) -> Vec<String> {
    table
        .columns
        .iter()
        .filter(|column| column.is_numeric())
        .map(|column| column.name.clone())
        .collect()
}

fn summary(inspection: &Inspection) -> String {
    let time = inspection.time.as_ref();
    text::summary(
        inspection.rows,
        inspection.columns.len(),
        time.and_then(|time| time.frequency.as_deref()),
        inspection.seasonal_period,
        time.map(|time| (time.first.as_str(), time.last.as_str())),
    )
}

/// The setting that an error of the data concerns; none where it is the file as a whole.
fn of_data(error: DataError) -> KeyError {
    match error {
        DataError::Setting(error) => error,
        error @ DataError::File { .. } => KeyError::new("", error.to_string()),
    }
}

/// As [`of_data`], of an error of preparing a run.
pub fn of_training(error: TrainError) -> KeyError {
    match error {
        TrainError::Setting(error) => error,
        TrainError::Data(error) => of_data(error),
        error @ (TrainError::Model(_) | TrainError::Checkpoint(_)) => {
            KeyError::new("model.start_from", error.to_string())
        }
    }
}
