//! Monthly series as NOAA's Physical Sciences Laboratory writes them: the first and the last year, a line a year with its
//! twelve months, then the value that stands for missing ones, and remarks
//! (<https://psl.noaa.gov/gcos_wgsp/Timeseries/standard/>).

use super::foreign::Foreign;

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// The table with a column a month; none where a text is not of that form.
pub(super) fn plain(text: &str) -> Option<Foreign> {
    let mut lines = text.lines();
    let ends = numbers(lines.next()?, 2)?;
    let [first, last] = [year(ends[0])?, year(ends[1])?];
    let mut rows = Vec::new();
    let mut below = lines.clone();
    for expected in first..=last {
        let line = lines.next().unwrap_or_default();
        let Some(row) = numbers(line, 13).filter(|row| year(row[0]) == Some(expected)) else {
            break;
        };
        rows.push(row);
        below = lines.clone();
    }
    if rows.len() < 2 {
        return None;
    }
    let mut below = below.filter(|line| !line.trim().is_empty());
    let value = |text: &str| text.parse::<f64>().ok();
    let missing = below.next().and_then(|line| numbers(line, 1)?.pop());
    let is_missing = |text: &str| missing.is_some_and(|missing| value(missing) == value(text));
    let mut plain = format!("year\t{}\n", MONTHS.join("\t"));
    for row in &rows {
        plain += row[0];
        for month in &row[1..] {
            plain.push('\t');
            plain += if is_missing(month) { "" } else { month };
        }
        plain.push('\n');
    }
    let note = match missing {
        Some(missing) => format!(
            "read as a series of NOAA PSL: {missing} stands for a missing month, and what follows the years is left out"
        ),
        None => "read as a series of NOAA PSL: what follows the years is left out".to_owned(),
    };
    Some(Foreign {
        text: plain,
        delimiter: ' ',
        added: 0,
        note,
    })
}

/// The fields of a line, where they are so many numbers.
fn numbers(line: &str, count: usize) -> Option<Vec<&str>> {
    let fields: Vec<&str> = line.split_whitespace().take(count + 1).collect();
    let all = fields.iter().all(|field| field.parse::<f64>().is_ok());
    (fields.len() == count && all).then_some(fields)
}

fn year(text: &str) -> Option<u16> {
    text.parse().ok().filter(|year| (1000..3000).contains(year))
}
