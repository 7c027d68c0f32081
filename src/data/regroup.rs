//! Steps that change which series a table holds: a series for each value of a column, series of a length.

use super::{AnswerValues, DataError, Table, stacked};
use crate::experiment::choices::prepare::{Group, Lengths, Long, Short};
use crate::numbers::count;
use std::collections::HashMap;
use std::ops::Range;

/// A series for each value of a column, in the order in which they first appear; rows keep their order.
///
/// # Errors
/// No such column, or a table of several series already.
pub(super) fn by_value(table: &Table, group: &Group, number: usize) -> Result<Table, DataError> {
    let refuse = |key: &str, message: String| {
        DataError::setting(format!("data.prepare.{number}.{key}"), message)
    };
    if table.series.len() != 1 {
        return Err(refuse(
            "step",
            format!(
                "{} holds {} series already; leave the step out",
                table.source,
                table.series.len()
            ),
        ));
    }
    let column = table.column(&group.by).ok_or_else(|| {
        refuse(
            "by",
            format!(
                "there is no column \"{}\"; there are {}",
                group.by,
                table.names()
            ),
        )
    })?;
    let column = &table.columns[column];
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for row in 0..table.rows() {
        let next = groups.len();
        let place = *places.entry(column.text(row).into_owned()).or_insert(next);
        if place == next {
            groups.push(Vec::new());
        }
        groups[place].push(row);
    }
    let lengths = groups.iter().map(Vec::len);
    let mut made = table.with_rows(&groups.concat(), lengths);
    (made.notes).retain(|note| !note.contains(stacked::SAID));
    made.notes.push(format!(
        "each of the {} values of \"{}\" is a series of its own; parts are cut between series",
        groups.len(),
        group.by
    ));
    Ok(made)
}

/// The series that [`of_length`] keeps, by their numbers, with the rows of each that stay.
pub(super) fn pieces(table: &Table, step: &Lengths) -> Vec<(usize, Range<usize>)> {
    let cut = |series: &Range<usize>| {
        let length = series.len().min(step.to);
        match step.long {
            Long::TruncateStart => series.end - length..series.end,
            Long::TruncateEnd => series.start..series.start + length,
        }
    };
    (table.series.iter().enumerate())
        .filter(|(_, series)| step.short == Short::Pad || series.len() >= step.to)
        .map(|(number, series)| (number, cut(series)))
        .collect()
}

/// Series of at most so many rows; shorter ones stay or go.
///
/// # Errors
/// None would be left.
pub(super) fn of_length(table: &Table, step: &Lengths, number: usize) -> Result<Table, DataError> {
    let (kept, pieces): (Vec<usize>, Vec<Range<usize>>) = pieces(table, step).into_iter().unzip();
    if kept.is_empty() {
        return Err(DataError::setting(
            format!("data.prepare.{number}.to"),
            format!(
                "no series has {} rows, so none would be left; make it smaller",
                step.to
            ),
        ));
    }
    let order: Vec<usize> = pieces.iter().cloned().flatten().collect();
    let mut made = table.with_rows(&order, pieces.iter().map(ExactSizeIterator::len));
    if let Some(answers) = &mut made.answers {
        match &mut answers.values {
            AnswerValues::Numbers(numbers) => {
                *numbers = kept.iter().map(|&k| numbers[k]).collect();
            }
            AnswerValues::Classes { of, .. } => *of = kept.iter().map(|&k| of[k]).collect(),
        }
    }
    if kept.len() < table.series.len() {
        made.notes.push(format!(
            "{} of {} series are shorter than {} rows and left out",
            count((table.series.len() - kept.len()) as u64),
            count(table.series.len() as u64),
            count(step.to as u64)
        ));
    }
    Ok(made)
}
