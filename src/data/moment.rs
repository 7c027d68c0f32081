//! Texts that are times: the patterns that files use, read and written, and the distance between rows.

use super::{Words, pieces};
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
    Pattern::of(pattern).parse(text)
}

/// A pattern, and by whom texts are read under it.
#[derive(Clone, Copy)]
struct Pattern<'a> {
    text: &'a str,
    reader: Reader,
}

#[derive(Clone, Copy)]
enum Reader {
    Quarters,
    Weeks,
    Dates,
}

impl<'a> Pattern<'a> {
    fn of(text: &'a str) -> Self {
        let reader = if text.contains("%q") {
            Reader::Quarters
        } else if text.starts_with("%G") {
            Reader::Weeks
        } else {
            Reader::Dates
        };
        Self { text, reader }
    }

    fn parse(self, text: &str) -> Option<(DateTime, Option<Offset>)> {
        match self.reader {
            Reader::Quarters => parse_quarter(self.text, text).map(|time| (time, None)),
            Reader::Weeks => parse_week(text).map(|time| (time, None)),
            Reader::Dates => parse_date(self.text, text),
        }
    }
}

fn parse_date(pattern: &str, text: &str) -> Option<(DateTime, Option<Offset>)> {
    if let Some(time) = parse_digits(pattern, text) {
        return Some((time, None));
    }
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

/// A text of the pattern's own signs and as many digits as each part has at most: the usual case, without
/// jiff's reader. None of what is otherwise, to be read by that.
fn parse_digits(pattern: &str, text: &str) -> Option<DateTime> {
    let (mut year, mut month, mut day) = (None, 1_i8, 1_i8);
    let mut clock = [0_i8; 3];
    let mut rest = text.as_bytes();
    let mut signs = pattern.bytes();
    while let Some(sign) = signs.next() {
        if sign != b'%' {
            let (first, after) = rest.split_first()?;
            if *first != sign {
                return None;
            }
            rest = after;
            continue;
        }
        let part = match signs.next()? {
            // No text has to have a fraction.
            b'.' if rest.is_empty() && signs.next() == Some(b'f') => continue,
            part => part,
        };
        let count = if part == b'Y' { 4 } else { 2 };
        let (digits, after) = rest.split_at_checked(count)?;
        rest = after;
        let mut number = 0_i16;
        for digit in digits {
            if !digit.is_ascii_digit() {
                return None;
            }
            number = number * 10 + i16::from(digit - b'0');
        }
        match part {
            b'Y' => year = Some(number),
            b'm' => month = number as i8,
            b'd' => day = number as i8,
            b'H' => clock[0] = number as i8,
            b'M' => clock[1] = number as i8,
            b'S' => clock[2] = number as i8,
            _ => return None,
        }
    }
    let year = year.filter(|&year| rest.is_empty() && (year >= 100 || pattern == "%Y"))?;
    let date = Date::new(year, month, day).ok()?;
    let time = Time::new(clock[0], clock[1], clock[2], 0).ok()?;
    Some(DateTime::from_parts(date, time))
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
    may_be_time(text)
        && text.parse::<f64>().is_err()
        && PATTERNS
            .iter()
            .any(|pattern| parse(pattern, text).is_some())
}

/// Whether a text begins as some pattern does, and has a digit: to try all patterns takes half a millisecond, which
/// is much for a file of a hundred thousand columns.
pub(super) fn may_be_time(text: &str) -> bool {
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
}

/// What texts mean under the pattern under which every one that is not empty is a time. Where days
/// and months can be told apart only by their order, the pattern under which time never runs
/// backwards wins.
pub(super) fn reading<'a>(
    texts: &Words,
    patterns: impl Iterator<Item = &'a str>,
) -> Option<Reading> {
    let first = texts.iter().find(|text| !text.is_empty())?;
    let mut fallback = None;
    for pattern in patterns.filter(|pattern| parse(pattern, first).is_some()) {
        let Some(reading) = Reading::of(texts, pattern) else {
            continue;
        };
        if reading.instants.iter().flatten().is_sorted() {
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
        let by = Pattern::of(pattern);
        let read = pieces::each(pieces::of(texts.len(), LEAST), |rows| {
            let mut offset = None;
            let mut instants = Vec::with_capacity(rows.len());
            for row in rows {
                let text = &texts[row];
                instants.push(if text.is_empty() {
                    None
                } else {
                    let (time, written) = by.parse(text)?;
                    offset = Some(written);
                    Some(time)
                });
            }
            Some((instants, offset))
        });
        let mut all = Self {
            pattern: pattern.to_owned(),
            instants: Vec::with_capacity(texts.len()),
            offset: None,
        };
        for read in read {
            let (instants, offset) = read?;
            all.instants.extend(instants);
            all.offset = offset.unwrap_or(all.offset);
        }
        Some(all)
    }
}

/// `steps` times `span` after `start`; none beyond the calendar.
pub(super) fn shifted(start: DateTime, span: Span, steps: usize) -> Option<DateTime> {
    let all = span.checked_mul(i64::try_from(steps).ok()?).ok()?;
    start.checked_add(all).ok()
}

/// From one row's time to the next one's.
#[derive(Clone, Copy)]
pub(super) enum Step {
    /// So many months; whether times are last days of months.
    Months(i64, bool),
    /// So much time, however long a month is.
    Fixed(i128),
}

impl Step {
    /// `ends`: times are last days of months.
    pub(super) fn of(span: Span, ends: bool) -> Self {
        let months = 12 * i64::from(span.get_years()) + i64::from(span.get_months());
        if months > 0 {
            return Self::Months(months, ends);
        }
        let start = DateTime::constant(1970, 1, 1, 0, 0, 0, 0);
        let end = start.checked_add(span).unwrap_or(start);
        Self::Fixed(end.duration_since(start).as_nanos())
    }

    /// How many of it lie between two times; none where it is no whole number.
    pub(super) fn between(self, from: DateTime, to: DateTime) -> Option<usize> {
        match self {
            Self::Months(months, ends) => {
                let count = |time: DateTime| 12 * i64::from(time.year()) + i64::from(time.month());
                let same = (from.day() == to.day() || ends) && from.time() == to.time();
                let between = count(to) - count(from);
                (same && between % months == 0)
                    .then(|| usize::try_from(between / months).ok())
                    .flatten()
            }
            Self::Fixed(unit) => {
                let between = to.duration_since(from).as_nanos();
                if between == unit && unit > 0 {
                    return Some(1); // what nearly all are
                }
                (unit > 0 && between % unit == 0)
                    .then(|| usize::try_from(between / unit).ok())
                    .flatten()
            }
        }
    }
}

/// The median distance between `times` as ISO 8601 duration.
pub(super) fn frequency(
    times: &(impl Iterator<Item = DateTime> + Clone),
    month_ends: bool,
) -> Option<String> {
    let median = |mut gaps: Vec<i64>| {
        let middle = gaps.len().checked_sub(1)? / 2;
        let (_, gap, _) = gaps.select_nth_unstable(middle);
        Some(*gap).filter(|&gap| gap > 0)
    };
    let pairs = || times.clone().zip(times.clone().skip(1));
    let first = times.clone().next()?;
    let same_day = month_ends
        || times
            .clone()
            .all(|time| time.day() == first.day() && time.time() == first.time());
    let months = |time: DateTime| 12 * i64::from(time.year()) + i64::from(time.month());
    if same_day && let Some(gap) = median(pairs().map(|(a, b)| months(b) - months(a)).collect()) {
        return Some(if gap % 12 == 0 {
            format!("P{}Y", gap / 12)
        } else {
            format!("P{gap}M")
        });
    }
    let nanoseconds: Vec<i64> = pairs()
        .map(|(a, b)| i64::try_from(b.duration_since(a).as_nanos()).unwrap_or(i64::MAX))
        .collect();
    let varied = nanoseconds.windows(2).any(|pair| pair[0] != pair[1]);
    let gap = median(nanoseconds)?;
    let second = 1_000_000_000;
    Some(match (gap / second, gap % second) {
        (_, 1..) => format!("PT{}S", gap as f64 / second as f64),
        (seconds, _) if seconds % 86_400 == 0 => match seconds / 86_400 {
            // Last working days of months and the like: no common day, but a common month's length.
            28..=31 if varied => "P1M".to_owned(),
            89..=92 if varied => "P3M".to_owned(),
            365 | 366 if varied => "P1Y".to_owned(),
            days => format!("P{days}D"),
        },
        (seconds, _) if seconds % 3_600 == 0 => format!("PT{}H", seconds / 3_600),
        (seconds, _) if seconds % 60 == 0 => format!("PT{}M", seconds / 60),
        (seconds, _) => format!("PT{seconds}S"),
    })
}
