//! The frame that all plots share: axes, grid, cursor, pan and zoom, and the way back.

mod axes;
mod draw;
mod spec;

pub use axes::marks;
#[cfg(test)]
pub(super) use spec::samples;
pub use spec::{Band, Drawn, Form, Spec};

use super::reach::{remember, y_range};
use super::save::{self, Format};
use super::{Axes, cursor};
use crate::app::{renderer, theme};
use axes::{X_AXIS, Y_AXIS, plot};
use draw::{Area, fill, name_in};
use eframe::egui::emath::GuiRounding as _;
use eframe::egui::epaint::RectShape;
use eframe::egui::layers::ShapeIdx;
use eframe::egui::{
    Align2, Color32, Mesh, Pos2, Rect, Role, Shape, StrokeKind, TextStyle, Ui, Vec2, WidgetInfo,
    pos2, vec2,
};
use egui_plot::{PlotBounds, PlotTransform};

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
    let area = Area {
        bounds: wanted,
        size: vec2(width, height),
        small: &small,
        weak,
        ink,
    };
    let backdrop = ui.painter().add(Shape::Noop);
    let response = plot.show(ui, |plot| {
        plot.set_plot_bounds(wanted);
        wheel_zoom(plot);
        for (name, range, fill) in &spans {
            area.span(plot, name, *range, *fill);
        }
        for (level, colour, words) in levels {
            let level = if *log { level.log10() } else { *level };
            area.level(plot, level, *colour, words);
        }
        for band in bands {
            fill(plot, band);
        }
        for (index, line) in lines.iter().enumerate() {
            if !lines[index + 1..].iter().any(|above| above.covers(line)) {
                area.line(plot, line);
            }
        }
        for &(x, y, colour) in marks {
            let y = if *log { y.log10() } else { y };
            area.mark(plot, [x, y], colour);
        }
    });
    lay_behind(ui, backdrop, spec, &response.transform);
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

/// What lies behind a plot, at its place among what is drawn: its ground, its grid and its edge. The grid's lines are
/// whole points of the screen, which are sharper than egui's and cost a renderer less.
fn lay_behind(ui: &Ui, place: ShapeIdx, spec: &Spec<'_>, transform: &PlotTransform) {
    let frame = *transform.frame();
    let pixels = ui.pixels_per_point();
    let ground = renderer::whole(ui.ctx(), frame, ui.visuals().extreme_bg_color);
    let ([x0, y0], [x1, y1]) = (transform.bounds().min(), transform.bounds().max());
    let mut grid = Mesh::default();
    let mut line = |least: Pos2, size: Vec2| {
        let line = Rect::from_min_size(least.round_to_pixels(pixels), size);
        grid.add_colored_rect(line, theme::grid_line(ui));
    };
    let thick = 1.0_f32.round_to_pixels(pixels).max(1.0 / pixels);
    for x in marks::x(spec, [x0, x1], f64::from(frame.width())) {
        let x = transform.position_from_point_x(x) - thick / 2.0;
        line(pos2(x, frame.top()), vec2(thick, frame.height()));
    }
    for y in marks::y(spec, [y0, y1], f64::from(frame.height())) {
        let y = transform.position_from_point_y(y) - thick / 2.0;
        line(pos2(frame.left(), y), vec2(frame.width(), thick));
    }
    let edge = ui.visuals().widgets.noninteractive.bg_stroke;
    let edge = RectShape::stroke(frame, 0, edge, StrokeKind::Inside);
    let all = vec![ground, Shape::mesh(grid), edge.into()];
    ui.painter_at(frame).set(place, Shape::Vec(all));
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
