//! Preparation steps: what they do, that it is undone, and that nothing of the future reaches the past.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use optimizer_explorer::{
    data::{Column, Dataset, Format, Part, Table, prepare::function::Function},
    experiment::{
        Choice, Data, Experiment, Output, Prepare, Window,
        choices::prepare::{
            Difference, OutlierAction, OutlierMethod, Outliers, Smooth, SmoothMethod, Transform,
            TransformMethod,
        },
    },
};
use proptest::prelude::*;

fn table(values: Vec<f64>) -> Table {
    Table {
        source: "made".into(),
        format: Format::Csv,
        delimiter: None,
        series: vec![0..values.len()],
        columns: vec![Column::of_numbers("x", values)],
        time: None,
        notes: Vec::new(),
        answers: None,
    }
}

fn settings(prepare: Vec<Prepare>, horizon: usize, output: Output) -> Data {
    Data {
        prepare,
        window: Window {
            lookback: Some(4),
            horizon,
            stride: 1,
            output,
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
            texts: (0..rows).map(|k| words[k % 4].to_owned()).collect(),
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
    for row in 50..60 {
        table.columns[3].texts[row] = "never seen".into();
    }
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
    for (text, expected) in [
        (
            "[[data.prepare]]\nstep = 'encode'\nmethod = 'embedding'",
            "input weights are one",
        ),
        ("[[data.prepare]]\nstep = 'tokenize'", "not cut into tokens"),
        ("[[data.prepare]]\nstep = 'group'", "name the column"),
    ] {
        let error = Experiment::from_toml(text).unwrap_err()[0].to_string();
        assert!(error.contains(expected), "{error}");
    }
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
    for (row, text) in table.columns[3].texts.iter_mut().enumerate() {
        *text = format!("shop {}", row % 9);
    }
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
