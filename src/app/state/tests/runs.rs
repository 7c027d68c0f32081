//! Runs: begun, paused, stepped, reset, and what they report.

use super::*;
use crate::record::{LossUnit, Outcome, RunInfo, Status, StepRecord};
use crate::train::{Report, WorkerState};

#[test]
fn the_one_button_starts_pauses_resumes_and_starts_again() {
    let mut state = state();
    state.apply(Action::RunOrPause);
    assert_eq!(state.phase(), Phase::Preparing);
    assert!(matches!(
        state.take_effects().last(),
        Some(Effect::Plan {
            start_paused: false,
            ..
        })
    ));
    state.receive(Message::Planned(Ok(())));
    assert_eq!(state.phase(), Phase::Running);
    state.apply(Action::RunOrPause);
    assert_eq!(state.phase(), Phase::Paused);
    state.apply(Action::RunOrPause);
    assert_eq!(state.phase(), Phase::Running);
    assert_eq!(
        state.take_effects(),
        [Effect::Tell(Order::Pause), Effect::Tell(Order::Resume)]
    );
    for index in 0..state.runs.len() {
        state.receive(Message::Lost(index, "gone".into()));
    }
    assert_eq!(state.phase(), Phase::Ended);
    state.apply(Action::RunOrPause);
    assert_eq!(state.phase(), Phase::Preparing);
}

#[test]
fn a_step_from_the_start_is_exactly_one() {
    let mut state = state();
    state.apply(Action::Step);
    assert!(matches!(
        state.take_effects().last(),
        Some(Effect::Plan {
            start_paused: true,
            ..
        })
    ));
    state.receive(Message::Planned(Ok(())));
    assert_eq!(state.take_effects(), [Effect::Tell(Order::Step)]);
    assert_eq!(state.phase(), Phase::Paused);
    state.apply(Action::Step);
    assert_eq!(state.take_effects(), [Effect::Tell(Order::Step)]);
}

#[test]
fn plans_that_come_after_a_reset_do_not_bring_it_back_to_life() {
    let mut state = state();
    state.apply(Action::RunOrPause);
    state.apply(Action::Reset);
    state.receive(Message::Planned(Ok(())));
    assert_eq!(state.phase(), Phase::Ready);
    assert!(state.runs.is_empty());
}

fn report(records: Vec<StepRecord>, outcome: Option<Status>) -> Message {
    let steps = records.len() as u64;
    Message::Report(
        0,
        Box::new(Report {
            info: Some(RunInfo {
                contender: "Adam".into(),
                seed: 7,
                backend: "flex".into(),
                threads: 1,
                parameters: 10,
                tensors: Vec::new(),
                steps_per_epoch: 2,
                planned_steps: 10,
                first_step: 0,
                data_hash: String::new(),
                initial_weights: String::new(),
                loss_unit: LossUnit::default(),
            }),
            records,
            outcome: outcome.map(|status| Outcome {
                status,
                reason: "the loss was not finite".into(),
                steps,
                seconds: 1.0,
                best: None,
                batch_order: String::new(),
                final_weights: String::new(),
                train_loss: None,
                validation_loss: None,
            }),
            ..Report::empty(WorkerState::Running)
        }),
    )
}

fn record(step: u64, validation_loss: Option<f64>) -> StepRecord {
    StepRecord {
        step,
        epoch: step / 2,
        seconds: 0.0,
        learning_rate: 1e-3,
        train_loss: 1.0,
        grad_norm: 1.0,
        grad_norm_clipped: 1.0,
        update_norm: 0.1,
        weight_norm: 1.0,
        validation_loss,
        tensor_norms: Vec::new(),
        flow: None,
    }
}

#[test]
fn reports_become_curves_and_progress() {
    let mut state = state();
    state.apply(Action::RunOrPause);
    state.receive(Message::Planned(Ok(())));
    state.receive(report(vec![record(0, None), record(1, Some(0.5))], None));
    state.receive(report(vec![record(2, None), record(3, Some(0.7))], None));
    let run = &state.runs[0];
    assert_eq!(run.steps(), 4);
    assert_eq!(run.validation_steps, [1, 3]);
    assert_eq!(run.best, Some((2, 0.5)));
    assert_eq!(state.progress().planned, 10);
    state.receive(report(vec![record(4, None)], Some(Status::Diverged)));
    assert!(state.runs[0].diverged());
    let event = state.events.last().expect("the end is told");
    assert_eq!(event.weight, Weight::Trouble);
    assert!(event.text.contains("diverged"), "{}", event.text);
}

#[test]
fn a_stopped_race_shows_how_far_it_came() {
    let mut state = state();
    state.apply(Action::RunOrPause);
    state.receive(Message::Planned(Ok(())));
    state.receive(report(vec![record(0, None), record(1, None)], None));
    state.receive(report(vec![record(2, None)], Some(Status::Stopped)));
    assert!((state.progress().share - 0.3).abs() < 1e-9);
}

#[test]
fn a_failed_plan_leaves_the_settings_and_marks_the_field() {
    let mut state = state();
    state.apply(Action::RunOrPause);
    let problem = KeyError::new("data.window.lookback", "too long");
    state.receive(Message::Planned(Err(vec![problem.clone()])));
    assert_eq!(state.phase(), Phase::Ready);
    assert_eq!(state.errors(), [problem]);
    // The next change may have mended it.
    let mut draft = state.draft.clone();
    draft.data.window.lookback = Some(3);
    state.apply(Action::EditShared(Box::new(draft)));
    assert!(state.errors().is_empty());
}

#[test]
fn settings_changed_after_the_start_are_told() {
    let mut state = state();
    state.apply(Action::RunOrPause);
    state.receive(Message::Planned(Ok(())));
    assert!(!state.stale());
    state.apply(Action::Add);
    assert!(state.stale());
    assert_eq!(state.runs.len(), state.contenders.len() - 1);
}
