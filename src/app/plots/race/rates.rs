//! Loss by learning rate: a curve for each contender that was tried at several.

use super::{Group, Race, drawn, line};
use crate::app::panels::named;
use crate::app::plots::explained;
use crate::app::plots::frame::{self, Band, Drawn, Spec};
use crate::app::runs::Run;
use crate::app::text::Text;
use crate::app::{format, text, theme};
use crate::diagnose::race::quartiles;
use crate::experiment::{Choice, Experiment};
use eframe::egui::{ComboBox, RichText, Ui};

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
pub(super) fn rates(ui: &mut Ui, race: &mut Race, groups: &[Group<'_>], y_label: Text) {
    let choice = |ui: &mut Ui| {
        let response = ComboBox::from_id_salt("judged by")
            .selected_text(RichText::new(text::judged_by(race.judged_by)).small())
            .show_ui(ui, |ui| {
                for judged_by in JudgedBy::ALL {
                    let name = text::judged_by(judged_by);
                    ui.selectable_value(&mut race.judged_by, judged_by, name);
                }
            })
            .response;
        named(&response, &text::JUDGED_BY);
    };
    explained(ui, text::U_CURVES, text::U_CURVES_HELP, choice, |_| {});
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
            y_label: &y_label,
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
            x_years: &[],
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
