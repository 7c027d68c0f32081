//! Microseconds of one update of each optimizer, median (best), for the tensors of an LSTM of one layer:
//! `cargo bench --bench optimizers`. L-BFGS is left out, whose cost is that of its evaluations.
#![allow(clippy::print_stdout, reason = "its output is its purpose")]

use optimizer_explorer::experiment::{Choice, Experiment, Optimizer};
use optimizer_explorer::model::Architecture;
use optimizer_explorer::optimize::optimizer::{OptimizerState, TensorShape};
use std::convert::Infallible;
use std::time::{Duration, Instant};

fn main() {
    for hidden in [16, 32, 128, 256] {
        let mut experiment = Experiment::default();
        experiment.model.hidden = hidden;
        let output = experiment.data.window.output;
        let tensors = Architecture::new(&experiment.model, 1, 1, output).tensors();
        let shapes: Vec<TensorShape> = tensors
            .iter()
            .map(|tensor| TensorShape::new(tensor.range.clone(), &tensor.shape))
            .collect();
        let length = shapes.last().expect("there is a head").range.end;
        let gradient: Vec<f32> = (0..length).map(|i| 1e-2 * (i as f32).sin()).collect();
        for optimizer in Optimizer::all() {
            let mut state = OptimizerState::new(&optimizer, &shapes);
            if state.evaluates() {
                continue;
            }
            let mut parameters: Vec<f32> = (0..length).map(|i| (i as f32).cos()).collect();
            let begin = Instant::now();
            let mut times = Vec::new();
            while times.len() < 20 || begin.elapsed() < Duration::from_millis(300) {
                let start = Instant::now();
                let never = |_: &[f32], _: &mut Vec<f32>| Ok::<f64, Infallible>(0.0);
                let Ok(()) = state.step(&mut parameters, &gradient, 0.0, 1e-4, never);
                times.push(start.elapsed().as_secs_f64() * 1e6);
            }
            times.sort_by(f64::total_cmp);
            println!(
                "{hidden:4} units, {length:7} weights, {:10} {:9.1} ({:.1})",
                optimizer.kind(),
                times[times.len() / 2],
                times[0]
            );
        }
    }
}
