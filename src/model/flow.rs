//! Gradients through time of one backward pass, whatever the recurrence ran on.

use super::kernel::{FlowSlot, LayerFlow};
use burn::tensor::{Gradients, Tensor};

/// The gradient flow of a forward pass, to be taken once its loss has gone back.
#[derive(Debug, Clone, Default)]
pub struct Flow {
    /// The kernel's way back leaves the norms here.
    slot: FlowSlot,
    /// Each layer's on tensor operations.
    nudges: Vec<Nudges>,
}

impl Flow {
    pub(super) fn slot(&self) -> FlowSlot {
        self.slot.clone()
    }

    pub(super) fn push(&mut self, nudges: Nudges) {
        self.nudges.push(nudges);
    }

    /// Each layer's, from the input up, out of the gradients of the loss; zeros for states that the loss
    /// does not depend on. Nothing where the loss has not gone back yet.
    #[must_use]
    pub fn take(&self, gradients: &mut Gradients) -> Vec<LayerFlow> {
        self.slot.take().unwrap_or_else(|| {
            (self.nudges.iter())
                .map(|nudges| nudges.norms(gradients))
                .collect()
        })
    }
}

/// Zeros that are added to every state: their gradients are the states', which burn does not keep.
#[derive(Debug, Clone, Default)]
pub(super) struct Nudges {
    hidden: Vec<Tensor<2>>,
    cell: Vec<Tensor<2>>,
}

impl Nudges {
    /// h_t, and a place for its gradient.
    pub(super) fn hidden(&mut self, h: Tensor<2>) -> Tensor<2> {
        self.hidden.push(nudge(&h));
        h + self.hidden[self.hidden.len() - 1].clone()
    }

    /// c_t, and a place for its gradient.
    pub(super) fn cell(&mut self, c: Tensor<2>) -> Tensor<2> {
        self.cell.push(nudge(&c));
        c + self.cell[self.cell.len() - 1].clone()
    }

    fn norms(&self, gradients: &mut Gradients) -> LayerFlow {
        let mut norms = |nudges: &[Tensor<2>]| -> Vec<f64> {
            (nudges.iter())
                .map(|nudge| mean_norm(nudge, gradients))
                .collect()
        };
        LayerFlow {
            hidden: norms(&self.hidden),
            memory: norms(&self.cell),
        }
    }
}

fn nudge(state: &Tensor<2>) -> Tensor<2> {
    Tensor::zeros(state.dims(), (&state.device(), state.dtype())).require_grad()
}

/// The mean over the batch of the gradients' norms over the units.
fn mean_norm(nudge: &Tensor<2>, gradients: &mut Gradients) -> f64 {
    let [batch, units] = nudge.dims();
    let Some(gradient) = nudge.grad_remove(gradients) else {
        return 0.0;
    };
    let gradient = gradient
        .try_into_vec_as::<f64>()
        .expect("the gradient is on the CPU");
    let norm = |row: &[f64]| row.iter().map(|g| g * g).sum::<f64>().sqrt();
    gradient.chunks_exact(units).map(norm).sum::<f64>() / batch as f64
}
