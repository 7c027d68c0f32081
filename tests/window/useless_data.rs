//! Data that cannot be used: explained, and the window lives.

use super::{app, app_mut, open, until};
use eframe::egui::accesskit::Role;
use egui_kittest::kittest::Queryable;
use optimizer_explorer::app::{actions::Action, text};

#[test]
fn data_that_cannot_be_used_are_explained_and_the_window_lives() {
    let folder = tempfile::tempdir().unwrap();
    let cases: [(&str, &[u8]); 6] = [
        ("empty.csv", b""),
        ("binary.csv", &[0, 159, 146, 150, 0, 1, 2, 255]),
        ("words.csv", b"a,b\nx,y\nz,w\n"),
        ("constant.csv", b"v\n1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n"),
        ("short.csv", b"v\n1\n2\n"),
        ("ragged.csv", b"a,b\n1,2\n3\n4,5,6\n"),
    ];
    for (name, content) in cases {
        let path = folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        let mut window = open(Some(path));
        assert!(
            !app(&window).state().errors().is_empty(),
            "{name} brought no error"
        );
        assert!(app(&window).state().blocked(), "{name}");
        window.run_steps(2);
        app_mut(&mut window).apply(Action::OpenScenario(0));
        until(&mut window, "the scenario is back", |app| {
            app.state().series.is_some()
        });
        window.run_steps(2);
        assert!(app(&window).state().errors().is_empty(), "{name}");
    }
    let mut window = open(Some(folder.path().join("missing.csv")));
    window.run_steps(2);
    assert!(
        app(&window)
            .state()
            .events
            .last()
            .unwrap()
            .text
            .contains("missing.csv")
    );
}

#[test]
fn data_without_numbers_leave_no_empty_plot_and_nothing_promises_curves() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("words.csv");
    std::fs::write(&path, "day,what\n2020-01-01,x\n2020-01-02,y\n").unwrap();
    let window = open(Some(path));
    window.get_by_label_contains(&text::NO_DATA_HELP);
    assert!(
        window
            .query_by_role_and_label(Role::Image, &text::FORECAST)
            .is_none()
    );
    assert!(window.query_all_by_label("ready").next().is_none());
    assert_eq!(
        text::not_yet(app(&window).state().blocked()),
        text::NOT_READY
    );
}
