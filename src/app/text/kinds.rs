//! Formulas of losses, optimizers, schedules and clipping, and a sentence on each.

use super::{NOTHING, Text};

/// The formula of a kind, in letters that every font has.
#[must_use]
pub fn formula(table: &str, kind: &str) -> Text {
    match (table, kind) {
        ("loss", "mse") => Text::new(
            "mean of e²,   e = prediction − target",
            "e² 的平均，   e = 预测 − 目标",
        ),
        ("loss", "mae") => Text::new(
            "mean of |e|,   e = prediction − target",
            "|e| 的平均，   e = 预测 − 目标",
        ),
        ("loss", "huber") => Text::new(
            "e²/2 where |e| ≤ δ,   δ·(|e| − δ/2) beyond",
            "|e| ≤ δ 时 e²/2，   其外 δ·(|e| − δ/2)",
        ),
        ("loss", "log-cosh") => Text::new("mean of log(cosh(e))", "log(cosh(e)) 的平均"),
        ("loss", "quantile") => Text::new(
            "−q·e where e < 0,   (1−q)·e where e > 0,   for each quantile q",
            "e < 0 时 −q·e，   e > 0 时 (1−q)·e，   对每个分位数 q",
        ),
        ("loss", "cross-entropy") => Text::new(
            "weighted mean of (1 − p)^γ · (−log p),   p = softmax of the logits at the class",
            "(1 − p)^γ · (−log p) 的加权平均，   p = 该类 logit 的 softmax",
        ),
        ("optimizer", "gd") => Text::new(
            "w ← w − rate · g,   g over the whole training part",
            "w ← w − 学习率 · g，   g 取自整个训练部分",
        ),
        ("optimizer", "sgd") => Text::new(
            "v ← momentum · v + g\nw ← w − rate · v",
            "v ← 动量 · v + g\nw ← w − 学习率 · v",
        ),
        ("optimizer", "adagrad") => Text::new(
            "s ← s + g²\nw ← w − rate · g / (√s + ε)",
            "s ← s + g²\nw ← w − 学习率 · g / (√s + ε)",
        ),
        ("optimizer", "rmsprop") => Text::new(
            "s ← α·s + (1−α)·g²\nw ← w − rate · g / (√s + ε)",
            "s ← α·s + (1−α)·g²\nw ← w − 学习率 · g / (√s + ε)",
        ),
        ("optimizer", "adam") => Text::new(
            "m ← β₁·m + (1−β₁)·g\nv ← β₂·v + (1−β₂)·g²\nw ← w − rate · (m/(1−β₁^t)) / (√(v/(1−β₂^t)) + ε)",
            "m ← β₁·m + (1−β₁)·g\nv ← β₂·v + (1−β₂)·g²\nw ← w − 学习率 · (m/(1−β₁^t)) / (√(v/(1−β₂^t)) + ε)",
        ),
        ("optimizer", "adamw") => Text::new(
            "m, v as Adam\nw ← (1 − rate · decay) · w − rate · (m/(1−β₁^t)) / (√(v/(1−β₂^t)) + ε)",
            "m、v 同 Adam\nw ← (1 − 学习率 · 衰减) · w − 学习率 · (m/(1−β₁^t)) / (√(v/(1−β₂^t)) + ε)",
        ),
        ("optimizer", "lion") => Text::new(
            "w ← (1 − rate · decay) · w − rate · sign(β₁·m + (1−β₁)·g)\nm ← β₂·m + (1−β₂)·g",
            "w ← (1 − 学习率 · 衰减) · w − 学习率 · sign(β₁·m + (1−β₁)·g)\nm ← β₂·m + (1−β₂)·g",
        ),
        ("optimizer", "adan") => Text::new(
            "d = g − last g\nm of g, v of d, n of (g + β₂·d)², each a running mean\nw ← (w − rate · (m + β₂·v) / (√n + ε)) / (1 + rate · decay)",
            "d = g − 上一个 g\nm：g，v：d，n：(g + β₂·d)²，各为滑动均值\nw ← (w − 学习率 · (m + β₂·v) / (√n + ε)) / (1 + 学习率 · 衰减)",
        ),
        ("optimizer", "lamb") => Text::new(
            "u = Adam's m / (√v + ε) + decay · w\nw ← w − rate · |w|/|u| · u,   for each tensor",
            "u = Adam 的 m / (√v + ε) + 衰减 · w\nw ← w − 学习率 · |w|/|u| · u,   对每个张量",
        ),
        ("optimizer", "adafactor") => Text::new(
            "v ≈ row mean · column mean of g² / their mean\nw ← w − rate · size of w · g/√v,   limited",
            "v ≈ g² 的行均值 · 列均值 / 总均值\nw ← w − 学习率 · w 的大小 · g/√v,   有上限",
        ),
        ("optimizer", "muon") => Text::new(
            "m ← β·m + (1−β)·g\nw ← (1 − rate · decay) · w − rate · U·V',   where m = U·S·V'",
            "m ← β·m + (1−β)·g\nw ← (1 − 学习率 · 衰减) · w − 学习率 · U·V',   其中 m = U·S·V'",
        ),
        ("optimizer", "lbfgs") => Text::new(
            "w ← w − step · H·g,   H from the last steps, step by line search",
            "w ← w − 步 · H·g,   H 来自最近各步，步长由线搜索决定",
        ),
        ("schedule", "linear") => Text::new(
            "rate · (1 − (1 − final) · step / over)",
            "学习率 · (1 − (1 − 最终系数) · 步 / 历时)",
        ),
        ("schedule", "exponential") => {
            Text::new("rate · factor^(step / every)", "学习率 · 系数^(步 / 每隔)")
        }
        ("schedule", "step") => {
            Text::new("rate · factor^⌊step / every⌋", "学习率 · 系数^⌊步 / 每隔⌋")
        }
        ("schedule", "polynomial") => Text::new(
            "rate · (final + (1 − final) · (1 − step / over)^power)",
            "学习率 · (最终系数 + (1 − 最终系数) · (1 − 步 / 历时)^幂次)",
        ),
        ("schedule", "inverse-sqrt") => Text::new(
            "rate · √(after / max(step, after))",
            "学习率 · √(起点 / max(步, 起点))",
        ),
        ("schedule", "cosine") => Text::new(
            "rate · (final + (1 − final) · ½ (1 + cos(π · step / over)))",
            "学习率 · (最终系数 + (1 − 最终系数) · ½ (1 + cos(π · 步 / 历时)))",
        ),
        ("schedule", "cosine-restarts") => Text::new(
            "rate · (final + (1 − final) · ½ (1 + cos(π · step / cycle))),   cycle: first, first · multiply, …",
            "学习率 · (最终系数 + (1 − 最终系数) · ½ (1 + cos(π · 步 / 周期))),   周期：首个周期、首个周期 · 倍数、…",
        ),
        ("schedule", "one-cycle") => Text::new(
            "rate / start  up to  rate  down to  rate / (start · end),   half a cosine each",
            "学习率 / 起始除数  升到  学习率  降到  学习率 / (起始除数 · 结束除数)，   各为半个余弦",
        ),
        ("schedule", "plateau") => Text::new(
            "rate ← factor · rate   after patience validations without gain",
            "学习率 ← 系数 · 学习率   在“耐心”次验证没有改进之后",
        ),
        ("schedule", "polyak") => Text::new(
            "min(γ^(1/n) · last rate, (loss − least) / (c · |g|²), maximum),   n batches an epoch",
            "min(γ^(1/n) · 上一学习率, (损失 − 最小损失) / (c · |g|²), 最大值),   每轮 n 个批次",
        ),
        ("clipping", "value") => Text::new(
            "each element of g into [−limit, limit]",
            "g 的每个元素限制在 [−上限, 上限]",
        ),
        ("clipping", "tensor-norm") => Text::new(
            "each tensor: g · min(1, limit / |g|)",
            "每个张量：g · min(1, 上限 / |g|)",
        ),
        ("clipping", "global-norm") => Text::new(
            "all tensors together: g · min(1, limit / |g|)",
            "所有张量一起：g · min(1, 上限 / |g|)",
        ),
        ("clipping", "percentile") => Text::new(
            "g · min(1, limit / |g|),   limit: percentile of all |g| so far",
            "g · min(1, 上限 / |g|),   上限：迄今所有 |g| 的百分位",
        ),
        _ => NOTHING,
    }
}

/// One sentence on a kind.
#[must_use]
pub(super) fn kind_help(table: &str, kind: &str) -> Text {
    match (table, kind) {
        ("loss", "mse") => Text::new(
            "Large errors weigh most; the forecast aims at the mean.",
            "大误差最重；预测瞄准平均值。",
        ),
        ("loss", "mae") => Text::new(
            "All errors weigh alike; the forecast aims at the median, and outliers matter less.",
            "所有误差同等；预测瞄准中位数，离群值影响较小。",
        ),
        ("loss", "huber") => Text::new(
            "Squared near zero, absolute beyond delta: smooth, and calm about outliers.",
            "近零为平方，超过 delta 为绝对值：平滑，且不受离群值惊扰。",
        ),
        ("loss", "log-cosh") => Text::new(
            "Like squared error near zero and like absolute error far from it.",
            "近零像平方误差，远处像绝对误差。",
        ),
        ("loss", "cross-entropy") => Text::new(
            "How surprised the network is by the true class; the usual loss for classes.",
            "网络对真实类别有多意外；分类的常用损失。",
        ),
        ("loss", "quantile") => Text::new(
            "Several forecasts at once, each with its share of the truth below it: a band that says how sure the network is.",
            "同时给出几个预测，各有一定份额的真实值低于它：区间说明网络有多确定。",
        ),
        ("optimizer", "gd") => Text::new(
            "Plain gradient descent: one exact step for each pass over the data.",
            "普通梯度下降：每遍历一次数据走精确的一步。",
        ),
        ("optimizer", "sgd") => Text::new(
            "Follows each batch's gradient; momentum smooths the way.",
            "跟随每个批次的梯度；动量使路径平滑。",
        ),
        ("optimizer", "adagrad") => Text::new(
            "Each weight gets its own rate, which only ever shrinks.",
            "每个权重有自己的学习率，只会变小。",
        ),
        ("optimizer", "rmsprop") => Text::new(
            "Each weight gets its own rate from recent gradients.",
            "每个权重由近期梯度得到自己的学习率。",
        ),
        ("optimizer", "adam") => Text::new(
            "Momentum and an own rate for each weight; forgiving about the learning rate.",
            "动量加上每个权重各自的学习率；对学习率很宽容。",
        ),
        ("optimizer", "adamw") => Text::new(
            "Adam with weight decay kept apart from the gradient.",
            "权重衰减与梯度分开的 Adam。",
        ),
        ("optimizer", "lion") => Text::new(
            "Every weight moves by the rate itself, up or down; wants a rate some ten times smaller than Adam's.",
            "每个权重都按学习率本身上下移动；学习率应比 Adam 小十倍左右。",
        ),
        ("optimizer", "adan") => Text::new(
            "Adam that also sees how the gradient changes, and so looks ahead.",
            "还能看到梯度变化、因而向前看的 Adam。",
        ),
        ("optimizer", "lamb") => Text::new(
            "Adam whose step in each tensor is as long as the tensor; made for huge batches.",
            "每个张量的步长与张量本身相称的 Adam；为超大批量而设。",
        ),
        ("optimizer", "adafactor") => Text::new(
            "Adam with little memory: of squared gradients it keeps rows and columns, and it measures steps by the weights.",
            "省内存的 Adam：梯度平方只保留行与列，并按权重大小衡量步长。",
        ),
        ("optimizer", "muon") => Text::new(
            "Makes the momentum of each matrix orthogonal, so that no direction is neglected; AdamW for the rest.",
            "使每个矩阵的动量正交，不忽略任何方向；其余参数用 AdamW。",
        ),
        ("optimizer", "lbfgs") => Text::new(
            "Learns the curvature from its own steps and searches along each direction: few, costly steps on the full batch.",
            "从自己的步子学习曲率，并沿每个方向搜索：全批量上少而昂贵的步。",
        ),
        ("schedule", "constant") => Text::new("The same rate all the time.", "学习率始终不变。"),
        ("schedule", "linear") => Text::new("Falls in a straight line.", "直线下降。"),
        ("schedule", "exponential") => Text::new(
            "Falls smoothly by the same factor over equal stretches.",
            "在相等的区间内按相同系数平滑下降。",
        ),
        ("schedule", "step") => Text::new("Falls in stairs.", "阶梯式下降。"),
        ("schedule", "polynomial") => Text::new(
            "Falls along a power of what is left of the run.",
            "按剩余份额的幂下降。",
        ),
        ("schedule", "inverse-sqrt") => Text::new(
            "Constant at first, then slower and slower falling.",
            "起初不变，然后下降得越来越慢。",
        ),
        ("schedule", "cosine") => Text::new(
            "Falls slowly, then fast, then slowly.",
            "先慢、后快、再慢地下降。",
        ),
        ("schedule", "cosine-restarts") => Text::new(
            "Falls as cosine, jumps back up and falls again over a longer stretch.",
            "按余弦下降，跳回高处，再用更长的区间下降。",
        ),
        ("schedule", "one-cycle") => Text::new(
            "Rises to the learning rate, then falls far below where it began.",
            "升到学习率，再降到远低于起点。",
        ),
        ("schedule", "plateau") => Text::new(
            "Cut when the validation loss stops falling; without a validation part it watches the training loss.",
            "验证损失不再下降时降低；没有验证部分时看训练损失。",
        ),
        ("schedule", "polyak") => Text::new(
            "Chooses each rate from the loss and the gradient; for SGD and GD.",
            "由损失和梯度决定每一步的学习率；用于 SGD 和 GD。",
        ),
        ("clipping", "none") => Text::new("Gradients pass as they are.", "梯度原样通过。"),
        ("clipping", "value") => Text::new(
            "Cuts single elements; the direction changes.",
            "截断单个元素；方向会改变。",
        ),
        ("clipping", "tensor-norm") => Text::new(
            "Shortens the gradient of each tensor on its own.",
            "分别缩短每个张量的梯度。",
        ),
        ("clipping", "global-norm") => Text::new(
            "Shortens the whole gradient and keeps its direction: the cure for exploding gradients.",
            "缩短整个梯度并保持方向：治梯度爆炸的办法。",
        ),
        ("clipping", "percentile") => Text::new(
            "As global norm, with a limit that follows the gradients seen so far (AutoClip).",
            "同全局范数，但上限跟随迄今所见的梯度 (AutoClip)。",
        ),
        _ => NOTHING,
    }
}

#[cfg(test)]
mod tests {
    use super::super::choices::field;
    use super::*;
    use crate::experiment::{Choice, Clipping, Loss, Optimizer, Schedule};

    fn check<C: Choice>(table: &str) {
        for choice in C::all() {
            let kind = choice.kind();
            assert!(!kind_help(table, &kind).is_empty(), "{table} {kind}");
            let keys = toml::Table::try_from(&choice).expect("a choice is a table");
            for key in keys.keys().filter(|key| *key != C::TAG) {
                let key = format!("{table}.{key}");
                assert!(field(&key).is_some(), "{key}");
                let number = !matches!(
                    keys[key.rsplit('.').next().unwrap_or_default()],
                    toml::Value::Boolean(_) | toml::Value::String(_)
                );
                let range = crate::experiment::ranges::range(&key);
                assert_eq!(range.is_some(), number, "{key}");
            }
        }
    }

    #[test]
    fn every_kind_and_key_is_explained_and_every_number_has_a_range() {
        check::<Loss>("loss");
        check::<Optimizer>("optimizer");
        check::<Schedule>("schedule");
        check::<Clipping>("clipping");
        assert!(field("schedule.over").is_some());
    }
}
