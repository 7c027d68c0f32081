//! The head: a product with few columns, row by row, in the layout that the recurrence leaves; of all
//! rows, or of those at which each sequence ends.

use pulp::{Simd, WithSimd};

/// Rows whose share of the weights' gradient is summed by itself: one long sum would lose digits.
const CHUNK: usize = 64;

/// y = x·Wᵀ + b. Vectors are read as they come, whatever their alignment.
pub(super) struct Forward<'a> {
    /// `[rows, width]`.
    pub(super) x: &'a [f32],
    pub(super) width: usize,
    /// The rows used; all where absent.
    pub(super) used: Option<&'a [usize]>,
    /// `[outputs, width]`.
    pub(super) weight: &'a [f32],
    /// `[outputs]`.
    pub(super) bias: &'a [f32],
    /// Out: `[rows used, outputs]`.
    pub(super) y: &'a mut [f32],
}

impl WithSimd for Forward<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let rows = self.y.chunks_exact_mut(self.bias.len());
        for (index, y) in rows.enumerate() {
            let (x, x_rest) = S::as_simd_f32s(row(self.x, self.width, self.used, index));
            let weights = self.weight.chunks_exact(self.width);
            for ((y, w), b) in y.iter_mut().zip(weights).zip(self.bias) {
                let (w, w_rest) = S::as_simd_f32s(w);
                // Two sums side by side: one alone would wait for each addition.
                let mut sums = [simd.splat_f32s(0.0); 2];
                let (x_twos, w_twos) = (x.chunks_exact(2), w.chunks_exact(2));
                if let ([x], [w]) = (x_twos.remainder(), w_twos.remainder()) {
                    sums[0] = simd.mul_f32s(*x, *w);
                }
                for (x, w) in x_twos.zip(w_twos) {
                    sums[0] = simd.mul_add_e_f32s(x[0], w[0], sums[0]);
                    sums[1] = simd.mul_add_e_f32s(x[1], w[1], sums[1]);
                }
                let mut sum = simd.reduce_sum_f32s(simd.add_f32s(sums[0], sums[1]));
                for (x, w) in x_rest.iter().zip(w_rest) {
                    sum += x * w;
                }
                *y = sum + b;
            }
        }
    }
}

/// ∂L/∂x, where wanted, and the gradients of weight and bias, all from ∂L/∂y.
pub(super) struct Backward<'a> {
    /// As in [`Forward`].
    pub(super) x: &'a [f32],
    pub(super) width: usize,
    pub(super) used: Option<&'a [usize]>,
    pub(super) weight: &'a [f32],
    /// ∂L/∂y `[rows used, outputs]`.
    pub(super) y: &'a [f32],
    /// Out: `[rows, width]`; rows that are not used are left as they are.
    pub(super) x_gradient: Option<&'a mut [f32]>,
    /// Out, added to: `[outputs, width]` and `[outputs]`.
    pub(super) weight_gradient: &'a mut [f32],
    pub(super) bias_gradient: &'a mut [f32],
}

impl WithSimd for Backward<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let outputs = self.bias_gradient.len();
        if let Some(x_gradient) = self.x_gradient {
            for (index, y) in self.y.chunks_exact(outputs).enumerate() {
                let row = self.used.map_or(index, |used| used[index]);
                let x = &mut x_gradient[row * self.width..][..self.width];
                let (head, rest) = S::as_mut_simd_f32s(x);
                for (index, (w, dy)) in self.weight.chunks_exact(self.width).zip(y).enumerate() {
                    let (w, w_rest) = S::as_simd_f32s(w);
                    let factor = simd.splat_f32s(*dy);
                    for (x, w) in head.iter_mut().zip(w) {
                        *x = if index == 0 {
                            simd.mul_f32s(factor, *w)
                        } else {
                            simd.mul_add_e_f32s(factor, *w, *x)
                        };
                    }
                    for (x, w) in rest.iter_mut().zip(w_rest) {
                        *x = if index == 0 { dy * w } else { *x + dy * w };
                    }
                }
            }
        }
        let mut weight = vec![0.0; self.weight_gradient.len()];
        let mut bias = vec![0.0; outputs];
        for (chunk, y) in self.y.chunks(CHUNK * outputs).enumerate() {
            weight.fill(0.0);
            bias.fill(0.0);
            for (index, y) in y.chunks_exact(outputs).enumerate() {
                let x = row(self.x, self.width, self.used, chunk * CHUNK + index);
                let (x, x_rest) = S::as_simd_f32s(x);
                for ((w, b), dy) in weight.chunks_exact_mut(self.width).zip(&mut bias).zip(y) {
                    *b += dy;
                    let factor = simd.splat_f32s(*dy);
                    let (w, w_rest) = S::as_mut_simd_f32s(w);
                    for (w, x) in w.iter_mut().zip(x) {
                        *w = simd.mul_add_e_f32s(factor, *x, *w);
                    }
                    for (w, x) in w_rest.iter_mut().zip(x_rest) {
                        *w += dy * x;
                    }
                }
            }
            for (sum, part) in self.weight_gradient.iter_mut().zip(&weight) {
                *sum += part;
            }
            for (sum, part) in self.bias_gradient.iter_mut().zip(&bias) {
                *sum += part;
            }
        }
    }
}

/// The row that is used as number `index`.
#[inline(always)]
fn row<'a>(x: &'a [f32], width: usize, used: Option<&[usize]>, index: usize) -> &'a [f32] {
    let row = used.map_or(index, |used| used[index]);
    &x[row * width..][..width]
}
