//! Runs: stopped, continued, gone back and forked.

use super::*;
use crate::app::actions::Action;
use crate::app::state::{AppState, Phase};
use crate::record::Status;

#[test]
fn a_race_that_is_stopped_and_continued_ends_as_one_that_never_was() {
    let mut whole = Both::open(RACE);
    whole.apply(Action::RunOrPause);
    whole.until_phase(Phase::Ended);

    let mut stopped = Both::open(RACE);
    stopped.apply(Action::Step);
    let all_at = |steps: u64| move |state: &AppState| state.runs.iter().all(|r| r.steps() == steps);
    stopped.until("the first step", all_at(1));
    stopped.apply(Action::Step);
    stopped.until("the second step", all_at(2));
    stopped.apply(Action::Stop);
    stopped.until_phase(Phase::Stopped);
    assert!(all_at(2)(&stopped.state));
    // One step goes on too, and waits.
    stopped.apply(Action::Step);
    assert_eq!(stopped.state.phase(), Phase::Paused);
    stopped.until("the third step", all_at(3));
    stopped.apply(Action::Stop);
    stopped.until_phase(Phase::Stopped);
    let seconds = |state: &AppState| state.runs[0].outcome.as_ref().map(|o| o.seconds);
    let before = seconds(&stopped.state).expect("stopped");
    // Settings that have become unfit keep nothing from going on.
    stopped.apply(Action::Rename(0, String::new()));
    assert!(stopped.state.blocked());
    for steps in [20, 50] {
        stopped.apply(Action::RunOrPause);
        stopped.until("more steps", |state| {
            state.runs.iter().any(|run| run.steps() > steps)
        });
        stopped.apply(Action::Stop);
        stopped.until("an end", |state| {
            matches!(state.phase(), Phase::Stopped | Phase::Ended)
        });
    }
    if stopped.state.phase() == Phase::Stopped {
        stopped.apply(Action::RunOrPause);
    }
    stopped.until_phase(Phase::Ended);
    assert!(seconds(&stopped.state).expect("ended") >= before);

    let (one, other) = (results(&whole.state), results(&stopped.state));
    assert_eq!(one.len(), 4);
    for ((a, a_shown), (b, b_shown)) in one.iter().zip(&other) {
        assert_eq!(a.status, Status::Finished);
        assert_eq!(a, b);
        assert!(a_shown == b_shown, "another course");
    }
}

#[test]
fn what_has_ended_by_itself_stays_ended() {
    let toml = r#"
[data]
source = "builtin:airline"
[model]
hidden = 4
[[contender]]
name = "Long"
training = { steps = 100000 }
[[contender]]
name = "Short"
training = { steps = 2 }
"#;
    let mut both = Both::open(toml);
    both.apply(Action::RunOrPause);
    both.until("the short one has finished", |state| {
        state.runs[1].ended() && state.runs[0].steps() > 5
    });
    both.apply(Action::Stop);
    both.until_phase(Phase::Stopped);
    let stood = both.state.runs[0].steps();
    both.apply(Action::RunOrPause);
    both.until("the long one goes on", |state| {
        state.runs[0].steps() > stood + 5
    });
    assert_eq!(both.state.runs[1].status(), Some(Status::Finished));
    assert_eq!(both.state.runs[1].steps(), 2);
    // Reset forgets what was kept, and the next start begins at the first step.
    both.apply(Action::Stop);
    both.until_phase(Phase::Stopped);
    both.apply(Action::Reset);
    assert_eq!(both.state.phase(), Phase::Ready);
    assert!(both.runner.runs.is_empty());
}

#[test]
fn a_run_goes_back_to_a_kept_step_and_forks_from_it() {
    let mut whole = Both::open(ONE);
    whole.apply(Action::RunOrPause);
    whole.until_phase(Phase::Ended);
    let end = whole.state.runs[0].steps();

    let mut both = Both::open(ONE);
    for step in 1..=3 {
        both.apply(Action::Step);
        both.until("a step", |state| state.runs[0].steps() == step);
    }
    both.apply(Action::Stop);
    both.until_phase(Phase::Stopped);
    both.until("it is kept", |state| state.runs[0].kept.contains(&3));
    both.apply(Action::RunOrPause);
    both.until_phase(Phase::Ended);

    // Back, and on to the same end.
    both.apply(Action::GoBack { run: 0, step: 3 });
    assert_eq!(both.state.runs[0].steps(), 3);
    assert_eq!(both.state.runs[0].kept.last(), Some(&3));
    assert_eq!(both.state.phase(), Phase::Stopped);
    both.apply(Action::RunOrPause);
    both.until_phase(Phase::Ended);
    assert!(results(&both.state) == results(&whole.state));

    // A fork without a change takes the very steps that its parent took.
    both.apply(Action::Fork {
        run: 0,
        step: 3,
        change: None,
    });
    assert_eq!(both.state.phase(), Phase::Running);
    both.until_phase(Phase::Ended);
    let fork = &both.state.runs[1];
    assert_eq!((fork.first_step(), fork.steps()), (3, end));
    assert_eq!(fork.row(3), Some(0));
    assert_eq!(fork.row(2), None);
    assert_eq!(losses(&both.state, 1), losses(&both.state, 0)[3..]);
    let weights = |run: usize| {
        both.state.runs[run]
            .outcome
            .clone()
            .map(|o| o.final_weights)
    };
    assert_eq!(weights(1), weights(0));
    assert_ne!(both.state.runs[1].colour, both.state.runs[0].colour);
    assert!(both.state.runs[1].validation_steps[0] >= 3);

    // One with another learning rate has its contender's new one, and goes elsewhere.
    let mut contender = both.state.contenders[0].clone();
    contender.experiment.schedule.learning_rate *= 3.0;
    both.apply(Action::EditContender(Box::new(contender)));
    both.apply(Action::Fork {
        run: 0,
        step: 3,
        change: None,
    });
    both.until_phase(Phase::Ended);
    assert_eq!(both.state.runs[2].steps(), end);
    assert_eq!(losses(&both.state, 2)[0], losses(&both.state, 0)[3]);
    assert_ne!(losses(&both.state, 2), losses(&both.state, 1));
    assert_ne!(both.state.runs[2].name, both.state.runs[1].name);

    // What was never kept changes nothing.
    both.apply(Action::Fork {
        run: 0,
        step: end + 1,
        change: None,
    });
    both.apply(Action::GoBack {
        run: 0,
        step: end + 1,
    });
    assert_eq!(both.state.runs.len(), 3);
    assert_eq!(both.state.runs[0].steps(), end);
}
