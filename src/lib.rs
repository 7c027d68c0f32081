//! Optimizer Explorer: load a series, choose loss, optimizer, learning-rate schedule and gradient
//! clipping, and watch recurrent networks train.
//!
//! Data goes one way; each room may know only those before it:
//!
//! 1. [`experiment`]: every knob, read from a file or edited in the window.
//! 2. [`data`]: a table is loaded, prepared, scaled, split and cut into windows.
//! 3. [`model`]: the recurrent network, its weights in `PyTorch`'s layout, the model file.
//! 4. [`optimize`]: the four choices that the program exists to explain.
//! 5. [`record`]: what a run has shown so far, in memory and as a run folder.
//! 6. [`diagnose`]: records turned into sentences.
//! 7. [`train`]: a session takes steps; a worker is a thread around it.
//! 8. [`export`]: models that other programs read, each read back before it is kept; figures.
//! 9. [`cli`] and, with the feature `gui`, `app`: what people touch.
//!
//! What always holds:
//!
//! * Rooms on one line do not know each other: `data` knows no network, `model` no table.
//! * Nothing below `app` names egui: `cargo check --no-default-features` proves it.
//! * No tensor leaves `model`, `optimize` and `train`; records are plain data.
//! * A run draws from generators of its own, so that the same seed gives the same bits whatever runs
//!   beside it.

#[cfg(feature = "gui")]
pub mod app;
pub mod cli;
pub mod data;
pub mod diagnose;
pub mod experiment;
pub mod export;
pub mod files;
pub mod model;
pub mod numbers;
pub mod optimize;
pub mod record;
pub mod scenarios;
mod threads;
pub mod train;
