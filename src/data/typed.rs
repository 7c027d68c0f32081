//! Records of texts to a table: whether there is a header, what each column holds.

use super::{
    Column, ColumnKind, DataError, Format, Stop, Table, Words,
    moment::is_time,
    numbers::{Simple, Style, is_missing, may_be_number},
    pieces,
    table::Stray,
    time,
};
use csv::StringRecord;
use std::{collections::HashSet, ops::Range};

/// Tables with more cells than this are refused: they would not fit beside training.
pub(super) const MAX_VALUES: usize = 100_000_000;

/// Rows after which it is asked whether somebody wants the end.
const CHECKED: usize = 4096;

/// What is called with the line (or row) of a record from 1 and its fields.
pub(super) type See<'a> = dyn FnMut(u64, &[&str]) -> Result<(), DataError> + 'a;

/// Something that can be gone through record by record, more than once.
pub(super) trait Records: Sync {
    /// In how many pieces, one behind the other, that can be gone through side by side.
    fn pieces(&self) -> usize {
        1
    }

    /// Calls `see` with every record of a piece; all records of all pieces have one width.
    fn each(&self, piece: usize, see: &mut See<'_>) -> Result<(), DataError>;

    /// At least as many records as there are in these pieces, where that is quickly said.
    fn most(&self, _pieces: Range<usize>) -> usize {
        0
    }
}

/// Records in memory: each with its line or row from 1.
impl Records for Vec<(u64, StringRecord)> {
    fn each(&self, _piece: usize, see: &mut See<'_>) -> Result<(), DataError> {
        let mut fields = Vec::new();
        self.iter().try_for_each(|(line, record)| {
            fields.clear();
            fields.extend(record);
            see(*line, &fields)
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
}

/// The table that `records` make.
///
/// # Errors
/// No rows or no values, an infinite number, too many cells: with its line.
pub(super) fn table(origin: &Origin<'_>, records: impl Records) -> Result<Table, DataError> {
    read(origin, records)?.finish(origin)
}

/// The columns that `records` make.
fn read(origin: &Origin<'_>, records: impl Records) -> Result<Read, DataError> {
    let source = origin.source;
    let fail = |message: &str| Err(DataError::file(source, message));
    let pieces = (0..records.pieces()).collect();
    let seen: Vec<Seen> = pieces::each(pieces, |piece| Seen::of(source, &records, piece))
        .into_iter()
        .collect::<Result<_, _>>()?;
    let Some(Seen {
        head: Some((head_line, head)),
        mut rows,
        mut columns,
    }) = Seen::joined(seen)
    else {
        return fail("is empty; give a file with a row for each time step");
    };
    if rows.saturating_mul(head.len()) > MAX_VALUES {
        return Err(too_many(source));
    }
    let has_header = origin.header.unwrap_or_else(|| is_header(&head, &columns));
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
        1 => return fail("has one row; a series needs a row for each time step"),
        _ => {}
    }

    let mut notes = Vec::new();
    let names = names(
        if has_header { Some(&head) } else { None },
        head.len(),
        &mut notes,
    );
    let mut made = Vec::with_capacity(names.len());
    // Styles of the columns that turn out not to be what was kept of them.
    let mut again = Vec::with_capacity(names.len());
    for (name, cells) in names.into_iter().zip(&columns) {
        let style = cells.style(origin.delimiter);
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
        made.push(cells.column(name, style));
        let kept = cells.kept.iter().all(|kept| kept.holds(style));
        again.push((!kept).then_some(style));
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
    // A large text need not be held any longer.
    drop(records);
    let mut kept: Vec<(&mut Column, Vec<Kept>)> = made
        .iter_mut()
        .zip(columns)
        .zip(&again)
        .filter(|(_, again)| again.is_none())
        .map(|((column, cells), _)| (column, cells.kept))
        .collect();
    let shares = pieces::of(kept.len(), 1);
    let shares: Vec<Vec<_>> = shares
        .into_iter()
        .map(|share| kept.drain(..share.len()).collect())
        .collect();
    pieces::each(shares, |share| {
        for (column, kept) in share {
            Kept::join(kept, column, rows);
        }
    });
    Ok(Read {
        columns: made,
        head: has_header.then_some(head),
        rows,
        notes,
    })
}

/// What stood in a piece of the records.
struct Seen {
    /// The first record and its line, in the first piece alone.
    head: Option<(u64, StringRecord)>,
    /// Records besides that.
    rows: usize,
    columns: Vec<Cells>,
}

impl Seen {
    fn of(source: &str, records: &impl Records, piece: usize) -> Result<Self, DataError> {
        let mut head = None;
        let mut rows: usize = 0;
        let mut columns: Vec<Cells> = Vec::new();
        let stop = Stop::current();
        records.each(piece, &mut |line, record| {
            if columns.is_empty() {
                // The first piece takes the others in.
                let end = if piece == 0 {
                    records.pieces()
                } else {
                    piece + 1
                };
                let room = records
                    .most(piece..end)
                    .min(MAX_VALUES / record.len().max(1));
                columns.resize_with(record.len(), || Cells {
                    room,
                    ..Cells::default()
                });
                if piece == 0 {
                    head = Some((line, StringRecord::from(record)));
                    return Ok(());
                }
            }
            rows += 1;
            if rows.is_multiple_of(CHECKED) {
                stop.check(source)?;
            }
            if rows.saturating_mul(record.len()) > MAX_VALUES {
                return Err(too_many(source).at_line(line));
            }
            for (cells, cell) in columns.iter_mut().zip(record) {
                cells.see(line, cell);
            }
            Ok(())
        })?;
        Ok(Self {
            head,
            rows,
            columns,
        })
    }

    /// All pieces as one.
    fn joined(pieces: Vec<Self>) -> Option<Self> {
        pieces.into_iter().reduce(|mut all, piece| {
            all.rows += piece.rows;
            for (cells, later) in all.columns.iter_mut().zip(piece.columns) {
                cells.append(later);
            }
            all
        })
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

/// What the cells of one column were.
#[derive(Debug)]
struct Cells {
    filled: usize,
    plain: usize,
    whole: usize,
    comma: usize,
    grouped: usize,
    times: usize,
    years: usize,
    infinite: Option<(u64, String)>,
    text: Option<Stray>,
    /// Rows that there is to be room for.
    room: usize,
    /// What was kept of each piece, the last of which goes on; never empty.
    kept: Vec<Kept>,
}

impl Default for Cells {
    fn default() -> Self {
        Self {
            filled: 0,
            plain: 0,
            whole: 0,
            comma: 0,
            grouped: 0,
            times: 0,
            years: 0,
            infinite: None,
            text: None,
            room: 0,
            kept: vec![Kept::Missing(0)],
        }
    }
}

/// The cells so far, as what they look like.
#[derive(Debug)]
enum Kept {
    /// So many missing ones.
    Missing(usize),
    /// Plain numbers.
    Numbers(Vec<f64>),
    /// Texts, the first of them no plain number.
    Texts(Words),
    /// Numbers, then a text: what they are shows only at the end.
    Neither,
}

impl Kept {
    fn missing(&mut self) {
        match self {
            Self::Missing(count) => *count += 1,
            Self::Numbers(numbers) => numbers.push(f64::NAN),
            Self::Texts(texts) => texts.push(""),
            Self::Neither => {}
        }
    }

    fn push(&mut self, number: Option<f64>, cell: &str, room: usize) {
        match (&mut *self, number) {
            (Self::Missing(count), Some(number)) => {
                let mut numbers = Vec::with_capacity(room.max(*count + 1));
                numbers.resize(*count, f64::NAN);
                numbers.push(number);
                *self = Self::Numbers(numbers);
            }
            (Self::Missing(count), None) => {
                let mut texts = Words::with_room(room.max(*count + 1));
                texts.push(cell);
                if *count > 0 {
                    let before = std::iter::repeat_n("", *count);
                    texts = before.chain(texts.iter()).collect();
                }
                *self = Self::Texts(texts);
            }
            (Self::Numbers(numbers), Some(number)) => numbers.push(number),
            (Self::Numbers(_), None) => *self = Self::Neither,
            (Self::Texts(texts), _) => texts.push(cell),
            (Self::Neither, _) => {}
        }
    }

    /// Whether this is all of a column of that style (none: of texts).
    fn holds(&self, style: Option<Style>) -> bool {
        matches!(
            (self, style),
            (Self::Missing(_), _) | (Self::Numbers(_), Some(Style::Plain)) | (Self::Texts(_), None)
        )
    }

    /// Puts one behind the other what was kept of a column of so many rows.
    fn join(kept: Vec<Self>, column: &mut Column, rows: usize) {
        let mut numbers = Vec::new();
        let mut texts = Words::default();
        let mut missing = 0;
        for kept in kept {
            match kept {
                Self::Missing(more) => missing += more,
                Self::Numbers(more) if missing == 0 && numbers.is_empty() => numbers = more,
                Self::Numbers(more) => {
                    numbers.reserve_exact(rows.saturating_sub(numbers.len()));
                    numbers.extend(std::iter::repeat_n(f64::NAN, std::mem::take(&mut missing)));
                    numbers.extend(more);
                }
                Self::Texts(more) if missing == 0 && texts.is_empty() => texts = more,
                Self::Texts(more) => {
                    texts.extend(std::iter::repeat_n("", std::mem::take(&mut missing)));
                    texts.append(&more);
                }
                Self::Neither => {}
            }
        }
        if texts.is_empty() {
            numbers.resize(numbers.len() + missing, f64::NAN);
        } else {
            texts.extend(std::iter::repeat_n("", missing));
        }
        column.numbers = numbers;
        column.texts = texts;
    }
}

impl Cells {
    /// Adds what was seen further on.
    fn append(&mut self, later: Self) {
        self.filled += later.filled;
        self.plain += later.plain;
        self.whole += later.whole;
        self.comma += later.comma;
        self.grouped += later.grouped;
        self.times += later.times;
        self.years += later.years;
        self.infinite = self.infinite.take().or(later.infinite);
        self.text = self.text.take().or(later.text);
        self.kept.extend(later.kept);
    }

    fn see(&mut self, line: u64, cell: &str) {
        if is_missing(cell) {
            self.last_kept().missing();
            return;
        }
        self.filled += 1;
        if let Some(simple) = Simple::of(cell) {
            self.see_simple(&simple, cell);
            return;
        }
        let possible = may_be_number(cell);
        // Infinity is written in letters.
        let letters = !cell.as_bytes()[0].is_ascii_digit();
        let number = (possible || letters)
            .then(|| Style::Plain.parse(cell))
            .flatten();
        let room = self.room;
        self.last_kept().push(number, cell, room);
        if let Some(number) = number {
            self.plain += 1;
            let whole = number.fract() == 0.0
                && cell
                    .bytes()
                    .all(|b| b.is_ascii_digit() || b == b'-' || b == b'+');
            self.whole += usize::from(whole);
            self.years += usize::from(whole && (1000.0..3000.0).contains(&number));
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
        // Without a separator all styles agree.
        if number.is_some() && !cell.as_bytes().contains(&b'.') {
            self.comma += 1;
            self.grouped += 1;
        } else if !possible {
            // in no style
        } else if cell.contains(',') || number.is_none() {
            self.comma += usize::from(Style::DecimalComma.parse(cell).is_some());
            self.grouped += usize::from(Style::Grouped.parse(cell).is_some());
        } else {
            // A point and no comma: a decimal point, or one between thousands.
            self.comma += usize::from(Style::DecimalComma.parse(cell).is_some());
            self.grouped += 1;
        }
    }

    fn last_kept(&mut self) -> &mut Kept {
        self.kept.last_mut().expect("never empty")
    }

    /// What nearly all cells of columns of numbers are.
    fn see_simple(&mut self, simple: &Simple, cell: &str) {
        let number = simple.number;
        let room = self.room;
        self.last_kept().push(Some(number), cell, room);
        self.plain += 1;
        self.grouped += 1;
        self.comma += usize::from(simple.is_in(Style::DecimalComma));
        if simple.fraction.is_none() {
            self.whole += 1;
            self.years += usize::from((1000.0..3000.0).contains(&number));
        }
    }

    /// How the column writes numbers; none where it is text.
    fn style(&self, delimiter: Option<char>) -> Option<Style> {
        // Where commas part fields, one inside a (quoted) number rather parts thousands.
        let order = if delimiter == Some(',') {
            [Style::Plain, Style::Grouped, Style::DecimalComma]
        } else {
            Style::ALL
        };
        order.into_iter().find(|style| match style {
            Style::Plain => self.plain == self.filled,
            Style::DecimalComma => self.comma == self.filled,
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
    fn column(&self, name: String, style: Option<Style>) -> Column {
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
            numbers: Vec::new(),
            texts: Words::default(),
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
    let years: Vec<u16> = head
        .iter()
        .filter(|cell| is_year(cell))
        .flat_map(str::parse)
        .collect();
    let rows_of_years = cells.iter().any(|cells| cells.years > 0);
    if years.len() >= 4 && years.is_sorted_by(|a, b| a < b) && !rows_of_years && !is_year(&head[0])
    {
        return true; // a column a year
    }
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

impl Read {
    /// Drops columns that are nothing but a trailing delimiter, finds the time.
    ///
    /// # Errors
    /// No values.
    pub fn finish(self, origin: &Origin<'_>) -> Result<Table, DataError> {
        let Self {
            mut columns,
            head,
            rows,
            mut notes,
        } = self;
        let head = head.as_ref();
        if columns.iter().all(|column| column.missing() == rows) {
            return Err(DataError::file(
                origin.source,
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
            source: origin.source.to_owned(),
            format: origin.format,
            delimiter: origin.delimiter,
            columns,
            series: std::iter::once(0..rows).collect(),
            time,
            notes,
            answers: None,
        })
    }
}
