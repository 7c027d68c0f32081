//! The learning-rate range test: loss against rate, and the rate that it suggests.

use super::frame::{self, Drawn, Form, Spec};
use super::{Plots, title};
use crate::app::actions::Action;
use crate::app::state::{AppState, RateTest};
use crate::app::text::Text;
use crate::app::{format, text, theme};
use crate::train::{RangePoint, RateRange};
use eframe::egui::{Button, Color32, Label, RichText, Ui};
use egui_plot::PlotPoint;
use std::rc::Rc;

/// Draws the page into the space that there is.
pub fn show(ui: &mut Ui, plots: &mut Plots, state: &AppState) {
    let own_title = plots.own_title("rate-test", text::RATE_TEST);
    title(ui, own_title, |ui| controls(ui, state, &mut plots.asked));
    let test = state.rate_test.as_ref();
    if let Some(test) = test {
        ui.add(Label::new(text::rate_test_verdict(test)).truncate());
        let contender = state.colours.iter().position(|own| *own == test.colour);
        let contender = contender.and_then(|index| state.contenders.get(index));
        if contender.is_some_and(|contender| test.is_of_other_settings(&contender.experiment)) {
            ui.label(RichText::new(text::OTHER_SETTINGS).color(ui.visuals().warn_fg_color));
        }
    }
    curve(ui, plots, test, text::loss_axis(state));
}

fn controls(ui: &mut Ui, state: &AppState, actions: &mut Vec<Action>) {
    let test = state.rate_test.as_ref();
    let running = test.is_some_and(|test| test.running);
    if running {
        if ui.button(text::CANCEL_TEST).clicked() {
            actions.push(Action::CancelRateTest);
        }
    } else if let Some(contender) = state.contender() {
        let begin = Button::new(text::test_rates_of(&contender.name)).truncate();
        if ui
            .add_enabled(!state.blocked(), begin)
            .on_hover_text(text::RATE_TEST_HELP)
            .clicked()
        {
            actions.push(Action::TestRates);
        }
    }
    if let Some(rate) = test.and_then(|test| test.suggestion)
        && ui
            .button(text::use_rate(rate))
            .on_hover_text(text::USE_RATE_HELP)
            .clicked()
    {
        actions.push(Action::UseSuggestedRate);
    }
}

fn line(
    test: &RateTest,
    name: &str,
    colour: Color32,
    width: f32,
    of: impl Fn(&RangePoint) -> f64,
) -> Drawn {
    let points: Vec<PlotPoint> = (test.points.iter())
        .map(|point| PlotPoint::new(point.learning_rate.log10(), of(point).log10()))
        .filter(|point| point.y.is_finite())
        .collect();
    Drawn {
        name: name.to_owned(),
        points: Rc::new(if points.is_empty() {
            Vec::new()
        } else {
            vec![points]
        }),
        colour,
        width,
        form: Form::Solid,
        dots: false,
        counts: true,
    }
}

fn curve(ui: &mut Ui, plots: &mut Plots, test: Option<&RateTest>, y_label: Text) {
    let range = RateRange::default();
    let lines = test.map_or(Vec::new(), |test| {
        let colour = theme::contender(test.colour);
        let faint = colour.gamma_multiply(0.35);
        vec![
            line(test, "loss", faint, 1.0, |point| point.train_loss),
            line(test, "mean", colour, 2.0, |point| point.smoothed_loss),
        ]
    });
    let points = test.map_or(&[][..], |test| &test.points);
    let suggestion = test.and_then(|test| test.suggestion);
    let said: Vec<(String, f64)> = (test.into_iter())
        .filter_map(|test| Some((test.name.clone(), test.points.last()?.smoothed_loss)))
        .collect();
    frame::show(
        ui,
        &mut plots.rate_test,
        &Spec {
            id: "rate-test",
            label: text::plot_label(&text::RATE_TEST_LOSS, &said),
            x_label: &text::RATE,
            y_label: &y_label,
            log: true,
            x: [range.from.log10(), range.to.log10()],
            y: None,
            empty: points.is_empty().then(|| text::NO_RATE_TEST.get()),
            lines,
            bands: Vec::new(),
            levels: Vec::new(),
            spans: (suggestion.into_iter())
                .map(|rate| {
                    let at = rate.log10();
                    (
                        text::SUGGESTED.into(),
                        [at, at + 1e-9],
                        Color32::TRANSPARENT,
                    )
                })
                .collect(),
            marks: Vec::new(),
            x_unit: 1.0,
            x_years: &[],
            x_tick: &|x| format::setting_short(10_f64.powf(x)),
            readout: &|x| {
                let near = points.iter().min_by(|a, b| {
                    let far = |point: &RangePoint| (point.learning_rate.log10() - x).abs();
                    far(a).total_cmp(&far(b))
                })?;
                Some(format!(
                    "{}  {}",
                    format::setting_short(near.learning_rate),
                    format::measure(near.smoothed_loss)
                ))
            },
            cursor_group: "rate-test",
        },
    );
}
