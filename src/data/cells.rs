//! What the cells of a column were: how it writes its values, and the values.

use super::{
    Column, ColumnKind, Words,
    dressed::{Dressed, begins_as_times_do},
    kept::Kept,
    moment::is_time,
    numbers::{Simple, Style, is_missing, is_none},
    table::Stray,
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
    /// Others that are numbers in some style, with a point or a comma in them.
    marked: usize,
    /// Whole numbers among those that are counted alone.
    simple_whole: usize,
    /// Whole numbers among the others.
    whole: usize,
    /// Whether a number of those that are no longer kept, or not kept as numbers, is 1,000 or more without a sign
    /// between its thousands.
    large: bool,
    dress: Dress,
    /// Which of those that hold something is the first time, if it is one of the first [`TRIED`].
    time: Option<usize>,
    years: usize,
    infinite: Option<(u64, String)>,
    /// The first that is no plain number.
    text: Option<Stray>,
    /// The first that is no number in any style.
    odd: Option<Stray>,
    /// Rows that there is to be room for.
    room: usize,
    kept: Kept,
}

/// What parts whole numbers from fractions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    Point,
    Comma,
}

/// What stood around the numbers of a column.
#[derive(Debug, Default)]
struct Dress {
    /// How many plain numbers stood in one.
    plain: usize,
    /// How many of them had a unit.
    with_unit: usize,
    /// How many of them stood in brackets.
    bracketed: usize,
    /// The first that is below a limit.
    below: Option<Stray>,
    /// The first unit.
    unit: String,
    /// The first cell with another unit.
    other: Option<Stray>,
    /// The first cell with a unit.
    first: Option<Stray>,
}

impl Dress {
    fn see(&mut self, line: u64, cell: &str, dressed: &Dressed<'_>) {
        self.bracketed += usize::from(dressed.bracketed);
        if dressed.below {
            self.below.get_or_insert_with(|| stray(line, cell));
        }
        if dressed.unit.is_empty() {
            return;
        }
        self.with_unit += 1;
        if self.with_unit == 1 {
            dressed.unit.clone_into(&mut self.unit);
            self.first = Some(stray(line, cell));
        } else if self.unit != dressed.unit && self.other.is_none() {
            self.other = Some(stray(line, cell));
        }
    }

    fn append(&mut self, later: Self) {
        if self.with_unit == 0 {
            (self.unit, self.first, self.other) = (later.unit, later.first, later.other);
        } else if later.with_unit > 0 && self.other.is_none() {
            self.other = if self.unit == later.unit {
                later.other
            } else {
                later.first
            };
        }
        self.plain += later.plain;
        self.with_unit += later.with_unit;
        self.bracketed += later.bracketed;
        self.below = self.below.take().or(later.below);
    }

    /// Whether numbers among `filled` cells mean what they say: all have the one unit or none has any, and brackets
    /// tell some from others.
    fn fits(&self, filled: usize) -> bool {
        let one = self.with_unit == 0 || self.with_unit == filled && self.other.is_none();
        one && (self.bracketed == 0 || self.bracketed < filled)
    }
}

fn stray(line: u64, cell: &str) -> Stray {
    Stray {
        line,
        text: one_line(cell, 40),
    }
}

/// From here on some put signs between digits.
pub(super) const THOUSAND: f64 = 1_000.0;

/// So many cells are enough to tell a header from times below it.
const TRIED: usize = 20;

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
        self.large |= later.large;
        if self.are_numbers() != later.are_numbers() {
            self.large |= self.kept.have_large() || later.kept.have_large();
        }
        self.simple += later.simple;
        self.simple_comma += later.simple_comma;
        self.filled += later.filled;
        self.plain += later.plain;
        self.marked += later.marked;
        self.simple_whole += later.simple_whole;
        self.whole += later.whole;
        self.dress.append(later.dress);
        self.comma += later.comma;
        self.grouped += later.grouped;
        self.years += later.years;
        self.infinite = self.infinite.take().or(later.infinite);
        self.text = self.text.take().or(later.text);
        self.odd = self.odd.take().or(later.odd);
        self.kept.append(later.kept, self.room);
    }

    /// The next cell, at this line.
    #[inline]
    pub fn see(&mut self, line: u64, cell: &str) {
        if (self.time.is_some() || self.filled() >= TRIED)
            && self.odd.is_some()
            && let Kept::Texts(texts) = &mut self.kept
            && (begins_as_times_do(cell.as_bytes())
                || is_none(cell) && !is_missing(cell) && Dressed::of(cell).is_none())
        {
            texts.push(cell);
            self.filled += 1;
        } else if is_missing(cell) {
            self.kept.missing();
        } else if let Some(simple) = Simple::of(cell) {
            self.count(&simple);
            let room = self.room;
            self.large |= simple.number.abs() >= THOUSAND;
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
        self.simple_whole += usize::from(simple.whole);
        self.years += usize::from(simple.year);
    }

    /// Whether all cells so far are numbers.
    #[inline]
    pub fn are_numbers(&self) -> bool {
        matches!(self.kept, Kept::Numbers(_))
    }

    fn see_other(&mut self, line: u64, cell: &str) {
        self.filled += 1;
        let bare = !is_none(cell);
        let number = bare.then(|| Style::Plain.read(cell)).flatten();
        let room = self.room;
        if number.is_none() && self.are_numbers() {
            self.large |= self.kept.have_large();
        }
        self.kept.push(number, cell, room);
        if number.is_none() {
            self.text.get_or_insert_with(|| stray(line, cell));
            let place = self.filled() - 1;
            if self.time.is_none() && place < TRIED && is_time(cell) {
                self.time = Some(place);
            }
        }
        let numbers = if bare {
            self.plain += usize::from(number.is_some());
            let marked = cell.contains(['.', ',']);
            let numbers = match number {
                // Without a separator all styles agree.
                Some(_) if !marked => [number; 3],
                // A point and no comma: a decimal point, or one between thousands.
                Some(_) => [number, Style::DecimalComma.read(cell), number],
                None => [
                    None,
                    Style::DecimalComma.read(cell),
                    Style::Grouped.read(cell),
                ],
            };
            self.marked += usize::from(marked && numbers != [None; 3]);
            let whole = |byte: u8| byte.is_ascii_digit() || byte == b'-' || byte == b'+';
            self.whole += usize::from(number.is_some() && cell.bytes().all(whole));
            numbers
        } else if let Some(dressed) = Dressed::of(cell) {
            self.dress.see(line, cell, &dressed);
            let numbers = Style::ALL.map(|style| dressed.number(style));
            self.dress.plain += usize::from(numbers[0].is_some());
            self.marked += usize::from(dressed.is_marked());
            self.whole += usize::from(dressed.is_whole());
            numbers
        } else {
            [None; 3]
        };
        let [_, comma, grouped] = numbers;
        self.comma += usize::from(comma.is_some());
        self.grouped += usize::from(grouped.is_some());
        match numbers.into_iter().flatten().next() {
            None => {
                self.odd.get_or_insert_with(|| stray(line, cell));
            }
            Some(found) if found.is_infinite() => {
                self.infinite.get_or_insert_with(|| (line, cell.to_owned()));
            }
            Some(found) => {
                let year = numbers[0].is_some() && found.fract() == 0.0;
                self.years += usize::from(year && (1000.0..3000.0).contains(&found));
            }
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
            Style::Plain => self.plain() + self.dress.plain,
            Style::DecimalComma => self.simple_comma + self.comma,
            Style::Grouped => self.simple + self.grouped,
        }
    }

    fn fits(&self, style: Style) -> bool {
        let filled = self.filled();
        self.numbers(style) == filled && self.dress.fits(filled)
    }

    /// The decimal mark that the column alone shows; none where it may be either, or none is needed.
    pub fn mark(&self) -> Option<Mark> {
        let point = self.fits(Style::Plain) || self.fits(Style::Grouped);
        match (point, self.fits(Style::DecimalComma)) {
            (true, false) => Some(Mark::Point),
            (false, true) => Some(Mark::Comma),
            _ => None,
        }
    }

    /// Whether the column's numbers are others under a decimal comma than under a decimal point, and may be either.
    pub fn is_ambiguous(&self) -> bool {
        self.mark().is_none()
            && self.fits(Style::DecimalComma)
            && (self.marked > 0 || self.simple_whole < self.simple)
    }

    /// Whether the signs in its numbers, which may be decimal ones or part thousands, rather part them: there are numbers
    /// without one, and all of those are below 1,000.
    pub fn parts_thousands(&self) -> bool {
        self.is_ambiguous()
            && self.simple_whole > 0
            && (self.simple_whole == self.simple || self.marked == 0)
            && self.filled() == self.simple + self.marked
            && !self.large
            && !self.kept.have_large()
    }

    /// The one unit of all its numbers, where there is one.
    pub fn unit(&self) -> Option<&str> {
        (self.dress.with_unit > 0).then_some(&self.dress.unit)
    }

    /// The first of its values that is below a limit.
    pub fn limit(&self) -> Option<&str> {
        self.dress.below.as_ref().map(|stray| stray.text.as_str())
    }

    /// Whether some of its numbers stand in brackets.
    pub fn is_bracketed(&self) -> bool {
        self.dress.bracketed > 0
    }

    /// Whether all are plain numbers.
    pub fn are_plain(&self) -> bool {
        self.fits(Style::Plain)
    }

    /// Whether all are whole numbers.
    pub fn are_whole(&self) -> bool {
        self.whole() == self.filled()
    }

    /// Whether there are times among the first.
    pub fn have_times(&self) -> bool {
        self.time.is_some()
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
        self.kept.holds(style)
    }

    /// Gives a column what was kept of it.
    pub fn fill(self, column: &mut Column) {
        self.kept.fill(column);
    }

    /// How the column writes numbers; none where it is text. A column that may have either decimal mark has that of
    /// the file, where it is known; where commas part fields, one inside a number rather parts thousands.
    pub fn style(&self, mark: Option<Mark>, delimiter: Option<char>) -> Option<Style> {
        let order = match mark {
            Some(Mark::Comma) if self.is_ambiguous() => {
                [Style::DecimalComma, Style::Plain, Style::Grouped]
            }
            Some(Mark::Point) => [Style::Plain, Style::Grouped, Style::DecimalComma],
            // With a point only where semicolons part fields, as they do for the sake of decimal commas.
            None if self.parts_thousands() && (!self.are_plain() || delimiter == Some(';')) => {
                if self.are_plain() {
                    [Style::DecimalComma, Style::Plain, Style::Grouped]
                } else {
                    [Style::Grouped, Style::DecimalComma, Style::Plain]
                }
            }
            None if delimiter == Some(',') => [Style::Plain, Style::Grouped, Style::DecimalComma],
            _ => Style::ALL,
        };
        order.into_iter().find(|&style| self.fits(style))
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
            Some(_) if self.filled() > 0 && self.are_whole() => ColumnKind::Integer,
            Some(_) => ColumnKind::Number,
        };
        Column {
            name,
            kind,
            numbers: Vec::new(),
            texts: Words::default(),
            stray: if style.is_none() { self.stray() } else { None },
        }
    }

    /// Why a column of mostly numbers is text.
    fn stray(&self) -> Option<Stray> {
        let most = |numbers: usize| numbers * 2 > self.filled();
        let other = || {
            self.dress
                .other
                .clone()
                .or_else(|| self.dress.first.clone())
        };
        if most(self.plain()) {
            self.text.clone()
        } else if self.time.is_none() && Style::ALL.iter().any(|style| most(self.numbers(*style))) {
            self.odd.clone().or_else(other)
        } else {
            None
        }
    }

    fn whole(&self) -> usize {
        self.simple_whole + self.whole
    }
}

/// The first `most` characters of a text, blanks and line breaks as single blanks.
pub(super) fn one_line(text: &str, most: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    line.chars().take(most).collect()
}
