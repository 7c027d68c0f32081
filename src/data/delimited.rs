//! Delimited text to records: which delimiter, and where each record stands.

use super::{
    DataError, Table,
    delimiter::{single_blanks, sniff},
    source::format_of,
    typed::{self, Origin, Records, See},
};
use csv::{ReaderBuilder, StringRecord};
use std::borrow::Cow;

/// Reads delimited text; `source` is for messages.
///
/// # Errors
/// No rows, rows of different lengths, an infinite number: with its line.
pub fn parse<'a>(source: &str, text: impl Into<Cow<'a, str>>) -> Result<Table, DataError> {
    let whole: Cow<'a, str> = text.into();
    let text = &*whole;
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
        quoted: text.contains('"'),
    };

    let origin = Origin {
        source,
        format: format_of(delimiter),
        delimiter,
        header: None,
    };
    let read = typed::read(&origin, &file)?;
    // A large text need not be held while its times are understood.
    drop(file);
    drop(whole);
    read.finish(&origin)
}

/// Longer lines than this are no table's: reading them as one would take many times their size.
const LONGEST_LINE: usize = 64 << 20;

/// The first line beyond [`LONGEST_LINE`], by its number from 1, and its bytes.
fn too_long(text: &str) -> Option<(u64, usize)> {
    let lines = text.split('\n').zip(1..);
    lines
        .filter(|(line, _)| line.len() > LONGEST_LINE)
        .find_map(|(line, number)| {
            let longest = line.split('\r').map(str::len).max()?;
            (longest > LONGEST_LINE).then_some((number, longest))
        })
}

/// Text, and how it is cut into fields.
struct File<'a> {
    source: &'a str,
    text: Cow<'a, str>,
    delimiter: Option<char>,
    /// Whether quotes may hold delimiters and line breaks.
    quoted: bool,
}

impl Records for File<'_> {
    /// Every record that is not blank, by its line.
    fn each(&self, see: &mut See<'_>) -> Result<(), DataError> {
        let mut rows = Rows {
            file: self,
            width: None,
            open: Vec::new(),
        };
        if self.quoted {
            self.each_quoted(&mut |line, fields| rows.take(line, fields, see))
        } else {
            self.each_plain(&mut |line, fields| rows.take(line, fields, see))
        }
    }

    fn most(&self) -> usize {
        self.text.bytes().filter(|&byte| byte == b'\n').count() + 1
    }
}

/// Records as they come, of which some are blank.
struct Rows<'a> {
    file: &'a File<'a>,
    width: Option<usize>,
    /// Lines of records with no value at all: rows like others, except before the first and after
    /// the last one that has a value, where spreadsheets leave them.
    open: Vec<u64>,
}

impl Rows<'_> {
    fn take(&mut self, line: u64, fields: &[&str], see: &mut See<'_>) -> Result<(), DataError> {
        let filled = fields.iter().any(|cell| !cell.is_empty());
        let expected = self.width.unwrap_or(fields.len());
        if fields.len() == 1 && expected > 1 && !filled {
            return Ok(()); // blanks alone
        }
        if fields.len() != expected {
            return Err(self.file.ragged(fields.len(), expected, line));
        }
        if !filled && expected > 1 {
            if self.width.is_some() {
                self.open.push(line);
            }
            return Ok(());
        }
        self.width = Some(expected);
        for line in self.open.drain(..) {
            see(line, &vec![""; expected])?;
        }
        see(line, fields)
    }
}

impl<'a> File<'a> {
    /// Records of text without quotes: fields are what stands between delimiters.
    fn each_plain(&'a self, see: &mut See<'_>) -> Result<(), DataError> {
        let delimiter = self.delimiter();
        let mut fields: Vec<&'a str> = Vec::new();
        for (line, whole) in (1..).zip(self.text.split('\n')) {
            // A carriage return ends a record too, mostly just before the line break.
            for text in whole.split('\r').filter(|text| !text.is_empty()) {
                fields.clear();
                fields.extend(text.split(delimiter).map(str::trim));
                see(line, &fields)?;
            }
        }
        Ok(())
    }

    fn each_quoted(&self, see: &mut See<'_>) -> Result<(), DataError> {
        let mut reader = ReaderBuilder::new()
            .has_headers(false)
            .delimiter(u8::try_from(self.delimiter()).unwrap_or(b','))
            .flexible(true)
            .from_reader(self.text.as_bytes());
        let mut record = StringRecord::new();
        let mut lines = Lines {
            text: self.text.as_bytes(),
            byte: 0,
            line: 1,
        };
        while reader
            .read_record(&mut record)
            .map_err(|error| self.refused(&format!("cannot be read: {error}"), None))?
        {
            let line = lines.at(record.position().map_or(0, csv::Position::byte));
            let fields: Vec<&str> = record.iter().map(str::trim).collect();
            see(line, &fields)?;
        }
        Ok(())
    }

    /// What parts fields; of one column a sign that no text has.
    fn delimiter(&self) -> char {
        self.delimiter.unwrap_or('\0')
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
