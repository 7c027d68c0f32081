//! Wide files: a column a month (or quarter, date, or hour of the day) instead of a row.

mod dates;

pub(super) use dates::are_times;

use super::{Column, ColumnKind, Table, Words, moment::month_of, numbers::year, time};
use dates::dates;
use jiff::{Span, civil::Time};

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// Which piece of a year a column's name stands for, from 0, of how many.
pub(super) fn piece(name: &str) -> Option<(usize, usize)> {
    let name = name.trim().trim_end_matches('.').to_lowercase();
    if let Some(month) = MONTHS.iter().position(|month| {
        name == **month
            || (name.len() >= 3 && name == month[..3])
            || (name == "sept" && *month == "september")
    }) {
        return Some((month, 12));
    }
    if let Some(month) = month_of(&name) {
        return Some((month, 12));
    }
    let digits = |text: &str| text.parse::<usize>().ok();
    let quarter = (name.strip_prefix("qtr")).or_else(|| name.strip_prefix(['q', 't']));
    if let Some(quarter) = quarter.and_then(digits) {
        return (1..=4).contains(&quarter).then(|| (quarter - 1, 4));
    }
    let bare = name.strip_prefix('m').or_else(|| name.strip_suffix('月'));
    let month = digits(bare.unwrap_or(&name))?;
    (1..=12).contains(&month).then(|| (month - 1, 12))
}

/// The table with a row for each time, where `table` has a column for each; otherwise itself.
pub(super) fn unfold(table: Table) -> Table {
    let found = years(&table)
        .or_else(|| hours(&table))
        .or_else(|| years_beside(&table))
        .or_else(|| dates(&table));
    found.unwrap_or(table)
}

/// A row a month or quarter, a column a year.
fn years_beside(table: &Table) -> Option<Table> {
    let mut years: Vec<(i16, usize)> = (table.columns.iter().zip(0..))
        .filter_map(|(column, index)| Some((year(&column.name)?, index)))
        .collect();
    years.sort_unstable();
    let follow = years.windows(2).all(|pair| pair[1].0 - pair[0].0 == 1);
    let (first, rows) = (years.first()?.1, table.rows());
    let names = |column: &Column| -> Option<usize> {
        let part = |row: usize| piece(&column.text(row)).filter(|(part, _)| *part == row);
        let of = part(0)?.1;
        let all = (0..rows).all(|row| part(row).is_some_and(|(_, other)| other == of));
        (all && rows == of).then_some(of)
    };
    // What stands before the years names their parts.
    let (index, of) = (0..first).find_map(|index| Some((index, names(&table.columns[index])?)))?;
    let numeric = |&(_, index): &(i16, usize)| may_be_numbers(table, index);
    if years.len() < 2 || !follow || !years.iter().all(numeric) {
        return None;
    }
    let (mut texts, mut values) = (Vec::new(), Vec::new());
    for &(year, column) in &years {
        for part in 0..rows {
            texts.push(time_in(f64::from(year), part, of));
            values.push(number(table, column, part));
        }
    }
    let note = format!(
        "a row a {} and a column a year are read as one series",
        if of == 12 { "month" } else { "quarter" }
    );
    let mut used: Vec<usize> = years.iter().map(|&(_, column)| column).collect();
    used.push(index);
    one_series(table, &used, &texts, &values, note)
}

/// A month or quarter, from 0, of a year, as files write it.
fn time_in(year: f64, part: usize, of: usize) -> String {
    match of {
        12 => format!("{year}-{:02}", part + 1),
        _ => format!("{year}Q{}", part + 1),
    }
}

/// The months that columns stand for where no file names them: twelve behind the years.
fn unnamed_months(table: &Table, year: usize) -> bool {
    let unnamed =
        |(index, column): (usize, &Column)| column.name == format!("column_{}", index + 1);
    year == 0
        && table.columns.len() == 13
        && table.columns.iter().enumerate().all(unnamed)
        && (table.columns[0].numbers.windows(2)).all(|pair| pair[1] - pair[0] == 1.0)
}

/// A row a year, a column a month or quarter.
fn years(table: &Table) -> Option<Table> {
    // A year may be left out, and the last one stand first.
    let year = table.columns.iter().position(|column| {
        let numbers = &column.numbers;
        let is_year = |x: &f64| (1000.0..3000.0).contains(x) && x.fract() == 0.0;
        numbers.len() > 1
            && piece(&column.name).is_none()
            && numbers.iter().all(is_year)
            && (numbers.is_sorted_by(|a, b| a < b) || numbers.is_sorted_by(|a, b| a > b))
    })?;
    let unnamed = unnamed_months(table, year);
    let pieces: Vec<(usize, (usize, usize))> = table
        .columns
        .iter()
        .enumerate()
        .filter(|(index, _)| *index != year)
        .filter_map(|(index, column)| {
            let month = unnamed.then(|| (index - 1, 12));
            Some((index, month.or_else(|| piece(&column.name))?))
        })
        .collect();
    let of = pieces.first()?.1.1;
    let in_order = pieces
        .iter()
        .enumerate()
        .all(|(place, (_, piece))| *piece == (place, of));
    let numeric = pieces
        .iter()
        .all(|&(index, _)| may_be_numbers(table, index));
    if pieces.len() != of || !in_order || !numeric {
        return None;
    }
    let mut values = Vec::new();
    let mut texts = Vec::new();
    let years = &table.columns[year].numbers;
    let mut rows: Vec<usize> = (0..years.len()).collect();
    if years[0] > years[1] {
        rows.reverse();
    }
    for row in rows {
        let year = years[row];
        for &(index, (piece, _)) in &pieces {
            values.push(number(table, index, row));
            texts.push(time_in(year, piece, of));
        }
    }
    let pieces: Vec<usize> = pieces.iter().map(|&(index, _)| index).collect();
    let note = if unnamed {
        "a row a year and twelve columns without names are read as one series of months".to_owned()
    } else {
        format!(
            "a row a year and a column a {} are read as one series",
            if of == 12 { "month" } else { "quarter" }
        )
    };
    one_series(
        table,
        &[&[year][..], &pieces].concat(),
        &texts,
        &values,
        note,
    )
}

/// Minutes of the day that a column's name stands for: `0:30`, `07:00`, `H7`, `hour 7`, `7`.
fn minutes(name: &str) -> Option<i64> {
    let name = name.trim().to_lowercase();
    let name = ["hour", "hr", "h"]
        .iter()
        .find_map(|word| name.strip_prefix(word))
        .unwrap_or(&name);
    let (hour, minute) = match name.split_once([':', 'h']) {
        Some((hour, minute)) => (hour, minute.trim_end_matches(":00")),
        None => (name, "0"),
    };
    let number = |text: &str| text.trim_matches([' ', '_']).parse::<u8>().ok();
    let (hour, minute) = (number(hour)?, number(minute)?);
    (hour <= 24 && minute < 60).then_some(60 * i64::from(hour) + i64::from(minute))
}

/// A row a day, a column an hour, or a shorter piece of it: all of a day's, from its beginning or, called by their
/// ends, from the first one's end.
fn hours(table: &Table) -> Option<Table> {
    const DAY: i64 = 24 * 60;
    let time = table.time.as_ref().filter(|time| time.is_ordered())?;
    let named: Vec<(usize, i64)> = (0..table.columns.len())
        .filter(|index| !time.columns.contains(index))
        .filter_map(|index| Some((index, minutes(&table.columns[index].name)?)))
        .collect();
    let step = named.get(1)?.1 - named[0].1;
    let even = named.windows(2).all(|pair| pair[1].1 - pair[0].1 == step);
    let whole_day = step > 0 && named.len() as i64 * step == DAY && [0, step].contains(&named[0].1);
    let numeric = named.iter().all(|&(index, _)| may_be_numbers(table, index));
    let days: Option<Vec<_>> = time.instants().iter().copied().collect();
    let days = days.filter(|days| days.iter().all(|day| day.time() == Time::midnight()))?;
    if !even
        || !whole_day
        || !numeric
        || named.len() < 12
        || days.windows(2).any(|pair| pair[0] == pair[1])
    {
        return None;
    }
    let (mut texts, mut values) = (Vec::new(), Vec::new());
    for (row, day) in days.iter().enumerate() {
        for (place, &(index, _)) in named.iter().enumerate() {
            let moment = day
                .checked_add(Span::new().minutes(place as i64 * step))
                .ok()?;
            texts.push(moment.strftime("%Y-%m-%d %H:%M").to_string());
            values.push(number(table, index, row));
        }
    }
    let pieces: Vec<usize> = named.iter().map(|&(index, _)| index).collect();
    let note = format!(
        "a row a day and a column for each of its {} pieces are read as one series",
        pieces.len()
    );
    one_series(
        table,
        &[&time.columns[..], &pieces].concat(),
        &texts,
        &values,
        note,
    )
}

/// Whether a column can hold values of a series.
fn may_be_numbers(table: &Table, index: usize) -> bool {
    let column = &table.columns[index];
    column.is_numeric() || column.is_empty()
}

/// A value of such a column.
fn number(table: &Table, index: usize, row: usize) -> f64 {
    let numbers = &table.columns[index].numbers;
    numbers.get(row).copied().unwrap_or(f64::NAN)
}

/// The one series that columns `used` hold, from its first value to its last: the first row may begin late, the last
/// one end early. None where there is no value.
fn one_series(
    table: &Table,
    used: &[usize],
    texts: &[String],
    values: &[f64],
    mut note: String,
) -> Option<Table> {
    let first = values.iter().position(|x| !x.is_nan())?;
    let last = values.iter().rposition(|x| !x.is_nan())?;
    let others: Vec<&str> = (0..table.columns.len())
        .filter(|index| !used.contains(index))
        .map(|index| table.columns[index].name.as_str())
        .collect();
    if !others.is_empty() {
        note += &format!("; left out: {}", others.join(", "));
    }
    Some(long(
        table,
        vec![],
        texts[first..=last].iter().collect(),
        values[first..=last].to_vec(),
        vec![0..last + 1 - first],
        note,
    ))
}

/// The table that comes of it: what tells series apart, `time`, `value`.
fn long(
    table: &Table,
    mut columns: Vec<Column>,
    texts: Words,
    values: Vec<f64>,
    series: Vec<std::ops::Range<usize>>,
    note: String,
) -> Table {
    columns.push(Column {
        name: "time".into(),
        kind: ColumnKind::Time,
        numbers: Vec::new(),
        texts,
        stray: None,
    });
    let place = columns.len() - 1;
    columns.push(Column::of_numbers("value", values));
    let longest = series
        .iter()
        .max_by_key(|series| series.len())
        .cloned()
        .unwrap_or_default();
    let mut notes = table.notes.clone();
    notes.retain(|note| !note.contains("not in order"));
    notes.push(note);
    Table {
        source: table.source.clone(),
        format: table.format,
        delimiter: table.delimiter,
        time: Some(time::of_series(&columns, place, longest)),
        columns,
        series,
        notes,
        answers: None,
    }
}
