//! Many short texts in one piece of memory, shared by all who hold them: a column of a million times is a million
//! texts, and several places ask for them.

use std::fmt;
use std::ops::Index;
use std::sync::Arc;

/// Texts, one a row.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Words(Arc<Held>);

/// Texts that are still being put together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Held {
    /// One behind the other.
    text: String,
    /// Where each ends.
    ends: Vec<usize>,
}

impl Held {
    /// None yet, with room for so many.
    pub fn with_room(rows: usize) -> Self {
        Self {
            text: String::new(),
            ends: Vec::with_capacity(rows),
        }
    }

    /// Adds one.
    #[inline]
    pub fn push(&mut self, text: &str) {
        if self.text.is_empty() {
            // Most columns have texts of one length.
            let rows = self.ends.capacity();
            self.text.reserve(text.len().min(64).saturating_mul(rows));
        }
        self.text.push_str(text);
        self.ends.push(self.text.len());
    }

    /// Adds so many empty ones.
    pub fn blank(&mut self, count: usize) {
        self.ends.resize(self.ends.len() + count, self.text.len());
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Puts all of `more` behind.
    pub fn append(&mut self, more: &Self) {
        if self.text.is_empty() && more.len() > 0 {
            // As many bytes for each that is to come.
            let rows = self.ends.capacity().saturating_sub(self.ends.len());
            self.text.reserve(
                more.text
                    .len()
                    .div_ceil(more.len())
                    .min(64)
                    .saturating_mul(rows),
            );
        }
        grow(&mut self.ends, more.len());
        let start = self.text.len();
        self.text.push_str(&more.text);
        self.ends.extend(more.ends.iter().map(|end| start + end));
    }
}

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
        self.0.ends.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.ends.is_empty()
    }

    /// The text of a row; none where there is no such row.
    #[must_use]
    pub fn get(&self, row: usize) -> Option<&str> {
        let end = *self.0.ends.get(row)?;
        let start = row.checked_sub(1).map_or(0, |before| self.0.ends[before]);
        Some(&self.0.text[start..end])
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
            held.text.truncate(held.ends.last().copied().unwrap_or(0));
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
        held.ends.reserve(texts.size_hint().0);
        for text in texts {
            held.text.push_str(text.as_ref());
            held.ends.push(held.text.len());
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
