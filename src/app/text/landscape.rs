//! The loss around a contender in words.
#![expect(missing_docs, reason = "each text says what it is")]

use super::{Text, say, texts};
use crate::app::format;
use crate::app::landscape::Directions;
use crate::app::state::{Landscape, LandscapeStage};

texts! { ALL:
    LANDSCAPE = "Landscape", "损失地形";
    LANDSCAPE_HELP = "The mean training loss over a plane of weights around the contender's present ones. Training goes on meanwhile", "在参赛者当前权重周围的一个平面上的平均训练损失。训练同时继续";
    LANDSCAPE_SIZE = "Number of points", "点数";
    LANDSCAPE_SIZE_HELP = "Points that are computed: more take longer and show more", "要计算的点数：点越多越久，也看得越细";
    NO_LANDSCAPE = "What does the loss look like around the weights? Compute it: training goes on meanwhile", "权重周围的损失是什么样子？计算一下，训练同时继续";
    COMPUTE_CLIFF = "Compute the cliff", "计算悬崖";
    COMPUTE_ANYWAY = "Compute anyway", "仍然计算";
    CANCEL_LANDSCAPE = "Cancel", "取消";
    DIRECTIONS = "Directions", "方向";
    DIRECTIONS_HELP = "Random: two random directions, each row as long as that row of the weights (Li et al. 2018), so that 1 is a change as large as the weights. Principal: the two in which all runs together moved the most", "随机：两个随机方向，每一行与权重的该行一样长 (Li 等 2018)，所以 1 就是与权重同样大的改变。主平面：所有运行合起来移动最多的两个方向";
    NO_PRINCIPAL_PLANE = "The runs have not moved in two directions yet: train for a while, or take random directions.", "各运行还没有沿两个方向移动：先训练一会儿，或用随机方向。";
    WEIGHTS_NOT_READ = "Only what the run's folder tells is in memory, and no weights: continue the run first.", "内存里只有运行文件夹所记的内容，没有权重：请先继续该运行。";
    LOSS_HERE = "Training loss", "训练损失";
    AT_CENTRE = "at the centre", "中心处";
    LOWEST = "lowest", "最低";
    CLIFF_WEIGHT = "Weight w", "权重 w";
    CLIFF_BIAS = "Bias b", "偏置 b";
    DIRECTION_ONE = "Along the first direction", "沿第一方向";
    DIRECTION_TWO = "Along the second", "沿第二方向";
    OVERFLOWS = "not finite", "非有限数";
}

/// Directions in the menu.
#[must_use]
pub fn directions(directions: Directions) -> Text {
    match directions {
        Directions::Random => Text::new("Random directions", "随机方向"),
        Directions::Principal => Text::new("Principal plane of the paths", "轨迹的主平面"),
        Directions::Cliff => Text::new("The cliff, exact", "悬崖，精确"),
    }
}

/// The button that begins it.
#[must_use]
pub fn compute_around(name: &str) -> String {
    say!("Compute around {name}", "计算 {name} 的周围")
}

/// A size in the menu.
#[must_use]
pub fn landscape_size(points: usize) -> String {
    format!("{points} × {points}")
}

/// How large it will be, before anything is computed.
#[must_use]
pub fn landscape_work(points: usize, windows: Option<usize>) -> String {
    let all = format::count((points * points) as u64);
    match windows {
        Some(windows) => {
            let windows = format::count(windows as u64);
            say!(
                "{all} points, each the mean loss of {windows} training windows",
                "{all} 个点，每点是 {windows} 个训练窗口的平均损失"
            )
        }
        None => say!("{all} points", "{all} 个点"),
    }
}

/// How far it is, or what it shows.
#[must_use]
pub fn landscape_verdict(landscape: &Landscape) -> String {
    if let Some(problem) = &landscape.problem {
        return problem.clone();
    }
    let name = &landscape.name;
    let work = landscape_work(landscape.points, landscape.size.map(|(windows, _)| windows));
    let time = landscape
        .size
        .map_or(String::new(), |(_, seconds)| format::duration(seconds));
    match landscape.stage {
        LandscapeStage::Measuring => say!(
            "{name}: finding out how long it takes",
            "{name}：正在估计用时"
        ),
        LandscapeStage::Asking => say!(
            "This would take about {time} around {name}: {work}. Training goes on meanwhile, more slowly.",
            "在 {name} 周围计算约需 {time}：{work}。训练会同时继续，但较慢。"
        ),
        LandscapeStage::Computing(_) => {
            say!("{name}: {work}, about {time}", "{name}：{work}，约 {time}")
        }
        LandscapeStage::Cancelled => say!("{name}: cancelled", "{name}：已取消"),
        LandscapeStage::Ended => {
            let Some(surface) = &landscape.surface else {
                return String::new();
            };
            if surface.exact {
                return say!(
                    "Error of one unit, x = w·σ(x) + b over all steps from 0.5, asked for σ(x) = 0.7 (Pascanu et al. 2013), and each contender's descent from one place: clipping, optimizer and schedule are its own",
                    "单个单元的误差：从 0.5 开始每步 x = w·σ(x) + b，要求 σ(x) = 0.7 (Pascanu 等 2013)；以及每个参赛者从同一处的下降：裁剪、优化器和调度都是它自己的"
                );
            }
            let step = format::count(surface.step);
            match surface.share {
                Some(share) => {
                    let share = format::percent(share);
                    say!(
                        "{name} after {step} updates in the middle; the plane holds {share} of how far the runs moved (squared)",
                        "中心是 {name} 第 {step} 次更新之后；该平面含各运行移动距离平方的 {share}"
                    )
                }
                None => say!(
                    "{name} after {step} updates in the middle; 1 is a change as large as the weights",
                    "中心是 {name} 第 {step} 次更新之后；1 是与权重同样大的改变"
                ),
            }
        }
    }
}

/// The loss under the pointer.
#[must_use]
pub fn landscape_readout([a, b]: [f64; 2], loss: f64) -> String {
    let loss = if loss.is_finite() {
        format::measure(loss)
    } else {
        OVERFLOWS.into()
    };
    format!(
        "{LOSS_HERE}  {loss}\n({}, {})",
        format::significant(a, 3),
        format::significant(b, 3)
    )
}
