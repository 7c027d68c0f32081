//! The loss of a part; when a run validates, which model is its best, and when it is over.

use super::Session;
use crate::data::Part;
use crate::model::{Parameters, elements};
use crate::optimize::objective::Total;
use crate::record::Best;
use crate::train::evaluate::BATCH;

impl Session {
    /// Whether there is nothing left to do, and why.
    #[must_use]
    pub fn finished(&self) -> Option<String> {
        let patience = self.experiment.training.stop_early;
        if self.step >= self.planned_steps {
            Some(format!("all {} steps are done", self.planned_steps))
        } else if patience > 0 && self.epochs_without_gain >= patience {
            Some(format!(
                "the validation loss has not improved for {} epochs",
                self.epochs_without_gain
            ))
        } else {
            None
        }
    }

    /// The best model so far by validation loss; the present one where there is no validation part or
    /// no validation yet.
    #[must_use]
    pub fn best_parameters(&self) -> &Parameters {
        self.best.as_ref().map_or(&self.parameters, |(_, p)| p)
    }

    /// Which model [`Session::best_parameters`] is.
    #[must_use]
    pub fn best(&self) -> Best {
        self.best.as_ref().map_or(
            Best {
                step: self.step,
                validation_loss: None,
            },
            |(best, _)| *best,
        )
    }

    /// Mean loss of a part with the present weights, over targets inside the part; `None` for a part
    /// without windows.
    #[must_use]
    pub fn part_loss(&self, part: Part) -> Option<f64> {
        let windows = self.dataset.part_windows(part);
        let network = self.network(&self.parameters);
        let mut total = Total::default();
        for starts in windows.chunks(BATCH) {
            let batch = self.dataset.part_batch(starts, part);
            let predictions = elements(network.forward(self.inputs_of(&batch), &[]));
            total.add(
                self.objective
                    .total(&predictions, &batch.targets, batch.mask.as_deref()),
            );
        }
        (total.weight > 0.0).then(|| total.mean())
    }

    pub(super) fn validate_where_due(&mut self) -> Option<f64> {
        let ended_epoch = self.batches.at_epoch_start().then(|| self.batches.epoch());
        let every = self.experiment.training.validate_every;
        let due = ended_epoch.is_some_and(|epochs| epochs.is_multiple_of(every));
        if !due && self.step < self.planned_steps {
            return None;
        }
        let loss = self.part_loss(Part::Validation);
        self.schedule_state.observe(&self.schedule, loss);
        let loss = loss?;
        self.last_validation_loss = Some(loss);
        let better = loss.is_finite()
            && self
                .best
                .as_ref()
                .and_then(|(best, _)| best.validation_loss)
                .is_none_or(|best| loss < best);
        if better {
            let best = Best {
                step: self.step,
                validation_loss: Some(loss),
            };
            self.best = Some((best, self.parameters.clone()));
            self.epochs_without_gain = 0;
        } else {
            self.epochs_without_gain += every;
        }
        Some(loss)
    }

    /// Whether the next step is the last one and validates only for that reason. A longer run would not
    /// validate there, so it goes on from before that step.
    pub(in crate::train) fn validates_out_of_turn_next(&self) -> bool {
        let every = self.experiment.training.validate_every;
        let in_turn =
            self.batches.ends_epoch_next() && (self.batches.epoch() + 1).is_multiple_of(every);
        self.step + 1 == self.planned_steps && !in_turn
    }
}
