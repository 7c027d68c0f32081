//! A session's state as a file: who it belongs to, all that changes, and a checksum over it.
//!
//! ```text
//! 0   8  "OPTEXCKP"
//! 8   4  format version, little-endian
//! 12  8  length of the content in bytes, little-endian
//! 20 32  blake3 hash of the content
//! 52     content: MessagePack with named fields
//! ```
//!
//! MessagePack, as it names what it holds: settings whose fields depend on their `kind` need that. Floats
//! are stored by their bits, not-a-number included.

use super::session::SessionState;
use crate::record::{FlowHistory, Sharpness, TableLengths};
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// What every checkpoint begins with.
const MAGIC: &[u8; 8] = b"OPTEXCKP";

/// The present format; a file with a larger number was written by a newer program.
const FORMAT: u32 = 1;

/// Bytes before the content.
const HEADER: usize = 52;

/// A checkpoint that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}: {message}", path.display())]
pub struct CheckpointError {
    /// The file; where the checkpoint was never in one, the run's name.
    pub path: PathBuf,
    /// What is wrong with it.
    pub message: String,
}

/// A tensor's name and shape.
pub type NamedShape = (String, Vec<usize>);

/// The run that a checkpoint is of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Origin {
    /// The contender's name.
    pub contender: String,
    /// The seed.
    pub seed: u64,
    /// The resolved experiment of this run alone, as TOML.
    pub experiment: String,
    /// Hash of the prepared data.
    pub data_hash: String,
    /// Steps of the whole run.
    pub planned_steps: u64,
    /// The network's tensors, in their order.
    pub tensors: Vec<NamedShape>,
    /// Of the program that wrote it.
    pub version: String,
}

/// What the run folder holds of a run up to one step.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Recorded {
    /// How long the growing tables are.
    pub tables: TableLengths,
    /// What `gradient_flow.csv` is written from, here and at the end.
    pub flow: FlowHistory,
    /// What `sharpness.csv` is written from at the end.
    #[serde(default)]
    pub sharpness: Vec<Sharpness>,
}

/// A run at one step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Checkpoint {
    /// Whose it is.
    pub origin: Origin,
    /// What its folder held.
    pub recorded: Recorded,
    /// All that changes.
    pub state: SessionState,
    /// Where it was read from.
    #[serde(skip)]
    path: Option<PathBuf>,
}

impl Checkpoint {
    /// A checkpoint that was never in a file.
    #[must_use]
    pub fn new(origin: Origin, state: SessionState, recorded: Recorded) -> Self {
        Self {
            origin,
            recorded,
            state,
            path: None,
        }
    }

    /// The file's bytes.
    ///
    /// # Panics
    /// Never: writing into memory does not fail.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = vec![0; HEADER];
        let mut serializer = rmp_serde::Serializer::new(&mut bytes).with_struct_map();
        self.serialize(&mut serializer)
            .expect("plain data, into memory");
        let hash = blake3::hash(&bytes[HEADER..]);
        let length = (bytes.len() - HEADER) as u64;
        bytes[..8].copy_from_slice(MAGIC);
        bytes[8..12].copy_from_slice(&FORMAT.to_le_bytes());
        bytes[12..20].copy_from_slice(&length.to_le_bytes());
        bytes[20..HEADER].copy_from_slice(hash.as_bytes());
        bytes
    }

    /// Reads what [`Checkpoint::encode`] wrote.
    ///
    /// # Errors
    /// One line that says what is wrong with the bytes.
    pub fn decode(bytes: &[u8]) -> Result<Self, String> {
        let header = bytes.first_chunk().ok_or("is no checkpoint")?;
        let checksum = check_header(header, bytes.len() as u64)?;
        let content = &bytes[HEADER..];
        if blake3::hash(content) != checksum {
            return Err("is damaged: its checksum is not that of its content".to_owned());
        }
        rmp_serde::from_slice(content).map_err(|cause| {
            let cause = cause.to_string().replace('\n', " ");
            format!("cannot be read ({cause})")
        })
    }

    /// Reads a file. A foreign, cut off or newer one is refused by its first bytes, before the rest is read.
    ///
    /// # Errors
    /// A file that cannot be read, is no checkpoint, or a damaged one.
    pub fn read(path: &Path) -> Result<Self, CheckpointError> {
        let read = || -> Result<Self, String> {
            let unreadable = |cause: io::Error| format!("cannot be read: {cause}");
            let mut file = File::open(path).map_err(unreadable)?;
            let length = file.metadata().map_err(unreadable)?.len();
            let mut header = [0; HEADER];
            file.read_exact(&mut header)
                .map_err(|_| "is no checkpoint".to_owned())?;
            check_header(&header, length)?;
            let mut bytes = header.to_vec();
            file.take(length - HEADER as u64)
                .read_to_end(&mut bytes)
                .map_err(unreadable)?;
            Self::decode(&bytes)
        };
        match read() {
            Ok(checkpoint) => Ok(Self {
                path: Some(path.to_owned()),
                ..checkpoint
            }),
            Err(message) => Err(CheckpointError {
                path: path.to_owned(),
                message,
            }),
        }
    }

    /// Whether the file at `path` begins like a checkpoint.
    #[must_use]
    pub fn is_at(path: &Path) -> bool {
        let mut magic = [0; 8];
        File::open(path)
            .and_then(|mut file| file.read_exact(&mut magic))
            .is_ok_and(|()| magic == *MAGIC)
    }

    /// That this checkpoint cannot be used, for this reason.
    pub(super) fn error(&self, message: impl Into<String>) -> CheckpointError {
        let origin = &self.origin;
        CheckpointError {
            path: self.path.clone().unwrap_or_else(|| {
                format!(
                    "step {} of {} seed {}",
                    self.state.step(),
                    origin.contender,
                    origin.seed
                )
                .into()
            }),
            message: message.into(),
        }
    }
}

/// The content's checksum, after a look at all else that the first bytes of a file of `length` bytes say.
fn check_header(header: &[u8; HEADER], length: u64) -> Result<blake3::Hash, String> {
    let number = |at: usize| u64::from_le_bytes(*header[at..].first_chunk().expect("inside"));
    if header[..8] != *MAGIC {
        return Err("is no checkpoint".to_owned());
    }
    let format = number(8) as u32;
    if format != FORMAT {
        return Err(format!(
            "is of format {format}, and this program reads format {FORMAT}; the program that wrote it reads it"
        ));
    }
    let expected = number(12).saturating_add(HEADER as u64);
    if length != expected {
        return Err(format!(
            "is damaged: it has {length} bytes and should have {expected}"
        ));
    }
    Ok(blake3::Hash::from_bytes(
        *header[20..].first_chunk().expect("inside"),
    ))
}
