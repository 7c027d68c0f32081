//! Training time.

use std::time::{Duration, Instant};

/// Time that was spent training.
#[derive(Debug, Clone, Default)]
pub(super) struct Stopwatch {
    before: Duration,
    since: Option<Instant>,
}

impl Stopwatch {
    /// Stopped, after so many seconds.
    pub(super) fn after(seconds: f64) -> Self {
        Self {
            before: Duration::try_from_secs_f64(seconds).unwrap_or_default(),
            since: None,
        }
    }

    pub(super) fn start(&mut self) {
        self.since.get_or_insert_with(Instant::now);
    }

    pub(super) fn stop(&mut self) {
        self.before += self.since.take().map_or(Duration::ZERO, |at| at.elapsed());
    }

    pub(super) fn seconds(&self) -> f64 {
        let running = self.since.map_or(Duration::ZERO, |at| at.elapsed());
        (self.before + running).as_secs_f64()
    }
}
