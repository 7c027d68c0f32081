//! The frame that all plots share: axes, grid, cursor, pan and zoom, and the way back.

use super::lines::Segments;
use super::reach::{remember, y_range};
use super::save::{self, Format};
use super::{Axes, cursor, grid, still, thin};
use crate::app::{format, names, text, theme};
use eframe::egui::{
    Align2, Color32, FontId, Id, Popup, Pos2, RichText, Role, TextStyle, Ui, Vec2, WidgetInfo, vec2,
};
use egui_plot::{
    AxisHints, FilledArea, GridInput, GridMark, HLine, HoverPosition, Line, LineStyle, MarkerShape,
    Plot, PlotBounds, PlotPoint, PlotPoints, Points, Span, Text, VLine,
};
use std::borrow::Cow;
use std::ops::RangeInclusive;

/// The unit in which egui counts the distance of grid lines, in points.
const GRID_POINTS: f32 = 8.0;
/// Least distance of ticks along the x axis: room for a date.
const X_GAP: f32 = 72.0;
/// Least distance of ticks along the y axis.
const Y_GAP: f32 = 36.0;

/// Room for the ticks of the y axis and its name, in points.
const Y_AXIS: f32 = 56.0;
/// Room for the ticks of the x axis and its name, in points.
const X_AXIS: f32 = 32.0;
/// Grid lines across a plot at most, however high it is.
const LINES: f32 = 8.0;
/// How far below the upper edge a mark stays, as a share of the height.
const MARK_BELOW_EDGE: f64 = 0.04;
/// Share of the height that the words of a level take.
const WORDS_OF_LEVEL: f64 = 0.15;
/// Half the width of a mark, in points.
const MARK: f64 = 6.0;

/// As much of `name` as `room` points hold, by `width` of a text; nothing where that says nothing.
fn name_in(room: f32, name: &str, width: &dyn Fn(&str) -> f32) -> String {
    const AROUND: f32 = 6.0;
    const LETTERS: usize = 3;
    if width(name) + AROUND <= room {
        return name.to_owned();
    }
    let letters: Vec<char> = name.chars().collect();
    (LETTERS..letters.len())
        .rev()
        .map(|count| letters[..count].iter().chain(&['…']).collect::<String>())
        .find(|short| width(short) + AROUND <= room)
        .unwrap_or_default()
}

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
    /// Levels across the whole plot, with what stands at their end.
    pub levels: Vec<(f64, Color32, String)>,
    /// Shaded stretches with their names.
    pub spans: Vec<(String, [f64; 2], Color32)>,
    /// Marks with their names.
    pub marks: Vec<(f64, f64, Color32)>,
    /// What x ticks are multiples of; 0 for anything.
    pub x_unit: f64,
    /// Rows where years begin, with the years: ticks stand at these alone, where there are any.
    pub x_years: &'a [(usize, i32)],
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
    use super::{GRID_POINTS, Spec, Y_GAP, grid, x_marks};
    use egui_plot::GridInput;

    fn input([low, high]: [f64; 2], points: f64) -> GridInput {
        GridInput {
            bounds: (low, high),
            base_step_size: (high - low) / points * f64::from(GRID_POINTS),
        }
    }

    /// Along the x axis, `points` long.
    pub fn x(spec: &Spec<'_>, range: [f64; 2], points: f64) -> Vec<f64> {
        let marks = x_marks(&input(range, points), spec.x_unit, spec.x_years);
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
    axes.drawn = true;
    if let Some(travel) = axes.travel.take() {
        axes.x = travel.from(axes.x.unwrap_or(spec.x), spec.x);
        // Lines have the points of what was in view before.
        ui.ctx().request_repaint();
    }
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
    let width = ui.available_width() - Y_AXIS;
    let height = ui.available_height() - X_AXIS;
    let widths = |text: &str| {
        let galley = ui
            .painter()
            .layout_no_wrap(text.to_owned(), small.clone(), weak);
        galley.size().x
    };
    let spans: Vec<(String, [f64; 2], Color32)> = (spans.iter())
        .map(|(name, range, fill)| {
            let room = (range[1].min(x1) - range[0].max(x0)) / (x1 - x0) * f64::from(width);
            (name_in(room as f32, name, &widths), *range, *fill)
        })
        .collect();
    let response = plot.show(ui, |plot| {
        plot.set_plot_bounds(wanted);
        wheel_zoom(plot);
        for (name, range, fill) in &spans {
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
            if range[1] > x0 && at < x1 && !name.is_empty() {
                let place = PlotPoint::new(at + (x1 - x0) * 0.004, y1 - (y1 - y0) * 0.01);
                plot.text(
                    Text::new("", place, RichText::new(name).font(small.clone()))
                        .color(weak)
                        .anchor(Align2::LEFT_TOP)
                        .allow_hover(false),
                );
            }
        }
        for (level, colour, words) in levels {
            let level = if *log { level.log10() } else { *level };
            if level.is_finite() {
                plot.hline(
                    HLine::new("", level)
                        .color(*colour)
                        .width(1.0)
                        .style(LineStyle::dashed_dense())
                        .allow_hover(false),
                );
                if !words.is_empty() && (y0..=y1).contains(&level) {
                    let above = level < y1 - (y1 - y0) * WORDS_OF_LEVEL;
                    let end = PlotPoint::new(x1 - (x1 - x0) * 0.01, level);
                    plot.text(
                        Text::new("", end, RichText::new(words).font(small.clone()))
                            .color(weak)
                            .anchor(if above {
                                Align2::RIGHT_BOTTOM
                            } else {
                                Align2::RIGHT_TOP
                            })
                            .allow_hover(false),
                    );
                }
            }
        }
        for band in bands {
            fill(plot, band);
        }
        for line in lines {
            draw(plot, line, &wanted);
        }
        for &(x, y, colour) in marks {
            let y = if *log { y.log10() } else { y };
            // A little below the upper edge, which would cut the mark and its word in half.
            let least = 1.5 * MARK / f64::from(height.max(1.0));
            let top = y1 - (y1 - y0) * MARK_BELOW_EDGE.max(least);
            // Nor may a side cut it.
            let beside = MARK / f64::from(width.max(1.0)) * (x1 - x0);
            let x = if (x0..=x1).contains(&x) {
                x.clamp(x0 + beside, (x1 - beside).max(x0 + beside))
            } else {
                x
            };
            let place = PlotPoint::new(x, if y.is_finite() { y.clamp(y0, top) } else { top });
            plot.points(
                Points::new("", PlotPoints::Owned(vec![place]))
                    .shape(MarkerShape::Cross)
                    .radius(MARK as f32)
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
    cursor::show(ui, axes, spec, &response.response, &response.transform);
    cursor::menu(axes, spec, &response.response);
    if let Some((id, format)) = axes.wanted
        && id == spec.id
    {
        axes.wanted = None;
        match format {
            // The whole tile, as the picture wants its title and its keys, and what reaches over its edge.
            Format::Png => {
                let edge = vec2(1.75 * theme::GRID, theme::GRID);
                save::photograph(ui.ctx(), spec.id, ui.max_rect().expand2(edge));
            }
            Format::Svg => axes.saved.extend(save::svg(spec, [x0, x1])),
            Format::Csv => axes.saved.push(save::csv(spec)),
        }
    }
    if let Some(words) = spec.empty {
        let font = TextStyle::Body.resolve(ui.style());
        let words = ui.painter().layout_no_wrap(words.to_owned(), font, weak);
        let place =
            Align2::CENTER_CENTER.anchor_size(response.transform.frame().center(), words.size());
        // No grid line goes through the words.
        ui.painter().rect_filled(
            place.expand2(vec2(theme::GRID, 2.0)),
            0.0,
            ui.visuals().extreme_bg_color,
        );
        ui.painter().galley(place.min, words, weak);
    }
    response
        .response
        .widget_info(|| WidgetInfo::labeled(Role::Image, true, &spec.label));
}

/// Grid lines along the x axis.
fn x_marks(input: &GridInput, unit: f64, years: &[(usize, i32)]) -> Vec<GridMark> {
    if years.is_empty() {
        grid::linear(input, X_GAP / GRID_POINTS, unit)
    } else {
        grid::years(input, X_GAP / GRID_POINTS, years)
    }
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
    let (unit, years) = (spec.x_unit, spec.x_years.to_vec());
    let height = ui.available_height() - X_AXIS;
    let y_gap = Y_GAP.max(height / LINES);
    // A long name of a column would reach into what stands above.
    let alone: [&str; 0] = [];
    let y_name = names::cut_to(ui, spec.y_label, &alone, &TextStyle::Small, height);
    let colour = ui.visuals().weak_text_color();
    let cursor = Id::unique(spec.cursor_group);
    let covered = Popup::is_any_open(ui.ctx());
    Plot::new(spec.id)
        .id(Id::unique(("plot", spec.id)))
        .allow_scroll(false)
        .allow_double_click_reset(false)
        .allow_boxed_zoom(true)
        .set_margin_fraction(Vec2::ZERO)
        .min_size(still::LEAST)
        .show_x(true)
        .show_y(false)
        .grid_color(theme::grid_line(ui))
        .grid_fade(0.0)
        .grid_spacing(GRID_POINTS..=160.0)
        .x_grid_spacer(move |input| x_marks(&input, unit, &years))
        .y_grid_spacer(move |input| {
            if log {
                grid::logarithmic(&input, y_gap / GRID_POINTS)
            } else {
                grid::linear(&input, y_gap / GRID_POINTS, 0.0)
            }
        })
        .link_cursor(cursor, [true, false])
        .cursor_color(ui.visuals().weak_text_color())
        .label_formatter(move |position| {
            let (HoverPosition::Elsewhere { position }
            | HoverPosition::NearDataPoint { position, .. }) = position;
            // A menu begins at the pointer, and the values would lie over it.
            readout(position.x).filter(|_| !covered)
        })
        .custom_x_axes(vec![
            AxisHints::new_x()
                .label(axis_name(still::if_room(ui, spec.x_label)))
                .formatter(move |mark, _| x_tick(mark.value))
                .tick_label_color(colour)
                .tick_label_font(small.clone()),
        ])
        .custom_y_axes(vec![
            AxisHints::new_y()
                .label(axis_name(&y_name))
                .min_thickness(Y_AXIS)
                .formatter(y_tick)
                .label_spacing(18.0..=26.0)
                .tick_label_color(colour)
                .tick_label_font(small.clone()),
        ])
}

fn draw<'a>(plot: &mut egui_plot::PlotUi<'a>, line: &'a Drawn, bounds: &PlotBounds) {
    if line.dashed {
        // A dash is made for every few points of the screen, also of what lies far outside of it.
        let inside = line.points.iter().flat_map(|points| near(points, bounds));
        for (part, points) in inside.enumerate() {
            // A dash ends at every point that it passes.
            let places: Vec<Pos2> = (points.iter())
                .map(|point| plot.screen_from_plot(*point))
                .collect();
            let corners = thin::corners(&places).into_iter();
            let points = corners.map(|index| points[index]).collect();
            plot.line(
                Line::new(line.name.clone(), PlotPoints::Owned(points))
                    .id((&line.name, part))
                    .color(line.colour)
                    .width(line.width)
                    .style(LineStyle::dashed_dense())
                    .allow_hover(false),
            );
        }
    }
    for (part, points) in line.points.iter().enumerate() {
        if !line.dashed {
            plot.line(
                Line::new(
                    line.name.clone(),
                    match thin::level(points) {
                        Cow::Borrowed(points) => PlotPoints::Borrowed(points),
                        Cow::Owned(points) => PlotPoints::Owned(points),
                    },
                )
                .id((&line.name, part))
                .color(line.colour)
                .width(line.width)
                .allow_hover(false),
            );
        }
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

/// The pieces of a line within `bounds` and their width and height around them (Liang & Barsky 1984).
fn near(points: &[PlotPoint], bounds: &PlotBounds) -> Vec<Vec<PlotPoint>> {
    let (low, high) = (bounds.min(), bounds.max());
    let around = |axis: usize| {
        let size = high[axis] - low[axis];
        [low[axis] - size, high[axis] + size]
    };
    let (xs, ys) = (around(0), around(1));
    let mut pieces: Vec<Vec<PlotPoint>> = Vec::new();
    let mut goes_on = false;
    for pair in points.windows(2) {
        let (from, to) = (pair[0], pair[1]);
        let (mut first, mut last) = (0.0_f64, 1.0_f64);
        for (start, end, [low, high]) in [(from.x, to.x, xs), (from.y, to.y, ys)] {
            let way = end - start;
            if way == 0.0 {
                if start < low || start > high {
                    last = -1.0;
                }
                continue;
            }
            let (a, b) = ((low - start) / way, (high - start) / way);
            first = first.max(a.min(b));
            last = last.min(a.max(b));
        }
        // What is not finite is in no place.
        let ends = [from.x, from.y, to.x, to.y];
        if first > last || !ends.into_iter().all(f64::is_finite) {
            goes_on = false;
            continue;
        }
        let at = |share: f64| match share {
            0.0 => from,
            1.0 => to,
            share => PlotPoint::new(
                (from.x + share * (to.x - from.x)).clamp(xs[0], xs[1]),
                (from.y + share * (to.y - from.y)).clamp(ys[0], ys[1]),
            ),
        };
        match pieces.last_mut() {
            Some(piece) if goes_on && first == 0.0 => piece.push(at(last)),
            _ => pieces.push(vec![at(first), at(last)]),
        }
        goes_on = last == 1.0;
    }
    pieces
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
            x_years: &[],
            x_tick: &|_| String::new(),
            readout: &|_| None,
            cursor_group: "test",
            empty: None,
        }
    }
    #[test]
    fn a_name_is_shortened_to_its_room() {
        let width = |text: &str| 10.0 * text.chars().count() as f32;
        assert_eq!(name_in(200.0, "Validation", &width), "Validation");
        assert_eq!(name_in(60.0, "Validation", &width), "Vali…");
        assert_eq!(name_in(20.0, "Validation", &width), "");
    }

    #[test]
    fn dashes_are_made_of_what_is_near_alone() {
        let bounds = PlotBounds::from_min_max([0.0, 0.0], [10.0, 2.0]);
        let points = |ys: &[f64]| -> Vec<PlotPoint> {
            let points = ys.iter().enumerate();
            points.map(|(x, y)| PlotPoint::new(x as f64, *y)).collect()
        };
        let calm = points(&[0.0, 1.0, 2.0, 1.5]);
        assert_eq!(near(&calm, &bounds), std::slice::from_ref(&calm));
        let wild = points(&[1.0, 1e30, -1e30, 1.0, 1.2, f64::NAN, 1.0, 9.0, 9.0, 1.0]);
        let pieces = near(&wild, &bounds);
        assert!(pieces.len() >= 3, "{pieces:?}");
        for point in pieces.iter().flatten() {
            assert!((-2.0..=4.0).contains(&point.y), "{point:?}");
        }
        assert!(pieces.iter().any(|piece| piece.ends_with(&wild[3..5])));
        assert_eq!(near(&points(&[1e30, 1e30]), &bounds).len(), 0);
    }
}
