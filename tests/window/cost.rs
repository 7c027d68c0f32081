//! What a frame costs, in what a graphics card is handed.

use super::{Window, press, settle, sized, until};
use eframe::egui::Shape;
use eframe::egui::epaint::Primitive;
use optimizer_explorer::app::{runs::Run, text};
use std::fmt::Write as _;

/// Corners of all triangles that are drawn.
fn vertices(window: &Window) -> usize {
    let shapes = window.output().shapes.clone();
    let drawn = window.ctx.tessellate(shapes, 1.0);
    let vertices = drawn.iter().map(|clipped| match &clipped.primitive {
        Primitive::Mesh(mesh) => mesh.vertices.len(),
        Primitive::Callback(_) => 0,
    });
    vertices.sum()
}

#[test]
fn eight_contenders_are_drawn_with_few_corners() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("eight.toml");
    let mut experiment =
        "[data.window]\nlookback = 12\n[model]\nhidden = 4\n[training]\nsteps = 800\n".to_owned();
    for kind in [
        "adam", "sgd", "rmsprop", "adamw", "adagrad", "lion", "adan", "lamb",
    ] {
        writeln!(
            experiment,
            "[[contender]]\nname = \"{kind}\"\noptimizer = {{ kind = \"{kind}\" }}"
        )
        .unwrap();
    }
    std::fs::write(&path, experiment).unwrap();
    let mut window = sized(Some(path), 1280.0, 800.0);
    until(&mut window, "it is opened", |app| {
        app.state().contenders.len() == 8
    });
    window.run_steps(3);
    let ready = vertices(&window);
    press(&mut window, &text::RUN);
    until(&mut window, "all have ended", |app| {
        let runs = &app.state().runs;
        runs.len() == 8 && runs.iter().all(Run::ended)
    });
    settle(&mut window);
    let ended = vertices(&window);
    // Three plots of a few hundred pixels, with two or three lines for each contender.
    assert!(ended > ready, "curves are drawn: {ready}, {ended}");
    assert!(ended < 40_000, "{ready} before the runs, {ended} after");
}

#[test]
fn nothing_is_filled_with_the_colour_that_is_there_before() {
    let mut window = sized(None, 1280.0, 800.0);
    press(&mut window, &text::RUN);
    until(&mut window, "there are curves", |app| {
        app.state().runs.iter().all(|run| run.steps() > 20)
    });
    let colour = window.ctx.global_style().visuals.panel_fill;
    let shapes = &window.output().shapes;
    assert!(shapes.len() > 100, "{} shapes", shapes.len());
    for clipped in shapes {
        if let Shape::Rect(rect) = &clipped.shape
            // The test's own panel, which the window does not have.
            && rect.rect.width() < 1200.0
            // What lies over others is no panel.
            && rect.stroke.width == 0.0
        {
            assert!(rect.fill != colour, "{rect:?}");
        }
    }
}
