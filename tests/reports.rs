//! Tables, figures, reports and event files of runs, as scripts ask for them; and sweeps in shards.

mod common;

use common::{complaint, program};
use std::fs;
use std::path::Path;
use tempfile::TempDir;

fn succeeds(folder: &Path, words: &[&str]) -> String {
    let output = program(folder, words);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(0), "{words:?}: {said}");
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// Two contenders, two seeds each.
const SWEEP: &str = "title = \"A <race> & more\"\nseeds = [3, 11]\n[model]\nhidden = 4\n[data.window]\nlookback = 12\n[training]\nsteps = 40\n[[contender]]\nname = \"Adam\"\n[[contender]]\nname = \"SGD <b>\"\noptimizer = { kind = \"sgd\" }\n";

fn swept() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("sweep.toml"), SWEEP).expect("written");
    succeeds(
        folder.path(),
        &["train", "sweep.toml", "--out", "out", "--quiet"],
    );
    folder
}

#[test]
fn every_plot_is_a_file_of_its_own_in_the_size_that_is_asked_for() {
    let folder = swept();
    let here = folder.path();
    let names = [
        "loss",
        "gradient-norm",
        "update-norm",
        "weight-norm",
        "learning-rate",
        "forecast",
    ];
    for format in ["csv", "svg", "png"] {
        let said = succeeds(
            here,
            &[
                "export",
                "out/Adam/seed-3",
                "--format",
                format,
                "-o",
                format,
                "--size",
                "800x450",
            ],
        );
        assert_eq!(said.lines().count(), names.len());
        for name in names {
            assert!(
                here.join(format).join(format!("{name}.{format}")).is_file(),
                "{name}"
            );
        }
    }
    // The numbers are those of the run.
    let table = fs::read_to_string(here.join("csv/loss.csv")).expect("written");
    let history = fs::read_to_string(here.join("out/Adam/seed-3/history.csv")).expect("written");
    let losses = |text: &str, column: usize| -> Vec<f32> {
        let cell = |line: &str| line.split(',').nth(column)?.parse().ok();
        text.lines().skip(1).filter_map(cell).collect()
    };
    assert_eq!(losses(&table, 1), losses(&history, 4));
    assert_eq!(losses(&table, 1).len(), 40);
    // Lines have text as text; points are as many as asked for, and not all white.
    let svg = fs::read_to_string(here.join("svg/loss.svg")).expect("written");
    assert!(
        svg.contains("width=\"800\"") && svg.contains("<text") && svg.contains("Adam, training")
    );
    let png = fs::File::open(here.join("png/forecast.png")).expect("written");
    let mut reader = png::Decoder::new(std::io::BufReader::new(png))
        .read_info()
        .expect("a picture");
    let mut points = vec![0; reader.output_buffer_size().expect("it is small")];
    let info = reader.next_frame(&mut points).expect("a frame");
    assert_eq!((info.width, info.height), (800, 450));
    let inked = points
        .chunks(3)
        .filter(|point| **point != [255, 255, 255])
        .count();
    assert!((2_000..200_000).contains(&inked), "{inked}");
    // Dark points stand where the title is: it was written.
    let title = points[..3 * 800 * 40]
        .chunks(3)
        .filter(|point| point.iter().all(|part| *part < 90))
        .count();
    assert!(title > 50, "{title}");

    for size in ["0x0", "100000x100000", "10", "axb", "-5x300"] {
        let size = format!("--size={size}");
        let said = complaint(
            &program(
                here,
                &[
                    "export",
                    "out/Adam/seed-3",
                    "--format",
                    "png",
                    "-o",
                    "no",
                    &size,
                ],
            ),
            2,
        );
        assert!(said.contains("width and height"), "{said}");
    }
    let said = complaint(
        &program(
            here,
            &["export", "out/Adam/seed-3", "--format", "svg", "-o", "csv"],
        ),
        2,
    );
    assert!(said.contains("--force"), "{said}");
    let said = complaint(
        &program(here, &["export", "csv", "--format", "svg", "-o", "no"]),
        1,
    );
    assert!(said.contains("no run folder"), "{said}");
    assert!(!here.join("no").exists());
}

#[test]
fn a_report_holds_all_runs_and_needs_nothing_else() {
    let folder = swept();
    let here = folder.path();
    succeeds(
        here,
        &["export", "out", "--format", "html", "-o", "report.html"],
    );
    let page = fs::read_to_string(here.join("report.html")).expect("written");
    assert!(page.contains("<h1>A &lt;race&gt; &amp; more</h1>") && !page.contains("<race>"));
    assert!(page.contains("SGD &lt;b&gt;") && !page.contains("SGD <b>"));
    // Each figure for wide windows and for narrow ones, the lines' names beside it.
    assert_eq!(page.matches("<figure>").count(), 6);
    assert_eq!(page.matches("<svg").count(), 12);
    assert_eq!(page.matches("</i>SGD &lt;b&gt;, seed 3</li>").count(), 6);
    // What needs no model stands below the runs.
    let scores = &page[page.find("Forecasts of the test part").expect("there")..];
    let below = |name: &str| scores.find(&format!("<td>{name}<")).expect(name);
    assert!(below("naive") > below("SGD &lt;b&gt;, seed 11"));
    assert_eq!(page.matches("</details>").count(), 4);
    for outside in ["http://", "https://", "<script", "<link", "<img", "src="] {
        let found = page
            .replace("http://www.w3.org/2000/svg", "")
            .replace("http://www.w3.org/1999/xlink", "");
        assert!(!found.contains(outside), "{outside}");
    }
    assert!(page.contains("Data are the same in all runs, initial weights not the same"));
    for run in ["Adam/seed-3", "Adam/seed-11"] {
        let json = fs::read(here.join("out").join(run).join("run.json")).expect("written");
        let json: serde_json::Value = serde_json::from_slice(&json).expect("JSON");
        for hash in ["data", "initial_weights", "batch_order", "final_weights"] {
            let hash = json["hashes"][hash].as_str().expect("a hash");
            assert!(page.contains(hash), "{run} {hash}");
        }
    }
    // Seeds stand in the order of their numbers.
    let place = |name: &str| page.find(&format!("<td>{name}</td>")).expect(name);
    assert!(place("Adam, seed 3") < place("Adam, seed 11"));
    let alone = [
        "export",
        "out/Adam/seed-3",
        "--format",
        "html",
        "-o",
        "one.html",
    ];
    succeeds(here, &alone);
    assert!(complaint(&program(here, &alone), 2).contains("--force"));
    let said = complaint(
        &program(
            here,
            &[
                "export",
                "out",
                "--format",
                "html",
                "-o",
                "missing/one.html",
            ],
        ),
        1,
    );
    assert!(said.contains("cannot be written"), "{said}");
}

#[test]
fn event_files_have_a_folder_for_each_run() {
    let folder = swept();
    let here = folder.path();
    let said = succeeds(
        here,
        &["export", "out", "--format", "tensorboard", "-o", "events"],
    );
    assert_eq!(said.lines().count(), 4);
    for line in said.lines() {
        let bytes = fs::read(here.join(line)).expect("written");
        // 41 records, each with its length before it.
        let (mut at, mut records) = (0, 0);
        while at < bytes.len() {
            let length = u64::from_le_bytes(bytes[at..at + 8].try_into().expect("8 bytes"));
            at += 8 + 4 + length as usize + 4;
            records += 1;
        }
        assert_eq!((at, records), (bytes.len(), 41));
    }
    assert!(here.join("events/Adam-seed-11").is_dir());
}

/// A full disk as every account can have one: a process that may write files of so many KiB and no more.
#[cfg(unix)]
#[test]
fn a_full_disk_leaves_the_earlier_file_whole() {
    let folder = swept();
    let here = folder.path();
    let run = "out/Adam/seed-3";
    let cramped = |kib: usize, words: &[&str]| {
        let script = format!("trap '' XFSZ; ulimit -f {kib}; exec \"$0\" \"$@\"");
        let output = std::process::Command::new("bash")
            .args(["-c", &script, env!("CARGO_BIN_EXE_optimizer-explorer")])
            .args(words)
            .current_dir(here)
            .output()
            .expect("bash starts");
        complaint(&output, 1)
    };
    let nothing_half = |folder: &Path| {
        for entry in fs::read_dir(folder).expect("there").flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            assert!(!name.contains(".tmp"), "{name}");
        }
    };
    for format in ["safetensors", "onnx", "burnpack", "html"] {
        fs::write(here.join("mine"), "mine").expect("written");
        let words = ["export", run, "--format", format, "-o", "mine", "--force"];
        let said = cramped(1, &words);
        assert!(said.contains("mine: cannot be written"), "{said}");
        assert_eq!(fs::read(here.join("mine")).expect("there"), b"mine");
        // It was the disk.
        succeeds(here, &words);
    }
    let model = format!("{run}/model.safetensors");
    fs::write(here.join("mine"), "mine").expect("written");
    let said = cramped(
        1,
        &[
            "predict",
            &model,
            "--data",
            "builtin:airline",
            "--out",
            "mine",
        ],
    );
    assert!(said.contains("mine: cannot be written"), "{said}");
    assert_eq!(fs::read(here.join("mine")).expect("there"), b"mine");
    for format in ["svg", "png", "csv", "tensorboard"] {
        let said = cramped(1, &["export", run, "--format", format, "-o", format]);
        assert!(said.contains(&format!("{format}/")), "{said}");
        nothing_half(&here.join(format));
    }
    nothing_half(here);
    // A run for which there is no room from the start, and one whose room ends with its larger files.
    let train = ["train", "sweep.toml", "--quiet", "--out"];
    let into = |name: &'static str| [&train[..], &[name]].concat();
    let said = cramped(1, &into("none"));
    assert!(said.contains("--out none: cannot be written"), "{said}");
    let wide = ["--set", "model.hidden=64"];
    let said = cramped(64, &[&into("some")[..], &wide].concat());
    assert!(
        said.contains("some/Adam/seed-3/") && said.contains("cannot be written"),
        "{said}"
    );
    let begun = here.join("some/Adam/seed-3");
    let json = fs::read_to_string(begun.join("run.json")).expect("whole");
    assert!(
        json.contains("\"failed\"") && json.contains("cannot be written"),
        "{json}"
    );
    nothing_half(&begun);
    // With room again it goes on.
    succeeds(here, &[&into("some")[..], &wide, &["--resume"]].concat());
}

#[test]
fn shards_part_the_runs_and_repeat_nothing() {
    let whole = swept();
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path();
    fs::write(here.join("sweep.toml"), SWEEP).expect("written");
    let shard = |which: &str| {
        succeeds(
            here,
            &[
                "train",
                "sweep.toml",
                "--out",
                "out",
                "--quiet",
                "--shard",
                which,
            ],
        )
    };
    let runs = || -> Vec<String> {
        let mut found = Vec::new();
        for contender in fs::read_dir(here.join("out")).expect("trained").flatten() {
            for seed in fs::read_dir(contender.path()).expect("trained").flatten() {
                let name = seed.path().strip_prefix(here).expect("within").to_owned();
                found.push(name.to_string_lossy().into_owned());
            }
        }
        found.sort();
        found
    };
    shard("2/3");
    assert_eq!(runs(), ["out/Adam/seed-11"]);
    shard("1/3");
    assert_eq!(runs().len(), 3);
    let written = || {
        let written = |run: String| {
            fs::metadata(here.join(run).join("run.json"))
                .expect("there")
                .modified()
        };
        runs()
            .into_iter()
            .map(|run| written(run).expect("a time"))
            .collect::<Vec<_>>()
    };
    let before = written();
    shard("1/3");
    assert_eq!(written(), before, "a repeated shard wrote something");
    shard("3/3");
    assert_eq!(runs().len(), 4);
    for run in runs() {
        for file in ["forecast.csv", "metrics.json", "gradients.csv"] {
            let [a, b] = [whole.path(), here]
                .map(|root| fs::read(root.join(&run).join(file)).expect("there"));
            assert!(a == b, "{run} {file}");
        }
    }
    // More shards than runs: the last ones have nothing to do.
    let idle = program(
        here,
        &[
            "train",
            "sweep.toml",
            "--out",
            "out",
            "--quiet",
            "--shard",
            "9/9",
        ],
    );
    assert_eq!(idle.status.code(), Some(0));
    for wrong in ["0/3", "4/3", "1/0", "1", "a/b", "1/3/2"] {
        let words = ["train", "sweep.toml", "--out", "out", "--shard", wrong];
        let said = complaint(&program(here, &words), 2);
        assert!(said.contains("I/N"), "{said}");
    }
}
