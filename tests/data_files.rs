//! Files: every form that loads, and what is said of those that do not.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use optimizer_explorer::{
    data::{self, ColumnKind, DataError, Dataset, Table, inspect},
    experiment::{self, Generate},
};
use std::{fs, path::Path};

fn load(source: &str) -> Result<Table, DataError> {
    data::load(source, &Generate::default(), 7)
}

fn asset(name: &str) -> String {
    format!("{}/assets/data/{name}.csv", env!("CARGO_MANIFEST_DIR"))
}

fn settings(source: &str) -> experiment::Data {
    experiment::Data {
        source: source.to_owned(),
        task: experiment::Task::of_source(source),
        ..experiment::Data::default()
    }
}

/// Loads `text` as a file and says what was understood.
fn read(text: impl AsRef<[u8]>) -> Result<Table, DataError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("series.csv");
    fs::write(&path, text).unwrap();
    load(path.to_str().unwrap())
}

/// What is said of a file that cannot be loaded, without its folder.
fn refusal(text: impl AsRef<[u8]>) -> String {
    let message = read(text).unwrap_err().to_string();
    assert!(!message.contains('\n'), "{message}");
    message[message.find("series.csv").unwrap()..].to_owned()
}

#[test]
fn every_file_is_understood_by_its_source_alone() {
    // target, rows, time column, frequency, first, last, season
    let expected = [
        (
            "airline",
            "Passengers",
            144,
            "Date",
            "P1M",
            "1949-01",
            "1960-12",
            Some(12),
        ),
        (
            "co2",
            "co2",
            2284,
            "date",
            "P7D",
            "19580329",
            "20011229",
            Some(52),
        ),
        (
            "macrodata",
            "realgdp",
            203,
            "year+quarter",
            "P3M",
            "1959Q1",
            "2009Q3",
            None,
        ),
        ("nile", "volume", 100, "year", "P1Y", "1871", "1970", None),
        (
            "pbs",
            "Scripts",
            204,
            "Month",
            "P1M",
            "1991 Jul",
            "2008 Jun",
            Some(12),
        ),
        (
            "seatbelts",
            "KSI",
            192,
            "column_1",
            "P1M",
            "1969-01-01",
            "1984-12-01",
            Some(12),
        ),
        (
            "sunspots",
            "SUNACTIVITY",
            309,
            "YEAR",
            "P1Y",
            "1700",
            "2008",
            Some(11),
        ),
    ];
    for (name, target, rows, time, frequency, first, last, season) in expected {
        let table = load(&asset(name)).unwrap();
        let seen = inspect(&table);
        assert_eq!(table.columns[table.default_target().unwrap()].name, target);
        assert_eq!((seen.rows, seen.series), (rows, 1), "{name}");
        let found = seen.time.clone().unwrap();
        assert_eq!(found.column, time);
        assert_eq!(found.frequency.as_deref(), Some(frequency), "{name}");
        assert_eq!((found.first.as_str(), found.last.as_str()), (first, last));
        assert_eq!(seen.seasonal_period, season, "{name}");
        assert!(seen.to_string().contains(target));

        let dataset = Dataset::new(&settings(&asset(name)), 7).unwrap();
        assert_eq!(dataset.target_names, [target]);
        assert_eq!(dataset.rows(), rows);
        assert_eq!(dataset.parts.train.end, rows * 7 / 10);
        assert_eq!(dataset.lookback, 50.min(rows * 7 / 10 / 3), "{name}");
        assert!(dataset.values.iter().all(|x| x.is_finite()));
        let source = format!("builtin:{name}");
        if experiment::validate::BUILTIN.contains(&name) {
            assert_eq!(
                Dataset::new(&settings(&source), 7).unwrap().hash,
                dataset.hash
            );
        } else {
            assert!(load(&source).is_err());
        }
    }
}

#[test]
fn the_training_part_alone_shows_the_season() {
    for (name, season) in [
        ("airline", Some(12)),
        ("co2", Some(52)),
        ("seatbelts", Some(12)),
        ("pbs", Some(12)),
        ("sunspots", Some(11)),
        ("nile", None),
        ("macrodata", None),
    ] {
        let dataset = Dataset::new(&settings(&asset(name)), 7).unwrap();
        assert_eq!(dataset.seasonal_period, season, "{name}");
    }
    for seed in 0..20 {
        let walk = load_generated("generate:random-walk", seed);
        assert_eq!(inspect(&walk).seasonal_period, None, "seed {seed}");
    }
    assert_eq!(
        inspect(&load_generated("generate:noisy-sine", 7)).seasonal_period,
        Some(25)
    );
}

fn load_generated(source: &str, seed: u64) -> Table {
    data::load(source, &Generate::default(), seed).unwrap()
}

#[test]
fn inspection_has_the_contracts_shape() {
    let json = serde_json::to_value(inspect(&load(&asset("co2")).unwrap())).unwrap();
    assert_eq!(
        json,
        serde_json::json!({
            "format": "csv", "delimiter": ",", "rows": 2284, "series": 1,
            "columns": [
                {"name": "date", "type": "time", "missing": 0, "outliers": 0},
                {"name": "co2", "type": "number", "missing": 59, "outliers": 0},
            ],
            "time": {"column": "date", "frequency": "P7D", "first": "19580329", "last": "20011229"},
            "seasonal_period": 52, "lengths": null, "classes": null,
        })
    );
    let uniform = serde_json::to_value(inspect(&load_generated("generate:uniform", 7))).unwrap();
    assert_eq!(
        uniform["lengths"],
        serde_json::json!({"min": 51, "max": 51})
    );
    assert_eq!(
        (&uniform["time"], &uniform["series"]),
        (&serde_json::Value::Null, &32.into())
    );
    let label = load(&asset("seatbelts")).unwrap();
    assert_eq!(label.columns[2].kind, ColumnKind::Label);
    let outlier = inspect(&read("x\n1\n2\n3\n4\n5\n100\n").unwrap());
    assert_eq!((outlier.columns[0].outliers, outlier.delimiter), (1, None));
}

#[test]
fn forms_of_text_give_the_same_numbers() {
    let plain = "t,a,b\n2020-01,1.5,10\n2020-02,,20\n2020-03,3.5,30\n2020-04,-4,25\n";
    let same = read(plain).unwrap();
    assert!(same.columns[1].numbers[1].is_nan());
    let swap = |delimiter: &str| plain.replace(',', delimiter);
    for (what, text) in [
        ("semicolons", swap(";")),
        ("tabs", swap("\t")),
        ("bars", swap("|")),
        ("blanks", swap("   ").replace("2020-02      20", " 2020-02  NA  20")),
        ("byte-order mark", format!("\u{feff}{plain}")),
        ("carriage returns", plain.replace('\n', "\r\n")),
        ("quotes", "\"t\",\"a\",\"b\"\n\"2020-01\",\"1.5\",10\n\"2020-02\",\"\",20\n2020-03,3.5,30\n2020-04,-4,25".to_owned()),
        ("blank lines and blanks", plain.replace(',', " , ").replace('\n', "\n\n")),
        ("decimal commas", swap(";").replace('.', ",")),
        ("null", plain.replace(",,", ",null,")),
        ("question mark", plain.replace(",,", ",?,")),
        ("not available", plain.replace(",,", ",N/A,")),
        ("nan", plain.replace(",,", ",NaN,")),
        ("dash", plain.replace(",,", ",-,")),
        ("trailing delimiter", plain.replace('\n', ",\n")),
    ] {
        let table = read(&text).unwrap_or_else(|error| panic!("{what}: {error}"));
        for (one, other) in same.columns.iter().zip(&table.columns) {
            assert_eq!((&one.name, &one.texts), (&other.name, &other.texts), "{what}");
            let bits = |numbers: &[f64]| numbers.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
            assert_eq!(bits(&one.numbers), bits(&other.numbers), "{what}");
        }
        assert_eq!(table.columns.len(), 3, "{what}");
        assert_eq!(table.time.as_ref().unwrap().frequency.as_deref(), Some("P1M"), "{what}");
    }
    let wide: Vec<u8> = std::iter::once(0xfeff_u16)
        .chain(plain.encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    assert_eq!(
        read(wide).unwrap().columns[2].numbers,
        same.columns[2].numbers
    );
    let latin = read(b"gr\xf6\xdfe\n1\n2\n").unwrap();
    assert_eq!(latin.columns[0].name, "größe");
}

#[test]
fn headers_are_told_from_rows() {
    let bare = read("1949-01,112\n1949-02,118\n1949-03,132\n").unwrap();
    assert_eq!(bare.rows(), 3);
    assert_eq!(bare.columns[1].name, "column_2");
    assert_eq!(bare.time.as_ref().unwrap().first, "1949-01");
    let values = read("3\n1\n2\n").unwrap();
    assert_eq!((values.rows(), values.time.is_none()), (3, true));
    let years = read("1700\n1701\n1702\n").unwrap();
    assert!(years.time.is_none(), "the only numbers are no time");
    let twice = read("x,x,x_2,\n1,2,3,4\n5,6,7,8\n").unwrap();
    let names: Vec<&str> = twice.columns.iter().map(|c| c.name.as_str()).collect();
    assert_eq!(names, ["x", "x_3", "x_2", "column_4"]);
    assert!(
        twice
            .notes
            .iter()
            .any(|note| note.contains("more than one column"))
    );
    let broken = read("\"a\nb\",\"c;\nd\"\n1,2\n3,4\n").unwrap();
    assert_eq!(broken.columns[0].name, "a b");
    let counted = read(",a\n0,5\n1,7\n2,6\n").unwrap();
    assert_eq!(counted.default_target().unwrap(), 1);
    let grouped = read("day,sold\n2020-01-01,\"1,234\"\n2020-01-02,\"12,345.5\"\n").unwrap();
    assert_eq!(grouped.columns[1].numbers, [1234.0, 12_345.5]);
}

/// What counts rows or never changes is predicted where there is nothing else.
#[test]
fn what_counts_rows_or_never_changes_is_not_the_default_target() {
    let text = |head: &str, first: i32, rows: i32| {
        (0..rows).fold(format!("{head}\n"), |text, row| {
            let value = row * row % 7;
            format!("{text}{},3,{value}\n", first + row)
        })
    };
    for (head, first, rows, target) in [
        ("Row ID,table,sold", 1, 5, 2),
        ("RECORD,battery,air", 4711, 5, 2),
        ("count,table,sold", 4711, 30, 2),
        // So few may be a ramp.
        ("ramp,table,sold", 0, 5, 0),
    ] {
        let table = read(text(head, first, rows)).unwrap();
        assert_eq!(table.default_target().unwrap(), target, "{head}");
    }
    let table = read(text("count,table,", 0, 30).replace(",3,", ",3,x")).unwrap();
    assert_eq!(table.default_target().unwrap(), 0);
}

#[test]
fn a_row_without_values_is_missing_and_blanks_are_no_row() {
    let gap = read(",\nx,y\n1,2\n,\n   \n3,4\n,\n,\n").unwrap();
    assert_eq!(gap.rows(), 3);
    assert_eq!((gap.columns[0].missing(), gap.columns[1].missing()), (1, 1));
    let text = read("name,x\na,1\n,\nb,2\n").unwrap();
    assert_eq!(text.columns[0].texts, ["a", "", "b"]);
    assert!(refusal("x,y\n,\n,\n").contains("has a header and no rows"));
}

#[test]
fn times_are_detected_in_their_forms() {
    for (texts, frequency, next) in [
        (
            [
                "2020-01-01T00:00:00Z",
                "2020-01-01T01:00:00Z",
                "2020-01-01T02:00:00Z",
            ],
            "PT1H",
            "2020-01-01T03:00:00Z",
        ),
        (
            ["2020-01-01 00:00", "2020-01-01 00:15", "2020-01-01 00:30"],
            "PT15M",
            "2020-01-01 00:45",
        ),
        (["1974Q1", "1974Q2", "1974Q3"], "P3M", "1974Q4"),
        (["1970 Q2", "1970 Q3", "1970 Q4"], "P3M", "1971 Q1"),
        (["2019", "2020", "2021"], "P1Y", "2022"),
        (["202011", "202012", "202101"], "P1M", "202102"),
        (
            ["2020-01-03", "2020-01-10", "2020-01-17"],
            "P7D",
            "2020-01-24",
        ),
        (
            ["2020-03-27", "2020-03-30", "2020-03-31"],
            "P1D",
            "2020-04-01",
        ),
    ] {
        let rows: Vec<String> = texts
            .iter()
            .zip([3.0, 1.0, 2.0])
            .map(|(t, x)| format!("{t},{x}"))
            .collect();
        let table = read(format!("when,x\n{}\n", rows.join("\n"))).unwrap();
        let time = table.time.as_ref().unwrap_or_else(|| panic!("{texts:?}"));
        assert_eq!(time.frequency.as_deref(), Some(frequency), "{texts:?}");
        assert_eq!(time.after_end(1).as_deref(), Some(next), "{texts:?}");
    }
    let apart = read("date,time,x\n2020-01-01,00:00,1\n2020-01-01,12:00,2\n").unwrap();
    assert_eq!(
        apart.time.unwrap().after_end(2).as_deref(),
        Some("2020-01-02 12:00")
    );
}

#[test]
fn the_end_of_a_series_is_continued_as_written() {
    let next = |name: &str, steps| {
        Dataset::new(&settings(&asset(name)), 7)
            .unwrap()
            .time_after_end(steps)
    };
    assert_eq!(next("airline", 1), "1961-01");
    assert_eq!(next("airline", 14), "1962-02");
    assert_eq!(next("co2", 1), "20020105");
    assert_eq!(next("macrodata", 1), "2009Q4");
    assert_eq!(next("pbs", 1), "2008 Jul");
    assert_eq!(next("sunspots", 2), "2010");
    assert_eq!(
        Dataset::new(&settings("generate:ar"), 7)
            .unwrap()
            .time_after_end(1),
        "500"
    );
}

#[test]
fn bad_files_are_refused_in_one_line_that_says_where() {
    for (text, expected) in [
        ("", "series.csv: is empty"),
        ("  \n\n", "series.csv: is empty"),
        ("a,b\n", "series.csv: has a header and no rows"),
        ("a,b\n1,2\n", "series.csv: has one row"),
        ("1,2\n", "series.csv: has one row"),
        (
            "a\nNA\nNA\n",
            "series.csv: holds no values, all are missing",
        ),
        (
            "a,b\n1,2\n\n3,inf\n",
            "series.csv, line 4, column \"b\": inf is not a finite number",
        ),
        (
            "a,b\n1,2\n3,1e999\n",
            "series.csv, line 3, column \"b\": 1e999 is not a finite number",
        ),
        (
            "a,b\n1,2\n\n3,4,5\n6,7\n",
            "series.csv, line 4: has 3 fields where the rows before have 2",
        ),
        (
            "a,b\n1,2\n,\n\n3,inf\n",
            "series.csv, line 5, column \"b\": inf is not a finite number",
        ),
        ("a\0b\n1\n", "series.csv: is binary"),
        ("\x1f\u{8b}", "series.csv"),
        ("PK\x03\x04", "series.csv: is a zip archive and damaged"),
    ] {
        if text.starts_with('\x1f') {
            assert!(refusal([0x1f, 0x8b, 8, 0]).contains("gzip"));
        } else {
            assert!(
                refusal(text).starts_with(expected),
                "{} for {text:?}",
                refusal(text)
            );
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let said = |path: &Path| load(path.to_str().unwrap()).unwrap_err().to_string();
    assert!(said(folder.path()).ends_with("is a folder; give a file in it"));
    assert!(said(&folder.path().join("no.csv")).ends_with("there is no such file; check the path"));
    fs::write(folder.path().join("a.arff"), "@data\n1,2:a").unwrap();
    assert!(said(&folder.path().join("a.arff")).contains("save it as CSV"));
    assert!(refusal([0xff, 0xfe, 0, 0, b'x', 0, 0, 0]).contains("UTF-32"));
    let mut long = vec![b'1'; (64 << 20) + 1];
    long.splice(..0, *b"x\n1\n");
    assert!(refusal(long).starts_with("series.csv, line 3: is 67108865 bytes long"));
    let sparse = fs::File::create(folder.path().join("big.csv")).unwrap();
    sparse.set_len(3 << 30).unwrap();
    assert!(said(&folder.path().join("big.csv")).contains("larger than 2 GiB"));
    assert!(
        load("builtin:moon")
            .unwrap_err()
            .to_string()
            .starts_with("`data.source`: there is no built-in series")
    );
    assert!(
        load("generate:moon")
            .unwrap_err()
            .to_string()
            .starts_with("`data.source`: there is no generator")
    );
}

#[test]
fn generators_repeat_their_seed_and_keep_their_definition() {
    for name in Generate::NAMES {
        let source = format!("generate:{name}");
        let bits = |seed| -> Vec<u64> {
            load_generated(&source, seed).columns[0]
                .numbers
                .iter()
                .map(|x| x.to_bits())
                .collect()
        };
        assert_eq!(bits(7), bits(7), "{name}");
        // The cliff has nothing to draw: one start and one level.
        if name != "cliff" {
            assert_ne!(bits(7), bits(8), "{name}");
        }
        Dataset::new(&settings(&source), 7).unwrap();
    }
    let uniform = Dataset::new(&settings("generate:uniform"), 7).unwrap();
    assert_eq!(
        (uniform.series.len(), uniform.rows(), uniform.lookback),
        (32, 32 * 51, 50)
    );
    assert_eq!(uniform.train_windows().len(), 22);
    let values = &load_generated("generate:uniform", 7).columns[0].numbers;
    assert!(values.iter().all(|x| (0.0..1.0).contains(x)));

    let quiet = Generate {
        noise: Some(0.0),
        amplitude: Some(2.0),
        period: Some(8.0),
        ..Generate::default()
    };
    let sine = data::load("generate:noisy-sine", &quiet, 7).unwrap();
    assert!((sine.columns[0].numbers[2] - 2.0).abs() < 1e-12);
    let drift = Generate {
        noise: Some(0.0),
        drift: Some(0.5),
        ..Generate::default()
    };
    let walk = data::load("generate:random-walk", &drift, 7).unwrap();
    assert_eq!(walk.columns[0].numbers[..3], [0.0, 0.5, 1.0]);
    let values = |missing: f64, outliers: f64| {
        let damaged = Generate {
            length: Some(5000),
            missing: Some(missing),
            outliers: Some(outliers),
            ..Generate::default()
        };
        let table = data::load("generate:noisy-sine", &damaged, 7).unwrap();
        table.columns[0].numbers.clone()
    };
    let (whole, damaged) = (values(0.0, 0.0), values(0.1, 0.05));
    assert!(whole.iter().all(|x| x.abs() < 2.0));
    let share = |of: &dyn Fn(f64, f64) -> bool| {
        let pairs = whole.iter().zip(&damaged);
        pairs.filter(|(a, b)| of(**a, **b)).count() as f64 / 5000.0
    };
    assert!((share(&|_, b| b.is_nan()) - 0.1).abs() < 0.02);
    assert!((share(&|a, b| b > a + 2.0) - 0.045).abs() < 0.01);
    assert!((share(&|a, b| a == b) - 0.855).abs() < 0.02);
    let missing = |values: &[f64]| values.iter().map(|x| x.is_nan()).collect::<Vec<_>>();
    assert_eq!(missing(&damaged), missing(&values(0.1, 0.0)));
    let wild = Generate {
        coefficients: Some(vec![3.0]),
        ..Generate::default()
    };
    assert!(
        data::load("generate:ar", &wild, 7)
            .unwrap_err()
            .to_string()
            .contains("data.generate.coefficients")
    );
    let vast = Generate {
        length: Some(10_000_000),
        count: Some(1_000_000),
        ..Generate::default()
    };
    assert!(
        data::load("generate:uniform", &vast, 7)
            .unwrap_err()
            .to_string()
            .contains("too many")
    );
}
