//! The fair race in words.

use crate::app::format;
use crate::diagnose::race::Unfair;

/// The page.
pub const RACE: &str = "Comparison";
/// What it shows.
pub const RACE_HELP: &str =
    "Contenders over all their seeds, what each needs to reach a loss, and what is not fair";
/// The x axis.
pub const X_AXIS: &str = "Across";
/// Updates.
pub const X_UPDATES: &str = "Updates";
/// Epochs.
pub const X_EPOCHS: &str = "Epochs";
/// Seconds.
pub const X_SECONDS: &str = "Seconds";
/// The plot of validation losses.
pub const RACE_LOSS: &str = "Validation loss, median and quartiles of the seeds";
/// The U-curves.
pub const U_CURVES: &str = "Best loss by learning rate";
/// What they say.
pub const U_CURVES_HELP: &str =
    "Each optimizer at all its rates: compare the lowest points, and how wide the valleys are";
/// An empty plot of U-curves.
pub const NO_U_CURVES: &str = "Needs contenders at several rates";
/// Makes contenders at several rates.
pub const SWEEP: &str = "Sweep rates";
/// What that does.
pub const SWEEP_HELP: &str =
    "Replaces each contender by five, at a tenth to ten times its rate. Runs that are on show go";
/// A sweep that would be too large.
pub const SWEEP_TOO_LARGE: &str = "That would be more than 50 contenders; remove some first";
/// The loss to be reached.
pub const TO_REACH: &str = "Loss to reach";
/// What that is for.
pub const TO_REACH_HELP: &str =
    "The table says after how many steps each first validated at or below it";
/// Takes the table along.
pub const COPY_TABLE: &str = "Copy as CSV";
/// What that does.
pub const COPY_TABLE_HELP: &str = "The table as comma-separated values, to paste";
/// Heading of what is not fair.
pub const FAIRNESS: &str = "Is it fair?";
/// It is.
pub const FAIR: &str = "Same data, weights and batches; contenders differ in one thing alone.";
/// Columns.
pub const RACE_COLUMNS: [(&str, &str); 7] = [
    ("Contender", ""),
    ("Best", "Lowest validation loss, median of the seeds"),
    ("Quartiles", "Of the seeds' lowest validation losses"),
    ("Final", "Last validation loss, median of the seeds"),
    (
        "Skill",
        "Share of the naive forecast's error that is saved, or of sequences that are given their class; median",
    ),
    (
        "Steps to",
        "Steps until the loss was reached, median of the seeds that reached it",
    ),
    ("Seconds", "Training time so far, median of the seeds"),
];

/// What is not fair, and how to mend it.
#[must_use]
pub fn unfair(what: &Unfair) -> String {
    match what {
        Unfair::Losses => "Losses of different kinds cannot be compared: give all the same one, or compare the forecasts' errors.".to_owned(),
        Unfair::Data => "Contenders see different data or windows: the table then compares tasks, not contenders.".to_owned(),
        Unfair::Several(tables) => format!(
            "Contenders differ in {}: which of them made the difference cannot be told. Change one at a time.",
            tables.join(" and ")
        ),
        Unfair::Budgets => "Contenders train for different budgets: give all the same steps, epochs and batch size.".to_owned(),
        Unfair::OneRate => "Optimizers are compared at one rate each, which says little: each has a best rate of its own. Sweep rates.".to_owned(),
        Unfair::RateCounts => "Optimizers were tried at different numbers of rates: who searched longer found more.".to_owned(),
        Unfair::OneSeed => "One seed alone: a small difference may be luck. Three seeds show it.".to_owned(),
    }
}

/// A contender of a sweep.
#[must_use]
pub fn at_rate(name: &str, rate: f64) -> String {
    format!("{name} at {}", format::setting_short(rate))
}
