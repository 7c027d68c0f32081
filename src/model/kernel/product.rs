//! The one matrix product that everything rests on.
//!
//! A matrix of R rows and C columns is stored in blocks of as many columns as a register has lanes:
//! `[⌈C/L⌉][R][L]`. Then a row's part of a block is a register, rows of a block follow each other, and
//! gates, states, weights and gradients are all read and written front to back, never packed anew.

#![allow(
    unsafe_code,
    reason = "bounds checks inside the innermost loop would cost most of its speed"
)]
#![allow(
    clippy::needless_range_loop,
    reason = "constant bounds over arrays that must stay in registers"
)]

use pulp::{Simd, WithSimd};
use std::ops::Range;

/// Floats of a right factor that all rows run over at once: half of a small first-level cache.
const CACHED: usize = 4096;

/// No block is left out.
pub(super) const NONE: usize = 4;

/// A factor pair A·W: A's elements are broadcast, W's rows are registers.
#[derive(Clone, Copy)]
pub(super) struct Factor<'a> {
    /// Blocked, from the first row wanted.
    pub(super) a: &'a [f32],
    /// Floats from one block of `a` to the next.
    pub(super) a_block: usize,
    /// Not transposed: as [`panel`] says. Transposed: blocked, from the first row wanted.
    pub(super) w: &'a [f32],
    /// Transposed: floats from one block of `w` to the next; else of no use.
    pub(super) w_block: usize,
    /// Summands: columns of A (not transposed) or rows of it (transposed).
    pub(super) depth: usize,
    /// Which of every four blocks of A holds only what W has zeros for; [`NONE`].
    pub(super) skip_a: usize,
    /// Which of every four blocks of W holds only zeros; [`NONE`].
    pub(super) skip_w: usize,
}

/// Blocks that are worked on together: where `block` of a matrix of so many begins.
fn together(block: usize, blocks: usize) -> (usize, usize) {
    let whole = blocks / 4 * 4;
    if block < whole {
        (block / 4 * 4, 4)
    } else if blocks % 4 >= 2 && block < whole + 2 {
        (whole, 2)
    } else {
        (block, 1)
    }
}

/// Where block `block` of a right factor begins and how far its rows are apart, in floats. The rows of
/// blocks that are worked on together alternate: one stream of memory, not four.
pub(super) fn panel(block: usize, blocks: usize, depth: usize, lanes: usize) -> (usize, usize) {
    let (first, count) = together(block, blocks);
    (
        first * depth * lanes + (block - first) * lanes,
        count * lanes,
    )
}

/// What the product is added to.
#[derive(Clone, Copy)]
pub(super) enum Start<'a> {
    /// Nothing.
    Zero,
    /// The same row everywhere, `[blocks·L]`.
    Row(&'a [f32]),
    /// What the output holds.
    Output,
}

/// out = start + Σ A·W, or with Aᵀ where `TRANSPOSED`; then the rows of `out` are A's columns.
pub(super) struct Product<'a, const TRANSPOSED: bool> {
    pub(super) factors: &'a [Factor<'a>],
    pub(super) start: Start<'a>,
    /// Blocked, from the first row wanted.
    pub(super) out: &'a mut [f32],
    /// Floats from one block of `out` to the next.
    pub(super) out_block: usize,
    /// Blocks of `out`.
    pub(super) blocks: usize,
    /// Rows of `out`.
    pub(super) rows: usize,
}

impl<const TRANSPOSED: bool> WithSimd for Product<'_, TRANSPOSED> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, simd: S) {
        let mut block = 0;
        while block < self.blocks {
            let left = self.blocks - block;
            if left >= 4 {
                self.columns::<S, 4>(simd, block);
                block += 4;
            } else if left >= 2 {
                self.columns::<S, 2>(simd, block);
                block += 2;
            } else {
                self.columns::<S, 1>(simd, block);
                block += 1;
            }
        }
    }
}

impl<const TRANSPOSED: bool> Product<'_, TRANSPOSED> {
    /// P blocks of the output. All rows read the same weights: so many at a time as stay in the
    /// processor's first cache meanwhile.
    #[inline(always)]
    fn columns<S: Simd, const P: usize>(&mut self, simd: S, block: usize) {
        let most = CACHED / (P * S::F32_LANES);
        if TRANSPOSED || self.factors.iter().all(|factor| factor.depth <= most) {
            self.rows::<S, P>(simd, block, self.factors, 0..usize::MAX, self.start);
            return;
        }
        let mut start = self.start;
        for factor in self.factors {
            let pieces = factor.depth.div_ceil(most).max(1);
            let piece = factor.depth.div_ceil(pieces);
            let piece = piece.next_multiple_of(S::F32_LANES);
            for first in (0..factor.depth).step_by(piece) {
                let factor = std::slice::from_ref(factor);
                self.rows::<S, P>(simd, block, factor, first..first + piece, start);
                start = Start::Output;
            }
        }
    }

    /// P blocks of the output, as many rows at a time as the registers hold; of each factor those of the
    /// `summands` that it has.
    #[inline(always)]
    fn rows<S: Simd, const P: usize>(
        &mut self,
        simd: S,
        block: usize,
        factors: &[Factor<'_>],
        summands: Range<usize>,
        start: Start<'_>,
    ) {
        let mut row = 0;
        while row < self.rows {
            let left = self.rows - row;
            // Sums, weights and one value must be held together; fewer than eight sums would wait for
            // each other.
            let most = if S::REGISTER_COUNT >= 32 { 6 } else { 8 / P };
            let summands = summands.clone();
            if most >= 6 && left >= 6 && left != 8 {
                self.tile::<S, P, 6>(simd, [block, row], factors, summands, start);
                row += 6;
            } else if most >= 4 && left >= 4 {
                self.tile::<S, P, 4>(simd, [block, row], factors, summands, start);
                row += 4;
            } else if P == 4 && S::REGISTER_COUNT < 32 && left >= 3 && left != 4 {
                self.tile::<S, P, 3>(simd, [block, row], factors, summands, start);
                row += 3;
            } else if left >= 2 {
                self.tile::<S, P, 2>(simd, [block, row], factors, summands, start);
                row += 2;
            } else {
                self.tile::<S, P, 1>(simd, [block, row], factors, summands, start);
                row += 1;
            }
        }
    }

    #[inline(always)]
    fn tile<S: Simd, const P: usize, const R: usize>(
        &mut self,
        simd: S,
        [block, row]: [usize; 2],
        factors: &[Factor<'_>],
        summands: Range<usize>,
        start: Start<'_>,
    ) {
        let lanes = S::F32_LANES;
        let mut sums = [[simd.splat_f32s(0.0); P]; R];
        if let Start::Row(first) = start {
            let (first, _) = S::as_simd_f32s(&first[block * lanes..(block + P) * lanes]);
            for sum in &mut sums {
                sum.copy_from_slice(first);
            }
        }
        for factor in factors {
            let summands = summands.start..summands.end.min(factor.depth);
            let from = ([block, row], summands, factor);
            // A cell's four gates are worked on together, so that a block's place in P is its slot.
            match factor.skip_w {
                2 if P == 4 => multiply::<S, P, R, TRANSPOSED, 2>(simd, &mut sums, from),
                3 if P == 4 => multiply::<S, P, R, TRANSPOSED, 3>(simd, &mut sums, from),
                _ => multiply::<S, P, R, TRANSPOSED, NONE>(simd, &mut sums, from),
            }
        }
        let add = matches!(start, Start::Output);
        for p in 0..P {
            let at = (block + p) * self.out_block + row * lanes;
            let (out, _) = S::as_mut_simd_f32s(&mut self.out[at..at + R * lanes]);
            for r in 0..R {
                out[r] = if add {
                    simd.add_f32s(out[r], sums[r][p])
                } else {
                    sums[r][p]
                };
            }
        }
    }
}

/// Adds those of a factor's `summands` to the sums of P blocks and R rows; p = `SKIP` is left out.
#[inline(always)]
fn multiply<S: Simd, const P: usize, const R: usize, const TRANSPOSED: bool, const SKIP: usize>(
    simd: S,
    sums: &mut [[S::f32s; P]; R],
    ([block, row], summands, factor): ([usize; 2], Range<usize>, &Factor<'_>),
) {
    let (lanes, depth) = (S::F32_LANES, factor.depth);
    if summands.is_empty() {
        return;
    }
    let mut local = *sums;
    if TRANSPOSED {
        let w = &factor.w[block * factor.w_block..];
        let columns: [&[f32]; R] = std::array::from_fn(|r| {
            let column = row + r;
            &factor.a[column / lanes * factor.a_block + column % lanes..]
        });
        assert!((columns.iter()).all(|column| (depth - 1) * lanes < column.len()));
        assert!((P - 1) * factor.w_block + depth * lanes <= w.len());
        for s in 0..depth {
            // SAFETY: with s < depth these are what the assertions hold within each column and `w`.
            unsafe {
                let mut values = [std::ptr::null(); R];
                for r in 0..R {
                    values[r] = columns[r].as_ptr().add(s * lanes);
                }
                let w = (w.as_ptr().add(s * lanes), factor.w_block);
                add_products::<S, P, R, SKIP>(simd, &mut local, values, w);
            }
        }
    } else {
        let (a, w) = (&factor.a[row * lanes..], &factor.w[block * depth * lanes..]);
        assert!(summands.end <= depth);
        assert!((depth - 1) / lanes * factor.a_block + R * lanes <= a.len());
        assert!(depth * P * lanes <= w.len());
        for first in summands.clone().step_by(lanes) {
            let index = first / lanes;
            if index % 4 == factor.skip_a {
                continue;
            }
            let here = lanes.min(summands.end - first);
            for s in 0..here {
                // SAFETY: s < L, so that the R values of `a`, L apart, end within the R·L floats of its
                // block number `index`, at most (depth-1)/L, which the second assertion holds within
                // `a`. first + s < depth by the first, so that the P·L floats of `w` are within the
                // third one's.
                unsafe {
                    let a = a.as_ptr().add(index * factor.a_block + s);
                    let mut values = [std::ptr::null(); R];
                    for r in 0..R {
                        values[r] = a.add(r * lanes);
                    }
                    let w = (w.as_ptr().add((first + s) * P * lanes), lanes);
                    add_products::<S, P, R, SKIP>(simd, &mut local, values, w);
                }
            }
        }
    }
    *sums = local;
}

/// sums[r][p] += values[r] · w[p · of_block ..][..L], for p other than `SKIP`. In this order the sums, the
/// values and one register of `w` are all that must be held.
///
/// # Safety
/// The R `values` can be read, and L floats of `w` at p · of_block for p < P.
#[inline(always)]
unsafe fn add_products<S: Simd, const P: usize, const R: usize, const SKIP: usize>(
    simd: S,
    sums: &mut [[S::f32s; P]; R],
    values: [*const f32; R],
    (w, of_block): (*const f32, usize),
) {
    // Loops, not `map` with a closure: where the compiler calls instead of inlining, as it does with six
    // rows, the callee knows nothing of the instruction set, and all sums go through memory (5 times slower).
    let mut broadcast = [simd.splat_f32s(0.0); R];
    for r in 0..R {
        // SAFETY: by this function's own condition.
        broadcast[r] = simd.splat_f32s(unsafe { *values[r] });
    }
    for p in 0..P {
        if p != SKIP {
            // SAFETY: by this function's own condition. `S::f32s` is plain data (`Pod`) of exactly L
            // floats (`F32_LANES` is defined so); the read asks no alignment.
            let row = unsafe { w.add(p * of_block).cast::<S::f32s>().read_unaligned() };
            for r in 0..R {
                sums[r][p] = simd.mul_add_e_f32s(broadcast[r], row, sums[r][p]);
            }
        }
    }
}
