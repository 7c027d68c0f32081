//! What the loader understood, for people and for scripts.

use super::{
    AnswerValues, Column, ColumnKind, Format, Table, character::Character, pieces,
    scale::quantile_of, season,
};
use crate::numbers::count;
use serde::Serialize;
use std::fmt;
use std::ops::RangeInclusive;

/// What `inspect --json` prints.
#[derive(Debug, Clone, Serialize)]
pub struct Inspection {
    /// Where the table came from.
    pub format: Format,
    /// Between fields; none where there is one column.
    pub delimiter: Option<char>,
    /// Rows in all.
    pub rows: usize,
    /// Series.
    pub series: usize,
    /// Every column, in the file's order; last the answer of sequences, one a sequence.
    pub columns: Vec<InspectedColumn>,
    /// The time, where a column tells it.
    pub time: Option<InspectedTime>,
    /// Season of the first column that would be predicted, in rows.
    pub seasonal_period: Option<usize>,
    /// Lengths of the series, where there is more than one.
    pub lengths: Option<Lengths>,
    /// Names of the classes, where each series has one.
    pub classes: Option<Vec<String>>,
    /// Trend, season and level of that column.
    #[serde(skip)]
    pub character: Option<Character>,
    /// What a person should know about how it was read.
    #[serde(skip)]
    pub notes: Vec<String>,
    #[serde(skip)]
    source: String,
    /// Whether each series is one sample with one answer.
    #[serde(skip)]
    pub sequences: bool,
}

/// One column.
#[derive(Debug, Clone, Serialize)]
pub struct InspectedColumn {
    /// Its name.
    pub name: String,
    /// What it holds.
    #[serde(rename = "type")]
    pub kind: ColumnKind,
    /// Missing values.
    pub missing: usize,
    /// Values more than 1.5 interquartile ranges beyond the quartiles.
    pub outliers: usize,
    /// Smallest and largest value of a numeric column.
    #[serde(skip)]
    pub range: Option<(f64, f64)>,
}

/// The time.
#[derive(Debug, Clone, Serialize)]
pub struct InspectedTime {
    /// The column that tells it, or two joined by `+`.
    pub column: String,
    /// ISO 8601 duration between rows.
    pub frequency: Option<String>,
    /// The earliest; of the first row where times are no dates.
    pub first: String,
    /// The latest; of the last row where times are no dates.
    pub last: String,
}

/// Lengths of several series.
#[derive(Debug, Clone, Serialize)]
pub struct Lengths {
    /// Of the shortest.
    pub min: usize,
    /// Of the longest.
    pub max: usize,
}

/// Fewer cells than this are not worth a thread.
const LEAST: usize = 50_000;

/// Says what a table holds.
#[must_use]
pub fn inspect(table: &Table) -> Inspection {
    inspect_of(table, None)
}

/// As [`inspect`], with season and character of the column that is predicted, where it is not the first that would be.
#[must_use]
pub fn inspect_of(table: &Table, target: Option<usize>) -> Inspection {
    let frequency = table
        .time
        .as_ref()
        .and_then(|time| time.frequency.as_deref());
    let lengths = || table.series.iter().map(ExactSizeIterator::len);
    let longest = table.series.iter().max_by_key(|series| series.len());
    let target = target.or_else(|| table.default_target().ok());
    let series = target.and_then(|target| {
        let values = &table.columns[target].numbers;
        // A sequence with an answer is no series that goes on.
        let longest = longest.filter(|_| table.answers.is_none())?;
        Some(&values[longest.clone()])
    });
    let seasonal_period = series.and_then(|values| season::period(values, frequency));
    let character = series.and_then(|values| Character::of(values, seasonal_period));
    let share = (LEAST / table.rows().max(1)).max(1);
    let shares = pieces::of(table.columns.len(), share);
    let inspected = pieces::each(shares, |share| {
        let columns = table.columns[share].iter().map(column);
        columns.collect::<Vec<_>>()
    });
    let mut columns: Vec<InspectedColumn> = inspected.into_iter().flatten().collect();
    let mut classes = None;
    if let Some(answers) = &table.answers {
        columns.push(match &answers.values {
            AnswerValues::Numbers(numbers) => {
                column(&Column::of_numbers(&answers.name, numbers.clone()))
            }
            AnswerValues::Classes { names, .. } => {
                classes = Some(names.clone());
                InspectedColumn {
                    name: answers.name.clone(),
                    kind: ColumnKind::Label,
                    missing: 0,
                    outliers: 0,
                    range: None,
                }
            }
        });
    }
    Inspection {
        format: table.format,
        delimiter: table.delimiter,
        rows: table.rows(),
        series: table.series.len(),
        columns,
        time: table.time.as_ref().map(|time| InspectedTime {
            column: time.name.clone(),
            frequency: time.frequency.clone(),
            first: time.ends()[0].to_owned(),
            last: time.ends()[1].to_owned(),
        }),
        seasonal_period,
        character,
        lengths: (table.series.len() > 1).then(|| Lengths {
            min: lengths().min().unwrap_or(0),
            max: lengths().max().unwrap_or(0),
        }),
        classes,
        sequences: table.answers.is_some(),
        notes: table.notes.clone(),
        source: table.source.clone(),
    }
}

impl Inspection {
    /// What the first column that would be predicted is like, in words.
    #[must_use]
    pub fn sentences(&self) -> Vec<String> {
        let Some(character) = &self.character else {
            return Vec::new();
        };
        let mut parts = vec![format!("trend strength {:.2}", character.trend_strength)];
        if let Some(strength) = character.seasonal_strength {
            parts.push(format!("seasonal strength {strength:.2}"));
        }
        let level = if character.keeps_its_level() {
            "keeps its level (KPSS"
        } else {
            "wanders or climbs, so a \"difference\" step may help (KPSS"
        };
        vec![format!(
            "{}; it {level} {:.2})",
            parts.join(", "),
            character.kpss
        )]
    }
}

/// What no value lies outside of without being an outlier: the quartiles and 1.5 times their distance on either side.
/// The order of `values`, of which none is missing, is changed.
pub fn usual_range(values: &mut [f64]) -> RangeInclusive<f64> {
    let (low, high) = (quantile_of(values, 0.25), quantile_of(values, 0.75));
    let reach = 1.5 * (high - low);
    low - reach..=high + reach
}

fn column(column: &Column) -> InspectedColumn {
    // With room for all: a million values gathered without it are held up to three times.
    let mut known = Vec::with_capacity(column.numbers.len());
    known.extend(column.numbers.iter().copied().filter(|x| !x.is_nan()));
    let measures = matches!(column.kind, ColumnKind::Number | ColumnKind::Integer);
    let usual = usual_range(&mut known);
    let outside = |x: &&f64| !usual.contains(x);
    let ends = |(low, high): (f64, f64), x: &f64| (low.min(*x), high.max(*x));
    InspectedColumn {
        name: column.name.clone(),
        kind: column.kind,
        missing: column.missing(),
        outliers: if measures {
            known.iter().filter(outside).count()
        } else {
            0
        },
        range: (measures && !known.is_empty())
            .then(|| known.iter().fold((f64::INFINITY, f64::NEG_INFINITY), ends)),
    }
}

impl fmt::Display for Inspection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.source, self.format)?;
        match self.delimiter {
            Some('\t') => write!(f, ", fields between tabs")?,
            Some(' ') => write!(f, ", fields between blanks")?,
            Some(delimiter) => write!(f, ", fields between \"{delimiter}\"")?,
            None => {}
        }
        writeln!(f, ", {} rows", count(self.rows as u64))?;
        if let Some(Lengths { min, max }) = self.lengths {
            let (series, rows) = if self.sequences {
                ("sequences with one answer each,", "steps")
            } else {
                ("series of", "rows")
            };
            let all = count(self.series as u64);
            let [min, max] = [min, max].map(|rows| count(rows as u64));
            if min == max {
                writeln!(f, "{all} {series} {max} {rows}")?;
            } else {
                writeln!(f, "{all} {series} {min} to {max} {rows}")?;
            }
        }
        if let Some(classes) = &self.classes {
            writeln!(f, "{} classes: {}", classes.len(), classes.join(", "))?;
        }
        match &self.time {
            None if self.sequences => {}
            None => writeln!(f, "no time column; rows are numbered")?,
            Some(time) => writeln!(
                f,
                "time in \"{}\", {} to {}, {}",
                time.column,
                time.first,
                time.last,
                time.frequency
                    .as_ref()
                    .map_or("no common distance".to_owned(), |frequency| format!(
                        "every {frequency}"
                    )),
            )?,
        }
        match self.seasonal_period {
            None if self.sequences => {}
            None => writeln!(f, "no seasonal period stands out")?,
            Some(period) => writeln!(f, "seasonal period: {} rows", count(period as u64))?,
        }
        for sentence in self.sentences() {
            writeln!(f, "{sentence}")?;
        }
        let width = self
            .columns
            .iter()
            .map(|c| c.name.chars().count())
            .max()
            .unwrap_or(0)
            .max(6);
        writeln!(
            f,
            "\n{:width$}  type      missing  outliers  range",
            "column"
        )?;
        for column in &self.columns {
            write!(
                f,
                "{:width$}  {:8}  {:>7}  {:>8}",
                column.name,
                column.kind.to_string(),
                count(column.missing as u64),
                count(column.outliers as u64)
            )?;
            match column.range {
                Some((low, high)) => writeln!(f, "  {low} to {high}")?,
                None => writeln!(f)?,
            }
        }
        for note in &self.notes {
            writeln!(f, "note: {note}")?;
        }
        Ok(())
    }
}
