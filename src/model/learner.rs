//! A batch's loss and its gradient with respect to one flat vector of parameters.

use super::flow::Flow;
use super::forecaster::elements;
use super::kernel::{self, Call, FlowSlot, LayerFlow, Run};
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
    /// `[B, T, I]`.
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
    /// and its derivative with respect to each.
    ///
    /// # Panics
    /// When `parameters` or the lesson are of other sizes than the architecture.
    #[must_use]
    pub fn learn(
        &self,
        parameters: &Parameters,
        lesson: Lesson<'_>,
        loss: impl FnOnce(&[f32]) -> (f64, Vec<f32>),
    ) -> Learned {
        if kernel::runs_on(&self.device) {
            self.on_kernel(parameters, lesson, loss)
        } else {
            self.on_operations(parameters, lesson, loss)
        }
    }

    fn inputs(&self, lesson: Lesson<'_>, device: &Device) -> Inputs {
        let shape = [lesson.sizes[0], lesson.sizes[1], self.architecture.inputs];
        Inputs {
            values: Tensor::from_data(TensorData::new(lesson.inputs.to_vec(), shape), device),
            lengths: lesson.lengths.map(Arc::from),
        }
    }

    /// One leaf for all parameters and two operations: burn's tape costs as much as a small network.
    fn on_kernel(
        &self,
        parameters: &Parameters,
        lesson: Lesson<'_>,
        loss: impl FnOnce(&[f32]) -> (f64, Vec<f32>),
    ) -> Learned {
        let device = self.device.clone().autodiff();
        let count = parameters.values.len();
        let flat = TensorData::new(parameters.values.clone(), [count]);
        let flat = Tensor::<1>::from_data(flat, &device).require_grad();
        let Inputs { values, lengths } = self.inputs(lesson, &device);
        let slot = lesson.flow.then(FlowSlot::default);
        let call = Call {
            architecture: self.architecture.clone(),
            run: Run {
                threads: self.threads,
                ..Run::default()
            },
            lengths,
            dropout: lesson.dropout.to_vec(),
            flow: slot.clone(),
        };
        let predictions = kernel::network(values, flat.clone(), call);
        let (loss, slopes) = loss(&elements(predictions.clone()));
        let mut gradients = kernel::known_loss(predictions, loss as f32, slopes).backward();
        let gradient = flat
            .grad_remove(&mut gradients)
            .expect("the predictions depend on the parameters");
        Learned {
            loss,
            gradient: gradient
                .try_into_vec_as::<f32>()
                .expect("the gradient is on the CPU"),
            flow: slot.and_then(|slot| slot.take()),
        }
    }

    fn on_operations(
        &self,
        parameters: &Parameters,
        lesson: Lesson<'_>,
        loss: impl FnOnce(&[f32]) -> (f64, Vec<f32>),
    ) -> Learned {
        let device = self.device.clone().autodiff();
        let network = Forecaster::new(&self.architecture, parameters, &device, DType::F32);
        let inputs = self.inputs(lesson, &device);
        let [batch, steps] = lesson.sizes;
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
        let mut gradient = Vec::new();
        network.gradients(&mut gradients, &mut gradient);
        Learned {
            loss,
            gradient,
            flow: flow.map(|flow| flow.take(&mut gradients)),
        }
    }
}
