//! The places around the plots, one a file. Each takes the state to read and a list of actions to
//! push to; none of them knows a thread, a channel or a tensor.

pub mod contenders;
pub mod events;
pub mod prompt;
pub mod results;
pub mod setup;
pub mod top;
