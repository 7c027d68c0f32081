//! `PyTorch`'s row-major matrices and sequences to blocks of columns and back.

use super::Dimensions;
use super::cells::{slots, sources};
use super::layer::Weights;
use super::memory::Buffer;
use super::product::panel;
use pulp::Simd;

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

/// A weight matrix `[G·H, columns]` as [`super::product`]'s right factor with a row for each column and
/// a block for each slot of L units.
fn pack(d: &Dimensions, matrix: &[f32], columns: usize, recurrent: bool) -> Buffer {
    let (lanes, slots) = (d.lanes, slots(d.cell));
    let mut packed = Buffer::zeros(d.vectors() * columns * lanes);
    for v in 0..d.vectors() {
        let Some(source) = sources(d.cell, recurrent)[v % slots] else {
            continue;
        };
        let first = v / slots * lanes;
        let (start, stride) = panel(v, d.vectors(), columns, lanes);
        for lane in 0..lanes.min(d.hidden - first) {
            let row = (source * d.hidden + first + lane) * columns;
            let row = &matrix[row..row + columns];
            for (to, from) in packed[start + lane..].iter_mut().step_by(stride).zip(row) {
                *to = *from;
            }
        }
    }
    packed
}

/// A weight matrix `[G·H, columns]` transposed: [`super::product`]'s right factor with a row for each
/// of the V·L gates and a block for each L columns.
pub(super) fn pack_transposed(
    d: &Dimensions,
    matrix: &[f32],
    columns: usize,
    recurrent: bool,
) -> Buffer {
    let (lanes, slots) = (d.lanes, slots(d.cell));
    let depth = d.vectors() * lanes;
    let blocks = columns.div_ceil(lanes);
    let mut packed = Buffer::zeros(blocks * depth * lanes);
    for block in 0..blocks {
        let (start, stride) = panel(block, blocks, depth, lanes);
        let columns_here = block * lanes..columns.min((block + 1) * lanes);
        for v in 0..d.vectors() {
            let Some(source) = sources(d.cell, recurrent)[v % slots] else {
                continue;
            };
            let first = v / slots * lanes;
            for lane in 0..lanes.min(d.hidden - first) {
                let row = (source * d.hidden + first + lane) * columns;
                let row = &matrix[row + columns_here.start..row + columns_here.end];
                let at = start + (v * lanes + lane) * stride;
                packed[at..at + row.len()].copy_from_slice(row);
            }
        }
    }
    packed
}

/// Gradients `[V][columns][L]` as `[G·H, columns]`.
pub(super) fn unpack(d: &Dimensions, packed: &[f32], columns: usize, recurrent: bool) -> Vec<f32> {
    let (lanes, slots) = (d.lanes, slots(d.cell));
    let gates = sources(d.cell, recurrent).iter().flatten().count();
    let mut matrix = vec![0.0; gates * d.hidden * columns];
    for (v, panel) in packed.chunks_exact(columns * lanes).enumerate() {
        let Some(source) = sources(d.cell, recurrent)[v % slots] else {
            continue;
        };
        let first = v / slots * lanes;
        let width = lanes.min(d.hidden - first);
        let rows = &mut matrix[(source * d.hidden + first) * columns..][..width * columns];
        for (column, values) in panel.chunks_exact(lanes).enumerate() {
            for (to, from) in rows[column..].iter_mut().step_by(columns).zip(values) {
                *to = *from;
            }
        }
    }
    matrix
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

/// A sequence `[B, T, columns]` as `[⌈columns/L⌉][block floats]`, of which the first T·B·L are used.
#[inline(always)]
pub(super) fn pack_sequence<S: Simd>(
    d: &Dimensions,
    sequence: &[f32],
    rows: usize,
    columns: usize,
    block_floats: usize,
) -> Buffer {
    let lanes = S::F32_LANES;
    let mut packed = Buffer::dirty(columns.div_ceil(lanes) * block_floats);
    for (block, panel) in packed.chunks_exact_mut(block_floats).enumerate() {
        let first = block * lanes;
        let width = lanes.min(columns - first);
        if width < lanes {
            panel.fill(0.0);
        }
        for (row, sequence) in sequence.chunks_exact(d.steps * columns).enumerate() {
            let to = panel[row * lanes..].chunks_mut(rows * lanes);
            for (to, from) in to.zip(sequence.chunks_exact(columns)) {
                copy::<S>(&mut to[..width], &from[first..first + width]);
            }
        }
    }
    packed
}

/// `[⌈columns/L⌉][block floats]`, of which the first T·B·L are used, as `[B, T, columns]`.
#[inline(always)]
pub(super) fn unpack_sequence<S: Simd>(
    d: &Dimensions,
    packed: &[f32],
    block_floats: usize,
    columns: usize,
    into: &mut [f32],
) {
    let lanes = S::F32_LANES;
    let rows = into.len() / (d.steps * columns);
    for block in 0..columns.div_ceil(lanes) {
        let first = block * lanes;
        let width = lanes.min(columns - first);
        let panel = &packed[block * block_floats..];
        for (row, into) in into.chunks_exact_mut(d.steps * columns).enumerate() {
            let from = panel[row * lanes..].chunks(rows * lanes);
            for (to, from) in into.chunks_exact_mut(columns).zip(from) {
                copy::<S>(&mut to[first..first + width], &from[..width]);
            }
        }
    }
}

/// At most a register's worth: a call would cost more than the copy.
#[inline(always)]
fn copy<S: Simd>(to: &mut [f32], from: &[f32]) {
    if let ([to], [from]) = (S::as_mut_simd_f32s(to).0, S::as_simd_f32s(from).0) {
        *to = *from;
    } else {
        for (to, from) in to.iter_mut().zip(from) {
            *to = *from;
        }
    }
}
