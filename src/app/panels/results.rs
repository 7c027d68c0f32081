//! What is happening in words, the lesson of the scenario, and the table of contenders.

use crate::app::actions::Action;
use crate::app::panels::{beside, kept};
use crate::app::runs::Run;
use crate::app::state::{AppState, Phase};
use crate::app::text::Text;
use crate::app::{format, text, theme};
use crate::scenarios;
use eframe::egui::{
    Align, Label, Layout, Rect, RichText, Role, ScrollArea, Sense, TextWrapMode, Ui, WidgetInfo,
    pos2, vec2,
};

/// Widths of the columns of numbers.
const BEST: f32 = 68.0;
const SKILL: f32 = 52.0;
const STEPS: f32 = 60.0;
const ROW: f32 = 38.0;
/// Width of the button for kept steps.
const MENU: f32 = 26.0;

/// Draws the panel.
pub fn show(ui: &mut Ui, state: &AppState, actions: &mut Vec<Action>) {
    ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        ui.heading(text::HAPPENING);
        for sentence in text::story(state) {
            ui.label(sentence);
        }
        if state.stale() {
            ui.label(RichText::new(text::STALE).color(ui.visuals().warn_fg_color));
        }
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

/// One line of the table, of a run or of a contender that has not run.
struct Line {
    name: String,
    state: Text,
    colour: usize,
    best: Option<f64>,
    skill: Option<f64>,
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
                steps: None,
                trouble: false,
                run: None,
            })
            .collect();
    }
    let paused = state.phase() == Phase::Paused;
    state
        .runs
        .iter()
        .enumerate()
        .map(|(index, run): (usize, &Run)| Line {
            name: run.label(),
            state: text::run_state(run, paused),
            colour: run.colour,
            best: run.best.map(|(_, loss)| loss),
            skill: run.accuracy().or_else(|| run.skill()),
            steps: Some(run.steps()),
            trouble: run.diverged(),
            run: Some(index),
        })
        .collect()
}

fn table(ui: &mut Ui, state: &AppState, actions: &mut Vec<Action>) {
    let width = ui.available_width();
    let name_width = (width - BEST - SKILL - STEPS).max(64.0);
    ui.spacing_mut().item_spacing.y = 0.0;
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 0.0;
        heading(ui, name_width, text::COLUMN_CONTENDER, text::NOTHING, Align::Min);
        heading(
            ui,
            BEST,
            text::COLUMN_BEST,
            text::COLUMN_BEST_HELP,
            Align::Max,
        );
        let (name, help) = match state
            .shown_series()
            .and_then(|series| series.samples.as_ref())
        {
            Some(samples) if samples.classes.is_empty() => {
                (text::COLUMN_SKILL, text::COLUMN_MEAN_SKILL_HELP)
            }
            Some(_) => (text::COLUMN_ACCURACY, text::COLUMN_ACCURACY_HELP),
            None => (text::COLUMN_SKILL, text::COLUMN_SKILL_HELP),
        };
        heading(ui, SKILL, name, help, Align::Max);
        heading(ui, STEPS, text::COLUMN_STEPS, text::NOTHING, Align::Max);
    });
    for line in lines(state) {
        let (rect, _) = ui.allocate_exact_size(vec2(width, 1.0), Sense::hover());
        let edge = ui.visuals().widgets.noninteractive.bg_stroke;
        ui.painter().hline(rect.x_range(), rect.center().y, edge);
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 0.0;
            contender(ui, state, &line, name_width, actions);
            let number =
                |value: Option<String>| value.unwrap_or_else(|| text::NOTHING_YET.into());
            cell(ui, BEST, &number(line.best.map(format::measure)));
            cell(ui, SKILL, &number(line.skill.map(format::percent)));
            cell(ui, STEPS, &number(line.steps.map(format::count)));
        });
    }
}

fn heading(ui: &mut Ui, width: f32, label: Text, help: Text, align: Align) {
    let layout = match align {
        Align::Min => Layout::left_to_right(Align::Center),
        _ => Layout::right_to_left(Align::Center),
    };
    ui.allocate_ui_with_layout(vec2(width, 22.0), layout, |ui| {
        ui.set_min_size(vec2(width, 22.0));
        let response = ui.label(RichText::new(label).small().weak());
        if !help.is_empty() {
            response.on_hover_text(help);
        }
    });
}

fn cell(ui: &mut Ui, width: f32, value: &str) {
    ui.allocate_ui_with_layout(
        vec2(width, ROW),
        Layout::right_to_left(Align::Center),
        |ui| {
            ui.set_min_size(vec2(width, ROW));
            ui.add(Label::new(value).wrap_mode(TextWrapMode::Extend));
        },
    );
}

/// The name with its colour and, below it, the state; a click hides or shows it in the plots.
fn contender(
    ui: &mut Ui,
    state: &AppState,
    line: &Line,
    width: f32,
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
        .filter(|(_, run)| !run.kept.is_empty());
    let right = rect.right() - if steps.is_some() { MENU } else { 4.0 };
    let inner = Rect::from_min_max(
        pos2(rect.left() + 18.0, rect.top() + 4.0),
        pos2(right, rect.bottom()),
    );
    if let Some((index, run)) = steps {
        let corner = Rect::from_min_max(pos2(right, rect.top() + 4.0), rect.max);
        beside(ui, corner, Layout::top_down(Align::Max), |ui| {
            kept::menu(ui, index, run, actions);
        });
    }
    beside(ui, inner, Layout::top_down(Align::Min), |ui| {
        let name = RichText::new(&line.name);
        let name = if hidden {
            name.weak().strikethrough()
        } else {
            name
        };
        ui.add(Label::new(name).truncate());
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
