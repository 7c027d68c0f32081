//! The time: what its texts mean, how often rows come, and how it goes on. Which column tells it is the business of
//! `detect`.

mod counted;
mod detect;
mod passing;

pub use detect::{detect, of_column, of_series};
pub(super) use detect::{is_named, years};
pub(super) use passing::passing;

use counted::{Clock, Years, count_since_epoch, passed_from, passed_until, since_epoch};

use super::{
    Words,
    moment::{Reading, reading, turned, write, yearless},
    pace::{Pace, frequency},
    table::Column,
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
    /// Whether days and months may have changed places in what the file writes.
    day_or_month: bool,
    /// Whether the unit in which time passes is said by nothing.
    unit_assumed: bool,
}

/// How a file writes its times.
#[derive(Debug, Clone, PartialEq)]
enum Form {
    /// By a `strftime` pattern; `%q`, the quarter, is our own.
    Pattern(String),
    /// Counted since 1970 in so many units a second.
    Epoch(u64),
    /// Years with their fractions.
    Years(Years),
    /// Time since the beginning, as clocks show it.
    Elapsed(Clock),
    /// Time since the beginning, counted in so many seconds.
    Passing(f64),
    /// As it stands, no date that we know.
    Unknown,
}

/// What the texts of times mean.
enum Meaning {
    Read(Reading),
    /// So many units a second since 1970.
    Counted(u64),
    /// Years with their fractions.
    Years(Years),
    /// Time since the beginning.
    Elapsed(Clock),
    /// Time since the beginning, counted in so many seconds; whether they are nowhere said to be that.
    Passing(f64, bool),
    Unknown,
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
    let day_or_month = matches!(&meaning, Meaning::Read(found) if found.either);
    let unit_assumed = matches!(&meaning, Meaning::Passing(_, true));
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
        Meaning::Years(years) => {
            let numbers = &columns[indices[0]].numbers;
            let instants: Vec<_> = numbers.iter().map(|&year| Years::read(year)).collect();
            let pace = Pace::of(&instants);
            (Form::Years(years), instants, None, pace)
        }
        Meaning::Elapsed(clock) => {
            let instants: Vec<_> = texts.iter().map(counted::elapsed).collect();
            let pace = Pace::of(&instants);
            (Form::Elapsed(clock), instants, None, pace)
        }
        Meaning::Passing(seconds, _) => {
            let numbers = &columns[indices[0]].numbers;
            let instants = numbers.iter().map(|&number| passed_from(number * seconds));
            let instants: Vec<_> = instants.collect();
            let pace = Pace::of(&instants);
            (Form::Passing(seconds), instants, None, pace)
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
        day_or_month,
        unit_assumed,
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
    time.month_ends = month_ends;
    if time.is_ordered() {
        time.frequency = frequency(&time.instants, &time.pace, month_ends);
    } else {
        // The distance that a step "sort" will find.
        time.share();
    }
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

    /// Takes for the frequency that of the times without those that stand there more than once.
    pub(super) fn share(&mut self) {
        let mut dates: Vec<DateTime> = self.instants.iter().flatten().copied().collect();
        dates.sort_unstable();
        dates.dedup();
        let dates: Vec<_> = dates.into_iter().map(Some).collect();
        self.frequency = frequency(&dates, &Pace::of(&dates), self.month_ends);
    }

    /// The year in which times begin that name none.
    fn assumed_year(&self) -> Option<i16> {
        match &self.form {
            Form::Pattern(pattern) if yearless::is_one(pattern) => self
                .instants
                .iter()
                .flatten()
                .next()
                .map(|first| first.year()),
            _ => None,
        }
    }

    /// Where days and months may have changed places: the day is first, as where decimal commas are written.
    pub(super) fn with_day_first(&mut self, columns: &[Column]) {
        let Form::Pattern(pattern) = &self.form else {
            return;
        };
        if !self.day_or_month || pattern.find('d') < pattern.find('m') {
            return;
        }
        let Some(pattern) = turned(&pattern.replace("%-", "%")) else {
            return;
        };
        if let Some(mut found) = reading(&self.texts, std::iter::once(pattern.as_str())) {
            found.either = true;
            let (texts, indices) = (self.texts.clone(), self.columns.clone());
            *self = assemble(columns, indices, texts, Meaning::Read(found));
        }
    }

    /// Whether nothing says in what unit its numbers count.
    pub(super) fn has_no_unit(&self) -> bool {
        self.unit_assumed
    }

    /// What has been taken for granted of the times, in words.
    pub(super) fn assumed(&self) -> Vec<String> {
        let name = &self.name;
        let mut said = Vec::new();
        if let Some(year) = self.assumed_year() {
            said.push(format!(
                "the times in \"{name}\" name no year and are taken to begin in {year}; their weekdays mean nothing"
            ));
        }
        if self.unit_assumed {
            said.push(format!(
                "\"{name}\" is taken for seconds since the beginning; a unit in its name, such as \"{name} (ms)\", says otherwise"
            ));
        }
        if self.day_or_month
            && let Form::Pattern(pattern) = &self.form
            && let Some(last) = self.instants.iter().rev().flatten().next()
        {
            let (last, day) = (last.date(), pattern.find('d'));
            said.push(if day < pattern.find('m') {
                format!("the day or the month may be first in \"{name}\"; the day is taken to be, so that the last is {last}; if that is wrong, write times with the year first")
            } else {
                format!("the day or the month may be first in \"{name}\"; the month is taken to be, so that the last is {last}; if that is wrong, write times with the year first")
            });
        }
        said
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
            Form::Years(years) => Some(years.write(time)),
            Form::Elapsed(clock) => Some(clock.write(time)),
            Form::Passing(seconds) => {
                // What division leaves behind the last digit that counts is none of the time.
                let number = passed_until(time) / seconds;
                Some(((number * 1e9).round() / 1e9).to_string())
            }
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
            day_or_month: self.day_or_month,
            unit_assumed: self.unit_assumed,
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

    /// The earliest and the latest time, as the file writes them; those of the first and the last row where no time
    /// is known.
    #[must_use]
    pub fn ends(&self) -> [&str; 2] {
        if self.is_ordered() {
            return [&self.first, &self.last];
        }
        let known = || (0..self.instants.len()).filter(|&row| self.instants[row].is_some());
        let at = |row: Option<usize>, other| row.map_or(other, |row| &self.texts[row]);
        [
            at(
                known().min_by_key(|&row| self.instants[row]),
                self.first.as_str(),
            ),
            at(
                known().max_by_key(|&row| self.instants[row]),
                self.last.as_str(),
            ),
        ]
    }

    /// Whether time never runs backwards.
    #[must_use]
    pub fn is_ordered(&self) -> bool {
        self.pace.is_sorted()
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::{moment::is_time, table::ColumnKind},
        *,
    };

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
