//! The loss around a run: over a plane of weights, and its largest curvature.

use super::Session;
use super::memory::beyond_memory;
use crate::data::{Batch, Part};
use crate::experiment::KeyError;
use crate::model::{Learned, Lesson, Parameters, elements};
use crate::optimize::objective::Total;
use crate::optimize::vector;
use crate::train::evaluate::BATCH;
use crate::train::plane::Plane;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// Where a landscape is looked at.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Grid {
    /// From and to along the plane's x.
    pub x: [f64; 2],
    /// From and to along the plane's y.
    pub y: [f64; 2],
    /// Points along each, both ends included; at least 2.
    pub points: usize,
}

impl Grid {
    /// (a, b) of the point with this index: rows of equal b, the lowest first.
    #[must_use]
    pub fn place(&self, index: usize) -> [f64; 2] {
        let along = |[from, to]: [f64; 2], k: usize| {
            from + (to - from) * k as f64 / (self.points - 1).max(1) as f64
        };
        [
            along(self.x, index % self.points),
            along(self.y, index / self.points),
        ]
    }

    /// All points.
    #[must_use]
    pub fn count(&self) -> usize {
        self.points * self.points
    }
}

impl Session {
    /// Refuses a landscape that memory would not hold, before anything is allocated: each thread's batch,
    /// and the weights of `states` kept states beside them.
    ///
    /// # Errors
    /// How much is needed, and how much is free.
    pub fn check_landscape(&self, states: usize, threads: usize) -> Result<(), KeyError> {
        let architecture = &self.learner.architecture;
        let windows = self.dataset.part_windows(Part::Train).len();
        let batch = BATCH.min(windows);
        let weights = size_of::<f32>() as f64 * self.parameters.values.len() as f64;
        let needed = weights * states as f64
            + threads as f64 * architecture.training_bytes(batch, self.dataset.lookback);
        beyond_memory(needed).map_or(Ok(()), |sizes| {
            let message = format!(
                "a landscape over {states} kept states needs {sizes}; reset runs that are not needed, or use fewer units"
            );
            Err(KeyError::new("", message))
        })
    }

    /// How long [`Session::landscape`] would take, from one point that is evaluated here and now.
    #[must_use]
    pub fn landscape_time(&self, grid: &Grid, threads: usize) -> Duration {
        let batches = self.training_batches();
        // The first evaluation also fills caches.
        self.loss_at(&self.parameters.values, &batches);
        let start = Instant::now();
        self.loss_at(&self.parameters.values, &batches);
        start.elapsed() * grid.count() as u32 / threads.clamp(1, grid.points) as u32
    }

    /// The mean training loss, without dropout, at each point of the grid on the plane; what overflows is
    /// infinite. `watch` hears from each thread how many points are done and says whether to go on;
    /// `None` where it said no.
    ///
    /// # Panics
    /// When the plane is of another network's weights.
    pub fn landscape(
        &self,
        plane: &Plane,
        grid: &Grid,
        threads: usize,
        watch: impl Fn(usize) -> bool + Sync,
    ) -> Option<Vec<f64>> {
        assert_eq!(plane.origin.len(), self.parameters.values.len(), "its size");
        let batches = self.training_batches();
        let (next, done) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let stopped = AtomicBool::new(false);
        let some_of_it = || {
            let mut found = Vec::new();
            while !stopped.load(Ordering::Relaxed) {
                let index = next.fetch_add(1, Ordering::Relaxed);
                if index >= grid.count() {
                    break;
                }
                let loss = self.loss_at(&plane.at(grid.place(index)), &batches);
                found.push((
                    index,
                    if loss.is_finite() {
                        loss
                    } else {
                        f64::INFINITY
                    },
                ));
                if !watch(done.fetch_add(1, Ordering::Relaxed) + 1) {
                    stopped.store(true, Ordering::Relaxed);
                }
            }
            found
        };
        let mut losses = vec![f64::NAN; grid.count()];
        thread::scope(|scope| {
            let helpers: Vec<_> = (1..threads.clamp(1, grid.points))
                .map(|_| scope.spawn(some_of_it))
                .collect();
            let mut found = some_of_it();
            for helper in helpers {
                found.extend(helper.join().expect("evaluating does not panic"));
            }
            for (index, loss) in found {
                losses[index] = loss;
            }
        });
        (!stopped.into_inner()).then_some(losses)
    }

    /// The largest eigenvalue of the training loss's second derivatives at the present weights, in size
    /// and with its sign, by power iteration on differences of gradients, until it changes by less than
    /// one part in a thousand or after `most` repetitions. Gradient descent at rate η is stable where it
    /// is below 2/η (Cohen et al. 2021, "Gradient descent on neural networks typically occurs at the edge
    /// of stability"). `None` where a gradient is not finite.
    #[must_use]
    pub fn sharpness(&self, most: usize) -> Option<f64> {
        let batches = self.training_batches();
        let weights = &self.parameters.values;
        // Neither lost in rounding nor far off the tangent.
        let reach = 3e-3 * vector::norm(weights).max(1.0);
        // The gradient has a share of the steepest direction; where it is 0, any direction does.
        let mut direction = self.gradient_at(weights, &batches);
        if vector::norm(&direction) == 0.0 {
            direction.fill(1.0);
        }
        let mut found = None;
        for _ in 0..most {
            let size = vector::norm(&direction);
            if !size.is_finite() {
                return None;
            }
            if size == 0.0 {
                return Some(0.0);
            }
            for element in &mut direction {
                *element = (f64::from(*element) / size) as f32;
            }
            let moved = |sign: f64| -> Vec<f32> {
                (weights.iter().zip(&direction))
                    .map(|(w, d)| (f64::from(*w) + sign * reach * f64::from(*d)) as f32)
                    .collect()
            };
            let (ahead, behind) = (
                self.gradient_at(&moved(1.0), &batches),
                self.gradient_at(&moved(-1.0), &batches),
            );
            let product: Vec<f32> = (ahead.iter().zip(&behind))
                .map(|(a, b)| ((f64::from(*a) - f64::from(*b)) / (2.0 * reach)) as f32)
                .collect();
            let value = vector::dot(&product, &direction);
            let still = found.is_some_and(|last: f64| (value - last).abs() < 1e-3 * value.abs());
            found = Some(value);
            if still {
                break;
            }
            direction = product;
        }
        found.filter(|value| value.is_finite())
    }

    /// Whether the sharpness is to be measured before the next step.
    #[must_use]
    pub fn sharpness_due(&self) -> bool {
        let every = self.experiment.training.record_sharpness_every;
        every.is_some_and(|every| self.step.is_multiple_of(every.max(1)))
    }

    /// The training part in batches of the evaluation's size.
    fn training_batches(&self) -> Vec<Batch> {
        let windows = self.dataset.part_windows(Part::Train);
        (windows.chunks(BATCH))
            .map(|starts| self.dataset.part_batch(starts, Part::Train))
            .collect()
    }

    fn with_weights(&self, weights: &[f32]) -> Parameters {
        Parameters {
            tensors: self.parameters.tensors.clone(),
            values: weights.to_vec(),
        }
    }

    fn loss_at(&self, weights: &[f32], batches: &[Batch]) -> f64 {
        let network = self.network(&self.with_weights(weights));
        let mut total = Total::default();
        for batch in batches {
            let predictions = elements(network.forward(self.inputs_of(batch), &[]));
            let mask = batch.mask.as_deref();
            total.add(self.objective.total(&predictions, &batch.targets, mask));
        }
        total.mean()
    }

    /// The gradient of the mean training loss.
    fn gradient_at(&self, weights: &[f32], batches: &[Batch]) -> Vec<f32> {
        let parameters = self.with_weights(weights);
        let mut sum = vec![0.0_f64; weights.len()];
        let mut total = 0.0;
        for batch in batches {
            let lesson = Lesson {
                inputs: &batch.inputs,
                sizes: [batch.size, batch.steps],
                lengths: batch.lengths.as_deref(),
                dropout: &[],
                flow: false,
            };
            let mask = batch.mask.as_deref();
            let mut weight = 0.0;
            let Learned { gradient, .. } =
                (self.learner).learn(&parameters, lesson, Vec::new(), |predictions| {
                    let targets = &batch.targets;
                    weight = self.objective.total(predictions, targets, mask).weight;
                    let (loss, slopes) = self.objective.mean_and_slopes(predictions, targets, mask);
                    (loss, slopes.iter().map(|slope| *slope as f32).collect())
                });
            for (sum, slope) in sum.iter_mut().zip(&gradient) {
                *sum += weight * f64::from(*slope);
            }
            total += weight;
        }
        sum.iter()
            .map(|sum| (sum / total.max(f64::MIN_POSITIVE)) as f32)
            .collect()
    }
}
