//! Names, units and explanations of the keys of loss, optimizer, schedule and clipping.

/// Name, unit and one sentence of the setting at a dotted key, where it belongs to one of the four.
pub(super) fn field(key: &str) -> Option<(&'static str, &'static str, &'static str)> {
    let (table, name) = key.split_once('.')?;
    match table {
        "loss" => loss(name),
        "optimizer" => optimizer(name),
        "schedule" => schedule(name),
        "clipping" => clipping(name),
        _ => None,
    }
}

fn loss(name: &str) -> Option<(&'static str, &'static str, &'static str)> {
    Some(match name {
        "delta" => (
            "Delta",
            "",
            "The error beyond which the parabola becomes a line, in scaled units.",
        ),
        "quantiles" => (
            "Quantiles",
            "",
            "Shares of the truth that shall lie below each forecast, rising, separated by commas.",
        ),
        "label_smoothing" => (
            "Label smoothing",
            "",
            "Share of the true class's probability that all classes divide between them, so that no logit has to grow without end.",
        ),
        "class_weights" => (
            "Class weights",
            "",
            "Balanced: rare classes count as much as frequent ones.",
        ),
        "focal_gamma" => (
            "Focal gamma",
            "",
            "Above 0, sequences that are told apart already count less; 0 is plain cross-entropy.",
        ),
        _ => return None,
    })
}

fn optimizer(name: &str) -> Option<(&'static str, &'static str, &'static str)> {
    Some(match name {
        "momentum" => ("Momentum", "", "Share of the last velocity that is kept."),
        "dampening" => (
            "Dampening",
            "",
            "Share of the gradient that is kept out of the velocity.",
        ),
        "nesterov" => (
            "Nesterov",
            "",
            "Look ahead along the velocity before the gradient is used.",
        ),
        "weight_decay" => (
            "Weight decay",
            "",
            "Pulls weights towards zero in each step.",
        ),
        "lr_decay" => (
            "Rate decay",
            "",
            "The rate of update t is divided by 1 + t · this.",
        ),
        "beta1" => (
            "Beta 1",
            "",
            "Memory of the gradient's running mean: closer to 1 remembers longer.",
        ),
        "beta2" => (
            "Beta 2",
            "",
            "Memory of the second running mean (Adam: of the squared gradient; Adan: of its changes; Lion: of the momentum): closer to 1 remembers longer.",
        ),
        "beta3" => (
            "Beta 3",
            "",
            "Memory of the square: closer to 1 remembers longer.",
        ),
        "epsilon" => (
            "Epsilon",
            "",
            "Added below the fraction bar, so that nothing is divided by zero.",
        ),
        "amsgrad" => (
            "AMSGrad",
            "",
            "Never lets the memory of squared gradients shrink.",
        ),
        "alpha" => (
            "Alpha",
            "",
            "Memory of the squared gradient's running mean.",
        ),
        "centered" => (
            "Centred",
            "",
            "Subtracts the mean gradient from the memory of its square.",
        ),
        "beta2_decay" => (
            "Beta 2 decay",
            "",
            "The memory of squared gradients at update t is 1 − t to this power.",
        ),
        "epsilon1" => (
            "Epsilon 1",
            "",
            "Least mean square of a gradient, so that nothing is divided by zero.",
        ),
        "epsilon2" => (
            "Epsilon 2",
            "",
            "Least size of a tensor that its step is measured by.",
        ),
        "clip_threshold" => (
            "Update limit",
            "",
            "Largest root mean square of an update before the rate.",
        ),
        "ns_steps" => (
            "Iterations",
            "",
            "Newton–Schulz iterations that make the momentum orthogonal.",
        ),
        "match_rms_adamw" => (
            "Match AdamW",
            "",
            "Makes the update as large as AdamW's, so that one rate suits matrices and the rest.",
        ),
        "adamw_beta1" => (
            "AdamW beta 1",
            "",
            "For what is no matrix: memory of the gradient's running mean.",
        ),
        "adamw_beta2" => (
            "AdamW beta 2",
            "",
            "For what is no matrix: memory of the squared gradient's running mean.",
        ),
        "adamw_epsilon" => (
            "AdamW epsilon",
            "",
            "For what is no matrix: added below the fraction bar.",
        ),
        "adamw_weight_decay" => (
            "AdamW decay",
            "",
            "For what is no matrix: pulls weights towards zero in each step.",
        ),
        "max_iter" => (
            "Iterations",
            "",
            "New directions that one step takes at most.",
        ),
        "max_eval" => (
            "Evaluations",
            "",
            "Losses that one step computes at most; 0: a quarter more than iterations.",
        ),
        "tolerance_grad" => (
            "Least gradient",
            "",
            "A step ends when no element of the gradient is larger.",
        ),
        "tolerance_change" => (
            "Least change",
            "",
            "A step ends when loss or weights change by less.",
        ),
        "history_size" => (
            "History",
            "pairs",
            "Steps and gradient changes that are remembered to know the curvature.",
        ),
        _ => return None,
    })
}

fn schedule(name: &str) -> Option<(&'static str, &'static str, &'static str)> {
    Some(match name {
        "learning_rate" => ("Learning rate", "", "How far a step goes along the update."),
        "warmup_steps" => (
            "Warm-up",
            "steps",
            "The rate rises in a straight line over so many first steps.",
        ),
        "final_factor" => (
            "Final factor",
            "",
            "Share of the rate that is left at the end.",
        ),
        "over" => ("Over", "steps", "How many steps the fall takes."),
        "factor" => ("Factor", "", "What the rate is multiplied by."),
        "every" => (
            "Every",
            "steps",
            "Steps until the factor is applied in full.",
        ),
        "power" => (
            "Power",
            "",
            "1 falls in a line; more falls faster at first and slower at the end.",
        ),
        "after" => ("After", "steps", "The fall begins after so many steps."),
        "first" => ("First cycle", "steps", "Length of the first cycle."),
        "multiply" => (
            "Multiply",
            "",
            "Each cycle is so many times as long as the one before.",
        ),
        "peak_at" => (
            "Peak at",
            "",
            "Share of the run after which the rate is highest.",
        ),
        "start_divisor" => (
            "Start divisor",
            "",
            "The first rate is the highest divided by this.",
        ),
        "end_divisor" => (
            "End divisor",
            "",
            "The last rate is the first divided by this.",
        ),
        "patience" => (
            "Patience",
            "validations",
            "So many without improvement pass before the rate is cut.",
        ),
        "threshold" => (
            "Threshold",
            "",
            "An improvement is at least this share of the best loss.",
        ),
        "cooldown" => (
            "Cooldown",
            "validations",
            "So many after a cut do not count against it.",
        ),
        "minimum" => ("Minimum", "", "The rate is not cut below this."),
        "raise_factor" => (
            "Raise factor",
            "",
            "What the rate is multiplied by while the loss keeps falling; 1 never raises it.",
        ),
        "raise_patience" => (
            "Raise patience",
            "validations",
            "So many improvements in a row pass before the rate is raised.",
        ),
        "c" => ("c", "", "Larger makes smaller, more careful steps."),
        "gamma" => (
            "Gamma",
            "",
            "How many times its size the rate may grow in one epoch.",
        ),
        "f_star" => (
            "Least loss",
            "",
            "The smallest loss that there can be: 0 for a model that can fit everything.",
        ),
        "maximum" => ("Maximum", "", "The rate never exceeds this."),
        _ => return None,
    })
}

fn clipping(name: &str) -> Option<(&'static str, &'static str, &'static str)> {
    Some(match name {
        "limit" => ("Limit", "", "Nothing above this passes."),
        "percent" => (
            "Percentile",
            "%",
            "The limit is the norm that this share of all gradients so far stayed below.",
        ),
        _ => return None,
    })
}
