//! The places around the plots, one a file. Each takes the state to read and a list of actions to
//! push to; none of them knows a thread, a channel or a tensor.

pub mod contenders;
pub mod events;
mod explosion;
pub mod export;
mod kept;
pub mod palette;
pub mod prompt;
pub mod question;
pub mod results;
pub mod setup;
pub mod top;

use crate::app::actions::Action;
use crate::app::state::AppState;
use crate::app::text;
use crate::app::theme;
use crate::app::view::{Side, View};
use eframe::egui::{Layout, Rect, Response, Ui, UiBuilder};

/// In a narrow window: which of the side panels to show.
pub fn side_switch(ui: &mut Ui, state: &AppState, actions: &mut Vec<Action>) {
    ui.horizontal(|ui| {
        let mut side = state.view.side;
        for choice in [Side::Setup, Side::Results] {
            ui.selectable_value(&mut side, choice, text::side(choice));
        }
        if side != state.view.side {
            let view = View {
                side,
                ..state.view.clone()
            };
            actions.push(Action::SetView(Box::new(view)));
        }
    });
    ui.add_space(theme::GRID / 2.0);
}

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
