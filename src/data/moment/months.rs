//! Names of months in languages that exports are written in besides English, which jiff reads: those of the Unicode
//! CLDR, full and shortened, without their accents.

use super::Pattern;
use std::{collections::HashMap, sync::LazyLock};

/// The names of a language, and others that are common for the same months, counted from 0.
struct Language {
    full: [&'static str; 12],
    short: [&'static str; 12],
    others: &'static [(&'static str, usize)],
}

#[rustfmt::skip]
const LANGUAGES: [Language; 6] = [
    Language { // German, and what is said in Austria
        full: ["Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"],
        short: ["Jan", "Feb", "Mrz", "Apr", "Mai", "Jun", "Jul", "Aug", "Sep", "Okt", "Nov", "Dez"],
        others: &[("mar", 2), ("maerz", 2), ("sept", 8), ("janner", 0), ("jaenner", 0), ("feber", 1)],
    },
    Language { // French
        full: ["janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"],
        short: ["janv", "févr", "mars", "avr", "mai", "juin", "juil", "août", "sept", "oct", "nov", "déc"],
        others: &[("jan", 0), ("fev", 1), ("mar", 2), ("jui", 5), ("jul", 6), ("aou", 7), ("sep", 8)],
    },
    Language { // Spanish
        full: ["enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"],
        short: ["ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sept", "oct", "nov", "dic"],
        others: &[("sep", 8), ("setiembre", 8)],
    },
    Language { // Italian
        full: ["gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno", "luglio", "agosto", "settembre", "ottobre", "novembre", "dicembre"],
        short: ["gen", "feb", "mar", "apr", "mag", "giu", "lug", "ago", "set", "ott", "nov", "dic"],
        others: &[("sett", 8)],
    },
    Language { // Dutch
        full: ["januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november", "december"],
        short: ["jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec"],
        others: &[("sept", 8)],
    },
    Language { // Portuguese
        full: ["janeiro", "fevereiro", "março", "abril", "maio", "junho", "julho", "agosto", "setembro", "outubro", "novembro", "dezembro"],
        short: ["jan", "fev", "mar", "abr", "mai", "jun", "jul", "ago", "set", "out", "nov", "dez"],
        others: &[],
    },
];

/// How a day or month is written around its month's name, which `{}` stands for.
const SHAPES: [&str; 16] = [
    "%d. {} %Y",
    "%d {} %Y",
    "%d-{}-%Y",
    "%d.{}.%Y",
    "%d/{}/%Y",
    "%d de {} de %Y",
    "%d de {} %Y",
    "%d {}, %Y",
    "{} %Y",
    "{}-%Y",
    "{}/%Y",
    "{} de %Y",
    "%Y {}",
    "%Y-{}",
    "{}-%y",
    "{}/%y",
];
const CLOCKS: [&str; 3] = ["", " %H:%M:%S", " %H:%M"];

/// A month and two digits: a year's, where months follow each other so, otherwise perhaps a day's.
pub(super) const SHORT: &str = "] %y";

/// A word in small letters without accents.
fn folded(word: &str) -> String {
    let fold = |sign: char| match sign {
        'ä' | 'á' | 'à' | 'ã' | 'â' => 'a',
        'é' | 'è' | 'ê' => 'e',
        'û' | 'ü' | 'ù' => 'u',
        'ç' => 'c',
        _ => sign,
    };
    word.chars()
        .flat_map(char::to_lowercase)
        .map(fold)
        .collect()
}

/// The months, from 0, of each language by their folded names.
static KNOWN: LazyLock<[HashMap<String, usize>; 6]> = LazyLock::new(|| {
    LANGUAGES.map(|language| {
        let others = (language.others.iter()).map(|&(name, month)| (name.to_owned(), month));
        let names = [language.full, language.short];
        let named = names.iter().flat_map(|names| names.iter().zip(0..));
        named
            .map(|(name, month)| (folded(name), month))
            .chain(others)
            .collect()
    })
});

/// The month, from 0, that a word names in the language of this number.
fn month_in(language: usize, word: &str) -> Option<usize> {
    KNOWN[language].get(&folded(word)).copied()
}

/// The month, from 0, that a word names in any of the languages, a point behind it aside.
pub(in super::super) fn month_of(word: &str) -> Option<usize> {
    let word = folded(word.trim_end_matches('.'));
    KNOWN.iter().find_map(|months| months.get(&word).copied())
}

/// Words in a text, and where they begin.
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.split(|sign: char| !sign.is_alphabetic())
        .filter(|word| word.len() > 2)
        .map(|word| (word.as_ptr() as usize - text.as_ptr() as usize, word))
}

/// How a month is written: in which language, shortened or not, in which letters, with a point behind what is shortened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Named {
    language: usize,
    short: bool,
    letters: Letters,
    point: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Letters {
    Small,
    Capital,
    AllCapitals,
}

const LETTERS: [Letters; 3] = [Letters::Small, Letters::Capital, Letters::AllCapitals];

impl Named {
    /// As `code` writes it in a pattern.
    fn of_pattern(pattern: &str) -> Option<Self> {
        let code = pattern.split_once("%[")?.1.split_once(']')?.0;
        let digits: Vec<usize> = (code.chars())
            .filter_map(|digit| Some(digit.to_digit(10)? as usize))
            .collect();
        let [language, short, letters, point] = digits[..] else {
            return None;
        };
        (language < LANGUAGES.len()).then_some(())?;
        Some(Self {
            language,
            short: short == 1,
            letters: *LETTERS.get(letters)?,
            point: point == 1,
        })
    }

    /// In a pattern.
    fn code(self) -> String {
        let letters = LETTERS.iter().position(|letters| *letters == self.letters);
        format!(
            "%[{}{}{}{}]",
            self.language,
            u8::from(self.short),
            letters.unwrap_or(0),
            u8::from(self.point)
        )
    }

    /// The text with the month's two digits in the place of its name.
    pub fn numbered(self, text: &str) -> Option<String> {
        let (at, word, month) =
            words(text).find_map(|(at, word)| Some((at, word, month_in(self.language, word)?)))?;
        let behind = &text[at + word.len()..];
        let bare = behind
            .strip_prefix('.')
            .filter(|rest| !rest.starts_with(|sign: char| sign.is_ascii_digit()));
        let behind = bare.unwrap_or(behind);
        Some(format!("{}{:02}{behind}", &text[..at], month + 1))
    }

    /// A month's name, from 0.
    fn write(self, month: usize) -> String {
        let language = &LANGUAGES[self.language];
        let (full, short) = (language.full[month], language.short[month]);
        let name = if self.short { short } else { full };
        let mut written = match self.letters {
            Letters::Small => name.to_lowercase(),
            Letters::AllCapitals => name.to_uppercase(),
            Letters::Capital => {
                let mut signs = name.chars();
                let first = signs.next().map(|first| first.to_uppercase().to_string());
                first.unwrap_or_default() + signs.as_str()
            }
        };
        if self.short && self.point && short.to_lowercase() != full.to_lowercase() {
            written.push('.');
        }
        written
    }

    /// As the last of these texts are written.
    fn as_written<'a>(self, texts: impl Iterator<Item = &'a str>) -> Self {
        let language = &LANGUAGES[self.language];
        let mut made = Self {
            short: false,
            point: false,
            ..self
        };
        for text in texts.take(12) {
            let Some((at, word)) =
                words(text).find(|(_, word)| month_in(self.language, word).is_some())
            else {
                continue;
            };
            made.short |= !language
                .full
                .iter()
                .any(|name| folded(name) == folded(word));
            made.point |= text[at + word.len()..].starts_with('.') && word.len() < 6;
            let capitals = word.chars().filter(|sign| sign.is_uppercase()).count();
            made.letters = LETTERS[capitals.min(2)];
        }
        made
    }
}

/// Patterns by which a text may be written that names a month; with `doubtful` ones those that may be days too.
pub(super) fn patterns(text: &str, doubtful: bool) -> Vec<Pattern<'static>> {
    let known = |word: &str| month_of(word).is_some();
    if !text.bytes().any(|byte| byte.is_ascii_digit()) || !words(text).any(|(_, word)| known(word))
    {
        return Vec::new();
    }
    let mut made = Vec::new();
    for language in 0..LANGUAGES.len() {
        let named = Named {
            language,
            short: true,
            letters: Letters::Small,
            point: false,
        };
        if named.numbered(text).is_none() {
            continue;
        }
        let last = doubtful.then_some("{} %y");
        for shape in SHAPES.into_iter().chain(last) {
            let clocks = if shape.starts_with("%d") {
                &CLOCKS[..]
            } else {
                &CLOCKS[..1]
            };
            for clock in clocks {
                made.push(Pattern::of(shape.replace("{}", &named.code()) + clock));
            }
        }
    }
    made
}

/// What reads a pattern with a month's name in it: how it is written, and the pattern with the month's digits there.
pub(super) fn reader(pattern: &str) -> Option<(Named, Pattern<'static>)> {
    let named = Named::of_pattern(pattern)?;
    Some((named, Pattern::of(pattern.replace(&named.code(), "%m"))))
}

impl Named {
    /// The pattern in which what comes behind these texts, the last of them first, is written.
    pub fn pattern<'a>(self, pattern: &str, texts: impl Iterator<Item = &'a str>) -> String {
        pattern.replace(&self.code(), &self.as_written(texts).code())
    }
}

/// A pattern with the name of this month, from 1, in the place that it has for it.
pub(super) fn with_month(pattern: String, month: i8) -> String {
    match Named::of_pattern(&pattern) {
        Some(named) => pattern.replace(&named.code(), &named.write((month - 1) as usize)),
        None => pattern,
    }
}
