//! The cursor that all plots share, and what a right-click offers.

use super::Axes;
use super::frame::Spec;
use super::save::Format;
use crate::app::text;
use eframe::egui::{CornerRadius, Rect, Response, TextStyle, Ui, pos2, vec2};
use egui_plot::{PlotPoint, PlotTransform};

/// The cursor that all plots of one axis share: where one of them is pointed at, the others say their
/// values there too.
pub fn show(ui: &Ui, axes: &mut Axes, spec: &Spec<'_>, plot: &Response, transform: &PlotTransform) {
    let own = matches!(axes.hovered, Some((id, _)) if id == spec.id);
    match plot.hover_pos() {
        Some(place) if transform.frame().contains(place) => {
            let x = transform.value_from_position(place).x;
            axes.hovered = Some((spec.id, x));
            axes.pointed = None;
            return;
        }
        _ if own => axes.hovered = None,
        _ => {}
    }
    let Some(x) = axes.hovered.map(|(_, x)| x).or(axes.pointed) else {
        return;
    };
    let frame = *transform.frame();
    let at = transform.position_from_point(&PlotPoint::new(x, 0.0)).x;
    let Some(words) = (spec.readout)(x).filter(|_| frame.x_range().contains(at)) else {
        return;
    };
    let painter = ui.painter().with_clip_rect(frame);
    let ink = ui.visuals().text_color();
    painter.vline(at, frame.y_range(), (1.0, ui.visuals().weak_text_color()));
    let font = TextStyle::Small.resolve(ui.style());
    let galley = painter.layout_no_wrap(words, font, ink);
    let size = galley.size() + vec2(12.0, 8.0);
    // At the side where there is more room, so that what comes next stays in view.
    let left = if at + size.x + 8.0 < frame.right() {
        at + 6.0
    } else {
        (at - 6.0 - size.x).max(frame.left() + 2.0)
    };
    let rect = Rect::from_min_size(pos2(left, frame.top() + 6.0), size);
    let fill = ui.visuals().panel_fill.gamma_multiply(0.92);
    painter.rect_filled(rect, CornerRadius::same(4), fill);
    painter.galley(rect.min + vec2(6.0, 4.0), galley, ink);
}

/// What a right-click offers.
pub fn menu(axes: &mut Axes, spec: &Spec<'_>, plot: &Response) {
    plot.context_menu(|ui| {
        for (format, words) in [
            (Format::Png, text::SAVE_PNG),
            (Format::Svg, text::SAVE_SVG),
            (Format::Csv, text::SAVE_CSV),
        ] {
            if ui.button(words).clicked() {
                axes.wanted = Some((spec.id, format));
                ui.ctx().request_repaint();
                ui.close();
            }
        }
        ui.separator();
        if ui.button(text::FOLLOW).clicked() {
            axes.follow();
            ui.close();
        }
    });
}
