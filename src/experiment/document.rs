//! Reading an experiment file: TOML laid over the defaults, every misfit named by its dotted key
//! and its line.

mod overlay;
mod words;

pub(super) use overlay::overlay;
pub use words::{step_words, words};

use super::{Choice, Experiment, KeyError, Optimizer};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use toml::de::{DeTable, DeValue};
use toml::{Spanned, Table, Value};

/// A parsed experiment file: its values, and the line of each key.
#[derive(Debug, Clone, Default)]
pub struct Document {
    table: Table,
    lines: BTreeMap<String, usize>,
    file: Option<PathBuf>,
}

/// An experiment file that cannot be used: where, what, and how to mend it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct DocumentError {
    /// The file, where there is one.
    pub file: Option<PathBuf>,
    /// Line from 1, where known.
    pub line: Option<usize>,
    /// Dotted key; empty for an error of TOML's own form.
    pub key: String,
    /// What is wrong and how to mend it.
    pub message: String,
}

impl fmt::Display for DocumentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(file) = &self.file {
            write!(f, "{}:", file.display())?;
            if let Some(line) = self.line {
                write!(f, "{line}:")?;
            }
            write!(f, " ")?;
        } else if let Some(line) = self.line {
            write!(f, "line {line}: ")?;
        }
        if !self.key.is_empty() {
            write!(f, "`{}`: ", self.key)?;
        }
        write!(f, "{}", self.message)
    }
}

impl Document {
    /// Parses `text`; `file` is named in errors and its folder is where relative paths start.
    ///
    /// # Errors
    /// Text that is not TOML, with line and column.
    pub fn parse(text: &str, file: Option<&Path>) -> Result<Self, DocumentError> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let parsed = DeTable::parse(text).map_err(|error| {
            let (line, column) = error
                .span()
                .map_or((1, 1), |span| position(text, span.start));
            DocumentError {
                file: file.map(Path::to_owned),
                line: Some(line),
                key: String::new(),
                message: format!(
                    "column {column}: not valid TOML: {}",
                    error.message().lines().collect::<Vec<_>>().join("; ")
                ),
            }
        })?;
        let mut document = Self {
            file: file.map(Path::to_owned),
            ..Self::default()
        };
        let mut root = Table::new();
        for (key, value) in parsed.get_ref() {
            let value = document.convert(text, key.get_ref(), key.span().start, value)?;
            root.insert(key.get_ref().to_string(), value);
        }
        document.table = root;
        Ok(document)
    }

    /// The values as they stand in the file.
    #[must_use]
    pub fn table(&self) -> &Table {
        &self.table
    }

    /// Takes in `--set key=value`: a dotted key, and a TOML value or a bare word.
    ///
    /// # Errors
    /// An assignment without `=` or without a key.
    pub fn assignment(text: &str) -> Result<(String, Value), KeyError> {
        let (key, value) = text.split_once('=').ok_or_else(|| {
            KeyError::new(text, "`--set` takes KEY=VALUE, such as optimizer.kind=sgd")
        })?;
        let key = key.trim();
        if key.is_empty() || key.split('.').any(str::is_empty) {
            return Err(KeyError::new(
                text,
                "`--set` takes KEY=VALUE with a dotted key, such as data.window.lookback=24",
            ));
        }
        let value = value.trim();
        let parsed = match format!("v = {value}").parse::<Table>() {
            Ok(mut table) if table.len() == 1 => table.remove("v"),
            // What begins like TOML was meant as TOML, not as a bare word.
            Err(error) if value.starts_with(['[', '{', '"', '\'']) => {
                let reason = error.message().lines().collect::<Vec<_>>().join("; ");
                return Err(KeyError::new(
                    key,
                    format!(
                        "{value} is no TOML value ({reason}); write it as in an experiment file"
                    ),
                ));
            }
            _ => None,
        }
        .unwrap_or_else(|| Value::String(value.to_owned()));
        Ok((key.to_owned(), parsed))
    }

    /// The experiment: defaults, then the file, then `assignments` (from `--set`), checked.
    ///
    /// # Errors
    /// Everything that does not fit, in the file's order.
    pub fn experiment(
        &self,
        assignments: &[(String, Value)],
    ) -> Result<Experiment, Vec<DocumentError>> {
        let experiment = self.draft(assignments)?;
        let errors = experiment.problems();
        if errors.is_empty() {
            return Ok(experiment);
        }
        Err(self.locate_all(&errors))
    }

    /// As [`Document::experiment`], with values that may be impossible: who edits it sees and mends them.
    ///
    /// # Errors
    /// What is no setting at all: unknown keys, and values of other types than their keys have.
    pub fn draft(&self, assignments: &[(String, Value)]) -> Result<Experiment, Vec<DocumentError>> {
        let mut errors = Vec::new();
        let mut base = defaults();
        overlay("", &mut base, &self.table, &mut errors);
        for (key, value) in assignments {
            let mut nested = value.clone();
            for part in key.split('.').rev() {
                nested = Value::Table(Table::from_iter([(part.to_owned(), nested)]));
            }
            let nested = nested.try_into().expect("built as a table");
            overlay("", &mut base, &nested, &mut errors);
        }
        let given = |key: &str| assignments.iter().any(|(other, _)| other == key);
        if !sets_rate(&self.table) && !given("schedule.learning_rate") {
            set_default_rate(&mut base);
        }
        if errors.is_empty() {
            match Value::Table(base).try_into::<Experiment>() {
                Ok(mut experiment) => {
                    if let Some(folder) = self.file.as_deref().and_then(Path::parent) {
                        experiment.resolve_paths(folder);
                    }
                    let contenders = 0..experiment.contender.len();
                    errors.extend(
                        contenders
                            .filter_map(|index| experiment.contender_at(index).err())
                            .flatten(),
                    );
                    if errors.is_empty() {
                        return Ok(experiment);
                    }
                }
                Err(error) => errors.push(KeyError::new("", error.message())),
            }
        }
        Err(self.locate_all(&errors))
    }

    fn locate_all(&self, errors: &[KeyError]) -> Vec<DocumentError> {
        errors.iter().map(|error| self.locate(error)).collect()
    }

    /// The same error with the file and the line of its key, or of the nearest table above it.
    #[must_use]
    pub fn locate(&self, error: &KeyError) -> DocumentError {
        let mut key = error.key.as_str();
        let line = loop {
            if let Some(line) = self.lines.get(key) {
                break Some(*line);
            }
            match key.rsplit_once('.') {
                Some((parent, _)) => key = parent,
                None => break None,
            }
        };
        DocumentError {
            file: self.file.clone(),
            line,
            key: error.key.clone(),
            message: error.message.clone(),
        }
    }

    fn convert(
        &mut self,
        text: &str,
        path: &str,
        start: usize,
        value: &Spanned<DeValue<'_>>,
    ) -> Result<Value, DocumentError> {
        let line = position(text, start).0;
        self.lines.insert(path.to_owned(), line);
        let number = |message: String| DocumentError {
            file: self.file.clone(),
            line: Some(line),
            key: path.to_owned(),
            message,
        };
        Ok(match value.get_ref() {
            DeValue::String(text) => Value::String(text.to_string()),
            DeValue::Integer(digits) => Value::Integer(
                i64::from_str_radix(digits.as_str(), digits.radix())
                    .map_err(|_| number(format!("{digits} does not fit in 64 bits")))?,
            ),
            DeValue::Float(digits) => Value::Float(
                digits
                    .as_str()
                    .parse()
                    .map_err(|_| number(format!("{digits} is not a number")))?,
            ),
            DeValue::Boolean(truth) => Value::Boolean(*truth),
            DeValue::Datetime(time) => Value::Datetime(*time),
            DeValue::Array(items) => {
                let mut array = Vec::new();
                for (index, item) in items.iter().enumerate() {
                    let path = format!("{path}.{index}");
                    array.push(self.convert(text, &path, item.span().start, item)?);
                }
                Value::Array(array)
            }
            DeValue::Table(entries) => {
                let mut table = Table::new();
                for (key, item) in entries {
                    let path = format!("{path}.{}", key.get_ref());
                    let item = self.convert(text, &path, key.span().start, item)?;
                    table.insert(key.get_ref().to_string(), item);
                }
                Value::Table(table)
            }
        })
    }
}

impl Experiment {
    /// Reads an experiment from TOML text.
    ///
    /// # Errors
    /// Everything that does not fit, with key and line.
    pub fn from_toml(text: &str) -> Result<Self, Vec<DocumentError>> {
        Document::parse(text, None)
            .map_err(|error| vec![error])?
            .experiment(&[])
    }

    /// The experiment as TOML text that reads back as itself.
    #[must_use]
    pub fn to_toml(&self) -> String {
        toml::to_string(self).expect("an experiment is plain tables, numbers and strings")
    }

    /// Makes relative sources and model files start at `folder`, those of contenders too.
    pub fn resolve_paths(&mut self, folder: &Path) {
        let join = |path: &mut String| {
            let made = super::is_made(path);
            if !path.is_empty() && !made && Path::new(path).is_relative() {
                *path = folder.join(&path).to_string_lossy().into_owned();
            }
        };
        join(&mut self.data.source);
        join(&mut self.data.test_source);
        for other in &mut self.data.join {
            join(&mut other.source);
        }
        join(&mut self.model.start_from);
        for contender in &mut self.contender {
            for (table, key) in [
                ("data", "source"),
                ("data", "test_source"),
                ("model", "start_from"),
            ] {
                let table = contender.get_mut(table).and_then(Value::as_table_mut);
                if let Some(Value::String(path)) = table.and_then(|table| table.get_mut(key)) {
                    join(path);
                }
            }
        }
    }
}

/// Line and column, both from 1, of a byte in `text`.
fn position(text: &str, byte: usize) -> (usize, usize) {
    let before = &text.as_bytes()[..byte.min(text.len())];
    let line = before.iter().filter(|&&b| b == b'\n').count() + 1;
    let column = before.iter().rev().take_while(|&&b| b != b'\n').count() + 1;
    (line, column)
}

/// A serialisable structure as a TOML table.
pub(super) fn serialised(value: &impl Serialize) -> Table {
    Table::try_from(value).expect("settings are plain tables, numbers and strings")
}

/// The default tables: with what [`follow`] adds, the schema of every key.
fn defaults() -> Table {
    serialised(&Experiment::default())
}

/// Whether `user` says what the learning rate is.
pub(super) fn sets_rate(user: &Table) -> bool {
    let schedule = user.get("schedule").and_then(Value::as_table);
    schedule.is_some_and(|schedule| schedule.contains_key("learning_rate"))
}

/// Gives `base` the learning rate that its optimizer has by default.
pub(super) fn set_default_rate(base: &mut Table) {
    let kind = base.get("optimizer").and_then(|table| table.get("kind"));
    let optimizer = kind.and_then(Value::as_str).and_then(Optimizer::named);
    let schedule = base.get_mut("schedule").and_then(Value::as_table_mut);
    if let (Some(optimizer), Some(schedule)) = (optimizer, schedule) {
        let rate = optimizer.default_learning_rate();
        schedule.insert("learning_rate".to_owned(), rate.into());
    }
}
