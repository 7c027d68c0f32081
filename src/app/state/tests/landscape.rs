//! Landscapes: of whom they are, and when they end.

use super::*;

#[test]
fn a_landscape_is_of_the_selected_contender_and_its_run() {
    use crate::app::actions::LandscapeNews as News;
    let mut state = state();
    state.apply(Action::Select(1));
    state.apply(compute());
    let (wish, request) = asked_landscape(&mut state);
    assert_eq!(
        wish.experiment.optimizer,
        state.contenders[1].experiment.optimizer
    );
    assert_eq!((wish.run, wish.experiment.seeds.len()), (None, 1));
    let stage = |state: &AppState| state.landscape.as_ref().map(|landscape| landscape.stage);
    let size = |asks| News::Size {
        windows: 90,
        seconds: 3.0,
        asks,
    };
    state.receive(Message::Landscape(request, size(false)));
    state.receive(Message::Landscape(request, News::Done(7)));
    // News of another one are not of this one.
    state.receive(Message::Landscape(request + 1, News::Done(9)));
    assert_eq!(stage(&state), Some(LandscapeStage::Computing(7)));
    state.receive(Message::Landscape(
        request,
        News::Ended(Ok(Some(surface()))),
    ));
    let landscape = state.landscape.clone().expect("it stays");
    assert_eq!(landscape.surface.as_deref(), Some(&surface()));
    assert!(!landscape.ongoing() && landscape.size == Some((90, 3.0)));

    // What takes long waits for a yes.
    state.apply(compute());
    let (_, request) = asked_landscape(&mut state);
    state.apply(Action::GoAheadWithLandscape);
    assert_eq!(state.take_effects(), []);
    state.receive(Message::Landscape(request, size(true)));
    assert_eq!(stage(&state), Some(LandscapeStage::Asking));
    state.apply(Action::GoAheadWithLandscape);
    assert_eq!(state.take_effects(), [Effect::GoAheadWithLandscape]);
    assert_eq!(stage(&state), Some(LandscapeStage::Computing(0)));

    // With runs, it is of the contender's run.
    state.apply(Action::RunOrPause);
    state.receive(Message::Planned(Ok(())));
    assert!(state.landscape.is_some(), "it was of no run");
    state.apply(compute());
    assert_eq!(asked_landscape(&mut state).0.run, Some(1));
    // A size that nobody can choose asks for nothing.
    state.apply(Action::CancelLandscape);
    state.take_effects();
    state.apply(Action::ComputeLandscape {
        points: 0,
        directions: crate::app::landscape::Directions::Random,
    });
    assert_eq!(state.take_effects(), []);
}

#[test]
fn a_landscape_ends_with_what_it_is_about() {
    use crate::app::actions::LandscapeNews as News;
    let begun = || {
        let mut state = state();
        state.apply(Action::RunOrPause);
        state.receive(Message::Planned(Ok(())));
        state.apply(compute());
        state.take_effects();
        state
    };
    let cancels = |state: &mut AppState| state.take_effects().contains(&Effect::CancelLandscape);
    let mut state = begun();
    state.apply(Action::CancelLandscape);
    assert!(cancels(&mut state));
    // What it still had to say comes too late.
    let late = Message::Landscape(1, News::Ended(Ok(Some(surface()))));
    state.receive(late);
    let landscape = state.landscape.as_ref().expect("it says that it was ended");
    assert_eq!(landscape.stage, LandscapeStage::Cancelled);
    assert_eq!(landscape.surface, None);
    state.apply(Action::CancelLandscape);
    assert!(!cancels(&mut state));
    for action in [
        Action::Remove(0),
        Action::SetSource("builtin:nile".into()),
        Action::OpenScenario(1),
        Action::Reset,
        compute(),
    ] {
        let mut state = begun();
        state.apply(action.clone());
        assert!(cancels(&mut state), "{action:?}");
        assert_eq!(state.landscape.is_some(), action == compute(), "{action:?}");
    }
    // The contender that it is of is taken back.
    let mut state = state_with_a_landscape_of_a_new_one();
    state.apply(Action::Undo);
    assert!(cancels(&mut state) && state.landscape.is_none());
    // Others may go, and training may pause.
    let mut state = begun();
    state.apply(Action::Remove(1));
    state.apply(Action::RunOrPause);
    assert!(!cancels(&mut state) && state.landscape.is_some());
}

fn surface() -> crate::app::landscape::Surface {
    crate::app::landscape::Surface {
        grid: crate::train::Grid {
            x: [-1.0, 1.0],
            y: [-1.0, 1.0],
            points: 2,
        },
        losses: vec![1.0, 2.0, 3.0, f64::INFINITY],
        step: 0,
        paths: Vec::new(),
        share: None,
        exact: false,
    }
}

fn compute() -> Action {
    Action::ComputeLandscape {
        points: 21,
        directions: crate::app::landscape::Directions::Random,
    }
}

/// The number of the landscape that was asked for last.
#[track_caller]
fn asked_landscape(state: &mut AppState) -> (crate::app::landscape::Wish, u64) {
    let effects = state.take_effects();
    let Some(Effect::LookAround(wish, request)) = effects.last() else {
        panic!("{effects:?}");
    };
    (*wish.clone(), *request)
}

fn state_with_a_landscape_of_a_new_one() -> AppState {
    let mut state = state();
    state.apply(Action::Add);
    state.apply(Action::Select(state.contenders.len() - 1));
    state.apply(compute());
    state.take_effects();
    state
}
