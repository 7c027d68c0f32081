//! Preparation steps: what they do, that it is undone, and that nothing of the future reaches the past.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use common::table;
use optimizer_explorer::{
    data::{Column, Dataset, Part, Table, prepare::function::Function},
    experiment::{
        Choice, Data, Experiment, Output, Prepare, Window,
        choices::prepare::{
            Difference, OutlierAction, OutlierMethod, Outliers, Smooth, SmoothMethod, Transform,
            TransformMethod,
        },
    },
};
use proptest::prelude::*;

fn settings(prepare: Vec<Prepare>, horizon: usize, output: Output) -> Data {
    Data {
        prepare,
        window: Window {
            lookback: Some(4),
            horizon,
            stride: 1,
            output,
            roll: None,
        },
        ..Data::default()
    }
}

/// Every step that works on a column of numbers above 0, under a variety of keys.
fn steps() -> Vec<Prepare> {
    let from = |text: &str| -> Prepare { toml::from_str(text).unwrap() };
    let mut steps: Vec<Prepare> = Prepare::all()
        .into_iter()
        .filter(|step| !step.changes_rows() && step.kind() != "calendar")
        .collect();
    for text in [
        "step = 'outliers'\nmethod = 'iqr'\naction = 'missing'",
        "step = 'outliers'\nmethod = 'z-score'\naction = 'flag'\nlimit = 1.0",
        "step = 'outliers'\nmethod = 'hampel'\nlimit = 1.0",
        "step = 'smooth'\nmethod = 'exponential'",
        "step = 'smooth'\nmethod = 'median'",
        "step = 'smooth'\nmethod = 'savitzky-golay'\nwindow = 7",
        "step = 'smooth'\nmethod = 'convolution'",
        "step = 'difference'\nseason = 3",
        "step = 'difference'\nseason = 3\norder = 1",
        "step = 'difference'\norder = 2",
        "step = 'transform'\nmethod = 'log1p'",
        "step = 'transform'\nmethod = 'sqrt'",
        "step = 'transform'\nmethod = 'box-cox'",
        "step = 'transform'\nmethod = 'yeo-johnson'",
        "step = 'transform'\nmethod = 'quantile'",
        "step = 'bin'\nmethod = 'equal-frequency'\ncount = 4",
        "step = 'fill'\nmethod = 'forward'\nflag = true",
        "step = 'fill'\nmethod = 'mean'",
        "step = 'decompose'\nperiod = 5",
        "step = 'decompose'\nperiod = 4\nkeep = 'components'",
        "step = 'decompose'\nperiod = 6\nmethod = 'moving-average'",
        "step = 'decompose'\nperiod = 3\nmethod = 'mstl'",
    ] {
        steps.push(from(text));
    }
    steps
}

fn positive() -> impl Strategy<Value = Vec<f64>> {
    prop::collection::vec(0.5..1e3, 60..90)
}

/// Steps that can be undone.
fn undone() -> impl Strategy<Value = Vec<Prepare>> {
    let difference = |order, season| {
        Prepare::Difference(Difference {
            order,
            season,
            ..Difference::default()
        })
    };
    let one = prop_oneof![
        prop::sample::select(&TransformMethod::ALL[..]).prop_map(|method| Prepare::Transform(
            Transform {
                method,
                ..Transform::default()
            }
        )),
        Just(difference(Some(1), 0)),
        Just(difference(Some(2), 0)),
        Just(difference(None, 5)),
        Just(difference(Some(1), 4)),
        Just(toml::from_str("step = 'decompose'\nperiod = 5").unwrap()),
        Just(toml::from_str("step = 'decompose'\nmethod = 'moving-average'\nperiod = 4").unwrap()),
    ];
    prop_oneof![
        one.clone().prop_map(|step| vec![step]),
        // Changes may be negative: only these functions take them.
        (
            one,
            Just(Prepare::Transform(Transform {
                method: TransformMethod::YeoJohnson,
                ..Transform::default()
            }))
        )
            .prop_map(|(first, then)| vec![first, then]),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_was_prepared_is_given_back(values in positive(), steps in undone(), horizon in 1..4_usize) {
        let dataset = Dataset::from_table(&table(values.clone()), &settings(steps, horizon, Output::LastStep), 7);
        // Functions may flatten differences to nothing; that is said, not undone.
        let Ok(dataset) = dataset else { return Ok(()) };
        let inputs = dataset.inputs();
        for part in Part::ALL {
            for start in dataset.part_windows(part) {
                let origin = start + dataset.lookback - 1;
                let mut path: Vec<(usize, f64)> = (1..=horizon)
                    .map(|ahead| (ahead, f64::from(dataset.values[(origin + ahead) * inputs])))
                    .collect();
                dataset.restore(0, origin, &mut path);
                for (ahead, value) in path {
                    let actual = dataset.raw_targets[origin + ahead];
                    let size = values.iter().fold(0.0_f64, |size, x| size.max(x.abs()));
                    prop_assert!((value - actual).abs() <= 2e-3 * size, "{value} for {actual} at {ahead}");
                }
            }
        }
    }

    #[test]
    fn functions_are_undone(values in prop::collection::vec(0.01..1e4_f64, 5..60), x in 0.01..1e4_f64) {
        for method in TransformMethod::ALL {
            let function = Function::fit(method, &values);
            if let Some(y) = function.apply(x) {
                let back = function.undo(y);
                // A steep exponent leaves few digits.
                prop_assert!((back - x).abs() <= 1e-3 * x.max(1.0), "{function:?}: {back} for {x}");
            }
        }
    }

    #[test]
    fn no_later_value_changes_an_earlier_feature(values in positive(), at in 0..1000_usize, factor in 0.1..10.0_f64) {
        for step in steps() {
            let data = settings(vec![step.clone()], 1, Output::EveryStep);
            let Ok(before) = Dataset::from_table(&table(values.clone()), &data, 7) else { continue };
            let warm = before.fitted.warm_up;
            // From a row at or behind the end of the training part on.
            let first = before.parts.train.end + warm;
            let row = first + at % (values.len() - first);
            let mut later = values.clone();
            for value in &mut later[row..] {
                *value *= factor;
            }
            let after = Dataset::from_table(&table(later), &data, 7).unwrap();
            prop_assert_eq!(&before.fitted, &after.fitted, "{:?}", step);
            let inputs = before.inputs();
            let end = if step.looks_ahead() {
                // Within its own part alone.
                Part::ALL.iter().map(|&part| before.parts.of(part)).find(|rows| rows.contains(&(row - warm))).unwrap().start
            } else {
                row - warm
            };
            prop_assert_eq!(&before.values[..end * inputs], &after.values[..end * inputs], "{:?}", step);
        }
    }
}

#[test]
fn what_a_step_learned_is_read_back_from_a_model_as_it_was() {
    let varied: Vec<f64> = (0..60).map(|k| f64::from(k % 7) * 1.1 + 0.3).collect();
    for values in [varied, vec![3.0; 60]] {
        for step in steps() {
            let data = settings(vec![step.clone()], 1, Output::EveryStep);
            let Ok(dataset) = Dataset::from_table(&table(values.clone()), &data, 7) else {
                continue;
            };
            let text = serde_json::to_string(&dataset.fitted).unwrap();
            let back = serde_json::from_str(&text);
            assert_eq!(dataset.fitted, back.expect(&text), "{step:?}");
        }
    }
}

#[test]
fn steps_follow_their_definitions() {
    let prepared = |prepare: Prepare, values: &[f64]| {
        let data = Data {
            scale: optimizer_explorer::experiment::Scale {
                method: optimizer_explorer::experiment::ScaleMethod::None,
            },
            ..settings(vec![prepare], 1, Output::EveryStep)
        };
        Dataset::from_table(&table(values.to_vec()), &data, 7).unwrap()
    };
    let values: Vec<f64> = (1..=40).map(|k| f64::from(k * k)).collect();
    let column = |dataset: &Dataset, k: usize| -> Vec<f32> {
        dataset
            .values
            .iter()
            .skip(k)
            .step_by(dataset.inputs())
            .copied()
            .collect()
    };
    let difference = prepared(Prepare::Difference(Difference::default()), &values);
    assert_eq!(column(&difference, 0)[..3], [3.0, 5.0, 7.0]);
    assert_eq!((difference.rows(), difference.raw_targets[0]), (39, 4.0));
    let mean = prepared(
        Prepare::Smooth(Smooth {
            window: 3,
            ..Smooth::default()
        }),
        &values,
    );
    assert_eq!(column(&mean, 0)[..4], [1.0, 2.5, 14.0 / 3.0, 29.0 / 3.0]);
    // A parabola is its own Savitzky-Golay average.
    let parabola = prepared(
        Prepare::Smooth(Smooth {
            window: 9,
            method: SmoothMethod::SavitzkyGolay,
            ..Smooth::default()
        }),
        &values,
    );
    assert!(
        column(&parabola, 0)
            .iter()
            .zip(&values)
            .all(|(a, b)| (f64::from(*a) - b).abs() < 1e-3)
    );
    let lag: Prepare = toml::from_str("step = 'lag'\nlags = [2]").unwrap();
    let lag = prepared(lag, &values);
    assert_eq!(lag.input_names, ["x", "x_lag_2"]);
    assert_eq!(column(&lag, 1)[..5], [1.0, 1.0, 1.0, 4.0, 9.0]);
    let rolling: Prepare =
        toml::from_str("step = 'rolling'\nwindow = 2\nfunctions = ['mean', 'max', 'std']").unwrap();
    let rolling = prepared(rolling, &values);
    assert_eq!(rolling.input_names, ["x", "x_mean_2", "x_max_2", "x_std_2"]);
    assert_eq!(rolling.values[4..8], [4.0, 2.5, 4.0, 1.5]);
    let mut spiked: Vec<f64> = (0..40).map(|k| f64::from(k % 5)).collect();
    spiked[10] = 100.0;
    let clipped = prepared(
        Prepare::Outliers(Outliers {
            method: OutlierMethod::Iqr,
            limit: 1.5,
            action: OutlierAction::Clip,
            ..Outliers::default()
        }),
        &spiked,
    );
    assert_eq!(column(&clipped, 0)[10], 6.0);
    assert_eq!(
        clipped.raw_targets[10], 100.0,
        "what is forecast is compared with what was"
    );
}

#[test]
fn a_step_that_cannot_apply_says_so_at_that_step() {
    let refused = |text: &str, values: Vec<f64>, horizon: usize| {
        let prepare: Prepare = toml::from_str(text).unwrap();
        let data = settings(vec![prepare], horizon, Output::EveryStep);
        Dataset::from_table(&table(values), &data, 7)
            .unwrap_err()
            .to_string()
    };
    let values: Vec<f64> = (-5..50).map(f64::from).collect();
    for (text, horizon, expected) in [
        (
            "step = 'transform'",
            1,
            "`data.prepare.0.method`: the logarithm needs values above 0, and \"x\" is -5 at 0",
        ),
        (
            "step = 'difference'\nseason = 100",
            1,
            "`data.prepare.0.season`: the changes reach back over 100 rows",
        ),
        (
            "step = 'calendar'",
            1,
            "`data.prepare.0.parts`: the rows have no times",
        ),
        (
            "step = 'resample'",
            1,
            "`data.prepare.0.step`: resampling needs a time column",
        ),
        (
            "step = 'lag'\ncolumns = ['y']",
            1,
            "`data.prepare.0.columns.0`: \"y\" is neither",
        ),
        (
            "step = 'difference'",
            3,
            "`data.window.output`: \"every-step\" forecasts the row 3 ahead alone",
        ),
    ] {
        let error = refused(text, values.clone(), horizon);
        assert!(error.starts_with(expected), "{error}");
    }
    for (text, expected) in [
        (
            "[[data.prepare]]\nstep = 'smooth'\nmethod = 'linear'",
            "there is no \"linear\"; use one of moving-average",
        ),
        (
            "[[data.prepare]]\nstep = 'bin'\ncount = 1",
            "`data.prepare.0.count`: 1 is not between 2",
        ),
        (
            "[[data.prepare]]\nstep = 'lag'\nlags = [0]",
            "`data.prepare.0.lags.0`: 0 is not between 1",
        ),
        (
            "[[data.prepare]]\nstep = 'calendar'\nparts = 'month'",
            "is not an array",
        ),
        (
            "[[data.prepare]]\nstep = 'fill'\norder = 1",
            "`data.prepare.0.order`: \"fill\" has no such key; there are",
        ),
    ] {
        let error = Experiment::from_toml(text).unwrap_err()[0].to_string();
        assert!(error.contains(expected), "{error}");
    }
    let text = "[[data.prepare]]\nstep = 'difference'\nseason = 12\n[[data.prepare]]\nstep = 'rolling'\nfunctions = ['max']\n";
    let experiment = Experiment::from_toml(text).unwrap();
    assert_eq!(
        Experiment::from_toml(&experiment.to_toml()).unwrap(),
        experiment
    );
    let Prepare::Difference(difference) = &experiment.data.prepare[0] else {
        panic!()
    };
    assert_eq!(difference.times(), 0);
}

/// A table of a target, two features and a text.
fn mixed(rows: usize) -> Table {
    let words = ["on", "off", "", "idle"];
    let of = |name: &str, value: fn(usize) -> f64| {
        Column::of_numbers(name, (0..rows).map(value).collect())
    };
    let mut made = table(Vec::new());
    made.series = vec![0..rows];
    made.columns = vec![
        of("x", |k| ((k * 7) % 11) as f64),
        of("before", |k| (((k + 1) * 7) % 11) as f64),
        of("noise", |k| ((k * k * 31) % 17) as f64),
        Column {
            name: "state".into(),
            kind: optimizer_explorer::data::ColumnKind::Category,
            numbers: Vec::new(),
            texts: (0..rows).map(|k| words[k % 4]).collect(),
            stray: None,
        },
    ];
    made
}

fn with(table: &Table, prepare: &[&str], features: &[&str]) -> Result<Dataset, String> {
    let steps = prepare.iter().map(|text| toml::from_str(text).unwrap());
    let data = Data {
        features: features.iter().map(|name| (*name).to_owned()).collect(),
        scale: optimizer_explorer::experiment::Scale {
            method: optimizer_explorer::experiment::ScaleMethod::None,
        },
        ..settings(steps.collect(), 1, Output::EveryStep)
    };
    let dataset = Dataset::from_table(table, &data, 7).map_err(|error| error.to_string())?;
    // A model's file says enough to do the same again.
    let text = serde_json::to_string(&dataset.fitted).unwrap();
    let fitted = serde_json::from_str(&text).unwrap();
    let again = Dataset::with_fitted(table, &data, &fitted).map_err(|error| error.to_string())?;
    assert_eq!(again.values, dataset.values);
    assert_eq!(again.input_names, dataset.input_names);
    Ok(dataset)
}

#[test]
fn texts_become_numbers_by_those_of_the_training_part() {
    let mut table = mixed(60);
    let known = table.columns[3].texts.clone();
    let unseen = std::iter::repeat_n("never seen", 10);
    table.columns[3].texts = known.iter().take(50).chain(unseen).collect();
    let one_hot = with(&table, &["step = 'encode'\ncolumns = ['state']"], &[]).unwrap();
    assert_eq!(
        one_hot.input_names,
        ["x", "state_idle", "state_off", "state_on"]
    );
    let row = |dataset: &Dataset, row: usize| {
        dataset.values[row * dataset.inputs()..][1..dataset.inputs()].to_vec()
    };
    assert_eq!(row(&one_hot, 0), [0.0, 0.0, 1.0]);
    assert_eq!(row(&one_hot, 1), [0.0, 1.0, 0.0]);
    assert_eq!(row(&one_hot, 2), [0.0; 3], "missing");
    assert_eq!(row(&one_hot, 55), [0.0; 3], "not in the training part");
    let ordinal = with(&table, &["step = 'encode'\nmethod = 'ordinal'"], &["state"]).unwrap();
    assert_eq!(ordinal.input_names, ["x", "state"]);
    assert_eq!(
        [0, 1, 2, 3, 55].map(|k| row(&ordinal, k)[0]),
        [2.0, 1.0, -1.0, 0.0, -1.0]
    );
    // Whatever comes later, what was learned and what stands before is the same.
    let before = with(&mixed(60), &["step = 'encode'\ncolumns = ['state']"], &[]).unwrap();
    assert_eq!(before.fitted, one_hot.fitted);
    assert_eq!(before.values[..50 * 4], one_hot.values[..50 * 4]);
    let error = with(&table, &[], &["state"]).unwrap_err();
    assert!(error.contains("an \"encode\" step"), "{error}");
    let error = with(
        &table,
        &["step = 'smooth'\ncolumns = ['state']", "step = 'encode'"],
        &["state"],
    )
    .unwrap_err();
    assert!(
        error.starts_with("`data.prepare.0.columns`: \"state\" holds text"),
        "{error}"
    );
    let error = with(
        &table,
        &["step = 'encode'\ncolumns = ['noise']"],
        &["noise"],
    )
    .unwrap_err();
    assert!(error.contains("holds numbers already"), "{error}");
    let error =
        Experiment::from_toml("[[data.prepare]]\nstep = 'group'").unwrap_err()[0].to_string();
    assert!(error.contains("name the column"), "{error}");
}

#[test]
fn inputs_that_say_nothing_are_left_out_and_later_steps_go_on() {
    for method in ["correlation", "mutual-information"] {
        let select = format!("step = 'select'\nkeep = 1\nmethod = '{method}'");
        // The feature is the target of one row later.
        let steps = [select.as_str(), "step = 'lag'\nlags = [1]"];
        let dataset = with(&mixed(80), &steps, &["noise", "before"]).unwrap();
        assert_eq!(
            dataset.input_names,
            ["x", "before", "x_lag_1", "before_lag_1"]
        );
        // Later rows change nothing of it.
        let mut later = mixed(80);
        for row in 60..80 {
            later.columns[2].numbers[row] = later.columns[0].numbers[(row + 1) % 80] * 5.0;
            later.columns[1].numbers[row] = 0.0;
        }
        let after = with(&later, &steps, &["noise", "before"]).unwrap();
        assert_eq!(after.fitted, dataset.fitted);
        assert_eq!(after.values[..60 * 4], dataset.values[..60 * 4]);
    }
}

#[test]
fn seasons_go_on_by_the_time_of_rows_and_add_up_again() {
    let airline =
        optimizer_explorer::data::load("builtin:airline", &Data::default().generate, 7).unwrap();
    let decompose = |keep: &str| format!("step = 'decompose'\nkeep = '{keep}'");
    let parts = with(&airline, &[&decompose("components")], &[]).unwrap();
    assert_eq!(
        parts.input_names,
        ["Passengers", "Passengers_seasonal", "Passengers_trend"]
    );
    // The same month has the same season, highest in summer.
    let season = |row: usize| parts.values[row * 3 + 1];
    assert_eq!(season(0), season(132));
    assert!((0..12).all(|month| season(month) <= season(6).max(season(7))));
    let rest = with(&airline, &[&decompose("residual")], &[]).unwrap();
    let mut path = vec![(1, f64::from(rest.values[100]))];
    rest.restore(0, 99, &mut path);
    assert!((path[0].1 - rest.raw_targets[100]).abs() < 1e-3);
    // A file that begins in another month has its seasons all the same.
    let text = include_str!("../assets/data/airline.csv");
    let tail: Vec<&str> = (text.lines().enumerate())
        .filter(|(k, _)| *k == 0 || *k > 8)
        .map(|(_, line)| line)
        .collect();
    let tail = tail.join("\n");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tail.csv");
    std::fs::write(&path, tail).unwrap();
    let tail = optimizer_explorer::data::load(path.to_str().unwrap(), &Data::default().generate, 7)
        .unwrap();
    let data = settings(
        vec![toml::from_str(&decompose("components")).unwrap()],
        1,
        Output::EveryStep,
    );
    let again = Dataset::with_fitted(&tail, &data, &parts.fitted).unwrap();
    assert_eq!(again.values[1], season(8));
    let error = with(&mixed(60), &["step = 'decompose'\nperiod = 30"], &[]).unwrap_err();
    assert!(
        error.starts_with(
            "`data.prepare.0.period`: a season of 30 rows is learned from at least 60"
        ),
        "{error}"
    );
}

#[test]
fn groups_are_series_of_their_own_and_series_get_a_length() {
    let mut table = mixed(90);
    table.columns[3].texts = (0..90).map(|row| format!("shop {}", row % 9)).collect();
    let dataset = with(&table, &["step = 'group'\nby = 'state'"], &[]).unwrap();
    assert_eq!(dataset.series.len(), 9);
    assert_eq!(dataset.values[..2], [0.0, ((9 * 7) % 11) as f32]);
    let cut = |long: &str| {
        let lengths = format!("step = 'lengths'\nto = 6\nlong = '{long}'");
        with(&table, &["step = 'group'\nby = 'state'", &lengths], &[]).unwrap()
    };
    assert_eq!(cut("truncate-end").values[..2], dataset.values[..2]);
    assert_eq!(cut("truncate-start").values[..2], dataset.values[4..6]);
    assert_eq!(cut("truncate-start").rows(), 54);
    let error = with(
        &table,
        &["step = 'lengths'\nto = 1000\nshort = 'drop'"],
        &[],
    )
    .unwrap_err();
    assert!(
        error.starts_with("`data.prepare.0.to`: no series has 1000 rows"),
        "{error}"
    );
    let error = with(&table, &["step = 'group'\nby = 'nothing'"], &[]).unwrap_err();
    assert!(error.contains("there is no column \"nothing\""), "{error}");
}

/// As Salinas et al. 2020 (DeepAR): by the mean distance from 0 of what is known before the first forecast, also in
/// series that nothing was learned from.
#[test]
fn each_series_is_divided_by_its_own_size_and_forecasts_are_given_it_back() {
    let mut table = mixed(120);
    let shop = |row: usize| row % 6;
    table.columns[3].texts = (0..120).map(|row| format!("shop {}", shop(row))).collect();
    let sizes = [1.0, -10.0, 1e3, 1e6, 0.01, 0.0];
    let numbers = &mut table.columns[0].numbers;
    for (row, value) in numbers.iter_mut().enumerate() {
        *value = (*value + 1.0) * sizes[shop(row)];
    }
    let group = "step = 'group'\nby = 'state'\nscale_each = true";
    for more in [&[][..], &["step = 'difference'"], &["step = 'smooth'"]] {
        let dataset = with(&table, &[&[group], more].concat(), &["before"]).unwrap();
        let warm = dataset.fitted.warm_up;
        assert_eq!(dataset.series.len(), 6);
        for (number, rows) in dataset.series.iter().enumerate() {
            let own: Vec<f64> = (0..20)
                .map(|k| table.columns[0].numbers[number + 6 * k])
                .collect();
            // Four rows of a window, behind those that a difference takes.
            let first = &own[..4 + warm];
            let mean = first.iter().map(|x| x.abs()).sum::<f64>() / first.len() as f64;
            let size = if mean > 0.0 { mean } else { 1.0 };
            if more.is_empty() {
                for (k, row) in rows.clone().enumerate() {
                    let value = f64::from(dataset.values[2 * row]);
                    assert!((value - own[k] / size).abs() < 1e-6, "{value}, {}", own[k]);
                }
                // Other columns have sizes of their own.
                assert!(rows.clone().any(|row| dataset.values[2 * row + 1] != 0.0));
            }
            if more == ["step = 'smooth'"] {
                continue; // What is smoothed is not to be had back.
            }
            for origin in rows.start + 4..rows.end - 1 {
                let next = f64::from(dataset.values[2 * (origin + 1)]);
                let mut path = [(1, next)];
                dataset.restore(0, origin, &mut path);
                let truth = own[origin + 1 - rows.start + warm];
                assert!(
                    (path[0].1 - truth).abs() <= 1e-5 * (1.0 + truth.abs() + size),
                    "{path:?}, {truth}"
                );
            }
        }
    }
    // As a file of an experiment says it.
    let read = Experiment::from_toml(&format!("[[data.prepare]]\n{group}")).unwrap();
    assert_eq!(read.data.prepare, [toml::from_str(group).unwrap()]);
    // What comes after a series' first window does not touch its size.
    let before = with(&table, &[group], &[]).unwrap();
    for row in (5 * 6)..120 {
        table.columns[0].numbers[row] *= 7.0;
    }
    let after = with(&table, &[group], &[]).unwrap();
    for rows in &before.series {
        let first = rows.start..rows.start + 5;
        assert_eq!(before.values[first.clone()], after.values[first]);
    }
    assert_ne!(before.values, after.values);
}

#[test]
fn a_learned_embedding_has_places_in_its_table_and_is_left_alone_by_later_steps() {
    let mut table = mixed(60);
    let known = table.columns[3].texts.clone();
    let unseen = std::iter::repeat_n("never seen", 10);
    table.columns[3].texts = known.iter().take(50).chain(unseen).collect();
    let steps = [
        "step = 'encode'\nmethod = 'embedding'\nsize = 3",
        "step = 'difference'",
        "step = 'lag'\nlags = [1]",
    ];
    let dataset = with(&table, &steps, &["state"]).unwrap();
    assert_eq!(dataset.input_names, ["x", "state", "x_lag_1"]);
    let places: Vec<f32> = (0..59).map(|row| dataset.values[row * 3 + 1]).collect();
    // idle 1, off 2, on 3, anything else 0; the first row went to the difference.
    assert_eq!(places[..4], [2.0, 0.0, 1.0, 3.0]);
    assert_eq!(places[54], 0.0);
    let embedded = dataset.embedded();
    assert_eq!(embedded.len(), 1);
    assert_eq!(
        (
            embedded[0].column,
            embedded[0].name.as_str(),
            embedded[0].rows,
            embedded[0].size
        ),
        (1, "state", 4, 3)
    );
    // Half as many numbers as texts, where nobody says.
    let usual = with(
        &mixed(60),
        &["step = 'encode'\nmethod = 'embedding'"],
        &["state"],
    )
    .unwrap();
    assert_eq!(usual.embedded()[0].size, 2);
    let error = with(
        &table,
        &[
            "step = 'encode'\nmethod = 'embedding'",
            "step = 'smooth'\ncolumns = ['state']",
        ],
        &["state"],
    )
    .unwrap_err();
    assert!(
        error.contains("places in a table that is learned"),
        "{error}"
    );
}

#[test]
fn a_step_that_is_switched_off_stays_and_does_nothing() {
    let on = with(&mixed(60), &["step = 'lag'\nlags = [2]"], &[]).unwrap();
    let off = with(&mixed(60), &["step = 'lag'\nlags = [2]\noff = true"], &[]).unwrap();
    let none = with(&mixed(60), &[], &[]).unwrap();
    assert_ne!(on.hash, off.hash);
    assert_eq!(off.hash, none.hash);
    for step in Prepare::all() {
        let mut step = step;
        assert!(!step.is_off());
        let text = toml::to_string(&step).unwrap();
        assert!(!text.contains("off ="), "{text}");
        step.set_off(true);
        let text = toml::to_string(&step).unwrap();
        let read = Experiment::from_toml(&format!("[[data.prepare]]\n{text}")).unwrap();
        assert_eq!(read.data.prepare, [step]);
        assert_eq!(read.data.steps().count(), 0);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Series are cut between parts: whatever stands in later series changes nothing of earlier ones.
    #[test]
    fn no_later_series_changes_an_earlier_one(
        rows in 90..150_usize, shops in 5..9_usize, to in 5..12_usize, short in 0..2_usize,
        more in prop::sample::select(vec!["step = 'smooth'", "step = 'transform'\nmethod = 'yeo-johnson'", "step = 'outliers'",
            "step = 'fill'\nmethod = 'mean'", "step = 'bin'", "step = 'lag'", "step = 'encode'\nmethod = 'embedding'"]),
        shift in 1.0..90.0_f64, scale_each in any::<bool>(),
    ) {
        let shop = |row: usize| row % shops;
        let mut table = mixed(rows);
        table.columns[3].texts = (0..rows).map(|row| format!("shop {}", shop(row))).collect();
        let lengths = format!("step = 'lengths'\nto = {to}\nshort = '{}'", ["pad", "drop"][short]);
        let group = format!("step = 'group'\nby = 'state'\nscale_each = {scale_each}");
        let steps = [&*group, &lengths, more];
        let features: &[&str] = if more.contains("encode") { &["state"] } else { &[] };
        let Ok(before) = with(&table, &steps, features) else { return Ok(()) };
        let trained = before.series.iter().filter(|series| series.end <= before.parts.train.end).count();
        prop_assert!(trained > 0);
        for row in 0..rows {
            if shop(row) >= trained {
                table.columns[0].numbers[row] = table.columns[0].numbers[row] * 3.0 + shift;
            }
        }
        let after = with(&table, &steps, features).unwrap();
        prop_assert_eq!(&before.fitted, &after.fitted);
        let known = before.parts.train.end * before.inputs();
        prop_assert_eq!(&before.values[..known], &after.values[..known]);
        prop_assert_ne!(&before.hash, &after.hash);
    }
}

#[test]
fn an_outer_join_keeps_the_rows_of_both_files_in_the_order_of_time() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    std::fs::write(
        path("a.csv"),
        "when,a\n2020-01,1\n2020-02,2\n2020-04,4\n2020-05,5\n2020-06,6\n",
    )
    .unwrap();
    std::fs::write(
        path("b.csv"),
        "day,b\n2020-03-01,30\n2020-04-01,40\n2020-07-01,70\n2020-08-01,80\n",
    )
    .unwrap();
    let joined = |how: &str, on: &str, files: [&str; 2]| {
        let join = format!(
            "[[join]]\nsource = '{}'\nhow = '{how}'\non = '{on}'",
            path(files[1])
        );
        let settings: Data = toml::from_str(&join).unwrap();
        let table = optimizer_explorer::data::load(&path(files[0]), &settings.generate, 7).unwrap();
        optimizer_explorer::data::join::all(table, &settings, 7).map_err(|error| error.to_string())
    };
    let table = joined("outer", "", ["a.csv", "b.csv"]).unwrap();
    let time = table.time.as_ref().unwrap();
    // March stands there as a row of its own already: a gap in the source's time.
    assert_eq!(
        time.texts.pick(&[0, 1, 2, 3]),
        ["2020-01", "2020-02", "2020-03", "2020-04"]
    );
    assert_eq!(
        (time.last.as_str(), time.frequency.as_deref()),
        ("2020-08", Some("P1M"))
    );
    let numbers = |name: &str| &table.columns[table.column(name).unwrap()].numbers;
    assert_eq!(numbers("a")[3], 4.0);
    assert!(numbers("a")[2].is_nan() && numbers("a")[7].is_nan());
    assert_eq!(numbers("b")[2..4], [30.0, 40.0]);
    assert_eq!(numbers("b")[6..8], [70.0, 80.0]);
    assert!(numbers("b")[0].is_nan() && numbers("b")[5].is_nan());
    // By a column: those of the source first.
    std::fs::write(path("c.csv"), "id,x\nred,1\ngreen,2\n").unwrap();
    std::fs::write(path("d.csv"), "id,y\ngreen,20\nblue,30\nblue,31\n").unwrap();
    let table = joined("outer", "id", ["c.csv", "d.csv"]).unwrap();
    assert_eq!(table.columns[0].texts, ["red", "green", "blue"]);
    assert_eq!(table.columns[2].numbers[1..], [20.0, 30.0]);
    assert!(table.columns[1].numbers[2].is_nan());
    let error = joined("outer", "nothing", ["c.csv", "d.csv"]).unwrap_err();
    assert!(error.contains("`data.join.0.on`"), "{error}");
}
