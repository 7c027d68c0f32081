//! Adafactor: of a matrix of squared gradients only its row and column means are kept.

use super::{TensorShape, lerp, vectorised};
use crate::optimize::vector::norm;
use serde::{Deserialize, Serialize};

/// `torch.optim.Adafactor` (Shazeer & Stern 2018, algorithms 4 and 5): the step is measured by the root
/// mean square of the tensor, and its own root mean square is at most `clip_threshold`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Adafactor {
    beta2_decay: f64,
    epsilons: [f64; 2],
    clip_threshold: f64,
    weight_decay: f64,
    pub(super) tensors: Vec<TensorShape>,
    pub(super) squares: Vec<Squares>,
}

/// What is kept of a tensor's squared gradients.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) enum Squares {
    /// Means over each row and each column of a matrix.
    Factored { rows: Vec<f32>, columns: Vec<f32> },
    /// All of a vector's.
    Whole(Vec<f32>),
}

impl Adafactor {
    pub(super) fn new(
        beta2_decay: f64,
        epsilons: [f64; 2],
        clip_threshold: f64,
        weight_decay: f64,
        tensors: &[TensorShape],
    ) -> Self {
        let squares = tensors
            .iter()
            .map(|tensor| match tensor.matrix {
                Some([rows, columns]) => Squares::Factored {
                    rows: vec![0.0; rows],
                    columns: vec![0.0; columns],
                },
                None => Squares::Whole(vec![0.0; tensor.range.len()]),
            })
            .collect();
        Self {
            beta2_decay,
            epsilons,
            clip_threshold,
            weight_decay,
            tensors: tensors.to_vec(),
            squares,
        }
    }

    pub(super) fn step(
        &mut self,
        parameters: &mut [f32],
        gradient: &[f32],
        rate: f64,
        updates: u64,
    ) {
        let [epsilon1, epsilon2] = self.epsilons;
        let new = (updates as f64).powf(self.beta2_decay) as f32;
        let relative_rate = rate.min(1.0 / (updates as f64).sqrt());
        let kept = (1.0 - rate * self.weight_decay) as f32;
        let least = (epsilon1 * epsilon1) as f32;
        let mut update = Vec::new();
        for (TensorShape { range, .. }, squares) in self.tensors.iter().zip(&mut self.squares) {
            let (tensor, gradient) = (&mut parameters[range.clone()], &gradient[range.clone()]);
            let root_count = (range.len() as f64).sqrt();
            let size = epsilon2.max(norm(tensor) / root_count) * relative_rate;
            update.clear();
            update.resize(range.len(), 0.0);
            match squares {
                Squares::Factored { rows, columns } => {
                    factored(
                        rows,
                        columns,
                        gradient,
                        new,
                        epsilon1 as f32,
                        &mut update,
                        least,
                    );
                }
                Squares::Whole(squares) => vectorised(|| {
                    for ((u, &g), s) in update.iter_mut().zip(gradient).zip(squares) {
                        *s = lerp(*s, g * g, new);
                        *u = g / s.max(least).sqrt();
                    }
                }),
            }
            let excess = (norm(&update) / (root_count * self.clip_threshold)).max(1.0);
            let size = (size / excess) as f32;
            for (p, u) in tensor.iter_mut().zip(&update) {
                *p = kept * *p - size * u;
            }
        }
    }
}

/// Takes `gradient` into the row and column means and writes it over the root of their product into
/// `update`.
fn factored(
    rows: &mut [f32],
    columns: &mut [f32],
    gradient: &[f32],
    new: f32,
    epsilon: f32,
    update: &mut [f32],
    least: f32,
) {
    let width = columns.len();
    let (row_count, column_count) = (rows.len() as f64, width as f64);
    let mut column_sums = vec![0.0_f64; width];
    for (row, gradient) in rows.iter_mut().zip(gradient.chunks(width)) {
        let length = norm(gradient);
        *row = lerp(*row, (length * length / column_count) as f32, new);
        for (sum, &g) in column_sums.iter_mut().zip(gradient) {
            *sum += f64::from(g) * f64::from(g);
        }
    }
    for (column, sum) in columns.iter_mut().zip(&column_sums) {
        *column = lerp(*column, (sum / row_count) as f32, new);
    }
    let mean = rows.iter().map(|&row| f64::from(row)).sum::<f64>() / row_count;
    let mean = (mean as f32).max(epsilon);
    vectorised(|| {
        let gradients = gradient.chunks(width).zip(update.chunks_mut(width));
        for (&row, (gradient, update)) in rows.iter().zip(gradients) {
            for ((u, &g), &column) in update.iter_mut().zip(gradient).zip(&*columns) {
                *u = g / (row * column / mean).max(least).sqrt();
            }
        }
    });
}
