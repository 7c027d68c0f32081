//! Forms of files besides delimited text, one a file of this room; each ends in a [`super::Table`].

pub(super) mod json;
pub(super) mod npy;
pub(super) mod ts;
pub(super) mod tsf;
pub(super) mod ucr;
pub(super) mod workbook;

use super::{AnswerValues, numbers::is_missing};

/// A number in a cell of an archive's file, NaN where it is missing; none where it is no finite
/// number.
fn number(cell: &str) -> Option<f64> {
    let cell = cell.trim();
    if is_missing(cell) {
        return Some(f64::NAN);
    }
    cell.parse().ok().filter(|x: &f64| x.is_finite())
}

/// Labels as classes, in the order of their names where nobody says (numbers by size).
fn classes(labels: &[String], mut names: Vec<String>) -> AnswerValues {
    if names.is_empty() {
        names = labels.to_vec();
        let size = |name: &String| name.parse::<f64>().unwrap_or(f64::INFINITY);
        names.sort_by(|a, b| size(a).total_cmp(&size(b)).then_with(|| a.cmp(b)));
        names.dedup();
    }
    let places: std::collections::HashMap<&str, usize> = names
        .iter()
        .enumerate()
        .map(|(place, name)| (name.as_str(), place))
        .collect();
    let of = labels.iter().map(|label| places[label.as_str()]).collect();
    AnswerValues::Classes { names, of }
}
