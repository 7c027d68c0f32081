//! Delimited text to records: which delimiter, and where each record stands.

use super::{
    DataError, Table,
    delimiter::single_blanks,
    encoding::mark_length,
    foreign,
    layout::{Layout, TAIL},
    lines::{self, LEAST, Rows, cut, trimmed, width},
    pieces,
    source::format_of,
    typed::{self, Origin, Records, See},
};
use csv::{ReaderBuilder, StringRecord};
use memchr::{memchr, memchr_iter};
use std::{borrow::Cow, convert::Infallible, ops::Range};

/// Reads delimited text; `source` is for messages.
///
/// # Errors
/// No rows, rows of different lengths, an infinite number: with its line.
pub fn parse<'a>(source: &str, text: impl Into<Cow<'a, str>>) -> Result<Table, DataError> {
    parse_in(source, text.into(), |bytes| pieces::about(bytes, LEAST))
}

/// As [`parse`], side by side in about the `pieces` of so many bytes.
fn parse_in(
    source: &str,
    mut text: Cow<'_, str>,
    pieces: impl FnOnce(usize) -> Vec<Range<usize>>,
) -> Result<Table, DataError> {
    if text[mark_length(text.as_bytes())..].trim().is_empty() {
        return Err(DataError::file(
            source,
            "is empty; give a file with a row for each time step",
        ));
    }
    if let Some((line, length)) = too_long(&text) {
        return Err(DataError::file(
            source,
            format!("is {length} bytes long without a line break; give delimited text with a line for each time step"),
        )
        .at_line(line));
    }
    let mut foreign = foreign::plain(&text);
    if let Some(foreign) = &mut foreign {
        text = Cow::Owned(std::mem::take(&mut foreign.text));
    }
    let mut layout = Layout::of(&text);
    layout.line -= foreign.as_ref().map_or(0, |foreign| foreign.added);
    let last = text.len().saturating_sub(TAIL).max(layout.start);
    let (below, remark) = layout.below(&text.as_bytes()[last..], last > layout.start);
    let end = text.len() - below;
    text = match text {
        Cow::Borrowed(text) => Cow::Borrowed(&text[layout.start..end]),
        Cow::Owned(mut text) => {
            text.truncate(end);
            text.drain(..layout.start);
            Cow::Owned(text)
        }
    };
    if layout.delimiter == Some(' ') {
        text = Cow::Owned(single_blanks(&text));
    }
    let origin = Origin {
        source,
        format: format_of(layout.delimiter),
        delimiter: layout.delimiter,
        header: (layout.further > 0).then_some(true),
    };
    let pieces = pieces(text.len());
    let mut table = typed::table(&origin, File::new(source, text, &layout, pieces))?;
    if let Some(foreign) = foreign {
        table.delimiter = Some(foreign.delimiter);
        table.format = format_of(table.delimiter);
        table.notes.push(foreign.note);
    }
    table.notes.extend(layout.note);
    table.notes.extend(remark);
    Ok(table)
}

/// Longer lines than this are no table's: reading them as one would take many times their size.
const LONGEST_LINE: usize = 64 << 20;

/// The first line beyond [`LONGEST_LINE`], by its number from 1, and its bytes.
fn too_long(text: &str) -> Option<(u64, usize)> {
    if text.len() <= LONGEST_LINE {
        return None;
    }
    whole_lines(text)
        .zip(1..)
        .filter(|(line, _)| line.len() > LONGEST_LINE)
        .find_map(|(line, number)| {
            let longest = line.split('\r').map(str::len).max()?;
            (longest > LONGEST_LINE).then_some((number, longest))
        })
}

/// What stands between line breaks; `str::split` takes three times as long.
fn whole_lines(text: &str) -> impl Iterator<Item = &str> {
    let mut start = 0;
    memchr_iter(b'\n', text.as_bytes())
        .chain(std::iter::once(text.len()))
        .map(move |end| {
            let piece = &text[start..end];
            start = end + 1;
            piece
        })
}

/// Text, and how it is cut into fields.
struct File<'a> {
    source: &'a str,
    text: Cow<'a, str>,
    layout: &'a Layout,
    /// Whether quotes may hold delimiters and line breaks.
    quoted: bool,
    /// Bytes that can be gone through side by side: whole lines, each piece but the first beginning
    /// with a record that has a value.
    pieces: Vec<Range<usize>>,
    /// Line breaks in each piece.
    breaks: Vec<usize>,
}

impl Records for File<'_> {
    fn pieces(&self) -> usize {
        self.pieces.len()
    }

    /// Every record that is not blank, by its line.
    fn each(&self, piece: usize, see: &mut dyn See) -> Result<(), DataError> {
        let ragged = |count, expected, line| self.ragged(count, expected, line);
        let mut rows = if piece == 0 {
            Rows::first(self.layout, &ragged)
        } else {
            let found = || width(&self.text, self.delimiter());
            Rows::later(self.layout, self.layout.width.or_else(found), &ragged)
        };
        if self.quoted {
            self.each_quoted(&mut rows, see)?;
        } else {
            let first = self.layout.line + self.breaks[..piece].iter().sum::<usize>() as u64;
            let text = &self.text[self.pieces[piece].clone()];
            lines::each(text, self.delimiter(), first, &mut rows, see)?;
        }
        if piece + 1 < self.pieces.len() {
            rows.close(see)?;
        }
        Ok(())
    }

    fn most(&self, pieces: Range<usize>) -> usize {
        self.breaks[pieces].iter().sum::<usize>() + 1
    }
}

impl<'a> File<'a> {
    fn new(
        source: &'a str,
        text: Cow<'a, str>,
        layout: &'a Layout,
        about: Vec<Range<usize>>,
    ) -> Self {
        let quoted = memchr(b'"', text.as_bytes()).is_some();
        let pieces = if quoted {
            std::iter::once(0..text.len()).collect()
        } else {
            cut(text.as_bytes(), about)
        };
        let count = |piece: usize| {
            let breaks = memchr_iter(b'\n', &text.as_bytes()[pieces[piece].clone()]).count();
            Ok::<_, Infallible>(vec![breaks])
        };
        let Ok(breaks) = pieces::joined(pieces.len(), count, Extend::extend);
        let breaks = breaks.unwrap_or_default();
        Self {
            source,
            text,
            layout,
            quoted,
            pieces,
            breaks,
        }
    }

    fn each_quoted(&self, rows: &mut Rows<'_>, see: &mut dyn See) -> Result<(), DataError> {
        let mut reader = ReaderBuilder::new()
            .has_headers(false)
            .delimiter(self.delimiter())
            .flexible(true)
            .from_reader(self.text.as_bytes());
        let mut record = StringRecord::new();
        let mut lines = Lines {
            text: self.text.as_bytes(),
            byte: 0,
            line: self.layout.line,
        };
        // The last record with a line break in it.
        let mut long = None;
        while reader
            .read_record(&mut record)
            .map_err(|error| self.refused(&format!("cannot be read: {error}"), None))?
        {
            let line = lines.at(record.position().map_or(0, csv::Position::byte));
            let last = record.iter().next_back().unwrap_or_default();
            long = last.contains('\n').then_some(line);
            let fields: Vec<&str> = record.iter().map(trimmed).collect();
            rows.see(line, &fields, see)?;
        }
        // An open quote has the rest of the file in its record.
        match long {
            Some(_) if self.has_open_quote() => Err(self.refused(
                "has a quote that opens and never closes; close it, or take it out",
                long,
            )),
            _ => Ok(()),
        }
    }

    /// What parts fields, always a sign of ASCII; of one column one that no text has.
    fn delimiter(&self) -> u8 {
        let sign = self.layout.delimiter.unwrap_or('\0');
        u8::try_from(sign).unwrap_or(b',')
    }
}

impl File<'_> {
    fn ragged(&self, count: usize, expected: usize, line: u64) -> DataError {
        let hint = if self.has_open_quote() {
            " (a quote is left open somewhere)"
        } else {
            ""
        };
        let message = format!(
            "has {} where the rows before have {expected}{hint}; give every row as many",
            fields(count)
        );
        self.refused(&message, Some(line))
    }

    /// Whether quotes do not pair up.
    fn has_open_quote(&self) -> bool {
        !memchr_iter(b'"', self.text.as_bytes())
            .count()
            .is_multiple_of(2)
    }

    fn refused(&self, message: &str, line: Option<u64>) -> DataError {
        let error = DataError::file(self.source, message);
        match line {
            Some(line) => error.at_line(line),
            None => error,
        }
    }
}

fn fields(count: usize) -> String {
    if count == 1 {
        "1 field".to_owned()
    } else {
        format!("{count} fields")
    }
}

/// Counts lines up to a record's first byte; the reader's own count stops before blank lines.
struct Lines<'a> {
    text: &'a [u8],
    byte: usize,
    line: u64,
}

impl Lines<'_> {
    fn at(&mut self, byte: u64) -> u64 {
        let end = usize::try_from(byte)
            .unwrap_or(usize::MAX)
            .min(self.text.len());
        let blank = self.text[end..]
            .iter()
            .take_while(|&&b| b == b'\n' || b == b'\r')
            .count();
        let end = end + blank;
        let passed = &self.text[self.byte.min(end)..end];
        self.line += passed.split(|&b| b == b'\n').skip(1).count() as u64;
        self.byte = end;
        self.line
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::{collection::vec, prelude::*};

    /// A row of three cells, or what stands between rows.
    fn line() -> impl Strategy<Value = String> {
        let cell = || {
            prop_oneof![
                8 => "-?[0-9]{1,4}(\\.[0-9]{1,3})?",
                1 => Just(String::new()),
                1 => Just("NA".to_owned()),
                1 => Just("2020-01-01".to_owned()),
                1 => "[0-9]{1,3}( kg|%|-|\\.[0-9]{3})|\\([0-9]\\)|\\$[0-9]",
            ]
        };
        // Columns of one kind, too, which stay numbers.
        let same = |unit: &'static str| "[0-9]{1,3}".prop_map(move |cell| cell + unit);
        prop_oneof![
            20 => (cell(), cell(), cell()).prop_map(|(a, b, c)| format!("{a},{b},{c}\n")),
            20 => (cell(), same(" kg"), same(".250")).prop_map(|(a, b, c)| format!("{a},{b},{c}\n")),
            2 => (cell(), "[a-zä]{1,3}").prop_map(|(a, b)| format!("{a},{b},\r\n")),
            1 => Just("\n".to_owned()),
            1 => Just("  \n".to_owned()),
            1 => Just(",,\n".to_owned()),
            1 => Just("ä,,\n".to_owned()),
        ]
    }

    fn read(text: &str, pieces: usize) -> String {
        let table = parse_in("x", text.into(), |bytes| pieces::even(bytes, pieces));
        match table {
            Err(error) => error.to_string(),
            Ok(table) => format!("{:?} {:?} {:?}", table.columns, table.notes, table.time),
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(500))]

        /// However many cores there are, a text is the same table, or wrong at the same line.
        #[test]
        fn pieces_change_nothing(
            lines in vec(line(), 0..40),
            head in prop_oneof![Just(""), Just("a,b,c\n"), Just("\n  \n,,\nä,ö,ü\r\n")],
            wrong in prop_oneof![9 => Just(""), 1 => Just("1,2\n"), 1 => Just("1,inf,2\n")],
            at in 0_usize..40,
            pieces in 2_usize..9,
        ) {
            let mut lines = lines;
            lines.insert(at.min(lines.len()), wrong.to_owned());
            let text = format!("{head}{}", lines.concat());
            prop_assert_eq!(read(&text, 1), read(&text, pieces));
        }
    }
}
