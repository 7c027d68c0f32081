//! Where the series comes from, and which columns matter.

use crate::app::actions::{Action, Ask};
use crate::app::fields::{self, Form};
use crate::app::series::Series;
use crate::app::state::AppState;
use crate::app::text;
use crate::experiment::{Experiment, Generate, Join, JoinHow, Task, validate};
use eframe::egui::{Id, RichText, Ui};
use std::borrow::Cow;

use super::{collection, drawings};

/// Draws the group.
pub fn show(
    ui: &mut Ui,
    state: &AppState,
    form: &mut Form<'_>,
    draft: &mut Experiment,
    actions: &mut Vec<Action>,
) {
    source(ui, form, draft, actions);
    fields::words(ui, form, "data.task", &mut draft.data.task, &Task::ALL);
    let series = state.series.as_deref();
    if let Some(name) = draft.data.source.strip_prefix("generate:") {
        // A parameter that the file leaves out has its default, and is shown with it.
        let mut all = Generate::defaults(name).unwrap_or_default();
        overlay(&mut all, &draft.data.generate);
        let before = all.clone();
        fields::parameters(ui, form, "data.generate", &mut all, &[]);
        if all != before {
            draft.data.generate = all;
        }
    } else {
        let numeric = series.map_or(&[][..], |series| &series.numeric_columns);
        let chosen = match series {
            Some(series) if draft.data.targets.is_empty() && !series.targets.is_empty() => {
                format!("{} ({})", series.targets.join(", "), text::DETECTED)
            }
            _ => text::DETECTED.into(),
        };
        fields::columns(
            ui,
            form,
            "data.targets",
            &mut draft.data.targets,
            numeric,
            &chosen,
        );
        fields::columns(
            ui,
            form,
            "data.features",
            &mut draft.data.features,
            numeric,
            // Of whole sequences every column is an input where none is chosen.
            match series.and_then(|series| series.samples.as_ref()) {
                Some(_) => &text::ALL_COLUMNS,
                None => &text::NONE,
            },
        );
        let targets = draft.data.targets.len();
        if targets > 1 || !draft.data.target_weights.is_empty() {
            let weights = &mut draft.data.target_weights;
            fields::numbers(ui, form, "data.target_weights", weights);
        }
        time(ui, form, draft, series);
        joins(ui, form, &mut draft.data.join);
    }
    if let Some(series) = series {
        // What is there stays until there is something new: nothing below jumps meanwhile.
        let words = drawings::overview(ui, series);
        loading(ui, state, &words, actions);
        if let Some(collection) = &series.collection {
            collection::show(ui, collection);
        }
        ui.label(RichText::new(&series.summary).small().weak());
        if !series.prepared.is_empty() {
            ui.label(RichText::new(&series.prepared).small().weak());
        }
        for note in &series.notes {
            let note = text::begun(&text::translated(note), &series.columns);
            ui.label(RichText::new(note).small().weak());
        }
    } else {
        loading(ui, state, "", actions);
    }
}

/// Where loading stands, with what can be done about it; `words` where there is nothing to say of it.
fn loading(ui: &mut Ui, state: &AppState, words: &str, actions: &mut Vec<Action>) {
    let small = |words: &str| RichText::new(words).small();
    let (words, way) = if state.loading {
        let cancel = (&text::CANCEL_LOADING, Action::CancelLoading);
        (text::LOADING.get(), Some(cancel))
    } else if state.loading_cancelled {
        let again = (&text::LOAD_AGAIN, Action::Reload);
        let said = match state.series {
            Some(_) => &text::SHOWN_FROM_BEFORE,
            None => &text::LOADING_CANCELLED,
        };
        (said.get(), Some(again))
    } else {
        (words, None)
    };
    if words.is_empty() {
        return;
    }
    // In one row whatever it says, so that nothing below moves.
    ui.horizontal_wrapped(|ui| {
        ui.label(small(words).weak());
        if let Some((label, action)) = way
            && ui.link(small(label.get())).clicked()
        {
            actions.push(action);
        }
    });
}

fn source(ui: &mut Ui, form: &mut Form<'_>, draft: &Experiment, actions: &mut Vec<Action>) {
    let source = &draft.data.source;
    let builtins = validate::BUILTIN.map(|name| format!("builtin:{name}"));
    let generators = Generate::NAMES.map(|name| format!("generate:{name}"));
    let sources: Vec<String> = builtins.into_iter().chain(generators).collect();
    let mut options: Vec<String> = sources
        .iter()
        .map(|name| text::kind(name.split_once(':').map_or(name, |(_, name)| name)))
        .collect();
    options.push(text::A_FILE.into());
    let current = sources
        .iter()
        .position(|name| name == source)
        .unwrap_or(sources.len());
    // A path is longer than its field, and its end says which file it is.
    let file = std::path::Path::new(source).file_name();
    let shown = match file.filter(|_| current == sources.len()) {
        Some(name) => name.to_string_lossy(),
        None => Cow::Borrowed(options[current].as_str()),
    };
    if let Some(index) = fields::choose(ui, form, "data.source", &shown, Some(current), &options) {
        actions.push(match sources.get(index) {
            Some(name) => Action::SetSource(name.clone()),
            None => Action::Ask(Ask::Open),
        });
    }
    ui.horizontal(|ui| {
        let label = fields::label(ui, &text::DATA_PATH);
        let shown = if current == sources.len() {
            source.as_str()
        } else {
            ""
        };
        let width = ui.available_width();
        let (response, entered) = fields::edit_path(
            ui,
            Id::unique("data path"),
            width,
            shown,
            &text::DATA_PATH_HINT,
        );
        response
            .labelled_by(label.id)
            .on_hover_text(format!("{shown}\n{}", text::DATA_PATH_HELP).trim());
        if let Some(path) = entered
            && !path.trim().is_empty()
        {
            actions.push(Action::OpenPath(path.trim().into()));
        }
    });
    ui.horizontal(|ui| {
        if ui.button(text::OPEN_DATA).clicked() {
            actions.push(Action::Ask(Ask::Open));
        }
        if current == sources.len()
            && ui
                .button(text::RELOAD)
                .on_hover_text(text::RELOAD_HELP)
                .clicked()
        {
            actions.push(Action::Reload);
        }
    });
}

/// Files whose columns stand beside those of the source.
fn joins(ui: &mut Ui, form: &mut Form<'_>, joins: &mut Vec<Join>) {
    let mut removed = None;
    for (index, join) in joins.iter_mut().enumerate() {
        let key = |name: &str| format!("data.join.{index}.{name}");
        ui.push_id(("join", index), |ui| {
            if let Some(source) = fields::line(ui, form, &key("source"), &join.source) {
                source.trim().clone_into(&mut join.source);
            }
            if let Some(on) = fields::line(ui, form, &key("on"), &join.on) {
                on.trim().clone_into(&mut join.on);
            }
            fields::words(ui, form, &key("how"), &mut join.how, &JoinHow::ALL);
            if ui.button(text::REMOVE_JOIN).clicked() {
                removed = Some(index);
            }
        });
    }
    if let Some(index) = removed {
        joins.remove(index);
    }
    if ui.button(text::ADD_JOIN).clicked() {
        joins.push(Join::default());
    }
}

fn time(ui: &mut Ui, form: &mut Form<'_>, draft: &mut Experiment, series: Option<&Series>) {
    let columns = series.map_or(&[][..], |series| &series.columns);
    let found = match series {
        // While another column is still shown, what would be detected is not known.
        Some(series) if draft.data.time.is_empty() && !series.columns.is_empty() => {
            match &series.time {
                Some(name) => format!("{name} ({})", text::DETECTED),
                None => text::NO_TIME.into(),
            }
        }
        _ => text::DETECTED.into(),
    };
    let mut options = vec![found];
    options.extend(columns.iter().cloned());
    let own = &draft.data.time;
    let current = if own.is_empty() {
        Some(0)
    } else {
        columns
            .iter()
            .position(|column| column == own)
            .map(|index| index + 1)
    };
    let shown = current.map_or(own.clone(), |index| options[index].clone());
    if let Some(index) = fields::choose(ui, form, "data.time", &shown, current, &options) {
        draft.data.time = match index {
            0 => String::new(),
            _ => columns[index - 1].clone(),
        };
    }
}

/// Puts the parameters that are given in the place of defaults.
fn overlay(all: &mut Generate, given: &Generate) {
    let (Ok(mut table), Ok(given)) = (toml::Table::try_from(&*all), toml::Table::try_from(given))
    else {
        return;
    };
    table.extend(given);
    if let Ok(merged) = toml::Value::Table(table).try_into() {
        *all = merged;
    }
}
