//! Choices drawn where a drawing says more than a word.

use crate::app::series::Series;
use crate::app::{format, text, theme};
use crate::data::{Outline, Stage};
use crate::experiment::{Loss, Schedule};
use crate::optimize::{self, cross_entropy::CrossEntropy};
use eframe::egui::{
    Align2, Color32, FontSelection, Pos2, Rect, Response, RichText, Role, Sense, Shape, Stroke,
    TextStyle, Ui, WidgetInfo, pos2, vec2,
};

const HEIGHT: f32 = 64.0;

/// Functions as small curves with the ends of their axes written beside them.
fn curves(ui: &mut Ui, label: &str, curves: &[Vec<[f64; 2]>], ends: [&str; 2], peak: &str) {
    let width = ui.available_width();
    let (rect, response) = ui.allocate_exact_size(vec2(width, HEIGHT + 16.0), Sense::hover());
    let plot = Rect::from_min_size(rect.min, vec2(width, HEIGHT));
    let painter = ui.painter();
    painter.rect_filled(plot, 3.0, ui.visuals().extreme_bg_color);
    // Room above the highest point for its value.
    let mut inner = plot.shrink2(vec2(6.0, 8.0));
    inner.min.y = plot.top() + 20.0;
    let span = |axis: usize| {
        curves
            .iter()
            .flatten()
            .map(|p| p[axis])
            .fold([f64::INFINITY, f64::NEG_INFINITY], |[low, high], v| {
                [low.min(v), high.max(v)]
            })
    };
    let [x0, x1] = span(0);
    let y1 = span(1)[1];
    if x1 > x0 && y1.is_finite() {
        let place = |p: &[f64; 2]| -> Pos2 {
            let x = (p[0] - x0) / (x1 - x0);
            let y = if y1 > 0.0 { p[1] / y1 } else { 0.0 };
            pos2(
                inner.left() + inner.width() * x as f32,
                inner.bottom() - inner.height() * y as f32,
            )
        };
        let stroke = Stroke::new(1.5, ui.visuals().text_color());
        for points in curves {
            let line: Vec<Pos2> = points.iter().map(place).collect();
            painter.add(Shape::line(line, stroke));
        }
    }
    let font = FontSelection::Style(TextStyle::Small).resolve(ui.style());
    let weak = ui.visuals().weak_text_color();
    let foot = plot.bottom() + 2.0;
    painter.text(
        pos2(plot.left(), foot),
        Align2::LEFT_TOP,
        ends[0],
        font.clone(),
        weak,
    );
    painter.text(
        pos2(plot.right(), foot),
        Align2::RIGHT_TOP,
        ends[1],
        font.clone(),
        weak,
    );
    painter.text(
        plot.right_top() + vec2(-4.0, 2.0),
        Align2::RIGHT_TOP,
        peak,
        font,
        weak,
    );
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, label));
    response.on_hover_text(label);
}

/// The loss of one element as a function of its error, of quantiles one curve each; or of the probability
/// of the true class.
pub fn loss(ui: &mut Ui, loss: &Loss) {
    if let Loss::CrossEntropy { focal_gamma, .. } = *loss {
        let points: Vec<[f64; 2]> = (1..=100)
            .map(|percent| {
                let p = f64::from(percent) / 100.0;
                [p, CrossEntropy::of_probability(focal_gamma, p)]
            })
            .collect();
        let peak = format::significant(points[0][1], 2);
        let first = text::say!("probability 0.01", "概率 0.01");
        curves(ui, &text::CLASS_LOSS_CURVE, &[points], [&first, "1"], &peak);
        return;
    }
    let over_errors = |value: &dyn Fn(f64) -> f64| -> Vec<[f64; 2]> {
        (-60..=60)
            .map(|part| f64::from(part) / 20.0)
            .map(|error| [error, value(error)])
            .filter(|point| point[1].is_finite())
            .collect()
    };
    let lines: Vec<Vec<[f64; 2]>> = match loss {
        Loss::Quantile { quantiles } => quantiles
            .iter()
            .map(|&q| over_errors(&|error| optimize::loss::quantile::value(q, error)))
            .collect(),
        other => vec![over_errors(&|error| optimize::loss::value(other, error))],
    };
    let highest = lines.iter().flatten().map(|p| p[1]).fold(0.0, f64::max);
    let peak = format::significant(highest, 2);
    let ends = [
        text::say!("error −3", "误差 −3"),
        text::say!("error 3", "误差 3"),
    ];
    curves(ui, &text::LOSS_CURVE, &lines, [&ends[0], &ends[1]], &peak);
}

/// The planned learning rate over the run, or that there is no plan.
pub fn schedule(ui: &mut Ui, schedule: &Schedule, steps: u64) {
    if optimize::schedule::planned(schedule, 0, steps).is_none() {
        ui.label(RichText::new(text::FOLLOWS_LOSS).small().weak());
        return;
    }
    let points: Vec<[f64; 2]> = (0..=120_u64)
        .filter_map(|part| {
            let step = (steps.saturating_sub(1) as f64 * part as f64 / 120.0).round();
            let rate = optimize::schedule::planned(schedule, step as u64, steps)?;
            Some([step, rate])
        })
        .filter(|point| point[1].is_finite())
        .collect();
    let peak = points.iter().map(|p| p[1]).fold(0.0, f64::max);
    let end = text::say!("step {}", "第 {} 步", format::count(steps));
    let begin = text::say!("step 0", "第 0 步");
    curves(
        ui,
        &text::PLANNED_CURVE,
        &[points],
        [&begin, &end],
        &format::setting_short(peak),
    );
}

/// The first windows over the training part, at the beginning of the series: what the network sees as a
/// bar, what it is asked for beyond it.
pub fn windows(ui: &mut Ui, rows: usize, lookback: usize, horizon: usize, stride: usize) {
    const SHOWN: usize = 4;
    let (stride, lookback) = (stride.max(1), lookback.max(1));
    // Room for the windows that are drawn, and for seeing that the series goes on.
    let reach = lookback + horizon + (SHOWN - 1) * stride;
    let end = (reach + reach / 8).clamp(1, rows.max(1));
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 52.0), Sense::hover());
    let painter = ui.painter();
    painter.rect_filled(rect, 3.0, ui.visuals().extreme_bg_color);
    let inner = rect.shrink2(vec2(6.0, 6.0));
    let x = |row: usize| inner.left() + inner.width() * (row.min(end) as f32 / end as f32);
    let ink = ui.visuals().text_color();
    let mut drawn = 0;
    for index in 0..SHOWN {
        let start = index * stride;
        if start + lookback + horizon > rows {
            break;
        }
        let top = inner.top() + index as f32 * 10.5;
        let bar = |from: usize, to: usize| {
            let (left, right) = (x(from), x(to).max(x(from) + 2.0));
            Rect::from_min_max(pos2(left, top), pos2(right - 1.0, top + 7.0))
        };
        let ahead = start + lookback;
        painter.rect_filled(bar(start, ahead), 2.0, ink.gamma_multiply(0.35));
        painter.rect_filled(bar(ahead, ahead + horizon), 2.0, theme::ACCENT);
        drawn += 1;
    }
    let label = text::windows(drawn, lookback, horizon, stride);
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, &label));
    response.on_hover_text(&label);
}

/// Where a value is in `place`, whose lower and upper edges are the ends of a range.
fn height(place: Rect, [low, high]: [f32; 2], value: f32) -> f32 {
    let share = if high > low {
        (value - low) / (high - low)
    } else {
        0.5
    };
    place.bottom() - place.height() * share
}

/// A shape as a strip of vertical strokes in `place`, between the ends of `range`.
pub(super) fn strip(ui: &Ui, place: Rect, outline: &Outline, range: [f32; 2], colour: Color32) {
    let count = outline.0.len().max(1) as f32;
    let y = |value: f32| height(place, range, value);
    let mut before: Option<Pos2> = None;
    for (index, [a, b]) in outline.0.iter().enumerate() {
        if a.is_nan() {
            before = None;
            continue;
        }
        let x = place.left() + place.width() * (index as f32 + 0.5) / count;
        let stroke = Stroke::new(1.0, colour);
        let (top, bottom) = (pos2(x, y(*b)), pos2(x, y(*a).max(y(*b) + 1.0)));
        ui.painter().line_segment([top, bottom], stroke);
        let middle = pos2(x, f32::midpoint(top.y, bottom.y));
        if let Some(before) = before {
            ui.painter().line_segment([before, middle], stroke);
        }
        before = Some(middle);
    }
}

/// The first target as it was read: missing stretches shaded, outliers as dots, and the parts' borders.
/// Says the same in words.
pub fn overview(ui: &mut Ui, series: &Series) -> String {
    let overview = &series.overview;
    let Some(range) = overview.outline.range() else {
        return String::new();
    };
    let (rect, response) =
        ui.allocate_exact_size(vec2(ui.available_width(), HEIGHT + 8.0), Sense::hover());
    ui.painter()
        .rect_filled(rect, 3.0, ui.visuals().extreme_bg_color);
    let inner = rect.shrink2(vec2(6.0, 8.0));
    let x = |row: f32| inner.left() + inner.width() * row / overview.rows.max(1) as f32;
    for rows in &overview.missing {
        // At least a stroke, so that a single one is seen.
        let (from, to) = (x(rows.start as f32), x(rows.end as f32));
        let span = Rect::from_x_y_ranges(from..=to.max(from + 1.5), rect.y_range());
        let shade = ui.visuals().warn_fg_color.gamma_multiply(0.35);
        ui.painter().rect_filled(span, 0.0, shade);
    }
    strip(ui, inner, &overview.outline, range, theme::truth(ui));
    for (row, value) in &overview.outliers {
        let at = pos2(x(*row as f32 + 0.5), height(inner, range, *value));
        ui.painter().circle_filled(at, 2.0, theme::error(ui));
    }
    for share in &series.borders {
        let at = inner.left() + inner.width() * share;
        let dashes = Shape::dashed_line(
            &[pos2(at, rect.top()), pos2(at, rect.bottom())],
            Stroke::new(1.0, ui.visuals().text_color()),
            3.0,
            3.0,
        );
        ui.painter().extend(dashes);
    }
    let name = series.targets.first().map_or("", String::as_str);
    let begins = |part: &std::ops::Range<usize>| !part.is_empty() && !series.borders.is_empty();
    let parts = [&series.validation, &series.test].map(begins);
    let label = text::overview(name, range, overview.counts, parts);
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, &label));
    response.on_hover_text(&label);
    label
}

/// What a step made: its effect in words; of the first target, before it in grey and after it in colour, each between
/// its own ends, where it changed that; and which columns it added.
pub fn stage(ui: &mut Ui, stage: &Stage, effect: Option<String>) {
    if let Some(effect) = effect {
        ui.label(RichText::new(effect).small());
    }
    if stage.before != stage.after {
        change(ui, stage);
    }
    for (part, name) in stage.parts.iter().zip(&stage.made) {
        if let Some(ends) = part.range() {
            let (rect, response) = ground(ui, 28.0);
            let ink = ui.visuals().hyperlink_color;
            strip(ui, rect, part, ends, ink);
            said(ui, response, text::component(name, ends));
        }
    }
    if !stage.made.is_empty() {
        ui.label(RichText::new(text::step_adds(&stage.made)).small().weak());
    }
}

fn change(ui: &mut Ui, stage: &Stage) {
    let (Some(before), Some(after)) = (stage.before.range(), stage.after.range()) else {
        return;
    };
    let (inner, response) = ground(ui, 40.0);
    let grey = ui.visuals().weak_text_color().gamma_multiply(0.7);
    // In the same units both stand on one scale, so that what was cut off is seen.
    let same = before[0] <= after[0] && after[1] <= before[1];
    strip(ui, inner, &stage.before, before, grey);
    let scale = if same { before } else { after };
    // The accent as letters have it: seen on either ground.
    let ink = ui.visuals().hyperlink_color;
    strip(ui, inner, &stage.after, scale, ink);
    said(ui, response, text::stage(before, after));
}

/// The ground of a small drawing, and where on it is drawn.
fn ground(ui: &mut Ui, height: f32) -> (Rect, Response) {
    let size = vec2(ui.available_width(), height);
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    ui.painter()
        .rect_filled(rect, 3.0, ui.visuals().extreme_bg_color);
    (rect.shrink2(vec2(6.0, 5.0)), response)
}

/// What a drawing shows, in words: for those who hear it, under the pointer, and below it.
fn said(ui: &mut Ui, response: Response, label: String) {
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, &label));
    response.on_hover_text(&label);
    ui.label(RichText::new(label).small().weak());
}

/// The parts of the split as one bar: as `cut` has them, else by the shares that are set.
pub fn split(ui: &mut Ui, train: f64, validation: f64, cut: Option<&Series>) {
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 10.0), Sense::hover());
    let counts = cut.and_then(Series::parts);
    let shares = if let Some(counts) = counts {
        let all = counts.iter().sum::<usize>() as f64;
        counts.map(|count| count as f64 / all)
    } else {
        let train = train.clamp(0.0, 1.0);
        let validation = validation.clamp(0.0, 1.0).min(1.0 - train);
        [train, validation, 1.0 - train - validation]
    };
    let ink: Color32 = ui.visuals().text_color();
    let mut left = rect.left();
    for (share, strength) in shares.into_iter().zip([0.30, 0.18, 0.08]) {
        let width = rect.width() * share as f32;
        let part = Rect::from_min_size(pos2(left, rect.top()), vec2(width, rect.height()));
        ui.painter().rect_filled(
            part.shrink2(vec2(0.5, 0.0)),
            2.0,
            ink.gamma_multiply(strength),
        );
        left += width;
    }
    let sequences = cut.is_some_and(|series| series.sequences.is_some());
    let label = text::split(shares, counts, sequences);
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, &label));
    ui.label(RichText::new(label).small().weak());
    ui.add_space(theme::GRID / 2.0);
}
