//! What goes on inside the network over one window, for whoever looks.

use super::Session;
use crate::data::Part;
use crate::diagnose::activations::{self, LayerActivations};
use crate::experiment::Output;
use crate::model::{Parameters, elements};
use crate::train::evaluate::told;

/// The network over one window of T steps: what goes in, what its units hold, what comes out. In scaled
/// units, as the network has them.
#[derive(Debug, Clone, PartialEq)]
pub struct Inside {
    /// Updates made before.
    pub step: u64,
    /// Which window of its part.
    pub window: usize,
    /// Windows of the part.
    pub windows: usize,
    /// What the inputs are called.
    pub input_names: Vec<String>,
    /// `[T, inputs]`.
    pub inputs: Vec<f32>,
    /// Each recurrent layer, the input's first.
    pub layers: Vec<LayerActivations>,
    /// (time step that it is for, target where it is known, prediction) of the first target, in order;
    /// time steps from T on lie beyond the window. Empty where classes are asked for.
    pub answers: Vec<(usize, Option<f32>, f32)>,
    /// The class that it is, and the one that is found.
    pub classes: Option<[String; 2]>,
}

impl Inside {
    /// Time steps T.
    #[must_use]
    pub fn time_steps(&self) -> usize {
        self.inputs.len() / self.input_names.len().max(1)
    }
}

impl Session {
    /// Looks inside a network with these weights, after `step` updates, over one window of a part: the
    /// last one where there are not so many. `None` for a part without windows.
    ///
    /// # Panics
    /// When the weights are another network's.
    #[must_use]
    pub fn inside(&self, weights: &[f32], step: u64, part: Part, window: usize) -> Option<Inside> {
        assert_eq!(weights.len(), self.parameters.values.len(), "their number");
        let parameters = Parameters {
            tensors: self.parameters.tensors.clone(),
            values: weights.to_vec(),
        };
        let starts = self.dataset.part_windows(part);
        let window = window.min(starts.len().checked_sub(1)?);
        // With every target that is known, whatever part it lies in.
        let batch = self.dataset.batch(&starts[window..=window]);
        let steps = batch
            .lengths
            .as_ref()
            .map_or(batch.steps, |lengths| lengths[0]);
        let architecture = &self.learner.architecture;
        let inputs = batch.inputs[..steps * architecture.columns()].to_vec();
        let outputs = elements(
            self.network(&parameters)
                .forward(self.inputs_of(&batch), &[]),
        );
        let mut inside = Inside {
            step,
            window,
            windows: starts.len(),
            input_names: self.dataset.input_names.clone(),
            layers: activations::of(architecture, &parameters, &inputs),
            inputs,
            answers: Vec::new(),
            classes: None,
        };
        if self.experiment.loss.of_classes() {
            // What the window is asked last, and what is said of it there.
            let names = self.dataset.class_names();
            let last = &outputs[outputs.len() - names.len()..];
            let highest = (0..last.len()).max_by(|&a, &b| last[a].total_cmp(&last[b]));
            let name = |class: Option<usize>| {
                let name = class.and_then(|class| names.get(class).cloned());
                name.unwrap_or_default()
            };
            let known = (batch.mask.as_ref()).is_none_or(|mask| mask.last() == Some(&1.0));
            let actual = batch.targets.last().filter(|_| known);
            let actual = actual.map(|class| *class as usize);
            inside.classes = Some([name(actual), name(highest)]);
        } else {
            inside.answers = self.answers(&outputs, &batch.targets, steps);
        }
        Some(inside)
    }

    /// The first target's answers of one window.
    fn answers(
        &self,
        outputs: &[f32],
        targets: &[f32],
        steps: usize,
    ) -> Vec<(usize, Option<f32>, f32)> {
        let loss = &self.experiment.loss;
        let of_one = loss.outputs_per_target();
        let per_step = self.dataset.targets().max(1);
        (targets.iter().enumerate().step_by(per_step))
            .filter_map(|(at, target)| {
                let number = at / per_step;
                let place = match self.dataset.output {
                    _ if self.dataset.sequences.is_some() => steps - 1,
                    Output::EveryStep => number + self.dataset.horizon,
                    Output::LastStep => steps + number,
                };
                let own = outputs.get(at * of_one..(at + 1) * of_one)?;
                let (prediction, _) = told(loss.quantiles(), own, |value| value);
                Some((
                    place,
                    Some(*target).filter(|t| t.is_finite()),
                    prediction as f32,
                ))
            })
            .collect()
    }
}
