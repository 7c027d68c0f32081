//! A rate from the loss and the gradient themselves.

use super::Moment;
use serde::{Deserialize, Serialize};

/// The keys of `polyak`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Settings {
    pub c: f64,
    pub gamma: f64,
    pub f_star: f64,
    pub maximum: f64,
}

/// `SPS_max` (Loizou et al. 2021, equation 3, with its section 5's bound on growth):
/// η = min(γ^(b/n)·last η, (f − f*)/(c·‖g‖²), maximum), b/n = 1 / batches per epoch. A loss at or below
/// f* makes a step of 0, after which the next one grows from the last step that was one.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Polyak {
    /// The last rate above 0; absent before the first.
    last: Option<f64>,
}

impl Polyak {
    pub(super) fn rate(&mut self, settings: Settings, learning_rate: f64, moment: &Moment) -> f64 {
        let growth = settings
            .gamma
            .powf(1.0 / moment.steps_per_epoch.max(1) as f64);
        let bound = (growth * self.last.unwrap_or(learning_rate)).min(settings.maximum);
        let above = moment.loss - settings.f_star;
        let rate = if above > 0.0 {
            // Without a slope this is infinite, and the bound holds.
            bound.min(above / (settings.c * moment.gradient_norm * moment.gradient_norm))
        } else {
            0.0
        };
        if rate > 0.0 {
            self.last = Some(rate);
        }
        rate
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn growth_is_bounded_and_the_quotient_wins_where_it_is_smaller() {
        let settings = Settings {
            c: 0.5,
            gamma: 4.0,
            f_star: 0.0,
            maximum: 0.3,
        };
        let mut polyak = Polyak::default();
        let mut rate = |loss, gradient_norm| {
            let moment = Moment {
                step: 0,
                total: 10,
                steps_per_epoch: 2,
                loss,
                gradient_norm,
            };
            polyak.rate(settings, 0.1, &moment)
        };
        // γ^(1/2) = 2.
        assert_eq!(rate(1.0, 1.0), 0.2);
        assert_eq!(rate(1.0, 1.0), 0.3); // the maximum
        assert_eq!(rate(0.5, 10.0), 0.01);
        assert_eq!(rate(0.0, 0.0), 0.0);
        assert_eq!(rate(1.0, 0.0), 0.02);
    }
}
