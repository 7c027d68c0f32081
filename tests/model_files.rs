//! Model files from anywhere: damaged, foreign, malicious and newer ones are refused by name, in one line, and
//! without a panic; those that PyTorch wrote are taken.

mod common;

use common::{complaint, program};
use optimizer_explorer::experiment::{Cell, Experiment, Nonlinearity, Output};
use optimizer_explorer::model::{Architecture, Card, ModelFile, Parameters};
use optimizer_explorer::train::{apply, describe};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// A file with this header, and so many bytes after it.
fn file(header: &str, data: usize) -> Vec<u8> {
    let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
    bytes.extend(header.as_bytes());
    bytes.resize(bytes.len() + data, 0);
    bytes
}

fn refused(bytes: &[u8]) -> String {
    let error = ModelFile::parse(Path::new("it.safetensors"), bytes).expect_err("it is refused");
    let said = error.to_string();
    assert!(
        said.starts_with("it.safetensors: ") && !said.contains('\n'),
        "{said}"
    );
    said
}

fn architecture(cell: Cell, layers: usize) -> Architecture {
    Architecture {
        cell,
        nonlinearity: Nonlinearity::Tanh,
        inputs: 2,
        hidden: 3,
        layers,
        outputs: 1,
        output: Output::EveryStep,
        dropout: 0.0,
        embeddings: Vec::new(),
    }
}

fn numbered(architecture: &Architecture) -> Parameters {
    let mut parameters = Parameters::zeros(architecture);
    for (k, value) in parameters.values.iter_mut().enumerate() {
        *value = k as f32 * 0.01;
    }
    parameters
}

fn card() -> Card {
    let experiment = Experiment::default();
    Card::new(experiment, vec!["x".into(), "y".into()], vec!["x".into()])
}

/// A good file.
fn good() -> Vec<u8> {
    ModelFile::bytes(&numbered(&architecture(Cell::Lstm, 1)), &card(), None)
}

#[test]
fn a_good_file_is_read_as_it_was_written() {
    let file = ModelFile::parse(Path::new("it"), &good()).expect("it is good");
    let architecture = architecture(Cell::Lstm, 1);
    assert_eq!(
        file.parameters(&architecture).expect("they fit"),
        numbered(&architecture)
    );
    assert_eq!(file.card, Some(card()));
}

#[test]
fn a_file_that_is_cut_off_anywhere_or_goes_on_is_refused() {
    let whole = good();
    for length in 0..whole.len() {
        refused(&whole[..length]);
    }
    let mut longer = whole;
    longer.push(0);
    assert!(refused(&longer).contains("after its tensors"));
}

#[test]
fn headers_that_lie_are_refused() {
    let tensor = |kind: &str, shape: &str, from: u64, to: u64| {
        format!("{{\"dtype\":\"{kind}\",\"shape\":{shape},\"data_offsets\":[{from},{to}]}}")
    };
    let one = |tensor: &str| format!("{{\"rnn.weight_ih_l0\":{tensor}}}");
    // A header that would be larger than memory, and one of just the largest size.
    for length in [u64::MAX, 1 << 62, 99_999_999, 100_000_001] {
        let mut bytes = length.to_le_bytes().to_vec();
        bytes.extend([b'{'; 100]);
        assert!(refused(&bytes).contains("by its own account"));
    }
    let cases = [
        (file("not JSON", 0), "no safetensors"),
        (file(&"[".repeat(100_000), 0), "no safetensors"),
        (file("{}", 4), "after its tensors"),
        (file(&one(&tensor("F32", "[2]", 0, 4)), 4), "no safetensors"),
        (
            file(&one(&tensor("F32", "[18446744073709551615,2]", 0, 8)), 8),
            "no safetensors",
        ),
        (
            file(&one(&tensor("F32", "[4294967296,4294967296]", 0, 8)), 8),
            "no safetensors",
        ),
        (file(&one(&tensor("F32", "[1]", 8, 4)), 8), "no safetensors"),
        (
            file(
                &one(&tensor("F32", "[1000000000000]", 0, 4_000_000_000_000)),
                16,
            ),
            "cut off",
        ),
        (
            file(
                &format!(
                    "{{\"a\":{},\"b\":{}}}",
                    tensor("F32", "[2]", 0, 8),
                    tensor("F32", "[2]", 4, 12)
                ),
                12,
            ),
            "no safetensors",
        ),
        (
            file(&one(&tensor("F16", "[2]", 0, 4)), 4),
            "elements of type F16",
        ),
        (
            file(&one(&tensor("BF16", "[2]", 0, 4)), 4),
            "elements of type BF16",
        ),
        (
            file(&one(&tensor("I64", "[1]", 0, 8)), 8),
            "elements of type I64",
        ),
        (file(&one(&tensor("Q7", "[1]", 0, 8)), 8), "no safetensors"),
    ];
    for (bytes, expected) in cases {
        let said = refused(&bytes);
        assert!(said.contains(expected), "{said} lacks {expected}");
    }
}

#[test]
fn weights_that_are_no_numbers_are_named() {
    for value in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        let mut parameters = numbered(&architecture(Cell::Gru, 2));
        let last = parameters.values.len() - 1;
        parameters.values[last] = value;
        let said = refused(&ModelFile::bytes(&parameters, &card(), None));
        assert!(
            said.contains("`head.bias`") && said.contains("finite"),
            "{said}"
        );
    }
}

#[test]
fn files_of_other_kinds_are_called_by_their_names() {
    let cases: [(&[u8], &str); 6] = [
        (b"PK\x03\x04\x00\x00\x00\x00 and more", "zip archive"),
        (b"\x80\x04\x95\x00\x00\x00\x00\x00 and more", "pickle"),
        (b"\x89HDF\r\n\x1a\n and more", "HDF5"),
        (b"GGUF\x03\x00\x00\x00 and more", "GGUF"),
        (b"NRUB\x01\x00\x00\x00 and more", "burnpack"),
        (b"\x08\x08\x12\x12optimizer-explorer", "ONNX"),
    ];
    for (bytes, kind) in cases {
        assert!(refused(bytes).contains(kind), "{kind}");
    }
    let text = refused(b"step,loss\n1,2\n3,4\n");
    assert!(text.contains("no safetensors file"), "{text}");
}

#[test]
fn a_newer_or_impossible_card_is_refused() {
    let with = |change: &dyn Fn(&mut Value)| {
        let mut card = serde_json::to_value(card()).expect("plain data");
        change(&mut card);
        ModelFile::card_of(&card.to_string())
    };
    assert!(with(&|_| ()).is_ok());
    let newer = with(&|card| card["format"] = json!(2)).expect_err("newer");
    assert!(newer.contains("newer program"), "{newer}");
    // A newer program may have changed everything but the format's place.
    let newer = ModelFile::card_of("{\"format\": 7, \"other\": []}").expect_err("newer");
    assert!(newer.contains("newer program"), "{newer}");
    assert!(ModelFile::card_of("{}").is_err());
    let wrong = with(&|card| card["experiment"]["model"]["hidden"] = json!(0)).expect_err("no");
    assert!(wrong.contains("model.hidden"), "{wrong}");
    let large = with(&|card| card["experiment"]["seeds"] = json!([u64::MAX])).expect_err("no");
    assert!(large.contains("too large"), "{large}");
}

#[test]
fn another_network_is_named_and_absurd_sizes_cost_nothing() {
    let file = ModelFile::parse(Path::new("it"), &good()).expect("it is good");
    let said = |architecture: &Architecture| {
        file.parameters(architecture)
            .expect_err("it does not fit")
            .to_string()
    };
    let gru = said(&architecture(Cell::Gru, 1));
    assert!(
        gru.contains("rnn.weight_ih_l0")
            && gru.contains("holds an LSTM, 2 inputs, 3 units, 1 layers"),
        "{gru}"
    );
    let deeper = said(&architecture(Cell::Lstm, 2));
    assert!(
        deeper.contains("`rnn.weight_ih_l1` [12, 3] is missing"),
        "{deeper}"
    );
    let linear = said(&Architecture {
        hidden: 2,
        ..architecture(Cell::Linear, 0)
    });
    assert!(linear.contains("head.weight"), "{linear}");
    for (hidden, layers) in [(usize::MAX, 1), (3, usize::MAX), (1 << 40, 1 << 40)] {
        said(&Architecture {
            hidden,
            ..architecture(Cell::Lstm, layers)
        });
    }
    let shallow = ModelFile::bytes(&numbered(&architecture(Cell::Lstm, 2)), &card(), None);
    let shallow = ModelFile::parse(Path::new("it"), &shallow).expect("it is good");
    let said = shallow
        .parameters(&architecture(Cell::Lstm, 1))
        .expect_err("too many")
        .to_string();
    assert!(said.contains("`rnn.bias_hh_l1` has no place"), "{said}");
}

/// A trained model, its data and the folder that both are in.
fn trained() -> &'static (tempfile::TempDir, PathBuf) {
    static TRAINED: OnceLock<(tempfile::TempDir, PathBuf)> = OnceLock::new();
    TRAINED.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a folder");
        let mut csv = "month,sales,rain,shop\n".to_owned();
        for row in 0..96_i32 {
            let t = f64::from(row);
            csv += &format!(
                "{}-{:02},{},{},{}\n",
                2000 + row / 12,
                row % 12 + 1,
                50.0 + t + (t * 0.5).sin(),
                (t * 0.2).cos(),
                ["north", "south"][row as usize % 2],
            );
        }
        fs::write(folder.path().join("sales.csv"), csv).expect("written");
        let toml = "[data]\nsource = \"sales.csv\"\ntargets = [\"sales\"]\nfeatures = [\"rain\", \"shop\"]\nprepare = [{ step = \"encode\", columns = [\"shop\"] }, { step = \"fill\", method = \"seasonal\" }, { step = \"outliers\" }, { step = \"transform\", method = \"quantile\", columns = [\"sales\"] }, { step = \"difference\", columns = [\"sales\"] }, { step = \"lag\", columns = [\"rain\"] }, { step = \"rolling\", columns = [\"rain\"] }, { step = \"calendar\" }, { step = \"decompose\", columns = [\"rain\"] }, { step = \"bin\", columns = [\"rain\"] }, { step = \"select\", keep = 6 }]\n[data.window]\nlookback = 12\noutput = \"last-step\"\nhorizon = 2\n[training]\nsteps = 2\n[model]\nhidden = 3\n";
        fs::write(folder.path().join("experiment.toml"), toml).expect("written");
        let ran = program(folder.path(), &["train", "experiment.toml", "--out", "out", "--quiet"]);
        assert_eq!(ran.status.code(), Some(0), "{}", String::from_utf8_lossy(&ran.stderr));
        let model = folder.path().join("out/adam/seed-7/model.safetensors");
        (folder, model)
    })
}

/// Every place of a JSON value, as a path of keys and indices.
fn places(value: &Value, path: &mut Vec<String>, all: &mut Vec<String>) {
    let escaped = |step: &String| step.replace('~', "~0").replace('/', "~1");
    let steps: Vec<String> = path.iter().map(escaped).collect();
    all.push(format!("/{}", steps.join("/")));
    match value {
        Value::Array(items) => {
            for (k, item) in items.iter().enumerate() {
                path.push(k.to_string());
                places(item, path, all);
                path.pop();
            }
        }
        Value::Object(map) => {
            for (key, item) in map {
                path.push(key.clone());
                places(item, path, all);
                path.pop();
            }
        }
        _ => {}
    }
}

/// The weights of the trained model with another card.
fn with_card(card: &Value) -> Option<ModelFile> {
    let (_, path) = trained();
    let own = ModelFile::read(path).expect("it is good");
    let (_, architecture) = describe(own.card.as_ref().expect("a card")).expect("it is good");
    let parameters = own.parameters(&architecture).expect("they fit");
    let card: Card = serde_json::from_value(card.clone()).ok()?;
    let bytes = ModelFile::bytes(&parameters, &card, None);
    ModelFile::parse(path, &bytes).ok()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever a card says, it is used or refused, and never a panic, an endless loop or a memory that is full.
    #[test]
    fn no_card_does_harm(place in any::<prop::sample::Index>(), kind in 0..9_usize) {
        let (folder, path) = trained();
        let own = ModelFile::read(path).expect("it is good");
        let mut card = serde_json::to_value(own.card.expect("a card")).expect("plain data");
        let mut all = Vec::new();
        places(&card["preparation"], &mut vec!["preparation".into()], &mut all);
        places(&card["experiment"]["data"], &mut vec!["experiment".into(), "data".into()], &mut all);
        places(&card["experiment"]["model"], &mut vec!["experiment".into(), "model".into()], &mut all);
        let target = card.pointer_mut(&all[place.index(all.len())]).expect("it is there");
        *target = match kind {
            0 => json!(0),
            1 => json!(1),
            2 => json!(u64::MAX),
            3 => json!(-1),
            4 => json!(1e308),
            5 => json!([]),
            6 => json!(null),
            7 => json!(1_u64 << 40),
            _ => json!("other"),
        };
        if let Some(file) = with_card(&card) {
            let data = folder.path().join("sales.csv");
            drop(apply(&file, &data.to_string_lossy(), 0));
        }
    }

    /// A file with a byte changed is read or refused.
    #[test]
    fn no_byte_does_harm(place in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut bytes = good();
        let place = place.index(bytes.len());
        bytes[place] = byte;
        if let Ok(file) = ModelFile::parse(Path::new("it"), &bytes) {
            drop(file.parameters(&architecture(Cell::Lstm, 1)));
        }
    }
}

#[test]
fn predict_says_what_is_wrong_with_new_data() {
    let (folder, model) = trained();
    let own = fs::read_to_string(folder.path().join("sales.csv")).expect("there");
    let model = model.to_string_lossy();
    let predict = |name: &str, text: &str| {
        fs::write(folder.path().join(name), text).expect("written");
        program(
            folder.path(),
            &["predict", &model, "--data", name, "--out", "forecast.csv"],
        )
    };
    // Columns are found by their names, wherever they stand.
    let turned: String = own
        .lines()
        .map(|line| {
            let mut cells: Vec<&str> = line.split(',').collect();
            cells.reverse();
            cells.join(",") + "\n"
        })
        .collect();
    let forecast = || fs::read(folder.path().join("forecast.csv")).expect("written");
    assert_eq!(predict("same.csv", &own).status.code(), Some(0));
    let same = forecast();
    let ran = predict("turned.csv", &turned);
    assert_eq!(
        ran.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&ran.stderr)
    );
    assert_eq!(forecast(), same);

    let missing = complaint(&predict("missing.csv", &own.replace("rain", "snow")), 1);
    assert!(
        missing.contains("missing.csv") && missing.contains("rain"),
        "{missing}"
    );
    let more = own.lines().enumerate().map(|(k, line)| match k {
        0 => format!("{line},wind"),
        _ => format!("{line},1"),
    });
    let extra = more.collect::<Vec<_>>().join("\n");
    let extra = complaint(&predict("extra.csv", &extra), 1);
    assert!(
        extra.contains("extra.csv") && extra.contains("wind"),
        "{extra}"
    );
    let mut daily = "month,sales,rain,shop\n".to_owned();
    for day in 0..60 {
        daily += &format!(
            "2020-{:02}-{:02},{},0.5,north\n",
            day / 28 + 1,
            day % 28 + 1,
            60 + day
        );
    }
    let daily = complaint(&predict("daily.csv", &daily), 1);
    assert!(daily.contains("P1D") && daily.contains("P1M"), "{daily}");
    let numbers = own.replace("north", "1").replace("south", "2");
    let numbers = complaint(&predict("numbers.csv", &numbers), 1);
    assert!(
        numbers.contains("numbers.csv") && numbers.contains("texts"),
        "{numbers}"
    );
    let few = own.lines().take(8).collect::<Vec<_>>().join("\n");
    let few = complaint(&predict("few.csv", &few), 1);
    assert!(
        few.contains("has 7 rows") && few.contains("looks back over 13"),
        "{few}"
    );
    let nothing = complaint(&predict("nothing.csv", ""), 1);
    assert!(nothing.contains("nothing.csv"), "{nothing}");
    let none = program(
        folder.path(),
        &[
            "predict",
            "sales.csv",
            "--data",
            "sales.csv",
            "--out",
            "f.csv",
        ],
    );
    assert!(complaint(&none, 1).contains("no safetensors file"));
    let folder_given = program(
        folder.path(),
        &["predict", "out", "--data", "sales.csv", "--out", "f.csv"],
    );
    assert!(complaint(&folder_given, 1).contains("is a folder"));
    assert!(!folder.path().join("f.csv").exists());
}

/// Names and shapes of tensors.
type Shapes<'a> = &'a [(&'a str, [usize; 2])];

#[test]
fn networks_of_other_kinds_are_refused_by_the_tensor_that_tells() {
    let tensors = |names: &[(&str, [usize; 2])]| {
        let mut at = 0;
        let one = names.iter().map(|(name, [rows, columns])| {
            let begin = at;
            at += rows * columns * 4;
            format!("\"{name}\":{{\"dtype\":\"F32\",\"shape\":[{rows},{columns}],\"data_offsets\":[{begin},{at}]}}")
        });
        let header = format!("{{{}}}", one.collect::<Vec<_>>().join(","));
        let bytes = file(&header, at);
        ModelFile::parse(Path::new("it"), &bytes).expect("it is safetensors")
    };
    // As PyTorch names and shapes them, 3 units on 2 inputs.
    let lstm = [("rnn.weight_ih_l0", [12, 2]), ("rnn.weight_hh_l0", [12, 3])];
    let cases: [(Shapes<'_>, &str); 4] = [
        (
            &[
                ("rnn.weight_ih_l0_reverse", [12, 2]),
                ("head.weight", [1, 6]),
            ],
            "`rnn.weight_ih_l0_reverse` is of a bidirectional network",
        ),
        (
            &[("rnn.weight_hr_l0", [2, 3]), ("head.weight", [1, 2])],
            "`rnn.weight_hr_l0` is of an LSTM with projections",
        ),
        (&[("fc.weight", [1, 3])], "`head.weight` is missing"),
        (
            &[("head.weight", [1, 3])],
            "`rnn.bias_ih_l0` [12] is missing",
        ),
    ];
    for (more, expected) in cases {
        let names: Vec<_> = lstm.iter().chain(more).copied().collect();
        let said = tensors(&names)
            .parameters(&architecture(Cell::Lstm, 1))
            .expect_err("none of ours")
            .to_string();
        assert!(said.contains(expected), "{said}");
    }
}

#[test]
fn a_model_without_a_card_starts_a_run_and_cannot_predict() {
    let folder = tempfile::tempdir().expect("a folder");
    // tests/reference holds what PyTorch saved, 8 units on one input.
    let reference = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/reference/gru-2.safetensors"
    );
    let read = ModelFile::read(Path::new(reference)).expect("it is good");
    assert!(read.card.is_none());
    let said = {
        let ran = program(
            folder.path(),
            &[
                "predict",
                reference,
                "--data",
                "builtin:airline",
                "--out",
                "f.csv",
            ],
        );
        complaint(&ran, 1)
    };
    assert!(
        said.contains("carries no `optimizer_explorer` metadata"),
        "{said}"
    );
    fs::write(
        folder.path().join("e.toml"),
        "[training]\nsteps = 2\n[model]\ncell = \"lstm\"\nlayers = 2\n",
    )
    .expect("written");
    let ran = program(
        folder.path(),
        &["train", "e.toml", "--out", "out", "--init", reference],
    );
    let said = complaint(&ran, 1);
    assert!(
        said.contains("rnn.weight_ih_l0") && said.contains("holds a GRU"),
        "{said}"
    );
}
