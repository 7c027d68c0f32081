//! The cliff of Pascanu, Mikolov & Bengio 2013 ("On the difficulty of training recurrent neural networks",
//! fig. 6): one unit over T steps, x_t = w·σ(x_{t−1}) + b with x₀ = 0.5, and its error (σ(x_T) − 0.7)². Where
//! the unit's unstable point passes x₀ the error rises like a wall, and a gradient met there is thousands of
//! times as large as those around.

use crate::experiment::Experiment;
use crate::optimize::clipping::ClippingState;
use crate::optimize::optimizer::{OptimizerState, TensorShape};
use crate::optimize::schedule::{Moment, ScheduleState};
use std::convert::Infallible;

/// x₀.
const START: f64 = 0.5;
/// What σ(x_T) should be.
const LEVEL: f64 = 0.7;

/// The one unit over so many steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cliff {
    /// T.
    pub steps: usize,
}

impl Cliff {
    /// The error at weight `w` and bias `b`.
    #[must_use]
    pub fn error(&self, w: f64, b: f64) -> f64 {
        let x = (0..self.steps).fold(START, |x, _| w * sigmoid(x) + b);
        (sigmoid(x) - LEVEL).powi(2)
    }

    /// The error, and its derivatives by `w` and `b`.
    #[must_use]
    pub fn slopes(&self, w: f64, b: f64) -> (f64, [f64; 2]) {
        let (mut x, mut by) = (START, [0.0; 2]);
        for _ in 0..self.steps {
            let s = sigmoid(x);
            let carried = w * s * (1.0 - s);
            by = [s + carried * by[0], 1.0 + carried * by[1]];
            x = w * s + b;
        }
        let s = sigmoid(x);
        let outer = 2.0 * (s - LEVEL) * s * (1.0 - s);
        ((s - LEVEL).powi(2), by.map(|by| outer * by))
    }

    /// Where an experiment's optimizer, schedule and clipping take `from`, an update at a time, that place
    /// included; it ends early where a weight is no longer finite.
    #[must_use]
    pub fn descend(&self, experiment: &Experiment, from: [f64; 2], updates: u64) -> Vec<[f64; 2]> {
        let both = TensorShape::new(0..2, &[2]);
        let mut optimizer = OptimizerState::new(&experiment.optimizer, &[both]);
        let mut schedule = ScheduleState::default();
        let mut clipping = ClippingState::default();
        let mut weights = from.map(|weight| weight as f32);
        let mut path = vec![from];
        let at = |weights: &[f32]| self.slopes(f64::from(weights[0]), f64::from(weights[1]));
        let single = |slopes: [f64; 2]| slopes.map(|slope| slope as f32);
        for step in 0..updates {
            let (loss, slopes) = at(&weights);
            let norm = slopes[0].hypot(slopes[1]);
            if !norm.is_finite() {
                break;
            }
            let rate = schedule.rate(
                &experiment.schedule,
                &Moment {
                    step,
                    total: updates,
                    steps_per_epoch: 1,
                    loss,
                    gradient_norm: norm,
                },
            );
            let mut gradient = single(slopes);
            clipping.clip(&experiment.clipping, &mut gradient, &[0..2], norm);
            let taken: Result<(), Infallible> =
                optimizer.step(&mut weights, &gradient, loss, rate, |trial, slopes| {
                    let (loss, there) = at(trial);
                    *slopes = single(there).to_vec();
                    Ok(loss)
                });
            let Ok(()) = taken;
            if !weights.iter().all(|weight| weight.is_finite()) {
                break;
            }
            path.push(weights.map(f64::from));
        }
        path
    }
}

fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLIFF: Cliff = Cliff { steps: 50 };

    #[test]
    fn slopes_are_those_of_the_error() {
        for (w, b) in [
            (4.0, -2.0),
            (5.0, -3.0),
            (3.0, 0.5),
            (-2.0, 1.0),
            (6.0, -3.3),
        ] {
            let h = 1e-6;
            let (error, [by_w, by_b]) = CLIFF.slopes(w, b);
            assert_eq!(error, CLIFF.error(w, b));
            let numeric = |dw: f64, db: f64| {
                (CLIFF.error(w + dw, b + db) - CLIFF.error(w - dw, b - db)) / (2.0 * h)
            };
            for (exact, found) in [(by_w, numeric(h, 0.0)), (by_b, numeric(0.0, h))] {
                let off = (exact - found).abs();
                assert!(off < 1e-4 * exact.abs().max(1e-4), "{exact} {found}");
            }
        }
    }

    #[test]
    fn there_is_a_wall_between_two_plateaus() {
        // The unstable point is x₀ itself where w·σ(x₀) + b = x₀.
        let w = 6.0;
        let edge = START - w * sigmoid(START);
        let (low, high) = (CLIFF.error(w, edge + 0.05), CLIFF.error(w, edge - 0.05));
        assert!(low < 0.09 && high > 0.4, "{low} {high}");
        let norm = |b: f64| {
            let (_, [by_w, by_b]) = CLIFF.slopes(w, b);
            by_w.hypot(by_b)
        };
        let steepest = (0..20_001)
            .map(|k| norm(edge - 1e-3 + 1e-7 * f64::from(k)))
            .fold(0.0, f64::max);
        let around = norm(edge + 0.3).max(norm(edge - 0.3));
        assert!(steepest > 1e3 * around, "{steepest} {around}");
    }
}
