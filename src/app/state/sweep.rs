//! A sweep of learning rates: measured, agreed to, begun.

use super::AppState;
use super::problems::lines;
use crate::app::actions::Effect;
use crate::app::text;
use crate::experiment::{Contender, KeyError, SWEEP_MOST, SWEEP_RATES};
use crate::train::Work;

/// A sweep that is about to begin.
#[derive(Debug, Clone, PartialEq)]
pub struct Sweep {
    /// The contenders that it puts in the place of those there are.
    pub contenders: Vec<Contender>,
    /// What it amounts to, or why it cannot begin; once known.
    pub work: Option<Result<Work, String>>,
    request: u64,
}

impl AppState {
    /// Whether a sweep of all contenders keeps within bounds.
    #[must_use]
    pub fn sweep_fits(&self) -> bool {
        self.contenders.len() * SWEEP_RATES.len() <= SWEEP_MOST
    }

    /// Finds out what a sweep would amount to; nothing begins before somebody agrees.
    pub(super) fn ask_for_sweep(&mut self) {
        if self.blocked() || !self.sweep_fits() {
            return;
        }
        let contenders: Vec<Contender> = (self.contenders.iter())
            .flat_map(|contender| contender.at_rates(text::at_rate))
            .collect();
        let experiment = self.draft.with_contenders(&contenders);
        self.sweep_requests += 1;
        self.sweep = Some(Sweep {
            contenders,
            work: None,
            request: self.sweep_requests,
        });
        self.effects
            .push(Effect::Estimate(Box::new(experiment), self.sweep_requests));
    }

    /// Takes in what the sweep with this number amounts to.
    pub(super) fn estimated(&mut self, request: u64, work: Result<Work, Vec<KeyError>>) {
        if let Some(sweep) = &mut self.sweep
            && sweep.request == request
        {
            sweep.work = Some(work.map_err(|problems| lines(&problems, &self.contenders)));
        }
    }

    pub(super) fn cancel_sweep(&mut self) {
        self.sweep = None;
    }

    /// Each contender at several rates, all of them running.
    pub(super) fn start_sweep(&mut self) {
        let ready = |sweep: &Sweep| matches!(sweep.work, Some(Ok(_)));
        let Some(sweep) = self.sweep.take_if(|sweep| ready(sweep)) else {
            return;
        };
        self.reset();
        self.forget_studies();
        self.replace_all(&sweep.contenders);
        self.start(false);
    }
}
