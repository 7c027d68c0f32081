//! How a figure is drawn: as lines or as points.

use plotters::coord::Shift;
use plotters::coord::ranged1d::{DefaultFormatting, KeyPointHint, Ranged};
use plotters::coord::types::RangedCoordf64;
use plotters::prelude::*;
use plotters::style::{FontStyle, register_font};
use std::ops::Range;
use std::sync::Once;

/// Width and height.
pub type Size = (u32, u32);

/// How many points a side are drawn for each that a picture of points has.
const FINE: u32 = 3;
/// Most characters of a line's name in a figure.
const LETTERS: usize = 40;
/// Most names; where there are more lines, faint ones have none.
const NAMES: usize = 8;
/// Most ticks of an axis.
const TICKS: usize = 11;

/// Gives the drawing library its letters, once.
fn letters() {
    static KNOWN: Once = Once::new();
    KNOWN.call_once(|| {
        let known = register_font(
            "sans-serif",
            FontStyle::Normal,
            epaint_default_fonts::UBUNTU_LIGHT,
        );
        assert!(known.is_ok(), "the font that comes with the program is one");
    });
}

/// A line of a figure; a point that is not finite is a gap.
#[derive(Clone)]
pub(super) struct Line {
    pub(super) name: Option<String>,
    pub(super) color: RGBColor,
    pub(super) width: u32,
    pub(super) faint: bool,
    /// Whether it is of a run that diverged.
    pub(super) diverged: bool,
    pub(super) points: Vec<(f64, f64)>,
}

/// An area between two lines.
#[derive(Clone)]
pub(super) struct Band {
    pub(super) color: RGBColor,
    /// Along the lower line and back along the upper one.
    pub(super) outline: Vec<(f64, f64)>,
}

/// A figure: lines and bands over two axes.
#[derive(Clone)]
pub struct Figure {
    pub(super) title: String,
    pub(super) x: &'static str,
    pub(super) y: String,
    pub(super) logarithmic: bool,
    pub(super) lines: Vec<Line>,
    /// Below the lines.
    pub(super) bands: Vec<Band>,
    /// Where a part ends, and what begins there.
    pub(super) borders: Vec<(f64, &'static str)>,
    /// Where the lines' names stand, if they do.
    pub(super) legend: Option<SeriesLabelPosition>,
}

impl Figure {
    /// Without title and legend, for a page that says both itself; and the title.
    #[must_use]
    pub fn bare(mut self) -> (String, Self) {
        self.legend = None;
        (std::mem::take(&mut self.title), self)
    }

    /// As lines that can be scaled, with text as text.
    ///
    /// # Errors
    /// What the drawing library says.
    pub fn svg(self, size: Size) -> Result<String, String> {
        let mut svg = String::new();
        let root = SVGBackend::with_string(&mut svg, size).into_drawing_area();
        self.logarithmed()
            .draw(&root, 1)
            .map_err(|error| error.to_string())?;
        drop(root);
        Ok(svg)
    }

    /// As points. Each is the mean of `FINE`² that were drawn, so that slanting lines are smooth.
    ///
    /// # Errors
    /// What the drawing library or the encoder says.
    pub fn png(self, size: Size) -> Result<Vec<u8>, String> {
        let (width, height) = (size.0 as usize, size.1 as usize);
        let fine = FINE as usize;
        let mut drawn = vec![255; 3 * width * fine * height * fine];
        {
            let size = (size.0 * FINE, size.1 * FINE);
            let root = BitMapBackend::with_buffer(&mut drawn, size).into_drawing_area();
            self.logarithmed()
                .draw(&root, FINE)
                .map_err(|error| error.to_string())?;
        }
        let mut points = Vec::with_capacity(3 * width * height);
        for row in 0..height {
            for place in 0..3 * width {
                let (column, part) = (place / 3, place % 3);
                let sum: u32 = (0..fine * fine)
                    .map(|k| {
                        let (down, right) = (row * fine + k / fine, column * fine + k % fine);
                        u32::from(drawn[3 * (down * width * fine + right) + part])
                    })
                    .sum();
                points.push((sum / (FINE * FINE)) as u8);
            }
        }
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, size.0, size.1);
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_depth(png::BitDepth::Eight);
        encoder
            .write_header()
            .and_then(|mut writer| writer.write_image_data(&points))
            .map_err(|error| error.to_string())?;
        Ok(bytes)
    }

    /// With logarithms on a logarithmic axis; what has none is a gap.
    pub(super) fn logarithmed(mut self) -> Self {
        if self.logarithmic {
            for (_, y) in self.lines.iter_mut().flat_map(|line| &mut line.points) {
                *y = if *y > 0.0 { y.log10() } else { f64::NAN };
            }
        }
        self
    }

    /// From the smallest to the largest finite coordinate, with some room.
    pub(super) fn range(&self, of: impl Fn(&(f64, f64)) -> f64) -> Range<f64> {
        roomy(self.extremes(of, |_| true).unwrap_or((0.0, 1.0)))
    }

    /// The range of the heights. Runs that diverged widen what the others need by a third at most, so that they
    /// are seen to leave and the others are still seen.
    pub(super) fn heights(&self) -> Range<f64> {
        let of = |point: &(f64, f64)| point.1;
        let all = self.extremes(of, |_| true).unwrap_or((0.0, 1.0));
        let steady = self.extremes(of, |line| !line.diverged);
        let Some((low, high)) = steady.filter(|_| self.lines.iter().any(|line| line.diverged))
        else {
            return roomy(all);
        };
        let more = ((high - low) / 3.0).max(0.05 * high.abs().max(low.abs()));
        roomy((all.0.max(low - more), all.1.min(high + more)))
    }

    /// The smallest and the largest finite coordinate of the bands and of some lines.
    fn extremes(
        &self,
        of: impl Fn(&(f64, f64)) -> f64,
        which: impl Fn(&Line) -> bool,
    ) -> Option<(f64, f64)> {
        let lines = self.lines.iter().filter(|line| which(line));
        let bands = self.bands.iter().flat_map(|band| &band.outline);
        (lines.flat_map(|line| &line.points).chain(bands))
            .map(of)
            .filter(|value| value.is_finite())
            .fold(None, |found, v| {
                let (low, high): (f64, f64) = found.unwrap_or((v, v));
                Some((low.min(v), high.max(v)))
            })
    }

    /// Every length times `scale`.
    fn draw<B>(
        &self,
        root: &DrawingArea<B, Shift>,
        scale: u32,
    ) -> Result<(), Box<dyn std::error::Error>>
    where
        B: DrawingBackend,
        B::ErrorType: 'static,
    {
        letters();
        let x_range = self.range(|point| point.0);
        let y_range = self.heights();
        let font = |size: u32| ("sans-serif", size * scale);
        root.fill(&WHITE)?;
        let mut builder = ChartBuilder::on(root);
        if !self.title.is_empty() {
            builder.caption(&self.title, font(22));
        }
        let mut chart = builder
            .margin(12 * scale)
            .x_label_area_size(44 * scale)
            .y_label_area_size(76 * scale)
            .build_cartesian_2d(
                x_range,
                Axis {
                    linear: y_range.clone().into(),
                    logarithmic: self.logarithmic,
                },
            )?;
        let digits = decimals(&y_range);
        chart
            .configure_mesh()
            .light_line_style(TRANSPARENT)
            .bold_line_style(BLACK.mix(0.08).stroke_width(scale))
            .x_desc(self.x)
            .y_desc(&self.y)
            .x_label_formatter(&|x| format!("{x:.0}"))
            .y_label_formatter(&|y| {
                if self.logarithmic {
                    power_of_ten(*y)
                } else {
                    plain(*y, digits)
                }
            })
            .label_style(font(13))
            .axis_desc_style(font(14))
            .draw()?;
        for (x, part) in &self.borders {
            let ends = [(*x, y_range.start), (*x, y_range.end)];
            chart.draw_series(LineSeries::new(ends, BLACK.mix(0.4).stroke_width(scale)))?;
            chart.draw_series(std::iter::once(Text::new(
                format!(" {part}"),
                (*x, y_range.end),
                font(13).into_font().color(&BLACK.mix(0.6)),
            )))?;
        }
        for band in &self.bands {
            let outline = band.outline.iter().copied();
            let outline: Vec<_> = outline.filter(|point| point.1.is_finite()).collect();
            let area = Polygon::new(outline, band.color.mix(0.15));
            chart.draw_series(std::iter::once(area))?;
        }
        let crowded = self.lines.iter().filter(|line| line.name.is_some()).count() > NAMES;
        for line in &self.lines {
            let style = line
                .color
                .mix(if line.faint { 0.35 } else { 1.0 })
                .stroke_width(line.width * scale);
            let name = line.name.as_deref().map(shortened);
            let mut named = name.filter(|_| !(crowded && line.faint));
            for piece in pieces(&line.points, &y_range) {
                let drawn = chart.draw_series(LineSeries::new(piece, style))?;
                if let Some(name) = named.take() {
                    drawn.label(name).legend(move |(x, y)| {
                        PathElement::new([(x, y), (x + 18 * scale as i32, y)], style)
                    });
                }
            }
        }
        if let Some(place) = &self.legend {
            chart
                .configure_series_labels()
                .position(place.clone())
                .background_style(WHITE.mix(0.85))
                .border_style(BLACK.mix(0.1))
                .legend_area_size(24 * scale)
                .margin(5 * scale)
                .label_font(font(13))
                .draw()?;
        }
        root.present()?;
        Ok(())
    }
}

/// A range with some room on both sides.
fn roomy((low, high): (f64, f64)) -> Range<f64> {
    let room = if high > low {
        0.03 * (high - low)
    } else {
        0.5_f64.max(0.05 * high.abs())
    };
    low - room..high + room
}

/// The stretches of a line that are within `heights`, as far as its borders; without the gaps.
pub(super) fn pieces(points: &[(f64, f64)], heights: &Range<f64>) -> Vec<Vec<(f64, f64)>> {
    let within = |y: f64| heights.start <= y && y <= heights.end;
    let mut pieces = Vec::new();
    for run in points.split(|point| !point.1.is_finite()) {
        if let [point] = run
            && within(point.1)
        {
            pieces.push(vec![*point]);
        }
        let mut piece: Vec<(f64, f64)> = Vec::new();
        for pair in run.windows(2) {
            let [a, b] = [pair[0], pair[1]];
            let at = |y: f64| (a.0 + (b.0 - a.0) * ((y - a.1) / (b.1 - a.1)), y);
            let moved = |point: (f64, f64)| match point.1.clamp(heights.start, heights.end) {
                y if within(point.1) || y.total_cmp(&point.1).is_eq() => point,
                y => at(y),
            };
            let beside = a.1.max(b.1) < heights.start || a.1.min(b.1) > heights.end;
            if !beside {
                if piece.is_empty() {
                    piece.push(moved(a));
                }
                piece.push(moved(b));
            }
            if !within(b.1) && !piece.is_empty() {
                pieces.push(std::mem::take(&mut piece));
            }
        }
        if !piece.is_empty() {
            pieces.push(piece);
        }
    }
    pieces
}

/// A name of which the middle is left out where it is long.
fn shortened(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    if letters.len() <= LETTERS {
        return name.to_owned();
    }
    let end = LETTERS / 3;
    let begin: String = letters[..LETTERS - end - 1].iter().collect();
    let end: String = letters[letters.len() - end..].iter().collect();
    format!("{}…{}", begin.trim_end(), end.trim_start())
}

/// A value at an axis, short where it is large.
fn plain(value: f64, decimals: usize) -> String {
    if value.abs() >= 1e7 || decimals > 7 {
        format!("{value:.1e}")
    } else {
        format!("{value:.decimals$}")
    }
}

/// The y axis: of the values themselves, or of their logarithms with ticks at round values.
struct Axis {
    linear: RangedCoordf64,
    logarithmic: bool,
}

impl Ranged for Axis {
    type ValueType = f64;
    type FormatOption = DefaultFormatting;

    fn map(&self, value: &f64, pixels: (i32, i32)) -> i32 {
        self.linear.map(value, pixels)
    }

    fn key_points<Hint: KeyPointHint>(&self, hint: Hint) -> Vec<f64> {
        if self.logarithmic {
            logarithmic_ticks(&self.linear.range())
        } else {
            self.linear.key_points(hint)
        }
    }

    fn range(&self) -> Range<f64> {
        self.linear.range()
    }
}

/// Logarithms of the round numbers in a range of logarithms: 1, 2 and 5 of each decade where few decades
/// are seen, otherwise powers of ten, so far apart that there are at most [`TICKS`].
fn logarithmic_ticks(range: &Range<f64>) -> Vec<f64> {
    let (low, high) = (10.0_f64.powf(range.start), 10.0_f64.powf(range.end));
    if high < 4.0 * low {
        // Less than a decade: evenly spaced values, as round as the distance between them.
        let power = 10.0_f64.powf(((high - low) / 5.0).log10().floor());
        let distances = [1.0, 2.0, 5.0, 10.0].map(|digit| digit * power);
        let fits = |distance: &f64| (high - low) / distance <= 6.0;
        let apart = distances.into_iter().find(fits).unwrap_or(high - low);
        let first = (low / apart).ceil();
        let values = (0..TICKS).map(|k| (first + k as f64) * apart);
        let ticks = values.filter(|value| *value > 0.0).map(f64::log10);
        return ticks.filter(|tick| range.contains(tick)).collect();
    }
    let decades = range.start.floor() as i32..=range.end.ceil() as i32;
    let inside = |tick: &f64| range.contains(tick);
    for digits in [&[1.0, 2.0, 3.0, 4.0, 5.0, 7.0][..], &[1.0, 2.0, 5.0]] {
        let all = decades.clone().flat_map(|decade| {
            let power = f64::from(decade);
            digits.iter().map(move |digit: &f64| power + digit.log10())
        });
        let ticks: Vec<f64> = all.filter(inside).collect();
        if ticks.len() <= TICKS {
            return ticks;
        }
    }
    let apart = decades.clone().count().div_ceil(TICKS).max(1) as i32;
    decades
        .filter(|decade| decade % apart == 0)
        .map(f64::from)
        .filter(inside)
        .collect()
}

/// Decimals that tell neighbouring ticks of a range apart.
fn decimals(range: &Range<f64>) -> usize {
    let step = (range.end - range.start) / 10.0;
    (-step.log10().floor()).clamp(0.0, 12.0) as usize
}

/// 10^y as a person writes it.
fn power_of_ten(y: f64) -> String {
    let value = 10.0_f64.powf(y);
    if (1e-4..1e5).contains(&value) {
        let decimals = (2.0 - y.floor()).clamp(0.0, 6.0) as usize;
        let text = format!("{value:.decimals$}");
        if text.contains('.') {
            text.trim_end_matches('0').trim_end_matches('.').to_owned()
        } else {
            text
        }
    } else {
        format!("{value:.0e}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logarithmic_ticks_are_round_and_few() {
        let read = |range: Range<f64>| {
            let ticks = logarithmic_ticks(&range);
            ticks.into_iter().map(power_of_ten).collect::<Vec<_>>()
        };
        assert_eq!(read(-2.1..-0.9)[..3], ["0.01", "0.02", "0.03"]);
        assert_eq!(read(-2.5..0.6)[..3], ["0.005", "0.01", "0.02"]);
        assert_eq!(read(0.1..0.8), ["2", "3", "4", "5"]);
        assert_eq!(read(0.69..0.75), ["5", "5.2", "5.4", "5.6"]);
        assert_eq!(read(0.0..0.5), ["1", "1.5", "2", "2.5", "3"]);
        assert_eq!(read(-2.5..3.5).len(), 6);
        assert!(read(-300.0..300.0).len() <= TICKS);
    }

    #[test]
    fn long_names_and_large_values_are_short() {
        assert_eq!(shortened("Adam"), "Adam");
        let long = shortened(&"a long name ".repeat(9));
        assert!(
            long.chars().count() <= LETTERS && long.contains('…'),
            "{long}"
        );
        assert_eq!(plain(-1.8e21, 0), "-1.8e21");
        assert_eq!(plain(120.0, 1), "120.0");
    }

    #[test]
    fn ticks_read_well() {
        assert_eq!(power_of_ten(-2.0), "0.01");
        assert_eq!(power_of_ten(0.0), "1");
        assert_eq!(power_of_ten(3.0), "1000");
        assert_eq!(power_of_ten(-8.0), "1e-8");
        assert_eq!(power_of_ten(-1.5), "0.0316");
    }
}
