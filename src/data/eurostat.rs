//! Eurostat's tables: tabs between times, commas between what tells series apart, flags behind values
//! (<https://ec.europa.eu/eurostat/web/user-guides/data-browser/api-data-access/api-detailed-guidelines/tsv-format>).

use super::foreign::Foreign;

/// What is said where one is read.
const NOTE: &str = "read as a table of Eurostat: letters behind values are flags and left out";

/// The table in plain tabs, without flags; none where it is no table of Eurostat.
pub(super) fn plain(text: &str) -> Option<Foreign> {
    let end = text.find(['\n', '\r']).unwrap_or(text.len());
    let (first, _) = text[..end].split_once('\t')?;
    let (names, across) = first.rsplit_once('\\')?;
    if !["time", "time_period"].contains(&across.trim().to_lowercase().as_str()) {
        return None;
    }
    let mut plain = String::with_capacity(text.len());
    for (place, line) in text.lines().enumerate() {
        let (first, values) = line.split_once('\t').unwrap_or((line, ""));
        let first = if place == 0 { names } else { first };
        plain += &first.replace(',', "\t");
        for value in values.split('\t') {
            plain.push('\t');
            plain += if place == 0 {
                value.trim()
            } else {
                bare(value)
            };
        }
        plain.push('\n');
    }
    Some(Foreign {
        text: plain,
        delimiter: '\t',
        added: 0,
        note: NOTE.to_owned(),
    })
}

/// A value without its flags; nothing where it is missing.
fn bare(value: &str) -> &str {
    let value = value.trim();
    let (number, flags) = value.split_once(' ').unwrap_or((value, ""));
    let is_flag = |sign: char| sign.is_ascii_lowercase() || sign == ' ';
    match number {
        ":" => "",
        _ if flags.chars().all(is_flag) => number,
        _ => value,
    }
}
