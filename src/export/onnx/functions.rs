//! The functions of preparation, and their inverses, as nodes. All in 64 bits.

use super::graph::{Graph, Setting, Value};
use crate::data::prepare::function::Function;

/// Exponents closer to 0 than this are taken for 0, as in [`Function`].
const ZERO: f64 = 1e-9;

/// f(x), as [`Function::apply`].
pub fn apply(graph: &mut Graph, function: &Function, x: &str) -> Value {
    match function {
        Function::Log => graph.node("Log", &[x]),
        Function::Log1p => log_1p(graph, x),
        Function::Sqrt => graph.node("Sqrt", &[x]),
        Function::BoxCox { lambda } => {
            let logarithm = graph.node("Log", &[x]);
            power(graph, &logarithm, *lambda)
        }
        Function::YeoJohnson { lambda } => {
            let [above, below] = sides(graph, x);
            let above = log_1p(graph, &above);
            let above = power(graph, &above, *lambda);
            let below = log_1p(graph, &below);
            let below = power(graph, &below, 2.0 - lambda);
            graph.two("Sub", &above, &below)
        }
        Function::Quantile { points } => {
            let (first, last) = (points[0], points[points.len() - 1]);
            let widths: Vec<f64> = points.windows(2).map(|pair| pair[1] - pair[0]).collect();
            let count = widths.len();
            // Of each stretch between points, how much of it lies below x.
            let starts = graph.doubles(&[count], &points[..count]);
            let inside = graph.two("Sub", x, &starts);
            let widths = graph.doubles(&[count], &widths);
            let inside = graph.two("Div", &inside, &widths);
            let inside = share(graph, &inside);
            let sum = sum_last(graph, &inside);
            let sum = graph.with_number("Div", &sum, count as f64);
            let beyond = beyond(graph, x, first, last);
            let beyond = graph.with_number("Div", &beyond, last - first);
            graph.two("Add", &sum, &beyond)
        }
    }
}

/// x of y = f(x), as [`Function::undo`].
pub fn undo(graph: &mut Graph, function: &Function, y: &str) -> Value {
    match function {
        Function::Log => graph.node("Exp", &[y]),
        Function::Log1p => exp_m1(graph, y),
        Function::Sqrt => {
            let root = graph.with_number("Max", y, 0.0);
            graph.two("Mul", &root, &root)
        }
        Function::BoxCox { lambda } => {
            let logarithm = unpower(graph, y, *lambda);
            graph.node("Exp", &[&logarithm])
        }
        Function::YeoJohnson { lambda } => {
            let [above, below] = sides(graph, y);
            let above = unpower(graph, &above, *lambda);
            let above = exp_m1(graph, &above);
            let below = unpower(graph, &below, 2.0 - lambda);
            let below = exp_m1(graph, &below);
            graph.two("Sub", &above, &below)
        }
        Function::Quantile { points } => {
            let width = points[points.len() - 1] - points[0];
            let widths: Vec<f64> = points.windows(2).map(|pair| pair[1] - pair[0]).collect();
            let count = widths.len();
            let place = graph.with_number("Mul", y, count as f64);
            let numbers: Vec<f64> = (0..count).map(|k| k as f64).collect();
            let numbers = graph.doubles(&[count], &numbers);
            let inside = graph.two("Sub", &place, &numbers);
            let inside = share(graph, &inside);
            let widths = graph.doubles(&[count], &widths);
            let inside = graph.two("Mul", &inside, &widths);
            let sum = sum_last(graph, &inside);
            let sum = graph.with_number("Add", &sum, points[0]);
            let beyond = beyond(graph, y, 0.0, 1.0);
            let beyond = graph.with_number("Mul", &beyond, width);
            graph.two("Add", &sum, &beyond)
        }
    }
}

/// max(x, 0) and max(−x, 0).
fn sides(graph: &mut Graph, x: &str) -> [Value; 2] {
    let above = graph.with_number("Max", x, 0.0);
    let turned = graph.node("Neg", &[x]);
    [above, graph.with_number("Max", &turned, 0.0)]
}

fn log_1p(graph: &mut Graph, x: &str) -> Value {
    let sum = graph.with_number("Add", x, 1.0);
    graph.node("Log", &[&sum])
}

fn exp_m1(graph: &mut Graph, x: &str) -> Value {
    let power = graph.node("Exp", &[x]);
    graph.with_number("Sub", &power, 1.0)
}

/// (e^(λl) − 1) / λ.
fn power(graph: &mut Graph, logarithm: &str, lambda: f64) -> Value {
    if lambda.abs() < ZERO {
        return logarithm.to_owned();
    }
    let product = graph.with_number("Mul", logarithm, lambda);
    let power = exp_m1(graph, &product);
    graph.with_number("Div", &power, lambda)
}

/// l of y = [`power`]; kept just inside of what can be undone.
fn unpower(graph: &mut Graph, y: &str, lambda: f64) -> Value {
    if lambda.abs() < ZERO {
        return y.to_owned();
    }
    let product = graph.with_number("Mul", y, lambda);
    let inside = graph.with_number("Max", &product, -1.0 + 1e-12);
    let logarithm = log_1p(graph, &inside);
    graph.with_number("Div", &logarithm, lambda)
}

/// x between 0 and 1.
fn share(graph: &mut Graph, x: &str) -> Value {
    let above = graph.with_number("Max", x, 0.0);
    graph.with_number("Min", &above, 1.0)
}

/// How far x lies below `low` (negative) or above `high`.
fn beyond(graph: &mut Graph, x: &str, low: f64, high: f64) -> Value {
    let under = graph.with_number("Sub", x, low);
    let under = graph.with_number("Min", &under, 0.0);
    let over = graph.with_number("Sub", x, high);
    let over = graph.with_number("Max", &over, 0.0);
    graph.two("Add", &under, &over)
}

/// Σ over the last axis, which stays with the size 1.
fn sum_last(graph: &mut Graph, value: &str) -> Value {
    let axes = graph.integers(&[-1]);
    let keep = ("keepdims", Setting::Int(1));
    graph
        .node_with("ReduceSum", &[value, &axes], &[keep], 1)
        .remove(0)
}
