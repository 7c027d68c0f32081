//! The window's memory of its user: how it looks, what was opened, and the experiment as it was left, in
//! files of its own.

use super::actions::Action;
use super::state::{AppState, Weight};
use super::text::{self, Language};
use super::view::View;
use crate::experiment::Experiment;
use crate::{files, scenarios};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Sender, channel};
use std::thread::{self, JoinHandle};

const SETTINGS: &str = "settings.json";
const EXPERIMENT: &str = "last-experiment.toml";
/// Seconds between a change and its being written: dragging an edge is one change.
const PATIENCE: f64 = 1.0;

/// All that is remembered beside the experiment.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// How the window looks.
    pub view: View,
    /// The language; `None` follows the system.
    pub language: Option<Language>,
    /// The files that were opened or saved, the latest first.
    pub recent: Vec<PathBuf>,
    /// The scenario that the experiment came from, by name.
    pub scenario: Option<String>,
    /// The file that it came from or was saved to.
    pub file: Option<PathBuf>,
    /// Whether it had changes that were not saved.
    pub unsaved: bool,
}

impl Settings {
    fn of(state: &AppState) -> Self {
        Self {
            view: state.view.clone(),
            language: Some(text::language()),
            recent: state.recent.clone(),
            scenario: state
                .scenario
                .map(|index| scenarios::ALL[index].name.to_owned()),
            file: state.file.clone(),
            unsaved: state.unsaved(),
        }
    }
}

/// The folder for the window's own files: the system's usual place for settings.
#[must_use]
pub fn folder() -> Option<PathBuf> {
    let variable = |name: &str| {
        std::env::var_os(name)
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
    };
    let base = if cfg!(target_os = "windows") {
        variable("APPDATA")
    } else if cfg!(target_os = "macos") {
        variable("HOME").map(|home| home.join("Library/Application Support"))
    } else {
        variable("XDG_CONFIG_HOME").or_else(|| Some(variable("HOME")?.join(".config")))
    };
    Some(base?.join("optimizer-explorer"))
}

/// The language that the system's environment asks for.
fn of_system() -> Language {
    let locale = ["LC_ALL", "LC_MESSAGES", "LANG"]
        .into_iter()
        .filter_map(|name| std::env::var(name).ok())
        .find(|value| !value.is_empty());
    Language::of_locale(&locale.unwrap_or_default())
}

/// What is kept on disk, and the thread that writes it.
#[derive(Debug)]
pub struct Memory {
    written: (Settings, Experiment),
    changed: Option<f64>,
    sender: Option<Sender<(Settings, Experiment)>>,
    writer: Option<JoinHandle<()>>,
}

impl Memory {
    /// Takes over what `folder` holds into `state`, its experiment only where `experiment` says so. What
    /// cannot be read is set aside and told, and the usual settings hold.
    pub fn recall(folder: &Path, experiment: bool, state: &mut AppState) -> Self {
        let path = folder.join(SETTINGS);
        let settings = match std::fs::read(&path) {
            Ok(bytes) => serde_json::from_slice(&bytes).unwrap_or_else(|_| {
                let aside = folder.join("settings.broken.json");
                // Where it cannot be renamed it is written over, as it would be anyway.
                drop(std::fs::rename(&path, &aside));
                state.note(Weight::Trouble, None, text::settings_broken(&aside));
                Settings::default()
            }),
            Err(_) => Settings::default(),
        };
        text::set_language(settings.language.unwrap_or_else(of_system));
        state.view = settings.view;
        state.recent = settings.recent;
        if experiment
            && let Ok(toml) = std::fs::read_to_string(folder.join(EXPERIMENT))
            && let Ok(last) = Experiment::from_toml(&toml)
        {
            let named = |name: &str| scenarios::ALL.iter().position(|s| s.name == name);
            let scenario = settings.scenario.as_deref().and_then(named);
            state.restore(last, scenario, settings.file, settings.unsaved);
        }
        let (sender, receiver) = channel::<(Settings, Experiment)>();
        let folder = folder.to_owned();
        let writer = thread::Builder::new()
            .name("settings".to_owned())
            .spawn(move || {
                while let Ok(mut latest) = receiver.recv() {
                    while let Ok(later) = receiver.try_recv() {
                        latest = later;
                    }
                    write(&folder, &latest.0, &latest.1);
                }
            });
        Self {
            written: (Settings::of(state), state.draft.clone()),
            changed: None,
            sender: Some(sender),
            // Without a thread nothing is remembered, and nothing else is lost.
            writer: writer.ok(),
        }
    }

    /// Writes what has changed, once it has rested for a moment; says whether it has yet to.
    pub fn keep(&mut self, state: &AppState, now: f64) -> bool {
        let same = self.written.1 == state.draft && self.written.0 == Settings::of(state);
        match self.changed {
            _ if same => self.changed = None,
            None => self.changed = Some(now),
            Some(since) if now - since >= PATIENCE => self.write(state),
            Some(_) => {}
        }
        self.changed.is_some()
    }

    fn write(&mut self, state: &AppState) {
        self.changed = None;
        self.written = (Settings::of(state), state.draft.clone());
        if let Some(sender) = &self.sender {
            // The thread is gone only where the system gave none.
            drop(sender.send(self.written.clone()));
        }
    }

    /// Writes what has changed, and returns when it is on disk.
    pub fn close(&mut self, state: &AppState) {
        if self.written.1 != state.draft || self.written.0 != Settings::of(state) {
            self.write(state);
        }
        self.finish();
    }

    /// Returns when what was handed over is on disk.
    fn finish(&mut self) {
        self.sender = None;
        if let Some(writer) = self.writer.take() {
            // A writer that panicked has nothing more to write.
            drop(writer.join());
        }
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        self.finish();
    }
}

/// What cannot be written is not remembered; nobody asked for it, so nobody is told.
fn write(folder: &Path, settings: &Settings, experiment: &Experiment) {
    if std::fs::create_dir_all(folder).is_err() {
        return;
    }
    files::remove_temporaries(folder);
    let toml = experiment.to_toml();
    drop(files::write_whole(
        &folder.join(EXPERIMENT),
        toml.as_bytes(),
    ));
    if let Ok(json) = serde_json::to_vec_pretty(settings) {
        drop(files::write_whole(&folder.join(SETTINGS), &json));
    }
}

impl AppState {
    /// Goes on with the experiment as it was left.
    fn restore(
        &mut self,
        experiment: Experiment,
        scenario: Option<usize>,
        file: Option<PathBuf>,
        unsaved: bool,
    ) {
        if let Some(index) = scenario {
            self.apply(Action::OpenScenario(index));
        }
        self.left_as(experiment, scenario, file, unsaved);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::view::Theme;

    fn remembered(folder: &Path) -> (AppState, Memory) {
        let mut state = AppState::new();
        let memory = Memory::recall(folder, true, &mut state);
        text::set_language(Language::English);
        (state, memory)
    }

    #[test]
    fn look_files_and_experiment_come_back() {
        let folder = tempfile::tempdir().expect("there is a folder");
        let (mut state, mut memory) = remembered(folder.path());
        state.apply(Action::OpenScenario(1));
        state.apply(Action::Rename(0, "Mine".to_owned()));
        state.recent.push(PathBuf::from("/data/series.csv"));
        let mut view = state.view.clone();
        view.theme = Theme::Light;
        state.apply(Action::SetView(Box::new(view)));
        assert!(memory.keep(&state, 10.0));
        assert!(memory.keep(&state, 10.5));
        assert!(!memory.keep(&state, 11.5));
        memory.close(&state);
        let (later, _) = remembered(folder.path());
        assert_eq!(later.view.theme, Theme::Light);
        assert_eq!(later.recent, state.recent);
        assert_eq!(later.draft, state.draft);
        assert_eq!(later.scenario, Some(1));
        assert!(later.unsaved());
    }

    #[test]
    fn broken_settings_are_set_aside_and_the_usual_ones_hold() {
        let folder = tempfile::tempdir().expect("there is a folder");
        let broken = b"{\"view\": {\"theme\": 7";
        std::fs::write(folder.path().join(SETTINGS), broken).expect("it is written");
        std::fs::write(folder.path().join(EXPERIMENT), "[data\n").expect("it is written");
        let (state, mut memory) = remembered(folder.path());
        assert_eq!(state.view, View::default());
        assert_eq!(state.scenario, Some(0));
        assert_eq!(state.events.len(), 1);
        let aside = folder.path().join("settings.broken.json");
        assert_eq!(std::fs::read(aside).expect("it is kept"), broken);
        memory.close(&state);
    }
}
