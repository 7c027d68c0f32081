//! From an experiment to the runs that it asks for.

use super::checkpoint::Checkpoint;
use super::{Session, TrainError};
use crate::data::{DataError, Dataset};
use crate::experiment::{Contender, Data, Experiment, FillMethod, KeyError, Prepare, Split, Task};
use std::path::PathBuf;
use std::sync::Arc;

/// Where a run begins.
#[derive(Debug, Clone, Default)]
pub enum Beginning {
    /// At its first step.
    #[default]
    FirstStep,
    /// Where the latest checkpoint in its folder left off.
    LatestCheckpoint,
    /// Where this checkpoint of the same run left off.
    Resume(Arc<Checkpoint>),
    /// At this checkpoint, under perhaps other settings: see [`Session::forked`].
    Fork(Arc<Checkpoint>),
}

/// One run that is about to begin.
#[derive(Debug, Clone)]
pub struct RunPlan {
    /// The contender's name.
    pub contender: String,
    /// The seed.
    pub seed: u64,
    /// Which origin of the backtest beside another run, from 1; 0: a run of its own.
    pub fold: usize,
    /// The whole of this run alone.
    pub experiment: Experiment,
    /// Its data, shared with other runs of the same data.
    pub dataset: Arc<Dataset>,
    /// Threads of its own: its share of those that all runs together may use. They change no result.
    pub threads: usize,
    /// Where its files go; nowhere where absent.
    pub folder: Option<PathBuf>,
    /// Whether an earlier run in the folder may be replaced.
    pub replace: bool,
    /// Where it begins.
    pub beginning: Beginning,
    /// Whether it waits for a command before its first step.
    pub start_paused: bool,
}

/// One run for each contender and seed, followed by those of its folds, data loaded and prepared once for all that share it. `threads`
/// is for all together: runs that race side by side divide it.
///
/// # Errors
/// Settings that do not fit (with their keys), or data that cannot be used.
pub fn plan(experiment: &Experiment, threads: usize) -> Result<Vec<RunPlan>, Vec<TrainError>> {
    let settings = |errors: Vec<KeyError>| errors.into_iter().map(TrainError::from).collect();
    let problems = experiment.problems();
    if !problems.is_empty() {
        return Err(settings(problems));
    }
    let contenders = experiment.contenders().map_err(settings)?;
    let mut plans: Vec<RunPlan> = Vec::new();
    let mut asked = Vec::new();
    for (index, contender) in contenders.iter().enumerate() {
        let splits: Vec<Split> = contender.experiment.data.split.runs().collect();
        let each = (experiment.seeds.iter())
            .flat_map(|&seed| splits.iter().map(move |split| (seed, split)));
        for (seed, &split) in each {
            let data = Data {
                split,
                ..contender.experiment.data.clone()
            };
            let fold = split.fold - contender.experiment.data.split.fold;
            let blamed = |error| vec![own(in_fold(error, split), experiment, contender, index)];
            let known = asked.iter().position(|(other, for_seed)| {
                *other == data && (*for_seed == seed || !draws(&contender.experiment))
            });
            let dataset = match known {
                Some(index) => Arc::clone(&plans[index].dataset),
                None => Arc::new(Dataset::new(&data, seed).map_err(|error| blamed(error.into()))?),
            };
            let mut run = Experiment::of_run(contender, seed);
            run.data.split = split;
            asked.push((data, seed));
            // What was found out is written down, so that the run's file says what was done.
            run.data.targets.clone_from(&dataset.target_names);
            run.data.window.lookback = Some(dataset.lookback);
            Session::check(&run, &dataset).map_err(blamed)?;
            plans.push(RunPlan {
                contender: contender.name.clone(),
                seed,
                fold,
                experiment: run,
                dataset,
                threads,
                folder: None,
                replace: false,
                beginning: Beginning::FirstStep,
                start_paused: false,
            });
        }
    }
    let side_by_side = plans.len().clamp(1, threads.max(1));
    for plan in &mut plans {
        plan.threads = (threads / side_by_side).max(1);
    }
    Ok(plans)
}

/// Whether anything in the data is drawn from the seed.
fn draws(experiment: &Experiment) -> bool {
    experiment.data.source.starts_with("generate:")
        // Sequences with classes are split by drawing.
        || experiment.data.task == Task::Classify
        || (experiment.data.steps())
            .any(|(_, step)| matches!(step, Prepare::Fill(fill) if fill.method == FillMethod::Random))
}

/// An error of one fold says so.
fn in_fold(error: TrainError, split: Split) -> TrainError {
    let (TrainError::Setting(error) | TrainError::Data(DataError::Setting(error))) = error else {
        return error;
    };
    let message = match split.fold {
        0 => error.message,
        fold => format!("in fold {fold} of {}, {}", split.folds, error.message),
    };
    KeyError::new(error.key, message).into()
}

/// An error at a table that the contender overrides is named as the contender's.
fn own(
    error: TrainError,
    experiment: &Experiment,
    contender: &Contender,
    index: usize,
) -> TrainError {
    let (TrainError::Setting(error) | TrainError::Data(DataError::Setting(error))) = error else {
        return error;
    };
    let table = error.key.split('.').next().unwrap_or_default();
    let overridden = experiment
        .contender
        .get(index)
        .is_some_and(|overrides| overrides.contains_key(table));
    let key = if overridden && contender.experiment != *experiment {
        format!("contender.{index}.{}", error.key)
    } else {
        error.key
    };
    KeyError::new(key, error.message).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_side_by_side_share_the_threads() {
        for (seeds, threads, each) in [("[1]", 6, 6), ("[1, 2]", 6, 3), ("[1, 2, 3]", 2, 1)] {
            let text = format!("seeds = {seeds}\n[data]\nsource = \"builtin:airline\"\n");
            let experiment = Experiment::from_toml(&text).expect("a good experiment");
            let plans = plan(&experiment, threads).expect("a good plan");
            assert!(plans.iter().all(|plan| plan.threads == each), "{seeds}");
        }
    }
}
