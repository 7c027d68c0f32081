//! A run folder read back: what its run showed, and where it can go on.

use super::{
    Checkpoints, Forecast, ForecastRow, History, LayerFlow, Metrics, Outcome, PartMetrics, Results,
    RunInfo, RunSummary, Sharpness, Status, StepRecord,
};
use crate::experiment::{Cell, Document, Experiment};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt::Display;
use std::fs;
use std::path::{Path, PathBuf};

/// What a run folder tells of its run.
#[derive(Debug, Clone, PartialEq)]
pub struct PastRun {
    /// The experiment of this run alone.
    pub experiment: Experiment,
    /// What was known before its first step, the tensors' names excepted. Steps in an epoch and in the
    /// whole run are those that the settings and the rows tell.
    pub info: RunInfo,
    /// How it ended; of a run that was cut off, how far its rows go.
    pub outcome: Outcome,
    /// Its steps, without the tensors' norms; with the gradient flow where the run has ended.
    pub records: Vec<StepRecord>,
    /// The sharpness, where it was measured and the run has ended.
    pub sharpness: Vec<Sharpness>,
    /// Of the best model; absent where the run has not ended.
    pub forecast: Option<Forecast>,
    /// Its scores.
    pub metrics: Option<Metrics>,
    /// The step of its latest checkpoint, where the run can go on from there.
    pub checkpoint: Option<u64>,
}

/// A folder that holds no run, or one that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}: {message}", path.display())]
pub struct PastRunError {
    /// The folder or the file in it.
    pub path: PathBuf,
    /// What is wrong with it.
    pub message: String,
}

fn error(path: &Path, message: &dyn Display) -> PastRunError {
    PastRunError {
        path: path.to_owned(),
        message: message.to_string().replace('\n', " "),
    }
}

impl PastRun {
    /// Reads the folder at `path`.
    ///
    /// # Errors
    /// A folder without `run.json`, or one of its files that is not as it was written.
    pub fn read(path: &Path) -> Result<Self, PastRunError> {
        if !path.join("run.json").exists() {
            let mend = runs_in(path).first().map_or_else(String::new, |run| {
                format!("; open one of those in it, as {}", run.display())
            });
            let message = format!("this folder is no run folder: it has no run.json{mend}");
            return Err(error(path, &message));
        }
        let summary = RunSummary::read(path)
            .ok_or_else(|| error(&path.join("run.json"), &"is not as this program writes it"))?;
        let experiment = experiment(&path.join("experiment.toml"))?;
        let mut records = Vec::new();
        each_step(&path.join("history.csv"), |record| records.push(record))?;
        let has_cell = experiment.model.cell == Cell::Lstm;
        add_flow(&path.join("gradient_flow.csv"), has_cell, &mut records)?;
        let sharpness = sharpness(&path.join("sharpness.csv"))?;
        let metrics = metrics(&path.join("metrics.json"))?;
        let forecast = forecast(&path.join("forecast.csv"), &experiment, metrics.as_ref())?;
        let checkpoint = match summary.status {
            Status::Finished | Status::Diverged => None,
            Status::Running | Status::Stopped | Status::Failed => {
                Checkpoints::of(path).steps().last().copied()
            }
        };
        let info = info(&summary, &experiment, &records);
        let mut outcome = Outcome::from(summary);
        if outcome.status == Status::Running {
            outcome.steps = records.last().map_or(0, |record| record.step + 1);
            outcome.seconds = records.last().map_or(0.0, |record| record.seconds);
        }
        Ok(Self {
            experiment,
            info,
            outcome,
            records,
            sharpness,
            forecast,
            metrics,
            checkpoint,
        })
    }
}

/// The run folders at `path` and below, at most two folders deep as `train` makes them, in order.
#[must_use]
pub fn runs_in(path: &Path) -> Vec<PathBuf> {
    fn look(path: &Path, depth: usize, found: &mut Vec<PathBuf>) {
        if path.join("run.json").exists() {
            found.push(path.to_owned());
        } else if depth > 0
            && let Ok(entries) = fs::read_dir(path)
        {
            let mut folders: Vec<PathBuf> = entries
                .flatten()
                .map(|entry| entry.path())
                .filter(|path| path.is_dir())
                .collect();
            folders.sort_by(|a, b| in_order(a, b));
            for folder in folders {
                look(&folder, depth - 1, found);
            }
        }
    }
    let mut found = Vec::new();
    look(path, 2, &mut found);
    found
}

/// By name, seeds by number.
fn in_order(a: &Path, b: &Path) -> std::cmp::Ordering {
    let seed = |path: &Path| -> Option<u64> {
        let name = path.file_name()?.to_str()?;
        name.strip_prefix("seed-")?.parse().ok()
    };
    seed(a).cmp(&seed(b)).then_with(|| a.cmp(b))
}

/// A file's text; nothing where there is no such file.
fn text(path: &Path) -> Result<Option<String>, PastRunError> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(cause) => Err(error(path, &format!("cannot be read: {cause}"))),
    }
}

fn experiment(path: &Path) -> Result<Experiment, PastRunError> {
    let text = text(path)?.ok_or_else(|| error(path, &"is missing"))?;
    Document::parse(&text, None)
        .map_err(|error| vec![error])
        .and_then(|document| document.experiment(&[]))
        .map_err(|errors| {
            let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
            error(path, &lines.join("; "))
        })
}

/// One row of `history.csv`; what was not finite is empty.
#[derive(Deserialize)]
struct Row {
    step: u64,
    epoch: u64,
    seconds: f64,
    learning_rate: Option<f64>,
    train_loss: Option<f64>,
    grad_norm: Option<f64>,
    grad_norm_clipped: Option<f64>,
    update_norm: Option<f64>,
    weight_norm: Option<f64>,
    validation_loss: Option<f64>,
}

/// Hands on each row of the `history.csv` at `path`.
fn each_step(path: &Path, mut take: impl FnMut(StepRecord)) -> Result<(), PastRunError> {
    let text = text(path)?.unwrap_or_default();
    // Whoever writes it may be in the middle of a row.
    let whole = text.rfind('\n').map_or("", |end| &text[..=end]);
    let mut reader = csv::Reader::from_reader(whole.as_bytes());
    let mut before: Option<u64> = None;
    for row in reader.deserialize() {
        let row: Row = row.map_err(|cause| error(path, &cause))?;
        if let Some(before) = before.replace(row.step)
            && row.step != before + 1
        {
            let message = format!("step {} comes after step {before}", row.step);
            return Err(error(path, &message));
        }
        let number = |value: Option<f64>| value.unwrap_or(f64::NAN);
        take(StepRecord {
            step: row.step,
            epoch: row.epoch,
            seconds: row.seconds,
            learning_rate: number(row.learning_rate),
            train_loss: number(row.train_loss),
            grad_norm: number(row.grad_norm),
            grad_norm_clipped: number(row.grad_norm_clipped),
            update_norm: number(row.update_norm),
            weight_norm: number(row.weight_norm),
            validation_loss: row.validation_loss,
            tensor_norms: Vec::new(),
            flow: None,
        });
    }
    Ok(())
}

impl History {
    /// The steps of the run in the folder at `path`, without the tensors' norms.
    ///
    /// # Errors
    /// A `history.csv` that is not as it was written.
    pub fn read(path: &Path) -> Result<Self, PastRunError> {
        let mut history = Self::default();
        each_step(&path.join("history.csv"), |record| history.push(&record))?;
        Ok(history)
    }
}

/// One row of `gradient_flow.csv`; what was not finite is empty.
#[derive(Deserialize)]
struct FlowRow {
    step: u64,
    layer: usize,
    time_step: usize,
    grad_hidden_norm: Option<f32>,
    grad_cell_norm: Option<f32>,
}

/// Gives each step of `records` the gradient flow that the file at `path` has of it; a cell without a
/// cell state has no norms of one.
fn add_flow(path: &Path, has_cell: bool, records: &mut [StepRecord]) -> Result<(), PastRunError> {
    let Some(text) = text(path)? else {
        return Ok(());
    };
    let mut steps: BTreeMap<u64, Vec<LayerFlow>> = BTreeMap::new();
    for row in csv::Reader::from_reader(text.as_bytes()).deserialize() {
        let row: FlowRow = row.map_err(|cause| error(path, &cause))?;
        let layers = steps.entry(row.step).or_default();
        if row.layer == layers.len() {
            layers.push(LayerFlow::default());
        }
        let layer = layers.get_mut(row.layer);
        let Some(layer) = layer.filter(|layer| layer.hidden.len() == row.time_step) else {
            let FlowRow {
                step,
                layer,
                time_step,
                ..
            } = row;
            let message =
                format!("step {step} has time step {time_step} of layer {layer} out of turn");
            return Err(error(path, &message));
        };
        layer.hidden.push(row.grad_hidden_norm.unwrap_or(f32::NAN));
        if has_cell {
            layer.cell.push(row.grad_cell_norm.unwrap_or(f32::NAN));
        }
    }
    for record in records {
        record.flow = steps.remove(&record.step).map(Into::into);
    }
    Ok(())
}

/// One row of `sharpness.csv`; what was not finite, or has no limit, is empty.
#[derive(Deserialize)]
struct SharpnessRow {
    step: u64,
    sharpness: Option<f64>,
    stability_limit: Option<f64>,
}

fn sharpness(path: &Path) -> Result<Vec<Sharpness>, PastRunError> {
    let text = text(path)?.unwrap_or_default();
    csv::Reader::from_reader(text.as_bytes())
        .deserialize()
        .map(|row| {
            let row: SharpnessRow = row.map_err(|cause| error(path, &cause))?;
            Ok(Sharpness {
                step: row.step,
                value: row.sharpness.unwrap_or(f64::NAN),
                limit: row.stability_limit,
            })
        })
        .collect()
}

fn info(summary: &RunSummary, experiment: &Experiment, records: &[StepRecord]) -> RunInfo {
    let mut epochs: BTreeMap<u64, u64> = BTreeMap::new();
    for record in records {
        *epochs.entry(record.epoch).or_default() += 1;
    }
    // The first and the last may be cut short.
    let steps_per_epoch = epochs.into_values().max().unwrap_or(1);
    let training = &experiment.training;
    RunInfo {
        contender: summary.contender.clone(),
        seed: summary.seed,
        backend: summary.backend.clone(),
        threads: summary.threads,
        parameters: summary.parameters,
        tensors: Vec::new(),
        steps_per_epoch,
        planned_steps: training
            .steps
            .unwrap_or(training.epochs.saturating_mul(steps_per_epoch)),
        first_step: records.first().map_or(0, |record| record.step),
        data_hash: summary.hashes.data.clone(),
        initial_weights: summary.hashes.initial_weights.clone(),
        loss_unit: summary.loss_unit,
    }
}

fn metrics(path: &Path) -> Result<Option<Metrics>, PastRunError> {
    text(path)?
        .map(|text| {
            let results: Result<Results, _> = serde_json::from_str(&text);
            results
                .map(|results| results.own)
                .map_err(|cause| error(path, &cause))
        })
        .transpose()
}

/// Reads what [`super::folder::forecast_csv`] wrote. Classes stand there by their names, whose order
/// the metrics tell.
fn forecast(
    path: &Path,
    experiment: &Experiment,
    metrics: Option<&Metrics>,
) -> Result<Option<Forecast>, PastRunError> {
    let Some(text) = text(path)? else {
        return Ok(None);
    };
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let names = reader.headers().map_err(|cause| error(path, &cause))?;
    let quantiles = names
        .iter()
        .filter_map(|name| name.strip_prefix("predicted_q")?.parse::<f64>().ok())
        .map(|percent| percent / 100.0)
        .collect();
    let classes = metrics
        .and_then(|metrics| metrics.values().find_map(PartMetrics::classes))
        .map_or_else(Vec::new, |scores| scores.classes.clone());
    let mut forecast = Forecast {
        targets: experiment.data.targets.clone(),
        classes,
        quantiles,
        ..Forecast::default()
    };
    forecast.rows = forecast_rows(path, reader, &mut forecast)?;
    let path = path.with_file_name("rolled.csv");
    if let Some(text) = self::text(&path)? {
        let reader = csv::Reader::from_reader(text.as_bytes());
        forecast.rolled = forecast_rows(&path, reader, &mut forecast)?;
    }
    Ok(Some(forecast))
}

fn forecast_rows(
    path: &Path,
    mut reader: csv::Reader<&[u8]>,
    forecast: &mut Forecast,
) -> Result<Vec<ForecastRow>, PastRunError> {
    let row = |(index, record): (usize, csv::Result<csv::StringRecord>)| {
        let record = record.map_err(|cause| error(path, &cause))?;
        forecast_row(&record, forecast)
            .ok_or_else(|| error(path, &format!("row {} is not as written", index + 1)))
    };
    reader.records().enumerate().map(row).collect()
}

fn forecast_row(record: &csv::StringRecord, forecast: &mut Forecast) -> Option<ForecastRow> {
    let value = |cell: &str| -> Option<f64> {
        if cell.is_empty() {
            return Some(f64::NAN);
        }
        if forecast.classes.is_empty() {
            return cell.parse().ok();
        }
        let class = forecast.classes.iter().position(|class| class == cell)?;
        Some(class as f64)
    };
    let part = ["train", "validation", "test", "beyond"]
        .into_iter()
        .find(|part| *part == &record[0])?;
    let actual = value(record.get(5)?)?;
    let predicted = value(record.get(6)?)?;
    let quantiles = record
        .iter()
        .skip(7)
        .map(|cell| match cell {
            "" => Some(f64::NAN),
            cell => cell.parse().ok(),
        })
        .collect::<Option<_>>()?;
    let name = record.get(3)?;
    let known = forecast.targets.iter().position(|target| target == name);
    let target = known.unwrap_or_else(|| {
        forecast.targets.push(name.to_owned());
        forecast.targets.len() - 1
    });
    Some(ForecastRow {
        part,
        index: record.get(1)?.parse().ok()?,
        time: record.get(2)?.to_owned(),
        target,
        horizon: record.get(4)?.parse().ok()?,
        actual: actual.is_finite().then_some(actual),
        predicted,
        quantiles,
    })
}
