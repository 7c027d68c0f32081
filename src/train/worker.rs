//! A named thread around a session: commands in, records out.

use super::saver::Saver;
use super::{
    Beginning, Checkpoint, Failure, Recorded, RunPlan, Session, SessionState, TrainError, resume,
};
use crate::diagnose;
use crate::diagnose::verdicts::{Verdict, verdicts};
use crate::model::ModelFile;
use crate::priority;
use crate::record::{
    EXPLOSION_STEPS, Explosion, FlowHistory, FolderError, Forecast, History, Metrics, Outcome,
    Probe, RunFolder, RunInfo, RunSummary, Sharpness, Status, StepRecord,
};
use std::any::Any;
use std::collections::VecDeque;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{
    Receiver, RecvTimeoutError, Sender, SyncSender, TrySendError, channel, sync_channel,
};
use std::thread::{Builder, JoinHandle};
use std::time::{Duration, Instant};

/// Reports a second: often enough to look alive, seldom enough to cost nothing.
const REPORT_EVERY: Duration = Duration::from_millis(40);

/// Reports that may wait for their reader.
const WAITING_REPORTS: usize = 8;

/// Between two forecasts while a run goes on.
const FORECAST_EVERY: Duration = Duration::from_millis(500);

/// A forecast while training may use at most about this share of the run's time.
const FORECAST_SHARE: f64 = 0.03;

/// Between two closer looks at the network.
const PROBE_EVERY: Duration = REPORT_EVERY;

/// Closer looks may use at most about this share of the run's time.
const PROBE_SHARE: f64 = 0.02;

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

/// News from a worker; what is `None` or empty has no news.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// Once, before the first record.
    pub info: Option<RunInfo>,
    /// Steps since the last report.
    pub records: Vec<StepRecord>,
    /// The present forecast; at the end that of the best model.
    pub forecast: Option<Arc<Forecast>>,
    /// Its scores.
    pub metrics: Option<Arc<Metrics>>,
    /// The latest closer look.
    pub probe: Option<Arc<Probe>>,
    /// Sharpness measured since the last report.
    pub sharpness: Vec<Sharpness>,
    /// Where the run can be gone on with or forked: when asked for, when it was stopped, and from before
    /// it exploded.
    pub snapshot: Option<Arc<Checkpoint>>,
    /// The state at the end of all steps, where no folder has it: to be looked at, not to go on from.
    pub end: Option<Arc<Checkpoint>>,
    /// Once, where the run came to a number that is not finite.
    pub explosion: Option<Arc<Explosion>>,
    /// What the worker is doing.
    pub state: WorkerState,
    /// Once, at the end.
    pub outcome: Option<Outcome>,
}

impl Report {
    fn empty(state: WorkerState) -> Self {
        Self {
            info: None,
            records: Vec::new(),
            forecast: None,
            metrics: None,
            probe: None,
            sharpness: Vec::new(),
            snapshot: None,
            end: None,
            explosion: None,
            state,
            outcome: None,
        }
    }

    fn has_news(&self) -> bool {
        !self.records.is_empty() || self.snapshot.is_some() || self.end.is_some()
    }
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
        let mut post = Post {
            sender,
            wake: Box::new(wake),
            report: Report::empty(WorkerState::Starting),
            info: None,
            last: Instant::now(),
        };
        let thread = Builder::new().name(name).spawn(move || {
            priority::step_back();
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

/// What accumulates until the reader has room.
struct Post {
    sender: SyncSender<Report>,
    wake: Box<dyn Fn() + Send>,
    report: Report,
    info: Option<RunInfo>,
    last: Instant,
}

impl Post {
    fn due(&self) -> bool {
        self.last.elapsed() >= REPORT_EVERY
    }

    /// Sends what has accumulated where there is room; otherwise it keeps accumulating.
    fn send(&mut self) {
        self.last = Instant::now();
        let report = std::mem::replace(&mut self.report, Report::empty(WorkerState::Running));
        self.report.state = report.state;
        match self.sender.try_send(report) {
            Ok(()) => (self.wake)(),
            Err(TrySendError::Full(report) | TrySendError::Disconnected(report)) => {
                self.report = report;
            }
        }
    }

    /// Sends the last report, waiting for room: nothing comes after it that could wait instead.
    fn send_last(&mut self) {
        let report = std::mem::replace(&mut self.report, Report::empty(WorkerState::Ended));
        // The reader is gone only when the worker was dropped.
        drop(self.sender.send(report));
        (self.wake)();
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

fn run(plan: &RunPlan, state: WorkerState, orders: &Receiver<Command>, post: &mut Post) -> Outcome {
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
        recent: VecDeque::new(),
        earlier: VecDeque::new(),
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

fn open_folder(
    plan: &RunPlan,
    info: &RunInfo,
    resumed: Option<&Checkpoint>,
) -> Result<Option<RunFolder>, FolderError> {
    let Some(path) = &plan.folder else {
        return Ok(None);
    };
    let folder = match resumed {
        None => RunFolder::create(path, plan.replace)?,
        Some(checkpoint) => {
            RunFolder::resume(path, checkpoint.state.step(), checkpoint.recorded.tables)?
        }
    };
    folder.write_experiment(&plan.experiment.to_toml())?;
    folder.write_summary(&RunSummary::new(info, None, Vec::new()))?;
    Ok(Some(folder))
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
    /// The last steps, in case that the next one explodes.
    recent: VecDeque<StepRecord>,
    /// States from before them, for the same case; the older one first.
    earlier: VecDeque<SessionState>,
    explosion: Option<Arc<Explosion>>,
    next_step_at: Instant,
}

impl Run {
    fn train(&mut self, orders: &Receiver<Command>, post: &mut Post) -> (Status, String) {
        loop {
            post.report.state = self.state;
            let mut single_step = false;
            loop {
                let waiting = self.state == WorkerState::Paused && !single_step;
                let order = if waiting {
                    self.session.pause();
                    wait(orders, post)
                } else {
                    orders.try_recv().ok()
                };
                match order {
                    Some(Command::Pause) => {
                        let ran = self.state == WorkerState::Running;
                        self.state = WorkerState::Paused;
                        if ran {
                            // First that it waits; then what a costly forecast takes its time to find.
                            post.report.state = self.state;
                            post.send();
                            self.forecast_where_due(post, true);
                        }
                    }
                    Some(Command::Resume) => self.state = WorkerState::Running,
                    Some(Command::Step) => {
                        self.state = WorkerState::Paused;
                        single_step = true;
                    }
                    Some(Command::Snapshot) => {
                        post.report.snapshot = Some(Arc::new(self.checkpoint()));
                    }
                    Some(Command::Stop) => {
                        post.report.snapshot = Some(Arc::new(self.checkpoint()));
                        return (
                            Status::Stopped,
                            format!("stopped after {} steps", self.session.steps()),
                        );
                    }
                    Some(Command::StepsPerSecond(pace)) => {
                        self.pace = pace.filter(|pace| *pace > 0.0);
                        self.next_step_at = Instant::now();
                    }
                    None if waiting => {}
                    None => break,
                }
                post.report.state = self.state;
                if single_step {
                    break;
                }
            }
            if let Some(reason) = self.session.finished() {
                if self.folder.is_none() {
                    post.report.end = Some(Arc::new(self.checkpoint()));
                }
                return (Status::Finished, reason);
            }
            if !single_step && !self.keep_pace() {
                continue;
            }
            if self.session.validates_out_of_turn_next() {
                self.remember();
            }
            self.remember_where_due();
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
                    if let Err(reason) = kept.and_then(|()| self.save_where_due()) {
                        return (Status::Failed, reason);
                    }
                }
                Err(failure) => {
                    let Failure { record, reason } = *failure;
                    self.remember();
                    self.explain(&record, post);
                    if let Err(reason) = self.keep(record, post) {
                        return (Status::Failed, reason);
                    }
                    return (Status::Diverged, reason);
                }
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

    /// Keeps a state now and then, so that there is one from before an explosion.
    fn remember_where_due(&mut self) {
        const EVERY: u64 = 50;
        let step = self.session.steps();
        let due = self.earlier.back().is_none_or(|state| {
            // After going back the count begins anew.
            step >= state.step() + EVERY || step < state.step()
        });
        if due {
            self.earlier.push_back(self.session.state());
            if self.earlier.len() > 2 {
                self.earlier.pop_front();
            }
        }
    }

    /// Finds out why the step of `record` could not be made, for whoever watches with a state to go back
    /// to.
    fn explain(&mut self, record: &StepRecord, post: &mut Post) {
        const BEFORE: u64 = 20;
        let step = self.session.steps();
        let earlier = (self.earlier.iter().rev())
            .find(|state| state.step() + BEFORE <= step)
            .or_else(|| self.earlier.front());
        let recent = self.recent.iter().chain([record]);
        let explosion = Arc::new(self.session.explain(recent, earlier));
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
        if self.recent.len() >= EXPLOSION_STEPS - 1 {
            self.recent.pop_front();
        }
        self.recent.push_back(record.clone());
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

    /// The run at the present step.
    fn checkpoint(&self) -> Checkpoint {
        let tables = self.folder.as_ref().map(|folder| folder.tables().lengths());
        self.session.checkpoint(Recorded {
            tables: tables.unwrap_or_default(),
            flow: self.flow.clone(),
            sharpness: self.sharpness.clone(),
        })
    }

    /// Makes the present state the one that the folder keeps at the end.
    fn remember(&mut self) {
        if self.folder.is_some() {
            self.last_checkpoint = Some(self.checkpoint());
        }
    }

    /// Begins to write a checkpoint where one is due.
    fn save_where_due(&mut self) -> Result<(), String> {
        // One that is remembered is what a longer run goes on from: none after it may take its place.
        if self.folder.is_none() || self.last_checkpoint.is_some() || !self.saver.is_due() {
            return Ok(());
        }
        self.flush()?;
        let checkpoint = self.checkpoint();
        match &self.folder {
            Some(folder) => self.saver.begin(folder, checkpoint),
            None => Ok(()),
        }
        .map_err(|error| error.to_string())
    }

    fn flush(&mut self) -> Result<(), String> {
        match &mut self.folder {
            Some(folder) => folder.flush().map_err(|error| error.to_string()),
            None => Ok(()),
        }
    }

    /// Lets whoever watches see more of the next step, where that costs little.
    fn probe_where_due(&mut self, now: bool) {
        if self.folder.is_some() {
            return;
        }
        if let Some((last, cost)) = self.last_probe
            && !now
            && (last.elapsed() < PROBE_EVERY
                || last.elapsed().as_secs_f64() * PROBE_SHARE < cost.as_secs_f64())
        {
            return;
        }
        let begun = Instant::now();
        self.session.probe_next();
        self.last_probe = Some((begun, begun.elapsed()));
    }

    /// A forecast with the present weights for whoever watches, where it costs little.
    fn forecast_where_due(&mut self, post: &mut Post, now: bool) {
        // Runs that write a folder have no watcher: their forecast is made once, at the end.
        if self.folder.is_some() {
            return;
        }
        let since = self.last_forecast.elapsed();
        let affordable = since.as_secs_f64() * FORECAST_SHARE >= self.forecast_cost.as_secs_f64();
        if !now && (since < FORECAST_EVERY || !affordable) {
            return;
        }
        let begun = Instant::now();
        self.session.pause();
        let network = self.session.network(self.session.parameters());
        let (forecast, metrics) = self.session.evaluate(&network);
        post.report.forecast = Some(Arc::new(forecast));
        post.report.metrics = Some(Arc::new(metrics));
        self.forecast_cost = begun.elapsed();
        self.last_forecast = Instant::now();
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

    fn save_last_checkpoint(&mut self, status: Status) -> Result<(), String> {
        if status == Status::Failed {
            // The tables may lack rows: the checkpoint before is the one to go on from.
            return self.saver.finish().map_err(|error| error.to_string());
        }
        self.flush()?;
        let Some(folder) = &self.folder else {
            return Ok(());
        };
        let checkpoint = self
            .last_checkpoint
            .take()
            .unwrap_or_else(|| self.checkpoint());
        self.saver
            .begin(folder, checkpoint)
            .and_then(|()| self.saver.finish())
            .map_err(|error| error.to_string())
    }

    fn save(
        &mut self,
        outcome: &Outcome,
        forecast: &Forecast,
        metrics: &Metrics,
    ) -> Result<(), String> {
        let Some(folder) = &self.folder else {
            return Ok(());
        };
        RunFolder::write_flow(folder.path(), &self.flow)
            .and_then(|()| folder.write_sharpness(&self.sharpness))
            .and_then(|()| folder.write_results(forecast, metrics))
            .map_err(|error| error.to_string())?;
        ModelFile::write(
            &folder.path().join("model.safetensors"),
            self.session.best_parameters(),
            &self.session.card(),
        )
        .map_err(|error| error.to_string())?;
        // Last, so that a status other than `running` means that everything is there.
        let verdicts = self.verdicts(folder.path(), forecast)?;
        let explosion = self.explosion.as_deref();
        let diagnosis = diagnose::sentences(outcome, metrics, explosion, &verdicts);
        folder
            .write_summary(&RunSummary::new(
                self.session.info(),
                Some(outcome),
                diagnosis,
            ))
            .map_err(|error| error.to_string())
    }

    /// What the whole run's course says: of all rows in the folder, also those from before it was resumed.
    fn verdicts(&self, folder: &Path, forecast: &Forecast) -> Result<Vec<Verdict>, String> {
        let history = History::read(folder).map_err(|error| error.to_string())?;
        let flow = self.flow.steps().last();
        Ok(verdicts(
            self.session.experiment(),
            &history,
            flow.map_or(&[], |(_, layers)| &layers[..]),
            Some(forecast),
        ))
    }
}

/// Waits for a command, sending what could not be sent yet.
fn wait(orders: &Receiver<Command>, post: &mut Post) -> Option<Command> {
    post.report.state = WorkerState::Paused;
    post.send();
    loop {
        match orders.recv_timeout(Duration::from_millis(100)) {
            Ok(order) => return Some(order),
            Err(RecvTimeoutError::Disconnected) => return Some(Command::Stop),
            Err(RecvTimeoutError::Timeout) if post.report.has_news() => post.send(),
            Err(RecvTimeoutError::Timeout) => {}
        }
    }
}
