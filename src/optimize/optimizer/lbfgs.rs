//! L-BFGS: curvature from the last steps, and a search along each direction.

use super::line_search::{Point, Search, strong_wolfe};
use crate::optimize::vector::{absolute_sum, dot, largest};
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

/// `torch.optim.LBFGS` with `line_search_fn="strong_wolfe"` (Liu & Nocedal 1989; Nocedal & Wright 2006,
/// algorithms 7.4, 3.5 and 3.6), scalar products in 64 bits.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Lbfgs {
    max_iter: u64,
    max_eval: u64,
    tolerance_grad: f64,
    tolerance_change: f64,
    history_size: usize,
    /// Iterations of all steps.
    iterations: u64,
    direction: Vec<f32>,
    /// How far along the direction the last iteration went.
    length: f64,
    pairs: VecDeque<Pair>,
    /// What stands for the inverse Hessian before the pairs correct it.
    scale: f64,
    last_gradient: Vec<f32>,
}

/// A step and what it did to the gradient.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Pair {
    step: Vec<f32>,
    change: Vec<f32>,
    /// One over their scalar product.
    rho: f64,
}

impl Lbfgs {
    /// Takes over another one's curvature, the latest pairs where fewer are kept.
    pub(super) fn take(&mut self, old: Self) {
        let surplus = old.pairs.len().saturating_sub(self.history_size);
        *self = Self {
            pairs: old.pairs.into_iter().skip(surplus).collect(),
            iterations: old.iterations,
            direction: old.direction,
            length: old.length,
            scale: old.scale,
            last_gradient: old.last_gradient,
            ..*self
        };
    }

    pub(super) fn new(
        max_iter: u64,
        max_eval: u64,
        tolerance_grad: f64,
        tolerance_change: f64,
        history_size: u64,
    ) -> Self {
        Self {
            max_iter,
            max_eval: if max_eval == 0 {
                max_iter.saturating_mul(5) / 4
            } else {
                max_eval
            },
            tolerance_grad,
            tolerance_change,
            history_size: history_size.max(1) as usize,
            iterations: 0,
            direction: Vec::new(),
            length: 0.0,
            pairs: VecDeque::new(),
            scale: 1.0,
            last_gradient: Vec::new(),
        }
    }

    pub(super) fn step<E>(
        &mut self,
        parameters: &mut [f32],
        gradient: &[f32],
        loss: f64,
        rate: f64,
        mut evaluate: impl FnMut(&[f32], &mut Vec<f32>) -> Result<f64, E>,
    ) -> Result<(), E> {
        if largest(gradient) <= self.tolerance_grad {
            return Ok(());
        }
        let mut gradient = gradient.to_vec();
        let mut loss = loss;
        let mut trial = vec![0.0_f32; parameters.len()];
        let mut evaluations = 1;
        for iteration in 1..=self.max_iter {
            self.iterations += 1;
            self.turn(&gradient);
            self.last_gradient.clone_from(&gradient);
            let last_loss = loss;
            self.length = if self.iterations == 1 {
                rate * (1.0 / absolute_sum(&gradient)).min(1.0)
            } else {
                rate
            };
            let slope = dot(&gradient, &self.direction);
            if slope > -self.tolerance_change {
                break;
            }
            let search = Search {
                first: self.length,
                reach: largest(&self.direction),
                tolerance: self.tolerance_change,
                most: self.max_eval.saturating_sub(evaluations),
            };
            let start = Point {
                at: 0.0,
                loss,
                gradient,
                slope,
            };
            let direction = &self.direction;
            let (found, cost) = strong_wolfe(start, &search, |at| {
                along(&mut trial, parameters, direction, at);
                let mut gradient = Vec::new();
                let loss = evaluate(&trial, &mut gradient)?;
                let slope = dot(&gradient, direction);
                Ok(Point {
                    at,
                    loss,
                    gradient,
                    slope,
                })
            })?;
            evaluations += cost;
            self.length = found.at;
            (loss, gradient) = (found.loss, found.gradient);
            along(&mut trial, parameters, direction, found.at);
            parameters.copy_from_slice(&trial);
            if iteration == self.max_iter
                || evaluations >= self.max_eval
                || largest(&gradient) <= self.tolerance_grad
                || largest(direction) * self.length.abs() <= self.tolerance_change
                || (loss - last_loss).abs() < self.tolerance_change
            {
                break;
            }
        }
        Ok(())
    }

    /// The next direction: the gradient at first, then what the remembered pairs make of it.
    fn turn(&mut self, gradient: &[f32]) {
        if self.iterations == 1 {
            self.direction = gradient.iter().map(|g| -g).collect();
            self.pairs.clear();
            self.scale = 1.0;
            return;
        }
        let length = self.length as f32;
        let change: Vec<f32> = (gradient.iter().zip(&self.last_gradient))
            .map(|(new, old)| new - old)
            .collect();
        let step: Vec<f32> = self.direction.iter().map(|d| d * length).collect();
        let product = dot(&change, &step);
        // Without positive curvature the pair would spoil the approximation.
        if product > 1e-10 {
            self.scale = product / dot(&change, &change);
            let oldest = (self.pairs.len() >= self.history_size).then(|| self.pairs.pop_front());
            drop(oldest);
            self.pairs.push_back(Pair {
                step,
                change,
                rho: 1.0 / product,
            });
        }
        let direction = &mut self.direction;
        for (d, g) in direction.iter_mut().zip(gradient) {
            *d = -g;
        }
        let mut shares = vec![0.0; self.pairs.len()];
        for (share, pair) in shares.iter_mut().zip(&self.pairs).rev() {
            *share = dot(&pair.step, direction) * pair.rho;
            add(direction, &pair.change, -*share);
        }
        let scale = self.scale as f32;
        for d in direction.iter_mut() {
            *d *= scale;
        }
        for (share, pair) in shares.iter().zip(&self.pairs) {
            let own = dot(&pair.change, direction) * pair.rho;
            add(direction, &pair.step, share - own);
        }
    }
}

fn add(values: &mut [f32], other: &[f32], share: f64) {
    let share = share as f32;
    for (value, other) in values.iter_mut().zip(other) {
        *value += share * other;
    }
}

/// parameters + at·direction.
fn along(trial: &mut [f32], parameters: &[f32], direction: &[f32], at: f64) {
    let at = at as f32;
    for ((t, p), d) in trial.iter_mut().zip(parameters).zip(direction) {
        *t = p + at * d;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::convert::Infallible;

    /// Rosenbrock's valley, where plain gradients crawl.
    #[test]
    fn it_finds_the_end_of_a_curved_valley() {
        let evaluate = |x: &[f32], gradient: &mut Vec<f32>| {
            let (a, b) = (f64::from(x[0]), f64::from(x[1]));
            let valley = b - a * a;
            *gradient = vec![
                (-400.0 * a * valley - 2.0 * (1.0 - a)) as f32,
                (200.0 * valley) as f32,
            ];
            Ok::<f64, Infallible>(100.0 * valley * valley + (1.0 - a) * (1.0 - a))
        };
        let mut lbfgs = Lbfgs::new(20, 0, 1e-7, 1e-9, 10);
        let mut x = [-1.2_f32, 1.0];
        for _ in 0..5 {
            let mut gradient = Vec::new();
            let Ok(loss) = evaluate(&x, &mut gradient);
            let Ok(()) = lbfgs.step(&mut x, &gradient, loss, 1.0, evaluate);
        }
        assert!(
            (x[0] - 1.0).abs() < 1e-3 && (x[1] - 1.0).abs() < 1e-3,
            "{x:?}"
        );
    }

    #[test]
    fn what_cannot_be_evaluated_ends_the_step() {
        let mut lbfgs = Lbfgs::new(20, 0, 1e-7, 1e-9, 10);
        let result = lbfgs.step(&mut [1.0], &[1.0], 1.0, 1.0, |_, _| Err("not a number"));
        assert_eq!(result, Err("not a number"));
    }
}
