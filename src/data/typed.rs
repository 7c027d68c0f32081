//! Records of texts to a table: whether there is a header, what each column holds.

use super::{
    Column, ColumnKind, DataError, Format, Look, Stop, Table,
    cells::{Cells, one_line},
    header::{self, Head},
    marks::{self, Marks},
    numbers::is_missing,
    pieces, plain, time, wide,
};
use csv::StringRecord;
use std::ops::Range;

/// Tables with more cells than this are refused: they would not fit beside training.
pub(super) const MAX_VALUES: usize = 100_000_000;

/// What is wrong with a table of one row.
pub(super) const ONE_ROW: &str = "has one row; a series needs a row for each time step";

/// Rows after which it is asked whether somebody wants the end.
const CHECKED: usize = 4096;

/// What takes records.
pub(super) trait See {
    /// The record at this line (or row, from 1) and its fields.
    fn record(&mut self, line: u64, fields: &[&str]) -> Result<(), DataError>;

    /// The fields of a comment among the records.
    fn comment(&mut self, _fields: &[&str]) {}

    /// Takes as many rows at the beginning of a text as it likes, of which the first is at `line`: how many bytes they
    /// are, and how many lines.
    fn plain(&mut self, _text: &str, _delimiter: u8, _line: u64) -> (usize, usize) {
        (0, 0)
    }
}

impl<F: FnMut(u64, &[&str]) -> Result<(), DataError>> See for F {
    fn record(&mut self, line: u64, fields: &[&str]) -> Result<(), DataError> {
        self(line, fields)
    }
}

/// Something that can be gone through record by record, more than once.
pub(super) trait Records: Sync {
    /// In how many pieces, one behind the other, that can be gone through side by side.
    fn pieces(&self) -> usize {
        1
    }

    /// Lets `see` take all records of a piece; those of all pieces have one width.
    fn each(&self, piece: usize, see: &mut dyn See) -> Result<(), DataError>;

    /// At least as many records as there are in these pieces, or nearly, where that is quickly said.
    fn most(&self, _pieces: Range<usize>) -> usize {
        0
    }

    /// Why there is no table where they have to be gone through once more, or their lines be known; none where they
    /// can be, and are.
    fn only_once(&self) -> Option<DataError> {
        None
    }
}

/// Records in memory: each with its line or row from 1.
impl Records for Vec<(u64, StringRecord)> {
    fn each(&self, _piece: usize, see: &mut dyn See) -> Result<(), DataError> {
        let mut fields = Vec::new();
        self.iter().try_for_each(|(line, record)| {
            fields.clear();
            fields.extend(record);
            see.record(*line, &fields)
        })
    }

    fn most(&self, _pieces: Range<usize>) -> usize {
        self.len()
    }
}

/// Where records come from.
pub(super) struct Origin<'a> {
    /// For messages.
    pub source: &'a str,
    /// The file's form.
    pub format: Format,
    /// What parted the fields.
    pub delimiter: Option<char>,
    /// Whether the first record names the columns; found out where nobody says.
    pub header: Option<bool>,
}

/// Records that have been read; what they came from is no longer needed.
struct Read {
    columns: Vec<Column>,
    head: Option<StringRecord>,
    rows: usize,
    notes: Vec<String>,
    /// Columns whose numbers all have a unit, and it.
    units: Vec<(usize, String)>,
}

/// The table that `records` make.
///
/// # Errors
/// No rows or no values, an infinite number, too many cells: with its line.
pub(super) fn table(origin: &Origin<'_>, records: impl Records) -> Result<Table, DataError> {
    looked_at(origin, records, &|_| {})
}

/// As [`table`]; `look` gets it before its times are known.
pub(super) fn looked_at(
    origin: &Origin<'_>,
    records: impl Records,
    look: Look<'_>,
) -> Result<Table, DataError> {
    read(origin, records)?.finish(origin, look)
}

/// The columns that `records` make.
fn read(origin: &Origin<'_>, records: impl Records) -> Result<Read, DataError> {
    let source = origin.source;
    let fail = |message: &str| Err(DataError::file(source, message));
    let seen = pieces::joined(
        records.pieces(),
        |piece| Seen::of(source, &records, piece),
        Seen::append,
    );
    let Some(Seen {
        head: Some((head_line, head)),
        below,
        mut rows,
        mut columns,
        comments: (comments, comment),
        ..
    }) = seen?
    else {
        return fail("is empty; give a file with a row for each time step");
    };
    if rows.saturating_mul(head.len()) > MAX_VALUES {
        return Err(too_many(source));
    }
    let found = match origin.header {
        Some(true) => Head::Names,
        Some(false) => Head::Row,
        None => header::head(&head, &columns, &below),
    };
    let has_header = found != Head::Row;
    if !has_header {
        rows += 1;
        for (cells, cell) in columns.iter_mut().zip(&head) {
            let mut first = Cells::default();
            first.see(head_line, cell);
            first.append(std::mem::take(cells));
            *cells = first;
        }
    }
    match rows {
        0 => return fail("has a header and no rows; give a row for each time step"),
        1 if !(has_header && wide::are_times(&head)) => return fail(ONE_ROW),
        _ => {}
    }

    let mut notes = Vec::new();
    if comments == 1 {
        notes.push(format!("a comment in the table is left out: {comment}"));
    } else if comments > 1 {
        notes.push(format!(
            "{comments} comments in the table are left out, the first of them: {comment}"
        ));
    }
    if let Head::Counting(from, to) = found {
        notes.push(if from == to {
            format!("\"{from}\" in the first row is read as a column's name")
        } else {
            format!("\"{from}\" to \"{to}\" in the first row are read as names of columns")
        });
    }
    let names = header::names(
        if has_header { Some(&head) } else { None },
        head.len(),
        &mut notes,
    );
    let marks = Marks::of(origin, &columns);
    let mut made = Vec::with_capacity(names.len());
    let (mut commas, mut units) = (Vec::new(), Vec::new());
    // Styles of the columns that turn out not to be what was kept of them.
    let mut again = Vec::with_capacity(names.len());
    for (name, cells) in names.into_iter().zip(&columns) {
        let style = cells.style(marks.sure, origin.delimiter);
        if style.is_some()
            && let Some((line, text)) = cells.infinite()
        {
            return Err(DataError::file(
                source,
                format!("{text} is not a finite number; correct it, or leave the field empty"),
            )
            .in_column(&name)
            .at_line(*line));
        }
        if let Some(style) = style {
            marks.explain(&name, cells, style, (&mut notes, &mut commas));
            units.extend(cells.unit().map(|unit| (made.len(), unit.to_owned())));
        }
        made.push(cells.column(name, style));
        again.push((!cells.holds(style)).then_some(style));
    }
    let told = |column: &Column| column.stray.is_none();
    if (again.iter().any(Option::is_some) || !made.iter().all(told))
        && let Some(error) = records.only_once()
    {
        return Err(error);
    }
    if again.iter().any(Option::is_some) {
        let mut skip = has_header;
        let mut see = |_: u64, record: &[&str]| {
            if std::mem::take(&mut skip) {
                return Ok(());
            }
            for ((column, style), cell) in made.iter_mut().zip(&again).zip(record) {
                match style {
                    None => {}
                    Some(Some(_)) if is_missing(cell) => column.numbers.push(f64::NAN),
                    Some(Some(style)) => {
                        column.numbers.push(style.parse(cell).unwrap_or(f64::NAN));
                    }
                    Some(None) if is_missing(cell) => column.texts.push(""),
                    Some(None) => column.texts.push(cell),
                }
            }
            Ok(())
        };
        (0..records.pieces()).try_for_each(|piece| records.each(piece, &mut see))?;
    }
    marks::explain_commas(&commas, &mut notes);
    // A large text need not be held any longer.
    drop(records);
    for ((column, cells), again) in made.iter_mut().zip(columns).zip(again) {
        if again.is_none() {
            cells.fill(column);
        }
    }
    Ok(Read {
        columns: made,
        head: has_header.then_some(head),
        rows,
        notes,
        units,
    })
}

/// What stood in a piece of the records.
struct Seen<'a> {
    source: &'a str,
    stop: Stop,
    /// Whether it is the first piece.
    first: bool,
    /// Rows for which there is to be room.
    room: usize,
    /// The first record and its line, in the first piece alone.
    head: Option<(u64, StringRecord)>,
    /// A few of the records behind it.
    below: Vec<StringRecord>,
    /// Records besides that.
    rows: usize,
    /// Of them when it was last asked whether somebody wants the end.
    checked: usize,
    columns: Vec<Cells>,
    /// How many comments there were, and the first of them.
    comments: (usize, String),
}

impl See for Seen<'_> {
    fn record(&mut self, line: u64, fields: &[&str]) -> Result<(), DataError> {
        if self.columns.is_empty() {
            let room = self.room.min(MAX_VALUES / fields.len().max(1));
            self.columns
                .resize_with(fields.len(), || Cells::with_room(room));
            if self.first {
                self.head = Some((line, StringRecord::from(fields)));
                return Ok(());
            }
        }
        self.rows += 1;
        if self.is_looking() {
            self.below.push(StringRecord::from(fields));
        }
        if self.rows >= self.checked + CHECKED {
            self.checked = self.rows;
            self.stop.check(self.source)?;
        }
        if self.rows.saturating_mul(fields.len()) > MAX_VALUES {
            return Err(too_many(self.source).at_line(line));
        }
        for (cells, cell) in self.columns.iter_mut().zip(fields) {
            cells.see(line, cell);
        }
        Ok(())
    }

    fn comment(&mut self, fields: &[&str]) {
        if self.comments.0 == 0 {
            self.comments.1 = one_line(&fields.join(" "), 60);
        }
        self.comments.0 += 1;
    }

    fn plain(&mut self, text: &str, delimiter: u8, line: u64) -> (usize, usize) {
        if self.columns.is_empty() || self.is_looking() {
            return (0, 0);
        }
        let room = (MAX_VALUES / self.columns.len()).saturating_sub(self.rows);
        let most = room.min(CHECKED);
        let (bytes, rows) = plain::take(text, delimiter, line, most, &mut self.columns);
        self.rows += rows;
        (bytes, rows)
    }
}

impl<'a> Seen<'a> {
    /// Whether the next record is one of those by which the first is judged.
    fn is_looking(&self) -> bool {
        self.first && self.below.len() < header::LOOKED
    }

    fn of(source: &'a str, records: &impl Records, piece: usize) -> Result<Self, DataError> {
        // The first piece takes the others in.
        let end = if piece == 0 {
            records.pieces()
        } else {
            piece + 1
        };
        let mut seen = Self {
            source,
            stop: Stop::current(),
            first: piece == 0,
            room: records.most(piece..end),
            head: None,
            below: Vec::new(),
            rows: 0,
            checked: 0,
            columns: Vec::new(),
            comments: (0, String::new()),
        };
        records.each(piece, &mut seen)?;
        Ok(seen)
    }

    /// Adds what stood in the next piece.
    fn append(&mut self, later: Self) {
        self.rows += later.rows;
        if self.comments.0 == 0 {
            self.comments.1 = later.comments.1;
        }
        self.comments.0 += later.comments.0;
        for (cells, later) in self.columns.iter_mut().zip(later.columns) {
            cells.append(later);
        }
    }
}

fn too_many(source: &str) -> DataError {
    DataError::file(
        source,
        format!(
            "holds more than {MAX_VALUES} cells, the most that is loaded; thin it out or cut it into pieces"
        ),
    )
}

impl Read {
    /// Drops columns that are nothing but a trailing delimiter, finds the time.
    ///
    /// # Errors
    /// No values.
    pub fn finish(self, origin: &Origin<'_>, look: Look<'_>) -> Result<Table, DataError> {
        let Self {
            mut columns,
            head,
            rows,
            mut notes,
            units,
        } = self;
        let head = head.as_ref();
        if columns.iter().all(Column::is_empty) {
            return Err(DataError::file(
                origin.source,
                "holds no values, all are missing; give a file with values",
            ));
        }
        let unnamed =
            |index: usize| head.is_none_or(|head| head.get(index).unwrap_or_default().is_empty());
        while columns.len() > 1
            && columns.last().is_some_and(Column::is_empty)
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
        let mut table = Table {
            source: origin.source.to_owned(),
            format: origin.format,
            delimiter: origin.delimiter,
            columns,
            series: std::iter::once(0..rows).collect(),
            time: None,
            notes,
            answers: None,
        };
        look(&table);
        table.find_time();
        // A unit in the cells says what a name leaves open.
        let open = |time: &time::TimeInfo| time.has_no_unit();
        if table.time.as_ref().is_none_or(open)
            && let Some(time) =
                (units.iter()).find_map(|(index, unit)| time::passing(&table.columns, *index, unit))
        {
            if let Some(other) = &table.time {
                let assumed = other.assumed();
                table.notes.retain(|note| !assumed.contains(note));
            }
            table.columns[time.columns[0]].kind = ColumnKind::Time;
            table.time = Some(time);
        }
        Ok(table)
    }
}
