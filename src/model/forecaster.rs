//! The network as a burn module.
//!
//! On the Flex backend in f32 the network is one operation ([`super::kernel`]). Elsewhere it runs on
//! burn's tensor operations: per time step one product for all gates of `[x_t, h]`, outputs stacked at
//! the end. Slicing a whole sequence step by step, or assigning into one, would make the backward pass
//! quadratic in the number of steps.

use super::flow::{Flow, Nudges};
use super::kernel::{self, Call, Run};
use super::{Architecture, Parameters};
use crate::experiment::{Cell, Nonlinearity};
use burn::module::{Module, Param, ParamId};
use burn::tensor::{DType, Device, Gradients, Int, Tensor, TensorData, activation};
use std::sync::Arc;

/// The burn device for a backend's name, without automatic differentiation.
///
/// # Panics
/// On a name that `experiment::validate::backends` does not list.
#[must_use]
pub fn device(backend: &str) -> Device {
    match backend {
        "flex" => Device::flex(),
        #[cfg(feature = "ndarray")]
        #[expect(
            deprecated,
            reason = "asked for by the project's user; flex is the default"
        )]
        "ndarray" => Device::ndarray(),
        other => unreachable!("backend {other} was refused by the experiment's validation"),
    }
}

/// What a network reads.
#[derive(Debug, Clone)]
pub struct Inputs {
    /// `[B, T, I]`.
    pub values: Tensor<3>,
    /// Steps of each sequence, 1 to T, where they differ: what stands beyond is padding and changes
    /// nothing.
    pub lengths: Option<Arc<[usize]>>,
}

impl From<Tensor<3>> for Inputs {
    fn from(values: Tensor<3>) -> Self {
        Self {
            values,
            lengths: None,
        }
    }
}

/// One recurrent layer, `PyTorch`'s layout.
#[derive(Module, Debug)]
struct Layer {
    /// `[G·H, I]`.
    weight_ih: Param<Tensor<2>>,
    /// `[G·H, H]`.
    weight_hh: Param<Tensor<2>>,
    /// `[G·H]`.
    bias_ih: Param<Tensor<1>>,
    /// `[G·H]`.
    bias_hh: Param<Tensor<1>>,
}

/// What reads the hidden state.
#[derive(Module, Debug)]
struct Head {
    /// `[O, H]`.
    weight: Param<Tensor<2>>,
    /// `[O]`.
    bias: Param<Tensor<1>>,
}

/// A recurrent network of any number of layers and a linear head.
#[derive(Module, Debug)]
pub struct Forecaster {
    rnn: Vec<Layer>,
    head: Head,
    /// The embeddings' tables, `[rows, size]` each.
    embedding: Vec<Param<Tensor<2>>>,
    #[module(skip)]
    architecture: Architecture,
    /// How the kernel runs; `None`: on tensor operations.
    #[module(skip)]
    kernel: Option<Run>,
}

impl Forecaster {
    /// A module with these parameters on `device`, in f32 or f64 (`dtype`).
    #[must_use]
    pub fn new(
        architecture: &Architecture,
        parameters: &Parameters,
        device: &Device,
        dtype: DType,
    ) -> Self {
        let mut tensors = parameters.tensors.iter().map(|info| {
            let values = parameters.values[info.range.clone()].to_vec();
            (TensorData::new(values, info.shape.clone()), ParamId::new())
        });
        let mut next = || tensors.next().expect("parameters fit the architecture");
        let matrix = |tensor| parameter::<2>(tensor, device, dtype);
        let vector = |tensor| parameter::<1>(tensor, device, dtype);
        let rnn = (0..architecture.layers)
            .map(|_| Layer {
                weight_ih: matrix(next()),
                weight_hh: matrix(next()),
                bias_ih: vector(next()),
                bias_hh: vector(next()),
            })
            .collect();
        let head = Head {
            weight: matrix(next()),
            bias: vector(next()),
        };
        let embedding = (architecture.embeddings.iter())
            .map(|_| matrix(next()))
            .collect();
        Self {
            rnn,
            head,
            embedding,
            architecture: architecture.clone(),
            kernel: (dtype == DType::F32 && kernel::runs_on(device)).then(Run::default),
        }
    }

    /// The same network with its recurrence run so, where the kernel runs at all.
    #[must_use]
    pub fn with_run(mut self, run: Run) -> Self {
        self.kernel = self.kernel.map(|_| run);
        self
    }

    /// The same network on burn's tensor operations alone.
    #[must_use]
    pub fn without_kernel(mut self) -> Self {
        self.kernel = None;
        self
    }

    /// Where its parameters are.
    #[must_use]
    pub fn device(&self) -> Device {
        self.head.bias.device()
    }

    /// What fixes its shapes.
    #[must_use]
    pub fn architecture(&self) -> &Architecture {
        &self.architecture
    }

    /// Predictions for windows `inputs` `[B, T, I]`: `[B, T, O]` for every step or `[B, 1, O]` for the
    /// last one, of sequences of different lengths the last one of each. `dropout` holds one mask `[B, T, H]` for each border between layers, its kept elements
    /// 1/(1−p); none at evaluation.
    #[must_use]
    pub fn forward(&self, inputs: impl Into<Inputs>, dropout: &[Tensor<3>]) -> Tensor<3> {
        self.run(inputs.into(), dropout, None)
    }

    /// [`Forecaster::forward`], and where the backward pass will leave ‖∂L/∂h_t‖ and ‖∂L/∂c_t‖.
    #[must_use]
    pub fn forward_recorded(
        &self,
        inputs: impl Into<Inputs>,
        dropout: &[Tensor<3>],
    ) -> (Tensor<3>, Flow) {
        let mut flow = Flow::default();
        (self.run(inputs.into(), dropout, Some(&mut flow)), flow)
    }

    fn run(&self, inputs: Inputs, dropout: &[Tensor<3>], mut flow: Option<&mut Flow>) -> Tensor<3> {
        let inputs = self.embedded(inputs);
        if let Some(run) = self.kernel {
            return self.run_kernel(run, inputs, dropout, flow);
        }
        let Inputs { values, lengths } = inputs;
        let [batch, steps, _] = values.dims();
        let mut features = values;
        for (index, layer) in self.rnn.iter().enumerate() {
            let mut nudges = flow.is_some().then(Nudges::default);
            features = self.layer(layer, features, lengths.as_deref(), nudges.as_mut());
            if let (Some(flow), Some(nudges)) = (&mut flow, nudges) {
                flow.push(nudges);
            }
            if let Some(mask) = dropout.get(index)
                && index + 1 < self.rnn.len()
            {
                features = features * mask.clone();
            }
        }
        if let Some(ends) = (self.architecture).ends(lengths.as_deref(), [batch, steps]) {
            features = at_steps(features, &ends);
        }
        let [_, seen, width] = features.dims();
        let outputs = features
            .reshape([batch * seen, width])
            .matmul(self.head.weight.val().transpose())
            + self.head.bias.val().unsqueeze::<2>();
        outputs.reshape([batch, seen, self.architecture.outputs])
    }

    /// The columns of numbers, then the rows of each embedding.
    fn embedded(&self, inputs: Inputs) -> Inputs {
        if self.embedding.is_empty() {
            return inputs;
        }
        let Inputs { values, lengths } = inputs;
        let [batch, steps, _] = values.dims();
        let device = values.device();
        let places = |columns: Vec<i64>| {
            let shape = [columns.len()];
            Tensor::<1, Int>::from_data(TensorData::new(columns, shape), &device)
        };
        let numbers: Vec<i64> = self.architecture.numbers().map(|c| c as i64).collect();
        let mut parts = Vec::new();
        if !numbers.is_empty() {
            parts.push(values.clone().select(2, places(numbers)));
        }
        let read = elements(values);
        let width = self.architecture.columns();
        for (embedding, table) in self.architecture.embeddings.iter().zip(&self.embedding) {
            let rows = read.chunks_exact(width);
            let rows = rows.map(|row| embedding.row(row[embedding.column]) as i64);
            let looked_up = table.val().select(0, places(rows.collect()));
            parts.push(looked_up.reshape([batch, steps, embedding.size]));
        }
        Inputs {
            values: Tensor::cat(parts, 2),
            lengths,
        }
    }

    fn run_kernel(
        &self,
        run: Run,
        inputs: Inputs,
        dropout: &[Tensor<3>],
        flow: Option<&mut Flow>,
    ) -> Tensor<3> {
        let borders = self.rnn.len().saturating_sub(1);
        let mask = |mask: &Tensor<3>| Arc::from(elements(mask.clone()));
        let call = Call {
            architecture: self.architecture.clone(),
            run,
            lengths: inputs.lengths,
            dropout: dropout.iter().take(borders).map(mask).collect(),
            flow: flow.map(|flow| flow.slot()),
        };
        kernel::network(inputs.values, self.flat(), call)
    }

    /// All parameters but the embeddings' one after the other, in the order of [`Parameters`].
    fn flat(&self) -> Tensor<1> {
        fn one<const D: usize>(parameter: &Param<Tensor<D>>) -> Tensor<1> {
            let elements = parameter.shape().num_elements();
            parameter.val().reshape([elements])
        }
        let layers = self.rnn.iter().flat_map(|layer| {
            [
                one(&layer.weight_ih),
                one(&layer.weight_hh),
                one(&layer.bias_ih),
                one(&layer.bias_hh),
            ]
        });
        Tensor::cat(
            layers
                .chain([one(&self.head.weight), one(&self.head.bias)])
                .collect(),
            0,
        )
    }

    /// `[B, T, H]` of `[B, T, I]` on tensor operations.
    fn layer(
        &self,
        layer: &Layer,
        inputs: Tensor<3>,
        lengths: Option<&[usize]>,
        nudges: Option<&mut Nudges>,
    ) -> Tensor<3> {
        let sequence = inputs
            .split(1, 1)
            .into_iter()
            .map(|step| step.squeeze_dim(1))
            .collect();
        Tensor::stack(self.sequence(layer, sequence, lengths, nudges), 1)
    }

    fn sequence(
        &self,
        layer: &Layer,
        sequence: Vec<Tensor<2>>,
        lengths: Option<&[usize]>,
        mut nudges: Option<&mut Nudges>,
    ) -> Vec<Tensor<2>> {
        let hidden = self.architecture.hidden;
        let [batch, _] = sequence[0].dims();
        let zeros = || Tensor::<2>::zeros([batch, hidden], &sequence[0].device());
        let zeros = || zeros().cast(sequence[0].dtype());
        let mut h = zeros();
        let mut c = zeros();
        // As in the kernel: 0 from a sequence's end on.
        let device = sequence[0].device();
        let kept = |t: usize, state: Tensor<2>| match lengths {
            Some(lengths) if lengths.iter().any(|length| *length <= t) => {
                let going_on = |length: &usize| f32::from(u8::from(*length > t));
                let mask: Vec<f32> = lengths.iter().map(going_on).collect();
                let mask = TensorData::new(mask, [lengths.len(), 1]).convert_dtype(state.dtype());
                let options = (&device, state.dtype());
                state * Tensor::from_data(mask, options)
            }
            _ => state,
        };
        let weight_ih = layer.weight_ih.val().transpose();
        let weight_hh = layer.weight_hh.val().transpose();
        let bias_ih = layer.bias_ih.val().unsqueeze::<2>();
        let bias_hh = layer.bias_hh.val().unsqueeze::<2>();
        if self.architecture.cell == Cell::Gru {
            return sequence
                .into_iter()
                .enumerate()
                .map(|(t, x)| {
                    let from_input =
                        (x.matmul(weight_ih.clone()) + bias_ih.clone()).split(hidden, 1);
                    let from_state =
                        (h.clone().matmul(weight_hh.clone()) + bias_hh.clone()).split(hidden, 1);
                    let [xr, xz, xn] = three(from_input);
                    let [hr, hz, hn] = three(from_state);
                    let reset = activation::sigmoid(xr + hr);
                    let update = activation::sigmoid(xz + hz);
                    let new = (xn + reset * hn).tanh();
                    h = new.clone() + update * (h.clone() - new);
                    if let Some(nudges) = &mut nudges {
                        h = nudges.hidden(h.clone());
                    }
                    h = kept(t, h.clone());
                    h.clone()
                })
                .collect();
        }
        let weight = Tensor::cat(vec![weight_ih, weight_hh], 0);
        let bias = bias_ih + bias_hh;
        sequence
            .into_iter()
            .enumerate()
            .map(|(t, x)| {
                let gates =
                    Tensor::cat(vec![x, h.clone()], 1).matmul(weight.clone()) + bias.clone();
                h = match self.architecture.cell {
                    Cell::Lstm => {
                        let [i, f, g, o] = four(gates.split(hidden, 1));
                        c = activation::sigmoid(f) * c.clone() + activation::sigmoid(i) * g.tanh();
                        if let Some(nudges) = &mut nudges {
                            c = nudges.cell(c.clone());
                        }
                        c = kept(t, c.clone());
                        activation::sigmoid(o) * c.clone().tanh()
                    }
                    _ => match self.architecture.nonlinearity {
                        Nonlinearity::Tanh => gates.tanh(),
                        Nonlinearity::Relu => activation::relu(gates),
                        Nonlinearity::Sigmoid => activation::sigmoid(gates),
                        Nonlinearity::Identity => gates,
                    },
                };
                if let Some(nudges) = &mut nudges {
                    h = nudges.hidden(h.clone());
                }
                h = kept(t, h.clone());
                h.clone()
            })
            .collect()
    }

    /// Copies the gradients of all parameters into `into`, in the order of [`Parameters`].
    pub fn gradients(&self, gradients: &mut Gradients, into: &mut Vec<f32>) {
        into.clear();
        for layer in &self.rnn {
            take_gradient(&layer.weight_ih, gradients, into);
            take_gradient(&layer.weight_hh, gradients, into);
            take_gradient(&layer.bias_ih, gradients, into);
            take_gradient(&layer.bias_hh, gradients, into);
        }
        take_gradient(&self.head.weight, gradients, into);
        take_gradient(&self.head.bias, gradients, into);
        for table in &self.embedding {
            take_gradient(table, gradients, into);
        }
    }
}

/// A tensor's elements.
///
/// # Panics
/// When the tensor is not on the processor.
#[must_use]
pub fn elements(tensor: Tensor<3>) -> Vec<f32> {
    tensor
        .try_into_vec_as::<f32>()
        .expect("the tensor is on the CPU")
}

fn parameter<const D: usize>(
    (data, id): (TensorData, ParamId),
    device: &Device,
    dtype: DType,
) -> Param<Tensor<D>> {
    let tensor = Tensor::from_data(data.convert_dtype(dtype), (device, dtype));
    let tracked = device.is_autodiff();
    Param::initialized(
        id,
        if tracked {
            tensor.require_grad()
        } else {
            tensor
        },
    )
}

/// `[B, 1, W]`: of each sequence of `features` `[B, T, W]` the step `ends` says.
fn at_steps(features: Tensor<3>, ends: &[usize]) -> Tensor<3> {
    let [batch, steps, width] = features.dims();
    let row = |(sequence, end): (usize, &usize)| (sequence * steps + end) as i64;
    let rows: Vec<i64> = ends.iter().enumerate().map(row).collect();
    let rows = Tensor::<1, Int>::from_data(TensorData::new(rows, [batch]), &features.device());
    features
        .reshape([batch * steps, width])
        .select(0, rows)
        .reshape([batch, 1, width])
}

fn take_gradient<const D: usize>(
    parameter: &Param<Tensor<D>>,
    gradients: &mut Gradients,
    into: &mut Vec<f32>,
) {
    match parameter.val().grad_remove(gradients) {
        Some(gradient) => into.extend(
            gradient
                .into_data_as::<f32>()
                .as_slice::<f32>()
                .expect("converted to f32"),
        ),
        // A parameter that the loss does not depend on (a recurrent weight in windows of one step).
        None => into.resize(into.len() + parameter.shape().num_elements(), 0.0),
    }
}

fn three(gates: Vec<Tensor<2>>) -> [Tensor<2>; 3] {
    gates.try_into().expect("a GRU has three gates")
}

fn four(gates: Vec<Tensor<2>>) -> [Tensor<2>; 4] {
    gates.try_into().expect("an LSTM has four gates")
}
