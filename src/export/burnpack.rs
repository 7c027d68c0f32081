//! burn's own model file.
//!
//! A burnpack holds the tensors of [`Forecaster`], burn's module, by the names of its fields, and the card of a
//! model file as metadata. [`read`] makes the module of it.

use crate::model::{Card, Forecaster, ModelFile, ModelFileError, Parameters};
use crate::train::describe;
use burn::tensor::{Bytes, DType, Device};
use burn_store::burn_pack::Reader;
use burn_store::{BurnpackStore, ModuleSnapshot as _};
use std::path::Path;

/// The metadata keys of card and check.
const CARD: &str = "optimizer_explorer";
const CHECK: &str = "check";

/// A network with its card, and what its export was checked to give, as a file.
///
/// # Errors
/// What burn says.
pub fn bytes(network: &Forecaster, card: &Card, check: Option<&str>) -> Result<Vec<u8>, String> {
    let card = serde_json::to_string(card).map_err(|error| error.to_string())?;
    let mut store = BurnpackStore::from_bytes(None).metadata(CARD, card);
    if let Some(check) = check {
        store = store.metadata(CHECK, check);
    }
    let written = network
        .save_into(&mut store)
        .and_then(|()| store.get_bytes());
    written
        .map(|bytes| bytes.to_vec())
        .map_err(|error| error.to_string())
}

/// Reads the file at `path`: burn's module on `device`, and the card that says how to use it.
///
/// # Errors
/// A file that is missing, no burnpack, damaged, or of another program.
pub fn read(path: &Path, device: &Device) -> Result<(Forecaster, Card), ModelFileError> {
    let error = |message: String| ModelFileError {
        path: path.to_owned(),
        message,
    };
    let bytes = std::fs::read(path).map_err(|cause| error(format!("cannot be read: {cause}")))?;
    parse(bytes, device).map_err(error)
}

/// As [`read`], of a file's content.
///
/// # Errors
/// What is wrong with it, in words.
pub fn parse(bytes: Vec<u8>, device: &Device) -> Result<(Forecaster, Card), String> {
    let bytes = Bytes::from_bytes_vec(bytes);
    let damaged = |error: &dyn std::fmt::Display| {
        let error = error.to_string().replace('\n', " ");
        format!("is no burnpack file, or a damaged one ({error})")
    };
    let reader = Reader::from_bytes(bytes.clone()).map_err(|error| damaged(&error))?;
    let Some(json) = reader.metadata().get(CARD) else {
        return Err(format!(
            "carries no `{CARD}` metadata; it is of another program"
        ));
    };
    let card = ModelFile::card_of(json)?;
    let (_, architecture) = describe(&card)?;
    let mut network = Forecaster::new(
        &architecture,
        &Parameters::zeros(&architecture),
        device,
        DType::F32,
    );
    let mut store = BurnpackStore::from_bytes(Some(bytes));
    network
        .load_from(&mut store)
        .map_err(|error| damaged(&error))?;
    Ok((network, card))
}
