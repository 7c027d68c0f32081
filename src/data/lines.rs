//! Lines of text without quotes to records, and which of the records are rows.

use super::{
    DataError,
    around::Names,
    heads,
    layout::{Layout, begins_comment},
    numbers::is_missing,
    typed::See,
};
use memchr::{memchr, memchr3_iter};
use std::ops::Range;

/// So many records are gone through before plain rows are looked for again.
const OTHER: usize = 64;

/// Lets `see` take the rows among the records of `text`, whose first line is `line`. A carriage return ends a record,
/// alone and before a line break. The lines gone through.
pub(super) fn each(
    text: &str,
    delimiter: u8,
    line: u64,
    rows: &mut Rows<'_>,
    see: &mut dyn See,
) -> Result<u64, DataError> {
    let mut at = 0;
    let mut now = line;
    while at < text.len() {
        if rows.are_under_way() {
            let (bytes, lines) = see.plain(&text[at..], delimiter, now);
            at += bytes;
            now += lines as u64;
        }
        let (bytes, lines) = some(&text[at..], delimiter, now, rows, see)?;
        at += bytes;
        now += lines;
    }
    Ok(now - line)
}

/// As [`each`], of the first [`OTHER`] records; how many bytes and lines they take.
fn some(
    text: &str,
    delimiter: u8,
    first: u64,
    rows: &mut Rows<'_>,
    see: &mut dyn See,
) -> Result<(usize, u64), DataError> {
    let bytes = text.as_bytes();
    let mut fields = Vec::new();
    let (mut line, mut start, mut records) = (first, 0, 0);
    for end in memchr3_iter(delimiter, b'\n', b'\r', bytes) {
        let sign = bytes[end];
        if sign == delimiter {
            fields.push(trimmed(&text[start..end]));
            start = end + 1;
            continue;
        }
        if end > start || !fields.is_empty() {
            fields.push(trimmed(&text[start..end]));
            rows.see(line, &fields, see)?;
            fields.clear();
            records += 1;
        }
        start = end + 1;
        line += u64::from(sign == b'\n');
        if records == OTHER {
            return Ok((start, line - first));
        }
    }
    if start < text.len() || !fields.is_empty() {
        fields.push(trimmed(&text[start.min(text.len())..]));
        rows.see(line, &fields, see)?;
    }
    Ok((text.len(), line - first))
}

/// How many fields the first record of `text` that has a value has.
pub(super) fn width(text: &str, delimiter: u8) -> Option<usize> {
    text.split(['\n', '\r']).find_map(|record| {
        let fields: Vec<&str> = record.split(char::from(delimiter)).map(trimmed).collect();
        is_filled(&fields).then_some(fields.len())
    })
}

/// `str::trim`, which most fields have no need of.
#[inline]
pub(super) fn trimmed(field: &str) -> &str {
    let bare = |byte: Option<&u8>| byte.is_none_or(u8::is_ascii_graphic);
    let bytes = field.as_bytes();
    if bare(bytes.first()) && bare(bytes.last()) {
        field
    } else {
        field.trim()
    }
}

/// Whether a record has a value.
fn is_filled(fields: &[&str]) -> bool {
    fields.iter().any(|cell| !cell.is_empty())
}

/// Records as they come, of which some are blank.
pub(super) struct Rows<'a> {
    width: Option<usize>,
    /// How the record that is to come first names the columns.
    names: Names,
    /// So many records behind it name them too.
    further: usize,
    /// Those that have come.
    heads: Vec<Vec<String>>,
    /// Whether none has come behind those.
    at_head: bool,
    /// Whether no row begins with the sign of a comment.
    comments: bool,
    /// Lines of records with no value at all: rows like others, except before the first and after
    /// the last one that has a value, where spreadsheets leave them.
    open: Vec<u64>,
    /// The error of a record of so many fields where so many are expected, at this line.
    ragged: &'a dyn Fn(usize, usize, u64) -> DataError,
}

impl<'a> Rows<'a> {
    /// `width`: how many fields every record has; of the first that has a value, where none is given.
    pub fn new(width: Option<usize>, ragged: &'a dyn Fn(usize, usize, u64) -> DataError) -> Self {
        Self {
            width,
            names: Names::Whole,
            further: 0,
            heads: Vec::new(),
            at_head: false,
            comments: false,
            open: Vec::new(),
            ragged,
        }
    }

    /// From the first record on of a text so laid out.
    pub fn first(layout: &Layout, ragged: &'a dyn Fn(usize, usize, u64) -> DataError) -> Self {
        Self {
            names: layout.names,
            further: layout.further,
            at_head: true,
            comments: layout.comments,
            ..Self::new(layout.width, ragged)
        }
    }

    /// From some later record on of a text so laid out, whose records are so wide.
    pub fn later(
        layout: &Layout,
        width: Option<usize>,
        ragged: &'a dyn Fn(usize, usize, u64) -> DataError,
    ) -> Self {
        Self {
            comments: layout.comments,
            ..Self::new(width, ragged)
        }
    }

    /// Whether it is known how many fields a row has, and none is open.
    fn are_under_way(&self) -> bool {
        self.width.is_some() && self.open.is_empty() && !self.at_head
    }

    /// Lets `see` take the next record, where it is a row.
    pub fn see(&mut self, line: u64, fields: &[&str], see: &mut dyn See) -> Result<(), DataError> {
        let filled = is_filled(fields);
        if filled && self.names != Names::Whole {
            let names = match std::mem::take(&mut self.names) {
                Names::WithoutFirst => [&[""], fields].concat(),
                Names::WithoutLast => [fields, &[""]].concat(),
                Names::Cut => fields[..fields.len() - 1].to_vec(),
                Names::Whole => fields.to_vec(),
            };
            return self.see(line, &names, see);
        }
        if filled && !self.at_head && self.is_comment(fields) {
            see.comment(fields);
            return Ok(());
        }
        let Some(expected) = self.width else {
            if filled {
                self.width = Some(fields.len());
                self.see(line, fields, see)?;
            }
            return Ok(());
        };
        if fields.len() == 1 && expected > 1 && !filled {
            return Ok(()); // blanks alone
        }
        if fields.len() != expected {
            return Err((self.ragged)(fields.len(), expected, line));
        }
        if !filled && expected > 1 {
            self.open.push(line);
            return Ok(());
        }
        if self.at_head {
            return self.see_head(line, fields, see);
        }
        self.close(see)?;
        see.record(line, fields)
    }

    /// The first record, and those that name the columns with it: one record of names.
    fn see_head(&mut self, line: u64, fields: &[&str], see: &mut dyn See) -> Result<(), DataError> {
        self.open.clear();
        self.at_head = self.heads.len() < self.further;
        if self.further == 0 {
            return see.record(line, fields);
        }
        (self.heads).push(fields.iter().map(|&field| field.to_owned()).collect());
        if self.at_head {
            return Ok(());
        }
        let (names, _) = heads::names(&std::mem::take(&mut self.heads));
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        see.record(line, &names)
    }

    /// Whether a record is no row of a table whose rows begin with values, or are wider.
    fn is_comment(&self, fields: &[&str]) -> bool {
        let other = self.width.is_some_and(|width| width != fields.len());
        // What spreadsheets write where a formula has failed, such as `#DIV/0!`, is a cell.
        let failed = fields[0].starts_with('#') && fields[0].ends_with(['!', '?']);
        (self.comments && !failed || other) && begins_comment(fields[0]) && !is_missing(fields[0])
    }

    /// A row with a value comes behind those without.
    pub fn close(&mut self, see: &mut dyn See) -> Result<(), DataError> {
        if self.open.is_empty() {
            return Ok(());
        }
        let missing = vec![""; self.width.unwrap_or(0)];
        self.open
            .drain(..)
            .try_for_each(|line| see.record(line, &missing))
    }
}

/// Shorter pieces of text than this are not worth a thread.
pub(super) const LEAST: usize = 1 << 20;

/// Pieces of a text without quotes that can be gone through side by side: whole lines, each piece but the first
/// beginning with a record that has a value.
pub(super) fn cut(text: &[u8], about: Vec<Range<usize>>) -> Vec<Range<usize>> {
    let mut cut = Vec::new();
    let mut start = 0;
    // The record that may name the columns is in the first piece.
    let Some(first) = valued(text, 0) else {
        return std::iter::once(0..text.len()).collect();
    };
    for piece in about {
        if let Some(end) = valued(text, piece.end.max(start + 1).max(first + 1)) {
            cut.push(start..end);
            start = end;
        }
    }
    cut.push(start..text.len());
    cut
}

/// Where the first line that begins at `from` or behind and surely has a value begins.
pub(super) fn valued(text: &[u8], from: usize) -> Option<usize> {
    let mut start = match from.checked_sub(1) {
        None => 0,
        Some(before) => before + memchr(b'\n', text.get(before..)?)? + 1,
    };
    loop {
        let line = text[start..]
            .iter()
            .position(|&byte| byte == b'\n' || byte.is_ascii_alphanumeric())?;
        if text[start + line] != b'\n' {
            return Some(start);
        }
        start += line + 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn records(text: &str, delimiter: char) -> Vec<(u64, Vec<String>)> {
        let mut records = Vec::new();
        let sign = u8::try_from(delimiter).expect("ASCII");
        let ragged = |_, _, line: u64| DataError::file("x", line.to_string());
        let mut rows = Rows::new(None, &ragged);
        let mut see = |line: u64, fields: &[&str]| {
            records.push((line, fields.iter().map(|&field| field.to_owned()).collect()));
            Ok(())
        };
        let read = each(text, sign, 1, &mut rows, &mut see);
        if let Err(error) = read {
            records.push((0, vec![error.to_string()]));
        }
        records
    }

    proptest! {
        /// As the library splits text: rows have as many fields as the first with a value, those without any stand
        /// between others, and none is lost before one that has more or fewer.
        #[test]
        fn records_are_what_stands_between_signs(
            lines in proptest::collection::vec(
                prop_oneof![
                    9 => "[a ä\u{a0}\u{ac}\u{8a}\u{1}\u{b}]{0,9}[,;][a ä1]{0,9}",
                    1 => "[ ,;\r]{0,4}",
                ],
                0..600,
            ),
            end in prop_oneof!["", "\n", "\r\n", "\r"],
        ) {
            let text = lines.join("\n") + &end;
            for delimiter in [',', ';'] {
                let mut expected = Vec::new();
                let mut open = Vec::new();
                let mut width = None;
                for (line, whole) in (1..).zip(text.split('\n')) {
                    for record in whole.split('\r').filter(|record| !record.is_empty()) {
                        let fields: Vec<String> =
                            record.split(delimiter).map(|field| field.trim().to_owned()).collect();
                        let filled = fields.iter().any(|field| !field.is_empty());
                        if width.is_none() && filled {
                            width = Some(fields.len());
                        }
                        let expects = width.unwrap_or(0);
                        if filled && fields.len() == expects {
                            expected.append(&mut open);
                            expected.push((line, fields));
                        } else if !filled && expects == 1 && fields.len() == 1 {
                            expected.push((line, fields));
                        } else if !filled && (fields.len() == 1 || width.is_none()) {
                            // blanks alone
                        } else if fields.len() == expects {
                            open.push((line, fields));
                        } else {
                            expected.push((0, vec![line.to_string()]));
                            break;
                        }
                    }
                    if expected.last().is_some_and(|(line, _)| *line == 0) {
                        break;
                    }
                }
                let read = records(&text, delimiter);
                if let Some((0, at)) = expected.last() {
                    let (line, message) = read.last().expect("an error");
                    let told = message[0].split(' ').next_back();
                    prop_assert_eq!((*line, told), (0, Some(at[0].as_str())));
                } else {
                    prop_assert_eq!(read, expected);
                }
            }
        }
    }

    #[test]
    fn a_text_may_end_anywhere() {
        assert_eq!(records("", ',').len(), 0);
        for length in 1..70 {
            let text = "x".repeat(length);
            assert_eq!(records(&text, ','), [(1, vec![text.clone()])]);
            assert_eq!(records(&format!("{text},"), ',')[0].1, [text.as_str(), ""]);
            assert_eq!(records(&format!("{text}\n"), ',').len(), 1);
        }
    }
}
