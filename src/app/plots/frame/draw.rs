//! What is drawn within the axes.

use super::{Band, Drawn, Form};
use crate::app::plots::thin;
use crate::app::text;
use eframe::egui::{Align2, Color32, FontId, Pos2, RichText, Vec2, vec2};
use egui_plot::{
    FilledArea, HLine, Line, LineStyle, MarkerShape, PlotBounds, PlotPoint, PlotPoints, PlotUi,
    Points, Span, Text, VLine,
};

/// How far below the upper edge a mark stays, as a share of the height.
const MARK_BELOW_EDGE: f64 = 0.04;

/// Share of the height that the words of a level take.
const WORDS_OF_LEVEL: f64 = 0.15;

/// How long a dash is, in points. A renderer has ten triangles for each.
const DASH: f32 = 7.0;

/// Half the width of a mark, in points.
const MARK: f64 = 6.0;

/// As much of `name` as `room` points hold, by `width` of a text; nothing where that says nothing.
pub(super) fn name_in(room: f32, name: &str, width: &dyn Fn(&str) -> f32) -> String {
    const AROUND: f32 = 6.0;
    const LETTERS: usize = 3;
    if width(name) + AROUND <= room {
        return name.to_owned();
    }
    let letters: Vec<char> = name.chars().collect();
    (LETTERS..letters.len())
        .rev()
        .map(|count| letters[..count].iter().chain(&['…']).collect::<String>())
        .find(|short| width(short) + AROUND <= room)
        .unwrap_or_default()
}

/// Where things are drawn.
pub(super) struct Area<'a> {
    /// What is in view.
    pub(super) bounds: PlotBounds,
    /// Its width and height, in points.
    pub(super) size: Vec2,
    pub(super) small: &'a FontId,
    pub(super) weak: Color32,
    pub(super) ink: Color32,
}

impl Area<'_> {
    /// A shaded stretch of the x axis, with its name at its upper left.
    pub(super) fn span(&self, plot: &mut PlotUi<'_>, name: &str, range: [f64; 2], fill: Color32) {
        let ([x0, y0], [x1, y1]) = (self.bounds.min(), self.bounds.max());
        // A fill with no colour would be given one.
        if fill != Color32::TRANSPARENT {
            plot.span(
                Span::new("", range[0]..=range[1])
                    .fill(fill)
                    .border_width(0.0),
            );
        }
        plot.vline(
            VLine::new("", range[0])
                .color(self.weak.gamma_multiply(0.6))
                .width(1.0)
                .allow_hover(false),
        );
        let at = range[0].max(x0);
        if range[1] > x0 && at < x1 && !name.is_empty() {
            let place = PlotPoint::new(at + (x1 - x0) * 0.004, y1 - (y1 - y0) * 0.01);
            self.words(plot, place, name, self.weak, Align2::LEFT_TOP);
        }
    }

    /// A level across the whole plot, with what stands at its end.
    pub(super) fn level(&self, plot: &mut PlotUi<'_>, level: f64, colour: Color32, words: &str) {
        let ([x0, y0], [x1, y1]) = (self.bounds.min(), self.bounds.max());
        if !level.is_finite() {
            return;
        }
        plot.hline(
            HLine::new("", level)
                .color(colour)
                .width(1.0)
                .style(LineStyle::dashed_dense())
                .allow_hover(false),
        );
        if !words.is_empty() && (y0..=y1).contains(&level) {
            let above = level < y1 - (y1 - y0) * WORDS_OF_LEVEL;
            let end = PlotPoint::new(x1 - (x1 - x0) * 0.01, level);
            let anchor = if above {
                Align2::RIGHT_BOTTOM
            } else {
                Align2::RIGHT_TOP
            };
            self.words(plot, end, words, self.weak, anchor);
        }
    }

    /// A cross where a run diverged, with the word for it.
    pub(super) fn mark(&self, plot: &mut PlotUi<'_>, [x, y]: [f64; 2], colour: Color32) {
        let ([x0, y0], [x1, y1]) = (self.bounds.min(), self.bounds.max());
        // A little below the upper edge, which would cut the mark and its word in half.
        let least = 1.5 * MARK / f64::from(self.size.y.max(1.0));
        let top = y1 - (y1 - y0) * MARK_BELOW_EDGE.max(least);
        // Nor may a side cut it.
        let beside = MARK / f64::from(self.size.x.max(1.0)) * (x1 - x0);
        let x = if (x0..=x1).contains(&x) {
            x.clamp(x0 + beside, (x1 - beside).max(x0 + beside))
        } else {
            x
        };
        let place = PlotPoint::new(x, if y.is_finite() { y.clamp(y0, top) } else { top });
        plot.points(
            Points::new("", PlotPoints::Owned(vec![place]))
                .shape(MarkerShape::Cross)
                .radius(MARK as f32)
                .color(colour)
                .allow_hover(false),
        );
        let words = format!("    {}", text::DIVERGED_MARK);
        self.words(plot, place, &words, self.ink, Align2::LEFT_CENTER);
    }

    fn words(
        &self,
        plot: &mut PlotUi<'_>,
        place: PlotPoint,
        words: &str,
        colour: Color32,
        anchor: Align2,
    ) {
        let words = RichText::new(words).font(self.small.clone());
        plot.text(
            Text::new("", place, words)
                .color(colour)
                .anchor(anchor)
                .allow_hover(false),
        );
    }
}

impl Area<'_> {
    /// A line, with the points alone that it needs on the screen: a renderer has six triangles for each.
    pub(super) fn line<'a>(&self, plot: &mut PlotUi<'a>, line: &'a Drawn) {
        let style = if line.form == Form::Dashed {
            LineStyle::Dashed { length: DASH }
        } else {
            LineStyle::Solid
        };
        // What lies far outside is not drawn, and a dash is made for every few points of the screen there too.
        let inside = (line.points.iter()).flat_map(|points| near(points, &self.bounds));
        for (part, points) in inside.enumerate() {
            if line.form == Form::Range
                && let Some(range) = self.range(&points, line.width)
            {
                plot.add(
                    FilledArea::new("", &range[0], &range[1], &range[2])
                        .fill_color(line.colour)
                        .allow_hover(false),
                );
                continue;
            }
            let places: Vec<Pos2> = points.iter().map(|point| self.place(*point)).collect();
            let corners = thin::corners(&places).into_iter();
            let points = corners.map(|index| points[index]).collect();
            plot.line(
                Line::new(line.name.clone(), PlotPoints::Owned(points))
                    .id((&line.name, part))
                    .color(line.colour)
                    .width(line.width)
                    .style(style)
                    .allow_hover(false),
            );
        }
        for (part, points) in line.points.iter().enumerate() {
            if points.len() == 1 || (line.dots && points.len() <= 24) {
                plot.points(
                    Points::new(line.name.clone(), PlotPoints::Borrowed(points))
                        .id((&line.name, part, "dots"))
                        .color(line.colour)
                        .radius(line.width + 0.75)
                        .allow_hover(false),
                );
            }
        }
    }

    /// The places of a line, their lowest and their highest values, apart by `width` at least; `None` where no place
    /// has more than one value.
    fn range(&self, points: &[PlotPoint], width: f32) -> Option<[Vec<f64>; 3]> {
        let one = (self.bounds.height() / f64::from(self.size.y.max(1.0))) * f64::from(width);
        let places = || points.chunk_by(|a, b| a.x == b.x);
        places().any(|place| place.len() > 1).then(|| {
            let mut range = [Vec::new(), Vec::new(), Vec::new()];
            for place in places() {
                let ys = || place.iter().map(|point| point.y);
                let (low, high) = (
                    ys().fold(f64::INFINITY, f64::min),
                    ys().fold(f64::NEG_INFINITY, f64::max),
                );
                let more = (one - (high - low)).max(0.0) / 2.0;
                for (values, value) in range.iter_mut().zip([place[0].x, low - more, high + more]) {
                    values.push(value);
                }
            }
            range
        })
    }

    /// Where a point stands on the screen, from the lower left.
    fn place(&self, point: PlotPoint) -> Pos2 {
        let ([x0, y0], [x1, y1]) = (self.bounds.min(), self.bounds.max());
        let share = vec2(
            ((point.x - x0) / (x1 - x0)) as f32,
            ((point.y - y0) / (y1 - y0)) as f32,
        );
        (share * self.size).to_pos2()
    }
}

/// The pieces of a line within `bounds` and their width and height around them (Liang & Barsky 1984).
fn near(points: &[PlotPoint], bounds: &PlotBounds) -> Vec<Vec<PlotPoint>> {
    let (low, high) = (bounds.min(), bounds.max());
    let around = |axis: usize| {
        let size = high[axis] - low[axis];
        [low[axis] - size, high[axis] + size]
    };
    let (xs, ys) = (around(0), around(1));
    let mut pieces: Vec<Vec<PlotPoint>> = Vec::new();
    let mut goes_on = false;
    for pair in points.windows(2) {
        let (from, to) = (pair[0], pair[1]);
        let (mut first, mut last) = (0.0_f64, 1.0_f64);
        for (start, end, [low, high]) in [(from.x, to.x, xs), (from.y, to.y, ys)] {
            let way = end - start;
            if way == 0.0 {
                if start < low || start > high {
                    last = -1.0;
                }
                continue;
            }
            let (a, b) = ((low - start) / way, (high - start) / way);
            first = first.max(a.min(b));
            last = last.min(a.max(b));
        }
        // What is not finite is in no place.
        let ends = [from.x, from.y, to.x, to.y];
        if first > last || !ends.into_iter().all(f64::is_finite) {
            goes_on = false;
            continue;
        }
        let at = |share: f64| match share {
            0.0 => from,
            1.0 => to,
            share => PlotPoint::new(
                (from.x + share * (to.x - from.x)).clamp(xs[0], xs[1]),
                (from.y + share * (to.y - from.y)).clamp(ys[0], ys[1]),
            ),
        };
        match pieces.last_mut() {
            Some(piece) if goes_on && first == 0.0 => piece.push(at(last)),
            _ => pieces.push(vec![at(first), at(last)]),
        }
        goes_on = last == 1.0;
    }
    pieces
}

pub(super) fn fill(plot: &mut PlotUi<'_>, band: &Band) {
    let [low, high] = &band.edges;
    for (low, high) in low.iter().zip(high.iter()) {
        let xs: Vec<f64> = low.iter().map(|point| point.x).collect();
        let ys = |edge: &[PlotPoint]| edge.iter().map(|point| point.y).collect::<Vec<f64>>();
        if low.len() == high.len() {
            plot.add(
                FilledArea::new("", &xs, &ys(low), &ys(high))
                    .fill_color(band.colour)
                    .allow_hover(false),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_shortened_to_its_room() {
        let width = |text: &str| 10.0 * text.chars().count() as f32;
        assert_eq!(name_in(200.0, "Validation", &width), "Validation");
        assert_eq!(name_in(60.0, "Validation", &width), "Vali…");
        assert_eq!(name_in(20.0, "Validation", &width), "");
    }

    #[test]
    fn many_values_in_a_place_are_the_area_between_their_least_and_their_most() {
        let area = Area {
            bounds: PlotBounds::from_min_max([0.0, 0.0], [10.0, 100.0]),
            size: vec2(10.0, 50.0),
            small: &FontId::default(),
            weak: Color32::GRAY,
            ink: Color32::BLACK,
        };
        let points = |all: &[[f64; 2]]| -> Vec<PlotPoint> {
            all.iter().copied().map(PlotPoint::from).collect()
        };
        let comb = points(&[
            [0.0, 30.0],
            [0.0, 10.0],
            [1.0, 20.0],
            [1.0, 20.0],
            [2.0, 5.0],
        ]);
        // A point of the screen is 2 high.
        let range = area.range(&comb, 1.0).expect("places share values");
        assert_eq!(range[0], [0.0, 1.0, 2.0]);
        assert_eq!(range[1], [10.0, 19.0, 4.0]);
        assert_eq!(range[2], [30.0, 21.0, 6.0]);
        assert!(
            area.range(&points(&[[0.0, 1.0], [1.0, 2.0]]), 1.0)
                .is_none()
        );
    }

    #[test]
    fn dashes_are_made_of_what_is_near_alone() {
        let bounds = PlotBounds::from_min_max([0.0, 0.0], [10.0, 2.0]);
        let points = |ys: &[f64]| -> Vec<PlotPoint> {
            let points = ys.iter().enumerate();
            points.map(|(x, y)| PlotPoint::new(x as f64, *y)).collect()
        };
        let calm = points(&[0.0, 1.0, 2.0, 1.5]);
        assert_eq!(near(&calm, &bounds), std::slice::from_ref(&calm));
        let wild = points(&[1.0, 1e30, -1e30, 1.0, 1.2, f64::NAN, 1.0, 9.0, 9.0, 1.0]);
        let pieces = near(&wild, &bounds);
        assert!(pieces.len() >= 3, "{pieces:?}");
        for point in pieces.iter().flatten() {
            assert!((-2.0..=4.0).contains(&point.y), "{point:?}");
        }
        assert!(pieces.iter().any(|piece| piece.ends_with(&wild[3..5])));
        assert_eq!(near(&points(&[1e30, 1e30]), &bounds).len(), 0);
    }
}
