//! The axes of a plot: their names, ticks and grid lines.

use super::Spec;
use crate::app::plots::{grid, still};
use crate::app::{format, names};
use eframe::egui::{FontId, Id, Popup, RichText, TextStyle, Ui, Vec2};
use egui_plot::{AxisHints, GridInput, GridMark, HoverPosition, Plot};
use std::ops::RangeInclusive;

/// The unit in which egui counts the distance of grid lines, in points.
const GRID_POINTS: f32 = 8.0;

/// Least distance of ticks along the x axis: room for a date.
const X_GAP: f32 = 72.0;

/// Least distance of ticks along the y axis.
const Y_GAP: f32 = 36.0;

/// Room for the ticks of the y axis and its name, in points.
pub(super) const Y_AXIS: f32 = 56.0;

/// Room for the ticks of the x axis and its name, in points.
pub(super) const X_AXIS: f32 = 32.0;

/// Grid lines across a plot at most, however high it is.
const LINES: f32 = 8.0;

/// Where ticks and grid lines stand on an axis.
pub mod marks {
    use super::{GRID_POINTS, Spec, grid, x_marks, y_gap};
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
        let (input, gap) = (input(range, points), y_gap(points) as f32 / GRID_POINTS);
        let marks = if spec.log {
            grid::logarithmic(&input, gap)
        } else {
            grid::linear(&input, gap, 0.0)
        };
        marks.into_iter().map(|mark| mark.value).collect()
    }
}

/// The least distance of ticks along the y axis of a plot that is `points` high.
fn y_gap(points: f64) -> f64 {
    f64::from(Y_GAP).max(points / f64::from(LINES))
}

/// Grid lines along the x axis.
fn x_marks(input: &GridInput, unit: f64, years: &[(usize, i32)]) -> Vec<GridMark> {
    if years.is_empty() {
        grid::linear(input, X_GAP / GRID_POINTS, unit)
    } else {
        grid::years(input, X_GAP / GRID_POINTS, years)
    }
}

pub(super) fn plot<'a>(ui: &Ui, spec: &Spec<'a>, small: &FontId) -> Plot<'a> {
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
    let y_gap = y_gap(f64::from(height)) as f32;
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
        .show_background(false)
        .show_grid(false)
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
