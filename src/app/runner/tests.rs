//! The state and its threads together, without a window.

use super::*;
use crate::app::actions::Action;
use crate::app::state::{AppState, Phase};
use crate::record::{Outcome, Status};
use std::time::{Duration, Instant};

/// Everything that changes from step to step: dropout, shuffling, momentum, a schedule that follows the
/// loss; one contender stops early.
const RACE: &str = r#"
seeds = [3, 4]
[data]
source = "builtin:airline"
[model]
hidden = 6
layers = 2
dropout = 0.2
[training]
epochs = 12
batch_size = 16
shuffle = true
[schedule]
kind = "plateau"
patience = 1
[[contender]]
name = "Adam"
optimizer = { kind = "adam" }
[[contender]]
name = "SGD"
optimizer = { kind = "sgd", momentum = 0.9 }
training = { stop_early = 2 }
"#;

struct Both {
    state: AppState,
    runner: Runner,
}

impl Both {
    fn open(toml: &str) -> Self {
        let mut both = Self {
            state: AppState::new(),
            runner: Runner::new(Arc::new(|| ())),
        };
        both.until("the first scenario is loaded", |state| !state.loading);
        let experiment = Experiment::from_toml(toml).expect("a good experiment");
        let path = "race.toml".into();
        both.state
            .receive(Message::Read(path, Ok(Box::new(experiment))));
        both.until("the data are loaded", |state| !state.loading);
        assert_eq!(both.state.errors(), []);
        both
    }

    fn apply(&mut self, action: Action) {
        self.state.apply(action);
        self.carry_out();
    }

    fn carry_out(&mut self) {
        for effect in self.state.take_effects() {
            self.runner.carry_out(effect);
        }
    }

    #[track_caller]
    fn until(&mut self, what: &str, done: impl Fn(&AppState) -> bool) {
        let start = Instant::now();
        loop {
            self.carry_out();
            for message in self.runner.messages() {
                self.state.receive(message);
            }
            if done(&self.state) {
                return;
            }
            assert!(start.elapsed() < Duration::from_mins(1), "in vain: {what}");
            thread::sleep(Duration::from_millis(2));
        }
    }

    #[track_caller]
    fn until_phase(&mut self, phase: Phase) {
        self.until(&format!("{phase:?}"), |state| state.phase() == phase);
    }
}

/// Everything that must not depend on stops: the outcome but its time, and the curves.
fn results(state: &AppState) -> Vec<(Outcome, String)> {
    let ended = |run: &crate::app::runs::Run| {
        let outcome = run.outcome.clone().expect("it has ended");
        let mut history = run.history.clone();
        assert!(history.seconds.windows(2).all(|pair| pair[0] <= pair[1]));
        history.seconds.clear();
        let shown = format!(
            "{history:?} {:?} {:?} {:?} {:?}",
            run.validation_steps, run.best, run.forecast, run.metrics
        );
        let seconds = 0.0;
        (Outcome { seconds, ..outcome }, shown)
    };
    state.runs.iter().map(ended).collect()
}

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
