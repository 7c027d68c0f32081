//! The window's plots as SVG files, in a light theme with vector text.

use crate::experiment::{Clipping, Experiment};
use crate::optimize::schedule;
use crate::record::{Column, Forecast, History};
use plotters::coord::ranged1d::{DefaultFormatting, KeyPointHint, Ranged};
use plotters::coord::types::RangedCoordf64;
use plotters::prelude::*;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// Okabe and Ito's colours, safe for colour-blind people, in an order in which neighbours differ most; a
/// contender's place decides, here and in the window.
pub const PALETTE: [[u8; 3]; 7] = [
    [0, 114, 178],
    [230, 159, 0],
    [0, 158, 115],
    [204, 121, 167],
    [213, 94, 0],
    [86, 180, 233],
    [140, 86, 75],
];

/// The colour of the contender with this colour number: after the seventh the same hues come again,
/// first darker and then lighter.
#[must_use]
pub fn contender_color(index: usize) -> [u8; 3] {
    let hue = PALETTE[index % PALETTE.len()];
    match index / PALETTE.len() % 3 {
        0 => hue,
        1 => hue.map(|part| (f32::from(part) * 0.55) as u8),
        _ => hue.map(|part| 255 - ((255.0 - f32::from(part)) * 0.5) as u8),
    }
}

const SIZE: (u32, u32) = (960, 540);
/// Most ticks of an axis.
const TICKS: usize = 11;
/// Points of one line: more than a figure of this size can show.
const BUCKETS: usize = 500;

/// One run to draw.
#[derive(Debug, Clone, Copy)]
pub struct Run<'a> {
    /// The contender's name.
    pub name: &'a str,
    /// Its steps.
    pub history: &'a History,
    /// Its forecast.
    pub forecast: Option<&'a Forecast>,
    /// Its settings.
    pub experiment: &'a Experiment,
    /// Steps in the whole run.
    pub planned_steps: u64,
}

/// A figure that could not be saved.
#[derive(Debug, thiserror::Error)]
#[error("{}: the figure cannot be saved: {cause}", path.display())]
pub struct FigureError {
    path: PathBuf,
    cause: String,
}

/// A line of a figure; a point that is not finite is a gap.
struct Line {
    name: Option<String>,
    color: RGBColor,
    width: u32,
    faint: bool,
    points: Vec<(f64, f64)>,
}

/// An area between two lines.
struct Band {
    color: RGBColor,
    /// Along the lower line and back along the upper one.
    outline: Vec<(f64, f64)>,
}

struct Figure {
    title: String,
    x: &'static str,
    y: String,
    logarithmic: bool,
    lines: Vec<Line>,
    /// Below the lines.
    bands: Vec<Band>,
    /// Where a part ends, and what begins there.
    borders: Vec<(f64, &'static str)>,
    legend: SeriesLabelPosition,
}

/// Saves loss, gradient norm, learning rate and forecast below `folder`; says which files.
///
/// # Errors
/// A folder that cannot be written.
pub fn save_all(runs: &[Run<'_>], folder: &Path) -> Result<Vec<PathBuf>, FigureError> {
    std::fs::create_dir_all(folder).map_err(|cause| FigureError {
        path: folder.to_owned(),
        cause: cause.to_string(),
    })?;
    let mut figures = vec![
        ("loss", loss(runs)),
        ("gradient-norm", gradient_norm(runs)),
        ("learning-rate", learning_rate(runs)),
    ];
    figures.extend(forecast(runs).map(|figure| ("forecast", figure)));
    let mut files = Vec::new();
    for (name, figure) in figures {
        let path = folder.join(format!("{name}.svg"));
        let svg = figure.svg().map_err(|cause| FigureError {
            path: path.clone(),
            cause,
        })?;
        crate::files::write_whole(&path, svg.as_bytes()).map_err(|cause| FigureError {
            path: path.clone(),
            cause: cause.to_string(),
        })?;
        files.push(path);
    }
    Ok(files)
}

fn color(index: usize) -> RGBColor {
    let [r, g, b] = contender_color(index);
    RGBColor(r, g, b)
}

/// The column's stretches as points at their smallest and largest value.
fn points(column: &Column) -> Vec<(f64, f64)> {
    column
        .buckets(0, column.len(), BUCKETS)
        .flat_map(|bucket| {
            let middle = (bucket.start + bucket.end - 1) as f64 / 2.0;
            match bucket.range {
                Some([low, high]) if low < high => {
                    vec![(middle, f64::from(low)), (middle, f64::from(high))]
                }
                Some([value, _]) => vec![(middle, f64::from(value))],
                None => vec![(middle, f64::NAN)],
            }
        })
        .collect()
}

fn loss(runs: &[Run<'_>]) -> Figure {
    let mut lines = Vec::new();
    for (index, run) in runs.iter().enumerate() {
        let validated = !run.history.validation.is_empty();
        lines.push(Line {
            name: Some(format!("{}, training", run.name)),
            color: color(index),
            width: 1,
            faint: validated,
            points: points(&run.history.train_loss),
        });
        if validated {
            let validation = run.history.validation.iter();
            lines.push(Line {
                name: Some(format!("{}, validation", run.name)),
                color: color(index),
                width: 2,
                faint: false,
                points: validation.map(|&(s, loss)| (s as f64, loss)).collect(),
            });
        }
    }
    Figure {
        title: "Loss".into(),
        x: "step",
        y: "loss (scaled units)".into(),
        logarithmic: true,
        lines,
        bands: Vec::new(),
        borders: Vec::new(),
        legend: SeriesLabelPosition::UpperRight,
    }
}

fn gradient_norm(runs: &[Run<'_>]) -> Figure {
    let mut lines = Vec::new();
    for (index, run) in runs.iter().enumerate() {
        let clipped = run.experiment.clipping != Clipping::None;
        lines.push(Line {
            name: Some(run.name.to_owned()),
            color: color(index),
            width: 1,
            faint: clipped,
            points: points(&run.history.grad_norm),
        });
        if clipped {
            lines.push(Line {
                name: Some(format!("{}, clipped", run.name)),
                color: color(index),
                width: 2,
                faint: false,
                points: points(&run.history.grad_norm_clipped),
            });
        }
    }
    Figure {
        title: "Gradient norm".into(),
        x: "step",
        y: "global norm of the gradient".into(),
        logarithmic: true,
        lines,
        bands: Vec::new(),
        borders: Vec::new(),
        legend: SeriesLabelPosition::UpperRight,
    }
}

fn learning_rate(runs: &[Run<'_>]) -> Figure {
    let mut lines = Vec::new();
    for (index, run) in runs.iter().enumerate() {
        let total = run.planned_steps.max(1);
        let planned = (0..=BUCKETS as u64)
            .map(|i| i * total / BUCKETS as u64)
            .filter_map(|s| {
                Some((
                    s as f64,
                    schedule::planned(&run.experiment.schedule, s, total)?,
                ))
            });
        lines.push(Line {
            name: None,
            color: color(index),
            width: 1,
            faint: true,
            points: planned.collect(),
        });
        lines.push(Line {
            name: Some(run.name.to_owned()),
            color: color(index),
            width: 2,
            faint: false,
            points: points(&run.history.drawn_rate),
        });
    }
    Figure {
        title: "Learning rate (faint: planned)".into(),
        x: "step",
        y: "learning rate".into(),
        logarithmic: true,
        lines,
        bands: Vec::new(),
        borders: Vec::new(),
        legend: SeriesLabelPosition::UpperRight,
    }
}

fn forecast(runs: &[Run<'_>]) -> Option<Figure> {
    let first = runs.iter().find_map(|run| run.forecast)?;
    if !first.classes.is_empty() {
        // Classes are no curve.
        return None;
    }
    let target = first.targets.first()?;
    let nearest = first.rows.iter().map(|row| row.horizon).min()?;
    let of = |forecast: &Forecast| {
        let rows = forecast.rows.iter();
        rows.filter(|row| row.target == 0 && row.horizon == nearest)
            .cloned()
            .collect::<Vec<_>>()
    };
    let observed = of(first);
    let mut lines = vec![Line {
        name: Some("observed".into()),
        color: RGBColor(60, 60, 60),
        width: 2,
        faint: false,
        points: observed
            .iter()
            .map(|row| (row.index as f64, row.actual.unwrap_or(f64::NAN)))
            .collect(),
    }];
    let mut bands = Vec::new();
    for (index, run) in runs.iter().enumerate() {
        if let Some(forecast) = run.forecast {
            let rows = of(forecast);
            let edge = |of: fn(&[f64]) -> Option<&f64>| -> Option<Vec<(f64, f64)>> {
                rows.iter()
                    .map(|row| Some((row.index as f64, *of(&row.quantiles)?)))
                    .collect()
            };
            if let (Some(low), Some(high)) = (edge(<[f64]>::first), edge(<[f64]>::last)) {
                bands.push(Band {
                    color: color(index),
                    outline: low.into_iter().chain(high.into_iter().rev()).collect(),
                });
            }
            lines.push(Line {
                name: Some(run.name.to_owned()),
                color: color(index),
                width: 1,
                faint: false,
                points: rows
                    .iter()
                    .map(|row| (row.index as f64, row.predicted))
                    .collect(),
            });
        }
    }
    let borders = ["validation", "test"]
        .into_iter()
        .filter_map(|part| {
            let row = observed.iter().find(|row| row.part == part)?;
            Some((row.index as f64, part))
        })
        .collect();
    Some(Figure {
        title: "Forecast".into(),
        x: "row",
        y: target.clone(),
        logarithmic: false,
        lines,
        bands,
        borders,
        legend: SeriesLabelPosition::UpperLeft,
    })
}

impl Figure {
    fn svg(mut self) -> Result<String, String> {
        if self.logarithmic {
            for (_, y) in self.lines.iter_mut().flat_map(|line| &mut line.points) {
                *y = if *y > 0.0 { y.log10() } else { f64::NAN };
            }
        }
        let x_range = self.range(|point| point.0);
        let y_range = self.range(|point| point.1);
        let mut svg = String::new();
        self.draw(&mut svg, x_range, y_range)
            .map_err(|error| error.to_string())?;
        Ok(svg)
    }

    /// From the smallest to the largest finite coordinate, with some room.
    fn range(&self, of: impl Fn(&(f64, f64)) -> f64) -> Range<f64> {
        let lines = self.lines.iter().flat_map(|line| &line.points);
        let bands = self.bands.iter().flat_map(|band| &band.outline);
        let (low, high) = lines
            .chain(bands)
            .map(of)
            .filter(|v| v.is_finite())
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), v| {
                (a.min(v), b.max(v))
            });
        if low > high {
            return 0.0..1.0;
        }
        let room = if high > low {
            0.03 * (high - low)
        } else {
            0.5_f64.max(0.05 * high.abs())
        };
        low - room..high + room
    }

    fn draw(
        &self,
        svg: &mut String,
        x_range: Range<f64>,
        y_range: Range<f64>,
    ) -> Result<(), Box<dyn std::error::Error>> {
        let root = SVGBackend::with_string(svg, SIZE).into_drawing_area();
        root.fill(&WHITE)?;
        let mut chart = ChartBuilder::on(&root)
            .caption(&self.title, ("sans-serif", 22))
            .margin(12)
            .x_label_area_size(44)
            .y_label_area_size(76)
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
            .bold_line_style(BLACK.mix(0.08))
            .x_desc(self.x)
            .y_desc(&self.y)
            .x_label_formatter(&|x| format!("{x:.0}"))
            .y_label_formatter(&|y| {
                if self.logarithmic {
                    power_of_ten(*y)
                } else {
                    format!("{y:.digits$}")
                }
            })
            .label_style(("sans-serif", 13))
            .axis_desc_style(("sans-serif", 14))
            .draw()?;
        for (x, part) in &self.borders {
            let ends = [(*x, y_range.start), (*x, y_range.end)];
            chart.draw_series(LineSeries::new(ends, BLACK.mix(0.4)))?;
            chart.draw_series(std::iter::once(Text::new(
                format!(" {part}"),
                (*x, y_range.end),
                ("sans-serif", 13).into_font().color(&BLACK.mix(0.6)),
            )))?;
        }
        for band in &self.bands {
            let outline = band.outline.iter().copied();
            let outline: Vec<_> = outline.filter(|point| point.1.is_finite()).collect();
            let area = Polygon::new(outline, band.color.mix(0.15));
            chart.draw_series(std::iter::once(area))?;
        }
        for line in &self.lines {
            let style = line
                .color
                .mix(if line.faint { 0.35 } else { 1.0 })
                .stroke_width(line.width);
            let mut named = line.name.clone();
            for piece in line.points.split(|point| !point.1.is_finite()) {
                if piece.is_empty() {
                    continue;
                }
                let drawn = chart.draw_series(LineSeries::new(piece.iter().copied(), style))?;
                if let Some(name) = named.take() {
                    drawn
                        .label(name)
                        .legend(move |(x, y)| PathElement::new([(x, y), (x + 18, y)], style));
                }
            }
        }
        chart
            .configure_series_labels()
            .position(self.legend.clone())
            .background_style(WHITE.mix(0.85))
            .border_style(BLACK.mix(0.1))
            .label_font(("sans-serif", 13))
            .draw()?;
        root.present()?;
        Ok(())
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
        let decimals = (1.0 - y.floor()).clamp(0.0, 6.0) as usize;
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
    use crate::record::{ForecastRow, StepRecord};

    #[test]
    fn a_diverged_run_and_an_empty_one_still_make_figures() {
        let mut history = History::default();
        for step in 0..100 {
            history.push(&StepRecord {
                step,
                epoch: 0,
                seconds: 0.0,
                learning_rate: 0.1,
                train_loss: if step > 90 {
                    f64::NAN
                } else {
                    10.0_f64.powi(step as i32 / 3)
                },
                grad_norm: f64::INFINITY,
                grad_norm_clipped: 0.0,
                update_norm: 0.0,
                weight_norm: 0.0,
                validation_loss: None,
                tensor_norms: Vec::new(),
                flow: None,
            });
        }
        let experiment = Experiment::default();
        let empty = History::default();
        let run = |name, history| Run {
            name,
            history,
            forecast: None,
            experiment: &experiment,
            planned_steps: 0,
        };
        let folder = tempfile::tempdir().expect("a folder");
        let runs = [run("a <b> & c", &history), run("empty", &empty)];
        let files = save_all(&runs, folder.path()).expect("saved");
        assert_eq!(files.len(), 3);
        let svg = std::fs::read_to_string(&files[0]).expect("there");
        assert!(svg.contains("polyline") && !svg.contains("NaN") && !svg.contains("inf"));
        assert!(svg.contains("a &lt;b&gt; &amp; c"));
    }

    #[test]
    fn quantiles_are_an_area_that_the_axis_makes_room_for() {
        let row = |index: usize| ForecastRow {
            part: "test",
            index,
            time: String::new(),
            target: 0,
            horizon: 1,
            actual: Some(1.0),
            predicted: 1.0,
            quantiles: vec![-5.0, 1.0, 7.0],
        };
        let forecasts = Forecast {
            targets: vec!["x".to_owned()],
            quantiles: vec![0.1, 0.5, 0.9],
            rows: vec![row(3), row(4)],
            ..Forecast::default()
        };
        let (history, experiment) = (History::default(), Experiment::default());
        let run = Run {
            name: "a",
            history: &history,
            forecast: Some(&forecasts),
            experiment: &experiment,
            planned_steps: 0,
        };
        let figure = forecast(&[run]).expect("there is a forecast");
        assert_eq!(
            figure.bands[0].outline,
            [(3.0, -5.0), (4.0, -5.0), (4.0, 7.0), (3.0, 7.0)]
        );
        let range = figure.range(|point| point.1);
        assert!(range.start < -5.0 && range.end > 7.0);
        assert!(figure.svg().expect("drawn").contains("<polygon"));
    }

    #[test]
    fn logarithmic_ticks_are_round_and_few() {
        let read = |range: Range<f64>| {
            let ticks = logarithmic_ticks(&range);
            ticks.into_iter().map(power_of_ten).collect::<Vec<_>>()
        };
        assert_eq!(read(-2.1..-0.9)[..3], ["0.01", "0.02", "0.03"]);
        assert_eq!(read(-2.5..0.6)[..3], ["0.005", "0.01", "0.02"]);
        assert_eq!(read(0.1..0.8), ["2", "3", "4", "5"]);
        assert_eq!(read(-2.5..3.5).len(), 6);
        assert!(read(-300.0..300.0).len() <= TICKS);
    }

    #[test]
    fn ticks_read_well() {
        assert_eq!(power_of_ten(-2.0), "0.01");
        assert_eq!(power_of_ten(0.0), "1");
        assert_eq!(power_of_ten(3.0), "1000");
        assert_eq!(power_of_ten(-8.0), "1e-8");
        assert_eq!(power_of_ten(-1.5), "0.032");
    }
}
