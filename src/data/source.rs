//! Finding the bytes: built-in series, generators, files.

use super::{
    DataError, Format, Look, Stop, Table, delimited, encoding,
    formats::{json, npy, parquet, ts, tsf, ucr, workbook},
    frequencies, gaps, generate, mended, stacked, streamed,
    typed::ONE_ROW,
    unpack::{self, Zipped},
    wide,
};
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
    load_looked_at(source, generate, seed, &|_| {})
}

/// As [`load`]; of a large plain file `look` gets what was read before its times are known, what is missing between
/// them and whether its columns are one series.
///
/// # Errors
/// As [`load`].
pub fn load_looked_at(
    source: &str,
    generate: &Generate,
    seed: u64,
    look: Look<'_>,
) -> Result<Table, DataError> {
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
        guarded(source, look)
    }
}

/// As [`file`]. Readers of workbooks and archives are other people's and meet files that nobody thought of: on a
/// thread of its own, what makes one of them panic becomes an error like any other.
fn guarded(source: &str, look: Look<'_>) -> Result<Table, DataError> {
    let stop = &Stop::current();
    std::thread::scope(|scope| {
        std::thread::Builder::new()
            .name("loader".to_owned())
            .spawn_scoped(scope, || stop.heed(|| file(source, look)))
            .map(std::thread::ScopedJoinHandle::join)
    })
    .map_err(|error| DataError::file(source, format!("cannot be read: {error}")))?
    .unwrap_or_else(|_| {
        Err(DataError::file(
            source,
            "is damaged in a way that its reader cannot name; get or save it anew, or as CSV",
        ))
    })
}

/// A file, whatever its form.
fn file(source: &str, look: Look<'_>) -> Result<Table, DataError> {
    let (path, sheet) = sheet_of(source);
    if is_delimited(path)
        && let Some(table) = streamed::table(source, path, look)?
    {
        return finished(cases(path, table));
    }
    let mut bytes = read(source, path)?;
    let mut name = Path::new(path)
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    let mut notes = Vec::new();
    // What is packed may be packed once more; a chain without end is not followed.
    for _ in 0..2 {
        match bytes.as_slice() {
            [0x1f, 0x8b, ..] => {
                bytes = unpack::gzip(source, &bytes, MAX_BYTES)?;
                name = name.strip_suffix(".gz").unwrap_or(&name).to_owned();
                notes.push("unpacked by gzip".to_owned());
            }
            [b'P', b'K', 3 | 5, 4 | 6, ..] => match unpack::zip(source, &bytes, MAX_BYTES)? {
                Zipped::Workbook => {
                    return workbook::parse(source, &bytes, sheet).and_then(finished);
                }
                Zipped::File {
                    name: inner,
                    bytes: unpacked,
                } => {
                    notes.push(format!("\"{inner}\" in the zip archive is read"));
                    bytes = unpacked;
                    name = inner;
                }
            },
            [0xd0, 0xcf, 0x11, 0xe0, ..] => {
                return workbook::parse(source, &bytes, sheet).and_then(finished);
            }
            _ => break,
        }
    }
    let mut table = understand(source, &name, bytes)?;
    notes.append(&mut table.notes);
    table.notes = notes;
    finished(table)
}

/// A table as it was read, a row for each time.
fn finished(mut table: Table) -> Result<Table, DataError> {
    if table.answers.is_none() && table.series.len() == 1 {
        mended::read(&mut table);
        frequencies::separate(&mut table);
        table = wide::unfold(table);
        if table.series.len() == 1 {
            stacked::explain(&mut table);
        }
        mended::explain(&mut table);
    }
    if table.rows() == 1 && table.answers.is_none() {
        return Err(DataError::file(&table.source, ONE_ROW));
    }
    gaps::insert(&mut table);
    Ok(table)
}

/// The path and, after the last `#`, the sheet of a workbook; a file that has that very name is
/// itself.
fn sheet_of(source: &str) -> (&str, Option<&str>) {
    match source.rsplit_once('#') {
        Some((path, sheet)) if !sheet.is_empty() && !Path::new(source).exists() => {
            (path, Some(sheet))
        }
        _ => (source, None),
    }
}

/// Unpacked bytes of a file called `name`.
fn understand(source: &str, name: &str, bytes: Vec<u8>) -> Result<Table, DataError> {
    if bytes.starts_with(b"\x93NUMPY") {
        return npy::parse(source, &bytes);
    }
    if bytes.starts_with(b"PAR1") {
        return parquet::parse(source, bytes);
    }
    refuse_binary(source, &bytes[..bytes.len().min(HEAD)])?;
    let (text, note) = encoding::decode(source, bytes)?;
    let mut table = match extension_of(name).as_str() {
        "ts" => ts::parse(source, &text)?,
        "tsf" => tsf::parse(source, &text)?,
        "json" => json::parse(source, &text, is_json_lines(&text))?,
        "jsonl" | "ndjson" => json::parse(source, &text, true)?,
        _ => cases(name, delimited::parse(source, text)?),
    };
    table.notes.extend(note.map(str::to_owned));
    Ok(table)
}

/// What a file's name ends in, in small letters.
fn extension_of(name: &str) -> String {
    Path::new(name)
        .extension()
        .map(|extension| extension.to_string_lossy().to_lowercase())
        .unwrap_or_default()
}

/// Whether a file of that name may be delimited text.
fn is_delimited(name: &str) -> bool {
    let others = ["ts", "tsf", "json", "jsonl", "ndjson"];
    let extension = extension_of(name);
    !others.contains(&extension.as_str()) && !REFUSED.contains(&extension.as_str())
}

/// The cases in a file whose name and columns say that each row is one; otherwise the table itself.
fn cases(name: &str, table: Table) -> Table {
    let stem = Path::new(name)
        .file_stem()
        .unwrap_or_default()
        .to_string_lossy();
    if ucr::is_one(&stem, &table) {
        ucr::cases(table)
    } else {
        table
    }
}

/// Whether a `.json` file holds a record a line: its first line is a whole object, and not the last.
fn is_json_lines(text: &str) -> bool {
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    let first = lines.next().unwrap_or_default().trim();
    lines.next().is_some() && first.starts_with('{') && first.ends_with('}')
}

fn builtin(name: &str) -> Option<&'static str> {
    Some(match name {
        "airline" => include_str!("../../assets/data/airline.csv"),
        "sunspots" => include_str!("../../assets/data/sunspots.csv"),
        "co2" => include_str!("../../assets/data/co2.csv"),
        "nile" => include_str!("../../assets/data/nile.csv"),
        "macrodata" => include_str!("../../assets/data/macrodata.csv"),
        "pbs" => include_str!("../../assets/data/pbs.csv"),
        _ => return None,
    })
}

/// Forms of text that are no tables.
const REFUSED: [&str; 3] = ["arff", "toml", "safetensors"];

/// First bytes of a file by which it is refused early.
const HEAD: usize = 8192;

/// The bytes of the file at `path`, which messages call `source`.
fn read(source: &str, path: &str) -> Result<Vec<u8>, DataError> {
    let failed = |error: &std::io::Error| {
        DataError::file(
            source,
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
        return Err(DataError::file(source, "is a folder; give a file in it"));
    }
    if metadata.len() > MAX_BYTES {
        return Err(too_large(source));
    }
    let extension = extension_of(path);
    if REFUSED.contains(&extension.as_str()) {
        return Err(DataError::file(
            source,
            format!("files of the form .{extension} are not read as series; save it as CSV"),
        ));
    }
    let mut file = File::open(path).map_err(|error| failed(&error))?;
    // The head first: a device or a disk image is refused before gigabytes of it are read.
    let room = usize::try_from(metadata.len()).unwrap_or(0);
    let mut bytes = Vec::with_capacity(room + 1);
    file.by_ref()
        .take(HEAD as u64)
        .read_to_end(&mut bytes)
        .map_err(|error| failed(&error))?;
    refuse_binary(source, &bytes)?;
    file.take(MAX_BYTES)
        .read_to_end(&mut bytes)
        .map_err(|error| failed(&error))?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(too_large(source));
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
        [0x1f, 0x8b, ..]
        | [b'P', b'K', 3 | 5, 4 | 6, ..]
        | [0xd0, 0xcf, 0x11, 0xe0, ..]
        | [0x93, b'N', b'U', b'M', b'P', b'Y', ..]
        | [b'P', b'A', b'R', b'1', ..] => return Ok(()),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => "is compressed by zstd; unpack it first",
        [b'B', b'Z', b'h', ..] => "is compressed by bzip2; unpack it first",
        [0xfd, b'7', b'z', b'X', b'Z', ..] => "is compressed by xz; unpack it first",
        [0xff, 0xfe, 0, 0, ..] | [0, 0, 0xfe, 0xff, ..] => "is UTF-32 text; save it as UTF-8",
        _ if encoding::is_utf16(head) => return Ok(()),
        _ if head.contains(&0) => "is binary; give delimited text such as CSV",
        _ => return Ok(()),
    };
    Err(DataError::file(path, what))
}

/// Further rows that belong to `source` as its test part: the sibling `…_TEST` of a `…_TRAIN` file.
#[must_use]
pub fn test_sibling(source: &str) -> Option<String> {
    if crate::experiment::is_made(source) {
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
