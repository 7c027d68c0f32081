//! The values of one contender's hidden units over the steps: a picture with the values upwards.

use super::over_steps::nothing;
use crate::app::plots::colours;
use crate::app::plots::{Plots, grid, measure, steps, still, titled};
use crate::app::runs::Run;
use crate::app::state::AppState;
use crate::app::view::XAxis;
use crate::app::{format, text};
use crate::record::UNITS_RANGE;
use eframe::egui::{
    Align2, Color32, ColorImage, Id, Role, TextStyle, TextureHandle, TextureOptions, Ui,
    WidgetInfo, vec2,
};
use egui_plot::{AxisHints, Plot, PlotBounds, PlotImage, PlotPoint};

/// The picture of the units' values, and what it was made of.
pub(super) struct Histogram {
    /// Generation, run, layer, looks held, the step of the latest, and what the axis counts.
    of: (u64, usize, usize, usize, u64, XAxis),
    reach: [f64; 2],
    texture: TextureHandle,
}

/// The hidden units' values over the steps: a picture with the values upwards.
pub(super) fn show(
    ui: &mut Ui,
    plots: &mut Plots,
    state: &AppState,
    chosen: Option<(usize, &Run)>,
) {
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
