//! Where in a delimited text its table stands, and what parts its fields.

use super::{
    around::{Above, Names, Place, above, below, is_blank, is_value, note, usual_width},
    delimiter::{first_lines, sniff},
    encoding::mark_length,
    heads,
    numbers::is_missing,
};
use memchr::{memchr, memchr_iter};

/// Bytes at the end of a text that are looked at.
pub(super) const TAIL: usize = 1 << 14;

/// How a delimited text is laid out.
#[derive(Debug, Default)]
pub(super) struct Layout {
    /// Between fields; none where there is one column.
    pub delimiter: Option<char>,
    /// Bytes before the table.
    pub start: usize,
    /// The line in which it begins, from 1.
    pub line: u64,
    /// How many fields its rows have, where its first line has more or fewer.
    pub width: Option<usize>,
    /// How that line names the columns.
    pub names: Names,
    /// So many lines below it, blank ones aside, name them too.
    pub further: usize,
    /// Whether no row begins with the sign of a comment.
    pub comments: bool,
    /// What is left out above it, and what more than one line of names says.
    pub note: Vec<String>,
    /// How many fields most of its first lines have.
    usual: usize,
}

impl Layout {
    /// Of a text, by its first lines.
    pub fn of(text: &str) -> Self {
        let mark = mark_length(text.as_bytes());
        let comments = Comments::of(text, mark);
        let lines = first_lines(&text[comments.end..]);
        let delimiter = sniff(&lines);
        let split: Vec<Vec<&str>> = lines
            .iter()
            .map(|(_, line)| fields(line, delimiter))
            .collect();
        let usual = usual_width(&split);
        let named = comments.names(&split, delimiter, usual);
        let above = match named {
            Some(_) => Above::default(),
            None => above(&split, usual),
        };
        let below = || comments.end + lines.get(above.lines).map_or(0, |(place, _)| *place);
        let start = named.unwrap_or_else(below);
        let above_it = text[mark..start].split(['\n', '\r']).map(str::trim);
        let table = &split[above.lines.min(split.len())..];
        let whole = named.is_none() && above.names == Names::Whole;
        let further = if whole {
            heads::further(table, usual)
        } else {
            0
        };
        let mut note: Vec<String> = left_out(above_it, delimiter, Place::Above)
            .into_iter()
            .collect();
        if further > 0 {
            let filled = table.iter().filter(|line| !is_blank(line));
            let rows: Vec<Vec<&str>> = filled.take(1 + further).cloned().collect();
            note.push(heads::names(&rows).1);
        }
        let rows = &table[usize::from(named.is_none() && !table.is_empty())..];
        Self {
            delimiter,
            start,
            line: 1 + memchr_iter(b'\n', &text.as_bytes()[..start]).count() as u64,
            width: (above.names != Names::Whole).then_some(usual),
            names: above.names,
            further,
            comments: begin_with_values(rows, usual),
            note,
            usual,
        }
    }

    /// How many of a text's last bytes stand below the table, of which at most [`TAIL`] are given, and what is left
    /// out with them; `more` says whether there are others before those given.
    pub fn below(&self, last: &[u8], more: bool) -> (usize, Option<String>) {
        let line = if more {
            memchr(b'\n', last).map(|end| end + 1)
        } else {
            Some(0)
        };
        let Some(tail) = line.and_then(|line| std::str::from_utf8(&last[line..]).ok()) else {
            return (0, None);
        };
        let mut lines: Vec<(usize, &str)> = Vec::new();
        for line in tail.split_inclusive('\n') {
            let start = line.as_ptr() as usize - tail.as_ptr() as usize;
            if memchr_iter(b'"', line.as_bytes()).count() % 2 == 1 {
                lines.clear(); // the beginning or the end of a field of several lines
            } else {
                lines.push((start, line.trim_end_matches(['\n', '\r'])));
            }
        }
        let split: Vec<Vec<&str>> = lines
            .iter()
            .map(|(_, line)| fields(line, self.delimiter))
            .collect();
        let out = below(&split, self.usual);
        if out == 0 {
            return (0, None);
        }
        let out = &lines[lines.len() - out..];
        let below_it = out.iter().map(|(_, line)| *line);
        (
            tail.len() - out[0].0,
            left_out(below_it, self.delimiter, Place::Below),
        )
    }
}

/// Whether the first fields of rows so wide are numbers or times, those that begin as comments do aside.
fn begin_with_values(rows: &[Vec<&str>], width: usize) -> bool {
    /// More rows need not be looked at.
    const LOOKED: usize = 4;
    let firsts = (rows.iter().filter(|row| row.len() == width))
        .map(|row| row[0])
        .filter(|cell| !is_missing(cell) && !begins_comment(cell));
    // Words may stand below the names.
    firsts.take(LOOKED).last().is_some_and(is_value)
}

/// Whether a text begins with the sign of a comment.
pub(super) fn begins_comment(text: &str) -> bool {
    SIGNS.iter().any(|sign| text.starts_with(sign))
}

/// What comments begin with.
const SIGNS: [&str; 3] = ["#", "%", "//"];

/// Says what of `lines` is left out, where they hold anything.
fn left_out<'a>(
    lines: impl Iterator<Item = &'a str>,
    delimiter: Option<char>,
    place: Place,
) -> Option<String> {
    let filled: Vec<&str> = lines
        .filter(|line| line.contains(char::is_alphanumeric))
        .collect();
    let first = fields(filled.first()?, delimiter).join(" ");
    Some(note(filled.len(), &first, place))
}

/// The fields of a line, without blanks and quotes around them; none of a blank one.
fn fields(line: &str, delimiter: Option<char>) -> Vec<&str> {
    let line = line.trim_matches([' ', '\r', '\n']);
    let mut fields = Vec::new();
    let (mut start, mut quoted) = (0, false);
    let blanks = delimiter == Some(' ');
    for (place, sign) in line.char_indices() {
        quoted ^= sign == '"';
        let parts = Some(sign) == delimiter || blanks && sign == '\t';
        if parts && !quoted {
            if !blanks || start < place {
                fields.push(&line[start..place]);
            }
            start = place + sign.len_utf8();
        }
    }
    if !blanks || start < line.len() {
        fields.push(&line[start..]);
    }
    for field in &mut fields {
        *field = field.trim().trim_matches('"').trim();
    }
    fields
}

/// Lines at the beginning of a text that a sign marks as comments.
struct Comments<'a> {
    /// Bytes of them, blank lines behind them included.
    end: usize,
    /// The last ones, without their signs, and where each begins; none where a blank line follows.
    last: Vec<(usize, &'a str)>,
}

impl<'a> Comments<'a> {
    fn of(text: &'a str, start: usize) -> Self {
        let none = Self {
            end: start,
            last: Vec::new(),
        };
        let mut comments = Self {
            last: Vec::new(),
            ..none
        };
        let mut place = start;
        for line in text[start..].split_inclusive(['\n', '\r']) {
            let bare = line.trim();
            let begins = SIGNS.iter().find(|sign| bare.starts_with(**sign));
            match begins {
                // A row that begins with such a sign, perhaps.
                Some(sign) if is_row(bare, sign) => break,
                Some(sign) => {
                    let behind = bare.trim_start_matches(sign).trim_start();
                    let start = behind.as_ptr() as usize - text.as_ptr() as usize;
                    comments.last.push((start, behind));
                    comments.end = place + line.len();
                }
                None if bare.is_empty() => {
                    let breaks = line != "\n" || !text[..place].ends_with('\r');
                    if breaks {
                        comments.last.clear();
                    }
                    if comments.end > start {
                        comments.end = place + line.len();
                    }
                }
                None => return comments,
            }
            place += line.len();
        }
        if text[comments.end..].trim().is_empty() {
            none
        } else {
            comments
        }
    }

    /// Where the names of the columns begin, if the last comment is they, or the one before it where units follow: it
    /// has a field for each, and no names stand below it.
    fn names(&self, lines: &[Vec<&str>], delimiter: Option<char>, width: usize) -> Option<usize> {
        let is_name = |name: &&str| !is_missing(name) && !is_value(name);
        let of = |&(start, text): &(usize, &'a str)| {
            let names = fields(text, delimiter);
            let one_word = width > 1 || !text.contains(char::is_whitespace);
            let fits = names.len() == width && names.iter().all(is_name) && one_word;
            fits.then_some((start, names))
        };
        let mut upwards = self.last.iter().rev();
        let (mut start, names) = of(upwards.next()?).or_else(|| {
            // What is below the names may be too short for units of all.
            let (start, names) = upwards.clone().next().and_then(of)?;
            let below = fields(self.last.last()?.1, delimiter);
            heads::are_units(&below).then_some((start, names))
        })?;
        if heads::are_units(&names)
            && let Some((above, _)) = upwards.next().and_then(of)
        {
            start = above;
        }
        let mut rows = lines
            .iter()
            .filter(|line| line.iter().any(|cell| !cell.is_empty()));
        let holds_value = |line: &Vec<&str>| line.iter().any(|cell| is_value(cell));
        let unnamed = rows.next().is_some_and(holds_value) || !rows.any(holds_value);
        unnamed.then_some(start)
    }
}

/// Whether a line may be a row though a comment's sign begins it: no blank follows the sign, and fields and a number do.
fn is_row(line: &str, sign: &str) -> bool {
    let behind = &line[sign.len()..];
    let mut fields = behind.split([',', ';', '\t', '|']);
    let attached = behind.starts_with(char::is_alphanumeric);
    attached && fields.next().is_some() && fields.any(|field| is_value(field.trim()))
}
