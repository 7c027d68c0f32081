//! Microseconds of one whole training step, and how many of them are spent outside the kernel (burn's
//! tape, optimizer, norms, batches): `cargo bench --bench step -- [threads] [cells] [shape]`.
//! `compare.py` measures whole runs beside PyTorch.
#![allow(clippy::print_stdout, reason = "its output is its purpose")]

use optimizer_explorer::data::Dataset;
use optimizer_explorer::experiment::Experiment;
use optimizer_explorer::model::kernel::time_spent;
use optimizer_explorer::train::Session;
use std::fmt::Write;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// As in the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Windows, time steps, inputs, hidden units.
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
    for cell in cells.split(',') {
        match arguments.get(2) {
            Some(name) => measure(cell, parsed(name), name, threads),
            None => {
                for shape in SHAPES {
                    let name = shape.map(|size| size.to_string()).join("x");
                    measure(cell, shape, &name, threads);
                }
            }
        }
    }
}

/// A shape such as 16x24x1x16.
fn parsed(name: &str) -> [usize; 4] {
    let sizes: Vec<usize> = (name.split('x'))
        .map(|size| size.parse().expect("four whole numbers between x"))
        .collect();
    sizes.try_into().expect("four sizes")
}

fn measure(cell: &str, [batch, steps, inputs, hidden]: [usize; 4], name: &str, threads: usize) {
    let folder = tempfile::tempdir().expect("a folder");
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
    let file = folder.path().join("series.csv");
    std::fs::write(&file, table).expect("written");
    let path = toml::Value::from(file.to_str().expect("UTF-8"));
    let text = format!(
        "[data]\nsource = {path}\nfeatures = {:?}\ntargets = [\"x0\"]\n[data.window]\nlookback = {steps}\n[model]\ncell = \"{cell}\"\nhidden = {hidden}\n[clipping]\nkind = \"global-norm\"\n[training]\nsteps = 1000000\nbatch_size = {batch}\nvalidate_every = 100000\n",
        &names[1..]
    );
    let experiment = Experiment::from_toml(&text).unwrap_or_else(|errors| panic!("{}", errors[0]));
    let dataset = Arc::new(Dataset::new(&experiment.data, 7).expect("the series loads"));
    let mut session = Session::new(&experiment, "a", dataset, threads).expect("a session");
    let begin = Instant::now();
    let mut whole = Vec::new();
    let mut outside = Vec::new();
    while whole.len() < 20 || begin.elapsed() < Duration::from_secs(2) {
        let (start, kernel) = (Instant::now(), time_spent());
        session.step().expect("finite");
        let step = start.elapsed();
        whole.push(step.as_secs_f64() * 1e6);
        outside.push(
            step.saturating_sub(time_spent().saturating_sub(kernel))
                .as_secs_f64()
                * 1e6,
        );
    }
    let [whole, outside] = [whole, outside].map(|mut times| {
        times.sort_by(f64::total_cmp);
        (times[times.len() / 2], times[0])
    });
    println!(
        "{cell:5} {name:14} step {:9.1} µs (best {:9.1}), outside the kernel {:7.1} µs (best {:7.1}): {:.2} of the kernel's time",
        whole.0,
        whole.1,
        outside.0,
        outside.1,
        outside.0 / (whole.0 - outside.0)
    );
}
