//! What is kept of a run that came to a number that is not finite.

/// Steps of norms that are kept before the explosion.
pub const EXPLOSION_STEPS: usize = 100;

/// The end of a run that exploded, and what was measured about it.
#[derive(Debug, Clone, PartialEq)]
pub struct Explosion {
    /// The step whose update could not be made.
    pub step: u64,
    /// The tensor whose gradient is the first that is not finite; absent where the loss itself is not.
    pub tensor: Option<String>,
    /// Where in time the first number that is not finite stands.
    pub place: Option<Place>,
    /// The last steps, the failing one last.
    pub norms: Vec<ExplodingStep>,
    /// Why.
    pub cause: Cause,
    /// A sentence that says what the cause is and what was measured.
    pub sentence: String,
    /// A limit for clipping by the global norm, from the norms seen: no step is then larger than about a
    /// hundredth of the weights, at the present rate and in proportion to the gradient.
    pub limit: f64,
    /// A learning rate that would have kept the updates small.
    pub learning_rate: f64,
}

/// Norms of one of the last steps.
#[derive(Debug, Clone, PartialEq)]
pub struct ExplodingStep {
    /// The step.
    pub step: u64,
    /// Of its batch.
    pub train_loss: f64,
    /// Before clipping.
    pub grad_norm: f64,
    /// Of the change of all weights.
    pub update_norm: f64,
    /// Of all weights.
    pub weight_norm: f64,
    /// Of each tensor's gradient; empty where not recorded.
    pub tensors: Vec<f32>,
}

/// A time step of a layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// From 0, the input's.
    pub layer: usize,
    /// From 0, the first.
    pub time_step: usize,
    /// Whether it was met on the way forward, as a state; else on the way back, as a gradient.
    pub forward: bool,
}

/// Why a run exploded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// The failing batch holds a value far outside all others.
    BadRow,
    /// The data are not scaled, so that losses and gradients are large from the start.
    LossScale,
    /// Gradients grow on their way back through time, and nothing clips them.
    Unclipped,
    /// Each update moves the weights too far.
    RateTooHigh,
}
