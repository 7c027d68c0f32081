//! One part of the batch through the whole sequence, forward and back.

use super::Dimensions;
use super::cells::{Backward, Forward, unused};
use super::memory::Buffer;
use super::norms::SumOfNorms;
use super::pack::{Packed, pack_sequence, unpack_sequence};
use super::product::{Factor, NONE, Product, Start};
use crate::experiment::Cell;
use pulp::{Simd, WithSimd};
use std::ops::Range;

/// Rows whose gates are gathered for the weights' gradients while they are still in the cache: at least
/// so many, in whole steps.
const CHUNK: usize = 96;

/// Rows at most, where one step has many.
const CHUNK_MOST: usize = 2 * CHUNK;

/// Floats from one block of columns to the next, for blocks of so many: an odd number of cache lines, so
/// that one row's parts in all blocks do not fall into the same few sets of the cache.
fn stride(floats: usize) -> usize {
    const LINE: usize = 16;
    (floats.div_ceil(LINE) | 1) * LINE
}

/// What the way back needs of the way there, for one part of the batch of B rows.
#[derive(Debug)]
pub(super) struct Trace {
    /// B.
    pub(super) rows: usize,
    /// The layer's input `[⌈I/L⌉][T·B][L]`.
    inputs: Buffer,
    /// Activations `[V][T·B][L]`.
    gates: Buffer,
    /// h from before the first step `[U][(T+1)·B][L]`.
    hidden: Buffer,
    /// c, the same; empty but for LSTM.
    memory: Buffer,
    /// tanh c `[U][T·B][L]`; empty but for LSTM.
    memory_tanh: Buffer,
}

impl Trace {
    /// Puts the state after step `t` to 0 where the sequence has ended. No gradient comes back from
    /// there, but a state that went on through the padding could grow beyond all numbers, and 0 times
    /// infinity is none.
    fn forget_ended(&mut self, lengths: &[usize], t: usize, lanes: usize, state_block: usize) {
        for (row, _) in lengths
            .iter()
            .enumerate()
            .filter(|(_, length)| **length <= t)
        {
            let at = ((t + 1) * self.rows + row) * lanes;
            for states in [&mut self.hidden, &mut self.memory] {
                for block in states.chunks_exact_mut(state_block) {
                    block[at..at + lanes].fill(0.0);
                }
            }
        }
    }
}

/// Forward; writes `[B, T, H]`.
pub(super) struct ForwardPass<'a> {
    pub(super) d: &'a Dimensions,
    pub(super) packed: &'a Packed,
    /// `[B, T, I]`.
    pub(super) inputs: &'a [f32],
    /// Steps of each sequence; T where absent.
    pub(super) lengths: Option<&'a [usize]>,
    /// `[B, T, H]`.
    pub(super) output: &'a mut [f32],
}

impl WithSimd for ForwardPass<'_> {
    type Output = Trace;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> Trace {
        let d = self.d;
        let rows = self.output.len() / (d.steps * d.hidden);
        let span = rows * d.lanes;
        let (gate_block, state_block) = (stride(d.steps * span), stride((d.steps + 1) * span));
        let lstm = d.cell == Cell::Lstm;
        let only_lstm = |floats: usize| if lstm { floats } else { 0 };
        let mut trace = Trace {
            rows,
            inputs: pack_sequence::<S>(d, self.inputs, rows, d.inputs, gate_block),
            gates: Buffer::dirty(d.vectors() * gate_block),
            hidden: Buffer::dirty(d.blocks() * state_block),
            memory: Buffer::dirty(only_lstm(d.blocks() * state_block)),
            memory_tanh: Buffer::dirty(only_lstm(d.blocks() * gate_block)),
        };
        for block in trace.hidden.chunks_exact_mut(state_block) {
            block[..span].fill(0.0);
        }
        for block in trace.memory.chunks_exact_mut(state_block) {
            block[..span].fill(0.0);
        }
        for t in 0..d.steps {
            let at = t * span;
            let factors = [
                Factor {
                    a: &trace.inputs[at..],
                    a_block: gate_block,
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
                memory_tanh: trace.memory_tanh.get_mut(at..).unwrap_or_default(),
            });
            if let Some(lengths) = self.lengths {
                trace.forget_ended(lengths, t, d.lanes, state_block);
            }
        }
        unpack_sequence::<S>(d, &trace.hidden[span..], state_block, d.hidden, self.output);
        trace
    }
}

/// Sums over one part of the batch.
#[derive(Debug)]
pub(super) struct PartGradients {
    /// `[V][I][L]`.
    pub(super) weight_ih: Buffer,
    /// `[V][H][L]`.
    pub(super) weight_hh: Buffer,
    /// `[V][L]`.
    pub(super) bias: Buffer,
    /// Sums over the rows of ‖∂L/∂h_t‖ and, LSTM only, ‖∂L/∂c_t‖, where wanted.
    pub(super) flow: Option<(Vec<f64>, Vec<f64>)>,
}

impl PartGradients {
    /// Adds another part's sums; their flows stay apart.
    pub(super) fn add(&mut self, other: &Self) {
        for (sum, more) in [
            (&mut self.weight_ih, &other.weight_ih),
            (&mut self.weight_hh, &other.weight_hh),
            (&mut self.bias, &other.bias),
        ] {
            for (sum, more) in sum.iter_mut().zip(more.iter()) {
                *sum += *more;
            }
        }
    }
}

/// Back through time, then the sums over all steps.
pub(super) struct BackwardPass<'a> {
    pub(super) d: &'a Dimensions,
    /// `[U][V·L][L]`.
    pub(super) transposed_hh: &'a [f32],
    /// `[⌈I/L⌉][V·L][L]` and ∂L/∂x `[B, T, I]`, where that is wanted.
    pub(super) inputs: Option<(&'a [f32], &'a mut [f32])>,
    /// Its activations become gradients.
    pub(super) trace: Trace,
    /// ∂L/∂output `[B, T, H]`.
    pub(super) output: &'a [f32],
    pub(super) record: bool,
}

impl WithSimd for BackwardPass<'_> {
    type Output = PartGradients;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> PartGradients {
        let d = self.d;
        let mut trace = self.trace;
        let rows = trace.rows;
        let span = rows * d.lanes;
        let (gate_block, state_block) = (stride(d.steps * span), stride((d.steps + 1) * span));
        let lstm = d.cell == Cell::Lstm;
        let mut from_later = Buffer::zeros(d.blocks() * span);
        let mut memory_from_later = Buffer::zeros(if lstm { d.blocks() * span } else { 0 });
        let mut total = self.record.then(|| {
            (
                Buffer::dirty(from_later.len()),
                Buffer::dirty(memory_from_later.len()),
            )
        });
        let mut flow = self.record.then(|| {
            (
                vec![0.0; d.steps],
                vec![0.0; if lstm { d.steps } else { 0 }],
            )
        });
        let mut packed_inputs = self
            .inputs
            .is_some()
            .then(|| Buffer::dirty(d.inputs.div_ceil(d.lanes) * gate_block));
        let mut gradients = PartGradients {
            weight_ih: Buffer::zeros(d.vectors() * d.inputs * d.lanes),
            weight_hh: Buffer::zeros(d.vectors() * d.hidden * d.lanes),
            bias: Buffer::zeros(d.vectors() * d.lanes),
            flow: None,
        };
        let mut ended = d.steps;
        for t in (0..d.steps).rev() {
            let at = t * span;
            if t + 1 < d.steps {
                simd.vectorize(Product::<false> {
                    factors: &[Factor {
                        a: &trace.gates[at + span..],
                        a_block: gate_block,
                        w: self.transposed_hh,
                        w_block: 0,
                        depth: d.vectors() * d.lanes,
                        skip_a: unused(d.cell, true),
                        skip_w: NONE,
                    }],
                    start: if d.cell == Cell::Gru {
                        Start::Output
                    } else {
                        Start::Zero
                    },
                    out: &mut from_later,
                    out_block: span,
                    blocks: d.blocks(),
                    rows,
                });
            }
            simd.vectorize(Backward {
                cell: d.cell,
                rows,
                blocks: d.blocks(),
                gates: &mut trace.gates[at..],
                gate_block,
                hidden: &trace.hidden[at..],
                memory: trace.memory.get(at..).unwrap_or_default(),
                state_block,
                memory_tanh: trace.memory_tanh.get(at..).unwrap_or_default(),
                output: &self.output[t * d.hidden..],
                output_row: d.steps * d.hidden,
                units: d.hidden,
                from_later: &mut from_later,
                memory_from_later: &mut memory_from_later,
                total: total.as_mut().map(|(h, c)| (&mut h[..], &mut c[..])),
            });
            if let (Some((h, c)), Some((h_flow, c_flow))) = (&total, &mut flow) {
                h_flow[t] = simd.vectorize(SumOfNorms { matrix: h, rows });
                if lstm {
                    c_flow[t] = simd.vectorize(SumOfNorms { matrix: c, rows });
                }
            }
            // While these gates are still in the cache.
            if (ended - t) * rows >= CHUNK || t == 0 {
                let mut first = t * rows;
                while first < ended * rows {
                    let last = (first + CHUNK_MOST).min(ended * rows);
                    simd.vectorize(Gather {
                        d,
                        trace: &trace,
                        rows: first..last,
                        inputs: (self.inputs.as_ref().map(|(w, _)| *w))
                            .zip(packed_inputs.as_deref_mut()),
                        gradients: &mut gradients,
                    });
                    first = last;
                }
                ended = t;
            }
        }
        if let (Some((_, into)), Some(packed)) = (self.inputs, &packed_inputs) {
            unpack_sequence::<S>(d, packed, gate_block, d.inputs, into);
        }
        gradients.flow = flow;
        gradients
    }
}

/// What the gate gradients of some consecutive rows (of all T·B) give: ∂L/∂x of these rows, and their
/// part of the weights' gradients.
struct Gather<'a> {
    d: &'a Dimensions,
    trace: &'a Trace,
    rows: Range<usize>,
    /// As in [`BackwardPass`], and ∂L/∂x blocked.
    inputs: Option<(&'a [f32], &'a mut [f32])>,
    gradients: &'a mut PartGradients,
}

impl WithSimd for Gather<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let (d, trace) = (self.d, self.trace);
        let span = trace.rows * d.lanes;
        let (gate_block, state_block) = (stride(d.steps * span), stride((d.steps + 1) * span));
        let at = self.rows.start * d.lanes;
        let gates = &trace.gates[at..];
        if let Some((transposed, into)) = self.inputs {
            simd.vectorize(Product::<false> {
                factors: &[Factor {
                    a: gates,
                    a_block: gate_block,
                    w: transposed,
                    w_block: 0,
                    depth: d.vectors() * d.lanes,
                    skip_a: unused(d.cell, false),
                    skip_w: NONE,
                }],
                start: Start::Zero,
                out: &mut into[at..],
                out_block: gate_block,
                blocks: d.inputs.div_ceil(d.lanes),
                rows: self.rows.len(),
            });
        }
        for (recurrent, a, a_block, columns, out) in [
            (
                false,
                &trace.inputs[at..],
                gate_block,
                d.inputs,
                &mut self.gradients.weight_ih,
            ),
            (
                true,
                &trace.hidden[at..],
                state_block,
                d.hidden,
                &mut self.gradients.weight_hh,
            ),
        ] {
            for (block, column) in (0..columns).step_by(d.lanes).enumerate() {
                simd.vectorize(Product::<true> {
                    factors: &[Factor {
                        a: &a[block * a_block..],
                        a_block,
                        w: gates,
                        w_block: gate_block,
                        depth: self.rows.len(),
                        skip_a: NONE,
                        skip_w: unused(d.cell, recurrent),
                    }],
                    start: Start::Output,
                    out: &mut out[column * d.lanes..],
                    out_block: columns * d.lanes,
                    blocks: d.vectors(),
                    rows: d.lanes.min(columns - column),
                });
            }
        }
        simd.vectorize(ColumnSums {
            matrix: gates,
            block: gate_block,
            rows: self.rows.len(),
            into: &mut self.gradients.bias,
        });
    }
}

/// Adds the sums over the first rows of a blocked matrix to `[blocks][L]`.
struct ColumnSums<'a> {
    matrix: &'a [f32],
    block: usize,
    rows: usize,
    into: &'a mut [f32],
}

impl WithSimd for ColumnSums<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let (sums, _) = S::as_mut_simd_f32s(self.into);
        for (block, sum) in sums.iter_mut().enumerate() {
            let at = block * self.block;
            let (rows, _) = S::as_simd_f32s(&self.matrix[at..at + self.rows * S::F32_LANES]);
            // Four sums side by side: one alone would wait for each addition.
            let mut parts = [simd.splat_f32s(0.0); 4];
            let fours = rows.chunks_exact(4);
            for (part, row) in parts.iter_mut().zip(fours.remainder()) {
                *part = *row;
            }
            for four in fours {
                for (part, row) in parts.iter_mut().zip(four) {
                    *part = simd.add_f32s(*part, *row);
                }
            }
            let [a, b, c, d] = parts;
            let chunk = simd.add_f32s(simd.add_f32s(a, b), simd.add_f32s(c, d));
            *sum = simd.add_f32s(*sum, chunk);
        }
    }
}
