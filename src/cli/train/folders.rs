//! The folder of each run: where it goes, and what is left to do of the run that it holds.

use crate::cli::Ending;
use crate::cli::runner::Ended;
use crate::experiment::safe_name;
use crate::record::{FolderError, History, RunFolder, fold_folder};
use crate::train::{ResumeError, Resumption, RunPlan, resume};
use std::path::Path;

/// Gives each plan its folder.
pub(super) fn place(plans: &mut [RunPlan], out: &Path) {
    for plan in plans {
        let run = out
            .join(safe_name(&plan.contender))
            .join(format!("seed-{}", plan.seed));
        plan.folder = Some(match plan.fold {
            0 => run,
            fold => fold_folder(&run, fold),
        });
    }
}

/// The order in which runs are told, whatever the order in which they end.
pub(super) struct Order(Vec<Key>);

/// What tells runs apart: contender, seed and fold.
type Key = (String, u64, usize);

fn key(plan: &RunPlan) -> Key {
    (plan.contender.clone(), plan.seed, plan.fold)
}

impl Order {
    /// That of `plans`.
    pub(super) fn of(plans: &[RunPlan]) -> Self {
        Self(plans.iter().map(key).collect())
    }

    pub(super) fn sort(&self, ended: &mut [Ended]) {
        ended.sort_by_key(|run| self.0.iter().position(|other| *other == key(&run.plan)));
    }
}

/// Refuses to begin where a folder holds a run, unless that may be replaced.
pub(super) fn begin_anew(plans: &mut [RunPlan], force: bool) -> Result<(), Ending> {
    for plan in plans {
        if let Some(folder) = &plan.folder
            && !force
            && RunFolder::is_occupied(folder)
        {
            return Err(Ending::Usage(
                FolderError::Occupied(folder.clone()).to_string(),
            ));
        }
        plan.replace = force;
    }
    Ok(())
}

/// What is left to run of `plans`, and what had ended before.
pub(super) fn resumptions(plans: Vec<RunPlan>) -> Result<(Vec<RunPlan>, Vec<Ended>), Ending> {
    let mut left = Vec::new();
    let mut ended = Vec::new();
    for plan in plans {
        match resume(plan) {
            Ok(Resumption::Run(plan)) => left.push(*plan),
            Ok(Resumption::Done(plan, summary)) => ended.push(Ended {
                plan: *plan,
                info: None,
                history: History::default(),
                forecast: None,
                outcome: (*summary).into(),
                before: true,
            }),
            Err(error @ ResumeError::Different { .. }) => {
                return Err(Ending::Usage(error.to_string()));
            }
            Err(error @ (ResumeError::Checkpoint { .. } | ResumeError::Changed(_))) => {
                return Err(Ending::Failed(error.to_string()));
            }
        }
    }
    Ok((left, ended))
}
