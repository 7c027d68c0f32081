//! The series in its own units, its parts, and what each contender predicts.

use super::frame::{self, Band, Drawn, Form, Spec};
use super::lines::{View, segments};
use super::place::Place;
use super::{Plots, Sample, follow_button, header, key, legend};
use crate::app::panels::named;
use crate::app::runs::Run;
use crate::app::series::{self, Series, Trace};
use crate::app::state::AppState;
use crate::app::{text, theme};
use crate::record::Forecast;
use eframe::egui::{Color32, ComboBox, RichText, Ui};
use egui_plot::PlotPoint;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

/// The forecasts as traces, made anew only when a run brings another forecast.
#[derive(Debug, Default)]
pub struct Predictions {
    generation: u64,
    traces: BTreeMap<usize, (Arc<Forecast>, usize, usize, Rc<Predicted>)>,
    stamps: BTreeMap<usize, usize>,
}

/// One run's forecast over the rows.
#[derive(Debug)]
struct Predicted {
    line: Trace,
    /// Lowest and highest quantile.
    band: Option<[Trace; 2]>,
    /// Rolled forward over the test part, and beyond the data.
    rolled: [Trace; 2],
}

impl Predictions {
    /// The trace of a run's forecast, and a number that changes with it.
    fn of(
        &mut self,
        index: usize,
        run: &Run,
        target: usize,
        horizon: usize,
    ) -> Option<(Rc<Predicted>, usize)> {
        let forecast = run.forecast.as_ref()?;
        let stamp = self.stamps.entry(index).or_default();
        if let Some((known, t, h, trace)) = self.traces.get(&index)
            && Arc::ptr_eq(known, forecast)
            && (*t, *h) == (target, horizon)
        {
            return Some((Rc::clone(trace), *stamp));
        }
        *stamp += 1;
        let trace = Rc::new(Predicted {
            line: run.predicted(target, horizon),
            band: run.band(target, horizon),
            rolled: run.rolled(target),
        });
        let entry = (Arc::clone(forecast), target, horizon, Rc::clone(&trace));
        self.traces.insert(index, entry);
        Some((trace, *stamp))
    }
}

/// Draws the plot.
pub fn show(ui: &mut Ui, plots: &mut Plots, state: &AppState) {
    if plots.predictions.generation != state.generation {
        plots.predictions = Predictions {
            generation: state.generation,
            ..Predictions::default()
        };
    }
    let Some(series) = state
        .shown_series()
        .filter(|series| !series.truth.is_empty())
    else {
        header(ui, text::FORECAST, |_| {}, |_| {});
        empty(ui, state);
        return;
    };
    plots.target = plots.target.min(series.truth.len().saturating_sub(1));
    title(ui, plots, state, series);
    let target = plots.target;
    let reach = reach(plots, state);
    let rows = reach.as_ref().map_or(series.rows, |(rows, _)| *rows);
    let x = [0.0, rows.saturating_sub(1).max(1) as f64];
    let time = |row: usize| match &reach {
        Some((_, times)) if row >= series.rows => {
            times.get(row - series.rows).cloned().unwrap_or_default()
        }
        _ => series.time(row),
    };
    let [from, to] = plots.rows.x.unwrap_or(x);
    let view = View {
        from,
        to,
        pixels: ui.available_width().max(64.0) as usize,
        log: false,
        axis: crate::app::view::XAxis::Steps,
        smoothing: 0,
    };
    let years = years(series, reach.as_ref(), [from, to]);
    let mut lines = Vec::new();
    let mut bands = Vec::new();
    let mut traces: Vec<(String, Rc<Predicted>)> = Vec::new();
    let truth = series.truth.get(target);
    if let Some(truth) = truth {
        let points = segments(&truth.column, Place::from(truth.first), view);
        lines.push(Drawn {
            name: text::OBSERVED.into(),
            points: Rc::new(points),
            colour: theme::truth(ui),
            width: 1.6,
            form: Form::Solid,
            dots: false,
            counts: true,
        });
    }
    let far = series.outliers.get(target).map_or(&[][..], Vec::as_slice);
    if let Some(dots) = far_ones(ui, far, [from, to]) {
        lines.push(dots);
    }
    let horizon = plots.horizon;
    for (index, run) in state.shown_runs() {
        let Some((trace, stamp)) = plots.predictions.of(index, run, target, horizon) else {
            continue;
        };
        if let Some([low, high]) = &trace.band {
            bands.push(Band {
                edges: [("low quantile", low), ("high quantile", high)].map(|(name, edge)| {
                    let place = Place::from(edge.first);
                    (plots.cache).line(index, name, stamp, &edge.column, place, view)
                }),
                colour: theme::contender(run.colour).gamma_multiply(0.18),
            });
        }
        let place = Place::from(trace.line.first);
        lines.push(Drawn {
            name: run.label(),
            points: plots
                .cache
                .line(index, "forecast", stamp, &trace.line.column, place, view),
            colour: theme::contender(run.colour),
            width: 1.6,
            form: Form::Solid,
            dots: false,
            // A forecast far off may not squeeze the series.
            counts: false,
        });
        if plots.rolled {
            for (name, rolled) in ["rolled over", "rolled beyond"]
                .into_iter()
                .zip(&trace.rolled)
            {
                let place = Place::from(rolled.first);
                lines.push(Drawn {
                    name: format!("{} · {}", run.label(), text::ROLLED),
                    points: (plots.cache).line(index, name, stamp, &rolled.column, place, view),
                    colour: theme::contender(run.colour),
                    width: 1.2,
                    form: Form::Dashed,
                    dots: false,
                    counts: false,
                });
            }
        }
        traces.push((run.label(), trace));
    }
    let rolled = if plots.rolled { &traces[..] } else { &[] };
    let name = series.targets.get(target).map_or("", String::as_str);
    let last = traces
        .iter()
        .filter_map(|(name, trace)| Some((name.clone(), f64::from(trace.line.column.last()?))))
        .collect::<Vec<_>>();
    let value = |trace: &Trace, row: usize| {
        let value = *trace.column.values().get(row.checked_sub(trace.first)?)?;
        value.is_finite().then(|| f64::from(value))
    };
    frame::show(
        ui,
        &mut plots.rows,
        &Spec {
            id: "forecast",
            label: text::plot_label(&text::FORECAST, &last),
            x_label: "",
            y_label: name,
            log: false,
            x,
            y: None,
            lines,
            bands,
            levels: Vec::new(),
            spans: spans(ui, series),
            marks: Vec::new(),
            x_unit: series.tick_rows.max(1) as f64,
            x_years: &years,
            x_tick: &|x| {
                let row = x.round().max(0.0) as usize;
                if row >= rows || (x - x.round()).abs() > 1e-6 || x < 0.0 {
                    String::new()
                } else if let Ok(place) = years.binary_search_by_key(&row, |(row, _)| *row) {
                    years[place].1.to_string()
                } else {
                    text::short_time(&time(row))
                }
            },
            readout: &|x| {
                let row = (x >= -0.5).then(|| x.round().max(0.0) as usize)?;
                let observed = truth.and_then(|truth| value(truth, row));
                let values =
                    observed
                        .map(|value| (text::OBSERVED.into(), value))
                        .into_iter()
                        .chain(traces.iter().filter_map(|(name, trace)| {
                            Some((name.clone(), value(&trace.line, row)?))
                        }))
                        .chain(rolled.iter().filter_map(|(name, trace)| {
                            let [over, beyond] = &trace.rolled;
                            let value = value(over, row).or_else(|| value(beyond, row))?;
                            Some((format!("{name} · {}", text::ROLLED), value))
                        }));
                (row < rows)
                    .then(|| text::row_readout(&time(row), values))
                    .flatten()
                    .map(
                        |said| match far.binary_search_by_key(&row, |(row, _)| *row) {
                            Ok(_) => format!("{said}\n{}", text::FAR),
                            Err(_) => said,
                        },
                    )
            },
            cursor_group: "rows",
            empty: None,
        },
    );
}

/// What is far from the other values, as dots; none where none is in view.
fn far_ones(ui: &Ui, far: &[(usize, f32)], [from, to]: [f64; 2]) -> Option<Drawn> {
    let points: Vec<_> = (far.iter())
        .map(|&(row, value)| PlotPoint::new(row as f64, f64::from(value)))
        .filter(|point| (from..=to).contains(&point.x))
        .map(|point| vec![point])
        .collect();
    (!points.is_empty()).then(|| Drawn {
        name: text::FAR.into(),
        points: Rc::new(points),
        colour: theme::error(ui),
        width: 1.6,
        form: Form::Solid,
        dots: true,
        counts: false,
    })
}

/// Where years begin, if enough of them are in view to count in.
fn years(
    series: &Series,
    reach: Option<&(usize, Vec<String>)>,
    [from, to]: [f64; 2],
) -> Vec<(usize, i32)> {
    const ENOUGH: usize = 3;
    let mut years = series.years.clone();
    if let (Some((_, times)), Some(&(_, last))) = (reach, years.last()) {
        let beyond = times.iter().map(String::as_str);
        years.extend(series::years(beyond, series.rows, Some(last)));
    }
    let in_view = (years.iter()).filter(|(row, _)| (from..=to).contains(&(*row as f64)));
    if in_view.count() < ENOUGH {
        years.clear();
    }
    years
}

/// How many rows there are with those that forecasts are rolled beyond the data for, and the times of these.
fn reach(plots: &Plots, state: &AppState) -> Option<(usize, Vec<String>)> {
    if !plots.rolled {
        return None;
    }
    let beyond = |run: &Run| -> Vec<(usize, String)> {
        let rows = run.forecast.as_ref().map_or(&[][..], |f| &f.rolled);
        let rows = rows
            .iter()
            .filter(|row| row.part == "beyond" && row.target == 0);
        rows.map(|row| (row.index, row.time.clone())).collect()
    };
    let longest = (state.shown_runs().map(|(_, run)| beyond(run))).max_by_key(Vec::len)?;
    let last = longest.last()?.0;
    Some((
        last + 1,
        longest.into_iter().map(|(_, time)| time).collect(),
    ))
}

fn title(ui: &mut Ui, plots: &mut Plots, state: &AppState, series: &Series) {
    let truth = theme::truth(ui);
    let horizons = state
        .runs
        .iter()
        .map(|run| &run.horizons)
        .find(|known| !known.is_empty())
        .cloned()
        .unwrap_or_else(|| vec![plots.horizon]);
    if !horizons.contains(&plots.horizon) {
        plots.horizon = horizons[0];
    }
    let Plots {
        rows,
        asked,
        target,
        horizon,
        rolled,
        ..
    } = plots;
    let far = series
        .outliers
        .get(*target)
        .is_some_and(|far| !far.is_empty());
    let any = (state.shown_runs())
        .any(|(_, run)| run.forecast.as_ref().is_some_and(|f| !f.rolled.is_empty()));
    header(
        ui,
        text::FORECAST,
        |ui| {
            // Where there is little room, it goes to the contenders.
            if ui.available_width() > 160.0 {
                key(ui, Sample::Solid, truth, &text::OBSERVED);
                if far {
                    key(ui, Sample::Dot, theme::error(ui), &text::FAR);
                }
            }
            legend(ui, asked, state);
        },
        |ui| {
            follow_button(ui, rows, text::SHOW_ALL);
            if any {
                ui.checkbox(rolled, RichText::new(text::ROLLED_SWITCH).small())
                    .on_hover_text(text::ROLLED_HELP);
            }
            if series.targets.len() > 1 {
                let response = ComboBox::from_id_salt("target")
                    .selected_text(RichText::new(&series.targets[*target]).small())
                    .width(96.0)
                    .truncate()
                    .show_ui(ui, |ui| {
                        for (index, name) in series.targets.iter().enumerate() {
                            ui.selectable_value(target, index, name);
                        }
                    })
                    .response;
                named(&response, &text::TARGET);
                response.on_hover_text(text::TARGET);
            }
            if horizons.len() > 1 {
                let response = ComboBox::from_id_salt("horizon")
                    .selected_text(RichText::new(text::ahead(*horizon)).small())
                    .width(96.0)
                    .show_ui(ui, |ui| {
                        for &known in &horizons {
                            ui.selectable_value(horizon, known, text::ahead(known));
                        }
                    })
                    .response;
                named(&response, &text::STEPS_AHEAD);
                response.on_hover_text(text::STEPS_AHEAD);
            }
        },
    );
}

/// The parts of the split; the training part is the plain ground.
fn spans(ui: &Ui, series: &Series) -> Vec<(String, [f64; 2], Color32)> {
    let shade = |strength: f32| match strength {
        0.0 => Color32::TRANSPARENT,
        strength => ui.visuals().text_color().gamma_multiply(strength),
    };
    [
        (text::TRAIN_PART, &series.train, 0.0),
        (text::VALIDATION_PART, &series.validation, 0.05),
        (text::TEST_PART, &series.test, 0.09),
    ]
    .into_iter()
    .filter(|(_, rows, _)| !rows.is_empty())
    .map(|(name, rows, strength)| {
        // A border lies between two rows.
        let edge = |row: usize| row as f64 - 0.5;
        (
            name.into(),
            [edge(rows.start).max(0.0), edge(rows.end)],
            shade(strength),
        )
    })
    .collect()
}

fn empty(ui: &mut Ui, state: &AppState) {
    ui.centered_and_justified(|ui| {
        let words = if state.loading {
            RichText::new(text::LOADING).weak()
        } else {
            RichText::new(format!("{}\n{}", text::NO_DATA, text::NO_DATA_HELP)).weak()
        };
        ui.label(words);
    });
}
