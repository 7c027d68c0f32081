//! A dataset that goes on past an origin by forecasts of its own: each becomes an input of the next.
//!
//! Of the rows after the origin nothing is known but their times. Targets are what was forecast; other columns of
//! the file stay as they were at the origin; columns that preparation makes (lags, statistics, the calendar) follow
//! from both, by the steps as they were fitted.
//!
//! Each block of forecasts costs the same: the steps are applied to the last rows alone, as many as they look back
//! over (`reach`). So a step without a bound agrees with itself over all rows no further than its memory goes:
//! `exponential` to a part in 10⁹; values that a step takes away or that a column misses, and that are filled from
//! rows further back, get the fill of the rows that are there; `random` draws anew.

use super::prepare::{
    FittedStep, Ground,
    inverse::{Inverse, Undoing},
};
use super::{Dataset, frame::Frame};
use crate::experiment::choices::prepare::SmoothMethod;
use crate::experiment::{FillMethod, Output};
use jiff::civil::DateTime;
use std::ops::Range;

/// Rows that an automatic roll forecasts at most.
const AUTOMATIC: usize = 50;

/// Rows that are rolled over where nobody says: those of the test part, at most 50.
pub(super) fn automatic(test: &Range<usize>) -> usize {
    match test.len() {
        0 => AUTOMATIC,
        rows => rows.min(AUTOMATIC),
    }
}

/// Where forecasts go on by themselves.
#[derive(Debug)]
pub struct Rollout<'a> {
    dataset: &'a Dataset,
    /// The last row that is known.
    origin: usize,
    /// Rows × inputs from `first` on, prepared and scaled: known ones, then forecast ones.
    values: Vec<f32>,
    first: usize,
    /// Of each target its forecasts so far in the data's own units, and what makes them so.
    paths: Vec<(Vec<f64>, Undoing<'a>)>,
    /// Where there are columns besides the targets: the last rows as they were before preparation.
    before: Option<Frame>,
}

impl Dataset {
    /// The rows after which a forecast is rolled forward: the last one before the test part, and the last one
    /// of all; each with how many rows it goes on for.
    #[must_use]
    pub fn roll_origins(&self) -> Vec<(usize, usize)> {
        if self.sequences.is_some() || self.classes.is_some() || self.roll == 0 {
            return Vec::new();
        }
        let test = self.parts.test.start;
        let mut origins = Vec::new();
        if let Some(last) = test.checked_sub(1).filter(|_| !self.parts.test.is_empty())
            && self.series_index(last) == self.series_index(test)
        {
            let end = self.series[self.series_index(test)].end;
            origins.push((last, self.roll.min(end - test)));
        }
        origins.extend(self.rows().checked_sub(1).map(|last| (last, self.roll)));
        origins
    }

    /// A forecast that goes on after row `origin`; none where its series has no whole window before it.
    #[must_use]
    pub fn rollout(&self, origin: usize) -> Option<Rollout<'_>> {
        if self.sequences.is_some() || self.classes.is_some() {
            return None;
        }
        let series = self.series.get(self.series_index(origin))?;
        let needed = self.lookback + self.windows_at_once() - 1;
        let first = (origin + 1).checked_sub(needed)?;
        if first < series.start || origin >= series.end {
            return None;
        }
        let inputs = self.inputs();
        Some(Rollout {
            dataset: self,
            origin,
            values: self.values[first * inputs..(origin + 1) * inputs].to_vec(),
            first,
            paths: (0..self.targets())
                .map(|target| (Vec::new(), self.undoing(target, origin)))
                .collect(),
            before: (self.before.as_deref()).map(|frame| self.tail(frame, origin)),
        })
    }

    /// Windows that forecast the next block of rows together.
    fn windows_at_once(&self) -> usize {
        match self.output {
            Output::EveryStep => self.horizon,
            Output::LastStep => 1,
        }
    }

    /// The rows of `frame` up to `origin` that the columns of later rows depend on.
    fn tail(&self, frame: &Frame, origin: usize) -> Frame {
        let (start, end) = self.before_cut(origin);
        let mut tail = frame.rows_alone(start..end + 1);
        self.forget(&mut tail, 1);
        tail
    }

    /// Drops the rows of `tail`, whose last `fresh` rows are still to be prepared, that no step looks back to.
    fn forget(&self, tail: &mut Frame, fresh: usize) {
        let steps = &self.fitted.steps;
        // Sizes come from a model's file, too: one that says too much keeps all rows.
        let reach = steps.iter().map(reach).fold(fresh, usize::saturating_add);
        // A season whose place no time tells is counted from the first row.
        let cycle = steps.iter().map(cycle).fold(1, least_common_multiple);
        let gone = tail.rows().saturating_sub(reach);
        // What a column misses is filled by what was observed before, in each place of a season where it is by that.
        let seasons = steps.iter().filter_map(|step| match step {
            FittedStep::Fill(fill) if fill.fill.method == FillMethod::Seasonal => fill.period,
            _ => None,
        });
        let known = seasons.fold(1, usize::max);
        let first = (0..=gone / cycle)
            .rev()
            .map(|cycles| cycles * cycle)
            .find(|&row| (row..row.saturating_add(known)).all(|row| tail.is_known(row)));
        if let Some(first @ 1..) = first {
            tail.cut_start(first);
        }
    }
}

/// Rows that a step looks back over.
fn reach(step: &FittedStep) -> usize {
    match step {
        FittedStep::Outliers { columns, .. } => {
            let windows = columns.iter().filter_map(|bounds| Some(bounds.hampel?.0));
            windows.max().unwrap_or(0)
        }
        // What lies further back weighs less than a part in 10⁹.
        FittedStep::Smooth { smooth, .. } => match smooth.method {
            SmoothMethod::Exponential => smooth.window.saturating_add(1).saturating_mul(11),
            SmoothMethod::Convolution => smooth.kernel.len(),
            _ => smooth.window,
        },
        FittedStep::Difference { weights, .. } => {
            weights.iter().map(|(lag, _)| *lag).max().unwrap_or(0)
        }
        // A series' size is that of its first rows.
        FittedStep::ScaleEach { .. } => usize::MAX,
        FittedStep::Lag { made } => made.iter().map(|(_, rows, _)| *rows).max().unwrap_or(0),
        FittedStep::Rolling { window, .. } => *window,
        FittedStep::Decompose { columns, .. } => {
            let seasons = columns.iter().map(|column| column.season.profiles[0].len());
            seasons.max().unwrap_or(0)
        }
        _ => 0,
    }
}

/// Rows after which a step's seasons all begin anew.
fn cycle(step: &FittedStep) -> usize {
    match step {
        FittedStep::Decompose { columns, .. } => (columns.iter())
            .flat_map(|column| &column.season.profiles)
            .map(Vec::len)
            .fold(1, least_common_multiple),
        _ => 1,
    }
}

fn least_common_multiple(a: usize, b: usize) -> usize {
    let (mut divisor, mut rest) = (a, b);
    while rest > 0 {
        (divisor, rest) = (rest, divisor % rest);
    }
    (a / divisor.max(1)).saturating_mul(b).max(1)
}

impl Rollout<'_> {
    /// The windows that forecast the next rows, `[windows, lookback, inputs]`, and how many they are: one under
    /// `last-step`, one for each step of the horizon under `every-step`.
    #[must_use]
    pub fn windows(&self) -> (Vec<f32>, usize) {
        let (count, inputs) = (self.dataset.windows_at_once(), self.dataset.inputs());
        let window = self.dataset.lookback * inputs;
        let end = self.values.len() / inputs;
        let mut windows = Vec::with_capacity(count * window);
        for last in end - count..end {
            let from = (last + 1) * inputs - window;
            windows.extend_from_slice(&self.values[from..from + window]);
        }
        (windows, count)
    }

    /// Takes in what was forecast of the next rows, `[rows, targets]`, scaled.
    pub fn push(&mut self, forecasts: &[f32]) {
        let (targets, inputs) = (self.dataset.targets(), self.dataset.inputs());
        for row in forecasts.chunks_exact(targets) {
            for (target, ((path, undoing), value)) in self.paths.iter_mut().zip(row).enumerate() {
                let value = self.dataset.unscale(target, f64::from(*value));
                path.push(undoing.next(path.len() + 1, value));
            }
        }
        let rows = forecasts.len() / targets;
        let made = self.made(rows);
        for (k, row) in forecasts.chunks_exact(targets).enumerate() {
            self.values.extend_from_slice(row);
            self.values
                .extend_from_slice(&made[k * (inputs - targets)..][..inputs - targets]);
        }
        // A window reaches no further back.
        let kept = (self.dataset.lookback + self.dataset.windows_at_once() - 1) * inputs;
        let gone = self.values.len().saturating_sub(kept);
        self.values.drain(..gone);
        self.first += gone / inputs;
    }

    /// The columns besides the targets of the last `rows` rows that were forecast.
    fn made(&mut self, rows: usize) -> Vec<f32> {
        let (targets, inputs) = (self.dataset.targets(), self.dataset.inputs());
        let Some(mut before) = self.before.take() else {
            return Vec::new();
        };
        for row in self.len() - rows..self.len() {
            let values: Vec<f64> = self.paths.iter().map(|(path, _)| path[row]).collect();
            before.push_row(&values, self.moment(row + 1));
        }
        self.dataset.forget(&mut before, rows);
        let mut frame = before.clone();
        self.before = Some(before);
        let all: Range<usize> = 0..frame.rows();
        let ground = Ground {
            train: 0..0,
            stretches: std::slice::from_ref(&all),
            targets,
            season: self.dataset.fitted.seasonal_period,
            warm_up: self.dataset.fitted.warm_up,
            lookback: self.dataset.fitted.lookback,
            seed: self.dataset.fitted.seed,
        };
        let (mut inverses, mut notes): (Vec<Inverse>, Vec<String>) = (Vec::new(), Vec::new());
        for (number, step) in self.dataset.fitted.steps.iter().enumerate() {
            // A forecast that a step does not apply to leaves its columns as they were.
            let applied = step.apply(&mut frame, &ground, &mut inverses, number, &mut notes);
            if applied.is_err() {
                break;
            }
        }
        let last = self.values.len() - inputs;
        let mut made = Vec::with_capacity(rows * (inputs - targets));
        for row in frame.rows() - rows..frame.rows() {
            for input in targets..inputs {
                let value = frame
                    .columns
                    .get(input)
                    .map_or(f64::NAN, |column| column[row]);
                let value = self.dataset.fitted.scale[input].scale(value) as f32;
                made.push(if value.is_finite() {
                    value
                } else {
                    self.values[last + input]
                });
            }
        }
        made
    }

    /// The time `steps` rows after the origin.
    fn moment(&self, steps: usize) -> Option<DateTime> {
        let row = self.origin + steps;
        let rows = self.dataset.rows();
        if row < rows {
            let before = self.dataset.before.as_deref()?;
            let (_, row) = self.dataset.before_cut(row);
            return before.moments.get(row).copied().flatten();
        }
        self.dataset
            .clock
            .as_ref()?
            .moment_after_end(row - rows + 1)
    }

    /// All forecasts of `target` so far in the data's own units, one for each row after the origin.
    #[must_use]
    pub fn path(&self, target: usize) -> &[f64] {
        &self.paths[target].0
    }

    /// Rows that were forecast.
    #[must_use]
    pub fn len(&self) -> usize {
        self.paths[0].0.len()
    }

    /// Whether none was.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

#[cfg(test)]
mod tests {
    use crate::data::Dataset;
    use crate::experiment::Data;

    #[test]
    fn a_long_roll_keeps_as_many_rows_as_its_steps_look_back_over() {
        let text = "source = 'builtin:airline'\n[[prepare]]\nstep = 'decompose'\nkeep = 'components'\n\
            [[prepare]]\nstep = 'lag'\nlags = [1, 7]\n[[prepare]]\nstep = 'calendar'\n";
        let settings: Data = toml::from_str(text).expect("settings");
        let dataset = Dataset::new(&settings, 7).expect("a dataset");
        let mut rollout = dataset.rollout(dataset.rows() - 1).expect("a roll");
        for _ in 0..1000 {
            rollout.push(&[0.5]);
            let rows = rollout.before.as_ref().map_or(0, super::Frame::rows);
            // A season of 12, a lag of 7, the new row, and up to a season to its beginning.
            assert!((20..=32).contains(&rows), "{rows} rows");
        }
        assert_eq!(rollout.path(0).len(), 1000);
    }
}
