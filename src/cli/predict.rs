//! `predict`: a model file applied to new data, with the file's own preparation.

use super::{Ending, say};
use crate::data::{self, Dataset, Fitted};
use crate::files::write_whole;
use crate::model::{Forecaster, ModelFile, device};
use crate::record::{ForecastRow, folder::forecast_csv};
use crate::train;
use burn::tensor::DType;
use clap::Args;
use std::path::PathBuf;

/// Arguments of `predict`.
#[derive(Debug, Args)]
pub struct PredictArguments {
    /// The model file.
    model: PathBuf,
    /// The new data.
    #[arg(long)]
    data: String,
    /// The forecast, with the columns of a run's forecast.csv.
    #[arg(long)]
    out: PathBuf,
    /// Rolls the forecast forward over so many rows beyond the data's end, each an input of the next; rows that
    /// the model does not reach at once are marked `rolled`.
    #[arg(long, value_name = "ROWS", default_value_t = 0, value_parser = clap::value_parser!(u32).range(0..=10_000))]
    roll: u32,
}

pub(super) fn predict(arguments: &PredictArguments) -> Result<(), Ending> {
    let failed = |error: &dyn std::fmt::Display| Ending::Failed(error.to_string());
    let PredictArguments {
        model,
        data,
        out,
        roll,
    } = arguments;
    let file = ModelFile::read(model).map_err(|error| failed(&error))?;
    let Some(card) = &file.card else {
        return Err(Ending::Failed(format!(
            "{}: carries no `optimizer_explorer` metadata, so its preparation and window are unknown; predict takes a model.safetensors that this program wrote",
            model.display()
        )));
    };
    let fitted: Fitted = serde_json::from_value(card.preparation.clone()).map_err(|error| {
        Ending::Failed(format!(
            "{}: its preparation cannot be read ({error})",
            model.display()
        ))
    })?;
    let settings = &card.experiment.data;
    let seed = card.experiment.seeds.first().copied().unwrap_or_default();
    let table = data::load(data, &settings.generate, seed)
        .and_then(|table| data::join::all(table, settings, seed))
        .map_err(|error| failed(&error))?;
    let dataset =
        Dataset::with_fitted(&table, settings, &fitted).map_err(|error| failed(&error))?;
    let architecture = train::architecture(&card.experiment, &dataset);
    let parameters = file
        .parameters(&architecture)
        .map_err(|error| failed(&error))?;
    let backend = if crate::experiment::validate::backends()
        .contains(&card.experiment.model.backend.as_str())
    {
        card.experiment.model.backend.as_str()
    } else {
        "flex"
    };
    let device = device(backend);
    let network = Forecaster::new(&architecture, &parameters, &device, DType::F32);
    let mut forecast = train::predict(
        &network,
        &card.experiment.loss,
        &dataset,
        *roll as usize,
        &device,
    );
    // What the model reaches at once is there already.
    let reached = forecast.rows.iter().map(|row| row.index + 1).max();
    let levels = forecast.quantiles.len();
    let rolled = std::mem::take(&mut forecast.rolled).into_iter();
    let further = rolled.filter(|row| row.index >= reached.unwrap_or(0));
    forecast.rows.extend(further.map(|row| ForecastRow {
        part: "rolled",
        quantiles: vec![f64::NAN; levels],
        ..row
    }));
    write_whole(out, &forecast_csv(&forecast)).map_err(|error| {
        Ending::Failed(format!("{}: cannot be written: {error}", out.display()))
    })?;
    super::train::tell_notes(std::iter::once(&dataset));
    say(&format!(
        "{} forecasts in {}\n",
        forecast.rows.len(),
        out.display()
    ));
    Ok(())
}
