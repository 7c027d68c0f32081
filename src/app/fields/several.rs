//! Fields that hold several words or numbers.

use super::generic::number_list;
use super::{Form, line, row, word_name};
use crate::app::{format, names};
use eframe::egui::{ComboBox, PopupCloseBehavior, Ui};
use serde::Serialize;

/// Several of a list of names, ticked in a menu; the one that was ticked or unticked.
pub(super) fn ticks(
    ui: &mut Ui,
    form: &mut Form<'_>,
    key: &str,
    shown: &str,
    names: &[(String, bool)],
) -> Option<usize> {
    let mut changed = None;
    row(ui, form, key, "", |ui, label, width| {
        let fitted = names::on_menu(ui, shown, width);
        let response = ComboBox::from_id_salt(key)
            .selected_text(&*fitted)
            .width(width)
            .truncate()
            .close_behavior(PopupCloseBehavior::CloseOnClickOutside)
            .show_ui(ui, |ui| {
                for (index, (name, on)) in names.iter().enumerate() {
                    let mut on = *on;
                    if ui.checkbox(&mut on, name).changed() {
                        changed = Some(index);
                    }
                }
            })
            .response
            .labelled_by(label);
        (names::told_whole(response, shown, &fitted), ())
    });
    changed
}

/// Several of a few words, kept in their order.
pub fn several<T: PartialEq + Copy + Serialize>(
    ui: &mut Ui,
    form: &mut Form<'_>,
    key: &str,
    value: &mut Vec<T>,
    all: &[T],
) {
    let shown: Vec<String> = value.iter().map(word_name).collect();
    let names: Vec<(String, bool)> = all
        .iter()
        .map(|word| (word_name(word), value.contains(word)))
        .collect();
    if let Some(index) = ticks(ui, form, key, &shown.join(", "), &names) {
        let before = value.clone();
        *value = all
            .iter()
            .enumerate()
            .filter(|(k, word)| before.contains(word) != (*k == index))
            .map(|(_, word)| *word)
            .collect();
    }
}

/// Real numbers, separated by commas.
pub fn numbers(ui: &mut Ui, form: &mut Form<'_>, key: &str, value: &mut Vec<f64>) {
    let shown: Vec<String> = value.iter().map(|&n| format::setting(n)).collect();
    if let Some(typed) = line(ui, form, key, &shown.join(", "))
        && let Some(numbers) = number_list(&typed)
    {
        *value = numbers;
    }
    for index in 0..value.len() {
        form.errors_at(ui, &format!("{key}.{index}"), false);
    }
}

/// Whole numbers, separated by commas; other numbers are rounded, negative ones are none.
pub fn whole_numbers(ui: &mut Ui, form: &mut Form<'_>, key: &str, value: &mut Vec<usize>) {
    let before: Vec<f64> = value.iter().map(|&n| n as f64).collect();
    let mut after = before.clone();
    numbers(ui, form, key, &mut after);
    if after != before {
        *value = after.iter().map(|n| n.round().max(0.0) as usize).collect();
    }
}
