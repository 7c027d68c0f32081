//! The run folder: everything about one run, in files that other programs read.

use super::{Best, Forecast, Metrics, Outcome, RunInfo, Status, StepRecord};
use crate::files::write_whole;
use serde::{Deserialize, Serialize};
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// A run folder that cannot be made or written.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// It holds a run already.
    #[error("{} already holds a run; use another --out, or --force to replace it", .0.display())]
    Occupied(PathBuf),
    /// The file system refused.
    #[error("{}: cannot be written: {cause}", path.display())]
    Disk {
        /// The file or folder.
        path: PathBuf,
        /// What it said.
        cause: io::Error,
    },
}

fn disk(path: &Path) -> impl FnOnce(io::Error) -> FolderError + '_ {
    move |cause| FolderError::Disk {
        path: path.to_owned(),
        cause,
    }
}

/// The columns of `history.csv`.
pub const HISTORY: &str = "step,epoch,seconds,learning_rate,train_loss,grad_norm,grad_norm_clipped,update_norm,weight_norm,validation_loss";
/// The columns of `gradients.csv`.
pub const GRADIENTS: &str = "step,tensor,norm,norm_clipped";
/// The columns of `forecast.csv`.
pub const FORECAST: &str = "part,index,time,target,horizon,actual,predicted";

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
    /// The model that was kept.
    pub best: Option<Best>,
    /// What was noticed, in words.
    pub diagnosis: Vec<String>,
    /// Of this program.
    pub version: String,
}

impl RunSummary {
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
            steps_per_second: finite(Some(steps as f64 / seconds)),
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
            best: outcome.and_then(|o| o.best),
            diagnosis,
            version: env!("CARGO_PKG_VERSION").to_owned(),
        }
    }
}

/// A run folder that is being written.
#[derive(Debug)]
pub struct RunFolder {
    path: PathBuf,
    history: BufWriter<File>,
    gradients: BufWriter<File>,
    /// Text of whole rows, reused.
    line: String,
}

impl RunFolder {
    /// Makes the folder and begins its growing tables. With `replace`, an earlier run's files go.
    ///
    /// # Errors
    /// A folder that holds a run, or cannot be written.
    pub fn create(path: &Path, replace: bool) -> Result<Self, FolderError> {
        if path.join("run.json").exists() || path.join("history.csv").exists() {
            if !replace {
                return Err(FolderError::Occupied(path.to_owned()));
            }
            fs::remove_dir_all(path).map_err(disk(path))?;
        }
        fs::create_dir_all(path).map_err(disk(path))?;
        let table = |name: &str, columns: &str| {
            let path = path.join(name);
            let mut file = File::create(&path).map_err(disk(&path))?;
            writeln!(file, "{columns}").map_err(disk(&path))?;
            Ok(BufWriter::with_capacity(1 << 16, file))
        };
        Ok(Self {
            history: table("history.csv", HISTORY)?,
            gradients: table("gradients.csv", GRADIENTS)?,
            path: path.to_owned(),
            line: String::new(),
        })
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
        use std::fmt::Write as _;
        let Self {
            path,
            history,
            gradients,
            line,
        } = self;
        line.clear();
        let StepRecord {
            step,
            epoch,
            seconds,
            learning_rate,
            train_loss,
            grad_norm,
            grad_norm_clipped,
            update_norm,
            weight_norm,
            validation_loss,
            tensor_norms,
        } = record;
        let mut write = |text: std::fmt::Arguments<'_>| {
            line.write_fmt(text).expect("a string takes any text");
        };
        write(format_args!(
            "{step},{epoch},{seconds:.6},{}",
            Cell(*learning_rate)
        ));
        for value in [
            train_loss,
            grad_norm,
            grad_norm_clipped,
            update_norm,
            weight_norm,
        ] {
            write(format_args!(",{}", Cell(*value)));
        }
        write(format_args!(
            ",{}\n",
            Cell(validation_loss.unwrap_or(f64::NAN))
        ));
        history
            .write_all(line.as_bytes())
            .map_err(disk(&path.join("history.csv")))?;
        if !tensor_norms.is_empty() {
            line.clear();
            for (tensor, norms) in tensors.iter().zip(tensor_norms) {
                writeln!(
                    line,
                    "{step},{tensor},{},{}",
                    Cell32(norms[0]),
                    Cell32(norms[1])
                )
                .expect("a string takes any text");
            }
            gradients
                .write_all(line.as_bytes())
                .map_err(disk(&path.join("gradients.csv")))?;
        }
        Ok(())
    }

    /// Hands what was appended to the file system.
    ///
    /// # Errors
    /// Whatever the file system says.
    pub fn flush(&mut self) -> Result<(), FolderError> {
        self.history
            .flush()
            .map_err(disk(&self.path.join("history.csv")))?;
        self.gradients
            .flush()
            .map_err(disk(&self.path.join("gradients.csv")))
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

    /// Writes `forecast.csv` and `metrics.json`.
    ///
    /// # Errors
    /// Whatever the file system says.
    pub fn write_results(&self, forecast: &Forecast, metrics: &Metrics) -> Result<(), FolderError> {
        self.whole("forecast.csv", &forecast_csv(forecast))?;
        write_json(&self.path, "metrics.json", metrics)
    }

    fn whole(&self, name: &str, bytes: &[u8]) -> Result<(), FolderError> {
        let path = self.path.join(name);
        write_whole(&path, bytes).map_err(disk(&path))
    }
}

fn write_json(folder: &Path, name: &str, content: &impl Serialize) -> Result<(), FolderError> {
    let path = folder.join(name);
    let mut json = serde_json::to_vec_pretty(content).expect("plain data");
    json.push(b'\n');
    write_whole(&path, &json).map_err(disk(&path))
}

/// `forecast.csv` as text.
///
/// # Panics
/// Never: writing into memory does not fail.
#[must_use]
pub fn forecast_csv(forecast: &Forecast) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let names = FORECAST.split(',').map(str::to_owned);
    let quantiles = (forecast.quantiles.iter())
        .map(|&quantile| format!("predicted_{}", quantile_name(quantile)));
    writer
        .write_record(names.chain(quantiles))
        .expect("writing into memory");
    for row in &forecast.rows {
        let fields = [
            row.part.to_owned(),
            row.index.to_string(),
            row.time.clone(),
            forecast.targets[row.target].clone(),
            row.horizon.to_string(),
            Cell(row.actual.unwrap_or(f64::NAN)).to_string(),
            Cell(row.predicted).to_string(),
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

/// A number in a table: the shortest text that reads back as itself, nothing where it is not finite.
struct Cell(f64);

impl std::fmt::Display for Cell {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let size = self.0.abs();
        if !size.is_finite() {
            Ok(())
        } else if size != 0.0 && !(1e-5..1e16).contains(&size) {
            write!(f, "{:e}", self.0)
        } else {
            write!(f, "{}", self.0)
        }
    }
}

/// As [`Cell`] for numbers that were computed with 32 bits.
struct Cell32(f32);

impl std::fmt::Display for Cell32 {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let size = self.0.abs();
        if !size.is_finite() {
            Ok(())
        } else if size != 0.0 && !(1e-5..1e9).contains(&size) {
            write!(f, "{:e}", self.0)
        } else {
            write!(f, "{}", self.0)
        }
    }
}
