//! Optimizer Explorer.

pub mod experiment;
pub mod files;
pub mod model;
pub mod optimize;
pub mod record;
