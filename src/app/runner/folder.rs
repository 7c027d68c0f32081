//! Run folders: read for showing, and gone on from without a change to them.

use crate::experiment::KeyError;
use crate::record::PastRun;
use crate::train::{RunPlan, resume_apart};
use std::path::Path;

/// What the folder at `path` tells of its run.
pub fn read(path: &Path) -> Result<PastRun, String> {
    PastRun::read(path).map_err(|error| error.to_string())
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
