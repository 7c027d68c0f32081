//! The fonts: egui's own, and for Chinese a small one that has every letter of the window's texts, before
//! whatever the system has for the data's own.

use super::text::Language;
use eframe::egui::{Context, FontData, FontDefinitions, FontFamily};
use std::path::PathBuf;
use std::sync::Arc;

/// The Chinese letters of the window's own texts, out of Droid Sans Fallback (see `assets/fonts`).
const BUNDLED: &[u8] = include_bytes!("../../assets/fonts/DroidSansFallback-subset.ttf");

/// Where systems keep fonts with Chinese letters, the best first.
const OF_SYSTEMS: &[&str] = &[
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/google-noto-cjk/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
    "/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf",
    "/System/Library/Fonts/PingFang.ttc",
    "/System/Library/Fonts/STHeiti Light.ttc",
    "C:\\Windows\\Fonts\\msyh.ttc",
    "C:\\Windows\\Fonts\\simsun.ttc",
];

/// Which fonts are installed.
#[derive(Debug, Default)]
pub struct Fonts {
    installed: Option<Language>,
}

impl Fonts {
    /// Installs the fonts that `language` needs, where it is another one than before.
    pub fn keep_up(&mut self, ctx: &Context, language: Language) {
        if self.installed != Some(language) {
            self.installed = Some(language);
            ctx.set_fonts(definitions(language));
        }
    }
}

fn definitions(language: Language) -> FontDefinitions {
    let mut fonts = FontDefinitions::default();
    let mut add = |name: &str, data: FontData| {
        fonts.font_data.insert(name.to_owned(), Arc::new(data));
        for family in [FontFamily::Proportional, FontFamily::Monospace] {
            fonts
                .families
                .entry(family)
                .or_default()
                .push(name.to_owned());
        }
    };
    // The language's own name stands in its menu whatever the language is.
    add("Chinese", FontData::from_static(BUNDLED));
    if language == Language::Chinese
        && let Some(bytes) =
            (OF_SYSTEMS.iter().map(PathBuf::from)).find_map(|path| std::fs::read(path).ok())
    {
        add("Chinese of the system", FontData::from_owned(bytes));
    }
    // Arrows and floor brackets are in the monospace font alone.
    if let Some(proportional) = fonts.families.get_mut(&FontFamily::Proportional) {
        proportional.push("Hack".to_owned());
    }
    fonts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::text;
    use eframe::egui::FontId;
    use eframe::egui::epaint::text::{Fonts as Fonts_, TextOptions};

    #[test]
    fn the_bundled_font_has_every_chinese_letter_of_the_texts() {
        let mut bundled = FontDefinitions::empty();
        let family = FontFamily::Proportional;
        let font = FontData::from_static(BUNDLED);
        bundled
            .font_data
            .insert("bundled".to_owned(), Arc::new(font));
        bundled
            .families
            .insert(family.clone(), vec!["bundled".to_owned()]);
        bundled
            .families
            .insert(FontFamily::Monospace, vec!["bundled".to_owned()]);
        let mut fonts = Fonts_::new(TextOptions::default(), bundled);
        let mut fonts = fonts.with_pixels_per_point(1.0);
        let font = FontId::new(14.0, family);
        let missing: String = (text::tests::chinese_letters().into_iter())
            .filter(|letter| !fonts.has_glyph(&font, *letter))
            .collect();
        assert!(
            missing.is_empty(),
            "run assets/fonts/subset.py: the font lacks {missing}"
        );
    }
}
