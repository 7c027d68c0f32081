//! The sharpest curvature of the loss over training.

use serde::{Deserialize, Serialize};

/// The sharpness before one step.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Sharpness {
    /// The step.
    pub step: u64,
    /// The largest eigenvalue of the training loss's second derivatives; not-a-number where a gradient
    /// overflowed.
    pub value: f64,
    /// Above which the optimizer's next steps are no longer stable on a quadratic: 2/η for gradient
    /// descent at rate η. Absent where the optimizer has no such limit.
    pub limit: Option<f64>,
}
