//! Texts that are times: the patterns that files use, and under which of them a column is read. How a text is read under
//! one is the business of `pattern`.

mod months;
mod pattern;
pub(super) mod yearless;

pub(super) use months::month_of;

use super::{
    Words,
    pace::{Pace, frequency, steps_alike},
    pieces,
};
use jiff::{Span, civil::DateTime, fmt::strtime::BrokenDownTime, tz::Offset};
use pattern::{HALF, ORDINAL, Pattern, ordinal};
use std::{borrow::Borrow, sync::LazyLock};

pub(super) const DATES: [&str; 31] = [
    "%Y-%m-%d",
    "%Y/%m/%d",
    "%Y.%m.%d",
    "%m/%d/%Y",
    "%d/%m/%Y",
    "%d.%m.%Y",
    "%d-%m-%Y",
    "%m-%d-%Y",
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
    "%A, %d %B %Y",
    "%A %d %B %Y",
    "%a, %d %b %Y",
    "%a %d %b %Y",
    "%d/%b/%Y",
    "%d-%B-%Y",
    "%d %B, %Y",
    "%B %d %Y",
    "%Y-%b-%d",
    "%Y %b %d",
    "%Y年%m月%d日",
];
/// Days and clocks that stand neither before the other, and what they begin with.
const MIXED: [(&str, &str); 2] = [
    ("%a %b %d", "%a %b %d %H:%M:%S %Y"),
    ("%d/%b/%Y", "%d/%b/%Y:%H:%M:%S %z"),
];
/// `%~` and `%=`, the year after in two or four digits, are our own. They come before months: December 1911 is a
/// season only where all others are.
const SEASONS: [&str; 4] = ["%Y/%~", "%Y-%~", "%Y/%=", "%Y-%="];
const MONTHS: [&str; 16] = [
    "%Y年%m月",
    "%Y-%m",
    "%Y/%m",
    "%Y.%m",
    "%m/%Y",
    "%m.%Y",
    "%Y %b",
    "%Y-%b",
    "%b %Y",
    "%b-%Y",
    "%Y %B",
    "%B %Y",
    "%YM%m",
    "%Ym%m",
    "%b-%y",
    "%Y %m",
];
/// `%q`, the quarter, is read by ourselves. The last is a month where there is one beyond the fourth.
const QUARTERS: [&str; 24] = [
    "%YQ%q",
    "%Y Q%q",
    "%Y-Q%q",
    "%Yq%q",
    "Q%q %Y",
    "Q%q-%Y",
    "Q%q/%Y",
    "%Y:Q%q",
    "%Y:q%q",
    "%qQ%Y",
    "%qQ %Y",
    "%qQ%y",
    "%qQ-%y",
    "Q%q-%y",
    "Q%q/%y",
    "Q%q'%y",
    "Q%q '%y",
    "%YT%q",
    "%Y-T%q",
    "%q. Quartal %Y",
    "%Y年%q季度",
    "%Y年第%q季度",
    "%Y年Q%q",
    "%Y:%q",
];
/// `%/`, the half, is our own.
const HALVES: [&str; 6] = ["%YH%/", "%Y-H%/", "%Y H%/", "%YS%/", "%Y-S%/", "H%/ %Y"];
const WEEKS: [&str; 6] = [
    "%G-W%V",
    "%GW%V",
    "%G W%V",
    "%G-W%V-%u",
    "%GW%V-%u",
    "%GW%V%u",
];
const MONTHS_AFTER_QUARTERS: [&str; 1] = ["%Y:%m"];
/// Days of the year, and those of the month that are counted as 1st, 2nd and so on: `%@` is our own.
const COUNTED_DAYS: [&str; 9] = [
    "%Y-%j",
    "%d%@ %B %Y",
    "%d%@ %b %Y",
    "%B %d%@, %Y",
    "%b %d%@, %Y",
    "%B %d%@ %Y",
    "%b %d%@ %Y",
    "%d%@ %B, %Y",
    "%d%@ of %B %Y",
];
pub(super) const CLOCKS: [&str; 10] = [
    "%H:%M:%S%.f",
    "%H:%M",
    "%I:%M:%S %p",
    "%I:%M %p",
    "%H%M%S",
    "%H%M",
    "%H.%M.%S",
    "%H.%M",
    "%H:%M:%S,%f",
    "%H",
];
/// `%Z`, the zone's usual letters, is our own.
const ZONES: [&str; 7] = ["", "Z", "%:z", "%z", " %:z", " %z", " %Z"];

/// Patterns, made once, of texts that all begin under one: to try every pattern with every text takes a hundred times
/// as long.
struct Family {
    begin: Option<&'static str>,
    patterns: Vec<Pattern<'static>>,
}

/// Every pattern for texts, those that say more before those that say less.
static FAMILIES: LazyLock<Vec<Family>> = LazyLock::new(|| {
    let mut families = Vec::new();
    let single = |begin, text| Family {
        begin,
        patterns: vec![Pattern::of(text)],
    };
    for date in DATES.into_iter().chain(["%Y%m%d"]) {
        let mut patterns = Vec::new();
        for between in ["T", " "] {
            for clock in CLOCKS {
                for zone in ZONES {
                    patterns.push(Pattern::of(format!("{date}{between}{clock}{zone}")));
                }
            }
        }
        families.push(Family {
            begin: Some(date),
            patterns,
        });
    }
    families.extend(MIXED.map(|(begin, text)| single(Some(begin), text)));
    families.extend(DATES.map(|date| single(Some(date), date)));
    let others = [
        &SEASONS[..],
        &MONTHS,
        &QUARTERS,
        &HALVES,
        &WEEKS,
        &MONTHS_AFTER_QUARTERS,
        &COUNTED_DAYS,
    ]
    .concat();
    families.push(Family {
        begin: None,
        patterns: others.into_iter().map(Pattern::of).collect(),
    });
    families
});

/// Those of all patterns that a text may follow.
fn candidates(text: &str) -> impl Iterator<Item = &'static Pattern<'static>> {
    let begins = move |family: &&Family| {
        (family.begin).is_none_or(|begin| BrokenDownTime::parse_prefix(begin, text).is_ok())
    };
    FAMILIES
        .iter()
        .filter(begins)
        .flat_map(|family| &family.patterns)
}

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
    let after = local.year() + 1;
    let pattern = pattern.replace("%~", &format!("{:02}", after.rem_euclid(100)));
    let pattern = pattern.replace("%=", &after.to_string());
    let pattern = months::with_month(pattern, local.month());
    let half = if local.month() < 7 { "1" } else { "2" };
    let pattern = pattern.replace(ORDINAL, ordinal(local.day()));
    parts.to_string(pattern.replace(HALF, half)).ok()
}

/// Whether a cell can be read as a time by its text; a bare number cannot.
#[must_use]
pub fn is_time(text: &str) -> bool {
    text.parse::<f64>().is_err() && follows_one(text)
}

/// Whether a text follows one of all patterns.
pub(super) fn follows_one(text: &str) -> bool {
    let (bare, _) = without_zone_name(text);
    let read = |pattern: &Pattern<'_>| pattern.parse(bare, &mut None).is_some();
    may_be_time(bare) && candidates(bare).any(read)
        || months::patterns(bare, false).iter().any(read)
}

/// A text, and the name of a zone behind it in square brackets, which is kept as it stands: an offset says what a time
/// is, and where there is none, times are those of the clock there.
fn without_zone_name(text: &str) -> (&str, &str) {
    match text.rfind('[') {
        Some(start) if text.ends_with(']') && !text[start..].contains('%') => text.split_at(start),
        _ => (text, ""),
    }
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
            let half =
                || text.starts_with('H') && text.as_bytes().get(1).copied().is_some_and(digit);
            let known = || text.starts_with(['Q', 'q']) || WORDS.iter().any(begins) || half();
            text.bytes().any(digit) && known()
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
    /// Whether days and months can change places: all are times then as well, and follow each other as well.
    pub either: bool,
}

/// What texts mean under the pattern under which every one that is not empty is a time. Where days
/// and months can be told apart only by their order, the pattern under which time never runs
/// backwards wins, and of several such the one under which most steps are the same.
pub(super) fn reading<'a>(
    texts: &Words,
    patterns: impl Iterator<Item = &'a str>,
) -> Option<Reading> {
    Reading::chosen(texts, first(texts)?, patterns.map(Pattern::of))
}

/// As [`reading`], under every pattern for texts, and then under those of `bare`, which numbers may follow.
pub(super) fn any_reading(texts: &Words, bare: &[&str]) -> Option<Reading> {
    let patterns = || {
        let first = first(texts)?;
        Reading::chosen(texts, first, candidates(first.0))
            .or_else(|| reading(texts, bare.iter().copied()))
    };
    patterns().or_else(|| Reading::of_months(texts))
}

/// The first row whose text is no time, where nine in ten of all are, under one pattern; none where all are, or few.
pub(super) fn stray(texts: &Words) -> Option<usize> {
    let (bare, _) = first(texts).filter(|(_, zone)| zone.is_empty())?;
    let follows = |pattern: &Pattern<'_>, text| pattern.parse(text, &mut None).is_some();
    let patterns = candidates(bare).filter(|pattern| follows(pattern, bare));
    patterns.into_iter().find_map(|pattern| {
        let mut wrong = (0..texts.len())
            .filter(|&row| !texts[row].is_empty() && !follows(pattern, &texts[row]));
        let row = wrong.next()?;
        ((1 + wrong.count()) * 10 <= texts.len()).then_some(row)
    })
}

/// The first text, which may be a time, and the name of its zone.
fn first(texts: &Words) -> Option<(&str, &str)> {
    let first = without_zone_name(texts.iter().find(|text| !text.is_empty())?);
    may_be_time(first.0).then_some(first)
}

/// A pattern with days and months in each other's places; none where one is not told by its number, or points part
/// them or the year stands before them, as nobody writes who puts the month first.
pub(super) fn turned(pattern: &str) -> Option<String> {
    let (day, month) = (pattern.find("%d")?, pattern.find("%m")?);
    let year = pattern.find("%Y").or_else(|| pattern.find("%y"))?;
    let points = pattern.contains("%d.%m") || pattern.contains("%m.%d");
    (year > day.max(month) && !points).then(|| {
        let held = pattern.replace("%d", "\0").replace("%m", "%d");
        held.replace('\0', "%m")
    })
}

/// Fewer times than this are not worth a thread.
const LEAST: usize = 20_000;

impl Reading {
    /// Under the best of the patterns that the first text may follow.
    fn chosen<'a, P: Borrow<Pattern<'a>>>(
        texts: &Words,
        (first, zone): (&str, &str),
        patterns: impl Iterator<Item = P>,
    ) -> Option<Self> {
        let mut fallback = None;
        for pattern in patterns {
            let pattern = pattern.borrow();
            if pattern.parse(first, &mut None).is_none() {
                continue;
            }
            let Some(reading) = Self::of(texts, pattern, zone) else {
                continue;
            };
            if reading.pace.is_sorted() {
                return Some(reading.or_turned(texts, zone));
            }
            fallback = fallback.or(Some(reading));
        }
        fallback
    }

    /// The reading with days for months and months for days, where its steps are more alike.
    fn or_turned(mut self, texts: &Words, zone: &str) -> Self {
        let bare = self.pattern.strip_suffix(zone).unwrap_or(&self.pattern);
        let Some(turned) = turned(bare) else {
            return self;
        };
        let may_turn = |time: &DateTime| time.day() <= 12;
        if !self.instants.iter().flatten().all(may_turn) {
            return self; // what nearly all are, seen at one of the first
        }
        let turned = Pattern::of(turned);
        let Some(other) = Self::of(texts, &turned, zone).filter(|other| other.pace.is_sorted())
        else {
            return self;
        };
        if other.instants == self.instants {
            return self;
        }
        let alike = |reading: &Self| {
            let ends = reading.ends_months();
            steps_alike(&reading.instants, &reading.pace, ends)
        };
        let (steps, others) = (alike(&self), alike(&other));
        if others > steps {
            return other;
        }
        self.either = steps == others;
        self
    }

    /// Whether every time is a month's last day.
    fn ends_months(&self) -> bool {
        let mut times = self.instants.iter().flatten();
        times.all(|time| time.day() == time.days_in_month())
    }

    /// Under a pattern with the names of months in another language than English.
    fn of_months(texts: &Words) -> Option<Self> {
        let first = texts.iter().find(|text| !text.is_empty())?;
        let by_name = months::patterns(first, true).into_iter();
        let made = Self::chosen(texts, (first, ""), by_name)?;
        let monthly = || {
            let every = frequency(&made.instants, &made.pace, false);
            matches!(every.as_deref(), Some("P1M" | "P3M"))
        };
        (!made.pattern.ends_with(months::SHORT) || monthly()).then_some(made)
    }

    /// None where a text is no time, or does not end in that name of a zone.
    fn of(texts: &Words, by: &Pattern<'_>, name: &str) -> Option<Self> {
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
                        // Of most there is no zone's name, and to look for an empty one costs a third more.
                        let bare = match name {
                            "" => text,
                            name => text.strip_suffix(name).ok_or(())?,
                        };
                        let (time, zone) = by.parse(bare, &mut written).ok_or(())?;
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
            pattern: by.written_on(texts) + name,
            instants,
            offset,
            pace,
            either: false,
        })
    }
}
