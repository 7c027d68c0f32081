//! The fair race in words.
#![expect(missing_docs, reason = "each text says what it is")]

use super::{Text, say, texts};
use crate::app::format;
use crate::app::plots::race::JudgedBy;
use crate::app::state::Sweep;
use crate::diagnose::race::Unfair;

texts! { ALL:
    RACE = "Comparison", "比较";
    RACE_HELP = "Contenders over all their seeds, what each needs to reach a loss, and what is not fair", "参赛者在全部种子上的表现、各自达到某一损失所需的步数，以及哪里不公平";
    ACROSS = "Across", "横轴";
    X_UPDATES = "Updates", "更新";
    X_EPOCHS = "Epochs", "轮";
    X_SECONDS = "Seconds", "秒";
    RACE_LOSS = "Validation loss", "验证损失";
    RACE_LOSS_HELP = "Median of the seeds, and their quartiles where there are several", "种子的中位数；有多个种子时还有四分位数";
    JUDGED_BY = "Loss that is compared", "所比较的损失";
    U_CURVES = "Loss by learning rate", "各学习率的损失";
    U_CURVES_HELP = "Each contender at all its rates, median and quartiles of the seeds: compare the lowest points, and how wide the valleys are. What diverged has no point", "每个参赛者在其全部学习率下，种子的中位数与四分位数：比较最低点，以及谷有多宽。发散的没有点";
    START_SWEEP = "Start the sweep", "开始扫描";
    CANCEL_SWEEP = "Cancel", "取消";
    NO_U_CURVES = "Needs contenders at several rates", "需要多个学习率的参赛者";
    SWEEP = "Sweep rates", "扫描学习率";
    SWEEP_HELP = "Replaces each contender by five, at a tenth to ten times its rate, and runs them. First it says how much that is", "把每个参赛者换成五个，学习率从其十分之一到十倍，并运行。会先说明工作量";
    SWEEP_TOO_LARGE = "That would be more than 50 contenders; remove some first", "那会超过 50 个参赛者；请先删除一些";
    TO_REACH = "Loss to reach", "要达到的损失";
    TO_REACH_HELP = "The table says after how many steps each first validated at or below it", "表中列出各自在多少步之后首次验证到不高于它";
    COPY_TABLE = "Copy as CSV", "复制为 CSV";
    COPY_TABLE_HELP = "The table as comma-separated values, to paste", "以逗号分隔的表格，供粘贴";
    FAIRNESS = "Is it fair?", "公平吗？";
    FAIR = "Same data, weights and batches; contenders differ in one thing alone.", "数据、权重和批次相同；参赛者只在一处不同。";
}
/// Columns: their names and what they hold.
pub const RACE_COLUMNS: [[Text; 2]; 7] = [
    [Text::new("Contender", "参赛者"), Text::same("")],
    [
        Text::new("Best", "最佳"),
        Text::new(
            "Lowest validation loss, median of the seeds",
            "最低验证损失，种子的中位数",
        ),
    ],
    [
        Text::new("Quartiles", "四分位数"),
        Text::new(
            "Of the seeds' lowest validation losses",
            "各种子最低验证损失的四分位数",
        ),
    ],
    [
        Text::new("Final", "最终"),
        Text::new(
            "Last validation loss, median of the seeds",
            "最后的验证损失，种子的中位数",
        ),
    ],
    [
        Text::new("Skill", "技巧"),
        Text::new(
            "Share of the naive forecast's error that is saved, or of sequences or rows that are given their class; median",
            "比朴素预测少的误差比例，或判对类别的序列比例；中位数",
        ),
    ],
    [
        Text::new("Steps to loss", "达到损失的步数"),
        Text::new(
            "Steps until the validation loss was at or below the loss to reach, which stands above; median of the seeds that reached it",
            "验证损失首次不高于上方“要达到的损失”时的步数，达到者的中位数",
        ),
    ],
    [
        Text::new("Seconds", "秒"),
        Text::new(
            "Training time so far, median of the seeds",
            "到目前的训练时间，种子的中位数",
        ),
    ],
];

/// What is not fair, and how to mend it.
#[must_use]
pub fn unfair(what: &Unfair) -> String {
    match what {
        Unfair::Losses => say!(
            "Losses of different kinds cannot be compared: give all the same one, or compare the forecasts' errors.",
            "不同种类的损失不能比较：请用同一种，或比较预测误差。"
        ),
        Unfair::Data => say!(
            "Contenders see different data or windows: the table then compares tasks, not contenders.",
            "参赛者看到的数据或窗口不同：表格比较的就是任务，而不是参赛者。"
        ),
        Unfair::Several(tables) => say!(
            "Contenders differ in {}: which of them made the difference cannot be told. Change one at a time.",
            "参赛者在 {} 上不同：无法知道是哪一个造成了差别。请一次只改一处。",
            tables.join(" and ")
        ),
        Unfair::Budgets => say!(
            "Contenders train for different budgets: give all the same steps, epochs and batch size.",
            "参赛者的训练预算不同：请用相同的步数、轮数和批量。"
        ),
        Unfair::OneRate => say!(
            "Optimizers are compared at one rate each, which says little: each has a best rate of its own. Sweep rates.",
            "优化器各只用一个学习率比较，说明不了什么：各有各的最佳学习率。请扫描学习率。"
        ),
        Unfair::RateCounts => say!(
            "Optimizers were tried at different numbers of rates: who searched longer found more.",
            "优化器试过的学习率个数不同：找得久的找到得多。"
        ),
        Unfair::RateRanges => say!(
            "Optimizers were searched over ranges of rates of different width: who was given more room may have found more.",
            "各优化器搜索的学习率范围宽度不同：余地大的可能找到更好的。"
        ),
        Unfair::OneSeed => say!(
            "One seed alone: a small difference may be luck. Three seeds show it.",
            "只有一个种子：小差别可能是运气。三个种子就看得出。"
        ),
    }
}

/// Which loss counts, in the menu.
#[must_use]
pub fn judged_by(judged_by: JudgedBy) -> Text {
    match judged_by {
        JudgedBy::Best => Text::new("Best validation", "最佳验证"),
        JudgedBy::Last => Text::new("Last validation", "最后验证"),
        JudgedBy::Training => Text::new("Training, last epoch", "训练，最后一轮"),
    }
}

/// What a sweep amounts to, and whether it can begin.
#[must_use]
pub fn sweep(sweep: &Sweep, seeds: usize) -> (String, bool) {
    let contenders = sweep.contenders.len();
    match &sweep.work {
        None => (say!("Finding out how long it takes", "正在估计用时"), false),
        Some(Err(problem)) => (problem.clone(), false),
        Some(Ok(work)) => {
            let (runs, steps) = (work.runs, format::count(work.steps));
            let time = format::duration(work.time.as_secs_f64().ceil());
            (
                say!(
                    "{contenders} contenders × {seeds} seeds = {runs} runs, {steps} steps in all, about {time} and validations. Runs that are on show go.",
                    "{contenders} 个参赛者 × {seeds} 个种子 = {runs} 次运行，共 {steps} 步，约 {time}，另加验证。正在显示的运行会消失。"
                ),
                true,
            )
        }
    }
}

/// What two contenders of one curve are both called.
#[must_use]
pub fn in_common(a: &str, b: &str) -> String {
    let letters = a.chars().zip(b.chars()).take_while(|(a, b)| a == b);
    let common: String = letters.map(|(a, _)| a).collect();
    // Rates may begin alike.
    let name = common.trim_end_matches(|c: char| c.is_ascii_digit() || " .,·:e-".contains(c));
    let words = at_rate("", 1.0);
    let words = words.trim_end_matches('1').trim();
    name.strip_suffix(words)
        .unwrap_or(name)
        .trim_end()
        .to_owned()
}

/// A contender of a sweep.
#[must_use]
pub fn at_rate(name: &str, rate: f64) -> String {
    say!(
        "{name} at {}",
        "{name} 学习率 {}",
        format::setting_short(rate)
    )
}
