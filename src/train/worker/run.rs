//! A run on its thread: orders between steps, one step after another, and the outcome.

mod folder;
mod recent;
mod saver;
mod watch;

use super::post::Post;
use super::{Command, WorkerState, failed};
use crate::record::{Explosion, FlowHistory, Outcome, RunFolder, Sharpness, Status, StepRecord};
use crate::train::{Beginning, Checkpoint, Failure, RunPlan, Session, TrainError, resume};
use folder::open_folder;
use recent::Recent;
use saver::Saver;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

pub(super) fn run(
    plan: &RunPlan,
    state: WorkerState,
    orders: &Receiver<Command>,
    post: &mut Post,
) -> Outcome {
    let (session, resumed) = match begin(plan) {
        Ok(begun) => begun,
        Err(reason) => return failed(reason),
    };
    let info = session.info().clone();
    let folder = match open_folder(plan, &info, resumed.as_ref()) {
        Ok(folder) => folder,
        Err(error) => return failed(error.to_string()),
    };
    post.info = Some(info.clone());
    post.report.info = Some(info);
    let (flow, sharpness) = resumed.map_or_else(
        || (FlowHistory::new(session.flow_plan()), Vec::new()),
        |Checkpoint { recorded, .. }| (recorded.flow, recorded.sharpness),
    );
    let mut run = Run {
        flow,
        sharpness,
        session,
        folder,
        saver: Saver::new(plan.experiment.training.checkpoint_seconds),
        last_checkpoint: None,
        pace: None,
        state,
        last_forecast: Instant::now(),
        forecast_cost: Duration::ZERO,
        last_probe: None,
        recent: Recent::default(),
        explosion: None,
        next_step_at: Instant::now(),
    };
    let (status, reason) = run.train(orders, post);
    run.finish(status, reason, post)
}

/// The session, and the checkpoint in the folder with which it goes on there.
fn begin(plan: &RunPlan) -> Result<(Session, Option<Checkpoint>), String> {
    let said = |error: TrainError| error.to_string();
    let dataset = || Arc::clone(&plan.dataset);
    let (experiment, contender, threads) =
        (&plan.experiment, plan.contender.as_str(), plan.threads);
    let session = match &plan.beginning {
        Beginning::FirstStep => Session::new(experiment, contender, dataset(), threads),
        Beginning::Resume(checkpoint) => {
            Session::resumed(experiment, contender, dataset(), threads, checkpoint)
        }
        Beginning::Fork(checkpoint) => {
            Session::forked(experiment, contender, dataset(), threads, checkpoint)
        }
        Beginning::LatestCheckpoint => {
            let folder = plan.folder.as_deref().ok_or("the run has no folder")?;
            let checkpoint = resume::latest(folder)
                .map_err(|error| error.to_string())?
                .ok_or_else(|| format!("{} has no checkpoint", folder.display()))?;
            let session = Session::resumed(experiment, contender, dataset(), threads, &checkpoint);
            return Ok((session.map_err(said)?, Some(checkpoint)));
        }
    };
    Ok((session.map_err(said)?, None))
}

/// A session and all that goes with it on its thread.
struct Run {
    session: Session,
    folder: Option<RunFolder>,
    saver: Saver,
    /// What the folder keeps at the end where that is not the last state: before the last step, where a
    /// longer run would not validate after it; before the step that failed.
    last_checkpoint: Option<Checkpoint>,
    /// For `gradient_flow.csv`.
    flow: FlowHistory,
    /// For `sharpness.csv`.
    sharpness: Vec<Sharpness>,
    pace: Option<f64>,
    state: WorkerState,
    last_forecast: Instant,
    forecast_cost: Duration,
    /// When the network was last looked at more closely, and what that cost.
    last_probe: Option<(Instant, Duration)>,
    recent: Recent,
    explosion: Option<Arc<Explosion>>,
    next_step_at: Instant,
}

/// What is next once all orders are obeyed.
enum Next {
    Step,
    /// One step, then a pause.
    SingleStep,
    Stop,
}

impl Run {
    /// Takes steps as ordered until the run is over: its status, and why.
    fn train(&mut self, orders: &Receiver<Command>, post: &mut Post) -> (Status, String) {
        loop {
            post.report.state = self.state;
            let single_step = match self.obey(orders, post) {
                Next::Step => false,
                Next::SingleStep => true,
                Next::Stop => {
                    let reason = format!("stopped after {} steps", self.session.steps());
                    return (Status::Stopped, reason);
                }
            };
            if let Some(reason) = self.session.finished() {
                if self.folder.is_none() {
                    post.report.end = Some(Arc::new(self.checkpoint()));
                }
                return (Status::Finished, reason);
            }
            if !single_step && !self.keep_pace() {
                continue;
            }
            if let Err(over) = self.step(single_step, post) {
                return over;
            }
            if post.due() || single_step {
                if let Err(reason) = self.flush() {
                    return (Status::Failed, reason);
                }
                self.forecast_where_due(post, single_step);
                post.send();
            }
        }
    }

    /// Obeys what was ordered since the last step; while the run is paused, until it is to go on.
    fn obey(&mut self, orders: &Receiver<Command>, post: &mut Post) -> Next {
        loop {
            let order = if self.state == WorkerState::Paused {
                self.session.pause();
                wait(orders, post)
            } else {
                match orders.try_recv() {
                    Ok(order) => order,
                    Err(_) => return Next::Step,
                }
            };
            match order {
                Command::Pause => {
                    let ran = self.state == WorkerState::Running;
                    self.state = WorkerState::Paused;
                    if ran {
                        // First that it waits; then what a costly forecast takes its time to find.
                        post.report.state = self.state;
                        post.send();
                        self.forecast_where_due(post, true);
                    }
                }
                Command::Resume => self.state = WorkerState::Running,
                Command::Step => {
                    self.state = WorkerState::Paused;
                    post.report.state = self.state;
                    return Next::SingleStep;
                }
                Command::Snapshot => {
                    post.report.snapshot = Some(Arc::new(self.checkpoint()));
                }
                Command::Stop => {
                    post.report.snapshot = Some(Arc::new(self.checkpoint()));
                    return Next::Stop;
                }
                Command::StepsPerSecond(pace) => {
                    self.pace = pace.filter(|pace| *pace > 0.0);
                    self.next_step_at = Instant::now();
                }
            }
            post.report.state = self.state;
        }
    }

    /// One step and all that is seen and kept of it; an error is the run's end: its status, and why.
    fn step(&mut self, single_step: bool, post: &mut Post) -> Result<(), (Status, String)> {
        let failed = |reason| (Status::Failed, reason);
        if self.session.validates_out_of_turn_next() {
            self.keep_last_checkpoint();
        }
        self.recent.keep_state_where_due(&self.session);
        self.probe_where_due(single_step);
        let sharpness = self.sharpness_where_due();
        let taken = self.session.step();
        if let Some(probe) = self.session.take_probe() {
            post.report.probe = Some(Arc::new(probe));
        }
        match taken {
            Ok(record) => {
                self.keep_sharpness(&record, sharpness, post);
                let kept = self.keep(record, post);
                kept.and_then(|()| self.save_where_due()).map_err(failed)
            }
            Err(failure) => {
                let Failure { record, reason } = *failure;
                self.keep_last_checkpoint();
                self.explain(&record, post);
                self.keep(record, post).map_err(failed)?;
                Err((Status::Diverged, reason))
            }
        }
    }

    /// Whether the next step is due at the pace asked for; sleeps a little where it is not.
    fn keep_pace(&mut self) -> bool {
        let Some(pace) = self.pace else {
            return true;
        };
        let now = Instant::now();
        if now < self.next_step_at {
            self.session.pause();
            std::thread::sleep((self.next_step_at - now).min(Duration::from_millis(20)));
            return Instant::now() >= self.next_step_at;
        }
        let interval = Duration::from_secs_f64((1.0 / pace).min(3600.0));
        self.next_step_at = (self.next_step_at + interval).max(now);
        true
    }

    /// The sharpness before the next step, where it is to be measured.
    fn sharpness_where_due(&mut self) -> Option<f64> {
        const REPETITIONS: usize = 50;
        self.session.sharpness_due().then(|| {
            self.session.pause();
            self.session.sharpness(REPETITIONS).unwrap_or(f64::NAN)
        })
    }

    fn keep_sharpness(&mut self, record: &StepRecord, value: Option<f64>, post: &mut Post) {
        let Some(value) = value else {
            return;
        };
        let optimizer = &self.session.experiment().optimizer;
        let sharpness = Sharpness {
            step: record.step,
            value,
            limit: optimizer.stability_limit(record.learning_rate),
        };
        post.report.sharpness.push(sharpness);
        if self.folder.is_some() {
            self.sharpness.push(sharpness);
        }
    }

    fn keep(&mut self, record: StepRecord, post: &mut Post) -> Result<(), String> {
        self.recent.push(record.clone());
        if let Some(folder) = &mut self.folder {
            folder
                .append(&record, &self.session.info().tensors)
                .map_err(|error| error.to_string())?;
            if let Some(flow) = &record.flow {
                self.flow.push(record.step, Arc::clone(flow));
            }
        }
        post.report.records.push(record);
        Ok(())
    }

    fn finish(mut self, status: Status, reason: String, post: &mut Post) -> Outcome {
        self.session.pause();
        let (train_loss, validation_loss) = self.session.last_losses();
        let mut outcome = Outcome {
            status,
            reason,
            steps: self.session.steps(),
            seconds: self.session.seconds(),
            best: Some(self.session.best()),
            batch_order: self.session.batch_order(),
            final_weights: self.session.parameters().hash(),
            train_loss,
            validation_loss,
        };
        let network = self.session.network(self.session.best_parameters());
        let (forecast, metrics) = self.session.evaluate(&network);
        let (forecast, metrics) = (Arc::new(forecast), Arc::new(metrics));
        let saved = self
            .save_last_checkpoint(status)
            .and_then(|()| self.save(&outcome, &forecast, &metrics));
        if let Err(reason) = saved {
            outcome.status = Status::Failed;
            outcome.reason = reason;
        }
        post.report.forecast = Some(forecast);
        post.report.metrics = Some(metrics);
        outcome
    }

    /// Finds out why the step of `record` could not be made, for whoever watches with a state to go back
    /// to.
    fn explain(&mut self, record: &StepRecord, post: &mut Post) {
        let earlier = self.recent.state_before(self.session.steps());
        let records = self.recent.records().chain([record]);
        let explosion = Arc::new(self.session.explain(records, earlier));
        post.report.explosion = Some(Arc::clone(&explosion));
        self.explosion = Some(explosion);
        if self.folder.is_none()
            && let Some(state) = earlier
        {
            let mut checkpoint = self.checkpoint();
            checkpoint.state = state.clone();
            post.report.snapshot = Some(Arc::new(checkpoint));
        }
    }
}

/// Waits for a command, sending what could not be sent yet.
fn wait(orders: &Receiver<Command>, post: &mut Post) -> Command {
    post.report.state = WorkerState::Paused;
    post.send();
    loop {
        match orders.recv_timeout(Duration::from_millis(100)) {
            Ok(order) => return order,
            Err(RecvTimeoutError::Disconnected) => return Command::Stop,
            Err(RecvTimeoutError::Timeout) if post.report.has_news() => post.send(),
            Err(RecvTimeoutError::Timeout) => {}
        }
    }
}
