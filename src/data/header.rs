//! Whether the first record names the columns, and what they are called.

use super::{
    around::is_value,
    cells::{Cells, one_line},
    moment::{any_reading, is_time},
    numbers::is_missing,
    wide,
};
use csv::StringRecord;
use std::collections::HashSet;

/// So many records below the first are looked at.
pub(super) const LOOKED: usize = 8;

/// Names that count need be no fewer.
const LEAST: usize = 3;

/// What the first record is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Head {
    /// A row like the others.
    Row,
    /// The names of the columns.
    Names,
    /// Names that are numbers or times, such as hours, months or days; from this one to that.
    Counting(String, String),
}

/// What the first record is, above columns of these cells, the first of which stand in `below`.
pub(super) fn head(head: &StringRecord, cells: &[Cells], below: &[StringRecord]) -> Head {
    if let Some((from, to)) = counting(head, cells, below) {
        return Head::Counting(from, to);
    }
    if is_header(head, cells) {
        Head::Names
    } else {
        Head::Row
    }
}

/// Whether the first record names the columns: it holds no number or time, and either a column below it does, or
/// nothing in the file does.
fn is_header(head: &StringRecord, cells: &[Cells]) -> bool {
    let years: Vec<u16> = head
        .iter()
        .filter(|cell| is_year(cell))
        .flat_map(str::parse)
        .collect();
    let rows_of_years = cells.iter().any(Cells::have_years);
    let ordered = years.is_sorted_by(|a, b| a < b) || years.is_sorted_by(|a, b| a > b);
    if years.len() >= 4 && ordered && !rows_of_years && !is_year(&head[0]) {
        return true; // a column a year
    }
    let plain_text =
        head.iter().all(|cell| !is_value(cell)) && cells.iter().all(|cells| !cells.is_typed());
    has_contrast(head, cells)
        && head
            .iter()
            .zip(cells)
            .all(|(cell, cells)| !is_value(cell) || !cells.is_typed() || is_year(cell))
        || plain_text
}

/// Whether a text stands above numbers or times.
fn has_contrast(head: &StringRecord, cells: &[Cells]) -> bool {
    head.iter()
        .zip(cells)
        .any(|(cell, cells)| !is_missing(cell) && cells.is_typed() && !is_value(cell))
}

/// A year may be a column's name (one column a year).
fn is_year(cell: &str) -> bool {
    cell.parse::<u16>()
        .is_ok_and(|year| (1000..3000).contains(&year))
}

/// The first and the last of the last names in `head`, where they are whole numbers at one distance or times that
/// rise or fall, and no row below is so.
fn counting(
    head: &StringRecord,
    cells: &[Cells],
    below: &[StringRecord],
) -> Option<(String, String)> {
    if below.is_empty() {
        return None;
    }
    // Rows may end in a delimiter.
    let last = (0..head.len())
        .rev()
        .find(|&place| !head[place].is_empty())?;
    let end = last + 1;
    let rising = |record: &StringRecord, from: usize| -> bool {
        let whole: Option<Vec<i64>> = (record.iter().take(end).skip(from)).map(whole).collect();
        whole.is_some_and(|whole| is_even(&whole))
    };
    // Where the numbers or times begin.
    let behind = |is: &dyn Fn(&str) -> bool| {
        let ends = head.iter().take(end).collect::<Vec<_>>();
        let values = ends.iter().rev().take_while(|cell| is(cell)).count();
        (end - values, values)
    };
    let between = |from: usize| Some((head[from].to_owned(), head[last].to_owned()));
    let (from, count) = behind(&|cell| whole(cell).is_some());
    // pandas leaves the name above its index empty, and counts columns without names.
    let is_place = |(place, cell): (usize, &str)| whole(cell) == i64::try_from(place).ok();
    if from == 1
        && head[0].is_empty()
        && cells[0].is_typed()
        && (head.iter().take(end).skip(1).enumerate()).all(is_place)
    {
        return between(1);
    }
    // Above months or quarters, one below the other, years are the names of columns.
    let above_parts = || {
        let is_next = |(place, row): (usize, &StringRecord)| {
            let part = row.get(0).and_then(wide::piece);
            part.is_some_and(|(part, _)| part == place)
        };
        let years = head.iter().take(end).skip(1);
        count > 1
            && from == 1
            && years.clone().all(is_year)
            && below.iter().enumerate().all(is_next)
    };
    if !is_value(&head[0]) && rising(head, from) && below.len() > 2 && above_parts() {
        return between(1);
    }
    // Above years a word is the name of these, however the rows go on.
    let above_years = || {
        let is_one = |row: &StringRecord| row.get(0).is_some_and(is_year);
        from == 1 && !head[0].is_empty() && !is_value(&head[0]) && below.iter().all(is_one)
    };
    if count >= LEAST
        && rising(head, from)
        && (above_years() || !below.iter().any(|row| rising(row, from)))
    {
        let broken = || cells[from..end].iter().all(|cells| !cells.are_whole());
        let counted = whole(&head[from]).is_some_and(|first| first == 0 || first == 1);
        let named = head.iter().take(from).any(|cell| !cell.is_empty());
        let sure = has_contrast(head, cells)
            || named && count > LEAST && (broken() || counted && count > 2 * LEAST)
            || from == 0 && whole(&head[0]) == Some(0) && broken();
        return sure.then(|| between(from)).flatten();
    }
    let (from, count) = behind(&is_time);
    let labelled = from > 0 || cells[..end].iter().all(Cells::is_typed);
    if count >= LEAST && labelled && !cells[from..end].iter().any(Cells::have_times) {
        let names = head.iter().take(end).skip(from).collect();
        let found = any_reading(&names, &[]);
        let ordered = found.is_some_and(|found| {
            let known = found.instants.iter().all(Option::is_some);
            let mut steps = found.instants.windows(2);
            known && (steps.clone().all(|two| two[0] < two[1]) || steps.all(|two| two[0] > two[1]))
        });
        return ordered.then(|| between(from)).flatten();
    }
    None
}

/// A whole number, written as counting does.
fn whole(cell: &str) -> Option<i64> {
    let digits = cell.bytes().all(|byte| byte.is_ascii_digit());
    (digits && cell.len() <= 9)
        .then(|| cell.parse().ok())
        .flatten()
}

/// Whether numbers rise by the same each time.
fn is_even(numbers: &[i64]) -> bool {
    let steps = || numbers.windows(2).map(|pair| pair[1] - pair[0]);
    steps()
        .next()
        .is_some_and(|first| first > 0 && steps().all(|step| step == first))
}

/// Names that are unique, not empty and in one line; `column_N` where none is given.
pub(super) fn names(
    head: Option<&StringRecord>,
    count: usize,
    notes: &mut Vec<String>,
) -> Vec<String> {
    let given: Vec<String> = (0..count)
        .map(|index| {
            one_line(
                head.and_then(|head| head.get(index)).unwrap_or_default(),
                200,
            )
        })
        .collect();
    let mut taken: HashSet<String> = given.iter().cloned().collect();
    let mut seen = HashSet::new();
    let mut names = Vec::with_capacity(count);
    for (index, given) in given.into_iter().enumerate() {
        let numbered = format!("column_{}", index + 1);
        let (base, free) = if given.is_empty() {
            let free = !taken.contains(&numbered);
            (numbered, free)
        } else {
            let free = !seen.contains(&given);
            (given, free)
        };
        let mut name = base.clone();
        let mut k = 2;
        while !free && taken.contains(&name) {
            name = format!("{base}_{k}");
            k += 1;
        }
        if !free {
            notes.push(format!(
                "\"{base}\" names more than one column; column {} is called \"{name}\"",
                index + 1
            ));
        }
        taken.insert(name.clone());
        seen.insert(name.clone());
        names.push(name);
    }
    names
}
