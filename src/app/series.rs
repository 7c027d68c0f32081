//! The series as the window shows it: made once on a thread, then only read.

mod collection;

pub use collection::{Collection, Sketch, one_of_each};

use crate::app::text;
use crate::data::inspect::usual_range;
use crate::data::{Outline, Stage, Words};
use crate::record::Column;
use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

/// A stretch of numbers on an axis of whole steps or rows.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Trace {
    /// Where on the axis the first value stands.
    pub first: usize,
    /// The values.
    pub column: Column,
}

impl Trace {
    /// From values that stand side by side, the first at `first`.
    #[must_use]
    pub fn new(first: usize, values: impl IntoIterator<Item = f64>) -> Self {
        let values = values.into_iter().map(|value| value as f32);
        Self {
            first,
            column: values.collect(),
        }
    }

    /// From all values of a series, in a part of the time where they are many.
    #[must_use]
    pub fn whole(values: &[f64]) -> Self {
        Self {
            first: 0,
            column: Column::of(values),
        }
    }
}

/// The loaded data.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Series {
    /// What the loader understood, in words: of the data as they were read.
    pub summary: String,
    /// What rows preparation left, in words, where they are others than those that were read.
    pub prepared: String,
    /// What it did without being asked.
    pub notes: Vec<String>,
    /// Names of all numeric columns but those that tell the time.
    pub numeric_columns: Vec<String>,
    /// Names of all columns of text but those that tell the time.
    pub text_columns: Vec<String>,
    /// The columns that tell the time, joined by `+`; none where rows are numbered.
    pub time: Option<String>,
    /// Names of all columns.
    pub columns: Vec<String>,
    /// Names of the targets.
    pub targets: Vec<String>,
    /// Each target in its own units.
    pub truth: Vec<Trace>,
    /// Of the first target as it was read: its outline, where it is missing, and what is far from its other values.
    pub overview: Overview,
    /// Where along that the validation and the test part begin, as shares of its length.
    pub borders: Vec<f32>,
    /// Of each target the prepared rows that are far from the others, with their values, as in [`Overview::outliers`].
    pub outliers: Vec<Vec<(usize, f32)>>,
    /// What was read, where it is several series.
    pub collection: Option<Arc<Collection>>,
    /// What each preparation step made of the first target.
    pub stages: Vec<Stage>,
    /// The time of each row, as the data writes it; empty where there is none.
    pub times: Words,
    /// Rows where years begin, with the years, where the times are dates that go on from row to row.
    pub years: Vec<(usize, i32)>,
    /// Rows to learn from.
    pub train: Range<usize>,
    /// Rows that choose the best model.
    pub validation: Range<usize>,
    /// Rows that judge.
    pub test: Range<usize>,
    /// Rows after preparation.
    pub rows: usize,
    /// Where each series is one sample: how many of them each part has.
    pub sequences: Option<[usize; 3]>,
    /// What the ticks of the axis are multiples of: rows in a year, a week or a day.
    pub tick_rows: usize,
    /// Input steps.
    pub lookback: usize,
    /// Steps ahead.
    pub horizon: usize,
    /// Windows in the training part; absent where training draws sequences without end.
    pub training_windows: Option<usize>,
    /// Where each series is one sample with one answer, or windows ask for classes.
    pub samples: Option<Samples>,
    /// How many classes the data give their series, whatever the task is.
    pub labelled: usize,
}

/// The first target as the file has it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Overview {
    /// Its rows.
    pub rows: usize,
    /// Its shape.
    pub outline: Outline,
    /// Rows without a value, as stretches; of a long series those are one that lie close to each other.
    pub missing: Vec<Range<usize>>,
    /// Rows far from the others, with their values; of a long series the farthest of those close to each other.
    pub outliers: Vec<(usize, f32)>,
    /// Missing values and outliers in all.
    pub counts: [usize; 2],
}

impl Overview {
    /// Places along the series that can be told apart: more than a drawing of it has.
    const PLACES: usize = 500;

    /// Of a series, one value a row.
    #[must_use]
    pub fn of(values: &[f64]) -> Self {
        let mut known: Vec<f64> = values.iter().copied().filter(|x| !x.is_nan()).collect();
        let usual = usual_range(&mut known);
        let mut overview = Self {
            rows: values.len(),
            outline: Outline::of(values),
            ..Self::default()
        };
        let place = values.len().div_ceil(Self::PLACES).max(1);
        let far = |value: f64| (usual.start() - value).max(value - usual.end());
        for (row, &value) in values.iter().enumerate() {
            if value.is_nan() {
                overview.counts[0] += 1;
                match overview.missing.last_mut() {
                    Some(last) if row < last.end + place => last.end = row + 1,
                    _ => overview.missing.push(row..row + 1),
                }
            } else if !usual.contains(&value) {
                overview.counts[1] += 1;
                match overview.outliers.last_mut() {
                    Some((last, kept)) if *last / place == row / place => {
                        if far(value) > far(f64::from(*kept)) {
                            (*last, *kept) = (row, value as f32);
                        }
                    }
                    _ => overview.outliers.push((row, value as f32)),
                }
            }
        }
        overview
    }
}

/// Sequences with one answer each, or windows of a series whose target is learned as classes.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Samples {
    /// Names of the inputs.
    pub inputs: Vec<String>,
    /// Names of the classes; none where answers are numbers.
    pub classes: Vec<String>,
    /// A few of them.
    pub examples: Vec<Example>,
    /// Whether they are windows.
    pub windows: bool,
}

/// One sequence.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Example {
    /// Its inputs, each over the steps.
    pub inputs: Vec<Vec<f32>>,
    /// Its answer in words.
    pub answer: String,
}

impl Samples {
    /// The name of one of its classes as people read it: intervals that the program made are said in the language of
    /// the window, names that the data give stay.
    #[must_use]
    pub fn class<'a>(&self, name: &'a str) -> Cow<'a, str> {
        if self.windows {
            text::interval(name)
        } else {
            Cow::Borrowed(name)
        }
    }
}

impl Series {
    /// How many rows each part has, or sequences where those are the samples; none where nothing is cut.
    #[must_use]
    pub fn parts(&self) -> Option<[usize; 3]> {
        let rows = [&self.train, &self.validation, &self.test].map(ExactSizeIterator::len);
        let parts = self.sequences.unwrap_or(rows);
        (parts != [0; 3]).then_some(parts)
    }

    /// The time of a row, or its number.
    #[must_use]
    pub fn time(&self, row: usize) -> String {
        self.times
            .get(row)
            .filter(|time| !time.is_empty())
            .map_or_else(|| row.to_string(), str::to_owned)
    }
}

/// The rows where years begin, with the years, by the `times` of the rows from `from` on: where the year is another
/// than in the row before, which was one of the year `before`. None at all where years do not only rise, or where a
/// time does not begin with one.
#[must_use]
pub fn years<'a>(
    times: impl Iterator<Item = &'a str>,
    from: usize,
    mut before: Option<i32>,
) -> Vec<(usize, i32)> {
    let mut begins = Vec::new();
    // Most rows are of the year before them, as their first signs tell.
    let mut same: &[u8] = b"-----";
    for (row, time) in (from..).zip(times) {
        if time.as_bytes().starts_with(same) {
            continue;
        }
        let Some(year) = year(time) else {
            return Vec::new();
        };
        match before {
            Some(last) if year < last => return Vec::new(),
            Some(last) if year > last => begins.push((row, year)),
            None if starts_a_year(time) => begins.push((row, year)),
            _ => {}
        }
        before = Some(year);
        same = match time.as_bytes().get(..5) {
            Some(first) if !first[4].is_ascii_digit() => first,
            _ => b"-----",
        };
    }
    begins
}

/// The year that a time begins with, of four digits: `1959`, `1959-03`, `1959Q1`, `19590329`.
fn year(time: &str) -> Option<i32> {
    let digits = time.bytes().take_while(u8::is_ascii_digit).count();
    let dated = digits == 4 || digits == 8 && time.len() == 8;
    dated.then(|| time[..4].parse().ok()).flatten()
}

/// Whether a time lies in the first month or quarter of its year, as far as it tells.
fn starts_a_year(time: &str) -> bool {
    let rest = time[4..].trim_start_matches(['-', '/', '.', 'Q', '0']);
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    rest.is_empty() || digits == 1 && rest.starts_with('1')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_or_far_is_listed_along_the_whole_of_a_long_series() {
        let values = |rows: usize| -> Vec<f64> {
            let value = |row: usize| match row % 97 {
                7 => f64::NAN,
                50 => 90.0 + (row % 5) as f64,
                _ => (row % 11) as f64,
            };
            (0..rows).map(value).collect()
        };
        for rows in [200, 50_000, 400_000] {
            let values = values(rows);
            let overview = Overview::of(&values);
            let marked = |what: usize| {
                values
                    .iter()
                    .enumerate()
                    .filter(move |(row, _)| row % 97 == what)
            };
            assert_eq!(overview.counts, [7, 50].map(|what| marked(what).count()));
            assert!(overview.missing.len() <= 500 && overview.outliers.len() <= 500);
            let listed = |row: usize| {
                overview
                    .missing
                    .iter()
                    .any(|stretch| stretch.contains(&row))
            };
            assert!(marked(7).all(|(row, _)| listed(row)));
            let near = rows.div_ceil(500);
            for (row, _) in marked(50) {
                let apart = |listed: &(usize, f32)| listed.0.abs_diff(row) < near;
                assert!(overview.outliers.iter().any(apart), "{row} of {rows}");
            }
            let own = |(row, value): &(usize, f32)| f64::from(*value) == values[*row];
            assert!(overview.outliers.iter().all(own));
        }
    }

    #[test]
    fn years_begin_where_the_times_say_so() {
        let of = |times: &[&'static str]| years(times.iter().copied(), 0, None);
        assert_eq!(
            of(&["1949-01", "1949-02", "1950-01", "1950-02", "1951-01"]),
            [(0, 1949), (2, 1950), (4, 1951)]
        );
        // The first week is not the beginning of its year.
        assert_eq!(
            of(&["1958-12-20", "1958-12-27", "1959-01-03", "1959-01-10"]),
            [(2, 1959)]
        );
        assert_eq!(of(&["1959Q4", "1960Q1"]), [(1, 1960)]);
        assert_eq!(of(&["1700", "1701"]), [(0, 1700), (1, 1701)]);
        assert_eq!(of(&["1958-10", "1959-01"]), [(1, 1959)]);
        // One series after another, and what is no date.
        assert!(of(&["1949", "1950", "1949"]).is_empty());
        assert!(of(&["1949-12", "1950-01", ""]).is_empty());
        assert!(of(&["5", "6"]).is_empty());
        assert_eq!(
            years(["1960-12", "1961-01"].into_iter(), 144, Some(1960)),
            [(145, 1961)]
        );
    }
}
