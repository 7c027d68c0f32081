//! Cross-entropy with each of its keys: values and gradients against PyTorch's
//! (`tests/reference/cross_entropy.py` made the numbers), and against finite differences through the
//! whole network.

use burn::tensor::{DType, Device, Tensor, TensorData};
use optimizer_explorer::experiment::{
    Cell, ClassWeights, Experiment, Init, Loss, NamedInit, Nonlinearity, Output,
};
use optimizer_explorer::model::{Architecture, Forecaster, Inputs, Parameters};
use optimizer_explorer::optimize::objective::Objective;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::Value;
use std::path::Path;
use std::sync::Arc;

fn numbers(value: &Value) -> Vec<f64> {
    let list = value.as_array().expect("a list");
    list.iter().map(|x| x.as_f64().expect("a number")).collect()
}

#[test]
fn values_and_gradients_are_pytorchs() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference/cross_entropy.json");
    let text = std::fs::read_to_string(path).expect("cross_entropy.json is there");
    let reference: Value = serde_json::from_str(&text).expect("JSON");
    let counts: Vec<usize> = numbers(&reference["counts"])
        .iter()
        .map(|n| *n as usize)
        .collect();
    let cases = reference["cases"].as_array().expect("cases");
    assert!(cases.len() >= 80);
    for case in cases {
        let table = toml::Table::try_from(&case["loss"]).expect("a table");
        let text = format!("[data]\nsource = \"generate:temporal-order\"\n[loss]\n{table}");
        let loss = Experiment::from_toml(&text)
            .unwrap_or_else(|e| panic!("{}", e[0]))
            .loss;
        let objective = Objective::new(&loss, &counts, &[]);
        let (logits, classes) = (numbers(&case["logits"]), numbers(&case["classes"]));
        let (value, slopes) = objective.mean_and_slopes(&logits, &classes, None);
        let expected = case["value"].as_f64().expect("a value");
        assert!(
            (value - expected).abs() < 1e-12 * expected.abs().max(1e-3),
            "{loss:?}: {value}"
        );
        assert_eq!(objective.total(&logits, &classes, None).mean(), value);
        let gradient = numbers(&case["gradient"]);
        let most = gradient.iter().fold(0.0_f64, |most, g| most.max(g.abs()));
        for (ours, theirs) in slopes.iter().zip(&gradient) {
            assert!(
                (ours - theirs).abs() < 1e-11 * most.max(1e-3),
                "{loss:?}: {ours} {theirs}"
            );
        }
    }
}

#[test]
fn gradients_of_a_network_are_finite_differences() {
    const GRID: f64 = 4096.0;
    let (batch, steps, inputs, classes) = (5, 6, 2, 3);
    let lengths: Arc<[usize]> = Arc::from([6, 1, 4, 2, 6]);
    let targets = [0.0, 2.0, 1.0, 0.0, 0.0];
    let mut generator = ChaCha8Rng::seed_from_u64(3);
    let values: Vec<f64> = (0..batch * steps * inputs)
        .map(|_| generator.random::<f64>() * 2.0 - 1.0)
        .collect();
    for cell in [Cell::Lstm, Cell::Gru, Cell::Rnn, Cell::Linear] {
        let linear = cell == Cell::Linear;
        let architecture = Architecture {
            cell,
            nonlinearity: Nonlinearity::Tanh,
            inputs,
            hidden: if linear { inputs } else { 4 },
            layers: if linear { 0 } else { 2 },
            outputs: classes,
            output: Output::LastStep,
            dropout: 0.0,
            embeddings: Vec::new(),
        };
        let drawn = Parameters::draw(
            &architecture,
            Init::Named(NamedInit::Pytorch),
            0.0,
            &mut generator,
        );
        // The module takes 32-bit weights; multiples of 2^-12 are exact in both.
        let start: Vec<f64> = drawn
            .values
            .iter()
            .map(|v| (f64::from(*v) * GRID).round() / GRID)
            .collect();
        for (label_smoothing, class_weights, focal_gamma) in [
            (0.0, ClassWeights::None, 0.0),
            (0.2, ClassWeights::Balanced, 0.0),
            (0.1, ClassWeights::Balanced, 2.0),
            (0.0, ClassWeights::None, 0.5),
        ] {
            let loss = Loss::CrossEntropy {
                label_smoothing,
                class_weights,
                focal_gamma,
            };
            let objective = Objective::new(&loss, &[6, 3, 1], &[]);
            let evaluate = |weights: &[f64], with_gradient: bool| {
                let device = if with_gradient {
                    Device::flex().autodiff()
                } else {
                    Device::flex()
                };
                let mut parameters = Parameters::zeros(&architecture);
                for (p, w) in parameters.values.iter_mut().zip(weights) {
                    *p = *w as f32;
                }
                let network = Forecaster::new(&architecture, &parameters, &device, DType::F64);
                let data = TensorData::new(values.clone(), [batch, steps, inputs]);
                let read = Inputs {
                    values: Tensor::from_data(data, (&device, DType::F64)),
                    lengths: Some(Arc::clone(&lengths)),
                };
                let output = network.forward(read, &[]);
                let logits = output.clone().try_into_vec_as::<f64>().expect("on the CPU");
                let (value, slopes) = objective.mean_and_slopes(&logits, &targets, None);
                let mut gradient = Vec::new();
                if with_gradient {
                    let slopes = TensorData::new(slopes, output.dims());
                    let slopes = Tensor::<3>::from_data(slopes, (&device, DType::F64));
                    network.gradients(&mut (output * slopes).backward(), &mut gradient);
                }
                (value, gradient)
            };
            let (_, gradient) = evaluate(&start, true);
            let most = gradient
                .iter()
                .fold(0.0_f64, |most, g| most.max(f64::from(g.abs())));
            assert!(most > 1e-3);
            for index in (0..start.len()).step_by(start.len().div_ceil(40)) {
                let moved = |step: f64| {
                    let mut weights = start.clone();
                    weights[index] += step;
                    evaluate(&weights, false).0
                };
                let h = 1.0 / GRID;
                let numeric = (8.0 * (moved(h) - moved(-h)) - (moved(2.0 * h) - moved(-2.0 * h)))
                    / (12.0 * h);
                let ours = f64::from(gradient[index]);
                assert!(
                    (ours - numeric).abs() < 2e-6 * most,
                    "{cell:?} {loss:?} {index}: {ours} and {numeric}"
                );
            }
        }
    }
}
