//! OpenDocument before its reader sees it: a row or a cell may say that it stands there a million times, and the
//! reader makes them all; and where a sheet has no end, it looks for that for ever.

use super::{MOST_CELLS, MOST_TEXT, brief, too_much_text};
use quick_xml::events::{BytesStart, Event};
use std::io::{BufReader, Cursor};
use zip::ZipArchive;

/// Where a sheet ends for the reader.
const MOST_ROWS: usize = 1 << 20;
const MOST_COLUMNS: usize = 1 << 14;

/// Whether the content of the OpenDocument `bytes` is whole, and its sheets become no more cells and text than are
/// loaded. What is no OpenDocument is left to the reader.
///
/// # Errors
/// What is broken or too much, in words.
pub fn check(bytes: &[u8]) -> Result<(), String> {
    let Ok(mut archive) = ZipArchive::new(Cursor::new(bytes)) else {
        return Ok(());
    };
    let Ok(content) = archive.by_name("content.xml") else {
        return Ok(());
    };
    let mut content = quick_xml::Reader::from_reader(BufReader::new(content));
    // The reader's own settings, so that both see the same elements; but each must be ended by its own name.
    let config = content.config_mut();
    config.check_comments = false;
    config.expand_empty_elements = true;
    let (mut sheet, mut buffer, mut open) = (Sheet::default(), Vec::new(), 0_usize);
    loop {
        buffer.clear();
        match content.read_event_into(&mut buffer) {
            Ok(Event::Start(element)) => {
                open += 1;
                sheet.begins(&element);
            }
            Ok(Event::End(element)) => {
                open -= 1;
                if element.name().as_ref() == "table:table-row" {
                    sheet.row_ends()?;
                }
            }
            Ok(Event::Text(text)) => sheet.row.text(text.len()),
            Ok(Event::CData(text)) => sheet.row.text(text.len()),
            Ok(Event::GeneralRef(_)) => sheet.row.text(1),
            Ok(Event::Eof) if open == 0 => return Ok(()),
            Ok(Event::Eof) => return Err("its content is cut off; save it anew".into()),
            Err(error) => {
                return Err(format!(
                    "its content is damaged ({}); save it anew",
                    brief(&error)
                ));
            }
            Ok(_) => {}
        }
    }
}

/// What the reader makes of a sheet, so far.
#[derive(Default)]
struct Sheet {
    /// Rows up to the last that holds something.
    rows: usize,
    /// All rows.
    passed: usize,
    /// Columns up to the last that holds something.
    width: usize,
    /// Bytes of text.
    text: usize,
    row: Row,
}

/// What it makes of a row.
#[derive(Default)]
struct Row {
    repeated: usize,
    columns: usize,
    /// Columns up to the last that holds something.
    width: usize,
    text: usize,
    /// How often the last cell stands there.
    cell: usize,
    /// Whether it, or one before it that holds something, stands there more often than a sheet has columns.
    beyond: bool,
}

impl Row {
    /// So many bytes of text in the last cell.
    fn text(&mut self, bytes: usize) {
        self.width = self.columns;
        self.beyond |= self.cell > MOST_COLUMNS;
        self.text = (self.text).saturating_add(self.cell.saturating_mul(bytes));
    }
}

impl Sheet {
    fn begins(&mut self, element: &BytesStart<'_>) {
        match element.name().as_ref() {
            "table:table" => *self = Self::default(),
            "table:table-row" => {
                self.row = Row {
                    repeated: repeated(element, "table:number-rows-repeated"),
                    ..Row::default()
                };
            }
            "table:table-cell" | "table:covered-table-cell" => {
                let row = &mut self.row;
                row.cell = repeated(element, "table:number-columns-repeated");
                row.columns = row.columns.saturating_add(row.cell).min(MOST_COLUMNS);
                // Values and formulas stand in attributes.
                for attribute in element.attributes().with_checks(false).flatten() {
                    match attribute.key.as_ref() {
                        // A number takes no room of its own.
                        "office:value-type" | "office:value" => row.text(0),
                        name if name.starts_with("office:") || name == "table:formula" => {
                            row.text(attribute.value.len());
                        }
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }

    fn row_ends(&mut self) -> Result<(), String> {
        let row = std::mem::take(&mut self.row);
        self.passed = self.passed.saturating_add(row.repeated).min(MOST_ROWS);
        if row.width == 0 {
            return Ok(());
        }
        if row.beyond || row.repeated > MOST_ROWS {
            return Err(
                "a cell stands there more often than a sheet has rows or columns; save it anew"
                    .into(),
            );
        }
        self.rows = self.passed;
        self.width = self.width.max(row.width);
        let text = row.repeated.saturating_mul(row.text);
        self.text = self.text.saturating_add(text);
        if self.text > MOST_TEXT {
            return Err(too_much_text());
        }
        if self.rows * self.width > MOST_CELLS {
            return Err(format!(
                "it reaches over {} rows and {} columns, more than are loaded; delete what stands far outside the table",
                self.rows, self.width
            ));
        }
        Ok(())
    }
}

/// How often an element stands there; what is no number is left to the reader.
fn repeated(element: &BytesStart<'_>, attribute: &str) -> usize {
    let found = element.try_get_attribute(attribute).ok().flatten();
    found.map_or(1, |found| found.value.trim().parse().unwrap_or(usize::MAX))
}
