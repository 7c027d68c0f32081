//! Preparation as nodes: from a window in the data's own units to what the network reads.
//!
//! Each column is a value `[batch, rows, 1]` of 64 bits, shorter at its beginning than the window by what its
//! steps look back over.

use super::Refusal;
use super::functions;
use super::graph::{END, Graph, Setting, Value};
use crate::data::Fitted;
use crate::data::prepare::function::Function;
use crate::data::prepare::{FittedStep, averages};
use crate::experiment::choices::prepare::{OutlierAction, RollingFunction};
use tract_onnx::pb::tensor_proto::DataType;

/// A column in the middle of preparation.
#[derive(Debug, Clone)]
pub struct Column {
    /// `[batch, rows − lost, 1]`.
    pub value: Value,
    /// Rows that it lacks at its beginning.
    pub lost: usize,
}

/// What has to be undone for forecasts of one target.
pub enum Undo {
    /// A function.
    Function(Function),
    /// A difference: weights of earlier values by how many rows, and the values before it.
    Difference(Vec<(usize, f64)>, Column),
}

/// What preparation came to.
pub struct Prepared {
    /// `[batch, lookback, inputs]`, 32 bits.
    pub inputs: Value,
    /// Rows that a window needs before those that the network reads.
    pub context: usize,
    /// Of each target, in the order in which it was done.
    pub undo: Vec<Vec<Undo>>,
}

/// Appends the nodes of `fitted`'s steps and scaling to the window `[batch, rows, sources]`.
///
/// # Errors
/// A step that no graph can express, by its name.
pub fn prepare(graph: &mut Graph, fitted: &Fitted, window: &str) -> Result<Prepared, Refusal> {
    let targets = if fitted.sequences.is_some() {
        0
    } else {
        fitted.target_names.len()
    };
    let mut undo: Vec<Vec<Undo>> = (0..targets).map(|_| Vec::new()).collect();
    let window = graph.cast(window, DataType::Double);
    let changes = |step: &FittedStep| !step.only_fills();
    if !fitted.steps.iter().any(changes) {
        return Ok(Prepared {
            inputs: scale(graph, fitted, &window),
            context: 0,
            undo,
        });
    }
    let mut columns: Vec<Column> = (0..fitted.sources().len() as i64)
        .map(|k| Column {
            value: graph.slice(&window, 2, k, k + 1),
            lost: 0,
        })
        .collect();
    for step in &fitted.steps {
        apply(graph, step, &mut columns, &mut undo)?;
    }
    let context = columns.iter().map(|column| column.lost).max().unwrap_or(0);
    let aligned: Vec<Value> = columns
        .iter()
        .map(|column| graph.slice(&column.value, 1, (context - column.lost) as i64, END))
        .collect();
    let all = graph.concat(&aligned, 2);
    Ok(Prepared {
        inputs: scale(graph, fitted, &all),
        context,
        undo,
    })
}

/// Scaled, in 32 bits.
fn scale(graph: &mut Graph, fitted: &Fitted, columns: &str) -> Value {
    let count = fitted.scale.len();
    let offsets: Vec<f64> = fitted.scale.iter().map(|scaling| scaling.offset).collect();
    let factors: Vec<f64> = fitted.scale.iter().map(|scaling| scaling.factor).collect();
    let offsets = graph.doubles(&[count], &offsets);
    let factors = graph.doubles(&[count], &factors);
    let centred = graph.two("Sub", columns, &offsets);
    let scaled = graph.two("Div", &centred, &factors);
    graph.cast(&scaled, DataType::Float)
}

fn apply(
    graph: &mut Graph,
    step: &FittedStep,
    columns: &mut Vec<Column>,
    undo: &mut [Vec<Undo>],
) -> Result<(), Refusal> {
    if step.only_fills() {
        return Ok(());
    }
    match step {
        FittedStep::Rest { .. } => {}
        FittedStep::Fill(_) => {
            return Err(Refusal::of(
                "fill",
                "its column of flags says where values were missing, and a window holds no missing ones",
            ));
        }
        FittedStep::Outliers {
            columns: all,
            action,
        } => {
            for bounds in all {
                if bounds.hampel.is_some() {
                    return Err(Refusal::of("outliers", "\"hampel\" needs running medians"));
                }
                let column = columns[bounds.input].clone();
                match action {
                    OutlierAction::Missing => {
                        return Err(Refusal::of(
                            "outliers",
                            "\"missing\" leaves values to be filled from their neighbours",
                        ));
                    }
                    OutlierAction::Clip => {
                        let above = graph.with_number("Max", &column.value, bounds.low);
                        columns[bounds.input].value = graph.with_number("Min", &above, bounds.high);
                    }
                    OutlierAction::Flag => {
                        let below = graph.with_number("Less", &column.value, bounds.low);
                        let above = graph.with_number("Greater", &column.value, bounds.high);
                        let outside = graph.two("Or", &below, &above);
                        columns.push(Column {
                            value: graph.cast(&outside, DataType::Double),
                            lost: column.lost,
                        });
                    }
                }
            }
        }
        FittedStep::Smooth { smooth, inputs } => {
            let weights = averages(smooth).ok_or_else(|| {
                Refusal::of(
                    "smooth",
                    "only averages with fixed weights can be told from the window alone",
                )
            })?;
            for &input in inputs {
                columns[input] = weighted(graph, &columns[input], &weights);
            }
        }
        FittedStep::Difference { inputs, weights } => {
            for &input in inputs {
                let before = columns[input].clone();
                let earlier = weighted(graph, &before, weights);
                let now = shifted(graph, &before, earlier.lost - before.lost, 0);
                columns[input] = Column {
                    value: graph.two("Sub", &now, &earlier.value),
                    lost: earlier.lost,
                };
                if let Some(undo) = undo.get_mut(input) {
                    undo.push(Undo::Difference(weights.clone(), before));
                }
            }
        }
        FittedStep::Transform { functions } => {
            for (input, function) in functions {
                let value = functions::apply(graph, function, &columns[*input].value);
                columns[*input].value = value;
                if let Some(undo) = undo.get_mut(*input) {
                    undo.push(Undo::Function(function.clone()));
                }
            }
        }
        FittedStep::Bin { bins, .. } => {
            for (input, borders, medians) in bins {
                columns[*input].value = binned(graph, &columns[*input].value, borders, medians);
            }
        }
        FittedStep::Lag { made } => {
            for (input, rows, _) in made {
                let column = weighted(graph, &columns[*input], &[(*rows, 1.0)]);
                columns.push(column);
            }
        }
        FittedStep::Rolling { window, made } => {
            for (input, function, _) in made {
                let column = rolling(graph, &columns[*input], *function, (*window).max(1));
                columns.push(column);
            }
        }
        FittedStep::Select { kept } => {
            let stays =
                |(input, column): (usize, &Column)| kept.contains(&input).then(|| column.clone());
            *columns = columns.iter().enumerate().filter_map(stays).collect();
        }
        FittedStep::ScaleEach { .. } => {
            return Err(Refusal::of(
                "group",
                "with \"scale_each\" a series' size is that of its first rows, and a window may begin later",
            ));
        }
        FittedStep::Calendar { .. } => {
            return Err(Refusal::of("calendar", "a window holds no dates"));
        }
        FittedStep::Decompose { .. } => {
            return Err(Refusal::of(
                "decompose",
                "the place in the season depends on the date, and a window holds none",
            ));
        }
        FittedStep::Encode { .. } => {
            return Err(Refusal::of("encode", "a window holds numbers and no texts"));
        }
    }
    Ok(())
}

/// The column `lag` rows ago, without the first `most` rows of those now.
fn shifted(graph: &mut Graph, column: &Column, most: usize, lag: usize) -> Value {
    let end = if lag == 0 { END } else { -(lag as i64) };
    graph.slice(&column.value, 1, (most - lag) as i64, end)
}

/// Σ weight · the value so many rows ago.
fn weighted(graph: &mut Graph, column: &Column, weights: &[(usize, f64)]) -> Column {
    let most = weights.iter().map(|(lag, _)| *lag).max().unwrap_or(0);
    let mut sum: Option<Value> = None;
    for &(lag, weight) in weights {
        let mut term = shifted(graph, column, most, lag);
        if weight != 1.0 {
            term = graph.with_number("Mul", &term, weight);
        }
        sum = Some(match sum {
            None => term,
            Some(sum) => graph.two("Add", &sum, &term),
        });
    }
    Column {
        value: sum.unwrap_or_else(|| column.value.clone()),
        lost: column.lost + most,
    }
}

/// Each value's bin's median.
fn binned(graph: &mut Graph, x: &str, borders: &[f64], medians: &[f64]) -> Value {
    let mut sum: Option<Value> = None;
    for (border, pair) in borders.iter().zip(medians.windows(2)) {
        let reached = graph.with_number("GreaterOrEqual", x, *border);
        let reached = graph.cast(&reached, DataType::Double);
        let step = graph.with_number("Mul", &reached, pair[1] - pair[0]);
        sum = Some(match sum {
            None => step,
            Some(sum) => graph.two("Add", &sum, &step),
        });
    }
    // One bin alone: its median everywhere.
    let steps = sum.unwrap_or_else(|| graph.with_number("Mul", x, 0.0));
    graph.with_number("Add", &steps, medians[0])
}

/// A statistic of the last `window` values.
fn rolling(graph: &mut Graph, column: &Column, function: RollingFunction, window: usize) -> Column {
    let share = 1.0 / window as f64;
    let weights: Vec<(usize, f64)> = (0..window).map(|lag| (lag, share)).collect();
    let most = window - 1;
    let lost = column.lost + most;
    let value = match function {
        RollingFunction::Mean => weighted(graph, column, &weights).value,
        RollingFunction::Std => {
            let mean = weighted(graph, column, &weights).value;
            let squares: Vec<Value> = (0..window)
                .map(|lag| {
                    let now = shifted(graph, column, most, lag);
                    let apart = graph.two("Sub", &now, &mean);
                    graph.two("Mul", &apart, &apart)
                })
                .collect();
            let squares = graph.concat(&squares, 2);
            let axes = graph.integers(&[2]);
            let keep = ("keepdims", Setting::Int(1));
            let sum = graph
                .node_with("ReduceSum", &[&squares, &axes], &[keep], 1)
                .remove(0);
            let variance = graph.with_number("Mul", &sum, share);
            graph.node("Sqrt", &[&variance])
        }
        RollingFunction::Min | RollingFunction::Max => {
            let operator = match function {
                RollingFunction::Min => "Min",
                _ => "Max",
            };
            let all: Vec<Value> = (0..window)
                .map(|lag| shifted(graph, column, most, lag))
                .collect();
            let all: Vec<&str> = all.iter().map(String::as_str).collect();
            graph.node(operator, &all)
        }
    };
    Column { value, lost }
}
