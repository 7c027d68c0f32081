//! Ground truth of long memory (Hochreiter & Schmidhuber 1997): gated cells tell the temporal order at the
//! length of the published setting, over three seeds. The adding problem, and the length at which the plain
//! cell falls to chance, are scenarios: `tests/scenarios.rs` holds them to the published numbers.

#![expect(clippy::print_stdout, reason = "the figures are worth a look")]

use optimizer_explorer::experiment::Experiment;
use optimizer_explorer::record::Metrics;
use optimizer_explorer::train::{Session, plan};
use std::sync::Arc;

/// Metrics at the end of each run of `text`, with the best weights by validation, as a run keeps them.
fn train(text: &str) -> Vec<Metrics> {
    let experiment = Experiment::from_toml(text).unwrap_or_else(|errors| panic!("{}", errors[0]));
    let plans = plan(&experiment, 1).expect("a good plan");
    plans
        .iter()
        .map(|plan| {
            let dataset = Arc::clone(&plan.dataset);
            let mut session =
                Session::new(&plan.experiment, &plan.contender, dataset, 1).expect("a session");
            while session.finished().is_none() {
                session.step().expect("finite");
            }
            let network = session.network(session.best_parameters());
            session.evaluate(&network).1
        })
        .collect()
}

/// Test accuracy of each of three seeds.
fn order(model: &str, length: usize) -> Vec<f64> {
    let text = format!(
        "seeds = [1, 2, 3]\n[data]\nsource = \"generate:temporal-order\"\n[data.generate]\nlength = {length}\n[model]\nhidden = 4\n{model}\n[optimizer]\nkind = \"adam\"\n[schedule]\nlearning_rate = 0.02\n[clipping]\nkind = \"global-norm\"\nlimit = 1.0\n[training]\nsteps = 1500\nbatch_size = 32\n"
    );
    let found: Vec<f64> = (train(&text).iter())
        .map(|metrics| metrics["test"].classes().expect("classes").accuracy)
        .collect();
    println!("temporal order, {model}, T = {length}: test accuracies {found:.3?}");
    found
}

#[test]
fn gated_cells_tell_the_temporal_order_at_50_steps() {
    for model in ["cell = \"lstm\"\nforget_bias = 1.0", "cell = \"gru\""] {
        for accuracy in order(model, 50) {
            assert_eq!(accuracy, 1.0, "{model}");
        }
    }
}
