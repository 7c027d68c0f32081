//! The time column: which one it is, what its texts mean, how often rows come, and how it goes on.

use super::{
    Words,
    moment::{CLOCKS, DATES, PATTERNS, Reading, reading, write},
    pace::{Pace, frequency},
    table::{Column, ColumnKind},
    wide,
};
use jiff::{Span, civil::DateTime, tz::Offset};

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
    pub texts: Words,
    instants: Vec<Option<DateTime>>,
    pace: Pace,
    form: Form,
    offset: Option<Offset>,
    month_ends: bool,
}

/// How a file writes its times.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Form {
    /// By a `strftime` pattern; `%q`, the quarter, is our own.
    Pattern(String),
    /// Counted since 1970 in so many units a second.
    Epoch(u64),
    /// As it stands, no date that we know.
    Unknown,
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
        let Some(found) = reading(&column.texts, PATTERNS.iter().map(String::as_str)) else {
            continue;
        };
        let pattern = &found.pattern;
        let day_alone = DATES.contains(&pattern.as_str());
        if day_alone
            && let Some(clock) = columns.get(index + 1)
            && free(&(index + 1))
            && !clock.is_numeric()
        {
            let joined: Words = (0..column.rows())
                .map(|row| format!("{} {}", column.text(row), clock.text(row)))
                .collect();
            let patterns: Vec<String> = CLOCKS
                .iter()
                .map(|clock| format!("{pattern} {clock}"))
                .collect();
            if let Some(found) = reading(&joined, patterns.iter().map(String::as_str)) {
                return Some(assemble(
                    columns,
                    vec![index, index + 1],
                    joined,
                    Meaning::Read(found),
                ));
            }
        }
        return Some(assemble(
            columns,
            vec![index],
            column.texts.clone(),
            Meaning::Read(found),
        ));
    }
    let beside = |time: &TimeInfo| {
        (columns.iter().enumerate())
            .any(|(index, column)| column.is_numeric() && !time.columns.contains(&index))
    };
    (0..columns.len())
        .filter(free)
        .filter(|&index| {
            columns[index].kind == ColumnKind::Integer || columns[index].kind == ColumnKind::Time
        })
        .find_map(|index| whole_numbers(columns, index, taken))
        .filter(beside)
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
        "epoch",
        "unix",
        "unixtime",
        "unix_time",
        "ts",
        "ds",
        "index",
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
            .map(|row| column.text(row))
            .collect::<Words>()
    };
    if within(1000.0, 2999.0) {
        if let Some(time) = pieces(columns, index, taken) {
            return Some(time);
        }
        for (names, highest, pattern) in [
            (["quarter", "qtr"], 4.0, "%YQ%q"),
            (["month", "mon"], 12.0, "%Y-%m"),
        ] {
            let found = columns.iter().enumerate().find_map(|(other, column)| {
                let is_one =
                    !taken.contains(&other) && names.contains(&column.name.to_lowercase().as_str());
                Some((other, units(column, highest).filter(|_| is_one)?))
            });
            if let Some((other, units)) = found {
                let texts: Words = numbers
                    .iter()
                    .zip(units)
                    .map(|(year, part)| match highest {
                        4.0 => format!("{year}Q{part}"),
                        _ => format!("{year}-{part:02}"),
                    })
                    .collect();
                if texts.iter().is_sorted_by(|a, b| a < b) {
                    return of_pattern(columns, vec![index, other], texts, pattern);
                }
            }
        }
        let even = numbers
            .windows(3)
            .all(|three| three[2] - 2.0 * three[1] + three[0] == 0.0);
        return (rises && (named || even))
            .then(|| of_pattern(columns, vec![index], texts(), "%Y"))
            .flatten();
    }
    if let Some(units) = epoch(numbers, named) {
        return Some(assemble(
            columns,
            vec![index],
            texts(),
            Meaning::Counted(units),
        ));
    }
    let pattern = match numbers[0].to_string().len() {
        8 if within(10_000_101.0, 29_991_231.0) && (named || rises) => "%Y%m%d",
        6 if within(100_001.0, 299_912.0) && (named || rises) => "%Y%m",
        _ => return None,
    };
    of_pattern(columns, vec![index], texts(), pattern)
}

/// Which quarters or months, from 1 to `highest`, a column tells: by their numbers or, months, by their names.
fn units(column: &Column, highest: f64) -> Option<Vec<f64>> {
    let named = |text: &str| match wide::piece(text)? {
        (place, of) if of as f64 == highest => Some(place as f64 + 1.0),
        _ => None,
    };
    let numbers = if column.is_numeric() {
        column.numbers.clone()
    } else {
        (column.texts.iter()).map(named).collect::<Option<_>>()?
    };
    let fits = |x: &f64| (1.0..=highest).contains(x) && x.fract() == 0.0;
    (!numbers.is_empty() && numbers.iter().all(fits)).then_some(numbers)
}

/// Year, month and day, perhaps the hour, in columns of their own.
fn pieces(columns: &[Column], year: usize, taken: &[usize]) -> Option<TimeInfo> {
    let find = |names: [&str; 2], low: f64, high: f64| {
        columns.iter().enumerate().position(|(index, column)| {
            !taken.contains(&index)
                && names.contains(&column.name.to_lowercase().as_str())
                && !column.numbers.is_empty()
                && column
                    .numbers
                    .iter()
                    .all(|x| (low..=high).contains(x) && x.fract() == 0.0)
        })
    };
    let month = find(["month", "mon"], 1.0, 12.0)?;
    let day = find(["day", "dom"], 1.0, 31.0)?;
    let hour = find(["hour", "hr"], 0.0, 23.0);
    let of = |index: usize, row: usize| columns[index].numbers[row];
    let texts: Words = (0..columns[year].rows())
        .map(|row| {
            let date = format!(
                "{:04}-{:02}-{:02}",
                of(year, row),
                of(month, row),
                of(day, row)
            );
            match hour {
                Some(hour) => format!("{date} {:02}:00", of(hour, row)),
                None => date,
            }
        })
        .collect();
    let pattern = if hour.is_some() {
        "%Y-%m-%d %H:%M"
    } else {
        "%Y-%m-%d"
    };
    let indices = [Some(year), Some(month), Some(day), hour]
        .into_iter()
        .flatten()
        .collect();
    of_pattern(columns, indices, texts, pattern)
}

/// Units a second of numbers that count time since 1970, by their size: seconds from 1973 on,
/// milliseconds, microseconds or nanoseconds. A column that is not called a time must rise, and lie
/// after 2000.
fn epoch(numbers: &[f64], named: bool) -> Option<u64> {
    let most = numbers.iter().fold(0.0_f64, |most, x| most.max(x.abs()));
    let least = numbers.iter().copied().fold(f64::INFINITY, f64::min);
    let (units, start) = match most {
        1e8..1e10 => (1, 9.4e8),
        1e10..1e13 => (1_000, 9.4e11),
        1e13..1e16 => (1_000_000, 9.4e14),
        1e16..1e19 => (1_000_000_000, 9.4e17),
        _ => return None,
    };
    let rises = numbers.windows(2).all(|pair| pair[0] < pair[1]);
    // Dates as 19490131 are smaller, and those as 194901311230 no whole days of milliseconds.
    let like_dates = units == 1 && most < 3e7;
    (numbers.iter().all(|x| x.is_finite()) && !like_dates && (named || rises && least >= start))
        .then_some(units)
}

/// The moment of a count since 1970, and back.
fn since_epoch(count: f64, units: u64) -> Option<DateTime> {
    let seconds = (count / units as f64).floor();
    let rest = ((count - seconds * units as f64) * (1e9 / units as f64)) as i64;
    let span = Span::new()
        .try_seconds(seconds as i64)
        .ok()?
        .try_nanoseconds(rest)
        .ok()?;
    DateTime::constant(1970, 1, 1, 0, 0, 0, 0)
        .checked_add(span)
        .ok()
}

fn count_since_epoch(time: DateTime, units: u64) -> f64 {
    let nanoseconds = time
        .duration_since(DateTime::constant(1970, 1, 1, 0, 0, 0, 0))
        .as_nanos();
    (nanoseconds / i128::from(1_000_000_000 / units)) as f64
}

/// A column that somebody names as the time: read where possible, otherwise kept as it stands.
#[must_use]
pub fn of_column(columns: &[Column], index: usize) -> TimeInfo {
    let column = &columns[index];
    let texts: Words = if column.is_numeric() {
        (0..column.rows()).map(|row| column.text(row)).collect()
    } else {
        column.texts.clone()
    };
    let bare = ["%Y%m%d", "%Y%m", "%Y"];
    let patterns = PATTERNS.iter().map(String::as_str).chain(bare);
    let counted = || epoch(&column.numbers, true).map(Meaning::Counted);
    let meaning = reading(&texts, patterns)
        .map(Meaning::Read)
        .or_else(counted)
        .unwrap_or(Meaning::Unknown);
    assemble(columns, vec![index], texts, meaning)
}

/// The time in column `index` of a collection of series, whose distances are those of rows `series`.
#[must_use]
pub fn of_series(columns: &[Column], index: usize, series: std::ops::Range<usize>) -> TimeInfo {
    let mut time = of_column(columns, index);
    let dates = time.instants.get(series).unwrap_or_default();
    time.frequency = frequency(dates, &Pace::of(dates), time.month_ends);
    time
}

/// What the texts of times mean.
enum Meaning {
    Read(Reading),
    /// So many units a second since 1970.
    Counted(u64),
    Unknown,
}

/// The time in columns `indices` whose texts follow one pattern; none where one does not.
fn of_pattern(
    columns: &[Column],
    indices: Vec<usize>,
    texts: Words,
    pattern: &str,
) -> Option<TimeInfo> {
    let found = reading(&texts, std::iter::once(pattern))?;
    Some(assemble(columns, indices, texts, Meaning::Read(found)))
}

fn assemble(columns: &[Column], indices: Vec<usize>, texts: Words, meaning: Meaning) -> TimeInfo {
    let name = indices
        .iter()
        .map(|&index| columns[index].name.as_str())
        .collect::<Vec<_>>()
        .join("+");
    let present = |text: &&str| !text.is_empty();
    let first = texts.iter().find(present).unwrap_or_default().to_owned();
    let last = texts.iter().rfind(present).unwrap_or_default().to_owned();
    let (form, instants, offset, pace) = match meaning {
        Meaning::Read(found) => (
            Form::Pattern(found.pattern),
            found.instants,
            found.offset,
            found.pace,
        ),
        Meaning::Counted(units) => {
            let numbers = &columns[indices[0]].numbers;
            let instants = numbers.iter().map(|&count| since_epoch(count, units));
            let instants: Vec<_> = instants.collect();
            let pace = Pace::of(&instants);
            (Form::Epoch(units), instants, None, pace)
        }
        Meaning::Unknown => (Form::Unknown, Vec::new(), None, Pace::default()),
    };
    let mut time = TimeInfo {
        columns: indices,
        name,
        frequency: None,
        first,
        last,
        texts,
        instants,
        pace,
        form,
        offset,
        month_ends: false,
    };
    let dates = || time.instants.iter().flatten().copied();
    let mut month_ends = false;
    if let Form::Pattern(pattern) = &time.form {
        month_ends =
            pattern.contains("%d") && dates().all(|time| time.day() == time.days_in_month());
        // 1949-1 rather than 1949-01: continue as the file writes.
        let plain = pattern
            .replace("%m", "%-m")
            .replace("%d", "%-d")
            .replace("%H", "%-H");
        let written = |pattern: &str| write(pattern, dates().next_back()?, time.offset);
        let as_file = |pattern: &str| written(pattern).as_deref() == Some(time.last.as_str());
        if !as_file(pattern) && as_file(&plain) {
            time.form = Form::Pattern(plain);
        }
    }
    time.frequency = if time.is_ordered() {
        frequency(&time.instants, &time.pace, month_ends)
    } else {
        // The distance that a step "sort" will find.
        let mut dates: Vec<DateTime> = dates().collect();
        dates.sort_unstable();
        dates.dedup();
        let dates: Vec<_> = dates.into_iter().map(Some).collect();
        frequency(&dates, &Pace::of(&dates), month_ends)
    };
    time.month_ends = month_ends;
    time
}

impl TimeInfo {
    /// What the texts mean, in UTC where they have an offset; none for a missing one, empty where they are no dates.
    #[must_use]
    pub fn instants(&self) -> &[Option<DateTime>] {
        &self.instants
    }

    /// Other times for the rows; the distance between them is taken to stay what it was.
    pub(super) fn set_instants(&mut self, instants: Vec<Option<DateTime>>) {
        self.pace = Pace::of(&instants);
        self.instants = instants;
    }

    /// Whether each row comes as much after the one before as all others.
    pub(super) fn is_even(&self) -> bool {
        self.pace.is_even()
    }

    /// The time `steps` rows past the last, as the file would write it; none where no frequency is
    /// known or the calendar ends.
    #[must_use]
    pub fn after_end(&self, steps: usize) -> Option<String> {
        self.write(self.moment_after_end(steps)?)
    }

    /// As [`TimeInfo::after_end`], as a time of the calendar.
    pub(super) fn moment_after_end(&self, steps: usize) -> Option<DateTime> {
        let mut known = self.instants.iter().rev().flatten();
        let last = *known.next()?;
        if known.next().is_some_and(|before| *before > last) {
            return None; // the file runs backwards
        }
        let span: Span = self.frequency.as_ref()?.parse().ok()?;
        let span = span.checked_mul(i64::try_from(steps).ok()?).ok()?;
        let mut time = last.checked_add(span).ok()?;
        if self.month_ends && (span.get_months() != 0 || span.get_years() != 0) {
            time = time.last_of_month();
        }
        Some(time)
    }

    /// `time` as the file would write it; none where it writes no dates.
    #[must_use]
    pub fn write(&self, time: DateTime) -> Option<String> {
        match &self.form {
            Form::Pattern(pattern) => write(pattern, time, self.offset),
            Form::Epoch(units) => Some(count_since_epoch(time, *units).to_string()),
            Form::Unknown => None,
        }
    }

    /// The same way of writing times, for other rows.
    #[must_use]
    pub(super) fn with_rows(&self, texts: Words, instants: Vec<DateTime>) -> Self {
        let instants: Vec<_> = instants.into_iter().map(Some).collect();
        let pace = Pace::of(&instants);
        Self {
            frequency: frequency(&instants, &pace, self.month_ends),
            first: texts.get(0).unwrap_or_default().to_owned(),
            last: texts.last().unwrap_or_default().to_owned(),
            texts,
            instants,
            pace,
            ..self.without_rows()
        }
    }

    /// The same way of writing times, without any.
    pub(super) fn without_rows(&self) -> Self {
        Self {
            columns: self.columns.clone(),
            name: self.name.clone(),
            frequency: self.frequency.clone(),
            first: self.first.clone(),
            last: self.last.clone(),
            texts: Words::default(),
            instants: Vec::new(),
            pace: Pace::default(),
            form: self.form.clone(),
            offset: self.offset,
            month_ends: self.month_ends,
        }
    }

    /// Whether every time is the last day of a month.
    #[must_use]
    pub(super) fn ends_months(&self) -> bool {
        self.month_ends
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
        self.pace.is_sorted()
    }
}

#[cfg(test)]
mod tests {
    use super::{super::moment::is_time, *};

    fn column(texts: &[&str]) -> TimeInfo {
        let column = Column {
            name: "t".into(),
            kind: ColumnKind::Category,
            numbers: Vec::new(),
            texts: texts.iter().collect(),
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
