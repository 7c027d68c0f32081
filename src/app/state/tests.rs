//! The window's state, driven by actions and messages without a window.

mod contenders;
mod data;
mod draft;
mod files;
mod landscape;
mod rate_test;
mod runs;
mod sweep;

use super::*;

fn state() -> AppState {
    let mut state = AppState::new();
    state.take_effects();
    state.receive(Message::Series(Some(Box::default()), Vec::new()));
    state
}
