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
    let own = super::choices::field(key).or_else(|| {
        key.starts_with("data.prepare.")
            .then(|| super::preparation::field(last))
            .flatten()
    });
    if let Some((label, unit, help)) = own {
        return FieldText {
            label: label.to_owned(),
            unit,
            help,
        };
    }
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
        "lamb" => "LAMB",
        "quantile" => "Quantiles",
        "inverse-sqrt" => "Inverse square root",
        "polyak" => "Polyak step",
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
        other => {
            return super::preparation::word(other).map_or_else(|| humanise(other), str::to_owned);
        }
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

/// One sentence on a kind.
#[must_use]
pub fn kind_help(table: &str, kind: &str) -> &'static str {
    match table {
        "prepare" => super::preparation::kind_help(kind).unwrap_or_default(),
        _ => super::kinds::kind_help(table, kind),
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
        assert_eq!(field("model.some_thing").label, "Some thing");
        assert_eq!(field("data.prepare.0.method").label, "Method");
        assert_eq!(field("data.targets.1").label, "Targets");
    }
}
