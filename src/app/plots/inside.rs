//! The inside of a network over one window: every unit at every time step in colours, the units at one
//! time step as bars, and below them what goes in and what comes out.

use super::frame::{self, Drawn, Spec};
use super::{Axes, Plots, Sample, colours, grid, in_place, key, title};
use crate::app::actions::Action;
use crate::app::inside::{Look, Wish};
use crate::app::runs::Run;
use crate::app::state::AppState;
use crate::app::text::Text;
use crate::app::{format, text, theme};
use crate::data::Part;
use crate::diagnose::activations::LayerActivations;
use crate::diagnose::flow::State;
use crate::experiment::Cell;
use crate::record::Status;
use crate::train::Inside;
use eframe::egui::{
    Align2, Color32, ColorImage, ComboBox, Id, Label, Rect, RichText, Role, Slider, TextStyle,
    TextureHandle, TextureOptions, Ui, WidgetInfo, pos2, vec2,
};
use egui_plot::{
    AxisHints, Bar, BarChart, HoverPosition, Plot, PlotBounds, PlotImage, PlotPoint, VLine,
};
use std::rc::Rc;
use std::sync::Arc;

/// What the page remembers between frames.
#[derive(Default)]
pub struct Page {
    /// The run that was chosen, by its index.
    run: usize,
    layer: usize,
    what: What,
    part: Option<Part>,
    window: usize,
    /// Updates made; `None`: the latest there are.
    step: Option<u64>,
    /// `None`: the last one.
    time_step: Option<usize>,
    shown: Option<Shown>,
    axes: Axes,
}

impl Page {
    /// The axes of its plot of lines.
    pub fn axes(&mut self) -> &mut Axes {
        &mut self.axes
    }
}

/// What of a layer is on show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    State(State),
    /// The gate with this index.
    Gate(usize),
}

impl Default for What {
    fn default() -> Self {
        Self::State(State::Hidden)
    }
}

/// A picture, and what it was made of.
struct Shown {
    of: Arc<Inside>,
    layer: usize,
    what: What,
    middle: Color32,
    texture: TextureHandle,
    /// Values of the whole layer, `[T, H]`.
    values: Vec<f32>,
    units: usize,
    /// The largest size of a value that the colours tell apart.
    reach: f32,
}

impl std::fmt::Debug for Page {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Page")
            .field("run", &self.run)
            .field("layer", &self.layer)
            .field("what", &self.what)
            .field("step", &self.step)
            .finish_non_exhaustive()
    }
}

/// Draws the page into the space that there is.
pub fn show(ui: &mut Ui, plots: &mut Plots, state: &AppState) {
    let own_title = plots.own_title("inside", text::INSIDE);
    let (page, asked) = (&mut plots.inside, &mut plots.asked);
    let runs: Vec<(usize, &Run)> = state
        .shown_runs()
        .filter(|(_, run)| run.experiment.model.cell != Cell::Linear)
        .collect();
    let chosen = (runs.iter().find(|(index, _)| *index == page.run)).or_else(|| runs.first());
    let Some(&(index, run)) = chosen else {
        title(ui, own_title, |_| {});
        let words = if state.runs.is_empty() {
            text::NO_STATES_YET
        } else {
            text::NO_UNITS
        };
        say(ui, &words);
        return;
    };
    page.run = index;
    page.layer = page.layer.min(run.experiment.model.layers - 1);
    let look = state.inside.as_ref().filter(|look| look.wish.run == index);
    let found = look.and_then(|look| look.found.clone());
    title(ui, own_title, |ui| {
        choices(ui, page, &runs, run, found.as_deref());
    });
    let steps = steps_of(run);
    sliders(ui, page, &steps, found.as_deref());
    ask(page, &steps, look, asked);
    let problem = look.and_then(|look| look.problem.as_deref());
    let words = match (problem, &found) {
        (Some(problem), _) => RichText::new(problem).color(ui.visuals().warn_fg_color),
        (None, Some(inside)) => RichText::new(text::inside_verdict(inside)).weak(),
        (None, None) => RichText::new(" "),
    };
    ui.add(Label::new(words).truncate());
    if let Some(inside) = found {
        keep_up(ui, page, &inside);
        draw(ui, page, &inside, run);
    } else {
        page.shown = None;
    }
}

fn say(ui: &Ui, words: &str) {
    ui.painter().text(
        ui.available_rect_before_wrap().center(),
        Align2::CENTER_CENTER,
        words,
        TextStyle::Body.resolve(ui.style()),
        ui.visuals().weak_text_color(),
    );
}

/// The steps at which the network can be looked into: the first, the kept ones, the last.
fn steps_of(run: &Run) -> Vec<u64> {
    let end = (run.status() == Some(Status::Finished)).then(|| run.steps());
    let mut steps = vec![run.first_step()];
    steps.extend(run.kept.iter().copied().chain(end));
    steps.sort_unstable();
    steps.dedup();
    steps
}

/// Asks for what is chosen, once.
fn ask(page: &Page, steps: &[u64], look: Option<&Look>, asked: &mut Vec<Action>) {
    let Some(&latest) = steps.last() else {
        return;
    };
    let wish = Wish {
        run: page.run,
        // What was forgotten since gives way to the nearest before it.
        step: page.step.map_or(latest, |step| {
            let after = steps.partition_point(|&other| other <= step);
            steps[after.max(1) - 1]
        }),
        part: page.part.unwrap_or(Part::Validation),
        window: page.window,
    };
    if look.is_none_or(|look| look.wish != wish) {
        asked.push(Action::LookInside(wish));
    }
}

/// Which run, layer, state and part.
fn choices(
    ui: &mut Ui,
    page: &mut Page,
    runs: &[(usize, &Run)],
    run: &Run,
    found: Option<&Inside>,
) {
    if runs.len() > 1 {
        ComboBox::from_id_salt("inside run")
            .selected_text(RichText::new(run.label()).small())
            .width(120.0)
            .show_ui(ui, |ui| {
                for (index, run) in runs {
                    ui.selectable_value(&mut page.run, *index, run.label());
                }
            })
            .response
            .on_hover_text(text::WHICH_RUN);
    }
    let layers = run.experiment.model.layers;
    if layers > 1 {
        ComboBox::from_id_salt("inside layer")
            .selected_text(RichText::new(text::layer(page.layer)).small())
            .width(80.0)
            .show_ui(ui, |ui| {
                for layer in 0..layers {
                    ui.selectable_value(&mut page.layer, layer, text::layer(layer));
                }
            })
            .response
            .on_hover_text(text::LAYER_HELP);
    }
    let layer = found.and_then(|inside| inside.layers.get(page.layer));
    let whats = layer.map_or_else(Vec::new, whats);
    if !whats.iter().any(|(what, _)| *what == page.what) {
        page.what = What::default();
    }
    if whats.len() > 1 {
        let name = |what: What| (whats.iter()).find(|(other, _)| *other == what);
        ComboBox::from_id_salt("inside what")
            .selected_text(RichText::new(name(page.what).map_or("", |(_, name)| name)).small())
            .width(120.0)
            .show_ui(ui, |ui| {
                for (what, name) in &whats {
                    ui.selectable_value(&mut page.what, *what, *name);
                }
            })
            .response
            .on_hover_text(text::WHAT_IS_SHOWN);
    }
    let part = page.part.unwrap_or(Part::Validation);
    ComboBox::from_id_salt("inside part")
        .selected_text(RichText::new(text::part(part)).small())
        .width(100.0)
        .show_ui(ui, |ui| {
            for other in Part::ALL {
                if ui
                    .selectable_label(part == other, text::part(other))
                    .clicked()
                {
                    page.part = Some(other);
                }
            }
        })
        .response
        .on_hover_text(text::WHICH_PART);
}

/// What of a layer there is to see.
fn whats(layer: &LayerActivations) -> Vec<(What, &'static str)> {
    let name = |text: Text| text.get();
    let mut all = vec![(What::State(State::Hidden), name(text::state(State::Hidden)))];
    if !layer.cell.is_empty() {
        all.push((What::State(State::Cell), name(text::state(State::Cell))));
    }
    let gates = layer.gates.iter().enumerate();
    all.extend(gates.map(|(index, (gate, _))| (What::Gate(index), name(text::gate(*gate)))));
    all
}

/// Through the windows, through time and through training.
fn sliders(ui: &mut Ui, page: &mut Page, steps: &[u64], found: Option<&Inside>) {
    ui.horizontal_wrapped(|ui| {
        // What names and numbers leave, shared by three.
        ui.spacing_mut().slider_width = ((ui.available_width() - 420.0) / 3.0).clamp(32.0, 160.0);
        let slider = |ui: &mut Ui,
                      name: Text,
                      help: Text,
                      value: &mut usize,
                      last: usize,
                      shown: &dyn Fn(usize) -> String| {
            ui.label(RichText::new(name).small());
            let slider =
                Slider::new(value, 0..=last).custom_formatter(|value, _| shown(value as usize));
            let response = ui.add_enabled(last > 0, slider).on_hover_text(help);
            crate::app::panels::named(&response, name.get());
            ui.add_space(theme::GRID);
            response.changed()
        };
        let counted = |value: usize| format::count(value as u64 + 1);
        let windows = found.map_or(1, |inside| inside.windows);
        page.window = page.window.min(windows.max(1) - 1);
        slider(
            ui,
            text::WINDOW,
            text::WINDOW_HELP,
            &mut page.window,
            windows.max(1) - 1,
            &counted,
        );
        let last = found.map_or(0, |inside| inside.time_steps().max(1) - 1);
        let mut time_step = page.time_step.unwrap_or(last).min(last);
        if slider(
            ui,
            text::TIME_STEP,
            text::TIME_STEP_HELP,
            &mut time_step,
            last,
            &counted,
        ) {
            page.time_step = Some(time_step);
        }
        let last = steps.len().max(1) - 1;
        let mut at = page.step.map_or(last, |step| {
            steps.partition_point(|&other| other <= step).max(1) - 1
        });
        let step = |at: usize| format::count(steps.get(at).copied().unwrap_or_default());
        if slider(ui, text::AFTER, text::AFTER_HELP, &mut at, last, &step) {
            // At its end the slider stays with the latest.
            page.step = steps.get(at).copied().filter(|_| at < last);
        }
    });
}

/// Makes the picture where it is out of date.
fn keep_up(ui: &Ui, page: &mut Page, inside: &Arc<Inside>) {
    let middle = ui.visuals().extreme_bg_color;
    let same = |shown: &Shown| {
        Arc::ptr_eq(&shown.of, inside)
            && (shown.layer, shown.what, shown.middle) == (page.layer, page.what, middle)
    };
    if page.shown.as_ref().is_some_and(same) {
        return;
    }
    let Some(layer) = inside.layers.get(page.layer) else {
        page.shown = None;
        return;
    };
    let values = match page.what {
        What::State(State::Hidden) => &layer.hidden,
        What::State(State::Cell) => &layer.cell,
        What::Gate(index) => &layer.gates[index].1,
    };
    let steps = inside.time_steps().max(1);
    let units = values.len() / steps;
    let largest = values.iter().copied().filter(|v| v.is_finite());
    let largest = largest.fold(0.0_f32, |most, value| most.max(value.abs()));
    // Bounded states keep one scale over training.
    let reach = if largest <= 1.0 { 1.0 } else { largest };
    let pixels: Vec<Color32> = (0..units)
        .flat_map(|unit| (0..steps).map(move |step| values[step * units + unit]))
        .map(|value| colours::around(value / reach, middle))
        .collect();
    let image = ColorImage::new([steps, units], pixels);
    page.shown = Some(Shown {
        of: Arc::clone(inside),
        layer: page.layer,
        what: page.what,
        middle,
        texture: (ui.ctx()).load_texture("inside", image, TextureOptions::NEAREST),
        values: values.clone(),
        units,
        reach,
    });
}

fn draw(ui: &mut Ui, page: &mut Page, inside: &Inside, run: &Run) {
    const BARS: f32 = 220.0;
    let whole = ui.available_rect_before_wrap();
    let border = whole.right() - BARS.min(whole.width() * 0.3);
    let middle = whole.top() + (whole.height() * 0.56).round();
    let place = |from: (f32, f32), to: (f32, f32)| {
        Rect::from_min_max(pos2(from.0, from.1), pos2(to.0, to.1))
    };
    let gap = theme::GRID;
    let steps = inside.time_steps();
    let time_step = page.time_step.unwrap_or(usize::MAX).min(steps.max(1) - 1);
    let beyond = (inside.answers.last()).map_or(0, |(place, ..)| *place);
    let x = [-0.5, (beyond.max(steps.max(1) - 1)) as f64 + 0.5];
    if let Some(shown) = &page.shown {
        let left = place((whole.left(), whole.top()), (border - gap, middle - gap));
        in_place(ui, left, |ui| units_over_time(ui, shown, run, x, time_step));
        let right = place((border, whole.top()), (whole.right(), middle - gap));
        in_place(ui, right, |ui| units_at(ui, shown, time_step));
    }
    let left = place((whole.left(), middle), (border - gap, whole.bottom()));
    let right = place((border, middle), (whole.right(), whole.bottom()));
    in_place(ui, left, |ui| {
        in_and_out(ui, page, inside, run, x, time_step);
    });
    in_place(ui, right, |ui| {
        ui.add_space(2.0 * gap);
        ui.label(RichText::new(text::IN_AND_OUT).strong());
        for line in lines(ui, inside, run) {
            let sample = if line.dashed {
                Sample::Dashed
            } else {
                Sample::Solid
            };
            ui.horizontal(|ui| key(ui, sample, line.colour, &line.name));
        }
    });
    ui.advance_cursor_after_rect(whole);
}

fn axes<'a>(ui: &Ui, x: Text, y: Text, plot: Plot<'a>) -> Plot<'a> {
    let small = TextStyle::Small.resolve(ui.style());
    let weak = ui.visuals().weak_text_color();
    let whole = |value: f64| (value - value.round()).abs() < 1e-6;
    let hints = |hints: AxisHints<'a>, name: Text, sign: f64| {
        hints
            .label(RichText::new(name.get()).font(small.clone()).color(weak))
            .formatter(move |mark, _| {
                let number = sign * mark.value;
                if whole(number) && number > -0.5 {
                    format::count(number.round() as u64 + 1)
                } else {
                    String::new()
                }
            })
            .tick_label_color(weak)
            .tick_label_font(small.clone())
    };
    let down = hints(AxisHints::new_y(), y, -1.0).min_thickness(56.0);
    plot.allow_scroll(false)
        .allow_drag(false)
        .allow_zoom(false)
        .allow_boxed_zoom(false)
        .allow_double_click_reset(false)
        .show_grid(false)
        .grid_spacing(8.0..=160.0)
        .x_grid_spacer(|input| grid::linear(&input, 5.0, 1.0))
        .y_grid_spacer(|input| grid::linear(&input, 3.0, 1.0))
        .set_margin_fraction(eframe::egui::Vec2::ZERO)
        .cursor_color(weak)
        .custom_x_axes(vec![hints(AxisHints::new_x(), x, 1.0)])
        .custom_y_axes(vec![down])
}

/// Every unit, from the first down, at every time step.
fn units_over_time(ui: &mut Ui, shown: &Shown, run: &Run, x: [f64; 2], time_step: usize) {
    let units = shown.units as f64;
    let steps = shown.values.len() / shown.units.max(1);
    let read = |position: &PlotPoint| {
        let (step, unit) = (position.x.round(), (-position.y).round());
        let inside = step >= 0.0 && unit >= 0.0 && step < steps as f64 && unit < units;
        inside.then(|| {
            let (step, unit) = (step as usize, unit as usize);
            text::unit_readout(unit, step, shown.values[step * shown.units + unit])
        })
    };
    let plot = Plot::new("inside").id(Id::unique("inside picture"));
    let response = axes(ui, text::TIME_STEP, text::UNIT, plot)
        .link_cursor(Id::unique("inside cursor"), [true, false])
        .label_formatter(move |position| {
            let (HoverPosition::Elsewhere { position }
            | HoverPosition::NearDataPoint { position, .. }) = position;
            read(position)
        })
        .show(ui, |plot| {
            plot.set_plot_bounds(PlotBounds::from_min_max([x[0], 0.5 - units], [x[1], 0.5]));
            let middle = PlotPoint::new(steps as f64 / 2.0 - 0.5, 0.5 - units / 2.0);
            let size = vec2(steps as f32, shown.units as f32);
            plot.image(PlotImage::new("", &shown.texture, middle, size).allow_hover(false));
            plot.vline(
                VLine::new("", time_step as f64)
                    .color(theme::contender(run.colour))
                    .width(1.5)
                    .allow_hover(false),
            );
        });
    response.response.widget_info(|| {
        let title = format!("{}, {}", text::INSIDE, run.label());
        WidgetInfo::labeled(Role::Image, true, title)
    });
}

/// Every unit at one time step, beside its row in the picture.
fn units_at(ui: &mut Ui, shown: &Shown, time_step: usize) {
    let units = shown.units;
    let Some(values) = shown.values.get(time_step * units..(time_step + 1) * units) else {
        return;
    };
    let bars: Vec<Bar> = (values.iter().enumerate())
        .filter(|(_, value)| value.is_finite())
        .map(|(unit, value)| {
            let own = colours::around(value / shown.reach, shown.middle);
            Bar::new(-(unit as f64), f64::from(*value))
                .width(0.8)
                .fill(own)
        })
        .collect();
    let small = TextStyle::Small.resolve(ui.style());
    let weak = ui.visuals().weak_text_color();
    let edge = f64::from(shown.reach) * 1.05;
    let plot = Plot::new("units").id(Id::unique("inside units"));
    let response = axes(ui, text::AT_TIME_STEP, text::UNIT, plot)
        .x_grid_spacer(|input| grid::linear(&input, 5.0, 0.0))
        .show_grid([true, false])
        .grid_color(theme::grid_line(ui))
        .grid_fade(0.0)
        .custom_x_axes(vec![
            AxisHints::new_x()
                .label(
                    RichText::new(text::AT_TIME_STEP.get())
                        .font(small.clone())
                        .color(weak),
                )
                .formatter(|mark, _| format::linear_tick(mark.value))
                .tick_label_color(weak)
                .tick_label_font(small),
        ])
        .show_axes([true, false])
        .show(ui, |plot| {
            let lowest = 0.5 - units as f64;
            plot.set_plot_bounds(PlotBounds::from_min_max([-edge, lowest], [edge, 0.5]));
            plot.bar_chart(BarChart::new("", bars).horizontal().allow_hover(false));
        });
    response.response.widget_info(|| {
        let title = format!("{} {}", text::AT_TIME_STEP, time_step + 1);
        WidgetInfo::labeled(Role::Image, true, title)
    });
}

/// What goes in, what should come out, what does.
fn lines(ui: &Ui, inside: &Inside, run: &Run) -> Vec<Drawn> {
    let ink = ui.visuals().text_color();
    let drawn = |name: String, points: Vec<PlotPoint>, colour: Color32, dashed: bool| Drawn {
        name,
        points: Rc::new(if points.is_empty() {
            Vec::new()
        } else {
            vec![points]
        }),
        colour,
        width: 1.75,
        dashed,
        dots: true,
        counts: true,
    };
    let point = |x: usize, y: f32| PlotPoint::new(x as f64, f64::from(y));
    let inputs = inside.input_names.len();
    let mut lines = Vec::new();
    // More inputs than eyes can follow say less than a few.
    for (index, name) in inside.input_names.iter().enumerate().take(6) {
        let values = inside.inputs.iter().skip(index).step_by(inputs.max(1));
        let points = values.enumerate().map(|(x, y)| point(x, *y)).collect();
        let faint = ink.gamma_multiply(0.45 / (1.0 + index as f32 / 3.0));
        lines.push(drawn(
            format!("{} {name}", text::INPUT),
            points,
            faint,
            false,
        ));
    }
    let targets = inside
        .answers
        .iter()
        .filter_map(|(x, y, _)| Some(point(*x, (*y)?)));
    let predictions = inside.answers.iter().map(|(x, _, y)| point(*x, *y));
    if !inside.answers.is_empty() {
        lines.push(drawn(
            text::TARGET_LINE.into(),
            targets.collect(),
            ink,
            false,
        ));
        let own = theme::contender(run.colour);
        lines.push(drawn(
            text::PREDICTION.into(),
            predictions.collect(),
            own,
            true,
        ));
    }
    lines
}

fn in_and_out(
    ui: &mut Ui,
    page: &mut Page,
    inside: &Inside,
    run: &Run,
    x: [f64; 2],
    time_step: usize,
) {
    let lines = lines(ui, inside, run);
    let said = (inside.answers.last())
        .map(|(_, _, prediction)| (text::PREDICTION.into(), f64::from(*prediction)));
    let at = time_step as f64;
    let own = theme::contender(run.colour);
    let read = |x: f64| {
        let x = x.round();
        let rows: Vec<String> = (lines.iter())
            .filter_map(|line| {
                let points = line.points.iter().flatten();
                let value = points.into_iter().find(|point| point.x == x)?;
                Some(format!(
                    "{}  {}",
                    line.name,
                    format::significant(value.y, 3)
                ))
            })
            .collect();
        (!rows.is_empty()).then(|| rows.join("\n"))
    };
    // A range of its own: the axes of a picture above cannot be moved either.
    page.axes.x = None;
    frame::show(
        ui,
        &mut page.axes,
        &Spec {
            id: "inside-lines",
            label: text::plot_label(&text::IN_AND_OUT, &said.into_iter().collect::<Vec<_>>()),
            x_label: &text::TIME_STEP,
            y_label: &text::SCALED,
            log: false,
            x,
            y: None,
            empty: None,
            lines: self::lines(ui, inside, run),
            bands: Vec::new(),
            levels: Vec::new(),
            spans: vec![(String::new(), [at, at + 1e-9], own)],
            marks: Vec::new(),
            x_unit: 1.0,
            x_tick: &|x| {
                if x > -0.5 {
                    format::count(x.round() as u64 + 1)
                } else {
                    String::new()
                }
            },
            readout: &read,
            cursor_group: "inside cursor",
        },
    );
}
