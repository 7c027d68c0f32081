//! What a worker reports, and how: news accumulate until their reader has room, and training never waits.

use super::WorkerState;
use crate::record::{Explosion, Forecast, Metrics, Outcome, Probe, RunInfo, Sharpness, StepRecord};
use crate::train::Checkpoint;
use std::sync::Arc;
use std::sync::mpsc::{SyncSender, TrySendError};
use std::time::{Duration, Instant};

/// Reports a second: often enough to look alive, seldom enough to cost nothing.
pub(super) const REPORT_EVERY: Duration = Duration::from_millis(40);

/// Reports that may wait for their reader.
pub(super) const WAITING_REPORTS: usize = 8;

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
    /// Without news.
    pub(crate) fn empty(state: WorkerState) -> Self {
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

    pub(super) fn has_news(&self) -> bool {
        !self.records.is_empty() || self.snapshot.is_some() || self.end.is_some()
    }
}

/// What accumulates until the reader has room.
pub(super) struct Post {
    sender: SyncSender<Report>,
    wake: Box<dyn Fn() + Send>,
    pub(super) report: Report,
    /// What the run said of itself, kept for when it breaks down.
    pub(super) info: Option<RunInfo>,
    last: Instant,
}

impl Post {
    pub(super) fn new(sender: SyncSender<Report>, wake: impl Fn() + Send + 'static) -> Self {
        Self {
            sender,
            wake: Box::new(wake),
            report: Report::empty(WorkerState::Starting),
            info: None,
            last: Instant::now(),
        }
    }

    pub(super) fn due(&self) -> bool {
        self.last.elapsed() >= REPORT_EVERY
    }

    /// Sends what has accumulated where there is room; otherwise it keeps accumulating.
    pub(super) fn send(&mut self) {
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
    pub(super) fn send_last(&mut self) {
        let report = std::mem::replace(&mut self.report, Report::empty(WorkerState::Ended));
        // The reader is gone only when the worker was dropped.
        drop(self.sender.send(report));
        (self.wake)();
    }
}
