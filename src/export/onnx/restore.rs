//! Forecasts back in the data's own units, as nodes: [`crate::train::in_units`].

use super::columns::{Prepared, Undo};
use super::functions;
use super::graph::{END, Graph, Value};
use crate::data::Fitted;
use crate::experiment::Output;
use tract_onnx::pb::tensor_proto::DataType;

/// What a head's outputs are.
pub struct Outputs {
    /// Every step or the last one.
    pub output: Output,
    /// Steps ahead.
    pub horizon: usize,
    /// Forecasts of one target at one step.
    pub each: usize,
}

/// The head's outputs `[batch, steps, outputs]` in the data's own units, 32 bits.
pub fn restore(
    graph: &mut Graph,
    fitted: &Fitted,
    prepared: &Prepared,
    outputs: &Outputs,
    values: &str,
) -> Value {
    let Outputs {
        output,
        horizon,
        each,
    } = *outputs;
    let horizons: Vec<usize> = match output {
        Output::EveryStep => vec![horizon],
        Output::LastStep => (1..=horizon).collect(),
    };
    let targets = prepared.undo.len();
    if targets == 0 && each == 1 {
        // A sequence's answer is never scaled.
        return values.to_owned();
    }
    let values = graph.cast(values, DataType::Double);
    let values = if targets == 0 {
        values
    } else {
        let scaling = |factor: bool| -> Vec<f64> {
            let of = |target: usize| {
                let scaling = fitted.scale[target];
                if factor {
                    scaling.factor
                } else {
                    scaling.offset
                }
            };
            let targets = (0..targets).flat_map(|target| vec![of(target); each]);
            horizons.iter().flat_map(|_| targets.clone()).collect()
        };
        let count = horizons.len() * targets * each;
        let factors = graph.doubles(&[count], &scaling(true));
        let offsets = graph.doubles(&[count], &scaling(false));
        let scaled = graph.two("Mul", &values, &factors);
        graph.two("Add", &scaled, &offsets)
    };
    if each == 1 && prepared.undo.iter().all(Vec::is_empty) {
        return graph.cast(&values, DataType::Float);
    }
    let targets = targets.max(1);
    let count = horizons.len() * targets * each;
    let mut channels: Vec<Value> = (0..count as i64)
        .map(|k| graph.slice(&values, 2, k, k + 1))
        .collect();
    for place in 0..targets * each {
        let at = |k: usize| k * targets * each + place;
        let undo = prepared.undo.get(place / each);
        for undo in undo.into_iter().flatten().rev() {
            for k in 0..horizons.len() {
                channels[at(k)] = match undo {
                    Undo::Function(function) => functions::undo(graph, function, &channels[at(k)]),
                    Undo::Difference(weights, before) => {
                        let mut sum = channels[at(k)].clone();
                        for &(lag, weight) in weights {
                            let earlier = if lag >= horizons[k] {
                                let back = lag - horizons[k];
                                observed(graph, before, prepared.context, output, back)
                            } else {
                                // Between the window and what is forecast: forecast itself, and done already.
                                channels[at(horizons[k] - lag - 1)].clone()
                            };
                            let term = graph.with_number("Mul", &earlier, weight);
                            sum = graph.two("Add", &sum, &term);
                        }
                        sum
                    }
                };
            }
        }
    }
    for channels in channels.chunks_mut(each) {
        sort(graph, channels);
    }
    let all = graph.concat(&channels, 2);
    graph.cast(&all, DataType::Float)
}

/// What was observed `back` rows before each step that is forecast from.
fn observed(
    graph: &mut Graph,
    column: &super::columns::Column,
    context: usize,
    output: Output,
    back: usize,
) -> Value {
    let end = if back == 0 { END } else { -(back as i64) };
    let start = match output {
        Output::EveryStep => (context - column.lost - back) as i64,
        Output::LastStep => -1 - back as i64,
    };
    graph.slice(&column.value, 1, start, end)
}

/// Rising: neighbours change places until none has to.
fn sort(graph: &mut Graph, values: &mut [Value]) {
    for round in 0..values.len() {
        for k in (round % 2..values.len().saturating_sub(1)).step_by(2) {
            let low = graph.two("Min", &values[k], &values[k + 1]);
            let high = graph.two("Max", &values[k], &values[k + 1]);
            values[k] = low;
            values[k + 1] = high;
        }
    }
}
