//! A run's plan and kept states, as a thread that looks at its weights takes them along.

use super::Run;
use crate::app::landscape::Trail;
use crate::experiment::KeyError;
use crate::train::{Beginning, Checkpoint, RunPlan, Session};
use std::sync::Arc;

/// A run as its thread takes it along: how it began, and the states that are kept.
pub(super) struct Known {
    pub(super) run: usize,
    pub(super) plan: RunPlan,
    states: Vec<Arc<Checkpoint>>,
}

impl Known {
    pub(super) fn of(run: usize, known: &Run) -> Self {
        Self {
            run,
            plan: known.plan.clone(),
            states: known.states(),
        }
    }

    /// A session before its first step; its weights are those that the run began with unless it is a
    /// fork.
    pub(super) fn session(&self) -> Result<Session, Vec<KeyError>> {
        begin(&self.plan)
    }

    /// How many states its trail has.
    pub(super) fn states(&self) -> usize {
        self.states.len() + 1
    }

    /// The weights after so many updates, where they are kept.
    pub(super) fn weights_at(&self, session: &Session, step: u64) -> Option<Vec<f32>> {
        let (first, weights) = self.beginning(session);
        if first == step {
            return Some(weights);
        }
        let kept = self.states.iter().find(|known| known.state.step() == step);
        kept.map(|known| known.state.parameters().to_vec())
    }

    /// Updates made before its first own one, and the weights there.
    fn beginning(&self, session: &Session) -> (u64, Vec<f32>) {
        match &self.plan.beginning {
            Beginning::Fork(checkpoint) => {
                let state = &checkpoint.state;
                (state.step(), state.parameters().to_vec())
            }
            _ => (0, session.parameters().values.clone()),
        }
    }

    pub(super) fn trail(&self, session: &Session) -> Trail {
        let first = self.beginning(session);
        let later = (self.states.iter())
            .map(|known| (known.state.step(), known.state.parameters().to_vec()))
            .filter(|(step, _)| *step > first.0);
        let later: Vec<_> = later.collect();
        Trail {
            run: self.run,
            weights: std::iter::once(first).chain(later).collect(),
        }
    }
}

pub(super) fn begin(plan: &RunPlan) -> Result<Session, Vec<KeyError>> {
    let dataset = Arc::clone(&plan.dataset);
    Session::new(&plan.experiment, &plan.contender, dataset, plan.threads)
        .map_err(|error| vec![super::load::of_training(error)])
}
