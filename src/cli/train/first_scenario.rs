//! What the program does where there is no display: the first scenario, trained and plotted.

use super::folders::{Order, place};
use super::given::first_of;
use super::summary::{conclusion, report};
use crate::cli::runner::{Ended, on_interrupt, run_all};
use crate::cli::{Ending, out, say};
use crate::experiment::Experiment;
use crate::export::figures::{self, FigureFormat};
use crate::record::{LossUnit, Status};
use crate::scenarios;
use crate::threads;
use crate::train::plan;
use std::path::Path;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

/// What the first scenario may take without a display: with loading, forecasts and plots it stays below
/// half a minute even where the machine is slow or busy.
const FIRST_SCENARIO: Duration = Duration::from_secs(25);

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
    let threads = threads::available();
    let mut plans =
        plan(&experiment, threads).map_err(|errors| Ending::Failed(first_of(&errors)))?;
    place(&mut plans, &out);
    out::prepare(&out)?;
    let order = Order::of(&plans);
    let interrupted = on_interrupt();
    let deadline = Some(Instant::now() + FIRST_SCENARIO);
    let mut ended = run_all(plans, threads, true, false, &interrupted, deadline)?;
    order.sort(&mut ended);
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
