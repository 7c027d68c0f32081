//! What looking costs: gradient flow recorded at every step against not at all, in one run of this program
//! with both taking turns; a landscape of 41×41 points; and the memory of eight histories of a million steps.
//! `cargo bench --bench see -- [threads]`.
#![allow(clippy::print_stdout, reason = "its output is its purpose")]

use optimizer_explorer::data::Dataset;
use optimizer_explorer::experiment::Experiment;
use optimizer_explorer::record::{History, StepRecord};
use optimizer_explorer::train::{Grid, Plane, Session};
use std::sync::Arc;
use std::time::Instant;

/// As in the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let threads = std::env::args()
        .find_map(|argument| argument.parse().ok())
        .unwrap_or(2);
    for cell in ["lstm", "gru", "rnn"] {
        for hidden in [16, 128] {
            flow(cell, hidden);
        }
    }
    landscape(threads);
    memory();
}

fn session(toml: &str, threads: usize) -> Session {
    let experiment = Experiment::from_toml(toml).unwrap_or_else(|errors| panic!("{}", errors[0]));
    let dataset = Arc::new(Dataset::new(&experiment.data, 7).expect("the series loads"));
    Session::new(&experiment, "a", dataset, threads).expect("a session")
}

/// Steps with and without recording take turns, so that whatever else the machine does meets both.
fn flow(cell: &str, hidden: usize) {
    const TURNS: usize = 400;
    let of = |every: u64| {
        session(
            &format!(
                "[data]\nsource = \"builtin:co2\"\n[data.window]\nlookback = 50\n[model]\ncell = {cell:?}\nhidden = {hidden}\n[training]\nsteps = 1000000\nvalidate_every = 100000\nrecord_flow_every = {every}\n"
            ),
            1,
        )
    };
    let mut sessions = [of(1), of(1_000_000_000)];
    let mut times = [Vec::new(), Vec::new()];
    for turn in 0..TURNS {
        for (session, times) in sessions.iter_mut().zip(&mut times) {
            let begun = Instant::now();
            session.step().expect("finite");
            if turn >= TURNS / 10 {
                times.push(begun.elapsed().as_secs_f64() * 1e6);
            }
        }
    }
    let [on, off] = times.map(|mut times| {
        times.sort_by(f64::total_cmp);
        // The lower quartile: what others take of the machine only adds.
        times[times.len() / 4]
    });
    println!(
        "{cell:5} {hidden:4} hidden: {on:8.1} µs a step with gradient flow, {off:8.1} without: {:+.1} %",
        100.0 * (on / off - 1.0)
    );
}

fn landscape(threads: usize) {
    let session = session(
        "[data]\nsource = \"builtin:airline\"\n[data.window]\nlookback = 24\n[model]\nhidden = 32\n",
        threads,
    );
    let plane = Plane::random(session.parameters(), 7);
    let grid = Grid {
        x: [-1.0, 1.0],
        y: [-1.0, 1.0],
        points: 41,
    };
    let begun = Instant::now();
    let losses = session.landscape(&plane, &grid, threads, |_| true);
    println!(
        "landscape of {} points on airline, 32 units, {threads} threads: {:.2} s",
        losses.expect("nobody stops it").len(),
        begun.elapsed().as_secs_f64()
    );
}

/// Resident memory in MiB; 0 where the system does not tell.
fn resident() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS"));
    let number = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<f64>().ok());
    number.unwrap_or_default() / 1024.0
}

fn memory() {
    let before = resident();
    let mut histories = vec![History::default(); 8];
    for step in 0..1_000_000 {
        for history in &mut histories {
            history.push(&StepRecord {
                step,
                epoch: step / 100,
                seconds: step as f64,
                learning_rate: 0.01,
                train_loss: 1.0 / (step + 1) as f64,
                grad_norm: 1.0,
                grad_norm_clipped: 1.0,
                update_norm: 0.1,
                weight_norm: 3.0,
                validation_loss: step.is_multiple_of(100).then_some(0.5),
                tensor_norms: vec![[1.0, 1.0]; 6],
                flow: None,
            });
        }
    }
    let own: usize = histories.iter().map(History::bytes).sum();
    println!(
        "eight histories of a million steps: {:.0} MiB held, {:.0} MiB more resident",
        own as f64 / f64::from(1 << 20),
        resident() - before
    );
}
