//! The fields of one preparation step: each kind of step has its own.

use crate::app::fields::{self, Form};
use crate::app::series::Series;
use crate::app::text;
use crate::data::Stage;
use crate::experiment::choices::prepare::{
    Aggregate, BinMethod, CalendarPart, DecomposeKeep, DecomposeMethod, EncodeMethod, Long,
    OnDuplicate, OutlierAction, OutlierMethod, RollingFunction, SelectMethod, Short, Smooth,
    SmoothMethod, Sort, TokenBy, TransformMethod,
};
use crate::experiment::{Fill, FillMethod, Prepare};
use eframe::egui::{RichText, Ui};

/// Draws the fields of `step`, whose keys are below `table`.
pub fn show(
    ui: &mut Ui,
    form: &mut Form<'_>,
    table: &str,
    step: &mut Prepare,
    series: Option<&Series>,
    stage: Option<&Stage>,
) {
    let key = |name: &str| format!("{table}.{name}");
    let numeric = series.map_or(&[][..], |series| &series.numeric_columns);
    let columns = |ui: &mut Ui, form: &mut Form<'_>, value: &mut Vec<String>| {
        let all = &text::ALL_NUMERIC;
        fields::columns(ui, form, &key("columns"), value, numeric, all);
    };
    match step {
        Prepare::Fill(step) => {
            fill(ui, form, table, step);
            columns(ui, form, &mut step.columns);
            fields::size(ui, form, &key("max_gap"), &mut step.max_gap);
            fields::toggle(ui, form, &key("flag"), &mut step.flag);
        }
        Prepare::Outliers(step) => {
            let method = &mut step.method;
            fields::words(ui, form, &key("method"), method, &OutlierMethod::ALL);
            columns(ui, form, &mut step.columns);
            fields::number(ui, form, &key("limit"), &mut step.limit);
            if step.method == OutlierMethod::Hampel {
                fields::size(ui, form, &key("window"), &mut step.window);
            }
            let action = &mut step.action;
            fields::words(ui, form, &key("action"), action, &OutlierAction::ALL);
        }
        Prepare::Smooth(step) => {
            let method = &mut step.method;
            fields::words(ui, form, &key("method"), method, &SmoothMethod::ALL);
            columns(ui, form, &mut step.columns);
            smooth(ui, form, table, step);
        }
        Prepare::Difference(step) => {
            columns(ui, form, &mut step.columns);
            fields::size(ui, form, &key("season"), &mut step.season);
            let usual = step.times() as u64;
            let mut order = step.order.map(|order| order as u64);
            let absent = (&*text::DEFAULT_ORDER, &*text::DEFAULT_ORDER_HELP);
            fields::optional_count(ui, form, &key("order"), &mut order, absent, usual);
            step.order = order.map(|order| order as usize);
        }
        Prepare::Transform(step) => {
            let method = &mut step.method;
            fields::words(ui, form, &key("method"), method, &TransformMethod::ALL);
            columns(ui, form, &mut step.columns);
        }
        Prepare::Bin(step) => {
            fields::words(ui, form, &key("method"), &mut step.method, &BinMethod::ALL);
            columns(ui, form, &mut step.columns);
            fields::size(ui, form, &key("count"), &mut step.count);
        }
        Prepare::Resample(step) => {
            if let Some(every) = fields::line(ui, form, &key("every"), &step.every) {
                step.every = every;
            }
            let aggregate = &mut step.aggregate;
            fields::words(ui, form, &key("aggregate"), aggregate, &Aggregate::ALL);
        }
        Prepare::Lag(step) => {
            columns(ui, form, &mut step.columns);
            fields::whole_numbers(ui, form, &key("lags"), &mut step.lags);
        }
        Prepare::Rolling(step) => {
            columns(ui, form, &mut step.columns);
            fields::size(ui, form, &key("window"), &mut step.window);
            let functions = &mut step.functions;
            fields::several(
                ui,
                form,
                &key("functions"),
                functions,
                &RollingFunction::ALL,
            );
        }
        Prepare::Calendar(step) => {
            fields::several(ui, form, &key("parts"), &mut step.parts, &CalendarPart::ALL);
        }
        Prepare::Sort(step) => sort(ui, form, table, step, series),
        Prepare::Decompose(step) => {
            let method = &mut step.method;
            fields::words(ui, form, &key("method"), method, &DecomposeMethod::ALL);
            columns(ui, form, &mut step.columns);
            let found = stage.and_then(|stage| stage.periods.first());
            let zero = found.map_or_else(
                || text::zero(&key("period")).map_or_else(String::new, String::from),
                |&period| text::found_period(period),
            );
            fields::size_or(ui, form, &key("period"), &mut step.period, &zero);
            fields::words(ui, form, &key("keep"), &mut step.keep, &DecomposeKeep::ALL);
        }
        Prepare::Encode(step) => {
            let method = &mut step.method;
            fields::words(ui, form, &key("method"), method, &EncodeMethod::ALL);
            let texts = series.map_or(&[][..], |series| &series.text_columns);
            let none = &text::NONE;
            fields::columns(ui, form, &key("columns"), &mut step.columns, texts, none);
            if step.method == EncodeMethod::Embedding {
                fields::size(ui, form, &key("size"), &mut step.size);
            }
        }
        Prepare::Select(step) => {
            let method = &mut step.method;
            fields::words(ui, form, &key("method"), method, &SelectMethod::ALL);
            fields::number(ui, form, &key("keep"), &mut step.keep);
        }
        Prepare::Group(step) => {
            let known = series.map_or(&[][..], |series| &series.columns);
            let current = known.iter().position(|name| *name == step.by);
            let chosen = fields::choose(ui, form, &key("by"), &step.by, current, known);
            if let Some(index) = chosen {
                step.by.clone_from(&known[index]);
            }
            fields::toggle(ui, form, &key("scale_each"), &mut step.scale_each);
        }
        Prepare::Tokenize(step) => {
            if let Some(column) = fields::line(ui, form, &key("column"), &step.column) {
                column.trim().clone_into(&mut step.column);
            }
            fields::words(ui, form, &key("by"), &mut step.by, &TokenBy::ALL);
            fields::size(ui, form, &key("vocabulary"), &mut step.vocabulary);
        }
        Prepare::Lengths(step) => {
            fields::size(ui, form, &key("to"), &mut step.to);
            fields::words(ui, form, &key("short"), &mut step.short, &Short::ALL);
            fields::words(ui, form, &key("long"), &mut step.long, &Long::ALL);
        }
    }
}

fn fill(ui: &mut Ui, form: &mut Form<'_>, table: &str, step: &mut Fill) {
    let key = format!("{table}.method");
    fields::words(ui, form, &key, &mut step.method, &FillMethod::ALL);
    if step.method.looks_ahead() {
        ui.label(RichText::new(text::LOOKS_AHEAD).small().weak());
    }
}

fn smooth(ui: &mut Ui, form: &mut Form<'_>, table: &str, step: &mut Smooth) {
    if step.method == SmoothMethod::Convolution {
        fields::numbers(ui, form, &format!("{table}.kernel"), &mut step.kernel);
    } else {
        fields::size(ui, form, &format!("{table}.window"), &mut step.window);
    }
}

fn sort(ui: &mut Ui, form: &mut Form<'_>, table: &str, step: &mut Sort, series: Option<&Series>) {
    let known = series.map_or(&[][..], |series| &series.columns);
    let names: Vec<String> = std::iter::once(text::ROWS_FROM.to_string())
        .chain(known.iter().cloned())
        .collect();
    let current = if step.by.is_empty() {
        Some(0)
    } else {
        known
            .iter()
            .position(|name| *name == step.by)
            .map(|k| k + 1)
    };
    let shown: &str = if step.by.is_empty() {
        &text::ROWS_FROM
    } else {
        &step.by
    };
    let chosen = fields::choose(ui, form, &format!("{table}.by"), shown, current, &names);
    if let Some(index) = chosen {
        step.by = index
            .checked_sub(1)
            .map_or_else(String::new, |k| known[k].clone());
    }
    let key = format!("{table}.on_duplicate");
    fields::words(ui, form, &key, &mut step.on_duplicate, &OnDuplicate::ALL);
}
