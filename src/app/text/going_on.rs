//! Going on, going back and forking.

use super::{ended, say};
use crate::app::actions::Change;
use crate::app::format;
use crate::app::runs::Run;
use std::path::Path;

/// So many runs go on after Stop.
#[must_use]
pub fn goes_on(runs: usize) -> String {
    match runs {
        1 => say!(
            "One run goes on where it was stopped.",
            "一个运行从停止处接着进行。"
        ),
        _ => say!(
            "{runs} runs go on where they were stopped.",
            "{runs} 个运行从停止处接着进行。"
        ),
    }
}

/// A run went back to a kept step.
#[must_use]
pub fn went_back(run: &Run) -> String {
    let step = format::count(run.steps());
    say!(
        "{} is back at step {step}. Continue goes on from there.",
        "{} 回到第 {step} 步。可从那里接着运行。",
        run.label()
    )
}

/// The name of a run that begins at a step of another.
#[must_use]
pub fn fork_name(name: &str, step: u64, change: Option<Change>) -> String {
    let step = format::count(step);
    match change {
        None => say!("{name} from {step}", "{name} 自 {step}"),
        Some(Change::Clip(limit)) => say!(
            "{name} from {step}, clip {}",
            "{name} 自 {step}，裁剪 {}",
            format::setting_short(limit)
        ),
        Some(Change::LearningRate(rate)) => say!(
            "{name} from {step}, rate {}",
            "{name} 自 {step}，学习率 {}",
            format::setting_short(rate)
        ),
    }
}

/// A fork begins.
#[must_use]
pub fn forked(name: &str, step: u64, change: Option<Change>) -> String {
    let step = format::count(step);
    let change = match change {
        None => String::new(),
        Some(Change::Clip(limit)) => say!(
            " and clipping by the global norm at {}",
            "，并把全局范数裁剪到 {}",
            format::setting_short(limit)
        ),
        Some(Change::LearningRate(rate)) => say!(
            " and a learning rate of {}",
            "，学习率改为 {}",
            format::setting_short(rate)
        ),
    };
    say!(
        "{name} begins at step {step} with its contender's present settings{change}.",
        "{name} 从第 {step} 步开始，使用该参赛者现在的设置{change}。"
    )
}

/// Goes back to this step.
#[must_use]
pub fn back_to(step: u64) -> String {
    say!("Back to step {}", "回到第 {} 步", format::count(step))
}

/// Forks at this step.
#[must_use]
pub fn fork_at(step: u64) -> String {
    say!("Fork at step {}", "在第 {} 步分叉", format::count(step))
}

/// The menu of a run's kept steps, for those who hear it.
#[must_use]
pub fn kept_steps(name: &str) -> String {
    say!("Kept steps of {name}", "{name} 保留的步")
}

/// A run folder was opened.
#[must_use]
pub fn opened_run(run: &Run) -> String {
    let how = ended(run);
    match run.folder.as_ref().and_then(|folder| folder.checkpoint) {
        Some(step) => {
            let step = format::count(step);
            say!(
                "{how} Continue goes on from step {step} in memory; its folder stays as it is.",
                "{how} 可从第 {step} 步在内存中接着运行；其文件夹保持原样。"
            )
        }
        None => how,
    }
}

/// A folder of runs was opened.
#[must_use]
pub fn opened_runs(runs: usize, folder: &Path) -> String {
    say!(
        "{runs} runs of {} stand side by side, as they were.",
        "{} 中的 {runs} 个运行按原样并排显示。",
        folder.display()
    )
}

/// A run goes on from what a folder holds.
#[must_use]
pub fn goes_on_apart(run: &Run, folder: &Path) -> String {
    say!(
        "{} goes on from step {} in memory; {} stays as it is.",
        "{} 从第 {} 步在内存中接着运行；{} 保持原样。",
        run.label(),
        format::count(run.steps()),
        folder.display()
    )
}
