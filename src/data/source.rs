//! Finding the bytes: built-in series, generators, files.

use super::{DataError, Format, Table, delimited, generate};
use crate::experiment::{Generate, validate::BUILTIN};
use std::{fs::File, io::Read, path::Path};

/// Files beyond this many bytes are refused: a table this large would not fit beside training.
pub const MAX_BYTES: u64 = 2 << 30;

/// Loads `builtin:NAME`, `generate:NAME` (drawn from `seed` under the parameters of `generate`) or a
/// path to delimited text.
///
/// # Errors
/// What cannot be found, read or understood; always one line that says what, where and how to mend.
pub fn load(source: &str, generate: &Generate, seed: u64) -> Result<Table, DataError> {
    if let Some(name) = source.strip_prefix("builtin:") {
        let text = builtin(name).ok_or_else(|| {
            DataError::setting(
                "data.source",
                format!(
                    "there is no built-in series \"{name}\"; there are {}",
                    BUILTIN.join(", ")
                ),
            )
        })?;
        delimited::parse(source, text)
    } else if let Some(name) = source.strip_prefix("generate:") {
        generate::series(source, name, generate, seed)
    } else {
        let bytes = read(source)?;
        let (text, note) = decode(source, bytes)?;
        let mut table = delimited::parse(source, &text)?;
        table.notes.extend(note.map(str::to_owned));
        Ok(table)
    }
}

fn builtin(name: &str) -> Option<&'static str> {
    Some(match name {
        "airline" => include_str!("../../assets/data/airline.csv"),
        "sunspots" => include_str!("../../assets/data/sunspots.csv"),
        "co2" => include_str!("../../assets/data/co2.csv"),
        "nile" => include_str!("../../assets/data/nile.csv"),
        _ => return None,
    })
}

/// The bytes of a file that looks like text.
fn read(path: &str) -> Result<Vec<u8>, DataError> {
    let failed = |error: &std::io::Error| {
        DataError::file(
            path,
            match error.kind() {
                std::io::ErrorKind::NotFound => "there is no such file; check the path".to_owned(),
                std::io::ErrorKind::PermissionDenied => {
                    "may not be read; change its permissions or copy it".to_owned()
                }
                _ => format!("cannot be read: {error}"),
            },
        )
    };
    if path.is_empty() {
        return Err(DataError::setting(
            "data.source",
            "names no data; give a path, builtin:NAME or generate:NAME",
        ));
    }
    let metadata = std::fs::metadata(path).map_err(|error| failed(&error))?;
    if metadata.is_dir() {
        return Err(DataError::file(path, "is a folder; give a file in it"));
    }
    if metadata.len() > MAX_BYTES {
        return Err(too_large(path));
    }
    let extension = Path::new(path)
        .extension()
        .map(|extension| extension.to_string_lossy().to_lowercase())
        .unwrap_or_default();
    if ["ts", "tsf", "arff", "json", "jsonl", "toml", "safetensors"].contains(&extension.as_str()) {
        return Err(DataError::file(
            path,
            format!("files of the form .{extension} are not read as series; save it as CSV"),
        ));
    }
    let mut file = File::open(path).map_err(|error| failed(&error))?;
    // The head first: a device or a disk image is refused before gigabytes of it are read.
    let mut bytes = Vec::new();
    file.by_ref()
        .take(8192)
        .read_to_end(&mut bytes)
        .map_err(|error| failed(&error))?;
    refuse_binary(path, &bytes)?;
    file.take(MAX_BYTES)
        .read_to_end(&mut bytes)
        .map_err(|error| failed(&error))?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(too_large(path));
    }
    Ok(bytes)
}

fn too_large(path: &str) -> DataError {
    DataError::file(
        path,
        format!(
            "is larger than {} GiB, the most that is loaded; thin it out or cut it into pieces",
            MAX_BYTES >> 30
        ),
    )
}

/// Names the common binary forms; anything else with a zero byte is binary too.
fn refuse_binary(path: &str, head: &[u8]) -> Result<(), DataError> {
    let what = match head {
        [0x1f, 0x8b, ..] => "is compressed by gzip; unpack it first",
        [b'P', b'K', 3 | 5, 4 | 6, ..] => {
            "is a zip archive or an Excel workbook; unpack it, or save the sheet as CSV"
        }
        [b'P', b'A', b'R', b'1', ..] => "is a Parquet file; save it as CSV",
        [0xd0, 0xcf, 0x11, 0xe0, ..] => "is an old Excel workbook; save the sheet as CSV",
        [0xff, 0xfe, 0, 0, ..] | [0, 0, 0xfe, 0xff, ..] => "is UTF-32 text; save it as UTF-8",
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => return Ok(()),
        _ if head.contains(&0) => "is binary; give delimited text such as CSV",
        _ => return Ok(()),
    };
    Err(DataError::file(path, what))
}

/// Bytes as text: UTF-8, UTF-16 by its byte-order mark, Latin-1 where neither fits.
fn decode(path: &str, bytes: Vec<u8>) -> Result<(String, Option<&'static str>), DataError> {
    let wide = |read: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = bytes[2..]
            .chunks_exact(2)
            .map(|pair| read([pair[0], pair[1]]))
            .collect();
        String::from_utf16(&units)
            .map(|text| (text, Some("read as UTF-16")))
            .map_err(|_| {
                DataError::file(path, "begins like UTF-16 but is not; save it as UTF-8 text")
            })
    };
    match bytes.as_slice() {
        [0xff, 0xfe, ..] => wide(u16::from_le_bytes),
        [0xfe, 0xff, ..] => wide(u16::from_be_bytes),
        _ => Ok(match String::from_utf8(bytes) {
            Ok(mut text) => {
                if text.starts_with('\u{feff}') {
                    text.drain(..'\u{feff}'.len_utf8());
                }
                (text, None)
            }
            Err(error) => (
                error
                    .into_bytes()
                    .iter()
                    .map(|&byte| char::from(byte))
                    .collect(),
                Some("not UTF-8; read as Latin-1"),
            ),
        }),
    }
}

/// Further rows that belong to `source` as its test part: the sibling `…_TEST` of a `…_TRAIN` file.
#[must_use]
pub fn test_sibling(source: &str) -> Option<String> {
    if source.starts_with("builtin:") || source.starts_with("generate:") {
        return None;
    }
    let path = Path::new(source);
    let stem = path.file_stem()?.to_str()?;
    let sibling = [("_TRAIN", "_TEST"), ("_train", "_test")]
        .iter()
        .find_map(|(train, test)| {
            stem.strip_suffix(train)
                .map(|start| format!("{start}{test}"))
        })?;
    let mut name = sibling;
    if let Some(extension) = path.extension() {
        name = format!("{name}.{}", extension.to_str()?);
    }
    let sibling = path.with_file_name(name);
    sibling
        .is_file()
        .then(|| sibling.to_string_lossy().into_owned())
}

/// The format's name for a delimiter.
pub(super) fn format_of(delimiter: Option<char>) -> Format {
    if delimiter == Some('\t') {
        Format::Tsv
    } else {
        Format::Csv
    }
}
