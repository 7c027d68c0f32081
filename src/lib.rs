//! Optimizer Explorer.

pub mod experiment;
pub mod record;
