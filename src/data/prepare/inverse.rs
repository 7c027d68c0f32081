//! What undoes preparation for a forecast.

use super::Season;
use super::function::Function;

/// One thing to undo, of one target.
#[derive(Debug, Clone, PartialEq)]
pub enum Inverse {
    /// A function of the value.
    Transform {
        /// Index of the target.
        target: usize,
        /// The function that was applied.
        function: Function,
    },
    /// A difference.
    Difference {
        /// Index of the target.
        target: usize,
        /// Weights of earlier values, by how many rows.
        weights: Vec<(usize, f64)>,
        /// One value a row, before the difference was taken.
        history: Vec<f64>,
    },
    /// A season is added again.
    Season {
        /// Index of the target.
        target: usize,
        /// The season.
        season: Season,
        /// Of each series its first row, and that row's place in the season.
        firsts: Vec<(usize, i64)>,
    },
}

/// The weights of (1 − B)^`order` (1 − B^`season`): x minus these many earlier values.
pub(in super::super) fn weights(season: usize, order: usize) -> Vec<(usize, f64)> {
    let mut polynomial = vec![1.0];
    let factors = std::iter::repeat_n(1, order).chain((season > 0).then_some(season));
    for lag in factors {
        let mut product = polynomial.clone();
        product.resize(polynomial.len() + lag, 0.0);
        for (power, weight) in polynomial.iter().enumerate() {
            product[power + lag] -= weight;
        }
        polynomial = product;
    }
    polynomial
        .into_iter()
        .enumerate()
        .skip(1)
        .filter(|(_, weight)| *weight != 0.0)
        .map(|(lag, weight)| (lag, -weight))
        .collect()
}

/// Σ weight · earlier value of `row`, a value before the series' beginning counted as its first.
pub(in super::super) fn earlier(
    values: &[f64],
    weights: &[(usize, f64)],
    row: usize,
    start: usize,
) -> f64 {
    weights
        .iter()
        .map(|&(lag, weight)| weight * values[row.saturating_sub(lag).max(start)])
        .sum()
}

/// Undoes everything that was done to `target`, in turn. `path` holds (horizon from 1, value), rising, of
/// a forecast made at row `origin` of a series that begins at `start`. Values between that are
/// not forecast are none to build on: [`shortest_lag`] must reach back to the origin then.
pub(in super::super) fn undo(
    inverses: &[Inverse],
    target: usize,
    origin: usize,
    start: usize,
    path: &mut [(usize, f64)],
) {
    for inverse in inverses.iter().rev() {
        match inverse {
            Inverse::Transform {
                target: of,
                function,
            } if *of == target => {
                for (_, value) in path.iter_mut() {
                    *value = function.undo(*value);
                }
            }
            Inverse::Difference {
                target: of,
                weights,
                history,
            } if *of == target => {
                for k in 0..path.len() {
                    let (horizon, change) = path[k];
                    let row = origin + horizon;
                    let before: f64 = weights
                        .iter()
                        .map(|&(lag, weight)| {
                            let place = row.saturating_sub(lag).max(start);
                            let value = if place <= origin {
                                history[place]
                            } else {
                                path[..k]
                                    .binary_search_by_key(&(place - origin), |(ahead, _)| *ahead)
                                    .map_or(f64::NAN, |found| path[found].1)
                            };
                            weight * value
                        })
                        .sum();
                    path[k].1 = change + before;
                }
            }
            Inverse::Season {
                target: of,
                season,
                firsts,
            } if *of == target => {
                let first = firsts.iter().find(|(begin, _)| *begin == start);
                let first = first.map_or(0, |(_, first)| *first);
                for (horizon, value) in path.iter_mut() {
                    *value += season.at(first + (origin + *horizon - start) as i64);
                }
            }
            _ => {}
        }
    }
}

/// The nearest row that a difference of `target` looks back to; none where there is no difference.
pub(in super::super) fn shortest_lag(inverses: &[Inverse]) -> Option<usize> {
    inverses
        .iter()
        .filter_map(|inverse| match inverse {
            Inverse::Difference { weights, .. } => weights.first().map(|(lag, _)| *lag),
            Inverse::Transform { .. } | Inverse::Season { .. } => None,
        })
        .min()
}
