//! The race: start, pause, step, stop, reset, and what the workers report.

use super::problems::at_the_source;
use super::{AppState, Phase, Weight};
use crate::app::actions::{Effect, Order};
use crate::app::runs::Run;
use crate::app::text;
use crate::experiment::{BatchSize, Experiment, KeyError};
use crate::record::Status;
use crate::train::Report;

/// How far the race is.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Progress {
    /// Share of all planned steps of all runs that is done.
    pub share: f64,
    /// Steps of the run that is furthest back among those that go on.
    pub step: u64,
    /// Steps that it will make.
    pub planned: u64,
    /// Its epoch, from 1.
    pub epoch: u64,
    /// Its epochs.
    pub epochs: u64,
    /// Steps a second of all runs together; `None` before it is known.
    pub steps_per_second: Option<f64>,
    /// Until all runs have ended.
    pub seconds_left: Option<f64>,
}

impl AppState {
    /// Where the race stands.
    #[must_use]
    pub fn phase(&self) -> Phase {
        if self.preparing {
            Phase::Preparing
        } else if self.runs.is_empty() {
            Phase::Ready
        } else if self.runs.iter().all(Run::ended) {
            if self.runs.iter().any(Run::can_go_on) {
                Phase::Stopped
            } else {
                Phase::Ended
            }
        } else if self.paused {
            Phase::Paused
        } else {
            Phase::Running
        }
    }

    /// Whether something keeps the race from starting.
    #[must_use]
    pub fn blocked(&self) -> bool {
        !self.problems.is_empty() || !self.data_problems.is_empty()
    }

    pub(super) fn run_or_pause(&mut self) {
        match self.phase() {
            Phase::Ready | Phase::Ended => self.start(false),
            Phase::Preparing => {}
            Phase::Stopped => self.go_on(false),
            Phase::Running => {
                self.paused = true;
                self.effects.push(Effect::Tell(Order::Pause));
            }
            Phase::Paused => {
                self.paused = false;
                self.speed.clear();
                self.effects.push(Effect::Tell(Order::Resume));
            }
        }
    }

    pub(super) fn step(&mut self) {
        match self.phase() {
            Phase::Ready => self.start(true),
            Phase::Stopped => self.go_on(true),
            Phase::Paused => self.effects.push(Effect::Tell(Order::Step)),
            Phase::Preparing | Phase::Running | Phase::Ended => {}
        }
    }

    pub(super) fn start(&mut self, one_step: bool) {
        if self.blocked() {
            return;
        }
        self.reset();
        self.preparing = true;
        self.paused = one_step;
        self.step_when_ready = one_step;
        self.effects.push(Effect::Plan {
            experiment: Box::new(self.draft.clone()),
            start_paused: one_step,
            pace: self.pace,
        });
        self.started = Some(self.draft.clone());
        let several = self.draft.seeds.len() > 1;
        for (contender, &colour) in self.contenders.iter().zip(&self.colours) {
            let split = contender.experiment.data.split;
            for &seed in &self.draft.seeds {
                for of_run in split.runs() {
                    let mut experiment = contender.experiment.clone();
                    experiment.data.split = of_run;
                    let name = contender.name.clone();
                    let mut run = Run::new(name, colour, seed, several, experiment);
                    run.fold = of_run.fold - split.fold;
                    self.runs.push(run);
                }
            }
        }
        self.run_series.clone_from(&self.series);
    }

    /// Goes on with what was stopped, whatever the settings have become since.
    fn go_on(&mut self, one_step: bool) {
        self.paused = one_step;
        self.speed.clear();
        let kept = |run: &Run| {
            let folder = run.folder.as_ref()?;
            Some((folder.path.clone(), folder.checkpoint?))
        };
        if let Some((folder, step)) = self.runs.iter().find_map(kept) {
            self.preparing = true;
            self.step_when_ready = one_step;
            self.effects.push(Effect::GoOnFromFolder {
                folder,
                step,
                start_paused: one_step,
                pace: self.pace,
            });
            return;
        }
        let mut runs = Vec::new();
        for (index, run) in self.runs.iter_mut().enumerate() {
            if run.can_go_on() {
                run.go_on();
                runs.push(index);
            }
        }
        self.note(Weight::Note, None, text::goes_on(runs.len()));
        self.effects.push(Effect::GoOn {
            runs,
            start_paused: one_step,
        });
        if one_step {
            self.effects.push(Effect::Tell(Order::Step));
        }
    }

    pub(super) fn reset(&mut self) {
        self.generation += 1;
        if !self.runs.is_empty() || self.preparing {
            // It is of weights that are no more.
            self.forget_landscape();
            self.effects.push(Effect::Discard);
        }
        self.runs.clear();
        self.inside = None;
        self.run_series = None;
        self.started = None;
        self.preparing = false;
        self.paused = false;
        self.step_when_ready = false;
        self.run_problems.clear();
        self.speed.clear();
    }

    pub(super) fn planned(&mut self, result: Result<(), Vec<KeyError>>) {
        if !self.preparing {
            return;
        }
        self.preparing = false;
        match result {
            Ok(()) => {
                self.left_the_folder();
                if self.step_when_ready {
                    self.effects.push(Effect::Tell(Order::Step));
                }
            }
            // What a folder told stays on show.
            Err(problems) if self.runs.iter().any(|run| run.folder.is_some()) => {
                for problem in problems {
                    let line = text::problem(&problem, &self.contenders);
                    self.note(Weight::Trouble, None, line);
                }
            }
            Err(problems) => {
                self.runs.clear();
                self.started = None;
                self.run_problems = at_the_source(problems);
                for problem in self.run_problems.clone() {
                    self.note(
                        Weight::Trouble,
                        None,
                        text::problem(&problem, &self.contenders),
                    );
                }
            }
        }
        self.step_when_ready = false;
    }

    /// A run that a folder told of goes on apart from it, from its checkpoint.
    fn left_the_folder(&mut self) {
        let mut lines = Vec::new();
        for run in &mut self.runs {
            if let Some(folder) = run.folder.take()
                && let Some(step) = folder.checkpoint
            {
                run.cut_back(step);
                run.go_on();
                lines.push((run.colour, text::goes_on_apart(run, &folder.path)));
            }
        }
        for (colour, line) in lines {
            self.generation += 1;
            self.note(Weight::Note, Some(colour), line);
        }
    }

    pub(super) fn report(&mut self, index: usize, report: Report) {
        let Some(run) = self.runs.get_mut(index) else {
            return;
        };
        let ended = run.ended();
        run.take(report);
        if run.ended() && !ended {
            self.tell_the_end(index);
        }
    }

    pub(super) fn lost(&mut self, index: usize, reason: String) {
        if let Some(run) = self.runs.get_mut(index)
            && !run.ended()
        {
            run.lose(reason);
            self.tell_the_end(index);
        }
    }

    fn tell_the_end(&mut self, index: usize) {
        let run = &self.runs[index];
        let weight = match run.status() {
            Some(Status::Diverged | Status::Failed) | None => Weight::Trouble,
            Some(_) => Weight::Note,
        };
        let (line, colour, step) = (text::ended(run), run.colour, run.steps());
        self.note(weight, Some(colour), line);
        if let Some(event) = self.events.last_mut() {
            event.step = Some(step);
        }
    }

    /// Remembers how far all runs are at `now` seconds, for the speed.
    pub fn tick(&mut self, now: f64) {
        const KEPT_SECONDS: f64 = 2.0;
        self.now = now;
        if self.phase() != Phase::Running {
            self.speed.clear();
            return;
        }
        let steps = self.runs.iter().map(Run::steps).sum();
        if self.speed.back().is_none_or(|&(then, _)| now - then > 0.05) {
            self.speed.push_back((now, steps));
        }
        while self
            .speed
            .front()
            .is_some_and(|&(then, _)| now - then > KEPT_SECONDS)
        {
            self.speed.pop_front();
        }
    }

    /// How far the race is.
    #[must_use]
    pub fn progress(&self) -> Progress {
        let mut progress = Progress::default();
        let planned = |run: &Run| run.planned_steps().unwrap_or_default();
        let goal: u64 = self
            .runs
            .iter()
            .map(|run| {
                if run.ended() && !run.can_go_on() {
                    run.steps()
                } else {
                    planned(run)
                }
            })
            .sum();
        let done: u64 = self.runs.iter().map(Run::steps).sum();
        if goal > 0 {
            progress.share = (done as f64 / goal as f64).min(1.0);
        }
        let slowest = self
            .runs
            .iter()
            .filter(|run| !run.ended() && run.info.is_some())
            .min_by_key(|run| run.steps())
            .or_else(|| self.runs.iter().max_by_key(|run| run.steps()));
        if let Some(run) = slowest {
            progress.step = run.steps();
            progress.planned = planned(run);
            if let Some(info) = &run.info {
                let per_epoch = info.steps_per_epoch.max(1);
                progress.epochs = info.planned_steps.div_ceil(per_epoch);
                progress.epoch = match run.history.len() as u64 {
                    0 => 0,
                    rows => run.history.epoch(rows - 1) + 1,
                };
            }
        }
        if let (Some(&(from, first)), Some(&(to, last))) = (self.speed.front(), self.speed.back())
            && to - from > 0.2
        {
            let speed = (last.saturating_sub(first)) as f64 / (to - from);
            progress.steps_per_second = Some(speed);
            if speed > 0.0 {
                progress.seconds_left = Some((goal.saturating_sub(done)) as f64 / speed);
            }
        }
        progress
    }

    /// Steps that `experiment` will make, as far as that can be said before it runs.
    #[must_use]
    pub fn expected_steps(&self, experiment: &Experiment) -> Option<u64> {
        if let Some(steps) = experiment.training.steps {
            return Some(steps);
        }
        let Some(windows) = self.shown_series()?.training_windows else {
            let batches = crate::data::sequences::FRESH_BATCHES as u64;
            return Some(batches.saturating_mul(experiment.training.epochs));
        };
        let windows = windows as u64;
        let batch = match experiment.training.batch_size {
            BatchSize::Count(count) if !experiment.optimizer.full_batch() => count as u64,
            _ => windows,
        };
        Some(
            windows
                .div_ceil(batch.max(1))
                .max(1)
                .saturating_mul(experiment.training.epochs),
        )
    }
}
