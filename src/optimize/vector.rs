//! Sums over vectors, in sixteen partial sums of a fixed order: fast, and the same on every machine.

/// Euclidean norm, accumulated in f64 so that gradients of 1e-30 do not vanish and 1e30 do not overflow.
#[must_use]
pub fn norm(values: &[f32]) -> f64 {
    sum(values, values, |v, _| v * v).sqrt()
}

/// Euclidean norm of the difference of vectors of one length, as [`norm`].
#[must_use]
pub fn distance(a: &[f32], b: &[f32]) -> f64 {
    sum(a, b, |a, b| (a - b) * (a - b)).sqrt()
}

/// Scalar product of vectors of one length.
#[must_use]
pub fn dot(a: &[f32], b: &[f32]) -> f64 {
    sum(a, b, |a, b| a * b)
}

/// Sum of the sizes.
#[must_use]
pub fn absolute_sum(values: &[f32]) -> f64 {
    sum(values, values, |v, _| v.abs())
}

/// Largest size; 0 of no numbers.
#[must_use]
pub fn largest(values: &[f32]) -> f64 {
    f64::from(values.iter().fold(0.0_f32, |most, v| most.max(v.abs())))
}

/// The sum over pairs of elements, in 64 bits.
fn sum(a: &[f32], b: &[f32], of: impl Fn(f64, f64) -> f64) -> f64 {
    pulp::Arch::new().dispatch(|| {
        let mut sums = [0.0_f64; 16];
        let ((a, a_rest), (b, b_rest)) = (a.as_chunks::<16>(), b.as_chunks::<16>());
        let mut add = |a: &[f32], b: &[f32]| {
            for ((sum, a), b) in sums.iter_mut().zip(a).zip(b) {
                *sum += of(f64::from(*a), f64::from(*b));
            }
        };
        // Whole arrays first: their length is known, so that the loop becomes a few wide operations.
        for (a, b) in a.iter().zip(b) {
            add(a, b);
        }
        add(a_rest, b_rest);
        sums.iter().sum()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn norms_of_tiny_and_huge_gradients_are_right() {
        assert!((norm(&[3e-30, 4e-30]) / 5e-30 - 1.0).abs() < 1e-6);
        assert!((norm(&[3e30, 4e30]) / 5e30 - 1.0).abs() < 1e-6);
    }

    #[test]
    fn every_element_counts_once_whatever_the_length() {
        for length in [0, 1, 15, 16, 17, 40] {
            let values: Vec<f32> = (0..length).map(|i| i as f32 - 3.0).collect();
            let squares: f32 = values.iter().map(|v| v * v).sum();
            assert_eq!(dot(&values, &values), f64::from(squares));
            assert_eq!(
                absolute_sum(&values),
                values.iter().map(|v| f64::from(v.abs())).sum::<f64>()
            );
            assert_eq!(distance(&values, &values), 0.0);
        }
        assert_eq!(largest(&[1.0, -3.0, 2.0]), 3.0);
    }
}
