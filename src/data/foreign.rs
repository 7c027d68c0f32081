//! Texts that hold a table in a form of their own, and the same table as delimited text.

use super::{eurostat, keyed, psl};

/// A table in a form of its own, as delimited text.
pub(super) struct Foreign {
    /// With tabs between fields.
    pub text: String,
    /// What parts fields in the file itself.
    pub delimiter: char,
    /// Lines that stand before those of the file.
    pub added: u64,
    /// What a person should know of it.
    pub note: String,
}

/// The table in a text of such a form; none where it is any other text, which its first lines tell.
pub(super) fn plain(text: &str) -> Option<Foreign> {
    let text = text.trim_start_matches('\u{feff}');
    eurostat::plain(text)
        .or_else(|| psl::plain(text))
        .or_else(|| keyed::plain(text))
}
