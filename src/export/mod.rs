//! What leaves the program: figures.

pub mod figures;
