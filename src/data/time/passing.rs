//! Time that passes from a beginning that no calendar knows: on a clock, or counted in some unit.

use super::{
    super::{
        Words,
        table::{Column, ColumnKind},
    },
    Meaning, TimeInfo, assemble,
    counted::{Clock, elapsed},
    is_named,
};

/// Time that passes on a clock without a day.
pub(super) fn passed(columns: &[Column], index: usize) -> Option<TimeInfo> {
    let texts = &columns[index].texts;
    let clock = clock(texts)?;
    Some(assemble(
        columns,
        vec![index],
        texts.clone(),
        Meaning::Elapsed(clock),
    ))
}

/// The clock that texts show, which never runs backwards.
pub(super) fn clock(texts: &Words) -> Option<Clock> {
    let mut before = None;
    for text in texts.iter() {
        let now = Some(elapsed(text)?);
        if now < before {
            return None;
        }
        before = now;
    }
    let moves = elapsed(texts.get(0)?) < before;
    moves.then(|| Clock::of(texts.last().unwrap_or_default()))
}

/// What time that passes is called.
const PASSING: [&str; 16] = [
    "t",
    "time",
    "elapsed",
    "elapsed time",
    "passed",
    "uptime",
    "timestamp",
    "relative time",
    "rel time",
    "test time",
    "zeit",
    "temps",
    "tiempo",
    "tempo",
    "tijd",
    "时间",
];

/// How many seconds a unit of time has, by its sign or its name.
fn seconds_of(unit: &str) -> Option<f64> {
    Some(match unit {
        "ns" | "nanoseconds" => 1e-9,
        "us" | "µs" | "μs" | "microseconds" => 1e-6,
        "ms" | "msec" | "millis" | "milliseconds" => 1e-3,
        "s" | "sec" | "secs" | "second" | "seconds" | "sekunden" | "秒" => 1.0,
        "min" | "mins" | "minute" | "minutes" | "minuten" => 60.0,
        "h" | "hr" | "hrs" | "hour" | "hours" | "stunden" => 3_600.0,
        "d" | "day" | "days" | "tage" => 86_400.0,
        _ => return None,
    })
}

/// Whether a column's numbers rise, as time that passes does, and others stand beside it.
fn rises_beside_others(columns: &[Column], index: usize) -> bool {
    let numbers = &columns[index].numbers;
    numbers.len() > 2
        && numbers.windows(2).all(|pair| pair[0] < pair[1])
        && (columns.iter().enumerate()).any(|(other, it)| other != index && it.is_numeric())
}

/// The time that has so many seconds for each of a column's numbers.
fn of_passing(columns: &[Column], index: usize, seconds: f64, assumed: bool) -> TimeInfo {
    let column = &columns[index];
    let texts = (0..column.rows()).map(|row| column.text(row)).collect();
    assemble(
        columns,
        vec![index],
        texts,
        Meaning::Passing(seconds, assumed),
    )
}

/// Time that has passed, in a column whose numbers all have this unit, where it is one of time.
pub(in crate::data) fn passing(columns: &[Column], index: usize, unit: &str) -> Option<TimeInfo> {
    let seconds = seconds_of(&unit.to_lowercase())?;
    let column = &columns[index];
    let called = PASSING.contains(&column.name.to_lowercase().as_str());
    let is_one = index == 0 || called || is_named(column);
    (is_one && rises_beside_others(columns, index))
        .then(|| of_passing(columns, index, seconds, false))
}

/// Time that has passed, in a column that is called so: in the unit behind its name, such as `time (ms)` or `t_s`, or
/// that is its name; in seconds where there is none, but for whole numbers that only count the rows.
pub(super) fn passed_by_name(columns: &[Column], index: usize) -> Option<TimeInfo> {
    let column = &columns[index];
    let name = column.name.to_lowercase();
    let words: Vec<&str> = name
        .split([' ', '_', '(', ')', '[', ']', '/', ',', '.'])
        .filter(|word| !word.is_empty())
        .collect();
    let called = |words: &[&str]| PASSING.contains(&words.join(" ").as_str());
    let (last, before) = words.split_last()?;
    let unit = seconds_of(last).filter(|_| {
        // Alone, `min` is a minimum and `s` anything.
        called(before) || before.is_empty() && last.len() > 4 && last.ends_with('s')
    });
    if unit.is_none() && !called(&words) || !rises_beside_others(columns, index) {
        return None;
    }
    let numbers = &column.numbers;
    let (first, last) = (numbers.first()?, numbers.last()?);
    // Longer than any calendar.
    if unit.unwrap_or(1.0) * last.abs().max(first.abs()) > 9e9 {
        return None;
    }
    let counts = || {
        let one = |pair: &[f64]| pair[1] - pair[0] == 1.0;
        column.kind == ColumnKind::Integer && numbers.windows(2).all(one)
    };
    // What begins far from nothing, such as years and days of a calendar, counts from elsewhere.
    let begins = first.abs() < last - first;
    match unit {
        Some(seconds) => Some(of_passing(columns, index, seconds, false)),
        None => (begins && !counts()).then(|| of_passing(columns, index, 1.0, true)),
    }
}
