//! The switch between a linear and a logarithmic axis.

use crate::app::actions::Action;
use crate::app::state::AppState;
use crate::app::text;
use crate::app::view::View;
use eframe::egui::{RichText, Role, Ui, WidgetInfo};

/// Whether the y axis of this plot is logarithmic.
pub(super) fn logarithmic(state: &AppState, plot: &str) -> bool {
    state.view.logarithmic.contains(plot)
}

/// The switch between a linear and a logarithmic axis.
pub(super) fn log_switch(
    ui: &mut Ui,
    asked: &mut Vec<Action>,
    state: &AppState,
    plot: &'static str,
    label: text::Text,
) {
    let mut on = logarithmic(state, plot);
    let response = ui
        .checkbox(&mut on, RichText::new(text::LOG).small())
        .on_hover_text(text::LOG_HELP);
    // Which plot it belongs to is seen, and must be said.
    response.widget_info(|| WidgetInfo::selected(Role::CheckBox, true, on, &*label));
    if response.changed() {
        let mut view: View = state.view.clone();
        if on {
            view.logarithmic.insert(plot.to_owned());
        } else {
            view.logarithmic.remove(plot);
        }
        asked.push(Action::SetView(Box::new(view)));
    }
}
