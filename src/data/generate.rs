//! Series without a file. Each generator draws from a stream of its own, so a seed always gives the
//! same values whatever else is drawn.

use super::{Column, DataError, Format, Problem, Table, generator, problem::Subject, separable};
use crate::experiment::Generate;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rand_distr::StandardNormal;

/// More values than this are refused.
const MAX_VALUES: usize = 100_000_000;

/// The stream that damage is drawn from, far from those of the series.
const DAMAGE: u64 = 8 << 40;

/// Steps that an autoregression runs before its first value, so that it forgets its start at zero.
const BURN_IN: usize = 200;

/// The series `name` under `parameters` (absent ones have their defaults), as one column `value`:
///
/// * `noisy-sine`: amplitude · sin(2πt / period) + noise · ε
/// * `random-walk`: x₀ = 0, xₜ = xₜ₋₁ + drift + noise · ε
/// * `ar`: xₜ = Σₖ coefficientₖ · xₜ₋ₖ + noise · ε, after 200 steps from zero
/// * `uniform`: `count` series of U[0, 1)
///
/// with ε standard normal; in these but `uniform`, a share `outliers` of the values is then five standard
/// deviations of the series too large, and a share `missing` is missing. `adding`, `temporal-order` and `cliff` are sequences with an answer each
/// ([`super::problem`]), `separable` examples with a class each ([`super::separable`]).
///
/// # Errors
/// An unknown name, more than 10⁸ values, coefficients under which the series explodes.
pub fn series(
    source: &str,
    name: &str,
    parameters: &Generate,
    seed: u64,
) -> Result<Table, DataError> {
    let index = Generate::NAMES.iter().position(|known| *known == name);
    let (Some(index), Some(defaults)) = (index, Generate::defaults(name)) else {
        return Err(DataError::setting(
            "data.source",
            format!(
                "there is no generator \"{name}\"; there are {}",
                Generate::NAMES.join(", ")
            ),
        ));
    };
    if let Some(subject) = Subject::named(name) {
        return Problem::table(subject, source, parameters, seed);
    }
    if name == "separable" {
        return separable::table(source, parameters, seed);
    }
    let number = |given: Option<f64>, default: Option<f64>| given.or(default).unwrap_or(0.0);
    let length = parameters.length.or(defaults.length).unwrap_or(0).max(2);
    let count = parameters.count.or(defaults.count).unwrap_or(1).max(1);
    let noise = number(parameters.noise, defaults.noise);
    if length.saturating_mul(count) > MAX_VALUES {
        return Err(DataError::setting(
            "data.generate.length",
            format!(
                "{count} series of {length} values are too many; keep to {MAX_VALUES} values in all"
            ),
        ));
    }
    let mut rng = generator(seed, index as u64);
    let mut values: Vec<f64> = match name {
        "noisy-sine" => {
            let period = number(parameters.period, defaults.period);
            let amplitude = number(parameters.amplitude, defaults.amplitude);
            (0..length)
                .map(|t| {
                    amplitude * (std::f64::consts::TAU * t as f64 / period).sin()
                        + noise * normal(&mut rng)
                })
                .collect()
        }
        "random-walk" => {
            let drift = number(parameters.drift, defaults.drift);
            let mut x = 0.0;
            (0..length)
                .map(|_| {
                    let now = x;
                    x += drift + noise * normal(&mut rng);
                    now
                })
                .collect()
        }
        "ar" => {
            let coefficients = parameters
                .coefficients
                .as_ref()
                .or(defaults.coefficients.as_ref());
            autoregression(
                coefficients.map_or(&[], Vec::as_slice),
                length,
                noise,
                &mut rng,
            )?
        }
        _ => (0..length * count).map(|_| rng.random::<f64>()).collect(),
    };
    damage(
        &mut values,
        number(parameters.outliers, defaults.outliers),
        number(parameters.missing, defaults.missing),
        &mut generator(seed, DAMAGE),
    );
    Ok(Table {
        source: source.to_owned(),
        format: Format::Generated,
        delimiter: None,
        series: (0..values.len() / length)
            .map(|k| k * length..(k + 1) * length)
            .collect(),
        columns: vec![Column::of_numbers("value", values)],
        time: None,
        notes: Vec::new(),
        answers: None,
    })
}

/// Makes a share of the values too large and a share missing. The rest stays as it is, whatever the shares.
fn damage(values: &mut [f64], outliers: f64, missing: f64, rng: &mut ChaCha8Rng) {
    if outliers <= 0.0 && missing <= 0.0 {
        return;
    }
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let variance = values.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / count;
    let spike = 5.0 * variance.sqrt();
    for value in values {
        // Both are drawn at every value, so that one share does not change where the other falls.
        let [wrong, gone] = [
            rng.random::<f64>() < outliers,
            rng.random::<f64>() < missing,
        ];
        if wrong {
            *value += spike;
        }
        if gone {
            *value = f64::NAN;
        }
    }
}

fn normal(rng: &mut ChaCha8Rng) -> f64 {
    rng.sample(StandardNormal)
}

fn autoregression(
    coefficients: &[f64],
    length: usize,
    noise: f64,
    rng: &mut ChaCha8Rng,
) -> Result<Vec<f64>, DataError> {
    let mut values = vec![0.0_f64; coefficients.len()];
    for _ in 0..BURN_IN + length {
        let past = values
            .iter()
            .rev()
            .zip(coefficients)
            .map(|(x, c)| x * c)
            .sum::<f64>();
        let next = past + noise * normal(rng);
        if next.abs() > 1e30 {
            return Err(DataError::setting(
                "data.generate.coefficients",
                "the series explodes under these coefficients; make them smaller",
            ));
        }
        values.push(next);
    }
    Ok(values.split_off(values.len() - length))
}
