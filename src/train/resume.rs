//! Whether the run that a folder holds is the one that is asked for, and where it goes on.

use super::checkpoint::{Checkpoint, CheckpointError};
use super::session::{Session, budget_key};
use super::{Beginning, RunPlan};
use crate::experiment::Experiment;
use crate::optimize::schedule;
use crate::record::{Checkpoints, RunFolder, RunSummary, Status};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use toml::Value;

/// What `--resume` makes of a planned run.
#[derive(Debug)]
pub enum Resumption {
    /// It is to run: from its checkpoint, or from its first step where it has none.
    Run(Box<RunPlan>),
    /// Nothing is left to do.
    Done(Box<RunPlan>, Box<RunSummary>),
}

/// A run that cannot be gone on with.
#[derive(Debug, thiserror::Error)]
pub enum ResumeError {
    /// Something else was asked for than what the folder holds.
    #[error("{}: `{key}`: {message}", folder.display())]
    Different {
        /// The run folder.
        folder: PathBuf,
        /// The key that differs.
        key: String,
        /// How, and what would work.
        message: String,
    },
    /// It is no longer where it was.
    #[error("{}: the run here has gone on or ended meanwhile; open it again", .0.display())]
    Changed(PathBuf),
    /// Its latest checkpoint is of no use.
    #[error("{error}; {mend}")]
    Checkpoint {
        /// What is wrong.
        error: CheckpointError,
        /// How to go on.
        mend: String,
    },
}

/// Looks into the plan's folder. A run that has finished or diverged is done, unless it finished and more
/// steps are asked for now; any other goes on from its latest checkpoint.
///
/// A longer run goes on only where it then is what it had been with that length from the start: where
/// the learning rates of the steps that were taken do not depend on the length.
///
/// # Errors
/// An experiment or data other than the folder's, or a checkpoint that cannot be used.
pub fn resume(mut plan: RunPlan) -> Result<Resumption, ResumeError> {
    let Some(folder) = plan.folder.clone() else {
        return Ok(Resumption::Run(Box::new(plan)));
    };
    if !RunFolder::is_occupied(&folder) {
        return Ok(Resumption::Run(Box::new(plan)));
    }
    let summary = RunSummary::read(&folder);
    let asked = Asked {
        plan: &plan,
        folder: &folder,
    };
    let mut longer = false;
    if let Some(before) = std::fs::read_to_string(folder.join("experiment.toml"))
        .ok()
        .and_then(|text| Experiment::from_toml(&text).ok())
    {
        longer = asked.is_longer_than(&before)?;
    }
    let done = summary.filter(|summary| match summary.status {
        Status::Finished => !longer,
        Status::Diverged => true,
        Status::Running | Status::Stopped | Status::Failed => false,
    });
    if let Some(summary) = done {
        asked.same_data(&summary.hashes.data)?;
        return Ok(Resumption::Done(Box::new(plan), Box::new(summary)));
    }
    match latest(&folder)? {
        None => plan.replace = true,
        Some(checkpoint) => {
            let origin = &checkpoint.origin;
            if let Ok(before) = Experiment::from_toml(&origin.experiment) {
                asked.is_longer_than(&before)?;
            }
            asked.same_data(&origin.data_hash)?;
            plan.beginning = Beginning::LatestCheckpoint;
        }
    }
    Ok(Resumption::Run(Box::new(plan)))
}

/// As [`resume`], for a run that goes on from the checkpoint of `step` in `folder`, its latest, and
/// leaves the folder as it is.
///
/// # Errors
/// As [`resume`], or another latest checkpoint.
pub fn resume_apart(
    mut plan: RunPlan,
    folder: &Path,
    step: u64,
) -> Result<Box<RunPlan>, ResumeError> {
    let changed = || ResumeError::Changed(folder.to_owned());
    plan.folder = Some(folder.to_owned());
    let Resumption::Run(mut plan) = resume(plan)? else {
        return Err(changed());
    };
    let checkpoint = latest(folder)?.ok_or_else(changed)?;
    if checkpoint.state.step() != step {
        return Err(changed());
    }
    plan.beginning = Beginning::Resume(Arc::new(checkpoint));
    plan.folder = None;
    plan.replace = false;
    Ok(plan)
}

/// The latest checkpoint of the run in `folder`.
///
/// # Errors
/// One that cannot be used, with a way to go on without it.
pub(super) fn latest(folder: &Path) -> Result<Option<Checkpoint>, ResumeError> {
    let checkpoints = Checkpoints::of(folder);
    let steps = checkpoints.steps();
    let Some(&last) = steps.last() else {
        return Ok(None);
    };
    match Checkpoint::read(&checkpoints.path(last)) {
        Ok(checkpoint) => Ok(Some(checkpoint)),
        Err(error) => {
            let before = steps.len().checked_sub(2).map_or_else(
                || "train from the first step".to_owned(),
                |index| format!("go on from step {}", steps[index]),
            );
            Err(ResumeError::Checkpoint {
                error,
                mend: format!("remove that file to {before}"),
            })
        }
    }
}

/// What is asked for, beside the folder that it is compared with.
struct Asked<'a> {
    plan: &'a RunPlan,
    folder: &'a Path,
}

impl Asked<'_> {
    fn different(&self, key: &str, message: String) -> ResumeError {
        ResumeError::Different {
            folder: self.folder.to_owned(),
            key: key.to_owned(),
            message,
        }
    }

    /// Compares with the experiment that the folder's run was begun with; whether more is asked for.
    fn is_longer_than(&self, before: &Experiment) -> Result<bool, ResumeError> {
        let now = &self.plan.experiment;
        if let Some((key, old, new)) = before.first_difference(now, may_differ) {
            let show = |value: Option<Value>| {
                value.map_or_else(|| "nothing".to_owned(), |value| value.to_string())
            };
            return Err(self.different(
                &key,
                format!(
                    "the run here was begun with {}, and {} is asked for now; go on with the former, or use another --out or --force",
                    show(old),
                    show(new)
                ),
            ));
        }
        let steps = |experiment| Session::planned(experiment, &self.plan.dataset);
        let (planned, asked) = (steps(before), steps(now));
        let key = budget_key(now);
        if asked < planned {
            return Err(self.different(
                key,
                format!(
                    "{asked} steps are asked for, and the run here was begun for {planned}; a run that goes on can only become longer"
                ),
            ));
        }
        let (patience, asked_patience) = (before.training.stop_early, now.training.stop_early);
        let never = |patience| if patience == 0 { u64::MAX } else { patience };
        if never(asked_patience) < never(patience) {
            return Err(self.different(
                "training.stop_early",
                format!(
                    "{asked_patience} is asked for, and the run here was begun with {patience}; a run that goes on can only become longer"
                ),
            ));
        }
        if asked > planned && spans_the_run(before, planned, asked) {
            return Err(self.different(
                key,
                format!(
                    "the schedule spans the whole run, so that {asked} steps instead of {planned} mean other learning rates from the first step on; use --force to train anew, and `schedule.over` for a length of its own"
                ),
            ));
        }
        Ok(asked > planned || never(asked_patience) > never(patience))
    }

    fn same_data(&self, hash: &str) -> Result<(), ResumeError> {
        if self.plan.dataset.hash == hash {
            return Ok(());
        }
        Err(self.different(
            "data.source",
            format!(
                "{} is no longer what the run here was trained on; restore it, or use --force to train anew",
                self.plan.experiment.data.source
            ),
        ))
    }
}

/// Keys that change no step that was taken. Where the data come from is one: their hash is compared.
fn may_differ(key: &str) -> bool {
    matches!(
        key,
        "title"
            | "data.source"
            | "data.test_source"
            // Of a fold they change the data, whose hash is compared.
            | "data.split.folds"
            | "data.window.roll"
            | "training.epochs"
            | "training.steps"
            | "training.stop_early"
            | "training.checkpoint_seconds"
    )
}

/// Whether a run of `planned` steps uses other rates than the same steps of one of `asked` steps, as
/// changed by hand or not.
fn spans_the_run(experiment: &Experiment, planned: u64, asked: u64) -> bool {
    let mut schedules = vec![experiment.schedule];
    let mut present = experiment.clone();
    for event in &experiment.event {
        if let Ok(changed) = present.after_event(event) {
            present.schedule = changed.schedule;
            present.clipping = changed.clipping;
            schedules.push(present.schedule);
        }
    }
    let probes = planned.min(1000);
    (0..probes)
        .map(|probe| (u128::from(probe) * u128::from(planned) / u128::from(probes)) as u64)
        .any(|step| {
            schedules.iter().any(|plan| {
                let rate = |total| schedule::planned(plan, step, total).map(f64::to_bits);
                rate(planned) != rate(asked)
            })
        })
}
