//! Opening and saving: data files, experiment files, and the question for a path.

use super::{AppState, Weight};
use crate::app::actions::{Action, Ask, Effect, Unwritten};
use crate::app::runs::Run;
use crate::app::text;
use crate::experiment::{Experiment, is_made};
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
            (Ask::Open | Ask::StartFrom | Ask::MovedData | Ask::Export, _) => String::new(),
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
        if ask == Ask::Export {
            self.browsed_export(path);
            return;
        }
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
                    Ask::StartFrom => self.effects.push(Effect::ReadModel(path)),
                    Ask::MovedData => self.look_for_data(&path),
                    Ask::Export => {}
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
            Ask::StartFrom => self.effects.push(Effect::ReadModel(path)),
            Ask::MovedData => self.look_for_data(&path),
            Ask::Export => {}
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
                match self.problems.first().cloned() {
                    None => self.note(Weight::Note, None, text::opened(&path)),
                    Some(first) => {
                        let wrong = text::opened_wrong(&path, self.problems.len());
                        let first_of_all = text::problem(&first, &self.contenders);
                        self.note(Weight::Trouble, None, format!("{wrong} {first_of_all}"));
                        self.reveal(&first.key);
                    }
                }
                self.used(&path);
                self.file = Some(path);
                self.prompt = None;
            }
            Err(reason) => self.not_opened(&reason),
        }
    }

    /// The runs' settings become the draft, a contender for each name, and their curves stand there as they
    /// were. Saving asks where to: the folder stays as it is.
    pub(super) fn have_read_run(
        &mut self,
        path: &Path,
        result: Result<Vec<(PathBuf, PastRun)>, String>,
    ) {
        let runs = match result {
            Ok(runs) => runs,
            Err(reason) => {
                self.not_opened(&reason);
                return;
            }
        };
        let Some((_, first)) = runs.first() else {
            return;
        };
        let hash = first.info.data_hash.clone();
        self.take_over(compared(runs.iter().map(|(_, run)| run)));
        self.used(path);
        let several = runs.len() > 1;
        let several_seeds = self.draft.seeds.len() > 1;
        for (folder, past) in runs {
            let mut run = Run::past(past, folder);
            let names = self.contenders.iter();
            let place = names
                .enumerate()
                .find(|(_, contender)| contender.name == run.name);
            run.colour = place.map_or(0, |(index, _)| self.colours[index]);
            run.several_seeds = several_seeds;
            if several {
                // Only one run at a time goes on from its folder.
                if let Some(origin) = &mut run.folder {
                    origin.checkpoint = None;
                }
            } else {
                self.note(Weight::Note, Some(run.colour), text::opened_run(&run));
            }
            self.runs.push(run);
        }
        if several {
            self.note(Weight::Note, None, text::opened_runs(self.runs.len(), path));
        }
        self.started = Some(self.draft.clone());
        self.file = None;
        self.prompt = None;
        self.ask_for_moved_data(hash);
    }

    pub(super) fn not_opened(&mut self, reason: &str) {
        let reason = text::translated(reason).into_owned();
        if let Some(prompt) = &mut self.prompt {
            prompt.message = Some(reason.clone());
        }
        self.note(Weight::Trouble, None, reason);
    }
}

/// One experiment of the runs of several: a contender for each name, in their order, with what it has of its own
/// beside the first; all seeds.
fn compared<'a>(runs: impl Iterator<Item = &'a PastRun>) -> Experiment {
    let mut whole: Option<Experiment> = None;
    let mut names: Vec<String> = Vec::new();
    for run in runs {
        let base = whole.get_or_insert_with(|| {
            let mut first = run.experiment.clone();
            first.seeds.clear();
            first.contender.clear();
            first
        });
        if !base.seeds.contains(&run.info.seed) {
            base.seeds.push(run.info.seed);
        }
        if names.contains(&run.info.contender) {
            continue;
        }
        names.push(run.info.contender.clone());
        let mut own =
            toml::Table::from_iter([("name".to_owned(), run.info.contender.clone().into())]);
        if let (Ok(first), Ok(all)) = (
            toml::Table::try_from(&*base),
            toml::Table::try_from(&run.experiment),
        ) {
            for (key, value) in all {
                let shared = matches!(key.as_str(), "title" | "seeds" | "contender" | "event");
                if !shared && first.get(&key) != Some(&value) {
                    own.insert(key, value);
                }
            }
        }
        base.contender.push(own);
    }
    whole.unwrap_or_default()
}

/// A path that does not depend on the current folder; names of built-in and generated series stay.
pub(super) fn absolute(source: &str) -> String {
    if source.is_empty() || is_made(source) {
        return source.to_owned();
    }
    std::path::absolute(Path::new(source)).map_or_else(
        |_| source.to_owned(),
        |path| path.to_string_lossy().into_owned(),
    )
}
