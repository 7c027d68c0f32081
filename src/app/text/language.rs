//! The languages of the window: each text stands beside its translation, and which of the two is meant
//! is decided when it is read.

use serde::{Deserialize, Serialize};
use std::cell::Cell;
use std::fmt;
use std::ops::Deref;

/// A language of the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Language {
    /// English.
    #[default]
    English,
    /// Chinese, simplified.
    Chinese,
}

impl Language {
    /// All, in the order that menus show.
    pub const ALL: [Self; 2] = [Self::English, Self::Chinese];

    /// What a language calls itself.
    #[must_use]
    pub fn own_name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::Chinese => "中文",
        }
    }

    /// The language that a locale such as `zh_CN.UTF-8` asks for.
    #[must_use]
    pub fn of_locale(locale: &str) -> Self {
        if locale.to_lowercase().starts_with("zh") {
            Self::Chinese
        } else {
            Self::English
        }
    }
}

thread_local! {
    /// Of this thread: helper threads that write sentences are told which one, and tests beside each
    /// other do not disturb one another.
    static LANGUAGE: Cell<Language> = const { Cell::new(Language::English) };
}

/// The language that this thread reads texts in.
#[must_use]
pub fn language() -> Language {
    LANGUAGE.get()
}

/// From now on this thread reads texts in `language`.
pub fn set_language(language: Language) {
    LANGUAGE.set(language);
}

/// A text in both languages; it reads as the one that the window speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Text {
    english: &'static str,
    chinese: &'static str,
}

impl Text {
    /// A text and its translation.
    #[must_use]
    pub const fn new(english: &'static str, chinese: &'static str) -> Self {
        Self { english, chinese }
    }

    /// What is written alike in both: formulas, names, units.
    #[must_use]
    pub const fn same(both: &'static str) -> Self {
        Self::new(both, both)
    }

    /// In the language of this thread.
    #[must_use]
    pub fn get(self) -> &'static str {
        self.in_language(language())
    }

    /// In `language`.
    #[must_use]
    pub fn in_language(self, language: Language) -> &'static str {
        match language {
            Language::English => self.english,
            Language::Chinese => self.chinese,
        }
    }
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        self.get()
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.get())
    }
}

impl From<Text> for String {
    fn from(text: Text) -> Self {
        text.get().to_owned()
    }
}

impl From<Text> for eframe::egui::WidgetText {
    fn from(text: Text) -> Self {
        text.get().into()
    }
}

impl From<Text> for eframe::egui::RichText {
    fn from(text: Text) -> Self {
        text.get().into()
    }
}

/// Constants of texts with their translations, and the list of them all, which a test walks.
macro_rules! texts {
    ($all:ident: $($name:ident = $english:literal, $chinese:literal;)*) => {
        $(pub const $name: $crate::app::text::Text =
            $crate::app::text::Text::new($english, $chinese);)*
        #[cfg(test)]
        pub(super) const $all: &[(&str, $crate::app::text::Text)] = &[$((stringify!($name), $name)),*];
    };
}

/// A sentence with values in it, in the language of this thread: both formats take the same arguments.
macro_rules! say {
    ($english:literal, $chinese:literal $(, $value:expr)* $(,)?) => {
        match $crate::app::text::language() {
            $crate::app::text::Language::English => format!($english $(, $value)*),
            $crate::app::text::Language::Chinese => format!($chinese $(, $value)*),
        }
    };
}

pub(crate) use {say, texts};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_reads_as_the_language_of_its_thread() {
        const RUN: Text = Text::new("Run", "运行");
        set_language(Language::Chinese);
        assert_eq!(RUN.get(), "运行");
        assert_eq!(format!("{RUN}!"), "运行!");
        let other = std::thread::spawn(|| RUN.get()).join();
        assert_eq!(other.ok(), Some("Run"));
        set_language(Language::English);
        assert_eq!(&*RUN, "Run");
    }

    #[test]
    fn locales_choose() {
        assert_eq!(Language::of_locale("zh_CN.UTF-8"), Language::Chinese);
        assert_eq!(Language::of_locale("de_DE"), Language::English);
    }
}
