//! A series whose target is learned as classes: each window asks for one of them.
//!
//! Windows are cut as for forecasts. A window with lookback L that begins at row i asks for the class of row
//! i+L−1+h, h the horizon; under `every-step` each of its steps asks for the class of the row h after it. The
//! target's past stays an input as a number, scaled, as the steps before `bin` leave it: what the bins are made of
//! says more than the bins. Rows without a value of their own in the file have no class: nothing is learned from what
//! a fill put there, and nothing is scored against it.

use super::prepare::{Classes, FittedStep};
use super::{DataError, Dataset, Fitted, frame::Frame};
use crate::experiment::{self, Prepare, Task};
use crate::numbers::count;

/// The classes of a series' target.
#[derive(Debug, Clone, PartialEq)]
pub struct RowClasses {
    /// Their names, by value.
    pub names: Vec<String>,
    /// Of each row its class's number, NaN where it is not known.
    pub of: Vec<f64>,
    /// Rows of each class that training windows ask for.
    pub counts: Vec<usize>,
}

impl Frame {
    /// Notes the class of the first column's present value in each row where the file has one.
    pub fn classify(&mut self, classes: &Classes) {
        let observed = |row: usize| self.raw_targets.get(row).is_some_and(|raw| !raw.is_nan());
        let of = |(row, value): (usize, &f64)| {
            if observed(row) && !value.is_nan() {
                classes.of(*value) as f64
            } else {
                f64::NAN
            }
        };
        self.classes = Some(self.columns[0].iter().enumerate().map(of).collect());
    }
}

impl Dataset {
    /// Names of the classes that are told apart; none where numbers are forecast.
    #[must_use]
    pub fn class_names(&self) -> &[String] {
        match (&self.sequences, &self.classes) {
            (Some(sequences), _) => &sequences.classes,
            (None, Some(classes)) => &classes.names,
            (None, None) => &[],
        }
    }

    /// What training asks for of each class: sequences, or rows.
    #[must_use]
    pub fn class_counts(&self) -> &[usize] {
        match (&self.sequences, &self.classes) {
            (Some(sequences), _) => &sequences.class_counts,
            (None, Some(classes)) => &classes.counts,
            (None, None) => &[],
        }
    }

    /// Gives each row the class `of` it.
    ///
    /// # Errors
    /// No training window asks for a known class.
    pub(super) fn classified(mut self, of: Vec<f64>, source: &str) -> Result<Self, DataError> {
        let names = self.fitted.class_names().to_vec();
        let mut counts = vec![0; names.len()];
        self.classes = Some(RowClasses {
            names,
            of,
            counts: Vec::new(),
        });
        let windows = self.train_windows();
        if windows.is_empty() && !self.parts.train.is_empty() {
            return Err(DataError::file(
                source,
                "has no value in the training part that a window asks for; make data.window.lookback smaller, or data.split.train larger",
            )
            .in_column(&self.target_names[0]));
        }
        let mut next = 0;
        for start in windows {
            // Windows rise, and so do the rows that they ask for.
            let asked = self.target_rows(start);
            for row in asked.start.max(next)..asked.end {
                if let Some(count) = self.class_of(row).and_then(|class| counts.get_mut(class)) {
                    *count += 1;
                }
            }
            next = next.max(asked.end);
        }
        if let Some(classes) = &mut self.classes {
            classes.counts = counts;
        }
        self.hash = self.fingerprint();
        Ok(self)
    }

    /// The class of a row, where there are classes and its own is known.
    pub(super) fn class_of(&self, row: usize) -> Option<usize> {
        let class = self.classes.as_ref()?.of.get(row)?;
        (!class.is_nan()).then_some(*class as usize)
    }

    /// Whether training can ask something of window `start`: where classes are told apart, one must be known.
    pub(super) fn asks(&self, start: usize) -> bool {
        self.classes.is_none()
            || self
                .target_rows(start)
                .any(|row| self.class_of(row).is_some())
    }

    /// How many rows of each class there are to learn from, in a sentence.
    pub(super) fn note_classes(&mut self) {
        let Some(classes) = &self.classes else {
            return;
        };
        let each: Vec<String> = (classes.names.iter().zip(&classes.counts))
            .map(|(name, rows)| format!("{name} ({})", count(*rows as u64)))
            .collect();
        self.notes.push(format!(
            "\"{}\" is learned as {} classes, with so many training rows each: {}",
            self.target_names[0],
            each.len(),
            each.join(", ")
        ));
    }
}

impl Fitted {
    /// Names of the classes that are told apart; none where numbers are forecast.
    #[must_use]
    pub fn class_names(&self) -> &[String] {
        if let Some(classes) = &self.sequences {
            return classes;
        }
        let made = self.steps.iter().find_map(|step| match step {
            FittedStep::Bin { classes, .. } => classes.as_ref(),
            _ => None,
        });
        made.map_or(&[], |classes| &classes.names)
    }
}

/// Refuses a series that has no classes to learn, or more to learn than one class a window. `target` is the target's
/// name.
pub(super) fn check(
    settings: &experiment::Data,
    source: &str,
    target: &str,
) -> Result<(), DataError> {
    if settings.task != Task::Classify {
        return Ok(());
    }
    let bins = |step: &Prepare| matches!(step, Prepare::Bin(bin) if bin.columns.is_empty() || bin.columns.iter().any(|c| c == target));
    if !settings.steps().any(|(_, step)| bins(step)) {
        return Err(DataError::setting(
            "data.task",
            format!(
                "{source} has no classes to learn; add a \"bin\" step that makes classes of \"{target}\", set data.task = \"forecast\", or give sequences with classes such as generate:temporal-order"
            ),
        ));
    }
    if settings.targets.len() > 1 {
        return Err(DataError::setting(
            "data.targets.1",
            format!(
                "one target is learned as classes, \"{target}\"; name \"{}\" in data.features instead",
                settings.targets[1]
            ),
        ));
    }
    if settings.window.roll.is_some_and(|rows| rows > 0) {
        return Err(DataError::setting(
            "data.window.roll",
            "a class is no number that a forecast could go on from; set it to 0, or leave it out",
        ));
    }
    Ok(())
}
