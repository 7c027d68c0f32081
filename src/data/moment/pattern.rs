//! A text read under a pattern.

use super::{super::Words, months};
use jiff::{
    Span,
    civil::{Date, DateTime, ISOWeekDate, Time, Weekday},
    fmt::strtime::BrokenDownTime,
    tz::Offset,
};
use std::borrow::Cow;

/// A pattern, and by whom texts are read under it.
pub(super) struct Pattern<'a> {
    text: Cow<'a, str>,
    reader: Reader<'a>,
}

enum Reader<'a> {
    Quarters,
    Seasons,
    Weeks,
    /// Letters that name a zone, behind what the other pattern reads.
    Zone(Box<Pattern<'a>>),
    /// A month's name, in whose place the other pattern reads its digits.
    Month(months::Named, Box<Pattern<'a>>),
    /// By their digits where they can be, else by jiff.
    Dates(Option<Digits>),
}

impl<'a> Pattern<'a> {
    pub fn of(text: impl Into<Cow<'a, str>>) -> Self {
        let text = text.into();
        let reader = if let Some((named, digits)) = months::reader(&text) {
            Reader::Month(named, Box::new(digits))
        } else if text.contains("%q") || text.contains(HALF) {
            Reader::Quarters
        } else if text.ends_with(['~', '=']) {
            Reader::Seasons
        } else if text.starts_with("%G") && !text.ends_with("%u") {
            Reader::Weeks
        } else if let Some(time) = text.strip_suffix(ZONE) {
            Reader::Zone(Box::new(Pattern::of(time.to_owned())))
        } else {
            Reader::Dates(Digits::of(&text))
        };
        Self { text, reader }
    }

    /// The pattern by which what comes behind these texts is written: in the last one's zone.
    pub fn written_on(&self, texts: &Words) -> String {
        let last = texts.iter().rfind(|text| !text.is_empty());
        let zone = last.and_then(|text| text.rsplit(' ').next());
        match (&self.reader, zone) {
            (Reader::Zone(time), Some(zone)) => format!("{} {zone}", time.text),
            (Reader::Month(named, _), _) => {
                let present = texts.iter().filter(|text| !text.is_empty());
                let last: Vec<&str> = present.collect();
                named.pattern(&self.text, last.into_iter().rev())
            }
            _ => self.text.clone().into_owned(),
        }
    }

    /// The time in UTC that a text says, and the offset it was written with.
    #[inline]
    pub fn parse<'b>(
        &self,
        text: &'b str,
        written: &mut Written<'b>,
    ) -> Option<(DateTime, Option<Offset>)> {
        // What nearly all columns hold, apart from the others so that it is in line where a column is read.
        if let Reader::Dates(Some(digits)) = &self.reader
            && let Some(time) = digits.parse(text, written)
        {
            return Some((time, None));
        }
        self.parse_other(text, written)
    }

    #[inline(never)]
    fn parse_other<'b>(
        &self,
        text: &'b str,
        written: &mut Written<'b>,
    ) -> Option<(DateTime, Option<Offset>)> {
        match &self.reader {
            Reader::Quarters => parse_quarter(&self.text, text).map(|time| (time, None)),
            Reader::Seasons => parse_season(&self.text, text).map(|time| (time, None)),
            Reader::Zone(pattern) => {
                let (time, zone) = text.rsplit_once(' ')?;
                let offset = offset_of(zone)?;
                let (local, _) = pattern.parse(time, written)?;
                let away = Span::new().seconds(offset.seconds());
                Some((local.checked_sub(away).ok()?, Some(offset)))
            }
            Reader::Weeks => parse_week(text).map(|time| (time, None)),
            Reader::Month(named, pattern) => pattern.parse(&named.numbered(text)?, &mut None),
            Reader::Dates(_) => parse_date(&self.text, text),
        }
    }
}

/// How a pattern ends where letters name the zone.
const ZONE: &str = " %Z";

/// How many minutes the clocks of a zone are before UTC's. Letters that stand for several zones are those of the United
/// States and Britain: in a column that has one throughout, the times are as far from each other in any.
fn offset_of(zone: &str) -> Option<Offset> {
    const ZONES: [(&str, i32); 34] = [
        ("UTC", 0),
        ("GMT", 0),
        ("Z", 0),
        ("WET", 0),
        ("WEST", 60),
        ("BST", 60),
        ("CET", 60),
        ("MEZ", 60),
        ("CEST", 120),
        ("MESZ", 120),
        ("EET", 120),
        ("SAST", 120),
        ("EEST", 180),
        ("MSK", 180),
        ("IST", 330),
        ("SGT", 480),
        ("HKT", 480),
        ("JST", 540),
        ("KST", 540),
        ("AEST", 600),
        ("AEDT", 660),
        ("NZST", 720),
        ("NZDT", 780),
        ("EST", -300),
        ("EDT", -240),
        ("CST", -360),
        ("CDT", -300),
        ("MST", -420),
        ("MDT", -360),
        ("PST", -480),
        ("PDT", -420),
        ("AKST", -540),
        ("AKDT", -480),
        ("HST", -600),
    ];
    let (_, minutes) = ZONES.iter().find(|(name, _)| *name == zone)?;
    Offset::from_seconds(60 * minutes).ok()
}

fn parse_date(pattern: &str, text: &str) -> Option<(DateTime, Option<Offset>)> {
    let parts = BrokenDownTime::parse(pattern, text).ok()?;
    if pattern.starts_with("%G") {
        return Some((parts.to_date().ok()?.at(0, 0, 0, 0), None));
    }
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
pub(super) type Written<'a> = Option<(&'a [u8], Date)>;

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

/// `1940/41` and its like, as the beginning of the first year.
fn parse_season(pattern: &str, text: &str) -> Option<DateTime> {
    let (year, rest) = text.split_at_checked(4)?;
    let rest = rest.strip_prefix(pattern.chars().nth(2)?)?;
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let length = if pattern.ends_with('~') { 2 } else { 4 };
    if !digits(year) || !digits(rest) || rest.len() != length {
        return None;
    }
    let (year, after) = (year.parse::<i16>().ok()?, rest.parse::<i16>().ok()?);
    let follows = if length == 2 {
        (year + 1) % 100
    } else {
        year + 1
    };
    (follows == after && year >= 100)
        .then(|| Date::new(year, 1, 1).ok())?
        .map(|date| date.at(0, 0, 0, 0))
}

/// The half of a year, our own.
pub(super) const HALF: &str = "%/";

/// jiff writes quarters but does not read them, and knows no halves.
fn parse_quarter(pattern: &str, text: &str) -> Option<DateTime> {
    let (mut year, mut part) = (None, None);
    let mut rest = text;
    let parts: i8 = if pattern.contains(HALF) { 2 } else { 4 };
    let mut pattern = pattern.chars();
    while let Some(c) = pattern.next() {
        if c != '%' {
            rest = rest.strip_prefix(c)?;
            continue;
        }
        let digits = if pattern.next() == Some('Y') { 4 } else { 1 };
        let (number, after) = rest.split_at_checked(digits)?;
        if !number.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let place = if digits == 4 { &mut year } else { &mut part };
        *place = Some(number.parse::<i16>().ok()?);
        rest = after;
    }
    let part = i8::try_from(part?).ok()?;
    let month = (1..=parts)
        .contains(&part)
        .then(|| 12 / parts * (part - 1) + 1)?;
    let date = Date::new(year?, month, 1).ok()?;
    rest.is_empty().then(|| date.at(0, 0, 0, 0))
}
