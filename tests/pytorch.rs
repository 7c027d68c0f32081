//! The program against PyTorch: losses of 200 steps, learning rates and first gradients from the same
//! weights on the same batches. `tests/reference/make.py` made the numbers.

#![expect(
    clippy::print_stdout,
    reason = "the largest differences are worth a look"
)]

use optimizer_explorer::data::Dataset;
use optimizer_explorer::experiment::Document;
use optimizer_explorer::train::Session;
use serde_json::Value;
use std::path::Path;
use std::sync::Arc;

/// As the issue asks; 1e-3 where signs decide.
fn allowed(loss: &str) -> f64 {
    if loss == "mae" { 1e-3 } else { 1e-4 }
}

fn table(value: &Value) -> String {
    toml::Table::try_from(value)
        .expect("settings are a table")
        .to_string()
}

#[test]
fn losses_rates_and_first_gradients_follow_pytorch() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference");
    let text = std::fs::read_to_string(folder.join("parity.json")).expect("parity.json is there");
    let reference: Value = serde_json::from_str(&text).expect("parity.json is JSON");
    let cases = reference["cases"].as_array().expect("cases are a list");
    assert!(cases.len() > 90);
    let mut worst = Vec::new();
    for case in cases {
        let name = case["name"].as_str().expect("a case has a name");
        let model = &case["model"];
        let start = folder.join(format!(
            "{}-{}.safetensors",
            model["cell"].as_str().expect("a cell"),
            model["layers"]
        ));
        let text = format!(
            "[data]\nsource = \"builtin:airline\"\n[data.window]\nlookback = {}\n[model]\nstart_from = {:?}\n{}[optimizer]\n{}[clipping]\n{}[loss]\n{}[schedule]\n{}[training]\nsteps = {}\nbatch_size = {}\nshuffle = false\n",
            reference["lookback"],
            start,
            table(model),
            table(&case["optimizer"]),
            table(&case["clipping"]),
            table(&case["loss"]),
            table(&case["schedule"]),
            reference["steps"],
            reference["batch_size"],
        );
        let experiment = Document::parse(&text, None)
            .expect("TOML")
            .experiment(&[])
            .unwrap_or_else(|errors| panic!("{name}: {}", errors[0]));
        let dataset = Arc::new(Dataset::new(&experiment.data, 7).expect("airline loads"));
        let mut session = Session::new(&experiment, name, dataset, 1).expect("a session");
        let losses = case["losses"].as_array().expect("losses are a list");
        let rates = case["rates"].as_array().expect("rates are a list");
        let mut largest = 0.0_f64;
        for (step, expected) in losses.iter().enumerate() {
            let expected = expected.as_f64().expect("a loss is a number");
            let record = session.step().expect("no step diverges");
            largest = largest.max((record.train_loss / expected - 1.0).abs());
            if let Some(rate) = rates.get(step).and_then(Value::as_f64) {
                assert!(
                    (record.learning_rate / rate - 1.0).abs() < 1e-12,
                    "{name}: rate {} at step {step}, PyTorch has {rate}",
                    record.learning_rate
                );
            }
            if step == 0 {
                let norms = case["first_gradient_norms"].as_object().expect("norms");
                let most = norms.values().filter_map(Value::as_f64).fold(0.0, f64::max);
                for (tensor, ours) in session.info().tensors.iter().zip(&record.tensor_norms) {
                    let theirs = norms[tensor].as_f64().expect("a norm");
                    assert!(
                        (f64::from(ours[0]) - theirs).abs() < 1e-5 * most,
                        "{name}: first gradient of {tensor} has norm {}, PyTorch's {theirs}",
                        ours[0]
                    );
                }
            }
        }
        let loss = case["loss"]["kind"].as_str().expect("a loss");
        worst.push((largest / allowed(loss), largest, name));
    }
    worst.sort_by(|a, b| b.0.total_cmp(&a.0));
    for (_, largest, name) in worst.iter().take(10) {
        println!("largest relative difference {largest:.2e}: {name}");
    }
    let (share, largest, name) = worst[0];
    assert!(share < 1.0, "{name} is {largest:.2e} off PyTorch");
}
