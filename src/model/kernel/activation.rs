//! exp, tanh and the logistic function on vectors, each within 1.5e-7 of the exact value.

use pulp::Simd;

/// 1.5·2²³: adding it to a small number leaves the number, rounded, in the lowest bits.
const ROUND: f32 = 12_582_912.0;
/// ln 2 in two parts; the first has few enough bits that its multiples are exact.
const LN2_HIGH: f32 = 0.693_359_4;
const LN2_LOW: f32 = -2.121_944_4e-4;

/// e^x = 2^n·(1 + p) for x in [-87, 88], as 2^n and p (Cephes' `expf`). A NaN stays one.
#[inline(always)]
fn exp_parts<S: Simd>(simd: S, x: S::f32s) -> (S::f32s, S::f32s) {
    let shifted = simd.mul_add_e_f32s(
        x,
        simd.splat_f32s(std::f32::consts::LOG2_E),
        simd.splat_f32s(ROUND),
    );
    let whole = simd.sub_f32s(shifted, simd.splat_f32s(ROUND));
    let r = simd.mul_add_e_f32s(whole, simd.splat_f32s(-LN2_HIGH), x);
    let r = simd.mul_add_e_f32s(whole, simd.splat_f32s(-LN2_LOW), r);
    let mut p = simd.splat_f32s(1.987_569_1e-4);
    for coefficient in [
        1.398_199_9e-3,
        8.333_452e-3,
        4.166_579_6e-2,
        1.666_666_5e-1,
        0.5,
    ] {
        p = simd.mul_add_e_f32s(p, r, simd.splat_f32s(coefficient));
    }
    let p = simd.mul_add_e_f32s(simd.mul_f32s(p, r), r, r);
    // `shifted` holds n in its lowest bits: moved into the exponent, it is 2^n.
    let bits = simd.add_u32s(simd.transmute_u32s_f32s(shifted), simd.splat_u32s(127));
    let power = simd.wrapping_dyn_shl_u32s(bits, simd.splat_u32s(23));
    (simd.transmute_f32s_u32s(power), p)
}

/// e^x for x in [-87, 88], relative error about 1e-7.
#[inline(always)]
pub(super) fn exp<S: Simd>(simd: S, x: S::f32s) -> S::f32s {
    let (power, p) = exp_parts(simd, x);
    simd.mul_add_e_f32s(power, p, power)
}

/// 1/(1+e^-x).
#[inline(always)]
pub(super) fn sigmoid<S: Simd>(simd: S, x: S::f32s) -> S::f32s {
    let one = simd.splat_f32s(1.0);
    let e = exp(simd, simd.neg_f32s(clamp(simd, x, 87.0)));
    simd.div_f32s(one, simd.add_f32s(one, e))
}

/// tanh x = (e^2x - 1) / (e^2x + 1), from e^2x - 1 as it is exact near 0.
#[inline(always)]
pub(super) fn tanh<S: Simd>(simd: S, x: S::f32s) -> S::f32s {
    let (power, p) = exp_parts(simd, clamp(simd, simd.add_f32s(x, x), 40.0));
    let less_one = simd.sub_f32s(power, simd.splat_f32s(1.0));
    let less_one = simd.mul_add_e_f32s(power, p, less_one);
    simd.div_f32s(less_one, simd.add_f32s(less_one, simd.splat_f32s(2.0)))
}

/// x within ±bound; a NaN stays one, which `min` and `max` do not promise.
#[inline(always)]
fn clamp<S: Simd>(simd: S, x: S::f32s, bound: f32) -> S::f32s {
    let (low, high) = (simd.splat_f32s(-bound), simd.splat_f32s(bound));
    let x = simd.select_f32s(simd.less_than_f32s(x, low), low, x);
    simd.select_f32s(simd.less_than_f32s(high, x), high, x)
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
    }

    impl WithSimd for Both<'_> {
        type Output = ();
        #[inline(always)]
        fn with_simd<S: Simd>(self, simd: S) {
            let (x, _) = S::as_simd_f32s(self.x);
            let (t, _) = S::as_mut_simd_f32s(self.tanh);
            let (s, _) = S::as_mut_simd_f32s(self.sigmoid);
            for ((x, t), s) in x.iter().zip(t).zip(s) {
                *t = tanh(simd, *x);
                *s = sigmoid(simd, *x);
            }
        }
    }

    fn both(width: Width, x: &[f32]) -> (Vec<f32>, Vec<f32>) {
        let (mut tanh, mut sigmoid) = (vec![0.0; x.len()], vec![0.0; x.len()]);
        width.dispatch(Both {
            x,
            tanh: &mut tanh,
            sigmoid: &mut sigmoid,
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
            let (t, s) = both(width, &x);
            let (mut worst_t, mut worst_s) = (0.0_f64, 0.0_f64);
            for ((x, t), s) in x.iter().zip(t).zip(s) {
                let exact = f64::from(*x);
                worst_t = worst_t.max((f64::from(t) - exact.tanh()).abs());
                worst_s = worst_s.max((f64::from(s) - 1.0 / (1.0 + (-exact).exp())).abs());
            }
            assert!(
                worst_t < 1.5e-7 && worst_s < 1.5e-7,
                "{width:?}: tanh {worst_t:e}, sigmoid {worst_s:e}"
            );
            let (t, s) = both(width, &[f32::NAN; 64]);
            assert!(t.iter().chain(&s).all(|value| value.is_nan()));
        }
    }
}
