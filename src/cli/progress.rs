//! What a person sees while runs go on: bars on a terminal, a plain line every few seconds elsewhere.

use crate::record::{Outcome, RunInfo, Status, StepRecord};
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use std::io::{IsTerminal, Write as _};
use std::time::{Duration, Instant};

/// Between two plain lines.
const LINE_EVERY: Duration = Duration::from_secs(5);

/// Where progress goes.
#[derive(Debug)]
pub enum Progress {
    /// `--quiet`.
    Silent,
    /// A bar for each run.
    Bars(MultiProgress),
    /// A line every few seconds.
    Lines(Instant),
}

/// One run's progress.
#[derive(Debug)]
pub struct RunProgress {
    name: String,
    bar: Option<ProgressBar>,
    planned: u64,
    steps: u64,
    loss: f64,
    validation: Option<f64>,
}

impl Progress {
    /// What fits standard error.
    pub fn new(quiet: bool) -> Self {
        if quiet {
            Self::Silent
        } else if std::io::stderr().is_terminal() {
            Self::Bars(MultiProgress::new())
        } else {
            Self::Lines(Instant::now())
        }
    }

    /// A run begins.
    pub fn begin(&self, name: &str) -> RunProgress {
        let bar = if let Self::Bars(bars) = self {
            let style = ProgressStyle::with_template(
                "{prefix:<24!} {bar:24} {pos}/{len} steps {per_sec} {eta} {msg}",
            )
            .unwrap_or_else(|_| ProgressStyle::default_bar());
            let bar = bars.add(ProgressBar::new(0).with_style(style));
            bar.set_prefix(name.to_owned());
            Some(bar)
        } else {
            None
        };
        RunProgress {
            name: name.to_owned(),
            bar,
            planned: 0,
            steps: 0,
            loss: f64::NAN,
            validation: None,
        }
    }

    /// Says a plain line for each of `runs` where one is due.
    pub fn line_where_due<'a>(&mut self, runs: impl Iterator<Item = &'a RunProgress>) {
        let Self::Lines(last) = self else { return };
        if last.elapsed() < LINE_EVERY {
            return;
        }
        *last = Instant::now();
        for run in runs {
            let share = 100.0 * run.steps as f64 / run.planned.max(1) as f64;
            line(&format!(
                "{}: step {} of {} ({share:.0}%), {}",
                run.name,
                run.steps,
                run.planned,
                run.losses()
            ));
        }
    }

    /// A run has ended.
    pub fn end(&self, run: &RunProgress, outcome: &Outcome) {
        let word = match outcome.status {
            Status::Running => "cut off",
            Status::Finished => "finished",
            Status::Stopped => "stopped",
            Status::Diverged => "diverged",
            Status::Failed => "failed",
        };
        if let Some(bar) = &run.bar {
            bar.finish_with_message(format!("{}, {word}", run.losses()));
        }
        if matches!(self, Self::Lines(_)) {
            line(&format!(
                "{}: {word} after {} steps in {:.1} s, {} ({})",
                run.name,
                outcome.steps,
                outcome.seconds,
                run.losses(),
                outcome.reason
            ));
        }
    }
}

impl RunProgress {
    /// Facts before the first step.
    pub fn info(&mut self, info: &RunInfo) {
        self.planned = info.planned_steps;
        if let Some(bar) = &self.bar {
            bar.set_length(info.planned_steps);
        }
    }

    /// Steps taken.
    pub fn records(&mut self, records: &[StepRecord]) {
        let Some(last) = records.last() else { return };
        self.steps = last.step + 1;
        self.loss = last.train_loss;
        self.validation = records
            .iter()
            .rev()
            .find_map(|r| r.validation_loss)
            .or(self.validation);
        if let Some(bar) = &self.bar {
            bar.set_position(self.steps);
            bar.set_message(self.losses());
        }
    }

    fn losses(&self) -> String {
        match self.validation {
            Some(validation) => format!("loss {:.4}, validation {validation:.4}", self.loss),
            None => format!("loss {:.4}", self.loss),
        }
    }
}

/// A line on standard error.
pub fn line(text: &str) {
    // Progress that nobody reads is no reason to stop.
    drop(writeln!(std::io::stderr(), "{text}"));
}
