//! What the rooms below say, in the language of the window. They know English alone, and their sentences carry
//! values; so a sentence is known by its form, the words between the values, and said anew with the values in place.
//! One whose form is not in the table stays English.

mod forms;
mod intervals;

use super::{Language, language};
use forms::forms;
pub use intervals::interval;
use std::borrow::Cow;

/// Where a value stands in a form.
const HOLE: &str = "{}";

/// `sentence` of a room below in the language of this thread.
#[must_use]
pub fn translated(sentence: &str) -> Cow<'_, str> {
    match language() {
        Language::English => Cow::Borrowed(sentence),
        Language::Chinese => chinese(sentence).map_or(Cow::Borrowed(sentence), Cow::Owned),
    }
}

/// The sentence in Chinese, where its form is known.
fn chinese(sentence: &str) -> Option<String> {
    // Where in a file comes before what is wrong there.
    let cuts = || sentence.match_indices(": ").map(|(at, _)| at);
    let after = |at: usize| Some((&sentence[..at], form(&sentence[at + 2..])?));
    let framed = cuts().find_map(|at| {
        let (head, message) = after(at)?;
        Some(format!("{}：{message}", place(head)?))
    });
    let whole = || framed.or_else(|| form(sentence));
    whole().or_else(|| {
        cuts().find_map(|at| {
            let (head, message) = after(at)?;
            Some(format!("{head}：{message}"))
        })
    })
}

/// A file, line and column.
fn place(head: &str) -> Option<String> {
    let (before, column) = match head.split_once(", column \"") {
        Some((before, column)) => (before, Some(column.strip_suffix('"')?)),
        None => (head, None),
    };
    let (file, line) = match before.rsplit_once(", line ") {
        Some((file, line)) => (file, Some(line.parse::<u64>().ok()?)),
        None => (before, None),
    };
    if line.is_none() && column.is_none() {
        return None;
    }
    let mut said = file.to_owned();
    if let Some(line) = line {
        said += &format!("，第 {line} 行");
    }
    if let Some(column) = column {
        said += &format!("，“{column}”列");
    }
    Some(said)
}

/// By the form that has the most words in common.
fn form(sentence: &str) -> Option<String> {
    let words = |form: &str| form.len() - HOLE.len() * form.matches(HOLE).count();
    let (_, values, said) = forms()
        .filter_map(|(english, said)| Some((words(english), values(sentence, english)?, said)))
        .max_by_key(|(words, ..)| *words)?;
    let mut parts = said.split(HOLE);
    let mut text = parts.next().unwrap_or_default().to_owned();
    for (value, part) in values.iter().zip(parts) {
        // A value may be a sentence itself.
        let said = chinese(value).or_else(|| intervals::counted(value));
        text += &said.unwrap_or_else(|| (*value).to_owned());
        text += part;
    }
    Some(text)
}

/// The values in `sentence`, where it has this form.
fn values<'a>(sentence: &'a str, form: &str) -> Option<Vec<&'a str>> {
    let mut parts = form.split(HOLE);
    let mut rest = sentence.strip_prefix(parts.next()?)?;
    let mut values = Vec::new();
    let parts: Vec<&str> = parts.collect();
    for (index, part) in parts.iter().enumerate() {
        let last = index + 1 == parts.len();
        let at = match (last, part.is_empty()) {
            (true, true) => rest.len(),
            (true, false) => rest
                .len()
                .checked_sub(part.len())
                .filter(|at| rest.get(*at..) == Some(*part))?,
            (false, _) => rest.find(part)?,
        };
        values.push(&rest[..at]);
        rest = &rest[at + part.len()..];
    }
    rest.is_empty().then_some(values)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{DataError, inspect, source};
    use crate::experiment::Experiment;
    use std::path::Path;

    /// Files whose every sentence has its form here.
    const COVERED: &[&str] = &[
        "src/data/collected.rs",
        "src/data/dataset/build.rs",
        "src/data/dataset/fitted.rs",
        "src/data/dataset/fold.rs",
        "src/data/delimited.rs",
        "src/data/encoding.rs",
        "src/data/formats/compound.rs",
        "src/data/formats/json.rs",
        "src/data/formats/mod.rs",
        "src/data/formats/npy.rs",
        "src/data/formats/opendocument.rs",
        "src/data/formats/parquet.rs",
        "src/data/formats/ts.rs",
        "src/data/formats/tsf.rs",
        "src/data/formats/ucr.rs",
        "src/data/formats/workbook.rs",
        "src/data/classes.rs",
        "src/data/frame.rs",
        "src/data/frame/columns.rs",
        "src/data/frame/test_source.rs",
        "src/data/gaps.rs",
        "src/data/frequencies.rs",
        "src/data/generate.rs",
        "src/data/join.rs",
        "src/data/keyed.rs",
        "src/data/mended.rs",
        "src/data/psl.rs",
        "src/data/stacked.rs",
        "src/data/prepare/apply.rs",
        "src/data/prepare/bins.rs",
        "src/data/prepare/check.rs",
        "src/data/prepare/encode.rs",
        "src/data/prepare/fit.rs",
        "src/data/prepare/function.rs",
        "src/data/prepare/mod.rs",
        "src/data/prepare/season.rs",
        "src/data/problem.rs",
        "src/data/regroup.rs",
        "src/data/rows.rs",
        "src/data/separable.rs",
        "src/data/sequences.rs",
        "src/data/source.rs",
        "src/data/stop.rs",
        "src/data/table.rs",
        "src/data/tokens.rs",
        "src/data/typed.rs",
        "src/data/around.rs",
        "src/data/header.rs",
        "src/data/marks.rs",
        "src/data/unpack.rs",
        "src/data/wide.rs",
        "src/data/windows.rs",
        "src/diagnose/explosion.rs",
        "src/experiment/contenders.rs",
        "src/experiment/document.rs",
        "src/experiment/document/overlay.rs",
        "src/experiment/document/words.rs",
        "src/experiment/ranges.rs",
        "src/experiment/sweep.rs",
        "src/experiment/validate.rs",
        "src/export/burnpack.rs",
        "src/export/model.rs",
        "src/export/onnx/columns.rs",
        "src/export/onnx/run.rs",
        "src/export/runs.rs",
        "src/model/file.rs",
        "src/record/folder.rs",
        "src/record/past.rs",
        "src/train/apply.rs",
        "src/train/checkpoint.rs",
        "src/train/resume.rs",
        "src/train/session.rs",
        "src/train/session/landscape.rs",
        "src/train/session/state.rs",
        "src/train/worker.rs",
    ];

    /// What only looks like a sentence.
    const OTHERS: &[&str] = &[
        "last updated",
        "a task is a word",
        "a person's whole number is small",
        "ranges end far below 2^53",
        "an array",
        "plain data",
        "unnamed: 0",
        "not a number",
        // Their forms stand there once for one and once for many, or in parts that are put together.
        "{} missing value{} of \"{}\" {} filled on the line between neighbours, within each part",
        "the file leaves out {} of {} times; row{} without values {} for them",
        ", and at the first time step they were {} times as large as at the last",
        "Gradients grew on their way back through time and nothing clipped them: the recurrent weights' spectral radius is {}, above 1{}. {}",
        // Names of classes are data.
        "{} and more",
        // What a panic or the command line says.
        "the column is there",
        "not in order",
        "series stand on one another",
        "\"{}\" is taken for text because of ",
        "also one",
        "its size",
        " at line",
        "serde passes by reference",
        "a choice serialises to a table",
        "`--set` takes KEY=VALUE, such as optimizer.kind=sgd",
        "`--set` takes KEY=VALUE with a dotted key, such as data.window.lookback=24",
        "{} is no TOML value ({}); write it as in an experiment file",
        // Once for one column and once for several.
        "lacks the column{} {}, which the model reads (there are: {}); add or rename",
        "has the column{} {}, which the model's own data did not have (they had: {}); leave out or rename",
        "a row a {} and a column a year are read as one series",
        "a row a year and a column a {} are read as one series",
    ];

    /// The string literals of a file without its tests, values as holes.
    fn literals(code: &str) -> Vec<String> {
        let code = code
            .split("#[cfg(test)]\nmod tests")
            .next()
            .unwrap_or_default();
        let mut found = Vec::new();
        for line in code.lines() {
            let line = line.trim_start();
            if line.starts_with("//") || line.contains("reason = ") || line.contains("expect(") {
                continue;
            }
            let line = line.replace("'\"'", "").replace("\\'", "");
            let mut letters = line.chars();
            while letters.by_ref().any(|letter| letter == '"') {
                let mut text = String::new();
                let mut hole = false;
                while let Some(letter) = letters.next() {
                    match letter {
                        '"' => break,
                        '\\' => text.extend(letters.next()),
                        '{' => {
                            hole = true;
                            text.push_str(HOLE);
                        }
                        '}' => hole = false,
                        other if !hole => text.push(other),
                        _ => {}
                    }
                }
                found.push(text);
            }
        }
        found
    }

    #[test]
    fn every_sentence_of_these_files_has_its_form() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let (mut count, mut missing) = (0, Vec::new());
        for file in COVERED {
            let code = std::fs::read_to_string(root.join(file)).expect("the file");
            for text in literals(&code) {
                let words = text.split_whitespace().filter(|word| {
                    word.len() > 1 && word.chars().all(|letter| letter.is_ascii_lowercase())
                });
                if words.count() < 2 || OTHERS.contains(&text.as_str()) {
                    continue;
                }
                count += 1;
                let known = forms().any(|(english, _)| english.trim() == text.trim());
                if !known {
                    missing.push(format!("{file}: {text:?}"));
                }
            }
        }
        assert!(missing.is_empty(), "no translation: {missing:#?}");
        assert!(count > 350, "{count}");
    }

    #[test]
    fn each_form_has_as_many_values_in_both_languages() {
        for (english, chinese) in forms() {
            let count = |text: &str| text.matches(HOLE).count();
            assert_eq!(count(english), count(chinese), "{english}");
        }
    }

    #[test]
    fn what_is_refused_is_said_in_chinese() {
        let no_latin_sentence = |said: &str| !said.contains(" is ") && !said.contains(" the ");
        for toml in [
            "[model]\nhidden = 0",
            "[data]\nsource = \"builtin:nothing\"",
            "[optimizer]\nkind = \"sgd\"\nnesterov = true",
            "[training]\nbatch_size = true",
            "[data.split]\ntrain = 0.9\nvalidation = 0.9",
        ] {
            let errors = Experiment::from_toml(toml).expect_err("it is refused");
            for error in errors {
                let said = chinese(&error.message).expect("a known form");
                assert!(no_latin_sentence(&said), "{said}");
            }
        }
    }

    #[test]
    fn places_and_values_stay() {
        let error = DataError::file(
            "a.csv",
            "\"abc\" is no number; correct it, or leave the field empty where the value is missing",
        )
        .at_line(3)
        .in_column("sales");
        assert_eq!(
            chinese(&error.to_string()).as_deref(),
            Some("a.csv，第 3 行，“sales”列：“abc”不是数；请改正，缺失时把该处留空")
        );
        let missing = source::load("/no/such/file.csv", &Experiment::default().data.generate, 7);
        let said = missing.expect_err("no file").to_string();
        assert!(
            chinese(&said).is_some_and(|said| said.contains("没有这个文件")),
            "{said}"
        );
        let like = inspect(
            &source::load("builtin:airline", &Experiment::default().data.generate, 7)
                .expect("data"),
        );
        for said in like.sentences() {
            assert!(chinese(&said).is_some(), "{said}");
        }
        assert_eq!(chinese("something else altogether"), None);
        // What stands inside another sentence is said too, with the file in front.
        assert_eq!(
            chinese("m.safetensors: its preparation cannot be: its preparation step 2 has a season of 0 rows")
                .as_deref(),
            Some("m.safetensors：其预处理不成立：其预处理第 2 步的季节为 0 行")
        );
        assert_eq!(
            chinese("m.safetensors: is cut off: by its header it has 99 bytes, and it has 30")
                .as_deref(),
            Some("m.safetensors：不完整：按文件头应有 99 字节，实有 30 字节")
        );
    }
}
