//! Columns of text that are times or numbers once what stands behind these is understood: marks of estimates behind
//! years, and thousands, millions and billions as letters.

use super::{
    Column, ColumnKind, Table, Words,
    cells::one_line,
    dressed::Dressed,
    moment::stray,
    numbers::{self, Style, is_missing},
    time,
};
use crate::numbers::count;

/// Reads such columns for what they are.
pub(super) fn read(table: &mut Table) {
    for index in 0..table.columns.len() {
        let column = &table.columns[index];
        if column.stray.is_none() {
            continue;
        }
        let Some(found) = multiplied(column) else {
            continue;
        };
        let said = format!(
            "letters behind numbers in \"{}\", such as \"{}\", are read as thousands, millions, billions or trillions",
            column.name, found.example
        );
        table.mend(index, found.numbers, said);
    }
    if table.time.is_some() {
        return;
    }
    let Some(index) = texts_of_time(table).next() else {
        return;
    };
    let column = &table.columns[index];
    let Some((example, bare)) = unmarked(&column.texts) else {
        return;
    };
    let years: Option<Vec<f64>> = bare.iter().map(year).collect();
    let name = column.name.clone();
    let said = format!("marks behind the times in \"{name}\", such as \"{example}\", are left out");
    let before = table.clone();
    if let Some(years) = years {
        table.mend(index, years, said);
    } else {
        table.columns[index].texts = bare;
        table.notes.push(said);
    }
    table.find_time();
    let is_time = |time: &time::TimeInfo| time.columns.contains(&index);
    if !table.time.as_ref().is_some_and(is_time) {
        *table = before;
    }
}

/// Columns of text that may be meant to tell the time, by their name or place.
fn texts_of_time(table: &Table) -> impl Iterator<Item = usize> {
    let may_be = |(index, column): &(usize, &Column)| {
        !column.is_numeric() && (*index == 0 || time::is_named(column))
    };
    let columns = table.columns.iter().enumerate();
    columns.filter(may_be).map(|(index, _)| index)
}

/// Says which cell keeps a column from being the time, where hardly any other does.
pub(super) fn explain(table: &mut Table) {
    if table.time.is_some() {
        return;
    }
    let found = texts_of_time(table).find_map(|index| {
        let column = &table.columns[index];
        let row = stray(&column.texts)?;
        Some((column.name.clone(), row, one_line(&column.texts[row], 40)))
    });
    if let Some((name, row, text)) = found {
        table.notes.push(format!(
            "\"{name}\" is no time because of \"{text}\" in row {}; correct it, or leave the field empty",
            count(row as u64 + 1)
        ));
    }
}

/// Numbers of a column, and a cell of it that shows how they are written.
struct Multiplied {
    numbers: Vec<f64>,
    example: String,
}

/// What a letter behind a number multiplies it by.
fn factor(letter: &str) -> Option<f64> {
    Some(match letter {
        "" => 1.0,
        "K" | "k" => 1e3,
        "M" | "Mio" | "mn" => 1e6,
        "B" | "bn" | "Mrd" => 1e9,
        "T" | "tn" => 1e12,
        _ => return None,
    })
}

/// The numbers of a column whose letters behind them differ, since those would be a unit otherwise.
fn multiplied(column: &Column) -> Option<Multiplied> {
    let present = || column.texts.iter().filter(|text| !is_missing(text));
    let first = present().next()?;
    let times = |text: &str| match Dressed::of(text) {
        Some(dressed) => factor(dressed.unit),
        // A number without a letter is no dressed one.
        None => Style::ALL
            .iter()
            .any(|style| style.parse(text).is_some())
            .then_some(1.0),
    };
    let common = times(first)?;
    let (mut example, mut differ) = (None, false);
    for text in present() {
        let factor = times(text)?;
        differ |= factor != common;
        if factor > 1.0 {
            example = example.or(Some(text));
        }
    }
    let example = example.filter(|_| differ)?;
    let style = Style::of_all(present)?;
    let number = |text: &str| {
        let known = if is_missing(text) {
            None
        } else {
            style.parse(text)
        };
        known.map_or(f64::NAN, |number| number * times(text).unwrap_or(f64::NAN))
    };
    let numbers: Vec<f64> = column.texts.iter().map(number).collect();
    // A number beyond all numbers stays the text that it is.
    let numbers = (numbers.iter().all(|number| !number.is_infinite())).then_some(numbers)?;
    Some(Multiplied {
        numbers,
        example: example.to_owned(),
    })
}

/// Texts without the marks behind some of them, and the first that has one; none where none has one, or all have.
fn unmarked(texts: &Words) -> Option<(String, Words)> {
    // Most columns have none, and need not be written anew.
    let example = (texts.iter()).find(|text| without_mark(text).len() < text.len())?;
    let mut all = true;
    let bare: Words = (texts.iter())
        .map(|text| {
            let bare = without_mark(text);
            all &= bare.len() < text.len();
            bare
        })
        .collect();
    (!all).then(|| (example.to_owned(), bare))
}

/// A text without a mark of an estimate, forecast or footnote behind it.
fn without_mark(text: &str) -> &str {
    let is_sign = |sign: char| matches!(sign, '*' | '†' | '‡' | '¹' | '²' | '³' | '~');
    let bare = text.trim_end_matches(is_sign);
    let words = |inner: &str| {
        !inner.is_empty()
            && inner.len() <= 12
            && inner.chars().all(|c| c.is_alphanumeric() || c == '.')
    };
    let bare = match bare
        .strip_suffix(')')
        .and_then(|rest| rest.rsplit_once('('))
    {
        Some((before, inner)) if words(inner) => before,
        _ => bare,
    };
    // Behind years alone: letters behind other times are parts of them.
    let letter = bare.strip_suffix(['p', 'e', 'f', 'r', 's', 'b', 'P', 'E', 'F', 'R', 'A']);
    let bare = letter.filter(|bare| year(bare).is_some()).unwrap_or(bare);
    bare.trim_end()
}

/// A year, blanks behind it aside.
fn year(text: &str) -> Option<f64> {
    numbers::year(text.trim_end()).map(f64::from)
}

impl Table {
    /// Gives a column of text the numbers that it holds, and says so instead of what was said of the text.
    pub(super) fn mend(&mut self, index: usize, numbers: Vec<f64>, said: String) {
        let column = &mut self.columns[index];
        let whole = numbers.iter().all(|number| number.fract() == 0.0);
        column.kind = if whole {
            ColumnKind::Integer
        } else {
            ColumnKind::Number
        };
        column.numbers = numbers;
        column.texts = Words::default();
        column.stray = None;
        let text = format!("\"{}\" is taken for text because of ", column.name);
        self.notes.retain(|note| !note.starts_with(&text));
        if !said.is_empty() {
            self.notes.push(said);
        }
    }
}
