//! Gradients against finite differences in 64 bits, for every cell, loss and odd shape.

use burn::tensor::{DType, Device, Tensor, TensorData};
use optimizer_explorer::experiment::{Cell, Init, Loss, NamedInit, Nonlinearity, Output};
use optimizer_explorer::model::{Architecture, Embedding, Forecaster, Parameters};
use optimizer_explorer::optimize::loss;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

struct Case {
    architecture: Architecture,
    loss: Loss,
    batch: usize,
    steps: usize,
}

fn numbers(count: usize, seed: u64) -> Vec<f64> {
    let mut generator = ChaCha8Rng::seed_from_u64(seed);
    (0..count)
        .map(|_| generator.random::<f64>() * 2.0 - 1.0)
        .collect()
}

/// The loss of `case` with `values` as weights, and its gradient where asked for.
fn evaluate(case: &Case, values: &[f64], gradient: bool) -> (f64, Vec<f32>) {
    let device = if gradient {
        Device::flex().autodiff()
    } else {
        Device::flex()
    };
    let Case {
        architecture,
        loss,
        batch,
        steps,
    } = case;
    let mut parameters = Parameters::zeros(architecture);
    // The module takes 32-bit weights; multiples of 2^-12 are exact in both.
    for (p, v) in parameters.values.iter_mut().zip(values) {
        *p = *v as f32;
    }
    let network = Forecaster::new(architecture, &parameters, &device, DType::F64);
    let seen = match architecture.output {
        Output::EveryStep => *steps,
        Output::LastStep => 1,
    };
    let tensor = |shape: [usize; 3], seed| {
        let data = TensorData::new(numbers(shape.iter().product(), seed), shape);
        Tensor::<3>::from_data(data, (&device, DType::F64))
    };
    let mut columns = numbers(batch * steps * architecture.columns(), 1);
    for embedding in &architecture.embeddings {
        // Every place, and some that are none.
        for (row, values) in columns.chunks_exact_mut(architecture.columns()).enumerate() {
            values[embedding.column] = (row * 5 % (embedding.rows + 2)) as f64;
        }
    }
    let columns = TensorData::new(columns, [*batch, *steps, architecture.columns()]);
    let inputs = Tensor::<3>::from_data(columns, (&device, DType::F64));
    let targets = tensor([*batch, seen, architecture.outputs], 2);
    let masks: Vec<Tensor<3>> = (1..architecture.layers)
        .map(|layer| tensor([*batch, *steps, architecture.hidden], 10 + layer as u64) + 1.0)
        .collect();
    let predictions = network.forward(inputs, &masks);
    let values = |tensor: Tensor<3>| tensor.try_into_vec_as::<f64>().expect("on the CPU");
    let (value, slopes) =
        loss::mean_and_slopes(loss, &values(predictions.clone()), &values(targets), None);
    let mut flat = Vec::new();
    if gradient {
        let slopes = TensorData::new(slopes, predictions.dims());
        let slopes = Tensor::<3>::from_data(slopes, (&device, DType::F64));
        network.gradients(&mut (predictions * slopes).backward(), &mut flat);
    }
    (value, flat)
}

fn check(case: &Case) {
    let grid = 4096.0;
    let mut generator = ChaCha8Rng::seed_from_u64(3);
    let drawn = Parameters::draw(
        &case.architecture,
        Init::Named(NamedInit::Pytorch),
        0.0,
        &mut generator,
    );
    let values: Vec<f64> = drawn
        .values
        .iter()
        .map(|v| (f64::from(*v) * grid).round() / grid)
        .collect();
    let (_, gradient) = evaluate(case, &values, true);
    let most = gradient
        .iter()
        .fold(0.0_f64, |most, g| most.max(f64::from(g.abs())));
    assert!(most > 1e-6, "something depends on the weights");
    let count = values.len();
    for index in (0..count).step_by(count.div_ceil(40)) {
        let moved = |step: f64| {
            let mut values = values.clone();
            values[index] += step;
            evaluate(case, &values, false).0
        };
        // Fourth order, with steps that 32 bits hold exactly.
        let h = 1.0 / grid;
        let numeric =
            (8.0 * (moved(h) - moved(-h)) - (moved(2.0 * h) - moved(-2.0 * h))) / (12.0 * h);
        let ours = f64::from(gradient[index]);
        assert!(
            (ours - numeric).abs() < 2e-6 * most.max(1e-3),
            "{:?} {:?} B={} T={}: parameter {index}: {ours} and {numeric}",
            case.architecture,
            case.loss,
            case.batch,
            case.steps
        );
    }
}

#[test]
fn gradients_are_finite_differences_for_every_cell_loss_and_odd_shape() {
    let cells = [
        (Cell::Lstm, Nonlinearity::Tanh),
        (Cell::Gru, Nonlinearity::Tanh),
        (Cell::Rnn, Nonlinearity::Tanh),
        (Cell::Rnn, Nonlinearity::Sigmoid),
        (Cell::Rnn, Nonlinearity::Identity),
        (Cell::Linear, Nonlinearity::Tanh),
    ];
    let shapes = [
        // batch, steps, inputs, hidden, layers, outputs
        (1, 1, 1, 1, 1, 1),
        (1, 5, 2, 3, 1, 2),
        (3, 7, 1, 9, 2, 1),
        (5, 2, 3, 17, 1, 3),
        (2, 4, 1, 1, 3, 1),
    ];
    for (cell, nonlinearity) in cells {
        for (batch, steps, inputs, hidden, layers, outputs) in shapes {
            for output in [Output::EveryStep, Output::LastStep] {
                let linear = cell == Cell::Linear;
                check(&Case {
                    architecture: Architecture {
                        cell,
                        nonlinearity,
                        inputs,
                        hidden: if linear { inputs } else { hidden },
                        layers: if linear { 0 } else { layers },
                        outputs,
                        output,
                        dropout: 0.0,
                        embeddings: Vec::new(),
                    },
                    loss: Loss::Mse,
                    batch,
                    steps,
                });
            }
        }
    }
    for (cell, columns) in [
        (Cell::Lstm, 3),
        (Cell::Gru, 3),
        (Cell::Rnn, 3),
        (Cell::Linear, 3),
        (Cell::Lstm, 1),
    ] {
        let embedding = |column, rows, size| Embedding {
            column,
            name: format!("c{column}"),
            rows,
            size,
        };
        let embeddings = match columns {
            1 => vec![embedding(0, 4, 3)],
            _ => vec![embedding(1, 3, 2), embedding(2, 5, 4)],
        };
        let linear = cell == Cell::Linear;
        check(&Case {
            architecture: Architecture {
                cell,
                nonlinearity: Nonlinearity::Tanh,
                inputs: columns,
                hidden: if linear { columns } else { 5 },
                layers: if linear { 0 } else { 2 },
                outputs: 2,
                output: Output::EveryStep,
                dropout: 0.0,
                embeddings: Vec::new(),
            }
            .with_embeddings(embeddings),
            loss: Loss::Mse,
            batch: 3,
            steps: 6,
        });
    }
    for loss in [Loss::Mae, Loss::LogCosh, Loss::Huber { delta: 0.4 }] {
        check(&Case {
            architecture: Architecture {
                cell: Cell::Gru,
                nonlinearity: Nonlinearity::Tanh,
                inputs: 2,
                hidden: 5,
                layers: 1,
                outputs: 2,
                output: Output::EveryStep,
                dropout: 0.0,
                embeddings: Vec::new(),
            },
            loss,
            batch: 3,
            steps: 4,
        });
    }
}

/// x_t = w·x_{t−1} from x₀: ∂x_T/∂w = T·x₀·w^(T−1). With x₀ as the only non-zero input and the input
/// weight 1, h_t = w^(t−1)·x₀, so that ∂h_T/∂w = (T−1)·x₀·w^(T−2).
#[test]
fn a_linear_recurrence_has_the_gradient_of_its_formula() {
    let architecture = Architecture {
        cell: Cell::Rnn,
        nonlinearity: Nonlinearity::Identity,
        inputs: 1,
        hidden: 1,
        layers: 1,
        outputs: 1,
        output: Output::LastStep,
        dropout: 0.0,
        embeddings: Vec::new(),
    };
    for (w, expected) in [(1.1_f32, 2668.0), (0.9, 0.143)] {
        let device = Device::flex().autodiff();
        let mut parameters = Parameters::zeros(&architecture);
        for info in parameters.tensors.clone() {
            parameters.values[info.range.start] = match info.name.as_str() {
                "rnn.weight_hh_l0" => w,
                "rnn.weight_ih_l0" | "head.weight" => 1.0,
                _ => 0.0,
            };
        }
        let network = Forecaster::new(&architecture, &parameters, &device, DType::F32);
        let mut inputs = vec![0.0_f32; 51];
        inputs[0] = 0.5;
        let inputs = Tensor::<3>::from_data(TensorData::new(inputs, [1, 51, 1]), &device);
        let output = network.forward(inputs, &[]);
        let mut flat = Vec::new();
        network.gradients(&mut output.sum().backward(), &mut flat);
        let at = parameters.tensors[1].range.start;
        let gradient = f64::from(flat[at]);
        assert!(
            (gradient / expected - 1.0).abs() < 2e-3,
            "w = {w}: {gradient}, not {expected}"
        );
        let exact = 50.0 * 0.5 * f64::from(w).powi(49);
        assert!((gradient / exact - 1.0).abs() < 1e-4);
    }
}
