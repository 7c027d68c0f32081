//! A loss together with what the training part tells it: what a session minimises.

use super::cross_entropy::{CrossEntropy, balanced};
use super::loss;
use crate::experiment::{ClassWeights, Loss};

/// Sum of a loss over some elements, and the weight that its mean divides by.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Total {
    /// Of the losses.
    pub sum: f64,
    /// Elements, or the sum of their classes' weights.
    pub weight: f64,
}

impl Total {
    /// 0 where nothing counts.
    #[must_use]
    pub fn mean(self) -> f64 {
        if self.weight > 0.0 {
            self.sum / self.weight
        } else {
            0.0
        }
    }

    /// Takes in another part.
    pub fn add(&mut self, other: Self) {
        self.sum += other.sum;
        self.weight += other.weight;
    }
}

/// A loss ready to be computed.
#[derive(Debug, Clone, PartialEq)]
pub enum Objective {
    /// Of predictions against numbers, element by element.
    Errors(Loss),
    /// Of logits against classes.
    Classes(CrossEntropy),
}

impl Objective {
    /// `loss` for a training part with so many sequences of each class; of no classes under a loss of
    /// errors.
    #[must_use]
    pub fn new(loss: &Loss, class_counts: &[usize]) -> Self {
        match loss {
            &Loss::CrossEntropy {
                label_smoothing,
                class_weights,
                focal_gamma,
            } => Self::Classes(CrossEntropy {
                label_smoothing,
                focal_gamma,
                weights: match class_weights {
                    ClassWeights::None => vec![1.0; class_counts.len()],
                    ClassWeights::Balanced => balanced(class_counts),
                },
            }),
            _ => Self::Errors(loss.clone()),
        }
    }

    /// Of predictions against targets: element by element, or logits `[B, C]` against the numbers of
    /// classes `[B]`. `mask` has the shape of the targets; only elements with 1 count.
    #[must_use]
    pub fn total<P: Copy + Into<f64>>(
        &self,
        predictions: &[P],
        targets: &[P],
        mask: Option<&[f32]>,
    ) -> Total {
        match self {
            Self::Classes(loss) => loss.total(predictions, targets, mask, None),
            Self::Errors(loss) => {
                let weight = mask.map_or(targets.len(), |mask| {
                    mask.iter().filter(|&&m| m != 0.0).count()
                }) as f64;
                Total {
                    sum: loss::mean(loss, predictions, targets, mask) * weight,
                    weight,
                }
            }
        }
    }

    /// The mean, and its derivative with respect to each prediction.
    #[must_use]
    pub fn mean_and_slopes<P: Copy + Into<f64>>(
        &self,
        predictions: &[P],
        targets: &[P],
        mask: Option<&[f32]>,
    ) -> (f64, Vec<f64>) {
        match self {
            Self::Errors(loss) => loss::mean_and_slopes(loss, predictions, targets, mask),
            Self::Classes(loss) => {
                let mut slopes = Vec::with_capacity(predictions.len());
                let total = loss.total(predictions, targets, mask, Some(&mut slopes));
                (total.mean(), slopes)
            }
        }
    }
}
