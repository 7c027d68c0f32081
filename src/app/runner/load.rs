//! Data as the window shows them. Where the settings do not fit the data, the raw series is shown all
//! the same, so that the person sees what the error is about.

use crate::app::series::{self, Example, Overview, Samples, Series, Trace};
use crate::app::{format, text};
use crate::data::{
    self, DataError, Dataset, Inspection, Look, Part, RowClasses, Sequences, Table, Words,
};
use crate::experiment::{Data, Experiment, Generate, Join, KeyError};
use crate::train::TrainError;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::SystemTime;

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

/// The table that was read last: settings of preparation change more often than files do.
#[derive(Debug, Default, Clone)]
pub struct LastTable(Arc<Mutex<Option<Held>>>);

type Held = (Origin, Arc<Read>);

/// A table and what it holds, once somebody asked.
#[derive(Debug)]
struct Read {
    table: Table,
    /// By the target whose season and character they tell.
    inspections: Mutex<BTreeMap<Option<usize>, Arc<Inspection>>>,
}

impl Read {
    /// With season and character of the first of `targets` that is numbers, or else of the one that is taken then.
    fn inspection(&self, targets: &[String]) -> Arc<Inspection> {
        let target = asked(&self.table, targets);
        let mut known = self.known();
        let inspect = || Arc::new(data::inspect_of(&self.table, target));
        Arc::clone(known.entry(target).or_insert_with(inspect))
    }

    fn is_inspected(&self) -> bool {
        !self.known().is_empty()
    }

    fn known(&self) -> MutexGuard<'_, BTreeMap<Option<usize>, Arc<Inspection>>> {
        (self.inspections.lock()).unwrap_or_else(PoisonError::into_inner)
    }
}

/// The column of numbers that is to be predicted, where one is asked for.
fn asked(table: &Table, targets: &[String]) -> Option<usize> {
    let found = targets.first().and_then(|name| table.column(name));
    found.filter(|&index| table.columns[index].is_numeric())
}

/// What a table was read from: while nothing of it changes, reading again gives the same.
#[derive(Debug, Clone, PartialEq)]
struct Origin {
    source: String,
    generate: Generate,
    join: Vec<Join>,
    time: String,
    seed: u64,
    /// When each file was changed last, and its size.
    files: Vec<Option<(SystemTime, u64)>>,
}

/// Of larger tables what was read is shown before the rest about them is known.
const SEEN_FIRST_ROWS: usize = 50_000;

/// Larger tables are read anew each time rather than held.
const HELD_CELLS: usize = 30_000_000;

impl Origin {
    fn of(settings: &Data, seed: u64) -> Self {
        let file = |source: &str| {
            let path = source.rsplit_once('#').map_or(source, |(path, _)| path);
            let found = std::fs::metadata(source).or_else(|_| std::fs::metadata(path));
            let found = found.ok()?;
            Some((found.modified().ok()?, found.len()))
        };
        let joined = settings.join.iter().map(|join| join.source.as_str());
        Self {
            source: settings.source.clone(),
            generate: settings.generate.clone(),
            join: settings.join.clone(),
            time: settings.time.clone(),
            seed,
            files: std::iter::once(settings.source.as_str())
                .chain(joined)
                .map(file)
                .collect(),
        }
    }
}

impl LastTable {
    /// The table of `settings`, from memory where it is the one that was read last.
    fn read(&self, settings: &Data, seed: u64, look: Look<'_>) -> Result<Arc<Read>, DataError> {
        let origin = Origin::of(settings, seed);
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((known, read)) = &*last
            && *known == origin
        {
            return Ok(Arc::clone(read));
        }
        *last = None;
        let table = data::load_looked_at(&settings.source, &settings.generate, seed, look)
            .and_then(|table| data::join::all(table, settings, seed))?;
        let held = table.rows().saturating_mul(table.columns.len()) <= HELD_CELLS;
        let read = Arc::new(Read {
            table,
            inspections: Mutex::default(),
        });
        if held {
            *last = Some((origin, Arc::clone(&read)));
        }
        Ok(read)
    }
}

/// Loads the data of `experiment`. What was read of large ones goes to `first_sight` before what takes longer:
/// times, frequency and season, preparation and windows.
pub fn load(
    experiment: &Experiment,
    last: &LastTable,
    first_sight: &(dyn Fn(Series) + Sync),
) -> Loaded {
    let settings = &experiment.data;
    let seed = experiment.seeds.first().copied().unwrap_or_default();
    let large = |table: &Table| table.rows() >= SEEN_FIRST_ROWS && table.answers.is_none();
    let seen = AtomicBool::new(false);
    let look = |table: &Table| {
        // Where all is numbers, the first may be the times.
        let text = table.columns.iter().any(|column| !column.is_numeric());
        if large(table) && text && settings.join.is_empty() {
            first_sight(raw(None, table, &settings.targets));
            seen.store(true, Ordering::Relaxed);
        }
    };
    let read = match last.read(settings, seed, &look) {
        Ok(read) => read,
        Err(error) => {
            return Loaded {
                series: None,
                problems: vec![of_data(error)],
            };
        }
    };
    let table = &read.table;
    if large(table) && !seen.into_inner() && !read.is_inspected() {
        first_sight(raw(None, table, &settings.targets));
    }
    // What cannot be right was told before, and no data are made by it.
    let wrong = experiment.problems();
    if wrong.iter().any(|error| error.key.starts_with("data.")) {
        return Loaded {
            series: Some(Box::new(raw(
                Some(&read.inspection(&settings.targets)),
                table,
                &settings.targets,
            ))),
            problems: Vec::new(),
        };
    }
    let (inspection, dataset) = thread::scope(|scope| {
        let inspection = scope.spawn(|| read.inspection(&settings.targets));
        let dataset = Dataset::from_table(table, settings, seed);
        match inspection.join() {
            Ok(inspection) => (inspection, dataset),
            Err(panic) => resume_unwind(panic),
        }
    });
    match dataset {
        Ok(dataset) => Loaded {
            series: Some(Box::new(prepared(&inspection, table, &dataset))),
            problems: Vec::new(),
        },
        Err(error) => Loaded {
            series: Some(Box::new(raw(Some(&inspection), table, &settings.targets))),
            problems: vec![of_data(error)],
        },
    }
}

/// A series as the loader sees it, before any preparation; without an inspection nothing but its values.
fn raw(inspection: Option<&Inspection>, table: &Table, targets: &[String]) -> Series {
    let shown = asked(table, targets).or_else(|| table.default_target().ok());
    let time = table.time.as_ref();
    let column = shown.map(|index| &table.columns[index]);
    let (truth, years) = thread::scope(|scope| {
        let years = scope.spawn(|| time.map(|time| series::years(time.texts.iter(), 0, None)));
        let truth = column.map(|column| Trace::whole(&column.numbers));
        let years = years.join().unwrap_or_else(|panic| resume_unwind(panic));
        (truth, years.unwrap_or_default())
    });
    Series {
        summary: inspection.map(summary).unwrap_or_default(),
        notes: inspection.map_or_else(Vec::new, |inspection| {
            [inspection.sentences(), table.notes.clone()].concat()
        }),
        numeric_columns: numeric(table),
        columns: names(table),
        targets: column
            .map(|column| column.name.clone())
            .into_iter()
            .collect(),
        truth: truth.into_iter().collect(),
        overview: (inspection.and(column))
            .map_or_else(Overview::default, |column| Overview::of(&column.numbers)),
        years,
        times: time.map_or_else(Words::default, |time| time.texts.clone()),
        tick_rows: tick_rows(time.and_then(|time| time.frequency.as_deref())),
        rows: table.rows(),
        labelled: inspection.map_or(0, labelled),
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
        overview: if dataset.raw_targets.is_empty() {
            Overview::default()
        } else {
            let values = dataset.raw_targets.iter().step_by(targets);
            Overview::of(&values.copied().collect::<Vec<_>>())
        },
        stages: dataset.stages.clone(),
        years: series::years(dataset.times.iter(), 0, None),
        times: dataset.times.clone(),
        train: dataset.parts.train.clone(),
        validation: dataset.parts.validation.clone(),
        test: dataset.parts.test.clone(),
        rows: dataset.rows(),
        sequences: dataset.sequences.as_ref().map(|_| {
            Part::ALL.map(|part| {
                let rows = dataset.parts.of(part);
                let begins = |sequence: &&Range<usize>| rows.contains(&sequence.start);
                dataset.series.iter().filter(begins).count()
            })
        }),
        tick_rows: tick_rows(dataset.frequency.as_deref()),
        lookback: dataset.lookback,
        horizon: dataset.horizon,
        training_windows: match dataset.drawn_in_epoch(1) {
            Some(_) => None,
            None => Some(dataset.train_windows().len()),
        },
        samples: match (&dataset.sequences, &dataset.classes) {
            (Some(sequences), _) => Some(samples(dataset, sequences)),
            (None, Some(classes)) => Some(windows(dataset, classes)),
            (None, None) => None,
        },
        labelled: labelled(inspection),
    }
}

/// Classes that the data name.
fn labelled(inspection: &Inspection) -> usize {
    inspection.classes.as_ref().map_or(0, Vec::len)
}

/// A few of the sequences; of classes one of each first.
fn samples(dataset: &Dataset, sequences: &Sequences) -> Samples {
    let answers = &sequences.answers;
    let example = |series: usize| Example {
        inputs: inputs(dataset, dataset.series[series].clone()),
        answer: match sequences.classes.get(answers[series] as usize) {
            Some(class) => class.clone(),
            None => format::significant(answers[series], 3),
        },
    };
    let chosen = one_of_each(&sequences.classes, answers);
    Samples {
        inputs: dataset.input_names.clone(),
        classes: sequences.classes.clone(),
        examples: chosen.into_iter().map(example).collect(),
        windows: false,
    }
}

/// A few of the training windows, one of each class first.
fn windows(dataset: &Dataset, classes: &RowClasses) -> Samples {
    let starts = dataset.train_windows();
    let answer = |start: &usize| {
        let asked = dataset.forecasts_from(*start);
        let row = asked.first().map_or(usize::MAX, |(row, _)| *row);
        classes.of.get(row).copied().unwrap_or(f64::NAN)
    };
    let answers: Vec<f64> = starts.iter().map(answer).collect();
    let example = |window: usize| Example {
        inputs: inputs(dataset, starts[window]..starts[window] + dataset.lookback),
        answer: (classes.names.get(answers[window] as usize))
            .filter(|_| !answers[window].is_nan())
            .map_or_else(|| text::NOTHING_YET.into(), Clone::clone),
    };
    let chosen = one_of_each(&classes.names, &answers);
    Samples {
        inputs: dataset.input_names.clone(),
        classes: classes.names.clone(),
        examples: chosen.into_iter().map(example).collect(),
        windows: true,
    }
}

/// The first answer of each class, then the others in order, as many as are drawn.
fn one_of_each(classes: &[String], answers: &[f64]) -> Vec<usize> {
    let mut chosen: Vec<usize> = (0..classes.len())
        .filter_map(|class| answers.iter().position(|&answer| answer == class as f64))
        .chain((0..answers.len()).take(EXAMPLES))
        .collect();
    let mut seen = BTreeSet::new();
    chosen.retain(|&sample| seen.insert(sample));
    chosen.truncate(EXAMPLES);
    chosen
}

/// Each input over some rows.
fn inputs(dataset: &Dataset, rows: Range<usize>) -> Vec<Vec<f32>> {
    let inputs = dataset.inputs();
    let values = &dataset.values[rows.start * inputs..rows.end * inputs];
    (0..inputs)
        .map(|input| values.iter().skip(input).step_by(inputs).copied().collect())
        .collect()
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
        (inspection.lengths.as_ref())
            .map(|lengths| (inspection.series, [lengths.min, lengths.max])),
        inspection.classes.as_ref().map(Vec::len),
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

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::ToSpan as _;
    use std::fmt::Write;

    #[test]
    fn season_and_character_are_those_of_the_target() {
        let last = LastTable::default();
        let notes = |targets: &str| {
            let text = format!("[data]\nsource = \"builtin:macrodata\"\n{targets}");
            let experiment = Experiment::from_toml(&text).expect("a good experiment");
            let loaded = load(&experiment, &last, &|_| {});
            let series = loaded.series.expect("a series");
            let character = |note: &&String| note.starts_with("trend strength");
            series
                .notes
                .iter()
                .find(character)
                .cloned()
                .expect("a character")
        };
        let (first, inflation) = (notes(""), notes("targets = [\"infl\"]\n"));
        assert_ne!(first, inflation);
        assert_eq!(notes("targets = [\"realgdp\"]\n"), first);
    }

    #[test]
    fn large_data_are_seen_before_all_of_them_is_known_and_once() {
        let folder = tempfile::tempdir().expect("a folder");
        let sights = |rows: usize, times: usize, when: &dyn Fn(usize) -> String| {
            let path = folder.path().join("long.csv");
            let mut text = String::from("when,level\n");
            for row in 0..rows {
                writeln!(text, "{},{}", when(row), row % 97).expect("text takes more");
            }
            std::fs::write(&path, text).expect("a file");
            let source = format!("[data]\nsource = {:?}\n", path.display().to_string());
            let experiment = Experiment::from_toml(&source).expect("a good experiment");
            let (last, seen) = (LastTable::default(), Mutex::new(Vec::new()));
            let mut whole = None;
            for _ in 0..times {
                let see = |series| seen.lock().expect("no panic").push(series);
                let loaded = load(&experiment, &last, &see);
                assert_eq!(loaded.problems, []);
                whole = loaded.series;
            }
            (
                seen.into_inner().expect("no panic"),
                whole.expect("a series"),
            )
        };
        let day = |row: usize| {
            let first = jiff::civil::date(1700, 1, 1);
            first.saturating_add((row as i64).days()).to_string()
        };
        let second = |row: usize| (1_500_000_000 + row).to_string();
        // What is held is known at once.
        for (rows, when) in [
            (SEEN_FIRST_ROWS, &second as &dyn Fn(usize) -> String),
            // So large that it is gone through block by block.
            (8 * SEEN_FIRST_ROWS, &second),
            (8 * SEEN_FIRST_ROWS, &day),
        ] {
            let (seen, whole) = sights(rows, 2, when);
            let [first] = &seen[..] else {
                panic!("{} first sights", seen.len());
            };
            assert_eq!(first.targets, ["level"]);
            assert_eq!(first.targets, whole.targets);
            assert!(first.summary.is_empty() && !whole.summary.is_empty());
            assert_eq!((first.rows, &first.truth), (whole.rows, &whole.truth));
        }
        let (seen, _) = sights(1000, 1, &day);
        assert!(seen.is_empty(), "small data are there at once");
    }
}
