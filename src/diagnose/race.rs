//! Comparing runs fairly: over seeds, at every rate, and with a word where it is not fair.

use crate::experiment::{Choice, Contender};

/// The lower quartile, the median and the upper quartile of the finite values, between neighbours in
/// proportion.
#[must_use]
pub fn quartiles(values: impl IntoIterator<Item = f64>) -> Option<[f64; 3]> {
    let mut finite: Vec<f64> = values.into_iter().filter(|v| v.is_finite()).collect();
    finite.sort_by(f64::total_cmp);
    let last = finite.len().checked_sub(1)? as f64;
    Some([0.25, 0.5, 0.75].map(|share| {
        let place = share * last;
        let (low, high) = (place.floor() as usize, place.ceil() as usize);
        finite[low] + (finite[high] - finite[low]) * (place - place.floor())
    }))
}

/// Courses of several seeds, each of points (x, y), as one: at each point the median of x, and the lower
/// quartile, the median and the upper quartile of y; as far as all seeds have come.
#[must_use]
pub fn band(seeds: &[Vec<[f64; 2]>]) -> Vec<[f64; 4]> {
    let shortest = seeds.iter().map(Vec::len).min().unwrap_or(0);
    (0..shortest)
        .filter_map(|point| {
            let [_, x, _] = quartiles(seeds.iter().map(|seed| seed[point][0]))?;
            let [low, middle, high] = quartiles(seeds.iter().map(|seed| seed[point][1]))?;
            Some([x, low, middle, high])
        })
        .collect()
}

/// The number of updates after which a validation first found at most `loss`; `validations` are the row
/// of each and what it found.
#[must_use]
pub fn steps_to_reach(validations: &[(u64, f64)], loss: f64) -> Option<u64> {
    let reached = validations.iter().find(|(_, found)| *found <= loss)?;
    Some(reached.0 + 1)
}

/// Why a comparison says less than it seems to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unfair {
    /// Contenders have different losses, whose values cannot be compared.
    Losses,
    /// Contenders see other data, windows or parts.
    Data,
    /// Contenders differ in so many of the settings that are compared.
    Several(Vec<&'static str>),
    /// Contenders have different numbers of steps, epochs or batch sizes.
    Budgets,
    /// Optimizers differ, and at least one was tried at one rate alone.
    OneRate,
    /// Optimizers were tried at different numbers of rates.
    RateCounts,
    /// Optimizers were tried over ranges of rates of different width.
    RateRanges,
    /// One seed alone.
    OneSeed,
}

/// What is not fair about a race of these contenders over so many seeds.
#[must_use]
pub fn unfair(contenders: &[Contender], seeds: usize) -> Vec<Unfair> {
    let mut found = Vec::new();
    let (Some(first), true) = (contenders.first(), contenders.len() > 1) else {
        return found;
    };
    let differ = |table: &str| {
        contenders[1..].iter().any(|other| {
            let ignored =
                |key: &str| key.split('.').next() != Some(table) || key == "schedule.learning_rate";
            let difference = first
                .experiment
                .first_difference(&other.experiment, ignored);
            difference.is_some()
        })
    };
    if differ("loss") {
        found.push(Unfair::Losses);
    }
    if differ("data") {
        found.push(Unfair::Data);
    }
    let compared: Vec<&'static str> = ["model", "optimizer", "schedule", "clipping"]
        .into_iter()
        .filter(|table| differ(table))
        .collect();
    if compared.len() > 1 {
        found.push(Unfair::Several(compared));
    }
    if differ("training") {
        found.push(Unfair::Budgets);
    }
    let mut rates: Vec<(String, Vec<f64>)> = Vec::new();
    for contender in contenders {
        let kind = contender.experiment.optimizer.kind();
        let rate = contender.experiment.schedule.learning_rate;
        match rates.iter_mut().find(|(other, _)| *other == kind) {
            Some((_, tried)) if tried.contains(&rate) => {}
            Some((_, tried)) => tried.push(rate),
            None => rates.push((kind, vec![rate])),
        }
    }
    if rates.len() > 1 {
        if rates.iter().any(|(_, tried)| tried.len() == 1) {
            found.push(Unfair::OneRate);
        } else if rates
            .iter()
            .any(|(_, tried)| tried.len() != rates[0].1.len())
        {
            found.push(Unfair::RateCounts);
        } else {
            // In decades; sweeps round their rates to two digits.
            let width = |tried: &[f64]| {
                let logs = || tried.iter().map(|rate| rate.log10());
                logs().fold(f64::NEG_INFINITY, f64::max) - logs().fold(f64::INFINITY, f64::min)
            };
            let first = width(&rates[0].1);
            if (rates.iter()).any(|(_, tried)| (width(tried) - first).abs() > 0.1) {
                found.push(Unfair::RateRanges);
            }
        }
    }
    if seeds < 2 {
        found.push(Unfair::OneSeed);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::Experiment;

    #[test]
    fn quartiles_lie_between_neighbours_in_proportion() {
        assert_eq!(quartiles([3.0, 1.0, 2.0]), Some([1.5, 2.0, 2.5]));
        assert_eq!(quartiles([1.0, f64::NAN]), Some([1.0; 3]));
        assert_eq!(quartiles([f64::INFINITY]), None);
    }

    #[test]
    fn a_band_reaches_as_far_as_every_seed_has_come() {
        let seeds = [
            vec![[9.0, 1.0], [19.0, 0.5]],
            vec![[9.0, 3.0]],
            vec![[12.0, 2.0], [22.0, 0.7]],
        ];
        assert_eq!(band(&seeds), [[9.0, 1.5, 2.0, 2.5]]);
        assert!(band(&[]).is_empty());
    }

    #[test]
    fn a_loss_is_reached_at_its_first_validation() {
        let found = [(9, 1.0), (19, 0.4), (29, 0.6)];
        assert_eq!(steps_to_reach(&found, 0.5), Some(20));
        assert_eq!(steps_to_reach(&found, 0.1), None);
    }

    fn said(toml: &str, seeds: usize) -> Vec<Unfair> {
        let experiment = Experiment::from_toml(toml).expect("good");
        unfair(&experiment.contenders().expect("contenders"), seeds)
    }

    #[test]
    fn what_is_compared_alone_is_fair_and_all_else_is_told() {
        let two = |a: &str, b: &str| {
            format!("[[contender]]\nname = \"a\"\n{a}\n[[contender]]\nname = \"b\"\n{b}\n")
        };
        let cells = two("model = { cell = \"rnn\" }", "model = { cell = \"gru\" }");
        assert!(said(&cells, 3).is_empty());
        assert_eq!(said(&cells, 1), [Unfair::OneSeed]);
        let rates = two("", "schedule = { learning_rate = 0.5 }");
        assert!(said(&rates, 3).is_empty());
        let optimizers = two("", "optimizer = { kind = \"sgd\" }");
        assert_eq!(said(&optimizers, 3), [Unfair::OneRate]);
        let several = two(
            "training = { epochs = 3 }",
            "model = { hidden = 3 }\nclipping = { kind = \"value\" }\nloss = { kind = \"mae\" }",
        );
        assert_eq!(
            said(&several, 3),
            [
                Unfair::Losses,
                Unfair::Several(vec!["model", "clipping"]),
                Unfair::Budgets
            ]
        );
        assert!(said("", 1).is_empty());
        let ranges = |highest: f64| {
            let contender = |kind: &str, rate: f64| {
                format!(
                    "[[contender]]\nname = \"{kind} {rate}\"\noptimizer = {{ kind = {kind:?} }}\nschedule = {{ learning_rate = {rate:?} }}\n"
                )
            };
            contender("adam", 0.001)
                + &contender("adam", 0.01)
                + &contender("sgd", 0.01)
                + &contender("sgd", highest)
        };
        assert!(said(&ranges(0.1), 3).is_empty());
        assert_eq!(said(&ranges(1.0), 3), [Unfair::RateRanges]);
    }
}
