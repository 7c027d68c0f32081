//! What leaves the program: models that other programs read, figures, reports and event files. Every model is read back and compared
//! with the program's own forecast before it is written.

pub mod burnpack;
pub mod check;
pub mod figures;
pub mod model;
pub mod onnx;
pub mod report;
pub mod runs;
pub mod snippets;
pub mod tensorboard;
