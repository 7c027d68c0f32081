//! A run's scores, and with them those of the folds of its backtest, which are runs in folders within its own.

use super::folder::{FolderError, write_json};
use super::{ClassMetrics, Metrics, PartMetrics, RunSummary, Scores, Status, TargetMetrics};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The content of `metrics.json`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Results {
    /// The run's own scores.
    #[serde(flatten)]
    pub own: Metrics,
    /// Those of each fold, in order; nothing where it has not finished.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub folds: Vec<Option<Metrics>>,
    /// The mean over the folds, once all have finished.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mean: Option<Metrics>,
}

/// The folder of fold `fold`, from 1, of the run in the folder at `run`.
#[must_use]
pub fn fold_folder(run: &Path, fold: usize) -> PathBuf {
    run.join(format!("fold-{fold}"))
}

/// Which fold's folder this is.
pub(super) fn fold_number(path: &Path) -> Option<usize> {
    let name = path.file_name()?.to_str()?;
    name.strip_prefix("fold-")?.parse().ok()
}

impl Results {
    /// What `metrics.json` in the folder at `path` holds; nothing where there is none that can be read.
    #[must_use]
    pub fn read(path: &Path) -> Option<Self> {
        serde_json::from_slice(&fs::read(path.join("metrics.json")).ok()?).ok()
    }

    /// Writes the scores of `folds` folds and their mean into the `metrics.json` of the run in the folder at
    /// `path`, and removes folders of folds beyond them. A run that has written none yet is left as it is.
    ///
    /// # Errors
    /// Whatever the file system says.
    pub fn gather(path: &Path, folds: usize) -> Result<Option<Self>, FolderError> {
        for entry in fs::read_dir(path).into_iter().flatten().flatten() {
            if fold_number(&entry.path()).is_some_and(|fold| fold > folds) {
                fs::remove_dir_all(entry.path()).map_err(super::folder::disk(&entry.path()))?;
            }
        }
        let Some(mut results) = Self::read(path) else {
            return Ok(None);
        };
        let finished = |fold| {
            let folder = fold_folder(path, fold);
            let status = RunSummary::read(&folder)?.status;
            let whole = matches!(status, Status::Finished);
            whole.then(|| Self::read(&folder)).flatten().map(|r| r.own)
        };
        results.folds = (1..=folds).map(finished).collect();
        let all: Option<Vec<Metrics>> = results.folds.iter().cloned().collect();
        results.mean = all.as_deref().and_then(mean);
        write_json(path, "metrics.json", &results)?;
        Ok(Some(results))
    }
}

/// The mean of each score over several runs of the same targets, counts added up. A score that one of them lacks
/// has no mean. None of no run.
#[must_use]
pub fn mean(runs: &[Metrics]) -> Option<Metrics> {
    let mut mean = Metrics::new();
    for (part, of_first) in runs.first()? {
        let of_classes: Option<Vec<&ClassMetrics>> =
            (runs.iter()).map(|run| run.get(part)?.classes()).collect();
        if let Some(all) = of_classes {
            mean.insert(part.clone(), PartMetrics::Classes(mean_of_classes(&all)));
            continue;
        }
        let Some(targets) = of_first.targets() else {
            continue;
        };
        for name in targets.keys() {
            let all: Option<Vec<&TargetMetrics>> = runs
                .iter()
                .map(|run| run.get(part)?.targets()?.get(name))
                .collect();
            let Some(all) = all else { continue };
            let of_part = mean
                .entry(part.clone())
                .or_insert_with(PartMetrics::of_targets);
            of_part.insert(name.clone(), mean_of(&all));
        }
    }
    Some(mean)
}

/// Where all have the same classes their confusions add up; each fold's bins may be others.
fn mean_of_classes(all: &[&ClassMetrics]) -> ClassMetrics {
    let over = |of: &dyn Fn(&ClassMetrics) -> f64| {
        all.iter().map(|scores| of(scores)).sum::<f64>() / all.len() as f64
    };
    let first = all[0];
    let alike = all.iter().all(|scores| scores.classes == first.classes);
    let mut confusion = Vec::new();
    let mut classes = Vec::new();
    if alike {
        confusion.clone_from(&first.confusion);
        classes.clone_from(&first.classes);
        let added = all[1..]
            .iter()
            .flat_map(|scores| scores.confusion.iter().flatten());
        let cells = first.confusion.iter().flatten().count();
        for (place, count) in added.enumerate() {
            let place = place % cells;
            confusion[place / classes.len()][place % classes.len()] += count;
        }
    }
    let baselines = first.baselines.keys().filter_map(|name| {
        let shares: Option<Vec<f64>> = (all.iter())
            .map(|scores| scores.baselines.get(name).copied())
            .collect();
        let shares = shares?;
        Some((
            name.clone(),
            shares.iter().sum::<f64>() / shares.len() as f64,
        ))
    });
    ClassMetrics {
        accuracy: over(&|scores| scores.accuracy),
        macro_f1: over(&|scores| scores.macro_f1),
        baselines: baselines.collect(),
        confusion,
        classes,
        count: all.iter().map(|scores| scores.count).sum(),
    }
}

fn mean_of(all: &[&TargetMetrics]) -> TargetMetrics {
    let over = |of: &dyn Fn(&TargetMetrics) -> Option<f64>| -> Option<f64> {
        let values: Option<Vec<f64>> = all.iter().map(|metrics| of(metrics)).collect();
        values.map(|values| values.iter().sum::<f64>() / values.len() as f64)
    };
    let scores = |of: &dyn Fn(&TargetMetrics) -> Option<Scores>| {
        let one = |which: fn(&Scores) -> Option<f64>| over(&|m| which(&of(m)?));
        Scores {
            mse: one(|s| s.mse),
            rmse: one(|s| s.rmse),
            mae: one(|s| s.mae),
            smape: one(|s| s.smape),
            mase: one(|s| s.mase),
        }
    };
    let names: Vec<&Cow<'static, str>> = all[0].baselines.keys().collect();
    let baselines: BTreeMap<_, _> = names
        .into_iter()
        .map(|name| {
            let of = |m: &TargetMetrics| m.baselines.get(name).copied();
            (name.clone(), scores(&of))
        })
        .collect();
    TargetMetrics {
        model: scores(&|m| Some(m.model)),
        baselines,
        skill: over(&|m| m.skill),
        coverage: over(&|m| m.coverage),
        count: all.iter().map(|metrics| metrics.count).sum(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metrics(mae: f64, skill: Option<f64>) -> Metrics {
        let scores = |mae: f64| Scores {
            mse: Some(mae * mae),
            rmse: Some(mae),
            mae: Some(mae),
            smape: Some(1.0),
            mase: None,
        };
        let mut part = PartMetrics::of_targets();
        part.insert(
            "y".into(),
            TargetMetrics {
                model: scores(mae),
                baselines: [(Cow::Borrowed("naive"), scores(2.0 * mae))].into(),
                skill,
                coverage: None,
                count: 3,
            },
        );
        [(Cow::Borrowed("test"), part)].into()
    }

    #[test]
    fn the_mean_is_over_the_folds_and_what_one_lacks_has_none() {
        let runs = [metrics(1.0, Some(0.5)), metrics(3.0, None)];
        let mean = mean(&runs).expect("of two");
        let of = &mean["test"].targets().expect("targets")["y"];
        assert_eq!(of.model.mae, Some(2.0));
        assert_eq!(of.model.mse, Some(5.0));
        assert_eq!(of.model.mase, None);
        assert_eq!(of.baselines["naive"].mae, Some(4.0));
        assert_eq!((of.skill, of.count), (None, 6));
    }

    #[test]
    fn the_mean_of_classes_adds_up_confusions_of_the_same_classes_alone() {
        let scores = |accuracy: f64, names: [&str; 2], naive: Option<f64>| {
            let baselines = naive.map(|naive| (Cow::Borrowed("naive"), naive));
            let of = ClassMetrics {
                accuracy,
                macro_f1: accuracy / 2.0,
                confusion: vec![vec![1, 2], vec![3, 4]],
                classes: names.map(str::to_owned).to_vec(),
                baselines: baselines.into_iter().collect(),
                count: 10,
            };
            Metrics::from([("test".into(), PartMetrics::Classes(of))])
        };
        let one = scores(0.5, ["low", "high"], Some(0.25));
        let of = |other: Metrics| {
            let mean = mean(&[one.clone(), other]).expect("of two");
            mean["test"].classes().expect("classes").clone()
        };
        let alike = of(scores(1.0, ["low", "high"], Some(0.75)));
        assert_eq!(
            (alike.accuracy, alike.macro_f1, alike.count),
            (0.75, 0.375, 20)
        );
        assert_eq!(alike.confusion, [[2, 4], [6, 8]]);
        assert_eq!(alike.baselines["naive"], 0.5);
        let other = of(scores(1.0, ["under 3", "3 and more"], None));
        assert_eq!((other.accuracy, other.confusion.len()), (0.75, 0));
        assert!(other.classes.is_empty() && other.baselines.is_empty());
    }

    #[test]
    fn what_is_written_is_read_and_a_run_without_folds_reads_as_before() {
        let results = Results {
            own: metrics(1.0, None),
            folds: vec![Some(metrics(2.0, None)), None],
            mean: None,
        };
        let text = serde_json::to_string(&results).expect("plain data");
        assert_eq!(
            serde_json::from_str::<Results>(&text).expect("the same"),
            results
        );
        let text = serde_json::to_string(&results.own).expect("plain data");
        let read: Results = serde_json::from_str(&text).expect("scores alone");
        assert_eq!((read.own, read.folds.len()), (results.own, 0));
    }
}
