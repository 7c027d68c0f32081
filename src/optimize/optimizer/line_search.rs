//! A step length that satisfies the strong Wolfe conditions.

/// Share of the slope by which the loss must fall at least (Armijo).
const ENOUGH_FALL: f64 = 1e-4;
/// Share of the slope that may be left.
const SLOPE_LEFT: f64 = 0.9;

/// What is known at one place of the line.
#[derive(Debug, Clone)]
pub(super) struct Point {
    /// Step length.
    pub at: f64,
    pub loss: f64,
    pub gradient: Vec<f32>,
    /// Derivative of the loss along the line.
    pub slope: f64,
}

/// How a search goes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Search {
    /// The length that is tried first.
    pub first: f64,
    /// Largest element of the direction.
    pub reach: f64,
    /// A bracket within which no weight moves by this much is small enough.
    pub tolerance: f64,
    /// Tries after the first at most.
    pub most: u64,
}

/// The point found on the line from `start`, and how many evaluations that took: a bracket first, then
/// cubic interpolation inside it (Nocedal & Wright 2006, algorithms 3.5 and 3.6), in the steps of
/// `torch.optim.lbfgs._strong_wolfe`.
pub(super) fn strong_wolfe<E>(
    start: Point,
    search: &Search,
    mut evaluate: impl FnMut(f64) -> Result<Point, E>,
) -> Result<(Point, u64), E> {
    let (start_loss, start_slope) = (start.loss, start.slope);
    let too_high = |point: &Point| point.loss > start_loss + ENOUGH_FALL * point.at * start_slope;
    let flat = |point: &Point| point.slope.abs() <= -SLOPE_LEFT * start_slope;
    let mut new = evaluate(search.first)?;
    let mut evaluations = 1;
    let mut tries = 0;
    let mut last = start.clone();
    let mut bracket = loop {
        if tries >= search.most {
            break [start, new];
        }
        if too_high(&new) || (tries > 1 && new.loss >= last.loss) {
            break [last, new];
        }
        if flat(&new) {
            return Ok((new, evaluations));
        }
        if new.slope >= 0.0 {
            break [last, new];
        }
        let bounds = [new.at + 0.01 * (new.at - last.at), new.at * 10.0];
        let next = interpolate(&last, &new, bounds);
        last = std::mem::replace(&mut new, evaluate(next)?);
        evaluations += 1;
        tries += 1;
    };
    let lower_of = |bracket: &[Point; 2]| usize::from(bracket[0].loss > bracket[1].loss);
    let mut low = lower_of(&bracket);
    let mut stalled = false;
    while tries < search.most {
        let [a, b] = &bracket;
        if (b.at - a.at).abs() * search.reach < search.tolerance {
            break;
        }
        let (least, most) = (a.at.min(b.at), a.at.max(b.at));
        let mut at = interpolate(a, b, [least, most]);
        // Near a border for the second time, or on it: a tenth of the way in.
        let margin = 0.1 * (most - least);
        if (most - at).min(at - least) < margin {
            if stalled || at >= most || at <= least {
                at = if (at - most).abs() < (at - least).abs() {
                    most - margin
                } else {
                    least + margin
                };
                stalled = false;
            } else {
                stalled = true;
            }
        } else {
            stalled = false;
        }
        let new = evaluate(at)?;
        evaluations += 1;
        tries += 1;
        if too_high(&new) || new.loss >= bracket[low].loss {
            bracket[1 - low] = new;
            low = lower_of(&bracket);
        } else {
            let done = flat(&new);
            if !done && new.slope * (bracket[1 - low].at - bracket[low].at) >= 0.0 {
                // The old low end becomes the far one.
                bracket.swap(0, 1);
            }
            bracket[low] = new;
            if done {
                break;
            }
        }
    }
    let [a, b] = bracket;
    Ok((if low == 0 { a } else { b }, evaluations))
}

/// Where the cubic through both points with their slopes is lowest, within `bounds`; their middle where
/// it has no lowest place.
fn interpolate(a: &Point, b: &Point, [least, most]: [f64; 2]) -> f64 {
    let d1 = a.slope + b.slope - 3.0 * (a.loss - b.loss) / (a.at - b.at);
    let square = d1 * d1 - a.slope * b.slope;
    if square >= 0.0 {
        let d2 = square.sqrt();
        let place = if a.at <= b.at {
            b.at - (b.at - a.at) * ((b.slope + d2 - d1) / (b.slope - a.slope + 2.0 * d2))
        } else {
            a.at - (a.at - b.at) * ((a.slope + d2 - d1) / (a.slope - b.slope + 2.0 * d2))
        };
        place.max(least).min(most)
    } else {
        f64::midpoint(least, most)
    }
}
