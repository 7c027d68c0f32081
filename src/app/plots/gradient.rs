//! The gradient's global norm, before and after clipping, and the limit.

use super::frame::{self, Drawn, Form, Spec};
use super::steps::{self, noisy, soft};
use super::{Plots, Sample, header, key, log_switch, seeds};
use crate::app::state::AppState;
use crate::app::text::Text;
use crate::app::{text, theme};
use crate::experiment::Clipping;
use eframe::egui::{Color32, Ui};

/// Draws the plot.
pub fn show(ui: &mut Ui, plots: &mut Plots, state: &AppState) {
    let weak = ui.visuals().weak_text_color();
    let asked = &mut plots.asked;
    let clips = |clipping: &Clipping| *clipping != Clipping::None;
    let any_clipping = state
        .shown_runs()
        .any(|(_, run)| clips(&run.experiment.clipping));
    header(
        ui,
        text::GRADIENT,
        |ui| {
            if any_clipping {
                key(ui, Sample::Thin, weak, &text::BEFORE_CLIPPING);
                key(ui, Sample::Solid, weak, &text::AFTER_CLIPPING);
            }
        },
        |ui| log_switch(ui, asked, state, "gradient", text::LOG_GRADIENT),
    );
    let view = steps::view(ui, &plots.steps, state, "gradient");
    let groups = seeds::groups(state);
    let mut lines = Vec::new();
    let mut bands = Vec::new();
    let mut levels: Vec<(f64, Color32, String)> = Vec::new();
    // Those with one limit share what stands at its line.
    let mut shares: Vec<(f64, Vec<f64>)> = Vec::new();
    let mut last = Vec::new();
    let mut marks = Vec::new();
    for (&colour, runs) in &groups {
        let what = ["norm", "course of the norm"];
        let norms: Vec<_> = (runs.iter())
            .map(|&(index, run)| {
                steps::smooth(plots, (index, run), what, &run.history.grad_norm, view)
            })
            .collect();
        let name = &runs[0].1.name;
        let counts = !runs.iter().any(|(_, run)| run.diverged());
        if let Some((band, line)) =
            seeds::band(name, colour, &text::NORM_AXIS, &norms, Form::Solid, counts)
        {
            bands.push(band);
            lines.push(line);
        }
    }
    for (index, run) in state.shown_runs() {
        let colour = theme::contender(run.colour);
        let own = clips(&run.experiment.clipping);
        let counts = !run.diverged();
        let history = &run.history;
        let norms = &history.grad_norm;
        let place = steps::place(run, view.axis);
        if groups.contains_key(&run.colour) {
            // The band of its seeds stands for it.
        } else if own {
            let mut line = |what: Text, points, colour, width, form| {
                lines.push(Drawn {
                    name: format!("{} {what}", run.label()),
                    points,
                    colour,
                    width,
                    form,
                    dots: false,
                    counts,
                });
            };
            // Two ragged lines on each other show neither; the course after clipping stands out of what was
            // there before.
            let clipped = &history.grad_norm_clipped;
            let course = (plots.cache).course(index, "clipped", clipped, place, view);
            let behind = view.behind(&course);
            let raw = plots.cache.line(index, "norm", 0, norms, place, behind);
            let form = Form::behind(&course);
            line(text::BEFORE_CLIPPING, raw, soft(colour, false), 1.0, form);
            let after = if course.is_empty() {
                plots.cache.line(index, "clipped", 0, clipped, place, view)
            } else {
                course
            };
            line(text::AFTER_CLIPPING, after, colour, 1.4, Form::Solid);
        } else {
            let what = ["norm", "course of the norm"];
            let words = &text::NORM_AXIS;
            lines.extend(noisy(plots, (index, run), what, norms, view, words));
        }
        // Only this kind's limit is a norm of all tensors together.
        if let Clipping::GlobalNorm { limit } = run.experiment.clipping
            && !(levels.iter()).any(|(level, ink, _)| (*level, *ink) == (limit, colour))
        {
            levels.push((limit, colour, String::new()));
            let share = run.clipped_share();
            match shares.iter_mut().find(|(known, _)| *known == limit) {
                Some((_, found)) => found.push(share),
                None => shares.push((limit, vec![share])),
            }
        }
        if let Some(norm) = history.grad_norm.last() {
            let name = if own {
                format!("{} ({})", run.label(), text::clipped(run))
            } else {
                run.label()
            };
            last.push((name, f64::from(norm)));
        }
        marks.extend(steps::divergence(
            run,
            view.axis,
            history.grad_norm.values(),
        ));
    }
    for (limit, shares) in &shares {
        if let Some((_, _, words)) = levels.iter_mut().find(|(level, ..)| level == limit) {
            *words = text::clipped_shares(shares);
        }
    }
    frame::show(
        ui,
        &mut plots.steps,
        &Spec {
            id: "gradient",
            label: text::plot_label(&text::GRADIENT, &last),
            x_label: text::x_axis_name(view.axis).get(),
            y_label: &text::NORM_AXIS,
            log: view.log,
            x: steps::range(state),
            y: None,
            empty: lines.is_empty().then(|| text::NOT_YET_SHORT.get()),
            lines,
            bands,
            levels,
            spans: Vec::new(),
            marks,
            x_unit: steps::tick_unit(view.axis),
            x_years: &[],
            x_tick: &|x| steps::tick(view.axis, x),
            readout: &|x| {
                steps::readout(state, x, |run, row| {
                    let norm = *run.history.grad_norm.values().get(row)?;
                    let name = if clips(&run.experiment.clipping) {
                        format!("{} ({})", run.label(), text::clipped(run))
                    } else {
                        run.label()
                    };
                    Some((name, f64::from(norm)))
                })
            },
            cursor_group: "steps",
        },
    );
}
