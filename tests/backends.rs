//! burn's backends give the same numbers.

use optimizer_explorer::data::Dataset;
use optimizer_explorer::experiment::{Experiment, validate::backends};
use optimizer_explorer::train::Session;
use std::sync::Arc;

fn losses(backend: &str, cell: &str, layers: usize) -> Vec<f64> {
    let text = format!(
        "[data.window]\nlookback = 12\n[model]\ncell = \"{cell}\"\nhidden = 5\nlayers = {layers}\ndropout = 0.2\nbackend = \"{backend}\"\n[clipping]\nkind = \"global-norm\"\nlimit = 0.5\n[schedule]\nlearning_rate = 0.01\n[training]\nsteps = 40\n"
    );
    let experiment = Experiment::from_toml(&text).expect("a valid experiment");
    let dataset = Arc::new(Dataset::new(&experiment.data, 7).expect("airline loads"));
    let mut session = Session::new(&experiment, "a", dataset, 1).expect("a session");
    (0..40)
        .map(|_| session.step().expect("finite").train_loss)
        .collect()
}

#[test]
fn every_backend_follows_flex() {
    for cell in ["lstm", "gru", "rnn", "linear"] {
        for layers in [1, 2] {
            let flex = losses("flex", cell, layers);
            assert!(flex[39] < flex[0], "{cell} learns");
            for backend in backends() {
                for (step, (ours, reference)) in
                    losses(backend, cell, layers).iter().zip(&flex).enumerate()
                {
                    assert!(
                        (ours / reference - 1.0).abs() < 1e-4,
                        "{backend}, {cell}, {layers} layers, step {step}: {ours} and {reference}"
                    );
                }
            }
        }
    }
}
