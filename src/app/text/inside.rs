//! The inside of a network over one window, in words.
#![expect(missing_docs, reason = "each text says what it is")]

use super::{Text, say, texts};
use crate::app::format;
use crate::app::series::Samples;
use crate::data::Part;
use crate::train::Inside;
use std::borrow::Cow;

texts! { ALL:
    INSIDE = "States", "状态";
    NO_UNITS = "A network without recurrence has no states.", "没有循环的网络没有状态。";
    NO_STATES_YET = "Run first: this page looks inside the network at each kept step.", "请先运行：本页在每个保留的步骤查看网络内部。";
    NO_WINDOWS = "This part of the data has no windows: choose another part.", "数据的这一部分没有窗口：请选择另一部分。";
    STATE_FORGOTTEN = "This step's weights are no longer kept: choose another step.", "这一步的权重已不再保留：请选择另一步。";
    WHICH_PART = "The part of the data that the window is of", "窗口所属的数据部分";
    WINDOW = "Window", "窗口";
    WINDOW_HELP = "Which window of the part, in the order of time", "该部分的第几个窗口，按时间顺序";
    TIME_STEP = "Time step", "时间步";
    TIME_STEP_HELP = "The bars show every unit at this time step", "柱形显示每个单元在这一时间步的值";
    ANSWERS_OF_HELP = "The squares show how each contender answers this part of the data, which it was not trained on", "方格显示每个参赛者如何回答数据的这一部分；训练中没有用过它";
    AFTER = "Training step", "训练步";
    AFTER_HELP = "How the units change over training: the kept steps", "单元在训练中如何变化：保留的各步";
    UNIT = "Unit", "单元";
    IN_AND_OUT = "Input, target, prediction", "输入、目标、预测";
    INPUT = "input", "输入";
    TARGET_LINE = "target", "目标";
    PREDICTION = "prediction", "预测";
    SCALED = "Scaled value", "缩放后的值";
    AT_TIME_STEP = "Units at the time step", "该时间步的各单元";
    WHAT_IS_SHOWN = "States h or c, or a gate", "状态 h 或 c，或一个门";
}

/// A part of the data, in the menu.
#[must_use]
pub fn part(part: Part) -> Text {
    match part {
        Part::Train => Text::new("Training", "训练"),
        Part::Validation => Text::new("Validation", "验证"),
        Part::Test => Text::new("Test", "测试"),
    }
}

/// A part by its name in the metrics, within a sentence.
#[must_use]
pub fn part_named(name: &str) -> Text {
    match name {
        "train" => Text::new("training", "训练"),
        "validation" => Text::new("validation", "验证"),
        _ => Text::new("test", "测试"),
    }
}

/// What the answers beside the sequences are to; `after` is the step of the weights that gave them, where it is said.
#[must_use]
pub fn answers_of(part: &str, after: Option<u64>) -> String {
    let name = part_named(part);
    match after.map(format::count) {
        Some(steps) => say!(
            "{name} part, after step {steps}",
            "{name}部分，第 {steps} 步之后"
        ),
        None => say!("{name} part", "{name}部分"),
    }
}

/// Below the table of contenders: what its numbers are of. Where a forecast takes so long that its share is that
/// of earlier weights, the step `after` which they were.
#[must_use]
pub fn scored_on(part: &str, losses: bool, classes: bool, after: Option<u64>) -> String {
    let name = part_named(part);
    let share = if classes {
        Text::new("accuracy", "正确率")
    } else {
        Text::new("skill", "技巧")
    };
    let mut said = match (part, losses) {
        ("validation", true) => say!(
            "Loss and {share} on the {name} part",
            "损失和{share}均为{name}部分的"
        ),
        (_, true) => say!(
            "Loss on the validation part, {share} on the {name} part",
            "损失为验证部分的，{share}为{name}部分的"
        ),
        (_, false) => say!("The {share} is on the {name} part", "{share}为{name}部分的"),
    };
    if let Some(steps) = after.map(format::count) {
        said += &say!(
            "; the {share} is that after step {steps}",
            "；{share}为第 {steps} 步之后的"
        );
    }
    said
}

/// Which window after how many updates, and what was found.
#[must_use]
pub fn inside_verdict(inside: &Inside, samples: Option<&Samples>) -> String {
    let (window, windows) = (inside.window + 1, inside.windows);
    let step = format::count(inside.step);
    let place = say!(
        "Window {window} of {windows}, after {step} updates",
        "第 {window} 个窗口（共 {windows} 个），第 {step} 次更新之后"
    );
    match &inside.classes {
        Some(classes) => {
            let name = |name| samples.map_or(Cow::Borrowed(name), |samples| samples.class(name));
            let [actual, found] = classes.each_ref().map(|class| name(class.as_str()));
            say!(
                "{place}: the class is {actual}, found is {found}",
                "{place}：类别是 {actual}，判为 {found}"
            )
        }
        None => place,
    }
}

/// A cell of the confusion matrix: `count` sequences, this `share` of those of the true class.
#[must_use]
pub fn confused(truth: &str, found: &str, count: usize, share: f64) -> String {
    let (count, share) = (format::count(count as u64), format::percent(share));
    say!(
        "Truly {truth}, found {found}: {count} ({share})",
        "实为 {truth}，判为 {found}：{count}（{share}）"
    )
}

/// What a unit holds at a time step.
#[must_use]
pub fn unit_readout(unit: usize, time_step: usize, value: f32) -> String {
    let value = format::significant(f64::from(value), 3);
    say!(
        "Unit {}, time step {}: {value}",
        "单元 {}，时间步 {}：{value}",
        unit + 1,
        time_step + 1
    )
}
