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
    /// What is worth keeping of every look.
    pub look: LayerLook,
}

/// The weights and activations of one layer, in a few numbers.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LayerLook {
    /// Spectral radius of the recurrent weights: of the block that makes the new content, g of the LSTM
    /// and n of the GRU.
    pub radius: f64,
    /// Spectral norm of the same block.
    pub norm: f64,
    /// How far gates and units are driven, over a few sequences of the batch.
    pub gates: Vec<GateUse>,
    /// Shares of the hidden units' values in bins of equal width over [`UNITS_RANGE`]; what lies
    /// outside is counted at the ends.
    pub units: Vec<f32>,
}

/// Between which values [`LayerLook::units`] counts: all that a bounded cell can give.
pub const UNITS_RANGE: [f32; 2] = [-1.0, 1.0];

/// Something inside a cell that saturates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Gate {
    /// The LSTM's i.
    Input,
    /// The LSTM's f.
    Forget,
    /// The LSTM's g, the GRU's n.
    Candidate,
    /// The LSTM's o.
    Output,
    /// The GRU's r.
    Reset,
    /// The GRU's z.
    Update,
    /// The hidden units.
    Hidden,
}

/// How far a gate, or the units, are driven.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GateUse {
    /// Which.
    pub gate: Gate,
    /// Share of values in the lowest twentieth of the function's range.
    pub low: f32,
    /// Share of values in the highest twentieth.
    pub high: f32,
}
