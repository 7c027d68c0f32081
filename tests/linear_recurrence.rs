//! x_t = w·x_{t−1} through the program's own files: ∂x_T/∂w = T·x₀·w^(T−1) in `gradients.csv`,
//! ∂x_T/∂x_t = w^(T−t) in `gradient_flow.csv`, T = 50, x₀ = 0.5.

use safetensors::tensor::{Dtype, TensorView};
use std::collections::HashMap;
use std::path::Path;
use std::process::Command;

const STEPS: i32 = 50;

fn column(folder: &Path, file: &str, key: (&str, &str), value: &str) -> Vec<f64> {
    let mut reader = csv::Reader::from_path(folder.join(file)).expect("the file is there");
    let headers = reader.headers().expect("a header").clone();
    let place = |name: &str| headers.iter().position(|h| h == name).expect("the column");
    let (key_at, value_at) = (place(key.0), place(value));
    reader
        .records()
        .map(|record| record.expect("a row"))
        .filter(|record| &record[key_at] == key.1)
        .map(|record| record[value_at].parse().expect("a number"))
        .collect()
}

#[test]
fn the_files_hold_the_exact_gradients() {
    for (w, expected) in [(1.1_f32, 2668.0), (0.9, 0.143)] {
        let folder = tempfile::tempdir().expect("a folder");
        let path = |name: &str| folder.path().join(name);
        // x₀, zeros, and a target so far above that the slope of the absolute error is −1.
        let mut data = "x\n0.5\n".to_owned() + &"0\n".repeat(STEPS as usize);
        data += "1000000\n";
        std::fs::write(path("data.csv"), data).expect("written");
        let one = |value: f32| value.to_le_bytes();
        let tensors = [
            ("rnn.weight_ih_l0", vec![1, 1], one(1.0)),
            ("rnn.weight_hh_l0", vec![1, 1], one(w)),
            ("rnn.bias_ih_l0", vec![1], one(0.0)),
            ("rnn.bias_hh_l0", vec![1], one(0.0)),
            ("head.weight", vec![1, 1], one(1.0)),
            ("head.bias", vec![1], one(0.0)),
        ];
        let views: HashMap<&str, TensorView<'_>> = tensors
            .iter()
            .map(|(name, shape, bytes)| {
                let view = TensorView::new(Dtype::F32, shape.clone(), bytes).expect("one number");
                (*name, view)
            })
            .collect();
        let model = safetensors::serialize(views, None).expect("a model file");
        std::fs::write(path("model.safetensors"), model).expect("written");
        std::fs::write(
            path("experiment.toml"),
            format!(
                "[data]\nsource = \"data.csv\"\n[data.scale]\nmethod = \"none\"\n[data.split]\ntrain = 1.0\nvalidation = 0.0\n[data.window]\nlookback = {}\noutput = \"last-step\"\n[model]\ncell = \"rnn\"\nnonlinearity = \"identity\"\nhidden = 1\n[loss]\nkind = \"mae\"\n[training]\nsteps = 1\n",
                STEPS + 1
            ),
        )
        .expect("written");
        let status = Command::new(env!("CARGO_BIN_EXE_optimizer-explorer"))
            .arg("train")
            .arg(path("experiment.toml"))
            .arg("--out")
            .arg(path("out"))
            .arg("--init")
            .arg(path("model.safetensors"))
            .arg("--quiet")
            .status()
            .expect("the program starts");
        assert!(status.success());
        let run = path("out/adam/seed-7");
        let gradient = column(
            &run,
            "gradients.csv",
            ("tensor", "rnn.weight_hh_l0"),
            "norm",
        );
        let exact = f64::from(STEPS) * 0.5 * f64::from(w).powi(STEPS - 1);
        assert_eq!(gradient.len(), 1);
        assert!(
            (gradient[0] / exact - 1.0).abs() < 1e-5,
            "{gradient:?}, {exact}"
        );
        assert!((gradient[0] / expected - 1.0).abs() < 2e-3);
        let flow = column(&run, "gradient_flow.csv", ("step", "0"), "grad_hidden_norm");
        assert_eq!(flow.len(), STEPS as usize + 1);
        for (t, norm) in flow.iter().enumerate() {
            let exact = f64::from(w).powi(STEPS - t as i32);
            assert!(
                (norm / exact - 1.0).abs() < 1e-5,
                "w = {w}, t = {t}: {norm}, {exact}"
            );
        }
    }
}
