//! Whether steps from a model file can be done at all.

use super::function::Function;
use super::{DecomposeKeep, EncodeMethod, FittedStep, OutlierAction};

/// How many inputs `steps` leave of `count` columns; differences look back over so many rows at least and at most.
///
/// # Errors
/// A step that speaks of an input that is not there, or that cannot be done, in words.
pub fn check(
    steps: &[FittedStep],
    mut count: usize,
    [least, most]: [usize; 2],
) -> Result<usize, String> {
    for (number, step) in steps.iter().enumerate() {
        let wrong = |what: &str| Err(format!("its preparation step {number} {what}"));
        let missing =
            |mut inputs: Box<dyn Iterator<Item = usize> + '_>| inputs.any(|input| input >= count);
        let inputs: Box<dyn Iterator<Item = usize> + '_> = match step {
            FittedStep::Fill(fill) => {
                if fill.period == Some(0) {
                    return wrong("has a season of 0 rows");
                }
                Box::new(fill.columns.iter().map(|column| column.input))
            }
            FittedStep::Rest { means } => Box::new(means.len().checked_sub(1).into_iter()),
            FittedStep::Outliers { columns, .. } => {
                let turned = |b: &super::Bounds| {
                    b.hampel.is_none() && (b.low.is_nan() || b.high.is_nan() || b.low > b.high)
                };
                if columns.iter().any(turned) {
                    return wrong("has a lower bound above the upper one");
                }
                Box::new(columns.iter().map(|column| column.input))
            }
            FittedStep::Smooth { inputs, .. } | FittedStep::ScaleEach { inputs, .. } => {
                Box::new(inputs.iter().copied())
            }
            FittedStep::Difference { inputs, weights } => {
                let rising = weights.windows(2).all(|pair| pair[0].0 < pair[1].0);
                let within = weights
                    .iter()
                    .all(|(lag, _)| (least.max(1)..=most).contains(lag));
                if !rising || !within || weights.is_empty() {
                    return wrong("takes differences from rows that there are not");
                }
                Box::new(inputs.iter().copied())
            }
            FittedStep::Transform { functions } => {
                let broken = |function: &Function| matches!(function, Function::Quantile { points } if points.len() < 2 || points.windows(2).any(|pair| pair[0] >= pair[1]));
                if functions.iter().any(|(_, function)| broken(function)) {
                    return wrong("has quantiles that do not rise");
                }
                Box::new(functions.iter().map(|(input, _)| *input))
            }
            FittedStep::Bin { bins, classes } => {
                if classes.as_ref().is_some_and(|classes| !can_be(classes)) {
                    return wrong(
                        "has classes without a rising border between each two, or without names of their own",
                    );
                }
                if bins
                    .iter()
                    .any(|(_, borders, medians)| medians.len() != borders.len() + 1)
                {
                    return wrong("has other numbers of bins and medians");
                }
                Box::new(bins.iter().map(|(input, ..)| *input))
            }
            FittedStep::Lag { made } => Box::new(made.iter().map(|(input, ..)| *input)),
            FittedStep::Rolling { made, .. } => Box::new(made.iter().map(|(input, ..)| *input)),
            FittedStep::Calendar { .. } => Box::new(std::iter::empty()),
            FittedStep::Decompose { columns, .. } => {
                let empty = |column: &super::Decomposed| {
                    let profiles = &column.season.profiles;
                    profiles.is_empty() || profiles.iter().any(Vec::is_empty)
                };
                if columns.iter().any(empty) {
                    return wrong("has a season of 0 rows");
                }
                Box::new(columns.iter().map(|column| column.input))
            }
            FittedStep::Encode { columns, method } => {
                let embedding = *method == EncodeMethod::Embedding;
                let broken = |c: &super::Encoded| c.names.len() != 1 || c.size == 0;
                if embedding && columns.iter().any(broken) {
                    return wrong("embeds a column in rows of no numbers");
                }
                Box::new(columns.iter().map(|column| column.input))
            }
            FittedStep::Select { kept } => Box::new(kept.iter().copied()),
        };
        if missing(inputs) {
            return wrong(&format!(
                "speaks of an input beyond the {count} that there are"
            ));
        }
        count = after(step, count);
        if let FittedStep::Fill(fill) = step
            && fill
                .columns
                .iter()
                .filter_map(|column| column.flag)
                .any(|flag| flag >= count)
        {
            return wrong("flags an input that is not there");
        }
    }
    Ok(count)
}

/// Whether there are at least two classes, each with an interval and a name of its own.
fn can_be(classes: &super::Classes) -> bool {
    let super::Classes { borders, names } = classes;
    let rise = borders.is_sorted_by(|a, b| a < b) && borders.iter().all(|x| x.is_finite());
    let unlike: std::collections::BTreeSet<&String> = names.iter().collect();
    rise && !borders.is_empty() && names.len() == borders.len() + 1 && unlike.len() == names.len()
}

/// Inputs after a step that `count` were before.
fn after(step: &FittedStep, count: usize) -> usize {
    match step {
        FittedStep::Fill(fill) => {
            count
                + fill
                    .columns
                    .iter()
                    .filter(|column| column.flag.is_some())
                    .count()
        }
        FittedStep::Outliers {
            columns,
            action: OutlierAction::Flag,
        } => count + columns.len(),
        FittedStep::Lag { made } => count + made.len(),
        FittedStep::Rolling { made, .. } => count + made.len(),
        FittedStep::Calendar { made } => count + 2 * made.len(),
        FittedStep::Decompose {
            columns,
            keep: DecomposeKeep::Components,
            ..
        } => {
            count
                + columns
                    .iter()
                    .map(|column| column.names.len().min(2))
                    .sum::<usize>()
        }
        FittedStep::Encode {
            columns,
            method: EncodeMethod::OneHot,
        } => {
            count
                + columns
                    .iter()
                    .map(|column| column.names.len().saturating_sub(1))
                    .sum::<usize>()
        }
        FittedStep::Select { kept } => (0..count).filter(|input| kept.contains(input)).count(),
        _ => count,
    }
}
