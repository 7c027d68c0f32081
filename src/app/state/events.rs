//! What happened, told in a line each.

use super::AppState;

/// How grave an event is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// As planned.
    Note,
    /// Something went wrong.
    Trouble,
}

/// Something that happened, for the line at the bottom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// The colour number of the contender that it happened to.
    pub colour: Option<usize>,
    /// What happened.
    pub text: String,
    /// How grave it is.
    pub weight: Weight,
    /// The step at which it happened, where it has one.
    pub step: Option<u64>,
}

impl AppState {
    /// Adds a line to the events.
    pub fn note(&mut self, weight: Weight, colour: Option<usize>, text: String) {
        const KEPT: usize = 200;
        self.events.push(Event {
            colour,
            text,
            weight,
            step: None,
        });
        if self.events.len() > KEPT {
            self.events.remove(0);
        }
    }
}
