//! Choices drawn where a drawing says more than a word.

use crate::app::{format, text, theme};
use crate::experiment::{Loss, Schedule};
use crate::optimize::{self, cross_entropy::CrossEntropy};
use eframe::egui::{
    Align2, Color32, FontSelection, Pos2, Rect, Role, Sense, Shape, Stroke, TextStyle, Ui,
    WidgetInfo, pos2, vec2,
};

const HEIGHT: f32 = 64.0;

/// A function as a small curve with the ends of its axes written beside it.
fn curve(ui: &mut Ui, label: &str, points: &[[f64; 2]], ends: [&str; 2], peak: &str) {
    let width = ui.available_width();
    let (rect, response) = ui.allocate_exact_size(vec2(width, HEIGHT + 16.0), Sense::hover());
    let plot = Rect::from_min_size(rect.min, vec2(width, HEIGHT));
    let painter = ui.painter();
    painter.rect_filled(plot, 3.0, ui.visuals().extreme_bg_color);
    // Room above the highest point for its value.
    let mut inner = plot.shrink2(vec2(6.0, 8.0));
    inner.min.y = plot.top() + 20.0;
    let span = |axis: usize| {
        points
            .iter()
            .map(|p| p[axis])
            .fold([f64::INFINITY, f64::NEG_INFINITY], |[low, high], v| {
                [low.min(v), high.max(v)]
            })
    };
    let [x0, x1] = span(0);
    let y1 = span(1)[1];
    if points.len() > 1 && x1 > x0 && y1.is_finite() {
        let place = |p: &[f64; 2]| -> Pos2 {
            let x = (p[0] - x0) / (x1 - x0);
            let y = if y1 > 0.0 { p[1] / y1 } else { 0.0 };
            pos2(
                inner.left() + inner.width() * x as f32,
                inner.bottom() - inner.height() * y as f32,
            )
        };
        let line: Vec<Pos2> = points.iter().map(place).collect();
        painter.add(Shape::line(
            line,
            Stroke::new(1.5, ui.visuals().text_color()),
        ));
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

/// The loss of one element as a function of its error, or of the probability of the true class.
pub fn loss(ui: &mut Ui, loss: &Loss) {
    if let Loss::CrossEntropy { focal_gamma, .. } = *loss {
        let points: Vec<[f64; 2]> = (1..=100)
            .map(|percent| {
                let p = f64::from(percent) / 100.0;
                [p, CrossEntropy::of_probability(focal_gamma, p)]
            })
            .collect();
        let peak = format::significant(points[0][1], 2);
        let ends = ["probability 0.01", "1"];
        curve(ui, text::CLASS_LOSS_CURVE, &points, ends, &peak);
        return;
    }
    let points: Vec<[f64; 2]> = (-60..=60)
        .map(|tenth| {
            let error = f64::from(tenth) / 20.0;
            [error, optimize::loss::value(loss, error)]
        })
        .filter(|point| point[1].is_finite())
        .collect();
    let peak = points
        .first()
        .map_or_else(String::new, |p| format::significant(p[1], 2));
    curve(
        ui,
        text::LOSS_CURVE,
        &points,
        ["error −3", "error 3"],
        &peak,
    );
}

/// The planned learning rate over the run.
pub fn schedule(ui: &mut Ui, schedule: &Schedule, steps: u64) {
    let points: Vec<[f64; 2]> = (0..=120_u64)
        .map(|part| {
            let step = (steps.saturating_sub(1) as f64 * part as f64 / 120.0).round();
            [step, optimize::schedule::rate(schedule, step as u64, steps)]
        })
        .filter(|point| point[1].is_finite())
        .collect();
    let peak = points.iter().map(|p| p[1]).fold(0.0, f64::max);
    let end = format!("step {}", format::count(steps));
    curve(
        ui,
        text::PLANNED_CURVE,
        &points,
        ["step 0", &end],
        &format::setting_short(peak),
    );
}

/// The parts of the split as one bar.
pub fn split(ui: &mut Ui, train: f64, validation: f64) {
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 18.0), Sense::hover());
    let train = train.clamp(0.0, 1.0) as f32;
    let validation = (validation.clamp(0.0, 1.0) as f32).min(1.0 - train);
    let parts = [
        (text::TRAIN_PART, train, 0.30),
        (text::VALIDATION_PART, validation, 0.18),
        (text::TEST_PART, 1.0 - train - validation, 0.08),
    ];
    let font = FontSelection::Style(TextStyle::Small).resolve(ui.style());
    let ink: Color32 = ui.visuals().text_color();
    let mut left = rect.left();
    for (name, share, strength) in parts {
        let width = rect.width() * share;
        let part = Rect::from_min_size(pos2(left, rect.top()), vec2(width, rect.height()));
        ui.painter().rect_filled(
            part.shrink2(vec2(0.5, 0.0)),
            2.0,
            ink.gamma_multiply(strength),
        );
        if width > 56.0 {
            let place = part.center();
            ui.painter()
                .text(place, Align2::CENTER_CENTER, name, font.clone(), ink);
        }
        left += width;
    }
    let label = text::split(f64::from(train), f64::from(validation));
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, &label));
    response.on_hover_text(&label);
    ui.add_space(theme::GRID / 2.0);
}
