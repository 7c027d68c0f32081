//! Training: a [`Session`] takes one synchronous, seeded, thread-free step after another; a
//! [`Worker`] is a named thread around a session, with commands in and records out.
//!
//! Nothing here knows a window: a worker gets a `wake` function to call after it has sent something.

mod answers;
mod apply;
mod baselines;
mod batches;
mod checkpoint;
mod cliff;
mod estimate;
mod ets;
mod evaluate;
mod generator;
mod network;
mod plane;
mod race;
mod resume;
mod session;
mod stopwatch;
mod worker;

pub use apply::{Applied, ApplyError, apply, apply_network, describe, device_of};
pub use checkpoint::{Checkpoint, CheckpointError, NamedShape, Origin, Recorded};
pub use cliff::Cliff;
pub use estimate::{Work, estimate};
pub use evaluate::{evaluate, in_units, predict, window_outputs};
pub use network::architecture;
pub use plane::Plane;
pub use race::{Beginning, RunPlan, plan};
pub use resume::{ResumeError, Resumption, resume, resume_apart};
pub use session::{
    Failure, Grid, Inside, Misfit, RangePoint, RangeTest, RateRange, Session, SessionState,
    TrainError,
};
pub use worker::{Command, Report, Worker, WorkerState};
