//! The contenders as coloured cards: choose, name, copy, remove, add.

use crate::app::actions::Action;
use crate::app::fields::{self, Form};
use crate::app::state::AppState;
use crate::app::{format, names, text, theme};
use crate::experiment::{Choice, Clipping, Contender, Experiment, Loss, Optimizer, Schedule};
use eframe::egui::{
    Align, Color32, Frame, Id, Layout, Margin, Rect, RichText, Role, Sense, TextStyle, Ui,
    WidgetInfo, pos2, vec2,
};
use std::sync::Arc;
use toml::{Table, Value};

/// Draws the cards.
pub fn show(ui: &mut Ui, state: &AppState, form: &mut Form<'_>, actions: &mut Vec<Action>) {
    ui.horizontal(|ui| {
        ui.heading(text::CONTENDERS);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if ui.button(text::ADD).on_hover_text(text::ADD_HELP).clicked() {
                actions.push(Action::Add);
            }
        });
    });
    let summaries = summaries(ui, state);
    for (index, summary) in summaries.iter().enumerate() {
        card(ui, state, form, index, summary, actions);
    }
}

fn card(
    ui: &mut Ui,
    state: &AppState,
    form: &mut Form<'_>,
    index: usize,
    summary: &str,
    actions: &mut Vec<Action>,
) {
    let contender = &state.contenders[index];
    let selected = state.selected == index;
    let colour = theme::contender(state.colours[index]);
    let fill = if selected {
        ui.visuals().extreme_bg_color
    } else {
        Color32::TRANSPARENT
    };
    let card = Frame::new()
        .fill(fill)
        .corner_radius(4)
        .inner_margin(Margin {
            left: 14,
            right: 8,
            top: 6,
            bottom: 6,
        })
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            let others: Vec<&str> = state.contenders.iter().map(|c| c.name.as_str()).collect();
            let room = ui.available_width();
            let name = names::cut_to(ui, &contender.name, &others, &TextStyle::Body, room);
            let title = ui
                .add(
                    eframe::egui::Label::new(RichText::new(name).strong())
                        .truncate()
                        .sense(Sense::click()),
                )
                .on_hover_text(&contender.name);
            title.widget_info(|| {
                WidgetInfo::selected(Role::Button, true, selected, &contender.name)
            });
            if title.clicked() {
                actions.push(Action::Select(index));
            }
            ui.add(eframe::egui::Label::new(RichText::new(summary).small().weak()).truncate())
                .on_hover_text(summary);
            if selected {
                tools(ui, state, form, index, actions);
            }
        });
    let rect = card.response.rect;
    ui.painter().rect_filled(
        Rect::from_min_max(rect.left_top(), pos2(rect.left() + 4.0, rect.bottom())),
        2.0,
        colour,
    );
    let whole = ui.interact(rect, Id::unique(("card", index)), Sense::hover());
    if whole.contains_pointer() && ui.input(|input| input.pointer.primary_clicked()) && !selected {
        actions.push(Action::Select(index));
    }
}

fn tools(
    ui: &mut Ui,
    state: &AppState,
    form: &mut Form<'_>,
    index: usize,
    actions: &mut Vec<Action>,
) {
    let name = &state.contenders[index].name;
    ui.horizontal(|ui| {
        let label = ui.label(text::NAME);
        let width = ui.available_width();
        let id = Id::unique(("contender name", index, state.colours[index]));
        let (response, entered) = fields::edit_line(ui, id, width, name);
        response
            .labelled_by(label.id)
            .on_hover_text(text::NAME_HELP);
        if let Some(entered) = entered {
            actions.push(Action::Rename(index, entered.trim().to_owned()));
        }
    });
    form.errors_at(ui, "name", false);
    ui.horizontal(|ui| {
        ui.spacing_mut().button_padding = vec2(6.0, 1.0);
        ui.spacing_mut().item_spacing.x = theme::GRID / 2.0;
        let last = state.contenders.len() - 1;
        let mut button = |ui: &mut Ui, enabled: bool, label: text::Text, action: Action| {
            let button = eframe::egui::Button::new(RichText::new(label).small());
            if ui.add_enabled(enabled, button).clicked() {
                actions.push(action);
            }
        };
        button(ui, true, text::DUPLICATE, Action::Duplicate(index));
        let colour = state.colours[index];
        let hidden = state.hidden.contains(&colour);
        let word = if hidden { text::SHOW } else { text::HIDE };
        button(ui, true, word, Action::ToggleHidden(colour));
        let up = Action::Move {
            from: index,
            to: index.saturating_sub(1),
        };
        button(ui, index > 0, text::MOVE_UP, up);
        let down = Action::Move {
            from: index,
            to: index + 1,
        };
        button(ui, index < last, text::MOVE_DOWN, down);
        button(ui, last > 0, text::REMOVE, Action::Remove(index));
    });
}

/// What each contender is, in a few words. Comparing all settings takes a while, so it is done once for
/// each change of them.
fn summaries(ui: &Ui, state: &AppState) -> Arc<Vec<String>> {
    type Known = ((u64, text::Language), Arc<Vec<String>>);
    let id = Id::unique("summaries of contenders");
    let key = (state.version, text::language());
    let known = ui.data(|data| data.get_temp::<Known>(id));
    if let Some((_, summaries)) = known.filter(|(known, _)| *known == key) {
        return summaries;
    }
    let of = |(index, contender): (usize, &Contender)| match index {
        0 => essentials(&contender.experiment),
        _ => differences(&state.contenders[0], contender),
    };
    let summaries: Vec<String> = state.contenders.iter().enumerate().map(of).collect();
    let summaries = Arc::new(summaries);
    ui.data_mut(|data| data.insert_temp::<Known>(id, (key, Arc::clone(&summaries))));
    summaries
}

/// The settings that people compare, of one contender alone.
fn essentials(experiment: &Experiment) -> String {
    let mut parts = vec![
        text::kind(&experiment.optimizer.kind()),
        format!(
            "{} {}",
            text::within(&text::field("schedule.learning_rate").label),
            format::setting(experiment.schedule.learning_rate)
        ),
    ];
    if let Some(limit) = experiment.clipping.limit() {
        let limit = format::setting(limit);
        parts.push(text::say!("clipped at {limit}", "裁剪于 {limit}"));
    }
    parts.join(text::comma())
}

/// What differs from the first contender, in words.
#[must_use]
pub fn differences(first: &Contender, other: &Contender) -> String {
    let (Ok(first), Ok(other)) = (
        Table::try_from(&first.experiment),
        Table::try_from(&other.experiment),
    ) else {
        return String::new();
    };
    let mut found = Vec::new();
    collect("", &first, &other, &mut found);
    if found.is_empty() {
        text::SAME_AS_FIRST.into()
    } else {
        found.join(text::comma())
    }
}

fn collect(path: &str, first: &Table, other: &Table, found: &mut Vec<String>) {
    for (key, value) in other {
        let dotted = if path.is_empty() {
            key.clone()
        } else {
            format!("{path}.{key}")
        };
        match (first.get(key), value) {
            (Some(same), value) if same == value => {}
            (Some(Value::Table(a)), Value::Table(b)) => {
                if a.get("kind") == b.get("kind") {
                    collect(&dotted, a, b, found);
                } else {
                    if let Some(Value::String(kind)) = b.get("kind") {
                        found.push(text::kind_of(key, kind));
                    }
                    // What both kinds have is compared with the first; the rest with what this kind
                    // has by default.
                    let mut usual = defaults(key, b).unwrap_or_else(|| b.clone());
                    if key == "schedule" {
                        usual.extend(
                            a.iter()
                                .filter(|(key, _)| {
                                    ["learning_rate", "warmup_steps"].contains(&key.as_str())
                                })
                                .map(|(key, value)| (key.clone(), value.clone())),
                        );
                    }
                    collect(&dotted, &usual, b, found);
                }
            }
            (_, value) => {
                let label = match dotted.as_str() {
                    "data.prepare" => text::PREPARATION.into(),
                    other => text::field(other).label,
                };
                found.push(format!("{} {}", text::within(&label), shown(value)));
            }
        }
    }
}

/// The table of the same kind as `table` with its defaults.
fn defaults(key: &str, table: &Table) -> Option<Table> {
    fn of<C: Choice>(kind: &str) -> Option<Table> {
        Table::try_from(C::named(kind)?).ok()
    }
    let kind = table.get("kind")?.as_str()?;
    match key {
        "optimizer" => of::<Optimizer>(kind),
        "schedule" => of::<Schedule>(kind),
        "clipping" => of::<Clipping>(kind),
        "loss" => of::<Loss>(kind),
        _ => None,
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::Float(number) => format::setting(*number),
        Value::Integer(whole) => whole.to_string(),
        Value::Boolean(true) => text::say!("on", "开"),
        Value::Boolean(false) => text::say!("off", "关"),
        Value::String(word) => text::kind(word),
        Value::Array(items) => {
            let gap = if items.iter().any(Value::is_table) {
                ", "
            } else {
                " "
            };
            let items: Vec<String> = items
                .iter()
                .filter(|item| !is_off(item))
                .map(shown)
                .collect();
            if items.is_empty() {
                text::NONE.into()
            } else {
                items.join(gap)
            }
        }
        Value::Table(table) => described(table),
        Value::Datetime(moment) => moment.to_string(),
    }
}

/// Whether this is a step of the preparation that is left out for now.
fn is_off(value: &Value) -> bool {
    value.get("off").and_then(Value::as_bool) == Some(true)
}

/// A step or a choice by its name and its method; any other table by its entries.
fn described(table: &Table) -> String {
    let word = |key: &str| table.get(key).and_then(Value::as_str).map(text::kind);
    match (word("step").or_else(|| word("kind")), word("method")) {
        (Some(name), Some(method)) => format!("{} ({method})", text::within(&name)),
        (Some(name), None) => text::within(&name),
        (None, _) => {
            let entry = |(key, value): (&String, &Value)| {
                format!("{} {}", text::within(&text::field(key).label), shown(value))
            };
            table
                .iter()
                .map(entry)
                .collect::<Vec<_>>()
                .join(text::comma())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A contender of the default settings.
    fn plain(name: &str) -> Contender {
        Contender {
            name: name.into(),
            experiment: Experiment::default(),
        }
    }

    #[test]
    fn steps_of_the_preparation_are_said_in_words() {
        let first = plain("Raw");
        let mut other = first.clone();
        let prepared = "[[data.prepare]]\nstep = \"transform\"\nmethod = \"log1p\"\n[[data.prepare]]\nstep = \"difference\"\n[[data.prepare]]\nstep = \"lag\"\noff = true";
        let prepared = Experiment::from_toml(prepared).expect("an experiment");
        other.experiment.data.prepare = prepared.data.prepare;
        let said = differences(&first, &other);
        assert!(!said.contains(['{', '=', '"']), "{said}");
        let ends = ("preparation transform (", ", difference");
        assert!(said.starts_with(ends.0) && said.ends_with(ends.1), "{said}");
        assert!(!said.contains("lag"), "{said}");
    }

    #[test]
    fn differences_name_the_kind_and_the_shared_settings() {
        let first = plain("Adam");
        let mut other = first.clone();
        assert_eq!(differences(&first, &other), *text::SAME_AS_FIRST);
        other.experiment.optimizer = Optimizer::sgd();
        other.experiment.schedule.learning_rate = 0.1;
        assert_eq!(differences(&first, &other), "SGD, learning rate 0.1");
        other.experiment.optimizer = Optimizer::Sgd {
            momentum: 0.9,
            dampening: 0.0,
            nesterov: false,
            weight_decay: 0.0,
        };
        assert_eq!(
            differences(&first, &other),
            "SGD, momentum 0.9, learning rate 0.1"
        );
    }
}
