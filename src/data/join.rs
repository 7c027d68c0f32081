//! Columns of further files or sheets beside those of the source, row by row.

use super::{Column, DataError, Table, TimeInfo, Words, source, time};
use crate::experiment::{Data, Join, JoinHow};
use crate::numbers::count;
use std::collections::{HashMap, HashSet};

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
            "{} of {} rows have a partner in {}",
            count(found as u64),
            count(own.len() as u64),
            other.source
        )];
        let mut partners = partners;
        if join.how == JoinHow::Outer {
            let strangers = strangers(&own, &theirs);
            let key = key_column(&table, join, settings, &other)
                .map_err(|message| refuse("how", message))?;
            table = with_strangers(&table, &key, &strangers);
            partners.extend(strangers.into_iter().map(Some));
        }
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
        if join.how == JoinHow::Outer && join.on.is_empty() {
            table = in_order(table, settings)?;
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

/// Rows of the other file whose key no row of the source has, each key once.
fn strangers(own: &[String], theirs: &[String]) -> Vec<usize> {
    let mut known: HashSet<&str> = own.iter().map(String::as_str).collect();
    (theirs.iter().enumerate())
        .filter(|(_, key)| !key.is_empty() && known.insert(key))
        .map(|(row, _)| row)
        .collect()
}

/// The column of the source that rows are joined by, with what the other file's rows have there.
struct Key {
    column: usize,
    theirs: Vec<String>,
}

fn key_column(table: &Table, join: &Join, settings: &Data, other: &Table) -> Result<Key, String> {
    if table.series.len() != 1 {
        return Err(format!(
            "{} holds {} series, and no row says to which a further one belongs; use \"left\"",
            table.source,
            table.series.len()
        ));
    }
    if !join.on.is_empty() {
        let place = |of: &Table| of.column(&join.on).ok_or("the column is there");
        let column = place(other)?;
        let theirs = (0..other.rows()).map(|row| other.columns[column].text(row).into_owned());
        return Ok(Key {
            column: place(table)?,
            theirs: theirs.collect(),
        });
    }
    let time = table.time_for(&settings.time, &[]).ok().flatten();
    let time = time.ok_or("there is no time to be joined on")?;
    let [column] = time.columns[..] else {
        return Err(format!(
            "the time of {} stands in {} columns; only one can be continued, use \"left\"",
            table.source,
            time.columns.len()
        ));
    };
    let later = other
        .time
        .as_ref()
        .ok_or("there is no time to be joined on")?;
    // As the source writes its times.
    let theirs = (0..other.rows())
        .map(|row| match later.instants().get(row) {
            Some(Some(moment)) => time
                .write(*moment)
                .unwrap_or_else(|| later.texts[row].to_owned()),
            _ => later.texts.get(row).unwrap_or_default().to_owned(),
        })
        .collect();
    Ok(Key { column, theirs })
}

/// The table with further rows, of which nothing but the key is known.
fn with_strangers(table: &Table, key: &Key, strangers: &[usize]) -> Table {
    let mut made = table.clone();
    let rows = table.rows() + strangers.len();
    for (index, column) in made.columns.iter_mut().enumerate() {
        let keys = strangers.iter().map(|&row| &key.theirs[row]);
        let keyed = index == key.column;
        if column.is_numeric() {
            let numbers = keys.map(|text| match text.parse() {
                Ok(number) if keyed => number,
                _ => f64::NAN,
            });
            column.numbers.extend(numbers);
        } else {
            let texts = keys.map(|text| if keyed { text.as_str() } else { "" });
            column.texts.extend(texts);
        }
    }
    made.series = std::iter::once(0..rows).collect();
    if made
        .time
        .as_ref()
        .is_some_and(|time| time.columns.contains(&key.column))
    {
        made.time = Some(time::of_column(&made.columns, key.column));
    } else {
        // What else told the time does not tell that of the further rows.
        made.time = None;
    }
    made
}

/// The table by the order of its times.
fn in_order(table: Table, settings: &Data) -> Result<Table, DataError> {
    let Some(time) = table.time_for(&settings.time, &[])? else {
        return Ok(table);
    };
    let mut order: Vec<usize> = (0..table.rows()).collect();
    if time.instants().len() == order.len() {
        order.sort_by_key(|&row| time.instants()[row]);
    }
    let mut made = table.with_rows(&order, std::iter::once(order.len()));
    if made.time.is_some()
        && let [column] = time.columns[..]
    {
        made.time = Some(time::of_column(&made.columns, column));
    }
    Ok(made)
}

/// Times as texts that are equal where the times are, however each file writes them.
fn moments(time: &TimeInfo) -> Vec<String> {
    if time.instants().is_empty() {
        return time.texts.iter().map(str::to_owned).collect();
    }
    let text = |moment: &Option<jiff::civil::DateTime>| {
        moment.map_or_else(String::new, |moment| moment.to_string())
    };
    time.instants().iter().map(text).collect()
}

/// A column's values in the order of their partners; missing where there is none.
fn beside(column: &Column, name: String, partners: &[Option<usize>]) -> Column {
    let numeric = column.is_numeric();
    let numbers = |partner: &Option<usize>| partner.map_or(f64::NAN, |row| column.numbers[row]);
    let texts = |partner: &Option<usize>| partner.map_or("", |row| &column.texts[row]);
    Column {
        name,
        numbers: if numeric {
            partners.iter().map(numbers).collect()
        } else {
            Vec::new()
        },
        texts: if numeric {
            Words::default()
        } else {
            partners.iter().map(texts).collect()
        },
        ..column.clone()
    }
}
