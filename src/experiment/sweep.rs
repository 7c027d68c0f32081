//! A sweep of learning rates: each contender at several, so that a comparison does not hang on one.

use super::{Contender, Experiment, KeyError};

/// What a sweep multiplies a contender's rate with: about half a decade apart.
pub const SWEEP_RATES: [f64; 5] = [0.1, 0.316, 1.0, 3.16, 10.0];

/// Contenders that a sweep makes at most.
pub const SWEEP_MOST: usize = 50;

/// What an experiment file's contender is called at a rate of a sweep.
#[must_use]
pub fn sweep_name(name: &str, rate: f64) -> String {
    format!("{name} at {rate:?}")
}

impl Contender {
    /// This contender at each rate of a sweep, called what `name` makes of its name and the rate.
    pub fn at_rates(&self, name: impl Fn(&str, f64) -> String) -> Vec<Self> {
        (SWEEP_RATES.iter())
            .map(|factor| {
                let mut experiment = self.experiment.clone();
                let rate = experiment.schedule.learning_rate * factor;
                // As people write rates: two digits.
                let rate = format!("{rate:.1e}").parse().unwrap_or(rate);
                experiment.schedule.learning_rate = rate;
                Self {
                    name: name(&self.name, rate),
                    experiment,
                }
            })
            .collect()
    }
}

impl Experiment {
    /// This experiment with each contender at five rates, from a tenth to ten times its own.
    ///
    /// # Errors
    /// Contenders that do not fit, or more than 50 in the end.
    pub fn sweep(&self) -> Result<Self, Vec<KeyError>> {
        let contenders = self.contenders()?;
        let all = contenders.len() * SWEEP_RATES.len();
        if all > SWEEP_MOST {
            let most = SWEEP_MOST / SWEEP_RATES.len();
            return Err(vec![KeyError::new(
                "contender",
                format!(
                    "a sweep of {} contenders would be {all} of them, and {SWEEP_MOST} are the most; keep {most}",
                    contenders.len()
                ),
            )]);
        }
        let each = (contenders.iter()).flat_map(|contender| contender.at_rates(sweep_name));
        Ok(self.with_contenders(&each.collect::<Vec<_>>()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::Choice;

    #[test]
    fn each_contender_stands_at_five_rates_and_nothing_else_changes() {
        let experiment = Experiment::from_toml(
            "seeds = [1, 2]\n[[contender]]\nname = \"a\"\n[[contender]]\nname = \"b\"\noptimizer = { kind = \"sgd\", momentum = 0.9 }\nschedule = { learning_rate = 0.1 }\n",
        )
        .expect("good");
        let before = experiment.contenders().expect("they fit");
        let swept = experiment.sweep().expect("few enough");
        assert!(swept.problems().is_empty());
        assert_eq!(swept.seeds, [1, 2]);
        let after = swept.contenders().expect("they fit");
        assert_eq!(after.len(), 10);
        let rates: Vec<f64> = (after[5..].iter())
            .map(|contender| contender.experiment.schedule.learning_rate)
            .collect();
        assert_eq!(rates, [0.01, 0.032, 0.1, 0.32, 1.0]);
        assert_eq!(after[6].name, "b at 0.032");
        for (index, contender) in after.iter().enumerate() {
            let original = &before[index / 5];
            assert_eq!(
                contender.experiment.optimizer.kind(),
                original.experiment.optimizer.kind()
            );
            let difference = (contender.experiment)
                .first_difference(&original.experiment, |key| key == "schedule.learning_rate");
            assert_eq!(difference, None, "{}", contender.name);
        }
        assert!(swept.sweep().is_ok(), "ten contenders make fifty");
        let refused = swept.sweep().and_then(|more| more.sweep());
        assert!(refused.expect_err("too many")[0].message.contains("250"));
    }
}
