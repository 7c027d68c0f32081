//! Years, quarters and months of the same series in one column, one below the other, as the Office for National
//! Statistics writes them.

use super::{ColumnKind, Table, numbers::Style, wide::piece};

/// Rows that are no times, above and below.
const MOST_OTHERS: usize = 20;

/// So few times of a frequency are no series.
const LEAST: usize = 4;

/// How often a row comes, the most frequent first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Every {
    Month,
    Quarter,
    Year,
}

/// What a text such as `2019`, `2019 Q1` or `2019 JAN` tells.
fn every(text: &str) -> Option<Every> {
    let (year, rest) = text.split_at_checked(4)?;
    let year = year.bytes().all(|byte| byte.is_ascii_digit()) && year >= "1000";
    let rest = rest.trim_start_matches([' ', '-']);
    match piece(rest) {
        _ if !year => None,
        None if rest.is_empty() => Some(Every::Year),
        Some((_, 12)) => Some(Every::Month),
        Some((_, 4)) => Some(Every::Quarter),
        _ => None,
    }
}

/// Leaves the rows of the most frequent times alone, where the first column holds times of several frequencies.
pub(super) fn separate(table: &mut Table) {
    let Some(first) = table.columns.first().filter(|first| !first.is_numeric()) else {
        return;
    };
    if table.time.is_some() {
        return;
    }
    let mut found = Vec::with_capacity(table.rows());
    let mut others = 0;
    for text in first.texts.iter() {
        let every = every(text);
        others += usize::from(every.is_none());
        if others > MOST_OTHERS {
            return;
        }
        found.push(every);
    }
    let rows = |every: Every| -> Vec<usize> {
        (0..found.len())
            .filter(|&row| found[row] == Some(every))
            .collect()
    };
    let [months, quarters, years] =
        [Every::Month, Every::Quarter, Every::Year].map(|every| rows(every).len());
    let kinds = [months, quarters, years];
    if kinds.iter().filter(|count| **count > 0).count() < 2 || others * 2 > found.len() {
        return;
    }
    let (kept, said) = if months >= LEAST {
        (
            Every::Month,
            format!(
                "times of several frequencies stand in \"{}\": the {months} months are read and {quarters} quarters, {years} years and {others} other rows left out",
                first.name
            ),
        )
    } else if quarters >= LEAST {
        (
            Every::Quarter,
            format!(
                "times of several frequencies stand in \"{}\": the {quarters} quarters are read and {months} months, {years} years and {others} other rows left out",
                first.name
            ),
        )
    } else {
        return;
    };
    let order = rows(kept);
    let mut made = table.with_rows(&order, std::iter::once(order.len()));
    for index in 1..made.columns.len() {
        let column = &made.columns[index];
        let present = || column.texts.iter().filter(|text| !text.is_empty());
        // What stood above made it text.
        let style = Style::of_all(present);
        if let Some(style) = style.filter(|_| !column.is_numeric()) {
            let number = |text: &str| style.parse(text).unwrap_or(f64::NAN);
            let numbers = column.texts.iter().map(number).collect();
            made.mend(index, numbers, String::new());
        }
    }
    made.columns[0].kind = ColumnKind::Category;
    made.notes.push(said);
    made.find_time();
    if made.time.is_some() {
        *table = made;
    }
}
