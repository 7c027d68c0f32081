//! A run's last steps and two states from before them, in case that its next step explodes.

use crate::record::{EXPLOSION_STEPS, StepRecord};
use crate::train::{Session, SessionState};
use std::collections::VecDeque;

/// Steps between two states that are kept.
const STATE_EVERY: u64 = 50;

/// A state so many steps before an explosion shows how the run was while it went well.
const STATE_BEFORE: u64 = 20;

/// What went before the next step.
#[derive(Debug, Default)]
pub(super) struct Recent {
    records: VecDeque<StepRecord>,
    /// The older one first.
    states: VecDeque<SessionState>,
}

impl Recent {
    /// Keeps what a step showed, and forgets what lies too far back.
    pub(super) fn push(&mut self, record: StepRecord) {
        if self.records.len() >= EXPLOSION_STEPS - 1 {
            self.records.pop_front();
        }
        self.records.push_back(record);
    }

    /// Keeps the session's state now and then.
    pub(super) fn keep_state_where_due(&mut self, session: &Session) {
        let step = session.steps();
        let due = self.states.back().is_none_or(|state| {
            // After going back the count begins anew.
            step >= state.step() + STATE_EVERY || step < state.step()
        });
        if due {
            self.states.push_back(session.state());
            if self.states.len() > 2 {
                self.states.pop_front();
            }
        }
    }

    /// The last steps, the oldest first.
    pub(super) fn records(&self) -> impl Iterator<Item = &StepRecord> {
        self.records.iter()
    }

    /// A state from well before `step`, or the oldest there is.
    pub(super) fn state_before(&self, step: u64) -> Option<&SessionState> {
        (self.states.iter().rev())
            .find(|state| state.step() + STATE_BEFORE <= step)
            .or_else(|| self.states.front())
    }
}
