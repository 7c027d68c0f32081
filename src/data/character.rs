//! What a series is like: how much of it is trend, and whether it keeps its level.

use super::season::interpolated;

/// Looks at no more than this many of the last values.
const MOST_VALUES: usize = 5_000;

/// What is found of one series.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Character {
    /// 1 − variance of the rest / variance of trend and rest (Wang, Smith & Hyndman 2006): 0 no trend, 1 all trend.
    pub trend_strength: f64,
    /// The same of the season, where there is one.
    pub seasonal_strength: Option<f64>,
    /// The statistic of Kwiatkowski, Phillips, Schmidt & Shin (1992) for a level.
    pub kpss: f64,
}

impl Character {
    /// Of `values` (NaN where missing) with a season of `period` rows; none where there are too few.
    #[must_use]
    pub fn of(values: &[f64], period: Option<usize>) -> Option<Self> {
        let values = &values[values.len().saturating_sub(MOST_VALUES)..];
        if values.len() < 12 {
            return None;
        }
        let whole = interpolated(values)?;
        let period = period.filter(|&period| period > 1 && 2 * period <= whole.len());
        let strengths = match period {
            Some(period) => {
                let fit = stlrs::Stl::fit(&whole, period).ok()?;
                (fit.trend_strength(), Some(fit.seasonal_strength()))
            }
            None => (trend_strength(&whole), None),
        };
        let kpss = kpss(&whole);
        (strengths.0.is_finite() && kpss.is_finite()).then_some(Self {
            trend_strength: strengths.0,
            seasonal_strength: strengths.1,
            kpss,
        })
    }

    /// Whether it keeps its level, at the 5 % bound.
    #[must_use]
    pub fn keeps_its_level(&self) -> bool {
        self.kpss < 0.463
    }
}

/// Without a season: the trend is a centred moving average over a tenth of the rows.
fn trend_strength(values: &[f64]) -> f64 {
    let half = (values.len() / 20).max(2);
    let trend: Vec<f64> = (half..values.len() - half)
        .map(|row| values[row - half..=row + half].iter().sum::<f64>() / (2 * half + 1) as f64)
        .collect();
    let rest: Vec<f64> = (trend.iter().zip(&values[half..]))
        .map(|(trend, x)| x - trend)
        .collect();
    let strength = 1.0 - variance(&rest) / variance(&values[half..values.len() - half]);
    strength.clamp(0.0, 1.0)
}

fn variance(values: &[f64]) -> f64 {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    values.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / values.len() as f64
}

/// Σ S² / (n²·s²), with S the sums of deviations from the mean and s² their long-run variance over
/// ⌈12·(n/100)^¼⌉ lags under Bartlett's weights (statsmodels' `legacy`).
fn kpss(values: &[f64]) -> f64 {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let rest: Vec<f64> = values.iter().map(|x| x - mean).collect();
    let lags = ((12.0 * (count / 100.0).powf(0.25)).ceil() as usize).min(values.len() - 1);
    let product = |lag: usize| {
        rest.iter()
            .zip(&rest[lag..])
            .map(|(a, b)| a * b)
            .sum::<f64>()
    };
    let weighted =
        (1..=lags).map(|lag| 2.0 * (1.0 - lag as f64 / (lags + 1) as f64) * product(lag));
    let long_run = (product(0) + weighted.sum::<f64>()) / count;
    let mut sum = 0.0;
    let squares: f64 = (rest.iter())
        .map(|x| {
            sum += x;
            sum * sum
        })
        .sum();
    squares / (count * count * long_run)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(text: &str) -> Vec<f64> {
        text.lines()
            .skip(1)
            .filter_map(|line| line.split(',').nth(1)?.trim().parse().ok())
            .collect()
    }

    #[test]
    fn airline_climbs_and_noise_keeps_its_level() {
        let airline = column(include_str!("../../assets/data/airline.csv"));
        let of = Character::of(&airline, Some(12)).expect("long enough");
        assert!(of.trend_strength > 0.95 && of.seasonal_strength.expect("a season") > 0.8);
        assert!(!of.keeps_its_level());
        let noise: Vec<f64> = (0..200_u64).map(|k| (k * 7919 % 101) as f64).collect();
        let of = Character::of(&noise, None).expect("long enough");
        assert!(of.keeps_its_level() && of.trend_strength < 0.3, "{of:?}");
        assert_eq!(Character::of(&[3.0; 50], None), None);
        assert_eq!(Character::of(&noise[..5], None), None);
    }

    /// `statsmodels.tsa.stattools.kpss(x, regression="c", nlags="legacy")` of the same.
    #[test]
    fn the_statistic_is_that_of_statsmodels() {
        let nile = column(include_str!("../../assets/data/nile.csv"));
        assert!(
            (kpss(&nile) - 0.549_719_702_439).abs() < 1e-9,
            "{}",
            kpss(&nile)
        );
    }
}
