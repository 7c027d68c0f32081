//! Milliseconds of one whole training step as a session takes it, median (best), for the shapes of the
//! project's table: `cargo bench --bench step -- [threads] [cells] [shape]`. `step.py` is PyTorch's side.
#![allow(clippy::print_stdout, reason = "its output is its purpose")]

use optimizer_explorer::data::Dataset;
use optimizer_explorer::experiment::Experiment;
use optimizer_explorer::train::Session;
use std::fmt::Write;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// As in the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const SHAPES: [[usize; 4]; 5] = [
    [32, 50, 1, 128],
    [32, 50, 1, 32],
    [16, 24, 1, 16],
    [64, 100, 8, 256],
    [1, 50, 1, 64],
];

fn main() {
    let arguments: Vec<String> = std::env::args()
        .skip(1)
        .filter(|a| a != "--bench")
        .collect();
    let threads = arguments.first().map_or(2, |a| a.parse().expect("threads"));
    let cells = arguments.get(1).map_or("lstm,gru,rnn", String::as_str);
    let folder = tempfile::tempdir().expect("a folder");
    for cell in cells.split(',') {
        for [batch, steps, inputs, hidden] in SHAPES {
            let name = format!("{batch}x{steps}x{inputs}x{hidden}");
            if arguments.get(2).is_some_and(|only| *only != name) {
                continue;
            }
            let names: Vec<String> = (0..inputs).map(|i| format!("x{i}")).collect();
            let mut table = names.join(",") + "\n";
            for row in 0..20_000 {
                for i in 0..inputs {
                    let comma = if i == 0 { "" } else { "," };
                    let value = (row as f64 * 0.1 * (i + 1) as f64).sin();
                    write!(table, "{comma}{value}").expect("to memory");
                }
                table.push('\n');
            }
            let further = &names[1..];
            let file = folder.path().join("series.csv");
            std::fs::write(&file, table).expect("written");
            let path = toml::Value::from(file.to_str().expect("UTF-8"));
            let text = format!(
                "[data]\nsource = {path}\nfeatures = {further:?}\ntargets = [\"x0\"]\n[data.window]\nlookback = {steps}\noutput = \"every-step\"\n[model]\ncell = \"{cell}\"\nhidden = {hidden}\n[clipping]\nkind = \"global-norm\"\nlimit = 1.0\n[training]\nsteps = 1000000\nbatch_size = {batch}\nvalidate_every = 100000\nrecord_gradients_every = 10\n"
            );
            let experiment =
                Experiment::from_toml(&text).unwrap_or_else(|errors| panic!("{}", errors[0]));
            let dataset = Arc::new(Dataset::new(&experiment.data, 7).expect("the series loads"));
            let mut session = Session::new(&experiment, "a", dataset, threads).expect("a session");
            let begin = Instant::now();
            let mut times = Vec::new();
            while times.len() < 20 || begin.elapsed() < Duration::from_secs(2) {
                let start = Instant::now();
                session.step().expect("finite");
                times.push(start.elapsed().as_secs_f64() * 1e3);
            }
            times.sort_by(f64::total_cmp);
            println!(
                "{cell} {name}: {:.3} ({:.3})",
                times[times.len() / 2],
                times[0]
            );
        }
    }
}
