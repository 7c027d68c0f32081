//! An explosion, told: what broke first, why, and the ways on.
#![expect(missing_docs, reason = "each text says what it is")]

use super::{say, texts};
use crate::app::format;
use crate::app::runs::Run;
use crate::record::{Explosion, Place};

texts! { ALL:
    LAST_NORMS = "Gradient norm of the last steps (log)", "最后几步的梯度范数（对数）";
}

/// What broke, where.
#[must_use]
pub fn exploded(run: &Run, explosion: &Explosion) -> String {
    let what = match &explosion.tensor {
        Some(tensor) => say!("the gradient of {tensor} was", "{tensor} 的梯度"),
        None => say!("the loss was", "损失"),
    };
    let place = match explosion.place {
        None => String::new(),
        Some(Place {
            layer,
            time_step,
            forward,
        }) => {
            let (time_step, layer) = (time_step + 1, layer + 1);
            if forward {
                say!(
                    ", from a state at time step {time_step} of layer {layer}",
                    "，来自第 {layer} 层第 {time_step} 个时间步的状态"
                )
            } else {
                say!(
                    ", on its way back first at time step {time_step} of layer {layer}",
                    "，回传时最先在第 {layer} 层第 {time_step} 个时间步"
                )
            }
        }
    };
    say!(
        "{} exploded at step {}: {what} no longer finite{place}.",
        "{} 在第 {} 步爆炸：{what}不再是有限数{place}。",
        run.label(),
        format::count(explosion.step)
    )
}

/// Goes back and no further.
#[must_use]
pub fn way_back(step: u64) -> String {
    super::back_to(step)
}

/// Forks with clipping.
#[must_use]
pub fn way_clip(limit: f64) -> String {
    say!(
        "Fork clipped at {}",
        "分叉并裁剪到 {}",
        format::setting_short(limit)
    )
}

/// Forks with a smaller rate.
#[must_use]
pub fn way_rate(rate: f64) -> String {
    say!(
        "Fork at rate {}",
        "分叉并用学习率 {}",
        format::setting_short(rate)
    )
}

/// What the way with clipping does.
#[must_use]
pub fn way_clip_help(step: u64) -> String {
    say!(
        "A further run from step {}, clipped by the global norm at a limit, found from the norms of the last steps, that keeps each step to about a hundredth of the weights' size",
        "从第 {} 步另起一个运行，按全局范数裁剪；限值由最后几步的范数求得，使每一步约为权重大小的百分之一",
        format::count(step)
    )
}

/// What the way with a smaller rate does.
#[must_use]
pub fn way_rate_help(step: u64) -> String {
    say!(
        "A further run from step {}, with a rate that makes each step about a hundredth of the weights' size",
        "从第 {} 步另起一个运行，学习率使每一步约为权重大小的百分之一",
        format::count(step)
    )
}

/// The norms of the last steps, for those who hear it.
#[must_use]
pub fn last_norms(run: &Run, explosion: &Explosion) -> String {
    let finite = |norm: &f64| norm.is_finite();
    let norms = || {
        explosion
            .norms
            .iter()
            .map(|row| row.grad_norm)
            .filter(finite)
    };
    match (norms().next(), norms().next_back()) {
        (Some(first), Some(last)) => say!(
            "Gradient norms of {} before it exploded, from {} to {}",
            "{} 爆炸之前的梯度范数，从 {} 到 {}",
            run.label(),
            format::measure(first),
            format::measure(last)
        ),
        _ => say!(
            "{} had no gradient that was finite",
            "{} 没有有限的梯度",
            run.label()
        ),
    }
}
