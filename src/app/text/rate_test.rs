//! The learning-rate range test in words.
#![expect(missing_docs, reason = "each text says what it is")]

use super::{say, texts};
use crate::app::format;
use crate::app::state::RateTest;

texts! { ALL:
    RATE_TEST = "Rate test", "学习率测试";
    RATE_TEST_HELP = "A hundred updates on a copy of the contender, at rates from 0.00000001 to 1. The contender itself does not change", "在参赛者的副本上做一百次更新，学习率从 0.00000001 到 1。参赛者本身不变";
    RATE_TEST_LOSS = "Loss of each update, and its exponential mean", "每次更新的损失及其指数平均";
    CANCEL_TEST = "Cancel", "取消";
    NO_RATE_TEST = "Which learning rates train at all? Test them: it takes a moment", "哪些学习率根本能训练？测试一下，只需片刻";
    SUGGESTED = "Steepest fall", "下降最快处";
    USE_RATE_HELP = "Gives the contender this rate; it can be undone", "让参赛者使用这个学习率；可以撤销";
    OTHER_SETTINGS = "The contender's settings have changed since.", "此后参赛者的设置已经改变。";
}

/// The button that begins it.
#[must_use]
pub fn test_rates_of(name: &str) -> String {
    say!("Test rates of {name}", "测试 {name} 的学习率")
}

/// The button that takes what it suggests.
#[must_use]
pub fn use_rate(rate: f64) -> String {
    say!("Use {}", "使用 {}", format::setting_short(rate))
}

/// How far it is, or what it says.
#[must_use]
pub fn rate_test_verdict(test: &RateTest) -> String {
    if let Some(problem) = &test.problem {
        return problem.clone();
    }
    let name = &test.name;
    if test.running {
        let updates = test.points.len();
        return say!(
            "{name}: {updates} of 100 updates",
            "{name}：100 次更新中的 {updates} 次"
        );
    }
    if test.cancelled {
        return say!("{name}: cancelled", "{name}：已取消");
    }
    let Some(last) = test.points.last() else {
        return say!(
            "{name}: the loss is not a finite number at the first step",
            "{name}：第一步的损失就不是有限数"
        );
    };
    let rate = format::setting_short(last.learning_rate);
    let end = if test.blew_up {
        say!("the loss blew up at {rate}", "在 {rate} 处损失爆炸")
    } else {
        say!(
            "the loss had not blown up at {rate}",
            "到 {rate} 处损失仍未爆炸"
        )
    };
    match test.suggestion {
        Some(suggestion) => {
            let suggestion = format::setting_short(suggestion);
            say!(
                "{name}: the loss fell the fastest at {suggestion}; {end}",
                "{name}：损失在 {suggestion} 处下降最快；{end}"
            )
        }
        None => say!(
            "{name}: no rate made the loss fall; {end}",
            "{name}：没有一个学习率使损失下降；{end}"
        ),
    }
}
