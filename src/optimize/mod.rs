//! The four choices that the program exists to explain: what is minimised ([`loss`],
//! [`mod@cross_entropy`], either as an [`objective`]), how a gradient
//! becomes an update ([`optimizer`]), the learning rate over the steps ([`schedule`]) and what is done
//! to a gradient first ([`clipping`]).
//!
//! All are plain code over one flat vector of numbers; what they remember is plain data, so that a
//! checkpoint can hold it whole.

pub mod clipping;
pub mod cross_entropy;
pub mod loss;
pub mod objective;
pub mod optimizer;
mod percentile;
pub mod schedule;
pub mod vector;
