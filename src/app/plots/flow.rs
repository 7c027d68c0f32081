//! Gradients through time: a picture for each contender, all on one scale of colours, beside the present
//! profile and its measures.

mod profile;

use super::still::{axis, still};
use super::{Axes, Plots, colours, grid, in_place, save, title};
use crate::app::actions::Action;
use crate::app::panels::named;
use crate::app::runs::Run;
use crate::app::state::AppState;
use crate::app::text::Text;
use crate::app::{format, names, text, theme};
use crate::diagnose::flow::{Picture, State};
use crate::experiment::Cell;
use eframe::egui::{
    Align, Align2, ColorImage, ComboBox, Id, Label, Popup, Rect, Response, RichText, Role, Sense,
    TextStyle, TextureHandle, TextureOptions, Ui, WidgetInfo, pos2, vec2,
};
use egui_plot::{AxisHints, HoverPosition, Plot, PlotBounds, PlotImage, PlotPoint};
use std::collections::BTreeMap;
use std::time::Duration;

/// Most rows and columns of a picture: more than its pixels on the screen would be lost.
const ROWS: usize = 320;
const COLUMNS: usize = 512;

/// Seconds between two pictures of one run.
const EVERY: f64 = 0.2;

/// What the page remembers between frames.
#[derive(Default)]
pub struct Flow {
    layer: usize,
    state: State,
    generation: u64,
    pictures: BTreeMap<usize, Shown>,
    axes: Axes,
}

impl Flow {
    /// The axes of its plot.
    pub fn axes(&mut self) -> &mut Axes {
        &mut self.axes
    }
}

/// A picture, and what it was made of.
struct Shown {
    picture: Picture,
    of: Stamp,
    made: f64,
    texture: TextureHandle,
    decades: [i32; 2],
}

/// What a picture shows: it is made anew when this changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stamp {
    layer: usize,
    state: State,
    recorded: usize,
    last: u64,
}

impl std::fmt::Debug for Flow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Flow")
            .field("layer", &self.layer)
            .field("state", &self.state)
            .field("pictures", &self.pictures.len())
            .finish_non_exhaustive()
    }
}

/// Draws the page into the space that there is.
pub fn show(ui: &mut Ui, plots: &mut Plots, state: &AppState) {
    let own_title = plots.own_title("flow", text::FLOW);
    let flow = &mut plots.flow;
    let runs: Vec<(usize, &Run)> = state
        .shown_runs()
        .filter(|(_, run)| run.experiment.model.cell != Cell::Linear)
        .collect();
    controls(ui, own_title, flow, &runs);
    let whole = ui.available_rect_before_wrap();
    if runs.is_empty() {
        let words = if state.runs.is_empty() {
            text::not_yet(state.blocked())
        } else {
            text::NO_FLOW
        };
        say(ui, whole, &words);
        return;
    }
    keep_up(ui, flow, &runs, state.generation);
    let border = whole.left() + (whole.width() * 0.55).round();
    let left = Rect::from_min_max(whole.min, pos2(border - 2.0 * theme::GRID, whole.bottom()));
    let right = Rect::from_min_max(pos2(border, whole.top()), whole.max);
    let asked = &mut plots.asked;
    in_place(ui, left, |ui| pictures(ui, flow, &runs, asked));
    in_place(ui, right, |ui| {
        profile::show(ui, &mut flow.axes, flow.layer, flow.state, &runs);
    });
    ui.advance_cursor_after_rect(whole);
}

fn say(ui: &Ui, place: Rect, words: &str) {
    ui.painter().text(
        place.center(),
        Align2::CENTER_CENTER,
        words,
        TextStyle::Body.resolve(ui.style()),
        ui.visuals().weak_text_color(),
    );
}

/// The choice of layer and state, where there is one.
fn controls(ui: &mut Ui, own_title: Option<Text>, flow: &mut Flow, runs: &[(usize, &Run)]) {
    let layers = runs
        .iter()
        .map(|(_, run)| run.experiment.model.layers)
        .max()
        .unwrap_or(1);
    flow.layer = flow.layer.min(layers - 1);
    let any_lstm = runs
        .iter()
        .any(|(_, run)| run.experiment.model.cell == Cell::Lstm);
    if !any_lstm {
        flow.state = State::Hidden;
    }
    title(ui, own_title, |ui| {
        if layers > 1 {
            let response = ComboBox::from_id_salt("flow layer")
                .selected_text(RichText::new(text::layer(flow.layer)).small())
                .width(80.0)
                .show_ui(ui, |ui| {
                    for layer in 0..layers {
                        ui.selectable_value(&mut flow.layer, layer, text::layer(layer));
                    }
                })
                .response;
            named(&response, &text::LAYER_HELP);
            response.on_hover_text(text::LAYER_HELP);
        }
        if any_lstm {
            for state in [State::Hidden, State::Cell] {
                let label = RichText::new(text::state(state)).small();
                ui.selectable_value(&mut flow.state, state, label)
                    .on_hover_text(text::STATE_HELP);
            }
        }
    });
}

/// Makes the pictures that are out of date, at most one a frame but for those that are missing.
fn keep_up(ui: &Ui, flow: &mut Flow, runs: &[(usize, &Run)], generation: u64) {
    if flow.generation != generation {
        flow.generation = generation;
        flow.pictures.clear();
        flow.axes.follow();
    }
    flow.pictures
        .retain(|index, _| runs.iter().any(|(other, _)| other == index));
    let now = ui.input(|input| input.time);
    let mut made_one = false;
    let mut waits = false;
    for &(index, run) in runs {
        let recorded = run.flow.steps();
        let stamp = Stamp {
            layer: flow.layer,
            state: flow.state,
            recorded: recorded.len(),
            last: recorded.last().map_or(0, |(step, _)| *step),
        };
        let shown = flow.pictures.get(&index);
        if shown.is_some_and(|shown| shown.of == stamp) {
            continue;
        }
        let other_choice = |shown: &Shown| {
            (shown.of.layer, shown.of.state) != (stamp.layer, stamp.state) || run.ended()
        };
        let due = shown
            .is_none_or(|shown| other_choice(shown) || (!made_one && now - shown.made >= EVERY));
        if !due {
            waits = true;
            continue;
        }
        made_one = true;
        let picture = Picture::of(&run.flow, flow.layer, flow.state, ROWS, COLUMNS);
        let decades = shown.map_or([0, 0], |shown| shown.decades);
        let image = image(&picture, decades);
        if let Some(shown) = flow.pictures.get_mut(&index) {
            shown.texture.set(image, TextureOptions::NEAREST);
            shown.picture = picture;
            shown.of = stamp;
            shown.made = now;
        } else {
            let name = format!("gradient flow {index}");
            let texture = ui.ctx().load_texture(name, image, TextureOptions::NEAREST);
            flow.pictures.insert(
                index,
                Shown {
                    picture,
                    of: stamp,
                    made: now,
                    texture,
                    decades,
                },
            );
        }
    }
    if waits {
        ui.ctx().request_repaint_after(Duration::from_millis(200));
    }
    // A run that exploded is bright all over; it may not leave the others dark.
    let steady = |index: &usize| runs.iter().any(|(i, run)| i == index && !run.diverged());
    let any_steady = flow.pictures.keys().any(steady);
    let counted = (flow.pictures.iter()).filter(|(index, _)| !any_steady || steady(index));
    let decades = colours::decades(counted.filter_map(|(_, shown)| shown.picture.range));
    for shown in flow.pictures.values_mut() {
        if shown.decades != decades {
            shown.decades = decades;
            shown
                .texture
                .set(image(&shown.picture, decades), TextureOptions::NEAREST);
        }
    }
}

/// The picture in colours; the latest training step is the lowest row.
fn image(picture: &Picture, decades: [i32; 2]) -> ColorImage {
    let size = [picture.back.len().max(1), picture.steps.len().max(1)];
    let mut pixels: Vec<_> = picture
        .norms
        .iter()
        .map(|norm| colours::of_norm(*norm, decades))
        .collect();
    pixels.resize(size[0] * size[1], eframe::egui::Color32::TRANSPARENT);
    ColorImage::new(size, pixels)
}

/// All pictures in a grid, and the scale below them.
fn pictures(ui: &mut Ui, flow: &Flow, runs: &[(usize, &Run)], asked: &mut Vec<Action>) {
    const SCALE: f32 = 34.0;
    const TITLE: f32 = 18.0;
    const OVER_PICTURE: f32 = 60.0;
    let whole = ui.available_rect_before_wrap();
    let columns = match runs.len() {
        1..=3 => runs.len(),
        4 => 2,
        5..=9 => 3,
        _ => 5,
    };
    let rows = runs.len().div_ceil(columns);
    let size = vec2(
        whole.width() / columns as f32,
        (whole.height() - SCALE) / rows as f32,
    );
    let longest = (flow.pictures.values())
        .map(|shown| shown.picture.time_steps)
        .max()
        .unwrap_or_default()
        .max(2);
    let reach = (flow.pictures.values())
        .map(|shown| shown.picture.reach)
        .reduce(|a, b| [a[0].min(b[0]), a[1].max(b[1])])
        .unwrap_or([0, 1]);
    let names: Vec<String> = runs.iter().map(|(_, run)| run.label()).collect();
    // All over their pictures, or where one is too long for that all over the axes too.
    let fits = |name: &String| {
        let room = size.x - theme::GRID - OVER_PICTURE - 9.0;
        names::width(ui, name, &TextStyle::Small) <= room
    };
    let from = if names.iter().all(fits) {
        OVER_PICTURE
    } else {
        6.0
    };
    for (place, (index, run)) in runs.iter().enumerate() {
        let corner = whole.min
            + vec2(
                (place % columns) as f32 * size.x,
                (place / columns) as f32 * size.y,
            );
        let cell = Rect::from_min_size(corner, size - vec2(theme::GRID, theme::GRID / 2.0));
        in_place(ui, cell, |ui| {
            let (title, response) =
                ui.allocate_exact_size(vec2(cell.width(), TITLE), Sense::hover());
            response.on_hover_text(&names[place]);
            let room = title.width() - from - 9.0;
            let name = names::cut_to(ui, &names[place], &names, &TextStyle::Small, room);
            let dot = pos2(title.left() + from, title.center().y);
            ui.painter()
                .circle_filled(dot, 4.5, theme::contender(run.colour));
            ui.painter().text(
                dot + vec2(9.0, 0.0),
                Align2::LEFT_CENTER,
                name,
                TextStyle::Small.resolve(ui.style()),
                ui.visuals().text_color(),
            );
            let cell_kind = run.experiment.model.cell;
            if flow.state == State::Cell && cell_kind != Cell::Lstm {
                let words = RichText::new(text::no_cell_state(cell_kind)).small().weak();
                ui.add_space(ui.available_height() / 3.0);
                let label = Label::new(words).wrap().halign(Align::Center);
                ui.vertical_centered(|ui| ui.add(label));
            } else if let Some(shown) = flow.pictures.get(index) {
                let all = [longest as u64, reach[0], reach[1]];
                let picture = one(ui, shown, run, *index, all);
                asked.extend(save::picture_menu(&picture, "gradient-flow", cell, || {
                    csv(&shown.picture)
                }));
            }
        });
    }
    let decades = (flow.pictures.values().next()).map_or([-3, 0], |shown| shown.decades);
    let scale = Rect::from_min_max(pos2(whole.left(), whole.bottom() - SCALE), whole.max);
    draw_scale(ui, scale, decades);
}

/// The recorded numbers as comma-separated values.
fn csv(picture: &Picture) -> String {
    let mut table = "step,time_steps_back,grad_norm\n".to_owned();
    for (row, step) in picture.steps.iter().enumerate() {
        for (column, back) in picture.back.iter().enumerate() {
            let norm = picture.at(row, column);
            if norm.is_finite() {
                table += &format!("{step},{back},{norm}\n");
            }
        }
    }
    table
}

/// One picture: time steps back across, training steps down, the same axes for all.
fn one(
    ui: &mut Ui,
    shown: &Shown,
    run: &Run,
    index: usize,
    [longest, from, to]: [u64; 3],
) -> Response {
    let picture = &shown.picture;
    let (from, to) = (from as f64, (to as f64).max(from as f64 + 1.0));
    let wanted = PlotBounds::from_min_max([-0.5, -to], [longest as f64 - 0.5, -from]);
    let whole = |value: f64| (value - value.round()).abs() < 1e-6;
    let covered = Popup::is_any_open(ui.ctx());
    let lowest = theme::GRID as f64 / f64::from(ui.available_height().max(1.0)) * (to - from);
    // In distances of 8 points: a dozen ticks at most.
    let y_gap = (ui.available_height() / 8.0 / 12.0).max(4.5);
    let (small, error) = (TextStyle::Small.resolve(ui.style()), theme::error(ui));
    let plot = Plot::new("flow").id(Id::unique(("flow picture", index)));
    let response = still(ui, plot)
        .x_grid_spacer(|input| grid::linear(&input, 3.5, 1.0))
        .y_grid_spacer(move |input| grid::linear(&input, y_gap, 1.0))
        .link_cursor(Id::unique("flow cursor"), [true, true])
        .label_formatter(move |position| {
            let (HoverPosition::Elsewhere { position }
            | HoverPosition::NearDataPoint { position, .. }) = position;
            // A menu begins at the pointer, and the values would lie over it.
            readout(picture, *position).filter(|_| !covered)
        })
        .custom_x_axes(vec![
            axis(ui, AxisHints::new_x(), &text::BACK_AXIS_SHORT)
                .label_spacing(18.0..=26.0)
                .formatter(move |mark, _| {
                    if whole(mark.value) && mark.value > -0.5 {
                        format::count(mark.value.round() as u64)
                    } else {
                        String::new()
                    }
                }),
        ])
        .custom_y_axes(vec![
            axis(ui, AxisHints::new_y(), &text::STEP_AXIS)
                .min_thickness(48.0)
                .formatter(move |mark, _| {
                    // At the lower end stands the other axis' first tick.
                    let at_end = mark.value + to < lowest;
                    if whole(mark.value) && mark.value < 0.5 && !at_end {
                        format::count((-mark.value).round() as u64)
                    } else {
                        String::new()
                    }
                }),
        ])
        .show(ui, |plot| {
            plot.set_plot_bounds(wanted);
            let (first, end) = (picture.reach[0] as f64, picture.reach[1] as f64);
            if run.diverged() {
                // Below its last row; where that has no room, on it.
                let low = end > from + 0.85 * (to - from);
                let anchor = if low {
                    Align2::CENTER_BOTTOM
                } else {
                    Align2::CENTER_TOP
                };
                let words = RichText::new(text::diverged_at(run.last_step())).font(small.clone());
                let middle = PlotPoint::new(longest as f64 / 2.0 - 0.5, -end.max(from));
                plot.text(
                    egui_plot::Text::new("", middle, words)
                        .color(error)
                        .anchor(anchor)
                        .allow_hover(false),
                );
            }
            if picture.norms.is_empty() {
                return;
            }
            let across = picture.time_steps as f64;
            let centre = PlotPoint::new(across / 2.0 - 0.5, -f64::midpoint(first, end));
            plot.image(
                PlotImage::new(
                    "",
                    &shown.texture,
                    centre,
                    vec2(across as f32, (end - first) as f32),
                )
                .allow_hover(false),
            );
        });
    let last = picture.steps.len().checked_sub(1);
    let ends = last.map(|row| [picture.at(row, 0), picture.at(row, picture.back.len() - 1)]);
    response.response.widget_info(|| {
        let values = ends.map_or(Vec::new(), |[output, first]| {
            vec![
                (text::AT_OUTPUT.into(), f64::from(output)),
                (text::FURTHEST_BACK.into(), f64::from(first)),
            ]
        });
        let title = format!("{}, {}", text::FLOW, run.label());
        WidgetInfo::labeled(Role::Image, true, text::plot_label(&title, &values))
    });
    response.response
}

/// The recorded number under the pointer.
fn readout(picture: &Picture, position: PlotPoint) -> Option<String> {
    let back = position.x.round();
    let step = -position.y;
    if back < 0.0 || step < picture.reach[0] as f64 || step >= picture.reach[1] as f64 {
        return None;
    }
    let column = picture.back.iter().rposition(|&b| b as f64 <= back)?;
    let row = picture.steps.iter().rposition(|&s| s as f64 <= step)?;
    let norm = picture.at(row, column);
    (back < picture.time_steps as f64 && !norm.is_nan())
        .then(|| text::flow_readout(picture.steps[row], picture.back[column], norm))
}

/// The colours and what they stand for.
fn draw_scale(ui: &Ui, place: Rect, [low, high]: [i32; 2]) {
    let bar = Rect::from_min_max(
        pos2(place.left() + 56.0, place.top() + 6.0),
        pos2(place.right() - 2.0 * theme::GRID, place.top() + 14.0),
    );
    colours::bar(ui, bar);
    let small = TextStyle::Small.resolve(ui.style());
    let weak = ui.visuals().weak_text_color();
    ui.painter().text(
        pos2(bar.left() - theme::GRID, bar.center().y),
        Align2::RIGHT_CENTER,
        text::NORM_AXIS,
        small.clone(),
        weak,
    );
    let every = ((high - low) as f32 / 6.0).ceil().max(1.0) as i32;
    for exponent in (low..=high).rev().step_by(every as usize) {
        let share = (exponent - low) as f32 / (high - low) as f32;
        ui.painter().text(
            pos2(bar.left() + share * bar.width(), bar.bottom() + 2.0),
            Align2::CENTER_TOP,
            format::log_tick(f64::from(exponent)),
            small.clone(),
            weak,
        );
    }
}
