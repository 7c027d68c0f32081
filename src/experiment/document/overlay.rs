//! A table of a file laid over the defaults.

use super::serialised;
use super::words::{kinds, last_key, named, step_words, words};
use crate::experiment::{Choice, Generate, Join, KeyError, Prepare, Task};
use toml::{Table, Value};

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

/// Keys that have no default value to show their type: an example of it.
fn optional(path: &str, key: &str, table: &Table) -> Option<Value> {
    let kind = table.get("kind").and_then(Value::as_str);
    let has_length = matches!(kind, Some("linear" | "polynomial" | "cosine"));
    match (path, key) {
        ("data.window", "lookback" | "roll")
        | ("training", "steps" | "record_flow_every" | "record_sharpness_every") => {
            Some(Value::Integer(1))
        }
        ("data.split", "folds" | "fold") => Some(Value::Integer(0)),
        (step, "off") if step.starts_with("data.prepare.") => Some(Value::Boolean(false)),
        (_, "order") if table.get(Prepare::TAG).and_then(Value::as_str) == Some("difference") => {
            Some(Value::Integer(1))
        }
        ("schedule", "over") if has_length => Some(Value::Integer(1)),
        ("data", "prepare" | "join" | "target_weights") | ("", "event" | "contender") => {
            Some(Value::Array(Vec::new()))
        }
        ("data", "generate") => Some(Value::Table(Table::new())),
        _ => None,
    }
}

/// Lays `user` over `base`, which has every key that is known at `path`.
pub(in super::super) fn overlay(
    path: &str,
    base: &mut Table,
    user: &Table,
    errors: &mut Vec<KeyError>,
) {
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
        (
            "data.generate.coefficients" | "data.target_weights" | "loss.quantiles",
            Value::Integer(_) | Value::Float(_),
        ) => Ok(number(item)),
        ("data.join", Value::Table(user)) => {
            let mut join = serialised(&Join::default());
            overlay(here, &mut join, user, errors);
            Ok(Value::Table(join))
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
        ("data.generate.coefficients" | "data.target_weights" | "loss.quantiles", _) => {
            Err(wrong("a number"))
        }
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
        ("data.prepare" | "data.join" | "event" | "contender", _) => Err(wrong("a table")),
        (_, Value::String(_)) => Ok(item.clone()),
        _ => Err(wrong("a text in quotes")),
    }
}

/// Lays one contender's override over another, without checks: a new `kind` starts its table anew.
pub(super) fn merge_override(base: &mut Table, user: &Table) {
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
pub(super) fn show(value: &Value) -> String {
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
