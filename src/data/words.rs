//! Many short texts in one piece of memory, shared by all who hold them: a column of a million times is a million
//! texts, and several places ask for them.

use std::fmt;
use std::ops::Index;
use std::sync::Arc;

/// Texts, one a row.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Words(Arc<Held>);

/// Texts that are still being put together.
#[derive(Debug, Clone, Default)]
pub(super) struct Held {
    /// One behind the other.
    text: String,
    ends: Ends,
    /// How many there is to be room for.
    room: usize,
}

/// Where each text ends.
#[derive(Debug, Clone)]
enum Ends {
    /// All so many are of one length, as most times are.
    Even { length: usize, count: usize },
    /// They are not.
    Each(Vec<usize>),
}

impl Default for Ends {
    fn default() -> Self {
        Self::Even {
            length: 0,
            count: 0,
        }
    }
}

impl Ends {
    fn len(&self) -> usize {
        match self {
            Self::Even { count, .. } => *count,
            Self::Each(ends) => ends.len(),
        }
    }

    /// Where the text of a row ends; none where there is no such row.
    fn get(&self, row: usize) -> Option<usize> {
        match self {
            Self::Even { length, count } => (row < *count).then(|| (row + 1) * length),
            Self::Each(ends) => ends.get(row).copied(),
        }
    }

    /// Adds one; they become a list with room for so many where it is of another length.
    #[inline]
    fn push(&mut self, end: usize, room: usize) {
        match self {
            Self::Even {
                length,
                count: count @ 0,
            } => (*length, *count) = (end, 1),
            Self::Even { length, count } if (*count + 1) * *length == end => *count += 1,
            _ => self.each(room).push(end),
        }
    }

    /// As a list with room for so many.
    fn each(&mut self, room: usize) -> &mut Vec<usize> {
        if let Self::Even { length, count } = *self {
            let mut ends = Vec::with_capacity(room.max(count + 1));
            ends.extend((1..=count).map(|row| row * length));
            *self = Self::Each(ends);
        }
        match self {
            Self::Each(ends) => ends,
            Self::Even { .. } => unreachable!("it has just become a list"),
        }
    }

    fn truncate(&mut self, rows: usize) {
        match self {
            Self::Even { count, .. } => *count = rows.min(*count),
            Self::Each(ends) => ends.truncate(rows),
        }
    }
}

impl Held {
    /// None yet, with room for so many.
    pub fn with_room(rows: usize) -> Self {
        Self {
            room: rows,
            ..Self::default()
        }
    }

    /// Adds one.
    #[inline]
    pub fn push(&mut self, text: &str) {
        self.make_room(text.len());
        self.text.push_str(text);
        self.ends.push(self.text.len(), self.room);
    }

    /// For texts that are all so long: most columns have texts of one length.
    #[inline]
    fn make_room(&mut self, length: usize) {
        if self.text.is_empty() {
            self.text.reserve(
                length
                    .min(64)
                    .saturating_mul(self.room.saturating_sub(self.len())),
            );
        }
    }

    /// Adds so many empty ones.
    pub fn blank(&mut self, count: usize) {
        for _ in 0..count {
            self.ends.push(self.text.len(), self.room);
        }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Where each ends.
    fn ends(&self) -> impl Iterator<Item = usize> {
        (0..self.len()).map_while(|row| self.ends.get(row))
    }

    /// The text of a row; none where there is no such row.
    fn get(&self, row: usize) -> Option<&str> {
        let end = self.ends.get(row)?;
        let start = row.checked_sub(1).and_then(|before| self.ends.get(before));
        Some(&self.text[start.unwrap_or(0)..end])
    }

    /// Puts all of `more` behind.
    pub fn append(&mut self, more: &Self) {
        self.make_room(more.text.len().div_ceil(more.len().max(1)));
        let start = self.text.len();
        self.text.push_str(&more.text);
        match (&mut self.ends, &more.ends) {
            (ends, more) if ends.len() == 0 => ends.clone_from(more),
            (
                Ends::Even { length, count },
                Ends::Even {
                    length: its,
                    count: more,
                },
            ) if length == its => *count += more,
            (ends, _) => {
                let ends = ends.each(self.room);
                grow(ends, more.len());
                ends.extend(more.ends().map(|end| start + end));
            }
        }
    }
}

impl PartialEq for Held {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text && self.ends().eq(other.ends())
    }
}

impl Eq for Held {}

/// Makes room for so many more, and an eighth more than there are where there is none: twice as many would be held
/// at once.
pub(super) fn grow<T>(values: &mut Vec<T>, more: usize) {
    if values.capacity() - values.len() < more {
        values.reserve_exact(more.max(values.len() / 8));
    }
}

impl From<Held> for Words {
    fn from(held: Held) -> Self {
        Self(Arc::new(held))
    }
}

impl Words {
    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The text of a row; none where there is no such row.
    #[must_use]
    pub fn get(&self, row: usize) -> Option<&str> {
        self.0.get(row)
    }

    /// The last one.
    #[must_use]
    pub fn last(&self) -> Option<&str> {
        self.get(self.len().checked_sub(1)?)
    }

    /// All of them, in order.
    #[must_use]
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &str> + ExactSizeIterator + Clone {
        (0..self.len()).map(|row| &self[row])
    }

    /// Adds one.
    pub fn push(&mut self, text: &str) {
        Arc::make_mut(&mut self.0).push(text);
    }

    /// Those of these rows, in this order.
    #[must_use]
    pub fn pick(&self, rows: &[usize]) -> Self {
        rows.iter().map(|&row| &self[row]).collect()
    }

    /// Leaves out those whose place says so.
    pub fn retain(&mut self, keep: &[bool]) {
        *self = (self.iter().zip(keep))
            .filter(|(_, keep)| **keep)
            .map(|(text, _)| text)
            .collect();
    }

    /// Leaves out all but the first so many.
    pub fn truncate(&mut self, rows: usize) {
        if rows < self.len() {
            let held = Arc::make_mut(&mut self.0);
            held.ends.truncate(rows);
            let end = rows.checked_sub(1).and_then(|last| held.ends.get(last));
            held.text.truncate(end.unwrap_or(0));
        }
    }
}

impl Index<usize> for Words {
    type Output = str;

    fn index(&self, row: usize) -> &str {
        self.get(row).expect("a row that there is")
    }
}

impl<S: AsRef<str>> FromIterator<S> for Words {
    fn from_iter<I: IntoIterator<Item = S>>(texts: I) -> Self {
        let mut words = Self::default();
        words.extend(texts);
        words
    }
}

impl<S: AsRef<str>> Extend<S> for Words {
    fn extend<I: IntoIterator<Item = S>>(&mut self, texts: I) {
        let texts = texts.into_iter();
        let held = Arc::make_mut(&mut self.0);
        held.room = held.len() + texts.size_hint().0;
        for text in texts {
            held.push(text.as_ref());
        }
    }
}

impl fmt::Debug for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl<S: AsRef<str>, const N: usize> PartialEq<[S; N]> for Words {
    fn eq(&self, other: &[S; N]) -> bool {
        self.iter().eq(other.iter().map(AsRef::as_ref))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::{collection::vec, prelude::*};

    proptest! {
        /// Of one length or not, put in one by one or in pieces: the same texts.
        #[test]
        fn pieces_are_what_was_put_in(
            pieces in vec(vec(prop_oneof![8 => Just("ab"), 1 => Just(""), 1 => Just("ä")], 0..6), 0..5),
            room in 0_usize..20,
            left in 0_usize..20,
        ) {
            let mut held = Held::with_room(room);
            for piece in &pieces {
                let mut more = Held::with_room(piece.len());
                for text in piece {
                    if text.is_empty() { more.blank(1) } else { more.push(text) }
                }
                held.append(&more);
            }
            let mut texts = pieces.concat();
            let mut words = Words::from(held);
            prop_assert!(words.iter().eq(texts.iter().copied()));
            prop_assert_eq!(&words, &texts.iter().collect::<Words>());
            words.truncate(left);
            texts.truncate(left);
            words.push("c");
            texts.push("c");
            prop_assert!(words.iter().eq(texts.iter().copied()));
            prop_assert_eq!(words.get(texts.len()), None);
        }
    }

    #[test]
    fn words_are_what_was_put_in() {
        let mut words: Words = ["a", "", "läng", "c"].into_iter().collect();
        assert_eq!(words, ["a", "", "läng", "c"]);
        let shared = words.clone();
        words.push("d");
        words.retain(&[true, false, true, true, true]);
        assert_eq!(words, ["a", "läng", "c", "d"]);
        words.truncate(2);
        assert_eq!(
            (words.last(), words.get(2), words.len()),
            (Some("läng"), None, 2)
        );
        assert_eq!(words.pick(&[1, 0, 1]), ["läng", "a", "läng"]);
        assert_eq!(shared.len(), 4);
        assert_eq!(format!("{words:?}"), "[\"a\", \"läng\"]");
        let mut held = Held::with_room(1);
        held.blank(1);
        held.push("ä");
        held.append(&shared.0);
        held.blank(2);
        assert_eq!(Words::from(held), ["", "ä", "a", "", "läng", "c", "", ""]);
    }
}
