//! The plainest rows of a text, as nearly all are: as many fields as there are columns, no blanks around them, a value
//! among them, a line break behind them. They are read in one go, which takes half the time of parting records
//! into fields first; anything else is left for [`super::lines`].

use super::{cells::Cells, lines::trimmed, numbers::Simple};

/// What stands in a field.
#[derive(Clone, Copy)]
enum Field<'a> {
    /// A number in a column of numbers.
    Number(Simple),
    Text(&'a str),
}

/// Puts rows at the beginning of `text`, `most` at most, into their columns; its first line is `line`. How many bytes
/// they take, and how many there are.
pub(super) fn take(
    text: &str,
    delimiter: u8,
    line: u64,
    most: usize,
    columns: &mut [Cells],
) -> (usize, usize) {
    let (mut taken, mut rows) = (0, 0);
    let mut ends = Ends::of(text.as_bytes(), delimiter);
    let mut fields = vec![Field::Text(""); columns.len()];
    while rows < most {
        let Some(end) = row(text, taken, &mut ends, columns, &mut fields) else {
            break;
        };
        for (cells, field) in columns.iter_mut().zip(&fields) {
            match field {
                Field::Number(simple) => cells.put(simple),
                Field::Text(cell) => cells.see(line + rows as u64, cell),
            }
        }
        taken = end;
        rows += 1;
    }
    (taken, rows)
}

/// The fields of the row that begins at `at`, and where the next one begins.
#[inline]
fn row<'a>(
    text: &'a str,
    mut at: usize,
    ends: &mut Ends<'_>,
    columns: &[Cells],
    fields: &mut [Field<'a>],
) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut filled = false;
    let last = columns.len() - 1;
    for (place, (cells, field)) in columns.iter().zip(fields).enumerate() {
        let end = ends.next()?;
        match bytes[end] {
            sign if place < last && sign == ends.delimiter => {}
            b'\n' | b'\r' if place == last => {}
            _ => return None,
        }
        if cells.are_numbers()
            && let Some(simple) = Simple::at(bytes, at, end)
        {
            *field = Field::Number(simple);
            filled = true;
        } else {
            let cell = &text[at..end];
            // What begins as comments do may be one.
            let comment = place == 0 && matches!(bytes[at], b'#' | b'%' | b'/');
            if comment || trimmed(cell).len() < cell.len() {
                return None;
            }
            *field = Field::Text(cell);
            filled |= !cell.is_empty();
        }
        at = end + 1;
    }
    if bytes[at - 1] == b'\r' {
        at = ends
            .next()
            .filter(|&end| end == at && bytes[end] == b'\n')?
            + 1;
    }
    filled.then_some(at)
}

/// Where in a text signs stand that may end a field, in order: every delimiter and every control character.
struct Ends<'a> {
    text: &'a [u8],
    delimiter: u8,
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
            delimiter,
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
        let delimiter = u64::from_ne_bytes([self.delimiter; 8]);
        let (words, _) = bytes.as_chunks::<8>();
        words.iter().rev().fold(0, |bits, word| {
            let word = u64::from_le_bytes(*word);
            let ends = zero(word ^ delimiter) | zero(word & CONTROL);
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
