//! Texts as sequences of tokens: each row of a table becomes a series, its answer stands in another column.

use super::typed::MAX_VALUES;
use super::{AnswerValues, Answers, Column, ColumnKind, DataError, Table, Words};
use crate::experiment::choices::prepare::{TokenBy, Tokenize};
use crate::experiment::{Data, Prepare, Task};
use std::borrow::Cow;

/// The `tokenize` step among the settings, with its place.
pub(super) fn step(settings: &Data) -> Option<(usize, &Tokenize)> {
    settings.steps().find_map(|(number, step)| match step {
        Prepare::Tokenize(tokenize) => Some((number, tokenize)),
        _ => None,
    })
}

/// The table whose series are the tokens of one text each, where a step asks for that. The answers may be missing
/// only where they are not `needed`.
///
/// # Errors
/// No such column, no answers to learn, or a table of several series.
pub(super) fn tokenized<'a>(
    table: &'a Table,
    settings: &Data,
    needed: bool,
) -> Result<Cow<'a, Table>, DataError> {
    let Some((number, step)) = step(settings) else {
        return Ok(Cow::Borrowed(table));
    };
    let refuse = |key: &str, message: String| {
        DataError::setting(format!("data.prepare.{number}.{key}"), message)
    };
    if table.answers.is_some() || table.series.len() != 1 {
        return Err(refuse(
            "step",
            format!(
                "{} holds sequences already; leave the step out",
                table.source
            ),
        ));
    }
    let column = text_column(table, step, settings).map_err(|message| refuse("column", message))?;
    let answers = answers_column(table, column, settings)?;
    if needed && answers.is_none() {
        return Err(DataError::setting(
            "data.targets",
            format!(
                "{} has no column besides \"{}\" that says what each text is to be answered with",
                table.source, table.columns[column].name
            ),
        ));
    }
    let asked: Vec<usize> = (0..table.rows())
        .filter(|&row| !needed || answers.is_none_or(|a| !table.columns[a].text(row).is_empty()))
        .collect();
    if asked.is_empty() {
        return Err(DataError::file(&table.source, "has no text with an answer"));
    }
    let mut texts = Words::default();
    let mut series = Vec::with_capacity(asked.len());
    for &row in &asked {
        let start = texts.len();
        texts.extend(tokens(&table.columns[column].text(row), step.by));
        if texts.len() == start {
            texts.push(""); // a text without tokens is one that nothing is known of
        }
        if texts.len() > MAX_VALUES {
            return Err(refuse(
                "step",
                format!("makes more than {MAX_VALUES} tokens; give shorter or fewer texts"),
            ));
        }
        series.push(start..texts.len());
    }
    let mut notes = table.notes.clone();
    let unanswered = table.rows() - asked.len();
    if unanswered > 0 {
        notes.push(format!("{unanswered} texts without an answer are left out"));
    }
    let text = Column {
        name: table.columns[column].name.clone(),
        kind: ColumnKind::Category,
        numbers: Vec::new(),
        texts,
        stray: None,
    };
    Ok(Cow::Owned(Table {
        columns: vec![text],
        series,
        time: None,
        notes,
        answers: answers.map(|answers| answers_of(&table.columns[answers], &asked, settings.task)),
        ..table.clone()
    }))
}

/// The column of texts.
fn text_column(table: &Table, step: &Tokenize, settings: &Data) -> Result<usize, String> {
    if !step.column.is_empty() {
        return table.column(&step.column).ok_or_else(|| {
            format!(
                "there is no column \"{}\"; there are {}",
                step.column,
                table.names()
            )
        });
    }
    let mut texts = (0..table.columns.len()).filter(|&index| {
        let column = &table.columns[index];
        !column.is_numeric() && !settings.targets.contains(&column.name)
    });
    match (texts.next(), texts.next()) {
        (Some(only), None) => Ok(only),
        (None, _) => Err(format!("{} has no column of texts", table.source)),
        (Some(_), Some(_)) => Err(format!(
            "{} has several columns of texts; name one of {}",
            table.source,
            table.names()
        )),
    }
}

/// The column of answers: the target, or else the first that can be one.
fn answers_column(table: &Table, text: usize, settings: &Data) -> Result<Option<usize>, DataError> {
    match settings.targets.as_slice() {
        [] => Ok((0..table.columns.len()).find(|&index| {
            index != text && (settings.task == Task::Classify || table.columns[index].is_numeric())
        })),
        [name] => {
            let found = table.column(name).filter(|&index| index != text);
            if let Some(index) = found
                && settings.task == Task::Forecast
            {
                table.numeric(index)?;
            }
            Ok(found)
        }
        [_, second, ..] => Err(DataError::setting(
            "data.targets.1",
            format!("each text has one answer; leave out \"{second}\""),
        )),
    }
}

fn answers_of(column: &Column, rows: &[usize], task: Task) -> Answers {
    let values = match task {
        Task::Forecast => {
            AnswerValues::Numbers(rows.iter().map(|&row| column.numbers[row]).collect())
        }
        Task::Classify => {
            let of_rows: Vec<Cow<'_, str>> = rows.iter().map(|&row| column.text(row)).collect();
            let mut names: Vec<String> = of_rows.iter().map(ToString::to_string).collect();
            let number = |name: &String| name.parse::<f64>().unwrap_or(f64::INFINITY);
            names.sort_unstable_by(|a, b| number(a).total_cmp(&number(b)).then(a.cmp(b)));
            names.dedup();
            let place = |name: &Cow<'_, str>| names.iter().position(|other| other == name);
            let of = of_rows.iter().filter_map(place).collect();
            AnswerValues::Classes { names, of }
        }
    };
    Answers {
        name: column.name.clone(),
        values,
        fresh: None,
        scaled: true,
    }
}

/// The tokens of a text.
fn tokens(text: &str, by: TokenBy) -> Vec<String> {
    if by == TokenBy::Character {
        return text.chars().map(String::from).collect();
    }
    let mut tokens = Vec::new();
    let mut word = String::new();
    for letter in text.chars() {
        if letter.is_alphanumeric() {
            word.extend(letter.to_lowercase());
            continue;
        }
        if !word.is_empty() {
            tokens.push(std::mem::take(&mut word));
        }
        if !letter.is_whitespace() {
            tokens.push(letter.to_string());
        }
    }
    if !word.is_empty() {
        tokens.push(word);
    }
    tokens
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_small_and_signs_stand_alone() {
        let words = tokens("Don't  PANIC, Ärger1!", TokenBy::Word);
        assert_eq!(words, ["don", "'", "t", "panic", ",", "ärger1", "!"]);
        assert_eq!(tokens("Aß b", TokenBy::Character), ["A", "ß", " ", "b"]);
        assert!(tokens("  ", TokenBy::Word).is_empty());
    }
}
