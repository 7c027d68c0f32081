//! Runs many plans, so many at a time.

use super::Ending;
use super::progress::{Progress, RunProgress};
use crate::record::{Forecast, History, Outcome, RunInfo};
use crate::train::{Command, RunPlan, Worker};
use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::time::{Duration, Instant};

/// A run that has ended.
#[derive(Debug)]
pub struct Ended {
    /// What was asked for.
    pub plan: RunPlan,
    /// What was known before its first step.
    pub info: Option<RunInfo>,
    /// Its steps, where they were kept.
    pub history: History,
    /// The kept model's forecast.
    pub forecast: Option<Arc<Forecast>>,
    /// How it ended.
    pub outcome: Outcome,
    /// Whether it had ended before, so that nothing was left to do.
    pub before: bool,
}

struct Running {
    worker: Worker,
    plan: RunPlan,
    info: Option<RunInfo>,
    history: History,
    forecast: Option<Arc<Forecast>>,
    progress: RunProgress,
}

/// Runs `plans`, at most `threads` at a time; the answer has the order in which they ended. When
/// `interrupted` becomes true, or at `deadline`, those that run are stopped at their next step and no further
/// one begins. Histories are kept where `keep_history`.
///
/// # Errors
/// When the system gives no thread.
pub fn run_all(
    plans: Vec<RunPlan>,
    threads: usize,
    keep_history: bool,
    quiet: bool,
    interrupted: &AtomicBool,
    deadline: Option<Instant>,
) -> Result<Vec<Ended>, Ending> {
    let over = || {
        interrupted.load(Ordering::Relaxed)
            || deadline.is_some_and(|deadline| Instant::now() >= deadline)
    };
    let mut progress = Progress::new(quiet);
    let mut waiting: VecDeque<RunPlan> = plans.into();
    let mut running: Vec<Running> = Vec::new();
    let mut ended = Vec::new();
    let (wake, woken) = mpsc::channel();
    while !running.is_empty() || !(waiting.is_empty() || over()) {
        while running.len() < threads
            && !over()
            && let Some(plan) = waiting.pop_front()
        {
            let wake = wake.clone();
            running.push(Running {
                progress: progress.begin(&match plan.fold {
                    0 => format!("{} seed {}", plan.contender, plan.seed),
                    fold => format!("{} seed {} fold {fold}", plan.contender, plan.seed),
                }),
                // The receiver lives as long as this function.
                worker: Worker::start(plan.clone(), move || {
                    let _ = wake.send(());
                })
                .map_err(|error| Ending::Failed(format!("no thread for a run: {error}")))?,
                plan,
                info: None,
                history: History::default(),
                forecast: None,
            });
        }
        // A wake-up is only a hint: whatever has come is taken below.
        let _ = woken.recv_timeout(Duration::from_millis(200));
        while woken.try_recv().is_ok() {}
        if over() {
            for run in &running {
                run.worker.send(Command::Stop);
            }
        }
        let mut index = 0;
        while index < running.len() {
            match drain(&mut running[index], keep_history) {
                None => index += 1,
                Some(outcome) => {
                    let run = running.remove(index);
                    progress.end(&run.progress, &outcome);
                    ended.push(Ended {
                        plan: run.plan,
                        info: run.info,
                        history: run.history,
                        forecast: run.forecast,
                        outcome,
                        before: false,
                    });
                }
            }
        }
        progress.line_where_due(running.iter().map(|run| &run.progress));
    }
    Ok(ended)
}

/// Takes in what has come; the outcome when the run has ended.
fn drain(run: &mut Running, keep_history: bool) -> Option<Outcome> {
    while let Some(report) = run.worker.try_report() {
        if let Some(info) = report.info {
            run.progress.info(&info);
            run.info = Some(info);
        }
        run.progress.records(&report.records);
        if keep_history {
            for record in &report.records {
                run.history.push(record);
            }
        }
        if report.forecast.is_some() {
            run.forecast = report.forecast;
        }
        if let Some(outcome) = report.outcome {
            return Some(outcome);
        }
    }
    None
}

/// A flag that Ctrl-C sets; a second Ctrl-C ends the program at once.
pub(super) fn on_interrupt() -> Arc<AtomicBool> {
    let flag = Arc::new(AtomicBool::new(false));
    let set = Arc::clone(&flag);
    // Where no handler can be set, Ctrl-C ends the program as usual.
    drop(ctrlc::set_handler(move || {
        if set.swap(true, Ordering::Relaxed) {
            std::process::exit(130);
        }
    }));
    flag
}
