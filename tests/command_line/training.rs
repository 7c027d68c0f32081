//! `train`: its run folders, and what changes no bit of them.

use super::{SHORT, train};
use crate::common::{complaint, json, program};
use std::fs;
use std::process::Command;

#[test]
fn a_run_folder_has_every_file_and_its_experiment_repeats_it_to_the_bit() {
    let folder = tempfile::tempdir().expect("a folder");
    let output = train(&folder, SHORT, &[]);
    assert_eq!(output.status.code(), Some(0));
    let run = folder.path().join("out/adam/seed-7");
    for name in [
        "experiment.toml",
        "run.json",
        "history.csv",
        "gradients.csv",
        "forecast.csv",
        "metrics.json",
        "model.safetensors",
    ] {
        assert!(run.join(name).is_file(), "{name}");
    }
    let first = json(&run.join("run.json"));
    assert_eq!(first["status"], "finished");
    assert_eq!(first["steps"], 12);
    let history = fs::read_to_string(run.join("history.csv")).expect("there");
    assert_eq!(history.lines().count(), 13);
    let gradients = fs::read_to_string(run.join("gradients.csv")).expect("there");
    assert_eq!(gradients.lines().count(), 1 + 12 * 6);

    let again = program(
        folder.path(),
        &["train", "out/adam/seed-7/experiment.toml", "--out", "again"],
    );
    assert_eq!(again.status.code(), Some(0));
    let second = json(&folder.path().join("again/adam/seed-7/run.json"));
    assert_eq!(first["hashes"], second["hashes"]);

    let occupied = train(&folder, SHORT, &[]);
    assert!(complaint(&occupied, 2).contains("already holds a run"));
    assert_eq!(train(&folder, SHORT, &["--force"]).status.code(), Some(0));
}

#[test]
fn company_and_threads_change_no_bit_and_contenders_are_fair() {
    let folder = tempfile::tempdir().expect("a folder");
    let alone = train(&folder, SHORT, &["--threads", "1"]);
    assert_eq!(alone.status.code(), Some(0));
    let alone = json(&folder.path().join("out/adam/seed-7/run.json"));
    let mut many = SHORT.to_owned();
    for (name, settings) in [
        ("adam", ""),
        ("b", "optimizer = { kind = \"sgd\" }"),
        ("c", "schedule = { learning_rate = 0.1 }"),
        ("d", "clipping = { kind = \"global-norm\", limit = 0.1 }"),
        ("e", "loss = { kind = \"huber\" }"),
        ("f", "model = { cell = \"gru\" }"),
    ] {
        many += &format!("[[contender]]\nname = \"{name}\"\n{settings}\n");
    }
    for threads in ["1", "2", "6"] {
        let output = train(&folder, &many, &["--threads", threads, "--force"]);
        assert_eq!(output.status.code(), Some(0));
        let run = |name: &str| json(&folder.path().join(format!("out/{name}/seed-7/run.json")));
        assert_eq!(run("adam")["hashes"], alone["hashes"]);
        for name in ["b", "c", "d", "e"] {
            for hash in ["data", "initial_weights", "batch_order"] {
                assert_eq!(run(name)["hashes"][hash], alone["hashes"][hash], "{name}");
            }
            assert_ne!(
                run(name)["hashes"]["final_weights"],
                alone["hashes"]["final_weights"]
            );
        }
        assert_eq!(
            run("f")["hashes"]["batch_order"],
            alone["hashes"]["batch_order"]
        );
    }
}

#[test]
fn a_diverged_contender_leaves_the_others_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let toml = format!(
        "{SHORT}[[contender]]\nname = \"wild\"\nmodel = {{ cell = \"rnn\", nonlinearity = \"identity\" }}\noptimizer = {{ kind = \"sgd\" }}\nschedule = {{ learning_rate = 1e6 }}\n[[contender]]\nname = \"tame\"\n"
    );
    let output = train(&folder, &toml, &[]);
    assert_eq!(output.status.code(), Some(0));
    let wild = json(&folder.path().join("out/wild/seed-7/run.json"));
    assert_eq!(wild["status"], "diverged");
    let reason = wild["reason"].as_str().expect("a reason");
    assert!(reason.contains("step"), "{reason}");
    assert!(folder.path().join("out/wild/seed-7/metrics.json").is_file());
    let tame = json(&folder.path().join("out/tame/seed-7/run.json"));
    assert_eq!(tame["status"], "finished");

    let only = toml
        .split("[[contender]]\nname = \"tame\"")
        .next()
        .expect("a part");
    let output = train(&folder, only, &["--force"]);
    assert!(complaint(&output, 1).contains("no run finished"));
}

#[test]
fn a_contender_stays_inside_its_folder() {
    let folder = tempfile::tempdir().expect("a folder");
    let output = train(
        &folder,
        &format!("{SHORT}[[contender]]\nname = \"../x\"\n"),
        &[],
    );
    assert_eq!(output.status.code(), Some(0));
    assert!(!folder.path().join("x").exists());
    let inside: Vec<_> = fs::read_dir(folder.path().join("out"))
        .expect("out")
        .map(|entry| entry.expect("readable").file_name())
        .collect();
    assert_eq!(inside.len(), 1);
    let two = format!("{SHORT}[[contender]]\nname = \"a/b\"\n[[contender]]\nname = \"a:b\"\n");
    let line = complaint(&train(&folder, &two, &["--force"]), 2);
    assert!(line.contains("contender.1.name"), "{line}");
}

#[test]
fn notes_about_the_data_are_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let rows: Vec<String> = (0..60)
        .map(|row| {
            if row == 9 {
                "NA".into()
            } else {
                (row % 7).to_string()
            }
        })
        .collect();
    fs::write(
        folder.path().join("gap.csv"),
        format!("x\n{}\n", rows.join("\n")),
    )
    .expect("written");
    let toml = format!("{SHORT}[data]\nsource = \"gap.csv\"\n");
    fs::write(folder.path().join("experiment.toml"), toml).expect("written");
    let done = program(folder.path(), &["train", "experiment.toml", "--out", "out"]);
    let text = String::from_utf8(done.stderr).expect("UTF-8");
    assert_eq!(done.status.code(), Some(0), "{text}");
    assert!(
        text.contains("note: 1 missing value of \"x\" is filled"),
        "{text}"
    );
}

#[test]
fn a_contenders_own_paths_start_at_the_file_too() {
    let folder = tempfile::tempdir().expect("a folder");
    let below = folder.path().join("below");
    fs::create_dir(&below).expect("made");
    let rows: Vec<String> = (0..60).map(|row| (row % 7).to_string()).collect();
    fs::write(below.join("own.csv"), format!("x\n{}\n", rows.join("\n"))).expect("written");
    let toml = format!("{SHORT}[[contender]]\nname = \"own\"\ndata = {{ source = \"own.csv\" }}\n");
    fs::write(below.join("experiment.toml"), toml).expect("written");
    let done = program(
        folder.path(),
        &["train", "below/experiment.toml", "--out", "out", "--quiet"],
    );
    let text = String::from_utf8(done.stderr).expect("UTF-8");
    assert_eq!(done.status.code(), Some(0), "{text}");
    let written =
        fs::read_to_string(folder.path().join("out/own/seed-7/experiment.toml")).expect("there");
    assert!(written.contains("below/own.csv"), "{written}");
}

#[test]
fn set_takes_any_dotted_key_and_init_starts_from_a_model() {
    let folder = tempfile::tempdir().expect("a folder");
    let sets = [
        "--set",
        "optimizer.kind=sgd",
        "--set",
        "optimizer.momentum=0.5",
        "--set",
        "seeds=[1, 2]",
        "--set",
        "data.split.train=0.6",
        "--steps",
        "3",
    ];
    assert_eq!(train(&folder, SHORT, &sets).status.code(), Some(0));
    for seed in [1, 2] {
        let run = folder.path().join(format!("out/sgd/seed-{seed}"));
        let text = fs::read_to_string(run.join("experiment.toml")).expect("there");
        assert!(
            text.contains("momentum = 0.5") && text.contains("train = 0.6"),
            "{text}"
        );
        assert_eq!(json(&run.join("run.json"))["steps"], 3);
    }
    let first = json(&folder.path().join("out/sgd/seed-1/run.json"));
    let init = ["--force", "--init", "out/sgd/seed-2/model.safetensors"];
    assert_eq!(train(&folder, SHORT, &init).status.code(), Some(0));
    let started = json(&folder.path().join("out/adam/seed-7/run.json"));
    assert_ne!(
        started["hashes"]["initial_weights"],
        first["hashes"]["initial_weights"]
    );

    let other = [
        "--force",
        "--set",
        "model.hidden=9",
        "--init",
        "out/sgd/seed-2/model.safetensors",
    ];
    let line = complaint(&train(&folder, SHORT, &other), 1);
    assert!(
        line.contains("rnn.weight_ih_l0") && line.contains("[36, 1]"),
        "{line}"
    );
}

#[cfg(unix)]
#[test]
fn ctrl_c_saves_everything() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(
        folder.path().join("experiment.toml"),
        "[training]\nsteps = 1000000\n[[contender]]\nname = \"a\"\n[[contender]]\nname = \"b\"\n",
    )
    .expect("written");
    let mut child = Command::new(env!("CARGO_BIN_EXE_optimizer-explorer"))
        .args(["train", "experiment.toml", "--out", "out", "--quiet"])
        .current_dir(folder.path())
        .stderr(std::process::Stdio::null())
        .spawn()
        .expect("the program starts");
    let history = folder.path().join("out/a/seed-7/history.csv");
    let begun = std::time::Instant::now();
    while fs::read_to_string(&history).map_or(0, |text| text.lines().count()) < 5 {
        assert!(begun.elapsed().as_secs() < 60, "it takes steps");
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    let killed = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status()
        .expect("kill is there");
    assert!(killed.success());
    assert_eq!(child.wait().expect("it ends").code(), Some(130));
    for name in ["a", "b"] {
        let run = folder.path().join(format!("out/{name}/seed-7"));
        let summary = json(&run.join("run.json"));
        assert_eq!(summary["status"], "stopped");
        let steps = summary["steps"].as_u64().expect("a number") as usize;
        let rows = fs::read_to_string(run.join("history.csv")).expect("there");
        assert_eq!(rows.lines().count(), steps + 1);
        assert!(run.join("model.safetensors").is_file());
    }
}
