//! Times that name no year, as system logs write them: the year is the one before until the calendar begins anew.

use super::{Pace, Pattern, Reading, Words};

/// The first year; a later one of these where somebody wrote the 29th of February in it or in the next.
const YEARS: [i16; 3] = [2001, 2000, 1999];

/// Days that a word tells apart from numbers and ratios.
const SURE: [&str; 14] = [
    "%b %d %H:%M:%S%.f",
    "%b %d %H:%M",
    "%d %b %H:%M:%S%.f",
    "%d %b %H:%M",
    "%m-%d %H:%M:%S%.f",
    "%m-%d %H:%M",
    "%m/%d %H:%M:%S%.f",
    "%m/%d %H:%M",
    "%d/%m %H:%M",
    "%d.%m. %H:%M",
    "%b %d",
    "%d %b",
    "%B %d",
    "%d %B",
];

/// Those that are times in a column where times are looked for.
const LIKELY: [&str; 5] = ["%m-%d", "%m/%d", "%d/%m", "%d-%m", "%d.%m."];

/// What such texts mean; `likely` where the column may be a time by its name or place.
pub(in crate::data) fn reading(texts: &Words, likely: bool) -> Option<Reading> {
    let first = texts.iter().find(|text| !text.is_empty())?;
    let begins = |sign: char| sign.is_ascii_alphanumeric();
    if first.len() > 24 || !first.starts_with(begins) {
        return None;
    }
    let likely = likely && !are_months_of_years(texts);
    let patterns = SURE.iter().chain(LIKELY.iter().filter(|_| likely));
    let mut fallback = None;
    for pattern in patterns {
        let read = |year: &i16| of(texts, pattern, *year);
        let Some(found) = YEARS.iter().find_map(read) else {
            continue;
        };
        // Where days and months are numbers, the order in which rows come evenly.
        if found.pace.is_even() {
            return Some(found);
        }
        fallback = fallback.or(Some(found));
    }
    fallback
}

/// Whether texts count months of years that are counted too, as 1-01 to 3-12: behind the twelfth of each the first of
/// the next.
fn are_months_of_years(texts: &Words) -> bool {
    let month = |text: &str| -> Option<u32> {
        let (year, month) = text.split_once(['-', '/'])?;
        let month = month
            .parse::<u32>()
            .ok()
            .filter(|month| (1..=12).contains(month))?;
        Some(12 * year.parse::<u32>().ok()? + month)
    };
    let months: Option<Vec<u32>> = texts.iter().map(month).collect();
    months.is_some_and(|months| {
        months.len() > 12
            && months
                .windows(2)
                .all(|pair| pair[0].checked_add(1) == Some(pair[1]))
    })
}

/// Whether a pattern names no year.
pub(in crate::data) fn is_one(pattern: &str) -> bool {
    !["%Y", "%y", "%G"].iter().any(|year| pattern.contains(year))
}

/// Under a pattern, from a year on; none where a text does not follow it, or time stands still or runs backwards by
/// less than half a year.
fn of(texts: &Words, pattern: &str, mut year: i16) -> Option<Reading> {
    let whole = Pattern::of(format!("%Y {pattern}"));
    let mut instants = Vec::with_capacity(texts.len());
    let mut pace = Pace::default();
    let (mut before, mut moves) = (None, false);
    for text in texts.iter() {
        if text.is_empty() {
            return None;
        }
        let parse = |year: i16| Some(whole.parse(&format!("{year} {text}"), &mut None)?.0);
        let mut now = parse(year)?;
        if let Some(before) = before
            && now < before
        {
            year += 1;
            now = parse(year)?;
            let early = now.duration_since(before).as_hours() < 24 * 366 / 2;
            if !early || now < before {
                return None;
            }
        }
        moves |= before.is_some_and(|before| before < now);
        before = Some(now);
        instants.push(Some(now));
        pace.see(Some(now));
    }
    (moves && texts.len() > 2).then(|| Reading {
        pattern: pattern.to_owned(),
        instants,
        offset: None,
        pace,
        either: false,
    })
}
