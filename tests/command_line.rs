//! The commands as scripts use them: exit statuses, one line on standard error, files on disk.

mod common;

use common::{complaint, json, program};
use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use tempfile::TempDir;

/// Runs `train` on `toml`, into `out`, with further arguments.
fn train(folder: &TempDir, toml: &str, more: &[&str]) -> Output {
    fs::write(folder.path().join("experiment.toml"), toml).expect("written");
    let mut words = vec!["train", "experiment.toml", "--out", "out", "--quiet"];
    words.extend(more);
    program(folder.path(), &words)
}

const SHORT: &str = "[training]\nsteps = 12\n[model]\nhidden = 6\n[data.window]\nlookback = 12\n";

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
