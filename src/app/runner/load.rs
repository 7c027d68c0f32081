//! Data as the window shows them. Where a setting does not fit the data, they are shown all the same, as far as the
//! others make something of them, so that the person sees what the error is about.

mod made;
#[cfg(test)]
mod tests;

use crate::app::series::{Collection, Overview, Series};
use crate::data::{self, DataError, Dataset, Inspection, Look, Stop, Table};
use crate::experiment::{Data, Experiment, Generate, Join, KeyError, Task};
use crate::train::TrainError;
use made::{prepared, raw};
use std::collections::BTreeMap;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::SystemTime;

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
    /// By the target whose season, character and outliers they tell.
    inspections: Mutex<BTreeMap<Option<usize>, Known>>,
    /// Of the columns that somebody asked for.
    overviews: Mutex<BTreeMap<usize, Arc<Overview>>>,
}

/// What is known of a table, whatever preparation it goes through.
#[derive(Debug, Clone)]
struct Known {
    inspection: Arc<Inspection>,
    /// Of the target; of nothing where series are samples.
    overview: Arc<Overview>,
    collection: Option<Arc<Collection>>,
}

impl Known {
    fn of(read: &Read, target: Option<usize>) -> Self {
        let table = &read.table;
        let inspection = data::inspect_of(table, target);
        let shown = target.or_else(|| table.default_target().ok());
        let column = shown.filter(|_| table.answers.is_none());
        Self {
            overview: column.map_or_else(Arc::default, |column| read.overview(column)),
            collection: Collection::of(table, &inspection).map(Arc::new),
            inspection: Arc::new(inspection),
        }
    }
}

impl Read {
    /// With season and character of the first of `targets` that is numbers, or else of the one that is taken then.
    fn inspection(&self, targets: &[String]) -> Known {
        let target = asked(&self.table, targets);
        let mut known = self.known();
        (known
            .entry(target)
            .or_insert_with(|| Known::of(self, target)))
        .clone()
    }

    /// Of a column of numbers, each worked out once.
    fn overview(&self, column: usize) -> Arc<Overview> {
        let mut known = (self.overviews.lock()).unwrap_or_else(PoisonError::into_inner);
        let of = || Arc::new(Overview::of(&self.table.columns[column].numbers));
        Arc::clone(known.entry(column).or_insert_with(of))
    }

    fn is_inspected(&self) -> bool {
        !self.known().is_empty()
    }

    fn known(&self) -> MutexGuard<'_, BTreeMap<Option<usize>, Known>> {
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
            overviews: Mutex::default(),
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
            first_sight(raw(None, table, settings));
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
        first_sight(raw(None, table, settings));
    }
    // What cannot be right was told before.
    let told: Vec<KeyError> = (experiment.problems().into_iter())
        .filter(|error| error.key.starts_with("data."))
        .collect();
    let (known, (made, problem)) = thread::scope(|scope| {
        let known = scope.spawn(|| read.inspection(&settings.targets));
        let made = most_made(table, settings, &told, seed);
        match known.join() {
            Ok(known) => (known, made),
            Err(panic) => resume_unwind(panic),
        }
    });
    let series = match made {
        Some((dataset, used)) => {
            let mut series = prepared(&known, &read, &dataset, &used);
            if used != *settings {
                // Nothing is known of windows that there cannot be yet.
                (series.lookback, series.training_windows) = (0, None);
            }
            series
        }
        None => raw(Some(&known), table, settings),
    };
    Loaded {
        series: Some(Box::new(series)),
        problems: problem.into_iter().collect(),
    }
}

/// The most that can be made of a table: with the settings, or with those that are left where one after the other is
/// taken out that does not fit. `told` of them cannot be right whatever the data are. Gives the settings that were
/// used, and the first thing that did not fit the data.
fn most_made(
    table: &Table,
    settings: &Data,
    told: &[KeyError],
    seed: u64,
) -> (Option<(Dataset, Data)>, Option<KeyError>) {
    let mut used = settings.clone();
    for problem in told {
        // What was taken out before may be wrong no more.
        match without(&used, &problem.key, settings) {
            Some(left) => used = left,
            None if problem.key.starts_with("data.prepare") => {}
            None => return (None, None),
        }
    }
    let mut first = None;
    loop {
        let mut problem = match Dataset::from_table(table, &used, seed) {
            Ok(dataset) => return (Some((dataset, used)), first),
            Err(error) => of_data(error),
        };
        if Stop::current().is_asked() {
            return (None, first.or(Some(problem)));
        }
        if problem.key.is_empty() && !used.time.is_empty() {
            // The time may be a column that something else is in need of.
            let timeless = Data {
                time: String::new(),
                ..used.clone()
            };
            if Dataset::from_table(table, &timeless, seed).is_ok() {
                "data.time".clone_into(&mut problem.key);
            }
        }
        let left = without(&used, &problem.key, settings);
        if told.is_empty() {
            first.get_or_insert(problem);
        }
        match left {
            Some(left) => used = left,
            None => return (None, first),
        }
    }
}

/// `used` without what the setting at `key` asks for: of preparation all from the step on that does not apply, so that
/// what comes before it is seen. `wanted` are the settings to begin with. None where nothing is left to take out.
fn without(used: &Data, key: &str, wanted: &Data) -> Option<Data> {
    let mut left = used.clone();
    let rest = key.strip_prefix("data.").unwrap_or(key);
    let mut parts = rest.split('.');
    match parts.next().unwrap_or_default() {
        // Of the file as a whole, or of all steps together.
        "" => left.prepare.iter_mut().for_each(|step| step.set_off(true)),
        "prepare" => {
            let number = parts.next().and_then(|number| number.parse().ok());
            let wrong = left.prepare.iter_mut().skip(number.unwrap_or(0));
            wrong.for_each(|step| step.set_off(true));
        }
        "window" => left.window = Data::default().window,
        "scale" => left.scale = Data::default().scale,
        "features" => left.features.clear(),
        "target_weights" => left.target_weights.clear(),
        "targets" => left.targets.clear(),
        "test_source" => left.test_source.clear(),
        "time" => left.time.clear(),
        "split" if rest.starts_with("split.fold") => {
            left.split.folds = 0;
            left.split.fold = 0;
        }
        // Once, so that it does not go to and fro.
        "task" if used.task == wanted.task => {
            left.task = match wanted.task {
                Task::Forecast => Task::Classify,
                Task::Classify => Task::Forecast,
            };
        }
        _ => {}
    }
    (left != *used).then_some(left)
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
