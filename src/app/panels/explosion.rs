//! Runs that exploded: what was recorded, why, and the ways on.

use crate::app::actions::{Action, Change};
use crate::app::runs::Run;
use crate::app::state::AppState;
use crate::app::{text, theme};
use crate::record::Explosion;
use eframe::egui::{Pos2, RichText, Role, Sense, Shape, Stroke, Ui, WidgetInfo, pos2, remap, vec2};

/// Runs whose explosion is told at most; the table names the others.
const SHOWN: usize = 4;

/// Draws what there is to tell, of runs that plots show.
pub fn show(ui: &mut Ui, state: &AppState, actions: &mut Vec<Action>) {
    let exploded = state
        .shown_runs()
        .filter_map(|(index, run)| Some((index, run, run.explosion.as_deref()?)));
    for (index, run, explosion) in exploded.take(SHOWN) {
        ui.add_space(theme::GRID);
        ui.label(text::exploded(run, explosion));
        ui.label(text::translated(&explosion.sentence));
        norms(ui, run, explosion);
        let before = run.kept.iter().rev().find(|step| **step < explosion.step);
        let Some(&step) = before.or_else(|| run.kept.first()) else {
            continue;
        };
        ui.horizontal_wrapped(|ui| {
            let mut way = |ui: &mut Ui, label: String, help: &str, action: Action| {
                if ui.button(label).on_hover_text(help).clicked() {
                    actions.push(action);
                }
            };
            way(
                ui,
                text::way_back(step),
                &text::BACK_HELP,
                Action::GoBack { run: index, step },
            );
            let fork = |change| Action::Fork {
                run: index,
                step,
                change: Some(change),
            };
            way(
                ui,
                text::way_clip(explosion.limit),
                &text::way_clip_help(step),
                fork(Change::Clip(explosion.limit)),
            );
            way(
                ui,
                text::way_rate(explosion.learning_rate),
                &text::way_rate_help(step),
                fork(Change::LearningRate(explosion.learning_rate)),
            );
        });
    }
}

/// How the gradient's norm rose, small.
fn norms(ui: &mut Ui, run: &Run, explosion: &Explosion) {
    ui.label(RichText::new(text::LAST_NORMS).small().weak());
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 40.0), Sense::hover());
    let rows: Vec<(usize, f32)> = explosion
        .norms
        .iter()
        .enumerate()
        .map(|(index, row)| (index, row.grad_norm.log10() as f32))
        .filter(|(_, norm)| norm.is_finite())
        .collect();
    let range = rows
        .iter()
        .map(|(_, norm)| [*norm; 2])
        .reduce(|a, b| [a[0].min(b[0]), a[1].max(b[1])]);
    if let Some([low, high]) = range {
        let last = explosion.norms.len().saturating_sub(1).max(1) as f32;
        let inner = rect.shrink(3.0);
        let points: Vec<Pos2> = rows
            .iter()
            .map(|(index, norm)| {
                let y = remap(
                    *norm,
                    low..=high.max(low + 0.1),
                    inner.bottom()..=inner.top(),
                );
                pos2(inner.left() + inner.width() * *index as f32 / last, y)
            })
            .collect();
        let stroke = Stroke::new(1.5, theme::contender(run.colour));
        ui.painter()
            .rect_filled(rect, 3.0, ui.visuals().extreme_bg_color);
        if let [one] = points[..] {
            ui.painter().circle_filled(one, 2.0, stroke.color);
        }
        ui.painter().add(Shape::line(points, stroke));
    }
    response
        .widget_info(|| WidgetInfo::labeled(Role::Image, true, text::last_norms(run, explosion)));
}
