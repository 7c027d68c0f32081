//! All trainable numbers of a network in one flat vector, with `PyTorch`'s names and shapes.

use super::Embedding;
use crate::experiment::{Cell, Model, Nonlinearity, Output};
use std::ops::Range;

/// What fixes the shapes of a network.
#[derive(Debug, Clone, PartialEq)]
pub struct Architecture {
    /// The kind of cell.
    pub cell: Cell,
    /// Of the plain recurrent cell.
    pub nonlinearity: Nonlinearity,
    /// Numbers that the recurrent part reads at a step: the input columns, of embedded ones their rows.
    pub inputs: usize,
    /// Hidden units in a layer.
    pub hidden: usize,
    /// Recurrent layers; 0 for `linear`.
    pub layers: usize,
    /// Numbers that the head gives at a time.
    pub outputs: usize,
    /// Whether the head reads every step or the last one.
    pub output: Output,
    /// Probability of dropping a unit's output between layers.
    pub dropout: f64,
    /// Columns that are embedded.
    pub embeddings: Vec<Embedding>,
}

/// One tensor's name, shape and place in the flat vector.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TensorInfo {
    /// As in `PyTorch`'s state dict, such as `rnn.weight_ih_l0`.
    pub name: String,
    /// Row-major.
    pub shape: Vec<usize>,
    /// Where its elements are.
    pub range: Range<usize>,
}

/// All trainable numbers, f32, tensors one after the other in the order of [`Architecture::tensors`].
#[derive(Debug, Clone, PartialEq)]
pub struct Parameters {
    /// The tensors.
    pub tensors: Vec<TensorInfo>,
    /// Their elements.
    pub values: Vec<f32>,
}

impl Architecture {
    /// The network that `model` describes, for so many input columns and outputs.
    #[must_use]
    pub fn new(model: &Model, inputs: usize, outputs: usize, output: Output) -> Self {
        let linear = model.cell == Cell::Linear;
        Self {
            cell: model.cell,
            nonlinearity: model.nonlinearity,
            inputs,
            hidden: if linear { inputs } else { model.hidden },
            layers: if linear { 0 } else { model.layers },
            outputs,
            output,
            dropout: model.dropout,
            embeddings: Vec::new(),
        }
    }

    /// The step at which each of B sequences of at most T steps is read, its own last one; absent where
    /// every step is. `lengths` are the sequences' steps, where they differ.
    #[must_use]
    pub fn ends(
        &self,
        lengths: Option<&[usize]>,
        [batch, steps]: [usize; 2],
    ) -> Option<Vec<usize>> {
        (self.output == Output::LastStep).then(|| match lengths {
            Some(lengths) => lengths.iter().map(|length| length - 1).collect(),
            None => vec![steps - 1; batch],
        })
    }

    /// Blocks of H rows in a weight matrix: i,f,g,o for LSTM, r,z,n for GRU, one for RNN.
    #[must_use]
    pub fn gates(&self) -> usize {
        match self.cell {
            Cell::Lstm => 4,
            Cell::Gru => 3,
            Cell::Rnn => 1,
            Cell::Linear => 0,
        }
    }

    /// Columns that layer `layer` reads.
    #[must_use]
    pub fn layer_inputs(&self, layer: usize) -> usize {
        if layer == 0 { self.inputs } else { self.hidden }
    }

    /// The tensors in the order of `PyTorch`'s state dict: for each layer `weight_ih` `[G·H, I]`,
    /// `weight_hh` `[G·H, H]`, `bias_ih` `[G·H]`, `bias_hh` `[G·H]`, then `head.weight` `[O, H]` and
    /// `head.bias` `[O]`, then each `embedding.NAME.weight` `[rows, size]`.
    #[must_use]
    pub fn tensors(&self) -> Vec<TensorInfo> {
        let mut start = 0;
        self.shapes()
            .map(|(name, shape)| {
                let end = start + shape.iter().product::<usize>();
                let range = start..end;
                start = end;
                TensorInfo { name, shape, range }
            })
            .collect()
    }

    /// Names and shapes of [`Architecture::tensors`], one after the other: absurd sizes cost nothing.
    pub fn shapes(&self) -> impl Iterator<Item = (String, Vec<usize>)> {
        let rows = self.gates().saturating_mul(self.hidden);
        let layers = (0..self.layers).flat_map(move |layer| {
            [
                (
                    format!("rnn.weight_ih_l{layer}"),
                    vec![rows, self.layer_inputs(layer)],
                ),
                (format!("rnn.weight_hh_l{layer}"), vec![rows, self.hidden]),
                (format!("rnn.bias_ih_l{layer}"), vec![rows]),
                (format!("rnn.bias_hh_l{layer}"), vec![rows]),
            ]
        });
        let embeddings = self
            .embeddings
            .iter()
            .map(|embedding| (embedding.tensor(), vec![embedding.rows, embedding.size]));
        let head = [
            ("head.weight".to_owned(), vec![self.outputs, self.hidden]),
            ("head.bias".to_owned(), vec![self.outputs]),
        ];
        layers.chain(head).chain(embeddings)
    }

    /// Trainable numbers, in floating point so that absurd sizes do not overflow.
    #[must_use]
    pub fn parameter_count(&self) -> f64 {
        let (gates, hidden) = (self.gates() as f64, self.hidden as f64);
        let recurrent: f64 = (0..self.layers)
            .map(|layer| gates * hidden * (self.layer_inputs(layer) as f64 + hidden + 2.0))
            .sum();
        let embedded = self
            .embeddings
            .iter()
            .map(|e| e.rows as f64 * e.size as f64);
        recurrent + self.outputs as f64 * (hidden + 1.0) + embedded.sum::<f64>()
    }

    /// A generous estimate of what training needs at once, in bytes: weights, gradients, optimizer
    /// state and their copies, and the activations of one batch.
    #[must_use]
    pub fn training_bytes(&self, batch: usize, lookback: usize) -> f64 {
        let per_step = self.layers as f64 * (2.0 * self.gates() as f64 + 4.0) * self.hidden as f64
            + 3.0 * self.outputs as f64;
        4.0 * (8.0 * self.parameter_count() + batch as f64 * lookback as f64 * per_step)
    }
}

impl Parameters {
    /// Zeros everywhere.
    #[must_use]
    pub fn zeros(architecture: &Architecture) -> Self {
        let tensors = architecture.tensors();
        let length = tensors.last().map_or(0, |last| last.range.end);
        Self {
            tensors,
            values: vec![0.0; length],
        }
    }

    /// The tensor called `name` and its elements.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<(&TensorInfo, &[f32])> {
        let info = self.tensors.iter().find(|info| info.name == name)?;
        Some((info, &self.values[info.range.clone()]))
    }

    /// A hash of all elements' bits, hexadecimal.
    #[must_use]
    pub fn hash(&self) -> String {
        let mut hasher = blake3::Hasher::new();
        for value in &self.values {
            hasher.update(&value.to_le_bytes());
        }
        hasher.finalize().to_hex().to_string()
    }
}
