//! Learned embeddings: a column of places in a table becomes that table's rows.
//!
//! The recurrent part reads the columns of numbers first, in their order, then the rows of each embedding. The
//! tables stand after all other tensors, so that what is without them is a beginning of what is with them.

use super::Architecture;
use std::borrow::Cow;

/// A table that is learned with the network, `PyTorch`'s `nn.Embedding`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Embedding {
    /// The input column whose values are places in the table.
    pub column: usize,
    /// What its tensor is called: `embedding.NAME.weight`.
    pub name: String,
    /// Rows of the table.
    pub rows: usize,
    /// Numbers in a row.
    pub size: usize,
}

impl Embedding {
    /// What its table is called in a model file.
    #[must_use]
    pub fn tensor(&self) -> String {
        format!("embedding.{}.weight", self.name)
    }

    /// The row that a value stands for; the first for what is no place in the table.
    #[must_use]
    pub fn row(&self, value: f32) -> usize {
        let row = value as usize; // saturates; NaN is 0
        if row < self.rows { row } else { 0 }
    }
}

impl Architecture {
    /// The same network with these columns embedded.
    #[must_use]
    pub fn with_embeddings(mut self, embeddings: Vec<Embedding>) -> Self {
        let columns = self.columns();
        let wide: usize = embeddings.iter().map(|embedding| embedding.size).sum();
        self.inputs = columns - embeddings.len() + wide;
        if self.layers == 0 {
            self.hidden = self.inputs;
        }
        self.embeddings = embeddings;
        self
    }

    /// Columns of a window, before embedding.
    #[must_use]
    pub fn columns(&self) -> usize {
        let wide: usize = self.embeddings.iter().map(|embedding| embedding.size).sum();
        self.inputs + self.embeddings.len() - wide
    }

    /// Columns that are numbers.
    pub fn numbers(&self) -> impl Iterator<Item = usize> + Clone {
        let embedded = |column: &usize| self.embeddings.iter().any(|e| e.column == *column);
        (0..self.columns()).filter(move |column| !embedded(column))
    }

    /// All `parameters` but the embeddings' tables, which stand last.
    pub(super) fn core<'a>(&self, parameters: &'a [f32]) -> &'a [f32] {
        let tables: usize = self.embeddings.iter().map(|e| e.rows * e.size).sum();
        &parameters[..parameters.len() - tables]
    }

    /// What the recurrent part reads, `[…, inputs]`, for `columns` `[…, columns]`; `parameters` are all.
    #[must_use]
    pub fn embedded<'a>(&self, parameters: &[f32], columns: &'a [f32]) -> Cow<'a, [f32]> {
        if self.embeddings.is_empty() {
            return Cow::Borrowed(columns);
        }
        let (width, numbers): (usize, Vec<usize>) = (self.columns(), self.numbers().collect());
        let mut inputs = Vec::with_capacity(columns.len() / width.max(1) * self.inputs);
        for row in columns.chunks_exact(width) {
            inputs.extend(numbers.iter().map(|&column| row[column]));
            let mut start = self.core(parameters).len();
            for embedding in &self.embeddings {
                let from = start + embedding.row(row[embedding.column]) * embedding.size;
                inputs.extend_from_slice(&parameters[from..from + embedding.size]);
                start += embedding.rows * embedding.size;
            }
        }
        Cow::Owned(inputs)
    }

    /// Appends the embeddings' gradients to `gradient`, which has all others: `slopes` are those of what
    /// [`Architecture::embedded`] gave for `columns` `[B, T, columns]`; beyond a sequence's end nothing counts.
    pub(super) fn append_gradients(
        &self,
        gradient: &mut Vec<f32>,
        slopes: &[f32],
        columns: &[f32],
        (steps, lengths): (usize, Option<&[usize]>),
    ) {
        let width = self.columns();
        let mut offset = self.numbers().count();
        for embedding in &self.embeddings {
            // In 64 bits: a row may be the sum of very many slopes.
            let mut sums = vec![0.0_f64; embedding.rows * embedding.size];
            let pairs = columns
                .chunks_exact(width)
                .zip(slopes.chunks_exact(self.inputs));
            for (place, (row, slopes)) in pairs.enumerate() {
                if lengths.is_some_and(|lengths| place % steps >= lengths[place / steps]) {
                    continue;
                }
                let from = embedding.row(row[embedding.column]) * embedding.size;
                let slopes = &slopes[offset..offset + embedding.size];
                for (sum, slope) in sums[from..].iter_mut().zip(slopes) {
                    *sum += f64::from(*slope);
                }
            }
            gradient.extend(sums.into_iter().map(|sum| sum as f32));
            offset += embedding.size;
        }
    }
}
