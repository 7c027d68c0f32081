//! Months in the languages of those who write files, half-years, days of weeks, and Chinese text.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use common::tables::{load, names, says, time};

#[test]
fn months_go_by_their_names_in_other_languages() {
    for (cells, frequency, next) in [
        (
            ["November 2019", "Dezember 2019", "Januar 2020"],
            "P1M",
            "Februar 2020",
        ),
        (["Jan-20", "Feb-20", "Mrz-20"], "P1M", "Apr-20"),
        (["Mrz 20", "Apr 20", "Mai 20"], "P1M", "Jun 20"),
        (
            ["28. Februar 2020", "29. Februar 2020", "1. März 2020"],
            "P1D",
            "2. März 2020",
        ),
        (["janv.-20", "févr.-20", "mars-20"], "P1M", "avr.-20"),
        (
            ["juin 2020", "juillet 2020", "août 2020"],
            "P1M",
            "septembre 2020",
        ),
        (
            [
                "30 de enero de 2020",
                "31 de enero de 2020",
                "1 de febrero de 2020",
            ],
            "P1D",
            "2 de febrero de 2020",
        ),
        (
            ["GENNAIO 2020", "FEBBRAIO 2020", "MARZO 2020"],
            "P1M",
            "APRILE 2020",
        ),
        (["maart 2020", "april 2020", "mei 2020"], "P1M", "juni 2020"),
        (["fev/2020", "mar/2020", "abr/2020"], "P1M", "mai/2020"),
        (["2020年1月", "2020年2月", "2020年3月"], "P1M", "2020年4月"),
        (
            ["2020年3月5日", "2020年3月6日", "2020年3月7日"],
            "P1D",
            "2020年3月8日",
        ),
        (
            ["2019年第3季度", "2019年第4季度", "2020年第1季度"],
            "P3M",
            "2020年第2季度",
        ),
        (["2019H2", "2020H1", "2020H2"], "P6M", "2021H1"),
        (["2019-S2", "2020-S1", "2020-S2"], "P6M", "2021-S1"),
        (
            ["2020-W05-6", "2020-W05-7", "2020-W06-1"],
            "P1D",
            "2020-W06-2",
        ),
        (["2020W05-6", "2020W05-7", "2020W06-1"], "P1D", "2020W06-2"),
    ] {
        let rows = cells
            .iter()
            .zip(1..)
            .map(|(cell, k)| format!("{cell};{}.5\n", k * 7 % 5));
        let table = load(format!("t;x\n{}", rows.collect::<String>())).unwrap();
        assert_eq!(time(&table).0, frequency, "{cells:?}");
        let after = table.time.as_ref().unwrap().after_end(1);
        assert_eq!(after.as_deref(), Some(next), "{cells:?}");
    }
    // A month and two digits that may be days are left alone, and so are words that only look like months.
    for cells in [
        ["Mrz 1", "Mrz 2", "Mrz 3"],
        ["Mai 10", "Mai 11", "Mai 12"],
        ["set 1", "set 2", "out 3"],
    ] {
        let table = load(format!(
            "t;x\n{};1\n{};2\n{};3\n",
            cells[0], cells[1], cells[2]
        ))
        .unwrap();
        assert!(table.time.is_none(), "{cells:?}");
    }
}

#[test]
fn years_and_months_are_found_by_their_names_in_other_languages() {
    let months = [
        "Januar",
        "Februar",
        "März",
        "April",
        "Mai",
        "Juni",
        "Juli",
        "August",
        "September",
        "Oktober",
        "November",
        "Dezember",
    ];
    let wide: Vec<String> = (1990..1994)
        .map(|year| {
            format!(
                "{year};{};1200\n",
                [1; 12].map(|x: i32| format!("{x},5")).join(";")
            )
        })
        .collect();
    let wide = wide.concat();
    let table = load(format!("Jahr;{};Summe\n{wide}", months.join(";"))).unwrap();
    assert_eq!(
        (table.rows(), time(&table)),
        (48, ("P1M", "1990-01", "1993-12"))
    );
    says(&table, "left out: Summe");
    says(
        &table,
        "\"Januar\" and 11 other columns are read with a decimal comma",
    );
    for (header, pieces) in [
        ("Jahr;Monat", months.map(str::to_owned)),
        ("Año;Mes", std::array::from_fn(|k| (k + 1).to_string())),
    ] {
        let rows: Vec<String> = (0..24)
            .map(|k| format!("{};{};{}.5\n", 2010 + k / 12, pieces[k % 12], k % 5))
            .collect();
        let rows = rows.concat();
        let table = load(format!("{header};x\n{rows}")).unwrap();
        assert_eq!(time(&table), ("P1M", "2010-01", "2011-12"), "{header}");
    }
}

#[test]
fn chinese_text_is_read_in_its_own_encoding() {
    let text = "日期,销售额\n2020年1月,1.5\n2020年2月,2.5\n2020年3月,1.25\n";
    let (bytes, _, _) = encoding_rs::GB18030.encode(text);
    let table = load(&bytes).unwrap();
    assert_eq!(names(&table), ["日期", "销售额"]);
    assert_eq!(time(&table).0, "P1M");
    says(&table, "read as GB 18030");
    let latin = load(b"Gr\xf6\xdfe,x\n1,2\n3,4\n").unwrap();
    assert_eq!(names(&latin), ["Größe", "x"]);
}

/// Found by somebody who came with such files.
#[test]
fn a_year_may_be_left_out_and_the_last_may_come_first() {
    let names = "year,jan,feb,mar,apr,may,jun,jul,aug,sep,oct,nov,dec\n";
    let row = |year: i32| {
        let values = (1..=12).map(|month| (year * 7 + month * 13).rem_euclid(50).to_string());
        format!("{year},{}\n", values.collect::<Vec<_>>().join(","))
    };
    let text = |years: &[i32]| {
        names.to_owned()
            + &years
                .iter()
                .map(|&year| row(year))
                .collect::<Vec<_>>()
                .concat()
    };
    let whole = load(text(&[2001, 2002, 2003])).unwrap();
    let fallen = load(text(&[2003, 2002, 2001])).unwrap();
    assert_eq!(
        (whole.rows(), &whole.columns[1].numbers),
        (36, &fallen.columns[1].numbers)
    );
    let gap = load(text(&[2001, 2002, 2004])).unwrap();
    assert_eq!(gap.rows(), 48);
    assert_eq!(gap.columns[1].missing(), 12);
    let time = gap.time.as_ref().unwrap();
    assert_eq!(
        (time.frequency.as_deref(), time.last.as_str()),
        (Some("P1M"), "2004-12")
    );
}

/// Twelve numbers of a year, as one text.
fn year(year: usize, between: &str) -> String {
    let numbers: Vec<String> = (1..=12)
        .map(|month| (year * month % 17).to_string())
        .collect();
    numbers.join(between)
}

#[test]
fn a_column_a_year_and_years_without_names_are_one_series() {
    let words = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec";
    let rows = |name: &dyn Fn(usize, &str) -> String| -> String {
        let row = |(month, word): (usize, &str)| {
            let values: Vec<String> = (2018..2021)
                .map(|y| (y * (month + 1) % 17).to_string())
                .collect();
            format!("{},{}\n", name(month + 1, word), values.join(","))
        };
        words.split(' ').enumerate().map(row).collect()
    };
    let expected: Vec<f64> = (2018..2021)
        .flat_map(|year| (1..=12).map(move |month| f64::from(year * month % 17)))
        .collect();
    for rows in [
        rows(&|_, word| word.to_owned()),
        rows(&|month, _| month.to_string()),
    ] {
        let table = load(format!("month,2018,2019,2020\n{rows}")).unwrap();
        assert_eq!(time(&table), ("P1M", "2018-01", "2020-12"));
        assert_eq!(table.columns[1].numbers, expected);
        says(
            &table,
            "a row a month and a column a year are read as one series",
        );
    }
    // What R prints of a quarterly series.
    let table =
        load("     Qtr1 Qtr2 Qtr3 Qtr4\n2019   10   20   15    5\n2020   11   21   16    6\n")
            .unwrap();
    assert_eq!(time(&table), ("P3M", "2019Q1", "2020Q4"));
    for between in [",", " "] {
        let lines: Vec<String> = (2018..2021)
            .map(|y| format!("{y}{between}{}", year(y, between)))
            .collect();
        let table = load(lines.join("\n")).unwrap();
        assert_eq!(time(&table), ("P1M", "2018-01", "2020-12"));
        assert_eq!(table.columns[1].numbers, expected);
        says(&table, "twelve columns without names");
    }
    // Eleven are no months.
    let lines: Vec<String> = (2018..2021)
        .map(|y| format!("{y},{}", year(y, ",").rsplit_once(',').unwrap().0))
        .collect();
    assert_eq!(load(lines.join("\n")).unwrap().columns.len(), 12);
}
