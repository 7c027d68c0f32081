//! Model, loss, optimizer, schedule, clipping and training.

use super::drawings;
use crate::app::actions::{Action, Ask};
use crate::app::fields::{self, Form};
use crate::app::text;
use crate::experiment::{
    BatchSize, Cell, Choice, Clipping, Experiment, Full, Init, Loss, Model, NamedInit,
    Nonlinearity, Schedule, validate,
};
use eframe::egui::{Button, Ui};

/// The network.
pub fn model(ui: &mut Ui, form: &mut Form<'_>, model: &mut Model, actions: &mut Vec<Action>) {
    fields::words(ui, form, "model.cell", &mut model.cell, &Cell::ALL);
    // What a cell does not have may not stand in its settings.
    if model.cell == Cell::Rnn {
        fields::words(
            ui,
            form,
            "model.nonlinearity",
            &mut model.nonlinearity,
            &Nonlinearity::ALL,
        );
    } else {
        model.nonlinearity = Nonlinearity::Tanh;
    }
    fields::size(ui, form, "model.hidden", &mut model.hidden);
    fields::size(ui, form, "model.layers", &mut model.layers);
    if model.layers > 1 || model.dropout > 0.0 {
        fields::number(ui, form, "model.dropout", &mut model.dropout);
    }
    start_from(ui, form, model, actions);
    if model.start_from.is_empty() {
        initial_weights(ui, form, &mut model.init);
    }
    if model.cell == Cell::Lstm {
        fields::number(ui, form, "model.forget_bias", &mut model.forget_bias);
    } else {
        model.forget_bias = 0.0;
    }
    let backends = validate::backends();
    let current = backends.iter().position(|name| *name == model.backend);
    if backends.len() > 1 || current.is_none() {
        let options: Vec<String> = backends.iter().map(|name| text::kind(name)).collect();
        let shown = text::kind(&model.backend);
        if let Some(index) = fields::choose(ui, form, "model.backend", &shown, current, &options) {
            backends[index].clone_into(&mut model.backend);
        }
    }
}

/// The model that the weights come from, where they are not drawn.
fn start_from(ui: &mut Ui, form: &mut Form<'_>, model: &mut Model, actions: &mut Vec<Action>) {
    ui.horizontal(|ui| {
        ui.label(text::START_FROM);
        let path = std::path::Path::new(&model.start_from);
        let name = match path.file_name() {
            None => text::CHOOSE_MODEL.get().to_owned(),
            Some(name) => name.to_string_lossy().into_owned(),
        };
        let help = format!("{}\n{}", text::START_FROM_HELP, model.start_from);
        let button = ui
            .add(Button::new(name).truncate())
            .on_hover_text(help.trim());
        if button.clicked() {
            actions.push(Action::Ask(Ask::StartFrom));
        }
    });
    // A line of its own: names of files are long.
    if !model.start_from.is_empty() && ui.button(text::START_FRESH).clicked() {
        model.start_from.clear();
    }
    form.errors_at(ui, "model.start_from", false);
}

fn initial_weights(ui: &mut Ui, form: &mut Form<'_>, init: &mut Init) {
    let mut options: Vec<String> = NamedInit::ALL
        .iter()
        .filter_map(|scheme| Some(text::kind(toml::Value::try_from(scheme).ok()?.as_str()?)))
        .collect();
    options.push(text::SPECTRAL_RADIUS.into());
    let current = match init {
        Init::Named(named) => NamedInit::ALL.iter().position(|scheme| scheme == named),
        Init::Radius { .. } => Some(NamedInit::ALL.len()),
    };
    let shown = current.map_or_else(String::new, |index| options[index].clone());
    if let Some(index) = fields::choose(ui, form, "model.init", &shown, current, &options) {
        *init = match NamedInit::ALL.get(index) {
            Some(named) => Init::Named(*named),
            None => Init::Radius { radius: 1.0 },
        };
    }
    if let Init::Radius { radius } = init {
        fields::number(ui, form, "model.init.radius", radius);
    }
}

/// What is minimised.
pub fn loss(ui: &mut Ui, form: &mut Form<'_>, loss: &mut Loss) {
    fields::kind(ui, form, "loss", loss);
    drawings::loss(ui, loss);
}

/// How a gradient becomes an update.
pub fn optimizer(ui: &mut Ui, form: &mut Form<'_>, edited: &mut Experiment) {
    let mut optimizer = edited.optimizer;
    fields::kind(ui, form, "optimizer", &mut optimizer);
    if optimizer.kind() == edited.optimizer.kind() {
        edited.optimizer = optimizer;
    } else {
        edited.choose_optimizer(optimizer);
    }
}

/// The learning rate over the steps; `steps` is the length of the run as far as it is known.
pub fn schedule(ui: &mut Ui, form: &mut Form<'_>, schedule: &mut Schedule, steps: Option<u64>) {
    fields::number(
        ui,
        form,
        "schedule.learning_rate",
        &mut schedule.learning_rate,
    );
    let mut own = *schedule;
    fields::kind_except(
        ui,
        form,
        "schedule",
        &mut own,
        &["learning_rate", "warmup_steps", "over"],
    );
    if own.kind != schedule.kind {
        // Another shape keeps the rate that the person chose.
        schedule.kind = own.kind;
    }
    if let Some(over) = schedule.kind.over_mut() {
        let absent = (&*text::WHOLE_RUN, &*text::WHOLE_RUN_HELP);
        fields::optional_count(
            ui,
            form,
            "schedule.over",
            over,
            absent,
            steps.unwrap_or(1000),
        );
    }
    fields::count(
        ui,
        form,
        "schedule.warmup_steps",
        &mut schedule.warmup_steps,
    );
    drawings::schedule(ui, schedule, steps.unwrap_or(1000));
}

/// What is done to a gradient before the optimizer sees it.
pub fn clipping(ui: &mut Ui, form: &mut Form<'_>, clipping: &mut Clipping) {
    fields::kind(ui, form, "clipping", clipping);
}

/// How long, in what batches.
pub fn training(ui: &mut Ui, form: &mut Form<'_>, draft: &mut Experiment) {
    let training = &mut draft.training;
    let mut fixed = training.steps.is_some();
    if ui
        .checkbox(&mut fixed, text::FIXED_STEPS)
        .on_hover_text(text::FIXED_STEPS_HELP)
        .changed()
    {
        training.steps = fixed.then_some(1000);
    }
    match &mut training.steps {
        Some(steps) => fields::count(ui, form, "training.steps", steps),
        None => fields::count(ui, form, "training.epochs", &mut training.epochs),
    }
    let mut full = matches!(training.batch_size, BatchSize::Full(_));
    if ui
        .checkbox(&mut full, text::FULL_BATCH)
        .on_hover_text(text::FULL_BATCH_HELP)
        .changed()
    {
        training.batch_size = if full {
            BatchSize::Full(Full::Full)
        } else {
            BatchSize::Count(32)
        };
    }
    if let BatchSize::Count(count) = &mut training.batch_size {
        fields::size(ui, form, "training.batch_size", count);
    }
    fields::toggle(ui, form, "training.shuffle", &mut training.shuffle);
    fields::count(
        ui,
        form,
        "training.validate_every",
        &mut training.validate_every,
    );
    fields::count(ui, form, "training.stop_early", &mut training.stop_early);
    let mut measured = training.record_sharpness_every.is_some();
    if ui
        .checkbox(&mut measured, text::MEASURE_SHARPNESS)
        .on_hover_text(text::MEASURE_SHARPNESS_HELP)
        .changed()
    {
        training.record_sharpness_every = measured.then_some(20);
    }
    if let Some(every) = &mut training.record_sharpness_every {
        fields::count(ui, form, "training.record_sharpness_every", every);
    }
    let shown: Vec<String> = draft.seeds.iter().map(u64::to_string).collect();
    if let Some(typed) = fields::line(ui, form, "seeds", &shown.join(", ")) {
        let seeds: Option<Vec<u64>> = typed
            .split([',', ';', ' '])
            .filter(|part| !part.is_empty())
            .map(|part| part.parse().ok())
            .collect();
        if let Some(seeds) = seeds {
            draft.seeds = seeds;
        }
    }
    for index in 0..draft.seeds.len() {
        form.errors_at(ui, &format!("seeds.{index}"), false);
    }
}
