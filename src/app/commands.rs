//! Everything that can be asked for, each with its name and its key: menus, the palette, the list of keys
//! and the keyboard itself all read this one list.

use super::actions::{Action, Ask, ExportWish, Overlay, Pace};
use super::plots;
use super::state::{AppState, Phase};
use super::text::{self, Language};
use super::view::{Smoothing, Theme, Travel, View, XAxis};
use crate::scenarios;
use eframe::egui::{Context, Key, KeyboardShortcut, Modifiers};

/// One thing that can be asked for.
#[derive(Debug, Clone)]
pub struct Command {
    /// What it is called.
    pub name: String,
    /// The key that does it.
    pub key: Option<KeyboardShortcut>,
    /// What it does.
    pub action: Action,
    /// Whether it can be done now.
    pub enabled: bool,
    /// Further words that it is found by.
    also: String,
}

impl Command {
    fn new(name: impl Into<String>, action: Action) -> Self {
        Self {
            name: name.into(),
            key: None,
            action,
            enabled: true,
            also: String::new(),
        }
    }

    fn key(mut self, modifiers: Modifiers, key: Key) -> Self {
        self.key = Some(KeyboardShortcut::new(modifiers, key));
        self
    }

    fn found_by(mut self, words: &str) -> Self {
        words.clone_into(&mut self.also);
        self
    }

    fn only_if(mut self, enabled: bool) -> Self {
        self.enabled = enabled;
        self
    }

    /// Its key in words; empty where it has none.
    #[must_use]
    pub fn key_name(&self, ctx: &Context) -> String {
        match self.key {
            Some(shortcut) if shortcut.logical_key == Key::Questionmark => "?".to_owned(),
            // The font has these arrows, and not those that egui writes.
            Some(KeyboardShortcut {
                modifiers,
                logical_key: key @ (Key::ArrowLeft | Key::ArrowRight),
            }) => {
                let arrow = if key == Key::ArrowLeft { "←" } else { "→" };
                let shift = if modifiers.shift { "Shift+" } else { "" };
                format!("{shift}{arrow}")
            }
            Some(shortcut) => ctx.format_shortcut(&shortcut),
            None => String::new(),
        }
    }
}

const PLAIN: Modifiers = Modifiers::NONE;
const COMMAND: Modifiers = Modifiers::COMMAND;
const COMMAND_SHIFT: Modifiers = Modifiers::COMMAND.plus(Modifiers::SHIFT);

/// A look that differs from the present one.
fn look(state: &AppState, change: impl FnOnce(&mut View)) -> Action {
    let mut view = state.view.clone();
    change(&mut view);
    Action::SetView(Box::new(view))
}

/// Whether a run can begin, go on or wait.
#[must_use]
pub fn runnable(state: &AppState) -> bool {
    match state.phase() {
        Phase::Preparing => false,
        Phase::Stopped | Phase::Running | Phase::Paused => true,
        Phase::Ready | Phase::Ended => !state.blocked(),
    }
}

/// Whether single steps can be made.
#[must_use]
pub fn steppable(state: &AppState) -> bool {
    match state.phase() {
        Phase::Ready => !state.blocked(),
        Phase::Paused | Phase::Stopped => true,
        Phase::Preparing | Phase::Running | Phase::Ended => false,
    }
}

/// Whether there are runs to end.
#[must_use]
pub fn stoppable(state: &AppState) -> bool {
    matches!(state.phase(), Phase::Running | Phase::Paused)
}

/// The commands of the race.
fn race(state: &AppState) -> Vec<Command> {
    let mut all = vec![
        Command::new(text::run_button(state.phase()), Action::RunOrPause)
            .key(PLAIN, Key::Space)
            .only_if(runnable(state)),
        Command::new(text::STEP, Action::Step)
            .key(PLAIN, Key::ArrowRight)
            .only_if(steppable(state)),
        Command::new(text::STOP, Action::Stop).only_if(stoppable(state)),
        Command::new(text::RESET, Action::Reset)
            .key(PLAIN, Key::R)
            .only_if(state.phase() != Phase::Ready),
    ];
    for pace in Pace::ALL {
        let name = text::setting_command(text::PACE, &text::pace(pace));
        all.push(Command::new(name, Action::SetPace(pace)));
    }
    all
}

/// The commands of files and edits.
fn files(state: &AppState) -> Vec<Command> {
    let mut all = vec![
        Command::new(text::OPEN, Action::Ask(Ask::Open)).key(COMMAND, Key::O),
        Command::new(text::SAVE, Action::Save).key(COMMAND, Key::S),
        Command::new(text::SAVE_AS, Action::Ask(Ask::SaveAs)).key(COMMAND_SHIFT, Key::S),
        Command::new(text::UNDO, Action::Undo)
            .key(COMMAND, Key::Z)
            .only_if(state.can_undo()),
        Command::new(text::REDO, Action::Redo)
            .key(COMMAND_SHIFT, Key::Z)
            .only_if(state.can_redo()),
        Command::new(text::RELOAD, Action::Reload),
        Command::new(text::QUIT, Action::Close).key(COMMAND, Key::Q),
    ];
    for (index, scenario) in scenarios::ALL.iter().enumerate() {
        let name = text::setting_command(text::SCENARIO, text::scenario_title(scenario));
        all.push(Command::new(name, Action::OpenScenario(index)));
    }
    for path in &state.recent {
        let name = text::setting_command(text::RECENT, &path.to_string_lossy());
        all.push(Command::new(name, Action::OpenPath(path.clone())));
    }
    all
}

/// The commands of the contenders.
fn contenders(state: &AppState) -> Vec<Command> {
    let mut all = vec![Command::new(text::ADD, Action::Add)];
    for (index, (contender, &colour)) in state.contenders.iter().zip(&state.colours).enumerate() {
        let name = &contender.name;
        let of = |what| text::of_contender(what, name);
        all.push(Command::new(of(text::DUPLICATE), Action::Duplicate(index)));
        all.push(
            Command::new(of(text::REMOVE), Action::Remove(index))
                .only_if(state.contenders.len() > 1),
        );
        let hidden = state.hidden.contains(&colour);
        let word = if hidden { text::SHOW } else { text::HIDE };
        all.push(Command::new(of(word), Action::ToggleHidden(colour)));
        all.push(Command::new(of(text::EDIT), Action::Select(index)));
        let run = state.runs.iter().position(|run| run.colour == colour);
        if let Some(run) = run {
            let open = Action::Export(ExportWish::Open(run));
            all.push(Command::new(of(text::EXPORT_MENU), open));
        }
    }
    all
}

/// The commands of the look.
fn looks(state: &AppState) -> Vec<Command> {
    let mut all = vec![
        Command::new(text::FOLLOW_ALL, Action::Follow).key(PLAIN, Key::F),
        Command::new(
            text::PROJECTOR,
            look(state, |view| view.projector = !view.projector),
        )
        .key(PLAIN, Key::P),
        Command::new(
            text::FULL_SCREEN,
            look(state, |view| view.full_screen = !view.full_screen),
        )
        .key(PLAIN, Key::F11),
        Command::new(
            text::RESET_LAYOUT,
            look(state, |view| view.arrangement = None),
        ),
        Command::new(
            text::DIAGNOSTICS,
            look(state, |view| view.diagnostics = !view.diagnostics),
        ),
    ];
    for (travel, (modifiers, key)) in Travel::ALL.into_iter().zip([
        (PLAIN, Key::Plus),
        (PLAIN, Key::Minus),
        (Modifiers::SHIFT, Key::ArrowLeft),
        (Modifiers::SHIFT, Key::ArrowRight),
    ]) {
        all.push(Command::new(text::travel(travel), Action::Travel(travel)).key(modifiers, key));
    }
    for (name, title) in plots::pages() {
        let words = text::setting_command(text::PAGE, &title);
        let action = look(state, |view| {
            view.arrangement = Some(plots::with_front(view, name));
        });
        all.push(Command::new(words, action));
    }
    for theme in Theme::ALL {
        let name = text::setting_command(text::THEME, &text::theme(theme));
        all.push(Command::new(name, look(state, |view| view.theme = theme)));
    }
    for axis in XAxis::ALL {
        let name = text::setting_command(text::X_AXIS, &text::x_axis(axis));
        all.push(Command::new(name, look(state, |view| view.x_axis = axis)));
    }
    for smoothing in Smoothing::ALL {
        let name = text::setting_command(text::SMOOTHING, &text::smoothing(smoothing));
        let action = look(state, |view| view.smoothing = smoothing);
        all.push(Command::new(name, action));
    }
    for language in Language::ALL {
        let name = text::setting_command(text::LANGUAGE, language.own_name());
        let command = Command::new(name, Action::SetLanguage(language));
        all.push(command.found_by(&text::language_words(language)));
    }
    all
}

/// Everything that can be asked for at this moment.
#[must_use]
pub fn all(state: &AppState) -> Vec<Command> {
    let overlays = [
        Command::new(text::COMMANDS, Action::Show(Some(Overlay::Palette))).key(COMMAND, Key::K),
        Command::new(text::KEYS, Action::Show(Some(Overlay::Keys))).key(PLAIN, Key::Questionmark),
    ];
    let mut all = race(state);
    all.extend(files(state));
    all.extend(contenders(state));
    all.extend(looks(state));
    all.extend(overlays);
    all
}

/// The commands whose keys were pressed. Plain keys belong to the field or the button that has the
/// focus, where one has it; of keys with a modifier only undo and redo do.
#[must_use]
pub fn pressed(ctx: &Context, state: &AppState) -> Vec<Action> {
    let focused = ctx.memory(|memory| memory.focused().is_some());
    // Longer combinations first: Ctrl+Z is part of Ctrl+Shift+Z.
    let mut keyed: Vec<Command> = (all(state).into_iter())
        .filter(|command| command.key.is_some())
        .collect();
    keyed.sort_by_key(|command| !command.key.is_some_and(|key| key.modifiers.shift));
    let mut actions = Vec::new();
    for command in keyed {
        let Some(shortcut) = command.key else {
            continue;
        };
        let plain = shortcut.modifiers == PLAIN && shortcut.logical_key != Key::F11;
        let of_field = plain || matches!(command.action, Action::Undo | Action::Redo);
        if focused && of_field {
            continue;
        }
        let hit = ctx.input_mut(|input| match shortcut.logical_key {
            // Which modifiers a question mark takes is the keyboard's business.
            Key::Questionmark => input.key_pressed(Key::Questionmark) && !input.modifiers.command,
            _ => input.consume_shortcut(&shortcut),
        });
        if hit && command.enabled {
            actions.push(command.action);
        }
    }
    actions
}

/// The commands whose names, with their further words, hold every word of `typed`; those that begin with it first.
#[must_use]
pub fn matching(commands: Vec<Command>, typed: &str) -> Vec<Command> {
    let typed = typed.trim().to_lowercase();
    let words: Vec<&str> = typed.split_whitespace().collect();
    let mut found: Vec<Command> = (commands.into_iter())
        .filter(|command| {
            let name = format!("{} {}", command.name, command.also).to_lowercase();
            command.enabled && words.iter().all(|word| name.contains(word))
        })
        .collect();
    found.sort_by_key(|command| !command.name.to_lowercase().starts_with(&typed));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_commands_share_a_key_or_a_name() {
        let state = AppState::new();
        let commands = all(&state);
        for (index, command) in commands.iter().enumerate() {
            for other in &commands[..index] {
                assert_ne!(command.name, other.name);
                assert!(
                    command.key.is_none() || command.key != other.key,
                    "{}",
                    command.name
                );
            }
        }
    }

    #[test]
    fn the_palette_finds_by_parts_of_words() {
        let state = AppState::new();
        let names = |typed: &str| -> Vec<String> {
            (matching(all(&state), typed).into_iter())
                .map(|command| command.name)
                .collect()
        };
        assert_eq!(names("theme dark"), ["Theme: Dark"]);
        assert_eq!(names("RUN")[0], "Run");
        assert!(names("no such thing").is_empty());
        // Who looks for a language does not have to read the one that is on.
        for language in Language::ALL {
            text::set_language(language);
            let of = |one: Language| text::setting_command(text::LANGUAGE, one.own_name());
            let both = Language::ALL.map(of);
            for (typed, expected) in [
                ("English", &both[..1]),
                ("Chinese", &both[1..]),
                ("\u{82f1}\u{6587}", &both[..1]),
                ("中文", &both[1..]),
                ("language", &both[..]),
                ("语言", &both[..]),
            ] {
                assert_eq!(names(typed), expected, "{typed}");
            }
        }
        text::set_language(Language::English);
        assert!(!names("").contains(&"Undo".to_owned()), "nothing to undo");
    }
}
