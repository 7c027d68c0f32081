//! The learning-rate range test.

use super::Session;
use crate::experiment::{Schedule, ScheduleKind};

/// Share of the smoothed loss that each step keeps, as in fast.ai.
const SMOOTHING: f64 = 0.98;

/// The test ends where the smoothed loss is so many times its best.
const BLOWN_UP: f64 = 4.0;

/// How a range test goes over the rates.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RateRange {
    /// The first rate.
    pub from: f64,
    /// The last rate.
    pub to: f64,
    /// Updates.
    pub steps: u64,
}

impl Default for RateRange {
    fn default() -> Self {
        Self {
            from: 1e-8,
            to: 1.0,
            steps: 100,
        }
    }
}

impl RateRange {
    /// The rate at `step`: equal factors between neighbours.
    #[must_use]
    pub fn rate(&self, step: u64) -> f64 {
        let share = step as f64 / self.steps.saturating_sub(1).max(1) as f64;
        self.from * (self.to / self.from).powf(share)
    }
}

/// One update of a range test.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RangePoint {
    /// From 0.
    pub step: u64,
    /// Of this update.
    pub learning_rate: f64,
    /// Of the batch, before the update.
    pub train_loss: f64,
    /// Exponential mean of the losses so far, without its bias towards 0.
    pub smoothed_loss: f64,
}

/// What a range test showed.
#[derive(Debug, Clone, PartialEq)]
pub struct RangeTest {
    /// The updates, in order.
    pub points: Vec<RangePoint>,
    /// The rate at which the smoothed loss fell the fastest over the logarithm of the rate; `None` where
    /// it never fell or too few updates were made.
    pub suggestion: Option<f64>,
    /// Whether the loss blew up before the last rate was reached.
    pub blew_up: bool,
}

impl Session {
    /// Tries rates from small to large, one update each, on a copy of this session: which rates train at
    /// all (Smith 2017, "Cyclical learning rates for training neural networks", section 3.3, in fast.ai's
    /// form). The rates replace the schedule; optimizer, clipping, batches and dropout are the session's
    /// own. It ends early where the smoothed loss is four times its best or no longer finite, or where
    /// `watch`, called after each update, says `false`. This session does not change by a bit.
    pub fn range_test(
        &self,
        range: &RateRange,
        mut watch: impl FnMut(&RangePoint) -> bool,
    ) -> RangeTest {
        let mut trial = self.clone();
        trial.experiment.event.clear();
        // No records but the loss, no validation: neither an epoch's end nor the run's is looked at.
        let training = &mut trial.experiment.training;
        training.validate_every = u64::MAX;
        training.record_gradients_every = u64::MAX;
        training.record_flow_every = Some(u64::MAX);
        trial.planned_steps = u64::MAX;
        let mut points: Vec<RangePoint> = Vec::new();
        let mut mean = 0.0;
        let mut best = f64::INFINITY;
        let mut blew_up = false;
        for step in 0..range.steps {
            let learning_rate = range.rate(step);
            trial.schedule = Schedule {
                learning_rate,
                ..Schedule::of(ScheduleKind::Constant)
            };
            let Ok(record) = trial.step() else {
                blew_up = true;
                break;
            };
            mean = SMOOTHING * mean + (1.0 - SMOOTHING) * record.train_loss;
            let smoothed_loss = mean / (1.0 - SMOOTHING.powf((step + 1) as f64));
            let point = RangePoint {
                step,
                learning_rate,
                train_loss: record.train_loss,
                smoothed_loss,
            };
            points.push(point);
            best = best.min(smoothed_loss);
            blew_up = smoothed_loss > BLOWN_UP * best;
            if blew_up || !watch(&point) {
                break;
            }
        }
        RangeTest {
            suggestion: steepest(&points, range.steps),
            points,
            blew_up,
        }
    }
}

/// Where the smoothed loss falls the fastest over the logarithm of the rate. As in fast.ai the first tenth,
/// in which the smoothing settles, and the last five points, in which the loss blows up, do not count.
///
/// fast.ai compares neighbours. With few windows, batches differ more than neighbouring rates do, so here
/// a slope is that of the line through a tenth of the points, times the share of the smoothing that has
/// settled: early means follow each batch. The rate is the one in that stretch's middle.
fn steepest(points: &[RangePoint], steps: u64) -> Option<f64> {
    let tenth = (steps / 10) as usize;
    let to = points.len().saturating_sub(5);
    let slope = |stretch: &[RangePoint]| {
        let count = stretch.len() as f64;
        let middle = stretch.iter().map(log_rate).sum::<f64>() / count;
        let mean = stretch.iter().map(|p| p.smoothed_loss).sum::<f64>() / count;
        let deviations = stretch
            .iter()
            .map(|p| (log_rate(p) - middle, p.smoothed_loss - mean));
        let (shared, own) = deviations.fold((0.0, 0.0), |(shared, own), (x, y)| {
            (shared + x * y, own + x * x)
        });
        let settled = 1.0 - SMOOTHING.powf(stretch[0].step as f64 + count / 2.0);
        (settled * shared / own, middle.exp())
    };
    let (slope, rate) = points
        .get(tenth..to)?
        .windows(tenth.max(2))
        .map(slope)
        .min_by(|a, b| a.0.total_cmp(&b.0))?;
    (slope < 0.0).then_some(rate)
}

fn log_rate(point: &RangePoint) -> f64 {
    point.learning_rate.ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_go_from_end_to_end_by_equal_factors() {
        let range = RateRange::default();
        assert_eq!(range.rate(0), 1e-8);
        assert!((range.rate(99) - 1.0).abs() < 1e-12);
        let factor = range.rate(1) / range.rate(0);
        for step in 1..99 {
            assert!((range.rate(step + 1) / range.rate(step) / factor - 1.0).abs() < 1e-12);
        }
    }

    #[test]
    fn the_steepest_descent_is_found_between_the_edges() {
        let range = RateRange::default();
        // A valley whose steepest point is known: a logistic fall around step 60.
        let points: Vec<RangePoint> = (0..100)
            .map(|step| RangePoint {
                step,
                learning_rate: range.rate(step),
                train_loss: 0.0,
                smoothed_loss: 1.0 / (1.0 + ((step as f64 - 60.5) / 5.0).exp()),
            })
            .collect();
        let found = steepest(&points, 100).expect("it falls");
        assert!(found > range.rate(58) && found < range.rate(63), "{found}");
        // A batch that happens to be easier, early, is no descent.
        let mut noisy = points.clone();
        noisy[19].smoothed_loss -= 0.2;
        assert_eq!(steepest(&noisy, 100), Some(found));
        // Falls before the tenth step and after the last but five do not count; a rise is no descent.
        assert!(steepest(&points[..25], 100).is_some());
        assert_eq!(steepest(&points[..24], 100), None);
        let rising: Vec<RangePoint> = points
            .iter()
            .map(|point| RangePoint {
                smoothed_loss: -point.smoothed_loss,
                ..*point
            })
            .collect();
        assert_eq!(steepest(&rising, 100), None);
    }
}
