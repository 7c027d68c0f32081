//! Settings in view of the data: what does not fit, a test source, new data under a model's own
//! preparation.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use optimizer_explorer::{
    data::{self, DataError, Dataset, Table},
    experiment::{self, Fill, FillMethod, Generate, Prepare},
};
use std::fs;

fn settings(source: &str) -> experiment::Data {
    experiment::Data {
        source: source.to_owned(),
        ..experiment::Data::default()
    }
}

/// Loads `text` as a file.
fn read(text: impl AsRef<[u8]>) -> Result<Table, DataError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("series.csv");
    fs::write(&path, text).unwrap();
    data::load(path.to_str().unwrap(), &Generate::default(), 7)
}

/// What is said of settings that do not fit the table in `text`.
fn objection(text: &str, change: impl FnOnce(&mut experiment::Data)) -> String {
    let mut settings = experiment::Data::default();
    change(&mut settings);
    let error = Dataset::from_table(&read(text).unwrap(), &settings, 7)
        .unwrap_err()
        .to_string();
    error[error
        .find("series.csv")
        .filter(|_| !error.starts_with('`'))
        .unwrap_or(0)..]
        .to_owned()
}

#[test]
fn settings_that_do_not_fit_the_data_name_their_key() {
    let rows: Vec<String> = (0..30)
        .map(|i| format!("2{i:03}-01-01,{},{},w,5", i * i % 7, i % 5))
        .collect();
    let rows = rows.join("\n");
    let text = format!("t,a,b,word,same\n{rows}");
    let says = |change: &dyn Fn(&mut experiment::Data), expected: &str| {
        let said = objection(&text, |settings| change(settings));
        assert!(said.starts_with(expected), "{said}\nis not\n{expected}");
    };
    says(
        &|s| s.targets = vec!["x".into()],
        "`data.targets.0`: there is no column \"x\"",
    );
    says(
        &|s| s.targets = vec!["a".into(), "word".into()],
        "`data.targets.1`: \"word\" holds words, and a target is a column of numbers; write a number for each word",
    );
    says(
        &|s| s.features = vec!["b".into(), "y".into()],
        "`data.features.1`: there is no column \"y\"",
    );
    says(
        &|s| s.features = vec!["a".into()],
        "`data.features.0`: \"a\" is an input already",
    );
    says(
        &|s| s.time = "no".into(),
        "`data.time`: there is no column \"no\"",
    );
    says(
        &|s| s.targets = vec!["same".into()],
        "series.csv, column \"same\": never changes",
    );
    says(
        &|s| s.window.lookback = Some(21),
        "`data.window.lookback`: a lookback of 21 and a horizon of 1 need 22 rows, and the training part has 21 in a row; at most 20 fits",
    );
    says(
        &|s| s.window.horizon = 21,
        "`data.window.horizon`: a horizon of 21 needs at least 22 rows",
    );
    says(
        &|s| s.split.train = 0.01,
        "`data.split.train`: 0.01 of 30 rows is none",
    );
    says(
        &|s| {
            s.prepare = vec![Prepare::Fill(Fill {
                columns: vec!["b".into()],
                ..Fill::default()
            })];
        },
        "`data.prepare.0.columns.0`: \"b\" is neither a target nor a feature",
    );
    says(
        &|s| s.test_source = "/no/such.csv".into(),
        "/no/such.csv: there is no such file",
    );
    let fits = |change: &dyn Fn(&mut experiment::Data)| {
        let mut settings = experiment::Data::default();
        change(&mut settings);
        Dataset::from_table(&read(&text).unwrap(), &settings, 7).unwrap()
    };
    assert_eq!(fits(&|s| s.window.lookback = Some(20)).train_windows(), [0]);
    assert_eq!(fits(&|s| s.split.train = 1.0).parts.test.len(), 0);
}

#[test]
fn text_and_gaps_in_targets_are_refused_where_they_stand() {
    let said = objection("a\n1\n2\nx\n4\n5\n", |_| ());
    assert!(
        said.starts_with("series.csv, line 4, column \"a\": \"x\" is no number"),
        "{said}"
    );
    let said = objection("a,b\nx,1\ny,2\nz,3\n", |s| s.targets = vec!["a".into()]);
    assert!(said.starts_with("`data.targets.0`"), "{said}");
    let said = objection("word\nhello\nworld\n", |_| ());
    assert!(
        said.starts_with("series.csv: no column holds numbers"),
        "{said}"
    );
    let said = objection("a,b\n1,NA\n2,NA\n3,NA\n", |s| s.targets = vec!["b".into()]);
    assert!(
        said.starts_with("series.csv, column \"b\": has no values"),
        "{said}"
    );
    let late = format!("a\n{}{}", "NA\n".repeat(8), "1\n2\n3\n4\n");
    let said = objection(
        &format!("t,{}", late.replace('\n', "\nq,").trim_end_matches("q,")),
        |_| (),
    );
    assert!(said.contains("no value in the training part"), "{said}");
    let mut huge = experiment::Data::default();
    huge.scale.method = experiment::ScaleMethod::None;
    let table = read("a\n1\n2\n1e200\n4\n5\n6\n7\n8\n").unwrap();
    assert!(
        Dataset::from_table(&table, &huge, 7)
            .unwrap_err()
            .to_string()
            .contains("single precision")
    );
}

#[test]
fn a_test_source_is_the_test_part() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, from: i32, rows: i32| {
        let rows: Vec<String> = (from..from + rows)
            .map(|t| format!("{},{}", 1900 + t, t * t % 11))
            .collect();
        let text = rows.join("\n");
        let path = folder.path().join(name);
        fs::write(&path, format!("year,x\n{text}")).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let main = write("x_TRAIN.csv", 0, 60);
    write("x_TEST.csv", 60, 20);
    let elsewhere = write("y.csv", 300, 20);
    let found = Dataset::new(&settings(&main), 7).unwrap();
    assert_eq!(
        (
            found.parts.train.clone(),
            found.parts.validation.clone(),
            found.parts.test.clone()
        ),
        (0..42, 42..60, 60..80)
    );
    assert_eq!(
        found.series.len(),
        1,
        "the years go on, so windows may reach back"
    );
    assert_eq!(found.time_after_end(1), "1980");
    assert!(
        found
            .notes
            .iter()
            .any(|note| note.contains("x_TEST.csv is the test part"))
    );

    let named = experiment::Data {
        test_source: elsewhere.clone(),
        ..settings(&main)
    };
    let apart = Dataset::new(&named, 7).unwrap();
    assert_eq!(apart.series, [0..60, 60..80]);
    assert_eq!(apart.part_windows(data::Part::Test).first(), Some(&60));
    let other = folder.path().join("z.csv");
    fs::write(&other, "year,z\n1,2\n2,3\n").unwrap();
    let wrong = experiment::Data {
        test_source: other.to_str().unwrap().to_owned(),
        ..settings(&main)
    };
    let said = Dataset::new(&wrong, 7).unwrap_err().to_string();
    assert!(
        said.starts_with("`data.test_source`:") && said.contains("lacks the column x"),
        "{said}"
    );
}

#[test]
fn new_data_are_treated_as_the_models_own() {
    let text = |from: i32, rows: i32| -> String {
        let rows: Vec<String> = (from..from + rows)
            .map(|t| {
                format!(
                    "{},{},{}",
                    1900 + t,
                    t % 4,
                    if t % 9 == 5 {
                        String::new()
                    } else {
                        (t * t % 11).to_string()
                    }
                )
            })
            .collect();
        format!("year,other,x\n{}", rows.join("\n"))
    };
    let fill = |method, flag| {
        Prepare::Fill(Fill {
            method,
            flag,
            ..Fill::default()
        })
    };
    for method in FillMethod::ALL {
        let flag = method != FillMethod::Drop;
        let settings = experiment::Data {
            targets: vec!["x".into()],
            features: vec!["other".into()],
            prepare: vec![fill(method, flag)],
            ..experiment::Data::default()
        };
        let own = Dataset::from_table(&read(text(0, 60)).unwrap(), &settings, 7).unwrap();
        let names: &[&str] = if flag {
            &["x", "other", "x_missing", "other_missing"]
        } else {
            &["x", "other"]
        };
        assert_eq!(own.input_names, names);
        let kept: experiment::Data = settings.clone();
        let fitted = serde_json::from_str(&serde_json::to_string(&own.fitted).unwrap()).unwrap();
        assert_eq!(own.fitted, fitted, "fitted values survive the model file");

        let new = Dataset::with_fitted(&read(text(60, 30)).unwrap(), &kept, &fitted).unwrap();
        assert_eq!(
            (new.input_names.as_slice(), new.lookback),
            (own.input_names.as_slice(), own.lookback)
        );
        assert_eq!(new.parts.test, 0..new.rows());
        assert!(new.parts.train.is_empty() && new.part_windows(data::Part::Train).is_empty());
        let observed = (0..new.rows())
            .find(|&row| !new.raw_targets[row].is_nan())
            .unwrap();
        let back = new.unscale(0, f64::from(new.values[observed * new.inputs()]));
        assert!((back - new.raw_targets[observed]).abs() < 1e-5);
        assert_eq!(new.windows_beyond(), [new.rows() - new.lookback]);
        assert_eq!(
            new.forecasts_from(new.windows_beyond()[0]),
            [(new.rows(), 1)]
        );
        assert_eq!(
            new.batch(&new.windows_beyond()).inputs.len(),
            new.lookback * new.inputs()
        );

        let said = Dataset::with_fitted(&read("year,y\n1990,1\n1991,2\n").unwrap(), &kept, &fitted);
        assert!(
            said.unwrap_err()
                .to_string()
                .contains("lacks the columns x, other")
        );
        let said = Dataset::with_fitted(&read(text(60, 5)).unwrap(), &kept, &fitted);
        assert!(
            said.unwrap_err()
                .to_string()
                .contains("the model looks back over")
        );
    }
}

#[test]
fn files_are_joined_by_their_times_or_by_a_column() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: String| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_string_lossy().into_owned()
    };
    let sales = (0..26).map(|k| format!("2020-01-{:02},{},{}\n", 1 + k, k % 7, k % 3));
    let sales = write(
        "sales.csv",
        format!("day,sold,shop\n{}", sales.collect::<String>()),
    );
    // The same days written otherwise, every second one, and a column of the same name.
    let weather = (0..13).map(|k| format!("{}.1.2020;{};1\n", 1 + 2 * k, 100 + k));
    let weather = write(
        "weather.csv",
        format!("date;warmth;sold\n{}", weather.collect::<String>()),
    );
    let shops = write("shops.csv", "shop,size\n0,10\n1,20\n2,30\n3,0\n".into());
    let experiment = |join: &str| {
        let text = format!(
            "data.source = {sales:?}\ndata.targets = ['sold']\ndata.features = ['size', 'warmth', 'sold_']\ndata.window.lookback = 3\ndata.scale.method = 'none'\n[[data.join]]\nsource = {weather:?}\n{join}[[data.join]]\nsource = {shops:?}\non = 'shop'\n"
        );
        experiment::Experiment::from_toml(&text).map_err(|errors| errors[0].to_string())
    };
    let left = Dataset::new(&experiment("").unwrap().data, 7).unwrap();
    assert_eq!(left.input_names, ["sold", "size", "warmth", "sold_"]);
    assert_eq!(left.rows(), 26);
    assert_eq!(left.values[..4], [0.0, 10.0, 100.0, 1.0]);
    assert_eq!(left.values[8..12], [2.0, 30.0, 101.0, 1.0]);
    let inner = Dataset::new(&experiment("how = 'inner'\n").unwrap().data, 7).unwrap();
    assert_eq!(inner.rows(), 13);
    assert_eq!(inner.values[4..8], [2.0, 30.0, 101.0, 1.0]);
    let error = experiment("how = 'cross'\n").unwrap_err();
    assert!(
        error.contains("`data.join.0.how`") && error.contains("left, inner, outer"),
        "{error}"
    );
    let error = Dataset::new(&experiment("on = 'shop'\n").unwrap().data, 7)
        .unwrap_err()
        .to_string();
    assert!(error.starts_with("`data.join.0.on`"), "{error}");
}

#[test]
fn weights_of_targets_are_one_each() {
    let refused = |text: &str| experiment::Experiment::from_toml(text).unwrap_err()[0].to_string();
    assert!(refused("data.target_weights = [1, 2]").contains("2 weights for 1 targets"));
    assert!(
        refused("data.targets = ['a', 'b']\ndata.target_weights = [0, 0]")
            .contains("all weights are 0")
    );
    assert!(
        refused("data.targets = ['a']\ndata.target_weights = [-1]").contains("-1 is not between")
    );
    let text = "data.targets = ['a', 'b']\ndata.target_weights = [1, 0.5]";
    let experiment = experiment::Experiment::from_toml(text).unwrap();
    assert_eq!(experiment.data.target_weights, [1.0, 0.5]);
}
