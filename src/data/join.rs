//! Columns of further files or sheets beside those of the source, row by row.

use super::{Column, DataError, Table, TimeInfo, source};
use crate::experiment::{Data, JoinHow};
use std::collections::HashMap;

/// The table with the columns of every `[[data.join]]`. A file that goes with several rows of the source gives
/// its values to each of them; of several rows of a file for one row of the source the first counts.
///
/// # Errors
/// A file that cannot be read, or that has nothing to be joined on, with the join's key.
pub fn all(mut table: Table, settings: &Data, seed: u64) -> Result<Table, DataError> {
    for (number, join) in settings.join.iter().enumerate() {
        let refuse = |key: &str, message: String| {
            DataError::setting(format!("data.join.{number}.{key}"), message)
        };
        let other = source::load(&join.source, &settings.generate, seed)?;
        if table.answers.is_some() || other.answers.is_some() {
            return Err(refuse(
                "source",
                "sequences that are each one sample have no rows to be joined; leave it out".into(),
            ));
        }
        let keys = |of: &Table, time: &str| -> Result<Vec<String>, DataError> {
            if join.on.is_empty() {
                let time = of.time_for(time, &[])?.ok_or_else(|| {
                    refuse(
                        "on",
                        format!("{} has no time to be joined on; name a column", of.source),
                    )
                })?;
                return Ok(moments(&time));
            }
            let column = of.column(&join.on).ok_or_else(|| {
                refuse(
                    "on",
                    format!(
                        "{} has no column \"{}\"; there are {}",
                        of.source,
                        join.on,
                        of.names()
                    ),
                )
            })?;
            Ok((0..of.rows())
                .map(|row| of.columns[column].text(row).into_owned())
                .collect())
        };
        let own = keys(&table, &settings.time)?;
        let theirs = keys(&other, "")?;
        let mut places: HashMap<&str, usize> = HashMap::new();
        for (row, key) in theirs.iter().enumerate() {
            if !key.is_empty() {
                places.entry(key).or_insert(row);
            }
        }
        let partners: Vec<Option<usize>> = own
            .iter()
            .map(|key| places.get(key.as_str()).copied())
            .collect();
        let found = partners.iter().filter(|partner| partner.is_some()).count();
        if found == 0 {
            return Err(refuse(
                "on",
                format!(
                    "no row of {} goes with one of {} (such as \"{}\" and \"{}\"); join on another column",
                    other.source,
                    table.source,
                    own.first().map_or("", String::as_str),
                    theirs.first().map_or("", String::as_str)
                ),
            ));
        }
        let mut notes = vec![format!(
            "{found} of {} rows have a partner in {}",
            own.len(),
            other.source
        )];
        let of_time = other.time.as_ref().map_or(&[][..], |time| &time.columns);
        for (index, column) in other.columns.iter().enumerate() {
            let joined_on =
                (join.on.is_empty() && of_time.contains(&index)) || column.name == join.on;
            if joined_on {
                continue;
            }
            let mut name = column.name.clone();
            while table.column(&name).is_some() {
                name.push('_');
            }
            if name != column.name {
                notes.push(format!(
                    "\"{}\" of {} is called \"{name}\"",
                    column.name, other.source
                ));
            }
            table.columns.push(beside(column, name, &partners));
        }
        if join.how == JoinHow::Inner && found < own.len() {
            let rows: Vec<usize> = (0..own.len())
                .filter(|&row| partners[row].is_some())
                .collect();
            let lengths: Vec<usize> = table
                .series
                .iter()
                .map(|series| rows.iter().filter(|row| series.contains(row)).count())
                .filter(|&length| length > 0)
                .collect();
            table = table.with_rows(&rows, lengths.into_iter());
        }
        table.notes.append(&mut notes);
    }
    Ok(table)
}

/// Times as texts that are equal where the times are, however each file writes them.
fn moments(time: &TimeInfo) -> Vec<String> {
    if time.instants.is_empty() {
        return time.texts.clone();
    }
    let text = |moment: &Option<jiff::civil::DateTime>| {
        moment.map_or_else(String::new, |moment| moment.to_string())
    };
    time.instants.iter().map(text).collect()
}

/// A column's values in the order of their partners; missing where there is none.
fn beside(column: &Column, name: String, partners: &[Option<usize>]) -> Column {
    let numeric = column.is_numeric();
    let numbers = |partner: &Option<usize>| partner.map_or(f64::NAN, |row| column.numbers[row]);
    let texts =
        |partner: &Option<usize>| partner.map_or_else(String::new, |row| column.texts[row].clone());
    Column {
        name,
        numbers: if numeric {
            partners.iter().map(numbers).collect()
        } else {
            Vec::new()
        },
        texts: if numeric {
            Vec::new()
        } else {
            partners.iter().map(texts).collect()
        },
        ..column.clone()
    }
}
