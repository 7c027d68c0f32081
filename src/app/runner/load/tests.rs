//! What is shown of data, with settings that fit them and with others.

use super::*;
use crate::app::series::Trace;
use jiff::ToSpan as _;
use std::fmt::Write;

#[test]
fn season_and_character_are_those_of_the_target() {
    let last = LastTable::default();
    let notes = |targets: &str| {
        let text = format!("[data]\nsource = \"builtin:macrodata\"\n{targets}");
        let experiment = Experiment::from_toml(&text).expect("a good experiment");
        let loaded = load(&experiment, &last, &|_| {});
        let series = loaded.series.expect("a series");
        let character = |note: &&String| note.starts_with("trend strength");
        series
            .notes
            .iter()
            .find(character)
            .cloned()
            .expect("a character")
    };
    let (first, inflation) = (notes(""), notes("targets = [\"infl\"]\n"));
    assert_ne!(first, inflation);
    assert_eq!(notes("targets = [\"realgdp\"]\n"), first);
}

#[test]
fn large_data_are_seen_before_all_of_them_is_known_and_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let sights = |rows: usize, times: usize, when: &dyn Fn(usize) -> String| {
        let path = folder.path().join("long.csv");
        let mut text = String::from("when,level\n");
        for row in 0..rows {
            writeln!(text, "{},{}", when(row), row % 97).expect("text takes more");
        }
        std::fs::write(&path, text).expect("a file");
        let source = format!("[data]\nsource = {:?}\n", path.display().to_string());
        let experiment = Experiment::from_toml(&source).expect("a good experiment");
        let (last, seen) = (LastTable::default(), Mutex::new(Vec::new()));
        let mut whole = None;
        for _ in 0..times {
            let see = |series| seen.lock().expect("no panic").push(series);
            let loaded = load(&experiment, &last, &see);
            assert_eq!(loaded.problems, []);
            whole = loaded.series;
        }
        (
            seen.into_inner().expect("no panic"),
            whole.expect("a series"),
        )
    };
    let day = |row: usize| {
        let first = jiff::civil::date(1700, 1, 1);
        first.saturating_add((row as i64).days()).to_string()
    };
    let second = |row: usize| (1_500_000_000 + row).to_string();
    // What is held is known at once.
    for (rows, when) in [
        (SEEN_FIRST_ROWS, &second as &dyn Fn(usize) -> String),
        // So large that it is gone through block by block.
        (8 * SEEN_FIRST_ROWS, &second),
        (8 * SEEN_FIRST_ROWS, &day),
    ] {
        let (seen, whole) = sights(rows, 2, when);
        let [first] = &seen[..] else {
            panic!("{} first sights", seen.len());
        };
        assert_eq!(first.targets, ["level"]);
        assert_eq!(first.targets, whole.targets);
        assert!(first.summary.is_empty() && !whole.summary.is_empty());
        assert_eq!((first.rows, &first.truth), (whole.rows, &whole.truth));
    }
    let (seen, _) = sights(1000, 1, &day);
    assert!(seen.is_empty(), "small data are there at once");
}

/// What comes of settings in a file, whose `{}` is the path of a file that holds `text`.
fn loaded(settings: &str, text: &str) -> Loaded {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("data.ts");
    std::fs::write(&path, text).expect("a file");
    let settings = settings.replace("{}", &path.display().to_string());
    let experiment = Experiment::from_toml(&settings).expect("a good experiment");
    load(&experiment, &LastTable::default(), &|_| {})
}

#[test]
fn what_comes_before_a_step_that_does_not_apply_is_shown() {
    let steps = "[data]\nsource = \"builtin:airline\"\n\
        [[data.prepare]]\nstep = \"fill\"\n\
        [[data.prepare]]\nstep = \"difference\"\n\
        [[data.prepare]]\nstep = \"transform\"\nmethod = \"log\"\n\
        [[data.prepare]]\nstep = \"smooth\"\n";
    let loaded = loaded(steps, "");
    let [problem] = &loaded.problems[..] else {
        panic!("{:?}", loaded.problems);
    };
    assert_eq!(problem.key, "data.prepare.2.method");
    let series = loaded.series.expect("a series");
    let drawn: Vec<usize> = series.stages.iter().map(|stage| stage.step).collect();
    assert_eq!(drawn, [0, 1]);
    assert!(series.parts().is_some() && series.borders.len() == 2);
    // Of windows nothing is known.
    assert_eq!((series.lookback, series.training_windows), (0, None));
}

#[test]
fn a_window_that_is_too_long_leaves_the_steps_and_the_parts() {
    let settings = "[data]\nsource = \"builtin:airline\"\n\
        [data.window]\nlookback = 5000\n\
        [[data.prepare]]\nstep = \"transform\"\nmethod = \"log\"\n";
    let loaded = loaded(settings, "");
    assert!(loaded.problems[0].key.starts_with("data.window"));
    let series = loaded.series.expect("a series");
    assert_eq!(series.stages.len(), 1);
    assert!(series.parts().is_some());
    assert_eq!(series.lookback, 0);
}

/// Six sequences of two classes.
const CLASSES: &str = "@problemName few\n@univariate true\n@equalLength false\n@classLabel true a b\n@data\n\
    1,2,3:a\n2,3,4,5:a\n3,4,5:a\n5,4,3:b\n5,4,3,2:b\n9,8,7:b\n";

#[test]
fn a_collection_stays_one_whatever_setting_is_wrong() {
    for (settings, key) in [
        ("task = \"forecast\"", "data.task"),
        (
            "task = \"classify\"\n[[data.prepare]]\nstep = \"difference\"",
            "data.prepare.0",
        ),
        (
            "task = \"classify\"\n[data.split]\ntrain = 0.01",
            "data.split.train",
        ),
        ("task = \"classify\"\ntargets = [\"x\"]", "data.targets.0"),
    ] {
        let settings = format!("[data]\nsource = \"{{}}\"\n{settings}\n");
        let loaded = loaded(&settings, CLASSES);
        let keys: Vec<&str> = (loaded.problems.iter())
            .map(|problem| problem.key.as_str())
            .collect();
        assert_eq!(keys, [key]);
        let series = loaded.series.expect("it is shown");
        let goes_on = |trace: &Trace| !trace.column.values().is_empty();
        assert!(!series.truth.iter().any(goes_on), "{key}");
        let samples = series.samples.as_ref().expect(key);
        assert_eq!(samples.classes, ["a", "b"]);
        assert!(!samples.windows && samples.examples.len() == 6);
        let collection = series.collection.as_ref().expect(key);
        assert_eq!(collection.classes, [("a".into(), 3), ("b".into(), 3)]);
        assert_eq!(collection.lengths, [3, 4]);
        assert_eq!(series.labelled, 2);
    }
}

#[test]
fn what_was_read_and_what_preparation_left_are_told_apart() {
    let settings = "[data]\nsource = \"builtin:airline\"\n\
        [[data.prepare]]\nstep = \"resample\"\nevery = \"P3M\"\n";
    let quarters = loaded(settings, "").series.expect("a series");
    assert!(
        quarters.summary.starts_with("As read: 144 rows"),
        "{}",
        quarters.summary
    );
    assert!(
        quarters.prepared.contains("48 rows, quarterly"),
        "{}",
        quarters.prepared
    );
    assert_eq!((quarters.overview.rows, quarters.rows), (144, 48));
    // The parts begin in the same month, whatever row that is.
    let own = quarters.train.end as f32 / 48.0;
    assert!((quarters.borders[0] - own).abs() < 1e-6);
    let [stage] = &quarters.stages[..] else {
        panic!("{:?}", quarters.stages);
    };
    assert_eq!(stage.extents.map(|extent| extent.rows), [144, 48]);
    assert!(stage.before.range() != stage.after.range() && stage.after.range().is_some());
    // Nothing is told twice where nothing is different.
    let months = loaded("[data]\nsource = \"builtin:airline\"\n", "");
    assert_eq!(months.series.expect("a series").prepared, "");
    // Rows that differences use up are missing at the beginning alone.
    let settings = "[data]\nsource = \"builtin:airline\"\n\
        [[data.prepare]]\nstep = \"difference\"\nseason = 12\n";
    let changes = loaded(settings, "").series.expect("a series");
    let border = (changes.train.end + 12) as f32 / 144.0;
    assert!((changes.borders[0] - border).abs() < 1e-6);
}

#[test]
fn columns_that_tell_the_time_are_named_and_not_offered() {
    let macrodata = |more: &str| {
        let settings = format!("[data]\nsource = \"builtin:macrodata\"\n{more}");
        loaded(&settings, "")
    };
    let series = macrodata("").series.expect("a series");
    assert_eq!(series.time.as_deref(), Some("year+quarter"));
    let offered = |name: &str| series.numeric_columns.iter().any(|own| own == name);
    assert!(!offered("year") && !offered("quarter") && offered("infl"));
    assert!(series.text_columns.is_empty());
    // One that is asked for as a target is no time then.
    let series = macrodata("targets = [\"quarter\"]")
        .series
        .expect("a series");
    assert!(series.numeric_columns.contains(&"quarter".into()));
}

#[test]
fn a_time_that_takes_the_only_numbers_is_wrong_itself() {
    let settings = "[data]\nsource = \"builtin:airline\"\ntime = \"Passengers\"\n";
    let loaded = loaded(settings, "");
    assert_eq!(loaded.problems[0].key, "data.time", "{:?}", loaded.problems);
}

#[test]
fn outliers_stand_at_the_rows_that_are_left() {
    let text = |row: usize| match row {
        40 => "900".to_owned(),
        row => (row % 7).to_string(),
    };
    let rows: Vec<String> = (0..200).map(text).collect();
    let csv = format!("v\n{}\n", rows.join("\n"));
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("far.csv");
    std::fs::write(&path, csv).expect("a file");
    for (steps, at) in [
        ("", 40),
        ("[[data.prepare]]\nstep = \"difference\"\nseason = 7\n", 33),
        (
            "[[data.prepare]]\nstep = \"lengths\"\nto = 180\nlong = \"truncate-start\"\n",
            20,
        ),
    ] {
        let settings = format!("[data]\nsource = {:?}\n{steps}", path.display().to_string());
        let experiment = Experiment::from_toml(&settings).expect("a good experiment");
        let series = load(&experiment, &LastTable::default(), &|_| {}).series;
        let series = series.expect("a series");
        assert_eq!(series.outliers, [[(at, 900.0)]], "{steps}");
        assert_eq!(series.overview.outliers, [(40, 900.0)]);
    }
}
