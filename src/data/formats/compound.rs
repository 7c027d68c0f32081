//! Old workbooks before their reader sees them: it follows chains of sectors without end, and sets memory aside
//! for whatever size a sheet claims. Both are found here, by \[MS-CFB\] and \[MS-XLS\].

use super::MOST_TEXT;

/// Largest column of an old workbook.
const MOST_COLUMN: usize = 255;
/// Rows of an old sheet.
const MOST_ROWS: usize = 65_536;
/// The first number that is no sector.
const NO_SECTOR: u32 = 0xFFFF_FFFA;

/// What is wrong with the compound file `bytes`, as far as its reader would not survive it.
///
/// # Errors
/// What it is, in words.
pub fn check(bytes: &[u8]) -> Result<(), &'static str> {
    let file = Compound::new(bytes).ok_or("its header is cut off")?;
    if file.has_cycle() {
        return Err("its table of sectors runs in a circle");
    }
    let Some(stream) = file.workbook() else {
        return Ok(()); // the reader says so
    };
    check_cells(&stream)
}

struct Compound<'a> {
    bytes: &'a [u8],
    sector: usize,
    /// The sector that follows each.
    next: Vec<u32>,
}

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

fn half(bytes: &[u8], at: usize) -> Option<usize> {
    let pair = bytes.get(at..at + 2)?.try_into().ok()?;
    Some(usize::from(u16::from_le_bytes(pair)))
}

fn words(bytes: &[u8]) -> impl Iterator<Item = u32> {
    bytes
        .chunks_exact(4)
        .map(|word| u32::from_le_bytes([word[0], word[1], word[2], word[3]]))
}

impl<'a> Compound<'a> {
    fn new(bytes: &'a [u8]) -> Option<Self> {
        let sector = match half(bytes, 30)? {
            12 => 4096,
            _ => 512,
        };
        let mut file = Self {
            bytes,
            sector,
            next: Vec::new(),
        };
        let mut tables: Vec<u32> = words(bytes.get(76..512)?).collect();
        let mut more = word(bytes, 68)?;
        // Each of the further lists fills a sector, so there are no more than the file has.
        for _ in 0..=bytes.len() / sector {
            let Some(list) = file.at(more) else { break };
            let mut list: Vec<u32> = words(list).collect();
            more = list.pop().unwrap_or(NO_SECTOR);
            tables.extend(list);
        }
        for table in tables {
            if let Some(table) = file.at(table) {
                let table = words(table);
                file.next.extend(table);
            }
        }
        Some(file)
    }

    /// The bytes of a sector, as many as there are.
    fn at(&self, sector: u32) -> Option<&'a [u8]> {
        if sector >= NO_SECTOR {
            return None;
        }
        // The header takes the place of a sector.
        let from = (sector as usize + 1).checked_mul(self.sector)?;
        let to = (from + self.sector).min(self.bytes.len());
        self.bytes.get(from..to)
    }

    fn has_cycle(&self) -> bool {
        // By the number of the walk that came by, from 1.
        let mut seen = vec![0_usize; self.next.len()];
        for first in 0..self.next.len() {
            let mut at = first;
            while seen[at] == 0 {
                seen[at] = first + 1;
                match self.next.get(self.next[at] as usize) {
                    Some(_) => at = self.next[at] as usize,
                    None => break,
                }
                if seen[at] == first + 1 {
                    return true;
                }
            }
        }
        false
    }

    /// All sectors of a chain, one after another.
    fn chain(&self, first: u32) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut at = first;
        while let Some(sector) = self.at(at) {
            bytes.extend_from_slice(sector);
            at = self.next.get(at as usize).copied().unwrap_or(NO_SECTOR);
        }
        bytes
    }

    /// The stream of the workbook's records; none where the file has none in sectors of its own.
    fn workbook(&self) -> Option<Vec<u8>> {
        let folder = self.chain(word(self.bytes, 48)?);
        let entry = |wanted: &str| {
            folder.chunks_exact(128).find(|entry| {
                let name: Vec<u16> = entry[..64]
                    .chunks_exact(2)
                    .map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
                    .take_while(|&unit| unit != 0)
                    .collect();
                String::from_utf16_lossy(&name).eq_ignore_ascii_case(wanted)
            })
        };
        let entry = entry("Workbook").or_else(|| entry("Book"))?;
        let length = word(entry, 120)? as usize;
        let mut stream = if length < 4096 {
            // Short streams lie in pieces of 64 bytes in the root's stream, one after another where few.
            self.chain(word(&folder, 116)?)
        } else {
            self.chain(word(entry, 116)?)
        };
        if length >= 4096 {
            stream.truncate(length);
        }
        Some(stream)
    }
}

/// Goes through the records of a workbook: no sheet claims more cells than there can be, and the cells share no
/// texts that are more than is loaded once each cell has its own.
fn check_cells(stream: &[u8]) -> Result<(), &'static str> {
    const TOO_WIDE: &str = "a sheet claims more cells than an old workbook can have";
    const TOO_LONG: &str = "its cells hold more text than is loaded";
    let (mut texts, mut held) = (Vec::new(), 0);
    let mut at = 0;
    while let (Some(kind), Some(length)) = (half(stream, at), half(stream, at + 2)) {
        let end = (at + 4 + length).min(stream.len());
        let record = &stream[at + 4..end];
        at = end;
        match kind {
            // The texts that cells share, and a cell of one: row, column, format, number of the text.
            0x00FC => texts = shared(record, &stream[at..]),
            0x00FD => {
                let text = word(record, 6).and_then(|text| texts.get(text as usize));
                held += text.copied().unwrap_or(0);
                if held > MOST_TEXT {
                    return Err(TOO_LONG);
                }
            }
            _ => {}
        }
        match kind {
            // A sheet's size: in newer files rows have 4 bytes, in older ones 2.
            0x0200 => {
                let place = |at: usize| half(record, at).unwrap_or(0);
                let (first, last, columns) = if length >= 14 {
                    let row = |at: usize| word(record, at).unwrap_or(0) as usize;
                    (row(0), row(4), place(10))
                } else {
                    (place(0), place(2), place(6))
                };
                // The reader counts from the first to the last, round the end of the numbers where that is smaller.
                let rows = last.checked_sub(first).unwrap_or(usize::MAX);
                if rows > MOST_ROWS || columns > MOST_COLUMN + 1 {
                    return Err(TOO_WIDE);
                }
            }
            // One cell, or several: row, column, …
            0x0006 | 0x00BD | 0x00BE | 0x00D6 | 0x00FD | 0x0201 | 0x0203 | 0x0204 | 0x0205
            | 0x027E => {
                let last = half(record, record.len().saturating_sub(2)).unwrap_or(0);
                let beyond = half(record, 2).is_some_and(|column| column > MOST_COLUMN)
                    || (kind == 0x00BD && last > MOST_COLUMN);
                if beyond {
                    return Err(TOO_WIDE);
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// How many letters each shared text has: of the table `record` and the records that continue it, at the beginning
/// of `rest`. As many as can be read.
fn shared(record: &[u8], mut rest: &[u8]) -> Vec<usize> {
    const CONTINUE: usize = 0x003C;
    let mut pieces = vec![record.get(8..).unwrap_or_default()];
    while let (Some(CONTINUE), Some(length)) = (half(rest, 0), half(rest, 2)) {
        let end = (4 + length).min(rest.len());
        pieces.push(&rest[4..end]);
        rest = &rest[end..];
    }
    let mut pieces = pieces.into_iter();
    let mut piece = pieces.next().unwrap_or_default();
    let mut texts = Vec::new();
    loop {
        if piece.is_empty() {
            match pieces.next() {
                Some(next) => piece = next,
                None => return texts,
            }
        }
        let (Some(letters), Some(&flags)) = (half(piece, 0), piece.get(2)) else {
            return texts;
        };
        texts.push(letters);
        let (rich, more) = (flags & 8 != 0, flags & 4 != 0);
        let runs = half(piece, 3).filter(|_| rich).unwrap_or(0);
        let extra = word(piece, if rich { 5 } else { 3 }).filter(|_| more);
        let extra = extra.unwrap_or(0) as usize;
        let head = 3 + if rich { 2 } else { 0 } + if more { 4 } else { 0 };
        piece = piece.get(head..).unwrap_or_default();
        // Letters go on behind a new flag in the next record; what is after them without one.
        let (mut left, mut width) = (letters, 1 + usize::from(flags & 1));
        loop {
            let here = left.min(piece.len() / width);
            piece = &piece[here * width..];
            left -= here;
            if left == 0 {
                break;
            }
            let Some((flags, next)) = pieces.next().and_then(<[u8]>::split_first) else {
                return texts;
            };
            (piece, width) = (next, 1 + usize::from(flags & 1));
        }
        let mut after = (4 * runs).saturating_add(extra);
        while after > piece.len() {
            after -= piece.len();
            match pieces.next() {
                Some(next) => piece = next,
                None => return texts,
            }
        }
        piece = &piece[after..];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn book() -> Vec<u8> {
        include_bytes!("../../../tests/files/airline.xls").to_vec()
    }

    #[test]
    fn a_whole_workbook_passes_and_its_stream_is_found() {
        let book = book();
        assert_eq!(check(&book), Ok(()));
        let stream = Compound::new(&book).and_then(|file| file.workbook());
        // It begins with a beginning-of-file record.
        assert_eq!(half(&stream.expect("a stream"), 0), Some(0x0809));
    }

    #[test]
    fn shared_texts_have_their_lengths_across_records() {
        let text = |letters: u16, flags: u8, rest: &[u8]| {
            [&letters.to_le_bytes()[..], &[flags], rest].concat()
        };
        let record = [
            vec![0; 8],
            text(3, 0, b"abc"),
            // Rich, of letters of two bytes each: a run, and then four bytes of another kind.
            text(2, 1 | 4 | 8, b"\x01\0\x04\0\0\0a\0b\0runsmore"),
            text(5, 0, b"ab"),
        ];
        let next = [&[0, b'c', b'd', b'e'][..], &text(1, 0, b"z")].concat();
        let rest = [&[0x3C, 0, next.len() as u8, 0][..], &next, &[9, 8, 0, 0]].concat();
        assert_eq!(shared(&record.concat(), &rest), [3, 2, 5, 1]);
        assert_eq!(shared(&record.concat(), &[]), [3, 2, 5]);
    }

    #[test]
    fn circles_and_claims_are_found() {
        let whole = book();
        let file = Compound::new(&whole).expect("whole");
        let table = (0..whole.len() - 8)
            .find(|&at| words(&whole[at..at + 8]).eq(file.next[..2].iter().copied()))
            .expect("the table is in the file");
        let mut circle = whole.clone();
        circle[table + 4..table + 8].copy_from_slice(&1_u32.to_le_bytes());
        assert_eq!(check(&circle), Err("its table of sectors runs in a circle"));
        let size = whole
            .windows(4)
            .position(|window| window == [0, 2, 14, 0])
            .expect("a sheet has a size");
        let mut claim = whole.clone();
        claim[size + 8..size + 12].copy_from_slice(&u32::MAX.to_le_bytes());
        assert!(check(&claim).is_err());
        // A last row before the first is counted as 4 billion rows.
        let mut backwards = whole.clone();
        backwards[size + 4..size + 8].copy_from_slice(&100_u32.to_le_bytes());
        assert!(check(&backwards).is_err());
        assert_eq!(check(&whole[..100]), Err("its header is cut off"));
    }
}
