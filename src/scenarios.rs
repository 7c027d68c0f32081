//! The scenarios that come with the program: experiment files, each with what to look for.

/// One built-in scenario.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scenario {
    /// What `scenarios NAME` takes.
    pub name: &'static str,
    /// For menus.
    pub title: &'static str,
    /// What to look at, and what to try next.
    pub lesson: &'static str,
    /// The experiment file.
    pub toml: &'static str,
}

/// All scenarios; the window opens on the first one.
pub const ALL: &[Scenario] = &[
    Scenario {
        name: "adam-sgd-airline",
        title: "Adam against SGD on airline passengers",
        lesson: "Both start from the same weights and see the same batches. Predict who is ahead after 30 steps, and who after 500. At first both fall alike; then Adam, which gives every weight a step of its own size, leaves SGD with momentum behind: after 500 steps its training loss is a quarter of SGD's, at the end still less than two thirds. Next: change SGD's learning rate, as a comparison at one rate says little about an optimizer.",
        toml: include_str!("../assets/scenarios/adam-sgd-airline.toml"),
    },
    Scenario {
        name: "learning-rates-sunspots",
        title: "Too low, right, too high: learning rates on sunspots",
        lesson: "The same SGD at three rates. Predict what each does. Too low hardly moves; right falls to a seventh within 40 epochs; too high leaves the numbers behind within a dozen steps. Watch the gradient norm of the one that is too high, and read what the recorder says. Next: the rate test finds the right one by itself.",
        toml: include_str!("../assets/scenarios/learning-rates-sunspots.toml"),
    },
    Scenario {
        name: "cells-noisy-sine",
        title: "LSTM, GRU and plain RNN on a noisy sine",
        lesson: "Three cells of equal width under one optimizer. Predict which is best. On so short a memory the plain RNN keeps up with both at a quarter of the time, and noise stops all three: a part of the loss is the noise itself, and no network can forecast that. Next: noise 0, or the adding problem, where memory counts.",
        toml: include_str!("../assets/scenarios/cells-noisy-sine.toml"),
    },
    Scenario {
        name: "random-walk",
        title: "A random walk, where nothing can be learned",
        lesson: "The best forecast of a random walk is its last value. Predict whether the training loss falls. It does, to less than a tenth; the skill against the naive forecast tells the truth: below 0, in every run. Next: give the walk a drift.",
        toml: include_str!("../assets/scenarios/random-walk.toml"),
    },
    Scenario {
        name: "adding",
        title: "The adding problem: who remembers two numbers over 100 steps",
        lesson: "Two of 100 numbers are marked, and their sum is asked for at the end. Predict who learns it. For a while all three only say the mean, a loss of 2/3. Then the gated cells find the marks, and their loss falls to less than a five-hundredth; the plain RNN's gradient fades on the way back, and it mostly stays at the mean. Next: shorten the sequences until it learns too.",
        toml: include_str!("../assets/scenarios/adding.toml"),
    },
    Scenario {
        name: "temporal-order",
        title: "Temporal order: X before Y, or Y before X, 500 steps ago",
        lesson: "Among four kinds of noise, X or Y comes once in each half; which of XX, XY, YX, YY was it? Predict who can tell after 500 steps. The GRU gets all sequences right, the LSTM too under most seeds; the plain RNN guesses, a quarter of them right. Look at the gradient flow of the first steps: the RNN's is gone long before the symbols. Next: it still learns at 50 steps and begins to fail at 150; change the length and see. The confusion matrix shows what it mixes up.",
        toml: include_str!("../assets/scenarios/temporal-order.toml"),
    },
    Scenario {
        name: "adam-sgd-tuned",
        title: "Adam against SGD, at one rate and at the best rate of each",
        lesson: "Predict: does Adam beat SGD? At Adam's usual rate of 0.001 SGD hardly moves, and Adam looks many times better. Give each its own rate and momentum, and they end close together: a comparison at one rate compares rates, not optimizers. Next: try other rates for both and note the best loss of each.",
        toml: include_str!("../assets/scenarios/adam-sgd-tuned.toml"),
    },
    Scenario {
        name: "exploding",
        title: "Exploding gradients, with clipping and without",
        lesson: "A linear recurrence whose weights have a spectral radius of 1.3: each time step back multiplies the gradient by 1.3. Predict how many steps the run without clipping makes. Look at the gradient flow: it grows to the right. The recorder says what happened and offers ways on: fork with clipping and see it learn like the other one. Next: a radius of 0.9, where nothing explodes.",
        toml: include_str!("../assets/scenarios/exploding.toml"),
    },
    Scenario {
        name: "cliff",
        title: "The cliff: clipping keeps a step from jumping off (Pascanu et al. 2013)",
        lesson: "One unit with a weight and a bias, 50 steps, and the exact error of every pair of them: open the page Landscape and compute the cliff. Predict where gradient descent goes from the foot of the wall. Met at the wall, the gradient is a thousand times as large as around, and without clipping one step leaves the picture for good, to an error of 0.09; clipped at 1 it walks along the wall down to 0. The runs themselves have a head beside the unit, which learns the level 0.7 alone: no cliff. Next: clip at 0.1, or give both Adam.",
        toml: include_str!("../assets/scenarios/cliff.toml"),
    },
    Scenario {
        name: "initial-radius",
        title: "Spectral radius 0.5, 0.95 and 1.3: where a plain network starts",
        lesson: "The same cell with recurrent weights of three sizes; a gradient is clipped in all. Look at the gradient flow of the first steps: it fades within a few steps at 0.5 and reaches far back at 1.3. Predict which learns best. At 1.3 the states are chaotic, and the far-reaching gradient says little. Next: sequences of 100 steps, where 0.5 begins to fail too.",
        toml: include_str!("../assets/scenarios/initial-radius.toml"),
    },
    Scenario {
        name: "forget-bias",
        title: "Forget bias 0 and 1: how long an LSTM remembers before it has learned anything",
        lesson: "A forget gate begins half open at a bias of 0, so that the cell state halves at every step; a bias of 1 keeps 73 %. Look at the cell state's gradient flow in the first steps: with the bias it reaches about twice as far. Predict which finds the order first. Next: a bias of 3.",
        toml: include_str!("../assets/scenarios/forget-bias.toml"),
    },
    Scenario {
        name: "schedules",
        title: "Schedules: constant, exponential, plateau and Polyak",
        lesson: "SGD on four noisy windows a step. A large constant rate is fast and then rattles around the minimum; a small one is slow. Predict which schedule ends lowest. Exponential decay and cutting at a plateau have both speed and rest; Polyak's rate follows the loss and, as this noise keeps the loss above 0, stays at its maximum. Next: tell Polyak the loss that noise leaves (f_star).",
        toml: include_str!("../assets/scenarios/schedules.toml"),
    },
    Scenario {
        name: "airline-seasonal",
        title: "Airline passengers against the seasonal naive forecast",
        lesson: "The table's skill is against repeating the last value; the metrics also hold the same month of a year ago. Predict whether an LSTM beats either. It learns the training part ever better and still loses to both on the test part in every seed: those years lie above all that it was shown, and a network bends where it has seen nothing. The linear model, which cannot bend, does no worse than the naive one. Next: fewer epochs, and watch the validation loss turn.",
        toml: include_str!("../assets/scenarios/airline-seasonal.toml"),
    },
    Scenario {
        name: "outliers",
        title: "Missing values and outliers: MSE against Huber",
        lesson: "One value in twenty is missing, and one in twenty is far too large, as a sensor does it. Missing ones are filled on the line between neighbours. Predict which loss forecasts better. The squared error is ruled by the few wrong values and bends every forecast towards them; Huber's grows only linearly beyond delta, and its forecasts of the test part are nearer in every seed. The losses themselves are of different kinds: compare the forecasts' errors. Next: an `outliers` step in the preparation, or the absolute error.",
        toml: include_str!("../assets/scenarios/outliers.toml"),
    },
    Scenario {
        name: "macrodata",
        title: "Five inputs, two targets: inflation and unemployment",
        lesson: "Levels that climb for decades have their later years outside of all that was learned. As growth (logarithms, then differences) the same five columns lie in one range. Predict which contender saves more of the naive forecast's error on the validation part. Switch the difference off in Preparation, run again, and both lose to repeating the last value. The backtest's folds say whether that holds at other origins: set Backtest folds to 4.",
        toml: include_str!("../assets/scenarios/macrodata.toml"),
    },
    Scenario {
        name: "pbs-zeros",
        title: "Many zeros: prescriptions that peter out",
        lesson: "Counts between 0 and 14, and in the test part almost nothing but zeros, which the naive forecast gets exactly right: no model can save anything there, and the skill says so. Judge on the validation part. Squared errors chase the few large counts; the absolute error aims at the median, and log1p with differences brings large and small together. Predict which of the three beats the naive forecast there.",
        toml: include_str!("../assets/scenarios/pbs-zeros.toml"),
    },
    Scenario {
        name: "adaptive-trap",
        title: "Where adaptive methods go wrong (Wilson et al. 2017)",
        lesson: "One input is the class itself, so every method gets the training set right. But each example also has inputs of its own, which mean nothing for others. Predict who is right on unseen examples. Gradient descent weighs each input by how often it helped and answers all of them; Adam, RMSprop and Adagrad make every weight equally large, and take unseen negative examples for positive. Next: mini-batches, where Adam and RMSprop recover.",
        toml: include_str!("../assets/scenarios/adaptive-trap.toml"),
    },
];

/// The scenario called `name`.
#[must_use]
pub fn named(name: &str) -> Option<&'static Scenario> {
    ALL.iter().find(|scenario| scenario.name == name)
}
