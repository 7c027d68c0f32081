//! Tests of learning rates.

use super::*;

#[test]
fn a_test_of_rates_suggests_one_for_its_contender_and_can_be_undone() {
    use crate::app::actions::RateTestNews;
    let mut state = state();
    state.apply(Action::Select(1));
    state.apply(Action::TestRates);
    let effects = state.take_effects();
    let Some(Effect::TestRates {
        experiment,
        request,
    }) = effects.last()
    else {
        panic!("{effects:?}");
    };
    assert_eq!(
        experiment.optimizer,
        state.contenders[1].experiment.optimizer
    );
    assert_eq!(experiment.seeds.len(), 1);
    state.receive(Message::RateTest(*request, RateTestNews::Point(point(0))));
    // News of another test are not of this one.
    state.receive(Message::RateTest(
        request + 1,
        RateTestNews::Point(point(0)),
    ));
    let test = state.rate_test.as_ref().expect("it goes on");
    assert_eq!((test.points.len(), test.running), (1, true));
    let result = crate::train::RangeTest {
        points: vec![point(0), point(1)],
        suggestion: Some(0.012_345),
        blew_up: true,
    };
    state.receive(Message::RateTest(*request, RateTestNews::Ended(Ok(result))));
    // The order of the contenders may have changed since.
    state.apply(Action::Move { from: 1, to: 0 });
    let before = state.contenders.clone();
    state.apply(Action::UseSuggestedRate);
    let rate = |state: &AppState, index: usize| {
        let contender: &Contender = &state.contenders[index];
        contender.experiment.schedule.learning_rate
    };
    assert_eq!(rate(&state, 0), 0.012);
    assert_eq!(state.contenders[1], before[1]);
    let test = state.rate_test.as_ref().expect("it stays");
    assert!(!test.is_of_other_settings(&state.contenders[0].experiment));
    assert!(test.is_of_other_settings(&state.contenders[1].experiment));
    state.apply(Action::Undo);
    assert_eq!(state.contenders, before);
}

#[test]
fn a_test_of_rates_ends_with_what_it_is_about() {
    let begun = || {
        let mut state = state();
        state.apply(Action::TestRates);
        state.take_effects();
        state
    };
    let cancels = |state: &mut AppState| state.take_effects().contains(&Effect::CancelRateTest);
    let mut state = begun();
    state.apply(Action::CancelRateTest);
    assert!(cancels(&mut state));
    assert!(
        state
            .rate_test
            .as_ref()
            .is_some_and(|test| test.cancelled && !test.running)
    );
    state.apply(Action::CancelRateTest);
    assert!(!cancels(&mut state));
    for action in [
        Action::Remove(0),
        Action::SetSource("builtin:nile".into()),
        Action::OpenScenario(1),
    ] {
        let mut state = begun();
        state.apply(action.clone());
        assert!(
            cancels(&mut state) && state.rate_test.is_none(),
            "{action:?}"
        );
    }
    let mut state = begun();
    state.apply(Action::Remove(1));
    assert!(!cancels(&mut state) && state.rate_test.is_some());
}

fn point(step: u64) -> crate::train::RangePoint {
    crate::train::RangePoint {
        step,
        learning_rate: 1e-3,
        train_loss: 1.0,
        smoothed_loss: 1.0,
    }
}
