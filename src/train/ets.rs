//! Exponential smoothing with an error, a trend and a season each, chosen automatically: a forecast that many
//! a network does not beat (Hyndman, Koehler, Ord & Snyder 2008).
//!
//! The crate `augurs-ets` (0.10) was looked at first: it has no seasons yet, does not say which parameters it
//! found, so that it can forecast from the training part's end alone, and brings nalgebra (40 s to build).

/// No more than this many of the last training values are fitted to.
const MOST_VALUES: usize = 1_000;

/// How the season joins in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Seasonal {
    None,
    Added,
    Multiplied,
}

/// A model with its smoothing parameters.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ets {
    trend: bool,
    damping: f64,
    seasonal: Seasonal,
    season: usize,
    /// Of level, trend and season.
    smoothing: [f64; 3],
}

/// What a model knows after each value of a series.
#[derive(Debug)]
pub struct Filtered {
    model: Ets,
    /// The first value that the model begins with.
    first: usize,
    /// Rows that the beginning was estimated from.
    begun: usize,
    levels: Vec<f64>,
    trends: Vec<f64>,
    seasons: Vec<f64>,
    /// The season before the first row, by place.
    before: Vec<f64>,
}

impl Ets {
    /// The model that explains training values best by the corrected information criterion of Akaike; none where
    /// there are too few. Missing values stand for the ones before them.
    pub fn fit(values: &[f64], season: usize) -> Option<Self> {
        let values = &values[values.len().saturating_sub(MOST_VALUES)..];
        let values = &values[values.iter().position(|x| x.is_finite())?..];
        if values.len() < 8 {
            return None;
        }
        let positive = values.iter().all(|&x| x > 0.0);
        let mut best: Option<(f64, Self)> = None;
        for seasonal in [Seasonal::None, Seasonal::Added, Seasonal::Multiplied] {
            let fits = season > 1 && values.len() >= 3 * season;
            if seasonal != Seasonal::None && !fits || seasonal == Seasonal::Multiplied && !positive
            {
                continue;
            }
            for (trend, damped) in [(false, false), (true, false), (true, true)] {
                for relative in [false, true] {
                    if relative && !positive {
                        continue;
                    }
                    let start = Self {
                        trend,
                        damping: 1.0,
                        seasonal,
                        season: if seasonal == Seasonal::None {
                            1
                        } else {
                            season
                        },
                        smoothing: [0.3, 0.05, 0.1],
                    };
                    let (criterion, model) = start.searched(values, damped, relative);
                    if criterion.is_finite() && best.is_none_or(|(known, _)| criterion < known) {
                        best = Some((criterion, model));
                    }
                }
            }
        }
        best.map(|(_, model)| model)
    }

    /// The best parameters by a compass search, and the criterion there.
    fn searched(self, values: &[f64], damped: bool, relative: bool) -> (f64, Self) {
        let mut used = vec![0];
        if self.trend {
            used.push(1);
        }
        if self.seasonal != Seasonal::None {
            used.push(2);
        }
        if damped {
            used.push(3);
        }
        let states = 1
            + usize::from(self.trend)
            + if self.seasonal == Seasonal::None {
                0
            } else {
                self.season
            };
        let count = (used.len() + states + 1) as f64;
        let rows = values.len() as f64;
        let penalty = 2.0 * count + 2.0 * count * (count + 1.0) / (rows - count - 1.0);
        if rows - count <= 1.0 {
            return (f64::INFINITY, self);
        }
        let at = |point: &[f64; 4]| {
            let model = Self {
                damping: if damped { point[3] } else { 1.0 },
                smoothing: [
                    point[0],
                    point[1].min(point[0]),
                    point[2].min(1.0 - point[0]),
                ],
                ..self
            };
            (model.likelihood(values, relative) + penalty, model)
        };
        let mut point = [
            self.smoothing[0],
            self.smoothing[1],
            self.smoothing[2],
            0.95,
        ];
        let mut best = at(&point);
        let mut step = 0.2;
        while step > 2e-3 {
            let mut better = false;
            for &place in &used {
                let (low, high) = if place == 3 {
                    (0.8, 0.98)
                } else {
                    (1e-4, 0.9999)
                };
                for sign in [1.0, -1.0] {
                    let mut tried = point;
                    tried[place] = (point[place] + sign * step).clamp(low, high);
                    let found = at(&tried);
                    if found.0 < best.0 {
                        (best, point, better) = (found, tried, true);
                    }
                }
            }
            if !better {
                step /= 2.0;
            }
        }
        best
    }

    /// −2 log likelihood up to a constant, of absolute or relative errors one step ahead.
    fn likelihood(self, values: &[f64], relative: bool) -> f64 {
        let mut squares = 0.0;
        let mut logarithms = 0.0;
        self.run(values, &mut |value, forecast, _| {
            if relative {
                squares += ((value - forecast) / forecast).powi(2);
                logarithms += forecast.abs().ln();
            } else {
                squares += (value - forecast).powi(2);
            }
        });
        let rows = values.len() as f64;
        if squares > 0.0 {
            rows * (squares / rows).ln() + 2.0 * logarithms
        } else {
            f64::INFINITY // a perfect fit is a line or a constant, which needs no likelihood to be found
        }
    }

    /// Level, trend and season at the beginning, from the first two seasons (or ten values), and how many
    /// rows that took.
    fn begin(self, values: &[f64]) -> (f64, f64, Vec<f64>, usize) {
        let season = self.season;
        let used = if season > 1 { 2 * season } else { 10 }.min(values.len());
        let head = &values[..used];
        let half = used / 2;
        let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len().max(1) as f64;
        let trend = if self.trend && half > 0 {
            (mean(&head[half..2 * half]) - mean(&head[..half])) / half as f64
        } else {
            0.0
        };
        let middle = (used as f64 - 1.0) / 2.0;
        let line = |row: usize| mean(head) + trend * (row as f64 - middle);
        let seasons = (0..season)
            .map(|place| {
                let of: Vec<f64> = (place..used)
                    .step_by(season)
                    .map(|row| match self.seasonal {
                        Seasonal::None => 0.0,
                        Seasonal::Added => head[row] - line(row),
                        Seasonal::Multiplied => head[row] / line(row),
                    })
                    .collect();
                mean(&of)
            })
            .collect();
        (line(0) - trend, trend, seasons, used)
    }

    /// Goes over `values`, all of them finite: `see` gets each with its forecast and the state after it.
    fn run(self, values: &[f64], see: &mut impl FnMut(f64, f64, [f64; 3])) {
        let (mut level, mut trend, mut seasons, _) = self.begin(values);
        let [alpha, beta, gamma] = self.smoothing;
        let season = self.season;
        let mut place = 0;
        for &value in values {
            let line = level + self.damping * trend;
            let s = seasons[place];
            let (forecast, error) = match self.seasonal {
                Seasonal::None => (line, value - line),
                Seasonal::Added => (line + s, value - line - s),
                Seasonal::Multiplied => (line * s, (value - line * s) / s),
            };
            level = line + alpha * error;
            if self.trend {
                trend = self.damping * trend + beta * error;
            }
            match self.seasonal {
                Seasonal::None => {}
                Seasonal::Added => seasons[place] = s + gamma * error,
                Seasonal::Multiplied => seasons[place] = s + gamma * error * s / line,
            }
            see(value, forecast, [level, trend, seasons[place]]);
            place = if place + 1 == season { 0 } else { place + 1 };
        }
    }

    /// What the model knows after each of `values`, of which those before the first finite one are passed over.
    pub fn filter(self, values: &[f64]) -> Option<Filtered> {
        let first = values.iter().position(|x| x.is_finite())?;
        let own = &values[first..];
        let (_, _, before, used) = self.begin(own);
        let mut filtered = Filtered {
            model: self,
            first,
            begun: used,
            levels: Vec::with_capacity(own.len()),
            trends: Vec::with_capacity(own.len()),
            seasons: Vec::with_capacity(own.len()),
            before,
        };
        self.run(own, &mut |_, _, [level, trend, season]| {
            filtered.levels.push(level);
            filtered.trends.push(trend);
            filtered.seasons.push(season);
        });
        Some(filtered)
    }
}

impl Filtered {
    /// What is said at row `origin` of the row `horizon` later; none where the beginning of the series was not
    /// over.
    pub fn forecast(&self, origin: usize, horizon: usize) -> Option<f64> {
        let row = origin.checked_sub(self.first)?;
        if row + 1 < self.begun {
            return None;
        }
        let model = self.model;
        let reach = if model.damping == 1.0 {
            horizon as f64
        } else {
            // φ + φ² + … + φ^h
            model.damping * (1.0 - model.damping.powi(horizon as i32)) / (1.0 - model.damping)
        };
        let line = self.levels.get(row)? + reach * self.trends[row];
        let back = model.season * horizon.div_ceil(model.season);
        let season = match (row + horizon).checked_sub(back) {
            Some(same) => self.seasons[same],
            None => self.before[(row + horizon) % model.season],
        };
        let value = match model.seasonal {
            Seasonal::None => line,
            Seasonal::Added => line + season,
            Seasonal::Multiplied => line * season,
        };
        value.is_finite().then_some(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn airline() -> Vec<f64> {
        include_str!("../../assets/data/airline.csv")
            .lines()
            .skip(1)
            .filter_map(|line| line.split(',').nth(1)?.trim().parse().ok())
            .collect()
    }

    #[test]
    fn the_last_year_of_airline_is_forecast_as_well_as_r_does() {
        let values = airline();
        let model = Ets::fit(&values[..132], 12).expect("enough");
        assert_eq!(model.seasonal, Seasonal::Multiplied);
        let filtered = model.filter(&values).expect("finite");
        let errors =
            (1..=12).map(|h| (filtered.forecast(131, h).expect("said") - values[131 + h]).abs());
        let mean = errors.sum::<f64>() / 12.0;
        // R's ets() of 1949 to 1959, ETS(M,Ad,M), is off by 35 (forecast 8.23); seasonal naive by 47.8.
        assert!(mean < 40.0, "{mean} by {model:?}");
    }

    #[test]
    fn later_values_change_no_forecast() {
        let values = airline();
        let model = Ets::fit(&values[..100], 12).expect("enough");
        let mut later = values.clone();
        for value in &mut later[110..] {
            *value *= 3.0;
        }
        let (one, other) = (model.filter(&values), model.filter(&later));
        let (one, other) = (one.expect("finite"), other.expect("finite"));
        for horizon in 1..30 {
            assert_eq!(one.forecast(109, horizon), other.forecast(109, horizon));
            assert_ne!(one.forecast(115, horizon), other.forecast(115, horizon));
        }
        assert_eq!(
            one.forecast(10, 1),
            None,
            "its first two years are still going on"
        );
    }

    #[test]
    fn a_line_goes_on_and_short_series_have_no_model() {
        let line: Vec<f64> = (0..60)
            .map(|k| 5.0 + 2.0 * k as f64 + 1e-3 * f64::from(k % 3))
            .collect();
        let model = Ets::fit(&line[..40], 1).expect("enough");
        let said = model.filter(&line).and_then(|known| known.forecast(39, 10));
        assert!((said.expect("said") - 103.0).abs() < 0.5, "{said:?}");
        assert_eq!(Ets::fit(&line[..5], 1), None);
        assert_eq!(Ets::fit(&[f64::NAN; 50], 1), None);
    }
}
