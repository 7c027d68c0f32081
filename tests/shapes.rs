//! Files whose rows are no plain rows of one series: series on top of one another, values that bear their names,
//! frequencies in one column, marks behind years, times without a year.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use common::tables::{load, names, says, time};
use optimizer_explorer::{
    data::{self, ColumnKind, Table},
    experiment::Experiment,
};
use std::fmt::Write as _;

fn column<'a>(table: &'a Table, name: &str) -> &'a data::Column {
    let found = table.columns.iter().find(|column| column.name == name);
    found.unwrap_or_else(|| panic!("no {name} among {:?}", names(table)))
}

/// No note has these words.
fn is_silent(table: &Table, what: &str) {
    let said = table.notes.iter().any(|note| note.contains(what));
    assert!(!said, "\"{what}\" is among {:?}", table.notes);
}

const STACKED: &str = "series stand on one another";

#[test]
fn series_on_top_of_one_another_are_told() {
    // As the OECD writes: one below the other, what all have in common before.
    let mut oecd = "LOCATION,INDICATOR,TIME,Value,Flag Codes\n".to_owned();
    for place in ["AUS", "AUT", "BEL"] {
        for row in 0..20 {
            let time = format!("{}-Q{}", 2010 + row / 4, row % 4 + 1);
            writeln!(oecd, "\"{place}\",\"CPI\",\"{time}\",{}.5,", row * 7 % 5).unwrap();
        }
    }
    let table = load(&oecd).unwrap();
    says(
        &table,
        "3 series stand on one another, told apart by \"LOCATION\"; a step \"group\" with by = \"LOCATION\" in data.prepare",
    );
    is_silent(&table, "not in order");
    assert_eq!(time(&table), ("P3M", "2010-Q1", "2014-Q4"));
    // Tidy: row by row; the names may be numbers, which are no values to be predicted then.
    for names in [["in", "out"], ["7", "8"]] {
        let mut tidy = "when,where,value\n".to_owned();
        for hour in 0..24 {
            for name in names {
                writeln!(tidy, "2024-01-01 {hour:02}:00,{name},{}.5", hour * 7 % 5).unwrap();
            }
        }
        let table = load(&tidy).unwrap();
        says(
            &table,
            "2 series stand on one another, told apart by \"where\"",
        );
        assert_eq!(time(&table).0, "PT1H");
        assert_eq!(table.default_target().unwrap(), 2);
    }
    // Years that begin anew for each country are a time too.
    let mut years = "Entity,Code,Year,GDP\n".to_owned();
    for (place, code) in [("France", "FRA"), ("Germany", "DEU")] {
        for year in 1990..2010 {
            writeln!(years, "{place},{code},{year},{}.5", year * 7 % 5).unwrap();
        }
    }
    let table = load(&years).unwrap();
    says(&table, "told apart by \"Entity\"");
    assert_eq!(time(&table), ("P1Y", "1990", "2009"));
    // Two columns together, which one step cannot name.
    let mut both = "date,country,sex,value\n".to_owned();
    for (place, sex) in [("FR", "f"), ("FR", "m"), ("DE", "f"), ("DE", "m")] {
        for day in 1..20 {
            writeln!(both, "2024-01-{day:02},{place},{sex},{}.5", day * 7 % 5).unwrap();
        }
    }
    let table = load(&both).unwrap();
    says(&table, "told apart by \"country\" and \"sex\" together");
}

#[test]
fn one_series_is_not_told_to_be_several() {
    let mut weather = "date,weather,x\n".to_owned();
    let mut twice = "date,side,x\n".to_owned();
    for day in 1..30 {
        let word = ["sun", "rain"][day % 2];
        writeln!(weather, "2024-01-{day:02},{word},{}.5", day * 7 % 5).unwrap();
        // Some moments stand there twice with the same word: nothing tells them apart.
        let moment = day / 3 + 1;
        writeln!(twice, "2024-01-{moment:02},buy,{}.5", day * 7 % 5).unwrap();
        writeln!(twice, "2024-01-{moment:02},sell,{}.5", day * 7 % 5).unwrap();
    }
    for text in [weather, twice] {
        is_silent(&load(&text).unwrap(), STACKED);
    }
}

#[test]
fn the_step_that_a_note_names_parts_the_series() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("long.csv");
    let mut long = "time,sensor,value\n".to_owned();
    for hour in 0..60 {
        for sensor in ["a", "b"] {
            let (day, hour) = (1 + hour / 24, hour % 24);
            writeln!(
                long,
                "2024-01-{day:02} {hour:02}:00,{sensor},{}",
                hour * 7 % 5
            )
            .unwrap();
        }
    }
    std::fs::write(&path, long).unwrap();
    let of = |steps: &str| {
        let toml = format!("[data]\nsource = {path:?}\n[data.window]\nlookback = 5\n{steps}");
        let experiment = Experiment::from_toml(&toml).unwrap();
        data::Dataset::new(&experiment.data, 7).unwrap()
    };
    let grouped = of("[[data.prepare]]\nstep = \"group\"\nby = \"sensor\"\n");
    let said = |dataset: &data::Dataset| dataset.notes.iter().any(|note| note.contains(STACKED));
    assert!(said(&of("")) && !said(&grouped), "{:?}", grouped.notes);
}

#[test]
fn times_without_a_year_are_read_and_go_on() {
    let series = |times: &[String]| {
        let mut text = "when,x\n".to_owned();
        for (row, time) in times.iter().enumerate() {
            writeln!(text, "{time},{}.5", row * 7 % 5).unwrap();
        }
        load(&text).unwrap()
    };
    let days = |from: usize| -> Vec<(usize, usize)> {
        let lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
        let all = (0..12).flat_map(|month| (1..=lengths[month]).map(move |day| (month, day)));
        all.cycle().skip(from).take(60).collect()
    };
    let word = |month: usize| {
        [
            "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
        ][month]
    };
    for from in [0, 330] {
        let days = days(from);
        let last = |form: &dyn Fn(usize, usize) -> String| {
            let texts: Vec<String> = days.iter().map(|&(month, day)| form(month, day)).collect();
            let table = series(&texts);
            assert_eq!(table.rows(), 60, "{:?}", table.notes);
            assert_eq!(time(&table).0, "P1D", "{:?}", table.notes);
            says(&table, "name no year");
            table.time.unwrap().after_end(1).unwrap()
        };
        let (a, b, c) = if from == 0 {
            ("Mar 02", "03-02", "2 Mar")
        } else {
            ("Jan 26", "01-26", "26 Jan")
        };
        assert_eq!(last(&|month, day| format!("{} {day:02}", word(month))), a);
        assert_eq!(last(&|month, day| format!("{:02}-{day:02}", month + 1)), b);
        assert_eq!(last(&|month, day| format!("{day} {}", word(month))), c);
    }
    let hours = |form: &dyn Fn(usize, usize) -> String| {
        let texts: Vec<String> = (0..72).map(|hour| form(1 + hour / 24, hour % 24)).collect();
        let table = series(&texts);
        assert_eq!(time(&table).0, "PT1H", "{:?}", table.notes);
        table.time.unwrap().after_end(1).unwrap()
    };
    assert_eq!(
        hours(&|day, hour| format!("01-{day:02} {hour:02}:00")),
        "01-04 00:00"
    );
    // As system logs write the day.
    let log = hours(&|day, hour| format!("Jan {day:2} {hour:02}:00:00"));
    assert!(
        ["Jan 4 00:00:00", "Jan 04 00:00:00", "Jan  4 00:00:00"].contains(&log.as_str()),
        "{log}"
    );
    // Ages and ratios are none.
    let ages = load("age,x\n10-14,5\n15-19,7\n20-24,6\n25-29,4\n").unwrap();
    assert!(ages.time.is_none());
}

#[test]
fn time_that_passes_may_have_a_unit() {
    for (unit, step, frequency, next) in [
        (" sec", 0.1, "PT0.1S", "4"),
        (" s", 12.0, "PT12S", "480"),
        ("min", 3.0, "PT3M", "120"),
        (" h", 1.0, "PT1H", "40"),
        (" ms", 250.0, "PT0.25S", "10000"),
    ] {
        let mut text = "t,x\n".to_owned();
        for row in 0..40 {
            let passed = (f64::from(row) * step * 10.0).round() / 10.0;
            writeln!(text, "{passed}{unit},{}.5", row * 7 % 5).unwrap();
        }
        let table = load(&text).unwrap();
        let time = table.time.as_ref().unwrap();
        assert_eq!(time.frequency.as_deref(), Some(frequency), "{unit}");
        assert_eq!(time.after_end(1).as_deref(), Some(next), "{unit}");
        assert_eq!(table.default_target().unwrap(), 1);
    }
    // What does not rise is measured.
    let table = load("t,x\n5 s,1\n7 s,2\n6 s,4\n5 s,3\n").unwrap();
    assert!(table.time.is_none());
}

#[test]
fn letters_that_differ_behind_numbers_multiply_them() {
    let table = load(
        "\"Date\",\"Price\",\"Vol.\",\"Change %\"\n\"01/02/2024\",\"1,200.5\",\"12.3M\",\"1.5%\"\n\"01/03/2024\",\"1,201.5\",\"900.00K\",\"-0.5%\"\n\"01/04/2024\",\"1,202.5\",\"-\",\"0.5%\"\n\"01/05/2024\",\"1,203.5\",\"1.25B\",\"0.5%\"\n\"01/08/2024\",\"1,203.5\",\"512\",\"0.5%\"\n",
    )
    .unwrap();
    let volumes = &column(&table, "Vol.").numbers;
    let known: Vec<f64> = volumes.iter().copied().filter(|x| !x.is_nan()).collect();
    assert_eq!(known, [12.3e6, 9e5, 1.25e9, 512.0]);
    assert_eq!(volumes.iter().filter(|x| x.is_nan()).count(), 1);
    says(&table, "\"Vol.\", such as \"12.3M\", are read as thousands");
    is_silent(&table, "taken for text");
    // The same letter behind all is a unit, others than these are texts.
    let kelvin = load("a,b\n1,270.5K\n2,271.5K\n4,272.5K\n").unwrap();
    assert_eq!(column(&kelvin, "b").numbers, [270.5, 271.5, 272.5]);
    says(&kelvin, "without its unit \"K\"");
    let mixed = load("a,b\n1,5K\n2,6G\n4,7K\n").unwrap();
    assert!(!column(&mixed, "b").is_numeric());
    let beyond = load(format!("a,b\n1,5K\n2,{}B\n4,7K\n", "9".repeat(305))).unwrap();
    assert!(!column(&beyond, "b").is_numeric());
}

#[test]
fn names_stand_in_the_last_comments() {
    let mut rows = String::new();
    for row in 0..20 {
        writeln!(rows, "{row} {}.5 {}", row % 3, row % 5).unwrap();
    }
    for (head, columns) in [
        (
            "# made by foo 2024\n# time temp press\n",
            ["time", "temp", "press"],
        ),
        (
            "# time temp press\n# s degC hPa\n",
            ["time", "temp", "press"],
        ),
        (
            "# time temp press\n# [s] [degC] [hPa]\n",
            ["time", "temp", "press"],
        ),
        (
            "# run seven b\n# time temp press\n# (s) (degC)\n",
            ["time", "temp", "press"],
        ),
        ("# x y z\n", ["x", "y", "z"]),
        ("# time temp\n", ["column_1", "column_2", "column_3"]),
    ] {
        let table = load(format!("{head}{rows}")).unwrap();
        assert_eq!(
            (names(&table), table.rows()),
            (columns.to_vec(), 20),
            "{head}"
        );
        assert!(table.columns.iter().all(data::Column::is_numeric));
    }
}

#[test]
fn months_behind_years_need_no_names() {
    // As NOAA writes Mauna Loa's carbon dioxide: the names stand in two rows that fit no columns.
    let mut text = "# USE OF NOAA GML DATA\n#\n#            decimal     monthly    #days\n#             date       average\n".to_owned();
    for row in 2..122 {
        let (year, month) = (1958 + row / 12, row % 12 + 1);
        writeln!(
            text,
            "{year}  {month:2}   {year}.{month:02}    {}.5     -1",
            315 + row % 7
        )
        .unwrap();
    }
    let table = load(&text).unwrap();
    assert_eq!(time(&table), ("P1M", "1958-03", "1968-02"));
    // Not where the second column counts no months.
    let other = load("2001 1 5\n2002 3 6\n2003 2 7\n2004 1 8\n").unwrap();
    assert_eq!(time(&other).0, "P1Y");
}

#[test]
fn lines_may_name_their_values() {
    for (form, delimiter) in [
        ("temp=A hum=B", ' '),
        ("temp:A hum:B", ' '),
        ("temp: A hum: B", ' '),
        ("temp = A hum = B", ' '),
        ("temp: A C hum: B %", ' '),
        ("temp:A,hum:B", ','),
        ("temp=A; hum=B;", ';'),
        ("temp:A\thum:B", '\t'),
        ("temp: A C, hum: B %", ','),
    ] {
        let mut text = String::new();
        for row in 0..12 {
            let line = form.replace('A', &format!("{}.5", 20 + row % 3));
            text += &(line.replace('B', &(40 + row % 5).to_string()) + "\n");
        }
        let table = load(&text).unwrap();
        assert_eq!(
            (names(&table), table.rows()),
            (vec!["temp", "hum"], 12),
            "{form}"
        );
        assert_eq!(column(&table, "temp").numbers[..2], [20.5, 21.5], "{form}");
        assert_eq!(column(&table, "hum").numbers[..2], [40.0, 41.0], "{form}");
        assert_eq!(table.delimiter, Some(delimiter), "{form}");
        says(&table, "names of columns: temp, hum");
    }
    for form in [
        "2024-01-01T0H:00:00 temp=A",
        "2024-01-01 0H:00, temp: A, hum: 4",
        "2024-01-01 0H:00 temp=A, hum=4",
        "time=\"2024-01-01 0H:00\" temp=A msg=\"all well\"",
        "[2024-01-01 0H:00:00] temp=A",
        "0H:00:05.250 -> temp:A,hum:4",
    ] {
        let mut text = "sensor is ready\n".to_owned();
        for row in 0..10 {
            let line = form.replace('A', &format!("{}.5", 20 + row % 3));
            text += &(line.replace('H', &row.to_string()) + "\n");
        }
        let table = load(&text).unwrap();
        assert_eq!(time(&table).0, "PT1H", "{form}: {:?}", table.notes);
        assert_eq!(column(&table, "temp").numbers[..2], [20.5, 21.5], "{form}");
        says(&table, "lines without them are left out: 1");
    }
    // A wrong value is told by its own line.
    let wrong = load("a=1 b=5\na=2 b=bad\na=3 b=6\na=4 b=7\n").unwrap();
    says(&wrong, "because of \"bad\" in line 2");
    // Lines that name different values are what they were.
    let table = load("a=1 b=5\na=2 c=7\nb=3 c=6\na=4 b=7\n").unwrap();
    is_silent(&table, "names of columns");
}

#[test]
fn of_several_frequencies_the_finest_is_read() {
    let months = [
        "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC",
    ];
    let head = "\"Title\",\"CPI\",\"RPI\"\n\"CDID\",\"L522\",\"L523\"\n\"Unit\",\"Index\",\"\"\n\"Release date\",\"17-01-2024\",\"17-01-2024\"\n";
    let mut years = String::new();
    for year in 2010..2016 {
        writeln!(years, "\"{year}\",\"{}\",\"\"", year % 7).unwrap();
    }
    let mut quarters = String::new();
    let mut monthly = String::new();
    for year in 2010..2016 {
        for quarter in 1..5 {
            writeln!(
                quarters,
                "\"{year} Q{quarter}\",\"{}.5\",\"3\"",
                quarter * 7
            )
            .unwrap();
        }
        for (place, month) in months.iter().enumerate() {
            writeln!(
                monthly,
                "\"{year} {month}\",\"{place}.5\",\"{}\"",
                place * 3
            )
            .unwrap();
        }
    }
    let all = load(format!("{head}{years}{quarters}{monthly}")).unwrap();
    assert_eq!(time(&all), ("P1M", "2010 JAN", "2015 DEC"));
    assert_eq!(column(&all, "CPI").numbers[..2], [0.5, 1.5]);
    assert_eq!(column(&all, "RPI").kind, ColumnKind::Integer);
    says(&all, "the 72 months are read and 24 quarters, 6 years and");
    is_silent(&all, "taken for text");
    let table = load(format!("Title,CPI,RPI\n{years}{quarters}")).unwrap();
    assert_eq!((time(&table).0, table.rows()), ("P3M", 24));
    assert_eq!(column(&table, "CPI").numbers[..2], [7.5, 14.5]);
    // One frequency is what it was.
    let table = load(format!("Title,CPI,RPI\n{quarters}")).unwrap();
    assert_eq!((time(&table).0, table.rows()), ("P3M", 24));
    is_silent(&table, "several frequencies");
}

#[test]
fn series_of_noaa_psl_are_monthly() {
    let mut text = "      1950     1979\n".to_owned();
    for year in 1950..1980 {
        write!(text, "{year} ").unwrap();
        for month in 0..12 {
            if year == 1979 && month > 4 {
                text += "  -99.990";
            } else {
                write!(text, " {:8.3}", f64::from(month) / 8.0).unwrap();
            }
        }
        text.push('\n');
    }
    let bare = load(&text).unwrap();
    assert_eq!(bare.rows(), 360);
    says(&bare, "NOAA PSL: what follows");
    text += "  -99.99\n NINO3.4 index\n https://psl.noaa.gov/data\n";
    let table = load(&text).unwrap();
    assert_eq!(time(&table), ("P1M", "1950-01", "1979-05"));
    assert_eq!(column(&table, "value").numbers[..3], [0.0, 0.125, 0.25]);
    assert_eq!(column(&table, "value").missing(), 0);
    says(&table, "-99.99 stands for a missing month");
}

#[test]
fn marks_behind_years_are_left_out() {
    for mark in ["*", "**", "p", " (est.)", "†", " e"] {
        let mut text = "Characteristic,Population\n".to_owned();
        for year in 2000..2047 {
            let mark = if year > 2024 { mark } else { "" };
            writeln!(text, "{year}{mark},{}.25", year % 7).unwrap();
        }
        let table = load(&text).unwrap();
        assert_eq!(time(&table), ("P1Y", "2000", "2046"), "{mark}");
        says(&table, &format!("such as \"2025{mark}\", are left out"));
        is_silent(&table, "taken for text");
        assert_eq!(table.default_target().unwrap(), 1);
    }
    let mut text = "month,x\n".to_owned();
    for month in 1..13 {
        let mark = if month > 10 { "*" } else { "" };
        writeln!(text, "2020-{month:02}{mark},{}.25", month % 7).unwrap();
    }
    assert_eq!(time(&load(&text).unwrap()), ("P1M", "2020-01", "2020-12"));
    // Names are not changed.
    let table = load("name,x\nfoo*,1\nbar,2\nbaz (old),4\n").unwrap();
    assert_eq!(table.columns[0].texts, ["foo*", "bar", "baz (old)"]);
}

/// Found by somebody who came with files of his own: a search in a line without end, a comma between blanks, digits of
/// days and clocks taken for seconds, and what was left unsaid.
#[test]
fn what_somebody_came_with_is_read_or_said() {
    let read = |text: String| load(text).unwrap();
    // A name of two million letters is gone through once.
    let long = "lorem ipsum ".repeat(200_000);
    for text in [
        format!("{long},v\n1,2\n2,3\n"),
        format!("a,v\n{long},1\n{long},2\n"),
        format!("{},v\n1,2\n2,3\n", "x".repeat(2_000_000)),
    ] {
        let begun = std::time::Instant::now();
        assert_eq!(load(&text).unwrap().rows(), 2);
        // Twenty minutes where each place in it is searched from.
        assert!(begun.elapsed().as_secs() < 20, "{:?}", begun.elapsed());
    }
    let day = |k: usize| format!("2021-01-{:02}", k + 1);
    let lines = |count: usize, line: &dyn Fn(usize) -> String| {
        let all = (0..count).map(|k| line(k) + "\n");
        all.collect::<String>()
    };
    let rows = |line: &dyn Fn(usize) -> String| lines(12, line);
    // Commas in numbers that blanks part.
    let table = read(
        "date visitors\n".to_owned() + &rows(&|k| format!("{} 1,{:03}", day(k), 200 + 31 * k)),
    );
    assert_eq!(
        (names(&table), table.rows()),
        (vec!["date", "visitors"], 12)
    );
    assert_eq!(
        table.time.as_ref().unwrap().frequency.as_deref(),
        Some("P1D")
    );
    let table = read(
        "Datum Wert Luft\n".to_owned() + &rows(&|k| format!("{:02}.01.2021 1{k},5 0,{k}", k + 1)),
    );
    assert_eq!(table.columns[1].numbers[..3], [10.5, 11.5, 12.5]);
    // Days and clocks in one number, and months with years.
    for (line, frequency) in [
        (
            &(|k: usize| format!("20210104{k:02}0000,{}", k * k % 7)) as &dyn Fn(usize) -> String,
            "PT1H",
        ),
        (
            &|k| format!("20210104{:02}{:02},{}", k / 2, k % 2 * 30, k * k % 7),
            "PT30M",
        ),
        (&|k| format!("20210104{k:02},{}", k * k % 7), "PT1H"),
        (
            &|k| {
                format!(
                    "{:02}.{},{}",
                    (k + 4) % 12 + 1,
                    2000 + (k + 4) / 12,
                    k * k % 7
                )
            },
            "P1M",
        ),
        (
            &|k| {
                format!(
                    "{}.{:02},{}",
                    1949 + (k + 4) / 12,
                    (k + 4) % 12 + 1,
                    k * k % 7
                )
            },
            "P1M",
        ),
    ] {
        let table = read("time,v\n".to_owned() + &rows(line));
        let time = table.time.as_ref().unwrap();
        assert_eq!(time.frequency.as_deref(), Some(frequency), "{}", line(0));
        assert_eq!(table.default_target().unwrap(), 1);
    }
    // Seconds since 1970 stay what they are.
    let table =
        read("time,v\n".to_owned() + &rows(&|k| format!("{},{}", 1_609_459_200 + 60 * k, k % 5)));
    assert_eq!(
        table.time.as_ref().unwrap().frequency.as_deref(),
        Some("PT1M")
    );
    // A day and its hour in columns apart.
    let table = read(
        "date,hour,v\n".to_owned()
            + &rows(&|k| format!("{},{},{}", day(k / 4), k % 4 * 6, k * k % 7)),
    );
    let time = table.time.as_ref().unwrap();
    assert_eq!(
        (time.name.as_str(), time.frequency.as_deref()),
        ("date+hour", Some("PT6H"))
    );
    // Months as numbers are names above years, however the values go on.
    let months = (1..=12)
        .map(|month| month.to_string())
        .collect::<Vec<_>>()
        .join(",");
    let row = |year: usize| {
        (0..12)
            .map(|month| (12 * year + month).to_string())
            .collect::<Vec<_>>()
            .join(",")
    };
    let years = lines(4, &|k| format!("{},{}", 1990 + k, row(k)));
    let table = read(format!("year,{months}\n{years}"));
    assert_eq!(
        (
            table.rows(),
            table.time.as_ref().unwrap().frequency.as_deref()
        ),
        (48, Some("P1M"))
    );
    // Months of years that are counted too are no days.
    let sales = lines(36, &|k| {
        format!("{}-{:02},{}", 1 + k / 12, k % 12 + 1, k * k % 7)
    });
    let table = read("Month,Sales\n".to_owned() + &sales);
    assert_eq!(table.rows(), 36);
    // Said: a time that stands twice, one that is none, commas that may part thousands.
    let twice = read(
        "date,v\n".to_owned()
            + &rows(&|k| {
                format!(
                    "{},{}",
                    day(if k < 2 { k } else { k - 1 + usize::from(k > 6) }),
                    k * k % 7
                )
            }),
    );
    assert_eq!(twice.rows(), 13, "a row for the day that is left out");
    for (table, note) in [
        (
            twice,
            "times in \"date\" that stand more than once: 1, the first of them 2021-01-02",
        ),
        (
            read(
                "date,v\n".to_owned()
                    + &rows(&|k| {
                        format!(
                            "{},{k}",
                            if k == 9 {
                                "2021-13-45".to_owned()
                            } else {
                                day(k)
                            }
                        )
                    }),
            ),
            "\"date\" is no time because of \"2021-13-45\" in row 10",
        ),
        (
            read("date\tv\n".to_owned() + &rows(&|k| format!("{}\t1,{:03}", day(k), 200 + 31 * k))),
            "\"v\" is read with a decimal comma, though each of its commas may part thousands",
        ),
    ] {
        assert!(
            table.notes.iter().any(|found| found.starts_with(note)),
            "{note}: {:?}",
            table.notes
        );
    }
    // The range of times, whatever order they stand in.
    let falling = read("date,v\n".to_owned() + &rows(&|k| format!("{},{k}", day(11 - k))));
    let time = optimizer_explorer::data::inspect(&falling).time.unwrap();
    assert_eq!(
        (time.first.as_str(), time.last.as_str()),
        ("2021-01-01", "2021-01-12")
    );
}
