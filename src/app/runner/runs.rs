//! The runs: planned, begun, told what to do, continued, forked and ended.

use super::kept::Kept;
use super::{Inner, News, Runner, load};
use crate::app::actions::{Message, Order};
use crate::app::text;
use crate::experiment::{Experiment, KeyError};
use crate::threads;
use crate::train::{self, Beginning, Checkpoint, Command, RunPlan, Work, Worker};
use std::sync::Arc;
use std::thread;

/// What a run needs to begin, to train and to go on.
pub(super) struct Run {
    pub(super) plan: RunPlan,
    /// `None` where the system gave no thread.
    pub(super) worker: Option<Worker>,
    /// Where it was stopped or went back to.
    pub(super) stopped_at: Option<Arc<Checkpoint>>,
    pub(super) kept: Kept,
    /// Its end, which it cannot go on from.
    pub(super) end: Option<Arc<Checkpoint>>,
}

impl Run {
    /// Without a worker.
    pub(super) fn new(plan: RunPlan) -> Self {
        Self {
            plan,
            worker: None,
            stopped_at: None,
            kept: Kept::new(),
            end: None,
        }
    }

    /// Takes in what its worker reports; `index` is its own.
    pub(super) fn hear(&mut self, index: usize, messages: &mut Vec<Message>) {
        let Some(worker) = &self.worker else {
            return;
        };
        while let Some(mut report) = worker.try_report() {
            // A state has tensors, and the window has none.
            if let Some(snapshot) = report.snapshot.take() {
                self.kept.keep(Arc::clone(&snapshot));
                messages.push(Message::Kept(index, self.kept.steps()));
                self.stopped_at = Some(snapshot);
            }
            if let Some(end) = report.end.take() {
                self.end = Some(end);
            }
            messages.push(Message::Report(index, Box::new(report)));
        }
        if self.kept.is_due() {
            worker.send(Command::Snapshot);
        }
    }

    /// The states that are in memory, in the order of their steps.
    pub(super) fn states(&self) -> Vec<Arc<Checkpoint>> {
        self.kept.states().chain(self.end.clone()).collect()
    }
}

impl Runner {
    pub(super) fn start(&mut self, plan: RunPlan) {
        let index = self.runs.len();
        let worker = self.worker(index, plan.clone());
        self.runs.push(Run {
            worker,
            ..Run::new(plan)
        });
    }

    pub(super) fn go_on(&mut self, runs: &[usize], start_paused: bool) {
        for &index in runs {
            let begun = self.runs.get_mut(index).and_then(|run| {
                let snapshot = run.stopped_at.take()?;
                // Its thread has sent its last report.
                run.worker = None;
                Some(RunPlan {
                    beginning: Beginning::Resume(snapshot),
                    start_paused,
                    ..run.plan.clone()
                })
            });
            match begun {
                Some(plan) => {
                    let worker = self.worker(index, plan);
                    self.runs[index].worker = worker;
                }
                None => self.lost(index, text::NO_SNAPSHOT.into()),
            }
        }
    }

    pub(super) fn fork(
        &mut self,
        run: usize,
        step: u64,
        mut experiment: Experiment,
        start_paused: bool,
    ) {
        let Some(parent) = self.runs.get(run) else {
            return;
        };
        let (parent, state) = (parent.plan.clone(), parent.kept.at(step));
        let Some(state) = state else {
            // Forgotten since it was asked for; the run that the state counts on is there all the same.
            let index = self.runs.len();
            self.runs.push(Run::new(parent));
            self.lost(index, text::NO_SNAPSHOT.into());
            return;
        };
        // What was found out about the data holds for the fork too.
        experiment.data = parent.experiment.data.clone();
        let contenders = experiment.contenders();
        let name = contenders
            .ok()
            .and_then(|all| Some(all.first()?.name.clone()));
        self.start(RunPlan {
            contender: name.unwrap_or_else(|| parent.contender.clone()),
            experiment,
            beginning: Beginning::Fork(state),
            start_paused,
            ..parent
        });
    }

    /// A worker for the run with this index, at the present pace.
    fn worker(&self, index: usize, plan: RunPlan) -> Option<Worker> {
        let wake = Arc::clone(&self.wake);
        match Worker::start(plan, move || wake(News::Progress)) {
            Ok(worker) => {
                if self.pace.is_some() {
                    worker.send(Command::StepsPerSecond(self.pace));
                }
                Some(worker)
            }
            Err(error) => {
                self.lost(index, text::no_thread(&error.to_string()));
                None
            }
        }
    }

    fn lost(&self, index: usize, reason: String) {
        // The receiver is this runner's own.
        drop(
            self.sender
                .send(Inner::Message(Message::Lost(index, reason))),
        );
        (self.wake)(News::Answer);
    }

    pub(super) fn tell(&mut self, order: Order) {
        let command = match order {
            Order::Pause => Command::Pause,
            Order::Resume => Command::Resume,
            Order::Step => Command::Step,
            Order::Stop => Command::Stop,
            Order::Pace(pace) => {
                self.pace = pace.steps_per_second();
                Command::StepsPerSecond(self.pace)
            }
        };
        for worker in self.runs.iter().filter_map(|run| run.worker.as_ref()) {
            worker.send(command);
        }
    }

    /// Ends all runs. Their threads finish the step that they are in, so somebody else waits for them.
    pub(super) fn discard(&mut self) {
        self.request += 1;
        let runs = std::mem::take(&mut self.runs);
        if !runs.is_empty() {
            for worker in runs.iter().filter_map(|run| run.worker.as_ref()) {
                worker.send(Command::Stop);
            }
            // Without a thread they are dropped right here, which is slower and no less right.
            drop(
                thread::Builder::new()
                    .name("discard".to_owned())
                    .spawn(move || drop(runs)),
            );
        }
    }
}

pub(super) fn plan(
    experiment: &Experiment,
    start_paused: bool,
) -> Result<Vec<RunPlan>, Vec<KeyError>> {
    let threads = threads::available();
    train::plan(experiment, threads)
        .map(|mut plans| {
            for plan in &mut plans {
                plan.start_paused = start_paused;
            }
            plans
        })
        .map_err(|errors| errors.into_iter().map(load::of_training).collect())
}

/// What all runs of `experiment` amount to.
pub(super) fn estimate(experiment: &Experiment) -> Result<Work, Vec<KeyError>> {
    let threads = threads::available();
    let plans = plan(experiment, true)?;
    train::estimate(&plans, threads).map_err(|error| vec![load::of_training(error)])
}
