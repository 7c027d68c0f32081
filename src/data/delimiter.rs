//! What parts the fields of a text.

use super::numbers::Style;
use memchr::{memchr_iter, memchr3_iter};

/// The delimiter: the first of `;`, tab, `|` and `,` that nine lines in ten have equally often, outside quotes, or most
/// lines below titles; else blanks that nine lines in ten have equally often; failing that, one that most lines have.
/// `;` before `,` for the sake of decimal commas; none where there is one column.
pub(super) fn sniff(lines: &[(usize, &str)]) -> Option<char> {
    let lines: Vec<&str> = (lines
        .iter()
        .map(|(_, line)| *line)
        .filter(|line| !line.trim().is_empty()))
    .collect();
    let count = |line: &str, delimiter: char| {
        let mut quoted = false;
        let mut counted = 0;
        let mut blank = true;
        // Not for the others: a tab at the end stands before a missing value.
        let line = if delimiter == ' ' { line.trim() } else { line };
        for c in line.chars() {
            quoted ^= c == '"';
            let is_blank = delimiter == ' ' && (c == ' ' || c == '\t');
            if !quoted && ((is_blank && !blank) || (delimiter != ' ' && c == delimiter)) {
                counted += 1;
            }
            blank = is_blank;
        }
        counted
    };
    let counted = [';', '\t', '|', ',', ' '].map(|delimiter| {
        let counts: Vec<usize> = lines.iter().map(|line| count(line, delimiter)).collect();
        (delimiter, counts)
    });
    let share = |counts: &[usize]| {
        let mut counts = counts.to_vec();
        counts.sort_unstable();
        let common = counts
            .chunk_by(|a, b| a == b)
            .max_by_key(|chunk| chunk.len())?;
        let having = counts.iter().filter(|&&count| count > 0).count();
        Some((
            common[0],
            common.len() as f64 / counts.len() as f64,
            having as f64 / counts.len() as f64,
        ))
    };
    let shares: Vec<(char, (usize, f64, f64))> = counted
        .iter()
        .filter_map(|(delimiter, counts)| share(counts).map(|share| (*delimiter, share)))
        .collect();
    let equally = |blank: bool| {
        let equal = |(delimiter, (common, equal, _)): &&(char, (usize, f64, f64))| {
            (*delimiter == ' ') == blank && *common > 0 && *equal >= 0.9
        };
        shares.iter().find(equal).map(|(delimiter, _)| *delimiter)
    };
    if parts_numbers_with_commas(&lines) {
        return Some(' ');
    }
    // Titles and rows can have as many blanks by chance, and a tab is a blank too: what most lines have comes first.
    let [signs @ .., _] = &counted;
    let most = |(delimiter, having): (char, usize)| (having * 2 > lines.len()).then_some(delimiter);
    equally(false)
        .or_else(|| below_titles(signs).and_then(most))
        .or_else(|| equally(true))
        .or_else(|| below_titles(&counted).map(|(delimiter, _)| delimiter))
        .or_else(|| {
            shares
                .iter()
                .find(|(delimiter, (_, _, having))| *having >= 0.5 && *delimiter != ' ')
                .map(|(delimiter, _)| *delimiter)
        })
        .or_else(|| {
            shares
                .iter()
                .find(|(_, (common, equal, _))| *common > 0 && *equal >= 0.6)
                .map(|(delimiter, _)| *delimiter)
        })
}

/// Whether blanks part as many fields in every line, the names of columns without a comma in the first, and every
/// comma in the others stands in a number: `2021-01-01 1,200`.
fn parts_numbers_with_commas(lines: &[&str]) -> bool {
    let Some((names, rows)) = lines.split_first() else {
        return false;
    };
    let fields = |line: &str| line.split_ascii_whitespace().count();
    let sound = |line: &&str| {
        let number = |field: &str| {
            let mut read = [Style::DecimalComma, Style::Grouped].iter();
            !field.contains(',') || read.any(|style| style.parse(field).is_some())
        };
        fields(line) == fields(names) && line.split_ascii_whitespace().all(number)
    };
    let others = |line: &str| line.contains([';', '|', '\t', '"']);
    fields(names) > 1
        && !names.contains(',')
        && rows.iter().any(|line| line.contains(','))
        && !lines.iter().any(|line| others(line))
        && rows.iter().all(sound)
}

/// The delimiter that the most lines, three or more of them, have equally often from some line on to the last that has
/// it so often, nine in ten of those between, with their number.
fn below_titles(counted: &[(char, Vec<usize>)]) -> Option<(char, usize)> {
    /// Titles are fewer.
    const MOST: usize = 60;
    let steady = |counts: &[usize]| {
        let runs = (0..counts.len().min(MOST)).filter_map(|from| {
            let same = |&count: &usize| count == counts[from];
            // What stands below the table has others.
            let end = counts.iter().rposition(same)? + 1;
            let equal = counts[from..end].iter().filter(|count| same(count)).count();
            let holds = counts[from] > 0 && equal > 2 && equal * 10 >= (end - from) * 9;
            holds.then_some(equal)
        });
        runs.max()
    };
    let steadies = counted
        .iter()
        .map(|(delimiter, counts)| (*delimiter, steady(counts)));
    // Of several, the first.
    let (delimiter, equal) = steadies.rev().max_by_key(|(_, equal)| *equal)?;
    equal.map(|equal| (delimiter, equal))
}

/// Runs of blanks outside quotes as one blank, none at the ends of lines; line breaks stay.
pub(super) fn single_blanks(text: &str) -> String {
    let mut single = String::with_capacity(text.len());
    let mut quoted = false;
    for c in text.chars() {
        quoted ^= c == '"';
        match c {
            ' ' | '\t' if !quoted => {
                if !single.ends_with([' ', '\n', '\r']) && !single.is_empty() {
                    single.push(' ');
                }
            }
            '\n' | '\r' => {
                if single.ends_with(' ') {
                    single.pop();
                }
                single.push(c);
            }
            c => single.push(c),
        }
    }
    single.truncate(single.trim_end().len());
    single
}

/// So many lines that are not blank are looked at.
const JUDGED: usize = 200;

/// The first lines of a text with their places, as many as hold [`JUDGED`] that are not blank; a line break in quotes
/// ends none, unless the quotes do not pair up.
pub(super) fn first_lines(text: &str) -> Vec<(usize, &str)> {
    let paired = memchr_iter(b'"', text.as_bytes()).count().is_multiple_of(2);
    let mut lines = Vec::new();
    let (mut start, mut quoted, mut filled) = (0, false, 0);
    let bytes = text.as_bytes();
    let ends = memchr3_iter(b'"', b'\n', b'\r', bytes).chain(std::iter::once(bytes.len()));
    for end in ends {
        match bytes.get(end) {
            Some(b'"') => quoted ^= paired,
            _ if quoted || end < start => {}
            sign => {
                let line = &text[start..end];
                filled += usize::from(!line.trim().is_empty());
                lines.push((start, line));
                // Both of a pair end one line.
                let pair = sign == Some(&b'\r') && bytes.get(end + 1) == Some(&b'\n');
                start = end + 1 + usize::from(pair);
            }
        }
        if filled == JUDGED {
            break;
        }
    }
    lines
}

/// Whether a text has so many lines that what is said of it by its first ones is said of it all.
pub(super) fn is_long(lines: &[(usize, &str)]) -> bool {
    lines
        .iter()
        .filter(|(_, line)| !line.trim().is_empty())
        .count()
        >= JUDGED
}
