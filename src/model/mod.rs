//! The recurrent forecaster: its parameters in `PyTorch`'s layout, how they are drawn, the burn module
//! that uses them, and the model file.

mod embedding;
mod file;
mod flow;
mod forecaster;
mod init;
pub mod kernel;
mod learner;
mod parameters;

pub use embedding::Embedding;
pub use file::{Card, ModelFile, ModelFileError};
pub use forecaster::{Forecaster, Inputs, device, elements};
pub use learner::{Learned, Learner, Lesson};
pub use parameters::{Architecture, Parameters, TensorInfo};
