//! Which windows come when.

use super::session::{Stream, generator};
use crate::data::{Batch, Dataset};
use crate::experiment::{BatchSize, Experiment};
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

/// Which windows come when.
#[derive(Debug)]
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
    hash: blake3::Hasher,
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
            hash: blake3::Hasher::new(),
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

    /// Hash of the order of all batches so far.
    pub(super) fn order_hash(&self) -> String {
        self.hash.finalize().to_hex().to_string()
    }

    pub(super) fn next(&mut self, dataset: &Dataset) -> Batch {
        if self.position == 0 {
            self.order.clone_from(&self.windows);
            if self.shuffle {
                self.order.shuffle(&mut self.generator);
            }
            if self.drawn {
                let before = self.epoch as usize * self.windows.len();
                self.order.iter_mut().for_each(|number| *number += before);
            }
        }
        let end = (self.position + self.size).min(self.order.len());
        let starts = &self.order[self.position..end];
        for &start in starts {
            self.hash.update(&(start as u64).to_le_bytes());
        }
        let batch = dataset.training_batch(starts);
        self.position = end;
        if end == self.order.len() {
            self.position = 0;
            self.epoch += 1;
        }
        batch
    }
}
