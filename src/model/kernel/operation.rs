//! The recurrence and the head as differentiable burn operations of the Flex backend.

use super::layer::{self, Weights};
use super::pass::Trace;
use super::{Dimensions, FlowSlot, Run, Width, linear, timed};
use crate::experiment::{Cell, Nonlinearity};
use burn::backend::autodiff::{
    checkpoint::{base::Checkpointer, strategy::CheckpointStrategy},
    grads::Gradients,
    ops::{Backward, Ops, OpsKind},
};
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Backend, Dispatch, Flex, TensorMetadata, backend_extension};
use burn::tensor::{Tensor, TensorData};
use std::sync::{Arc, Mutex, PoisonError};

/// What a recurrence is besides its tensors.
#[derive(Debug, Clone)]
pub struct Call {
    pub(in crate::model) cell: Cell,
    pub(in crate::model) nonlinearity: Nonlinearity,
    pub(in crate::model) run: Run,
    /// Steps of each sequence, where they differ: the state is 0 from a sequence's end on.
    pub(in crate::model) lengths: Option<Arc<[usize]>>,
    /// Where the way back leaves its norms, where these are wanted.
    pub(in crate::model) flow: Option<FlowSlot>,
}

/// Backends that have the kernel.
#[backend_extension(Autodiff, Flex)]
pub trait RecurrentBackend: Backend {
    /// h `[B, T, H]` of `inputs` `[B, T, I]` from a zero state; weights as in `PyTorch`.
    fn recurrence(
        inputs: FloatTensor<Self>,
        weight_ih: FloatTensor<Self>,
        weight_hh: FloatTensor<Self>,
        bias_ih: FloatTensor<Self>,
        bias_hh: FloatTensor<Self>,
        call: Call,
    ) -> FloatTensor<Self>;

    /// The head of `features` `[B, T, H]`: `[B, T, O]` of every step or, with `ends` (for each sequence
    /// the step that it ends with), `[B, 1, O]`; `weight` `[O, H]`, `bias` `[O]`.
    fn head(
        features: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        ends: Option<Arc<[usize]>>,
        width: Width,
    ) -> FloatTensor<Self>;
}

type FlexFloat = FloatTensor<Flex>;

/// h `[B, T, H]` of `inputs` `[B, T, I]`; all tensors f32 on the Flex backend.
/// `weights`: `weight_ih` `[G·H, I]` and `weight_hh` `[G·H, H]`; `biases`: ih and hh, `[G·H]`.
pub(in crate::model) fn recurrence(
    inputs: Tensor<3>,
    weights: [Tensor<2>; 2],
    biases: [Tensor<1>; 2],
    call: Call,
) -> Tensor<3> {
    let [weight_ih, weight_hh] = weights.map(Tensor::into_dispatch);
    let [bias_ih, bias_hh] = biases.map(Tensor::into_dispatch);
    Tensor::from_dispatch(<Dispatch as RecurrentBackend>::recurrence(
        inputs.into_dispatch(),
        weight_ih,
        weight_hh,
        bias_ih,
        bias_hh,
        call,
    ))
}

/// [`RecurrentBackend::head`]; all tensors f32 on the Flex backend.
pub(in crate::model) fn head(
    features: Tensor<3>,
    weight: Tensor<2>,
    bias: Tensor<1>,
    ends: Option<Arc<[usize]>>,
    width: Width,
) -> Tensor<3> {
    Tensor::from_dispatch(<Dispatch as RecurrentBackend>::head(
        features.into_dispatch(),
        weight.into_dispatch(),
        bias.into_dispatch(),
        ends,
        width,
    ))
}

/// Weights as contiguous tensors, shared with the module.
#[derive(Debug, Clone)]
struct Held([FlexFloat; 4]);

impl Held {
    fn weights(&self) -> Weights<'_> {
        let [weight_ih, weight_hh, bias_ih, bias_hh] = self.0.each_ref().map(floats);
        Weights {
            weight_ih,
            weight_hh,
            bias_ih,
            bias_hh,
        }
    }
}

fn floats(tensor: &FlexFloat) -> &[f32] {
    tensor.as_slice().expect("contiguous and f32")
}

fn tensor<const D: usize>(values: Vec<f32>, shape: [usize; D]) -> FlexFloat {
    FlexFloat::from_data(TensorData::new(values, shape))
}

/// Forward; also what the way back needs.
fn run(inputs: &FlexFloat, held: &Held, call: &Call) -> (FlexFloat, Dimensions, Vec<Trace>) {
    let inputs = inputs.to_contiguous();
    let shape = inputs.shape();
    let d = Dimensions {
        cell: call.cell,
        nonlinearity: call.nonlinearity,
        steps: shape[1],
        inputs: shape[2],
        hidden: held.0[1].shape()[1],
        lanes: call.run.width.lanes(),
    };
    let lengths = call.lengths.as_deref();
    let inputs = layer::Sequences {
        values: floats(&inputs),
        batch: shape[0],
        lengths,
    };
    let (output, traces) = timed(|| layer::forward(call.run, &d, held.weights(), inputs));
    let output = tensor(output, [shape[0], d.steps, d.hidden]);
    (output, d, traces)
}

impl RecurrentBackend for Flex {
    fn recurrence(
        inputs: FlexFloat,
        weight_ih: FlexFloat,
        weight_hh: FlexFloat,
        bias_ih: FlexFloat,
        bias_hh: FlexFloat,
        call: Call,
    ) -> FlexFloat {
        let held = Held([weight_ih, weight_hh, bias_ih, bias_hh].map(|w| w.to_contiguous()));
        run(&inputs, &held, &call).0
    }

    fn head(
        features: FlexFloat,
        weight: FlexFloat,
        bias: FlexFloat,
        ends: Option<Arc<[usize]>>,
        width: Width,
    ) -> FlexFloat {
        let head = Head::new(&features, &weight, ends, width);
        head.forward(&bias.to_contiguous())
    }
}

/// The head's factors, and what waits for the way back.
#[derive(Debug, Clone)]
struct Head {
    features: FlexFloat,
    weight: FlexFloat,
    /// Rows of all B·T that are read; all where absent.
    used: Option<Vec<usize>>,
    width: Width,
}

impl Head {
    fn new(
        features: &FlexFloat,
        weight: &FlexFloat,
        ends: Option<Arc<[usize]>>,
        width: Width,
    ) -> Self {
        let steps = features.shape()[1];
        let row = |(sequence, end): (usize, &usize)| sequence * steps + end;
        Self {
            features: features.to_contiguous(),
            weight: weight.to_contiguous(),
            used: ends.map(|ends| ends.iter().enumerate().map(row).collect()),
            width,
        }
    }

    fn forward(&self, bias: &FlexFloat) -> FlexFloat {
        let shape = self.features.shape();
        let outputs = bias.shape()[0];
        let steps = if self.used.is_some() { 1 } else { shape[1] };
        let mut y = vec![0.0; shape[0] * steps * outputs];
        let forward = linear::Forward {
            x: floats(&self.features),
            width: shape[2],
            used: self.used.as_deref(),
            weight: floats(&self.weight),
            bias: floats(bias),
            y: &mut y,
        };
        timed(|| self.width.dispatch(forward));
        tensor(y, [shape[0], steps, outputs])
    }
}

#[derive(Debug)]
struct HeadBackward;

impl Backward<Flex, 3> for HeadBackward {
    type State = Head;

    fn backward(
        self,
        ops: Ops<Head, 3>,
        gradients: &mut Gradients,
        _checkpointer: &mut Checkpointer,
    ) {
        let y = gradients.consume::<Flex>(&ops.node).to_contiguous();
        let head = ops.state;
        let shape = head.features.shape();
        let outputs = head.weight.shape()[0];
        let mut features =
            (ops.parents[0].is_some()).then(|| vec![0.0; shape[0] * shape[1] * shape[2]]);
        let mut weight = vec![0.0; outputs * shape[2]];
        let mut bias = vec![0.0; outputs];
        let backward = linear::Backward {
            x: floats(&head.features),
            width: shape[2],
            used: head.used.as_deref(),
            weight: floats(&head.weight),
            y: floats(&y),
            x_gradient: features.as_deref_mut(),
            weight_gradient: &mut weight,
            bias_gradient: &mut bias,
        };
        timed(|| head.width.dispatch(backward));
        let results = [
            features.map(|values| tensor(values, [shape[0], shape[1], shape[2]])),
            Some(tensor(weight, [outputs, shape[2]])),
            Some(tensor(bias, [outputs])),
        ];
        for (parent, result) in ops.parents.iter().zip(results) {
            if let (Some(node), Some(result)) = (parent, result) {
                gradients.register::<Flex>(node.id, result);
            }
        }
    }
}

/// What waits for the way back.
#[derive(Debug, Clone)]
struct State {
    held: Held,
    dimensions: Dimensions,
    /// Taken by the one backward pass: the gradients are written over it.
    traces: Arc<Mutex<Vec<Trace>>>,
    call: Call,
}

#[derive(Debug)]
struct RecurrenceBackward;

impl Backward<Flex, 5> for RecurrenceBackward {
    type State = State;

    fn backward(
        self,
        ops: Ops<State, 5>,
        gradients: &mut Gradients,
        _checkpointer: &mut Checkpointer,
    ) {
        let output = gradients.consume::<Flex>(&ops.node).to_contiguous();
        let State {
            held,
            dimensions,
            traces,
            call,
        } = ops.state;
        let traces = std::mem::take(&mut *traces.lock().unwrap_or_else(PoisonError::into_inner));
        let computed = timed(|| {
            layer::backward(
                call.run,
                &dimensions,
                held.weights(),
                traces,
                floats(&output),
                ops.parents[0].is_some(),
                call.flow.is_some(),
            )
        });
        if let (Some(slot), Some(flow)) = (&call.flow, computed.flow) {
            slot.set(flow);
        }
        let rows = computed.bias_ih.len();
        let d = &dimensions;
        let batch = output.shape()[0];
        let results = [
            computed
                .inputs
                .map(|values| tensor(values, [batch, d.steps, d.inputs])),
            Some(tensor(computed.weight_ih, [rows, d.inputs])),
            Some(tensor(computed.weight_hh, [rows, d.hidden])),
            Some(tensor(computed.bias_ih, [rows])),
            Some(tensor(computed.bias_hh, [rows])),
        ];
        for (parent, result) in ops.parents.iter().zip(results) {
            if let (Some(node), Some(result)) = (parent, result) {
                gradients.register::<Flex>(node.id, result);
            }
        }
    }
}

impl<C: CheckpointStrategy> RecurrentBackend for Autodiff<Flex, C> {
    fn recurrence(
        inputs: FloatTensor<Self>,
        weight_ih: FloatTensor<Self>,
        weight_hh: FloatTensor<Self>,
        bias_ih: FloatTensor<Self>,
        bias_hh: FloatTensor<Self>,
        call: Call,
    ) -> FloatTensor<Self> {
        let nodes =
            [&inputs, &weight_ih, &weight_hh, &bias_ih, &bias_hh].map(FloatTensor::<Self>::node);
        let held = Held(
            [&weight_ih, &weight_hh, &bias_ih, &bias_hh].map(|w| w.primitive().to_contiguous()),
        );
        let (output, dimensions, traces) = run(inputs.primitive(), &held, &call);
        match RecurrenceBackward
            .prepare::<C>(nodes)
            .compute_bound()
            .stateful()
        {
            OpsKind::Tracked(preparation) => {
                let state = State {
                    held,
                    dimensions,
                    traces: Arc::new(Mutex::new(traces)),
                    call,
                };
                preparation.finish(state, output)
            }
            OpsKind::UnTracked(preparation) => preparation.finish(output),
        }
    }

    fn head(
        features: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        ends: Option<Arc<[usize]>>,
        width: Width,
    ) -> FloatTensor<Self> {
        let nodes = [&features, &weight, &bias].map(FloatTensor::<Self>::node);
        let head = Head::new(features.primitive(), weight.primitive(), ends, width);
        let output = head.forward(&bias.primitive().to_contiguous());
        match HeadBackward.prepare::<C>(nodes).compute_bound().stateful() {
            OpsKind::Tracked(preparation) => preparation.finish(head, output),
            OpsKind::UnTracked(preparation) => preparation.finish(output),
        }
    }
}
