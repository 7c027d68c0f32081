//! Cells: which are missing, which are numbers, and in which style a column writes them.

/// Whether a cell stands for no value: empty, NA, N/A, NaN, null, none, -, ? and their like.
#[must_use]
pub fn is_missing(cell: &str) -> bool {
    const WORDS: [&str; 20] = [
        "", "na", "n/a", "#n/a", "nan", "null", "none", "-", "?", "<na>", "n.a.", "nat", "--", ".",
        "..", "...", "nil", "-nan", "#na", "missing",
    ];
    // Most cells are numbers: a digit among their first two bytes decides.
    if cell.bytes().take(2).any(|byte| byte.is_ascii_digit()) {
        return false;
    }
    cell.len() <= 7 && WORDS.iter().any(|word| cell.eq_ignore_ascii_case(word))
}

/// So many digits 53 bits hold exactly for certain.
const DIGITS: usize = 15;
const TENS: [f64; DIGITS + 1] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
];

/// A number as most are written: a sign perhaps, digits, a point with digits behind it perhaps.
#[derive(Debug)]
pub(super) struct Simple {
    /// Its value, the very one that [`str::parse`] gives.
    pub number: f64,
    /// Its digits as one number.
    digits: u64,
    negative: bool,
    /// Digits before the point.
    pub whole: usize,
    /// Digits behind the point; none where there is no point.
    pub fraction: Option<usize>,
}

impl Simple {
    /// None where `cell` is written otherwise, or is too long to be exact without [`str::parse`].
    #[must_use]
    #[inline]
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
        let mut fraction = None;
        if whole < digits.len() {
            if digits[whole] != b'.' {
                return None;
            }
            place += 1;
            while let Some(digit) = digit(digits, place) {
                all = all * 10 + digit;
                place += 1;
            }
            fraction = Some(place - whole - 1);
        }
        let count = whole + fraction.unwrap_or(0);
        if place < digits.len() || whole == 0 || fraction == Some(0) || count > DIGITS {
            return None;
        }
        Some(Self::new(negative, all, whole, fraction))
    }

    /// The one that begins at `at`, and where it ends: one word of memory gone through at once, since how many digits
    /// there are varies from cell to cell. What is longer than the word is cut off behind it.
    #[inline]
    pub(super) fn at(text: &[u8], at: usize) -> Option<(Self, usize)> {
        const ONES: u64 = 0x0101_0101_0101_0101;
        let (negative, sign) = signed(*text.get(at)?);
        let word = u64::from_le_bytes(*text.get(at + sign..)?.first_chunk()?);
        let digits = word ^ (ONES * b'0' as u64);
        // The highest bit of each byte that is no digit.
        let others = (((digits & (ONES * 0x7f)) + ONES * 0x76) | digits) & (ONES << 7);
        let whole = others.trailing_zeros() as usize / 8;
        if whole == 0 {
            return None;
        }
        let (digits, count, fraction) = if whole < 8 && (word >> (8 * whole)) as u8 == b'.' {
            let behind = others & (others - 1);
            let end = behind.trailing_zeros() as usize / 8;
            if end == whole + 1 {
                return None;
            }
            let before = digits & !(u64::MAX << (8 * whole));
            let after = digits >> (8 * whole) >> 8;
            let count = end - 1;
            (before | after << (8 * whole), count, Some(count - whole))
        } else {
            (digits, whole, None)
        };
        let eight = digits << (8 * (8 - count));
        // Pairs, then fours of digits together (Lemire, "Quickly parsing eight digits", 2018).
        let pairs = eight * 10 + (eight >> 8);
        let fours = 0x0000_00ff_0000_00ff;
        let high = (pairs & fours).wrapping_mul(100 + (1_000_000 << 32));
        let low = ((pairs >> 16) & fours).wrapping_mul(1 + (10_000 << 32));
        let all = high.wrapping_add(low) >> 32;
        let end = at + sign + count + usize::from(fraction.is_some());
        Some((Self::new(negative, all, whole, fraction), end))
    }

    #[inline]
    fn new(negative: bool, digits: u64, whole: usize, fraction: Option<usize>) -> Self {
        let mut size = digits.cast_signed() as f64;
        if let Some(fraction) = fraction {
            // Both are exact, so that the quotient is rounded once (Clinger 1990).
            size /= TENS[fraction];
        }
        Self {
            number: f64::from_bits(size.to_bits() | u64::from(negative) << 63),
            digits,
            negative,
            whole,
            fraction,
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

impl Simple {
    /// Whether it may be a year.
    pub(super) fn is_year(&self) -> bool {
        self.fraction.is_none() && (1000..3000).contains(&self.digits) && !self.negative
    }

    /// Whether a number without commas is one in this style as well.
    #[must_use]
    pub(super) fn is_in(&self, style: Style) -> bool {
        match style {
            Style::Plain | Style::Grouped => true,
            // A point parts thousands there.
            Style::DecimalComma => self
                .fraction
                .is_none_or(|digits| digits == 3 && self.whole <= 3),
        }
    }
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
            Self::Plain => match Simple::of(cell) {
                Some(simple) => Some(simple.number),
                None => cell.parse().ok(),
            },
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

/// Whether a text is a number in no style, by its first sign and those that no number has; nearly all are that are
/// none.
pub(super) fn is_none(cell: &str) -> bool {
    // Numbers that are none and those that are infinite are written in letters.
    let word = matches!(
        cell.trim_start_matches(['+', '-']).as_bytes(),
        [b'i' | b'I' | b'n' | b'N', ..]
    );
    !word && !may_be_number(cell)
}

/// Whether a cell has none but the signs of numbers.
pub(super) fn may_be_number(cell: &str) -> bool {
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
                for style in [Style::DecimalComma, Style::Grouped] {
                    prop_assert_eq!(style.parse(&cell).is_some(), simple.is_in(style), "{:?}", style);
                }
            }
        }
    }

    proptest! {
        #[test]
        fn a_number_in_a_text_is_what_it_is_alone(
            cell in "[+-]?[0-9.]{1,9}", before in "[0-9,]{0,3}", after in "[,;\\n\\rxä][0-9.]{0,9}",
        ) {
            let text = format!("{before}{cell}{after}");
            let found = Simple::at(text.as_bytes(), before.len());
            let alone = Simple::of(&cell);
            if let Some((simple, end)) = found.as_ref().filter(|(_, end)| *end >= before.len() + cell.len()) {
                let alone = alone.as_ref().expect("what is one in a text is one");
                prop_assert_eq!(simple.number.to_bits(), alone.number.to_bits());
                prop_assert_eq!((simple.whole, simple.fraction), (alone.whole, alone.fraction));
                prop_assert_eq!(*end, before.len() + cell.len());
                prop_assert_eq!(simple.is_year(), alone.is_year());
            }
            let unsigned = cell.trim_start_matches(['+', '-']);
            if unsigned.len() <= 8 && unsigned.len() + after.len() >= 8 {
                prop_assert_eq!(found.is_some(), alone.is_some());
            }
        }

        #[test]
        fn what_is_surely_no_number_is_none(cell in "[+-]?[0-9.,einfaINFty -]{1,9}") {
            if is_none(&cell) {
                prop_assert!(Style::ALL.iter().all(|style| style.parse(&cell).is_none()));
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
        assert_eq!(Style::Grouped.parse("1234"), Some(1234.0));
        assert!(is_missing("NaN") && is_missing("?") && is_missing("-") && is_missing("N/A"));
        assert!(!is_missing("0") && !is_missing("nano"));
    }
}
