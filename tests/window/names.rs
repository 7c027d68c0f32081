//! Every control has a name and is reached by the keyboard.

use super::{Window, app, app_mut, press, sized, unfold, until};
use eframe::egui::{Key, accesskit::Role};
use egui_kittest::kittest::{NodeT, Queryable};
use optimizer_explorer::app::actions::{Action, Ask, ExportWish, Overlay};
use optimizer_explorer::app::text::{self, Language};
use std::collections::BTreeSet;

/// The nodes that can be used, by role.
fn controls(window: &Window) -> Vec<(Role, Option<String>, String)> {
    let mut found = Vec::new();
    let mut open = vec![window.root().accesskit_node()];
    while let Some(node) = open.pop() {
        open.extend(node.children());
        let used = matches!(
            node.role(),
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
        );
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
    for group in [
        &text::PREPARATION,
        &text::MODEL,
        &text::LOSS,
        &text::CLIPPING,
        &text::TRAINING,
    ] {
        unfold(&mut window, group);
    }
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
    let commands = optimizer_explorer::app::commands::all(app(&window).state());
    let pages: Vec<_> = (commands.into_iter())
        .filter(|command| command.name.starts_with(&*text::PAGE))
        .collect();
    assert!(pages.len() > 6, "pages are reached by the palette");
    for page in pages {
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

#[test]
fn every_control_is_reached_by_the_keyboard() {
    let mut window = sized(None, 1280.0, 3000.0);
    let mut reached = BTreeSet::new();
    let count = controls(&window).len();
    for _ in 0..count + 20 {
        window.key_press(Key::Tab);
        window.run_steps(1);
        let mut open = vec![window.root().accesskit_node()];
        while let Some(node) = open.pop() {
            open.extend(node.children());
            if node.is_focused()
                && let Some(label) = node.label()
            {
                reached.insert(label);
            }
        }
    }
    for (role, label, _) in controls(&window) {
        let label = label.unwrap_or_default();
        let disabled = [
            &*text::STOP,
            &text::RESET,
            &text::FOLLOW,
            &text::SHOW_ALL,
            &text::MOVE_UP,
        ];
        // Pictures are looked at, and what is disabled has nothing to do.
        if role != Role::Image && !disabled.contains(&&*label) {
            assert!(
                reached.contains(&label),
                "{role:?} {label:?} is not reached: {reached:?}"
            );
        }
    }
}
