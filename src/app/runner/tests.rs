//! The state and its threads together, without a window.

mod folder;
mod landscape;
mod load;
mod rate_test;
mod runs;

use super::*;
use crate::app::actions::Action;
use crate::app::state::{AppState, Phase};
use crate::record::Outcome;
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
            runner: Runner::new(Arc::new(|_| ())),
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

const ONE: &str = r#"
seeds = [5]
[data]
source = "builtin:airline"
[model]
hidden = 5
layers = 2
dropout = 0.2
[training]
epochs = 6
batch_size = 16
checkpoint_seconds = 0.0
"#;

/// The row of the run's table that tells of each step, made comparable.
fn losses(state: &AppState, run: usize) -> Vec<f32> {
    state.runs[run].history.train_loss.values().to_vec()
}
