//! `train --sweep`: each contender at several learning rates, and which was best.

use super::progress::line;
use super::runner::Ended;
use super::{Ending, say};
use crate::diagnose::race::quartiles;
use crate::experiment::{Choice, Experiment, sweep_name};
use crate::files::write_whole;
use crate::record::Status;
use crate::train::{RunPlan, estimate};
use std::path::Path;

/// The columns of `sweep.csv`.
const COLUMNS: &str =
    "contender,optimizer,learning_rate,seed,status,best_validation_loss,validation_loss,train_loss";

/// Says how much is to be done, before it begins.
pub(super) fn announce(plans: &[RunPlan], threads: usize) -> Result<(), Ending> {
    let work = estimate(plans, threads).map_err(|error| Ending::Failed(error.to_string()))?;
    line(&format!(
        "sweep: {} runs, {} steps in all, about {:.0} seconds and validations",
        work.runs,
        work.steps,
        work.time.as_secs_f64().ceil()
    ));
    Ok(())
}

/// One original contender at one rate, over its seeds.
struct Point {
    learning_rate: f64,
    best: Vec<f64>,
}

/// Writes `sweep.csv` into `out`, and says at which rate each contender of `original` was best.
pub(super) fn conclude(original: &Experiment, ended: &[Ended], out: &Path) -> Result<(), Ending> {
    let contenders = original.contenders().unwrap_or_default();
    let mut csv = format!("{COLUMNS}\n");
    for contender in &contenders {
        let swept = contender.at_rates(sweep_name);
        let of_it = |run: &&Ended| swept.iter().any(|swept| swept.name == run.plan.contender);
        // A backtest's folds are other data.
        let whole = |run: &&Ended| run.plan.experiment.data.split.fold == 0;
        let runs = ended.iter().filter(of_it).filter(whole);
        let mut points: Vec<Point> = Vec::new();
        for run in runs {
            let experiment = &run.plan.experiment;
            let learning_rate = experiment.schedule.learning_rate;
            let finite = |loss: Option<f64>| loss.filter(|loss| loss.is_finite());
            let cell = |loss: Option<f64>| finite(loss).map_or_else(String::new, |l| l.to_string());
            let outcome = &run.outcome;
            let best = outcome.best.and_then(|best| best.validation_loss);
            let status = serde_json::to_value(outcome.status).expect("a word");
            csv += &format!(
                "\"{}\",{},{learning_rate},{},{},{},{},{}\n",
                contender.name.replace('"', "\"\""),
                experiment.optimizer.kind(),
                run.plan.seed,
                status.as_str().unwrap_or_default(),
                cell(best),
                cell(outcome.validation_loss),
                cell(outcome.train_loss),
            );
            // What diverged has no place on the curve, however good it was before.
            let counts = finite(best).filter(|_| outcome.status == Status::Finished);
            match points.last_mut() {
                Some(point) if point.learning_rate == learning_rate => point.best.extend(counts),
                _ => points.push(Point {
                    learning_rate,
                    best: counts.into_iter().collect(),
                }),
            }
        }
        say(&verdict(&contender.name, &points));
    }
    let file = out.join("sweep.csv");
    write_whole(&file, csv.as_bytes())
        .map_err(|cause| Ending::Failed(format!("{}: cannot be written: {cause}", file.display())))
}

fn verdict(name: &str, points: &[Point]) -> String {
    let medians = points.iter().enumerate().filter_map(|(index, point)| {
        let [_, median, _] = quartiles(point.best.iter().copied())?;
        Some((index, median))
    });
    let Some((index, loss)) = medians.min_by(|a, b| a.1.total_cmp(&b.1)) else {
        return format!("{name}: no rate finished with a validation loss\n");
    };
    let edge = if index == 0 {
        "; lower rates may be better still"
    } else if index + 1 == points.len() {
        "; higher rates may be better still"
    } else {
        ""
    };
    format!(
        "{name}: best at a learning rate of {}, validation loss {loss:.5}{edge}\n",
        points[index].learning_rate
    )
}
