//! What is said of runs that have ended, and how the whole command ends with them.

use crate::cli::runner::Ended;
use crate::cli::{Ending, say};
use crate::record::{Results, Status};
use crate::train::RunPlan;

/// The contender, and which fold.
fn name(plan: &RunPlan) -> String {
    match plan.fold {
        0 => plan.contender.clone(),
        fold => format!("{}, fold {fold}", plan.contender),
    }
}

pub(super) fn report(ended: &[Ended]) {
    let width = ended
        .iter()
        .map(|run| name(&run.plan).chars().count())
        .max()
        .unwrap_or(0)
        .max(9);
    say(&format!(
        "{:width$}  {:>6}  {:>8}  {:>10}  {:>15}  {:>8}  status\n",
        "contender", "seed", "steps", "train loss", "best validation", "seconds"
    ));
    for run in ended {
        let outcome = &run.outcome;
        say(&format!(
            "{:width$}  {:>6}  {:>8}  {:>10}  {:>15}  {:>8.2}  {}\n",
            name(&run.plan),
            run.plan.seed,
            outcome.steps,
            number(outcome.train_loss.filter(|loss| loss.is_finite()), 5),
            number(outcome.best.and_then(|best| best.validation_loss), 5),
            outcome.seconds,
            match outcome.status {
                Status::Finished if run.before => "finished before".to_owned(),
                Status::Finished => "finished".to_owned(),
                Status::Diverged => format!("diverged: {}", outcome.reason),
                Status::Failed => format!("failed: {}", outcome.reason),
                Status::Running | Status::Stopped => outcome.reason.clone(),
            }
        ));
    }
}

/// Each run that has folds, with their scores, which go into its `metrics.json`.
pub(super) fn gather(ended: &[Ended]) -> Result<Vec<(&RunPlan, Results)>, Ending> {
    let mut gathered = Vec::new();
    for run in ended {
        let split = run.plan.experiment.data.split;
        if let Some(folder) = run.plan.folder.as_deref()
            && split.fold == 0
            && split.folds > 0
            && let Some(results) = Results::gather(folder, split.folds)
                .map_err(|error| Ending::Failed(error.to_string()))?
        {
            gathered.push((&run.plan, results));
        }
    }
    Ok(gathered)
}

/// The mean scores over the folds of each run.
pub(super) fn tell_backtests(backtests: &[(&RunPlan, Results)]) {
    for (plan, results) in backtests {
        let done = results.folds.iter().flatten().count();
        let Some(test) = results
            .mean
            .as_ref()
            .and_then(|mean| mean.get("test")?.targets())
        else {
            say(&format!(
                "backtest of {} seed {}: {done} of {} folds have finished\n",
                plan.contender,
                plan.seed,
                results.folds.len()
            ));
            continue;
        };
        for (target, scores) in test {
            let others: Vec<String> = scores
                .baselines
                .iter()
                .map(|(name, scores)| format!("{name} {}", number(scores.mae, 4)))
                .collect();
            say(&format!(
                "backtest of {} seed {}, mean of {} folds, {target}: MAE {} (against {})\n",
                plan.contender,
                plan.seed,
                results.folds.len(),
                number(scores.model.mae, 4),
                others.join(", ")
            ));
        }
    }
}

pub(super) fn conclusion(ended: &[Ended], interrupted: bool) -> Result<(), Ending> {
    if interrupted {
        return Err(Ending::Interrupted);
    }
    if ended
        .iter()
        .any(|run| run.outcome.status == Status::Finished)
    {
        return Ok(());
    }
    let reasons: Vec<String> = ended
        .iter()
        .map(|run| format!("{}: {}", run.plan.contender, run.outcome.reason))
        .collect();
    Err(Ending::Failed(format!(
        "no run finished; {}",
        reasons.join("; ")
    )))
}

/// With so many decimals, or a dash for none.
fn number(value: Option<f64>, decimals: usize) -> String {
    value.map_or_else(|| "—".to_owned(), |value| format!("{value:.decimals$}"))
}
