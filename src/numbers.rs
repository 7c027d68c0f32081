//! Whole numbers as people read them, in sentences of every room and in the window alike.

/// A whole number with its thousands set apart: 1,234,567.
#[must_use]
pub fn count(value: u64) -> String {
    set_apart(&value.to_string())
}

/// Digits of a whole number, or of the whole part of one with a point, with thousands set apart; a sign stays in
/// front.
#[must_use]
pub fn set_apart(number: &str) -> String {
    let begin = number
        .find(|letter: char| letter.is_ascii_digit())
        .unwrap_or(number.len());
    let whole = number[begin..]
        .find(|letter: char| !letter.is_ascii_digit())
        .unwrap_or(number.len() - begin);
    let mut text = number[..begin].to_owned();
    for (index, digit) in number[begin..begin + whole].chars().enumerate() {
        if index > 0 && (whole - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text + &number[begin + whole..]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_set_apart() {
        assert_eq!(count(1_234_567), "1,234,567");
        assert_eq!(count(12), "12");
        assert_eq!(set_apart("−12345.6789"), "−12,345.6789");
        assert_eq!(set_apart("1.118e30"), "1.118e30");
        assert_eq!(set_apart("123456"), "123,456");
        assert_eq!(set_apart("inf"), "inf");
    }
}
