//! Contenders over all their seeds: validation losses as bands, best loss by rate, a table that sorts,
//! and what is not fair.

use super::frame::{self, Band, Drawn, Spec};
use super::lines::Segments;
use super::{Axes, Plots, in_place, steps, title};
use crate::app::actions::Action;
use crate::app::panels::named;
use crate::app::runs::Run;
use crate::app::state::{AppState, Sweep};
use crate::app::view::{View, XAxis};
use crate::app::{format, text, theme};
use crate::diagnose::race::{band, quartiles, steps_to_reach, unfair};
use crate::experiment::{Choice, Experiment};
use eframe::egui::{
    Align, Button, Color32, ComboBox, DragValue, Label, Layout, Rect, RichText, ScrollArea, Sense,
    Ui, pos2, vec2,
};
use egui_plot::PlotPoint;
use std::rc::Rc;

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

/// Which loss of a run counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum JudgedBy {
    /// The lowest validation loss.
    #[default]
    Best,
    /// The last validation loss.
    Last,
    /// The mean training loss of the last epoch.
    Training,
}

impl JudgedBy {
    /// All, in the order menus show.
    pub const ALL: [Self; 3] = [Self::Best, Self::Last, Self::Training];

    /// That loss; a run that diverged has none, however good it was before.
    fn of(self, run: &Run) -> Option<f64> {
        if run.diverged() {
            return None;
        }
        match self {
            Self::Best => Some(run.best?.1),
            Self::Last => Some(run.history.validation.last()?.1),
            Self::Training => {
                let losses = run.history.train_loss.values();
                let epoch = run.info.as_ref()?.steps_per_epoch.max(1) as usize;
                let last = &losses[losses.len().saturating_sub(epoch)..];
                let sum: f64 = last.iter().map(|loss| f64::from(*loss)).sum();
                (!last.is_empty()).then(|| sum / last.len() as f64)
            }
        }
        .filter(|loss| loss.is_finite())
    }
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
    let middle = whole.top() + (whole.height() * 0.5).round();
    let border = whole.left() + (whole.width() * 0.56).round();
    let place = |from: (f32, f32), to: (f32, f32)| {
        Rect::from_min_max(pos2(from.0, from.1), pos2(to.0, to.1))
    };
    let upper_left = place((whole.left(), whole.top()), (border - gap, middle - gap));
    let upper_right = place((border, whole.top()), (whole.right(), middle - gap));
    in_place(ui, upper_left, |ui| losses(ui, race, &groups, reach));
    in_place(ui, upper_right, |ui| rates(ui, race, &groups));
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
        dashed: false,
        dots: true,
        counts,
    }
}

fn losses(ui: &mut Ui, race: &mut Race, groups: &[Group<'_>], reach: f64) {
    ui.label(RichText::new(text::RACE_LOSS).strong());
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
            y_label: &text::LOSS_AXIS,
            log: true,
            x: [0.0, end],
            y: None,
            empty: lines.is_empty().then(|| text::NOT_YET_SHORT.get()),
            lines,
            bands,
            levels: if reach.is_finite() {
                vec![(reach, weak)]
            } else {
                Vec::new()
            },
            spans: Vec::new(),
            marks: Vec::new(),
            x_unit: steps::tick_unit(across),
            x_tick: &|x| steps::tick(across, x),
            readout: &|_| None,
            cursor_group: "race",
        },
    );
}

/// What was tried at several rates.
struct Curve {
    name: String,
    colour: usize,
    /// What its runs have in common, the rate left out.
    experiment: Experiment,
    /// (log₁₀ rate, quartiles of the loss over the seeds) of each rate.
    points: Vec<(f64, [f64; 3])>,
}

/// A curve for all contenders that differ in the rate alone.
fn curves(groups: &[Group<'_>], judged_by: JudgedBy) -> Vec<Curve> {
    let mut curves: Vec<Curve> = Vec::new();
    for group in groups {
        let (Some(run), Some(losses)) = (
            group.runs.first(),
            quartiles(group.runs.iter().filter_map(|run| judged_by.of(run))),
        ) else {
            continue;
        };
        let mut experiment = Experiment {
            seeds: Vec::new(),
            contender: Vec::new(),
            ..run.experiment.clone()
        };
        let rate = std::mem::take(&mut experiment.schedule.learning_rate);
        let point = (rate.log10(), losses);
        match (curves.iter_mut()).find(|curve| curve.experiment == experiment) {
            Some(curve) => {
                curve.name = text::in_common(&curve.name, group.name);
                curve.points.push(point);
            }
            None => curves.push(Curve {
                name: group.name.to_owned(),
                colour: group.colour,
                experiment,
                points: vec![point],
            }),
        }
    }
    curves.retain(|curve| curve.points.len() > 1);
    for curve in &mut curves {
        curve.points.sort_by(|a, b| a.0.total_cmp(&b.0));
        if curve.name.is_empty() {
            curve.name = text::kind(&curve.experiment.optimizer.kind());
        }
    }
    curves
}

/// Loss by learning rate, a line for each contender that was tried at several.
fn rates(ui: &mut Ui, race: &mut Race, groups: &[Group<'_>]) {
    ui.horizontal(|ui| {
        ui.label(RichText::new(text::U_CURVES).strong())
            .on_hover_text(text::U_CURVES_HELP);
        ComboBox::from_id_salt("judged by")
            .selected_text(text::judged_by(race.judged_by))
            .show_ui(ui, |ui| {
                for judged_by in JudgedBy::ALL {
                    let name = text::judged_by(judged_by);
                    ui.selectable_value(&mut race.judged_by, judged_by, name);
                }
            });
    });
    let curves = curves(groups, race.judged_by);
    let xs = || (curves.iter()).flat_map(|curve| curve.points.iter().map(|point| point.0));
    let low = xs().fold(f64::INFINITY, f64::min);
    let high = xs().fold(f64::NEG_INFINITY, f64::max);
    let x = if low.is_finite() {
        [low - 0.2, high + 0.2]
    } else {
        [-4.0, 0.0]
    };
    let lowest = |curve: &Curve| {
        let middles = curve.points.iter().map(|(_, [_, middle, _])| *middle);
        middles.fold(f64::INFINITY, f64::min)
    };
    let said: Vec<(String, f64)> = (curves.iter())
        .map(|curve| (curve.name.clone(), lowest(curve)))
        .collect();
    let edge = |curve: &Curve, which: usize| {
        line(
            curve
                .points
                .iter()
                .map(|(rate, losses)| (*rate, losses[which])),
        )
    };
    let lines: Vec<Drawn> = (curves.iter())
        .map(|curve| {
            let colour = theme::contender(curve.colour);
            drawn(curve.name.clone(), edge(curve, 1), colour, true)
        })
        .collect();
    let bands = (curves.iter())
        .filter(|curve| curve.points.iter().any(|(_, [low, _, high])| low < high))
        .map(|curve| Band {
            edges: [edge(curve, 0), edge(curve, 2)],
            colour: theme::contender(curve.colour).gamma_multiply(0.2),
        })
        .collect();
    frame::show(
        ui,
        &mut race.rates,
        &Spec {
            id: "rates",
            label: text::plot_label(&text::U_CURVES, &said),
            x_label: &text::RATE,
            y_label: &text::LOSS_AXIS,
            log: true,
            x,
            y: None,
            empty: lines.is_empty().then(|| text::NO_U_CURVES.get()),
            lines,
            bands,
            levels: Vec::new(),
            spans: Vec::new(),
            marks: Vec::new(),
            x_unit: 0.0,
            x_tick: &|x| format::setting_short(10_f64.powf(x)),
            readout: &|x| {
                let rows: Vec<String> = (curves.iter())
                    .filter_map(|curve| {
                        let away = |point: &(f64, [f64; 3])| (point.0 - x).abs();
                        let nearest =
                            (curve.points.iter()).min_by(|a, b| away(a).total_cmp(&away(b)))?;
                        let rate = format::setting_short(10_f64.powf(nearest.0));
                        let loss = format::measure(nearest.1[1]);
                        Some(format!("{} {rate}  {loss}", curve.name))
                    })
                    .collect();
                (!rows.is_empty()).then(|| rows.join("\n"))
            },
            cursor_group: "rates",
        },
    );
}

/// One row of the table, numbers and all.
struct Row {
    name: String,
    colour: usize,
    /// Best, spread, final, skill, steps to reach, seconds.
    values: [Option<f64>; 6],
    quartiles: Option<[f64; 3]>,
}

fn rows(groups: &[Group<'_>], reach: f64) -> Vec<Row> {
    groups
        .iter()
        .map(|group| {
            let best = group.best();
            Row {
                name: group.name.to_owned(),
                colour: group.colour,
                values: [
                    best.map(|[_, middle, _]| middle),
                    best.map(|[low, _, high]| high - low),
                    group.median(|run| Some(run.history.validation.last()?.1)),
                    group.median(|run| run.accuracy().or_else(|| run.skill())),
                    group.median(|run| {
                        let row = steps_to_reach(&run.history.validation, reach)?;
                        Some((run.first_step() + row) as f64)
                    }),
                    group.median(|run| run.history.seconds.last().copied()),
                ],
                quartiles: best,
            }
        })
        .collect()
}

/// The values as text, in the order of the columns after the name.
fn words(row: &Row) -> [String; 6] {
    let or_nothing = |value: Option<String>| value.unwrap_or_else(|| text::NOTHING_YET.into());
    let [best, _, last, skill, steps, seconds] = row.values;
    [
        or_nothing(best.map(format::measure)),
        or_nothing(
            row.quartiles.map(|[low, _, high]| {
                format!("{} – {}", format::measure(low), format::measure(high))
            }),
        ),
        or_nothing(last.map(format::measure)),
        or_nothing(skill.map(format::percent)),
        or_nothing(steps.map(|steps| format::count(steps.round() as u64))),
        or_nothing(seconds.map(|seconds| format::significant(seconds, 3))),
    ]
}

/// The table as comma-separated values.
fn as_csv(rows: &[Row]) -> String {
    let mut csv =
        "contender,best_loss,best_loss_q25,best_loss_q75,final_loss,skill,steps_to_reach,seconds\n"
            .to_owned();
    for row in rows {
        let cell = |value: Option<f64>| value.map_or_else(String::new, |v| v.to_string());
        let [best, _, last, skill, steps, seconds] = row.values.map(cell);
        let low = cell(row.quartiles.map(|q| q[0]));
        let high = cell(row.quartiles.map(|q| q[2]));
        let name = row.name.replace('"', "\"\"");
        csv += &format!("\"{name}\",{best},{low},{high},{last},{skill},{steps},{seconds}\n");
    }
    csv
}

fn table(ui: &mut Ui, race: &mut Race, groups: &[Group<'_>], reach: f64) {
    const WIDTHS: [f32; 6] = [72.0, 124.0, 72.0, 60.0, 72.0, 72.0];
    let mut rows = rows(groups, reach);
    if let Some((column, falling)) = race.sort {
        rows.sort_by(|a, b| {
            let order = match column.checked_sub(1) {
                None => a.name.cmp(&b.name),
                Some(value) => {
                    // What has no value comes last, whichever way.
                    let of = |row: &Row| {
                        row.values[value].unwrap_or(if falling {
                            f64::NEG_INFINITY
                        } else {
                            f64::INFINITY
                        })
                    };
                    of(a).total_cmp(&of(b))
                }
            };
            if falling { order.reverse() } else { order }
        });
    }
    let name_width = (ui.available_width() - WIDTHS.iter().sum::<f32>()).max(80.0);
    let width = |column: usize| column.checked_sub(1).map_or(name_width, |c| WIDTHS[c]);
    ui.spacing_mut().item_spacing.y = 0.0;
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 0.0;
        for (column, [name, help]) in text::RACE_COLUMNS.into_iter().enumerate() {
            let layout = if column == 0 {
                Layout::left_to_right(Align::Center)
            } else {
                Layout::right_to_left(Align::Center)
            };
            ui.allocate_ui_with_layout(vec2(width(column), 22.0), layout, |ui| {
                ui.set_min_size(vec2(width(column), 22.0));
                let arrow = match race.sort {
                    Some((sorted, falling)) if sorted == column => {
                        if falling {
                            " ↓"
                        } else {
                            " ↑"
                        }
                    }
                    _ => "",
                };
                let label = RichText::new(format!("{name}{arrow}")).small().weak();
                let response = ui.add(Button::new(label).frame(false).small());
                if response.clicked() {
                    let again = race.sort == Some((column, false));
                    race.sort = Some((column, again));
                }
                if !help.is_empty() {
                    response.on_hover_text(help);
                }
            });
        }
    });
    for row in &rows {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 0.0;
            let (rect, _) = ui.allocate_exact_size(vec2(name_width, 22.0), Sense::hover());
            let dot = pos2(rect.left() + 6.0, rect.center().y);
            ui.painter()
                .circle_filled(dot, 4.5, theme::contender(row.colour));
            in_place(
                ui,
                Rect::from_min_max(rect.min + vec2(16.0, 2.0), rect.max),
                |ui| {
                    ui.add(Label::new(&row.name).truncate());
                },
            );
            for (column, value) in words(row).into_iter().enumerate() {
                let layout = Layout::right_to_left(Align::Center);
                ui.allocate_ui_with_layout(vec2(WIDTHS[column], 22.0), layout, |ui| {
                    ui.set_min_size(vec2(WIDTHS[column], 22.0));
                    ui.add(Label::new(value).truncate());
                });
            }
        });
    }
    if !rows.is_empty() {
        ui.add_space(theme::GRID / 2.0);
        let copy = Button::new(RichText::new(text::COPY_TABLE).small()).small();
        if ui.add(copy).on_hover_text(text::COPY_TABLE_HELP).clicked() {
            ui.ctx().copy_text(as_csv(&rows));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_told_as_comma_separated_values() {
        let row = Row {
            name: "a \"b\"".to_owned(),
            colour: 0,
            values: [
                Some(0.5),
                Some(0.25),
                None,
                Some(0.1),
                Some(120.0),
                Some(1.5),
            ],
            quartiles: Some([0.375, 0.5, 0.625]),
        };
        let told = as_csv(&[row]);
        let mut reader = csv::Reader::from_reader(told.as_bytes());
        let columns = reader.headers().expect("a heading").len();
        let read: Vec<csv::StringRecord> = reader.records().map(|r| r.expect("a row")).collect();
        assert_eq!((read.len(), columns), (1, 8));
        let cells: Vec<&str> = read[0].iter().collect();
        assert_eq!(
            cells,
            ["a \"b\"", "0.5", "0.375", "0.625", "", "0.1", "120", "1.5"]
        );
    }
}
