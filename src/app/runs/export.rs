//! A run of the window as reports take it.

use super::Run;
use crate::app::text;
use crate::diagnose;
use crate::export::runs::ReadRun;
use crate::record::{Metrics, Outcome, PastRun, RunInfo, RunSummary, Status, StepRecord};
use std::time::SystemTime;

impl Run {
    /// As reports take it; nothing where it has not begun. One that goes on is taken as far as it is.
    #[must_use]
    pub fn for_export(&self) -> Option<ReadRun> {
        let info = self.info.clone()?;
        let outcome = (self.outcome.clone()).unwrap_or_else(|| self.so_far(&info));
        let none = Metrics::default();
        let metrics = self.metrics.as_deref().unwrap_or(&none);
        let explosion = self.explosion.as_deref();
        let diagnosis = diagnose::sentences(&outcome, metrics, explosion, &self.verdicts);
        Some(ReadRun {
            place: text::IN_THE_WINDOW.into(),
            written: Some(SystemTime::now()),
            name: self.name.clone(),
            summary: RunSummary::new(&info, Some(&outcome), diagnosis),
            toml: self.experiment.to_toml(),
            history: self.history.clone(),
            past: PastRun {
                experiment: self.experiment.clone(),
                records: self.records(info.first_step),
                info,
                outcome,
                sharpness: self.sharpness.clone(),
                forecast: self.forecast.as_deref().cloned(),
                metrics: self.metrics.as_deref().cloned(),
                checkpoint: None,
            },
        })
    }

    fn so_far(&self, info: &RunInfo) -> Outcome {
        let train_loss = self.history.train_loss.values().last();
        Outcome {
            status: Status::Running,
            reason: text::STILL_RUNNING.into(),
            steps: info.first_step + self.history.len() as u64,
            seconds: self.history.seconds.last().copied().unwrap_or_default(),
            best: None,
            batch_order: String::new(),
            final_weights: String::new(),
            train_loss: train_loss.map(|loss| f64::from(*loss)),
            validation_loss: self.history.validation.last().map(|(_, loss)| *loss),
        }
    }

    /// Its steps, as plain rows; without what reports do not show of the tensors.
    fn records(&self, first: u64) -> Vec<StepRecord> {
        let history = &self.history;
        let mut validation = history.validation.iter().peekable();
        (0..history.len())
            .map(|row| {
                let at = |column: &crate::record::Column| f64::from(column.values()[row]);
                let validated = validation.next_if(|(step, _)| *step == row as u64);
                StepRecord {
                    step: first + row as u64,
                    epoch: history.epoch(row as u64),
                    seconds: history.seconds[row],
                    learning_rate: history.learning_rate[row],
                    train_loss: at(&history.train_loss),
                    grad_norm: at(&history.grad_norm),
                    grad_norm_clipped: at(&history.grad_norm_clipped),
                    update_norm: at(&history.update_norm),
                    weight_norm: at(&history.weight_norm),
                    validation_loss: validated.map(|(_, loss)| *loss),
                    tensor_norms: Vec::new(),
                    flow: None,
                }
            })
            .collect()
    }
}
