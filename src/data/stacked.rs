//! Long tables: several series on top of one another in the same columns, told apart by what another column says.

use super::{Column, ColumnKind, Table, time};
use std::collections::{HashMap, HashSet};

/// What is said of all such tables.
pub(super) const SAID: &str = "series stand on one another";

/// More columns need not be tried in pairs.
const PAIRED: usize = 6;

/// Says which column tells series apart where several stand on one another, and gives them the time that they share.
pub(super) fn explain(table: &mut Table) {
    let years = || {
        let found = time::years(&table.columns)?;
        separated(table, &[found], &years_of(&table.columns[found])).map(|by| (Some(found), by))
    };
    let found = match &table.time {
        None => years(),
        Some(time) if time.is_even() || goes_one_way(time.instants()) => None,
        Some(time) => numbered(time.instants())
            .and_then(|numbered| separated(table, &time.columns, &numbered))
            .map(|by| (None, by)),
    };
    let Some((year, by)) = found else { return };
    if let Some(index) = year {
        table.columns[index].kind = ColumnKind::Time;
        table.time = Some(time::of_column(&table.columns, index));
    }
    if let Some(time) = &mut table.time {
        time.share();
    }
    if let By::One(index, _) = by {
        // No measurement, though it may be numbers.
        table.columns[index].kind = ColumnKind::Category;
    }
    table.notes.retain(|note| !note.contains("not in order"));
    let name = |index: usize| table.columns[index].name.as_str();
    let said = match by {
        By::One(index, count) => format!(
            "{count} series stand on one another, told apart by \"{0}\"; a step \"group\" with by = \"{0}\" in data.prepare reads each as its own, and without it they are read as one",
            name(index)
        ),
        By::Two(first, second) => format!(
            "several series stand on one another, told apart by \"{}\" and \"{}\" together; join the two into one column of the file and name it in a step \"group\" of data.prepare, as they are read as one otherwise",
            name(first),
            name(second)
        ),
    };
    table.notes.push(said);
}

/// What tells series apart.
enum By {
    /// A column, and how many values it has.
    One(usize, usize),
    /// Two columns.
    Two(usize, usize),
}

/// Whether each time comes after the one before, or each before it, as those of one series mostly do.
fn goes_one_way<T: Ord>(moments: &[Option<T>]) -> bool {
    let pairs = || moments.windows(2);
    pairs().all(|pair| pair[0] < pair[1]) || pairs().all(|pair| pair[0] > pair[1])
}

/// Each time as a number, the same for the same; none where each stands once, or one is missing.
fn numbered<T: Copy + Eq + std::hash::Hash>(moments: &[Option<T>]) -> Option<Vec<usize>> {
    let mut known: HashMap<T, usize> = HashMap::new();
    let mut numbers = Vec::with_capacity(moments.len());
    for moment in moments {
        let next = known.len();
        numbers.push(*known.entry((*moment)?).or_insert(next));
    }
    (known.len() < numbers.len()).then_some(numbers)
}

fn years_of(column: &Column) -> Vec<usize> {
    column.numbers.iter().map(|&year| year as usize).collect()
}

/// The column, or two of them, for each value of which no time stands twice, as one does in all.
fn separated(table: &Table, of_time: &[usize], times: &[usize]) -> Option<By> {
    let rows = times.len();
    let mut at_once: HashMap<usize, usize> = HashMap::new();
    for &time in times {
        *at_once.entry(time).or_default() += 1;
    }
    let most = at_once.values().copied().max().filter(|&most| most > 1)?;
    let named = |index: usize| -> Option<(Vec<usize>, usize)> {
        let column = &table.columns[index];
        let mut known: HashMap<std::borrow::Cow<'_, str>, usize> = HashMap::new();
        let mut numbers = Vec::with_capacity(rows);
        for row in 0..rows {
            let next = known.len();
            numbers.push(*known.entry(column.text(row)).or_insert(next));
            // Series of two rows at least.
            if known.len() * 2 > rows {
                return None;
            }
        }
        let whole = column.is_numeric();
        // Numbers that happen to differ are none that tell series apart.
        (known.len() > 1 && (!whole || known.len() == most)).then_some((numbers, known.len()))
    };
    let candidates = |whole: bool| {
        (0..table.columns.len()).filter(move |index| {
            let column = &table.columns[*index];
            let fits = match column.kind {
                ColumnKind::Integer => whole && column.missing() == 0,
                ColumnKind::Category | ColumnKind::Label => !whole && !column.is_numeric(),
                _ => false,
            };
            fits && !of_time.contains(index)
        })
    };
    let parts = |names: &[usize]| {
        let mut seen = HashSet::with_capacity(rows);
        (names.iter().zip(times)).all(|pair| seen.insert(pair))
    };
    let mut texts = Vec::new();
    for index in candidates(false).chain(candidates(true)) {
        let Some((names, count)) = named(index) else {
            continue;
        };
        if count >= most && parts(&names) {
            return Some(By::One(index, count));
        }
        if !table.columns[index].is_numeric() && texts.len() < PAIRED {
            texts.push((index, names, count));
        }
    }
    for (place, (first, names, count)) in texts.iter().enumerate() {
        for (second, others, more) in &texts[place + 1..] {
            let both: Vec<usize> = (names.iter().zip(others))
                .map(|(name, other)| name * more + other)
                .collect();
            if count * more >= most && parts(&both) {
                return Some(By::Two(*first, *second));
            }
        }
    }
    None
}
