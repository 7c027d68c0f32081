//! A text read under a pattern.

use jiff::{
    Span,
    civil::{Date, DateTime, ISOWeekDate, Time, Weekday},
    fmt::strtime::BrokenDownTime,
    tz::Offset,
};

/// A pattern, and by whom texts are read under it.
pub(super) struct Pattern<'a> {
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
    pub fn of(text: &'a str) -> Self {
        let reader = if text.contains("%q") {
            Reader::Quarters
        } else if text.starts_with("%G") {
            Reader::Weeks
        } else {
            Reader::Dates(Digits::of(text))
        };
        Self { text, reader }
    }

    pub fn parse<'b>(
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

/// jiff writes quarters but does not read them.
fn parse_quarter(pattern: &str, text: &str) -> Option<DateTime> {
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
