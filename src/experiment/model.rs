//! The network that an experiment asks for.

use super::{Init, NamedInit};
use serde::{Deserialize, Serialize};

/// The kind of network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cell {
    /// Plain (Elman) recurrent network.
    Rnn,
    /// Gated recurrent unit, `PyTorch`'s variant (reset gate after the recurrent product).
    Gru,
    /// Long short-term memory.
    #[default]
    Lstm,
    /// The head on the inputs alone, without recurrence: a baseline.
    Linear,
}

impl Cell {
    /// Every cell, in the order menus show.
    pub const ALL: [Self; 4] = [Self::Lstm, Self::Gru, Self::Rnn, Self::Linear];
}

/// The function inside a plain recurrent network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Nonlinearity {
    /// Hyperbolic tangent.
    #[default]
    Tanh,
    /// max(0, x).
    Relu,
    /// Logistic function.
    Sigmoid,
    /// x itself: a linear recurrence.
    Identity,
}

impl Nonlinearity {
    /// Every nonlinearity, in the order menus show.
    pub const ALL: [Self; 4] = [Self::Tanh, Self::Relu, Self::Sigmoid, Self::Identity];

    /// Its largest slope anywhere.
    #[must_use]
    pub fn steepest_slope(self) -> f64 {
        match self {
            Self::Tanh | Self::Relu | Self::Identity => 1.0,
            Self::Sigmoid => 0.25,
        }
    }
}

/// The network.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Model {
    /// The kind of cell.
    pub cell: Cell,
    /// Of the plain recurrent cell.
    pub nonlinearity: Nonlinearity,
    /// A model file to start from; empty: drawn from the seed.
    pub start_from: String,
    /// Hidden units in a layer.
    pub hidden: usize,
    /// Recurrent layers.
    pub layers: usize,
    /// Probability that a unit's output is dropped between layers.
    pub dropout: f64,
    /// How weights are drawn.
    pub init: Init,
    /// Added once to the LSTM forget gate's input bias.
    pub forget_bias: f64,
    /// The burn backend.
    pub backend: String,
}

impl Default for Model {
    fn default() -> Self {
        Self {
            cell: Cell::Lstm,
            nonlinearity: Nonlinearity::Tanh,
            start_from: String::new(),
            hidden: 32,
            layers: 1,
            dropout: 0.0,
            init: Init::Named(NamedInit::Pytorch),
            forget_bias: 0.0,
            backend: "flex".to_owned(),
        }
    }
}
