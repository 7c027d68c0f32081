//! The present profile of each contender, its bound, and its measures.

use crate::app::panels::beside;
use crate::app::plots::frame::{self, Drawn, Form, Spec};
use crate::app::plots::{Axes, Sample, header, in_place, key};
use crate::app::runs::Run;
use crate::app::text::Text;
use crate::app::{format, names, text, theme};
use crate::diagnose::flow::{Measures, State};
use eframe::egui::{Align, Label, Layout, Rect, RichText, Sense, TextStyle, Ui, Vec2, pos2, vec2};
use egui_plot::PlotPoint;
use std::rc::Rc;

/// What is drawn of one run.
struct Profile<'a> {
    run: &'a Run,
    norms: &'a [f32],
    bound: &'a [f64],
    /// The training step that they are of.
    step: Option<u64>,
}

/// Whether a closer look at the step `looked` still tells of a run that has recorded the step `last`.
fn is_fresh(looked: u64, last: u64) -> bool {
    last.saturating_sub(looked) <= last / 10
}

/// The latest norms of a run that are known together with their bound, unless they are those of clearly earlier
/// weights; else the latest of all.
fn profile(run: &Run, layer: usize, state: State) -> Profile<'_> {
    let probe = run.probe.as_ref();
    let last = run.flow.steps().last().map_or(0, |(step, _)| *step);
    let looked = probe.and_then(|probe| Some((probe.step, probe.layers.get(layer)?)));
    match looked {
        Some((step, looked)) if !looked.flow.hidden.is_empty() && is_fresh(step, last) => Profile {
            run,
            norms: state.of(&looked.flow),
            bound: match state {
                State::Hidden => &looked.bound,
                State::Cell => &[],
            },
            step: Some(step),
        },
        _ => Profile {
            run,
            norms: (run.flow.steps().last())
                .and_then(|(_, layers)| layers.get(layer))
                .map_or(&[], |flow| state.of(flow)),
            bound: &[],
            step: run.flow.steps().last().map(|(step, _)| *step),
        },
    }
}

/// Draws the profiles and the table of measures.
pub fn show(ui: &mut Ui, axes: &mut Axes, layer: usize, state: State, runs: &[(usize, &Run)]) {
    let profiles: Vec<Profile<'_>> = runs
        .iter()
        .map(|(_, run)| profile(run, layer, state))
        .filter(|profile| !profile.norms.is_empty())
        .collect();
    let whole = ui.available_rect_before_wrap();
    let rows = profiles.len().min(8) as f32;
    let notes: Vec<String> = profiles.iter().filter_map(before_the_end).collect();
    let tall = names_need_a_line(ui, &profiles, whole.size());
    let row = if tall { 2.0 * ROW } else { ROW };
    let table = 58.0 + (row + 2.0) * rows + 32.0 * notes.len().min(2) as f32;
    let border = (whole.bottom() - table).max(whole.top() + whole.height() * 0.3);
    let upper = Rect::from_min_max(whole.min, pos2(whole.right(), border));
    let lower = Rect::from_min_max(pos2(whole.left(), border + theme::GRID), whole.max);
    in_place(ui, upper, |ui| plot(ui, axes, &profiles));
    in_place(ui, lower, |ui| {
        measures(ui, &profiles, tall);
        ui.add_space(theme::GRID / 2.0);
        for note in notes.iter().take(2) {
            ui.label(RichText::new(note).small().color(theme::error(ui)));
        }
    });
}

/// Of a run that diverged: of which step its profile is. Nothing that is no number can be drawn.
fn before_the_end(profile: &Profile<'_>) -> Option<String> {
    let run = profile.run;
    let step = profile.step.filter(|_| run.diverged())?;
    Some(text::before_it_diverged(
        &run.label(),
        step,
        run.last_step(),
    ))
}

fn points(values: impl Iterator<Item = f64>) -> Rc<Vec<Vec<PlotPoint>>> {
    let mut segments = vec![Vec::new()];
    for (back, value) in values.enumerate() {
        let y = value.log10();
        if y.is_finite() {
            let line: &mut Vec<PlotPoint> = segments.last_mut().expect("there is always one");
            line.push(PlotPoint::new(back as f64, y));
        } else if segments.last().is_some_and(|line| !line.is_empty()) {
            segments.push(Vec::new());
        }
    }
    segments.retain(|line| !line.is_empty());
    Rc::new(segments)
}

fn plot(ui: &mut Ui, axes: &mut Axes, profiles: &[Profile<'_>]) {
    let weak = ui.visuals().weak_text_color();
    let any_bound = profiles.iter().any(|profile| !profile.bound.is_empty());
    header(
        ui,
        text::PROFILE,
        |ui| {
            if any_bound {
                ui.scope(|ui| key(ui, Sample::Dashed, weak, &text::BOUND))
                    .response
                    .on_hover_text(text::BOUND_HELP);
            }
        },
        |_| {},
    );
    let mut lines = Vec::new();
    let mut last = Vec::new();
    for profile in profiles {
        let colour = theme::contender(profile.run.colour);
        let line = |name: String, points, width, form| Drawn {
            name,
            points,
            colour,
            width,
            form,
            dots: false,
            counts: form == Form::Solid,
        };
        let bound = profile.bound.iter().rev().copied();
        if !profile.bound.is_empty() {
            lines.push(line(
                format!("{} {}", profile.run.label(), text::BOUND),
                points(bound),
                1.2,
                Form::Dashed,
            ));
        }
        let norms = profile.norms.iter().rev().map(|norm| f64::from(*norm));
        lines.push(line(profile.run.label(), points(norms), 2.0, Form::Solid));
        if let Some(first) = profile.norms.first() {
            last.push((profile.run.label(), f64::from(*first)));
        }
    }
    let longest = profiles.iter().map(|profile| profile.norms.len()).max();
    let end = longest.unwrap_or(2).max(2) as f64 - 1.0;
    frame::show(
        ui,
        axes,
        &Spec {
            id: "profile",
            label: text::plot_label(&text::FLOW, &last),
            x_label: &text::BACK_AXIS,
            y_label: &text::PROFILE_AXIS,
            log: true,
            x: [0.0, end],
            y: None,
            empty: lines.is_empty().then(|| text::NOT_YET_SHORT.get()),
            lines,
            bands: Vec::new(),
            levels: Vec::new(),
            spans: Vec::new(),
            marks: Vec::new(),
            x_unit: 1.0,
            x_years: &[],
            x_tick: &|x| {
                if x > -0.5 && (x - x.round()).abs() < 1e-6 {
                    format::count(x.round() as u64)
                } else {
                    String::new()
                }
            },
            readout: &|x| {
                let back = (x >= -0.5).then(|| x.round().max(0.0) as usize)?;
                let rows = profiles.iter().filter_map(|profile| {
                    let at = profile.norms.len().checked_sub(1 + back)?;
                    Some((profile.run.label(), f64::from(profile.norms[at])))
                });
                text::back_readout(back, rows)
            },
            cursor_group: "time steps back",
        },
    );
}

/// The columns of the table of measures after the names: their widths, names and help.
const COLUMNS: [(f32, Text, Text); 3] = [
    (84.0, text::HALF_LIFE, text::HALF_LIFE_HELP),
    (58.0, text::RATIO, text::RATIO_HELP),
    (60.0, text::MEMORY, text::MEMORY_HELP),
];
/// Height of a line of the table.
const ROW: f32 = 22.0;
/// What a dot before a name and the gap after it take.
const BESIDE_NAME: f32 = 16.0;

/// The room for names beside the columns.
fn name_width(width: f32) -> f32 {
    (width - COLUMNS.iter().map(|c| c.0).sum::<f32>()).max(48.0)
}

/// Whether names are longer than their column, and there is room for a line of their own above the numbers.
fn names_need_a_line(ui: &Ui, profiles: &[Profile<'_>], room: Vec2) -> bool {
    let names: Vec<String> = profiles.iter().map(|profile| profile.run.label()).collect();
    let column = name_width(room.x) - BESIDE_NAME;
    let cut = |name: &String| *names::cut_to(ui, name, &names, &TextStyle::Body, column) != **name;
    let height = 58.0 + 2.0 * (ROW + 1.0) * names.len().min(8) as f32;
    names.iter().any(cut) && height < 0.7 * room.y
}

/// Each contender's half-life, ratio and memory; where it is `tall`, below its name.
fn measures(ui: &mut Ui, profiles: &[Profile<'_>], tall: bool) {
    let whole = ui.available_width();
    let name_width = name_width(whole);
    ui.label(RichText::new(text::MEASURES).strong());
    ui.spacing_mut().item_spacing.y = 0.0;
    let cell = |ui: &mut Ui, width: f32, words: RichText, help: Text| {
        ui.allocate_ui_with_layout(
            vec2(width, ROW),
            Layout::right_to_left(Align::Center),
            |ui| {
                ui.set_min_size(vec2(width, ROW));
                let label = ui.add(Label::new(words).truncate());
                if !help.is_empty() {
                    label.on_hover_text(help);
                }
            },
        );
    };
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 0.0;
        ui.allocate_exact_size(vec2(name_width, ROW), Sense::hover());
        for (width, name, help) in COLUMNS {
            cell(ui, width, RichText::new(name).small().weak(), help);
        }
    });
    let names: Vec<String> = profiles.iter().map(|profile| profile.run.label()).collect();
    for profile in profiles.iter().take(8) {
        let Some(found) = Measures::of(profile.norms) else {
            continue;
        };
        let name = |ui: &mut Ui, width: f32| {
            let (rect, _) = ui.allocate_exact_size(vec2(width, ROW), Sense::hover());
            let dot = pos2(rect.left() + 6.0, rect.center().y);
            ui.painter()
                .circle_filled(dot, 4.5, theme::contender(profile.run.colour));
            let inner = rect.with_min_x(rect.left() + BESIDE_NAME);
            beside(ui, inner, Layout::left_to_right(Align::Center), |ui| {
                names::label(ui, &profile.run.label(), &names, |name| name);
            });
        };
        if tall {
            name(ui, whole);
        }
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 0.0;
            if tall {
                ui.allocate_exact_size(vec2(name_width, ROW), Sense::hover());
            } else {
                name(ui, name_width);
            }
            let steps = profile.norms.len();
            cell(
                ui,
                COLUMNS[0].0,
                text::half_life(&found, steps).into(),
                text::NOTHING,
            );
            let ratio = format::significant(found.first_to_last, 2);
            cell(ui, COLUMNS[1].0, ratio.into(), text::NOTHING);
            cell(
                ui,
                COLUMNS[2].0,
                text::memory(&found, steps).into(),
                text::NOTHING,
            );
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_look_at_the_first_weights_is_not_the_present_one_for_long() {
        assert!(is_fresh(0, 0) && is_fresh(95, 100) && is_fresh(100, 95));
        assert!(!is_fresh(0, 100) && !is_fresh(0, 5));
    }
}
