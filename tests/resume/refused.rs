//! Folders that hold something else, damaged checkpoints, and two processes at one folder.

use super::{SHORT, assert_same, json, kept_steps, start, train};
use crate::common::{complaint, succeeded};
use std::fs;
use std::time::{Duration, Instant};

#[test]
fn what_is_not_the_same_run_is_refused_by_its_key() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut rows = "x\n".to_owned();
    for i in 0..120 {
        rows += &format!("{}\n", (f64::from(i) * 0.3).sin());
    }
    fs::write(folder.path().join("d.csv"), &rows).expect("written");
    let toml = format!("{SHORT}[data]\nsource = \"d.csv\"\n");
    succeeded(&train(&folder, &toml, "out", &[]));
    let run = folder.path().join("out/adam/seed-7");
    let files = || fs::read(run.join("history.csv")).expect("there");
    let before = files();
    for (sets, key, word) in [
        (
            vec!["--set", "optimizer.beta1=0.8"],
            "optimizer.beta1",
            "0.8",
        ),
        (vec!["--set", "model.hidden=7"], "model.hidden", "7"),
        (
            vec!["--set", "training.epochs=3"],
            "training.epochs",
            "longer",
        ),
        (
            vec!["--set", "training.batch_size=\"full\""],
            "training.batch_size",
            "full",
        ),
        (
            vec!["--set", "training.shuffle=false"],
            "training.shuffle",
            "false",
        ),
    ] {
        let mut words = vec!["--resume"];
        words.extend(sets);
        let line = complaint(&train(&folder, &toml, "out", &words), 2);
        assert!(
            line.contains(&format!("`{key}`")) && line.contains(word),
            "{line}"
        );
        assert_eq!(files(), before);
    }
    fs::write(folder.path().join("d.csv"), rows.replace("0\n", "0.5\n")).expect("written");
    let line = complaint(&train(&folder, &toml, "out", &["--resume"]), 2);
    assert!(
        line.contains("`data.source`") && line.contains("d.csv"),
        "{line}"
    );
    // The same data elsewhere are the same data.
    fs::write(folder.path().join("e.csv"), &rows).expect("written");
    let moved = toml.replace("d.csv", "e.csv");
    succeeded(&train(&folder, &moved, "out", &["--resume"]));
    assert_eq!(files(), before);
    let both = train(&folder, &toml, "out", &["--resume", "--force"]);
    assert!(complaint(&both, 2).contains("--force"));
}

#[test]
fn a_damaged_checkpoint_is_named_with_a_way_out() {
    let folder = tempfile::tempdir().expect("a folder");
    succeeded(&train(&folder, SHORT, "whole", &[]));
    succeeded(&train(&folder, SHORT, "out", &[]));
    let run = folder.path().join("out/adam/seed-7");
    let summary = fs::read_to_string(run.join("run.json")).expect("there");
    fs::write(
        run.join("run.json"),
        summary.replace("\"finished\"", "\"running\""),
    )
    .expect("written");
    let steps = kept_steps(&run);
    let [.., before, last] = steps[..] else {
        panic!("only {steps:?}")
    };
    let path = run.join(format!("checkpoint/step-{last}.checkpoint"));
    let whole = fs::read(&path).expect("there");
    let mut flipped = whole.clone();
    flipped[whole.len() / 2] ^= 4;
    for bytes in [
        &flipped[..],
        &whole[..whole.len() / 2],
        b"",
        b"something else",
    ] {
        fs::write(&path, bytes).expect("written");
        let line = complaint(&train(&folder, SHORT, "out", &["--resume"]), 1);
        assert!(
            line.contains(&format!("step-{last}.checkpoint"))
                && line.contains(&format!("go on from step {before}")),
            "{line}"
        );
    }
    fs::remove_file(&path).expect("removed");
    succeeded(&train(&folder, SHORT, "out", &["--resume"]));
    assert_same(&folder.path().join("whole/adam/seed-7"), &run);
}

#[test]
fn two_processes_never_write_one_folder() {
    let folder = tempfile::tempdir().expect("a folder");
    let toml = SHORT.replace("epochs = 6", "epochs = 1000000");
    fs::write(folder.path().join("experiment.toml"), &toml).expect("written");
    let mut child = start(
        folder.path(),
        &["train", "experiment.toml", "--quiet", "--out", "out"],
    );
    let run = folder.path().join("out/adam/seed-7");
    let begun = Instant::now();
    while !run.join("run.json").exists()
        || !run
            .join("checkpoint")
            .read_dir()
            .is_ok_and(|mut d| d.any(|e| e.is_ok_and(|e| e.file_name() != "lock")))
    {
        assert!(begun.elapsed().as_secs() < 60, "it takes steps");
        std::thread::sleep(Duration::from_millis(5));
    }
    for word in ["--resume", "--force"] {
        let line = complaint(&train(&folder, &toml, "out", &[word]), 1);
        assert!(line.contains("another process"), "{line}");
    }
    let flow = run.join("gradient_flow.csv");
    while !flow.exists() {
        assert!(begun.elapsed().as_secs() < 60, "it comes with a checkpoint");
        std::thread::sleep(Duration::from_millis(5));
    }
    child.kill().expect("it can be killed");
    child.wait().expect("it ends");
    assert_eq!(json(&run)["status"], "running");
    let flow = fs::read_to_string(flow).expect("text");
    assert!(flow.lines().count() > 12, "the first step's time steps");
}
