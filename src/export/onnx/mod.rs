//! A model as an ONNX graph: a window in the data's own units in, the forecast in the data's own units out.
//!
//! The nodes are written through the message types of `tract-onnx`, which also reads them back ([`run`]).

mod columns;
mod functions;
mod graph;
mod network;
mod restore;
pub mod run;

use crate::data::Fitted;
use crate::model::{Architecture, Card, Parameters};
use graph::{Axis, Graph, Setting, Value, value_info};
use restore::Outputs;
use tract_onnx::pb::ModelProto;
use tract_onnx::pb::tensor_proto::DataType;

/// A preparation step that no graph can express.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "the preparation step \"{step}\" cannot be part of an ONNX graph: {why}; export safetensors or burnpack, or train without it"
)]
pub struct Refusal {
    step: &'static str,
    why: &'static str,
}

impl Refusal {
    fn of(step: &'static str, why: &'static str) -> Self {
        Self { step, why }
    }
}

/// A model as a graph.
pub struct Onnx {
    model: ModelProto,
    /// Rows that a window needs before the `lookback` ones that the network reads: what differences, lags and
    /// averages look back over.
    pub context: usize,
}

/// Whether a graph can express all of a preparation.
///
/// # Errors
/// A step that none can.
pub fn expresses(fitted: &Fitted) -> Result<(), Refusal> {
    columns::prepare(&mut Graph::default(), fitted, "window").map(drop)
}

/// What a graph is made of.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// What the model file says about itself.
    pub card: &'a Card,
    /// Its preparation.
    pub fitted: &'a Fitted,
    /// Its network.
    pub architecture: &'a Architecture,
    /// Its weights.
    pub parameters: &'a Parameters,
}

impl Onnx {
    /// The graph of a model. Where `lengths`, it has an optional input of that name: the steps of each
    /// sequence, where some are padded at their ends.
    ///
    /// # Errors
    /// A preparation step that no graph can express.
    pub fn new(source: Source<'_>, lengths: bool) -> Result<Self, Refusal> {
        let Source {
            card,
            fitted,
            architecture,
            parameters,
        } = source;
        let mut graph = Graph::default();
        let prepared = columns::prepare(&mut graph, fitted, "window")?;
        let ends = lengths.then(|| steps_of_each(&mut graph));
        let outputs = network::network(
            &mut graph,
            architecture,
            parameters,
            &prepared.inputs,
            ends.as_deref(),
        );
        let last = architecture.output == crate::experiment::Output::LastStep;
        let forecast = if fitted.class_names().is_empty() {
            let horizon = match fitted.sequences {
                Some(_) => 1,
                None => card.experiment.data.window.horizon,
            };
            let outputs_are = Outputs {
                output: architecture.output,
                horizon,
                each: card.experiment.loss.outputs_per_target(),
            };
            restore::restore(&mut graph, fitted, &prepared, &outputs_are, &outputs)
        } else {
            let axis = ("axis", Setting::Int(-1));
            graph
                .node_with("Softmax", &[&outputs], &[axis], 1)
                .remove(0)
        };
        if last {
            graph.squeeze(&forecast, 1);
        } else {
            graph.node("Identity", &[&forecast]);
        }
        graph.name_last("forecast");
        let context = prepared.context;
        let rows = if context == 0 { "lookback" } else { "rows" };
        let sources = fitted.sources().len();
        let axes = [
            Axis::Named("batch"),
            Axis::Named(rows),
            Axis::Fixed(sources),
        ];
        let described = format!("{} in their own units", fitted.sources().join(", "));
        let mut inputs = vec![value_info("window", DataType::Float, &axes, &described)];
        if lengths {
            inputs.push(value_info(
                "lengths",
                DataType::Int64,
                &[Axis::Named("sequences")],
                "steps of each sequence, where some are padded at their ends; without it all are whole",
            ));
        }
        let width = Axis::Fixed(architecture.outputs);
        let axes = if last {
            vec![Axis::Named("batch"), width]
        } else {
            vec![Axis::Named("batch"), Axis::Named("lookback"), width]
        };
        let said = what_is_forecast(card, fitted);
        let output = value_info("forecast", DataType::Float, &axes, &said);
        let mut model = graph.finish(inputs, vec![output], &card.experiment.title);
        for (key, value) in properties(card, fitted, context, &said) {
            graph::describe(&mut model, key, value);
        }
        Ok(Self { model, context })
    }

    /// Adds an entry to the metadata.
    pub fn describe(&mut self, key: &str, value: String) {
        graph::describe(&mut self.model, key, value);
    }

    /// The file.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        graph::bytes(&self.model)
    }
}

/// Rows that a window needs before the `lookback` ones that the network reads; 0 where no graph can express the
/// preparation.
#[must_use]
pub fn context(fitted: &Fitted) -> usize {
    let prepared = columns::prepare(&mut Graph::default(), fitted, "window");
    prepared.map_or(0, |prepared| prepared.context)
}

/// `[batch]`: the steps of each sequence; where the input `lengths` is not given, or not above 0, all that the
/// window has.
fn steps_of_each(graph: &mut Graph) -> Value {
    graph.default_input("lengths", &[0]);
    let shape = graph.node("Shape", &["window"]);
    let batch = graph.slice(&shape, 0, 0, 1);
    let steps = graph.slice(&shape, 0, 1, 2);
    let none = graph.integers(&[0]);
    let given = graph.two("Greater", "lengths", &none);
    let lengths = graph.node("Where", &[&given, "lengths", &steps]);
    graph.node("Expand", &[&lengths, &batch])
}

fn what_is_forecast(card: &Card, fitted: &Fitted) -> String {
    let targets = fitted.target_names.join(", ");
    let window = card.experiment.data.window;
    let classes = fitted.class_names().join(", ");
    match &fitted.sequences {
        Some(_) if classes.is_empty() => targets,
        Some(_) => format!("probability of each class of {targets}: {classes}"),
        None if !classes.is_empty() => {
            let when = match window.output {
                crate::experiment::Output::EveryStep => "at each step, ",
                crate::experiment::Output::LastStep => "",
            };
            format!(
                "{when}probability of each class of {targets} {} rows ahead: {classes}",
                window.horizon
            )
        }
        None => match window.output {
            crate::experiment::Output::EveryStep => {
                format!("at each step, {targets} {} rows ahead", window.horizon)
            }
            crate::experiment::Output::LastStep => format!(
                "{targets} 1 to {} rows ahead, all targets of a row together",
                window.horizon
            ),
        },
    }
}

fn properties(
    card: &Card,
    fitted: &Fitted,
    context: usize,
    said: &str,
) -> Vec<(&'static str, String)> {
    let json = |names: &[String]| serde_json::to_string(names).expect("plain data");
    let mut properties = vec![
        ("inputs", json(fitted.sources())),
        ("targets", json(&fitted.target_names)),
        ("forecast", said.to_owned()),
        ("lookback", fitted.lookback.to_string()),
        ("rows", (fitted.lookback + context).to_string()),
    ];
    if fitted.sequences.is_some() || !fitted.class_names().is_empty() {
        properties.push(("classes", json(fitted.class_names())));
    }
    if fitted.sequences.is_none() {
        let horizon = card.experiment.data.window.horizon;
        properties.push(("horizon", horizon.to_string()));
    }
    let quantiles = card.experiment.loss.quantiles();
    if !quantiles.is_empty() {
        let quantiles = serde_json::to_string(quantiles).expect("plain data");
        properties.push(("quantiles", quantiles));
    }
    if let Some(frequency) = &fitted.frequency {
        properties.push(("frequency", frequency.clone()));
    }
    let whole = serde_json::to_string(card).expect("plain data");
    properties.push(("optimizer_explorer", whole));
    properties
}
