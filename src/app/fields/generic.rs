//! Fields that follow from what a value holds: the parameters of whatever kind was chosen, lists of
//! columns, lists of numbers.

use super::several::ticks;
use super::{Form, choose, count, line, menu, number, row, toggle};
use crate::app::{format, text};
use crate::experiment::{Choice, document};
use eframe::egui::{RichText, Ui};
use serde::Serialize;
use serde::de::DeserializeOwned;
use toml::{Table, Value};

/// Several columns out of those that there are.
pub fn columns(
    ui: &mut Ui,
    form: &mut Form<'_>,
    key: &str,
    value: &mut Vec<String>,
    known: &[String],
    none: &str,
) {
    let shown = if value.is_empty() {
        none.to_owned()
    } else {
        value.join(", ")
    };
    // A name that the data no longer have stays visible, so that it can be taken out.
    let gone = value.iter().filter(|name| !known.contains(name));
    let names: Vec<(String, bool)> = known
        .iter()
        .chain(gone)
        .map(|name| (name.clone(), value.contains(name)))
        .collect();
    if let Some(index) = ticks(ui, form, key, &shown, &names) {
        let (name, was_on) = &names[index];
        if *was_on {
            value.retain(|other| other != name);
        } else {
            value.push(name.clone());
        }
    }
    for index in 0..value.len() {
        form.errors_at(ui, &format!("{key}.{index}"), false);
    }
}

/// The kind of a choice, and the fields that this kind has.
pub fn kind<C: Choice>(ui: &mut Ui, form: &mut Form<'_>, table: &str, value: &mut C) {
    kind_except(ui, form, table, value, &[]);
}

/// As [`kind`]; `skip` names keys that are drawn elsewhere.
pub fn kind_except<C: Choice>(
    ui: &mut Ui,
    form: &mut Form<'_>,
    table: &str,
    value: &mut C,
    skip: &[&str],
) {
    let all = C::all();
    let names: Vec<String> = all.iter().map(C::kind).collect();
    let options: Vec<String> = names.iter().map(|name| text::kind(name)).collect();
    let own = value.kind();
    let current = names.iter().position(|name| *name == own);
    let key = format!("{table}.{}", C::TAG);
    let explained = [
        text::kind_help(table, &own).get(),
        text::formula(table, &own).get(),
    ]
    .join("\n");
    let chosen = row(ui, form, &key, explained.trim(), |ui, label, width| {
        menu(ui, &key, label, width, &text::kind(&own), current, &options)
    });
    if let Some(index) = chosen {
        *value = all[index].clone();
    }
    let formula = text::formula(table, &value.kind());
    if !formula.is_empty() {
        ui.label(RichText::new(formula).small().weak());
    }
    let skip: Vec<&str> = skip.iter().copied().chain([C::TAG]).collect();
    parameters(ui, form, table, value, &skip);
}

/// The fields of whatever `value` holds, by their types; `skip` names keys that are drawn elsewhere.
pub fn parameters<T: Serialize + DeserializeOwned>(
    ui: &mut Ui,
    form: &mut Form<'_>,
    table: &str,
    value: &mut T,
    skip: &[&str],
) {
    let Ok(before) = Table::try_from(&*value) else {
        return;
    };
    let mut after = before.clone();
    for (name, entry) in &mut after {
        if skip.contains(&name.as_str()) {
            continue;
        }
        let key = format!("{table}.{name}");
        match entry {
            Value::Float(real) => number(ui, form, &key, real),
            Value::Integer(whole) => {
                let mut wide = (*whole).max(0) as u64;
                count(ui, form, &key, &mut wide);
                *whole = wide.min(i64::MAX as u64) as i64;
            }
            Value::Boolean(on) => toggle(ui, form, &key, on),
            Value::String(word) => {
                if let Some(words) = document::words(&key) {
                    let options: Vec<String> = words.iter().map(|word| text::kind(word)).collect();
                    let current = words.iter().position(|known| known == word);
                    let shown = text::kind(word);
                    if let Some(index) = choose(ui, form, &key, &shown, current, &options) {
                        word.clone_from(&words[index]);
                    }
                }
            }
            Value::Array(items) => {
                if let Some(numbers) = numbers(items) {
                    let shown: Vec<String> = numbers.iter().map(|n| format::setting(*n)).collect();
                    if let Some(typed) = line(ui, form, &key, &shown.join(", "))
                        && let Some(numbers) = number_list(&typed)
                    {
                        *items = numbers.into_iter().map(Value::Float).collect();
                    }
                    for index in 0..items.len() {
                        form.errors_at(ui, &format!("{key}.{index}"), false);
                    }
                }
            }
            _ => {}
        }
    }
    if after != before
        && let Ok(changed) = Value::Table(after).try_into()
    {
        *value = changed;
    }
}

fn numbers(items: &[Value]) -> Option<Vec<f64>> {
    (!items.is_empty())
        .then(|| items.iter().map(Value::as_float).collect())
        .flatten()
}

/// Numbers out of a text such as "1.5, -0.75".
#[must_use]
pub fn number_list(typed: &str) -> Option<Vec<f64>> {
    let numbers: Option<Vec<f64>> = typed
        .split([',', ';', ' '])
        .filter(|part| !part.is_empty())
        .map(|part| part.parse().ok().filter(|number: &f64| number.is_finite()))
        .collect();
    numbers.filter(|numbers| !numbers.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_numbers_are_read_as_people_write_them() {
        assert_eq!(number_list("1.5, -0.75"), Some(vec![1.5, -0.75]));
        assert_eq!(number_list("1; 2 3"), Some(vec![1.0, 2.0, 3.0]));
        assert_eq!(number_list("1, x"), None);
        assert_eq!(number_list(""), None);
    }
}
