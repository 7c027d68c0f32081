//! The four choices that the program exists to explain: what is minimised ([`loss`]), how a gradient
//! becomes an update ([`optimizer`]), the learning rate over the steps ([`schedule`]) and what is done
//! to a gradient first ([`clipping`]).
//!
//! All but the loss are plain code over one flat vector of numbers.

pub mod clipping;
pub mod loss;
pub mod optimizer;
pub mod schedule;
