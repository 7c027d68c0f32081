//! Every text that a person sees, in one place.

mod choices;
mod commands;
mod drawings;
mod effects;
mod explosion;
mod export;
mod flow;
mod going_on;
mod help;
mod inside;
mod kinds;
mod landscape;
mod language;
mod preparation;
mod problems;
mod race;
mod rate_test;
mod read;
mod scenarios;
mod story;
#[cfg(test)]
pub(in crate::app) mod tests;
mod translate;
mod words;

pub use commands::{
    CLOSE, COMMANDS, DO_NOT_SAVE, DRAG_HINT, EDIT, EPOCH_AXIS, FOLLOW_ALL, FULL_SCREEN, HIDE, KEYS,
    KEYS_OF_PLOTS, LANGUAGE, MOVE_DOWN, MOVE_UP, NO_COMMAND, NO_RECENT, PAGE, PALETTE,
    PALETTE_HINT, PROJECTOR, PROJECTOR_HELP, QUIT, RECENT, REDO, RESET_LAYOUT, RESET_LAYOUT_HELP,
    SAVE_CSV, SAVE_FIRST, SAVE_PNG, SAVE_SVG, SECONDS_AXIS, SEED_MEAN, SHOW, SHOW_PANEL, SHOW_STEP,
    SMOOTHING, SORT_HELP, UNDO, UNSAVED, UNSAVED_HELP, UNSAVED_MARK, WINDOWS_DRAWING, X_AXIS, at,
    language_words, of_contender, setting_command, settings_broken, side, smoothing, theme, travel,
    x_axis, x_axis_name,
};
pub use drawings::{component, overview, stage, step_adds, windows};
pub use effects::{effect, found_period, zero};
pub use explosion::{
    LAST_NORMS, exploded, last_norms, way_back, way_clip, way_clip_help, way_rate, way_rate_help,
};
pub use export::*;
pub use flow::*;
pub use going_on::{
    back_to, fork_at, fork_name, forked, goes_on, goes_on_apart, kept_steps, opened_run,
    opened_runs, went_back,
};
pub use help::{field, kind, kind_help, kind_of, within};
pub use inside::*;
pub use kinds::formula;
pub use landscape::*;
pub use language::{Language, Text, language, set_language};
pub(crate) use language::{say, texts};
pub use preparation::{
    DEFAULT_ORDER, DEFAULT_ORDER_HELP, ROWS_FROM, lower_step, raise_step, remove_step, step_name,
};
pub use problems::{and_next, begun, classes_decide, colon, comma, of_document, problem};
pub use race::*;
pub use rate_test::*;
pub use read::{answers, class_count, class_counts, flaws, prepared, sketch, summary};
pub use scenarios::{scenario_lesson, scenario_title};
pub use story::{loss_axis, story};
pub use translate::{interval, translated};
pub use words::*;

use super::actions::{Ask, Pace};
pub use super::format::measure;

use super::format;
use super::runs::Run;
use super::state::{Phase, Progress};
use crate::record::Status;
use crate::train::WorkerState;
use std::path::Path;

/// No text at all.
pub const NOTHING: Text = Text::same("");

/// The title of the question for a path.
#[must_use]
pub fn ask(ask: Ask) -> Text {
    match ask {
        Ask::Open => Text::new("Open data, an experiment or a run", "打开数据、实验或运行"),
        Ask::SaveAs => Text::new("Save the experiment", "保存实验"),
        Ask::SaveFigure => Text::new("Save the plot", "保存图"),
        Ask::Export => Text::new("Export", "导出"),
        Ask::StartFrom => Text::new("Choose a model to start from", "选择起始模型"),
        Ask::MovedData => Text::new("Where are the data of this run?", "此运行的数据在哪里？"),
    }
}

/// What the question for a path takes.
#[must_use]
pub fn ask_help(ask: Ask) -> Text {
    match ask {
        Ask::Open => Text::new(
            "A data file becomes the source of this experiment. A file ending in .toml replaces all settings. A run folder shows its run and, where that has not ended, goes on with it. Files can also be dropped on the window.",
            "数据文件会成为本实验的来源。以 .toml 结尾的文件会替换所有设置。运行文件夹会显示其运行，未结束的可以接着运行。也可以把文件拖到窗口上。",
        ),
        Ask::SaveAs => Text::new(
            "Every setting and every contender, as a text file that this window and the command line read.",
            "所有设置和所有参赛者，存为本窗口和命令行都能读的文本文件。",
        ),
        Ask::Export => EXPORT_HELP,
        Ask::StartFrom => START_FROM_HELP,
        Ask::MovedData => Text::new(
            "The file is known by its hash: only the data that the run was trained on are taken.",
            "文件通过哈希识别：只接受该运行训练时所用的数据。",
        ),
        Ask::SaveFigure => Text::new(
            "The plot as it is on show, as a picture (PNG, SVG) or as its numbers (CSV).",
            "按当前显示保存此图：图片 (PNG、SVG) 或数值 (CSV)。",
        ),
    }
}

/// A pace in the menu.
#[must_use]
pub fn pace(pace: Pace) -> String {
    match pace {
        Pace::Full => say!("Full speed", "全速"),
        Pace::StepsPerSecond(1) => say!("1 step a second", "每秒 1 步"),
        Pace::StepsPerSecond(steps) => say!("{steps} steps a second", "每秒 {steps} 步"),
    }
}

/// The bright button.
#[must_use]
pub fn run_button(phase: Phase) -> Text {
    match phase {
        Phase::Ready => RUN,
        Phase::Preparing => PREPARING,
        Phase::Running => PAUSE,
        Phase::Paused => RESUME,
        Phase::Stopped => CONTINUE,
        Phase::Ended => RUN_AGAIN,
    }
}

/// What that button does.
#[must_use]
pub fn run_help(phase: Phase) -> Text {
    match phase {
        Phase::Stopped => CONTINUE_HELP,
        _ => RUN_HELP,
    }
}

/// The line beside the progress bar: what is done, and what is left.
#[must_use]
pub fn progress(phase: Phase, blocked: bool, progress: &Progress) -> [String; 2] {
    let done = if progress.planned == 0 {
        match phase {
            Phase::Ready if blocked => say!("Not ready", "未就绪"),
            Phase::Ready => say!("Ready", "就绪"),
            _ => say!("Preparing", "准备中"),
        }
    } else {
        say!(
            "Step {} of {}   ·   epoch {} of {}",
            "第 {} 步，共 {}   ·   第 {} 轮，共 {}",
            format::count(progress.step),
            format::count(progress.planned),
            format::count(progress.epoch),
            format::count(progress.epochs),
        )
    };
    let left = match phase {
        Phase::Running => match (progress.steps_per_second, progress.seconds_left) {
            (Some(speed), Some(left)) => say!(
                "{} steps/s   ·   {} left",
                "每秒 {} 步   ·   还需 {}",
                format::count(speed.round() as u64),
                format::duration(left)
            ),
            _ => String::new(),
        },
        Phase::Paused => say!("Paused", "已暂停"),
        Phase::Stopped => say!("Stopped", "已停止"),
        Phase::Ended => say!("Ended", "已结束"),
        Phase::Ready | Phase::Preparing => String::new(),
    };
    [done, left]
}

/// What stands in a plot before the first step.
#[must_use]
pub fn not_yet(blocked: bool) -> Text {
    if blocked { NOT_READY } else { NOT_YET }
}

/// A contender's state before the first step.
#[must_use]
pub fn readiness(blocked: bool) -> Text {
    if blocked {
        Text::new("not ready", "未就绪")
    } else {
        Text::new("ready", "就绪")
    }
}

/// A run's state as a word.
#[must_use]
pub fn run_state(run: &Run, paused: bool) -> Text {
    match (run.status(), run.state) {
        (Some(Status::Finished), _) => Text::new("finished", "已完成"),
        (Some(Status::Stopped), _) => Text::new("stopped", "已停止"),
        (Some(Status::Diverged), _) => Text::new("diverged", "发散"),
        (Some(Status::Failed), _) => Text::new("failed", "失败"),
        (Some(Status::Running), _) => Text::new("cut off", "中断"),
        (_, WorkerState::Ended) => Text::new("ended", "已结束"),
        (_, WorkerState::Starting) => Text::new("starting", "启动中"),
        (_, WorkerState::Paused) => Text::new("paused", "已暂停"),
        (_, WorkerState::Running) if paused => Text::new("paused", "已暂停"),
        (_, WorkerState::Running) => Text::new("running", "运行中"),
    }
}

/// A run has ended.
#[must_use]
pub fn ended(run: &Run) -> String {
    let name = run.label();
    let Some(outcome) = &run.outcome else {
        return say!("{name} ended.", "{name} 已结束。");
    };
    let steps = format::count(outcome.steps);
    let reason = translated(outcome.reason.trim_end_matches('.'));
    match outcome.status {
        Status::Finished => say!(
            "{name} finished: {steps} steps in {}.",
            "{name} 已完成：{steps} 步，用时 {}。",
            format::duration(outcome.seconds)
        ),
        Status::Stopped => say!(
            "{name} stopped at step {steps}.",
            "{name} 停在第 {steps} 步。"
        ),
        Status::Diverged => say!(
            "{name} diverged at step {steps}: {reason}.",
            "{name} 在第 {steps} 步发散：{reason}。"
        ),
        Status::Failed => say!(
            "{name} failed at step {steps}: {reason}.",
            "{name} 在第 {steps} 步失败：{reason}。"
        ),
        Status::Running => say!(
            "{name} has no end yet: it was cut off, or is trained elsewhere. Here are its first {steps} steps.",
            "{name} 还没有结束：它被中断，或在别处训练。这里是它的前 {steps} 步。"
        ),
    }
}

/// The switch that hides a contender in the plots.
#[must_use]
pub fn in_plots(name: &str) -> String {
    say!("Show {name} in plots", "在图中显示 {name}")
}

/// The lookback that the program chose.
#[must_use]
pub fn automatic_lookback(steps: usize) -> String {
    say!("{}: {steps} steps", "{}：{steps} 步", AUTOMATIC_LOOKBACK)
}

/// The parts of the split, with how many rows or sequences they have where that is known.
#[must_use]
pub fn split(shares: [f64; 3], counts: Option<[usize; 3]>, sequences: bool) -> String {
    let [train, validation, test] = shares.map(format::percent);
    let said = [
        format!("{TRAIN_PART} {train}"),
        format!("{} {validation}", VALIDATION_PART.to_lowercase()),
        format!("{} {test}", TEST_PART.to_lowercase()),
    ]
    .join(comma());
    let Some(counts) = counts else {
        return said;
    };
    let [train, validation, test] = counts.map(|count| format::count(count as u64));
    if sequences {
        say!(
            "{said}: {train}, {validation} and {test} sequences",
            "{said}：{train}、{validation}、{test} 个序列"
        )
    } else {
        say!(
            "{said}: {train}, {validation} and {test} rows",
            "{said}：{train}、{validation}、{test} 行"
        )
    }
}

/// The name of a copy.
#[must_use]
pub fn copy_of(name: &str) -> String {
    say!("{name} copy", "{name} 副本")
}

/// The experiment is on disk.
#[must_use]
pub fn saved(path: &Path) -> String {
    say!("Saved {}.", "已保存 {}。", path.display())
}

/// The experiment is not on disk.
#[must_use]
pub fn not_saved(path: &Path, reason: &str) -> String {
    let reason = translated(reason);
    say!(
        "{} could not be written: {reason}",
        "无法写入 {}：{reason}",
        path.display()
    )
}

/// There is such a file.
#[must_use]
pub fn exists(path: &Path) -> String {
    say!("{} exists already.", "{} 已经存在。", path.display())
}

/// An experiment was opened.
#[must_use]
pub fn opened(path: &Path) -> String {
    say!("Opened {}.", "已打开 {}。", path.display())
}

/// An experiment was opened, some of whose settings are impossible; what comes after tells the first.
#[must_use]
pub fn opened_wrong(path: &Path, count: usize) -> String {
    let path = path.display();
    match count {
        1 => say!(
            "Opened {path}. One setting does not fit:",
            "已打开 {path}。有一项设置不合适："
        ),
        count => say!(
            "Opened {path}. {count} settings do not fit, first",
            "已打开 {path}。有 {count} 项设置不合适，第一项："
        ),
    }
}

/// There is no such file.
#[must_use]
pub fn no_such_file(path: &Path) -> String {
    say!("There is no file {}.", "没有文件 {}。", path.display())
}

/// A file could not be read.
#[must_use]
pub fn not_read(path: &Path, reason: &str) -> String {
    let reason = translated(reason);
    say!(
        "{} could not be read: {reason}",
        "无法读取 {}：{reason}",
        path.display()
    )
}

/// So many errors in a group.
#[must_use]
pub fn error_count(count: usize) -> String {
    match count {
        1 => say!("1 error", "1 个错误"),
        count => say!("{count} errors", "{count} 个错误"),
    }
}

/// The share of steps that were clipped.
#[must_use]
pub fn clipped(run: &Run) -> String {
    clipped_shares(&[run.clipped_share()])
}

/// The shares of steps that were clipped, of several contenders with one limit.
#[must_use]
pub fn clipped_shares(shares: &[f64]) -> String {
    let shares: Vec<String> = shares.iter().copied().map(format::percent).collect();
    say!("{} clipped", "{} 被裁剪", shares.join(comma()))
}

/// What a plot shows, for those who hear it: the last value of each line.
#[must_use]
pub fn plot_label(title: &str, values: &[(String, f64)]) -> String {
    plot_label_as(title, values, format::measure)
}

/// As [`plot_label`], with each value as `write` writes it.
#[must_use]
pub fn plot_label_as(
    title: &str,
    values: &[(String, f64)],
    write: impl Fn(f64) -> String,
) -> String {
    let mut label = title.to_owned();
    for (index, (name, value)) in values.iter().enumerate() {
        label += if index == 0 { ": " } else { ", " };
        label += &format!("{name} {}", write(*value));
    }
    label
}

/// A name that leaves room for its value: the end of a long one tells its seed.
fn short(name: &str) -> String {
    const LETTERS: usize = 28;
    let count = name.chars().count();
    if count <= LETTERS {
        return name.to_owned();
    }
    let begin: String = name.chars().take(LETTERS / 2).collect();
    let end: String = name.chars().skip(count - LETTERS / 2 + 1).collect();
    format!("{}…{}", begin.trim_end(), end.trim_start())
}

/// The tooltip over steps: the value of each contender there, as `write` writes it.
pub fn readout(
    step: u64,
    rows: impl Iterator<Item = (String, f64)>,
    write: impl Fn(f64) -> String,
) -> Option<String> {
    let lines: Vec<String> = rows
        .map(|(name, value)| format!("{}  {}", short(&name), write(value)))
        .collect();
    (!lines.is_empty()).then(|| {
        say!(
            "Step {}\n{}",
            "第 {} 步\n{}",
            format::count(step),
            lines.join("\n")
        )
    })
}

/// The tooltip over rows of the series.
pub fn row_readout(time: &str, rows: impl Iterator<Item = (String, f64)>) -> Option<String> {
    let lines: Vec<String> = rows
        .map(|(name, value)| format!("{name}  {}", format::significant(value, 4)))
        .collect();
    (!lines.is_empty()).then(|| format!("{}\n{}", short_time(time), lines.join("\n")))
}

/// A time without the parts that say nothing.
#[must_use]
pub fn short_time(time: &str) -> String {
    let time = time.trim_end_matches('Z');
    for nothing in ["T00:00:00", " 00:00:00", "T00:00", " 00:00"] {
        if let Some(date) = time.strip_suffix(nothing) {
            return date.to_owned();
        }
    }
    // A date without its dashes reads like a number.
    if time.len() == 8 && time.bytes().all(|digit| digit.is_ascii_digit()) {
        return format!("{}-{}-{}", &time[..4], &time[4..6], &time[6..]);
    }
    time.to_owned()
}

/// What a field takes.
#[must_use]
pub fn valid(range: &str) -> String {
    let range = translated(range);
    say!("Valid: {range}.", "有效值：{range}。")
}

/// One origin of a backtest.
#[must_use]
pub fn fold(number: usize) -> String {
    say!("fold {number}", "第 {number} 折")
}

/// The line of the table that tells what a run's folds come to.
#[must_use]
pub fn folds(count: usize) -> String {
    say!("{count} folds", "{count} 折")
}

/// What that line's numbers are.
pub const MEAN: Text = Text::new("mean", "平均");

/// A horizon in the menu.
#[must_use]
pub fn ahead(steps: usize) -> String {
    match steps {
        1 => say!("1 step ahead", "提前 1 步"),
        steps => say!("{steps} steps ahead", "提前 {steps} 步"),
    }
}

/// The cost of drawing.
#[must_use]
pub fn frame_cost(milliseconds: Option<f64>, steps: u64) -> String {
    match milliseconds {
        Some(cost) => say!(
            "Frame {cost:.1} ms   ·   {} steps held",
            "每帧 {cost:.1} 毫秒   ·   保有 {} 步",
            format::count(steps)
        ),
        None => say!(
            "Frame cost unknown   ·   {} steps held",
            "每帧耗时未知   ·   保有 {} 步",
            format::count(steps)
        ),
    }
}

/// The threads that a run needs are not to be had.
#[must_use]
pub fn no_thread(reason: &str) -> String {
    let reason = translated(reason);
    say!(
        "the system gave no thread: {reason}",
        "系统没有给出线程：{reason}"
    )
}

/// A helper thread panicked.
pub const BROKE_DOWN: Text = Text::new(
    "this broke down inside the program; please report it with these settings",
    "程序内部出错；请连同这些设置一起报告",
);

/// A file that is no text.
pub const NOT_TEXT: Text = Text::new("it is not a text file", "这不是文本文件");
