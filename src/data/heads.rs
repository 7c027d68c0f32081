//! A header of several rows: units or remarks below the names, or names in levels, as pandas writes and yfinance hands
//! them on.

use super::{
    around::{is_blank, is_value},
    dressed::is_unit,
    moment::is_time,
    numbers::is_missing,
};

/// Rows that may name columns together with the first.
const MOST: usize = 3;

/// Rows below them by which they are judged.
const JUDGED: usize = 30;

/// Wider tables have one row of names.
const WIDEST: usize = 2000;

/// How many of `lines`, blank ones aside, name the columns of a table so wide together with the first of them.
pub(super) fn further<S: AsRef<str>>(lines: &[Vec<S>], width: usize) -> usize {
    if !(2..=WIDEST).contains(&width) {
        return 0;
    }
    let mut filled = Vec::with_capacity(JUDGED);
    for line in lines {
        let fields: Vec<&str> = line.iter().map(AsRef::as_ref).collect();
        if is_blank(&fields) {
            continue;
        }
        if fields.len() != width || filled.len() == MOST + 1 + JUDGED {
            break;
        }
        filled.push(fields);
    }
    let Some((names, rows)) = filled.split_first() else {
        return 0;
    };
    // Most tables are done with here: their second row has a value.
    let texts = rows.iter().take_while(|row| is_text(row)).count();
    let most = rows.len().saturating_sub(2).min(MOST);
    if is_text(names) {
        let index = (0..most).find(|&place| is_index_row(&rows[place], &rows[place + 1..]));
        if let Some(place) = index
            && rows[..place].iter().all(|row| is_level(row))
            && (place > 0 || names.iter().skip(1).all(|name| !name.is_empty()))
        {
            return place + 1;
        }
        let enough = |&count: &usize| are_remarks(&rows[..count], &rows[count..]);
        return (1..=texts.min(most)).rev().find(enough).unwrap_or(0);
    }
    0
}

/// Whether a row holds no number and no time.
fn is_text(row: &[&str]) -> bool {
    !row.iter().any(|cell| is_value(cell))
}

/// Whether a row names levels of columns, which may be numbers, behind nothing or the name of the level.
fn is_level(row: &[&str]) -> bool {
    !is_value(row[0]) && row.iter().skip(1).any(|cell| !cell.is_empty())
}

/// Whether a row names the first column, which tells the time, and no other.
fn is_index_row(row: &[&str], below: &[Vec<&str>]) -> bool {
    let mut firsts = below.iter().map(|row| row[0]);
    names_first_alone(row) && firsts.len() > 1 && firsts.all(is_time)
}

/// Whether a row has one cell, the first, which may be a column's name: no value, and no unit in brackets.
fn names_first_alone<S: AsRef<str>>(row: &[S]) -> bool {
    let Some((first, others)) = row.split_first() else {
        return false;
    };
    let first = first.as_ref();
    let named = !first.is_empty() && !is_value(first) && in_brackets(first).is_none();
    named && others.iter().all(|cell| cell.as_ref().is_empty())
}

/// Whether rows are units or other words, each above numbers or times alone.
fn are_remarks(rows: &[Vec<&str>], below: &[Vec<&str>]) -> bool {
    let typed: Vec<bool> = (0..rows[0].len())
        .map(|place| {
            let mut cells = (below.iter().map(|row| row[place])).filter(|cell| !is_missing(cell));
            let first = cells.next();
            first.is_some_and(is_value) && cells.all(is_value)
        })
        .collect();
    let covered = |row: &Vec<&str>| {
        let behind_first = || row.iter().zip(&typed).skip(1).filter(|(_, typed)| **typed);
        behind_first().count() > 0 && behind_first().all(|(cell, _)| !is_missing(cell))
    };
    // What begins with a digit there may be a time that nobody can read.
    let counted = |row: &Vec<&str>| row[0].starts_with(|sign: char| sign.is_ascii_digit());
    !rows
        .iter()
        .any(|row| counted(row) || names_first_alone(row))
        && rows.iter().all(|row| {
            let named = || row.iter().zip(&typed).filter(|(cell, _)| !is_missing(cell));
            named().any(|(_, typed)| *typed)
                && named().all(|(cell, typed)| *typed || says_unit(cell))
                && (covered(row)
                    || named().all(|(cell, _)| in_brackets(cell).is_some() || is_unit(cell)))
        })
}

/// What stands in brackets.
fn in_brackets(cell: &str) -> Option<&str> {
    let pairs = [('[', ']'), ('(', ')'), ('<', '>')];
    pairs.iter().find_map(|&(open, close)| {
        let inner = cell.strip_prefix(open)?.strip_suffix(close)?;
        (!inner.is_empty()).then_some(inner)
    })
}

/// Whether all of a row are surely units: in brackets, or such as few columns are called by.
pub(super) fn are_units(row: &[&str]) -> bool {
    const UNITS: [&str; 60] = [
        "-", "--", "%", "‰", "s", "sec", "ms", "us", "µs", "ns", "min", "h", "hr", "d", "K", "°C",
        "degC", "deg", "degF", "°F", "C", "F", "Pa", "hPa", "kPa", "MPa", "bar", "mbar", "m", "mm",
        "cm", "km", "m/s", "km/h", "m/s^2", "m/s2", "g", "kg", "N", "Nm", "V", "mV", "kV", "A",
        "mA", "W", "kW", "MW", "Wh", "kWh", "J", "Hz", "kHz", "rpm", "ppm", "ppb", "W/m2", "W/m^2",
        "rad", "mol",
    ];
    let is_unit = |cell: &&str| in_brackets(cell).is_some() || UNITS.contains(cell);
    !row.is_empty() && row.iter().all(is_unit)
}

/// Whether a cell says that units stand beside it.
fn says_unit(cell: &str) -> bool {
    const WORDS: [&str; 10] = [
        "unit",
        "units",
        "einheit",
        "einheiten",
        "unité",
        "unités",
        "unidad",
        "unità",
        "eenheid",
        "单位",
    ];
    let bare = in_brackets(cell).unwrap_or(cell).to_lowercase();
    WORDS.contains(&bare.trim_end_matches(':'))
}

/// The names that rows make together, and what to say of it.
pub(super) fn names<S: AsRef<str>>(rows: &[Vec<S>]) -> (Vec<String>, String) {
    let cell = |row: usize, place: usize| rows[row].get(place).map_or("", AsRef::as_ref);
    let width = rows[0].len();
    let indexed = rows.len() > 1 && names_first_alone(&rows[rows.len() - 1]);
    let levels = rows.len() - usize::from(indexed);
    let mut names: Vec<String> = (0..width).map(|place| cell(0, place).to_owned()).collect();
    if indexed {
        cell(rows.len() - 1, 0).clone_into(&mut names[0]);
    }
    // Columns that lower rows say something of.
    let told: Vec<usize> = (usize::from(indexed)..width)
        .filter(|&place| (1..levels).any(|row| !is_missing(cell(row, place))))
        .collect();
    if told.is_empty() {
        let note = format!(
            "the row below the names calls the first column \"{}\"",
            names[0]
        );
        return (names, note);
    }
    let mut firsts: Vec<&str> = told.iter().map(|&place| cell(0, place)).collect();
    firsts.sort_unstable();
    let differ = firsts.windows(2).all(|pair| pair[0] != pair[1]);
    if differ && firsts.first().is_some_and(|name| !name.is_empty()) {
        let left_out: Vec<&str> = (told.iter().map(|&place| cell(1, place)))
            .filter(|cell| !cell.is_empty())
            .take(8)
            .collect();
        let left_out = super::cells::one_line(&left_out.join(", "), 60);
        let note = match levels {
            2 => format!("a row of units or remarks below the names is left out: {left_out}"),
            _ => format!(
                "{} rows of units or remarks below the names are left out, the first of them: {left_out}",
                levels - 1
            ),
        };
        return (names, note);
    }
    let mut parts: Vec<Vec<&str>> = (0..levels)
        .map(|row| told.iter().map(|&place| cell(row, place)).collect())
        .collect();
    // A spreadsheet writes what columns have in common above the first of them alone.
    for part in &mut parts[..levels - 1] {
        let mut last = "";
        for name in part {
            if name.is_empty() {
                *name = last;
            }
            last = name;
        }
    }
    let same = |part: &Vec<&str>| part.iter().all(|name| *name == part[0]);
    let common: Vec<&str> = (parts.iter().filter(|part| same(part)))
        .map(|part| part[0])
        .filter(|name| !name.is_empty())
        .collect();
    if told.len() > 1 {
        parts.retain(|part| !same(part));
    }
    for (at, &place) in told.iter().enumerate() {
        let words: Vec<&str> = (parts.iter().map(|part| part[at]))
            .filter(|word| !word.is_empty())
            .collect();
        names[place] = words.join("_");
    }
    let example = told.first().map_or("", |&place| &names[place]);
    let note = if common.is_empty() {
        format!("{levels} rows name the columns together, such as \"{example}\"")
    } else {
        format!(
            "{levels} rows name the columns together, such as \"{example}\"; what all have in common is left out: {}",
            common.join(", ")
        )
    };
    (names, note)
}
