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
        lesson: "Both start from the same weights and see the same batches. Adam gives every weight a step of its own size and is ahead within a few steps; SGD with momentum follows. Then change SGD's learning rate: a comparison at one rate says little about an optimizer.",
        toml: include_str!("../assets/scenarios/adam-sgd-airline.toml"),
    },
    Scenario {
        name: "learning-rates-sunspots",
        title: "Too low, right, too high: learning rates on sunspots",
        lesson: "The same SGD at three rates. Too low hardly moves, too high jumps about or leaves the numbers behind altogether. Watch the gradient norm of the one that is too high.",
        toml: include_str!("../assets/scenarios/learning-rates-sunspots.toml"),
    },
    Scenario {
        name: "cells-noisy-sine",
        title: "LSTM, GRU and plain RNN on a noisy sine",
        lesson: "Three cells of equal width under one optimizer. On so short a memory the plain RNN keeps up; look for where the noise floor stops all three.",
        toml: include_str!("../assets/scenarios/cells-noisy-sine.toml"),
    },
    Scenario {
        name: "random-walk",
        title: "A random walk, where nothing can be learned",
        lesson: "The best forecast of a random walk is its last value. Training loss falls all the same; the skill against the naive forecast tells the truth.",
        toml: include_str!("../assets/scenarios/random-walk.toml"),
    },
    Scenario {
        name: "adding",
        title: "The adding problem: who remembers two numbers over 100 steps",
        lesson: "Two of 100 numbers are marked, and their sum is asked for at the end. For a while all three only say the mean. Then the gated cells find the marks, and their loss falls a thousandfold; the plain RNN's gradient fades on the way back, and it mostly stays at the mean, a loss of 2/3. Shorten the sequences until it learns too.",
        toml: include_str!("../assets/scenarios/adding.toml"),
    },
    Scenario {
        name: "temporal-order",
        title: "Temporal order: X before Y, or Y before X, 200 steps ago",
        lesson: "Among four kinds of noise, X or Y comes once in each half; which of XX, XY, YX, YY was it? LSTM and GRU get all sequences right. The plain RNN still does at 50 steps, begins to fail at 150 and guesses at 500: change the length and see. The confusion matrix shows what it mixes up.",
        toml: include_str!("../assets/scenarios/temporal-order.toml"),
    },
];

/// The scenario called `name`.
#[must_use]
pub fn named(name: &str) -> Option<&'static Scenario> {
    ALL.iter().find(|scenario| scenario.name == name)
}
