//! What leaves the program says what the program says: models in every format, read back; refusals; nothing left
//! behind. `tests/export.py` has the same files read by other programs.

mod common;

use common::{complaint, program};
use optimizer_explorer::experiment::ScaleMethod;
use optimizer_explorer::export::check::{MOST, Own};
use optimizer_explorer::export::model::{ExportError, ModelFormat, Subject};
use optimizer_explorer::export::onnx::Onnx;
use optimizer_explorer::export::{burnpack, snippets};
use optimizer_explorer::model::device;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

#[expect(
    clippy::print_stdout,
    reason = "a program of its own says what it found"
)]
#[path = "../src/export/snippets/burn.rs"]
mod snippet;

/// Trains `toml` into `out`, and gives the run folders.
fn runs(folder: &Path, toml: &str) -> Vec<PathBuf> {
    fs::write(folder.join("experiment.toml"), toml).expect("written");
    let output = program(
        folder,
        &["train", "experiment.toml", "--out", "out", "--quiet"],
    );
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(0), "{said}");
    let contenders = fs::read_dir(folder.join("out")).expect("trained").flatten();
    let mut runs: Vec<PathBuf> = contenders
        .map(|entry| entry.path().join("seed-7"))
        .collect();
    runs.sort();
    runs
}

/// `export` of the run that [`runs`] makes, with further arguments.
fn as_onnx(folder: &Path, more: &[&str]) -> Output {
    let run = "out/adam/seed-7";
    let words = ["export", run, "--format", "onnx", "-o", "model.onnx"];
    program(folder, &[&words[..], more].concat())
}

/// Exports the run in every format, and gives the largest difference that was found.
fn exported(run: &Path) -> f64 {
    let subject = Subject::of_run(run, None).unwrap_or_else(|error| panic!("{error}"));
    let mut largest: f64 = 0.0;
    for format in ModelFormat::ALL {
        let path = run.join(format!("exported.{}", format.extension()));
        let check = subject
            .export(format, &path, false)
            .unwrap_or_else(|error| panic!("{} {}: {error}", run.display(), format.name()));
        assert!(check.windows > 0, "{}", run.display());
        assert!(path.is_file());
        if format == ModelFormat::Onnx {
            largest = check.difference;
        } else {
            assert_eq!(check.difference, 0.0, "{} {}", run.display(), format.name());
        }
    }
    largest
}

const SHORT: &str = "[training]\nsteps = 5\n[model]\nhidden = 5\n[data.window]\nlookback = 12\n";

#[test]
fn every_network_says_the_same_in_every_format() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut toml = SHORT.to_owned();
    for cell in ["lstm", "gru", "rnn", "linear"] {
        for layers in [1, 2] {
            for (form, window) in [
                ("every", "output = \"every-step\""),
                ("ahead", "output = \"every-step\", horizon = 3"),
                ("last", "output = \"last-step\", horizon = 3"),
            ] {
                for scale in ScaleMethod::ALL {
                    let scale = serde_json::to_value(scale).expect("a name");
                    let scale = scale.as_str().expect("a name");
                    toml += &format!(
                        "[[contender]]\nname = \"{cell}-{layers}-{form}-{scale}\"\nmodel = {{ cell = \"{cell}\", layers = {layers} }}\ndata = {{ window = {{ {window} }}, scale = {{ method = \"{scale}\" }} }}\n"
                    );
                }
            }
        }
    }
    for nonlinearity in ["relu", "sigmoid", "identity"] {
        toml += &format!(
            "[[contender]]\nname = \"plain {nonlinearity}\"\nmodel = {{ cell = \"rnn\", nonlinearity = \"{nonlinearity}\", layers = 2 }}\n"
        );
    }
    for output in ["every-step", "last-step"] {
        toml += &format!(
            "[[contender]]\nname = \"quantiles {output}\"\nloss = {{ kind = \"quantile\", quantiles = [0.05, 0.25, 0.5, 0.75, 0.95] }}\ndata = {{ window = {{ output = \"{output}\", horizon = 2 }} }}\n"
        );
    }
    let runs = runs(folder.path(), &toml);
    assert_eq!(runs.len(), 4 * 2 * 3 * 4 + 3 + 2);
    let largest = runs.iter().map(|run| exported(run)).fold(0.0, f64::max);
    // Other programs reckon in another order: bits differ, and no more than bits.
    assert!(largest > 0.0 && largest < 3e-6, "{largest}");
}

/// Two targets and a further input, with a trend, a season and some outliers.
fn table(folder: &Path) {
    let mut csv = "time,a,b,c\n".to_owned();
    for row in 0..160_i32 {
        let t = f64::from(row);
        let spike = if row % 37 == 5 { 40.0 } else { 0.0 };
        csv += &format!(
            "{}-{:02}-01,{},{},{}\n",
            2000 + row / 12,
            row % 12 + 1,
            30.0 + 0.3 * t + 5.0 * (t * 0.5).sin() + spike,
            12.0 + 4.0 * (t * 0.3).cos(),
            (t * 0.11).sin()
        );
    }
    fs::write(folder.join("table.csv"), csv).expect("written");
}

/// Preparation steps by a name, as an experiment file has them.
const EXPRESSIBLE: [(&str, &str); 20] = [
    (
        "log",
        "{ step = \"transform\", method = \"log\", columns = [\"a\", \"b\"] }",
    ),
    (
        "log1p",
        "{ step = \"transform\", method = \"log1p\", columns = [\"a\"] }",
    ),
    (
        "sqrt",
        "{ step = \"transform\", method = \"sqrt\", columns = [\"a\"] }",
    ),
    (
        "box-cox",
        "{ step = \"transform\", method = \"box-cox\", columns = [\"a\", \"b\"] }",
    ),
    (
        "yeo-johnson",
        "{ step = \"transform\", method = \"yeo-johnson\" }",
    ),
    (
        "quantile",
        "{ step = \"transform\", method = \"quantile\" }",
    ),
    ("difference", "{ step = \"difference\", columns = [\"a\"] }"),
    ("twice", "{ step = \"difference\", order = 2 }"),
    ("season", "{ step = \"difference\", season = 4 }"),
    (
        "season and change",
        "{ step = \"difference\", season = 4, order = 1, columns = [\"a\", \"b\"] }",
    ),
    (
        "log and changes",
        "{ step = \"transform\", method = \"log\", columns = [\"a\"] }, { step = \"difference\", columns = [\"a\"] }",
    ),
    ("clip", "{ step = \"outliers\", action = \"clip\" }"),
    ("flag", "{ step = \"outliers\", action = \"flag\" }"),
    ("average", "{ step = \"smooth\", window = 4 }"),
    (
        "parabola",
        "{ step = \"smooth\", method = \"savitzky-golay\", window = 7 }",
    ),
    (
        "convolution",
        "{ step = \"smooth\", method = \"convolution\", columns = [\"c\"] }",
    ),
    ("bin", "{ step = \"bin\", columns = [\"c\"] }"),
    ("lag", "{ step = \"lag\" }"),
    (
        "fill",
        "{ step = \"fill\", method = \"mean\" }, { step = \"transform\", method = \"yeo-johnson\" }",
    ),
    (
        "rolling",
        "{ step = \"rolling\", window = 5, functions = [\"mean\", \"std\", \"min\", \"max\"] }",
    ),
];

#[test]
fn preparation_goes_into_the_graph_and_is_undone_there() {
    let folder = tempfile::tempdir().expect("a folder");
    table(folder.path());
    let mut toml = format!(
        "{SHORT}[data]\nsource = \"table.csv\"\ntargets = [\"a\", \"b\"]\nfeatures = [\"c\"]\n"
    )
    .replace("lookback = 12\n", "");
    toml = toml.replace("[data.window]\n", "");
    for (name, steps) in EXPRESSIBLE {
        for (form, window) in [
            ("every", "lookback = 12, output = \"every-step\""),
            ("last", "lookback = 12, output = \"last-step\", horizon = 6"),
        ] {
            toml += &format!(
                "[[contender]]\nname = \"{name} {form}\"\ndata = {{ prepare = [{steps}], window = {{ {window} }} }}\n"
            );
        }
    }
    toml += "[[contender]]\nname = \"quantiles\"\nloss = { kind = \"quantile\" }\ndata = { prepare = [{ step = \"difference\" }], window = { lookback = 12, output = \"last-step\", horizon = 3 } }\n";
    let runs = runs(folder.path(), &toml);
    assert_eq!(runs.len(), 2 * EXPRESSIBLE.len() + 1);
    for run in &runs {
        let difference = exported(run);
        assert!(difference < 3e-6, "{}: {difference}", run.display());
    }
}

#[test]
fn what_a_graph_cannot_say_is_refused_by_its_name() {
    let folder = tempfile::tempdir().expect("a folder");
    table(folder.path());
    let mut toml =
        "[training]\nsteps = 2\n[data]\nsource = \"table.csv\"\ntargets = [\"a\"]\n".to_owned();
    let steps = [
        ("calendar", "{ step = \"calendar\" }"),
        ("decompose", "{ step = \"decompose\" }"),
        ("smooth", "{ step = \"smooth\", method = \"median\" }"),
        ("outliers", "{ step = \"outliers\", method = \"hampel\" }"),
        ("fill", "{ step = \"fill\", flag = true }"),
    ];
    for (name, step) in steps {
        toml += &format!("[[contender]]\nname = \"{name}\"\ndata = {{ prepare = [{step}] }}\n");
    }
    runs(folder.path(), &toml);
    for (name, _) in steps {
        let run = format!("out/{name}/seed-7");
        let output = program(
            folder.path(),
            &["export", &run, "--format", "onnx", "-o", "model.onnx"],
        );
        let said = complaint(&output, 2);
        assert!(said.contains(&format!("\"{name}\"")), "{said}");
        assert!(!folder.path().join("model.onnx").exists());
        // The other formats hold the preparation as it is.
        let output = program(
            folder.path(),
            &[
                "export",
                &run,
                "--format",
                "burnpack",
                "-o",
                "model.bpk",
                "--force",
            ],
        );
        assert_eq!(output.status.code(), Some(0));
    }
}

#[test]
fn sequences_are_classified_and_summed_the_same() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("walks.ts");
    let mut text = "@problemName walks\n@timeStamps false\n@univariate false\n@equalLength false\n@classLabel true up down\n@data\n".to_owned();
    for number in 0..40_i32 {
        let length = 5 + number % 7;
        let sign = if number % 2 == 0 { 1.0 } else { -1.0 };
        let rows = |phase: f64| {
            let row = |t: i32| {
                format!(
                    "{}",
                    sign * 0.3 * f64::from(t) + (f64::from(t + number) * phase).sin()
                )
            };
            (0..length).map(row).collect::<Vec<_>>().join(",")
        };
        let class = if number % 2 == 0 { "up" } else { "down" };
        text += &format!("{}:{}:{class}\n", rows(0.9), rows(0.4));
    }
    fs::write(&data, text).expect("written");
    let mut toml = "[training]\nsteps = 8\n[model]\nhidden = 5\n".to_owned();
    for cell in ["lstm", "gru", "rnn", "linear"] {
        for (name, source, task) in [
            ("walks", "walks.ts", "classify"),
            ("adding", "generate:adding", "forecast"),
            ("order", "generate:temporal-order", "classify"),
        ] {
            let loss = if task == "classify" {
                "cross-entropy"
            } else {
                "mse"
            };
            toml += &format!(
                "[[contender]]\nname = \"{name}-{cell}\"\nmodel = {{ cell = \"{cell}\", layers = 2 }}\nloss = {{ kind = \"{loss}\" }}\ndata = {{ source = \"{source}\", task = \"{task}\" }}\n"
            );
        }
    }
    for run in runs(folder.path(), &toml) {
        let subject = Subject::of_run(&run, None).unwrap_or_else(|error| panic!("{error}"));
        let path = run.join("model.onnx");
        let check = subject
            .export(ModelFormat::Onnx, &path, false)
            .expect("exported");
        assert!(check.difference < 3e-6, "{}: {check}", run.display());
        let unequal = run.to_string_lossy().contains("walks");
        assert_eq!(check.whole_sequences_only, unequal, "{}", run.display());
        let said = check.to_string();
        assert_eq!(
            said.contains("only the padded form was checked"),
            unequal,
            "{said}"
        );
        let bytes = fs::read(&path).expect("written");
        let holds = |name: &[u8]| bytes.windows(name.len()).any(|part| part == name);
        assert_eq!(holds(b"steps of each sequence"), unequal);
    }
}

#[test]
fn classes_of_a_series_are_probabilities_with_their_names() {
    let folder = tempfile::tempdir().expect("a folder");
    table(folder.path());
    let mut toml = "[training]\nsteps = 8\n[model]\nhidden = 5\n[data]\nsource = \"table.csv\"\ntask = \"classify\"\ntargets = [\"a\"]\nfeatures = [\"c\"]\n".to_owned();
    let bin = "{ step = \"bin\", count = 4, method = \"equal-frequency\" }";
    for cell in ["lstm", "gru", "rnn", "linear"] {
        for output in ["every-step", "last-step"] {
            for (name, before) in [
                ("plain", ""),
                (
                    "changed",
                    "{ step = \"difference\", columns = [\"a\"] }, { step = \"lag\" }, ",
                ),
            ] {
                toml += &format!(
                    "[[contender]]\nname = \"{name}-{cell}-{output}\"\nmodel = {{ cell = \"{cell}\" }}\ndata = {{ prepare = [{before}{bin}], window = {{ lookback = 9, horizon = 2, output = \"{output}\" }} }}\n"
                );
            }
        }
    }
    let runs = runs(folder.path(), &toml);
    assert_eq!(runs.len(), 16);
    for run in runs {
        let difference = exported(&run);
        assert!(difference < 3e-6, "{}: {difference}", run.display());
        let subject = Subject::of_run(&run, None).expect("a run");
        let names = subject.fitted.class_names();
        assert_eq!(names.len(), 4);
        let changed = run.to_string_lossy().contains("changed");
        assert_eq!(names[0].starts_with("difference under "), changed);
        // The graph and the lines that use it say which probability is whose.
        let listed = serde_json::to_string(names).expect("a list");
        let graph = fs::read(run.join("exported.onnx")).expect("written");
        let holds = |name: &str| {
            graph
                .windows(name.len())
                .any(|part| part == name.as_bytes())
        };
        assert!(holds(&listed));
        let what = format!(
            "probability of each class of a 2 rows ahead: {}",
            names.join(", ")
        );
        assert!(holds(&what), "{what}");
        for format in [ModelFormat::Onnx, ModelFormat::Safetensors] {
            let code = snippets::snippet(format, &subject, Path::new("model")).code;
            let each = names
                .iter()
                .all(|name| code.contains(&format!("\"{name}\"")));
            let every = run.to_string_lossy().contains("every-step");
            assert!(each && code.contains("forecast[0, -1]") == every, "{code}");
        }
    }
}

/// PyTorch's lines send nobody to a file that there cannot be.
#[test]
fn pytorchs_lines_speak_of_onnx_where_it_takes_the_preparation() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut toml = SHORT.to_owned();
    for (name, step) in [
        ("difference", "{ step = \"difference\" }"),
        ("calendar", "{ step = \"calendar\", parts = [\"month\"] }"),
    ] {
        toml += &format!("[[contender]]\nname = \"{name}\"\ndata = {{ prepare = [{step}] }}\n");
    }
    for run in runs(folder.path(), &toml) {
        let subject = Subject::of_run(&run, None).expect("a run");
        let lines = snippets::snippet(ModelFormat::Safetensors, &subject, Path::new("model"));
        assert!(
            lines.code.contains("this program's, not PyTorch's."),
            "{}",
            lines.code
        );
        let graph = Onnx::new(subject.source(), false);
        assert_eq!(lines.code.contains("ONNX"), graph.is_ok(), "{}", lines.code);
        assert_eq!(graph.is_ok(), run.to_string_lossy().contains("difference"));
    }
}

#[test]
fn other_weights_are_noticed_and_a_failed_export_leaves_what_was_there() {
    let folder = tempfile::tempdir().expect("a folder");
    let run = runs(folder.path(), SHORT).remove(0);
    let subject = Subject::of_run(&run, None).expect("a run");
    let own = Own::of(&subject);
    let units = subject.units().expect("the data are there");
    for tensor in subject.parameters.tensors.clone() {
        let mut other = subject.clone();
        other.parameters.values[tensor.range.start] += 0.01;
        let graph = Onnx::new(other.source(), false).expect("a graph");
        let check = own.against_graph(&subject, &units, &graph);
        let check = check.expect("it runs");
        assert!(check.difference > MOST, "{}: {check}", tensor.name);
        let check = own.against_network(&subject, &other.network());
        assert!(check.difference > MOST, "{}: {check}", tensor.name);
    }

    let words = |more: &[&str]| as_onnx(folder.path(), more);
    let first = words(&[]);
    assert_eq!(first.status.code(), Some(0));
    let said = String::from_utf8_lossy(&first.stdout).into_owned();
    assert!(
        said.contains("largest difference") && said.contains("onnxruntime.InferenceSession"),
        "{said}"
    );
    let bytes = fs::read(folder.path().join("model.onnx")).expect("written");
    assert!(complaint(&words(&[]), 2).contains("--force"));
    assert_eq!(words(&["--force"]).status.code(), Some(0));
    assert_eq!(
        fs::read(folder.path().join("model.onnx")).expect("there"),
        bytes
    );

    let nowhere = program(
        folder.path(),
        &[
            "export",
            "out/adam/seed-7",
            "--format",
            "onnx",
            "-o",
            "missing/model.onnx",
        ],
    );
    assert!(complaint(&nowhere, 1).contains("cannot be written"));
    let nothing = program(
        folder.path(),
        &["export", "out/adam", "--format", "onnx", "-o", "other.onnx"],
    );
    assert!(complaint(&nothing, 1).contains("model.safetensors"));
    assert!(!folder.path().join("other.onnx").exists());
    let left = fs::read_dir(folder.path()).expect("a folder").flatten();
    let names: Vec<String> = left
        .map(|e| e.file_name().to_string_lossy().into_owned())
        .collect();
    assert!(!names.iter().any(|name| name.contains(".tmp")), "{names:?}");
}

#[test]
fn data_that_moved_are_asked_for_and_known_by_their_hash() {
    let folder = tempfile::tempdir().expect("a folder");
    table(folder.path());
    let toml = format!("{SHORT}[data]\nsource = \"table.csv\"\ntargets = [\"a\"]\n")
        .replace("[data.window]\nlookback = 12\n", "");
    runs(folder.path(), &toml);
    fs::rename(
        folder.path().join("table.csv"),
        folder.path().join("moved.csv"),
    )
    .expect("moved");
    let export = |more: &[&str]| as_onnx(folder.path(), more);
    let said = complaint(&export(&[]), 1);
    assert!(
        said.contains("table.csv") && said.contains("--data FILE"),
        "{said}"
    );
    assert_eq!(export(&["--data", "moved.csv"]).status.code(), Some(0));

    let text = fs::read_to_string(folder.path().join("moved.csv")).expect("there");
    fs::write(
        folder.path().join("other.csv"),
        text.replacen("30", "31", 1),
    )
    .expect("written");
    let said = complaint(&export(&["--data", "other.csv", "--force"]), 1);
    assert!(
        said.contains("not the data that the run was trained on"),
        "{said}"
    );
}

#[test]
fn a_run_can_be_told_why_it_cannot_be_exported() {
    let error = Subject::of_run(Path::new("/nowhere"), None).expect_err("there is nothing");
    assert!(matches!(error, ExportError::Model(_)), "{error}");
}

#[test]
fn the_burn_snippet_runs_as_it_is_printed() {
    let folder = tempfile::tempdir().expect("a folder");
    table(folder.path());
    let toml = format!("{SHORT}[data]\nsource = \"table.csv\"\ntargets = [\"a\"]\n")
        .replace("[data.window]\nlookback = 12\n", "");
    let run = runs(folder.path(), &toml).remove(0);
    let subject = Subject::of_run(&run, None).expect("a run");
    let file = folder.path().join("model.bpk");
    subject
        .export(ModelFormat::Burnpack, &file, false)
        .expect("exported");
    let printed = snippets::snippet(ModelFormat::Burnpack, &subject, Path::new("model.bpk")).code;
    let source = &subject.card.experiment.data.source;
    // But for the data's name it is the example that was compiled here.
    let example = include_str!("../src/export/snippets/burn.rs");
    assert_eq!(printed.replace(source.as_str(), "data.csv"), example);
    fs::copy(
        folder.path().join("table.csv"),
        folder.path().join("data.csv"),
    )
    .expect("copied");
    // No other test here knows the folder that it is in.
    std::env::set_current_dir(folder.path()).expect("it is there");
    snippet::main().unwrap_or_else(|error| panic!("{error}"));

    let (network, card) = burnpack::read(&file, &device("flex")).expect("read");
    assert_eq!(card, subject.card);
    assert_eq!(network.architecture(), &subject.architecture);
    fs::write(&file, b"BURN and nothing else").expect("written");
    let error = burnpack::read(&file, &device("flex")).expect_err("it is damaged");
    assert!(error.to_string().contains("no burnpack file"), "{error}");
}
