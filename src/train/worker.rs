//! A named thread around a session: commands in, records out.

mod post;
mod run;

use super::RunPlan;
use crate::record::{Outcome, RunFolder, Status};
use crate::threads;
pub use post::Report;
use post::{Post, WAITING_REPORTS};
use run::run;
use std::any::Any;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel, sync_channel};
use std::thread::{Builder, JoinHandle};
use std::time::Duration;

/// What a worker can be told; it listens between steps.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Command {
    /// Take no more steps until told.
    Pause,
    /// Go on.
    Resume,
    /// Take one step, then pause.
    Step,
    /// Report a checkpoint of the present step.
    Snapshot,
    /// End with everything saved.
    Stop,
    /// At most so many steps a second; `None`: full speed.
    StepsPerSecond(Option<f64>),
}

/// What a worker is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WorkerState {
    /// Drawing weights.
    Starting,
    /// Training.
    Running,
    /// Waiting to be told.
    Paused,
    /// Done; the thread is gone or going.
    Ended,
}

/// A run on its own thread. Dropping it stops the run and waits for the thread.
#[derive(Debug)]
pub struct Worker {
    commands: Sender<Command>,
    reports: Option<Receiver<Report>>,
    thread: Option<JoinHandle<()>>,
}

impl Worker {
    /// Begins a run. `wake` is called after a report was sent, at most about 25 times a second.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(plan: RunPlan, wake: impl Fn() + Send + 'static) -> io::Result<Self> {
        let (commands, orders) = channel();
        let (sender, reports) = sync_channel(WAITING_REPORTS);
        let name = format!("{} seed {}", plan.contender, plan.seed);
        let state = if plan.start_paused {
            WorkerState::Paused
        } else {
            WorkerState::Running
        };
        let mut post = Post::new(sender, wake);
        let thread = Builder::new().name(name).spawn(move || {
            threads::step_back();
            let outcome = catch_unwind(AssertUnwindSafe(|| run(&plan, state, &orders, &mut post)))
                .unwrap_or_else(|panic| failed(format!("the run broke down: {}", words(&panic))));
            if outcome.status == Status::Failed
                && let (Some(info), Some(folder)) = (&post.info, &plan.folder)
            {
                // What could not be saved cannot be helped any more; the outcome says why.
                drop(RunFolder::mark_failed(folder, info, &outcome));
            }
            post.report.state = WorkerState::Ended;
            post.report.outcome = Some(outcome);
            post.send_last();
        })?;
        Ok(Self {
            commands,
            reports: Some(reports),
            thread: Some(thread),
        })
    }

    /// Tells the worker something; a worker that has ended does not mind.
    pub fn send(&self, command: Command) {
        // The only error is a worker that has ended.
        let _ = self.commands.send(command);
    }

    /// The next report that has come, without waiting.
    #[must_use]
    pub fn try_report(&self) -> Option<Report> {
        self.reports.as_ref()?.try_recv().ok()
    }

    /// The next report, waiting for it at most `timeout`; `None` also when none will come.
    #[must_use]
    pub fn wait_report(&self, timeout: Duration) -> Option<Report> {
        self.reports.as_ref()?.recv_timeout(timeout).ok()
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.send(Command::Stop);
        // Without a reader the last report does not wait.
        self.reports = None;
        if let Some(thread) = self.thread.take() {
            // A panic was caught inside the thread.
            drop(thread.join());
        }
    }
}

fn failed(reason: String) -> Outcome {
    Outcome {
        status: Status::Failed,
        reason,
        steps: 0,
        seconds: 0.0,
        best: None,
        batch_order: String::new(),
        final_weights: String::new(),
        train_loss: None,
        validation_loss: None,
    }
}

fn words(panic: &Box<dyn Any + Send>) -> String {
    panic
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "no reason was given".to_owned())
}
