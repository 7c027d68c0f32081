//! `train`: every contender and seed of an experiment, each into its run folder.

mod first_scenario;
mod folders;
mod given;
mod shard;
mod summary;

pub use first_scenario::first_scenario;

use super::progress::line;
use super::range_test::range_test;
use super::runner::{on_interrupt, run_all};
use super::{Ending, out, sweep, tell_notes};
use crate::experiment::{Document, Experiment};
use crate::threads;
use crate::train::plan;
use clap::Args;
use folders::{Order, begin_anew, place, resumptions};
use given::{Given, Located, first_of};
use shard::Shard;
use std::path::PathBuf;
use std::sync::atomic::Ordering;
use summary::{conclusion, gather, report, tell_backtests};

/// Arguments of `train`.
#[derive(Debug, Args)]
pub struct TrainArguments {
    /// The experiment file.
    experiment: PathBuf,
    /// The folder for one run folder per contender and seed.
    #[arg(long)]
    out: PathBuf,
    /// Changes any key of the experiment file, such as optimizer.kind=sgd.
    #[arg(long = "set", value_name = "KEY=VALUE")]
    set: Vec<String>,
    /// Updates to make, whatever the experiment file says.
    #[arg(long, value_name = "N")]
    steps: Option<u64>,
    /// A model file to start from.
    #[arg(long, value_name = "MODEL.safetensors")]
    init: Option<PathBuf>,
    /// Continue what has a checkpoint, start what has none, skip what is finished.
    #[arg(long, conflicts_with = "force")]
    resume: bool,
    /// Only every N-th run, from the I-th on, such as 2/8, for many machines or jobs that share the folder; what is
    /// done already is left alone, as with --resume.
    #[arg(long, value_name = "I/N", value_parser = Shard::parse, conflicts_with_all = ["force", "range_test"])]
    shard: Option<Shard>,
    /// Only try which learning rates train at all, 1e-8 to 1, and write range_test.csv.
    #[arg(long, conflicts_with_all = ["force", "resume"])]
    range_test: bool,
    /// Each contender at five learning rates, from a tenth to ten times its own; sweep.csv tells them all.
    #[arg(long, conflicts_with_all = ["range_test", "shard"])]
    sweep: bool,
    /// Worker threads of all runs together.
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
    /// Replace runs that are there already.
    #[arg(long)]
    force: bool,
    /// No progress.
    #[arg(long)]
    quiet: bool,
}

pub(super) fn train(arguments: &TrainArguments) -> Result<(), Ending> {
    let threads = match arguments.threads {
        Some(0) => {
            return Err(Ending::Usage(
                "--threads takes a number of at least 1".into(),
            ));
        }
        Some(threads) => threads,
        None => threads::available(),
    };
    let path = &arguments.experiment;
    let text = std::fs::read_to_string(path).map_err(|error| {
        Ending::Usage(format!(
            "{}: the experiment file cannot be read: {error}",
            path.display()
        ))
    })?;
    let document =
        Document::parse(&text, Some(path)).map_err(|error| Ending::Usage(error.to_string()))?;
    let given = Given::new(arguments)?;
    let mut experiment = document
        .experiment(&given.assignments)
        .map_err(|errors| Ending::Usage(first_of(&given.name_all(errors))))?;
    make_absolute(&mut experiment);
    let original = experiment.clone();
    if arguments.sweep {
        experiment = (experiment.sweep()).map_err(|errors| {
            let located = errors
                .iter()
                .map(|error| given.name(document.locate(error)));
            Ending::Usage(first_of(&located.collect::<Vec<_>>()))
        })?;
    }
    let mut plans = plan(&experiment, threads).map_err(|errors| {
        let located: Vec<Located> = errors
            .into_iter()
            .map(|error| Located::new(error, &document, &given))
            .collect();
        let message = first_of(&located);
        if located.iter().any(|error| error.usage) {
            Ending::Usage(message)
        } else {
            Ending::Failed(message)
        }
    })?;
    place(&mut plans, &arguments.out);
    if arguments.range_test {
        plans.retain(|plan| plan.fold == 0);
        return range_test(&plans, threads, &on_interrupt());
    }
    if let Some(shard) = arguments.shard {
        let all = plans.len();
        shard.keep(&mut plans);
        if plans.is_empty() {
            line(&format!(
                "shard {shard}: there are {all} runs, and none is left for it"
            ));
            return Ok(());
        }
    }
    let order = Order::of(&plans);
    let mut ended = Vec::new();
    if arguments.resume || arguments.shard.is_some() {
        (plans, ended) = resumptions(plans)?;
    } else {
        begin_anew(&mut plans, arguments.force)?;
    }
    out::prepare(&arguments.out)?;
    if !arguments.quiet {
        tell_notes(plans.iter().map(|plan| &*plan.dataset));
        if arguments.sweep {
            sweep::announce(&plans, threads)?;
        }
    }
    let interrupted = on_interrupt();
    ended.extend(run_all(
        plans,
        threads,
        false,
        arguments.quiet,
        &interrupted,
        None,
    )?);
    order.sort(&mut ended);
    let backtests = gather(&ended)?;
    if !arguments.quiet {
        report(&ended);
        tell_backtests(&backtests);
    }
    if arguments.sweep && !interrupted.load(Ordering::Relaxed) {
        sweep::conclude(&original, &ended, &arguments.out)?;
    }
    conclusion(&ended, interrupted.load(Ordering::Relaxed))
}

/// A run's own experiment file must find its data from anywhere.
fn make_absolute(experiment: &mut Experiment) {
    if let Ok(here) = std::env::current_dir() {
        experiment.resolve_paths(&here);
    }
}
