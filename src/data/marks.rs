//! The decimal mark of a file, which its columns show together.

use super::{
    Format,
    cells::{Cells, Mark},
    numbers::Style,
    typed::Origin,
};

/// Says which columns are read with decimal commas: in one where they are more than three.
pub(super) fn explain_commas(names: &[String], notes: &mut Vec<String>) {
    match names {
        [first, others @ ..] if others.len() >= 3 => notes.push(format!(
            "\"{first}\" and {} other columns are read with a decimal comma",
            others.len()
        )),
        _ => {
            notes.extend(
                (names.iter()).map(|name| format!("\"{name}\" is read with a decimal comma")),
            );
        }
    }
}

/// The decimal mark of a file.
pub(super) struct Marks {
    /// The one that some column shows, and none the other one; where both are shown and semicolons part fields, as
    /// they do for the sake of decimal commas, the comma.
    pub sure: Option<Mark>,
    /// Whether points in a column that may have either may be between thousands: not where a program wrote the
    /// numbers, and hardly where commas part fields.
    doubtful: bool,
}

impl Marks {
    pub fn of(origin: &Origin<'_>, columns: &[Cells]) -> Self {
        let text = matches!(origin.format, Format::Csv | Format::Tsv);
        let shows = |mark| text && columns.iter().any(|cells| cells.mark() == Some(mark));
        let sure = match (shows(Mark::Point), shows(Mark::Comma)) {
            (true, false) => Some(Mark::Point),
            (false, true) => Some(Mark::Comma),
            (true, true) if origin.delimiter == Some(';') => Some(Mark::Comma),
            _ => None,
        };
        Self {
            sure,
            doubtful: text && sure.is_none() && !matches!(origin.delimiter, Some(',' | ' ' | '|')),
        }
    }

    /// Says how a column of that style is read, where that is not plain to see; that it has decimal commas is left
    /// to [`explain_commas`].
    pub fn explain(
        &self,
        name: &str,
        cells: &Cells,
        style: Style,
        (notes, commas): (&mut Vec<String>, &mut Vec<String>),
    ) {
        let ambiguous = cells.is_ambiguous();
        if self.sure.is_none() && ambiguous && style != Style::Plain && cells.parts_thousands() {
            notes.push(if style == Style::Grouped {
                format!("\"{name}\" is read with commas between thousands, since its numbers without one are all below 1,000")
            } else {
                format!("\"{name}\" is read with points between thousands, since its numbers without one are all below 1,000")
            });
        } else if style == Style::DecimalComma && !cells.are_plain() {
            if ambiguous && self.sure.is_none() {
                notes.push(format!(
                    "\"{name}\" is read with a decimal comma, though each of its commas may part thousands; if they do, take them out"
                ));
            } else {
                commas.push(name.to_owned());
            }
        } else if style == Style::DecimalComma && ambiguous {
            notes.push(format!(
                "\"{name}\" is read with points between thousands, since other columns have decimal commas"
            ));
        } else if style == Style::Plain && ambiguous && self.doubtful {
            notes.push(format!(
                "\"{name}\" is read with a decimal point, though each of its points may part thousands; if they do, take them out"
            ));
        }
        if let Some(unit) = cells.unit() {
            notes.push(format!("\"{name}\" is read without its unit \"{unit}\""));
        }
        if let Some(limit) = cells.limit() {
            notes.push(format!(
                "values below a limit in \"{name}\", such as \"{limit}\", are read as half of it"
            ));
        }
        if cells.is_bracketed() {
            notes.push(format!(
                "numbers in brackets in \"{name}\" are read as negative"
            ));
        }
    }
}
