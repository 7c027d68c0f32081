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
    /// Days counted as 1st, 2nd and so on, in whose place the other pattern reads plain numbers.
    Ordinals(Box<Pattern<'a>>),
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
        } else if text.contains(ORDINAL) {
            Reader::Ordinals(Box::new(Pattern::of(text.replace(ORDINAL, ""))))
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
    pub fn parse(&self, text: &str, written: &mut Written) -> Option<(DateTime, Option<Offset>)> {
        // What nearly all columns hold, apart from the others so that it is in line where a column is read.
        if let Reader::Dates(Some(digits)) = &self.reader
            && let Some(time) = digits.parse(text, written)
        {
            return Some((time, None));
        }
        self.parse_other(text, written)
    }

    #[inline(never)]
    fn parse_other(&self, text: &str, written: &mut Written) -> Option<(DateTime, Option<Offset>)> {
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
            Reader::Ordinals(pattern) => pattern.parse(&without_ordinal(text)?, &mut None),
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

/// How a pattern writes that a day is counted as 1st, 2nd and so on, our own.
pub(super) const ORDINAL: &str = "%@";

/// What stands behind a day that is counted so.
pub(super) fn ordinal(day: i8) -> &'static str {
    match (day % 10, day / 10) {
        (_, 1) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    }
}

/// The text with the day as a plain number; none where no day is counted.
fn without_ordinal(text: &str) -> Option<String> {
    let end = |at: usize| {
        let behind = text.get(at..at + 2).unwrap_or_default();
        let counted = ["st", "nd", "rd", "th"].contains(&&*behind.to_ascii_lowercase());
        let next = text[at..].chars().nth(2);
        counted && !next.is_some_and(char::is_alphanumeric)
    };
    let digits = text.bytes().zip(1..);
    let at = digits
        .filter(|(byte, _)| byte.is_ascii_digit())
        .map(|(_, at)| at)
        .find(|&at| end(at))?;
    Some(format!("{}{}", &text[..at], &text[at + 2..]))
}

/// A day's end, which is the next one's beginning.
const DAYS_END: &str = "24:00";

fn parse_date(pattern: &str, text: &str) -> Option<(DateTime, Option<Offset>)> {
    // To jiff a blank is none as well, and an hour the end of a year.
    if pattern.contains(" %H") && !text.contains(' ') {
        return None;
    }
    let found = parse_clock(pattern, text);
    if found.is_some() || !text.contains(DAYS_END) {
        return found;
    }
    let (time, offset) = parse_clock(pattern, &text.replacen(DAYS_END, "00:00", 1))?;
    let local = time.checked_add(Span::new().seconds(offset.map_or(0, Offset::seconds)));
    let begins = local.is_ok_and(|local| local.time() == Time::midnight());
    (begins.then(|| time.checked_add(Span::new().days(1)).ok())?).map(|time| (time, offset))
}

fn parse_clock(pattern: &str, text: &str) -> Option<(DateTime, Option<Offset>)> {
    let parts = BrokenDownTime::parse(pattern, text).ok()?;
    if pattern.starts_with("%G") {
        return Some((parts.to_date().ok()?.at(0, 0, 0, 0), None));
    }
    if pattern.ends_with("%j") {
        // Three digits of the day, so that a month without its zero is none.
        let whole = text.len() == pattern.len() + 3;
        return whole.then(|| Some((parts.to_date().ok()?.at(0, 0, 0, 0), None)))?;
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
    /// What stands at each byte where it is no digit; `0` where it is one.
    signs: Vec<u64>,
    /// How much more than that a byte may be: 9 where it is a digit.
    beyond: Vec<u64>,
    /// Bytes of all of it.
    length: usize,
    /// Where the year begins.
    year: usize,
    /// Where the month, the day, the hour, the minute and the second begin; none that is not said.
    parts: [Option<usize>; 5],
    /// Whether decimals of the second may follow.
    fraction: bool,
    /// Whether a year before 100 is one.
    bare: bool,
}

/// The day of the time before, with its year, month and day in one number: most rows are of the day before them, and
/// to make a day takes a while.
pub(super) type Written = Option<(i32, Date)>;

impl Digits {
    /// None where the pattern holds something else.
    fn of(pattern: &str) -> Option<Self> {
        let (mut signs, mut beyond) = (Vec::new(), Vec::new());
        let mut year = None;
        let mut parts = [None; 5];
        let mut rest = pattern.as_bytes();
        let fraction = loop {
            let (sign, most, count);
            (sign, most, count, rest) = match rest {
                [] => break false,
                b"%.f" => break true,
                [b'%', b'Y', behind @ ..] => {
                    year = Some(signs.len());
                    (b'0', 9, 4, behind)
                }
                [b'%', part, behind @ ..] => {
                    let part = b"mdHMS".iter().position(|one| one == part)?;
                    parts[part] = Some(signs.len());
                    (b'0', 9, 2, behind)
                }
                [sign, behind @ ..] => (*sign, 0, 1, behind),
            };
            signs.extend([sign].repeat(count));
            beyond.extend([most].repeat(count));
        };
        Some(Self {
            length: signs.len(),
            signs: eights(&signs).collect(),
            beyond: eights(&beyond).collect(),
            year: year?,
            parts,
            fraction,
            bare: pattern == "%Y",
        })
    }

    #[inline]
    fn parse(&self, text: &str, written: &mut Written) -> Option<DateTime> {
        let (text, behind) = text.as_bytes().split_at_checked(self.length)?;
        let mut wrong = 0;
        for ((eight, signs), beyond) in eights(text).zip(&self.signs).zip(&self.beyond) {
            let over = eight ^ signs;
            // A byte's highest bit is set where it is too much; no sum goes on into the next byte but of what is wrong.
            wrong |= over | over.wrapping_add(EACH * 0x7f - beyond);
        }
        if wrong & (EACH * 0x80) != 0 {
            return None;
        }
        let digit = |at: usize| text[at] - b'0';
        let two = |at: usize| 10 * digit(at) + digit(at + 1);
        let part = |part: usize, unsaid: i8| self.parts[part].map_or(unsaid, |at| two(at) as i8);
        let year = 100 * i16::from(two(self.year)) + i16::from(two(self.year + 2));
        if year < 100 && !self.bare {
            return None;
        }
        let (month, day) = (part(0, 1), part(1, 1));
        let number = (i32::from(year) * 100 + i32::from(month)) * 100 + i32::from(day);
        let date = match *written {
            Some((same, date)) if same == number => date,
            _ => {
                let date = Date::new(year, month, day).ok()?;
                *written = Some((number, date));
                date
            }
        };
        let nanosecond = match behind {
            [] => 0,
            [b'.', decimals @ ..] if self.fraction => nanoseconds(decimals)?,
            _ => return None,
        };
        let clock = (part(2, 0), part(3, 0), part(4, 0), nanosecond);
        if clock == (24, 0, 0, 0) {
            return Some(date.tomorrow().ok()?.at(0, 0, 0, 0));
        }
        let time = Time::new(clock.0, clock.1, clock.2, clock.3).ok()?;
        Some(DateTime::from_parts(date, time))
    }
}

/// One in each byte.
const EACH: u64 = 0x0101_0101_0101_0101;

/// Eight bytes at a time, the first the lowest; zeros behind the last ones.
#[inline]
fn eights(bytes: &[u8]) -> impl Iterator<Item = u64> {
    let (eights, rest) = bytes.as_chunks::<8>();
    let last = match bytes.last_chunk::<8>() {
        _ if rest.is_empty() => None,
        Some(eight) => Some(u64::from_le_bytes(*eight) >> (64 - 8 * rest.len())),
        None => Some((rest.iter().rev()).fold(0, |held, &byte| held << 8 | u64::from(byte))),
    };
    eights
        .iter()
        .map(|eight| u64::from_le_bytes(*eight))
        .chain(last)
}

/// What up to nine decimals of a second are.
fn nanoseconds(decimals: &[u8]) -> Option<i32> {
    let is_number = (1..=9).contains(&decimals.len()) && decimals.iter().all(u8::is_ascii_digit);
    let of = |place: usize| {
        decimals
            .get(place)
            .map_or(0, |digit| i32::from(digit - b'0'))
    };
    is_number.then(|| (0..9).fold(0, |number, place| 10 * number + of(place)))
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
        let digits = match pattern.next() {
            Some('Y') => 4,
            Some('y') => 2,
            _ => 1,
        };
        let (number, after) = rest.split_at_checked(digits)?;
        if !number.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let number = number.parse::<i16>().ok()?;
        match digits {
            1 => part = Some(number),
            // Two digits as POSIX has them.
            2 => year = Some(number + if number < 69 { 2000 } else { 1900 }),
            _ => year = Some(number),
        }
        rest = after;
    }
    let part = i8::try_from(part?).ok()?;
    let month = (1..=parts)
        .contains(&part)
        .then(|| 12 / parts * (part - 1) + 1)?;
    let date = Date::new(year?, month, 1).ok()?;
    rest.is_empty().then(|| date.at(0, 0, 0, 0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// What is read by its digits is what jiff reads, and nothing else is read by them.
        #[test]
        fn digits_are_read_as_jiff_reads_them(
            pattern in prop_oneof![
                Just("%Y-%m-%d"), Just("%Y%m%d"), Just("%d.%m.%Y %H:%M"), Just("%Y-%m-%dT%H:%M:%S%.f"),
                Just("%m/%d/%Y %H.%M.%S"), Just("%Y"), Just("%Y-%m"), Just("%Y-%m-%d %H:%M:%SZ"),
            ],
            seconds in -50_000_000_000_i64..200_000_000_000,
            nanoseconds in prop_oneof![Just(0_i64), 1..1_000_000_000_i64],
            decimals in 0_usize..11,
            at in 0_usize..40,
            other in prop_oneof![4 => Just(String::new()), 1 => "[0-9:. /ä-]"],
        ) {
            let time = DateTime::constant(1970, 1, 1, 0, 0, 0, 0)
                .checked_add(Span::new().seconds(seconds).nanoseconds(nanoseconds))
                .expect("within the calendar");
            let plain = pattern.trim_end_matches("%.f");
            let mut text = BrokenDownTime::from(time).to_string(plain).expect("a pattern of jiff's");
            if plain != pattern && decimals > 0 {
                text += &format!(".{nanoseconds:010}")[..=decimals];
            }
            if !other.is_empty() {
                let at = at.min(text.len() - 1);
                text.replace_range(at..=at, &other);
            }
            let digits = Digits::of(pattern).expect("digits alone");
            let read = digits.parse(&text, &mut None);
            // A day's end is the same to both only where a colon tells it.
            prop_assume!(!text.contains("24.00"));
            let jiffs = parse_date(pattern, &text).map(|(time, _)| time);
            if other.is_empty() && decimals < 10 {
                prop_assert!(read.is_some() && read == jiffs, "{text:?} by {pattern}: {read:?}, {jiffs:?}");
            } else {
                prop_assert!(read.is_none() || read == jiffs, "{text:?} by {pattern}: {read:?}, {jiffs:?}");
            }
            let mut written = None;
            digits.parse(&text, &mut written);
            prop_assert_eq!(read, digits.parse(&text, &mut written));
        }
    }

    #[test]
    fn what_is_no_time_is_not_read_by_its_digits() {
        let digits = Digits::of("%Y-%m-%d %H:%M:%S%.f").expect("digits alone");
        let read = |text: &str| digits.parse(text, &mut None);
        assert!(read("2020-02-29 23:59:59").is_some() && read("2020-02-29 23:59:59.25").is_some());
        for text in [
            "2021-02-29 23:59:59",
            "2020-02-29 24:59:59",
            "2020-02-29 24:00:00.5",
            "2020-02-29 23:60:59",
            "2020-02-29T23:59:59",
            "2020-02-29 23:59:5",
            "2020-02-29 23:59:59.",
            "2020-02-29 23:59:59,5",
            "2020-02-29 23:59:59.1234567890",
            "2020-02-29 23:59:59.5a",
            "2020-02-2\u{e4} 23:59:59",
            "0020-02-29 23:59:59",
            "",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
        assert!(Digits::of("%H:%M").is_none() && Digits::of("%d %b %Y").is_none());
    }
}
