//! The fields of the setup: one row each, with name, control, unit, explanation, and its own errors
//! below it.

mod edit;
mod generic;
mod several;

pub use edit::{edit_line, edit_path, line};
pub use generic::{columns, kind, kind_except, parameters};
pub use several::{numbers, several, whole_numbers};

use super::{format, names, text, theme};
use crate::experiment::{KeyError, ranges};
use eframe::egui::{Align, ComboBox, DragValue, Id, Layout, Response, RichText, Ui, vec2};
use serde::Serialize;
use std::collections::BTreeSet;
use toml::Value;

/// Width of the names.
const LABEL_WIDTH: f32 = 104.0;
/// Width of the units.
const UNIT_WIDTH: f32 = 52.0;

/// What the fields of one pass over the setup share.
pub struct Form<'a> {
    /// Everything that is wrong.
    pub errors: &'a [KeyError],
    /// The contender that is shown, by index.
    pub contender: usize,
    /// Indices of errors that a field has shown.
    pub shown: &'a mut BTreeSet<usize>,
    /// The key of the field to bring into view, without a contender before it.
    pub revealing: Option<&'a str>,
}

impl Form<'_> {
    /// Whether the field to bring into view lies at or below any of `keys`.
    #[must_use]
    pub fn reveals(&self, keys: &[&str]) -> bool {
        self.revealing.is_some_and(|asked| {
            let below = |key: &&str| {
                asked
                    .strip_prefix(*key)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
            };
            keys.iter().any(below)
        })
    }

    /// The indices of errors at or below `key`, of the shared settings or of the shown contender.
    fn at(&self, key: &str, below: bool) -> Vec<usize> {
        let own = format!("contender.{}.", self.contender);
        self.errors
            .iter()
            .enumerate()
            .filter(|(_, error)| {
                let found = error.key.strip_prefix(&own).unwrap_or(&error.key);
                found == key
                    || (below
                        && found
                            .strip_prefix(key)
                            .is_some_and(|rest| rest.starts_with('.')))
            })
            .map(|(index, _)| index)
            .collect()
    }

    /// How many errors lie at or below any of `keys`.
    #[must_use]
    pub fn count(&self, keys: &[&str]) -> usize {
        let all: BTreeSet<usize> = keys.iter().flat_map(|key| self.at(key, true)).collect();
        all.len()
    }

    /// Shows the errors at `key`; `below` takes in those of its parts.
    pub fn errors_at(&mut self, ui: &mut Ui, key: &str, below: bool) {
        self.show(ui, key, self.at(key, below));
    }

    /// Shows the errors at or below `key` that no field has shown.
    pub fn errors_left(&mut self, ui: &mut Ui, key: &str) {
        let mut left = self.at(key, true);
        left.retain(|index| !self.shown.contains(index));
        self.show(ui, key, left);
    }

    fn show(&mut self, ui: &mut Ui, key: &str, errors: Vec<usize>) {
        for index in errors {
            self.shown.insert(index);
            let said = ui.label(
                RichText::new(text::translated(&self.errors[index].message))
                    .small()
                    .color(theme::error(ui)),
            );
            if self.reveals(&[key]) {
                said.scroll_to_me(Some(Align::Center));
            }
        }
    }
}

/// One row: the name, the control that `add` draws, the unit, and the errors.
fn row<R>(
    ui: &mut Ui,
    form: &mut Form<'_>,
    key: &str,
    extra_help: &str,
    add: impl FnOnce(&mut Ui, Id, f32) -> (Response, R),
) -> R {
    row_in_units(ui, form, key, extra_help, true, add)
}

/// As [`row`]; without `units`, as where a word stands in the place of a number, their room stays empty.
fn row_in_units<R>(
    ui: &mut Ui,
    form: &mut Form<'_>,
    key: &str,
    extra_help: &str,
    units: bool,
    add: impl FnOnce(&mut Ui, Id, f32) -> (Response, R),
) -> R {
    let words = text::field(key);
    let wrong = !form.at(key, false).is_empty();
    let result = ui
        .horizontal(|ui| {
            let height = ui.spacing().interact_size.y;
            let name = ui
                .allocate_ui_with_layout(
                    vec2(LABEL_WIDTH, height),
                    Layout::left_to_right(Align::Center),
                    |ui| {
                        ui.set_min_size(vec2(LABEL_WIDTH, height));
                        let mut label = RichText::new(&words.label);
                        if wrong {
                            label = label.color(theme::error(ui));
                        }
                        ui.label(label)
                    },
                )
                .inner;
            let width = ui.available_width() - UNIT_WIDTH - ui.spacing().item_spacing.x;
            let width = if words.unit.is_empty() {
                ui.available_width()
            } else {
                width
            };
            let (control, result) = add(ui, name.id, width);
            if !words.unit.is_empty() && units {
                ui.label(RichText::new(words.unit).weak());
            }
            let help = help(key, &words.help, extra_help);
            if !help.is_empty() {
                name.on_hover_text(&help);
                control.on_hover_text(&help);
            }
            result
        })
        .inner;
    form.errors_at(ui, key, false);
    result
}

fn help(key: &str, sentence: &str, extra: &str) -> String {
    let range = ranges::range(key).map(|range| text::valid(&range.to_string()));
    [sentence, extra, range.as_deref().unwrap_or_default(), key]
        .iter()
        .filter(|part| !part.is_empty())
        .copied()
        .collect::<Vec<_>>()
        .join("\n")
}

/// A number that can be dragged and typed. Dragging keeps to the legal range; what is typed is taken
/// as it is, so that an impossible value is explained and not silently replaced.
///
/// `zero` stands there in the place of 0, where that is no number like others.
fn drag(
    ui: &mut Ui,
    key: &str,
    label: Id,
    width: f32,
    value: &mut f64,
    whole: bool,
    zero: Option<&str>,
) -> Response {
    let speed = if whole {
        (value.abs() * 0.01).max(0.1)
    } else {
        (value.abs() * 0.01).max(1e-9)
    };
    let before = *value;
    let word = zero.map(str::to_owned);
    let response = ui
        .add_sized(
            vec2(width, ui.spacing().interact_size.y),
            DragValue::new(value)
                .speed(speed)
                .update_while_editing(false)
                .custom_formatter(|value, _| match zero {
                    Some(word) if value == 0.0 => word.to_owned(),
                    _ => format::setting(value),
                })
                .custom_parser(move |typed| {
                    let named = word.as_deref().is_some_and(|word| typed.trim() == word);
                    parse(if named { "0" } else { typed }, whole)
                }),
        )
        .labelled_by(label);
    if response.dragged() {
        if whole {
            *value = value.round();
        } else {
            *value = short(*value);
        }
        if let Some(range) = ranges::range(key)
            && !range.contains(*value)
        {
            let inside = value.clamp(range.min, range.max);
            *value = if range.contains(inside) {
                inside
            } else {
                before
            };
        }
    }
    response
}

fn parse(typed: &str, whole: bool) -> Option<f64> {
    let typed = typed.trim().replace('−', "-");
    let number = typed
        .parse::<f64>()
        .or_else(|_| typed.replace(',', ".").parse())
        .ok()
        .filter(|number| number.is_finite())?;
    if whole {
        (number >= 0.0).then(|| number.round())
    } else {
        Some(number)
    }
}

/// Three significant digits, so that dragging makes numbers that people would write.
fn short(value: f64) -> f64 {
    format!("{value:.2e}").parse().unwrap_or(value)
}

/// A real number.
pub fn number(ui: &mut Ui, form: &mut Form<'_>, key: &str, value: &mut f64) {
    row(ui, form, key, "", |ui, label, width| {
        (drag(ui, key, label, width, value, false, None), ())
    });
}

/// A whole number; where 0 stands for something else, for that.
pub fn count(ui: &mut Ui, form: &mut Form<'_>, key: &str, value: &mut u64) {
    count_or(ui, form, key, value, text::zero(key).as_deref());
}

/// As [`count`]; `zero` stands in the place of 0.
fn count_or(ui: &mut Ui, form: &mut Form<'_>, key: &str, value: &mut u64, zero: Option<&str>) {
    let units = *value > 0 || zero.is_none();
    row_in_units(ui, form, key, "", units, |ui, label, width| {
        let mut shown = *value as f64;
        let response = drag(ui, key, label, width, &mut shown, true, zero);
        *value = shown as u64;
        (response, ())
    });
}

/// As [`size`]; `zero` stands in the place of 0.
pub fn size_or(ui: &mut Ui, form: &mut Form<'_>, key: &str, value: &mut usize, zero: &str) {
    let mut wide = *value as u64;
    count_or(ui, form, key, &mut wide, Some(zero));
    *value = wide as usize;
}

/// As [`count`], for sizes.
pub fn size(ui: &mut Ui, form: &mut Form<'_>, key: &str, value: &mut usize) {
    let mut wide = *value as u64;
    count(ui, form, key, &mut wide);
    *value = wide as usize;
}

/// A whole number that may be absent; `absent` says what that means, `start` is where a number begins.
pub fn optional_count(
    ui: &mut Ui,
    form: &mut Form<'_>,
    key: &str,
    value: &mut Option<u64>,
    absent: (&str, &str),
    start: u64,
) {
    let mut automatic = value.is_none();
    if ui
        .checkbox(&mut automatic, absent.0)
        .on_hover_text(absent.1)
        .changed()
    {
        *value = (!automatic).then_some(start);
    }
    match value {
        Some(value) => count(ui, form, key, value),
        None => form.errors_at(ui, key, false),
    }
}

/// Yes or no.
pub fn toggle(ui: &mut Ui, form: &mut Form<'_>, key: &str, value: &mut bool) {
    let words = text::field(key);
    ui.checkbox(value, words.label)
        .on_hover_text(help(key, &words.help, ""));
    form.errors_at(ui, key, false);
}

/// A word of the experiment file as menus show it.
fn word_name<T: Serialize>(word: &T) -> String {
    Value::try_from(word)
        .ok()
        .and_then(|word| word.as_str().map(text::kind))
        .unwrap_or_default()
}

/// One of a few words.
pub fn words<T: PartialEq + Copy + Serialize>(
    ui: &mut Ui,
    form: &mut Form<'_>,
    key: &str,
    value: &mut T,
    all: &[T],
) {
    let options: Vec<String> = all.iter().map(word_name).collect();
    let current = all.iter().position(|word| word == value);
    let shown = current.map_or_else(|| word_name(value), |index| options[index].clone());
    let chosen = row(ui, form, key, "", |ui, label, width| {
        menu(ui, key, label, width, &shown, current, &options)
    });
    if let Some(index) = chosen {
        *value = all[index];
    }
}

/// One of a list of names.
pub fn choose(
    ui: &mut Ui,
    form: &mut Form<'_>,
    key: &str,
    shown: &str,
    current: Option<usize>,
    options: &[String],
) -> Option<usize> {
    row(ui, form, key, "", |ui, label, width| {
        menu(ui, key, label, width, shown, current, options)
    })
}

fn menu(
    ui: &mut Ui,
    key: &str,
    label: Id,
    width: f32,
    shown: &str,
    current: Option<usize>,
    options: &[String],
) -> (Response, Option<usize>) {
    let mut chosen = None;
    let fitted = names::on_menu(ui, shown, width);
    let response = ComboBox::from_id_salt(key)
        .selected_text(&*fitted)
        .width(width)
        .truncate()
        .show_ui(ui, |ui| {
            for (index, option) in options.iter().enumerate() {
                if ui
                    .selectable_label(current == Some(index), option)
                    .clicked()
                {
                    chosen = Some(index);
                }
            }
        })
        .response
        .labelled_by(label);
    let response = names::told_whole(response, shown, &fitted);
    (response, chosen.filter(|&index| current != Some(index)))
}

/// A name in the column of names, for controls that no key names.
pub fn label(ui: &mut Ui, words: &str) -> Response {
    let size = vec2(LABEL_WIDTH, ui.spacing().interact_size.y);
    ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::Center), |ui| {
        ui.set_min_size(size);
        ui.label(words)
    })
    .inner
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typed_numbers_are_read_as_people_write_them() {
        assert_eq!(parse(" 1e-3 ", false), Some(1e-3));
        assert_eq!(parse("0,5", false), Some(0.5));
        assert_eq!(parse("−2", false), Some(-2.0));
        assert_eq!(parse("nan", false), None);
        assert_eq!(parse("1e999", false), None);
        assert_eq!(parse("-1", true), None);
        assert_eq!(parse("2.6", true), Some(3.0));
        assert_eq!(short(0.012_345_6), 0.0123);
    }

    #[test]
    fn what_a_field_takes_is_said_in_the_language_of_the_window() {
        let key = "data.split.folds";
        assert_eq!(
            help(key, "Folds.", ""),
            "Folds.\nValid: between 0 and 100.\ndata.split.folds"
        );
        text::set_language(text::Language::Chinese);
        for key in [
            key,
            "data.split.train",
            "data.split.validation",
            "loss.quantiles",
            "training.epochs",
            "clipping.limit",
        ] {
            let said = help(key, "", "");
            let range = said.lines().next().expect("a range");
            assert!(range.starts_with("有效值"), "{range}");
            assert!(
                !range.contains(|letter: char| letter.is_ascii_alphabetic()),
                "{range}"
            );
        }
    }

    #[test]
    fn an_error_belongs_to_the_field_of_the_shown_contender_only() {
        let errors = [
            KeyError::new("data.split.train", "a"),
            KeyError::new("contender.1.optimizer.momentum", "b"),
        ];
        let mut shown = BTreeSet::new();
        let mut form = Form {
            errors: &errors,
            contender: 0,
            shown: &mut shown,
            revealing: Some("data.split.train"),
        };
        assert!(form.reveals(&["data.split"]) && !form.reveals(&["data.spl", "model"]));
        assert_eq!(form.at("data.split.train", false), [0]);
        assert!(form.at("optimizer.momentum", false).is_empty());
        assert_eq!(form.count(&["data", "optimizer"]), 1);
        form.contender = 1;
        assert_eq!(form.at("optimizer.momentum", false), [1]);
        assert_eq!(form.count(&["data", "optimizer"]), 2);
    }
}
