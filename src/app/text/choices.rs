//! Names, units and explanations of the keys of loss, optimizer, schedule and clipping.

use super::{NOTHING, Text};

/// Name, unit and one sentence of the setting at a dotted key, where it belongs to one of the four.
pub(super) fn field(key: &str) -> Option<(Text, Text, Text)> {
    let (table, name) = key.split_once('.')?;
    match table {
        "loss" => loss(name),
        "optimizer" => optimizer(name),
        "schedule" => schedule(name),
        "clipping" => clipping(name),
        _ => None,
    }
}

fn loss(name: &str) -> Option<(Text, Text, Text)> {
    Some(match name {
        "delta" => (
            Text::same("Delta"),
            NOTHING,
            Text::new(
                "The error beyond which the parabola becomes a line, in scaled units.",
                "误差超过此值时抛物线变为直线，缩放后单位。",
            ),
        ),
        "quantiles" => (
            Text::new("Quantiles", "分位数"),
            NOTHING,
            Text::new(
                "Shares of the truth that shall lie below each forecast, rising, separated by commas.",
                "真实值应有多大份额低于各个预测，递增，用逗号分隔。",
            ),
        ),
        "label_smoothing" => (
            Text::new("Label smoothing", "标签平滑"),
            NOTHING,
            Text::new(
                "Share of the true class's probability that all classes divide between them, so that no logit has to grow without end.",
                "真实类别的概率中由所有类别平分的份额，使任何 logit 都不必无限增长。",
            ),
        ),
        "class_weights" => (
            Text::new("Class weights", "类别权重"),
            NOTHING,
            Text::new(
                "Balanced: rare classes count as much as frequent ones.",
                "平衡：少见的类别与常见的类别同样重要。",
            ),
        ),
        "focal_gamma" => (
            Text::same("Focal gamma"),
            NOTHING,
            Text::new(
                "Above 0, sequences that are told apart already count less; 0 is plain cross-entropy.",
                "大于 0 时，已能分辨的序列占比更小；0 即普通交叉熵。",
            ),
        ),
        _ => return None,
    })
}

fn optimizer(name: &str) -> Option<(Text, Text, Text)> {
    Some(match name {
        "momentum" => (
            Text::new("Momentum", "动量"),
            NOTHING,
            Text::new(
                "Share of the last velocity that is kept.",
                "保留上一次速度的份额。",
            ),
        ),
        "dampening" => (
            Text::new("Dampening", "阻尼"),
            NOTHING,
            Text::new(
                "Share of the gradient that is kept out of the velocity.",
                "不计入速度的梯度份额。",
            ),
        ),
        "nesterov" => (
            Text::same("Nesterov"),
            NOTHING,
            Text::new(
                "Look ahead along the velocity before the gradient is used.",
                "使用梯度之前先沿速度方向向前看。",
            ),
        ),
        "weight_decay" => (
            Text::new("Weight decay", "权重衰减"),
            NOTHING,
            Text::new(
                "Pulls weights towards zero in each step.",
                "每一步把权重拉向零。",
            ),
        ),
        "lr_decay" => (
            Text::new("Rate decay", "学习率衰减"),
            NOTHING,
            Text::new(
                "The rate of update t is divided by 1 + t · this.",
                "第 t 次更新的学习率除以 1 + t · 此值。",
            ),
        ),
        "beta1" => (
            Text::same("Beta 1"),
            NOTHING,
            Text::new(
                "Memory of the gradient's running mean: closer to 1 remembers longer.",
                "梯度滑动均值的记忆：越接近 1 记得越久。",
            ),
        ),
        "beta2" => (
            Text::same("Beta 2"),
            NOTHING,
            Text::new(
                "Memory of the second running mean (Adam: of the squared gradient; Adan: of its changes; Lion: of the momentum): closer to 1 remembers longer.",
                "第二个滑动均值的记忆（Adam：梯度平方；Adan：梯度的变化；Lion：动量）：越接近 1 记得越久。",
            ),
        ),
        "beta3" => (
            Text::same("Beta 3"),
            NOTHING,
            Text::new(
                "Memory of the square: closer to 1 remembers longer.",
                "平方的记忆：越接近 1 记得越久。",
            ),
        ),
        "epsilon" => (
            Text::same("Epsilon"),
            NOTHING,
            Text::new(
                "Added below the fraction bar, so that nothing is divided by zero.",
                "加在分母上，避免除以零。",
            ),
        ),
        "amsgrad" => (
            Text::same("AMSGrad"),
            NOTHING,
            Text::new(
                "Never lets the memory of squared gradients shrink.",
                "从不让梯度平方的记忆变小。",
            ),
        ),
        "alpha" => (
            Text::same("Alpha"),
            NOTHING,
            Text::new(
                "Memory of the squared gradient's running mean.",
                "梯度平方滑动均值的记忆。",
            ),
        ),
        "centered" => (
            Text::new("Centred", "中心化"),
            NOTHING,
            Text::new(
                "Subtracts the mean gradient from the memory of its square.",
                "从平方的记忆中减去平均梯度。",
            ),
        ),
        "beta2_decay" => (
            Text::new("Beta 2 decay", "Beta 2 衰减"),
            NOTHING,
            Text::new(
                "The memory of squared gradients at update t is 1 − t to this power.",
                "第 t 次更新时梯度平方的记忆为 1 − t 的此次幂。",
            ),
        ),
        "epsilon1" => (
            Text::same("Epsilon 1"),
            NOTHING,
            Text::new(
                "Least mean square of a gradient, so that nothing is divided by zero.",
                "梯度均方的下限，避免除以零。",
            ),
        ),
        "epsilon2" => (
            Text::same("Epsilon 2"),
            NOTHING,
            Text::new(
                "Least size of a tensor that its step is measured by.",
                "衡量步长所用张量大小的下限。",
            ),
        ),
        "clip_threshold" => (
            Text::new("Update limit", "更新上限"),
            NOTHING,
            Text::new(
                "Largest root mean square of an update before the rate.",
                "乘学习率之前更新量均方根的上限。",
            ),
        ),
        "ns_steps" => (
            Text::new("Iterations", "迭代次数"),
            NOTHING,
            Text::new(
                "Newton–Schulz iterations that make the momentum orthogonal.",
                "使动量正交的 Newton–Schulz 迭代次数。",
            ),
        ),
        "match_rms_adamw" => (
            Text::new("Match AdamW", "匹配 AdamW"),
            NOTHING,
            Text::new(
                "Makes the update as large as AdamW's, so that one rate suits matrices and the rest.",
                "使更新量与 AdamW 一样大，矩阵和其余参数可用同一学习率。",
            ),
        ),
        "adamw_beta1" => (
            Text::same("AdamW beta 1"),
            NOTHING,
            Text::new(
                "For what is no matrix: memory of the gradient's running mean.",
                "用于非矩阵参数：梯度滑动均值的记忆。",
            ),
        ),
        "adamw_beta2" => (
            Text::same("AdamW beta 2"),
            NOTHING,
            Text::new(
                "For what is no matrix: memory of the squared gradient's running mean.",
                "用于非矩阵参数：梯度平方滑动均值的记忆。",
            ),
        ),
        "adamw_epsilon" => (
            Text::same("AdamW epsilon"),
            NOTHING,
            Text::new(
                "For what is no matrix: added below the fraction bar.",
                "用于非矩阵参数：加在分母上。",
            ),
        ),
        "adamw_weight_decay" => (
            Text::new("AdamW decay", "AdamW 衰减"),
            NOTHING,
            Text::new(
                "For what is no matrix: pulls weights towards zero in each step.",
                "用于非矩阵参数：每一步把权重拉向零。",
            ),
        ),
        "max_iter" => (
            Text::new("Iterations", "迭代次数"),
            NOTHING,
            Text::new(
                "New directions that one step takes at most.",
                "一步之内最多取几个新方向。",
            ),
        ),
        "max_eval" => (
            Text::new("Evaluations", "求值次数"),
            NOTHING,
            Text::new(
                "Losses that one step computes at most; 0: a quarter more than iterations.",
                "一步之内最多计算几次损失；0：比迭代次数多四分之一。",
            ),
        ),
        "tolerance_grad" => (
            Text::new("Least gradient", "最小梯度"),
            NOTHING,
            Text::new(
                "A step ends when no element of the gradient is larger.",
                "梯度的每个元素都不大于此值时，一步结束。",
            ),
        ),
        "tolerance_change" => (
            Text::new("Least change", "最小变化"),
            NOTHING,
            Text::new(
                "A step ends when loss or weights change by less.",
                "损失或权重的变化小于此值时，一步结束。",
            ),
        ),
        "history_size" => (
            Text::new("History", "历史"),
            Text::new("pairs", "对"),
            Text::new(
                "Steps and gradient changes that are remembered to know the curvature.",
                "为了解曲率而记住的步与梯度变化。",
            ),
        ),
        _ => return None,
    })
}

fn schedule(name: &str) -> Option<(Text, Text, Text)> {
    Some(match name {
        "learning_rate" => (
            Text::new("Learning rate", "学习率"),
            NOTHING,
            Text::new(
                "How far a step goes along the update.",
                "一步沿更新方向走多远。",
            ),
        ),
        "warmup_steps" => (
            Text::new("Warm-up", "预热"),
            Text::new("steps", "步"),
            Text::new(
                "The rate rises in a straight line over so many first steps.",
                "学习率在最初这么多步内直线上升。",
            ),
        ),
        "final_factor" => (
            Text::new("Final factor", "最终系数"),
            NOTHING,
            Text::new(
                "Share of the rate that is left at the end.",
                "结束时剩下的学习率份额。",
            ),
        ),
        "over" => (
            Text::new("Over", "历时"),
            Text::new("steps", "步"),
            Text::new("How many steps the fall takes.", "下降用多少步。"),
        ),
        "factor" => (
            Text::new("Factor", "系数"),
            NOTHING,
            Text::new("What the rate is multiplied by.", "学习率所乘的数。"),
        ),
        "every" => (
            Text::new("Every", "每隔"),
            Text::new("steps", "步"),
            Text::new(
                "Steps until the factor is applied in full.",
                "系数完全生效所需的步数。",
            ),
        ),
        "power" => (
            Text::new("Power", "幂次"),
            NOTHING,
            Text::new(
                "1 falls in a line; more falls faster at first and slower at the end.",
                "1 为直线下降；更大则先快后慢。",
            ),
        ),
        "after" => (
            Text::new("After", "起点"),
            Text::new("steps", "步"),
            Text::new(
                "The fall begins after so many steps.",
                "这么多步之后开始下降。",
            ),
        ),
        "first" => (
            Text::new("First cycle", "首个周期"),
            Text::new("steps", "步"),
            Text::new("Length of the first cycle.", "第一个周期的长度。"),
        ),
        "multiply" => (
            Text::new("Multiply", "倍数"),
            NOTHING,
            Text::new(
                "Each cycle is so many times as long as the one before.",
                "每个周期是前一个的这么多倍长。",
            ),
        ),
        "peak_at" => (
            Text::new("Peak at", "峰值位置"),
            NOTHING,
            Text::new(
                "Share of the run after which the rate is highest.",
                "运行到此份额时学习率最高。",
            ),
        ),
        "start_divisor" => (
            Text::new("Start divisor", "起始除数"),
            NOTHING,
            Text::new(
                "The first rate is the highest divided by this.",
                "最初的学习率等于最高值除以此数。",
            ),
        ),
        "end_divisor" => (
            Text::new("End divisor", "结束除数"),
            NOTHING,
            Text::new(
                "The last rate is the first divided by this.",
                "最后的学习率等于最初值除以此数。",
            ),
        ),
        "patience" => (
            Text::new("Patience", "耐心"),
            Text::new("validations", "次验证"),
            Text::new(
                "So many without improvement pass before the rate is cut.",
                "这么多次没有改进之后才降低学习率。",
            ),
        ),
        "threshold" => (
            Text::new("Threshold", "阈值"),
            NOTHING,
            Text::new(
                "An improvement is at least this share of the best loss.",
                "改进至少要达到最佳损失的此份额。",
            ),
        ),
        "cooldown" => (
            Text::new("Cooldown", "冷却"),
            Text::new("validations", "次验证"),
            Text::new(
                "So many after a cut do not count against it.",
                "降低之后这么多次不计入。",
            ),
        ),
        "minimum" => (
            Text::new("Minimum", "最小值"),
            NOTHING,
            Text::new(
                "The rate is not cut below this.",
                "学习率不会降到此值以下。",
            ),
        ),
        "raise_factor" => (
            Text::new("Raise factor", "升高系数"),
            NOTHING,
            Text::new(
                "What the rate is multiplied by while the loss keeps falling; 1 never raises it.",
                "损失持续下降时学习率所乘的数；1 表示从不升高。",
            ),
        ),
        "raise_patience" => (
            Text::new("Raise patience", "升高耐心"),
            Text::new("validations", "次验证"),
            Text::new(
                "So many improvements in a row pass before the rate is raised.",
                "连续这么多次改进之后才升高学习率。",
            ),
        ),
        "c" => (
            Text::same("c"),
            NOTHING,
            Text::new(
                "Larger makes smaller, more careful steps.",
                "越大则步子越小、越谨慎。",
            ),
        ),
        "gamma" => (
            Text::same("Gamma"),
            NOTHING,
            Text::new(
                "How many times its size the rate may grow in one epoch.",
                "一轮之内学习率最多增大的倍数。",
            ),
        ),
        "f_star" => (
            Text::new("Least loss", "最小损失"),
            NOTHING,
            Text::new(
                "The smallest loss that there can be: 0 for a model that can fit everything.",
                "可能的最小损失：能拟合一切的模型为 0。",
            ),
        ),
        "maximum" => (
            Text::new("Maximum", "最大值"),
            NOTHING,
            Text::new("The rate never exceeds this.", "学习率从不超过此值。"),
        ),
        _ => return None,
    })
}

fn clipping(name: &str) -> Option<(Text, Text, Text)> {
    Some(match name {
        "limit" => (
            Text::new("Limit", "上限"),
            NOTHING,
            Text::new("Nothing above this passes.", "超过此值的都不放行。"),
        ),
        "percent" => (
            Text::new("Percentile", "百分位"),
            Text::same("%"),
            Text::new(
                "The limit is the norm that this share of all gradients so far stayed below.",
                "上限为迄今所有梯度中有此份额低于它的范数。",
            ),
        ),
        _ => return None,
    })
}
