//! Names with less room than they need: cut so that unlike names stay unlike.

use eframe::egui::{FontSelection, Label, Response, RichText, TextStyle, Ui, WidgetText};
use std::borrow::Cow;

const GAP: char = '…';

/// `name` where it `fits`, else as much of its beginning and its end as does; where another of `others` would
/// look the same, its beginning and the place where the two part. Empty where not even a letter fits.
#[must_use]
pub fn cut<'a>(
    name: &'a str,
    others: &[impl AsRef<str>],
    fits: &dyn Fn(&str) -> bool,
) -> Cow<'a, str> {
    if fits(name) {
        return Cow::Borrowed(name);
    }
    let letters: Vec<char> = name.chars().collect();
    // More letters never fit better.
    let most = |made: &dyn Fn(usize) -> String| {
        let (mut low, mut high) = (0, letters.len());
        while low < high {
            let middle = (low + high).div_ceil(2);
            if fits(&made(middle)) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        low
    };
    let ends = |kept: usize| {
        let tail = kept * 2 / 5;
        let head: String = letters[..kept - tail].iter().collect();
        let tail: String = letters[letters.len() - tail..].iter().collect();
        (head, tail)
    };
    let joined = |kept: usize| {
        let (head, tail) = ends(kept);
        format!("{}{GAP}{}", head.trim_end(), tail.trim_start())
    };
    let kept = most(&joined);
    if kept == 0 {
        return Cow::Borrowed("");
    }
    let (head, tail) = ends(kept);
    let alike = others
        .iter()
        .map(AsRef::as_ref)
        .filter(|other| *other != name && other.starts_with(&head) && other.ends_with(&tail));
    // Where the last of them parts from this name.
    let parting = alike
        .map(|other| (letters.iter().zip(other.chars())).take_while(|(a, b)| **a == *b))
        .map(Iterator::count)
        .max();
    let Some(parting) = parting.map(|at| at.min(letters.len() - 1)) else {
        return Cow::Owned(joined(kept));
    };
    let around = |kept: usize| {
        let head: String = letters[..(kept / 3).min(parting)].iter().collect();
        let from = parting.saturating_sub(kept / 6).max(head.chars().count());
        let to = (from + kept - kept / 3).min(letters.len());
        let rest: String = letters[from..to].iter().collect();
        let end = if to < letters.len() { "…" } else { "" };
        format!("{}{GAP}{}{end}", head.trim_end(), rest.trim())
    };
    Cow::Owned(around(most(&around)))
}

/// `text` where it `fits`, else as much of its end as does.
#[must_use]
pub fn end_of<'a>(text: &'a str, fits: &dyn Fn(&str) -> bool) -> Cow<'a, str> {
    if fits(text) {
        return Cow::Borrowed(text);
    }
    let begins: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
    // Fewer letters never fit worse.
    let from = begins.partition_point(|&at| !fits(&format!("{GAP}{}", &text[at..])));
    let rest = begins.get(from).map_or("", |&at| &text[at..]);
    Cow::Owned(format!("{GAP}{rest}"))
}

/// As [`cut`], for `width` points in the letters of `style`.
#[must_use]
pub fn cut_to<'a>(
    ui: &Ui,
    name: &'a str,
    others: &[impl AsRef<str>],
    style: &TextStyle,
    width: f32,
) -> Cow<'a, str> {
    let fits = |text: &str| self::width(ui, text, style) <= width;
    cut(name, others, &fits)
}

/// How wide `text` is in one line, in points, in the letters of `style`.
#[must_use]
pub fn width(ui: &Ui, text: &str, style: &TextStyle) -> f32 {
    let words = WidgetText::from(RichText::new(text).text_style(style.clone()));
    let galley = words.into_galley(
        ui,
        Some(eframe::egui::TextWrapMode::Extend),
        f32::INFINITY,
        FontSelection::Default,
    );
    galley.size().x
}

/// `words` on the button of a menu that is `width` wide: where that is too little, first without what stands in
/// parentheses at their end, then cut as a name is.
#[must_use]
pub fn on_menu<'a>(ui: &Ui, words: &'a str, width: f32) -> Cow<'a, str> {
    let spacing = ui.spacing();
    let room = width - spacing.icon_width - spacing.icon_spacing - 2.0 * spacing.button_padding.x;
    let others: [&str; 0] = [];
    let cut = |words: &'a str| cut_to(ui, words, &others, &TextStyle::Button, room);
    let whole = cut(words);
    if whole == words {
        return whole;
    }
    cut(before_parentheses(words).unwrap_or(words))
}

/// What comes before the parentheses that `words` end with.
fn before_parentheses(words: &str) -> Option<&str> {
    let inside = words.strip_suffix([')', '）'])?;
    let before = inside[..inside.rfind(['(', '（'])?].trim_end();
    (!before.is_empty()).then_some(before)
}

/// Lets a control tell its words whole, to those who hear them and to those who point at it, where it has shown
/// less of them.
#[must_use]
pub fn told_whole(response: Response, words: &str, shown: &str) -> Response {
    if shown == words {
        return response;
    }
    response
        .ctx
        .accesskit_node_builder(response.id, |node| node.set_value(words));
    response.on_hover_text(words)
}

/// A name in the room that there is, looking as `look` makes it; whole on hover where it is cut.
pub fn label(
    ui: &mut Ui,
    name: &str,
    others: &[impl AsRef<str>],
    look: impl FnOnce(RichText) -> RichText,
) -> Response {
    let shown = cut_to(ui, name, others, &TextStyle::Body, ui.available_width());
    let whole = matches!(shown, Cow::Borrowed(_)) && shown == name;
    let response = ui.add(Label::new(look(RichText::new(shown))).truncate());
    if whole {
        response
    } else {
        response.on_hover_text(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn in_letters(count: usize) -> impl Fn(&str) -> bool {
        move |text: &str| text.chars().count() <= count
    }

    #[test]
    fn a_name_keeps_its_beginning_and_its_end() {
        let none: [&str; 0] = [];
        let cut = |name: &'static str, count| cut(name, &none, &in_letters(count));
        assert_eq!(cut("Adam", 4), "Adam");
        assert_eq!(cut("Adam, learning rate 0.01", 12), "Adam, l…0.01");
        assert_eq!(cut("Adam", 0), "");
    }

    #[test]
    fn a_path_keeps_its_end() {
        let end = |count| end_of("/data/二氧/co2.csv", &in_letters(count)).into_owned();
        assert_eq!(end(40), "/data/二氧/co2.csv");
        assert_eq!(end(8), "…co2.csv");
        assert_eq!(end(10), "…氧/co2.csv");
        assert_eq!(end(1), "…");
    }

    #[test]
    fn what_stands_in_parentheses_at_the_end_gives_way_first() {
        let before = before_parentheses;
        assert_eq!(before("Squared error (MSE)"), Some("Squared error"));
        assert_eq!(
            before("浓度（百万分之一） (自动识别)"),
            Some("浓度（百万分之一）")
        );
        assert_eq!(before("(MSE)"), None);
        assert_eq!(before("f(x) of y"), None);
    }

    #[test]
    fn unlike_names_stay_unlike() {
        let names = [
            "SGD with Nesterov momentum 0.9 at the usual rate",
            "SGD with Nesterov momentum 0.8 at the usual rate",
            "SGD with plain momentum 0.9 at the usual rate",
            "SGD with Nesterov momentum 0.9 at the usual pace",
            "学习率很大的优化器甲，其余相同",
            "学习率很大的优化器乙，其余相同",
        ];
        for count in [10, 12, 16, 20, 30] {
            let shown: Vec<_> = (names.iter())
                .map(|name| cut(name, &names, &in_letters(count)))
                .collect();
            for (index, one) in shown.iter().enumerate() {
                assert!(one.chars().count() <= count, "{one}");
                assert!(!shown[..index].contains(one), "{count}: {shown:?}");
            }
        }
    }
}
