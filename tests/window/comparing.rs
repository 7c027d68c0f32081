//! Contenders compared: ranked, over seeds and rates, and where one of them ends badly.

use super::{app, app_mut, open, press, type_number, until};
use eframe::egui::accesskit::Role;
use egui_kittest::kittest::{NodeT, Queryable};
use optimizer_explorer::app::{actions::Action, state::Phase, text};

#[test]
fn a_contender_that_diverges_is_told_and_the_others_go_on() {
    let mut window = open(None);
    app_mut(&mut window).apply(Action::Select(1));
    window.run_steps(2);
    type_number(&mut window, "Learning rate", "100000");
    press(&mut window, &text::RUN);
    until(&mut window, "one has diverged", |app| {
        app.state()
            .runs
            .iter()
            .any(optimizer_explorer::app::runs::Run::diverged)
    });
    let steps = app(&window).state().runs[0].steps();
    until(&mut window, "the other goes on", |app| {
        app.state().runs[0].steps() > steps || app.state().runs[0].ended()
    });
    window.run_steps(3);
    assert!(
        window
            .query_all_by_label_contains("diverged")
            .next()
            .is_some()
    );
}

#[test]
fn an_explosion_explains_itself_and_a_fork_mends_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("exploding.toml");
    let scenario = optimizer_explorer::scenarios::named("exploding").unwrap();
    std::fs::write(&path, scenario.toml).unwrap();
    let mut window = open(Some(path));
    press(&mut window, &text::RUN);
    until(&mut window, "all have ended", |app| {
        app.state().phase() == Phase::Ended
    });
    window.run_steps(3);
    let run = app(&window).state().runs[0].clone();
    assert!(run.diverged());
    let explosion = run.explosion.clone().unwrap();
    assert_eq!(explosion.norms.len() as u64, run.steps());
    window.get_by_label(&text::exploded(&run, &explosion));
    window.get_by_label(&explosion.sentence);
    window.get_by_label(&text::last_norms(&run, &explosion));
    // The first, and where the machine is slow a later one besides.
    assert_eq!(run.kept.first(), Some(&0));
    let back = run.kept.iter().rev().find(|step| **step < explosion.step);
    let back = *back.unwrap();
    press(&mut window, &text::way_clip(explosion.limit));
    until(&mut window, "the fork has ended", |app| {
        app.state().runs.len() == 3 && app.state().phase() == Phase::Ended
    });
    let fork = &app(&window).state().runs[2];
    assert!(!fork.diverged() && fork.steps() == app(&window).state().runs[1].steps());
    let best = |index: usize| app(&window).state().runs[index].best.unwrap().1;
    assert!(best(2) < 1.0, "{}", best(2));
    // The other way: back to before it, as if stopped there.
    press(&mut window, &text::way_back(back));
    assert_eq!(app(&window).state().phase(), Phase::Stopped);
    let run = &app(&window).state().runs[0];
    assert!(run.steps() == back && run.explosion.is_none());
}

#[test]
fn losses_of_different_kinds_are_not_ranked() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("losses.toml");
    let toml = "[model]\nhidden = 4\n[training]\nepochs = 3\n[[contender]]\nname = \"Squared\"\n[[contender]]\nname = \"Huber\"\nloss = { kind = \"huber\" }\n";
    std::fs::write(&path, toml).unwrap();
    let mut window = open(Some(path));
    press(&mut window, &text::RUN);
    until(&mut window, "both have ended", |app| {
        app.state().phase() == Phase::Ended
    });
    window.run_steps(3);
    let unlike = optimizer_explorer::diagnose::race::Unfair::Losses;
    window.get_by_label(&text::unfair(&unlike));
    assert!(window.query_by_label_contains("is best, with").is_none());
}

#[test]
fn contenders_are_compared_over_their_seeds_and_swept_over_rates() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("race.toml");
    let toml = "seeds = [1, 2, 3]\n[model]\nhidden = 4\n[training]\nepochs = 4\n[[contender]]\nname = \"Adam\"\n[[contender]]\nname = \"SGD\"\noptimizer = { kind = \"sgd\" }\n";
    std::fs::write(&path, toml).unwrap();
    let mut window = open(Some(path));
    press(&mut window, &text::RACE);
    let one_rate = optimizer_explorer::diagnose::race::Unfair::OneRate;
    window.get_by_label(&text::unfair(&one_rate));
    press(&mut window, &text::RUN);
    until(&mut window, "all have ended", |app| {
        app.state().phase() == Phase::Ended
    });
    window.run_steps(3);
    let last = |name: &str| {
        let runs = &app(&window).state().runs;
        let of = runs.iter().filter(|run| run.name == name);
        let last = of.map(|run| run.history.validation.last().unwrap().1);
        let [_, middle, _] = optimizer_explorer::diagnose::race::quartiles(last).unwrap();
        middle
    };
    let said = text::plot_label(
        &text::RACE_LOSS,
        &[
            ("Adam".to_owned(), last("Adam")),
            ("SGD".to_owned(), last("SGD")),
        ],
    );
    window.get_by_label(&said);
    for column in ["Best", "Best ↑"] {
        press(&mut window, column);
    }
    window.get_by_label("Best ↓");
    press(&mut window, &text::COPY_TABLE);
    press(&mut window, &text::SWEEP);
    assert_eq!(app(&window).state().contenders.len(), 2, "it asks first");
    until(&mut window, "its size is known", |app| {
        let sweep = app.state().sweep.as_ref();
        sweep.is_some_and(|sweep| matches!(sweep.work, Some(Ok(_))))
    });
    window.run_steps(3);
    let sweep = app(&window).state().sweep.clone().unwrap();
    let (words, _) = text::sweep(&sweep, 3);
    assert!(
        words.starts_with("10 contenders × 3 seeds = 30 runs"),
        "{words}"
    );
    window.get_by_label(&words);
    press(&mut window, &text::START_SWEEP);
    assert_eq!(app(&window).state().contenders.len(), 10);
    assert!(window.query_by_label(&text::unfair(&one_rate)).is_none());
    until(&mut window, "all rates have ended", |app| {
        app.state().phase() == Phase::Ended
    });
    window.run_steps(3);
    // A curve for each original contender, by the name that its rates have in common.
    let curves = window.get_by(|node| {
        let label = node.label().unwrap_or_default();
        node.role() == Role::Image && label.starts_with(text::U_CURVES.get())
    });
    let label = curves.accesskit_node().label().unwrap_or_default();
    assert!(label.contains("Adam ") && label.contains("SGD "), "{label}");
}
