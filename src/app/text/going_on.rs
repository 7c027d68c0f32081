//! Going on, going back and forking.

use super::ended;
use crate::app::actions::Change;
use crate::app::format;
use crate::app::runs::Run;
use std::path::Path;

/// So many runs go on after Stop.
#[must_use]
pub fn goes_on(runs: usize) -> String {
    match runs {
        1 => "One run goes on where it was stopped.".to_owned(),
        _ => format!("{runs} runs go on where they were stopped."),
    }
}

/// A run went back to a kept step.
#[must_use]
pub fn went_back(run: &Run) -> String {
    let step = format::count(run.steps());
    format!(
        "{} is back at step {step}. Continue goes on from there.",
        run.label()
    )
}

/// The name of a run that begins at a step of another.
#[must_use]
pub fn fork_name(name: &str, step: u64, change: Option<Change>) -> String {
    let step = format::count(step);
    match change {
        None => format!("{name} from {step}"),
        Some(Change::Clip(limit)) => {
            format!("{name} from {step}, clip {}", format::setting_short(limit))
        }
        Some(Change::LearningRate(rate)) => {
            format!("{name} from {step}, rate {}", format::setting_short(rate))
        }
    }
}

/// A fork begins.
#[must_use]
pub fn forked(name: &str, step: u64, change: Option<Change>) -> String {
    let step = format::count(step);
    let change = match change {
        None => String::new(),
        Some(Change::Clip(limit)) => format!(
            " and clipping by the global norm at {}",
            format::setting_short(limit)
        ),
        Some(Change::LearningRate(rate)) => {
            format!(" and a learning rate of {}", format::setting_short(rate))
        }
    };
    format!("{name} begins at step {step} with its contender's present settings{change}.")
}

/// Goes back to this step.
#[must_use]
pub fn back_to(step: u64) -> String {
    format!("Back to step {}", format::count(step))
}

/// Forks at this step.
#[must_use]
pub fn fork_at(step: u64) -> String {
    format!("Fork at step {}", format::count(step))
}

/// The menu of a run's kept steps, for those who hear it.
#[must_use]
pub fn kept_steps(name: &str) -> String {
    format!("Kept steps of {name}")
}

/// A run folder was opened.
#[must_use]
pub fn opened_run(run: &Run) -> String {
    let how = ended(run);
    match run.folder.as_ref().and_then(|folder| folder.checkpoint) {
        Some(step) => {
            let step = format::count(step);
            format!("{how} Continue goes on from step {step} in memory; its folder stays as it is.")
        }
        None => how,
    }
}

/// A run goes on from what a folder holds.
#[must_use]
pub fn goes_on_apart(run: &Run, folder: &Path) -> String {
    format!(
        "{} goes on from step {} in memory; {} stays as it is.",
        run.label(),
        format::count(run.steps()),
        folder.display()
    )
}
