//! What is happening in words, the lesson of the scenario, and the table of contenders.

use crate::app::actions::Action;
use crate::app::panels::{beside, explosion, kept};
use crate::app::runs::Run;
use crate::app::state::{AppState, Phase};
use crate::app::text::Text;
use crate::app::{format, names, text, theme};
use crate::scenarios;
use eframe::egui::{
    Align, Color32, Id, Label, Layout, Rect, Response, RichText, Role, ScrollArea, Sense,
    TextStyle, TextWrapMode, Ui, UiBuilder, WidgetInfo, pos2, vec2,
};

/// Widths of the columns of numbers.
const BEST: f32 = 62.0;
const SKILL: f32 = 62.0;
const STEPS: f32 = 52.0;
const ROW: f32 = 42.0;
/// Where the line of the state begins and ends within a row.
const STATE: [f32; 2] = [22.0, 37.0];
/// Room for a scroll bar that is wide because it is pointed at.
const SCROLL_BAR: f32 = 8.0;
/// What a dot before a name and the gap after it take.
const BESIDE_NAME: f32 = 22.0;
/// Width of the button for kept steps.
const MENU: f32 = 26.0;

/// Draws the panel.
pub fn show(ui: &mut Ui, state: &AppState, actions: &mut Vec<Action>) {
    ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        // The bar lies over what is below it.
        let bar = ui.spacing().scroll.allocated_width().max(SCROLL_BAR);
        ui.set_max_width(ui.available_width() - bar);
        ui.heading(text::HAPPENING);
        told(ui, state);
        if state.stale() {
            ui.label(RichText::new(text::STALE).color(ui.visuals().warn_fg_color));
        }
        explosion::show(ui, state, actions);
        ui.add_space(2.0 * theme::GRID);
        ui.heading(text::RESULTS);
        table(ui, state, actions);
        if let Some(index) = state.scenario {
            ui.add_space(2.0 * theme::GRID);
            let scenario = &scenarios::ALL[index];
            ui.label(RichText::new(text::scenario_title(scenario)).strong());
            ui.label(RichText::new(text::scenario_lesson(scenario)).weak());
        }
    });
}

/// What is happening. While runs go on sentences come and go; their place stays for a while after them, so that the
/// table below rests.
fn told(ui: &mut Ui, state: &AppState) {
    let place = ui.scope(|ui| {
        for sentence in text::story(state) {
            ui.label(sentence);
        }
    });
    let (height, now) = (place.response.rect.height(), ui.input(|input| input.time));
    let id = Id::unique("height of what is told");
    let running = state.phase() == Phase::Running;
    let before = ui.data(|data| data.get_temp(id)).filter(|_| running);
    let kept = kept_height(height, before, now);
    ui.data_mut(|data| data.insert_temp(id, kept));
    ui.add_space(kept.0 - height);
}

/// The height of a place whose contents are `height` high at the time `now`, and when that much was needed last, out
/// of what both were `before`.
fn kept_height(height: f32, before: Option<(f32, f64)>, now: f64) -> (f32, f64) {
    const SECONDS: f64 = 5.0;
    match before {
        Some((kept, needed)) if height < kept && now - needed < SECONDS => (kept, needed),
        _ => (height, now),
    }
}

/// One line of the table, of a run or of a contender that has not run.
struct Line {
    name: String,
    state: Text,
    colour: usize,
    best: Option<f64>,
    skill: Option<f64>,
    /// Whether it has no skill as there is nothing to save.
    nothing_to_save: bool,
    steps: Option<u64>,
    trouble: bool,
    /// The run's index.
    run: Option<usize>,
}

fn lines(state: &AppState) -> Vec<Line> {
    if state.runs.is_empty() {
        return state
            .contenders
            .iter()
            .zip(&state.colours)
            .map(|(contender, &colour)| Line {
                name: contender.name.clone(),
                state: text::readiness(state.blocked()),
                colour,
                best: None,
                skill: None,
                nothing_to_save: false,
                steps: None,
                trouble: false,
                run: None,
            })
            .collect();
    }
    let paused = state.phase() == Phase::Paused;
    let of_run = |(index, run): (usize, &Run)| Line {
        // The whole label of a fold has no room; it stands below its run and has its colour.
        name: match run.fold {
            0 => run.label(),
            fold => text::fold(fold),
        },
        state: text::run_state(run, paused),
        colour: run.colour,
        best: run.best.map(|(_, loss)| loss),
        // Of weights that blew up it says nothing that fits a column.
        skill: run
            .accuracy()
            .or_else(|| run.skill())
            .filter(|_| !run.diverged()),
        nothing_to_save: run.nothing_to_save() && !run.diverged(),
        steps: Some(run.steps()),
        trouble: run.diverged(),
        run: Some(index),
    };
    let mut lines: Vec<Line> = Vec::new();
    let mut folds: Vec<Line> = Vec::new();
    for (index, run) in state.runs.iter().enumerate() {
        let line = of_run((index, run));
        if run.fold == 0 {
            lines.push(line);
            continue;
        }
        folds.push(line);
        // The folds of a run follow it.
        if state.runs.get(index + 1).is_none_or(|next| next.fold == 0) {
            lines.push(mean_of(&folds, run.colour));
            lines.append(&mut folds);
        }
    }
    lines
}

/// What the folds of a run come to together; what one of them lacks has no mean.
fn mean_of(folds: &[Line], colour: usize) -> Line {
    let mean = |of: fn(&Line) -> Option<f64>| -> Option<f64> {
        let values: Option<Vec<f64>> = folds.iter().map(of).collect();
        values.map(|values| values.iter().sum::<f64>() / values.len().max(1) as f64)
    };
    Line {
        name: text::folds(folds.len()),
        state: text::MEAN,
        colour,
        best: mean(|line| line.best),
        skill: mean(|line| line.skill),
        nothing_to_save: folds.iter().all(|line| line.nothing_to_save),
        steps: folds.iter().map(|line| line.steps).sum(),
        trouble: folds.iter().any(|line| line.trouble),
        run: None,
    }
}

fn table(ui: &mut Ui, state: &AppState, actions: &mut Vec<Action>) {
    let samples = (state.shown_series()).and_then(|series| series.samples.as_ref());
    let width = ui.available_width();
    let name_width = (width - BEST - SKILL - STEPS).max(64.0);
    ui.spacing_mut().item_spacing.y = 0.0;
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 0.0;
        heading(
            ui,
            name_width,
            text::COLUMN_CONTENDER,
            text::NOTHING,
            By::Order,
        );
        heading(
            ui,
            BEST,
            text::COLUMN_BEST,
            text::COLUMN_BEST_HELP,
            By::Best,
        );
        let (name, help) = match samples {
            Some(samples) if samples.classes.is_empty() => {
                (text::COLUMN_SKILL, text::COLUMN_MEAN_SKILL_HELP)
            }
            Some(_) => (text::COLUMN_ACCURACY, text::COLUMN_ACCURACY_HELP),
            None => (text::COLUMN_SKILL, text::COLUMN_SKILL_HELP),
        };
        heading(ui, SKILL, name, help, By::Skill);
        heading(ui, STEPS, text::COLUMN_STEPS, text::NOTHING, By::Steps);
    });
    let lines = sorted(lines(state), ui.data(|data| data.get_temp(sort_id())));
    let names: Vec<&str> = lines.iter().map(|line| line.name.as_str()).collect();
    // Names that are longer than their column have the upper half of the row to themselves, numbers the lower.
    let above = names.iter().any(|name| {
        let room = name_width - BESIDE_NAME;
        *names::cut_to(ui, name, &names, &TextStyle::Body, room) != **name
    });
    let room = if above { width } else { name_width };
    let side = if above { Align::Max } else { Align::Center };
    for line in &lines {
        let (rect, _) = ui.allocate_exact_size(vec2(width, 1.0), Sense::hover());
        let edge = ui.visuals().widgets.noninteractive.bg_stroke;
        ui.painter().hline(rect.x_range(), rect.center().y, edge);
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 0.0;
            contender(ui, state, line, (name_width, room, &names), actions);
            let number = |value: Option<String>| value.unwrap_or_else(|| text::NOTHING_YET.into());
            cell(ui, (BEST, side), &number(line.best.map(format::measure)));
            let skill = cell(ui, (SKILL, side), &number(line.skill.map(format::percent)));
            if line.nothing_to_save {
                skill.on_hover_text(text::NO_SKILL_HELP);
            }
            cell(ui, (STEPS, side), &number(line.steps.map(format::count)));
        });
    }
    // Which part a number is of decides what it is worth.
    let parts = state
        .runs
        .iter()
        .filter(|run| run.fold == 0)
        .find_map(|run| {
            let scored = run.accuracy_of_part().or_else(|| run.skill_of_part());
            Some((scored?.0, run.best.is_some()))
        });
    if let Some((part, losses)) = parts {
        ui.add_space(theme::GRID / 2.0);
        let classes = samples.is_some_and(|samples| !samples.classes.is_empty());
        let words = text::scored_on(part, losses, classes, behind(&state.runs));
        ui.label(RichText::new(words).small().weak());
    }
}

/// The step that shares are of, where they are those of clearly earlier weights than the losses.
fn behind(runs: &[Run]) -> Option<u64> {
    runs.iter().filter_map(Run::scored_late).min()
}

/// What the table is sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum By {
    Order,
    Best,
    Skill,
    Steps,
}

fn sort_id() -> Id {
    Id::unique("results sorted by")
}

/// The best first; what has no value yet comes last.
fn sorted(mut lines: Vec<Line>, by: Option<By>) -> Vec<Line> {
    let worth = |line: &Line| match by {
        None | Some(By::Order) => None,
        Some(By::Best) => line.best.map(|loss| -loss),
        Some(By::Skill) => line.skill,
        Some(By::Steps) => line.steps.map(|steps| steps as f64),
    };
    lines.sort_by(|a, b| {
        let [a, b] = [a, b].map(|line| worth(line).unwrap_or(f64::NEG_INFINITY));
        b.total_cmp(&a)
    });
    lines
}

/// The name of a column; a click sorts by it.
fn heading(ui: &mut Ui, width: f32, label: Text, help: Text, by: By) {
    let layout = match by {
        By::Order => Layout::left_to_right(Align::Center),
        _ => Layout::right_to_left(Align::Center),
    };
    ui.allocate_ui_with_layout(vec2(width, 22.0), layout, |ui| {
        ui.set_min_size(vec2(width, 22.0));
        let chosen = ui
            .data(|data| data.get_temp(sort_id()))
            .unwrap_or(By::Order)
            == by;
        let words = RichText::new(label).small();
        let words = if chosen { words } else { words.weak() };
        let name = Label::new(words).sense(Sense::click());
        let response = ui.add(name);
        response.widget_info(|| WidgetInfo::selected(Role::Button, true, chosen, &*label));
        let help = format!("{help}\n{}", text::SORT_HELP);
        if response.on_hover_text(help.trim()).clicked() {
            ui.data_mut(|data| data.insert_temp(sort_id(), by));
        }
    });
}

fn cell(ui: &mut Ui, (width, side): (f32, Align), value: &str) -> Response {
    let (rect, _) = ui.allocate_exact_size(vec2(width, ROW), Sense::hover());
    // On the line of the state, or between both.
    let inner = rect.with_max_y(rect.top() + STATE[1]);
    let mut child = ui.new_child(
        UiBuilder::new()
            .max_rect(inner)
            .layout(Layout::right_to_left(side)),
    );
    child.add(Label::new(value).wrap_mode(TextWrapMode::Extend))
}

/// The name with its colour and, below it, the state; a click hides or shows it in the plots.
fn contender(
    ui: &mut Ui,
    state: &AppState,
    line: &Line,
    (width, room, names): (f32, f32, &[&str]),
    actions: &mut Vec<Action>,
) {
    let hidden = state.hidden.contains(&line.colour);
    let (rect, response) = ui.allocate_exact_size(vec2(width, ROW), Sense::click());
    let colour = theme::contender(line.colour);
    let dot = pos2(rect.left() + 6.0, rect.top() + 13.0);
    if hidden {
        ui.painter().circle_stroke(dot, 4.5, (1.5, colour));
    } else {
        ui.painter().circle_filled(dot, 5.0, colour);
    }
    let steps = line
        .run
        .and_then(|index| Some((index, state.runs.get(index)?)))
        .filter(|(_, run)| run.ended() || !run.kept.is_empty() || run.folder.is_some());
    let inner = Rect::from_min_max(
        pos2(rect.left() + BESIDE_NAME - 4.0, rect.top() + 4.0),
        pos2(rect.left() + room - 4.0, rect.bottom()),
    );
    if let Some((index, run)) = steps {
        // Beside the state, so that the name has the whole line.
        let corner = Rect::from_min_max(
            pos2(rect.right() - MENU, rect.top() + STATE[0] - 3.0),
            pos2(rect.right(), rect.top() + STATE[1] - 3.0),
        );
        beside(ui, corner, Layout::top_down(Align::Max), |ui| {
            ui.spacing_mut().button_padding.y = 0.0;
            ui.spacing_mut().interact_size.y = STATE[1] - STATE[0];
            // A name above may reach over it, so that it has a box only under the pointer.
            ui.visuals_mut().widgets.inactive.weak_bg_fill = Color32::TRANSPARENT;
            kept::menu(ui, index, run, actions);
        });
    }
    beside(ui, inner, Layout::top_down(Align::Min), |ui| {
        names::label(ui, &line.name, names, |name| {
            if hidden {
                name.weak().strikethrough()
            } else {
                name
            }
        });
        ui.add_space(1.0);
        let mut word = RichText::new(line.state).small();
        word = if line.trouble {
            word.color(theme::error(ui))
        } else {
            word.weak()
        };
        ui.label(word);
    });
    response.widget_info(|| {
        WidgetInfo::selected(Role::CheckBox, true, !hidden, text::in_plots(&line.name))
    });
    let response = response.on_hover_text(format!("{}\n{}", line.name, text::HIDE_HELP));
    if response.clicked() {
        actions.push(Action::ToggleHidden(line.colour));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_come_first_and_what_has_no_value_last() {
        let line = |name: &str, best: Option<f64>| Line {
            name: name.to_owned(),
            state: text::NOTHING,
            colour: 0,
            best,
            skill: best.map(|loss| 1.0 - loss),
            nothing_to_save: false,
            steps: None,
            trouble: false,
            run: None,
        };
        let names = |by: Option<By>| -> Vec<String> {
            let lines = vec![line("a", None), line("b", Some(0.5)), line("c", Some(0.1))];
            sorted(lines, by)
                .into_iter()
                .map(|line| line.name)
                .collect()
        };
        assert_eq!(names(None), ["a", "b", "c"]);
        assert_eq!(names(Some(By::Best)), ["c", "b", "a"]);
        assert_eq!(names(Some(By::Skill)), ["c", "b", "a"]);
        assert_eq!(names(Some(By::Steps)), ["a", "b", "c"]);
    }

    #[test]
    fn a_place_keeps_its_height_for_a_while_after_what_needed_it() {
        let full = kept_height(100.0, None, 1.0);
        assert_eq!(full, (100.0, 1.0));
        assert_eq!(kept_height(60.0, Some(full), 4.0), full);
        assert_eq!(kept_height(100.0, Some(full), 4.0), (100.0, 4.0));
        assert_eq!(kept_height(60.0, Some(full), 7.0), (60.0, 7.0));
        assert_eq!(kept_height(140.0, Some(full), 2.0), (140.0, 2.0));
    }
}
