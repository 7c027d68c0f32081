//! What is happening, in a few sentences.

use crate::app::format;
use crate::app::runs::Run;
use crate::app::state::{AppState, Phase};
use crate::diagnose::verdicts::Verdict;
use crate::experiment::Clipping;
use crate::record::Status;

/// What is happening, one sentence an entry.
#[must_use]
pub fn story(state: &AppState) -> Vec<String> {
    match state.phase() {
        Phase::Preparing => vec!["The runs are being prepared.".to_owned()],
        Phase::Ready => ready(state),
        Phase::Running | Phase::Paused => {
            let mut lines = leader(state, false);
            if lines.is_empty() {
                lines.push(
                    "Training has begun. The first validation comes at the end of an epoch."
                        .to_owned(),
                );
            }
            lines.extend(clipped(state));
            lines.extend(verdicts(state));
            lines.extend(troubles(state));
            lines
        }
        Phase::Stopped | Phase::Ended => {
            let mut lines = leader(state, true);
            lines.extend(clipped(state));
            lines.extend(verdicts(state));
            lines.extend(troubles(state));
            if state.phase() == Phase::Stopped {
                lines.push("Continue goes on where they left off.".to_owned());
            } else if lines.is_empty() {
                lines.push("All runs have ended.".to_owned());
            }
            lines
        }
    }
}

fn ready(state: &AppState) -> Vec<String> {
    if state.blocked() {
        return vec![
            "Something in the setup does not fit; it is marked in red on the left.".to_owned(),
        ];
    }
    let names: Vec<&str> = state
        .contenders
        .iter()
        .map(|contender| contender.name.as_str())
        .collect();
    let who = match names.as_slice() {
        [] => return Vec::new(),
        [one] => format!("{one} is"),
        [rest @ .., last] => format!("{} and {last} are", rest.join(", ")),
    };
    vec![format!("{who} ready. Press Run, or the space bar.")]
}

/// Who is ahead, and how far.
fn leader(state: &AppState, over: bool) -> Vec<String> {
    let mut ranked: Vec<(&Run, u64, f64)> = state
        .runs
        .iter()
        .filter_map(|run| run.best.map(|(step, loss)| (run, step, loss)))
        .collect();
    ranked.sort_by(|a, b| a.2.total_cmp(&b.2));
    let mut lines = Vec::new();
    if let Some(&(run, step, loss)) = ranked.first() {
        let name = run.label();
        let found = format!(
            "a validation loss of {} after step {}",
            format::measure(loss),
            format::count(step)
        );
        lines.push(match (over, ranked.len()) {
            (true, 1) => format!("{name} reached {found}."),
            (true, _) => format!("{name} is best, with {found}."),
            (false, 1) => format!("{name} has reached {found}."),
            (false, _) => format!("{name} is ahead, with {found}."),
        });
        if let Some(&(second, _, other)) = ranked.get(1)
            && loss > 0.0
        {
            let ratio = other / loss;
            lines.push(if ratio < 1.02 {
                format!("{} is level with it.", second.label())
            } else {
                format!(
                    "{}'s best loss is {} times as large.",
                    second.label(),
                    format::significant(ratio, 2)
                )
            });
        }
        let simplest = match state.shown_series() {
            Some(series) if series.samples.is_some() => "always saying the mean",
            _ => "repeating the last value",
        };
        if let Some(accuracy) = run.accuracy() {
            lines.push(format!(
                "{name} gives {} of the sequences their class.",
                format::percent(accuracy)
            ));
        }
        if let Some(skill) = run.skill() {
            lines.push(if skill > 0.0 {
                format!(
                    "The forecast of {name} saves {} of the error that {simplest} makes.",
                    format::percent(skill)
                )
            } else {
                format!("{name} does not beat {simplest} yet.")
            });
        }
    }
    lines
}

/// How often clipping cut in.
fn clipped(state: &AppState) -> Vec<String> {
    state
        .runs
        .iter()
        .filter(|run| run.experiment.clipping != Clipping::None && run.steps() > 0)
        .filter(|run| {
            let told = |verdict: &Verdict| matches!(verdict, Verdict::AlwaysClipped { .. });
            !run.verdicts.iter().any(told)
        })
        .map(|run| {
            let share = run.history.clipped_steps as f64 / run.history.len().max(1) as f64;
            format!(
                "{}: {} of the steps were clipped.",
                run.label(),
                format::percent(share)
            )
        })
        .collect()
}

/// What each run's numbers say.
fn verdicts(state: &AppState) -> Vec<String> {
    state
        .shown_runs()
        .filter(|(_, run)| run.explosion.is_none())
        .flat_map(|(_, run)| {
            let name = run.label();
            run.verdicts
                .iter()
                .map(move |verdict| format!("{name}: {}", lower(&verdict.sentence())))
        })
        .collect()
}

/// A sentence after a colon.
fn lower(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_lowercase().chain(letters).collect()
    })
}

/// What went wrong, and what helps.
fn troubles(state: &AppState) -> Vec<String> {
    let mut lines = Vec::new();
    for run in &state.runs {
        let Some(outcome) = &run.outcome else {
            continue;
        };
        let name = run.label();
        let steps = format::count(outcome.steps);
        match outcome.status {
            // What was recorded of it is told below.
            Status::Diverged if run.explosion.is_some() => {}
            Status::Diverged => lines.push(format!(
                "{name} diverged at step {steps}: its steps became too large. A smaller learning rate or global-norm clipping usually helps."
            )),
            Status::Failed => lines.push(format!("{name} failed at step {steps}: {}", outcome.reason)),
            Status::Stopped | Status::Finished | Status::Running => {}
        }
    }
    lines
}
