//! Files as programs and statistical offices write them: headers of several rows, totals, comments among rows, turned
//! tables, flags and limits.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use common::tables::{load, names, says, time};
use optimizer_explorer::{
    data::{self, ColumnKind, Table},
    experiment::Generate,
};
use std::fmt::Write as _;

fn file(name: &str) -> Table {
    let path = format!("{}/tests/files/{name}", env!("CARGO_MANIFEST_DIR"));
    data::load(&path, &Generate::default(), 7).unwrap()
}

/// Rows of days from the first of January 2020 on, each with `cells` values that wander.
fn days(rows: usize, cells: usize, delimiter: &str) -> String {
    let mut text = String::new();
    for row in 0..rows {
        write!(text, "2020-01-{:02}", row + 1).unwrap();
        for cell in 0..cells {
            write!(text, "{delimiter}{}.5", (row * 7 + cell * 3) % 11).unwrap();
        }
        text.push('\n');
    }
    text
}

#[test]
fn units_and_remarks_below_names_are_left_out() {
    for (head, note) in [
        ("Date,T,p\n,°C,(hPa)\n", "left out: °C, (hPa)"),
        (
            "Date,T,p\n[yyyy-mm-dd],[°C],[hPa]\n",
            "left out: [yyyy-mm-dd], [°C], [hPa]",
        ),
        ("Date,T,p\nunit,kWh,-\n", "left out: unit, kWh"),
        (
            "Date,T,p\nTS,Deg C,hPa\n,Avg,Smp\n",
            "2 rows of units or remarks below the names",
        ),
        (
            "\"TOA5\",\"CR1000\",\"CR1000\",\"1234\",\"Std.22\",\"Table1\"\nDate,T,p\nTS,Deg C,%\n,Avg,Smp\n",
            "2 rows of units or remarks below the names",
        ),
    ] {
        let table = load(format!("{head}{}", days(12, 2, ","))).unwrap();
        assert_eq!(names(&table), ["Date", "T", "p"], "{head}");
        assert_eq!(table.rows(), 12, "{head}");
        assert_eq!(table.columns[1].kind, ColumnKind::Number, "{head}");
        assert_eq!(time(&table), ("P1D", "2020-01-01", "2020-01-12"));
        says(&table, note);
    }
    let book = file("units.xlsx");
    assert_eq!(names(&book), ["Time", "Temp", "Load"]);
    assert_eq!((book.rows(), time(&book).0), (24, "PT1H"));
    says(&book, "left out: °C, kW");
    // What may be a row stays one.
    for text in [
        "name,x\nfoo,bad\na,1\nb,2\nc,3\n".to_owned(),
        "x,y\n1,2\nfoo,\n3,4\n5,6\n".to_owned(),
        format!("Date,T\n2020-01-00,bad\n{}", days(5, 1, ",")),
    ] {
        let table = load(&text).unwrap();
        assert_eq!(table.rows(), text.lines().count() - 1, "{text}");
    }
}

/// Found by the random test of reading in pieces: rows with a text in the first column alone were taken for the units of
/// that column and for its name at once.
#[test]
fn rows_with_their_first_cell_alone_are_rows_below_names() {
    let table = load("a,b,c\nä,,\nä,,\n0,0,0\n0,1,0\n").unwrap();
    assert_eq!((names(&table), table.rows()), (vec!["a", "b", "c"], 4));
    assert_eq!(table.columns[0].texts, ["ä", "ä", "0", "0"]);
    let table = load("x,label\n(m),\n1,a\n2,b\n4,a\n").unwrap();
    assert_eq!((names(&table), table.rows()), (vec!["x", "label"], 3));
    says(&table, "left out: (m)");
    // Nothing but what is missing stands on the level between.
    let table = load(format!(
        "Price,Close,High\nTicker,-,NA\nDate,,\n{}",
        days(9, 2, ",")
    ))
    .unwrap();
    assert_eq!(names(&table)[0], "Date");
    assert_eq!(table.rows(), 9);
}

#[test]
fn names_in_levels_are_joined() {
    for (head, columns, note) in [
        (
            "Price,Close,Close,High,High\nTicker,AAPL,MSFT,AAPL,MSFT\nDate,,,,\n",
            ["Date", "Close_AAPL", "Close_MSFT", "High_AAPL", "High_MSFT"],
            "2 rows name the columns together, such as \"Close_AAPL\"",
        ),
        (
            ",Close,,High,\n,AAPL,MSFT,AAPL,MSFT\n",
            [
                "column_1",
                "Close_AAPL",
                "Close_MSFT",
                "High_AAPL",
                "High_MSFT",
            ],
            "2 rows name the columns together",
        ),
        (
            ",t,t,t,t\ncity,A,B,C,D\nday,,,,\n",
            ["day", "A", "B", "C", "D"],
            "what all have in common is left out: t",
        ),
        (
            ",t,t,t,t\nstation,17,23,5,99\nday,,,,\n",
            ["day", "17", "23", "5", "99"],
            "2 rows name the columns together",
        ),
        (
            "Price,Open,High,Low,Close\nTicker,F,F,F,F\nDate,,,,\n",
            ["Date", "Open", "High", "Low", "Close"],
            "left out: F, F, F, F",
        ),
    ] {
        let table = load(format!("{head}{}", days(12, 4, ","))).unwrap();
        assert_eq!(names(&table), columns, "{head}");
        assert_eq!((table.rows(), time(&table).0), (12, "P1D"), "{head}");
        assert!(table.columns[1..].iter().all(data::Column::is_numeric));
        says(&table, note);
    }
    let book = file("levels.xlsx");
    assert_eq!(
        names(&book),
        ["Date", "Close_AAPL", "Close_MSFT", "High_AAPL", "High_MSFT"]
    );
    assert_eq!((book.rows(), time(&book).0), (24, "P1D"));
}

#[test]
fn totals_below_and_beside_are_no_values() {
    for (rows, last) in [
        ("Total,60\n", "2020-01-12"),
        ("Mittelwert,5.1\nSumme,60\n", "2020-01-12"),
        ("TOTAL:,60\n\nSource: us\n", "2020-01-12"),
    ] {
        let table = load(format!("Date,x\n{}{rows}", days(12, 1, ","))).unwrap();
        assert_eq!((table.rows(), time(&table).2), (12, last), "{rows}");
        says(&table, "below the table");
    }
    let years: Vec<String> = (0..9)
        .map(|k| format!("{},{}\n", 1960 + k, k * k))
        .collect();
    let years = years.concat();
    let table = load(format!("Year,GDP\n{years}Total,204\n")).unwrap();
    assert_eq!(time(&table), ("P1Y", "1960", "1968"));
    // Among names, a total is one more of them.
    let table = load("Land,2001,2002,2003,2004,Total\nChad,1,2,3,4,10\nPeru,2,3,4,5,14\n").unwrap();
    assert_eq!(
        (names(&table), table.rows()),
        (vec!["Land", "time", "value"], 8)
    );
    says(&table, "left out: Total");
}

#[test]
fn comments_among_rows_are_left_out_and_counted() {
    let (above, below) = (days(6, 2, ","), "2020-01-07,1.5,2\n2020-01-08,2.5,3\n");
    for (comments, note) in [
        (
            "# sensor replaced\n",
            "a comment in the table is left out: # sensor replaced",
        ),
        (
            "% one, two, three\n// four\n",
            "2 comments in the table are left out",
        ),
        (
            "#2020-01-06,99,99\n\n# x\n",
            "2 comments in the table are left out",
        ),
    ] {
        for ends in ["\n", "\r\n"] {
            let text = format!("day,x,y\n{above}{comments}{below}").replace('\n', ends);
            let table = load(&text).unwrap();
            assert_eq!(
                (table.rows(), time(&table).2),
                (8, "2020-01-08"),
                "{text:?}"
            );
            assert_eq!(&table.columns[1].numbers[6..], [1.5, 2.5]);
            says(&table, note);
        }
    }
    let blocks = load("# x y\n0 1.5\n1 2.5\n2 3.5\n\n# block two\n0 4.5\n1 5.5\n").unwrap();
    assert_eq!((names(&blocks), blocks.rows()), (vec!["x", "y"], 5));
    // Words that begin with such a sign are cells where others are words.
    let words = load("tag,n\n#love,5\nhate,6\n#war,7\n").unwrap();
    assert_eq!((words.rows(), &words.columns[0].texts[2]), (3, "#war"));
}

#[test]
fn a_long_file_with_comments_is_the_one_without() {
    let row = |k: usize| format!("{k},{}.25,{}\n", k % 97, k % 13);
    let plain: String = (0..200_000).map(row).collect();
    let commented: String = (0..200_000)
        .map(|k| match k % 50_000 {
            49_999 => format!("# row, {k}, comes\n{}", row(k)),
            _ => row(k),
        })
        .collect();
    let (plain, commented) = (
        load(format!("n,x,y\n{plain}")).unwrap(),
        load(format!("n,x,y\n{commented}")).unwrap(),
    );
    assert_eq!(plain.columns[1].numbers, commented.columns[1].numbers);
    assert_eq!(plain.columns[2].kind, commented.columns[2].kind);
    says(&commented, "4 comments in the table are left out");
}

#[test]
fn turned_tables_become_columns() {
    let times: Vec<String> = (1..=20).map(|day| format!("2020-03-{day:02}")).collect();
    let values = |from: usize| -> String {
        let cells = (0..20).map(|k| format!(",{}.5", (from + k * 7) % 11));
        cells.collect::<Vec<_>>().concat()
    };
    for name in ["", "name", "index", "Date"] {
        let text = format!(
            "{name},{}\nTemp{}\nRain{}\n",
            times.join(","),
            values(1),
            values(5)
        );
        let table = load(&text).unwrap();
        assert_eq!(names(&table), ["time", "Temp", "Rain"], "{name}");
        assert_eq!(time(&table), ("P1D", "2020-03-01", "2020-03-20"));
        assert_eq!((table.rows(), table.columns[2].numbers[1]), (20, 1.5));
        says(&table, "the table is turned: its 2 rows");
    }
    let one = load(format!("what,{}\nSales{}\n", times.join(","), values(1))).unwrap();
    assert_eq!((names(&one), one.rows()), (vec!["time", "Sales"], 20));
    let bare = load(format!("{}\n{}\n", times.join(","), &values(1)[1..])).unwrap();
    assert_eq!((names(&bare), bare.rows()), (vec!["time", "value"], 20));
    let backwards: Vec<&str> = times.iter().rev().map(String::as_str).collect();
    let back = load(format!(
        "what,{}\nSales{}\n",
        backwards.join(","),
        values(1)
    ))
    .unwrap();
    assert_eq!(time(&back).1, "2020-03-01");
    assert_eq!(back.columns[1].numbers[19], 1.5);
    let refused = load("a,b,c\n1,2,3\n").unwrap_err().to_string();
    assert!(refused.contains("has one row"), "{refused}");
}

#[test]
fn offices_write_flags_and_limits() {
    let eurostat = load(
        "unit,geo\\TIME_PERIOD\t2019 \t2018 \t2017 \t2016 \nPC,AT\t1.5 p\t2 \t: \t4.25 be\nPC,DE\t2 \t: c\t3 \t1 \n",
    )
    .unwrap();
    assert_eq!(names(&eurostat), ["unit", "geo", "time", "value"]);
    assert_eq!(eurostat.series, [0..4, 4..8]);
    let values = &eurostat.columns[3].numbers;
    assert_eq!((values[0], values[2], values[3]), (4.25, 2.0, 1.5));
    assert!(values[1].is_nan() && values[6].is_nan());
    says(&eurostat, "flags");
    let years: Vec<String> = (1990..2010)
        .map(|year| format!(",{year} [YR{year}]"))
        .collect();
    let years = years.concat();
    let values: String = (0..20)
        .map(|k| if k < 3 { ",..".into() } else { format!(",{k}") })
        .collect();
    let bank = load(format!(
        "Country Name,Series Name{years}\nPeru,GDP{values}\nChad,GDP{values}\n"
    ))
    .unwrap();
    assert_eq!(
        (time(&bank), bank.series.len()),
        (("P1Y", "1993", "2009"), 2)
    );
    let trends = load(
        "Category: All categories\n\nMonth,coffee: (Worldwide)\n2020-01,<1\n2020-02,3\n2020-03,5\n2020-04,<1\n",
    )
    .unwrap();
    assert_eq!(trends.columns[1].numbers, [0.5, 3.0, 5.0, 0.5]);
    assert_eq!(trends.columns[1].kind, ColumnKind::Number);
    says(&trends, "such as \"<1\", are read as half of it");
    let influx = load(
        "#datatype,string,long,dateTime:RFC3339,dateTime:RFC3339,double\n,result,table,_start,_time,_value\n,,0,2020-01-01T00:00:00Z,2020-01-02T00:00:00Z,1.5\n,,0,2020-01-01T00:00:00Z,2020-01-03T00:00:00Z,2.5\n,,0,2020-01-01T00:00:00Z,2020-01-04T00:00:00Z,3.5\n",
    )
    .unwrap();
    assert_eq!(influx.time.as_ref().unwrap().name, "_time");
}
