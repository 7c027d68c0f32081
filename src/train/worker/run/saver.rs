//! Writes checkpoints beside the training, so that no step waits for the disk.

use crate::record::{FolderError, RunFolder};
use crate::train::Checkpoint;
use std::fs::File;
use std::io;
use std::thread::{Builder, JoinHandle};
use std::time::{Duration, Instant};

/// Writing checkpoints may take at most this share of a run's time, where `checkpoint_seconds` is not 0.
const SHARE: f64 = 0.05;

/// When the next checkpoint is due, and the one that is being written.
#[derive(Debug)]
pub(super) struct Saver {
    /// Between two beginnings.
    every: Duration,
    begun: Instant,
    /// What the last one took.
    cost: Duration,
    writing: Option<JoinHandle<Result<Duration, FolderError>>>,
}

impl Saver {
    /// One checkpoint every so many seconds, or less often where one takes more than a twentieth of
    /// that; with 0 each begins as soon as the one before is on the disk.
    pub(super) fn new(seconds: f64) -> Self {
        Self {
            every: Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX),
            begun: Instant::now(),
            cost: Duration::ZERO,
            writing: None,
        }
    }

    /// Whether to begin a checkpoint now.
    pub(super) fn is_due(&self) -> bool {
        let since = self.begun.elapsed();
        since >= self.every
            && self.writing.as_ref().is_none_or(JoinHandle::is_finished)
            && (self.every.is_zero() || since.as_secs_f64() * SHARE >= self.cost.as_secs_f64())
    }

    /// Writes `checkpoint` on a thread of its own. `folder` must have been flushed at the checkpoint's step.
    pub(super) fn begin(
        &mut self,
        folder: &RunFolder,
        checkpoint: Checkpoint,
    ) -> Result<(), FolderError> {
        self.finish()?;
        self.begun = Instant::now();
        let checkpoints = folder.checkpoints();
        let tables = folder.tables().handles();
        let path = folder.path().to_owned();
        let write = move || {
            let begun = Instant::now();
            synced(tables).map_err(|cause| FolderError::Disk {
                path: path.clone(),
                cause,
            })?;
            checkpoints.write(checkpoint.state.step(), &checkpoint.encode())?;
            // A run that is killed later shows its gradient flow up to here.
            RunFolder::write_flow(&path, &checkpoint.recorded.flow)?;
            Ok(begun.elapsed())
        };
        let thread = Builder::new().name("checkpoint".to_owned()).spawn(write);
        self.writing = Some(thread.map_err(|cause| FolderError::Disk {
            path: folder.path().to_owned(),
            cause,
        })?);
        Ok(())
    }

    /// Waits for the checkpoint that is being written.
    pub(super) fn finish(&mut self) -> Result<(), FolderError> {
        if let Some(thread) = self.writing.take() {
            match thread.join() {
                Ok(written) => self.cost = written?,
                // The run breaks down as its checkpoint did.
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        Ok(())
    }
}

/// A checkpoint counts on the rows before it: they are on the disk first.
fn synced(tables: io::Result<[File; 2]>) -> io::Result<()> {
    tables?.iter().try_for_each(File::sync_data)
}
