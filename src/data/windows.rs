//! Windows: which there are, what stands in them, and which rows they forecast.
//!
//! A window is known by its first row. With lookback L and horizon h, window i reads rows i‥i+L and
//! its last target is row i+L−1+h: of the last step under `every-step`, the last of h under
//! `last-step`.

use super::{DataError, Dataset, Part, Parts, split::stretches_of};
use crate::experiment::{Output, Window};
use std::ops::Range;

/// The lookback when nobody says, where the data allow it.
const LOOKBACK: usize = 50;

/// Some windows as the model takes them, row-major.
#[derive(Debug, Clone, PartialEq)]
pub struct Batch {
    /// Windows or sequences B.
    pub size: usize,
    /// Steps T: the lookback, or the longest of the sequences.
    pub steps: usize,
    /// `[B, T, inputs]`, scaled; 0 beyond a sequence's end.
    pub inputs: Vec<f32>,
    /// `[B, T, targets]` for `every-step`, `[B, horizon · targets]` horizon-major for `last-step`;
    /// scaled. 0 where a target lies beyond its series. Of sequences `[B]`: the answer, or the
    /// class's number. Of a series' classes `[B, T]` or `[B]`: the number, 0 where it is not known.
    pub targets: Vec<f32>,
    /// In the shape of `targets`: 1 where a target counts, 0 where not. Absent: all count.
    pub mask: Option<Vec<f32>>,
    /// Steps of each sequence, where they differ.
    pub lengths: Option<Vec<usize>>,
}

impl Dataset {
    /// First rows of the training windows, in order: 0, stride, 2·stride, … of each training series,
    /// as far as the last target stays inside the training part. Where classes are told apart, those for which
    /// one is known.
    #[must_use]
    pub fn train_windows(&self) -> Vec<usize> {
        let mut windows = self.inside_training(self.stride);
        windows.retain(|&start| self.asks(start));
        windows
    }

    /// First rows of the windows by which a part is judged, at stride 1. Training: as for training.
    /// Validation and test: those whose last target lies inside the part; they may reach back before
    /// it, within their series.
    #[must_use]
    pub fn part_windows(&self, part: Part) -> Vec<usize> {
        if part == Part::Train {
            return self.inside_training(1);
        }
        if self.sequences.is_some() {
            return self.sequences_of(part);
        }
        let rows = self.parts.of(part);
        let reach = self.lookback + self.horizon;
        self.series
            .iter()
            .flat_map(|series| {
                let last_targets =
                    rows.start.max(series.start + reach - 1)..rows.end.min(series.end);
                last_targets.map(move |row| row + 1 - reach)
            })
            .collect()
    }

    fn inside_training(&self, stride: usize) -> Vec<usize> {
        if self.sequences.is_some() {
            return self.sequences_of(Part::Train);
        }
        let reach = self.lookback + self.horizon;
        stretches_of(&self.parts.train, &self.series)
            .into_iter()
            .filter(|stretch| stretch.len() >= reach)
            .flat_map(|stretch| (stretch.start..=stretch.end - reach).step_by(stride))
            .collect()
    }

    /// First rows of the windows that forecast beyond the end of the last series: under `every-step`, and where
    /// classes are told apart, one for each of the `horizon` next rows, under `last-step` the last one.
    #[must_use]
    pub fn windows_beyond(&self) -> Vec<usize> {
        if self.sequences.is_some() {
            return Vec::new();
        }
        let Some(series) = self.series.last() else {
            return Vec::new();
        };
        let Some(last) = self.rows().checked_sub(self.lookback) else {
            return Vec::new();
        };
        let first = if self.one_row_told() {
            (last + 1).saturating_sub(self.horizon)
        } else {
            last
        };
        (first.max(series.start)..=last).collect()
    }

    /// The windows `starts` for training: no mask, but where a class is not known.
    ///
    /// # Panics
    /// A window reads beyond the last row.
    #[must_use]
    pub fn batch(&self, starts: &[usize]) -> Batch {
        if let Some(sequences) = &self.sequences {
            return self.sequence_batch(starts, sequences);
        }
        let (lookback, inputs, targets) = (self.lookback, self.inputs(), self.targets());
        let mut batch = Batch {
            size: starts.len(),
            steps: lookback,
            inputs: Vec::with_capacity(starts.len() * lookback * inputs),
            targets: Vec::with_capacity(starts.len() * self.target_rows(0).len() * targets),
            mask: None,
            lengths: None,
        };
        if self.classes.is_some() {
            for &start in starts {
                let rows = &self.values[start * inputs..(start + lookback) * inputs];
                batch.inputs.extend_from_slice(rows);
            }
            self.ask_for_classes(starts, &mut batch);
            return batch;
        }
        for &start in starts {
            let end = self.series_of(start).end;
            batch
                .inputs
                .extend_from_slice(&self.values[start * inputs..(start + lookback) * inputs]);
            let rows = self.target_rows(start);
            let known = rows.start.min(end)..rows.end.min(end);
            let values = &self.values[known.start * inputs..known.end * inputs];
            if targets == inputs {
                batch.targets.extend_from_slice(values);
            } else {
                for row in values.chunks_exact(inputs) {
                    batch.targets.extend_from_slice(&row[..targets]);
                }
            }
            let beyond = rows.len() - known.len();
            batch
                .targets
                .resize(batch.targets.len() + beyond * targets, 0.0);
        }
        batch
    }

    /// The classes that the windows `starts` ask for, within each one's series.
    fn ask_for_classes(&self, starts: &[usize], batch: &mut Batch) {
        let asked = starts.iter().flat_map(|&start| {
            let end = self.series_of(start).end;
            let rows = self.target_rows(start);
            rows.map(move |row| if row < end { self.class_of(row) } else { None })
        });
        let classes: Vec<Option<usize>> = asked.collect();
        let number = |class: &Option<usize>| class.map_or(0.0, |class| class as f32);
        batch.targets = classes.iter().map(number).collect();
        batch.mask = (classes.contains(&None)).then(|| {
            let counts = |class: &Option<usize>| f32::from(u8::from(class.is_some()));
            classes.iter().map(counts).collect()
        });
    }

    /// The windows `starts` with a mask that counts only targets inside `part` (and inside their
    /// window's series).
    ///
    /// # Panics
    /// A window reads beyond the last row.
    #[must_use]
    pub fn part_batch(&self, starts: &[usize], part: Part) -> Batch {
        let mut batch = self.batch(starts);
        if self.sequences.is_some() {
            return batch;
        }
        let rows = self.parts.of(part);
        let known = batch.mask.take();
        let mut mask = Vec::with_capacity(batch.targets.len());
        for &start in starts {
            let end = self.series_of(start).end;
            for row in self.target_rows(start) {
                let counts = rows.contains(&row) && row < end;
                mask.extend(std::iter::repeat_n(
                    f32::from(u8::from(counts)),
                    self.targets(),
                ));
            }
        }
        for (counts, known) in mask.iter_mut().zip(known.into_iter().flatten()) {
            *counts *= known;
        }
        batch.mask = Some(mask);
        batch
    }

    /// What window `start` forecasts, as (target row, horizon from 1); of a sequence its number and 1: under `every-step` the last
    /// step's target alone, as where classes are told apart; under `last-step` each of the `horizon` next rows.
    /// Rows may lie beyond the end.
    #[must_use]
    pub fn forecasts_from(&self, start: usize) -> Vec<(usize, usize)> {
        if let Some(sequences) = &self.sequences {
            return vec![(sequences.numbers[self.series_index(start)], 1)];
        }
        let last_input = start + self.lookback - 1;
        if self.one_row_told() {
            return vec![(last_input + self.horizon, self.horizon)];
        }
        (1..=self.horizon)
            .map(|ahead| (last_input + ahead, ahead))
            .collect()
    }

    /// Whether a step of a window says something of one row alone, the one `horizon` ahead.
    fn one_row_told(&self) -> bool {
        self.output == Output::EveryStep || self.classes.is_some()
    }

    /// As [`Dataset::forecasts_from`], with the rows of `part` and of the window's series only: the
    /// rows of `forecast.csv`.
    #[must_use]
    pub fn forecasts_of(&self, start: usize, part: Part) -> Vec<(usize, usize)> {
        if self.sequences.is_some() {
            return self.forecasts_from(start);
        }
        let rows = self.parts.of(part);
        let end = self.series_of(start).end;
        let mut forecasts = self.forecasts_from(start);
        forecasts.retain(|(row, _)| rows.contains(row) && *row < end);
        forecasts
    }

    /// Rows of a window's targets, in the order of a batch.
    pub(super) fn target_rows(&self, start: usize) -> Range<usize> {
        let end = start + self.lookback + self.horizon;
        match self.output {
            Output::EveryStep => end - self.lookback..end,
            Output::LastStep if self.one_row_told() => end - 1..end,
            Output::LastStep => end - self.horizon..end,
        }
    }

    /// First rows of a part's sequences.
    fn sequences_of(&self, part: Part) -> Vec<usize> {
        let rows = self.parts.of(part);
        let starts = self.series.iter().map(|series| series.start);
        starts.filter(|start| rows.contains(start)).collect()
    }

    /// The series that `row` belongs to.
    fn series_of(&self, row: usize) -> Range<usize> {
        self.series[self.series_index(row)].clone()
    }

    /// Its number in this dataset.
    pub(super) fn series_index(&self, row: usize) -> usize {
        self.series.partition_point(|series| series.end <= row)
    }
}

/// The lookback: as asked for, otherwise 50, or a third of the training rows where that is less, or
/// what the longest series of a part allows where that is less still.
pub(super) fn lookback(
    window: Window,
    parts: &Parts,
    series: &[Range<usize>],
) -> Result<usize, DataError> {
    let horizon = window.horizon;
    // A training window lies inside its part; the others may reach back within their series.
    let longest = |part: Part| {
        let rows = parts.of(part);
        let stretches = stretches_of(&rows, series);
        if part == Part::Train {
            return stretches.iter().map(ExactSizeIterator::len).max();
        }
        stretches
            .iter()
            .map(|stretch| {
                let start = series.iter().find(|series| series.contains(&stretch.start));
                stretch.end - start.map_or(stretch.start, |series| series.start)
            })
            .max()
    };
    let mut most = usize::MAX;
    for part in Part::ALL {
        let Some(length) = longest(part) else {
            continue;
        };
        let place = match part {
            Part::Train => format!("the training part has {length} in a row"),
            _ => format!(
                "the longest series of the {} part has {length}",
                part.name()
            ),
        };
        let fits = length.saturating_sub(horizon);
        if fits == 0 {
            return Err(DataError::setting(
                "data.window.horizon",
                format!(
                    "a horizon of {horizon} needs at least {} rows, and {place}; make it smaller or give more rows",
                    horizon + 1
                ),
            ));
        }
        if let Some(asked) = window.lookback
            && asked > fits
        {
            return Err(DataError::setting(
                "data.window.lookback",
                format!(
                    "a lookback of {asked} and a horizon of {horizon} need {} rows, and {place}; at most {fits} fits",
                    asked + horizon
                ),
            ));
        }
        most = most.min(fits);
    }
    Ok(window
        .lookback
        .unwrap_or_else(|| LOOKBACK.min(parts.train.len() / 3).clamp(1, most)))
}
