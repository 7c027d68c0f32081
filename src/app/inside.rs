//! What the window asks about the inside of a network, and what it knows of it.

use crate::data::Part;
use crate::train::Inside;
use std::sync::Arc;

/// Which network, over which window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wish {
    /// The index of the run.
    pub run: usize,
    /// Updates made: the first of the run, or a kept state's.
    pub step: u64,
    /// The part of the data.
    pub part: Part,
    /// Which of its windows.
    pub window: usize,
}

/// The latest look inside a network.
#[derive(Debug, Clone, PartialEq)]
pub struct Look {
    /// What was asked for last.
    pub wish: Wish,
    /// What was last found; of an earlier wish until the answer comes.
    pub found: Option<Arc<Inside>>,
    /// Why nothing was found.
    pub problem: Option<String>,
    /// The number of the question.
    pub request: u64,
}
