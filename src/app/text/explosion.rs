//! An explosion, told: what broke first, why, and the ways on.

use crate::app::format;
use crate::app::runs::Run;
use crate::record::{Explosion, Place};

/// Heading of the norms of the last steps.
pub const LAST_NORMS: &str = "Gradient norm of the last steps (log)";

/// What broke, where.
#[must_use]
pub fn exploded(run: &Run, explosion: &Explosion) -> String {
    let what = match &explosion.tensor {
        Some(tensor) => format!("the gradient of {tensor} was"),
        None => "the loss was".to_owned(),
    };
    let place = match explosion.place {
        None => String::new(),
        Some(Place {
            layer,
            time_step,
            forward,
        }) => format!(
            ", {} at time step {} of layer {}",
            if forward {
                "from a state"
            } else {
                "on its way back first"
            },
            time_step + 1,
            layer + 1
        ),
    };
    format!(
        "{} exploded at step {}: {what} no longer finite{place}.",
        run.label(),
        format::count(explosion.step)
    )
}

/// Goes back and no further.
#[must_use]
pub fn way_back(step: u64) -> String {
    format!("Back to step {}", format::count(step))
}

/// Forks with clipping.
#[must_use]
pub fn way_clip(limit: f64) -> String {
    format!("Fork clipped at {}", format::setting_short(limit))
}

/// Forks with a smaller rate.
#[must_use]
pub fn way_rate(rate: f64) -> String {
    format!("Fork at rate {}", format::setting_short(rate))
}

/// What the way with clipping does.
#[must_use]
pub fn way_clip_help(step: u64) -> String {
    format!(
        "A further run from step {}, clipped by the global norm at a limit, found from the norms of the last steps, that keeps each step to about a hundredth of the weights' size",
        format::count(step)
    )
}

/// What the way with a smaller rate does.
#[must_use]
pub fn way_rate_help(step: u64) -> String {
    format!(
        "A further run from step {}, with a rate that makes each step about a hundredth of the weights' size",
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
        (Some(first), Some(last)) => format!(
            "Gradient norms of {} before it exploded, from {} to {}",
            run.label(),
            format::measure(first),
            format::measure(last)
        ),
        _ => format!("{} had no gradient that was finite", run.label()),
    }
}
