//! Run folders: read for showing, and gone on from without a change to them.

use crate::experiment::KeyError;
use crate::record::{PastRun, runs_in};
use crate::train::{RunPlan, resume_apart};
use std::path::{Path, PathBuf};

/// What the folder at `path` tells of its run, or of all runs in it, each with its own folder.
pub fn read(path: &Path) -> Result<Vec<(PathBuf, PastRun)>, String> {
    let mut folders = runs_in(path);
    if folders.is_empty() {
        // It is no run folder, and that is said.
        folders.push(path.to_owned());
    }
    folders
        .into_iter()
        .map(|folder| {
            let past = PastRun::read(&folder).map_err(|error| error.to_string())?;
            Ok((folder, past))
        })
        .collect()
}

/// The run in `folder` from its checkpoint of `step`, without a folder of its own.
pub fn go_on(folder: &Path, step: u64, start_paused: bool) -> Result<Vec<RunPlan>, Vec<KeyError>> {
    let broken = |reason: String| vec![KeyError::new("", reason)];
    let past = PastRun::read(folder).map_err(|error| broken(error.to_string()))?;
    super::plan(&past.experiment, start_paused)?
        .into_iter()
        .map(|plan| resume_apart(plan, folder, step).map(|plan| *plan))
        .collect::<Result<_, _>>()
        .map_err(|error| broken(error.to_string()))
}
