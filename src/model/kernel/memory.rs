//! Working memory: aligned to the cache line, kept from one training step to the next.

use std::ops::{Deref, DerefMut};
use std::sync::{Mutex, PoisonError};

/// Bytes of a cache line, and of the widest register.
const LINE: usize = 64;

/// Buffers that wait for their next use: fresh pages from the system cost more than the arithmetic at
/// small shapes.
static POOL: Mutex<Vec<Vec<f32>>> = Mutex::new(Vec::new());

/// Buffers kept at most.
const KEPT: usize = 96;

/// So many floats, the first at the start of a cache line. Not `Clone`: a copy could lie elsewhere.
#[derive(Debug)]
pub(super) struct Buffer {
    storage: Vec<f32>,
    start: usize,
    len: usize,
}

impl Buffer {
    /// Any finite or non-finite leftovers: the caller writes before it reads.
    pub(super) fn dirty(len: usize) -> Self {
        let needed = len + LINE / size_of::<f32>();
        let mut pool = POOL.lock().unwrap_or_else(PoisonError::into_inner);
        // The smallest that fits, and none that would waste most of itself.
        let found = pool
            .iter()
            .enumerate()
            .filter(|(_, kept)| kept.len() >= needed && kept.len() <= 2 * needed)
            .min_by_key(|(_, kept)| kept.len())
            .map(|(index, _)| index);
        let storage = match found {
            Some(index) => pool.swap_remove(index),
            None => vec![0.0; needed],
        };
        drop(pool);
        let start = storage.as_ptr().align_offset(LINE);
        Self {
            storage,
            start,
            len,
        }
    }

    /// Zeros.
    pub(super) fn zeros(len: usize) -> Self {
        let mut buffer = Self::dirty(len);
        buffer.fill(0.0);
        buffer
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        let mut pool = POOL.lock().unwrap_or_else(PoisonError::into_inner);
        if pool.len() >= KEPT {
            pool.remove(0);
        }
        pool.push(std::mem::take(&mut self.storage));
    }
}

impl Deref for Buffer {
    type Target = [f32];
    fn deref(&self) -> &[f32] {
        &self.storage[self.start..self.start + self.len]
    }
}

impl DerefMut for Buffer {
    fn deref_mut(&mut self) -> &mut [f32] {
        &mut self.storage[self.start..self.start + self.len]
    }
}
