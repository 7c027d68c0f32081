//! One part of the batch through the whole network.

use super::cells::{Forward, unused};
use super::memory::Buffer;
use super::pack::{Packed, pack_sequence};
use super::product::{Factor, NONE, Product, Start};
use super::shape::{Dimensions, Shape};
use crate::experiment::Cell;
use pulp::{Simd, WithSimd};

/// A matrix of T·B rows in blocks of columns.
#[derive(Clone, Copy)]
pub(super) struct Blocked<'a> {
    pub(super) floats: &'a [f32],
    /// Floats from one block to the next.
    pub(super) block: usize,
}

impl Blocked<'_> {
    /// Without the first so many floats of each block.
    pub(super) fn from(self, at: usize) -> Self {
        Self {
            floats: &self.floats[at..],
            ..self
        }
    }
}

/// What the way back needs of the way there, for one part of the batch of B rows.
#[derive(Debug)]
pub(super) struct Trace {
    /// B.
    pub(super) rows: usize,
    /// The network's input `[⌈I/L⌉][T·B][L]`.
    inputs: Buffer,
    pub(super) layers: Vec<LayerTrace>,
}

/// Of one layer.
#[derive(Debug)]
pub(super) struct LayerTrace {
    /// Activations `[V][T·B][L]`.
    pub(super) gates: Buffer,
    /// h from before the first step `[U][(T+1)·B][L]`.
    pub(super) hidden: Buffer,
    /// c, the same; empty but for LSTM.
    pub(super) memory: Buffer,
    /// Where units are dropped on the way up: the mask, and h times the mask, both `[U][T·B][L]`.
    pub(super) dropout: Option<[Buffer; 2]>,
}

impl Trace {
    /// What layer `layer` reads; the head is one above the last.
    pub(super) fn features(&self, shape: &Shape, layer: usize) -> Blocked<'_> {
        let below = layer.checked_sub(1).map(|below| &self.layers[below]);
        match below {
            None => Blocked {
                floats: &self.inputs,
                block: shape.sequence_block(self.rows),
            },
            Some(LayerTrace {
                dropout: Some([_, kept]),
                ..
            }) => Blocked {
                floats: kept,
                block: shape.sequence_block(self.rows),
            },
            Some(below) => Blocked {
                floats: &below.hidden[self.rows * shape.lanes..],
                block: shape.state_block(self.rows),
            },
        }
    }
}

impl LayerTrace {
    /// Puts the state after step `t` to 0 where the sequence has ended. No gradient comes back from
    /// there, but a state that went on through the padding could grow beyond all numbers, and 0 times
    /// infinity is none.
    fn forget_ended(&mut self, lengths: &[usize], t: usize, lanes: usize, state_block: usize) {
        for (row, _) in lengths
            .iter()
            .enumerate()
            .filter(|(_, length)| **length <= t)
        {
            let at = ((t + 1) * lengths.len() + row) * lanes;
            for states in [&mut self.hidden, &mut self.memory] {
                for block in states.chunks_exact_mut(state_block) {
                    block[at..at + lanes].fill(0.0);
                }
            }
        }
    }
}

/// The head's parameters as the forward pass reads them.
#[derive(Clone, Copy)]
pub(super) struct HeadRows<'a> {
    /// `[O][U·L]`.
    pub(super) weight: &'a [f32],
    /// `[O]`.
    pub(super) bias: &'a [f32],
}

/// Forward; writes the predictions.
pub(super) struct ForwardPass<'a> {
    pub(super) shape: &'a Shape,
    pub(super) layers: &'a [Packed],
    pub(super) head: HeadRows<'a>,
    /// `[B, T, I]`.
    pub(super) inputs: &'a [f32],
    /// For each border between layers, `[B, T, H]`; none where nothing is dropped.
    pub(super) dropout: Vec<&'a [f32]>,
    /// B.
    pub(super) rows: usize,
    /// Steps of each sequence; T where absent.
    pub(super) lengths: Option<&'a [usize]>,
    /// The step at which each sequence is read; every step where absent.
    pub(super) ends: Option<&'a [usize]>,
    /// `[B, T, O]`, or `[B, O]` with `ends`.
    pub(super) predictions: &'a mut [f32],
}

impl WithSimd for ForwardPass<'_> {
    type Output = Trace;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> Trace {
        let (shape, rows) = (self.shape, self.rows);
        let sequence_block = shape.sequence_block(rows);
        let sizes = [rows, shape.steps, shape.inputs];
        let mut trace = Trace {
            rows,
            inputs: pack_sequence::<S>(self.inputs, sizes, sequence_block),
            layers: Vec::with_capacity(self.layers.len()),
        };
        for (index, packed) in self.layers.iter().enumerate() {
            let mut layer = simd.vectorize(LayerForward {
                d: &shape.layer(index),
                packed,
                features: trace.features(shape, index),
                rows,
                sequence_block,
                state_block: shape.state_block(rows),
                lengths: self.lengths,
            });
            if let Some(mask) = self.dropout.get(index) {
                let sizes = [rows, shape.steps, shape.hidden];
                let mask = pack_sequence::<S>(mask, sizes, sequence_block);
                let mut kept = Buffer::dirty(mask.len());
                let states = layer.hidden.chunks_exact(shape.state_block(rows));
                for ((kept, mask), h) in kept
                    .chunks_exact_mut(sequence_block)
                    .zip(mask.chunks_exact(sequence_block))
                    .zip(states)
                {
                    let h = &h[rows * shape.lanes..][..shape.steps * rows * shape.lanes];
                    for ((kept, mask), h) in kept.iter_mut().zip(mask).zip(h) {
                        *kept = h * mask;
                    }
                }
                layer.dropout = Some([mask, kept]);
            }
            trace.layers.push(layer);
        }
        simd.vectorize(HeadForward {
            shape,
            features: trace.features(shape, shape.layers),
            head: self.head,
            rows,
            ends: self.ends,
            predictions: self.predictions,
        });
        trace
    }
}

/// One layer through the whole sequence.
struct LayerForward<'a> {
    d: &'a Dimensions,
    packed: &'a Packed,
    /// `[⌈I/L⌉][T·B][L]`.
    features: Blocked<'a>,
    rows: usize,
    sequence_block: usize,
    state_block: usize,
    lengths: Option<&'a [usize]>,
}

impl WithSimd for LayerForward<'_> {
    type Output = LayerTrace;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> LayerTrace {
        let (d, rows) = (self.d, self.rows);
        let span = rows * d.lanes;
        let (gate_block, state_block) = (self.sequence_block, self.state_block);
        let lstm = d.cell == Cell::Lstm;
        let only_lstm = |floats: usize| if lstm { floats } else { 0 };
        let mut trace = LayerTrace {
            gates: Buffer::dirty(d.vectors() * gate_block),
            hidden: Buffer::dirty(d.blocks() * state_block),
            memory: Buffer::dirty(only_lstm(d.blocks() * state_block)),
            dropout: None,
        };
        for states in [&mut trace.hidden, &mut trace.memory] {
            for block in states.chunks_exact_mut(state_block) {
                block[..span].fill(0.0);
            }
        }
        for t in 0..d.steps {
            let at = t * span;
            let factors = [
                Factor {
                    a: &self.features.floats[at..],
                    a_block: self.features.block,
                    w: &self.packed.weight_ih,
                    w_block: 0,
                    depth: d.inputs,
                    skip_a: NONE,
                    skip_w: unused(d.cell, false),
                },
                Factor {
                    a: &trace.hidden[at..],
                    a_block: state_block,
                    w: &self.packed.weight_hh,
                    w_block: 0,
                    depth: d.hidden,
                    skip_a: NONE,
                    skip_w: unused(d.cell, true),
                },
            ];
            simd.vectorize(Product::<false> {
                // The state before the first step is 0.
                factors: if t == 0 { &factors[..1] } else { &factors },
                start: Start::Row(&self.packed.bias),
                out: &mut trace.gates[at..],
                out_block: gate_block,
                blocks: d.vectors(),
                rows,
            });
            simd.vectorize(Forward {
                cell: d.cell,
                nonlinearity: d.nonlinearity,
                rows,
                blocks: d.blocks(),
                gates: &mut trace.gates[at..],
                gate_block,
                hidden: &mut trace.hidden[at..],
                memory: trace.memory.get_mut(at..).unwrap_or_default(),
                state_block,
            });
            if let Some(lengths) = self.lengths {
                trace.forget_ended(lengths, t, d.lanes, state_block);
            }
        }
        trace
    }
}

/// The head: one scalar product for each output and each row that is read.
struct HeadForward<'a> {
    shape: &'a Shape,
    features: Blocked<'a>,
    head: HeadRows<'a>,
    rows: usize,
    ends: Option<&'a [usize]>,
    predictions: &'a mut [f32],
}

impl WithSimd for HeadForward<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, simd: S) {
        let outputs = self.shape.outputs;
        match self.ends {
            Some(ends) => {
                for (row, t) in ends.iter().enumerate() {
                    self.read(simd, row, *t, row * outputs);
                }
            }
            None => {
                for t in 0..self.shape.steps {
                    for row in 0..self.rows {
                        self.read(simd, row, t, (row * self.shape.steps + t) * outputs);
                    }
                }
            }
        }
    }
}

impl HeadForward<'_> {
    /// Predictions of sequence `row` at step `t`, to be written from `at` on.
    #[inline(always)]
    fn read<S: Simd>(&mut self, simd: S, row: usize, t: usize, at: usize) {
        let Blocked { floats, block } = self.features;
        let (lanes, outputs) = (S::F32_LANES, self.shape.outputs);
        let features = &floats[(t * self.rows + row) * lanes..];
        let weights = self.head.weight.chunks_exact(self.shape.blocks() * lanes);
        let predictions = &mut self.predictions[at..at + outputs];
        for ((y, weights), bias) in predictions.iter_mut().zip(weights).zip(self.head.bias) {
            let (weights, _) = S::as_simd_f32s(weights);
            // Two sums side by side: one alone would wait for each addition.
            let mut sums = [simd.splat_f32s(0.0); 2];
            for (index, w) in weights.iter().enumerate() {
                let x = S::as_simd_f32s(&features[index * block..][..lanes]).0[0];
                sums[index % 2] = simd.mul_add_e_f32s(x, *w, sums[index % 2]);
            }
            *y = bias + simd.reduce_sum_f32s(simd.add_f32s(sums[0], sums[1]));
        }
    }
}
