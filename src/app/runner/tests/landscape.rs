//! Landscapes around runs.

use super::*;
use crate::app::actions::Action;
use crate::app::state::{AppState, Phase};
use std::time::Duration;

#[test]
fn a_landscape_is_around_the_end_of_a_run_with_the_paths_of_all() {
    use crate::app::landscape::Directions;
    use crate::app::state::LandscapeStage;
    let compute = |directions| Action::ComputeLandscape {
        points: 21,
        directions,
    };
    let has_ended = |state: &AppState| {
        let stage = state.landscape.as_ref().map(|landscape| landscape.stage);
        stage == Some(LandscapeStage::Ended)
    };
    let mut both = Both::open(RACE);
    // Before the first step: the middle is where the contender would begin, with no path.
    both.apply(compute(Directions::Random));
    both.until("it is there", has_ended);
    let landscape = both.state.landscape.clone().expect("it stays");
    let surface = landscape.surface.expect("no problem");
    assert_eq!((surface.step, surface.paths.len()), (0, 0));
    let before = surface.losses[surface.losses.len() / 2];
    // Nothing has moved: no plane of paths.
    both.apply(compute(Directions::Principal));
    both.until("it says no", has_ended);
    let problem = (both.state.landscape.as_ref()).and_then(|landscape| landscape.problem.clone());
    assert_eq!(problem.as_deref(), Some(text::NO_PRINCIPAL_PLANE.get()));

    both.apply(Action::RunOrPause);
    both.until_phase(Phase::Ended);
    let losses_before = losses(&both.state, 0).clone();
    both.apply(compute(Directions::Principal));
    both.until("it is there", has_ended);
    let landscape = both.state.landscape.clone().expect("it stays");
    assert!(landscape.size.is_some_and(|(windows, _)| windows > 10));
    let surface = landscape.surface.expect("no problem");
    assert_eq!(surface.step, both.state.runs[0].steps());
    let runs: Vec<usize> = surface.paths.iter().map(|path| path.run).collect();
    assert_eq!(runs, [0, 1, 2, 3]);
    for path in &surface.paths {
        let last = path.points.last().map(|(step, _)| *step);
        assert_eq!(path.points[0].0, 0);
        assert_eq!(last, Some(both.state.runs[path.run].steps()));
    }
    // The same seed begins with the same weights, whatever the optimizer.
    assert_eq!(surface.paths[0].points[0], surface.paths[2].points[0]);
    assert_ne!(surface.paths[0].points[0], surface.paths[1].points[0]);
    let (_, [a, b]) = *surface.paths[0].points.last().expect("an end");
    assert!(a.abs() < 1e-5 && b.abs() < 1e-5, "{a} {b}");
    let (_, centre) = surface.nearest([0.0, 0.0]).expect("it is inside");
    assert!(centre < before, "{centre} {before}");
    assert!(
        surface
            .share
            .is_some_and(|share| share > 0.5 && share <= 1.0 + 1e-9)
    );
    assert_eq!(losses(&both.state, 0), losses_before);
}

#[test]
fn a_landscape_in_the_making_ends_with_its_runs_and_leaves_them_alone() {
    use crate::app::landscape::Directions;
    let mut both = Both::open(&RACE.replace("epochs = 12", "epochs = 100000"));
    both.apply(Action::RunOrPause);
    both.until("it trains", |state| {
        state.runs.first().is_some_and(|run| run.steps() > 20)
    });
    both.apply(Action::ComputeLandscape {
        points: 41,
        directions: Directions::Random,
    });
    both.until("its size is known", |state| {
        (state.landscape.as_ref()).is_some_and(|landscape| landscape.size.is_some())
    });
    // Training has gone on meanwhile.
    let steps = both.state.runs[0].steps();
    both.until("it still trains", |state| state.runs[0].steps() > steps);
    both.apply(Action::Reset);
    assert!(both.runner.landscape.is_none() && both.state.landscape.is_none());
    std::thread::sleep(Duration::from_millis(50));
    for message in both.runner.messages() {
        both.state.receive(message);
    }
    assert_eq!(both.state.landscape, None);
}
