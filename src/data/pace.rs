//! How times follow each other: in order or not, evenly or not, and by how much.

use jiff::{Span, civil::DateTime};

/// How times follow each other, as far as they have been seen.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Pace {
    first: Option<DateTime>,
    last: Option<DateTime>,
    /// One came before the one that stands before it.
    back: bool,
    gap: Gap,
}

/// From each row's time to the next one's.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Gap {
    /// There are fewer than two times.
    #[default]
    Unknown,
    /// So many nanoseconds, always.
    Even(i64),
    /// Now more, now less, or unknown since a time is missing.
    Uneven,
}

impl Pace {
    /// Of all `times`.
    pub fn of(times: &[Option<DateTime>]) -> Self {
        let mut pace = Self::default();
        for &time in times {
            pace.see(time);
        }
        pace
    }

    /// The next row's time.
    #[inline]
    pub fn see(&mut self, time: Option<DateTime>) {
        let Some(time) = time else {
            self.gap = Gap::Uneven;
            return;
        };
        if let Some(last) = self.last {
            self.step(last, time);
        } else {
            self.first = Some(time);
        }
        self.last = Some(time);
    }

    #[inline]
    fn step(&mut self, from: DateTime, to: DateTime) {
        if self.gap == Gap::Uneven {
            self.back |= to < from;
            return;
        }
        let between = nanoseconds(from, to);
        self.back |= between < 0;
        self.gap = match self.gap {
            Gap::Unknown => Gap::Even(between),
            same if same == Gap::Even(between) => same,
            _ => Gap::Uneven,
        };
    }

    /// Goes on with the rows of `later`.
    pub fn join(&mut self, later: &Self) {
        if let (Some(last), Some(first)) = (self.last, later.first) {
            self.step(last, first);
        }
        self.gap = match (self.gap, later.gap) {
            (gap, Gap::Unknown) => gap,
            (Gap::Unknown, gap) => gap,
            (gap, same) if gap == same => gap,
            _ => Gap::Uneven,
        };
        self.back |= later.back;
        self.first = self.first.or(later.first);
        self.last = later.last.or(self.last);
    }

    /// Whether time never runs backwards.
    pub fn is_sorted(&self) -> bool {
        !self.back
    }

    /// Whether each time comes as much after the one before as all others.
    pub fn is_even(&self) -> bool {
        matches!(self.gap, Gap::Even(1..))
    }
}

/// From one time to another; the calendar is asked only where the day changes.
fn nanoseconds(from: DateTime, to: DateTime) -> i64 {
    let clock = |time: DateTime| {
        let minutes = i64::from(time.hour()) * 60 + i64::from(time.minute());
        (minutes * 60 + i64::from(time.second())) * 1_000_000_000
            + i64::from(time.subsec_nanosecond())
    };
    // As one number: its parts have just been written one by one, and processors wait where such are read together.
    let day = |time: DateTime| {
        (i32::from(time.year()) * 16 + i32::from(time.month())) * 32 + i32::from(time.day())
    };
    if day(from) == day(to) {
        return clock(to) - clock(from);
    }
    i64::try_from(to.duration_since(from).as_nanos()).unwrap_or(i64::MAX)
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
    Fixed(i64),
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
        Self::Fixed(nanoseconds(start, end))
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
                let between = nanoseconds(from, to);
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

/// How many of the steps between times are the median distance.
pub(super) fn steps_alike(instants: &[Option<DateTime>], pace: &Pace, month_ends: bool) -> usize {
    let step = frequency(instants, pace, month_ends).and_then(|text| text.parse().ok());
    let Some(step) = step.map(|span| Step::of(span, month_ends)) else {
        return 0;
    };
    let times = || instants.iter().flatten().copied();
    times()
        .zip(times().skip(1))
        .filter(|&(from, to)| step.between(from, to) == Some(1))
        .count()
}

/// The median distance between times as ISO 8601 duration.
pub(super) fn frequency(
    instants: &[Option<DateTime>],
    pace: &Pace,
    month_ends: bool,
) -> Option<String> {
    let median = |mut gaps: Vec<i64>| {
        let middle = gaps.len().checked_sub(1)? / 2;
        let (_, gap, _) = gaps.select_nth_unstable(middle);
        Some(*gap).filter(|&gap| gap > 0)
    };
    let times = || instants.iter().flatten().copied();
    let neighbours = || times().zip(times().skip(1));
    let first = times().next()?;
    let same_day =
        month_ends || times().all(|time| time.day() == first.day() && time.time() == first.time());
    let months = |time: DateTime| 12 * i64::from(time.year()) + i64::from(time.month());
    let distances = || neighbours().map(|(a, b)| months(b) - months(a));
    if same_day && let Some(gap) = median(distances().collect()) {
        return Some(if gap % 12 == 0 {
            format!("P{}Y", gap / 12)
        } else {
            format!("P{gap}M")
        });
    }
    let (gap, varied) = if let Gap::Even(gap) = pace.gap {
        (Some(gap).filter(|&gap| gap > 0)?, false)
    } else {
        let gaps: Vec<i64> = neighbours().map(|(a, b)| nanoseconds(a, b)).collect();
        let varied = gaps.windows(2).any(|pair| pair[0] != pair[1]);
        (median(gaps)?, varied)
    };
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
