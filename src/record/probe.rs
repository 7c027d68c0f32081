//! What a closer look at the network before one step showed.

use super::LayerFlow;

/// A closer look at a network before one of its steps, taken now and then while somebody watches.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Probe {
    /// The step.
    pub step: u64,
    /// Each layer, the input's first.
    pub layers: Vec<LayerProbe>,
}

/// One layer of a [`Probe`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LayerProbe {
    /// The gradient flow of that step.
    pub flow: LayerFlow,
    /// What ‖∂L/∂h_t‖ cannot be above, first time step first; plain recurrent cell only.
    pub bound: Vec<f64>,
    /// Spectral radius of the recurrent weights: of the block that makes the new content, g of the LSTM
    /// and n of the GRU.
    pub radius: f64,
    /// Spectral norm of the same block.
    pub norm: f64,
}
