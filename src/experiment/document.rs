//! Reading an experiment file: TOML laid over the defaults, every misfit named by its dotted key
//! and its line.

use super::{
    Cell, Choice, ClassWeights, Clipping, Experiment, FillMethod, Generate, KeyError, Loss,
    Nonlinearity, Optimizer, Output, Prepare, ScaleMethod, Schedule, Task, choices::NamedInit,
};
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
                    errors = experiment.problems();
                    if errors.is_empty() {
                        return Ok(experiment);
                    }
                }
                Err(error) => errors.push(KeyError::new("", error.message())),
            }
        }
        Err(errors
            .into_iter()
            .map(|error| self.locate(&error))
            .collect())
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
            let made = path.starts_with("builtin:") || path.starts_with("generate:");
            if !path.is_empty() && !made && Path::new(path).is_relative() {
                *path = folder.join(&path).to_string_lossy().into_owned();
            }
        };
        join(&mut self.data.source);
        join(&mut self.data.test_source);
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

/// Where `user` names another source or another task, what follows from them by default: a generator's
/// parameters, the source's task, the task's loss. A task or loss that is not the default of what was
/// before stays; the keys of `user` itself are laid over all of this afterwards.
fn follow(base: &mut Table, user: &Table) {
    let (Some(Value::Table(data)), Some(user)) = (
        base.get_mut("data"),
        user.get("data").and_then(Value::as_table),
    ) else {
        return;
    };
    let task = |data: &Table| data.get("task").cloned()?.try_into::<Task>().ok();
    let Some(before) = task(data) else {
        return;
    };
    let old = data
        .get("source")
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned();
    if let Some(source) = user.get("source").and_then(Value::as_str)
        && source != old
    {
        data.insert(
            "generate".to_owned(),
            serialised(&Generate::for_source(source)).into(),
        );
        if before == Task::of_source(&old) {
            let task = Value::try_from(Task::of_source(source)).expect("a task is a word");
            data.insert("task".to_owned(), task);
        }
    }
    let after = task(user).or_else(|| task(data)).unwrap_or(before);
    let is_default = base.get("loss") == Some(&Value::Table(serialised(&before.default_loss())));
    if after != before && is_default {
        base.insert("loss".to_owned(), serialised(&after.default_loss()).into());
    }
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

/// The kinds of the choice at `path`, with their defaults.
fn kinds(path: &str) -> Option<(&'static str, Vec<Table>)> {
    fn of<C: Choice>() -> (&'static str, Vec<Table>) {
        (C::TAG, C::all().iter().map(serialised).collect())
    }
    match path {
        "loss" => Some(of::<Loss>()),
        "optimizer" => Some(of::<Optimizer>()),
        "schedule" => Some(of::<Schedule>()),
        "clipping" => Some(of::<Clipping>()),
        _ if path
            .strip_prefix("data.prepare.")
            .is_some_and(|index| index.parse::<usize>().is_ok()) =>
        {
            Some(of::<Prepare>())
        }
        _ => None,
    }
}

/// The words that the setting at `path` can have, where it is a word out of a few.
#[must_use]
pub fn words(path: &str) -> Option<Vec<String>> {
    fn of<T: Serialize>(all: &[T]) -> Option<Vec<String>> {
        all.iter()
            .map(|word| Some(Value::try_from(word).ok()?.as_str()?.to_owned()))
            .collect()
    }
    let field = path.rsplit('.').next().unwrap_or_default();
    match path {
        "model.cell" => of(&Cell::ALL),
        "model.nonlinearity" => of(&Nonlinearity::ALL),
        "model.init" => of(&NamedInit::ALL),
        "data.task" => of(&Task::ALL),
        "loss.class_weights" => of(&ClassWeights::ALL),
        "data.scale.method" => of(&ScaleMethod::ALL),
        "data.window.output" => of(&[Output::EveryStep, Output::LastStep]),
        "training.batch_size" => Some(vec!["full".to_owned()]),
        _ if path.starts_with("data.prepare.") && field == "method" => of(&FillMethod::ALL),
        _ => None,
    }
}

/// The words that key `key` of the preparation step `step` can have; of a list, those of its elements.
#[must_use]
pub fn step_words(step: &str, key: &str) -> Option<Vec<String>> {
    use super::choices::prepare::{
        Aggregate, BinMethod, CalendarPart, OnDuplicate, OutlierAction, OutlierMethod,
        RollingFunction, SmoothMethod, TransformMethod,
    };
    fn of<T: Serialize>(all: &[T]) -> Option<Vec<String>> {
        all.iter()
            .map(|word| Some(Value::try_from(word).ok()?.as_str()?.to_owned()))
            .collect()
    }
    match (step, key) {
        ("fill", "method") => of(&FillMethod::ALL),
        ("outliers", "method") => of(&OutlierMethod::ALL),
        ("outliers", "action") => of(&OutlierAction::ALL),
        ("smooth", "method") => of(&SmoothMethod::ALL),
        ("transform", "method") => of(&TransformMethod::ALL),
        ("bin", "method") => of(&BinMethod::ALL),
        ("resample", "aggregate") => of(&Aggregate::ALL),
        ("rolling", "functions") => of(&RollingFunction::ALL),
        ("calendar", "parts") => of(&CalendarPart::ALL),
        ("sort", "on_duplicate") => of(&OnDuplicate::ALL),
        _ => None,
    }
}

/// Keys that have no default value to show their type: an example of it.
fn optional(path: &str, key: &str, table: &Table) -> Option<Value> {
    let kind = table.get("kind").and_then(Value::as_str);
    let has_length = matches!(kind, Some("linear" | "polynomial" | "cosine"));
    match (path, key) {
        ("data.window", "lookback") | ("training", "steps" | "record_flow_every") => {
            Some(Value::Integer(1))
        }
        (path, "order") if path.starts_with("data.prepare.") => Some(Value::Integer(1)),
        ("schedule", "over") if has_length => Some(Value::Integer(1)),
        ("data", "prepare") | ("", "event" | "contender") => Some(Value::Array(Vec::new())),
        ("data", "generate") => Some(Value::Table(Table::new())),
        _ => None,
    }
}

/// Lays `user` over `base`, which has every key that is known at `path`.
pub(super) fn overlay(path: &str, base: &mut Table, user: &Table, errors: &mut Vec<KeyError>) {
    let dotted = |key: &str| {
        if path.is_empty() {
            key.to_owned()
        } else {
            format!("{path}.{key}")
        }
    };
    if path.is_empty() {
        follow(base, user);
    }
    let kinds = kinds(path);
    let tag = kinds.as_ref().map_or("", |(tag, _)| tag);
    if let Some((tag, kinds)) = &kinds
        && let Some(kind) = user.get(*tag)
        && base.get(*tag) != Some(kind)
    {
        let Some(known) = kinds.iter().find(|known| known.get(*tag) == Some(kind)) else {
            let names: Vec<&str> = kinds.iter().filter_map(|k| k[*tag].as_str()).collect();
            errors.push(KeyError::new(
                dotted(tag),
                format!(
                    "there is no {}; use one of {}",
                    show(kind),
                    names.join(", ")
                ),
            ));
            return;
        };
        base.clone_from(known);
    }
    for (key, value) in user {
        if key == tag {
            continue;
        }
        let here = dotted(key);
        if !base.contains_key(key)
            && let Some(example) = optional(path, key, base)
        {
            base.insert(key.clone(), example);
        }
        let kind = base.get(tag).cloned();
        if path.starts_with("data.prepare.")
            && let Some(step) = kind.as_ref().and_then(Value::as_str)
            && let Some(words) = step_words(step, key)
        {
            match named(&here, value, &words) {
                Ok(()) => {
                    base.insert(key.clone(), value.clone());
                }
                Err(error) => errors.push(error),
            }
            continue;
        }
        let Some(known) = base.get_mut(key) else {
            errors.push(unknown_key(&here, path, key, base, kind.as_ref()));
            continue;
        };
        if let Err(error) = take(&here, known, value, errors) {
            errors.push(error);
        }
    }
}

/// The last part of a dotted key.
fn last_key(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or(path)
}

/// Checks that `value` is one of `words`, or a list of them where the key takes one.
fn named(here: &str, value: &Value, words: &[String]) -> Result<(), KeyError> {
    let takes_list = matches!(last_key(here), "functions" | "parts");
    match value {
        Value::Array(items) if takes_list => items
            .iter()
            .enumerate()
            .try_for_each(|(index, item)| one_of(&format!("{here}.{index}"), item, words)),
        _ if takes_list => Err(KeyError::new(
            here,
            format!("{} is not an array; write [ … ]", show(value)),
        )),
        _ => one_of(here, value, words),
    }
}

fn one_of(here: &str, value: &Value, words: &[String]) -> Result<(), KeyError> {
    match value {
        Value::String(word) if words.contains(word) => Ok(()),
        _ => Err(KeyError::new(
            here,
            format!(
                "there is no {}; use one of {}",
                show(value),
                words.join(", ")
            ),
        )),
    }
}

/// Puts `value` in the place of `known` where its type fits.
fn take(
    path: &str,
    known: &mut Value,
    value: &Value,
    errors: &mut Vec<KeyError>,
) -> Result<(), KeyError> {
    let wrong = |wanted: &str| {
        Err(KeyError::new(
            path,
            format!("{} is not {wanted}", show(value)),
        ))
    };
    match (path, &mut *known, value) {
        ("model.init", _, Value::Table(table)) => match table.get("radius") {
            Some(Value::Float(_) | Value::Integer(_)) if table.len() == 1 => {
                let radius = number(&table["radius"]);
                *known = Value::Table(Table::from_iter([("radius".to_owned(), radius)]));
            }
            _ => return wrong("a scheme; use a word or { radius = NUMBER }"),
        },
        ("training.batch_size", _, Value::Integer(count)) if *count >= 0 => {
            *known = value.clone();
        }
        (_, _, Value::String(word)) if words(path).is_some() => {
            let words = words(path).unwrap_or_default();
            if !words.contains(word) {
                return Err(KeyError::new(
                    path,
                    format!(
                        "there is no {}; use {}{}",
                        show(value),
                        if words.len() > 1 { "one of " } else { "" },
                        words.join(", ")
                    ),
                ));
            }
            *known = value.clone();
        }
        (_, Value::Table(table), Value::Table(user)) => overlay(path, table, user, errors),
        (_, Value::Table(_), _) => return wrong("a table"),
        (_, Value::Array(array), Value::Table(user)) if path != "event" => {
            for (index, value) in user {
                let here = format!("{path}.{index}");
                let slot = index.parse::<usize>().ok().and_then(|i| array.get_mut(i));
                match (slot, value) {
                    (Some(Value::Table(slot)), Value::Table(value)) if path == "contender" => {
                        merge_override(slot, value);
                    }
                    (Some(slot), value) => take(&here, slot, value, errors)?,
                    (None, _) if index.parse::<usize>().is_err() => {
                        return Err(KeyError::new(
                            path,
                            format!("is a list of tables; write [[{path}]] with two brackets"),
                        ));
                    }
                    (None, _) => {
                        return Err(KeyError::new(
                            here,
                            format!("`{path}` has {} entries, counted from 0", array.len()),
                        ));
                    }
                }
            }
        }
        (_, Value::Array(array), Value::Array(user)) => {
            array.clear();
            for (index, item) in user.iter().enumerate() {
                let here = format!("{path}.{index}");
                array.push(element(path, &here, item, errors)?);
            }
        }
        (_, Value::Array(_), _) => return wrong("an array; write [ … ]"),
        (_, Value::Integer(known), Value::Integer(count)) => {
            if *count < 0 {
                return wrong("a whole number of at least 0");
            }
            *known = *count;
        }
        (_, Value::Integer(_), _) if path == "training.batch_size" => {
            return wrong("a number of windows or \"full\"");
        }
        (_, Value::Integer(_), _) => return wrong("a whole number"),
        (_, Value::Float(_), Value::Float(_) | Value::Integer(_)) => *known = number(value),
        (_, Value::Float(_), _) => return wrong("a number"),
        (_, Value::Boolean(known), Value::Boolean(truth)) => *known = *truth,
        (_, Value::Boolean(_), _) => return wrong("true or false"),
        (_, Value::String(known), Value::String(text)) => known.clone_from(text),
        (_, Value::String(_) | Value::Datetime(_), _) => return wrong("a text in quotes"),
    }
    Ok(())
}

/// One element of the array at `path`.
fn element(
    path: &str,
    here: &str,
    item: &Value,
    errors: &mut Vec<KeyError>,
) -> Result<Value, KeyError> {
    let wrong = |wanted: &str| KeyError::new(here, format!("{} is not {wanted}", show(item)));
    match (path, item) {
        ("seeds", Value::Integer(seed)) if *seed >= 0 => Ok(item.clone()),
        ("seeds", _) => Err(wrong("a whole number of at least 0")),
        ("data.generate.coefficients" | "loss.quantiles", Value::Integer(_) | Value::Float(_)) => {
            Ok(number(item))
        }
        (path, Value::Integer(_) | Value::Float(_))
            if path.starts_with("data.prepare.") && last_key(path) == "kernel" =>
        {
            Ok(number(item))
        }
        (path, Value::Integer(lag))
            if path.starts_with("data.prepare.") && last_key(path) == "lags" && *lag >= 0 =>
        {
            Ok(item.clone())
        }
        (path, _)
            if path.starts_with("data.prepare.") && matches!(last_key(path), "kernel" | "lags") =>
        {
            Err(wrong("a number"))
        }
        ("data.generate.coefficients" | "loss.quantiles", _) => Err(wrong("a number")),
        ("data.prepare", Value::Table(user)) => {
            let mut step = Table::new();
            if user.contains_key(Prepare::TAG) {
                overlay(here, &mut step, user, errors);
                Ok(Value::Table(step))
            } else {
                Err(KeyError::new(here, "a preparation needs `step = \"…\"`"))
            }
        }
        ("event", Value::Table(user)) => {
            let mut event = Table::from_iter([("step".to_owned(), Value::Integer(0))]);
            let mut set = Value::Table(Table::new());
            for (key, value) in user {
                match (key.as_str(), value) {
                    ("set", Value::Table(_)) => set = value.clone(),
                    _ => overlay(
                        here,
                        &mut event,
                        &Table::from_iter([(key.clone(), value.clone())]),
                        errors,
                    ),
                }
            }
            event.insert("set".to_owned(), set);
            Ok(Value::Table(event))
        }
        ("contender", Value::Table(_)) => Ok(item.clone()),
        ("data.prepare" | "event" | "contender", _) => Err(wrong("a table")),
        (_, Value::String(_)) => Ok(item.clone()),
        _ => Err(wrong("a text in quotes")),
    }
}

/// Lays one contender's override over another, without checks: a new `kind` starts its table anew.
fn merge_override(base: &mut Table, user: &Table) {
    if let Some(kind) = user.get("kind")
        && base.get("kind") != Some(kind)
    {
        base.clear();
    }
    for (key, value) in user {
        match (base.get_mut(key), value) {
            (Some(Value::Table(base)), Value::Table(user)) => merge_override(base, user),
            _ => {
                base.insert(key.clone(), value.clone());
            }
        }
    }
}

fn unknown_key(here: &str, path: &str, key: &str, base: &Table, kind: Option<&Value>) -> KeyError {
    let mut known: Vec<&str> = base.keys().map(String::as_str).collect();
    known.sort_unstable();
    let mut message = match kind {
        Some(kind) => format!("{} has no such key", show(kind)),
        None if path == "data.generate" && base.is_empty() => {
            return KeyError::new(here, "only a `generate:` source has parameters");
        }
        None => "no such key".to_owned(),
    };
    let others: Vec<String> = kinds(path)
        .map(|(tag, kinds)| {
            kinds
                .iter()
                .filter(|table| table.contains_key(key))
                .map(|table| show(&table[tag]))
                .collect()
        })
        .unwrap_or_default();
    if !others.is_empty() {
        message += &format!(" ({} has)", others.join(", "));
    }
    KeyError::new(here, format!("{message}; there are {}", known.join(", ")))
}

fn number(value: &Value) -> Value {
    match value {
        #[expect(
            clippy::cast_precision_loss,
            reason = "a person's whole number is small"
        )]
        Value::Integer(whole) => Value::Float(*whole as f64),
        other => other.clone(),
    }
}

/// A value as a person wrote it, short enough for one line.
fn show(value: &Value) -> String {
    let text = match value {
        Value::Table(_) => "a table".to_owned(),
        Value::Array(_) => "an array".to_owned(),
        other => other.to_string(),
    };
    if text.chars().count() > 60 {
        text.chars().take(57).collect::<String>() + "…"
    } else {
        text
    }
}
