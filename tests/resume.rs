//! `train --resume` as people meet it: processes killed at any moment, folders that hold something else,
//! longer runs, forks.

mod common;

use common::{command, complaint, program};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

fn start(folder: &Path, words: &[&str]) -> Child {
    command(folder, words)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts")
}

/// Runs `train` on `toml` into `out` with further arguments.
fn train(folder: &TempDir, toml: &str, out: &str, more: &[&str]) -> Output {
    fs::write(folder.path().join("experiment.toml"), toml).expect("written");
    let mut words = vec!["train", "experiment.toml", "--quiet", "--out", out];
    words.extend(more);
    program(folder.path(), &words)
}

fn succeeded(output: &Output) {
    let text = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{text}");
}

fn json(run: &Path) -> serde_json::Value {
    common::json(&run.join("run.json"))
}

/// `history.csv` without its seconds, and the seconds.
fn history(run: &Path) -> (Vec<String>, Vec<f64>) {
    let text = fs::read_to_string(run.join("history.csv")).expect("there");
    let mut rows = Vec::new();
    let mut seconds = Vec::new();
    for line in text.lines() {
        let mut cells: Vec<&str> = line.split(',').collect();
        assert_eq!(cells.len(), 10, "{line}");
        let second = cells.remove(2);
        rows.push(cells.join(","));
        seconds.extend(second.parse::<f64>());
    }
    (rows, seconds)
}

/// That two run folders hold the same run: everything but the time that it took.
fn assert_same(one: &Path, other: &Path) {
    let (rows, _) = history(one);
    let (other_rows, seconds) = history(other);
    let differs = rows.iter().zip(&other_rows).find(|(a, b)| a != b);
    assert_eq!(differs, None, "{}", other.display());
    assert_eq!(rows.len(), other_rows.len());
    assert!(seconds.windows(2).all(|pair| pair[0] <= pair[1]));
    for name in [
        "gradients.csv",
        "gradient_flow.csv",
        "forecast.csv",
        "metrics.json",
        "model.safetensors",
    ] {
        let read = |run: &Path| fs::read(run.join(name)).expect(name);
        assert!(read(one) == read(other), "{name} of {}", other.display());
    }
    let (a, b) = (json(one), json(other));
    for key in [
        "status",
        "reason",
        "steps",
        "epochs",
        "hashes",
        "final",
        "best",
        "diagnosis",
    ] {
        assert_eq!(a[key], b[key], "{key} of {}", other.display());
    }
    let names = |run: &Path| {
        let mut names: Vec<String> = fs::read_dir(run)
            .expect("a folder")
            .map(|entry| {
                entry
                    .expect("readable")
                    .file_name()
                    .to_string_lossy()
                    .into_owned()
            })
            .collect();
        names.sort();
        names
    };
    assert_eq!(names(one), names(other));
}

/// The steps of the checkpoints of a run, in order.
fn kept_steps(run: &Path) -> Vec<u64> {
    let mut steps: Vec<u64> = fs::read_dir(run.join("checkpoint"))
        .expect("a folder")
        .filter_map(|entry| {
            let name = entry.expect("readable").file_name();
            let number = name.to_str()?.strip_prefix("step-")?;
            number.strip_suffix(".checkpoint")?.parse().ok()
        })
        .collect();
    steps.sort_unstable();
    steps
}

/// The run folders below `out`, in order.
fn runs(out: &Path) -> Vec<PathBuf> {
    let mut runs: Vec<PathBuf> = fs::read_dir(out)
        .expect("a folder")
        .flat_map(|contender| fs::read_dir(contender.expect("readable").path()).expect("a folder"))
        .map(|run| run.expect("readable").path())
        .collect();
    runs.sort();
    runs
}

const RACE: &str = r#"
[data.window]
lookback = 12
[model]
hidden = 8
layers = 2
dropout = 0.3
[training]
epochs = 450
checkpoint_seconds = 0
[[contender]]
name = "adam"
optimizer = { kind = "adam", amsgrad = true }
clipping = { kind = "global-norm", limit = 0.5 }
[[contender]]
name = "sgd"
optimizer = { kind = "sgd", momentum = 0.9 }
schedule = { kind = "linear", learning_rate = 0.05 }
model = { cell = "gru" }
training = { shuffle = false, stop_early = 140, record_gradients_every = 3 }
event = [
  { step = 100, set = { "schedule.learning_rate" = 0.1 } },
  { step = 200, set = { "clipping.kind" = "value", "clipping.limit" = 0.01 } },
]
[[contender]]
name = "gd"
optimizer = { kind = "gd" }
schedule = { kind = "step", learning_rate = 0.1, every = 40 }
clipping = { kind = "tensor-norm" }
model = { cell = "rnn", layers = 1, dropout = 0.0 }
"#;

/// Kills a race again and again until it has finished; how often it was killed.
fn kill_until_done(folder: &TempDir, out: &str, longest: f64, seed: u64) -> usize {
    let mut generator = ChaCha8Rng::seed_from_u64(seed);
    for kills in 0.. {
        let mut child = start(
            folder.path(),
            &[
                "train",
                "experiment.toml",
                "--quiet",
                "--out",
                out,
                "--resume",
                "--threads",
                "2",
            ],
        );
        let until = Instant::now() + Duration::from_secs_f64(generator.random::<f64>() * longest);
        while Instant::now() < until {
            if let Some(status) = child.try_wait().expect("it can be asked") {
                assert_eq!(status.code(), Some(0));
                return kills;
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        // SIGKILL: nothing can be tidied up.
        child.kill().expect("it can be killed");
        child.wait().expect("it ends");
        assert!(kills < 1000, "it comes forward");
    }
    unreachable!("the loop returns")
}

#[test]
fn killed_at_any_moment_a_race_ends_as_if_it_never_had_been() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut kills = 0;
    for (every, share) in [("0", 0.3), ("0.02", 0.5), ("0.1", 1.0)] {
        let every = format!("checkpoint_seconds = {every}");
        let toml = RACE.replace("checkpoint_seconds = 0", &every);
        let begun = Instant::now();
        succeeded(&train(
            &folder,
            &toml,
            "whole",
            &["--threads", "2", "--force"],
        ));
        let longest = begun.elapsed().as_secs_f64() * share;
        let killed = kill_until_done(&folder, "killed", longest.max(0.05), kills as u64);
        kills += killed;
        for (one, other) in runs(&folder.path().join("whole"))
            .iter()
            .zip(runs(&folder.path().join("killed")))
        {
            assert_same(one, &other);
        }
        fs::remove_dir_all(folder.path().join("killed")).expect("removed");
    }
    assert!(kills >= 3, "only {kills} kills");
}

const SHORT: &str = "[data.window]\nlookback = 12\n[model]\nhidden = 6\n[training]\nepochs = 6\nbatch_size = 30\ncheckpoint_seconds = 0\n";

#[test]
fn whatever_the_end_left_half_done_is_done_again() {
    let folder = tempfile::tempdir().expect("a folder");
    succeeded(&train(&folder, SHORT, "whole", &[]));
    succeeded(&train(&folder, SHORT, "cut", &[]));
    let whole = folder.path().join("whole/adam/seed-7");
    let run = folder.path().join("cut/adam/seed-7");
    let running = || {
        let text = fs::read_to_string(run.join("run.json")).expect("there");
        fs::write(
            run.join("run.json"),
            text.replace("\"finished\"", "\"running\""),
        )
        .expect("written");
    };
    // Killed between any two of the last files, with rows beyond the checkpoint and a file half written.
    for missing in [
        "forecast.csv",
        "metrics.json",
        "model.safetensors",
        "run.json",
    ] {
        running();
        fs::remove_file(run.join(missing)).expect("removed");
        let mut rows = fs::read_to_string(run.join("history.csv")).expect("there");
        rows += "7,1,0.1,0.001,1";
        fs::write(run.join("history.csv"), rows).expect("written");
        fs::write(run.join(".forecast.csv.99.tmp"), "part,in").expect("written");
        fs::write(run.join("checkpoint/.step-9.checkpoint.99.tmp"), "OPT").expect("written");
        succeeded(&train(&folder, SHORT, "cut", &["--resume"]));
        assert_same(&whole, &run);
        assert!(!run.join("checkpoint/.step-9.checkpoint.99.tmp").exists());
    }
    // Without any checkpoint it begins anew; a finished one is left alone.
    running();
    fs::remove_dir_all(run.join("checkpoint")).expect("removed");
    succeeded(&train(&folder, SHORT, "cut", &["--resume"]));
    assert_same(&whole, &run);
    let before = fs::read(run.join("history.csv")).expect("there");
    succeeded(&train(&folder, SHORT, "cut", &["--resume"]));
    assert_eq!(fs::read(run.join("history.csv")).expect("there"), before);
    // Rows that its checkpoint counts on are missing.
    running();
    fs::write(run.join("history.csv"), "step\n").expect("written");
    let line = complaint(&train(&folder, SHORT, "cut", &["--resume"]), 1);
    assert!(
        line.contains("history.csv") && line.contains("--force"),
        "{line}"
    );
}

#[test]
fn stopped_by_ctrl_c_it_goes_on() {
    let folder = tempfile::tempdir().expect("a folder");
    let toml = SHORT.replace("epochs = 6", "steps = 4001");
    succeeded(&train(&folder, &toml, "whole", &[]));
    let run = folder.path().join("cut/adam/seed-7");
    let mut child = start(
        folder.path(),
        &["train", "experiment.toml", "--quiet", "--out", "cut"],
    );
    let begun = Instant::now();
    while fs::metadata(run.join("history.csv")).map_or(0, |file| file.len()) < 1000 {
        assert!(begun.elapsed().as_secs() < 60, "it takes steps");
        std::thread::sleep(Duration::from_millis(1));
    }
    let killed = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status()
        .expect("kill is there");
    assert!(killed.success());
    assert_eq!(child.wait().expect("it ends").code(), Some(130));
    assert_eq!(json(&run)["status"], "stopped");
    let steps = json(&run)["steps"].as_u64().expect("a number");
    assert!(
        run.join(format!("checkpoint/step-{steps}.checkpoint"))
            .is_file()
    );
    succeeded(&train(&folder, &toml, "cut", &["--resume"]));
    assert_same(&folder.path().join("whole/adam/seed-7"), &run);
}

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

#[test]
fn the_range_test_trains_nothing_and_says_what_to_try() {
    let folder = tempfile::tempdir().expect("a folder");
    let toml = format!(
        "{SHORT}[[contender]]\nname = \"a\"\n[[contender]]\nname = \"b\"\noptimizer = {{ kind = \"sgd\" }}\n"
    );
    let output = train(
        &folder,
        &toml,
        "out",
        &["--range-test", "--set", "seeds=[1, 2]"],
    );
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
    succeeded(&train(&folder, &toml, "out", &["--set", "seeds=[1, 2]"]));
}
