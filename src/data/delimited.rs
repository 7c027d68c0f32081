//! Delimited text to records: which delimiter, and where each record stands.

use super::{
    DataError, Table,
    delimiter::{single_blanks, sniff},
    source::format_of,
    typed::{self, Origin, Records},
};
use csv::{ReaderBuilder, StringRecord, Trim};
use std::borrow::Cow;

/// Reads delimited text; `source` is for messages.
///
/// # Errors
/// No rows, rows of different lengths, an infinite number: with its line.
pub fn parse(source: &str, text: &str) -> Result<Table, DataError> {
    let fail = |message: &str| Err(DataError::file(source, message));
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.trim().is_empty() {
        return fail("is empty; give a file with a row for each time step");
    }
    if let Some((line, length)) = too_long(text) {
        return Err(DataError::file(
            source,
            format!("is {length} bytes long without a line break; give delimited text with a line for each time step"),
        )
        .at_line(line));
    }
    let delimiter = sniff(text);
    let file = File {
        source,
        text: if delimiter == Some(' ') {
            Cow::Owned(single_blanks(text))
        } else {
            Cow::Borrowed(text)
        },
        delimiter,
    };

    typed::table(
        &Origin {
            source,
            format: format_of(delimiter),
            delimiter,
            header: None,
        },
        &file,
    )
}

/// Longer lines than this are no table's: reading them as one would take many times their size.
const LONGEST_LINE: usize = 64 << 20;

/// The first line beyond [`LONGEST_LINE`], by its number from 1, and its bytes.
fn too_long(text: &str) -> Option<(u64, usize)> {
    text.as_bytes()
        .split(|&byte| byte == b'\n' || byte == b'\r')
        .map(<[u8]>::len)
        .zip(1..)
        .find(|&(length, _)| length > LONGEST_LINE)
        .map(|(length, line)| (line, length))
}

/// Text, and how it is cut into fields.
struct File<'a> {
    source: &'a str,
    text: Cow<'a, str>,
    delimiter: Option<char>,
}

impl Records for File<'_> {
    /// Every record that is not blank, by its line.
    fn each(
        &self,
        see: &mut dyn FnMut(u64, &StringRecord) -> Result<(), DataError>,
    ) -> Result<(), DataError> {
        // One column: a delimiter that no text has.
        let delimiter = self.delimiter.map_or(Ok(0), u8::try_from).unwrap_or(b',');
        let mut reader = ReaderBuilder::new()
            .has_headers(false)
            .delimiter(delimiter)
            .flexible(true)
            .trim(Trim::All)
            .from_reader(self.text.as_bytes());
        let mut record = StringRecord::new();
        let mut lines = Lines {
            text: self.text.as_bytes(),
            byte: 0,
            line: 1,
        };
        let mut width = None;
        // Lines of records with no value at all: rows like others, except before the first and after
        // the last one that has a value, where spreadsheets leave them.
        let mut open: Vec<u64> = Vec::new();
        while reader
            .read_record(&mut record)
            .map_err(|error| self.refused(&format!("cannot be read: {error}"), None))?
        {
            let line = lines.at(record.position().map_or(0, csv::Position::byte));
            let filled = record.iter().any(|cell| !cell.is_empty());
            let expected = width.unwrap_or(record.len());
            if record.len() == 1 && expected > 1 && !filled {
                continue; // blanks alone
            }
            if record.len() != expected {
                return Err(self.ragged(record.len(), expected, line));
            }
            if !filled && expected > 1 {
                if width.is_some() {
                    open.push(line);
                }
                continue;
            }
            width = Some(expected);
            if !open.is_empty() {
                let empty = StringRecord::from(vec![""; expected]);
                for line in open.drain(..) {
                    see(line, &empty)?;
                }
            }
            see(line, &record)?;
        }
        Ok(())
    }
}

impl File<'_> {
    fn ragged(&self, count: usize, expected: usize, line: u64) -> DataError {
        let quotes = self.text.bytes().filter(|&byte| byte == b'"').count();
        let hint = if quotes % 2 == 1 {
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
