//! Gradients through time, and the inside of the cells, in words.

use crate::app::format;
use crate::diagnose::flow::{Measures, State};
use crate::record::Gate;

/// Pages of plots.
pub const OVERVIEW: &str = "Overview";
/// Gradients through time.
pub const FLOW: &str = "Gradient flow";
/// Norms and the inside of the cells.
pub const NORMS: &str = "Norms and units";
/// What the page of gradients through time shows.
pub const FLOW_HELP: &str = "How strongly the loss depends on what the network held at each time step: fading is a vanishing gradient, growing an exploding one";
/// What the page of norms shows.
pub const NORMS_HELP: &str = "Gradient norms by tensor, update size, spectral radius, and how far gates and units are driven";
/// The choice of a layer.
pub const LAYER_HELP: &str = "Which recurrent layer, from the input up";
/// The choice between the LSTM's states.
pub const STATE_HELP: &str = "The hidden state h, or the cell state c that only an LSTM has";
/// The axis of time steps.
pub const BACK_AXIS: &str = "Time steps back from the output";
/// The same where there is little room.
pub const BACK_AXIS_SHORT: &str = "Steps back";
/// The profile's title.
pub const PROFILE: &str = "At present";
/// The profile's axis.
pub const PROFILE_AXIS: &str = "Norm";
/// The bound's key.
pub const BOUND: &str = "bound";
/// What the bound is.
pub const BOUND_HELP: &str = "What the gradient cannot be above: the spectral norm of the recurrent weights times the steepest slope of the nonlinearity, per time step (Pascanu et al. 2013, eq. 7). Plain recurrent cell only";
/// Heading of the measures.
pub const MEASURES: &str = "In numbers";
/// Column of the half-life.
pub const HALF_LIFE: &str = "Half-life";
/// What the half-life is.
pub const HALF_LIFE_HELP: &str =
    "Time steps back over which the gradient halves, fitted over all of them";
/// Column of the ratio.
pub const RATIO: &str = "First / last";
/// What the ratio is.
pub const RATIO_HELP: &str = "Gradient at the first time step divided by that at the last one: far below 1 it vanishes, far above it explodes";
/// Column of the memory.
pub const MEMORY: &str = "Memory";
/// What the memory is.
pub const MEMORY_HELP: &str = "Time steps back from the output within which the gradient is at least a hundredth of its largest: as far as learning reaches";
/// A network without recurrence.
pub const NO_FLOW: &str = "A network without recurrence has no gradient through time.";
/// Norms by tensor.
pub const BY_TENSOR: &str = "Gradient norm by tensor";
/// Updates relative to weights.
pub const UPDATE_RATIO: &str = "Update / weights";
/// What that tells.
pub const UPDATE_RATIO_HELP: &str = "Norm of each step's change divided by the norm of all weights. About 0.001 is usual; near 1 a step throws the weights about";
/// Spectral radius.
pub const RADIUS: &str = "Spectral radius";
/// What that tells.
pub const RADIUS_HELP: &str = "Largest absolute eigenvalue of the recurrent weights that make the new content. Below 1 a plain cell's gradient must fade in the long run, above 1 it can explode";
/// Saturation.
pub const SATURATION: &str = "Saturation";
/// Histograms.
pub const UNITS: &str = "Hidden units' values";
/// What that tells.
pub const UNITS_HELP: &str = "Share of the hidden units' values at each height over training, in a few sequences of the batch; darker is none";
/// Axis of ratios.
pub const RATIO_AXIS: &str = "Ratio";
/// Axis of radii.
pub const RADIUS_AXIS: &str = "Radius";
/// Axis of shares.
pub const SHARE_AXIS: &str = "Share within 5 % of an end";
/// Axis of values.
pub const VALUE_AXIS: &str = "Value";
/// Which contender.
pub const WHICH_RUN: &str = "Contender that is shown";

/// A layer in the menu.
#[must_use]
pub fn layer(index: usize) -> String {
    format!("Layer {}", index + 1)
}

/// A state in the menu.
#[must_use]
pub fn state(state: State) -> &'static str {
    match state {
        State::Hidden => "Hidden state h",
        State::Cell => "Cell state c",
    }
}

/// A gate.
#[must_use]
pub fn gate(gate: Gate) -> &'static str {
    match gate {
        Gate::Input => "input gate",
        Gate::Forget => "forget gate",
        Gate::Candidate => "candidate",
        Gate::Output => "output gate",
        Gate::Reset => "reset gate",
        Gate::Update => "update gate",
        Gate::Hidden => "hidden units",
    }
}

/// The tooltip over a picture.
#[must_use]
pub fn flow_readout(step: u64, back: usize, norm: f32) -> String {
    let back = match back {
        0 => "at the output".to_owned(),
        1 => "1 time step back".to_owned(),
        back => format!("{} time steps back", format::count(back as u64)),
    };
    format!(
        "Training step {}, {back}\n{}",
        format::count(step),
        format::measure(f64::from(norm))
    )
}

/// The tooltip over a profile.
pub fn back_readout(back: usize, rows: impl Iterator<Item = (String, f64)>) -> Option<String> {
    let lines: Vec<String> = rows
        .map(|(name, value)| format!("{name}  {}", format::measure(value)))
        .collect();
    (!lines.is_empty()).then(|| {
        format!(
            "{} time steps back\n{}",
            format::count(back as u64),
            lines.join("\n")
        )
    })
}

/// The half-life in a table.
#[must_use]
pub fn half_life(measures: &Measures) -> String {
    // A slope so small that it means nothing over any sequence.
    const LONG: f64 = 1e4;
    match (measures.half_life(), measures.doubling()) {
        (Some(steps), _) if steps < LONG => format!("{} steps", format::significant(steps, 2)),
        (_, Some(steps)) if steps < LONG => {
            format!("doubles: {}", format::significant(steps, 2))
        }
        _ => "steady".to_owned(),
    }
}

/// The memory in a table.
#[must_use]
pub fn memory(measures: &Measures, steps: usize) -> String {
    format!("{} of {steps}", measures.memory)
}
