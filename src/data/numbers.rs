//! Cells: which are missing, which are numbers, and in which style a column writes them.

/// Whether a cell stands for no value: empty, NA, N/A, NaN, null, none, -, ? and their like.
#[must_use]
pub fn is_missing(cell: &str) -> bool {
    const WORDS: [&str; 20] = [
        "", "na", "n/a", "#n/a", "nan", "null", "none", "-", "?", "<na>", "n.a.", "nat", "--", ".",
        "..", "...", "nil", "-nan", "#na", "missing",
    ];
    // Most cells are numbers: their first byte decides.
    if cell.as_bytes().first().is_some_and(u8::is_ascii_digit) {
        return false;
    }
    cell.len() <= 7 && WORDS.iter().any(|word| cell.eq_ignore_ascii_case(word))
}

/// How a column writes its numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// `1234.5`
    Plain,
    /// `1234,5` or `1.234,5`
    DecimalComma,
    /// `1,234.5`
    Grouped,
}

impl Style {
    /// All, the commonest first.
    pub const ALL: [Self; 3] = [Self::Plain, Self::DecimalComma, Self::Grouped];

    /// The number in `cell`, where it is one in this style. May be infinite.
    #[must_use]
    pub fn parse(self, cell: &str) -> Option<f64> {
        match self {
            Self::Plain => cell.parse().ok(),
            // No number in any style, as most texts are: nothing to be tried.
            _ if !may_be_number(cell) => None,
            Self::DecimalComma => match cell.split_once(',') {
                // Thousands, where the column has commas elsewhere: a point is no decimal one here.
                None if cell.contains('.') => ungroup(cell, '.')?.parse().ok(),
                None => cell.parse().ok(),
                Some((whole, fraction)) => {
                    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
                    let fraction_end = fraction.find(['e', 'E']).unwrap_or(fraction.len());
                    if !digits(&fraction[..fraction_end]) {
                        return None;
                    }
                    let whole = if whole.contains('.') {
                        ungroup(whole, '.')?
                    } else {
                        whole.to_owned()
                    };
                    format!("{whole}.{fraction}").parse().ok()
                }
            },
            Self::Grouped => {
                let (whole, fraction) = cell.split_once('.').unwrap_or((cell, ""));
                format!("{}.{fraction}", ungroup(whole, ',')?).parse().ok()
            }
        }
    }
}

/// Whether a cell has none but the signs of numbers.
fn may_be_number(cell: &str) -> bool {
    cell.bytes()
        .all(|b| matches!(b, b'0'..=b'9' | b'.' | b',' | b'-' | b'+' | b'e' | b'E'))
}

/// `1,234,567` without its separators; none where they do not part thousands.
fn ungroup(whole: &str, separator: char) -> Option<String> {
    let unsigned = whole.trim_start_matches(['-', '+']);
    let mut groups = unsigned.split(separator);
    let first = groups.next()?;
    let digits = |group: &str| group.bytes().all(|b| b.is_ascii_digit());
    let whole_first = (1..=3).contains(&first.len()) || !unsigned.contains(separator);
    (whole_first && digits(first) && groups.all(|group| group.len() == 3 && digits(group)))
        .then(|| whole.replace(separator, ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn styles_read_their_own_numbers_only() {
        assert_eq!(Style::Plain.parse("-1.5e3"), Some(-1500.0));
        assert_eq!(Style::Plain.parse("1,5"), None);
        assert_eq!(Style::DecimalComma.parse("1,5"), Some(1.5));
        assert_eq!(
            Style::DecimalComma.parse("-1.234.567,5"),
            Some(-1_234_567.5)
        );
        assert_eq!(Style::DecimalComma.parse("1.234"), Some(1234.0));
        assert_eq!(Style::DecimalComma.parse("1.5"), None);
        assert_eq!(Style::DecimalComma.parse("1,5,2"), None);
        assert_eq!(Style::DecimalComma.parse("12.34,5"), None);
        assert_eq!(Style::Grouped.parse("1,234.5"), Some(1234.5));
        assert_eq!(Style::Grouped.parse("12,34"), None);
        assert_eq!(Style::Grouped.parse("1234"), Some(1234.0));
        assert!(is_missing("NaN") && is_missing("?") && is_missing("-") && is_missing("N/A"));
        assert!(!is_missing("0") && !is_missing("nano"));
    }
}
