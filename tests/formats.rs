//! Every form of file that people bring, made by pandas, openpyxl, NumPy (`tests/files/make.py`) or by hand.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use optimizer_explorer::{
    data::{self, AnswerValues, ColumnKind, DataError, Dataset, Format, Part, Table, inspect},
    experiment::{self, Generate},
};
use std::{fs, io::Write as _};

fn load(source: &str) -> Result<Table, DataError> {
    data::load(source, &Generate::default(), 7)
}

fn file(name: &str) -> String {
    format!("{}/tests/files/{name}", env!("CARGO_MANIFEST_DIR"))
}

/// Loads `bytes` as a file of that name.
fn read(name: &str, bytes: impl AsRef<[u8]>) -> Result<Table, DataError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, bytes).unwrap();
    load(path.to_str().unwrap())
}

fn refusal(name: &str, bytes: impl AsRef<[u8]>) -> String {
    let message = read(name, bytes).unwrap_err().to_string();
    assert!(!message.contains('\n'), "{message}");
    message[message.find(name).unwrap()..].to_owned()
}

#[test]
fn the_same_series_in_every_form_is_the_same_series() {
    let plain = load("builtin:airline").unwrap();
    let expected = &plain.columns[1].numbers[..36];
    for (name, format) in [
        ("airline.csv.gz", Format::Csv),
        ("airline.zip", Format::Csv),
        ("airline.xlsx", Format::Xlsx),
        ("airline.xls", Format::Xls),
        ("airline.xlsb", Format::Xlsb),
        ("airline.ods", Format::Ods),
        ("airline.parquet", Format::Parquet),
        ("airline-gzip.parquet", Format::Parquet),
        ("airline-zstd.parquet", Format::Parquet),
        ("airline-lz4.parquet", Format::Parquet),
        ("airline-records.json", Format::Json),
        ("airline-lines.jsonl", Format::Jsonl),
        ("airline-columns.json", Format::Json),
        ("airline-split.json", Format::Json),
    ] {
        let table = load(&file(name)).unwrap_or_else(|error| panic!("{error}"));
        let seen = inspect(&table);
        assert_eq!(seen.format, format, "{name}");
        assert_eq!(table.columns[1].numbers, expected, "{name}");
        assert_eq!(table.columns[1].kind, ColumnKind::Integer, "{name}");
        let time = seen.time.unwrap_or_else(|| panic!("{name} has a time"));
        assert_eq!(time.column, "Date", "{name}");
        assert_eq!(
            time.frequency.as_deref(),
            Some("P1M"),
            "{name}: {} to {}",
            time.first,
            time.last
        );
    }
    let array = load(&file("airline.npy")).unwrap();
    assert_eq!(array.columns[0].numbers, expected);
}

#[test]
fn arrays_of_two_and_three_dimensions_are_columns_and_series() {
    let pair = load(&file("pair.npy")).unwrap();
    assert_eq!(pair.columns[1].numbers, [0.25, 0.75, 1.25, 1.75]);
    let three = load(&file("three.npy")).unwrap();
    assert_eq!(three.series, [0..4, 4..8]);
    assert!(three.notes[0].ends_with("2 series of 4 steps, columns: 3"));
    // As Keras has them: [series, step, column].
    let bytes = fs::read(file("three.npy")).unwrap();
    let header = String::from_utf8_lossy(&bytes[..128]).replace("(2, 3, 4)", "(2, 4, 3)");
    let turned = [b"\x93", &header.as_bytes()[3..], &bytes[128..]].concat();
    let turned = read("turned.npy", turned).unwrap();
    assert_eq!(turned.series, [0..4, 4..8]);
    assert_eq!(turned.columns.len(), 3);
    assert_eq!(turned.columns[1].numbers[..4], [5.0, 9.0, 2.0, 6.0]);
    // [series, column, step], column-major in the file and big-endian.
    assert_eq!(
        three.columns[1].numbers,
        [4.0, 5.0, 6.0, 7.0, 16.0, 17.0, 18.0, 19.0]
    );
    let whole = fs::read(file("airline.npy")).unwrap();
    assert!(refusal("cut.npy", &whole[..whole.len() - 1]).contains("ends after 35 of 36 values"));
    assert!(refusal("cut.npy", &whole[..20]).contains("header is cut off"));
    let text = String::from_utf8_lossy(&whole[..128]).replace("<f8", "<U8");
    let named = [b"\x93", &text.as_bytes()[3..128], &whole[128..]].concat();
    assert!(refusal("text.npy", named).contains("elements of the type <U8"));
}

#[test]
fn a_workbooks_sheet_is_chosen_and_its_table_found() {
    let table = load(&file("sensor.xlsx")).unwrap();
    let names: Vec<&str> = table.columns.iter().map(|c| c.name.as_str()).collect();
    assert_eq!(names, ["when", "temperature", "state"]);
    assert_eq!(table.rows(), 48);
    assert!(table.columns[1].numbers[5].is_nan());
    let time = table.time.as_ref().unwrap();
    assert_eq!(time.frequency.as_deref(), Some("PT1H"));
    assert_eq!(time.first, "2021-03-01 00:00:00");
    assert!(
        table
            .notes
            .iter()
            .any(|note| note.contains("About, Sensor, Daily")),
        "{:?}",
        table.notes
    );
    for sheet in ["Daily", "3"] {
        let daily = load(&format!("{}#{sheet}", file("sensor.xlsx"))).unwrap();
        assert_eq!((daily.rows(), daily.columns[1].numbers[3]), (10, 9.0));
        assert_eq!(daily.time.unwrap().frequency.as_deref(), Some("P1D"));
    }
    let missing = load(&format!("{}#Weekly", file("sensor.xlsx")))
        .unwrap_err()
        .to_string();
    assert!(
        missing.contains("has no sheet \"Weekly\"; there are About, Sensor, Daily"),
        "{missing}"
    );
    let formulas = load(&file("formulas.xlsx")).unwrap();
    assert!(formulas.columns[2].is_empty());
    assert!(
        formulas.notes.iter().any(|note| note
            == "formulas without saved values are missing: 12; open the workbook in a spreadsheet program and save it there"),
        "{:?}",
        formulas.notes
    );
    let corner = load(&file("corner.xlsx")).unwrap_err().to_string();
    assert!(
        corner.contains("reaches over 1048576 rows and 16384 columns"),
        "{corner}"
    );
}

#[test]
fn packed_files_stay_within_bounds() {
    let bomb = load(&file("bomb.csv.gz")).unwrap_err().to_string();
    assert!(bomb.contains("unpacks to more than 256 MiB"), "{bomb}");
    let packed = fs::read(file("airline.csv.gz")).unwrap();
    assert!(refusal("cut.csv.gz", &packed[..60]).contains("compressed by gzip and damaged"));
    let zipped = fs::read(file("airline.zip")).unwrap();
    assert!(refusal("cut.zip", &zipped[..100]).contains("zip archive and damaged"));
    let book = fs::read(file("airline.xlsx")).unwrap();
    assert!(refusal("cut.xlsx", &book[..book.len() / 2]).contains("damaged"));
}

/// A zip archive of these files, such as a workbook is.
fn zipped(files: &[(&str, String)]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in files {
        let options = zip::write::SimpleFileOptions::default();
        archive.start_file(*name, options).unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

#[test]
fn what_stands_in_a_file_once_and_counts_a_million_times_is_refused() {
    let ended = |rows: &str, end: &str| {
        let manifest = "<manifest:manifest xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\"/>";
        let names = ["office", "table", "text"].map(|name| {
            format!("xmlns:{name}=\"urn:oasis:names:tc:opendocument:xmlns:{name}:1.0\"")
        });
        let content = format!(
            "<office:document-content {}><office:body><office:spreadsheet><table:table table:name=\"S\">{rows}{end}</office:spreadsheet></office:body></office:document-content>",
            names.join(" ")
        );
        zipped(&[
            (
                "mimetype",
                "application/vnd.oasis.opendocument.spreadsheet".into(),
            ),
            ("META-INF/manifest.xml", manifest.into()),
            ("content.xml", content),
        ])
    };
    let ods = |rows: &str| ended(rows, "</table:table>");
    let cell = |text: &str| {
        format!(
            "<table:table-cell office:value-type=\"string\"><text:p>{text}</text:p></table:table-cell>"
        )
    };
    let many = ods(&format!(
        "<table:table-row table:number-rows-repeated=\"1000000\">{}</table:table-row>",
        cell(&"x".repeat(100_000))
    ));
    assert!(many.len() < 2000);
    let error = refusal("a.ods", many);
    assert!(error.contains("holds more than 512 MiB of text"), "{error}");
    let wide = ods(
        "<table:table-row table:number-rows-repeated=\"1048576\"><table:table-cell table:number-columns-repeated=\"90\" office:value-type=\"float\" office:value=\"1\"/></table:table-row>",
    );
    let error = refusal("a.ods", wide);
    assert!(
        error.contains("reaches over 1048576 rows and 90 columns"),
        "{error}"
    );
    // What is no table is not quoted at length, and a sheet without an end is not looked through for ever.
    let zell = format!(
        "<table:table-zell>{}</table:table-zell>",
        "x".repeat(10_000)
    );
    let error = refusal(
        "a.ods",
        ods(&format!("<table:table-row>{zell}</table:table-row>")),
    );
    assert!(
        error.contains("is a damaged workbook") && error.len() < 400,
        "{error}"
    );
    let row = format!("<table:table-row>{}</table:table-row>", cell("a"));
    let error = refusal("a.ods", ods(&format!("{row}<table:table-row")));
    assert!(error.contains("its content is damaged"), "{error}");
    let error = refusal("a.ods", ended(&row, ">/table:table>"));
    assert!(error.contains("its content is damaged"), "{error}");
    // Empty rows to the sheet's end, as LibreOffice writes them, are nothing.
    let row = |x: usize| {
        format!(
            "<table:table-row>{}<table:table-cell office:value-type=\"float\" office:value=\"{x}\"/></table:table-row>",
            cell("a")
        )
    };
    let usual = ods(&format!(
        "{}{}<table:table-row table:number-rows-repeated=\"1048573\"><table:table-cell table:number-columns-repeated=\"16384\"/></table:table-row>",
        row(1),
        row(2)
    ));
    assert_eq!(read("a.ods", usual).unwrap().rows(), 2);

    let office = "http://schemas.openxmlformats.org";
    let relation = |id: usize, kind: &str, to: &str| {
        format!(
            "<Relationship Id=\"rId{id}\" Type=\"{office}/officeDocument/2006/relationships/{kind}\" Target=\"{to}\"/>"
        )
    };
    let relations = |inside: String| {
        format!(
            "<Relationships xmlns=\"{office}/package/2006/relationships\">{inside}</Relationships>"
        )
    };
    let rows: Vec<String> = (1..=1000)
        .map(|row| format!("<row r=\"{row}\"><c r=\"A{row}\" t=\"s\"><v>0</v></c><c r=\"B{row}\"><v>{row}</v></c></row>"))
        .collect();
    let rows = rows.concat();
    let book = zipped(&[
        (
            "_rels/.rels",
            relations(relation(1, "officeDocument", "xl/workbook.xml")),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            relations(
                relation(1, "worksheet", "worksheets/sheet1.xml")
                    + &relation(2, "sharedStrings", "sharedStrings.xml"),
            ),
        ),
        (
            "xl/workbook.xml",
            format!(
                "<workbook xmlns=\"{office}/spreadsheetml/2006/main\" xmlns:r=\"{office}/officeDocument/2006/relationships\"><sheets><sheet name=\"S\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"
            ),
        ),
        (
            "xl/sharedStrings.xml",
            format!(
                "<sst xmlns=\"{office}/spreadsheetml/2006/main\"><si><t>{}</t></si></sst>",
                "x".repeat(1_000_000)
            ),
        ),
        (
            "xl/worksheets/sheet1.xml",
            format!(
                "<worksheet xmlns=\"{office}/spreadsheetml/2006/main\"><sheetData>{rows}</sheetData></worksheet>"
            ),
        ),
    ]);
    let error = refusal("a.xlsx", book);
    assert!(error.contains("holds more than 512 MiB of text"), "{error}");
    let error = load(&file("bomb.xls.gz")).unwrap_err().to_string();
    assert!(
        error.contains("its cells hold more text than is loaded"),
        "{error}"
    );
    let error = load(&file("bomb.parquet")).unwrap_err().to_string();
    assert!(error.contains("holds more than 512 MiB of text"), "{error}");

    let records: Vec<String> = (0..20_000).map(|k| format!("{{\"k{k}\":1}}")).collect();
    for (name, text) in [
        ("a.json", format!("[{}]", records.join(","))),
        ("a.jsonl", records.join("\n")),
    ] {
        let error = refusal(name, text);
        assert!(error.contains("give records of the same keys"), "{error}");
    }
}

#[test]
fn a_hundred_thousand_columns_are_read_in_seconds() {
    let names: Vec<String> = (0..100_000).map(|k| format!("c{k}")).collect();
    let row = vec!["1"; names.len()].join(",");
    let text = format!("{}\n{row}\n{}\n", names.join(","), row.replace('1', "2"));
    let begin = std::time::Instant::now();
    let table = read("a.csv", text).unwrap();
    assert_eq!((table.columns.len(), table.rows()), (100_000, 2));
    // Half a millisecond for each name would be fifty.
    assert!(begin.elapsed().as_secs() < 25, "{:?}", begin.elapsed());
}

#[test]
fn archives_of_labelled_sequences_keep_their_lengths_and_classes() {
    let shared = "/work/shared/data/JapaneseVowels_TRAIN.ts";
    if fs::exists(shared).unwrap() {
        let seen = inspect(&load(shared).unwrap());
        let lengths = seen.lengths.unwrap();
        assert_eq!((seen.series, lengths.min, lengths.max), (270, 7, 26));
        assert_eq!(seen.classes.unwrap().len(), 9);
        assert_eq!(seen.columns.len(), 13);
    }
    let rows = "1\t0.5\t0.25\t1\t2\n2\t1.5\t1\t-1\tNaN\n1\t0.5\t3\t1\tNaN\n2\t0\t0\t0\t7\n";
    let table = read("Toy_TRAIN.tsv", rows).unwrap();
    assert_eq!(table.format, Format::Ucr);
    assert_eq!(table.series, [0..4, 4..7, 7..10, 10..14]);
    let Some(AnswerValues::Classes { names, of }) = table.answers.map(|answers| answers.values)
    else {
        panic!("classes");
    };
    assert_eq!(
        (names, of),
        (vec!["1".to_owned(), "2".to_owned()], vec![0, 1, 0, 1])
    );
    let other = read("toy.tsv", rows).unwrap();
    assert_eq!((other.format, other.rows()), (Format::Tsv, 4));
}

#[test]
fn json_in_its_forms() {
    let nested = read("a.json", r#"[{"t":"2020-01","x":{"a":1,"b":2}},{"t":"2020-02","x":{"a":3}},{"t":"2020-03","x":{"a":4,"b":null}}]"#).unwrap();
    let names: Vec<&str> = nested.columns.iter().map(|c| c.name.as_str()).collect();
    assert_eq!(names, ["t", "x.a", "x.b"]);
    assert_eq!(nested.columns[2].missing(), 2);
    let under = read(
        "a.json",
        r#"{"status":"ok","observations":[{"v":1.5},{"v":2.5}]}"#,
    )
    .unwrap();
    assert_eq!(under.columns[0].numbers, [1.5, 2.5]);
    let indexed = read(
        "a.json",
        r#"{"v":{"2020-01-01":1,"2020-01-02":2,"2020-01-03":4}}"#,
    )
    .unwrap();
    assert_eq!(indexed.time.unwrap().frequency.as_deref(), Some("P1D"));
    // The other way round: pandas' orient="index".
    let rows = read(
        "a.json",
        r#"{"2020-01-01":{"v":1,"w":"a"},"2020-01-02":{"v":2.5,"w":"b"},"2020-01-03":{"v":4,"w":"a"}}"#,
    )
    .unwrap();
    assert_eq!(rows.columns[1].numbers, [1.0, 2.5, 4.0]);
    assert_eq!(rows.time.unwrap().frequency.as_deref(), Some("P1D"));
    let counted = read("a.json", r#"{"0":{"v":1,"w":3},"1":{"v":2,"w":5}}"#).unwrap();
    let names: Vec<&str> = counted.columns.iter().map(|c| c.name.as_str()).collect();
    assert_eq!((names, counted.rows()), (vec!["v", "w"], 2));
    for (text, expected) in [
        ("[{\"a\":1},\n{\"a\":}]", "a.json, line 2: is no valid JSON"),
        (
            "{\"a\":1,\"b\":2}",
            "a.json: is JSON whose keys are no columns",
        ),
        ("[]", "a.json: holds no records"),
        ("7", "a.json: is JSON and no table"),
        ("{\"a\":1}\n{\"a\":\n", "a.json, line 2: is no valid JSON"),
    ] {
        let error = refusal("a.json", text);
        assert!(error.starts_with(expected), "{error} for {text}");
    }
    let deep = "[".repeat(100_000);
    assert!(refusal("a.json", deep).contains("is no valid JSON"));
}

#[test]
fn a_series_of_pandas_keeps_its_index() {
    for text in [
        r#"{"2020-01-01":1.5,"2020-01-02":null,"2020-01-03":4}"#,
        r#"{"1577836800000":1.5,"1577923200000":null,"1578009600000":4}"#,
        r#"{"name":"x","index":["2020-01-01","2020-01-02","2020-01-03"],"data":[1.5,null,4]}"#,
        r#"{"columns":["x"],"index":["2020-01-01","2020-01-02","2020-01-03"],"data":[[1.5],[null],[4]]}"#,
    ] {
        let table = read("series.json", text).unwrap();
        let time = table.time.as_ref().unwrap_or_else(|| panic!("{text}"));
        assert_eq!(
            (time.name.as_str(), time.frequency.as_deref()),
            ("index", Some("P1D"))
        );
        let numbers = &table.columns[1].numbers;
        assert!(
            numbers[0] == 1.5 && numbers[1].is_nan() && numbers[2] == 4.0,
            "{text}"
        );
    }
    let counted = read("series.json", r#"{"0":1.5,"1":2,"2":4}"#).unwrap();
    assert_eq!((counted.columns.len(), counted.rows()), (1, 3));
    assert!(refusal("one.json", r#"{"a":1,"b":2}"#).contains("no columns of one length"));
}

#[test]
fn a_quote_that_never_closes_is_named() {
    let message = refusal("open.csv", "a,b\n1,2\n3,\"4\n5,6\n7,8\n");
    assert!(
        message.contains("line 3") && message.contains("opens and never closes"),
        "{message}"
    );
    // One within a field is a sign like others.
    let table = read("inch.csv", "pipe,b\n1/2\",2\nx,4\ny,5\nz,6\n").unwrap();
    assert_eq!(table.rows(), 4);
}

#[test]
fn commas_and_points_between_thousands_are_told_by_the_numbers_without() {
    let numbers = |text: &str| {
        let table = read("series.csv", text).unwrap();
        (table.columns[1].numbers.clone(), table.notes.join("; "))
    };
    let (comma, said) = numbers("a;v\n1;600\n2;1,200\n4;1,850\n");
    assert_eq!(comma, [600.0, 1200.0, 1850.0]);
    assert!(
        said.contains("\"v\" is read with commas between thousands"),
        "{said}"
    );
    let (point, said) = numbers("a;v\n1;600\n2;1.200\n4;1.850\n");
    assert_eq!(point, [600.0, 1200.0, 1850.0]);
    assert!(
        said.contains("\"v\" is read with points between thousands"),
        "{said}"
    );
    // Nothing tells; or larger numbers without one do.
    for text in [
        "a;v\n1;1,600\n2;1,200\n4;1,850\n",
        "a;v\n1;1600\n2;1,200\n4;1,850\n",
    ] {
        let (decimal, said) = numbers(text);
        assert_eq!(decimal[1..], [1.2, 1.85], "{said}");
    }
}

#[test]
fn numbers_with_commas_points_and_words_for_missing() {
    let german = read(
        "a.csv",
        "Datum;Umsatz\n01.02.2020;1.234,5\n02.02.2020;2.000\n03.02.2020;999,25\n04.02.2020;n.a.\n",
    )
    .unwrap();
    assert_eq!(german.columns[1].numbers[..3], [1234.5, 2000.0, 999.25]);
    assert_eq!(german.columns[1].missing(), 1);
    let quoted = read("a.csv", "t,x\n2020-01,\"1,5\"\n2020-02,\"2,25\"\n").unwrap();
    assert_eq!(quoted.columns[1].numbers, [1.5, 2.25]);
    let points = read("a.csv", "a;b\n1.5;x\n2.25;y\n").unwrap();
    assert_eq!(points.columns[0].numbers, [1.5, 2.25]);
    for word in [
        "", "NA", "N/A", "NaN", "null", "-", "?", "<NA>", "#N/A", ".", "--", "missing",
    ] {
        let table = read(
            "a.csv",
            format!("t,x\n2020-01,1\n2020-02,{word}\n2020-03,-3\n"),
        )
        .unwrap();
        assert_eq!(table.columns[1].missing(), 1, "{word}");
    }
}

#[test]
fn a_files_decimal_mark_is_that_of_the_columns_that_show_it() {
    let numbers = |text: &str, column: usize| {
        let table = read("a.csv", text).unwrap();
        (table.columns[column].numbers.clone(), table.notes)
    };
    let said = |notes: &[String], what: &str| notes.iter().any(|note| note.contains(what));
    // Points part thousands where another column has decimal commas.
    let text = "Tag;Umsatz;Preis\n1.2.2020;1.234;1,5\n2.2.2020;2.000;2,25\n3.2.2020;12.999;3\n";
    let (sold, notes) = numbers(text, 1);
    assert_eq!(sold, [1234.0, 2000.0, 12_999.0]);
    assert!(
        said(&notes, "\"Umsatz\" is read with points between thousands"),
        "{notes:?}"
    );
    // Where nothing decides, a point is a decimal one, and it is said that it may not be.
    let (sold, notes) = numbers(&text.replace(",5", "").replace(",25", ""), 1);
    assert_eq!(sold, [1.234, 2.0, 12.999]);
    assert!(
        said(&notes, "each of its points may part thousands"),
        "{notes:?}"
    );
    // A point elsewhere is no comma, and commas part thousands there.
    let (sold, notes) = numbers("a;b\n1,234;0.5\n5,678;1.5\n", 0);
    assert_eq!((sold, notes.len()), (vec![1234.0, 5678.0], 0));
    let (sold, _) = numbers("a;b\n1,234;5\n5,678;6\n", 0);
    assert_eq!(sold, [1.234, 5.678]);
    // No group of thousands begins with a zero.
    let (sold, notes) = numbers("a;b\n0.123;1\n1.234;2\n", 0);
    assert_eq!((sold, notes.len()), (vec![0.123, 1.234], 0));
    // What a program wrote has decimal points, whatever stands beside it.
    let json = r#"[{"a":1.234,"b":"1,5"},{"a":2.345,"b":"2,5"}]"#;
    assert_eq!(
        read("a.json", json).unwrap().columns[0].numbers,
        [1.234, 2.345]
    );
}

#[test]
fn numbers_are_read_as_people_write_them() {
    let table = read(
        "a.csv",
        "day,price,share,weight,change,loss,back\n\
         2020-01-01,\"$1,234.50\",12%,5 kg,−5,(5),5-\n\
         2020-01-02,$900.00,13.5%,6.5 kg,+3,7,7\n\
         2020-01-03,-$3,,7 kg,1e5,\"(1,200)\",8\n",
    )
    .unwrap();
    let column = |index: usize| &table.columns[index].numbers;
    assert_eq!(column(1), &[1234.5, 900.0, -3.0]);
    assert_eq!(column(2)[..2], [12.0, 13.5]);
    assert_eq!(column(3), &[5.0, 6.5, 7.0]);
    assert_eq!(column(4), &[-5.0, 3.0, 1e5]);
    assert_eq!(column(5), &[-5.0, 7.0, -1200.0]);
    assert_eq!(column(6), &[-5.0, 7.0, 8.0]);
    assert_eq!(
        table.notes,
        [
            "\"price\" is read without its unit \"$\"",
            "\"share\" is read without its unit \"%\"",
            "\"weight\" is read without its unit \"kg\"",
            "numbers in brackets in \"loss\" are read as negative",
        ]
    );
    let spaced = read(
        "a.csv",
        "t;a;b\n2020-01;1\u{a0}234,5;1'234.5\n2020-02;12\u{202f}345;999.25\n2020-03;7;12'000\n",
    )
    .unwrap();
    assert_eq!(spaced.columns[1].numbers, [1234.5, 12_345.0, 7.0]);
    assert_eq!(spaced.columns[2].numbers, [1234.5, 999.25, 12_000.0]);
    // Unlike units, units that some lack, and brackets around all are no numbers, and it is said why.
    for (cells, stray) in [
        (["5 kg", "6 lb", "7 kg"], Some("6 lb")),
        (["5 kg", "6", "7"], Some("5 kg")),
        (["5 kg", "6", "7 kg"], Some("5 kg")),
        (["12%", "many", "13%"], Some("many")),
        (["(5)", "(6)", "(7)"], None),
        (["5 Jan", "6 Jan", "7 Jan"], None),
        (["1st", "2nd", "3rd"], None),
    ] {
        let table = read("a.csv", format!("x;y\n1;{}\n", cells.join("\n2;"))).unwrap();
        let column = &table.columns[1];
        assert!(!column.is_numeric(), "{cells:?}");
        assert_eq!(column.texts, cells);
        let found = column.stray.as_ref().map(|stray| stray.text.as_str());
        assert!(found == stray || stray.is_none(), "{cells:?}: {found:?}");
    }
    let infinite = read("a.csv", "x;y\n1;5 m\n2;1e999 m\n").unwrap_err();
    assert!(
        infinite
            .to_string()
            .contains("1e999 m is not a finite number")
    );
}

#[test]
fn text_in_every_encoding() {
    let table = "größe,wert\n1,2.5\n3,4.5\n5,6.5\n";
    let units = |unit: fn(u16) -> [u8; 2]| table.encode_utf16().flat_map(unit).collect::<Vec<u8>>();
    for (what, bytes) in [
        ("utf-8", table.as_bytes().to_vec()),
        (
            "utf-16le, mark",
            [&[0xff, 0xfe][..], &units(u16::to_le_bytes)].concat(),
        ),
        (
            "utf-16be, mark",
            [&[0xfe, 0xff][..], &units(u16::to_be_bytes)].concat(),
        ),
        ("utf-16le", units(u16::to_le_bytes)),
        ("utf-16be", units(u16::to_be_bytes)),
        ("latin-1", table.chars().map(|c| c as u8).collect()),
    ] {
        let read = read("a.csv", bytes).unwrap_or_else(|error| panic!("{what}: {error}"));
        assert_eq!(read.columns[0].name, "größe", "{what}");
        assert_eq!(read.columns[1].numbers, [2.5, 4.5, 6.5], "{what}");
    }
}

#[test]
fn a_pair_of_files_is_trained_on_one_and_tested_on_the_other() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, rows: &[&str]| {
        let head =
            "@problemName Toy\n@timeStamps false\n@univariate true\n@classLabel true a b\n@data";
        let path = folder.path().join(name);
        fs::write(&path, format!("{head}\n{}\n", rows.join("\n"))).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let train = write(
        "Toy_TRAIN.ts",
        &["1,2,3:a", "2,3:b", "3,4,5:a", "5,6:b", "7,8,9:a", "0,1:b"],
    );
    write("Toy_TEST.ts", &["9,9,9,9:b", "1,1:a", "100,200:a"]);
    let settings = experiment::Data {
        source: train,
        task: experiment::Task::Classify,
        ..experiment::Data::default()
    };
    let dataset = Dataset::new(&settings, 7).unwrap();
    let sequences = dataset.sequences.as_ref().unwrap();
    assert_eq!(dataset.part_windows(Part::Train).len(), 4);
    assert_eq!(dataset.part_windows(Part::Validation).len(), 2);
    assert_eq!(sequences.numbers[6..], [6, 7, 8]);
    assert_eq!(sequences.answers[6..], [1.0, 0.0, 0.0]);
    assert_eq!(sequences.class_counts.iter().sum::<usize>(), 4);
    // Nothing of the test file reaches what is fitted.
    write("Toy_TEST.ts", &["1,1:b"]);
    assert_eq!(
        Dataset::new(&settings, 7).unwrap().fitted.scale,
        dataset.fitted.scale
    );
    let header = fs::read_to_string(folder.path().join("Toy_TEST.ts")).unwrap();
    fs::write(
        folder.path().join("Toy_TEST.ts"),
        header.replace("a b", "a b c").replace(":b", ":c"),
    )
    .unwrap();
    let error = Dataset::new(&settings, 7).unwrap_err().to_string();
    assert!(
        error.contains("Toy_TEST.ts: has the class \"c\""),
        "{error}"
    );
}

#[test]
fn inspect_has_the_contracts_fields_on_every_shared_file() {
    let Ok(folder) = fs::read_dir("/work/shared/data") else {
        return; // the files are not part of the repository
    };
    for path in folder.map(|entry| entry.unwrap().path()) {
        let extension = path.extension().unwrap().to_str().unwrap().to_owned();
        if extension == "md" {
            continue;
        }
        let table = load(path.to_str().unwrap()).unwrap_or_else(|error| panic!("{error}"));
        let seen = inspect(&table);
        let json = serde_json::to_value(&seen).unwrap();
        let keys: Vec<&String> = json.as_object().unwrap().keys().collect();
        assert_eq!(
            keys,
            [
                "format",
                "delimiter",
                "rows",
                "series",
                "columns",
                "time",
                "seasonal_period",
                "lengths",
                "classes"
            ]
        );
        assert_eq!(json["format"], extension.as_str(), "{}", path.display());
        assert_eq!(json["lengths"].is_null(), json["series"] == 1);
        assert_eq!(json["classes"].is_null(), extension != "ts");
        assert_eq!(json["time"].is_null(), extension == "ts");
        let numeric =
            |column: &serde_json::Value| column["type"] == "number" || column["type"] == "integer";
        assert!(json["columns"].as_array().unwrap().iter().any(numeric));
        assert!(seen.to_string().lines().count() > 3);
    }
}
