//! Names, units and explanations of settings and their kinds.

/// How a setting is called and explained.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldText {
    /// Its name in the setup.
    pub label: String,
    /// Its unit, or nothing.
    pub unit: &'static str,
    /// One sentence.
    pub help: &'static str,
}

/// The texts of the setting at a dotted key.
#[must_use]
pub fn field(key: &str) -> FieldText {
    let last = key
        .rsplit('.')
        .find(|part| part.parse::<usize>().is_err())
        .unwrap_or(key);
    let (label, unit, help) = match key {
        "seeds" => (
            "Seeds",
            "",
            "Each contender runs once for each seed. Numbers, separated by commas.",
        ),
        "data.source" => ("Source", "", "Where the series comes from."),
        "data.targets" => (
            "Targets",
            "",
            "Columns to predict. None chosen: the first numeric column that is no time, index or label.",
        ),
        "data.features" => (
            "Features",
            "",
            "Further columns that the network sees beside the targets.",
        ),
        "data.time" => (
            "Time column",
            "",
            "The column that says when; detected where none is chosen.",
        ),
        "data.task" => (
            "Task",
            "",
            "Forecast: numbers. Classify: which class each sequence belongs to, where the data have classes.",
        ),
        "data.scale.method" => (
            "Scaling",
            "",
            "Brings all columns to a common size; fitted on the training part only.",
        ),
        "data.window.lookback" => ("Lookback", "steps", "How many past steps a window holds."),
        "data.window.horizon" => ("Horizon", "steps", "How many steps ahead the forecast is."),
        "data.window.stride" => (
            "Stride",
            "steps",
            "Distance between the starts of neighbouring training windows.",
        ),
        "data.window.output" => (
            "Output",
            "",
            "Every step: the network predicts after each input step. Last step: only after the whole window, all steps ahead at once.",
        ),
        "data.split.train" => (
            "Training share",
            "",
            "The first part of the rows, which the network learns from.",
        ),
        "data.split.validation" => (
            "Validation share",
            "",
            "The rows after the training part; they choose the best model. The rest is the test part.",
        ),
        "data.generate.length" => (
            "Length",
            "steps",
            "Values in each generated series, or steps in each sequence.",
        ),
        "data.generate.count" => (
            "Count",
            "series",
            "How many series or sequences are generated. For adding and temporal order 0 draws fresh sequences for every training batch.",
        ),
        "data.generate.period" => ("Period", "steps", "Steps in one full turn."),
        "data.generate.amplitude" => ("Amplitude", "", "Half the distance from trough to crest."),
        "data.generate.noise" => (
            "Noise",
            "",
            "Standard deviation of the normal noise at each step.",
        ),
        "data.generate.drift" => ("Drift", "", "Mean of each step of the walk."),
        "data.generate.coefficients" => (
            "Coefficients",
            "",
            "Weights of the last values, the latest first, separated by commas.",
        ),
        "model.cell" => (
            "Cell",
            "",
            "The kind of network: LSTM and GRU have gates that keep gradients alive; a plain RNN has none; linear has no memory.",
        ),
        "model.nonlinearity" => (
            "Nonlinearity",
            "",
            "The function inside the plain recurrent cell.",
        ),
        "model.hidden" => (
            "Hidden units",
            "",
            "Size of the hidden state in each layer.",
        ),
        "model.layers" => ("Layers", "", "Recurrent layers on top of each other."),
        "model.dropout" => (
            "Dropout",
            "",
            "Probability that a unit's output is dropped between layers while training.",
        ),
        "model.init" => (
            "Initial weights",
            "",
            "How weights are drawn before the first step.",
        ),
        "model.init.radius" => (
            "Spectral radius",
            "",
            "Largest factor by which the recurrent matrix stretches at first: above 1 gradients grow, below 1 they fade.",
        ),
        "model.forget_bias" => (
            "Forget bias",
            "",
            "Added once to the LSTM's forget gate; above 0 it remembers longer at first.",
        ),
        "model.backend" => ("Backend", "", "What computes the numbers."),
        "loss.delta" => (
            "Delta",
            "",
            "The error beyond which the parabola becomes a line, in scaled units.",
        ),
        "loss.label_smoothing" => (
            "Label smoothing",
            "",
            "Share of the true class's probability that all classes divide between them, so that no logit has to grow without end.",
        ),
        "loss.class_weights" => (
            "Class weights",
            "",
            "Balanced: rare classes count as much as frequent ones.",
        ),
        "loss.focal_gamma" => (
            "Focal gamma",
            "",
            "Above 0, sequences that are told apart already count less; 0 is plain cross-entropy.",
        ),
        "optimizer.momentum" => ("Momentum", "", "Share of the last velocity that is kept."),
        "optimizer.dampening" => (
            "Dampening",
            "",
            "Share of the gradient that is kept out of the velocity.",
        ),
        "optimizer.nesterov" => (
            "Nesterov",
            "",
            "Look ahead along the velocity before the gradient is used.",
        ),
        "optimizer.weight_decay" => (
            "Weight decay",
            "",
            "Pulls weights towards zero in each step.",
        ),
        "optimizer.beta1" => (
            "Beta 1",
            "",
            "Memory of the gradient's running mean: closer to 1 remembers longer.",
        ),
        "optimizer.beta2" => (
            "Beta 2",
            "",
            "Memory of the squared gradient's running mean: closer to 1 remembers longer.",
        ),
        "optimizer.epsilon" => (
            "Epsilon",
            "",
            "Added below the fraction bar, so that nothing is divided by zero.",
        ),
        "optimizer.amsgrad" => (
            "AMSGrad",
            "",
            "Never lets the memory of squared gradients shrink.",
        ),
        "optimizer.alpha" => (
            "Alpha",
            "",
            "Memory of the squared gradient's running mean.",
        ),
        "optimizer.centered" => (
            "Centred",
            "",
            "Subtracts the mean gradient from the memory of its square.",
        ),
        "schedule.learning_rate" => ("Learning rate", "", "How far a step goes along the update."),
        "schedule.warmup_steps" => (
            "Warm-up",
            "steps",
            "The rate rises in a straight line over so many first steps.",
        ),
        "schedule.final_factor" => (
            "Final factor",
            "",
            "Share of the rate that is left at the end.",
        ),
        "schedule.over" => ("Over", "steps", "How many steps the fall takes."),
        "schedule.factor" => ("Factor", "", "What the rate is multiplied by."),
        "schedule.every" => (
            "Every",
            "steps",
            "Steps until the factor is applied in full.",
        ),
        "clipping.limit" => ("Limit", "", "Nothing above this passes."),
        "training.epochs" => ("Epochs", "", "Passes over all training windows."),
        "training.steps" => ("Steps", "steps", "Updates in the whole run."),
        "training.batch_size" => (
            "Batch size",
            "windows",
            "Windows whose mean loss makes one step.",
        ),
        "training.shuffle" => ("Shuffle", "", "Draw a new order of windows for each epoch."),
        "training.validate_every" => (
            "Validate every",
            "epochs",
            "Epochs between two looks at the validation part.",
        ),
        "training.stop_early" => (
            "Stop early",
            "epochs",
            "End after so many epochs without a better validation loss; 0 never ends early.",
        ),
        _ => match last {
            "method" => ("Method", "", "How it is done."),
            "columns" => (
                "Columns",
                "",
                "Columns that it applies to; none chosen: all numeric ones.",
            ),
            "max_gap" => (
                "Longest gap",
                "rows",
                "Longer runs of missing values stay as they are; 0 fills all.",
            ),
            "flag" => (
                "Flag",
                "",
                "Adds a column that says where a value was missing.",
            ),
            "kind" | "step" => (super::KIND, "", "Which one."),
            _ => {
                return FieldText {
                    label: humanise(last),
                    unit: "",
                    help: "",
                };
            }
        },
    };
    FieldText {
        label: label.to_owned(),
        unit,
        help,
    }
}

/// A kind or another word of the experiment file as menus show it.
#[must_use]
pub fn kind(name: &str) -> String {
    match name {
        "gd" => "GD (full batch)",
        "sgd" => "SGD",
        "adagrad" => "Adagrad",
        "rmsprop" => "RMSprop",
        "adam" => "Adam",
        "adamw" => "AdamW",
        "lbfgs" => "L-BFGS",
        "mse" => "Squared error (MSE)",
        "mae" => "Absolute error (MAE)",
        "huber" => "Huber",
        "log-cosh" => "Log-cosh",
        "cross-entropy" => "Cross-entropy",
        "rnn" => "RNN",
        "gru" => "GRU",
        "lstm" => "LSTM",
        "relu" => "ReLU",
        "pytorch" => "PyTorch",
        "xavier" => "Xavier (Glorot)",
        "standard" => "Standard (z-score)",
        "min-max" => "Min–max",
        "ar" => "Autoregression",
        "noisy-sine" => "Noisy sine",
        "random-walk" => "Random walk",
        "uniform" => "Uniform noise",
        "adding" => "Adding problem",
        "temporal-order" => "Temporal order",
        "airline" => "Airline passengers",
        "sunspots" => "Sunspots",
        "co2" => "CO2 at Mauna Loa",
        "nile" => "Flow of the Nile",
        "flex" => "burn flex",
        "ndarray" => "burn ndarray",
        "one-cycle" => "One cycle",
        other => return humanise(other),
    }
    .to_owned()
}

/// A kind of the table `table`, in words that say what it is a kind of.
#[must_use]
pub fn kind_of(table: &str, name: &str) -> String {
    match (table, name) {
        ("clipping", "none") => "no clipping".to_owned(),
        ("clipping", name) => format!("{} clipping", kind(name).to_lowercase()),
        ("schedule", name) => format!("{} schedule", kind(name).to_lowercase()),
        (_, name) => kind(name),
    }
}

/// The formula of a kind, in letters that every font has.
#[must_use]
pub fn formula(table: &str, kind: &str) -> &'static str {
    match (table, kind) {
        ("loss", "mse") => "mean of e²,   e = prediction − target",
        ("loss", "mae") => "mean of |e|,   e = prediction − target",
        ("loss", "huber") => "e²/2 where |e| ≤ δ,   δ·(|e| − δ/2) beyond",
        ("loss", "log-cosh") => "mean of log(cosh(e))",
        ("loss", "cross-entropy") => {
            "weighted mean of (1 − p)^γ · (−log p),   p = softmax of the logits at the class"
        }
        ("optimizer", "gd") => "w ← w − rate · g,   g over the whole training part",
        ("optimizer", "sgd") => "v ← momentum · v + g\nw ← w − rate · v",
        ("optimizer", "adagrad") => "s ← s + g²\nw ← w − rate · g / (√s + ε)",
        ("optimizer", "rmsprop") => "s ← α·s + (1−α)·g²\nw ← w − rate · g / (√s + ε)",
        ("optimizer", "adam" | "adamw") => {
            "m ← β₁·m + (1−β₁)·g\nv ← β₂·v + (1−β₂)·g²\nw ← w − rate · (m/(1−β₁^t)) / (√(v/(1−β₂^t)) + ε)"
        }
        ("schedule", "linear") => "rate · (1 − (1 − final) · step / over)",
        ("schedule", "exponential") => "rate · factor^(step / every)",
        ("schedule", "step") => "rate · factor^⌊step / every⌋",
        ("schedule", "cosine") => "rate · (final + (1 − final) · ½ (1 + cos(π · step / over)))",
        ("clipping", "value") => "each element of g into [−limit, limit]",
        ("clipping", "tensor-norm") => "each tensor: g · min(1, limit / |g|)",
        ("clipping", "global-norm") => "all tensors together: g · min(1, limit / |g|)",
        _ => "",
    }
}

/// One sentence on a kind.
#[must_use]
pub fn kind_help(table: &str, kind: &str) -> &'static str {
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
        ("schedule", "constant") => "The same rate all the time.",
        ("schedule", "linear") => "Falls in a straight line.",
        ("schedule", "exponential") => "Falls smoothly by the same factor over equal stretches.",
        ("schedule", "step") => "Falls in stairs.",
        ("schedule", "cosine") => "Falls slowly, then fast, then slowly.",
        ("clipping", "none") => "Gradients pass as they are.",
        ("clipping", "value") => "Cuts single elements; the direction changes.",
        ("clipping", "tensor-norm") => "Shortens the gradient of each tensor on its own.",
        ("clipping", "global-norm") => {
            "Shortens the whole gradient and keeps its direction: the cure for exploding gradients."
        }
        ("prepare", "fill") => "Missing values get values.",
        _ => "",
    }
}

/// `weight_decay` as "Weight decay".
fn humanise(word: &str) -> String {
    let spaced = word.replace(['_', '-'], " ");
    let mut letters = spaced.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_words_still_read_well() {
        assert_eq!(kind("cosine-restarts"), "Cosine restarts");
        assert_eq!(field("optimizer.lr_decay").label, "Lr decay");
        assert_eq!(field("data.prepare.0.method").label, "Method");
        assert_eq!(field("data.targets.1").label, "Targets");
    }
}
