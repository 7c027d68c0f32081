//! A rate that falls when the loss no longer does.

use serde::{Deserialize, Serialize};

/// A smaller cut is not made: `torch.optim.lr_scheduler.ReduceLROnPlateau`'s `eps`.
const LEAST_CUT: f64 = 1e-8;

/// The keys of `plateau`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Settings {
    pub factor: f64,
    pub patience: u64,
    pub threshold: f64,
    pub cooldown: u64,
    pub minimum: f64,
    pub raise_factor: f64,
    pub raise_patience: u64,
}

/// `torch.optim.lr_scheduler.ReduceLROnPlateau` with `mode="min"`, `threshold_mode="rel"`, and its mirror
/// image: after more than `raise_patience` improvements in a row the rate is multiplied by
/// `raise_factor`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Plateau {
    /// What cuts and raises have made of the rate; absent while there was none.
    factor: Option<f64>,
    best: Option<f64>,
    bad: u64,
    good: u64,
    cooling: u64,
    /// Sum and number of training losses since the last observation.
    training: (f64, u64),
}

impl Plateau {
    pub(super) fn rate(&self, learning_rate: f64) -> f64 {
        learning_rate * self.factor.unwrap_or(1.0)
    }

    pub(super) fn see_training_loss(&mut self, loss: f64) {
        self.training.0 += loss;
        self.training.1 += 1;
    }

    pub(super) fn observe(
        &mut self,
        settings: Settings,
        learning_rate: f64,
        validation_loss: Option<f64>,
    ) {
        let (sum, count) = std::mem::take(&mut self.training);
        let loss = match validation_loss {
            Some(loss) => loss,
            None if count > 0 => sum / count as f64,
            None => return,
        };
        let best = self.best.unwrap_or(f64::INFINITY);
        if loss < best * (1.0 - settings.threshold) {
            self.best = Some(loss);
            self.bad = 0;
            self.good += 1;
        } else {
            self.bad += 1;
            self.good = 0;
        }
        if self.cooling > 0 {
            self.cooling -= 1;
            self.bad = 0;
        }
        let rate = self.rate(learning_rate);
        if self.bad > settings.patience {
            self.cooling = settings.cooldown;
            self.bad = 0;
            let lower = (rate * settings.factor).max(settings.minimum);
            if rate - lower > LEAST_CUT {
                self.factor = Some(lower / learning_rate);
            }
        } else if settings.raise_factor > 1.0 && self.good > settings.raise_patience {
            self.good = 0;
            let raised = self.factor.unwrap_or(1.0) * settings.raise_factor;
            self.factor = Some(raised.min(super::LARGEST));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SETTINGS: Settings = Settings {
        factor: 0.5,
        patience: 1,
        threshold: 0.1,
        cooldown: 1,
        minimum: 0.02,
        raise_factor: 1.0,
        raise_patience: 1,
    };

    fn rates(settings: Settings, losses: &[f64]) -> Vec<f64> {
        let mut plateau = Plateau::default();
        losses
            .iter()
            .map(|&loss| {
                plateau.observe(settings, 0.1, Some(loss));
                plateau.rate(0.1)
            })
            .collect()
    }

    #[test]
    fn patience_cooldown_threshold_and_minimum_are_pytorchs() {
        // 0.95 is no improvement on 1.0 by a tenth; then one cools down; then the least rate is reached.
        let found = rates(
            SETTINGS,
            &[
                1.0, 0.95, 0.95, 0.95, 0.95, 0.95, 0.95, 0.95, 0.95, 0.95, 0.95,
            ],
        );
        let expected = [
            0.1, 0.1, 0.05, 0.05, 0.05, 0.025, 0.025, 0.025, 0.02, 0.02, 0.02,
        ];
        for (found, expected) in found.iter().zip(expected) {
            assert!((found - expected).abs() < 1e-15, "{found} {expected}");
        }
    }

    #[test]
    fn a_loss_that_keeps_falling_raises_the_rate_where_asked_for() {
        let falling = [1.0, 0.8, 0.6, 0.4, 0.3];
        assert_eq!(rates(SETTINGS, &falling), [0.1; 5]);
        let raising = Settings {
            raise_factor: 2.0,
            ..SETTINGS
        };
        assert_eq!(rates(raising, &falling), [0.1, 0.2, 0.2, 0.4, 0.4]);
    }

    #[test]
    fn without_a_validation_part_the_mean_training_loss_stands_for_it() {
        let mut plateau = Plateau::default();
        for losses in [[1.0, 3.0], [4.0, 0.0], [2.0, 2.0]] {
            for loss in losses {
                plateau.see_training_loss(loss);
            }
            plateau.observe(SETTINGS, 0.1, None);
        }
        assert_eq!(plateau.rate(0.1), 0.05);
    }
}
