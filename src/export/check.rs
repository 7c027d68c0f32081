//! What an exported file says, against the program's own forecast.

use super::model::Subject;
use super::onnx::{Onnx, run::Loaded};
use crate::data::{Dataset, Part, Units};
use crate::model::Forecaster;
use crate::train::{device_of, in_units, window_outputs};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt;

/// The largest difference, over the size of what is forecast, under which an export is kept.
pub const MOST: f64 = 1e-5;

/// Multiplications and additions that a check may take; beyond, windows are left out evenly.
const WORK: f64 = 5e10;
/// Windows that are run at once.
const BATCH: usize = 64;

/// How far a file's forecasts are from the program's own.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Check {
    /// The largest difference over the largest absolute value of what is forecast; of probabilities the
    /// difference itself.
    pub difference: f64,
    /// Windows or sequences that were compared.
    pub windows: usize,
    /// Windows or sequences of the part.
    pub of: usize,
    /// The part that they are of.
    pub part: &'static str,
    /// Windows that were left out because a value in or before them is missing.
    pub incomplete: usize,
    /// Whether the file takes sequences of unequal lengths, which the reader here does not: each sequence was
    /// compared as a whole one, and the input `lengths` was not.
    pub whole_sequences_only: bool,
    /// Columns that are so large against their changes that 32-bit windows blur them, each with how much.
    pub blurred: Vec<(String, f64)>,
}

impl Check {
    /// As it is written into files.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("plain data")
    }
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "read back and run on {} of {} windows of the {} part: the largest difference from the program's own forecast is {:.1e} of the target's size",
            self.windows, self.of, self.part, self.difference
        )?;
        if self.incomplete > 0 {
            write!(
                f,
                "; {} windows with missing values were left out",
                self.incomplete
            )?;
        }
        if self.whole_sequences_only {
            write!(
                f,
                "; only the padded form was checked, the reader here does not know the input `lengths`"
            )?;
        }
        for (column, share) in &self.blurred {
            write!(
                f,
                "; \"{column}\" is large against its changes, and windows of 32-bit floats round it by {share:.0e} of its range"
            )?;
        }
        Ok(())
    }
}

/// The program's own forecast of some windows, in the data's own units.
pub struct Own {
    part: Part,
    of: usize,
    starts: Vec<usize>,
    /// Of each window its steps × outputs.
    forecasts: Vec<Vec<f64>>,
    /// Of each output what a difference is measured against.
    sizes: Vec<f64>,
}

impl Own {
    /// Of the test part; where it has no windows, of the validation part, or the training part.
    #[must_use]
    pub fn of(subject: &Subject) -> Self {
        let dataset = &subject.dataset;
        let (part, all) = [Part::Test, Part::Validation, Part::Train]
            .into_iter()
            .map(|part| (part, dataset.part_windows(part)))
            .find(|(_, windows)| !windows.is_empty())
            .unwrap_or((Part::Test, Vec::new()));
        let work = subject.architecture.parameter_count() * dataset.lookback as f64;
        let most = ((WORK / work.max(1.0)) as usize).max(1);
        let stride = all.len().div_ceil(most).max(1);
        let starts: Vec<usize> = all.iter().copied().step_by(stride).collect();
        let network = subject.network();
        let forecasts = forecasts(subject, &network, &starts);
        Self {
            part,
            of: all.len(),
            sizes: sizes(subject, &forecasts),
            starts,
            forecasts,
        }
    }

    /// Another network in the place of the program's own.
    #[must_use]
    pub fn against_network(&self, subject: &Subject, network: &Forecaster) -> Check {
        let theirs = forecasts(subject, network, &self.starts);
        let mut check = self.begin();
        for (own, theirs) in self.forecasts.iter().zip(&theirs) {
            check.difference = larger(check.difference, self.difference(own, theirs));
            check.windows += 1;
        }
        check
    }

    /// A graph, read back from its file, given windows of the `subject`'s `units`.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn against_graph(
        &self,
        subject: &Subject,
        units: &Units,
        graph: &Onnx,
    ) -> Result<Check, String> {
        let bytes = graph.bytes();
        let mut check = self.begin();
        let columns = units.names.len();
        // Windows of one length are run together.
        let mut lengths: BTreeMap<usize, Vec<(usize, Vec<f32>)>> = BTreeMap::new();
        for (index, &start) in self.starts.iter().enumerate() {
            match units.window(&subject.dataset, start, graph.context) {
                Some(window) => lengths
                    .entry(window.len() / columns)
                    .or_default()
                    .push((index, window)),
                None => check.incomplete += 1,
            }
        }
        for (rows, windows) in lengths {
            let mut loaded: Option<(usize, Loaded)> = None;
            for windows in windows.chunks(BATCH) {
                let reader = match loaded.take() {
                    Some((size, reader)) if size == windows.len() => reader,
                    _ => Loaded::read(&bytes, [windows.len(), rows, columns])?,
                };
                let values: Vec<f32> = windows
                    .iter()
                    .flat_map(|(_, w)| w.iter().copied())
                    .collect();
                let theirs = reader.run(&values)?;
                let each = theirs.len() / windows.len();
                for ((index, _), theirs) in windows.iter().zip(theirs.chunks(each)) {
                    let own = &self.forecasts[*index];
                    if own.len() != theirs.len() {
                        return Err(format!(
                            "it gives {} numbers for a window, and the program {}",
                            theirs.len(),
                            own.len()
                        ));
                    }
                    let theirs: Vec<f64> = theirs.iter().map(|&x| f64::from(x)).collect();
                    check.difference = larger(check.difference, self.difference(own, &theirs));
                    check.windows += 1;
                }
                loaded = Some((windows.len(), reader));
            }
        }
        if check.windows == 0 {
            return Err(format!(
                "none of the {} windows of the {} part is complete, so that nothing could be compared",
                check.of, check.part
            ));
        }
        check.blurred = units.blurred();
        Ok(check)
    }

    fn begin(&self) -> Check {
        Check {
            difference: 0.0,
            windows: 0,
            of: self.of,
            part: self.part.name(),
            incomplete: 0,
            whole_sequences_only: false,
            blurred: Vec::new(),
        }
    }

    fn difference(&self, own: &[f64], theirs: &[f64]) -> f64 {
        own.iter()
            .zip(theirs)
            .enumerate()
            .map(|(k, (own, theirs))| {
                // Both may be beyond what 32 bits hold, as a forecast that explodes.
                if own == theirs {
                    0.0
                } else {
                    (own - theirs).abs() / self.sizes[k % self.sizes.len()]
                }
            })
            .fold(0.0, larger)
    }
}

/// The larger one; not a number where one is none.
fn larger(a: f64, b: f64) -> f64 {
    if a.is_nan() || b.is_nan() {
        f64::NAN
    } else {
        a.max(b)
    }
}

/// What `network` says of the windows `starts`, in the data's own units or as probabilities.
fn forecasts(subject: &Subject, network: &Forecaster, starts: &[usize]) -> Vec<Vec<f64>> {
    let Subject { dataset, card, .. } = subject;
    let device = device_of(card);
    let quantiles = card.experiment.loss.quantiles();
    let width = subject.architecture.outputs;
    let mut all = Vec::with_capacity(starts.len());
    for starts in starts.chunks(256) {
        let outputs = window_outputs(network, dataset, starts, &device);
        for (&start, outputs) in starts.iter().zip(&outputs) {
            let steps = outputs.len() / width;
            let first = start + dataset.lookback - steps;
            let forecast = outputs
                .chunks(width)
                .enumerate()
                .flat_map(|(step, outputs)| {
                    if dataset.class_names().is_empty() {
                        in_units(dataset, quantiles, first + step, outputs)
                    } else {
                        probabilities(outputs)
                    }
                });
            all.push(forecast.collect());
        }
    }
    all
}

fn probabilities(logits: &[f32]) -> Vec<f64> {
    let largest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let powers: Vec<f64> = logits
        .iter()
        .map(|logit| f64::from(logit - largest).exp())
        .collect();
    let sum: f64 = powers.iter().sum();
    powers.iter().map(|power| power / sum).collect()
}

/// Of each output the largest absolute value of its target, observed or forecast; 1 for probabilities.
fn sizes(subject: &Subject, forecasts: &[Vec<f64>]) -> Vec<f64> {
    let dataset = &subject.dataset;
    let width = subject.architecture.outputs;
    let targets = dataset.targets().max(1);
    let each = subject.card.experiment.loss.outputs_per_target();
    if !dataset.class_names().is_empty() {
        return vec![1.0; width];
    }
    let observed: Vec<f64> = match &dataset.sequences {
        Some(sequences) => vec![largest(sequences.answers.iter().copied())],
        None => (0..targets)
            .map(|target| {
                largest(
                    dataset
                        .raw_targets
                        .iter()
                        .skip(target)
                        .step_by(targets)
                        .copied(),
                )
            })
            .collect(),
    };
    (0..width)
        .map(|output| {
            let target = output / each % targets;
            let own = forecasts
                .iter()
                .flat_map(|forecast| forecast.iter().skip(output).step_by(width).copied());
            // 0 stands for a target that is 0 throughout: any difference counts as it is.
            match largest(own).max(observed[target]) {
                0.0 => 1.0,
                size => size,
            }
        })
        .collect()
}

fn largest(values: impl Iterator<Item = f64>) -> f64 {
    values
        .filter(|x| x.is_finite())
        .map(f64::abs)
        .fold(0.0, f64::max)
}

/// Whether sequences differ in length.
#[must_use]
pub fn has_unequal_sequences(dataset: &Dataset) -> bool {
    dataset.sequences.is_some()
        && dataset
            .series
            .windows(2)
            .any(|pair| pair[0].len() != pair[1].len())
}
