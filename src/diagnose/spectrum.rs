//! The size of a matrix under repetition: its spectral radius, and its spectral norm.

/// Squarings: the estimate of an n × n matrix's norm is then too large by a factor of at most
/// n^(1/2¹⁷), 0.004 % at 128 units, and never too small.
const SQUARINGS: i32 = 16;

/// The largest absolute eigenvalue of the square `matrix`, row-major: by how much it stretches a vector
/// per repetition in the long run. By Gelfand's formula, ‖Aᵏ‖^(1/k) at k = 65,536.
///
/// # Panics
/// When `matrix` has not size² elements.
#[must_use]
pub fn radius(matrix: &[f32], size: usize) -> f64 {
    assert_eq!(matrix.len(), size * size, "the matrix is square");
    by_squaring(matrix.iter().map(|&a| f64::from(a)).collect(), size)
}

/// The largest singular value of `matrix`, row-major with so many columns: by how much it stretches a
/// vector at most. As the root of the spectral radius of the smaller of AᵀA and AAᵀ.
#[must_use]
pub fn norm(matrix: &[f32], columns: usize) -> f64 {
    if columns == 0 || matrix.is_empty() {
        return 0.0;
    }
    let rows = matrix.len() / columns;
    let (size, other) = (rows.min(columns), rows.max(columns));
    let wide: Vec<f64> = if rows <= columns {
        matrix.iter().map(|&a| f64::from(a)).collect()
    } else {
        (0..columns)
            .flat_map(|column| (0..rows).map(move |row| (row, column)))
            .map(|(row, column)| f64::from(matrix[row * columns + column]))
            .collect()
    };
    let mut gram = vec![0.0; size * size];
    for (i, a) in wide.chunks_exact(other).enumerate() {
        for (j, b) in wide.chunks_exact(other).enumerate().take(i + 1) {
            let dot = a.iter().zip(b).map(|(a, b)| a * b).sum();
            gram[i * size + j] = dot;
            gram[j * size + i] = dot;
        }
    }
    by_squaring(gram, size).sqrt()
}

/// Scales the matrix to norm 1 after each squaring and adds up the scales' logarithms.
fn by_squaring(mut matrix: Vec<f64>, size: usize) -> f64 {
    let mut product = vec![0.0; matrix.len()];
    let mut logarithm = 0.0;
    for power in 0..=SQUARINGS {
        if power > 0 {
            square(&matrix, size, &mut product);
            std::mem::swap(&mut matrix, &mut product);
        }
        let largest = matrix.iter().fold(0.0_f64, |most, a| most.max(a.abs()));
        if largest == 0.0 {
            return if matrix.iter().any(|a| a.is_nan()) {
                f64::NAN
            } else {
                0.0
            };
        }
        // Not of the squares at once: those of 1e200 overflow.
        let scaled = matrix.iter().map(|a| (a / largest).powi(2)).sum::<f64>();
        let norm = largest * scaled.sqrt();
        if !norm.is_finite() {
            return norm;
        }
        logarithm += norm.ln() / 2_f64.powi(power);
        for a in &mut matrix {
            *a /= norm;
        }
    }
    logarithm.exp()
}

fn square(matrix: &[f64], size: usize, product: &mut [f64]) {
    pulp::Arch::new().dispatch(|| {
        for (row, into) in (matrix.chunks_exact(size)).zip(product.chunks_exact_mut(size)) {
            into.fill(0.0);
            for (factor, other) in row.iter().zip(matrix.chunks_exact(size)) {
                for (sum, a) in into.iter_mut().zip(other) {
                    *sum += factor * a;
                }
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn near(found: f64, expected: f64) {
        assert!(
            (found - expected).abs() <= 1e-4 * expected.abs().max(1e-12),
            "{found} in place of {expected}"
        );
    }

    #[test]
    fn a_rotation_stretches_nothing_and_a_shear_only_for_a_while() {
        let (sin, cos) = 0.7_f32.sin_cos();
        let rotation = [1.3 * cos, -1.3 * sin, 1.3 * sin, 1.3 * cos];
        near(radius(&rotation, 2), 1.3);
        near(norm(&rotation, 2), 1.3);
        // Eigenvalues 0.5 and 0.5; the largest singular value is far larger.
        let shear = [0.5, 10.0, 0.0, 0.5];
        assert!((radius(&shear, 2) - 0.5).abs() < 1e-3);
        near(norm(&shear, 2), 10.024_937_8);
    }

    #[test]
    fn nothing_and_what_is_not_a_number() {
        assert_eq!(radius(&[0.0; 9], 3), 0.0);
        // Its square is zero.
        assert_eq!(radius(&[0.0, 1.0, 0.0, 0.0], 2), 0.0);
        assert!(!radius(&[f32::NAN, 0.0, 0.0, 1.0], 2).is_finite());
        assert!(!radius(&[f32::INFINITY, 0.0, 0.0, 1.0], 2).is_finite());
        near(radius(&[1e30, 0.0, 0.0, 1e-30], 2), 1e30);
        assert_eq!(norm(&[], 0), 0.0);
    }

    #[test]
    fn the_norm_is_the_length_of_one_row_or_column_and_the_largest_of_a_diagonal() {
        near(norm(&[3.0, 4.0], 1), 5.0);
        near(norm(&[3.0, 4.0], 2), 5.0);
        near(norm(&[1.0, 0.0, 0.0, 2.0, 0.0, 0.0], 2), 2.0);
    }

    proptest! {
        #[test]
        fn no_vector_is_stretched_by_more_than_the_norm(
            matrix in prop::collection::vec(-2.0_f32..2.0, 20),
            vector in prop::collection::vec(-1.0_f64..1.0, 5),
        ) {
            let longest = norm(&matrix, 5);
            let length = |v: &[f64]| v.iter().map(|a| a * a).sum::<f64>().sqrt();
            let image: Vec<f64> = matrix
                .chunks(5)
                .map(|row| row.iter().zip(&vector).map(|(a, b)| f64::from(*a) * b).sum())
                .collect();
            prop_assert!(length(&image) <= longest * length(&vector) * (1.0 + 1e-9));
            // And some vector is: repeated application of AᵀA finds it.
            let mut v = vec![1.0, 0.9, -1.1, 0.7, 1.3];
            let mut stretch = 0.0;
            for _ in 0..3000 {
                let image: Vec<f64> = matrix
                    .chunks(5)
                    .map(|row| row.iter().zip(&v).map(|(a, b)| f64::from(*a) * b).sum())
                    .collect();
                stretch = length(&image) / length(&v);
                let back: Vec<f64> = (0..5)
                    .map(|j| (0..4).map(|i| f64::from(matrix[i * 5 + j]) * image[i]).sum())
                    .collect();
                let size = length(&back).max(1e-300);
                v = back.iter().map(|a| a / size).collect();
            }
            prop_assert!((stretch - longest).abs() <= 1e-3 * longest);
        }
    }
}
