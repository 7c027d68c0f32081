//! Delimited text to a table: which delimiter, whether there is a header, what each column holds.

use super::{
    Column, ColumnKind, DataError, Table,
    delimiter::{single_blanks, sniff},
    moment::is_time,
    numbers::{Style, is_missing},
    source::format_of,
    table::Stray,
    time,
};
use csv::{ReaderBuilder, StringRecord, Trim};
use std::{borrow::Cow, collections::HashSet};

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

    let mut head = None;
    let mut rows = 0;
    let mut cells: Vec<Cells> = Vec::new();
    file.each_record(|line, record| {
        if head.is_none() {
            cells = vec![Cells::default(); record.len()];
            head = Some((line, record.clone()));
        } else {
            rows += 1;
            for (cells, cell) in cells.iter_mut().zip(record) {
                cells.see(line, cell);
            }
        }
        Ok(())
    })?;
    let Some((head_line, head)) = head else {
        return fail("is empty; give a file with a row for each time step");
    };
    let has_header = is_header(&head, &cells);
    if !has_header {
        rows += 1;
        for (cells, cell) in cells.iter_mut().zip(&head) {
            cells.see(head_line, cell);
        }
    }
    match rows {
        0 => return fail("has a header and no rows; give a row for each time step"),
        1 => return fail("has one row; a series needs a row for each time step"),
        _ => {}
    }

    let mut notes = Vec::new();
    let names = names(
        if has_header { Some(&head) } else { None },
        head.len(),
        &mut notes,
    );
    let mut columns = Vec::with_capacity(names.len());
    let mut styles = Vec::with_capacity(names.len());
    for (name, cells) in names.into_iter().zip(&cells) {
        let style = cells.style(delimiter);
        if style.is_some()
            && let Some((line, text)) = &cells.infinite
        {
            return Err(DataError::file(
                source,
                format!("{text} is not a finite number; correct it, or leave the field empty"),
            )
            .in_column(&name)
            .at_line(*line));
        }
        if style == Some(Style::DecimalComma) && cells.plain < cells.filled {
            notes.push(format!("\"{name}\" is read with a decimal comma"));
        }
        columns.push(cells.column(name, style, rows));
        styles.push(style);
    }
    let mut skip = has_header;
    file.each_record(|_, record| {
        if std::mem::take(&mut skip) {
            return Ok(());
        }
        for ((column, style), cell) in columns.iter_mut().zip(&styles).zip(record) {
            match style {
                Some(_) if is_missing(cell) => column.numbers.push(f64::NAN),
                Some(style) => column.numbers.push(style.parse(cell).unwrap_or(f64::NAN)),
                None if is_missing(cell) => column.texts.push(String::new()),
                None => column.texts.push(cell.to_owned()),
            }
        }
        Ok(())
    })?;
    finish(
        source,
        delimiter,
        columns,
        has_header.then_some(&head),
        rows,
        notes,
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

impl File<'_> {
    /// Calls `see` with the line and the fields of every record that is not blank.
    fn each_record(
        &self,
        mut see: impl FnMut(u64, &StringRecord) -> Result<(), DataError>,
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

/// What the cells of one column were.
#[derive(Debug, Clone, Default)]
struct Cells {
    filled: usize,
    plain: usize,
    whole: usize,
    comma: usize,
    grouped: usize,
    times: usize,
    infinite: Option<(u64, String)>,
    text: Option<Stray>,
}

impl Cells {
    fn see(&mut self, line: u64, cell: &str) {
        if is_missing(cell) {
            return;
        }
        self.filled += 1;
        if let Some(number) = Style::Plain.parse(cell) {
            self.plain += 1;
            self.whole += usize::from(cell.parse::<i64>().is_ok());
            if number.is_infinite() && self.infinite.is_none() {
                self.infinite = Some((line, cell.to_owned()));
            }
        } else {
            if self.text.is_none() {
                self.text = Some(Stray {
                    line,
                    text: one_line(cell, 40),
                });
            }
            // A few are enough to tell a header from times below it.
            if self.times < 3 && self.filled < 20 {
                self.times += usize::from(is_time(cell));
            }
        }
        self.comma += usize::from(Style::DecimalComma.parse(cell).is_some());
        self.grouped += usize::from(Style::Grouped.parse(cell).is_some());
    }

    /// How the column writes numbers; none where it is text.
    fn style(&self, delimiter: Option<char>) -> Option<Style> {
        Style::ALL.into_iter().find(|style| match style {
            Style::Plain => self.plain == self.filled,
            Style::DecimalComma => delimiter != Some(',') && self.comma == self.filled,
            Style::Grouped => self.grouped == self.filled,
        })
    }

    /// Whether a header above would differ: the column holds numbers (perhaps with a few texts among
    /// them) or times.
    fn is_typed(&self) -> bool {
        self.filled > 0
            && (self.comma.max(self.plain).max(self.grouped) * 2 > self.filled || self.times > 0)
    }

    /// An empty column of the right kind.
    fn column(&self, name: String, style: Option<Style>, rows: usize) -> Column {
        let labelled = ["label", "labels", "class"].contains(&name.to_lowercase().as_str());
        let kind = match style {
            _ if labelled => ColumnKind::Label,
            None => ColumnKind::Category,
            Some(_) if self.filled > 0 && self.whole == self.filled => ColumnKind::Integer,
            Some(_) => ColumnKind::Number,
        };
        Column {
            name,
            kind,
            numbers: Vec::with_capacity(if style.is_some() { rows } else { 0 }),
            texts: Vec::with_capacity(if style.is_none() { rows } else { 0 }),
            stray: if style.is_none() && self.plain * 2 > self.filled {
                self.text.clone()
            } else {
                None
            },
        }
    }
}

/// Whether the first record names the columns: it holds no number or time, and either a column below
/// it does, or nothing in the file does.
fn is_header(head: &StringRecord, cells: &[Cells]) -> bool {
    let value = |cell: &str| {
        !is_missing(cell)
            && (Style::ALL.iter().any(|style| style.parse(cell).is_some()) || is_time(cell))
    };
    let contrast = head
        .iter()
        .zip(cells)
        .any(|(cell, cells)| !value(cell) && !is_missing(cell) && cells.is_typed());
    let plain_text =
        head.iter().all(|cell| !value(cell)) && cells.iter().all(|cells| !cells.is_typed());
    contrast
        && head
            .iter()
            .zip(cells)
            .all(|(cell, cells)| !value(cell) || !cells.is_typed() || is_year(cell))
        || plain_text
}

/// A year may be a column's name (one column a year).
fn is_year(cell: &str) -> bool {
    cell.parse::<u16>()
        .is_ok_and(|year| (1000..3000).contains(&year))
}

/// Names that are unique, not empty and in one line; `column_N` where none is given.
fn names(head: Option<&StringRecord>, count: usize, notes: &mut Vec<String>) -> Vec<String> {
    let given: Vec<String> = (0..count)
        .map(|index| {
            one_line(
                head.and_then(|head| head.get(index)).unwrap_or_default(),
                200,
            )
        })
        .collect();
    let mut taken: HashSet<String> = given.iter().cloned().collect();
    let mut seen = HashSet::new();
    let mut names = Vec::with_capacity(count);
    for (index, given) in given.into_iter().enumerate() {
        let numbered = format!("column_{}", index + 1);
        let (base, free) = if given.is_empty() {
            let free = !taken.contains(&numbered);
            (numbered, free)
        } else {
            let free = !seen.contains(&given);
            (given, free)
        };
        let mut name = base.clone();
        let mut k = 2;
        while !free && taken.contains(&name) {
            name = format!("{base}_{k}");
            k += 1;
        }
        if !free {
            notes.push(format!(
                "\"{base}\" names more than one column; column {} is called \"{name}\"",
                index + 1
            ));
        }
        taken.insert(name.clone());
        seen.insert(name.clone());
        names.push(name);
    }
    names
}

/// The first `most` characters of a text, blanks and line breaks as single blanks.
fn one_line(text: &str, most: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    line.chars().take(most).collect()
}

/// Drops columns that are nothing but a trailing delimiter, finds the time.
fn finish(
    source: &str,
    delimiter: Option<char>,
    mut columns: Vec<Column>,
    head: Option<&StringRecord>,
    rows: usize,
    mut notes: Vec<String>,
) -> Result<Table, DataError> {
    if columns.iter().all(|column| column.missing() == rows) {
        return Err(DataError::file(
            source,
            "holds no values, all are missing; give a file with values",
        ));
    }
    let unnamed =
        |index: usize| head.is_none_or(|head| head.get(index).unwrap_or_default().is_empty());
    while columns.len() > 1
        && columns.last().is_some_and(|last| last.missing() == rows)
        && unnamed(columns.len() - 1)
    {
        columns.pop();
        notes.push(format!(
            "column {} has neither name nor values and is left out",
            columns.len() + 1
        ));
    }
    if head.is_none() {
        notes.push("no header; columns are called column_1, column_2 and so on".to_owned());
    }
    for column in &columns {
        if let Some(stray) = &column.stray {
            notes.push(format!(
                "\"{}\" is taken for text because of \"{}\" in line {}",
                column.name, stray.text, stray.line
            ));
        }
    }
    let time = time::detect(&columns, &[]);
    if let Some(time) = &time {
        for &index in &time.columns {
            columns[index].kind = ColumnKind::Time;
        }
        if !time.is_ordered() {
            notes.push(format!(
                "the times in \"{}\" are not in order; rows are used as the file has them",
                time.name
            ));
        }
    }
    Ok(Table {
        source: source.to_owned(),
        format: format_of(delimiter),
        delimiter,
        columns,
        series: std::iter::once(0..rows).collect(),
        time,
        notes,
        answers: None,
    })
}
