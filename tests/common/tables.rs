//! Tables read from texts.

use optimizer_explorer::{
    data::{self, DataError, Table},
    experiment::Generate,
};
use std::fs;

/// The table in a file `series.csv` of these bytes.
pub fn load(bytes: impl AsRef<[u8]>) -> Result<Table, DataError> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("series.csv");
    fs::write(&path, bytes).expect("room");
    data::load(&path.to_string_lossy(), &Generate::default(), 7)
}

/// What its columns are called.
pub fn names(table: &Table) -> Vec<&str> {
    (table.columns.iter())
        .map(|column| column.name.as_str())
        .collect()
}

/// Frequency, first and last time.
pub fn time(table: &Table) -> (&str, &str, &str) {
    let time = table.time.as_ref().expect("a time");
    (
        time.frequency.as_deref().unwrap_or("none"),
        &time.first,
        &time.last,
    )
}

/// Some note says so.
pub fn says(table: &Table, what: &str) {
    let said = table.notes.iter().any(|note| note.contains(what));
    assert!(said, "\"{what}\" is not among {:?}", table.notes);
}
