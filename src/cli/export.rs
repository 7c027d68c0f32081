//! `export`: what a run made, for other programs.

use super::{Ending, say};
use crate::export::figures::{self, FigureFormat, Size};
use crate::export::model::{ExportError, ModelFormat, Subject};
use crate::export::runs::{self, ReadRun};
use crate::export::{report, snippets, tensorboard};
use crate::files::holds_something;
use clap::{Args, ValueEnum};
use std::path::{Path, PathBuf};

/// Arguments of `export`.
#[derive(Debug, Args)]
pub struct ExportArguments {
    /// The run folder, such as runs/a/adam/seed-7; for tables, figures, reports and event files also a folder of
    /// runs, such as runs/a.
    run: PathBuf,
    /// What to make of it.
    #[arg(long, value_enum)]
    format: Format,
    /// The file, or for csv, svg, png and tensorboard the folder.
    #[arg(short, long, value_name = "PATH")]
    out: PathBuf,
    /// The run's data, where they are no longer where the run found them.
    #[arg(long)]
    data: Option<String>,
    /// Width and height of figures in points.
    #[arg(long, value_name = "WIDTHxHEIGHT", default_value = "960x540", value_parser = size)]
    size: Size,
    /// Replace what is there already.
    #[arg(long)]
    force: bool,
}

/// What can be made of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// The model with PyTorch's names.
    Safetensors,
    /// The model as burn's own file.
    Burnpack,
    /// The model as a graph, in the data's own units.
    Onnx,
    /// The numbers of every plot, a file each.
    Csv,
    /// Every plot as lines that can be scaled.
    Svg,
    /// Every plot as points.
    Png,
    /// One page that needs nothing else.
    Html,
    /// Event files for TensorBoard.
    Tensorboard,
}

/// The sizes that a figure can have: smaller shows nothing, larger fills the memory.
const SIDES: std::ops::RangeInclusive<u32> = 200..=4096;

fn size(text: &str) -> Result<Size, String> {
    let sides = text.split_once(['x', '×']);
    sides
        .and_then(|(width, height)| Some((width.parse().ok()?, height.parse().ok()?)))
        .filter(|(width, height)| SIDES.contains(width) && SIDES.contains(height))
        .ok_or_else(|| {
            format!(
                "give width and height between {} and {}, such as 1200x800",
                SIDES.start(),
                SIDES.end()
            )
        })
}

pub(super) fn export(arguments: &ExportArguments) -> Result<(), Ending> {
    let ExportArguments {
        run, format, out, ..
    } = arguments;
    if !arguments.force && holds_something(out) {
        return Err(ending(ExportError::Exists { path: out.clone() }));
    }
    match format {
        Format::Safetensors => model(arguments, ModelFormat::Safetensors),
        Format::Burnpack => model(arguments, ModelFormat::Burnpack),
        Format::Onnx => model(arguments, ModelFormat::Onnx),
        Format::Csv => drawn(arguments, FigureFormat::Csv),
        Format::Svg => drawn(arguments, FigureFormat::Svg),
        Format::Png => drawn(arguments, FigureFormat::Png),
        Format::Html => {
            report::save(&read(run)?, out).map_err(ending)?;
            tell(std::slice::from_ref(out));
            Ok(())
        }
        Format::Tensorboard => {
            tell(&tensorboard::save(&read(run)?, out).map_err(ending)?);
            Ok(())
        }
    }
}

fn read(path: &Path) -> Result<Vec<ReadRun>, Ending> {
    runs::read(path).map_err(|error| Ending::Failed(error.to_string()))
}

fn drawn(arguments: &ExportArguments, format: FigureFormat) -> Result<(), Ending> {
    let runs = read(&arguments.run)?;
    let drawn: Vec<figures::Run<'_>> = runs.iter().map(ReadRun::drawn).collect();
    let files = figures::save_all(&drawn, &arguments.out, format, arguments.size)
        .map_err(|error| Ending::Failed(error.to_string()))?;
    tell(&files);
    Ok(())
}

fn tell(files: &[PathBuf]) {
    for file in files {
        say(&format!("{}\n", file.display()));
    }
}

fn model(arguments: &ExportArguments, format: ModelFormat) -> Result<(), Ending> {
    let ExportArguments { run, out, .. } = arguments;
    let data = arguments.data.as_deref().map(absolute);
    let subject = Subject::of_run(run, data.as_deref()).map_err(ending)?;
    let check = subject
        .export(format, out, arguments.force)
        .map_err(ending)?;
    say(&format!(
        "{}: {check}\n\n{}",
        out.display(),
        snippets::of(format, &subject, out)
    ));
    Ok(())
}

/// A path that means the same from anywhere; `builtin:NAME` and its like are none.
fn absolute(data: &str) -> String {
    match std::path::absolute(data) {
        Ok(path) if Path::new(data).exists() => path.to_string_lossy().into_owned(),
        _ => data.to_owned(),
    }
}

fn ending(error: ExportError) -> Ending {
    match error {
        ExportError::Exists { .. } | ExportError::Refused(_) => Ending::Usage(error.to_string()),
        other => Ending::Failed(other.to_string()),
    }
}
