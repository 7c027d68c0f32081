//! A model file applied to data that it has not seen, with its own preparation.

use super::evaluate::predict;
use super::network::embeddings;
use crate::data::{self, DataError, Dataset, Fitted};
use crate::experiment::{Output, validate};
use crate::model::{Architecture, Card, Forecaster, ModelFile, ModelFileError, device};
use crate::record::Forecast;
use burn::tensor::{DType, Device};

/// What a model file says of new data.
#[derive(Debug, Clone)]
pub struct Applied {
    /// The data under the file's own preparation.
    pub dataset: Dataset,
    /// Forecasts of every row that a whole window lies before, and beyond the end; or of every sequence.
    pub forecast: Forecast,
}

/// A model that cannot be applied.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// The model file.
    #[error(transparent)]
    Model(#[from] ModelFileError),
    /// The card of a model that is not in a file.
    #[error("the model's card: {0}")]
    Card(String),
    /// The data.
    #[error(transparent)]
    Data(#[from] DataError),
}

/// Applies a model file to the data at `source`: a path, `builtin:NAME` or `generate:NAME`; `rolled` rows beyond their
/// end are forecast by rolling forward.
///
/// # Errors
/// A file without a card or with tensors that do not fit it; data that lack its columns or have too few rows.
pub fn apply(file: &ModelFile, source: &str, rolled: usize) -> Result<Applied, ApplyError> {
    let Some(card) = &file.card else {
        return Err(file
            .error("carries no `optimizer_explorer` metadata, so its preparation and window are unknown; give a model file that this program wrote")
            .into());
    };
    let (_, architecture) = describe(card).map_err(|message| file.error(&message))?;
    let parameters = file.parameters(&architecture)?;
    let device = device_of(card);
    let network = Forecaster::new(&architecture, &parameters, &device, DType::F32);
    apply_to(&network, &device, card, (source, rolled))
}

/// As [`apply`], of a network that was read from a burnpack: see [`crate::export::burnpack::read`].
///
/// # Errors
/// As [`apply`].
pub fn apply_network(
    network: &Forecaster,
    card: &Card,
    source: &str,
) -> Result<Applied, ApplyError> {
    apply_to(network, &network.device(), card, (source, 0))
}

fn apply_to(
    network: &Forecaster,
    device: &Device,
    card: &Card,
    (source, rolled): (&str, usize),
) -> Result<Applied, ApplyError> {
    let (fitted, _) = describe(card).map_err(ApplyError::Card)?;
    let settings = &card.experiment.data;
    let seed = card.experiment.seeds.first().copied().unwrap_or_default();
    let table = data::load(source, &settings.generate, seed)?;
    let table = data::join::all(table, settings, seed)?;
    let dataset = Dataset::with_fitted(&table, settings, &fitted)?;
    let forecast = predict(network, &card.experiment.loss, &dataset, rolled, device);
    Ok(Applied { dataset, forecast })
}

/// The preparation that a card holds, and the network that it is about.
///
/// # Errors
/// A preparation that cannot be read, or that does not go with the rest of the card, in words.
pub fn describe(card: &Card) -> Result<(Fitted, Architecture), String> {
    let fitted: Fitted = serde_json::from_value(card.preparation.clone())
        .map_err(|error| format!("its preparation cannot be read ({error})"))?;
    let window = card.experiment.data.window;
    let targets = fitted.target_names.len();
    let classes = fitted.class_names().len();
    let (output, outputs) = match (&fitted.sequences, window.output) {
        (Some(_), _) => (Output::LastStep, classes.max(1)),
        (None, output) if classes > 0 => (output, classes),
        (None, Output::EveryStep) => (Output::EveryStep, targets),
        (None, Output::LastStep) => (Output::LastStep, window.horizon.saturating_mul(targets)),
    };
    // Under `every-step` what a difference builds on must have been observed, where it is undone.
    let reach = (output == Output::EveryStep && classes == 0).then_some(window.horizon);
    fitted
        .check(reach.unwrap_or(1))
        .map_err(|what| format!("its preparation cannot be: {what}"))?;
    let inputs = fitted.input_names.len();
    let outputs = outputs.saturating_mul(card.experiment.loss.outputs_per_target());
    let architecture = Architecture::new(&card.experiment.model, inputs, outputs, output)
        .with_embeddings(embeddings(&fitted));
    Ok((fitted, architecture))
}

/// The device that the card's experiment names, or the default one where this program lacks it.
#[must_use]
pub fn device_of(card: &Card) -> Device {
    let asked = card.experiment.model.backend.as_str();
    let known = validate::backends().contains(&asked);
    device(if known { asked } else { "flex" })
}
