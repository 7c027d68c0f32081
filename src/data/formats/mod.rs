//! Forms of files besides delimited text, one a file of this room; each ends in a [`super::Table`].

mod compound;
pub(super) mod json;
pub(super) mod npy;
mod opendocument;
pub(super) mod parquet;
pub(super) mod ts;
pub(super) mod tsf;
pub(super) mod ucr;
pub(super) mod workbook;

use super::{AnswerValues, cells::one_line, numbers::is_missing, typed::MAX_VALUES};

/// Bytes of text that are loaded of a file whose cells may stand for far more than they take there.
const MOST_TEXT: usize = 512 << 20;

/// Cells that are loaded of a file that says how many there are, or whose every cell is held as a text of its own.
const MOST_CELLS: usize = MAX_VALUES / 4;

/// That there are more.
fn too_much_text() -> String {
    format!(
        "it holds more than {} MiB of text, the most that is loaded; leave out columns of text, or save it as CSV",
        MOST_TEXT >> 20
    )
}

/// What a reader says of a file, in one line: some quote the file itself, and much of it.
fn brief(error: &dyn std::fmt::Display) -> String {
    one_line(&error.to_string(), 200)
}

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

/// Marks a time until it is known how exactly its column tells it.
pub(super) const TIME: char = '\u{1}';

/// Times without their marks, and without what none of their column needs: milliseconds, the clock.
pub(super) fn trim_times(records: &mut [Vec<String>]) {
    let width = records.first().map_or(0, Vec::len);
    for column in 0..width {
        let all = |end: &str| {
            records
                .iter()
                .filter(|cells| cells[column].starts_with(TIME))
                .all(|cells| cells[column].ends_with(end))
        };
        let cut = if all(" 00:00:00.000") {
            " 00:00:00.000"
        } else if all(".000") {
            ".000"
        } else {
            ""
        };
        for cells in records.iter_mut() {
            if let Some(time) = cells[column].strip_prefix(TIME) {
                cells[column] = time.strip_suffix(cut).unwrap_or(time).to_owned();
            }
        }
    }
}
