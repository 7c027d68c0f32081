//! One run as the window shows it: what its worker has reported so far.

mod export;
mod looks;

use super::series::Trace;
use super::text;
use crate::diagnose::verdicts::{Verdict, verdicts};
use crate::experiment::Experiment;
use crate::record::{
    Column, Explosion, FlowHistory, FlowPlan, Forecast, ForecastRow, History, Metrics, Outcome,
    PastRun, Probe, RunInfo, Sharpness, Status,
};
use crate::train::{Report, WorkerState};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

pub use looks::Looks;

/// The run folder that a run is read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The folder.
    pub path: PathBuf,
    /// The step of the checkpoint that it can go on from.
    pub checkpoint: Option<u64>,
}

/// One contender with one seed.
#[derive(Debug, Clone)]
pub struct Run {
    /// The contender's name.
    pub name: String,
    /// The contender's colour number.
    pub colour: usize,
    /// The seed.
    pub seed: u64,
    /// Whether other seeds of the same contender run too.
    pub several_seeds: bool,
    /// Which origin of the backtest beside another run, from 1; 0: a run of its own.
    pub fold: usize,
    /// What it runs with.
    pub experiment: Experiment,
    /// What was known before the first step.
    pub info: Option<RunInfo>,
    /// All steps so far.
    pub history: History,
    /// Validation losses, for drawing.
    pub validation: Column,
    /// Their steps.
    pub validation_steps: Vec<u64>,
    /// The lowest validation loss, and the step after which it was found.
    pub best: Option<(u64, f64)>,
    /// Gradients through time.
    pub flow: FlowHistory,
    /// The latest closer look at its network.
    pub probe: Option<Arc<Probe>>,
    /// The sharpness, where it is measured.
    pub sharpness: Vec<Sharpness>,
    /// What is kept of earlier ones.
    pub looks: Looks,
    /// The latest forecast.
    pub forecast: Option<Arc<Forecast>>,
    /// The horizons that it has, from the nearest.
    pub horizons: Vec<usize>,
    /// How good it is.
    pub metrics: Option<Arc<Metrics>>,
    /// The steps after which they were found.
    pub scored_after: u64,
    /// What the worker does.
    pub state: WorkerState,
    /// How it ended.
    pub outcome: Option<Outcome>,
    /// What its numbers say, judged now and then.
    pub verdicts: Vec<Verdict>,
    /// Steps that it had when that was judged.
    judged: u64,
    /// Why it exploded.
    pub explosion: Option<Arc<Explosion>>,
    /// The steps that it can go back to or be forked from.
    pub kept: Vec<u64>,
    /// Where it was read from, until it goes on.
    pub folder: Option<Origin>,
}

impl Run {
    /// A run that has not begun.
    #[must_use]
    pub fn new(
        name: String,
        colour: usize,
        seed: u64,
        several_seeds: bool,
        experiment: Experiment,
    ) -> Self {
        let plan = FlowPlan {
            every: experiment.training.record_flow_every,
        };
        Self {
            flow: FlowHistory::new(plan),
            probe: None,
            verdicts: Vec::new(),
            judged: 0,
            explosion: None,
            looks: Looks::default(),
            sharpness: Vec::new(),
            name,
            colour,
            seed,
            several_seeds,
            fold: 0,
            experiment,
            info: None,
            history: History::default(),
            validation: Column::default(),
            validation_steps: Vec::new(),
            best: None,
            forecast: None,
            horizons: Vec::new(),
            metrics: None,
            scored_after: 0,
            state: WorkerState::Starting,
            outcome: None,
            kept: Vec::new(),
            folder: None,
        }
    }

    /// The run that the folder at `path` tells of.
    #[must_use]
    pub fn past(past: PastRun, path: PathBuf) -> Self {
        let PastRun {
            experiment,
            info,
            outcome,
            records,
            sharpness,
            forecast,
            metrics,
            checkpoint,
        } = past;
        let mut run = Self::new(info.contender.clone(), 0, info.seed, false, experiment);
        run.take(Report {
            info: Some(info),
            records,
            forecast: forecast.map(Arc::new),
            metrics: metrics.map(Arc::new),
            sharpness,
            outcome: Some(outcome),
            ..Report::empty(WorkerState::Ended)
        });
        run.folder = Some(Origin { path, checkpoint });
        run
    }

    /// Takes in what the worker says.
    pub fn take(&mut self, report: Report) {
        if report.info.is_some() {
            self.info = report.info;
        }
        for record in &report.records {
            let step = self.steps();
            self.history.push(record);
            if let Some(flow) = &record.flow {
                self.flow.push(record.step, Arc::clone(flow));
            }
            if let Some(loss) = record.validation_loss {
                self.validation.push(loss as f32);
                self.validation_steps.push(step);
                if loss.is_finite() && self.best.is_none_or(|(_, best)| loss < best) {
                    self.best = Some((step + 1, loss));
                }
            }
        }
        if let Some(forecast) = report.forecast {
            let horizons: BTreeSet<usize> = forecast.rows.iter().map(|row| row.horizon).collect();
            self.horizons = horizons.into_iter().collect();
            self.forecast = Some(forecast);
        }
        if report.metrics.is_some() {
            self.metrics = report.metrics;
            self.scored_after = self.steps();
        }
        if report.explosion.is_some() {
            self.explosion = report.explosion;
        }
        if let Some(probe) = report.probe {
            self.looks.push(&probe);
            self.probe = Some(probe);
        }
        self.sharpness.extend(report.sharpness);
        self.state = report.state;
        if let Some(outcome) = report.outcome {
            self.outcome = Some(outcome);
            self.state = WorkerState::Ended;
        }
        // Each time that it is a tenth longer: the work then stays in proportion to the run's length.
        if self.steps() >= self.judged + (self.judged / 10).max(20) || self.ended() {
            self.judge();
        }
    }

    fn judge(&mut self) {
        self.judged = self.steps();
        let flow = self.flow.steps().last();
        self.verdicts = verdicts(
            &self.experiment,
            &self.history,
            flow.map_or(&[], |(_, layers)| &layers[..]),
            self.forecast.as_deref(),
        );
    }

    /// Ends a run whose worker is gone.
    pub fn lose(&mut self, reason: String) {
        self.state = WorkerState::Ended;
        if self.outcome.is_none() {
            self.outcome = Some(self.ending(Status::Failed, reason));
        }
    }

    /// Whether it can go on: where it was stopped by hand, or from its folder's checkpoint.
    #[must_use]
    pub fn can_go_on(&self) -> bool {
        match &self.folder {
            Some(folder) => folder.checkpoint.is_some(),
            None => self.status() == Some(Status::Stopped),
        }
    }

    /// Forgets what came after so many updates.
    pub fn cut_back(&mut self, steps: u64) {
        let first = self.first_step();
        self.history.truncate(steps.saturating_sub(first) as usize);
        self.flow.truncate(steps);
        self.probe = self.probe.take().filter(|probe| probe.step < steps);
        self.looks.truncate(steps);
        self.sharpness.retain(|known| known.step < steps);
        self.judge();
        let kept = self.validation_steps.partition_point(|&step| step < steps);
        self.validation_steps.truncate(kept);
        self.validation.truncate(kept);
        self.best = None;
        for &(row, loss) in &self.history.validation {
            if loss.is_finite() && self.best.is_none_or(|(_, best)| loss < best) {
                self.best = Some((first + row + 1, loss));
            }
        }
    }

    /// The share of its steps that clipping has acted on.
    #[must_use]
    pub fn clipped_share(&self) -> f64 {
        self.history.clipped_steps as f64 / self.history.len().max(1) as f64
    }

    /// Its next worker begins; what it has shown so far stays.
    pub fn go_on(&mut self) {
        self.outcome = None;
        self.explosion = None;
        self.state = WorkerState::Starting;
    }

    /// Stands after so many updates as if it had been stopped there. Forecasts are of later weights.
    pub fn go_back(&mut self, steps: u64) {
        self.cut_back(steps);
        self.kept.retain(|&step| step <= steps);
        self.explosion = None;
        self.forecast = None;
        self.metrics = None;
        self.scored_after = 0;
        self.outcome = Some(self.ending(Status::Stopped, String::new()));
    }

    /// What is known of an end that no worker tells of.
    fn ending(&self, status: Status, reason: String) -> Outcome {
        Outcome {
            status,
            reason,
            steps: self.steps(),
            seconds: self.history.seconds.last().copied().unwrap_or_default(),
            best: None,
            batch_order: String::new(),
            final_weights: String::new(),
            train_loss: None,
            validation_loss: None,
        }
    }

    /// The name, with the seed where there are several.
    #[must_use]
    pub fn label(&self) -> String {
        let mut label = self.name.clone();
        if self.several_seeds {
            label += &format!(" · {}", self.seed);
        }
        if self.fold > 0 {
            label += &format!(" · {}", text::fold(self.fold));
        }
        label
    }

    /// The step of the first row of its history: other than 0 in a fork.
    #[must_use]
    pub fn first_step(&self) -> u64 {
        self.info.as_ref().map_or(0, |info| info.first_step)
    }

    /// The row of its history that tells of this step, or would.
    #[must_use]
    pub fn row(&self, step: usize) -> Option<usize> {
        step.checked_sub(self.first_step() as usize)
    }

    /// Updates made, those before a fork's first one included.
    #[must_use]
    pub fn steps(&self) -> u64 {
        self.first_step() + self.history.len() as u64
    }

    /// Steps in the whole run, once known.
    #[must_use]
    pub fn planned_steps(&self) -> Option<u64> {
        self.info.as_ref().map(|info| info.planned_steps)
    }

    /// Whether no step will follow.
    #[must_use]
    pub fn ended(&self) -> bool {
        self.state == WorkerState::Ended
    }

    /// Whether it ended because a number was no longer finite.
    #[must_use]
    pub fn diverged(&self) -> bool {
        self.status() == Some(Status::Diverged)
    }

    /// How it ended.
    #[must_use]
    pub fn status(&self) -> Option<Status> {
        self.outcome.as_ref().map(|outcome| outcome.status)
    }

    /// Share of the naive forecast's error that it saves: on the validation part, else on the test
    /// part; of a fold on its test part, which is what folds are for; of the first target.
    #[must_use]
    pub fn skill(&self) -> Option<f64> {
        Some(self.skill_of_part()?.1)
    }

    /// As [`Self::skill`], with the name of the part.
    #[must_use]
    pub fn skill_of_part(&self) -> Option<(&'static str, f64)> {
        let metrics = self.metrics.as_ref()?;
        self.judging().iter().find_map(|part| {
            let skill = metrics.get(*part)?.targets()?.values().next()?.skill;
            Some((*part, skill.filter(|skill| skill.is_finite())?))
        })
    }

    /// The steps after which its forecast was made and scored, where it has clearly gone on since.
    #[must_use]
    pub fn scored_late(&self) -> Option<u64> {
        let late = !self.ended() && self.metrics.is_some();
        (late && is_behind(self.steps(), self.scored_after)).then_some(self.scored_after)
    }

    /// The parts that judge it: of a fold the test part, which is what folds are for.
    fn judging(&self) -> &'static [&'static str] {
        match self.fold {
            0 => &["validation", "test"],
            _ => &["test"],
        }
    }

    /// The step that it ended with; of one that exploded, the step whose update could not be made.
    #[must_use]
    pub fn last_step(&self) -> u64 {
        match &self.explosion {
            Some(explosion) => explosion.step,
            None => self.steps().saturating_sub(1),
        }
    }

    /// Whether its forecast was scored, and yet there is no share of a simple forecast's error to be saved, as that
    /// has none.
    #[must_use]
    pub fn nothing_to_save(&self) -> bool {
        let scored = |metrics: &Metrics| metrics.values().any(|part| part.targets().is_some());
        self.skill().is_none() && self.metrics.as_deref().is_some_and(scored)
    }

    /// Share of the sequences or rows that are given their class: on the validation part, else on the test
    /// part; of a fold on its test part.
    #[must_use]
    pub fn accuracy(&self) -> Option<f64> {
        Some(self.accuracy_of_part()?.1)
    }

    /// As [`Self::accuracy`], with the name of the part.
    #[must_use]
    pub fn accuracy_of_part(&self) -> Option<(&'static str, f64)> {
        let metrics = self.metrics.as_ref()?;
        let (part, scores) =
            (self.judging().iter()).find_map(|part| Some((*part, metrics.get(*part)?)))?;
        Some((part, scores.classes()?.accuracy))
    }

    /// Predictions of one target at one horizon over the rows; gaps are not-a-number.
    #[must_use]
    pub fn predicted(&self, target: usize, horizon: usize) -> Trace {
        self.trace(target, horizon, |row| row.predicted)
    }

    /// The lowest and the highest quantile, as [`Run::predicted`]; `None` where there are not two.
    #[must_use]
    pub fn band(&self, target: usize, horizon: usize) -> Option<[Trace; 2]> {
        let quantiles = &self.forecast.as_ref()?.quantiles;
        (quantiles.len() > 1).then(|| {
            [0, quantiles.len() - 1].map(|which| {
                self.trace(target, horizon, |row| {
                    row.quantiles.get(which).copied().unwrap_or(f64::NAN)
                })
            })
        })
    }

    /// What was rolled forward of one target on its own forecasts: over the test part, and beyond the data.
    #[must_use]
    pub fn rolled(&self, target: usize) -> [Trace; 2] {
        let rows = self.forecast.as_ref().map_or(&[][..], |f| &f.rolled);
        [false, true].map(|beyond| {
            let chosen =
                move |row: &&ForecastRow| row.target == target && (row.part == "beyond") == beyond;
            trace_of(|| rows.iter().filter(chosen), |row| row.predicted)
        })
    }

    fn trace(&self, target: usize, horizon: usize, of: impl Fn(&ForecastRow) -> f64) -> Trace {
        let rows = self.forecast.as_ref().map_or(&[][..], |f| &f.rows);
        let chosen = move |row: &&ForecastRow| row.target == target && row.horizon == horizon;
        trace_of(|| rows.iter().filter(chosen), of)
    }
}

/// A value of each row over the rows of the series; gaps are not-a-number.
fn trace_of<'a, I: Iterator<Item = &'a ForecastRow>>(
    rows: impl Fn() -> I,
    of: impl Fn(&ForecastRow) -> f64,
) -> Trace {
    let (Some(first), Some(last)) = (
        rows().map(|row| row.index).min(),
        rows().map(|row| row.index).max(),
    ) else {
        return Trace::default();
    };
    let mut values = vec![f64::NAN; last - first + 1];
    for row in rows() {
        values[row.index - first] = of(row);
    }
    Trace::new(first, values)
}

fn is_behind(steps: u64, scored_after: u64) -> bool {
    steps.saturating_sub(scored_after) > (steps / 10).max(5)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_of_clearly_earlier_weights_are_said_to_be() {
        assert!(!is_behind(3, 0), "the first steps go by too quickly");
        assert!(!is_behind(100, 95));
        assert!(is_behind(100, 80));
        assert!(!is_behind(100, 120), "gone back");
    }
}
