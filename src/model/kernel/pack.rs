//! `PyTorch`'s row-major matrices and sequences to blocks of columns and back.

use super::Dimensions;
use super::cells::{slots, sources};
use super::layer::Weights;
use super::memory::Buffer;

/// Weights of one layer as the recurrence reads them: vector v = u·slots + slot is one slot of L units.
#[derive(Debug)]
pub(super) struct Packed {
    /// `[V][I][L]`.
    pub(super) weight_ih: Buffer,
    /// `[V][H][L]`.
    pub(super) weight_hh: Buffer,
    /// `[V][L]`, both biases together where they are only ever added.
    pub(super) bias: Buffer,
}

/// A weight matrix `[G·H, columns]` as `[V][columns][L]`.
fn pack(d: &Dimensions, matrix: &[f32], columns: usize, recurrent: bool) -> Buffer {
    let (lanes, slots) = (d.lanes, slots(d.cell));
    let mut packed = Buffer::zeros(d.vectors() * columns * lanes);
    for (v, panel) in packed.chunks_exact_mut(columns * lanes).enumerate() {
        let Some(source) = sources(d.cell, recurrent)[v % slots] else {
            continue;
        };
        let first = v / slots * lanes;
        for lane in 0..lanes.min(d.hidden - first) {
            let row = (source * d.hidden + first + lane) * columns;
            let row = &matrix[row..row + columns];
            for (to, from) in panel[lane..].iter_mut().step_by(lanes).zip(row) {
                *to = *from;
            }
        }
    }
    packed
}

/// A weight matrix `[G·H, columns]` transposed: `[⌈columns/L⌉][V·L][L]`.
pub(super) fn pack_transposed(
    d: &Dimensions,
    matrix: &[f32],
    columns: usize,
    recurrent: bool,
) -> Buffer {
    let (lanes, slots) = (d.lanes, slots(d.cell));
    let depth = d.vectors() * lanes;
    let mut packed = Buffer::zeros(columns.div_ceil(lanes) * depth * lanes);
    for (block, panel) in packed.chunks_exact_mut(depth * lanes).enumerate() {
        let columns_here = block * lanes..columns.min((block + 1) * lanes);
        for v in 0..d.vectors() {
            let Some(source) = sources(d.cell, recurrent)[v % slots] else {
                continue;
            };
            let first = v / slots * lanes;
            for lane in 0..lanes.min(d.hidden - first) {
                let row = (source * d.hidden + first + lane) * columns;
                let row = &matrix[row + columns_here.start..row + columns_here.end];
                let at = (v * lanes + lane) * lanes;
                panel[at..at + row.len()].copy_from_slice(row);
            }
        }
    }
    packed
}

/// Adds gradients `[V][columns][L]` to `[G·H, columns]`.
pub(super) fn unpack(
    d: &Dimensions,
    packed: &[f32],
    columns: usize,
    recurrent: bool,
    into: &mut [f32],
) {
    let (lanes, slots) = (d.lanes, slots(d.cell));
    for (v, panel) in packed.chunks_exact(columns * lanes).enumerate() {
        let Some(source) = sources(d.cell, recurrent)[v % slots] else {
            continue;
        };
        let first = v / slots * lanes;
        for lane in 0..lanes.min(d.hidden - first) {
            let row = (source * d.hidden + first + lane) * columns;
            let row = &mut into[row..row + columns];
            for (to, from) in row.iter_mut().zip(panel[lane..].iter().step_by(lanes)) {
                *to += *from;
            }
        }
    }
}

impl Packed {
    pub(super) fn new(d: &Dimensions, weights: Weights<'_>) -> Self {
        let Weights {
            weight_ih,
            weight_hh,
            bias_ih,
            bias_hh,
        } = weights;
        let mut bias = pack(d, bias_ih, 1, false);
        for (sum, b) in bias.iter_mut().zip(pack(d, bias_hh, 1, true).iter()) {
            *sum += *b;
        }
        Self {
            weight_ih: pack(d, weight_ih, d.inputs, false),
            weight_hh: pack(d, weight_hh, d.hidden, true),
            bias,
        }
    }
}

/// A sequence `[B, T, columns]` as `[⌈columns/L⌉][T·B][L]`.
pub(super) fn pack_sequence(
    d: &Dimensions,
    sequence: &[f32],
    rows: usize,
    columns: usize,
) -> Buffer {
    let lanes = d.lanes;
    let mut packed = Buffer::dirty(columns.div_ceil(lanes) * d.steps * rows * lanes);
    for (block, panel) in packed.chunks_exact_mut(d.steps * rows * lanes).enumerate() {
        let first = block * lanes;
        let width = lanes.min(columns - first);
        for row in 0..rows {
            for t in 0..d.steps {
                let from = (row * d.steps + t) * columns + first;
                let to = (t * rows + row) * lanes;
                panel[to..to + width].copy_from_slice(&sequence[from..from + width]);
                panel[to + width..to + lanes].fill(0.0);
            }
        }
    }
    packed
}

/// `[⌈columns/L⌉][block floats]`, of which the first T·B·L are used, as `[B, T, columns]`.
pub(super) fn unpack_sequence(
    d: &Dimensions,
    packed: &[f32],
    block_floats: usize,
    columns: usize,
    into: &mut [f32],
) {
    let lanes = d.lanes;
    let rows = into.len() / (d.steps * columns);
    for block in 0..columns.div_ceil(lanes) {
        let first = block * lanes;
        let width = lanes.min(columns - first);
        let panel = &packed[block * block_floats..];
        for row in 0..rows {
            for t in 0..d.steps {
                let to = (row * d.steps + t) * columns + first;
                let from = (t * rows + row) * lanes;
                into[to..to + width].copy_from_slice(&panel[from..from + width]);
            }
        }
    }
}
