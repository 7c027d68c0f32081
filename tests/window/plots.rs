//! Plots: moved, squeezed, and what each page draws and says.

use super::{Window, app, app_mut, open, press, press_any, unfold, until};
use eframe::egui::{Vec2, accesskit::Role};
use egui_kittest::kittest::Queryable;
use optimizer_explorer::app::landscape::Path;
use optimizer_explorer::app::{actions::Action, inside, state::Phase, text};
use optimizer_explorer::data::Part;

#[test]
fn a_long_name_leaves_the_plot_its_place_and_the_others_their_keys() {
    let mut window = open(None);
    let before = window
        .get_by_role_and_label(Role::Image, &text::FORECAST)
        .rect();
    let long = "A contender with a name that goes on and on ".repeat(4);
    app_mut(&mut window).apply(Action::Rename(0, long));
    window.run_steps(3);
    let after = window
        .get_by_role_and_label(Role::Image, &text::FORECAST)
        .rect();
    assert_eq!(before, after);
    let top = before.top();
    assert!(
        window
            .query_all_by_role_and_label(Role::CheckBox, &text::in_plots("SGD"))
            .any(|node| {
                let key = node.rect();
                key.bottom() <= top && key.left() > before.left() && key.right() < before.right()
            }),
        "no key to SGD above the plot"
    );
}

#[test]
fn a_panned_plot_comes_back_on_follow() {
    let mut window = open(None);
    let follow = |window: &Window| {
        window
            .query_by_role_and_label(Role::Button, &text::FOLLOW)
            .is_some()
    };
    assert!(!follow(&window), "nothing to come back from");
    let plot = window
        .get_by_role_and_label(Role::Image, &text::LOSS)
        .rect();
    window.drag_at(plot.center());
    window.run_steps(2);
    window.hover_at(plot.center() + Vec2::new(-60.0, 20.0));
    window.run_steps(2);
    window.drop_at(plot.center() + Vec2::new(-60.0, 20.0));
    window.run_steps(2);
    assert!(follow(&window), "the plot did not move");
    press(&mut window, &text::FOLLOW);
    assert!(!follow(&window));
}

#[test]
fn quantiles_are_drawn_as_a_band() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("quantiles.toml");
    std::fs::write(
        &path,
        "[loss]\nkind = \"quantile\"\n[model]\nhidden = 4\n[training]\nsteps = 60\n",
    )
    .unwrap();
    let mut window = open(Some(path));
    unfold(&mut window, &text::LOSS);
    window.get_by_label("Quantiles");
    press(&mut window, &text::RUN);
    until(&mut window, "the run has ended", |app| {
        app.state().phase() == Phase::Ended
    });
    window.run_steps(3);
    let run = &app(&window).state().runs[0];
    let [low, high] = run.band(0, 1).unwrap();
    let predicted = run.predicted(0, 1);
    let (low, high) = (low.column.values(), high.column.values());
    assert_eq!(low.len(), predicted.column.len());
    let inside = predicted.column.values().iter().zip(low.iter().zip(high));
    assert!(
        inside
            .filter(|(p, _)| p.is_finite())
            .all(|(p, (l, h))| l <= p && p <= h)
    );
}

#[test]
fn gradients_through_time_are_drawn_for_each_contender_and_say_their_numbers() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("flow.toml");
    let toml = "[data.window]\nlookback = 20\n[model]\nhidden = 4\nlayers = 2\n[training]\nsteps = 60\n[[contender]]\nname = \"RNN\"\nmodel = { cell = \"rnn\" }\n[[contender]]\nname = \"LSTM\"\nmodel = { cell = \"lstm\" }\n[[contender]]\nname = \"Linear\"\nmodel = { cell = \"linear\" }\n";
    std::fs::write(&path, toml).unwrap();
    let mut window = open(Some(path));
    press(&mut window, &text::FLOW);
    press(&mut window, &text::RUN);
    until(&mut window, "all have ended", |app| {
        app.state().phase() == Phase::Ended
    });
    // The last pictures are made a moment after the last report.
    window.run_steps(30);
    for name in ["RNN", "LSTM"] {
        let run = app(&window)
            .state()
            .runs
            .iter()
            .find(|run| run.name == name)
            .unwrap()
            .clone();
        assert_eq!(run.flow.steps().len(), 60);
        let (_, layers) = run.flow.steps().last().unwrap();
        let hidden = &layers[0].hidden;
        assert_eq!((layers.len(), hidden.len()), (2, 20));
        // What is heard is what was recorded.
        let said = text::plot_label(
            &format!("{}, {name}", text::FLOW),
            &[
                (text::AT_OUTPUT.into(), f64::from(hidden[19])),
                (text::FURTHEST_BACK.into(), f64::from(hidden[0])),
            ],
        );
        window.get_by_label(&said);
        assert!(run.probe.is_some() && !run.looks.steps.is_empty());
    }
    let cell = text::state(optimizer_explorer::diagnose::flow::State::Cell);
    press_any(&mut window, &cell);
    window.run_steps(3);
    let run = &app(&window).state().runs[1];
    let (_, layers) = run.flow.steps().last().unwrap();
    let said = format!(
        "{}, LSTM: at the output {}",
        text::FLOW,
        text::measure(f64::from(layers[0].cell[19]))
    );
    assert!(window.query_all_by_label_contains(&said).next().is_some());
    press(&mut window, &text::NORMS);
    window.run_steps(3);
    for title in [text::BY_TENSOR, text::UPDATE_RATIO, text::RADIUS] {
        assert!(
            window
                .query_all_by_label_contains(&format!("{title}: "))
                .next()
                .is_some(),
            "{title}"
        );
    }
    press(&mut window, &text::RESET);
    window.run_steps(3);
    press(&mut window, &text::FLOW);
    press(&mut window, &text::OVERVIEW);
}

#[test]
fn the_states_of_a_network_are_shown_over_time_and_training() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("states.toml");
    let toml = "[data.window]\nlookback = 20\n[model]\nhidden = 5\nlayers = 2\n[training]\nepochs = 4\n[[contender]]\nname = \"LSTM\"\n[[contender]]\nname = \"Linear\"\nmodel = { cell = \"linear\" }\n";
    std::fs::write(&path, toml).unwrap();
    let mut window = open(Some(path));
    press(&mut window, &text::INSIDE);
    assert_eq!(app(&window).state().inside, None);
    press(&mut window, &text::RUN);
    until(&mut window, "all have ended", |app| {
        app.state().phase() == Phase::Ended
    });
    until(&mut window, "the end is looked into", |app| {
        let state = app.state();
        let found = state.inside.as_ref().and_then(|look| look.found.as_ref());
        found.is_some_and(|inside| inside.step == state.runs[0].steps())
    });
    window.run_steps(3);
    let inside = app(&window).state().inside.clone().unwrap().found.unwrap();
    window.get_by_label(&text::inside_verdict(&inside, None));
    assert_eq!(inside.time_steps(), 20);
    assert_eq!(inside.layers.len(), 2);
    assert_eq!(inside.layers[1].hidden.len(), 20 * 5);
    // One step ahead at every step.
    let places: Vec<usize> = inside.answers.iter().map(|(place, ..)| *place).collect();
    assert_eq!(places, (1..=20).collect::<Vec<_>>());
    // The page asks for what it shows; away from it, others may.
    press(&mut window, &text::OVERVIEW);
    // The same window at the start: other weights, other states, the same input.
    app_mut(&mut window).apply(Action::LookInside(inside::Wish {
        run: 0,
        step: 0,
        part: Part::Validation,
        window: inside.window,
    }));
    until(&mut window, "the start is looked into", |app| {
        let found = app
            .state()
            .inside
            .as_ref()
            .and_then(|look| look.found.as_ref());
        found.is_some_and(|inside| inside.step == 0)
    });
    let start = app(&window).state().inside.clone().unwrap().found.unwrap();
    assert_eq!(start.inputs, inside.inputs);
    assert_ne!(start.layers[1].hidden, inside.layers[1].hidden);
}

#[test]
fn the_cliff_is_drawn_with_the_descents_of_its_contenders() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cliff.toml");
    let scenario = optimizer_explorer::scenarios::named("cliff").unwrap();
    std::fs::write(&path, scenario.toml).unwrap();
    let mut window = open(Some(path));
    press(&mut window, &text::LANDSCAPE);
    press(&mut window, &text::COMPUTE_CLIFF);
    window.run_steps(3);
    let landscape = app(&window).state().landscape.clone().unwrap();
    let surface = landscape.surface.clone().unwrap();
    assert!(surface.exact && surface.paths.len() == 2);
    let within = |path: &Path| {
        let [w, b] = path.points.last().unwrap().1;
        let ([x0, x1], [y0, y1]) = (surface.grid.x, surface.grid.y);
        (x0..=x1).contains(&w) && (y0..=y1).contains(&b)
    };
    assert!(!within(&surface.paths[0]) && within(&surface.paths[1]));
    window.get_by_label(&text::landscape_verdict(&landscape));
}
