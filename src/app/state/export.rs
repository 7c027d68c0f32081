//! Models, reports and event files on their way out of the window, and models into it.

use super::{AppState, Weight};
use crate::app::actions::{
    Ask, Effect, ExportForm, ExportWish, Exported, Shape, ShownRun, Unexported,
};
use crate::app::runs::Run;
use crate::app::text;
use crate::export::model::ModelFormat;
use std::path::{Path, PathBuf};

/// The open dialog of an export.
#[derive(Debug, Clone, PartialEq)]
pub struct Exporting {
    /// The run's index.
    pub run: usize,
    /// What to make of it.
    pub form: ExportForm,
    /// Where to.
    pub path: String,
    /// Whether it is being written and checked.
    pub busy: bool,
    /// Whether the system's dialog is open.
    pub browsing: bool,
    /// Whether a file is in the way, which would be replaced.
    pub replaces: bool,
    /// What came of it.
    pub result: Option<Result<Exported, String>>,
}

impl AppState {
    /// What the dialog asks for.
    pub(super) fn export(&mut self, wish: ExportWish) {
        match wish {
            ExportWish::Open(run) => self.begin_export(run),
            ExportWish::Close => self.exporting = None,
            other => {
                let Some(dialog) = &mut self.exporting else {
                    return;
                };
                if dialog.busy {
                    return;
                }
                match other {
                    ExportWish::Format(form) => {
                        let path = Path::new(&dialog.path);
                        let [old, new] = [dialog.form, form].map(|form| {
                            let run = self.runs.get(dialog.run);
                            run.map_or_else(String::new, |run| usual_name(run, form))
                        });
                        let usual = path.file_name().is_some_and(|name| *name == *old);
                        let path = if usual {
                            path.with_file_name(new)
                        } else {
                            path.with_extension(form.extension())
                        };
                        dialog.path = path.to_string_lossy().into_owned();
                        dialog.form = form;
                        dialog.replaces = false;
                        dialog.result = None;
                    }
                    ExportWish::Path(path) => {
                        dialog.path = path;
                        dialog.replaces = false;
                    }
                    ExportWish::Browse => {
                        if !dialog.browsing {
                            dialog.browsing = true;
                            let name = Path::new(&dialog.path).file_name().unwrap_or_default();
                            let name = name.to_string_lossy().into_owned();
                            self.effects.push(Effect::Browse(Ask::Export, name));
                        }
                    }
                    ExportWish::Write { replace } => self.write_export(replace),
                    ExportWish::Open(_) | ExportWish::Close => {}
                }
            }
        }
    }

    fn begin_export(&mut self, run: usize) {
        let Some(known) = self.runs.get(run) else {
            return;
        };
        let form = ExportForm::Model(ModelFormat::Onnx);
        let name = usual_name(known, form);
        self.exporting = Some(Exporting {
            run,
            form,
            path: super::files::absolute(&name),
            busy: false,
            browsing: false,
            replaces: false,
            result: None,
        });
    }

    fn write_export(&mut self, replace: bool) {
        let Some(dialog) = &mut self.exporting else {
            return;
        };
        let Some(run) = self.runs.get(dialog.run) else {
            return;
        };
        let path = dialog.path.trim();
        if path.is_empty() {
            dialog.result = Some(Err(text::NO_PATH.into()));
            return;
        }
        dialog.busy = true;
        dialog.replaces = false;
        dialog.result = None;
        let path = PathBuf::from(super::files::absolute(path));
        let format = match dialog.form {
            ExportForm::Model(format) => format,
            form => {
                let whole = self.runs.iter().filter(|run| run.fold == 0);
                let runs = whole.filter_map(shown).collect();
                self.effects.push(Effect::ExportRuns {
                    runs,
                    form,
                    path,
                    replace,
                });
                return;
            }
        };
        // Where the run's data have moved, the draft knows where they are.
        let source = &self.draft.data.source;
        let moved = is_gone(&run.experiment.data.source) && !is_gone(source);
        self.effects.push(Effect::ExportModel {
            run: dialog.run,
            folder: run.folder.as_ref().map(|folder| folder.path.clone()),
            data: moved.then(|| source.clone()),
            format,
            path,
            replace,
        });
    }

    pub(super) fn have_exported(&mut self, result: Result<Exported, Unexported>) {
        if let Ok(exported) = &result {
            self.note(Weight::Note, None, text::exported(exported));
        }
        let Some(dialog) = &mut self.exporting else {
            return;
        };
        dialog.busy = false;
        match result {
            Ok(exported) => dialog.result = Some(Ok(exported)),
            Err(Unexported::Exists) => {
                dialog.replaces = true;
                dialog.result = Some(Err(text::exists(Path::new(&dialog.path))));
            }
            Err(Unexported::Failed(reason)) => {
                dialog.result = Some(Err(text::translated(&reason).into_owned()));
            }
        }
    }

    pub(super) fn browsed_export(&mut self, path: Option<PathBuf>) {
        if let Some(dialog) = &mut self.exporting {
            dialog.browsing = false;
            if let Some(path) = path {
                dialog.path = path.to_string_lossy().into_owned();
                // The system's dialog has asked about replacing a file already.
                let replace = dialog.form != ExportForm::Events;
                self.write_export(replace);
            }
        }
    }

    /// The selected contender begins with the model in this file; what its network is like comes with it.
    pub(super) fn have_read_model(&mut self, path: &Path, result: Result<Option<Shape>, String>) {
        match result {
            Ok(shape) => {
                self.prompt = None;
                let Some(mut contender) = self.contender().cloned() else {
                    return;
                };
                let model = &mut contender.experiment.model;
                model.start_from = path.to_string_lossy().into_owned();
                if let Some(Shape {
                    cell,
                    hidden,
                    layers,
                }) = shape
                {
                    model.cell = cell;
                    model.hidden = hidden;
                    model.layers = layers;
                }
                self.note(Weight::Note, None, text::starts_from(&contender.name, path));
                self.edit_contender(&contender);
            }
            Err(reason) => self.not_opened(&reason),
        }
    }

    /// Asks where the data of an opened run are, if they are no longer where the run had them.
    pub(super) fn ask_for_moved_data(&mut self, hash: String) {
        let source = self.draft.data.source.clone();
        if is_gone(&source) {
            self.wanted_data = Some(hash);
            self.ask(Ask::MovedData);
            if let Some(prompt) = &mut self.prompt {
                prompt.message = Some(text::data_moved(&source));
            }
        }
    }

    pub(super) fn look_for_data(&mut self, path: &Path) {
        if let Some(hash) = self.wanted_data.clone() {
            let mut experiment = Box::new(self.draft.clone());
            experiment.data.source = path.to_string_lossy().into_owned();
            self.effects.push(Effect::CheckData { experiment, hash });
        }
    }

    pub(super) fn have_checked_data(&mut self, source: String, result: Result<(), String>) {
        match result {
            Ok(()) => {
                self.prompt = None;
                self.wanted_data = None;
                self.data_problems.clear();
                self.draft.data.source = source;
                self.edits.begin(&self.draft);
                self.settle();
                self.load();
                self.started = Some(self.draft.clone());
                self.note(Weight::Note, None, text::DATA_FOUND.into());
            }
            Err(reason) => self.not_opened(&reason),
        }
    }
}

/// What a file is called unless somebody says otherwise.
fn usual_name(run: &Run, form: ExportForm) -> String {
    match form {
        ExportForm::Model(format) => {
            let name = crate::experiment::safe_name(&run.name);
            format!("{name}-seed-{}.{}", run.seed, format.extension())
        }
        ExportForm::Report => "report.html".to_owned(),
        ExportForm::Events => "events".to_owned(),
    }
}

/// A run as reports take it; nothing where it has not begun.
fn shown(run: &Run) -> Option<ShownRun> {
    match &run.folder {
        Some(folder) => Some(ShownRun::Folder(folder.path.clone())),
        None => Some(ShownRun::Memory(Box::new(run.for_export()?))),
    }
}

/// Whether a source is a file that is not there.
fn is_gone(source: &str) -> bool {
    // A sheet of a workbook stands after `#`.
    let file = source.rsplit_once('#').map_or(source, |(file, _)| file);
    !crate::experiment::is_made(source) && !Path::new(source).exists() && !Path::new(file).exists()
}
