//! Formulas of losses, optimizers, schedules and clipping, and a sentence on each.

/// The formula of a kind, in letters that every font has.
#[must_use]
pub fn formula(table: &str, kind: &str) -> &'static str {
    match (table, kind) {
        ("loss", "mse") => "mean of e²,   e = prediction − target",
        ("loss", "mae") => "mean of |e|,   e = prediction − target",
        ("loss", "huber") => "e²/2 where |e| ≤ δ,   δ·(|e| − δ/2) beyond",
        ("loss", "log-cosh") => "mean of log(cosh(e))",
        ("loss", "quantile") => "−q·e where e < 0,   (1−q)·e where e > 0,   for each quantile q",
        ("loss", "cross-entropy") => {
            "weighted mean of (1 − p)^γ · (−log p),   p = softmax of the logits at the class"
        }
        ("optimizer", "gd") => "w ← w − rate · g,   g over the whole training part",
        ("optimizer", "sgd") => "v ← momentum · v + g\nw ← w − rate · v",
        ("optimizer", "adagrad") => "s ← s + g²\nw ← w − rate · g / (√s + ε)",
        ("optimizer", "rmsprop") => "s ← α·s + (1−α)·g²\nw ← w − rate · g / (√s + ε)",
        ("optimizer", "adam") => {
            "m ← β₁·m + (1−β₁)·g\nv ← β₂·v + (1−β₂)·g²\nw ← w − rate · (m/(1−β₁^t)) / (√(v/(1−β₂^t)) + ε)"
        }
        ("optimizer", "adamw") => {
            "m, v as Adam\nw ← (1 − rate · decay) · w − rate · (m/(1−β₁^t)) / (√(v/(1−β₂^t)) + ε)"
        }
        ("optimizer", "lion") => {
            "w ← (1 − rate · decay) · w − rate · sign(β₁·m + (1−β₁)·g)\nm ← β₂·m + (1−β₂)·g"
        }
        ("optimizer", "adan") => {
            "d = g − last g\nm of g, v of d, n of (g + β₂·d)², each a running mean\nw ← (w − rate · (m + β₂·v) / (√n + ε)) / (1 + rate · decay)"
        }
        ("optimizer", "lamb") => {
            "u = Adam's m / (√v + ε) + decay · w\nw ← w − rate · |w|/|u| · u,   for each tensor"
        }
        ("optimizer", "adafactor") => {
            "v ≈ row mean · column mean of g² / their mean\nw ← w − rate · size of w · g/√v,   limited"
        }
        ("optimizer", "muon") => {
            "m ← β·m + (1−β)·g\nw ← (1 − rate · decay) · w − rate · U·V',   where m = U·S·V'"
        }
        ("optimizer", "lbfgs") => {
            "w ← w − step · H·g,   H from the last steps, step by line search"
        }
        ("schedule", "linear") => "rate · (1 − (1 − final) · step / over)",
        ("schedule", "exponential") => "rate · factor^(step / every)",
        ("schedule", "step") => "rate · factor^⌊step / every⌋",
        ("schedule", "polynomial") => "rate · (final + (1 − final) · (1 − step / over)^power)",
        ("schedule", "inverse-sqrt") => "rate · √(after / max(step, after))",
        ("schedule", "cosine") => "rate · (final + (1 − final) · ½ (1 + cos(π · step / over)))",
        ("schedule", "cosine-restarts") => {
            "rate · (final + (1 − final) · ½ (1 + cos(π · step / cycle))),   cycle: first, first · multiply, …"
        }
        ("schedule", "one-cycle") => {
            "rate / start  up to  rate  down to  rate / (start · end),   half a cosine each"
        }
        ("schedule", "plateau") => "rate ← factor · rate   after patience validations without gain",
        ("schedule", "polyak") => {
            "min(γ^(1/n) · last rate, (loss − least) / (c · |g|²), maximum),   n batches an epoch"
        }
        ("clipping", "value") => "each element of g into [−limit, limit]",
        ("clipping", "tensor-norm") => "each tensor: g · min(1, limit / |g|)",
        ("clipping", "global-norm") => "all tensors together: g · min(1, limit / |g|)",
        ("clipping", "percentile") => {
            "g · min(1, limit / |g|),   limit: percentile of all |g| so far"
        }
        _ => "",
    }
}

/// One sentence on a kind.
#[must_use]
pub(super) fn kind_help(table: &str, kind: &str) -> &'static str {
    match (table, kind) {
        ("loss", "mse") => "Large errors weigh most; the forecast aims at the mean.",
        ("loss", "mae") => {
            "All errors weigh alike; the forecast aims at the median, and outliers matter less."
        }
        ("loss", "huber") => {
            "Squared near zero, absolute beyond delta: smooth, and calm about outliers."
        }
        ("loss", "log-cosh") => "Like squared error near zero and like absolute error far from it.",
        ("loss", "cross-entropy") => {
            "How surprised the network is by the true class; the usual loss for classes."
        }
        ("loss", "quantile") => {
            "Several forecasts at once, each with its share of the truth below it: a band that says how sure the network is."
        }
        ("optimizer", "gd") => {
            "Plain gradient descent: one exact step for each pass over the data."
        }
        ("optimizer", "sgd") => "Follows each batch's gradient; momentum smooths the way.",
        ("optimizer", "adagrad") => "Each weight gets its own rate, which only ever shrinks.",
        ("optimizer", "rmsprop") => "Each weight gets its own rate from recent gradients.",
        ("optimizer", "adam") => {
            "Momentum and an own rate for each weight; forgiving about the learning rate."
        }
        ("optimizer", "adamw") => "Adam with weight decay kept apart from the gradient.",
        ("optimizer", "lion") => {
            "Every weight moves by the rate itself, up or down; wants a rate some ten times smaller than Adam's."
        }
        ("optimizer", "adan") => {
            "Adam that also sees how the gradient changes, and so looks ahead."
        }
        ("optimizer", "lamb") => {
            "Adam whose step in each tensor is as long as the tensor; made for huge batches."
        }
        ("optimizer", "adafactor") => {
            "Adam with little memory: of squared gradients it keeps rows and columns, and it measures steps by the weights."
        }
        ("optimizer", "muon") => {
            "Makes the momentum of each matrix orthogonal, so that no direction is neglected; AdamW for the rest."
        }
        ("optimizer", "lbfgs") => {
            "Learns the curvature from its own steps and searches along each direction: few, costly steps on the full batch."
        }
        ("schedule", "constant") => "The same rate all the time.",
        ("schedule", "linear") => "Falls in a straight line.",
        ("schedule", "exponential") => "Falls smoothly by the same factor over equal stretches.",
        ("schedule", "step") => "Falls in stairs.",
        ("schedule", "polynomial") => "Falls along a power of what is left of the run.",
        ("schedule", "inverse-sqrt") => "Constant at first, then slower and slower falling.",
        ("schedule", "cosine") => "Falls slowly, then fast, then slowly.",
        ("schedule", "cosine-restarts") => {
            "Falls as cosine, jumps back up and falls again over a longer stretch."
        }
        ("schedule", "one-cycle") => {
            "Rises to the learning rate, then falls far below where it began."
        }
        ("schedule", "plateau") => {
            "Cut when the validation loss stops falling; without a validation part it watches the training loss."
        }
        ("schedule", "polyak") => {
            "Chooses each rate from the loss and the gradient; for SGD and GD."
        }
        ("clipping", "none") => "Gradients pass as they are.",
        ("clipping", "value") => "Cuts single elements; the direction changes.",
        ("clipping", "tensor-norm") => "Shortens the gradient of each tensor on its own.",
        ("clipping", "global-norm") => {
            "Shortens the whole gradient and keeps its direction: the cure for exploding gradients."
        }
        ("clipping", "percentile") => {
            "As global norm, with a limit that follows the gradients seen so far (AutoClip)."
        }
        _ => "",
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
