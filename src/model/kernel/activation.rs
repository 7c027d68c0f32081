//! tanh and the logistic function on vectors, each within 1.5e-7 of the exact value.

use pulp::Simd;
use std::f32::consts::LOG2_E;

/// 1.5·2²³ + 127: added to a small number n it leaves n, rounded, plus 127 in the lowest bits. Moved into
/// the exponent, these are 2^n.
const ROUND: f32 = 12_583_039.0;

/// 2^(x·scale) = power·(1 + p) for x·scale in [-126, 127], as power = 2^n and p; the polynomial is the
/// minimax one of (2^r - 1)/r for |r| ≤ ½, relative error 1e-8.
///
/// The error of x·scale, up to 6e-8 of it, counts little: where the power is large, tanh and the logistic
/// function are flat.
#[inline(always)]
fn power_parts<S: Simd>(simd: S, x: S::f32s, scale: f32) -> (S::f32s, S::f32s) {
    let (scale, round) = (simd.splat_f32s(scale), simd.splat_f32s(ROUND));
    let shifted = simd.mul_add_e_f32s(x, scale, round);
    let less_whole = simd.sub_f32s(round, shifted);
    let r = simd.mul_add_e_f32s(x, scale, less_whole);
    let mut p = simd.splat_f32s(1.540_351_2e-4);
    for coefficient in [
        1.339_073_5e-3,
        9.618_238e-3,
        5.550_357_3e-2,
        2.402_265e-1,
        6.931_472e-1,
    ] {
        p = simd.mul_add_e_f32s(p, r, simd.splat_f32s(coefficient));
    }
    let bits = simd.transmute_u32s_f32s(shifted);
    let power = simd.wrapping_dyn_shl_u32s(bits, simd.splat_u32s(23));
    (simd.transmute_f32s_u32s(power), simd.mul_f32s(p, r))
}

/// A fraction whose division is still to come.
#[derive(Clone, Copy)]
pub(super) struct Fraction<S: Simd> {
    /// Absent: 1.
    numerator: Option<S::f32s>,
    denominator: S::f32s,
}

impl<S: Simd> Fraction<S> {
    /// Its value.
    #[inline(always)]
    pub(super) fn value(self, simd: S) -> S::f32s {
        let one = simd.splat_f32s(1.0);
        simd.div_f32s(self.numerator.unwrap_or(one), self.denominator)
    }

    /// The values of two, by one division.
    #[inline(always)]
    pub(super) fn values(simd: S, a: Self, b: Self) -> (S::f32s, S::f32s) {
        let product = simd.mul_f32s(a.denominator, b.denominator);
        let inverse = simd.div_f32s(simd.splat_f32s(1.0), product);
        let times = |x: S::f32s, numerator: Option<S::f32s>| match numerator {
            Some(numerator) => simd.mul_f32s(x, numerator),
            None => x,
        };
        (
            times(simd.mul_f32s(inverse, b.denominator), a.numerator),
            times(simd.mul_f32s(inverse, a.denominator), b.numerator),
        )
    }
}

/// 1/(1+e^-x).
#[inline(always)]
pub(super) fn sigmoid<S: Simd>(simd: S, x: S::f32s) -> Fraction<S> {
    // So that the product of two denominators is a number; e^-40 is nothing beside 1.
    let (power, p) = power_parts(simd, clamp(simd, x, 40.0), -LOG2_E);
    let e = simd.mul_add_e_f32s(power, p, power);
    Fraction {
        numerator: None,
        denominator: simd.add_f32s(e, simd.splat_f32s(1.0)),
    }
}

/// tanh x = (e^2x - 1) / (e^2x + 1), from e^2x - 1 as it is exact near 0.
#[inline(always)]
pub(super) fn tanh<S: Simd>(simd: S, x: S::f32s) -> Fraction<S> {
    let (power, p) = power_parts(simd, clamp(simd, x, 20.0), 2.0 * LOG2_E);
    let less_one = simd.sub_f32s(power, simd.splat_f32s(1.0));
    let less_one = simd.mul_add_e_f32s(power, p, less_one);
    Fraction {
        numerator: Some(less_one),
        denominator: simd.add_f32s(less_one, simd.splat_f32s(2.0)),
    }
}

/// x within ±bound; a NaN stays one.
#[inline(always)]
fn clamp<S: Simd>(simd: S, x: S::f32s, bound: f32) -> S::f32s {
    let (low, high) = (simd.splat_f32s(-bound), simd.splat_f32s(bound));
    if S::IS_SCALAR {
        // Rust's `min` and `max` leave a NaN out.
        let x = simd.select_f32s(simd.less_than_f32s(x, low), low, x);
        return simd.select_f32s(simd.less_than_f32s(high, x), high, x);
    }
    // With a NaN x86's give their second operand, and NEON's a NaN.
    simd.min_f32s(high, simd.max_f32s(low, x))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::kernel::Width;
    use pulp::WithSimd;

    struct Both<'a> {
        x: &'a [f32],
        tanh: &'a mut [f32],
        sigmoid: &'a mut [f32],
        together: bool,
    }

    impl WithSimd for Both<'_> {
        type Output = ();
        #[inline(always)]
        fn with_simd<S: Simd>(self, simd: S) {
            let (x, _) = S::as_simd_f32s(self.x);
            let (t, _) = S::as_mut_simd_f32s(self.tanh);
            let (s, _) = S::as_mut_simd_f32s(self.sigmoid);
            for ((x, t), s) in x.iter().zip(t).zip(s) {
                let fractions = (tanh(simd, *x), sigmoid(simd, *x));
                (*t, *s) = if self.together {
                    Fraction::values(simd, fractions.0, fractions.1)
                } else {
                    (fractions.0.value(simd), fractions.1.value(simd))
                };
            }
        }
    }

    fn both(width: Width, x: &[f32], together: bool) -> (Vec<f32>, Vec<f32>) {
        let (mut tanh, mut sigmoid) = (vec![0.0; x.len()], vec![0.0; x.len()]);
        width.dispatch(Both {
            x,
            tanh: &mut tanh,
            sigmoid: &mut sigmoid,
            together,
        });
        (tanh, sigmoid)
    }

    #[test]
    fn activations_are_within_their_bound_of_f64_and_keep_nan() {
        let mut x: Vec<f32> = (-2_000_000..2_000_000).map(|i| i as f32 * 1.3e-5).collect();
        x.extend([
            1e-30,
            -1e-30,
            1e-6,
            300.0,
            -300.0,
            f32::INFINITY,
            -1e30,
            0.0,
        ]);
        x.resize(x.len().next_multiple_of(64), 0.5);
        for width in [Width::Widest, Width::Avx2, Width::Portable] {
            for together in [false, true] {
                let (t, s) = both(width, &x, together);
                let (mut worst_t, mut worst_s) = (0.0_f64, 0.0_f64);
                for ((x, t), s) in x.iter().zip(t).zip(s) {
                    let exact = f64::from(*x);
                    worst_t = worst_t.max((f64::from(t) - exact.tanh()).abs());
                    worst_s = worst_s.max((f64::from(s) - 1.0 / (1.0 + (-exact).exp())).abs());
                }
                assert!(
                    worst_t < 1.5e-7 && worst_s < 1.5e-7,
                    "{width:?}, together {together}: tanh {worst_t:e}, sigmoid {worst_s:e}"
                );
                let (t, s) = both(width, &[f32::NAN; 64], together);
                assert!(t.iter().chain(&s).all(|value| value.is_nan()));
            }
        }
    }
}
