//! The seasonal period of a series, from its autocorrelation.
//!
//! The crate `augurs-seasons` (0.10) was tried first; on the series in `assets/data` its periodogram
//! gives 51 for co2 (52 weeks), 62 for pbs (12 months), 15 for the Nile and 126 for every random
//! walk, and it brings rustfft and welch-sde. Hence the detector below.

/// Detection looks at no more than this many of the last values.
const MAX_VALUES: usize = 20_000;
/// and at no longer lag than this.
const MAX_LAG: usize = 1_200;

/// The period that is usual for a frequency: a year of months, quarters or weeks, a week of days, a
/// day of anything shorter.
#[must_use]
pub fn usual_period(frequency: &str) -> Option<usize> {
    Some(match frequency {
        "P1M" => 12,
        "P3M" => 4,
        "P7D" => 52,
        "P1D" => 7,
        shorter => {
            let digits = shorter.strip_prefix("PT")?;
            let (number, unit) = digits.split_at_checked(digits.len().checked_sub(1)?)?;
            let minutes = match unit {
                "H" => 60 * number.parse::<usize>().ok()?,
                "M" => number.parse::<usize>().ok()?,
                _ => return None,
            };
            (minutes > 0 && 24 * 60 % minutes == 0)
                .then(|| 24 * 60 / minutes)
                .filter(|&p| p > 1)?
        }
    })
}

/// The seasonal period of `values` (NaN where missing), in rows; none where no season stands out.
///
/// The linear trend is taken off, then the autocorrelation r is judged by its contrast at lag p,
/// r(p) − (r(p/2) + r(3p/2)) / 2: high only where the series repeats after p and is in the opposite
/// phase half-way, which slow wandering is not. The period that `frequency` suggests is taken where
/// its contrast reaches 3/√n; otherwise the highest peak of r must reach 5/√n and 0.2, and the
/// periodogram decides between it and its two neighbours.
#[must_use]
pub fn period(values: &[f64], frequency: Option<&str>) -> Option<usize> {
    let values = &values[values.len().saturating_sub(MAX_VALUES)..];
    let rows = values.len();
    if rows < 12 {
        return None;
    }
    let whole = interpolated(values)?;
    let flat = detrended(&whole);
    let size = |values: &[f64]| values.iter().fold(0.0_f64, |size, x| size.max(x.abs()));
    if size(&flat) <= 1e-10 * size(&whole) {
        return None; // what is left of a straight line is rounding
    }
    let r = autocorrelation(&flat, (rows / 2).min(MAX_LAG))?;
    let noise = 1.0 / (rows as f64).sqrt();
    if let Some(usual) = frequency.and_then(usual_period)
        && contrast(&r, usual).is_some_and(|contrast| contrast >= 3.0 * noise)
        && r[usual] > 2.0 * noise
    {
        return Some(usual);
    }
    let peak = (4..=rows / 4)
        .filter(|&lag| contrast(&r, lag).is_some())
        .max_by(|&a, &b| r[a].total_cmp(&r[b]))?;
    if r[peak] < 0.2 || contrast(&r, peak)? < 5.0 * noise {
        return None;
    }
    (peak - 1..=peak + 1).max_by(|&a, &b| power(&flat, a).total_cmp(&power(&flat, b)))
}

/// How much more alike rows are at lag `p` than half a period off; none where `p` is no peak.
fn contrast(r: &[f64], p: usize) -> Option<f64> {
    let near = (p / 20).max(1);
    if p <= near || p + (p.div_ceil(2)).max(near) >= r.len() {
        return None;
    }
    let is_peak = r[p - near..=p + near].iter().all(|&other| other <= r[p]);
    is_peak.then(|| r[p] - f64::midpoint(r[p / 2], r[p + p.div_ceil(2)]))
}

/// Missing values on the line between their neighbours; none where all are missing.
pub(super) fn interpolated(values: &[f64]) -> Option<Vec<f64>> {
    let mut whole = values.to_vec();
    super::fill::linear(&mut whole, 0);
    whole.iter().all(|x| x.is_finite()).then_some(whole)
}

/// Residuals of the least-squares line.
fn detrended(values: &[f64]) -> Vec<f64> {
    let middle = (values.len() as f64 - 1.0) / 2.0;
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let (mut covariance, mut variance) = (0.0, 0.0);
    for (t, x) in values.iter().enumerate() {
        let t = t as f64 - middle;
        covariance += t * (x - mean);
        variance += t * t;
    }
    let slope = covariance / variance;
    let line = |t: usize| mean + slope * (t as f64 - middle);
    values
        .iter()
        .enumerate()
        .map(|(t, x)| x - line(t))
        .collect()
}

/// r(0) … r(`longest`) of a series with mean zero; none where its squares leave the range of numbers.
fn autocorrelation(values: &[f64], longest: usize) -> Option<Vec<f64>> {
    let total: f64 = values.iter().map(|x| x * x).sum();
    if !total.is_normal() {
        return None;
    }
    let at = |lag: usize| {
        values
            .iter()
            .zip(&values[lag..])
            .map(|(a, b)| a * b)
            .sum::<f64>()
            / total
    };
    Some((0..=longest).map(at).collect())
}

/// The periodogram at period `p`, up to a constant.
fn power(values: &[f64], p: usize) -> f64 {
    let (mut cosine, mut sine) = (0.0, 0.0);
    for (t, x) in values.iter().enumerate() {
        let (s, c) = (std::f64::consts::TAU * t as f64 / p as f64).sin_cos();
        cosine += x * c;
        sine += x * s;
    }
    cosine * cosine + sine * sine
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sine_has_its_period_and_a_line_has_none() {
        let sine: Vec<f64> = (0..200)
            .map(|t| (f64::from(t) * std::f64::consts::TAU / 17.0).sin())
            .collect();
        assert_eq!(period(&sine, None), Some(17));
        let line: Vec<f64> = (0..200).map(f64::from).collect();
        assert_eq!(period(&line, Some("P1M")), None);
        assert_eq!(period(&[f64::NAN; 50], None), None);
        assert_eq!(period(&[3.0; 50], None), None);
    }

    #[test]
    fn frequencies_suggest_periods() {
        assert_eq!(usual_period("P1M"), Some(12));
        assert_eq!(usual_period("PT30M"), Some(48));
        assert_eq!(usual_period("PT1H"), Some(24));
        assert_eq!(usual_period("P1Y"), None);
        assert_eq!(usual_period("PT7M"), None);
        assert_eq!(usual_period("PT"), None);
        assert_eq!(usual_period("PT0.1S"), None);
    }
}
