//! A run's plots as files, in a light theme: lines with vector text, points, or the numbers behind them.

mod draw;
mod table;

pub use draw::{Figure, Size};

use crate::experiment::{Clipping, Experiment};
use crate::optimize::schedule;
use crate::record::{Column, Forecast, History, LossUnit};
use draw::{Band, Line};
use plotters::prelude::*;
use std::path::{Path, PathBuf};

/// Okabe and Ito's colours, safe for colour-blind people, in an order in which neighbours differ most; a
/// contender's place decides, here and in the window. Their black and their yellow are seen on one of the two
/// backgrounds alone: a brown and an olive stand for them.
pub const PALETTE: [[u8; 3]; 8] = [
    [0, 114, 178],
    [230, 159, 0],
    [0, 158, 115],
    [204, 121, 167],
    [213, 94, 0],
    [86, 180, 233],
    [140, 86, 75],
    [142, 139, 0],
];

/// The colour of the contender with this colour number: after the eighth the same hues come again,
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

/// Where nobody says.
pub const SIZE: Size = (960, 540);
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
    /// What its losses are counted in.
    pub loss_unit: LossUnit,
    /// Whether it diverged: its lines then do not decide what range the others are shown in.
    pub diverged: bool,
}

/// A figure that could not be saved.
#[derive(Debug, thiserror::Error)]
#[error("{}: the figure cannot be saved: {cause}", path.display())]
pub struct FigureError {
    path: PathBuf,
    cause: String,
}

/// How figures are saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FigureFormat {
    /// Lines that can be scaled.
    Svg,
    /// Points.
    Png,
    /// The numbers.
    Csv,
}

impl FigureFormat {
    /// What file names end in.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Self::Svg => "svg",
            Self::Png => "png",
            Self::Csv => "csv",
        }
    }
}

/// Every figure of these runs, by the name that its file gets. Lines have at most so many `points` where that
/// is less than they have.
#[must_use]
pub fn all(runs: &[Run<'_>], points: usize) -> Vec<(&'static str, Figure)> {
    let mut figures = vec![
        ("loss", loss(runs, points)),
        ("gradient-norm", gradient_norm(runs, points)),
        (
            "update-norm",
            norm(
                runs,
                points,
                "Update norm",
                "norm of the weights' change",
                |h| &h.update_norm,
            ),
        ),
        (
            "weight-norm",
            norm(runs, points, "Weight norm", "norm of all weights", |h| {
                &h.weight_norm
            }),
        ),
        ("learning-rate", learning_rate(runs, points)),
    ];
    figures.extend(forecast(runs).map(|figure| ("forecast", figure)));
    figures
}

/// Saves every figure below `folder`, each whole or not at all; says which files.
///
/// # Errors
/// A folder that cannot be written.
pub fn save_all(
    runs: &[Run<'_>],
    folder: &Path,
    format: FigureFormat,
    size: Size,
) -> Result<Vec<PathBuf>, FigureError> {
    std::fs::create_dir_all(folder).map_err(|cause| FigureError {
        path: folder.to_owned(),
        cause: cause.to_string(),
    })?;
    let points = match format {
        FigureFormat::Csv => usize::MAX,
        FigureFormat::Svg | FigureFormat::Png => BUCKETS.max(size.0 as usize / 2),
    };
    let mut files = Vec::new();
    for (name, figure) in all(runs, points) {
        let path = folder.join(format!("{name}.{}", format.extension()));
        let bytes = match format {
            FigureFormat::Svg => figure.svg(size).map(String::into_bytes),
            FigureFormat::Png => figure.png(size),
            FigureFormat::Csv => Ok(table::csv(&figure)),
        };
        let written = bytes.and_then(|bytes| {
            crate::files::write_whole(&path, &bytes).map_err(|cause| cause.to_string())
        });
        written.map_err(|cause| FigureError {
            path: path.clone(),
            cause,
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
fn points(column: &Column, most: usize) -> Vec<(f64, f64)> {
    if column.len() <= most {
        let values = column.values().iter().enumerate();
        return values
            .map(|(step, &value)| (step as f64, f64::from(value)))
            .collect();
    }
    column
        .buckets(0, column.len(), most)
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

fn loss(runs: &[Run<'_>], most: usize) -> Figure {
    let mut lines = Vec::new();
    for (index, run) in runs.iter().enumerate() {
        let validated = !run.history.validation.is_empty();
        lines.push(Line {
            name: Some(format!("{}, training", run.name)),
            color: color(index),
            width: 1,
            faint: validated,
            diverged: run.diverged,
            points: points(&run.history.train_loss, most),
        });
        if validated {
            let validation = run.history.validation.iter();
            lines.push(Line {
                name: Some(format!("{}, validation", run.name)),
                color: color(index),
                width: 2,
                faint: false,
                diverged: run.diverged,
                points: validation.map(|&(s, loss)| (s as f64, loss)).collect(),
            });
        }
    }
    // Losses of different units are not compared; the first says what all are counted in.
    let unit = runs
        .first()
        .map_or_else(LossUnit::default, |run| run.loss_unit);
    Figure {
        title: "Loss (faint: training, strong: validation)".into(),
        x: "step",
        y: unit.axis().into(),
        logarithmic: true,
        lines,
        bands: Vec::new(),
        borders: Vec::new(),
        legend: Some(SeriesLabelPosition::UpperRight),
    }
}

fn gradient_norm(runs: &[Run<'_>], most: usize) -> Figure {
    let mut lines = Vec::new();
    for (index, run) in runs.iter().enumerate() {
        let clipped = run.experiment.clipping != Clipping::None;
        lines.push(Line {
            name: Some(run.name.to_owned()),
            color: color(index),
            width: 1,
            faint: clipped,
            diverged: run.diverged,
            points: points(&run.history.grad_norm, most),
        });
        if clipped {
            lines.push(Line {
                name: Some(format!("{}, clipped", run.name)),
                color: color(index),
                width: 2,
                faint: false,
                diverged: run.diverged,
                points: points(&run.history.grad_norm_clipped, most),
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
        legend: Some(SeriesLabelPosition::UpperRight),
    }
}

/// One norm of each run.
fn norm(
    runs: &[Run<'_>],
    most: usize,
    title: &str,
    y: &str,
    of: fn(&History) -> &Column,
) -> Figure {
    let lines = runs.iter().enumerate().map(|(index, run)| Line {
        name: Some(run.name.to_owned()),
        color: color(index),
        width: 1,
        faint: false,
        diverged: run.diverged,
        points: points(of(run.history), most),
    });
    Figure {
        title: title.into(),
        x: "step",
        y: y.into(),
        logarithmic: true,
        lines: lines.collect(),
        bands: Vec::new(),
        borders: Vec::new(),
        legend: Some(SeriesLabelPosition::UpperRight),
    }
}

fn learning_rate(runs: &[Run<'_>], most: usize) -> Figure {
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
            diverged: false,
            points: planned.collect(),
        });
        lines.push(Line {
            name: Some(run.name.to_owned()),
            color: color(index),
            width: 2,
            faint: false,
            diverged: false,
            points: points(&run.history.drawn_rate, most),
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
        legend: Some(SeriesLabelPosition::UpperRight),
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
        diverged: false,
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
            if let (Some(low), Some(high)) = (edge(<[f64]>::first), edge(<[f64]>::last))
                && !run.diverged
            {
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
                diverged: run.diverged,
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
        legend: Some(SeriesLabelPosition::UpperLeft),
    })
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
            loss_unit: LossUnit::default(),
            diverged: false,
        };
        let folder = tempfile::tempdir().expect("a folder");
        let runs = [run("a <b> & c", &history), run("empty", &empty)];
        let files = save_all(&runs, folder.path(), FigureFormat::Svg, SIZE).expect("saved");
        assert_eq!(files.len(), 5);
        let svg = std::fs::read_to_string(&files[0]).expect("there");
        assert!(svg.contains("polyline") && !svg.contains("NaN") && !svg.contains("inf"));
        assert!(svg.contains("a &lt;b&gt; &amp; c"));
    }

    #[test]
    fn a_diverged_run_does_not_flatten_the_others() {
        let history = |loss: fn(u64) -> f64| {
            let mut history = History::default();
            for step in 0..50 {
                history.push(&StepRecord {
                    step,
                    epoch: 0,
                    seconds: 0.0,
                    learning_rate: 0.1,
                    train_loss: loss(step),
                    grad_norm: 1.0,
                    grad_norm_clipped: 1.0,
                    update_norm: 1.0,
                    weight_norm: 1.0,
                    validation_loss: None,
                    tensor_norms: Vec::new(),
                    flow: None,
                });
            }
            history
        };
        let steady = history(|step| 1.0 / (1.0 + step as f64));
        let wild = history(|step| 10.0_f64.powf(step as f64 / 2.0));
        let experiment = Experiment::default();
        let run = |name, history, diverged| Run {
            name,
            history,
            forecast: None,
            experiment: &experiment,
            planned_steps: 50,
            loss_unit: LossUnit::default(),
            diverged,
        };
        let [a, b] = [run("a", &steady, false), run("b", &wild, true)];
        let both = loss(&[a, b], 500).logarithmed().heights();
        // From 1/50 to 1 in logarithms, and some room for the other to leave by.
        assert!(
            both.start > -1.8 && (0.3..0.8).contains(&both.end),
            "{both:?}"
        );
        // What leaves is drawn as far as the border.
        let pieces = draw::pieces(
            &[(0.0, 0.0), (1.0, 4.0), (2.0, 8.0), (3.0, 0.0)],
            &(0.0..2.0),
        );
        assert_eq!(
            pieces,
            [vec![(0.0, 0.0), (0.5, 2.0)], vec![(2.75, 2.0), (3.0, 0.0)]]
        );
        // Alone it is shown whole.
        let alone = loss(&[b], 500).logarithmed().heights();
        assert!(alone.end > 24.0, "{alone:?}");
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
            loss_unit: LossUnit::default(),
            diverged: false,
        };
        let figure = forecast(&[run]).expect("there is a forecast");
        assert_eq!(
            figure.bands[0].outline,
            [(3.0, -5.0), (4.0, -5.0), (4.0, 7.0), (3.0, 7.0)]
        );
        let range = figure.range(|point| point.1);
        assert!(range.start < -5.0 && range.end > 7.0);
        assert!(figure.svg(SIZE).expect("drawn").contains("<polygon"));
    }
}
