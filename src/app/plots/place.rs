//! Where values stand on the x axis: at their steps, or at the epochs or seconds that had passed.

/// The steps that the values of a column belong to.
#[derive(Debug, Clone, Copy)]
enum Steps<'a> {
    /// Side by side, the first at this number.
    From(usize),
    /// At these numbers, which only rise.
    At(&'a [u64]),
}

/// How far along the x axis a step stands.
#[derive(Debug, Clone, Copy)]
pub enum Measure<'a> {
    /// At its own number.
    Steps,
    /// At the epochs that had passed: so many steps make one.
    Epochs(f64),
    /// At the seconds that had passed, of each step from the first of the history on.
    Seconds {
        /// The first step of the history.
        first: usize,
        /// Seconds since the run's start; they only rise.
        seconds: &'a [f64],
    },
}

impl Measure<'_> {
    /// The x of a step.
    #[must_use]
    pub fn x(&self, step: usize) -> f64 {
        match self {
            Self::Steps => step as f64,
            Self::Epochs(steps) => step as f64 / steps.max(1.0),
            Self::Seconds { first, seconds } => {
                let row = step
                    .saturating_sub(*first)
                    .min(seconds.len().saturating_sub(1));
                seconds.get(row).copied().unwrap_or_default()
            }
        }
    }

    /// The step nearest to an x; `None` before the axis begins.
    #[must_use]
    pub fn step(&self, x: f64) -> Option<usize> {
        let step = match self {
            Self::Steps => x.round(),
            Self::Epochs(steps) => (x * steps.max(1.0)).round(),
            Self::Seconds { first, seconds } => {
                let after = seconds.partition_point(|&passed| passed < x);
                (first + after.min(seconds.len().saturating_sub(1))) as f64
            }
        };
        (x >= -0.5 && step.is_finite()).then(|| step.max(0.0) as usize)
    }
}

/// Where the values of a column stand on the x axis.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    steps: Steps<'a>,
    measure: Measure<'a>,
}

impl<'a> Place<'a> {
    /// Side by side, the first at this number.
    #[must_use]
    pub fn from(first: usize) -> Self {
        Self {
            steps: Steps::From(first),
            measure: Measure::Steps,
        }
    }

    /// At these numbers, which only rise.
    #[must_use]
    pub fn at(steps: &'a [u64]) -> Self {
        Self {
            steps: Steps::At(steps),
            measure: Measure::Steps,
        }
    }

    /// The same on an axis that measures otherwise.
    #[must_use]
    pub fn measured(self, measure: Measure<'a>) -> Self {
        Self { measure, ..self }
    }

    /// The x of the value at `index`.
    pub fn x(&self, index: usize) -> f64 {
        self.measure.x(match self.steps {
            Steps::From(first) => first + index,
            Steps::At(steps) => steps[index] as usize,
        })
    }

    /// The indices that lie within `from..=to`, and one neighbour on either side.
    pub fn within(&self, from: f64, to: f64, len: usize) -> (usize, usize) {
        let len = match self.steps {
            Steps::From(_) => len,
            Steps::At(steps) => len.min(steps.len()),
        };
        let start = self.before(len, |x| x < from);
        let end = self.before(len, |x| x <= to).saturating_add(1).min(len);
        (start.saturating_sub(1).min(end), end)
    }

    /// How many of the first `len` values stand where `left` holds; it holds up to some x.
    fn before(&self, len: usize, left: impl Fn(f64) -> bool) -> usize {
        let (mut low, mut high) = (0, len);
        while low < high {
            let middle = usize::midpoint(low, high);
            if left(self.x(middle)) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_epochs_and_seconds_are_places_of_the_same_steps() {
        let seconds = [0.5, 1.0, 1.0, 4.0];
        let measures = [
            Measure::Steps,
            Measure::Epochs(2.0),
            Measure::Seconds {
                first: 10,
                seconds: &seconds,
            },
        ];
        let xs = measures.map(|measure| [10, 11, 13].map(|step| measure.x(step)));
        assert_eq!(xs, [[10.0, 11.0, 13.0], [5.0, 5.5, 6.5], [0.5, 1.0, 4.0]]);
        for measure in measures {
            for step in [10, 11, 13] {
                assert_eq!(measure.step(measure.x(step)), Some(step));
            }
            assert_eq!(measure.step(-1.0), None);
        }
        let place = Place::from(10).measured(measures[2]);
        assert_eq!(place.within(0.9, 1.1, 4), (0, 4));
        assert_eq!(place.within(3.0, 9.0, 4), (2, 4));
    }
}
