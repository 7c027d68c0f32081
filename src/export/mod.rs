//! What leaves the program: models that other programs read, and figures. Every model is read back and compared
//! with the program's own forecast before it is written.

pub mod burnpack;
pub mod check;
pub mod figures;
pub mod model;
pub mod onnx;
pub mod snippets;
