//! The places around the plots, one a file. Each takes the state to read and a list of actions to
//! push to; none of them knows a thread, a channel or a tensor.

pub mod contenders;
pub mod events;
mod explosion;
mod kept;
pub mod prompt;
pub mod results;
pub mod setup;
pub mod top;

use eframe::egui::{Layout, Rect, Response, Ui, UiBuilder};

/// Draws into `rect` without moving the place of what follows.
pub(in crate::app) fn beside(ui: &mut Ui, rect: Rect, layout: Layout, add: impl FnOnce(&mut Ui)) {
    let mut child = ui.new_child(UiBuilder::new().max_rect(rect).layout(layout));
    child.shrink_clip_rect(rect);
    add(&mut child);
}

/// Gives a control without a visible name one for those who hear it.
pub(in crate::app) fn named(response: &Response, name: &str) {
    response
        .ctx
        .accesskit_node_builder(response.id, |node| node.set_label(name.to_owned()));
}
