//! Which windows come when.

use super::generator::{Stream, generator};
use crate::data::{Batch, Dataset};
use crate::experiment::{BatchSize, Experiment};
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

/// Which windows come when.
#[derive(Debug, Clone)]
pub(super) struct Batches {
    windows: Vec<usize>,
    /// The windows in this epoch's order.
    order: Vec<usize>,
    size: usize,
    position: usize,
    epoch: u64,
    shuffle: bool,
    /// Whether `windows` are sequences that are drawn, others in each epoch.
    drawn: bool,
    generator: ChaCha8Rng,
    /// The generator before it drew this epoch's order.
    before_epoch: ChaCha8Rng,
    /// A chain: the hash of the hash before and of the batch's windows, so that it can be stored and
    /// gone on with. Zeros before the first batch.
    hash: [u8; 32],
}

/// Where [`Batches`] are. The order is not in it: the generator draws it again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct BatchesState {
    /// All training windows.
    windows: u64,
    /// Windows in a whole batch.
    size: u64,
    shuffle: bool,
    epoch: u64,
    /// Windows of this epoch that were used.
    position: u64,
    /// Before it drew this epoch's order.
    generator: ChaCha8Rng,
    hash: [u8; 32],
}

impl Batches {
    pub(super) fn new(experiment: &Experiment, dataset: &Dataset, seed: u64) -> Self {
        let size = Self::size(experiment, Self::supply(dataset));
        let drawn = dataset.drawn_in_epoch(size);
        let windows = drawn.map_or_else(|| dataset.train_windows(), |count| (0..count).collect());
        Self {
            order: Vec::new(),
            size,
            position: 0,
            epoch: 0,
            shuffle: experiment.training.shuffle && drawn.is_none(),
            drawn: drawn.is_some(),
            generator: generator(seed, Stream::Order),
            before_epoch: generator(seed, Stream::Order),
            hash: [0; 32],
            windows,
        }
    }

    /// Windows or sequences to learn from; no end where they are drawn.
    pub(super) fn supply(dataset: &Dataset) -> usize {
        match dataset.drawn_in_epoch(1) {
            Some(_) => usize::MAX,
            None => dataset.train_windows().len(),
        }
    }

    /// Windows in a whole batch, out of so many.
    pub(super) fn size(experiment: &Experiment, windows: usize) -> usize {
        let size = match experiment.training.batch_size {
            _ if experiment.optimizer.full_batch() => windows,
            BatchSize::Full(_) => windows,
            BatchSize::Count(count) => count.min(windows),
        };
        size.max(1)
    }

    pub(super) fn per_epoch(&self) -> u64 {
        self.windows.len().div_ceil(self.size) as u64
    }

    /// The epoch that the next batch belongs to.
    pub(super) fn epoch(&self) -> u64 {
        self.epoch
    }

    pub(super) fn at_epoch_start(&self) -> bool {
        self.position == 0
    }

    /// Whether the next batch is the last one of its epoch.
    pub(super) fn ends_epoch_next(&self) -> bool {
        self.position + self.size >= self.windows.len()
    }

    /// Hash of the order of all batches so far.
    pub(super) fn order_hash(&self) -> String {
        blake3::Hash::from_bytes(self.hash).to_hex().to_string()
    }

    pub(super) fn next(&mut self, dataset: &Dataset) -> Batch {
        if self.position == 0 {
            self.begin_epoch();
        }
        let end = (self.position + self.size).min(self.order.len());
        let starts = &self.order[self.position..end];
        let mut hasher = blake3::Hasher::new();
        hasher.update(&self.hash);
        for &start in starts {
            hasher.update(&(start as u64).to_le_bytes());
        }
        self.hash = hasher.finalize().into();
        let batch = dataset.training_batch(starts);
        self.position = end;
        if end == self.order.len() {
            self.position = 0;
            self.epoch += 1;
        }
        batch
    }

    fn begin_epoch(&mut self) {
        self.before_epoch = self.generator.clone();
        self.order.clone_from(&self.windows);
        if self.shuffle {
            self.order.shuffle(&mut self.generator);
        }
        if self.drawn {
            let before = self.epoch as usize * self.windows.len();
            self.order.iter_mut().for_each(|number| *number += before);
        }
    }

    /// Where the batches are.
    pub(super) fn state(&self) -> BatchesState {
        let generator = if self.position == 0 {
            &self.generator
        } else {
            &self.before_epoch
        };
        BatchesState {
            windows: self.windows.len() as u64,
            size: self.size as u64,
            shuffle: self.shuffle,
            epoch: self.epoch,
            position: self.position as u64,
            generator: generator.clone(),
            hash: self.hash,
        }
    }

    /// Goes to where the batches of the same windows were; `false`, and nothing changes, where the
    /// windows are others. With another batch size they go on at the next epoch's beginning.
    pub(super) fn go_to(&mut self, state: &BatchesState) -> bool {
        let windows = self.windows.len() as u64;
        if (state.windows, state.shuffle) != (windows, self.shuffle) || state.position >= windows {
            return false;
        }
        self.generator = state.generator.clone();
        self.epoch = state.epoch;
        self.hash = state.hash;
        self.position = 0;
        if state.position > 0 {
            self.begin_epoch();
            if state.size == self.size as u64 {
                self.position = state.position as usize;
            } else {
                self.epoch += 1;
            }
        }
        true
    }
}
