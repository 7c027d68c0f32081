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
    /// The same where targets weigh unlike: one weight each.
    Weighted(Loss, Vec<f64>),
    /// Of logits against classes.
    Classes(CrossEntropy),
}

impl Objective {
    /// `loss` for a training part with so many sequences of each class; of no classes under a loss of
    /// errors. `target_weights` are one a target, or none where all weigh alike.
    #[must_use]
    pub fn new(loss: &Loss, class_counts: &[usize], target_weights: &[f64]) -> Self {
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
            _ if target_weights
                .iter()
                .any(|weight| *weight != target_weights[0]) =>
            {
                Self::Weighted(loss.clone(), target_weights.to_vec())
            }
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
            Self::Weighted(loss, weights) => weighted(loss, weights, predictions, targets, mask).0,
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
            Self::Weighted(loss, weights) => {
                let (total, mut slopes) = weighted(loss, weights, predictions, targets, mask);
                let scale = if total.weight > 0.0 {
                    1.0 / total.weight
                } else {
                    0.0
                };
                for slope in &mut slopes {
                    *slope *= scale;
                }
                (total.mean(), slopes)
            }
            Self::Classes(loss) => {
                let mut slopes = Vec::with_capacity(predictions.len());
                let total = loss.total(predictions, targets, mask, Some(&mut slopes));
                (total.mean(), slopes)
            }
        }
    }
}

/// Σ weight · loss over the elements, target by target, and its derivative with respect to each prediction. Elements
/// of `targets` are those of target 0, 1, … in turn.
fn weighted<P: Copy + Into<f64>>(
    loss: &Loss,
    weights: &[f64],
    predictions: &[P],
    targets: &[P],
    mask: Option<&[f32]>,
) -> (Total, Vec<f64>) {
    let mut total = Total::default();
    let mut slopes = vec![0.0; predictions.len()];
    for (target, weight) in weights.iter().enumerate() {
        let own: Vec<f32> = (0..targets.len())
            .map(|element| match mask {
                _ if element % weights.len() != target => 0.0,
                Some(mask) => mask[element],
                None => 1.0,
            })
            .collect();
        let elements = own.iter().filter(|&&counts| counts != 0.0).count() as f64;
        let (mean, of_mean) = loss::mean_and_slopes(loss, predictions, targets, Some(&own));
        total.add(Total {
            sum: weight * mean * elements,
            weight: weight * elements,
        });
        for (slope, of_mean) in slopes.iter_mut().zip(of_mean) {
            *slope += weight * elements * of_mean;
        }
    }
    (total, slopes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_weigh_as_much_as_they_are_given() {
        let (predictions, targets) = ([1.0, 5.0, 2.0, 7.0], [0.0, 3.0, 2.0, 4.0]);
        // Squares of the first target: 1, 0; of the second: 4, 9.
        let of = |weights: &[f64]| {
            Objective::new(&Loss::Mse, &[], weights).mean_and_slopes(&predictions, &targets, None)
        };
        assert_eq!(of(&[2.0, 2.0]), of(&[]));
        assert_eq!(of(&[1.0, 0.0]).0, 0.5);
        assert_eq!(of(&[0.0, 1.0]).0, 6.5);
        let (mean, slopes) = of(&[3.0, 1.0]);
        assert_eq!(mean, (3.0 + 13.0) / 8.0);
        assert_eq!(slopes, [6.0 / 8.0, 4.0 / 8.0, 0.0, 6.0 / 8.0]);
        let masked = Objective::new(&Loss::Mse, &[], &[3.0, 1.0]);
        let mask = [1.0, 1.0, 0.0, 0.0];
        assert_eq!(
            masked.total(&predictions, &targets, Some(&mask)).mean(),
            7.0 / 4.0
        );
        // Each quantile of a target weighs as its target.
        let quantile = Loss::Quantile {
            quantiles: vec![0.1, 0.9],
        };
        let both = Objective::new(&quantile, &[], &[1.0, 0.0]);
        let (_, slopes) = both.mean_and_slopes(&[1.0, 3.0, 5.0, 7.0], &[2.0, 6.0], None);
        assert_eq!(slopes[2..], [0.0, 0.0]);
        assert!(slopes[0] != 0.0);
    }
}
