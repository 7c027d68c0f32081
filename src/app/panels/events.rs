//! The line at the bottom: the latest event, the ones before it on a click, and the cost of drawing.

use crate::app::actions::Action;
use crate::app::state::{AppState, Event, Weight};
use crate::app::{text, theme};
use eframe::egui::{Align, Label, Layout, RichText, Role, ScrollArea, Sense, Ui, WidgetInfo, vec2};

/// Most of the list of events that is seen at once.
const LIST: f32 = 320.0;

/// Draws the line. `cost` is what to say of the last frame, where the person wants to know.
pub fn show(ui: &mut Ui, state: &AppState, cost: Option<&str>, actions: &mut Vec<Action>) {
    ui.horizontal(|ui| {
        ui.set_height(theme::LINE_HEIGHT);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if let Some(cost) = cost {
                ui.label(RichText::new(cost).small().weak());
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                if state.events.len() > 1 {
                    ui.menu_button(text::EVENTS, |ui| {
                        ui.set_min_width(440.0);
                        // The list opens upwards from the foot of the window, below which there is no room.
                        let list = ScrollArea::vertical()
                            .max_height(LIST)
                            .min_scrolled_height(LIST);
                        list.show(ui, |ui| {
                            for event in state.events.iter().rev() {
                                line(ui, event, false, actions);
                            }
                        });
                    });
                }
                if let Some(event) = state.events.last() {
                    line(ui, event, true, actions);
                } else {
                    ui.label(RichText::new(text::NO_EVENTS).small().weak());
                }
            });
        });
    });
}

fn line(ui: &mut Ui, event: &Event, one_line: bool, actions: &mut Vec<Action>) {
    ui.horizontal(|ui| {
        // In the list all begin alike; alone, an event of no contender needs no room for a dot.
        if event.colour.is_some() || !one_line {
            let (rect, _) = ui.allocate_exact_size(vec2(8.0, 16.0), Sense::hover());
            if let Some(colour) = event.colour {
                ui.painter()
                    .circle_filled(rect.center(), 4.0, theme::contender(colour));
            }
        }
        let mut words = RichText::new(&event.text).small();
        if event.weight == Weight::Trouble {
            words = words.color(theme::error(ui));
        }
        let label = Label::new(words);
        let label = if one_line {
            label.truncate()
        } else {
            label.wrap()
        };
        let Some(step) = event.step else {
            ui.add(label).on_hover_text(&event.text);
            return;
        };
        let response = ui.add(label.sense(Sense::click()));
        response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &event.text));
        let help = format!("{}\n{}", event.text, text::SHOW_STEP);
        if response.on_hover_text(help).clicked() {
            actions.push(Action::PointAt(step));
        }
    });
}
