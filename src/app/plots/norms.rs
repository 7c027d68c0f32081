//! Norms by tensor, the size of updates, the spectral radius, and how far gates and units are driven.

mod sharpness;

use super::colours;
use super::frame::{self, Drawn, Spec};
use super::lines::{Segments, View};
use super::{Plots, grid, header, in_place, measure, steps, still, title, titled};
use crate::app::panels::named;
use crate::app::runs::Run;
use crate::app::state::AppState;
use crate::app::text::Text;
use crate::app::view::XAxis;
use crate::app::{format, text, theme};
use crate::record::{GateUse, UNITS_RANGE};
use eframe::egui::{
    Align2, Color32, ColorImage, ComboBox, Id, Rect, RichText, Role, Sense, TextStyle,
    TextureHandle, TextureOptions, Ui, WidgetInfo, pos2, vec2,
};
use egui_plot::{AxisHints, Plot, PlotBounds, PlotImage, PlotPoint};
use std::rc::Rc;

/// What the page remembers between frames.
#[derive(Default)]
pub struct Norms {
    /// The colour number of the contender whose inside is shown.
    colour: Option<usize>,
    layer: usize,
    histogram: Option<Histogram>,
}

impl std::fmt::Debug for Norms {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Norms")
            .field("colour", &self.colour)
            .field("layer", &self.layer)
            .finish_non_exhaustive()
    }
}

/// The picture of the units' values, and what it was made of.
struct Histogram {
    /// Generation, run, layer, looks held, the step of the latest, and what the axis counts.
    of: (u64, usize, usize, usize, u64, XAxis),
    reach: [f64; 2],
    texture: TextureHandle,
}

/// Draws the page into the space that there is.
pub fn show(ui: &mut Ui, plots: &mut Plots, state: &AppState) {
    let runs: Vec<(usize, &Run)> = state.shown_runs().collect();
    let chosen = runs
        .iter()
        .find(|(_, run)| Some(run.colour) == plots.norms.colour)
        .or_else(|| runs.first())
        .copied();
    controls(ui, plots, &runs, chosen);
    let whole = ui.available_rect_before_wrap();
    let gap = 2.0 * theme::GRID;
    // The last tick of a left plot reaches over its end.
    let between = 3.0 * theme::GRID;
    let measured = runs.iter().any(|(_, run)| !run.sharpness.is_empty());
    let rows = if measured { 4.0 } else { 3.0 };
    let cell = vec2(
        (whole.width() - between) / 2.0,
        ((whole.height() - (rows - 1.0) * gap) / rows).floor(),
    );
    let place = |column: usize, row: usize, rows: f32| {
        let corner = whole.min
            + vec2(
                column as f32 * (cell.x + between),
                row as f32 * (cell.y + gap),
            );
        Rect::from_min_size(corner, vec2(cell.x, rows * cell.y + (rows - 1.0) * gap))
    };
    in_place(ui, place(0, 0, 1.0), |ui| tensors(ui, plots, state, chosen));
    in_place(ui, place(0, 1, 1.0), |ui| updates(ui, plots, state));
    in_place(ui, place(0, 2, 1.0), |ui| radii(ui, plots, state));
    if measured {
        in_place(ui, place(0, 3, 1.0), |ui| sharpness::show(ui, plots, state));
    }
    let upper = place(1, 0, rows / 2.0);
    in_place(ui, upper, |ui| saturation(ui, plots, state, chosen));
    let lower = Rect::from_min_max(pos2(upper.left(), upper.bottom() + gap), whole.max);
    in_place(ui, lower, |ui| units(ui, plots, state, chosen));
    ui.advance_cursor_after_rect(whole);
}

/// Which contender and which layer.
fn controls(ui: &mut Ui, plots: &mut Plots, runs: &[(usize, &Run)], chosen: Option<(usize, &Run)>) {
    let layers = chosen.map_or(1, |(_, run)| run.experiment.model.layers);
    plots.norms.layer = plots.norms.layer.min(layers.saturating_sub(1));
    let own_title = plots.own_title("norms", text::NORMS);
    title(ui, own_title, |ui| {
        let Some((_, run)) = chosen else {
            return;
        };
        let response = ComboBox::from_id_salt("norms run")
            .selected_text(RichText::new(run.label()).small())
            .width(140.0)
            .truncate()
            .show_ui(ui, |ui| {
                for (_, other) in runs {
                    let label = other.label();
                    if ui
                        .selectable_label(other.colour == run.colour, label)
                        .clicked()
                    {
                        plots.norms.colour = Some(other.colour);
                    }
                }
            })
            .response;
        named(&response, &text::WHICH_RUN);
        response.on_hover_text(text::WHICH_RUN);
        if layers > 1 {
            let response = ComboBox::from_id_salt("norms layer")
                .selected_text(RichText::new(text::layer(plots.norms.layer)).small())
                .width(80.0)
                .show_ui(ui, |ui| {
                    for layer in 0..layers {
                        ui.selectable_value(&mut plots.norms.layer, layer, text::layer(layer));
                    }
                })
                .response;
            named(&response, &text::LAYER_HELP);
            response.on_hover_text(text::LAYER_HELP);
        }
    });
}

/// The largest of so many values in each of about as many stretches as there are pixels: at most a few
/// thousand numbers are read, however long the run.
fn thinned(view: View, count: usize, at: impl Fn(usize) -> (f64, f64)) -> Segments {
    const READ: usize = 8;
    let stretches = if view.pixels >= count {
        count.max(1)
    } else {
        view.pixels.clamp(16, 1000)
    };
    let mut segments = vec![Vec::new()];
    let mut add = |x: f64, value: f64| {
        let y = if view.log { value.log10() } else { value };
        let line: &mut Vec<PlotPoint> = segments.last_mut().expect("there is always one");
        if y.is_finite() {
            line.push(PlotPoint::new(x, y));
        } else if !line.is_empty() {
            segments.push(Vec::new());
        }
    };
    let first = first_at(count, |i| at(i).0 >= view.from);
    let end = first_at(count, |i| at(i).0 > view.to);
    let (first, end) = (first.saturating_sub(1), (end + 1).min(count));
    let size = (end.saturating_sub(first)).div_ceil(stretches).max(1);
    // Whole multiples of a fixed size, so that points stay where they are while the line grows.
    let mut from = first / size * size;
    while from < end {
        let to = (from + size).min(end);
        let read = (from..to).step_by((size / READ).max(1));
        let largest = read
            .map(&at)
            .reduce(|a, b| if b.1 > a.1 || a.1.is_nan() { b } else { a });
        if let Some((x, value)) = largest {
            add(x, value);
        }
        from = to;
    }
    segments.retain(|line| !line.is_empty());
    Rc::new(segments)
}

/// The first index below `count` that has reached something that all after it have reached too.
fn first_at(count: usize, reached: impl Fn(usize) -> bool) -> usize {
    let (mut low, mut high) = (0, count);
    while low < high {
        let middle = usize::midpoint(low, high);
        if reached(middle) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    low
}

/// A line of its own colour.
fn drawn(name: String, points: Segments, colour: Color32, counts: bool) -> Drawn {
    Drawn {
        name,
        points,
        colour,
        width: 1.4,
        dashed: false,
        dots: false,
        counts,
    }
}

/// What is in view of a plot of this page whose axis is logarithmic.
fn log_view(ui: &Ui, plots: &Plots, state: &AppState, plot: &str) -> View {
    View {
        log: true,
        ..steps::view(ui, &plots.steps, state, plot)
    }
}

/// What all plots of this page over steps have in common.
struct Shown<'a> {
    id: &'static str,
    title: Text,
    y_label: Text,
    log: bool,
    y: Option<[f64; 2]>,
    lines: Vec<Drawn>,
    last: Vec<(String, f64)>,
    levels: Vec<(f64, Color32, String)>,
    readout: &'a dyn Fn(f64) -> Option<String>,
}

fn over_steps(ui: &mut Ui, plots: &mut Plots, state: &AppState, shown: Shown<'_>) {
    let axis = state.view.x_axis;
    frame::show(
        ui,
        &mut plots.steps,
        &Spec {
            id: shown.id,
            label: text::plot_label(&shown.title, &shown.last),
            x_label: text::x_axis_name(axis).get(),
            y_label: &shown.y_label,
            log: shown.log,
            x: steps::range(state),
            y: shown.y,
            empty: shown.lines.is_empty().then(|| nothing(state).get()),
            lines: shown.lines,
            bands: Vec::new(),
            levels: shown.levels,
            spans: Vec::new(),
            marks: Vec::new(),
            x_unit: steps::tick_unit(axis),
            x_years: &[],
            x_tick: &|x| steps::tick(axis, x),
            readout: shown.readout,
            cursor_group: "steps",
        },
    );
}

/// What stands in a plot without a line.
fn nothing(state: &AppState) -> Text {
    if state.runs.is_empty() || !state.runs.iter().all(Run::ended) {
        text::NOT_YET_SHORT
    } else {
        text::NOTHING_MEASURED
    }
}

/// What the colours of lines mean, in as many rows as that needs.
fn names_of_colours(ui: &mut Ui, keys: &[(Color32, String)]) {
    const ROW: f32 = 16.0;
    const DOT: f32 = 12.0;
    let font = TextStyle::Small.resolve(ui.style());
    let ink = ui.visuals().weak_text_color();
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing = vec2(theme::GRID, 0.0);
        ui.spacing_mut().interact_size.y = ROW;
        ui.horizontal_wrapped(|ui| {
            for (colour, name) in keys {
                let words = ui.painter().layout_no_wrap(name.clone(), font.clone(), ink);
                let size = vec2(DOT + words.size().x, ROW);
                let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
                let middle = rect.left_center();
                ui.painter()
                    .circle_filled(middle + vec2(4.0, 0.0), 3.5, *colour);
                let corner = middle + vec2(DOT, -words.size().y / 2.0);
                ui.painter().galley(corner, words, ink);
                response.widget_info(|| WidgetInfo::labeled(Role::Label, true, name));
            }
        });
    });
}

/// The gradient's norm of each tensor of one contender.
fn tensors(ui: &mut Ui, plots: &mut Plots, state: &AppState, chosen: Option<(usize, &Run)>) {
    let names = chosen
        .and_then(|(_, run)| run.info.as_ref())
        .map_or(&[][..], |info| &info.tensors[..]);
    let keys: Vec<(Color32, String)> = names
        .iter()
        .enumerate()
        .map(|(index, name)| (theme::contender(index), name.replace("rnn.", "")))
        .collect();
    header(ui, text::BY_TENSOR, |_| {}, |_| {});
    names_of_colours(ui, &keys);
    let view = log_view(ui, plots, state, "tensors");
    let mut lines = Vec::new();
    let mut last = Vec::new();
    if let Some((_, run)) = chosen {
        let place = steps::place(run, view.axis);
        let steps = &run.history.tensor_steps;
        for (index, [norms, _]) in run.history.tensor_norms.iter().enumerate() {
            let points = thinned(view, norms.len(), |i| {
                (place.x(steps[i] as usize), f64::from(norms[i]))
            });
            let colour = theme::contender(index);
            lines.push(drawn(
                names.get(index).cloned().unwrap_or_default(),
                points,
                colour,
                !run.diverged(),
            ));
            if let (Some(name), Some(norm)) = (names.get(index), norms.last()) {
                last.push((name.clone(), f64::from(*norm)));
            }
        }
    }
    let readout = |x: f64| {
        let (_, run) = chosen?;
        steps::readout_of(run, view.axis, x, |row| {
            let steps = &run.history.tensor_steps;
            let at = steps.partition_point(|&other| other <= row as u64);
            let norms = names.iter().zip(&run.history.tensor_norms);
            norms
                .filter_map(|(name, [norms, _])| {
                    Some((name.clone(), f64::from(*norms.get(at.checked_sub(1)?)?)))
                })
                .collect()
        })
    };
    over_steps(
        ui,
        plots,
        state,
        Shown {
            id: "tensors",
            title: text::BY_TENSOR,
            y_label: text::NORM_AXIS,
            log: true,
            y: None,
            lines,
            last,
            levels: Vec::new(),
            readout: &readout,
        },
    );
}

/// The size of each update relative to the weights.
fn updates(ui: &mut Ui, plots: &mut Plots, state: &AppState) {
    titled(ui, text::UPDATE_RATIO, text::UPDATE_RATIO_HELP);
    let view = log_view(ui, plots, state, "updates");
    let ratio = |run: &Run, row: usize| -> Option<f64> {
        let update = *run.history.update_norm.values().get(row)?;
        let weights = *run.history.weight_norm.values().get(row)?;
        Some(f64::from(update) / f64::from(weights))
    };
    let mut lines = Vec::new();
    let mut last = Vec::new();
    for (_, run) in state.shown_runs() {
        let place = steps::place(run, view.axis);
        let points = thinned(view, run.history.len(), |row| {
            (place.x(row), ratio(run, row).unwrap_or(f64::NAN))
        });
        let colour = theme::contender(run.colour);
        lines.push(drawn(run.label(), points, colour, !run.diverged()));
        if let Some(value) = run
            .history
            .len()
            .checked_sub(1)
            .and_then(|row| ratio(run, row))
        {
            last.push((run.label(), value));
        }
    }
    let readout =
        |x: f64| steps::readout(state, x, |run, row| Some((run.label(), ratio(run, row)?)));
    over_steps(
        ui,
        plots,
        state,
        Shown {
            id: "updates",
            title: text::UPDATE_RATIO,
            y_label: text::RATIO_AXIS,
            log: true,
            y: None,
            lines,
            last,
            levels: Vec::new(),
            readout: &readout,
        },
    );
}

/// The spectral radius of each contender's recurrent weights.
fn radii(ui: &mut Ui, plots: &mut Plots, state: &AppState) {
    titled(ui, text::RADIUS, text::RADIUS_HELP);
    let layer = plots.norms.layer;
    let mut lines = Vec::new();
    let mut last = Vec::new();
    for (_, run) in state.shown_runs() {
        let found: Vec<(u64, f64)> = run.looks.course(layer, |look| Some(look.radius)).collect();
        let Some(&(_, radius)) = found.last() else {
            continue;
        };
        let colour = theme::contender(run.colour);
        lines.push(drawn(
            run.label(),
            line(run, state.view.x_axis, &found),
            colour,
            !run.diverged(),
        ));
        last.push((run.label(), radius));
    }
    let readout = |x: f64| {
        steps::readout(state, x, |run, row| {
            let at = run.looks.before(run.first_step() + row as u64)?;
            Some((run.label(), run.looks.layers[at].get(layer)?.radius))
        })
    };
    let weak = ui.visuals().weak_text_color();
    over_steps(
        ui,
        plots,
        state,
        Shown {
            id: "radii",
            title: text::RADIUS,
            y_label: text::RADIUS_AXIS,
            log: false,
            y: Some([0.9, 1.1]),
            lines,
            last,
            levels: vec![(1.0, weak, String::new())],
            readout: &readout,
        },
    );
}

/// The looks' line over what the axis counts.
fn line(run: &Run, axis: XAxis, points: &[(u64, f64)]) -> Segments {
    let measure = measure(run, axis);
    let finite = points.iter().filter(|(_, value)| value.is_finite());
    let points: Vec<PlotPoint> = finite
        .map(|&(step, value)| PlotPoint::new(measure.x(step as usize), value))
        .collect();
    Rc::new(if points.is_empty() {
        Vec::new()
    } else {
        vec![points]
    })
}

/// How far one contender's gates and units are driven.
fn saturation(ui: &mut Ui, plots: &mut Plots, state: &AppState, chosen: Option<(usize, &Run)>) {
    let layer = plots.norms.layer;
    let share = |gate: &GateUse| f64::from(gate.low + gate.high);
    let latest = chosen
        .and_then(|(_, run)| run.looks.layers.last())
        .and_then(|layers| layers.get(layer))
        .map_or(&[][..], |look| &look.gates[..]);
    let keys: Vec<(Color32, String)> = latest
        .iter()
        .enumerate()
        .map(|(index, gate)| (theme::contender(index), text::gate(gate.gate).into()))
        .collect();
    titled(ui, text::SATURATION, text::SATURATION_HELP);
    names_of_colours(ui, &keys);
    let mut lines = Vec::new();
    if let Some((_, run)) = chosen {
        for (index, gate) in latest.iter().enumerate() {
            let found: Vec<(u64, f64)> = run
                .looks
                .course(layer, |look| look.gates.get(index).map(share))
                .collect();
            let colour = theme::contender(index);
            let points = line(run, state.view.x_axis, &found);
            lines.push(drawn(text::gate(gate.gate).into(), points, colour, true));
        }
    }
    let last = latest
        .iter()
        .map(|gate| (text::gate(gate.gate).into(), share(gate)))
        .collect();
    let readout = |x: f64| {
        let (_, run) = chosen?;
        steps::readout_of(run, state.view.x_axis, x, |row| {
            let at = run.looks.before(run.first_step() + row as u64);
            let look = at.and_then(|at| run.looks.layers[at].get(layer));
            (look.into_iter().flat_map(|look| &look.gates))
                .map(|gate| (text::gate(gate.gate).into(), share(gate)))
                .collect()
        })
    };
    over_steps(
        ui,
        plots,
        state,
        Shown {
            id: "saturation",
            title: text::SATURATION,
            y_label: text::SHARE_AXIS,
            log: false,
            y: Some([0.0, 1.0]),
            lines,
            last,
            levels: Vec::new(),
            readout: &readout,
        },
    );
}

/// The hidden units' values over the steps: a picture with the values upwards.
fn units(ui: &mut Ui, plots: &mut Plots, state: &AppState, chosen: Option<(usize, &Run)>) {
    titled(ui, text::UNITS, text::UNITS_HELP);
    let layer = plots.norms.layer;
    let axis = state.view.x_axis;
    if let Some((index, run)) = chosen {
        let looks = &run.looks;
        let last = looks.steps.last().copied().unwrap_or_default();
        let of = (
            state.generation,
            index,
            layer,
            looks.steps.len(),
            last,
            axis,
        );
        if plots
            .norms
            .histogram
            .as_ref()
            .is_none_or(|shown| shown.of != of)
        {
            plots.norms.histogram = image(run, layer, axis).map(|(image, reach)| Histogram {
                of,
                reach,
                texture: ui
                    .ctx()
                    .load_texture("hidden units", image, TextureOptions::NEAREST),
            });
        }
    } else {
        plots.norms.histogram = None;
    }
    let [x0, x1] = plots.steps.x.unwrap_or_else(|| steps::range(state));
    let [low, high] = UNITS_RANGE.map(f64::from);
    let plot = Plot::new("units").id(Id::unique("hidden units"));
    let response = still::still(ui, plot)
        .x_grid_spacer(move |input| grid::linear(&input, 9.0, steps::tick_unit(axis)))
        .y_grid_spacer(|input| grid::linear(&input, 4.5, 0.0))
        .show_x(false)
        .show_y(false)
        .link_cursor(Id::unique("steps"), [true, false])
        .custom_x_axes(vec![
            still::axis(ui, AxisHints::new_x(), &text::x_axis_name(axis))
                .formatter(move |mark, _| steps::tick(axis, mark.value)),
        ])
        .custom_y_axes(vec![
            still::axis(ui, AxisHints::new_y(), &text::VALUE_AXIS)
                .min_thickness(56.0)
                .formatter(|mark, _| format::linear_tick(mark.value)),
        ])
        .show(ui, |plot| {
            plot.set_plot_bounds(PlotBounds::from_min_max([x0, low], [x1, high]));
            if let Some(Histogram { reach, texture, .. }) = &plots.norms.histogram {
                let [from, to] = *reach;
                let centre = PlotPoint::new(f64::midpoint(from, to), f64::midpoint(low, high));
                let size = vec2((to - from) as f32, (high - low) as f32);
                plot.image(PlotImage::new("", texture, centre, size).allow_hover(false));
            }
        });
    if plots.norms.histogram.is_none() {
        ui.painter().text(
            response.transform.frame().center(),
            Align2::CENTER_CENTER,
            nothing(state),
            TextStyle::Body.resolve(ui.style()),
            ui.visuals().weak_text_color(),
        );
    }
    response
        .response
        .widget_info(|| WidgetInfo::labeled(Role::Image, true, &*text::UNITS));
}

/// A column for each stretch of the axis, of the look nearest before it, and where the axis begins and ends.
fn image(run: &Run, layer: usize, axis: XAxis) -> Option<(ColorImage, [f64; 2])> {
    const COLUMNS: usize = 400;
    let looks = &run.looks;
    let (first, last) = (*looks.steps.first()?, *looks.steps.last()?);
    let end = last + (last - first).div_ceil(looks.steps.len() as u64).max(1);
    let columns = COLUMNS.min((end - first) as usize);
    let measure = measure(run, axis);
    let reach = [first, end].map(|step| measure.x(step as usize));
    let bins = looks.layers.last()?.get(layer)?.units.len();
    let mut pixels = vec![Color32::TRANSPARENT; columns * bins];
    for column in 0..columns {
        let x = reach[0] + (reach[1] - reach[0]) * column as f64 / columns as f64;
        let step = measure.step(x)? as u64;
        let units = &looks.layers[looks.before(step.max(first))?]
            .get(layer)?
            .units;
        for (bin, share) in units.iter().enumerate() {
            // The root lets small shares be seen beside the large ones.
            pixels[(bins - 1 - bin) * columns + column] = colours::scale((2.0 * share).sqrt());
        }
    }
    Some((ColorImage::new([columns, bins], pixels), reach))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thinned_lines_keep_peaks_of_short_runs_and_bound_the_work_of_long_ones() {
        let view = View {
            from: 0.0,
            to: 100.0,
            pixels: 200,
            log: false,
            axis: XAxis::Steps,
            smoothing: 0,
        };
        let values = [1.0, 5.0, f64::NAN, 2.0];
        let line = thinned(view, 4, |i| (i as f64, values[i]));
        let found: Vec<Vec<(f64, f64)>> = (line.iter())
            .map(|part| part.iter().map(|p| (p.x, p.y)).collect())
            .collect();
        assert_eq!(found, [vec![(0.0, 1.0), (1.0, 5.0)], vec![(3.0, 2.0)]]);
        let read = std::cell::Cell::new(0);
        let view = View { to: 1e6, ..view };
        let line = thinned(view, 1_000_000, |i| {
            read.set(read.get() + 1);
            (i as f64, 1.0)
        });
        assert!(line[0].len() <= 201 && read.get() < 4000, "{}", read.get());
        // Zoomed in, every value is there again.
        let view = View {
            from: 500.0,
            to: 520.0,
            ..view
        };
        let line = thinned(view, 1_000_000, |i| (i as f64, i as f64));
        assert!(line[0].len() >= 21 && line[0].iter().all(|p| p.x == p.y));
    }
}
