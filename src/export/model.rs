//! A trained model as a file that other programs read, read back and run before anybody gets it.

use super::burnpack;
use super::check::{self, Check};
use super::onnx::{Onnx, Refusal, Source};
use crate::data::{DataError, Dataset, Fitted, Units};
use crate::experiment::Experiment;
use crate::files::write_whole;
use crate::model::{Architecture, Card, Forecaster, ModelFile, ModelFileError, Parameters};
use crate::record::RunSummary;
use crate::train::{Session, architecture, describe, device_of};
use burn::tensor::DType;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A kind of model file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ModelFormat {
    /// With `PyTorch`'s names, and a card.
    Safetensors,
    /// burn's own.
    Burnpack,
    /// A graph, from the data's units to the data's units.
    Onnx,
}

impl ModelFormat {
    /// All, in the order menus show.
    pub const ALL: [Self; 3] = [Self::Safetensors, Self::Onnx, Self::Burnpack];

    /// Its name on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Safetensors => "safetensors",
            Self::Burnpack => "burnpack",
            Self::Onnx => "onnx",
        }
    }

    /// What file names end in.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Self::Safetensors => "safetensors",
            Self::Burnpack => "bpk",
            Self::Onnx => "onnx",
        }
    }
}

/// An export that failed; nothing is left of it.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The model file of the run.
    #[error(transparent)]
    Model(#[from] ModelFileError),
    /// The run's data cannot be had.
    #[error(
        "{error}; the export is checked on the run's data: say where they are with --data FILE"
    )]
    Data {
        /// What is wrong.
        error: DataError,
    },
    /// Other data than the run's.
    #[error(
        "{found}: these are not the data that the run was trained on (their hash is {hash}, the run's {expected}); give the same file with --data FILE"
    )]
    OtherData {
        /// Where they came from.
        found: String,
        /// Their hash.
        hash: String,
        /// The hash in `run.json`.
        expected: String,
    },
    /// The format cannot express the model.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// What was written says something else.
    #[error("{}: the file that was written differs from the program's own forecast by {difference:.1e} of the target's size, and {:.0e} is the most that is let through; nothing was kept", path.display(), check::MOST)]
    Differs {
        /// The file that is not there.
        path: PathBuf,
        /// The largest difference found.
        difference: f64,
    },
    /// What was written cannot be read back.
    #[error("{}: the file that was written cannot be read back ({message}); nothing was kept", path.display())]
    Unreadable {
        /// The file that is not there.
        path: PathBuf,
        /// Why.
        message: String,
    },
    /// It exists.
    #[error("{}: exists already; give another place, or --force to replace it", path.display())]
    Exists {
        /// The file or folder.
        path: PathBuf,
    },
    /// A page whose figures cannot be drawn.
    #[error("{}: a figure cannot be drawn: {message}", path.display())]
    Drawing {
        /// The page.
        path: PathBuf,
        /// Why.
        message: String,
    },
    /// The file system refused.
    #[error("{}: cannot be written: {cause}", path.display())]
    Disk {
        /// The file or folder.
        path: PathBuf,
        /// What it said.
        cause: std::io::Error,
    },
}

/// A model and the data that it was trained on.
#[derive(Debug, Clone)]
pub struct Subject {
    /// What its file says of itself.
    pub card: Card,
    /// Its preparation.
    pub fitted: Fitted,
    /// Its network.
    pub architecture: Architecture,
    /// Its weights.
    pub parameters: Parameters,
    /// The data, prepared.
    pub dataset: Arc<Dataset>,
}

impl Subject {
    /// The kept model of the run in `folder`. Its data are where the run had them, or at `data`.
    ///
    /// # Errors
    /// A folder without a model, or data that are gone or are others.
    pub fn of_run(folder: &Path, data: Option<&str>) -> Result<Self, ExportError> {
        let path = folder.join("model.safetensors");
        let file = ModelFile::read(&path)?;
        let Some(card) = file.card.clone() else {
            return Err(file.error("carries no `optimizer_explorer` metadata; give the folder of a run of this program").into());
        };
        let expected = RunSummary::read(folder).map(|summary| summary.hashes.data);
        Self::new(&file, card, data, expected)
    }

    fn new(
        file: &ModelFile,
        mut card: Card,
        data: Option<&str>,
        expected: Option<String>,
    ) -> Result<Self, ExportError> {
        let (fitted, architecture) = describe(&card).map_err(|message| file.error(&message))?;
        let parameters = file.parameters(&architecture)?;
        if let Some(data) = data {
            data.clone_into(&mut card.experiment.data.source);
        }
        let seed = card.experiment.seeds.first().copied().unwrap_or_default();
        let settings = &card.experiment.data;
        let dataset = Dataset::new(settings, seed).map_err(|error| ExportError::Data { error })?;
        if let Some(expected) = expected
            && expected != dataset.hash
        {
            return Err(ExportError::OtherData {
                found: settings.source.clone(),
                hash: dataset.hash,
                expected,
            });
        }
        Ok(Self {
            card,
            fitted,
            architecture,
            parameters,
            dataset: Arc::new(dataset),
        })
    }

    /// The best model so far of a run that is in memory.
    #[must_use]
    pub fn of_session(session: &Session) -> Self {
        let card = session.card();
        let dataset = Arc::clone(session.dataset());
        Self {
            fitted: dataset.fitted.clone(),
            architecture: architecture(&card.experiment, &dataset),
            parameters: session.best_parameters().clone(),
            card,
            dataset,
        }
    }

    /// The data in their own units, read once more.
    ///
    /// # Errors
    /// Data that are no longer where they were.
    pub fn units(&self) -> Result<Units, ExportError> {
        let Experiment { seeds, data, .. } = &self.card.experiment;
        let seed = seeds.first().copied().unwrap_or_default();
        (self.dataset.units(data, seed)).map_err(|error| ExportError::Data { error })
    }

    /// The network itself.
    #[must_use]
    pub fn network(&self) -> Forecaster {
        self.network_of(&self.parameters)
    }

    /// What a graph is made of.
    #[must_use]
    pub fn source(&self) -> Source<'_> {
        Source {
            card: &self.card,
            fitted: &self.fitted,
            architecture: &self.architecture,
            parameters: &self.parameters,
        }
    }

    /// Writes the model to `path` after it has been read back and has given the program's own forecast.
    /// An earlier file stays whole until then, and stays where the export fails.
    ///
    /// # Errors
    /// A format that cannot express the model, a difference beyond [`check::MOST`], or the file system.
    pub fn export(
        &self,
        format: ModelFormat,
        path: &Path,
        replace: bool,
    ) -> Result<Check, ExportError> {
        if !replace && path.exists() {
            return Err(ExportError::Exists {
                path: path.to_owned(),
            });
        }
        let (bytes, check) = self.checked(format, path)?;
        write_whole(path, &bytes).map_err(|cause| ExportError::Disk {
            path: path.to_owned(),
            cause,
        })?;
        Ok(check)
    }

    /// The file's content, and how far what it says is from the program's own forecast.
    fn checked(&self, format: ModelFormat, path: &Path) -> Result<(Vec<u8>, Check), ExportError> {
        let unreadable = |message: String| ExportError::Unreadable {
            path: path.to_owned(),
            message,
        };
        let own = check::Own::of(self);
        let (check, bytes) = match format {
            ModelFormat::Safetensors => {
                let bytes = ModelFile::bytes(&self.parameters, &self.card, None);
                let file = ModelFile::parse(path, &bytes)?;
                let parameters = file.parameters(&self.architecture)?;
                let network = self.network_of(&parameters);
                let check = own.against_network(self, &network);
                let bytes = ModelFile::bytes(&self.parameters, &self.card, Some(&check.to_json()));
                (check, bytes)
            }
            ModelFormat::Burnpack => {
                let network = self.network();
                let bytes = burnpack::bytes(&network, &self.card, None).map_err(unreadable)?;
                let (read, _) = burnpack::parse(bytes, &network.device()).map_err(unreadable)?;
                let check = own.against_network(self, &read);
                let said = check.to_json();
                let bytes =
                    burnpack::bytes(&network, &self.card, Some(&said)).map_err(unreadable)?;
                (check, bytes)
            }
            ModelFormat::Onnx => {
                let unequal = check::has_unequal_sequences(&self.dataset);
                let checked = Onnx::new(self.source(), false)?;
                let units = self.units()?;
                let check = own.against_graph(self, &units, &checked);
                let mut check = check.map_err(unreadable)?;
                check.whole_sequences_only = unequal;
                let mut model = if unequal {
                    Onnx::new(self.source(), true)?
                } else {
                    checked
                };
                model.describe("check", check.to_json());
                (check, model.bytes())
            }
        };
        if check.difference > check::MOST || check.difference.is_nan() {
            return Err(ExportError::Differs {
                path: path.to_owned(),
                difference: check.difference,
            });
        }
        Ok((bytes, check))
    }

    fn network_of(&self, parameters: &Parameters) -> Forecaster {
        let device = device_of(&self.card);
        Forecaster::new(&self.architecture, parameters, &device, DType::F32)
    }
}
