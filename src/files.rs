//! Writing files so that a reader or a crash never sees half of one.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;

/// Writes `bytes` to a temporary name beside `path` and renames it. An earlier file stays whole
/// until the new one is; once this returns, the new one outlasts a power cut.
///
/// # Errors
/// Whatever the file system says; the temporary file is gone then.
pub fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    write_whole_with(path, |file| file.write_all(bytes))
}

/// As [`write_whole`], for what is too long to be held in memory as text.
///
/// # Errors
/// Whatever `write` or the file system says; the temporary file is gone then.
pub fn write_whole_with(
    path: &Path,
    write: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>,
) -> io::Result<()> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let temporary = path.with_file_name(format!(".{name}.{}.tmp", std::process::id()));
    let written = File::create(&temporary)
        .and_then(|file| {
            let mut file = BufWriter::with_capacity(1 << 16, file);
            write(&mut file)?;
            file.into_inner()?.sync_all()
        })
        .and_then(|()| fs::rename(&temporary, path));
    sync_folder(path.parent().unwrap_or(Path::new("")));
    if written.is_err() {
        // The error that matters is the first one.
        drop(fs::remove_file(&temporary));
    }
    written
}

/// Whether writing to `path` would replace something; an empty folder is nothing.
#[must_use]
pub fn holds_something(path: &Path) -> bool {
    match fs::read_dir(path) {
        Ok(mut entries) => entries.next().is_some(),
        Err(_) => path.exists(),
    }
}

/// Has the file system write down which files `folder` holds. Where a folder cannot be opened like a file
/// (Windows), the file system does so by itself.
fn sync_folder(folder: &Path) {
    let folder = if folder.as_os_str().is_empty() {
        Path::new(".")
    } else {
        folder
    };
    drop(fs::File::open(folder).and_then(|folder| folder.sync_all()));
}

/// Removes what [`write_whole`] left behind in `folder` when its process was killed.
pub fn remove_temporaries(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with('.') && name.ends_with(".tmp") {
            // One that stays does no harm.
            drop(fs::remove_file(entry.path()));
        }
    }
}
