//! The menu of a run: its model to take away, and the steps that it can go back to or be forked from.

use super::named;
use crate::app::actions::{Action, ExportWish};
use crate::app::runs::Run;
use crate::app::text;
use eframe::egui::{Button, Grid, Ui};

/// Draws the button that opens it; `index` is the run's.
pub fn menu(ui: &mut Ui, index: usize, run: &Run, actions: &mut Vec<Action>) {
    let response = ui
        .menu_button(text::MORE, |ui| {
            if ui.button(text::EXPORT_MENU).clicked() {
                actions.push(Action::Export(ExportWish::Open(index)));
                ui.close();
            }
            let width = ui.spacing().interact_size.x;
            Grid::new("kept steps").min_col_width(width).show(ui, |ui| {
                for &step in run.kept.iter().rev() {
                    let back = Button::new(text::back_to(step));
                    let response = ui
                        .add_enabled(run.ended() && step != run.steps(), back)
                        .on_hover_text(text::BACK_HELP)
                        .on_disabled_hover_text(text::BACK_DISABLED_HELP);
                    if response.clicked() {
                        actions.push(Action::GoBack { run: index, step });
                        ui.close();
                    }
                    let fork = ui
                        .button(text::fork_at(step))
                        .on_hover_text(text::FORK_HELP);
                    if fork.clicked() {
                        actions.push(Action::Fork {
                            run: index,
                            step,
                            change: None,
                        });
                        ui.close();
                    }
                    ui.end_row();
                }
            });
        })
        .response;
    named(&response, &text::kept_steps(&run.label()));
    response.on_hover_text(text::KEPT_HELP);
}
