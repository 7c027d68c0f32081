//! Numbers as people write them for people: with a currency or a unit, thousands parted by blanks or apostrophes,
//! negatives in brackets or with a typographer's minus.

use super::numbers::Style;
use std::borrow::Cow;

/// A number that something stands around.
#[derive(Debug, PartialEq)]
pub(super) struct Dressed<'a> {
    /// Its sign, digits, points and commas and exponent, as a [`Style`] reads them.
    bare: Cow<'a, str>,
    /// The currency before it or the unit behind it; empty where there is none.
    pub unit: &'a str,
    /// Whether it stands in brackets, as accountants write negatives.
    pub bracketed: bool,
    /// Whether it is a limit below which the value is, as laboratories and Google Trends write.
    pub below: bool,
}

/// Currencies that are written in letters, before a number or behind it.
const CURRENCIES: [&str; 43] = [
    "US$", "CA$", "AU$", "NZ$", "HK$", "NT$", "R$", "A$", "C$", "S$", "USD", "EUR", "GBP", "JPY",
    "CNY", "RMB", "CHF", "CAD", "AUD", "NZD", "SEK", "NOK", "DKK", "INR", "BRL", "RUB", "KRW",
    "ZAR", "MXN", "PLN", "CZK", "HUF", "TRY", "SGD", "HKD", "THB", "ILS", "Rs.", "Rs", "Fr.", "kr",
    "zł", "Kč",
];

/// What begins a word behind a number that is no unit of it: then it is a day, a time or a place in an order.
const NO_UNITS: [&str; 25] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec", "mon",
    "tue", "wed", "thu", "fri", "sat", "sun", "am", "pm", "st", "nd", "rd", "th",
];

/// Longer words than this are no units.
const LONGEST_UNIT: usize = 12;

fn is_currency(sign: char) -> bool {
    matches!(sign, '$' | '¢'..='¥' | '֏' | '؋' | '฿' | '\u{20a0}'..='\u{20cf}')
}

fn is_minus(sign: char) -> bool {
    matches!(sign, '-' | '−' | '–')
}

/// What parts thousands besides points and commas.
fn parts_thousands(sign: char) -> bool {
    matches!(
        sign,
        ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}' | '\'' | '\u{2019}'
    )
}

impl<'a> Dressed<'a> {
    /// None where `cell` is no such number.
    pub fn of(cell: &'a str) -> Option<Self> {
        if is_surely_none(cell.as_bytes()) {
            return None;
        }
        if let Some(limit) = cell.strip_prefix('<') {
            let limit = limit.trim_start();
            let bare = limit.starts_with(|sign: char| sign.is_ascii_digit());
            let made = bare.then(|| Self::of(limit)).flatten()?;
            return Some(Self {
                below: true,
                ..made
            });
        }
        let within = cell
            .strip_prefix('(')
            .and_then(|rest| rest.strip_suffix(')'));
        let (mut rest, mut bracketed) = (within.unwrap_or(cell).trim(), within.is_some());
        let (mut minus, mut signed, mut unit) = (false, false, "");
        // A sign and a currency, in either order.
        while let Some(first) = rest.chars().next() {
            if !signed && (is_minus(first) || first == '+') {
                (minus, signed) = (is_minus(first), true);
                rest = rest[first.len_utf8()..].trim_start();
            } else if unit.is_empty()
                && let Some(length) = currency_before(rest)
            {
                (unit, rest) = rest.split_at(length);
                rest = rest.trim_start();
            } else {
                break;
            }
        }
        if let Some(inner) = rest
            .strip_prefix('(')
            .and_then(|rest| rest.strip_suffix(')'))
            && !bracketed
            && !unit.is_empty()
        {
            (rest, bracketed) = (inner.trim(), true);
        }
        let (digits, behind) = rest.split_at(length_of_number(rest));
        let mut behind = behind.trim();
        if !signed && let Some(before) = behind.strip_prefix('-') {
            // As accounting programs write.
            (minus, signed, behind) = (true, true, before.trim_start());
        }
        if !behind.is_empty() {
            if !unit.is_empty() || !is_unit(behind) {
                return None;
            }
            unit = behind;
        }
        if bracketed && signed {
            return None;
        }
        let mut bare = without_gaps(digits)?;
        if minus || bracketed {
            bare = Cow::Owned(format!("-{bare}"));
        }
        Some(Self {
            bare,
            unit,
            bracketed,
            below: false,
        })
    }

    /// Its value in a style, half of a limit that it is below; none where it is none there.
    pub fn number(&self, style: Style) -> Option<f64> {
        let number = style.read(&self.bare);
        if self.below {
            return number.map(|limit| limit / 2.0);
        }
        number
    }

    /// Whether it is written with a point or a comma.
    pub fn is_marked(&self) -> bool {
        self.bare.contains(['.', ','])
    }

    /// Whether it is a whole number without thousands parted by points or commas.
    pub fn is_whole(&self) -> bool {
        let digits = self.bare.trim_start_matches('-');
        !self.below && digits.bytes().all(|byte| byte.is_ascii_digit())
    }
}

/// Whether a text begins as days and times do, with digits and what stands between them in no number: what is to be known
/// quickly of long columns.
#[inline]
pub(super) fn begins_as_times_do(cell: &[u8]) -> bool {
    let digits = cell.iter().take_while(|byte| byte.is_ascii_digit()).count();
    digits > 0
        && match cell.get(digits..) {
            Some([b'/' | b':' | b'_', ..]) => true,
            Some([b'-', next, ..]) => next.is_ascii_digit(),
            _ => false,
        }
}

/// Whether bytes are no number, however it is dressed: what most texts are.
fn is_surely_none(cell: &[u8]) -> bool {
    let Some(first) = cell.first() else {
        return true;
    };
    if first.is_ascii_digit() {
        return begins_as_times_do(cell);
    }
    let may_begin = !first.is_ascii() || b"+-.,(<$ARCNHSUEGJPKTMDIBZFrk".contains(first);
    !may_begin || !cell.iter().any(u8::is_ascii_digit)
}

/// Bytes of the currency that a text begins with.
fn currency_before(text: &str) -> Option<usize> {
    let first = text.chars().next().filter(|&first| is_currency(first));
    let word = || CURRENCIES.iter().find(|word| text.starts_with(**word));
    first.map(char::len_utf8).or_else(|| {
        let length = word()?.len();
        // Not the beginning of a longer word.
        let next = text[length..].chars().next()?;
        (!next.is_alphabetic()).then_some(length)
    })
}

/// Bytes at the beginning of a text that may be a number: digits and what parts them, and an exponent.
fn length_of_number(text: &str) -> usize {
    let digit = |at: usize| text.as_bytes().get(at).is_some_and(u8::is_ascii_digit);
    let mut length = 0;
    for (at, sign) in text.char_indices() {
        let next = at + sign.len_utf8();
        let goes_on = sign.is_ascii_digit()
            || matches!(sign, '.' | ',') && (digit(next) || at > 0 && digit(at - 1))
            || parts_thousands(sign) && at > 0 && digit(at - 1) && digit(next);
        if !goes_on {
            break;
        }
        length = next;
    }
    let exponent = text
        .as_bytes()
        .get(length)
        .is_some_and(|byte| matches!(byte, b'e' | b'E'));
    let signed = usize::from(matches!(text.as_bytes().get(length + 1), Some(b'+' | b'-')));
    if exponent && length > 0 && digit(length + 1 + signed) {
        length += 1 + signed;
        length += text[length..]
            .bytes()
            .take_while(u8::is_ascii_digit)
            .count();
    }
    length
}

/// A number without the blanks or apostrophes between its thousands; none where they part anything else.
fn without_gaps(number: &str) -> Option<Cow<'_, str>> {
    if !number.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let Some(gap) = number.chars().find(|&sign| parts_thousands(sign)) else {
        return Some(Cow::Borrowed(number));
    };
    let end = number
        .find(|sign: char| !sign.is_ascii_digit() && !parts_thousands(sign))
        .unwrap_or(number.len());
    let (whole, behind) = number.split_at(end);
    let mut groups = whole.split(gap);
    let first = groups.next()?;
    let digits = |group: &str| group.bytes().all(|byte| byte.is_ascii_digit());
    let in_threes = (1..=3).contains(&first.len())
        && !first.starts_with('0')
        && digits(first)
        && groups.all(|group| group.len() == 3 && digits(group));
    // The only point or comma is the decimal one, then.
    let marks = behind.matches(['.', ',']).count();
    (in_threes && marks <= 1 && !behind.contains(parts_thousands))
        .then(|| Cow::Owned(format!("{}{behind}", whole.replace(gap, ""))))
}

/// Whether a text may be a unit: percent, a currency, or a short word with its powers and fractions.
pub(super) fn is_unit(text: &str) -> bool {
    if CURRENCIES.contains(&text) {
        return true;
    }
    let mut before = ' ';
    for (place, sign) in text.chars().enumerate() {
        let fits = match sign {
            '%' | '‰' | '°' | 'º' => true,
            '/' | '·' | '*' | '^' | '²' | '³' | '⁻' | '¹' => place > 0,
            // Square and cubic metres, not quarters.
            '2' | '3' => before == '^' || before.is_lowercase() && before != 'q',
            '-' => before == '^',
            _ => (sign.is_alphabetic() || is_currency(sign)) && !before.is_ascii_digit(),
        };
        if !fits || place >= LONGEST_UNIT {
            return false;
        }
        before = sign;
    }
    let word = text.to_lowercase();
    let begins = |other: &&str| word.starts_with(other) && !word.starts_with("mmol");
    !NO_UNITS.iter().any(|other| match other.len() {
        2 => word == *other,
        // `mon` and `days`, but not `months`, `mars`.
        _ => begins(other) && (word.len() == 3 || is_name_of_time(&word)),
    })
}

/// Whether a word is the whole name of a month or weekday.
fn is_name_of_time(word: &str) -> bool {
    super::wide::piece(word).is_some() || word.ends_with("day") && word != "day"
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(cell: &str) -> Option<(f64, String)> {
        let dressed = Dressed::of(cell)?;
        let number = Style::ALL.iter().find_map(|style| dressed.number(*style))?;
        let number = if dressed.bracketed {
            -number.abs()
        } else {
            number
        };
        Some((number, dressed.unit.to_owned()))
    }

    #[test]
    fn numbers_are_read_out_of_their_dress() {
        for (cell, number, unit) in [
            ("12%", 12.0, "%"),
            ("12 %", 12.0, "%"),
            ("-0.5‰", -0.5, "‰"),
            ("$1,234.50", 1234.5, "$"),
            ("-$5", -5.0, "$"),
            ("$-5", -5.0, "$"),
            ("($1,234.50)", -1234.5, "$"),
            ("$(5)", -5.0, "$"),
            ("€ 5", 5.0, "€"),
            ("5,50 €", 5.5, "€"),
            ("1.234,50\u{a0}€", 1234.5, "€"),
            ("US$ 5", 5.0, "US$"),
            ("EUR 5", 5.0, "EUR"),
            ("5 CHF", 5.0, "CHF"),
            ("Rs.500", 500.0, "Rs."),
            ("1 234,5", 1234.5, ""),
            ("1\u{a0}234\u{a0}567,5", 1_234_567.5, ""),
            ("1\u{202f}234", 1234.0, ""),
            ("1'234.5", 1234.5, ""),
            ("1’234’567", 1_234_567.0, ""),
            ("(5)", -5.0, ""),
            ("(1,234)", -1.234, ""),
            ("−5", -5.0, ""),
            ("–5.5", -5.5, ""),
            ("5-", -5.0, ""),
            ("5 kg", 5.0, "kg"),
            ("-5.5kWh", -5.5, "kWh"),
            ("21.5 °C", 21.5, "°C"),
            ("3 m/s", 3.0, "m/s"),
            ("3 W/m2", 3.0, "W/m2"),
            ("3 m^2", 3.0, "m^2"),
            ("1e5 Pa", 1e5, "Pa"),
            ("5 months", 5.0, "months"),
            ("2021年", 2021.0, "年"),
            ("+5 %", 5.0, "%"),
            (".5 V", 0.5, "V"),
            ("5 euros", 5.0, "euros"),
        ] {
            assert_eq!(read(cell), Some((number, unit.to_owned())), "{cell:?}");
        }
    }

    #[test]
    fn what_is_no_number_stays_text() {
        for cell in [
            "",
            "$",
            "kg",
            "%",
            "()",
            "(5",
            "5)",
            "(-5)",
            "--5",
            "-",
            "5 5 kg",
            "12 34",
            "1 2345",
            "01 234",
            "1 234 5",
            "1'23",
            "sensor 5",
            "A5",
            "Q1",
            "1974Q1",
            "2020 Q2",
            "5 Jan",
            "5 March",
            "3 Monday",
            "10 am",
            "10PM",
            "1st",
            "2nd",
            "12th",
            "2020-01-01",
            "10:30",
            "1/2",
            "5 kg net",
            "5 kg5",
            "$5 %",
            "1970M01",
            "3 of 4",
            "5;6",
            "5 and more of them",
            "1 234.567,8",
            "$-5-",
            "1.5.2020 x",
            "192.168.0.1 x",
            "USDX 5",
            "e5",
        ] {
            assert_eq!(read(cell), None, "{cell:?}");
        }
    }

    proptest! {
        /// The quick look at most texts loses no number, and nothing panics.
        #[test]
        fn any_text_is_a_number_or_none(cell in "[$€(−+–-]{0,2}[0-9 .,'\u{a0}\u{202f}eE-]{0,9}[ %°a-zA-Z/2)]{0,4}") {
            if let Some(dressed) = Dressed::of(&cell) {
                prop_assert!(dressed.bare.bytes().any(|byte| byte.is_ascii_digit()));
                prop_assert!(!is_surely_none(cell.as_bytes()));
            }
        }

        #[test]
        fn thousands_and_units_change_no_number(
            number in -999_999_999_i64..1_000_000_000, gap in "[ \u{a0}\u{202f}'’]", unit in "(| kg|%| €)",
        ) {
            let digits = number.unsigned_abs().to_string();
            let grouped: Vec<String> = digits.as_bytes().rchunks(3).rev()
                .map(|group| String::from_utf8_lossy(group).into_owned()).collect();
            let sign = if number < 0 { "−" } else { "" };
            let cell = format!("{sign}{}{unit}", grouped.join(&gap));
            let read = Style::ALL.map(|style| style.parse(&cell));
            prop_assert_eq!(read, [Some(number as f64); 3]);
        }
    }
}
