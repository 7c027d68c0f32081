//! What fixes the shapes of a network's work.

use super::{Width, cells};
use crate::experiment::{Cell, Nonlinearity};
use crate::model::Architecture;
use std::ops::Range;

/// Multiplications below which a part of the batch is not worth a thread of its own: some 10 µs, ten times what
/// it costs to hand the part over.
const WORTH_A_THREAD: usize = 200_000;

/// Rows of the batch in one of two parts at least, in more than two, and in more than two where the weights do
/// not fit into a core's cache: each part reads all of these at every step, which is still less than a second
/// core gains.
const HALF_ROWS: usize = 8;
const PART_ROWS: usize = 16;
const PART_ROWS_LARGE: usize = 32;
const CACHED_WEIGHTS: usize = 128 * 1024;

/// A whole network over sequences of one length.
#[derive(Debug, Clone)]
pub(super) struct Shape {
    pub(super) cell: Cell,
    pub(super) nonlinearity: Nonlinearity,
    /// T.
    pub(super) steps: usize,
    /// I.
    pub(super) inputs: usize,
    /// H; I where there is no layer.
    pub(super) hidden: usize,
    /// Recurrent layers; none for the linear baseline.
    pub(super) layers: usize,
    /// O.
    pub(super) outputs: usize,
    /// L.
    pub(super) lanes: usize,
    /// Registers to use.
    pub(super) width: Width,
}

/// One layer.
#[derive(Debug, Clone)]
pub(super) struct Dimensions {
    pub(super) cell: Cell,
    pub(super) nonlinearity: Nonlinearity,
    /// T.
    pub(super) steps: usize,
    /// I.
    pub(super) inputs: usize,
    /// H.
    pub(super) hidden: usize,
    /// L.
    pub(super) lanes: usize,
}

/// `PyTorch`'s parameters of one layer.
pub(super) struct Weights<T> {
    /// `[G·H, I]`.
    pub(super) weight_ih: T,
    /// `[G·H, H]`.
    pub(super) weight_hh: T,
    /// `[G·H]`.
    pub(super) bias_ih: T,
    /// `[G·H]`.
    pub(super) bias_hh: T,
}

/// The head's parameters.
pub(super) struct Head<T> {
    /// `[O, H]`.
    pub(super) weight: T,
    /// `[O]`.
    pub(super) bias: T,
}

/// Floats from one block of columns to the next, for blocks of so many: an odd number of cache lines, so
/// that one row's parts in all blocks do not fall into the same few sets of the cache.
fn stride(floats: usize) -> usize {
    const LINE: usize = 16;
    (floats.div_ceil(LINE) | 1) * LINE
}

impl Shape {
    pub(super) fn new(architecture: &Architecture, steps: usize, width: Width) -> Self {
        let width = width.for_units(architecture.hidden);
        Self {
            cell: architecture.cell,
            nonlinearity: architecture.nonlinearity,
            steps,
            inputs: architecture.inputs,
            hidden: architecture.hidden,
            layers: architecture.layers,
            outputs: architecture.outputs,
            lanes: width.lanes(),
            width,
        }
    }

    pub(super) fn layer(&self, index: usize) -> Dimensions {
        Dimensions {
            cell: self.cell,
            nonlinearity: self.nonlinearity,
            steps: self.steps,
            inputs: if index == 0 { self.inputs } else { self.hidden },
            hidden: self.hidden,
            lanes: self.lanes,
        }
    }

    /// Blocks of L units of what the head reads.
    pub(super) fn blocks(&self) -> usize {
        self.hidden.div_ceil(self.lanes)
    }

    /// Floats from one block to the next where there are T·rows of L.
    pub(super) fn sequence_block(&self, rows: usize) -> usize {
        stride(self.steps * rows * self.lanes)
    }

    /// The same where the state before the first step is held too.
    pub(super) fn state_block(&self, rows: usize) -> usize {
        stride((self.steps + 1) * rows * self.lanes)
    }

    /// The parts that a batch is worked on in, by its shape alone.
    pub(super) fn parts(&self, batch: usize) -> Vec<Range<usize>> {
        let layers = (0..self.layers).map(|index| self.layer(index));
        let weights = layers.map(|d| d.vectors() * d.lanes * (d.inputs + d.hidden));
        let (most, sum) = weights.fold((0, 0), |(most, sum), w| (w.max(most), sum + w));
        let work = batch * self.steps * sum;
        let rows = if most > CACHED_WEIGHTS {
            PART_ROWS_LARGE
        } else {
            PART_ROWS
        };
        let parts = (batch / rows).max((batch / HALF_ROWS).min(2));
        let count = (work / WORTH_A_THREAD).min(parts).clamp(1, 16);
        (0..count)
            .map(|part| batch * part / count..batch * (part + 1) / count)
            .collect()
    }

    /// Where each layer's parameters and the head's are in the flat vector, whose order is that of
    /// [`Architecture::tensors`].
    pub(super) fn places(&self) -> (Vec<Weights<Range<usize>>>, Head<Range<usize>>) {
        let mut end = 0;
        let mut next = |floats: usize| {
            let start = end;
            end += floats;
            start..end
        };
        let layers = (0..self.layers).map(|index| {
            let d = self.layer(index);
            let rows = d.weight_rows();
            Weights {
                weight_ih: next(rows * d.inputs),
                weight_hh: next(rows * d.hidden),
                bias_ih: next(rows),
                bias_hh: next(rows),
            }
        });
        let layers = layers.collect();
        let head = Head {
            weight: next(self.outputs * self.hidden),
            bias: next(self.outputs),
        };
        (layers, head)
    }
}

impl Dimensions {
    /// U: blocks of L units.
    pub(super) fn blocks(&self) -> usize {
        self.hidden.div_ceil(self.lanes)
    }

    /// V: blocks of L gates.
    pub(super) fn vectors(&self) -> usize {
        self.blocks() * cells::slots(self.cell)
    }

    /// G·H: rows of `PyTorch`'s weight matrices.
    fn weight_rows(&self) -> usize {
        cells::sources(self.cell, false).iter().flatten().count() * self.hidden
    }
}
