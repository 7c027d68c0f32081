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
