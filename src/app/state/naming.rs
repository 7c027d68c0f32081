//! Names that follow the settings: what a name says of a setting is said anew when that changes, until a person
//! gives the contender a name.

use crate::app::{format, text};
use crate::experiment::Experiment;
use toml::{Table, Value};

/// `name` once `old` became `new`: words that stood for a changed choice or number stand for the new one. A number
/// follows where `own`, what the contender has beside the shared settings, has it once, so that it is known which
/// setting it is.
pub(super) fn follow(name: &str, own: &Table, old: &Experiment, new: &Experiment) -> String {
    let (Ok(old), Ok(new)) = (Table::try_from(old), Table::try_from(new)) else {
        return name.to_owned();
    };
    let mut own_values = Vec::new();
    leaves("", own, &mut own_values);
    let number = |value: &Value| match value {
        Value::Float(number) => Some(format::setting(*number)),
        Value::Integer(whole) => Some(whole.to_string()),
        _ => None,
    };
    let (mut before, mut after) = (Vec::new(), Vec::new());
    leaves("", &old, &mut before);
    leaves("", &new, &mut after);
    let mut said = name.to_owned();
    for (key, was) in &before {
        let Some((_, is)) = after.iter().find(|(other, is)| other == key && is != was) else {
            continue;
        };
        if let (Value::String(was), Value::String(is)) = (was, is) {
            let section = key.strip_suffix(".kind").unwrap_or(key);
            let whole = [was, is].map(|kind| text::kind_of(section, kind));
            let short = [was, is].map(|kind| text::kind(kind));
            said = replaced(&said, &whole)
                .or_else(|| replaced(&said, &short))
                .unwrap_or(said);
        } else if let (Some(was), Some(is)) = (number(was), number(is)) {
            let mut holders = own_values
                .iter()
                .filter(|(_, value)| number(value).as_ref() == Some(&was));
            let known = match (holders.next(), holders.next()) {
                (Some((only, _)), None) => only == key,
                // The one number that most names tell.
                (None, _) => key == "schedule.learning_rate",
                (Some(_), Some(_)) => false,
            };
            if known {
                said = replaced(&said, &[was, is]).unwrap_or(said);
            }
        }
    }
    said
}

/// All values that are no tables, with their dotted keys.
fn leaves<'a>(path: &str, table: &'a Table, found: &mut Vec<(String, &'a Value)>) {
    for (key, value) in table {
        let dotted = if path.is_empty() {
            key.clone()
        } else {
            format!("{path}.{key}")
        };
        match value {
            Value::Table(inner) => leaves(&dotted, inner, found),
            value => found.push((dotted, value)),
        }
    }
}

/// `name` with the first of the words replaced by the second, where it stands there by itself; capital or small as
/// it was.
fn replaced(name: &str, [was, is]: &[String; 2]) -> Option<String> {
    let small = name.to_lowercase();
    // Places in it are those in the name only where both are as long.
    if small.len() != name.len() || was.is_empty() {
        return None;
    }
    let word = was.to_lowercase();
    let joins = |letter: Option<char>| letter.is_some_and(char::is_alphanumeric);
    let at = small.match_indices(&word).map(|(at, _)| at).find(|&at| {
        let (head, tail) = (&name[..at], &name[at + word.len()..]);
        // The point of 0.1 belongs to a number, the one that ends a sentence does not.
        let digits = |text: &str| text.starts_with('.') && joins(text.chars().nth(1));
        let part_of_number =
            digits(tail) || (head.ends_with('.') && joins(head.chars().rev().nth(1)));
        !joins(head.chars().next_back()) && !joins(tail.chars().next()) && !part_of_number
    })?;
    let capital = name[at..].chars().next().is_some_and(char::is_uppercase);
    let mut letters = is.chars();
    let first = letters.next().map(|letter| {
        if capital {
            letter.to_uppercase().to_string()
        } else {
            letter.to_string()
        }
    });
    let is = first.unwrap_or_default() + letters.as_str();
    Some(format!("{}{is}{}", &name[..at], &name[at + word.len()..]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::{Cell, Choice, Clipping, Optimizer};

    fn after(name: &str, own: &str, change: impl FnOnce(&mut Experiment)) -> String {
        let own: Table = own.parse().expect("a table");
        let mut document = own.clone();
        document.remove("name");
        let old = Experiment::from_toml(&document.to_string()).expect("an experiment");
        let mut new = old.clone();
        change(&mut new);
        follow(name, &own, &old, &new)
    }

    #[test]
    fn a_choice_that_the_name_tells_is_told_anew() {
        let rmsprop =
            |new: &mut Experiment| new.optimizer = Optimizer::named("rmsprop").expect("a kind");
        assert_eq!(after("Adam", "", rmsprop), "RMSprop");
        assert_eq!(after("Adam 2", "", rmsprop), "RMSprop 2");
        assert_eq!(after("Adamant", "", rmsprop), "Adamant");
        let gru = |new: &mut Experiment| new.model.cell = Cell::Gru;
        assert_eq!(after("LSTM, wide", "", gru), "GRU, wide");
        let clips = |new: &mut Experiment| new.clipping = Clipping::GlobalNorm { limit: 2.0 };
        assert_eq!(after("No clipping", "", clips), "Global norm clipping");
        assert_eq!(after("Too low", "", clips), "Too low");
    }

    #[test]
    fn a_number_follows_the_one_setting_that_it_is_of() {
        let rate = |new: &mut Experiment| new.schedule.learning_rate = 0.3;
        let own = "schedule = { learning_rate = 0.1 }";
        assert_eq!(after("SGD 0.1, momentum", own, rate), "SGD 0.3, momentum");
        assert_eq!(after("SGD 0.12", own, rate), "SGD 0.12");
        assert_eq!(after("Adam 10.1", own, rate), "Adam 10.1");
        let layers = |new: &mut Experiment| new.model.layers = 2;
        let own = "model = { forget_bias = 1.0 }";
        assert_eq!(after("Forget bias 1", own, layers), "Forget bias 1");
    }
}
