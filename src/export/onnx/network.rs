//! The network as standard recurrent nodes.

use super::graph::{END, Graph, Setting, Value};
use crate::experiment::{Cell, Nonlinearity, Output};
use crate::model::{Architecture, Parameters};
use tract_onnx::pb::tensor_proto::DataType;

/// Appends the network to `inputs` `[batch, steps, inputs]`; gives `[batch, steps, outputs]` for every step,
/// `[batch, 1, outputs]` for the last one. `lengths` `[batch]` are the steps of each sequence, where they may
/// differ.
pub fn network(
    graph: &mut Graph,
    architecture: &Architecture,
    parameters: &Parameters,
    inputs: &str,
    lengths: Option<&str>,
) -> Value {
    let last = architecture.output == Output::LastStep;
    let read = if architecture.layers == 0 {
        match (last, lengths) {
            (false, _) => inputs.to_owned(),
            (true, None) => graph.slice(inputs, 1, -1, END),
            (true, Some(lengths)) => at_ends(graph, inputs, lengths),
        }
    } else {
        let steps = lengths.map(|lengths| graph.cast(lengths, DataType::Int32));
        let mut features = graph.transpose(inputs, &[1, 0, 2]);
        let mut state = String::new();
        for layer in 0..architecture.layers {
            let (all, end) = recurrent(
                graph,
                architecture,
                parameters,
                layer,
                &features,
                steps.as_deref(),
            );
            state = end;
            if layer + 1 < architecture.layers || !last {
                features = graph.squeeze(&all, 1);
            }
        }
        graph.transpose(if last { &state } else { &features }, &[1, 0, 2])
    };
    let (weight, bias) = (
        named(parameters, "head.weight"),
        named(parameters, "head.bias"),
    );
    let (rows, width) = (architecture.outputs, architecture.hidden);
    let turned: Vec<f32> = (0..width)
        .flat_map(|column| (0..rows).map(move |row| weight[row * width + column]))
        .collect();
    let weight = graph.floats("head.weight", &[width, rows], &turned);
    let bias = graph.floats("head.bias", &[rows], bias);
    let product = graph.node("MatMul", &[&read, &weight]);
    graph.two("Add", &product, &bias)
}

/// One layer: its outputs `[steps, 1, batch, hidden]` and its last ones `[1, batch, hidden]`.
fn recurrent(
    graph: &mut Graph,
    architecture: &Architecture,
    parameters: &Parameters,
    layer: usize,
    features: &str,
    steps: Option<&str>,
) -> (Value, Value) {
    let hidden = architecture.hidden;
    // ONNX has the gates of an LSTM in the order i,o,f,c and those of a GRU in the order z,r,h.
    let order: &[usize] = match architecture.cell {
        Cell::Lstm => &[0, 3, 1, 2],
        Cell::Gru => &[1, 0, 2],
        Cell::Rnn | Cell::Linear => &[0],
    };
    let ordered = |name: &str| -> Vec<f32> {
        let values = named(parameters, &format!("rnn.{name}_l{layer}"));
        let block = values.len() / order.len();
        let gate = |gate: &usize| values[gate * block..(gate + 1) * block].to_vec();
        order.iter().flat_map(gate).collect()
    };
    let rows = order.len() * hidden;
    let read = architecture.layer_inputs(layer);
    let name = |tensor: &str| format!("rnn.{tensor}_l{layer}");
    let from_input = ordered("weight_ih");
    let from_input = graph.floats(&name("weight_ih"), &[1, rows, read], &from_input);
    let from_state = ordered("weight_hh");
    let from_state = graph.floats(&name("weight_hh"), &[1, rows, hidden], &from_state);
    let mut biases = ordered("bias_ih");
    biases.extend(ordered("bias_hh"));
    let biases = graph.floats(&name("bias"), &[1, 2 * rows], &biases);
    let (operator, own) = match architecture.cell {
        Cell::Lstm => ("LSTM", Vec::new()),
        // PyTorch's variant: the reset gate after the recurrent product.
        Cell::Gru => ("GRU", vec![("linear_before_reset", Setting::Int(1))]),
        Cell::Rnn | Cell::Linear => ("RNN", activation(architecture.nonlinearity)),
    };
    let mut settings = vec![("hidden_size", Setting::Int(hidden as i64))];
    settings.extend(own);
    let mut inputs = vec![features, &from_input, &from_state, &biases];
    inputs.extend(steps);
    let mut outputs = graph.node_with(operator, &inputs, &settings, 2);
    let end = outputs.remove(1);
    (outputs.remove(0), end)
}

fn activation(nonlinearity: Nonlinearity) -> Vec<(&'static str, Setting)> {
    let name = match nonlinearity {
        Nonlinearity::Tanh => return Vec::new(),
        Nonlinearity::Relu => "Relu",
        Nonlinearity::Sigmoid => "Sigmoid",
        Nonlinearity::Identity => {
            return vec![
                ("activations", Setting::Words(vec!["Affine"])),
                ("activation_alpha", Setting::Floats(vec![1.0])),
                ("activation_beta", Setting::Floats(vec![0.0])),
            ];
        }
    };
    vec![("activations", Setting::Words(vec![name]))]
}

/// `[batch, 1, width]`: of each sequence its last step.
fn at_ends(graph: &mut Graph, inputs: &str, lengths: &str) -> Value {
    let one = graph.integers(&[1]);
    let ends = graph.two("Sub", lengths, &one);
    let ends = graph.node("Unsqueeze", &[&ends, &one]);
    let batch = ("batch_dims", Setting::Int(1));
    let read = graph
        .node_with("GatherND", &[inputs, &ends], &[batch], 1)
        .remove(0);
    graph.node("Unsqueeze", &[&read, &one])
}

fn named<'a>(parameters: &'a Parameters, name: &str) -> &'a [f32] {
    parameters
        .get(name)
        .expect("parameters fit the architecture")
        .1
}
