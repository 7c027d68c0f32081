//! `--range-test` and `--sweep`: which learning rates train.

use super::{SHORT, train};
use crate::common::{complaint, json, program, runs, succeeded};
use std::fs;

#[test]
fn a_sweep_says_its_size_first_and_tells_every_run_in_one_table() {
    let folder = tempfile::tempdir().expect("a folder");
    let two = format!(
        "seeds = [1, 2]\n{SHORT}[[contender]]\nname = \"Adam\"\n[[contender]]\nname = \"SGD\"\noptimizer = {{ kind = \"sgd\" }}\n"
    );
    fs::write(folder.path().join("experiment.toml"), &two).expect("written");
    let words = ["train", "experiment.toml", "--out", "out", "--sweep"];
    let output = program(folder.path(), &words);
    assert!(output.status.success());
    let said = String::from_utf8(output.stderr).expect("UTF-8");
    assert!(
        said.contains("sweep: 20 runs, 240 steps in all, about "),
        "{said}"
    );
    let told = String::from_utf8(output.stdout).expect("UTF-8");
    for name in ["Adam", "SGD"] {
        let line = format!("{name}: best at a learning rate of ");
        assert!(told.lines().any(|told| told.starts_with(&line)), "{told}");
    }
    let table = fs::read_to_string(folder.path().join("out/sweep.csv")).expect("there");
    let mut reader = csv::Reader::from_reader(table.as_bytes());
    let rows: Vec<csv::StringRecord> = reader.records().map(|row| row.expect("a row")).collect();
    assert_eq!(rows.len(), 20);
    for row in &rows {
        let run = folder
            .path()
            .join(format!("out/{} at {}/seed-{}", &row[0], &row[2], &row[3]));
        let summary = json(&run.join("run.json"));
        assert_eq!(summary["best"]["validation_loss"].to_string(), row[5]);
        assert_eq!(summary["status"], row[4]);
    }
    let rates: Vec<&str> = rows.iter().step_by(2).map(|row| &row[2]).collect();
    assert_eq!(rates[..5], ["0.0001", "0.00032", "0.001", "0.0032", "0.01"]);

    let mut many = String::new();
    for k in 0..11 {
        many += &format!("[[contender]]\nname = \"{k}\"\n");
    }
    let refused = train(&folder, &format!("{SHORT}{many}"), &["--sweep"]);
    assert!(complaint(&refused, 2).contains("11 contenders would be 55"));
}

#[test]
fn the_range_test_trains_nothing_and_says_what_to_try() {
    let folder = tempfile::tempdir().expect("a folder");
    let toml = format!(
        "{SHORT}[[contender]]\nname = \"a\"\n[[contender]]\nname = \"b\"\noptimizer = {{ kind = \"sgd\" }}\n"
    );
    let output = train(&folder, &toml, &["--range-test", "--set", "seeds=[1, 2]"]);
    succeeded(&output);
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    assert_eq!(text.lines().count(), 4, "{text}");
    assert!(text.contains("b seed 2: try a learning rate of "), "{text}");
    for run in runs(&folder.path().join("out")) {
        let table = fs::read_to_string(run.join("range_test.csv")).expect("there");
        let mut lines = table.lines();
        assert_eq!(
            lines.next(),
            Some("step,learning_rate,train_loss,smoothed_loss")
        );
        let rows: Vec<Vec<f64>> = lines
            .map(|line| {
                line.split(',')
                    .map(|cell| cell.parse().expect("a number"))
                    .collect()
            })
            .collect();
        assert!(rows.len() > 60 && rows.len() <= 100);
        assert_eq!(rows[0][1], 1e-8);
        assert_eq!(fs::read_dir(&run).expect("a folder").count(), 1);
    }
    succeeded(&train(&folder, &toml, &["--set", "seeds=[1, 2]"]));
}
