//! The network that an experiment describes for its data, and a batch as it takes it.

use crate::data::{Batch, Dataset, Embedded, Fitted};
use crate::experiment::Experiment;
use crate::model::{Architecture, Embedding, Inputs};
use burn::tensor::{Device, Tensor, TensorData};
use std::sync::Arc;

/// The network that `experiment` describes, with an output for all that its loss asks for of `dataset`.
#[must_use]
pub fn architecture(experiment: &Experiment, dataset: &Dataset) -> Architecture {
    Architecture::new(
        &experiment.model,
        dataset.inputs(),
        dataset.outputs() * experiment.loss.outputs_per_target(),
        dataset.output,
    )
    .with_embeddings(embeddings(&dataset.fitted))
}

/// The tables that are learned with the network.
pub(super) fn embeddings(fitted: &Fitted) -> Vec<Embedding> {
    let of = |embedded: Embedded| Embedding {
        column: embedded.column,
        name: embedded.name,
        rows: embedded.rows,
        size: embedded.size,
    };
    fitted.embedded().into_iter().map(of).collect()
}

/// A batch as the network takes it.
pub(super) fn inputs_of(batch: &Batch, inputs: usize, device: &Device) -> Inputs {
    let shape = [batch.size, batch.steps, inputs];
    Inputs {
        values: Tensor::from_data(TensorData::new(batch.inputs.clone(), shape), device),
        lengths: batch.lengths.as_deref().map(Arc::from),
    }
}
