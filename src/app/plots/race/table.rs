//! The table of contenders: sorted by a click, copied as comma-separated values.

use super::{Group, Race};
use crate::app::plots::in_place;
use crate::app::{format, names, text, theme};
use crate::diagnose::race::steps_to_reach;
use eframe::egui::{Align, Button, Label, Layout, Rect, RichText, Sense, Ui, pos2, vec2};

/// One row of the table, numbers and all.
struct Row {
    name: String,
    colour: usize,
    /// Best, spread, final, skill, steps to reach, seconds.
    values: [Option<f64>; 6],
    quartiles: Option<[f64; 3]>,
    /// Whether there are several seeds, without which quartiles say nothing.
    several: bool,
}

/// Height of a row.
const ROW: f32 = 22.0;
/// What stands below the rows: a button, and what is not fair in two or three lines.
const BELOW: f32 = 136.0;

/// What the table of so many contenders takes, with what stands below it.
pub(super) fn height(contenders: usize) -> f32 {
    (contenders + 1) as f32 * ROW + BELOW
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
                several: group.runs.len() > 1,
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
            row.quartiles.filter(|_| row.several).map(|[low, _, high]| {
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

pub(super) fn table(ui: &mut Ui, race: &mut Race, groups: &[Group<'_>], reach: f64) {
    const WIDTHS: [f32; 6] = [64.0, 124.0, 64.0, 62.0, 92.0, 66.0];
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
            ui.allocate_ui_with_layout(vec2(width(column), ROW), layout, |ui| {
                ui.set_min_size(vec2(width(column), ROW));
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
    let names: Vec<&str> = rows.iter().map(|row| row.name.as_str()).collect();
    for row in &rows {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 0.0;
            let (rect, _) = ui.allocate_exact_size(vec2(name_width, ROW), Sense::hover());
            let dot = pos2(rect.left() + 6.0, rect.center().y);
            ui.painter()
                .circle_filled(dot, 4.5, theme::contender(row.colour));
            in_place(
                ui,
                Rect::from_min_max(rect.min + vec2(16.0, 2.0), rect.max),
                |ui| {
                    names::label(ui, &row.name, &names, |name| name);
                },
            );
            for (column, value) in words(row).into_iter().enumerate() {
                let layout = Layout::right_to_left(Align::Center);
                ui.allocate_ui_with_layout(vec2(WIDTHS[column], ROW), layout, |ui| {
                    ui.set_min_size(vec2(WIDTHS[column], ROW));
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
            several: true,
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
