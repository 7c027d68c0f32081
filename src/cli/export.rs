//! `export`: what a run made, for other programs.

use super::{Ending, say};
use crate::export::model::{ExportError, ModelFormat, Subject};
use crate::export::snippets;
use clap::{Args, ValueEnum};
use std::path::{Path, PathBuf};

/// Arguments of `export`.
#[derive(Debug, Args)]
pub struct ExportArguments {
    /// The run folder, such as runs/a/adam/seed-7.
    run: PathBuf,
    /// What to make of it.
    #[arg(long, value_enum)]
    format: Format,
    /// The file.
    #[arg(short, long, value_name = "PATH")]
    out: PathBuf,
    /// The run's data, where they are no longer where the run found them.
    #[arg(long)]
    data: Option<String>,
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
}

pub(super) fn export(arguments: &ExportArguments) -> Result<(), Ending> {
    let ExportArguments {
        run,
        format,
        out,
        data,
        force,
    } = arguments;
    let format = match format {
        Format::Safetensors => ModelFormat::Safetensors,
        Format::Burnpack => ModelFormat::Burnpack,
        Format::Onnx => ModelFormat::Onnx,
    };
    model(run, format, out, data.as_deref(), *force)
}

fn model(
    run: &Path,
    format: ModelFormat,
    out: &Path,
    data: Option<&str>,
    force: bool,
) -> Result<(), Ending> {
    if !force && out.exists() {
        return Err(ending(ExportError::Exists {
            path: out.to_owned(),
        }));
    }
    let data = data.map(absolute);
    let subject = Subject::of_run(run, data.as_deref()).map_err(ending)?;
    let check = subject.export(format, out, force).map_err(ending)?;
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
