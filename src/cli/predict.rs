//! `predict`: a model file applied to new data, with the file's own preparation.

use super::{Ending, say};
use crate::files::write_whole;
use crate::model::ModelFile;
use crate::record::folder::forecast_csv;
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
}

pub(super) fn predict(arguments: &PredictArguments) -> Result<(), Ending> {
    let PredictArguments { model, data, out } = arguments;
    let file = ModelFile::read(model).map_err(|error| Ending::Failed(error.to_string()))?;
    let Applied { dataset, forecast } =
        train::apply(&file, data).map_err(|error| Ending::Failed(error.to_string()))?;
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
