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
        "adam-sgd-tuned" => (
            "Adam 对 SGD：同一个学习率，以及各自最好的学习率",
            "先猜：Adam 胜过 SGD 吗？用 Adam 惯用的学习率 0.001 时 SGD 几乎不动，Adam 看起来好许多倍。给各自合适的学习率和动量，两者结束时就很接近：只在一个学习率下比较，比的是学习率，不是优化器。然后给两者试别的学习率，记下各自的最佳损失。",
        ),
        "exploding" => (
            "爆炸的梯度：有裁剪和没有裁剪",
            "一个线性循环，权重的谱半径为 1.3：每往回一个时间步，梯度就乘以 1.3。先猜没有裁剪的运行能走多少步。看梯度流：它向右增长。记录会说出发生了什么，并给出出路：带裁剪分叉，看它像另一个那样学会。然后把谱半径改为 0.9，那时什么也不爆炸。",
        ),
        "initial-radius" => (
            "谱半径 0.5、0.95 和 1.3：普通网络从哪里开始",
            "同一种单元，循环权重有三种大小；三者都裁剪梯度。看最初几步的梯度流：0.5 时几步之内就消退，1.3 时回传得很远。先猜哪个学得最好。1.3 时状态是混沌的，回传很远的梯度也说明不了什么。然后用 100 步的序列，那时 0.5 也开始失败。",
        ),
        "forget-bias" => (
            "遗忘偏置 0 和 1：LSTM 在学会任何东西之前能记多久",
            "偏置为 0 时遗忘门开始时半开，单元状态每一步减半；偏置为 1 时保留 73 %。看最初几步单元状态的梯度流：有偏置时回传约两倍远。先猜哪个先找到顺序。然后把偏置改为 3。",
        ),
        "schedules" => (
            "调度：恒定、指数、平台和 Polyak",
            "SGD 每一步只看四个带噪的窗口。大的恒定学习率很快，然后在最小值附近抖动；小的很慢。先猜哪种调度结束时最低。指数衰减和在平台处降低，既快又稳；Polyak 的学习率随损失而变，而噪声使损失保持在 0 以上，所以它停在最大值。然后把噪声留下的损失告诉 Polyak（f_star）。",
        ),
        "airline-seasonal" => (
            "航空旅客：对季节性朴素预测",
            "表中的技巧是相对于重复最后一个值的；指标里还有一年前同一个月的值。先猜 LSTM 能否胜过其中之一。它把训练部分学得越来越好，但在测试部分每个种子都输给两者：那些年份高于它见过的一切，而网络在没见过的地方会弯曲。不会弯曲的线性模型并不比朴素预测好。然后减少轮数，看验证损失何时掉头。",
        ),
        "macrodata" => (
            "五个输入，两个目标：通胀与失业",
            "几十年来不断上升的水平，后来的年份都在学过的范围之外。变成增长（先取对数，再求差）后，同样五列都在一个范围里。先猜哪个参赛者在验证部分上比朴素预测少的误差更多。在“预处理”中关闭差分再运行，两者都输给重复最后一个值。回测的各折会说明在别的起点是否也如此：把回测折数设为 4。",
        ),
        "pbs-zeros" => (
            "许多零：逐渐消失的处方",
            "计数在 0 到 14 之间，测试部分几乎只有零，朴素预测正好全对：没有模型能在那里少出误差，技巧也这样说。请看验证部分。平方误差追着少数大的计数；绝对误差瞄准中位数，log1p 加差分把大小拉近。先猜三者中哪个在那里胜过朴素预测。",
        ),
        "adaptive-trap" => (
            "自适应方法出错之处（Wilson 等 2017）",
            "有一个输入就是类别本身，所以每种方法都能答对训练集。但每个样本还有自己独有的输入，对别的样本毫无意义。先猜谁在没见过的样本上答对。梯度下降按每个输入帮过多少忙来给权重，全部答对；Adam、RMSprop 和 Adagrad 使每个权重一样大，把没见过的负样本当成正的。然后用小批量，那时 Adam 和 RMSprop 会恢复。",
        ),
        _ => return None,
    })
}
