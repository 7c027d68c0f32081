//! Sums over many time steps at once: what the gradients of some rows give to the weights and the input.

use super::backward::LayerGradients;
use super::cells::unused;
use super::forward::Blocked;
use super::product::{Factor, NONE, Product, Start};
use super::shape::{Dimensions, Shape};
use pulp::{Simd, WithSimd};
use std::ops::Range;

/// Rows whose share of the head's gradient is summed by itself: one long sum would lose digits.
const CHUNK: usize = 128;

/// What the gate gradients of some consecutive rows (of all T·B) give: ∂L/∂x of these rows, and their
/// part of the weights' gradients.
pub(super) struct Gather<'a> {
    pub(super) d: &'a Dimensions,
    /// ∂L/∂sums `[V][T·B][L]`.
    pub(super) gates: Blocked<'a>,
    /// What the layer read `[⌈I/L⌉][T·B][L]`.
    pub(super) features: Blocked<'a>,
    /// The state before each step `[U][T·B][L]`.
    pub(super) hidden: Blocked<'a>,
    pub(super) rows: Range<usize>,
    /// Rows of one step, before the first of which the state is 0.
    pub(super) step: usize,
    /// Whether these are the first that are gathered: then nothing is added to.
    pub(super) first: bool,
    /// `weight_ih` transposed `[⌈I/L⌉][V·L][L]` and ∂L/∂x, in blocks as far apart as those of the gates.
    pub(super) inputs: Option<(&'a [f32], &'a mut [f32])>,
    pub(super) gradients: &'a mut LayerGradients,
}

impl WithSimd for Gather<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let d = self.d;
        let at = self.rows.start * d.lanes;
        let gates = &self.gates.floats[at..];
        if let Some((transposed, into)) = self.inputs {
            simd.vectorize(Product::<false> {
                factors: &[Factor {
                    a: gates,
                    a_block: self.gates.block,
                    w: transposed,
                    w_block: 0,
                    depth: d.vectors() * d.lanes,
                    skip_a: unused(d.cell, false),
                    skip_w: NONE,
                }],
                start: Start::Zero,
                out: &mut into[at..],
                out_block: self.gates.block,
                blocks: d.inputs.div_ceil(d.lanes),
                rows: self.rows.len(),
            });
        }
        let started = self.rows.start.max(self.step).min(self.rows.end);
        for (recurrent, left, columns, start, into) in [
            (
                false,
                self.features,
                d.inputs,
                self.rows.start,
                &mut self.gradients.weight_ih,
            ),
            (
                true,
                self.hidden,
                d.hidden,
                started,
                &mut self.gradients.weight_hh,
            ),
        ] {
            let at = start * d.lanes;
            simd.vectorize(Outer {
                left: left.from(at),
                columns,
                right: self.gates.from(at),
                skip: unused(d.cell, recurrent),
                blocks: d.vectors(),
                rows: self.rows.end - start,
                first: self.first,
                into,
            });
        }
        simd.vectorize(ColumnSums {
            matrix: self.gates.from(at),
            rows: self.rows.len(),
            first: self.first,
            into: &mut self.gradients.bias,
        });
    }
}

/// The head's part of the gradients.
pub(super) struct HeadGather<'a> {
    pub(super) shape: &'a Shape,
    /// B.
    pub(super) rows: usize,
    /// ∂L/∂predictions `[⌈O/L⌉][T·B][L]`.
    pub(super) slopes: &'a [f32],
    /// Which steps there are predictions of; all where absent.
    pub(super) read: Option<&'a [bool]>,
    /// What the head read.
    pub(super) features: Blocked<'a>,
    /// Out: `[U][O][L]`.
    pub(super) weight: &'a mut [f32],
    /// Out: `[⌈O/L⌉][L]`.
    pub(super) bias: &'a mut [f32],
}

impl WithSimd for HeadGather<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let (shape, rows) = (self.shape, self.rows);
        let mut first = true;
        let mut chunk = |range: Range<usize>| {
            let at = range.start * shape.lanes;
            let slopes = Blocked {
                floats: &self.slopes[at..],
                block: shape.sequence_block(rows),
            };
            simd.vectorize(Outer {
                left: slopes,
                columns: shape.outputs,
                right: self.features.from(at),
                skip: NONE,
                blocks: shape.blocks(),
                rows: range.len(),
                first,
                into: self.weight,
            });
            simd.vectorize(ColumnSums {
                matrix: slopes,
                rows: range.len(),
                first,
                into: self.bias,
            });
            first = false;
        };
        match self.read {
            None => {
                let all = shape.steps * rows;
                for first in (0..all).step_by(CHUNK) {
                    chunk(first..(first + CHUNK).min(all));
                }
            }
            Some(read) => {
                for (t, _) in read.iter().enumerate().filter(|(_, read)| **read) {
                    chunk(t * rows..(t + 1) * rows);
                }
            }
        }
    }
}

/// Adds leftᵀ·right over the first rows of both to `[blocks][columns][L]`, or puts it there.
struct Outer<'a> {
    left: Blocked<'a>,
    /// Of `left`.
    columns: usize,
    right: Blocked<'a>,
    /// Which of every four blocks of `right` counts for nothing.
    skip: usize,
    /// Of `right`.
    blocks: usize,
    rows: usize,
    /// Whether there is nothing yet to add to.
    first: bool,
    into: &'a mut [f32],
}

impl WithSimd for Outer<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        simd.vectorize(Product::<true> {
            factors: &[Factor {
                a: self.left.floats,
                a_block: self.left.block,
                w: self.right.floats,
                w_block: self.right.block,
                depth: self.rows,
                skip_a: NONE,
                skip_w: self.skip,
            }],
            start: if self.first {
                Start::Zero
            } else {
                Start::Output
            },
            out: self.into,
            out_block: self.columns * S::F32_LANES,
            blocks: self.blocks,
            rows: self.columns,
        });
    }
}

/// Adds the sums over the first rows of a blocked matrix to `[blocks][L]`, or puts them there.
struct ColumnSums<'a> {
    matrix: Blocked<'a>,
    rows: usize,
    /// Whether there is nothing yet to add to.
    first: bool,
    into: &'a mut [f32],
}

impl WithSimd for ColumnSums<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let (sums, _) = S::as_mut_simd_f32s(self.into);
        for (block, sum) in sums.iter_mut().enumerate() {
            let at = block * self.matrix.block;
            let rows = &self.matrix.floats[at..at + self.rows * S::F32_LANES];
            let (rows, _) = S::as_simd_f32s(rows);
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
            *sum = if self.first {
                chunk
            } else {
                simd.add_f32s(*sum, chunk)
            };
        }
    }
}
