//! The cells of a column as they are seen, before it is known what the column holds.

use super::{
    Column, Words,
    cells::THOUSAND,
    numbers::Style,
    words::{Held, grow},
};

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
    pub fn missing(&mut self) {
        match self {
            Self::Missing(count) => *count += 1,
            Self::Numbers(numbers) => numbers.push(f64::NAN),
            Self::Texts(texts) => texts.push(""),
            Self::Neither => {}
        }
    }

    pub fn push(&mut self, number: Option<f64>, cell: &str, room: usize) {
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

    /// Whether a number among them is 1,000 or more.
    pub fn have_large(&self) -> bool {
        matches!(self, Self::Numbers(numbers) if numbers.iter().any(|x| x.abs() >= THOUSAND))
    }

    /// Whether this is all of a column of that style (none: of texts).
    pub fn holds(&self, style: Option<Style>) -> bool {
        matches!(
            (self, style),
            (Self::Missing(_), _) | (Self::Numbers(_), Some(Style::Plain)) | (Self::Texts(_), None)
        )
    }

    /// Puts what was kept further on behind, where there is to be room for so many.
    pub fn append(&mut self, later: Self, room: usize) {
        match (&mut *self, later) {
            (Self::Missing(count), Self::Missing(more)) => *count += more,
            (Self::Missing(count), Self::Numbers(more)) => {
                let mut numbers = Vec::with_capacity(room.max(*count + more.len()));
                numbers.resize(*count, f64::NAN);
                numbers.extend(more);
                *self = Self::Numbers(numbers);
            }
            (Self::Missing(count), Self::Texts(more)) => {
                let mut texts = Held::with_room(room.max(*count + more.len()));
                texts.blank(*count);
                texts.append(&more);
                *self = Self::Texts(texts);
            }
            (Self::Numbers(numbers), Self::Missing(more)) => {
                grow(numbers, more);
                numbers.resize(numbers.len() + more, f64::NAN);
            }
            (Self::Numbers(numbers), Self::Numbers(more)) => {
                grow(numbers, more.len());
                numbers.extend(more);
            }
            (Self::Texts(texts), Self::Missing(more)) => texts.blank(more),
            (Self::Texts(texts), Self::Texts(more)) => texts.append(&more),
            _ => *self = Self::Neither,
        }
    }

    /// Gives a column what was kept of it.
    pub fn fill(self, column: &mut Column) {
        match self {
            Self::Missing(count) => column.numbers = vec![f64::NAN; count],
            Self::Numbers(numbers) => column.numbers = numbers,
            Self::Texts(texts) => column.texts = Words::from(texts),
            Self::Neither => {}
        }
    }
}
