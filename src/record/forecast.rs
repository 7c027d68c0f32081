//! Forecasts in the data's own units, and how good they are.

use serde::Serialize;
use std::collections::BTreeMap;

/// One forecast of one target.
#[derive(Debug, Clone, PartialEq)]
pub struct ForecastRow {
    /// `train`, `validation` or `test`.
    pub part: &'static str,
    /// The target's row, from 0.
    pub index: usize,
    /// The target's time, as the data writes it.
    pub time: String,
    /// Index of the target column.
    pub target: usize,
    /// Steps ahead, from 1.
    pub horizon: usize,
    /// What was observed; absent beyond the data's end and where it was missing.
    pub actual: Option<f64>,
    /// What the model says; of quantiles the one nearest to the median.
    pub predicted: f64,
    /// What the model says of each of [`Forecast::quantiles`], rising; empty where there are none.
    pub quantiles: Vec<f64>,
}

/// All forecasts of one model.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Forecast {
    /// Names of the target columns.
    pub targets: Vec<String>,
    /// The quantiles that were forecast, rising; empty under a loss of one forecast a target.
    pub quantiles: Vec<f64>,
    /// In the order of parts, windows, horizons and targets.
    pub rows: Vec<ForecastRow>,
}

/// Errors of forecasts of one target in its own units.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Scores {
    /// Mean squared error.
    pub mse: Option<f64>,
    /// Root of the mean squared error.
    pub rmse: Option<f64>,
    /// Mean absolute error.
    pub mae: Option<f64>,
    /// Symmetric mean absolute percentage error, 0 to 200, 0/0 counted as 0.
    pub smape: Option<f64>,
    /// Mean absolute error over that of the seasonal naive forecast of the training part at the same
    /// horizon (Hyndman & Koehler 2006).
    pub mase: Option<f64>,
}

/// The model's scores of one target, and those of forecasts that need no model.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TargetMetrics {
    /// The model's.
    #[serde(flatten)]
    pub model: Scores,
    /// `naive`: the last value; `seasonal_naive`: the value one season before; `drift`: the last value
    /// and the mean change so far.
    pub baselines: BTreeMap<&'static str, Scores>,
    /// Share of the naive forecast's mean absolute error that the model saves; negative where the naive
    /// forecast is better.
    pub skill: Option<f64>,
    /// Forecasts that were scored.
    pub count: usize,
}

/// Scores by part and target; parts without rows are left out.
pub type Metrics = BTreeMap<&'static str, BTreeMap<String, TargetMetrics>>;
