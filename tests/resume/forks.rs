//! Forks from kept checkpoints.

use super::{SHORT, assert_same, history, json, kept_steps, train};
use crate::common::{complaint, program, succeeded};
use std::fs;

#[test]
fn a_fork_starts_from_a_kept_checkpoint_and_its_experiment_repeats_it() {
    let folder = tempfile::tempdir().expect("a folder");
    succeeded(&train(&folder, SHORT, "out", &[]));
    let origin = folder.path().join("out/adam/seed-7");
    let at = kept_steps(&origin)[0];
    let kept = &format!("out/adam/seed-7/checkpoint/step-{at}.checkpoint");
    succeeded(&train(&folder, SHORT, "same", &["--init", kept]));
    let same = folder.path().join("same/adam/seed-7");
    let (rows, seconds) = history(&same);
    let (whole, _) = history(&origin);
    assert_eq!(rows[1..], whole[at as usize + 1..]);
    assert!(seconds[0] < 1.0);
    assert_eq!(
        json(&same)["hashes"]["final_weights"],
        json(&origin)["hashes"]["final_weights"]
    );
    assert_eq!(
        json(&same)["hashes"]["batch_order"],
        json(&origin)["hashes"]["batch_order"]
    );

    // With a change, killed and resumed, and repeated from its own experiment file.
    let change = [
        "--init",
        kept,
        "--set",
        "optimizer.kind=sgd",
        "--set",
        "schedule.learning_rate=0.1",
    ];
    succeeded(&train(&folder, SHORT, "changed", &change));
    let changed = folder.path().join("changed/sgd/seed-7");
    let (rows, _) = history(&changed);
    assert!(rows[1].starts_with(&format!("{at},")) && rows[1..] != whole[at as usize + 1..]);
    succeeded(&program(
        folder.path(),
        &[
            "train",
            "changed/sgd/seed-7/experiment.toml",
            "--out",
            "again",
            "--quiet",
        ],
    ));
    assert_same(&changed, &folder.path().join("again/sgd/seed-7"));
    let summary = fs::read_to_string(changed.join("run.json")).expect("there");
    fs::write(
        changed.join("run.json"),
        summary.replace("\"finished\"", "\"running\""),
    )
    .expect("written");
    let mut resumed = change.to_vec();
    resumed.push("--resume");
    succeeded(&train(&folder, SHORT, "changed", &resumed));
    assert_same(&folder.path().join("again/sgd/seed-7"), &changed);

    let line = complaint(
        &train(
            &folder,
            SHORT,
            "other",
            &["--init", kept, "--set", "model.cell=gru"],
        ),
        1,
    );
    assert!(line.contains(kept) && line.contains("[18, 1]"), "{line}");
    let line = complaint(
        &train(
            &folder,
            SHORT,
            "other",
            &["--init", kept, "--steps", &at.to_string()],
        ),
        2,
    );
    assert!(line.contains("training.steps"), "{line}");
}

#[test]
fn a_diverged_run_can_be_forked_from_right_before_the_end() {
    let folder = tempfile::tempdir().expect("a folder");
    let toml = format!("{SHORT}[optimizer]\nkind = \"sgd\"\n[schedule]\nlearning_rate = 1e6\n")
        .replace(
            "hidden = 6",
            "hidden = 6\ncell = \"rnn\"\nnonlinearity = \"identity\"",
        );
    assert_eq!(train(&folder, &toml, "out", &[]).status.code(), Some(1));
    let run = folder.path().join("out/sgd/seed-7");
    let summary = json(&run);
    assert_eq!(summary["status"], "diverged");
    let steps = summary["steps"].as_u64().expect("a number");
    // Resuming it is not trying again.
    let before = fs::read(run.join("history.csv")).expect("there");
    let line = complaint(&train(&folder, &toml, "out", &["--resume"]), 1);
    assert!(line.contains("no run finished"), "{line}");
    assert_eq!(fs::read(run.join("history.csv")).expect("there"), before);
    let kept = run.join(format!("checkpoint/step-{steps}.checkpoint"));
    assert!(kept.is_file());
}
