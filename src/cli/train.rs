//! `train`: every contender and seed of an experiment, each into its run folder.

use super::progress::line;
use super::range_test::range_test;
use super::runner::{Ended, run_all};
use super::{Ending, say, sweep};
use crate::data::{DataError, Dataset};
use crate::experiment::document::DocumentError;
use crate::experiment::{Document, Experiment, safe_name};
use crate::export::figures::{self, FigureFormat};
use crate::record::{FolderError, History, LossUnit, Results, RunFolder, Status, fold_folder};
use crate::scenarios;
use crate::train::{ResumeError, Resumption, RunPlan, TrainError, plan, resume};
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

/// One share of the runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    /// From 1.
    number: usize,
    /// Of so many.
    of: usize,
}

impl Shard {
    fn parse(text: &str) -> Result<Self, String> {
        let parts = text.split_once('/');
        parts
            .and_then(|(number, of)| {
                Some(Self {
                    number: number.parse().ok()?,
                    of: of.parse().ok()?,
                })
            })
            .filter(|shard| (1..=shard.of).contains(&shard.number))
            .ok_or_else(|| "give I/N with I from 1 to N, such as 2/8".to_owned())
    }

    /// Whether the run at this place belongs to it. Neighbours, often alike and equally long, go to different
    /// shards.
    fn has(self, place: usize) -> bool {
        place % self.of == self.number - 1
    }
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
        let mut place = 0;
        plans.retain(|_| {
            place += 1;
            shard.has(place - 1)
        });
        if plans.is_empty() {
            line(&format!(
                "shard {}/{}: there are {all} runs, and none is left for it",
                shard.number, shard.of
            ));
            return Ok(());
        }
    }
    let order: Vec<_> = plans.iter().map(key).collect();
    let mut ended = Vec::new();
    if arguments.resume || arguments.shard.is_some() {
        (plans, ended) = resumptions(plans)?;
    } else {
        begin_anew(&mut plans, arguments.force)?;
    }
    super::out::prepare(&arguments.out)?;
    if !arguments.quiet {
        tell_notes(plans.iter().map(|plan| &*plan.dataset));
        if arguments.sweep {
            sweep::announce(&plans, threads)?;
        }
    }
    let interrupted = on_interrupt();
    ended.extend(
        run_all(plans, threads, false, arguments.quiet, &interrupted, None)
            .map_err(|error| Ending::Failed(format!("no thread for a run: {error}")))?,
    );
    ended.sort_by_key(|run| order.iter().position(|other| *other == key(&run.plan)));
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
    place(&mut plans, &out);
    super::out::prepare(&out)?;
    let order: Vec<_> = plans.iter().map(key).collect();
    let interrupted = on_interrupt();
    let deadline = Some(Instant::now() + FIRST_SCENARIO);
    let mut ended = run_all(plans, threads, true, false, &interrupted, deadline)
        .map_err(|error| Ending::Failed(format!("no thread for a run: {error}")))?;
    ended.sort_by_key(|run| order.iter().position(|other| *other == key(&run.plan)));
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
            loss_unit: (run.info.as_ref()).map_or_else(LossUnit::default, |info| info.loss_unit),
            diverged: run.outcome.status == Status::Diverged,
        })
        .collect();
    let files = figures::save_all(&runs, &plots, FigureFormat::Svg, figures::SIZE)
        .map_err(|error| Ending::Failed(error.to_string()))?;
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

/// Gives each plan its folder.
fn place(plans: &mut [RunPlan], out: &Path) {
    for plan in plans {
        let run = out
            .join(safe_name(&plan.contender))
            .join(format!("seed-{}", plan.seed));
        plan.folder = Some(match plan.fold {
            0 => run,
            fold => fold_folder(&run, fold),
        });
    }
}

/// What tells runs apart.
fn key(plan: &RunPlan) -> (String, u64, usize) {
    (plan.contender.clone(), plan.seed, plan.fold)
}

/// Refuses to begin where a folder holds a run, unless that may be replaced.
fn begin_anew(plans: &mut [RunPlan], force: bool) -> Result<(), Ending> {
    for plan in plans {
        if let Some(folder) = &plan.folder
            && !force
            && RunFolder::is_occupied(folder)
        {
            return Err(Ending::Usage(
                FolderError::Occupied(folder.clone()).to_string(),
            ));
        }
        plan.replace = force;
    }
    Ok(())
}

/// What is left to run of `plans`, and what had ended before.
fn resumptions(plans: Vec<RunPlan>) -> Result<(Vec<RunPlan>, Vec<Ended>), Ending> {
    let mut left = Vec::new();
    let mut ended = Vec::new();
    for plan in plans {
        match resume(plan) {
            Ok(Resumption::Run(plan)) => left.push(*plan),
            Ok(Resumption::Done(plan, summary)) => ended.push(Ended {
                plan: *plan,
                info: None,
                history: History::default(),
                forecast: None,
                outcome: (*summary).into(),
                before: true,
            }),
            Err(error @ ResumeError::Different { .. }) => {
                return Err(Ending::Usage(error.to_string()));
            }
            Err(error @ (ResumeError::Checkpoint { .. } | ResumeError::Changed(_))) => {
                return Err(Ending::Failed(error.to_string()));
            }
        }
    }
    Ok((left, ended))
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

/// The contender, and which fold.
fn name(plan: &RunPlan) -> String {
    match plan.fold {
        0 => plan.contender.clone(),
        fold => format!("{}, fold {fold}", plan.contender),
    }
}

fn report(ended: &[Ended]) {
    let width = ended
        .iter()
        .map(|run| name(&run.plan).chars().count())
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
            name(&run.plan),
            run.plan.seed,
            outcome.steps,
            number(outcome.train_loss.filter(|loss| loss.is_finite())),
            number(outcome.best.and_then(|best| best.validation_loss)),
            outcome.seconds,
            match outcome.status {
                Status::Finished if run.before => "finished before".to_owned(),
                Status::Finished => "finished".to_owned(),
                Status::Diverged => format!("diverged: {}", outcome.reason),
                Status::Failed => format!("failed: {}", outcome.reason),
                Status::Running | Status::Stopped => outcome.reason.clone(),
            }
        ));
    }
}

/// Each run that has folds, with their scores, which go into its `metrics.json`.
fn gather(ended: &[Ended]) -> Result<Vec<(&RunPlan, Results)>, Ending> {
    let mut gathered = Vec::new();
    for run in ended {
        let split = run.plan.experiment.data.split;
        if let Some(folder) = run.plan.folder.as_deref()
            && split.fold == 0
            && split.folds > 0
            && let Some(results) = Results::gather(folder, split.folds)
                .map_err(|error| Ending::Failed(error.to_string()))?
        {
            gathered.push((&run.plan, results));
        }
    }
    Ok(gathered)
}

/// The mean scores over the folds of each run.
fn tell_backtests(backtests: &[(&RunPlan, Results)]) {
    for (plan, results) in backtests {
        let done = results.folds.iter().flatten().count();
        let Some(test) = results
            .mean
            .as_ref()
            .and_then(|mean| mean.get("test")?.targets())
        else {
            say(&format!(
                "backtest of {} seed {}: {done} of {} folds have finished\n",
                plan.contender,
                plan.seed,
                results.folds.len()
            ));
            continue;
        };
        for (target, scores) in test {
            let number =
                |value: Option<f64>| value.map_or_else(|| "—".to_owned(), |v| format!("{v:.4}"));
            let others: Vec<String> = scores
                .baselines
                .iter()
                .map(|(name, scores)| format!("{name} {}", number(scores.mae)))
                .collect();
            say(&format!(
                "backtest of {} seed {}, mean of {} folds, {target}: MAE {} (against {})\n",
                plan.contender,
                plan.seed,
                results.folds.len(),
                number(scores.model.mae),
                others.join(", ")
            ));
        }
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
