//! What a run leaves in its folder: rows while it goes on, checkpoints beside the training, results at its end.

use super::Run;
use crate::diagnose;
use crate::diagnose::verdicts::{Verdict, verdicts};
use crate::model::ModelFile;
use crate::record::{
    FolderError, Forecast, History, Metrics, Outcome, RunFolder, RunInfo, RunSummary, Status,
};
use crate::train::{Checkpoint, Recorded, RunPlan};
use std::path::Path;

pub(super) fn open_folder(
    plan: &RunPlan,
    info: &RunInfo,
    resumed: Option<&Checkpoint>,
) -> Result<Option<RunFolder>, FolderError> {
    let Some(path) = &plan.folder else {
        return Ok(None);
    };
    let folder = match resumed {
        None => RunFolder::create(path, plan.replace)?,
        Some(checkpoint) => {
            RunFolder::resume(path, checkpoint.state.step(), checkpoint.recorded.tables)?
        }
    };
    folder.write_experiment(&plan.experiment.to_toml())?;
    folder.write_summary(&RunSummary::new(info, None, Vec::new()))?;
    Ok(Some(folder))
}

impl Run {
    /// The run at the present step.
    pub(super) fn checkpoint(&self) -> Checkpoint {
        let tables = self.folder.as_ref().map(|folder| folder.tables().lengths());
        self.session.checkpoint(Recorded {
            tables: tables.unwrap_or_default(),
            flow: self.flow.clone(),
            sharpness: self.sharpness.clone(),
        })
    }

    /// Makes the present state the one that the folder keeps at the end.
    pub(super) fn keep_last_checkpoint(&mut self) {
        if self.folder.is_some() {
            self.last_checkpoint = Some(self.checkpoint());
        }
    }

    /// Begins to write a checkpoint where one is due.
    pub(super) fn save_where_due(&mut self) -> Result<(), String> {
        // One that is remembered is what a longer run goes on from: none after it may take its place.
        if self.folder.is_none() || self.last_checkpoint.is_some() || !self.saver.is_due() {
            return Ok(());
        }
        self.flush()?;
        let checkpoint = self.checkpoint();
        match &self.folder {
            Some(folder) => self.saver.begin(folder, checkpoint),
            None => Ok(()),
        }
        .map_err(|error| error.to_string())
    }

    pub(super) fn flush(&mut self) -> Result<(), String> {
        match &mut self.folder {
            Some(folder) => folder.flush().map_err(|error| error.to_string()),
            None => Ok(()),
        }
    }

    pub(super) fn save_last_checkpoint(&mut self, status: Status) -> Result<(), String> {
        if status == Status::Failed {
            // The tables may lack rows: the checkpoint before is the one to go on from.
            return self.saver.finish().map_err(|error| error.to_string());
        }
        self.flush()?;
        let Some(folder) = &self.folder else {
            return Ok(());
        };
        let checkpoint = self
            .last_checkpoint
            .take()
            .unwrap_or_else(|| self.checkpoint());
        self.saver
            .begin(folder, checkpoint)
            .and_then(|()| self.saver.finish())
            .map_err(|error| error.to_string())
    }

    /// Writes what the folder holds of a run that is over.
    pub(super) fn save(
        &mut self,
        outcome: &Outcome,
        forecast: &Forecast,
        metrics: &Metrics,
    ) -> Result<(), String> {
        let Some(folder) = &self.folder else {
            return Ok(());
        };
        RunFolder::write_flow(folder.path(), &self.flow)
            .and_then(|()| folder.write_sharpness(&self.sharpness))
            .and_then(|()| folder.write_results(forecast, metrics))
            .map_err(|error| error.to_string())?;
        ModelFile::write(
            &folder.path().join("model.safetensors"),
            self.session.best_parameters(),
            &self.session.card(),
        )
        .map_err(|error| error.to_string())?;
        // Last, so that a status other than `running` means that everything is there.
        let verdicts = self.verdicts(folder.path(), forecast)?;
        let explosion = self.explosion.as_deref();
        let diagnosis = diagnose::sentences(outcome, metrics, explosion, &verdicts);
        folder
            .write_summary(&RunSummary::new(
                self.session.info(),
                Some(outcome),
                diagnosis,
            ))
            .map_err(|error| error.to_string())
    }

    /// What the whole run's course says: of all rows in the folder, also those from before it was resumed.
    fn verdicts(&self, folder: &Path, forecast: &Forecast) -> Result<Vec<Verdict>, String> {
        let history = History::read(folder).map_err(|error| error.to_string())?;
        let flow = self.flow.steps().last();
        Ok(verdicts(
            self.session.experiment(),
            &history,
            flow.map_or(&[], |(_, layers)| &layers[..]),
            Some(forecast),
        ))
    }
}
