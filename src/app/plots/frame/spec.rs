//! What a plot shows: its lines, areas, levels, marks and axes.

use crate::app::plots::lines::Segments;
use eframe::egui::Color32;

/// How a line is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// From point to point.
    Solid,
    /// With gaps.
    Dashed,
    /// Where several values share a place, as the area from the lowest to the highest: for what stays faint behind
    /// its course, and would be a comb of strokes.
    Range,
}

impl Form {
    /// Of the values behind `course`: their range, or the line itself where it has no course.
    #[must_use]
    pub fn behind(course: &Segments) -> Self {
        if course.is_empty() {
            Self::Solid
        } else {
            Self::Range
        }
    }
}

/// A line to be drawn.
pub struct Drawn {
    /// What it is, for identity.
    pub name: String,
    /// Its points.
    pub points: Segments,
    /// Its colour.
    pub colour: Color32,
    /// Its width.
    pub width: f32,
    /// How it is drawn.
    pub form: Form,
    /// Whether single points are marked, so that one alone is seen.
    pub dots: bool,
    /// Whether the axis makes room for all of it.
    pub counts: bool,
}

impl Drawn {
    /// Whether nothing is seen of `other` below this line.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        self.colour.is_opaque()
            && (self.form, self.width) == (other.form, other.width)
            && self.points == other.points
    }
}

/// The area between two lines.
pub struct Band {
    /// The lower and the upper line, cut at the same gaps.
    pub edges: [Segments; 2],
    /// Its colour, which what lies below shines through.
    pub colour: Color32,
}

/// What a plot shows.
pub struct Spec<'a> {
    /// For identity.
    pub id: &'static str,
    /// For those who hear it.
    pub label: String,
    /// The name of the x axis.
    pub x_label: &'a str,
    /// The name of the y axis, with its unit.
    pub y_label: &'a str,
    /// Whether y values are base-ten logarithms.
    pub log: bool,
    /// The x range when nothing was chosen.
    pub x: [f64; 2],
    /// A y range that is always in view.
    pub y: Option<[f64; 2]>,
    /// The lines, lowest first.
    pub lines: Vec<Drawn>,
    /// Areas below the lines.
    pub bands: Vec<Band>,
    /// Levels across the whole plot, with what stands at their end.
    pub levels: Vec<(f64, Color32, String)>,
    /// Shaded stretches with their names.
    pub spans: Vec<(String, [f64; 2], Color32)>,
    /// Marks with their names.
    pub marks: Vec<(f64, f64, Color32)>,
    /// What x ticks are multiples of; 0 for anything.
    pub x_unit: f64,
    /// Rows where years begin, with the years: ticks stand at these alone, where there are any.
    pub x_years: &'a [(usize, i32)],
    /// How an x tick reads.
    pub x_tick: &'a dyn Fn(f64) -> String,
    /// What the tooltip says at an x.
    pub readout: &'a dyn Fn(f64) -> Option<String>,
    /// Plots whose cursors move together.
    pub cursor_group: &'static str,
    /// What stands in the middle of an empty plot.
    pub empty: Option<&'a str>,
}

#[cfg(test)]
pub(in crate::app::plots) mod samples {
    use super::*;
    use egui_plot::PlotPoint;
    use std::rc::Rc;

    pub fn line(ys: &[f64], counts: bool) -> Drawn {
        Drawn {
            name: String::new(),
            points: Rc::new(vec![
                ys.iter()
                    .enumerate()
                    .map(|(x, &y)| PlotPoint::new(x as f64, y))
                    .collect(),
            ]),
            colour: Color32::BLACK,
            width: 1.0,
            form: Form::Solid,
            dots: false,
            counts,
        }
    }

    pub fn spec(lines: Vec<Drawn>) -> Spec<'static> {
        Spec {
            id: "test",
            label: String::new(),
            x_label: "",
            y_label: "",
            log: false,
            x: [0.0, 10.0],
            y: None,
            lines,
            bands: Vec::new(),
            levels: Vec::new(),
            spans: Vec::new(),
            marks: Vec::new(),
            x_unit: 0.0,
            x_years: &[],
            x_tick: &|_| String::new(),
            readout: &|_| None,
            cursor_group: "test",
            empty: None,
        }
    }
}
