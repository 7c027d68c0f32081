//! Processes that are killed or interrupted, and go on as if they had not been.

use super::{RACE, SHORT, assert_same, json, start, train};
use crate::common::{complaint, runs, succeeded};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::fs;
use std::process::Command;
use std::time::{Duration, Instant};
use tempfile::TempDir;

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
