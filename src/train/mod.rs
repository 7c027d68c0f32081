//! Training: a [`Session`] takes one synchronous, seeded, thread-free step after another; a
//! [`Worker`] is a named thread around a session, with commands in and records out.
//!
//! Nothing here knows a window: a worker gets a `wake` function to call after it has sent something.

mod baselines;
mod batches;
mod evaluate;
mod race;
mod session;
mod stopwatch;
mod worker;

pub use evaluate::{evaluate, predict};
pub use race::{RunPlan, plan};
pub use session::{Failure, Session, TrainError, architecture};
pub use worker::{Command, Report, Worker, WorkerState};
