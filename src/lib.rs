//! Optimizer Explorer.
#![warn(missing_docs)]

pub mod experiment;
