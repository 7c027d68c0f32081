//! What stands around a table: comments and titles above it, sources and remarks below. Nothing that may be a row is
//! taken for either.

use super::{
    cells::one_line,
    moment::is_time,
    numbers::{Style, is_missing},
    totals::is_total,
};
use crate::numbers::count;

/// So many cells of a line are looked at.
const LOOKED: usize = 1000;

/// Whether a cell holds a number or a time.
pub(super) fn is_value(cell: &str) -> bool {
    !is_missing(cell)
        && (Style::ALL.iter().any(|style| style.parse(cell).is_some()) || is_time(cell))
}

/// What is to be known of a line to tell titles from rows.
#[derive(Debug, Clone, Copy)]
struct Line {
    fields: usize,
    /// Fields that hold something.
    filled: usize,
    /// Fields up to the last that holds something.
    reach: usize,
    /// Whether the first that holds something is text.
    begins_with_text: bool,
    /// Whether it is a word alone that in a row would mean that a value is missing: `Na`.
    is_missing_word: bool,
    /// Whether one of the others holds a number or a time.
    holds_value: bool,
}

impl Line {
    fn of(fields: &[&str]) -> Self {
        let mut filled = fields.iter().filter(|cell| !cell.is_empty());
        let begins_with_text = filled
            .next()
            .is_some_and(|cell| !is_value(cell) && !is_missing(cell));
        Self {
            fields: fields.len(),
            filled: fields.iter().filter(|cell| !cell.is_empty()).count(),
            reach: fields
                .iter()
                .rposition(|cell| !cell.is_empty())
                .map_or(0, |last| last + 1),
            begins_with_text,
            is_missing_word: matches!(fields, [word] if is_missing(word) && word.contains(char::is_alphabetic)),
            holds_value: filled.take(LOOKED).any(|cell| is_value(cell)),
        }
    }

    /// Whether it is hardly a row of a table so wide.
    fn is_narrow(&self, width: usize) -> bool {
        self.fields != width || width > 1 && (self.filled == 1 || self.reach * 3 <= width)
    }

    /// Whether it may stand above a table so wide without being part of it.
    fn is_title(&self, width: usize) -> bool {
        let says = self.begins_with_text || self.is_missing_word && self.fields != width;
        says && self.is_narrow(width)
    }

    /// Whether it may name columns, or be a row of texts.
    fn is_text(&self, width: usize) -> bool {
        self.begins_with_text && !self.holds_value && !self.is_narrow(width)
    }

    /// How it may name the columns of a table so wide that it has a field less, or one more that is empty.
    fn names(&self, width: usize, last_is_empty: bool) -> Option<Names> {
        let texts = self.begins_with_text && !self.holds_value && self.filled == self.reach;
        if !texts || width < 3 {
            None
        } else if self.filled == width && self.fields == width + 1 {
            Some(Names::Cut)
        } else if self.fields == self.filled && self.filled + 1 == width {
            Some(if last_is_empty {
                Names::WithoutLast
            } else {
                Names::WithoutFirst
            })
        } else {
            None
        }
    }
}

/// How the first line of a table names its columns.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Names {
    /// A field for each, if it does.
    #[default]
    Whole,
    /// All but the first one, as R writes tables.
    WithoutFirst,
    /// All but the last one, where all rows but this end in a delimiter.
    WithoutLast,
    /// With an empty field behind them.
    Cut,
}

/// Where a table begins.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Above {
    /// So many lines before it, blank ones among them, are no part of it.
    pub lines: usize,
    /// How the first of the others names the columns.
    pub names: Names,
}

/// Whether no field of a line holds anything.
pub(super) fn is_blank(fields: &[&str]) -> bool {
    fields.iter().all(|cell| cell.is_empty())
}

/// How many fields the most lines have one after the other, blank ones aside: more than one where any has. Of as many
/// the later ones.
pub(super) fn usual_width(lines: &[Vec<&str>]) -> usize {
    let mut widths: Vec<usize> = (lines.iter())
        .filter(|line| !is_blank(line))
        .map(Vec::len)
        .collect();
    if widths.iter().any(|&fields| fields > 1) {
        widths.retain(|&fields| fields > 1);
    }
    widths
        .chunk_by(|a, b| a == b)
        .max_by_key(|run| run.len())
        .map_or(1, |run| run[0])
}

/// What of a text's first lines stands above a table that is `width` fields wide: titles, which begin with text and
/// are too narrow for rows, and lines of texts among them that something parts from the table's own names.
pub(super) fn above(lines: &[Vec<&str>], width: usize) -> Above {
    let none = Above::default();
    let mut before: Vec<Option<Line>> = Vec::new();
    let Some(mut data) = lines.iter().position(|fields| {
        let line = (!is_blank(fields)).then(|| Line::of(fields));
        before.push(line);
        line.is_some_and(|line| !line.is_title(width) && !line.is_text(width))
    }) else {
        return none;
    };
    before.truncate(data);
    let is_text = |line: &Option<Line>| line.is_some_and(|line| line.is_text(width));
    // A row with one value may come first below the names.
    let sparse =
        |line: &Option<Line>| line.is_some_and(|line| line.fields == width) && !is_text(line);
    let named = before.len() - before.iter().rev().take_while(|line| sparse(line)).count();
    let rows = |from: usize| lines[from..].iter().filter(|fields| !is_blank(fields));
    let last_is_empty = rows(data).all(|fields| fields.last().is_some_and(|cell| cell.is_empty()));
    let names = |line: &Option<Line>| {
        is_text(line) || line.is_some_and(|line| line.names(width, last_is_empty).is_some())
    };
    if before[..named].last().is_some_and(names) {
        data = named;
        before.truncate(named);
    }
    if before.is_empty() {
        return none;
    }
    let rows = || rows(data);
    // Where lines between rows are blank, those between titles say nothing.
    let last_row = lines.iter().rposition(|fields| !is_blank(fields));
    let lines_of_rows = last_row.map_or(0, |last| last + 1 - data);
    let blanks_tell = (lines_of_rows - rows().count()) * 4 < rows().count();
    let end = before
        .iter()
        .rposition(Option::is_some)
        .map_or(0, |last| last + 1);
    let texts = before[..end]
        .iter()
        .rev()
        .take_while(|line| is_text(line))
        .count();
    let short = before[..end]
        .last()
        .copied()
        .flatten()
        .filter(|_| texts == 0 && end == data)
        .and_then(|line| line.names(width, last_is_empty));
    let (start, names) = match short {
        Some(names) => (end - 1, names),
        None if texts > 0 => (end - texts, Names::Whole),
        None => (data, Names::Whole),
    };
    let headed = start < data;
    let titles = &before[..start];
    let Some(last) = titles.iter().rposition(Option::is_some) else {
        return Above { lines: 0, names };
    };
    let parted_after = |place: usize| blanks_tell && titles[place..].iter().any(Option::is_none);
    let ragged = |line: &Option<Line>| line.is_some_and(|line| line.fields != width);
    // What may be the names, or a row of texts, is neither where other names follow and something parts it from them.
    let texts_are_apart = titles
        .iter()
        .rposition(is_text)
        .is_none_or(|place| headed && (parted_after(place) || titles[place..].iter().any(ragged)));
    let holds_value = |line: &Option<Line>| line.is_some_and(|line| line.holds_value);
    let values_are_apart = titles
        .iter()
        .rposition(holds_value)
        .is_none_or(|place| parted_after(place) || texts > 0 && ragged(&titles[place]));
    let sure = if titles.iter().flatten().any(|line| line.is_title(width)) {
        // Else it may be a name above one column of several.
        headed || parted_after(last) || ragged(&titles[last])
    } else {
        let all_hold_values = rows()
            .map(|fields| Line::of(fields))
            .all(|line| !line.begins_with_text || line.holds_value);
        headed && rows().count() > 1 && all_hold_values
    };
    if texts_are_apart && values_are_apart && sure {
        Above {
            lines: start,
            names,
        }
    } else {
        none
    }
}

/// How many of a text's last lines, blank ones among them, stand below a table that is `width` fields wide: they begin
/// with text and are no rows, or do so where rows do not, or a blank line or what they say parts them from the rows.
/// Totals and means of the rows are none of them where rows begin with numbers or times.
pub(super) fn below(lines: &[Vec<&str>], width: usize) -> usize {
    let mut kept = lines.len();
    for (place, fields) in lines.iter().enumerate().rev() {
        if is_blank(fields) {
            continue;
        }
        let line = Line::of(fields);
        let remarks = fields
            .iter()
            .find(|cell| !cell.is_empty())
            .is_some_and(|cell| is_remark(cell));
        if !line.begins_with_text {
            break;
        }
        let above = (lines[..place].iter().rev())
            .filter(|fields| !is_blank(fields) && !begins_with_total(fields))
            .find(|fields| !Line::of(fields).is_narrow(width));
        let Some(row) = above else {
            break;
        };
        let parted = is_blank(&lines[place - 1]);
        // A text where the row above has a number or a time.
        let unlike =
            |(cell, above): (&&str, &&str)| is_value(above) && !is_missing(cell) && !is_value(cell);
        let begins_unlike = fields
            .iter()
            .zip(row)
            .find(|(cell, _)| !cell.is_empty())
            .is_some_and(unlike);
        let sure = if width == 1 {
            begins_unlike && (parted || remarks)
        } else if line.fields == width {
            let alone = line.filled == 1;
            begins_unlike && begins_with_total(fields)
                || alone && (begins_unlike || parted)
                || remarks && fields.iter().zip(row).any(unlike)
        } else {
            begins_unlike || parted || remarks && line.fields == 1
        };
        if !sure {
            break;
        }
        kept = place;
    }
    lines.len() - kept
}

/// Whether the first cell that holds something names a total or a mean.
fn begins_with_total(fields: &[&str]) -> bool {
    let first = fields.iter().find(|cell| !cell.is_empty());
    first.is_some_and(|cell| is_total(cell))
}

/// Whether a text says where data are from, or remarks on them.
pub(super) fn is_remark(text: &str) -> bool {
    const WORDS: [&str; 14] = [
        "source",
        "note",
        "data ",
        "footnote",
        "*",
        "#",
        "(",
        "last updated",
        "copyright",
        "©",
        "http",
        "quelle",
        "disclaimer",
        "downloaded",
    ];
    let text = text.trim_start_matches(['"', '\'', ' ']).to_lowercase();
    WORDS.iter().any(|word| text.starts_with(word))
}

/// Where something stands that is left out.
#[derive(Clone, Copy)]
pub(super) enum Place {
    Above,
    Below,
}

/// Says that so many lines are left out, and the first of them.
pub(super) fn note(lines: usize, first: &str, place: Place) -> String {
    let first = one_line(first, 60);
    match (place, lines) {
        (Place::Above, 1) => format!("a line above the table is left out: {first}"),
        (Place::Below, 1) => format!("a line below the table is left out: {first}"),
        (Place::Above, _) => {
            let lines = count(lines as u64);
            format!("{lines} lines above the table are left out, the first of them: {first}")
        }
        (Place::Below, _) => {
            let lines = count(lines as u64);
            format!("{lines} lines below the table are left out, the first of them: {first}")
        }
    }
}
