//! What does not fit.

use super::{
    CLIPPING, DATA, LOSS, MODEL, OPTIMIZER, PREPARATION, SCHEDULE, TRAINING, Text, field, say,
    step_name, translated, within,
};
use crate::experiment::{Contender, DocumentError, KeyError, Prepare};

/// A setting that does not fit, with the contender's name in place of its number.
#[must_use]
pub fn problem(error: &KeyError, contenders: &[Contender]) -> String {
    let colon = colon();
    // What holds for all stands in each of them.
    let (who, contender, key) = match error.key.strip_prefix("contender.") {
        Some(rest) => {
            let (index, key) = rest.split_once('.').unwrap_or((rest, ""));
            let contender = index
                .parse()
                .ok()
                .and_then(|index: usize| contenders.get(index));
            let name = contender.map_or(index, |contender| contender.name.as_str());
            (format!("{name}{colon}"), contender, key)
        }
        None => (String::new(), contenders.first(), error.key.as_str()),
    };
    if key.is_empty() {
        format!("{who}{}", translated(&error.message))
    } else {
        let steps = contender.map_or(&[][..], |own| &own.experiment.data.prepare);
        format!(
            "{who}{}{colon}{}",
            place(key, steps),
            translated(&error.message)
        )
    }
}

/// What is wrong in an experiment file, with the place there.
#[must_use]
pub fn of_document(error: &DocumentError) -> String {
    let message = translated(&error.message);
    let file = (error.file.as_deref()).map(|file| file.display().to_string());
    let line = error.line.map(|line| say!("line {line}", "第 {line} 行"));
    let key = (!error.key.is_empty()).then(|| format!("`{}`", error.key));
    let place: Vec<String> = [file, line, key].into_iter().flatten().collect();
    if place.is_empty() {
        message.into_owned()
    } else {
        format!("{}: {message}", place.join(", "))
    }
}

/// Where a key stands in the setup, in the words that stand there; `steps` are those of the preparation.
fn place(key: &str, steps: &[Prepare]) -> String {
    let group = match key.split('.').next().unwrap_or_default() {
        "data"
            if key.starts_with("data.window")
                || key.starts_with("data.split")
                || key.starts_with("data.prepare")
                || key.starts_with("data.scale") =>
        {
            PREPARATION
        }
        "data" => DATA,
        "model" => MODEL,
        "loss" => LOSS,
        "optimizer" => OPTIMIZER,
        "schedule" => SCHEDULE,
        "clipping" => CLIPPING,
        "training" => TRAINING,
        _ => return field(key).label,
    }
    .get();
    let Some(rest) = key.strip_prefix("data.prepare") else {
        return [group, within(&field(key).label).as_str()].join(comma());
    };
    let rest = rest.trim_start_matches('.');
    let (number, own) = rest.split_once('.').unwrap_or((rest, ""));
    let step = number
        .parse()
        .ok()
        .and_then(|index: usize| (steps.get(index)).map(|step| step_name(index, step)));
    let mut parts = vec![group.to_owned()];
    parts.extend(step);
    // The kind of a step is the step itself.
    if !own.is_empty() && own != "step" {
        parts.push(within(&field(key).label));
    }
    parts.join(comma())
}

/// What stands between a name and what is said of it.
#[must_use]
pub fn colon() -> &'static str {
    Text::new(": ", "：").get()
}

/// What stands between the parts of a list.
#[must_use]
pub fn comma() -> &'static str {
    Text::new(", ", "，").get()
}

/// What stands between the names of a list.
#[must_use]
pub fn and_next() -> &'static str {
    Text::new(", ", "、").get()
}

/// Data that were opened have classes, and so the task is to find them.
#[must_use]
pub fn classes_decide(classes: usize) -> String {
    say!(
        "The file gives its sequences {classes} classes, so the task is now to classify. Undo takes that back.",
        "文件把序列分为 {classes} 类，因此任务已改为分类。可用“撤销”恢复。"
    )
}

/// A note as a sentence of its own: with a capital, unless it begins with the name of a column.
#[must_use]
pub fn begun(note: &str, columns: &[String]) -> String {
    let named = columns
        .iter()
        .any(|column| note.starts_with(column.as_str()));
    let mut letters = note.chars();
    match letters.next() {
        Some(first) if !named => first.to_uppercase().chain(letters).collect(),
        _ => note.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::text::{Language, set_language};
    use crate::experiment::{Choice, Experiment};

    #[test]
    fn a_preparation_step_is_named_as_in_the_setup() {
        let mut experiment = Experiment::default();
        for kind in ["fill", "lag", "resample"] {
            let step = Prepare::named(kind).expect("there is such a step");
            experiment.data.prepare.push(step);
        }
        let contenders = [Contender {
            name: "Adam".into(),
            experiment,
        }];
        let said = |key: &str| problem(&KeyError::new(key, "no"), &contenders);
        assert_eq!(said("data.prepare.2.step"), "Preparation, 3. Resample: no");
        assert_eq!(said("data.prepare.2"), "Preparation, 3. Resample: no");
        assert_eq!(
            said("data.prepare.0.method"),
            "Preparation, 1. Fill, method: no"
        );
        assert_eq!(said("data.prepare"), "Preparation: no");
        assert_eq!(
            said("contender.0.data.prepare.1"),
            "Adam: Preparation, 2. Lag: no"
        );
        set_language(Language::Chinese);
        let said = said("data.prepare.2.step");
        set_language(Language::English);
        let name = said.strip_prefix("预处理，3. ").expect(&said);
        let letters = |letter: char| letter.is_ascii_alphabetic();
        assert!(name.ends_with("：no") && !name[..name.len() - 2].contains(letters));
    }

    #[test]
    fn a_note_begins_with_a_capital_unless_with_a_column() {
        let columns = ["value".to_owned()];
        assert_eq!(begun("trend strength 0.9", &columns), "Trend strength 0.9");
        assert_eq!(begun("value has gaps", &columns), "value has gaps");
        assert_eq!(begun("", &columns), "");
    }
}
