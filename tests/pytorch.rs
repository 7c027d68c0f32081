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
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// As the issue asks; 1e-3 where signs decide.
fn allowed(case: &Value) -> f64 {
    let signs = ["mae", "quantile", "lion"];
    let kinds = [&case["loss"]["kind"], &case["optimizer"]["kind"]];
    if kinds.iter().any(|kind| signs.contains(&text(kind))) {
        1e-3
    } else {
        1e-4
    }
}

fn text(value: &Value) -> &str {
    value.as_str().expect("a word")
}

fn table(value: &Value) -> String {
    toml::Table::try_from(value)
        .expect("settings are a table")
        .to_string()
}

fn session(reference: &Value, case: &Value, folder: &Path) -> Session {
    let name = text(&case["name"]);
    let start = folder.join(text(&case["start"]));
    let full = ["gd", "lbfgs"].contains(&text(&case["optimizer"]["kind"]));
    let batch = if full {
        "\"full\"".to_owned()
    } else {
        reference["batch_size"].to_string()
    };
    let text = format!(
        "[data]\nsource = \"builtin:airline\"\n[data.window]\nlookback = {}\n[model]\nstart_from = {}\n{}[optimizer]\n{}[clipping]\n{}[loss]\n{}[schedule]\n{}[training]\nsteps = {}\nbatch_size = {batch}\nshuffle = false\n",
        reference["lookback"],
        toml::Value::from(start.to_str().expect("UTF-8")),
        table(&case["model"]),
        table(&case["optimizer"]),
        table(&case["clipping"]),
        table(&case["loss"]),
        table(&case["schedule"]),
        reference["steps"],
    );
    let experiment = Document::parse(&text, None)
        .expect("TOML")
        .experiment(&[])
        .unwrap_or_else(|errors| panic!("{name}: {}", errors[0]));
    let dataset = Arc::new(Dataset::new(&experiment.data, 7).expect("airline loads"));
    Session::new(&experiment, name, dataset, 1).expect("a session")
}

/// The largest relative difference of a loss; rates and first gradients are checked on the way.
fn largest_difference(reference: &Value, case: &Value, folder: &Path) -> f64 {
    let name = text(&case["name"]);
    let mut session = session(reference, case, folder);
    let losses = case["losses"].as_array().expect("losses are a list");
    let rates = case["rates"].as_array().expect("rates are a list");
    let mut largest = 0.0_f64;
    // A case is cut where PyTorch in 32 bits parts from itself in 64 (L-BFGS makes 20 iterations a step, and
    // each line search branches on rounding); the second half before that is on its way already.
    let whole = losses.len() as u64 == reference["steps"].as_u64().expect("a number of steps");
    let compared = if whole {
        losses.len()
    } else {
        (losses.len() / 2).max(1)
    };
    for (step, expected) in losses.iter().enumerate().take(compared) {
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
    largest
}

#[test]
fn losses_rates_and_first_gradients_follow_pytorch() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference");
    let content =
        std::fs::read_to_string(folder.join("parity.json")).expect("parity.json is there");
    let reference: Value = serde_json::from_str(&content).expect("parity.json is JSON");
    let cases = reference["cases"].as_array().expect("cases are a list");
    assert!(cases.len() > 100);
    let mut off = Vec::new();
    let mut parity: BTreeMap<[String; 2], BTreeMap<String, f64>> = BTreeMap::new();
    for case in cases {
        let name = text(&case["name"]);
        let largest = largest_difference(&reference, case, &folder);
        if largest.is_nan() || largest >= allowed(case) {
            off.push(format!("{name}: {largest:.2e}"));
        }
        let words: Vec<&str> = name.split(' ').collect();
        let &[cell, layers, _, optimizer, clipping, loss, schedule] = &words[..] else {
            panic!("{name} has seven words");
        };
        let column = match (loss, schedule) {
            ("mse", "constant") => clipping,
            (loss, "constant") => loss,
            (_, _) => "schedules",
        };
        let row = [optimizer.to_owned(), format!("{cell} {layers}")];
        let worst = parity
            .entry(row)
            .or_default()
            .entry(column.to_owned())
            .or_default();
        *worst = worst.max(largest);
    }
    println!(
        "largest relative difference of a loss in 200 steps, {} cases",
        cases.len()
    );
    for ([optimizer, cell], columns) in &parity {
        let columns: Vec<String> = columns
            .iter()
            .map(|(column, worst)| format!("{column} {worst:.0e}"))
            .collect();
        println!("{optimizer:18}{cell:8}{}", columns.join("  "));
    }
    assert!(
        off.is_empty(),
        "{} are off PyTorch:\n{}",
        off.len(),
        off.join("\n")
    );
}
