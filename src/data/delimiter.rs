//! What parts the fields of a text.

use memchr::memchr_iter;

/// The delimiter: the first of `;`, tab, `|`, `,` and blanks that nine lines in ten have equally
/// often, outside quotes; failing that, one that most lines have. `;` before `,` for the sake of
/// decimal commas; none where there is one column.
pub(super) fn sniff(text: &str) -> Option<char> {
    let lines = first_lines(text);
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
    let share = |delimiter: char| {
        let mut counts: Vec<usize> = lines.iter().map(|line| count(line, delimiter)).collect();
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
    let shares: Vec<(char, (usize, f64, f64))> = [';', '\t', '|', ',', ' ']
        .into_iter()
        .filter_map(|delimiter| share(delimiter).map(|share| (delimiter, share)))
        .collect();
    shares
        .iter()
        .find(|(_, (common, equal, _))| *common > 0 && *equal >= 0.9)
        .or_else(|| {
            shares
                .iter()
                .find(|(delimiter, (_, _, having))| *having >= 0.5 && *delimiter != ' ')
        })
        .or_else(|| {
            shares
                .iter()
                .find(|(_, (common, equal, _))| *common > 0 && *equal >= 0.6)
        })
        .map(|(delimiter, _)| *delimiter)
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
pub(super) const JUDGED: usize = 200;

/// The first [`JUDGED`] lines that are not blank; a line break in quotes ends none, unless the quotes do
/// not pair up.
pub(super) fn first_lines(text: &str) -> Vec<&str> {
    let paired = memchr_iter(b'"', text.as_bytes()).count().is_multiple_of(2);
    let mut quoted = false;
    text.split(move |c: char| {
        quoted ^= c == '"' && paired;
        !quoted && (c == '\n' || c == '\r')
    })
    .filter(|line| !line.trim().is_empty())
    .take(JUDGED)
    .collect()
}
