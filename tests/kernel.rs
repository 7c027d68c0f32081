//! The fused recurrence against burn's tensor operations in 64 bits.

use burn::tensor::{DType, Device, Tensor, TensorData, activation};
use optimizer_explorer::experiment::{Cell, Init, NamedInit, Nonlinearity, Output};
use optimizer_explorer::model::kernel::{LayerFlow, Run, Width};
use optimizer_explorer::model::{Architecture, Forecaster, Learner, Lesson, Parameters};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

const CELLS: [(Cell, Nonlinearity); 6] = [
    (Cell::Lstm, Nonlinearity::Tanh),
    (Cell::Gru, Nonlinearity::Tanh),
    (Cell::Rnn, Nonlinearity::Tanh),
    (Cell::Rnn, Nonlinearity::Relu),
    (Cell::Rnn, Nonlinearity::Sigmoid),
    (Cell::Rnn, Nonlinearity::Identity),
];

#[derive(Clone, Copy)]
struct Shape {
    batch: usize,
    steps: usize,
    inputs: usize,
    hidden: usize,
    layers: usize,
}

fn shape(batch: usize, steps: usize, inputs: usize, hidden: usize, layers: usize) -> Shape {
    Shape {
        batch,
        steps,
        inputs,
        hidden,
        layers,
    }
}

fn architecture((cell, nonlinearity): (Cell, Nonlinearity), shape: Shape) -> Architecture {
    Architecture {
        cell,
        nonlinearity,
        inputs: shape.inputs,
        hidden: shape.hidden,
        layers: shape.layers,
        outputs: 2,
        output: Output::EveryStep,
        dropout: 0.0,
        embeddings: Vec::new(),
    }
}

fn numbers(shape: [usize; 3], seed: u64) -> TensorData {
    let mut generator = ChaCha8Rng::seed_from_u64(seed);
    let values: Vec<f32> = (0..shape.iter().product())
        .map(|_| generator.random::<f32>() * 2.0 - 1.0)
        .collect();
    TensorData::new(values, shape)
}

fn tensor(shape: [usize; 3], seed: u64, device: &Device, dtype: DType) -> Tensor<3> {
    Tensor::from_data(numbers(shape, seed).convert_dtype(dtype), (device, dtype))
}

fn drawn(architecture: &Architecture) -> Parameters {
    Parameters::draw(
        architecture,
        Init::Named(NamedInit::Pytorch),
        0.5,
        &mut ChaCha8Rng::seed_from_u64(3),
    )
}

/// Outputs, all gradients and the flow of a loss that every output has its own weight in; on the kernel
/// in 32 bits where `run` says how, else on tensor operations in 64.
fn evaluate(
    architecture: &Architecture,
    shape: Shape,
    run: Option<Run>,
) -> (Vec<f64>, Vec<f32>, Vec<LayerFlow>) {
    let device = Device::flex().autodiff();
    let dtype = run.map_or(DType::F64, |_| DType::F32);
    let network = Forecaster::new(architecture, &drawn(architecture), &device, dtype);
    let network = run.map_or(network.clone().without_kernel(), |run| {
        network.with_run(run)
    });
    let Shape {
        batch,
        steps,
        inputs,
        hidden,
        layers,
    } = shape;
    let masks: Vec<Tensor<3>> = (1..layers as u64)
        .map(|layer| tensor([batch, steps, hidden], 10 + layer, &device, dtype) + 1.0)
        .collect();
    let inputs = tensor([batch, steps, inputs], 1, &device, dtype);
    let (output, flow) = network.forward_recorded(inputs, &masks);
    let weights = tensor([batch, steps, 2], 2, &device, dtype);
    let mut gradient = Vec::new();
    let mut gradients = (output.clone() * weights).sum().backward();
    network.gradients(&mut gradients, &mut gradient);
    let output = output
        .into_data_as::<f64>()
        .try_to_vec::<f64>()
        .expect("f64");
    (output, gradient, flow.take(&mut gradients))
}

/// The largest difference, relative to the largest number.
fn difference(ours: &[f64], reference: &[f64]) -> f64 {
    assert_eq!(ours.len(), reference.len());
    let most = reference.iter().fold(1e-3_f64, |most, v| most.max(v.abs()));
    ours.iter().zip(reference).fold(0.0_f64, |worst, (a, b)| {
        assert!(a.is_finite());
        worst.max((a - b).abs() / most)
    })
}

fn wide(values: &[f32]) -> Vec<f64> {
    values.iter().map(|v| f64::from(*v)).collect()
}

#[test]
fn outputs_and_gradients_are_those_of_tensor_operations() {
    let shapes = [
        shape(1, 1, 1, 1, 1),
        shape(1, 9, 3, 1, 2),
        shape(2, 1, 2, 5, 2),
        shape(3, 7, 1, 16, 1),
        shape(5, 6, 17, 9, 3),
        shape(7, 12, 2, 33, 2),
        shape(8, 5, 40, 24, 1),
        shape(13, 4, 1, 80, 2),
        shape(11, 30, 5, 15, 1),
    ];
    for kind in CELLS {
        for shape in shapes {
            let architecture = architecture(kind, shape);
            let (output, gradient, _) = evaluate(&architecture, shape, None);
            for width in [Width::Widest, Width::Avx2, Width::Portable] {
                let run = Run { threads: 1, width };
                let (ours, our_gradient, _) = evaluate(&architecture, shape, Some(run));
                let name = format!(
                    "{architecture:?} B={} T={} {width:?}",
                    shape.batch, shape.steps
                );
                for (what, largest) in [
                    ("outputs", difference(&ours, &output)),
                    (
                        "gradients",
                        difference(&wide(&our_gradient), &wide(&gradient)),
                    ),
                ] {
                    assert!(largest < 1e-6, "{name}: {what} {largest:e} apart");
                }
            }
        }
    }
}

#[test]
fn threads_do_not_change_a_bit() {
    for kind in CELLS {
        let shape = shape(67, 20, 3, 100, 2);
        let architecture = architecture(kind, shape);
        let run = |threads| Run {
            threads,
            width: Width::Widest,
        };
        let alone = evaluate(&architecture, shape, Some(run(1)));
        for threads in [2, 3, 5] {
            let together = evaluate(&architecture, shape, Some(run(threads)));
            assert!(alone == together, "{kind:?} with {threads} threads");
        }
    }
}

fn cut(network: &Parameters, name: &str, device: &Device) -> Tensor<2> {
    let (info, values) = network.get(name).expect("a parameter");
    let shape = [info.shape[0], info.shape.get(1).copied().unwrap_or(1)];
    let data = TensorData::new(values.to_vec(), shape).convert_dtype(DType::F64);
    Tensor::from_data(data, (device, DType::F64))
}

/// Norms of ∂L/∂h_t and ∂L/∂c_t of every layer: zeros that are added to each state, and their gradients.
fn flow_by_perturbation(architecture: &Architecture, shape: Shape) -> Vec<LayerFlow> {
    let device = Device::flex().autodiff();
    let parameters = drawn(architecture);
    let options = (&device, DType::F64);
    let zeros = || Tensor::<2>::zeros([shape.batch, shape.hidden], options).require_grad();
    let get = |name: String| cut(&parameters, &name, &device);
    let inputs = tensor(
        [shape.batch, shape.steps, shape.inputs],
        1,
        &device,
        DType::F64,
    );
    let mut sequence: Vec<Tensor<2>> = inputs
        .split(1, 1)
        .into_iter()
        .map(|x| x.squeeze_dim(1))
        .collect();
    let mut nudges = Vec::new();
    for layer in 0..shape.layers {
        let weight_ih = get(format!("rnn.weight_ih_l{layer}")).transpose();
        let weight_hh = get(format!("rnn.weight_hh_l{layer}")).transpose();
        let bias_ih = get(format!("rnn.bias_ih_l{layer}")).transpose();
        let bias_hh = get(format!("rnn.bias_hh_l{layer}")).transpose();
        let (mut h, mut c) = (zeros(), zeros());
        for x in &mut sequence {
            let from_input = x.clone().matmul(weight_ih.clone()) + bias_ih.clone();
            let from_state = h.clone().matmul(weight_hh.clone()) + bias_hh.clone();
            let a = from_input.split(shape.hidden, 1);
            let b = from_state.split(shape.hidden, 1);
            let sum = |gate: usize| a[gate].clone() + b[gate].clone();
            let (h_nudge, c_nudge) = (zeros(), zeros());
            let next = match architecture.cell {
                Cell::Lstm => {
                    c = activation::sigmoid(sum(1)) * c
                        + activation::sigmoid(sum(0)) * sum(2).tanh();
                    c = c + c_nudge.clone();
                    activation::sigmoid(sum(3)) * c.clone().tanh()
                }
                Cell::Gru => {
                    let new = (a[2].clone() + activation::sigmoid(sum(0)) * b[2].clone()).tanh();
                    let update = activation::sigmoid(sum(1));
                    new.clone() + update * (h.clone() - new)
                }
                _ => sum(0).tanh(),
            };
            h = next + h_nudge.clone();
            *x = h.clone();
            nudges.push((h_nudge, c_nudge));
        }
        if layer + 1 < shape.layers {
            let dims = [shape.batch, shape.steps, shape.hidden];
            let mask = tensor(dims, 11 + layer as u64, &device, DType::F64) + 1.0;
            for (x, mask) in sequence.iter_mut().zip(mask.split(1, 1)) {
                *x = x.clone() * mask.squeeze_dim::<2>(1);
            }
        }
    }
    let head = get("head.weight".to_owned()).transpose();
    let outputs = sequence
        .into_iter()
        .map(|h| h.matmul(head.clone()))
        .collect();
    let weights = tensor([shape.batch, shape.steps, 2], 2, &device, DType::F64);
    let gradients = (Tensor::stack::<3>(outputs, 1) * weights).sum().backward();
    let norm = |nudge: &Tensor<2>| {
        nudge.grad(&gradients).map_or(0.0, |gradient| {
            let norms = gradient.powf_scalar(2.0).sum_dim(1).sqrt();
            norms.mean().into_scalar::<f64>()
        })
    };
    nudges
        .chunks(shape.steps)
        .map(|layer| LayerFlow {
            hidden: layer.iter().map(|(h, _)| norm(h)).collect(),
            memory: if architecture.cell == Cell::Lstm {
                layer.iter().map(|(_, c)| norm(c)).collect()
            } else {
                Vec::new()
            },
        })
        .collect()
}

#[test]
fn recorded_norms_are_the_gradients_of_every_state() {
    for kind in &CELLS[..3] {
        for shape in [
            shape(3, 6, 2, 5, 1),
            shape(4, 7, 1, 18, 2),
            shape(1, 1, 1, 1, 2),
        ] {
            let architecture = architecture(*kind, shape);
            let references = flow_by_perturbation(&architecture, shape);
            let (_, _, kernel) = evaluate(&architecture, shape, Some(Run::default()));
            let (_, _, operations) = evaluate(&architecture, shape, None);
            let twice = references.iter().chain(&references);
            for (ours, reference) in kernel.iter().chain(&operations).zip(twice) {
                let hidden = difference(&ours.hidden, &reference.hidden);
                let memory = difference(&ours.memory, &reference.memory);
                assert!(
                    hidden < 1e-6 && memory < 1e-6,
                    "{kind:?}: {hidden:e}, {memory:e}"
                );
            }
        }
    }
}

/// h_T = w^(T-t)·h_t: norms from 1e-30 to 1e30 neither vanish nor overflow.
#[test]
fn norms_of_a_linear_recurrence_follow_its_powers() {
    for w in [0.25_f32, 4.0, 1.0] {
        let steps = 50;
        let shape = shape(3, steps, 1, 1, 1);
        let mut architecture = architecture((Cell::Rnn, Nonlinearity::Identity), shape);
        architecture.outputs = 1;
        architecture.output = Output::LastStep;
        let mut parameters = Parameters::zeros(&architecture);
        for info in parameters.tensors.clone() {
            parameters.values[info.range.start] = match info.name.as_str() {
                "rnn.weight_hh_l0" => w,
                "head.weight" => 1.0,
                _ => 0.0,
            };
        }
        let device = Device::flex().autodiff();
        let network = Forecaster::new(&architecture, &parameters, &device, DType::F32);
        let inputs = tensor([3, steps, 1], 1, &device, DType::F32);
        let (output, flow) = network.forward_recorded(inputs, &[]);
        let flow = flow.take(&mut output.sum().backward()).remove(0);
        for (t, norm) in flow.hidden.iter().enumerate() {
            let exact = f64::from(w).powi((steps - 1 - t) as i32);
            assert!(
                (norm / exact - 1.0).abs() < 1e-5,
                "w = {w}, t = {t}: {norm:e}"
            );
        }
    }
}

#[test]
fn not_a_number_in_the_input_or_the_weights_stays_visible() {
    for kind in CELLS {
        let shape = shape(2, 3, 1, 3, 1);
        let architecture = architecture(kind, shape);
        let device = Device::flex();
        let bad_input = Tensor::<3>::full([2, 3, 1], f32::NAN, &device);
        let network = Forecaster::new(&architecture, &drawn(&architecture), &device, DType::F32);
        let output = network.forward(bad_input, &[]).sum().into_scalar::<f32>();
        if kind.1 != Nonlinearity::Relu {
            assert!(output.is_nan(), "{kind:?}");
        }
    }
}

/// What an input, such as a learned embedding, gets back: from the kernel in 32 bits as from tensor
/// operations in 64.
#[test]
fn the_input_gets_its_gradient() {
    let kinds = CELLS
        .into_iter()
        .chain([(Cell::Linear, Nonlinearity::Tanh)]);
    let outputs = [Output::EveryStep, Output::LastStep];
    for (kind, output) in kinds.flat_map(|kind| outputs.map(|output| (kind, output))) {
        let mut shape = shape(5, 7, 3, 9, 2);
        if kind.0 == Cell::Linear {
            (shape.hidden, shape.layers) = (shape.inputs, 0);
        }
        let architecture = Architecture {
            output,
            ..architecture(kind, shape)
        };
        let device = Device::flex().autodiff();
        let gradient = |dtype: DType| {
            let network = Forecaster::new(&architecture, &drawn(&architecture), &device, dtype);
            let network = if dtype == DType::F64 {
                network.without_kernel()
            } else {
                network
            };
            let sizes = [shape.batch, shape.steps, shape.inputs];
            let inputs = tensor(sizes, 1, &device, dtype).require_grad();
            let mut gradients = (network.forward(inputs.clone(), &[]).powi_scalar(2))
                .sum()
                .backward();
            let gradient = inputs
                .grad_remove(&mut gradients)
                .expect("it was asked for");
            gradient.try_into_vec_as::<f64>().expect("on the CPU")
        };
        let worst = difference(&gradient(DType::F32), &gradient(DType::F64));
        assert!(worst < 3e-6, "{kind:?}, {output:?}: {worst:e}");
    }
}

/// The way past burn's tape gives what the module gives on it, to the last bit.
#[test]
fn a_learner_learns_what_the_module_shows() {
    for kind in CELLS {
        let shape = shape(5, 7, 3, 9, 2);
        let architecture = architecture(kind, shape);
        let parameters = drawn(&architecture);
        let inputs = numbers([shape.batch, shape.steps, shape.inputs], 1);
        let learner = Learner {
            architecture: architecture.clone(),
            device: Device::flex(),
            threads: 1,
        };
        let lesson = Lesson {
            inputs: inputs.as_slice().expect("f32"),
            sizes: [shape.batch, shape.steps],
            lengths: None,
            dropout: &[],
            flow: true,
        };
        let learned = learner.learn(&parameters, lesson, Vec::new(), |predictions| {
            (
                f64::from(predictions.iter().sum::<f32>()),
                vec![1.0; predictions.len()],
            )
        });
        let device = Device::flex().autodiff();
        let network = Forecaster::new(&architecture, &parameters, &device, DType::F32);
        let (output, flow) =
            network.forward_recorded(Tensor::from_data(inputs.clone(), &device), &[]);
        let mut gradients = output.sum().backward();
        let mut gradient = Vec::new();
        network.gradients(&mut gradients, &mut gradient);
        assert_eq!(learned.gradient, gradient, "{kind:?}");
        assert_eq!(learned.flow, Some(flow.take(&mut gradients)), "{kind:?}");
        assert!(learned.loss.is_finite());
    }
}
