//! A batch's loss and its gradient with respect to one flat vector of parameters.

use super::flow::Flow;
use super::forecaster::elements;
use super::kernel::{self, LayerFlow, Run};
use super::{Architecture, Forecaster, Inputs, Parameters};
use burn::tensor::{DType, Device, Tensor, TensorData};
use std::sync::Arc;

/// A network that learns.
#[derive(Debug, Clone)]
pub struct Learner {
    /// What fixes its shapes.
    pub architecture: Architecture,
    /// Where it runs, without automatic differentiation.
    pub device: Device,
    /// Threads at most; they never change a result.
    pub threads: usize,
}

/// A batch to learn from.
#[derive(Debug, Clone, Copy)]
pub struct Lesson<'a> {
    /// `[B, T, I]`, of embedded columns places in their tables.
    pub inputs: &'a [f32],
    /// B and T.
    pub sizes: [usize; 2],
    /// Steps of each sequence, where they differ.
    pub lengths: Option<&'a [usize]>,
    /// One mask `[B, T, H]` for each border between layers, its kept elements 1/(1−p); or none.
    pub dropout: &'a [Arc<[f32]>],
    /// Whether gradients through time are wanted.
    pub flow: bool,
}

/// What a batch has shown.
#[derive(Debug, Clone)]
pub struct Learned {
    /// The loss.
    pub loss: f64,
    /// With respect to each parameter, in the order of [`Parameters`].
    pub gradient: Vec<f32>,
    /// Each layer's gradients through time, where wanted.
    pub flow: Option<Vec<LayerFlow>>,
}

impl Learner {
    /// The network forward and back; `loss` gives the loss of the predictions `[B, T, O]` or `[B, 1, O]`,
    /// and its derivative with respect to each. The gradient takes `recycled`'s memory.
    ///
    /// # Panics
    /// When `parameters` or the lesson are of other sizes than the architecture.
    #[must_use]
    pub fn learn(
        &self,
        parameters: &Parameters,
        lesson: Lesson<'_>,
        recycled: Vec<f32>,
        loss: impl FnOnce(&[f32]) -> (f64, Vec<f32>),
    ) -> Learned {
        if kernel::runs_on(&self.device) {
            let run = Run {
                threads: self.threads,
                ..Run::default()
            };
            let columns = lesson.inputs;
            let embedded = self.architecture.embedded(&parameters.values, columns);
            let lesson = Lesson {
                inputs: &embedded,
                ..lesson
            };
            let core = self.architecture.core(&parameters.values);
            let (mut learned, slopes) =
                kernel::learn(&self.architecture, run, core, &lesson, recycled, loss);
            if let Some(slopes) = slopes {
                let ends = (lesson.sizes[1], lesson.lengths);
                let gradient = &mut learned.gradient;
                (self.architecture).append_gradients(gradient, &slopes, columns, ends);
            }
            learned
        } else {
            self.on_operations(parameters, lesson, recycled, loss)
        }
    }

    fn on_operations(
        &self,
        parameters: &Parameters,
        lesson: Lesson<'_>,
        mut gradient: Vec<f32>,
        loss: impl FnOnce(&[f32]) -> (f64, Vec<f32>),
    ) -> Learned {
        let device = self.device.clone().autodiff();
        let network = Forecaster::new(&self.architecture, parameters, &device, DType::F32);
        let [batch, steps] = lesson.sizes;
        let inputs = TensorData::new(
            lesson.inputs.to_vec(),
            [batch, steps, self.architecture.columns()],
        );
        let inputs = Inputs {
            values: Tensor::from_data(inputs, &device),
            lengths: lesson.lengths.map(Arc::from),
        };
        let shape = [batch, steps, self.architecture.hidden];
        let mask =
            |mask: &Arc<[f32]>| Tensor::from_data(TensorData::new(mask.to_vec(), shape), &device);
        let masks: Vec<Tensor<3>> = lesson.dropout.iter().map(mask).collect();
        let mut flow: Option<Flow> = None;
        let predictions = if lesson.flow {
            let (predictions, recorded) = network.forward_recorded(inputs, &masks);
            flow = Some(recorded);
            predictions
        } else {
            network.forward(inputs, &masks)
        };
        let (loss, slopes) = loss(&elements(predictions.clone()));
        let slopes = TensorData::new(slopes, predictions.dims());
        // burn goes back from a tensor with ones: times the slopes, these are what goes back.
        let mut gradients = (predictions * Tensor::from_data(slopes, &device)).backward();
        gradient.clear();
        network.gradients(&mut gradients, &mut gradient);
        Learned {
            loss,
            gradient,
            flow: flow.map(|flow| flow.take(&mut gradients)),
        }
    }
}
