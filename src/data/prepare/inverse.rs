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
    /// The size of a series.
    Size {
        /// Index of the target.
        target: usize,
        /// Of each series its first row and its size, which is not 0.
        sizes: Vec<(usize, f64)>,
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

/// What was done to one target is undone here, row after row of a forecast that begins behind a known one.
#[derive(Debug)]
pub(in super::super) struct Undoing<'a> {
    /// The last step first.
    steps: Vec<Undo<'a>>,
    origin: usize,
    start: usize,
}

/// One thing that is undone.
#[derive(Debug)]
enum Undo<'a> {
    Transform(&'a Function),
    Size(f64),
    Difference {
        weights: &'a [(usize, f64)],
        history: &'a [f64],
        /// Forecast values so far, with how many rows after the origin they are.
        path: Vec<(usize, f64)>,
    },
    Season {
        season: &'a Season,
        /// The place of the series' first row.
        first: i64,
    },
}

impl<'a> Undoing<'a> {
    /// For forecasts of `target` made at row `origin` of a series that begins at `start`.
    pub(in super::super) fn new(
        inverses: &'a [Inverse],
        target: usize,
        origin: usize,
        start: usize,
    ) -> Self {
        let steps = inverses.iter().rev().filter_map(|inverse| match inverse {
            Inverse::Transform {
                target: of,
                function,
            } => (*of == target).then_some(Undo::Transform(function)),
            Inverse::Size { target: of, sizes } => {
                (*of == target).then(|| Undo::Size(of_series(sizes, start).unwrap_or(1.0)))
            }
            Inverse::Difference {
                target: of,
                weights,
                history,
            } => (*of == target).then(|| Undo::Difference {
                weights,
                history,
                path: Vec::new(),
            }),
            Inverse::Season {
                target: of,
                season,
                firsts,
            } => (*of == target).then(|| {
                let first = of_series(firsts, start).unwrap_or(0);
                Undo::Season { season, first }
            }),
        });
        Self {
            steps: steps.collect(),
            origin,
            start,
        }
    }

    /// What the forecast `value` of the row `ahead` (from 1) of the origin is; rows rise from call to call. Values
    /// between that are not forecast are none to build on: [`shortest_lag`] must reach back to the origin then.
    pub(in super::super) fn next(&mut self, ahead: usize, value: f64) -> f64 {
        let (origin, start) = (self.origin, self.start);
        let mut value = value;
        for step in &mut self.steps {
            match step {
                Undo::Transform(function) => value = function.undo(value),
                Undo::Size(size) => value *= *size,
                Undo::Difference {
                    weights,
                    history,
                    path,
                } => {
                    let earlier = weights.iter().map(|&(lag, weight)| {
                        let place = (origin + ahead).saturating_sub(lag).max(start);
                        let value = if place <= origin {
                            history[place]
                        } else {
                            path.binary_search_by_key(&(place - origin), |(ahead, _)| *ahead)
                                .map_or(f64::NAN, |found| path[found].1)
                        };
                        weight * value
                    });
                    value += earlier.sum::<f64>();
                    path.push((ahead, value));
                }
                Undo::Season { season, first } => {
                    value += season.at(*first + (origin + ahead - start) as i64);
                }
            }
        }
        value
    }
}

/// What belongs to the series that begins at row `start`, among all series by their rising first rows.
fn of_series<T: Copy>(each: &[(usize, T)], start: usize) -> Option<T> {
    let behind = each.partition_point(|(begin, _)| *begin <= start);
    let (begin, what) = each[behind.checked_sub(1)?];
    (begin == start).then_some(what)
}

/// The nearest row that a difference of `target` looks back to; none where there is no difference.
pub(in super::super) fn shortest_lag(inverses: &[Inverse]) -> Option<usize> {
    inverses
        .iter()
        .filter_map(|inverse| match inverse {
            Inverse::Difference { weights, .. } => weights.first().map(|(lag, _)| *lag),
            Inverse::Transform { .. } | Inverse::Size { .. } | Inverse::Season { .. } => None,
        })
        .min()
}
