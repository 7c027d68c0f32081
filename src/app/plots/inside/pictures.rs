//! Units in colours and as bars, and the lines of what goes in and comes out.

use super::{Page, Shown};
use crate::app::plots::frame::{self, Drawn, Form, Spec};
use crate::app::plots::still::{axis, still};
use crate::app::plots::{colours, grid};
use crate::app::runs::Run;
use crate::app::text::Text;
use crate::app::{format, text, theme};
use crate::train::Inside;
use eframe::egui::{Color32, Id, Role, Ui, WidgetInfo, vec2};
use egui_plot::{
    AxisHints, Bar, BarChart, HoverPosition, Plot, PlotBounds, PlotImage, PlotPoint, VLine,
};
use std::rc::Rc;

/// Both axes count from 1; y downwards.
fn axes<'a>(ui: &Ui, x: Text, y: Text, plot: Plot<'a>) -> Plot<'a> {
    let whole = |value: f64| (value - value.round()).abs() < 1e-6;
    let counted = |hints: AxisHints<'a>, name: Text, sign: f64| {
        axis(ui, hints, &name).formatter(move |mark, _| {
            let number = sign * mark.value;
            if whole(number) && number > -0.5 {
                format::count(number.round() as u64 + 1)
            } else {
                String::new()
            }
        })
    };
    let down = counted(AxisHints::new_y(), y, -1.0).min_thickness(56.0);
    still(ui, plot)
        .x_grid_spacer(|input| grid::linear(&input, 5.0, 1.0))
        .y_grid_spacer(|input| grid::linear(&input, 3.0, 1.0))
        .custom_x_axes(vec![counted(AxisHints::new_x(), x, 1.0)])
        .custom_y_axes(vec![down])
}

/// Every unit, from the first down, at every time step.
pub(super) fn units_over_time(
    ui: &mut Ui,
    shown: &Shown,
    run: &Run,
    x: [f64; 2],
    time_step: usize,
) {
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
pub(super) fn units_at(ui: &mut Ui, shown: &Shown, time_step: usize) {
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
    let edge = f64::from(shown.reach) * 1.05;
    let plot = Plot::new("units").id(Id::unique("inside units"));
    let response = axes(ui, text::AT_TIME_STEP, text::UNIT, plot)
        .x_grid_spacer(|input| grid::linear(&input, 5.0, 0.0))
        .show_grid([true, false])
        .grid_color(theme::grid_line(ui))
        .grid_fade(0.0)
        .custom_x_axes(vec![
            axis(ui, AxisHints::new_x(), &text::AT_TIME_STEP)
                .formatter(|mark, _| format::linear_tick(mark.value)),
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
pub(super) fn lines(ui: &Ui, inside: &Inside, run: &Run) -> Vec<Drawn> {
    let ink = ui.visuals().text_color();
    let drawn = |name: String, points: Vec<PlotPoint>, colour: Color32, form| Drawn {
        name,
        points: Rc::new(if points.is_empty() {
            Vec::new()
        } else {
            vec![points]
        }),
        colour,
        width: 1.75,
        form,
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
            Form::Solid,
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
            Form::Solid,
        ));
        let own = theme::contender(run.colour);
        lines.push(drawn(
            text::PREDICTION.into(),
            predictions.collect(),
            own,
            Form::Dashed,
        ));
    }
    lines
}

/// Draws these [`lines`].
pub(super) fn in_and_out(
    ui: &mut Ui,
    page: &mut Page,
    inside: &Inside,
    run: &Run,
    lines: Vec<Drawn>,
    (x, time_step): ([f64; 2], usize),
) {
    let named: Vec<_> = (lines.iter())
        .map(|line| (line.name.clone(), Rc::clone(&line.points)))
        .collect();
    let said = (inside.answers.last())
        .map(|(_, _, prediction)| (text::PREDICTION.into(), f64::from(*prediction)));
    let at = time_step as f64;
    let own = theme::contender(run.colour);
    let read = |x: f64| {
        let x = x.round();
        let rows: Vec<String> = (named.iter())
            .filter_map(|(name, points)| {
                let value = points.iter().flatten().find(|point| point.x == x)?;
                Some(format!("{name}  {}", format::significant(value.y, 3)))
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
            lines,
            bands: Vec::new(),
            levels: Vec::new(),
            spans: vec![(String::new(), [at, at + 1e-9], own)],
            marks: Vec::new(),
            x_unit: 1.0,
            x_years: &[],
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
