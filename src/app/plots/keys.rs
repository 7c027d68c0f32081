//! Keys to lines and contenders.

use crate::app::actions::Action;
use crate::app::state::AppState;
use crate::app::{names, text, theme};
use eframe::egui::{RichText, Sense, TextStyle, Ui, vec2};

/// Least room for a key to lines, in points.
const KEY: f32 = 48.0;

/// How a line is drawn.
#[derive(Debug, Clone, Copy)]
pub(super) enum Sample {
    Solid,
    Thin,
    Dashed,
    Dot,
}

/// A key to lines: a sample and a word.
pub(super) fn key(ui: &mut Ui, sample: Sample, colour: eframe::egui::Color32, label: &str) {
    use eframe::egui::{Shape, Stroke};
    // A sample without its word says nothing.
    if ui.available_width() < KEY {
        return;
    }
    ui.spacing_mut().item_spacing.x = 4.0;
    let (rect, _) = ui.allocate_exact_size(vec2(16.0, 16.0), Sense::hover());
    let ends = [rect.left_center(), rect.right_center()];
    match sample {
        Sample::Solid => {
            ui.painter().line_segment(ends, Stroke::new(2.0, colour));
        }
        Sample::Thin => {
            ui.painter().line_segment(ends, Stroke::new(1.0, colour));
        }
        Sample::Dashed => {
            let shapes = Shape::dashed_line(&ends, Stroke::new(2.0, colour), 4.0, 2.5);
            ui.painter().extend(shapes);
        }
        Sample::Dot => {
            ui.painter().circle_filled(rect.center(), 2.5, colour);
        }
    }
    ui.add(eframe::egui::Label::new(RichText::new(label).small().weak()).truncate());
    ui.add_space(theme::GRID / 2.0);
}

/// Least room for the name at a contender's key, in points: what is cut shorter tells nothing.
const NAME: f32 = 56.0;

/// What else a key takes: its dot, and the gaps after it and before the next.
const BESIDE_NAME: f32 = 24.0;

/// Keys to the contenders, side by side: a click hides one everywhere, or shows it again. A long name
/// leaves the others their share of the room.
pub(super) fn legend(ui: &mut Ui, asked: &mut Vec<Action>, state: &AppState) {
    let mut contenders: Vec<(usize, String)> = Vec::new();
    if state.runs.is_empty() {
        let all = state.contenders.iter().zip(&state.colours);
        contenders.extend(all.map(|(contender, &colour)| (colour, contender.name.clone())));
    }
    for run in &state.runs {
        // Seeds of one contender share their key.
        if contenders.iter().all(|(colour, _)| *colour != run.colour) {
            contenders.push((run.colour, run.name.clone()));
        }
    }
    let names: Vec<&str> = contenders.iter().map(|(_, name)| name.as_str()).collect();
    // Letters and dots say less than the dot alone, whose name a tooltip tells.
    let least = |name: &&str| names::width(ui, name, &TextStyle::Small).min(NAME) + BESIDE_NAME;
    let dots_alone = ui.available_width() < names.iter().map(least).sum();
    ui.spacing_mut().item_spacing.x = if dots_alone { 2.0 } else { theme::GRID };
    for (index, (colour, name)) in contenders.iter().enumerate() {
        let share = ui.available_width() / (contenders.len() - index) as f32;
        if share < 12.0 {
            break;
        }
        let hidden = state.hidden.contains(colour);
        let response = ui
            .scope(|ui| {
                ui.set_max_width(share);
                contender_key(ui, *colour, (name, &names), hidden, dots_alone)
            })
            .inner;
        if response.clicked() {
            asked.push(Action::ToggleHidden(*colour));
        }
    }
}

fn contender_key(
    ui: &mut Ui,
    colour: usize,
    (name, others): (&str, &[&str]),
    hidden: bool,
    dot_alone: bool,
) -> eframe::egui::Response {
    use eframe::egui::{Atom, AtomExt, Button, IdSalt};
    let dot = IdSalt::new("dot");
    // Beside the dot and the gap after it.
    let room = ui.available_width() - 10.0 - ui.spacing().icon_spacing - 2.0;
    let shown = names::cut_to(ui, name, others, &TextStyle::Small, room);
    let words = RichText::new(if dot_alone { "" } else { &*shown }).small();
    let words = if hidden {
        words.weak().strikethrough()
    } else {
        words.weak()
    };
    let mut parts = eframe::egui::Atoms::new(Atom::custom(dot, vec2(10.0, 10.0)));
    if !dot_alone {
        parts.push_right(words.atom_shrink(true));
    }
    let button = Button::new(parts).frame(false).truncate();
    let drawn = button.atom_ui(ui);
    if let Some(rect) = drawn.rect(dot) {
        let ink = theme::contender(colour);
        if hidden {
            ui.painter().circle_stroke(rect.center(), 4.0, (1.5, ink));
        } else {
            ui.painter().circle_filled(rect.center(), 4.5, ink);
        }
    }
    let response = drawn.response;
    let label = text::in_plots(name);
    response.widget_info(|| {
        eframe::egui::WidgetInfo::selected(eframe::egui::Role::CheckBox, true, !hidden, &label)
    });
    response.on_hover_text(format!("{name}\n{}", text::HIDE_HELP))
}
