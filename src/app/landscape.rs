//! The loss around a contender as the window asks for it and shows it: which plane, how far, whose paths.

use crate::experiment::{Contender, Experiment};
use crate::model::Parameters;
use crate::optimize::vector;
use crate::train::{Cliff, Grid, Plane};

/// Points along each side that a person can choose from; odd, so that one point is the centre.
pub const SIZES: [usize; 2] = [21, 41];

/// Weights so many times as far from the centre as the centre is from 0 belong to a run that exploded:
/// they may not make the rest too small to see.
const FAR: f64 = 100.0;

/// Which plane to look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Directions {
    /// Two random directions as long as the weights: [`Plane::random`].
    #[default]
    Random,
    /// The two in which the runs moved the most: [`Plane::principal`].
    Principal,
    /// Weight and bias of the one unit whose error is a cliff: [`Cliff`]. For `generate:cliff` alone.
    Cliff,
}

impl Directions {
    /// All that the data with this source have, in the order menus show.
    #[must_use]
    pub fn of(source: &str) -> &'static [Self] {
        if source == "generate:cliff" {
            &[Self::Cliff, Self::Random, Self::Principal]
        } else {
            &[Self::Random, Self::Principal]
        }
    }
}

/// Weight and bias from which descents on the cliff begin: on the plateau before the wall.
const FOOT: [f64; 2] = [5.0, -3.0];

/// Points along each side of the cliff: so narrow a wall is not seen between fewer.
const CLIFF_POINTS: usize = 121;

/// Updates of a descent on the cliff.
const DESCENT: u64 = 300;

/// The exact error of the cliff over w and b, with the descent of each contender from one place.
#[must_use]
pub fn cliff(contenders: &[Contender], steps: usize) -> Surface {
    let cliff = Cliff { steps };
    let grid = Grid {
        x: [3.5, 6.5],
        y: [-4.0, -1.0],
        points: CLIFF_POINTS,
    };
    let paths = contenders.iter().enumerate().map(|(run, contender)| Path {
        run,
        points: (0..)
            .zip(cliff.descend(&contender.experiment, FOOT, DESCENT))
            .collect(),
    });
    Surface {
        grid,
        losses: (0..grid.count())
            .map(|index| {
                let [w, b] = grid.place(index);
                cliff.error(w, b)
            })
            .collect(),
        step: 0,
        paths: paths.collect(),
        share: None,
        exact: true,
    }
}

/// What shall be looked at.
#[derive(Debug, Clone, PartialEq)]
pub struct Wish {
    /// The contender's settings, with one seed: what there is before it runs.
    pub experiment: Experiment,
    /// The index of its run, where it has one.
    pub run: Option<usize>,
    /// Points along each side.
    pub points: usize,
    /// Which plane.
    pub directions: Directions,
}

/// A run's weights over training, as far as they are kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Trail {
    /// The run's index.
    pub run: usize,
    /// Updates made, and the weights after them, in order.
    pub weights: Vec<(u64, Vec<f32>)>,
}

/// A trail as it falls on the plane.
#[derive(Debug, Clone, PartialEq)]
pub struct Path {
    /// The run's index.
    pub run: usize,
    /// Updates made, and where on the plane that is nearest, in order.
    pub points: Vec<(u64, [f64; 2])>,
}

/// A plane with a grid on it, and the paths over it.
#[derive(Debug, Clone, PartialEq)]
pub struct Survey {
    /// The plane, the contender's weights in its middle.
    pub plane: Plane,
    /// Where it is looked at.
    pub grid: Grid,
    /// What falls on it.
    pub paths: Vec<Path>,
    /// Of a principal plane: the share of the trails' squared distances from the centre that lies in it.
    pub share: Option<f64>,
}

impl Survey {
    /// The plane around `centre` for `wish`. `None` where the trails lie on one line, so that they have no
    /// principal plane. Trails of another network's size are left out.
    #[must_use]
    pub fn new(centre: &Parameters, trails: &[Trail], wish: &Wish) -> Option<Self> {
        let reach = FAR * vector::norm(&centre.values).max(1.0);
        // A distance that is not a number is not within reach either.
        let near = |weights: &[f32]| {
            weights.len() == centre.values.len()
                && vector::distance(weights, &centre.values) <= reach
        };
        let (plane, share) = match wish.directions {
            Directions::Random | Directions::Cliff => {
                let seed = wish.experiment.seeds.first().copied().unwrap_or_default();
                (Plane::random(centre, seed), None)
            }
            Directions::Principal => {
                let all = trails.iter().flat_map(|trail| &trail.weights);
                let points: Vec<&[f32]> = all
                    .map(|(_, weights)| weights.as_slice())
                    .filter(|weights| near(weights))
                    .collect();
                let (plane, shares) = Plane::principal(&centre.values, &points)?;
                (plane, Some(shares.iter().sum()))
            }
        };
        let paths: Vec<Path> = (trails.iter())
            .map(|trail| Path {
                run: trail.run,
                points: (trail.weights.iter())
                    .filter(|(_, weights)| near(weights))
                    .filter_map(|(step, weights)| Some((*step, plane.nearest(weights)?.0)))
                    .collect(),
            })
            .filter(|path| !path.points.is_empty())
            .collect();
        let grid = grid(&paths, wish);
        Some(Self {
            plane,
            grid,
            paths,
            share,
        })
    }
}

/// Room for the centre and all paths.
fn grid(paths: &[Path], wish: &Wish) -> Grid {
    let all = || paths.iter().flat_map(|path| &path.points);
    let range = |axis: usize| {
        let mut range = [0.0_f64; 2];
        for (_, place) in all() {
            range = [range[0].min(place[axis]), range[1].max(place[axis])];
        }
        range
    };
    let sides = [range(0), range(1)].map(|[from, to]| match wish.directions {
        // A change as large as the weights themselves, each way, is what the plane is made for.
        Directions::Random | Directions::Cliff => [from.min(-1.0), to.max(1.0)],
        Directions::Principal => [from - 0.2 * (to - from), to + 0.2 * (to - from)],
    });
    Grid {
        x: sides[0],
        y: sides[1],
        points: wish.points,
    }
}

/// A landscape that was looked at.
#[derive(Debug, Clone, PartialEq)]
pub struct Surface {
    /// Where.
    pub grid: Grid,
    /// The loss at each point of the grid; infinite where it overflows.
    pub losses: Vec<f64>,
    /// Updates that the centre has seen.
    pub step: u64,
    /// Runs over it.
    pub paths: Vec<Path>,
    /// As [`Survey::share`].
    pub share: Option<f64>,
    /// Whether it is the cliff over its own two weights: paths are then the contenders', by their places.
    pub exact: bool,
}

impl Surface {
    /// The place on the grid and the loss of the point that is nearest to (a, b); `None` outside.
    #[must_use]
    pub fn nearest(&self, place: [f64; 2]) -> Option<([f64; 2], f64)> {
        let last = self.grid.points - 1;
        let along = |[from, to]: [f64; 2], at: f64| {
            let k = ((at - from) / (to - from) * last as f64).round();
            (k >= 0.0 && k <= last as f64).then_some(k as usize)
        };
        let (column, row) = (along(self.grid.x, place[0])?, along(self.grid.y, place[1])?);
        let index = row * self.grid.points + column;
        Some((self.grid.place(index), *self.losses.get(index)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Parameters, TensorInfo};

    fn wish(directions: Directions) -> Wish {
        Wish {
            experiment: Experiment::default(),
            run: None,
            points: 5,
            directions,
        }
    }

    fn parameters(values: Vec<f32>) -> Parameters {
        Parameters {
            tensors: vec![TensorInfo {
                name: "weight".into(),
                shape: vec![1, values.len()],
                range: 0..values.len(),
            }],
            values,
        }
    }

    fn trail(run: usize, weights: &[[f32; 3]]) -> Trail {
        let weights = weights.iter().enumerate();
        Trail {
            run,
            weights: weights.map(|(k, w)| (k as u64, w.to_vec())).collect(),
        }
    }

    #[test]
    fn the_principal_plane_holds_the_paths_and_ends_near_the_centre() {
        let centre = parameters(vec![1.0, 0.0, 0.0]);
        let trails = [
            trail(0, &[[0.0, 0.0, 0.0], [0.5, 0.2, 0.0], [1.0, 0.0, 0.0]]),
            trail(2, &[[0.0, 0.0, 0.0], [0.5, -0.5, 0.0]]),
        ];
        let survey = Survey::new(&centre, &trails, &wish(Directions::Principal)).expect("a plane");
        assert!(survey.share.is_some_and(|share| share > 0.999));
        let last = survey.paths[0].points[2];
        assert!(last.0 == 2 && last.1[0].abs() < 1e-6 && last.1[1].abs() < 1e-6);
        assert_eq!(survey.paths[1].run, 2);
        for (_, [a, b]) in survey.paths.iter().flat_map(|path| &path.points) {
            let Grid { x, y, .. } = survey.grid;
            assert!(x[0] < *a && *a < x[1] && y[0] < *b && *b < y[1]);
        }
        // One line has no plane.
        let none = Survey::new(&centre, &trails[..0], &wish(Directions::Principal));
        assert_eq!(none, None);
    }

    #[test]
    fn what_exploded_or_has_another_size_leaves_the_rest_readable() {
        let centre = parameters(vec![1.0, 0.0, 0.0]);
        let good = trail(0, &[[0.0, 0.1, 0.0], [0.5, 0.2, 0.0], [1.0, 0.0, 0.0]]);
        let bad = trail(
            1,
            &[[0.0, 0.1, 0.0], [1e20, 1e30, 0.0], [f32::NAN, 0.0, 0.0]],
        );
        let other = Trail {
            run: 2,
            weights: vec![(0, vec![1.0])],
        };
        for directions in [Directions::Random, Directions::Principal] {
            let alone = Survey::new(&centre, std::slice::from_ref(&good), &wish(directions));
            let alone = alone.expect("a plane");
            let all = [good.clone(), bad.clone(), other.clone()];
            let survey = Survey::new(&centre, &all, &wish(directions)).expect("a plane");
            assert_eq!(survey.paths.len(), 2);
            assert_eq!(survey.paths[1].points.len(), 1);
            let width = |grid: &Grid| grid.x[1] - grid.x[0];
            assert!(width(&survey.grid) < 1.5 * width(&alone.grid));
        }
    }

    #[test]
    fn random_directions_reach_as_far_as_the_weights_are_large() {
        let centre = parameters(vec![1.0, -2.0, 0.5]);
        let survey = Survey::new(&centre, &[], &wish(Directions::Random)).expect("a plane");
        assert_eq!((survey.grid.x, survey.grid.y), ([-1.0, 1.0], [-1.0, 1.0]));
        assert_eq!((survey.share, survey.paths.len()), (None, 0));
    }

    #[test]
    fn the_nearest_point_of_the_grid_is_read() {
        let grid = Grid {
            x: [-1.0, 1.0],
            y: [0.0, 4.0],
            points: 3,
        };
        let surface = Surface {
            grid,
            losses: (0..9).map(f64::from).collect(),
            step: 0,
            paths: Vec::new(),
            share: None,
            exact: false,
        };
        assert_eq!(surface.nearest([0.9, 0.4]), Some(([1.0, 0.0], 2.0)));
        assert_eq!(surface.nearest([-0.4, 3.5]), Some(([0.0, 4.0], 7.0)));
        assert_eq!(surface.nearest([2.0, 0.0]), None);
        assert_eq!(surface.nearest([0.0, -1.1]), None);
    }
}
