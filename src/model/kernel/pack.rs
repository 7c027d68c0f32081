//! `PyTorch`'s row-major matrices and sequences to blocks of columns and back.

use super::cells::{slots, sources};
use super::memory::Buffer;
use super::product::panel;
use super::shape::{Dimensions, Weights};
use pulp::Simd;
use std::ops::Range;

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

/// For so many packed weights: zeros where some place is left over by units or slots.
fn for_packing(d: &Dimensions, floats: usize, recurrent: bool) -> Buffer {
    let all_slots = sources(d.cell, recurrent).iter().all(Option::is_some);
    if all_slots && d.hidden.is_multiple_of(d.lanes) {
        Buffer::dirty(floats)
    } else {
        Buffer::zeros(floats)
    }
}

/// A weight matrix `[G·H, columns]` as [`super::product`]'s right factor with a row for each column and
/// a block for each slot of L units.
fn pack(d: &Dimensions, matrix: &[f32], columns: usize, recurrent: bool) -> Buffer {
    let (lanes, slots) = (d.lanes, slots(d.cell));
    let mut packed = for_packing(d, d.vectors() * columns * lanes, recurrent);
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
    let mut packed = if columns.is_multiple_of(lanes) {
        for_packing(d, blocks * depth * lanes, recurrent)
    } else {
        Buffer::zeros(blocks * depth * lanes)
    };
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
                copy(&mut packed[at..at + row.len()], row);
            }
        }
    }
    packed
}

/// Gradients `[V][columns][L]` as `[G·H, columns]`.
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
        let width = lanes.min(d.hidden - first);
        let rows = &mut into[(source * d.hidden + first) * columns..][..width * columns];
        for (column, values) in panel.chunks_exact(lanes).enumerate() {
            for (to, from) in rows[column..].iter_mut().step_by(columns).zip(values) {
                *to = *from;
            }
        }
    }
}

/// The head's weights `[O, columns]` as [`super::product`]'s right factor with a row for each output:
/// what takes gradients back to the units.
pub(super) fn pack_head(matrix: &[f32], columns: usize, lanes: usize) -> Buffer {
    let (depth, blocks) = (matrix.len() / columns, columns.div_ceil(lanes));
    let mut packed = Buffer::zeros(blocks * depth * lanes);
    for block in 0..blocks {
        let (start, stride) = panel(block, blocks, depth, lanes);
        let here = block * lanes..columns.min((block + 1) * lanes);
        for (output, row) in matrix.chunks_exact(columns).enumerate() {
            let at = start + output * stride;
            packed[at..at + here.len()].copy_from_slice(&row[here.clone()]);
        }
    }
    packed
}

/// The head's weights `[O, columns]`, each row filled up with zeros to whole registers.
pub(super) fn pad_head(matrix: &[f32], columns: usize, lanes: usize) -> Buffer {
    let width = columns.next_multiple_of(lanes);
    let mut padded = Buffer::zeros(matrix.len() / columns * width);
    for (to, from) in padded
        .chunks_exact_mut(width)
        .zip(matrix.chunks_exact(columns))
    {
        to[..columns].copy_from_slice(from);
    }
    padded
}

/// The gradient of the head's weights `[⌈columns/L⌉][O][L]` as `[O, columns]`.
pub(super) fn unpack_head(packed: &[f32], columns: usize, lanes: usize, into: &mut [f32]) {
    let outputs = into.len() / columns;
    for (block, panel) in packed.chunks_exact(outputs * lanes).enumerate() {
        let here = block * lanes..columns.min((block + 1) * lanes);
        for (to, from) in into
            .chunks_exact_mut(columns)
            .zip(panel.chunks_exact(lanes))
        {
            to[here.clone()].copy_from_slice(&from[..here.len()]);
        }
    }
}

impl Packed {
    pub(super) fn new(d: &Dimensions, parameters: &[f32], places: &Weights<Range<usize>>) -> Self {
        let at = |place: &Range<usize>| &parameters[place.clone()];
        let mut bias = pack(d, at(&places.bias_ih), 1, false);
        for (sum, b) in bias
            .iter_mut()
            .zip(pack(d, at(&places.bias_hh), 1, true).iter())
        {
            *sum += *b;
        }
        Self {
            weight_ih: pack(d, at(&places.weight_ih), d.inputs, false),
            weight_hh: pack(d, at(&places.weight_hh), d.hidden, true),
            bias,
        }
    }
}

/// A sequence `[B, T, columns]` as `[⌈columns/L⌉][block floats]`, of which the first T·B·L are used.
#[inline(always)]
pub(super) fn pack_sequence<S: Simd>(
    sequence: &[f32],
    [rows, steps, columns]: [usize; 3],
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
        for (row, sequence) in sequence.chunks_exact(steps * columns).enumerate() {
            let to = panel[row * lanes..].chunks_mut(rows * lanes);
            for (to, from) in to.zip(sequence.chunks_exact(columns)) {
                copy(&mut to[..width], &from[first..first + width]);
            }
        }
    }
    packed
}

/// `[⌈columns/L⌉][block floats]`, of which the first T·B·L are used, as `[B, T, columns]`.
#[inline(always)]
pub(super) fn unpack_sequence<S: Simd>(
    packed: &[f32],
    block_floats: usize,
    [rows, steps, columns]: [usize; 3],
    into: &mut [f32],
) {
    let lanes = S::F32_LANES;
    for block in 0..columns.div_ceil(lanes) {
        let first = block * lanes;
        let width = lanes.min(columns - first);
        let panel = &packed[block * block_floats..];
        for (row, into) in into.chunks_exact_mut(steps * columns).enumerate() {
            let from = panel[row * lanes..].chunks(rows * lanes);
            for (to, from) in into.chunks_exact_mut(columns).zip(from) {
                copy(&mut to[first..first + width], &from[..width]);
            }
        }
    }
}

/// Slices of one length, at most a register's worth: a call would cost more than the copy.
#[inline(always)]
fn copy(to: &mut [f32], from: &[f32]) {
    let ((to, to_rest), (from, from_rest)) = (to.as_chunks_mut::<8>(), from.as_chunks::<8>());
    for (to, from) in to.iter_mut().zip(from) {
        *to = *from;
    }
    for (to, from) in to_rest.iter_mut().zip(from_rest) {
        *to = *from;
    }
}
