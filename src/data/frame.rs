//! The table while it is being prepared: input columns in the data's own units.

use super::{
    DataError, Table, TimeInfo,
    fill::{self, FittedFill},
    join,
    prepare::Encoded,
    rows,
    scale::is_constant,
    source,
};
use crate::experiment::choices::prepare::EncodeMethod;
use crate::experiment::{Data, FillMethod, Prepare};
use jiff::civil::DateTime;
use std::ops::Range;

/// Input columns under preparation.
#[derive(Debug, Clone)]
pub(super) struct Frame {
    /// Of the columns.
    pub names: Vec<String>,
    /// Inputs × rows, NaN where missing. Of a text, its place among the texts of its column.
    pub columns: Vec<Vec<f64>>,
    /// Of the inputs that hold text still: every text, in the order in which they first appear.
    texts: Vec<Option<Vec<String>>>,
    /// Rows × targets as the file has them; filled by [`Frame::check_targets`] and its like.
    pub raw_targets: Vec<f64>,
    /// One a row.
    pub times: Vec<String>,
    /// Rows of each series.
    pub series: Vec<Range<usize>>,
    /// How many of the last rows come from a test source.
    pub tested: usize,
    /// The time at the end, to be continued.
    pub time: Option<TimeInfo>,
    /// Rows before any were dropped.
    pub rows_read: usize,
    /// What the times mean, one a row; empty where they are no dates.
    pub moments: Vec<Option<DateTime>>,
    /// The source, for messages.
    pub source: String,
}

/// The input columns that the settings name: targets, then features.
///
/// # Errors
/// With the key of what is no column, or no numeric one.
pub(super) fn choose(table: &Table, settings: &Data) -> Result<Vec<usize>, DataError> {
    let mut columns = Vec::new();
    if settings.targets.is_empty() {
        columns.push(table.default_target_but(table.column(&settings.time))?);
    }
    for (key, names) in [
        ("data.targets", &settings.targets),
        ("data.features", &settings.features),
    ] {
        for (index, name) in names.iter().enumerate() {
            let key = format!("{key}.{index}");
            let Some(column) = table.column(name) else {
                return Err(DataError::setting(
                    key,
                    format!(
                        "there is no column \"{name}\" in {}; there are {}",
                        table.source,
                        table.names()
                    ),
                ));
            };
            if columns.contains(&column) {
                return Err(DataError::setting(
                    key,
                    format!("\"{name}\" is an input already; leave it out here"),
                ));
            }
            let text = !table.columns[column].is_numeric();
            if text && key.starts_with("data.features") && is_encoded(settings, name) {
                columns.push(column);
                continue;
            }
            if text && table.columns[column].stray.is_none() {
                return Err(DataError::setting(
                    key,
                    format!(
                        "\"{name}\" holds text; only numeric columns can be predicted, or be inputs without an \"encode\" step"
                    ),
                ));
            }
            table.numeric(column)?;
            columns.push(column);
        }
    }
    // Texts that a step makes numbers of are inputs without being named twice.
    for (number, step) in settings.prepare.iter().enumerate() {
        let Prepare::Encode(encode) = step else {
            continue;
        };
        for (index, name) in encode.columns.iter().enumerate() {
            let column = table.column(name).ok_or_else(|| {
                DataError::setting(
                    format!("data.prepare.{number}.columns.{index}"),
                    format!("there is no column \"{name}\"; there are {}", table.names()),
                )
            })?;
            if !columns.contains(&column) && !table.columns[column].is_numeric() {
                columns.push(column);
            }
        }
    }
    Ok(columns)
}

/// Whether a step makes numbers of the texts in column `name`.
fn is_encoded(settings: &Data, name: &str) -> bool {
    settings.prepare.iter().any(|step| match step {
        Prepare::Encode(encode) => {
            encode.columns.is_empty() || encode.columns.iter().any(|column| column == name)
        }
        _ => false,
    })
}

/// The columns called `names`, of numbers or of texts that `settings` have made numbers.
///
/// # Errors
/// Names all that are not there.
pub(super) fn find_all(
    table: &Table,
    names: &[String],
    settings: &Data,
) -> Result<Vec<usize>, DataError> {
    let missing: Vec<&str> = names
        .iter()
        .filter(|name| table.column(name).is_none())
        .map(String::as_str)
        .collect();
    if !missing.is_empty() {
        return Err(DataError::file(
            &table.source,
            format!(
                "lacks the column{} {}, which the model reads (there are: {}); add or rename",
                if missing.len() > 1 { "s" } else { "" },
                missing.join(", "),
                table.names()
            ),
        ));
    }
    let found: Vec<usize> = names.iter().filter_map(|name| table.column(name)).collect();
    for &column in &found {
        if !is_encoded(settings, &table.columns[column].name) {
            table.numeric(column)?;
        }
    }
    Ok(found)
}

/// The inputs that a step's `columns` name; all where it names none.
pub(super) fn inputs_of(columns: &[String], names: &[String]) -> Vec<usize> {
    (0..names.len())
        .filter(|&input| columns.is_empty() || columns.contains(&names[input]))
        .collect()
}

/// Checks that a step's columns are inputs.
///
/// # Errors
/// With the key of one that is none.
pub(super) fn check_columns(
    columns: &[String],
    names: &[String],
    step: usize,
) -> Result<(), DataError> {
    match columns.iter().position(|column| !names.contains(column)) {
        None => Ok(()),
        Some(index) => Err(DataError::setting(
            format!("data.prepare.{step}.columns.{index}"),
            format!(
                "\"{}\" is neither a target nor a feature (those are: {}); add it to data.features or leave it out here",
                columns[index],
                names.join(", ")
            ),
        )),
    }
}

/// The `drop` steps by their place, each with the inputs whose missing values it minds: those that no
/// earlier step fills. Checks the columns of all steps on the way.
///
/// # Errors
/// With the key of a column that is no input.
pub(super) fn drops(
    names: &[String],
    settings: &Data,
) -> Result<Vec<(usize, Vec<usize>)>, DataError> {
    let mut filled: Vec<(usize, usize)> = Vec::new();
    let mut drops = Vec::new();
    for (step, prepare) in settings.prepare.iter().enumerate() {
        let Prepare::Fill(fill) = prepare else {
            continue;
        };
        check_columns(&fill.columns, names, step)?;
        let inputs = inputs_of(&fill.columns, names);
        if fill.method == FillMethod::Drop {
            let open = |input: &usize| !filled.iter().any(|(done, gap)| done == input && *gap == 0);
            drops.push((step, inputs.into_iter().filter(open).collect()));
        } else {
            filled.extend(inputs.into_iter().map(|input| (input, fill.max_gap)));
        }
    }
    Ok(drops)
}

impl Frame {
    /// The chosen columns of a table, with the time under the setting `time`.
    pub fn new(table: &Table, columns: &[usize], time: &str) -> Result<Self, DataError> {
        let mut time = table.time_for(time, columns)?;
        let rows = table.rows();
        let times = match &mut time {
            Some(time) => std::mem::take(&mut time.texts),
            None => (0..rows).map(|row| row.to_string()).collect(),
        };
        let chosen = |column: &usize| &table.columns[*column];
        let codes: Vec<(Vec<f64>, Option<Vec<String>>)> = columns
            .iter()
            .map(|column| match chosen(column) {
                column if column.is_numeric() => (column.numbers.clone(), None),
                column => {
                    let mut texts = Texts::default();
                    let codes = column.texts.iter().map(|text| texts.code(text)).collect();
                    (codes, Some(texts.known))
                }
            })
            .collect();
        Ok(Self {
            names: columns
                .iter()
                .map(|column| chosen(column).name.clone())
                .collect(),
            columns: codes.iter().map(|(codes, _)| codes.clone()).collect(),
            texts: codes.into_iter().map(|(_, texts)| texts).collect(),
            raw_targets: Vec::new(),
            times,
            series: table.series.clone(),
            tested: 0,
            moments: time
                .as_ref()
                .map(|time| time.instants.clone())
                .unwrap_or_default(),
            time,
            rows_read: rows,
            source: table.source.clone(),
        })
    }

    /// Rows at this point.
    pub fn rows(&self) -> usize {
        self.times.len()
    }

    /// Appends the rows of `data.test_source`, or of the file that goes with a `…_TRAIN` one. They
    /// continue the last series where their times do; otherwise they are series of their own.
    pub fn add_test_source(
        &mut self,
        settings: &Data,
        seed: u64,
        notes: &mut Vec<String>,
    ) -> Result<(), DataError> {
        let path = if settings.test_source.is_empty() {
            let Some(found) = source::test_sibling(&settings.source) else {
                return Ok(());
            };
            notes.push(format!("{found} is the test part"));
            found
        } else {
            settings.test_source.clone()
        };
        let table = source::load(&path, &settings.generate, seed)?;
        let table = join::all(table, settings, seed)?;
        let table = rows::arrange(&table, settings)?;
        let columns = find_all(&table, &self.names, settings).map_err(|error| match error {
            DataError::File { path, message, .. } if !settings.test_source.is_empty() => {
                DataError::setting("data.test_source", format!("{path} {message}"))
            }
            error => error,
        })?;
        let test = Self::new(&table, &columns, &settings.time)?;
        let first = self.rows();
        let goes_on = match (&self.time, &test.time) {
            (Some(time), Some(later)) => time.continues_in(later),
            _ => true,
        };
        let alone = self.series.len() == 1 && test.series.len() == 1;
        let end = first + test.rows();
        if let Some(last) = self.series.last_mut()
            && alone
            && goes_on
        {
            last.end = end;
        } else {
            self.series
                .extend(test.series.iter().map(|s| s.start + first..s.end + first));
            notes.push(format!(
                "the rows of {path} do not follow on the others; windows do not cross between them"
            ));
        }
        for (input, (more, theirs)) in test.columns.into_iter().zip(test.texts).enumerate() {
            match (&mut self.texts[input], theirs) {
                (Some(known), Some(theirs)) => {
                    let mut texts = Texts::of(std::mem::take(known));
                    let codes: Vec<f64> = theirs.iter().map(|text| texts.code(text)).collect();
                    *known = texts.known;
                    self.columns[input].extend(more.into_iter().map(|code| {
                        if code.is_nan() {
                            code
                        } else {
                            codes[code as usize]
                        }
                    }));
                }
                (None, None) => self.columns[input].extend(more),
                _ => {
                    return Err(DataError::file(
                        &path,
                        "holds text where the first file holds numbers, or the other way round; make both alike",
                    )
                    .in_column(&self.names[input]));
                }
            }
        }
        if test.time.is_some() {
            self.times.extend(test.times);
            if self.moments.len() == first && test.moments.len() == end - first {
                self.moments.extend(test.moments);
            } else {
                self.moments.clear();
            }
            self.time = test.time;
        } else {
            self.times.extend((first..end).map(|row| row.to_string()));
            self.moments.clear();
        }
        self.tested = end - first;
        self.rows_read = end;
        Ok(())
    }

    /// Removes the rows that the `drop` steps name.
    pub fn drop_rows(
        &mut self,
        drops: &[(usize, Vec<usize>)],
        notes: &mut Vec<String>,
    ) -> Result<(), DataError> {
        for (step, inputs) in drops {
            let keep: Vec<bool> = (0..self.rows())
                .map(|row| {
                    inputs
                        .iter()
                        .all(|&input| !self.columns[input][row].is_nan())
                })
                .collect();
            let gone = keep.iter().filter(|keep| !**keep).count();
            if gone == 0 {
                continue;
            }
            if self.rows() - gone < 2 {
                return Err(DataError::setting(
                    format!("data.prepare.{step}.method"),
                    format!(
                        "\"drop\" leaves {} of {} rows; fill the missing values instead",
                        self.rows() - gone,
                        self.rows()
                    ),
                ));
            }
            notes.push(format!("{gone} rows with missing values are dropped"));
            let own = self.rows() - self.tested;
            self.tested = keep[own..].iter().filter(|keep| **keep).count();
            for column in &mut self.columns {
                retain(column, &keep);
            }
            retain(&mut self.times, &keep);
            retain(&mut self.moments, &keep);
            let mut start = 0;
            let kept =
                |series: &Range<usize>| keep[series.clone()].iter().filter(|keep| **keep).count();
            self.series = self
                .series
                .iter()
                .map(kept)
                .filter(|&length| length > 0)
                .map(|length| {
                    start += length;
                    start - length..start
                })
                .collect();
        }
        Ok(())
    }

    /// Notes the targets as they are and refuses those that no model could learn.
    pub fn check_targets(&mut self, source: &str, targets: usize) -> Result<(), DataError> {
        for (name, column) in self.names.iter().zip(&self.columns).take(targets) {
            let refuse = |message: &str| Err(DataError::file(source, message).in_column(name));
            if column.iter().all(|x| x.is_nan()) {
                return refuse(
                    "has no values, all are missing; choose another target in data.targets",
                );
            }
            if is_constant(column) {
                return refuse(
                    "never changes, so there is nothing to predict; choose another target in data.targets",
                );
            }
        }
        self.note_targets(targets);
        Ok(())
    }

    /// Keeps the first columns as the file has them.
    pub fn note_targets(&mut self, targets: usize) {
        self.raw_targets = (0..self.rows())
            .flat_map(|row| {
                self.columns[..targets]
                    .iter()
                    .map(move |column| column[row])
            })
            .collect();
    }

    /// Cuts the first `count` rows off every series, and series that are no longer.
    pub fn cut_beginnings(&mut self, count: usize) {
        if count == 0 {
            return;
        }
        let mut keep = vec![true; self.rows()];
        let mut series = Vec::with_capacity(self.series.len());
        let mut end = 0;
        for range in &self.series {
            let cut = count.min(range.len());
            keep[range.start..range.start + cut].fill(false);
            if range.len() > cut {
                series.push(end..end + range.len() - cut);
                end += range.len() - cut;
            }
        }
        let targets = self.raw_targets.len() / self.rows().max(1);
        for column in &mut self.columns {
            retain(column, &keep);
        }
        retain(&mut self.times, &keep);
        retain(&mut self.moments, &keep);
        let keep: Vec<bool> = keep
            .iter()
            .flat_map(|&keep| std::iter::repeat_n(keep, targets))
            .collect();
        retain(&mut self.raw_targets, &keep);
        self.series = series;
    }

    /// Whether an input holds text still.
    pub fn is_text(&self, input: usize) -> bool {
        self.texts.get(input).is_some_and(Option::is_some)
    }

    /// The different texts of an input in some rows, in alphabetical order.
    pub fn texts_of(&self, input: usize, rows: Range<usize>) -> Vec<String> {
        let Some(Some(texts)) = self.texts.get(input) else {
            return Vec::new();
        };
        let codes = self.columns[input][rows]
            .iter()
            .filter(|code| !code.is_nan());
        let seen: std::collections::BTreeSet<&String> =
            codes.map(|&code| &texts[code as usize]).collect();
        seen.into_iter().cloned().collect()
    }

    /// Makes numbers of an input's texts.
    pub fn encode(&mut self, encoded: &Encoded, method: EncodeMethod) {
        let input = encoded.input;
        let Some(texts) = self.texts.get_mut(input).and_then(Option::take) else {
            return;
        };
        // Of each text of the file, its place among those that were learned.
        let places: Vec<Option<usize>> = texts
            .iter()
            .map(|text| encoded.texts.binary_search(text).ok())
            .collect();
        let found: Vec<Option<usize>> = self.columns[input]
            .iter()
            .map(|&code| {
                places
                    .get(code as usize)
                    .copied()
                    .flatten()
                    .filter(|_| !code.is_nan())
            })
            .collect();
        if method == EncodeMethod::Ordinal {
            self.columns[input] = found
                .iter()
                .map(|place| place.map_or(-1.0, |place| place as f64))
                .collect();
            return;
        }
        for (k, name) in encoded.names.iter().enumerate() {
            let column = found
                .iter()
                .map(|place| f64::from(u8::from(*place == Some(k))))
                .collect();
            if k == 0 {
                self.names[input].clone_from(name);
                self.columns[input] = column;
            } else {
                self.names.push(name.clone());
                self.columns.push(column);
            }
        }
        if encoded.names.is_empty() {
            // The training part has no text at all: nothing to tell apart.
            self.columns[input].fill(0.0);
        }
    }

    /// Leaves out all inputs but these.
    pub fn keep(&mut self, kept: &[usize]) {
        let keep: Vec<bool> = (0..self.names.len())
            .map(|input| kept.contains(&input))
            .collect();
        retain(&mut self.names, &keep);
        retain(&mut self.columns, &keep);
        self.texts.resize(keep.len(), None);
        retain(&mut self.texts, &keep);
    }

    /// Adds a column that says where input `input` is missing; filled by [`Frame::fill`].
    pub fn add_flag(&mut self, input: usize) -> usize {
        let mut name = format!("{}_missing", self.names[input]);
        while self.names.contains(&name) {
            name.push('_');
        }
        self.names.push(name);
        self.columns.push(vec![0.0; self.rows()]);
        self.columns.len() - 1
    }

    /// Applies one fill step.
    pub fn fill(&mut self, fill: &FittedFill, stretches: &[Range<usize>], seed: u64) {
        for column in &fill.columns {
            let values = &mut self.columns[column.input];
            let flags = fill.apply(column, values, stretches, &self.series, seed);
            if let Some(flag) = column.flag {
                self.columns[flag] = flags;
            }
        }
    }

    /// What no step treated: on the line between neighbours of the same stretch; where a stretch has
    /// no value at all, the last one before it in its series, or the training mean.
    pub fn fill_rest(
        &mut self,
        means: &[f64],
        stretches: &[Range<usize>],
        notes: &mut Vec<String>,
    ) {
        for (input, mean) in means.iter().enumerate() {
            let missing = self.columns[input].iter().filter(|x| x.is_nan()).count();
            if missing == 0 || self.is_text(input) {
                continue;
            }
            let values = &mut self.columns[input];
            for stretch in stretches {
                fill::linear(&mut values[stretch.clone()], 0);
                if values[stretch.start].is_nan() {
                    let follows = !self
                        .series
                        .iter()
                        .any(|series| series.start == stretch.start);
                    let value = if follows {
                        values[stretch.start - 1]
                    } else {
                        *mean
                    };
                    values[stretch.clone()].fill(value);
                }
            }
            let (s, are) = if missing == 1 {
                ("", "is")
            } else {
                ("s", "are")
            };
            notes.push(format!(
                "{missing} missing value{s} of \"{}\" {are} filled on the line between neighbours, within each part",
                self.names[input]
            ));
        }
    }
}

/// Numbers for texts, in the order in which they first appear.
#[derive(Default)]
struct Texts {
    known: Vec<String>,
    places: std::collections::HashMap<String, usize>,
}

impl Texts {
    fn of(known: Vec<String>) -> Self {
        let places = known.iter().cloned().zip(0..).collect();
        Self { known, places }
    }

    /// NaN of a missing text.
    fn code(&mut self, text: &str) -> f64 {
        if text.is_empty() {
            return f64::NAN;
        }
        let next = self.known.len();
        let place = *self.places.entry(text.to_owned()).or_insert(next);
        if place == next {
            self.known.push(text.to_owned());
        }
        place as f64
    }
}

/// Keeps the elements whose place says so.
fn retain<T>(items: &mut Vec<T>, keep: &[bool]) {
    let mut keep = keep.iter();
    items.retain(|_| keep.next() == Some(&true));
}
