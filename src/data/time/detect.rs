//! Which column tells the time.

use super::{
    super::{
        Words,
        moment::{CLOCKS, DATES, any_reading, reading, yearless},
        pace::{Pace, frequency},
        table::{Column, ColumnKind},
        wide,
    },
    Meaning, TimeInfo, assemble,
    counted::{Years, months_and_years},
    passing::{clock, passed, passed_by_name},
};

/// The time column or columns, if any, that are not in `taken`. Never the only numeric column.
#[must_use]
pub fn detect(columns: &[Column], taken: &[usize]) -> Option<TimeInfo> {
    let free = |index: &usize| !taken.contains(index);
    let texts = (0..columns.len()).filter(free).filter(|&index| {
        !columns[index].is_numeric() && columns[index].texts.iter().any(|text| !text.is_empty())
    });
    // A time that is the same in all rows, such as that of the export, is the last choice.
    let (moving, still): (Vec<usize>, Vec<usize>) = texts.partition(|&index| {
        let mut present = columns[index].texts.iter().filter(|text| !text.is_empty());
        let first = present.next();
        present.any(|text| Some(text) != first)
    });
    for index in moving.into_iter().chain(still) {
        let column = &columns[index];
        let Some(found) = any_reading(&column.texts, &[]) else {
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
        if day_alone && found.pace.is_sorted() && !found.pace.is_even() {
            let hours = find(columns, taken, &HOURS, 24.0).map(|hour| (hour, 1.0));
            let clock = || find(columns, taken, &CLOCKS_CALLED, 2400.0).map(|clock| (clock, 100.0));
            for (other, hour) in hours.into_iter().chain(clock()) {
                let joined: Words = (0..column.rows())
                    .map(|row| {
                        let clock = columns[other].numbers[row];
                        let (hour, minute) = ((clock / hour).floor(), clock % hour);
                        format!("{} {hour:02}:{minute:02}", column.text(row))
                    })
                    .collect();
                let pattern = format!("{pattern} %H:%M");
                if let Some(found) = reading(&joined, std::iter::once(pattern.as_str()))
                    && found.pace.is_sorted()
                {
                    let of_time = vec![index, other];
                    return Some(assemble(columns, of_time, joined, Meaning::Read(found)));
                }
            }
        }
        return Some(assemble(
            columns,
            vec![index],
            column.texts.clone(),
            Meaning::Read(found),
        ));
    }
    let first = |found: &dyn Fn(usize) -> Option<TimeInfo>| {
        let time = (0..columns.len()).filter(free).find_map(found)?;
        let beside = (columns.iter().enumerate())
            .any(|(index, column)| column.is_numeric() && !time.columns.contains(&index));
        beside.then_some(time)
    };
    let whole = |index: usize| {
        let kind = columns[index].kind;
        matches!(kind, ColumnKind::Integer | ColumnKind::Time)
            .then(|| whole_numbers(columns, index, taken))
            .flatten()
    };
    first(&whole)
        .or_else(|| first(&|index| months_in_fractions(columns, index)))
        .or_else(|| first(&|index| fractions(columns, index)))
        .or_else(|| first(&|index| passed(columns, index)))
        .or_else(|| first(&|index| passed_by_name(columns, index)))
        .or_else(|| first(&|index| yearless(columns, index)))
}

/// Days and months without a year.
fn yearless(columns: &[Column], index: usize) -> Option<TimeInfo> {
    let column = &columns[index];
    let found = yearless::reading(&column.texts, index == 0 || is_named(column))?;
    let texts = column.texts.clone();
    Some(assemble(columns, vec![index], texts, Meaning::Read(found)))
}

/// Seconds since 1970 with their fractions, and years with theirs.
fn fractions(columns: &[Column], index: usize) -> Option<TimeInfo> {
    let column = &columns[index];
    let numbers = &column.numbers;
    let named = is_named(column)
        || ["decimal date", "decimal_date", "decimal year"]
            .contains(&column.name.to_lowercase().as_str());
    let rises = numbers.windows(2).all(|pair| pair[0] < pair[1]);
    if column.kind != ColumnKind::Number || numbers.len() < 2 || !rises || !(named || index == 0) {
        return None;
    }
    let meaning = match epoch(numbers, named) {
        Some(units) => Meaning::Counted(units),
        None => Meaning::Years(Years::of(numbers)?),
    };
    let texts = (0..numbers.len()).map(|row| column.text(row)).collect();
    Some(assemble(columns, vec![index], texts, meaning))
}

/// What months and quarters are called.
const MONTHS: [&str; 10] = [
    "month", "mon", "monat", "mois", "mes", "mês", "mese", "maand", "月", "月份",
];
const QUARTERS: [&str; 7] = [
    "quarter",
    "qtr",
    "quartal",
    "trimestre",
    "trimester",
    "kwartaal",
    "季度",
];

/// Whether a column is called as times are.
pub(in crate::data) fn is_named(column: &Column) -> bool {
    const NAMES: [&str; 34] = [
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
        "datum",
        "zeit",
        "jahr",
        "monat",
        "tag",
        "année",
        "annee",
        "mois",
        "fecha",
        "año",
        "mes",
        "anno",
        "ano",
        "jaar",
        "日期",
        "时间",
        "年",
        "年份",
    ];
    NAMES.contains(&column.name.to_lowercase().as_str())
}

/// Years, years with quarters or months beside them, months as 194901, days as 19490131.
fn whole_numbers(columns: &[Column], index: usize, taken: &[usize]) -> Option<TimeInfo> {
    let column = &columns[index];
    let numbers = &column.numbers;
    let named = is_named(column);
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
        for (names, highest, pattern) in
            [(&QUARTERS[..], 4.0, "%YQ%q"), (&MONTHS[..], 12.0, "%Y-%m")]
        {
            let found = columns.iter().enumerate().find_map(|(other, column)| {
                let named = names.contains(&column.name.to_lowercase().as_str());
                let is_one = !taken.contains(&other) && (named || follows(columns, index, other));
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
    let pattern = match numbers[0].to_string().len() {
        6 if within(100_001.0, 299_912.0) => Some("%Y%m"),
        8 if within(10_000_101.0, 29_991_231.0) => Some("%Y%m%d"),
        // Days of years, which numbers that only rise are too often.
        7 if named && within(1_000_001.0, 2_999_366.0) => Some("%Y%j"),
        // With clocks, in the years about ours, which hardly any count since 1970 looks like.
        10 if within(1.9e9, 2.1e9) => Some("%Y%m%d%H"),
        12 if within(1.9e11, 2.1e11) => Some("%Y%m%d%H%M"),
        14 if within(1.9e13, 2.1e13) => Some("%Y%m%d%H%M%S"),
        _ => None,
    };
    let written = || {
        let pattern = pattern.filter(|_| named || rises)?;
        of_pattern(columns, vec![index], texts(), pattern)
    };
    let counted = || {
        let units = epoch(numbers, named)?;
        let meaning = Meaning::Counted(units);
        Some(assemble(columns, vec![index], texts(), meaning))
    };
    written().or_else(counted)
}

/// Months with their years in one number.
fn months_in_fractions(columns: &[Column], index: usize) -> Option<TimeInfo> {
    let column = &columns[index];
    if column.kind != ColumnKind::Number || !(is_named(column) || index == 0) {
        return None;
    }
    let (texts, pattern) = months_and_years(&column.numbers)?;
    of_pattern(columns, vec![index], texts, pattern)
}

/// Whether a column without a name of its own, behind years without one, counts the months of these.
fn follows(columns: &[Column], years: usize, other: usize) -> bool {
    let unnamed = |index: usize| columns[index].name == format!("column_{}", index + 1);
    let month = |row: usize| 12.0 * columns[years].numbers[row] + columns[other].numbers[row];
    other == years + 1
        && unnamed(years)
        && unnamed(other)
        && columns[other].numbers.len() > 2
        && (1..columns[other].numbers.len()).all(|row| month(row) - month(row - 1) == 1.0)
}

/// A column of whole years that is called so.
pub(in crate::data) fn years(columns: &[Column]) -> Option<usize> {
    let year = |number: &f64| (1000.0..3000.0).contains(number) && number.fract() == 0.0;
    columns.iter().position(|column| {
        column.kind == ColumnKind::Integer
            && is_named(column)
            && !column.numbers.is_empty()
            && column.numbers.iter().all(year)
    })
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

/// What hours are called. Those that end at them, from 1 to 24, are those of electricity markets.
const HOURS: [&str; 16] = [
    "hour",
    "hours",
    "hr",
    "hrs",
    "he",
    "hour ending",
    "hour_ending",
    "hourending",
    "stunde",
    "heure",
    "hora",
    "ora",
    "uur",
    "时",
    "小时",
    "hod",
];

/// What clocks are called that show hours and minutes in one number, as 0600.
const CLOCKS_CALLED: [&str; 12] = [
    "time", "clock", "hhmm", "hour", "hr", "zeit", "uhrzeit", "heure", "hora", "ora", "tijd",
    "时间",
];

/// The column of whole numbers up to this one that has one of these names.
fn find(columns: &[Column], taken: &[usize], names: &[&str], high: f64) -> Option<usize> {
    columns.iter().enumerate().position(|(index, column)| {
        let fits = |x: &f64| (0.0..=high).contains(x) && x.fract() == 0.0;
        !taken.contains(&index)
            && names.contains(&column.name.to_lowercase().as_str())
            && !column.numbers.is_empty()
            && column.numbers.iter().all(fits)
    })
}

/// Year, month and day, perhaps the hour, in columns of their own.
fn pieces(columns: &[Column], year: usize, taken: &[usize]) -> Option<TimeInfo> {
    let find = |names: &[&str], high| find(columns, taken, names, high);
    let month = find(&MONTHS, 12.0)?;
    let day = find(
        &[
            "day", "dom", "tag", "jour", "día", "dia", "giorno", "dag", "日",
        ],
        31.0,
    )?;
    let hour = find(&HOURS, 24.0);
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

/// A column that somebody names as the time: read where possible, otherwise kept as it stands.
#[must_use]
pub fn of_column(columns: &[Column], index: usize) -> TimeInfo {
    let column = &columns[index];
    let texts: Words = if column.is_numeric() {
        (0..column.rows()).map(|row| column.text(row)).collect()
    } else {
        column.texts.clone()
    };
    let counted = || {
        let years = || Years::of(&column.numbers).map(Meaning::Years);
        (epoch(&column.numbers, true).map(Meaning::Counted)).or_else(years)
    };
    let bare = [
        "%Y%m%d",
        "%Y%m",
        "%Y",
        "%Y%m%d%H%M%S",
        "%Y%m%d%H%M",
        "%Y%m%d%H",
        "%Y%j",
    ];
    let meaning = any_reading(&texts, &bare)
        .map(Meaning::Read)
        .or_else(counted)
        .or_else(|| clock(&texts).map(Meaning::Elapsed))
        .or_else(|| yearless::reading(&texts, true).map(Meaning::Read))
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
