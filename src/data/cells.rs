//! What the cells of a column were: how it writes its values, and the values.

use super::{
    Column, ColumnKind, Words,
    moment::is_time,
    numbers::{Simple, Style, is_missing, is_none},
    table::Stray,
    words::Held,
};

/// What the cells of one column were.
#[derive(Debug, Default)]
pub(super) struct Cells {
    /// How many were written as most numbers are, and are counted here alone.
    simple: usize,
    /// Those of them that a column with decimal commas may hold too.
    simple_comma: usize,
    /// How many others hold something.
    filled: usize,
    plain: usize,
    comma: usize,
    grouped: usize,
    /// Whole numbers, among all of them.
    whole: usize,
    /// Which of those that hold something is the first time, if it is one of the first [`TRIED`].
    time: Option<usize>,
    years: usize,
    infinite: Option<(u64, String)>,
    text: Option<Stray>,
    /// Rows that there is to be room for.
    room: usize,
    kept: Kept,
    /// What was kept of the pieces behind.
    behind: Vec<Kept>,
}

/// So many cells are enough to tell a header from times below it.
const TRIED: usize = 20;

/// The cells so far, as what they look like.
#[derive(Debug)]
pub(super) enum Kept {
    /// So many missing ones.
    Missing(usize),
    /// Plain numbers.
    Numbers(Vec<f64>),
    /// Texts, the first of them no plain number.
    Texts(Held),
    /// Numbers, then a text: what they are shows only at the end.
    Neither,
}

impl Default for Kept {
    fn default() -> Self {
        Self::Missing(0)
    }
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
                let mut texts = Held::with_room(room.max(*count + 1));
                texts.blank(*count);
                texts.push(cell);
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
    pub fn join(kept: Vec<Self>, column: &mut Column, rows: usize) {
        let mut numbers = Vec::new();
        let mut texts = Held::default();
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
                    texts.blank(std::mem::take(&mut missing));
                    texts.append(&more);
                }
                Self::Neither => {}
            }
        }
        if texts.is_empty() {
            numbers.resize(numbers.len() + missing, f64::NAN);
        } else {
            texts.blank(missing);
        }
        column.numbers = numbers;
        column.texts = Words::from(texts);
    }
}

impl Cells {
    /// None yet, with room for so many.
    pub fn with_room(room: usize) -> Self {
        Self {
            room,
            ..Self::default()
        }
    }

    /// Adds what was seen further on.
    pub fn append(&mut self, later: Self) {
        let filled = self.filled();
        let later_time = later.time.map(|place| filled + place);
        self.time = self.time.or(later_time.filter(|&place| place < TRIED));
        self.simple += later.simple;
        self.simple_comma += later.simple_comma;
        self.filled += later.filled;
        self.plain += later.plain;
        self.whole += later.whole;
        self.comma += later.comma;
        self.grouped += later.grouped;
        self.years += later.years;
        self.infinite = self.infinite.take().or(later.infinite);
        self.text = self.text.take().or(later.text);
        self.behind.push(later.kept);
        self.behind.extend(later.behind);
    }

    /// The next cell, at this line.
    #[inline]
    pub fn see(&mut self, line: u64, cell: &str) {
        if (self.time.is_some() || self.filled() >= TRIED)
            && let Kept::Texts(texts) = &mut self.kept
            && is_none(cell)
            && !is_missing(cell)
        {
            texts.push(cell);
            self.filled += 1;
        } else if is_missing(cell) {
            self.kept.missing();
        } else if let Some(simple) = Simple::of(cell) {
            self.count(&simple);
            let room = self.room;
            self.kept.push(Some(simple.number), cell, room);
        } else {
            self.see_other(line, cell);
        }
    }

    /// The next cell of a column that [`Self::are_numbers`].
    #[inline]
    pub fn put(&mut self, simple: &Simple) {
        self.count(simple);
        if let Kept::Numbers(numbers) = &mut self.kept {
            numbers.push(simple.number);
        }
    }

    #[inline]
    fn count(&mut self, simple: &Simple) {
        self.simple += 1;
        self.simple_comma += usize::from(simple.with_comma);
        self.whole += usize::from(simple.whole);
        self.years += usize::from(simple.year);
    }

    /// Whether all cells so far are numbers.
    #[inline]
    pub fn are_numbers(&self) -> bool {
        matches!(self.kept, Kept::Numbers(_))
    }

    fn see_other(&mut self, line: u64, cell: &str) {
        self.filled += 1;
        let possible = !is_none(cell);
        let number = possible.then(|| Style::Plain.parse(cell)).flatten();
        let room = self.room;
        self.kept.push(number, cell, room);
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
            let place = self.filled() - 1;
            if self.time.is_none() && place < TRIED && is_time(cell) {
                self.time = Some(place);
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

    /// Those that hold something.
    fn filled(&self) -> usize {
        self.simple + self.filled
    }

    fn plain(&self) -> usize {
        self.simple + self.plain
    }

    /// How many are numbers in a style.
    fn numbers(&self, style: Style) -> usize {
        match style {
            Style::Plain => self.plain(),
            Style::DecimalComma => self.simple_comma + self.comma,
            Style::Grouped => self.simple + self.grouped,
        }
    }

    /// Whether all are plain numbers.
    pub fn are_plain(&self) -> bool {
        self.plain() == self.filled()
    }

    /// Whether any may be a year.
    pub fn have_years(&self) -> bool {
        self.years > 0
    }

    /// The first infinite one, and its line.
    pub fn infinite(&self) -> Option<&(u64, String)> {
        self.infinite.as_ref()
    }

    /// Whether what was kept is all of a column of that style (none: of texts).
    pub fn holds(&self, style: Option<Style>) -> bool {
        self.kept.holds(style) && self.behind.iter().all(|kept| kept.holds(style))
    }

    /// What was kept of each piece.
    pub fn kept(self) -> Vec<Kept> {
        let mut kept = vec![self.kept];
        kept.extend(self.behind);
        kept
    }

    /// How the column writes numbers; none where it is text.
    pub fn style(&self, delimiter: Option<char>) -> Option<Style> {
        // Where commas part fields, one inside a (quoted) number rather parts thousands.
        let order = if delimiter == Some(',') {
            [Style::Plain, Style::Grouped, Style::DecimalComma]
        } else {
            Style::ALL
        };
        order
            .into_iter()
            .find(|&style| self.numbers(style) == self.filled())
    }

    /// Whether a header above would differ: the column holds numbers (perhaps with a few texts among
    /// them) or times.
    pub fn is_typed(&self) -> bool {
        let filled = self.filled();
        let numbers = Style::ALL.map(|style| self.numbers(style) * 2 > filled);
        filled > 0 && (numbers.contains(&true) || self.time.is_some())
    }

    /// An empty column of the right kind.
    pub fn column(&self, name: String, style: Option<Style>) -> Column {
        let labelled = ["label", "labels", "class"].contains(&name.to_lowercase().as_str());
        let kind = match style {
            _ if labelled => ColumnKind::Label,
            None => ColumnKind::Category,
            Some(_) if self.filled() > 0 && self.whole == self.filled() => ColumnKind::Integer,
            Some(_) => ColumnKind::Number,
        };
        Column {
            name,
            kind,
            numbers: Vec::new(),
            texts: Words::default(),
            stray: if style.is_none() && self.plain() * 2 > self.filled() {
                self.text.clone()
            } else {
                None
            },
        }
    }
}

/// The first `most` characters of a text, blanks and line breaks as single blanks.
pub(super) fn one_line(text: &str, most: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    line.chars().take(most).collect()
}
