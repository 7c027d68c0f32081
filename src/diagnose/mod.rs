//! Records turned into understanding: sentences chosen by what was measured.

pub mod activations;
pub mod explosion;
pub mod flow;
pub mod race;
pub mod spectrum;
pub mod verdicts;

use crate::numbers::set_apart;
use crate::record::{ClassMetrics, Explosion, Metrics, Outcome, PartMetrics, Status};
use verdicts::Verdict;

/// What a run's end says, in sentences: why it ended, what its course showed (`verdicts`, where it did not
/// explode), how its forecast compares with forecasts that need no model, and whether it learned the
/// training part by heart.
#[must_use]
pub fn sentences(
    outcome: &Outcome,
    metrics: &Metrics,
    explosion: Option<&Explosion>,
    verdicts: &[Verdict],
) -> Vec<String> {
    let mut said = Vec::new();
    if outcome.status == Status::Diverged {
        said.push(format!("It diverged: {}.", outcome.reason));
        said.extend(explosion.map(|explosion| {
            format!(
                "{} Clipping by the global norm at {} or a learning rate of {} would be the next to try.",
                explosion.sentence,
                explosion.limit,
                explosion.learning_rate
            )
        }));
    }
    if explosion.is_none() {
        said.extend(verdicts.iter().map(Verdict::sentence));
    }
    let part = ["test", "validation", "train"]
        .into_iter()
        .find_map(|name| Some((name, metrics.get(name)?)));
    if let Some((part, PartMetrics::Classes(scores))) = part {
        said.extend(of_classes(part, scores));
    }
    if let Some((part, PartMetrics::Targets(targets))) = part {
        for (target, scores) in targets {
            let simplest = [
                ("naive", "repeating the last value"),
                ("mean", "always saying the mean"),
            ];
            let simplest = simplest.into_iter().find_map(|(name, words)| {
                Some((
                    scores
                        .baselines
                        .get(name)
                        .and_then(|baseline| baseline.mae)?,
                    words,
                ))
            });
            let (Some(mae), Some((naive, words))) = (scores.model.mae, simplest) else {
                continue;
            };
            let best = scores
                .baselines
                .iter()
                .filter_map(|(name, scores)| Some((name, scores.mae?)))
                .min_by(|a, b| a.1.total_cmp(&b.1));
            let verdict = if mae < naive { "better" } else { "worse" };
            said.push(format!(
                "On the {part} part the mean error of {target} is {}, {verdict} than {words} ({}).",
                figure(mae),
                figure(naive)
            ));
            if let Some((name, best)) = best
                && mae < naive
                && best < mae
            {
                said.push(format!(
                    "The {} forecast is still better ({}).",
                    name.replace('_', " "),
                    figure(best)
                ));
            }
        }
    }
    let targets = |part: &str| metrics.get(part).and_then(PartMetrics::targets);
    if let (Some(train), Some(test)) = (targets("train"), targets("test")) {
        for (target, scores) in test {
            if let (Some(test), Some(train)) = (
                scores.model.mase,
                train.get(target).and_then(|t| t.model.mase),
            ) && train > 0.0
                && test > 3.0 * train
            {
                said.push(format!(
                    "The error of {target} is {:.1} times as large on the test part as on the training part: it learned its examples rather than the rule, or the series has changed.",
                    test / train
                ));
            }
        }
    }
    said
}

/// How many sequences or rows are told apart, and what is mixed up most.
fn of_classes(part: &str, scores: &ClassMetrics) -> Vec<String> {
    let majority = scores.baselines.get("majority").copied().unwrap_or(0.0);
    let (counted, right) = (scores.counted(), percent(scores.accuracy));
    let mut simplest = percent(majority);
    if let Some(naive) = scores.naive() {
        simplest += &format!(", saying the last known one again {}", percent(naive));
    }
    let mut said = vec![format!(
        "On the {part} part {right} of the {counted} are given their class; always saying the most frequent one would get {simplest} right."
    )];
    let pairs = scores
        .confusion
        .iter()
        .enumerate()
        .flat_map(|(actual, row)| {
            row.iter()
                .enumerate()
                .filter(move |(found, _)| *found != actual)
                .map(move |(found, n)| (*n, actual, found))
        });
    if let Some((mixed, actual, found)) =
        pairs.max_by_key(|(n, actual, found)| (*n, usize::MAX - actual, usize::MAX - found))
        && mixed > 0
    {
        said.push(format!(
            "Most often {} is taken for {} ({mixed} of {} {counted}).",
            scores.classes[actual], scores.classes[found], scores.count
        ));
    }
    said
}

/// A share with one decimal.
fn percent(share: f64) -> String {
    format!("{:.1} %", 100.0 * share)
}

/// A number with three significant digits, as the window writes losses and norms.
fn figure(value: f64) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    let digits = 2 - value.abs().log10().floor() as i32;
    if (0..=8).contains(&digits) {
        set_apart(&format!("{value:.*}", digits as usize))
    } else if (-4..0).contains(&digits) {
        set_apart(&format!("{value:.0}"))
    } else {
        format!("{value:.2e}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_have_three_digits() {
        assert_eq!(figure(47.8333), "47.8");
        assert_eq!(figure(0.001_234_56), "0.00123");
        assert_eq!(figure(123_456.7), "123,457");
        assert_eq!(figure(-2_345.0), "-2,345");
        assert_eq!(figure(1.5e-12), "1.50e-12");
        assert_eq!(figure(1.25e30), "1.25e30");
    }
}
