//! The frame that all plots share: axes, grid, cursor, pan and zoom, and the way back.

use super::lines::{Segments, join, span};
use super::save::{self, Format};
use super::{Axes, grid};
use crate::app::{format, text, theme};
use eframe::egui::{
    Align2, Color32, CornerRadius, FontId, Id, Rect, Response, RichText, Role, TextStyle, Ui, Vec2,
    WidgetInfo, pos2, vec2,
};
use egui_plot::{
    AxisHints, FilledArea, GridMark, HLine, HoverPosition, Line, LineStyle, MarkerShape, Plot,
    PlotBounds, PlotPoint, PlotPoints, PlotTransform, Points, Span, Text, VLine,
};
use std::ops::RangeInclusive;

/// The unit in which egui counts the distance of grid lines, in points.
const GRID_POINTS: f32 = 8.0;
/// Least distance of ticks along the x axis: room for a date.
const X_GAP: f32 = 72.0;
/// Least distance of ticks along the y axis.
const Y_GAP: f32 = 36.0;

/// A line to be drawn.
pub struct Drawn {
    /// What it is, for identity.
    pub name: String,
    /// Its points.
    pub points: Segments,
    /// Its colour.
    pub colour: Color32,
    /// Its width.
    pub width: f32,
    /// Whether it is dashed.
    pub dashed: bool,
    /// Whether single points are marked, so that one alone is seen.
    pub dots: bool,
    /// Whether the axis makes room for all of it.
    pub counts: bool,
}

/// The area between two lines.
pub struct Band {
    /// The lower and the upper line, cut at the same gaps.
    pub edges: [Segments; 2],
    /// Its colour, which what lies below shines through.
    pub colour: Color32,
}

/// What a plot shows.
pub struct Spec<'a> {
    /// For identity.
    pub id: &'static str,
    /// For those who hear it.
    pub label: String,
    /// The name of the x axis.
    pub x_label: &'a str,
    /// The name of the y axis, with its unit.
    pub y_label: &'a str,
    /// Whether y values are base-ten logarithms.
    pub log: bool,
    /// The x range when nothing was chosen.
    pub x: [f64; 2],
    /// A y range that is always in view.
    pub y: Option<[f64; 2]>,
    /// The lines, lowest first.
    pub lines: Vec<Drawn>,
    /// Areas below the lines.
    pub bands: Vec<Band>,
    /// Levels across the whole plot.
    pub levels: Vec<(f64, Color32)>,
    /// Shaded stretches with their names.
    pub spans: Vec<(String, [f64; 2], Color32)>,
    /// Marks with their names.
    pub marks: Vec<(f64, f64, Color32)>,
    /// What x ticks are multiples of; 0 for anything.
    pub x_unit: f64,
    /// How an x tick reads.
    pub x_tick: &'a dyn Fn(f64) -> String,
    /// What the tooltip says at an x.
    pub readout: &'a dyn Fn(f64) -> Option<String>,
    /// Plots whose cursors move together.
    pub cursor_group: &'static str,
    /// What stands in the middle of an empty plot.
    pub empty: Option<&'a str>,
}

/// Where ticks stand on an axis of a plot that is drawn elsewhere.
pub mod marks {
    use super::{GRID_POINTS, Spec, X_GAP, Y_GAP, grid};
    use egui_plot::GridInput;

    fn input([low, high]: [f64; 2], points: f64) -> GridInput {
        GridInput {
            bounds: (low, high),
            base_step_size: (high - low) / points * f64::from(GRID_POINTS),
        }
    }

    /// Along the x axis, `points` long.
    pub fn x(spec: &Spec<'_>, range: [f64; 2], points: f64) -> Vec<f64> {
        let marks = grid::linear(&input(range, points), X_GAP / GRID_POINTS, spec.x_unit);
        marks.into_iter().map(|mark| mark.value).collect()
    }

    /// Along the y axis, `points` long.
    pub fn y(spec: &Spec<'_>, range: [f64; 2], points: f64) -> Vec<f64> {
        let (input, gap) = (input(range, points), Y_GAP / GRID_POINTS);
        let marks = if spec.log {
            grid::logarithmic(&input, gap)
        } else {
            grid::linear(&input, gap, 0.0)
        };
        marks.into_iter().map(|mark| mark.value).collect()
    }
}

/// Draws the plot into all the space that there is.
pub fn show(ui: &mut Ui, axes: &mut Axes, spec: &Spec<'_>) {
    let [x0, x1] = axes.x.unwrap_or(spec.x);
    let [y0, y1] = axes
        .y
        .get(spec.id)
        .copied()
        .unwrap_or_else(|| y_range(spec, [x0, x1]));
    let wanted = PlotBounds::from_min_max([x0, y0], [x1, y1]);
    let small = TextStyle::Small.resolve(ui.style());
    let plot = plot(ui, spec, &small);
    let weak = ui.visuals().weak_text_color();
    let ink = ui.visuals().text_color();
    let Spec {
        lines,
        bands,
        levels,
        spans,
        marks,
        log,
        ..
    } = spec;
    let response = plot.show(ui, |plot| {
        plot.set_plot_bounds(wanted);
        wheel_zoom(plot);
        for (name, range, fill) in spans {
            // A fill with no colour would be given one.
            if *fill != Color32::TRANSPARENT {
                plot.span(
                    Span::new("", range[0]..=range[1])
                        .fill(*fill)
                        .border_width(0.0),
                );
            }
            plot.vline(
                VLine::new("", range[0])
                    .color(weak.gamma_multiply(0.6))
                    .width(1.0)
                    .allow_hover(false),
            );
            let at = range[0].max(x0);
            if range[1] > x0 && at < x1 {
                let place = PlotPoint::new(at + (x1 - x0) * 0.004, y1 - (y1 - y0) * 0.01);
                plot.text(
                    Text::new("", place, RichText::new(name).font(small.clone()))
                        .color(weak)
                        .anchor(Align2::LEFT_TOP)
                        .allow_hover(false),
                );
            }
        }
        for (level, colour) in levels {
            let level = if *log { level.log10() } else { *level };
            if level.is_finite() {
                plot.hline(
                    HLine::new("", level)
                        .color(*colour)
                        .width(1.0)
                        .style(LineStyle::dashed_dense())
                        .allow_hover(false),
                );
            }
        }
        for band in bands {
            fill(plot, band);
        }
        for line in lines {
            draw(plot, line);
        }
        for &(x, y, colour) in marks {
            let y = if *log { y.log10() } else { y };
            let place = PlotPoint::new(x, if y.is_finite() { y.clamp(y0, y1) } else { y1 });
            plot.points(
                Points::new("", PlotPoints::Owned(vec![place]))
                    .shape(MarkerShape::Cross)
                    .radius(6.0)
                    .color(colour)
                    .allow_hover(false),
            );
            plot.text(
                Text::new(
                    "",
                    place,
                    RichText::new(format!("    {}", text::DIVERGED_MARK)).font(small.clone()),
                )
                .color(ink)
                .anchor(Align2::LEFT_CENTER)
                .allow_hover(false),
            );
        }
    });
    if response.response.double_clicked() {
        axes.follow();
    } else {
        remember(axes, spec, &wanted, response.transform.bounds());
    }
    cursor(ui, axes, spec, &response.response, &response.transform);
    menu(axes, spec, &response.response);
    if let Some((id, format)) = axes.wanted
        && id == spec.id
    {
        axes.wanted = None;
        match format {
            // The whole tile: the picture wants its title and its keys.
            Format::Png => save::photograph(ui.ctx(), spec.id, ui.max_rect()),
            Format::Svg => axes.saved.extend(save::svg(spec, [x0, x1])),
            Format::Csv => axes.saved.push(save::csv(spec)),
        }
    }
    if let Some(words) = spec.empty {
        ui.painter().text(
            response.transform.frame().center(),
            Align2::CENTER_CENTER,
            words,
            TextStyle::Body.resolve(ui.style()),
            weak,
        );
    }
    response
        .response
        .widget_info(|| WidgetInfo::labeled(Role::Image, true, &spec.label));
}

fn plot<'a>(ui: &Ui, spec: &Spec<'a>, small: &FontId) -> Plot<'a> {
    let (log, x_tick, readout) = (spec.log, spec.x_tick, spec.readout);
    let axis_name = |name: &str| {
        RichText::new(name)
            .font(small.clone())
            .color(ui.visuals().weak_text_color())
    };
    let y_tick = move |mark: GridMark, _: &RangeInclusive<f64>| {
        if log {
            format::log_tick(mark.value)
        } else {
            format::linear_tick(mark.value)
        }
    };
    let unit = spec.x_unit;
    let colour = ui.visuals().weak_text_color();
    let cursor = Id::unique(spec.cursor_group);
    Plot::new(spec.id)
        .id(Id::unique(("plot", spec.id)))
        .allow_scroll(false)
        .allow_double_click_reset(false)
        .allow_boxed_zoom(true)
        .set_margin_fraction(Vec2::ZERO)
        .show_x(true)
        .show_y(false)
        .grid_color(theme::grid_line(ui))
        .grid_fade(0.0)
        .grid_spacing(GRID_POINTS..=160.0)
        .x_grid_spacer(move |input| grid::linear(&input, X_GAP / GRID_POINTS, unit))
        .y_grid_spacer(move |input| {
            if log {
                grid::logarithmic(&input, Y_GAP / GRID_POINTS)
            } else {
                grid::linear(&input, Y_GAP / GRID_POINTS, 0.0)
            }
        })
        .link_cursor(cursor, [true, false])
        .cursor_color(ui.visuals().weak_text_color())
        .label_formatter(move |position| {
            let (HoverPosition::Elsewhere { position }
            | HoverPosition::NearDataPoint { position, .. }) = position;
            readout(position.x)
        })
        .custom_x_axes(vec![
            AxisHints::new_x()
                .label(axis_name(spec.x_label))
                .formatter(move |mark, _| x_tick(mark.value))
                .tick_label_color(colour)
                .tick_label_font(small.clone()),
        ])
        .custom_y_axes(vec![
            AxisHints::new_y()
                .label(axis_name(spec.y_label))
                .min_thickness(56.0)
                .formatter(y_tick)
                .label_spacing(18.0..=26.0)
                .tick_label_color(colour)
                .tick_label_font(small.clone()),
        ])
}

fn draw<'a>(plot: &mut egui_plot::PlotUi<'a>, line: &'a Drawn) {
    let style = if line.dashed {
        LineStyle::dashed_dense()
    } else {
        LineStyle::Solid
    };
    for (part, points) in line.points.iter().enumerate() {
        plot.line(
            Line::new(line.name.clone(), PlotPoints::Borrowed(points))
                .id((&line.name, part))
                .color(line.colour)
                .width(line.width)
                .style(style)
                .allow_hover(false),
        );
        if points.len() == 1 || (line.dots && points.len() <= 24) {
            plot.points(
                Points::new(line.name.clone(), PlotPoints::Borrowed(points))
                    .id((&line.name, part, "dots"))
                    .color(line.colour)
                    .radius(line.width + 0.75)
                    .allow_hover(false),
            );
        }
    }
}

fn fill(plot: &mut egui_plot::PlotUi<'_>, band: &Band) {
    let [low, high] = &band.edges;
    for (low, high) in low.iter().zip(high.iter()) {
        let xs: Vec<f64> = low.iter().map(|point| point.x).collect();
        let ys = |edge: &[PlotPoint]| edge.iter().map(|point| point.y).collect::<Vec<f64>>();
        if low.len() == high.len() {
            plot.add(
                FilledArea::new("", &xs, &ys(low), &ys(high))
                    .fill_color(band.colour)
                    .allow_hover(false),
            );
        }
    }
}

/// The wheel zooms the x axis around the pointer.
fn wheel_zoom(plot: &mut egui_plot::PlotUi<'_>) {
    if !plot.response().contains_pointer() {
        return;
    }
    let wheel = plot.ctx().input(|input| {
        if input.modifiers.any() {
            0.0
        } else {
            input.smooth_scroll_delta.y
        }
    });
    if wheel != 0.0 {
        plot.zoom_bounds_around_hovered(vec2((wheel * 0.004).exp(), 1.0));
    }
}

/// The cursor that all plots of one axis share: where one of them is pointed at, the others say their
/// values there too.
fn cursor(ui: &Ui, axes: &mut Axes, spec: &Spec<'_>, plot: &Response, transform: &PlotTransform) {
    let own = matches!(axes.hovered, Some((id, _)) if id == spec.id);
    match plot.hover_pos() {
        Some(place) if transform.frame().contains(place) => {
            let x = transform.value_from_position(place).x;
            axes.hovered = Some((spec.id, x));
            axes.pointed = None;
            return;
        }
        _ if own => axes.hovered = None,
        _ => {}
    }
    let Some(x) = axes.hovered.map(|(_, x)| x).or(axes.pointed) else {
        return;
    };
    let frame = *transform.frame();
    let at = transform.position_from_point(&PlotPoint::new(x, 0.0)).x;
    let Some(words) = (spec.readout)(x).filter(|_| frame.x_range().contains(at)) else {
        return;
    };
    let painter = ui.painter().with_clip_rect(frame);
    let ink = ui.visuals().text_color();
    painter.vline(at, frame.y_range(), (1.0, ui.visuals().weak_text_color()));
    let font = TextStyle::Small.resolve(ui.style());
    let galley = painter.layout_no_wrap(words, font, ink);
    let size = galley.size() + vec2(12.0, 8.0);
    // At the side where there is more room, so that what comes next stays in view.
    let left = if at + size.x + 8.0 < frame.right() {
        at + 6.0
    } else {
        at - 6.0 - size.x
    };
    let rect = Rect::from_min_size(pos2(left, frame.top() + 6.0), size);
    let fill = ui.visuals().panel_fill.gamma_multiply(0.92);
    painter.rect_filled(rect, CornerRadius::same(4), fill);
    painter.galley(rect.min + vec2(6.0, 4.0), galley, ink);
}

/// What a right-click offers.
fn menu(axes: &mut Axes, spec: &Spec<'_>, plot: &Response) {
    plot.context_menu(|ui| {
        for (format, words) in [
            (Format::Png, text::SAVE_PNG),
            (Format::Svg, text::SAVE_SVG),
            (Format::Csv, text::SAVE_CSV),
        ] {
            if ui.button(words).clicked() {
                axes.wanted = Some((spec.id, format));
                ui.ctx().request_repaint();
                ui.close();
            }
        }
        ui.separator();
        if ui.button(text::FOLLOW).clicked() {
            axes.follow();
            ui.close();
        }
    });
}

/// Keeps what the person chose by pan or zoom, as far as some of what there is stays in view.
fn remember(axes: &mut Axes, spec: &Spec<'_>, wanted: &PlotBounds, found: &PlotBounds) {
    let moved = |axis: usize| {
        let size = (wanted.max()[axis] - wanted.min()[axis])
            .abs()
            .max(f64::MIN_POSITIVE);
        (found.min()[axis] - wanted.min()[axis]).abs() > size * 1e-6
            || (found.max()[axis] - wanted.max()[axis]).abs() > size * 1e-6
    };
    if !found.is_valid() {
        return;
    }
    if moved(0) {
        axes.x = Some(kept_in_view([found.min()[0], found.max()[0]], spec.x));
    }
    if moved(1) {
        let all = y_range(spec, spec.x);
        let y = kept_in_view([found.min()[1], found.max()[1]], all);
        axes.y.insert(spec.id, y);
    }
}

/// `range`, but never so far away, so wide or so narrow that `all` is out of sight.
fn kept_in_view([low, high]: [f64; 2], all: [f64; 2]) -> [f64; 2] {
    let whole = (all[1] - all[0]).abs().max(f64::MIN_POSITIVE);
    let least = (whole * 1e-7).max(all[0].abs().max(all[1].abs()) * 1e-12);
    let size = (high - low).clamp(least, whole * 8.0);
    // A tenth of what is on show shows something of what there is.
    let middle = f64::midpoint(low, high).clamp(all[0] - size * 0.4, all[1] + size * 0.4);
    [middle - size / 2.0, middle + size / 2.0]
}

/// The y range that shows all lines that count, with a little room.
pub(super) fn y_range(spec: &Spec<'_>, [x0, x1]: [f64; 2]) -> [f64; 2] {
    let of = |counts: bool| {
        spec.lines
            .iter()
            .filter(|line| line.counts == counts)
            .filter_map(|line| span(&line.points, x0, x1))
            .reduce(join)
    };
    let main = of(true);
    let mut range = match (main, of(false)) {
        (Some(main), Some(rest)) => {
            // A line that blew up gets some room above the others, and is cut off beyond it.
            let room = if spec.log {
                1.0
            } else {
                (main[1] - main[0]).max(1e-12) * 0.5
            };
            [
                main[0].min(rest[0].max(main[0] - room)),
                main[1].max(rest[1].min(main[1] + room)),
            ]
        }
        (Some(one), None) | (None, Some(one)) => one,
        (None, None) => spec
            .y
            .unwrap_or(if spec.log { [-2.0, 0.5] } else { [0.0, 1.0] }),
    };
    if let Some(always) = spec.y {
        range = join(range, always);
    }
    let size = range[1] - range[0];
    let largest = range[0].abs().max(range[1].abs());
    let least = match (spec.log, largest) {
        (true, _) => 0.2,
        (false, 0.0) => 1.0,
        // A constant has room around it, however large or small it is.
        (false, largest) => largest * 1e-3,
    };
    let room = (size * 0.06).max(least * 0.5);
    [range[0] - room, range[1] + room]
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use std::rc::Rc;

    pub fn line(ys: &[f64], counts: bool) -> Drawn {
        Drawn {
            name: String::new(),
            points: Rc::new(vec![
                ys.iter()
                    .enumerate()
                    .map(|(x, &y)| PlotPoint::new(x as f64, y))
                    .collect(),
            ]),
            colour: Color32::BLACK,
            width: 1.0,
            dashed: false,
            dots: false,
            counts,
        }
    }

    fn range_of(lines: Vec<Drawn>) -> [f64; 2] {
        y_range(&spec(lines), [0.0, 10.0])
    }

    pub fn spec(lines: Vec<Drawn>) -> Spec<'static> {
        Spec {
            id: "test",
            label: String::new(),
            x_label: "",
            y_label: "",
            log: false,
            x: [0.0, 10.0],
            y: None,
            lines,
            bands: Vec::new(),
            levels: Vec::new(),
            spans: Vec::new(),
            marks: Vec::new(),
            x_unit: 0.0,
            x_tick: &|_| String::new(),
            readout: &|_| None,
            cursor_group: "test",
            empty: None,
        }
    }

    #[test]
    fn a_diverged_line_does_not_squeeze_the_others() {
        let [low, high] = range_of(vec![line(&[1.0, 3.0], true), line(&[1.0, 1e30], false)]);
        assert!(low < 1.0 && low > 0.0, "{low}");
        assert!(high > 3.0 && high < 6.0, "{high}");
    }

    #[test]
    fn a_constant_line_has_room_around_it_whatever_its_size() {
        for constant in [5.0, 0.0, 1e-30, -1e-30, 1e30, -1e30] {
            let [low, high] = range_of(vec![line(&[constant, constant], true)]);
            assert!(
                low < constant && high > constant,
                "{constant}: {low}, {high}"
            );
            assert!(
                high - low <= constant.abs() * 0.01 + 2.0,
                "{constant}: {low}, {high}"
            );
        }
    }

    #[test]
    fn neither_pan_nor_zoom_loses_what_there_is() {
        let all = [0.0, 100.0];
        for asked in [
            [1e9, 1e9 + 50.0],
            [-1e9, -1e9 + 50.0],
            [-1e12, 1e12],
            [50.0, 50.0 + 1e-300],
            [20.0, 30.0],
        ] {
            let [low, high] = kept_in_view(asked, all);
            assert!(
                low < high && low < all[1] && high > all[0],
                "{asked:?}: {low}, {high}"
            );
            assert!(high - low <= 800.0 && high - low >= 1e-6);
        }
        assert_eq!(kept_in_view([20.0, 30.0], all), [20.0, 30.0]);
    }
}
