//! Tests of learning rates.

use super::*;
use crate::app::actions::Action;
use crate::train;
use std::time::Duration;

#[test]
fn rates_are_tested_apart_from_the_contender_and_a_test_can_be_cancelled() {
    let mut both = Both::open(RACE);
    both.apply(Action::TestRates);
    both.until("the test has ended", |state| {
        state.rate_test.as_ref().is_some_and(|test| !test.running)
    });
    let test = both.state.rate_test.clone().expect("it stays");
    assert_eq!(test.problem, None);
    assert!(test.points.len() > 50, "{}", test.points.len());
    // The same as without a window.
    let experiment = both.state.contenders[0].experiment.clone();
    let plans = train::plan(&experiment, 1).expect("a good plan");
    let plan = &plans[0];
    let session = train::Session::new(&plan.experiment, "", Arc::clone(&plan.dataset), 1);
    let result = (session.expect("it begins")).range_test(&train::RateRange::default(), |_| true);
    assert_eq!(test.points, result.points);
    assert_eq!(test.suggestion, result.suggestion);
    both.apply(Action::TestRates);
    both.until("it has begun", |state| {
        state
            .rate_test
            .as_ref()
            .is_some_and(|test| !test.points.is_empty())
    });
    both.apply(Action::CancelRateTest);
    let seen = both.state.rate_test.as_ref().map(|test| test.points.len());
    assert!(both.runner.rate_test.is_none());
    std::thread::sleep(Duration::from_millis(50));
    for message in both.runner.messages() {
        both.state.receive(message);
    }
    assert_eq!(
        both.state.rate_test.as_ref().map(|test| test.points.len()),
        seen
    );
}
