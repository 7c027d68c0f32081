//! What is happening, in a few sentences.

use super::{Language, Text, language, say, translated};
use crate::app::format;
use crate::app::runs::Run;
use crate::app::state::{AppState, Phase};
use crate::diagnose::race::Unfair;
use crate::diagnose::verdicts::Verdict;
use crate::experiment::Clipping;
use crate::record::{LossUnit, Status};
use std::mem::discriminant;

/// What is happening, one sentence an entry.
#[must_use]
pub fn story(state: &AppState) -> Vec<String> {
    match state.phase() {
        Phase::Preparing => vec![say!("The runs are being prepared.", "正在准备运行。")],
        Phase::Ready => ready(state),
        Phase::Running | Phase::Paused => {
            let mut lines = leader(state, false);
            if lines.is_empty() {
                lines.push(say!(
                    "Training has begun. The first validation comes at the end of an epoch.",
                    "训练已经开始。第一次验证在一轮结束时进行。"
                ));
            }
            lines.extend(clipped(state));
            lines.extend(verdicts(state));
            lines.extend(troubles(state));
            lines
        }
        Phase::Stopped | Phase::Ended => {
            let mut lines = leader(state, true);
            lines.extend(clipped(state));
            lines.extend(verdicts(state));
            lines.extend(troubles(state));
            if state.phase() == Phase::Stopped {
                lines.push(say!(
                    "Continue goes on where they left off.",
                    "可以从停下的地方接着运行。"
                ));
            } else if lines.is_empty() {
                lines.push(say!("All runs have ended.", "所有运行都已结束。"));
            }
            lines
        }
    }
}

fn ready(state: &AppState) -> Vec<String> {
    if state.blocked() {
        return vec![say!(
            "Something in the setup does not fit; it is marked in red on the left.",
            "设置中有不合适之处；已在左侧用红色标出。"
        )];
    }
    let names: Vec<&str> = state
        .contenders
        .iter()
        .map(|contender| contender.name.as_str())
        .collect();
    let who = match names.as_slice() {
        [] => return Vec::new(),
        [one] => say!("{one} is", "{one} "),
        [rest @ .., last] => say!(
            "{} and {last} are",
            "{} 和 {last} ",
            rest.join(super::and_next())
        ),
    };
    vec![say!(
        "{who} ready. Press Run, or the space bar.",
        "{who}已就绪。请按“运行”或空格键。"
    )]
}

/// Who is ahead, and how far.
fn leader(state: &AppState, over: bool) -> Vec<String> {
    let mut ranked: Vec<(&Run, u64, f64)> = state
        .runs
        .iter()
        .filter(|run| run.fold == 0)
        .filter_map(|run| run.best.map(|(step, loss)| (run, step, loss)))
        .collect();
    // Losses of different kinds tell nothing of each other; what a forecast saves does.
    let unlike =
        (ranked.windows(2)).any(|two| two[0].0.experiment.loss != two[1].0.experiment.loss);
    if unlike {
        let score = |run: &Run| run.accuracy().or(run.skill()).unwrap_or(f64::NEG_INFINITY);
        ranked.sort_by(|a, b| score(b.0).total_cmp(&score(a.0)));
    } else {
        ranked.sort_by(|a, b| a.2.total_cmp(&b.2));
    }
    let mut lines = Vec::new();
    if let Some(&(run, step, loss)) = ranked.first() {
        let name = run.label();
        if unlike {
            lines.push(super::unfair(&Unfair::Losses));
            lines.extend(standing(state, run, &name));
            return lines;
        }
        let found = say!(
            "a validation loss of {} after step {}",
            "验证损失 {}（第 {} 步之后）",
            format::measure(loss),
            format::count(step)
        );
        lines.push(match (over, ranked.len()) {
            (true, 1) => say!("{name} reached {found}.", "{name} 达到{found}。"),
            (true, _) => say!("{name} is best, with {found}.", "{name} 最好：{found}。"),
            (false, 1) => say!("{name} has reached {found}.", "{name} 已达到{found}。"),
            (false, _) => say!("{name} is ahead, with {found}.", "{name} 领先：{found}。"),
        });
        if let Some(&(second, _, other)) = ranked.get(1)
            && loss > 0.0
        {
            let ratio = other / loss;
            lines.push(if ratio < 1.02 {
                say!("{} is level with it.", "{} 与之不相上下。", second.label())
            } else {
                say!(
                    "{}'s best loss is {}.",
                    "{} 的最佳损失{}。",
                    second.label(),
                    larger(ratio)
                )
            });
        }
        lines.extend(standing(state, run, &name));
    }
    lines
}

/// How a run does beside what needs no model.
fn standing(state: &AppState, run: &Run, name: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let simplest = match state.shown_series() {
        Some(series) if series.samples.is_some() => {
            say!("always saying the mean", "总是回答平均值")
        }
        _ => say!("repeating the last value", "重复最后一个值"),
    };
    if let Some((part, accuracy)) = run.accuracy_of_part() {
        let (part, share) = (super::part_named(part), format::percent(accuracy));
        lines.push(say!(
            "{name} gets {share} of the {part} part's classes right.",
            "{name} 判对了{part}部分 {share} 的类别。"
        ));
    }
    if let Some((part, skill)) = run.skill_of_part() {
        let (part, share) = (super::part_named(part), format::percent(skill));
        lines.push(if skill > 0.0 {
            say!(
                "On the {part} part the forecast of {name} saves {share} of the error that {simplest} makes.",
                "在{part}部分，{name} 的预测误差比“{simplest}”少 {share}。"
            )
        } else {
            say!(
                "On the {part} part {name} does not beat {simplest} yet.",
                "在{part}部分，{name} 还没有胜过“{simplest}”。"
            )
        });
    }
    lines
}

/// How often clipping cut in.
fn clipped(state: &AppState) -> Vec<String> {
    state
        .runs
        .iter()
        .filter(|run| run.fold == 0)
        .filter(|run| run.experiment.clipping != Clipping::None)
        // What never happened would only fill the room.
        .filter(|run| run.history.clipped_steps > 0)
        .filter(|run| {
            let told = |verdict: &Verdict| matches!(verdict, Verdict::AlwaysClipped { .. });
            !run.verdicts.iter().any(told)
        })
        .map(|run| {
            let share = run.clipped_share();
            say!(
                "{}: {} of the steps were clipped.",
                "{}：{} 的步被裁剪。",
                run.label(),
                format::percent(share)
            )
        })
        .collect()
}

/// What each run's numbers say; what more than two of them share is said once.
fn verdicts(state: &AppState) -> Vec<String> {
    let all: Vec<(String, &Verdict)> = state
        .shown_runs()
        .filter(|(_, run)| run.explosion.is_none())
        .flat_map(|(_, run)| {
            run.verdicts
                .iter()
                .map(move |verdict| (run.label(), verdict))
        })
        .collect();
    let mut lines = Vec::new();
    for (index, (name, verdict)) in all.iter().enumerate() {
        let alike =
            |(_, other): &&(String, &Verdict)| discriminant(*other) == discriminant(*verdict);
        let names: Vec<&str> = (all.iter().filter(alike))
            .map(|(name, _)| name.as_str())
            .collect();
        if names.len() <= 2 {
            lines.push(told(name, verdict));
        } else if !all[..index].iter().any(|other| alike(&other)) {
            lines.push(shared(&names, verdict));
        }
    }
    lines
}

/// A verdict that `names` share.
fn shared(names: &[&str], verdict: &Verdict) -> String {
    let [first, second, rest @ ..] = names else {
        return String::new();
    };
    let who = match rest {
        [] => say!("{first} and {second}", "{first} 和 {second}"),
        [third] => say!(
            "{first}, {second} and {third}",
            "{first}、{second} 和 {third}"
        ),
        more => say!(
            "{first}, {second} and {} others",
            "{first}、{second} 等 {} 个",
            if language() == Language::English {
                more.len()
            } else {
                names.len()
            }
        ),
    };
    match verdict {
        Verdict::Vanishing { .. } => say!(
            "{who}: gradients vanish on their way back, so that only the last time steps are learned from.",
            "{who}：梯度在回传途中消失，只有最后的时间步学得到。"
        ),
        Verdict::Exploding { .. } => say!(
            "{who}: gradients explode on their way back; clipping by the global norm would keep the steps small.",
            "{who}：梯度在回传途中爆炸；按全局范数裁剪可使步子保持较小。"
        ),
        Verdict::Plateau { .. } => say!(
            "{who}: the training loss hardly changes any more.",
            "{who}：训练损失几乎不再变化。"
        ),
        Verdict::Climbed { .. } => say!(
            "{who}: the training loss is higher than before the first update; smaller learning rates help.",
            "{who}：训练损失比第一次更新之前还高；较小的学习率有用。"
        ),
        Verdict::Overfitting { .. } => say!(
            "{who} overfit: the validation loss rises again, while the training loss goes on falling.",
            "{who}过拟合：验证损失重新上升，而训练损失继续下降。"
        ),
        Verdict::RepeatsLast { .. } => say!(
            "{who}: the forecast mostly repeats the last value.",
            "{who}：预测大多重复最后一个值。"
        ),
        Verdict::AlwaysClipped { .. } => say!(
            "{who}: clipping acts on nearly every step, so that their size is the rate times the limit. A higher limit would let most steps through.",
            "{who}：几乎每一步都被裁剪，步子大小就是学习率乘以限值。较高的限值会放过大多数步。"
        ),
    }
}

/// A verdict on the run `name`.
fn told(name: &str, verdict: &Verdict) -> String {
    if language() == Language::English {
        return format!("{name}: {}", lower(&verdict.sentence()));
    }
    let figure = format::measure;
    let said = match verdict {
        Verdict::Vanishing {
            half_life,
            memory,
            of,
        } => {
            let fades = half_life.map_or_else(String::new, |steps| {
                format!("，每 {} 个时间步减半", figure(steps))
            });
            format!("梯度在回传途中消失{fades}：{of} 个时间步中只有最后 {memory} 个学得到。")
        }
        Verdict::Exploding { growth } => format!(
            "梯度在回传途中爆炸：第一个时间步的是最后一个的 {} 倍。按全局范数裁剪可使步子保持较小。",
            figure(*growth)
        ),
        Verdict::Plateau { steps, loss } => format!(
            "训练损失在最后 {} 步中变化不到 1 %，停在 {}。",
            format::count(*steps as u64),
            figure(*loss)
        ),
        Verdict::Climbed { ratio } => format!(
            "训练损失是第一次更新之前的 {} 倍：每一步都迈过了头。较小的学习率有用。",
            figure(*ratio)
        ),
        Verdict::Overfitting { best_step, ratio } => format!(
            "过拟合：验证损失在第 {} 步之后最低，现在{}，而训练损失继续下降。",
            format::count(*best_step),
            larger(*ratio)
        ),
        Verdict::RepeatsLast { target } => {
            format!("{target} 的预测大多重复最后一个值：它离前一个值比离所预测的值近得多。")
        }
        Verdict::AlwaysClipped { share } => format!(
            "{} 的步被裁剪：步子大小就是学习率乘以限值，不管梯度说什么。较高的限值会放过大多数步。",
            format::percent(*share)
        ),
    };
    format!("{name}：{said}")
}

/// A sentence after a colon.
fn lower(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_lowercase().chain(letters).collect()
    })
}

/// What went wrong, and what helps.
fn troubles(state: &AppState) -> Vec<String> {
    let mut lines = Vec::new();
    for run in &state.runs {
        let Some(outcome) = &run.outcome else {
            continue;
        };
        let name = run.label();
        let steps = format::count(outcome.steps);
        match outcome.status {
            // What was recorded of it is told below.
            Status::Diverged if run.explosion.is_some() => {}
            Status::Diverged => lines.push(say!(
                "{name} diverged at step {steps}: its steps became too large. A smaller learning rate or global-norm clipping usually helps.",
                "{name} 在第 {steps} 步发散：步子变得太大。较小的学习率或全局范数裁剪通常有用。"
            )),
            Status::Failed => lines.push(say!("{name} failed at step {steps}: {}", "{name} 在第 {steps} 步失败：{}", translated(&outcome.reason))),
            Status::Stopped | Status::Finished | Status::Running => {}
        }
    }
    lines
}

/// A ratio above 1: below 2 by how much, else how many times.
fn larger(ratio: f64) -> String {
    if ratio < 2.0 {
        let more = format::percent(ratio - 1.0);
        say!("{more} higher", "高出 {more}")
    } else {
        let times = format::significant(ratio, 2);
        say!("{times} times as large", "是它的 {times} 倍")
    }
}

/// The axis of losses, with what they are counted in.
#[must_use]
pub fn loss_axis(state: &AppState) -> Text {
    let samples = (state.shown_series()).and_then(|series| series.samples.as_ref());
    let unit = LossUnit::of(samples.map(|samples| &*samples.classes));
    let chinese = match unit {
        LossUnit::Scaled => "损失（缩放后单位）",
        LossUnit::Answers => "损失（答案的单位）",
        LossUnit::Nats => "损失（nat）",
    };
    Text::new(unit.axis(), chinese)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_are_named_by_two_and_a_count() {
        let overfits = Verdict::Overfitting {
            best_step: 3,
            ratio: 1.5,
        };
        let english = shared(&["a", "b", "c", "d"], &overfits);
        assert!(
            english.starts_with("a, b and 2 others overfit"),
            "{english}"
        );
        assert!(shared(&["a", "b", "c"], &overfits).starts_with("a, b and c overfit"));
        super::super::set_language(Language::Chinese);
        let chinese = shared(&["a", "b", "c", "d"], &overfits);
        super::super::set_language(Language::English);
        assert!(chinese.starts_with("a、b 等 4 个过拟合"), "{chinese}");
    }
}
