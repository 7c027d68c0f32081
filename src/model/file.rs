//! The model file: safetensors with `PyTorch`'s names, and a card that says how to use it.

use super::{Architecture, Parameters};
use crate::experiment::Experiment;
use crate::files::write_whole;
use safetensors::tensor::{Dtype, SafeTensors, TensorView};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

/// The metadata key of the card.
const CARD: &str = "optimizer_explorer";

/// The card's format; a file with a larger number was written by a newer program.
const FORMAT: u32 = 1;

/// Larger files are refused before they are read.
const LARGEST_FILE: u64 = 4 << 30;

/// What a model file says about itself: enough for `predict` to need nothing else.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Card {
    /// Format version of this card.
    pub format: u32,
    /// The resolved experiment of the run.
    pub experiment: Experiment,
    /// Input columns, in order; the targets are the first.
    pub inputs: Vec<String>,
    /// Target columns.
    pub targets: Vec<String>,
    /// Input steps.
    pub lookback: usize,
    /// Fitted preparation and scaling, as the data room wrote them.
    pub preparation: serde_json::Value,
    /// ISO 8601 duration between rows, where known.
    pub frequency: Option<String>,
}

impl Card {
    /// A card in the present format.
    #[must_use]
    pub fn new(experiment: Experiment, inputs: Vec<String>, targets: Vec<String>) -> Self {
        Self {
            format: FORMAT,
            experiment,
            inputs,
            targets,
            lookback: 0,
            preparation: serde_json::Value::Null,
            frequency: None,
        }
    }
}

/// A model file that cannot be used, or written.
#[derive(Debug, thiserror::Error)]
#[error("{}: {message}", path.display())]
pub struct ModelFileError {
    /// The file.
    pub path: PathBuf,
    /// What is wrong and how to mend it.
    pub message: String,
}

/// The content of a model file.
#[derive(Debug, Clone, PartialEq)]
pub struct ModelFile {
    path: PathBuf,
    /// Absent in files from elsewhere.
    pub card: Option<Card>,
    tensors: BTreeMap<String, (Vec<usize>, Vec<f32>)>,
}

impl ModelFile {
    /// Reads a file. Element types other than 32- and 64-bit floats and numbers that are not finite are
    /// refused.
    ///
    /// # Errors
    /// A file that is missing, too large, not safetensors, or from a newer program.
    pub fn read(path: &Path) -> Result<Self, ModelFileError> {
        let error = |message: String| ModelFileError {
            path: path.to_owned(),
            message,
        };
        let size = std::fs::metadata(path)
            .map_err(|cause| error(format!("cannot be read: {cause}")))?
            .len();
        if size > LARGEST_FILE {
            return Err(error(format!(
                "has {size} bytes; model files of up to {LARGEST_FILE} bytes are read"
            )));
        }
        let bytes =
            std::fs::read(path).map_err(|cause| error(format!("cannot be read: {cause}")))?;
        Self::parse(path, &bytes)
    }

    /// As [`ModelFile::read`], of a file's content; `path` is for messages.
    ///
    /// # Errors
    /// As [`ModelFile::read`].
    pub fn parse(path: &Path, bytes: &[u8]) -> Result<Self, ModelFileError> {
        let error = |message: String| ModelFileError {
            path: path.to_owned(),
            message,
        };
        let not_safetensors = |cause| {
            error(format!(
                "is no safetensors file, or a damaged one ({cause})"
            ))
        };
        let (_, header) = SafeTensors::read_metadata(bytes).map_err(not_safetensors)?;
        let card = match header.metadata().as_ref().and_then(|map| map.get(CARD)) {
            None => None,
            Some(json) => Some(Self::card_of(json).map_err(error)?),
        };
        let content = SafeTensors::deserialize(bytes).map_err(not_safetensors)?;
        let mut tensors = BTreeMap::new();
        for (name, view) in content.iter() {
            let values: Vec<f32> = match view.dtype() {
                Dtype::F32 => view
                    .data()
                    .as_chunks::<4>()
                    .0
                    .iter()
                    .map(|b| f32::from_le_bytes(*b))
                    .collect(),
                Dtype::F64 => view
                    .data()
                    .as_chunks::<8>()
                    .0
                    .iter()
                    .map(|b| f64::from_le_bytes(*b) as f32)
                    .collect(),
                other => {
                    return Err(error(format!(
                        "tensor `{name}` has elements of type {other:?}; save it as 32-bit floats"
                    )));
                }
            };
            if let Some(at) = values.iter().position(|v| !v.is_finite()) {
                return Err(error(format!(
                    "tensor `{name}` holds {} at element {at}; a model's weights must be finite numbers",
                    values[at]
                )));
            }
            tensors.insert(name.to_owned(), (view.shape().to_vec(), values));
        }
        Ok(Self {
            path: path.to_owned(),
            card,
            tensors,
        })
    }

    /// That this file cannot be used, and why.
    #[must_use]
    pub fn error(&self, message: &str) -> ModelFileError {
        ModelFileError {
            path: self.path.clone(),
            message: message.to_owned(),
        }
    }

    /// The card that `json` holds.
    ///
    /// # Errors
    /// A card that cannot be read, or one of a newer program, in words.
    pub fn card_of(json: &str) -> Result<Card, String> {
        #[derive(Deserialize)]
        struct Version {
            format: u32,
        }
        let unreadable = |cause| format!("its `{CARD}` metadata cannot be read ({cause})");
        let version: Version = serde_json::from_str(json).map_err(unreadable)?;
        if version.format > FORMAT {
            return Err(format!(
                "was written by a newer program (format {}, this one reads up to {FORMAT})",
                version.format
            ));
        }
        serde_json::from_str(json).map_err(unreadable)
    }

    /// The tensors as parameters of `architecture`.
    ///
    /// # Errors
    /// A missing, an unknown or a misshapen tensor, by name.
    pub fn parameters(&self, architecture: &Architecture) -> Result<Parameters, ModelFileError> {
        let error = |message: String| ModelFileError {
            path: self.path.clone(),
            message,
        };
        let mut parameters = Parameters::zeros(architecture);
        let wanted: Vec<&str> = parameters.tensors.iter().map(|t| t.name.as_str()).collect();
        if let Some(name) = self
            .tensors
            .keys()
            .find(|name| !wanted.contains(&name.as_str()))
        {
            return Err(error(format!(
                "tensor `{name}` has no place in this model; it has {}",
                wanted.join(", ")
            )));
        }
        for info in &parameters.tensors {
            let Some((shape, values)) = self.tensors.get(&info.name) else {
                return Err(error(format!(
                    "tensor `{}` {:?} is missing",
                    info.name, info.shape
                )));
            };
            if *shape != info.shape {
                return Err(error(format!(
                    "tensor `{}` has the shape {shape:?}; this model's is {:?}",
                    info.name, info.shape
                )));
            }
            parameters.values[info.range.clone()].copy_from_slice(values);
        }
        Ok(parameters)
    }

    /// Parameters and card as a file, and what an export was checked to give.
    ///
    /// # Panics
    /// Never: parameters know their own shapes.
    #[must_use]
    pub fn bytes(parameters: &Parameters, card: &Card, check: Option<&str>) -> Vec<u8> {
        let bytes: Vec<u8> = parameters
            .values
            .iter()
            .flat_map(|value| value.to_le_bytes())
            .collect();
        let views = parameters.tensors.iter().map(|info| {
            let data = &bytes[info.range.start * 4..info.range.end * 4];
            let view = TensorView::new(Dtype::F32, info.shape.clone(), data);
            (
                info.name.as_str(),
                view.expect("the shape is that of the data"),
            )
        });
        let json = serde_json::to_string(card).expect("plain data");
        let mut metadata = HashMap::from([(CARD.to_owned(), json)]);
        metadata.extend(check.map(|check| ("check".to_owned(), check.to_owned())));
        safetensors::serialize(views, Some(metadata)).expect("what goes together")
    }

    /// Writes parameters and card, whole or not at all.
    ///
    /// # Errors
    /// Whatever the file system says.
    pub fn write(path: &Path, parameters: &Parameters, card: &Card) -> Result<(), ModelFileError> {
        write_whole(path, &Self::bytes(parameters, card, None)).map_err(|cause| ModelFileError {
            path: path.to_owned(),
            message: format!("cannot be written: {cause}"),
        })
    }
}
