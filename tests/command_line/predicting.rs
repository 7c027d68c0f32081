//! `predict`: forecasts of a trained model.

use super::{SHORT, train};
use crate::common::program;
use std::path::Path;

#[test]
fn predict_gives_the_runs_own_forecast_and_goes_beyond_the_data() {
    let folder = tempfile::tempdir().expect("a folder");
    let airline = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/data/airline.csv");
    for output in ["every-step", "last-step"] {
        let toml =
            format!("{SHORT}horizon = 3\noutput = \"{output}\"\n[data]\nsource = {airline:?}\n");
        assert_eq!(train(&folder, &toml, &["--force"]).status.code(), Some(0));
        let done = program(
            folder.path(),
            &[
                "predict",
                "out/adam/seed-7/model.safetensors",
                "--data",
                airline,
                "--out",
                "f.csv",
            ],
        );
        assert_eq!(
            done.status.code(),
            Some(0),
            "{}",
            String::from_utf8_lossy(&done.stderr)
        );
        let rows = |path: &Path| -> Vec<Vec<String>> {
            csv::Reader::from_path(path)
                .expect("a table")
                .records()
                .map(|row| row.expect("a row").iter().map(str::to_owned).collect())
                .collect()
        };
        let own = rows(&folder.path().join("out/adam/seed-7/forecast.csv"));
        let predicted = rows(&folder.path().join("f.csv"));
        let beyond: Vec<_> = predicted.iter().filter(|row| row[5].is_empty()).collect();
        assert_eq!(beyond.len(), 3);
        assert_eq!(beyond.last().expect("some")[2], "1961-03");
        let tests: Vec<_> = own.iter().filter(|row| row[0] == "test").collect();
        assert!(tests.len() >= 22);
        for row in tests {
            let same = predicted
                .iter()
                .find(|other| other[1] == row[1] && other[4] == row[4])
                .expect("the same forecast");
            let (a, b): (f64, f64) = (
                row[6].parse().expect("a number"),
                same[6].parse().expect("a number"),
            );
            assert!((a / b - 1.0).abs() < 1e-6, "{row:?} {same:?}");
        }
    }
}
