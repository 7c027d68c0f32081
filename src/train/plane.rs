//! A plane through the space of weights: two directions around one point.

use super::generator::{Stream, generator};
use crate::model::{Parameters, TensorInfo};
use crate::optimize::vector;
use rand::RngExt;
use rand_distr::StandardNormal;

/// Repetitions of the power iteration at most: far beyond what tells two axes of a trajectory apart.
const REPETITIONS: usize = 1000;

/// The points origin + a·x + b·y.
#[derive(Debug, Clone, PartialEq)]
pub struct Plane {
    /// Its middle.
    pub origin: Vec<f32>,
    /// Where a grows.
    pub x: Vec<f32>,
    /// Where b grows.
    pub y: Vec<f32>,
}

impl Plane {
    /// Two random directions, each row of each matrix as long as that row of the weights themselves, so
    /// that 1 means a change as large as the weights whatever their scale; biases stay where they are
    /// (Li et al. 2018, "Visualizing the loss landscape of neural nets", section 4).
    #[must_use]
    pub fn random(parameters: &Parameters, seed: u64) -> Self {
        let mut generator = generator(seed, Stream::Plane);
        let mut direction = || {
            let mut direction = vec![0.0; parameters.values.len()];
            for tensor in parameters.tensors.iter().filter(|t| t.shape.len() > 1) {
                let drawn = &mut direction[tensor.range.clone()];
                drawn.fill_with(|| generator.sample::<f32, _>(StandardNormal));
                like_rows(tensor, &parameters.values[tensor.range.clone()], drawn);
            }
            direction
        };
        let (x, y) = (direction(), direction());
        Self {
            origin: parameters.values.clone(),
            x,
            y,
        }
    }

    /// The two orthogonal directions of length 1 in which `points` spread the most around `origin`
    /// (principal components of their differences from it, as in Li et al. 2018, section 7), and the
    /// share of the squared distances that each has. `None` where the points lie on one line or are not
    /// all finite.
    #[must_use]
    pub fn principal(origin: &[f32], points: &[&[f32]]) -> Option<(Self, [f64; 2])> {
        let steps: Vec<Vec<f32>> = points
            .iter()
            .map(|point| point.iter().zip(origin).map(|(p, o)| p - o).collect())
            .collect();
        // Few points in a space of many numbers: the axes follow from the points' products.
        let mut gram: Vec<Vec<f64>> = (steps.iter())
            .map(|a| steps.iter().map(|b| vector::dot(a, b)).collect())
            .collect();
        let total: f64 = (0..gram.len()).map(|k| gram[k][k]).sum();
        if !(total.is_finite() && total > 0.0) {
            return None;
        }
        let mut axes = Vec::new();
        let mut shares = [0.0; 2];
        for share in &mut shares {
            let (value, mixture) = largest(&gram);
            // What 32 bits cannot tell from nothing is no direction.
            if value <= 1e-10 * total {
                return None;
            }
            *share = value / total;
            for (i, row) in gram.iter_mut().enumerate() {
                for (j, element) in row.iter_mut().enumerate() {
                    *element -= value * mixture[i] * mixture[j];
                }
            }
            let axis = (0..origin.len()).map(|place| {
                let mixed = steps.iter().zip(&mixture);
                let sum: f64 = mixed.map(|(step, m)| f64::from(step[place]) * m).sum();
                (sum / value.sqrt()) as f32
            });
            axes.push(axis.collect());
        }
        let (y, x) = (axes.pop()?, axes.pop()?);
        let origin = origin.to_vec();
        Some((Self { origin, x, y }, shares))
    }

    /// The point at (a, b).
    #[must_use]
    pub fn at(&self, [a, b]: [f64; 2]) -> Vec<f32> {
        let directions = self.x.iter().zip(&self.y);
        (self.origin.iter().zip(directions))
            .map(|(o, (x, y))| (f64::from(*o) + a * f64::from(*x) + b * f64::from(*y)) as f32)
            .collect()
    }

    /// (a, b) of the point of the plane that is nearest to `point`, and how far off it is; `None` for a
    /// point of another size.
    #[must_use]
    pub fn nearest(&self, point: &[f32]) -> Option<([f64; 2], f64)> {
        if point.len() != self.origin.len() {
            return None;
        }
        let step: Vec<f32> = point.iter().zip(&self.origin).map(|(p, o)| p - o).collect();
        let [xx, xy, yy] = [
            vector::dot(&self.x, &self.x),
            vector::dot(&self.x, &self.y),
            vector::dot(&self.y, &self.y),
        ];
        let (sx, sy) = (vector::dot(&step, &self.x), vector::dot(&step, &self.y));
        let determinant = xx * yy - xy * xy;
        if determinant.is_nan() || determinant <= 0.0 {
            return None;
        }
        let a = (sx * yy - sy * xy) / determinant;
        let b = (sy * xx - sx * xy) / determinant;
        let off = vector::distance(&self.at([a, b]), point);
        (a.is_finite() && b.is_finite()).then_some(([a, b], off))
    }
}

/// Makes each row of `drawn` as long as that of the weights.
fn like_rows(tensor: &TensorInfo, weights: &[f32], drawn: &mut [f32]) {
    let columns = tensor.shape.iter().skip(1).product::<usize>().max(1);
    let rows = drawn.chunks_exact_mut(columns);
    for (drawn, weights) in rows.zip(weights.chunks_exact(columns)) {
        let factor = vector::norm(weights) / vector::norm(drawn).max(f64::MIN_POSITIVE);
        for value in drawn {
            *value = (f64::from(*value) * factor) as f32;
        }
    }
}

/// The largest eigenvalue of a symmetric matrix without negative ones, and its vector, by power iteration.
fn largest(matrix: &[Vec<f64>]) -> (f64, Vec<f64>) {
    // The longest row is not orthogonal to the vector that is looked for unless all rows are.
    let length = |row: &Vec<f64>| row.iter().map(|v| v * v).sum::<f64>();
    let start = (matrix.iter()).max_by(|a, b| length(a).total_cmp(&length(b)));
    let mut vector = start.cloned().unwrap_or_default();
    let mut value = 0.0;
    for _ in 0..REPETITIONS {
        let size = length(&vector).sqrt();
        if size == 0.0 {
            return (0.0, vector);
        }
        for element in &mut vector {
            *element /= size;
        }
        let next: Vec<f64> = (matrix.iter())
            .map(|row| row.iter().zip(&vector).map(|(m, v)| m * v).sum())
            .collect();
        let found: f64 = next.iter().zip(&vector).map(|(n, v)| n * v).sum();
        let still = (found - value).abs() <= 1e-13 * found.abs();
        value = found;
        if still {
            break;
        }
        vector = next;
    }
    let size = length(&vector).sqrt();
    for element in &mut vector {
        *element /= size;
    }
    (value, vector)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::{Model, Output};
    use crate::model::Architecture;

    fn parameters() -> Parameters {
        let model = Model {
            hidden: 5,
            ..Model::default()
        };
        let architecture = Architecture::new(&model, 2, 1, Output::EveryStep);
        let drawn = &mut generator(1, Stream::Weights);
        Parameters::draw(&architecture, model.init, 0.0, drawn)
    }

    #[test]
    fn random_directions_are_as_long_as_the_weights_row_by_row() {
        let parameters = parameters();
        let plane = Plane::random(&parameters, 3);
        assert_eq!(plane, Plane::random(&parameters, 3));
        assert_ne!(plane.x, plane.y);
        for direction in [&plane.x, &plane.y] {
            for tensor in &parameters.tensors {
                let (own, drawn) = (
                    &parameters.values[tensor.range.clone()],
                    &direction[tensor.range.clone()],
                );
                if tensor.shape.len() == 1 {
                    assert!(drawn.iter().all(|value| *value == 0.0), "{}", tensor.name);
                    continue;
                }
                let columns = tensor.shape[1];
                for (own, drawn) in own.chunks(columns).zip(drawn.chunks(columns)) {
                    let ratio = vector::norm(drawn) / vector::norm(own);
                    assert!((ratio - 1.0).abs() < 1e-5, "{}: {ratio}", tensor.name);
                }
            }
        }
    }

    #[test]
    fn points_of_a_plane_are_found_again_on_it() {
        let plane = Plane::random(&parameters(), 4);
        for place in [[0.0, 0.0], [0.5, -1.0], [-0.25, 0.75]] {
            let (found, off) = plane.nearest(&plane.at(place)).expect("it has that size");
            assert!((found[0] - place[0]).abs() < 1e-5 && (found[1] - place[1]).abs() < 1e-5);
            assert!(off < 1e-4, "{off}");
        }
        assert_eq!(plane.nearest(&[1.0]), None);
    }

    #[test]
    fn the_principal_plane_holds_the_two_widest_directions() {
        // An ellipse in the first and third coordinate, and a little in the second.
        let points: Vec<Vec<f32>> = (0..24)
            .map(|k| {
                let angle = std::f32::consts::TAU * k as f32 / 24.0;
                vec![
                    1.0 + 3.0 * angle.cos(),
                    0.01 * (5.0 * angle).sin(),
                    angle.sin(),
                ]
            })
            .collect();
        let points: Vec<&[f32]> = points.iter().map(Vec::as_slice).collect();
        let (plane, shares) = Plane::principal(&[1.0, 0.0, 0.0], &points).expect("a plane");
        assert!((plane.x[0].abs() - 1.0).abs() < 1e-4, "{:?}", plane.x);
        assert!((plane.y[2].abs() - 1.0).abs() < 1e-4, "{:?}", plane.y);
        assert!((shares[0] - 0.9).abs() < 1e-3 && (shares[1] - 0.1).abs() < 1e-3);
        let ([a, b], off) = plane.nearest(points[3]).expect("it has that size");
        assert!(off <= 0.0101 && (a.abs() - 2.121).abs() < 1e-2 && (b.abs() - 0.707).abs() < 1e-2);
        // On one line, or not finite, there is none.
        let line = [[1.0, 1.0, 1.0], [2.0, 2.0, 2.0]];
        let line: Vec<&[f32]> = line.iter().map(<[f32; 3]>::as_slice).collect();
        assert_eq!(Plane::principal(&[0.0; 3], &line), None);
        assert_eq!(Plane::principal(&[0.0; 3], &[&[f32::NAN, 0.0, 1.0]]), None);
        assert_eq!(Plane::principal(&[0.0; 3], &[]), None);
    }
}
