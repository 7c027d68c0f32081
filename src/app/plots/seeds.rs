//! Seeds of one contender drawn together: their mean as a line, and the band from the lowest to the
//! highest.

use super::frame::{Band, Drawn, Form};
use super::lines::Segments;
use crate::app::runs::Run;
use crate::app::state::AppState;
use crate::app::text;
use crate::app::theme;
use egui_plot::PlotPoint;
use std::collections::BTreeMap;
use std::rc::Rc;

/// The contenders of which several seeds are shown, by their colour numbers.
pub fn groups(state: &AppState) -> BTreeMap<usize, Vec<(usize, &Run)>> {
    let mut groups: BTreeMap<usize, Vec<(usize, &Run)>> = BTreeMap::new();
    for (index, run) in state.shown_runs().filter(|(_, run)| run.several_seeds) {
        groups.entry(run.colour).or_default().push((index, run));
    }
    groups.retain(|_, runs| runs.len() > 1);
    groups
}

/// What several lines over the same x have in common: lowest, mean and highest, where all have a point.
fn together(lines: &[Segments]) -> [Vec<PlotPoint>; 3] {
    let mut found: BTreeMap<u64, (f64, Vec<f64>)> = BTreeMap::new();
    for point in lines.iter().flat_map(|line| line.iter().flatten()) {
        // Steps, epochs and seconds are never negative: their bits are ordered as they are.
        let entry = found.entry(point.x.max(0.0).to_bits());
        entry
            .or_insert_with(|| (point.x, Vec::new()))
            .1
            .push(point.y);
    }
    let mut edges = [Vec::new(), Vec::new(), Vec::new()];
    for (x, values) in found.into_values() {
        if values.len() < lines.len() {
            continue;
        }
        let low = values.iter().copied().fold(f64::INFINITY, f64::min);
        let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        for (edge, y) in edges.iter_mut().zip([low, mean, high]) {
            edge.push(PlotPoint::new(x, y));
        }
    }
    edges
}

/// The band and the mean of the lines of one contender's seeds; on a logarithmic axis the geometric mean.
/// `form` is the mean's; `counts`: whether the axis makes room for all of it.
pub fn band(
    name: &str,
    colour: usize,
    what: &str,
    lines: &[Segments],
    form: Form,
    counts: bool,
) -> Option<(Band, Drawn)> {
    let [low, mean, high] = together(lines);
    if mean.is_empty() {
        return None;
    }
    let colour = theme::contender(colour);
    let band = Band {
        edges: [Rc::new(vec![low]), Rc::new(vec![high])],
        colour: colour.gamma_multiply(0.18),
    };
    let line = Drawn {
        name: format!("{name} {what}, {}", text::SEED_MEAN),
        points: Rc::new(vec![mean]),
        colour,
        width: 2.0,
        form,
        dots: false,
        counts,
    };
    Some((band, line))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_band_reaches_from_the_lowest_to_the_highest_where_all_seeds_have_a_value() {
        let line = |ys: &[f64]| -> Segments {
            let points = ys
                .iter()
                .enumerate()
                .map(|(x, &y)| PlotPoint::new(x as f64, y));
            Rc::new(vec![points.collect()])
        };
        let edges = together(&[line(&[1.0, 5.0, 9.0]), line(&[3.0, 1.0])]);
        let ys = edges.map(|edge| edge.iter().map(|point| point.y).collect::<Vec<_>>());
        assert_eq!(ys, [vec![1.0, 1.0], vec![2.0, 3.0], vec![3.0, 5.0]]);
        assert!(
            band(
                "Adam",
                0,
                "training",
                &[line(&[]), line(&[1.0])],
                Form::Solid,
                true
            )
            .is_none()
        );
    }
}
