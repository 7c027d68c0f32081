//! Runs that are made longer than they were.

use super::{SHORT, assert_same, json, train};
use crate::common::{complaint, program, succeeded};

#[test]
fn a_longer_run_is_what_it_had_been_with_that_length_from_the_start() {
    let folder = tempfile::tempdir().expect("a folder");
    for (toml, more) in [
        (SHORT.to_owned(), vec!["--set", "training.epochs=9"]),
        // The first end lies inside an epoch, and only it validates there.
        (
            SHORT.replace("epochs = 6", "steps = 7"),
            vec!["--steps", "13"],
        ),
        (
            SHORT.replace("epochs = 6", "epochs = 60\nstop_early = 1")
                + "[schedule]\nlearning_rate = 0.3\n",
            vec!["--set", "training.stop_early=0"],
        ),
    ] {
        let run = folder.path().join("out/adam/seed-7");
        succeeded(&train(&folder, &toml, "out", &["--force"]));
        let before = json(&run)["steps"].as_u64().expect("a number");
        let mut longer = more.clone();
        longer.push("--force");
        succeeded(&train(&folder, &toml, "whole", &longer));
        let mut longer = more.clone();
        longer.push("--resume");
        succeeded(&train(&folder, &toml, "out", &longer));
        assert!(
            json(&run)["steps"].as_u64().expect("a number") > before,
            "{toml}"
        );
        assert_same(&folder.path().join("whole/adam/seed-7"), &run);
        // And its own experiment file repeats it.
        succeeded(&program(
            folder.path(),
            &[
                "train",
                "out/adam/seed-7/experiment.toml",
                "--out",
                "again",
                "--quiet",
                "--force",
            ],
        ));
        assert_same(&run, &folder.path().join("again/adam/seed-7"));
    }
    let spanning = format!("{SHORT}[schedule]\nkind = \"linear\"\n");
    succeeded(&train(&folder, &spanning, "out", &["--force"]));
    let line = complaint(
        &train(
            &folder,
            &spanning,
            "out",
            &["--resume", "--set", "training.epochs=9"],
        ),
        2,
    );
    assert!(
        line.contains("`training.epochs`") && line.contains("schedule.over"),
        "{line}"
    );
}
