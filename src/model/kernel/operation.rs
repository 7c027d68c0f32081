//! The network as a differentiable burn operation of the Flex backend.

use super::forward::Trace;
use super::network::Work;
use super::shape::Shape;
use super::{FlowSlot, Run, timed};
use crate::model::Architecture;
use burn::backend::autodiff::{
    checkpoint::{base::Checkpointer, strategy::CheckpointStrategy},
    grads::Gradients,
    ops::{Backward, Ops, OpsKind},
};
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Backend, Dispatch, Flex, TensorMetadata, backend_extension};
use burn::tensor::{Tensor, TensorData};
use std::sync::{Arc, Mutex, PoisonError};

/// What a network's pass is besides its tensors.
#[derive(Debug, Clone)]
pub struct Call {
    pub(in crate::model) architecture: Architecture,
    pub(in crate::model) run: Run,
    /// Steps of each sequence, where they differ: the state is 0 from a sequence's end on.
    pub(in crate::model) lengths: Option<Arc<[usize]>>,
    /// One mask `[B, T, H]` for each border between layers, or none.
    pub(in crate::model) dropout: Vec<Arc<[f32]>>,
    /// Where the way back leaves its norms, where these are wanted.
    pub(in crate::model) flow: Option<FlowSlot>,
}

/// Backends that have the kernel.
#[backend_extension(Autodiff, Flex)]
pub trait NetworkBackend: Backend {
    /// Predictions `[B, T, O]` for every step of `inputs` `[B, T, I]` from a zero state or, where the
    /// architecture reads the last step alone, `[B, 1, O]`; `parameters` are flat, in the order of
    /// [`Architecture::tensors`].
    fn network(
        inputs: FloatTensor<Self>,
        parameters: FloatTensor<Self>,
        call: Call,
    ) -> FloatTensor<Self>;
}

type FlexFloat = FloatTensor<Flex>;

/// [`NetworkBackend::network`]; all tensors f32 on the Flex backend.
pub(in crate::model) fn network(inputs: Tensor<3>, parameters: Tensor<1>, call: Call) -> Tensor<3> {
    Tensor::from_dispatch(<Dispatch as NetworkBackend>::network(
        inputs.into_dispatch(),
        parameters.into_dispatch(),
        call,
    ))
}

fn floats(tensor: &FlexFloat) -> &[f32] {
    tensor.as_slice().expect("contiguous and f32")
}

fn tensor<const D: usize>(values: Vec<f32>, shape: [usize; D]) -> FlexFloat {
    FlexFloat::from_data(TensorData::new(values, shape))
}

/// Contiguous parameters, and what else a pass there and the one back have in common.
#[derive(Debug, Clone)]
struct Held {
    parameters: FlexFloat,
    shape: Shape,
    batch: usize,
    ends: Option<Vec<usize>>,
    call: Call,
}

impl Held {
    fn new(inputs: &FlexFloat, parameters: &FlexFloat, call: Call) -> Self {
        let sizes = inputs.shape();
        let (batch, steps) = (sizes[0], sizes[1]);
        Self {
            parameters: parameters.to_contiguous(),
            shape: Shape::new(&call.architecture, steps, call.run.width),
            batch,
            ends: (call.architecture).ends(call.lengths.as_deref(), [batch, steps]),
            call,
        }
    }

    fn work(&self) -> Work<'_> {
        Work {
            threads: self.call.run.threads,
            shape: &self.shape,
            parameters: floats(&self.parameters),
            batch: self.batch,
            lengths: self.call.lengths.as_deref(),
            ends: self.ends.as_deref(),
        }
    }

    fn forward(&self, inputs: &FlexFloat) -> (FlexFloat, Vec<Trace>) {
        let inputs = inputs.to_contiguous();
        let work = self.work();
        let (predictions, traces) = timed(|| work.forward(floats(&inputs), &self.call.dropout));
        let sizes = [self.batch, work.predictions(), self.shape.outputs];
        (tensor(predictions, sizes), traces)
    }
}

impl NetworkBackend for Flex {
    fn network(inputs: FlexFloat, parameters: FlexFloat, call: Call) -> FlexFloat {
        Held::new(&inputs, &parameters, call).forward(&inputs).0
    }
}

/// What waits for the way back.
#[derive(Debug, Clone)]
struct State {
    held: Held,
    /// Taken by the one backward pass: the gradients are written over it.
    traces: Arc<Mutex<Vec<Trace>>>,
}

#[derive(Debug)]
struct NetworkBackward;

impl Backward<Flex, 2> for NetworkBackward {
    type State = State;

    fn backward(
        self,
        ops: Ops<State, 2>,
        gradients: &mut Gradients,
        _checkpointer: &mut Checkpointer,
    ) {
        let slopes = gradients.consume::<Flex>(&ops.node).to_contiguous();
        let State { held, traces } = ops.state;
        let traces = std::mem::take(&mut *traces.lock().unwrap_or_else(PoisonError::into_inner));
        let [inputs, parameters] = ops.parents;
        let flow = &held.call.flow;
        let computed = timed(|| {
            let slopes = floats(&slopes);
            (held.work()).backward(traces, slopes, inputs.is_some(), flow.is_some(), Vec::new())
        });
        if let (Some(slot), Some(flow)) = (flow, computed.flow) {
            slot.set(flow);
        }
        if let (Some(node), Some(values)) = (inputs, computed.inputs) {
            let sizes = [held.batch, held.shape.steps, held.shape.inputs];
            gradients.register::<Flex>(node.id, tensor(values, sizes));
        }
        if let Some(node) = parameters {
            let count = computed.parameters.len();
            gradients.register::<Flex>(node.id, tensor(computed.parameters, [count]));
        }
    }
}

impl<C: CheckpointStrategy> NetworkBackend for Autodiff<Flex, C> {
    fn network(
        inputs: FloatTensor<Self>,
        parameters: FloatTensor<Self>,
        call: Call,
    ) -> FloatTensor<Self> {
        let nodes = [&inputs, &parameters].map(FloatTensor::<Self>::node);
        let held = Held::new(inputs.primitive(), parameters.primitive(), call);
        let (output, traces) = held.forward(inputs.primitive());
        match NetworkBackward
            .prepare::<C>(nodes)
            .compute_bound()
            .stateful()
        {
            OpsKind::Tracked(preparation) => {
                let traces = Arc::new(Mutex::new(traces));
                preparation.finish(State { held, traces }, output)
            }
            OpsKind::UnTracked(preparation) => preparation.finish(output),
        }
    }
}
