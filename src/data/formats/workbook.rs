//! Excel and OpenDocument workbooks: one sheet of them as a table.

use super::super::{
    DataError, Format, Table, around,
    cells::one_line,
    heads,
    typed::{self, MAX_VALUES, Origin},
};
use crate::numbers::count as number;

use super::{
    MOST_CELLS, MOST_TEXT, TIME, brief, compound, opendocument, too_much_text, trim_times,
};
use calamine::{Data, DataType, Ods, Reader, Xls, Xlsb, Xlsx};
use csv::StringRecord;
use std::collections::BTreeMap;
use std::fmt::Display;
use std::io::{Cursor, Read, Seek};

/// So many cells above and below are looked at for what is no table.
const MOST_JUDGED: usize = 1_000_000;

/// Cells of a sheet: rows by their numbers from 0, columns by theirs.
#[derive(Default)]
struct Cells {
    rows: BTreeMap<u32, Vec<(u32, String)>>,
    count: usize,
    /// Bytes in them.
    text: usize,
    /// Others, which hold nothing.
    empty: usize,
    /// Formulas without values.
    unsaved: usize,
}

/// Formulas of a sheet that no program has worked out.
fn unsaved<R: Read + Seek>(book: &mut Xlsx<R>, name: &str) -> usize {
    let Ok(mut reader) = book.worksheet_cells_reader(name) else {
        return 0;
    };
    let mut count = 0;
    while let Ok(Some(cell)) = reader.next_cell_with_formula_metadata() {
        count += usize::from(cell.formula.is_some() && Data::from(cell.value).is_empty());
    }
    count
}

/// Reads the sheet called (or, from 1, numbered) `sheet`: the first that holds a table where nobody
/// says. Cells become texts and are understood as those of delimited text are.
///
/// # Errors
/// What is no workbook, has no such sheet, or no table in it.
pub fn parse(source: &str, bytes: &[u8], sheet: Option<&str>) -> Result<Table, DataError> {
    let damaged = |error: &dyn Display| {
        let error = brief(error);
        DataError::file(
            source,
            format!("is a damaged workbook ({error}); save it anew, or save the sheet as CSV"),
        )
    };
    let from = || Cursor::new(bytes);
    if bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
        compound::check(bytes).map_err(|error| damaged(&error))?;
        let mut book: Xls<_> = Xls::new(from()).map_err(|error| damaged(&error))?;
        return pick(source, Format::Xls, &book.sheet_names(), sheet, |name| {
            ranged(&mut book, name)
        });
    }
    // What kind it is stands in the archive's first names; each reader refuses the others.
    macro_rules! read_by_cells {
        ($book:ident, $format:expr, $unsaved:expr) => {
            if let Ok(mut book) = $book::new(from()) {
                return pick(source, $format, &book.sheet_names(), sheet, |name| {
                    let mut reader = book
                        .worksheet_cells_reader(name)
                        .map_err(|error| error.to_string())?;
                    let mut cells = Cells::default();
                    while let Some(cell) = reader.next_cell().map_err(|error| error.to_string())? {
                        let value = Data::from(cell.get_value().clone());
                        cells.put(cell.get_position(), text(&value))?;
                    }
                    drop(reader);
                    // Formats of empty cells are cells too; few of those are worth no second look.
                    if cells.empty * 20 > cells.count {
                        cells.unsaved = $unsaved(&mut book, name);
                    }
                    Ok(cells)
                });
            }
        };
    }
    read_by_cells!(Xlsx, Format::Xlsx, unsaved);
    read_by_cells!(Xlsb, Format::Xlsb, |_: &mut Xlsb<_>, _: &str| 0);
    opendocument::check(bytes)
        .map_err(|error| DataError::file(source, format!("its sheets cannot be read: {error}")))?;
    let mut book: Ods<_> = Ods::new(from()).map_err(|error| damaged(&error))?;
    pick(source, Format::Ods, &book.sheet_names(), sheet, |name| {
        ranged(&mut book, name)
    })
}

/// The cells of a sheet that is read as a whole.
fn ranged<R: Reader<RS>, RS: std::io::Read + std::io::Seek>(
    book: &mut R,
    name: &str,
) -> Result<Cells, String>
where
    R::Error: Display,
{
    let range = book
        .worksheet_range(name)
        .map_err(|error| error.to_string())?;
    let (top, left) = range.start().unwrap_or((0, 0));
    let mut cells = Cells::default();
    for (row, column, value) in range.used_cells() {
        cells.put((top + row as u32, left + column as u32), text(value))?;
    }
    Ok(cells)
}

/// The table in the sheet that is asked for.
fn pick(
    source: &str,
    format: Format,
    names: &[String],
    asked: Option<&str>,
    mut read: impl FnMut(&str) -> Result<Cells, String>,
) -> Result<Table, DataError> {
    let fail = |message: String| DataError::file(source, message);
    let listed = names.join(", ");
    let mut sheet = |name: &str| {
        read(name).map_err(|error| {
            let error = brief(&error);
            fail(format!(
                "its sheet \"{name}\" cannot be read ({error}); save it anew, or as CSV"
            ))
        })
    };
    if let Some(asked) = asked {
        let by_number = asked
            .parse::<usize>()
            .ok()
            .and_then(|k| names.get(k.checked_sub(1)?));
        let name = names
            .iter()
            .find(|name| *name == asked)
            .or(by_number)
            .ok_or_else(|| fail(format!("has no sheet \"{asked}\"; there are {listed}")))?;
        return sheet(name)?.table(source, format);
    }
    let mut first_error = None;
    for name in names {
        let made = sheet(name).and_then(|cells| cells.table(source, format));
        match made {
            Ok(mut table) => {
                if names.len() > 1 {
                    table.notes.push(format!(
                        "the sheet \"{name}\" is read; there are {listed}: choose another one by a # after the file's name, such as {source}#{}",
                        names.iter().find(|other| *other != name).unwrap_or(name)
                    ));
                }
                return Ok(table);
            }
            Err(error) => first_error = first_error.or(Some(error)),
        }
    }
    Err(first_error.unwrap_or_else(|| fail("has no sheet; save the workbook anew".into())))
}

impl Cells {
    fn put(&mut self, (row, column): (u32, u32), text: String) -> Result<(), String> {
        if text.is_empty() {
            self.empty += 1;
            return Ok(());
        }
        self.count += 1;
        if self.count > MAX_VALUES / 10 || column > 16_384 {
            return Err("it has more cells than are loaded of a workbook".into());
        }
        // A text that many cells share stands in the file once.
        self.text += text.len();
        if self.text > MOST_TEXT {
            return Err(too_much_text());
        }
        self.rows.entry(row).or_default().push((column, text));
        Ok(())
    }

    /// The table, without what stands above and below it.
    fn table(mut self, source: &str, format: Format) -> Result<Table, DataError> {
        let (rows, notes) = self.around();
        let body: Vec<(u32, Vec<(u32, String)>)> = match rows {
            Some((first, last)) => {
                let kept = self.rows.split_off(&first);
                (kept.into_iter())
                    .take_while(|(row, _)| *row <= last)
                    .collect()
            }
            None => Vec::new(),
        };
        let columns = || {
            body.iter()
                .flat_map(|(_, cells)| cells.iter().map(|(column, _)| *column))
        };
        let (Some(left), Some(right)) = (columns().min(), columns().max()) else {
            return Err(DataError::file(
                source,
                "the sheet is empty; choose another one by a # after the file's name",
            ));
        };
        let width = (right - left + 1) as usize;
        let first = body.first().map_or(0, |(row, _)| *row);
        let last = body.last().map_or(0, |(row, _)| *row);
        if (last - first + 1) as usize * width > MOST_CELLS {
            return Err(DataError::file(
                source,
                format!(
                    "the sheet reaches over {} rows and {width} columns, more than are loaded; delete what stands far outside the table",
                    last - first + 1
                ),
            ));
        }
        let mut numbers: Vec<u64> = Vec::with_capacity(body.len());
        let mut records: Vec<Vec<String>> = Vec::with_capacity(body.len());
        let mut next = first;
        for (row, cells) in body {
            // An empty row inside a table is a row without values.
            for empty in next..row {
                numbers.push(u64::from(empty) + 1);
                records.push(vec![String::new(); width]);
            }
            let mut texts = vec![String::new(); width];
            for (column, text) in cells {
                texts[(column - left) as usize] = text;
            }
            numbers.push(u64::from(row) + 1);
            records.push(texts);
            next = row + 1;
        }
        trim_times(&mut records);
        let mut notes = notes;
        let head = one_head(&mut records, &mut numbers);
        let header = head.is_some().then_some(true);
        notes.extend(head);
        let records: Vec<(u64, StringRecord)> = numbers
            .into_iter()
            .zip(records.into_iter().map(StringRecord::from))
            .collect();
        let mut table = typed::table(
            &Origin {
                source,
                format,
                delimiter: None,
                header,
            },
            records,
        )?;
        table.notes.extend(notes);
        if self.unsaved > 0 {
            table.notes.push(format!(
                "formulas without saved values are missing: {}; open the workbook in a spreadsheet program and save it there",
                number(self.unsaved as u64)
            ));
        }
        Ok(table)
    }

    /// The first and the last row of the table, and what is left out above and below it.
    fn around(&self) -> (Option<(u32, u32)>, Vec<String>) {
        let columns = || self.rows.values().flatten().map(|(column, _)| *column);
        let (Some(left), Some(right)) = (columns().min(), columns().max()) else {
            return (None, Vec::new());
        };
        let width = (right - left + 1) as usize;
        let most = (MOST_JUDGED / width).clamp(20, 200);
        let fields = |cells: &'_ [(u32, String)]| {
            let mut fields = vec![String::new(); width];
            for (column, text) in cells {
                text.trim_start_matches(TIME)
                    .clone_into(&mut fields[(column - left) as usize]);
            }
            fields
        };
        // Rows as lines, and by their numbers; an empty one stands for any number of them.
        let lines = |rows: &mut dyn Iterator<Item = (&u32, &Vec<(u32, String)>)>| {
            let mut lines: Vec<(u32, Vec<String>)> = Vec::new();
            for (row, cells) in rows.take(most) {
                if lines
                    .last()
                    .is_some_and(|(before, _)| before.abs_diff(*row) > 1)
                {
                    lines.push((*row, Vec::new()));
                }
                lines.push((*row, fields(cells)));
            }
            lines
        };
        let texts = |lines: &[(u32, Vec<String>)]| -> String {
            let filled = lines.iter().map(|(_, fields)| fields.join(" "));
            filled
                .map(|text| one_line(&text, 60))
                .find(|text| !text.is_empty())
                .unwrap_or_default()
        };
        let count = |lines: &[(u32, Vec<String>)]| {
            lines
                .iter()
                .filter(|(_, fields)| !fields.is_empty())
                .count()
        };
        let mut notes = Vec::new();
        let head = lines(&mut self.rows.iter());
        let above = around::above(&borrowed(&head), width).lines;
        let first = head[above].0;
        if above > 0 {
            notes.push(around::note(
                count(&head[..above]),
                &texts(&head[..above]),
                around::Place::Above,
            ));
        }
        let mut tail = lines(&mut self.rows.iter().rev());
        tail.reverse();
        tail.retain(|(row, _)| *row >= first);
        let below = around::below(&borrowed(&tail), width);
        let rows = tail.len() - below;
        let last = tail[..rows].last().map_or(first, |(row, _)| *row);
        if below > 0 {
            notes.push(around::note(
                count(&tail[rows..]),
                &texts(&tail[rows..]),
                around::Place::Below,
            ));
        }
        (Some((first, last)), notes)
    }
}

/// Makes one record of the names where several rows name the columns together, and says so.
fn one_head(records: &mut Vec<Vec<String>>, numbers: &mut Vec<u64>) -> Option<String> {
    let further = heads::further(records, records.first()?.len());
    if further == 0 {
        return None;
    }
    let blank = |record: &Vec<String>| record.iter().all(String::is_empty);
    let mut rows = Vec::new();
    let mut end = 0;
    while rows.len() <= further || records.get(end).is_some_and(blank) {
        let record = records.get(end)?;
        if !blank(record) {
            rows.push(record.clone());
        }
        end += 1;
    }
    let (names, note) = heads::names(&rows);
    records.splice(..end, [names]);
    numbers.drain(..end - 1);
    Some(note)
}

fn borrowed(lines: &[(u32, Vec<String>)]) -> Vec<Vec<&str>> {
    lines
        .iter()
        .map(|(_, fields)| fields.iter().map(String::as_str).collect())
        .collect()
}

/// A cell as text: numbers so that they read back as themselves, times as ISO 8601.
fn text(value: &Data) -> String {
    match value {
        Data::Empty | Data::Error(_) => String::new(),
        Data::Int(whole) => whole.to_string(),
        Data::Float(number) => number.to_string(),
        Data::String(text) => text.trim().to_owned(),
        Data::Bool(truth) => u8::from(*truth).to_string(),
        Data::DateTime(time) if time.is_datetime() => {
            let (year, month, day, hour, minute, second, milli) = time.to_ymd_hms_milli();
            // A clock without a day, which a column of its own tells.
            if (0.0..1.0).contains(&time.as_f64()) {
                let behind = if milli == 0 {
                    String::new()
                } else {
                    format!(".{milli:03}")
                };
                return format!("{hour:02}:{minute:02}:{second:02}{behind}");
            }
            let date = format!("{year:04}-{month:02}-{day:02}");
            format!("{TIME}{date} {hour:02}:{minute:02}:{second:02}.{milli:03}")
        }
        Data::DateTime(duration) => duration.as_f64().to_string(),
        Data::DateTimeIso(text) => {
            let (date, clock) = text.split_once('T').unwrap_or((text, "00:00:00"));
            let (clock, milli) = clock.split_once('.').unwrap_or((clock, "000"));
            format!("{TIME}{date} {clock}.{milli}")
        }
        Data::DurationIso(text) => text.clone(),
    }
}
