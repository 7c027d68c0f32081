//! Texts that are times: the patterns that files use, and under which of them a column is read. How a text is read under
//! one is the business of `pattern`.

mod pattern;

use super::{Words, pace::Pace, pieces};
use jiff::{Span, civil::DateTime, fmt::strtime::BrokenDownTime, tz::Offset};
use pattern::Pattern;
use std::sync::LazyLock;

pub(super) const DATES: [&str; 19] = [
    "%Y-%m-%d",
    "%Y/%m/%d",
    "%Y.%m.%d",
    "%m/%d/%Y",
    "%d/%m/%Y",
    "%d.%m.%Y",
    "%d-%m-%Y",
    "%d-%b-%Y",
    "%d %b %Y",
    "%b %d, %Y",
    "%d %B %Y",
    "%B %d, %Y",
    "%m/%d/%y",
    "%d.%m.%y",
    "%d/%m/%y",
    "%d-%b-%y",
    "%b %d %Y",
    "%d. %B %Y",
    "%A, %B %d, %Y",
];
const MONTHS: [&str; 14] = [
    "%Y-%m", "%Y/%m", "%Y.%m", "%m/%Y", "%m.%Y", "%Y %b", "%Y-%b", "%b %Y", "%b-%Y", "%Y %B",
    "%B %Y", "%YM%m", "%b-%y", "%Y %m",
];
const QUARTERS: [&str; 7] = [
    "%YQ%q", "%Y Q%q", "%Y-Q%q", "%Yq%q", "Q%q %Y", "Q%q-%Y", "Q%q/%Y",
];
const WEEKS: [&str; 3] = ["%G-W%V", "%GW%V", "%G W%V"];
pub(super) const CLOCKS: [&str; 5] = ["%H:%M:%S%.f", "%H:%M", "%I:%M:%S %p", "%I:%M %p", "%H%M%S"];

/// Every pattern for texts, those that say more before those that say less.
pub(super) static PATTERNS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let mut patterns = Vec::new();
    for date in DATES.iter().chain(&["%Y%m%d"]) {
        for between in ["T", " "] {
            for clock in CLOCKS {
                for zone in ["", "Z", "%:z", "%z", " %:z", " UTC"] {
                    patterns.push(format!("{date}{between}{clock}{zone}"));
                }
            }
        }
    }
    patterns.extend(
        [&DATES[..], &MONTHS, &QUARTERS, &WEEKS]
            .concat()
            .into_iter()
            .map(str::to_owned),
    );
    patterns
});

/// One text under one pattern: the time in UTC, and the offset it was written with.
pub(super) fn parse(pattern: &str, text: &str) -> Option<(DateTime, Option<Offset>)> {
    Pattern::of(pattern).parse(text, &mut None)
}

/// `time` (UTC) in a pattern, at an offset.
pub(super) fn write(pattern: &str, time: DateTime, offset: Option<Offset>) -> Option<String> {
    let local = match offset {
        None => time,
        Some(offset) => time
            .checked_add(Span::new().seconds(offset.seconds()))
            .ok()?,
    };
    let mut parts = BrokenDownTime::from(local);
    parts.set_offset(offset);
    parts.to_string(pattern).ok()
}

/// Whether a cell can be read as a time by its text; a bare number cannot.
#[must_use]
pub fn is_time(text: &str) -> bool {
    text.parse::<f64>().is_err() && follows_one(text)
}

/// Whether a text follows one of the [`PATTERNS`].
pub(super) fn follows_one(text: &str) -> bool {
    static ALL: LazyLock<Vec<Pattern<'_>>> =
        LazyLock::new(|| PATTERNS.iter().map(|text| Pattern::of(text)).collect());
    may_be_time(text)
        && ALL
            .iter()
            .any(|pattern| pattern.parse(text, &mut None).is_some())
}

/// Whether a text begins as some pattern does, and has a digit: to try all patterns takes half a millisecond, which
/// is much for a file of a hundred thousand columns.
fn may_be_time(text: &str) -> bool {
    const WORDS: [&str; 19] = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec", "mon",
        "tue", "wed", "thu", "fri", "sat", "sun",
    ];
    let begins = |word: &&str| {
        let start = text.get(..word.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(word))
    };
    let digit = |byte: u8| byte.is_ascii_digit();
    match text.bytes().next() {
        Some(b'A'..=b'Z' | b'a'..=b'z') => {
            text.bytes().any(digit) && (text.starts_with(['Q', 'q']) || WORDS.iter().any(begins))
        }
        // Signs and blanks before a number as well.
        Some(_) => text.bytes().any(digit),
        None => false,
    }
}

/// What texts mean under a pattern.
pub(super) struct Reading {
    /// The pattern.
    pub pattern: String,
    /// A time in UTC for each text; none where it is empty.
    pub instants: Vec<Option<DateTime>>,
    /// What the last time was written with.
    pub offset: Option<Offset>,
    /// How the times follow each other.
    pub pace: Pace,
}

/// What texts mean under the pattern under which every one that is not empty is a time. Where days
/// and months can be told apart only by their order, the pattern under which time never runs
/// backwards wins.
pub(super) fn reading<'a>(
    texts: &Words,
    patterns: impl Iterator<Item = &'a str>,
) -> Option<Reading> {
    let first = texts
        .iter()
        .find(|text| !text.is_empty())
        .filter(|text| may_be_time(text))?;
    let mut fallback = None;
    for pattern in patterns.filter(|pattern| parse(pattern, first).is_some()) {
        let Some(reading) = Reading::of(texts, pattern) else {
            continue;
        };
        if reading.pace.is_sorted() {
            return Some(reading);
        }
        fallback = fallback.or(Some(reading));
    }
    fallback
}

/// Fewer times than this are not worth a thread.
const LEAST: usize = 20_000;

impl Reading {
    /// None where a text is no time.
    fn of(texts: &Words, pattern: &str) -> Option<Self> {
        let by = &Pattern::of(pattern);
        let pieces = pieces::about(texts.len(), LEAST);
        let read = pieces::joined(
            pieces.len(),
            |piece| {
                let rows = pieces[piece].clone();
                // The first piece takes the others in.
                let room = if piece == 0 { texts.len() } else { rows.len() };
                let mut instants = Vec::with_capacity(room);
                let mut offset = None;
                let mut written = None;
                let mut pace = Pace::default();
                for row in rows {
                    let text = &texts[row];
                    let mut instant = None;
                    if !text.is_empty() {
                        let (time, zone) = by.parse(text, &mut written).ok_or(())?;
                        offset = Some(zone);
                        instant = Some(time);
                    }
                    instants.push(instant);
                    pace.see(instant);
                }
                Ok::<_, ()>((instants, offset, pace))
            },
            |(instants, offset, pace), (later, its_offset, its_pace)| {
                instants.extend(later);
                *offset = its_offset.or(*offset);
                pace.join(&its_pace);
            },
        );
        let (instants, offset, pace) = read.ok()??;
        let offset = offset.flatten();
        Some(Self {
            pattern: pattern.to_owned(),
            instants,
            offset,
            pace,
        })
    }
}
