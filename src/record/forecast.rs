//! Forecasts in the data's own units or as classes, and how good they are.

use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// One forecast of one target.
#[derive(Debug, Clone, PartialEq)]
pub struct ForecastRow {
    /// `train`, `validation` or `test`; of what is rolled also `beyond`.
    pub part: &'static str,
    /// The target's row, or the sequence's number, from 0.
    pub index: usize,
    /// The target's time, as the data writes it; the index where there is none.
    pub time: String,
    /// Index of the target column.
    pub target: usize,
    /// Steps ahead, from 1.
    pub horizon: usize,
    /// What was observed, or the number of the class; absent beyond the data's end and where it was
    /// missing.
    pub actual: Option<f64>,
    /// What the model says, of quantiles the one nearest to the median; or the number of the class that it
    /// finds most probable.
    pub predicted: f64,
    /// What the model says of each of [`Forecast::quantiles`], rising; empty where there are none.
    pub quantiles: Vec<f64>,
}

/// All forecasts of one model.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Forecast {
    /// Names of the target columns.
    pub targets: Vec<String>,
    /// Names of the classes; none where numbers are forecast.
    pub classes: Vec<String>,
    /// The quantiles that were forecast, rising; empty under a loss of one forecast a target.
    pub quantiles: Vec<f64>,
    /// In the order of parts, windows, horizons and targets.
    pub rows: Vec<ForecastRow>,
    /// The model rolled forward on its own forecasts, each an input of the next: from the test part's beginning
    /// over the rows of `test`, from the last row of the data over those `beyond` it. `horizon` counts from there.
    /// Without quantiles.
    pub rolled: Vec<ForecastRow>,
}

/// Errors of forecasts of one target in its own units.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
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

/// Share of a simple forecast's mean absolute error that a model's saves, for actual values of up to `size`: both
/// errors known, and the simple one more than the rounding of 32-bit numbers of that size, since of nothing there
/// is no share.
#[must_use]
pub fn share_saved(model: Option<f64>, simple: Option<f64>, size: f64) -> Option<f64> {
    let (model, simple) = (model?, simple?);
    (simple > f64::from(f32::EPSILON) * size).then(|| 1.0 - model / simple)
}

/// The model's scores of one target, and those of forecasts that need no model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TargetMetrics {
    /// The model's.
    #[serde(flatten)]
    pub model: Scores,
    /// `mean`: of the training part's answers, for sequences. For series `naive`: the last value; `seasonal_naive`: the value one season before; `drift`: the last value
    /// and the mean change so far; `ets`: automatic exponential smoothing, its parameters of the training
    /// part.
    pub baselines: BTreeMap<Cow<'static, str>, Scores>,
    /// Share of the naive (of sequences, the mean) forecast's mean absolute error that the model saves;
    /// negative where that forecast is better, absent where it is as good as exact ([`share_saved`]).
    pub skill: Option<f64>,
    /// Share of what was observed between the lowest and the highest of the quantiles; of a good band what lies
    /// between them, such as 0.8 from 0.1 to 0.9. Absent without quantiles.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coverage: Option<f64>,
    /// Forecasts that were scored.
    pub count: usize,
}

/// How well classes are told apart, of sequences or of the rows of a series.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ClassMetrics {
    /// Share of what was scored whose class is found.
    pub accuracy: f64,
    /// Mean of 2·hits / (2·hits + misses + false alarms) over the classes that occur or are found.
    pub macro_f1: f64,
    /// How many by true class (row) and class found (column).
    pub confusion: Vec<Vec<usize>>,
    /// Names of the classes.
    pub classes: Vec<String>,
    /// Accuracy without a model. `majority`: always the most frequent class of the training part. Of a series also
    /// `naive`, the last known class, and `seasonal_naive`, the class a season before.
    pub baselines: BTreeMap<Cow<'static, str>, f64>,
    /// Sequences or rows that were scored.
    pub count: usize,
}

impl ClassMetrics {
    /// How often the last known class is right; none of sequences, which have no past.
    #[must_use]
    pub fn naive(&self) -> Option<f64> {
        self.baselines.get("naive").copied()
    }

    /// What was scored, in a word.
    #[must_use]
    pub fn counted(&self) -> &'static str {
        match self.naive() {
            Some(_) => "rows",
            None => "sequences",
        }
    }
}

/// Scores of one part.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum PartMetrics {
    /// Of each target.
    Targets(BTreeMap<String, TargetMetrics>),
    /// Of classes.
    Classes(ClassMetrics),
}

impl PartMetrics {
    /// Of no target yet.
    #[must_use]
    pub fn of_targets() -> Self {
        Self::Targets(BTreeMap::new())
    }

    /// Adds a target's scores.
    ///
    /// # Panics
    /// Classes have no targets.
    pub fn insert(&mut self, target: String, scores: TargetMetrics) {
        match self {
            Self::Targets(targets) => targets.insert(target, scores),
            Self::Classes(_) => unreachable!("a part has either targets or classes"),
        };
    }

    /// The scores of each target, where numbers are forecast.
    #[must_use]
    pub fn targets(&self) -> Option<&BTreeMap<String, TargetMetrics>> {
        match self {
            Self::Targets(targets) => Some(targets),
            Self::Classes(_) => None,
        }
    }

    /// The scores of classes.
    #[must_use]
    pub fn classes(&self) -> Option<&ClassMetrics> {
        match self {
            Self::Targets(_) => None,
            Self::Classes(classes) => Some(classes),
        }
    }
}

/// Scores by part; parts without rows are left out.
pub type Metrics = BTreeMap<Cow<'static, str>, PartMetrics>;

#[cfg(test)]
mod tests {
    use super::share_saved;

    #[test]
    fn of_an_error_that_is_rounding_nothing_is_saved() {
        assert_eq!(share_saved(Some(1.0), Some(4.0), 10.0), Some(0.75));
        assert_eq!(share_saved(Some(8.0), Some(4.0), 10.0), Some(-1.0));
        // The mean of fifty times 0.7 is not 0.7 to the last bit.
        assert_eq!(share_saved(Some(6e-8), Some(1e-9), 0.7), None);
        assert_eq!(share_saved(Some(0.0), Some(0.0), 0.0), None);
        assert_eq!(share_saved(None, Some(1.0), 1.0), None);
    }
}
