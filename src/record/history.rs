//! The growing record of one run.

use super::{Column, StepRecord};

/// Steps whose tensors' norms are held at most before every two become one.
const HELD: usize = 16_384;

/// All steps of one run in columns: about 45 bytes a step, and at most 3 MB for the tensors of a network
/// of one layer.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct History {
    /// Since the run's start.
    pub seconds: Vec<f64>,
    /// As the optimizer used it.
    pub learning_rate: Vec<f64>,
    /// The same for drawing.
    pub drawn_rate: Column,
    /// Of each batch.
    pub train_loss: Column,
    /// Before clipping.
    pub grad_norm: Column,
    /// After clipping.
    pub grad_norm_clipped: Column,
    /// Of the weights' change.
    pub update_norm: Column,
    /// Of all weights.
    pub weight_norm: Column,
    /// (step, loss) of each validation.
    pub validation: Vec<(u64, f64)>,
    /// Steps whose tensors' norms are kept: all at first, and half as many whenever 16,384 are held.
    pub tensor_steps: Vec<u64>,
    /// Norm before and after clipping, a column pair for each tensor, aligned with `tensor_steps`: the
    /// largest from that step to the next kept one, so that no spike is lost.
    pub tensor_norms: Vec<[Vec<f32>; 2]>,
    /// Steps with tensors' norms that one kept step stands for.
    tensor_interval: u64,
    /// Steps with tensors' norms so far.
    tensors_seen: u64,
    /// Steps that were clipped.
    pub clipped_steps: u64,
    epochs: Vec<(u64, u64)>,
}

impl History {
    /// Appends one step.
    pub fn push(&mut self, record: &StepRecord) {
        let step = self.len() as u64;
        if self.epochs.last().is_none_or(|&(_, e)| e != record.epoch) {
            self.epochs.push((step, record.epoch));
        }
        self.seconds.push(record.seconds);
        self.learning_rate.push(record.learning_rate);
        self.drawn_rate.push(record.learning_rate as f32);
        self.train_loss.push(record.train_loss as f32);
        self.grad_norm.push(record.grad_norm as f32);
        self.grad_norm_clipped.push(record.grad_norm_clipped as f32);
        self.update_norm.push(record.update_norm as f32);
        self.weight_norm.push(record.weight_norm as f32);
        if let Some(loss) = record.validation_loss {
            self.validation.push((step, loss));
        }
        if record.grad_norm_clipped < record.grad_norm {
            self.clipped_steps += 1;
        }
        if !record.tensor_norms.is_empty() {
            self.push_tensors(step, &record.tensor_norms);
        }
    }

    fn push_tensors(&mut self, step: u64, tensors: &[[f32; 2]]) {
        self.tensor_norms.resize(tensors.len(), Default::default());
        let interval = self.tensor_interval.max(1);
        let begins = self.tensors_seen.is_multiple_of(interval);
        self.tensors_seen += 1;
        if begins {
            if self.tensor_steps.len() == HELD {
                self.halve_tensors();
                self.tensor_interval = 2 * interval;
            }
            self.tensor_steps.push(step);
        }
        for (columns, norms) in self.tensor_norms.iter_mut().zip(tensors) {
            for (column, &norm) in columns.iter_mut().zip(norms) {
                match column.last_mut().filter(|_| !begins) {
                    Some(last) => *last = last.max(norm),
                    None => column.push(norm),
                }
            }
        }
    }

    fn halve_tensors(&mut self) {
        let mut index = 0;
        self.tensor_steps.retain(|_| {
            index += 1;
            index % 2 == 1
        });
        for column in self.tensor_norms.iter_mut().flatten() {
            *column = (column.chunks(2))
                .map(|pair| pair.iter().copied().fold(f32::NAN, f32::max))
                .collect();
        }
    }

    /// Keeps the first `len` steps.
    pub fn truncate(&mut self, len: usize) {
        // A step that was clipped by less than single precision shows is not counted back.
        let norms = self.grad_norm.values().iter();
        let pairs = norms.zip(self.grad_norm_clipped.values()).skip(len);
        let removed = pairs.filter(|(before, after)| after < before).count() as u64;
        self.clipped_steps = self.clipped_steps.saturating_sub(removed);
        self.seconds.truncate(len);
        self.learning_rate.truncate(len);
        for column in [
            &mut self.drawn_rate,
            &mut self.train_loss,
            &mut self.grad_norm,
            &mut self.grad_norm_clipped,
            &mut self.update_norm,
            &mut self.weight_norm,
        ] {
            column.truncate(len);
        }
        self.validation.retain(|&(step, _)| step < len as u64);
        self.epochs.retain(|&(step, _)| step < len as u64);
        let recorded = self.tensor_steps.partition_point(|&step| step < len as u64);
        self.tensor_steps.truncate(recorded);
        for column in self.tensor_norms.iter_mut().flatten() {
            column.truncate(recorded);
        }
        // The next one begins a kept step.
        self.tensors_seen = self
            .tensors_seen
            .min(recorded as u64 * self.tensor_interval.max(1));
    }

    /// The number of steps.
    #[must_use]
    pub fn len(&self) -> usize {
        self.seconds.len()
    }

    /// Whether there is no step yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.seconds.is_empty()
    }

    /// The epoch of `step`, from 0.
    #[must_use]
    pub fn epoch(&self, step: u64) -> u64 {
        let after = self.epochs.partition_point(|&(first, _)| first <= step);
        after.checked_sub(1).map_or(0, |index| self.epochs[index].1)
    }

    /// Bytes held.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let columns = [
            &self.drawn_rate,
            &self.train_loss,
            &self.grad_norm,
            &self.grad_norm_clipped,
            &self.update_norm,
            &self.weight_norm,
        ];
        columns.iter().map(|column| column.bytes()).sum::<usize>()
            + (self.seconds.capacity() + self.learning_rate.capacity()) * size_of::<f64>()
            + self.validation.capacity() * size_of::<(u64, f64)>()
            + self.tensor_steps.capacity() * size_of::<u64>()
            + self.epochs.capacity() * size_of::<(u64, u64)>()
            + self
                .tensor_norms
                .iter()
                .flatten()
                .map(|column| column.capacity() * size_of::<f32>())
                .sum::<usize>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_of_a_one_layer_network_costs_at_most_75_bytes() {
        let mut history = History::default();
        let record = StepRecord {
            step: 0,
            epoch: 0,
            seconds: 0.1,
            learning_rate: 1e-3,
            train_loss: 1.0,
            grad_norm: 1.0,
            grad_norm_clipped: 1.0,
            update_norm: 0.1,
            weight_norm: 3.0,
            validation_loss: None,
            tensor_norms: vec![[1.0, 1.0]; 6],
            flow: None,
        };
        let steps = 1 << 17; // a power of two: no spare capacity flatters or spoils the figure
        for step in 0..steps {
            history.push(&StepRecord {
                epoch: step / 3,
                validation_loss: (step % 3 == 0).then_some(0.5),
                ..record.clone()
            });
        }
        // The tensors' norms have a bound of their own.
        let tensors = HELD * (size_of::<u64>() + 6 * 2 * size_of::<f32>());
        let bytes = history.bytes().saturating_sub(tensors) / steps as usize;
        assert!(bytes <= 75, "{bytes} bytes a step");
        assert_eq!(history.epoch(0), 0);
        assert_eq!(history.epoch(8), 2);
        assert_eq!(history.epoch(9), 3);
    }

    #[test]
    fn tensors_norms_are_thinned_and_no_spike_is_lost() {
        let mut history = History::default();
        let steps = 5 * HELD as u64;
        for step in 0..steps {
            let spike = if step == 31_337 { 1e6 } else { 1.0 };
            history.push(&StepRecord {
                step,
                epoch: 0,
                seconds: 0.0,
                learning_rate: 1.0,
                train_loss: 1.0,
                grad_norm: 1.0,
                grad_norm_clipped: 1.0,
                update_norm: 1.0,
                weight_norm: 1.0,
                validation_loss: None,
                tensor_norms: vec![[spike, step as f32]; 2],
                flow: None,
            });
        }
        let [before, after] = &history.tensor_norms[1];
        assert!(history.tensor_steps.len() <= HELD && history.tensor_steps.len() > HELD / 2);
        assert_eq!(
            (before.len(), after.len()),
            (history.tensor_steps.len(), before.len())
        );
        let spikes: Vec<usize> = (0..before.len()).filter(|&k| before[k] > 1.0).collect();
        assert_eq!(spikes.len(), 1);
        assert_eq!(history.tensor_steps[spikes[0]], 31_337 / 8 * 8);
        // Each kept step stands for eight, with the largest of them.
        for (step, norm) in history.tensor_steps.iter().zip(after) {
            assert!(step.is_multiple_of(8) && *norm == (step + 7) as f32);
        }
    }

    #[test]
    fn what_is_cut_back_is_as_if_it_had_never_been_longer() {
        let record = |step: u64| StepRecord {
            step,
            epoch: step / 5,
            seconds: step as f64,
            learning_rate: 1.0 / (step + 1) as f64,
            train_loss: (step as f64).sin(),
            grad_norm: 1.0,
            grad_norm_clipped: if step.is_multiple_of(3) { 0.5 } else { 1.0 },
            update_norm: 0.1,
            weight_norm: 3.0,
            validation_loss: (step % 5 == 4).then_some(0.5),
            tensor_norms: vec![[1.0, 0.5]; if step.is_multiple_of(2) { 2 } else { 0 }],
            flow: None,
        };
        let of = |steps: u64| {
            let mut history = History::default();
            (0..steps).for_each(|step| history.push(&record(step)));
            history
        };
        for len in [1, 8, 9, 64, 65, 99, 100, 200] {
            let mut history = of(100);
            history.truncate(len);
            assert_eq!(history, of(len.min(100) as u64), "{len}");
        }
    }
}
