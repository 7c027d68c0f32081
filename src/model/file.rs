//! The model file: safetensors with `PyTorch`'s names, and a card that says how to use it.

use super::{Architecture, Parameters};
use crate::experiment::{Cell, Experiment};
use crate::files::write_whole;
use safetensors::tensor::{Dtype, Metadata, TensorInfo, TensorView};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

/// The metadata key of the card.
const CARD: &str = "optimizer_explorer";

/// The card's format; a file with a larger number was written by a newer program.
const FORMAT: u32 = 1;

/// Larger files are refused before they are read.
const LARGEST_FILE: u64 = 4 << 30;

/// A card with the whole preparation of hundreds of columns has less.
const LARGEST_HEADER: u64 = 100_000_000;

/// What a file of another kind is, by its first bytes.
fn foreign(first: [u8; 8]) -> Option<&'static str> {
    Some(match first {
        [b'P', b'K', 3, 4, ..] => "a zip archive, perhaps of torch.save",
        [0x80, 2..=5, ..] => "a Python pickle",
        [0x89, b'H', b'D', b'F', ..] => "an HDF5 file, perhaps of Keras",
        [b'G', b'G', b'U', b'F', ..] => "a GGUF file",
        [b'N', b'R', b'U', b'B', ..] => "a burnpack file",
        [8, 1..=20, 0x12 | 0x3a | 0x42, ..] => "an ONNX file",
        _ => return None,
    })
}

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
    /// refused; whatever the header says is held against the file's size before room is made for it.
    ///
    /// # Errors
    /// A file that is missing, too large, not safetensors, damaged, or from a newer program.
    pub fn read(path: &Path) -> Result<Self, ModelFileError> {
        let unreadable = |cause: std::io::Error| ModelFileError {
            path: path.to_owned(),
            message: format!("cannot be read: {cause}"),
        };
        let file = File::open(path).map_err(unreadable)?;
        let facts = file.metadata().map_err(unreadable)?;
        if facts.is_dir() {
            return Err(ModelFileError {
                path: path.to_owned(),
                message: "is a folder; give the model file in it".to_owned(),
            });
        }
        Self::take_in(path, BufReader::new(file), facts.len())
    }

    /// As [`ModelFile::read`], of a file's content; `path` is for messages.
    ///
    /// # Errors
    /// As [`ModelFile::read`].
    pub fn parse(path: &Path, bytes: &[u8]) -> Result<Self, ModelFileError> {
        Self::take_in(path, bytes, bytes.len() as u64)
    }

    fn take_in(path: &Path, mut bytes: impl Read, size: u64) -> Result<Self, ModelFileError> {
        let error = |message: String| ModelFileError {
            path: path.to_owned(),
            message,
        };
        let unreadable = |cause: std::io::Error| error(format!("cannot be read: {cause}"));
        let damaged =
            |what: String| error(format!("is no safetensors file, or a damaged one ({what})"));
        if size > LARGEST_FILE {
            return Err(error(format!(
                "has {size} bytes; model files of up to {LARGEST_FILE} bytes are read"
            )));
        }
        if size < 8 {
            return Err(damaged(format!("it has {size} bytes")));
        }
        let mut first = [0; 8];
        bytes.read_exact(&mut first).map_err(unreadable)?;
        if let Some(kind) = foreign(first) {
            return Err(error(format!(
                "is {kind}; give a safetensors file, such as safetensors.torch.save_file writes"
            )));
        }
        let length = u64::from_le_bytes(first);
        if length > size - 8 || length > LARGEST_HEADER {
            return Err(damaged(format!(
                "its header has {length} bytes by its own account, and the file {size}"
            )));
        }
        let mut header = vec![0; length as usize];
        bytes.read_exact(&mut header).map_err(unreadable)?;
        let header: Metadata =
            serde_json::from_slice(&header).map_err(|cause| damaged(cause.to_string()))?;
        let expected = 8 + length + header.data_len() as u64;
        if expected != size {
            let what = if size < expected {
                "is cut off"
            } else {
                "has something after its tensors"
            };
            return Err(error(format!(
                "{what}: by its header it has {expected} bytes, and it has {size}"
            )));
        }
        let infos: BTreeMap<String, &TensorInfo> = header.tensors().into_iter().collect();
        for (name, info) in &infos {
            if !matches!(info.dtype, Dtype::F32 | Dtype::F64) {
                return Err(error(format!(
                    "tensor `{name}` has elements of type {:?}; save it as 32-bit floats",
                    info.dtype
                )));
            }
        }
        let card = match header.metadata().as_ref().and_then(|map| map.get(CARD)) {
            None => None,
            Some(json) => Some(Self::card_of(json).map_err(error)?),
        };
        let mut data = vec![0; header.data_len()];
        bytes.read_exact(&mut data).map_err(unreadable)?;
        let mut tensors = BTreeMap::new();
        for (name, info) in infos {
            let data = &data[info.data_offsets.0..info.data_offsets.1];
            let values: Vec<f32> = if info.dtype == Dtype::F32 {
                let numbers = data.as_chunks::<4>().0.iter();
                numbers.map(|b| f32::from_le_bytes(*b)).collect()
            } else {
                let numbers = data.as_chunks::<8>().0.iter();
                numbers.map(|b| f64::from_le_bytes(*b) as f32).collect()
            };
            if let Some(at) = values.iter().position(|v| !v.is_finite()) {
                return Err(error(format!(
                    "tensor `{name}` holds {} at element {at}; a model's weights must be finite numbers",
                    values[at]
                )));
            }
            tensors.insert(name, (info.shape.clone(), values));
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
        let card: Card = serde_json::from_str(json).map_err(unreadable)?;
        // Settings come from experiment files, whose numbers are smaller than JSON's.
        toml::Table::try_from(&card.experiment)
            .map_err(|cause| format!("its settings cannot be: {cause}"))?;
        // A backend that is not compiled in is replaced by one that is.
        let problem = card
            .experiment
            .problems()
            .into_iter()
            .find(|problem| problem.key != "model.backend");
        match problem {
            Some(problem) => Err(format!("its settings cannot be: {problem}")),
            None => Ok(card),
        }
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
        self.of_this_programs_kind()?;
        // One after the other: a network of absurd size is refused at the first tensor that is not there.
        let mut wanted = 0;
        for (name, shape) in architecture.shapes() {
            wanted += 1;
            let Some((own, _)) = self.tensors.get(&name) else {
                return Err(error(format!(
                    "tensor `{name}` {shape:?} is missing; the file has {}",
                    self.some_names()
                )));
            };
            if *own != shape {
                return Err(error(format!(
                    "tensor `{name}` has the shape {own:?}; this model's is {shape:?}{}",
                    self.kind()
                )));
            }
        }
        let mut parameters = if wanted == self.tensors.len() {
            Parameters::zeros(architecture)
        } else {
            let names: Vec<String> = architecture.shapes().map(|(name, _)| name).collect();
            let other = self.tensors.keys().find(|name| !names.contains(name));
            return Err(error(format!(
                "tensor `{}` has no place in this model; it has {}{}",
                other.map_or("", String::as_str),
                names.join(", "),
                self.kind()
            )));
        };
        for info in &parameters.tensors {
            parameters.values[info.range.clone()].copy_from_slice(&self.tensors[&info.name].1);
        }
        Ok(parameters)
    }

    /// That the file holds a network of a kind that this program has.
    ///
    /// # Errors
    /// A tensor that no network here has, or one that each has and that is not there, by name.
    pub fn of_this_programs_kind(&self) -> Result<(), ModelFileError> {
        let named = |wanted: fn(&str) -> bool| self.tensors.keys().find(|name| wanted(name));
        if let Some(name) = named(|name| name.ends_with("_reverse")) {
            return Err(self.error(&format!(
                "tensor `{name}` is of a bidirectional network; this program's read forwards alone: train it with bidirectional=False"
            )));
        }
        if let Some(name) = named(|name| name.starts_with("rnn.weight_hr_l")) {
            return Err(self.error(&format!(
                "tensor `{name}` is of an LSTM with projections; this program's have none: train it with proj_size=0"
            )));
        }
        if !self.tensors.contains_key("head.weight") {
            return Err(self.error(&format!(
                "tensor `head.weight` is missing; the recurrent layer is to be called `rnn` and the linear one behind it `head`; the file has {}",
                self.some_names()
            )));
        }
        Ok(())
    }

    /// The first names of its tensors, for a complaint.
    fn some_names(&self) -> String {
        let names: Vec<&str> = self.tensors.keys().take(12).map(String::as_str).collect();
        match names.len() {
            0 => "no tensor at all".to_owned(),
            _ => names.join(", "),
        }
    }

    /// The recurrent network that the file holds, as its tensors tell: cell, inputs, hidden units and layers.
    #[must_use]
    pub fn recurrent_network(&self) -> Option<(Cell, usize, usize, usize)> {
        let shape = |name: &str| -> Option<[usize; 2]> {
            self.tensors.get(name)?.0.as_slice().try_into().ok()
        };
        let [rows, inputs] = shape("rnn.weight_ih_l0")?;
        let [_, hidden] = shape("rnn.weight_hh_l0")?;
        let gates = rows
            .checked_div(hidden)
            .filter(|gates| gates * hidden == rows)?;
        let cell = match gates {
            4 => Cell::Lstm,
            3 => Cell::Gru,
            1 => Cell::Rnn,
            _ => return None,
        };
        let layers = (0..)
            .take_while(|layer| {
                self.tensors
                    .contains_key(&format!("rnn.weight_hh_l{layer}"))
            })
            .count();
        Some((cell, inputs, hidden, layers))
    }

    /// What network the file seems to hold, for a complaint.
    fn kind(&self) -> String {
        let Some((cell, inputs, hidden, layers)) = self.recurrent_network() else {
            return String::new();
        };
        let cell = match cell {
            Cell::Lstm => "an LSTM",
            Cell::Gru => "a GRU",
            Cell::Rnn | Cell::Linear => "a plain RNN",
        };
        format!(" (the file holds {cell}, {inputs} inputs, {hidden} units, {layers} layers)")
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
