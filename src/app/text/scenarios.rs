//! The scenarios' titles and lessons.

use super::{Language, language};
use crate::scenarios::Scenario;

/// What a scenario is called.
#[must_use]
pub fn scenario_title(scenario: &Scenario) -> &'static str {
    match language() {
        Language::English => scenario.title,
        Language::Chinese => chinese(scenario.name).map_or(scenario.title, |(title, _)| title),
    }
}

/// What to look at in a scenario, and what to try next.
#[must_use]
pub fn scenario_lesson(scenario: &Scenario) -> &'static str {
    match language() {
        Language::English => scenario.lesson,
        Language::Chinese => chinese(scenario.name).map_or(scenario.lesson, |(_, lesson)| lesson),
    }
}

/// Title and lesson of the scenario of this name.
pub(super) fn chinese(name: &str) -> Option<(&'static str, &'static str)> {
    Some(match name {
        "adam-sgd-airline" => (
            "航空旅客：Adam 对 SGD",
            "两者从相同的权重开始，看到相同的批次。Adam 给每个权重自己的步长，几步之内就领先；带动量的 SGD 随后跟上。然后改变 SGD 的学习率：只在一个学习率下比较，说明不了优化器的好坏。",
        ),
        "learning-rates-sunspots" => (
            "太阳黑子：学习率太低、正好、太高",
            "同一个 SGD，三种学习率。太低几乎不动，太高跳来跳去，甚至跑出数的范围。请看太高那个的梯度范数。",
        ),
        "cells-noisy-sine" => (
            "带噪正弦：LSTM、GRU 与普通 RNN",
            "三种同样宽度的单元，同一个优化器。记忆这么短时普通 RNN 也跟得上；请看噪声的底线在哪里拦住三者。",
        ),
        "random-walk" => (
            "随机游走：没有什么可学",
            "随机游走的最佳预测就是它的最后一个值。训练损失照样下降；相对朴素预测的技巧才说出真相。",
        ),
        "adding" => (
            "加法问题：谁能把两个数记住 100 步",
            "100 个数中有两个被标记，结束时要答出它们的和。有一阵子三者都只答平均值。随后带门的单元找到了标记，损失降到千分之一；普通 RNN 的梯度在回传途中消退，大多停在平均值上，损失为 2/3。把序列缩短，直到它也学会。",
        ),
        "temporal-order" => (
            "时间顺序：200 步之前，X 先于 Y，还是 Y 先于 X",
            "在四种噪声符号之中，前后两半各出现一次 X 或 Y；是 XX、XY、YX 还是 YY？LSTM 和 GRU 全部答对。普通 RNN 在 50 步时也行，150 步开始失败，500 步只能猜：改变长度看看。混淆矩阵显示它弄混了什么。",
        ),
        _ => return None,
    })
}
