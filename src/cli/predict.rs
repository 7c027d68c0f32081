//! `predict`: a model file applied to new data, with the file's own preparation.

use super::{Ending, say};
use crate::files::write_whole;
use crate::model::ModelFile;
use crate::record::{ForecastRow, folder::forecast_csv};
use crate::train::{self, Applied};
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
    let PredictArguments {
        model,
        data,
        out,
        roll,
    } = arguments;
    let file = ModelFile::read(model).map_err(|error| Ending::Failed(error.to_string()))?;
    let applied = train::apply(&file, data, *roll as usize);
    let Applied {
        dataset,
        mut forecast,
    } = applied.map_err(|error| Ending::Failed(error.to_string()))?;
    if *roll > 0 && (dataset.sequences.is_some() || !forecast.classes.is_empty()) {
        return Err(Ending::Usage(
            "--roll: what this model says is no number that a series could go on from; leave it out"
                .into(),
        ));
    }
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
    super::tell_notes(std::iter::once(&dataset));
    say(&format!(
        "{} forecasts in {}\n",
        forecast.rows.len(),
        out.display()
    ));
    Ok(())
}
