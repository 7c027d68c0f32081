//! Packed files: gzip, and zip archives of one file; neither may grow without bounds.

use super::DataError;
use flate2::bufread::MultiGzDecoder;
use std::io::{Cursor, Read, Write};
use zip::ZipArchive;

/// What is unpacked may always have this many bytes,
const SMALL: u64 = 256 << 20;
/// and beyond that this many times those it was packed into. Tables are packed five to thirty times
/// smaller; a thousandfold is a trap.
const MOST_TIMES: u64 = 100;

/// Bytes that `packed` ones may become, never more than `most`.
fn limit(packed: usize, most: u64) -> u64 {
    (packed as u64)
        .saturating_mul(MOST_TIMES)
        .max(SMALL)
        .min(most)
}

/// The bytes inside a gzip file, all its members one after another.
///
/// # Errors
/// It is damaged, or holds more than [`limit`] allows.
pub(super) fn gzip(path: &str, packed: &[u8], most: u64) -> Result<Vec<u8>, DataError> {
    let limit = limit(packed.len(), most);
    let mut bytes = Vec::new();
    MultiGzDecoder::new(packed)
        .take(limit + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| {
            DataError::file(
                path,
                format!("is compressed by gzip and damaged ({error}); get it anew"),
            )
        })?;
    if bytes.len() as u64 > limit {
        return Err(too_much(path, limit));
    }
    Ok(bytes)
}

/// What a zip archive turned out to be.
pub(super) enum Zipped {
    /// A workbook: Excel's or OpenDocument's, its parts all within bounds.
    Workbook,
    /// The one file in it.
    File {
        /// Its name in the archive.
        name: String,
        /// What it holds.
        bytes: Vec<u8>,
    },
}

/// Looks into a zip archive.
///
/// # Errors
/// It is damaged, holds more than [`limit`] allows, or more than one file.
pub(super) fn zip(path: &str, packed: &[u8], most: u64) -> Result<Zipped, DataError> {
    let limit = limit(packed.len(), most);
    let damaged = |error: &dyn std::fmt::Display| {
        DataError::file(
            path,
            format!("is a zip archive and damaged ({error}); get it anew"),
        )
    };
    let mut archive = ZipArchive::new(Cursor::new(packed)).map_err(|error| damaged(&error))?;
    let names: Vec<String> = archive
        .file_names()
        .filter_map(|name| name.ok().map(std::borrow::Cow::into_owned))
        .collect();
    let is_workbook = names.iter().any(|name| {
        let name = name.to_lowercase();
        name.starts_with("xl/workbook") || name == "content.xml"
    });
    if is_workbook {
        // Sizes that an archive states may be false: count what really comes out.
        let mut left = limit;
        for index in 0..archive.len() {
            let Ok(entry) = archive.by_index(index) else {
                continue; // the workbook's reader says what is wrong with it
            };
            let mut counted = Counted(0);
            let _ = std::io::copy(&mut entry.take(left + 1), &mut counted);
            left = left
                .checked_sub(counted.0)
                .ok_or_else(|| too_much(path, limit))?;
        }
        return Ok(Zipped::Workbook);
    }
    let files: Vec<&String> = names
        .iter()
        .filter(|name| !name.ends_with('/') && !name.starts_with("__MACOSX"))
        .collect();
    let [name] = files[..] else {
        return Err(DataError::file(
            path,
            format!(
                "is a zip archive of {} files; unpack it and give one of them",
                files.len()
            ),
        ));
    };
    let name = name.clone();
    let mut bytes = Vec::new();
    archive
        .by_name(&name)
        .map_err(|error| damaged(&error))?
        .take(limit + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| damaged(&error))?;
    if bytes.len() as u64 > limit {
        return Err(too_much(path, limit));
    }
    Ok(Zipped::File { name, bytes })
}

fn too_much(path: &str, limit: u64) -> DataError {
    DataError::file(
        path,
        format!(
            "unpacks to more than {} MiB, the most for a file of its size; unpack it yourself if that is right",
            limit >> 20
        ),
    )
}

/// Counts what is written to it.
struct Counted(u64);

impl Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0 += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
