//! Gaps in time: rows that the file leaves out although its frequency asks for them.

use super::{
    Column, ColumnKind, Table, Words,
    pace::{Step, shifted},
};
use crate::numbers::count;
use jiff::{Span, civil::Weekday};

/// Inserts a row without values wherever a regular series skips some times, and says so. Nothing
/// happens where times are unknown, unordered or more than now and then repeated, where a distance is no whole number of steps,
/// where only weekends are skipped, or where more rows would be made than there are.
pub(super) fn insert(table: &mut Table) {
    let Some(time) = &table.time else { return };
    let instants = time.instants();
    if table.series.len() != 1 || instants.is_empty() || time.is_even() {
        return;
    }
    let again = |&row: &usize| time.is_ordered() && instants[row] == instants[row - 1];
    let twice: Vec<usize> = (1..instants.len()).filter(again).collect();
    // Several series on top of one another have many, and their own explanation.
    if twice.len() * 10 > instants.len() {
        return;
    }
    if let Some(&row) = twice.first() {
        let said = format!(
            "times in \"{}\" that stand more than once: {}, the first of them {}; a step \"sort\" with on_duplicate = \"mean\" or \"last\" makes one row of each",
            time.name,
            count(twice.len() as u64),
            &time.texts[row]
        );
        table.notes.push(said);
    }
    let Some(time) = &table.time else { return };
    let instants = time.instants();
    let Some(span) = time
        .frequency
        .as_ref()
        .and_then(|text| text.parse::<Span>().ok())
    else {
        return;
    };
    let step = Step::of(span, time.ends_months());
    let missing = || {
        let pairs = instants.windows(2);
        pairs.map(|pair| match (pair[0]?, pair[1]?) {
            (one, same) if one == same => Some(0),
            (from, to) => step.between(from, to)?.checked_sub(1),
        })
    };
    let Some(total) = missing().sum::<Option<usize>>().filter(|&total| total > 0) else {
        return;
    };
    let daily = time.frequency.as_deref() == Some("P1D");
    let weekend = |day: &Weekday| matches!(day, Weekday::Saturday | Weekday::Sunday);
    if daily
        && !instants
            .iter()
            .flatten()
            .any(|time| weekend(&time.weekday()))
    {
        table
            .notes
            .push("weekends are left out of the times, so rows are working days".into());
        return;
    }
    if total > instants.len() {
        table.notes.push(format!(
            "the times leave out {} of {} steps, more than there are rows; rows are used as they are",
            count(total as u64),
            count((total + instants.len()) as u64)
        ));
        return;
    }
    // The row of the file that each row comes from, and how far after it it is.
    let mut places = Vec::with_capacity(instants.len() + total);
    for (row, count) in missing().flatten().chain([0]).enumerate() {
        places.extend((0..=count).map(|after| (row, after)));
    }
    let moments: Option<Vec<_>> = places
        .iter()
        .map(|&(row, after)| {
            let moment = shifted(instants[row]?, span, after)?;
            let last = time.ends_months() && after > 0;
            Some(if last { moment.last_of_month() } else { moment })
        })
        .collect();
    let Some(moments) = moments else { return };
    let texts: Words = places
        .iter()
        .zip(&moments)
        .map(|(&(row, after), moment)| match after {
            0 => time.texts[row].to_owned(),
            _ => time.write(*moment).unwrap_or_default(),
        })
        .collect();
    let of_time = time.columns.clone();
    for (index, column) in table.columns.iter_mut().enumerate() {
        if of_time.contains(&index) {
            let alone = of_time.len() == 1;
            stretch_time(column, &places, &moments, alone.then_some(&texts));
        } else {
            stretch(column, &places);
        }
    }
    let rows = texts.len();
    table.series = std::iter::once(0..rows).collect();
    if let Some(time) = &mut table.time {
        time.texts = texts;
        time.set_instants(moments.into_iter().map(Some).collect());
    }
    let (s, stand) = if total == 1 {
        ("", "stands")
    } else {
        ("s", "stand")
    };
    table.notes.push(format!(
        "the file leaves out {} of {} times; row{s} without values {stand} for them",
        count(total as u64),
        count(rows as u64)
    ));
}

fn stretch(column: &mut Column, places: &[(usize, usize)]) {
    let new = |after: usize| after > 0;
    if column.is_numeric() {
        column.numbers = places
            .iter()
            .map(|&(row, after)| {
                if new(after) {
                    f64::NAN
                } else {
                    column.numbers[row]
                }
            })
            .collect();
    } else {
        column.texts = places
            .iter()
            .map(
                |&(row, after)| {
                    if new(after) { "" } else { &column.texts[row] }
                },
            )
            .collect();
    }
}

/// A column that tells the time, or a piece of it: inserted rows get theirs.
fn stretch_time(
    column: &mut Column,
    places: &[(usize, usize)],
    moments: &[jiff::civil::DateTime],
    whole: Option<&Words>,
) {
    column.kind = ColumnKind::Time;
    if !column.is_numeric() {
        let texts = column.texts.clone();
        column.texts = places
            .iter()
            .enumerate()
            .map(|(k, &(row, after))| match (after, whole) {
                (0, _) | (_, None) => &texts[row],
                (_, Some(whole)) => &whole[k],
            })
            .collect();
        return;
    }
    let name = column.name.to_lowercase();
    let numbers = std::mem::take(&mut column.numbers);
    column.numbers = places
        .iter()
        .zip(moments)
        .enumerate()
        .map(|(k, (&(row, after), moment))| {
            if after == 0 {
                return numbers[row];
            }
            match whole {
                Some(whole) => whole[k].parse().unwrap_or(f64::NAN),
                None if name.starts_with('q') => f64::from((moment.month() - 1) / 3 + 1),
                None if name.starts_with("mo") => f64::from(moment.month()),
                None if name.starts_with('d') => f64::from(moment.day()),
                None if name.starts_with('h') => f64::from(moment.hour()),
                None => f64::from(moment.year()),
            }
        })
        .collect();
}
