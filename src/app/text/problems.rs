//! What does not fit, and what the loader understood.

use super::{
    CLIPPING, DATA, LOSS, MODEL, OPTIMIZER, PREPARATION, SCHEDULE, TRAINING, Text, field, say,
    short_time, translated, within,
};
use crate::app::format;
use crate::experiment::{Contender, DocumentError, KeyError};

/// A setting that does not fit, with the contender's name in place of its number.
#[must_use]
pub fn problem(error: &KeyError, contenders: &[Contender]) -> String {
    let (who, key) = match error.key.strip_prefix("contender.") {
        Some(rest) => {
            let (index, key) = rest.split_once('.').unwrap_or((rest, ""));
            let name = index
                .parse()
                .ok()
                .and_then(|index: usize| contenders.get(index))
                .map_or(index, |contender| contender.name.as_str());
            (format!("{name}: "), key)
        }
        None => (String::new(), error.key.as_str()),
    };
    if key.is_empty() {
        format!("{who}{}", translated(&error.message))
    } else {
        format!("{who}{}: {}", place(key), translated(&error.message))
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

/// Where a key stands in the setup, in the words that stand there.
fn place(key: &str) -> String {
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
    format!("{group}, {}", within(&field(key).label))
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

/// What the loader understood, in one sentence.
#[must_use]
pub fn summary(
    rows: usize,
    columns: usize,
    frequency: Option<&str>,
    period: Option<usize>,
    span: Option<(&str, &str)>,
    series: Option<(usize, [usize; 2])>,
    classes: Option<usize>,
) -> String {
    let mut parts = Vec::new();
    if let Some((series, [least, most])) = series {
        let series = format::count(series as u64);
        parts.push(if least == most {
            say!(
                "{series} series of {most} rows",
                "{series} 个序列，各 {most} 行"
            )
        } else {
            say!(
                "{series} series of {least} to {most} rows",
                "{series} 个序列，各 {least} 到 {most} 行"
            )
        });
    }
    if let Some(classes) = classes {
        parts.push(say!("{classes} classes", "{classes} 类"));
    }
    parts.push(say!("{} rows", "{} 行", format::count(rows as u64)));
    parts.push(match columns {
        1 => say!("1 column", "1 列"),
        columns => say!("{columns} columns", "{columns} 列"),
    });
    if let Some((first, last)) = span {
        parts.push(say!(
            "{} to {}",
            "{} 至 {}",
            short_time(first),
            short_time(last)
        ));
    }
    if let Some(frequency) = frequency {
        parts.push(every(frequency));
    }
    if let Some(period) = period {
        parts.push(say!("season of {period} rows", "季节为 {period} 行"));
    }
    parts.join(comma())
}

/// An ISO 8601 duration in words, where it is a common one.
fn every(frequency: &str) -> String {
    match frequency {
        "P1Y" => Text::new("yearly", "每年"),
        "P3M" => Text::new("quarterly", "每季"),
        "P1M" => Text::new("monthly", "每月"),
        "P7D" | "P1W" => Text::new("weekly", "每周"),
        "P1D" => Text::new("daily", "每日"),
        "PT1H" => Text::new("hourly", "每小时"),
        other => return say!("every {other}", "每 {other}"),
    }
    .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_begins_with_a_capital_unless_with_a_column() {
        let columns = ["value".to_owned()];
        assert_eq!(begun("trend strength 0.9", &columns), "Trend strength 0.9");
        assert_eq!(begun("value has gaps", &columns), "value has gaps");
        assert_eq!(begun("", &columns), "");
    }
}
