//! Names of the classes that the `bin` step makes: intervals in words, after the steps that a target without units of
//! its own went through.

use super::super::{Language, kind, language};
use std::borrow::Cow;

/// The name of a class that the `bin` step made, in the language of this thread.
#[must_use]
pub fn interval(name: &str) -> Cow<'_, str> {
    match language() {
        Language::English => Cow::Borrowed(name),
        Language::Chinese => chinese(name).map_or(Cow::Borrowed(name), Cow::Owned),
    }
}

/// Such a name in Chinese.
fn chinese(name: &str) -> Option<String> {
    let words: Vec<&str> = name.split(' ').collect();
    let number = |word: &str| word.parse::<f64>().is_ok();
    let (steps, said) = match words[..] {
        [ref steps @ .., "under", high] if number(high) => (steps, format!("低于 {high}")),
        [ref steps @ .., low, "to", high] if number(low) && number(high) => {
            (steps, format!("{low} 到 {high}"))
        }
        [ref steps @ .., low, "and", "more"] if number(low) => (steps, format!("{low} 及以上")),
        [ref steps @ .., "all"] => (steps, "全部".to_owned()),
        _ => return None,
    };
    let steps: String = steps.iter().map(|step| kind(step) + " ").collect();
    Some(steps + &said)
}

/// Such names, each with a count in brackets, one after the other.
pub(super) fn counted(list: &str) -> Option<String> {
    let each = list.split(", ").map(|item| {
        let (name, count) = item.strip_suffix(')')?.rsplit_once(" (")?;
        Some(format!("{}（{count}）", chinese(name)?))
    });
    Some(each.collect::<Option<Vec<_>>>()?.join("，"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::text::set_language;

    #[test]
    fn intervals_are_said_in_both_languages_and_other_names_stay() {
        assert_eq!(interval("under 120"), "under 120");
        set_language(Language::Chinese);
        for (english, chinese) in [
            ("under 120", "低于 120"),
            ("-2.5 to 1e-9", "-2.5 到 1e-9"),
            ("1200 and more", "1200 及以上"),
            ("difference under 0", "差分 低于 0"),
            ("sqrt smooth 1 to 2", "平方根 平滑 1 到 2"),
            ("all", "全部"),
            ("point", "point"),
            ("under par", "under par"),
        ] {
            assert_eq!(interval(english), chinese);
        }
        assert_eq!(
            counted("under 120 (1,032), 120 and more (48)").as_deref(),
            Some("低于 120（1,032），120 及以上（48）")
        );
        assert_eq!(counted("gun (3), point (4)"), None);
    }
}
