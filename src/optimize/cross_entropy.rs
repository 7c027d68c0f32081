//! Cross-entropy of logits against classes, in 64 bits.
//!
//! Of a sequence with the class y out of C, log p = log softmax of the logits, q_c = (1 − ε)·[c = y] +
//! ε/C under label smoothing ε, class weights w and the focal power γ (Lin et al. 2017):
//!
//! ```text
//! loss = Σ_c q_c · w_c · (1 − p_c)^γ · (−log p_c)
//! mean = Σ loss / Σ w_y
//! ```
//!
//! With γ = 0 this is `torch.nn.CrossEntropyLoss` with its weighted mean; with ε = 0 it is the focal loss
//! with α = w, divided by the same sum of weights.

use super::objective::Total;

/// The loss with the class weights that it counts with.
#[derive(Debug, Clone, PartialEq)]
pub struct CrossEntropy {
    /// ε, from 0 to 1.
    pub label_smoothing: f64,
    /// γ, at least 0.
    pub focal_gamma: f64,
    /// w, one a class.
    pub weights: Vec<f64>,
}

impl CrossEntropy {
    /// Sums over the rows of `logits` `[B, C]`; `classes` `[B]` are numbers from 0. With a mask only rows
    /// with 1 count. Where `slopes` is given, ∂mean/∂logits `[B, C]` goes there.
    ///
    /// # Panics
    /// A class that there is not.
    #[must_use]
    pub fn total<P: Copy + Into<f64>>(
        &self,
        logits: &[P],
        classes: &[P],
        mask: Option<&[f32]>,
        mut slopes: Option<&mut Vec<f64>>,
    ) -> Total {
        let width = self.weights.len();
        let mut total = Total::default();
        if let Some(slopes) = &mut slopes {
            slopes.clear();
        }
        let mut logs = vec![0.0; width];
        let mut pulls = vec![0.0; width];
        for (row, (logits, &class)) in logits.chunks_exact(width).zip(classes).enumerate() {
            if mask.is_some_and(|mask| mask[row] == 0.0) {
                if let Some(slopes) = &mut slopes {
                    slopes.extend(std::iter::repeat_n(0.0, width));
                }
                continue;
            }
            let class = class.into() as usize;
            total.weight += self.weights[class];
            log_softmax(logits, &mut logs);
            for (c, (&log, pull)) in logs.iter().zip(&mut pulls).enumerate() {
                let own = f64::from(u8::from(c == class));
                let share =
                    (1.0 - self.label_smoothing) * own + self.label_smoothing / width as f64;
                *pull = 0.0;
                // A share of 0 may stand beside a logarithm of −∞.
                if share > 0.0 {
                    let (value, slope) = self.focal(log);
                    total.sum += share * self.weights[c] * value;
                    *pull = share * self.weights[c] * slope;
                }
            }
            if let Some(slopes) = &mut slopes {
                // ∂log p_c/∂z_j = [c = j] − p_j.
                let all: f64 = pulls.iter().sum();
                slopes.extend(
                    logs.iter()
                        .zip(&pulls)
                        .map(|(log, pull)| pull - log.exp() * all),
                );
            }
        }
        if let Some(slopes) = &mut slopes
            && total.weight > 0.0
        {
            slopes.iter_mut().for_each(|slope| *slope /= total.weight);
        }
        total
    }

    /// (1 − p)^γ · (−log p) as a function of log p, and its derivative.
    fn focal(&self, log: f64) -> (f64, f64) {
        let gamma = self.focal_gamma;
        if gamma == 0.0 {
            return (-log, -1.0);
        }
        // 1 − p, exact where p is close to 1.
        let rest = -log.exp_m1();
        let power = rest.powf(gamma);
        let slope = if rest > 0.0 {
            gamma * rest.powf(gamma - 1.0) * log.exp() * log - power
        } else {
            0.0
        };
        // 0 · ∞ where p is 0 cannot be: the power is 1 there.
        (power * -log, slope)
    }

    /// The loss of a sequence whose class has the probability `p`, without smoothing and weights.
    #[must_use]
    pub fn of_probability(focal_gamma: f64, p: f64) -> f64 {
        let plain = Self {
            label_smoothing: 0.0,
            focal_gamma,
            weights: Vec::new(),
        };
        plain.focal(p.ln()).0
    }
}

/// n / (k · n_c) for n sequences in k classes that occur (scikit-learn's `balanced`); 1 for a class
/// without sequences.
#[must_use]
pub fn balanced(counts: &[usize]) -> Vec<f64> {
    let all: usize = counts.iter().sum();
    let present = counts.iter().filter(|&&count| count > 0).count();
    let weight = |&count: &usize| match count {
        0 => 1.0,
        count => all as f64 / (present * count) as f64,
    };
    counts.iter().map(weight).collect()
}

/// z − log Σ exp z, with the largest z taken out of the sum: nothing overflows, and what the others add
/// to its 1 is not lost.
fn log_softmax<P: Copy + Into<f64>>(logits: &[P], into: &mut [f64]) {
    let number = |index: usize| -> f64 { logits[index].into() };
    let first = (1..logits.len()).fold(0, |best, index| {
        if number(index) > number(best) {
            index
        } else {
            best
        }
    });
    let largest = number(first);
    let others: f64 = (0..logits.len())
        .filter(|&index| index != first)
        .map(|index| (number(index) - largest).exp())
        .sum();
    for (log, &z) in into.iter_mut().zip(logits) {
        *log = z.into() - largest - others.ln_1p();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all_kinds() -> Vec<CrossEntropy> {
        let mut kinds = Vec::new();
        for label_smoothing in [0.0, 0.1, 1.0] {
            for focal_gamma in [0.0, 0.5, 1.0, 2.0] {
                for weights in [vec![1.0; 3], vec![0.25, 3.0, 1.5]] {
                    kinds.push(CrossEntropy {
                        label_smoothing,
                        focal_gamma,
                        weights,
                    });
                }
            }
        }
        kinds
    }

    #[test]
    fn slopes_are_the_derivatives_and_the_mask_excludes() {
        let logits = [
            0.3, -1.2, 2.0, 0.0, 0.0, 0.0, -3.0, 4.0, 1.0, 9.0, -9.0, 0.5,
        ];
        let classes = [2.0, 0.0, 0.0, 1.0];
        let mask = [1.0, 1.0, 0.0, 1.0];
        for loss in all_kinds() {
            for mask in [None, Some(&mask[..])] {
                let mut slopes = Vec::new();
                let total = loss.total(&logits, &classes, mask, Some(&mut slopes));
                for (index, slope) in slopes.iter().enumerate() {
                    let moved = |step: f64| {
                        let mut logits = logits;
                        logits[index] += step;
                        loss.total(&logits, &classes, mask, None).mean()
                    };
                    let h = 1e-4;
                    let numeric = (8.0 * (moved(h) - moved(-h))
                        - (moved(2.0 * h) - moved(-2.0 * h)))
                        / (12.0 * h);
                    assert!(
                        (slope - numeric).abs() < 1e-9,
                        "{loss:?} {index}: {slope} and {numeric}"
                    );
                }
                if mask.is_some() {
                    assert_eq!(slopes[6..9], [0.0; 3]);
                    let kept: Vec<f64> = [&logits[..6], &logits[9..]].concat();
                    let own = loss.total(&kept, &[2.0, 0.0, 1.0], None, None);
                    assert_eq!((own.sum, own.weight), (total.sum, total.weight));
                }
            }
        }
    }

    #[test]
    fn sure_logits_neither_overflow_nor_lose_what_is_left() {
        let plain = |focal_gamma| CrossEntropy {
            label_smoothing: 0.0,
            focal_gamma,
            weights: vec![1.0; 2],
        };
        for gamma in [0.0, 0.5, 2.0] {
            for logits in [[1e4, -1e4], [800.0, 0.0], [40.0, 0.0], [0.0, 0.0]] {
                let mut slopes = Vec::new();
                let right = plain(gamma).total(&logits, &[0.0], None, Some(&mut slopes));
                assert!(right.sum.is_finite() && slopes.iter().all(|s| s.is_finite()));
                let wrong = plain(gamma).total(&logits, &[1.0], None, Some(&mut slopes));
                assert!(wrong.sum.is_finite() && slopes.iter().all(|s| s.is_finite()));
                assert!(wrong.sum >= right.sum);
            }
        }
        // −log p = log(1 + e^−40), which 1 − p in 64 bits would have lost.
        let small = plain(0.0).total(&[40.0, 0.0], &[0.0], None, None);
        assert!(
            (small.sum / (-40.0_f64).exp() - 1.0).abs() < 1e-12,
            "{}",
            small.sum
        );
        let lost = plain(0.0).total(&[f64::NAN, 0.0], &[0.0], None, None);
        assert!(lost.sum.is_nan());
    }

    #[test]
    fn balanced_weights_make_every_class_count_alike() {
        let weights = balanced(&[70, 20, 10]);
        assert_eq!(weights, [100.0 / 210.0, 100.0 / 60.0, 100.0 / 30.0]);
        assert_eq!(balanced(&[5, 0, 5]), [1.0, 1.0, 1.0]);
        assert_eq!(balanced(&[1; 4]), [1.0; 4]);
    }
}
