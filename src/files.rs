//! Writing files so that a reader or a crash never sees half of one.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;

/// Writes `bytes` to a temporary name beside `path` and renames it. An earlier file stays whole
/// until the new one is.
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
    if written.is_err() {
        // The error that matters is the first one.
        drop(fs::remove_file(&temporary));
    }
    written
}
