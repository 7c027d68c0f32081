//! A dataset's windows as its file has them: what somebody who has nothing but a model file would give it.

use super::{Cut, Dataset, whole_frame};
use crate::data::prepare::{FittedStep, Ground};
use crate::data::{DataError, join, rows, source};
use crate::experiment;
use std::ops::Range;

/// The rows that a dataset was prepared from, in the data's own units, missing values filled where the
/// preparation begins with that.
#[derive(Debug, Clone)]
pub struct Units {
    /// Names of the columns: [`super::Fitted::sources`].
    pub names: Vec<String>,
    /// Columns × rows, those included that the beginnings of series lose to differences; NaN where missing.
    columns: Vec<Vec<f64>>,
    /// Of each series of the dataset: its rows here.
    series: Vec<Range<usize>>,
    /// Rows that each series has before the dataset's first.
    warm_up: usize,
}

impl Dataset {
    /// Reads the rows that this dataset was made of once more. `settings` and `seed` are those that
    /// [`Dataset::new`] was given.
    ///
    /// # Errors
    /// As [`Dataset::new`].
    pub fn units(&self, settings: &experiment::Data, seed: u64) -> Result<Units, DataError> {
        if self.sequences.is_some() {
            return Ok(self.units_of_sequences());
        }
        let table = source::load(&settings.source, &settings.generate, seed)?;
        let table = join::all(table, settings, seed)?;
        let arranged = rows::arrange(&table, settings)?;
        // All that there is to note was noted when the dataset was made.
        let mut notes = Vec::new();
        let mut frame = whole_frame(&arranged, settings, seed, &mut notes)?;
        if settings.split.fold > 0 {
            // A fold knows nothing of what comes after it.
            frame.cut_end(self.fitted.warm_up + self.rows());
        }
        let cut = Cut::new(&frame, self.fitted.warm_up);
        let whole = cut.whole(&self.parts);
        let stretches = whole.stretches(&frame.series);
        let ground = Ground {
            train: whole.train.clone(),
            stretches: &stretches,
            targets: self.targets(),
            season: self.fitted.seasonal_period,
            warm_up: self.fitted.warm_up,
            lookback: self.fitted.lookback,
            seed,
        };
        let names = frame.names.clone();
        let filling = |step: &&FittedStep| step.only_fills();
        for (number, step) in self.fitted.steps.iter().take_while(filling).enumerate() {
            step.apply(&mut frame, &ground, &mut Vec::new(), number, &mut notes)?;
        }
        frame.columns.truncate(names.len());
        Ok(Units {
            names,
            columns: frame.columns,
            series: cut.origins,
            warm_up: self.fitted.warm_up,
        })
    }

    /// Sequences are scaled and nothing else.
    fn units_of_sequences(&self) -> Units {
        let inputs = self.inputs();
        let column = |input: usize| {
            let scaled = self.values.iter().skip(input).step_by(inputs);
            let scaling = self.fitted.scale[input];
            scaled.map(|&x| scaling.unscale(f64::from(x))).collect()
        };
        Units {
            names: self.input_names.clone(),
            columns: (0..inputs).map(column).collect(),
            series: self.series.clone(),
            warm_up: 0,
        }
    }
}

impl Units {
    /// The rows of the window or sequence of `dataset` that begins at row `start` there, with `context` rows
    /// before it: rows × columns, row-major. None where the series does not reach so far back, or a value is
    /// missing.
    #[must_use]
    pub fn window(&self, dataset: &Dataset, start: usize, context: usize) -> Option<Vec<f32>> {
        let number = dataset.series_index(start);
        let series = &self.series[number];
        let first = series.start + self.warm_up + start - dataset.series[number].start;
        let length = match dataset.sequences {
            Some(_) => dataset.series[number].len(),
            None => dataset.lookback,
        };
        let begin = first
            .checked_sub(context)
            .filter(|row| *row >= series.start)?;
        let mut window = Vec::with_capacity((length + context) * self.columns.len());
        for row in begin..first + length {
            for column in &self.columns {
                let value = column[row] as f32;
                if !value.is_finite() {
                    return None;
                }
                window.push(value);
            }
        }
        Some(window)
    }

    /// Columns that are so large against their changes that 32-bit floats blur them: by more than a ten
    /// thousandth of their range, which stands beside each.
    #[must_use]
    pub fn blurred(&self) -> Vec<(String, f64)> {
        let mut blurred = Vec::new();
        for (name, column) in self.names.iter().zip(&self.columns) {
            let finite = column.iter().copied().filter(|x| x.is_finite());
            let (low, high) = finite.fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), x| {
                (a.min(x), b.max(x))
            });
            let step = low.abs().max(high.abs()) * f64::from(f32::EPSILON) / 2.0;
            let share = step / (high - low);
            if high > low && share > 1e-4 {
                blurred.push((name.clone(), share));
            }
        }
        blurred
    }
}
