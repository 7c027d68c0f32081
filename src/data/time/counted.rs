//! Times that are numbers: counted since 1970, years with their fractions, and time that has passed on a clock.

use super::super::Words;
use jiff::{
    Span,
    civil::{Date, DateTime},
};

/// Where counts begin, and time that passes.
const BEGINNING: DateTime = DateTime::constant(1970, 1, 1, 0, 0, 0, 0);

/// The moment of a count since 1970, and back.
pub(super) fn since_epoch(count: f64, units: u64) -> Option<DateTime> {
    let seconds = (count / units as f64).floor();
    // Fractions of a second or millisecond are known to the microsecond.
    let rest = (count - seconds * units as f64) * (1e6 / units as f64);
    let rest = if units <= 1_000 {
        rest.round() as i64 * 1_000
    } else {
        (rest * 1e3) as i64
    };
    let span = Span::new()
        .try_seconds(seconds as i64)
        .ok()?
        .try_nanoseconds(rest)
        .ok()?;
    BEGINNING.checked_add(span).ok()
}

pub(super) fn count_since_epoch(time: DateTime, units: u64) -> f64 {
    let nanoseconds = time.duration_since(BEGINNING).as_nanos();
    let unit = i128::from(1_000_000_000 / units);
    if nanoseconds % unit == 0 || units > 1_000 {
        (nanoseconds / unit) as f64
    } else {
        (nanoseconds / 1_000) as f64 / (1_000_000 / units) as f64
    }
}

/// The moment so many seconds after [`BEGINNING`], and back.
pub(super) fn passed_from(seconds: f64) -> Option<DateTime> {
    let nanoseconds = (seconds * 1e9).round();
    let within = nanoseconds.abs() < i64::MAX as f64;
    let span = within.then(|| Span::new().try_nanoseconds(nanoseconds as i64).ok())??;
    BEGINNING.checked_add(span).ok()
}

pub(super) fn passed_until(time: DateTime) -> f64 {
    time.duration_since(BEGINNING).as_nanos() as f64 / 1e9
}

/// Whole months of so many years: they are rounded to two digits by some, and counted in days by others.
fn months(years: f64) -> f64 {
    (12.0 * years + 0.15).floor()
}

/// Years with their fractions, a row a month or quarter.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Years {
    /// How far into its month a row stands, in months.
    within: f64,
    /// Digits behind the point.
    digits: usize,
}

impl Years {
    /// None where `numbers` are no such years: each a month, or each three, after the one before.
    pub fn of(numbers: &[f64]) -> Option<Self> {
        let steps: Vec<f64> = numbers
            .windows(2)
            .map(|pair| months(pair[1]) - months(pair[0]))
            .collect();
        let step = *steps.first()?;
        let broken = numbers.iter().any(|year| year.fract() != 0.0);
        let years = numbers.iter().all(|year| (1000.0..3000.0).contains(year));
        let even = (step == 1.0 || step == 3.0) && steps.iter().all(|other| *other == step);
        let last = *numbers.last()?;
        let digits = |year: &f64| {
            year.to_string()
                .split_once('.')
                .map_or(0, |(_, behind)| behind.len())
        };
        (broken && years && even && numbers.len() > 3).then(|| Self {
            within: 12.0 * last - months(last),
            digits: numbers.iter().map(digits).max().unwrap_or(0).min(6),
        })
    }

    /// The month that a number stands for.
    pub fn read(year: f64) -> Option<DateTime> {
        let months = months(year);
        let (year, month) = ((months / 12.0).floor(), months.rem_euclid(12.0));
        let date = Date::new(year as i16, month as i8 + 1, 1).ok()?;
        Some(date.at(0, 0, 0, 0))
    }

    /// The number for a month.
    pub fn write(&self, time: DateTime) -> String {
        let month = f64::from(time.month()) - 1.0 + self.within;
        let year = f64::from(time.year()) + month / 12.0;
        let written = format!("{year:.*}", self.digits);
        // As other numbers are written.
        written
            .parse::<f64>()
            .map_or(written, |year| year.to_string())
    }
}

/// Months with their years in one number, as 01.2000 or 1949.10, each a month or a quarter from the one before: nothing
/// else counts so. As such files write them, and the pattern; none where numbers are none of these.
pub(super) fn months_and_years(numbers: &[f64]) -> Option<(Words, &'static str)> {
    let forms: [(f64, bool, &str); 2] = [(1e4, false, "%m.%Y"), (1e2, true, "%Y.%m")];
    forms.into_iter().find_map(|(digits, year_first, pattern)| {
        let parts = |number: &f64| {
            let behind = (number.fract() * digits).round();
            let exact = (number.trunc() + behind / digits - number).abs() < 1e-9;
            let (year, month) = if year_first {
                (number.trunc(), behind)
            } else {
                (behind, number.trunc())
            };
            let fits = (1000.0..3000.0).contains(&year) && (1.0..=12.0).contains(&month);
            (exact && fits).then_some((year as i64, month as i64))
        };
        let parts: Vec<(i64, i64)> = numbers.iter().map(parts).collect::<Option<_>>()?;
        let mut steps =
            (parts.windows(2)).map(|two| 12 * (two[1].0 - two[0].0) + two[1].1 - two[0].1);
        let step = steps.next().filter(|step| [1, 3, -1, -3].contains(step))?;
        if parts.len() < 3 || steps.any(|other| other != step) {
            return None;
        }
        let written = |(year, month): &(i64, i64)| {
            if year_first {
                format!("{year}.{month:02}")
            } else {
                format!("{month:02}.{year}")
            }
        };
        Some((parts.iter().map(written).collect(), pattern))
    })
}

/// How a file writes time that has passed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Clock {
    /// Digits of the hours.
    hours: usize,
    seconds: bool,
    /// Digits behind the seconds.
    digits: usize,
}

/// The time that has passed by a clock that shows hours and minutes, perhaps seconds and their fractions, after
/// [`BEGINNING`]; hours may be more than a day's.
pub(super) fn elapsed(text: &str) -> Option<DateTime> {
    let mut parts = text.split(':');
    let whole = |text: &str, most: usize| {
        let fits =
            (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        fits.then(|| text.parse::<i64>().ok()).flatten()
    };
    let (hours, minutes) = (whole(parts.next()?, 4)?, whole(parts.next()?, 2)?);
    let (seconds, fraction) = match parts.next() {
        None => (0, 0),
        Some(text) => {
            let (seconds, behind) = text.split_once('.').unwrap_or((text, "0"));
            let digits = whole(behind, 9)?;
            (
                whole(seconds, 2)?,
                digits * 10_i64.pow(9 - behind.len() as u32),
            )
        }
    };
    if minutes > 59 || seconds > 59 || parts.next().is_some() {
        return None;
    }
    let span = Span::new()
        .seconds(3600 * hours + 60 * minutes + seconds)
        .nanoseconds(fraction);
    BEGINNING.checked_add(span).ok()
}

impl Clock {
    /// As the last of some texts is written.
    pub fn of(last: &str) -> Self {
        let mut parts = last.split(':');
        let hours = parts.next().map_or(2, str::len);
        let seconds = parts.nth(1);
        Self {
            hours: hours.min(2),
            seconds: seconds.is_some(),
            digits: seconds
                .and_then(|text| text.split_once('.'))
                .map_or(0, |(_, behind)| behind.len()),
        }
    }

    /// What the clock shows when it is `time`.
    pub fn write(&self, time: DateTime) -> String {
        let passed = time.duration_since(BEGINNING);
        let (hours, rest) = (passed.as_secs() / 3600, passed.as_secs() % 3600);
        let mut text = format!("{hours:0width$}:{:02}", rest / 60, width = self.hours);
        if self.seconds {
            text += &format!(":{:02}", rest % 60);
        }
        if self.digits > 0 {
            let fraction = format!("{:09}", passed.subsec_nanos());
            text += &format!(".{}", &fraction[..self.digits]);
        }
        text
    }
}
