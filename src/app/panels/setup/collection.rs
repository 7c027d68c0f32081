//! Several series as they were read: their classes counted, and some of them drawn.

use super::drawings;
use crate::app::series::{Collection, Sketch};
use crate::app::{names, text, theme};
use crate::data::Outline;
use eframe::egui::{
    Align2, FontSelection, Rect, RichText, Role, Sense, TextStyle, Ui, WidgetInfo, pos2, vec2,
};

/// Sketches side by side.
const BESIDE: usize = 3;

/// How high a sketch is, in points.
const SKETCH: f32 = 46.0;

/// How high the bars of the classes are, in points.
const BARS: f32 = 36.0;

/// How wide a bar is at most, in points.
const WIDEST: f32 = 28.0;

/// Draws them.
pub fn show(ui: &mut Ui, collection: &Collection) {
    let small = |ui: &mut Ui, words: String| {
        if !words.is_empty() {
            ui.label(RichText::new(words).small().weak());
        }
    };
    sketches(ui, collection);
    if !collection.classes.is_empty() && !collection.fresh {
        bars(ui, &collection.classes);
        small(ui, text::class_counts(&collection.classes));
    }
    if let Some(ends) = collection.answers {
        small(ui, text::answers(ends));
    }
    small(ui, text::flaws(collection.counts));
}

/// A few of the series, each in its own field, with its class or answer; all between the same ends.
fn sketches(ui: &mut Ui, collection: &Collection) {
    let shapes = collection.sketches.iter().flat_map(|sketch| &sketch.inputs);
    let ends =
        (shapes.filter_map(Outline::range)).reduce(|[a, b], [low, high]| [a.min(low), b.max(high)]);
    let Some(ends) = ends else {
        return;
    };
    for sketches in collection.sketches.chunks(BESIDE) {
        let gap = theme::GRID / 2.0;
        let width = (ui.available_width() - gap * (BESIDE - 1) as f32) / BESIDE as f32;
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = gap;
            for sketch in sketches {
                one(ui, collection, sketch, ends, width);
            }
        });
    }
}

fn one(ui: &mut Ui, collection: &Collection, sketch: &Sketch, ends: [f32; 2], width: f32) {
    let (rect, response) = ui.allocate_exact_size(vec2(width, SKETCH), Sense::hover());
    ui.painter()
        .rect_filled(rect, 3.0, ui.visuals().extreme_bg_color);
    let words = rect.height() / 3.0;
    let mut inner = rect.shrink2(vec2(4.0, 4.0));
    if !sketch.answer.is_empty() {
        inner.min.y = rect.top() + words;
    }
    // Its length is told by its width.
    let longest = collection.lengths[1].max(1) as f32;
    inner.set_width((inner.width() * sketch.rows as f32 / longest).max(2.0));
    for (input, shape) in sketch.inputs.iter().enumerate().rev() {
        let colour = match input {
            0 => theme::truth(ui),
            input => theme::contender(input).gamma_multiply(0.6),
        };
        drawings::strip(ui, inner, shape, ends, colour);
    }
    let font = FontSelection::Style(TextStyle::Small).resolve(ui.style());
    let painter = ui.painter();
    let alone: [&str; 0] = [];
    let fits = |text: &str| {
        let ink = ui.visuals().text_color();
        let galley = painter.layout_no_wrap(text.to_owned(), font.clone(), ink);
        galley.size().x <= rect.width() - 8.0
    };
    let answer = names::cut(&sketch.answer, &alone, &fits);
    painter.text(
        rect.left_top() + vec2(4.0, 1.0),
        Align2::LEFT_TOP,
        answer,
        font.clone(),
        ui.visuals().weak_text_color(),
    );
    let own = (sketch.inputs.iter().filter_map(Outline::range))
        .reduce(|[a, b], [low, high]| [a.min(low), b.max(high)]);
    let label = text::sketch(
        collection,
        sketch.number,
        sketch.rows,
        &sketch.answer,
        own.unwrap_or(ends),
    );
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, &label));
    response.on_hover_text(&label);
}

/// A bar for each class, as high as it has series.
fn bars(ui: &mut Ui, classes: &[(String, usize)]) {
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), BARS), Sense::hover());
    let painter = ui.painter();
    painter.rect_filled(rect, 3.0, ui.visuals().extreme_bg_color);
    let inner = rect.shrink2(vec2(4.0, 4.0));
    let most = classes.iter().map(|(_, count)| *count).max().unwrap_or(0);
    // A few of them would be slabs, and no bars.
    let width = (inner.width() / classes.len().max(1) as f32).min(WIDEST);
    let pointed = (response.hover_pos())
        .map(|at| ((at.x - inner.left()).max(0.0) / width) as usize)
        .filter(|&class| class < classes.len());
    for (class, (_, count)) in classes.iter().enumerate() {
        let left = inner.left() + class as f32 * width;
        let height = inner.height() * *count as f32 / most.max(1) as f32;
        let gap = if width > 4.0 { 1.0 } else { 0.0 };
        let bar = Rect::from_min_max(
            pos2(left, inner.bottom() - height.max(1.0)),
            pos2(left + width - gap, inner.bottom()),
        );
        let ink = ui.visuals().text_color();
        let strength = if pointed == Some(class) { 0.8 } else { 0.35 };
        painter.rect_filled(bar, 1.0, ink.gamma_multiply(strength));
    }
    let label = text::class_counts(classes);
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, &label));
    let under = pointed.map(|class| text::class_count(&classes[class].0, classes[class].1));
    response.on_hover_text_at_pointer(under.unwrap_or(label));
}
