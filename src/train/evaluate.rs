//! What a model forecasts, in the data's own units, and how good that is.

use super::answers;
use super::baselines::{Baseline, Observed, Tally};
use super::network::inputs_of;
use crate::data::{Dataset, Part};
use crate::experiment::{Loss, Output};
use crate::model::{Forecaster, elements};
use crate::optimize::loss::quantile;
use crate::record::{Forecast, ForecastRow, Metrics, PartMetrics, TargetMetrics, share_saved};
use burn::tensor::{Device, Tensor, TensorData};
use std::collections::BTreeMap;

/// The part of rolled rows that lie beyond the data.
const BEYOND: &str = "beyond";
/// Where the scores of what was rolled over the test part stand among those of the parts.
const ROLLED: &str = "rolled";

/// Windows that are forecast at once.
pub(super) const BATCH: usize = 256;

/// Forecasts of every part, and their scores against those of forecasts that need no model.
#[must_use]
pub fn evaluate(
    network: &Forecaster,
    loss: &Loss,
    dataset: &Dataset,
    device: &Device,
) -> (Forecast, Metrics) {
    let mut forecast = empty(loss, dataset);
    if let Some(sequences) = &dataset.sequences {
        answers::forecast(network, &mut forecast, dataset, sequences, device);
        let metrics = answers::score(&forecast, sequences);
        return (forecast, metrics);
    }
    let outputs_of_window = dataset.outputs() * loss.outputs_per_target();
    for part in Part::ALL {
        let windows = dataset.part_windows(part);
        for starts in windows.chunks(BATCH) {
            let outputs = last_outputs(network, dataset, starts, device);
            for (&start, outputs) in starts.iter().zip(outputs.chunks(outputs_of_window)) {
                let rows = dataset.forecasts_of(start, part);
                push_rows(&mut forecast, dataset, part.name(), start, &rows, outputs);
            }
        }
    }
    for (origin, rows) in dataset.roll_origins() {
        roll(network, &mut forecast, dataset, (origin, rows), device);
    }
    let metrics = match &dataset.classes {
        Some(classes) => answers::score_rows(&forecast, dataset, classes),
        None => score(&forecast, dataset),
    };
    (forecast, metrics)
}

/// Forecasts of every row of `dataset` that a whole window lies before, and of those beyond its end that
/// the last windows reach; or of every sequence. Beyond these `rolled` rows are forecast from the data's end by
/// rolling forward, in [`Forecast::rolled`].
#[must_use]
pub fn predict(
    network: &Forecaster,
    loss: &Loss,
    dataset: &Dataset,
    rolled: usize,
    device: &Device,
) -> Forecast {
    let mut forecast = empty(loss, dataset);
    if let Some(sequences) = &dataset.sequences {
        answers::forecast(network, &mut forecast, dataset, sequences, device);
        return forecast;
    }
    let outputs_of_window = dataset.outputs() * loss.outputs_per_target();
    let mut starts = dataset.part_windows(Part::Test);
    starts.extend(dataset.windows_beyond());
    for starts in starts.chunks(BATCH) {
        let outputs = last_outputs(network, dataset, starts, device);
        for (&start, outputs) in starts.iter().zip(outputs.chunks(outputs_of_window)) {
            let rows = dataset.forecasts_from(start);
            push_rows(
                &mut forecast,
                dataset,
                Part::Test.name(),
                start,
                &rows,
                outputs,
            );
        }
    }
    if rolled > 0
        && let Some(last) = dataset.rows().checked_sub(1)
    {
        roll(network, &mut forecast, dataset, (last, rolled), device);
    }
    forecast
}

/// Rolls the forecast forward over `rows` rows after `origin`.
fn roll(
    network: &Forecaster,
    forecast: &mut Forecast,
    dataset: &Dataset,
    (origin, rows): (usize, usize),
    device: &Device,
) {
    let Some(mut rollout) = dataset.rollout(origin) else {
        return;
    };
    let (targets, inputs) = (dataset.targets(), dataset.inputs());
    let each = forecast.quantiles.len().max(1);
    while rollout.len() < rows {
        let (windows, count) = rollout.windows();
        let shape = [count, dataset.lookback, inputs];
        let windows = Tensor::<3>::from_data(TensorData::new(windows, shape), device);
        let outputs = network.forward(windows, &[]);
        let seen = outputs.dims()[1];
        let outputs = elements(outputs.narrow(1, seen - 1, 1));
        let next: Vec<f32> = (outputs.chunks_exact(each))
            .map(|outputs| told(&forecast.quantiles, outputs, |x| x).0 as f32)
            .collect();
        if next.iter().any(|value| !value.is_finite()) {
            break;
        }
        rollout.push(&next);
    }
    let length = dataset.rows();
    let paths: Vec<_> = (0..targets).map(|target| rollout.path(target)).collect();
    for k in 0..rollout.len().min(rows) {
        let index = origin + 1 + k;
        for (target, path) in paths.iter().enumerate() {
            let observed = (index < length).then(|| dataset.raw_targets[index * targets + target]);
            forecast.rolled.push(ForecastRow {
                part: if index < length {
                    Part::Test.name()
                } else {
                    BEYOND
                },
                index,
                time: time_of(dataset, index),
                target,
                horizon: k + 1,
                actual: observed.filter(|value| value.is_finite()),
                predicted: path[k],
                quantiles: Vec::new(),
            });
        }
    }
}

/// The time of a row, as the data write it or would.
fn time_of(dataset: &Dataset, index: usize) -> String {
    match dataset.times.get(index) {
        Some(time) => time.to_owned(),
        None => dataset.time_after_end(index + 1 - dataset.rows()),
    }
}

fn empty(loss: &Loss, dataset: &Dataset) -> Forecast {
    Forecast {
        targets: dataset.target_names.clone(),
        classes: dataset.class_names().to_vec(),
        quantiles: loss.quantiles().to_vec(),
        ..Forecast::default()
    }
}

/// What the head says at each window's last step, `[windows, outputs]`.
pub(super) fn last_outputs(
    network: &Forecaster,
    dataset: &Dataset,
    starts: &[usize],
    device: &Device,
) -> Vec<f32> {
    let batch = dataset.batch(starts);
    let outputs = network.forward(inputs_of(&batch, dataset.inputs(), device), &[]);
    let seen = outputs.dims()[1];
    elements(outputs.narrow(1, seen - 1, 1))
}

/// What the head says at every step that it reads of the windows or sequences `starts`, one list each, row-major
/// steps × outputs.
#[must_use]
pub fn window_outputs(
    network: &Forecaster,
    dataset: &Dataset,
    starts: &[usize],
    device: &Device,
) -> Vec<Vec<f32>> {
    let batch = dataset.batch(starts);
    let outputs = network.forward(inputs_of(&batch, dataset.inputs(), device), &[]);
    let [_, steps, width] = outputs.dims();
    let outputs = elements(outputs);
    outputs.chunks(steps * width).map(<[f32]>::to_vec).collect()
}

/// What the head's outputs say of one target: the forecast, of `quantiles` the one nearest to the median,
/// and all of these without crossings.
pub(super) fn told(
    quantiles: &[f64],
    outputs: &[f32],
    unscale: impl Fn(f64) -> f64,
) -> (f64, Vec<f64>) {
    let values = outputs.iter().map(|&output| unscale(f64::from(output)));
    let mut values: Vec<f64> = values.collect();
    if quantiles.is_empty() {
        return (values[0], Vec::new());
    }
    quantile::uncross(&mut values);
    (values[quantile::nearest_to_median(quantiles)], values)
}

/// The horizons that a step of a window is forecast at, rising.
fn horizons(dataset: &Dataset) -> Vec<usize> {
    match dataset.output {
        Output::EveryStep => vec![dataset.horizon],
        Output::LastStep => (1..=dataset.horizon).collect(),
    }
}

/// What the head's `outputs` at row `origin` are in the data's own units, in their order: by horizon, target
/// and quantile. Quantiles that crossed are put in order.
#[must_use]
pub fn in_units(dataset: &Dataset, quantiles: &[f64], origin: usize, outputs: &[f32]) -> Vec<f64> {
    let horizons = horizons(dataset);
    let (targets, each) = (dataset.targets(), quantiles.len().max(1));
    let mut values = vec![0.0; outputs.len()];
    for place in 0..targets * each {
        // What all horizons come to together: differences add up along them.
        let mut path: Vec<(usize, f64)> = (horizons.iter().enumerate())
            .map(|(k, &horizon)| (horizon, f64::from(outputs[k * targets * each + place])))
            .collect();
        dataset.restore(place / each, origin, &mut path);
        for (k, (_, value)) in path.into_iter().enumerate() {
            values[k * targets * each + place] = value;
        }
    }
    for values in values.chunks_mut(each) {
        quantile::uncross(values);
    }
    values
}

/// Appends what the window that begins at row `start` forecasts of `rows`, each with its horizon.
fn push_rows(
    forecast: &mut Forecast,
    dataset: &Dataset,
    part: &'static str,
    start: usize,
    rows: &[(usize, usize)],
    outputs: &[f32],
) {
    if let Some(classes) = &dataset.classes {
        let predicted = answers::largest(outputs).map_or(f64::NAN, |class| class as f64);
        forecast.rows.extend(rows.iter().map(|&(index, horizon)| {
            let known = classes.of.get(index).copied();
            ForecastRow {
                part,
                index,
                time: time_of(dataset, index),
                target: 0,
                horizon,
                actual: known.filter(|class| !class.is_nan()),
                predicted,
                quantiles: Vec::new(),
            }
        }));
        return;
    }
    let targets = dataset.targets();
    let each = forecast.quantiles.len().max(1);
    let origin = start + dataset.lookback - 1;
    let horizons = horizons(dataset);
    let values = in_units(dataset, &forecast.quantiles, origin, outputs);
    let length = dataset.rows();
    for &(index, horizon) in rows {
        let place = horizons
            .iter()
            .position(|&other| other == horizon)
            .expect("a horizon of this output");
        for target in 0..targets {
            let values = &values[(place * targets + target) * each..][..each];
            let predicted = values[quantile::nearest_to_median(&forecast.quantiles)];
            let quantiles = if forecast.quantiles.is_empty() {
                Vec::new()
            } else {
                values.to_vec()
            };
            let observed = (index < length).then(|| dataset.raw_targets[index * targets + target]);
            forecast.rows.push(ForecastRow {
                part,
                index,
                time: time_of(dataset, index),
                target,
                horizon,
                actual: observed.filter(|value| value.is_finite()),
                predicted,
                quantiles,
            });
        }
    }
}

fn score(forecast: &Forecast, dataset: &Dataset) -> Metrics {
    let targets = dataset.targets();
    let mut metrics = Metrics::new();
    for target in 0..targets {
        let values = dataset
            .raw_targets
            .iter()
            .skip(target)
            .step_by(targets)
            .copied()
            .collect();
        let mut observed = Observed::new(values, &dataset.series, dataset.seasonal_period);
        observed.smooth(&dataset.parts.train);
        let mut scales: BTreeMap<usize, Option<f64>> = BTreeMap::new();
        let own = Part::ALL.map(|part| (part.name(), &forecast.rows, part.name()));
        let rolled = (ROLLED, &forecast.rolled, Part::Test.name());
        for (name, rows, part) in own.into_iter().chain([rolled]) {
            let mut model = Tally::default();
            let mut baselines: [Tally; Baseline::ALL.len()] = Default::default();
            let mut covered = 0;
            let mut size = 0.0_f64;
            for row in rows {
                let (true, Some(actual)) = (row.part == part && row.target == target, row.actual)
                else {
                    continue;
                };
                let scale = *scales
                    .entry(row.horizon)
                    .or_insert_with(|| observed.scale(dataset.parts.train.clone(), row.horizon));
                model.add(actual, row.predicted, scale);
                size = size.max(actual.abs());
                if let (Some(low), Some(high)) = (row.quantiles.first(), row.quantiles.last()) {
                    covered += usize::from((*low..=*high).contains(&actual));
                }
                for (tally, (_, baseline)) in baselines.iter_mut().zip(Baseline::ALL) {
                    if let Some(value) = observed.forecast(baseline, row.index, row.horizon) {
                        tally.add(actual, value, scale);
                    }
                }
            }
            if model.count() == 0 {
                continue;
            }
            let scores = model.scores();
            let naive = baselines[0].scores().mae;
            let skill = share_saved(scores.mae, naive, size);
            let of_part = metrics
                .entry(name.into())
                .or_insert_with(PartMetrics::of_targets);
            of_part.insert(
                dataset.target_names[target].clone(),
                TargetMetrics {
                    model: scores,
                    baselines: Baseline::ALL
                        .iter()
                        .zip(&baselines)
                        .map(|((name, _), tally)| ((*name).into(), tally.scores()))
                        .collect(),
                    skill,
                    coverage: (forecast.quantiles.len() > 1 && name != ROLLED)
                        .then(|| covered as f64 / model.count() as f64),
                    count: model.count(),
                },
            );
        }
    }
    metrics
}
