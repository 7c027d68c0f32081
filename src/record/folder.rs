//! The run folder: everything about one run, in files that other programs read.

use super::backtest::fold_number;
use super::tables::{Cell, Cell32, Tables};
use super::{
    Best, Checkpoints, FlowHistory, Forecast, ForecastRow, LossUnit, Metrics, Outcome, RunInfo,
    Sharpness, Status, StepRecord, TableLengths,
};
use crate::files::{remove_temporaries, write_whole, write_whole_with};
use serde::{Deserialize, Serialize};
use std::fs::{self, File, TryLockError};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// A run folder that cannot be made or written.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// It holds a run already.
    #[error("{} already holds a run; use another --out, --resume to go on with it, or --force to replace it", .0.display())]
    Occupied(PathBuf),
    /// Another process trains into it.
    #[error("{}: another process is training into this folder; wait for it, or use another --out", .0.display())]
    InUse(PathBuf),
    /// A table lacks rows that the checkpoint counts on.
    #[error("{}: has {length} bytes where its checkpoint counts on {expected}; --force trains the run anew", path.display())]
    Short {
        /// The table.
        path: PathBuf,
        /// What it has.
        length: u64,
        /// What it should have at least.
        expected: u64,
    },
    /// The file system refused.
    #[error("{}: cannot be written: {cause}", path.display())]
    Disk {
        /// The file or folder.
        path: PathBuf,
        /// What it said.
        cause: io::Error,
    },
}

pub(super) fn disk(path: &Path) -> impl FnOnce(io::Error) -> FolderError + '_ {
    move |cause| FolderError::Disk {
        path: path.to_owned(),
        cause,
    }
}

/// The columns of `gradient_flow.csv`.
pub const FLOW: &str = "step,layer,time_step,grad_hidden_norm,grad_cell_norm";
/// The columns of `sharpness.csv`.
pub const SHARPNESS: &str = "step,sharpness,stability_limit";
/// The columns of `forecast.csv`.
pub const FORECAST: &str = "part,index,time,target,horizon,actual,predicted";

/// Locks the folder at `path` against other processes. A file system without locks has none to offer.
fn lock(path: &Path) -> Result<File, FolderError> {
    let folder = path.join("checkpoint");
    fs::create_dir_all(&folder).map_err(disk(&folder))?;
    let file = folder.join("lock");
    let lock = File::create(&file).map_err(disk(&file))?;
    match lock.try_lock() {
        Err(TryLockError::WouldBlock) => Err(FolderError::InUse(path.to_owned())),
        Ok(()) | Err(TryLockError::Error(_)) => Ok(lock),
    }
}

/// Hashes by which runs can be shown to be the same, or fair to each other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hashes {
    /// Of the prepared data.
    pub data: String,
    /// Of the weights before the first step.
    pub initial_weights: String,
    /// Of the windows of every batch, in order.
    pub batch_order: Option<String>,
    /// Of the weights after the last step.
    pub final_weights: Option<String>,
}

/// The last losses.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Final {
    /// Of the last batch.
    pub train_loss: Option<f64>,
    /// Of the last validation.
    pub validation_loss: Option<f64>,
}

/// The content of `run.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunSummary {
    /// Where it stands.
    pub status: Status,
    /// Why, in words.
    pub reason: String,
    /// The contender's name.
    pub contender: String,
    /// The seed.
    pub seed: u64,
    /// burn's backend.
    pub backend: String,
    /// Threads that the run had to itself.
    pub threads: usize,
    /// Updates made.
    pub steps: u64,
    /// Epochs begun.
    pub epochs: f64,
    /// Training time.
    pub seconds: f64,
    /// Mean speed.
    pub steps_per_second: Option<f64>,
    /// Trainable numbers.
    pub parameters: usize,
    /// See [`Hashes`].
    pub hashes: Hashes,
    /// See [`Final`].
    #[serde(rename = "final")]
    pub last: Final,
    /// What its losses are counted in; the usual where an older version wrote it.
    #[serde(default)]
    pub loss_unit: LossUnit,
    /// The model that was kept.
    pub best: Option<Best>,
    /// What was noticed, in words.
    pub diagnosis: Vec<String>,
    /// Of this program.
    pub version: String,
}

impl RunSummary {
    /// The `run.json` of the run in the folder at `path`; nothing where there is none that can be read.
    #[must_use]
    pub fn read(path: &Path) -> Option<Self> {
        let json = fs::read(path.join("run.json")).ok()?;
        serde_json::from_slice(&json).ok()
    }

    /// What is known of a run that has begun (`outcome` absent) or ended.
    #[must_use]
    pub fn new(info: &RunInfo, outcome: Option<&Outcome>, diagnosis: Vec<String>) -> Self {
        let steps = outcome.map_or(0, |o| o.steps);
        let seconds = outcome.map_or(0.0, |o| o.seconds);
        let finite = |x: Option<f64>| x.filter(|x| x.is_finite());
        Self {
            status: outcome.map_or(Status::Running, |o| o.status),
            reason: outcome.map_or_else(String::new, |o| o.reason.clone()),
            contender: info.contender.clone(),
            seed: info.seed,
            backend: info.backend.clone(),
            threads: info.threads,
            steps,
            epochs: steps as f64 / info.steps_per_epoch.max(1) as f64,
            seconds,
            steps_per_second: finite(Some(steps.saturating_sub(info.first_step) as f64 / seconds)),
            parameters: info.parameters,
            hashes: Hashes {
                data: info.data_hash.clone(),
                initial_weights: info.initial_weights.clone(),
                batch_order: outcome.map(|o| o.batch_order.clone()),
                final_weights: outcome.map(|o| o.final_weights.clone()),
            },
            last: Final {
                train_loss: finite(outcome.and_then(|o| o.train_loss)),
                validation_loss: finite(outcome.and_then(|o| o.validation_loss)),
            },
            loss_unit: info.loss_unit,
            best: outcome.and_then(|o| o.best),
            diagnosis,
            version: env!("CARGO_PKG_VERSION").to_owned(),
        }
    }
}

impl From<RunSummary> for Outcome {
    /// How the run ended that `run.json` tells of.
    fn from(summary: RunSummary) -> Self {
        Self {
            status: summary.status,
            reason: summary.reason,
            steps: summary.steps,
            seconds: summary.seconds,
            best: summary.best,
            batch_order: summary.hashes.batch_order.unwrap_or_default(),
            final_weights: summary.hashes.final_weights.unwrap_or_default(),
            train_loss: summary.last.train_loss,
            validation_loss: summary.last.validation_loss,
        }
    }
}

/// A run folder that is being written. Nobody else writes it meanwhile.
#[derive(Debug)]
pub struct RunFolder {
    path: PathBuf,
    tables: Tables,
    /// Locked; the system lets go of it when the process ends, however it ends.
    _lock: File,
}

impl RunFolder {
    /// Whether a run was begun in the folder at `path`.
    #[must_use]
    pub fn is_occupied(path: &Path) -> bool {
        path.join("run.json").exists() || path.join("history.csv").exists()
    }

    /// Makes the folder and begins its growing tables. With `replace`, an earlier run's files go.
    ///
    /// # Errors
    /// A folder that holds a run, that another process writes, or that cannot be written.
    pub fn create(path: &Path, replace: bool) -> Result<Self, FolderError> {
        if Self::is_occupied(path) {
            if !replace {
                return Err(FolderError::Occupied(path.to_owned()));
            }
            drop(lock(path)?);
            remove_run(path).map_err(disk(path))?;
        }
        fs::create_dir_all(path).map_err(disk(path))?;
        let lock = lock(path)?;
        Ok(Self {
            tables: Tables::create(path)?,
            path: path.to_owned(),
            _lock: lock,
        })
    }

    /// Goes on with the run in the folder at `path` from its checkpoint of `step`: the tables are cut
    /// back to the lengths that they had there, and later checkpoints go.
    ///
    /// # Errors
    /// A folder that another process writes, tables that are shorter than that, or whatever the file
    /// system says.
    pub fn resume(path: &Path, step: u64, lengths: TableLengths) -> Result<Self, FolderError> {
        let lock = lock(path)?;
        remove_temporaries(path);
        let folder = Self {
            tables: Tables::cut_back(path, lengths)?,
            path: path.to_owned(),
            _lock: lock,
        };
        folder.checkpoints().cut_back(step)?;
        Ok(folder)
    }

    /// The folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Appends one step to `history.csv` and, where its tensors were recorded, to `gradients.csv`.
    ///
    /// # Errors
    /// Whatever the file system says.
    pub fn append(&mut self, record: &StepRecord, tensors: &[String]) -> Result<(), FolderError> {
        self.tables.append(record, tensors)
    }

    /// Hands what was appended to the file system.
    ///
    /// # Errors
    /// Whatever the file system says.
    pub fn flush(&mut self) -> Result<(), FolderError> {
        self.tables.flush()
    }

    /// The growing tables, for a checkpoint.
    #[must_use]
    pub fn tables(&self) -> &Tables {
        &self.tables
    }

    /// The run's checkpoints.
    #[must_use]
    pub fn checkpoints(&self) -> Checkpoints {
        Checkpoints::of(&self.path)
    }

    /// Writes `experiment.toml`.
    ///
    /// # Errors
    /// Whatever the file system says.
    pub fn write_experiment(&self, toml: &str) -> Result<(), FolderError> {
        self.whole("experiment.toml", toml.as_bytes())
    }

    /// Writes `run.json`.
    ///
    /// # Errors
    /// Whatever the file system says.
    pub fn write_summary(&self, summary: &RunSummary) -> Result<(), FolderError> {
        write_json(&self.path, "run.json", summary)
    }

    /// Says in the `run.json` of the folder at `path` that its run failed.
    ///
    /// # Errors
    /// Whatever the file system says.
    pub fn mark_failed(path: &Path, info: &RunInfo, outcome: &Outcome) -> Result<(), FolderError> {
        write_json(
            path,
            "run.json",
            &RunSummary::new(info, Some(outcome), Vec::new()),
        )
    }

    /// Writes `gradient_flow.csv` into the run folder at `path`.
    ///
    /// # Errors
    /// Whatever the file system says.
    pub fn write_flow(path: &Path, flow: &FlowHistory) -> Result<(), FolderError> {
        let path = path.join("gradient_flow.csv");
        write_whole_with(&path, |file| {
            writeln!(file, "{FLOW}")?;
            for (step, layers) in flow.steps() {
                for (layer, flow) in layers.iter().enumerate() {
                    for (time_step, hidden) in flow.hidden.iter().enumerate() {
                        let cell = flow.cell.get(time_step).copied().unwrap_or(f32::NAN);
                        writeln!(
                            file,
                            "{step},{layer},{time_step},{},{}",
                            Cell32(*hidden),
                            Cell32(cell)
                        )?;
                    }
                }
            }
            Ok(())
        })
        .map_err(disk(&path))
    }

    /// Writes `sharpness.csv`, where there is any.
    ///
    /// # Errors
    /// Whatever the file system says.
    pub fn write_sharpness(&self, sharpness: &[Sharpness]) -> Result<(), FolderError> {
        if sharpness.is_empty() {
            return Ok(());
        }
        let mut rows = format!("{SHARPNESS}\n");
        for Sharpness { step, value, limit } in sharpness {
            let (value, limit) = (Cell(*value), Cell(limit.unwrap_or(f64::NAN)));
            rows += &format!("{step},{value},{limit}\n");
        }
        self.whole("sharpness.csv", rows.as_bytes())
    }

    /// Writes `forecast.csv`, `rolled.csv` where the forecast was rolled forward, and `metrics.json`.
    ///
    /// # Errors
    /// Whatever the file system says.
    pub fn write_results(&self, forecast: &Forecast, metrics: &Metrics) -> Result<(), FolderError> {
        self.whole("forecast.csv", &forecast_csv(forecast))?;
        if !forecast.rolled.is_empty() {
            self.whole("rolled.csv", &rolled_csv(forecast))?;
        }
        write_json(&self.path, "metrics.json", metrics)
    }

    fn whole(&self, name: &str, bytes: &[u8]) -> Result<(), FolderError> {
        let path = self.path.join(name);
        write_whole(&path, bytes).map_err(disk(&path))
    }
}

/// Removes all files of a run but those of its folds, which are runs of their own.
fn remove_run(path: &Path) -> io::Result<()> {
    for entry in fs::read_dir(path)? {
        let entry = entry?;
        if fold_number(&entry.path()).is_some() {
            continue;
        }
        if entry.file_type()?.is_dir() {
            fs::remove_dir_all(entry.path())?;
        } else {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

pub(super) fn write_json(
    folder: &Path,
    name: &str,
    content: &impl Serialize,
) -> Result<(), FolderError> {
    let path = folder.join(name);
    let mut json = serde_json::to_vec_pretty(content).expect("plain data");
    json.push(b'\n');
    write_whole(&path, &json).map_err(disk(&path))
}

/// `forecast.csv` as text; classes stand there by their names.
///
/// # Panics
/// Never: writing into memory does not fail.
#[must_use]
pub fn forecast_csv(forecast: &Forecast) -> Vec<u8> {
    rows_csv(forecast, &forecast.rows, &forecast.quantiles)
}

/// What was rolled forward, in the columns of `forecast.csv`.
fn rolled_csv(forecast: &Forecast) -> Vec<u8> {
    rows_csv(forecast, &forecast.rolled, &[])
}

fn rows_csv(forecast: &Forecast, rows: &[ForecastRow], quantiles: &[f64]) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let names = FORECAST.split(',').map(str::to_owned);
    let quantiles =
        (quantiles.iter()).map(|&quantile| format!("predicted_{}", quantile_name(quantile)));
    writer
        .write_record(names.chain(quantiles))
        .expect("writing into memory");
    // A class stands there by its name.
    let value = |value: f64| {
        if forecast.classes.is_empty() {
            Cell(value).to_string()
        } else if value.is_nan() {
            String::new()
        } else {
            forecast.classes[value as usize].clone()
        }
    };
    for row in rows {
        let fields = [
            row.part.to_owned(),
            row.index.to_string(),
            row.time.clone(),
            forecast.targets[row.target].clone(),
            row.horizon.to_string(),
            value(row.actual.unwrap_or(f64::NAN)),
            value(row.predicted),
        ];
        let quantiles = row.quantiles.iter().map(|&value| Cell(value).to_string());
        writer
            .write_record(fields.into_iter().chain(quantiles))
            .expect("writing into memory");
    }
    writer.into_inner().expect("writing into memory")
}

/// `q10` for 0.1, `q2.5` for 0.025.
#[must_use]
pub fn quantile_name(quantile: f64) -> String {
    // Nine decimals, so that 0.07 is 7 and not 7.000000000000001.
    format!("q{}", (quantile * 1e11).round() / 1e9)
}
