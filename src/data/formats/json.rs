//! JSON: records in an array or one a line, or a column a key as pandas writes it.

use super::super::{
    DataError, Format, Table,
    moment::is_time,
    typed::{self, MAX_VALUES, Origin},
};
use super::MOST_CELLS;
use csv::StringRecord;
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::collections::HashMap;

/// Larger files are refused: a tree of values takes many times the text's size.
const MAX_BYTES: usize = 256 << 20;

/// Records under the names of their columns, each with its line or its number.
#[derive(Default)]
struct Records {
    names: Vec<String>,
    places: HashMap<String, usize>,
    rows: Vec<(u64, Vec<String>)>,
    /// Cells of all rows.
    held: usize,
}

/// Reads JSON; `lines`: one record a line.
///
/// # Errors
/// What is no JSON, by its line; what is JSON and no table.
pub fn parse(source: &str, text: &str, lines: bool) -> Result<Table, DataError> {
    let fail = |message: &str| DataError::file(source, message);
    if text.len() > MAX_BYTES {
        return Err(fail(&format!(
            "is larger than {} MiB, the most that is loaded of JSON; save it as CSV",
            MAX_BYTES >> 20
        )));
    }
    if text.trim().is_empty() {
        return Err(fail(
            "is empty; give a file with a record for each time step",
        ));
    }
    let wrong = |error: &serde_json::Error, line: u64| {
        let text = error.to_string();
        let what = text.split(" at line").next().unwrap_or_default();
        DataError::file(
            source,
            format!("is no valid JSON at character {}: {what}", error.column()),
        )
        .at_line(line)
    };
    let text = &*without_nan(text);
    let mut records = Records::default();
    if lines {
        for (line, at) in text.lines().zip(1..) {
            if line.trim().is_empty() {
                continue;
            }
            let value: Value = serde_json::from_str(line).map_err(|error| wrong(&error, at))?;
            records
                .row(at, value)
                .map_err(|message| fail(&message).at_line(at))?;
        }
    } else {
        let value: Value =
            serde_json::from_str(text).map_err(|error| wrong(&error, error.line() as u64))?;
        records.whole(value).map_err(|message| fail(&message))?;
    }
    if records.rows.is_empty() || records.names.is_empty() {
        return Err(fail(
            "holds no records; give an array of objects, or an object a line",
        ));
    }
    let width = records.names.len();
    if records.rows.len().saturating_mul(width) > MAX_VALUES {
        return Err(fail(&format!(
            "holds more than {MAX_VALUES} cells, the most that is loaded; thin it out"
        )));
    }
    let mut rows = vec![(0, StringRecord::from(records.names))];
    rows.extend(records.rows.into_iter().map(|(at, mut cells)| {
        cells.resize(width, String::new());
        (at, StringRecord::from(cells))
    }));
    typed::table(
        &Origin {
            source,
            format: if lines { Format::Jsonl } else { Format::Json },
            delimiter: None,
            header: Some(true),
        },
        rows,
    )
}

/// JSON without the words outside its strings that Python writes for numbers that are none, which the standard does not
/// have; infinite ones stay, to be refused.
fn without_nan(text: &str) -> Cow<'_, str> {
    if !text.contains("NaN") {
        return Cow::Borrowed(text);
    }
    let (mut quoted, mut escaped) = (false, false);
    let mut made = String::with_capacity(text.len());
    for (at, sign) in text.char_indices() {
        if quoted || !text[at..].starts_with("NaN") {
            made.push(sign);
        } else {
            made += "null";
        }
        quoted ^= sign == '"' && !escaped;
        escaped = quoted && sign == '\\' && !escaped;
    }
    Cow::Owned(made)
}

impl Records {
    /// A whole document: records, columns, or either under one key.
    fn whole(&mut self, value: Value) -> Result<(), String> {
        match value {
            Value::Array(items) => {
                for (item, at) in items.into_iter().zip(1..) {
                    self.row(at, item)
                        .map_err(|message| format!("record {at} {message}"))?;
                }
                Ok(())
            }
            Value::Object(map) => self.columns(map),
            _ => Err("is JSON and no table; give an array of objects, or an object a line".into()),
        }
    }

    /// pandas' other forms: `{"columns": …, "data": …}`, `{"index": …, "data": …}` and `{INDEX: value}` of a series,
    /// `{NAME: [values]}`, `{NAME: {INDEX: value}}`, `{INDEX: {NAME: value}}` where each index is a number or a time and
    /// no name is; or a table under the only key that holds one.
    fn columns(&mut self, mut map: Map<String, Value>) -> Result<(), String> {
        if let (Some(Value::Array(names)), Some(Value::Array(_))) =
            (map.get("columns"), map.get("data"))
        {
            let names: Vec<String> = names.iter().map(cell).collect();
            let index = said_index(&map);
            let Some(Value::Array(rows)) = map.remove("data") else {
                return Ok(());
            };
            for (row, at) in rows.into_iter().zip(1..) {
                let Value::Array(cells) = row else {
                    return Err(format!("row {at} of \"data\" is no array"));
                };
                let label = index.as_ref().and_then(|index| index.get(at as usize - 1));
                let label = label.map(|label| ("index".to_owned(), label.clone()));
                let named = label.into_iter().chain(names.iter().cloned().zip(cells));
                self.row(at, Value::Object(named.collect()))?;
            }
            return Ok(());
        }
        if let Some(index) = said_index(&map)
            && let Some(Value::Array(values)) = map.get("data")
            && values
                .iter()
                .all(|value| !value.is_array() && !value.is_object())
            && values.len() == index.len()
        {
            let name = map
                .get("name")
                .and_then(Value::as_str)
                .unwrap_or("value")
                .to_owned();
            return self.series(&name, index.into_iter().zip(values.clone()));
        }
        let single = |value: &Value| value.is_number() || value.is_null();
        if map.len() > 1 && map.values().all(single) && map.keys().all(|key| is_place(key)) {
            let counts = only_counts(&map);
            let rows = map.into_iter();
            return if counts {
                self.whole(Value::Array(rows.map(|(_, value)| value).collect()))
            } else {
                self.series(
                    "value",
                    rows.map(|(key, value)| (Value::String(key), value)),
                )
            };
        }
        if let Some(Value::Array(rows)) = map.get_mut("data") {
            let rows = std::mem::take(rows);
            return self.whole(Value::Array(rows));
        }
        let length = |value: &Value| match value {
            Value::Array(items) => Some(items.len()),
            Value::Object(items) => Some(items.len()),
            _ => None,
        };
        let lengths: Vec<Option<usize>> = map.values().map(length).collect();
        let alike = lengths.windows(2).all(|pair| pair[0] == pair[1])
            && lengths.first().is_some_and(Option::is_some);
        if !alike {
            if map.values().filter(|value| value.is_array()).count() == 1
                && let Some((_, table)) = map.into_iter().find(|(_, value)| value.is_array())
            {
                return self.whole(table);
            }
            return Err(
                "is JSON whose keys are no columns of one length; give an array of objects".into(),
            );
        }
        if map.len() == 1
            && let Some(Value::Array(items)) = map.values().next()
            && items.iter().all(Value::is_object)
        {
            let (_, table) = map.into_iter().next().unwrap_or_default();
            return self.whole(table);
        }
        if is_by_index(&map) {
            let counts = only_counts(&map);
            for ((key, record), at) in map.into_iter().zip(1..) {
                let Value::Object(mut record) = record else {
                    continue;
                };
                if !counts {
                    let named = std::iter::once(("index".to_owned(), Value::String(key)));
                    record = named.chain(record).collect();
                }
                self.row(at, Value::Object(record))?;
            }
            return Ok(());
        }
        let rows = lengths.first().copied().flatten().unwrap_or(0);
        let mut cells: Vec<Vec<String>> = vec![Vec::with_capacity(map.len()); rows];
        // pandas keeps a series' index as its keys; one that only counts rows says nothing.
        let index: Option<Vec<String>> = match map.values().next() {
            Some(Value::Object(first)) if !only_counts(first) => {
                Some(first.keys().cloned().collect())
            }
            _ => None,
        };
        if let Some(index) = index {
            self.place("index");
            cells
                .iter_mut()
                .zip(index)
                .for_each(|(row, key)| row.push(key));
        }
        for (name, column) in map {
            self.place(&name);
            let values: Vec<Value> = match column {
                Value::Array(items) => items,
                Value::Object(items) => items.into_iter().map(|(_, value)| value).collect(),
                _ => Vec::new(),
            };
            for (row, value) in cells.iter_mut().zip(&values) {
                row.push(cell(value));
            }
        }
        self.rows = (1..).zip(cells).collect();
        Ok(())
    }

    /// A row for each value, beside what it stands under.
    fn series(
        &mut self,
        name: &str,
        rows: impl Iterator<Item = (Value, Value)>,
    ) -> Result<(), String> {
        for ((label, value), at) in rows.zip(1..) {
            let record = [("index".to_owned(), label), (name.to_owned(), value)];
            self.row(at, Value::Object(record.into_iter().collect()))?;
        }
        Ok(())
    }

    /// One record: an object, or an array as a row without names.
    fn row(&mut self, at: u64, value: Value) -> Result<(), String> {
        let mut cells = Vec::new();
        match value {
            Value::Object(map) => self.object("", map, &mut cells),
            Value::Array(items) => {
                for (column, item) in items.iter().enumerate() {
                    self.put(&format!("column_{}", column + 1), cell(item), &mut cells);
                }
            }
            Value::Null => return Ok(()),
            other => self.put("value", cell(&other), &mut cells),
        }
        if self.names.len() > 100_000 {
            return Err("has more than 100000 different keys, so they are no columns; give records of the same keys".into());
        }
        // A row has cells up to its last key: keys that are new in each record would fill a square.
        self.held += cells.len();
        if self.held > MOST_CELLS {
            return Err(format!(
                "comes after {MOST_CELLS} cells in all, the most that is loaded of JSON; give records of the same keys, or save it as CSV"
            ));
        }
        self.rows.push((at, cells));
        Ok(())
    }

    /// The keys of an object, those of objects in it as `outer.inner`.
    fn object(&mut self, path: &str, map: Map<String, Value>, cells: &mut Vec<String>) {
        for (key, value) in map {
            let name = if path.is_empty() {
                key
            } else {
                format!("{path}.{key}")
            };
            match value {
                Value::Object(inner) => self.object(&name, inner, cells),
                value => self.put(&name, cell(&value), cells),
            }
        }
    }

    fn put(&mut self, name: &str, text: String, cells: &mut Vec<String>) {
        let place = self.place(name);
        if cells.len() <= place {
            cells.resize(place + 1, String::new());
        }
        cells[place] = text;
    }

    fn place(&mut self, name: &str) -> usize {
        if let Some(&place) = self.places.get(name) {
            return place;
        }
        self.names.push(name.to_owned());
        self.places.insert(name.to_owned(), self.names.len() - 1);
        self.names.len() - 1
    }
}

/// Whether a key is a row's number or time.
fn is_place(key: &str) -> bool {
    key.parse::<f64>().is_ok() || is_time(key)
}

/// Whether the keys of `map` are the numbers of its rows, which say nothing.
fn only_counts(map: &Map<String, Value>) -> bool {
    (map.keys().enumerate()).all(|(row, key)| *key == row.to_string())
}

/// The labels of rows that pandas writes beside them, where they do not only count.
fn said_index(map: &Map<String, Value>) -> Option<Vec<Value>> {
    let index = map.get("index")?.as_array()?;
    let counts = (index.iter().zip(0_u64..)).all(|(label, row)| label.as_u64() == Some(row));
    let single = |label: &Value| label.is_number() || label.is_string();
    (!counts && index.iter().all(single)).then(|| index.clone())
}

/// Whether the keys of `map` are numbers or times of rows, and those of its objects names of columns.
fn is_by_index(map: &Map<String, Value>) -> bool {
    map.keys().all(|key| is_place(key))
        && map.values().all(|record| {
            let named = |record: &Map<String, Value>| !record.keys().any(|key| is_place(key));
            record.as_object().is_some_and(named)
        })
}

/// A value as a cell's text.
fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.trim().to_owned(),
        Value::Bool(truth) => u8::from(*truth).to_string(),
        other => other.to_string(),
    }
}
