//! How a gradient becomes an update: `torch.optim`'s rules over one flat vector, and those of the papers
//! for what it has not. Numbers that count for all elements are computed in 64 bits, elements in 32.

mod adafactor;
mod adagrad;
mod adam;
mod adan;
mod lamb;
mod lbfgs;
mod line_search;
mod lion;
mod muon;
mod newton_schulz;
mod rmsprop;
mod sgd;

use crate::experiment::Optimizer;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// Where a tensor's elements are in the flat vector, and its rows and columns where it is a matrix.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TensorShape {
    /// Its elements, row by row.
    pub range: Range<usize>,
    /// Rows and columns; absent for a vector.
    pub matrix: Option<[usize; 2]>,
}

impl TensorShape {
    /// A tensor of `shape` with its elements at `range`; what is no matrix counts as a vector.
    #[must_use]
    pub fn new(range: Range<usize>, shape: &[usize]) -> Self {
        let matrix = shape.try_into().ok();
        Self { range, matrix }
    }
}

/// An optimizer with its settings and its memory: all that a checkpoint needs of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OptimizerState {
    /// Updates made.
    updates: u64,
    method: Method,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
enum Method {
    Sgd(sgd::Sgd),
    Adagrad(adagrad::Adagrad),
    RmsProp(rmsprop::RmsProp),
    Adam(adam::Adam),
    Lion(lion::Lion),
    Adan(adan::Adan),
    Lamb(lamb::Lamb),
    Adafactor(adafactor::Adafactor),
    Muon(muon::Muon),
    Lbfgs(lbfgs::Lbfgs),
}

/// Plain gradient descent of nothing: a stand-in while the true one is in use.
impl Default for OptimizerState {
    fn default() -> Self {
        Self::new(&Optimizer::Gd { weight_decay: 0.0 }, &[])
    }
}

impl OptimizerState {
    /// No memory yet, for parameters with these tensors, one after the other.
    #[must_use]
    pub fn new(optimizer: &Optimizer, tensors: &[TensorShape]) -> Self {
        let length = tensors.last().map_or(0, |tensor| tensor.range.end);
        let method = match *optimizer {
            Optimizer::Gd { weight_decay } => {
                Method::Sgd(sgd::Sgd::new(0.0, 0.0, false, weight_decay, length))
            }
            Optimizer::Sgd {
                momentum,
                dampening,
                nesterov,
                weight_decay,
            } => Method::Sgd(sgd::Sgd::new(
                momentum,
                dampening,
                nesterov,
                weight_decay,
                length,
            )),
            Optimizer::Adagrad {
                lr_decay,
                epsilon,
                weight_decay,
            } => Method::Adagrad(adagrad::Adagrad::new(
                lr_decay,
                epsilon,
                weight_decay,
                length,
            )),
            Optimizer::RmsProp {
                alpha,
                epsilon,
                momentum,
                centered,
                weight_decay,
            } => Method::RmsProp(rmsprop::RmsProp::new(
                alpha,
                epsilon,
                momentum,
                centered,
                weight_decay,
                length,
            )),
            Optimizer::Adam {
                beta1,
                beta2,
                epsilon,
                weight_decay,
                amsgrad,
            } => Method::Adam(adam::Adam::new(
                [beta1, beta2],
                epsilon,
                adam::Decay::Gradient(weight_decay),
                amsgrad,
                length,
            )),
            Optimizer::AdamW {
                beta1,
                beta2,
                epsilon,
                weight_decay,
                amsgrad,
            } => Method::Adam(adam::Adam::new(
                [beta1, beta2],
                epsilon,
                adam::Decay::Weights(weight_decay),
                amsgrad,
                length,
            )),
            Optimizer::Lion {
                beta1,
                beta2,
                weight_decay,
            } => Method::Lion(lion::Lion::new(beta1, beta2, weight_decay, length)),
            Optimizer::Adan {
                beta1,
                beta2,
                beta3,
                epsilon,
                weight_decay,
            } => Method::Adan(adan::Adan::new(
                [beta1, beta2, beta3],
                epsilon,
                weight_decay,
                length,
            )),
            Optimizer::Lamb {
                beta1,
                beta2,
                epsilon,
                weight_decay,
            } => Method::Lamb(lamb::Lamb::new(
                [beta1, beta2],
                epsilon,
                weight_decay,
                tensors,
            )),
            Optimizer::Adafactor {
                beta2_decay,
                epsilon1,
                epsilon2,
                clip_threshold,
                weight_decay,
            } => Method::Adafactor(adafactor::Adafactor::new(
                beta2_decay,
                [epsilon1, epsilon2],
                clip_threshold,
                weight_decay,
                tensors,
            )),
            Optimizer::Muon {
                momentum,
                nesterov,
                weight_decay,
                ns_steps,
                match_rms_adamw,
                adamw_beta1,
                adamw_beta2,
                adamw_epsilon,
                adamw_weight_decay,
            } => Method::Muon(muon::Muon::new(
                muon::Settings {
                    momentum,
                    nesterov,
                    weight_decay,
                    ns_steps,
                    match_rms_adamw,
                },
                tensors,
                |length| {
                    adam::Adam::new(
                        [adamw_beta1, adamw_beta2],
                        adamw_epsilon,
                        adam::Decay::Weights(adamw_weight_decay),
                        false,
                        length,
                    )
                },
            )),
            Optimizer::Lbfgs {
                max_iter,
                max_eval,
                tolerance_grad,
                tolerance_change,
                history_size,
            } => Method::Lbfgs(lbfgs::Lbfgs::new(
                max_iter,
                max_eval,
                tolerance_grad,
                tolerance_change,
                history_size,
            )),
        };
        Self { updates: 0, method }
    }

    /// This memory under other settings of the same kind, as setting new options of an optimizer in
    /// `PyTorch` keeps its state; `None` where `optimizer` for these tensors needs other memory.
    #[must_use]
    pub fn under(self, optimizer: &Optimizer, tensors: &[TensorShape]) -> Option<Self> {
        use Method::{Adafactor, Adagrad, Adam, Adan, Lamb, Lbfgs, Lion, Muon, RmsProp, Sgd};
        let mut fresh = Self::new(optimizer, tensors);
        fresh.updates = self.updates;
        let taken = match (&mut fresh.method, self.method) {
            (Sgd(new), Sgd(old)) => take([&mut new.velocity], [old.velocity]),
            (Adagrad(new), Adagrad(old)) => take([&mut new.squares], [old.squares]),
            (RmsProp(new), RmsProp(old)) => take(
                [&mut new.squares, &mut new.mean, &mut new.velocity],
                [old.squares, old.mean, old.velocity],
            ),
            (Adam(new), Adam(old)) => new.take(old),
            (Lion(new), Lion(old)) => take([&mut new.momentum], [old.momentum]),
            (Adan(new), Adan(old)) => take(
                [
                    &mut new.mean,
                    &mut new.difference,
                    &mut new.square,
                    &mut new.last,
                ],
                [old.mean, old.difference, old.square, old.last],
            ),
            (Lamb(new), Lamb(old)) => {
                take([&mut new.first, &mut new.second], [old.first, old.second])
            }
            (Adafactor(new), Adafactor(old)) if new.tensors == old.tensors => {
                new.squares = old.squares;
                true
            }
            (Muon(new), Muon(old)) if new.tensors == old.tensors => {
                take([&mut new.momentum], [old.momentum]) && new.adamw.take(old.adamw)
            }
            (Lbfgs(new), Lbfgs(old)) => {
                new.take(old);
                true
            }
            _ => false,
        };
        taken.then_some(fresh)
    }

    /// Whether [`OptimizerState::step`] asks for loss and gradient at other weights.
    #[must_use]
    pub fn evaluates(&self) -> bool {
        matches!(self.method, Method::Lbfgs(_))
    }

    /// Changes `parameters` by one update at learning rate `rate`, where `loss` and `gradient` are those
    /// at `parameters`. An optimizer that looks at other weights first gets the loss there from
    /// `evaluate`, which leaves the gradient there in its second argument.
    ///
    /// # Errors
    /// Whatever `evaluate` says; `parameters` and memory are then of no further use.
    pub fn step<E>(
        &mut self,
        parameters: &mut [f32],
        gradient: &[f32],
        loss: f64,
        rate: f64,
        evaluate: impl FnMut(&[f32], &mut Vec<f32>) -> Result<f64, E>,
    ) -> Result<(), E> {
        self.updates += 1;
        let updates = self.updates;
        match &mut self.method {
            Method::Sgd(sgd) => sgd.step(parameters, gradient, rate, updates),
            Method::Adagrad(adagrad) => adagrad.step(parameters, gradient, rate, updates),
            Method::RmsProp(rmsprop) => rmsprop.step(parameters, gradient, rate),
            Method::Adam(adam) => adam.step(parameters, gradient, rate, updates),
            Method::Lion(lion) => lion.step(parameters, gradient, rate),
            Method::Adan(adan) => adan.step(parameters, gradient, rate, updates),
            Method::Lamb(lamb) => lamb.step(parameters, gradient, rate, updates),
            Method::Adafactor(adafactor) => adafactor.step(parameters, gradient, rate, updates),
            Method::Muon(muon) => muon.step(parameters, gradient, rate, updates),
            Method::Lbfgs(lbfgs) => lbfgs.step(parameters, gradient, loss, rate, evaluate)?,
        }
        Ok(())
    }
}

/// Moves the old memory into the new one where all of it has the new one's size.
fn take<const N: usize>(new: [&mut Vec<f32>; N], old: [Vec<f32>; N]) -> bool {
    let fits = new
        .iter()
        .zip(&old)
        .all(|(new, old)| new.len() == old.len());
    if fits {
        for (new, old) in new.into_iter().zip(old) {
            *new = old;
        }
    }
    fits
}

/// Runs an elementwise loop with the widest registers that the machine has.
#[inline]
fn vectorised(work: impl FnOnce()) {
    pulp::Arch::new().dispatch(work);
}

/// Between `start` and `end`, from the nearer of both, as `torch.lerp`.
#[expect(
    clippy::inline_always,
    reason = "left outside, it would be built without the wide registers of its caller"
)]
#[inline(always)]
fn lerp(start: f32, end: f32, weight: f32) -> f32 {
    if weight < 0.5 {
        start + weight * (end - start)
    } else {
        end - (end - start) * (1.0 - weight)
    }
}

/// 1 − β^updates: what a mean that began at zero is divided by.
fn bias_correction(beta: f64, updates: u64) -> f64 {
    1.0 - beta.powf(updates as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::Choice;
    use std::convert::Infallible;

    pub(super) fn plain(
        state: &mut OptimizerState,
        parameters: &mut [f32],
        gradient: &[f32],
        rate: f64,
    ) {
        let never = |_: &[f32], _: &mut Vec<f32>| -> Result<f64, Infallible> {
            panic!("no other weights are looked at")
        };
        let Ok(()) = state.step(parameters, gradient, 0.0, rate, never);
    }

    fn vector(length: usize) -> [TensorShape; 1] {
        [TensorShape::new(0..length, &[length])]
    }

    #[test]
    fn first_adam_step_is_the_rate_against_the_gradients_sign() {
        let mut state = OptimizerState::new(&Optimizer::adam(), &vector(2));
        let mut parameters = [1.0_f32, -1.0];
        plain(&mut state, &mut parameters, &[0.3, -20.0], 0.1);
        assert!((parameters[0] - 0.9).abs() < 1e-6);
        assert!((parameters[1] + 0.9).abs() < 1e-6);
    }

    #[test]
    fn momentum_follows_pytorch_by_hand() {
        let optimizer = Optimizer::Sgd {
            momentum: 0.9,
            dampening: 0.5,
            nesterov: false,
            weight_decay: 0.0,
        };
        let mut state = OptimizerState::new(&optimizer, &vector(1));
        let mut parameter = [0.0_f32];
        plain(&mut state, &mut parameter, &[1.0], 0.1); // v = 1
        assert!((parameter[0] + 0.1).abs() < 1e-7);
        plain(&mut state, &mut parameter, &[1.0], 0.1); // v = 0.9 + 0.5
        assert!((parameter[0] + 0.24).abs() < 1e-7);
    }

    /// f = ½ Σ k·x²: every optimizer comes nearer to its lowest point, and a state that was written and
    /// read back goes on to the same bits.
    #[test]
    fn every_optimizer_goes_down_and_its_state_survives_being_written() {
        let tensors = [
            TensorShape::new(0..12, &[4, 3]),
            TensorShape::new(12..17, &[5]),
        ];
        let curvature = |index: usize| 1.0 + index as f32 % 4.0;
        let loss = |x: &[f32]| -> f64 {
            x.iter()
                .enumerate()
                .map(|(i, &x)| 0.5 * f64::from(curvature(i) * x * x))
                .sum()
        };
        let slope = |x: &[f32], gradient: &mut Vec<f32>| {
            gradient.clear();
            gradient.extend(x.iter().enumerate().map(|(i, &x)| curvature(i) * x));
        };
        for optimizer in Optimizer::all() {
            let rate = match optimizer {
                Optimizer::Adagrad { .. } => 0.3,
                _ => 0.02,
            };
            let mut state = OptimizerState::new(&optimizer, &tensors);
            let mut x: Vec<f32> = (0..17).map(|i| 1.0 + (i as f32 * 0.7).sin()).collect();
            let before = loss(&x);
            let mut gradient = Vec::new();
            for step in 0..150 {
                slope(&x, &mut gradient);
                let mut evaluate = |at: &[f32], gradient: &mut Vec<f32>| {
                    slope(at, gradient);
                    Ok::<f64, Infallible>(loss(at))
                };
                if step == 60 {
                    let text = serde_json::to_string(&state).expect("a state is plain data");
                    let read: OptimizerState = serde_json::from_str(&text).expect("it was written");
                    assert_eq!(read, state, "{optimizer:?}");
                    let (mut a, mut b) = (x.clone(), x.clone());
                    let (mut original, mut read) = (state.clone(), read);
                    for (state, x) in [(&mut original, &mut a), (&mut read, &mut b)] {
                        let at = loss(x);
                        let Ok(()) = state.step(x, &gradient, at, rate, &mut evaluate);
                    }
                    assert_eq!((a, original), (b, read), "{optimizer:?}");
                }
                let at = loss(&x);
                let Ok(()) = state.step(&mut x, &gradient, at, rate, &mut evaluate);
            }
            let after = loss(&x);
            assert!(
                after < 0.3 * before,
                "{optimizer:?}: {before} became {after}"
            );
        }
    }
}
