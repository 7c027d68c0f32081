//! Muon: momentum whose matrices are made orthogonal before they are a step.

use super::adam::Adam;
use super::newton_schulz::orthogonalise;
use super::{TensorShape, lerp, vectorised};
use serde::{Deserialize, Serialize};

/// `torch.optim.Muon` (Jordan et al. 2024) for matrices, `torch.optim.AdamW` for the rest.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Muon {
    settings: Settings,
    pub(super) tensors: Vec<TensorShape>,
    /// Of all matrices, one after the other.
    pub(super) momentum: Vec<f32>,
    /// Of all other tensors, one after the other.
    pub(super) adamw: Adam,
}

/// Muon's own numbers.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(super) struct Settings {
    pub momentum: f64,
    pub nesterov: bool,
    pub weight_decay: f64,
    pub ns_steps: u64,
    pub match_rms_adamw: bool,
}

impl Muon {
    /// `adamw` makes the optimizer of so many elements that belong to no matrix.
    pub(super) fn new(
        settings: Settings,
        tensors: &[TensorShape],
        adamw: impl FnOnce(usize) -> Adam,
    ) -> Self {
        let elements = |matrices: bool| {
            tensors
                .iter()
                .filter(|tensor| tensor.matrix.is_some() == matrices)
                .map(|tensor| tensor.range.len())
                .sum()
        };
        Self {
            settings,
            tensors: tensors.to_vec(),
            momentum: vec![0.0; elements(true)],
            adamw: adamw(elements(false)),
        }
    }

    pub(super) fn step(
        &mut self,
        parameters: &mut [f32],
        gradient: &[f32],
        rate: f64,
        updates: u64,
    ) {
        let kept = (1.0 - rate * self.settings.weight_decay) as f32;
        let (momentum, nesterov) = (self.settings.momentum as f32, self.settings.nesterov);
        let new = (1.0 - self.settings.momentum) as f32;
        let (mut matrix_start, mut vector_start) = (0, 0);
        let mut update = Vec::new();
        for TensorShape { range, matrix } in &self.tensors {
            let (tensor, gradient) = (&mut parameters[range.clone()], &gradient[range.clone()]);
            let Some([rows, columns]) = *matrix else {
                let place = vector_start..vector_start + range.len();
                vector_start = place.end;
                (self.adamw).step_of(tensor, gradient, rate, updates, place);
                continue;
            };
            let place = matrix_start..matrix_start + range.len();
            matrix_start = place.end;
            let velocity = &mut self.momentum[place];
            update.clear();
            update.resize(range.len(), 0.0);
            vectorised(|| {
                for ((u, &g), v) in update.iter_mut().zip(gradient).zip(velocity) {
                    *v = lerp(*v, g, new);
                    *u = if nesterov { lerp(g, *v, momentum) } else { *v };
                }
            });
            orthogonalise(&mut update, rows, columns, self.settings.ns_steps);
            let size = (rate * self.stretch(rows, columns)) as f32;
            for (p, u) in tensor.iter_mut().zip(&update) {
                *p = kept * *p - size * u;
            }
        }
    }

    /// What a matrix's rate is multiplied by for its shape.
    fn stretch(&self, rows: usize, columns: usize) -> f64 {
        let (rows, columns) = (rows as f64, columns as f64);
        if self.settings.match_rms_adamw {
            0.2 * rows.max(columns).sqrt()
        } else {
            (rows / columns).max(1.0).sqrt()
        }
    }
}
