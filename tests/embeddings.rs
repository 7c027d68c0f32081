//! Columns of text whose numbers are learned with the model, and short texts as sequences of tokens.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use burn::tensor::{DType, Device, Tensor, TensorData};
use common::{json, program};
use optimizer_explorer::data::{Dataset, Part};
use optimizer_explorer::experiment::{Cell, Experiment, Init, NamedInit, Nonlinearity, Output};
use optimizer_explorer::model::{
    Architecture, Embedding, Forecaster, Inputs, Learner, Lesson, ModelFile, Parameters,
};
use optimizer_explorer::train::Session;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::sync::Arc;

/// Past burn's tape as on it, in sequences of different lengths: what stands beyond an end counts for no row.
#[test]
fn a_learner_gives_tables_the_gradients_that_the_module_gives() {
    let embedding = |column, rows, size, name: &str| Embedding {
        column,
        name: name.into(),
        rows,
        size,
    };
    for (cell, output) in [
        (Cell::Lstm, Output::EveryStep),
        (Cell::Gru, Output::LastStep),
        (Cell::Rnn, Output::LastStep),
    ] {
        let architecture = Architecture {
            cell,
            nonlinearity: Nonlinearity::Tanh,
            inputs: 3,
            hidden: 9,
            layers: 2,
            outputs: 2,
            output,
            dropout: 0.0,
            embeddings: Vec::new(),
        }
        .with_embeddings(vec![embedding(0, 4, 3, "a"), embedding(2, 3, 2, "b")]);
        assert_eq!((architecture.columns(), architecture.inputs), (3, 6));
        let mut generator = ChaCha8Rng::seed_from_u64(3);
        let init = Init::Named(NamedInit::Pytorch);
        let parameters = Parameters::draw(&architecture, init, 0.0, &mut generator);
        let (info, table) = parameters.get("embedding.a.weight").unwrap();
        assert_eq!(info.shape, [4, 3]);
        let spread = table.iter().map(|x| x * x).sum::<f32>() / 12.0;
        assert!((0.3..3.0).contains(&spread), "drawn from N(0, 1): {spread}");
        let (batch, steps) = (5, 7);
        let columns: Vec<f32> = (0..batch * steps)
            .flat_map(|k| [(k % 5) as f32, (k as f32).sin(), (k % 3) as f32])
            .collect();
        let lengths = (output == Output::LastStep).then(|| vec![7, 3, 1, 5, 7]);
        let learner = Learner {
            architecture: architecture.clone(),
            device: Device::flex(),
            threads: 1,
        };
        let lesson = Lesson {
            inputs: &columns,
            sizes: [batch, steps],
            lengths: lengths.as_deref(),
            dropout: &[],
            flow: false,
        };
        let learned = learner.learn(&parameters, lesson, Vec::new(), |predictions| {
            let slopes = predictions.iter().map(|p| 2.0 * p).collect();
            (
                f64::from(predictions.iter().map(|p| p * p).sum::<f32>()),
                slopes,
            )
        });
        let device = Device::flex().autodiff();
        let inputs = || Inputs {
            values: Tensor::from_data(TensorData::new(columns.clone(), [batch, steps, 3]), &device),
            lengths: lengths.as_deref().map(Into::into),
        };
        let network = Forecaster::new(&architecture, &parameters, &device, DType::F32);
        for network in [network.clone(), network.without_kernel()] {
            let output = network.forward(inputs(), &[]);
            let mut gradient = Vec::new();
            network.gradients(&mut output.powi_scalar(2).sum().backward(), &mut gradient);
            assert_eq!(gradient.len(), learned.gradient.len());
            let most = gradient.iter().fold(0.0_f32, |most, g| most.max(g.abs()));
            for (ours, theirs) in learned.gradient.iter().zip(&gradient) {
                assert!(
                    (ours - theirs).abs() <= 2e-5 * most,
                    "{cell:?}: {ours} and {theirs}"
                );
            }
            // Both tables have slopes.
            for name in ["embedding.a.weight", "embedding.b.weight"] {
                let (info, _) = parameters.get(name).unwrap();
                assert!(
                    gradient[info.range.clone()]
                        .iter()
                        .any(|g| g.abs() > 1e-3 * most)
                );
            }
        }
    }
}

/// A window holds places in tables, and the network reads their rows: neither width is the other's.
#[test]
fn one_can_look_inside_a_network_with_tables() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("words.csv");
    let mut csv = String::from("x,word\n");
    for k in 0..200_usize {
        writeln!(csv, "{},{}", k % 7, ["alfa", "echo", "golf"][k % 3]).unwrap();
    }
    fs::write(&path, &csv).unwrap();
    let toml = format!(
        "[data]\nsource = {path:?}\ntargets = ['x']\nfeatures = ['word']\n\
        [[data.prepare]]\nstep = 'encode'\nmethod = 'embedding'\nsize = 3\n\
        [data.window]\nlookback = 6\n[model]\nhidden = 5\n"
    );
    let experiment = Experiment::from_toml(&toml).unwrap();
    let dataset = Arc::new(Dataset::new(&experiment.data, 7).unwrap());
    let session = Session::new(&experiment, "adam", dataset, 1).unwrap();
    let weights = &session.parameters().values;
    let inside = session.inside(weights, 0, Part::Test, 0).unwrap();
    assert_eq!(inside.input_names, ["x", "word"]);
    assert_eq!((inside.inputs.len(), inside.time_steps()), (2 * 6, 6));
    assert_eq!(inside.layers[0].hidden.len(), 6 * 5);
    assert_eq!(inside.answers.len(), 6);
}

/// The next number depends on a word alone, in no order that the alphabet knows.
#[test]
fn what_a_word_means_is_learned_and_kept_in_the_model_file() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let words = ["kilo", "alfa", "mike", "golf", "echo"];
    let meanings = [3.0, -2.0, 5.0, -4.0, 0.0];
    let mut csv = String::from("x,day.word\n0,kilo\n");
    let mut place = 0;
    for k in 1..400_usize {
        let x = meanings[place];
        place = (k * k * 7 + k / 3) % 5;
        writeln!(csv, "{x},{}", words[place]).unwrap();
    }
    fs::write(at.join("words.csv"), &csv).unwrap();
    let toml = "[data]\nsource = 'words.csv'\ntargets = ['x']\nfeatures = ['day.word']\n\
        [[data.prepare]]\nstep = 'encode'\nmethod = 'embedding'\nsize = 3\n\
        [data.window]\nlookback = 4\noutput = 'last-step'\n[model]\nhidden = 16\n\
        [training]\nsteps = 500\n[schedule]\nlearning_rate = 0.02\n";
    fs::write(at.join("e.toml"), toml).unwrap();
    let trained = program(at, &["train", "e.toml", "--out", "out", "--quiet"]);
    assert!(trained.status.success(), "{trained:?}");
    let run = at.join("out/adam/seed-7");
    let metrics = json(&run.join("metrics.json"));
    let scores = &metrics["test"]["x"];
    let (mae, naive) = (&scores["mae"], &scores["baselines"]["naive"]["mae"]);
    assert!(
        mae.as_f64().unwrap() < 0.1 * naive.as_f64().unwrap(),
        "{mae} against {naive}"
    );
    let bytes = fs::read(run.join("model.safetensors")).unwrap();
    let file = safetensors::SafeTensors::deserialize(&bytes).unwrap();
    // A dot in a name would part PyTorch's modules. Five words, and a row for any other.
    assert_eq!(
        file.tensor("embedding.day_word.weight").unwrap().shape(),
        [6, 3]
    );
    assert_eq!(
        file.tensor("rnn.weight_ih_l0").unwrap().shape(),
        [64, 1 + 3]
    );
    assert!(ModelFile::read(&run.join("model.safetensors")).is_ok());
    let predicted = program(
        at,
        &[
            "predict",
            "out/adam/seed-7/model.safetensors",
            "--data",
            "words.csv",
            "--out",
            "f.csv",
        ],
    );
    assert!(predicted.status.success(), "{predicted:?}");
    let last = |name: &Path| {
        let text = fs::read_to_string(name).unwrap();
        let row = text.lines().rfind(|line| line.contains(",399,")).unwrap();
        row.split(',').nth(6).unwrap().to_owned()
    };
    assert_eq!(last(&at.join("f.csv")), last(&run.join("forecast.csv")));
    // A word that it never saw has a row too.
    fs::write(at.join("new.csv"), csv.replace("kilo", "zulu")).unwrap();
    let predicted = program(
        at,
        &[
            "predict",
            "out/adam/seed-7/model.safetensors",
            "--data",
            "new.csv",
            "--out",
            "g.csv",
        ],
    );
    assert!(predicted.status.success(), "{predicted:?}");
}

#[test]
fn short_texts_are_told_apart_by_their_words() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let (good, bad) = (["fine", "great", "lovely"], ["awful", "poor", "sad"]);
    let fillers = [
        "the film",
        "a day",
        "this",
        "my very long and winding story about it",
    ];
    let mut csv = String::from("id,review,verdict\n");
    let mut bare = String::from("review\n");
    for k in 0..240_usize {
        let (words, verdict) = if k * k % 3 == 0 {
            (good, "yes")
        } else {
            (bad, "no")
        };
        let text = format!(
            "\"{}, was {}!\"",
            fillers[k % 4],
            words[k / 4 % 3].to_uppercase()
        );
        writeln!(csv, "{k},{text},{verdict}").unwrap();
        writeln!(bare, "{text}").unwrap();
    }
    fs::write(at.join("reviews.csv"), &csv).unwrap();
    fs::write(at.join("bare.csv"), &bare).unwrap();
    for (by, method) in [
        ("word", "embedding"),
        ("word", "one-hot"),
        ("character", "embedding"),
    ] {
        let toml = format!(
            "[data]\nsource = 'reviews.csv'\ntask = 'classify'\ntargets = ['verdict']\n\
            [[data.prepare]]\nstep = 'tokenize'\ncolumn = 'review'\nby = '{by}'\n\
            [[data.prepare]]\nstep = 'encode'\nmethod = '{method}'\n[model]\nhidden = 16\n\
            [training]\nsteps = 250\n[schedule]\nlearning_rate = 0.02\n"
        );
        fs::write(at.join("e.toml"), toml).unwrap();
        let trained = program(
            at,
            &["train", "e.toml", "--out", "out", "--quiet", "--force"],
        );
        assert!(trained.status.success(), "{trained:?}");
        let run = at.join("out/adam/seed-7");
        let metrics = json(&run.join("metrics.json"));
        let accuracy = metrics["test"]["accuracy"].as_f64().unwrap();
        assert!(accuracy > 0.95, "{by} {method}: {accuracy}");
        assert_eq!(metrics["test"]["classes"], serde_json::json!(["no", "yes"]));
        // New texts need no answers.
        let model = "out/adam/seed-7/model.safetensors";
        let predicted = program(
            at,
            &["predict", model, "--data", "bare.csv", "--out", "f.csv"],
        );
        assert!(predicted.status.success(), "{predicted:?}");
        let forecast = fs::read_to_string(at.join("f.csv")).unwrap();
        let right = (forecast.lines().skip(1).zip(csv.lines().skip(1)))
            .filter(|(found, row)| found.rsplit(',').next() == row.rsplit(',').next())
            .count();
        assert!(right > 230, "{right} of 240");
    }
    let refused = |toml: &str| {
        fs::write(
            at.join("e.toml"),
            format!("[data]\nsource = 'reviews.csv'\n{toml}"),
        )
        .unwrap();
        let ended = program(at, &["train", "e.toml", "--out", "no"]);
        String::from_utf8(ended.stderr).unwrap()
    };
    let said = refused("task = 'classify'\n[[data.prepare]]\nstep = 'tokenize'");
    assert!(said.contains("several columns of texts"), "{said}");
    let said =
        refused("task = 'classify'\ntargets = ['verdict']\n[[data.prepare]]\nstep = 'tokenize'");
    assert!(said.contains("no step makes numbers of it"), "{said}");
}
