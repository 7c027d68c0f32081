//! States of a run that it can go back to or be forked from, in memory and bounded.

use crate::record::checkpoints::superfluous;
use crate::train::Checkpoint;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Between two states: in a run that has only begun less, so that a short one has its path too.
const EVERY: [Duration; 2] = [Duration::from_millis(100), Duration::from_secs(2)];

/// States of one run besides its latest.
const COUNT: usize = 16;

/// Bytes of all states of one run together, the latest excepted where it alone is larger.
const BYTES: u64 = 128 << 20;

/// The kept states of one run.
pub struct Kept {
    states: BTreeMap<u64, Arc<Checkpoint>>,
    begun: Instant,
    asked: Instant,
}

impl Kept {
    /// None yet.
    pub fn new() -> Self {
        let now = Instant::now();
        Self {
            states: BTreeMap::new(),
            begun: now,
            asked: now,
        }
    }

    /// Whether to ask for another one; whoever hears yes asks.
    pub fn is_due(&mut self) -> bool {
        let every = self.begun.elapsed() / COUNT as u32;
        let due = self.asked.elapsed() >= every.clamp(EVERY[0], EVERY[1]);
        if due {
            self.asked = Instant::now();
        }
        due
    }

    /// Keeps one more; those that are then too many go, so that the rest spreads evenly over the run.
    pub fn keep(&mut self, state: Arc<Checkpoint>) {
        self.states.insert(state.state.step(), state);
        let all = self.states.iter().map(|(&step, state)| (step, size(state)));
        for step in superfluous(all.collect(), COUNT, BYTES) {
            self.states.remove(&step);
        }
    }

    /// The state of `step`.
    pub fn at(&self, step: u64) -> Option<Arc<Checkpoint>> {
        self.states.get(&step).cloned()
    }

    /// Forgets what came after `step`.
    pub fn cut_back(&mut self, step: u64) {
        self.states.retain(|&kept, _| kept <= step);
    }

    /// All, in the order of their steps.
    pub fn states(&self) -> impl Iterator<Item = Arc<Checkpoint>> {
        self.states.values().cloned()
    }

    /// The steps, in order.
    pub fn steps(&self) -> Vec<u64> {
        self.states.keys().copied().collect()
    }
}

/// About what a state holds: the weights, the best ones, and the two moments of most optimizers.
fn size(state: &Checkpoint) -> u64 {
    let tensors = state.origin.tensors.iter();
    let weights: usize = tensors
        .map(|(_, shape)| shape.iter().product::<usize>())
        .sum();
    (4 * weights * size_of::<f32>()) as u64
}
