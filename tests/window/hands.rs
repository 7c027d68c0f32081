//! Keys, commands, undo, the look, memory: what makes the window one to live in.

use super::{Window, app, app_mut, open, press, settle, sized, steps, type_number, unfold, until};
use eframe::egui::{Key, Modifiers, Pos2, Shape, Vec2, accesskit::Role};
use egui_kittest::{
    Harness, Node,
    kittest::{NodeT, Queryable},
};
use optimizer_explorer::app::actions::{Action, Overlay};
use optimizer_explorer::app::commands;
use optimizer_explorer::app::runs::Run;
use optimizer_explorer::app::text::{self, Language};
use optimizer_explorer::app::view::{Arrangement, Theme, XAxis};
use optimizer_explorer::app::{App, state::Phase};
use optimizer_explorer::experiment::{Choice, Prepare};
use std::path::Path;

fn command(window: &mut Window, key: Key) {
    window.key_press_modifiers(Modifiers::COMMAND, key);
    window.run_steps(3);
}

/// The plot of the loss, whatever its last values are.
fn loss_plot(window: &Window) -> Node<'_> {
    window.get_by(|node| {
        let label = node.label().unwrap_or_default();
        node.role() == Role::Image && label.starts_with(&*text::LOSS)
    })
}

/// Every text that is drawn, the ticks of plots among them.
pub fn written(window: &Window) -> Vec<String> {
    let mut open: Vec<&Shape> = (window.output().shapes.iter())
        .map(|clipped| &clipped.shape)
        .collect();
    let mut texts = Vec::new();
    while let Some(shape) = open.pop() {
        match shape {
            Shape::Vec(shapes) => open.extend(shapes),
            Shape::Text(text) => texts.push(text.galley.text().to_owned()),
            _ => {}
        }
    }
    assert!(texts.len() > 20, "{texts:?}");
    texts
}

fn hidden(window: &Window) -> usize {
    app(window).state().hidden.len()
}

#[test]
fn the_arrow_steps_and_r_resets() {
    let mut window = open(None);
    window.key_press(Key::ArrowRight);
    until(&mut window, "one step", |app| {
        let runs = &app.state().runs;
        !runs.is_empty() && runs.iter().all(|run| run.steps() == 1)
    });
    window.key_press(Key::ArrowRight);
    until(&mut window, "two steps", |app| {
        app.state().runs.iter().all(|run| run.steps() == 2)
    });
    settle(&mut window);
    assert_eq!(steps(&window), [2, 2]);
    window.key_press(Key::R);
    window.run_steps(3);
    assert_eq!(app(&window).state().phase(), Phase::Ready);
}

/// A window whose runs have made more than a hundred steps and stand still.
fn paused() -> Window {
    let mut window = open(None);
    press(&mut window, &text::RUN);
    until(&mut window, "steps are made", |app| {
        let runs = &app.state().runs;
        !runs.is_empty() && runs.iter().all(|run| run.steps() > 100)
    });
    press(&mut window, &text::PAUSE);
    settle(&mut window);
    // A pause brings the forecast up to date, a moment after the last step.
    until(&mut window, "the forecasts are of the last step", |app| {
        let runs = &app.state().runs;
        runs.iter().all(|run| run.scored_after == run.steps())
    });
    window.run_steps(3);
    window
}

#[test]
fn plots_zoom_and_move_by_keys_and_follow_again() {
    let mut window = paused();
    let following = |window: &Window| {
        window
            .query_by_role_and_label(Role::Button, &text::FOLLOW)
            .is_none()
    };
    window.run_steps(3);
    assert!(following(&window), "nothing was chosen yet");
    window.key_press(Key::Plus);
    window.run_steps(3);
    assert!(!following(&window));
    window.key_press_modifiers(Modifiers::SHIFT, Key::ArrowLeft);
    window.run_steps(3);
    let before = steps(&window);
    assert!(!following(&window));
    window.key_press(Key::Minus);
    window.run_steps(3);
    assert!(following(&window), "all is to be seen again");
    assert_eq!(steps(&window), before, "moving a plot makes no step");
}

#[test]
fn keys_move_the_plots_of_the_page_in_front() {
    let mut window = paused();
    let page = text::setting_command(text::PAGE, &text::RACE);
    let commands = commands::all(app(&window).state());
    let page = commands.into_iter().find(|command| command.name == page);
    app_mut(&mut window).apply(page.unwrap().action);
    window.run_steps(3);
    let whole = written(&window);
    window.key_press(Key::Plus);
    window.run_steps(3);
    assert!(whole != written(&window), "it is zoomed");
    window.key_press(Key::Minus);
    window.run_steps(3);
    assert!(whole == written(&window), "all is to be seen again");
    window.key_press(Key::Plus);
    window.key_press(Key::F);
    window.run_steps(3);
    assert!(whole == written(&window), "it follows again");
}

#[test]
fn quitting_by_its_key_asks_about_unsaved_changes() {
    let mut window = open(None);
    press(&mut window, &text::ADD);
    command(&mut window, Key::Q);
    assert!(!app(&window).state().closing);
    press(&mut window, &text::CANCEL);
    assert!(!app(&window).state().closing);
    command(&mut window, Key::Z);
    press(&mut window, &text::FILE);
    press(&mut window, &format!("{} Ctrl+Q", text::QUIT));
    assert!(app(&window).state().closing);
}

#[test]
fn every_edit_is_undone_and_done_again() {
    let mut window = open(None);
    let drafts = |window: &Window| app(window).state().draft.clone();
    let first = drafts(&window);
    press(&mut window, &text::ADD);
    let second = drafts(&window);
    type_number(&mut window, "Learning rate", "0.25");
    let third = drafts(&window);
    assert!(first != second && second != third);
    assert!(app(&window).state().unsaved());
    command(&mut window, Key::Z);
    assert_eq!(drafts(&window), second);
    command(&mut window, Key::Z);
    assert_eq!(drafts(&window), first);
    assert!(!app(&window).state().unsaved());
    window.key_press_modifiers(Modifiers::COMMAND | Modifiers::SHIFT, Key::Z);
    window.run_steps(3);
    assert_eq!(drafts(&window), second);
    press(&mut window, &text::EDIT);
    press(&mut window, &format!("{} Ctrl+Shift+Z", text::REDO));
    assert_eq!(drafts(&window), third);
}

#[test]
fn unsaved_changes_are_asked_about_and_can_be_saved_first() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mine.toml");
    let mut window = open(None);
    press(&mut window, &text::ADD);
    let mine = app(&window).state().draft.clone();
    app_mut(&mut window).apply(Action::OpenScenario(1));
    window.run_steps(3);
    assert_eq!(app(&window).state().draft, mine);
    press(&mut window, &text::CANCEL);
    assert!(window.query_by_label(&text::UNSAVED).is_none());
    app_mut(&mut window).apply(Action::OpenScenario(1));
    window.run_steps(3);
    press(&mut window, &text::SAVE_FIRST);
    app_mut(&mut window).apply(Action::Answer(path.to_string_lossy().into_owned()));
    until(&mut window, "the scenario is open", |app| {
        app.state().scenario == Some(1)
    });
    let mut saved = open(Some(path));
    until(&mut saved, "it is opened", |app| app.state().file.is_some());
    assert_eq!(app(&saved).state().draft, mine);
    // Without a change nothing is asked.
    app_mut(&mut window).apply(Action::OpenScenario(0));
    assert_eq!(app(&window).state().scenario, Some(0));
    press(&mut window, &text::ADD);
    app_mut(&mut window).apply(Action::Close);
    window.run_steps(3);
    assert!(!app(&window).state().closing);
    press(&mut window, &text::DO_NOT_SAVE);
    assert!(app(&window).state().closing);
}

#[test]
fn the_palette_does_what_is_typed() {
    let mut window = open(None);
    command(&mut window, Key::K);
    let field = window.get_by_role_and_label(Role::TextInput, &text::PALETTE);
    field.type_text("theme light");
    window.run_steps(3);
    window.key_press(Key::Enter);
    window.run_steps(3);
    assert_eq!(app(&window).state().view.theme, Theme::Light);
    assert_eq!(app(&window).state().overlay, None);
    command(&mut window, Key::K);
    let field = window.get_by_role_and_label(Role::TextInput, &text::PALETTE);
    field.type_text("keyboard");
    window.run_steps(3);
    window.key_press(Key::Enter);
    window.run_steps(3);
    assert_eq!(app(&window).state().overlay, Some(Overlay::Keys));
    window.get_by_label("Ctrl+Shift+Z");
    press(&mut window, &text::CLOSE);
    assert_eq!(app(&window).state().overlay, None);
}

#[test]
fn projector_mode_hides_the_setup_and_comes_back() {
    let mut window = open(None);
    window.get_by_label(&text::CONTENDERS);
    window.key_press(Key::P);
    window.run_steps(4);
    assert!(window.query_by_label(&text::CONTENDERS).is_none());
    window.get_by_label(&text::HAPPENING);
    window.key_press(Key::P);
    window.run_steps(4);
    window.get_by_label(&text::CONTENDERS);
}

#[test]
fn a_narrow_window_shows_one_panel_and_a_switch() {
    let mut window = sized(None, 960.0, 540.0);
    window.get_by_label(&text::CONTENDERS);
    assert!(window.query_by_label(&text::HAPPENING).is_none());
    press(&mut window, &text::RESULTS);
    window.get_by_label(&text::HAPPENING);
    assert!(window.query_by_label(&text::CONTENDERS).is_none());
    let plot = window
        .get_by_role_and_label(Role::Image, &text::FORECAST)
        .rect();
    assert!(plot.width() > 400.0, "{plot:?}");
    press(&mut window, "Setup");
    window.get_by_label(&text::CONTENDERS);
}

#[test]
fn a_plot_is_moved_by_its_title_and_the_layout_reset() {
    let mut window = open(None);
    let place =
        |window: &Window, label: &str| window.get_by_role_and_label(Role::Image, label).rect();
    let before = place(&window, &text::LOSS);
    let title: Pos2 = before.left_top() + Vec2::new(-50.0, -14.0);
    window.hover_at(title);
    window.run_steps(2);
    window.drag_at(title);
    window.run_steps(2);
    let goal = place(&window, &text::GRADIENT).center();
    window.hover_at(title + Vec2::new(20.0, 20.0));
    window.run_steps(2);
    window.hover_at(goal);
    window.run_steps(2);
    window.drop_at(goal);
    window.run_steps(4);
    assert!(
        app(&window).state().view.arrangement.is_some(),
        "nothing has moved"
    );
    press(&mut window, &text::VIEW);
    press(&mut window, &text::RESET_LAYOUT);
    window.run_steps(3);
    assert_eq!(app(&window).state().view.arrangement, None);
    assert_eq!(place(&window, &text::LOSS), before);
}

#[test]
fn the_legend_hides_a_contender_everywhere() {
    let mut window = open(None);
    let name = app(&window).state().contenders[1].name.clone();
    let label = text::in_plots(&name);
    let keys = |window: &Window| {
        window
            .query_all_by_role_and_label(Role::CheckBox, &label)
            .count()
    };
    assert!(keys(&window) >= 2, "in the legend and in the table");
    window
        .query_all_by_role_and_label(Role::CheckBox, &label)
        .next()
        .unwrap()
        .click();
    window.run_steps(3);
    assert_eq!(hidden(&window), 1);
    assert!(keys(&window) >= 2, "it can be shown again");
    press(&mut window, &text::HIDE);
    assert_eq!(hidden(&window), 2);
}

#[test]
fn contenders_change_their_order() {
    let mut window = open(None);
    let names = |window: &Window| -> Vec<String> {
        let all = &app(window).state().contenders;
        all.iter().map(|contender| contender.name.clone()).collect()
    };
    let before = names(&window);
    let colours = app(&window).state().colours.clone();
    press(&mut window, &text::MOVE_DOWN);
    let after: Vec<String> = before.iter().rev().cloned().collect();
    assert_eq!(names(&window), after);
    assert_eq!(app(&window).state().selected, 1);
    assert_eq!(app(&window).state().colours, [colours[1], colours[0]]);
    press(&mut window, &text::MOVE_UP);
    assert_eq!(names(&window), before);
}

#[test]
fn the_list_of_events_is_as_high_as_its_events_and_none_is_cut_off() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("six.toml");
    let mut toml = "[model]\nhidden = 2\n[training]\nsteps = 1\n".to_owned();
    for name in ["one", "two", "three", "four", "five", "six"] {
        toml += &format!("[[contender]]\nname = \"{name}\"\n");
    }
    std::fs::write(&path, toml).unwrap();
    let mut window = open(Some(path));
    press(&mut window, &text::RUN);
    until(&mut window, "all have ended", |app| {
        let runs = &app.state().runs;
        runs.len() == 6 && runs.iter().all(Run::ended)
    });
    settle(&mut window);
    press(&mut window, &text::EVENTS);
    window.run_steps(4);
    let events = &app(&window).state().events;
    assert!(events.len() >= 7, "{events:?}");
    let whole = |words: &str| {
        (window.output().shapes.iter()).any(|clipped| match &clipped.shape {
            Shape::Text(text) if text.galley.text() == words => {
                clipped.clip_rect.y_range().contains(text.pos.y)
                    && (clipped.clip_rect.y_range()).contains(text.pos.y + text.galley.size().y)
            }
            _ => false,
        })
    };
    // The latest stands in the line at the foot as well.
    for event in &events[..events.len() - 1] {
        assert!(whole(&event.text), "{}", event.text);
    }
}

#[test]
fn preparation_steps_move_both_ways_by_mouse_and_by_keyboard() {
    let mut window = sized(None, 1280.0, 1000.0);
    let mut draft = app(&window).state().draft.clone();
    draft.data.prepare = ["difference", "smooth"]
        .map(|kind| {
            Prepare::all()
                .into_iter()
                .find(|step| step.kind() == kind)
                .unwrap()
        })
        .to_vec();
    app_mut(&mut window).apply(Action::EditShared(Box::new(draft)));
    window.run_steps(3);
    // What loading says of the data makes their group higher, and would move the next one from under the pointer.
    until(&mut window, "the data are loaded", |app| {
        !app.state().loading
    });
    window.run_steps(3);
    unfold(&mut window, &text::PREPARATION);
    let order = |window: &Window| -> Vec<String> {
        let steps = &app(window).state().draft.data.prepare;
        steps.iter().map(Choice::kind).collect()
    };
    let name = |place: usize, kind: &str| format!("{place}. {}", text::kind(kind));
    // The ends have nowhere to go.
    let up = text::raise_step(&name(1, "difference"));
    assert!(window.get_by_label(&up).accesskit_node().is_disabled());
    let down = text::lower_step(&name(2, "smooth"));
    assert!(window.get_by_label(&down).accesskit_node().is_disabled());
    press(&mut window, &text::lower_step(&name(1, "difference")));
    assert_eq!(order(&window), ["smooth", "difference"]);
    window
        .get_by_label(&text::raise_step(&name(2, "difference")))
        .focus();
    window.run_steps(2);
    window.key_press(Key::Enter);
    window.run_steps(3);
    assert_eq!(order(&window), ["difference", "smooth"]);
}

#[test]
fn the_plot_of_the_rate_writes_rates_as_its_axis_does() {
    let window = open(None);
    let label = |node: &Node<'_>| node.accesskit_node().label().unwrap_or_default();
    let plot = (window.get_all_by_role(Role::Image))
        .find(|node| label(node).starts_with(&*text::RATE))
        .expect("the plot of the rate");
    let said = label(&plot);
    for contender in &app(&window).state().contenders {
        let rate = contender.experiment.schedule.learning_rate;
        let written = format!("{} {rate}", contender.name);
        assert!(
            said.split([':', ',']).any(|part| part.trim() == written),
            "{said}"
        );
    }
}

#[test]
fn the_plots_count_epochs_and_seconds_too_and_an_event_points_at_its_step() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("short.toml");
    let toml = "seeds = [1, 2]\n[model]\nhidden = 4\n[training]\nsteps = 60\n";
    std::fs::write(&path, toml).unwrap();
    let mut window = open(Some(path));
    press(&mut window, &text::RUN);
    until(&mut window, "both seeds have ended", |app| {
        app.state().phase() == Phase::Ended
    });
    for axis in XAxis::ALL {
        let mut view = app(&window).state().view.clone();
        view.x_axis = axis;
        app_mut(&mut window).apply(Action::SetView(Box::new(view)));
        window.run_steps(3);
        let loss = loss_plot(&window).rect();
        window.hover_at(loss.left_top() + Vec2::new(90.0, 60.0));
        window.run_steps(4);
    }
    let ends = app(&window).state().events.last().unwrap().text.clone();
    window.get_by_role_and_label(Role::Button, &ends).click();
    window.run_steps(3);
    assert_eq!(app(&window).state().pointed, Some(60));
}

#[test]
fn a_right_click_saves_a_plot_as_numbers_and_as_lines() {
    let folder = tempfile::tempdir().unwrap();
    let experiment = folder.path().join("short.toml");
    std::fs::write(&experiment, "[model]\nhidden = 4\n[training]\nsteps = 30\n").unwrap();
    let mut window = open(Some(experiment));
    press(&mut window, &text::RUN);
    until(&mut window, "the run has ended", |app| {
        app.state().phase() == Phase::Ended
    });
    window.run_steps(3);
    for (entry, name) in [(text::SAVE_CSV, "loss.csv"), (text::SAVE_SVG, "loss.svg")] {
        loss_plot(&window).click_secondary();
        window.run_steps(3);
        press(&mut window, &entry);
        window.run_steps(3);
        let prompt = app(&window).state().prompt.clone().unwrap();
        assert!(prompt.path.ends_with(name), "{}", prompt.path);
        let path = folder.path().join(name);
        app_mut(&mut window).apply(Action::Answer(path.to_string_lossy().into_owned()));
        until(&mut window, "it is saved", |app| {
            app.state().prompt.is_none()
        });
        window.run_steps(2);
    }
    let table = std::fs::read_to_string(folder.path().join("loss.csv")).unwrap();
    let lines: Vec<&str> = table.lines().collect();
    assert!(
        lines[0].starts_with("\"Step\",\"Adam training\""),
        "{}",
        lines[0]
    );
    assert_eq!(lines.len(), 31);
    let first = app(&window).state().runs[0].history.train_loss.values()[0];
    assert_eq!(
        lines[1].split(',').nth(1).unwrap().parse::<f32>().unwrap(),
        first
    );
    let svg = std::fs::read_to_string(folder.path().join("loss.svg")).unwrap();
    assert!(svg.contains("Adam training"));
    // The experiment is still the one that it was.
    assert!(
        app(&window)
            .state()
            .file
            .as_ref()
            .unwrap()
            .ends_with("short.toml")
    );
}

#[test]
fn the_language_changes_while_it_runs() {
    let mut window = open(None);
    press(&mut window, &text::RUN);
    until(&mut window, "steps are made", |app| {
        app.state().runs.iter().any(|run| run.steps() > 2)
    });
    app_mut(&mut window).apply(Action::SetLanguage(Language::Chinese));
    window.run_steps(3);
    let pause = text::PAUSE.in_language(Language::Chinese);
    window.get_by_role_and_label(Role::Button, pause).click();
    window.run_steps(3);
    window.get_by_label(text::HAPPENING.in_language(Language::Chinese));
    assert!(
        window
            .query_by_label(text::HAPPENING.in_language(Language::English))
            .is_none()
    );
    app_mut(&mut window).apply(Action::SetLanguage(Language::English));
    window.run_steps(3);
    window.get_by_label(text::HAPPENING.in_language(Language::English));
}

fn remembering(folder: &Path) -> Window {
    let folder = folder.to_owned();
    let mut window = Harness::builder()
        .with_size(Vec2::new(1280.0, 800.0))
        .with_step_dt(1.0 / 4.0)
        .build_ui_state(
            move |ui, app: &mut Option<App>| {
                let app =
                    app.get_or_insert_with(|| App::remembering(ui.ctx(), None, Some(&folder)));
                let ctx = ui.ctx().clone();
                app.logic(&ctx);
                app.draw(ui);
            },
            None,
        );
    window.run_steps(2);
    until(&mut window, "the data are loaded", |app| {
        !app.state().loading
    });
    window
}

#[test]
fn the_window_remembers_how_it_was_left() {
    let folder = tempfile::tempdir().unwrap();
    let mut window = remembering(folder.path());
    press(&mut window, &text::ADD);
    let mut view = app(&window).state().view.clone();
    view.arrangement = Some(Arrangement::Row(
        ["loss", "gradient", "rate", "forecast"]
            .map(|name| (1.0, Arrangement::Plot(name.into())))
            .to_vec(),
    ));
    app_mut(&mut window).apply(Action::SetView(Box::new(view.clone())));
    until(&mut window, "it is written", |_| {
        std::fs::read_to_string(folder.path().join("settings.json"))
            .is_ok_and(|settings| settings.contains("arrangement") && settings.contains("row"))
    });
    let draft = app(&window).state().draft.clone();
    drop(window);
    let window = remembering(folder.path());
    assert_eq!(app(&window).state().view, view);
    assert_eq!(app(&window).state().draft, draft);
    assert!(app(&window).state().unsaved());
}
