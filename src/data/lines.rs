//! Lines of text without quotes to records, and which of the records are rows.

use super::{DataError, typed::See};
use std::ops::Range;

/// Where in a text signs stand that may end a field, in order: every delimiter and every control character.
struct Ends<'a> {
    text: &'a [u8],
    /// The delimiter in every byte.
    delimiter: u64,
    /// Where the bytes begin that are being gone through.
    start: usize,
    /// A bit for each of them that still is to come.
    found: u64,
}

/// Bytes that are looked at together: a bit for each.
const STRIDE: usize = 64;

impl<'a> Ends<'a> {
    fn of(text: &'a [u8], delimiter: u8) -> Self {
        let mut ends = Self {
            text,
            delimiter: u64::from_ne_bytes([delimiter; 8]),
            start: 0,
            found: 0,
        };
        ends.found = ends.look();
        ends
    }

    /// The bits of the bytes from `start` on; none behind the text's end counts.
    fn look(&self) -> u64 {
        let rest = &self.text[self.start.min(self.text.len())..];
        if let Some(bytes) = rest.first_chunk() {
            return self.bits(bytes);
        }
        let mut bytes = [b'0'; STRIDE];
        bytes[..rest.len()].copy_from_slice(rest);
        self.bits(&bytes) & !u64::MAX.unbounded_shl(rest.len() as u32)
    }

    fn bits(&self, bytes: &[u8; STRIDE]) -> u64 {
        const LOW: u64 = 0x7f7f_7f7f_7f7f_7f7f;
        const CONTROL: u64 = 0xe0e0_e0e0_e0e0_e0e0;
        // The highest bit of each byte that is zero (Warren, Hacker's Delight, 6-1), exactly.
        let zero = |x: u64| !(((x & LOW) + LOW) | x | LOW);
        let (words, _) = bytes.as_chunks::<8>();
        words.iter().rev().fold(0, |bits, word| {
            let word = u64::from_le_bytes(*word);
            let ends = zero(word ^ self.delimiter) | zero(word & CONTROL);
            // The highest bits side by side: bit 7 of byte k comes to bit 56 + k.
            bits << 8 | (ends >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56
        })
    }
}

impl Iterator for Ends<'_> {
    type Item = usize;

    #[inline]
    fn next(&mut self) -> Option<usize> {
        while self.found == 0 {
            self.start += STRIDE;
            if self.start >= self.text.len() {
                return None;
            }
            self.found = self.look();
        }
        let place = self.start + self.found.trailing_zeros() as usize;
        self.found &= self.found - 1;
        Some(place)
    }
}

/// So many rows are handed on together: their columns are gone through one by one, which is twice as fast as cell
/// by cell across them.
const BATCH: usize = 256;

/// Calls `see` with the lines and the fields of the rows among the records of `text`, whose first line is `line`. A
/// carriage return ends a record, alone and before a line break. The lines gone through.
pub(super) fn each(
    text: &str,
    delimiter: u8,
    mut line: u64,
    rows: &mut Rows<'_>,
    see: &mut See<'_>,
) -> Result<u64, DataError> {
    let first = line;
    let mut batch = Batch::default();
    let mut start = 0;
    let bytes = text.as_bytes();
    for end in Ends::of(bytes, delimiter) {
        let sign = bytes[end];
        if sign == delimiter {
            batch.fields.push(trimmed(&text[start..end]));
        } else if sign != b'\n' && sign != b'\r' {
            continue;
        } else {
            if end > start || batch.is_begun() {
                batch.fields.push(trimmed(&text[start..end]));
                batch.close(line, rows, see)?;
            }
            line += u64::from(sign == b'\n');
        }
        start = end + 1;
    }
    if start < text.len() || batch.is_begun() {
        batch.fields.push(trimmed(&text[start.min(text.len())..]));
        batch.close(line, rows, see)?;
    }
    batch.flush(see)?;
    Ok(line - first)
}

/// Rows that are still to be handed on, and the fields of the record behind them.
#[derive(Default)]
struct Batch<'a> {
    lines: Vec<u64>,
    fields: Vec<&'a str>,
    /// Where the last record's fields begin.
    begun: usize,
}

impl Batch<'_> {
    fn is_begun(&self) -> bool {
        self.fields.len() > self.begun
    }

    /// The last record is whole, and ends at `line`.
    #[inline]
    fn close(
        &mut self,
        line: u64,
        rows: &mut Rows<'_>,
        see: &mut See<'_>,
    ) -> Result<(), DataError> {
        if !rows.take(line, &self.fields[self.begun..])? {
            self.fields.truncate(self.begun);
            return Ok(());
        }
        if !rows.open.is_empty() {
            let record = self.fields.split_off(self.begun);
            self.flush(see)?;
            rows.close(see)?;
            self.fields = record;
        }
        self.lines.push(line);
        self.begun = self.fields.len();
        if self.lines.len() == BATCH {
            self.flush(see)?;
        }
        Ok(())
    }

    fn flush(&mut self, see: &mut See<'_>) -> Result<(), DataError> {
        if !self.lines.is_empty() {
            see(&self.lines, &self.fields[..self.begun])?;
        }
        self.lines.clear();
        self.fields.clear();
        self.begun = 0;
        Ok(())
    }
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
            open: Vec::new(),
            ragged,
        }
    }

    /// Whether the next record is a row; those of [`Self::close`] come before it.
    #[inline]
    fn take(&mut self, line: u64, fields: &[&str]) -> Result<bool, DataError> {
        let filled = is_filled(fields);
        let Some(expected) = self.width else {
            if filled {
                self.width = Some(fields.len());
            }
            return Ok(filled);
        };
        if fields.len() == 1 && expected > 1 && !filled {
            return Ok(false); // blanks alone
        }
        if fields.len() != expected {
            return Err((self.ragged)(fields.len(), expected, line));
        }
        if !filled && expected > 1 {
            self.open.push(line);
            return Ok(false);
        }
        Ok(true)
    }

    /// Calls `see` with the next record, where it is a row.
    pub fn see(
        &mut self,
        line: u64,
        fields: &[&str],
        see: &mut See<'_>,
    ) -> Result<(), DataError> {
        if self.take(line, fields)? {
            self.close(see)?;
            see(&[line], fields)?;
        }
        Ok(())
    }

    /// A row with a value comes behind those without.
    pub fn close(&mut self, see: &mut See<'_>) -> Result<(), DataError> {
        let missing = vec![""; self.width.unwrap_or(0)];
        self.open
            .drain(..)
            .try_for_each(|line| see(&[line], &missing))
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
        Some(before) => before + memchr::memchr(b'\n', text.get(before..)?)? + 1,
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
        let ragged = |_, _, line| DataError::file("x", line.to_string());
        let mut rows = Rows::new(None, &ragged);
        let read = each(text, sign, 1, &mut rows, &mut |lines, fields| {
            let of = fields.chunks(fields.len() / lines.len());
            records.extend(lines.iter().zip(of).map(|(&line, fields)| {
                (line, fields.iter().map(|&field| field.to_owned()).collect())
            }));
            Ok(())
        });
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
                match expected.last() {
                    Some((0, at)) => {
                        let (line, message) = read.last().expect("an error");
                        prop_assert!(*line == 0 && message[0].ends_with(&at[0]), "{:?}", message);
                    }
                    _ => prop_assert_eq!(read, expected),
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
