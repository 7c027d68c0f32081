//! Times in every form that files write them, wide files, and gaps.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use optimizer_explorer::{
    data::{self, DataError, Table, inspect},
    experiment::Generate,
};
use std::fs;

fn read(text: impl AsRef<[u8]>) -> Result<Table, DataError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("series.csv");
    fs::write(&path, text).unwrap();
    data::load(path.to_str().unwrap(), &Generate::default(), 7)
}

/// A table with these cells before a value that wanders.
fn table(header: &str, cells: &[&str]) -> Table {
    let rows: Vec<String> = cells
        .iter()
        .enumerate()
        .map(|(k, cell)| format!("{cell};{}.5", (k * 7) % 5))
        .collect();
    read(format!("{header};x\n{}\n", rows.join("\n"))).unwrap()
}

#[test]
fn every_usual_form_is_read_and_continued() {
    for (header, cells, frequency, next) in [
        (
            "date",
            vec!["19580329", "19580405", "19580412"],
            "P7D",
            "19580419",
        ),
        (
            "when",
            vec!["2020-W52", "2020-W53", "2021-W01"],
            "P7D",
            "2021-W02",
        ),
        (
            "when",
            vec!["Q3 2019", "Q4 2019", "Q1 2020"],
            "P3M",
            "Q2 2020",
        ),
        (
            "when",
            vec!["31-Dec-99", "01-Jan-00", "02-Jan-00"],
            "P1D",
            "03-Jan-00",
        ),
        (
            "when",
            vec!["1/2/2020 1:00 PM", "1/2/2020 1:30 PM", "1/2/2020 2:00 PM"],
            "PT30M",
            "",
        ),
        (
            "when",
            vec!["20200101 120000", "20200101 120010", "20200101 120020"],
            "PT10S",
            "20200101 120030",
        ),
        (
            "time",
            vec!["1577836800", "1577840400", "1577844000"],
            "PT1H",
            "1577847600",
        ),
        (
            "x0",
            vec!["1577836800000", "1577836860000", "1577836920000"],
            "PT1M",
            "1577836980000",
        ),
        (
            "timestamp",
            vec!["-662688000000", "-660009600000", "-657590400000"],
            "P1M",
            "-654912000000",
        ),
        (
            "year;month",
            vec!["2019;11", "2019;12", "2020;1"],
            "P1M",
            "2020-02",
        ),
        (
            "year;quarter",
            vec!["2019;3", "2019;4", "2020;1"],
            "P3M",
            "2020Q2",
        ),
        (
            "year;month;day",
            vec!["2020;2;28", "2020;2;29", "2020;3;1"],
            "P1D",
            "2020-03-02",
        ),
        (
            "year;month;day;hour",
            vec!["2020;2;29;22", "2020;2;29;23", "2020;3;1;0"],
            "PT1H",
            "2020-03-01 01:00",
        ),
        // Days end at 24:00, hours of the day at their numbers, clocks in one number.
        (
            "when",
            vec!["2020-02-29 23:00", "2020-02-29 24:00", "2020-03-01 01:00"],
            "PT1H",
            "2020-03-01 02:00",
        ),
        (
            "when",
            vec![
                "31.12.2020 12:00:00",
                "31.12.2020 24:00:00",
                "1.1.2021 12:00:00",
            ],
            "PT12H",
            "",
        ),
        (
            "date;hour",
            vec!["2020-02-29;23", "2020-02-29;24", "2020-03-01;1"],
            "PT1H",
            "2020-03-01 02:00",
        ),
        (
            "date;HE",
            vec!["02/29/2020;23", "02/29/2020;24", "03/01/2020;1"],
            "PT1H",
            "03/01/2020 02:00",
        ),
        (
            "date;time",
            vec!["2020-02-29;2230", "2020-02-29;2300", "2020-02-29;2330"],
            "PT30M",
            "2020-03-01 00:00",
        ),
        (
            "date;time",
            vec!["2020-02-29;0000", "2020-02-29;0030", "2020-02-29;0100"],
            "PT30M",
            "2020-02-29 01:30",
        ),
        (
            "when",
            vec!["2020-02-29T22", "2020-02-29T23", "2020-03-01T00"],
            "PT1H",
            "2020-03-01T01",
        ),
        (
            "when",
            vec!["2020-02-29 22", "2020-02-29 23", "2020-03-01 00"],
            "PT1H",
            "2020-03-01 01",
        ),
        // Days of the year, and counted ones.
        (
            "when",
            vec!["2020-365", "2020-366", "2021-001"],
            "P1D",
            "2021-002",
        ),
        (
            "date",
            vec!["2020365", "2020366", "2021001"],
            "P1D",
            "2021002",
        ),
        (
            "when",
            vec![
                "30th January 2020",
                "31st January 2020",
                "1st February 2020",
            ],
            "P1D",
            "2nd February 2020",
        ),
        (
            "when",
            vec![
                "January 11th, 2020",
                "January 12th, 2020",
                "January 13th, 2020",
            ],
            "P1D",
            "January 14th, 2020",
        ),
        ("when", vec!["3Q99", "4Q99", "1Q00"], "P3M", "2Q00"),
        ("when", vec!["Q3 '99", "Q4 '99", "Q1 '00"], "P3M", "Q2 '00"),
        // American dates with dashes.
        (
            "when",
            vec!["01-30-2020", "01-31-2020", "02-01-2020"],
            "P1D",
            "02-02-2020",
        ),
        // Daylight saving: the offset changes, the hours go on.
        (
            "when",
            vec![
                "2021-03-28T01:00:00+01:00",
                "2021-03-28T03:00:00+02:00",
                "2021-03-28T04:00:00+02:00",
            ],
            "PT1H",
            "2021-03-28T05:00:00+02:00",
        ),
    ] {
        let table = table(header, &cells);
        let time = table.time.as_ref().unwrap_or_else(|| panic!("{cells:?}"));
        assert_eq!(time.frequency.as_deref(), Some(frequency), "{cells:?}");
        if !next.is_empty() {
            assert_eq!(time.after_end(1).as_deref(), Some(next), "{cells:?}");
        }
        assert_eq!(table.rows(), 3, "{cells:?}");
    }
    let numbers = read("a,b\n1500000000,1\n1200000000,2\n1700000000,5\n").unwrap();
    assert!(
        numbers.time.is_none(),
        "large numbers that do not rise are no time"
    );
}

#[test]
fn rarer_forms_are_read_and_continued() {
    for (header, cells, frequency, next) in [
        (
            "t",
            &[
                "01.02.2020 18.00.00",
                "01.02.2020 18.00.30",
                "01.02.2020 18.01.00",
            ][..],
            "PT30S",
            "01.02.2020 18.01.30",
        ),
        (
            "t",
            &["2020-02-01 18.00", "2020-02-01 18.30", "2020-02-01 19.00"],
            "PT30M",
            "2020-02-01 19.30",
        ),
        (
            "t",
            &[
                "2020-01-01 00:00:00,123",
                "2020-01-01 00:00:01,123",
                "2020-01-01 00:00:02,123",
            ],
            "PT1S",
            "2020-01-01 00:00:03,123",
        ),
        // Zones by their letters or their names; the hour that daylight saving leaves out is none.
        (
            "t",
            &[
                "2021-03-28 00:00 CET",
                "2021-03-28 01:00 CET",
                "2021-03-28 03:00 CEST",
            ],
            "PT1H",
            "2021-03-28 04:00 CEST",
        ),
        (
            "t",
            &["2021-01-01 00:00:00 EST", "2021-01-01 01:00:00 EST"],
            "PT1H",
            "2021-01-01 02:00:00 EST",
        ),
        (
            "t",
            &["2021-01-01 00:00 UTC", "2021-01-01 01:00 UTC"],
            "PT1H",
            "2021-01-01 02:00 UTC",
        ),
        (
            "t",
            &[
                "2021-01-01T00:00[Europe/Berlin]",
                "2021-01-01T01:00[Europe/Berlin]",
            ],
            "PT1H",
            "2021-01-01T02:00[Europe/Berlin]",
        ),
        (
            "t",
            &[
                "2021-03-28T01:00+01:00[Europe/Berlin]",
                "2021-03-28T03:00+02:00[Europe/Berlin]",
            ],
            "PT1H",
            "2021-03-28T04:00+02:00[Europe/Berlin]",
        ),
        (
            "t",
            &["Friday, 1 January 2021", "Saturday, 2 January 2021"],
            "P1D",
            "Sunday, 3 January 2021",
        ),
        (
            "t",
            &[
                "Fri, 01 Jan 2021 00:00:00 GMT",
                "Sat, 02 Jan 2021 00:00:00 GMT",
            ],
            "P1D",
            "Sun, 03 Jan 2021 00:00:00 GMT",
        ),
        (
            "t",
            &["Fri Jan 01 00:00:00 2021", "Sat Jan 02 00:00:00 2021"],
            "P1D",
            "Sun Jan 03 00:00:00 2021",
        ),
        (
            "t",
            &["10/Oct/2000:13:55:36 -0700", "10/Oct/2000:13:55:37 -0700"],
            "PT1S",
            "10/Oct/2000:13:55:38 -0700",
        ),
        // Counted with fractions.
        (
            "t",
            &["1609459200.0", "1609459260.5", "1609459321.0"],
            "PT60.5S",
            "1609459381.5",
        ),
        (
            "time",
            &["1609459200.125", "1609459200.25", "1609459200.375"],
            "PT0.125S",
            "1609459200.5",
        ),
        (
            "t",
            &["1900.0", "1900.083", "1900.167", "1900.25", "1900.333"],
            "P1M",
            "1900.416",
        ),
        (
            "t",
            &["1958.2027", "1958.2877", "1958.3699", "1958.4548"],
            "P1M",
            "1958.5381",
        ),
        (
            "t",
            &["1900.0", "1900.25", "1900.5", "1900.75", "1901.0"],
            "P3M",
            "1901.25",
        ),
        // Clocks without a day show how much time has passed.
        ("t", &["00:15", "00:30", "00:45"], "PT15M", "01:00"),
        (
            "t",
            &["23:30:00", "24:00:00", "24:30:00"],
            "PT30M",
            "25:00:00",
        ),
        (
            "t",
            &["0:00:00.5", "0:00:01.0", "0:00:01.5"],
            "PT0.5S",
            "0:00:02.0",
        ),
        // Econometricians' programs.
        (
            "t",
            &["1970:1", "1970:2", "1970:3", "1970:4", "1971:1"],
            "P3M",
            "1971:2",
        ),
        (
            "t",
            &["1970:10", "1970:11", "1970:12", "1971:01"],
            "P1M",
            "1971:02",
        ),
        ("t", &["1970:Q3", "1970:Q4"], "P3M", "1971:Q1"),
        ("t", &["1970M11", "1970M12"], "P1M", "1971M01"),
        ("t", &["1970m8", "1970m9"], "P1M", "1970m10"),
        ("t", &["3Q2019", "4Q2019"], "P3M", "1Q2020"),
        // Seasons, and months where not all follow on.
        ("t", &["1998/99", "1999/00", "2000/01"], "P1Y", "2001/02"),
        ("t", &["1910/11", "1911/12", "1912/13"], "P1Y", "1913/14"),
        ("t", &["1998-1999", "1999-2000"], "P1Y", "2000-2001"),
        ("t", &["1910/10", "1910/11", "1910/12"], "P1M", "1911/01"),
    ] {
        let table = table(header, cells);
        let time = table.time.as_ref().unwrap_or_else(|| panic!("{cells:?}"));
        assert_eq!(time.frequency.as_deref(), Some(frequency), "{cells:?}");
        assert_eq!(time.after_end(1).as_deref(), Some(next), "{cells:?}");
        assert_eq!(table.rows(), cells.len(), "{cells:?}");
    }
    for cells in [
        ["00:15", "00:30", "00:10"],
        ["1998/99", "1999/01", "2000/01"],
        [
            "2021-01-01T00:00[A]",
            "2021-01-01T01:00[B]",
            "2021-01-01T02:00[A]",
        ],
        [
            "2021-01-01 00:00 XYZ",
            "2021-01-01 01:00 XYZ",
            "2021-01-01 02:00 XYZ",
        ],
        ["1500.5", "1501.75", "1512.25"],
    ] {
        assert!(table("t", &cells).time.is_none(), "{cells:?}");
    }
}

#[test]
fn times_that_are_left_out_are_rows_without_values() {
    let gap = table(
        "date",
        &["2020-01", "2020-02", "2020-04", "2020-05", "2020-06"],
    );
    assert_eq!(gap.rows(), 6);
    assert_eq!(&gap.columns[0].texts[2], "2020-03");
    let seen = inspect(&gap);
    assert_eq!((seen.columns[0].missing, seen.columns[1].missing), (0, 1));
    assert!(
        seen.notes
            .iter()
            .any(|note| note.contains("leaves out 1 of 6 times")),
        "{:?}",
        seen.notes
    );
    let quarters = table("year;quarter", &["2019;1", "2019;2", "2019;4", "2020;1"]);
    assert_eq!(quarters.columns[1].numbers, [1.0, 2.0, 3.0, 4.0, 1.0]);
    assert_eq!(&quarters.time.unwrap().texts[2], "2019Q3");
    // Working days leave weekends out; a few rows far apart are no series with gaps.
    let days = table(
        "date",
        &["2020-03-26", "2020-03-27", "2020-03-30", "2020-03-31"],
    );
    assert_eq!(days.rows(), 4);
    let far = table(
        "date",
        &["2020-01-01", "2020-01-02", "2020-01-03", "2021-01-03"],
    );
    assert_eq!(far.rows(), 4);
    assert!(
        far.notes
            .iter()
            .any(|note| note.contains("more than there are rows"))
    );
    let ends = table(
        "date",
        &["2020-01-31", "2020-02-29", "2020-04-30", "2020-05-31"],
    );
    assert_eq!(&ends.time.unwrap().texts[2], "2020-03-31");
}

#[test]
fn years_stand_beside_months_and_quarters_by_their_names() {
    let beside = |header: &str, pieces: &[&str]| {
        let rows: Vec<String> = (0..pieces.len() * 2)
            .map(|k| {
                format!(
                    "{};{};{}.5\n",
                    1990 + k / pieces.len(),
                    pieces[k % pieces.len()],
                    (k * 7) % 5
                )
            })
            .collect();
        let time = read(format!("Year;{header};x\n{}", rows.concat()))
            .unwrap()
            .time
            .unwrap();
        (
            time.name.clone(),
            time.first.clone(),
            time.frequency.clone().unwrap(),
            time.after_end(1).unwrap(),
        )
    };
    let expected = |name: &str, first: &str, frequency: &str, next: &str| {
        (
            name.to_owned(),
            first.to_owned(),
            frequency.to_owned(),
            next.to_owned(),
        )
    };
    let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sept", "Oct", "Nov", "December",
    ];
    assert_eq!(
        beside("Month", &months),
        expected("Year+Month", "1990-01", "P1M", "1992-01")
    );
    let quarters = ["Q1", "Q2", "Q3", "Q4"];
    assert_eq!(
        beside("Quarter", &quarters),
        expected("Year+Quarter", "1990Q1", "P3M", "1992Q1")
    );
}

#[test]
fn rows_out_of_order_have_the_distance_that_sorting_finds() {
    let days = |order: &dyn Fn(u32) -> u32| {
        let rows: Vec<String> = (0..30)
            .map(|k| format!("2020-01-{:02};{}.5\n", order(k) + 1, k * 7 % 5))
            .collect();
        read(format!("day;x\n{}", rows.concat())).unwrap()
    };
    let backwards = days(&|k| 29 - k);
    let shuffled = days(&|k| k * 11 % 30);
    for table in [&backwards, &shuffled] {
        let time = table.time.as_ref().unwrap();
        assert_eq!(time.frequency.as_deref(), Some("P1D"));
        assert!(
            table.notes.iter().any(|note| note.contains("not in order")),
            "{:?}",
            table.notes
        );
    }
    // What comes after the last row of a file that runs backwards is no day that it has.
    assert_eq!(backwards.time.unwrap().after_end(1), None);
}

#[test]
fn wide_files_become_series() {
    let months = "Jan,Feb,Mar,Apr,May,Jun,Jul,Aug,Sep,Oct,Nov,Dec";
    let row = |from: u32| {
        (from..from + 12)
            .map(|x| x.to_string())
            .collect::<Vec<_>>()
            .join(",")
    };
    let text = format!(
        "Year,{months},Total\n1990,,,{},1\n1991,{},2\n1992,{},3\n",
        &row(3)[..row(3).rfind(",13").unwrap()],
        row(20),
        row(40)
    );
    let table = read(&text).unwrap();
    assert_eq!(table.rows(), 34, "{:?}", table.notes);
    let time = table.time.as_ref().unwrap();
    assert_eq!(
        (
            time.first.as_str(),
            time.last.as_str(),
            time.frequency.as_deref()
        ),
        ("1990-03", "1992-12", Some("P1M"))
    );
    assert!(
        table
            .notes
            .iter()
            .any(|note| note.contains("left out: Total"))
    );
    let dated = read("country,2001,2002,2003,2004,2005\nA,1,2,3,4,5\nB,,7,8,9,\n").unwrap();
    assert_eq!(dated.series, [0..5, 5..8]);
    assert_eq!(&dated.columns[0].texts[6], "B");
    assert_eq!(
        dated.time.as_ref().unwrap().frequency.as_deref(),
        Some("P1Y")
    );
    let plain = read("a,b,c,d,e\n1,2,3,4,5\n2,3,4,5,6\n").unwrap();
    assert_eq!(plain.series.len(), 1);
}

#[test]
fn days_and_months_in_either_order_follow_the_even_one() {
    // A month's first days under one order, months under the other.
    let months: Vec<String> = (0..30)
        .map(|k| format!("01/{:02}/{}", k % 12 + 1, 2018 + k / 12))
        .collect();
    let cells: Vec<&str> = months.iter().map(String::as_str).collect();
    let found = table("date", &cells);
    assert_eq!(
        found.time.as_ref().unwrap().frequency.as_deref(),
        Some("P1M")
    );
    assert_eq!(
        found.time.unwrap().after_end(1).as_deref(),
        Some("01/07/2020")
    );
    assert!(
        !found.notes.iter().any(|note| note.contains("may be first")),
        "{:?}",
        found.notes
    );
    let clocks: Vec<String> = months.iter().map(|day| format!("{day} 12:30")).collect();
    let cells: Vec<&str> = clocks.iter().map(String::as_str).collect();
    assert_eq!(
        table("date", &cells).time.unwrap().frequency.as_deref(),
        Some("P1M")
    );
    // As even in both orders: it is said, and where semicolons part fields the day is first.
    for (delimiter, frequency, said) in [
        (
            ',',
            "P1M",
            "the month is taken to be, so that the last is 2021-04-02",
        ),
        (
            ';',
            "P1D",
            "the day is taken to be, so that the last is 2021-02-04",
        ),
    ] {
        let rows = (1..5).map(|k| format!("0{k}/02/2021{delimiter}{}\n", k * 7 % 5));
        let text = format!("date{delimiter}x\n{}", rows.collect::<String>());
        let found = read(text).unwrap();
        assert_eq!(found.time.unwrap().frequency.as_deref(), Some(frequency));
        assert!(
            found.notes.iter().any(|note| note.contains(said)),
            "{:?}",
            found.notes
        );
    }
    let sure = table("date", &["01.02.2021", "02.02.2021", "03.02.2021"]);
    assert!(!sure.notes.iter().any(|note| note.contains("may be first")));
    for sure in [
        ["01/01/2021", "01/02/2021", "01/13/2021"],
        ["2021-01-01", "2021-01-02", "2021-01-03"],
    ] {
        assert!(
            !table("date", &sure)
                .notes
                .iter()
                .any(|note| note.contains("may be first"))
        );
    }
}

#[test]
fn time_that_passes_is_told_by_its_name() {
    let frequency = |header: &str, cells: &[&str]| {
        let table = table(header, cells);
        (
            table.time.and_then(|time| time.frequency),
            table.notes.join("; "),
        )
    };
    let said = |header: &str, cells: &[&str]| frequency(header, cells).0;
    assert_eq!(
        said("Time (s)", &["0", "0.02", "0.04"]).as_deref(),
        Some("PT0.02S")
    );
    assert_eq!(
        said("time_ms", &["0", "10", "20"]).as_deref(),
        Some("PT0.01S")
    );
    assert_eq!(
        said("Elapsed [min]", &["0", "10", "20"]).as_deref(),
        Some("PT10M")
    );
    assert_eq!(
        said("seconds", &["5", "15", "25"]).as_deref(),
        Some("PT10S")
    );
    let (bare, notes) = frequency("t", &["-0.5", "0", "0.5"]);
    assert_eq!(bare.as_deref(), Some("PT0.5S"));
    assert!(
        notes.contains("\"t\" is taken for seconds since the beginning"),
        "{notes}"
    );
    // What counts rows, counts from elsewhere, runs back or is called otherwise is none.
    for (header, cells) in [
        ("time", ["0", "1", "2"]),
        ("time", ["44197.5", "44198.5", "44199.5"]),
        ("time", ["0", "0.5", "0.25"]),
        ("min", ["0", "0.5", "0.75"]),
        ("s", ["0", "0.5", "0.75"]),
        ("lap_time_best", ["0", "0.5", "0.75"]),
    ] {
        assert_eq!(said(header, &cells), None, "{header} {cells:?}");
    }
}
