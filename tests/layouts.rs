//! What stands around a table, and names that are numbers: skipped where it is surely no part of the table, and said.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use common::tables::{load, names};
use optimizer_explorer::data::{Column, ColumnKind, Table};
use proptest::{collection::vec, prelude::*};

fn read(text: impl AsRef<[u8]>) -> Table {
    load(text).unwrap()
}

fn said(table: &Table, what: &str) -> bool {
    table.notes.iter().any(|note| note.starts_with(what))
}

/// Found by the random test of reading block by block: a row with one value below the names was taken for a title, so
/// that the names were no longer found.
#[test]
fn a_row_with_one_value_may_come_first_below_the_names() {
    let rows = "x,,\ny,1,2\nz,3,4\nx,5,6\n";
    for (head, names) in [
        ("Made by hand,,\n,,\na,b,c\n", ["a", "b", "c"]),
        ("Made by hand\n\na,b,c\n", ["a", "b", "c"]),
        ("Made by hand,,\nb,c\n", ["column_1", "b", "c"]),
        ("a,b,c\n", ["a", "b", "c"]),
    ] {
        let table = read(format!("{head}{rows}"));
        assert_eq!(self::names(&table), names, "{head}");
        assert_eq!(table.rows(), 4, "{head}");
        assert_eq!(table.columns[1].kind, ColumnKind::Integer, "{head}");
    }
}

/// Found by the random test below: titles with as many blanks as the rows have tabs, or blanks in their times, made
/// blanks the delimiter; a title that a row would have for a missing value was none.
#[test]
fn titles_may_look_like_rows() {
    let row =
        |k: usize, parts: [&str; 3]| format!("1000-01-1{k}{}{}{}\n", parts[0], parts[1], parts[2]);
    let tabs: String = (0..7)
        .map(|k| row(k, ["\t", if k == 3 { "" } else { "0" }, "\t0"]))
        .collect();
    let times: String = (0..7).map(|k| row(k, [" 12:00", ";5", ";0"])).collect();
    for (titles, names, rows) in [
        ("Na\nNone\n\n", "day\tx\ty\n", &tabs),
        ("Aa aa aa\nAa aa, aa\n\n", "day\tx\ty\n", &tabs),
        ("Aa aa\nAa aa\n\n", "day;x;y\n", &times),
        ("Aa aa\nAa aa\n\n", "the day;x;y\n", &times),
    ] {
        let table = read(format!("{titles}{names}{rows}"));
        assert_eq!(
            (table.columns.len(), table.rows()),
            (3, 7),
            "{titles}{names}"
        );
        assert!(said(&table, "2 lines above the table"), "{:?}", table.notes);
    }
    // Comments with commas above a table parted by blanks.
    let table = read("# a,b\n# c,d\n# e,f\nt x\n0 1.5\n1 2.5\n2 1.5\n3 2.5\n4 1.5\n");
    assert_eq!((names(&table), table.rows()), (vec!["t", "x"], 5));
}

#[test]
fn titles_comments_and_sources_are_left_out_and_counted() {
    let rows = "Year,Anomaly\n1880,-0.30\n1881,-0.20\n1882,0.10\n";
    for (before, after, above, below) in [
        (
            "# Title: a, b and c\n# Units: K\n#\n",
            "",
            "2 lines above the table are left out, the first of them: # Title: a b and c",
            "",
        ),
        ("% by hand\n\n", "", "a line above the table", ""),
        (
            "Temperatures, January\nUnits: K\nBase: 1901-2000\nMissing: -999\n",
            "",
            "4 lines above",
            "",
        ),
        ("Temperatures of the sea\n\n", "", "a line above", ""),
        ("Temperatures of the sea,\n,\n", "", "a line above", ""),
        ("Temperatures of the sea,\n", "", "a line above", ""),
        ("Data source,NOAA\n\nUpdated,2024-06-28\n\n", "", "", ""),
        ("Data source,NOAA\n\n", "", "a line above", ""),
        (
            "Data source,NOAA,\nUpdated,2024-06-28,\n\n",
            "",
            "2 lines above",
            "",
        ),
        (
            "",
            "\nSource: NOAA, 2020, and others\n* preliminary\n",
            "",
            "2 lines below the table are left out, the first of them: Source: NOAA 2020 and others",
        ),
        ("", "Source: NOAA,\n,\n", "", "a line below"),
        (
            "A title\n",
            "Source: NOAA\n",
            "a line above",
            "a line below",
        ),
    ] {
        for ends in ["\n", "\r\n"] {
            let text = format!("{before}{rows}{after}").replace('\n', ends);
            let Ok(table) = load(&text) else {
                assert!(above.is_empty() && below.is_empty(), "{text:?}");
                continue;
            };
            if !above.is_empty() || !below.is_empty() {
                assert_eq!(names(&table), ["Year", "Anomaly"], "{text:?}");
                assert_eq!(table.columns[1].numbers, [-0.3, -0.2, 0.1], "{text:?}");
                assert_eq!(table.time.as_ref().unwrap().last, "1882", "{text:?}");
            }
            assert!(
                above.is_empty() || said(&table, above),
                "{text:?}: {:?}",
                table.notes
            );
            assert!(
                below.is_empty() || said(&table, below),
                "{text:?}: {:?}",
                table.notes
            );
        }
    }
    let one = read("Flow at Aswan, by hand\n\nflow\n1120\n1160\n963\n");
    assert_eq!((names(&one), one.rows()), (vec!["flow"], 3));
    let wrong = load("# a\n# b\n\nx,y\n1,2\n3,inf\n")
        .unwrap_err()
        .to_string();
    assert!(wrong.contains("line 6, column \"y\""), "{wrong}");
}

#[test]
fn nothing_that_may_be_a_row_or_a_name_is_left_out() {
    for (text, rows, first) in [
        // Headers that are short, long, alone, or apart.
        ("date,,\n2020-01,1,2\n2020-02,2,3\n", 2, "date"),
        ("flow\n\n1\n2\n", 2, "flow"),
        ("a,b\n1,2,\n3,4,\n", 2, "a"),
        ("a,b,c,\n1,2,3\n4,5,6\n", 2, "a"),
        // Names in a comment.
        ("# t,x,y\n0,1.5,2\n1,2.5,2\n", 2, "t"),
        ("#t,x\n0,1.5\n1,2.5\n", 2, "t"),
        ("# made by me\n# flow\n1\n2\n", 2, "flow"),
        // Rows that begin with the sign of a comment, or say what a remark says.
        ("#love,5\n#hate,6\n#war,7\n", 3, "column_1"),
        ("#love,5\nhate,6\nwar,7\n", 3, "column_1"),
        (
            "review,verdict\ngood,yes\nNote this is bad,no\nNote on nothing,\n",
            3,
            "review",
        ),
        ("name,x,y\nall,,\na,1,2\nb,3,4\n", 3, "name"),
        ("name,x\na,1\n\nb,2\nc,\n", 3, "name"),
    ] {
        if let Ok(table) = load(text) {
            assert_eq!((table.rows(), names(&table)[0]), (rows, first), "{text:?}");
        } else {
            panic!("{text:?} is refused");
        }
    }
    // What is wrong stays wrong where it may be a row.
    for text in [
        "1,2\n1,2,3\n4,5,6\n",
        "name,x,y\na,1\nb,2,3\nc,4,5\n",
        "x,y\n1,2\n3,4\n5\n",
    ] {
        let error = load(text).unwrap_err().to_string();
        assert!(error.contains("where the rows before have"), "{error}");
    }
    let r = read("\"mpg\" \"cyl\"\n\"Mazda RX4\" 21 6\n\"Datsun 710\" 22.8 4\n");
    assert_eq!(names(&r), ["column_1", "mpg", "cyl"]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// A table is the same whatever titles stand above it and sources below it.
    #[test]
    fn titles_change_nothing_but_a_note(
        rows in vec(("[12][0-9]{3}-0[1-9]-1[0-9]|[a-z]{1,5}|-?[0-9]{1,3}", "-?[0-9]{1,4}(\\.[0-9]{1,3})?|", "[0-9]{1,3}|[a-z]{1,2}"), 6..40),
        titles in vec("[A-Z][a-z]{1,8}( [a-z]{2,8}){0,4}(, [a-z]{2,9})?:?", 0..5),
        sources in vec("(Source|Note): [a-z]{1,8}( [a-z]{1,8}){0,4}", 0..3),
        delimiter in "[,;\t|]",
    ) {
        let rows: Vec<String> = rows.iter().map(|(a, b, c)| [a.as_str(), b, c].join(&delimiter)).collect();
        let table = format!("{}\n{}\n", ["day", "x", "y"].join(&delimiter), rows.join("\n"));
        let mut framed = String::new();
        for title in &titles {
            framed += &format!("{title}\n");
        }
        framed += &format!("\n{table}\n");
        for source in &sources {
            framed += &format!("{source}\n");
        }
        let show = |table: &Table| format!("{:?} {:?}", table.columns, table.series);
        match (load(&table), load(&framed)) {
            (Ok(bare), Ok(framed)) => {
                // Without a number or a time there is nothing to tell a title from a row.
                if bare.columns.iter().any(Column::is_numeric) && bare.columns[0].name == "day" {
                    let lines = |text: String| text.replace("line ", "");
                    let same = bare.columns.iter().zip(&framed.columns).all(|(one, other)| {
                        one.name == other.name && one.texts == other.texts
                            && one.numbers.len() == other.numbers.len()
                    });
                    prop_assert!(same, "{} {}", lines(show(&bare)), lines(show(&framed)));
                    prop_assert_eq!(
                        framed.notes.iter().filter(|note| note.contains(" above the table ")).count(),
                        usize::from(!titles.is_empty())
                    );
                }
            }
            (Err(_), _) => {}
            (Ok(_), Err(error)) => prop_assert!(false, "{framed:?}: {error}"),
        }
    }

    /// No row of a table is ever lost: what is left out is said, and all else is a row or the names.
    #[test]
    fn every_line_is_a_row_or_counted(
        lines in vec(("[a-z#]{0,2}[a-z0-9]{1,3}", "[0-9]{0,3}|[a-z]{1,2}", "[0-9]{1,3}|[a-z]{0,2}"), 3..30),
    ) {
        let lines: Vec<String> = lines.iter().map(|(a, b, c)| format!("{a},{b},{c}\n")).collect();
        let text = lines.concat();
        if let Ok(table) = load(&text) {
            let unnamed = table.notes.iter().any(|note| note.starts_with("no header"));
            let told = |note: &&String| note.contains(" the table ") || note.contains(" below the names ");
            let out: usize = table.notes.iter().filter(told).map(|note| {
                note.split(' ').next().unwrap().parse().unwrap_or(1)
            }).sum();
            let levels: usize = table.notes.iter().filter(|note| note.contains(" name the columns together")).map(|note| {
                note.split(' ').next().unwrap().parse::<usize>().unwrap() - 1
            }).sum();
            let out = out + levels;
            prop_assert_eq!(table.rows() + out + usize::from(!unnamed), lines.len(), "{} {:?}", text, table.notes);
        }
    }
}

#[test]
fn names_that_count_are_told_from_rows() {
    for (text, columns, rows) in [
        // Months, hours, days, and what pandas writes.
        (
            "Region;1;2;3;4\nA;1.5;2;3.5;2\nB;2.5;1.5;3;4.5\n",
            "Region",
            2,
        ),
        ("t,10,20,30\n1,5,6,2\n2,5,7,3\n", "t", 2),
        (",0\n0,1.5\n1,1.7\n2,1.2\n", "column_1", 3),
        (",0,1\n2020-01,5,6\n2020-02,7,9\n", "column_1", 2),
        ("0,1,2\n0.5,0.25,0.5\n0.75,0.5,1.5\n", "0", 2),
        (
            "land,x,1/22/20,1/23/20,1/24/20\nA,1,0,0,5\nB,2,0,1,2\n",
            "land",
            2,
        ),
    ] {
        let table = read(text);
        assert_eq!(
            (names(&table)[0], table.rows()),
            (columns, rows),
            "{text:?} {:?}",
            table.notes
        );
        assert!(
            table
                .notes
                .iter()
                .any(|note| note.contains("in the first row")),
            "{:?}",
            table.notes
        );
    }
    for (text, rows) in [
        ("a,1,2,3,4\nb,2,3,4,5\nc,5,6,7,8\n", 3),
        ("1,2,3,4\n5,2,3,9\n1,4,3,1\n", 3),
        ("0,1,2\n5,2,9\n1,3,1\n", 3),
        (
            "a,2020-01-01,2020-01-02,2020-01-03\nb,2020-01-05,2020-01-02,2020-01-03\n",
            2,
        ),
        ("x,3,2,1\ny,5,2,4\n", 2),
    ] {
        assert_eq!(read(text).rows(), rows, "{text:?}");
    }
}

#[test]
fn names_that_are_times_make_series() {
    let months = read(
        "Year;1;2;3;4;5;6;7;8;9;10;11;12\n2001;1,5;2;3;4;5;6;7;8;9;10;11;12\n2002;1,6;2;3;4;5;6;7;8;9;10;11;12\n",
    );
    assert_eq!(
        (months.rows(), months.time.as_ref().unwrap().last.as_str()),
        (24, "2002-12")
    );
    let lands = read("Country,2020-01,2020-02,2020-03,2020-04\nChad,1,2,3,4\nPeru,2,3,4,5\n");
    assert_eq!(lands.series, [0..4, 4..8]);
    let hours: Vec<String> = (1..=24).map(|hour| format!("H{hour}")).collect();
    let quarters: Vec<String> = (0..96)
        .map(|k| format!("{}:{:02}", k / 4, k % 4 * 15))
        .collect();
    let counted: Vec<String> = (0..24).map(|hour| hour.to_string()).collect();
    for (names, frequency, last) in [
        (hours, "PT1H", "2020-01-02 23:00"),
        (quarters, "PT15M", "2020-01-02 23:45"),
        (counted, "PT1H", "2020-01-02 23:00"),
    ] {
        let row = |from: usize| {
            (from..from + names.len())
                .map(|x| (x * x % 17).to_string())
                .collect::<Vec<_>>()
                .join(",")
        };
        let text = format!(
            "Date,{}\n2020-01-01,{}\n2020-01-02,{}\n",
            names.join(","),
            row(5),
            row(9) + "1"
        );
        let table = read(&text);
        let time = table.time.as_ref().unwrap();
        assert_eq!(
            (time.frequency.as_deref(), time.last.as_str()),
            (Some(frequency), last),
            "{:?}",
            table.notes
        );
        assert_eq!(
            (table.rows(), table.columns[1].numbers[0]),
            (2 * names.len(), 8.0)
        );
    }
}
