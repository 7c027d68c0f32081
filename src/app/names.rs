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

/// As [`cut`], for `width` points in the letters of `style`.
#[must_use]
pub fn cut_to<'a>(
    ui: &Ui,
    name: &'a str,
    others: &[impl AsRef<str>],
    style: TextStyle,
    width: f32,
) -> Cow<'a, str> {
    let font = FontSelection::Style(style).resolve(ui.style());
    let fits = |text: &str| {
        let words = WidgetText::from(RichText::new(text).font(font.clone()));
        let galley = words.into_galley(
            ui,
            Some(eframe::egui::TextWrapMode::Extend),
            f32::INFINITY,
            FontSelection::Default,
        );
        galley.size().x <= width
    };
    cut(name, others, &fits)
}

/// A name in the room that there is, looking as `look` makes it; whole on hover where it is cut.
pub fn label(
    ui: &mut Ui,
    name: &str,
    others: &[impl AsRef<str>],
    look: impl FnOnce(RichText) -> RichText,
) -> Response {
    let shown = cut_to(ui, name, others, TextStyle::Body, ui.available_width());
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
