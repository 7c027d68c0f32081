//! The time column: which one it is, what its texts mean, how often rows come, and how it goes on.

use super::table::{Column, ColumnKind};
use jiff::{
    Span,
    civil::{Date, DateTime, Time},
    fmt::strtime::BrokenDownTime,
    tz::Offset,
};
use std::sync::LazyLock;

/// The time of every row, and how to continue it beyond the last.
#[derive(Debug, Clone)]
pub struct TimeInfo {
    /// The columns that tell it, one or two.
    pub columns: Vec<usize>,
    /// Their names, joined by `+`.
    pub name: String,
    /// Median distance between rows as ISO 8601 duration, such as `P1M`; none where it is irregular
    /// beyond saying or the texts are no dates.
    pub frequency: Option<String>,
    /// The first row's time, as the file writes it.
    pub first: String,
    /// The last row's time, as the file writes it.
    pub last: String,
    /// Every row's time, as the file writes it; empty where missing.
    pub texts: Vec<String>,
    /// What the texts mean, in UTC where they have an offset; empty where they are no dates.
    pub instants: Vec<Option<DateTime>>,
    form: Form,
    offset: Option<Offset>,
    month_ends: bool,
}

/// How a file writes its times.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Form {
    /// By a `strftime` pattern; `%q`, the quarter, is our own.
    Pattern(String),
    /// As it stands, no date that we know.
    Unknown,
}

const DATES: [&str; 14] = [
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
];
const MONTHS: [&str; 14] = [
    "%Y-%m", "%Y/%m", "%Y.%m", "%m/%Y", "%m.%Y", "%Y %b", "%Y-%b", "%b %Y", "%b-%Y", "%Y %B",
    "%B %Y", "%YM%m", "%b-%y", "%Y %m",
];
const QUARTERS: [&str; 6] = ["%YQ%q", "%Y Q%q", "%Y-Q%q", "%Yq%q", "Q%q %Y", "Q%q-%Y"];
const CLOCKS: [&str; 3] = ["%H:%M:%S%.f", "%H:%M", "%I:%M:%S %p"];

/// Every pattern for texts, those that say more before those that say less.
static PATTERNS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let mut patterns = Vec::new();
    for date in &DATES[..7] {
        for between in ["T", " "] {
            for clock in CLOCKS {
                for zone in ["", "Z", "%:z", "%z", " %:z", " UTC"] {
                    patterns.push(format!("{date}{between}{clock}{zone}"));
                }
            }
        }
    }
    patterns.extend(
        [&DATES[..], &MONTHS, &QUARTERS]
            .concat()
            .into_iter()
            .map(str::to_owned),
    );
    patterns
});

/// One text under one pattern: the time in UTC, and the offset it was written with.
fn parse(pattern: &str, text: &str) -> Option<(DateTime, Option<Offset>)> {
    if pattern.contains("%q") {
        return parse_quarter(pattern, text).map(|time| (time, None));
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

/// `time` (UTC) in a pattern, at an offset.
fn write(pattern: &str, time: DateTime, offset: Option<Offset>) -> Option<String> {
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
    text.parse::<f64>().is_err()
        && PATTERNS
            .iter()
            .any(|pattern| parse(pattern, text).is_some())
}

/// The pattern under which every text is a time. Where days and months can be told apart only by
/// their order, the pattern under which time never runs backwards wins.
fn pattern_of<'a>(texts: &[String], patterns: impl Iterator<Item = &'a str>) -> Option<String> {
    let present: Vec<&String> = texts.iter().filter(|text| !text.is_empty()).collect();
    let first = present.first()?;
    let mut fallback = None;
    for pattern in patterns.filter(|pattern| parse(pattern, first).is_some()) {
        let mut ordered = true;
        let mut previous = None;
        let all = present.iter().all(|text| match parse(pattern, text) {
            Some((time, _)) => {
                ordered &= previous.is_none_or(|previous| previous <= time);
                previous = Some(time);
                true
            }
            None => false,
        });
        if all && ordered {
            return Some(pattern.to_owned());
        }
        if all && fallback.is_none() {
            fallback = Some(pattern.to_owned());
        }
    }
    fallback
}

/// The time column or columns, if any, that are not in `taken`. Never the only numeric column.
#[must_use]
pub fn detect(columns: &[Column], taken: &[usize]) -> Option<TimeInfo> {
    let free = |index: &usize| !taken.contains(index);
    let texts = (0..columns.len()).filter(free).filter(|&index| {
        !columns[index].is_numeric() && columns[index].texts.iter().any(|text| !text.is_empty())
    });
    for index in texts {
        let column = &columns[index];
        let Some(pattern) = pattern_of(&column.texts, PATTERNS.iter().map(String::as_str)) else {
            continue;
        };
        let day_alone = DATES.contains(&pattern.as_str());
        if day_alone
            && let Some(clock) = columns.get(index + 1)
            && free(&(index + 1))
            && !clock.is_numeric()
        {
            let joined: Vec<String> = (0..column.rows())
                .map(|row| format!("{} {}", column.text(row), clock.text(row)))
                .collect();
            let patterns: Vec<String> = CLOCKS
                .iter()
                .map(|clock| format!("{pattern} {clock}"))
                .collect();
            if let Some(pattern) = pattern_of(&joined, patterns.iter().map(String::as_str)) {
                return Some(assemble(
                    columns,
                    vec![index, index + 1],
                    joined,
                    Form::Pattern(pattern),
                ));
            }
        }
        return Some(assemble(
            columns,
            vec![index],
            column.texts.clone(),
            Form::Pattern(pattern),
        ));
    }
    let numeric = columns.iter().filter(|column| column.is_numeric()).count();
    (0..columns.len())
        .filter(free)
        .filter(|&index| {
            columns[index].kind == ColumnKind::Integer || columns[index].kind == ColumnKind::Time
        })
        .find_map(|index| whole_numbers(columns, index, taken))
        .filter(|time| numeric > time.columns.len())
}

/// Years, years with quarters or months beside them, months as 194901, days as 19490131.
fn whole_numbers(columns: &[Column], index: usize, taken: &[usize]) -> Option<TimeInfo> {
    let column = &columns[index];
    let numbers = &column.numbers;
    let name = column.name.to_lowercase();
    let named = [
        "year",
        "yr",
        "date",
        "time",
        "datetime",
        "period",
        "month",
        "day",
        "timestamp",
    ]
    .iter()
    .any(|word| name == *word);
    if numbers.is_empty() || !(named || index == 0) {
        return None;
    }
    let within = |low: f64, high: f64| numbers.iter().all(|x| (low..=high).contains(x));
    let rises = numbers.windows(2).all(|pair| pair[0] < pair[1]);
    let texts = || {
        (0..numbers.len())
            .map(|row| column.text(row).into_owned())
            .collect::<Vec<_>>()
    };
    if within(1000.0, 2999.0) {
        let unit = |names: [&str; 2], highest: f64| {
            columns.iter().enumerate().position(|(other, column)| {
                !taken.contains(&other)
                    && names.contains(&column.name.to_lowercase().as_str())
                    && !column.numbers.is_empty()
                    && column
                        .numbers
                        .iter()
                        .all(|x| (1.0..=highest).contains(x) && x.fract() == 0.0)
            })
        };
        for (names, highest, pattern) in [
            (["quarter", "qtr"], 4.0, "%YQ%q"),
            (["month", "mon"], 12.0, "%Y-%m"),
        ] {
            if let Some(other) = unit(names, highest) {
                let texts: Vec<String> = numbers
                    .iter()
                    .zip(&columns[other].numbers)
                    .map(|(year, part)| match highest {
                        4.0 => format!("{year}Q{part}"),
                        _ => format!("{year}-{part:02}"),
                    })
                    .collect();
                if texts.windows(2).all(|pair| pair[0] < pair[1]) {
                    return Some(assemble(
                        columns,
                        vec![index, other],
                        texts,
                        Form::Pattern(pattern.into()),
                    ));
                }
            }
        }
        let even = numbers
            .windows(3)
            .all(|three| three[1] - three[0] == three[2] - three[1]);
        return (rises && (named || even))
            .then(|| assemble(columns, vec![index], texts(), Form::Pattern("%Y".into())));
    }
    let pattern = match numbers[0].to_string().len() {
        8 if within(10_000_101.0, 29_991_231.0) && (named || rises) => "%Y%m%d",
        6 if within(100_001.0, 299_912.0) && (named || rises) => "%Y%m",
        _ => return None,
    };
    let pattern = pattern_of(&texts(), std::iter::once(pattern))?;
    Some(assemble(
        columns,
        vec![index],
        texts(),
        Form::Pattern(pattern),
    ))
}

/// A column that somebody names as the time: read where possible, otherwise kept as it stands.
#[must_use]
pub fn of_column(columns: &[Column], index: usize) -> TimeInfo {
    let column = &columns[index];
    let texts: Vec<String> = (0..column.rows())
        .map(|row| column.text(row).into_owned())
        .collect();
    let bare = ["%Y%m%d", "%Y%m", "%Y"];
    let patterns = PATTERNS.iter().map(String::as_str).chain(bare);
    let form = pattern_of(&texts, patterns).map_or(Form::Unknown, Form::Pattern);
    assemble(columns, vec![index], texts, form)
}

fn assemble(columns: &[Column], indices: Vec<usize>, texts: Vec<String>, form: Form) -> TimeInfo {
    let name = indices
        .iter()
        .map(|&index| columns[index].name.as_str())
        .collect::<Vec<_>>()
        .join("+");
    let present = |text: &&String| !text.is_empty();
    let first = texts.iter().find(present).cloned().unwrap_or_default();
    let last = texts.iter().rfind(present).cloned().unwrap_or_default();
    let mut time = TimeInfo {
        columns: indices,
        name,
        frequency: None,
        first,
        last,
        texts,
        instants: Vec::new(),
        form,
        offset: None,
        month_ends: false,
    };
    if let Form::Pattern(pattern) = &time.form {
        let parsed: Vec<_> = time.texts.iter().map(|text| parse(pattern, text)).collect();
        time.offset = parsed
            .iter()
            .rev()
            .flatten()
            .next()
            .and_then(|(_, offset)| *offset);
        time.instants = parsed
            .into_iter()
            .map(|parsed| parsed.map(|(time, _)| time))
            .collect();
        let dates: Vec<DateTime> = time.instants.iter().flatten().copied().collect();
        time.month_ends =
            pattern.contains("%d") && dates.iter().all(|time| time.day() == time.days_in_month());
        time.frequency = frequency(&dates, time.month_ends);
        // 1949-1 rather than 1949-01: continue as the file writes.
        let plain = pattern
            .replace("%m", "%-m")
            .replace("%d", "%-d")
            .replace("%H", "%-H");
        let written = |pattern: &str| write(pattern, *dates.last()?, time.offset);
        let as_file = |pattern: &str| written(pattern).as_deref() == Some(time.last.as_str());
        if !as_file(pattern) && as_file(&plain) {
            time.form = Form::Pattern(plain);
        }
    }
    time
}

/// The median distance as ISO 8601 duration.
fn frequency(times: &[DateTime], month_ends: bool) -> Option<String> {
    let median = |mut gaps: Vec<i64>| {
        gaps.sort_unstable();
        gaps.get(gaps.len().checked_sub(1)? / 2)
            .copied()
            .filter(|&gap| gap > 0)
    };
    let pairs = || times.windows(2).map(|pair| (pair[0], pair[1]));
    let first = times.first()?;
    let same_day = month_ends
        || times
            .iter()
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

impl TimeInfo {
    /// The time `steps` rows past the last, as the file would write it; none where no frequency is
    /// known or the calendar ends.
    #[must_use]
    pub fn after_end(&self, steps: usize) -> Option<String> {
        let Form::Pattern(pattern) = &self.form else {
            return None;
        };
        let last = *self.instants.iter().rev().flatten().next()?;
        let span: Span = self.frequency.as_ref()?.parse().ok()?;
        let span = span.checked_mul(i64::try_from(steps).ok()?).ok()?;
        let mut time = last.checked_add(span).ok()?;
        if self.month_ends && (span.get_months() != 0 || span.get_years() != 0) {
            time = time.last_of_month();
        }
        write(pattern, time, self.offset)
    }

    /// Whether `later` goes on where this ends: its first row comes about one step after the last
    /// here. Times that cannot be compared are taken to go on.
    #[must_use]
    pub fn continues_in(&self, later: &Self) -> bool {
        let last = self.instants.iter().rev().flatten().next();
        let first = later.instants.iter().flatten().next();
        let (Some(last), Some(first)) = (last, first) else {
            return true;
        };
        let Some(span) = self
            .frequency
            .as_ref()
            .and_then(|text| text.parse::<Span>().ok())
        else {
            return first > last;
        };
        let bound = span.checked_mul(2).and_then(|span| last.checked_add(span));
        first > last && bound.is_ok_and(|bound| *first < bound)
    }

    /// Whether time never runs backwards.
    #[must_use]
    pub fn is_ordered(&self) -> bool {
        let times: Vec<_> = self.instants.iter().flatten().collect();
        times.windows(2).all(|pair| pair[0] <= pair[1])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(texts: &[&str]) -> TimeInfo {
        let column = Column {
            name: "t".into(),
            kind: ColumnKind::Category,
            numbers: Vec::new(),
            texts: texts.iter().map(|text| (*text).to_owned()).collect(),
            stray: None,
        };
        of_column(&[column], 0)
    }

    #[test]
    fn forms_are_read_and_continued_as_written() {
        let cases: [(&[&str], &str, &str); 14] = [
            (&["1949-11", "1949-12"], "P1M", "1950-01"),
            (&["1949-8", "1949-9"], "P1M", "1949-10"),
            (&["1991 Nov", "1991 Dec"], "P1M", "1992 Jan"),
            (&["1974Q3", "1974Q4"], "P3M", "1975Q1"),
            (&["1970 Q2", "1970 Q3"], "P3M", "1970 Q4"),
            (
                &["2020-01-31", "2020-02-29", "2020-03-31", "2020-04-30"],
                "P1M",
                "2020-05-31",
            ),
            (
                &["2020-01-06", "2020-01-13", "2020-01-20"],
                "P7D",
                "2020-01-27",
            ),
            (
                &["2020-01-01T00:00:00Z", "2020-01-01T00:30:00Z"],
                "PT30M",
                "2020-01-01T01:00:00Z",
            ),
            (
                &["2020-01-01 22:00", "2020-01-01 23:00"],
                "PT1H",
                "2020-01-02 00:00",
            ),
            (
                &["2020-01-01T00:00:00+02:00", "2020-01-02T00:00:00+02:00"],
                "P1D",
                "2020-01-03T00:00:00+02:00",
            ),
            (&["30.12.2019", "31.12.2019"], "P1D", "01.01.2020"),
            (&["13/01/2020", "14/01/2020"], "P1D", "15/01/2020"),
            (
                &["01/02/2020", "02/02/2020", "03/02/2020", "01/03/2020"],
                "P1D",
                "02/03/2020",
            ),
            (&["1700", "1701", "1703", "1704"], "P1Y", "1705"),
        ];
        for (texts, frequency, next) in cases {
            let time = column(texts);
            assert_eq!(time.frequency.as_deref(), Some(frequency), "{texts:?}");
            assert_eq!(time.after_end(1).as_deref(), Some(next), "{texts:?}");
        }
    }

    #[test]
    fn what_is_no_date_is_kept() {
        let time = column(&["a", "b"]);
        assert_eq!((time.frequency.clone(), time.after_end(1)), (None, None));
        assert_eq!(time.last, "b");
        assert!(!is_time("12") && !is_time("x") && is_time("1974Q1") && !is_time("1974Q5"));
    }
}
