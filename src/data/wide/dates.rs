//! A row a series, a column a date; or a row a column, where a table has been turned.

use super::{
    super::{
        Column, ColumnKind, Table, Words,
        moment::{Reading, any_reading, follows_one, parse},
        time,
        totals::is_total,
    },
    long, may_be_numbers, number,
};
use crate::numbers::count;
use csv::StringRecord;

/// Fewer names that are times may be there by chance.
const LEAST: usize = 4;

/// Whether the names of a table's columns are times, so that one row may be a series.
pub(in super::super) fn are_times(names: &StringRecord) -> bool {
    names
        .iter()
        .filter(|name| is_time(name))
        .nth(LEAST - 1)
        .is_some()
}

/// The time that a column's name says: itself, but for what the World Bank writes behind a year.
fn time_of(name: &str) -> &str {
    match name.split_once(" [YR") {
        Some((year, again)) if again.strip_suffix(']') == Some(year) => year,
        _ => name,
    }
}

/// Whether a column's name is a time, of which years alone are bare numbers.
fn is_time(name: &str) -> bool {
    let name = time_of(name);
    follows_one(name) || name.len() == 4 && parse("%Y", name).is_some()
}

/// The table of one series for each row, or of one column for each, where the names of most columns are times that
/// rise or fall.
pub(super) fn dates(table: &Table) -> Option<Table> {
    let mut dated: Vec<usize> = (0..table.columns.len())
        .filter(|&index| is_time(&table.columns[index].name))
        .collect();
    let others = table.columns.len() - dated.len();
    if dated.len() < LEAST || others * 2 > dated.len() {
        return None;
    }
    let mut reading = read(table, &dated)?;
    if reading.instants.first() > reading.instants.last() {
        dated.reverse();
        reading = read(table, &dated)?;
    }
    let rise = (reading.instants.windows(2)).all(|pair| pair[0] < pair[1]);
    let numeric = dated.iter().all(|&index| may_be_numbers(table, index));
    if !rise || !numeric {
        return None;
    }
    let rest = (0..table.columns.len()).filter(|index| !dated.contains(index));
    let (totals, kept): (Vec<usize>, Vec<usize>) = rest.partition(|&index| {
        let column = &table.columns[index];
        column.is_numeric() && is_total(&column.name)
    });
    let times: Words = (dated.iter())
        .map(|&index| time_of(&table.columns[index].name))
        .collect();
    let mut made = turned(table, &dated, &kept, &times)
        .or_else(|| a_series_each(table, &dated, &kept, &times))?;
    if let Some(note) = made.notes.last_mut()
        && !totals.is_empty()
    {
        let names: Vec<&str> = (totals.iter())
            .map(|&index| table.columns[index].name.as_str())
            .collect();
        *note += &format!("; left out: {}", names.join(", "));
    }
    Some(made)
}

/// What the names of columns mean as times.
fn read(table: &Table, dated: &[usize]) -> Option<Reading> {
    let names = (dated.iter()).map(|&index| time_of(&table.columns[index].name));
    any_reading(&names.collect(), &["%Y"])
}

/// A column for each row of a table that has been turned: what stands before its values names them, below nothing, a
/// word for time, or one for what columns are.
fn turned(table: &Table, dated: &[usize], kept: &[usize], times: &Words) -> Option<Table> {
    const WORDS: [&str; 18] = [
        "column_1",
        "index",
        "name",
        "names",
        "variable",
        "variables",
        "metric",
        "metrics",
        "indicator",
        "measure",
        "parameter",
        "feature",
        "date",
        "time",
        "datetime",
        "year",
        "month",
        "datum",
    ];
    let rows = table.rows();
    let names: Vec<String> = match kept {
        [] if rows == 1 => vec!["value".to_owned()],
        [index] => (0..rows)
            .map(|row| table.columns[*index].text(row).into_owned())
            .collect(),
        _ => return None,
    };
    let said = kept.iter().all(|&index| {
        let name = table.columns[index].name.to_lowercase();
        WORDS.contains(&name.as_str())
    });
    let mut sorted: Vec<&String> = names.iter().collect();
    sorted.sort_unstable();
    let differ = sorted.windows(2).all(|pair| pair[0] != pair[1]);
    let named = names.iter().all(|name| !name.is_empty() && name != "time");
    if !(said || rows == 1) || !differ || !named || rows > dated.len() {
        return None;
    }
    let mut columns = vec![Column {
        name: "time".into(),
        kind: ColumnKind::Time,
        numbers: Vec::new(),
        texts: times.clone(),
        stray: None,
    }];
    for (row, name) in names.iter().enumerate() {
        let values: Vec<f64> = (dated.iter())
            .map(|&index| number(table, index, row))
            .collect();
        let whole = values.iter().all(|x| x.is_nan() || x.fract() == 0.0);
        let mut column = Column::of_numbers(name, values);
        if whole {
            column.kind = ColumnKind::Integer;
        }
        columns.push(column);
    }
    let mut notes = table.notes.clone();
    notes.push(if rows == 1 {
        "a row of values below a row of times is read as a column".to_owned()
    } else {
        format!("the table is turned: its {rows} rows below a row of times are read as columns")
    });
    Some(Table {
        source: table.source.clone(),
        format: table.format,
        delimiter: table.delimiter,
        time: Some(time::of_column(&columns, 0)),
        columns,
        series: std::iter::once(0..dated.len()).collect(),
        notes,
        answers: None,
    })
}

/// A series for each row, told apart by the columns `kept`.
fn a_series_each(table: &Table, dated: &[usize], kept: &[usize], times: &Words) -> Option<Table> {
    let mut identity: Vec<Column> = kept
        .iter()
        .map(|&index| Column {
            name: table.columns[index].name.clone(),
            kind: ColumnKind::Category,
            numbers: Vec::new(),
            texts: Words::default(),
            stray: None,
        })
        .collect();
    let (mut texts, mut values, mut series) = (Words::default(), Vec::new(), Vec::new());
    for row in 0..table.rows() {
        let cells: Vec<f64> = dated
            .iter()
            .map(|&index| number(table, index, row))
            .collect();
        let Some(first) = cells.iter().position(|x| !x.is_nan()) else {
            continue;
        };
        let last = cells.iter().rposition(|x| !x.is_nan()).unwrap_or(first);
        let start = values.len();
        values.extend_from_slice(&cells[first..=last]);
        texts.extend(times.iter().take(last + 1).skip(first));
        for (column, &index) in identity.iter_mut().zip(kept) {
            let text = table.columns[index].text(row);
            column
                .texts
                .extend(std::iter::repeat_n(&text, last + 1 - first));
        }
        series.push(start..values.len());
    }
    if series.is_empty() {
        return None;
    }
    let note = format!(
        "a row a series and a column a date are read as {} series",
        count(series.len() as u64)
    );
    Some(long(table, identity, texts, values, series, note))
}
