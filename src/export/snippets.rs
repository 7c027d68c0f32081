//! The few lines that load an exported model elsewhere and give a forecast in the data's own units, ready to be
//! pasted. `tests/export.py` and `tests/export.rs` run them as they are printed.

use super::model::{ModelFormat, Subject};
use crate::data::prepare::FittedStep;
use crate::experiment::{Cell, Nonlinearity, Output};
use crate::model::Architecture;
use std::fmt::Write as _;
use std::path::Path;

/// Where a snippet is run, and the snippet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snippet {
    /// The library that runs it.
    pub library: &'static str,
    /// Ready to be pasted.
    pub code: String,
}

/// The snippet that goes with a format and a file.
#[must_use]
pub fn snippet(format: ModelFormat, subject: &Subject, file: &Path) -> Snippet {
    match format {
        ModelFormat::Safetensors => Snippet {
            library: "PyTorch",
            code: pytorch(subject, file),
        },
        ModelFormat::Onnx => Snippet {
            library: "onnxruntime",
            code: onnxruntime(subject, file),
        },
        ModelFormat::Burnpack => Snippet {
            library: "burn",
            code: burn(subject, file),
        },
    }
}

/// As [`snippet`], with a line above it that says what it is.
#[must_use]
pub fn of(format: ModelFormat, subject: &Subject, file: &Path) -> String {
    let Snippet { library, code } = snippet(format, subject, file);
    format!("With {library}:\n\n{code}")
}

/// As Python and Rust write a text.
fn quoted(text: &str) -> String {
    // JSON's escapes are theirs too, but for characters beyond the first plane, which JSON leaves as they are.
    serde_json::to_string(text).expect("a text")
}

/// A window in Python: the last of the data, or a sequence, without the columns' meaning being lost.
fn window(subject: &Subject, context: usize) -> String {
    let names = subject.fitted.sources().iter();
    let names: Vec<String> = names.map(|name| quoted(name)).collect();
    if subject.dataset.sequences.is_some() {
        return format!(
            "window = np.zeros((1, {}, {}), dtype=np.float32)  # one sequence of {}: put yours here\n",
            subject.dataset.lookback,
            names.len(),
            names.join(", ")
        );
    }
    let rows = subject.dataset.lookback + context;
    let source = &subject.card.experiment.data.source;
    if Path::new(source)
        .extension()
        .is_some_and(|kind| kind.eq_ignore_ascii_case("csv"))
        && subject.card.experiment.data.join.is_empty()
    {
        return format!(
            "table = pd.read_csv({})\nwindow = table[[{}]].to_numpy(np.float32)[None, -{rows}:]  # the last {rows} rows, without gaps\n",
            quoted(source),
            names.join(", ")
        );
    }
    format!(
        "window = np.zeros((1, {rows}, {}), dtype=np.float32)  # the last {rows} rows of {}: put yours here\n",
        names.len(),
        names.join(", ")
    )
}

fn imports(window: &str, more: &str) -> String {
    let pandas = if window.contains("pd.") {
        "import pandas as pd\n"
    } else {
        ""
    };
    format!("import numpy as np\n{pandas}{more}\n")
}

fn onnxruntime(subject: &Subject, file: &Path) -> String {
    let context = super::onnx::context(&subject.fitted);
    let window = window(subject, context);
    let mut code = imports(&window, "import onnxruntime\n");
    code += &window;
    let _ = writeln!(
        code,
        "session = onnxruntime.InferenceSession({})",
        quoted(&file.to_string_lossy())
    );
    code += "forecast = session.run([\"forecast\"], {\"window\": window})[0]\n";
    code += &said(subject, "forecast");
    code
}

/// What is printed: of every step the last one, of classes their names.
fn said(subject: &Subject, forecast: &str) -> String {
    let last = match subject.architecture.output {
        Output::EveryStep => "[0, -1]",
        Output::LastStep => "[0]",
    };
    let classes = subject.fitted.class_names().iter();
    let classes: Vec<String> = classes.map(|class| quoted(class)).collect();
    if classes.is_empty() {
        format!("print({forecast}{last}.tolist())\n")
    } else {
        let classes = classes.join(", ");
        format!("print(dict(zip([{classes}], {forecast}{last}.tolist())))\n")
    }
}

/// With the preparation of the file where that is scaling alone; otherwise from and to what the preparation makes.
fn pytorch(subject: &Subject, file: &Path) -> String {
    let architecture = &subject.architecture;
    let scaled_only = subject.fitted.steps.iter().all(FittedStep::only_fills);
    let window = if scaled_only {
        window(subject, 0)
    } else {
        let names: Vec<String> = subject
            .fitted
            .input_names
            .iter()
            .map(|n| quoted(n))
            .collect();
        let inside = match super::onnx::expresses(&subject.fitted) {
            Ok(()) => " ONNX has them inside.",
            Err(_) => "",
        };
        format!(
            "# The preparation has steps besides scaling: they are this program's, not PyTorch's.{inside}\nwindow = np.zeros((1, {}, {}), dtype=np.float32)  # prepared rows of {}: put yours here\n",
            subject.dataset.lookback,
            names.len(),
            names.join(", ")
        )
    };
    let mut window = window;
    if !architecture.embeddings.is_empty() {
        window += "# Columns of texts hold the row of their table: 0 for any that the training part has not.\n";
    }
    let mut code = imports(
        &window,
        "import json\nimport torch\nfrom safetensors import safe_open\n",
    );
    code += &window;
    let _ = writeln!(
        code,
        "with safe_open({}, \"pt\") as file:",
        quoted(&file.to_string_lossy())
    );
    code += "    state = {name: file.get_tensor(name) for name in file.keys()}\n";
    code += "    card = json.loads(file.metadata()[\"optimizer_explorer\"])\n";
    let (inputs, hidden, layers, outputs) = (
        architecture.inputs,
        architecture.hidden,
        architecture.layers,
        architecture.outputs,
    );
    let own_activation = architecture.cell == Cell::Rnn
        && !matches!(
            architecture.nonlinearity,
            Nonlinearity::Tanh | Nonlinearity::Relu
        );
    let class = match (architecture.cell, architecture.nonlinearity) {
        (Cell::Linear, _) => None,
        (Cell::Lstm, _) => Some(format!(
            "torch.nn.LSTM({inputs}, {hidden}, num_layers={layers}, batch_first=True)"
        )),
        (Cell::Gru, _) => Some(format!(
            "torch.nn.GRU({inputs}, {hidden}, num_layers={layers}, batch_first=True)"
        )),
        (Cell::Rnn, nonlinearity) => {
            let relu = if nonlinearity == Nonlinearity::Relu {
                ", nonlinearity=\"relu\""
            } else {
                ""
            };
            Some(format!(
                "torch.nn.RNN({inputs}, {hidden}, num_layers={layers}{relu}, batch_first=True)"
            ))
        }
    };
    if let Some(class) = &class {
        let _ = writeln!(code, "rnn = {class}");
        code += "rnn.load_state_dict({k[4:]: v for k, v in state.items() if k.startswith(\"rnn.\")}, strict=True)\n";
    }
    let _ = writeln!(code, "head = torch.nn.Linear({hidden}, {outputs})");
    code += "head.load_state_dict({k[5:]: v for k, v in state.items() if k.startswith(\"head.\")}, strict=True)\n";
    code += "scale = card[\"preparation\"][\"scale\"]\n";
    code += "offset = np.array([column[\"offset\"] for column in scale])\n";
    code += "factor = np.array([column[\"factor\"] for column in scale])\n";
    if scaled_only {
        code += "x = torch.tensor((window - offset) / factor, dtype=torch.float32)\n";
    } else {
        code += "x = torch.tensor(window)  # scaled already\n";
    }
    code += &embedded(architecture);
    code += "with torch.no_grad():\n";
    match (&class, own_activation) {
        (None, _) => code += "    hidden = x\n",
        (Some(_), false) => code += "    hidden, _ = rnn(x)\n",
        (Some(_), true) => {
            let function = if architecture.nonlinearity == Nonlinearity::Sigmoid {
                "torch.sigmoid"
            } else {
                "lambda x: x"
            };
            let _ = write!(
                code,
                "    # torch.nn.RNN knows tanh and relu alone.\n    f = {function}\n    hidden = x\n    for layer in range({layers}):\n        weights = [getattr(rnn, name + f\"_l{{layer}}\") for name in (\"weight_ih\", \"weight_hh\", \"bias_ih\", \"bias_hh\")]\n        state, states = torch.zeros(len(hidden), {hidden}), []\n        for step in hidden.unbind(1):\n            state = f(step @ weights[0].T + weights[2] + state @ weights[1].T + weights[3])\n            states.append(state)\n        hidden = torch.stack(states, 1)\n"
            );
        }
    }
    let last = architecture.output == Output::LastStep;
    code += if last {
        "    forecast = head(hidden[:, -1]).double().numpy()\n"
    } else {
        "    forecast = head(hidden).double().numpy()\n"
    };
    if !subject.fitted.class_names().is_empty() {
        code += "forecast = torch.softmax(torch.tensor(forecast), -1)\n";
    } else if subject.fitted.sequences.is_none() {
        let targets = subject.fitted.target_names.len();
        let each = subject.card.experiment.loss.outputs_per_target();
        let horizons = outputs / (targets * each).max(1);
        let _ = writeln!(
            code,
            "target = np.tile(np.repeat(np.arange({targets}), {each}), {horizons})"
        );
        code += "forecast = forecast * factor[target] + offset[target]\n";
        if each > 1 {
            let _ = writeln!(
                code,
                "forecast = np.sort(forecast.reshape(*forecast.shape[:-1], -1, {each})).reshape(forecast.shape)  # quantiles rise"
            );
        }
    }
    code += &said(subject, "forecast");
    code
}

/// What the recurrent layer reads of columns with learned tables: the numbers first, then the tables' rows.
fn embedded(architecture: &Architecture) -> String {
    if architecture.embeddings.is_empty() {
        return String::new();
    }
    let numbers = architecture.numbers();
    let numbers: Vec<String> = numbers.map(|column| column.to_string()).collect();
    let rows = architecture.embeddings.iter().map(|embedding| {
        let name = quoted(&embedding.tensor());
        format!(
            "torch.nn.functional.embedding(x[..., {}].long(), state[{name}])",
            embedding.column
        )
    });
    let parts: Vec<String> = std::iter::once(format!("x[..., [{}]]", numbers.join(", ")))
        .filter(|_| !numbers.is_empty())
        .chain(rows)
        .collect();
    format!("x = torch.cat([{}], -1)\n", parts.join(", "))
}

/// Compiled and run by `tests/export.rs`.
const BURN: &str = include_str!("snippets/burn.rs");

fn burn(subject: &Subject, file: &Path) -> String {
    let file = quoted(&file.to_string_lossy());
    let source = quoted(&subject.card.experiment.data.source);
    BURN.replace("\"model.bpk\"", &file)
        .replace("\"data.csv\"", &source)
}
