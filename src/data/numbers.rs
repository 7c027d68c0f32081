//! Cells: which are missing, which are numbers, and in which style a column writes them.

use super::dressed::Dressed;

/// Whether a cell stands for no value: empty, NA, N/A, NaN, null, none, -, ? and their like.
#[must_use]
pub fn is_missing(cell: &str) -> bool {
    const WORDS: [&str; 26] = [
        "", "na", "n/a", "#n/a", "nan", "null", "none", "-", "?", "<na>", "n.a.", "nat", "--", ".",
        "..", "...", "nil", "-nan", "#na", "missing", "–", "—", "*", "**", "***", ":",
    ];
    // Most cells are numbers: a digit among their first two bytes decides.
    if cell.bytes().take(2).any(|byte| byte.is_ascii_digit()) {
        return false;
    }
    cell.len() <= 7 && WORDS.iter().any(|word| cell.eq_ignore_ascii_case(word))
}

/// The year that a text of four digits is.
pub(super) fn year(text: &str) -> Option<i16> {
    let digits = text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit());
    let year: i16 = digits.then(|| text.parse().ok()).flatten()?;
    (1000..3000).contains(&year).then_some(year)
}

/// So many digits 53 bits hold exactly for certain.
const DIGITS: usize = 15;
const TENS: [f64; DIGITS + 1] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
];

/// The least number with so many digits in front of three more.
const THOUSANDS: [u64; 4] = [0, 1_000, 10_000, 100_000];

/// A number as most are written: a sign perhaps, digits, a point with digits behind it perhaps.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Simple {
    /// Its value, the very one that [`str::parse`] gives.
    pub number: f64,
    /// Whether it is one with a decimal comma as well: its point, if it has one, parts thousands there.
    pub with_comma: bool,
    /// Whether it has no point.
    pub whole: bool,
    /// Whether it may be a year.
    pub year: bool,
}

impl Simple {
    /// None where `cell` is written otherwise, or is too long to be exact without [`str::parse`].
    #[must_use]
    pub(super) fn of(cell: &str) -> Option<Self> {
        let (negative, start) = signed(*cell.as_bytes().first()?);
        let digits = &cell.as_bytes()[start..];
        if digits.len() > DIGITS + 1 {
            return None;
        }
        let mut all = 0_u64;
        let mut place = 0;
        while let Some(digit) = digit(digits, place) {
            all = all * 10 + digit;
            place += 1;
        }
        let whole = place;
        if whole < digits.len() {
            if digits[whole] != b'.' {
                return None;
            }
            place += 1;
            while let Some(digit) = digit(digits, place) {
                all = all * 10 + digit;
                place += 1;
            }
        }
        let behind = place.saturating_sub(whole + 1);
        let ends_in_point = place == whole + 1;
        if place < digits.len() || whole == 0 || ends_in_point || whole + behind > DIGITS {
            return None;
        }
        Some(Self::new(negative, all, whole, behind))
    }

    /// The one that is all of `text` from `at` to `end`, of eight digits and point at most: one word of memory gone
    /// through at once, since how many digits there are varies from cell to cell.
    #[inline]
    pub(super) fn at(text: &[u8], at: usize, end: usize) -> Option<Self> {
        const ONES: u64 = 0x0101_0101_0101_0101;
        const POINT: u64 = (b'.' ^ b'0') as u64;
        // A plus is rare enough to be left to `of`.
        let negative = *text.get(at)? == b'-';
        let start = at + usize::from(negative);
        let word = u64::from_le_bytes(*text.get(start..)?.first_chunk()?);
        let spare = (start + 8).checked_sub(end).filter(|&spare| spare < 8)?;
        // Each digit's value in its byte, the last one's in the highest.
        let mut digits = (word ^ (ONES * b'0' as u64)) << (8 * spare);
        let (mut whole, mut behind) = (8 - spare, 0);
        let other = digits ^ (ONES * POINT);
        let points = other.wrapping_sub(ONES) & !other & (ONES << 7);
        if points != 0 {
            // The lowest is one for certain; any other is no digit.
            let before = points.trailing_zeros() / 8 * 8;
            let below = (1 << before) - 1;
            digits = (digits & below) << 8 | digits & (!below << 8);
            behind = 7 - before as usize / 8;
            whole = whole.checked_sub(behind + 1).filter(|&whole| whole > 0)?;
            if behind == 0 {
                return None;
            }
        }
        if (digits.wrapping_add(ONES * 0x76) | digits) & (ONES << 7) != 0 {
            return None;
        }
        // Pairs, then fours of digits together (Lemire, "Quickly parsing eight digits", 2018).
        let pairs = digits * 10 + (digits >> 8);
        let fours = 0x0000_00ff_0000_00ff;
        let high = (pairs & fours).wrapping_mul(100 + (1_000_000 << 32));
        let low = ((pairs >> 16) & fours).wrapping_mul(1 + (10_000 << 32));
        let all = high.wrapping_add(low) >> 32;
        Some(Self::new(negative, all, whole, behind))
    }

    /// The number of these digits, so many of them before and so many behind the point.
    #[inline]
    fn new(negative: bool, digits: u64, whole: usize, behind: usize) -> Self {
        let mut size = digits.cast_signed() as f64;
        if behind > 0 {
            // Both are exact, so that the quotient is rounded once (Clinger 1990).
            size /= TENS[behind.min(DIGITS)];
        }
        Self {
            number: f64::from_bits(size.to_bits() | u64::from(negative) << 63),
            // No group of thousands begins with a zero.
            with_comma: behind == 0 || (behind == 3 && whole <= 3 && digits >= THOUSANDS[whole]),
            whole: behind == 0,
            year: behind == 0 && (1000..3000).contains(&digits) && !negative,
        }
    }
}

/// Whether a number that begins with this byte is negative, and how many bytes its sign takes.
#[inline]
fn signed(first: u8) -> (bool, usize) {
    (
        first == b'-',
        usize::from(first == b'-') + usize::from(first == b'+'),
    )
}

#[inline]
fn digit(text: &[u8], place: usize) -> Option<u64> {
    let digit = text.get(place)?.wrapping_sub(b'0');
    (digit < 10).then_some(u64::from(digit))
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

    /// The commonest in which all cells are numbers.
    pub(super) fn of_all<'a, Cells: Iterator<Item = &'a str>>(
        cells: impl Fn() -> Cells,
    ) -> Option<Self> {
        (Self::ALL.into_iter()).find(|style| cells().all(|cell| style.parse(cell).is_some()))
    }

    /// The number in `cell`, where it is one in this style, a currency or unit around it left aside. May be infinite.
    #[must_use]
    pub fn parse(self, cell: &str) -> Option<f64> {
        if is_none(cell) {
            Dressed::of(cell)?.number(self)
        } else {
            self.read(cell)
        }
    }

    /// As [`Self::parse`], of a cell that holds nothing but the number.
    pub(super) fn read(self, cell: &str) -> Option<f64> {
        match self {
            Self::Plain => match Simple::of(cell) {
                Some(simple) => Some(simple.number),
                None => cell.parse().ok(),
            },
            // No number in any style, as most texts are: nothing to be tried.
            _ if is_none(cell) => None,
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

/// Whether a text is a number in no style, by the signs in it that no number has there; most are that are none.
pub(super) fn is_none(cell: &str) -> bool {
    let bytes = cell.as_bytes();
    let signed = usize::from(matches!(bytes.first(), Some(b'-' | b'+')));
    // Infinity, and what is no number at all, are written in letters.
    let word = matches!(bytes.get(signed), Some(b'i' | b'I' | b'n' | b'N'));
    let mut exponent = true;
    let fits = |&byte: &u8| {
        let fits = match byte {
            b'0'..=b'9' | b'.' | b',' | b'e' | b'E' => true,
            b'-' | b'+' => exponent,
            _ => false,
        };
        exponent = matches!(byte, b'e' | b'E');
        fits
    };
    !word && !bytes.iter().all(fits)
}

/// `1,234,567` without its separators; none where they do not part thousands.
fn ungroup(whole: &str, separator: char) -> Option<String> {
    let unsigned = whole.trim_start_matches(['-', '+']);
    let mut groups = unsigned.split(separator);
    let first = groups.next()?;
    let digits = |group: &str| group.bytes().all(|b| b.is_ascii_digit());
    let whole_first =
        !unsigned.contains(separator) || (1..=3).contains(&first.len()) && !first.starts_with('0');
    (whole_first && digits(first) && groups.all(|group| group.len() == 3 && digits(group)))
        .then(|| whole.replace(separator, ""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn simple_numbers_are_what_the_library_reads(
            cell in prop_oneof!["[+-]?[0-9]{0,16}(\\.[0-9]{0,16})?", "[+-]?[0-9.,/:e]{0,9}"],
        ) {
            if let Some(simple) = Simple::of(&cell) {
                let parsed: f64 = cell.parse().expect("a number");
                prop_assert_eq!(simple.number.to_bits(), parsed.to_bits());
                prop_assert!(!is_none(&cell));
                prop_assert_eq!(Style::DecimalComma.parse(&cell).is_some(), simple.with_comma);
                prop_assert!(Style::Grouped.parse(&cell).is_some());
            }
        }
    }

    proptest! {
        #[test]
        fn a_number_in_a_text_is_what_it_is_alone(
            cell in "[+-]?[0-9.]{1,9}", before in "[0-9,]{0,3}", after in "[,;\\n\\rxä][0-9.]{0,9}",
        ) {
            let text = format!("{before}{cell}{after}");
            let found = Simple::at(text.as_bytes(), before.len(), before.len() + cell.len());
            let alone = Simple::of(&cell);
            let unsigned = cell.trim_start_matches(['+', '-']);
            let near = unsigned.len() <= 8 && unsigned.len() + after.len() >= 8;
            if near && !cell.starts_with('+') {
                prop_assert_eq!(found, alone);
            } else {
                prop_assert_eq!(found, None);
            }
        }

        #[test]
        fn what_is_surely_no_number_is_none(cell in "[+-]?[0-9.,einfaINFty -]{1,9}") {
            if is_none(&cell) {
                prop_assert!(Style::ALL.iter().all(|style| style.read(&cell).is_none()));
            }
        }
    }

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
        assert_eq!(Style::Grouped.parse("0,123"), None);
        assert_eq!(Style::DecimalComma.parse("0.123"), None);
        assert_eq!(Style::Grouped.parse("1234"), Some(1234.0));
        assert!(is_missing("NaN") && is_missing("?") && is_missing("-") && is_missing("N/A"));
        assert!(!is_missing("0") && !is_missing("nano"));
    }
}
