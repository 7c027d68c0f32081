//! The words and kinds that settings can have.

use super::overlay::show;
use super::serialised;
use crate::experiment::choices::NamedInit;
use crate::experiment::choices::prepare::{
    Aggregate, BinMethod, CalendarPart, DecomposeKeep, DecomposeMethod, EncodeMethod, Long,
    OnDuplicate, OutlierAction, OutlierMethod, RollingFunction, SelectMethod, Short, SmoothMethod,
    TokenBy, TransformMethod,
};
use crate::experiment::{
    Cell, Choice, ClassWeights, Clipping, FillMethod, JoinHow, KeyError, Loss, Nonlinearity,
    Optimizer, Output, Prepare, ScaleMethod, Schedule, Task,
};
use serde::Serialize;
use toml::{Table, Value};

/// The kinds of the choice at `path`, with their defaults.
pub(super) fn kinds(path: &str) -> Option<(&'static str, Vec<Table>)> {
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

/// Each as the file writes it.
fn of<T: Serialize>(all: &[T]) -> Option<Vec<String>> {
    all.iter()
        .map(|word| Some(Value::try_from(word).ok()?.as_str()?.to_owned()))
        .collect()
}

/// The words that the setting at `path` can have, where it is a word out of a few.
#[must_use]
pub fn words(path: &str) -> Option<Vec<String>> {
    match path {
        "model.cell" => of(&Cell::ALL),
        "model.nonlinearity" => of(&Nonlinearity::ALL),
        "model.init" => of(&NamedInit::ALL),
        "data.task" => of(&Task::ALL),
        "loss.class_weights" => of(&ClassWeights::ALL),
        "data.scale.method" => of(&ScaleMethod::ALL),
        "data.window.output" => of(&[Output::EveryStep, Output::LastStep]),
        _ if path.starts_with("data.join.") && last_key(path) == "how" => of(&JoinHow::ALL),
        "training.batch_size" => Some(vec!["full".to_owned()]),
        _ => None,
    }
}

/// The words that key `key` of the preparation step `step` can have; of a list, those of its elements.
#[must_use]
pub fn step_words(step: &str, key: &str) -> Option<Vec<String>> {
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
        ("decompose", "method") => of(&DecomposeMethod::ALL),
        ("decompose", "keep") => of(&DecomposeKeep::ALL),
        ("encode", "method") => of(&EncodeMethod::ALL),
        ("select", "method") => of(&SelectMethod::ALL),
        ("tokenize", "by") => of(&TokenBy::ALL),
        ("lengths", "short") => of(&Short::ALL),
        ("lengths", "long") => of(&Long::ALL),
        _ => None,
    }
}

/// The last part of a dotted key.
pub(super) fn last_key(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or(path)
}

/// Checks that `value` is one of `words`, or a list of them where the key takes one.
pub(super) fn named(here: &str, value: &Value, words: &[String]) -> Result<(), KeyError> {
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
