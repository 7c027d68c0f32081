//! Settings: changed, refused at their field, saved and opened again.

use super::{Window, app, app_mut, open, press, sized, type_number, unfold, unfold_all, until};
use eframe::egui::{Key, Modifiers, accesskit::Role};
use egui_kittest::kittest::{NodeT, Queryable};
use optimizer_explorer::app::{actions::Action, text};
use optimizer_explorer::experiment::{BatchSize, Choice, Optimizer, Prepare, Schedule};

#[test]
fn a_changed_setting_arrives_in_the_draft_and_an_error_at_its_field() {
    let mut window = open(None);
    unfold(&mut window, &text::PREPARATION);
    type_number(&mut window, "Validation share", "0.2");
    assert_eq!(app(&window).state().draft.data.split.validation, 0.2);
    type_number(&mut window, "Validation share", "0.9");
    assert_eq!(app(&window).state().draft.data.split.validation, 0.9);
    let message = app(&window).state().errors()[0].message.clone();
    window.get_by_label(&message);
    window.get_by_label(&text::error_count(1));
    assert!(
        window
            .get_by_role_and_label(Role::Button, &text::RUN)
            .accesskit_node()
            .is_disabled()
    );
    type_number(&mut window, "Validation share", "0.1");
    assert!(window.query_by_label(&message).is_none());
}

#[test]
fn an_error_of_a_whole_step_stands_below_its_heading_and_no_windows_are_made_up() {
    let mut window = sized(None, 1280.0, 3000.0);
    let mut draft = app(&window).state().draft.clone();
    draft.data.window.lookback = None;
    draft.data.prepare = ["fill", "resample"]
        .map(|kind| Prepare::named(kind).unwrap())
        .to_vec();
    app_mut(&mut window).apply(Action::EditShared(Box::new(draft)));
    until(&mut window, "the step is refused", |app| {
        !app.state().loading
    });
    window.run_steps(3);
    let errors = app(&window).state().errors();
    assert_eq!(errors.len(), 1, "{errors:?}");
    assert_eq!(errors[0].key, "data.prepare.1.step");
    let message = errors[0].message.clone();
    let banner = format!("Preparation, 2. Resample: {message}");
    window.get_by_label(&banner);
    unfold(&mut window, &text::PREPARATION);
    assert!(window.query_by_label(&banner).is_none());
    let heading = window.get_by_label("2. Resample").rect();
    let error = window.get_by_label(&message).rect();
    let below = window
        .get_by_label(&text::kind_help("prepare", "resample"))
        .rect();
    assert!(heading.bottom() <= error.top() && error.bottom() <= below.top());
    // Nothing is known of windows.
    window.get_by_label(&text::AUTOMATIC_LOOKBACK);
    assert!(
        window
            .query_by_label_contains("Automatic lookback: ")
            .is_none()
    );
}

#[test]
fn another_optimizer_belongs_to_the_selected_contender_alone() {
    let mut window = open(None);
    let first = app(&window).state().contenders[0].clone();
    app_mut(&mut window).apply(Action::Select(1));
    window.run_steps(2);
    type_number(&mut window, "Learning rate", "0.25");
    let state = app(&window).state();
    assert_eq!(state.contenders[1].experiment.schedule.learning_rate, 0.25);
    assert_eq!(state.contenders[0], first);
    assert_eq!(state.contenders[1].experiment.optimizer.kind(), "sgd");
}

#[test]
fn a_contender_is_added_renamed_and_removed() {
    let mut window = open(None);
    let before = app(&window).state().contenders.len();
    press(&mut window, &text::ADD);
    assert_eq!(app(&window).state().contenders.len(), before + 1);
    let field = window.get_by_role_and_label(Role::TextInput, &text::NAME);
    field.click();
    window.run_steps(1);
    window.key_combination_modifiers(Modifiers::COMMAND, &[Key::A]);
    let field = window.get_by_role_and_label(Role::TextInput, &text::NAME);
    field.type_text("A contender with a name that is much too long for its card and for the table");
    window.run_steps(1);
    window.key_press(Key::Enter);
    window.run_steps(3);
    assert!(
        app(&window).state().contenders[before]
            .name
            .starts_with("A contender with")
    );
    press(&mut window, &text::REMOVE);
    assert_eq!(app(&window).state().contenders.len(), before);
}

#[test]
fn every_group_of_the_setup_opens() {
    let mut window = sized(None, 1280.0, 4000.0);
    unfold_all(&mut window);
    for field in ["Hidden units", "Batch size", "Horizon", "Training share"] {
        window.get_by_label(field);
    }
    window.check_accessibility();
}

/// Picks `option` in the menu of kinds that comes `index`-th in the setup.
#[track_caller]
fn pick_kind(window: &mut Window, index: usize, option: &str) {
    let menus: Vec<_> = window
        .get_all_by_role_and_label(Role::ComboBox, &text::KIND)
        .collect();
    menus[index].click();
    let left = menus[index].rect().left();
    window.run_steps(3);
    // The same word may stand elsewhere, but only the menu's entries begin where the menu does.
    window
        .get_all_by_label(option)
        .find(|node| (node.rect().left() - left).abs() < 24.0)
        .expect("the menu has it")
        .click();
    window.run_steps(3);
}

#[test]
fn other_kinds_bring_their_own_fields_and_what_they_need() {
    let mut window = sized(None, 1280.0, 3000.0);
    let selected = |window: &Window| app(window).state().contender().unwrap().experiment.clone();
    // Every formula has letters that the fonts have.
    for optimizer in Optimizer::all() {
        pick_kind(&mut window, 0, &text::kind(&optimizer.kind()));
        assert_eq!(selected(&window).optimizer.kind(), optimizer.kind());
    }
    for schedule in Schedule::all() {
        pick_kind(&mut window, 1, &text::kind(&schedule.kind()));
        assert_eq!(selected(&window).schedule.kind(), schedule.kind());
    }
    pick_kind(&mut window, 1, "Constant");
    pick_kind(&mut window, 0, "Muon");
    assert_eq!(selected(&window).optimizer.kind(), "muon");
    window.get_by_label("Match AdamW");
    type_number(&mut window, "AdamW beta 1", "0.8");
    pick_kind(&mut window, 0, "L-BFGS");
    window.get_by_label("History");
    assert!(app(&window).state().errors().is_empty());
    assert!(matches!(
        selected(&window).training.batch_size,
        BatchSize::Full(_)
    ));

    pick_kind(&mut window, 1, "One cycle");
    window.get_by_label(&text::PLANNED_CURVE);
    type_number(&mut window, "Peak at", "0.5");
    pick_kind(&mut window, 1, "Plateau");
    window.get_by_label(&text::FOLLOWS_LOSS);
    assert!(window.query_by_label(&text::PLANNED_CURVE).is_none());
    pick_kind(&mut window, 1, "Polyak step");
    let message = app(&window).state().errors()[0].message.clone();
    window.get_by_label(&message);
    pick_kind(&mut window, 0, "SGD");
    assert!(app(&window).state().errors().is_empty());
}

#[test]
fn an_experiment_file_is_opened_saved_and_opened_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mine.toml");
    let mut window = open(None);
    app_mut(&mut window).apply(Action::Add);
    app_mut(&mut window).apply(Action::Save);
    app_mut(&mut window).apply(Action::Answer(path.to_string_lossy().into_owned()));
    until(&mut window, "it is saved", |app| app.state().file.is_some());
    let draft = app(&window).state().draft.clone();
    let other = open(Some(path.clone()));
    let mut other = other;
    until(&mut other, "it is opened", |app| app.state().file.is_some());
    assert_eq!(app(&other).state().draft, draft);
    // Another file is not replaced without a question.
    app_mut(&mut other).apply(Action::Reset);
    std::fs::write(folder.path().join("other.toml"), "precious").unwrap();
    app_mut(&mut other).apply(Action::Ask(optimizer_explorer::app::actions::Ask::SaveAs));
    app_mut(&mut other).apply(Action::Answer(
        folder
            .path()
            .join("other.toml")
            .to_string_lossy()
            .into_owned(),
    ));
    until(&mut other, "it asks", |app| {
        app.state()
            .prompt
            .as_ref()
            .is_some_and(|prompt| prompt.replaces.is_some())
    });
    other.run_steps(2);
    other.get_by_role_and_label(Role::Button, &text::REPLACE);
    assert_eq!(
        std::fs::read(folder.path().join("other.toml")).unwrap(),
        b"precious"
    );
}

#[test]
fn a_zero_says_what_it_stands_for_and_a_step_what_it_did() {
    let mut window = sized(None, 1280.0, 3600.0);
    app_mut(&mut window).apply(Action::SetSource("builtin:airline".into()));
    let mut draft = app(&window).state().draft.clone();
    draft.data.prepare = ["fill", "outliers", "decompose"]
        .map(|kind| Prepare::named(kind).unwrap())
        .to_vec();
    app_mut(&mut window).apply(Action::EditShared(Box::new(draft)));
    until(&mut window, "the data are prepared", |app| {
        !app.state().loading
    });
    unfold(&mut window, &text::PREPARATION);
    window.run_steps(3);
    let shown = |window: &Window, label: &str| {
        let field = window.get_by_role_and_label(Role::SpinButton, label);
        field.accesskit_node().value().unwrap_or_default()
    };
    assert_eq!(shown(&window, "Longest gap"), "no limit");
    assert_eq!(shown(&window, "Period"), "found: 12");
    window.get_by_label("Nothing is missing");
    window.get_by_label("Clips 7 values");
    window.get_by_label("Season of 12 rows");
    let time = window.get_by_role_and_label(Role::ComboBox, "Time column");
    assert_eq!(
        time.accesskit_node().value().as_deref(),
        Some("Date (detected)")
    );
    type_number(&mut window, "Longest gap", "3");
    assert_eq!(shown(&window, "Longest gap"), "3");
    // The word that stands there can be typed too.
    type_number(&mut window, "Longest gap", "no limit");
    let Prepare::Fill(fill) = &app(&window).state().draft.data.prepare[0] else {
        panic!("it is a fill");
    };
    assert_eq!(fill.max_gap, 0);
}

#[test]
fn a_collection_of_classes_is_counted_and_drawn() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("few.ts");
    let series = "1,2,3,4:up\n2,3,4:up\n4,3,2,1:down\n9,6,5:down\n3,4,5:up\n5,4,3:down\n1,5,9:up\n";
    let head =
        "@problemName few\n@univariate true\n@equalLength false\n@classLabel true down up\n@data\n";
    std::fs::write(&path, format!("{head}{series}")).unwrap();
    let mut window = sized(Some(path), 1280.0, 1600.0);
    window.run_steps(3);
    let counts = "Sequences of each class: down: 3, up: 4";
    assert!(window.query_all_by_label(counts).count() > 0);
    window.get_by_label_contains("7 sequences of 3 to 4 steps, 2 classes, 1 input");
    window.get_by_label_contains("Series 3: 4 rows, 1.00 to 4.00; class down");
}
