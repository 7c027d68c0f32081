//! Models that leave the window, each read back and compared before it is kept; and models that come in.

use super::{Inner, Run, Runner, guarded};
use crate::app::actions::{ExportForm, Exported, Message, Shape, ShownRun, Unexported};
use crate::app::text;
use crate::data::Dataset;
use crate::experiment::Experiment;
use crate::export::model::{ExportError, ModelFormat, Subject};
use crate::export::runs::{ReadRun, tell_apart};
use crate::export::snippets::snippet;
use crate::export::{report, tensorboard};
use crate::files::holds_something;
use crate::model::ModelFile;
use crate::train::{Checkpoint, RunPlan, Session};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Where a model comes from.
enum Source {
    /// A run folder, and its data where they have moved.
    Folder(PathBuf, Option<String>),
    /// A run of this window, and its latest state.
    Run(Box<RunPlan>, Option<Arc<Checkpoint>>),
}

impl Runner {
    pub(super) fn export(
        &mut self,
        run: usize,
        folder: Option<PathBuf>,
        data: Option<String>,
        (format, path, replace): (ModelFormat, PathBuf, bool),
    ) {
        let source = match (folder, self.runs.get(run)) {
            (Some(folder), _) => Source::Folder(folder, data),
            (None, Some(run)) => Source::Run(Box::new(run.plan.clone()), latest(run)),
            (None, None) => return,
        };
        self.on_a_thread(move || {
            let result = guarded(|| export(&source, format, &path, replace))
                .unwrap_or_else(|reason| Err(Unexported::Failed(reason)));
            Inner::Message(Message::Exported(result))
        });
    }

    pub(super) fn export_runs(
        &mut self,
        runs: Arc<[ShownRun]>,
        form: ExportForm,
        path: PathBuf,
        replace: bool,
    ) {
        self.on_a_thread(move || {
            let result = guarded(|| export_runs(&runs, form, path, replace))
                .unwrap_or_else(|reason| Err(Unexported::Failed(reason)));
            Inner::Message(Message::Exported(result))
        });
    }

    pub(super) fn read_model(&mut self, path: PathBuf) {
        self.on_a_thread(move || {
            let result = guarded(|| shape(&path)).and_then(|result| result);
            Inner::Message(Message::ModelRead(path, result))
        });
    }

    pub(super) fn check_data(&mut self, experiment: Box<Experiment>, hash: String) {
        self.on_a_thread(move || {
            let result = guarded(|| same(&experiment, &hash)).and_then(|result| result);
            Inner::Message(Message::DataChecked(experiment.data.source, result))
        });
    }
}

fn failed(error: ExportError) -> Unexported {
    match error {
        ExportError::Exists { .. } => Unexported::Exists,
        other => Unexported::Failed(other.to_string()),
    }
}

fn export_runs(
    shown: &[ShownRun],
    form: ExportForm,
    path: PathBuf,
    replace: bool,
) -> Result<Exported, Unexported> {
    if !replace && holds_something(&path) {
        return Err(Unexported::Exists);
    }
    let mut runs = Vec::new();
    for run in shown {
        runs.push(match run {
            ShownRun::Folder(folder) => {
                ReadRun::read(folder).map_err(|error| Unexported::Failed(error.to_string()))?
            }
            ShownRun::Memory(run) => run.as_ref().clone(),
        });
    }
    tell_apart(&mut runs);
    match form {
        ExportForm::Report => report::save(&runs, &path).map_err(failed)?,
        ExportForm::Events => drop(tensorboard::save(&runs, &path).map_err(failed)?),
        ExportForm::Model(_) => {
            return Err(Unexported::Failed(text::NO_MODEL_YET.into()));
        }
    }
    Ok(Exported { path, model: None })
}

/// The state that holds the model which is the best so far.
fn latest(run: &Run) -> Option<Arc<Checkpoint>> {
    let stopped = run.stopped_at.clone();
    let kept = run.kept.states().last();
    let states = [run.end.clone(), stopped, kept].into_iter().flatten();
    states.max_by_key(|state| state.state.step())
}

fn export(
    source: &Source,
    format: ModelFormat,
    path: &Path,
    replace: bool,
) -> Result<Exported, Unexported> {
    let subject = match source {
        Source::Folder(folder, data) => Subject::of_run(folder, data.as_deref()).map_err(failed)?,
        Source::Run(_, None) => return Err(Unexported::Failed(text::NO_MODEL_YET.into())),
        Source::Run(plan, Some(state)) => {
            let dataset = Arc::clone(&plan.dataset);
            let session = Session::resumed(
                &plan.experiment,
                &plan.contender,
                dataset,
                plan.threads,
                state,
            )
            .map_err(|error| Unexported::Failed(error.to_string()))?;
            Subject::of_session(&session)
        }
    };
    let check = subject.export(format, path, replace).map_err(failed)?;
    Ok(Exported {
        path: path.to_owned(),
        model: Some((check, snippet(format, &subject, path))),
    })
}

/// What network a model file holds; nothing of a checkpoint, which fits where it fits.
fn shape(path: &Path) -> Result<Option<Shape>, String> {
    if Checkpoint::is_at(path) {
        return Checkpoint::read(path)
            .map(|_| None)
            .map_err(|error| error.to_string());
    }
    let file = ModelFile::read(path).map_err(|error| error.to_string())?;
    (file.of_this_programs_kind()).map_err(|error| error.to_string())?;
    let known = file.recurrent_network();
    Ok(known.map(|(cell, _, hidden, layers)| Shape {
        cell,
        hidden,
        layers,
    }))
}

/// Whether these are the data with this hash.
fn same(experiment: &Experiment, hash: &str) -> Result<(), String> {
    let seed = experiment.seeds.first().copied().unwrap_or_default();
    let dataset = Dataset::new(&experiment.data, seed).map_err(|error| error.to_string())?;
    if dataset.hash == hash {
        Ok(())
    } else {
        Err(text::other_data(&experiment.data.source))
    }
}
