//! How long runs will take, before they begin.

use super::{RunPlan, Session, TrainError};
use crate::experiment::Experiment;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Steps that are timed of each kind of run, after one that fills caches.
const TIMED: u32 = 3;

/// What a number of runs amounts to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Work {
    /// Runs.
    pub runs: usize,
    /// Updates of all of them together.
    pub steps: u64,
    /// About how long they take.
    pub time: Duration,
}

/// About how long `plans` take when `threads` may be busy at once: a few steps of each kind of run, timed
/// here and now on a session that is thrown away. Runs that differ in rate and seed alone are of one
/// kind. Validations are not timed.
///
/// # Errors
/// As [`Session::new`].
pub fn estimate(plans: &[RunPlan], threads: usize) -> Result<Work, TrainError> {
    let mut known: Vec<(Experiment, f64)> = Vec::new();
    let mut work = Work {
        runs: plans.len(),
        steps: 0,
        time: Duration::ZERO,
    };
    let mut seconds = 0.0;
    for plan in plans {
        let mut kind = Experiment {
            seeds: Vec::new(),
            contender: Vec::new(),
            ..plan.experiment.clone()
        };
        kind.schedule.learning_rate = 0.0;
        let dataset = Arc::clone(&plan.dataset);
        let session = Session::new(&plan.experiment, &plan.contender, dataset, plan.threads)?;
        let steps =
            session.info().planned_steps - session.steps().min(session.info().planned_steps);
        work.steps += steps;
        let timed = known.iter().find(|(other, _)| *other == kind);
        let timed = timed.map(|(_, of_step)| *of_step);
        let of_step = timed.unwrap_or_else(|| {
            let of_step = time_of_step(session);
            known.push((kind, of_step));
            of_step
        });
        seconds += of_step * steps as f64;
    }
    let at_once = plans.len().clamp(1, threads.max(1));
    work.time = Duration::try_from_secs_f64(seconds / at_once as f64).unwrap_or(Duration::MAX);
    Ok(work)
}

/// Seconds; those of the fastest of a few steps, as others may use the machine too.
fn time_of_step(mut session: Session) -> f64 {
    let mut fastest = f64::INFINITY;
    for _ in 0..=TIMED {
        let begun = Instant::now();
        // A step that fails has taken its time all the same.
        drop(session.step());
        fastest = fastest.min(begun.elapsed().as_secs_f64());
    }
    fastest
}
