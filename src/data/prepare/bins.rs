//! Borders between the bins of a column, the medians that stand for bins, and bins as classes.

use super::{FittedStep, Ground, function::Function};
use crate::data::{DataError, frame::Frame, scale::quantile};
use crate::experiment::choices::prepare::{Bin, BinMethod};
use serde::{Deserialize, Serialize};

/// How far a number in a class's name may be from the border that it stands for, in widths of the narrower class
/// beside it.
const ROUNDING: f64 = 0.01;

/// The values of a target as classes, as the training part has them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Classes {
    /// Borders between classes, rising, in the units that the steps before `bin` leave: a value at a border belongs
    /// above it, and what lies beyond the training values to the first or last class.
    pub borders: Vec<f64>,
    /// Of each class, by value: its interval in words.
    pub names: Vec<String>,
}

impl Classes {
    /// The class of a prepared value.
    #[must_use]
    pub fn of(&self, value: f64) -> usize {
        place(&self.borders, value)
    }

    /// The target's classes: its bins over the training values that were observed, without the rows that only serve
    /// to take others' changes.
    ///
    /// # Errors
    /// Values that make one class alone, at step `number`.
    pub(super) fn of_target(
        frame: &Frame,
        (number, bin): (usize, &Bin),
        before: &[FittedStep],
        ground: &Ground<'_>,
    ) -> Result<Self, DataError> {
        let warm = (frame.series.iter())
            .flat_map(|series| series.start..series.end.min(series.start + ground.warm_up));
        let mut known: Vec<bool> = (0..ground.train.end)
            .map(|row| ground.train.contains(&row) && !frame.raw_targets[row].is_nan())
            .collect();
        for row in warm.take_while(|&row| row < ground.train.end) {
            known[row] = false;
        }
        let values = frame.columns[0].iter().zip(known);
        let mut values: Vec<f64> = values
            .filter(|(_, known)| *known)
            .map(|(x, _)| *x)
            .collect();
        values.sort_unstable_by(f64::total_cmp);
        if values.first() == values.last() {
            return Err(DataError::setting(
                format!("data.prepare.{number}.step"),
                format!(
                    "\"{}\" does not change in the training part, so it has no classes; choose another target, or a larger data.split.train",
                    frame.names[0]
                ),
            ));
        }
        let classes = Self::fit(bin, &values, before);
        if classes.borders.is_empty() {
            return Err(DataError::setting(
                format!("data.prepare.{number}.count"),
                format!(
                    "most values of \"{}\" are alike, so that {} bins of equal frequency are one class; ask for more, or set method = \"equal-width\"",
                    frame.names[0], bin.count
                ),
            ));
        }
        Ok(classes)
    }

    /// The bins of training values, sorted; `before` are the steps that the target went through until here.
    fn fit(bin: &Bin, values: &[f64], before: &[FittedStep]) -> Self {
        let borders = borders(bin, values);
        let around: Vec<[f64; 3]> = borders
            .iter()
            .map(|&border| {
                let above = values.partition_point(|&value| value < border);
                let below = above
                    .checked_sub(1)
                    .map_or(f64::NEG_INFINITY, |k| values[k]);
                [below, border, values.get(above).copied().unwrap_or(border)]
            })
            .collect();
        let ends = [values[0], values[values.len() - 1]];
        let functions = functions(before);
        let undone = undone(&around, ends, functions.as_deref());
        let names = if let Some((around, ends)) = undone {
            intervals(&around, ends)
        } else {
            let prefix = words(before);
            let names = intervals(&around, ends).into_iter();
            names.map(|name| format!("{prefix} {name}")).collect()
        };
        Self { borders, names }
    }
}

/// The bin of a value: how many borders are not above it.
pub(super) fn place(borders: &[f64], value: f64) -> usize {
    borders.partition_point(|border| *border <= value)
}

/// Borders between the bins of training values, sorted: as scikit-learn's `KBinsDiscretizer` has them, `uniform` or
/// `quantile` with linear quantiles. Values that are alike may leave fewer bins than asked for; of equal frequency none
/// is empty.
pub(super) fn borders(bin: &Bin, values: &[f64]) -> Vec<f64> {
    let Some((&first, &last)) = values.first().zip(values.last()) else {
        return Vec::new();
    };
    let width = (last - first) / bin.count as f64;
    let all = (1..bin.count).map(|k| match bin.method {
        BinMethod::EqualWidth => first + k as f64 * width,
        BinMethod::EqualFrequency => quantile(values, k as f64 / bin.count as f64),
    });
    let mut borders: Vec<f64> = Vec::new();
    let mut below = 0;
    for border in all {
        let until = values.partition_point(|&value| value < border);
        let rises = borders.last().is_none_or(|&before| before < border);
        let wanted = match bin.method {
            BinMethod::EqualWidth => rises && border > first,
            BinMethod::EqualFrequency => until > below,
        };
        if wanted {
            borders.push(border);
            below = until;
        }
    }
    borders
}

/// The median of each bin of training values, sorted; of an empty one a border of it.
pub(super) fn medians(borders: &[f64], values: &[f64]) -> Vec<f64> {
    let mut begin = 0;
    (0..=borders.len())
        .map(|bin| {
            let end = borders.get(bin).map_or(values.len(), |border| {
                values.partition_point(|value| value < border)
            });
            let inside = &values[begin..end];
            begin = end;
            match (inside, bin.checked_sub(1)) {
                ([], Some(below)) => borders[below],
                ([], None) => borders.first().copied().unwrap_or(f64::NAN),
                _ => quantile(inside, 0.5),
            }
        })
        .collect()
}

/// The functions that the target went through, where nothing else changed its values from row to row: then a border
/// has a value in the data's own units.
fn functions(before: &[FittedStep]) -> Option<Vec<&Function>> {
    let mut functions = Vec::new();
    for step in before {
        match step {
            FittedStep::Transform { functions: all } => {
                functions.extend(all.iter().filter(|(input, _)| *input == 0).map(|(_, f)| f));
            }
            step if changes_target(step) => return None,
            _ => {}
        }
    }
    Some(functions)
}

/// Whether a step makes another quantity of the target than its values, which no function of one value gives back.
fn changes_target(step: &FittedStep) -> bool {
    match step {
        FittedStep::Smooth { inputs, .. }
        | FittedStep::ScaleEach { inputs, .. }
        | FittedStep::Difference { inputs, .. } => inputs.contains(&0),
        FittedStep::Decompose { columns, .. } => columns.iter().any(|column| column.input == 0),
        _ => false,
    }
}

/// What happened to the target, as the steps are called.
fn words(before: &[FittedStep]) -> String {
    let said = before.iter().filter_map(|step| match step {
        FittedStep::Transform { functions } => functions
            .iter()
            .find(|(input, _)| *input == 0)
            .map(|(_, function)| function.name()),
        step if !changes_target(step) => None,
        FittedStep::Smooth { .. } => Some("smooth"),
        FittedStep::ScaleEach { .. } => Some("scale_each"),
        FittedStep::Difference { .. } => Some("difference"),
        _ => Some("decompose"),
    });
    said.collect::<Vec<_>>().join(" ")
}

/// Borders, each between the training values beside it, and the outermost values.
type Around = (Vec<[f64; 3]>, [f64; 2]);

/// The same in the data's own units; none where they have no such, or the functions flatten what they bend.
fn undone(around: &[[f64; 3]], ends: [f64; 2], functions: Option<&[&Function]>) -> Option<Around> {
    let functions = functions?;
    let blur = if functions.is_empty() { 0.0 } else { 1e-12 };
    let undo = |value: f64| {
        if value.is_finite() {
            functions.iter().rev().fold(value, |value, f| f.undo(value))
        } else {
            value
        }
    };
    let around = around.iter().map(|values| {
        let [below, at, above] = values.map(undo);
        // A value that comes back but for its last bits is the same.
        [below, at, above + above.abs() * blur]
    });
    let around: Vec<[f64; 3]> = around.collect();
    let ends = ends.map(undo);
    let rises = around.windows(2).all(|pair| pair[0][1] < pair[1][1]);
    let finite =
        around.iter().all(|values| values[1].is_finite()) && ends.iter().all(|x| x.is_finite());
    (rises && finite).then_some((around, ends))
}

/// Names of the intervals between borders.
fn intervals(around: &[[f64; 3]], [first, last]: [f64; 2]) -> Vec<String> {
    let border = |k: usize| around.get(k).map(|values| values[1]);
    let shown: Vec<String> = (0..around.len())
        .map(|k| {
            let [below, at, above] = around[k];
            let left = k.checked_sub(1).and_then(border).unwrap_or(first);
            let right = border(k + 1).unwrap_or(last);
            let widths = [at - left, right - at]
                .into_iter()
                .filter(|width| *width > 0.0);
            let narrower = widths.fold(f64::INFINITY, f64::min);
            readable(below, at, above, narrower * ROUNDING)
        })
        .collect();
    let Some((low, high)) = shown.first().zip(shown.last()) else {
        return vec!["all".to_owned()];
    };
    std::iter::once(format!("under {low}"))
        .chain(
            shown
                .windows(2)
                .map(|pair| format!("{} to {}", pair[0], pair[1])),
        )
        .chain(std::iter::once(format!("{high} and more")))
        .collect()
}

/// The shortest number near `border` that parts the same training values: above `below`, not above `above`, and no
/// further away than `tolerance`.
fn readable(below: f64, border: f64, above: f64, tolerance: f64) -> String {
    let fits = |x: &f64| *x > below && *x <= above && (*x - border).abs() <= tolerance;
    for digits in 0..17 {
        let Ok(nearest) = format!("{border:.digits$e}").parse::<f64>() else {
            break;
        };
        let exponent = border.abs().log10().floor() as i32 - digits as i32;
        let others = [1, -1].map(|step| {
            let whole = (nearest / 10_f64.powi(exponent)).round() as i64 + step;
            format!("{whole}e{exponent}").parse().unwrap_or(f64::NAN)
        });
        if let Some(found) = std::iter::once(nearest).chain(others).find(fits) {
            return written(found);
        }
    }
    written(border)
}

fn written(number: f64) -> String {
    if number == 0.0 {
        "0".to_owned()
    } else if (1e-5..1e15).contains(&number.abs()) {
        number.to_string()
    } else {
        format!("{number:e}")
    }
}
