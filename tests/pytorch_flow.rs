//! Gradients of every hidden and cell state against PyTorch's (`retain_grad`), two layers of each cell.
//! `tests/reference/flow.py` made the numbers.

use optimizer_explorer::data::Dataset;
use optimizer_explorer::experiment::Experiment;
use optimizer_explorer::record::LayerFlow;
use optimizer_explorer::train::Session;
use serde_json::Value;
use std::path::Path;
use std::sync::Arc;

/// The largest difference, relative to the largest number.
fn difference(ours: &[f32], reference: &Value) -> f64 {
    let reference: Vec<f64> = serde_json::from_value(reference.clone()).expect("numbers");
    assert_eq!(ours.len(), reference.len());
    let most = reference.iter().copied().fold(0.0, f64::max);
    (ours.iter().zip(&reference))
        .map(|(ours, reference)| (f64::from(*ours) - reference).abs() / most)
        .fold(0.0, f64::max)
}

#[test]
fn every_states_gradient_is_pytorchs() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference");
    let text = std::fs::read_to_string(folder.join("flow.json")).expect("flow.json is there");
    let reference: Value = serde_json::from_str(&text).expect("flow.json is JSON");
    let cases = reference["cases"].as_array().expect("cases are a list");
    assert_eq!(cases.len(), 3);
    for case in cases {
        let cell = case["cell"].as_str().expect("a cell");
        let layers = case["layers"].as_array().expect("layers are a list");
        for backend in optimizer_explorer::experiment::validate::backends() {
            let experiment = Experiment::from_toml(&format!(
                "[data.window]\nlookback = {}\n[model]\ncell = {cell:?}\nlayers = {}\nhidden = 7\nbackend = {backend:?}\nstart_from = {:?}\n[training]\nsteps = 1\nbatch_size = {}\nshuffle = false\n",
                reference["lookback"],
                layers.len(),
                folder.join(format!("{cell}-{}.safetensors", layers.len())),
                reference["batch_size"],
            ))
            .unwrap_or_else(|errors| panic!("{}", errors[0]));
            let dataset = Arc::new(Dataset::new(&experiment.data, 7).expect("airline loads"));
            let mut session = Session::new(&experiment, cell, dataset, 1).expect("a session");
            let flow = session.step().expect("finite").flow.expect("recorded");
            assert_eq!(flow.len(), layers.len());
            for (
                LayerFlow {
                    hidden,
                    cell: memory,
                },
                reference,
            ) in flow.iter().zip(layers)
            {
                let largest = difference(hidden, &reference["hidden"]);
                assert!(largest < 1e-5, "{backend} {cell}: hidden {largest:e}");
                if !memory.is_empty() {
                    let largest = difference(memory, &reference["cell"]);
                    assert!(largest < 1e-5, "{backend} {cell}: cell {largest:e}");
                }
                assert_eq!(memory.is_empty(), cell != "lstm");
            }
        }
    }
}
