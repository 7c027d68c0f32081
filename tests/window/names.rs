//! Every control has a name and is reached by the keyboard.

use super::{Window, app, app_mut, press, settle, sized, unfold_all, until};
use eframe::egui::{Key, accesskit::Role};
use egui_kittest::kittest::{NodeT, Queryable};
use optimizer_explorer::app::actions::{Action, Ask, ExportWish, Overlay};
use optimizer_explorer::app::commands::{self, Command};
use optimizer_explorer::app::text::{self, Language};
use std::collections::BTreeMap;

fn is_control(role: Role) -> bool {
    matches!(
        role,
        Role::Button
            | Role::CheckBox
            | Role::RadioButton
            | Role::ComboBox
            | Role::TextInput
            | Role::SpinButton
            | Role::Slider
            | Role::Link
            | Role::DisclosureTriangle
            | Role::Image
    )
}

/// The commands that bring a page to the front.
fn pages(window: &Window) -> Vec<Command> {
    let mut all = commands::all(app(window).state());
    all.retain(|command| command.name.starts_with(&*text::PAGE));
    assert!(all.len() > 6, "pages are reached by the palette");
    all
}

/// The nodes that can be used, by role.
fn controls(window: &Window) -> Vec<(Role, Option<String>, String)> {
    let mut found = Vec::new();
    let mut open = vec![window.root().accesskit_node()];
    while let Some(node) = open.pop() {
        open.extend(node.children());
        let used = is_control(node.role());
        if used && !node.is_hidden() {
            let place = format!("{:?}", node.raw_bounds());
            found.push((node.role(), node.label(), place));
        }
    }
    found
}

#[track_caller]
fn all_named(window: &Window) {
    let all = controls(window);
    assert!(all.len() > 10, "the tree is empty");
    for (role, label, place) in all {
        let named = label.is_some_and(|label| !label.trim().is_empty());
        assert!(named, "an unnamed {role:?} at {place}");
    }
}

#[test]
fn no_control_is_without_a_name() {
    let mut window = sized(None, 1280.0, 4000.0);
    unfold_all(&mut window);
    all_named(&window);
    for menu in [text::FILE, text::EDIT, text::VIEW] {
        press(&mut window, &menu);
        all_named(&window);
        window.key_press(Key::Escape);
        window.run_steps(2);
    }
    for overlay in [Overlay::Palette, Overlay::Keys] {
        app_mut(&mut window).apply(Action::Show(Some(overlay)));
        window.run_steps(3);
        all_named(&window);
        app_mut(&mut window).apply(Action::Show(None));
        window.run_steps(2);
    }
    press(&mut window, &text::RUN);
    until(&mut window, "steps are made", |app| {
        app.state().runs.iter().all(|run| run.steps() > 2)
    });
    window.run_steps(3);
    all_named(&window);
    for page in pages(&window) {
        app_mut(&mut window).apply(page.action);
        window.run_steps(3);
        let (_, title) = page.name.split_once(": ").unwrap();
        let front = window.query_all_by_label_contains(title).count();
        assert!(front > 0, "{title} is not to be seen");
        all_named(&window);
    }
    for ask in [Ask::Open, Ask::SaveAs, Ask::StartFrom] {
        app_mut(&mut window).apply(Action::Ask(ask));
        window.run_steps(3);
        all_named(&window);
        press(&mut window, &text::CANCEL);
    }
    app_mut(&mut window).apply(Action::Export(ExportWish::Open(0)));
    window.run_steps(3);
    all_named(&window);
    press(&mut window, &text::CLOSE);
    app_mut(&mut window).apply(Action::SetLanguage(Language::Chinese));
    window.run_steps(3);
    all_named(&window);
    app_mut(&mut window).apply(Action::SetLanguage(Language::English));
}

/// The controls that the Tab key must reach, by identity.
fn reachable(window: &Window) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut open = vec![window.root().accesskit_node()];
    while let Some(node) = open.pop() {
        open.extend(node.children());
        // Pictures are looked at, and what is disabled has nothing to do.
        let used = is_control(node.role()) && node.role() != Role::Image;
        if used && !node.is_hidden() && !node.is_disabled() {
            let label = node.label().unwrap_or_default();
            found.insert(
                format!("{:?}", node.id()),
                format!("{:?} {label:?}", node.role()),
            );
        }
    }
    found
}

fn focused(window: &Window) -> Option<String> {
    let mut open = vec![window.root().accesskit_node()];
    while let Some(node) = open.pop() {
        if node.is_focused() {
            return Some(format!("{:?}", node.id()));
        }
        open.extend(node.children());
    }
    None
}

/// Walks with the Tab key until all of `wanted` were reached.
#[track_caller]
fn walk(window: &mut Window, place: &str, mut wanted: BTreeMap<String, String>) {
    assert!(!wanted.is_empty(), "{place} has no control");
    for _ in 0..reachable(window).len() + 20 {
        if wanted.is_empty() {
            return;
        }
        window.key_press(Key::Tab);
        window.run_steps(1);
        if let Some(id) = focused(window) {
            wanted.remove(&id);
        }
    }
    assert!(wanted.is_empty(), "{place}: not reached: {wanted:?}");
}

/// Walks through what `open` brings.
#[track_caller]
fn walk_new(window: &mut Window, place: &str, open: impl FnOnce(&mut Window)) {
    let before = reachable(window);
    open(window);
    window.run_steps(3);
    let mut new = reachable(window);
    new.retain(|id, _| !before.contains_key(id));
    walk(window, place, new);
}

#[test]
fn every_control_of_every_page_and_dialog_is_reached_by_the_keyboard() {
    let mut window = sized(None, 1280.0, 3000.0);
    let all = reachable(&window);
    walk(&mut window, "the first page", all);
    walk_new(&mut window, "the setup", unfold_all);
    for menu in [text::FILE, text::EDIT, text::VIEW] {
        walk_new(&mut window, &menu, |window| press(window, &menu));
        window.key_press(Key::Escape);
        window.run_steps(2);
    }
    for overlay in [Overlay::Palette, Overlay::Keys] {
        let place = format!("{overlay:?}");
        walk_new(&mut window, &place, |window| {
            app_mut(window).apply(Action::Show(Some(overlay)));
        });
        app_mut(&mut window).apply(Action::Show(None));
        window.run_steps(2);
    }
    press(&mut window, &text::RUN);
    until(&mut window, "steps are made", |app| {
        app.state().runs.iter().all(|run| run.steps() > 100)
    });
    walk_new(&mut window, "paused", |window| press(window, &text::PAUSE));
    // A pause brings forecasts up to date, and a legend has room for names again.
    settle(&mut window);
    window.run_steps(3);
    for page in pages(&window) {
        app_mut(&mut window).apply(page.action);
        window.run_steps(3);
        let all = reachable(&window);
        walk(&mut window, &page.name, all);
    }
    for ask in [Ask::Open, Ask::SaveAs, Ask::StartFrom] {
        walk_new(&mut window, &format!("{ask:?}"), |window| {
            app_mut(window).apply(Action::Ask(ask));
        });
        press(&mut window, &text::CANCEL);
    }
    walk_new(&mut window, "the export", |window| {
        app_mut(window).apply(Action::Export(ExportWish::Open(0)));
    });
    press(&mut window, &text::CLOSE);
    press(&mut window, &text::ADD);
    walk_new(&mut window, "the question", |window| {
        app_mut(window).apply(Action::Close);
    });
}
