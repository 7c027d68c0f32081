//! Texts that are times: the patterns that files use, read and written, and the distance between rows.

use super::{Words, pace::Pace, pieces};
use jiff::{
    Span,
    civil::{Date, DateTime, ISOWeekDate, Time, Weekday},
    fmt::strtime::BrokenDownTime,
    tz::Offset,
};
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

/// A pattern, and by whom texts are read under it.
struct Pattern<'a> {
    text: &'a str,
    reader: Reader,
}

enum Reader {
    Quarters,
    Weeks,
    /// By their digits where they can be, else by jiff.
    Dates(Option<Digits>),
}

impl<'a> Pattern<'a> {
    fn of(text: &'a str) -> Self {
        let reader = if text.contains("%q") {
            Reader::Quarters
        } else if text.starts_with("%G") {
            Reader::Weeks
        } else {
            Reader::Dates(Digits::of(text))
        };
        Self { text, reader }
    }

    fn parse<'b>(
        &self,
        text: &'b str,
        written: &mut Written<'b>,
    ) -> Option<(DateTime, Option<Offset>)> {
        match &self.reader {
            Reader::Quarters => parse_quarter(self.text, text).map(|time| (time, None)),
            Reader::Weeks => parse_week(text).map(|time| (time, None)),
            Reader::Dates(digits) => digits
                .as_ref()
                .and_then(|digits| Some((digits.parse(text, written)?, None)))
                .or_else(|| parse_date(self.text, text)),
        }
    }
}

fn parse_date(pattern: &str, text: &str) -> Option<(DateTime, Option<Offset>)> {
    let parts = BrokenDownTime::parse(pattern, text).ok()?;
    let year = parts
        .year()
        .filter(|&year| year >= 100 || pattern == "%Y")?;
    let date = Date::new(year, parts.month().unwrap_or(1), parts.day().unwrap_or(1)).ok()?;
    let hour = match parts.meridiem() {
        Some(_) => parts.to_time().ok()?.hour(),
        None => parts.hour().unwrap_or(0),
    };
    let time = Time::new(
        hour,
        parts.minute().unwrap_or(0),
        parts.second().unwrap_or(0),
        parts.subsec_nanosecond().unwrap_or(0),
    )
    .ok()?;
    let local = DateTime::from_parts(date, time);
    match parts.offset() {
        None => Some((local, None)),
        Some(offset) => Some((
            local
                .checked_sub(Span::new().seconds(offset.seconds()))
                .ok()?,
            Some(offset),
        )),
    }
}

/// A pattern of numbers alone, each of as many digits as it has at most: the usual case, for which jiff's reader
/// takes ten times as long. None of what is otherwise, to be read by that.
struct Digits {
    day: Vec<Sign>,
    /// Bytes of the day.
    length: usize,
    clock: Vec<Sign>,
    /// Whether a year before 100 is one.
    bare: bool,
}

/// What stands next in a text.
#[derive(Clone, Copy)]
enum Sign {
    /// Itself.
    Same(u8),
    Year,
    /// The month, the day, the hour, the minute, the second: two digits of the part of this number.
    Two(usize),
}

/// The parts of [`Sign`] where none is said.
const UNSAID: [i8; 5] = [1, 1, 0, 0, 0];

/// A day as it was written last: most rows are of the day before them.
type Written<'a> = Option<(&'a [u8], Date)>;

impl Digits {
    /// None where the pattern holds something else.
    fn of(pattern: &str) -> Option<Self> {
        let mut day = Vec::new();
        let mut rest = pattern.as_bytes();
        loop {
            let (sign, behind) = match rest {
                // No text has to have a fraction.
                [] | b"%.f" => break,
                [b'%', b'Y', behind @ ..] => (Sign::Year, behind),
                [b'%', part, behind @ ..] => {
                    let part = b"mdHMS".iter().position(|one| one == part)?;
                    (Sign::Two(part), behind)
                }
                [sign, behind @ ..] => (Sign::Same(*sign), behind),
            };
            day.push(sign);
            rest = behind;
        }
        let is_clock = |sign: &Sign| matches!(sign, Sign::Two(2..));
        let end = day.iter().position(is_clock).unwrap_or(day.len());
        let clock = day.split_off(end);
        let is_day = |sign: &Sign| matches!(sign, Sign::Year | Sign::Two(..2));
        let whole = day.iter().any(|sign| matches!(sign, Sign::Year)) && !clock.iter().any(is_day);
        let lengths = day.iter().map(|sign| match sign {
            Sign::Same(_) => 1,
            Sign::Two(_) => 2,
            Sign::Year => 4,
        });
        whole.then_some(Self {
            length: lengths.sum(),
            day,
            clock,
            bare: pattern == "%Y",
        })
    }

    fn parse<'a>(&self, text: &'a str, written: &mut Written<'a>) -> Option<DateTime> {
        let (day, clock) = text.as_bytes().split_at_checked(self.length)?;
        let date = match *written {
            Some((same, date)) if same == day => date,
            _ => {
                let (year, [month, of_month, ..]) = read(&self.day, day)?;
                if year < 100 && !self.bare {
                    return None;
                }
                let date = Date::new(year, month, of_month).ok()?;
                *written = Some((day, date));
                date
            }
        };
        let (_, [_, _, hour, minute, second]) = read(&self.clock, clock)?;
        let time = Time::new(hour, minute, second, 0).ok()?;
        Some(DateTime::from_parts(date, time))
    }
}

/// The year and the other parts that `text` says by `signs`, and nothing else.
fn read(signs: &[Sign], text: &[u8]) -> Option<(i16, [i8; 5])> {
    let digit = |byte: u8| Some(byte.wrapping_sub(b'0')).filter(|&digit| digit < 10);
    let two = |tens: u8, ones: u8| Some(10 * digit(tens)? + digit(ones)?);
    let (mut year, mut parts, mut rest) = (0, UNSAID, text);
    for sign in signs {
        rest = match (*sign, rest) {
            (Sign::Same(sign), [first, rest @ ..]) if *first == sign => rest,
            (Sign::Two(part), [a, b, rest @ ..]) => {
                parts[part] = two(*a, *b)? as i8;
                rest
            }
            (Sign::Year, [a, b, c, d, rest @ ..]) => {
                year = 100 * i16::from(two(*a, *b)?) + i16::from(two(*c, *d)?);
                rest
            }
            _ => return None,
        };
    }
    rest.is_empty().then_some((year, parts))
}

/// `2020-W05` and its like, as the Monday of that week; jiff reads no week without a day.
fn parse_week(text: &str) -> Option<DateTime> {
    let (year, week) = text.split_once('W')?;
    let year = year.trim_end_matches(['-', ' ']);
    let digits =
        |text: &str, count: usize| text.len() == count && text.bytes().all(|b| b.is_ascii_digit());
    if !digits(year, 4) || !digits(week, 2) {
        return None;
    }
    ISOWeekDate::new(year.parse().ok()?, week.parse().ok()?, Weekday::Monday)
        .ok()
        .map(|day| day.date().at(0, 0, 0, 0))
}

/// jiff writes quarters but does not read them.
pub(super) fn parse_quarter(pattern: &str, text: &str) -> Option<DateTime> {
    let (mut year, mut quarter) = (None, None);
    let mut rest = text;
    let mut pattern = pattern.chars();
    while let Some(c) = pattern.next() {
        if c != '%' {
            rest = rest.strip_prefix(c)?;
            continue;
        }
        let digits = if pattern.next() == Some('Y') { 4 } else { 1 };
        let (number, after) = rest.split_at_checked(digits)?;
        let place = if digits == 4 { &mut year } else { &mut quarter };
        *place = Some(number.parse::<u16>().ok()?);
        rest = after;
    }
    let quarter = quarter.filter(|quarter| (1..=4).contains(quarter))?;
    let month = i8::try_from(3 * quarter - 2).ok()?;
    (rest.is_empty() && text.is_ascii())
        .then(|| Date::new(i16::try_from(year?).ok()?, month, 1).ok())?
        .map(|date| date.at(0, 0, 0, 0))
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
        let pieces = pieces::of(texts.len(), LEAST);
        let read = pieces::each(pieces, |rows| {
            // The first piece takes the others in.
            let room = if rows.start == 0 {
                texts.len()
            } else {
                rows.len()
            };
            let mut instants = Vec::with_capacity(room);
            let mut offset = None;
            let mut written = None;
            let mut pace = Pace::default();
            for row in rows {
                let text = &texts[row];
                let mut instant = None;
                if !text.is_empty() {
                    let (time, zone) = by.parse(text, &mut written)?;
                    offset = Some(zone);
                    instant = Some(time);
                }
                instants.push(instant);
                pace.see(instant);
            }
            Some((instants, offset, pace))
        });
        let mut read = read.into_iter();
        let (mut instants, zone, mut pace) = read.next()??;
        let mut offset = zone.flatten();
        for piece in read {
            let (later, zone, its) = piece?;
            instants.extend(later);
            offset = zone.unwrap_or(offset);
            pace.join(&its);
        }
        Some(Self {
            pattern: pattern.to_owned(),
            instants,
            offset,
            pace,
        })
    }
}
