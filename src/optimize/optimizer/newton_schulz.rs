//! The nearest orthogonal matrix, roughly, by products alone.

use crate::optimize::vector::norm;

/// Coefficients of the quintic iteration, chosen steep at zero (Jordan et al. 2024).
const A: f32 = 3.4445;
const B: f32 = -4.775;
const C: f32 = 2.0315;
/// Against division by zero; `torch.optim.Muon`'s.
const EPSILON: f64 = 1e-7;
/// Rows are filled up to a multiple of this: the widest register there is.
const LANES: usize = 16;
/// Rows of a product that are summed at once: enough chains to keep two units busy.
const BLOCK: usize = 8;

/// Replaces `matrix`, `[rows, columns]` row-major, by U·S'·Vᵀ where U·S·Vᵀ is its singular value
/// decomposition and S' has about 1 wherever S is not tiny.
///
/// X ← X/‖X‖, then `iterations` times G = X·Xᵀ, X ← a·X + (b·G + c·G²)·X, of the transpose where there are
/// more rows than columns: `torch.optim.Muon`'s iteration, in 32 bits where `PyTorch` rounds to bfloat16.
pub(super) fn orthogonalise(matrix: &mut [f32], rows: usize, columns: usize, iterations: u64) {
    let upright = rows > columns;
    let scale = (1.0 / norm(matrix).max(EPSILON)) as f32;
    let given = Padded::from(matrix, rows, columns, scale);
    let mut x = if upright { given.transposed() } else { given };
    for _ in 0..iterations {
        let gram = x.times(&x.transposed());
        let square = gram.times(&gram);
        let factor = gram.combined(B, &square, C);
        x = x.combined(A, &factor.times(&x), 1.0);
    }
    if upright {
        x = x.transposed();
    }
    for (target, row) in matrix.chunks_mut(columns).zip(x.values.chunks(x.stride)) {
        target.copy_from_slice(&row[..columns]);
    }
}

/// A matrix whose rows are filled up with zeros to whole registers.
struct Padded {
    rows: usize,
    columns: usize,
    stride: usize,
    values: Vec<f32>,
}

impl Padded {
    fn zeros(rows: usize, columns: usize) -> Self {
        let stride = columns.next_multiple_of(LANES);
        let values = vec![0.0; rows * stride];
        Self {
            rows,
            columns,
            stride,
            values,
        }
    }

    fn from(matrix: &[f32], rows: usize, columns: usize, scale: f32) -> Self {
        let mut padded = Self::zeros(rows, columns);
        let stride = padded.stride;
        for (row, given) in padded.values.chunks_mut(stride).zip(matrix.chunks(columns)) {
            for (value, given) in row.iter_mut().zip(given) {
                *value = given * scale;
            }
        }
        padded
    }

    fn transposed(&self) -> Self {
        let mut other = Self::zeros(self.columns, self.rows);
        for (column, row) in self.values.chunks(self.stride).enumerate() {
            let targets = other.values[column..].iter_mut().step_by(other.stride);
            for (target, &value) in targets.zip(&row[..self.columns]) {
                *target = value;
            }
        }
        other
    }

    /// own·self + share·other.
    fn combined(&self, own: f32, other: &Self, share: f32) -> Self {
        let mut sum = Self::zeros(self.rows, self.columns);
        for ((sum, a), b) in sum.values.iter_mut().zip(&self.values).zip(&other.values) {
            *sum = own * a + share * b;
        }
        sum
    }

    /// self·other.
    fn times(&self, other: &Self) -> Self {
        let mut product = Self::zeros(self.rows, other.columns);
        pulp::Arch::new().dispatch(Product {
            left: self,
            right: other,
            result: &mut product,
        });
        product
    }
}

/// A product to be computed.
struct Product<'a> {
    left: &'a Padded,
    right: &'a Padded,
    result: &'a mut Padded,
}

impl pulp::WithSimd for Product<'_> {
    type Output = ();

    #[expect(
        clippy::inline_always,
        reason = "left outside, it would be built without the wide registers of its caller"
    )]
    #[inline(always)]
    fn with_simd<S: pulp::Simd>(mut self, simd: S) {
        let whole = self.left.rows / BLOCK * BLOCK;
        for row in (0..whole).step_by(BLOCK) {
            self.rows::<S, BLOCK>(simd, row);
        }
        for row in whole..self.left.rows {
            self.rows::<S, 1>(simd, row);
        }
    }
}

impl Product<'_> {
    /// The rows `first..first + COUNT`, their sums in registers. Each sum is one chain of steps, whatever
    /// the registers' width.
    #[expect(
        clippy::inline_always,
        reason = "left outside, it would be built without the wide registers of its caller"
    )]
    #[inline(always)]
    fn rows<S: pulp::Simd, const COUNT: usize>(&mut self, simd: S, first: usize) {
        let Self {
            left,
            right,
            result,
        } = self;
        let (right_values, _) = S::as_simd_f32s(&right.values);
        let (sums_of_rows, _) = S::as_mut_simd_f32s(&mut result.values);
        let width = right.stride / S::F32_LANES;
        for column in 0..width {
            let mut sums = [simd.splat_f32s(0.0); COUNT];
            for (k, &value) in right_values[column..].iter().step_by(width).enumerate() {
                for (i, sum) in sums.iter_mut().enumerate() {
                    let factor = simd.splat_f32s(left.values[(first + i) * left.stride + k]);
                    *sum = simd.mul_add_e_f32s(factor, value, *sum);
                }
            }
            for (i, sum) in sums.into_iter().enumerate() {
                sums_of_rows[(first + i) * width + column] = sum;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(count: usize) -> Vec<f32> {
        (0..count).map(|i| ((i * i) as f32 * 0.37).sin()).collect()
    }

    #[test]
    fn products_are_those_of_the_definition() {
        for (rows, inner, columns) in [(1, 1, 1), (5, 17, 33), (4, 16, 16), (7, 3, 20)] {
            let (a, b) = (numbers(rows * inner), numbers(inner * columns));
            let product =
                Padded::from(&a, rows, inner, 1.0).times(&Padded::from(&b, inner, columns, 1.0));
            for row in 0..rows {
                for column in 0..columns {
                    let exact: f64 = (0..inner)
                        .map(|k| f64::from(a[row * inner + k]) * f64::from(b[k * columns + column]))
                        .sum();
                    let ours = f64::from(product.values[row * product.stride + column]);
                    assert!((ours - exact).abs() < 1e-5, "{ours} {exact}");
                }
            }
        }
    }

    #[test]
    fn rows_become_nearly_orthonormal_whatever_the_shape() {
        for (rows, columns) in [(3, 20), (20, 3), (6, 6)] {
            let mut matrix = numbers(rows * columns);
            orthogonalise(&mut matrix, rows, columns, 12);
            let padded = Padded::from(&matrix, rows, columns, 1.0);
            let wide = if rows > columns {
                padded.transposed()
            } else {
                padded
            };
            let gram = wide.times(&wide.transposed());
            for row in 0..gram.rows {
                for column in 0..gram.columns {
                    let value = gram.values[row * gram.stride + column];
                    let expected = if row == column { 1.0 } else { 0.0 };
                    // The iteration ends between 0.7 and 1.2, not at 1.
                    assert!((value - expected).abs() < 0.6, "{rows}×{columns}: {value}");
                }
            }
        }
    }
}
