//! `train`: every contender and seed of an experiment, each into its run folder.

use super::progress::line;
use super::runner::{Ended, run_all};
use super::{Ending, say};
use crate::data::{DataError, Dataset};
use crate::experiment::document::DocumentError;
use crate::experiment::{Document, Experiment, safe_name};
use crate::export::figures;
use crate::record::Status;
use crate::scenarios;
use crate::train::{RunPlan, TrainError, plan};
use clap::Args;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// What the first scenario may take without a display: with loading, forecasts and plots it stays below
/// half a minute even where the machine is slow or busy.
const FIRST_SCENARIO: Duration = Duration::from_secs(25);

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
        None => available_threads(),
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
    place(&mut plans, &arguments.out, arguments.force)?;
    super::out::prepare(&arguments.out)?;
    if !arguments.quiet {
        tell_notes(plans.iter().map(|plan| &*plan.dataset));
    }
    let interrupted = on_interrupt();
    let ended = run_all(plans, threads, false, arguments.quiet, &interrupted, None)
        .map_err(|error| Ending::Failed(format!("no thread for a run: {error}")))?;
    if !arguments.quiet {
        report(&ended);
    }
    conclusion(&ended, interrupted.load(Ordering::Relaxed))
}

/// Trains the first scenario into a fresh folder below `runs/` and saves its plots: what the program
/// does where there is no display.
///
/// # Errors
/// How it ended where it did not simply succeed.
pub fn first_scenario() -> Result<(), Ending> {
    let scenario = scenarios::ALL[0];
    let experiment =
        Experiment::from_toml(scenario.toml).map_err(|errors| Ending::Usage(first_of(&errors)))?;
    let out = (1..)
        .map(|number| Path::new("runs").join(format!("{}-{number}", scenario.name)))
        .find(|path| !path.exists())
        .expect("some number is free");
    say(&format!(
        "There is no display, so \"{}\" trains here, into {}.\n",
        scenario.title,
        out.display()
    ));
    let threads = available_threads();
    let mut plans =
        plan(&experiment, threads).map_err(|errors| Ending::Failed(first_of(&errors)))?;
    place(&mut plans, &out, false)?;
    super::out::prepare(&out)?;
    let interrupted = on_interrupt();
    let deadline = Some(Instant::now() + FIRST_SCENARIO);
    let ended = run_all(plans, threads, true, false, &interrupted, deadline)
        .map_err(|error| Ending::Failed(format!("no thread for a run: {error}")))?;
    report(&ended);
    let plots = out.join("plots");
    let runs: Vec<figures::Run<'_>> = ended
        .iter()
        .map(|run| figures::Run {
            name: &run.plan.contender,
            history: &run.history,
            forecast: run.forecast.as_deref(),
            experiment: &run.plan.experiment,
            planned_steps: run.info.as_ref().map_or(0, |info| info.planned_steps),
        })
        .collect();
    let files =
        figures::save_all(&runs, &plots).map_err(|error| Ending::Failed(error.to_string()))?;
    say("\nPlots:\n");
    for file in files {
        say(&format!("  {}\n", file.display()));
    }
    say(
        "\nTo watch training live, start the program with a display; `optimizer-explorer --help` lists what works without one.\n",
    );
    if interrupted.load(Ordering::Relaxed) {
        return Err(Ending::Interrupted);
    }
    // On a slow machine the half minute ends a run: that is as it should be here.
    let shown = |run: &Ended| matches!(run.outcome.status, Status::Finished | Status::Stopped);
    if ended.iter().any(shown) {
        return Ok(());
    }
    conclusion(&ended, false)
}

fn available_threads() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

/// A run's own experiment file must find its data from anywhere.
fn make_absolute(experiment: &mut Experiment) {
    if let Ok(here) = std::env::current_dir() {
        experiment.resolve_paths(&here);
    }
}

/// Gives each plan its folder, and refuses to begin where one holds a run.
fn place(plans: &mut [RunPlan], out: &Path, force: bool) -> Result<(), Ending> {
    for plan in plans {
        let folder = out
            .join(safe_name(&plan.contender))
            .join(format!("seed-{}", plan.seed));
        if !force && (folder.join("run.json").exists() || folder.join("history.csv").exists()) {
            return Err(Ending::Usage(format!(
                "{} already holds a run; give another --out, or --force to replace it",
                folder.display()
            )));
        }
        plan.folder = Some(folder);
        plan.replace = force;
    }
    Ok(())
}

/// What a person should know about how the data were read and treated, each thing once.
pub(super) fn tell_notes<'a>(datasets: impl Iterator<Item = &'a Dataset>) {
    let mut told: Vec<&str> = Vec::new();
    for note in datasets.flat_map(|dataset| &dataset.notes) {
        if !told.contains(&note.as_str()) {
            told.push(note);
            line(&format!("note: {note}"));
        }
    }
}

/// A flag that Ctrl-C sets; a second Ctrl-C ends the program at once.
fn on_interrupt() -> Arc<AtomicBool> {
    let flag = Arc::new(AtomicBool::new(false));
    let set = Arc::clone(&flag);
    // Where no handler can be set, Ctrl-C ends the program as usual.
    drop(ctrlc::set_handler(move || {
        if set.swap(true, Ordering::Relaxed) {
            std::process::exit(130);
        }
    }));
    flag
}

fn report(ended: &[Ended]) {
    let width = ended
        .iter()
        .map(|run| run.plan.contender.chars().count())
        .max()
        .unwrap_or(0)
        .max(9);
    say(&format!(
        "{:width$}  {:>6}  {:>8}  {:>10}  {:>15}  {:>8}  status\n",
        "contender", "seed", "steps", "train loss", "best validation", "seconds"
    ));
    let number = |value: Option<f64>| value.map_or_else(|| "—".to_owned(), |v| format!("{v:.5}"));
    for run in ended {
        let outcome = &run.outcome;
        say(&format!(
            "{:width$}  {:>6}  {:>8}  {:>10}  {:>15}  {:>8.2}  {}\n",
            run.plan.contender,
            run.plan.seed,
            outcome.steps,
            number(outcome.train_loss.filter(|loss| loss.is_finite())),
            number(outcome.best.and_then(|best| best.validation_loss)),
            outcome.seconds,
            match outcome.status {
                Status::Finished => "finished".to_owned(),
                Status::Diverged => format!("diverged: {}", outcome.reason),
                Status::Failed => format!("failed: {}", outcome.reason),
                Status::Running | Status::Stopped => outcome.reason.clone(),
            }
        ));
    }
}

fn conclusion(ended: &[Ended], interrupted: bool) -> Result<(), Ending> {
    if interrupted {
        return Err(Ending::Interrupted);
    }
    if ended
        .iter()
        .any(|run| run.outcome.status == Status::Finished)
    {
        return Ok(());
    }
    let reasons: Vec<String> = ended
        .iter()
        .map(|run| format!("{}: {}", run.plan.contender, run.outcome.reason))
        .collect();
    Err(Ending::Failed(format!(
        "no run finished; {}",
        reasons.join("; ")
    )))
}

/// The first error, and how many more there are.
fn first_of(errors: &[impl ToString]) -> String {
    let first = errors.first().map(ToString::to_string).unwrap_or_default();
    match errors.len() {
        0 | 1 => first,
        more => format!("{first} (and {} more)", more - 1),
    }
}

/// What the command line itself sets: keys with their values, each with the words that gave it.
struct Given {
    assignments: Vec<(String, toml::Value)>,
    words: Vec<String>,
}

impl Given {
    fn new(arguments: &TrainArguments) -> Result<Self, Ending> {
        let mut given = Self {
            assignments: Vec::new(),
            words: Vec::new(),
        };
        for text in &arguments.set {
            let assignment =
                Document::assignment(text).map_err(|error| Ending::Usage(error.to_string()))?;
            given.assignments.push(assignment);
            given.words.push(format!("--set {text}"));
        }
        if let Some(steps) = arguments.steps {
            let steps = i64::try_from(steps)
                .map_err(|_| Ending::Usage(format!("--steps {steps} is too large")))?;
            given
                .assignments
                .push(("training.steps".into(), steps.into()));
            given.words.push(format!("--steps {steps}"));
        }
        if let Some(model) = &arguments.init {
            let words = format!("--init {}", model.display());
            let model = std::path::absolute(model)
                .map_err(|error| Ending::Usage(format!("{words}: {error}")))?;
            let model = model.to_string_lossy().into_owned();
            given
                .assignments
                .push(("model.start_from".into(), model.into()));
            given.words.push(words);
        }
        Ok(given)
    }

    /// The error with its place: the words that set its key, where the command line did, otherwise
    /// file and line.
    fn name(&self, error: DocumentError) -> String {
        let within = |key: &str, table: &str| {
            key.strip_prefix(table)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        let set = self
            .assignments
            .iter()
            .rposition(|(key, _)| within(&error.key, key) || within(key, &error.key));
        match set {
            None => error.to_string(),
            Some(index) => {
                let DocumentError { key, message, .. } = error;
                format!("{}: `{key}`: {message}", self.words[index])
            }
        }
    }

    fn name_all(&self, errors: Vec<DocumentError>) -> Vec<String> {
        errors.into_iter().map(|error| self.name(error)).collect()
    }
}

/// An error with its place in the experiment file or on the command line.
struct Located {
    message: String,
    usage: bool,
}

impl Located {
    fn new(error: TrainError, document: &Document, given: &Given) -> Self {
        match error {
            TrainError::Setting(error) | TrainError::Data(DataError::Setting(error)) => Self {
                message: given.name(document.locate(&error)),
                usage: true,
            },
            other => Self {
                message: other.to_string(),
                usage: false,
            },
        }
    }
}

impl std::fmt::Display for Located {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}
