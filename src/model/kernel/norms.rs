//! Euclidean norms of single-precision rows that neither underflow nor overflow.

use pulp::{Simd, WithSimd};

/// Sums of squares within these are right as they are: what underflowed in them counts for nothing.
const PLAIN: std::ops::Range<f32> = 1e-24..1e36;

/// Outside, below this, squares are taken of the number times 2⁷⁰; from 2⁵⁰, times 2⁻⁶⁰.
const SMALL: f32 = 1.0 / (1_u64 << 50) as f32;
const LARGE: f32 = (1_u64 << 50) as f32;
const UP: f32 = (1_u128 << 70) as f32;
const DOWN: f32 = 1.0 / (1_u64 << 60) as f32;

/// The sum over rows of a blocked matrix of each row's norm.
pub(super) struct SumOfNorms<'a> {
    /// `[blocks][rows][L]`.
    pub(super) matrix: &'a [f32],
    pub(super) rows: usize,
}

impl WithSimd for SumOfNorms<'_> {
    type Output = f64;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> f64 {
        let (vectors, _) = S::as_simd_f32s(self.matrix);
        let mut squares = [0.0_f32; MOST_ROWS];
        let mut roots = simd.splat_f32s(0.0);
        let mut sum = 0.0;
        let mut first = 0;
        while first < self.rows {
            let squares = &mut squares[..MOST_ROWS.min(self.rows - first)];
            if vectors.len() == self.rows {
                // One block, where summing is all that this costs.
                for (square, x) in squares.iter_mut().zip(&vectors[first..]) {
                    *square = simd.reduce_sum_f32s(simd.mul_f32s(*x, *x));
                }
            } else {
                for (square, row) in squares.iter_mut().zip(first..) {
                    let mut plain = simd.splat_f32s(0.0);
                    for x in vectors[row..].iter().step_by(self.rows) {
                        plain = simd.mul_add_e_f32s(*x, *x, plain);
                    }
                    *square = simd.reduce_sum_f32s(plain);
                }
            }
            // A root for as many rows as a register has lanes; one by one what that is no good for.
            let (together, rest) = S::as_simd_f32s(squares);
            let alone = squares.len() - rest.len();
            let mut add_each = |rows: std::ops::Range<usize>| {
                for row in rows {
                    sum += if PLAIN.contains(&squares[row]) {
                        f64::from(squares[row]).sqrt()
                    } else {
                        norm_of_any(simd, vectors[first + row..].iter().step_by(self.rows))
                    };
                }
            };
            for (sums, row) in together.iter().zip((0..).step_by(S::F32_LANES)) {
                if all_plain(simd, *sums) {
                    roots = simd.add_f32s(roots, simd.sqrt_f32s(*sums));
                } else {
                    add_each(row..row + S::F32_LANES);
                }
            }
            add_each(alone..squares.len());
            first += squares.len();
        }
        sum + f64::from(simd.reduce_sum_f32s(roots))
    }
}

/// Whether all of a register's sums lie within [`PLAIN`].
#[inline(always)]
fn all_plain<S: Simd>(simd: S, sums: S::f32s) -> bool {
    let (one, zero) = (simd.splat_f32s(1.0), simd.splat_f32s(0.0));
    let small = simd.less_than_f32s(sums, simd.splat_f32s(PLAIN.start));
    let below = simd.less_than_f32s(sums, simd.splat_f32s(PLAIN.end));
    let outside = simd.select_f32s(below, simd.select_f32s(small, one, zero), one);
    simd.reduce_sum_f32s(outside) == 0.0
}

/// Rows whose squares are summed before the first root is taken.
const MOST_ROWS: usize = 64;

/// The norm of a row of numbers of any size, by Blue's three accumulators (1978): each element's square goes into
/// exactly one.
#[inline(always)]
fn norm_of_any<'a, S: Simd>(simd: S, row: impl Iterator<Item = &'a S::f32s>) -> f64 {
    let zero = simd.splat_f32s(0.0);
    let (mut small, mut middle, mut large) = (zero, zero, zero);
    for x in row {
        let size = simd.abs_f32s(*x);
        let is_small = simd.less_than_f32s(size, simd.splat_f32s(SMALL));
        let is_large = simd.less_than_f32s(simd.splat_f32s(LARGE), size);
        let raised = simd.mul_f32s(*x, simd.splat_f32s(UP));
        let raised = simd.select_f32s(is_small, raised, zero);
        let lowered = simd.mul_f32s(*x, simd.splat_f32s(DOWN));
        let lowered = simd.select_f32s(is_large, lowered, zero);
        let kept = simd.select_f32s(is_small, zero, *x);
        let kept = simd.select_f32s(is_large, zero, kept);
        small = simd.mul_add_e_f32s(raised, raised, small);
        middle = simd.mul_add_e_f32s(kept, kept, middle);
        large = simd.mul_add_e_f32s(lowered, lowered, large);
    }
    let small = f64::from(simd.reduce_sum_f32s(small)) / f64::from(UP).powi(2);
    let large = f64::from(simd.reduce_sum_f32s(large)) / f64::from(DOWN).powi(2);
    (small + f64::from(simd.reduce_sum_f32s(middle)) + large).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::kernel::Width;

    #[test]
    fn norms_hold_from_1e_minus_33_to_1e30() {
        for size in [1e-33_f32, 1e-30, 1e-19, 1e-15, 1e-3, 1.0, 1e15, 1e19, 1e30] {
            let matrix = vec![size; 64];
            let norm = Width::Widest.dispatch(SumOfNorms {
                matrix: &matrix,
                rows: 1,
            });
            assert!(
                (norm / (8.0 * f64::from(size)) - 1.0).abs() < 1e-6,
                "{size:e}"
            );
        }
        let mixed = [1e-20_f32, 3.0, 4.0, 1e-30];
        let mut matrix = vec![0.0; 64];
        matrix[..4].copy_from_slice(&mixed);
        let norm = Width::Portable.dispatch(SumOfNorms {
            matrix: &matrix,
            rows: 1,
        });
        assert!((norm - 5.0).abs() < 1e-6);
    }

    /// Rows of every number, of which some need care, against sums in double precision.
    #[test]
    fn sums_are_those_of_each_row() {
        for width in [Width::Portable, Width::Avx2, Width::Widest] {
            let lanes = width.lanes();
            for (rows, blocks, scale) in [
                (1, 1, 1.0),
                (5, 3, 1.0),
                (16, 1, 1.0),
                (33, 2, 1.0),
                (64, 1, 1.0),
                (150, 1, 1.0),
                (131, 2, 1.0),
                (37, 2, 1e20),
                (150, 1, 1e-22),
            ] {
                let size = |row: usize| match row % 19 {
                    7 => 1e-15,
                    11 => 1e-19,
                    _ => 0.1 + row as f64,
                };
                let mut matrix = vec![0.0_f32; blocks * rows * lanes];
                let mut sum = 0.0;
                for row in 0..rows {
                    let mut squares = 0.0;
                    for block in 0..blocks {
                        for lane in 0..lanes {
                            let x = (scale * size(row) * (1.0 + (block + lane) as f64)) as f32;
                            matrix[(block * rows + row) * lanes + lane] = x;
                            squares += f64::from(x).powi(2);
                        }
                    }
                    sum += squares.sqrt();
                }
                let matrix = &matrix;
                let norms = width.dispatch(SumOfNorms { matrix, rows });
                assert!(
                    (norms / sum - 1.0).abs() < 1e-6,
                    "{width:?} {rows} {blocks} {scale}"
                );
            }
        }
    }
}
