//! Sweeps of learning rates.

use super::*;
use crate::train::Work;

#[test]
fn a_sweep_tries_each_contender_at_five_rates_and_stops_at_fifty() {
    let mut state = AppState::new();
    let before: Vec<(String, f64)> = state
        .contenders
        .iter()
        .map(|c| (c.name.clone(), c.experiment.schedule.learning_rate))
        .collect();
    sweep(&mut state);
    assert_eq!(state.contenders.len(), 5 * before.len());
    assert_eq!(state.colours.len(), state.contenders.len());
    assert!(state.draft.problems().is_empty());
    for (index, (name, rate)) in before.iter().enumerate() {
        let five = &state.contenders[5 * index..5 * index + 5];
        let rates: Vec<f64> = five
            .iter()
            .map(|c| c.experiment.schedule.learning_rate)
            .collect();
        assert!((rates[0] / rate - 0.1).abs() < 0.01 && rates[2] == *rate);
        assert!(rates.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(five.iter().all(|c| c.name.starts_with(name.as_str())));
        let kinds: Vec<_> = five.iter().map(|c| c.experiment.optimizer).collect();
        assert!(kinds.iter().all(|kind| *kind == kinds[0]));
    }
    assert_eq!(state.phase(), Phase::Preparing);
    sweep(&mut state);
    assert_eq!(state.contenders.len(), 50);
    assert!(!state.sweep_fits());
    state.apply(Action::SweepRates);
    assert_eq!(state.sweep, None);
}

#[test]
fn a_sweep_that_is_cancelled_or_overtaken_changes_nothing() {
    for action in [
        Action::CancelSweep,
        Action::Duplicate(0),
        Action::OpenScenario(1),
    ] {
        let mut state = state();
        state.apply(Action::SweepRates);
        assert!(state.sweep.is_some());
        state.apply(action);
        assert_eq!(state.sweep, None);
        state.apply(Action::StartSweep);
        assert!(state.runs.is_empty() && state.phase() == Phase::Ready);
        assert!(state.contenders.len() <= 3, "{}", state.contenders.len());
    }
}

/// Asks for a sweep, hears what it amounts to, and agrees.
fn sweep(state: &mut AppState) {
    state.apply(Action::SweepRates);
    let asked = state.take_effects();
    let Some(Effect::Estimate(experiment, request)) = asked.last() else {
        panic!("{asked:?}");
    };
    let contenders = experiment.contenders().expect("they fit");
    assert_eq!(contenders.len(), 5 * state.contenders.len());
    let work = Work {
        runs: contenders.len(),
        steps: 1000,
        time: std::time::Duration::from_secs(90),
    };
    // Nothing begins before it is known and agreed to.
    state.apply(Action::StartSweep);
    state.receive(Message::Estimated(request - 1, Ok(work)));
    assert!(
        state
            .sweep
            .as_ref()
            .is_some_and(|sweep| sweep.work.is_none())
    );
    state.receive(Message::Estimated(*request, Ok(work)));
    let ready = state.sweep.as_ref().expect("it is asked about");
    let (words, can_begin) = text::sweep(ready, state.draft.seeds.len());
    assert!(can_begin && words.contains("1 min 30 s"), "{words}");
    state.apply(Action::StartSweep);
    assert_eq!(state.sweep, None);
}
