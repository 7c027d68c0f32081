//! The output folder, tried before anything is trained into it.

use super::Ending;
use crate::files::remove_temporaries;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// What a short run writes at least: a disk with less room is full.
const ROOM: usize = 64 << 10;

/// Makes the folder `out` and writes into it, to see that it can be done; the file is gone afterwards, and
/// where it cannot be done so are the folders that were made. What a process that was killed in here left of
/// its own is removed too.
///
/// # Errors
/// The path that is in the way, what the file system says of it, and how to mend it.
pub(super) fn prepare(out: &Path) -> Result<(), Ending> {
    let made = missing(out);
    let probe = out.join(format!(".{}.tmp", std::process::id()));
    let written = fs::create_dir_all(out).and_then(|()| {
        remove_temporaries(out);
        let written = fs::write(&probe, vec![0; ROOM]);
        written.and(match fs::remove_file(&probe) {
            // Another process that begins in the same folder took it for left behind.
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            removed => removed,
        })
    });
    written.map_err(|error| {
        // The error that matters is the first one; what was not made cannot be removed.
        drop(fs::remove_file(&probe));
        for folder in &made {
            drop(fs::remove_dir(folder));
        }
        Ending::Failed(format!(
            "--out {}: cannot be written: {}",
            out.display(),
            why(out, &error)
        ))
    })
}

/// The folders on the way to `out` that are not there, the innermost first.
fn missing(out: &Path) -> Vec<PathBuf> {
    out.ancestors()
        .take_while(|folder| !folder.as_os_str().is_empty() && !folder.exists())
        .map(Path::to_owned)
        .collect()
}

fn why(out: &Path, error: &io::Error) -> String {
    let in_the_way = out.ancestors().find(|path| path.is_file());
    match (error.kind(), in_the_way) {
        (_, Some(file)) => format!(
            "{} is a file; give another folder, or move the file away",
            file.display()
        ),
        (ErrorKind::PermissionDenied, _) => {
            "permission denied; give another folder, or change its permissions".to_owned()
        }
        (ErrorKind::ReadOnlyFilesystem, _) => {
            "its file system is read-only; give another folder".to_owned()
        }
        (ErrorKind::StorageFull | ErrorKind::QuotaExceeded, _) => {
            "there is no room left; free some, or give a folder on another disk".to_owned()
        }
        _ => format!("{error}; give another folder"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_left_by_a_process_killed_while_it_tried_is_removed() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join(".4711.tmp"), [0; 3]).expect("written");
        assert!(prepare(folder.path()).is_ok());
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 0);
    }
}
