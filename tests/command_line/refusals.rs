//! What cannot be: one line on standard error that names it, an exit status, and nothing left behind.

use super::{SHORT, train};
use crate::common::{complaint, program};
use std::fs;

#[test]
fn settings_that_cannot_be_are_named_with_key_and_line() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut lines = "a,b\n".to_owned();
    for i in 0..60 {
        lines += &format!("{i},{}\n", (i * 7) % 11);
    }
    fs::write(folder.path().join("d.csv"), lines).expect("written");
    for (toml, key, line, word) in [
        (
            "[optimizer]\nkind = \"adma\"\n",
            "optimizer.kind",
            2,
            "adam",
        ),
        (
            "[optimizer]\nkind = \"sgd\"\nbeta1 = 0.9\n",
            "optimizer.beta1",
            3,
            "adam",
        ),
        (
            "[data.split]\ntrain = 1.5\n",
            "data.split.train",
            2,
            "at most 1",
        ),
        (
            "[data.split]\ntrain = 0.8\nvalidation = 0.5\n",
            "data.split.validation",
            3,
            "more than 1",
        ),
        (
            "[schedule]\nlearning_rate = -1\n",
            "schedule.learning_rate",
            2,
            "-1",
        ),
        (
            "[schedule]\nlearning_rate = nan\n",
            "schedule.learning_rate",
            2,
            "between 0",
        ),
        ("[model]\nhidden = 0\n", "model.hidden", 2, "1"),
        (
            "[model]\nhidden = 60000\nlayers = 20\n",
            "model.hidden",
            2,
            "GiB",
        ),
        (
            "[model]\nhidden = \"many\"\n",
            "model.hidden",
            2,
            "whole number",
        ),
        ("[model]\ncolour = 1\n", "model.colour", 2, "hidden"),
        (
            "[data]\nsource = \"builtin:moon\"\n",
            "data.source",
            2,
            "airline",
        ),
        (
            "[data]\ntargets = [\"Nobody\"]\n",
            "data.targets.0",
            2,
            "Passengers",
        ),
        (
            "[data.window]\nlookback = 5000\n",
            "data.window.lookback",
            2,
            "99",
        ),
        (
            "[data]\nsource = \"d.csv\"\n[data.window]\nlookback = 42\n",
            "data.window.lookback",
            4,
            "41",
        ),
        (
            "[training]\nbatch_size = \"half\"\n",
            "training.batch_size",
            2,
            "full",
        ),
        (
            "[[contender]]\nname = \"x\"\noptimizer = { kind = \"sgd\", speed = 1 }\n",
            "contender.0.optimizer.speed",
            3,
            "momentum",
        ),
        (
            "[[contender]]\nname = \"a\\u0000b\"\n",
            "contender.0.name",
            2,
            "one line",
        ),
        (
            "[contender]\nname = \"x\"\n",
            "contender",
            1,
            "[[contender]]",
        ),
        ("seeds = []\n", "seeds", 1, "at least one"),
        ("[model]\nbackend = \"gpu\"\n", "model.backend", 2, "flex"),
        (
            "[[event]]\nstep = 3\nset = { \"model.hidden\" = 3 }\n",
            "event.0.set",
            3,
            "model.hidden",
        ),
        (
            "[loss]\nkind = \"huber\"\ndelta = 0\n",
            "loss.delta",
            3,
            "greater than 0",
        ),
        (
            "[model]\ncell = \"gru\"\nforget_bias = 1\n",
            "model.forget_bias",
            3,
            "lstm",
        ),
    ] {
        let complaint = complaint(&train(&folder, toml, &[]), 2);
        assert!(
            complaint.contains(&format!("`{key}`"))
                && complaint.contains(&format!("experiment.toml:{line}:"))
                && complaint.contains(word),
            "{toml}\n{complaint}"
        );
        assert!(!folder.path().join("out").exists(), "{toml}");
    }
}

#[test]
fn data_that_cannot_be_used_is_named_and_leaves_nothing_behind() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = |name: &str, content: &[u8]| {
        fs::write(folder.path().join(name), content).expect("written");
    };
    file("empty.csv", b"");
    file("binary.csv", &[0, 159, 146, 150, 0, 1, 2, 255, 0]);
    file("one.csv", b"x,y\n1,2\n");
    file("missing.csv", b"x\nNA\n\n?\nNaN\nNA\nNA\nNA\nNA\nNA\n");
    file(
        "constant.csv",
        ["x"; 1]
            .iter()
            .map(|_| "x\n".to_owned())
            .chain((0..60).map(|_| "3\n".to_owned()))
            .collect::<String>()
            .as_bytes(),
    );
    file(
        "text.csv",
        b"name,place\nann,here\nbob,there\ncid,nowhere\n",
    );
    file(
        "infinite.csv",
        ("x\n".to_owned() + &"1\n2\n".repeat(30) + "inf\n").as_bytes(),
    );
    for (source, word) in [
        ("nowhere.csv", "nowhere.csv"),
        (".", "folder"),
        ("empty.csv", "empty"),
        ("binary.csv", "binary.csv"),
        ("one.csv", "row"),
        ("missing.csv", "x"),
        ("constant.csv", "constant"),
        ("text.csv", "num"),
        ("infinite.csv", "62"),
    ] {
        let output = train(&folder, &format!("[data]\nsource = \"{source}\"\n"), &[]);
        let status = output.status.code().expect("it ended");
        assert!(status == 1 || status == 2);
        let line = complaint(&output, status);
        assert!(line.to_lowercase().contains(word), "{source}: {line}");
        assert!(!folder.path().join("out").exists(), "{source}");
    }
}

#[test]
fn a_folder_that_cannot_be_written_is_named_and_leaves_nothing_behind() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("out"), "a file in the way").expect("written");
    let line = complaint(&train(&folder, SHORT, &[]), 1);
    assert!(
        line.contains("--out out") && line.contains("is a file"),
        "{line}"
    );
    let program = |out: &str| {
        program(
            folder.path(),
            &["train", "experiment.toml", "--out", out, "--quiet"],
        )
    };
    let line = complaint(&program("out/a/b"), 1);
    assert!(line.contains("out is a file"), "{line}");
    // Folders that were made on the way to a name that is too long go again.
    let line = complaint(&program(&format!("made/{}", "x".repeat(300))), 1);
    assert!(line.contains("give another folder"), "{line}");
    assert!(!folder.path().join("made").exists());
}

#[test]
fn an_error_of_the_command_line_is_not_blamed_on_the_file() {
    let folder = tempfile::tempdir().expect("a folder");
    for (more, begin) in [
        (
            ["--set", "optimizer.kind=adma"],
            "--set optimizer.kind=adma: `optimizer.kind`: there is no \"adma\"",
        ),
        (
            ["--set", "data.window.lookback=5000"],
            "--set data.window.lookback=5000: `data.window.lookback`:",
        ),
        (["--set", "seeds=[-1]"], "--set seeds=[-1]: `seeds.0`:"),
        (["--set", "seeds=[1,"], "`seeds`: [1, is no TOML value"),
        (["--steps", "0"], "--steps 0: `training.steps`: 0 is not"),
        (
            ["--set", "training.epochs=10000000000000"],
            "--set training.epochs=10000000000000: `training.epochs`: 10000000000000 is more than 1e12",
        ),
    ] {
        let line = complaint(&train(&folder, "[data]\n[model]\n", &more), 2);
        assert!(
            line.starts_with(&format!("optimizer-explorer: {begin}")),
            "{line}"
        );
    }
    let toml = "[optimizer]\nkind = \"sgd\"\nspeed = 1\n";
    let line = complaint(&train(&folder, toml, &["--steps", "3"]), 2);
    assert!(
        line.contains("experiment.toml:3: `optimizer.speed`"),
        "{line}"
    );
}

#[test]
fn usage_errors_are_one_line() {
    let folder = tempfile::tempdir().expect("a folder");
    let line = complaint(&program(folder.path(), &["trian"]), 2);
    assert!(line.contains("\"trian\""), "{line}");
    let line = complaint(&program(folder.path(), &["train"]), 2);
    assert!(
        line.contains("EXPERIMENT") && line.contains("--out"),
        "{line}"
    );
    let line = complaint(&program(folder.path(), &["scenarios", "nothing"]), 2);
    assert!(line.contains("adam-sgd-airline"), "{line}");
    fs::write(folder.path().join("a.csv"), "x\n1\n2\n").expect("written");
    let line = complaint(&program(folder.path(), &["a.csv"]), 2);
    assert!(line.contains("train") && line.contains("inspect"), "{line}");
    let bad_set = train(&folder, SHORT, &["--set", "optimizer"]);
    assert!(complaint(&bad_set, 2).contains("KEY=VALUE"));
}
