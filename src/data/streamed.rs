//! Large files of plain delimited text, gone through block by block: the text is never held as a whole, which saves
//! its size in memory and the time that this takes.
//!
//! Plain is what nearly all large files are: UTF-8 without quotes, columns that are what their first values are. Any
//! other file, a wrong one above all, is for [`super::delimited`], which knows its lines.

use super::{
    DataError, Look, Stop, Table,
    delimiter::{first_lines, is_long},
    foreign,
    layout::{Layout, TAIL},
    lines::{self, LEAST, Rows, valued, width},
    pieces,
    source::{MAX_BYTES, format_of},
    typed::{self, Origin, Records, See},
};
use memchr::{memchr, memrchr};
use std::{
    fs::File,
    io::{Read, Seek, SeekFrom},
    ops::Range,
    sync::atomic::{AtomicBool, Ordering},
};

/// Bytes that are gone through at a time: what a core's own cache holds.
const BLOCK: usize = 1 << 18;

/// The table in the file at `path`, which messages call `source`; none where it is small, or not plain. `look` gets it
/// before its times are known.
///
/// # Errors
/// Somebody wants no table any more.
pub(super) fn table(source: &str, path: &str, look: Look<'_>) -> Result<Option<Table>, DataError> {
    let table = plain(source, path, look, BLOCK, |bytes| {
        if bytes < 2 * LEAST {
            Vec::new()
        } else {
            pieces::about(bytes, LEAST)
        }
    });
    if table.is_none() {
        Stop::current().check(source)?;
    }
    Ok(table)
}

/// As [`table`], side by side in about the `pieces` of so many bytes; none where there are none.
fn plain(
    source: &str,
    path: &str,
    look: Look<'_>,
    block: usize,
    pieces: impl FnOnce(usize) -> Vec<Range<usize>>,
) -> Option<Table> {
    let bytes = std::fs::metadata(path)
        .ok()
        .filter(std::fs::Metadata::is_file)?
        .len();
    let pieces = pieces(usize::try_from(bytes).ok()?);
    if pieces.is_empty() || bytes > MAX_BYTES {
        return None;
    }
    let mut file = File::open(path).ok()?;
    let mut head = read(&mut file, 0, block)?;
    head.truncate(memrchr(b'\n', &head)? + 1);
    let head = std::str::from_utf8(&head).ok()?;
    if head.contains(['\0', '"']) || head.starts_with("PAR1") {
        return None;
    }
    if foreign::plain(head).is_some() {
        return None;
    }
    let layout = &Layout::of(head);
    let start = layout.start as u64;
    let head = &head[layout.start..];
    // What would judge the whole file has to see as much of the head.
    if !is_long(&first_lines(head)) {
        return None;
    }
    let sniffed = layout.delimiter.filter(|&sign| sign != ' ');
    let delimiter = u8::try_from(sniffed?).ok()?;
    let last = bytes.saturating_sub(TAIL as u64).max(start);
    let (below, remark) = layout.below(&read(&mut file, last, TAIL)?, last > start);
    let end = bytes - below as u64;
    let streamed = Streamed {
        source,
        path,
        delimiter,
        layout,
        width: layout.width.or_else(|| width(head, delimiter))?,
        pieces: cut(&mut file, start..end, pieces)?,
        block,
        line: head.len() as f64 / memchr::memchr_iter(b'\n', head.as_bytes()).count() as f64,
        other: AtomicBool::new(false),
    };
    let origin = Origin {
        source,
        format: format_of(sniffed),
        delimiter: sniffed,
        header: None,
    };
    let mut table = typed::looked_at(&origin, streamed, look).ok()?;
    table.notes.extend(layout.note.clone());
    table.notes.extend(remark);
    Some(table)
}

/// At most `most` bytes from `start` on.
fn read(file: &mut File, start: u64, most: usize) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(most);
    file.seek(SeekFrom::Start(start)).ok()?;
    file.take(most as u64).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

/// As [`lines::cut`], of which few bytes are read: fewer pieces where a line is long.
fn cut(file: &mut File, whole: Range<u64>, about: Vec<Range<usize>>) -> Option<Vec<Range<u64>>> {
    /// Where a line that has a value is looked for.
    const NEAR: usize = 1 << 14;
    let mut cut = Vec::new();
    let mut start = whole.start;
    for piece in about {
        let before = (piece.end as u64).saturating_sub(1);
        let near = read(file, before, NEAR)?;
        let Some(found) = valued(&near, 1) else {
            continue;
        };
        let end = before + found as u64;
        if end > start && end < whole.end {
            cut.push(start..end);
            start = end;
        }
    }
    cut.push(start..whole.end);
    Some(cut)
}

/// A file that seems to be plain.
struct Streamed<'a> {
    source: &'a str,
    path: &'a str,
    delimiter: u8,
    layout: &'a Layout,
    width: usize,
    /// Bytes that can be gone through side by side, as [`lines::cut`] says.
    pieces: Vec<Range<u64>>,
    /// Bytes that are gone through at a time.
    block: usize,
    /// A line's mean length in bytes, line break included.
    line: f64,
    /// It has turned out not to be plain.
    other: AtomicBool,
}

impl Streamed<'_> {
    /// What ends the reading; nobody sees it, since another way is taken then.
    fn other(&self) -> DataError {
        self.other.store(true, Ordering::Relaxed);
        DataError::file(self.source, "is not plain text")
    }

    /// As [`Records::each`]; none where the file is not plain.
    fn go(&self, piece: usize, see: &mut dyn See) -> Option<()> {
        let ragged = |_, _, _| self.other();
        let mut rows = if piece == 0 {
            Rows::first(self.layout, &ragged)
        } else {
            Rows::new(Some(self.width), &ragged)
        };
        let Range { start, end } = self.pieces[piece];
        let mut file = File::open(self.path).ok()?;
        file.seek(SeekFrom::Start(start)).ok()?;
        let mut left = usize::try_from(end - start).ok()?;
        let mut block = vec![0; self.block.min(left)];
        let mut held = 0;
        let mut line = 1;
        while left > 0 && !self.other.load(Ordering::Relaxed) {
            let filled = block.len().min(held + left);
            file.read_exact(&mut block[held..filled]).ok()?;
            left -= filled - held;
            let end = match left {
                0 => filled,
                _ => memrchr(b'\n', &block[..filled])? + 1,
            };
            let text = std::str::from_utf8(&block[..end]).ok()?;
            if memchr(b'"', text.as_bytes()).is_some() {
                return None;
            }
            line += lines::each(text, self.delimiter, line, &mut rows, see).ok()?;
            block.copy_within(end..filled, 0);
            held = filled - end;
        }
        if piece + 1 < self.pieces.len() {
            rows.close(see).ok()?;
        }
        (left == 0).then_some(())
    }
}

impl Records for Streamed<'_> {
    fn pieces(&self) -> usize {
        self.pieces.len()
    }

    fn each(&self, piece: usize, see: &mut dyn See) -> Result<(), DataError> {
        self.go(piece, see).ok_or_else(|| self.other())
    }

    fn most(&self, pieces: Range<usize>) -> usize {
        let bytes: u64 = self.pieces[pieces]
            .iter()
            .map(|piece| piece.end - piece.start)
            .sum();
        // Lines further on may be a little shorter.
        (bytes as f64 / self.line * 1.1) as usize + 64
    }

    fn only_once(&self) -> Option<DataError> {
        Some(self.other())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::delimited;
    use proptest::{collection::vec, prelude::*};

    /// A row of three cells, or what stands between rows.
    fn line() -> impl Strategy<Value = String> {
        // Never three digits behind the point: where all numbers of a piece have them, they may be thousands, which the
        // other pieces tell.
        let number = || "-?[0-9]{1,4}(\\.([0-9]{1,2}|[0-9]{4}))?";
        prop_oneof![
            40 => ("[a-zä]{1,3}", number(), number()).prop_map(|(a, b, c)| format!("{a},{b},{c}\n")),
            4 => ("20[0-9]{2}-01-01", number()).prop_map(|(a, b)| format!("{a},{b},\r\n")),
            1 => Just("\n".to_owned()),
            1 => Just("  \n".to_owned()),
            1 => Just(",,\n".to_owned()),
            1 => Just("ä,,\n".to_owned()),
        ]
    }

    fn shown(table: &Table) -> String {
        format!("{:?} {:?} {:?}", table.columns, table.notes, table.time)
    }

    /// The table in `text`, read block by block and as a whole; none where it cannot be.
    fn both_ways(text: &str, pieces: usize) -> (Option<String>, Option<String>) {
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), text).expect("room");
        let path = file.path().to_string_lossy();
        let streamed = plain("x", &path, &|_| {}, 8192, |bytes| {
            pieces::even(bytes, pieces)
        });
        let whole = delimited::parse("x", text);
        (streamed.as_ref().map(shown), whole.ok().as_ref().map(shown))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]

        /// What is read block by block is what is read as a whole; what is no plain text is left alone.
        #[test]
        fn blocks_change_nothing(
            lines in vec(line(), 300..900),
            head in prop_oneof![
                4 => prop_oneof![Just(""), Just("a,b,c\n"), Just("\u{feff}a,b,c\n"), Just("\n  \n,,\nä,ö,ü\r\n")],
                1 => prop_oneof![
                    Just("# made, by hand\n#\na,b,c\n"),
                    Just("\u{feff}Made by hand\nin 2020, on 1.1.2020\n\na,b,c\n"),
                    Just("Made by hand,,\r\n,,\r\na,b,c\r\n"),
                    Just("# a,b,c\n"),
                    Just("Title\nb,c\n"),
                    Just("a,b,c,\n"),
                    Just(",1,2\n"),
                ],
            ],
            tail in prop_oneof![4 => Just(""), 1 => Just("\nSource: x, y and z, 2020\n* note\n"), 1 => Just("\nSource,,\n\n")],
            wrong in prop_oneof![
                9 => Just(""),
                1 => Just("1,2\n"),
                1 => Just("a,inf,2\n"),
                1 => Just("a,b,2\n"),
                1 => Just("a,\"1\",2\n"),
            ],
            at in 0_usize..900,
            pieces in 1_usize..9,
        ) {
            let mut lines = lines;
            lines.insert(at.min(lines.len()), wrong.to_owned());
            let text = format!("{head}{}{tail}", lines.concat());
            let (streamed, whole) = both_ways(&text, pieces);
            prop_assert_eq!(streamed.is_some(), wrong.is_empty() && whole.is_some());
            if let (Some(streamed), Some(whole)) = (streamed, whole) {
                prop_assert_eq!(streamed, whole);
            }
        }

        /// What one piece takes for thousands another may know for decimals; then the file is read as a whole.
        #[test]
        fn blocks_agree_on_the_decimal_mark(
            lines in vec("[a-z],[0-9]{1,3}\\.[0-9]{3},[0-9]{1,3}(\\.[0-9]{3}){0,2}\n", 300..600),
            sure in 0_usize..600,
            pieces in 1_usize..9,
        ) {
            let mut lines = lines;
            lines.insert(sure.min(lines.len()), "a,0.5,1.5\n".to_owned());
            let (streamed, whole) = both_ways(&lines.concat(), pieces);
            prop_assert!(streamed.is_none() || streamed == whole);
        }
    }

    #[test]
    fn one_column_small_files_and_folders_are_left_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("x.csv");
        let at =
            |path: &std::path::Path| table("x", &path.to_string_lossy(), &|_| {}).expect("no stop");
        assert!(at(&path).is_none() && at(folder.path()).is_none());
        std::fs::write(&path, "a,b\n1,2\n3,4\n").expect("room");
        assert!(at(&path).is_none());
        let text = "1,2\n".repeat(LEAST);
        std::fs::write(&path, &text).expect("room");
        assert_eq!(at(&path).expect("a plain table").rows(), LEAST);
        let text = "1,2\n".repeat(LEAST) + "3,\u{fffd}4\n";
        std::fs::write(&path, text.replace('\u{fffd}', "\0")).expect("room");
        assert!(at(&path).is_none());
    }
}
