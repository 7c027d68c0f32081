//! The setup: contenders, then one foldable group for each part of an experiment.

mod choices;
mod collection;
mod data;
mod drawings;
mod preparation;
mod step_fields;

use crate::app::actions::Action;
use crate::app::fields::Form;
use crate::app::panels::{beside, contenders};
use crate::app::state::AppState;
use crate::app::{text, theme};
use eframe::egui::{
    Align, CollapsingHeader, Layout, Rect, RichText, ScrollArea, Sense, Ui, pos2, vec2,
};

/// Draws the setup and pushes an action for whatever was changed.
pub fn show(ui: &mut Ui, state: &AppState, form: &mut Form<'_>, actions: &mut Vec<Action>) {
    ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        // Room for the scroll bar, which floats.
        ui.set_max_width(ui.available_width() - theme::GRID);
        contenders::show(ui, state, form, actions);
        ui.add_space(theme::GRID);
        let mut shared = state.draft.clone();
        let own = state.contender().cloned();
        group(
            ui,
            state,
            form,
            text::DATA,
            &[
                "data.source",
                "data.task",
                "data.targets",
                "data.features",
                "data.target_weights",
                "data.join",
                "data.time",
                "data.generate",
            ],
            true,
            false,
            |ui, form| {
                data::show(ui, state, form, &mut shared, actions);
            },
        );
        group(
            ui,
            state,
            form,
            text::PREPARATION,
            &["data.prepare", "data.scale", "data.window", "data.split"],
            false,
            false,
            |ui, form| {
                preparation::show(ui, state, form, &mut shared);
            },
        );
        if let Some(mut contender) = own.clone() {
            let edited = &mut contender.experiment;
            group(
                ui,
                state,
                form,
                text::MODEL,
                &["model"],
                false,
                true,
                |ui, form| {
                    choices::model(ui, form, &mut edited.model, actions);
                },
            );
            group(
                ui,
                state,
                form,
                text::LOSS,
                &["loss"],
                false,
                true,
                |ui, form| {
                    choices::loss(ui, form, &mut edited.loss);
                },
            );
            group(
                ui,
                state,
                form,
                text::OPTIMIZER,
                &["optimizer"],
                true,
                true,
                |ui, form| {
                    choices::optimizer(ui, form, edited);
                },
            );
            let steps = state.expected_steps(edited);
            group(
                ui,
                state,
                form,
                text::SCHEDULE,
                &["schedule"],
                true,
                true,
                |ui, form| {
                    choices::schedule(ui, form, &mut edited.schedule, steps);
                },
            );
            group(
                ui,
                state,
                form,
                text::CLIPPING,
                &["clipping"],
                false,
                true,
                |ui, form| {
                    choices::clipping(ui, form, &mut edited.clipping);
                },
            );
            if own.as_ref() != Some(&contender) {
                actions.push(Action::EditContender(Box::new(contender)));
            }
        }
        group(
            ui,
            state,
            form,
            text::TRAINING,
            &["training", "seeds"],
            false,
            false,
            |ui, form| {
                choices::training(ui, form, &mut shared);
            },
        );
        if shared != state.draft {
            actions.push(Action::EditShared(Box::new(shared)));
        }
        ui.add_space(2.0 * theme::GRID);
    });
}

/// A foldable group: its name, whose settings it holds, and a mark where something in it is wrong.
#[expect(
    clippy::too_many_arguments,
    reason = "a group is exactly these parts, and a builder would only rename them"
)]
fn group(
    ui: &mut Ui,
    state: &AppState,
    form: &mut Form<'_>,
    name: text::Text,
    keys: &[&str],
    open: bool,
    of_contender: bool,
    body: impl FnOnce(&mut Ui, &mut Form<'_>),
) {
    let wrong = form.count(keys);
    let mut title = RichText::new(name).strong();
    if wrong > 0 {
        title = title.color(theme::error(ui));
    }
    let top = ui.cursor().top();
    let header = CollapsingHeader::new(title)
        .id_salt(keys)
        .default_open(open)
        .open(form.reveals(keys).then_some(true))
        .show_unindented(ui, |ui| {
            ui.add_space(2.0);
            body(ui, form);
            ui.add_space(theme::GRID);
        })
        .header_response;
    let line = Rect::from_min_max(
        pos2(header.rect.left(), top),
        pos2(ui.max_rect().right(), header.rect.bottom()),
    );
    whose(ui, state, line, wrong, of_contender);
}

/// At the right of a group's header: errors, or whose settings these are.
fn whose(ui: &mut Ui, state: &AppState, line: Rect, wrong: usize, of_contender: bool) {
    // Letters may reach a little over their own widths, and what is beyond the line is cut off.
    let right = line.right() - 2.0;
    let half = Rect::from_min_max(
        pos2(line.center().x - 16.0, line.top()),
        pos2(right, line.bottom()),
    );
    beside(ui, half, Layout::right_to_left(Align::Center), |ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        if wrong > 0 {
            ui.label(
                RichText::new(text::error_count(wrong))
                    .small()
                    .color(theme::error(ui)),
            );
        } else if of_contender {
            if let Some(contender) = state.contender() {
                let name = RichText::new(&contender.name).small().weak();
                let room = (ui.available_width() - 16.0).max(16.0);
                ui.scope(|ui| {
                    ui.set_max_width(room);
                    ui.add(eframe::egui::Label::new(name).truncate());
                });
                let (dot, _) = ui.allocate_exact_size(vec2(8.0, 8.0), Sense::hover());
                let colour = theme::contender(state.colours[state.selected]);
                ui.painter().circle_filled(dot.center(), 4.0, colour);
            }
        } else {
            ui.label(RichText::new(text::FOR_ALL).small().weak())
                .on_hover_text(text::FOR_ALL_HELP);
        }
    });
}
