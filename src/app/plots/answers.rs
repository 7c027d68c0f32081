//! Sequences with one answer each, or windows that ask for a class: a few of them, and how the contenders answer the test part.

use super::{Plots, header, legend};
use crate::app::runs::Run;
use crate::app::series::{Example, Samples};
use crate::app::state::AppState;
use crate::app::{format, names, text, theme};
use crate::record::{ClassMetrics, Forecast, PartMetrics};
use eframe::egui::{
    Align2, Color32, FontId, FontSelection, Rect, RichText, Role, Sense, Shape, Stroke, TextStyle,
    Ui, WidgetInfo, lerp, pos2, remap, vec2,
};

/// Room for an answer at the right of its sequence.
const ANSWER: f32 = 56.0;

/// Points of a scatter; more would hide each other.
const POINTS: usize = 600;

/// Draws the plot.
pub fn show(ui: &mut Ui, plots: &mut Plots, state: &AppState) {
    let Some(samples) = state
        .shown_series()
        .and_then(|series| series.samples.as_ref())
    else {
        return;
    };
    let title = if samples.windows {
        text::WINDOWS
    } else {
        text::SEQUENCES
    };
    let of = answers_of(state);
    let answered: Vec<&Run> = state
        .shown_runs()
        .map(|(_, run)| run)
        .filter(|run| run.forecast.is_some())
        .collect();
    let several = answered.len() > 1;
    // What stands below the squares of one run is said once for several, whose names stand there.
    let axes = answered.iter().any(|run| classes_of(run).is_some()) && several;
    header(
        ui,
        title,
        |ui| legend(ui, &mut plots.asked, state),
        |ui| {
            if let Some(words) = &of {
                let words = if axes {
                    format!("{} · {words}", axes_of_squares())
                } else {
                    words.clone()
                };
                ui.label(RichText::new(words).small().weak())
                    .on_hover_text(text::ANSWERS_OF_HELP);
            }
        },
    );
    let (whole, response) = ui.allocate_exact_size(ui.available_size(), Sense::hover());
    let share = if answered.is_empty() { 1.0 } else { 0.45 };
    let border = lerp(whole.x_range(), share);
    let left = Rect::from_min_max(whole.min, pos2(border - theme::GRID, whole.bottom()));
    examples(ui, left, samples);
    let right = Rect::from_min_max(pos2(border + theme::GRID, whole.top()), whole.max);
    let mut said = vec![String::from(title)];
    said.extend(of);
    let mut pointed = None;
    for (run, place) in answered.iter().zip(grid(right, answered.len())) {
        let below = if several {
            run.label()
        } else {
            axes_of_squares()
        };
        let (words, under) = answers(ui, place, run, samples, &below);
        said.push(words);
        pointed = pointed.or(under);
    }
    let label = said.join(". ");
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, &label));
    if let Some(words) = pointed {
        response.on_hover_text_at_pointer(words);
    }
}

/// Which part the answers are to, and the step of the weights that gave them where the runs have clearly gone on
/// since; none where nothing is answered yet.
fn answers_of(state: &AppState) -> Option<String> {
    let part = state.shown_runs().find_map(|(_, run)| answered(run))?.0;
    let late = state.shown_runs().filter_map(|(_, run)| run.scored_late());
    Some(text::answers_of(part, late.min()))
}

/// The part of a run's answers that is drawn, with its scores: the test part, else the validation part.
fn answered(run: &Run) -> Option<(&'static str, &PartMetrics)> {
    let metrics = run.metrics.as_ref()?;
    ["test", "validation"]
        .into_iter()
        .find_map(|part| Some((part, metrics.get(part)?)))
}

/// So many places of one size in `whole`, as square as can be.
fn grid(whole: Rect, count: usize) -> impl Iterator<Item = Rect> {
    let least = |columns: &usize| {
        let (wide, high) = (*columns as f32, count.div_ceil(*columns) as f32);
        (whole.width() / wide).min(whole.height() / high - 2.0 * BESIDE_SQUARES)
    };
    let columns = (1..=count.max(1))
        .max_by(|a, b| least(a).total_cmp(&least(b)))
        .unwrap_or(1);
    let rows = count.div_ceil(columns).max(1);
    let size = vec2(whole.width() / columns as f32, whole.height() / rows as f32);
    (0..count).map(move |index| {
        let cell = vec2((index % columns) as f32, (index / columns) as f32);
        Rect::from_min_size(whole.min + cell * size, size - vec2(theme::GRID, 4.0))
    })
}

fn font(ui: &Ui) -> FontId {
    FontSelection::Style(TextStyle::Small).resolve(ui.style())
}

/// One below the other: each input as a line, and the answer at the end.
fn examples(ui: &Ui, place: Rect, samples: &Samples) {
    let rows = samples.examples.len().max(1);
    let height = place.height() / rows as f32;
    for (index, example) in samples.examples.iter().enumerate() {
        let top = place.top() + index as f32 * height;
        let row = Rect::from_min_max(
            pos2(place.left(), top + 2.0),
            pos2(place.right() - ANSWER, top + height - 4.0),
        );
        ui.painter()
            .rect_filled(row, 3.0, ui.visuals().extreme_bg_color);
        sequence(ui, row.shrink(4.0), samples, example);
        ui.painter().text(
            pos2(row.right() + theme::GRID, row.center().y),
            Align2::LEFT_CENTER,
            samples.class(&example.answer),
            font(ui),
            ui.visuals().text_color(),
        );
    }
}

fn sequence(ui: &Ui, place: Rect, samples: &Samples, example: &Example) {
    let steps = example.inputs.first().map_or(0, Vec::len);
    let x = |step: usize| lerp(place.x_range(), (step as f32 + 0.5) / steps.max(1) as f32);
    if one_hot(example) {
        // Symbols: a dot at each step, one line for each symbol.
        let count = example.inputs.len() as f32;
        for (input, values) in example.inputs.iter().enumerate() {
            let y = lerp(place.y_range(), (input as f32 + 0.5) / count);
            // Symbols in capitals are what is asked for; the others distract.
            let name = samples.inputs.get(input).map_or("", String::as_str);
            let matters = name.chars().all(char::is_uppercase);
            let (size, colour) = if matters {
                (3.5, theme::contender(1))
            } else {
                (1.5, ui.visuals().weak_text_color())
            };
            for (step, _) in values.iter().enumerate().filter(|(_, x)| **x != 0.0) {
                ui.painter().circle_filled(pos2(x(step), y), size, colour);
            }
        }
        return;
    }
    let all = || example.inputs.iter().flatten().copied();
    let (low, high) = (
        all().fold(f32::INFINITY, f32::min),
        all().fold(f32::NEG_INFINITY, f32::max),
    );
    let y = |value: f32| {
        if high > low {
            remap(value, low..=high, place.bottom()..=place.top())
        } else {
            place.center().y
        }
    };
    for (input, values) in example.inputs.iter().enumerate() {
        let marker = values.iter().all(|x| *x == 0.0 || *x == 1.0);
        if marker && input > 0 {
            // A marker: a dot on the first input where it is set.
            for (step, _) in values.iter().enumerate().filter(|(_, x)| **x == 1.0) {
                let at = pos2(x(step), y(example.inputs[0][step]));
                ui.painter().circle_filled(at, 3.5, theme::contender(1));
            }
            continue;
        }
        let colour = if input == 0 {
            theme::truth(ui)
        } else {
            theme::contender(input)
        };
        let line = values
            .iter()
            .enumerate()
            .map(|(step, v)| pos2(x(step), y(*v)))
            .collect();
        ui.painter()
            .add(Shape::line(line, Stroke::new(1.2, colour)));
    }
}

/// Whether exactly one of several inputs is 1 at each step, the others 0.
fn one_hot(example: &Example) -> bool {
    let steps = example.inputs.first().map_or(0, Vec::len);
    example.inputs.len() > 1
        && (0..steps).all(|step| {
            let at = || example.inputs.iter().map(|values| values[step]);
            at().all(|x| x == 0.0 || x == 1.0) && at().sum::<f32>() == 1.0
        })
}

/// The scores of a run's answers where they are classes.
fn classes_of(run: &Run) -> Option<&ClassMetrics> {
    answered(run).and_then(|(_, scores)| scores.classes())
}

/// What the sides of the squares are.
fn axes_of_squares() -> String {
    format!("↓ {}   → {}", text::TRUE_CLASS, text::FOUND_CLASS)
}

/// How one run answers the test part, else the validation part; says so in words too, and what is under the
/// pointer.
fn answers(
    ui: &Ui,
    place: Rect,
    run: &Run,
    samples: &Samples,
    below: &str,
) -> (String, Option<String>) {
    let colour = theme::contender(run.colour);
    match (classes_of(run), &run.forecast) {
        (Some(classes), _) => {
            let under = confusion(ui, place, classes, samples, (colour, below))
                .map(|words| format!("{}\n{words}", run.label()));
            let right = format::percent(classes.accuracy);
            (format!("{}: {right}", run.label()), under)
        }
        (None, Some(forecast)) => {
            scatter(ui, place, forecast, colour);
            let skill = run.skill().map_or_else(String::new, format::percent);
            (
                format!("{}: {} {skill}", run.label(), text::COLUMN_SKILL),
                None,
            )
        }
        (None, None) => (run.label(), None),
    }
}

/// Room for a line of words above the squares of a confusion matrix, and below them.
const BESIDE_SQUARES: f32 = 18.0;

/// The confusion matrix: a row for each true class, a column for each class found, with `below` under it. Gives the
/// words of the cell under the pointer.
fn confusion(
    ui: &Ui,
    place: Rect,
    scores: &ClassMetrics,
    samples: &Samples,
    (colour, below): (Color32, &str),
) -> Option<String> {
    let painter = ui.painter();
    let (weak, ink) = (ui.visuals().weak_text_color(), ui.visuals().text_color());
    let classes: Vec<String> = (scores.classes.iter())
        .map(|name| samples.class(name).into_owned())
        .collect();
    let count = classes.len().max(1) as f32;
    let width = |text: &str| {
        let galley = painter.layout_no_wrap(text.to_owned(), font(ui), weak);
        galley.size().x
    };
    let longest = (classes.iter()).map(|name| width(name)).fold(0.0, f32::max);
    let room = place.size() - vec2(0.0, 2.0 * BESIDE_SQUARES);
    let side = |aside: f32| ((room.x - aside).min(room.y) / count).max(1.0);
    let aside = (longest + 6.0).min(place.width() / 4.0);
    // Letters higher than their row would lie on each other.
    let named = side(aside) >= font(ui).size;
    let aside = if named { aside } else { 0.0 };
    let side = side(aside);
    let origin = place.min + vec2(aside, BESIDE_SQUARES);
    let fitted = |name: &str, room: f32| {
        let fits = |text: &str| width(text) <= room;
        names::cut(name, &classes, &fits).into_owned()
    };
    for (index, name) in classes.iter().enumerate() {
        let middle = (index as f32 + 0.5) * side;
        let (row, column) = (
            pos2(origin.x - 4.0, origin.y + middle),
            pos2(origin.x + middle, origin.y - 2.0),
        );
        if named {
            let name = fitted(name, aside - 4.0);
            painter.text(row, Align2::RIGHT_CENTER, name, font(ui), weak);
        }
        let name = fitted(name, side - 2.0);
        painter.text(column, Align2::CENTER_BOTTOM, name, font(ui), weak);
    }
    let pointer = ui.input(|input| input.pointer.hover_pos());
    let mut pointed = None;
    for (row, counts) in scores.confusion.iter().enumerate() {
        let all = counts.iter().sum::<usize>().max(1) as f32;
        for (column, &n) in counts.iter().enumerate() {
            let corner = origin + vec2(column as f32, row as f32) * side;
            let cell = Rect::from_min_size(corner, vec2(side, side));
            let share = n as f32 / all;
            if pointer.is_some_and(|at| cell.contains(at)) {
                let name = |index: usize| classes.get(index).map_or("", String::as_str);
                let words = text::confused(name(row), name(column), n, f64::from(share));
                pointed = Some(words);
            }
            let cell = cell.shrink(1.0_f32.min(side / 8.0));
            painter.rect_filled(cell, 2.0, ui.visuals().extreme_bg_color);
            painter.rect_filled(cell, 2.0, colour.gamma_multiply(0.7 * share));
            let words = n.to_string();
            if side > 1.4 * font(ui).size && width(&words) < side - 2.0 {
                // What never happened is not what one looks for.
                let ink = if n == 0 {
                    weak.gamma_multiply(0.5)
                } else {
                    ink
                };
                painter.text(cell.center(), Align2::CENTER_CENTER, words, font(ui), ink);
            }
        }
    }
    let alone: [&str; 0] = [];
    let words = names::cut(below, &alone, &|text: &str| width(text) <= place.width());
    let at = pos2(origin.x, origin.y + count * side + 2.0);
    painter.text(at, Align2::LEFT_TOP, words, font(ui), weak);
    pointed
}

/// Each sequence of the last part as a dot: its answer to the right, the model's upwards; on the
/// diagonal both agree.
fn scatter(ui: &Ui, place: Rect, forecast: &Forecast, colour: Color32) {
    let part = forecast.rows.last().map_or("", |row| row.part);
    let pairs: Vec<[f64; 2]> = (forecast.rows.iter())
        .filter(|row| row.part == part)
        .filter_map(|row| Some([row.actual?, row.predicted]))
        .take(POINTS)
        .collect();
    let (low, high) = pairs
        .iter()
        .map(|pair| pair[0])
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), v| {
            (a.min(v), b.max(v))
        });
    // Answers that are all the same stand in the middle.
    let (low, high) = if high > low {
        (low, high)
    } else {
        let around = (low.abs() * 0.1).max(f64::MIN_POSITIVE);
        (low - around, high + around)
    };
    let side = place.width().min(place.height() - 18.0).max(1.0);
    let square = Rect::from_min_size(place.min, vec2(side, side));
    let painter = ui.painter();
    painter.rect_filled(square, 3.0, ui.visuals().extreme_bg_color);
    painter.text(
        square.left_bottom() + vec2(0.0, 2.0),
        Align2::LEFT_TOP,
        format!("→ {}   ↑ {}", text::OBSERVED, text::PREDICTED),
        font(ui),
        ui.visuals().weak_text_color(),
    );
    let inner = square.shrink(6.0);
    let at = |[x, y]: [f64; 2]| {
        // What lies beyond the square sticks to its edge.
        let share = |v: f64| ((v - low) / (high - low)).clamp(0.0, 1.0) as f32;
        pos2(
            lerp(inner.x_range(), share(x)),
            lerp(inner.bottom()..=inner.top(), share(y)),
        )
    };
    let diagonal = [inner.left_bottom(), inner.right_top()];
    painter.line_segment(diagonal, Stroke::new(1.0, theme::grid_line(ui)));
    for pair in pairs.iter().filter(|pair| pair[1].is_finite()) {
        painter.circle_filled(at(*pair), 1.8, colour.gamma_multiply(0.6));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_lie_in_the_whole_and_do_not_overlap() {
        for whole in [vec2(300.0, 200.0), vec2(200.0, 600.0), vec2(900.0, 180.0)] {
            let whole = Rect::from_min_size(pos2(10.0, 20.0), whole);
            for count in 1..=8 {
                let places: Vec<Rect> = grid(whole, count).collect();
                assert_eq!(places.len(), count);
                for (index, place) in places.iter().enumerate() {
                    assert!(whole.contains_rect(*place), "{place:?}");
                    assert!(
                        places[..index]
                            .iter()
                            .all(|other| !other.intersects(*place))
                    );
                }
            }
        }
    }

    #[test]
    fn symbols_are_told_from_numbers() {
        let example = |inputs: [[f32; 3]; 2]| Example {
            inputs: inputs.map(Vec::from).to_vec(),
            answer: String::new(),
        };
        assert!(one_hot(&example([[0.0, 1.0, 0.0], [1.0, 0.0, 1.0]])));
        assert!(!one_hot(&example([[0.0, 1.0, 0.0], [0.0, 0.0, 1.0]])));
        assert!(!one_hot(&example([[0.5, 1.0, 0.0], [0.5, 0.0, 1.0]])));
    }
}
