//! Optimizer Explorer.

pub mod data;
pub mod experiment;
pub mod record;
