//! Opening and saving: data files, experiment files, and the question for a path.

use super::{AppState, Weight};
use crate::app::actions::{Action, Ask, Effect, Unwritten};
use crate::app::runs::Run;
use crate::app::text;
use crate::experiment::Experiment;
use crate::record::PastRun;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The open question for a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prompt {
    /// What the path is for.
    pub ask: Ask,
    /// What to start with; replaced by what the file dialog brings.
    pub path: String,
    /// Why the last answer did not do.
    pub message: Option<String>,
    /// The existing file that would be replaced.
    pub replaces: Option<PathBuf>,
    /// Whether the system's dialog is open.
    pub browsing: bool,
}

impl AppState {
    pub(super) fn ask(&mut self, ask: Ask) {
        let path = match (ask, &self.file) {
            (Ask::SaveAs, Some(file)) => file.to_string_lossy().into_owned(),
            (Ask::SaveAs, None) => absolute("experiment.toml"),
            (Ask::SaveFigure, _) => absolute(self.figure.as_ref().map_or("", |(name, _)| name)),
            (Ask::Open, _) => String::new(),
        };
        self.prompt = Some(Prompt {
            ask,
            path,
            message: None,
            replaces: None,
            browsing: false,
        });
    }

    pub(super) fn browse(&mut self) {
        if let Some(prompt) = &mut self.prompt
            && !prompt.browsing
        {
            prompt.browsing = true;
            prompt.message = None;
            let name = Path::new(&prompt.path).file_name().unwrap_or_default();
            let name = name.to_string_lossy().into_owned();
            self.effects.push(Effect::Browse(prompt.ask, name));
        }
    }

    pub(super) fn browsed(&mut self, ask: Ask, path: Option<PathBuf>) {
        let Some(prompt) = &mut self.prompt else {
            return;
        };
        prompt.browsing = false;
        match path {
            None => prompt.message = Some(text::NOTHING_PICKED.into()),
            Some(path) => {
                prompt.path = path.to_string_lossy().into_owned();
                // The system's dialog has asked about replacing already.
                match ask {
                    Ask::Open => self.open_path(path),
                    Ask::SaveAs => self.write(path, true),
                    Ask::SaveFigure => self.write_figure(path, true),
                }
            }
        }
    }

    pub(super) fn answer(&mut self, path: &str) {
        let Some(prompt) = &mut self.prompt else {
            return;
        };
        let path = path.trim();
        path.clone_into(&mut prompt.path);
        prompt.replaces = None;
        if path.is_empty() {
            prompt.message = Some(text::NO_PATH.into());
            return;
        }
        let mut path = PathBuf::from(absolute(path));
        match prompt.ask {
            Ask::Open => self.open_path(path),
            Ask::SaveAs => {
                if path.extension().is_none() {
                    path.set_extension("toml");
                }
                let own = self.file.as_ref() == Some(&path);
                self.write(path, own);
            }
            Ask::SaveFigure => self.write_figure(path, false),
        }
    }

    pub(super) fn overwrite(&mut self) {
        if let Some(path) = self
            .prompt
            .as_mut()
            .and_then(|prompt| Some((prompt.ask, prompt.replaces.take()?)))
        {
            match path {
                (Ask::SaveFigure, path) => self.write_figure(path, true),
                (_, path) => self.write(path, true),
            }
        }
    }

    pub(super) fn write(&mut self, path: PathBuf, overwrite: bool) {
        let bytes = self.draft.to_toml().into_bytes().into();
        self.edits.writing(&self.draft);
        self.effects.push(Effect::Write {
            path,
            bytes,
            overwrite,
        });
    }

    fn write_figure(&mut self, path: PathBuf, overwrite: bool) {
        if let Some((_, bytes)) = &self.figure {
            self.effects.push(Effect::Write {
                path,
                bytes: Arc::clone(bytes),
                overwrite,
            });
        }
    }

    /// Puts a file in front of those that were opened or saved.
    fn used(&mut self, path: &Path) {
        const KEPT: usize = 10;
        self.recent.retain(|known| known != path);
        self.recent.insert(0, path.to_owned());
        self.recent.truncate(KEPT);
    }

    pub(super) fn have_written(&mut self, path: PathBuf, result: Result<(), Unwritten>) {
        match (result, &mut self.prompt) {
            (Ok(()), prompt) => {
                let figure = (prompt.as_ref()).is_some_and(|prompt| prompt.ask == Ask::SaveFigure);
                self.prompt = None;
                self.note(Weight::Note, None, text::saved(&path));
                if figure {
                    self.figure = None;
                } else {
                    self.used(&path);
                    self.file = Some(path);
                    self.edits.written();
                    self.do_what_follows();
                }
            }
            (Err(Unwritten::Exists), Some(prompt)) => {
                prompt.message = Some(text::exists(&path));
                prompt.replaces = Some(path);
            }
            (Err(Unwritten::Exists), None) => {
                self.note(Weight::Trouble, None, text::exists(&path));
            }
            (Err(Unwritten::Failed(reason)), prompt) => {
                let line = text::not_saved(&path, &reason);
                if let Some(prompt) = prompt {
                    prompt.message = Some(line.clone());
                }
                self.note(Weight::Trouble, None, line);
            }
        }
    }

    /// Opens an experiment file, a run folder, or anything else as data.
    pub(super) fn open_path(&mut self, path: PathBuf) {
        let replaces = path.is_dir()
            || (path.exists()
                && path
                    .extension()
                    .is_some_and(|e| e.eq_ignore_ascii_case("toml")));
        if replaces && self.unsaved() {
            self.prompt = None;
            self.question = Some(Box::new(Action::OpenPath(path)));
            return;
        }
        if path.is_dir() {
            self.effects.push(Effect::ReadRun(path));
        } else if path
            .extension()
            .is_some_and(|ending| ending.eq_ignore_ascii_case("toml"))
        {
            self.effects.push(Effect::Read(path));
        } else if path.exists() {
            let clean = !self.unsaved();
            self.set_source(&path.to_string_lossy());
            self.scenario = None;
            self.prompt = None;
            self.used(&path);
            if clean {
                // Nothing by the person's own hand would be lost.
                self.edits.saved(&self.draft);
            }
        } else {
            let line = text::no_such_file(&path);
            match &mut self.prompt {
                Some(prompt) => prompt.message = Some(line),
                None => self.note(Weight::Trouble, None, line),
            }
        }
    }

    pub(super) fn have_read(&mut self, path: PathBuf, result: Result<Box<Experiment>, String>) {
        match result {
            Ok(experiment) => {
                self.take_over(*experiment);
                self.note(Weight::Note, None, text::opened(&path));
                self.used(&path);
                self.file = Some(path);
                self.prompt = None;
            }
            Err(reason) => self.not_opened(reason),
        }
    }

    /// The run's settings become the draft, and its curves stand there as they were. Saving asks where
    /// to: the folder stays as it is.
    pub(super) fn have_read_run(&mut self, path: PathBuf, result: Result<Box<PastRun>, String>) {
        match result {
            Ok(past) => {
                self.take_over(past.experiment.clone());
                self.used(&path);
                let run = Run::past(*past, path);
                self.note(Weight::Note, Some(run.colour), text::opened_run(&run));
                self.runs.push(run);
                self.started = Some(self.draft.clone());
                self.file = None;
                self.prompt = None;
            }
            Err(reason) => self.not_opened(reason),
        }
    }

    fn not_opened(&mut self, reason: String) {
        if let Some(prompt) = &mut self.prompt {
            prompt.message = Some(reason.clone());
        }
        self.note(Weight::Trouble, None, reason);
    }
}

/// A path that does not depend on the current folder; names of built-in and generated series stay.
pub(super) fn absolute(source: &str) -> String {
    if source.is_empty() || source.starts_with("builtin:") || source.starts_with("generate:") {
        return source.to_owned();
    }
    std::path::absolute(Path::new(source)).map_or_else(
        |_| source.to_owned(),
        |path| path.to_string_lossy().into_owned(),
    )
}
