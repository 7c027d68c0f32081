//! The `checkpoint` folder of a run: its latest state and, for going back, some of those before it.

use super::FolderError;
use super::folder::disk;
use crate::files::{remove_temporaries, write_whole};
use std::fs;
use std::path::{Path, PathBuf};

/// Checkpoints that are kept besides the latest.
const KEPT: usize = 16;

/// Bytes of all checkpoints together, the latest excepted when it alone is larger.
const KEPT_BYTES: u64 = 1 << 30;

const ENDING: &str = ".checkpoint";

/// The checkpoints of one run, as files `step-N.checkpoint`, with N the updates made.
#[derive(Debug, Clone)]
pub struct Checkpoints {
    folder: PathBuf,
}

impl Checkpoints {
    /// Those of the run in the folder `run`.
    #[must_use]
    pub fn of(run: &Path) -> Self {
        Self {
            folder: run.join("checkpoint"),
        }
    }

    /// The folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The file for `step`, whether it exists or not.
    #[must_use]
    pub fn path(&self, step: u64) -> PathBuf {
        self.folder.join(format!("step-{step}{ENDING}"))
    }

    /// The steps that can be gone back to, in order; the last one is where the run goes on.
    #[must_use]
    pub fn steps(&self) -> Vec<u64> {
        let mut steps: Vec<u64> = fs::read_dir(&self.folder)
            .into_iter()
            .flatten()
            .flatten()
            .filter_map(|entry| {
                let name = entry.file_name();
                let number = name.to_str()?.strip_prefix("step-")?.strip_suffix(ENDING)?;
                number.parse().ok()
            })
            .collect();
        steps.sort_unstable();
        steps
    }

    /// Writes the checkpoint of `step`, then removes those that are too many: what is left is spread
    /// evenly over the run.
    ///
    /// # Errors
    /// Whatever the file system says.
    pub fn write(&self, step: u64, bytes: &[u8]) -> Result<(), FolderError> {
        let path = self.path(step);
        fs::create_dir_all(&self.folder).map_err(disk(&self.folder))?;
        write_whole(&path, bytes).map_err(disk(&path))?;
        let all: Vec<(u64, u64)> = self
            .steps()
            .into_iter()
            .map(|step| {
                let size = fs::metadata(self.path(step)).map_or(0, |file| file.len());
                (step, size)
            })
            .collect();
        for step in superfluous(all, KEPT, KEPT_BYTES) {
            let path = self.path(step);
            fs::remove_file(&path).map_err(disk(&path))?;
        }
        Ok(())
    }

    /// Removes checkpoints later than `step`, and what a killed process left half written.
    ///
    /// # Errors
    /// Whatever the file system says.
    pub fn cut_back(&self, step: u64) -> Result<(), FolderError> {
        remove_temporaries(&self.folder);
        for later in self.steps().into_iter().filter(|&other| other > step) {
            let path = self.path(later);
            fs::remove_file(&path).map_err(disk(&path))?;
        }
        Ok(())
    }
}

/// Which of `all`, (step, bytes) in order, to remove so that besides the last at most `count` are left,
/// and at most `bytes` together. The one that goes first is the one between the closest neighbours, step 0
/// counting as a neighbour: it needs no checkpoint.
pub(crate) fn superfluous(mut all: Vec<(u64, u64)>, count: usize, bytes: u64) -> Vec<u64> {
    let mut removed = Vec::new();
    while all.len() > 1
        && (all.len() > count + 1 || all.iter().map(|(_, size)| size).sum::<u64>() > bytes)
    {
        let before = |index: usize| index.checked_sub(1).map_or(0, |index| all[index].0);
        let gap = |index: usize| all[index + 1].0 - before(index);
        let closest = (0..all.len() - 1)
            .min_by_key(|&index| gap(index))
            .expect("at least one besides the last");
        removed.push(all.remove(closest).0);
    }
    removed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_bounded_and_spread_evenly_however_long_the_run() {
        let mut kept: Vec<(u64, u64)> = Vec::new();
        for number in 1..=5_000_u64 {
            // Checkpoints come by time: at uneven steps.
            kept.push((number * 100 + number % 7 * 9, 1000));
            for step in superfluous(kept.clone(), 16, 1 << 20) {
                kept.retain(|&(other, _)| other != step);
            }
            assert!(kept.len() <= 17);
            if number >= 34 {
                let last = kept.last().expect("some").0;
                let steps: Vec<u64> = [0].into_iter().chain(kept.iter().map(|k| k.0)).collect();
                let widest = steps.windows(2).map(|pair| pair[1] - pair[0]).max();
                assert!(kept.len() >= 16);
                assert!(widest.expect("some") <= last / 4, "{number}: {steps:?}");
            }
        }
    }

    #[test]
    fn size_bounds_them_too_and_the_latest_always_stays() {
        let all = vec![(10, 600), (20, 600), (30, 600), (40, 600)];
        assert_eq!(superfluous(all.clone(), 16, 1300), [10, 30]);
        assert_eq!(superfluous(all, 16, 100), [10, 30, 20]);
    }
}
