//! How the series is cleaned, scaled, cut into windows and split.

use crate::app::fields::{self, Form};
use crate::app::panels::named;
use crate::app::state::AppState;
use crate::app::{text, theme};
use crate::experiment::{
    Choice, Data, Experiment, Generate, Output, Prepare, ScaleMethod, Split, Task,
};
use eframe::egui::{Align, Button, Layout, RichText, Ui};

use super::{drawings, step_fields};

/// Draws the group.
pub fn show(ui: &mut Ui, state: &AppState, form: &mut Form<'_>, draft: &mut Experiment) {
    let data = &mut draft.data;
    if Generate::of_sequences(&data.source) {
        ui.label(RichText::new(text::WHOLE_SEQUENCES).small().weak());
        if !data.prepare.is_empty() {
            // They can still be taken out.
            steps(ui, state, form, &mut data.prepare);
        }
        if data.generate.draws_fresh(&data.source) {
            ui.label(RichText::new(text::SPLIT_BY_DRAWING).small().weak());
        } else {
            split(ui, state, form, &mut data.split);
        }
        return;
    }
    steps(ui, state, form, &mut data.prepare);
    ui.add_space(theme::GRID / 2.0);
    fields::words(
        ui,
        form,
        "data.scale.method",
        &mut data.scale.method,
        &ScaleMethod::ALL,
    );
    ui.add_space(theme::GRID / 2.0);
    if (state
        .series
        .as_deref()
        .and_then(|series| series.samples.as_ref()))
    .is_some_and(|samples| !samples.windows)
    {
        ui.label(RichText::new(text::SEQUENCES_OF_FILES).small().weak());
    } else {
        windows(ui, state, form, data);
    }
    ui.add_space(theme::GRID / 2.0);
    split(ui, state, form, &mut data.split);
}

/// How the series is cut into windows.
fn windows(ui: &mut Ui, state: &AppState, form: &mut Form<'_>, data: &mut Data) {
    let found = (state.series.as_deref().map(|series| series.lookback)).filter(|&steps| steps > 0);
    let mut lookback = data.window.lookback.map(|steps| steps as u64);
    let automatic = match found {
        Some(steps) if lookback.is_none() => text::automatic_lookback(steps),
        _ => text::AUTOMATIC_LOOKBACK.into(),
    };
    fields::optional_count(
        ui,
        form,
        "data.window.lookback",
        &mut lookback,
        (&automatic, &text::AUTOMATIC_HELP),
        found.unwrap_or(50) as u64,
    );
    data.window.lookback = lookback.map(|steps| steps as usize);
    fields::size(ui, form, "data.window.horizon", &mut data.window.horizon);
    fields::size(ui, form, "data.window.stride", &mut data.window.stride);
    fields::words(
        ui,
        form,
        "data.window.output",
        &mut data.window.output,
        &[Output::EveryStep, Output::LastStep],
    );
    let mut roll = data.window.roll.map(|rows| rows as u64);
    // Classes are not rolled forward; what was set before can still be taken out.
    if data.task == Task::Forecast || roll.is_some() {
        fields::optional_count(
            ui,
            form,
            "data.window.roll",
            &mut roll,
            (&text::AUTOMATIC_ROLL, &text::AUTOMATIC_ROLL_HELP),
            24,
        );
    }
    data.window.roll = roll.map(|rows| rows as usize);
    // Of a series that could not be prepared no windows are known.
    if let (Some(series), Some(found)) = (state.series.as_deref(), found) {
        let rows = if series.train.is_empty() {
            series.rows
        } else {
            series.train.len()
        };
        let window = &data.window;
        let lookback = window.lookback.unwrap_or(found);
        drawings::windows(ui, rows, lookback, window.horizon, window.stride);
    }
}

fn split(ui: &mut Ui, state: &AppState, form: &mut Form<'_>, split: &mut Split) {
    fields::number(ui, form, "data.split.train", &mut split.train);
    fields::number(ui, form, "data.split.validation", &mut split.validation);
    let cut = state.series.as_deref().filter(|_| state.cut_as_set());
    drawings::split(ui, split.train, split.validation, cut);
    fields::size(ui, form, "data.split.folds", &mut split.folds);
}

fn steps(ui: &mut Ui, state: &AppState, form: &mut Form<'_>, steps: &mut Vec<Prepare>) {
    form.errors_at(ui, "data.prepare", false);
    let (mut removed, mut moved) = (None, None);
    let last = steps.len().saturating_sub(1);
    for (index, step) in steps.iter_mut().enumerate() {
        let table = format!("data.prepare.{index}");
        if index > 0 {
            ui.add_space(theme::GRID);
        }
        ui.push_id(index, |ui| {
            ui.horizontal(|ui| {
                let name = text::step_name(index, step);
                let mut on = !step.is_off();
                let mut title = RichText::new(&name).strong();
                if form.count(&[table.as_str()]) > 0 {
                    title = title.color(theme::error(ui));
                }
                let switch = ui.checkbox(&mut on, title);
                if switch.on_hover_text(text::STEP_ON_HELP).changed() {
                    step.set_off(!on);
                }
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    ui.spacing_mut().item_spacing.x = theme::GRID / 2.0;
                    let mut ask = |able: bool, word: text::Text, meaning: &str| {
                        let button = Button::new(RichText::new(word).small()).small();
                        let response = ui.add_enabled(able, button);
                        named(&response, meaning);
                        response.on_hover_text(meaning).clicked()
                    };
                    if ask(true, text::REMOVE, &text::remove_step(&name)) {
                        removed = Some(index);
                    }
                    // Each stays in its place, so that a step goes several places by as many clicks.
                    if ask(index < last, text::MOVE_DOWN, &text::lower_step(&name)) {
                        moved = Some((index, index + 1));
                    }
                    if ask(index > 0, text::MOVE_UP, &text::raise_step(&name)) {
                        moved = Some((index - 1, index));
                    }
                });
            });
            // Of the step as a whole.
            form.errors_at(ui, &table, false);
            form.errors_at(ui, &format!("{table}.step"), false);
            ui.label(
                RichText::new(text::kind_help("prepare", &step.kind()))
                    .small()
                    .weak(),
            );
            if !step.is_off() {
                let stage = state.stage(index, &step.kind());
                step_fields::show(ui, form, &table, step, state.series.as_deref(), stage);
                form.errors_left(ui, &table);
                if let Some(stage) = stage {
                    drawings::stage(ui, stage, text::effect(step, stage));
                }
            }
        });
    }
    if let Some((one, other)) = moved {
        steps.swap(one, other);
    }
    if let Some(index) = removed {
        steps.remove(index);
    }
    if !steps.is_empty() {
        ui.add_space(theme::GRID);
    }
    ui.menu_button(text::ADD_STEP, |ui| {
        for step in Prepare::all() {
            let help = text::kind_help("prepare", &step.kind());
            let button = ui.button(text::kind(&step.kind())).on_hover_text(help);
            if button.clicked() {
                steps.push(step);
                ui.close();
            }
        }
    });
}
