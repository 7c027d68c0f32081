//! What a loader hands on: named columns of equal length, series as ranges of rows.

use super::{DataError, Problem, TimeInfo, Words, time};
use serde::Serialize;
use std::{borrow::Cow, fmt, ops::Range};

/// Where a table came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// Delimited text.
    Csv,
    /// Delimited text with tabs.
    Tsv,
    /// A workbook of Excel.
    Xlsx,
    /// A binary workbook of Excel.
    Xlsb,
    /// An old workbook of Excel.
    Xls,
    /// An OpenDocument spreadsheet.
    Ods,
    /// JSON.
    Json,
    /// JSON with a record a line.
    Jsonl,
    /// sktime's and the UEA archive's collections.
    Ts,
    /// The Monash archive's collections.
    Tsf,
    /// The UCR archive's collections: the class first.
    Ucr,
    /// NumPy's arrays.
    Npy,
    /// Apache Parquet.
    Parquet,
    /// Made by a generator.
    Generated,
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Csv => "csv",
            Self::Tsv => "tsv",
            Self::Xlsx => "xlsx",
            Self::Xlsb => "xlsb",
            Self::Xls => "xls",
            Self::Ods => "ods",
            Self::Json => "json",
            Self::Jsonl => "jsonl",
            Self::Ts => "ts",
            Self::Tsf => "tsf",
            Self::Ucr => "ucr",
            Self::Npy => "npy",
            Self::Parquet => "parquet",
            Self::Generated => "generated",
        })
    }
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ColumnKind {
    /// Numbers, some with a fraction.
    Number,
    /// Whole numbers.
    Integer,
    /// The time, or a piece of it.
    Time,
    /// Text.
    Category,
    /// Which class a row belongs to.
    Label,
}

impl fmt::Display for ColumnKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Number => "number",
            Self::Integer => "integer",
            Self::Time => "time",
            Self::Category => "category",
            Self::Label => "label",
        })
    }
}

/// A text in a column that otherwise holds numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stray {
    /// Line of the file, from 1.
    pub line: u64,
    /// What stands there.
    pub text: String,
}

/// One column.
#[derive(Debug, Clone)]
pub struct Column {
    /// Unique in its table, never empty.
    pub name: String,
    /// What it holds.
    pub kind: ColumnKind,
    /// One value a row, NaN where missing; empty where the column is text.
    pub numbers: Vec<f64>,
    /// One text a row, empty where missing; empty where the column is numeric.
    pub texts: Words,
    /// The first text that keeps a mostly numeric column from being numeric.
    pub stray: Option<Stray>,
}

impl Column {
    /// A numeric column.
    #[must_use]
    pub fn of_numbers(name: &str, numbers: Vec<f64>) -> Self {
        Self {
            name: name.to_owned(),
            kind: ColumnKind::Number,
            numbers,
            texts: Words::default(),
            stray: None,
        }
    }

    /// Whether it holds numbers, whatever they mean.
    #[must_use]
    pub fn is_numeric(&self) -> bool {
        !self.numbers.is_empty()
    }

    /// Number of rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.numbers.len().max(self.texts.len())
    }

    /// Number of missing values.
    #[must_use]
    pub fn missing(&self) -> usize {
        self.numbers.iter().filter(|x| x.is_nan()).count()
            + self.texts.iter().filter(|text| text.is_empty()).count()
    }

    /// Whether all values are missing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.numbers.iter().all(|x| x.is_nan()) && self.texts.iter().all(str::is_empty)
    }

    /// What stands in `row`, empty where missing.
    #[must_use]
    pub fn text(&self, row: usize) -> Cow<'_, str> {
        match self.texts.get(row) {
            Some(text) => Cow::Borrowed(text),
            None if self.numbers[row].is_nan() => Cow::Borrowed(""),
            None => Cow::Owned(self.numbers[row].to_string()),
        }
    }
}

/// What each series of a collection is to be answered with.
#[derive(Debug, Clone, PartialEq)]
pub struct Answers {
    /// What is asked for.
    pub name: String,
    /// One a series.
    pub values: AnswerValues,
    /// Where training draws sequences without end, and the table holds those that are held back.
    pub fresh: Option<Problem>,
    /// Whether the inputs are scaled as the settings say; otherwise they stay as they are.
    pub scaled: bool,
}

/// The answers themselves.
#[derive(Debug, Clone, PartialEq)]
pub enum AnswerValues {
    /// A number for each series; NaN where it is not known.
    Numbers(Vec<f64>),
    /// A class for each series.
    Classes {
        /// Names of the classes.
        names: Vec<String>,
        /// The class of each series, as a number from 0.
        of: Vec<usize>,
    },
}

/// Who sees a table before all about it is known.
pub type Look<'a> = &'a (dyn Fn(&Table) + Sync);

/// A source, read and understood.
#[derive(Debug, Clone)]
pub struct Table {
    /// The source as it was asked for, for error messages.
    pub source: String,
    /// Where it came from.
    pub format: Format,
    /// Between fields; none where there is one column. A blank stands for any run of blanks.
    pub delimiter: Option<char>,
    /// At least one, all of the same length.
    pub columns: Vec<Column>,
    /// Rows of each series, in order, without gaps; at least one.
    pub series: Vec<Range<usize>>,
    /// The time, where a column tells it.
    pub time: Option<TimeInfo>,
    /// What a person should know about how it was read.
    pub notes: Vec<String>,
    /// Where each series is one sample with one answer.
    pub answers: Option<Answers>,
}

/// Names of columns that count or label rows rather than measure something, without blanks.
const NO_TARGET: [&str; 26] = [
    "year",
    "quarter",
    "month",
    "week",
    "day",
    "weekday",
    "hour",
    "minute",
    "second",
    "yr",
    "date",
    "time",
    "datetime",
    "timestamp",
    "index",
    "id",
    "row",
    "rowid",
    "record",
    "obs",
    "nr",
    "no",
    "unnamed:0",
    "label",
    "class",
    "split",
];

impl Table {
    /// Number of rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.columns.first().map_or(0, Column::rows)
    }

    /// The column called `name`.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name == name)
    }

    /// All names, for messages.
    #[must_use]
    pub fn names(&self) -> String {
        let names: Vec<&str> = self.columns.iter().map(|c| c.name.as_str()).collect();
        names.join(", ")
    }

    /// The column that is predicted when nobody says: the first numeric one that varies and is no time, index,
    /// year, quarter, month or label, and does not count the rows; where none is so, the first that is no time or label.
    ///
    /// # Errors
    /// No column holds numbers, or the one to take holds a text somewhere.
    pub fn default_target(&self) -> Result<usize, DataError> {
        self.default_target_but(None)
    }

    /// As [`Table::default_target`], leaving out one column.
    ///
    /// # Errors
    /// As there.
    pub fn default_target_but(&self, out: Option<usize>) -> Result<usize, DataError> {
        let of_time = |index: &usize| {
            out == Some(*index)
                || self
                    .time
                    .as_ref()
                    .is_some_and(|time| time.columns.contains(index))
        };
        let candidates: Vec<usize> = (0..self.columns.len())
            .filter(|index| !of_time(index))
            .filter(|&index| {
                let column = &self.columns[index];
                let kind = column.kind;
                let measures = !matches!(kind, ColumnKind::Label | ColumnKind::Category);
                (column.is_numeric() && measures) || column.stray.is_some()
            })
            .filter(|&index| !self.columns[index].is_empty())
            .collect();
        let measured = candidates.iter().copied().find(|&index| {
            let column = &self.columns[index];
            let name = column.name.to_lowercase();
            !NO_TARGET.contains(&&*name.replace([' ', '_'], ""))
                && !counts_rows(&name, &column.numbers)
                && (column.stray.is_some() || varies(&column.numbers))
        });
        match measured.or(candidates.first().copied()) {
            Some(index) => self.numeric(index).map(|()| index),
            None => Err(DataError::file(
                &self.source,
                format!(
                    "no column holds numbers that could be predicted (there are: {}); give a file with a numeric column, or write a number for each word",
                    self.names()
                ),
            )),
        }
    }

    /// Finds the time among the columns, and says where it runs backwards.
    pub(super) fn find_time(&mut self) {
        self.time = time::detect(&self.columns, &[]);
        let Some(time) = &mut self.time else { return };
        if self.delimiter == Some(';') {
            time.with_day_first(&self.columns);
        }
        for &index in &time.columns {
            self.columns[index].kind = ColumnKind::Time;
        }
        if !time.is_ordered() {
            self.notes.push(format!(
                "the times in \"{}\" are not in order; rows are used as the file has them",
                time.name
            ));
        }
        self.notes.extend(time.assumed());
    }

    /// Some of the rows, in this order, as series of these lengths.
    pub(super) fn with_rows(&self, order: &[usize], lengths: impl Iterator<Item = usize>) -> Self {
        fn pick<T: Clone>(items: &[T], order: &[usize]) -> Vec<T> {
            if items.is_empty() {
                return Vec::new();
            }
            order.iter().map(|&row| items[row].clone()).collect()
        }
        fn pick_words(items: &Words, order: &[usize]) -> Words {
            if items.is_empty() {
                return Words::default();
            }
            items.pick(order)
        }
        let mut made = self.clone();
        for column in &mut made.columns {
            column.numbers = pick(&column.numbers, order);
            column.texts = pick_words(&column.texts, order);
        }
        if let Some(time) = &mut made.time {
            time.texts = pick_words(&time.texts, order);
            time.set_instants(pick(time.instants(), order));
        }
        let mut end = 0;
        made.series = lengths
            .map(|length| {
                end += length;
                end - length..end
            })
            .collect();
        made
    }

    /// Checks that a column holds numbers.
    ///
    /// # Errors
    /// It is text; where most of it is numbers, the error is the line of the first text.
    pub fn numeric(&self, index: usize) -> Result<(), DataError> {
        let column = &self.columns[index];
        if column.is_numeric() {
            return Ok(());
        }
        let error = DataError::file(
            &self.source,
            match &column.stray {
                Some(stray) => format!(
                    "\"{}\" is no number; correct it, or leave the field empty where the value is missing",
                    stray.text
                ),
                None => "holds text; only numeric columns can be predicted or be inputs".to_owned(),
            },
        )
        .in_column(&column.name);
        Err(match &column.stray {
            Some(stray) => error.at_line(stray.line),
            None => error,
        })
    }

    /// The time under the settings: `name` where given, otherwise what was detected; a column in
    /// `taken` (a target or a feature) is never the time.
    ///
    /// # Errors
    /// `name` is no column (key `data.time`), or one of `taken`.
    pub fn time_for(&self, name: &str, taken: &[usize]) -> Result<Option<TimeInfo>, DataError> {
        if name.is_empty() {
            return Ok(match &self.time {
                Some(time) if time.columns.iter().any(|index| taken.contains(index)) => {
                    time::detect(&self.columns, taken)
                }
                found => found.clone(),
            });
        }
        if let Some(time) = &self.time
            && (time.name == name || time.columns.iter().any(|&c| self.columns[c].name == name))
            && !time.columns.iter().any(|index| taken.contains(index))
        {
            return Ok(Some(time.clone()));
        }
        let Some(index) = self.column(name) else {
            return Err(DataError::setting(
                "data.time",
                format!(
                    "there is no column \"{name}\" in {}; there are {}",
                    self.source,
                    self.names()
                ),
            ));
        };
        if taken.contains(&index) {
            return Err(DataError::setting(
                "data.time",
                format!(
                    "\"{name}\" is a target or a feature already; name another column, or none"
                ),
            ));
        }
        Ok(Some(time::of_column(&self.columns, index)))
    }
}

/// Whether numbers merely count rows: one more in each of many rows, or of few 0, 1, 2, … or 1, 2, 3, … under a made-up
/// or empty name.
fn counts_rows(name: &str, numbers: &[f64]) -> bool {
    /// Fewer values may be so by chance, and in examples.
    const LEAST: usize = 20;
    let begins = numbers
        .first()
        .is_some_and(|first| [0.0, 1.0].contains(first));
    let long = numbers.len() >= LEAST || name == "column_1" && numbers.len() > 2 && begins;
    long && numbers
        .windows(2)
        .all(|pair| pair[1] - pair[0] - 1.0 == 0.0)
}

/// Whether there are two different values.
fn varies(numbers: &[f64]) -> bool {
    let mut known = numbers.iter().filter(|number| !number.is_nan());
    known
        .next()
        .is_some_and(|first| known.any(|other| other != first))
}
