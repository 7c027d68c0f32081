use super::*;
use crate::experiment::{Choice, Clipping, Experiment, Loss, Optimizer, Prepare, Schedule};
use std::collections::BTreeSet;

/// Every Chinese letter that stands in the sources of the window.
pub(in crate::app) fn chinese_letters() -> BTreeSet<char> {
    fn walk(folder: &std::path::Path, letters: &mut BTreeSet<char>) {
        for entry in std::fs::read_dir(folder).expect("the sources are there") {
            let path = entry.expect("it is listed").path();
            if path.is_dir() {
                walk(&path, letters);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let source = std::fs::read_to_string(&path).expect("it is text");
                letters.extend(source.chars().filter(|letter| *letter >= '\u{2E80}'));
            }
        }
    }
    let mut letters = BTreeSet::new();
    let sources = concat!(env!("CARGO_MANIFEST_DIR"), "/src/app");
    walk(std::path::Path::new(sources), &mut letters);
    letters
}

fn is_chinese(text: &str) -> bool {
    text.chars().any(|c| ('\u{4E00}'..='\u{9FFE}').contains(&c))
}

/// Names and signs that are written alike in both languages.
fn alike(text: Text) -> bool {
    let english = text.in_language(Language::English);
    let words = |text: &str| text.split_whitespace().count();
    text.in_language(Language::Chinese) == english && words(english) <= 3
}

#[track_caller]
pub(super) fn check(name: &str, text: Text) {
    let chinese = text.in_language(Language::Chinese);
    assert!(is_chinese(chinese) || alike(text), "{name}: {chinese:?}");
}

#[test]
fn times_are_as_short_as_they_are_clear() {
    assert_eq!(super::short_time("19580329"), "1958-03-29");
    assert_eq!(super::short_time("1949-01-01T00:00:00Z"), "1949-01-01");
    assert_eq!(super::short_time("2000-01-01T06:30"), "2000-01-01T06:30");
    assert_eq!(super::short_time("1959Q1"), "1959Q1");
}

#[test]
fn the_parts_of_a_split_are_said_as_they_were_cut() {
    let shares = [0.7, 0.15, 0.15];
    let said = "Training 70 %, validation 15 %, test 15 %";
    assert_eq!(split(shares, None, false), said);
    let counts = Some([1400, 300, 300]);
    assert_eq!(
        split(shares, counts, false),
        format!(
            "{said}: {}, 300 and 300 rows",
            crate::app::format::count(1400)
        )
    );
    let counts = Some([70, 15, 15]);
    assert_eq!(
        split(shares, counts, true),
        format!("{said}: 70, 15 and 15 sequences")
    );
}

#[test]
fn no_fixed_text_lacks_its_translation() {
    let lists = [
        words::ALL,
        commands::ALL,
        flow::ALL,
        race::ALL,
        rate_test::ALL,
        landscape::ALL,
        inside::ALL,
        explosion::ALL,
        export::ALL,
    ];
    for (name, text) in lists.into_iter().flatten() {
        check(name, *text);
    }
    for text in RACE_COLUMNS.into_iter().flatten() {
        check("a column", text);
    }
}

/// Checks every key below `path`.
fn keys(path: &str, table: &toml::Table) {
    for (key, value) in table {
        let key = format!("{path}.{key}");
        match value {
            toml::Value::Table(inner) => keys(&key, inner),
            _ => check(&key, field(&key).help),
        }
    }
}

#[test]
fn no_setting_kind_or_formula_lacks_its_translation() {
    fn kinds<C: Choice>(table: &str) {
        for choice in C::all() {
            let word = choice.kind();
            let help = kind_help(table, &word);
            assert!(
                is_chinese(help.in_language(Language::Chinese)),
                "{table} {word}"
            );
            let formula = formula(table, &word);
            let both = [Language::English, Language::Chinese].map(|l| formula.in_language(l));
            assert_eq!(both[0].is_empty(), both[1].is_empty(), "{table} {word}");
            let keys = toml::Table::try_from(&choice).expect("a choice is a table");
            for key in keys.keys() {
                let field = field(&format!("{table}.{key}"));
                check(key, field.unit);
                if key != C::TAG {
                    assert!(
                        is_chinese(field.help.in_language(Language::Chinese)),
                        "{key}"
                    );
                }
            }
        }
    }
    kinds::<Loss>("loss");
    kinds::<Optimizer>("optimizer");
    kinds::<Schedule>("schedule");
    kinds::<Clipping>("clipping");
    for step in Prepare::all() {
        assert!(is_chinese(
            kind_help("prepare", &step.kind()).in_language(Language::Chinese)
        ));
    }
    // Every key of an experiment that the setup shows.
    let all = toml::Table::try_from(Experiment::default()).expect("an experiment is a table");
    for table in ["data", "model", "training"] {
        keys(table, all[table].as_table().expect("it is a table"));
    }
}

#[test]
fn sentences_are_said_in_the_language_of_the_thread() {
    set_language(Language::Chinese);
    let chinese = [
        pace(Pace::Full),
        error_count(2),
        goes_on(3),
        kept_steps("Adam"),
        kind("global-norm"),
        field("data.window.lookback").label,
        frame_cost(Some(1.0), 2),
    ];
    set_language(Language::English);
    for sentence in chinese {
        assert!(is_chinese(&sentence), "{sentence}");
    }
    assert_eq!(pace(Pace::Full), "Full speed");
}

#[test]
fn no_scenario_lacks_its_translation() {
    for scenario in crate::scenarios::ALL {
        let (title, lesson) = scenarios::chinese(scenario.name).expect(scenario.name);
        assert!(is_chinese(title) && is_chinese(lesson), "{}", scenario.name);
    }
}
