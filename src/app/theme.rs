//! Colours, type and spacing. The data carries the colour; everything else is neutral.

use super::view;
use crate::export::figures::contender_color;
use eframe::egui::style::ScrollAnimation;
use eframe::egui::{
    Color32, Context, CornerRadius, FontFamily, FontId, Margin, Stroke, Style, TextStyle, Theme,
    ThemePreference, Ui, Visuals, style::WidgetVisuals, vec2,
};

/// The grid that all distances keep to, in points.
pub const GRID: f32 = 8.0;
/// Width of the setup panel.
pub const SETUP_WIDTH: f32 = 304.0;
/// Width of the panel of results.
pub const RESULTS_WIDTH: f32 = 312.0;
/// Height of the line at the bottom.
pub const LINE_HEIGHT: f32 = 24.0;
/// Height of buttons in the top bar.
pub const BUTTON_HEIGHT: f32 = 28.0;

/// The colour of the contender with this colour number.
#[must_use]
pub fn contender(colour: usize) -> Color32 {
    let [red, green, blue] = contender_color(colour);
    Color32::from_rgb(red, green, blue)
}

/// The one accent: the thing to do next.
pub const ACCENT: Color32 = Color32::from_rgb(0x5B, 0x4B, 0xC4);

/// What is wrong.
#[must_use]
pub fn error(ui: &Ui) -> Color32 {
    ui.visuals().error_fg_color
}

/// What was observed: neither a contender's colour nor the accent.
#[must_use]
pub fn truth(ui: &Ui) -> Color32 {
    if ui.visuals().dark_mode {
        Color32::from_gray(170)
    } else {
        Color32::from_gray(110)
    }
}

/// Grid lines of plots.
#[must_use]
pub fn grid_line(ui: &Ui) -> Color32 {
    if ui.visuals().dark_mode {
        Color32::from_gray(48)
    } else {
        Color32::from_gray(226)
    }
}

/// The theme in egui's words.
#[must_use]
pub fn preference(theme: view::Theme) -> ThemePreference {
    match theme {
        view::Theme::Light => ThemePreference::Light,
        view::Theme::Dark => ThemePreference::Dark,
        view::Theme::System => ThemePreference::System,
    }
}

/// Sets both looks; the person's choice between them stays with egui's theme preference.
pub fn install(ctx: &Context) {
    for theme in [Theme::Dark, Theme::Light] {
        let mut style = Style {
            visuals: visuals(theme),
            ..Style::default()
        };
        style.text_styles = [
            (
                TextStyle::Heading,
                FontId::new(16.0, FontFamily::Proportional),
            ),
            (TextStyle::Body, FontId::new(13.5, FontFamily::Proportional)),
            (
                TextStyle::Button,
                FontId::new(13.5, FontFamily::Proportional),
            ),
            (
                TextStyle::Monospace,
                FontId::new(12.0, FontFamily::Monospace),
            ),
            (
                TextStyle::Small,
                FontId::new(11.5, FontFamily::Proportional),
            ),
        ]
        .into();
        let spacing = &mut style.spacing;
        spacing.item_spacing = vec2(GRID, GRID / 2.0);
        spacing.button_padding = vec2(GRID, 3.0);
        spacing.interact_size = vec2(40.0, 22.0);
        spacing.indent = 12.0;
        spacing.menu_margin = Margin::same(8);
        spacing.window_margin = Margin::same(16);
        spacing.tooltip_width = 360.0;
        spacing.combo_height = 320.0;
        // What pops up may be as high as the window: its own limit says how high it is.
        spacing.default_area_size.y = 1600.0;
        style.animation_time = 0.0;
        style.scroll_animation = ScrollAnimation::none();
        style.interaction.tooltip_delay = 0.3;
        style.interaction.selectable_labels = false;
        ctx.set_style_of(theme, style);
    }
}

fn visuals(theme: Theme) -> Visuals {
    let (mut visuals, panel, surface, text, strong, line, field) = match theme {
        Theme::Dark => (
            Visuals::dark(),
            Color32::from_rgb(0x20, 0x21, 0x24),
            Color32::from_rgb(0x18, 0x19, 0x1B),
            Color32::from_gray(205),
            Color32::from_gray(240),
            Color32::from_gray(56),
            Color32::from_gray(52),
        ),
        Theme::Light => (
            Visuals::light(),
            Color32::from_rgb(0xF4, 0xF4, 0xF2),
            Color32::from_rgb(0xFF, 0xFF, 0xFF),
            Color32::from_gray(48),
            Color32::from_gray(12),
            Color32::from_gray(216),
            Color32::from_gray(228),
        ),
    };
    let radius = CornerRadius::same(4);
    visuals.panel_fill = panel;
    visuals.window_fill = panel;
    visuals.extreme_bg_color = surface;
    visuals.text_edit_bg_color = Some(field);
    visuals.faint_bg_color = field.gamma_multiply(0.5);
    visuals.window_corner_radius = CornerRadius::same(8);
    visuals.menu_corner_radius = radius;
    visuals.window_stroke = Stroke::new(1.0, line);
    visuals.indent_has_left_vline = false;
    visuals.selection.bg_fill = if theme == Theme::Dark {
        Color32::from_rgb(0x45, 0x3C, 0x80)
    } else {
        Color32::from_rgb(0xD9, 0xD5, 0xF4)
    };
    visuals.selection.stroke = Stroke::new(1.0, strong);
    visuals.hyperlink_color = if theme == Theme::Dark {
        Color32::from_rgb(0xA9, 0x9E, 0xF0)
    } else {
        ACCENT
    };
    visuals.error_fg_color = if theme == Theme::Dark {
        Color32::from_rgb(0xFF, 0x8A, 0x80)
    } else {
        Color32::from_rgb(0xB3, 0x26, 0x1E)
    };
    visuals.warn_fg_color = if theme == Theme::Dark {
        Color32::from_rgb(0xF2, 0xB8, 0x5C)
    } else {
        Color32::from_rgb(0x8A, 0x54, 0x00)
    };
    visuals.weak_text_color = Some(if theme == Theme::Dark {
        Color32::from_gray(150)
    } else {
        Color32::from_gray(100)
    });
    let shade = |amount: f32| {
        let target = if theme == Theme::Dark { 255.0 } else { 0.0 };
        let mix = |c: u8| (f32::from(c) + (target - f32::from(c)) * amount).round() as u8;
        Color32::from_rgb(mix(field.r()), mix(field.g()), mix(field.b()))
    };
    let widget = |fill: Color32, text: Color32, edge: Stroke| WidgetVisuals {
        bg_fill: fill,
        weak_bg_fill: fill,
        bg_stroke: edge,
        corner_radius: radius,
        fg_stroke: Stroke::new(1.0, text),
        expansion: 0.0,
    };
    visuals.widgets.noninteractive = widget(panel, text, Stroke::new(1.0, line));
    visuals.widgets.inactive = widget(field, text, Stroke::NONE);
    visuals.widgets.hovered = widget(shade(0.08), strong, Stroke::new(1.0, shade(0.2)));
    visuals.widgets.active = widget(shade(0.16), strong, Stroke::new(1.0, shade(0.4)));
    visuals.widgets.open = widget(shade(0.08), strong, Stroke::NONE);
    visuals
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The relative luminance of WCAG 2.
    fn luminance(colour: Color32) -> f64 {
        let [red, green, blue, _] = colour.to_array().map(|part| {
            let part = f64::from(part) / 255.0;
            if part <= 0.03928 {
                part / 12.92
            } else {
                ((part + 0.055) / 1.055).powf(2.4)
            }
        });
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }

    #[test]
    fn the_first_eight_contenders_are_seen_in_both_themes() {
        for theme in [Theme::Light, Theme::Dark] {
            let ground = luminance(visuals(theme).extreme_bg_color);
            for colour in 0..8 {
                let ink = luminance(contender(colour));
                let contrast = (ground.max(ink) + 0.05) / (ground.min(ink) + 0.05);
                assert!(contrast > 2.2, "{theme:?} {colour}: {contrast:.2}");
            }
        }
    }

    #[test]
    fn the_first_twenty_contenders_have_different_colours() {
        for a in 0..20 {
            for b in 0..a {
                assert_ne!(contender(a), contender(b));
            }
        }
    }
}
