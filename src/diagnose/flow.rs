//! Gradients through time, read: the picture of a run, measures of one profile, and the bound that
//! Pascanu et al. 2013 give for the plain recurrent cell.

use crate::record::{FlowHistory, LayerFlow};

/// Which state's gradient.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum State {
    /// ‖∂L/∂h_t‖.
    #[default]
    Hidden,
    /// ‖∂L/∂c_t‖; LSTM only.
    Cell,
}

impl State {
    /// This state's norms, first time step first; empty where the cell has no such state.
    #[must_use]
    pub fn of(self, layer: &LayerFlow) -> &[f32] {
        match self {
            Self::Hidden => &layer.hidden,
            Self::Cell => &layer.cell,
        }
    }
}

/// Gradient norms of one layer over the recorded training steps: a row for a training step, a column for
/// a time step, counted back from the output.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Picture {
    /// The training step of each row.
    pub steps: Vec<u64>,
    /// How many time steps back from the output each column is, from 0.
    pub back: Vec<usize>,
    /// Recorded numbers, row by row; not-a-number where a sequence had fewer steps.
    pub norms: Vec<f32>,
    /// The smallest and the largest norm that is positive and finite, the twentieth of the rows with the
    /// largest ones left out: spikes would leave nothing to tell the others apart by.
    pub range: Option<[f32; 2]>,
    /// Time steps of the longest profile.
    pub time_steps: usize,
    /// Training steps that the rows reach over: the first, and the one after the last.
    pub reach: [u64; 2],
}

impl Picture {
    /// Of one layer's state in at most so many rows and columns: where more were recorded, every number
    /// is still one that was, of steps that lie evenly apart.
    #[must_use]
    pub fn of(
        history: &FlowHistory,
        layer: usize,
        state: State,
        rows: usize,
        columns: usize,
    ) -> Self {
        let recorded = history.steps();
        let profile = |index: usize| -> &[f32] {
            let layers = &recorded[index].1;
            layers.get(layer).map_or(&[], |flow| state.of(flow))
        };
        let longest = (0..recorded.len())
            .map(|index| profile(index).len())
            .max()
            .unwrap_or_default();
        let (Some(first), Some(last)) = (recorded.first(), recorded.last()) else {
            return Self::default();
        };
        if longest == 0 {
            return Self::default();
        }
        let gap = match recorded {
            [.., before, last] => last.0 - before.0,
            _ => 1,
        };
        let reach = [first.0, last.0 + gap];
        // Steps lie evenly apart, but not where a run went back to before it was recorded less often.
        let rows: Vec<usize> = evenly((reach[1] - reach[0]) as usize, rows.min(recorded.len()))
            .into_iter()
            .map(|after| recorded.partition_point(|(step, _)| *step <= reach[0] + after as u64) - 1)
            .collect();
        let back = evenly(longest, columns);
        let mut norms = Vec::with_capacity(rows.len() * back.len());
        for &index in &rows {
            let profile = profile(index);
            norms.extend(back.iter().map(|&back| {
                let at = profile.len().checked_sub(1 + back);
                at.map_or(f32::NAN, |at| profile[at])
            }));
        }
        let mut rows_ranges: Vec<[f32; 2]> = norms
            .chunks_exact(back.len())
            .filter_map(|row| {
                let positive = row.iter().filter(|norm| norm.is_finite() && **norm > 0.0);
                positive.map(|&norm| [norm; 2]).reduce(join)
            })
            .collect();
        rows_ranges.sort_by(|a, b| a[1].total_cmp(&b[1]));
        rows_ranges.truncate(rows_ranges.len() - rows_ranges.len() / 20);
        let range = rows_ranges.into_iter().reduce(join);
        Self {
            steps: rows.iter().map(|&index| recorded[index].0).collect(),
            back,
            norms,
            range,
            time_steps: longest,
            reach,
        }
    }

    /// The number in a row and a column.
    #[must_use]
    pub fn at(&self, row: usize, column: usize) -> f32 {
        self.norms[row * self.back.len() + column]
    }
}

/// The range that holds both.
fn join(a: [f32; 2], b: [f32; 2]) -> [f32; 2] {
    [a[0].min(b[0]), a[1].max(b[1])]
}

/// At most `most` of the numbers below `count`, evenly apart.
fn evenly(count: usize, most: usize) -> Vec<usize> {
    let kept = count.min(most.max(1));
    (0..kept).map(|index| index * count / kept).collect()
}

/// What one profile says in numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measures {
    /// Octaves that the norm falls with each time step back, by least squares over all time steps;
    /// negative where it grows.
    pub octaves_per_step: f64,
    /// The norm at the first time step divided by that at the last.
    pub first_to_last: f64,
    /// Time steps, counted back from the output, to the furthest one whose norm is at least a hundredth
    /// of the largest.
    pub memory: usize,
}

impl Measures {
    /// Of norms, first time step first; those after the last one that is not 0 are padding. `None`
    /// where fewer than two are positive and finite.
    #[must_use]
    pub fn of(profile: &[f32]) -> Option<Self> {
        let end = profile.iter().rposition(|norm| *norm != 0.0)?;
        let profile = &profile[..=end];
        let points: Vec<(f64, f64)> = profile
            .iter()
            .rev()
            .enumerate()
            .filter(|(_, norm)| norm.is_finite() && **norm > 0.0)
            .map(|(back, norm)| (back as f64, f64::from(*norm)))
            .collect();
        if points.len() < 2 {
            return None;
        }
        let count = points.len() as f64;
        let mean_x = points.iter().map(|(x, _)| x).sum::<f64>() / count;
        let mean_y = points.iter().map(|(_, y)| y.log2()).sum::<f64>() / count;
        let (mut up, mut across) = (0.0, 0.0);
        for (x, y) in &points {
            up += (x - mean_x) * (y.log2() - mean_y);
            across += (x - mean_x) * (x - mean_x);
        }
        let largest = points.iter().fold(0.0_f64, |most, (_, y)| most.max(*y));
        let memory = points
            .iter()
            .rev()
            .find(|(_, y)| *y >= 0.01 * largest)
            .map_or(0, |(back, _)| *back as usize + 1);
        Some(Self {
            octaves_per_step: -up / across,
            first_to_last: f64::from(profile[0]) / f64::from(profile[end]),
            memory,
        })
    }

    /// Time steps back over which the norm halves; `None` where it does not fall.
    #[must_use]
    pub fn half_life(&self) -> Option<f64> {
        (self.octaves_per_step > 0.0).then(|| 1.0 / self.octaves_per_step)
    }

    /// Time steps back over which the norm doubles; `None` where it does not grow.
    #[must_use]
    pub fn doubling(&self) -> Option<f64> {
        (self.octaves_per_step < 0.0).then(|| -1.0 / self.octaves_per_step)
    }
}

/// No gradient through time can be larger than this, first time step first.
///
/// With g_t = ∂L/∂h_t, d_t what reaches h_t from above in the same time step and η = λ₁γ (λ₁ the spectral
/// norm of the recurrent weights, γ the steepest slope of the nonlinearity), g_t = d_t + Wᵀ·D·g_{t+1} gives
/// ‖g_t‖ ≤ ‖d_t‖ + η·‖g_{t+1}‖, hence ‖g_t‖ ≤ Σ_{k≥t} η^(k−t)·‖d_k‖: eq. 7 of Pascanu et al. 2013, summed over
/// all time steps that have a loss.
#[must_use]
pub fn bound(direct: &[f64], eta: f64) -> Vec<f64> {
    let mut bound = direct.to_vec();
    for t in (0..bound.len().saturating_sub(1)).rev() {
        bound[t] += eta * bound[t + 1];
    }
    bound
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::FlowPlan;

    fn history(profiles: &[&[f32]]) -> FlowHistory {
        let mut history = FlowHistory::new(FlowPlan { every: Some(5) });
        for (index, profile) in profiles.iter().enumerate() {
            let layer = LayerFlow {
                hidden: profile.to_vec(),
                cell: Vec::new(),
            };
            history.push(5 * index as u64, [layer].into());
        }
        history
    }

    #[test]
    fn a_picture_counts_back_from_the_output_and_leaves_short_sequences_empty() {
        let history = history(&[&[1.0, 2.0, 4.0], &[8.0, 0.0]]);
        let picture = Picture::of(&history, 0, State::Hidden, 100, 100);
        assert_eq!(picture.steps, [0, 5]);
        assert_eq!(picture.back, [0, 1, 2]);
        assert_eq!(picture.norms[..5], [4.0, 2.0, 1.0, 0.0, 8.0]);
        assert!(picture.at(1, 2).is_nan());
        assert_eq!(picture.range, Some([1.0, 8.0]));
        assert_eq!(picture.reach, [0, 10]);
        assert_eq!(
            Picture::of(&history, 0, State::Cell, 9, 9),
            Picture::default()
        );
        assert_eq!(
            Picture::of(&history, 1, State::Hidden, 9, 9),
            Picture::default()
        );
    }

    #[test]
    fn a_spike_does_not_rule_the_range() {
        let mut profiles = vec![vec![0.5_f32, 1.0]; 40];
        profiles[17] = vec![1e-3, 1e28];
        let profiles: Vec<&[f32]> = profiles.iter().map(Vec::as_slice).collect();
        let picture = Picture::of(&history(&profiles), 0, State::Hidden, 100, 100);
        assert_eq!(picture.range, Some([0.5, 1.0]));
    }

    #[test]
    fn a_picture_with_less_room_shows_some_of_the_numbers() {
        let profiles: Vec<Vec<f32>> = (0..100)
            .map(|step| (0..50).map(|t| (100 * step + t) as f32 + 1.0).collect())
            .collect();
        let profiles: Vec<&[f32]> = profiles.iter().map(Vec::as_slice).collect();
        let picture = Picture::of(&history(&profiles), 0, State::Hidden, 10, 5);
        assert_eq!(picture.steps.len(), 10);
        assert_eq!(picture.back, [0, 10, 20, 30, 40]);
        for (row, step) in picture.steps.iter().enumerate() {
            for (column, back) in picture.back.iter().enumerate() {
                let expected = (100 * (step / 5) as usize + 49 - back) as f32 + 1.0;
                assert_eq!(picture.at(row, column), expected);
            }
        }
    }

    #[test]
    fn a_gradient_that_halves_each_step_has_a_half_life_of_one() {
        let fading: Vec<f32> = (0..30).map(|t| 2_f32.powi(t - 29)).collect();
        let measures = Measures::of(&fading).expect("there is a slope");
        assert!((measures.half_life().expect("it falls") - 1.0).abs() < 1e-9);
        assert_eq!(measures.doubling(), None);
        assert_eq!(measures.first_to_last, 2_f64.powi(-29));
        // 2⁻⁶ is more than a hundredth, 2⁻⁷ less.
        assert_eq!(measures.memory, 7);
        let growing: Vec<f32> = fading.iter().rev().copied().collect();
        let measures = Measures::of(&growing).expect("there is a slope");
        assert!((measures.doubling().expect("it grows") - 1.0).abs() < 1e-9);
        assert_eq!(measures.memory, 30);
    }

    #[test]
    fn padding_and_what_underflowed_do_not_bend_the_slope() {
        let mut profile = vec![0.0; 10];
        profile.extend((0..20).map(|t| 4_f32.powi(t)));
        profile.extend([0.0; 5]);
        let measures = Measures::of(&profile).expect("there is a slope");
        assert!((measures.half_life().expect("it falls") - 0.5).abs() < 1e-9);
        assert_eq!(measures.first_to_last, 0.0);
        assert_eq!(Measures::of(&[0.0, 0.0]), None);
        assert_eq!(Measures::of(&[1.0]), None);
        assert_eq!(Measures::of(&[]), None);
    }

    #[test]
    fn the_bound_adds_up_what_every_later_step_can_send_back() {
        assert_eq!(bound(&[0.0, 0.0, 2.0], 0.5), [0.5, 1.0, 2.0]);
        assert_eq!(bound(&[1.0, 1.0, 1.0], 2.0), [7.0, 3.0, 1.0]);
        assert!(bound(&[], 1.0).is_empty());
    }
}
