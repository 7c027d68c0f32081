//! Contenders over all their seeds: validation losses as bands, best loss by rate, a table that sorts,
//! and what is not fair.

mod rates;
mod table;

pub use rates::JudgedBy;

use super::frame::{self, Band, Drawn, Form, Spec};
use super::lines::Segments;
use super::{Axes, Plots, in_place, steps, title, titled};
use crate::app::actions::Action;
use crate::app::panels::named;
use crate::app::runs::Run;
use crate::app::state::{AppState, Sweep};
use crate::app::text::Text;
use crate::app::view::{View, XAxis};
use crate::app::{format, text, theme};
use crate::diagnose::race::{band, quartiles, unfair};
use eframe::egui::{Button, Color32, DragValue, Rect, RichText, ScrollArea, Ui, pos2};
use egui_plot::PlotPoint;
use rates::rates;
use std::rc::Rc;
use table::table;

/// What the page remembers between frames.
#[derive(Debug, Default)]
pub struct Race {
    /// What stood across when it was last drawn.
    across: XAxis,
    /// The loss to reach, once somebody chose one.
    reach: Option<f64>,
    /// The column that sorts, and whether the largest comes first.
    sort: Option<(usize, bool)>,
    axes: Axes,
    rates: Axes,
    /// Which loss stands over the rates.
    judged_by: JudgedBy,
}

impl Race {
    /// The axes of its plots.
    pub(super) fn axes(&mut self) -> [&mut Axes; 2] {
        [&mut self.axes, &mut self.rates]
    }
}

/// One contender's runs.
struct Group<'a> {
    name: &'a str,
    colour: usize,
    runs: Vec<&'a Run>,
}

fn groups(state: &AppState) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    for (_, run) in state.shown_runs() {
        match groups.iter_mut().find(|group| group.colour == run.colour) {
            Some(group) => group.runs.push(run),
            None => groups.push(Group {
                name: &run.name,
                colour: run.colour,
                runs: vec![run],
            }),
        }
    }
    groups
}

impl Group<'_> {
    fn median(&self, of: impl Fn(&Run) -> Option<f64>) -> Option<f64> {
        quartiles(self.runs.iter().filter_map(|run| of(run))).map(|[_, middle, _]| middle)
    }

    fn best(&self) -> Option<[f64; 3]> {
        quartiles(self.runs.iter().filter_map(|run| Some(run.best?.1)))
    }
}

/// Draws the page into the space that there is.
pub fn show(ui: &mut Ui, plots: &mut Plots, state: &AppState) {
    let own_title = plots.own_title("race", text::RACE);
    let (race, actions) = (&mut plots.race, &mut plots.asked);
    if race.across != state.view.x_axis {
        race.across = state.view.x_axis;
        race.axes.follow();
    }
    let groups = groups(state);
    let worst = groups
        .iter()
        .filter_map(|group| group.best().map(|[_, middle, _]| middle))
        .fold(f64::NAN, f64::max);
    let reach = race.reach.unwrap_or(worst);
    title(ui, own_title, |ui| {
        controls(ui, race, state, reach, actions);
    });
    if let Some(sweep) = &state.sweep {
        ask(ui, sweep, state, actions);
    }
    let whole = ui.available_rect_before_wrap();
    let gap = 2.0 * theme::GRID;
    // The table has what it needs, up to half of the page; the plots have the rest.
    let below = table::height(groups.len()).min(whole.height() * 0.5);
    let middle = whole.bottom() - below.round();
    let border = whole.left() + (whole.width() * 0.56).round();
    let place = |from: (f32, f32), to: (f32, f32)| {
        Rect::from_min_max(pos2(from.0, from.1), pos2(to.0, to.1))
    };
    let upper_left = place((whole.left(), whole.top()), (border - gap, middle - gap));
    let upper_right = place((border, whole.top()), (whole.right(), middle - gap));
    let y_label = text::loss_axis(state);
    in_place(ui, upper_left, |ui| {
        losses(ui, race, &groups, reach, y_label);
    });
    in_place(ui, upper_right, |ui| rates(ui, race, &groups, y_label));
    in_place(
        ui,
        place((whole.left(), middle), (whole.right(), whole.bottom())),
        |ui| {
            ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
                table(ui, race, &groups, reach);
                ui.add_space(theme::GRID);
                ui.label(RichText::new(text::FAIRNESS).strong());
                let found = unfair(&state.contenders, state.draft.seeds.len());
                if found.is_empty() {
                    ui.label(text::FAIR);
                }
                for what in &found {
                    let words = RichText::new(text::unfair(what)).color(ui.visuals().warn_fg_color);
                    ui.label(words);
                }
            });
        },
    );
    ui.advance_cursor_after_rect(whole);
}

fn controls(ui: &mut Ui, race: &mut Race, state: &AppState, reach: f64, actions: &mut Vec<Action>) {
    ui.label(RichText::new(text::ACROSS).small());
    let mut across = race.across;
    for (choice, name) in [
        (XAxis::Steps, text::X_UPDATES),
        (XAxis::Epochs, text::X_EPOCHS),
        (XAxis::Seconds, text::X_SECONDS),
    ] {
        ui.selectable_value(&mut across, choice, RichText::new(name).small());
    }
    if across != race.across {
        let view = View {
            x_axis: across,
            ..state.view.clone()
        };
        actions.push(Action::SetView(Box::new(view)));
    }
    ui.add_space(theme::GRID);
    ui.label(RichText::new(text::TO_REACH).small());
    let mut value = if reach.is_finite() { reach } else { 0.0 };
    let speed = (value.abs() * 0.01).max(1e-6);
    let drag = DragValue::new(&mut value)
        .speed(speed)
        .range(0.0..=f64::MAX)
        .custom_formatter(|value, _| format::measure(value));
    let response = ui.add(drag).on_hover_text(text::TO_REACH_HELP);
    named(&response, &text::TO_REACH);
    if response.changed() {
        race.reach = Some(value);
    }
    ui.add_space(theme::GRID);
    let fits = state.sweep_fits() && !state.blocked();
    let sweep = Button::new(RichText::new(text::SWEEP).small()).small();
    if ui
        .add_enabled(fits, sweep)
        .on_hover_text(text::SWEEP_HELP)
        .on_disabled_hover_text(text::SWEEP_TOO_LARGE)
        .clicked()
    {
        actions.push(Action::SweepRates);
    }
}

/// What a sweep amounts to, and whether it shall begin.
fn ask(ui: &mut Ui, sweep: &Sweep, state: &AppState, actions: &mut Vec<Action>) {
    ui.horizontal_wrapped(|ui| {
        let (words, ready) = text::sweep(sweep, state.draft.seeds.len());
        let colour = match sweep.work {
            Some(Err(_)) => ui.visuals().warn_fg_color,
            _ => ui.visuals().text_color(),
        };
        ui.label(RichText::new(words).color(colour));
        if ready && ui.button(text::START_SWEEP).clicked() {
            actions.push(Action::StartSweep);
        }
        if ui.button(text::CANCEL_SWEEP).clicked() {
            actions.push(Action::CancelSweep);
        }
    });
}

/// (x, loss) of each validation of a run.
fn course(run: &Run, across: XAxis) -> Vec<[f64; 2]> {
    let place = steps::place(run, across);
    (run.history.validation.iter())
        .map(|&(row, loss)| [place.x(row as usize), loss])
        .collect()
}

fn line(points: impl Iterator<Item = (f64, f64)>) -> Segments {
    let points: Vec<PlotPoint> = points
        .map(|(x, y)| PlotPoint::new(x, y.log10()))
        .filter(|point| point.x.is_finite() && point.y.is_finite())
        .collect();
    Rc::new(if points.is_empty() {
        Vec::new()
    } else {
        vec![points]
    })
}

fn drawn(name: String, points: Segments, colour: Color32, counts: bool) -> Drawn {
    Drawn {
        name,
        points,
        colour,
        width: 2.0,
        form: Form::Solid,
        dots: true,
        counts,
    }
}

fn losses(ui: &mut Ui, race: &mut Race, groups: &[Group<'_>], reach: f64, y_label: Text) {
    titled(ui, text::RACE_LOSS, text::RACE_LOSS_HELP);
    let mut lines = Vec::new();
    let mut bands = Vec::new();
    let mut last = Vec::new();
    let mut end = 1.0_f64;
    for group in groups {
        let seeds: Vec<Vec<[f64; 2]>> = group
            .runs
            .iter()
            .map(|run| course(run, race.across))
            .collect();
        let found = band(&seeds);
        let colour = theme::contender(group.colour);
        let counts = !group.runs.iter().all(|run| run.diverged());
        if group.runs.len() > 1 {
            let edge = |which: usize| line(found.iter().map(|point| (point[0], point[which])));
            bands.push(Band {
                edges: [edge(1), edge(3)],
                colour: colour.gamma_multiply(0.2),
            });
        }
        lines.push(drawn(
            group.name.to_owned(),
            line(found.iter().map(|point| (point[0], point[2]))),
            colour,
            counts,
        ));
        if let Some(point) = found.last() {
            end = end.max(point[0]);
            last.push((group.name.to_owned(), point[2]));
        }
    }
    let weak = ui.visuals().weak_text_color();
    let x_label = match race.across {
        XAxis::Steps => text::X_UPDATES,
        XAxis::Epochs => text::X_EPOCHS,
        XAxis::Seconds => text::X_SECONDS,
    };
    let across = race.across;
    frame::show(
        ui,
        &mut race.axes,
        &Spec {
            id: "race",
            label: text::plot_label(&text::RACE_LOSS, &last),
            x_label: x_label.get(),
            y_label: &y_label,
            log: true,
            x: [0.0, end],
            y: None,
            empty: lines.is_empty().then(|| text::NOT_YET_SHORT.get()),
            lines,
            bands,
            levels: if reach.is_finite() {
                vec![(reach, weak, String::new())]
            } else {
                Vec::new()
            },
            spans: Vec::new(),
            marks: Vec::new(),
            x_unit: steps::tick_unit(across),
            x_years: &[],
            x_tick: &|x| steps::tick(across, x),
            readout: &|_| None,
            cursor_group: "race",
        },
    );
}
