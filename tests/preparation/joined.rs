//! Files that are joined before the steps.

use optimizer_explorer::experiment::Data;

#[test]
fn an_outer_join_keeps_the_rows_of_both_files_in_the_order_of_time() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    std::fs::write(
        path("a.csv"),
        "when,a\n2020-01,1\n2020-02,2\n2020-04,4\n2020-05,5\n2020-06,6\n",
    )
    .unwrap();
    std::fs::write(
        path("b.csv"),
        "day,b\n2020-03-01,30\n2020-04-01,40\n2020-07-01,70\n2020-08-01,80\n",
    )
    .unwrap();
    let joined = |how: &str, on: &str, files: [&str; 2]| {
        let join = format!(
            "[[join]]\nsource = '{}'\nhow = '{how}'\non = '{on}'",
            path(files[1])
        );
        let settings: Data = toml::from_str(&join).unwrap();
        let table = optimizer_explorer::data::load(&path(files[0]), &settings.generate, 7).unwrap();
        optimizer_explorer::data::join::all(table, &settings, 7).map_err(|error| error.to_string())
    };
    let table = joined("outer", "", ["a.csv", "b.csv"]).unwrap();
    let time = table.time.as_ref().unwrap();
    // March stands there as a row of its own already: a gap in the source's time.
    assert_eq!(
        time.texts.pick(&[0, 1, 2, 3]),
        ["2020-01", "2020-02", "2020-03", "2020-04"]
    );
    assert_eq!(
        (time.last.as_str(), time.frequency.as_deref()),
        ("2020-08", Some("P1M"))
    );
    let numbers = |name: &str| &table.columns[table.column(name).unwrap()].numbers;
    assert_eq!(numbers("a")[3], 4.0);
    assert!(numbers("a")[2].is_nan() && numbers("a")[7].is_nan());
    assert_eq!(numbers("b")[2..4], [30.0, 40.0]);
    assert_eq!(numbers("b")[6..8], [70.0, 80.0]);
    assert!(numbers("b")[0].is_nan() && numbers("b")[5].is_nan());
    // By a column: those of the source first.
    std::fs::write(path("c.csv"), "id,x\nred,1\ngreen,2\n").unwrap();
    std::fs::write(path("d.csv"), "id,y\ngreen,20\nblue,30\nblue,31\n").unwrap();
    let table = joined("outer", "id", ["c.csv", "d.csv"]).unwrap();
    assert_eq!(table.columns[0].texts, ["red", "green", "blue"]);
    assert_eq!(table.columns[2].numbers[1..], [20.0, 30.0]);
    assert!(table.columns[1].numbers[2].is_nan());
    let error = joined("outer", "nothing", ["c.csv", "d.csv"]).unwrap_err();
    assert!(error.contains("`data.join.0.on`"), "{error}");
}
