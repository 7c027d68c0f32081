//! Gradients through time, and the inside of the cells, in words.
#![expect(missing_docs, reason = "each text says what it is")]

use super::{Text, say, texts};
use crate::app::format;
use crate::diagnose::flow::{Measures, State};
use crate::experiment::Cell;
use crate::record::Gate;

texts! { ALL:
    OVERVIEW = "Overview", "总览";
    FLOW = "Gradient flow", "梯度流";
    NORMS = "Norms and units", "范数与单元";
    FLOW_HELP = "How strongly the loss depends on what the network held at each time step: fading is a vanishing gradient, growing an exploding one", "损失对网络在每个时间步所记内容的依赖有多强：消退就是梯度消失，增长就是梯度爆炸";
    NORMS_HELP = "Gradient norms by tensor, update size, spectral radius, and how far gates and units are driven", "各张量的梯度范数、更新大小、谱半径，以及门和单元被推到多远";
    LAYER_HELP = "Which recurrent layer, from the input up", "哪一个循环层，从输入往上数";
    STATE_HELP = "The hidden state h, or the cell state c that only an LSTM has", "隐藏状态 h，或只有 LSTM 才有的单元状态 c";
    BACK_AXIS = "Time steps back from the output", "从输出往回的时间步";
    BACK_AXIS_SHORT = "Steps back", "往回步数";
    PROFILE = "At present", "当前";
    PROFILE_AXIS = "Norm", "范数";
    BOUND = "bound", "上界";
    BOUND_HELP = "What the gradient cannot be above: the spectral norm of the recurrent weights times the steepest slope of the nonlinearity, per time step (Pascanu et al. 2013, eq. 7). Plain recurrent cell only", "梯度不会超过它：每个时间步，循环权重的谱范数乘以非线性的最大斜率（Pascanu 等 2013，式 7）。仅限普通循环单元";
    MEASURES = "In numbers", "数字";
    HALF_LIFE = "Half-life", "半衰期";
    HALF_LIFE_HELP = "Time steps back over which the gradient halves, fitted over all of them", "往回多少个时间步梯度减半，由全部时间步拟合";
    RATIO = "First / last", "首 / 末";
    RATIO_HELP = "Gradient at the first time step divided by that at the last one: far below 1 it vanishes, far above it explodes", "第一个时间步的梯度除以最后一个时间步的：远小于 1 是消失，远大于 1 是爆炸";
    MEMORY = "Memory", "记忆";
    MEMORY_HELP = "Time steps back from the output within which the gradient is at least a hundredth of its largest: as far as learning reaches", "从输出往回，梯度至少为其最大值百分之一的时间步数：学习所及之处";
    NO_FLOW = "A network without recurrence has no gradient through time.", "没有循环的网络没有随时间的梯度。";
    BY_TENSOR = "Gradient norm by tensor", "各张量的梯度范数";
    UPDATE_RATIO = "Update / weights", "更新 / 权重";
    UPDATE_RATIO_HELP = "Norm of each step's change divided by the norm of all weights. About 0.001 is usual; near 1 a step throws the weights about", "每一步改变的范数除以全部权重的范数。通常约为 0.001；接近 1 时一步就把权重打乱";
    RADIUS = "Spectral radius", "谱半径";
    RADIUS_HELP = "Largest absolute eigenvalue of the recurrent weights that make the new content. Below 1 a plain cell's gradient must fade in the long run, above 1 it can explode", "产生新内容的循环权重的最大特征值绝对值。小于 1 时普通单元的梯度终会消退，大于 1 时可能爆炸";
    SHARPNESS = "Sharpness", "尖锐度";
    SHARPNESS_HELP = "Largest eigenvalue of the training loss's second derivatives. The dashed line is what gradient descent bears at its rate, 2/η (with momentum more): steps above it grow on a quadratic. Full-batch training climbs to it and stays (Cohen et al. 2021)", "训练损失二阶导数的最大特征值。虚线是梯度下降在其学习率下承受得住的 2/η（有动量时更大）：高于它时，在二次函数上步子会增大。全批量训练会升到它并停在那里（Cohen 等 2021）";
    SHARPNESS_AXIS = "Curvature", "曲率";
    LIMIT_OF_STABILITY = "limit 2/η", "上限 2/η";
    SATURATION = "Saturation", "饱和";
    SATURATION_HELP = "Share of the values that are within 5 % of an end of their range: of gates 0 and 1, of the candidate and the hidden units −1 and 1. What is saturated passes hardly any gradient", "落在取值范围端点 5 % 以内的比例：门的端点为 0 和 1，候选值与隐藏单元为 −1 和 1。饱和之处几乎不传梯度";
    UNITS = "Hidden units' values", "隐藏单元的值";
    UNITS_HELP = "Share of the hidden units' values at each height over training, in a few sequences of the batch; darker is none", "训练中隐藏单元的值落在各高度的比例，取自批次中的几个序列；越暗越少";
    RATIO_AXIS = "Ratio", "比值";
    RADIUS_AXIS = "Radius", "半径";
    SHARE_AXIS = "Saturated share", "饱和比例";
    NOTHING_MEASURED = "Nothing was measured", "没有测量值";
    VALUE_AXIS = "Value", "值";
    AT_OUTPUT = "at the output", "输出处";
    FURTHEST_BACK = "furthest back", "最远处";
    WHICH_RUN = "Contender that is shown", "显示的参赛者";
}

/// A layer in the menu.
#[must_use]
pub fn layer(index: usize) -> String {
    say!("Layer {}", "第 {} 层", index + 1)
}

/// A state in the menu.
#[must_use]
pub fn state(state: State) -> Text {
    match state {
        State::Hidden => Text::new("Hidden state h", "隐藏状态 h"),
        State::Cell => Text::new("Cell state c", "单元状态 c"),
    }
}

/// A gate.
#[must_use]
pub fn gate(gate: Gate) -> Text {
    match gate {
        Gate::Input => Text::new("input gate", "输入门"),
        Gate::Forget => Text::new("forget gate", "遗忘门"),
        Gate::Candidate => Text::new("candidate", "候选"),
        Gate::Output => Text::new("output gate", "输出门"),
        Gate::Reset => Text::new("reset gate", "重置门"),
        Gate::Update => Text::new("update gate", "更新门"),
        Gate::Hidden => Text::new("hidden units", "隐藏单元"),
    }
}

/// The tooltip over a picture.
#[must_use]
pub fn flow_readout(step: u64, back: usize, norm: f32) -> String {
    let back = match back {
        0 => AT_OUTPUT.into(),
        1 => say!("1 time step back", "往回 1 个时间步"),
        back => say!(
            "{} time steps back",
            "往回 {} 个时间步",
            format::count(back as u64)
        ),
    };
    say!(
        "Training step {}, {back}\n{}",
        "训练步 {}，{back}\n{}",
        format::count(step),
        format::measure(f64::from(norm))
    )
}

/// The tooltip over a profile.
pub fn back_readout(back: usize, rows: impl Iterator<Item = (String, f64)>) -> Option<String> {
    let lines: Vec<String> = rows
        .map(|(name, value)| format!("{name}  {}", format::measure(value)))
        .collect();
    (!lines.is_empty()).then(|| {
        say!(
            "{} time steps back\n{}",
            "往回 {} 个时间步\n{}",
            format::count(back as u64),
            lines.join("\n")
        )
    })
}

/// Why there is no picture of the cell state.
#[must_use]
pub fn no_cell_state(cell: Cell) -> Text {
    match cell {
        Cell::Gru => Text::new("A GRU has no cell state", "GRU 没有单元状态"),
        Cell::Rnn | Cell::Linear | Cell::Lstm => {
            Text::new("A plain RNN has no cell state", "普通 RNN 没有单元状态")
        }
    }
}

/// A mark in the picture of a run that diverged.
#[must_use]
pub fn diverged_at(step: u64) -> String {
    let step = format::count(step);
    say!("diverged: step {step}", "第 {step} 步发散")
}

/// The profile of a run that diverged is of a step before.
#[must_use]
pub fn before_it_diverged(name: &str, step: u64, diverged: u64) -> String {
    let (step, diverged) = (format::count(step), format::count(diverged));
    say!(
        "{name}: as it was at step {step}, the last look before it diverged at step {diverged}",
        "{name}：第 {step} 步时的样子，这是在第 {diverged} 步发散之前最后一次查看"
    )
}

/// The half-life in a table, of a gradient over so many time steps.
#[must_use]
pub fn half_life(measures: &Measures, length: usize) -> String {
    // A slope so small that it changes the gradient by less than a fifth from end to end.
    const LENGTHS: f64 = 4.0;
    let long = LENGTHS * length as f64;
    match (measures.half_life(), measures.doubling()) {
        (Some(steps), _) if steps < long => {
            say!("{} steps", "{} 步", format::significant(steps, 2))
        }
        (_, Some(steps)) if steps < long => {
            say!("doubles: {}", "倍增：{}", format::significant(steps, 2))
        }
        _ => say!("steady", "平稳"),
    }
}

/// The memory in a table.
#[must_use]
pub fn memory(measures: &Measures, steps: usize) -> String {
    say!("{} of {steps}", "{} / {steps}", measures.memory)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slope_that_means_nothing_over_the_sequence_is_steady() {
        let said = |per_step: f32| {
            let norms: Vec<f32> = (0..30).map(|step| per_step.powi(step)).collect();
            half_life(&Measures::of(&norms).expect("a slope"), norms.len())
        };
        assert_eq!(said(2.0), "1.0 steps");
        assert_eq!(said(0.5), "doubles: 1.0");
        assert_eq!(said(1.000_17), "steady");
        assert_eq!(said(0.999_83), "steady");
    }
}
