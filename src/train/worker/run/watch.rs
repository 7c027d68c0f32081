//! What a run shows besides its records to whoever watches, as often as it costs little: forecasts and closer looks.

use super::Run;
use crate::train::worker::post::{Post, REPORT_EVERY};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Between two forecasts while a run goes on.
const FORECAST_EVERY: Duration = Duration::from_millis(500);

/// A forecast while training may use at most about this share of the run's time.
const FORECAST_SHARE: f64 = 0.03;

/// Between two closer looks at the network.
const PROBE_EVERY: Duration = REPORT_EVERY;

/// Closer looks may use at most about this share of the run's time.
const PROBE_SHARE: f64 = 0.02;

impl Run {
    /// Lets whoever watches see more of the next step, where that costs little.
    pub(super) fn probe_where_due(&mut self, now: bool) {
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
    pub(super) fn forecast_where_due(&mut self, post: &mut Post, now: bool) {
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
}
