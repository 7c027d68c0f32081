//! Nothing of the future reaches the past: what stands at or behind the end of the training part changes nothing
//! that was fitted, and no row before it, for every kind of step, every fill, and joined files.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use optimizer_explorer::{
    data::{self, Dataset, Part, Table},
    experiment::{Choice, Data, Output, Prepare, Task},
};
use proptest::prelude::*;
use std::fmt::Write as _;
use std::{collections::BTreeSet, fs};

const ROWS: usize = 240;

/// Steps that a table of dates, two columns of numbers and one of texts is prepared by, one after another.
const STEPS: [&str; 52] = [
    "step = 'fill'\nmethod = 'forward'\nflag = true",
    "step = 'fill'\nmethod = 'forward'\nmax_gap = 2",
    "step = 'fill'\nmethod = 'backward'",
    "step = 'fill'\nmethod = 'linear'",
    "step = 'fill'\nmethod = 'seasonal'",
    "step = 'fill'\nmethod = 'mean'",
    "step = 'fill'\nmethod = 'median'",
    "step = 'fill'\nmethod = 'random'",
    "step = 'fill'\nmethod = 'drop'",
    "step = 'outliers'",
    "step = 'outliers'\nmethod = 'iqr'\naction = 'flag'\nlimit = 0.5",
    "step = 'outliers'\nmethod = 'z-score'\naction = 'missing'\nlimit = 1.0",
    "step = 'outliers'\nmethod = 'hampel'\nlimit = 1.0",
    "step = 'smooth'",
    "step = 'smooth'\nmethod = 'exponential'",
    "step = 'smooth'\nmethod = 'median'",
    "step = 'smooth'\nmethod = 'savitzky-golay'\nwindow = 7",
    "step = 'smooth'\nmethod = 'convolution'",
    "step = 'difference'",
    "step = 'difference'\norder = 2",
    "step = 'difference'\nseason = 7",
    "step = 'difference'\nseason = 7\norder = 1",
    "step = 'transform'\nmethod = 'log'",
    "step = 'transform'\nmethod = 'log1p'",
    "step = 'transform'\nmethod = 'sqrt'",
    "step = 'transform'\nmethod = 'box-cox'",
    "step = 'transform'\nmethod = 'yeo-johnson'",
    "step = 'transform'\nmethod = 'quantile'",
    "step = 'decompose'\nperiod = 7",
    "step = 'decompose'\nmethod = 'mstl'\nperiod = 7\nkeep = 'components'",
    "step = 'decompose'\nmethod = 'moving-average'\nperiod = 7\nkeep = 'components'",
    "step = 'decompose'",
    "step = 'bin'",
    "step = 'bin'\nmethod = 'equal-frequency'\ncount = 5",
    "step = 'resample'\nevery = 'P3D'",
    "step = 'resample'\nevery = 'P7D'\naggregate = 'sum'",
    "step = 'resample'\nevery = 'P7D'\naggregate = 'last'",
    "step = 'resample'\nevery = 'P2D'\naggregate = 'max'",
    "step = 'resample'\nevery = 'P2D'\naggregate = 'min'",
    "step = 'lag'",
    "step = 'lag'\nlags = [3, 14]",
    "step = 'rolling'\nwindow = 5\nfunctions = ['mean', 'std', 'min', 'max']",
    "step = 'calendar'\nparts = ['weekday', 'day', 'month', 'year-day']",
    "step = 'encode'",
    "step = 'encode'\nmethod = 'ordinal'",
    "step = 'encode'\nmethod = 'embedding'",
    "step = 'select'\nkeep = 1",
    "step = 'select'\nmethod = 'mutual-information'\nkeep = 2",
    "step = 'select'\nmethod = 'variance'\nkeep = 1",
    "step = 'select'\nkeep = 0.3",
    "step = 'sort'",
    "step = 'sort'\non_duplicate = 'mean'",
];

/// What is done to the rows from one on.
#[derive(Debug, Clone, Copy)]
struct Change {
    from: usize,
    factor: f64,
    /// Every so many values are missing then; 0: none.
    missing: usize,
}

/// A file of dates, `y`, `z`, `n` and the texts `s`, with gaps where asked for.
fn file(noise: &[f64], gaps: bool, change: Option<Change>) -> String {
    let mut csv = String::from("when,y,z,n,s\n");
    for row in 0..ROWS {
        let changed = change.filter(|change| row >= change.from);
        let factor = changed.map_or(1.0, |change| change.factor);
        let absent = |column: usize| {
            gaps && (row * (column + 3)) % 17 < 3
                || changed
                    .is_some_and(|c| c.missing > 0 && (row + column).is_multiple_of(c.missing))
        };
        let day = jiff::civil::date(2020, 1, 1)
            .checked_add(jiff::Span::new().days(row as i64))
            .unwrap();
        write!(csv, "{day}").unwrap();
        let wave = 20.0 + 5.0 * (row as f64 * std::f64::consts::TAU / 7.0).sin() + row as f64 / 9.0;
        for (column, value) in [wave + noise[row], 3.0 + noise[ROWS - 1 - row], wave / 2.0]
            .into_iter()
            .enumerate()
        {
            csv.push(',');
            if !absent(column) {
                write!(csv, "{}", value * factor).unwrap();
            }
        }
        let text = match changed {
            Some(_) if row % 3 == 0 => "never seen",
            _ if gaps && row % 11 == 0 => "",
            _ => ["on", "off", "idle"][(noise[row] * 10.0) as usize % 3],
        };
        writeln!(csv, ",{text}").unwrap();
    }
    csv
}

fn load(csv: &str) -> Table {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("data.csv");
    fs::write(&path, csv).unwrap();
    data::load(path.to_str().unwrap(), &Data::default().generate, 7).unwrap()
}

/// Steps that make classes of `y`, after one that changes values and after one that fills.
const CLASSES: [(&str, &str); 4] = [
    ("step = 'bin'\ncount = 4", ""),
    ("step = 'bin'\ncount = 5\nmethod = 'equal-frequency'", ""),
    (
        "step = 'bin'\ncount = 4\nmethod = 'equal-frequency'",
        "step = 'difference'\nseason = 7",
    ),
    (
        "step = 'bin'\ncount = 4\nmethod = 'equal-frequency'",
        "step = 'fill'\nmethod = 'mean'",
    ),
];

fn settings(step: &str) -> Data {
    let prepare: Prepare = toml::from_str(step).unwrap();
    let mut features = vec!["z".to_owned(), "n".to_owned()];
    features.extend(step.contains("encode").then(|| "s".to_owned()));
    let mut settings = Data {
        targets: vec!["y".into()],
        features,
        prepare: vec![prepare],
        ..Data::default()
    };
    settings.window.lookback = Some(4);
    settings
}

/// That nothing fitted is different in `after`, and no row that is over before the day of row `from`; where fills
/// look ahead, no row of the parts before that row's.
fn compare(before: &Dataset, after: &Dataset, from: usize, looks_ahead: bool, what: &str) {
    assert_eq!(before.fitted, after.fitted, "{what}");
    assert_eq!(before.parts, after.parts, "{what}");
    let day = jiff::civil::date(2020, 1, 1)
        .checked_add(jiff::Span::new().days(from as i64))
        .unwrap()
        .to_string();
    // A resampled row stands at its first day: the last that does not begin later may hold the changed one.
    let begun = before.times.iter().filter(|time| **time <= *day).count();
    let mut end = begun - 1;
    if looks_ahead {
        let own = Part::ALL.iter().map(|&part| before.parts.of(part));
        end = own
            .into_iter()
            .find(|rows| rows.contains(&end))
            .unwrap()
            .start;
    }
    assert!(end >= before.parts.train.end, "{what}");
    let known = end * before.inputs();
    assert_eq!(before.values[..known], after.values[..known], "{what}");
    assert_eq!(before.raw_targets[..end].len(), end, "{what}");
    let classes = |dataset: &Dataset| {
        let of = dataset
            .classes
            .as_ref()
            .map_or(&[][..], |classes| &classes.of);
        let number = |class: &f64| (!class.is_nan()).then_some(*class as usize);
        of.iter().take(end).map(number).collect::<Vec<_>>()
    };
    assert_eq!(classes(before), classes(after), "{what}");
    assert_eq!(before.class_counts(), after.class_counts(), "{what}");
    // Whole windows that are over by then, answers included.
    let reach = before.lookback + before.horizon;
    let over: Vec<usize> = Part::ALL
        .iter()
        .flat_map(|&part| before.part_windows(part))
        .filter(|start| start + reach <= end)
        .collect();
    assert_eq!(before.batch(&over), after.batch(&over), "{what}");
}

#[test]
fn every_kind_of_step_is_tried() {
    let kind = |step: &str| toml::from_str::<Prepare>(step).unwrap().kind();
    let mut tried: BTreeSet<String> = STEPS.iter().map(|step| kind(step)).collect();
    // Below, and in tests/preparation.rs: series are cut between parts.
    tried.extend(["tokenize", "group", "lengths"].map(str::to_owned));
    let all: BTreeSet<String> = Prepare::all().iter().map(Choice::kind).collect();
    assert_eq!(tried, all);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn no_later_row_changes_what_was_fitted_or_an_earlier_row(
        noise in prop::collection::vec(0.1..4.0_f64, ROWS), at in 0..1000_usize,
        factor in 0.1..10.0_f64, missing in 0..4_usize,
    ) {
        for step in STEPS {
            let data = settings(step);
            let fills = step.contains("fill");
            // How many rows are dropped decides where parts end.
            let missing = if step.contains("drop") { 0 } else { [0, 2, 5, 9][missing] };
            let before = load(&file(&noise, fills, None));
            let before = Dataset::from_table(&before, &data, 7).unwrap_or_else(|error| panic!("{step}: {error}"));
            // The first row behind the training part, as the file counts them.
            let border = &before.times.get(before.parts.train.end).unwrap()[..10];
            let first = border.parse::<jiff::civil::Date>().unwrap()
                .since(jiff::civil::date(2020, 1, 1)).unwrap().get_days() as usize;
            let from = first + at % (ROWS - first);
            let after = load(&file(&noise, fills, Some(Change { from, factor, missing })));
            let after = Dataset::from_table(&after, &data, 7).unwrap_or_else(|error| panic!("{step}: {error}"));
            let looks_ahead = data.prepare[0].looks_ahead()
                // What a step leaves missing is filled on a line, within its part.
                || step.contains("'missing'") || step.contains("max_gap");
            compare(&before, &after, from, looks_ahead, step);
        }
    }

    /// Neither borders nor names of classes, nor how many there are of each, nor the class of an earlier row.
    #[test]
    fn no_later_row_changes_the_classes(
        noise in prop::collection::vec(0.1..4.0_f64, ROWS), at in 0..1000_usize, factor in 0.1..10.0_f64,
        missing in 0..4_usize, every_step in any::<bool>(), horizon in 1..4_usize,
    ) {
        for (step, before) in CLASSES {
            let mut data = settings(step);
            data.task = Task::Classify;
            data.window.horizon = horizon;
            data.window.output = if every_step { Output::EveryStep } else { Output::LastStep };
            if !before.is_empty() {
                data.prepare.insert(0, toml::from_str(before).unwrap());
            }
            let missing = [0, 2, 5, 9][missing];
            let gaps = before.contains("fill");
            let known = Dataset::from_table(&load(&file(&noise, gaps, None)), &data, 7).unwrap();
            prop_assert!(known.class_names().len() > 2);
            let first = known.parts.train.end + known.fitted.warm_up;
            let from = first + at % (ROWS - first);
            let change = Change { from, factor, missing };
            let changed = Dataset::from_table(&load(&file(&noise, gaps, Some(change))), &data, 7).unwrap();
            // Missing values that no step fills are filled on a line, within their part.
            compare(&known, &changed, from, missing > 0 && !gaps, step);
        }
    }

    #[test]
    fn no_later_row_of_a_joined_file_reaches_an_earlier_row(
        noise in prop::collection::vec(0.1..4.0_f64, ROWS), at in 0..1000_usize, factor in 0.1..10.0_f64,
    ) {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
        fs::write(path("a.csv"), file(&noise, false, None)).unwrap();
        for how in ["left", "inner", "outer"] {
            let mut data = settings("step = 'rolling'");
            data.source = path("a.csv");
            data.features = vec!["other".into()];
            data.join = vec![toml::from_str(&format!("source = '{}'\nhow = '{how}'", path("b.csv"))).unwrap()];
            let make = |change: Option<Change>| {
                let other = file(&noise, false, change).replace("when,y,z,n,s", "when,other,z2,n2,s2");
                fs::write(path("b.csv"), other).unwrap();
                Dataset::new(&data, 7).unwrap()
            };
            let before = make(None);
            let first = before.parts.train.end;
            let from = first + at % (ROWS - first);
            let after = make(Some(Change { from, factor, missing: 0 }));
            compare(&before, &after, from, false, how);
            prop_assert!(before.values != after.values || (factor - 1.0).abs() < 1e-6);
        }
    }

    /// Texts are learned from those of the training part alone.
    #[test]
    fn no_later_text_reaches_the_vocabulary(words in prop::collection::vec(0..40_usize, 600), seed in 0..100_u64) {
        let csv = |known: &dyn Fn(usize) -> bool| {
            let mut csv = String::from("review,verdict\n");
            for (row, words) in words.chunks(10).enumerate() {
                let texts: Vec<String> = words.iter()
                    .map(|word| if known(row) { format!("w{word}") } else { format!("new{word}") })
                    .collect();
                writeln!(csv, "{},{}", texts.join(" "), ["good", "bad"][row % 2]).unwrap();
            }
            csv
        };
        let data: Data = toml::from_str(
            "task = 'classify'\ntargets = ['verdict']\n[[prepare]]\nstep = 'tokenize'\ncolumn = 'review'\n\
            [[prepare]]\nstep = 'encode'\nmethod = 'embedding'\n",
        ).unwrap();
        let before = Dataset::from_table(&load(&csv(&|_| true)), &data, seed).unwrap();
        let trained = &before.series[..before.series.iter().filter(|s| s.end <= before.parts.train.end).count()];
        let numbers = &before.sequences.as_ref().unwrap().numbers;
        let own: BTreeSet<usize> = numbers[..trained.len()].iter().copied().collect();
        let after = Dataset::from_table(&load(&csv(&|row| own.contains(&row))), &data, seed).unwrap();
        prop_assert_eq!(&before.fitted, &after.fitted);
        let known = before.parts.train.end * before.inputs();
        prop_assert_eq!(&before.values[..known], &after.values[..known]);
        prop_assert_ne!(&before.values, &after.values);
    }
}
